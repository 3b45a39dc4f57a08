"""Clocks of other machines in a session: MIDI in and out over fake ports, and what is said when a door cannot be opened."""

import sys
import threading

import numpy as np
import pytest

from tests.test_session_timing import BAR, BEAT, BLOCK, RATE, Instrument
from unloop_py.errors import DeviceError
from unloop_py.midi import clock_ports
from unloop_py.session.other_clocks import OtherClocks

MIDI_CLOCK, LINK, JACK = -2, -6, -1
TICK = BEAT // 24


class FakePort:
    name = "drum machine"
    closed = False

    def close(self):
        self.closed = True


class FakePorts:
    """Stands in for `clock_ports`: keeps what is sent, and lets a test play the other machine."""

    def __init__(self):
        self.port = FakePort()
        self.sent = []
        self.opened = threading.Event()

    def open_clock_input(self, name, heard):
        self.heard = heard
        self.opened.set()
        return self.port

    def open_clock_output(self, name):
        return self.port, lambda kind: self.sent.append(kind)


@pytest.fixture
def clocks():
    made = []

    def make(play, ports, **settings):
        made.append(OtherClocks(play.bus, ports=ports, clock=lambda: play.frame / RATE, **settings))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def listening(play, clocks):
    """The instrument with its MIDI door open."""
    ports = FakePorts()
    doors = clocks(play, ports)
    doors.step()
    assert ports.opened.wait(5)
    while MIDI_CLOCK not in play.bus.timing.clock.others:
        pass
    return ports


def run(play, ports, ticks, start=None):
    """Let time pass while the other machine sends its ticks."""
    first = play.frame if start is None else start
    for k in range(ticks):
        play.until(first + k * TICK)
        ports.heard("clock", 0)
    return play


def test_a_recording_waits_for_the_other_machine_s_start_and_lies_in_its_bars(clocks):
    play = Instrument(sync_source=MIDI_CLOCK)
    ports = listening(play, clocks)
    run(play.until(10_000), ports, 48)
    ports.heard("stop", 0)
    play.press("record")
    run(play.until(60_000), ports, 24)
    assert (play.state(), play.bus.status(0).pending_s) == ("off", -1.0)
    ports.heard("start", 0)
    start = play.frame + TICK
    run(play, ports, 60, start)
    assert play.state() == "recording"
    play.press("record")
    run(play, ports, 24 * 4, start + 60 * TICK)
    _, take = play.takes[-1]
    assert len(take) == pytest.approx(BAR, abs=BLOCK)


def test_a_song_position_that_jumps_back_does_not_leave_a_press_waiting_for_what_has_gone_by(clocks):
    play = Instrument(sync_source=MIDI_CLOCK)
    ports = listening(play, clocks)
    run(play.until(10_000), ports, 24 * 10)
    play.press("record")
    ports.heard("stop", 0)
    ports.heard("songpos", 0)
    ports.heard("continue", 0)
    run(play, ports, 24 * 4 + 6, play.frame + TICK)
    assert play.state() == "recording"


@pytest.mark.parametrize("jitter_ms, ppm", [(3.0, 100), (1.0, -300)])
def test_a_loop_that_follows_a_jittery_clock_on_another_crystal_keeps_its_seams_within_1_ms_of_the_clock_s_mean(clocks, jitter_ms, ppm):
    play = Instrument(sync_source=MIDI_CLOCK, quantize=5, record_beats=2)
    ports = listening(play, clocks)
    tick = TICK * (1 + ppm * 1e-6)
    jitter = np.random.default_rng(4).uniform(-jitter_ms, jitter_ms, 24 * 90) * RATE / 1000
    play.until(2 * TICK)
    ports.heard("start", 0)
    seams = []
    for k in range(24 * 90):
        if k == 24 * 20:
            play.press("record")
        play.until(round(10_000 + k * tick + jitter[k]))
        ports.heard("clock", 0)
        seam = play.engine.status(0).next_seam_frame
        if seam >= 0 and (not seams or seam > seams[-1] + BEAT):
            seams.append(seam)
        elif seams and seam >= 0:
            seams[-1] = seam
    off = [(seam - 10_000) / (24 * tick) - round((seam - 10_000) / (24 * tick)) for seam in seams[:-1]]
    assert len(seams) > 30
    assert max(map(abs, off)) * 24 * tick < RATE / 1000
    length = play.engine.status(0).length_frames
    assert abs(length - 48 * tick) * len(seams) > 48 or ppm == 0  # left alone, it would have slipped further


def test_our_clock_goes_out_while_the_parameter_says_so(clocks):
    play = Instrument()
    ports = FakePorts()
    told = threading.Event()
    doors = clocks(play, ports, sleep=lambda seconds: told.wait(0.0005))
    play.bus.set(0, "output_midi_clock", 1)
    doors.step()
    play.until(BAR + BEAT)
    for _ in range(2000):
        told.wait(0.001)
        if ports.sent.count("clock"):
            break
    play.bus.set(0, "output_midi_clock", 0)
    doors.step()
    doors.stop()
    assert "clock" in ports.sent and ports.port.closed


@pytest.mark.parametrize(("uses", "states"), [(1, ["muted", "paused", "playing"]), (0, ["muted", "muted", "muted"])])
def test_another_machine_s_start_and_stop_are_the_loops_own_where_the_parameters_say_so(clocks, uses, states):
    play = Instrument(sync_source=MIDI_CLOCK, quantize=0, use_midi_start=uses, use_midi_stop=uses)
    ports = listening(play, clocks)
    play.press("record").until(BEAT).press("record").until(2 * BEAT).press("mute").until(2 * BEAT + 1000)
    seen = [play.state()]
    ports.heard("stop", 0)
    seen.append(play.until(play.frame + 1000).state())
    ports.heard("start", 0)
    ports.heard("clock", 0)
    seen.append(play.until(play.frame + 1000).state())
    assert seen == states
    if uses:
        assert play.bus.engine.status(0).position_frames <= 1000 + 2 * BLOCK, "it is played from its start"


def test_clock_messages_that_come_without_a_port_are_gone_by_like_those_of_one(clocks):
    play = Instrument(sync_source=MIDI_CLOCK)
    clocks(play, FakePorts())  # whose port nobody opens
    play.bus.clock_message("start")
    for k in range(49):
        play.until(10_000 + k * TICK).bus.clock_message("clock")
    line = play.bus.moments.beats(play.frame)
    assert line is not None and line.beat_at(play.frame) == pytest.approx(2.0, abs=0.02)
    play.bus.clock_message("stop")
    assert play.bus.moments.beats(play.frame) is None


@pytest.mark.parametrize("sends", [0, 1])
def test_a_trigger_sends_another_start_with_the_next_tick_where_the_parameter_says_so(clocks, sends):
    play = Instrument(quantize=0, output_midi_clock=1, send_midi_start_on_trigger=sends)
    ports, told = FakePorts(), threading.Event()
    doors = clocks(play, ports, sleep=lambda seconds: told.wait(0.0005))
    play.press("record").until(BEAT).press("record").until(2 * BEAT)
    doors.step()
    for _ in range(2000):
        play.until(play.frame + BLOCK)
        if told.wait(0.001) or "start" in ports.sent:
            break
    already = ports.sent.count("start")
    play.press("trigger")
    for _ in range(200):
        play.until(play.frame + BLOCK)
        for event in play.events:
            doors.happened(event)
        told.wait(0.001)
    assert already == 1 and ports.sent.count("start") == 1 + sends


class FakeTimebase:
    def __init__(self):
        self.told, self.closed = [], False

    def tell(self, line, heard_now, sample_rate, beats_per_bar):
        self.told.append(None if line is None else (line.tempo_bpm(sample_rate), beats_per_bar))

    def close(self):
        self.closed = True


@pytest.mark.parametrize("source, tempo", [(-3, 120.0), (JACK, 120.0), (0, None)])
def test_jack_is_told_our_beats_and_never_its_own(clocks, source, tempo):
    play, timebase, told = Instrument(sync_source=source), FakeTimebase(), threading.Event()
    doors = clocks(play, FakePorts(), make_timebase=lambda: timebase, sleep=lambda seconds: told.wait(0.0005))
    play.bus.set(0, "jack_timebase_master", 1)
    doors.step()
    for _ in range(2000):
        told.wait(0.001)
        if timebase.told:
            break
    play.bus.set(0, "jack_timebase_master", 0)
    doors.step()
    doors.stop()
    assert timebase.told[0] == (None if tempo is None else (tempo, 4)) and timebase.closed


def test_a_door_that_cannot_be_opened_is_said_and_the_press_can_be_taken_back(clocks):
    class NoPorts(FakePorts):
        def open_clock_input(self, name, heard):
            self.opened.set()
            raise DeviceError("no MIDI input can be opened: connect an interface")

    play = Instrument(sync_source=MIDI_CLOCK)
    ports = NoPorts()
    doors = clocks(play, ports)
    doors.step()
    assert ports.opened.wait(5)
    doors.stop()
    play.press("record").until(BLOCK * 4)
    assert ("", "no MIDI input can be opened: connect an interface") in play.told("error")
    play.press("record")
    assert play.bus.status(0).pending == ""


@pytest.mark.parametrize(
    "package, module, extra", [("link", "sync.link", "link"), ("jack", "sync.jack_transport", "jack"), ("mido", "midi.clock_ports", "midi")]
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch, package, module, extra):
    import importlib

    door = importlib.import_module(f"unloop_py.{module}")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DeviceError, match=rf"pip install unloop\[{extra}\]"):
        getattr(door, f"_{package}")()


@pytest.mark.parametrize(
    "wanted, chosen", [("TR-8", "TR-8S:TR-8S MIDI 1 20:0"), ("tr-8s midi 1", "TR-8S:TR-8S MIDI 1 20:0"), (None, "Through 14:0")]
)
def test_a_port_is_found_by_part_of_its_name_and_the_first_is_taken_where_none_is_named(wanted, chosen):
    assert clock_ports._choose(wanted, ["Through 14:0", "TR-8S:TR-8S MIDI 1 20:0"], "input") == chosen


def test_a_port_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(DeviceError, match="there are Through; TR-8S"):
        clock_ports._choose("keystep", ["Through", "TR-8S"], "input")
    with pytest.raises(DeviceError, match="several MIDI ports match 'tr'"):
        clock_ports._choose("tr", ["TR-8", "TR-6"], "input")
