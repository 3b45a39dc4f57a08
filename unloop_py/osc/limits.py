"""Who may send, and how much: the hosts that are let in, and a bucket of tokens for each sender. Thread: the server's only."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from unloop_py.errors import ParameterError
from unloop_py.osc.endpoint import Endpoint, is_this_machine

log = logging.getLogger(__name__)

LOCAL_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
"""The hosts that are let in unless a list says otherwise: those of a network that no router leads to from outside."""
MESSAGES_PER_S = 10000.0
"""What one sender may ask for in the long run: as many as sixteen loops with all their faders in motion need, ten times over."""
BURST = 20000.0
"""What it may ask for at one moment."""
_MAX_SENDERS = 1024
_NAMED_STRANGERS = 100


class AllowList:
    """The hosts that are heard; this machine always is.

    Parameters
    ----------
    allowed : sequence of str
        IPv4 addresses and networks, ``192.168.1.7`` or ``192.168.1.0/24``; none is `LOCAL_NETWORKS`.

    Raises
    ------
    ParameterError
        For what is neither.
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._networks = [_network(text) for text in allowed or LOCAL_NETWORKS]
        self._is_heard = lru_cache(maxsize=1024)(self._look_up)
        self._strangers: set[str] = set()

    def lets_in(self, host: str) -> bool:
        """Whether a host is heard; one that is not is named in the log, once."""
        if self._is_heard(host):
            return True
        if host not in self._strangers and len(self._strangers) < _NAMED_STRANGERS:
            self._strangers.add(host)
            log.warning("OSC from %s is not heard: --osc-allow %s lets it in", host, host)
        return False

    def _look_up(self, host: str) -> bool:
        address = ipaddress.IPv4Address(host)
        return any(address in network for network in self._networks) or is_this_machine(host)


def _network(text: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text.strip(), strict=False)
    except ValueError:
        raise ParameterError(
            f"osc-allow must be IPv4 addresses or networks such as 192.168.1.7 or 192.168.1.0/24, got {text!r:.60}"
        ) from None


@dataclass(slots=True)
class _Bucket:
    sender: Endpoint
    tokens: float
    filled_s: float
    dropped: int = 0


class Buckets:
    """How much each sender may still ask for. What an answer or a pattern costs is charged when it is known, so that a sender
    may come into debt, and is not heard until that is paid.

    A sender is a port of this machine, for many programs share it, or another host.

    Parameters
    ----------
    per_s, burst : float
        Tokens a second, and the most that are saved up.
    clock : callable
        Seconds, monotonic.

    Attributes
    ----------
    per_s : float
    """

    def __init__(self, per_s: float = MESSAGES_PER_S, burst: float = BURST, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_s = per_s
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[Endpoint | str, _Bucket] = OrderedDict()

    def takes(self, sender: Endpoint) -> bool:
        """Whether a sender has a token left, which is taken."""
        bucket = self._filled(sender)
        if bucket.tokens < 1.0:
            return False
        bucket.tokens -= 1.0
        return True

    def charge(self, sender: Endpoint, tokens: float) -> None:
        """Takes what something cost, be it there or not."""
        self._filled(sender).tokens -= tokens

    def count_dropped(self, sender: Endpoint) -> None:
        """Notes that something of this sender was dropped."""
        self._filled(sender).dropped += 1

    def dropped(self) -> Iterator[tuple[Endpoint, int]]:
        """Whose messages were dropped since this was last asked, and how many."""
        for bucket in self._buckets.values():
            if bucket.dropped:
                yield bucket.sender, bucket.dropped
                bucket.dropped = 0

    def _filled(self, sender: Endpoint) -> _Bucket:
        key = sender if is_this_machine(sender.host) else sender.host
        now_s = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _MAX_SENDERS:
                self._buckets.popitem(last=False)
            bucket = self._buckets[key] = _Bucket(sender, self._burst, now_s)
        bucket.tokens = min(self._burst, bucket.tokens + self.per_s * (now_s - bucket.filled_s))
        bucket.filled_s, bucket.sender = now_s, sender
        return bucket
