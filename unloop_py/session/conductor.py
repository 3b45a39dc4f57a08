"""The conductor: what the engine did goes to the listeners, and to `Varying`, which has every loop varied.

Threads. `Conductor.step` belongs to the conductor's own thread, which calls it every few
milliseconds. `noticed` is called by the vamper's thread, and `beats_found` by whoever found
them; these only hand over and return.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Notice
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind, Flag, Reason, State
from unloop_py.errors import EngineBusy
from unloop_py.generator.spec import Take
from unloop_py.session.bus import SessionBus
from unloop_py.session.loop_status import gen_state
from unloop_py.session.loop_view import TURNING, LoopView
from unloop_py.session.varying import Varying

if TYPE_CHECKING:
    from unloop_py.vamper.vamper import Vamper

PROGRESS_PERIOD_S = 0.05
REASONS = {
    Reason.NOTHING_THERE: "there is nothing to {name}; record something first",
    Reason.BUSY: "not now; what is being recorded or overdubbed has to end first",
    Reason.NO_BUFFER: "no memory for it was at hand; try again in a moment",
    Reason.TOO_LONG: "the loop would outgrow its memory; start with a longer --max-loop",
    Reason.AT_RATE: "only while the loop plays at speed 1, forwards or backwards, for it makes the loop longer; set speed to 1",
    Reason.BAD_VALUE: "the engine has no such loop, control or length",
}


class SwapAt(IntEnum):
    """What the parameter `swap` means."""

    SEAM = 0
    BAR = 1
    BEAT = 2
    NOW = 3


class Conductor:
    """Keeps the rooms of one session in step.

    Parameters
    ----------
    bus : SessionBus
    xruns : callable
        The stream's count of lost blocks.
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    varying : Varying
        Between the loops and the vamper.
    """

    def __init__(
        self,
        bus: SessionBus,
        *,
        xruns: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._engine = bus.engine
        self.varying = Varying(bus)
        self.varying.told_audio, self.varying.finished = bus.layering.told_audio, bus.layering.finished
        bus.layering.retold = lambda loop, take, audio: self.varying.take_changed(loop, take, audio, new_loop=False)
        self._hear: Callable[[Take], None] = lambda take: None
        self._watch: Callable[[Event], None] = lambda event: None
        self._count_xruns = xruns
        self._clock = clock
        self._new_loop = [True] * self._engine.capacity
        self._grids_told = [(1, 0.0)] * self._engine.capacity
        self._gen_states_told: list[str | None] = [None] * self._engine.capacity
        self._beats_told = [0] * self._engine.capacity
        self._progress_told = [0.0] * self._engine.capacity
        self._progress_due_s = 0.0
        self._events = {
            EventKind.STATE: self._on_state,
            EventKind.SEAM: self._on_seam,
            EventKind.SWAPPED: self._on_swapped,
            EventKind.REJECTED: self._on_rejected,
            EventKind.IGNORED: self._on_ignored,
            EventKind.FORGOTTEN: self._on_forgotten,
        }

    def attach(
        self, vamper: Vamper | None, hear: Callable[[Take], None], watch: Callable[[Event], None] = lambda event: None
    ) -> None:
        """Join the rooms behind. Before the first step.

        Parameters
        ----------
        vamper : Vamper or None
            None with the generator off.
        hear : callable
            Given each new `Take` while no generator is there to find its beats; must return at once.
        watch : callable
            Given everything that the engine tells, before anybody acts on it.
        """
        self.varying.vamper = self._bus.vamper = vamper
        self._hear = hear
        self._watch = watch

    # The vamper's thread.

    def noticed(self, text: str) -> None:
        """Tell the player something. Any thread."""
        self._bus.tell(Notice("error", None, ("", text)))

    def beats_found(self, serial: int, grid: BeatGrid | None) -> None:
        """Take over the beats of a take, by its serial. One thread at a time."""
        loop, version = self.varying.where(serial)
        self._bus.loops[loop].beats_found(version, grid)

    # The conductor's thread.

    def step(self) -> None:
        """Do everything that is due."""
        self._bus.observe_clock()
        self._bus.resend()
        for event in self._engine.events():
            audio = None
            if event.kind == EventKind.TAKE and event.index > 0:
                # A copy: the engine may use the buffer again while others still read.
                audio = np.array(self._engine.buffer(event.slot)[: event.index], dtype=np.float32, order="C")
            self._bus.sounding.happened(event)
            self._bus.layering.happened(event, audio)
            self._watch(event)
            if event.kind == EventKind.TAKE:
                self._on_take(event, self._bus.loops[event.loop], audio)
            act = self._events.get(event.kind)
            if act is not None:  # KEPT, HISTORY, FREED and OBEYED are in the engine's reading and its own pool
                act(event, self._bus.loops[event.loop])
        self._bus.layering.step(self._clock)
        self.varying.step()
        for loop, view in enumerate(self._bus.loops[: self._bus.n_loops]):
            self._tell_grid(loop, view)
            self._tell_beat(loop, view)
            self._tell_gen_state(loop, view)
            self._tell_progress(loop, view)
        self._bus.sounding.step()
        xruns = self._count_xruns()
        if xruns != self._bus.xrun_count:
            self._bus.xrun_count = xruns
            self._bus.tell(Notice("xruns", None, (xruns,)))
        self._bus.deliver()

    def _on_state(self, event: Event, view: LoopView) -> None:
        flags = Flag(event.index)
        if event.state != view.state:
            self._bus.tell(Notice("state", event.loop, (view.label(event.state),)))
            if State.MUTED in (event.state, view.state):
                self._bus.tell(Notice("mute", event.loop, (int(event.state == State.MUTED),)))
        if (flags ^ view.flags) & Flag.LOCKED:
            self._bus.tell(Notice("lock", event.loop, (int(bool(flags & Flag.LOCKED)),)))
        for flag, kind in ((Flag.SOLOED, "solo"), (Flag.REVERSED, "reverse"), (Flag.CUED, "cue")):
            if (flags ^ view.flags) & flag:
                self._bus.tell(Notice(kind, event.loop, (int(bool(flags & flag)),)))
        unlocked = bool(view.flags & ~flags & Flag.LOCKED)
        view.state, view.flags = event.state, flags
        self._new_loop[event.loop] = self._new_loop[event.loop] or event.state in (State.OFF, State.RECORDING)
        self.varying.state_changed(event.loop, flags, unlocked)

    def _on_take(self, event: Event, view: LoopView, audio: np.ndarray | None) -> None:
        view.take_changed(event.take, event.index)
        view.progress = view.adapting = view.gain = 0.0
        new_loop, self._new_loop[event.loop] = self._new_loop[event.loop], audio is None
        if new_loop:
            view.late = 0
        self._bus.marking.loop_changed(event.loop, event.index, new_loop or audio is None)
        take = self.varying.take_changed(event.loop, event.take, audio, new_loop)
        if take is not None and (self.varying.vamper is None or not self.varying.vamper.ready):
            self._hear(take)

    def _on_seam(self, event: Event, view: LoopView) -> None:
        view.late = event.late
        if view.grid is not None and view.grid.beats == 1:
            self._beats_told[event.loop] = 0  # the one beat begins again, though its number stays
        self._bus.tell(Notice("repetition", event.loop, (event.index, event.late)))
        self.varying.seam(event.loop, event.tag)

    def _on_swapped(self, event: Event, view: LoopView) -> None:
        self.varying.swapped(event.loop, event.tag)

    def _on_rejected(self, event: Event, view: LoopView) -> None:
        if self.varying.vamper is not None:
            self.varying.vamper.rejected(event.loop, event.tag)

    def _on_ignored(self, event: Event, view: LoopView) -> None:
        kind = CommandKind(event.index)
        if kind == CommandKind.CANCEL:
            self._bus.came_too_late(event.loop)
            return
        if kind in (CommandKind.OFFER, CommandKind.ALIGN, CommandKind.REMIX, CommandKind.RESHAPE):
            return  # nobody pressed it: REJECTED tells the vamper, and a seam that stays is asked again
        name = kind.name.lower()
        text = "no variation waits" if kind == CommandKind.ACCEPT else REASONS[Reason(int(event.value))].format(name=name)
        self._bus.tell(Notice("error", None, (f"/unloop/loop/{event.loop + 1}/{name}", f"{name}: {text}")))

    def _on_forgotten(self, event: Event, view: LoopView) -> None:
        what = f"take {event.index}" if event.index else "the time before its first recording"
        why = "the undo memory is full; start with a larger --undo-memory" if event.late else "it goes no further back"
        self._bus.tell(Notice("error", None, ("", f"loop {event.loop + 1}: undo no longer leads back to {what}: {why}")))

    def _tell_grid(self, loop: int, view: LoopView) -> None:
        """Where offers may come in, as the parameter `swap` says and the beats of the take have it."""
        swap = SwapAt(int(self._bus.store.get(loop, "swap")))
        grid = (1, 0.0)
        if view.form:
            swap = SwapAt.SEAM
        if swap == SwapAt.NOW:
            grid = (0, 0.0)
        elif swap != SwapAt.SEAM and view.grid is not None:
            per_point = int(self._bus.store.get(loop, "beats_per_bar")) if swap == SwapAt.BAR else 1
            if view.grid.beats % per_point == 0:
                grid = (view.grid.beats // per_point, float(view.grid.first_beat_frame))
        if grid != self._grids_told[loop]:
            with contextlib.suppress(EngineBusy):  # told again at the next step
                self._bus.send(Command(CommandKind.GRID, loop, value=grid[1], length=grid[0]))
                self._grids_told[loop] = grid

    def _tell_beat(self, loop: int, view: LoopView) -> None:
        if view.grid is None or view.state not in TURNING:
            return
        beat = view.beat_at(self._engine.status(loop).position_frames)
        if beat != self._beats_told[loop]:
            self._beats_told[loop] = beat
            self._bus.tell(Notice("beat", loop, (beat,)))

    def _tell_gen_state(self, loop: int, view: LoopView) -> None:
        told, self._gen_states_told[loop] = self._gen_states_told[loop], gen_state(self._bus, loop, view.flags)
        if told not in (None, self._gen_states_told[loop]):  # what it is at first is told with all else to whoever comes
            self._bus.tell(Notice("gen_state", loop, (self._gen_states_told[loop],)))

    def _tell_progress(self, loop: int, view: LoopView) -> None:
        now_s, progress = self._clock(), view.progress
        if progress == self._progress_told[loop] or (progress < 1.0 and now_s < self._progress_due_s):
            return
        self._progress_told[loop] = progress
        self._progress_due_s = now_s + PROGRESS_PERIOD_S
        self._bus.tell(Notice("progress", loop, (float(progress),)))
