"""Who is told of changes, and to which hosts anything may be sent at all.

Packets go to loopback, to an address of this machine, or to the host that asked: a packet cannot make the server send
to somebody else. A client over TCP that names no port is told over its connection. Thread: the server's only.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from unloop_py.errors import CommandError
from unloop_py.osc.endpoint import Endpoint, is_this_machine, same_machine

MAX_SUBSCRIBERS = 64
QUIET = "quiet"
"""The word that keeps from a subscriber what its own sending port has changed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a ``/unloop/subscribe`` or ``/unloop/unsubscribe`` names: where to send, and whether quietly."""

    endpoint: Endpoint
    quiet: bool


def read_subscription(arguments: tuple[object, ...], sender: Endpoint) -> Subscription:
    """The subscription that ``[host] port [quiet]`` names; without a port, the one that the message came from.

    Raises
    ------
    CommandError
        For a port or host that cannot be, or a host that is neither this machine nor the sender.
    """
    words = list(arguments)
    quiet = bool(words) and words[-1] == QUIET
    if quiet:
        words.pop()
    if len(words) > 2:
        raise CommandError(f"subscribe takes [host] port, got {len(words)} arguments: leave out all but these")
    if not words:
        return Subscription(sender, quiet)
    host = sender.host if len(words) < 2 else _read_host(words[0], sender.host)
    return Subscription(Endpoint(host, _read_port(words[-1])), quiet)


def _read_port(value: object) -> int:
    try:
        port = float(value)  # type: ignore[arg-type]  # TypeError is caught
    except (TypeError, ValueError, OverflowError):
        port = 0.0
    if not (port.is_integer() and 1 <= port <= 65535):
        raise CommandError(f"port must be a whole number in 1..65535, got {value!r:.60}")
    return int(port)


def _read_host(value: object, sender_host: str) -> str:
    host = "127.0.0.1" if value == "localhost" else str(value)
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        raise CommandError(f"host must be an IPv4 address or localhost, got {value!r:.60}") from None
    if host != sender_host and not is_this_machine(host):
        raise CommandError(
            f"host must be this machine or the sender's own {sender_host}, got {host}: subscribe from {host} itself"
        )
    return host


class Subscribers:
    """The table of subscribers: an endpoint each, and the sending port it wants to hear nothing from."""

    def __init__(self) -> None:
        self._quiet_for: dict[Endpoint, Endpoint | None] = {}

    def __len__(self) -> int:
        return len(self._quiet_for)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(tuple(self._quiet_for))

    def add(self, subscription: Subscription, sender: Endpoint) -> None:
        """Adds or renews one. Raises CommandError when the table is full."""
        if subscription.endpoint not in self._quiet_for and len(self) >= MAX_SUBSCRIBERS:
            raise CommandError(f"subscribers must be at most {MAX_SUBSCRIBERS}: unsubscribe one that is not needed")
        self._quiet_for[subscription.endpoint] = sender if subscription.quiet else None

    def remove(self, endpoint: Endpoint) -> None:
        """Removes one; one that is not there is no error."""
        self._quiet_for.pop(endpoint, None)

    def beside(self, sender: Endpoint) -> tuple[Endpoint, ...]:
        """The other ports of the same machine that have subscribed; over TCP everything comes back where it was asked."""
        return tuple(one for one in self if one != sender and not one.tcp and not sender.tcp and same_machine(one.host, sender.host))

    def but_for(self, cause: Endpoint) -> tuple[Endpoint, ...]:
        """The subscribers to be told of a change that came from ``cause``: not itself, and not those quiet for it."""
        return tuple(
            one
            for one, quiet_for in self._quiet_for.items()
            if quiet_for != cause and not (one[1:] == cause[1:] and same_machine(one.host, cause.host))
        )
