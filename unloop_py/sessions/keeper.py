"""What happens at the instrument becomes entries of a log, and files.

Threads. `offered` and `parameter` are any thread's: they only note. All else belongs to one thread, the session's conductor, and
waits neither for a disk nor for a lock that anybody holds for long.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from unloop_py.audio_io.loop_file import WAV_HEADER_BYTES, wav_header
from unloop_py.engine.messages import CommandKind, Control, Event, EventKind, Flag, State
from unloop_py.sessions.disk import Disk
from unloop_py.sessions.layer_file import ROLL_S, crc, rolled, write_layer
from unloop_py.sessions.log import line
from unloop_py.sessions.state import Entry, Performance, to_toml
from unloop_py.sessions.tokens import TokenFiles
from unloop_py.sessions.writer import Job, Writer

log = logging.getLogger(__name__)

INPUT_S = 0.25          # of input that goes to the disk at a time while something is recorded
LOG_S = 0.25            # between two times that the log goes there
STATE_S = 1.0           # likewise session.toml, when anything has changed
MOMENT_S = 10.0         # and when nothing has
OFFERS_HELD = 32        # repetitions that were offered and may yet be heard
INPUT_BYTES = 512 << 20  # of one file of input


class Ears(Protocol):
    """What of the engine the keeper listens at: its clock and its newest input."""

    sample_rate: int
    channels: int

    @property
    def heard_frames(self) -> int: ...

    @property
    def latency(self) -> int: ...

    def frame(self) -> int: ...

    def heard(self, start_frame: int, frames: int) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks, and where every playhead stands, at one moment."""

    unix_s: float
    frame: int
    positions: list[int]


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
        self._offers: OrderedDict[tuple[int, int], tuple[Entry, np.ndarray | None, np.ndarray | None]] = OrderedDict()
        self._log = bytearray()                     # all of it: a folder that was taken away gets it back
        self._logged = 0                            # bytes of it that went to the writer
        self._begun = False                         # whether there is anything to keep
        self._log_due = self._state_due = self._moment_due = 0
        self._changed = False
        self._tokens: dict[int, TokenFiles] = {}
        self._pressed: dict[int, int] = {}          # loop that records or overdubs: the first input frame of it
        self._leads: dict[int, np.ndarray] = {}     # and what led up to that
        self._starts: dict[tuple[int, int], tuple[int, np.ndarray | None]] = {}     # both, of a (loop, take) that was recorded
        self._rolls: list[tuple[int, int, Callable[[np.ndarray], Job]]] = []        # due, from, and what is written then
        self._kept: set[tuple[int, int]] = set()    # (loop, take) that came by `keep`
        self._loaded: set[int] = set()              # loops whose next take was loaded
        self._dry = 0.0
        self._tail_s: dict[int, float] = {}
        self._mix: dict[int, float] = {}
        self._input_number, self._input_from, self._input_at, self._input_until = 0, 0, -1, 0
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
            None when it is the take itself.
        codes : ndarray (n_codebooks, steps) int16, optional
        """
        self._offers[loop, entry["tag"]] = (entry, audio, codes)
        while len(self._offers) > OFFERS_HELD:
            self._offers.popitem(last=False)

    # The conductor's thread.

    def happened(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        """The engine tells something; `take` copies the audio of a TAKE event, at once."""
        act = self._EVENTS.get(event.kind)
        if act is not None:
            act(self, event, take)

    def step(self, moment: Moment) -> None:
        """Hand on what is due."""
        frame = self._ears.frame()
        while self._noted:
            self._add(self._noted.popleft())
        self._keep_leads(frame)
        if not self._begun:
            return
        self._keep_input(frame)
        while self._rolls and frame >= self._rolls[0][0]:
            _, start, job = self._rolls.pop(0)
            self._writer.put(job(self._ears.heard(start, self._roll)))
        if frame >= (self._state_due if self._changed else self._moment_due):
            self._add({"what": "moment", "at": moment.frame, "unix_s": moment.unix_s, "positions": moment.positions})
            self._put_log()
            self._put_state()
            self._state_due, self._moment_due = frame + round(STATE_S * self._rate), frame + round(MOMENT_S * self._rate)
            self._changed = False
        elif frame >= self._log_due and self._logged < len(self._log):
            self._put_log()
            self._log_due = frame + round(LOG_S * self._rate)

    def end(self, moment: Moment) -> None:
        """The player ends the session. The last thing that is told."""
        self._noted.append({"what": "end", "at": self._ears.frame()})
        self._input_until, self._state_due, self._moment_due = self._ears.frame(), 0, 0
        self._pressed.clear()
        self.step(moment)

    # What the engine tells.

    def _on_obeyed(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        kind = CommandKind(event.index)
        entry = {"what": "obeyed", "at": event.frame, "loop": event.loop, "do": kind.name.lower(), "value": event.value}
        if kind == CommandKind.SET:
            entry["control"] = event.late
            if event.late == Control.DRY:
                self._dry = event.value
                if event.value > 0.0 and self._begun:
                    self._want_input(event.frame)
            elif event.late == Control.MIX:
                self._mix[event.loop] = event.value
            elif event.late == Control.TAIL:
                self._tail_s[event.loop] = event.value
        elif kind == CommandKind.OFFER:
            entry["tag"] = event.tag
        elif kind == CommandKind.LOAD:
            self._loaded.add(event.loop)
        self._add(entry)

    def _on_state(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        flags = Flag(event.index)
        before = self.state.loop(event.loop).state
        self._add({"what": "state", "at": event.frame, "loop": event.loop, "state": event.state.label,
                   "generate": bool(flags & Flag.GENERATE), "lock": bool(flags & Flag.LOCKED), "back": bool(flags & Flag.BACK)})
        if event.state in (State.RECORDING, State.OVERDUBBING):
            if before != event.state.label:
                self._begun = True
                self._pressed[event.loop] = event.frame + (0 if self._dry > 0.0 else self._ears.latency)
                self._leads.pop(event.loop, None)
                self._want_input(self._pressed[event.loop] - self._roll)
        elif self._pressed.pop(event.loop, None) is not None:
            tail = round(self._tail_s.get(event.loop, 0.0) * self._rate)
            self._input_until = max(self._input_until, event.frame + self._ears.latency + tail + 2 * self._roll)

    def _on_history(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        if event.state == State.RECORDING and event.loop in self._pressed:  # the recording has become this take
            self._keep_leads(self._ears.frame())
            self._starts[event.loop, event.take] = (self._pressed[event.loop], self._leads.pop(event.loop, None))
        self._add({"what": "history", "at": event.frame, "loop": event.loop, "take": event.take, "undo": event.index,
                   "redo": round(event.value)})

    def _on_take(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        entry = {"what": "take", "at": event.frame, "loop": event.loop, "take": event.take, "frames": event.index, "kind": "cleared"}
        known = self.state.loop(event.loop).takes.get(event.take)
        if known is not None:  # undo and redo lead to what is written already
            entry |= {name: getattr(known, name) for name in known.__slots__}
        elif event.index > 0:
            self._begun = True
            entry |= self._keep_take(event, take())
        self._add(entry)
        self._state_due = 0  # what is finished is known to be at once

    def _on_swapped(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        held = self._offers.get((event.loop, event.tag))
        if held is None or held[1] is None:
            return
        told, audio, codes = held
        entry = {"what": "variation", "at": event.frame, "loop": event.loop, **told, "file": "", "frames": len(audio), "crc": 0,
                 "tokens": ""}
        if codes is not None:
            tokens = self._tokens.setdefault(event.loop, TokenFiles(f"loop-{event.loop + 1}"))
            file = entry["tokens"] = tokens.add(event.tag, codes, told)
            self._writer.put(_file_job(file, partial(_write_whole, content=tokens.content()), key=file))
        if self._has_room(audio.nbytes):
            file = entry["file"] = f"loop-{event.loop + 1}/variation-{event.tag:06d}.wav"
            entry["crc"] = crc(audio)
            self._writer.put(self._audio_job(file, audio[:0], audio, audio[:0]))
        self._add(entry)

    def _on_seam(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        self._add({"what": "seam", "at": event.frame, "loop": event.loop, "index": event.index, "tag": event.tag, "late": event.late})

    def _on_kept(self, event: Event, take: Callable[[], np.ndarray]) -> None:
        self._kept.add((event.loop, event.take))
        audio = self._offers.get((event.loop, event.tag), (None, None))[1]
        if audio is not None and self._mix.get(event.loop, 1.0) == 1.0:
            # An overdub that begins at once has the engine never tell this take; it is the variation, sample for sample.
            self._add({"what": "take", "at": event.frame, "loop": event.loop, "take": event.take, "frames": len(audio),
                       **self._keep_take(event, audio)})

    _EVENTS: ClassVar = {
        EventKind.OBEYED: _on_obeyed, EventKind.STATE: _on_state, EventKind.HISTORY: _on_history, EventKind.TAKE: _on_take,
        EventKind.SWAPPED: _on_swapped, EventKind.SEAM: _on_seam, EventKind.KEPT: _on_kept,
    }  # fmt: skip

    # Takes.

    def _keep_take(self, event: Event, loop: np.ndarray) -> Entry:
        """Have a new state of a loop written; what its entry says of the file."""
        file = f"loop-{event.loop + 1}/take-{event.take:04d}.wav"
        before, after = rolled(loop, self._roll)
        kind = "overdub"
        if event.loop in self._loaded:
            kind = "loaded"
            self._loaded.discard(event.loop)
        elif (event.loop, event.take) in self._kept:
            kind = "kept"
        elif (event.loop, event.take) in self._starts:
            kind = "recording"
            start, lead = self._starts.pop((event.loop, event.take))
            before = before if lead is None else lead
            end = start + len(loop)
            # What comes after it has not been played yet: the file is written now, and again with that.
            self._rolls.append((end + self._roll + 1, end, partial(self._audio_job, file, before, loop)))
        job = self._audio_job(file, before, loop, after)
        self._writer.put(job)
        self._writer.hold(f"loop {event.loop + 1}", job)
        self._bytes += loop.nbytes
        return {"file": file, "start": len(before), "crc": crc(loop), "kind": kind}

    def _audio_job(self, file: str, before: np.ndarray, loop: np.ndarray, after: np.ndarray) -> Job:
        return _file_job(file, lambda disk, path: write_layer(disk, path, before, loop, after, self._rate), loop.nbytes)

    def _keep_leads(self, frame: int) -> None:
        """Copy what led up to each recording, while it is there and once it is over."""
        for loop, start in self._pressed.items():
            first = max(0, start - self._roll)
            if loop not in self._leads and start <= frame <= first + self._ears.heard_frames:
                self._leads[loop] = self._ears.heard(first, start - first)

    def _has_room(self, size: int) -> bool:
        if self._bytes + size > self._limit_bytes:
            if not self._cramped:
                self._cramped = True
                self._on_notice("the session has come to its size limit: takes and tokens are still kept, the sound of repetitions is not")
            return False
        self._bytes += size
        return True

    # Input.

    def _want_input(self, start: int) -> None:
        """Keep what comes in from `start` on."""
        if self._input_at < 0:
            self._begin_input(max(0, start, self._ears.frame() - self._ears.heard_frames))

    def _begin_input(self, start: int) -> None:
        self._input_number += 1
        self._input_from = self._input_at = start
        self._add({"what": "input", "at": start, "file": self._input_file})

    @property
    def _input_file(self) -> str:
        return f"input-{self._input_number:04d}.wav"

    def _keep_input(self, frame: int) -> None:
        if self._input_at < 0:
            return
        monitored = self._dry > 0.0 and not self._cramped
        ending = not self._pressed and not monitored and frame >= self._input_until
        end = self._input_until if ending else frame
        if end - self._input_at >= INPUT_S * self._rate or ending:
            if frame - self._input_at > self._ears.heard_frames:
                log.warning("%s has a gap: %d frames could not be kept in time", self._input_file, frame - self._input_at)
                self._input_at = frame - self._ears.heard_frames
            if end > self._input_at:
                self._put_input(self._ears.heard(self._input_at, end - self._input_at), end)
            if monitored and not self._pressed:
                self._has_room(0)
        if ending:
            self._input_at = -1
        elif (self._input_at - self._input_from) * 4 * self._channels > INPUT_BYTES:
            self._begin_input(self._input_at)

    def _put_input(self, audio: np.ndarray, end: int) -> None:
        at = WAV_HEADER_BYTES + (self._input_at - self._input_from) * 4 * self._channels
        header = wav_header(end - self._input_from, self._channels, self._rate)
        data = np.ascontiguousarray(audio, "<f4").tobytes()
        self._writer.put(_file_job(self._input_file, lambda disk, path: disk.patch(path, [(0, header), (at, data)]), len(data)))
        self._bytes += len(data)
        self._input_at = end

    # Log and state.

    def _add(self, entry: Entry) -> None:
        self.state.apply(entry)
        self._log += line(entry)
        self._changed = self._changed or entry["what"] != "moment"

    def _put_log(self) -> None:
        begin, end = self._logged, len(self._log)
        self._logged = end

        def write(disk: Disk, path: Path) -> None:
            # A file shorter than it was has been taken away: all of it is written again.
            at = begin if disk.size(path) >= begin else 0
            disk.patch(path, [(at, bytes(self._log[at:end]))])

        self._writer.put(_file_job("log.jsonl", write))

    def _put_state(self) -> None:
        text = to_toml(self.state).encode()
        self._writer.put(_file_job("session.toml", lambda disk, path: disk.write(path, [text], safely=False), key="session.toml"))


def _file_job(file: str, write: Callable[[Disk, Path], None], size: int = 0, key: str = "") -> Job:
    """A job that writes one file of the session, in a folder of its own if its name says so."""

    def do(disk: Disk, folder: Path) -> None:
        if "/" in file:
            disk.make_folder((folder / file).parent)
        write(disk, folder / file)

    return Job(file, do, size, key)


def _write_whole(disk: Disk, path: Path, content: bytes) -> None:
    disk.write(path, [content], safely=False)
