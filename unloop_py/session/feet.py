"""Pedals: what their being pressed, held, pressed twice and let go comes to.

A press is obeyed at once, and what its being held or doubled means is made good afterwards: a hold first takes back what
its own press began. Under the bus's lock; `step` on the conductor's thread.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from unloop_py.control.pedals import DOUBLE_S, HOLD_S, MOMENTARY, ONE_BUTTON, SOLOS, WHEN_HELD, WHILE_HELD, word_of
from unloop_py.engine.messages import LAYERS, State
from unloop_py.errors import CommandError

WRITING = (State.RECORDING, *LAYERS)


@dataclass(slots=True)
class Held:
    """A pedal that is down: since when, which loop it means, whether its press began a recording or a layer, and whether its being
    held was seen to."""

    since_s: float
    loop: int
    began: bool
    done: bool = False


class Feet:
    """Turns pedals into commands.

    Parameters
    ----------
    n_loops : int
        How many there are; may change.
    obey : callable
        ``obey(loop, name, argument, frame)`` gives a command, or raises UnloopError.
    state : callable
        Given a loop, the `State` that it will be in when all that was sent has been obeyed, or None if that cannot be known.
    is_silent : callable
        Given a loop, whether it turns and is not heard.
    selected, select : callable
        Which loop is selected, and have another one be.

    Attributes
    ----------
    n_loops : int
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        n_loops: int,
        *,
        obey: Callable[[int, str, int | None, int | None], None],
        state: Callable[[int], State | None],
        is_silent: Callable[[int], bool],
        selected: Callable[[], int],
        select: Callable[[int], None],
    ) -> None:
        self.n_loops = n_loops
        self._obey = obey
        self._state = state
        self._is_silent = is_silent
        self._selected = selected
        self._select = select
        self.clock: Callable[[], float] = time.monotonic
        self._held: dict[tuple[int, str], Held] = {}
        self._pressed_s: dict[tuple[int, str], float] = {}

    def hit(self, loop: int, name: str, frame: int | None = None) -> None:
        """Give the commands that a word stands for. Raises CommandError for one that is none."""
        if not self._is_double(loop, name, frame):
            self._give(self._meant(loop, name), name, frame)

    def down(self, loop: int, name: str, frame: int | None = None) -> None:
        """Press a pedal: the same, and it may be held."""
        if name in WHILE_HELD:
            self._obey(loop, name, 1, frame)
            return
        if self._is_double(loop, name, frame):
            return
        meant = self._meant(loop, name)
        was = self._state(meant)
        self._give(meant, name, frame)
        self._held[loop, name] = Held(self.clock(), meant, self._state(meant) in WRITING and was not in WRITING)

    def up(self, loop: int, name: str, frame: int | None = None, *, force: bool = False) -> None:
        """Let a pedal go, which after a long press ends what it began; with `force` after any."""
        word = word_of(name)
        if name in WHILE_HELD:
            self._obey(loop, name, 0, frame)
            return
        held = self._held.pop((loop, name), None)
        if held is None or name in ONE_BUTTON or not (force or self.clock() - held.since_s >= HOLD_S):
            return
        if name in MOMENTARY:
            if name == "reverse" or self._state(held.loop) != State.PLAYING:  # who plays again has ended it already
                self._give(held.loop, name, frame)
        elif name == "oneshot":
            if self._state(held.loop) == State.ONESHOT:
                self._obey(held.loop, "mute", 1, frame)
        elif name in SOLOS:
            self._give(held.loop, name, frame)
        elif held.began and word.steps[-1].name == "record" and self._state(held.loop) in WRITING:
            self._obey(held.loop, "play", None, frame)

    @property
    def is_held(self) -> bool:
        """Whether a pedal is down that may yet be held long enough to mean something. Any thread."""
        return any(not held.done for held in list(self._held.values()))

    def step(self) -> None:
        """See to the pedals that have been held long enough."""
        now = self.clock()
        for (_, word), held in list(self._held.items()):
            if held.done or now - held.since_s < HOLD_S:
                continue
            held.done = True
            if word in WHEN_HELD:
                self._obey(held.loop, WHEN_HELD[word], None, None)
            elif word in ONE_BUTTON:
                if held.began:
                    self._obey(held.loop, "undo", None, None)
                self._obey(held.loop, "undo_all", None, None)

    def _is_double(self, loop: int, name: str, frame: int | None) -> bool:
        """See to a second press within half a second, which takes back the first one and what was before it."""
        word_of(name)
        now, before = self.clock(), self._pressed_s.get((loop, name), -math.inf)
        if name not in ONE_BUTTON or now - before >= DOUBLE_S:
            self._pressed_s[loop, name] = now
            return False
        del self._pressed_s[loop, name]
        meant = self._meant(loop, name, now=False)
        self._obey(meant, "undo", None, frame)
        with contextlib.suppress(CommandError):  # the first one was the first thing that was done
            self._obey(meant, "undo", None, frame)
        return True

    def _meant(self, loop: int, name: str, now: bool = True) -> int:
        """The loop that a word means as it is pressed; or with `now` false, that it meant when it was pressed last."""
        word = word_of(name)
        if word.whom != "this":
            loop = (self._selected() + (0 if not now else 1 if word.whom == "next" else -1)) % self.n_loops
        return loop

    def _give(self, loop: int, name: str, frame: int | None) -> None:
        """Give the commands of a word, counted from the loop that it means."""
        word = word_of(name)
        *first, last = word.steps
        if word.if_silent is not None and self._is_silent(loop):
            last = word.if_silent
        if word.selects:
            self._select(loop)
        for step in (*first, last):
            for one in range(self.n_loops) if step.others else (loop,):
                if step.others and one == loop:
                    continue
                if step.name == "record_or_overdub":
                    begins = self._state(one) in (State.OFF, State.RECORDING)
                    self._obey(one, "record" if begins else "overdub", None, frame)
                elif step.name != "end":
                    self._obey(one, step.name, step.argument, frame)
                elif self._state(one) in WRITING:
                    self._obey(one, "play", None, frame)
