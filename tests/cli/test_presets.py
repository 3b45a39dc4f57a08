"""`unloop presets` and `unloop scenes`: what a player saved is listed, renamed and deleted."""

import json

import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.control.presets import PRESETS, Preset, preset_shelf
from unloop_py.control.scenes import LoopScene, Scene, scene_shelf
from unloop_py.errors import PresetError
from unloop_py.paths import presets_folder, scenes_folder


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.fixture
def mine():
    shelf = preset_shelf(presets_folder())
    shelf.put(Preset("shimmer", 33, "", "Glitters.", {"variation": 0.75, "mix": 0.5}))
    shelf.write()


def invoke(*words):
    result = CliRunner().invoke(unloop, words)
    if result.exit_code == 2:
        raise PresetError(result.stderr)
    assert result.exit_code == 0, result.output
    return result


def test_what_was_saved_stands_beside_what_comes_with_unloop(mine):
    text = invoke("presets").stdout
    assert "shimmer" in text and "Glitters." in text and str(presets_folder()) in text
    rows = json.loads(invoke("presets", "--json").stdout)
    assert len(rows) == len(PRESETS) + 1 and rows[-1]["values"] == {"variation": 0.75, "mix": 0.5} and rows[-1]["number"] == 33


def test_it_is_played_with_from_the_start(mine, monkeypatch):
    seen = []
    monkeypatch.setattr("unloop_py.session.jam.run_jam", lambda config: seen.append(config) or 0)
    invoke("jam", "--preset", "33", "--mix", "0.25")
    assert seen[0].parameters == {"variation": 0.75, "mix": 0.25}


def test_it_is_renamed_keeping_its_number_and_deleted_and_unloops_own_are_neither(mine):
    invoke("presets", "rename", "shimmer", "Glimmer")
    assert [path.name for path in presets_folder().iterdir()] == ["glimmer.toml"]
    invoke("presets", "rename", "glimmer", "GLIMMER")
    assert json.loads(invoke("presets", "--json").stdout)[-1] | {"help": "", "values": ""} == {
        "number": 33, "name": "GLIMMER", "title": "", "help": "", "values": "",
    }  # fmt: skip
    for words in (("rename", "wander", "stroll"), ("rename", "wander", "WANDER"), ("delete", "--yes", "wander")):
        with pytest.raises(PresetError, match="one of unloop's own"):
            invoke("presets", *words)
    with pytest.raises(PresetError, match="is called 'Wander' already"):
        invoke("presets", "rename", "glimmer", "Wander")
    with pytest.raises(PresetError, match="numbers are what they are told by"):
        invoke("presets", "rename", "glimmer", "5")
    assert "GLIMMER" in invoke("presets").stdout
    invoke("presets", "delete", "--yes", "33")
    assert not list(presets_folder().iterdir())


def test_a_file_that_is_damaged_is_said_and_the_others_are_listed(mine):
    (presets_folder() / "other.toml").write_text("format = 1\nname = \n")
    result = invoke("presets")
    assert "left out: other.toml: " in result.stderr and "line 2" in result.stderr and "shimmer" in result.stdout


def test_scenes_are_listed_with_what_each_loop_does():
    assert "No scene is in" in invoke("scenes").stdout
    shelf = scene_shelf(scenes_folder())
    shelf.put(Scene("verse", 1, loops=(LoopScene(), LoopScene("muted"))))
    shelf.write()
    assert "verse  (playing, muted)" in invoke("scenes").stdout
    invoke("scenes", "rename", "verse", "chorus")
    assert "   1  chorus" in invoke("scenes").stdout
    invoke("scenes", "delete", "--yes", "1")
    assert "No scene is in" in invoke("scenes").stdout
