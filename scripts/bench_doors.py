#!/usr/bin/env python3
"""What each door costs: the time of a variation and the bytes that travel, against the generator of this thread.

    .venv/bin/python scripts/bench_doors.py [--quick] [--model small] [--doors process,gradio,ray] [--log]

Every server is `unloop serve` as a player starts it, on this machine: what a network adds is not in here. The doors take turns,
variation by variation, so that whatever else the machine does falls on all of them alike; ratios are of medians.
"""

from __future__ import annotations

import argparse
import contextlib
import select
import socket
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, finish, served

sys.path.insert(0, str(ROOT))

from unloop_py.audio_io.groove import groove
from unloop_py.config import available_cores
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import DEFAULT_STEPS, Generator, Prompt, Take, VariationRequest
from unloop_py.serve.doors import open_generator

RATE = 44100
SERVERS = {"gradio": (), "ray": ("--ray",)}     # options of `unloop serve`


@dataclass
class Door:
    """A generator, and what was measured of it; `url` where bytes can be counted."""

    name: str
    generator: Generator
    url: str = ""
    tokens: bool = True
    seconds: dict[float, list[float]] = field(default_factory=dict)


def loop_of(seconds: float) -> np.ndarray:
    """A groove of this length, float32 (frames, 2): the demo's, round and round."""
    once = groove(RATE)
    frames = round(seconds * RATE)
    return np.ascontiguousarray(np.resize(once, (frames, once.shape[1])), dtype=np.float32)


class Counted:
    """A way to a server that counts the bytes which travel: up to it, and down."""

    def __init__(self, port: int) -> None:
        self.up = self.down = 0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self._to)) as server:
            while True:
                for one in select.select([client, server], [], [])[0]:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is client:
                        self.up += len(data)
                        server.sendall(data)
                    else:
                        self.down += len(data)
                        client.sendall(data)


def request(index: int, version: int) -> VariationRequest:
    return VariationRequest(version, index, index, Prompt(), DEFAULT_STEPS)


def time_doors(doors: list[Door], lengths: list[float], repeats: int) -> None:
    """Have every door make the same variations, in turns. The first one of each is not counted."""
    for version, length in enumerate(lengths, 1):
        prepared = [door.generator.prepare(Take(version, loop_of(length), RATE)) for door in doors]
        for index in range(repeats + 1):
            for door, take in zip(doors, prepared, strict=True):
                began = time.perf_counter()
                door.generator.vary(take, request(index, version))
                if index:
                    door.seconds.setdefault(length, []).append(time.perf_counter() - began)


def count_bytes(door: Door, lengths: list[float], loading: dict[str, Any]) -> dict[str, Any]:
    """Bytes of the take, which is sent once, and of a variation of it, with all that HTTP adds."""
    counted: dict[str, Any] = {}
    way = Counted(int(door.url.rpartition(":")[2]))
    try:
        with open_generator(way.url, tokens=door.tokens, **loading) as generator:
            for version, length in enumerate(lengths, 1):
                way.up = way.down = 0
                prepared = generator.prepare(Take(version, loop_of(length), RATE))
                take = way.up + way.down
                generator.vary(prepared, request(1, version))
                way.up = way.down = 0
                generator.vary(prepared, request(2, version))
                counted[f"{length:g}"] = {"take": take, "up": way.up, "down": way.down}
    finally:
        way.close()
    return counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="small")
    parser.add_argument("--lengths", default="2,5,10", help="seconds of the loops, default 2,5,10")
    parser.add_argument("--repeats", type=int, default=40, help="variations of each loop through each door, default 40")
    parser.add_argument("--doors", default="process,gradio,ray", help="beside this thread; default process,gradio,ray")
    parser.add_argument("--threads", type=int, default=available_cores(), help="of the model; default as many as there are cores")
    parser.add_argument("--quick", action="store_true", help="loops of 2 s, five variations")
    add_log_option(parser)
    given = parser.parse_args()
    lengths, repeats = ([2.0], 5) if given.quick else ([float(text) for text in given.lengths.split(",")], given.repeats)
    loading = {"compute": "cpu", "threads": given.threads}

    left_out: dict[str, str] = {}
    with contextlib.ExitStack() as open_doors:
        doors = [Door("thread", open_doors.enter_context(open_generator("local", given.model, **loading)))]
        for name in given.doors.split(","):
            try:
                if name == "process":
                    doors.append(Door(name, open_doors.enter_context(open_generator(name, given.model, **loading))))
                    continue
                options = "--model", given.model, "--model-threads", str(given.threads), *SERVERS[name]
                url, _ = open_doors.enter_context(served(*options))
                for tokens in (True, False):
                    generator = open_doors.enter_context(open_generator(url, tokens=tokens, **loading))
                    doors.append(Door(f"{name}, {'tokens' if tokens else 'sound'}", generator, url, tokens))
            except UnloopError as error:
                left_out[name] = str(error)
                print(f"  {name} is left out: {error}", file=sys.stderr)
        time_doors(doors, lengths, repeats)
        travelled = {door.name: count_bytes(door, lengths, loading) for door in doors if door.url}

    results: dict[str, Any] = {}
    print(f"  {'door':16s} {'loop':>5s} {'p50':>8s} {'p99':>8s} {'ratio':>6s} {'take':>9s} {'up':>9s} {'down':>9s}")
    for door in doors:
        for length, seconds in door.seconds.items():
            p50, p99 = statistics.median(seconds), float(np.percentile(seconds, 99))
            ratio = p50 / statistics.median(doors[0].seconds[length])
            row = {"p50_s": round(p50, 4), "p99_s": round(p99, 4), "times_the_thread": round(ratio, 2)}
            count = travelled.get(door.name, {}).get(f"{length:g}", {})
            row |= {f"{name}_bytes": number for name, number in count.items()}
            results.setdefault(door.name, {})[f"{length:g}"] = row
            numbers = "".join(f" {number:9d}" for number in count.values())
            print(f"  {door.name:16s} {length:4g}s {1000 * p50:6.0f}ms {1000 * p99:6.0f}ms {ratio:6.2f}{numbers}")
    config = {"model": given.model, "lengths_s": lengths, "repeats": repeats, "steps": DEFAULT_STEPS, "threads": given.threads}
    finish("doors", config, {"doors": results, "left_out": left_out}, log=given.log)
    return 0


if __name__ == "__main__":
    sys.exit(main())
