"""Real MIDI ports: a pedalboard of our own on a JACK server without a sound card, and the instrument behind it."""

import os
import queue

import numpy as np
import pytest

from tests.conftest import jack_server
from unloop_py.audio_io.wav import write_audio
from unloop_py.config import JamConfig
from unloop_py.control.fake_bus import FakeBus
from unloop_py.midi.front_end import MidiFrontEnd
from unloop_py.session.session import Session

PATIENCE_S = 30.0
PROFILE = """
version = 1

[[binding]]
on = "note 60"
press = "record"
loop = 1

[[light]]
shows = "recording"
loop = 1
off = [["note 10", 0]]
on = [["note 10", 127]]

[[light]]
shows = "playing"
loop = 1
off = [["note 11", 0]]
on = [["note 11", 127]]
"""


class Board:
    """A pedalboard: a JACK client for each way."""

    def __init__(self, rtmidi):
        self.lights = queue.Queue()
        self._out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="board 1")
        self._in = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="board 2")
        self._in.set_callback(lambda event, data: self.lights.put(tuple(event[0])))
        self._in.open_virtual_port("in")
        self._out.open_virtual_port("out")
        self._ports = [self._in, self._out]

    def press(self, number):
        self._out.send_message((0x90, number, 100))

    def let_go(self, number):
        self._out.send_message((0x80, number, 0))

    def lit(self, *wanted):
        """Wait for a light to be told so."""
        while self.lights.get(timeout=PATIENCE_S) != wanted:
            pass

    def pull(self):
        while self._ports:
            port = self._ports.pop()
            port.close_port()
            port.delete()


@pytest.fixture(scope="module")
def patient_jack(tmp_path_factory):
    """A server whose cycle is long enough that a busy machine loses none, and with it no event."""
    options = ("-R", "-d", "dummy", "-r", "48000", "-p", "4096")
    with jack_server(tmp_path_factory, f"unloop-midi-{os.getpid()}", *options) as environment:
        yield environment


@pytest.fixture
def rtmidi(patient_jack, monkeypatch):
    rtmidi = pytest.importorskip("rtmidi")
    if rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        pytest.skip("python-rtmidi was built without JACK")
    for name in ("JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER"):
        monkeypatch.setenv(name, patient_jack[name])
    return rtmidi


@pytest.fixture
def profile(tmp_path):
    file = tmp_path / "board.toml"
    file.write_text(PROFILE)
    return f"board={file}"


@pytest.fixture
def board(rtmidi):
    boards = []

    def plug():
        boards.append(Board(rtmidi))
        return boards[-1]

    yield plug
    for one in boards:
        one.pull()


def until(told, wanted):
    while told.get(timeout=PATIENCE_S)[0] != wanted:
        pass


def test_a_board_that_comes_steers_and_is_lit_and_one_that_goes_lets_go(board, profile, tmp_path):
    bus, told = FakeBus(), queue.Queue()
    midi = MidiFrontEnd(bus, lambda notice: told.put(notice.values), [profile], file=tmp_path / "none.toml")
    bus.listeners.append(midi.notify)
    midi.start()
    try:
        here = board()
        until(told, "came")
        here.press(60)
        assert bus.wait_for(n_given=1, timeout_s=PATIENCE_S)
        bus.become(0, state="recording")
        here.lit(0x90, 10, 127)
        here.pull()
        until(told, "went")
        assert bus.wait_for(n_given=2, timeout_s=PATIENCE_S)
        assert [(one.name, one.argument) for one in bus.given] == [("down", "record"), ("up", "record")]
        again = board()
        until(told, "came")
        again.lit(0x90, 10, 127)
    finally:
        midi.stop()
    again.lit(0x90, 10, 0)


def test_a_note_records_a_loop_in_the_real_instrument_and_its_lights_say_so(board, profile, tmp_path):
    groove = tmp_path / "groove.wav"
    write_audio(groove, np.full((24000, 1), 0.1, np.float32), 48000)
    here = board()
    quiet = {"generator": "off", "autosave": False, "osc_port": 0, "oscquery_port": None, "max_ports": None}
    config = JamConfig(backend="virtual", input_file=str(groove), midi_devices=(profile,), **quiet)
    with Session(config) as session:
        here.lit(0x90, 10, 0)
        here.press(60)
        here.let_go(60)
        here.lit(0x90, 10, 127)
        here.press(60)
        here.lit(0x90, 11, 127)
        assert session.bus.status(0).state == "playing"
    here.lit(0x90, 11, 0)
