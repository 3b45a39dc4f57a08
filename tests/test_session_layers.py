"""Layers at the instrument: their levels are heard soon and without a click, and only what varies is told to the model."""

import numpy as np
import pytest

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError
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
