"""What the worker has in hand: one order at a time, for the loop whose turn it is; with none wanted, it serves a guest or learns a
take."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import ENOUGH_STEPS, CostMeter, Plan, steps_that_fit
from unloop_py.vamper.guests import PATIENCE_S, Guest, Guests, would_be_late
from unloop_py.vamper.lane import FOREVER, Lane
from unloop_py.vamper.prepared import PreparedTakes
from unloop_py.vamper.spare_time import SLICE_S, SpareTime
from unloop_py.vamper.supervisor import Supervisor, WorkerState
from unloop_py.vamper.turns import learners, makes_way, next_turn
from unloop_py.vamper.understudy import Understudy, preparing_patience_s

log = logging.getLogger(__name__)

SILENCE_S = 3.0         # a worker that says nothing for this long and its job's whole time besides, hangs
BEYOND = 1.25           # times as long as it was given, a job takes that was refused as late, as far as anybody knows
LANDING_SHARE = 0.9     # of a job: from here it is in the codec, where it cannot be stopped, and nearly there


class Desk:
    """Gives the worker its orders, and knows which are out. Vamper's thread.

    Parameters
    ----------
    supervisor : Supervisor
        Passes orders to the worker.
    clock : callable
        Seconds.
    on_progress : callable
        Given a loop, and the share 0..1 of its job in hand.
    next_job : callable
        The number of another job.

    Attributes
    ----------
    meter : CostMeter or None
        What jobs take; None before the first worker was ready.
    working : Lane or None
        Whose job is in hand.
    prepared : PreparedTakes
    spare : SpareTime
    guests : Guests
        Who else wants something made.
    ahead : int
        Repetitions that should lie ready beyond those that are needed: what the generator says, where it is elsewhere. It ends its
        calls itself when they are due.
    learned_before : dict of int to str
        By version of a take, the file of what was learned of it in another session.
    """

    def __init__(
        self, supervisor: Supervisor, clock: Callable[[], float], on_progress: Callable[[int, float], None],
        next_job: Callable[[], int],
    ) -> None:  # fmt: skip
        self._supervisor, self._clock, self._on_progress = supervisor, clock, on_progress
        self._next_job = next_job
        self.meter: CostMeter | None = None
        self.working: Lane | None = None
        self.prepared = PreparedTakes()
        self.spare = SpareTime()
        self.guests = Guests()
        self.learned_before: dict[int, str] = {}
        self.ahead = 0
        self._share = 0.0           # of the job in hand that is done
        self._began_s = 0.0         # when it was given out
        self._ends_s = 0.0          # when it will be done, told prudently
        self._free_s = 0.0          # when the worker will have dropped what it was told to drop

    # What becomes of orders.

    def has(self, job: int | None) -> bool:
        """Whether this job is the one in hand: an answer about any other comes too late."""
        return self.working is not None and job == self.working.book.job.number

    def progressed(self, answer: jobs.Progress) -> None:
        """A sampling step is done."""
        if self.has(answer.job):
            self._share = answer.share
            self._on_progress(self.working.loop, answer.share)

    def landed(self, answer: jobs.Done) -> None:
        """The job in hand is done, and good."""
        lane, self.working = self.working, None
        job = lane.book.job
        lane.land(answer.job, answer.variations)
        if job.codes is None:
            self.meter.observe(lane.loop_s * len(job.requests), job.steps, job.rounds, answer.seconds)
            self.spare.pace = self.meter.pace
        self._on_progress(lane.loop, 1.0)

    def refused_as_late(self) -> None:
        """The job in hand could not have been there in time, so that it takes longer than was thought: next, fewer steps are asked
        for. Where it had only one, its seam is late."""
        job = self.working.book.job
        lane = self.put_down()
        if job.steps > 1:
            allowed_s = job.deadline_s - self._began_s
            self.meter.observe(lane.loop_s * len(job.requests), job.steps, job.rounds, max(BEYOND * allowed_s, 0.0))
        else:
            lane.pausing = True

    def landed_for_guest(self, answer: jobs.Done) -> None:
        """A guest's job is done, and good."""
        guest = self.guests.working
        self.meter.observe(guest.seconds * self.guests.count, self.guests.steps, guest.rounds, answer.seconds)
        if self.guests.landed(answer.variations) is not None:
            self._let_go_of(guest)

    def leave(self, guest: Guest) -> None:
        """A guest wants it no longer, or cannot have it."""
        if self.guests.working is guest:
            self._supervisor.send(jobs.Cancel(self.guests.job))
            self.guests.let_go()
        self.guests.forget(guest)
        self._let_go_of(guest)

    def _let_go_of(self, guest: Guest) -> None:
        if self.prepared.remove(guest.take.version):
            self._supervisor.send(jobs.Forget(guest.take.version))

    def put_down(self) -> Lane:
        """The job in hand came to nothing; whose it was."""
        lane, self.working = self.working, None
        lane.book.job = None
        return lane

    def lost(self) -> None:
        """The worker is gone, and all it held."""
        if self.working is not None:
            if self.working.book.job.codes is not None:
                self.working.called_back = None  # it may be what ended the worker: not in a circle
            self.put_down()
        self.guests.lost()
        self.prepared.lost()
        self.spare.lost()

    def rest_if_nothing_is_owed(self) -> None:
        """Nobody waits for an answer: the worker may be silent."""
        if self.working is None and self.guests.working is None and not self.prepared.waiting and self.spare.ordered is None:
            self._supervisor.rest()

    # Orders.

    def drop(self, lane: Lane) -> None:
        """A loop wants its job in hand no longer."""
        if self.working is lane:
            self._supervisor.send(jobs.Cancel(lane.book.job.number))
            self.put_down()
            if self.meter is not None:
                self._free_s = self._clock() + self._step_seconds(lane)

    def could_begin_again(self, lane: Lane) -> bool:
        """Whether another job in the place of a loop's in hand makes the same seam, with steps enough."""
        restart_s = self._clock() + self._step_seconds(lane)  # it can begin when the worker comes to its next step
        return self._share < LANDING_SHARE and lane.replan(self.meter, restart_s).deadline_s <= lane.book.job.deadline_s

    def give_orders(self, lanes: Sequence[Lane], now_s: float) -> None:
        """Give the worker to the loop whose turn it is, if it is free or should be."""
        if self.meter is None or self._supervisor.state is not WorkerState.READY:
            return
        if self.working is not None and self._share < LANDING_SHARE:
            restart_s = now_s + self._step_seconds(self.working)
            if makes_way(self.working, lanes, self.prepared, self.meter, restart_s, self._ends_s):
                self.drop(self.working)
        if self.working is not None or self.prepared.waiting:
            return
        if self.spare.ordered is not None:
            self._free_s = max(self._free_s, now_s + self.spare.step_s)
        turn = next_turn(lanes, self.prepared, self.meter, max(now_s, self._free_s), self.ahead)
        if turn is None:
            self._serve_guest(lanes, now_s)
            return
        if self.guests.working is not None:
            if not self._cannot_wait(*turn):
                return
            self.put_guest_aside()
        lane, plan = turn
        if plan is None:
            self._prepare(lane, lanes)
        else:
            self._send_job(lane, plan, now_s)

    def put_guest_aside(self) -> None:
        """Whoever else is served comes later."""
        if self.guests.working is not None:
            self._supervisor.send(jobs.Cancel(self.guests.job))
            self._free_s = self._clock() + self._guest_seconds(2) - self._guest_seconds(1)
            self.guests.put_aside()

    def _cannot_wait(self, lane: Lane, plan: Plan | None) -> bool:
        """Whether a loop that wants the worker would miss a seam, or have it worse, if the guest in hand had its time."""
        if plan is None or lane.called_back is not None:
            return True
        return would_be_late(plan, lane.replan(self.meter, self._ends_s))

    def _serve_guest(self, lanes: Sequence[Lane], now_s: float) -> None:
        """No loop wants the worker: the first of those who do may have it for whom there is time until one will."""
        if self.guests.working is not None:
            return
        seams = [lane.next_seam_s for lane in lanes if lane.turns]
        left_s = min(seams, default=FOREVER) - max(now_s, self._free_s)
        for guest in self.guests.waiting:
            guest.since_s = now_s if guest.since_s is None else guest.since_s
            steps = steps_that_fit(self.meter, left_s, guest.seconds, guest.steps, guest.rounds) if seams else guest.steps
            if steps >= (min(guest.steps, ENOUGH_STEPS) if now_s < guest.since_s + PATIENCE_S else 1):
                self._give_guest(guest, len(guest.requests) if not seams else 1, steps, lanes, now_s)
                return

    def _give_guest(self, guest: Guest, count: int, steps: int, lanes: Sequence[Lane], now_s: float) -> None:
        if guest.take.version not in self.prepared:
            for oldest in self.prepared.add(guest.take, _current(lanes)):
                self._supervisor.send(jobs.Forget(oldest))
            self._supervisor.send(jobs.Prepare(guest.take))
            self._supervisor.expect(now_s, preparing_patience_s(self.meter.cost, guest.seconds))
            return
        order = self.guests.order(guest, self._next_job(), count, steps)
        longest_s = self._guest_seconds(steps)
        self._ends_s = now_s + longest_s
        self._supervisor.send(order)
        self._supervisor.expect(now_s, SILENCE_S + 3.0 * longest_s)

    def _guest_seconds(self, steps: int) -> float:
        """What the guest's job in hand takes with so many steps, told prudently."""
        guest = self.guests.working
        return self.meter.safe_seconds(guest.seconds * self.guests.count, steps, guest.rounds)

    def learn(self, lanes: Sequence[Lane], selected: int, now_s: float) -> None:
        """With nothing under way, have a take learned until the worker will be wanted again: at the next seam of any loop."""
        if self._supervisor.state is not WorkerState.READY or self.working is not None or self.prepared.waiting:
            return
        if self.guests.working is not None:
            return
        if self.spare.ordered is not None or any(lane.called_back for lane in lanes):
            return
        able = learners(lanes, self.prepared, self.spare, selected)
        lane = next((lane for lane in able if self.spare.wanted(lane.take.version)), None)
        seams = [lane.next_seam_s for lane in lanes if lane.turns]
        seconds = self.spare.seconds(min(seams, default=FOREVER) - now_s)
        if lane is not None and seconds > 0.0:
            self.spare.told(lane.take.version)
            self._supervisor.send(jobs.Learn(lane.take.version, seconds, lane.knobs.seed))
            self._supervisor.expect(now_s, SILENCE_S + SLICE_S + 3.0 * self.spare.step_s)

    def change(self, understudy: Understudy, lanes: Sequence[Lane]) -> None:
        """Another worker has stepped in, which holds these takes."""
        self.meter = CostMeter(understudy.ready.cost)
        self.spare.another_model(understudy.ready.learn_step_s)
        self._free_s = 0.0
        self.prepared.lost()
        for take, prepared in understudy.held():
            for oldest in self.prepared.add(take, _current(lanes)):
                self._supervisor.send(jobs.Forget(oldest))
            self.prepared.answered(prepared)

    def _send_job(self, lane: Lane, plan: Plan, now_s: float) -> None:
        order = lane.order(plan)
        longest_s = self.meter.safe_seconds(plan.count * lane.loop_s, plan.steps, lane.knobs.prompt.feedback_steps)
        self.working, self._share, self._began_s, self._ends_s = lane, 0.0, now_s, now_s + longest_s
        patience_s = 3.0 * longest_s
        if isinstance(order, jobs.Vary) and math.isfinite(plan.deadline_s):
            order = replace(order, within_s=plan.deadline_s - now_s)
            patience_s = max(patience_s, order.within_s if self.ahead else 0.0)
        self._on_progress(lane.loop, 0.0)
        self._supervisor.send(order)
        self._supervisor.expect(now_s, SILENCE_S + patience_s)
        log.debug("loop %d: %d of %d steps, %.2f s before its seam", lane.loop + 1, plan.count, plan.steps, plan.deadline_s - now_s)

    def _prepare(self, lane: Lane, lanes: Sequence[Lane]) -> None:
        """Have the take's tokens in the worker, and no more takes than are good for its memory."""
        take = lane.take
        ancestor = self.spare.ancestor(take.version, self.prepared.versions)
        forgotten = self.prepared.add(take, _current(lanes))
        kept = lane.history.recognise(take)
        self._supervisor.send(jobs.Prepare(take, kept.codes if kept is not None else None, ancestor,
                                           self.learned_before.get(take.version)))
        for oldest in forgotten:
            self._supervisor.send(jobs.Forget(oldest))
        self.spare.forget(self.prepared)
        self._supervisor.expect(self._clock(), preparing_patience_s(self.meter.cost, lane.loop_s))

    def _step_seconds(self, lane: Lane) -> float:
        """What the worker may take to come to its next step, where it looks whether to go on."""
        return self.meter.seconds(lane.loop_s, 2) - self.meter.seconds(lane.loop_s, 1)


def _current(lanes: Sequence[Lane]) -> list[int]:
    """The takes that play, those that are heard last."""
    playing = sorted((lane for lane in lanes if lane.take is not None), key=lambda lane: lane.turns)
    return [lane.take.version for lane in playing]
