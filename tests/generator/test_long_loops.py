"""A loop of twenty seconds, which VampNet's models never saw in training, has no joint that could be heard."""

import numpy as np
import pytest
import torch

from tests.generator.test_vampnet_parity import GOLDEN
from unloop_py.evaluation.seam_study import relative_steps
from unloop_py.generator import int8_lac, int8_models, lac_codec, load_vampnet
from unloop_py.generator.sight import BLOCK
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator

RATE, SECONDS = 44100, 21.3
GOAL_DB = 1.0


@pytest.fixture(params=(False, True), ids=("floats", "bytes"))
def generator(request, tmp_path, monkeypatch):
    monkeypatch.setattr(int8_models, "user_cache_folder", lambda: tmp_path)
    monkeypatch.setattr(int8_lac, "PIECE", 2**16)
    return LocalGenerator(load_vampnet(GOLDEN, circular=True, int8=request.param))


def test_neither_the_seam_nor_the_edge_of_a_window_or_a_piece_is_rougher_than_any_other_place(generator):
    frames = round(SECONDS * RATE)
    noise = np.random.default_rng(4).normal(0, 0.1, frames)
    take = np.convolve(np.concatenate((noise[-63:], noise)), np.hanning(64) / 32, "valid").astype(np.float32)[:, None]
    prepared = generator.prepare(Take(1, take, RATE))
    hop = generator.models.codec.hop_length
    steps = prepared.codes.shape[1]
    assert steps > 2 * generator.models.coarse.window > generator.models.fine.window
    edges = [start * hop for start in range(0, steps, BLOCK)]                                # where steps are asked together
    edges += [start for start, _, _ in int8_lac.pieces(frames, generator.models.codec.config.decoder_dim // 64, 60)]
    # A codec's steps have a grain of their own: an edge is compared with places that lie in their steps where it lies in its own.
    likewise = [edge + n * hop for edge in edges for n in range(1, 40)]
    at_edges, elsewhere = [], []
    for seed in range(2):
        sound = generator.vary(prepared, VariationRequest(1, 1, seed, Prompt(periodic_prompt=7), 2)).audio[:, 0]
        assert len(sound) == frames
        energy = relative_steps(sound, RATE)
        at_edges += [energy[edges]]
        elsewhere += [energy[np.array(likewise) % frames]]
    difference = 10 * np.log10(np.mean(at_edges) / np.mean(elsewhere))
    assert difference < GOAL_DB, f"{difference:.2f} dB"


def test_in_sections_a_long_loop_is_what_it_is_in_one(monkeypatch):
    codec = load_vampnet(GOLDEN, circular=True).codec
    codes = torch.randint(0, 1024, (2, 14, 90), generator=torch.Generator().manual_seed(1))
    sound = codec.decode(codes)
    latents = codec.latents(sound[..., :-100])
    monkeypatch.setattr(lac_codec, "SECTION", 40)
    torch.testing.assert_close(codec.decode(codes), sound, rtol=0, atol=1e-5)
    torch.testing.assert_close(codec.latents(sound[..., :-100]), latents, rtol=1e-4, atol=1e-5)
    assert codec.decode(codes, circular=False).shape == sound.shape, "a straight piece stays whole, as the reference has it"
