#!/usr/bin/env python3
"""What a session loses to ``kill -9`` at any moment: it should be nothing that was finished, and of what was being recorded little.

Each round a process of its own jams at random, ten times as fast as a player: records, overdubs, undoes, keeps variations, clears.
It is killed at a random moment, its session is read back and played on by a fresh engine, and every state of its loop that it had
said was on the disk is compared with what comes back, bit by bit. What came in while it was recording is compared as well. Every
other round it is killed in the midst of its first recording, which has to come back as a loop.

    scripts/bench_faults.py --rounds 100        a table, then one line of JSON
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import soundfile
from bench_common import add_log_option, finish

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.keeping import Keeping
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.rescue import rescue
from unloop_py.session.restoring import Restorer
from unloop_py.sessions.layer_file import crc
from unloop_py.sessions.library import Library
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import KeptSession, read_session
from unloop_py.sessions.writer import Job
from unloop_py.vamper.request import Offer

RATE = 48000
BLOCK = 480
FASTER = 10             # than a player
LONGEST_S = 3.0         # of a child's life after its first loop is finished
FIRST_S = 0.55          # and of one that is to be killed in its first recording
SEAM = RATE // 10       # frames at a recording's end that fade
PRESSES = ("record", "overdub", "undo", "redo", "keep", "clear", "play", "pause", "mute")
WEIGHTS = (8, 8, 3, 2, 2, 1, 6, 1, 1)


class Instrument:
    """All of it but sound card and model; its input is noise that is known by its frame."""

    def __init__(self, folder: Path, seed: int, tell: object = None) -> None:
        self.engine = Engine(sample_rate=RATE, channels=2, max_loop_s=6.0)
        self.stream = OfflineStream(self.engine, BLOCK)
        self.bus = SessionBus(self.engine, Store(), block_frames=BLOCK)
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None, self._happened)
        self.files = self.bus.files = LoopFiles(self.bus)
        self.keeping = Keeping(self.bus, Library(folder))
        self.restorer: Restorer | None = None
        self.takes: dict[int, np.ndarray] = {}
        self.tell = tell
        self.seed = seed
        self.finished: list[tuple[int, int, float]] = []

    def block(self) -> np.ndarray:
        """A block passes, and everybody has a turn; what was heard in it."""
        frame = self.engine.frame()
        out = self.stream.run(known_input(self.seed, frame // BLOCK))
        self.conductor.step()
        if self.restorer is not None and self.restorer.step():
            self.restorer = None
        self.keeping.step()
        for version, checksum, told_s in self.finished:
            self.keeping.writer.put(Job("", lambda disk, folder, line=(version, checksum, told_s): self._on_disk(*line)))
        self.finished.clear()
        return out

    def _happened(self, event: Event) -> None:
        self.files.happened(event)
        self.keeping.happened(event, self.files)
        if self.restorer is not None:
            self.restorer.happened(event)
        if event.kind == EventKind.TAKE and event.index:
            audio = self.takes[event.take] = self.files.take(event.loop)
            self.finished.append((event.take, crc(audio), time.perf_counter()))

    def _on_disk(self, version: int, checksum: int, told_s: float) -> None:
        self.tell(f"kept {version} {checksum} {1000 * (time.perf_counter() - told_s):.3f}")

    def offer(self, tag: int) -> None:
        status = self.engine.status()
        audio = known_input(-self.seed - tag, 0, status.length_frames)
        request = VariationRequest(status.take, tag, 1 + tag, Prompt(), 6)
        codes = np.full((9, 16), tag % 1024, np.int16)
        self.keeping.offered(Offer(tag, status.take, Variation(request, audio, codes, codes.astype(np.uint8), 0.0, 0.0, 0.0)))
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        self.bus.send(Command(CommandKind.OFFER, slot=slot, take=status.take, tag=tag))


def known_input(seed: int, block: int, frames: int = BLOCK) -> np.ndarray:
    """The noise of one block, the same each time that it is asked for."""
    return np.random.default_rng([abs(seed), seed < 0, block]).uniform(-0.1, 0.1, (frames, 2)).astype(np.float32)


def jam(folder: Path, seed: int, pipe: int, first: bool) -> None:
    """Play at random, and tell what is finished, until killed; with `first`, do nothing but record the first loop."""
    chance = random.Random(seed)

    def tell(line: str) -> None:
        os.write(pipe, (line + "\n").encode())

    player = Instrument(folder, seed, tell)
    player.keeping.start()
    tag = 0
    if first:
        player.bus.command(0, "record")
    while True:
        for _ in range(chance.randrange(10, 150)):
            player.block()
            if player.engine.frame() % (10 * BLOCK) == 0:
                tell(f"at {player.engine.frame()}")
            time.sleep(BLOCK / RATE / FASTER)
        if first:
            continue
        status = player.engine.status()
        if status.length_frames and chance.random() < 0.5:
            tag += 1
            player.offer(tag)
        try:
            player.bus.command(0, chance.choices(PRESSES, WEIGHTS)[0])
        except UnloopError:
            continue  # not now


def killed(folder: Path, seed: int, first: bool) -> list[str]:
    """Have somebody jam into a folder, and kill them; what they had told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            jam(folder, seed, writing, first)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        lines = []
        while not lines or not lines[-1].startswith(b"at" if first else b"kept"):  # before that there is nothing to lose
            lines.append(told.readline())
        time.sleep(random.Random(seed + 1).uniform(0.05, FIRST_S if first else LONGEST_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [line.decode().strip() for line in [*lines, *told] if line.endswith(b"\n")]


def unlike(kept: KeptSession, told: dict[int, int]) -> list[str]:
    """The states that were on the disk and do not come back as they were, among those that can be undone to."""
    (loop,) = kept.loops
    wanted = [version for version in loop.state.history if version in told]
    have = {crc(audio) for audio in loop.history if audio is not None}
    return [f"take {version}" for version in wanted if told[version] not in have]


def files_unlike(folder: Path, told: dict[int, int]) -> list[str]:
    """The same of every file, those that nothing leads to any more included."""
    entries, _ = read_log(folder / "log.jsonl")
    facts = {entry["take"]: entry for entry in entries if entry["what"] == "take" and entry.get("file")}
    bad = []
    for version, checksum in told.items():
        entry = facts.get(version)
        audio = None if entry is None else soundfile.read(folder / entry["file"], dtype="float32")[0]
        if audio is None or crc(audio[entry["start"] : entry["start"] + entry["frames"]]) != checksum:
            bad.append(f"the file of take {version}")
    return bad


def input_lost_s(folder: Path, seed: int, at: int) -> tuple[float, bool]:
    """Seconds of what was being recorded at frame `at` that are not on the disk, and whether what is there is what came in."""
    entries, _ = read_log(folder / "log.jsonl")
    begun = [entry for entry in entries if entry["what"] == "input"]
    states = [entry["state"] for entry in entries if entry["what"] == "state"]
    good, end = True, 0
    for entry in begun:
        path = folder / entry["file"]
        if not path.exists():
            continue
        audio, _ = soundfile.read(path, dtype="float32", always_2d=True)
        first = entry["at"] // BLOCK
        heard = np.concatenate([known_input(seed, n) for n in range(first, (entry["at"] + len(audio)) // BLOCK + 1)])
        offset = entry["at"] - first * BLOCK
        good &= np.array_equal(audio, heard[offset : offset + len(audio)])
        end = entry["at"] + len(audio)
    if not states or states[-1] not in ("recording", "overdubbing"):
        return 0.0, good
    return max(0.0, (at - end) / RATE), good


def recording_unlike(kept: KeptSession, seed: int, at: int) -> list[str]:
    """What is wrong with the recording that was under way at frame `at`, once it has been ended."""
    (loop,) = kept.loops
    before, over = loop.at, loop.audio is not None
    entries, _ = read_log(kept.folder / "log.jsonl")
    press = [entry for entry in entries if entry["what"] == "obeyed" and entry["do"] in ("record", "overdub")][-1]
    start = int(press.get("asked", press["at"]))
    if not rescue(kept) or len(loop.history) != before + 1:  # what could be redone is gone
        return ["its recording does not come back"] if at - start > RATE else []  # else what had come to the disk is too short
    audio = loop.history[-1]
    blocks = np.concatenate([known_input(seed, n) for n in range(start // BLOCK, (start + len(audio)) // BLOCK + 1)])
    heard = blocks[start % BLOCK :][: len(audio)]
    wrong = []
    if not np.array_equal(audio[:-SEAM], heard[: len(audio) - SEAM]):
        wrong.append("its recording is not what came in")
    if at - start - len(audio) > 2 * RATE:
        wrong.append(f"{(at - start - len(audio)) / RATE:.1f} s of its recording are lost")
    if over != (loop.history[-1] is not loop.audio):
        wrong.append("its recording lies where none should")
    return wrong


def comes_back(kept: KeptSession, scratch: Path) -> bool:
    """Whether a fresh engine that plays the session on has the take that was in force, bit by bit."""
    (loop,) = kept.loops
    if loop.audio is None:
        return True
    player = Instrument(scratch, 1, lambda line: None)
    player.restorer = Restorer(player.bus, player.conductor.varying, kept)
    limit_s = time.monotonic() + 30.0
    while player.restorer is not None and time.monotonic() < limit_s:
        player.block()
    for _ in range(10):
        player.block()
    take = player.takes.get(player.engine.status().take)
    return take is not None and np.array_equal(take, loop.audio)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    add_log_option(parser)
    options = parser.parse_args()
    Engine(sample_rate=RATE, channels=2)  # compiled once, before the first child
    restored = finished = recordings = 0
    faults: list[str] = []
    lags_ms: list[float] = []
    lost_s: list[float] = []
    for number in range(options.rounds):
        seed = options.seed * 100_000 + number
        root = Path(tempfile.mkdtemp(prefix="unloop-faults-"))
        try:
            lines = killed(root, seed, first=number % 2 == 1)
            told = {int(v): int(c) for word, v, c, _ in (line.split() for line in lines if line.startswith("kept"))}
            lags_ms += [float(line.split()[3]) for line in lines if line.startswith("kept")]
            at = max([int(line.split()[1]) for line in lines if line.startswith("at")], default=0)
            (folder,) = root.iterdir()
            kept = read_session(folder)
            wrong = unlike(kept, told) + files_unlike(folder, told)
            wrong += [text for text in kept.damage if "when all ended" not in text]
            lost, good = input_lost_s(folder, seed, at)
            lost_s.append(lost)
            if not good:
                wrong.append("its input is not what came in")
            if kept.loops[0].state.state == "recording" and lost < at / RATE:
                recordings += 1
                wrong += recording_unlike(kept, seed, at)
            (root / "again").mkdir()
            if not comes_back(kept, root / "again"):
                wrong.append("what is played on is not the take")
            faults += [f"round {number}: {text}" for text in wrong]
            finished += len(told)
            restored += not wrong
        except Exception as error:  # the figure is what is wanted, and which round to look at
            faults.append(f"round {number}: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(root, ignore_errors=True)
    for fault in faults:
        print(fault)
    print(f"{options.rounds} rounds, {restored} sessions restored, {finished} finished states, all bit-equal: {not faults}")
    print(f"{recordings} were killed in the midst of a recording, which came back as a loop, or over a loop as a redo")
    print(f"a state is on the disk {statistics.median(lags_ms or [0]):.1f} ms after it is finished (at most {max(lags_ms, default=0):.1f})")
    print(f"of what was being recorded {max(lost_s, default=0):.2f} s were lost at most")
    finish("faults", {"rounds": options.rounds, "seed": options.seed},
           {"restored": restored, "finished_states": finished, "recordings": recordings,
            "faults": len(faults), "lag_ms_p50": statistics.median(lags_ms or [0]),
            "lag_ms_max": max(lags_ms, default=0.0), "recording_lost_s_max": max(lost_s, default=0.0)}, log=options.log)


if __name__ == "__main__":
    main()
