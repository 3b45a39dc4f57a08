"""What was being laid onto a loop when all ended: laid on again, as far as it had come to the disk."""

from __future__ import annotations

import logging

import numpy as np

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.audio_io.wav import read_stretch
from unloop_py.engine.engine import SAMPLE_RATES, Engine
from unloop_py.engine.messages import Command, CommandKind, Control, EventKind
from unloop_py.errors import UnloopError
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import KeptSession
from unloop_py.sessions.state import AT_REST, Entry

log = logging.getLogger(__name__)

LEAD_S = 0.3        # before a layer begins: it fades in there
AFTER_S = 0.5       # after it ends: it fades out, late by the sound card's latency


def rescue(kept: KeptSession) -> list[str]:
    """Put what was unfinished of each loop onto it, as a layer that can be undone; what was rescued, a line each.

    A recording that had no end yet is no loop: it stays in its file.
    """
    said = []
    for number, loop in enumerate(kept.loops):
        if loop.state.state in AT_REST or loop.audio is None:
            continue
        try:
            entries, _ = read_log(kept.folder / "log.jsonl")
            audio, seconds = _finished(kept, number, entries)
        except (OSError, UnloopError, KeyError, ValueError, TypeError, StopIteration) as error:
            log.info("loop %d: nothing to rescue (%s)", number + 1, error)
            continue
        loop.history = [*loop.history[: loop.at], audio]
        loop.at += 1
        loop.sounding, loop.variations, loop.state.learned = None, [], ""
        said.append(f"loop {number + 1}: {seconds:.1f} s of what was being laid onto it are there")
        loop.state.state = "playing"
    return said


def _finished(kept: KeptSession, number: int, entries: list[Entry]) -> tuple[np.ndarray, float]:
    """The loop with its last layer, ended where its input ends, and how long that was. By the engine itself, so that it is the same."""
    loop, rate = kept.loops[number], kept.sample_rate
    if rate not in SAMPLE_RATES or loop.audio is None:
        raise ValueError("a rate that the engine does not know")
    mine = [entry for entry in entries if entry.get("loop") == number]
    last = max(n for n, entry in enumerate(mine) if entry["what"] == "state" and entry["state"] == loop.state.state)
    press = next(entry for entry in reversed(mine[:last]) if entry["what"] == "obeyed" and entry["at"] == mine[last]["at"])
    if loop.state.state == "recording" or press["do"] == "record":
        raise ValueError("a recording without an end")
    source = [entry for entry in entries if entry["what"] == "input" and entry["at"] <= press["at"]][-1]
    latency = next((e["frames"] for e in reversed(entries) if e["what"] == "latency"), kept.state.facts.get("latency", 0))
    begin = max(int(source["at"]), int(press["at"]) - round(LEAD_S * rate))
    heard = read_stretch(kept.folder / source["file"], begin - int(source["at"]), 1 << 40)
    end = begin + len(heard)

    engine = Engine(sample_rate=rate, channels=loop.audio.shape[1], max_loop_s=float(kept.state.facts.get("max_loop_s", 60.0)),
                    input_latency=int(latency))
    slot = engine.acquire_slot(len(loop.audio))
    engine.buffer(slot)[: len(loop.audio)] = loop.audio
    head = (kept.state.frame - loop.state.position - begin) % len(loop.audio) - 2 * len(loop.audio)  # long before anything is heard
    engine.send(Command(CommandKind.LOAD, frame=head, slot=slot, length=len(loop.audio)))
    for control in (Control.FEEDBACK, Control.DRY):
        if (value := loop.state.parameters.get(control.name.lower())) is not None:
            engine.send(Command(CommandKind.SET, value=float(value), control=control))
    kind = CommandKind[press["do"].upper()]
    stream = OfflineStream(engine)
    stream.run(heard[: int(press["at"]) - begin])
    engine.send(Command(kind, frame=int(press.get("asked", press["at"])) - begin))
    # What came in last was played to what had been heard before that.
    engine.send(Command(kind, frame=max(end - int(latency), int(press["at"]) + 1) - begin))
    stream.run(heard[int(press["at"]) - begin :])
    takes = []
    for _ in range(round(AFTER_S * rate) // stream.block + 1):
        stream.silence(stream.block)
        takes += [engine.buffer(event.slot)[: event.index].copy() for event in engine.events() if event.kind == EventKind.TAKE]
    return takes[-1], (end - int(press["at"])) / rate

