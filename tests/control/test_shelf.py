"""What a player saves as a file: presets and scenes, written, read again, edited by hand, damaged."""

import os

import pytest

from unloop_py.control.keepsakes import MAX_BYTES
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import FIRST_OWN, PRESETS, SAVED, Preset, preset_shelf
from unloop_py.control.scenes import SAVED_OF_A_LOOP, SAVED_OF_ALL, LoopScene, Scene, read_scene, scene_shelf, scene_text
from unloop_py.control.shelf import spans
from unloop_py.errors import PresetError

VALUES = {row.name: row.default for row in PARAMETERS}


def saved(shelf, name, **values):
    one = Preset(name, shelf.number_for(name), "", "", {key: VALUES[key] for key in SAVED} | values)
    shelf.put(one)
    shelf.write()
    return one


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "presets"


@pytest.fixture
def shelf(folder):
    return preset_shelf(folder)


def again(folder):
    shelf = preset_shelf(folder)
    shelf.look()
    return shelf


def test_what_was_saved_is_there_for_the_next_who_looks_as_a_file_that_people_can_read(shelf, folder):
    mine = saved(shelf, 'Čau "quiet" one', wet=0.25, vary_mode=3)
    assert again(folder).find("čau quiet ONE") == again(folder).find(str(FIRST_OWN)) == mine
    assert [path.name for path in folder.iterdir()] == ["čau-quiet-one.toml"]
    text = (folder / "čau-quiet-one.toml").read_text(encoding="utf-8")
    for line in ("wet = 0.25", "seam_ms = 20.0  # ms", "vary_mode = 3  # drifting", "loudness_match = true"):
        assert f"{line}\n" in text


def test_a_scene_comes_back_from_its_file_as_it_was():
    loops = (LoopScene("muted", True, False, {name: VALUES[name] for name in SAVED_OF_A_LOOP}), LoopScene("paused", reverse=True))
    scene = Scene("verse", 3, "", False, {name: VALUES[name] for name in SAVED_OF_ALL}, loops)
    assert read_scene(scene_text(scene), "verse.toml") == scene


def test_saved_again_under_its_name_it_keeps_its_number_and_another_gets_the_next_that_is_free(shelf, folder):
    for name in ("one", "two", "three"):
        saved(shelf, name)
    shelf.remove("two")
    assert saved(shelf, "ONE", wet=0.5).number == FIRST_OWN
    assert saved(shelf, "four").number == FIRST_OWN + 1
    assert [one.name for one in again(folder).all()[len(PRESETS) :]] == ["ONE", "four", "three"]


def test_what_was_deleted_is_gone_and_what_is_unloops_own_stays(shelf, folder):
    saved(shelf, "mine")
    shelf.remove(str(FIRST_OWN))
    shelf.write()
    assert not list(folder.iterdir()) and again(folder).all() == PRESETS
    with pytest.raises(PresetError, match="one of unloop's own, and stays"):
        shelf.remove("small-variation")
    with pytest.raises(PresetError, match="one of unloop's own, which stay as they are: choose another name"):
        saved(shelf, "Small variation (follow beat)")


@pytest.mark.parametrize("name", ["", "  ", "../..", "x" * 61, "12", "0012", "§$%"])
def test_a_name_that_says_nothing_is_a_number_or_is_too_long_is_refused(name):
    from unloop_py.control.keepsakes import check_name

    with pytest.raises(PresetError):
        check_name(name, "preset")


GOOD = 'format = 1\nname = "mine"\nnumber = 40\n[parameters]\nwet = 0.5\n'
BAD = {
    "another version": (GOOD.replace("format = 1", "format = 2"), r"mine.toml, line 1: format is 2, and this version of unloop reads 1"),
    "no version": (GOOD.replace("format = 1", ""), "mine.toml: there is no format"),
    "no toml": (GOOD.replace("wet = ", "wet "), r"mine.toml: .*line 5"),
    "half a file": (GOOD[:20], "mine.toml: .*"),
    "unknown parameter": (GOOD + "wett = 1\n", r"mine.toml, line 6: no parameter is called 'wett': the nearest is 'wet'"),
    "out of range": (GOOD.replace("0.5", "1.5"), r"mine.toml, line 5: wet must be in 0..1, got 1.5"),
    "not a number": (GOOD.replace("0.5", "nan"), r"mine.toml, line 5: wet must be a number in 0..1, got nan"),
    "a list": (GOOD.replace("0.5", "[0.5]"), r"mine.toml, line 5: wet must be a number"),
    "unknown key": (GOOD.replace("number", "numbre"), r"mine.toml, line 3: no key is called 'numbre' here, but name, number"),
    "no number": (GOOD.replace("number = 40", ""), r"mine.toml: number must be a whole number in 1..1000, got None"),
    "number of another": (GOOD.replace("40", "3"), r"mine.toml: number 3 is that of 'small-follow-beat'"),
    "name of another": (GOOD.replace('"mine"', '"Wander"'), r"mine.toml: another preset is called 'Wander' too"),
    "a name that is none": (GOOD.replace('"mine"', "5"), r"mine.toml, line 2: name must be the preset's name in quotes, got 5"),
    "parameters that are none": (GOOD.split("[")[0] + "parameters = 1\n", r"mine.toml, line 4: parameters must be a table"),
    "too large": (GOOD + "#" * MAX_BYTES, r"mine.toml: \d+ bytes are too many"),
    "deeper than anybody reads": ("a = " + "[" * 5000, "mine.toml: "),
}  # fmt: skip


@pytest.mark.parametrize("text, says", BAD.values(), ids=BAD)
def test_a_file_that_is_damaged_is_named_with_its_line_and_the_others_are_there(folder, text, says):
    folder.mkdir()
    (folder / "mine.toml").write_text(text)
    (folder / "yours.toml").write_text(GOOD.replace('"mine"', '"yours"').replace("40", "41"))
    shelf = again(folder)
    assert [one.name for one in shelf.all()[len(PRESETS) :]] == ["yours"]
    (told,) = shelf.damage
    with pytest.raises(PresetError, match=says):
        raise PresetError(told)
    with pytest.raises(PresetError, match="mine.toml"):
        shelf.find("mine")


def test_a_file_that_is_no_text_or_a_folder_is_left_out(folder):
    folder.mkdir()
    (folder / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "folder.toml").mkdir()
    shelf = again(folder)
    assert shelf.all() == PRESETS and len(shelf.damage) == 2


SCENE = (
    'format = 1\nname = "verse"\nnumber = 1\n[instrument]\ndry = 0.5\n[[loop]]\n[loop.parameters]\nwet = 0.5\n[[loop]]\n'
    'does = "muted"\n'
)
BAD_SCENES = {
    "what no loop does": (SCENE.replace("muted", "dancing"), r"v.toml, line 10: does must be playing, muted, paused, got 'dancing'"),
    "the second loop's": (SCENE + "[loop.parameters]\nwet = 2\n", r"v.toml, line 12: wet must be in 0..1, got 2"),
    "a loop's for all": (SCENE.replace("dry", "wet"), r"v.toml, line 5: wet is no parameter of the whole instrument"),
    "all loops' for one": (SCENE.replace("wet", "dry"), r"v.toml, line 8: dry is no parameter of one loop"),
    "switch": (SCENE.replace("does", "solo"), r"v.toml, line 10: solo must be true or false, got 'muted'"),
    "loops": (SCENE.split("[[")[0].replace("[instrument]", "loop = 3\n[instrument]"), r"v.toml, line 4: \[\[loop\]\] stands for one loop"),
    "seventeen": (SCENE + "[[loop]]\n" * 15, r"v.toml, line 6: \[\[loop\]\] stands for one loop after the other, at most 16"),
}  # fmt: skip


@pytest.mark.parametrize("text, says", BAD_SCENES.values(), ids=BAD_SCENES)
def test_a_scene_that_cannot_be_names_its_line(text, says):
    read_scene(SCENE, "v.toml")
    with pytest.raises(PresetError, match=says):
        read_scene(text, "v.toml")


def test_a_file_that_was_edited_is_read_anew_and_one_that_was_not_is_not(shelf, folder, monkeypatch):
    saved(shelf, "mine")
    assert not shelf.look() or True
    assert not shelf.look()
    path = folder / "mine.toml"
    path.write_text(path.read_text().replace("wet = 1.0", "wet = 0.125"))
    os.utime(path, ns=(1, 1))
    assert shelf.look() and shelf.find("mine").values["wet"] == 0.125
    monkeypatch.setattr(type(path), "read_text", lambda *arguments, **named: pytest.fail("it was read again"))
    assert not shelf.look()


def test_where_nothing_can_be_written_it_is_said_and_the_preset_is_there_until_the_end(folder):
    folder.write_text("a file where the folder should be")
    shelf = preset_shelf(folder)
    with pytest.raises(PresetError, match="cannot be written to .*: it is there until you quit"):
        saved(shelf, "mine")
    assert shelf.find("mine").name == "mine"
    shelf.write()  # not tried again for ever
    assert folder.is_file()


def test_without_a_folder_it_is_kept_while_one_plays():
    shelf = scene_shelf()
    shelf.put(Scene("verse", shelf.number_for("verse")))
    shelf.write()
    assert not shelf.look() and shelf.find("1").name == "verse"
    with pytest.raises(PresetError, match="no scene is called 'chorus': the nearest is 'verse'; see `unloop scenes`"):
        shelf.find("chorus")


def test_numbers_are_told_as_people_write_them():
    assert spans([33, 3, 1, 2, 35, 36]) == "1..3, 33, 35..36"
    assert spans([4]) == "4"
