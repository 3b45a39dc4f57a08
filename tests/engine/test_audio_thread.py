"""What the audio thread does not do: allocate, lock, wait, or call Python. Counted, not read.

A process of its own plays sixteen loops with `callback_watch.c` preloaded, which stands before every way to memory, to a
lock, to the GIL and to the system, and counts what the thread that runs the engine's callback takes of them inside it.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
NAMES = ("blocks", "allocated", "freed", "locked", "python", "system calls")

PLAY = """
import ctypes, json, sys, time, types
import numpy as np
sys.modules["tests"] = types.ModuleType("tests")  # some packages bring a folder of this name
sys.modules["tests"].__path__ = [sys.argv[2]]
from tests.engine.performances import KNOBS, random_command
from unloop_py.engine.engine import NEEDS_AUDIO, Engine
from unloop_py.engine.messages import Command, CommandKind, EventKind
from unloop_py.errors import EngineBusy

WHERE = sys.argv[1]
LOOPS = 16
CHANGES = (CommandKind.LOOP_DEL, CommandKind.LOOP_ADD)
counter = ctypes.CDLL(None)
counter.watch_start.restype = ctypes.c_void_p
rng = np.random.default_rng(5)
engine = Engine(sample_rate=48000, channels=2, max_loop_s=1, n_loops=LOOPS)
takes, obeyed, told = [(0, 0)] * LOOPS, set(), set()

def watched_callback(address):
    counter.watch(ctypes.c_void_p(address))
    return ctypes.cast(counter.watch_callback, ctypes.c_void_p).value

def drain():
    for event in engine.events():
        told.add(event.kind)
        if event.kind == EventKind.TAKE:
            takes[event.loop] = (event.take, event.index)
        elif event.kind == EventKind.OBEYED:
            obeyed.add(CommandKind(event.index))

def give(command, audio=None):
    if audio is not None:
        slot = engine.acquire_slot(len(audio))
        engine.buffer(slot)[: len(audio)] = audio
        filled = {"slot": slot, "length": len(audio) - command.control}
        command = type(command)(**{f: getattr(command, f) for f in command.__slots__} | filled)
    engine.send(command)

def play():
    for loop in range(LOOPS):  # first everybody plays
        give(Command(CommandKind.LOAD, loop), rng.uniform(-0.01, 0.01, (int(rng.integers(12000, 40000)), 2)).astype(np.float32))
    end_s = time.monotonic() + 60.0
    for n in range(2000):
        while True:
            drain()
            try:
                loop = int(rng.integers(engine.n_loops))
                give(*random_command(rng, loop, -1, takes[loop], 2))
                break
            except EngineBusy:
                assert time.monotonic() < end_s, "the driver does not run"
                time.sleep(0.001)
        if n % 20 == 0:  # what no dice give often enough
            for kind in set(CommandKind) - obeyed - {CommandKind.SET, *NEEDS_AUDIO, *CHANGES}:
                give(Command(kind, int(rng.integers(engine.n_loops)), value=1.0))
        if n % 200 in (50, 100):
            give(Command(CHANGES[n % 200 == 100], engine.n_loops - (n % 200 == 50)))
        time.sleep(0.001)
    drain()

if WHERE == "thread":
    watched_callback(engine.callback_address)
    driver = counter.watch_start(ctypes.c_void_p(engine.userdata))
    play()
    counter.watch_stop(ctypes.c_void_p(driver))
elif WHERE == "python":  # the same by a callback as most programs have it
    audio = np.zeros((64, 2), np.float32)
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 2, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)
    callback = prototype(lambda *block: engine.process(audio, audio.copy()) or 0)
    watched_callback(ctypes.cast(callback, ctypes.c_void_p).value)
    driver = counter.watch_start(ctypes.c_void_p(engine.userdata))
    play()
    counter.watch_stop(ctypes.c_void_p(driver))
else:
    from unloop_py.audio_io import jack_callback, jack_stream, portaudio, portaudio_devices

    devices = portaudio_devices.find_devices("system", "system")
    if WHERE == "portaudio":
        address = watched_callback(engine.callback_address)
        Engine.callback_address = property(lambda self: address)
        stream = portaudio.PortAudioStream(engine, devices, block=64)
    else:
        process, *others = jack_callback.build_jack_callbacks()
        counter.watch_jack(ctypes.c_void_p(process.address))
        watched = types.SimpleNamespace(address=ctypes.cast(counter.watch_process, ctypes.c_void_p).value)
        jack_stream.build_jack_callbacks = lambda: (watched, *others)
        stream = jack_stream.JackStream(jack_stream.jack_for(devices), engine, devices)
    stream.start()
    play()
# Before the stream stops: JACK ends its thread wherever it stands, and what unwinds there inside a block is not the engine.
counts = list((ctypes.c_long * 6).in_dll(counter, "watch_counts"))
if WHERE in ("portaudio", "jack"):
    stream.stop()
sees = bool(ctypes.c_int.in_dll(counter, "watch_sees_system_calls").value)
never = set(CommandKind) - obeyed - {CommandKind.CANCEL}  # which leaves no trace of its own
print(json.dumps({"counts": counts, "sees_system_calls": sees, "never_obeyed": sorted(k.name for k in never),
                  "told": sorted(k.name for k in told), "playing": sum(length > 0 for _, length in takes)}))
"""


@pytest.fixture(scope="module")
def watch(tmp_path_factory):
    """The library that counts, compiled."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("it takes Linux and a C compiler")
    library = tmp_path_factory.mktemp("watch") / "callback_watch.so"
    subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-o", library, HERE / "callback_watch.c", "-ldl", "-lpthread"], check=True)
    ctypes.CDLL(str(library))
    return library


def counted(watch, where, environment=os.environ):
    """What was counted while sixteen loops were played, and what was going on meanwhile."""
    env = {**environment, "LD_PRELOAD": str(watch), "PYTHONPATH": str(HERE.parents[1])}
    done = subprocess.run([sys.executable, "-c", PLAY, where, str(HERE.parent)], env=env, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return dict(zip(NAMES, said["counts"], strict=True)), said


def nothing_but_blocks(counts):
    return {name: count for name, count in counts.items() if count and name != "blocks"}


def test_the_callback_allocates_nothing_locks_nothing_and_never_asks_the_system_or_python(watch):
    counts, said = counted(watch, "thread")
    assert nothing_but_blocks(counts) == {}
    assert counts["blocks"] > 1000 and said["playing"] > 8
    assert said["never_obeyed"] == []
    assert {"TAKE", "SEAM", "SWAPPED", "FREED", "REJECTED", "HISTORY", "IGNORED", "STATE"} <= set(said["told"])


@pytest.mark.parametrize("driver", ["portaudio", "jack"])
def test_nor_does_it_on_the_thread_of_a_real_driver(watch, jack, driver):
    if driver == "jack":
        pytest.importorskip("jack", reason="JACK-Client is not installed")
    counts, said = counted(watch, driver, jack)
    assert nothing_but_blocks(counts) == {}
    assert counts["blocks"] > 1000 and said["never_obeyed"] == []


def test_a_callback_in_python_is_caught_doing_all_of_it(watch):
    counts, said = counted(watch, "python")
    assert counts["allocated"] > 0 and counts["freed"] > 0 and counts["locked"] > 0
    assert counts["python"] > 0 or not sysconfig.get_config_var("Py_ENABLE_SHARED")  # else Python calls itself unseen
    assert counts["system calls"] > 0 or not said["sees_system_calls"]
