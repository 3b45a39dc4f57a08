"""The address of a generator elsewhere, as a person types it. Standard library only."""

from __future__ import annotations

from urllib.parse import urlsplit

from unloop_py.errors import ParameterError

FORM = "http://HOST:PORT, such as http://192.168.1.7:7860, or https:// for a server with a certificate"


def is_url(text: str) -> bool:
    """Whether a text means an address rather than a word such as ``local``."""
    return "://" in text


def checked_url(text: str) -> str:
    """The address without what does not matter to it. Any thread; nothing is asked.

    Raises
    ------
    ParameterError
        It is none, and why.
    """
    if any(ord(character) <= 32 or ord(character) == 127 for character in text):
        raise ParameterError(f"an address has no spaces in it, got {text!r:.80}: {FORM}")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ParameterError(f"{text!r:.80} is no address ({error}): {FORM}; IPv6 stands in brackets, http://[::1]:7860") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ParameterError(f"{text!r:.80} is no address of a generator: {FORM}")
    if parts.username is not None or parts.password is not None:
        raise ParameterError("an address bears no name and password: a token is given by --token")
    if parts.query or parts.fragment:
        raise ParameterError(f"{text!r:.80} has something after its path: leave it out, a token is given by --token")
    if port == 0:
        raise ParameterError(f"{text!r:.80} names port 0: a port is in 1..65535")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def host_of(url: str) -> str:
    """Host and port of a checked address, for a person."""
    return urlsplit(url).netloc
