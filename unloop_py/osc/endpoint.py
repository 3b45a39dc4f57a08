"""Who sends and where to: an address, a port, and whether over TCP. Which hosts are this machine."""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache
from typing import NamedTuple


class Endpoint(NamedTuple):
    """Where a message came from, or goes to.

    Attributes
    ----------
    host : str
        An IPv4 address.
    port : int
    tcp : bool
        The other end of a TCP connection, which lives as long as that; else a UDP port.
    """

    host: str
    port: int
    tcp: bool = False


def source_of(sender: Endpoint) -> str:
    """What the bus is told of who asks: ``osc:127.0.0.1:50123``, or ``osc.tcp:`` and so on."""
    return f"osc{'.tcp' if sender.tcp else ''}:{sender.host}:{sender.port}"


def sender_of(source: str) -> Endpoint | None:
    """The endpoint in a source made by `source_of`; None for who is not on OSC."""
    match source.split(":"):
        case [("osc" | "osc.tcp") as kind, host, port]:
            return Endpoint(host, int(port), kind == "osc.tcp")
    return None


@lru_cache(maxsize=256)
def is_this_machine(host: str) -> bool:
    """Whether an IPv4 address is loopback or one of this machine's own, as the kernel sees it."""
    address = ipaddress.IPv4Address(host)
    if address.is_loopback:
        return True
    if address.is_unspecified or address.is_multicast or address == ipaddress.IPv4Address("255.255.255.255"):
        return False
    return can_bind(host)


def can_bind(host: str) -> bool:
    """Whether this machine can listen at an address; opens and closes a socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def same_machine(one: str, other: str) -> bool:
    """Whether two IPv4 addresses are the same host, this machine's own addresses counting as one."""
    return one == other or (is_this_machine(one) and is_this_machine(other))
