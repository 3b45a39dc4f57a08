"""A press of the player's: what it means where the loop stands, when it counts, and how it goes to the engine.

Under the bus's lock throughout, on whichever thread a front end has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from unloop_py.engine.messages import Command, CommandKind, Flag, State
from unloop_py.errors import CommandError
from unloop_py.session.loop_view import TURNING
from unloop_py.session.marking import COMMANDS as MARKING

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

COMMAND_KINDS = {
    "record": CommandKind.RECORD,
    "overdub": CommandKind.OVERDUB,
    "undo": CommandKind.UNDO,
    "redo": CommandKind.REDO,
    "play": CommandKind.PLAY,
    "pause": CommandKind.PAUSE,
    "mute": CommandKind.MUTE,
    "clear": CommandKind.CLEAR,
    "keep": CommandKind.KEEP,
    "back": CommandKind.BACK,
    "lock": CommandKind.LOCK,
    "replace": CommandKind.REPLACE,
    "substitute": CommandKind.SUBSTITUTE,
    "multiply": CommandKind.MULTIPLY,
    "insert": CommandKind.INSERT,
    "undo_all": CommandKind.UNDO_ALL,
    "redo_all": CommandKind.REDO_ALL,
    "trigger": CommandKind.TRIGGER,
    "oneshot": CommandKind.ONESHOT,
    "mute_trigger": CommandKind.MUTE_TRIGGER,
    "solo": CommandKind.SOLO,
    "reverse": CommandKind.REVERSE,
    "cue": CommandKind.CUE,
    "accept": CommandKind.ACCEPT,
    "scratch": CommandKind.SCRATCH,
    "first": CommandKind.FIRST,
}
ELSEWHERE = ("vary", "save_loop")
"""What a pedal may give too, though the engine has no part in it."""


class Presses:
    """Hands presses on.

    Parameters
    ----------
    bus : SessionBus
    elsewhere : callable
        ``elsewhere(loop, name)`` obeys what stands in `ELSEWHERE`.
    output_latency : callable
        Frames from the engine to the loudspeaker.
    """

    def __init__(self, bus: SessionBus, elsewhere: Callable[[int, str], None], output_latency: Callable[[], int]) -> None:
        self._bus, self._engine = bus, bus.engine
        self._elsewhere = elsewhere
        self._output_latency = output_latency

    def press(self, loop: int, name: str, argument: int | None, frame: int | None) -> None:
        """Obey a command now, or when the clock says so. Raises CommandError and changes nothing where it cannot be."""
        bus = self._bus
        name = self._meant(loop, name)
        bus.stage_lock.check(loop, name)
        if name in ELSEWHERE:
            self._elsewhere(loop, name)
            return
        bus.recalling.pressed(loop, name)
        heard, late = frame, int(bus.store.get(0, "trigger_latency"))
        if frame is None and late:
            frame = max(0, self._engine.frame() - late)
            heard = max(0, frame - self._output_latency())
        if name in MARKING:
            if not bus.varied.can:
                raise CommandError(f"{name}: the generator is off; start with --generator local to have the loop varied")
            bus.marking.press(loop, name, argument, frame)
        elif name in ("set_sync_pos", "reset_sync_pos"):
            bus.timing.set_sync_pos(loop, name, frame)
        elif not bus.timing.press(loop, name, argument, heard):
            self.obey(loop, name, argument, frame)

    def obey(self, loop: int, name: str, argument: int | None, frame: int | None) -> None:
        """Hand a command to the engine, whatever it would wait for if a hand gave it. Raises CommandError."""
        if name == "cue" and not self._engine.has_cue:
            raise CommandError("cue: there is no second output to hear it on; start with --cue-channels 3,4, or whichever are free")
        status = self._engine.status(loop)
        if name == "accept" and not status.flags & Flag.CUED:
            raise CommandError("accept: no variation waits; cue 1 has the next one wait")
        expected = self._bus.loops[loop].expected
        expected.standing(status, frame).after(name, argument)
        value = math.nan if argument is None else float(argument)
        self._bus.send(Command(COMMAND_KINDS[name], loop, -1 if frame is None else frame, value))
        self._bus.timing.obeyed(loop, name, status.frame if frame is None else frame)
        expected.sent(status, name, argument, frame)

    def state_of(self, loop: int) -> State | None:
        """The state that a loop will be in when all that was sent has been obeyed."""
        return self._bus.loops[loop].expected.standing(self._engine.status(loop)).state

    def is_silent(self, loop: int) -> bool:
        """Whether a loop turns and is not heard, being muted, or beside one that is soloed."""
        flags = [self._engine.status(one).flags for one in range(self._bus.n_loops)]
        alone = any(one & Flag.SOLOED for one in flags) and not flags[loop] & Flag.SOLOED
        return (state := self.state_of(loop)) == State.MUTED or (alone and state in TURNING)

    def _meant(self, loop: int, name: str) -> str:
        """The command that a press stands for.

        A delay's time is recorded between two taps, and then it is overdubbed round and round. Redo may be a tap where there is
        nothing to redo.
        """
        view = self._bus.loops[loop]
        if name in ("record", "overdub", "delay_trigger"):
            view.delays = name == "delay_trigger"
        if name == "delay_trigger":
            return "overdub" if self.state_of(loop) == State.RECORDING else "record"
        if name != "redo" or not self._bus.store.get(loop, "redo_is_tap"):
            return name
        standing = view.expected.standing(self._engine.status(loop))
        return "trigger" if standing.state == State.PLAYING and standing.redo_steps == 0 else name
