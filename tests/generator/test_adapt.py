"""A take is learned: what moves and what never does, what is believed, where it ends, and what is kept of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from unloop_py.beats.grid import BeatGrid
from unloop_py.errors import ModelError
from unloop_py.generator.adapt import SCHEDULES, Schedule
from unloop_py.generator.adapted import load_adapted
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.take_pieces import Pieces, held_out_steps, quiet_steps
from unloop_py.generator.vamp import LocalGenerator

RATE, HOP = 44_100, 768
SHORT = Schedule(trial_steps=6, steps=4, judge_every=3, swap_every=2, trial_rate=2e-3, rate=2e-3)
ALL = dict.fromkeys(("decoder", "coarse", "fine"), SHORT)
REQUEST = VariationRequest(1, 1, 7, Prompt(), 2)


def take(version=1, seconds=1.5, seed=0):
    """Plucked tones over a little noise."""
    t = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(seed)
    tone = sum(np.sin(2 * np.pi * 110 * k * t) / k for k in range(1, 9)) * np.exp(-6 * (t % 0.25))
    return Take(version, (0.1 * tone + 0.003 * rng.standard_normal(len(t)))[:, None].astype(np.float32), RATE)


@pytest.fixture(scope="module")
def models():
    return random_models()


@pytest.fixture(scope="module")
def generator(models):
    return LocalGenerator(models)


@pytest.fixture(scope="module")
def prepared(generator):
    return generator.prepare(take())


def tensors_of(models):
    return {f"{part}.{name}": tensor.clone() for part in ("codec", "coarse", "fine")
            for name, tensor in getattr(models, part).state_dict().items()}


def learned(generator, prepared, seed=0, schedules=ALL):
    learning = generator.learn(prepared, seed, schedules)
    while learning.step():
        pass
    return learning


@pytest.fixture(scope="module")
def finished(generator, prepared):
    return learned(generator, prepared)


# What moves.


def test_the_loaded_weights_are_as_they_were_when_a_take_has_been_learned(generator, prepared, models):
    before = tensors_of(models)
    adapted = learned(generator, prepared).adapted
    generator.vary(generator.with_learned(prepared, adapted), REQUEST)
    assert set(adapted.adapters) == {"coarse", "fine"}
    assert all(torch.equal(tensor, before[name]) for name, tensor in tensors_of(models).items())
    assert not any(parameter.requires_grad for part in (models.codec, models.coarse, models.fine) for parameter in part.parameters())
    again = generator.vary(prepared, REQUEST)
    fresh = LocalGenerator(random_models())
    assert np.array_equal(again.audio, fresh.vary(fresh.prepare(take()), REQUEST).audio)


def test_tokens_mean_what_they_meant(finished, models, prepared):
    own = finished.adapted.models.codec
    moved = {name for name, tensor in own.state_dict().items() if not torch.equal(tensor, models.codec.state_dict()[name])}
    assert moved and all(name.split(".")[0] in ("linear_out", "decoder_in", "decoder", "decoder_out") for name in moved)
    audio = torch.from_numpy(take().audio.T[None])
    assert torch.equal(own.encode(audio), models.codec.encode(audio))


def test_the_decoder_is_nearer_to_a_take_that_it_has_learned(generator, prepared):
    long = Schedule(trial_steps=20, steps=60, judge_every=10, swap_every=20, trial_rate=2e-3, rate=5e-3)
    learning = learned(generator, prepared, schedules={"decoder": long})
    pieces = learning._pieces
    target, codes = pieces.read(0, pieces.steps, 0)
    before, after = (float((codec.magnitudes(codec.quantizer.decode(codes)) - target).abs().mean())
                     for codec in (generator.models.codec, learning.adapted.models.codec))
    assert after < 0.8 * before
    assert learning.gain > 0.05


def test_variations_are_made_with_what_was_learned(generator, prepared, finished):
    plain, taught = (generator.vary(generator.with_learned(prepared, what), REQUEST) for what in (None, finished.adapted))
    assert not np.array_equal(plain.audio, taught.audio)


# What is believed.


def test_what_does_not_help_the_held_out_parts_is_not_played(generator, prepared):
    learning = learned(generator, prepared, schedules=dict.fromkeys(ALL, replace(SHORT, worth=2.0)))
    assert learning.finished and learning.adapted is None
    assert learning.steps == 3 * SHORT.trial_steps and learning.share == 1.0


def test_a_network_that_learned_nothing_of_worth_stays_while_the_others_play_theirs(generator, prepared):
    still = Schedule(trial_steps=3, steps=4, judge_every=3, swap_every=2, trial_rate=0.0, rate=1e-3)
    learning = learned(generator, prepared, schedules={"decoder": SHORT, "coarse": still, "fine": SHORT})
    assert learning.gains["coarse"] <= 0.0
    assert set(learning.adapted.adapters) == {"fine"} and learning.adapted.models.coarse is generator.models.coarse


def test_where_a_little_harm_is_allowed_it_goes_on_from_the_best_state_of_the_trial(generator, prepared):
    harmed = Schedule(trial_steps=3, steps=1, judge_every=3, swap_every=1, trial_rate=5.0, rate=0.0, worth=-1e9)
    learning = learned(generator, prepared, schedules={"coarse": harmed})
    assert learning.gains["coarse"] < 0.0
    for name, tensor in generator.models.coarse.state_dict().items():
        assert torch.equal(learning.adapted.models.coarse.state_dict()[name], tensor), "which is how it came"


def test_learning_that_runs_away_teaches_nothing(generator, prepared):
    wild = Schedule(trial_steps=6, steps=4, judge_every=3, swap_every=2, trial_rate=1e20, rate=1e-3)
    learning = learned(generator, prepared, schedules=dict.fromkeys(ALL, wild))
    assert learning.adapted is None and np.isfinite(learning.gain)


def test_the_trial_is_not_corrected_on_held_out_steps():
    steps = 96
    held = held_out_steps(steps, steps, None, RATE / HOP)
    audio = np.random.default_rng(0).standard_normal(steps * HOP).astype(np.float32)
    codes = torch.zeros(9, steps, dtype=torch.long)
    pieces = Pieces(random_models().codec, audio, codes, held, np.zeros(steps, bool), 0)
    for _ in range(20):
        start, _, here = pieces.draw(pieces.seen, 40)
        assert bool(here.any()) and not bool((here & pieces.held[pieces.places(start, 40)]).any())


def test_a_take_too_short_to_judge_on_is_not_learned(generator):
    learning = learned(generator, generator.prepare(take(seconds=0.5)))
    assert learning.adapted is None and learning.steps == 0 and learning.share == 1.0


def test_a_silent_take_and_one_without_a_recording_are_not_learned(generator, prepared):
    silent = generator.prepare(Take(2, np.zeros((RATE, 1), np.float32), RATE))
    kept = generator.prepare(take(3), prepared.codes.numpy().astype(np.int16))
    assert generator.learn(silent) is None and generator.learn(kept) is None


def test_every_other_beat_is_held_out():
    steps = 115                                             # 2 s: four beats, of which the first lies at 0.1 s
    grid = BeatGrid(2 * RATE, RATE, 4, 0.1 * RATE, 1.0)
    held = held_out_steps(steps, steps, grid, RATE / HOP)
    at = [bool(held[round((0.1 + 0.5 * beat + 0.25) * RATE / HOP) % steps]) for beat in range(4)]
    assert at == [False, True, False, True]
    assert 0.4 < held.mean() < 0.6
    assert not held_out_steps(20, 20, grid, RATE / HOP).any()


def test_a_step_is_quiet_when_all_its_frames_are():
    quiet = np.zeros(10 * HOP, bool)
    quiet[2 * HOP : 5 * HOP - 1] = True
    assert np.flatnonzero(quiet_steps(quiet, 10.0, 10)).tolist() == [2, 3]


# Where it ends, and whether it can be done again.


def test_a_take_and_a_seed_give_the_same_weights_every_time(generator, prepared, finished):
    again, other = (tensors_of(learned(generator, prepared, seed).adapted.models) for seed in (0, 1))
    first = tensors_of(finished.adapted.models)
    assert all(torch.equal(again[name], tensor) for name, tensor in first.items())
    assert not all(torch.equal(other[name], tensor) for name, tensor in first.items())


def test_it_does_not_depend_on_where_it_was_interrupted(generator, prepared, finished):
    learning = generator.learn(prepared, 0, ALL)
    while learning.step():
        torch.randn(3)                                      # somebody else draws, and works, in between
        generator.vary(prepared, REQUEST)
    first, second = (tensors_of(one.adapted.models) for one in (finished, learning))
    assert all(torch.equal(second[name], tensor) for name, tensor in first.items())


def test_it_ends_after_its_steps_and_lets_go_of_all_but_the_result(generator, prepared):
    learning = generator.learn(prepared, 0, ALL)
    shares = [learning.share]
    while learning.step():
        shares.append(learning.share)
    assert shares == sorted(shares) and shares[0] == 0.0 and learning.share == 1.0
    assert learning.steps <= sum(schedule.all_steps for schedule in ALL.values())
    assert not learning.step()
    assert learning.adapted.steps == learning.steps


def test_the_bound_in_steps_is_known():
    assert sum(schedule.all_steps for schedule in SCHEDULES.values()) <= 1200


# What comes after.


def test_an_overdub_goes_on_from_what_was_learned_without_another_trial(generator, finished):
    inherited = tensors_of(finished.adapted.models)
    over = generator.with_learned(generator.prepare(take(2, seed=1)), finished.adapted)
    learning = learned(generator, over)
    assert learning.steps == 3 * SHORT.steps
    assert learning.adapted.steps == finished.steps + learning.steps
    assert all(torch.equal(tensor, inherited[name]) for name, tensor in tensors_of(finished.adapted.models).items())


def test_what_was_learned_is_kept_in_a_file_and_plays_the_same(generator, prepared, finished, tmp_path):
    generator.keep_learned(finished.adapted, str(tmp_path / "loop" / "learned.safetensors"))
    loaded = generator.kept_learned(str(tmp_path / "loop" / "learned.safetensors"))
    assert (loaded.steps, loaded.gain) == (finished.adapted.steps, finished.adapted.gain)
    assert set(loaded.adapters) == set(finished.adapted.adapters)
    for name, tensor in tensors_of(finished.adapted.models).items():
        assert torch.allclose(tensors_of(loaded.models)[name], tensor, atol=2e-3)
    assert [path.name for path in (tmp_path / "loop").iterdir()] == ["learned.safetensors"]
    generator.vary(generator.with_learned(prepared, loaded), REQUEST)


def test_a_file_of_another_model_or_a_damaged_one_is_refused(finished, models, tmp_path):
    path = tmp_path / "learned.safetensors"
    finished.adapted.save(path, models)
    with pytest.raises(ModelError, match="another model"):
        load_adapted(path, random_models(1))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match=str(path)):
        load_adapted(path, models)
    with pytest.raises(ModelError, match="missing"):
        load_adapted(tmp_path / "none.safetensors", models)
