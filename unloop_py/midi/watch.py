"""Devices that come and go: opened, closed, and opened again by themselves. One thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from unloop_py.errors import BindingError, DeviceError
from unloop_py.midi.devices import Driver, InputPort, OutputPort, Port
from unloop_py.midi.profiles import Profile, named, profiles, suiting

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Opened:
    """A device that is there.

    Attributes
    ----------
    name : str
        As people know it; no two have the same.
    port : Port
    profile : Profile
    input : InputPort
    output : OutputPort or None
        None where it takes nothing.
    gone : bool
        What it still seems to send is of before.
    """

    name: str
    port: Port
    profile: Profile
    input: InputPort | None = field(default=None)
    output: OutputPort | None = None
    gone: bool = False


class Watch:
    """Keeps the devices that are wanted open. `step` belongs to one thread.

    Parameters
    ----------
    driver : Driver
    wanted : iterable of str
        ``NAME`` or ``NAME=PROFILE``, NAME being part of a port's; none is every port, with the profile that its name asks for.
    heard : callable
        ``heard(device, message)`` on the driver's thread.
    came, went : callable
        Given the device, in `step`. Who hears of one that went closes its output, so that nothing is sent to a closed port.

    Raises
    ------
    BindingError
        A profile that is wanted is not there, or cannot be read.
    """

    def __init__(
        self,
        driver: Driver,
        wanted: Iterable[str],
        heard: Callable[[Opened, bytes], None],
        came: Callable[[Opened], None],
        went: Callable[[Opened], None],
    ) -> None:
        self._driver = driver
        self._heard = heard
        self._came = came
        self._went = went
        self._profiles, wrong = profiles()
        for text in wrong:
            log.warning("%s", text)
        self._wanted = [_read_wanted(text, self._profiles) for text in wanted]
        self._open: dict[Port, Opened] = {}
        self._refused: set[Port] = set()
        self._silent = False

    def step(self) -> None:
        """Look at what is there."""
        try:
            inputs, outputs = self._driver.look()
        except DeviceError as error:
            if not self._silent:
                log.info("no MIDI: %s", error)
            self._silent = True
            return
        for port in [port for port in self._open if port not in inputs]:
            self._close(self._open.pop(port))
        self._refused &= set(inputs)
        for port in inputs:
            if port not in self._open and port not in self._refused:
                self._try(port, outputs)

    def close(self) -> None:
        """Let all of them go; their outputs live on until `end`."""
        for device in list(self._open.values()):
            self._close(device)
        self._open.clear()

    def end(self) -> None:
        """Let the driver go, once nothing is sent any more."""
        self._driver.close()

    def _try(self, port: Port, outputs: tuple[Port, ...]) -> None:
        profile = self._profile_for(port)
        if profile is None:
            return
        taken = {one.name for one in self._open.values()}
        name = next(name for count in range(1, 1000) if (name := port.spoken + (f" {count}" if count > 1 else "")) not in taken)
        device = Opened(name, port, profile)
        try:
            device.input = self._driver.open_input(port, lambda data: self._heard(device, data))
            output = port.beside(outputs)
            if output is not None:
                device.output = self._driver.open_output(output)
        except DeviceError as error:
            log.warning("%s", error)
            if device.input is None:  # not asked again until it has been away
                self._refused.add(port)
                return
        self._open[port] = device
        self._came(device)

    def _close(self, device: Opened) -> None:
        if device.input is not None:
            device.input.close()
        self._went(device)

    def _profile_for(self, port: Port) -> Profile | None:
        """The profile of a port that is wanted; None for one that is not."""
        if not self._wanted:
            return suiting(port.name, self._profiles)
        for part, profile in self._wanted:
            if part.lower() in port.name.lower():
                return profile or suiting(port.name, self._profiles)
        return None


def _read_wanted(text: str, known: tuple[Profile, ...]) -> tuple[str, Profile | None]:
    name, _, profile = text.partition("=")
    if not name.strip():
        raise BindingError(f"--midi-device takes NAME or NAME=PROFILE, got {text!r:.60}; `unloop midi` lists both")
    return name.strip(), named(profile.strip(), known) if profile.strip() else None
