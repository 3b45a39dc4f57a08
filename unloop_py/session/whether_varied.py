"""Whether loops are varied, by which model, and that the engine knows it.

Any thread, under the bus's lock where it says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unloop_py.control.bus import Notice
from unloop_py.engine.messages import Command, CommandKind, Flag
from unloop_py.errors import CommandError, EngineBusy
from unloop_py.vamper.knobs import VaryMode

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus


class WhetherVaried:
    """The switch `generate`, the loops that rest by their own `vary_mode`, and the model's name.

    Parameters
    ----------
    bus : SessionBus
    can : bool
        False with the generator off.
    model : str
        The name of the model that the session starts with; "" with the generator off, and while a server has not said which it has.
    model_arguments : callable
        Given a model's name, what `Vamper.change_model` is given; raises ModelError.
    """

    def __init__(self, bus: SessionBus, can: bool, model: str, model_arguments: Callable[[str], dict[str, Any]]) -> None:
        self._bus = bus
        self._model_arguments = model_arguments
        self._resting = {loop for loop in range(bus.store.capacity) if bus.store.get(loop, "vary_mode") == VaryMode.OFF}
        self._unsent: set[int] = set()  # loops whose engine has still to be told
        self.can = self.on = can
        self.model = model

    def of(self, loop: int) -> bool:
        """Whether a loop is varied, when it goes round."""
        return self.on and self._bus.store.get(loop, "vary_mode") != VaryMode.OFF

    def send(self, loop: int) -> None:
        """Tell the engine whether a loop is varied: all are, but those whose own mode is never. Raises EngineBusy."""
        self._bus.send(Command(CommandKind.GENERATE, loop, value=float(self.of(loop))))

    def turn(self, argument: int | None) -> None:
        """Switch varying on or off, or over; what has gone back to the take is switched on again. Under the lock; raises CommandError."""
        resting = not self.on or any(view.flags & Flag.BACK for view in self._bus.loops)
        on = resting if argument is None else bool(argument)
        if on and not self.can:
            raise CommandError("generate: the generator is off; start with --generator local to have the loop varied")
        changed, self.on = on != self.on, on
        for loop in range(self._bus.n_loops):
            self.send(loop)
        if changed:
            self._bus.tell(Notice("generate", None, (int(on),)))

    def mode_changed(self, loop: int, mode: float) -> None:
        """A loop's `vary_mode` stands elsewhere."""
        off = mode == VaryMode.OFF
        if off == (loop in self._resting):  # a command that changes nothing would end `back`
            return
        (self._resting.add if off else self._resting.discard)(loop)
        try:
            self.send(loop)
        except EngineBusy:
            self._unsent.add(loop)

    def resend(self) -> None:
        """Tell the engine what found its ring full. Conductor's thread, under the lock."""
        with contextlib.suppress(EngineBusy):
            for loop in sorted(self._unsent):
                if loop < self._bus.n_loops:
                    self.send(loop)
                self._unsent.discard(loop)

    def change_model(self, name: str) -> None:
        """Have another model take over, at a seam. Raises CommandError or ModelError."""
        if self._bus.vamper is None:
            raise CommandError(f"model {name}: the generator is off; start with --generator local to have the loop varied")
        self._bus.vamper.change_model(name, **self._model_arguments(name))

    def model_known(self, name: str) -> None:
        """A generator elsewhere has said which model it has, if nobody here had named one."""
        if not self.model:
            self.model_changed(name)

    def model_changed(self, name: str) -> None:
        """Another model has taken over."""
        self.model = name
        self._bus.tell(Notice("model", None, (name,)))
