"""Tokens under a mask: what is kept stays, what is made is each item's own, and chance is fair."""

import numpy as np
import torch

from unloop_py.evaluation import paper_prompts
from unloop_py.evaluation.generation import (
    against_chance,
    decode,
    encode,
    kept_bits_per_second,
    make_all,
    masked_loss,
    noisy_tokens,
    random_tokens,
    shuffled_steps,
    token_takes,
    vary_tokens,
)
from unloop_py.generator import masks

SIZE = 1024


def codes_of(models, steps=60, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, SIZE, (models.codec.n_codebooks, steps)))


def test_kept_tokens_stay_and_the_others_are_made_by_both_models(models):
    codes = codes_of(models)
    mask = paper_prompts.periodic(*codes.shape, 4)
    made = vary_tokens(models, codes, mask, 5)
    kept = torch.from_numpy(mask) == 0
    assert torch.equal(made[kept], codes[kept])
    changed = (made != codes).float()
    coarse = models.coarse.n_codebooks
    assert changed[:coarse][~kept[:coarse]].mean() > 0.9 and changed[coarse:][~kept[coarse:]].mean() > 0.9
    assert torch.equal(made, vary_tokens(models, codes, mask, 5)) and not torch.equal(made, vary_tokens(models, codes, mask, 6))


def test_a_take_has_the_tokens_that_it_would_have_alone_whatever_is_made_beside_it(models, excerpts):
    takes = token_takes(models, excerpts)
    hidden = [paper_prompts.periodic(*take.codes.shape, 8) for take in takes]
    together = make_all(models, takes, hidden, [1, 2, 3])
    alone = [vary_tokens(models, take.codes, mask, seed) for take, mask, seed in zip(takes, hidden, [1, 2, 3], strict=True)]
    assert all(torch.equal(a, b) for a, b in zip(together, alone, strict=True))


def test_random_tokens_replace_what_is_masked_and_nothing_else(models):
    codes, rng = codes_of(models, 400), np.random.default_rng(9)
    mask = paper_prompts.periodic(*codes.shape, 2)
    drawn = random_tokens(codes, mask, SIZE, rng)
    hidden = torch.from_numpy(mask).bool()
    assert torch.equal(drawn[~hidden], codes[~hidden]) and (drawn[hidden] != codes[hidden]).float().mean() > 0.99


def test_noisy_tokens_replace_the_share_that_was_asked_for(models):
    codes = codes_of(models, 600)
    for ratio in (0.1, 0.5, 0.9):
        changed = (noisy_tokens(codes, ratio, SIZE, np.random.default_rng(1)) != codes).float().mean()
        assert abs(changed - ratio) < 0.03


def test_shuffled_steps_are_the_takes_own(models):
    codes = codes_of(models)
    mask = masks.for_codebooks(masks.everything(codes.shape[1]), *(2 * [codes.shape[0]]))
    other = shuffled_steps(codes, mask, np.random.default_rng(0))
    assert not torch.equal(other, codes)
    assert {tuple(column) for column in other.T.tolist()} == {tuple(column) for column in codes.T.tolist()}


def test_a_sound_is_encoded_at_minus_24_dbfs_whatever_its_level(models, excerpts):
    audio = excerpts[0].audio
    assert torch.equal(encode(models, audio), encode(models, 0.25 * audio))
    assert decode(models, encode(models, audio), len(audio)).shape == audio.shape


def test_the_bits_of_a_prompt_are_those_of_the_tokens_that_it_keeps():
    keep_all, seconds = np.zeros((14, 574)), 10.0
    assert kept_bits_per_second(keep_all, SIZE, seconds) == 14 * 574 * 10 / 10.0
    one_book = paper_prompts.compression(14, 574, 1, 2)
    assert kept_bits_per_second(one_book, SIZE, seconds) == 287.0


def test_random_weights_are_no_better_than_chance_and_a_model_that_knows_the_answer_is(models, excerpts):
    found = against_chance(models, [excerpts[0].audio])
    assert set(found) == {"codec", "model", "random_tokens", "shuffled_steps", "white_noise"}
    assert all(value > 0 for value in found.values())
    blind = masked_loss(models, [encode(models, excerpts[0].audio)])
    assert all(abs(loss - np.log(SIZE)) < 1.0 for loss in blind.values()), "random weights know as much as a uniform guess"


def test_the_papers_prompts_are_drawn_as_it_describes_them():
    def first_row(mask):
        return masks.draw(mask[0])

    assert masks.draw(paper_prompts.compression(3, 6)) == ("######", "......", "......")
    assert masks.draw(paper_prompts.compression(3, 6, 2, 3, phase=1)) == (".#..#.", ".#..#.", "......")
    assert masks.draw(paper_prompts.periodic(2, 9, 4)) == ("#...#...#", "#...#...#")
    assert first_row(paper_prompts.inpaint(2, 10, 1.0, 2.5)) == "##......##"
    assert (paper_prompts.inpaint(2, 574, 1.0, 57.42)[0] == 0).sum() == 2 * 57, "1 s is 57 steps at each end"
    # 75 ms are 4 steps of 17.4 ms, to the right of the beat; round the seam of a loop, cut off at the end of a line
    assert first_row(paper_prompts.beat_driven(1, 12, [2.2 / 57.42], 57.42, circular=True)) == "..####......"
    assert first_row(paper_prompts.beat_driven(1, 12, [10 / 57.42], 57.42, circular=True)) == "##........##"
    assert first_row(paper_prompts.beat_driven(1, 12, [10 / 57.42], 57.42, circular=False)) == "..........##"
