"""SooperLooper's controls: every one is here, with its range and default, and is something of ours."""

import pytest

from unloop_py.control import commands, parameters
from unloop_py.control.bus import LoopStatus
from unloop_py.control.sooperlooper import EXTRA_CONTROLS, GLOBAL_CONTROLS, LOOP_CONTROLS, STATES, by_name, changed_by, output
from unloop_py.errors import ParameterError

# name, minimum, maximum, default, as SooperLooper 1.7.9 documents them; what can only be asked for has no range.
LOOP = """
rec_thresh 0 1 0; feedback 0 1 1; use_feedback_play 0 1 0; use_safety_feedback 0 1 1; dry 0 1 0; wet 0 1 1; input_gain 0 1 1;
pan_1 0 1 0.5; pan_2 0 1 0.5; use_common_ins 0 1 1; use_common_outs 0 1 1; discrete_prefader 0 1 0; has_discrete_io 0 1 0;
stretch_ratio 0.5 4 1; pitch_shift -12 12 0; tempo_stretch 0 1 0; rate 0.25 4 1; use_rate 0 1 0;
scratch_pos 0 1 0; delay_trigger; playback_sync 0 1 0; redo_is_tap 0 1 0; quantize 0 3 0; round 0 1 0; sync 0 1 0;
relative_sync 0 1 0; mute_quantized 0 1 0; overdub_quantized 0 1 0; replace_quantized 0 1 0; fade_samples 0 4096 64;
input_latency 0 32768 0; output_latency 0 32768 0; trigger_latency 0 32768 0; autoset_latency 0 1 1; round_integer_tempo 0 1 0;
jack_timebase_master 0 1 0; state; next_state; waiting; loop_len; loop_pos; cycle_len; free_time; total_time; rate_output;
in_peak_meter; out_peak_meter; is_soloed; channel_count; pan_3; pan_4
"""
GLOBAL = """
tempo 0 1000 110; eighth_per_cycle 1 600 16; sync_source -5 16 0; dry 0 1 0; wet 0 1 1;
input_gain 0 1 1; tap_tempo; save_loop; auto_disable_latency 0 1 1; select_next_loop;
select_prev_loop; select_all_loops; selected_loop_num -1 32 -1; output_midi_clock 0 1 0; smart_eighths 0 1 1; use_midi_start 0 1 0;
use_midi_stop 0 1 0; send_midi_start_on_trigger 0 1 0; global_cycle_len; global_cycle_pos;
in_peak_meter; out_peak_meter
"""


def listed(text):
    return [row.split() for row in text.split(";")]


@pytest.mark.parametrize("rows, text", [(LOOP_CONTROLS, LOOP), (GLOBAL_CONTROLS, GLOBAL)])
def test_no_control_of_sooperlooper_is_missing(rows, text):
    ours = {row.name: row for row in rows}
    for name, *numbers in listed(text):
        row = ours.pop(name)
        if numbers:
            assert [row.minimum, row.maximum, row.default] == list(map(float, numbers)) or row.name == "sync"
    assert not ours, "more than SooperLooper has"


@pytest.mark.parametrize("row", [*LOOP_CONTROLS, *EXTRA_CONTROLS, *GLOBAL_CONTROLS], ids=lambda row: row.name)
def test_each_is_something_of_ours_and_says_why_where_it_is_something_else(row):
    if row.kind == "status":
        assert isinstance(output(row.name, LoopStatus()), float)
    elif row.kind in ("command", "toggle"):
        assert commands.by_name(row.ours)
    else:
        parameter = parameters.by_name(row.ours)
        same_name = parameter.name == row.name
        assert row.why or (same_name and parameter.default == row.default), "another name or default without a reason"


def test_values_translate_there_and_back():
    fade = by_name("fade_samples", "loop")
    assert fade.read(960, 48000) == 20.0
    assert fade.to_theirs(20.0, 48000) == 960
    assert fade.read(0, 48000) == 1.0
    assert by_name("use_rate", "loop").read(0, 48000) == 1.0


@pytest.mark.parametrize(("name", "scope", "value"), [
    ("feedback", "loop", 1.5), ("quantize", "loop", 4), ("tempo", "global", 1e9), ("tempo", "global", float("nan")),
    ("sync_source", "global", -4)])
def test_a_value_outside_of_its_range_is_refused_with_the_range_or_the_cure(name, scope, value):
    with pytest.raises(ParameterError, match=name):
        by_name(name, scope).read(value, 48000)


def test_a_name_that_is_none_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match="no loop control 'fedback': the nearest is 'feedback'"):
        by_name("fedback", "loop")


def test_states_have_sooperloopers_numbers_and_what_waits_is_told_as_there():
    from unloop_py.engine.messages import State

    assert {state.label: int(state) for state in State}.items() <= STATES.items()
    waiting = LoopStatus(state="playing", pending="overdub")
    assert (output("state", waiting), output("next_state", waiting), output("waiting", waiting)) == (1, 5, 1)
    assert output("state", LoopStatus(state="recording", pending="record")) == 3
    assert output("next_state", LoopStatus()) == -1


def test_every_parameter_of_ours_is_a_control_of_a_loop_unless_sooperlooper_means_something_else_by_the_name():
    own = {row.name for row in LOOP_CONTROLS}
    for row in parameters.PARAMETERS:
        control = by_name(row.name, "loop")
        assert row.name in own or (control.ours, control.minimum, control.maximum) == (row.name, row.minimum, row.maximum)
    assert by_name("pitch_shift", "loop").ours == "loop_pitch"
    assert by_name("wet", "global").ours == "main_wet"


def test_what_a_change_of_ours_means_for_the_controls():
    assert set(changed_by("parameter", "speed", "loop")) == {"rate", "use_rate", "rate_output", "speed"}
    assert "wet" in changed_by("parameter", "main_wet", "global")
    assert changed_by("state", "", "loop") == ("state", "next_state", "waiting")
    assert changed_by("select", "", "global") == ("selected_loop_num",) and changed_by("select", "", "loop") == ()
    assert changed_by("xruns", "", "loop") == ()
