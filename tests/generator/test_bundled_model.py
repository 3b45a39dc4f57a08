"""The bundled weights: whole, small enough, as good as the card says, and better than chance on a loop made here."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open

from unloop_py.audio_io.groove import groove
from unloop_py.evaluation.generation import against_chance
from unloop_py.evaluation.results import digest
from unloop_py.generator.checkpoint import BUNDLED, FILES, load_models
from unloop_py.training.card import LIMITS, derived, findings_of, model_card
from unloop_py.training.figures import codec_error

SMALL = BUNDLED / "small"


@pytest.fixture(scope="module")
def models():
    return load_models("small")


@pytest.fixture(scope="module")
def manifest():
    return json.loads((SMALL / "manifest.json").read_text())


@pytest.fixture(scope="module")
def loop():
    audio = groove(44_100)
    return audio.reshape(len(audio), -1).mean(axis=1).astype(np.float32)


def test_the_weights_of_all_models_are_at_most_60_megabytes_in_16_bits_or_less_and_those_of_tiny_8():
    paths = [BUNDLED / name / file for name in ("small", "tiny") for file in FILES]
    assert sum(path.stat().st_size for path in paths) <= 60e6
    assert sum(path.stat().st_size for path in paths if path.parent.name == "tiny") <= 8e6
    for path in paths:
        with safe_open(path, "pt") as weights:
            assert all(weights.get_tensor(key).element_size() <= 2 for key in weights.keys())  # noqa: SIM118 (no mapping)


def test_both_models_are_of_the_same_tokens():
    small, tiny = load_models("small"), load_models("tiny")
    codes = small.codec.encode(torch.randn(1, 1, 44_100, generator=torch.Generator().manual_seed(0)) * 0.1)
    assert torch.equal(codes, tiny.codec.encode(torch.randn(1, 1, 44_100, generator=torch.Generator().manual_seed(0)) * 0.1))
    assert tiny.coarse.logits(codes[:, :4]).shape == small.coarse.logits(codes[:, :4]).shape


def test_the_manifest_says_how_they_were_made_from_what_and_under_which_licence(manifest):
    assert manifest["command"].startswith("scripts/build_bundled_model")
    assert manifest["licence"].startswith("MIT")
    assert {source["licence"] for source in manifest["data"]["sources"]} <= {"MIT", "CC0-1.0", "public domain"}
    held_out = range(manifest["data"]["held_out_seeds"][0], manifest["data"]["held_out_seeds"][1] + 1)
    assert not any(seed in held_out for run in manifest["data"]["seeds"] for seed in run)


@pytest.mark.parametrize("name", LIMITS)
def test_each_figure_of_the_card_reaches_its_limit(manifest, name):
    limit, kind = LIMITS[name]
    value = derived(manifest["figures"])[name]
    assert value <= limit if kind == "at most" else value >= limit


def test_the_card_is_the_manifests(manifest):
    assert (SMALL / "MODEL_CARD.md").read_text() == model_card(manifest, findings_of(SMALL))


def test_the_rulers_findings_in_the_card_are_of_these_weights(manifest):
    assert findings_of(SMALL)["model"]["digest"] == digest(manifest["files"])


def test_a_groove_it_never_heard_survives_the_codec(models, loop):
    assert codec_error(models, loop) <= 0.55


def test_what_the_model_makes_is_nearer_to_the_take_than_random_tokens_or_shuffled_steps(models, loop):
    distance = against_chance(models, [loop, np.roll(loop, 10_000)])
    assert distance["model"] <= 0.9 * distance["random_tokens"]
    assert distance["model"] <= 0.9 * distance["shuffled_steps"]
    assert distance["model"] < distance["white_noise"]


def test_the_models_never_predict_their_mask_token(models):
    codes = torch.full((1, 4, 40), 1024)
    assert models.coarse.logits(codes).shape[-1] == 1024
