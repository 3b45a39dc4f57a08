"""What the terminal is told about a session, which signals end it, and what of the log reaches the player."""

import logging
import os
import queue
import signal
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from unloop_py.config import JamConfig
from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import Flag, State, Status
from unloop_py.session import jam
from unloop_py.session.jam import NO_PROFILE_KNOWS_IT, collect, ending_signals, errors_said, greeting, view
from unloop_py.sessions.state import Performance

RATE = 48000
PLAYING = Status(
    state=State.PLAYING, flags=Flag.GENERATE, take=1, tag=3, position_frames=RATE, length_frames=4 * RATE, repetition=5,
    late=2, undo_steps=1, redo_steps=0, frame=RATE * 30, next_seam_frame=RATE * 33, peak_in=0.0, peak_out=0.0, xruns=0,
    limited=0, events_lost=0, block_time=0.0, block_frame=0,
)  # fmt: skip


def session(status=PLAYING, *, generating=True, ready=True, vamper=True, port=9951, pending=("", 0.0), late=0, **front_ends):
    bus = SimpleNamespace(
        varied=SimpleNamespace(of=lambda loop: generating), xruns=lambda: 1, store=Store(),
        vamper=SimpleNamespace(ready=ready) if vamper else None,
        loops=[SimpleNamespace(progress=0.25, form="AAAB", late=late, state=status.state)],
        get=lambda loop, name: 0.5, timing=SimpleNamespace(pending=lambda loop: pending), selected=lambda: 0,
    )  # fmt: skip
    engine = SimpleNamespace(sample_rate=RATE, status=lambda loop: status)
    return SimpleNamespace(
        bus=bus,
        config=JamConfig(),
        osc=SimpleNamespace(host="127.0.0.1", port=port),
        front_ends=SimpleNamespace(**{"oscquery": None, "page": None, "patches": None} | front_ends),
        sound=SimpleNamespace(engine=engine, words="a card, 48000 Hz"),
        vamper=bus.vamper,
        keeping=None,
    )


def test_the_status_line_shows_the_loop_as_it_stands():
    shown = view(session())
    assert (shown.state, shown.position_s, shown.length_s, shown.seam_in_s) == ("playing", 1.0, 4.0, 3.0)
    assert (shown.repetition, shown.late, shown.xruns, shown.progress, shown.form) == (5, 2, 1, 0.25, "AAAB")
    assert shown.generating == "on"


def test_the_status_line_shows_what_waits_for_the_clock():
    shown = view(session(pending=("record", 1.25)))
    assert (shown.pending, shown.pending_s) == ("record", 1.25)


def test_while_recording_the_length_is_what_was_recorded_so_far():
    recording = replace(PLAYING, state=State.RECORDING, position_frames=2 * RATE, length_frames=0)
    assert view(session(recording)).length_s == 2.0


@pytest.mark.parametrize(
    "told, settings, flags",
    [
        ("off", {"generating": False}, Flag(0)),
        ("take", {}, Flag.GENERATE | Flag.BACK),
        ("locked", {}, Flag.GENERATE | Flag.LOCKED),
        ("loading", {"ready": False}, Flag.GENERATE),
        ("on", {"vamper": False}, Flag.GENERATE),
        ("late", {"late": 1}, Flag.GENERATE),
    ],
)
def test_the_player_sees_whether_and_why_not_the_loop_is_varied(told, settings, flags):
    assert view(session(replace(PLAYING, flags=flags), **settings)).generating == told


def test_the_greeting_names_sound_port_keys_and_that_one_can_record():
    lines = list(greeting(session(), keys=True))
    assert "a card, 48000 Hz" in lines[0]
    assert lines[1] == "OSC: udp and tcp 127.0.0.1 port 9951"
    assert "space = record / play / overdub" in lines[2]
    assert lines[-1] == "ready to record"


def test_the_page_is_shown_as_an_address_to_click():
    page = SimpleNamespace(address="http://127.0.0.1:9950/", code="")
    assert "page: http://127.0.0.1:9950/" in list(greeting(session(page=page), keys=False))


@pytest.mark.parametrize(
    "patches, says", [(object(), "port 8001, answers to 8003"), (None, "port 8001, which is taken, so that its patches are not heard")]
)
def test_where_the_patches_of_unloop_for_max_are_heard_is_said_and_where_they_are_not(patches, says):
    assert f"unloop for Max: {says}" in list(greeting(session(patches=patches), keys=True))


def test_where_hosts_find_what_there_is_to_steer_stands_beside_the_port_that_steers():
    lines = list(greeting(session(oscquery=SimpleNamespace(port=9976)), keys=False))
    assert lines[1] == "OSC: udp and tcp 127.0.0.1 port 9951; OSCQuery: port 9976"


@pytest.mark.parametrize(
    "values, says",
    [
        (("came", "MC6 Port 1", "morningstar-mc6"), "MIDI: MC6 Port 1, as morningstar-mc6 has it"),
        (("came", "CH345", "none"), f"MIDI: CH345, {NO_PROFILE_KNOWS_IT}"),
        (("went", "CH345", ""), "MIDI: CH345 has gone"),
    ],
)
def test_a_device_that_comes_or_goes_is_said_with_what_it_means(values, says):
    said = queue.SimpleQueue()
    collect(Notice("midi", None, values), said)
    assert said.get_nowait() == says


def test_without_a_terminal_no_keys_are_promised():
    assert not any("space" in line for line in greeting(session(), keys=False))


def test_a_port_that_was_taken_is_said():
    assert list(greeting(session(port=9953), keys=False))[1] == "OSC: udp and tcp 127.0.0.1 port 9953 (port 9951 is taken)"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_asks_for_the_end_and_afterwards_means_what_it_did(name):
    number = getattr(signal, name)
    outside = signal.signal(number, handler := lambda *_: pytest.fail("not while somebody plays"))  # nohup ignores SIGHUP
    asked = []
    try:
        with ending_signals(lambda: asked.append(name)):
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)
        assert asked == [name, name]
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, outside)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_signals(lambda: pytest.fail("nohup means: play on")):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_error_in_the_log_is_said_and_a_warning_is_not(caplog):
    said = queue.SimpleQueue()
    log = logging.getLogger("unloop_py.somewhere")
    with errors_said(said):
        log.warning("a driver's whim")
        try:
            raise ValueError("no such buffer")
        except ValueError:
            log.exception("the conductor stumbled")
    log.error("after the session")
    assert said.get_nowait() == "the conductor stumbled: ValueError: no such buffer"
    assert said.empty()


class Question:
    """A jam whose player answers, without a sound card: the session, the screen and the keys are lists."""

    def __init__(self, keys):
        self.lines, self.restored, self.pressed = [], [], []
        self.quit = threading.Event()
        self._keys = iter([*keys, None])
        self.ended = False

    def say(self, line):
        self.lines.append(line)

    def show(self):
        pass

    def press(self, key):
        return False

    def read(self, seconds):
        key = next(self._keys)
        if key is None:
            self.quit.set()
        return key or ""


@pytest.mark.parametrize("keys, comes_back", [(["y"], True), ([" ", "y"], False), (["", "y"], True), (["n"], False)])
def test_the_question_whether_a_session_is_wanted_back_stands_until_any_key_is_pressed(monkeypatch, keys, comes_back):
    player = Question(keys)
    playing = session(vamper=False)
    playing.restore = lambda kept: player.restored.append(kept) or ["loop 1: 2.0 s of it are there"]
    kept = SimpleNamespace(folder=Path("2026-11-21 21.14.03"), damage=["take 2: it is damaged"])
    monkeypatch.setattr(jam, "read_session", lambda folder: kept)
    monkeypatch.setattr(jam, "Player", lambda bus, switches: SimpleNamespace(press=player.pressed.append, is_switch=lambda key: False))
    jam._play(playing, player, player, queue.SimpleQueue(), player.quit, kept)
    assert bool(player.restored) == comes_back
    assert player.pressed == [key for key in keys if key and not (comes_back and key == "y")]
    if comes_back:
        assert player.lines == ["2026-11-21 21.14.03 comes back", "take 2: it is damaged", "loop 1: 2.0 s of it are there"]


def test_there_is_room_for_every_loop_that_comes_back():
    three = Performance()
    three.loop(2)
    assert jam.with_loops(JamConfig(), three).loops == 3
    assert jam.with_loops(JamConfig(loops=5), three).loops == 5
    assert jam.with_loops(JamConfig(), None).loops == 1
