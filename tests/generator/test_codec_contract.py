"""What every codec of the house promises, whichever family it is: one suite on all of them, with random weights."""

import inspect
import warnings

import numpy as np
import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.codec import Codec
from unloop_py.generator.dac_codec import DacCodec, import_dac
from unloop_py.generator.lac_codec import LacCodec, LacConfig

SAMPLE_RATE = 44_100


def bundled() -> Codec:
    return random_models(3).codec


def dac() -> Codec:
    with warnings.catch_warnings(action="ignore"):
        network = import_dac().DAC(encoder_dim=4, encoder_rates=[2, 4, 8, 8], decoder_dim=32, decoder_rates=[8, 8, 4, 2])
    return DacCodec(network)


def lac() -> Codec:
    config = LacConfig(encoder_dim=4, encoder_rates=(2, 6, 8, 8), decoder_dim=64, decoder_rates=(6, 4, 4, 2, 2, 2), n_codebooks=14,
                       codebook_size=1024, codebook_dim=8, sample_rate=SAMPLE_RATE)
    codec = LacCodec(config, circular=True).eval().requires_grad_(False)
    for name, parameter in codec.named_parameters():  # as torch begins, offsets would drown the sound, and all codes be alike
        if name.endswith("bias"):
            parameter.zero_()
        elif parameter.dim() == 3 and "alpha" not in name:
            parameter.mul_(1.2)
    return codec


CODECS = {"bundled": (bundled, 768, 9), "dac": (dac, 512, 9), "lac": (lac, 768, 14)}


@pytest.fixture(scope="module", params=CODECS)
def codec(request) -> Codec:
    make, hop, n_codebooks = CODECS[request.param]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        codec = make()
    assert (codec.hop_length, codec.n_codebooks) == (hop, n_codebooks)
    assert codec.encode(noise(codec, 40)).unique(dim=-1).shape[-1] > 30, "weights whose codes hardly change prove nothing"
    return codec


def noise(codec: Codec, steps: float, seed: int = 0, batch: int = 1) -> torch.Tensor:
    """Noise of another loudness in each step, so that its codes change."""
    rng, samples = np.random.default_rng(seed), round(steps * codec.hop_length)
    loudness = np.repeat(10 ** rng.uniform(-3, -0.5, (batch, 1, int(steps) + 1)), codec.hop_length, axis=2)[..., :samples]
    return torch.from_numpy((rng.standard_normal((batch, 1, samples)) * loudness).astype(np.float32))


def same(codes: torch.Tensor, others: torch.Tensor) -> bool:
    """All tokens but one in a hundred: two candidates may be equally near, and the last bit of a sum depends on its place."""
    return codes.shape == others.shape and (codes == others).float().mean().item() >= 0.99


def test_it_says_what_it_is(codec):
    assert codec.sample_rate == SAMPLE_RATE and codec.codebook_size == 1024
    for value in (codec.sample_rate, codec.hop_length, codec.n_codebooks, codec.codebook_size):
        assert type(value) is int
    for method in (codec.encode, codec.decode):
        assert inspect.signature(method).parameters["circular"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("steps", (20, 20 + 1 / 512, 20.9, 3, 1, 0.01))
@pytest.mark.parametrize("circular", (True, False))
def test_there_is_one_step_for_each_begun_hop_and_it_sounds_for_a_whole_hop(codec, steps, circular):
    audio = noise(codec, steps)
    codes = codec.encode(audio, circular=circular)
    wanted = -(-audio.shape[-1] // codec.hop_length)
    assert codes.shape == (1, codec.n_codebooks, wanted) and codes.dtype == torch.int64
    assert codes.min() >= 0 and codes.max() < codec.codebook_size
    sound = codec.decode(codes, circular=circular)
    assert sound.shape == (1, 1, wanted * codec.hop_length) and sound.dtype == torch.float32
    assert torch.isfinite(sound).all()


def test_where_nobody_says_a_loop_is_a_circle(codec):
    audio = noise(codec, 8)
    assert torch.equal(codec.encode(audio), codec.encode(audio, circular=True))
    codes = codec.encode(audio)
    assert torch.equal(codec.decode(codes), codec.decode(codes, circular=True))


@pytest.mark.parametrize("steps, turn", ((40, 13), (5, 2)))
def test_a_loop_turned_by_whole_steps_has_its_codes_and_its_sound_turned_likewise(codec, steps, turn):
    audio = noise(codec, steps)
    codes = codec.encode(audio)
    assert same(codec.encode(torch.roll(audio, turn * codec.hop_length, -1)), torch.roll(codes, turn, -1))
    sound = codec.decode(codes)
    turned = codec.decode(torch.roll(codes, turn, -1))
    assert (turned - torch.roll(sound, turn * codec.hop_length, -1)).abs().max() < 1e-4 * sound.abs().max()


def test_a_surplus_is_filled_with_the_loops_own_head(codec):
    loop = noise(codec, 10.4)
    surplus = 11 * codec.hop_length - loop.shape[-1]
    assert same(codec.encode(loop), codec.encode(torch.cat((loop, loop[..., :surplus]), dim=-1)))


def test_outside_a_circle_a_surplus_is_silence(codec):
    loop = noise(codec, 10.4)
    filled = torch.nn.functional.pad(loop, (0, 11 * codec.hop_length - loop.shape[-1]))
    assert same(codec.encode(loop, circular=False), codec.encode(filled, circular=False))


def test_on_a_circle_the_end_is_heard_at_the_start_and_outside_it_is_not(codec):
    audio, other = noise(codec, 60), noise(codec, 60)
    other[..., 59 * codec.hop_length :] = noise(codec, 1, seed=9)
    assert not torch.equal(codec.encode(audio)[..., :1], codec.encode(other)[..., :1])
    assert same(codec.encode(audio, circular=False)[..., :30], codec.encode(other, circular=False)[..., :30])
    codes = codec.encode(audio)
    changed = codes.clone()
    changed[..., -1] = (changed[..., -1] + 1) % codec.codebook_size
    start = slice(0, codec.hop_length)
    assert not torch.equal(codec.decode(codes)[..., start], codec.decode(changed)[..., start])
    straight, other_straight = codec.decode(codes, circular=False)[..., start], codec.decode(changed, circular=False)[..., start]
    assert (straight - other_straight).abs().max() <= 1e-5 * straight.abs().max()


def test_an_item_in_a_batch_is_coded_and_sounds_as_it_would_alone(codec):
    batch = noise(codec, 15, batch=3)
    codes = codec.encode(batch)
    assert same(codes[1:2], codec.encode(batch[1:2]))
    sound = codec.decode(codes)
    assert (sound[1:2] - codec.decode(codes[1:2])).abs().max() <= 1e-4 * sound.abs().max()


def test_fewer_codebooks_can_be_decoded_and_sound_different(codec):
    codes = codec.encode(noise(codec, 15))
    for n_codebooks in (1, 4):
        assert codec.decode(codes[:, :n_codebooks]).shape == codec.decode(codes).shape
        assert not torch.equal(codec.decode(codes[:, :n_codebooks]), codec.decode(codes))


def test_the_same_in_is_the_same_out_and_what_came_in_stays_as_it_was(codec):
    audio = noise(codec, 10)
    before = audio.clone()
    codes = codec.encode(audio)
    assert torch.equal(codes, codec.encode(audio)) and torch.equal(audio, before)
    kept = codes.clone()
    assert torch.equal(codec.decode(codes), codec.decode(codes)) and torch.equal(codes, kept)


def test_no_gradients_are_kept(codec):
    codes = codec.encode(noise(codec, 4).requires_grad_())
    assert not codes.requires_grad and not codec.decode(codes).requires_grad


def test_the_masked_models_get_a_vector_for_every_code(codec):
    vectors = codec.quantizer.vectors()
    assert vectors.shape[:2] == (codec.n_codebooks, codec.codebook_size) and torch.isfinite(vectors).all()
    assert (vectors.flatten(1).std(dim=1) > 0).all()
