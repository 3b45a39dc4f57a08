#!/usr/bin/env python3
"""Whether an evening goes by without a break: sixteen stereo loops, all of them varied, while everything else is busy.

    .venv/bin/python scripts/bench_soak.py [--frames 64] [--minutes 10] [--loops 16] [--log]
    .venv/bin/python scripts/bench_soak.py --simulated-hours 2 [--log]

The first plays a whole session (`unloop jam` without its terminal) on a JACK server of this bench's own (`jackd -R -d dummy`):
the bundled model varies every loop, the session is kept and what is played is recorded, and a thread of this very process
holds the GIL. xruns are what PortAudio reports to the callback; woken_late says, from the server's log, how often the system
had not even woken a thread by the end of a block. Every minute tells what both processes hold. growth is how much more that is
at the end than after a fifth of the time, of the whole.

The second runs the same engine, bus, conductor and keeper offline, as fast as they go, with offers at every seam and commands
now and then. A loop whose seams are not where they were at the start, to the frame, counts as drifted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from bench_common import add_log_option, children, finish, memory_mb
from bench_jack import RATE, TimedCallback, gil_held, give_everybody, jack_server, woken_late

from unloop_py.audio_io.groove import groove
from unloop_py.audio_io.offline import OfflineStream
from unloop_py.audio_io.wav import write_audio
from unloop_py.config import JamConfig
from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind, State
from unloop_py.errors import UnloopError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.keeping import Keeping
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.session import Session
from unloop_py.sessions.library import Library

SHORTEST_S, STEP_S = 3.5, 0.15  # lengths of the loops: no two turn together
MODEL_S = 120.0  # of patience for the model, and for its first variation
SETTLE_S = 5.0
OFFLINE_BLOCK = 1024
PRESS_EVERY_S = 2.0
PRESSES = ("overdub", "overdub", "undo", "redo", "mute", "reverse", "trigger", "pause", "lock", "back", "multiply", "substitute")
IN_PLACE = ("overdub", "undo", "redo", "mute", "lock", "back")  # what never moves a seam
UNMOVED = 4  # loops that are given nothing else


def takes(count: int) -> list[np.ndarray]:
    """Loops of different lengths, (frames, 2) float32, quiet enough for all of them together."""
    sound = np.asarray(groove(RATE), np.float32)
    lengths = [round((SHORTEST_S + n * STEP_S) * RATE) for n in range(count)]
    return [np.ascontiguousarray(np.roll(sound, 9973 * n, axis=0)[:length] * np.float32(0.5 / count)) for n, length in enumerate(lengths)]


# In real time.


def soak(frames: int, minutes: float, loops: int, model: str) -> dict[str, Any]:
    """Play a session; what was counted meanwhile."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="unloop-soak-")))
        log = stack.enter_context(jack_server(folder, frames))
        (folder / "sessions").mkdir()
        callback = TimedCallback(int((60 * minutes + 60) * RATE / frames))
        give_everybody(callback)
        config = JamConfig(input_device="system", output_device="system", block=frames, loops=loops, max_loop_s=10.0, model=model,
                           record=str(folder / "played.wav"), sessions_folder=str(folder / "sessions"))  # fmt: skip
        session = Session(config)
        fresh, late = Counter(), Counter()
        session.bus.listen(lambda notice: _count_seam(notice, fresh, late))
        stack.enter_context(session)
        for loop, audio in enumerate(takes(loops)):
            write_audio(folder / f"{loop}.wav", audio, RATE)
            session.files.load(loop, folder / f"{loop}.wav", wait=True)
        _wait(lambda: session.vamper.ready, MODEL_S)
        fresh.clear()
        _wait(lambda: bool(fresh), MODEL_S)
        stack.enter_context(gil_held())
        time.sleep(SETTLE_S)
        engine, worker = session.sound.engine, children(os.getpid())[-1]
        before, late_before = _counters(session), woken_late(log)
        fresh.clear(), late.clear(), callback.forget()
        begun_s, memory = time.monotonic(), []
        for minute in range(max(5, round(minutes))):
            end_s = begun_s + (minute + 1) * 60.0 * minutes / max(5, round(minutes))
            time.sleep(max(0.0, end_s - time.monotonic()))
            memory.append({"parent": memory_mb(os.getpid())["own"], "worker": memory_mb(worker).get("own", 0)})
            xruns = engine.status().xruns - before["xruns"]
            print(f"  {(time.monotonic() - begun_s) / 60:4.1f} min: {xruns} xruns, memory {memory[-1]} MB",
                  flush=True)
        figures = callback.percentiles()
        counters = {name: value - before[name] for name, value in _counters(session).items() if value != before[name]}
        budget_us = 1e6 * frames / RATE
        return {"xruns": counters.pop("xruns", 0), "woken_late": woken_late(log) - late_before, **figures, "budget_us": round(budget_us, 1),
                "p999_share": round(figures["p999_us"] / budget_us, 3), "memory_mb": memory, **_growth(memory),
                "fresh_a_minute": round(sum(fresh.values()) / minutes, 1), "late": sum(late.values()),
                "fresh_least": min((fresh[n] for n in range(loops)), default=0), "fresh_most": max(fresh.values(), default=0),
                "counters_that_moved": counters}  # fmt: skip


def _count_seam(notice: Notice, fresh: Counter, late: Counter) -> None:
    if notice.kind == "repetition":
        (late if notice.values[1] else fresh)[notice.loop] += 1


def _counters(session: Session) -> dict[str, int]:
    """Everything that should stand still, and what it has come to."""
    status, osc = session.sound.engine.status(), session.osc
    recorder = session.sound.stream._recorder
    return {"xruns": status.xruns, "events_lost": status.events_lost, "limited": status.limited, "recorder_lost": recorder.lost_frames,
            "osc_malformed": osc.malformed, "osc_refused": osc.refused, "osc_unsent": osc.unsent,
            "threads": threading.active_count(), "workers": len(children(os.getpid()))}  # fmt: skip


def _growth(memory: list[dict[str, int]]) -> dict[str, float]:
    """By what share each process holds more at the end than after a fifth of the time."""
    first, last = memory[len(memory) // 5], memory[-1]
    return {f"{name}_growth": round(last[name] / max(1, first[name]) - 1.0, 4) for name in first}


def _wait(done: Any, seconds: float) -> None:
    end_s = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end_s:
            sys.exit(f"the model made nothing in {seconds:g} s")
        time.sleep(0.1)


# As fast as it goes.


class Evening:
    """All of a session but sound card, model and threads of its own (the keeper's writer has one)."""

    def __init__(self, folder: Path, loops: int) -> None:
        self.engine = Engine(sample_rate=RATE, channels=2, max_loop_s=10.0, n_loops=loops)
        self.stream = OfflineStream(self.engine, OFFLINE_BLOCK)
        self.bus = SessionBus(self.engine, Store(loops), block_frames=OFFLINE_BLOCK)
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None, self._happened)
        self.files = self.bus.files = LoopFiles(self.bus)
        self.keeping = Keeping(self.bus, Library(folder), limit_bytes=2e9)
        self.keeping.start()
        self.told: Counter[str] = Counter()
        self.refused = 0
        self.emptied: set[int] = set()  # loops that undo has led to nothing: what is recorded then is another
        self._tag = 0
        self._chance = random.Random(1)
        self._silence = np.zeros((OFFLINE_BLOCK, 2), np.float32)

    def _happened(self, event: Event) -> None:
        self.files.happened(event)
        self.keeping.happened(event, self.files)
        self.told[event.kind.name] += 1
        if event.kind == EventKind.STATE and event.state == State.OFF:
            self.emptied.add(event.loop)
        if event.kind == EventKind.SEAM:
            self._offer(event.loop)

    def _offer(self, loop: int) -> None:
        """A variation of the take, as loud and as long: itself, turned."""
        take, status = self.files.take(loop), self.engine.status(loop)
        if take is None or len(take) != status.length_frames:
            return
        self._tag += 1
        slot = self.engine.acquire_slot(len(take))
        self.engine.buffer(slot)[: len(take)] = np.roll(take, self._chance.randrange(len(take)), axis=0)
        with contextlib.suppress(UnloopError):
            self.bus.send(Command(CommandKind.OFFER, loop, slot=slot, take=status.take, tag=self._tag, correlation=0.0))
            return
        self.engine.release_slot(slot)

    def block(self) -> None:
        """A block passes."""
        self.stream.run(self._silence)
        self.conductor.step()
        self.keeping.step()

    def press(self, loops: int) -> None:
        """Something is asked of a loop; what cannot be is counted."""
        loop = self._chance.randrange(loops)
        try:
            self.bus.command(loop, self._chance.choice(IN_PLACE if loop < UNMOVED else PRESSES))
        except UnloopError:
            self.refused += 1


def simulate(hours: float, loops: int) -> dict[str, Any]:
    """Hours of the engine's time; what they left behind."""
    with tempfile.TemporaryDirectory(prefix="unloop-soak-") as folder:
        evening = Evening(Path(folder), loops)
        for loop, audio in enumerate(takes(loops)):
            evening.files.send(loop, audio, 0)
        for _ in range(5):
            evening.block()
        phases = _phases(evening, loops)
        begun_s, memory, presses = time.monotonic(), [], 0
        blocks = round(hours * 3600 * RATE / OFFLINE_BLOCK)
        for n in range(blocks):
            evening.block()
            if evening.engine.frame() > (presses + 1) * PRESS_EVERY_S * RATE:
                presses += 1
                evening.press(loops)
            if (n + 1) % max(1, blocks // 20) == 0:
                memory.append({"parent": memory_mb(os.getpid())["own"]})
                print(f"  {(n + 1) * OFFLINE_BLOCK / RATE / 3600:5.2f} h: memory {memory[-1]['parent']} MB", flush=True)
        took_s = time.monotonic() - begun_s
        drifted = [loop + 1 for loop, (was, now) in enumerate(zip(phases, _phases(evening, loops), strict=True))
                   if loop < UNMOVED and loop not in evening.emptied and now is not None and was != now]  # fmt: skip
        status = evening.engine.status()
        evening.keeping.stop()
        return {"times_real_time": round(hours * 3600 / took_s, 1), "seams": evening.told["SEAM"], "swapped": evening.told["SWAPPED"],
                "presses": presses, "refused": evening.refused, "ignored": evening.told["IGNORED"], "drifted_loops": drifted,
                "events_lost": status.events_lost, "late": sum(evening.engine.status(n).late for n in range(loops)),
                "memory_mb": [row["parent"] for row in memory], "growth": _growth(memory)["parent_growth"],
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}  # fmt: skip


def _phases(evening: Evening, loops: int) -> list[int | None]:
    """Where in its length each loop's seams lie, None for one that has none now."""
    statuses = [evening.engine.status(loop) for loop in range(loops)]
    return [s.next_seam_frame % s.length_frames if s.next_seam_frame >= 0 and s.length_frames else None for s in statuses]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=64, help="in a block (64)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument("--loops", type=int, default=16, help="how many (16)")
    parser.add_argument("--model", default="small", help="what varies them (small)")
    parser.add_argument("--simulated-hours", type=float, help="run the engine offline for so many hours instead")
    add_log_option(parser)
    options = parser.parse_args()
    if options.simulated_hours:
        config = {"simulated_hours": options.simulated_hours, "loops": options.loops, "block": OFFLINE_BLOCK}
        results = simulate(options.simulated_hours, options.loops)
        print(f"{options.simulated_hours:g} h at {results['times_real_time']} times real time: {results['seams']} seams, "
              f"{results['presses']} presses, drifted loops {results['drifted_loops']}, memory grew by {100 * results['growth']:.1f} %")
    else:
        config = {"frames": options.frames, "minutes": options.minutes, "loops": options.loops, "model": options.model}
        results = soak(options.frames, options.minutes, options.loops, options.model)
        print(f"{results['xruns']} xruns ({results['woken_late']} times the system woke a thread too late); a block of {options.frames} "
              f"frames lasts {results['budget_us']} us and took {results['p50_us']} (half), {results['p99_us']} (99 %), "
              f"{results['p999_us']} (99.9 %, {100 * results['p999_share']:.1f} % of it), {results['max_us']} us at most")
        print(f"{results['fresh_a_minute']} fresh repetitions a minute, per loop {results['fresh_least']} to {results['fresh_most']}; "
              f"other counters that moved: {results['counters_that_moved'] or 'none'}")
    finish("soak", config, results, log=options.log)


if __name__ == "__main__":
    main()
