"""Melt, guard, groups and what is heard beside, from the player's hand to what sounds: all but the model is real."""

import numpy as np
import pytest

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.generator import masks
from unloop_py.generator.vamp import load_generator
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, HearingTones, ToneGenerator
from unloop_py.vamper.vamper import Vamper

RATE, BLOCK = 48_000, 480
BEAT_S = 0.5                                    # the tempo is 120


class Band:
    """An instrument whose model needs no time but what it says; every loop is played and told for itself."""

    def __init__(self, n_loops=2, generator=None, **parameters):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=8.0, n_loops=n_loops)
        store = Store(n_loops)
        for name, value in parameters.items():
            for loop in range(n_loops):
                store.set(loop, name, value, "")
        self.bus = SessionBus(self.engine, store, block_frames=BLOCK)
        self.conductor = Conductor(self.bus)
        self.pitch = 1.0                        # of what is played, radians a frame
        self.clock, self.workers, self.requests, self.swapped = FakeClock(), [], {}, []
        generator = generator or ToneGenerator(wait=lambda seconds: None)
        cost = Cost(0.01, 0.0, 0.0, 0.0)
        self.vamper = Vamper(generator_factory="fake", clock=self.clock, on_offer=self._offer,
                             make_worker=lambda start, deliver: self._worker(FakeWorker(deliver, generator, self.clock, cost)))
        self.conductor.attach(self.vamper, lambda take: None, self._watch)
        self.vamper.open()
        self.workers[0].get_ready()
        self.play(0.1)

    def _worker(self, worker):
        self.workers.append(worker)
        return worker

    def _offer(self, offer):
        if offer.variation is not None:
            self.requests[offer.loop, offer.tag] = offer.variation.request
        self.conductor.varying.offer(offer)

    def _watch(self, event):
        if event.kind.name == "SWAPPED":
            self.swapped.append((event.loop, event.frame, self.requests.get((event.loop, event.tag))))

    def play(self, seconds):
        for _ in range(round(seconds * RATE / BLOCK)):
            heard = (0.1 * np.sin(self.pitch * np.arange(self.engine.frame(), self.engine.frame() + BLOCK)))[:, None].astype(np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.clock.advance(BLOCK / RATE)
            self.conductor.step()
            self.vamper.step()
            while (order := self.workers[0].begin()) is not None:
                self.workers[0].finish(order, 0.01)
                self.vamper.step()

    def record(self, loop, beats):
        self.bus.set(loop, "record_beats", beats)
        self.bus.command(loop, "record")
        self.play((beats + 1) * BEAT_S)


@pytest.fixture
def band():
    band = Band(sync_source=-3, tempo=120.0, quantize=5, vary_together=0.5, group=1)
    band.play(0.45)
    band.record(0, 4)
    band.record(1, 8)
    return band


def test_two_loops_of_a_group_guard_the_same_beats_of_the_time_line(band):
    lengths = [band.engine.status(loop).length_frames for loop in (0, 1)]
    assert lengths == [round(beats * BEAT_S * RATE) for beats in (4, 8)]
    band.play(16.0)
    frames = band.engine.frame()
    kept, known = np.zeros((2, frames), bool), np.zeros((2, frames), bool)
    for loop, frame, request in band.swapped:
        end = min(frame + lengths[loop], frames)
        kept[loop, frame:end] = masks.marked(request.guard, lengths[loop], RATE)[: end - frame]
        known[loop, frame:end] = True
    both = known.all(axis=0)
    assert both.sum() > 8 * RATE
    np.testing.assert_array_equal(kept[0, both], kept[1, both])
    assert 0.15 < kept[0, both].mean() < 0.85


def test_loops_of_no_group_guard_nothing(band):
    for loop in (0, 1):
        band.bus.set(loop, "group", 0)
    band.play(0.1)
    band.swapped.clear()
    band.play(10.0)
    assert band.swapped and all(request.guard == () for _, _, request in band.swapped)


def test_what_melts_comes_in_at_the_next_seam_and_its_mark_goes(band):
    for loop in (0, 1):
        band.bus.set(loop, "variation", 0.0)
    band.play(5.0)
    band.swapped.clear()
    band.bus.command(0, "melt", 1)
    band.play(0.3)
    band.bus.command(0, "melt", 0)
    band.play(0.1)
    assert "m" in band.bus.status(0).marks
    (asked,) = band.bus.marking.asked(0)[0]
    band.play(2.1)
    melted = [request for loop, _, request in band.swapped if loop == 0 and request is not None]
    assert [request.melt for request in melted] == [(asked,)]
    assert "m" not in band.bus.status(0).marks
    band.swapped.clear()
    band.play(2.1)
    assert band.swapped[0][0] == 0 and band.swapped[0][2] is None, "the take comes back"


def test_what_is_guarded_is_guarded_in_every_repetition_until_told(band):
    for loop in (0, 1):
        band.bus.set(loop, "group", 0)
    band.bus.command(1, "guard", 1)
    band.play(0.5)
    band.bus.command(1, "guard", 0)
    band.play(4.1)
    guard = band.bus.marking.asked(1)[1]
    band.swapped.clear()
    band.play(8.1)
    guards = [request.guard for loop, _, request in band.swapped if loop == 1]
    assert len(guards) >= 2 and set(guards) == {guard}
    band.bus.command(1, "unguard")
    band.play(4.1)
    assert band.swapped[-1][2].guard == () or band.swapped[-2][2].guard == ()


# -- against another -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hearing():
    generator = HearingTones(wait=lambda seconds: None)
    band = Band(generator=generator, sync_source=-3, tempo=120.0, quantize=5)
    band.generator = generator
    band.play(0.45)
    for loop, beats in ((0, 4), (1, 2)):
        band.pitch = 0.01 * (loop + 1)
        band.record(loop, beats)
    return band


def take_of(band, loop):
    return band.conductor.varying._besides._takes[loop][1][:, 0]


def test_a_loop_is_varied_against_another_where_that_will_sound_with_it(hearing):
    hearing.bus.set(0, "against", 2)
    hearing.play(4.1)
    beside = hearing.generator.heard[-1][1]
    assert beside.shape == (len(take_of(hearing, 0)), 1)
    status, other = hearing.engine.status(0), hearing.engine.status(1)
    at = (other.position_frames - status.position_frames) % other.length_frames
    np.testing.assert_array_equal(beside[:, 0], np.tile(np.roll(take_of(hearing, 1), -at), 2))
    numbers = {request.beside for loop, _, request in hearing.swapped[-3:] if loop == 0}
    assert len(numbers) == 1 and numbers != {None}, "and it is reckoned once for as long as it stays"
    assert len(hearing.generator.heard) == 1


def test_against_all_others_is_against_what_sounds_and_against_nothing_hears_nothing(hearing):
    hearing.bus.set(0, "against", -1)
    hearing.play(4.1)
    assert hearing.generator.heard[-1][1] is not None
    hearing.bus.command(1, "mute", 1)
    hearing.play(4.1)
    assert hearing.generator.heard[-1][1] is None
    hearing.bus.command(1, "mute", 0)
    hearing.play(4.1)
    assert hearing.generator.heard[-1][1] is not None
    hearing.bus.set(0, "against", 0)
    hearing.play(4.1)
    assert hearing.generator.heard[-1][1] is None
    assert [request.beside for loop, _, request in hearing.swapped if loop == 0][-1] is None


def test_an_overdub_beside_is_another_sound_and_what_was_made_before_serves_until_then(hearing):
    hearing.bus.set(0, "against", 2)
    hearing.play(4.1)
    before = [request.beside for loop, _, request in hearing.swapped if loop == 0][-1]
    hearing.swapped.clear()
    hearing.bus.command(1, "overdub")
    hearing.play(0.5)
    hearing.bus.command(1, "overdub")
    hearing.play(6.0)
    swapped = [request.beside for loop, _, request in hearing.swapped if loop == 0]
    assert len(swapped) >= 3 and swapped[0] >= before and swapped[-1] > before
    assert hearing.engine.status(0).late <= 1
    at = (hearing.engine.status(1).position_frames - hearing.engine.status(0).position_frames) % hearing.engine.status(1).length_frames
    np.testing.assert_array_equal(hearing.generator.heard[-1][1][:, 0], np.tile(np.roll(take_of(hearing, 1), -at), 2))


def test_beside_a_longer_loop_each_repetition_hears_its_own_part_of_it(hearing):
    hearing.bus.set(1, "against", 1)
    hearing.play(6.1)
    beside = [audio[:, 0] for _, audio in hearing.generator.heard if audio is not None]
    halves = take_of(hearing, 0).reshape(2, -1)
    assert len(beside) >= 4
    which = [int(np.argmin([np.abs(one - half).max() for half in halves])) for one in beside[-4:]]
    assert which in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_the_bundled_model_keeps_the_same_beats_of_two_loops_to_the_bit_and_hears_the_one_beside_the_other(one_thread):
    generator = load_generator("small")
    band = Band(generator=generator, sync_source=-3, tempo=120.0, quantize=5, adapt=0, steps=1, variation=1.0, group=1, vary_together=0.5,
                seed=3, against=-1)
    made = []
    hand_on, band.conductor.varying.offered = band.conductor.varying.offered, lambda offer: (made.append(offer), hand_on(offer))
    band.play(0.45)
    for loop, beats in ((0, 2), (1, 4)):
        band.pitch = 0.02 * (loop + 1)
        band.record(loop, beats)
    band.play(6.0)
    assert {offer.loop for offer in made} == {0, 1}
    kept = 0
    for offer in made:
        variation = offer.variation
        if variation is None or variation.request.beside is None:
            continue
        take = take_of(band, offer.loop)
        for start, end in variation.request.guard:
            frames = slice(round(start * RATE), round(end * RATE))
            np.testing.assert_array_equal(variation.audio[frames, 0], take[frames])
            kept += 1
        assert not np.array_equal(variation.audio[:, 0], take) or len(variation.request.guard) == round(len(take) / RATE / BEAT_S)
    assert kept >= 3
