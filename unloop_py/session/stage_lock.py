"""Stage lock: while it is on, no foot, finger or message destroys a loop by mistake. Which commands do, the table of commands says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.commands import by_name
from unloop_py.engine.messages import State
from unloop_py.errors import CommandError

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

GROWING = (State.MULTIPLYING, State.INSERTING)


class StageLock:
    """Refuses what destroys.

    Parameters
    ----------
    bus : SessionBus
    state : callable
        Given a loop, the `State` that it will be in when all that was sent has been obeyed, or None if that cannot be known.

    Attributes
    ----------
    on : bool
    """

    def __init__(self, bus: SessionBus, state: Callable[[int], State | None]) -> None:
        self._bus = bus
        self._state = state
        self.on = False

    def turn(self, argument: int | str | None) -> None:
        """Switch it on (1) or off (0), or over (None). Any thread."""
        on = not self.on if argument is None else bool(argument)
        if on != self.on:
            self.on = on
            self._bus.tell(Notice("stage_lock", None, (int(on),)))

    def check(self, loop: int | None, name: str) -> None:
        """Raise CommandError for a command that destroys, while the lock is on. Any thread."""
        if not self.on:
            return
        how = by_name(name).locked
        if how == "always" or (how and loop is not None and 0 <= loop < self._bus.n_loops and self._would_lose(loop, how)):
            raise CommandError(f"{name}: not while stage_lock is on, so that no loop is lost by mistake; stage_lock 0 allows it")

    def _would_lose(self, loop: int, how: str) -> bool:
        """Whether the loop that is there would no longer be."""
        with self._bus.lock:
            status, state = self._bus.engine.status(loop), self._state(loop)
        if state == State.RECORDING:
            return False
        return state != State.OFF if how == "loop" else status.undo_steps == 1 and state not in (State.OFF, *GROWING)
