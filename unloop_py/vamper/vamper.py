"""The thread that always has the next repetition of every loop on its way: knobs and seams in, complete offers out.

    session ── take_changed, knobs_changed, seam, swapped, again ──▶ Vamper ── orders ──▶ worker
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

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Take
from unloop_py.vamper import jobs
from unloop_py.vamper.director import Director
from unloop_py.vamper.fallback import StandIn
from unloop_py.vamper.guests import Guest
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.links import ProcessWorker, ThreadWorker, Worker
from unloop_py.vamper.request import Offer
from unloop_py.vamper.supervisor import Supervisor, WorkerState

log = logging.getLogger(__name__)


class Vamper:
    """Prepares the next repetition of every loop before its seam. Loops count from 0.

    Parameters
    ----------
    generator_factory : str
        ``"package.module:function"``, called in the worker with `factory_args`; returns a `Generator`.
    factory_args : dict, optional
    edition : object, optional
        Tells the state of the model's files, see `change_model`.
    stand_in : StandIn, optional
        Who plays while the generator is late.
    worker : {"process", "thread"}
    clock : callable
        Seconds on any steady clock.
    on_offer : callable
        Given a complete `Offer`. It may replace one that the engine holds and has not swapped in: the newer counts.
    on_progress : callable, optional
        Given a loop, and the share 0..1 of its job in hand.
    on_notice : callable, optional
        Given a line for the player.
    on_prepared : callable, optional
        Given `jobs.Prepared`: the beats of a take that plays are known.
    on_model : callable, optional
        Given the name of a model that was changed to and makes everything from now on.
    on_ready : callable, optional
        Given what the generator says of itself, each time that a worker is ready.
    on_learned : callable, optional
        Given `jobs.Learned`: how far a take that plays is learned.
    learned_file : callable, optional
        Given the same; the file that what was learned is to be written to now, or None.
    make_worker : callable, optional
        Takes the place of `worker`: ``make_worker(start, deliver) -> Worker``.

    The callbacks are called on the vamper's thread and must return soon. The methods may be called from any thread,
    each kind from one at a time.
    """

    def __init__(self, *, generator_factory: str, factory_args: dict[str, Any] | None = None, edition: object = None,
                 stand_in: StandIn | None = None, worker: str = "process",
                 clock: Callable[[], float] = time.monotonic,
                 on_offer: Callable[[Offer], None],
                 on_progress: Callable[[int, float], None] = lambda loop, share: None,
                 on_notice: Callable[[str], None] = lambda text: None,
                 on_prepared: Callable[[jobs.Prepared], None] = lambda prepared: None,
                 on_model: Callable[[str], None] = lambda name: None,
                 on_ready: Callable[[dict[str, Any]], None] = lambda facts: None,
                 on_learned: Callable[[jobs.Learned], None] = lambda learned: None,
                 learned_file: Callable[[jobs.Learned], str | None] = lambda learned: None,
                 make_worker: Callable[[jobs.Start, Callable[[Any], None]], Worker] | None = None) -> None:
        self._factory, self._factory_args = generator_factory, dict(factory_args or {})
        self._make = make_worker or {"process": ProcessWorker, "thread": ThreadWorker}[worker]
        self._clock = clock
        self._on_notice = on_notice
        self._inbox: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._histories: dict[int, VariationHistory] = {}
        self._take_versions: dict[int, int] = {}    # as last told, for `again`, which answers on the caller's thread
        self._supervisor = Supervisor(self._maker(self._factory_args), self._post_answer, on_notice)
        home = (self._factory_args, edition), self._maker(self._factory_args, rehearsed=True)
        beside = None if stand_in is None else (stand_in, self._maker(stand_in.arguments, rehearsed=True, factory=stand_in.factory))
        self._director = Director(self._supervisor, self.history, clock, playing=home, stand_in=beside,
                                  on_offer=on_offer, on_progress=on_progress, on_notice=on_notice, on_prepared=on_prepared,
                                  on_model=on_model, on_ready=on_ready, on_learned=on_learned, learned_file=learned_file)

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

    def history(self, loop: int) -> VariationHistory:
        """What was heard of a loop."""
        return self._histories.setdefault(loop, VariationHistory())

    def take_changed(self, loop: int, take: Take | None, new_loop: bool = False) -> None:
        """Tell of another take (record, overdub, undo, redo, keep), None after clear; then tell of its next seam.

        Its audio is held, not copied: it must not change any more. Its version is one that no other take of any loop has.
        Whatever was made from another version is void from now on. A version told again (undo) is known by its number. What
        was learned of a take is handed on to those that come from it; `new_loop` says that this one does not, since it was
        recorded anew.
        """
        self._take_versions[loop] = take.version if take is not None else 0
        self._post(self._director.set_take, loop, take, new_loop)

    def learned_before(self, version: int, file: str) -> None:
        """Tell where what was learned in another session of a take is, before the take is told."""
        self._post(self._director.learned_before, version, file)

    def recall_letters(self, loop: int, version: int, letters: dict[str, Heard]) -> None:
        """Tell what the letters of a form were in another session, for a take, before the take is told."""
        self._post(self._director.recall_letters, loop, version, letters)

    def knobs_changed(self, loop: int, knobs: Knobs) -> None:
        """Tell how the knobs of a loop stand."""
        self._post(self._director.set_knobs, loop, knobs)

    def select(self, loop: int) -> None:
        """Tell which loop the player has in hand: it is learned first."""
        self._post(self._director.select, loop)

    def seam(self, loop: int, *, now_frame: int, next_seam_frame: int, sample_rate: int, fade_frames: int = 0, repetition: int = 0,
             tag: int | None = None, clock: tuple[float, float] | None = None) -> None:
        """Tell when the next seam of a loop comes: at every seam, when it starts and when it resumes.

        Parameters
        ----------
        loop : int
        now_frame, next_seam_frame : int
            Engine frames; `next_seam_frame` -1 = the loop stands still, and there is no deadline.
        sample_rate : int
            Hz.
        fade_frames : int
            Length of the cross-fade that ends at the seam: the engine looks for an offer when it begins.
        repetition : int
            Seams since the record end; with 0 and a `tag`, the first pass of a take begins, and no seam was passed.
        tag : int, optional
            At a seam: what sounds from there (-1 = the take), for `again`. None = this is not a seam.
        clock : tuple of float, optional
            Of the clock that all loops follow, the beat at the next seam, and how many of its beats the loop lasts.
        """
        next_seam_s = None
        if next_seam_frame >= 0:
            next_seam_s = self._clock() + (next_seam_frame - fade_frames - now_frame) / sample_rate
        if tag is not None:
            self.history(loop).passed(self._take_versions.get(loop, 0), tag)
            log.debug("repetition %d of loop %d plays %d", repetition, loop + 1, tag)
        self._post(self._director.set_seam, loop, next_seam_s, tag is not None and repetition > 0, clock)

    def swapped(self, loop: int, tag: int) -> None:
        """Tell that an offer came in at its seam."""
        self._post(self._director.swapped, loop, tag)

    def rejected(self, loop: int, tag: int) -> None:
        """Tell that the engine gave an offer back; it is offered again after the next seam, unless it is void by then."""
        self._post(self._director.rejected, loop, tag)

    def offer_again(self, loop: int) -> None:
        """Tell that what the engine gave back will be taken now."""
        self._post(self._director.offer_again, loop)

    def again(self, loop: int, seams_ago: int = 1) -> None:
        """Call back what was heard `seams_ago` seams ago: made again from its tokens, offered whatever else is set.

        Raises
        ------
        CommandError
            When nothing was heard that long ago, or it was made from a take that no longer plays.
        """
        self._call_back(loop, self.history(loop).heard(seams_ago), f"again {seams_ago}")

    def favourite(self, loop: int, count: int, seams_ago: int) -> tuple[int, ...]:
        """Mark what was heard so many seams ago, `count` to whoever asks; the tags of all that are marked.

        Raises
        ------
        CommandError
            When the take itself sounded then, or nothing was heard that long ago.
        """
        return self.history(loop).mark(seams_ago, f"favourite {count}")

    def recall(self, loop: int, number: int) -> None:
        """Call a favourite back, by its number from 1. Raises CommandError as `again` does."""
        self._call_back(loop, self.history(loop).favourite(number), f"recall {number}")

    def _call_back(self, loop: int, heard: Heard, asked: str) -> None:
        fits = self.history(loop).same_line if heard.request is not None else int.__eq__
        if not fits(heard.take, self._take_versions.get(loop, 0)):
            raise CommandError(f"{asked}: that one was made from an earlier take; undo leads back to it")
        self._post(self._director.call_back, loop, heard)

    def generate(self, loop: int, on: bool) -> None:
        """Switch varying a loop on or off. On again when it is on already (a lock was undone): offer at once what was refused."""
        self._post(self._director.set_generating, loop, on)

    def vary(self, loop: int) -> None:
        """Offer one variation as soon as there is one, whatever the loop waits for."""
        self._post(self._director.ask, loop)

    def ask_aside(self, guest: Guest) -> None:
        """Have variations made of something that is no loop's, whenever the loops leave the worker free."""
        self._post(self._director.ask_aside, guest)

    def leave_aside(self, guest: Guest) -> None:
        """They are wanted no longer: nobody is told of them any more, but for what was told before."""
        self._post(self._director.leave_aside, guest)

    def change_model(self, name: str, *, edition: object = None, **arguments: Any) -> None:
        """Load another model in a second worker; it takes over once it holds the takes, and until then nothing changes.

        There are never more than two workers: the last order counts, and whichever was loading for an earlier one ends.

        Parameters
        ----------
        name : str
            What `on_model` is told once it plays, or the player if it cannot be loaded.
        edition : object, optional
            Tells the state of its files: with the same arguments and the same edition it is the same model. The one that
            plays is not loaded again.
        **arguments
            In place of those of the factory's that have their names.
        """
        merged = self._factory_args | arguments
        self._post(self._director.change_model, name, (merged, edition), self._maker(merged, rehearsed=True))

    @property
    def ready(self) -> bool:
        """Whether a worker stands ready: its model is loaded, warm and measured."""
        return self._supervisor.state is WorkerState.READY

    @property
    def facts(self) -> dict[str, Any]:
        """What the generator says of itself; empty before it was loaded."""
        return self._director.facts

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
            self._director.decide(self._clock())

    def _run(self) -> None:
        # The worker is told by the system when the thread that started it ends, so it is started here.
        self.open()
        while not self._stopping:
            try:
                self.step(max(0.001, min(self._director.next_look_s - self._clock(), 3600.0)))
            except Exception as error:  # this thread must outlive our own bugs: the player needs the next repetition
                log.exception("the vamper stumbled")
                self._on_notice(f"the vamper stumbled and goes on: {type(error).__name__}: {error}")
                self._director.void()

    def open(self) -> None:
        """Start the worker without a thread of our own, for those who call `step` themselves."""
        self._supervisor.start(self._clock())

    def _maker(self, arguments: dict[str, Any], *, rehearsed: bool = False,
               factory: str | None = None) -> Callable[[Callable[[Any], None]], Worker]:
        start = jobs.Start(factory or self._factory, arguments, rehearsed)
        return lambda deliver: self._make(start, deliver)

    def _post(self, act: Callable[..., None], *arguments: Any) -> None:
        self._inbox.put((act, arguments))

    def _post_answer(self, number: int, answer: Any) -> None:
        self._post(self._director.answered, number, answer)

    def _stop(self) -> None:
        self._stopping = True
        self._director.end()
        self._supervisor.stop()
