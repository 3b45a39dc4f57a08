"""The table of commands and what it makes of arguments."""

import pytest

from unloop_py.control.commands import COMMANDS, KEYS, by_name, command_for_space, read_argument
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.errors import CommandError


def asked(name, *values):
    press = read_argument(by_name(name), values)
    return press and (press.name, press.argument)


def test_the_table_holds_the_contract_s_commands():
    loop = [command.name for command in COMMANDS if command.scope == "loop"]
    layers, history = "overdub replace substitute multiply insert".split(), "undo redo undo_all redo_all".split()
    transport = "play trigger oneshot pause mute mute_trigger solo reverse delay_trigger scratch set_sync_pos reset_sync_pos clear".split()
    rest = (
        "keep back first lock melt guard unguard draw cue accept again vary form favourite recall capture preset preset_save hit down up "
        "forceup switch_down switch_up switch_lost load save save_loop"
    ).split()
    assert loop == ["record", *layers, *history, *transport, *rest]
    instrument = [command.name for command in COMMANDS if command.scope == "global"]
    selects = "select select_next select_prev".split()
    kept = "scene scene_save scene_delete preset_delete".split()
    sessions = "save_session save_settings load_session".split()
    loops, midi = "loop_add loop_del select_all tap".split(), ["midi_learn", "midi_forget"]
    assert instrument == [*selects, *loops, *midi, *sessions, "generate", *kept, "stage_lock", "model", "quit"]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if command.argument == "none"])
def test_a_button_acts_when_pressed_and_not_when_released(name):
    assert asked(name) == (name, None)
    assert asked(name, 1) == (name, None)
    assert asked(name, 1.0) == (name, None)
    assert asked(name, "1") == (name, None)
    assert asked(name, 127) == (name, None)
    for release in (0, 0.0, "0", False):
        assert asked(name, release) is None


@pytest.mark.parametrize("name", ["mute", "lock", "generate"])
def test_a_toggle_is_set_by_1_and_0_and_flipped_by_no_argument(name):
    assert asked(name) == (name, None)
    assert asked(name, 1.0) == (name, 1)
    assert asked(name, "0") == (name, 0)
    assert asked(name, True) == (name, 1)


def test_again_counts_seams():
    assert asked("again") == ("again", 1)
    assert asked("again", 3.0) == ("again", 3)
    assert asked("again", 0) is None


@pytest.mark.parametrize(
    "name, values, says",
    [
        ("record", ("loud",), "record takes no argument"),
        ("record", (1, 2), "got 2 arguments"),
        ("mute", (2,), "mute takes 1, 0 or no argument"),
        ("mute", (float("nan"),), "got nan"),
        ("again", (-1,), r"1\.\.1000"),
        ("again", (1001,), r"1\.\.1000"),
        ("again", (1.5,), "got 1.5"),
        ("again", (float("inf"),), "got inf"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_with_what_may_be(name, values, says):
    with pytest.raises(CommandError, match=says):
        read_argument(by_name(name), values)


@pytest.mark.parametrize(("values", "name"), [(("lisa",), "lisa"), ((" mine ",), "mine"), ((7.0,), "7"), ((7,), "7")])
def test_a_name_is_taken_as_it_is_written(values, name):
    assert asked("model", *values) == ("model", name)


@pytest.mark.parametrize("values", [(), ("",), (True,), ("x" * 251,), ("two", "names")])
def test_a_model_needs_one_name_and_is_told_where_they_are_listed(values):
    with pytest.raises(CommandError, match="model takes one name of at most 250 characters; `unloop models` lists them"):
        read_argument(by_name("model"), values)


def test_a_preset_needs_one_name_and_is_told_where_they_are_listed():
    assert asked("preset", "timbre-transfer") == ("preset", "timbre-transfer")
    with pytest.raises(CommandError, match="preset takes one name of at most 250 characters; `unloop presets` lists them, got ''"):
        asked("preset")


def test_an_unknown_command_is_answered_with_the_nearest():
    with pytest.raises(CommandError, match="'record'"):
        by_name("recrod")


def test_the_space_bar_goes_round_record_play_overdub_play():
    assert [command_for_space(state)[0] for state in ("off", "recording", "playing", "overdubbing")] == [
        "record",
        "record",
        "overdub",
        "overdub",
    ]


def test_every_key_names_a_command_or_a_parameter_that_exists():
    for key in KEYS:
        if key.parameter:
            assert parameter_by_name(key.parameter) and key.step
        elif key.command not in ("space", "help"):
            assert by_name(key.command)
    assert len({key.key for key in KEYS}) == len(KEYS)
