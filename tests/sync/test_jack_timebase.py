"""JACK's timebase on a real JACK server without hardware: other programs see our bars, beats and tempo."""

import json
import subprocess
import sys

import pytest

from unloop_py.errors import DeviceError
from unloop_py.sync.jack_transport import JackTimebase

TELL = """
import json, time
import jack
from unloop_py.errors import DeviceError
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.jack_transport import JackTimebase

other = jack.Client("other", no_start_server=True)
other.activate()
timebase = JackTimebase()
line = BeatLine(0.0, 0.0, 30_000.0)  # 96 bpm
timebase.tell(line, 30_000 * 5, 48000, 3)  # beat 5 is heard now
other.transport_locate(0)
other.transport_start()
time.sleep(0.3)
timebase.tell(line, 30_000 * 7, 48000, 3)
where, deadline = {}, time.monotonic() + 10
while where.get("bar") != 3 and time.monotonic() < deadline:
    time.sleep(0.01)
    _, where = other.transport_query()
try:
    JackTimebase()
    refused = ""
except DeviceError as error:
    refused = str(error)
timebase.tell(None, 0, 48000, 3)
time.sleep(0.2)
_, silent = other.transport_query()
other.transport_stop()
timebase.close()
other.deactivate()
other.close()
print(json.dumps({"where": {name: float(value) for name, value in where.items()}, "refused": refused, "silent": "bar" in silent}))
"""


def test_other_programs_see_our_bars_beats_and_tempo(jack):
    pytest.importorskip("jack", reason="JACK-Client is not installed")
    done = subprocess.run([sys.executable, "-c", TELL], env=jack, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    where = said["where"]
    assert where["beats_per_minute"] == pytest.approx(96.0)
    assert (where["bar"], where["beats_per_bar"], where["beat_type"]) == (3, 3, 4)
    assert where["beat"] in (2, 3) and 0 <= where["tick"] < where["ticks_per_beat"] == 1920
    assert where["bar_start_tick"] == 2 * 3 * 1920
    assert "another program is JACK's timebase master" in said["refused"]
    assert not said["silent"]


def test_without_a_server_the_cure_is_named(monkeypatch):
    pytest.importorskip("jack", reason="JACK-Client is not installed")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-is-called-so")
    with pytest.raises(DeviceError, match="no JACK server runs"):
        JackTimebase()
