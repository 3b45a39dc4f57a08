"""The session on paper: what engine, bus and vamper tell goes to the keeper, in the words of the room that writes it down."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop_py import __version__
from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Notice
from unloop_py.engine.messages import CommandKind, Event, EventKind, Flag, Status
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Span, VariationRequest
from unloop_py.session.layers import Consists
from unloop_py.session.loop_view import TURNING
from unloop_py.sessions.disk import Disk
from unloop_py.sessions.keeper import Keeper, Moment, Taken
from unloop_py.sessions.library import Library
from unloop_py.sessions.writer import Writer
from unloop_py.sync.drift import Slaved

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus
    from unloop_py.session.loop_files import LoopFiles
    from unloop_py.session.shapes import Made
    from unloop_py.vamper.request import Offer

log = logging.getLogger(__name__)

LEARNED_S = 20.0    # between two times that what was learned of a take is written


class Keeping:
    """Keeps one session while it is played.

    Parameters
    ----------
    bus : SessionBus
    library : Library
    limit_bytes : float
        Of all sessions together; the oldest without a name are deleted for it.
    facts : dict
        What else `session.toml` is to tell.
    wall_clock : callable
        Seconds since 1970.
    disk : Disk, optional
    """

    def __init__(self, bus: SessionBus, library: Library, *, limit_bytes: float = math.inf, facts: dict[str, Any] | None = None,
                 wall_clock: Callable[[], float] = time.time, disk: Disk | None = None) -> None:
        self._bus, self._engine = bus, bus.engine
        self._wall_clock = wall_clock
        self._learned = (0, 0.0)    # the take of which it was written, and when
        notice = self._notice
        try:
            gone = library.make_room(limit_bytes)
            folder = library.new_folder(wall_clock())
        except (OSError, UnloopError) as error:  # the music goes on without
            notice(f"old sessions could not be seen to: {error}")
            gone, folder = [], library.folder / time.strftime("%Y-%m-%d %H.%M.%S")
        if gone:
            notice(f"{len(gone)} old sessions without a name were deleted for room, the newest of them {gone[-1]}")
        self.writer = Writer(folder, notice, disk)
        begins = {"began": wall_clock(), "unloop": __version__, "model": bus.model(), "max_loop_s": self._engine.max_loop_frames
                  / self._engine.sample_rate, "loops": self._engine.n_loops, "inputs": self._engine.n_inputs,
                  "outputs": self._engine.n_outputs, "undo_memory_mb": self._engine.undo_memory_mb} | (facts or {})
        self.keeper = Keeper(self.writer, self._engine, begins, limit_bytes=limit_bytes, on_notice=notice)
        bus.timing.on_clock, bus.timing.on_sync_pos = self._on_clock, self._on_sync_pos
        bus.layering.kept = self._layers
        bus.marking.on_guard = self._on_guard
        for loop in range(bus.n_loops):
            self._note_parameters(loop, 0)

    @property
    def folder(self) -> Path:
        """Where the session is kept, once there is anything to keep."""
        return self.writer.folder

    def start(self) -> None:
        """Write on a thread of its own from now on."""
        self.writer.start()

    def stop(self) -> None:
        """Write what is left. After the conductor's last step."""
        self.keeper.end(self._moment)
        self.writer.stop()

    # The conductor's thread.

    def happened(self, event: Event, files: LoopFiles) -> None:
        """The engine tells something; `files` holds the audio of a take that is told, and of a loop that was loaded."""
        if event.kind == EventKind.OBEYED and event.index == CommandKind.REMIX:
            self.keeper.remixed(event.loop, *self._bus.layering.mix_obeyed(event.loop, event.slot))

        def taken() -> Taken:
            if event.kind == EventKind.TAKE:
                return files.take(event.loop), files.tail(event.loop)
            if event.kind == EventKind.KEPT:
                return self._bus.layering.buffer(event.loop, event.take), None
            return files.loading.pop(event.slot, (None, None))

        self.keeper.happened(event, taken)

    def step(self) -> None:
        """Hand on what is due."""
        self.keeper.step(self._moment)

    # Any thread.

    def offered(self, offer: Offer) -> None:
        """A repetition is about to be offered to the engine, with the engine's version of its take."""
        loop, variation = offer.loop, offer.variation
        entry = {"tag": offer.tag, "take": offer.take, "force": offer.force, "correlation": 1.0, "request": {}}
        if variation is None:
            self.keeper.offered(loop, entry, None, None)
            return
        entry |= {"correlation": float(variation.correlation), "request": request_to_entry(variation.request)}
        if offer.letter:
            entry["letter"] = offer.letter
        made = self._bus.layering.mix_of(loop, offer.tag)
        raw, mix = (variation.audio, ((0, 1.0),)) if made is None else made
        entry["mix"] = [list(part) for part in mix]
        self.keeper.offered(loop, entry, raw, variation.codes)

    def beats_found(self, loop: int, take: int, grid: BeatGrid | None) -> None:
        """The beats of a take, None where there are none."""
        beats, first = (0, 0.0) if grid is None else (grid.beats, float(grid.first_beat_frame))
        self.keeper.note({"what": "beats", "at": self._engine.frame(), "loop": loop, "take": take, "beats": beats, "first_beat": first})

    def learned_file(self, take: int, share: float, loop: int = 0) -> str | None:
        """Where what is learned of a take should be written now: when there is no more to learn, and now and then before."""
        now_s = self._wall_clock()
        known, written_s = self._learned
        if known == take and share < 1.0 and now_s - written_s < LEARNED_S:
            return None
        self._learned = (take, now_s)
        file = f"loop-{loop + 1}/learned-{take:04d}.safetensors"
        self.keeper.note({"what": "learned", "at": self._engine.frame(), "loop": loop, "take": take, "file": file})
        return str(self.folder / file)

    def _layers(self, loop: int, take: int, consists: Consists, gains: tuple[float, ...]) -> None:
        """A take consists of these layers, or they stand otherwise."""
        rows = [(one.serial, one.audio, {"level": one.level, "mute": one.mute, "vary": one.vary}) for one in consists.layers]
        self.keeper.layers(loop, take, rows, list(gains))

    def _on_clock(self, loop: int, length_frames: int, source: int, slaved: Slaved) -> None:
        """A loop of this length lies on the boundaries of a clock."""
        self.keeper.note({"what": "on_clock", "at": self._engine.frame(), "loop": loop, "length": length_frames, "source": source,
                          "first_beat": slaved.first_beat, "beats": slaved.beats})

    def _on_guard(self, loop: int, guard: tuple[Span, ...]) -> None:
        """Something else is guarded."""
        self.keeper.note({"what": "guard", "at": self._engine.frame(), "loop": loop, "spans": [list(span) for span in guard]})

    def _on_sync_pos(self, loop: int, length_frames: int, position_frames: int) -> None:
        """The beats of a loop are counted from one of its frames."""
        self.keeper.note({"what": "sync_pos", "at": self._engine.frame(), "loop": loop, "length": length_frames,
                          "position": position_frames})

    def shaped(self, loop: int, take: int, made: Made) -> None:
        """How a take was made that is not as it was played."""
        self.keeper.note({"what": "shape", "at": self._engine.frame(), "loop": loop, "take": take, "ratio": made.shape.ratio,
                          "semitones": made.shape.semitones, "original": made.source,
                          "played": [made.played.ratio, made.played.semitones]})

    def told(self, notice: Notice) -> None:
        """What front ends are told: parameters, and the switches that concern all loops."""
        frame = self._engine.frame()
        if notice.kind == "parameter":
            name, value = notice.values
            self.keeper.note({"what": "parameter", "at": frame, "loop": notice.loop, "name": name, "value": value})
        elif notice.kind == "generate":
            self.keeper.note({"what": "generating", "at": frame, "on": bool(notice.values[0])})
        elif notice.kind == "loops":
            count = int(notice.values[0])
            self.keeper.note({"what": "loops", "at": frame, "count": count})
            self._note_parameters(count - 1, frame)
        elif notice.kind == "form":
            self.keeper.note({"what": "form", "at": frame, "loop": notice.loop, "text": notice.values[0]})
        elif notice.kind == "favourite":
            self.keeper.note({"what": "favourites", "at": frame, "loop": notice.loop,
                              "tags": list(self._bus.loops[notice.loop].favourites)})
        elif notice.kind == "select":
            self.keeper.note({"what": "select", "at": frame, "loop": notice.values[0] - 1})
        elif notice.kind == "model":
            self.keeper.note({"what": "model", "at": frame, "name": notice.values[0]})

    def _note_parameters(self, loop: int, frame: int) -> None:
        for name, value in self._bus.store.snapshot(loop).items():
            self.keeper.note({"what": "parameter", "at": frame, "loop": loop, "name": name, "value": value})

    def _moment(self) -> Moment:
        """Where every playhead is, at the frame that is heard now."""
        now_s = self._wall_clock()
        frame = max(0, self._bus.frame_at(now_s))
        positions = []
        for loop in range(self._engine.n_loops):
            status = self._engine.status(loop)
            turned = (frame - status.frame) * self._speed(loop, status) if status.state in TURNING else 0
            positions.append(round(status.position_frames + turned) % status.length_frames if status.length_frames else 0)
        with self._bus.lock:
            line, first = self._bus.timing.beats_to_keep(frame)
        return Moment(now_s, frame, positions, None if line is None else (line.frame, line.beat, line.frames_per_beat), first)

    def _speed(self, loop: int, status: Status) -> float:
        """Frames of the loop that a frame of time takes; below 0 it plays backwards."""
        return float(self._bus.get(loop, "speed")) * (-1.0 if status.flags & Flag.REVERSED else 1.0)

    def _notice(self, text: str) -> None:
        log.warning(text)
        self._bus.tell(Notice("error", None, ("", text)))


def request_to_entry(request: VariationRequest) -> dict[str, Any]:
    """A request as JSON and TOML hold it: without what is not set."""
    return {name: value for name, value in asdict(request).items() if value is not None}
