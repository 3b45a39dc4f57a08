"""What has come and was not obeyed yet: each sender's packets in its order, the senders in turn. Thread: the server's only.

A flood waits behind itself, and whoever plays beside it is heard at once. A packet may hold two thousand messages, which take a tenth of
a second: its sender alone waits for that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import MAX_MESSAGES, Message

AT_ONCE = 32
"""The most messages of one packet that are obeyed before the others are heard."""
MAX_WAITING = 2 * MAX_MESSAGES
"""The most messages, or packets not yet read, that wait of one sender."""
MAX_BYTES = 16 * 2**20
"""Of packets not yet read, of all senders together."""


class Backlog:
    """Holds it."""

    def __init__(self) -> None:
        self._waiting: dict[Endpoint, deque[bytes | Message]] = {}
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def room(self, sender: Endpoint) -> int:
        """How many more messages or packets of a sender may wait."""
        return MAX_WAITING - len(self._waiting.get(sender, ()))

    def put(self, packet: bytes, sender: Endpoint) -> bool:
        """Have a packet wait for its turn; False where there is no room for it."""
        if self.room(sender) < 1 or self._bytes + len(packet) > MAX_BYTES:
            return False
        self._waiting.setdefault(sender, deque()).append(packet)
        self._bytes += len(packet)
        return True

    def put_back(self, messages: Sequence[Message], sender: Endpoint) -> None:
        """Have what is left of a packet wait, before whatever else of its sender does."""
        if messages:
            self._waiting.setdefault(sender, deque()).extendleft(reversed(messages))

    def turn(self) -> Iterator[tuple[bytes | Message, Endpoint]]:
        """The next packet of each sender, or some more messages of one that was begun, to be obeyed now."""
        for sender, waiting in tuple(self._waiting.items()):
            for _ in range(AT_ONCE):
                one = waiting.popleft()
                if not waiting:  # before it is obeyed, which may put more there
                    del self._waiting[sender]
                if isinstance(one, bytes):
                    self._bytes -= len(one)
                    yield one, sender
                    break
                yield one, sender
                if sender not in self._waiting or isinstance(waiting[0], bytes):
                    break
