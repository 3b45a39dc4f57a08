"""Prompts on a loop of 20 steps, 10 steps a second, 3 codebooks: what is kept, drawn."""

import numpy as np
import pytest

from unloop_py.beats.grid import BeatGrid, Onset
from unloop_py.control.parameters import PARAMETERS, by_name
from unloop_py.generator import masks
from unloop_py.generator.prompt import FALLBACK_PERIOD, build_mask, strong_onsets
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt

NOTHING = dict(periodic_prompt=0, onset_mask_width=0, prefix_s=0.0)
RATE = 1000


def drawn(prompt, *, grid=None, onsets=(), length=20.0, seed=0):
    mask, notes = build_mask(prompt, n_codebooks=3, length_steps=length, steps_per_second=10.0, grid=grid, onsets=onsets,
                             sample_rate=RATE, rng=np.random.default_rng(seed))
    assert mask.dtype == np.uint8 and set(np.unique(mask)) <= {0, 1}
    return masks.draw(mask), notes


def beats(count):
    return BeatGrid(2 * RATE, RATE, count, 0.0, 1.0)


ALONE = [
    (dict(), "...................."),
    (dict(prefix_s=0.15), "##.................."),
    (dict(suffix_s=0.3), ".................###"),
    (dict(inpaint_start_s=0.5, inpaint_end_s=1.0), "#####.....##########"),
    (dict(inpaint_start_s=1.0, inpaint_end_s=0.5), "...................."),   # off unless end > start
    (dict(inpaint_end_s=0.55), "......##############"),
    (dict(prefix_s=0.1, suffix_s=0.1), "#..................#"),
    (dict(prefix_s=9.0), "####################"),
]


@pytest.mark.parametrize(("values", "row"), ALONE)
def test_what_is_named_by_its_place_in_time_keeps_every_codebook(values, row):
    assert drawn(Prompt(**(NOTHING | values)))[0] == (row,) * 3


def test_periodic_hints_keep_only_the_lowest_codebooks():
    rows, _ = drawn(Prompt(**(NOTHING | dict(periodic_prompt=4, compression_prompt=2))))
    assert rows[0] == rows[1] and rows[0].count("#") == 5
    assert rows[2] == "." * 20


def test_the_periodic_phase_comes_from_the_seed_and_reaches_every_value():
    prompt = Prompt(**(NOTHING | dict(periodic_prompt=4)))
    phases = [drawn(prompt, seed=seed)[0][0].index("#") for seed in range(40)]
    assert phases == [drawn(prompt, seed=seed)[0][0].index("#") for seed in range(40)]
    assert set(phases) == {0, 1, 2, 3}


def test_a_beat_prompt_keeps_milliseconds_on_both_sides_of_each_beat_and_across_the_seam():
    rows, notes = drawn(Prompt(**(NOTHING | dict(beat_mask_ms=100))), grid=beats(4))
    assert rows == ("#...##...##...##...#",) * 3
    assert notes == ()


def test_without_a_beat_the_beat_prompt_falls_back_to_periodic_and_says_so():
    rows, notes = drawn(Prompt(**(NOTHING | dict(beat_mask_ms=100, compression_prompt=3))))
    assert rows[0].count("#") in (20 // FALLBACK_PERIOD, 20 // FALLBACK_PERIOD + 1)
    assert notes == (f"no beat found: periodic {FALLBACK_PERIOD} used instead",)
    rows, notes = drawn(Prompt(**(NOTHING | dict(beat_mask_ms=100, periodic_prompt=5))))
    assert rows[0].count("#") == 4 and notes == ("no beat found: periodic 5 used instead",)


def test_without_a_beat_prompt_a_missing_beat_is_nobodys_business():
    assert drawn(Prompt(**NOTHING))[1] == ()


def test_an_onset_prompt_keeps_steps_round_strong_onsets_only():
    onsets = [Onset(490, 1.0), Onset(1000, 0.2), Onset(1520, 0.6)]
    rows, _ = drawn(Prompt(**(NOTHING | dict(onset_mask_width=1))), onsets=onsets)
    assert rows == ("....##........##....",) * 3


def test_an_onset_just_before_the_seam_is_an_onset_on_the_head():
    for frame, length in ((0, 20.0), (1995, 20.0), (1935, 19.4), (0, 19.4)):
        rows, _ = drawn(Prompt(**(NOTHING | dict(onset_mask_width=1))), onsets=[Onset(frame, 1.0)], length=length)
        assert rows[0] == "#..................#"


def test_no_more_onsets_are_kept_than_leave_something_to_vary():
    roll = [Onset(frame, 1.0 - frame / 10_000) for frame in range(0, 2000, 50)]
    assert [onset.frame for onset in strong_onsets(roll, 2.0)] == [0, 50, 100, 150]


def test_dropout_takes_periodic_hints_and_leaves_what_was_asked_for_by_place():
    prompt = Prompt(**(NOTHING | dict(periodic_prompt=1, mask_dropout=1.0, prefix_s=0.3)))
    assert drawn(prompt)[0] == ("###.................",) * 3


def test_hints_are_united():
    prompt = Prompt(**(NOTHING | dict(prefix_s=0.2, suffix_s=0.2, periodic_prompt=20, compression_prompt=1)))
    rows, _ = drawn(prompt)
    assert rows[1] == rows[2] == "##................##"
    assert {i for i, c in enumerate(rows[1]) if c == "#"} <= {i for i, c in enumerate(rows[0]) if c == "#"}


def test_a_loop_that_ends_within_a_step_has_that_step_too():
    rows, _ = drawn(Prompt(**(NOTHING | dict(suffix_s=0.2))), length=19.4)
    assert rows[0] == ".................###"            # 17.4 to 19.4: three steps are touched


def test_an_inpaint_past_the_loops_end_says_that_nothing_is_made():
    rows, notes = drawn(Prompt(**(NOTHING | dict(inpaint_start_s=5.0, inpaint_end_s=6.0))))
    assert rows == ("#" * 20,) * 3
    assert len(notes) == 1 and "5 s" in notes[0]


def test_the_prompts_fields_are_the_tables_rows_with_the_same_defaults():
    rows = {parameter.name: parameter.default for parameter in PARAMETERS if parameter.prompt}
    assert Prompt().to_dict() == rows
    assert by_name("steps").default == DEFAULT_STEPS
