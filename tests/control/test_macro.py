"""What the one knob means."""

import pytest

from unloop_py.control.macro import MACRO_NAMES, prompts_for
from unloop_py.control.parameters import PARAMETERS, by_name

STEPS = [step / 100 for step in range(101)]


def test_the_raw_prompts_of_the_table_start_where_the_knob_starts():
    prompts = prompts_for(by_name("variation").default)
    assert prompts == {parameter.name: parameter.default for parameter in PARAMETERS if parameter.name in prompts}


@pytest.mark.parametrize("variation", STEPS)
def test_every_value_lies_in_its_parameter_s_range_and_kind(variation):
    prompts = prompts_for(variation)
    assert set(prompts) == MACRO_NAMES
    for name, value in prompts.items():
        assert by_name(name).convert(value) == value
        assert type(by_name(name).convert(value)) is type(value)


@pytest.mark.parametrize("name", sorted(MACRO_NAMES))
def test_no_prompt_ever_moves_back_as_the_knob_is_turned_up(name):
    values = [prompts_for(variation)[name] for variation in STEPS]
    assert values == sorted(values) or values == sorted(values, reverse=True)


def test_beat_one_and_strong_onsets_are_kept_even_at_full_variation():
    assert prompts_for(1.0)["prefix_s"] >= 0.05
    assert prompts_for(1.0)["onset_mask_width"] >= 1


def test_hints_become_rarer_and_the_choice_freer():
    low, high = prompts_for(0.25), prompts_for(1.0)
    assert low["periodic_prompt"] < high["periodic_prompt"]
    assert low["temperature"] < high["temperature"]
    assert low["compression_prompt"] > high["compression_prompt"]


@pytest.mark.parametrize("variation", [-0.01, 1.01, float("nan")])
def test_a_value_outside_the_knob_is_refused(variation):
    with pytest.raises(ValueError, match="variation"):
        prompts_for(variation)
