"""The ports of MIDI devices: which there are, and one opened. The door of rtmidi.

Looking costs the sound nothing: one client of each driver stays open for it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from unloop_py.errors import DeviceError
from unloop_py.midi.jack_ports import JackPorts

OWN_NAME = "unloop-midi"
"""Not the name that the sound has: a patchbay goes by it."""
_OWN = re.compile(r"unloop(-midi)?(-\d+)?:", re.IGNORECASE)
_BRIDGED = ("a2j:", "system:midi_", "midi-bridge:")
"""How JACK calls ports that ALSA has too."""
_WAYS = re.compile(r"\b(capture|playback|input|output|in|out)\b|[:_\[\]()]")


class Port(NamedTuple):
    """One port of a driver, by the driver's number and the name that it gives."""

    driver: int
    name: str

    @property
    def spoken(self) -> str:
        """The name without numbers that change from one plugging to the next."""
        name = re.sub(r"\s+\d+(:\d+)?$", "", self.name)  # ALSA's client and port, Windows' number
        client, _, port = re.sub(r"-\d\d:", ":", name).partition(":")  # JACK's, where one program is there twice
        return client if not port or port.startswith(client) else f"{client}:{port}"

    def beside(self, ports: Sequence[Port]) -> Port | None:
        """The port of the same device the other way: by its name, by that without the words for ways, and without numbers at last."""
        own = [one for one in ports if one.driver == self.driver]
        for common in (lambda name: name, _without_way, lambda name: re.sub(r"\d", "", _without_way(name))):
            for one in own:
                if common(one.name) == common(self.name):
                    return one
        return None


def _without_way(name: str) -> str:
    return " ".join(_WAYS.sub(" ", name.lower().replace("_", " ")).split())


class InputPort(Protocol):
    """A port that is heard."""

    def close(self) -> None:
        """Hear nothing more."""
        ...


class OutputPort(Protocol):
    """A port that is sent to."""

    def send(self, data: bytes) -> None:
        """Send one message. Raises DeviceError when the port is gone."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class Driver(Protocol):
    """Where ports come from. One thread; what an input hears comes on another."""

    def look(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """The inputs and outputs that there are now, but our own. Raises DeviceError without the package."""
        ...

    def open_input(self, port: Port, heard: Callable[[bytes], None]) -> InputPort:
        """Hear a port; ``heard(message)`` on the driver's thread. Raises DeviceError."""
        ...

    def open_output(self, port: Port) -> OutputPort:
        """Send to a port. Raises DeviceError."""
        ...

    def close(self) -> None:
        """Let go of what looking needs."""
        ...


class RtMidiDriver:
    """ALSA, JACK, Core MIDI and Windows through python-rtmidi: those of them that are running. JACK's have a process of their own."""

    def __init__(self) -> None:
        self._lookers: dict[int, tuple[Any, Any]] = {}
        self._failed: set[int] = set()
        self._jack = JackPorts(OWN_NAME)

    def look(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """See `Driver.look`."""
        rtmidi = _rtmidi()
        inputs: dict[Port, None] = {}
        outputs: dict[Port, None] = {}
        for number in rtmidi.get_compiled_api():
            for names, found in zip(self._names(rtmidi, number), (inputs, outputs), strict=True):
                found.update(dict.fromkeys(Port(number, name) for name in names if not _OWN.match(name)))
        return _once(rtmidi, inputs), _once(rtmidi, outputs)

    def open_input(self, port: Port, heard: Callable[[bytes], None]) -> InputPort:
        """See `Driver.open_input`."""
        rtmidi = _rtmidi()
        if port.driver == rtmidi.API_UNIX_JACK:
            return self._jack.open("in", port.name, heard)
        with _said(port):
            client = rtmidi.MidiIn(port.driver, name=OWN_NAME)
            client.set_callback(lambda event, data: heard(bytes(event[0])))
            _open(client, port)
        return _Opened(client)

    def open_output(self, port: Port) -> OutputPort:
        """See `Driver.open_output`."""
        rtmidi = _rtmidi()
        if port.driver == rtmidi.API_UNIX_JACK:
            return self._jack.open("out", port.name)
        with _said(port):
            client = rtmidi.MidiOut(port.driver, name=OWN_NAME)
            _open(client, port)
        return _Opened(client)

    def close(self) -> None:
        """See `Driver.close`."""
        self._jack.close()
        for clients in self._lookers.values():
            for client in clients:
                client.delete()
        self._lookers.clear()

    def _names(self, rtmidi: Any, number: int) -> tuple[list[str], list[str]]:
        """The inputs and outputs of a driver; none of one that does not run."""
        same = _running(rtmidi, number)
        if number == rtmidi.API_UNIX_JACK:
            return self._jack.look(same)
        if same is None or number in self._failed:
            return [], []
        if number not in self._lookers:
            try:
                self._lookers[number] = rtmidi.MidiIn(number, name=OWN_NAME), rtmidi.MidiOut(number, name=OWN_NAME)
            except Exception:  # rtmidi's own errors; it would say so on standard error each time
                self._failed.add(number)
                return [], []
        looker, other = self._lookers[number]
        return looker.get_ports(), other.get_ports()


class _Opened:
    """A client with one open port. One thread sends and closes: a client that is deleted may not be touched."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, data: bytes) -> None:
        """See `OutputPort.send`."""
        if self._client is None:
            raise DeviceError("the MIDI port is closed")
        try:
            self._client.send_message(data)
        except Exception as error:  # rtmidi's own
            raise DeviceError(f"the MIDI port takes no more: {error}") from error

    def close(self) -> None:
        """See `InputPort.close`."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # it may have gone first
                client.close_port()
            client.delete()


def _running(rtmidi: Any, number: int) -> object:
    """What tells that a driver is running and is the one that it was; None where it is not.

    Asked without it, the libraries of ALSA and JACK write to standard error each time.
    """
    if not sys.platform.startswith("linux"):
        return number != rtmidi.API_UNIX_JACK or None  # the system's own MIDI is heard, which JACK has its ports from
    if number == rtmidi.API_LINUX_ALSA:
        return os.path.exists("/dev/snd/seq") or None
    if number == rtmidi.API_UNIX_JACK:
        # The file of a server that was killed stays; its socket does not.
        path = f"/dev/shm/jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_{os.getuid()}_0"
        with contextlib.suppress(OSError), open("/proc/net/unix", encoding="utf-8", errors="replace") as sockets:
            return next((line.split()[6] for line in sockets if line.endswith(f" {path}\n") and " 00010000 " in line), None)
    return None


def _once(rtmidi: Any, ports: dict[Port, None]) -> tuple[Port, ...]:
    """The ports, without those that JACK has from ALSA where ALSA is asked itself."""
    has_alsa = any(port.driver == rtmidi.API_LINUX_ALSA for port in ports)
    return tuple(
        port for port in ports
        if not (has_alsa and port.driver == rtmidi.API_UNIX_JACK and port.name.lower().startswith(_BRIDGED))
    )  # fmt: skip


def _open(client: Any, port: Port) -> None:
    names = client.get_ports()
    if port.name not in names:
        client.delete()
        raise DeviceError(f"the MIDI port {port.name!r} has gone")
    client.open_port(names.index(port.name), port.spoken)


@contextlib.contextmanager
def _said(port: Port) -> Any:
    try:
        yield
    except DeviceError:
        raise
    except Exception as error:  # rtmidi's own errors derive from several
        raise DeviceError(f"the MIDI port {port.name!r} cannot be opened: {str(error).rstrip('.')}; another program may have it") from error


def _rtmidi() -> Any:
    try:
        import rtmidi
    except ImportError as error:
        raise DeviceError("MIDI needs the packages mido and python-rtmidi: `pip install unloop[midi]` installs them") from error
    return rtmidi
