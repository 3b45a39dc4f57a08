"""Variations for somebody beside the loops, made by the same worker in the time that the loops leave.

A guest waits until no loop wants the worker, and is given as many of its steps as there is time for until one will; should a loop be
late all the same, the guest is put aside and begins again. Where nothing turns it has all its steps.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from unloop_py.generator.spec import Take, Variation, VariationRequest
from unloop_py.vamper.deadline import Plan
from unloop_py.vamper.jobs import Vary

FIRST_VERSION = 1 << 50
"""Of guests' takes: far above those of the loops'."""
PATIENCE_S = 10.0
"""So long a guest waits for the time that a good variation takes, before any time will do."""
CRASHES = 2
"""So often the worker may end over a guest; then the guest goes."""

_versions = itertools.count(FIRST_VERSION)


def guests_take_version() -> int:
    """A number that no other take has. Any thread."""
    return next(_versions)


@dataclass(eq=False, slots=True)
class Guest:
    """What somebody wants made, and who is told. The callbacks are called on the vamper's thread and must return at once.

    Attributes
    ----------
    take : Take
        Its version is of `guests_take_version`.
    requests : tuple of VariationRequest
        All of this take, and alike but for index and seed.
    begun : callable
        The worker is at it, not for the first time perhaps.
    done : callable
        Given a tuple of as many variations.
    failed : callable
        Given why not.
    """

    take: Take
    requests: tuple[VariationRequest, ...]
    begun: Callable[[], None]
    done: Callable[[tuple[Variation, ...]], None]
    failed: Callable[[str], None]
    made: list[Variation] = field(default_factory=list)
    since_s: float | None = None
    crashes: int = 0

    @property
    def seconds(self) -> float:
        """What the take lasts."""
        return len(self.take.audio) / self.take.sample_rate

    @property
    def steps(self) -> int:
        """Sampling steps that it would like."""
        return self.requests[0].sampling_steps

    @property
    def rounds(self) -> int:
        """Passes of each."""
        return self.requests[0].prompt.feedback_steps


class Guests:
    """Who waits, and who has the worker. Vamper's thread.

    Attributes
    ----------
    working : Guest or None
        Whose job is in hand.
    job : int
        Its number.
    count, steps : int
        How many variations it makes, and the sampling steps of each.
    """

    def __init__(self) -> None:
        self._waiting: deque[Guest] = deque()
        self.working: Guest | None = None
        self.job = 0
        self.count = self.steps = 0

    @property
    def waiting(self) -> tuple[Guest, ...]:
        """Who waits, in the order in which they are served."""
        return tuple(self._waiting)

    def ask(self, guest: Guest) -> None:
        """Somebody wants something."""
        self._waiting.append(guest)

    def forget(self, guest: Guest) -> None:
        """Somebody who waits wants it no longer."""
        if guest in self._waiting:
            self._waiting.remove(guest)

    def of_take(self, version: int) -> Guest | None:
        """Who waits for something of a take."""
        return next((guest for guest in self._waiting if guest.take.version == version), None)

    def order(self, guest: Guest, job: int, count: int, steps: int) -> Vary:
        """The order of one who waits, which it has in hand from now on."""
        self._waiting.remove(guest)
        self.working = guest
        requests = tuple(replace(one, steps=steps) for one in guest.requests[len(guest.made) :][:count])
        self.job, self.count, self.steps = job, len(requests), steps
        guest.begun()
        return Vary(job, requests)

    def let_go(self) -> Guest:
        """The job in hand has ended; whose it was."""
        guest, self.working = self.working, None
        assert guest is not None
        return guest

    def put_aside(self) -> None:
        """A loop needs the worker: the one who has it is the next again."""
        self._waiting.appendleft(self.let_go())

    def landed(self, variations: tuple[Variation, ...]) -> Guest | None:
        """The job in hand is done; whose it was, if that has all that it wanted, else it is the next again."""
        guest = self.let_go()
        guest.made += variations
        if len(guest.made) < len(guest.requests):
            self._waiting.appendleft(guest)
            return None
        guest.done(tuple(guest.made))
        return guest

    def lost(self) -> None:
        """The worker is gone: who had it is served again, unless it is the one that ends workers."""
        if self.working is None:
            return
        guest = self.let_go()
        guest.crashes += 1
        if guest.crashes < CRASHES:
            self._waiting.appendleft(guest)
        else:
            guest.failed("the generator stopped over it")


def would_be_late(now: Plan, later: Plan) -> bool:
    """Whether a loop has to have the worker now: later it would miss a seam that it makes now, or make it with fewer steps."""
    return later.deadline_s > now.deadline_s or later.steps < now.steps
