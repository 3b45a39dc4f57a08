"""The arguments of SooperLooper's messages, each of its type. Pure but for `own_address_towards`; any thread."""

from __future__ import annotations

from functools import lru_cache
from socket import AF_INET, SOCK_DGRAM, socket

from unloop_py.control.sooperlooper_addresses import ADDRESSES, Words
from unloop_py.errors import CommandError
from unloop_py.osc.messages import Message

Arguments = tuple[object, ...]


def _at(row: Words) -> int:
    return row.arguments.split().index("returl") if "returl" in row.arguments else -1


RETURN_AT = {row.address: _at(row) for row in ADDRESSES}
"""Where among its arguments each message says whom to answer; -1 where nobody is."""


def read_arguments(words: Words, message: Message) -> Arguments:
    """The arguments, each of its type. Raises CommandError that names what there should be."""
    given, letters = message.arguments, words.letters
    if "*" in letters:
        return given
    if not words.least <= len(given) <= len(letters):
        raise CommandError(f"{words.address} takes {words.arguments or 'nothing'}, got {len(given)} arguments")
    return tuple(_converted(words, value, letter) for value, letter in zip(given, letters, strict=False))


def _converted(words: Words, value: object, letter: str) -> object:
    if letter == "s":
        if isinstance(value, float) and value.is_integer():  # Pd sends every number as a float
            value = int(value)
        return str(value)
    try:
        return float(value)  # type: ignore[arg-type]  # TypeError is caught
    except (TypeError, ValueError, OverflowError):
        raise CommandError(f"{words.address} takes {words.arguments}: a number is wanted, got {value!r:.60}") from None


def whole(value: object) -> int:
    """A number as a whole one; what is none, or beyond all bounds, is the nearest end."""
    number = float(value)  # type: ignore[arg-type]  # `read_arguments` has seen to it
    return int(min(max(number, -1e6), 1e6)) if number == number else 0


@lru_cache(maxsize=256)
def own_address_towards(host: str) -> str:
    """The address of this machine that another reaches it by; no packet is sent."""
    with socket(AF_INET, SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
