"""What acts at once: every loop's levels, and where it is, from the parameters to the engine. Under the bus's lock."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from unloop_py.control.store import Store
from unloop_py.engine.messages import Command, CommandKind, Control
from unloop_py.errors import EngineBusy, ParameterError
from unloop_py.session.routing import PLACES, Gains, hears, sends

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

CONTROLS = {
    "wet": Control.WET,
    "dry": Control.DRY,
    "mix": Control.MIX,
    "feedback": Control.FEEDBACK,
    "tail": Control.TAIL,
    "seam_ms": Control.SEAM_MS,
    "speed": Control.SPEED,
    "stop_fade_s": Control.STOP_FADE_S,
    "stop_mode": Control.STOP_MODE,
    "scratch_pos": Control.SCRATCH_POS,
    "input_gain": Control.INPUT_GAIN,
    "use_feedback_play": Control.USE_FEEDBACK_PLAY,
    "use_safety_feedback": Control.USE_SAFETY_FEEDBACK,
    "loop_dry": Control.LOOP_DRY,
    "discrete_prefader": Control.DISCRETE_PREFADER,
    "main_wet": Control.MAIN_WET,
    "main_input_gain": Control.MAIN_INPUT_GAIN,
}


class Mixer:
    """Tells the engine the parameters that act at once.

    Parameters
    ----------
    engine : Engine
    store : Store
    send : callable
        Hands the engine a `Command`.
    inputs, outputs : sequence of int
        The device's number, from 1, of each of the engine's; none counts them from 1.
    """

    def __init__(
        self, engine: Engine, store: Store, send: Callable[[Command], None], inputs: Sequence[int] = (), outputs: Sequence[int] = ()
    ) -> None:
        self._store = store
        self._send = send
        self._channels = engine.channels
        self._inputs = tuple(inputs) or tuple(range(1, engine.n_inputs + 1))
        self._outputs = tuple(outputs) or tuple(range(1, engine.n_outputs + 1))
        self._unsent: set[tuple[int, str]] = set()
        identity = [[float(c == end) for end in range(self._channels)] for c in range(self._channels)]
        self._told = [
            {CommandKind.INPUT: _padded(identity, len(self._inputs), 0), CommandKind.OUTPUT: _padded(identity, 0, engine.n_sends)}
            for _ in range(engine.capacity)
        ]  # fmt: skip

    def acts(self, name: str) -> bool:
        """Whether a parameter is one of these."""
        return name in CONTROLS or name in PLACES

    def check(self, loop: int, values: Mapping[str, float | int]) -> None:
        """Raise ParameterError if an input or output among these values is not open."""
        if not values.keys().isdisjoint(PLACES):
            values = self._store.snapshot(loop) | dict(values)
            hears(values, self._channels, self._inputs)
            sends(values, self._channels, self._outputs)

    def tell(self, loop: int, name: str, frame: int = -1) -> None:
        """Tell the engine where a parameter stands, for a frame, or as soon as it can be told."""
        try:
            if name in CONTROLS:
                value = float(self._store.get(loop, name))
                self._send(Command(CommandKind.SET, loop, frame, value, CONTROLS[name]))
            else:
                self._place(loop, frame)
        except EngineBusy:  # a card that was pulled out: the knobs are heard as they stand when it is back
            self._unsent.add((loop, name))

    def tell_all(self, loop: int) -> None:
        """Tell the engine all of a loop that has just come."""
        for name in CONTROLS:
            self._send(Command(CommandKind.SET, loop, -1, float(self._store.get(loop, name)), CONTROLS[name]))
        self._place(loop, -1)

    def step(self) -> None:
        """Tell what found the engine's ring full, as it stands now."""
        unsent, self._unsent = self._unsent, set()
        for loop, name in sorted(unsent):
            with contextlib.suppress(ParameterError):  # the loop has gone
                self.tell(loop, name)

    def _place(self, loop: int, frame: int) -> None:
        values = self._store.snapshot(loop)
        wanted = {
            CommandKind.INPUT: hears(values, self._channels, self._inputs),
            CommandKind.OUTPUT: sends(values, self._channels, self._outputs),
        }
        for kind, gains in wanted.items():
            told = self._told[loop][kind]
            for i, row in enumerate(gains):
                for k, gain in enumerate(row):
                    if gain != told[i][k]:
                        channel, end = (i, k) if kind == CommandKind.INPUT else (k, i)
                        self._send(Command(kind, loop, frame, gain, channel, length=end))
                        told[i][k] = gain


def _padded(gains: Gains, width: int, height: int) -> Gains:
    """The same with zeros to the right and below."""
    rows = [row + [0.0] * (width - len(row)) for row in gains]
    return rows + [[0.0] * len(gains) for _ in range(height - len(rows))]
