"""The table of parameters and what it does with values."""

import math

import pytest

from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS, by_name, defaults
from unloop_py.errors import ParameterError

NAMES = (
    "variation mix periodic_prompt periodic_width beat_mask_ms onset_mask_width prefix_s suffix_s inpaint_start_s "
    "inpaint_end_s compression_prompt mask_dropout stretch pitch_shift temperature mask_temperature top_p typical_filtering "
    "typical_mass typical_min_tokens sample_cutoff steps seed seed_lock feedback_steps batch loudness_match vary_together "
    "vary_mode vary_every drift_limit against adapt "
    "sync_source tempo beats_per_bar eighth_per_cycle smart_eighths round_integer_tempo "
    "forgiveness_ms output_midi_clock send_midi_start_on_trigger use_midi_start use_midi_stop jack_timebase_master group "
    "autoset_latency auto_disable_latency input_latency output_latency trigger_latency sync "
    "quantize tap_ms hold_s erase_s debounce_ms round relative_sync overdub_quantized replace_quantized mute_quantized multiply_vary "
    "playback_sync redo_is_tap "
    "record_bars record_beats count_in click "
    "rec_thresh silence_stop_s speed stretch_ratio loop_pitch tempo_stretch wet dry "
    "loop_dry main_wet input_gain main_input_gain feedback use_feedback_play use_safety_feedback pan_1 pan_2 channels "
    "use_common_ins input_1 input_2 use_common_outs output_1 output_2 discrete_prefader tail seam_ms "
    "stop_mode stop_fade_s scratch_pos swap morph_loops"
).split()


def test_the_table_holds_exactly_the_contract_s_names_in_its_order():
    assert [parameter.name for parameter in PARAMETERS] == NAMES


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_each_default_lies_in_its_range_and_is_what_convert_gives_back(parameter):
    assert parameter.minimum <= parameter.default <= parameter.maximum
    assert parameter.convert(parameter.default) == parameter.default
    assert isinstance(parameter.convert(parameter.default), float if parameter.kind == "float" else int)
    assert parameter.help.endswith(".")
    assert parameter.kind in ("float", "int", "bool")


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_both_limits_are_allowed_and_what_lies_beyond_is_refused(parameter):
    assert parameter.convert(parameter.minimum) == parameter.minimum
    assert parameter.convert(parameter.maximum) == parameter.maximum
    for beyond in (parameter.minimum - 1, parameter.maximum + 1, math.inf, -math.inf):
        with pytest.raises(ParameterError):
            parameter.convert(beyond)


@pytest.mark.parametrize(
    "name, given, held",
    [
        ("mix", 1, 1.0),
        ("mix", "0.25", 0.25),
        ("mix", " .5 ", 0.5),
        ("mix", True, 1.0),
        ("periodic_prompt", 7.0, 7),
        ("periodic_prompt", 6.5, 7),
        ("periodic_prompt", 6.4, 6),
        ("periodic_prompt", "7", 7),
        ("seed", "2147483647", 2147483647),
        ("typical_filtering", "on", 1),
        ("typical_filtering", 0.0, 0),
        ("typical_filtering", "false", 0),
    ],
)
def test_ints_floats_and_numeric_strings_are_accepted(name, given, held):
    assert by_name(name).convert(given) == held


def test_a_limit_that_came_through_a_32_bit_float_is_still_the_limit():
    assert by_name("typical_mass").convert(0.9900000095367432) == 0.99


@pytest.mark.parametrize("given", ["loud", "", "nan", math.nan, None, [0.5], b"1", "on"])
def test_what_is_no_number_is_refused_with_the_range(given):
    with pytest.raises(ParameterError, match=r"mix must be a number in 0\.\.1"):
        by_name("mix").convert(given)


def test_an_error_names_the_value_the_limit_and_where_it_came_from():
    with pytest.raises(ParameterError) as caught:
        by_name("temperature").convert(5, "OSC /unloop/loop/1/temperature")
    assert str(caught.value) == "temperature must be in 0.1..2, got 5 (OSC /unloop/loop/1/temperature)"


def test_a_whole_number_too_long_for_any_float_is_refused_like_another():
    with pytest.raises(ParameterError, match="seed must be in"):
        by_name("seed").convert(10**400)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match="'temperature'"):
        by_name("temprature")


def test_defaults_are_a_fresh_dict_each_time():
    defaults()["mix"] = 0.0
    assert defaults()["mix"] == 1.0


REFERENCE = {
    "periodic": "periodic_prompt", "periodic_p": "periodic_prompt", "periodic_w": "periodic_width",
    "upper_codebook_mask": "compression_prompt", "n_mask_codebooks": "compression_prompt", "dropout": "mask_dropout",
    "drop": "mask_dropout", "sampletemp": "temperature", "temp": "temperature", "typical_filter": "typical_filtering",
    "sampling_steps": "steps", "num_steps": "steps", "num_feedback_steps": "feedback_steps",
    "onset_mask_width": "onset_mask_width", "beat_mask_ms": "beat_mask_ms", "top_p": "top_p", "typical_mass": "typical_mass",
    "typical_min_tokens": "typical_min_tokens", "seed": "seed", "stretch_factor": "stretch", "time_stretch_factor": "stretch",
    "pitch_shift_amt": "pitch_shift", "sample_cutoff": "sample_cutoff", "batch_size": "batch",
}  # fmt: skip


@pytest.mark.parametrize(("alias", "name"), REFERENCE.items())
def test_the_names_of_vampnet_s_players_mean_the_parameter_they_set(alias, name):
    assert by_name(alias).name == name


def test_no_name_means_two_things():
    names = [name for row in PARAMETERS for name in (row.name, *row.aliases)] + [row.name for row in COMMANDS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("parameter", [row for row in PARAMETERS if row.choices], ids=lambda row: row.name)
def test_each_value_that_has_a_name_is_understood_by_it(parameter):
    values = range(int(parameter.minimum), int(parameter.maximum) + 1)
    assert [parameter.convert(word.upper()) for word in parameter.choices] == list(values)
    with pytest.raises(ParameterError, match=parameter.choices[-1]):
        parameter.convert("sideways")
