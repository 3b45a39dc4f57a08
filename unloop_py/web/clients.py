"""Who looks at the page: what waits to be sent to each, and who is cut off because he does not read. Thread: the server's."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from unloop_py.web.orders import Held

MOST_ANSWERS = 256
"""Answers and messages of its own that wait for a client; while there are more, nothing is read from it."""
MOST_ERRORS = 64
"""Texts for a person that wait; of more the oldest are dropped."""
CUT_OFF_S = 5.0
"""So long one message may take to be sent."""


class Client:
    """One open page.

    What has changed is kept by what it is about, so that a client that reads slowly hears of the last value and not of all that
    lay between, and what waits for it never grows beyond one of each.

    Parameters
    ----------
    source : str
        What the bus knows it by.
    send : callable
        Sends a text; waits until the client has read enough.
    cut_off : callable
        Ends the connection at once.

    Attributes
    ----------
    held : Held
        The switches that it has pressed.
    """

    def __init__(self, source: str, send: Callable[[str], Awaitable[None]], cut_off: Callable[[], None]) -> None:
        self.source = source
        self.held = Held()
        self._send = send
        self._cut_off = cut_off
        self._messages: deque[dict[str, Any]] = deque()
        self._errors: deque[dict[str, Any]] = deque(maxlen=MOST_ERRORS)
        self._changes: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._clockwork: dict[str, str] = {}
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def say(self, message: dict[str, Any]) -> None:
        """Something for this client alone, in order."""
        self._messages.append(message)
        if len(self._messages) >= MOST_ANSWERS:
            self._room.clear()
        self._news.set()

    def tell(self, change: dict[str, Any]) -> None:
        """Something has changed; see `tables.change`."""
        if change["kind"] == "error":
            self._errors.append(change)
        else:
            name = change["values"][0] if change["kind"] == "parameter" else ""
            key = (change["loop"], change["kind"], name)
            self._changes.pop(key, None)  # the newest last
            self._changes[key] = change
        self._news.set()

    def tick(self, kind: str, text: str) -> None:
        """Something that comes again and again; only the last of its kind is sent."""
        self._clockwork[kind] = text
        self._news.set()

    def forget_changes(self) -> None:
        """All that waits is known by what is said next."""
        self._changes.clear()

    async def room(self) -> None:
        """Waits until its answers have gone out."""
        await self._room.wait()

    async def run(self) -> None:
        """Sends until cancelled, or until the client has not read for too long; then it is cut off."""
        while True:
            await self._news.wait()
            self._news.clear()
            for text in self._due():
                try:
                    async with asyncio.timeout(CUT_OFF_S):
                        await self._send(text)
                except TimeoutError:
                    self._cut_off()
                    self._room.set()  # whoever waits to answer it need not
                    return

    def _due(self) -> list[str]:
        """Everything that waits, as texts; what changes while they are sent waits for the next turn."""
        texts = [_text(message) for message in self._messages]
        self._messages.clear()
        self._room.set()
        if changes := [*self._changes.values(), *self._errors]:
            texts.append(_text({"type": "changes", "changes": changes}))
            self._changes.clear()
            self._errors.clear()
        texts += self._clockwork.values()
        self._clockwork.clear()
        return texts


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
