"""What to open in a browser: addresses of this machine, and one of them as a code that a phone's camera reads."""

from __future__ import annotations

import io
import ipaddress
import socket

import segno

ANY = ("0.0.0.0", "::")
"""Stand for all addresses of this machine."""
QUIET = 2
"""Light modules round a code; cameras need as many, though the standard says four."""
_OUTSIDE = ("192.0.2.1", 9)
"""An address for documentation: nothing is sent to it, but the system says from which of ours it would be."""


def is_loopback(host: str) -> bool:
    """Whether what listens there is heard by this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(host: str, port: int, token: str = "") -> str:
    """What to open for a server that listens at a host."""
    name = own_address() if host in ANY else host
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")


def own_address() -> str:
    """This machine's address on the local network; loopback where it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_OUTSIDE)
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def as_code(text: str) -> str:
    """A QR code of half-height block characters, the dark parts blank, for a terminal that writes light on dark."""
    drawn = io.StringIO()
    segno.make(text, error="l", boost_error=False).terminal(drawn, border=QUIET, compact=True)
    return drawn.getvalue().rstrip("\n")
