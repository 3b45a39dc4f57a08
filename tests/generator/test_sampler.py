"""The sampler against models of known logits: schedule, noise, filters, batches, and the circle."""

import math

import numpy as np
import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.fakes import MockModel
from unloop_py.generator.sampler import Sampling, draw, keep_nucleus, keep_typical, masked_after, sample

GREEDY = Sampling(steps=12, temperature=1.0, mask_temperature=0.0, greedy=True)


def random_table(rows=4, steps=30, size=16, seed=0):
    return torch.randn(rows, steps, size, generator=torch.Generator().manual_seed(seed))


def open_counts(model):
    """Masked tokens of each item at each call of the model: (calls, batch)."""
    return [(codes == model.codebook_size).flatten(1).sum(1).tolist() for codes in model.asked]


def everything(batch, rows, steps):
    return torch.zeros(batch, rows, steps, dtype=torch.long), torch.ones(batch, rows, steps, dtype=torch.uint8)


# -- the schedule ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 2, 5, 12])
def test_each_step_leaves_as_many_masked_as_the_cosine_says(steps):
    model = MockModel(random_table())
    codes, mask = everything(1, 4, 30)
    sample(model, codes, mask, [1], Sampling(steps=steps))
    cosine = (torch.arange(1, steps) / steps * math.pi / 2).cos()           # float32, as in the reference
    expected = [120] + [math.floor(value * 120) for value in cosine]
    assert [count for count, in open_counts(model)] == expected


def test_the_schedule_of_each_item_in_a_batch_is_its_own():
    model = MockModel(random_table())
    codes, mask = everything(3, 4, 30)
    mask[1, :, 10:] = 0
    mask[2, 1:] = 0
    mask[2, 0, 3:] = 0
    sample(model, codes, mask, [1, 2, 3], Sampling(steps=4))
    assert open_counts(model) == [[120, 40, 3], [110, 36, 2], [84, 28, 1], [45, 15, 1]]


def test_few_tokens_are_fixed_one_at_least_a_step_and_the_last_step_fixes_all():
    assert [masked_after(3, n_open, step / 6) for step, n_open in ((1, 3), (2, 2), (3, 1), (5, 1), (6, 1))] == [2, 1, 1, 1, 0]


def test_kept_tokens_stay_and_every_masked_one_is_made():
    model = MockModel(random_table())
    codes = torch.randint(0, 16, (2, 4, 30), generator=torch.Generator().manual_seed(5))
    mask = (torch.rand(2, 4, 30, generator=torch.Generator().manual_seed(6)) < 0.6).to(torch.uint8)
    before = codes.clone()
    made = sample(model, codes, mask, [1, 2], Sampling(steps=5))
    assert torch.equal(made[mask == 0], codes[mask == 0])
    assert made.max() < 16 and made.min() >= 0
    assert torch.equal(codes, before), "what was given is left alone"


def test_a_token_once_fixed_is_never_drawn_again():
    model = MockModel(torch.zeros(2, 1, 64))
    codes, mask = everything(1, 2, 40)
    made = sample(model, codes, mask, [3], Sampling(steps=8))
    for asked, later in zip(model.asked, [*model.asked[1:], made], strict=True):
        fixed = asked != 64
        assert torch.equal(asked[fixed], later[fixed])


def test_nothing_to_make_asks_nothing_of_the_model():
    model = MockModel(random_table())
    codes, mask = everything(1, 4, 30)
    assert torch.equal(sample(model, codes + 3, mask * 0, [1], Sampling()), codes + 3)
    assert model.asked == []


def test_conditioning_codebooks_are_given_and_never_made():
    model = MockModel(random_table(rows=2), n_conditioning=2)
    codes, mask = everything(1, 4, 30)
    mask[:, :2] = 0
    made = sample(model, codes + 7, mask, [1], Sampling(steps=2))
    assert (made[:, :2] == 7).all() and all((asked[:, :2] == 7).all() for asked in model.asked)
    with pytest.raises(AssertionError):
        sample(model, codes, mask | 1, [1], Sampling(steps=2))


# -- greed, rank and noise -------------------------------------------------------------------------------------------


def test_greedy_takes_the_likeliest_token_everywhere():
    table = random_table()
    model = MockModel(table)
    codes, mask = everything(1, 4, 30)
    assert torch.equal(sample(model, codes, mask, [1], GREEDY)[0], table.argmax(-1))


def test_without_noise_the_surest_tokens_are_fixed_first():
    table = torch.zeros(1, 10, 8)
    table[0, :, 3] = torch.tensor([5.0, 1, 9, 2, 8, 3, 7, 4, 6, 0.5])       # the higher, the surer
    model = MockModel(table)
    codes, mask = everything(1, 1, 10)
    sample(model, codes, mask, [1], Sampling(steps=2, mask_temperature=0.0, greedy=True))
    still = model.asked[1][0, 0] == 8
    assert still.tolist() == [True, True, False, True, False, True, False, True, True, True]


def test_mask_temperature_changes_which_tokens_are_fixed_first():
    table = torch.zeros(1, 40, 8)
    table[0, :, 3] = torch.arange(40) / 4
    orders = []
    for heat in (0.0, 50.0):
        model = MockModel(table)
        sample(model, *everything(1, 1, 40), [1], Sampling(steps=2, mask_temperature=heat, greedy=True))
        orders.append((model.asked[1] == 8).flatten().tolist())
    assert orders[0] == [True] * 28 + [False] * 12
    assert sum(orders[1]) == 28 and sum(orders[1][28:]) >= 4


def test_tokens_come_up_as_often_as_their_probabilities_say():
    probabilities = torch.tensor([0.5, 0.3, 0.15, 0.05])
    model = MockModel(probabilities.log().view(1, 1, 4))
    made = sample(model, *everything(1, 1, 20_000), [9], Sampling(steps=1))
    shares = torch.bincount(made.flatten(), minlength=4) / 20_000
    assert torch.allclose(shares, probabilities, atol=0.012)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_temperature_sharpens_and_flattens_the_distribution(temperature):
    probabilities = torch.tensor([0.5, 0.3, 0.15, 0.05])
    expected = (probabilities.log() / temperature).softmax(-1)
    model = MockModel(probabilities.log().view(1, 1, 4))
    made = sample(model, *everything(1, 1, 20_000), [9], Sampling(steps=1, temperature=temperature))
    assert torch.allclose(torch.bincount(made.flatten(), minlength=4) / 20_000, expected, atol=0.012)


def test_the_same_seed_gives_the_same_tokens_and_another_seed_others():
    codes, mask = everything(1, 4, 30)
    one, again, other = (sample(MockModel(random_table()), codes, mask, [seed], Sampling(steps=6)) for seed in (4, 4, 5))
    assert torch.equal(one, again) and not torch.equal(one, other)


def test_the_noise_of_one_step_is_not_the_noise_of_the_next():
    model = MockModel(torch.zeros(1, 1, 1024))
    made = sample(model, *everything(1, 1, 400), [1], Sampling(steps=2))
    early = model.asked[1] != 1024
    first = sample(MockModel(torch.zeros(1, 1, 1024)), *everything(1, 1, 400), [1], Sampling(steps=1))
    assert torch.equal(made[early], first[early])
    assert (made[~early] == first[~early]).float().mean() < 0.05


def test_the_global_random_state_is_neither_used_nor_moved():
    codes, mask = everything(1, 4, 30)
    torch.manual_seed(1)
    one = sample(MockModel(random_table()), codes, mask, [4], Sampling(steps=6))
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after)
    torch.manual_seed(2)
    assert torch.equal(sample(MockModel(random_table()), codes, mask, [4], Sampling(steps=6)), one)


# -- batches ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampling", [Sampling(steps=7), Sampling(steps=7, top_p=0.8), Sampling(steps=7, typical_filtering=True,
                                      typical_min_tokens=4), GREEDY], ids=["plain", "top_p", "typical", "greedy"])
def test_an_item_in_a_batch_gets_the_tokens_it_gets_alone(sampling):
    model = MockModel(random_table())
    codes = torch.randint(0, 16, (3, 4, 30), generator=torch.Generator().manual_seed(5))
    mask = (torch.rand(3, 4, 30, generator=torch.Generator().manual_seed(6)) < torch.tensor([0.9, 0.5, 0.1])[:, None, None]).to(torch.uint8)
    seeds = [11, 12, 13]
    together = sample(model, codes, mask, seeds, sampling)
    for item in range(3):
        alone = sample(model, codes[item:item + 1], mask[item:item + 1], seeds[item:item + 1], sampling)
        assert torch.equal(alone[0], together[item])


def test_an_item_in_a_batch_gets_the_tokens_it_gets_alone_from_a_real_transformer():
    model = random_models(seed=1).coarse.double()
    codes = torch.randint(0, 1024, (3, 4, 40), generator=torch.Generator().manual_seed(5))
    mask = (torch.rand(3, 4, 40, generator=torch.Generator().manual_seed(6)) < torch.tensor([0.9, 0.5, 0.1])[:, None, None]).to(torch.uint8)
    together = sample(model, codes, mask, [1, 2, 3], Sampling(steps=5))
    for item in range(3):
        alone = sample(model, codes[item:item + 1], mask[item:item + 1], [item + 1], Sampling(steps=5))
        assert torch.equal(alone[0], together[item])


# -- the circle ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [1, 13, 39])
@pytest.mark.parametrize("stage", ["coarse", "fine"])
def test_rotating_tokens_and_mask_rotates_what_greedy_sampling_makes(stage, shift):
    model = getattr(random_models(seed=2), stage).double()
    generator = torch.Generator().manual_seed(7)
    codes = torch.randint(0, 1024, (1, model.n_codebooks, 40), generator=generator)
    mask = (torch.rand(1, model.n_codebooks, 40, generator=generator) < 0.7).to(torch.uint8)
    mask[:, :model.n_conditioning] = 0
    made = sample(model, codes, mask, [1], GREEDY)
    rotated = sample(model, codes.roll(shift, -1), mask.roll(shift, -1), [1], GREEDY)
    assert torch.equal(rotated, made.roll(shift, -1))
    assert not torch.equal(made, codes)


# -- filters ---------------------------------------------------------------------------------------------------------


def kept(logits):
    return [(row > -math.inf).nonzero()[:, 0].tolist() for row in logits]


@pytest.mark.parametrize(("top_p", "tokens"), [
    (0.05, [1]), (0.39, [1]), (0.41, [1, 3]), (0.69, [1, 3]), (0.75, [0, 1, 3]), (0.95, [0, 1, 2, 3]),
])
def test_top_p_keeps_the_fewest_likeliest_tokens_that_reach_it(top_p, tokens):
    logits = torch.tensor([[0.2, 0.4, 0.1, 0.3]]).log()
    assert kept(keep_nucleus(logits, top_p)) == [tokens]


def test_typical_filtering_keeps_what_is_neither_too_likely_nor_too_unlikely():
    # The likeliest token's surprise (1.20) is further from the entropy (1.74) than that of the others (1.97).
    logits = torch.tensor([[0.3, 0.14, 0.14, 0.14, 0.14, 0.14]]).log()
    assert kept(keep_typical(logits, 0.3, 1)) == [[1, 2, 3]]
    assert kept(keep_typical(logits, 0.15, 1)) == [[1, 2]]
    assert kept(keep_typical(logits, 0.99, 1)) == [[0, 1, 2, 3, 4, 5]]


def test_typical_filtering_keeps_a_least_number_of_tokens():
    logits = torch.tensor([[0.3, 0.14, 0.14, 0.14, 0.14, 0.14]]).log()
    assert kept(keep_typical(logits, 0.01, 4)) == [[1, 2, 3, 4]]
    assert kept(keep_typical(logits, 0.01, 64)) == [[0, 1, 2, 3, 4, 5]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_filters_agree_with_a_plain_sort(dtype):
    logits = torch.randn(50, 200, generator=torch.Generator().manual_seed(3), dtype=dtype) * 3
    p = logits.double().softmax(-1).numpy()
    surprise = np.abs(-np.log(p) + (p * np.log(p)).sum(-1, keepdims=True))
    for filtered, keys, mass in ((keep_nucleus(logits, 0.9), -p, 0.9), (keep_typical(logits, 0.4, 1), surprise, 0.4)):
        for row, (key, probability) in enumerate(zip(keys, p, strict=True)):
            order = np.argsort(key, kind="stable")
            count = 1 + int((np.cumsum(probability[order]) < mass).sum())
            assert kept(filtered[row:row + 1]) == [sorted(order[:count].tolist())]


@pytest.mark.parametrize("sampling", [Sampling(top_p=0.6), Sampling(typical_filtering=True, typical_mass=0.3, typical_min_tokens=2)])
def test_a_filtered_token_is_never_drawn(sampling):
    logits = torch.randn(1, 30, generator=torch.Generator().manual_seed(8)) * 2
    filtered = keep_nucleus(logits, 0.6) if sampling.top_p else keep_typical(logits, 0.3, 2)
    allowed = set(kept(filtered)[0])
    tokens, log_p = draw(logits.expand(5000, -1), torch.linspace(0, 1, 5000), sampling)
    assert set(tokens.tolist()) == allowed and len(allowed) < 30
    assert torch.isfinite(log_p).all()


def test_filters_reach_the_tokens_that_are_made():
    model = MockModel(random_table(size=64))
    codes, mask = everything(1, 4, 30)
    plain = sample(model, codes, mask, [1], Sampling(steps=3))
    assert not torch.equal(sample(model, codes, mask, [1], Sampling(steps=3, top_p=0.3)), plain)
    assert not torch.equal(sample(model, codes, mask, [1], Sampling(steps=3, typical_filtering=True, typical_min_tokens=2)), plain)


# -- being watched ---------------------------------------------------------------------------------------------------


def test_progress_is_told_before_each_step_and_work_ends_when_it_is_cancelled():
    told = []
    model = MockModel(random_table())
    codes, mask = everything(1, 4, 30)
    sample(model, codes, mask, [1], Sampling(steps=4), progress=told.append)
    assert told == [0.0, 0.25, 0.5, 0.75]
    model.asked.clear()
    assert sample(model, codes, mask, [1], Sampling(steps=4), cancelled=lambda: len(model.asked) == 2) is None
    assert len(model.asked) == 2


def test_torchs_number_of_threads_is_put_back():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        sample(MockModel(random_table()), *everything(1, 4, 30), [1], Sampling(steps=2))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
