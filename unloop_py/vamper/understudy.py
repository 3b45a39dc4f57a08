"""Another model, loaded by a second worker beside the one that plays.

The worker on stage goes on offering until the understudy is loaded, warm, measured and holds the tokens of every take that
plays; then it steps in. Whatever goes wrong before that costs nothing but a line for the player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from unloop_py.generator.spec import Take
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.jobs import Failed, Gone, Loading, Prepare, Prepared, Ready
from unloop_py.vamper.lane import Lane
from unloop_py.vamper.links import Worker
from unloop_py.vamper.supervisor import LOADING_PATIENCE_S, Supervisor

PREPARING_PATIENCE_S = 30.0  # for a take to be encoded: beside a worker that plays, or right after the start, it takes its time

MakeWorker = Callable[[Callable[[Any], None]], Worker]
OnGone = Callable[[str | None], None]


def preparing_patience_s(cost: Cost, loop_s: float) -> float:
    """How long a take of `loop_s` may take to be encoded, which is not measured: about a third of what decoding takes."""
    return PREPARING_PATIENCE_S + loop_s + 3.0 * cost.seconds(loop_s, 1)


class Understudy:
    """One worker that is not on stage yet. Vamper's thread.

    Parameters
    ----------
    name : str
        The model's, for the player.
    identity : object
        Equal for the same model in the same state of its files.
    number : int
        Which worker it is; its answers come under this number.
    worker : Worker
    make_worker : callable
        Makes it again, should it end once it is on stage.
    now_s : float
    on_gone : callable, optional
        Told why it will never step in, None if another took its place, instead of the player.

    Attributes
    ----------
    ready : Ready or None
        What it said of itself once it was loaded.
    """

    def __init__(self, name: str, identity: object, number: int, worker: Worker, make_worker: MakeWorker, now_s: float,
                 on_gone: OnGone | None = None) -> None:
        self.name, self.identity = name, identity
        self.number, self.worker, self.make_worker = number, worker, make_worker
        self.on_gone = on_gone
        self.ready: Ready | None = None
        self.silent_until_s = now_s + LOADING_PATIENCE_S
        self._takes: dict[int, tuple[Take, Prepared | None]] = {}

    @property
    def ordered(self) -> bool:
        """Whether the player asked for it."""
        return self.on_gone is None

    @property
    def called(self) -> str:
        """The model's name, which nobody here may know before it says so itself."""
        return self.name or ("" if self.ready is None else str(self.ready.facts.get("model", "")))

    def answered(self, answer: Any, now_s: float) -> str | None:
        """Take note of an answer; what went wrong, if it will never step in."""
        if isinstance(answer, Gone | Failed):
            return answer.text
        if isinstance(answer, Loading):
            self.silent_until_s = now_s + LOADING_PATIENCE_S
            return None
        if isinstance(answer, Ready):
            self.ready = answer
        elif isinstance(answer, Prepared):
            self._takes[answer.version] = (self._takes[answer.version][0], answer)
        self.silent_until_s = float("inf")
        return None

    def next_to_prepare(self, versions: Iterable[int]) -> int | None:
        """Which of these takes it should encode next; None while it is loading or encoding, and when it holds them all."""
        if self.ready is None or any(prepared is None for _, prepared in self._takes.values()):
            return None
        return next((version for version in versions if version not in self._takes), None)

    def prepare(self, take: Take, codes: np.ndarray | None, now_s: float) -> None:
        """Have it encode a take."""
        self._takes[take.version] = (take, None)
        self.worker.send(Prepare(take, codes))
        self.silent_until_s = now_s + preparing_patience_s(self.ready.cost, len(take.audio) / take.sample_rate)

    def knows(self, versions: Iterable[int]) -> bool:
        """Whether it can go on with these takes from now."""
        held = {take.version for take, _ in self.held()}
        return self.ready is not None and all(version in held for version in versions)

    def held(self) -> list[tuple[Take, Prepared]]:
        """The takes that it has encoded, in order."""
        return [(take, prepared) for take, prepared in self._takes.values() if prepared is not None]


class Wings:
    """Where another model waits until it may step in. Vamper's thread.

    Parameters
    ----------
    supervisor : Supervisor
    playing : object
        The identity of the model on stage.
    notice, on_model : callable
        Given a line for the player; given the name of the model that plays, to whoever asked for that one.
    """

    def __init__(self, supervisor: Supervisor, playing: object, notice: Callable[[str], None], on_model: Callable[[str], None]) -> None:
        self._supervisor, self._playing = supervisor, playing
        self._notice, self._on_model = notice, on_model
        self._understudy: Understudy | None = None

    @property
    def silent_until_s(self) -> float:
        """When an answer is overdue."""
        return float("inf") if self._understudy is None else self._understudy.silent_until_s

    @property
    def busy(self) -> bool:
        """Whether somebody waits here."""
        return self._understudy is not None

    def call(self, name: str, identity: object, make_worker: MakeWorker, now_s: float, on_gone: OnGone | None = None) -> None:
        """Load a model. The last order counts: that for the one which is on its way already changes nothing, and that for the
        one which plays (by `identity`: the same arguments, the same files) is obeyed by dropping whichever is on its way.

        Why it will never step in is told to `on_gone`, or else to the player, who has asked for it.
        """
        if self._understudy is not None and self._understudy.identity == identity:
            self._understudy.on_gone = on_gone
            return
        self.drop()
        if identity == self._playing:
            self._on_model(name)
            return
        try:
            number, worker = self._supervisor.beside(make_worker)
        except OSError as error:
            self._cannot_come(name, str(error), on_gone)
            return
        self._understudy = Understudy(name, identity, number, worker, make_worker, now_s, on_gone)

    def drop(self, why: str | None = None) -> None:
        """No other model is wanted any more, or it cannot come: then `why` is told."""
        understudy, self._understudy = self._understudy, None
        if understudy is not None:
            understudy.worker.kill()
            self._cannot_come(understudy.name, why, understudy.on_gone)

    def _cannot_come(self, name: str, why: str | None, on_gone: OnGone | None) -> None:
        if on_gone is not None:
            on_gone(why)
        elif why is not None:
            self._notice(f"{name} could not be loaded ({why}); the model that plays goes on")

    def answered(self, number: int, answer: Any, now_s: float) -> bool:
        """Take note of an answer; False when it is another worker's."""
        if self._understudy is None or number != self._understudy.number:
            return False
        if (why := self._understudy.answered(answer, now_s)) is not None:
            self.drop(why)
        return True

    def look(self, now_s: float, lanes: Iterable[Lane], same_codec: Callable[[dict[str, Any]], bool]) -> Understudy | None:
        """Have the other model hold the takes that play; the one that does, and may step in."""
        understudy = self._understudy
        if understudy is None:
            return None
        takes = {lane.take.version: lane for lane in lanes if lane.take is not None}
        if now_s >= understudy.silent_until_s:
            self.drop("it does not answer")
        elif understudy.knows(takes):
            return understudy
        elif (version := understudy.next_to_prepare(takes)) is not None:
            lane = takes[version]
            kept = lane.history.recognise(lane.take) if same_codec(understudy.ready.facts) else None
            understudy.prepare(lane.take, kept.codes if kept is not None else None, now_s)
        return None

    def step_in(self) -> None:
        """The one that waited is on stage."""
        self._playing, self._understudy = self._understudy.identity, None
