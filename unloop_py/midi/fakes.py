"""MIDI devices without a cable, for trying and for tests."""

from __future__ import annotations

from collections.abc import Callable

from unloop_py.errors import DeviceError
from unloop_py.midi.devices import Port


class FakeDriver:
    """A `Driver` whose devices are plugged in and pulled out by calls.

    Attributes
    ----------
    sent : dict of str to list of bytes
        What each device was sent, in order.
    """

    def __init__(self) -> None:
        self._inputs: dict[Port, Callable[[bytes], None] | None] = {}
        self.sent: dict[str, list[bytes]] = {}
        self.is_missing = False

    def plug(self, name: str, hears: bool = True) -> None:
        """Plug a device in; with `hears` it takes messages too."""
        self._inputs[Port(0, name)] = None
        if hears:
            self.sent.setdefault(name, [])

    def pull(self, name: str) -> None:
        """Pull it out."""
        del self._inputs[Port(0, name)]

    def play(self, name: str, *data: int) -> None:
        """Have it send a message; one that is not plugged in is not heard."""
        heard = self._inputs.get(Port(0, name))
        if heard is not None:
            heard(bytes(data))

    def look(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """See `Driver.look`."""
        if self.is_missing:
            raise DeviceError("MIDI needs a package")
        return tuple(self._inputs), tuple(port for port in self._inputs if port.name in self.sent)

    def open_input(self, port: Port, heard: Callable[[bytes], None]) -> _FakePort:
        """See `Driver.open_input`."""
        self._inputs[port] = heard
        return _FakePort(self, port, is_input=True)

    def open_output(self, port: Port) -> _FakePort:
        """See `Driver.open_output`."""
        return _FakePort(self, port)

    def close(self) -> None:
        """Nothing is held."""


class _FakePort:
    def __init__(self, driver: FakeDriver, port: Port, is_input: bool = False) -> None:
        self._driver = driver
        self._port = port
        self._is_input = is_input

    def send(self, data: bytes) -> None:
        if self._port not in self._driver.look()[0]:
            raise DeviceError(f"{self._port.name} has gone")
        self._driver.sent[self._port.name].append(data)

    def close(self) -> None:
        if self._is_input and self._port in self._driver._inputs:
            self._driver._inputs[self._port] = None
