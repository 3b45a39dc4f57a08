"""Pedals: what their being pressed, held, pressed twice and let go comes to.

A press is obeyed at once, and what its being held or doubled means is made good afterwards: a hold first takes back what
its own press began. Under the bus's lock; `step` on the conductor's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from unloop_py.control.pedals import DOUBLE_S, HOLD_S, MOMENTARY, ONE_BUTTON, WHEN_HELD, WHILE_HELD, steps_of
from unloop_py.engine.messages import LAYERS, State

WRITING = (State.RECORDING, *LAYERS)


@dataclass(slots=True)
class Held:
    """A pedal that is down: since when, whether its press began a recording or a layer, whether the hold was seen to."""

    since_s: float
    began: bool
    done: bool = False


class Feet:
    """Turns pedals into commands.

    Parameters
    ----------
    n_loops : int
    obey : callable
        ``obey(loop, name, argument, frame)`` gives a command, or raises UnloopError.
    state : callable
        Given a loop, the `State` that it will be in when all that was sent has been obeyed, or None if that cannot be known.
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        n_loops: int,
        *,
        obey: Callable[[int, str, int | None, int | None], None],
        state: Callable[[int], State | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._n_loops = n_loops
        self._obey = obey
        self._state = state
        self._clock = clock
        self._held: dict[tuple[int, str], Held] = {}
        self._pressed_s: dict[tuple[int, str], float] = {}

    def hit(self, loop: int, word: str, frame: int | None = None) -> None:
        """Give the commands that a word stands for. Raises CommandError for one that is none."""
        for step in steps_of(word):
            for other in self._whom(loop, step.whom):
                if step.name != "end":
                    self._obey(other, step.name, step.argument, frame)
                elif self._state(other) in WRITING:
                    self._obey(other, "play", None, frame)

    def down(self, loop: int, word: str, frame: int | None = None) -> None:
        """Press a pedal: the same, and twice within half a second takes back the first press and what was before it."""
        steps_of(word)
        if word in WHILE_HELD:
            self._obey(loop, word, 1, frame)
            return
        now, before = self._clock(), self._pressed_s.get((loop, word), -1e9)
        if word in ONE_BUTTON and now - before < DOUBLE_S:
            self._pressed_s.pop((loop, word))
            for _ in range(2):
                self._obey(loop, "undo", None, frame)
            return
        self._pressed_s[loop, word] = now
        was = self._state(loop)
        self.hit(loop, word, frame)
        self._held[loop, word] = Held(now, self._state(loop) in WRITING and was not in WRITING)

    def up(self, loop: int, word: str, frame: int | None = None, *, force: bool = False) -> None:
        """Let a pedal go, which after a long press ends what it began; with `force` after any."""
        steps_of(word)
        if word in WHILE_HELD:
            self._obey(loop, word, 0, frame)
            return
        held = self._held.pop((loop, word), None)
        if held is not None and word in MOMENTARY and (force or self._clock() - held.since_s >= HOLD_S):
            self.hit(loop, word, frame)

    @property
    def is_held(self) -> bool:
        """Whether a pedal is down that may yet be held long enough to mean something. Any thread."""
        return any(not held.done for held in list(self._held.values()))

    def step(self) -> None:
        """See to the pedals that have been held long enough."""
        now = self._clock()
        for (loop, word), held in list(self._held.items()):
            if held.done or now - held.since_s < HOLD_S:
                continue
            held.done = True
            if word in WHEN_HELD:
                self._obey(loop, WHEN_HELD[word], None, None)
            elif word in ONE_BUTTON:
                if held.began:
                    self._obey(loop, "undo", None, None)
                self._obey(loop, "undo_all", None, None)

    def _whom(self, loop: int, whom: str) -> list[int]:
        if whom == "others":
            return [other for other in range(self._n_loops) if other != loop]
        return [(loop + {"this": 0, "next": 1, "previous": -1}[whom]) % self._n_loops]
