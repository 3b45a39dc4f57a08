#!/usr/bin/env python3
"""How many players a cluster holds, what it does when it has too many, and what happens when a replica is killed.

Simulated players send real requests over HTTP: each has a loop of 2 to 10 s, begins at a moment of its own (a Poisson process), and asks
at every seam for the tokens of the next repetition, with the time that is left until then. Refused as late, it asks for half the sampling
steps, as a player's planner does. An offer is in time when its tokens are there before its seam. The same players meet the plain server
(`unloop serve`, one job at a time) and Ray Serve with one and two replicas, each a program of its own on this machine.

    .venv/bin/python scripts/bench_cluster.py [--quick] [--players 4 8 16] [--seconds 30] [--servers "ray 2"] [--log]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, children, finish, served

sys.path.insert(0, str(ROOT))

from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Prompt
from unloop_py.generator.token_job import TokenJob
from unloop_py.serve import wire
from unloop_py.serve.lines import open_line
from unloop_py.serve.wire import WireError

MODEL = "tiny"
STEPS = 6
SHORTEST_S, LONGEST_S = 2.0, 10.0
HELD_PERCENT = 99.0
SERVERS = {"plain": ["--worker", "thread"], "ray 1": ["--ray", "--replicas", "1"], "ray 2": ["--ray", "--replicas", "2"]}


@dataclass
class Seen:
    """What a player met. Lists of (by the clock, value)."""

    seams: list[tuple[float, bool]] = field(default_factory=list)      # whether its offer was in time
    waits_s: list[float] = field(default_factory=list)                 # from asking to having, of the offers that came
    steps: list[int] = field(default_factory=list)
    refused: int = 0
    lost: list[str] = field(default_factory=list)                      # calls that ended in anything but an offer or a refusal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="two numbers of players and short runs")
    parser.add_argument("--players", type=int, nargs="+", help="how many at a time")
    parser.add_argument("--seconds", type=float, help="of each run")
    parser.add_argument("--servers", nargs="+", choices=list(SERVERS), default=list(SERVERS))
    add_log_option(parser)
    asked = parser.parse_args()
    numbers = asked.players or ([4, 12] if asked.quick else [2, 4, 8, 12, 16, 24, 32])
    seconds = asked.seconds or (6.0 if asked.quick else 30.0)
    results: dict[str, Any] = {}
    for name in asked.servers:
        options = "--model", MODEL, "--model-threads", "1", "--waiting", "64", *SERVERS[name]
        with served(*options, OMP_NUM_THREADS="1") as (url, process):
            results[name] = measured(name, url, numbers, seconds)
            if name == "ray 2":
                held = results[name]["held_at_99_percent"] or min(numbers)
                results["a replica killed"] = killed(url, process.pid, held, max(20.0, seconds))
    finish("cluster", {"model": MODEL, "steps": STEPS, "loops_s": [SHORTEST_S, LONGEST_S], "seconds": seconds, "players": numbers},
           results, log=asked.log)


def measured(name: str, url: str, numbers: list[int], seconds: float) -> dict[str, Any]:
    """Runs with more and more players."""
    held, runs = 0, {}
    for number in numbers:
        row = runs[str(number)] = summary(play(url, number, seconds))
        held = number if row["in_time_percent"] >= HELD_PERCENT else held
        print(f"{name:>6}  {number:3d} players: {row['in_time_percent']:5.1f} % in time, p50 {row['p50_s']:.2f} s, "
              f"{row['mean_steps']:.1f} steps, {row['refused']} refused, {len(row['lost'])} lost")
    return {"held_at_99_percent": held, "runs": runs}


def killed(url: str, pid: int, number: int, seconds: float) -> dict[str, Any]:
    """A replica is killed after a third of the time: which offers were late, what was lost, and when all were in time again."""
    victims = [one for one in descendants(pid) if b"ServeReplica:unloop:generator" in command(one)]
    moment: list[float] = []

    def kill() -> None:
        moment.append(time.monotonic())
        os.kill(victims[0], signal.SIGKILL)

    timer = threading.Timer(seconds / 3, kill)
    timer.start()
    seen = play(url, number, seconds)
    timer.join()
    after = sorted(seam for one in seen for seam in one.seams if seam[0] > moment[0])
    late = [when for when, in_time in after if not in_time]
    row = {"players": number, "seams_after": len(after), "late_after": len(late), "lost": sum(len(one.lost) for one in seen),
           "last_late_after_s": round(max(late) - moment[0], 2) if late else 0.0, "in_time_at_the_end": bool(after) and after[-1][1]}
    print(f"a replica killed with {number} players: {row['late_after']} of {row['seams_after']} offers late, the last of them "
          f"{row['last_late_after_s']:.1f} s afterwards, {row['lost']} lost")
    return row


def play(url: str, number: int, seconds: float) -> list[Seen]:
    """Players for a while; what each of them met."""
    dice = np.random.default_rng(number)
    begins_s = np.cumsum(dice.exponential(min(seconds / 3, LONGEST_S) / number, number))
    loops_s = dice.uniform(SHORTEST_S, min(LONGEST_S, seconds / 2), number)
    zero_s, seen = time.monotonic() + 0.2, [Seen() for _ in range(number)]
    threads = [threading.Thread(target=player, args=(url, one, zero_s + float(begin_s), float(loop_s), zero_s + seconds))
               for one, begin_s, loop_s in zip(seen, begins_s, loops_s, strict=True)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def player(url: str, seen: Seen, begin_s: float, loop_s: float, end_s: float) -> None:
    """One of them. A thread of its own."""
    line, described = open_line(url)
    facts = described["facts"]
    length = int(np.ceil(loop_s * facts["sample_rate"] / facts["hop_length"]))
    codes = np.random.default_rng(0).integers(0, facts["codebook_size"], (1, facts["n_codebooks"], length), dtype=np.int16)
    passes = np.ones((1, 1, *codes.shape[1:]), np.uint8)
    seam_s, count = begin_s, 0
    with contextlib.closing(line):
        while seam_s + loop_s < end_s:
            while (wait_s := seam_s - time.monotonic()) > 0:
                time.sleep(wait_s)
            seam_s, count = seam_s + loop_s, count + 1
            got = offered(line, facts["codec"], codes, passes, count, seam_s, seen)
            seen.seams.append((seam_s, got))


def offered(line: Any, codec: str, codes: np.ndarray, passes: np.ndarray, count: int, seam_s: float, seen: Seen) -> bool:
    """Ask for the next repetition, with fewer steps where there is no time for more; whether it came in time."""
    steps = STEPS
    while steps:
        began_s = time.monotonic()
        job = TokenJob(codes, passes, (count,), Prompt(), steps)
        document = wire.call_document(codec=codec, within_s=seam_s - began_s, **wire.token_job_document(job))
        try:
            line.call("sample", document, timeout_s=seam_s - began_s + 2.0)
        except WireError as error:
            if error.kind not in ("late", "busy"):
                seen.lost.append(str(error))
                return False
            seen.refused += 1
            if time.monotonic() > seam_s:
                return False
            steps //= 2
            continue
        seen.waits_s.append(time.monotonic() - began_s)
        seen.steps.append(steps)
        return time.monotonic() <= seam_s
    return False


def summary(seen: list[Seen]) -> dict[str, Any]:
    seams = [in_time for one in seen for _, in_time in one.seams]
    waits = sorted(wait for one in seen for wait in one.waits_s) or [float("nan")]
    steps = [step for one in seen for step in one.steps] or [0]
    return {"offers": len(seams), "in_time_percent": round(100.0 * sum(seams) / max(len(seams), 1), 2),
            "p50_s": round(statistics.median(waits), 3), "p99_s": round(waits[min(int(0.99 * len(waits)), len(waits) - 1)], 3),
            "mean_steps": round(statistics.fmean(steps), 2), "refused": sum(one.refused for one in seen),
            "lost": [text[:100] for one in seen for text in one.lost][:8]}  # fmt: skip


def descendants(pid: int) -> list[int]:
    """All processes under one."""
    below = children(pid)
    return below + [deeper for one in below for deeper in descendants(one)]


def command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


if __name__ == "__main__":
    try:
        main()
    except UnloopError as error:
        sys.exit(str(error))
