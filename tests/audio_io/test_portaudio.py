"""A real PortAudio stream, on a JACK server without hardware; and a card that is pulled out, played by a stand-in."""

import json
import queue
import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from unloop_py.audio_io import card_stream, portaudio, portaudio_library
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, State
from unloop_py.errors import DeviceError

# In its own process: PortAudio finds its JACK server by environment, and scans it once.
PLAY = """
import json, sys, threading, time
from unloop_py.audio_io import portaudio
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, EventKind

devices = portaudio.find_devices("system", "system")
engine = Engine(sample_rate=devices.sample_rate, channels=devices.channels, max_loop_s=2)
stream = portaudio.PortAudioStream(engine, devices, block=64, record=sys.argv[1])
stream.start()
names = [t.name for t in threading.enumerate()]
deadline = time.monotonic() + 30
engine.send(Command(CommandKind.RECORD, frame=4800))
engine.send(Command(CommandKind.RECORD, frame=4800 + 24000))
events = []
while not any(e.kind == EventKind.SEAM for e in events) and time.monotonic() < deadline:
    time.sleep(0.02)
    events += engine.events()
status = engine.status()
stream.stop()
stopped = engine.frame()
time.sleep(0.1)
print(json.dumps({
    "rate": devices.sample_rate, "listed": [d.name for d in portaudio.list_devices()],
    "latency": [stream.input_latency_frames, stream.output_latency_frames],
    "engine_latency": int(engine._memory.header["latency"][0]),
    "states": [[e.frame, e.state.label] for e in events if e.kind == EventKind.STATE],
    "seam": [e.frame for e in events if e.kind == EventKind.SEAM][:1], "length": status.length_frames,
    "clock": status.block_time, "stays_stopped": engine.frame() == stopped, "frames": stopped,
    "python_threads": names,
}))
"""


def test_a_real_stream_calls_the_engine_and_obeys_to_the_frame(jack, tmp_path):
    path = tmp_path / "out.wav"
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(path)], env=jack, capture_output=True, text=True, timeout=120, check=True
    )
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["rate"] == 48000
    assert "system" in said["listed"]
    assert said["states"] == [[4800, "recording"], [28800, "playing"]]
    assert said["seam"] == [52800]
    assert said["length"] == 24000
    assert said["clock"] > 0
    assert said["stays_stopped"]
    assert said["engine_latency"] == sum(said["latency"])
    assert path.exists()
    assert done.stderr == ""


def test_an_unknown_device_is_told_with_what_there_is(jack):
    code = (
        "from unloop_py.audio_io import portaudio\n"
        "from unloop_py.errors import DeviceError\n"
        "try: portaudio.find_devices('sistem')\n"
        "except DeviceError as error: print(error)\n"
        "try: portaudio.find_devices(sample_rate=22050)\n"
        "except DeviceError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=jack, capture_output=True, text=True, timeout=60, check=True)
    unknown, rate = done.stdout.strip().splitlines()
    assert "no input device 'sistem'; did you mean 'system'?" in unknown
    assert "22050 Hz is not supported: choose 44100 and 48000" in rate


class Card:
    """A stand-in for sounddevice: one card, which can be pulled out and put back."""

    class PortAudioError(Exception):
        """As sounddevice's."""

    def __init__(self):
        self.there = True
        self.rate = 48000.0
        self.opened = 0
        self.default = SimpleNamespace(device=(0, 0))
        self._ffi = SimpleNamespace(cast=lambda kind, address: address)

    def query_devices(self):
        info = {"name": "USB card", "hostapi": 0, "max_input_channels": 2, "max_output_channels": 2,
                "default_samplerate": self.rate}  # fmt: skip
        return [info] if self.there else []

    def query_hostapis(self, index):
        return {"name": "ALSA"}

    def check_input_settings(self, *args, samplerate, **kwargs):
        if samplerate != self.rate:
            raise self.PortAudioError("Invalid sample rate")

    check_output_settings = check_input_settings

    def _terminate(self):
        pass

    _initialize = _terminate

    def _exit_handler(self):
        pass

    def _StreamBase(self, **settings):
        self.opened += 1
        return Stream(self)


class Stream:
    """A stream on that card; `turn` stands for the driver's thread."""

    latency = (0.004, 0.006)
    cpu_load = 0.0

    def __init__(self, card):
        self._card = card
        self.active = False

    def start(self):
        self.active = True

    def close(self):
        self.active = False


@pytest.fixture
def card(monkeypatch):
    """The stand-in, in place of sounddevice, and a watch that looks often."""
    card = Card()
    monkeypatch.setattr(portaudio_library, "sounddevice", lambda: card)
    monkeypatch.setattr(card_stream, "WATCH_S", 0.01)
    return card


def test_a_card_that_is_pulled_out_is_waited_for_with_the_loop_kept(card):
    engine = Engine(sample_rate=48000, channels=2, max_loop_s=1)
    notices, noticed = [], threading.Semaphore(0)

    def notice(text):
        notices.append(text)
        noticed.release()

    stream = portaudio.PortAudioStream(engine, on_notice=notice)
    assert (stream.input_latency_frames, stream.output_latency_frames) == (192, 288)
    block = np.zeros((20000, 2), np.float32)
    engine.send(Command(CommandKind.RECORD, frame=0))
    engine.send(Command(CommandKind.RECORD, frame=15000))
    engine.process(block, block.copy())
    stream.start()
    card.there = False
    assert noticed.acquire(timeout=10)
    assert stream.waiting
    assert notices == ["USB card (ALSA) has gone: connect it again; the loops are kept"]
    card.there = True
    assert noticed.acquire(timeout=10)
    assert notices[1] == "USB card is back"
    assert card.opened == 2
    status = engine.status()
    assert (status.state, status.length_frames) == (State.PLAYING, 15000)
    stream.stop()


@pytest.fixture
def playing(card):
    """A stream that runs with a loop, and a function that waits for the next thing the player is told."""
    engine = Engine(sample_rate=48000, channels=2, max_loop_s=1)
    notices = queue.SimpleQueue()
    stream = portaudio.PortAudioStream(engine, on_notice=notices.put)
    engine.send(Command(CommandKind.RECORD, frame=0))
    engine.send(Command(CommandKind.RECORD, frame=15000))
    block = np.zeros((20000, 2), np.float32)
    engine.process(block, block.copy())
    stream.start()
    yield engine, stream, lambda: notices.get(timeout=10)
    stream.stop()


def test_a_card_that_comes_back_at_another_rate_is_waited_for_and_the_player_is_told_why(card, playing):
    engine, _, told = playing
    card.there = False
    assert "has gone" in told()
    card.there, card.rate = True, 44100.0
    why = told()
    assert "USB card is there again, but" in why and "48000 Hz" in why and "loops are kept" in why
    card.rate = 48000.0
    assert told() == "USB card is back"
    assert (engine.status().state, engine.status().length_frames) == (State.PLAYING, 15000)


def test_a_driver_that_hangs_as_its_card_goes_is_said_with_the_cure(card, playing, monkeypatch):
    forever = threading.Event()
    monkeypatch.setattr(portaudio, "CLOSE_S", 0.05)
    monkeypatch.setattr(Stream, "close", lambda self: forever.wait())
    card.there = False
    assert playing[2]() == "USB card (ALSA) has gone: quit and start again"
    forever.set()


def test_a_driver_that_never_lets_go_does_not_hold_up_the_end(card, monkeypatch):
    monkeypatch.setattr(portaudio, "CLOSE_S", 0.05)
    forever = threading.Event()
    monkeypatch.setattr(Stream, "close", lambda self: forever.wait())
    stream = portaudio.PortAudioStream(Engine(sample_rate=48000, max_loop_s=1))
    stream.start()
    stream.stop()
    forever.set()


def test_a_card_in_use_is_named_with_the_cure(card, monkeypatch):
    def refuse(**settings):
        raise card.PortAudioError("Device unavailable")

    monkeypatch.setattr(card, "_StreamBase", refuse)
    with pytest.raises(DeviceError, match="USB card cannot be opened: Device unavailable; close what"):
        portaudio.PortAudioStream(Engine(sample_rate=48000, max_loop_s=1))


def test_without_portaudio_the_line_that_cures_it_is_named(monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(DeviceError, match="apt install libportaudio2"):
        portaudio.list_devices()
