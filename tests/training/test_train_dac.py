"""A masked model on a user's own DAC: trained by config, played like any other."""

import warnings

import numpy as np
import pytest
import soundfile
import torch

from unloop_py.errors import ModelError
from unloop_py.generator.checkpoint import load_models
from unloop_py.generator.dac_codec import DacCodec, import_dac
from unloop_py.generator.spec import Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.training.config_file import read_config
from unloop_py.training.own_model import train_from_config
from unloop_py.training.world import World

pytestmark = pytest.mark.usefixtures("one_thread")
RATE = 44_100
ALONE = World(0, 1, 0, 1, torch.device("cpu"))
CONFIG = """
[model]
dim = 32
n_layers = 1
n_heads = 2
[data]
codec = "{codec}"
tokens = "{tokens}"
held_out = 0.2
workers = 1
[training]
steps = 12
batch = 4
piece_steps = 24
warmup = 2
[output]
folder = "{folder}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three files of noise, and DAC's weights as the package writes them."""
    folder = tmp_path_factory.mktemp("dac")
    rng = np.random.default_rng(0)
    (folder / "audio").mkdir()
    for number in range(3):
        loudness = np.repeat(10 ** rng.uniform(-3, -0.5, 90), 1024)[: 2 * RATE]
        soundfile.write(folder / "audio" / f"{number}.flac", rng.standard_normal(2 * RATE) * loudness, RATE)
    with warnings.catch_warnings(action="ignore"), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = import_dac().DAC(encoder_dim=4, encoder_rates=[2, 4, 8, 8], decoder_dim=32, decoder_rates=[8, 8, 4, 2]).eval()
    network.save(folder / "weights.pth", package=False)
    return folder


def trained(place, part, codec, tokens="cached"):
    path = place / f"{part}.toml"
    path.write_text(CONFIG.format(codec=codec, tokens=tokens, folder=place / "model"))
    return train_from_config(read_config(part, path), place / "audio", ALONE)


def test_coarse_and_fine_are_trained_on_its_tokens_and_play_a_loop(place):
    coarse = trained(place, "coarse", place / "weights.pth")
    assert coarse.file.exists() and not coarse.plays
    fine = trained(place, "fine", place / "model", tokens="on the fly")  # whose codec lies there by now
    assert fine.plays
    models = load_models(str(place / "model"))
    assert isinstance(models.codec, DacCodec) and models.codec.n_codebooks == models.fine.n_codebooks == 9
    assert models.coarse.n_codebooks == models.fine.n_conditioning == 4 and models.coarse.config.latent_dim == 8
    audio = soundfile.read(place / "audio" / "1.flac", dtype="float32", always_2d=True)[0]
    take = Take(1, audio[: RATE + 77], RATE)
    generator = LocalGenerator(models)
    variation = generator.vary(generator.prepare(take), VariationRequest(take_version=1, index=1, seed=3, steps=2))
    assert variation.audio.shape == take.audio.shape and np.isfinite(variation.audio).all()
    assert variation.codes.shape == (9, -(-(RATE + 77) // 512)) and variation.mask.any() and not variation.mask.all()


@pytest.mark.parametrize("name, content, words", (
    ("gone.pth", None, "gone.pth is missing"), ("none.pth", b"no weights", "none.pth"),
))  # fmt: skip
def test_weights_that_cannot_be_used_are_refused_before_anything_is_trained(place, name, content, words):
    if content is not None:
        (place / name).write_bytes(content)
    with pytest.raises(ModelError, match=words):
        trained(place, "coarse", place / name)
