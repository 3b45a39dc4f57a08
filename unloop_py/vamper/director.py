"""One model serves all loops, each in its lane: what the session tells and the worker answers, and what follows from it.

`Director` has neither thread nor queue: it is told what happened, one thing after another, and `decide` acts upon it.
`vamper.Vamper` runs it on a thread; the tests run it under a fake clock.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from typing import Any

from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Take
from unloop_py.vamper import jobs
from unloop_py.vamper.checking import fault_in
from unloop_py.vamper.deadline import CostMeter
from unloop_py.vamper.desk import Desk
from unloop_py.vamper.fallback import Fallback, StandIn
from unloop_py.vamper.guests import Guest
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.lane import Lane
from unloop_py.vamper.request import Offer
from unloop_py.vamper.supervisor import Supervisor, WorkerState
from unloop_py.vamper.understudy import MakeWorker, Understudy, Wings

log = logging.getLogger(__name__)

FAILURES_BEFORE_RESTART = 3     # jobs that fail one after another, then the worker is started afresh


class Director:
    """Keeps the next repetition of every loop under way. Vamper's thread.

    Parameters
    ----------
    supervisor : Supervisor
        Passes orders to the worker.
    history : callable
        Given a loop, its VariationHistory.
    clock : callable
        Seconds.
    playing : tuple of object and MakeWorker
        The identity of the model that the supervisor's worker holds, see `change_model`; and what loads it beside another.
    stand_in : tuple of StandIn and MakeWorker, optional
        Who plays while that one is late.
    on_offer, on_progress, on_notice, on_prepared, on_model, on_ready, on_learned, learned_file : callable
        See `vamper.Vamper`.

    Attributes
    ----------
    facts : dict
        What the generator says of itself; empty before it was loaded.
    """

    def __init__(self, supervisor: Supervisor, history: Callable[[int], VariationHistory], clock: Callable[[], float], *,
                 playing: tuple[object, MakeWorker], stand_in: tuple[StandIn, MakeWorker] | None = None,
                 on_offer: Callable[[Offer], None], on_progress: Callable[[int, float], None],
                 on_notice: Callable[[str], None], on_prepared: Callable[[jobs.Prepared], None],
                 on_model: Callable[[str], None] = lambda name: None,
                 on_ready: Callable[[dict[str, Any]], None] = lambda facts: None,
                 on_learned: Callable[[jobs.Learned], None] = lambda learned: None,
                 learned_file: Callable[[jobs.Learned], str | None] = lambda learned: None) -> None:
        self._supervisor = supervisor
        self._history = history
        self._clock = clock
        self._on_offer = on_offer
        self._on_notice = on_notice
        self._on_prepared = on_prepared
        self._on_model = on_model
        self._on_ready = on_ready
        self._on_learned = on_learned
        self._learned_file = learned_file
        self.facts: dict[str, Any] = {}
        self._lanes: dict[int, Lane] = {}
        self._job_numbers = itertools.count(1)
        self._selected = 0
        self._desk = Desk(supervisor, clock, on_progress, lambda: next(self._job_numbers))
        self._job_failures = 0
        self._wings = Wings(supervisor, playing[0], on_notice, lambda name: self._on_model(name))
        self._fallback = Fallback(*(stand_in or (None, playing[1])), self._wings, playing, on_notice)

    @property
    def next_look_s(self) -> float:
        """When `decide` has something to do although nothing happened."""
        return min(self._supervisor.next_look_s, self._wings.silent_until_s, self._fallback.next_look_s)

    def lane(self, loop: int) -> Lane:
        """The lane of a loop, from 0; there as soon as it is asked for."""
        if loop not in self._lanes:
            self._lanes[loop] = Lane(loop, self._history(loop), self._job_numbers)
        return self._lanes[loop]

    # What the session tells.

    def set_take(self, loop: int, take: Take | None, new_loop: bool = False) -> None:
        """Another take plays (`new_loop`: of another recording); whatever was made from the one before is void."""
        lane = self.lane(loop)
        before = lane.take
        if take is not None and before is not None and take.version == before.version:
            return
        if take is not None:
            self._desk.spare.took(take.version, None if before is None else before.version, new_loop)
        self._desk.drop(lane)
        if lane.called_back is not None:
            lane.called_back = None
            self._on_notice("the repetition called back belonged to another take and does not come")
        lane.set_take(take)
        if take is None:
            return
        if (prepared := self._desk.prepared.get(take.version)) is not None:
            self._tell_prepared(prepared)
        if (learned := self._desk.spare.known(take.version)) is not None:
            self._on_learned(learned)

    def learned_before(self, version: int, file: str) -> None:
        """A take that will be told has been learned in another session."""
        self._desk.learned_before[version] = file

    def recall_letters(self, loop: int, version: int, letters: dict[str, Heard]) -> None:
        """What the letters of a form were for a take that will be told."""
        self.lane(loop).recall_letters(version, letters)

    def set_knobs(self, loop: int, knobs: Knobs) -> None:
        """The knobs of a loop stand so now; its job in hand is dropped when a new one still makes its seam."""
        lane = self.lane(loop)
        adapted = lane.knobs.adapt
        stale = lane.turn(knobs)
        learned = None if lane.take is None or knobs.adapt == adapted else self._desk.spare.known(lane.take.version)
        if learned is not None and learned.plays:  # what is ready as it was is made anew
            self._desk.drop(lane)
            lane.book.outdate()
        job = lane.book.job
        if not stale or job is None or job.codes is not None or self._desk.meter is None or lane.take is None:
            return
        # The job in flight answers the old knobs.
        if knobs.keeps_everything or self._desk.could_begin_again(lane):
            self._desk.drop(lane)

    def set_seam(self, loop: int, next_seam_s: float | None, passed: bool, clock: tuple[float, float] | None = None) -> None:
        """When the next offer must be there (None = the loop stands still); `passed`: a seam was passed just now.

        `clock` is the beat of the clock that all loops follow at the next seam, and how many of its beats the loop lasts.
        """
        lane = self.lane(loop)
        if passed and not self._supervisor.is_starting:
            self._fallback.passed(loop, lane.found)
        lane.set_seam(next_seam_s, passed, clock)

    def swapped(self, loop: int, tag: int) -> None:
        """An offer came in at its seam."""
        self.lane(loop).swapped(tag)

    def rejected(self, loop: int, tag: int) -> None:
        """The engine gave an offer back: not before the next seam again."""
        self.lane(loop).rejected(tag)

    def offer_again(self, loop: int) -> None:
        """What the engine gave back for a reason that has gone may be offered at once."""
        self.lane(loop).refused = False

    def set_generating(self, loop: int, on: bool) -> None:
        """Vary a loop, or let it rest."""
        lane = self.lane(loop)
        lane.generating = on
        lane.refused = lane.pausing = False
        if not on:
            self._desk.drop(lane)
            lane.void()

    def ask(self, loop: int) -> None:
        """The player wants one variation of a loop, now."""
        self.lane(loop).ask()

    def ask_aside(self, guest: Guest) -> None:
        """Somebody beside the loops wants variations."""
        self._desk.guests.ask(guest)

    def leave_aside(self, guest: Guest) -> None:
        """And wants them no longer."""
        self._desk.leave(guest)

    def select(self, loop: int) -> None:
        """The loop that the player has in hand: its take is learned first."""
        self._selected = loop

    def void(self) -> None:
        """Begin afresh: nothing is under way, nothing waits."""
        self._desk.working = None
        self._desk.put_guest_aside()
        for lane in self._lanes.values():
            lane.void()

    def call_back(self, loop: int, heard: Heard) -> None:
        """Make again what was heard, before anything else."""
        lane = self.lane(loop)
        self._desk.drop(lane)
        lane.called_back = heard
        lane.refused = lane.pausing = False  # an offer called back by name is taken whatever else is set

    def change_model(self, name: str, identity: object, make_worker: MakeWorker) -> None:
        """Load another model beside the one that plays; it steps in by itself. One asked for before is dropped."""
        self._wings.call(name, identity, make_worker, self._clock())

    def end(self) -> None:
        """No other model is wanted any more."""
        self._wings.drop()

    # What the worker answers.

    def answered(self, number: int, answer: Any) -> None:
        """Worker `number` has answered."""
        if self._wings.answered(number, answer, self._clock()):
            return
        if not self._supervisor.answered(number, answer, self._clock()):
            if self._supervisor.state is not WorkerState.READY:
                self._desk.lost()
            return
        if isinstance(answer, jobs.Loading):
            return  # ready is still owed
        if isinstance(answer, jobs.Ready):
            self.facts = answer.facts
            self._desk.meter = CostMeter(answer.cost)
            self._desk.spare.measured_s = answer.learn_step_s
            self._desk.ahead = answer.facts.get("ahead", 0)
            self._fallback.is_called(str(answer.facts.get("model", "")))
            self._on_ready(answer.facts)
            log.info("generator ready: %s, %s", answer.facts, answer.cost)
        elif isinstance(answer, jobs.Prepared):
            self._desk.prepared.answered(answer)
            self._tell_prepared(answer)
        elif isinstance(answer, jobs.Progress):
            self._desk.progressed(answer)
        elif isinstance(answer, jobs.Done):
            self._done(answer)
        elif isinstance(answer, jobs.Learned):
            self._learned(answer)
        elif isinstance(answer, jobs.Late):
            if self._desk.has(answer.job):
                log.info("refused as late: %s", answer.text)
                self._desk.refused_as_late()
        elif isinstance(answer, jobs.Failed):
            self._failed(answer)
        self._desk.rest_if_nothing_is_owed()

    def _tell_prepared(self, prepared: jobs.Prepared) -> None:
        lane = self._lane_of(prepared.version)
        if lane is None:
            return  # it plays no longer
        lane.silent = prepared.silent
        self._on_prepared(prepared)
        if prepared.silent:
            self._on_notice("the take is silent, so there is nothing to vary; it plays as it is")

    def _lane_of(self, version: int) -> Lane | None:
        """The loop that plays this take."""
        return next((lane for lane in self._lanes.values() if lane.take is not None and lane.take.version == version), None)

    def _done(self, answer: jobs.Done) -> None:
        if (guest := self._guest_at(answer.job)) is not None:
            if (fault := fault_in(answer.variations, self._desk.guests.count, guest.take.audio.shape)) is not None:
                self._failed(jobs.Failed(fault, answer.job))
                return
            self._supervisor.succeeded()
            self._desk.landed_for_guest(answer)
            return
        if not self._desk.has(answer.job):
            return  # it was dropped in the meantime
        lane = self._desk.working
        if (fault := fault_in(answer.variations, len(lane.book.job.requests), lane.take.audio.shape)) is not None:
            self._failed(jobs.Failed(fault, answer.job))
            return
        self._supervisor.succeeded()
        self._job_failures = 0
        self._desk.landed(answer)

    def _learned(self, answer: jobs.Learned) -> None:
        self._desk.spare.answered(answer)
        if self._lane_of(answer.version) is not None:
            self._on_learned(answer)
            if answer.plays and (file := self._learned_file(answer)) is not None:
                self._supervisor.send(jobs.KeepLearned(answer.version, file))

    def _failed(self, answer: jobs.Failed) -> None:
        """One order could not be obeyed. It is tried again at the next seam, not in a circle."""
        if (guest := self._guest_at(answer.job)) is not None:
            self._desk.guests.let_go()
            self._desk.leave(guest)
            guest.failed(answer.text)
            return
        if answer.job is not None:
            if not self._desk.has(answer.job):
                return  # it was dropped before it failed
            lane = self._desk.put_down()
            lane.called_back = None
        else:
            version = self._desk.prepared.failed()
            if version is not None and (guest := self._desk.guests.of_take(version)) is not None:
                self._desk.leave(guest)
                guest.failed(answer.text)
                return
            lane = None if version is None else self._lane_of(version)
        if lane is not None:
            lane.pausing = True
        self._job_failures += 1
        self._on_notice(f"a repetition could not be made ({answer.text}); the loop plays on as it is")
        if self._job_failures >= FAILURES_BEFORE_RESTART:
            self._job_failures = 0
            self._supervisor.failed(self._clock(), answer.text)
            self._desk.lost()

    def _guest_at(self, job: int | None) -> Guest | None:
        """Who beside the loops has this job in hand."""
        guests = self._desk.guests
        return guests.working if job is not None and job == guests.job else None

    # Decisions.

    def decide(self, now_s: float) -> None:
        """Do what is due: restart a worker, ask for the next repetition, hand over what is ready."""
        if self._supervisor.look(now_s):
            self._desk.lost()
        lanes = list(self._lanes.values())
        self._fallback.look(now_s)
        understudy = self._wings.look(now_s, lanes, self._same_codec)
        if understudy is not None and self._desk.working is not None and self._fallback.is_stand_in(understudy):
            self._desk.drop(self._desk.working)
        if understudy is not None and self._desk.working is None:
            self._desk.put_guest_aside()
            self._change_places(understudy, now_s)
        for lane in lanes:
            lane.line_up_what_is_there()
        self._desk.give_orders(lanes, now_s)
        for lane in lanes:
            self._hand_over(lane)
        if self.facts.get("learns"):
            self._desk.learn(lanes, self._selected, now_s)

    def _hand_over(self, lane: Lane) -> None:
        while (offer := lane.next_offer()) is not None:
            try:
                self._on_offer(offer)
            except UnloopError as error:  # the engine is flooded: at the next seam, another
                lane.book.taken(offer.tag)
                lane.refused = True
                self._on_notice(f"a repetition could not be offered: {error}")

    # Another model.

    def _change_places(self, understudy: Understudy, now_s: float) -> None:
        same_codec = self._same_codec(understudy.ready.facts)
        self._wings.step_in()
        self._supervisor.adopt(understudy.number, understudy.worker, understudy.make_worker)
        self.facts = understudy.ready.facts
        self._desk.ahead = self.facts.get("ahead", 0)
        for lane in self._lanes.values():
            if not same_codec:
                lane.history.forget_tokens()
                lane.forget_tokens()
                if lane.called_back is not None and lane.called_back.codes is not None:
                    lane.called_back = None
                    self._on_notice("the repetition called back was another model's and does not come")
            if lane.take is not None and self._desk.spare.known(lane.take.version) is not None:
                self._on_learned(jobs.Learned(lane.take.version, 0.0, 0.0, False, 0.0))  # this model knows nothing of it yet
            lane.book.outdate()
        self._job_failures = 0
        self._desk.change(understudy, list(self._lanes.values()))
        if self._fallback.stepped_in(understudy, now_s):
            self._on_model(understudy.called)

    def _same_codec(self, facts: dict[str, Any]) -> bool:
        """Whether tokens held are another model's too: a voice shares its base's codec."""
        return "codec" in facts and facts["codec"] == self.facts.get("codec")
