"""`unloop evaluate` at the command line: what it refuses before any work, and what it leaves behind."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from unloop_py.audio_io.groove import groove
from unloop_py.audio_io.wav import write_audio
from unloop_py.cli.app import unloop

STUDIES = ("codec", "guessing", "steps", "prompts", "bitrate", "beats", "copying", "seam", "knob", "drift", "adaptation", "all")


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_takes_a_model_data_a_folder_and_a_seed(study):
    text = CliRunner().invoke(unloop, ["evaluate", study, "--help"], standalone_mode=True).output
    assert all(option in text for option in ("--model", "--data", "--out", "--seed", "--count"))


def refused(*arguments):
    """The text of the error that a command line ends with."""
    result = CliRunner().invoke(unloop, ["evaluate", *map(str, arguments)])
    assert result.exit_code == 2, result.output
    return result.stderr


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file: choose a folder" in refused("steps", "--out", tmp_path / "file")


def test_a_model_that_is_not_there_is_named(tmp_path):
    assert "no model named 'nothing'" in refused("seam", "--model", "nothing", "--out", tmp_path / "out", "--data", tmp_path)


def test_data_that_is_not_there_or_holds_no_audio_is_named(tmp_path):
    assert "does not exist" in refused("seam", "--out", tmp_path / "out", "--data", tmp_path / "absent")
    (tmp_path / "text.wav").write_text("no audio")
    text = refused("seam", "--out", tmp_path / "out", "--data", tmp_path)
    assert "holds no audio to measure" in text and "text.wav" in text


def test_half_a_training_set_is_refused(tmp_path):
    assert "belong together" in refused("copying", "--out", tmp_path / "out", "--training-tokens", tmp_path)


def test_a_study_leaves_its_files_and_says_where(tmp_path):
    write_audio(tmp_path / "groove.wav", np.ascontiguousarray(groove(44_100)[: 2 * 44_100]), 44_100)
    result = CliRunner().invoke(
        unloop, ["evaluate", "seam", "--variations", "2", "--out", str(tmp_path / "out"), "--data", str(tmp_path), "--compute", "cpu"])
    assert result.exit_code == 0, result.output
    assert "The seam against every other place" in result.output and "seam.json" in result.output
    folder = tmp_path / "out" / "seam"
    assert json.loads((folder / "seam.json").read_text())["figures"]["variations"] == 2
    assert {path.name for path in folder.iterdir()} == {"tasks.jsonl", "seam.json", "seam.png", "audio"}
