"""Jobs that were told to stop before they came: on two connections the order may overtake what it stops. Pure."""

from __future__ import annotations

from collections import OrderedDict

MOST = 4096


class EarlyStops:
    """Their names, the last of them. One thread at a time.

    Parameters
    ----------
    most : int
        So many are remembered.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._names: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._names)

    def add(self, job: str) -> None:
        """It is to stop as soon as it comes."""
        self._names[job] = None
        while len(self._names) > self._most:
            self._names.popitem(last=False)

    def take(self, job: str) -> bool:
        """Whether it was told to; that is said once."""
        return self._names.pop(job, True) is None
