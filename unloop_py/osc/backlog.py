"""What is left of packets of many messages: each sender's in its order, the senders in turn. Thread: the server's only.

A packet may hold two thousand messages, which take a tenth of a second: whoever plays does not wait for that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import MAX_MESSAGES, Message

AT_ONCE = 64
"""The most messages of one sender that are obeyed before the others are heard."""
MAX_WAITING = 2 * MAX_MESSAGES
"""The most that wait of one sender."""


class Backlog:
    """Holds it."""

    def __init__(self) -> None:
        self._waiting: dict[Endpoint, deque[Message]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def takes(self, messages: Sequence[Message], sender: Endpoint) -> bool:
        """Whether a packet's messages have to wait, and do so now: they are many, or others of their sender wait."""
        if len(messages) <= AT_ONCE and sender not in self._waiting:
            return False
        waiting = self._waiting.setdefault(sender, deque())
        waiting.extend(messages[: MAX_WAITING - len(waiting)])
        return True

    def room(self, sender: Endpoint) -> int:
        """How many more of a sender may wait."""
        return MAX_WAITING - len(self._waiting.get(sender, ()))

    def turn(self) -> Iterator[tuple[Message, Endpoint]]:
        """The next of each sender, to be obeyed now."""
        for sender, waiting in tuple(self._waiting.items()):
            for _ in range(min(AT_ONCE, len(waiting))):
                yield waiting.popleft(), sender
            if not waiting:
                del self._waiting[sender]
