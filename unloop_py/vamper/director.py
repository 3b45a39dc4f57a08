"""What the worker should do next, decided from the player's knobs, the engine's seams and the worker's answers.

`Director` has neither thread nor queue: it is told what happened, one thing after another, and `decide` acts upon it.
`vamper.Vamper` runs it on a thread; the tests run it under a fake clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import ENOUGH_STEPS, CostMeter, Need, Plan, plan_next, repetitions_ahead
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.prepared import PreparedTakes
from unloop_py.vamper.request import Offer, RequestBook, keeps_everything
from unloop_py.vamper.spare_time import SLICE_S, SpareTime
from unloop_py.vamper.supervisor import Supervisor, WorkerState
from unloop_py.vamper.understudy import MakeWorker, Understudy, preparing_patience_s

log = logging.getLogger(__name__)

SILENCE_S = 3.0                 # a worker that says nothing for this long and its job's whole time besides, hangs
LANDING_SHARE = 0.9             # of a job: from here it is in the codec, where it cannot be stopped, and nearly there
FAILURES_BEFORE_RESTART = 3     # jobs that fail one after another, then the worker is started afresh


class Director:
    """Keeps the next repetition under way. Vamper's thread.

    Parameters
    ----------
    supervisor : Supervisor
        Passes orders to the worker.
    history : VariationHistory
    clock : callable
        Seconds.
    playing : object, optional
        The identity of the model that the supervisor's worker holds, see `change_model`.
    on_offer, on_progress, on_notice, on_prepared, on_model, on_learned, learned_file : callable
        See `vamper.Vamper`.

    Attributes
    ----------
    facts : dict
        What the generator says of itself; empty before it was loaded.
    """

    def __init__(self, supervisor: Supervisor, history: VariationHistory, clock: Callable[[], float], *, playing: object = None,
                 on_offer: Callable[[Offer], None], on_progress: Callable[[float], None],
                 on_notice: Callable[[str], None], on_prepared: Callable[[jobs.Prepared], None],
                 on_model: Callable[[str], None] = lambda name: None,
                 on_learned: Callable[[jobs.Learned], None] = lambda learned: None,
                 learned_file: Callable[[jobs.Learned], str | None] = lambda learned: None) -> None:
        self._supervisor = supervisor
        self._history = history
        self._clock = clock
        self._on_offer = on_offer
        self._on_progress = on_progress
        self._on_notice = on_notice
        self._on_prepared = on_prepared
        self._on_model = on_model
        self._on_learned = on_learned
        self._learned_file = learned_file
        self._learned_before: dict[int, str] = {}   # version: the file of what was learned of it in another session
        self._playing = playing
        self.facts: dict[str, Any] = {}
        self._book = RequestBook()
        self._meter: CostMeter | None = None
        self._take: Take | None = None
        self._prepared = PreparedTakes()
        self._spare = SpareTime()
        self._next_seam_s: float | None = None
        self._generating = True
        self._refused = False                   # the engine takes no offers at the moment: wait for the next seam
        self._share = 0.0                       # of the job in hand that is done
        self._free_s = 0.0                      # when the worker will have dropped what it was told to drop
        self._job_failures = 0
        self._called_back: Heard | None = None
        self._understudy: Understudy | None = None

    @property
    def next_look_s(self) -> float:
        """When `decide` has something to do although nothing happened."""
        understudy_s = float("inf") if self._understudy is None else self._understudy.silent_until_s
        return min(self._supervisor.next_look_s, understudy_s)

    # What the session tells.

    def set_take(self, take: Take | None, new_loop: bool = False) -> None:
        """Another take plays (`new_loop`: of another recording); whatever was made from the one before is void."""
        if take is not None and self._take is not None and take.version == self._take.version:
            return
        if take is not None:
            self._spare.took(take.version, None if self._take is None else self._take.version, new_loop)
        if take is None or self._take is None or len(take.audio) != len(self._take.audio):
            self._next_seam_s = None
        self._drop_job()
        self._book.void()
        self._refused = False
        if self._called_back is not None:
            self._called_back = None
            self._on_notice("the repetition called back belonged to another take and does not come")
        self._take = take
        if take is not None:
            self._prepare()
            if (learned := self._spare.known(take.version)) is not None:
                self._on_learned(learned)

    def learned_before(self, version: int, file: str) -> None:
        """A take that will be told has been learned in another session."""
        self._learned_before[version] = file

    def set_knobs(self, prompt: Prompt, ceiling: int, seed: int) -> None:
        """The knobs stand so now; the job in hand is dropped when a new one still makes its seam."""
        if not self._book.knobs(prompt, ceiling, seed):
            return
        job = self._book.job
        if job is None or job.codes is not None or self._meter is None or self._take is None:
            return
        # The job in flight answers the old knobs. A new one in its place is worth it if it makes the same seam with
        # steps enough; it can begin when the worker comes to its next step.
        restart_s = self._clock() + self._step_seconds()
        if keeps_everything(prompt) or self._share < LANDING_SHARE and self._plan(restart_s).deadline_s <= job.deadline_s:
            self._drop_job()

    def set_adapt(self, on: bool) -> None:
        """Learn the take and play what was learned, or neither: what is ready as it was is made anew."""
        if on == self._spare.on:
            return
        self._spare.on = on
        learned = None if self._take is None else self._spare.known(self._take.version)
        if learned is not None and learned.plays:
            self._drop_job()
            self._book.outdate()

    def set_seam(self, next_seam_s: float | None, passed: bool) -> None:
        """When the next offer must be there (None = the loop stands still); `passed`: a seam was passed just now."""
        self._next_seam_s = next_seam_s
        if passed:
            self._refused = False

    def swapped(self, tag: int) -> None:
        """An offer came in at its seam."""
        self._book.taken(tag)

    def rejected(self, tag: int) -> None:
        """The engine gave an offer back: not before the next seam again."""
        if self._book.returned(tag):
            self._refused = True

    def set_generating(self, on: bool) -> None:
        """Vary, or rest."""
        self._generating = on
        self._refused = False
        if not on:
            self._drop_job()
            self._book.void()

    def void(self) -> None:
        """Begin afresh: nothing is under way, nothing waits."""
        self._book.void()

    def call_back(self, heard: Heard) -> None:
        """Make again what was heard, before anything else."""
        self._drop_job()
        self._called_back = heard
        self._refused = False  # an offer called back by name is taken whatever else is set

    def change_model(self, name: str, identity: object, make_worker: MakeWorker) -> None:
        """Load another model beside the one that plays; it steps in by itself. One asked for before is dropped.

        The last order counts: that for the model which is on its way already changes nothing, and that for the one which
        plays (by `identity`: the same arguments, the same files) is obeyed by dropping whichever is on its way.
        """
        if self._understudy is not None and self._understudy.identity == identity:
            return
        self.drop_understudy()
        if identity == self._playing:
            self._on_model(name)
            return
        try:
            number, worker = self._supervisor.beside(make_worker)
        except OSError as error:
            self._on_notice(f"{name} could not be loaded ({error}); the model that plays goes on")
            return
        self._understudy = Understudy(name, identity, number, worker, make_worker, self._clock())

    def drop_understudy(self, why: str | None = None) -> None:
        """No other model is wanted any more, or it cannot come: then `why` is told."""
        understudy, self._understudy = self._understudy, None
        if understudy is not None:
            understudy.worker.kill()
            if why is not None:
                self._on_notice(f"{understudy.name} could not be loaded ({why}); the model that plays goes on")

    # What the worker answers.

    def answered(self, number: int, answer: Any) -> None:
        """Worker `number` has answered."""
        if self._understudy is not None and number == self._understudy.number:
            if (why := self._understudy.answered(answer, self._clock())) is not None:
                self.drop_understudy(why)
            return
        if not self._supervisor.answered(number, answer, self._clock()):
            if self._supervisor.state is not WorkerState.READY:
                self._worker_lost()
            return
        if isinstance(answer, jobs.Loading):
            return  # ready is still owed
        if isinstance(answer, jobs.Ready):
            self.facts = answer.facts
            self._meter = CostMeter(answer.cost)
            self._spare.measured_s = answer.learn_step_s
            log.info("generator ready: %s, %s", answer.facts, answer.cost)
            if self._take is not None:
                self._prepare()
        elif isinstance(answer, jobs.Prepared):
            self._prepared_now(answer)
        elif isinstance(answer, jobs.Progress):
            if self._book.job is not None and answer.job == self._book.job.number:
                self._share = answer.share
                self._on_progress(answer.share)
        elif isinstance(answer, jobs.Done):
            self._done(answer)
        elif isinstance(answer, jobs.Learned):
            self._spare.answered(answer)
            if self._take is not None and answer.version == self._take.version:
                self._on_learned(answer)
                if answer.plays and (file := self._learned_file(answer)) is not None:
                    self._supervisor.send(jobs.KeepLearned(answer.version, file))
        elif isinstance(answer, jobs.Failed):
            self._failed(answer)
        if self._book.job is None and not self._prepared.waiting and self._spare.ordered is None:
            self._supervisor.rest()  # nothing is owed

    def _prepared_now(self, answer: jobs.Prepared) -> None:
        self._prepared.answered(answer)
        if self._take is not None and answer.version == self._take.version:
            self._tell_prepared(answer)

    def _tell_prepared(self, prepared: jobs.Prepared) -> None:
        self._on_prepared(prepared)
        if prepared.silent:
            self._on_notice("the take is silent, so there is nothing to vary; it plays as it is")

    def _done(self, answer: jobs.Done) -> None:
        job = self._book.job
        if job is None or not self._book.land(answer.job, answer.variations):
            return
        self._job_failures = 0
        if job.codes is None:
            self._meter.observe(self._loop_s * len(job.requests), job.steps, job.rounds, answer.seconds)
            self._spare.pace = self._meter.pace
        else:
            self._called_back = None
        self._on_progress(1.0)

    def _failed(self, answer: jobs.Failed) -> None:
        """One order could not be obeyed. It is tried again at the next seam, not in a circle."""
        if answer.job is not None:
            if self._book.job is None or answer.job != self._book.job.number:
                return  # it was dropped before it failed
            self._book.job = None
            self._called_back = None
        elif self._take is not None:
            self._prepared.failed(self._take.version)
        self._refused = True
        self._job_failures += 1
        self._on_notice(f"a repetition could not be made ({answer.text}); the loop plays on as it is")
        if self._job_failures >= FAILURES_BEFORE_RESTART:
            self._job_failures = 0
            self._supervisor.failed(self._clock(), answer.text)
            self._worker_lost()

    def _worker_lost(self) -> None:
        if self._book.job is not None and self._book.job.codes is not None:
            self._called_back = None  # it may be what ended the worker: not in a circle
        self._book.job = None
        self._prepared.lost()
        self._spare.lost()

    # Decisions.

    def decide(self, now_s: float) -> None:
        """Do what is due: restart a worker, ask for the next repetition, hand over what is ready."""
        if self._supervisor.look(now_s):
            self._worker_lost()
        self._see_to_understudy(now_s)
        if self._take is None:
            return
        if self._called_back is not None and self._called_back.codes is None:
            self._called_back = None
            self._refused = False
            self._book.land_take(self._take.version, force=True)
        if self._generating and not self._refused:
            self._make_next(now_s)
        elif self._called_back is not None:
            self._make_called_back(now_s)
        self._hand_over()
        self._use_spare_time(now_s)

    def _use_spare_time(self, now_s: float) -> None:
        """With nothing under way, have the take learned until the worker will be wanted again: at the next seam."""
        if not (self._generating and self.facts.get("learns") and self._ready and self._spare.wanted(self._take.version)):
            return
        prepared = self._prepared.get(self._take.version)
        if self._book.job is not None or self._called_back is not None or self._prepared.waiting or prepared is None or prepared.silent:
            return
        seconds = self._spare.seconds(float("inf") if self._next_seam_s is None else self._next_seam_s - now_s)
        if seconds > 0.0:
            self._spare.told(self._take.version)
            self._supervisor.send(jobs.Learn(self._take.version, seconds, self._book.seed))
            self._supervisor.expect(now_s, SILENCE_S + SLICE_S + 3.0 * self._spare.step_s)

    def _see_to_understudy(self, now_s: float) -> None:
        """Have the other model hold the take; between two jobs of the one that plays it takes over."""
        understudy = self._understudy
        if understudy is None:
            return
        if now_s >= understudy.silent_until_s:
            self.drop_understudy("it does not answer")
        elif understudy.knows(self._take):
            if self._book.job is None:
                self._understudy = None
                self._change_places(understudy)
        elif understudy.ready is not None:
            kept = self._history.recognise(self._take) if self._same_codec(understudy.ready.facts) else None
            understudy.prepare(self._take, kept.codes if kept is not None else None, now_s)

    def _change_places(self, understudy: Understudy) -> None:
        if not self._same_codec(understudy.ready.facts):
            self._history.forget_tokens()
            if self._called_back is not None and self._called_back.codes is not None:
                self._called_back = None
                self._on_notice("the repetition called back was another model's and does not come")
        self._supervisor.adopt(understudy.number, understudy.worker, understudy.make_worker)
        self._playing = understudy.identity
        self.facts = understudy.ready.facts
        self._meter = CostMeter(understudy.ready.cost)
        if self._take is not None and self._spare.known(self._take.version) is not None:
            self._on_learned(jobs.Learned(self._take.version, 0.0, 0.0, False, 0.0))  # this model knows nothing of it yet
        self._spare.another_model(understudy.ready.learn_step_s)
        self._job_failures, self._free_s = 0, 0.0
        self._book.outdate()
        self._prepared.lost()
        if self._take is not None:
            self._prepared.add(self._take)
            self._prepared.answered(understudy.prepared)
        self._on_model(understudy.name)

    def _same_codec(self, facts: dict[str, Any]) -> bool:
        """Whether tokens held are another model's too: a voice shares its base's codec."""
        return "codec" in facts and facts["codec"] == self.facts.get("codec")

    def _make_next(self, now_s: float) -> None:
        """Keep as many repetitions under way as the loop's length asks for."""
        if self._called_back is not None:
            self._make_called_back(now_s)
            return
        if self._book.job is not None:
            return
        prepared = self._prepared.get(self._take.version)
        if keeps_everything(self._book.prompt) or prepared is not None and prepared.silent:
            if not self._book.fresh():
                self._book.land_take(self._take.version)
            return
        if self._meter is None or not self._ready:
            return
        if prepared is None:
            self._prepare()
            return
        wanted = repetitions_ahead(self._meter, self._loop_s, self._book.ceiling, self._book.prompt.feedback_steps)
        if self._book.fresh() >= max(wanted, self._book.prompt.batch):
            return
        if self._spare.ordered is not None:
            self._free_s = max(self._free_s, now_s + self._spare.step_s)
        plan = self._plan(max(now_s, self._free_s))
        job = self._book.new_job(self._take.version, plan.count, plan.steps, plan.deadline_s)
        self._send_job(jobs.Vary(job.number, job.requests, not self._spare.on), now_s, plan)

    def _plan(self, now_s: float) -> Plan:
        """The next job. What stale repetitions cover is only replaced by one with steps enough."""
        book = self._book
        fresh = book.fresh()
        need = Need(now_s, self._next_seam_s, self._loop_s, fresh, book.ceiling, book.prompt.feedback_steps,
                    least=min(ENOUGH_STEPS, book.ceiling) if book.covered() > fresh or book.job else 1,
                    batch=book.prompt.batch)
        return plan_next(need, self._meter)

    def _make_called_back(self, now_s: float) -> None:
        heard = self._called_back
        if self._book.job is not None or self._meter is None or not self._ready:
            return
        if self._prepared.get(heard.take) is None:
            if heard.take == self._take.version:
                self._prepare()
            else:
                self._called_back = None
                self._on_notice("the repetition called back was made before keep, too long ago; undo leads back to it")
            return
        deadline_s = self._next_seam_s if self._next_seam_s is not None else float("inf")
        job = self._book.again_job(self._take.version, heard.request, heard.codes, deadline_s)
        self._send_job(jobs.Remake(job.number, job.requests[0], job.codes, not self._spare.on), now_s, Plan(1, 1, 0, deadline_s))

    def _send_job(self, order: Any, now_s: float, plan: Plan) -> None:
        audio_s = plan.count * self._loop_s
        longest_s = self._meter.safe_seconds(audio_s, plan.steps, self._book.prompt.feedback_steps)
        self._share = 0.0
        self._on_progress(0.0)
        self._supervisor.send(order)
        self._supervisor.expect(now_s, SILENCE_S + 3.0 * longest_s)
        log.debug("asked for %d of %d steps, %.2f s before its seam", plan.count, plan.steps, plan.deadline_s - now_s)

    def _drop_job(self) -> None:
        if self._book.job is not None:
            self._supervisor.send(jobs.Cancel(self._book.job.number))
            self._book.job = None
            if self._meter is not None and self._take is not None:
                self._free_s = self._clock() + self._step_seconds()

    def _prepare(self) -> None:
        """Have the take's tokens in the worker, and no more takes than are good for its memory."""
        version = self._take.version
        if version in self._prepared:
            self._prepared.use(version)
            if (prepared := self._prepared.get(version)) is not None:
                self._tell_prepared(prepared)
            return
        if not self._ready:
            return  # asked for when it is
        ancestor = self._spare.ancestor(version, self._prepared.versions)
        forgotten = self._prepared.add(self._take)
        kept = self._history.recognise(self._take)
        self._supervisor.send(jobs.Prepare(self._take, kept.codes if kept is not None else None, ancestor,
                                           self._learned_before.get(version)))
        for oldest in forgotten:
            self._supervisor.send(jobs.Forget(oldest))
        self._spare.forget(self._prepared)
        self._supervisor.expect(self._clock(), preparing_patience_s(self._meter.cost, self._loop_s))

    @property
    def _ready(self) -> bool:
        return self._supervisor.state is WorkerState.READY

    def _hand_over(self) -> None:
        while not self._refused and (offer := self._book.next_offer()) is not None:
            self._history.offered(offer)
            try:
                self._on_offer(offer)
            except UnloopError as error:  # the engine is flooded, or the samples are not finite: at the next seam, another
                self._book.taken(offer.tag)
                self._refused = True
                self._on_notice(f"a repetition could not be offered: {error}")

    def _step_seconds(self) -> float:
        """What the worker may take to come to its next step, where it looks whether to go on."""
        return self._meter.seconds(self._loop_s, 2) - self._meter.seconds(self._loop_s, 1)

    @property
    def _loop_s(self) -> float:
        return len(self._take.audio) / self._take.sample_rate
