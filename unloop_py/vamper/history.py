"""The variations heard, as tokens and seed, without their audio. Never mixed with undo and redo.

Two records: what sounded in each pass of the loop, and for each variation its request and tokens. A minute of loop is
60 kB of tokens, so an evening fits; beyond the bound the oldest go.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Take, VariationRequest
from unloop_py.vamper.request import Offer

THE_TAKE = -1           # the engine's tag for a pass that played the take
MAX_PASSES = 100_000
MAX_BYTES = 32 << 20    # of tokens
MAX_FAVOURITES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What sounded in one pass.

    Attributes
    ----------
    take : int
        Version of the take that it belongs to.
    request : VariationRequest or None
        None when the take itself sounded.
    codes : ndarray (n_codebooks, steps) int16 or None
        Its tokens; None with the take itself.
    fingerprint : int
        Of its audio, to know it again when the player keeps it.
    """

    take: int
    request: VariationRequest | None = None
    codes: np.ndarray | None = None
    fingerprint: int = 0


class VariationHistory:
    """Remembers what was heard. Any thread: one short lock, never held while anything is made."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._lock = threading.Lock()
        self._max_bytes = max_bytes
        self._bytes = 0
        self._offers: OrderedDict[int, Heard] = OrderedDict()
        self._passes: deque[tuple[int, int]] = deque(maxlen=MAX_PASSES)  # (take, tag)
        self._favourites: dict[int, Heard] = {}     # by tag, in the order in which they were marked
        self._kept_from: dict[int, int] = {}  # take: the first take of the line of `keep` that it ends

    def offered(self, offer: Offer) -> None:
        """Keep the tokens of an offer; it counts as heard once a pass names its tag."""
        variation = offer.variation
        if variation is None:
            heard = Heard(offer.take)
        else:
            heard = Heard(offer.take, variation.request, variation.codes, fingerprint(variation.audio))
        with self._lock:
            self._offers[offer.tag] = heard
            self._bytes += _size(heard)
            while self._bytes > self._max_bytes and len(self._offers) > 1:
                self._bytes -= _size(self._offers.popitem(last=False)[1])

    def passed(self, take: int, tag: int) -> None:
        """A seam: the pass that begins plays `tag` of `take` (`THE_TAKE` = the take itself)."""
        with self._lock:
            self._passes.append((take, tag))

    def recall(self, heard: Sequence[tuple[int, Heard]]) -> None:
        """What was heard before all that is known, oldest first, each under a tag that nothing else has."""
        with self._lock:
            for tag, one in reversed(heard):
                self._offers[tag] = one
                self._offers.move_to_end(tag, last=False)
                self._bytes += _size(one)
                self._passes.appendleft((one.take, tag))

    def heard(self, seams_ago: int, asked: str = "") -> Heard:
        """What sounded `seams_ago` seams ago; 0 is what sounds now. `asked` is what the player asked for.

        Raises
        ------
        CommandError
            When there were fewer seams, or its tokens had to go.
        """
        with self._lock:
            return self._heard(seams_ago, asked or f"again {seams_ago}")[1]

    def mark(self, seams_ago: int, asked: str) -> tuple[int, ...]:
        """Mark what sounded `seams_ago` seams ago as a favourite, whose tokens are held; the tags of all of them.

        Raises
        ------
        CommandError
            As `heard`; or when it was the take itself, or there are too many.
        """
        with self._lock:
            tag, heard = self._heard(seams_ago, asked)
            if heard.codes is None:
                raise CommandError(f"{asked}: the take itself sounded; mark when a variation does, the take comes with back")
            if len(self._favourites) >= MAX_FAVOURITES and tag not in self._favourites:
                raise CommandError(f"{asked}: {MAX_FAVOURITES} are marked already")
            self._favourites[tag] = heard
            return tuple(self._favourites)

    def favourite(self, number: int) -> Heard:
        """A favourite, by its number from 1. Raises CommandError when there are fewer."""
        with self._lock:
            if not 1 <= number <= len(self._favourites):
                raise CommandError(f"recall {number}: " + (f"there are favourites 1..{len(self._favourites)}" if self._favourites
                                                           else "none is marked yet; favourite marks the one just heard"))
            return list(self._favourites.values())[number - 1]

    def recall_favourites(self, favourites: Sequence[tuple[int, Heard]]) -> None:
        """Those that were marked before all that is known, each with its tag."""
        with self._lock:
            self._favourites = dict(favourites) | self._favourites

    def _heard(self, seams_ago: int, asked: str) -> tuple[int, Heard]:
        if not 0 <= seams_ago < len(self._passes):
            most = len(self._passes) - 1
            raise CommandError(
                f"{asked}: nothing was heard that long ago; "
                + (f"0..{most} seams can be called back" if most >= 0 else "no seam has passed yet"))
        take, tag = self._passes[-1 - seams_ago]
        if tag == THE_TAKE:
            return tag, Heard(take)
        heard = self._offers.get(tag) or self._favourites.get(tag)
        if heard is None:
            raise CommandError(
                f"{asked}: its tokens are no longer held: only the last {self._max_bytes >> 20} MB are, and none of "
                "another model's")
        return tag, heard

    def forget_tokens(self) -> None:
        """Another codec speaks from now on: tokens of the one before mean nothing to it."""
        with self._lock:
            self._offers.clear()
            self._favourites.clear()
            self._bytes = 0

    def recognise(self, take: Take) -> Heard | None:
        """The variation that a new take is sample for sample, because the player kept it; None when it is something new."""
        print_of_take = fingerprint(take.audio)
        with self._lock:
            for heard in reversed(self._offers.values()):
                if heard.codes is not None and heard.fingerprint == print_of_take:
                    self._kept_from[take.version] = self._kept_from.get(heard.take, heard.take)
                    return heard
        return None

    def same_line(self, take: int, other: int) -> bool:
        """Whether two takes are one, or one became the other by `keep`: their variations fit either."""
        with self._lock:
            return self._kept_from.get(take, take) == self._kept_from.get(other, other)


def fingerprint(audio: np.ndarray) -> int:
    """A number that two different loops do not share by chance: 20 ms for a minute of stereo."""
    return zlib.crc32(audio.view(np.uint8).reshape(-1)) << 32 | len(audio)


def _size(heard: Heard) -> int:
    return 0 if heard.codes is None else heard.codes.nbytes
