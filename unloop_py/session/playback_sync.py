"""Loops that begin anew on the clock's boundary, whatever their length: a pass is cut there, or goes on until it. Under the bus's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from unloop_py.control.store import Store
from unloop_py.engine.messages import Command, CommandKind, State
from unloop_py.errors import EngineBusy
from unloop_py.session.clock_source import ClockSource
from unloop_py.session.planner import Planner
from unloop_py.sync.boundaries import Quantize, nearest_frame

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

AHEAD_S = 0.15
"""So long before its frame it is asked for: longer than from one look to the next."""
FADE_S = 0.01
"""Of the cross-fade that moves the playhead; it ends as the fade before the seam begins."""


class PlaybackSync:
    """Moves the end of each pass to the boundary that is nearest to it, where the parameter `playback_sync` asks for it.

    Parameters
    ----------
    engine : Engine
    store : Store
    clock : ClockSource
    planner : Planner
    send : callable
        Hands a `Command` to the engine.
    """

    def __init__(self, engine: Engine, store: Store, clock: ClockSource, planner: Planner, send: Callable[[Command], None]) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._planner = planner
        self._send = send
        self._asked: dict[int, tuple[int, int]] = {}  # the seam that a loop has, or had, and where it was asked to lie

    def step(self, now: int) -> None:
        """Ask for the seams that are near, or whose boundary is."""
        for loop in range(self._store.n_loops):
            if not self._store.get(loop, "playback_sync") or self._clock.number == loop + 1:
                continue
            status = self._engine.status(loop)
            line = self._clock.line(loop, now)
            seam = status.next_seam_frame
            if line is None or status.state not in (State.PLAYING, State.MUTED) or seam in (-1, *self._asked.get(loop, ())):
                continue
            unit = Quantize(int(self._store.get(loop, "quantize"))) or Quantize.BAR
            period = self._planner.metre().beats_of(unit)
            boundary = nearest_frame(line, round(line.beat_at(seam) / period) * period)
            rate = self._engine.sample_rate
            fade = min(round(float(self._store.get(loop, "seam_ms")) * rate / 1000.0), status.length_frames // 4)
            begin = min(seam, boundary) - fade - round(FADE_S * rate)
            if begin - now > AHEAD_S * rate:
                continue
            if abs(boundary - seam) <= fade // 4 or boundary <= now + fade:  # it is on the clock, or too late for it this time
                self._asked[loop] = (seam, seam)
                continue
            try:
                self._send(Command(CommandKind.ALIGN, loop, max(begin, now), length=boundary - seam, control=1))
                self._asked[loop] = (seam, boundary)
            except EngineBusy:  # it is asked again at the next step
                return
