#!/usr/bin/env python3
"""What the front ends add to the instrument: how long it takes to start, what it holds in memory and what it does while idle.

    .venv/bin/python scripts/bench_front_ends.py [--rounds 4] [--idle 4] [--log]

Each round starts the instrument once for each case, one after the other, without a model and without a card, and waits until it says
that one can record. Of the rounds the least is taken, for a busy machine only adds. Memory is the process's own: what JACK shares
with all of its clients (100 MB where its server runs) is told apart.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bench_common import ROOT, add_log_option, finish

sys.path.insert(0, str(ROOT))

from unloop_py.audio_io.wav import AudioWriter

OFF = {"oscquery": ["--oscquery-port", "none"], "max": ["--max-ports", "none"], "midi": ["--midi-device", "none"], "page": []}
ON = {"page": ["--web"]}
READY = "ready to record"
SETTLED_S = 1.5  # threads that a start leaves behind have come to rest
TICKS = 100.0


def arguments(*front_ends: str) -> list[str]:
    """Those by which these are on and the others off; OSC's own port is always there."""
    return [word for name, off in OFF.items() for word in (ON.get(name, []) if name in front_ends else off)]


def cpu_s(process: int) -> float:
    """What a process has taken of a processor so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(process: int) -> tuple[float, float]:
    """What a process holds for itself and of its files, and what it shares, in MB."""
    told = dict(line.split(":") for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("Rss"))
    held = {name: int(text.split()[0]) / 1024 for name, text in told.items()}
    return held["RssAnon"] + held["RssFile"], held["RssShmem"]


def start(command: list[str], idle_s: float) -> dict[str, float]:
    """Start it once and end it."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        if not any(READY in line for line in process.stdout or ()):
            sys.exit(f"it did not start: {' '.join(command)}")
        told = {"start_s": time.perf_counter() - began, "start_cpu_s": cpu_s(process.pid)}
        time.sleep(SETTLED_S)
        before, since = cpu_s(process.pid), time.perf_counter()
        time.sleep(idle_s)
        told["idle_cpu_percent"] = 100.0 * (cpu_s(process.pid) - before) / (time.perf_counter() - since)
        told["memory_mb"], told["shared_mb"] = memory_mb(process.pid)
        process.send_signal(signal.SIGINT)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--idle", type=float, default=4.0, metavar="SECONDS")
    add_log_option(parser)
    chosen = parser.parse_args()

    with TemporaryDirectory() as folder:
        heard = Path(folder, "silence.wav")
        with AudioWriter(heard, 48000, 2) as writing:
            writing.write(np.zeros((48000, 2), np.float32))
        bare = [sys.executable, "-m", "unloop_py", "jam", "--backend", "virtual", "--input-file", str(heard), "--no-autosave",
                "--generator", "off", "--plain", "--osc-port", "9851", "--oscquery-port", "9875", "--web-port", "9850",
                "--max-ports", "9801:9803"]  # fmt: skip
        cases = {"osc_alone": arguments(), **{name: arguments(name) for name in OFF}, "all": arguments(*OFF)}
        rounds = [{case: start(bare + more, chosen.idle) for case, more in cases.items()} for _ in range(chosen.rounds)]
    least = {case: {key: round(min(one[case][key] for one in rounds), 2) for key in rounds[0][case]} for case in cases}
    print(f"{'':12}" + "".join(f"{key:>18}" for key in least["all"]))
    for case, told in least.items():
        print(f"{case:12}" + "".join(f"{value:18.2f}" for value in told.values()))
    slower = least["all"]["start_cpu_s"] / least["osc_alone"]["start_cpu_s"]
    finish("front_ends", {"rounds": chosen.rounds, "idle_s": chosen.idle}, {"start_cpu_all_to_osc_alone": round(slower, 3), "cases": least},
           log=chosen.log)


if __name__ == "__main__":
    main()
