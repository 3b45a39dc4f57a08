"""The contract over real UDP: commands, parameters, questions, subscribers and errors."""

import socket
import time

import pytest

from unloop_py.control.addresses import TOLD_OF_A_LOOP
from unloop_py.control.bus import LoopStatus, Notice
from unloop_py.control.commands import COMMANDS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS
from unloop_py.control.pictures import PEAKS, PLACES, Mask
from unloop_py.control.presets import PRESETS
from unloop_py.errors import ParameterError
from unloop_py.osc.endpoint import can_bind
from unloop_py.osc.messages import encode
from unloop_py.osc.server import OscServer
from unloop_py.osc.subscribers import MAX_SUBSCRIBERS

WORDS = ("name", "file", "press", "text")
LOOP_COMMANDS = [command.name for command in COMMANDS if command.scope == "loop" and command.argument not in WORDS]


def given(bus):
    return [(call.loop, call.name, call.argument) for call in bus.given]


# Commands


@pytest.mark.parametrize("name", LOOP_COMMANDS)
def test_each_command_reaches_its_loop(client, bus, name):
    client.send(f"/unloop/loop/2/{name}")
    client.send(f"/unloop/loop/1/{name}", 1.0)
    assert client.news() == []
    counts = ("again", "capture", "favourite", "recall", "switch_down", "switch_up", "switch_lost")
    argument = 1 if name in counts else None
    set_to = 1 if name in ("mute", "lock", "solo", "melt", "guard", "cue", *counts) else None
    assert given(bus) == [(1, name, argument), (0, name, set_to)]
    assert bus.given[0].source == f"osc:127.0.0.1:{client.port}" and bus.given[0].frame is None


def test_generate_and_quit_are_told_to_the_instrument(client, bus):
    client.send("/unloop/generate")
    client.send("/unloop/generate", 1)
    client.send("/unloop/generate", "0")
    client.send("/unloop/model", "lisa")
    client.send("/unloop/quit", 0)
    client.send("/unloop/quit")
    client.news()
    assert given(bus) == [(None, "generate", None), (None, "generate", 1), (None, "generate", 0),
                          (None, "model", "lisa"), (None, "quit", None)]


def test_a_button_s_release_does_nothing_and_is_no_error(client, bus):
    for zero in (0, 0.0, "0"):
        client.send("/unloop/loop/1/record", zero)
    assert client.news() == []
    assert bus.given == []


def test_patterns_reach_every_loop_that_they_name(client, bus):
    client.send("/unloop/loop/*/mute", 1)
    client.send("/unloop/loop/{1,2}/mute", 0)
    client.send("/unloop/loop/[2-9]/record")
    client.send("/unloop/loop/2/{undo,redo}")
    client.send("/unloop/loop/*/mix", 0.5)
    client.news()
    assert given(bus) == [
        (0, "mute", 1), (1, "mute", 1), (0, "mute", 0), (1, "mute", 0), (1, "record", None), (1, "undo", None), (1, "redo", None),
    ]  # fmt: skip
    assert bus.sets == [(0, "mix", 0.5, None), (1, "mix", 0.5, None)]


def test_a_wildcard_name_asks_for_all_parameters_and_gives_no_command(client, bus):
    client.send("/unloop/loop/1/*")
    answers = client.news()
    assert [answer[0].rpartition("/")[2] for answer in answers] == [parameter.name for parameter in PARAMETERS]
    client.send("/unloop/*")
    assert client.news()[0][:2] == ("/unloop/error", "/unloop/*")
    assert bus.given == []


def test_hundreds_of_messages_are_obeyed_in_the_order_in_which_they_came(client, bus):
    for number in range(1, 301):
        client.send("/unloop/loop/1/again", number)
    assert bus.wait_for(n_given=300)
    assert [call.argument for call in bus.given] == list(range(1, 301))


def test_a_burst_while_the_server_is_busy_is_kept_by_the_receive_buffer(bus):
    server = OscServer(bus, port=0)
    size = server._udp.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(1, 201):
            sender.sendto(encode("/unloop/loop/1/again", number), ("127.0.0.1", server.port))
    with server:
        assert bus.wait_for(n_given=200)
    assert [call.argument for call in bus.given] == list(range(1, 201))
    assert size >= 4 * 2**20 or size >= _largest_buffer_allowed()


def _largest_buffer_allowed() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 2**20)
        return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


# Parameters


@pytest.mark.parametrize("value, held", [(0.25, 0.25), (1, 1.0), ("0.5", 0.5), (0.1, 0.1)])
def test_a_parameter_takes_ints_floats_and_numeric_strings(client, bus, value, held):
    client.send("/unloop/loop/1/mix", value)
    client.news()
    assert bus.sets == [(0, "mix", held, None)]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_parameter_is_set_and_asked_for_by_its_name(client, bus, parameter):
    client.send(f"/unloop/loop/2/{parameter.name}", float(parameter.maximum) if parameter.name != "seed" else 2**31 - 1)
    client.send(f"/unloop/loop/2/{parameter.name}")
    answer = client.news()[-1]
    assert answer == (f"/unloop/loop/2/{parameter.name}", pytest.approx(parameter.maximum))
    assert isinstance(answer[1], float if parameter.kind == "float" else int)


def test_a_question_is_answered_to_the_sender_and_to_subscribers_on_its_host(client, new_client):
    listener = new_client()
    listener.subscribe()
    client.send("/unloop/loop/1/mix")
    assert client.news() == [("/unloop/loop/1/mix", 1.0)]
    assert listener.news() == [("/unloop/loop/1/mix", 1.0)]


def test_params_describes_every_parameter(client):
    client.send("/unloop/params")
    rows = client.news()
    assert [row[1] for row in rows] == [*(row.name for row in PARAMETERS), *(f"layer/M/{row.name}" for row in LAYER_PARAMETERS)]
    by_name = {row[1]: row for row in rows}
    assert by_name["temperature"][2:7] == ("float", 0.1, 2.0, 0.8, "")
    assert by_name["steps"][2:7] == ("int", 1, 128, 6, "steps")
    assert by_name["seam_ms"][6] == "ms"
    assert all(row[0] == "/unloop/params" and row[7].endswith(".") for row in rows)


def test_a_parameter_is_understood_by_the_names_of_vampnet_s_players_and_answers_by_its_own(client, bus):
    client.send("/unloop/loop/1/periodic", 9)
    client.send("/unloop/loop/*/{dropout,temp}", 0.5)
    client.send("/unloop/loop/2/num_steps")
    assert client.news() == [("/unloop/loop/2/steps", 6)]
    assert [change[:3] for change in bus.sets] == [
        (0, "periodic_prompt", 9), (0, "mask_dropout", 0.5), (0, "temperature", 0.5), (1, "mask_dropout", 0.5), (1, "temperature", 0.5),
    ]  # fmt: skip


def test_presets_and_scenes_are_listed_saved_and_recalled_by_number(client, bus):
    client.send("/unloop/loop/2/wet", 0.25)
    client.send("/unloop/loop/2/preset_save", "Shimmer")
    client.send("/unloop/loop/1/preset", 33.0)
    client.send("/unloop/scene_save", "verse")
    client.news()
    assert bus.get(0, "wet") == 0.25 and bus.status(0).preset == "Shimmer" and bus.scene() == "verse"
    client.send("/unloop/presets")
    client.send("/unloop/scenes")
    listed = client.news()
    assert listed[0] == ("/unloop/presets", 1, "timbre-transfer", PRESETS[0].help)
    assert listed[-2:] == [("/unloop/presets", 33, "Shimmer", ""), ("/unloop/scenes", 1, "verse", "")]
    client.subscribe()
    client.send("/unloop/scene", 1)
    client.send("/unloop/preset_delete", "shimmer")
    told = client.news()
    assert ("/unloop/scene", "verse", 1) in told and ("/unloop/preset_count", len(PRESETS)) in told
    client.send("/unloop/loop/1/preset", 33)
    assert "no preset is called '33'" in client.news()[0][2]


def test_a_preset_sets_its_parameters_at_one_moment_and_who_asked_is_told_them(client, bus):
    client.subscribe()
    client.send("/unloop/loop/2/preset", "timbre-transfer")
    news = client.news()
    assert ("/unloop/loop/2/compression_prompt", 1) in news and ("/unloop/loop/2/custom", 1) in news
    client.send("/unloop/loop/2/preset", "Large variation (follow beat)")
    assert ("/unloop/loop/2/beat_mask_ms", 80.0) in client.news()
    assert bus.get(0, "beat_mask_ms") == 0.0, "the other loop keeps its own"


# Errors


@pytest.mark.parametrize(
    "address, values, says",
    [
        ("/unloop/loop/1/temperature", (5.0,), "temperature must be in 0.1..2, got 5.0"),
        ("/unloop/loop/1/mix", ("loud",), "mix must be a number in 0..1, got 'loud'"),
        ("/unloop/loop/1/mix", (float("nan"),), "mix must be a number in 0..1, got nan"),
        ("/unloop/loop/1/mix", (0.1, 0.2), "mix takes one value in 0..1, or none to ask; got 2"),
        ("/unloop/loop/3/mix", (0.5,), "loop must be in 1..2, got 3"),
        ("/unloop/loop/0/record", (), "loop must be in 1..2, got 0"),
        ("/unloop/loop/one/record", (), "loop must be in 1..2, got one"),
        ("/unloop/loop/1/mixx", (0.5,), "nothing here is called 'mixx': the nearest is 'mix'"),
        ("/unloop/loop/1/mute", (2,), "mute takes 1, 0 or no argument (which toggles), got 2"),
        ("/unloop/loop/1/record", (1, 1), "record takes no argument (or a button's 1 and 0), got 2 arguments"),
        ("/unloop/loop/1/temp", (5.0,), "temperature must be in 0.1..2, got 5.0"),
        ("/unloop/loop/1/preset", ("smal-variation",), "no preset is called 'smal-variation': the nearest is 'small-variation'; see"),
        ("/unloop/loop/1/preset", (), "preset takes one name of at most 250 characters; `unloop presets` lists them, got ''"),
        ("/unloop/stat", (), "nothing here is called 'stat': the nearest is 'state'"),
        ("/sl/1/got", ("record",), "no address is like '/sl/1/got'"),
        ("/unloop/subscribe", (70000,), "port must be a whole number in 1..65535, got 70000"),
        ("/unloop/subscribe", ("me", 9000), "host must be an IPv4 address or localhost, got 'me'"),
    ],
)
def test_what_cannot_be_obeyed_changes_nothing_and_names_value_limit_and_cure(client, bus, server, address, values, says):
    before = bus.store.snapshot(0), bus.store.snapshot(1)
    client.send(address, *values)
    ((kind, about, text),) = client.news()
    assert (kind, about) == ("/unloop/error", address)
    assert text.startswith(says)
    assert (bus.store.snapshot(0), bus.store.snapshot(1)) == before
    assert bus.given == [] and len(server._subscribers) == 0


def test_a_message_for_several_is_obeyed_for_all_or_for_none(client, bus):
    client.send("/unloop/loop/1/{mix,tail,steps}", 5)
    ((_, _, text),) = client.news()
    assert text == "mix must be in 0..1, got 5"
    assert bus.sets == []


def test_what_the_instrument_refuses_is_answered_with_its_own_words(client, bus):
    bus.refuse = "again 7: only 3 variations have been heard: ask for 1..3"
    client.send("/unloop/loop/1/again", 7)
    assert client.news() == [("/unloop/error", "/unloop/loop/1/again", bus.refuse)]


def test_an_error_also_reaches_the_port_on_which_the_sender_s_host_listens(client, new_client):
    listener = new_client()
    listener.subscribe()
    client.send("/unloop/loop/1/mix", 2)
    assert listener.news() == [("/unloop/error", "/unloop/loop/1/mix", "mix must be in 0..1, got 2")]


def test_a_fault_of_the_bus_does_not_end_the_server(client, bus, monkeypatch, caplog):
    monkeypatch.setattr(bus, "command", lambda *arguments: 1 / 0)
    client.send("/unloop/loop/1/record")
    assert client.news() == [("/unloop/error", "/unloop/loop/1/record", "an internal error: see the log")]
    assert "ZeroDivisionError" in caplog.text


def test_one_client_s_flood_of_nonsense_does_not_drown_what_another_hears(client, new_client):
    listener = new_client()
    listener.subscribe()
    for _ in range(30):
        for _ in range(100):
            client.send("/nonsense")
        assert len(client.news()) == 100
    assert 0 < len(listener.news()) < 1500


# How a loop stands


def test_what_is_told_of_a_loop_can_be_asked_for_too(client, bus):
    bus.become(1, state="playing", position=0.5, beat=3)
    bus.paint(1, (0.25,) * PEAKS, Mask(True, ("90",)))
    asked = dict.fromkeys(TOLD_OF_A_LOOP)
    for name in asked:
        client.send(f"/unloop/loop/2/{name}")
        address, *values = client.receive()
        asked[name] = tuple(values)
        assert address == f"/unloop/loop/2/{name}"
    assert (asked["state"], asked["position"], asked["beat"]) == (("playing",), (0.5,), (3,))
    assert asked["peaks"] == (0.25,) * PLACES and asked["mask"] == (1.0,) * 64 + (0.0,) * 64
    assert "saved" not in asked and "mute" not in asked


def test_what_is_told_cannot_be_set(client):
    client.send("/unloop/loop/1/position", 0.5)
    ((_, address, text),) = client.news()
    assert address == "/unloop/loop/1/position" and text == "position is told and cannot be set: without a value it is asked for"


# Subscribers


def test_subscribing_brings_the_whole_state(client, bus):
    bus.become(0, state="playing", position=0.5, repetition=3, late=1, progress=0.25, adapting=0.5, gain=0.25, beat=2, lock=True)
    bus.become(0, pending="record", pending_s=1.5)
    bus.store.set(0, "mix", 0.25)
    client.send("/unloop/subscribe", client.port)
    messages = [client.receive() for _ in range(2 * (24 + len(PARAMETERS)) + 8)]
    assert {
        ("/unloop/loop/1/state", "playing"),
        ("/unloop/loop/1/position", 0.5),
        ("/unloop/loop/1/repetition", 3, 1),
        ("/unloop/loop/1/adapting", 0.5, 0.25),
        ("/unloop/loop/1/progress", 0.25),
        ("/unloop/loop/1/gen_state", "locked"),
        ("/unloop/loop/2/gen_state", "on"),
        ("/unloop/loop/1/beat", 2),
        ("/unloop/loop/1/mute", 0),
        ("/unloop/loop/1/lock", 1),
        ("/unloop/loop/1/pending", "record", 1.5),
        ("/unloop/loop/2/pending", "none", 0.0),
        ("/unloop/loop/1/guard", 0),
        ("/unloop/loop/1/marks", "." * 32),
        ("/unloop/loop/1/mix", 0.25),
        ("/unloop/loop/2/state", "off"),
        ("/unloop/loop/2/mix", 1.0),
        ("/unloop/loop/1/cue", 0),
        ("/unloop/loops", 2),
        ("/unloop/generate", 1),
        ("/unloop/model", "small"),
        ("/unloop/xruns", 0),
        ("/unloop/loop/1/preset", "", 0),
        ("/unloop/scene", "", 0),
        ("/unloop/preset_count", len(PRESETS)),
        ("/unloop/scene_count", 0),
    } <= set(messages)


def test_a_loop_that_comes_is_told_of_whole_and_understood(client, bus):
    client.send("/unloop/subscribe", client.port)
    client.news()
    client.send("/unloop/loop_add")
    news = client.news()
    assert ("/unloop/loops", 3) in news and ("/unloop/loop/3/state", "off") in news and ("/unloop/loop/3/wet", 1.0) in news
    client.send("/unloop/loop/3/record")
    client.news()
    assert given(bus)[-1] == (2, "record", None)
    client.send("/unloop/loop_del")
    client.send("/unloop/loop/3/record")
    assert "loop must be in 1..2, got 3" in str(client.news())


def test_state_asks_for_all_of_it_again(client):
    client.send("/unloop/state")
    names = {message[0] for message in client.news()}
    assert {f"/unloop/loop/{loop}/{parameter.name}" for loop in (1, 2) for parameter in PARAMETERS} <= names
    assert "/unloop/xruns" in names


@pytest.mark.parametrize(
    "notice, message",
    [
        (Notice("state", 0, ("recording",)), ("/unloop/loop/1/state", "recording")),
        (Notice("repetition", 1, (4, 1)), ("/unloop/loop/2/repetition", 4, 1)),
        (Notice("progress", 0, (0.5,)), ("/unloop/loop/1/progress", 0.5)),
        (Notice("beat", 0, (3,)), ("/unloop/loop/1/beat", 3)),
        (Notice("xruns", None, (2,)), ("/unloop/xruns", 2)),
        (Notice("generate", None, (0,)), ("/unloop/generate", 0)),
        (Notice("model", None, ("lisa",)), ("/unloop/model", "lisa")),
        (Notice("error", None, ("", "the worker died and was restarted")), ("/unloop/error", "", "the worker died and was restarted")),
        (Notice("parameter", 0, ("steps", 8)), ("/unloop/loop/1/steps", 8)),
    ],
)  # fmt: skip
def test_what_the_instrument_tells_is_pushed_at_once(client, server, notice, message):
    client.subscribe()
    server.notify(notice)
    assert client.receive_until(message[0]) == message


def test_a_change_goes_to_others_but_not_back_to_the_port_that_made_it(client, new_client):
    other = new_client()
    client.subscribe()
    other.subscribe()
    client.send("/unloop/loop/1/mix", 0.5)
    assert client.news() == []
    assert other.news() == [("/unloop/loop/1/mix", 0.5)]


@pytest.mark.skipif(not can_bind("127.0.0.2"), reason="this machine has one loopback address")
def test_nor_to_the_subscriber_that_named_the_sending_port_by_another_of_the_machine_s_names(client, new_client):
    other = new_client()
    client.subscribe("127.0.0.2", client.port)
    other.subscribe()
    client.send("/unloop/loop/1/mix", 0.5)
    other.news()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as alias:
        alias.bind(("127.0.0.2", client.port))
        alias.setblocking(False)
        client.send("/unloop/loop/1/wet", 0.5)
        other.news()
        with pytest.raises(BlockingIOError):
            while True:
                assert b"/wet" not in alias.recv(65536)


def test_a_patch_that_hears_on_another_port_may_ask_not_to_hear_its_own_changes(client, new_client):
    ear, other = new_client(), new_client()
    client.send("/unloop/subscribe", ear.port, "quiet")
    ear.receive_until("/unloop/xruns")
    other.subscribe()
    ear.news()
    client.send("/unloop/loop/1/mix", 0.5)
    other.send("/unloop/loop/1/wet", 0.5)
    other.news()
    assert ear.news() == [("/unloop/loop/1/wet", 0.5)]
    client.send("/unloop/subscribe", ear.port)
    ear.news()
    client.send("/unloop/loop/1/mix", 0.75)
    client.news()
    assert ear.news() == [("/unloop/loop/1/mix", 0.75)]


def test_who_turns_variation_is_told_of_the_prompts_that_moved_with_it(client):
    client.subscribe()
    client.send("/unloop/loop/1/variation", 1.0)
    moved = {message[0]: message[1:] for message in client.news()}
    assert "/unloop/loop/1/variation" not in moved
    assert moved["/unloop/loop/1/temperature"] == (1.0,)
    client.send("/unloop/loop/1/temperature", 1.5)
    assert client.news() == [("/unloop/loop/1/custom", 1)]


def test_without_a_port_the_sender_s_own_is_subscribed(client):
    client.send("/unloop/subscribe")
    assert ("/unloop/loop/1/state", "off") in client.news()


@pytest.mark.parametrize("arguments", [("port",), ("float",), ("localhost", "port"), ("127.0.0.1", "text")])
def test_a_subscription_may_name_port_alone_or_host_and_port(client, new_client, arguments):
    ear = new_client()
    shapes = {"port": ear.port, "float": float(ear.port), "text": str(ear.port)}
    client.send("/unloop/subscribe", *(shapes.get(argument, argument) for argument in arguments))
    assert ear.receive_until("/unloop/loop/1/state") == ("/unloop/loop/1/state", "off")
    client.send("/unloop/unsubscribe", *(shapes.get(argument, argument) for argument in arguments))
    client.news()
    ear.news()
    client.send("/unloop/loop/1/mix", 0.5)
    client.news()
    assert ear.news() == []


def test_nothing_is_ever_sent_to_a_third_host_that_a_packet_names(client, server, monkeypatch):
    sent_to = set()
    send = server._udp.send
    monkeypatch.setattr(server._udp, "send", lambda endpoint, datagram: sent_to.add(endpoint) or send(endpoint, datagram))
    for host in ("192.0.2.1", "8.8.8.8", "255.255.255.255", "0.0.0.0", "224.0.0.1", "::1", "example.org"):
        client.send("/unloop/subscribe", host, 9000)
        ((_, _, text),) = client.news()
        assert text.startswith("host must be")
    client.send("/unloop/loop/1/mix", 0.5)
    client.news()
    assert {endpoint.host for endpoint in sent_to} == {"127.0.0.1"}


def test_subscribers_are_limited_and_the_error_says_what_to_do(client):
    for number in range(MAX_SUBSCRIBERS):
        client.send("/unloop/subscribe", 20000 + number)
    client.news()
    client.send("/unloop/subscribe", 30000)
    assert client.news()[-1][2] == f"subscribers must be at most {MAX_SUBSCRIBERS}: unsubscribe one that is not needed"


# The server's own clockwork


def test_the_position_is_sent_twenty_times_a_second_while_it_moves(client, bus, monkeypatch):
    positions = iter(range(1, 10**6))
    monkeypatch.setattr(bus, "status", lambda loop: LoopStatus(state="playing", position=next(positions) / 10**6))
    client.send("/unloop/subscribe")
    client.receive_until("/unloop/loop/1/position")
    start_s = time.monotonic()
    for _ in range(20):
        client.receive_until("/unloop/loop/1/position")
    assert time.monotonic() - start_s == pytest.approx(1.0, abs=0.3)


def test_each_second_has_a_sign_of_life_and_a_position_that_stands_still_is_not_sent_again(client, bus):
    bus.become(0, position=0.25)
    client.subscribe()
    client.receive_until("/unloop/alive")
    start_s = time.monotonic()
    assert client.receive() == ("/unloop/alive",)
    assert time.monotonic() - start_s == pytest.approx(1.0, abs=0.3)


def test_a_taken_port_gives_way_to_the_next_free_one_and_it_is_said(caplog):
    with OscServer(FakeBus(), port=0) as first, OscServer(FakeBus(), port=first.port) as second:
        assert first.port < second.port < first.port + 20
        assert f"OSC port {first.port} is taken: listening on {second.port}" in caplog.text


@pytest.mark.parametrize("host, port, says", [("127.0.0.1", 65536, "osc-port must be in 0..65535"), ("192.0.2.1", 0, "osc-listen must be")])
def test_an_address_where_nobody_can_listen_is_refused(host, port, says):
    with pytest.raises(ParameterError, match=says):
        OscServer(FakeBus(), host, port)


def test_stopping_ends_the_thread_and_frees_the_port():
    server = OscServer(FakeBus(), port=0)
    server.start()
    server.stop()
    assert not server._thread.is_alive()
    with OscServer(FakeBus(), port=server.port) as again:
        assert again.port == server.port


def test_quit_may_stop_the_server_from_its_own_thread(client, bus, server, monkeypatch):
    monkeypatch.setattr(bus, "command", lambda *arguments: server.stop())
    client.send("/unloop/quit")
    server._thread.join(5)
    assert not server._thread.is_alive()


def test_selected_stands_for_the_loop_that_is_selected(client, bus):
    client.send("/unloop/loop/selected/record")
    client.send("/unloop/select", 2)
    client.send("/unloop/loop/selected/overdub")
    client.send("/unloop/select_next")
    client.send("/unloop/loop/selected/mute")
    assert client.news() == []
    assert [(call.loop, call.name) for call in bus.given if call.loop is not None] == [(0, "record"), (1, "overdub"), (0, "mute")]


def test_sooperloopers_addresses_for_presses_are_understood(client, bus):
    client.send("/sl/1/hit", "mute_on")
    client.send("/sl/-1/down", "record")
    client.send("/sl/-3/upforce", "record")
    assert client.news() == []
    assert given(bus) == [(1, "hit", "mute_on"), (0, "down", "record"), (1, "down", "record"), (0, "forceup", "record")]
    client.send("/sl/2/hit", "record")
    assert client.receive()[2] == "loop must be in 0..1, -1 for all or -3 for the selected one, got 2"


# Layers


def test_a_layer_is_set_asked_for_and_told_at_its_own_address(client, bus):
    bus.become(0, layers=3)
    client.send("/unloop/loop/1/layer/2/level", 0.25)
    client.send("/unloop/loop/1/layer/2/level")
    assert client.news() == [("/unloop/loop/1/layer/2/level", 0.25)]
    client.send("/unloop/loop/1/layer/all/mute", 1)
    client.send("/unloop/loop/1/layer/[01]/vary", "on")
    client.news()
    assert bus.sets == [
        (0, "layer/2/level", 0.25, None), *((0, f"layer/{layer}/mute", 1, None) for layer in range(3)),
        (0, "layer/0/vary", 1, None), (0, "layer/1/vary", 1, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "value", "said"),
    [
        ("/unloop/loop/1/layer/3/level", 0.5, "layer of loop 1 must be in 0..2 or all, got 3"),
        ("/unloop/loop/1/layer/-1/level", 0.5, "must be in 0..2 or all, got -1"),
        ("/unloop/loop/1/layer/99999999999/level", 0.5, "must be in 0..2"),
        ("/unloop/loop/2/layer/0/level", 0.5, "the loop is empty"),
        ("/unloop/loop/1/layer/0/level", 1.5, "level must be in 0..1, got 1.5"),
        ("/unloop/loop/1/layer/0/levl", 0.5, "the nearest is 'level'"),
    ],
)
def test_a_layer_that_is_not_there_or_a_value_that_it_cannot_have_is_refused(client, bus, address, value, said):
    bus.become(0, layers=3)
    client.send(address, value)
    (answer,) = client.news()
    assert answer[:2] == ("/unloop/error", address) and said in answer[2]
    assert bus.sets == []


def test_who_subscribes_is_told_of_every_layer(client, bus):
    bus.become(1, layers=2)
    bus.set(1, "layer/1/level", 0.5)
    client.send("/unloop/state")
    told = client.news()
    assert ("/unloop/loop/2/layers", 2) in told and ("/unloop/loop/2/layer/1/level", 0.5) in told
    assert not any("/loop/1/layer/" in message[0] for message in told)
