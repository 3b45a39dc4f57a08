#!/usr/bin/env python3
"""A million hostile packets at the OSC server, and somebody who plays meanwhile.

    .venv/bin/python scripts/bench_fuzz.py [--packets 1000000] [--paced 100000] [--rate 5000] [--seed 1] [--log]

A process of its own sends, eight in ten by UDP, one by TCP and one to the port of unloop for Max's patches: first `--paced` of them at
`--rate` a second, then the others as fast as it can. The instrument (four loops on the real engine, without a card, by the clock) has
the limits with which it is delivered. What is played meanwhile, a parameter with another value each time, goes by UDP from a port of its
own while the flood is paced, and by TCP while it is not. Measured: how long until each is obeyed; what was lost of it; what became of
the flood; memory; and whether the first loop, which nobody may touch, is what it was, sample for sample.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import logging
import multiprocessing
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, finish, memory_mb

sys.path.insert(0, str(ROOT))

from unloop_py.errors import CommandError
from unloop_py.osc.framing import framed
from unloop_py.osc.max_dialect import MaxDialect
from unloop_py.osc.messages import encode
from unloop_py.osc.server import OscServer

PLAYED_PER_S = 50
OBEYED_WITHIN_S = 2.0
POOL = 20_000
WIDTH = 100  # sent between two looks at the clock


def hostile_module() -> Any:
    """The tests' makers of packets, and their instrument."""
    spec = importlib.util.spec_from_file_location("hostile", ROOT / "tests" / "osc" / "hostile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Stage:
    """The instrument going by the clock, and who plays it."""

    def __init__(self, hostile: Any) -> None:
        self.played = hostile.Played()
        self._block_s = hostile.BLOCK / hostile.RATE
        self._ending = threading.Event()
        self._obeyed = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)
        given = self.played.bus.set

        def heard(loop: int, name: str, value: float, source: str = "", frame: int | None = None) -> None:
            given(loop, name, value, source, frame)
            if (loop, name, value) == (1, "pan_2", self._wanted):
                self._obeyed.set()

        self._wanted = -1.0
        self.played.bus.set = heard

    def __enter__(self) -> Stage:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _go(self) -> None:
        next_s = time.monotonic()
        while not self._ending.is_set():
            self.played.play(1)
            next_s = max(next_s + self._block_s, time.monotonic())  # a sound card does not catch up either
            time.sleep(max(0.0, next_s - time.monotonic()))

    def play_until(self, ended: threading.Event, send: Any) -> tuple[list[float], int]:
        """Plays until the flood has ended; the seconds until each was obeyed, and how many never were."""
        took, lost, number = [], 0, 0
        while not ended.is_set():
            number += 1
            self._obeyed.clear()
            self._wanted = round(0.1 + 0.0001 * (number % 8000), 4)
            began = time.perf_counter()
            send(encode("/unloop/loop/2/pan_2", self._wanted))
            if self._obeyed.wait(OBEYED_WITHIN_S):
                took.append(time.perf_counter() - began)
            else:
                lost += 1
            time.sleep(1.0 / PLAYED_PER_S)
        return took, lost


class NoWork:
    """What the third dialect asks is refused: its reading is what is tried here."""

    def start(self, answers: Any) -> None:
        """Has nothing to tell."""

    def stop(self) -> None:
        """Has nothing to end."""

    def ask(self, wanted: Any) -> None:
        raise CommandError("nobody is at work")

    def cancel(self, query_id: int) -> None:
        """Has nothing that could be."""

    def clean_up(self, path: str) -> None:
        """Has written nothing."""


def flood(port: int, max_port: int, count: int, rate: float, seed: int, sent: Any) -> None:
    """Sends; a process of its own. `rate` 0 is as fast as it goes. `sent` counts what went by UDP, by TCP and to the third dialect."""
    chance, pool = random.Random(seed), _pool(seed)
    next(pool)  # by which they are made
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    tcp = _Connection(port)
    began = time.monotonic()
    for number in range(count):
        packet = next(pool)
        if (drawn := chance.random()) < 0.1 and tcp.send(packet):
            sent[1] += 1
            continue
        with contextlib.suppress(OSError):  # longer than a datagram may be
            udp.sendto(packet, ("127.0.0.1", max_port if drawn > 0.9 else port))
            sent[2 if drawn > 0.9 else 0] += 1
        if rate and number % WIDTH == WIDTH - 1:
            time.sleep(max(0.0, began + number / rate - time.monotonic()))


def _pool(seed: int) -> Iterator[bytes]:
    """Packets without end: those that were made, round and round, from the second round on with bytes of each changed."""
    maker, chance = hostile_module().Hostile(seed), random.Random(seed)
    made = [maker.packet() for _ in range(POOL)]
    yield from made
    while True:
        packet = bytearray(chance.choice(made))
        for _ in range(chance.randrange(4) if packet else 0):
            packet[chance.randrange(len(packet))] = chance.randrange(256)
        yield bytes(packet)


class _Connection:
    """TCP that is made anew when it is cut off, whose answers are read and thrown away, and which never waits."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def send(self, packet: bytes) -> bool:
        """Whether it is on its way; not while one that was before it is not gone, for the server hears its sender no faster."""
        try:
            if self._socket is None:
                self._socket, self._rest = socket.create_connection(("127.0.0.1", self._port), 10.0), b""
                self._socket.setblocking(False)
            is_free = not self._rest
            data = self._rest or framed(packet, "slip")
            with contextlib.suppress(BlockingIOError):
                data = data[self._socket.send(data) :]
            self._rest = data
            with contextlib.suppress(BlockingIOError):
                while self._socket.recv(2**20):
                    pass
                raise ConnectionError("it was cut off")
            return is_free
        except OSError:
            if self._socket is not None:
                self._socket.close()
            self._socket = None
            return False


def run_phase(stage: Stage, server: OscServer, third: MaxDialect, count: int, rate: float, seed: int, send: Any) -> dict[str, Any]:
    """One flood, played through."""
    before, memory = server.counts(), memory_mb(os.getpid()).get("own", 0)
    sent = multiprocessing.get_context("spawn").Array("q", 3)
    process = multiprocessing.get_context("spawn").Process(target=flood, args=(server.port, third.port, count, rate, seed, sent))
    ended = threading.Event()
    process.start()
    while process.is_alive() and not sum(sent):  # its packets are being made
        time.sleep(0.01)
    began = time.monotonic()
    threading.Thread(target=lambda: (process.join(), ended.set()), daemon=True).start()
    took, lost = stage.play_until(ended, send)
    seconds = time.monotonic() - began
    received, malformed, refused, dropped, _, cut = (now - then for now, then in zip(server.counts(), before, strict=True))
    milliseconds = 1000.0 * np.array(took or [np.nan])
    return {
        "packets": count, "per_s": round(count / seconds), "by_udp": sent[0], "by_tcp": sent[1], "to_third_dialect": sent[2],
        "received": received, "malformed": malformed, "refused": refused, "dropped": dropped, "cut_off": cut,
        "played": len(took) + lost, "played_lost": lost,
        **{f"obeyed_ms_p{share}": round(float(np.percentile(milliseconds, share)), 2) for share in (50, 99, 100)},
        "memory_mb": [memory, memory_mb(os.getpid()).get("own", 0)],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--paced", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=5000.0)
    parser.add_argument("--seed", type=int, default=1)
    add_log_option(parser)
    options = parser.parse_args()
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    folder = tempfile.TemporaryDirectory()
    os.environ |= dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME"), folder.name)
    os.chdir(folder.name)
    stage = Stage(hostile_module())
    third = MaxDialect(NoWork(), 0, 9)
    third.start()
    with folder, OscServer(stage.played.bus, port=0) as server:
        stage.played.bus.listen(server.notify)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.create_connection(("127.0.0.1", server.port))
        with stage:
            paced = run_phase(stage, server, third, options.paced, options.rate, options.seed,
                              lambda packet: udp.sendto(packet, ("127.0.0.1", server.port)))
            print(f"paced: {paced}")
            full = run_phase(stage, server, third, options.packets - options.paced, 0.0, options.seed + 1,
                             lambda packet: tcp.sendall(framed(packet, "slip")))
            print(f"full speed: {full}")
        whole = bool(np.array_equal(stage.played.sound(), stage.played.before))
        print(f"the first loop is what it was: {whole}; errors logged: {len(errors)} {errors[:3]}")
        third.stop()
        os.chdir(ROOT)
    config = {name: value for name, value in vars(options).items() if name != "log"}
    results = {"paced": paced, "full_speed": full, "loop_is_whole": whole, "errors_logged": len(errors)}
    finish("fuzz", config, results, log=options.log)


if __name__ == "__main__":
    main()
