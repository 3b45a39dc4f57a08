"""The masked transformer: rotation, masking, conditioning, and that the long-loop path is the same function."""

import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig, circular_distance, distance_buckets

SMALL = dict(dim=32, n_layers=2, n_heads=2, latent_dim=8, codebook_size=50)


def model_of(**sizes) -> MaskedTransformer:
    torch.manual_seed(4)
    model = MaskedTransformer(TransformerConfig(**(SMALL | sizes)))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.set_codebooks(torch.randn(9, 50, 8))
    return model.double().eval().requires_grad_(False)


def codes_of(model: MaskedTransformer, steps: int) -> torch.Tensor:
    return torch.randint(0, 51, (2, model.n_codebooks, steps), generator=torch.Generator().manual_seed(steps))


@pytest.mark.parametrize("steps", (2, 7, 60, 1025, 1300))
def test_a_loop_turned_by_any_whole_number_of_steps_has_its_logits_turned(steps):
    model = model_of()
    codes = codes_of(model, steps)
    for turn in (1, steps // 2, steps - 1):
        turned = model.logits(torch.roll(codes, turn, -1))
        assert torch.allclose(turned, torch.roll(model.logits(codes), turn, 2), rtol=0, atol=1e-11)


def test_logits_have_a_row_for_each_predicted_codebook_only():
    model = model_of(n_codebooks=9, n_conditioning=4)
    assert model.logits(codes_of(model, 30)).shape == (2, 5, 30, 50)


def test_the_logits_depend_on_a_kept_token_and_on_its_being_masked():
    model = model_of()
    codes = codes_of(model, 30).clamp_max(49)
    masked, other = codes.clone(), codes.clone()
    masked[:, 1, 10] = 50
    other[:, 1, 10] = (codes[:, 1, 10] + 1) % 50
    assert not torch.allclose(model.logits(codes), model.logits(other))
    assert not torch.allclose(model.logits(codes), model.logits(masked))


def test_a_long_loop_looked_at_in_blocks_is_the_same_as_all_at_once():
    whole, blocks = model_of(window=512), model_of(window=20, query_block=16)
    near = circular_distance(101)
    codes = codes_of(whole, 101)
    bias, _ = whole._look(101, True, torch.zeros(1, dtype=torch.double))
    allowed = (near >= -20) & (near < 20)
    whole._look = lambda *_: (bias.masked_fill(~allowed, float("-inf")), None)
    assert torch.allclose(whole.logits(codes), blocks.logits(codes), rtol=0, atol=1e-11)


def test_distances_are_signed_round_the_circle_and_buckets_tell_sides_apart():
    assert circular_distance(5).tolist()[0] == [0, 1, 2, -2, -1]
    config = TransformerConfig()
    distance = torch.arange(-600, 601)
    buckets = distance_buckets(distance, config)
    assert buckets.min() == 0 and buckets.max() == config.n_buckets - 1
    assert len(set(buckets[600 - 15 : 600 + 16].tolist())) == 31  # near by, each distance has its own
    side = buckets[600:].tolist()
    assert side[1:] == sorted(side[1:])


def test_random_models_are_the_same_for_the_same_seed():
    one, same, other = random_models(1), random_models(1), random_models(2)
    codes = torch.randint(0, 1025, (1, 4, 20))
    assert torch.equal(one.coarse.logits(codes), same.coarse.logits(codes))
    assert not torch.equal(one.coarse.logits(codes), other.coarse.logits(codes))
