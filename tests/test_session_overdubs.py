"""What a loop consists of, found out from the real engine's events: the base and every overdub by itself."""

import numpy as np
import pytest

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Control, Event, EventKind
from unloop_py.session.layers import Consists, Layer, Repetition, mix
from unloop_py.session.overdubs import Overdubs

RATE = 44100
L = 24000
BLOCK = 500
RAMP = 441
C = CommandKind


def noise(frames, seed, channels=2):
    return np.random.default_rng(seed).uniform(-0.1, 0.1, (frames, channels)).astype(np.float32)


class Desk:
    """An engine, and its layers."""

    def __init__(self, **settings):
        self.engine = Engine(**{"sample_rate": RATE, "channels": 2, "max_loop_s": 4.0, "n_loops": 1, **settings})
        self.stream = OfflineStream(self.engine, BLOCK)
        self.overdubs = Overdubs(self._look)
        self.takes = {}
        self.tag = 0

    def _look(self, version):
        found = self.engine.state_of(0, version)
        return None if found is None else (found[0].copy(), found[1])

    def play(self, audio):
        for at in range(0, len(audio), BLOCK):
            self.stream.run(audio[at : at + BLOCK])
            for event in self.engine.events():
                audio_told = None
                if event.kind == EventKind.TAKE and event.index:
                    self.takes[event.take] = audio_told = self.engine.buffer(event.slot)[: event.index].copy()
                self.overdubs.happened(event, audio_told)

    def wait(self, frames=BLOCK):
        self.play(np.zeros((frames, 2), np.float32))

    def press(self, kind, **fields):
        self.engine.send(Command(kind, **fields))

    def record(self, seed=1, frames=L):
        self.press(C.RECORD)
        self.play(noise(frames, seed))
        self.press(C.RECORD)
        self.wait(2 * BLOCK)

    def lay(self, seed, kind=C.OVERDUB, frames=6000, end=C.PLAY):
        self.press(kind)
        self.play(noise(frames, seed))
        self.press(end)
        self.wait(2 * BLOCK)

    def offer(self, raw, level=1.0):
        """Have a variation of what varies come in at the next seam, under its layers."""
        consists = self.overdubs.consists
        repetition = Repetition(self.overdubs.take, raw, consists.told().layers, level)
        repetition.gains = repetition.wanted(consists)
        self.tag += 1
        self.overdubs.offered(self.tag, repetition)
        audio = repetition.audio(consists, repetition.gains)
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        self.press(C.OFFER, slot=slot, take=self.overdubs.take, tag=self.tag, correlation=0.0)
        self.wait(2 * len(raw))
        assert self.engine.status().tag == self.tag
        return audio

    def layers(self):
        return [layer.audio for layer in self.overdubs.consists.layers]

    def the_sum_is_the_take(self):
        consists = self.overdubs.consists
        assert np.abs(consists.audio(self.overdubs.held()) - self.takes[self.overdubs.take]).max() <= 2.0**-23
        return True


@pytest.fixture
def desk():
    return Desk()


def test_each_overdub_is_a_layer_and_the_sum_of_base_and_layers_is_the_take(desk):
    desk.record()
    base = desk.takes[1]
    for seed in (2, 3, 4):
        desk.lay(seed)
        assert desk.the_sum_is_the_take()
    layers = desk.layers()
    assert len(layers) == 4 and layers[0] is not None
    assert np.array_equal(layers[0], base)
    for seed, layer in enumerate(layers[1:], 2):
        laid = np.flatnonzero(layer.any(axis=1))
        assert 6000 <= len(laid) <= 6000 + 2 * RAMP
        first = int(np.argmax(layer[:, 0] != 0)) if not layer[-1].any() else None
        assert first is not None
        assert np.abs(layer[first + RAMP : first + 6000] - noise(6000, seed)[: 6000 - RAMP]).max() < 0.5  # no other sound
    assert layers[1][L - 1].any() == layers[2][L - 1].any()


def test_a_layer_is_to_the_sample_what_was_played(desk):
    desk.record()
    desk.wait(1000)
    at = desk.engine.status().position_frames
    desk.lay(2)
    layer = desk.layers()[1]
    assert np.abs(layer[at : at + 6000] - noise(6000, 2)).max() < 2.0**-25
    silent = np.ones(L, bool)
    silent[at - RAMP : at + 6000 + RAMP] = False
    assert not layer[silent].any(), "where nothing was played there is nothing, not even rounding"


def test_an_overdub_that_begins_as_the_recording_ends_is_a_layer_too():
    for latency in (0, 700):
        desk = Desk(input_latency=latency)
        desk.press(C.RECORD)
        desk.play(noise(L, 1))
        desk.press(C.OVERDUB)
        desk.play(noise(6000, 2))
        desk.press(C.PLAY)
        desk.wait(4 * BLOCK)
        assert len(desk.layers()) == 2 and desk.the_sum_is_the_take()
        desk.press(C.UNDO)
        desk.wait(2 * BLOCK)
        assert len(desk.layers()) == 1


def test_undo_and_redo_walk_through_the_layers_and_a_new_overdub_takes_the_place_of_one_undone(desk):
    desk.record()
    desk.lay(2)
    desk.lay(3)
    one, two = desk.overdubs.consists.layers[1:]
    one.level = 0.5
    desk.press(C.UNDO)
    desk.wait()
    assert desk.overdubs.consists.layers[1:] == (one,)
    desk.press(C.REDO)
    desk.wait()
    assert desk.overdubs.consists.layers[1:] == (one, two)
    desk.press(C.UNDO)
    desk.lay(4)
    assert desk.overdubs.consists.layers[1] is one and desk.overdubs.consists.layers[2] not in (one, two)
    desk.press(C.UNDO_ALL)
    desk.wait()
    assert desk.overdubs.consists is None
    desk.press(C.REDO_ALL)
    desk.wait()
    assert len(desk.layers()) == 3


@pytest.mark.parametrize("kind", [C.REPLACE, C.SUBSTITUTE, C.INSERT])
def test_what_alters_what_was_there_makes_the_sum_one_new_base_and_undo_brings_the_layers_back(desk, kind):
    desk.record()
    desk.lay(2)
    before = desk.overdubs.consists.layers
    desk.lay(3, kind)
    assert len(desk.layers()) == 1 and np.array_equal(desk.layers()[0], desk.takes[desk.overdubs.take])
    desk.press(C.UNDO)
    desk.wait()
    assert desk.overdubs.consists.layers == before


def test_so_does_an_overdub_with_feedback_below_1_at_any_moment_of_it(desk):
    desk.record()
    desk.lay(2)
    desk.press(C.OVERDUB)
    desk.play(noise(3000, 3))
    desk.press(C.SET, control=Control.FEEDBACK, value=0.9)
    desk.play(noise(3000, 4))
    desk.press(C.PLAY)
    desk.wait(1000)
    assert len(desk.layers()) == 1
    desk.press(C.SET, control=Control.FEEDBACK, value=1.0)
    desk.wait(1000)
    desk.lay(5)
    assert len(desk.layers()) == 2 and desk.the_sum_is_the_take()


def test_multiply_repeats_base_and_layers_alike_and_adds_one(desk):
    desk.record()
    desk.lay(2)
    base, over = desk.overdubs.consists.layers
    desk.press(C.MULTIPLY)
    desk.play(noise(L + 5000, 3))
    desk.press(C.PLAY)
    desk.wait(L)
    consists = desk.overdubs.consists
    assert consists.length == 2 * L == desk.engine.status().length_frames
    assert consists.layers[:2] == (base, over), "they are the very same, and take no memory for it"
    assert consists.layers[2].audio.shape == (2 * L, 2)
    assert desk.the_sum_is_the_take()


def test_a_multiply_over_which_nothing_was_played_adds_no_layer(desk):
    desk.record()
    desk.press(C.MULTIPLY)
    desk.wait(L)
    desk.press(C.PLAY)
    desk.wait(L)
    assert len(desk.layers()) == 1 and desk.the_sum_is_the_take()


def test_a_kept_variation_is_a_new_base_under_the_same_layers(desk):
    desk.record()
    desk.lay(2)
    base, over = desk.overdubs.consists.layers
    base.level = over.level = 0.5
    raw = noise(L, 7)
    heard = desk.offer(raw, 0.5)
    desk.wait(L)
    desk.press(C.KEEP)
    desk.wait()
    made, same = desk.overdubs.consists.layers
    assert same is over and made.audio is raw and made.level == 0.5 and made.vary
    assert np.array_equal(desk.takes[desk.overdubs.take], heard) and desk.the_sum_is_the_take()


def test_an_overdub_over_a_variation_that_sounds_lies_on_that(desk):
    desk.record()
    desk.lay(2)
    raw = noise(L, 7)
    desk.offer(raw)
    desk.wait(100)
    at = desk.engine.status().position_frames
    desk.lay(3)
    layers = desk.layers()
    assert len(layers) == 3 and layers[0] is raw and desk.the_sum_is_the_take()
    assert np.abs(layers[2][at : at + 6000] - noise(6000, 3)).max() < 2.0**-25


def test_a_blend_that_is_kept_is_one_new_base(desk):
    desk.record()
    desk.lay(2)
    desk.press(C.SET, control=Control.MIX, value=0.5)
    desk.offer(noise(L, 7))
    desk.wait(L)
    desk.press(C.KEEP)
    desk.wait(L)
    assert len(desk.layers()) == 1 and np.array_equal(desk.layers()[0], desk.takes[desk.overdubs.take])


def test_a_take_that_was_mixed_anew_is_what_the_next_overdub_is_told_from(desk):
    desk.record()
    desk.lay(2)
    base, over = desk.overdubs.consists.layers
    base.mute, over.level = True, 0.25
    consists, take = desk.overdubs.consists, desk.overdubs.take
    audio = consists.audio(consists.gains)
    slot = desk.engine.acquire_slot(L)
    desk.engine.buffer(slot)[:L] = audio
    desk.press(C.REMIX, slot=slot, take=take, tag=-1)
    desk.overdubs.remixed(take, -1, consists.gains, audio, slot)
    desk.wait(BLOCK)
    at = desk.engine.status().position_frames
    desk.lay(3)
    assert desk.overdubs.consists.layers[:2] == (base, over) and desk.overdubs.held() == (0.0, 0.25, 1.0)
    assert np.abs(desk.layers()[2][at : at + 6000] - noise(6000, 3)).max() < 2.0**-25
    assert desk.the_sum_is_the_take()


def test_a_take_that_is_stretched_is_one_layer_and_has_its_layers_again_in_its_own_shape(desk):
    desk.record()
    desk.lay(2)
    before, own = desk.overdubs.consists.layers, desk.takes[desk.overdubs.take]

    def reshape(audio):
        slot = desk.engine.acquire_slot(len(audio))
        desk.engine.buffer(slot)[: len(audio)] = audio
        desk.press(C.RESHAPE, slot=slot, length=len(audio), take=desk.overdubs.take)
        desk.wait(2 * BLOCK)

    reshape(np.repeat(own, 2, axis=0))
    assert len(desk.layers()) == 1 and desk.overdubs.consists.length == 2 * L
    reshape(np.repeat(own, 3, axis=0))
    reshape(own)
    assert desk.overdubs.consists.layers == before and desk.the_sum_is_the_take()


def test_what_the_layers_hold_is_bounded_by_what_undo_may_hold_and_overdubs_beyond_it_become_one():
    desk = Desk(undo_memory_mb=8 * L * 8 / 1e6)
    desk.record()
    base = desk.overdubs.consists.layers[0]
    for seed in range(2, 22):
        desk.lay(seed, frames=1000)
        assert desk.the_sum_is_the_take()
    steps = desk.engine.status().undo_steps
    assert steps < 12
    assert desk.overdubs.consists.layers[0] is base, "what the model is told stays the same"
    assert desk.overdubs.bytes <= (steps + 3) * L * 8


def test_a_sum_at_full_level_of_one_layer_is_that_layer_and_a_common_level_is_not_told_to_the_model():
    base, over = Layer(noise(L, 1), vary=True), Layer(noise(L // 3, 2))
    consists = Consists(L, (base, over))
    assert np.array_equal(consists.audio((1.0, 0.0)), base.audio)
    assert np.array_equal(consists.audio((1.0, 1.0)), base.audio + np.tile(over.audio, (3, 1)))
    key = consists.told().key
    base.level = 0.3
    assert (consists.told().key, consists.told().level) == (key, 0.3)
    base.mute = True
    assert (consists.told().key, consists.told().level) == (key, 0.0)
    base.mute, over.vary, over.level = False, True, 0.3
    both = consists.told()
    assert both.key != key and both.level == 0.3
    assert np.array_equal(both.audio(L), mix([(base.audio, 1.0), (over.audio, 1.0)], L))
    base.vary = over.vary = False
    assert consists.told() is None


def test_takes_that_were_never_told_or_come_back_after_undo_had_forgotten_them_lead_nowhere_in_a_circle():
    overdubs = Overdubs()
    # Take 2 was laid over at once, so that it is first told when undo leads to it; 1 comes back after it was forgotten.
    for version, undo, redo in [(1, 1, 0), (3, 2, 0), (2, 1, 1), (3, 2, 0), (2, 1, 1), (3, 0, 0), (1, 1, 0), (3, 0, 1), (1, 1, 0)]:
        overdubs.happened(Event(EventKind.HISTORY, take=version, index=undo, value=float(redo)))
        assert overdubs.take == version
        assert overdubs.layers == ()
