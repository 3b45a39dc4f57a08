"""How variations and playing meet, seen from outside: commands in over the bus, samples out of the real engine.

A fake clock, the engine driven block by block and a generator of tones: every pass of the loop is compared with what should sound, to
the sample, except where a fade leads up to a seam.
"""

import random

import numpy as np
import pytest

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import CommandError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.standing import Standing
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.vamper import Vamper

RATE = 44100
BLOCK = 441
LOOP = 60 * BLOCK  # 0.6 s: `keep` in the first half second means the pass before
FADE = 882  # seam_ms = 20
QUICK = Cost(overhead_s=0.01, per_audio=0.01, step_overhead_s=0.001, step_per_audio=0.001)


class Rehearsal:
    """The whole instrument but its threads: time passes a block at a time, and everybody gets a turn in each."""

    def __init__(self, seed=0, n_loops=1, channels=1, **settings):
        self.clock = FakeClock()
        self.engine = Engine(sample_rate=RATE, channels=channels, max_loop_s=4.0, n_loops=n_loops, **settings)
        self.bus = SessionBus(self.engine, Store(n_loops), block_frames=BLOCK, wall_clock=lambda: 1e9 + self.clock.now_s)
        self.conductor = Conductor(self.bus, clock=self.clock)
        self.offers = {}
        self.generator = ToneGenerator(wait=lambda seconds: None)
        self.awake = True
        self.vamper = Vamper(
            generator_factory="fake", clock=self.clock, make_worker=self._make_worker, on_offer=self._offer,
            on_progress=self.conductor.varying.progressed, on_notice=self.conductor.noticed,
        )  # fmt: skip
        self.notices = []
        self.bus.listen(self.notices.append)
        self.conductor.attach(self.vamper, lambda take: None)
        self.vamper.open()
        self.random = np.random.default_rng(seed)
        self.heard, self.played, self.frame = [], [], 0

    def _make_worker(self, start, deliver):
        self.worker = FakeWorker(deliver, self.generator, self.clock, QUICK)
        self.worker.get_ready()
        return self.worker

    def _offer(self, offer):
        self.offers[offer.tag] = offer
        self.conductor.varying.offer(offer)

    @property
    def out(self):
        """Everything played so far, (frames, 1)."""
        return np.concatenate(self.played)

    def play(self, frames, level=0.1):
        """Let so many frames pass, hearing noise of this level."""
        while frames > 0:
            block = min(BLOCK, frames)
            heard = self.random.uniform(-level, level, (block, self.engine.n_inputs)).astype(np.float32)
            played = np.empty((block, self.engine.output_channels), np.float32)
            self.engine.process(heard, played)
            self.heard.append(heard)
            self.played.append(played)
            self.frame += block
            self.clock.advance(block / RATE)
            self.settle()
            frames -= block

    def settle(self):
        for _ in range(4):
            self.conductor.step()
            self.vamper.step()
            order = self.worker.begin() if self.awake else None
            if order is not None:
                self.worker.finish(order, 0.0)

    def press(self, name, argument=None):
        self.bus.command(0, name, argument)

    def record(self):
        """A take of LOOP frames; its first pass begins at the next frame."""
        self.play(BLOCK)
        self.start = self.frame
        self.press("record")
        self.play(LOOP)
        self.press("record")
        self.s0 = self.frame
        self.take = np.concatenate(self.heard)[self.start : self.start + LOOP]

    def passes(self, count):
        """Let so many passes sound whole; one more block lets the last seam's news arrive."""
        self.play(count * LOOP - (self.frame - self.s0) % LOOP)

    def sounded(self, k):
        """Pass k after the record end (0 = the take's own) without the fade that leads to its seam."""
        begin = self.s0 + k * LOOP
        return self.out[begin : begin + LOOP - FADE]

    def which_sounds(self):
        """The tag of what sounds now."""
        return self.engine.status(0).tag

    def repetitions(self):
        return [notice.values for notice in self.notices if notice.kind == "repetition"]

    def errors(self):
        return [notice.values[1] for notice in self.notices if notice.kind == "error"]

    def which(self, k):
        """What pass k played: "take", a variation's tag, or None for neither."""
        heard = self.sounded(k)
        assert len(heard) == LOOP - FADE
        if np.array_equal(heard, self.take[: len(heard)]):
            return "take"
        for tag, offer in self.offers.items():
            if offer.variation is not None and np.array_equal(heard, offer.variation.audio[: len(heard)]):
                return tag
        return None


@pytest.fixture
def one():
    return Rehearsal()


def test_the_first_pass_is_the_take_and_every_seam_after_it_brings_another_variation(one):
    one.record()
    one.passes(6)
    heard = [one.which(k) for k in range(6)]
    assert heard[0] == "take"
    assert None not in heard
    assert len(set(heard)) == 6
    assert one.repetitions() == [(k, 0) for k in range(1, 6)]


def test_a_generator_that_is_late_changes_nothing_that_sounds_and_is_counted(one):
    one.record()
    one.passes(3)
    one.awake = False
    one.passes(4)
    assert one.which(2) not in ("take", None)
    # One offer was in the engine's hand already; after that the loop repeats what it has.
    assert one.which(4) == one.which(5) == one.which(6)
    assert [late for _, late in one.repetitions()][-2:] == [1, 1]
    one.awake = True
    one.passes(2)
    assert one.which(8) not in ("take", one.which(6), None)


def test_without_any_offer_the_loop_goes_on_as_the_take(one):
    one.awake = False
    one.record()
    one.passes(4)
    assert [one.which(k) for k in range(4)] == ["take"] * 4
    assert one.repetitions() == [(1, 1), (2, 1), (3, 1)]


def test_variation_zero_is_the_takes_own_samples_and_never_late(one):
    one.bus.set(0, "variation", 0.0)
    one.record()
    one.passes(4)
    assert [one.which(k) for k in range(4)] == ["take"] * 4
    assert one.repetitions() == [(k, 0) for k in range(1, 4)]


def test_variation_zero_while_playing_brings_the_take_back_at_the_next_seam(one):
    one.record()
    one.passes(3)
    one.bus.set(0, "variation", 0.0)
    one.passes(3)
    assert one.which(2) != "take"
    assert [one.which(k) for k in (4, 5)] == ["take"] * 2


def test_a_silent_take_is_not_varied_and_the_player_is_told(one):
    one.play(BLOCK, level=0.0)
    one.press("record")
    one.play(LOOP, level=0.0)
    one.press("record")
    one.s0 = one.frame
    one.passes(4)
    assert not np.any(one.out)
    assert any("silent" in text for text in one.errors())
    assert one.repetitions() == [(k, 0) for k in range(1, 4)]


def test_back_returns_to_the_take_at_once_and_varying_rests_until_told(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK)
    one.press("back")
    pressed = one.frame
    one.passes(1)
    after = one.out[pressed + FADE : one.s0 + 4 * LOOP - FADE]
    at = (pressed + FADE - one.s0) % LOOP
    assert np.array_equal(after, one.take[at : at + len(after)])  # in place: the playhead never moved
    one.passes(3)
    assert [one.which(k) for k in (4, 5, 6)] == ["take"] * 3
    one.bus.command(None, "generate", 1)
    one.passes(3)
    assert one.which(9) not in ("take", None)


def test_keep_makes_the_variation_the_take_and_undo_gives_the_old_one_back(one):
    one.record()
    one.passes(3)
    one.play(LOOP - 4 * BLOCK)
    one.press("keep")
    one.passes(2)
    kept = one.offers[one.which(3)].variation.audio
    old, one.take = one.take, kept
    one.bus.set(0, "variation", 0.0)
    one.passes(2)
    assert one.which(6) == "take"
    one.press("undo")
    one.take = old
    one.passes(2)
    assert one.which(8) == "take"


def test_keep_just_after_a_seam_means_the_pass_that_has_ended(one):
    one.record()
    one.passes(3)
    before = one.which(2)
    one.play(10 * BLOCK)
    one.press("keep")
    one.play(2 * BLOCK)
    one.take = one.offers[before].variation.audio
    one.bus.set(0, "variation", 0.0)
    one.passes(3)
    assert one.which(5) == "take"


def test_keep_of_the_take_itself_is_refused(one):
    one.record()
    one.play(5 * BLOCK)
    with pytest.raises(CommandError, match="keep"):
        one.press("keep")


def test_a_locked_variation_stays_until_let_go(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK)
    one.press("lock", 1)
    one.passes(4)
    locked = one.which(3)
    assert locked not in ("take", None)
    assert [one.which(k) for k in (4, 5, 6)] == [locked] * 3
    assert all(late == 0 for _, late in one.repetitions())
    one.press("lock", 0)
    one.passes(2)
    assert one.which(8) not in (locked, None)


def test_again_brings_back_the_variation_heard_so_many_seams_ago(one):
    one.record()
    one.passes(5)
    one.play(5 * BLOCK)
    wanted = one.which(3)  # pass 5 sounds now: 3 is two seams ago
    one.press("again", 2)
    one.passes(2)
    assert np.array_equal(one.sounded(6), one.offers[wanted].variation.audio[: LOOP - FADE])


def test_again_works_after_back_and_while_locked(one):
    one.record()
    one.passes(4)
    one.play(5 * BLOCK)
    wanted = one.which(3)
    one.press("back")
    one.play(5 * BLOCK)
    one.press("again", 1)
    one.passes(2)
    assert np.array_equal(one.sounded(5), one.offers[wanted].variation.audio[: LOOP - FADE])


def test_again_further_than_was_heard_is_refused_with_how_far_one_can_go(one):
    one.record()
    one.passes(2)
    one.play(BLOCK)
    with pytest.raises(CommandError, match=r"0\.\.2"):
        one.press("again", 50)


def test_no_variation_comes_while_recording_or_overdubbing(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK)
    one.press("overdub")
    one.passes(3)
    one.play(BLOCK)
    assert one.engine.status(0).tag == -1  # what sounded was kept: it is the take now, and stays
    assert [(k, late) for k, late in one.repetitions() if k > 3] == [(4, 0), (5, 0), (6, 0)]


def test_overdubbing_over_a_variation_keeps_it_and_one_exact_pass_sounds_before_varying_goes_on(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK, level=0.0)
    under = one.which_sounds()
    one.press("overdub")
    begun = one.frame
    one.play(20 * BLOCK, level=0.05)
    one.press("overdub")
    ended = one.frame
    one.play(2 * LOOP, level=0.0)
    kept = one.offers[under].variation.audio
    new = kept.copy()
    laid = np.concatenate(one.heard)[begun:ended]
    at = (begun - one.s0) % LOOP
    new[at : at + len(laid)] += laid
    # From the press on, one whole time round, the loop sounds as it was overdubbed; ramps of 10 ms bound the overdub.
    exact = one.out[ended + FADE : ended + LOOP - FADE]
    where = (np.arange(ended + FADE, ended + LOOP - FADE) - one.s0) % LOOP
    inside = (where > at + FADE) & (where < at + len(laid) - FADE)
    outside = (where < at - FADE) | (where > at + len(laid) + FADE)
    assert np.array_equal(exact[outside], kept[where[outside]])
    assert np.allclose(exact[inside], new[where[inside]], atol=1e-6)
    one.passes(3)
    fresh = one.offers[one.which_sounds()]
    assert fresh.take == max(offer.take for offer in one.offers.values()) > one.offers[under].take


def test_undo_of_an_overdub_voids_what_was_made_from_it(one):
    one.record()
    one.play(5 * BLOCK)
    one.press("overdub")
    one.play(20 * BLOCK)
    one.press("overdub")
    one.passes(3)
    one.press("undo")
    one.passes(4)
    first = min(offer.take for offer in one.offers.values())
    assert one.offers[one.which(6)].take == first


def test_variations_never_touch_undo_and_redo(one):
    one.record()
    one.play(5 * BLOCK)
    one.press("overdub")
    one.play(20 * BLOCK)
    one.press("overdub")
    one.passes(2)
    one.press("undo")
    one.play(BLOCK)
    assert one.engine.status(0).redo_steps == 1
    one.passes(6)
    assert one.engine.status(0).redo_steps == 1
    one.press("redo")
    one.play(5 * BLOCK)
    assert one.engine.status(0).redo_steps == 0


def test_a_knob_turned_early_in_a_pass_is_heard_at_the_next_seam(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK)
    one.bus.set(0, "temperature", 1.7)
    one.passes(2)
    heard = one.offers[one.which(4)]
    assert heard.variation.request.prompt.temperature == 1.7


def test_with_a_seed_the_same_performance_brings_the_same_variations(one):
    heard = []
    for rehearsal in (one, Rehearsal()):
        rehearsal.bus.set(0, "seed", 7)
        rehearsal.record()
        rehearsal.passes(4)
        heard.append([rehearsal.sounded(k) for k in range(4)])
    assert all(np.array_equal(a, b) for a, b in zip(*heard, strict=True))


def test_a_cleared_loop_is_silent_and_undo_brings_it_back(one):
    one.record()
    one.passes(2)
    one.press("clear")
    one.play(LOOP)
    one.play(LOOP)
    assert not np.any(one.out[-LOOP:])
    one.press("undo")
    one.play(2 * LOOP)
    assert np.any(one.out[-LOOP:])


def test_generate_off_keeps_what_sounds_and_on_goes_on(one):
    one.record()
    one.passes(3)
    one.play(5 * BLOCK)
    one.bus.command(None, "generate", 0)
    one.passes(4)
    assert one.which(3) == one.which(4) == one.which(6)
    assert all(late == 0 for _, late in one.repetitions())
    one.bus.command(None, "generate", 1)
    one.passes(2)
    assert one.which(8) not in (one.which(6), None)


def test_a_worker_that_dies_changes_nothing_that_sounds_and_variations_come_again(one):
    one.record()
    one.passes(3)
    dead = one.worker
    dead.die()
    one.passes(5)
    assert None not in [one.which(k) for k in range(8)]
    assert one.worker is not dead
    assert one.which(7) not in ("take", one.which(3))
    assert any("starting the generator again" in text for text in one.errors())


def test_what_is_foreseen_of_a_command_is_what_the_engine_does(one):
    """Two hundred presses at random: a refused one is refused by the engine too, a foreseen state is the engine's."""
    names = ["record", "overdub", "undo", "redo", "play", "pause", "mute", "clear", "keep", "back"]
    chance = random.Random(5)
    one.record()
    for _ in range(200):
        name = chance.choice(names)
        one.play(chance.choice((30, 60)) * BLOCK)  # a loop lasts at least a quarter of a second
        before = Standing.of(one.engine.status(0), RATE)
        told = len(one.errors())
        try:
            foreseen = before.after(name)
        except CommandError:
            from unloop_py.engine.messages import Command
            from unloop_py.session.presses import COMMAND_KINDS

            one.engine.send(Command(COMMAND_KINDS[name]))
            one.play(2 * BLOCK)
            assert len(one.errors()) > told, f"{name} was refused in {before}, but the engine obeys it"
            continue
        one.press(name)
        one.play(BLOCK)
        state = one.engine.status(0).state
        assert len(one.errors()) > told or foreseen.state in (None, state), f"{name} in {before}: {state}"
