"""Masks, drawn: # is a token that is kept, . one that is made."""

import numpy as np
import pytest

from unloop_py.errors import ParameterError
from unloop_py.generator import masks

PERIODIC = [
    # period, width, phase, mask
    (0, 1, 0, "............"),
    (1, 1, 0, "############"),
    (3, 1, 0, "#..#..#..#.."),
    (3, 1, 1, ".#..#..#..#."),
    (4, 1, 3, "...#...#...#"),
    (4, 2, 0, "##..##..##.."),
    (4, 3, 1, "###.###.###."),
    (6, 3, 0, "##...###...#"),     # the hint on step 0 reaches back over the seam
    (4, 1, 11, "...#...#...#"),    # a phase past the end comes round
    (5, 1, 0, "#....#....#."),     # 5 does not divide 12: one short gap, at the seam
    (2, 9, 0, "############"),
]


@pytest.mark.parametrize(("period", "width", "phase", "drawn"), PERIODIC)
def test_a_periodic_prompt_keeps_every_nth_step(period, width, phase, drawn):
    assert masks.draw(masks.periodic(12, period, width, phase)) == drawn


@pytest.mark.parametrize(("onset", "width", "drawn"), [
    (4, 0, ".........."),
    (4, 1, "...##....."),
    (4, 2, "..####...."),
    (0, 2, "##......##"),          # an onset on the head is kept, and what leads to it
    (9, 2, "#......###"),
])
def test_an_onset_prompt_keeps_both_sides_of_the_onset_round_the_circle(onset, width, drawn):
    assert masks.draw(masks.onsets(10, [onset], width)) == drawn


@pytest.mark.parametrize(("spans", "drawn"), [
    ([(2.0, 4.0)], "..##......"),
    ([(2.1, 4.1)], "..###....."),          # every step that is touched
    ([(-1.5, 1.0)], "#.......##"),
    ([(8.5, 10.5)], "#.......##"),
    ([(3.2, 3.2)], "...#......"),
    ([(1, 2), (5, 7)], ".#...##..."),
    ([(-20, 20)], "##########"),
    ([], ".........."),
])
def test_a_span_keeps_every_step_it_touches_across_the_seam_too(spans, drawn):
    starts, ends = [s for s, _ in spans], [e for _, e in spans]
    assert masks.draw(masks.spans(10, starts, ends)) == drawn


@pytest.mark.parametrize(("mask", "drawn"), [
    (masks.prefix(6, 2), "##...."), (masks.prefix(6, 0), "......"), (masks.prefix(6, 9), "######"),
    (masks.suffix(6, 2), "....##"), (masks.suffix(6, 0), "......"), (masks.suffix(6, 9), "######"),
    (masks.inpaint(6, 2, 4), "##..##"), (masks.inpaint(6, 0, 9), "......"), (masks.inpaint(6, 8, 9), "######"),
])
def test_prefix_suffix_and_inpaint(mask, drawn):
    assert masks.draw(mask) == drawn


def test_a_compression_prompt_keeps_the_lowest_codebooks_of_a_hint():
    hints = masks.parse("#..#", 1, 4)[0]
    assert masks.draw(masks.for_codebooks(hints, 3, 2)) == ("#..#",
                                                            "#..#",
                                                            "....")
    assert masks.draw(masks.for_codebooks(hints, 3, 14)) == ("#..#",) * 3


@pytest.mark.parametrize(("share", "left"), [(0.0, 8), (0.25, 6), (0.5, 4), (1.0, 0)])
def test_dropout_drops_exactly_its_share_of_the_hints_and_adds_none(share, left):
    hints = masks.periodic(24, 3)
    dropped = masks.dropout(hints, share, np.random.default_rng(1))
    assert (dropped == masks.KEEP).sum() == left
    assert (dropped >= hints).all()
    assert masks.draw(hints) == "#.." * 8, "the mask that was given is left alone"


def test_dropout_is_another_with_another_seed_and_the_same_with_the_same():
    hints = masks.periodic(60, 2)
    one, again, other = (masks.draw(masks.dropout(hints, 0.5, np.random.default_rng(seed))) for seed in (1, 1, 2))
    assert one == again != other


def test_a_union_keeps_what_any_keeps_and_an_intersection_what_all_keep():
    rows = [masks.parse(row, 1, 6)[0] for row in ("##..#.", ".##.#.", "....##")]
    assert masks.draw(masks.union(*rows)) == "###.##"
    assert masks.draw(masks.intersection(*rows)) == "....#."


def test_a_mask_of_the_users_own_has_one_row_or_one_for_each_codebook():
    assert masks.draw(masks.parse("#..#", 2, 4)) == ("#..#", "#..#")
    assert masks.draw(masks.parse(("#..#", "...."), 2, 4)) == ("#..#", "....")


@pytest.mark.parametrize(("rows", "words"), [
    ("#..", ("4 steps", "got 3")),
    (("#..#",) * 3, ("2 codebooks", "got 3")),
    ("#.x.", ("# (keep)", "'x'")),
])
def test_a_mask_of_another_shape_is_refused_with_the_cure(rows, words):
    with pytest.raises(ParameterError) as error:
        masks.parse(rows, 2, 4)
    assert all(word in str(error.value) for word in words)


def test_what_is_drawn_can_be_read_again():
    mask = masks.for_codebooks(masks.periodic(20, 7, 2, 3), 4, 3)
    assert np.array_equal(masks.parse(masks.draw(mask), 4, 20), mask)
