"""What sounds of every loop, to be looked at and taken away: its peaks, the mask of what comes, a copy of its audio.

Nothing here is computed by the audio thread, and no buffer is read that may be used again: the conductor's thread, which takes
freed buffers back, is the one that reads them.

Threads. `happened` and `step` belong to the conductor's, `offered` to the vamper's; what is asked is anybody's.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.control.bus import Notice
from unloop_py.control.pictures import ALL_KEPT, NO_MASK, PEAKS, PLACES, THE_TAKE, Mask
from unloop_py.engine.messages import CommandKind, Event, EventKind, State
from unloop_py.errors import CommandError

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

PERIOD_S = 0.1          # between two times that a loop's peaks are told, while a fader moves
HEARD_S = 0.02          # of a recording that goes on is one of its peaks
REMEMBERED = 16         # variations of a loop whose buffers and masks are known
ANSWERED_S = 2.0        # by then the conductor has copied what was asked for
CHANGES = (EventKind.TAKE, EventKind.SEAM, EventKind.SWAPPED, EventKind.KEPT, EventKind.STATE)


@dataclass(slots=True, eq=False)
class _Loop:
    """What is known of one loop's sound."""

    slots: OrderedDict[int, int] = field(default_factory=OrderedDict)                  # by a variation's tag
    rows: OrderedDict[int, tuple[str, ...]] = field(default_factory=OrderedDict)       # likewise
    coming: int = -1                                                                   # tag of the offer that waits
    take: int = 0
    peaks: tuple[float, ...] = ()
    mask: Mask = NO_MASK
    drawn: tuple[int, int, int] | None = None                                          # take, tag and slot of `peaks`
    stale: bool = False
    due_s: float = 0.0
    heard_until: int | None = None                                                     # frame, of a recording that goes on
    heard: list[float] = field(default_factory=list)                                   # its peaks, each of HEARD_S


class Sounding:
    """Follows what sounds of every loop.

    Parameters
    ----------
    engine : Engine
    tell : callable
        Takes a `Notice`.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, engine: Engine, tell: Callable[[Notice], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._tell, self._clock = engine, tell, clock
        self._loops = [_Loop() for _ in range(engine.capacity)]
        self._lock = threading.Lock()  # of the masks
        self._wanted: deque[tuple[int, Future[np.ndarray | None]]] = deque()

    # Any thread.

    def peaks(self, loop: int) -> tuple[float, ...]:
        """`PEAKS` peaks of what sounds, 0..1, from the loop's start; of what was heard so far while it is recorded; or none."""
        return self._loops[loop].peaks

    def mask(self, loop: int) -> Mask:
        """The mask of the repetition that comes, or of the one that sounds until that is made."""
        return self._loops[loop].mask

    def copy(self, loop: int) -> np.ndarray:
        """A copy (frames, channels) float32 of what sounds. Waits for the conductor, whose thread must be another.

        Raises
        ------
        CommandError
            For an empty loop, one on which something is being laid, or when the conductor does not come to it.
        """
        asked: Future[np.ndarray | None] = Future()
        self._wanted.append((loop, asked))
        try:
            audio = asked.result(ANSWERED_S)
        except TooLate:
            raise CommandError(f"what sounds of loop {loop + 1} could not be read in time: try again") from None
        if audio is None:
            raise CommandError(f"loop {loop + 1} is empty or being recorded: record something first, and end that")
        return audio

    # The vamper's thread.

    def offered(self, loop: int, take: int, tag: int, mask: np.ndarray | None) -> None:
        """A repetition of a take is about to be offered: its mask (n_codebooks, steps), 1 where a token is new; None is the take."""
        rows = THE_TAKE if mask is None else _drawn(mask)
        with self._lock:
            known = self._loops[loop]
            if known.take == take:
                _remember(known.rows, tag, rows)
                known.coming = tag
                self._show(loop, Mask(True, rows))

    # The conductor's thread.

    def happened(self, event: Event) -> None:
        """The engine tells something."""
        known = self._loops[event.loop]
        if event.kind in CHANGES:
            known.stale = True
        if event.kind == EventKind.TAKE:
            known.drawn = None  # what was laid on is complete now
        elif event.kind == EventKind.STATE:
            self._state_changed(known, event)
        if event.kind in (EventKind.SEAM, EventKind.SWAPPED) and event.slot >= 0:
            _remember(known.slots, event.tag, event.slot)
        elif event.kind == EventKind.OBEYED and event.index == CommandKind.REMIX:
            known.stale, known.drawn = True, None
            if event.tag >= 0 and event.slot >= 0:
                _remember(known.slots, event.tag, event.slot)
        with self._lock:
            if event.kind == EventKind.TAKE:
                known.take, known.coming = event.take, -1
                known.rows.clear()
                self._show(event.loop, NO_MASK)
            elif event.kind == EventKind.KEPT:
                known.take = event.take
            elif event.kind == EventKind.SWAPPED:
                known.coming = -1
                self._show(event.loop, Mask(False, known.rows.get(event.tag, THE_TAKE if event.slot < 0 else ())))
            elif event.kind == EventKind.REJECTED and event.tag == known.coming:
                known.coming = -1
                self._show(event.loop, NO_MASK)

    def step(self) -> None:
        """Draw anew what has changed, and copy what is asked for."""
        now_s = self._clock()
        for loop, known in enumerate(self._loops):
            if now_s < known.due_s:
                continue
            if known.heard_until is not None:
                self._draw_recording(loop, known, known.heard_until, now_s)
            elif known.stale:
                self._draw(loop, known, now_s)
        while self._wanted:
            loop, asked = self._wanted.popleft()
            found = self._sound(loop)
            asked.set_result(None if found is None else found[1].copy())

    # Within.

    def _sound(self, loop: int) -> tuple[tuple[int, int, int], np.ndarray] | None:
        """What sounds of a loop: take, tag and slot, and its audio, not to be kept; None where nothing does, or it is not known yet."""
        status = self._engine.status(loop)
        if not status.length_frames or status.take != self._loops[loop].take:  # something is being laid on
            return None
        if status.tag < 0:
            found = self._engine.state_of(loop, status.take)
            return None if found is None else ((status.take, -1, -1), found[0])
        slot = self._loops[loop].slots.get(status.tag, -1)
        return None if slot < 0 else ((status.take, status.tag, slot), self._engine.buffer(slot)[: status.length_frames])

    def _draw(self, loop: int, known: _Loop, now_s: float) -> None:
        found = self._sound(loop)
        if found is None and self._engine.status(loop).length_frames:
            return  # its event has not come yet, or what is laid on is not complete
        known.stale = False
        key, peaks = (None, ()) if found is None else (found[0], known.peaks)
        if found is not None and key != known.drawn:
            peaks = peaks_of(found[1])
        known.drawn = key
        self._tell_peaks(loop, known, peaks, now_s)

    def _state_changed(self, known: _Loop, event: Event) -> None:
        if event.state != State.RECORDING:
            known.heard_until = None
        elif known.heard_until is None:
            known.heard_until, known.drawn = event.frame, None
            known.heard.clear()

    def _draw_recording(self, loop: int, known: _Loop, start: int, now_s: float) -> None:
        """Look at what the loop has heard since it was looked at last."""
        each = round(HEARD_S * self._engine.sample_rate)
        start = max(start, self._engine.frame() - self._engine.heard_frames)
        count = (self._engine.frame() - start) // each
        if count <= 0:
            return
        heard = np.abs(self._engine.heard_by(loop, start, count * each))
        known.heard += heard.reshape(count, -1).max(axis=1).clip(0.0, 1.0).astype(np.float64).round(4).tolist()
        known.heard_until = start + count * each
        shown = len(known.heard)
        ends = [max(at * shown // PEAKS + 1, (at + 1) * shown // PEAKS) for at in range(PEAKS)]
        self._tell_peaks(loop, known, tuple(max(known.heard[at * shown // PEAKS : end]) for at, end in enumerate(ends)), now_s)

    def _tell_peaks(self, loop: int, known: _Loop, peaks: tuple[float, ...], now_s: float) -> None:
        if peaks != known.peaks:
            known.peaks, known.due_s = peaks, now_s + PERIOD_S
            self._tell(Notice("peaks", loop, peaks or (0.0,) * PEAKS))

    def _show(self, loop: int, mask: Mask) -> None:
        """Under the lock."""
        known = self._loops[loop]
        if mask != known.mask:
            known.mask = mask
            self._tell(Notice("mask", loop, (int(mask.coming), *mask.rows)))


def peaks_of(audio: np.ndarray) -> tuple[float, ...]:
    """`PEAKS` peaks 0..1 of a sound (frames, channels), of equal parts from its start; of fewer frames, some twice."""
    if not len(audio):
        return ()
    channels = audio.shape[1]
    flat = audio.reshape(-1)
    edges = np.arange(PEAKS) * len(audio) // PEAKS * channels
    peaks = np.maximum(np.maximum.reduceat(flat, edges), -np.minimum.reduceat(flat, edges))
    return tuple(np.clip(np.abs(peaks), 0.0, 1.0).astype(np.float64).round(4).tolist())


def _drawn(mask: np.ndarray) -> tuple[str, ...]:
    """A mask (n_codebooks, steps) as the rows of a `Mask`."""
    steps = mask.shape[1]
    columns = min(steps, PLACES)
    edges = np.arange(columns) * steps // columns
    counts = np.diff(np.append(edges, steps))
    kept = np.add.reduceat((mask == 0).astype(np.float64), edges, axis=1) / counts
    digits = np.rint(ALL_KEPT * kept).astype(np.uint8) + ord("0")
    return tuple(bytes(row).decode("ascii") for row in digits)


def _remember(known: OrderedDict[int, object], tag: int, value: object) -> None:
    known[tag] = value
    known.move_to_end(tag)
    while len(known) > REMEMBERED:
        known.popitem(last=False)
