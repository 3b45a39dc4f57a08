"""Which takes the worker holds, encoded: those that play and a few more, so that undo and redo need no encoding, within a
bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from unloop_py.generator.spec import Take
from unloop_py.vamper.jobs import Prepared

SPARE_TAKES = 3
SPARE_BYTES = 64 << 20      # of audio, while more is held than what plays; a worker holds of a take about twice its audio
MAX_BYTES = 256 << 20       # of the audio of the takes that play; beyond that they are encoded again each time that they have their turn


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

    def add(self, take: Take, current: Sequence[int]) -> list[int]:
        """The worker is told to prepare a take; the versions that it has to forget for that.

        `current` are the takes that play, those to be forgotten last at the end.
        """
        self._takes[take.version] = (take.audio.nbytes, None)
        for version in current:
            if version in self._takes:
                self._takes.move_to_end(version)
        self._takes.move_to_end(take.version)
        forgotten = []
        while len(self._takes) > 1:
            oldest = next(iter(self._takes))
            spares = sum(version not in current for version in self._takes)
            if not (spares > SPARE_TAKES or self._bytes > (MAX_BYTES if oldest in current else SPARE_BYTES)):
                break
            forgotten.append(oldest)
            del self._takes[oldest]
        return forgotten

    def answered(self, answer: Prepared) -> None:
        """The worker has prepared a take."""
        if answer.version in self._takes:
            self._takes[answer.version] = (self._takes[answer.version][0], answer)

    def failed(self) -> int | None:
        """The worker could not prepare the take that it was told to; its version, None where there was none."""
        version = next((version for version, (_, answer) in self._takes.items() if answer is None), None)
        self._takes.pop(version, None)
        return version

    def remove(self, version: int) -> bool:
        """A take is wanted no longer; whether the worker holds it."""
        return self._takes.pop(version, None) is not None

    def lost(self) -> None:
        """The worker is gone, and all it held."""
        self._takes.clear()

    @property
    def _bytes(self) -> int:
        return sum(size for size, _ in self._takes.values())
