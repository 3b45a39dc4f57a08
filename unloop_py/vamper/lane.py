"""One loop on its way to its next repetition: its take, its knobs, what was made for it and what it wants next.

Pure bookkeeping, without a clock, a thread or a worker: the director asks every lane what it wants, and gives the worker
to the one whose turn it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from unloop_py.generator.spec import Span, Take, Variation
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import ENOUGH_STEPS, CostMeter, Need, Plan, plan_next, repetitions_ahead
from unloop_py.vamper.form import NEW, TAKE, Form
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.knobs import Knobs, VaryMode
from unloop_py.vamper.request import Offer, RequestBook

FOREVER = float("inf")
TAKES_WITH_LETTERS = 64     # states that one can undo to and find the form as it was


class _Link(NamedTuple):
    """The end of a chain: the variation that the next one begins from."""

    index: int
    codes: np.ndarray
    distance: float


class Lane:
    """What one loop needs of the worker. Vamper's thread.

    Parameters
    ----------
    loop : int
        From 0.
    history : VariationHistory
    job_numbers : iterator of int
        The same for all lanes of a worker.

    Attributes
    ----------
    take : Take or None
    book : RequestBook
    next_seam_s : float or None
        When the next offer must be there; None while the loop stands still.
    generating : bool
        It is to be varied.
    refused : bool
        The engine takes no offers of this loop at the moment: wait for the next seam.
    pausing : bool
        What it asked for came to nothing: it asks again after the next seam.
    silent : bool
        There is nothing in the take to vary.
    called_back : Heard or None
        What is to be made again before anything else.
    clock : tuple of float, optional
        The beat of the clock at the next seam, and how many of its beats the loop lasts.
    missed : int
        Seams, one after another, that found nothing new although something was owed.
    form : Form
    """

    def __init__(self, loop: int, history: VariationHistory, job_numbers: Iterator[int]) -> None:
        self.loop = loop
        self.history = history
        self.book = RequestBook(loop, job_numbers)
        self.take: Take | None = None
        self.next_seam_s: float | None = None
        self.generating = True
        self.refused = False
        self.pausing = False
        self.silent = False
        self.called_back: Heard | None = None
        self.clock: tuple[float, float] | None = None
        self.missed = 0
        self.form = Form()
        self._came_in = False                   # since the last seam
        self._held = 0                          # seams that nothing has come in at
        self._asked = False                     # the player wants one now
        self._sounding: _Link | None = None     # the variation that came in last
        self._letter = ""                       # of the form, that the job in hand is for
        self._new: Offer | None = None          # made ahead for the next * of the form
        self._letters: OrderedDict[int, dict[str, Heard]] = OrderedDict()   # by version of the take, what the form's letters are

    @property
    def knobs(self) -> Knobs:
        """As the player has set them."""
        return self.book.knobs

    @property
    def loop_s(self) -> float:
        """Length of the take in seconds."""
        return len(self.take.audio) / self.take.sample_rate

    # What happened.

    def set_take(self, take: Take | None) -> None:
        """Another take plays: whatever was made from the one before is void."""
        if take is None or self.take is None or len(take.audio) != len(self.take.audio):
            self.next_seam_s = None
        self.book.void()
        self.refused = self.pausing = self.silent = self._came_in = False
        self.missed = 0
        self.take = take
        self._sounding = self._new = None
        self.form.known = {} if take is None else self._letters_of(take.version)

    def turn(self, knobs: Knobs) -> bool:
        """The knobs stand so now; True when that makes what was asked for stale."""
        if knobs.form != self.form.text:
            self.form.set(knobs.form)
            self.book.void_line()
            self._new = None
        if knobs.mode != VaryMode.ASKED:
            self._asked = False
        return self.book.turn(knobs)

    def ask(self) -> None:
        """The player wants one variation, now."""
        self._asked = True

    def forget_tokens(self) -> None:
        """What was made so far means nothing any more: another take plays, or another codec speaks."""
        self._sounding = self._new = None
        for letters in self._letters.values():
            letters.clear()

    def recall_letters(self, version: int, letters: dict[str, Heard]) -> None:
        """What the form's letters were for a take, before that is told."""
        self._letters_of(version).update(letters)

    def _letters_of(self, version: int) -> dict[str, Heard]:
        letters = self._letters.setdefault(version, {})
        self._letters.move_to_end(version)
        while len(self._letters) > TAKES_WITH_LETTERS:
            self._letters.popitem(last=False)
        return letters

    def void(self) -> None:
        """Nothing is under way and nothing waits."""
        self.book.void()
        self._new = None

    @property
    def found(self) -> bool | None:
        """Whether the seam that is being passed found something new; None where nothing was owed, or the engine did not want it."""
        if self._came_in:
            return True
        owed = self.take is not None and self.generating and self._hold == 0 and not self._plays_the_take
        return False if owed and not self.book.covered() else None

    def set_seam(self, next_seam_s: float | None, passed: bool, clock: tuple[float, float] | None = None) -> None:
        """The next seam is then, on that beat of the clock; `passed`: one was passed just now."""
        self.next_seam_s, self.clock = next_seam_s, clock
        if passed:
            if self.knobs.together is not None and not self._came_in and next_seam_s is not None:
                self.book.outdate_beats(next_seam_s - self.loop_s / 2)
            self.refused = self.pausing = False
            self.missed = 0 if self._came_in or not self.generating or self._hold != 0 else self.missed + 1
            self._held = 0 if self._came_in else self._held + 1
            if self.form.text:
                self.form.passed()
                if not self._came_in:
                    self.book.void_line()       # what has missed its seam is not the next one's
            self._came_in = False

    def swapped(self, tag: int) -> None:
        """An offer came in."""
        offer = self.book.offered
        if offer is not None and offer.tag == tag:
            made = offer.variation
            self._sounding = None if made is None else _Link(tag, made.codes, made.distance)
        self.book.taken(tag)
        self._came_in, self._held = True, 0

    def rejected(self, tag: int) -> None:
        """The engine gave an offer back: not before the next seam again."""
        if self.book.returned(tag):
            self.refused = True
            self._asked = self._asked or self.knobs.mode == VaryMode.ASKED

    def land(self, job_number: int, variations: tuple[Variation, ...]) -> bool:
        """A job is done; False when it had been dropped."""
        job, letter = self.book.job, self._letter
        if not self.book.land(job_number, variations):
            return False
        self.missed, self._letter = 0, ""
        if job.force:
            self.called_back = None
        elif self.form.text:
            self._land_letter(letter, job.serial)
        return True

    def _land_letter(self, letter: str, serial: int) -> None:
        """What was made for a letter of the form is lined up if the seam ahead brings that one; else it is remembered."""
        offer = replace(self.book.set_aside(), letter=letter)
        if letter not in (TAKE, NEW, "") and letter not in self.form.known:
            self.form.known[letter] = Heard(offer.take, offer.variation.request, offer.variation.codes)
        if letter == self.form.coming and not self.book.covered():
            self.book.line_up_again(offer, serial if letter == NEW else None)
        elif letter == NEW:
            self._new = offer

    def line_up_what_is_there(self) -> None:
        """Put in line what needs no worker: the take, where it was called back, or where there is nothing to generate."""
        if self.take is None:
            return
        if self.called_back is not None and self.called_back.codes is None:
            self.called_back = None
            self.refused = False
            self.book.land_take(self.take.version, force=True)
        if not self.generating or self.refused or self.called_back is not None or self.book.fresh():
            return
        if self._plays_the_take or self.form.coming == TAKE:
            self.book.land_take(self.take.version)
        elif self.form.coming == NEW and self._new is not None:
            self.book.line_up_again(self._new, self.book.serial)
            self._new = None

    # What it wants.

    @property
    def wants_worker(self) -> bool:
        """Whether a worker could do anything for it at this moment, were the take prepared."""
        if self.take is None or self.book.job is not None or self.pausing:
            return False
        return self.called_back is not None or self.generating and not self.refused and not self._plays_the_take

    @property
    def turns(self) -> bool:
        """Whether it goes round and is varied, so that it will want the worker again and again."""
        resting = self._hold is None or self.take is None or not self.generating or self._plays_the_take
        return not resting and self.next_seam_s is not None

    def demand(self, meter: CostMeter) -> float:
        """Share of a worker's time that it would use if no other loop wanted any."""
        rounds = self.knobs.prompt.feedback_steps
        count = repetitions_ahead(meter, self.loop_s, self.knobs.ceiling, rounds)
        return meter.safe_seconds(count * self.loop_s, self.knobs.ceiling, rounds) / (count * self.loop_s * max(1, self.knobs.expected))

    def longest_s(self, meter: CostMeter) -> float:
        """What one repetition of as many steps as the player allows may take, in seconds."""
        return meter.safe_seconds(self.loop_s, self.knobs.ceiling, self.knobs.prompt.feedback_steps)

    def plan(self, meter: CostMeter, now_s: float, share: float = 1.0, ahead: int = 1, spare: int = 0) -> Plan | None:
        """The job that it would have done from `now_s` on; None when it has all that it needs.

        Parameters
        ----------
        share : float
            Of the worker's time that is its own.
        ahead : int
            Repetitions that should lie ready, because other loops keep the worker busy for so long.
        spare : int
            Repetitions that should lie ready besides, made one by one, so that a job on its way to a generator elsewhere and back
            is never what the next seam waits for.
        """
        next_seam_s = FOREVER if self.next_seam_s is None else self.next_seam_s
        if self.called_back is not None:
            return Plan(1, 0, 0, next_seam_s)
        if self.form.text:
            if self._letter_to_remake:
                return Plan(1, 0, 0, next_seam_s)
            to_make = self.form.to_make(self._has_new)
            return None if to_make is None else self._plan(meter, now_s, share, 1, to_make[0])
        if self._hold is None or self.knobs.mode == VaryMode.CHAIN:
            ahead = wanted = 1
        else:
            wanted = repetitions_ahead(meter, self.loop_s, self.knobs.ceiling, self.knobs.prompt.feedback_steps, self._period * share)
        needed = 1 if self._hold is None else max(wanted, self.knobs.prompt.batch, ahead) + spare
        if self.book.fresh() >= needed:
            return None
        return self._plan(meter, now_s, share, ahead, self._hold)

    def replan(self, meter: CostMeter, now_s: float) -> Plan:
        """What could take the place of the job in hand, were it dropped."""
        return self._plan(meter, now_s, 1.0, 1, 0)

    def order(self, plan: Plan) -> jobs.Vary | jobs.Remake:
        """Enter the planned job into the book, and write the worker's order."""
        plain = not self.knobs.adapt
        if self.called_back is not None:
            heard = self.called_back
            job = self.book.again_job(self.take.version, heard.request, heard.codes, plan.deadline_s)
            return jobs.Remake(job.number, job.requests[0], job.codes, plain)
        if self.form.text:
            self._letter = self._letter_to_remake
            if self._letter:
                heard = self.form.known[self._letter]
                job = self.book.again_job(self.take.version, heard.request, heard.codes, plan.deadline_s, force=False)
                return jobs.Remake(job.number, job.requests[0], job.codes, plain)
            self._letter = self.form.to_make(self._has_new)[1]
        link = self._chain()
        job = self.book.new_job(self.take.version, plan.count, plan.steps, plan.deadline_s, self._together(plan),
                                None if link is None else link.index)
        return jobs.Vary(job.number, job.requests, plain, None if link is None else link.codes, self.knobs.beside)

    def next_offer(self) -> Offer | None:
        """What should go to the engine now; it counts as handed over."""
        if self.refused or self.take is None:
            return None
        if self._hold != 0 and not any(one.force for one in self.book.line):
            return None
        offer = self.book.next_offer()
        if offer is not None:
            self.history.offered(offer)
            self._asked = self._asked and offer.force
        return offer

    def _together(self, plan: Plan) -> tuple[tuple[Span, ...], ...]:
        """What each of the planned repetitions keeps with its group, by the beats on which it will sound."""
        if self.knobs.together is None or self.clock is None or self.next_seam_s is None:
            return ()
        beat, beats = self.clock
        first = round((plan.deadline_s - self.next_seam_s) / self.loop_s)
        seams = range(first, first + plan.count * self._period, self._period)
        return tuple(self.knobs.together.spans(beat + seam * beats, beats, self.loop_s) for seam in seams)

    @property
    def _hold(self) -> int | None:
        """Seams from the one ahead to that at which something may come in; None as long as nobody asks."""
        if self._asked or self.form.text:
            return 0
        return None if self.knobs.mode == VaryMode.ASKED else max(0, self.knobs.every - 1 - self._held)

    @property
    def _period(self) -> int:
        """Seams from one variation to the next."""
        return max(1, self.knobs.expected)

    @property
    def _letter_to_remake(self) -> str:
        """The letter that the seam ahead brings, if it is known and not in line; else empty."""
        return self.form.coming if self.form.coming in self.form.known and not self.book.fresh() else ""

    @property
    def _has_new(self) -> bool:
        """Whether the next * of the form is made."""
        return self._new is not None or self.form.coming == NEW and self.book.fresh() > 0

    def _chain(self) -> _Link | None:
        """What the next variation of a chain begins from; None = the take."""
        if self.knobs.mode != VaryMode.CHAIN:
            return None
        made = self.book.newest()
        link = self._sounding if made is None else _Link(made.request.index, made.codes, made.distance)
        return None if link is None or link.distance > self.knobs.drift_limit else link

    @property
    def _plays_the_take(self) -> bool:
        return self.silent or self.knobs.keeps_everything

    def _plan(self, meter: CostMeter, now_s: float, share: float, ahead: int, hold: int | None) -> Plan:
        """The next job, for a seam so many after the one ahead (None: no hurry). What stale repetitions cover is only replaced by
        one with steps enough."""
        book, knobs = self.book, self.knobs
        fresh = book.fresh()
        enough = min(ENOUGH_STEPS, knobs.ceiling)
        single = self.form.text or hold is None or knobs.mode == VaryMode.CHAIN
        covered = (hold or 0) if self.form.text else (hold or 0) + fresh * self._period
        need = Need(now_s, None if hold is None else self.next_seam_s, self.loop_s, covered, knobs.ceiling, knobs.prompt.feedback_steps,
                    least=enough if book.covered() > fresh or book.job or share < 1.0 else 1,
                    batch=max(knobs.prompt.batch, ahead), share=share * self._period)
        plan = plan_next(need, meter)
        return replace(plan, count=1) if single else plan
