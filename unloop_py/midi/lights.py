"""Feedback: lights, rings and motor faders follow what the instrument does. The midi thread.

What is shown is looked up anew and only what has changed is sent, so that nothing can be missed or shown for too long.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from unloop_py.control.bus import Bus, LoopStatus
from unloop_py.control.midi_bindings import Binding, Control
from unloop_py.control.parameters import of_layer
from unloop_py.errors import DeviceError
from unloop_py.midi.hands import Hands
from unloop_py.midi.messages import Move, message
from unloop_py.midi.profiles import Light
from unloop_py.midi.scaling import scale_of
from unloop_py.midi.shown import Look, look
from unloop_py.midi.watch import Opened

log = logging.getLogger(__name__)

SLOW_S, QUICK_S = 0.25, 0.1
"""Half a blink: of what is pending, and of a warning."""
LEAST_S = 0.03
"""No light is told anything twice within it."""
QUIET_S = 0.3
"""A ring or fader that a hand moves is left alone until it has rested so long."""


class Lights:
    """Tells devices what they are to show.

    Parameters
    ----------
    bus : Bus
    hands : Hands
        Who knows which controls are held.
    bound : callable
        Given a device, all that its controls do.
    """

    def __init__(self, bus: Bus, hands: Hands, bound: Callable[[Opened], tuple[Binding, ...]]) -> None:
        self._bus = bus
        self._hands = hands
        self._bound = bound
        self._shown: dict[Opened, dict[int, str]] = {}  # of each light of its profile, the colour that was sent
        self._stands: dict[tuple[Opened, Control], int] = {}  # the value that a ring or fader has
        self._touched: dict[tuple[Opened, Control], float] = {}
        self._last_s = -1e9
        self._again_s: float | None = None

    def came(self, device: Opened) -> None:
        """A device is there: it is told everything."""
        if device.output is not None:
            self._shown[device] = {}

    def went(self, device: Opened) -> None:
        """It is to be told no more; if it hears, its lights are put out."""
        shown = self._shown.pop(device, {})
        for number in shown:
            self._send(device, device.profile.lights[number].messages["off"])
        for moved in [key for key in (*self._stands, *self._touched) if key[0] is device]:
            self._stands.pop(moved, None)
            self._touched.pop(moved, None)

    def moved(self, device: Opened, move: Move, now_s: float) -> None:
        """A control was moved by hand: it stands there, and is not told so."""
        for control in {one.control for one in self._bound(device) if one.echo and one.control.means(move.control)}:
            self._stands[device, control] = move.value
            self._touched[device, control] = now_s

    def step(self, now_s: float, news: bool) -> tuple[bool, float | None]:
        """Tell all devices what has changed.

        Parameters
        ----------
        now_s : float
            Monotonic seconds.
        news : bool
            Whether anything may have changed.

        Returns
        -------
        tuple
            Whether the news were told, and when to come again; None when nothing blinks or waits.
        """
        if not self._shown:
            return True, None
        if now_s < self._last_s + LEAST_S:
            return not news, self._last_s + LEAST_S if news else self._again_s
        if not news and (self._again_s is None or now_s < self._again_s):
            return True, self._again_s
        self._last_s, self._again_s = now_s, None
        seen = _Seen(self._bus)
        for device in self._shown:
            self._light(device, seen, now_s)
            self._echo(device, now_s)
        return True, self._again_s

    def _light(self, device: Opened, seen: _Seen, now_s: float) -> None:
        shown = self._shown[device]
        for number, light in enumerate(device.profile.lights):
            colour = self._colour(light, self._look(device, light, seen), now_s)
            if shown.get(number) != colour:
                shown[number] = colour
                self._send(device, light.messages[colour])

    def _look(self, device: Opened, light: Light, seen: _Seen) -> Look:
        held = light.binding is not None and self._hands.is_held(device.name, light.binding)
        loops = range(seen.n_loops) if light.loop == "all" else seen.chosen() if light.loop == "selected" else (light.loop,)
        looks = [look(light.shows, int(loop), seen, held) for loop in loops]  # type: ignore[arg-type]
        return max(looks or [Look()], key=lambda one: (one.quickly, one.blinks, one.colour != "off"))

    def _colour(self, light: Light, wanted: Look, now_s: float) -> str:
        """The colour of this moment, of those that a light has."""
        if wanted.blinks:
            half_s = QUICK_S if wanted.quickly else SLOW_S
            turn_s = (int(now_s / half_s) + 1) * half_s
            self._again_s = turn_s if self._again_s is None else min(self._again_s, turn_s)
            if int(now_s / half_s) % 2:
                return "off"
        if wanted.colour in light.messages:
            return wanted.colour
        # A light of one colour is dark while the loop is silent.
        silent = light.shows == "state" and wanted.colour == "blue" and not wanted.blinks
        return "off" if silent else "on"

    def _echo(self, device: Opened, now_s: float) -> None:
        for binding in self._bound(device):
            if not binding.echo or not binding.is_knob:
                continue
            key = (device, binding.control)
            rests_s = self._touched.get(key, -1e9) + QUIET_S
            if now_s < rests_s:
                self._again_s = rests_s if self._again_s is None else min(self._again_s, rests_s)
                continue
            loop = next(iter(self._hands.loops(binding)), None)
            layer = of_layer(binding.parameter)
            if loop is None or (layer is not None and layer[0] >= self._bus.status(loop).layers):
                continue
            scale, value = scale_of(binding), self._bus.get(loop, binding.parameter)
            position = scale.position_of(value)
            data = scale.data(position)
            if self._stands.get(key) != data:
                self._stands[key] = data
                self._send(device, ((binding.control, data),))
                self._hands.knob(device.name, binding, loop).told(position, value)

    def _send(self, device: Opened, messages: tuple[tuple[Control, int], ...]) -> None:
        if device.output is None:
            return
        try:
            for control, value in messages:
                for data in message(control, value):
                    device.output.send(data)
        except DeviceError as error:  # it has gone, which the watch will see
            log.debug("%s: %s", device.name, error)


class _Seen:
    """The bus as one look at the lights sees it: each loop is asked once."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.n_loops = bus.n_loops
        self._statuses: dict[int, LoopStatus] = {}

    def generating(self) -> bool:
        return self._bus.generating()

    def chosen(self) -> tuple[int, ...]:
        return self._bus.chosen()

    def stage_locked(self) -> bool:
        return self._bus.stage_locked()

    def status(self, loop: int) -> LoopStatus:
        if loop not in self._statuses:
            self._statuses[loop] = self._bus.status(loop)
        return self._statuses[loop]
