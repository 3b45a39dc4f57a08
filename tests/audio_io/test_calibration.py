"""The round trip: measured through a cable of any length, kept for its devices, and gone from what is recorded."""

import json
import subprocess
import sys

import numpy as np
import pytest

from unloop_py.audio_io.calibration import find_click, latency_file, measure_round_trip, store_round_trip, stored_round_trip
from unloop_py.engine.engine import Engine
from unloop_py.errors import DeviceError

RATE = 48000
BLOCK = 64


class Cable:
    """An engine whose output comes back to its input so many frames later."""

    def __init__(self, delay, gain=0.5, noise=0.0):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=1)
        self.delay, self.gain, self.noise = delay, gain, noise
        self.line = np.zeros((delay, 1), np.float32)
        self.rng = np.random.default_rng(0)

    def wait(self, seconds):
        for _ in range(max(1, round(seconds * RATE / BLOCK))):
            heard = self.line[:BLOCK] + self.rng.uniform(-self.noise, self.noise, (BLOCK, 1)).astype(np.float32)
            out = np.zeros((BLOCK, 1), np.float32)
            self.engine.process(np.ascontiguousarray(heard, np.float32), out)
            self.line = np.concatenate([self.line, self.gain * out])[BLOCK:]


@pytest.mark.parametrize("delay, gain, noise", [(64, 1.0, 0.0), (65, -0.1, 0.0), (1000, 0.05, 0.002), (12_345, 0.3, 0.0)])
def test_the_round_trip_is_measured_to_the_frame_whatever_the_level_and_polarity(delay, gain, noise):
    cable = Cable(delay, gain, noise)
    trip = measure_round_trip(cable.engine, cable.wait)
    assert trip.frames == delay and trip.spread_frames == 0


def test_without_a_cable_the_cure_is_named():
    cable = Cable(64, gain=0.0, noise=0.001)
    with pytest.raises(DeviceError, match="8 of 8 clicks did not come back .* connect an output to an input"):
        measure_round_trip(cable.engine, cable.wait)


def test_a_driver_that_has_stopped_is_said():
    cable = Cable(64)
    with pytest.raises(DeviceError, match="the driver has stopped"):
        measure_round_trip(cable.engine, lambda seconds: None)


def test_round_trips_that_differ_are_no_measurement():
    cable = Cable(200)
    trips = iter(range(0, 4000, 64))

    def wait(seconds):
        cable.line = np.concatenate([np.zeros((next(trips), 1), np.float32), cable.line])
        cable.wait(seconds)

    with pytest.raises(DeviceError, match="choose them with --block"):
        measure_round_trip(cable.engine, wait)


def test_silence_is_like_no_click():
    assert find_click(np.zeros(5000), RATE)[1] == 0.0


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))


def test_what_was_measured_is_kept_for_its_devices(folder):
    assert stored_round_trip("card, block 64") is None
    store_round_trip("card, block 64", 512)
    store_round_trip("card, block 128", 640)
    store_round_trip("card, block 64", 500)
    assert (stored_round_trip("card, block 64"), stored_round_trip("card, block 128"), stored_round_trip("other")) == (500, 640, None)


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"card": "x"}', '{"card": -1}'])
def test_a_damaged_file_counts_as_none_and_is_written_anew(folder, content):
    latency_file().parent.mkdir(parents=True)
    latency_file().write_text(content)
    assert stored_round_trip("card") is None
    store_round_trip("card", 7)
    assert stored_round_trip("card") == 7


LOOPBACK = """
import json, sys, threading, time
import jack
import numpy as np
from unloop_py.audio_io import calibration, cards, portaudio
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, EventKind

block = int(sys.argv[1])
devices = portaudio.find_devices("system", "system", [1], [1])
patch = jack.Client("patch bay", no_start_server=True)

def opened(round_trip):
    engine = Engine(sample_rate=devices.sample_rate, channels=1, max_loop_s=2)
    open_stream, client = {"jack": (cards.open_card, "unloop"), "portaudio": (portaudio.PortAudioStream, "PortAudio")}[sys.argv[2]]
    stream = open_stream(engine, devices, block=block, round_trip=round_trip)
    stream.start()
    ends = [[p for p in patch.get_ports(client, is_audio=True, **{way: True})][0] for way in ("is_output", "is_input")]
    patch.connect(*ends)
    time.sleep(0.3)
    return engine, stream

engine, stream = opened(None)
trip = calibration.measure_round_trip(engine, time.sleep, clicks=2)
reported = stream.input_latency_frames + stream.output_latency_frames
stream.stop()

engine, stream = opened(trip.frames)
start = engine.frame() + 9600
# A click, heard through the cable while a loop is recorded; then the loop itself, overdubbed on itself.
for kind, frame in ((CommandKind.RECORD, start), (CommandKind.RECORD, start + 24000),
                    (CommandKind.OVERDUB, start + 48000), (CommandKind.OVERDUB, start + 72000)):
    engine.send(Command(kind, frame=frame))
engine.send(Command(CommandKind.CLICK, frame=start + 6000, value=0.25, control=1000))
takes = []
deadline = time.monotonic() + 20
while len(takes) < 2 and time.monotonic() < deadline:
    time.sleep(0.05)
    takes += [engine.buffer(e.slot)[: e.index, 0].copy() for e in engine.events() if e.kind == EventKind.TAKE]
xruns = stream.xruns
stream.stop()
age = np.arange(1440)
click = (0.25 * (1 - age / 1440) ** 3 * np.sin(2 * np.pi * 1000 * age / 48000)).astype(np.float32)
recorded, overdubbed = takes
inner = slice(2000, 20000)
print(json.dumps({
    "round_trip": trip.frames, "spread": trip.spread_frames, "reported": reported, "xruns": xruns,
    "recorded_at": int(np.flatnonzero(np.abs(recorded) > 1e-6)[0]) - int(np.flatnonzero(np.abs(click) > 1e-6)[0]),
    "click_is_exact": bool(np.abs(recorded[6000:7440] - click).max() < 1e-6),
    "overdub_is_twice_the_loop": bool(np.array_equal(overdubbed[inner], 2 * recorded[inner])),
}))
"""


@pytest.mark.parametrize("driver", ["jack", "portaudio"])
def test_through_jack_s_loopback_an_overdub_lies_at_exactly_0_frames_of_error(jack, driver):
    pytest.importorskip("jack", reason="JACK-Client is not installed")
    done = subprocess.run([sys.executable, "-c", LOOPBACK, "64", driver], env=jack, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["spread"] == 0 and said["round_trip"] > 0
    assert said["recorded_at"] == 6000 and said["click_is_exact"]
    assert said["overdub_is_twice_the_loop"]


ELSEWHERE = """
import time
import jack
from unloop_py.audio_io import calibration, portaudio
from unloop_py.engine.engine import Engine

devices = portaudio.find_devices("system", "system", [1], [1])
engine = Engine(sample_rate=devices.sample_rate, channels=1, max_loop_s=1)
stream = portaudio.PortAudioStream(engine, devices, block=64, clicks=[2])
stream.start()
patch = jack.Client("patch bay", no_start_server=True)
outputs = patch.get_ports("PortAudio", is_audio=True, is_output=True)
patch.connect(outputs[1], patch.get_ports("PortAudio", is_audio=True, is_input=True)[0])
time.sleep(0.3)
print(len(outputs), calibration.measure_round_trip(engine, time.sleep, clicks=2).frames)
stream.stop()
"""


def test_clicks_go_to_the_device_s_channel_that_is_named_for_them(jack):
    pytest.importorskip("jack", reason="JACK-Client is not installed")
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], env=jack, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[0] == "2" and int(done.stdout.split()[1]) > 0
