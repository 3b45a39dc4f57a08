"""SooperLooper's MIDI bindings and clock over UDP: asked for, changed, learned from a device."""

import pytest

from tests.midi.conftest import Rig
from tests.osc.conftest import Client
from unloop_py.osc.server import OscServer

WET = "0 cc 7  set wet 0  0 1  norm 0 127"
RECORD = "0 n 60  note record 0  0 1  norm 0 127"


@pytest.fixture
def desk(tmp_path):
    rig = Rig(tmp_path).plug("Keys")
    with OscServer(rig.bus, port=0) as server:
        client = Client(server.port)
        client.rig, client.url = rig, f"osc.udp://127.0.0.1:{client.port}/"
        yield client
        client.close()


def bindings(desk):
    desk.send("/get_all_midi_bindings", desk.url, "/mb")
    return desk.news()


def test_bindings_are_told_line_by_line_as_the_engine_tells_them(desk):
    assert bindings(desk) == [("/mb", "done", "")]
    desk.send("/add_midi_binding", WET, "")
    desk.send("/add_midi_binding", RECORD, "")
    assert bindings(desk) == [("/mb", "add", WET), ("/mb", "add", RECORD), ("/mb", "done", "")]
    desk.rig.play("Keys", (0xB0, 7, 0))
    assert desk.rig.sets() == [(0, "wet", 0.0)]
    desk.send("/remove_midi_binding", WET, "")
    assert bindings(desk) == [("/mb", "add", RECORD), ("/mb", "done", "")]
    desk.send("/clear_midi_bindings")
    assert bindings(desk) == [("/mb", "done", "")]


def test_a_new_binding_may_take_its_control_from_the_old_one(desk):
    desk.send("/add_midi_binding", WET, "")
    desk.send("/add_midi_binding", WET.replace("wet", "feedback"), "exclusive")
    assert bindings(desk) == [("/mb", "add", WET.replace("wet", "feedback")), ("/mb", "done", "")]


def test_a_control_is_learned_from_the_device(desk):
    desk.send("/learn_midi_binding", WET, "exclusive", desk.url, "/mb")
    assert desk.news() == []
    desk.rig.play("Keys", (0xB0, 20, 5))
    desk.rig.after(0.2)
    learned = WET.replace("cc 7", "cc 20")
    assert [desk.receive_until("/mb"), desk.receive_until("/mb")] == [("/mb", "add", learned), ("/mb", "done", learned)]
    assert bindings(desk)[0] == ("/mb", "add", learned)


def test_the_next_control_that_moves_is_told_and_waiting_for_it_can_be_ended(desk):
    desk.send("/get_next_midi_event", desk.url, "/next")
    desk.news()
    desk.rig.play("Keys", (0x91, 60, 100))
    desk.rig.after(0.2)
    _, word, line = desk.receive_until("/next")
    assert word == "recv" and line.startswith("1 n 60  ")
    desk.send("/get_next_midi_event", desk.url, "/next")
    desk.send("/cancel_get_next_midi", desk.url, "/mb")
    assert desk.receive_until("/mb") == ("/mb", "next_cancel", "")
    desk.send("/cancel_midi_learn", desk.url, "/learn")
    assert desk.receive_until("/learn") == ("/learn", "learn_cancel", "")


def test_bindings_are_written_to_a_file_and_read_again_in_place_of_others_or_beside_them(desk, tmp_path):
    file = tmp_path / "pedals.slb"
    desk.send("/add_midi_binding", WET, "")
    desk.send("/save_midi_bindings", str(file), "")
    assert desk.news() == [] and file.read_text().strip().splitlines()[-1] == WET
    desk.send("/clear_midi_bindings")
    desk.send("/add_midi_binding", RECORD, "")
    desk.send("/load_midi_bindings", str(file), "add")
    assert {line for _, word, line in bindings(desk) if word == "add"} == {WET, RECORD}
    desk.send("/load_midi_bindings", str(file), "")
    assert bindings(desk) == [("/mb", "add", WET), ("/mb", "done", "")]


@pytest.mark.parametrize(("address", "arguments", "says"), [
    ("/add_midi_binding", ("nonsense", ""), "is no binding"),
    ("/add_midi_binding", (WET,), "takes line option"),
    ("/remove_midi_binding", (WET, ""), "there is no '0 cc 7"),
    ("/load_midi_bindings", ("/nowhere/at/all.slb", ""), "/nowhere/at/all.slb"),
    ("/save_midi_bindings", ("/nowhere/at/all.slb", ""), "/nowhere/at/all.slb"),
])  # fmt: skip
def test_what_is_no_binding_is_answered_with_the_reason(desk, address, arguments, says):
    desk.send(address, *arguments)
    ((_, told, text),) = desk.news()
    assert told == address and says in text


def test_without_midi_there_are_no_bindings_and_none_can_be_made(client):
    client.send("/get_all_midi_bindings", f"127.0.0.1:{client.port}", "/mb")
    client.send("/cancel_midi_learn", f"127.0.0.1:{client.port}", "/mb")
    assert client.news() == [("/mb", "done", ""), ("/mb", "learn_cancel", "")]
    client.send("/add_midi_binding", WET, "")
    assert "MIDI is off" in client.news()[0][2]


def test_midi_clock_comes_over_osc_too_with_any_arguments(client, bus):
    client.send("/sl/midi_start")
    client.send("/sl/midi_tick", 1.0)
    client.send("/sl/midi_tick", "x", 2)
    client.send("/sl/midi_stop")
    assert client.news() == []
    assert [call.name for call in bus.given] == [f"clock_message {kind}" for kind in ("start", "clock", "clock", "stop")]
