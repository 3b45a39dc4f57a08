"""The bundled codec: what every codec promises, and that a loop is a circle to it."""

import numpy as np
import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.rvq_codec import RvqCodec
from unloop_py.generator.stft import CircularStft

HOP = 768


@pytest.fixture(scope="module")
def codec() -> RvqCodec:
    return random_models(3).codec


def noise(steps: int, seed: int = 0, batch: int = 1) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((batch, 1, steps * HOP)).astype(np.float32) * 0.1)


@pytest.mark.parametrize("samples", (HOP * 20, HOP * 20 + 1, HOP * 21 - 1, HOP * 3))
@pytest.mark.parametrize("circular", (True, False))
def test_codes_have_one_step_for_each_begun_hop_and_decode_to_whole_hops(codec, samples, circular):
    codes = codec.encode(noise(21)[..., :samples], circular=circular)
    steps = -(-samples // HOP)
    assert codes.shape == (1, 9, steps) and codes.dtype == torch.int64
    assert codes.min() >= 0 and codes.max() < 1024
    audio = codec.decode(codes, circular=circular)
    assert audio.shape == (1, 1, steps * HOP) and audio.dtype == torch.float32
    assert torch.isfinite(audio).all()


def test_a_loop_turned_by_whole_steps_has_its_codes_and_its_sound_turned_likewise(codec):
    audio = noise(40)
    codes, sound = codec.encode(audio), codec.decode(codec.encode(audio))
    turned = codec.encode(torch.roll(audio, 13 * HOP, -1))
    assert torch.equal(turned, torch.roll(codes, 13, -1))
    difference = (codec.decode(turned) - torch.roll(sound, 13 * HOP, -1)).abs().max() / sound.abs().max()
    assert difference < 1e-4


def test_a_surplus_is_filled_with_the_loops_own_head(codec):
    loop = noise(11)[..., : 10 * HOP + 300]
    filled = torch.cat((loop, loop[..., : HOP - 300]), dim=-1)
    assert torch.equal(codec.encode(loop), codec.encode(filled))


def test_an_item_in_a_batch_is_coded_as_it_would_be_alone(codec):
    batch = noise(15, batch=3)
    assert torch.equal(codec.encode(batch)[1:2], codec.encode(batch[1:2]))


def test_fewer_codebooks_can_be_decoded_and_sound_different(codec):
    codes = codec.encode(noise(15))
    assert codec.decode(codes[:, :2]).shape == codec.decode(codes).shape
    assert not torch.equal(codec.decode(codes[:, :2]), codec.decode(codes))


def test_outside_a_circle_the_end_is_not_heard_at_the_start(codec):
    audio, other = noise(40), noise(40)
    other[..., 30 * HOP :] = noise(10, seed=9)
    straight = codec.encode(audio, circular=False)[..., :15], codec.encode(other, circular=False)[..., :15]
    assert torch.equal(*straight)
    assert not torch.equal(codec.encode(audio)[..., :2], codec.encode(other)[..., :2])


@pytest.mark.parametrize("fft_size, hop, n", ((1536, 384, 50), (1536, 384, 2), (2048, 256, 40)))
def test_the_circular_stft_gives_back_the_audio_it_was_made_from(fft_size, hop, n):
    stft = CircularStft(fft_size, hop)
    audio = noise(60)[0, :, : n * hop].double()
    assert (stft.inverse(stft.forward(audio)) - audio).abs().max() < 1e-12


def test_phases_found_on_the_circle_bring_the_magnitudes_back():
    stft = CircularStft(1536, 384)
    t = torch.arange(200 * 384) / 44_100
    tone = sum(torch.sin(2 * np.pi * f * t) for f in (110.3, 331.0, 1234.5))[None] * 0.2
    wanted = stft.forward(tone).abs()
    guess = torch.from_numpy(np.random.default_rng(1).uniform(0, 6.28, wanted.shape).astype(np.float32))

    def miss(iterations: int) -> float:
        got = stft.forward(stft.from_magnitudes(wanted, guess, iterations)).abs()
        return float((got - wanted).norm() / wanted.norm())

    assert miss(16) < 0.5 * miss(0)
