"""What every generator promises, wherever its work is done: one set of tests for all doors.

A module that imports everything from here runs them on its own `door`, a module-scoped fixture that gives a `Door`. The standard
is the generator of this process with the same bundled weights: the same request gives the same tokens through any door.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch

from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Generator, Prompt, Take, Variation, VariationRequest
from unloop_py.generator.vamp import LocalGenerator, load_generator

MODEL = "tiny"
RATE = 44100
FULL_SCALE_STEPS = 2.0**23
"""Takes lie on the grid of 24 bits, so that FLAC carries them exactly."""
STEPS = 2
PROMPT = Prompt(periodic_prompt=5, prefix_s=0.0, onset_mask_width=0)
"""Leaves most of the take to be made new."""


@dataclass
class Door:
    """A generator, and what its door allows.

    Attributes
    ----------
    generator : Generator
        With the model `MODEL`, computing on one thread of a processor.
    sound_travels : bool
        Whether its audio comes back in 24 bits.
    lose : callable
        Has the other end lose every take that it holds, if there is one.
    """

    generator: Generator
    sound_travels: bool = False
    lose: Callable[[], Any] = lambda: None


@functools.cache
def a_take(version: int = 1, seconds: float = 0.5, *, rate: int = RATE, channels: int = 2, frames: int | None = None) -> Take:
    """Plucked notes, one each quarter of a second, of a key of their own; every sample a multiple of 1 / 2**23."""
    frames = frames or round(seconds * rate)
    dice = np.random.default_rng(version)
    time_s = np.arange(frames) / rate
    sound = np.zeros((frames, channels))
    for begin_s in np.arange(0.0, frames / rate, 0.25):
        since_s = np.maximum(time_s - begin_s, 0.0)
        pitch = 110.0 * 2 ** (dice.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * since_s) / k for k in (1, 2, 3)) * np.exp(-8.0 * since_s) * (time_s >= begin_s)
        sound += 0.2 * note[:, None] * dice.uniform(0.4, 1.0, channels)
    sound += dice.uniform(-1e-3, 1e-3, sound.shape)
    return Take(version, (np.round(sound * FULL_SCALE_STEPS) / FULL_SCALE_STEPS).astype(np.float32), rate)


def a_request(take: Take, seed: int = 7, prompt: Prompt = PROMPT, steps: int = STEPS, **others: Any) -> VariationRequest:
    return VariationRequest(take.version, 1, seed, prompt, steps, **others)


@functools.cache
def local() -> LocalGenerator:
    """The standard."""
    return load_generator(MODEL, "cpu", threads=1)


@functools.cache
def own(take: Take, request: VariationRequest) -> Variation:
    """What the standard makes."""
    return local().vary(local().prepare(take), request)


def own_from(take: Take, request: VariationRequest, *, start: np.ndarray | None = None, codes: np.ndarray | None = None) -> Variation:
    """What the standard makes of tokens that are held already."""
    return local().vary(local().prepare(take, codes), request, start=start)


def assert_same(door: Door, made: Variation, wanted: Variation) -> None:
    """The same tokens, bit by bit, and all that is said of them; the same samples, or as near as 24 bits come to them."""
    assert np.array_equal(made.codes, wanted.codes), f"{(made.codes == wanted.codes).mean():.3f} of the tokens agree"
    assert np.array_equal(made.mask, wanted.mask) and made.codes.dtype == np.int16 and made.mask.dtype == np.uint8
    assert_sounds_alike(door, made.audio, wanted.audio)
    assert made.correlation == pytest.approx(wanted.correlation, abs=1e-6) and made.gain_db == pytest.approx(wanted.gain_db, abs=1e-6)
    assert made.distance == pytest.approx(wanted.distance, abs=1e-6)
    assert (made.notes, made.request) == (wanted.notes, wanted.request)


def assert_sounds_alike(door: Door, heard: np.ndarray, wanted: np.ndarray) -> None:
    assert heard.dtype == np.float32 and heard.shape == wanted.shape and heard.flags.c_contiguous
    assert np.abs(heard - wanted).max() <= (2.0 / FULL_SCALE_STEPS if door.sound_travels else 0.0)


@pytest.fixture(autouse=True, scope="module")
def computing_on_one_thread() -> Iterator[None]:
    """Sums of floats are the same only in the same order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# What it says of itself, and of a take.

def test_it_describes_the_model_and_the_codec_that_make_its_variations(door):
    facts, wanted = door.generator.describe(), local().describe()
    for name in ("model", "codec", "sample_rate", "hop_length", "n_codebooks", "codebook_size"):
        assert facts[name] == wanted[name], name
    assert isinstance(facts["device"], str)


def test_a_take_is_known_by_its_version_and_its_beats_are_found(door):
    take = a_take(3, 3.0)
    prepared, wanted = door.generator.prepare(take), local().prepare(take)
    assert prepared.version == 3 and prepared.silent is False
    assert prepared.grid == wanted.grid and wanted.grid is not None


def test_a_silent_take_is_said_to_be_silent_and_comes_back_as_it_is(door):
    take = Take(4, np.zeros((RATE // 2, 1), np.float32), RATE)
    prepared = door.generator.prepare(take)
    made = door.generator.vary(prepared, a_request(take))
    assert prepared.silent is True and prepared.grid is None
    assert np.array_equal(made.audio, take.audio) and made.notes == own(take, a_request(take)).notes


# A variation.

@pytest.mark.parametrize("rate, channels, frames", [(44100, 1, 22050), (44100, 2, 30011), (48000, 2, 24000), (96000, 1, 40001)])
def test_a_variation_has_its_takes_exact_length_rate_and_channels(door, rate, channels, frames):
    take = a_take(5, rate=rate, channels=channels, frames=frames)
    made = door.generator.vary(door.generator.prepare(take), a_request(take))
    assert made.audio.shape == (frames, channels) and made.audio.dtype == np.float32 and np.isfinite(made.audio).all()
    assert np.abs(made.audio).max() > 0.01
    assert_same(door, made, own(take, a_request(take)))


def test_the_same_request_gives_the_same_offer_each_time_and_the_same_as_anywhere_else(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    one, other = (door.generator.vary(prepared, a_request(take)) for _ in range(2))
    assert np.array_equal(one.codes, other.codes) and np.array_equal(one.audio, other.audio)
    assert_same(door, one, own(take, a_request(take)))


def test_another_seed_gives_another_offer(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    one, other = (door.generator.vary(prepared, a_request(take, seed)) for seed in (0, 2**63 - 1))
    assert (one.codes != other.codes).mean() > 0.2
    assert_same(door, other, own(take, a_request(take, 2**63 - 1)))


PROMPTS = {
    "feedback": Prompt(feedback_steps=2, mask_dropout=0.3),
    "stretched": Prompt(stretch=2),
    "transposed": Prompt(pitch_shift=-3),
    "bold": Prompt(periodic_prompt=0, temperature=1.4, top_p=0.7, typical_filtering=True, sample_cutoff=0.5),
    "beats": Prompt(periodic_prompt=0, beat_mask_ms=40.0, onset_mask_width=0),
    "inpainting": Prompt(inpaint_start_s=0.2, inpaint_end_s=0.4, loudness_match=False),
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_every_prompt_means_the_same_as_anywhere_else(door, prompt):
    take = a_take(3, 3.0) if prompt.beat_mask_ms else a_take(6, 0.6)
    request = a_request(take, prompt=prompt, turn=2)
    assert_same(door, door.generator.vary(door.generator.prepare(take), request), own(take, request))


def test_a_mask_of_ones_own_and_places_marked_by_hand_are_kept_to(door):
    take = a_take()
    columns = local().prepare(take).codes.shape[1]
    mask = ("#" * (columns // 2) + "." * (columns - columns // 2),)
    request = a_request(take, mask=mask, melt=((0.1, 0.15),), guard=((0.4, 0.45),))
    made = door.generator.vary(door.generator.prepare(take), request)
    assert_same(door, made, own(take, request))
    assert made.mask[:, 0].max() == 0 and made.mask[:, columns - 1].min() == 1


def test_it_begins_from_an_earlier_variations_tokens_where_it_is_told_to(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    first = door.generator.vary(prepared, a_request(take, 1))
    chained = door.generator.vary(prepared, a_request(take, 2, parent=1), start=first.codes)
    assert_same(door, chained, own_from(take, a_request(take, 2, parent=1), start=first.codes))
    assert not np.array_equal(chained.codes, own(take, a_request(take, 2)).codes)


def test_an_earlier_variation_is_made_again_from_its_tokens(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    first = door.generator.vary(prepared, a_request(take))
    again = door.generator.vary_from_codes(prepared, first.codes, a_request(take))
    assert np.array_equal(again.codes, first.codes)
    assert np.abs(again.audio - first.audio).max() <= 2.0 / FULL_SCALE_STEPS


def test_a_take_that_is_a_kept_variation_goes_on_from_the_tokens_it_was_kept_with(door):
    take = a_take()
    kept = own(take, a_request(take))
    on_grid = np.round(kept.audio * FULL_SCALE_STEPS) / FULL_SCALE_STEPS
    again = Take(8, on_grid.astype(np.float32), RATE)
    made = door.generator.vary(door.generator.prepare(again, kept.codes), a_request(again, 9))
    wanted = own_from(again, a_request(again, 9), codes=kept.codes)
    assert np.array_equal(made.codes, wanted.codes) and np.array_equal(made.mask, wanted.mask)
    assert np.array_equal(made.codes[made.mask == 0], kept.codes[made.mask == 0])
    # How loud the take was that the kept one came from is known to whoever made that: it may be somebody else here.
    louder = np.sqrt(np.mean(made.audio**2) / np.mean(wanted.audio**2))
    assert 0.6 < louder < 1.6


def test_in_a_batch_each_keeps_its_own_noise(door, record_property):
    take = a_take()
    requests = [a_request(take, seed) for seed in (1, 2, 3)]
    batch = door.generator.vary_many(door.generator.prepare(take), requests)
    alone = [own(take, request) for request in requests]
    assert [one.request for one in batch] == requests
    agreement = [float((one.codes == other.codes).mean()) for one, other in zip(batch, alone, strict=True)]
    crossed = [float((one.codes == other.codes).mean()) for one, other in zip(batch, alone[1:] + alone[:1], strict=True)]
    record_property("tokens that agree with those made alone", agreement)
    assert min(agreement) > 0.9 > 0.8 > max(crossed), (agreement, crossed)


def test_what_it_makes_is_nearer_to_the_take_than_random_tokens_under_the_same_mask(door):
    take = a_take(6, 1.0)
    prepared = door.generator.prepare(take)
    request = a_request(take, prompt=replace(PROMPT, periodic_prompt=3), steps=6)
    made = door.generator.vary(prepared, request)
    noise = np.random.default_rng(0).integers(0, 1024, made.codes.shape, dtype=np.int16)
    random = door.generator.vary_from_codes(prepared, np.where(made.mask == 1, noise, made.codes).astype(np.int16), request)
    assert _distance(made.audio, take.audio) < 0.9 * _distance(random.audio, take.audio)


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of log spectra, of 1024 frames each, in 32 bands."""
    return float(np.abs(_bands(one) - _bands(other)).mean())


def _bands(audio: np.ndarray) -> np.ndarray:
    frames = np.lib.stride_tricks.sliding_window_view(audio.mean(axis=1), 1024)[::256] * np.hanning(1024)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.unique(np.geomspace(1, power.shape[1], 33).astype(int))
    return np.log(np.add.reduceat(power, edges[:-1], axis=1) + 1e-4)


# While it works, and afterwards.

def test_progress_rises_to_the_whole(door):
    take = a_take()
    shares = []
    door.generator.vary(door.generator.prepare(take), a_request(take, steps=6), progress=shares.append)
    assert len(shares) > 1 and shares == sorted(shares) and shares[0] >= 0.0 and shares[-1] == 1.0


def test_one_that_is_cancelled_makes_nothing_and_the_next_is_right(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    shares = []
    made = door.generator.vary(prepared, a_request(take, steps=60), progress=shares.append, cancelled=lambda: bool(shares))
    assert made is None and shares[-1] < 0.9
    assert door.generator.vary(prepared, a_request(take), cancelled=lambda: True) is None
    assert_same(door, door.generator.vary(prepared, a_request(take)), own(take, a_request(take)))


def test_an_error_is_told_as_a_person_can_cure_it_and_poisons_nothing_that_follows(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    with pytest.raises(UnloopError, match="mask"):
        door.generator.vary(prepared, a_request(take, mask=("#..",)))
    with pytest.raises(UnloopError, match="codes|tokens|start"):
        door.generator.vary(prepared, a_request(take), start=np.zeros((2, 3), np.int16))
    assert_same(door, door.generator.vary(prepared, a_request(take)), own(take, a_request(take)))


def test_two_takes_are_held_at_once_and_one_that_goes_takes_nothing_with_it(door):
    one, other = a_take(1), a_take(2, 0.7, channels=1)
    held, going = door.generator.prepare(one), door.generator.prepare(other)
    for take, prepared in ((one, held), (other, going), (one, held)):
        assert_same(door, door.generator.vary(prepared, a_request(take)), own(take, a_request(take)))
    del going, prepared
    assert_same(door, door.generator.vary(held, a_request(one)), own(one, a_request(one)))


def test_takes_that_the_other_end_has_lost_are_sent_again_by_themselves(door):
    take = a_take()
    prepared = door.generator.prepare(take)
    door.lose()
    assert_same(door, door.generator.vary(prepared, a_request(take)), own(take, a_request(take)))
