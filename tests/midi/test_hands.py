"""What controls do: commands, words with press and release, switches, parameters; on which loop, by which kind of message."""

import random

import pytest

from tests.midi.conftest import cc, note, program


def test_a_note_gives_a_word_s_press_and_its_release(rig):
    rig.bind({"on": "note 60", "press": "record", "loop": 2})
    rig.play("Keys", note(60), note(60, 0))
    assert rig.given() == [(1, "down", "record"), (1, "up", "record")]


def test_a_note_off_releases_as_a_note_of_no_velocity_does(rig):
    rig.bind({"on": "note 60", "press": "record", "loop": 1})
    rig.play("Keys", note(60), (0x80, 60, 64))
    assert [name for _, name, _ in rig.given()] == ["down", "up"]


def test_a_sustained_word_ends_with_its_release_however_short_it_was(rig):
    rig.bind({"on": "note 60", "press": "overdub", "sustain": True, "loop": 1})
    rig.play("Keys", note(60), note(60, 0))
    assert rig.given() == [(0, "down", "overdub"), (0, "forceup", "overdub")]


def test_a_pedal_that_sends_every_value_on_its_way_down_is_pressed_once(rig):
    rig.bind({"on": "cc 64", "press": "record", "loop": 1})
    rig.play("Keys", *(cc(64, value) for value in (10, 50, 70, 100, 127, 90, 40, 0)))
    assert rig.given() == [(0, "down", "record"), (0, "up", "record")]


def test_a_release_goes_to_the_loops_that_were_pressed_though_another_is_selected_by_now(rig):
    rig.bind({"on": "note 60", "press": "overdub"}, {"on": "note 61", "command": "select_next"})
    rig.play("Keys", note(60), note(61), note(60, 0))
    assert rig.given() == [(0, "down", "overdub"), (None, "select_next", None), (0, "up", "overdub")]


def test_a_control_may_be_for_all_loops_and_one_that_refuses_does_not_keep_the_others(rig):
    rig.bind({"on": "note 60", "command": "mute", "loop": "all"})
    rig.play("Keys", note(60))
    assert rig.given() == [(loop, "mute", None) for loop in range(3)]


def test_a_loop_that_is_not_there_is_not_told(rig):
    rig.bind({"on": "note 60", "press": "record", "loop": 9}, {"on": "cc 1", "parameter": "wet", "loop": 9, "take_over": "jump"})
    rig.play("Keys", note(60), note(60, 0), cc(1, 3))
    assert rig.given() == [] and rig.sets() == [] and rig.told("error") == []


def test_a_switch_is_pressed_and_let_go(rig):
    rig.bind({"on": "cc 80", "switch": 2, "loop": 1})
    rig.play("Keys", cc(80, 127), cc(80, 0))
    assert rig.given() == [(0, "switch_down", 2), (0, "switch_up", 2)]


def test_a_program_change_has_no_release_and_is_let_go_at_once(rig):
    rig.bind({"on": "program 3", "switch": 1, "loop": 1}, {"on": "program 4", "press": "record", "loop": 1})
    rig.play("Keys", program(3), program(4))
    assert rig.given() == [(0, "switch_down", 1), (0, "switch_up", 1), (0, "down", "record"), (0, "up", "record")]


def test_any_program_counts_and_one_that_is_bound_itself_does_not(rig):
    rig.bind({"on": "program", "command": "select", "data": [10, 127], "range": [1, 118]}, {"on": "program 11", "command": "tap"})
    rig.play("Keys", program(12), program(11), program(3))
    assert rig.given() == [(None, "select", 3), (None, "tap", None)]


def test_program_changes_recall_presets_and_scenes_by_their_number(rig):
    rig.bind({"on": "program", "channel": 1, "command": "preset", "loop": 1}, {"on": "program", "channel": 2, "command": "scene"})
    rig.play("Keys", program(0), program(1))
    assert rig.given() == [(0, "preset", "1"), (0, "preset", "2")]
    assert rig.bus.get(0, "periodic_prompt") == 5  # the second of VampNet's
    rig.bus.command(None, "scene_save", "verse")
    rig.play("Keys", program(0, 2))
    assert rig.given()[1:] == [(None, "scene", "1")]


def test_a_scene_that_is_not_there_is_said(rig):
    rig.bind({"on": "program", "command": "scene"})
    rig.play("Keys", program(90))
    assert [text for _, text in rig.told("error") if "91" in text]


@pytest.mark.parametrize(
    ("table", "messages", "values"),
    [
        ({"on": "cc 7", "parameter": "wet"}, [cc(7, 0), cc(7, 127)], [0.0, 1.0]),
        ({"on": "cc 7", "parameter": "wet", "range": [0.5, 0.25]}, [cc(7, 0), cc(7, 127)], [0.5, 0.25]),
        ({"on": "cc 7", "parameter": "wet", "data": [64, 127]}, [cc(7, 127), cc(7, 64), cc(7, 3)], [1.0, 0.0, 0.0]),
        ({"on": "cc 7", "parameter": "speed"}, [cc(7, 0), cc(7, 127)], [0.25, 4.0]),
        ({"on": "cc 7", "parameter": "steps"}, [cc(7, 0), cc(7, 127)], [1, 128]),
        ({"on": "bend", "parameter": "variation"}, [(0xE0, 0, 0), (0xE0, 127, 127)], [0.0, 1.0]),
        ({"on": "pressure", "parameter": "variation"}, [(0xD0, 0), (0xD0, 127)], [0.0, 1.0]),
        ({"on": "key_pressure 60", "parameter": "variation"}, [(0xA0, 60, 0), (0xA0, 60, 127)], [0.0, 1.0]),
        ({"on": "cc14 7", "parameter": "variation"}, [cc(7, 127), cc(39, 127)], [1.0]),
        ({"on": "nrpn 300", "parameter": "variation"}, [cc(99, 2), cc(98, 44), cc(6, 127), cc(38, 127)], [1.0]),
    ],
)
def test_a_control_of_any_kind_turns_a_parameter_from_end_to_end(rig, table, messages, values):
    rig.bind({**table, "loop": 1, "take_over": "jump"})
    heard = []
    for message in messages:
        rig.play("Keys", message)
        heard.append(rig.bus.get(0, table["parameter"]))
    assert heard[-len(values) :] == values


def test_a_wide_range_is_turned_by_ratios(rig):
    rig.bind({"on": "bend", "parameter": "speed", "loop": 1, "take_over": "jump"})
    rig.play("Keys", (0xE0, 0, 32))  # a quarter of the way from a quarter to four times
    assert rig.bus.get(0, "speed") == pytest.approx(0.5, rel=1e-3)


def test_sooperlooper_s_gain_is_a_fader_s_curve_with_full_level_at_its_top(rig):
    rig.bind({"on": "cc 7", "parameter": "wet", "loop": 1, "curve": "gain", "take_over": "jump"})
    rig.play("Keys", cc(7, 64))
    assert rig.bus.get(0, "wet") == pytest.approx(2 ** ((0.5039370 ** 0.125 * 198 - 198) / 6), rel=1e-4)


def test_a_button_sets_a_value_s_two_ends_in_turn(rig):
    rig.bind({"on": "note 1", "parameter": "sync", "loop": 1, "curve": "toggle"})
    rig.play("Keys", note(1), note(1, 0), note(1), note(1, 0), note(1))
    assert [value for _, _, value in rig.sets()] == [0, 1, 0]


def test_a_layer_is_turned_where_there_is_one(rig):
    rig.bind({"on": "cc 7", "parameter": "layer/1/level", "loop": 1, "take_over": "jump"})
    rig.play("Keys", cc(7, 0))
    assert rig.sets() == []
    rig.bus.become(0, layers=2)
    rig.play("Keys", cc(7, 0))
    assert rig.sets() == [(0, "layer/1/level", 0.0)]


def test_a_channel_of_its_own_is_heard_alone(rig):
    rig.bind({"on": "note 60", "channel": 10, "command": "tap"})
    rig.play("Keys", note(60), note(60, 90, 10))
    assert len(rig.given()) == 1


def test_why_something_could_not_be_done_is_said(rig):
    rig.bind({"on": "note 60", "press": "undo", "loop": 1})
    rig.bus.refuse = "undo: nothing to undo"
    rig.play("Keys", note(60))
    assert rig.told("error") == [("", "undo: nothing to undo")]


@pytest.mark.parametrize("message", [(), (0x90,), (0x90, 60), (0xB0, 7), (0xF8,), (0xF0, 1, 2, 0xF7), (0x90, 200, 100), (0x40, 1, 2),
                                     (0xB0, 7, 1, 2), (0xFF,)])  # fmt: skip
def test_messages_that_are_cut_short_or_nobody_s_do_nothing(rig, message):
    rig.bind({"on": "note 60", "press": "record"}, {"on": "cc 7", "parameter": "wet"})
    rig.play("Keys", message)
    assert rig.given() == [] and rig.sets() == []


def test_a_registered_parameter_is_not_taken_for_an_unregistered_one(rig):
    rig.bind({"on": "nrpn 0", "parameter": "wet", "loop": 1, "take_over": "jump"})
    rig.play("Keys", cc(101, 0), cc(100, 0), cc(6, 2), cc(38, 0))  # the range of pitch bend
    rig.play("Keys", cc(99, 0), cc(98, 0), cc(99, 127), cc(98, 127), cc(6, 2))  # chosen, and put away again
    assert rig.sets() == []


def test_sixteen_channels_each_choose_an_nrpn_of_their_own(rig):
    rig.bind({"on": "nrpn 5", "channel": 1, "parameter": "wet", "loop": 1, "take_over": "jump"},
             {"on": "nrpn 5", "channel": 2, "parameter": "wet", "loop": 2, "take_over": "jump"})  # fmt: skip
    rig.play("Keys", cc(99, 0), cc(98, 5), cc(99, 0, 2), cc(98, 6, 2), cc(6, 0), cc(6, 0, 2))
    assert {loop for loop, _, _ in rig.sets()} == {0}


def test_a_device_that_vanishes_while_it_is_held_leaves_nothing_held(rig):
    rig.bind({"on": "note 60", "press": "overdub", "sustain": True, "loop": 1}, {"on": "note 61", "switch": 1, "loop": 1})
    rig.play("Keys", note(60), note(61))
    rig.given()
    rig.pull("Keys")
    assert rig.given() == [(0, "forceup", "overdub"), (0, "switch_lost", 1)]
    rig.plug("Keys")
    rig.play("Keys", note(60, 0), note(61, 0))
    assert rig.given() == []


def test_what_is_held_is_let_go_though_the_control_does_something_else_by_now(rig):
    rig.bind({"on": "note 60", "press": "overdub", "loop": 1})
    rig.play("Keys", note(60))
    rig.desk.clear()
    rig.play("Keys", note(60, 0))
    assert rig.given() == [(0, "down", "overdub"), (0, "up", "overdub")]


@pytest.mark.parametrize("name", ["korg-nanokontrol2", "keith-mcmillen-softstep", "behringer-fcb1010", "none"])
def test_any_bytes_at_all_stop_nothing_and_leave_nothing_held(make_rig, name):
    rig, chance = make_rig([f"Keys={name}"]).plug("Keys"), random.Random(name)
    rig.bind(*({"on": f"note {number}", "press": word} for number, word in enumerate(("record", "undo", "melt", "mute", "solo"))))
    for _ in range(5000):
        first = chance.choice((0x80, 0x90, 0xB0, 0xB0, 0xC0, 0xE0, 0xF0, 0x10)) + chance.randrange(3)
        data = (chance.choice((0, 1, 2, 3, 64, 98, 99, 127, 200)) for _ in range(chance.choice((0, 1, 2, 2, 2, 5))))
        rig.driver.play("Keys", first, *data)
    rig.midi.take_all()
    rig.after(0.1)
    rig.pull("Keys")
    downs, ups = (sum(one.name == way for one in rig.bus.given) for way in ("down", "up"))
    assert downs == ups and (downs > 10 or name == "none")
    switched, released = (sum(one.name in ways for one in rig.bus.given) for ways in (("switch_down",), ("switch_up", "switch_lost")))
    assert switched == released
    rig.plug("Keys").play("Keys", note(1))
    assert rig.given()[-1] == (0, "down", "undo")
