"""Which takes the worker holds, encoded: a few, so that undo and redo need no encoding, within a bound of memory."""

from __future__ import annotations

from collections import OrderedDict

from unloop_py.generator.spec import Take
from unloop_py.vamper.jobs import Prepared

MAX_TAKES = 4
MAX_BYTES = 64 << 20    # of audio; what a worker holds of a take is about twice its audio


class PreparedTakes:
    """Bookkeeping of the worker's takes, least recently used first. Vamper's thread."""

    def __init__(self) -> None:
        self._takes: OrderedDict[int, tuple[int, Prepared | None]] = OrderedDict()  # version: bytes, answer

    def __contains__(self, version: int) -> bool:
        """Whether the worker holds a take or has been told to prepare it."""
        return version in self._takes

    def get(self, version: int) -> Prepared | None:
        """What the worker answered about a take; None when it does not hold it, or not yet."""
        return self._takes.get(version, (0, None))[1]

    @property
    def versions(self) -> list[int]:
        """The takes that the worker holds or has been told to prepare, least recently used first."""
        return list(self._takes)

    @property
    def waiting(self) -> bool:
        """Whether an answer is owed."""
        return any(answer is None for _, answer in self._takes.values())

    def use(self, version: int) -> None:
        """A take plays: it is the last to be forgotten."""
        self._takes.move_to_end(version)

    def add(self, take: Take) -> list[int]:
        """The worker is told to prepare a take; the versions that it has to forget for that."""
        self._takes[take.version] = (take.audio.nbytes, None)
        forgotten = []
        while len(self._takes) > 1 and (len(self._takes) > MAX_TAKES
                                        or sum(size for size, _ in self._takes.values()) > MAX_BYTES):
            forgotten.append(self._takes.popitem(last=False)[0])
        return forgotten

    def answered(self, answer: Prepared) -> None:
        """The worker has prepared a take."""
        if answer.version in self._takes:
            self._takes[answer.version] = (self._takes[answer.version][0], answer)

    def failed(self, version: int) -> None:
        """The worker could not prepare a take."""
        self._takes.pop(version, None)

    def lost(self) -> None:
        """The worker is gone, and all it held."""
        self._takes.clear()
