"""The thread that always has the next repetition on its way: knobs and seams in, complete offers out.

    session ── take_changed, prompt_changed, seam, swapped, again ──▶ Vamper ── orders ──▶ worker
    session ◀── on_offer, on_progress, on_notice ──────────────────── Vamper ◀─ answers ── worker

All decisions are taken on one thread, in `step`, from a queue; every method only queues, so that none of them waits for
a model. The engine never waits for any of this: without an offer the loop repeats what it has.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from unloop_py.errors import CommandError, UnloopError
from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import ENOUGH_STEPS, CostMeter, Need, Plan, plan_next, repetitions_ahead
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.links import ProcessWorker, ThreadWorker, Worker
from unloop_py.vamper.prepared import PreparedTakes
from unloop_py.vamper.request import Offer, RequestBook, keeps_everything
from unloop_py.vamper.supervisor import Supervisor, WorkerState

log = logging.getLogger(__name__)

SILENCE_S = 3.0                 # a worker that says nothing for this long and its job's whole time besides, hangs
PREPARING_PATIENCE_S = 15.0     # likewise for encoding, which is not measured; plus the loop's length
LANDING_SHARE = 0.9             # of a job: from here it is in the codec, where it cannot be stopped, and nearly there
FAILURES_BEFORE_RESTART = 3     # jobs that fail one after another, then the worker is started afresh


class Vamper:
    """Prepares the next repetition before the seam.

    Parameters
    ----------
    generator_factory : str
        ``"package.module:function"``, called in the worker with `factory_args`; returns a `Generator`.
    factory_args : dict, optional
    worker : {"process", "thread"}
    clock : callable
        Seconds on any steady clock.
    on_offer : callable
        Given a complete `Offer`. It may replace one that the engine holds and has not swapped in: the newer counts.
    on_progress : callable, optional
        Given the share 0..1 of the job in hand.
    on_notice : callable, optional
        Given a line for the player.
    on_prepared : callable, optional
        Given `jobs.Prepared`: the take's beats are known.
    make_worker : callable, optional
        Takes the place of `worker`: ``make_worker(start, deliver) -> Worker``.

    The callbacks are called on the vamper's thread and must return soon. The methods may be called from any thread,
    each kind from one at a time.
    """

    def __init__(self, *, generator_factory: str, factory_args: dict[str, Any] | None = None, worker: str = "process",
                 clock: Callable[[], float] = time.monotonic,
                 on_offer: Callable[[Offer], None],
                 on_progress: Callable[[float], None] = lambda share: None,
                 on_notice: Callable[[str], None] = lambda text: None,
                 on_prepared: Callable[[jobs.Prepared], None] = lambda prepared: None,
                 make_worker: Callable[[jobs.Start, Callable[[Any], None]], Worker] | None = None) -> None:
        start = jobs.Start(generator_factory, dict(factory_args or {}))
        make = make_worker or {"process": ProcessWorker, "thread": ThreadWorker}[worker]
        self._clock = clock
        self._on_offer = on_offer
        self._on_progress = on_progress
        self._on_notice = on_notice
        self._on_prepared = on_prepared
        self._inbox: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.history = VariationHistory()
        self._take_version = 0                  # as last told, for `again`, which answers on the caller's thread
        self._supervisor = Supervisor(lambda deliver: make(start, deliver), self._post_answer, on_notice)
        self._book = RequestBook()
        self._meter: CostMeter | None = None
        self._facts: dict[str, Any] = {}
        self._take: Take | None = None
        self._prepared = PreparedTakes()
        self._next_seam_s: float | None = None
        self._generating = True
        self._refused = False                   # the engine takes no offers at the moment: wait for the next seam
        self._share = 0.0                       # of the job in hand that is done
        self._free_s = 0.0                      # when the worker will have dropped what it was told to drop
        self._job_failures = 0
        self._called_back: Heard | None = None

    # The session's side. Any thread.

    def start(self) -> None:
        """Start the thread, which starts the worker; returns at once."""
        self._thread = threading.Thread(target=self._run, name="vamper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the worker and the thread; safe to call twice."""
        self._post(self._stop)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        else:
            self.step()

    def take_changed(self, take: Take | None) -> None:
        """Tell of another take (record, overdub, undo, redo, keep), None after clear; then tell of its next seam.

        Its audio is held, not copied: it must not change any more. Whatever was made from another version is void from
        now on. A version told again (undo) is known by its number.
        """
        self._take_version = take.version if take is not None else 0
        self._post(self._set_take, take)

    def prompt_changed(self, prompt: Prompt, steps_ceiling: int, seed: int) -> None:
        """Tell of the knobs. `steps_ceiling` is the parameter `steps`; `seed` 0 = a new one for each repetition."""
        self._post(self._set_knobs, prompt, steps_ceiling, seed)

    def seam(self, *, now_frame: int, next_seam_frame: int, sample_rate: int, fade_frames: int = 0, repetition: int = 0,
             tag: int | None = None) -> None:
        """Tell when the next seam comes: at every seam, when a loop starts and when it resumes.

        Parameters
        ----------
        now_frame, next_seam_frame : int
            Engine frames; `next_seam_frame` -1 = the loop stands still, and there is no deadline.
        sample_rate : int
            Hz.
        fade_frames : int
            Length of the cross-fade that ends at the seam: the engine looks for an offer when it begins.
        repetition : int
            Seams since the record end.
        tag : int, optional
            At a seam: what sounds from there (-1 = the take), for `again`. None = this is not a seam.
        """
        next_seam_s = None
        if next_seam_frame >= 0:
            next_seam_s = self._clock() + (next_seam_frame - fade_frames - now_frame) / sample_rate
        if tag is not None:
            self.history.passed(self._take_version, tag)
            log.debug("repetition %d plays %d", repetition, tag)
        self._post(self._set_seam, next_seam_s, tag is not None)

    def swapped(self, tag: int) -> None:
        """Tell that an offer came in at its seam."""
        self._post(self._book.taken, tag)

    def rejected(self, tag: int) -> None:
        """Tell that the engine gave an offer back; it is offered again after the next seam, unless it is void by then."""
        self._post(self._take_back, tag)

    def again(self, seams_ago: int = 1) -> None:
        """Call back what was heard `seams_ago` seams ago: made again from its tokens, offered whatever else is set.

        Raises
        ------
        CommandError
            When nothing was heard that long ago, or it was made from a take that no longer plays.
        """
        heard = self.history.heard(seams_ago)
        fits = self.history.same_line if heard.request is not None else int.__eq__
        if not fits(heard.take, self._take_version):
            raise CommandError(f"again {seams_ago}: that one was made from an earlier take; undo leads back to it")
        self._post(self._call_back, heard)

    def generate(self, on: bool) -> None:
        """Switch varying on or off. On again when it is on already (a lock was undone): offer at once what was refused."""
        self._post(self._set_generating, on)

    @property
    def ready(self) -> bool:
        """Whether a worker stands ready: its model is loaded, warm and measured."""
        return self._supervisor.state is WorkerState.READY

    @property
    def facts(self) -> dict[str, Any]:
        """What the generator says of itself; empty before it was loaded."""
        return self._facts

    # The room's own thread.

    def step(self, timeout_s: float = 0.0) -> None:
        """Handle what is queued, waiting up to `timeout_s` for the first, then decide. Vamper's thread, and tests."""
        try:
            act, arguments = self._inbox.get(timeout=timeout_s) if timeout_s > 0 else self._inbox.get_nowait()
            while True:
                act(*arguments)
                act, arguments = self._inbox.get_nowait()
        except queue.Empty:
            pass
        if not self._stopping:
            self._advance(self._clock())

    def _run(self) -> None:
        # The worker is told by the system when the thread that started it ends, so it is started here.
        self.open()
        while not self._stopping:
            try:
                self.step(max(0.001, min(self._supervisor.next_look_s - self._clock(), 3600.0)))
            except Exception as error:  # this thread must outlive our own bugs: the player needs the next repetition
                log.exception("the vamper stumbled")
                self._on_notice(f"the vamper stumbled and goes on: {type(error).__name__}: {error}")
                self._book.void()

    def open(self) -> None:
        """Start the worker without a thread of our own, for those who call `step` themselves."""
        self._supervisor.start(self._clock())

    def _post(self, act: Callable[..., None], *arguments: Any) -> None:
        self._inbox.put((act, arguments))

    def _post_answer(self, number: int, answer: Any) -> None:
        self._post(self._answered, number, answer)

    def _stop(self) -> None:
        self._stopping = True
        self._supervisor.stop()

    # What the session tells.

    def _set_take(self, take: Take | None) -> None:
        if take is not None and self._take is not None and take.version == self._take.version:
            return
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

    def _set_knobs(self, prompt: Prompt, ceiling: int, seed: int) -> None:
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

    def _set_seam(self, next_seam_s: float | None, passed: bool) -> None:
        self._next_seam_s = next_seam_s
        if passed:
            self._refused = False

    def _take_back(self, tag: int) -> None:
        if self._book.returned(tag):
            self._refused = True

    def _set_generating(self, on: bool) -> None:
        self._generating = on
        self._refused = False
        if not on:
            self._drop_job()
            self._book.void()

    def _call_back(self, heard: Heard) -> None:
        self._drop_job()
        self._called_back = heard
        self._refused = False  # an offer called back by name is taken whatever else is set

    # What the worker answers.

    def _answered(self, number: int, answer: Any) -> None:
        if not self._supervisor.answered(number, answer, self._clock()):
            if self._supervisor.state is not WorkerState.READY:
                self._worker_lost()
            return
        if isinstance(answer, jobs.Ready):
            self._facts = answer.facts
            self._meter = CostMeter(answer.cost)
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
        elif isinstance(answer, jobs.Failed):
            self._failed(answer)
        if self._book.job is None and not self._prepared.waiting:
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
        else:
            self._called_back = None
        self._on_progress(1.0)

    def _failed(self, answer: jobs.Failed) -> None:
        """One order could not be obeyed. It is tried again at the next seam, not in a circle."""
        if self._book.job is not None and answer.job == self._book.job.number:
            self._book.job = None
            self._called_back = None
        if answer.job is None and self._take is not None:
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

    # Decisions.

    def _advance(self, now_s: float) -> None:
        if self._supervisor.look(now_s):
            self._worker_lost()
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
        if self._meter is None or not self.ready:
            return
        if prepared is None:
            self._prepare()
            return
        wanted = repetitions_ahead(self._meter, self._loop_s, self._book.ceiling, self._book.prompt.feedback_steps)
        if self._book.fresh() >= wanted:
            return
        plan = self._plan(max(now_s, self._free_s))
        job = self._book.new_job(self._take.version, plan.count, plan.steps, plan.deadline_s)
        self._send_job(jobs.Vary(job.number, job.requests), now_s, plan)

    def _plan(self, now_s: float) -> Plan:
        """The next job. What stale repetitions cover is only replaced by one with steps enough."""
        book = self._book
        fresh = book.fresh()
        need = Need(now_s, self._next_seam_s, self._loop_s, fresh, book.ceiling, book.prompt.feedback_steps,
                    least=min(ENOUGH_STEPS, book.ceiling) if book.covered() > fresh or book.job else 1)
        return plan_next(need, self._meter)

    def _make_called_back(self, now_s: float) -> None:
        heard = self._called_back
        if self._book.job is not None or self._meter is None or not self.ready:
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
        self._send_job(jobs.Remake(job.number, job.requests[0], job.codes), now_s, Plan(1, 1, 0, deadline_s))

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
        if not self.ready:
            return  # asked for when it is
        for oldest in self._prepared.add(self._take):
            self._supervisor.send(jobs.Forget(oldest))
        kept = self.history.recognise(self._take)
        self._supervisor.send(jobs.Prepare(self._take, kept.codes if kept is not None else None))
        self._supervisor.expect(self._clock(), PREPARING_PATIENCE_S + self._loop_s)

    def _hand_over(self) -> None:
        while not self._refused and (offer := self._book.next_offer()) is not None:
            self.history.offered(offer)
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
