"""JACK's MIDI in a process of its own, which `jack_ports` starts: a line of JSON is a message, either way.

When its server goes, JACK's library frees the clients of a process behind their backs, and whoever touches one then falls. The sound
is a client too: so MIDI has a process that may fall, and it ends by itself when the one that started it does.

To it: ["open", id, "in" or "out", port], ["send", id, hex], ["close", id]. From it: ["ports", inputs, outputs] whenever they change,
["opened", id, whether it was there], ["heard", id, hex].
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from typing import Any

POLL_S = 0.002
LOOK_S = 0.5
LAST_S = 0.2  # of some cycles of JACK's, in which what was sent last leaves


class Helper:
    """Our clients of JACK. One thread."""

    def __init__(self, rtmidi: Any, name: str) -> None:
        self._rtmidi = rtmidi
        self._name = name
        self._lookers = (self._client("in"), self._client("out"))
        self._ports: list[list[str]] | None = None
        self._open: dict[int, tuple[str, Any]] = {}

    def look(self) -> None:
        """Tell which ports there are, if they have changed."""
        ports = [list(client.get_ports()) for client in self._lookers]
        if ports != self._ports:
            self._ports = ports
            say("ports", *ports)

    def obey(self, what: str, number: int, *rest: str) -> None:
        """Do what a line asks; a port that has gone is one that will be told to be closed."""
        if what == "open":
            way, port = rest
            client = self._client(way)
            self._open[number] = way, client
            names = client.get_ports()
            if port in names:
                client.open_port(names.index(port), way)
            say("opened", number, port in names)
        elif what == "send":
            self._open[number][1].send_message(bytes.fromhex(rest[0]))
        elif number in self._open:
            client = self._open.pop(number)[1]
            client.close_port()
            client.delete()

    def poll(self) -> None:
        """Tell what the inputs have heard. Asked for, for called back Python would run on a thread that JACK's cycle waits for."""
        for number, (way, client) in self._open.items():
            while way == "in" and (event := client.get_message()) is not None:
                say("heard", number, bytes(event[0]).hex())

    def _client(self, way: str) -> Any:
        make = self._rtmidi.MidiIn if way == "in" else self._rtmidi.MidiOut
        return make(self._rtmidi.API_UNIX_JACK, name=self._name)


def say(*message: object) -> None:
    """Send a line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until the other end goes."""
    import rtmidi

    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: [*map(asked.put, sys.stdin), asked.put("")], daemon=True).start()
    helper, look_s = Helper(rtmidi, sys.argv[1]), 0.0
    while True:
        if time.monotonic() >= look_s:
            helper.look()
            look_s = time.monotonic() + LOOK_S
        try:
            line = asked.get(timeout=POLL_S)
        except queue.Empty:
            helper.poll()
            continue
        if not line:
            time.sleep(LAST_S)
            os._exit(0)  # JACK's library may have freed what an orderly end would free
        helper.obey(*json.loads(line))


if __name__ == "__main__":
    main()
