"""Loops that follow a clock: each pass begins where the clock says, by moving the seam and nothing else. Under the bus's lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from unloop_py.control.store import Store
from unloop_py.engine.messages import Command, CommandKind, Flag, State
from unloop_py.errors import EngineBusy
from unloop_py.session.clock_source import ClockSource
from unloop_py.sync.drift import Slaved, seam_target

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

EARLIEST_S = 0.3
LATEST_S = 0.02
"""How long before its fade begins a seam is asked to move."""
LOOK_S = 1.0
"""A loop whose seam is far off is not looked at again for so long."""
LENGTHS_HELD = 64


class Following:
    """Knows which loops were recorded from boundary to boundary, and keeps them there.

    Parameters
    ----------
    engine : Engine
    store : Store
    clock : ClockSource
    send : callable
        Hands a `Command` to the engine.
    """

    def __init__(self, engine: Engine, store: Store, clock: ClockSource, send: Callable[[Command], None]) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._send = send
        # By loop and length, since undo leads back to loops of other lengths: the clock's number, and where it lies.
        self._slaved: dict[tuple[int, int], tuple[int, Slaved]] = {}
        self._uncounted: set[tuple[int, int]] = set()  # of those, the ones whose first beat is another session's
        self._asked: dict[int, int] = {}
        self._look_at: dict[int, int] = {}  # engine frame before which a loop needs no look

    def follow(self, loop: int, length_frames: int, source: int, slaved: Slaved) -> None:
        """Loops of this length were recorded from boundary to boundary of the clock of this number."""
        self._slaved.pop((loop, length_frames), None)
        self._slaved[loop, length_frames] = (source, slaved)
        self._uncounted.discard((loop, length_frames))
        self._look_at[loop] = 0
        while len(self._slaved) > LENGTHS_HELD:
            self._uncounted.discard(oldest := next(iter(self._slaved)))
            del self._slaved[oldest]

    def count_anew(self, loop: int, length_frames: int) -> None:
        """What is known of this length was counted in beats of another session: only where between two beats it began still holds."""
        self._uncounted.add((loop, length_frames))

    def slaved(self, loop: int, length_frames: int) -> Slaved | None:
        """Where a loop of this length lies on the clock that is followed now; None for one that runs by itself."""
        source, slaved = self._slaved.get((loop, length_frames), (None, None))
        return slaved if source == self._clock.number_for(loop) else None

    def step(self, now: int) -> None:
        """Ask each loop's next seam to lie on the clock, a little before its fade begins."""
        rate = self._engine.sample_rate
        for loop, look_at in self._look_at.items():
            if now < look_at or loop >= self._store.n_loops:
                continue
            status = self._engine.status(loop)
            self._look_at[loop] = now + round(EARLIEST_S / 4 * rate)
            source, slaved = self._slaved.get((loop, status.length_frames), (None, None))
            if slaved is None or source != self._clock.number_for(loop) or status.state not in (State.PLAYING, State.MUTED):
                continue
            if status.flags & Flag.REVERSED or self._store.get(loop, "speed") != 1.0:
                continue  # it does not come round when the clock does
            seam = status.next_seam_frame
            fade = min(round(float(self._store.get(loop, "seam_ms")) * rate / 1000.0), status.length_frames // 4)
            ahead = seam - fade - now
            self._look_at[loop] = max(self._look_at[loop], now + min(ahead - round(EARLIEST_S * rate), round(LOOK_S * rate)))
            if seam == self._asked.get(loop) or not LATEST_S * rate <= ahead <= EARLIEST_S * rate:
                continue
            line = self._clock.line(loop, now)
            if line is None:
                continue
            if (loop, status.length_frames) in self._uncounted:
                self._uncounted.discard((loop, status.length_frames))
                slaved = replace(slaved, first_beat=slaved.first_beat + round(line.beat_at(seam) - slaved.first_beat))
                self._slaved[loop, status.length_frames] = (source, slaved)
            shift = seam_target(line, slaved, seam, status.length_frames, fade // 4) - seam
            try:
                if shift:
                    self._send(Command(CommandKind.ALIGN, loop, length=shift))
                self._asked[loop] = seam
            except EngineBusy:  # it is asked again at the next step
                return
