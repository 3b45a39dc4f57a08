"""Files of bindings: ours, the player's hand in them, and SooperLooper's."""

from pathlib import Path

import pytest

from tests.midi.conftest import cc, note
from unloop_py.control.midi_bindings import read_binding
from unloop_py.control.sooperlooper_bindings import read_line, read_lines, write_line
from unloop_py.errors import BindingError
from unloop_py.midi.binding_file import read_bindings, write_bindings

SHIPPED_BY_SOOPERLOOPER = sorted(Path("/usr/share/sooperlooper/presets").glob("*.slb"))


def test_a_file_is_written_whole_and_read_back(tmp_path):
    file = tmp_path / "deep" / "bindings.toml"
    bindings = (read_binding({"on": "cc 1", "parameter": "wet"}), read_binding({"on": "note 2", "press": "undo"}))
    write_bindings(file, bindings)
    assert read_bindings(file) == bindings
    assert [path.name for path in file.parent.iterdir()] == ["bindings.toml"]
    assert '[[binding]]\non = "cc 1"\nparameter = "wet"\n' in file.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = 1\n[[binding]]\non = = 3\n", r"line 3"),
        ("version = 2\n", "version must be 1, got 2"),
        ("", "version must be 1, got None"),
        ('version = 1\n[[binding]]\non = "cc 1"\npress = "undo"\n[[binding]]\non = "cc 1"\npress = "und"', "binding 2.*nearest is 'undo'"),
        ("version = 1\nbinding = 3", "tables"),
        ("\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_the_instrument_plays_and_the_file_is_put_aside(tmp_path, make_rig, text, says):
    file = tmp_path / "bindings.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BindingError, match=says):
        read_bindings(file)
    rig = make_rig(file=file)
    assert any(str(file) in text for _, text in rig.told("error"))
    rig.bind({"on": "note 60", "press": "undo"})
    rig.plug("Keys").play("Keys", note(60))
    assert rig.given() == [(0, "down", "undo")]
    assert (tmp_path / "bindings.damaged").read_bytes() == text.encode("latin-1")
    assert len(read_bindings(file)) == 1


def test_bindings_of_another_device_are_not_this_one_s(make_rig, tmp_path):
    rig = make_rig().plug("Keys").plug("Pads")
    rig.bind({"on": "note 60", "device": "pad", "command": "tap"})
    rig.play("Keys", note(60))
    assert rig.given() == []
    rig.play("Pads", note(60))
    assert rig.given() == [(None, "tap", None)]


def test_the_player_s_own_binding_comes_before_a_profile_s_on_the_same_control_alone(make_rig):
    rig = make_rig().plug("nanoKONTROL2 MIDI 1")
    rig.bind({"on": "cc 42", "command": "tap"})
    rig.play("nanoKONTROL2 MIDI 1", cc(42, 127), cc(45, 127), cc(45, 0))
    assert rig.given() == [(None, "tap", None), (0, "down", "record_or_overdub"), (0, "up", "record_or_overdub")]


# SooperLooper's.


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("0 n 36 note record 0", {"on": "note 36", "channel": 1, "press": "record", "loop": 1}),
        ("9 n 36 note record -1 0 1", {"on": "note 36", "channel": 10, "press": "record", "loop": "all"}),
        ("0 n 50 susnote overdub -3  0 1", {"on": "note 50", "channel": 1, "press": "overdub", "sustain": True}),
        ("0 pc 9  hit mute 0  0 1  norm 0 127", {"on": "program 9", "channel": 1, "press": "mute", "loop": 1}),
        ("0 cc 7 set wet -1 0 1 gain", {"on": "cc 7", "channel": 1, "parameter": "wet", "loop": "all", "range": [0.0, 1.0], "curve": "gain",
                                        "take_over": "jump"}),
        ("1 cc 7 set rate 2 0.5 2 norm 10 20", {"on": "cc 7", "channel": 2, "parameter": "speed", "loop": 3, "range": [0.5, 2.0],
                                                "data": [10, 20], "curve": "linear", "take_over": "jump"}),
        ("0 cc 1 set dry -2 0 1", {"on": "cc 1", "channel": 1, "parameter": "dry", "range": [0.0, 1.0], "curve": "linear",
                                   "take_over": "jump"}),
        ("0 cc 1 set dry 0 0 1", {"on": "cc 1", "channel": 1, "parameter": "loop_dry", "loop": 1, "range": [0.0, 1.0], "curve": "linear",
                                  "take_over": "jump"}),
        ("0 n 1 set tap_tempo -2 0 1", {"on": "note 1", "channel": 1, "command": "tap"}),
        ("0 n 1 set selected_loop_num -2 2 2", {"on": "note 1", "channel": 1, "command": "select", "argument": 3}),
        ("0 n 1 set selected_loop_num -2 -1 -1", {"on": "note 1", "channel": 1, "command": "select_all"}),
        ("0 n 5 set quantize 0 0 3 integer", {"on": "note 5", "channel": 1, "parameter": "quantize", "loop": 1, "range": [0.0, 3.0],
                                              "curve": "integer", "take_over": "jump"}),
        ("0 n 5 set sync 0 0 1 toggle", {"on": "note 5", "channel": 1, "parameter": "sync", "loop": 1, "range": [0.0, 1.0],
                                         "curve": "toggle", "take_over": "jump"}),
        ("0 pb 0 set variation -3", {"on": "bend", "channel": 1, "parameter": "variation", "range": [0.0, 1.0], "curve": "linear",
                                     "take_over": "jump"}),
        ("0 kp 60 set wet 0", {"on": "key_pressure 60", "channel": 1, "parameter": "wet", "loop": 1, "range": [0.0, 1.0],
                               "curve": "linear", "take_over": "jump"}),
    ],
)  # fmt: skip
def test_a_line_of_sooperlooper_s_is_a_binding_and_its_own_again(line, fields):
    binding, note = read_line(line)
    assert binding == read_binding(fields) and not note
    assert read_line(write_line(binding))[0] == binding


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("hello", "is no binding"),
        ("0 n 36 note", "is no binding"),
        ("x n 36 note record 0", "is no binding"),
        ("16 n 36 note record 0", "is no binding"),
        ("0 n 36 note record 0 nan 1", "is no binding"),
        ("0 zz 36 note record 0", "no kind of control"),
        ("0 n 36 shout record 0", "no command"),
        ("0 n 36 note explode 0", "'explode' is no command here"),
        ("0 n 36 upforce record 0", "only lets go"),
        ("0 n 36 note record 99", "loop 99"),
        ("0 cc 36 set loop_len 0", "can only be asked for"),
        ("0 cc 36 set use_rate 0", "nothing here to switch"),
        ("0 cc 36 set wett 0", "nearest"),
    ],
)
def test_a_line_that_cannot_be_carried_over_is_said_with_its_number_and_the_others_are_read(line, says):
    bindings, said = read_lines(["# a comment", "", line, "0 n 37 note undo 0"])
    assert [one.press for one in bindings] == ["undo"]
    assert len(said) == 1 and said[0].startswith("line 3: ")
    assert says in said[0]


def test_a_range_that_goes_further_there_is_said():
    assert read_lines(["7 cc 7 set rate 0 -4.0 4.0"])[1] == ("line 1: rate goes from 0.25 to 4, not from -4 to 4",)


@pytest.mark.skipif(not SHIPPED_BY_SOOPERLOOPER, reason="sooperlooper is not installed")
@pytest.mark.parametrize("file", SHIPPED_BY_SOOPERLOOPER, ids=lambda file: file.stem)
def test_the_files_that_sooperlooper_brings_are_carried_over_whole(file, rig, tmp_path):
    rig.desk.load(file)
    lines = [line for line in file.read_text(errors="replace").splitlines() if line.strip() and not line.startswith("#")]
    assert len(rig.desk.bindings()) == len(lines)
    rig.desk.save(tmp_path / "out.slb")
    loaded = rig.desk.bindings()
    rig.desk.load(tmp_path / "out.slb")
    assert rig.desk.bindings() == loaded


def test_a_file_that_is_not_there_changes_nothing(rig, tmp_path):
    rig.bind({"on": "note 60", "press": "undo"})
    for name in ("none.toml", "none.slb"):
        with pytest.raises(BindingError, match="none"):
            rig.desk.load(tmp_path / name)
    assert len(rig.desk.bindings()) == 1


def test_a_file_that_another_hand_writes_while_one_plays_is_read_again(rig):
    rig.bind({"on": "note 60", "press": "undo"})
    rig.look()
    write_bindings(rig.file, [read_binding({"on": "note 60", "command": "tap"})])
    rig.look()
    rig.play("Keys", note(60), note(60, 0))
    assert rig.given() == [(None, "tap", None)]
    rig.file.write_text("version = 1\n[[binding]]\non = 3")
    rig.look()
    rig.play("Keys", note(60), note(60, 0))
    assert rig.given() == [(None, "tap", None)]
    assert len(rig.told("error")) == 1


def test_the_file_that_the_musician_s_page_shows_is_read_as_it_stands(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "midi.md").read_text(encoding="utf-8")
    (tmp_path / "bindings.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    (binding,) = read_bindings(tmp_path / "bindings.toml")
    assert (binding.target, binding.echo, binding.light, binding.curve) == ("wet 2", True, True, "gain")
