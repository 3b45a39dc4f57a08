"""What was being recorded or laid on when all ended: ended there after all, as far as it had come to the disk.

The engine itself does it, from the input that was kept, so that a loop or a layer is the one that a press at that moment would
have made.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.audio_io.wav import read_stretch
from unloop_py.control.parameters import by_name
from unloop_py.engine.engine import SAMPLE_RATES, Engine
from unloop_py.engine.messages import Command, CommandKind, Control, EventKind
from unloop_py.errors import UnloopError
from unloop_py.session.clock_source import FIRST_LOOP, NOBODY
from unloop_py.session.planner import SHORTEST_S
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import KeptSession
from unloop_py.sessions.state import AT_REST, Entry
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Metre, Quantize, boundary_for, nearest_frame

log = logging.getLogger(__name__)

LEAD_S = 0.3        # before it begins: it fades in there
AFTER_S = 0.5       # after it ends: it fades out, late by the sound card's latency
TURN = 16           # frames after it is loaded that a loop is turned to its own speed
CUT_S = 0.01        # what came in last fades out over it, since nobody knows how it went on
OF_ALL = (Control.DRY, Control.MAIN_INPUT_GAIN)
HEARD = (*OF_ALL, Control.INPUT_GAIN, Control.FEEDBACK, Control.USE_SAFETY_FEEDBACK, Control.TAIL, Control.SEAM_MS)
"""What of a loop's controls is in what is recorded of it, and which of these are every loop's."""


def rescue(kept: KeptSession) -> list[str]:
    """End what was unfinished of each loop; what was rescued, a line each.

    A recording over nothing is the loop then, and undo leads to the empty one. Over a loop, that one plays, and redo brings the
    recording. A layer lies on its loop, and undo takes it away.
    """
    said = []
    for number, loop in enumerate(kept.loops):
        if loop.state.state in AT_REST:
            continue
        try:
            unfinished = _Unfinished.of(kept, number)
            if loop.state.state == "recording":
                said.append(_end_recording(kept, number, unfinished))
            else:
                said.append(_end_layer(kept, number, unfinished))
        except (OSError, UnloopError, LookupError, ValueError, TypeError, OverflowError) as error:
            log.info("loop %d: nothing to rescue (%s)", number + 1, error)
    return said


@dataclass(frozen=True, eq=False, slots=True)
class _Unfinished:
    """What there is of it.

    Attributes
    ----------
    kind : CommandKind
        What was pressed.
    at, meant : int
        The frames at which that was obeyed, and for which it was meant.
    begin, heard : int, ndarray (frames, inputs) float32
        The input from `LEAD_S` before on, as much as is on the disk; it ends in a fade.
    latency : int
        Frames by which it came in late.
    settings : list of Command
        How the loop heard it.
    rate : float
        Frames of the loop that a frame of time took; below 0 it played backwards.
    """

    kind: CommandKind
    at: int
    meant: int
    begin: int
    heard: np.ndarray
    latency: int
    settings: list[Command]
    rate: float

    @classmethod
    def of(cls, kept: KeptSession, number: int) -> _Unfinished:
        """Raises whatever a damaged log does."""
        entries, _ = read_log(kept.folder / "log.jsonl")
        state = kept.loops[number].state
        mine = [entry for entry in entries if entry.get("loop") == number]
        states = [n for n, entry in enumerate(mine) if entry["what"] == "state"]
        while len(states) > 1 and mine[states[-2]]["state"] == state.state:  # told again, when only a flag of it had changed
            states.pop()
        pressed = mine[: states[-1] + 1]
        press = next(e for e in reversed(pressed) if e["what"] == "obeyed" and e["at"] == pressed[-1]["at"] and e["do"] in _BEGINS)
        at, meant = int(press["at"]), int(press.get("asked", press["at"]))
        begin = max(0, min(at, meant) - round(LEAD_S * kept.sample_rate))
        heard = _input(kept, entries, begin)
        if begin + len(heard) <= at:
            raise ValueError("nothing of it has come to the disk")
        cut = min(len(heard), round(CUT_S * kept.sample_rate))
        heard[len(heard) - cut :] *= np.linspace(1.0, 0.0, cut, dtype=np.float32)[:, None]
        latency = next((e["frames"] for e in reversed(entries) if e["what"] == "latency"), kept.state.facts.get("latency", 0))
        heard_at_once = float(state.parameters.get("dry", 0.0)) > 0.0
        return cls(CommandKind[press["do"].upper()], at, meant, begin, heard, 0 if heard_at_once else int(latency),
                   _settings(entries, number, at), _rate(mine[: mine.index(press)]))

    @property
    def end(self) -> int:
        """The frame at which a press would have ended it."""
        return max(self.begin + len(self.heard) - self.latency, self.meant + 1)


_BEGINS = ("record", "overdub", "replace", "substitute", "multiply", "insert")


def _settings(entries: list[Entry], number: int, at: int) -> list[Command]:
    """From which inputs a loop recorded, and how loud, as it was told up to a frame."""
    stood: dict[tuple[CommandKind, int, int], float] = {}
    for entry in entries:
        if entry["what"] != "obeyed" or entry["do"] not in ("set", "input") or entry["at"] > at:
            continue
        kind, control, end = CommandKind[entry["do"].upper()], int(entry.get("control", 0)), int(entry.get("length", 0))
        mine = entry["loop"] == number
        if (mine and kind == CommandKind.INPUT) or (kind == CommandKind.SET and (control in OF_ALL or (mine and control in HEARD))):
            stood[kind, control, end] = float(entry["value"])
    return [Command(kind, value=value, control=control, length=end) for (kind, control, end), value in stood.items()]


def _rate(before: list[Entry]) -> float:
    """How fast a loop turned when all this had happened to it."""
    speeds = [e["value"] for e in before if e["what"] == "obeyed" and e["do"] == "set" and e.get("control") == Control.SPEED]
    backwards = [e["reverse"] for e in before if e["what"] == "state"][-1:]
    return float(speeds[-1] if speeds else 1.0) * (-1.0 if any(backwards) else 1.0)


def _input(kept: KeptSession, entries: list[Entry], begin: int) -> np.ndarray:
    """All that came in from a frame on, over as many files as it lies in."""
    rate, pieces = kept.sample_rate, []
    ends = int(kept.state.facts.get("inputs", kept.state.facts["channels"]))
    files = [(int(entry["at"]), entry["file"]) for entry in entries if entry["what"] == "input"]
    first = max(n for n, (start, _) in enumerate(files) if start <= begin + round(LEAD_S * rate))
    at = begin
    for start, file in files[first:]:
        if start > at and pieces:
            break  # what lies between them was not kept
        pieces.append(np.zeros((max(0, start - at), ends), np.float32))
        pieces.append(read_stretch(kept.folder / file, max(0, at - start), 1 << 40))
        at = max(at, start) + len(pieces[-1])
    return np.concatenate(pieces)


def _end_recording(kept: KeptSession, number: int, unfinished: _Unfinished) -> str:
    loop, rate = kept.loops[number], kept.sample_rate
    if unfinished.end - unfinished.meant < SHORTEST_S * rate:
        raise ValueError("what there is of it is too short for a loop")
    line = None if kept.state.line is None else BeatLine(*kept.state.line)
    known = {name: loop.state.parameters.get(name, by_name(name).default) for name in _OF_TIME}
    if known["sync_source"] == FIRST_LOOP and kept.state.first < 0:
        known["sync_source"] = NOBODY  # there was none, and the beats are the instrument's own
    boundary = None if line is None else _boundary(line, unfinished, known, rate, _beats_of_first(kept, line))
    end = unfinished.end if boundary is None else boundary
    engine = _engine(kept, number, unfinished)
    engine.send(Command(CommandKind.RECORD, frame=unfinished.meant - unfinished.begin))
    if end < unfinished.meant + engine.max_loop_frames:  # there it ends by itself
        engine.send(Command(CommandKind.RECORD, frame=end - unfinished.begin))
    audio = _last_take(engine, unfinished, end)
    seconds = (unfinished.end - unfinished.meant) / rate
    if line is not None and boundary is not None and boundary - unfinished.meant == len(audio):
        first = line.beat_at(unfinished.meant)
        loop.state.on_clock = [*loop.state.on_clock, (len(audio), int(known["sync_source"]), first, line.beat_at(boundary) - first)]
    if loop.audio is None:
        loop.put_next(audio, laid=False)
        loop.at += 1
        loop.state.position, loop.state.length = (kept.state.frame - end) % len(audio), len(audio)
        others = [one.state.state for one in kept.loops if one is not loop and one.audio is not None]
        loop.state.state = "paused" if others and all(state in ("paused", "muted") for state in others) else "playing"
        loop.state.beats = 0
        said = "are a loop"
    else:
        loop.put_next(audio, laid=False)
        loop.state.position = _position_before(kept, number, unfinished)
        loop.state.state = "playing"
        said = "are there: redo brings them"
    loop.sounding, loop.variations, loop.state.learned = None, [], ""
    return f"loop {number + 1}: {seconds:.1f} s of what was being recorded {said}"


_OF_TIME = ("quantize", "round", "relative_sync", "forgiveness_ms", "record_bars", "record_beats", "beats_per_bar", "eighth_per_cycle",
            "sync_source")  # fmt: skip


def _boundary(line: BeatLine, unfinished: _Unfinished, known: Mapping[str, float], rate: int, loop_beats: float) -> int | None:
    """The frame at which a recording of these parameters would have ended for a press at its end, None for there: see `Planner`."""
    metre = Metre(int(known["beats_per_bar"]), int(known["eighth_per_cycle"]))
    unit = Quantize(int(known["quantize"]))
    first = line.beat_at(unfinished.meant)
    if beats := known["record_bars"] * metre.beats_per_bar or known["record_beats"]:
        return nearest_frame(line, first + beats)
    if int(known["sync_source"]) == NOBODY or (unit == Quantize.OFF and not known["round"]):
        return None
    period = metre.beats_of(unit, loop_beats)
    anchor = first if unit == Quantize.OFF or known["relative_sync"] else 0.0
    beat = boundary_for(line, unfinished.end, period, round(known["forgiveness_ms"] * rate / 1000.0), anchor)
    while nearest_frame(line, beat) < unfinished.meant + SHORTEST_S * rate:
        beat += period
    return nearest_frame(line, beat)


def _beats_of_first(kept: KeptSession, line: BeatLine) -> float:
    if not 0 <= kept.state.first < len(kept.loops):
        return 0.0
    audio = kept.loops[kept.state.first].audio
    return 0.0 if audio is None else round(len(audio) / line.frames_per_beat)


def _position_before(kept: KeptSession, number: int, unfinished: _Unfinished) -> int:
    """Where the loop under a recording would be by now, had it played on."""
    loop = kept.loops[number]
    entries, _ = read_log(kept.folder / "log.jsonl")
    before = next(e for e in reversed(entries) if e["what"] == "moment" and e["at"] <= unfinished.at)
    speed = float(loop.state.parameters.get("speed", 1.0)) * (-1.0 if loop.state.reverse else 1.0)
    return round(before["positions"][number] + (kept.state.frame - before["at"]) * speed) % len(loop.audio)


def _end_layer(kept: KeptSession, number: int, unfinished: _Unfinished) -> str:
    loop = kept.loops[number]
    if loop.audio is None:
        raise ValueError("what it was laid onto is lost")
    engine = _engine(kept, number, unfinished)
    slot = engine.acquire_slot(len(loop.audio))
    engine.buffer(slot)[: len(loop.audio)] = loop.audio
    # Loaded as if it had come round before anything is heard, and turned from there as it was.
    position = round(loop.state.position - (kept.state.frame - unfinished.begin - TURN) * unfinished.rate)
    head = (TURN - position) % len(loop.audio) - 2 * len(loop.audio)
    engine.send(Command(CommandKind.LOAD, frame=head, slot=slot, length=len(loop.audio)))
    if unfinished.rate != 1.0:
        engine.send(Command(CommandKind.SET, frame=TURN, value=abs(unfinished.rate), control=Control.SPEED))
    if unfinished.rate < 0.0:
        engine.send(Command(CommandKind.REVERSE, frame=TURN))
    stream = OfflineStream(engine)
    stream.run(unfinished.heard[: unfinished.at - unfinished.begin])
    engine.send(Command(unfinished.kind, frame=unfinished.meant - unfinished.begin))
    # What came in last was played to what had been heard before that.
    engine.send(Command(unfinished.kind, frame=unfinished.end - unfinished.begin))
    audio = _last_take(engine, unfinished, unfinished.end)
    loop.put_next(audio, laid=True)
    loop.at += 1
    loop.sounding, loop.variations, loop.state.learned = None, [], ""
    loop.state.state = "playing"
    seconds = (unfinished.begin + len(unfinished.heard) - unfinished.at) / kept.sample_rate
    return f"loop {number + 1}: {seconds:.1f} s of what was being laid onto it are there"


def _engine(kept: KeptSession, number: int, unfinished: _Unfinished) -> Engine:
    """One like the one that was, with one loop."""
    if kept.sample_rate not in SAMPLE_RATES:
        raise ValueError("a rate that the engine does not know")
    channels = int(kept.state.facts["channels"])
    engine = Engine(sample_rate=kept.sample_rate, channels=channels, more_inputs=unfinished.heard.shape[1] - channels,
                    max_loop_s=float(kept.state.facts.get("max_loop_s", 60.0)), input_latency=unfinished.latency)
    for command in unfinished.settings:
        engine.send(command)
    return engine


def _last_take(engine: Engine, unfinished: _Unfinished, end: int) -> np.ndarray:
    """Let the engine hear all of it from where it stands, and silence until everything has ended; what the loop is then."""
    stream = OfflineStream(engine)
    stream.run(unfinished.heard[engine.frame() :])
    last = max(0, end - unfinished.begin - len(unfinished.heard)) + unfinished.latency + round(AFTER_S * engine.sample_rate)
    takes: list[np.ndarray] = []
    for _ in range(last // stream.block + 1):
        takes += [engine.buffer(event.slot)[: event.index].copy() for event in engine.events() if event.kind == EventKind.TAKE]
        stream.silence(stream.block)
    return takes[-1]
