"""Layers at the instrument: their levels are heard soon and without a click, and only what varies is told to the model."""

import contextlib

import numpy as np
import pytest

from tests.test_session_rules import FADE, LOOP, Rehearsal
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError
from unloop_py.generator.vamp import load_generator
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.vamper.fakes import FakeClock

RATE, BLOCK, L = 44100, 441, 60 * 441
SOON = round(0.05 * RATE)


def noise(frames, seed, level=0.1):
    return np.random.default_rng(seed).uniform(-level, level, (frames, 1)).astype(np.float32)


class Looper:
    """Bus, conductor and engine under a fake clock, with the generator off."""

    def __init__(self):
        self.clock = FakeClock()
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=4.0, n_loops=1)
        self.bus = SessionBus(self.engine, Store(1), block_frames=BLOCK, can_generate=False, wall_clock=lambda: 1e9 + self.clock.now_s)
        self.conductor = Conductor(self.bus, clock=self.clock)
        self.conductor.attach(None, lambda take: None)
        self.notices = []
        self.bus.listen(self.notices.append)
        self.out = np.zeros((0, 1), np.float32)

    def play(self, audio):
        """Hear an array; returns what sounded."""
        played = []
        for at in range(0, len(audio), BLOCK):
            heard = audio[at : at + BLOCK]
            played.append(np.empty_like(heard))
            self.engine.process(heard, played[-1])
            self.clock.advance(len(heard) / RATE)
            self.conductor.step()
        self.out = np.concatenate([self.out, *played])
        return np.concatenate(played)

    def wait(self, frames):
        return self.play(np.zeros((frames, 1), np.float32))

    def press(self, name, argument=None):
        self.bus.command(0, name, argument)

    def record(self, *seeds):
        """A take of L frames of noise, and 10 blocks of overdub for each further seed."""
        self.press("record")
        self.play(noise(L, seeds[0]))
        self.press("record")
        self.wait(10 * BLOCK)
        for seed in seeds[1:]:
            self.press("overdub")
            self.play(noise(10 * BLOCK, seed))
            self.press("overdub")
            self.wait(4 * BLOCK)
        self.layers = [layer.audio for layer in self.bus.layering.consists(0).layers]

    def passes(self):
        """Once round the loop, from its position now, rolled so that it begins at frame 0."""
        at = self.engine.status().position_frames
        return np.roll(self.wait(L), at, axis=0)

    def told(self, name):
        return [notice.values[1] for notice in self.notices if notice.kind == "parameter" and notice.values[0] == name]


@pytest.fixture
def one():
    return Looper()


def test_a_level_is_heard_within_50_ms_at_every_sample_and_is_no_step_of_undo(one):
    one.record(1, 2, 3)
    steps, takes = one.engine.status().undo_steps, one.engine.status().take
    for layer, level in ((0, 0.5), (2, 0.25)):
        one.bus.set(0, f"layer/{layer}/level", level)
    one.bus.set(0, "layer/1/mute", 1)
    one.wait(SOON)
    base, _, over = one.layers
    assert np.array_equal(one.passes(), base * np.float32(0.5) + over * np.float32(0.25))
    assert (one.engine.status().undo_steps, one.engine.status().take) == (steps, takes)
    assert one.bus.get(0, "layer/0/level") == 0.5 and one.bus.get(0, "layer/1/mute") == 1
    assert one.told("layer/0/level")[-1] == 0.5


def test_back_at_full_level_it_is_the_take_again(one):
    one.record(1, 2)
    before = one.passes()
    for value in (0.0, 1.0):
        one.bus.set(0, "layer/1/level", value)
        one.wait(SOON)
    assert np.abs(one.passes() - before).max() <= 2.0**-24


@pytest.mark.parametrize("doing", [[], ["mute"], ["pause"], ["reverse"], ["oneshot"]])
def test_a_fader_that_moves_all_the_time_makes_no_step_in_the_sound(one, doing):
    sine = (0.1 * np.sin(2 * np.pi * np.arange(L) / 441)).astype(np.float32)[:, None]
    one.press("record")
    one.play(sine)
    one.press("record")
    one.wait(2 * L)
    for name in doing:
        one.press(name)
        one.wait(5 * BLOCK)
    start = len(one.out)
    for k in range(40):
        one.bus.set(0, "layer/0/level", abs(20 - k) / 20)
        one.wait(BLOCK)
    for name in doing and ["play"]:
        one.press(name)
        one.wait(5 * BLOCK)
    steepest = np.abs(np.diff(one.out[start - 1 :, 0])).max()
    assert steepest <= 0.1 * (2 * np.pi / 441 + 2 / 441) * 1.01


def test_undo_and_redo_lead_to_takes_that_sound_as_their_faders_stand(one):
    one.record(1, 2, 3)
    one.press("undo")
    one.wait(BLOCK)
    one.bus.set(0, "layer/0/level", 0.5)
    one.wait(SOON)
    assert np.array_equal(one.passes(), one.layers[0] * np.float32(0.5) + one.layers[1])
    one.press("redo")
    one.wait(SOON)
    assert np.abs(one.passes() - (one.layers[0] * np.float32(0.5) + one.layers[1] + one.layers[2])).max() <= 2.0**-24
    one.press("undo_all")
    one.wait(BLOCK)
    assert one.bus.status(0).layers == 0


def test_one_overdubs_over_what_sounds_and_a_base_that_is_muted_stays_so(one):
    one.record(1, 2)
    one.bus.set(0, "layer/0/mute", 1)
    one.wait(SOON)
    one.press("overdub")
    one.play(noise(10 * BLOCK, 4))
    one.press("overdub")
    one.wait(5 * BLOCK)
    consists = one.bus.layering.consists(0)
    assert [layer.gain for layer in consists.layers] == [0.0, 1.0, 1.0]
    assert np.array_equal(one.passes(), consists.layers[1].audio + consists.layers[2].audio)
    assert np.abs(consists.layers[2].audio).max() <= 0.1, "nothing of the base in it"
    one.bus.set(0, "layer/0/mute", 0)
    one.wait(SOON)
    assert np.array_equal(one.passes(), consists.audio((1.0, 1.0, 1.0)))


def test_a_fader_that_moves_while_one_overdubs_is_heard_when_that_has_ended(one):
    one.record(1, 2)
    one.press("overdub")
    one.play(noise(3 * BLOCK, 4))
    one.bus.set(0, "layer/0/level", 0.5)
    assert one.bus.get(0, "layer/0/level") == 0.5
    one.wait(BLOCK)
    one.press("overdub")
    one.wait(2 * BLOCK + SOON)
    layers = one.bus.layering.consists(0).layers
    assert np.array_equal(one.passes(), layers[0].audio * np.float32(0.5) + layers[1].audio + layers[2].audio)


def test_every_listener_hears_how_many_layers_there_are_and_how_they_stand(one):
    one.record(1, 2)
    assert one.bus.status(0).layers == 2
    assert [notice.values for notice in one.notices if notice.kind == "layers"] == [(1,), (2,)]
    assert (one.told("layer/0/vary"), one.told("layer/1/vary"), one.told("layer/1/level")) == ([1], [0], [1.0])
    one.press("clear")
    one.wait(BLOCK)
    assert [notice.values for notice in one.notices if notice.kind == "layers"][-1] == (0,)


def test_a_layer_that_is_not_there_is_refused_in_plain_words(one):
    with pytest.raises(CommandError, match="loop 1 has no layers: record something first"):
        one.bus.set(0, "layer/0/level", 0.5)
    one.record(1, 2)
    with pytest.raises(CommandError, match="layer of loop 1 must be in 0..1, got 2"):
        one.bus.get(0, "layer/2/level")
    one.bus.send(Command(CommandKind.REMIX, 0, slot=one.engine.acquire_slot(L), take=99, tag=-1, value=0.0))
    one.wait(BLOCK)
    assert [notice for notice in one.notices if notice.kind == "error"] == [], "what nobody pressed is not complained of"


# With a model, a fake one that makes tones and counts what it is told.


class Duet(Rehearsal):
    """Everything but the threads, with a generator that counts the takes that it has encoded."""

    def __init__(self):
        self.encoded = []
        super().__init__()
        prepare = self.generator.prepare
        # A take that comes with its tokens is one that needs no encoding.
        self.generator.prepare = lambda take, codes=None: (codes is None and self.encoded.append(take)) or prepare(take, codes)

    def overdub(self, blocks=6):
        self.press("overdub")
        self.play(blocks * BLOCK)
        self.press("play")
        self.play(4 * BLOCK)

    @property
    def layers(self):
        return self.bus.layering.consists(0).layers

    def whole_pass(self):
        """What sounds in the next whole pass but the fade at its end, and the variation in it as the model made it."""
        self.play((self.s0 - self.frame) % LOOP + LOOP)
        self.play(LOOP - FADE - 2 * BLOCK)
        heard = self.out[self.frame - (self.frame - self.s0) % LOOP : self.frame]
        return heard, self.offers[self.which_sounds()].variation.audio[: len(heard)]


@pytest.fixture
def duet():
    one = Duet()
    one.record()
    one.passes(1)
    one.press("back")
    one.play(BLOCK)
    one.overdub()
    one.bus.command(None, "generate", 1)
    one.play(2 * LOOP)
    return one


def test_the_base_varies_and_an_overdub_lies_on_top_of_every_variation_to_the_bit(duet):
    over = duet.layers[1].audio
    tags = set()
    for _ in range(3):
        heard, variation = duet.whole_pass()
        assert over[: len(heard)].any() and not np.array_equal(heard, variation)
        assert np.array_equal(heard, variation + over[: len(heard)])
        tags.add(duet.which_sounds())
    assert len(tags) == 3


def test_an_overdub_on_top_is_no_new_take_for_the_model_nothing_is_void_and_nothing_encoded_again():
    one = Duet()
    one.record()
    one.passes(1)
    assert len(one.encoded) == 1
    offered = set(one.offers)
    one.press("overdub")  # while the take sounds, and the first repetition waits
    one.play(6 * BLOCK)
    one.press("play")
    one.play(2 * LOOP)
    heard, variation = one.whole_pass()
    assert np.array_equal(heard, variation + one.layers[1].audio[: len(heard)])
    assert offered and len(one.encoded) == 1 and len(one.layers) == 2
    one.press("back")
    one.play(BLOCK)
    one.overdub()
    assert len(one.encoded) == 1 and len(one.layers) == 3


def test_levels_are_applied_after_the_model_to_what_sounds_to_what_waits_and_to_all_that_follows(duet):
    over, encoded = duet.layers[1].audio, len(duet.encoded)
    duet.play(3 * BLOCK)
    duet.bus.set(0, "layer/0/level", 0.5)
    duet.bus.set(0, "layer/1/level", 0.25)
    start = duet.frame + SOON
    tag, at = duet.which_sounds(), (duet.frame + SOON - duet.s0) % LOOP
    duet.play(20 * BLOCK)
    raw = duet.offers[tag].variation.audio
    assert duet.which_sounds() == tag
    heard = duet.out[start : duet.frame]
    want = raw * np.float32(0.5) + over * np.float32(0.25)
    assert np.array_equal(heard, want[at : at + len(heard)])
    for _ in range(2):
        heard, variation = duet.whole_pass()
        assert np.array_equal(heard, variation * np.float32(0.5) + over[: len(heard)] * np.float32(0.25))
    duet.bus.set(0, "layer/0/mute", 1)
    duet.play(SOON)
    heard, _ = duet.whole_pass()
    assert np.array_equal(heard, over[: len(heard)] * np.float32(0.25))
    assert len(duet.encoded) == encoded, "a level is none of the model's business"


def test_with_all_varied_the_sum_is_what_the_model_is_told(duet):
    base, over = (layer.audio for layer in duet.layers)
    duet.bus.set(0, "layer/1/vary", 1)
    duet.play(3 * LOOP)
    assert np.array_equal(duet.encoded[-1].audio, base + over)
    heard, variation = duet.whole_pass()
    assert np.array_equal(heard, variation)
    duet.bus.set(0, "layer/0/level", 0.5)
    duet.play(2 * LOOP)
    assert np.array_equal(duet.encoded[-1].audio, base * np.float32(0.5) + over)


def test_with_the_overdub_varied_alone_the_base_lies_under_it(duet):
    base, over = (layer.audio for layer in duet.layers)
    duet.bus.set(0, "layer/1/vary", 1)
    duet.bus.set(0, "layer/0/vary", 0)
    duet.play(3 * LOOP)
    assert np.array_equal(duet.encoded[-1].audio, over)
    heard, variation = duet.whole_pass()
    assert np.array_equal(heard, variation + base[: len(heard)])


def test_with_nothing_varied_the_take_repeats_itself(duet):
    duet.bus.set(0, "layer/0/vary", 0)
    duet.play(LOOP)
    made = len(duet.offers)
    duet.press("back")
    duet.play(LOOP)
    duet.bus.command(None, "generate", 1)
    duet.play(3 * LOOP)
    assert len(duet.offers) == made and duet.which_sounds() == -1


def test_keep_makes_the_variation_the_base_under_the_same_overdub_and_what_is_known_of_it_is_not_encoded(duet):
    over, encoded = duet.layers[1], len(duet.encoded)
    duet.bus.set(0, "layer/1/level", 0.5)
    duet.play(SOON)
    _, variation = duet.whole_pass()
    tag = duet.which_sounds()
    duet.press("keep")
    duet.play(2 * BLOCK)
    assert duet.layers[1] is over and np.array_equal(duet.layers[0].audio, duet.offers[tag].variation.audio)
    duet.play(2 * LOOP)
    heard, variation = duet.whole_pass()
    assert np.array_equal(heard, variation + over.audio[: len(heard)] * np.float32(0.5))
    assert len(duet.encoded) == encoded, "its tokens are held already"


def test_a_variation_is_offered_with_its_likeness_to_the_take_as_both_are_mixed(duet):
    duet.bus.set(0, "layer/0/mute", 1)
    duet.play(2 * LOOP)
    assert duet.which_sounds() >= 0
    assert duet.engine._memory.loops[0]["correlation"] > 0.999, "two that are the same fade into each other along a line"


# Multiply that varies.


def multiplied(cycles=3):
    """A loop of so many cycles, with one overdub over the first and what was played while it was multiplied."""
    one = Duet()
    one.bus.command(None, "generate", 0)
    one.record()
    one.bus.set(0, "multiply_vary", 1)
    one.passes(1)
    one.play(BLOCK)
    one.press("multiply")
    one.play((cycles - 1) * LOOP, level=0.05)
    one.press("play")
    one.play(10 * BLOCK, level=0.0)
    one.copies = one.bus.layering.consists(0)
    one.took = one.engine.status(0).take
    return one


def once_round(one):
    """The next whole time round, from the seam on."""
    length = one.engine.status(0).length_frames
    one.play(length - one.engine.status(0).position_frames, level=0.0)
    start = one.frame
    one.play(length, level=0.0)
    return one.out[start:]


def test_multiply_with_vary_fills_the_new_cycles_with_variations_under_what_was_played_on_top_and_undo_brings_the_copies_back():
    one = multiplied()
    base, over = one.copies.layers
    assert one.engine.status(0).length_frames == 3 * LOOP == one.copies.length
    copies = one.copies.audio((1.0, 1.0))
    one.bus.command(None, "generate", 1)
    one.play(BLOCK, level=0.0)
    rest = one.engine.status(0).next_seam_frame - one.frame
    start = one.frame
    one.play(rest, level=0.0)
    assert np.abs(one.out[start:] - copies[-rest:]).max() <= 2.0**-24, "until the seam the copies play"
    one.bus.command(None, "generate", 0)
    start = one.frame
    one.play(3 * LOOP, level=0.0)
    heard = one.out[start:]
    made = one.bus.layering.consists(0)
    assert made.length == 3 * LOOP and made.layers[1] is over and one.engine.status(0).take > one.took
    assert np.array_equal(heard, made.audio((1.0, 1.0)))
    assert np.array_equal(made.layers[0].audio[: LOOP - FADE], base.audio[: LOOP - FADE]), "the first cycle is the player's own"
    offer = next(offer for offer in one.offers.values() if len(offer.variation.audio) == 3 * LOOP)
    assert np.array_equal(made.layers[0].audio[LOOP : 3 * LOOP - FADE], offer.variation.audio[LOOP : 3 * LOOP - FADE])
    one.press("undo")
    once_round(one)
    assert np.abs(once_round(one) - copies).max() <= 2.0**-24
    one.bus.command(None, "generate", 1)
    for _ in range(3):
        once_round(one)
    assert one.engine.status(0).take == one.took, "undone, it is not done again"
    one.press("redo")
    one.play(BLOCK, level=0.0)
    assert one.bus.layering.consists(0) is made


def test_the_seams_between_filled_cycles_have_no_step_that_the_music_does_not_have():
    one = multiplied()
    one.bus.command(None, "generate", 1)
    once_round(one)
    made = one.bus.layering.consists(0).layers[0].audio[:, 0]
    tone = next(offer for offer in one.offers.values() if len(offer.variation.audio) == 3 * LOOP).variation.audio[:, 0]
    own = one.copies.layers[0].audio[:, 0]
    steps = np.abs(np.diff(np.append(made, made[0])))
    most = np.abs(np.diff(own)).max() + np.abs(np.diff(tone)).max()
    for border in (LOOP, 3 * LOOP - 1):
        assert steps[border - FADE : border + 1].max() <= most
    # Where the player's own end has faded out, what leads up to the variation is the variation.
    assert abs(made[LOOP - 1] - tone[LOOP - 1]) <= 2 / FADE


def test_without_the_model_or_without_vary_multiply_makes_copies():
    one = multiplied(2)
    for _ in range(3):
        once_round(one)
    assert one.engine.status(0).take == one.took
    one.bus.set(0, "multiply_vary", 0)
    one.bus.command(None, "generate", 1)
    for _ in range(3):
        once_round(one)
    assert one.engine.status(0).take == one.took and one.which_sounds() >= 0


# Anything, in any order.


@pytest.mark.parametrize("seed", [7, 8])
def test_whatever_is_pressed_the_layers_add_up_to_what_the_engine_holds_and_sounds(seed):
    rng = np.random.default_rng(seed)
    one = Duet()
    one.record()
    words = ["overdub"] * 9 + ["play"] * 8 + ["undo", "redo", "keep", "back", "multiply", "mute", "pause", "trigger", "oneshot", "lock"]
    words += [["replace", "substitute", "insert", "reverse", "clear"][rng.integers(5)]]
    checked = np.zeros(3, int)
    for _ in range(120):
        what = rng.integers(10)
        count = one.bus.status(0).layers
        if what < 4 and count:
            name = ["level", "level", "mute", "vary"][rng.integers(4)]
            value = float(rng.uniform(0, 1)) if name == "level" else int(rng.integers(2))
            one.bus.set(0, f"layer/{rng.integers(count)}/{name}", value)
        elif what == 4:
            one.bus.set(0, "feedback", float(rng.integers(6) > 0))
        elif what == 5:
            one.bus.set(0, "mix", [1.0, 1.0, 1.0, 1.0, 0.5][rng.integers(5)])
        elif what == 6:
            one.bus.command(None, "generate", 1)
        else:
            with contextlib.suppress(CommandError):
                one.press(words[rng.integers(len(words))])
        one.play(int(rng.integers(1, 80)) * BLOCK, level=0.02)
        overdubs, status = one.bus.layering._loops[0], one.engine.status(0)
        if (consists := overdubs.consists) is None or overdubs.take != status.take:
            continue
        buffer, _ = one.engine.state_of(0, status.take)
        assert np.abs(consists.audio(overdubs.held()) - buffer).max() <= 1e-6
        checked[0] += 1
        checked[1] += len(consists.layers) > 2
        repetition = overdubs.repetition(status.tag)
        if repetition is None or not repetition.fits(consists):
            continue
        slot = one.engine._memory.loops[0]["variation"]
        if slot >= 0 and one.engine._memory.loops[0]["tag"] == status.tag:
            sounding = one.engine.buffer(slot)[: len(buffer)]
            assert np.abs(repetition.audio(consists, repetition.gains) - sounding).max() <= 1e-6
            checked[2] += 1
    assert checked[0] > 60 and checked[1:].min() > 15, "with several layers, and while a variation sounds"
    assert not [notice.values for notice in one.notices if notice.kind == "error" and "remix" in notice.values[1]]


# With the bundled weights.


class RealDuet(Duet):
    def _make_worker(self, start, deliver):
        self.generator = load_generator("tiny", "cpu", threads=1)
        for name, value in (("adapt", 0), ("steps", 2)):
            self.bus.set(0, name, value)
        return super()._make_worker(start, deliver)


def test_with_the_bundled_weights_the_overdub_is_there_to_the_bit_over_what_the_model_made_of_the_base():
    one = RealDuet()
    one.record()
    one.passes(1)
    one.press("back")
    one.play(BLOCK)
    one.overdub()
    one.bus.command(None, "generate", 1)
    one.play(2 * LOOP)
    over = one.layers[1].audio
    made = set()
    for _ in range(2):
        heard, variation = one.whole_pass()
        assert np.abs(variation).max() > 0.001 and not np.allclose(variation, one.layers[0].audio[: len(variation)], atol=0.001)
        assert np.array_equal(heard, variation + over[: len(heard)])
        made.add(one.which_sounds())
    assert len(made) == 2
