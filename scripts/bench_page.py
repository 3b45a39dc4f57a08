#!/usr/bin/env python3
"""What the page costs the instrument: processor time of each thread, and how soon a press is told, with nobody looking and with some.

    .venv/bin/python scripts/bench_page.py [--loops 16] [--clients 2] [--seconds 10] [--log]

A whole session in real time without a sound card, its loops playing; the clients are another process, so that theirs is not
counted. A press is a mute, from the bus to the notice of it: the conductor tells it, whom the server must not keep waiting.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import numpy as np
import soundfile
from bench_common import ROOT, add_log_option, finish

sys.path.insert(0, str(ROOT))

from unloop_py.config import JamConfig
from unloop_py.control.bus import Notice
from unloop_py.session.session import Session

RATE = 44100
LOOP_S = 2.0
PRESSES_PER_S = 10
CLIENTS = """
import sys, threading
from websockets.sync.client import connect
def look(url):
    with connect(url, max_size=None) as page:
        print("here", flush=True)
        for message in page:
            pass
for _ in range(int(sys.argv[2])):
    threading.Thread(target=look, args=[sys.argv[1]], daemon=True).start()
sys.stdin.read()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=16)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0)
    add_log_option(parser)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = JamConfig(backend="virtual", osc_port=0, oscquery_port=None, midi_devices=("none",), web=True, web_port=0, rate=RATE,
                           generator="off", autosave=False, sessions_folder=folder, loops=asked.loops)  # fmt: skip
        with Session(config) as session:
            fill(session, asked.loops)
            alone = measured(session, asked.seconds)
            with clients(session.front_ends.page.port, asked.clients):
                watched = measured(session, asked.seconds)
    results = {"alone": alone, "watched": watched,
               "process_ratio": round(watched["process_percent"] / max(alone["process_percent"], 0.01), 3)}  # fmt: skip
    print(f"{'':24}{'nobody looks':>16}{f'{asked.clients} pages':>16}")
    for name in alone:
        print(f"{name:24}{alone[name]:>16}{watched[name]:>16}")
    finish("page", {"loops": asked.loops, "clients": asked.clients, "seconds": asked.seconds}, results, log=asked.log)


def fill(session: Session, loops: int) -> None:
    """Every loop plays; each lasts a little longer than the one before."""
    playing = threading.Semaphore(0)
    session.bus.listen(lambda notice: playing.release() if notice.kind == "state" and notice.values == ("playing",) else None)
    for loop in range(loops):
        file = io.BytesIO()
        at = np.arange(round((LOOP_S + loop / loops) * RATE)) / RATE
        tone = 0.05 * np.sin(2 * np.pi * (110 + 20 * loop) * at)
        soundfile.write(file, np.stack([tone, tone], axis=1), RATE, format="WAV")
        address = f"http://127.0.0.1:{session.front_ends.page.port}/loops/{loop + 1}"
        urllib.request.urlopen(urllib.request.Request(address, file.getvalue(), method="PUT")).close()
    for _ in range(loops):
        if not playing.acquire(timeout=30.0):
            raise SystemExit("a loop does not play: is the machine busy?")


@contextlib.contextmanager
def clients(port: int, count: int) -> Iterator[None]:
    """So many open pages, in a process of their own."""
    looking = subprocess.Popen([sys.executable, "-c", CLIENTS, f"ws://127.0.0.1:{port}/ws", str(count)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        for _ in range(count):
            assert looking.stdout is not None and looking.stdout.readline() == "here\n"
        yield
    finally:
        looking.communicate()


def measured(session: Session, seconds: float) -> dict[str, Any]:
    """Share of a core that the process and its threads take, in percent, and how long a press takes to be told, in ms."""
    threads = {thread.name: time.pthread_getcpuclockid(thread.ident) for thread in threading.enumerate() if thread.ident is not None}
    before = {name: time.clock_gettime(clock) for name, clock in threads.items()}
    cpu_s, began_s, xruns = time.process_time(), time.monotonic(), session.bus.xruns()
    delays_ms = presses(session, seconds)
    took_s = time.monotonic() - began_s
    share = {name: 100 * (time.clock_gettime(clock) - before[name]) / took_s for name, clock in threads.items()}
    return {
        "process_percent": round(100 * (time.process_time() - cpu_s) / took_s, 2),
        "server_percent": round(share.get("unloop-web", 0.0), 2),
        "conductor_percent": round(share.get("conductor", 0.0), 2),
        "press_told_p50_ms": round(float(np.percentile(delays_ms, 50)), 2),
        "press_told_p99_ms": round(float(np.percentile(delays_ms, 99)), 2),
        "xruns": session.bus.xruns() - xruns,
    }


def presses(session: Session, seconds: float) -> list[float]:
    """Mutes the last loop and lets it sound again, and waits for each to be told."""
    loop, told = session.bus.n_loops - 1, threading.Event()

    def hear(notice: Notice) -> None:
        if notice.kind == "mute" and notice.loop == loop:
            told.set()

    session.bus.listen(hear)
    delays_ms = []
    for press in range(round(seconds * PRESSES_PER_S)):
        told.clear()
        began_s = time.monotonic()
        session.bus.command(loop, "mute", 1 - press % 2)
        if told.wait(5.0):
            delays_ms.append(1000 * (time.monotonic() - began_s))
        time.sleep(max(0.0, 1.0 / PRESSES_PER_S - (time.monotonic() - began_s)))
    return delays_ms


if __name__ == "__main__":
    main()
