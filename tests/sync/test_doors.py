"""Link and JACK's transport as beats, over fake packages."""

import sys
from types import SimpleNamespace

import pytest

from unloop_py.errors import DeviceError
from unloop_py.sync.jack_transport import JackTransport
from unloop_py.sync.link import LinkClock

RATE = 48000


class FakeLinkState:
    def __init__(self, tempo, beat):
        self._tempo, self.beat = tempo, beat

    def tempo(self):
        return self._tempo

    def setTempo(self, tempo, micros):
        self._tempo = tempo

    def beatAtTime(self, micros, quantum):
        assert quantum == 3.0
        return self.beat + micros * self._tempo / 60e6


class FakeLink:
    def __init__(self, tempo):
        self.state, self.enabled, self.micros = FakeLinkState(tempo, 2.0), False, 1_500_000

    def captureSessionState(self):
        return self.state

    def commitSessionState(self, state):
        self.state = state

    def clock(self):
        return SimpleNamespace(micros=lambda: self.micros)


@pytest.fixture
def link(monkeypatch):
    made = []
    monkeypatch.setitem(sys.modules, "link", SimpleNamespace(Link=lambda tempo: made.append(FakeLink(tempo)) or made[-1]))
    clock = LinkClock(120.0, lambda: 3, lambda: 96_000, RATE)
    return clock, made[0]


def test_link_s_beat_is_where_it_is_heard_now(link):
    clock, package = link
    line = clock.line(96_000)
    assert package.enabled and line.beat_at(96_000) == 5.0 and line.tempo_bpm(RATE) == 120.0


def test_a_tempo_that_is_set_is_everybody_s(link):
    clock, package = link
    clock.set_tempo(90.0)
    assert package.state.tempo() == 90.0 and clock.line(0).tempo_bpm(RATE) == pytest.approx(90.0)


@pytest.mark.parametrize("tempo", [0.0, 1e9, float("nan")])
def test_a_session_whose_tempo_no_music_has_is_no_clock(link, tempo):
    clock, package = link
    package.state = FakeLinkState(tempo, 0.0)
    assert clock.line(0) is None


def test_leaving_switches_link_off(link):
    clock, package = link
    clock.close()
    assert not package.enabled


class FakeJack:
    ROLLING, STOPPED = "rolling", "stopped"
    JackError = type("JackError", (Exception,), {})

    def __init__(self):
        self.state, self.where, self.frames_since_cycle_start, self.open = self.ROLLING, {"frame": 0, "frame_rate": RATE}, 0, True

    def Client(self, name, no_start_server):
        if not self.open:
            raise self.JackError("no server")
        return self

    def activate(self):
        pass

    def transport_query(self):
        return self.state, dict(self.where)


@pytest.fixture
def jack(monkeypatch):
    package = FakeJack()
    monkeypatch.setitem(sys.modules, "jack", package)
    return package


def test_without_a_timebase_master_beats_are_counted_from_the_transport_s_start_at_our_tempo(jack):
    jack.where, jack.frames_since_cycle_start = {"frame": 48_000, "frame_rate": RATE}, 100
    line = JackTransport(lambda: 60.0, lambda: 500_100, RATE).line(0)
    assert line.beat_at(500_100) == pytest.approx(1 + 100 / 48_000)


def test_with_one_they_are_its_bars_beats_and_tempo(jack):
    jack.where = {
        "frame": 1, "frame_rate": RATE, "bar": 3, "beat": 2, "tick": 960, "beats_per_bar": 4.0, "ticks_per_beat": 1920.0,
        "beats_per_minute": 90.0,
    }  # fmt: skip
    line = JackTransport(lambda: 60.0, lambda: 1000, RATE).line(0)
    assert line.beat_at(1000) == 9.5 and line.tempo_bpm(RATE) == pytest.approx(90.0)


@pytest.mark.parametrize("tempo", [0.0, 1e9, float("nan")])
def test_a_master_whose_tempo_no_music_has_is_no_clock(jack, tempo):
    jack.where |= {"bar": 1, "beat": 1, "tick": 0, "beats_per_bar": 4.0, "ticks_per_beat": 1920.0, "beats_per_minute": tempo}
    assert JackTransport(lambda: 60.0, lambda: 0, RATE).line(0) is None


def test_a_transport_that_stands_still_is_no_clock(jack):
    jack.state = jack.STOPPED
    assert JackTransport(lambda: 60.0, lambda: 0, RATE).line(0) is None


def test_without_a_server_the_cure_is_named(jack):
    jack.open = False
    with pytest.raises(DeviceError, match="no JACK server runs"):
        JackTransport(lambda: 60.0, lambda: 0, RATE)
