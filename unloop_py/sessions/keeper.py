"""What happens at the instrument becomes entries of a log, and files.

Threads. `offered` and `parameter` are any thread's: they only note. All else belongs to one thread, the session's conductor, and
waits neither for a disk nor for a lock that anybody holds for long.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from unloop_py.engine.messages import CommandKind, Control, Event, EventKind, Flag, State
from unloop_py.sessions.disk import Disk
from unloop_py.sessions.input_track import Ears, InputTrack
from unloop_py.sessions.layer_file import ROLL_S, crc, rolled, write_layer
from unloop_py.sessions.log import LogBytes, line
from unloop_py.sessions.state import AT_REST, Entry, Performance, TakeFacts, to_tables, to_toml
from unloop_py.sessions.tokens import TokenFiles
from unloop_py.sessions.writer import Job, Writer, file_job

LOG_S = 0.25            # between two times that the log goes there
STATE_S = 1.0           # likewise session.toml, when anything has changed
MOMENT_S = 10.0         # and when nothing has
LENGTHS = (CommandKind.ALIGN, CommandKind.GRID, CommandKind.INPUT, CommandKind.OUTPUT)    # what is obeyed with a length
TAGGED = (CommandKind.OFFER, CommandKind.REMIX, *LENGTHS)   # whose OBEYED says something else than a frame
OFFERS_HELD = 4         # repetitions of a loop that were offered lately: one that waits, one that sounds, one that did

Mix = Sequence[tuple[int, float]]
"""What a sum was mixed of: serials of layers, 0 for what the model made, and gains."""

Offered = tuple[Entry, np.ndarray | None, np.ndarray | None]
"""What is told of a repetition, its sound and its tokens."""

Taken = tuple[np.ndarray | None, np.ndarray | None]
"""A loop, and what rings on after it, None where nothing does."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks, where every playhead stands, and what beats they follow, at one moment; see `Performance`."""

    unix_s: float
    frame: int
    positions: list[int]
    line: tuple[float, float, float] | None = None
    first: int = -1


class Keeper:
    """Keeps one session.

    Parameters
    ----------
    writer : Writer
    ears : Ears
        The engine.
    facts : dict
        What the session is: began (seconds since 1970), model, unloop (its version), ...
    limit_bytes : float
        Of audio; beyond, what can be made again is left out: the sound of repetitions, and input that nobody records.
    on_notice : callable
        Given a line for the player.

    Attributes
    ----------
    state : Performance
        How things stand.
    """

    def __init__(self, writer: Writer, ears: Ears, facts: Entry, *, limit_bytes: float = math.inf,
                 on_notice: Callable[[str], None] = lambda text: None) -> None:
        self.state = Performance()
        self._writer = writer
        self._ears = ears
        self._rate, self._channels = ears.sample_rate, ears.channels
        self._roll = round(ROLL_S * self._rate)
        self._limit_bytes, self._bytes, self._cramped = limit_bytes, 0, False
        self._on_notice = on_notice
        self._noted: deque[Entry] = deque()         # by other threads
        self._offers: dict[int, OrderedDict[int, Offered]] = {}     # by loop and tag
        self._log = LogBytes()
        self._logged = 0                            # bytes of it that went to the writer
        self._begun = False                         # whether there is anything to keep
        self._log_due = self._state_due = self._moment_due = 0
        self._changed = False
        self._tokens: dict[int, TokenFiles] = {}
        self._pressed: dict[int, int] = {}          # loop that records or overdubs: the first input frame of it
        self._leads: dict[int, np.ndarray] = {}     # and what led up to that
        self._starts: dict[tuple[int, int], tuple[int, np.ndarray | None]] = {}     # both, of a (loop, take) that was recorded
        self._rolls: list[tuple[int, int, int, Callable[[np.ndarray], Job]]] = []   # due, from, which loop heard it, what is written then
        self._kept: set[tuple[int, int]] = set()    # (loop, take) that came by `keep`
        self._reshaped: set[tuple[int, int]] = set()    # and those that were stretched or shifted
        self._loaded: dict[int, Taken] = {}         # loop whose next state that is
        self._remixes: dict[int, tuple[Mix, float]] = {}          # by loop, what the sum was mixed of that the engine is about to tell
        self._layer_files: dict[tuple[int, int], Entry] = {}    # by loop and serial, what is known of a layer's file
        self._asked: dict[int, int] = {}            # of each loop's last command, the frame that it was meant for
        self._dry = 0.0
        self._tail_s: dict[int, float] = {}
        self._input = InputTrack(ears, writer.put, self._add)
        self._latency = (ears.latency, ears.compensates_monitoring)
        self._add({"what": "begin", "at": 0, "sample_rate": self._rate, "channels": self._channels, "latency": ears.latency, **facts})

    # Any thread.

    def note(self, entry: Entry) -> None:
        """Something has happened that the engine does not tell: an entry of the log."""
        self._noted.append(entry)

    def offered(self, loop: int, entry: Entry, audio: np.ndarray | None, codes: np.ndarray | None) -> None:
        """A repetition is offered to the engine.

        Parameters
        ----------
        loop : int
        entry : dict
            Its tag, take, correlation, force and request: what JSON and TOML can hold, no None.
        audio : ndarray (frames, channels) float32, optional
            As the model made it; None when it is the take itself.
        codes : ndarray (n_codebooks, steps) int16, optional
        """
        held = self._offers.setdefault(loop, OrderedDict())
        held[entry["tag"]] = (entry, audio, codes)
        while len(held) > OFFERS_HELD:
            held.popitem(last=False)

    # The conductor's thread.

    def happened(self, event: Event, take: Callable[[], Taken]) -> None:
        """The engine tells something; `take` gives the audio of a TAKE event, and of a KEPT or LOAD where it is known, and its tail."""
        act = self._EVENTS.get(event.kind)
        if act is not None:
            act(self, event, take)

    def remixed(self, loop: int, mix: Mix, correlation: float) -> None:
        """The engine is about to tell that it was given a sum: what that was mixed of, and how like its take it is."""
        self._remixes[loop] = mix, correlation

    def remembered(self, loop: int, told: Entry, codes: np.ndarray) -> None:
        """A repetition that was heard in a session before is one of this session's too: its tokens, and what was told of it."""
        file = self._put_tokens(loop, told["tag"], codes, told)
        self._add({"what": "remembered", "at": self._ears.frame(), "loop": loop, "tokens": file})

    def layers(self, loop: int, take: int, rows: Sequence[tuple[int, np.ndarray, Entry]], gains: list[float]) -> None:
        """A take consists of these layers, the base first, each in a file of its own.

        Parameters
        ----------
        rows : sequence of (serial, ndarray (frames, channels) float32, dict)
            The dict holds level, mute and vary.
        gains : list of float
            At which the engine has them.
        """
        facts = self.state.loop(loop).takes.get(take)
        if facts is None or not facts.file:
            return  # not told yet
        written = []
        for serial, audio, stands in rows:
            if (loop, serial) not in self._layer_files:
                self._layer_files[loop, serial] = self._layer_file(loop, serial, audio, facts)
            written.append(self._layer_files[loop, serial] | {"serial": serial} | stands)
        self._add({"what": "layers", "at": self._ears.frame(), "loop": loop, "take": take, "gains": gains, "layers": written})

    def _layer_file(self, loop: int, serial: int, audio: np.ndarray, take: TakeFacts) -> Entry:
        """Have a layer written; one that is all of a take has that one's file."""
        print_of_layer = crc(audio)
        if (take.frames, take.crc) == (len(audio), print_of_layer):
            return {"file": take.file, "start": take.start, "frames": take.frames, "crc": take.crc}
        file = f"loop-{loop + 1}/layer-{serial:04d}.wav"
        before, after = rolled(audio, self._roll)
        job = self._audio_job(file, before, audio, after)
        self._writer.put(job)
        self._writer.hold(f"loop {loop + 1} layer {serial}", job)
        self._bytes += audio.nbytes
        return {"file": file, "start": len(before), "frames": len(audio), "crc": print_of_layer}

    def step(self, look: Callable[[], Moment]) -> None:
        """Hand on what is due; `look` tells where everything stands, when that is wanted."""
        frame = self._ears.frame()
        while self._noted:
            self._add(self._noted.popleft())
        self._keep_leads(frame)
        latency = (self._ears.latency, self._ears.compensates_monitoring)
        if latency != self._latency:  # another sound card, or the same one again
            self._latency = latency
            self._add({"what": "latency", "at": frame, "frames": latency[0], "while_monitoring": latency[1]})
        if not self._begun:
            return
        monitored = self._dry > 0.0 and self._has_room(0)
        self._input.step(frame, bool(self._pressed) or monitored)
        while self._rolls and frame >= self._rolls[0][0]:
            _, start, loop, job = self._rolls.pop(0)
            self._writer.put(job(self._ears.heard_by(loop, start, self._roll)))
        if frame >= (self._state_due if self._changed else self._moment_due):
            moment = look()
            self._add({"what": "moment", "at": moment.frame, "unix_s": moment.unix_s, "positions": moment.positions,
                       "line": moment.line, "first": moment.first})
            self._put_log()
            self._put_state()
            self._state_due, self._moment_due = frame + round(STATE_S * self._rate), frame + round(MOMENT_S * self._rate)
            self._changed = False
        elif frame >= self._log_due and self._logged < len(self._log):
            self._put_log()
            self._log_due = frame + round(LOG_S * self._rate)

    def end(self, look: Callable[[], Moment]) -> None:
        """The player ends the session. The last thing that is told."""
        self._noted.append({"what": "end", "at": self._ears.frame()})
        self._input.until, self._state_due, self._moment_due = self._ears.frame(), 0, 0
        self._pressed.clear()
        self.step(look)

    # What the engine tells.

    def _on_obeyed(self, event: Event, take: Callable[[], Taken]) -> None:
        kind = CommandKind(event.index)
        entry = {"what": "obeyed", "at": event.frame, "loop": event.loop, "do": kind.name.lower(), "value": event.value}
        if kind not in TAGGED and event.tag != -1 and event.tag < event.frame:
            entry["asked"] = event.tag
        if event.late:
            entry["control"] = event.late
        if kind == CommandKind.SET:
            entry["control"] = event.late
            if event.late == Control.DRY:
                if event.value > 0.0 and self._begun:
                    self._input.want(event.frame)
                elif self._dry > 0.0:
                    self._input.until = max(self._input.until, event.frame + self._roll)  # it fades
                self._dry = event.value
            elif event.late == Control.TAIL:
                self._tail_s[event.loop] = event.value
        elif kind == CommandKind.OFFER:
            entry["tag"] = event.tag
        elif kind == CommandKind.REMIX:
            mix, correlation = self._remixes.pop(event.loop, ((), 1.0))
            entry |= {"tag": event.tag, "take": event.take, "mix": [list(part) for part in mix], "correlation": correlation}
        elif kind in LENGTHS:
            entry["length"] = event.tag
        self._asked[event.loop] = entry.get("asked", event.frame)
        self._loaded.pop(event.loop, None)  # one that was ignored
        if kind == CommandKind.LOAD:
            self._begun = True
            self._loaded[event.loop] = take()
        self._add(entry)

    def _on_state(self, event: Event, take: Callable[[], Taken]) -> None:
        flags = Flag(event.index)
        before = self.state.loop(event.loop).state
        self._add({"what": "state", "at": event.frame, "loop": event.loop, "state": event.state.label,
                   "generate": bool(flags & Flag.GENERATE), "lock": bool(flags & Flag.LOCKED), "back": bool(flags & Flag.BACK),
                   "solo": bool(flags & Flag.SOLOED), "reverse": bool(flags & Flag.REVERSED)})
        if event.state.label not in AT_REST:
            if before != event.state.label:
                self._begun = True
                meant = self._asked.get(event.loop, event.frame)  # a press that came late is taken from what was heard before
                meant = meant if 0 <= event.frame - meant <= self._ears.heard_frames else event.frame
                self._pressed[event.loop] = meant + self._ears.latency_at(self._dry)
                self._leads.pop(event.loop, None)
                self._input.want(self._pressed[event.loop] - self._roll)
        elif self._pressed.pop(event.loop, None) is not None:
            tail = round(self._tail_s.get(event.loop, 0.0) * self._rate)
            self._input.until = max(self._input.until, event.frame + self._ears.latency + tail + 2 * self._roll)

    def _on_history(self, event: Event, take: Callable[[], Taken]) -> None:
        if event.state == State.RECORDING and event.loop in self._pressed:  # the recording has become this take
            self._keep_leads(self._ears.frame())
            self._starts[event.loop, event.take] = (self._pressed[event.loop], self._leads.pop(event.loop, None))
        changed = {"changed": True} if event.late else {}
        self._add({"what": "history", "at": event.frame, "loop": event.loop, "take": event.take, "undo": event.index,
                   "redo": round(event.value)} | changed)
        if changed:
            self._reshaped.add((event.loop, event.take))
        audio, tail = self._loaded.pop(event.loop, (None, None))
        if audio is not None:  # several may be loaded at once, and only the last one told
            self._add_take(event, audio, "loaded", tail)

    def _on_take(self, event: Event, take: Callable[[], Taken]) -> None:
        entry = {"what": "take", "at": event.frame, "loop": event.loop, "take": event.take, "frames": event.index, "kind": "cleared"}
        known = self.state.loop(event.loop).takes.get(event.take)
        if known is not None:  # undo and redo lead to what is written already
            self._add(entry | {name: getattr(known, name) for name in known.__slots__})
        elif event.index > 0:
            recorded, kept = (event.loop, event.take) in self._starts, (event.loop, event.take) in self._kept
            reshaped = (event.loop, event.take) in self._reshaped
            kind = "recording" if recorded else "kept" if kept else "stretched" if reshaped else "overdub"
            audio, tail = take()
            self._add_take(event, audio, kind, tail)
        else:
            self._add(entry)
        self._state_due = 0  # what is finished is known to be at once

    def _on_swapped(self, event: Event, take: Callable[[], Taken]) -> None:
        held = self._offers.get(event.loop, {}).get(event.tag)
        if held is None:
            return
        told, audio, codes = held
        entry = {"what": "variation", "at": event.frame, "loop": event.loop, **told, "itself": audio is None, "file": "", "frames": 0,
                 "crc": 0, "tokens": ""}
        if codes is not None:
            entry["tokens"] = self._put_tokens(event.loop, event.tag, codes, told)
        if audio is not None and self._has_room(audio.nbytes):
            file = entry["file"] = f"loop-{event.loop + 1}/variation-{event.tag:06d}.wav"
            entry |= {"frames": len(audio), "crc": crc(audio)}
            self._writer.put(self._audio_job(file, audio[:0], audio, audio[:0]))
        self._add(entry)

    def _put_tokens(self, loop: int, tag: int, codes: np.ndarray, told: Entry) -> str:
        """Have the tokens of a repetition written; the file that they are in."""
        tokens = self._tokens.setdefault(loop, TokenFiles(f"loop-{loop + 1}"))
        file = tokens.add(tag, codes, told)
        self._writer.put(file_job(file, partial(_write_whole, content=tokens.content()), key=file))
        return file

    def _on_seam(self, event: Event, take: Callable[[], Taken]) -> None:
        self._add({"what": "seam", "at": event.frame, "loop": event.loop, "index": event.index, "tag": event.tag, "late": event.late})

    def _on_kept(self, event: Event, take: Callable[[], Taken]) -> None:
        self._kept.add((event.loop, event.take))
        if (audio := take()[0]) is not None:
            # An overdub that begins at once has the engine never tell this take.
            self._add_take(event, audio, "kept")

    _EVENTS: ClassVar = {
        EventKind.OBEYED: _on_obeyed, EventKind.STATE: _on_state, EventKind.HISTORY: _on_history, EventKind.TAKE: _on_take,
        EventKind.SWAPPED: _on_swapped, EventKind.SEAM: _on_seam, EventKind.KEPT: _on_kept,
    }  # fmt: skip

    # Takes.

    def _add_take(self, event: Event, loop: np.ndarray, kind: str, tail: np.ndarray | None = None) -> None:
        """Have a new state of a loop written, and note it."""
        file = f"loop-{event.loop + 1}/take-{event.take:04d}.wav"
        before, after = rolled(loop, self._roll)
        start, lead = self._starts.pop((event.loop, event.take), (0, None))
        if lead is not None:
            before = lead
        job = self._audio_job(file, before, loop, after)
        if kind == "recording":
            # What comes after it has not been played yet: the file is written now, and again with that.
            end = start + len(loop)
            self._rolls.append((end + self._roll + 1, end, event.loop, partial(self._audio_job, file, before, loop)))
        self._writer.put(job)
        self._writer.hold(f"loop {event.loop + 1}", job)
        self._bytes += loop.nbytes
        self._begun = True
        entry = {"what": "take", "at": event.frame, "loop": event.loop, "take": event.take, "frames": len(loop), "file": file,
                 "start": len(before), "crc": crc(loop), "kind": kind}
        if tail is not None:
            rings = f"loop-{event.loop + 1}/tail-{event.take:04d}.wav"
            self._writer.put(self._audio_job(rings, tail[:0], tail, tail[:0]))
            entry |= {"tail": rings, "tail_frames": len(tail), "tail_crc": crc(tail)}
        self._add(entry)

    def _audio_job(self, file: str, before: np.ndarray, loop: np.ndarray, after: np.ndarray) -> Job:
        return file_job(file, lambda disk, path: write_layer(disk, path, before, loop, after, self._rate), loop.nbytes)

    def _keep_leads(self, frame: int) -> None:
        """Copy what led up to each recording, while it is there and once it is over."""
        for loop, start in self._pressed.items():
            first = max(0, start - self._roll)
            if loop not in self._leads and start <= frame <= first + self._ears.heard_frames:
                self._leads[loop] = self._ears.heard_by(loop, first, start - first)

    def _has_room(self, size: int) -> bool:
        if self._bytes + self._input.bytes + size > self._limit_bytes:
            if not self._cramped:
                self._cramped = True
                self._on_notice("the session has come to its size limit: takes and tokens are still kept, the sound of repetitions is not")
            return False
        self._bytes += size
        return True

    # Log and state.

    def _add(self, entry: Entry) -> None:
        self.state.apply(entry)
        self._log.add(line(entry))
        self._changed = self._changed or entry["what"] != "moment"

    def _put_log(self) -> None:
        end = self._logged = len(self._log)

        def write(disk: Disk, path: Path) -> None:
            # From where the file ends: at its beginning, should it have been taken away.
            at = disk.size(path)
            disk.patch(path, [(at, self._log.slice(at, end))])

        self._writer.put(file_job("log.jsonl", write, key="log.jsonl"))

    def _put_state(self) -> None:
        tables = to_tables(self.state)

        def write(disk: Disk, path: Path) -> None:
            disk.write(path, [to_toml(tables).encode()], safely=False)

        self._writer.put(file_job("session.toml", write, key="session.toml"))


def _write_whole(disk: Disk, path: Path, content: bytes) -> None:
    disk.write(path, [content], safely=False)
