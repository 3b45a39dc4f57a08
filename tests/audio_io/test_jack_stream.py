"""A JACK client of our own: it obeys to the frame, and outlives its server."""

import json
import subprocess
import sys

import pytest

pytest.importorskip("jack", reason="JACK-Client is not installed")

# Its own server, which it kills and starts again as another one.
AGAIN = """
import json, os, signal, subprocess, sys, time
import queue
import numpy as np

name = os.environ["JACK_DEFAULT_SERVER"] = f"unloop-again-{os.getpid()}"

def server(rate, block):
    command = ["jackd", "-n", name, "-R", "-d", "dummy", "-r", str(rate), "-p", str(block)]
    jackd = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run(["jack_wait", "-s", name, "-w", "-t", "15"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return jackd

jackd = server(48000, 64)
from unloop_py.audio_io import card_stream, cards, portaudio_devices
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind

card_stream.WATCH_S = 0.1
engine = Engine(sample_rate=48000, channels=2, max_loop_s=2)
notices = queue.SimpleQueue()
stream = cards.open_card(engine, portaudio_devices.find_devices("system", "system"), on_notice=notices.put)
loop = np.random.default_rng(1).uniform(-0.1, 0.1, (30000, 2)).astype(np.float32)
slot = engine.acquire_slot(len(loop))
engine.buffer(slot)[: len(loop)] = loop
engine.send(Command(CommandKind.LOAD, slot=slot, length=len(loop)))
stream.start()

def played_on():
    # A whole pass was heard after this moment, and it is the loop.
    frame, end_s = engine.frame(), time.monotonic() + 20
    while engine.frame() < frame + 66000 and time.monotonic() < end_s:
        time.sleep(0.02)
    engine.events()
    heard = engine.played(frame + 3000, 60000)
    return any(np.array_equal(heard[at : at + 28000], loop[:28000]) for at in np.flatnonzero(heard[:30001, 0] == loop[0, 0]))

found = [played_on()]
told = []
for how, rate, block in ((signal.SIGKILL, 48000, 256), (signal.SIGTERM, 44100, 64), (signal.SIGTERM, 48000, 1024)):
    jackd.send_signal(how)
    jackd.wait()
    waited = stream.waiting
    jackd = server(rate, block)  # at once, as a service is started again
    told += [notices.get(timeout=20) for _ in range(1 if waited else 2)]
    if rate == 48000:
        found.append(played_on())
state, length = engine.status().state.label, engine.status().length_frames
stream.stop()
jackd.terminate()  # which also gives back what the killed one held
jackd.wait()
print(json.dumps({"found": found, "told": told, "state": state, "length": length, "block": stream.block}))
"""


def test_a_server_that_is_killed_and_started_again_is_played_on_with_the_loops_as_they_were(jack):
    done = subprocess.run([sys.executable, "-c", AGAIN], env=jack, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["found"] == [True, True, True]
    assert (said["state"], said["length"], said["block"]) == ("playing", 30000, 1024)
    words = ["has gone: start its server again; the loops are kept", "is back", "has gone",
             "is there again, but the server runs at 44100 Hz", "is back"]  # fmt: skip
    assert len(said["told"]) == len(words) and all(word in text for word, text in zip(words, said["told"], strict=True)), said["told"]


