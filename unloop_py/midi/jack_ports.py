"""JACK's MIDI ports, which live in another process: see `jack_helper`. The other end of its pipe.

`look`, opening and closing belong to one thread; an output may be sent to by another.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from unloop_py.errors import DeviceError

AGAIN_S = 5.0
"""A helper that fell is started again after so long."""
END_S = 2.0


class JackPorts:
    """Keeps a helper while a server runs.

    Parameters
    ----------
    name : str
        What our clients are called.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._helper: Helper | None = None
        self._server: object = None
        self._started_s = -1e9

    def look(self, server: object) -> tuple[list[str], list[str]]:
        """The inputs and outputs as last told; `server` is what tells the running one from others, None while none runs."""
        if self._helper is not None and (server != self._server or not self._helper.is_alive):
            self.close()
        if self._helper is None and server is not None and (server != self._server or self._clock() >= self._started_s + AGAIN_S):
            self._server, self._started_s = server, self._clock()
            self._helper = Helper(self._name)
        return ([], []) if self._helper is None else self._helper.ports

    def open(self, way: str, name: str, heard: Callable[[bytes], None] | None = None) -> RemotePort:
        """Open an input ("in"), or an output ("out"). Raises DeviceError."""
        if self._helper is None:
            raise DeviceError(f"the MIDI port {name!r} has gone")
        return RemotePort(self._helper, way, name, heard)

    def close(self) -> None:
        """End the helper."""
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()


class Helper:
    """One process, and the thread that reads what it says.

    Attributes
    ----------
    ports : tuple of list of str
        Inputs and outputs.
    listeners : dict of int to callable
        Who hears what comes in, by number.
    opened : queue
        The number of each port that was asked for, and whether it was there.
    """

    def __init__(self, name: str) -> None:
        self.ports: tuple[list[str], list[str]] = ([], [])
        self.listeners: dict[int, Callable[[bytes], None]] = {}
        self.opened: queue.SimpleQueue[tuple[int, bool]] = queue.SimpleQueue()
        self.numbers = itertools.count()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "unloop_py.midi.jack_helper", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        os.set_blocking(self._process.stdin.fileno(), False)  # who sends to a helper that hangs loses, and waits for nothing
        self._thread = threading.Thread(target=self._read, name="midi-jack", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, *message: object) -> None:
        """Send a line. Raises DeviceError when it has gone, or does not read."""
        try:
            os.write(self._process.stdin.fileno(), (json.dumps(message) + "\n").encode())  # type: ignore[union-attr]
        except (OSError, ValueError) as error:
            raise DeviceError(f"JACK's MIDI port takes no more: {error}") from error

    def end(self) -> None:
        """End it: it falls by itself at the end of its input, or is ended."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join()
        self._process.stdout.close()  # type: ignore[union-attr]

    def _read(self) -> None:
        for line in self._process.stdout:  # type: ignore[union-attr]
            what, *rest = json.loads(line)
            if what == "ports":
                self.ports = (rest[0], rest[1])
            elif what == "opened":
                self.opened.put((rest[0], rest[1]))
            elif (heard := self.listeners.get(rest[0])) is not None:
                heard(bytes.fromhex(rest[1]))


class RemotePort:
    """A port that a helper has open: both an `InputPort` and an `OutputPort`."""

    def __init__(self, helper: Helper, way: str, name: str, heard: Callable[[bytes], None] | None) -> None:
        self._helper = helper
        self._number = next(helper.numbers)
        if heard is not None:
            helper.listeners[self._number] = heard
        helper.ask("open", self._number, way, name)
        try:
            while (answer := helper.opened.get(timeout=END_S))[0] != self._number:
                pass
        except queue.Empty:
            answer = (self._number, False)
        if not answer[1]:
            self.close()
            raise DeviceError(f"the MIDI port {name!r} cannot be opened: it has gone")

    def send(self, data: bytes) -> None:
        """See `OutputPort.send`."""
        self._helper.ask("send", self._number, data.hex())

    def close(self) -> None:
        """See `InputPort.close`."""
        self._helper.listeners.pop(self._number, None)
        with contextlib.suppress(DeviceError):
            self._helper.ask("close", self._number)
