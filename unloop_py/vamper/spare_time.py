"""What the worker does when it has nothing to do: it learns the take, for as long as nobody waits.

Pure bookkeeping, without a clock or a thread: which take came from which, what is learned of it, and whether there is time
for more of that before the next offer has to be begun.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable

from unloop_py.vamper.jobs import Learned

SLICE_S = 0.5           # of one order: as often the player is told how far it is
PRUDENCE = 1.5          # times the longest step seen lately
FADING = 0.98           # by which that is forgotten with each order
LINES_HELD = 1024       # states one can undo to, and then some


class SpareTime:
    """Which take is learned, and when. Vamper's thread.

    Attributes
    ----------
    ordered : int or None
        The take that the worker has been told to learn and has not answered about.
    measured_s : float
        What a step takes, as the worker found when it was loaded.
    pace : float
        Times as long as they were measured that jobs take here and now.
    """

    def __init__(self) -> None:
        self.ordered: int | None = None
        self.measured_s, self.pace = 0.0, 1.0
        self._answers: dict[int, Learned] = {}
        self._line: OrderedDict[int, int] = OrderedDict()   # version: the recording that it comes from
        self._longest_s = 0.0

    @property
    def step_s(self) -> float:
        """How long an order may have to wait until the worker looks up from learning."""
        return PRUDENCE * max(self._longest_s, self.pace * self.measured_s)

    def took(self, version: int, before: int | None, new_loop: bool) -> None:
        """A take plays; `before` is the one that played until now, `new_loop` says that it is another recording."""
        if version not in self._line:
            self._line[version] = version if new_loop or before is None else self._line.get(before, before)
        self._line.move_to_end(version)
        while len(self._line) > LINES_HELD:
            self._line.popitem(last=False)

    def ancestor(self, version: int, held: Iterable[int]) -> int | None:
        """The newest of the `held` takes that come from the same recording; None where there is none."""
        line = self._line.get(version)
        held = [other for other in held if other != version and self._line.get(other, other) == line]
        return held[-1] if held else None

    def wanted(self, version: int) -> bool:
        """Whether there is more to learn of a take, and nothing under way."""
        return self.ordered is None and (version not in self._answers or self._answers[version].share < 1.0)

    def seconds(self, left_s: float) -> float:
        """How long the worker may learn when it will be wanted in `left_s`; 0 when that is not worth beginning."""
        return max(0.0, min(SLICE_S, left_s - self.step_s))

    def told(self, version: int) -> None:
        """The worker is told to learn a take."""
        self.ordered = version

    def answered(self, answer: Learned) -> None:
        """The worker has learned, or stopped."""
        self.ordered = None
        self._longest_s = max(answer.longest_s, FADING * self._longest_s)
        self._answers[answer.version] = answer

    def known(self, version: int) -> Learned | None:
        """The newest answer about a take; None when there is none, or the worker has dropped the take since."""
        return self._answers.get(version)

    def forget(self, held: Container[int]) -> None:
        """The worker holds only these takes; what it had learned of others is gone."""
        self._answers = {version: answer for version, answer in self._answers.items() if version in held}

    def another_model(self, measured_s: float) -> None:
        """Another model plays from now on, whose steps were measured; what was known of the one before says nothing of it."""
        self.measured_s, self.pace, self._longest_s = measured_s, 1.0, 0.0
        self.lost()

    def lost(self) -> None:
        """The worker is gone, and all that it had learned."""
        self.ordered = None
        self._answers.clear()
