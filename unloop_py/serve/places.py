"""What a server tells whoever started it: where it is, and what to type on the other machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unloop_py.errors import ParameterError
from unloop_py.web.addresses import address_of, is_loopback
from unloop_py.web.guard import new_token

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")


def checked_token(given: str | None, host: str) -> str:
    """The token of a server that listens at a host: the one that was given, a new one where one is needed, else "".

    Raises
    ------
    ParameterError
        It is too short, or has characters that an address cannot hold.
    """
    if given is None:
        return "" if is_loopback(host) else new_token()
    if not _TOKEN.fullmatch(given):
        raise ParameterError(f"--token is 8 or more letters, digits, - and _, got {len(given)} characters: leave it out, and one is made")
    return given


def places(host: str, port: int, token: str, *, tls: bool, command: str) -> Iterator[str]:
    """The lines that are shown when it listens.

    Parameters
    ----------
    host, port : str, int
        Where it listens.
    token : str
        "" where none is needed.
    tls : bool
        Whether it is https.
    command : str
        How unloop is called here.
    """
    base = _secure(address_of(host, port), tls).rstrip("/")
    yield f"page:      {_secure(address_of(host, port, token), tls)}"
    yield f"a jam:     {jam_command(base, token, command)}"
    yield f"HARP:      {base}/{token}" if token else f"HARP:      {base}"
    yield from at_stake(host, tls=tls)
    yield "Ctrl-C ends it."


def jam_command(address: str, token: str, command: str) -> str:
    """What a player types, given a server's address, its token or "", and how unloop is called there."""
    return f"{command} jam --generator {address}" + (f" --token {token}" if token else "")


def at_stake(host: str, *, tls: bool) -> Iterator[str]:
    """What whoever starts a server that listens at a host has to know besides."""
    if tls:
        yield "If you signed the certificate yourself, the other machine needs a copy of it: --ca FILE."
    if not is_loopback(host):
        yield "Whoever has the token may use this machine's model; without it nobody may." + (
            "" if tls else " It travels unencrypted: --cert and --key make it https.")


def _secure(address: str, tls: bool) -> str:
    return address.replace("http://", "https://", 1) if tls else address
