"""The page's server and its protocol, over a bus without sound."""

import asyncio
import json
import math
import random
import re
import socket
import threading
from pathlib import Path

import pytest

from unloop_py.control.bus import Notice
from unloop_py.control.commands import COMMANDS, KEYS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.pictures import PEAKS, Mask
from unloop_py.control.presets import PRESETS
from unloop_py.errors import CommandError
from unloop_py.web import clients
from unloop_py.web import server as serving

TIMEOUT_S = 30.0
DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "page.md").read_text(encoding="utf-8")


def changed(kind, values, loop=1, mine=False):
    return {"loop": loop, "kind": kind, "values": values, "mine": mine}


# What a page is told when it comes.


def test_a_page_is_told_every_table_and_so_restates_nothing(front):
    tables = front.page().hello["tables"]
    loops = [row for row in tables["parameters"] if row["scope"] != "layer"]
    assert [(row["name"], row["min"], row["max"], row["default"], row["unit"], row["help"]) for row in loops] == [
        (row.name, row.minimum, row.maximum, row.default, row.unit, row.help) for row in PARAMETERS
    ]
    assert [row["choices"] for row in loops] == [list(row.choices) for row in PARAMETERS]
    assert [(row["name"], row["argument"], row["help"], row["scope"]) for row in tables["commands"]] == [
        (row.name, row.argument, row.help, row.scope) for row in COMMANDS
    ]
    assert [row["key"] for row in tables["keys"]] == [key.key for key in KEYS]
    assert [row["name"] for row in tables["presets"]][: len(PRESETS)] == [row.name for row in PRESETS]
    assert {name for section in tables["sections"] for name in section["names"]} == {row.name for row in PARAMETERS}
    assert tables["space"]["playing"] == ["overdub", None]
    assert set(tables["marks"]["signs"]) == {"g", "m", "."}


def test_a_page_is_told_how_everything_stands(front, bus):
    bus.become(0, state="playing", length_s=2.0, position=0.5, layers=1, mute=False)
    bus.store.set(0, "mix", 0.25)
    bus.paint(0, (0.5,) * PEAKS, Mask(True, ("90", "09")))
    state = front.page().hello["state"]
    first, second = state["loops"]
    assert (first["loop"], first["state"], first["rate"], first["parameters"]["mix"]) == (1, "playing", 0.5, 0.25)
    assert first["peaks"] == [128] * PEAKS and first["mask"] == {"coming": True, "rows": ["90", "09"]}
    assert first["layer_values"] == [{"level": 1.0, "mute": 0, "vary": 0}]
    assert (second["loop"], second["state"], second["rate"], second["peaks"]) == (2, "off", 0.0, [])
    assert state["generate"] is True and state["selected"] == [1] and state["xruns"] == 0
    assert state["parameters"]["tempo"] == 120.0 and "tempo" not in first["parameters"]


@pytest.mark.parametrize(
    ("status", "speed", "rate"),
    [
        ({"state": "playing", "length_s": 4.0}, 1.0, 0.25),
        ({"state": "muted", "length_s": 4.0}, 2.0, 0.5),
        ({"state": "overdubbing", "length_s": 4.0, "reverse": True}, 1.0, -0.25),
        ({"state": "paused", "length_s": 4.0}, 1.0, 0.0),
        ({"state": "recording", "position_s": 1.0}, 1.0, 0.0),
    ],
)
def test_how_fast_a_playhead_goes_is_told(front, bus, status, speed, rate):
    bus.become(0, **status)
    bus.store.set(0, "speed", speed)
    assert front.page().hello["state"]["loops"][0]["rate"] == rate


# What a page asks.


def test_a_command_reaches_the_bus_and_its_change_everybody(front, bus):
    page, other = front.page(), front.page()
    assert page.ask(type="command", loop=1, name="record") == {"type": "done", "id": 1}
    (given,) = bus.given
    assert (given.loop, given.name, given.argument, given.source) == (0, "record", None, page.hello["client"])
    assert changed("state", ["recording"]) in other.news()


def test_arguments_mean_what_they_mean_everywhere(front, bus):
    page = front.page()
    page.ask(type="command", loop=2, name="mute", argument=1)
    page.ask(type="command", loop=2, name="mute")
    page.ask(type="command", loop=1, name="again", argument=3)
    page.ask(type="command", loop=1, name="form", argument="AAB")
    page.ask(type="command", loop=1, name="record", argument=0)  # a button's release
    page.ask(type="command", name="generate", argument=0)
    page.ask(type="command", loop="selected", name="draw", argument="g...")
    assert [(one.loop, one.name, one.argument) for one in bus.given] == [
        (1, "mute", 1), (1, "mute", None), (0, "again", 3), (0, "form", "AAB"), (None, "generate", 0), (0, "draw", "g..."),
    ]  # fmt: skip


def test_selected_means_every_loop_that_is(front, bus):
    page = front.page()
    page.ask(type="command", name="select_all")
    page.ask(type="command", loop="selected", name="play")
    assert [one.loop for one in bus.given if one.name == "play"] == [0, 1]


def test_who_turns_a_knob_knows_his_own_turn_from_another_s(front):
    page, other = front.page(), front.page()
    page.ask(type="set", loop=1, name="mix", value=0.25)
    assert changed("parameter", ["mix", 0.25]) in other.news()
    page.ask(type="set", loop=2, name="layer/0/level", value=0.5)
    other.ask(type="set", loop=1, name="mix", value=0.75)
    news = page.news()
    assert changed("parameter", ["mix", 0.75]) in news and changed("parameter", ["mix", 0.75], mine=True) not in news
    page.send(type="set", loop=1, name="wet", value=0.5)
    assert page.until("parameter", 1) == ["wet", 0.5]


def test_an_alias_and_a_word_are_understood_and_told_by_the_parameter_s_own_name(front, bus):
    page = front.page()
    page.ask(type="set", loop=1, name="temp", value="1.5")
    page.ask(type="set", loop=1, name="vary_mode", value="drifting")
    page.ask(type="set", name="tempo", value=90)
    assert [(loop, name, value) for loop, name, value, _ in bus.sets] == [(0, "temperature", 1.5), (0, "vary_mode", 3), (0, "tempo", 90.0)]


def test_the_state_is_told_again_when_asked(front, bus):
    page = front.page()
    bus.become(0, repetition=7)
    page.send(type="state")
    while (said := page.receive())["type"] != "state":
        pass
    assert said["state"]["loops"][0]["repetition"] == 7


def test_a_loop_that_comes_is_told_of_whole(front):
    page = front.page()
    page.send(type="command", name="loop_add")
    while (said := page.receive())["type"] != "loop":
        pass
    assert said["loop"]["loop"] == 3 and said["loop"]["state"] == "off"


def test_a_layer_that_goes_while_one_looks_leaves_the_others(front, bus, monkeypatch):
    bus.become(0, layers=3)
    ask = bus.get

    def get(loop, name):
        if name.startswith("layer/2/"):
            raise CommandError("layer of loop 1 must be in 0..1, got 2")
        return ask(loop, name)

    monkeypatch.setattr(bus, "get", get)
    first = front.page().hello["state"]["loops"][0]
    assert len(first["layer_values"]) == 2 and first["parameters"]["wet"] == 1.0


def test_what_cannot_be_told_does_not_keep_what_follows(front, bus, caplog):
    page = front.page()
    bus.tell(Notice("loops", None, ("many",)))
    bus.tell(Notice("xruns", None, (3,)))
    assert changed("xruns", [3], loop=None) in page.news()
    assert "loops could not be told" in caplog.text


def test_peaks_and_masks_are_told_when_they_change(front, bus):
    page = front.page()
    bus.paint(1, (1.0,) + (0.0,) * (PEAKS - 1), Mask(True, ("909",)))
    news = page.news()
    assert changed("peaks", [255] + [0] * (PEAKS - 1), loop=2) in news
    assert changed("mask", [{"coming": True, "rows": ["909"]}], loop=2) in news


def test_the_clock_s_last_beat_is_known_to_who_comes_later(front, bus):
    assert front.page().hello["state"]["clock"] == [0, 0, 0]
    bus.tell(Notice("clock", None, (120.0, 3, 2)))
    assert front.page().hello["state"]["clock"] == [120.0, 3, 2]


def test_positions_come_by_themselves_while_something_moves(front, bus):
    bus.become(0, state="playing", length_s=4.0)
    page = front.page()
    for step in range(1, 4):
        bus.become(0, position=step / 10, position_s=step / 10 * 4, seam_s=4 - step / 10 * 4, peak_out=0.5)
        while (said := page.receive())["type"] != "positions" or said["loops"][0][0] != step / 10:
            pass
        gone_s = pytest.approx(step * 0.4)
        assert said["loops"] == [[step / 10, 0.25, gone_s, pytest.approx(4 - step * 0.4), 4.0], [0.0, 0.0, 0.0, -1.0, 0.0]]
        assert said["peak_out"] == 0.5


def test_there_is_a_sign_of_life_while_nothing_moves(front):
    page = front.page()
    for _ in range(2):
        while page.receive()["type"] != "alive":
            pass


def test_the_messages_of_the_documents_are_understood(front):
    page = front.page()
    examples = [json.loads(text) for text in re.findall(r"`({\"id\".*?})`", DOCUMENT)]
    assert {one["type"] for one in examples} == {"command", "set", "state", "sessions", "session", "midi"}
    for example in examples:
        example.pop("id")
        assert page.ask(**example)["type"] == ("error" if example["type"] == "session" else "done")


# What is wrong with what a page asks.


BAD = [
    ("{", "one JSON object"),
    ("[1]", "one JSON object"),
    ('"text"', "one JSON object"),
    ("[" * 5000, "one JSON object"),
    ("x" * 1_000_000, "at most 65536 characters, got 1000000"),
    (b"\x00\x01", "got bytes"),
    ({}, "a message's type is command, set, state"),
    ({"type": ["command"]}, "a message's type is"),
    ({"type": "command"}, "command needs a name"),
    ({"type": "command", "name": 3}, "command needs a name"),
    ({"type": "command", "name": "x" * 100_0}, "command needs a name"),
    ({"type": "command", "name": "recrod", "loop": 1}, "the nearest is 'record'"),
    ({"type": "command", "name": "record"}, r"loop must be in 1\.\.2 or selected, got None"),
    ({"type": "command", "name": "record", "loop": 0}, r"loop must be in 1\.\.2"),
    ({"type": "command", "name": "record", "loop": 3}, r"loop must be in 1\.\.2"),
    ({"type": "command", "name": "record", "loop": True}, r"loop must be in 1\.\.2"),
    ({"type": "command", "name": "record", "loop": 1.5}, r"loop must be in 1\.\.2"),
    ({"type": "command", "name": "record", "loop": {"a": 1}}, r"loop must be in 1\.\.2"),
    ({"type": "command", "name": "record", "loop": 1, "argument": [1]}, "an argument is a number or a text"),
    ({"type": "command", "name": "mute", "loop": 1, "argument": 7}, "mute takes 1, 0 or no argument"),
    ({"type": "command", "name": "again", "loop": 1, "argument": -1}, "again takes a whole number"),
    ({"type": "command", "name": "load", "loop": 1, "argument": "/etc/passwd"}, "load: not from the page"),
    ({"type": "command", "name": "save", "loop": 1, "argument": "/tmp/x.wav"}, "save: not from the page"),
    ({"type": "command", "name": "quit"}, "quit: not from the page"),
    ({"type": "set", "loop": 1, "name": "mix"}, "mix must be a number in 0..1"),
    ({"type": "set", "loop": 1, "name": "mix", "value": 2}, r"mix must be in 0\.\.1, got 2"),
    ({"type": "set", "loop": 1, "name": "mix", "value": [0.5]}, "mix must be a number"),
    ({"type": "set", "loop": 1, "name": "mix", "value": math.nan}, "mix must be a number"),
    ({"type": "set", "loop": 1, "name": "mxi", "value": 1}, "the nearest is 'mix'"),
    ({"type": "set", "loop": 9, "name": "mix", "value": 1}, r"loop must be in 1\.\.2"),
    ({"type": "session", "name": 7}, "session needs a name"),
    ({"type": "session", "name": "tuesday"}, "no session is called 'tuesday'"),
]


@pytest.mark.parametrize(("message", "says"), BAD, ids=[str(message)[:50] for message, _ in BAD])
def test_what_cannot_be_is_answered_in_words_and_changes_nothing(front, bus, message, says):
    page = front.page()
    before = bus.store.snapshot(0)
    page.socket.send(json.dumps({"id": 7, **message}) if isinstance(message, dict) else message)
    while (said := page.receive())["type"] != "error":
        pass
    assert said["id"] == (7 if isinstance(message, dict) else None)
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(said["text"])
    assert bus.given == [] and bus.sets == [] and bus.store.snapshot(0) == before
    assert page.ask(type="ping")["type"] == "done"


def test_whatever_is_said_is_answered_and_the_connection_stands(front, bus):
    chance = random.Random(1)
    scraps = [None, True, -1, 0, 1, 2.5, 1e308, "", "record", "mix", "layer/0/level", "layer/999999/level", "selected", "x" * 300, [], [1],
              {}, {"type": "set"}, "\u0000", "\ud800", 10**30]  # fmt: skip
    kinds = ["command", "set", "state", "ping", "sessions", "session", "nonsense", 7]
    names = [row.name for row in COMMANDS if row.argument not in ("file", "name")] + [row.name for row in PARAMETERS]
    page = front.page()
    for number in range(1500):
        message = {"id": number, "type": chance.choice(kinds)}
        for key in chance.sample(["loop", "name", "argument", "value"], chance.randrange(5)):
            message[key] = chance.choice(scraps)
        if chance.random() < 0.5:
            message |= {"loop": chance.choice([1, 2, "selected"]), "name": chance.choice(names)}
        page.socket.send(json.dumps(message))
    answered = set()
    while len(answered) < 1500:
        said = page.receive()
        if said["type"] in ("done", "error"):
            assert "internal error" not in said.get("text", "")
            answered.add(said["id"])
    assert bus.n_loops >= 1


@pytest.mark.parametrize("number", [[1], {"a": 1}, True, "x" * 65])
def test_a_number_that_is_none_is_answered_without(front, number):
    page = front.page()
    page.socket.send(json.dumps({"id": number, "type": "nonsense"}))
    while (said := page.receive())["type"] != "error":
        pass
    assert said["id"] is None


def test_what_the_instrument_refuses_is_answered_with_its_own_words_to_who_asked(front, bus):
    page, other = front.page(), front.page()
    bus.refuse = "not now; play first"
    assert page.ask(type="command", loop=1, name="record")["text"] == bus.refuse
    assert page.ask(type="set", loop=1, name="mix", value=1)["text"] == bus.refuse
    assert other.news() == []


def test_a_fault_of_the_bus_does_not_end_the_connection(front, bus, monkeypatch, caplog):
    page = front.page()
    monkeypatch.setattr(bus, "command", lambda *arguments: 1 / 0)
    assert page.ask(type="command", loop=1, name="record")["text"] == "an internal error: see the log"
    assert "ZeroDivisionError" in caplog.text
    assert page.ask(type="ping")["type"] == "done"


def test_a_message_beyond_all_measure_ends_that_connection_alone(front):
    page, other = front.page(), front.page()
    with pytest.raises(Exception, match=r"1009|close"):
        page.socket.send("x" * (5 * 2**20))
        while True:
            page.receive()
    assert other.ask(type="ping")["type"] == "done"


# Those who come, go, and do not read.


def test_two_pages_are_told_the_same(front, bus):
    pages = [front.page(), front.page()]
    for step in range(20):
        pages[step % 2].ask(type="set", loop=1 + step % 2, name="mix", value=step / 20)
    seen = [{}, {}]
    for page, last in zip(pages, seen, strict=True):
        page.send(type="state")
        while (said := page.receive())["type"] != "state":
            pass
        last |= said["state"]
    assert seen[0] == seen[1]


def test_who_reads_late_hears_the_last_value_and_not_all_between(front, bus):
    page = front.page()
    held = threading.Event()
    front.server._serving.call(held.wait, TIMEOUT_S)  # the server is busy while the faders move
    for step in range(1000):
        bus.tell(Notice("parameter", 0, ("mix", step / 1000)))
        bus.tell(Notice("parameter", 0, ("wet", step / 1000)))
    bus.tell(Notice("error", None, ("", "something")))
    held.set()
    assert page.news() == [changed("parameter", ["mix", 0.999]), changed("parameter", ["wet", 0.999]),
                           changed("error", ["", "something"], loop=None)]  # fmt: skip


def test_of_many_errors_the_last_ones_are_told(front, bus):
    page = front.page()
    held = threading.Event()
    front.server._serving.call(held.wait, TIMEOUT_S)
    for number in range(1000):
        bus.tell(Notice("error", None, ("", str(number))))
    held.set()
    assert [change["values"][1] for change in page.news()] == [str(number) for number in range(1000 - clients.MOST_ERRORS, 1000)]


def test_who_never_reads_is_cut_off_and_the_others_hear_on(bus, new_front, monkeypatch):
    monkeypatch.setattr(clients, "CUT_OFF_S", 1.0)
    front = new_front(bus)
    good = front.page()
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")  # fmt: skip
        while len(front.server._clients) < 2:
            good.ask(type="ping")
        text = "x" * 500_000
        while len(front.server._clients) == 2:
            bus.tell(Notice("error", None, ("", text)))
            bus.tell(Notice("parameter", 0, ("mix", 0.5)))
            good.ask(type="ping")
    assert good.ask(type="ping")["type"] == "done"


def test_who_asks_and_never_reads_the_answers_is_read_no_more(front, bus):
    page = front.page()
    client = next(iter(front.server._clients))
    held, full = threading.Event(), clients.MOST_ANSWERS
    client._send = hold(held, client._send)
    other = front.page()
    for _ in range(3 * full):
        page.send(type="ping")
    while len(client._messages) < full:
        other.ask(type="ping")
    for _ in range(20):
        other.ask(type="ping")
    assert len(client._messages) == full
    held.set()
    assert page.ask(type="ping")["type"] == "done"


def hold(held, send):
    async def sent(text):
        while not held.is_set():
            await asyncio.sleep(0.001)
        await send(text)

    return sent


def test_a_page_more_than_there_may_be_is_told_to_wait(bus, new_front, monkeypatch):
    monkeypatch.setattr(serving, "MOST_CLIENTS", 1)
    front = new_front(bus)
    front.page()
    with pytest.raises(Exception, match=r"403|1013|close"):
        front.page()


def test_nobody_is_heard_when_nobody_looks(front, bus):
    assert not front.server.is_heard
    page = front.page()
    assert front.server.is_heard
    page.socket.close()
    while front.server.is_heard:
        front.request("/")
    bus.tell(Notice("parameter", 0, ("mix", 0.5)))
    assert not front.server._inbox


def test_who_comes_back_is_told_everything_anew(front, bus):
    front.page().socket.close()
    bus.become(0, state="paused")
    bus.store.set(0, "mix", 0.5)
    state = front.page().hello["state"]["loops"][0]
    assert (state["state"], state["parameters"]["mix"]) == ("paused", 0.5)


# The page itself.


def test_the_page_s_files_come_with_their_types_and_are_asked_for_anew(front):
    status, body, headers = front.request("/")
    assert status == 200 and b"<title>unloop" in body and headers["content-type"].startswith("text/html")
    status, _, headers = front.request("/page.js")
    assert (status, headers["cache-control"]) == (200, "no-cache") and headers["content-type"].startswith("text/javascript")
    assert front.request("/page.js", **{"If-None-Match": headers["etag"]})[0] == 304


@pytest.mark.parametrize("path", ["/none.js", "/../conftest.py", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd"])
def test_nothing_outside_the_page_s_folder_is_served(front, path):
    assert front.request(path)[0] == 404


def test_a_page_s_file_cannot_be_written(front):
    assert front.request("/page.js", "PUT", b"alert(1)")[0] in (404, 405)
    assert front.request("/loops/1", "DELETE")[0] == 405


# Presets, scenes and switches.


def test_a_preset_that_is_saved_is_told_to_everybody_as_the_player_s_own(front, bus):
    page, other = front.page(), front.page()
    assert not any(row["own"] for row in page.hello["tables"]["presets"])
    page.ask(type="command", loop=1, name="preset_save", argument="mine")
    while (said := other.receive())["type"] != "tables":
        pass
    assert [row["name"] for row in said["tables"]["presets"] if row["own"]] == ["mine"]


def test_the_switches_words_are_told(front):
    switches = front.page().hello["tables"]["switches"]
    assert [row["number"] for row in switches] == [1, 2, 3, 4] and all(len(row["help"]) == 3 for row in switches)


def test_a_page_that_goes_leaves_no_switch_pressed(front, bus):
    page, other = front.page(), front.page()
    page.ask(type="command", loop=1, name="switch_down", argument=1)
    page.ask(type="command", loop=1, name="switch_down", argument=2)
    page.ask(type="command", loop=1, name="switch_up", argument=2)
    page.socket.close()
    while not any(one.name == "switch_lost" for one in bus.given):
        other.ask(type="ping")
    (lost,) = [one for one in bus.given if one.name == "switch_lost"]
    assert (lost.loop, lost.argument, lost.source) == (0, 1, page.hello["client"])
