"""What a control does when it is moved: bindings carried out on the bus. The midi thread."""

from __future__ import annotations

from collections.abc import Callable

from unloop_py.control.bus import Bus
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.midi_bindings import BUTTONS, Binding, Control
from unloop_py.control.parameters import of_layer
from unloop_py.errors import UnloopError
from unloop_py.midi.messages import Move
from unloop_py.midi.scaling import scale_of
from unloop_py.midi.take_over import TakeOver

Held = tuple[str, Binding]


class Hands:
    """Carries out bindings.

    Parameters
    ----------
    bus : Bus
    say : callable
        Given what a person should read: why something could not be done.
    """

    def __init__(self, bus: Bus, say: Callable[[str], None]) -> None:
        self._bus = bus
        self._say = say
        self._held: dict[Held, tuple[int, ...]] = {}  # what is down, and the loops that it was pressed for
        self._knobs: dict[tuple[str, Binding, int], TakeOver] = {}

    def moved(self, device: str, binding: Binding, move: Move) -> None:
        """A control of a device has been moved, to which this is bound."""
        try:
            if binding.is_knob and move.control.kind not in BUTTONS:
                self._turn(device, binding, move)
            elif move.is_down:
                self._press(device, binding, move)
                if move.control.kind == "program":  # it has no release
                    self._release(device, binding)
        except UnloopError as error:
            self._say(str(error))

    def let_go(self, device: str, control: Control) -> None:
        """A control of a device has been let go: what was pressed by it ends, whether it is still bound to that or not."""
        self._release_all([one for one in self._held if one[0] == device and one[1].control.means(control)])

    def is_held(self, device: str, binding: Binding) -> bool:
        """Whether it is down."""
        return (device, binding) in self._held

    def knob(self, device: str, binding: Binding, loop: int) -> TakeOver:
        """Where the knob of a binding stands beside a loop's parameter."""
        key = (device, binding, loop)
        if key not in self._knobs:
            self._knobs[key] = TakeOver(binding.take_over)
        return self._knobs[key]

    def gone(self, device: str) -> None:
        """A device went: what is down is let go, and where its knobs stood is forgotten."""
        self._release_all([one for one in self._held if one[0] == device], lost=True)
        self._knobs = {key: knob for key, knob in self._knobs.items() if key[0] != device}

    def loops(self, binding: Binding) -> tuple[int | None, ...]:
        """The loops that a binding means now, from 0; None is the instrument. One that is not there is left out."""
        if binding.command and command_by_name(binding.command).scope == "global":
            return (None,)
        if binding.loop == "all":
            return tuple(range(self._bus.n_loops))
        if binding.loop == "selected":
            return self._bus.chosen()
        return (binding.loop,) if binding.loop < self._bus.n_loops else ()

    def _release_all(self, held: list[Held], lost: bool = False) -> None:
        for one in held:
            try:
                self._release(*one, lost=lost)
            except UnloopError as error:
                self._say(str(error))

    def _turn(self, device: str, binding: Binding, move: Move) -> None:
        scale, loops = scale_of(binding), self.loops(binding)
        # A loop that the knob does not mean just now has to be picked up again: it will stand elsewhere by then.
        for key in [key for key in self._knobs if key[:2] == (device, binding) and key[2] not in loops]:
            del self._knobs[key]
        for loop in loops:
            if loop is None or not self._is_there(loop, binding.parameter):
                continue
            knob, value = self.knob(device, binding, loop), self._bus.get(loop, binding.parameter)
            position = knob.move(scale.position(move.value), scale.position_of(value), value)
            if position is None:
                continue
            wanted = scale.value(position)
            if wanted != value:
                self._bus.set(loop, binding.parameter, wanted, f"midi:{device}")
            knob.moved(self._bus.get(loop, binding.parameter), position)

    def _press(self, device: str, binding: Binding, move: Move) -> None:
        if (device, binding) in self._held:  # a controller that sends each value of a pedal going down
            return
        loops = self.loops(binding)
        there = tuple(loop for loop in loops if loop is not None)
        self._held[device, binding] = there
        source = f"midi:{device}"
        if binding.parameter:
            self._set(binding, move, there, source)
        elif binding.press:
            self._each(there, "down", binding.press, source)
        elif binding.switch:
            self._each(there, "switch_down", binding.switch, source)
        else:
            argument = binding.argument
            if binding.counts:
                scale = scale_of(binding)
                argument = int(scale.value(scale.position(move.value)))
                argument = argument if command_by_name(binding.command).argument == "count" else str(argument)
            self._each(loops, binding.command, argument, source)

    def _release(self, device: str, binding: Binding, lost: bool = False) -> None:
        loops = self._held.pop((device, binding), ())
        if binding.press:
            self._each(loops, "forceup" if binding.sustain else "up", binding.press, f"midi:{device}")
        elif binding.switch:
            self._each(loops, "switch_lost" if lost else "switch_up", binding.switch, f"midi:{device}")

    def _each(self, loops: tuple[int | None, ...], name: str, argument: int | str | None, source: str) -> None:
        """Give a command to each; one that cannot does not keep the others from it."""
        refused: list[UnloopError] = []
        for loop in loops:
            try:
                self._bus.command(loop, name, argument, source=source)
            except UnloopError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _set(self, binding: Binding, move: Move, loops: tuple[int, ...], source: str) -> None:
        """A button sets a value: the two ends in turn, or what its velocity says."""
        scale = scale_of(binding)
        for loop in loops:
            if not self._is_there(loop, binding.parameter):
                continue
            position = scale.position(move.value)
            if binding.curve == "toggle":
                position = 0.0 if self._bus.get(loop, binding.parameter) == scale.value(1.0) else 1.0
            self._bus.set(loop, binding.parameter, scale.value(position), source)

    def _is_there(self, loop: int, parameter: str) -> bool:
        """Whether a loop has the parameter now: a layer may not be there."""
        layer = of_layer(parameter)
        return layer is None or layer[0] < self._bus.status(loop).layers
