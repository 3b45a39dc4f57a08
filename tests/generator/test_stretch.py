"""A take at a fraction of its speed in a loop of its length: its parts together are what the reference makes of it."""

import numpy as np
import pytest

from unloop_py.generator import masks
from unloop_py.generator.spec import Prompt, VariationRequest
from unloop_py.generator.stretch import frames_of_part, place_in_take, steps_of_part, stretch_mask


@pytest.mark.parametrize("factor", [1, 2, 3, 8])
@pytest.mark.parametrize("steps", [1, 7, 24])
def test_the_parts_one_after_the_other_are_each_step_repeated_with_its_first_one_kept(steps, factor):
    """As in the reference: `repeat_interleave` of tokens and mask, and all that was added is made."""
    parts = [steps_of_part(float(steps), factor, part) for part in range(factor)]
    source, first = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
    np.testing.assert_array_equal(source, np.repeat(np.arange(steps), factor))
    np.testing.assert_array_equal(first, np.arange(steps * factor) % factor == 0)


@pytest.mark.parametrize("length", [19.4, 20.999, 0.3, 1.5])
@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_loop_that_ends_within_a_step_has_parts_of_its_own_length_and_loses_no_step(length, factor):
    begun = set()
    for part in range(factor):
        source, first = steps_of_part(length, factor, part)
        assert len(source) == len(first) == int(np.ceil(length))
        assert (np.diff(source) >= 0).all() and (np.diff(source) <= 1).all()
        assert source.min() >= 0 and source.max() < np.ceil(length)
        begun |= set(source[first])
    assert len(begun) >= np.floor(length)


def test_a_stretched_mask_keeps_what_was_kept_once_and_makes_the_rest():
    mask = masks.parse(("##..#",), 1, 5)
    drawn = [masks.draw(stretch_mask(mask, *steps_of_part(5.0, 2, part)))[0] for part in (0, 1)]
    assert drawn == ["#.#..", "...#."]


def test_frames_follow_the_steps_and_each_part_says_where_in_the_take_it_lies():
    np.testing.assert_array_equal(np.concatenate([frames_of_part(10, 3, part) for part in range(3)]), np.repeat(np.arange(10), 3))
    for part in range(3):
        frames = frames_of_part(10, 3, part)
        place = place_in_take(10, 3, part)
        assert (place.start, place.stop) == (frames[0], frames[-1] + 1)


def test_repetitions_go_through_the_parts_in_order_and_round_again():
    requests = [VariationRequest(1, index, 1, Prompt(stretch=3)) for index in range(1, 8)]
    assert [request.part for request in requests] == [0, 1, 2, 0, 1, 2, 0]
    assert [VariationRequest(1, index, 1).part for index in (1, 2, 3)] == [0, 0, 0]
