"""VampNet's files give what the reference gives; and each difference that is meant, against the reference's own way."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.generator import vampnet_reference as reference
from unloop_py.errors import ParameterError
from unloop_py.generator import load_vampnet, masks
from unloop_py.generator.sampler import keep_typical

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "reference-small"
TOLERANCE = 1e-4
MODELS = ("coarse", "c2f")


@pytest.fixture(scope="module")
def models():
    return load_vampnet(GOLDEN)


@pytest.fixture(scope="module")
def expected():
    with np.load(GOLDEN / "expected.npz") as file:
        held = {key: torch.from_numpy(file[key]) for key in file.files}
    return {key: value.long() if not value.is_floating_point() else value for key, value in held.items()}


def asked(models, expected, name):
    """A model, the golden codes for it and their mask."""
    model = {"coarse": models.coarse, "c2f": models.coarse_to_fine}[name]
    return model, expected["random_codes"][:, : model.n_codebooks], expected[f"{name}_mask"]


def furthest(found, wanted):
    """Largest difference, as a share of the largest value."""
    assert found.shape == wanted.shape
    return float((found - wanted).abs().max() / wanted.abs().max())


def test_audio_becomes_the_references_codes(models, expected):
    codes = models.codec.encode(expected["audio"][None, None])
    assert torch.equal(codes, expected["codes"])
    assert furthest(models.codec.quantizer.decode(codes), expected["z_q"]) < TOLERANCE


@pytest.mark.parametrize("codes, audio", (("codes", "decoded"), ("random_codes", "random_decoded")))
def test_codes_become_the_references_audio(models, expected, codes, audio):
    assert furthest(models.codec.decode(expected[codes]), expected[audio][None, None]) < TOLERANCE


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_the_references(models, expected, name):
    model, codes, mask = asked(models, expected, name)
    logits = model.logits(codes.masked_fill(mask.bool(), 1024))
    assert logits.shape == (1, model.n_codebooks - model.n_conditioning, codes.shape[-1], 1024)
    flat = logits.permute(0, 3, 2, 1).flatten(2)[..., expected[f"{name}_logit_columns"]]
    assert furthest(flat, expected[f"{name}_logits"]) < TOLERANCE


@pytest.mark.parametrize("name, steps", (("coarse", 12), ("c2f", 2)))
def test_greedy_tokens_are_the_references_and_filters_do_not_touch_them(models, expected, name, steps):
    model, codes, mask = asked(models, expected, name)
    for filters in ({}, {"top_p": 0.1, "typical_filtering": True, "typical_mass": 0.01, "typical_min_tokens": 1}):
        made = model.generate(codes, mask, steps=steps, greedy=True, mask_temperature=0.0, **filters)
        assert torch.equal(made, expected[f"{name}_greedy_{steps}"])


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("steps", (3, 12))
def test_any_mask_gives_the_tokens_of_the_plain_reference(models, name, steps):
    """An even number of tokens and a step two thirds of the way: where the schedule's rounding tells."""
    model = {"coarse": models.coarse, "c2f": models.coarse_to_fine}[name]
    noise = torch.Generator().manual_seed(steps)
    codes = torch.randint(0, 1024, (1, model.n_codebooks, 32), generator=noise)
    mask = torch.zeros_like(codes)
    mask[:, model.n_conditioning:, :24] = 1
    assert mask.sum() % 2 == 0
    made = model.generate(codes, mask, steps=steps, greedy=True, mask_temperature=0.0)
    assert torch.equal(made, reference.generate(model, codes, mask, steps)[0])


def test_item_of_a_batch_gets_what_it_gets_alone_and_the_references_schedule_would_change_it(models):
    noise = torch.Generator().manual_seed(0)
    codes = torch.randint(0, 1024, (2, 4, 40), generator=noise)
    mask = (torch.rand(2, 4, 40, generator=noise) < 0.8).long()
    together = models.coarse.generate(codes, mask, steps=6, greedy=True, mask_temperature=0.0)
    for item in range(2):
        alone = models.coarse.generate(codes[item:item + 1], mask[item:item + 1], steps=6, greedy=True, mask_temperature=0.0)
        assert torch.equal(together[item:item + 1], alone)
    faulty, fixed = reference.generate(models.coarse, codes, mask, 6, reference.Faults(schedule_summed_over_batch=True))
    assert not torch.equal(faulty, together)
    assert fixed[:3] == [[1, 1]] * 3, "one token a step while the doubled count is more than there are"


def test_typical_filtering_filters_and_the_reference_throws_its_result_away():
    logits = torch.randn(20, 1024, generator=torch.Generator().manual_seed(0)) * 3
    ours = keep_typical(logits, 0.15, 8)
    assert torch.equal(ours, reference.typical_filter(logits, 0.15, 8))
    assert torch.isinf(ours).any()
    assert torch.equal(logits, reference.typical_filter(logits, 0.15, 8, reference.Faults(typical_filter_discarded=True)))


def test_ends_of_a_loop_are_made_like_any_place_and_the_reference_keeps_them(models):
    codes = torch.zeros(1, 4, 20, dtype=torch.long)
    mask = torch.ones_like(codes)
    mask[:, :, 10] = 0
    assert torch.equal(reference.coarse_mask(mask), mask)
    kept = reference.coarse_mask(mask, reference.Faults(chunk_ends_kept=True))
    assert (kept - mask).abs().sum() == 8 and not kept[..., [0, -1]].any()
    assert torch.equal(reference.coarse_mask(torch.ones_like(mask), reference.Faults(chunk_ends_kept=True)), torch.ones_like(mask))
    made = models.coarse.generate(codes, mask, steps=2, greedy=True, mask_temperature=0.0)
    held = models.coarse.generate(codes, kept, steps=2, greedy=True, mask_temperature=0.0)
    assert not held[..., [0, -1]].any() and made[..., [0, -1]].any()


def test_fine_tokens_see_past_three_seconds_and_the_reference_cuts_there(models):
    codes = torch.randint(0, 1024, (1, 14, 180), generator=torch.Generator().manual_seed(3))
    assert len(reference.fine_chunks(codes)) == 1
    chunks = reference.fine_chunks(codes, reference.Faults(fine_chunks_padded=True))
    assert [chunk.shape[-1] for chunk in chunks] == [173, 173] and not chunks[1][..., 7:].any()
    model = models.coarse_to_fine
    whole = model.logits(codes)[:, :, 173:]
    cut = model.logits(chunks[1])[:, :, :7]
    assert not torch.allclose(whole, cut, atol=1e-3), "what is left of the cut counts, and what is filled in does not"


def test_periodic_hints_have_the_width_that_was_asked_for_and_the_references_are_odd():
    for width in (1, 2, 3, 4):
        ours = torch.from_numpy(masks.periodic(28, 7, width))
        assert torch.equal(ours, reference.periodic_mask(28, 7, width)) and int((ours == 0).sum()) == 4 * width
    odd = [reference.periodic_mask(28, 7, width, faults=reference.Faults(periodic_width_odd=True)) for width in (2, 3)]
    assert torch.equal(*odd)
    rolled = reference.periodic_mask(28, 7, 1, roll=3)
    assert torch.equal(torch.from_numpy(masks.periodic(28, 7, 1, phase=3)), rolled)


def test_dropout_takes_the_share_that_was_asked_for_and_the_references_takes_less():
    hints = masks.periodic(400, 2)
    for share in (0.2, 0.5, 1.0):
        left = int((masks.dropout(hints, share, np.random.default_rng(0)) == masks.KEEP).sum())
        plain = reference.dropout(torch.from_numpy(hints), share, torch.Generator().manual_seed(0))
        assert left == int((plain == 0).sum()) == 200 - round(share * 200)
        faults = reference.Faults(dropout_drawn_again=True)
        assert int((reference.dropout(torch.from_numpy(hints), share, torch.Generator().manual_seed(0), faults) == 0).sum()) > left


def test_same_seed_makes_the_same_tokens_and_another_makes_others(models):
    codes = torch.zeros(1, 4, 24, dtype=torch.long)
    mask = torch.ones_like(codes)
    first, again, other = (models.coarse.generate(codes, mask, steps=3, seed=seed) for seed in (5, 5, 6))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_likeliest_tokens_are_taken_past_the_cutoff(models):
    codes = torch.zeros(1, 4, 24, dtype=torch.long)
    how = dict(steps=1, mask_temperature=0.0, temperature=5.0, sample_cutoff=0.0)
    drawn = models.coarse.generate(codes, torch.ones_like(codes), **how)
    assert not torch.equal(drawn, models.coarse.generate(codes, torch.ones_like(codes), greedy=True, **how)), "the first step draws"
    late = how | {"steps": 2, "sample_cutoff": 0.4}
    made = {seed: models.coarse.generate(codes, torch.ones_like(codes), **late, seed=seed) for seed in (1, 2)}
    assert not torch.equal(made[1], made[2])


def test_tokens_given_as_masked_are_made_and_conditioning_is_kept_whatever_the_mask_says(models):
    model = models.coarse_to_fine
    codes = torch.randint(0, 1024, (1, 14, 12), generator=torch.Generator().manual_seed(1))
    by_mask = torch.zeros_like(codes)
    by_mask[:, 4:] = 1
    everything = model.generate(codes, torch.ones_like(codes), steps=2, greedy=True, mask_temperature=0.0)
    assert torch.equal(everything[:, :4], codes[:, :4])
    by_value = model.generate(codes.masked_fill(by_mask.bool(), 1024), torch.zeros_like(codes), steps=2, greedy=True, mask_temperature=0.0)
    assert torch.equal(everything, by_value)


@pytest.mark.parametrize("wrong, says", (
    ({"steps": 0}, "steps lies in 1"), ({"temperature": 0.0}, "temperature lies in"), ({"top_p": 1.5}, r"top_p lies in 0\.\.1, got 1.5"),
    ({"seed": -1}, "seed lies in 0"), ({"sample_cutoff": 2.0}, "sample_cutoff lies in")))
def test_a_value_out_of_range_names_its_limits(models, wrong, says):
    codes = torch.zeros(1, 4, 8, dtype=torch.long)
    with pytest.raises(ParameterError, match=says):
        models.coarse.generate(codes, torch.ones_like(codes), **({"steps": 2} | wrong))


def test_codes_of_another_shape_or_range_are_refused(models):
    with pytest.raises(ParameterError, match=r"codes of shape \(batch, 4, steps\), got \(1, 5, 8\)"):
        models.coarse.logits(torch.zeros(1, 5, 8, dtype=torch.long))
    with pytest.raises(ParameterError, match=r"codes lie in 0..1023, and 1024 stands for masked; got 1025"):
        models.coarse.logits(torch.full((1, 4, 8), 1025))
    with pytest.raises(ParameterError, match="masked tokens are to be generated before"):
        models.codec.decode(torch.full((1, 4, 8), 1024))
    with pytest.raises(ParameterError, match=r"audio of shape \(batch, 1, samples\)"):
        models.codec.encode(torch.zeros(1, 2, 800))
