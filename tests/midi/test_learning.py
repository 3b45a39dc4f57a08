"""Learning a control by moving it, over the bus and at the desk; forgetting; and what waits is cancelled."""

import pytest

from tests.midi.conftest import cc, note, program
from unloop_py.control.midi_bindings import KINDS, binding_fields, read_binding, read_control, read_target
from unloop_py.errors import BindingError, UnloopError
from unloop_py.midi.binding_file import read_bindings


def learn(rig, what, *messages):
    rig.bus.command(None, "midi_learn", what)
    rig.play("Keys", *messages)
    rig.after(0.2)
    rig.given()
    return rig.desk.bindings()[-1] if rig.desk.bindings() else None


def test_the_next_control_that_is_moved_does_what_was_asked_and_everybody_is_told(rig):
    rig.told()
    assert learn(rig, "record 2", note(60)).target == "record 2"
    assert rig.told() == [("learning", "record 2", ""), ("learned", "record 2", "note 60")]
    rig.play("Keys", note(60, 0), note(60), note(60, 0))
    assert rig.given() == [(1, "down", "record"), (1, "up", "record")]


def test_while_a_control_is_learned_it_does_nothing_else(rig):
    rig.bind({"on": "note 60", "press": "undo"})
    rig.bus.command(None, "midi_learn", "record")
    rig.play("Keys", note(60), note(60, 0))
    assert [name for _, name, _ in rig.given()] == ["midi_learn"]


def test_a_control_does_one_thing_and_what_it_did_is_forgotten(rig):
    learn(rig, "record", note(60))
    learn(rig, "undo", note(60))
    assert [one.target for one in rig.desk.bindings()] == ["undo"]


def test_a_release_is_not_learned(rig):
    rig.bus.command(None, "midi_learn", "record")
    rig.play("Keys", note(50, 0), cc(64, 0))
    rig.after(0.5)
    assert rig.desk.bindings() == ()
    rig.play("Keys", note(60))
    rig.after(0.2)
    assert rig.desk.bindings()[0].control.number == 60


@pytest.mark.parametrize(
    ("what", "messages", "on"),
    [
        ("variation", [cc(1, 5)], "cc 1"),
        ("variation", [cc(1, 5), cc(33, 9), cc(1, 5), cc(33, 10)], "cc14 1"),
        ("variation", [cc(99, 2), cc(98, 44), cc(6, 1)], "nrpn 300"),
        ("variation", [(0xE0, 3, 4)], "bend"),
        ("variation", [(0xD0, 3)], "pressure"),
        ("sync", [note(60)], "note 60"),
        ("tap", [(0xD0, 127), note(60)], "note 60"),
        ("scene", [program(7)], "program"),
        ("scene 2", [program(7)], "program 7"),
        ("switch 1", [cc(64, 127)], "cc 64"),
        ("layer/1/level", [cc(9, 127)], "cc 9"),
    ],
)
def test_a_control_is_learned_as_what_it_is(rig, what, messages, on):
    binding = learn(rig, what, *messages)
    assert (binding.control.text, binding.device) == (on, "Keys")
    assert binding.curve == ("toggle" if what == "sync" else "")


def test_what_was_learned_is_there_the_next_time(rig, make_rig):
    learn(rig, "wet 2", cc(7, 1))
    rig.look()
    assert read_bindings(rig.file) == rig.desk.bindings()
    again = make_rig(file=rig.file).plug("Keys")
    again.bus.store.set(1, "wet", 0.0)
    again.play("Keys", cc(7, 0), cc(7, 127))
    assert again.bus.get(1, "wet") == 1.0


def test_forgetting_says_what_and_all_is_everything(rig):
    learn(rig, "wet 2", cc(7, 1))
    learn(rig, "record", note(60))
    rig.told()
    rig.bus.command(None, "midi_forget", "wet 2")
    assert rig.told() == [("forgotten", "wet 2", "cc 7")]
    with pytest.raises(BindingError, match=r"no control of yours does 'wet 2'"):
        rig.bus.command(None, "midi_forget", "wet 2")
    rig.bus.command(None, "midi_forget", "all")
    assert rig.desk.bindings() == ()


def test_learning_is_cancelled_by_asking_for_nothing_and_by_asking_for_something_else(rig):
    rig.bus.command(None, "midi_learn", "record")
    rig.bus.command(None, "midi_learn", "undo")
    rig.bus.command(None, "midi_learn", "")
    assert [values[:2] for values in rig.told()][1:] == [("learning", "record"), ("cancelled", "record"), ("learning", "undo"),
                                                          ("cancelled", "undo")]  # fmt: skip
    rig.play("Keys", note(60))
    rig.after(0.2)
    assert rig.desk.bindings() == ()


def test_who_asked_hears_the_binding_or_that_it_was_cancelled(rig):
    heard = []
    rig.desk.learn(read_target("record"), heard.append)
    rig.desk.learn(read_target("undo"), heard.append)
    rig.play("Keys", note(60))
    rig.after(0.2)
    assert [one and one.target for one in heard] == [None, "undo"]


def test_the_next_control_can_be_named_without_doing_anything(rig):
    heard = []
    rig.desk.next_move(heard.append)
    rig.play("Keys", note(61, 100, 5))
    rig.after(0.2)
    assert [(one.text, one.channel) for one in heard] == [("note 61", 5)] and rig.desk.bindings() == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("recrod", "the nearest is 'record'"),
        ("", "the nearest is"),
        ("wet 99", r"loop must be in 1\.\.16"),
        ("wet 2 3", "says too much"),
        ("switch", r"switch|exactly one"),
        ("switch 9", r"switch must be in 1\.\.4"),
        ("select many", "select takes a whole number"),
        ("load", "load takes"),
        ("layer/x/level", "nearest"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_what_could(text, says):
    with pytest.raises(UnloopError, match=says):
        read_target(text)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "needs `on`"),
        ({"on": "cc 1"}, "exactly one of"),
        ({"on": "cc 1", "press": "record", "command": "tap"}, "exactly one of"),
        ({"on": "cc 128", "press": "record"}, r"cc takes a number in 0\.\.127"),
        ({"on": "cc", "press": "record"}, "cc takes a number"),
        ({"on": "bend 1", "parameter": "wet"}, "bend takes no number"),
        ({"on": "knob 1", "parameter": "wet"}, "no MIDI control is called"),
        ({"on": "cc 1", "channel": 17, "parameter": "wet"}, r"channel must be in 0\.\.16"),
        ({"on": "cc 1", "parameter": "wett"}, "nearest is 'wet'"),
        ({"on": "cc 1", "press": "recrd"}, "nearest is 'record'"),
        ({"on": "cc 1", "command": "tapp"}, "nearest is 'tap'"),
        ({"on": "cc 1", "command": "hit"}, "press = "),
        ({"on": "cc 1", "parameter": "wet", "range": [0, 2]}, r"wet must be in 0\.\.1"),
        ({"on": "cc 1", "parameter": "wet", "range": [0]}, "range must be two numbers"),
        ({"on": "cc 1", "parameter": "wet", "range": [0, float("nan")]}, "range must be two numbers"),
        ({"on": "cc 1", "parameter": "wet", "data": [0, 128]}, r"data must be two numbers in 0\.\.127"),
        ({"on": "cc 1", "parameter": "wet", "curve": "steep"}, "curve must be one of linear, log"),
        ({"on": "cc 1", "parameter": "wet", "take_over": "fight"}, "take_over must be one of pickup"),
        ({"on": "cc 1", "parameter": "wet", "loop": 0}, r"loop must be in 1\.\.16"),
        ({"on": "cc 1", "parameter": "wet", "loop": True}, "loop must be"),
        ({"on": "cc 1", "press": "record", "sustain": "yes"}, "sustain must be true or false"),
        ({"on": "cc 1", "press": "record", "colour": "red"}, "a binding has no 'colour'"),
    ],
)
def test_a_binding_that_cannot_be_is_refused_with_what_may_be(fields, says):
    with pytest.raises(UnloopError, match=says):
        read_binding(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"on": "cc 1", "channel": 3, "device": "Keys", "parameter": "wet", "loop": 2, "range": [0.2, 0.8], "data": [1, 9], "curve": "gain",
         "take_over": "scale", "echo": True},
        {"on": "note 60", "press": "record_or_overdub", "sustain": True, "loop": "all", "light": True},
        {"on": "program", "command": "scene"},
        {"on": "nrpn 16383", "command": "select", "argument": 3},
        {"on": "cc14 31", "parameter": "layer/2/level", "loop": 16},
        {"on": "pressure", "switch": 4},
    ],
    ids=lambda fields: fields["on"],
)  # fmt: skip
def test_a_binding_stays_the_same_through_its_file(fields):
    assert binding_fields(read_binding(fields)) == fields


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_control_is_read_as_it_is_written(kind):
    text = kind if KINDS[kind][0] < 0 else f"{kind} {KINDS[kind][0]}"
    assert read_control(text).text == text
