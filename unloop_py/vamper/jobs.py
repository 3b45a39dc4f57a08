"""What a worker is told and what it answers: the same in a process and in a thread.

Orders go down in sequence; `Cancel` alone overtakes them. Every message can be pickled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Beside, Take, Variation, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.vamper.deadline import Cost

# Down: orders, in sequence.

@dataclass(frozen=True, slots=True)
class Start:
    """First order: call the factory ``"package.module:function"`` with `arguments`; answered by `Ready`.

    One that is `rehearsed` is to step in for another, which plays on until then: it is warm before it says that it is
    ready. Any other is ready as soon as it can be, and warms up while nothing is asked of it yet.
    """

    factory: str
    arguments: dict[str, Any] = field(default_factory=dict)
    rehearsed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Prepare:
    """Encode a take and hold it until `Forget`; answered by `Prepared`.

    A take that is a kept variation comes with its tokens: they are held already, and encoding its audio would change them.
    `heir_of` names a take that this one came from; what was learned of that is this one's too. `learned` is a file that
    `KeepLearned` wrote of the same take, in another session.
    """

    take: Take
    codes: np.ndarray | None = None
    heir_of: int | None = None
    learned: str | None = None


@dataclass(frozen=True, slots=True)
class KeepLearned:
    """Write what was learned of a take to a file, in a folder that is there; nobody waits for it."""

    version: int
    file: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop a prepared take."""

    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Vary:
    """Make one variation for each request, all of one take; answered by `Progress` and one `Done`.

    `plain` makes it without what was learned of the take. `start` is the tokens (n_codebooks, steps) int16 that all of them
    begin from, those of an earlier variation; None begins from the take's. `beside` is what they go with. `within_s` is how soon
    their seam comes, in seconds; None where none waits.
    """

    job: int
    requests: tuple[VariationRequest, ...]
    plain: bool = False
    start: np.ndarray | None = None
    beside: Beside | None = None
    within_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Remake:
    """Make the audio of an earlier variation again from its tokens; answered by `Done`."""

    job: int
    request: VariationRequest
    codes: np.ndarray
    plain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Make tokens, of no take that the worker knows, for somebody who holds the sound; answered by `Progress` and one `Sampled`."""

    job: int
    work: TokenJob


@dataclass(frozen=True, slots=True)
class Learn:
    """Go on learning a take for so many seconds, or until another order comes; answered by `Learned`.

    It is done in small steps, and between two of them the worker looks whether it is wanted for something else. One take
    is learned at a time: another one's unfinished learning is dropped, what it had come to stays.
    """

    version: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop work on a job at its next step; overtakes other orders."""

    job: int


# Up: answers.

@dataclass(frozen=True, slots=True)
class Loading:
    """Not ready yet, and not hanging: a large model on a slow machine is measured for a minute."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and its cost known; `learn_step_s` is what a step of learning takes, where it can learn."""

    facts: dict[str, Any]
    cost: Cost
    learn_step_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A take is encoded. `grid` is None where no beat was found; a `silent` take is not varied."""

    version: int
    silent: bool
    grid: BeatGrid | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A sampling step is done; `share` of the job, 0..1."""

    job: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """A job's variations, all of them complete."""

    job: int
    variations: tuple[Variation, ...]
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """A job's tokens (batch, n_codebooks, steps) int16, all of them complete."""

    job: int
    codes: np.ndarray
    seconds: float


@dataclass(frozen=True, slots=True)
class Learned:
    """How far a take is learned.

    Attributes
    ----------
    version : int
    share : float
        Of the work that is done, 0..1; 1 = there is no more of it.
    gain : float
        Share by which parts of the take that were held out have become better; 0 or less where they have not.
    plays : bool
        What was learned is in whatever is made of the take from now on.
    longest_s : float
        The longest step of this order: how long another order may have to wait.
    """

    version: int
    share: float
    gain: float
    plays: bool
    longest_s: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A job was dropped as asked."""

    job: int


@dataclass(frozen=True, slots=True)
class Late:
    """A job was refused, because it could not have been there `within_s`: nothing is wrong, and less might be done in time."""

    job: int
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An order could not be obeyed. After a `fatal` one the worker ends: what it holds cannot be trusted."""

    text: str
    job: int | None = None
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The worker has ended; sent by its parent's side, last of all."""

    text: str
