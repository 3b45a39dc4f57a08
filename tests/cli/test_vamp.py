"""`unloop vamp`: one file or many, each variation a file of its own, and what cannot be read is left out and named."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from tests.serve.gradio_servers import Tones, serving
from unloop_py import vamp
from unloop_py.cli.app import unloop
from unloop_py.control.presets import preset_shelf

RATE = 44_100
FRAMES = 22_051


def tune(pitch: float = 220.0) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * pitch * np.arange(FRAMES) / RATE)).astype(np.float32)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(unloop, ["vamp", *(str(argument) for argument in arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.fixture
def desk(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good loops and bad ones to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loops" / "more").mkdir(parents=True)
    soundfile.write("loops/a.wav", tune(), RATE, subtype="FLOAT")
    soundfile.write("loops/A.flac", tune(330.0), RATE)
    soundfile.write("loops/more/a.wav", tune(440.0), 48_000, subtype="FLOAT")
    (tmp_path / "bad.wav").write_text("no audio")
    soundfile.write("silent.wav", np.zeros(FRAMES, np.float32), RATE)
    soundfile.write("short.wav", tune()[:5000], RATE)
    soundfile.write("nan.wav", np.full(FRAMES, np.nan, np.float32), RATE, subtype="FLOAT")
    return tmp_path


@pytest.fixture
def quick(tiny_model: Path) -> tuple[str, ...]:
    return "--model", str(tiny_model), "--steps", "1", "--seed", "7"


def test_one_file_becomes_one_file_of_the_same_length(desk: Path, quick: tuple[str, ...]) -> None:
    result = invoke("loops/a.wav", "out.wav", *quick, "--variation", 0.8)
    assert result.exit_code == 0, result.output
    assert "out.wav: 1 variation of a.wav, seed 7" in result.stdout
    made, rate = soundfile.read("out.wav", dtype="float32")
    assert rate == RATE and made.shape == (FRAMES,)
    np.testing.assert_array_equal(made[:, None], vamp("loops/a.wav", seed=7, steps=1, variation=0.8, model=quick[1])[0])


def test_several_variations_of_one_file_are_numbered(desk: Path, quick: tuple[str, ...]) -> None:
    assert invoke("loops/a.wav", "out.wav", "--n", 3, *quick).exit_code == 0
    sounds = [soundfile.read(f"out-{number}.wav", dtype="float32")[0] for number in (1, 2, 3)]
    assert not np.array_equal(sounds[0], sounds[1]) and not Path("out.wav").exists()


def test_a_folder_becomes_a_folder_whose_names_do_not_collide(desk: Path, quick: tuple[str, ...]) -> None:
    result = invoke("loops", "made", "--n", 2, *quick)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in Path("made").iterdir()) == [
        "A-1.wav", "A-2.wav", "a (2)-1.wav", "a (2)-2.wav", "a (3)-1.wav", "a (3)-2.wav"]  # fmt: skip
    assert soundfile.info("made/a (3)-1.wav").samplerate == 48_000
    again = contents(desk / "made")
    assert invoke("loops", "made", "--n", 2, *quick).exit_code == 0
    read = {name: soundfile.read(f"made/{name}")[0] for name in again}
    assert len(contents(desk / "made")) == len(again) and all(len(sound) == FRAMES for sound in read.values())


def test_what_was_written_into_a_folder_is_not_read_from_it_the_next_time(desk: Path, quick: tuple[str, ...]) -> None:
    for _ in range(2):
        assert invoke("loops", "loops/made", *quick).exit_code == 0
    assert len(list(Path("loops/made").iterdir())) == 3


def test_what_cannot_be_read_is_left_out_and_named_at_the_end(desk: Path, quick: tuple[str, ...]) -> None:
    result = invoke("gone.wav", "bad.wav", "loops/a.wav", "silent.wav", "short.wav", "nan.wav", "made", *quick)
    assert result.exit_code == 1
    assert [path.name for path in Path("made").iterdir()] == ["a-1.wav"]
    first, *lines = result.stderr.splitlines()
    assert first == "unloop: 5 of 6 files were left out:"
    for line, word in zip(lines, ("gone.wav", "bad.wav", "silent.wav is silent", "short.wav", "nan.wav"), strict=True):
        assert word in line


def test_it_speaks_json(desk: Path, quick: tuple[str, ...]) -> None:
    result = invoke("bad.wav", "loops/a.wav", "made", "--json", *quick)
    bad, good = json.loads(result.stdout)
    assert result.exit_code == 1 and "bad.wav" in bad["error"] and "out" not in bad
    assert (good["in"], good["out"], good["seed"]) == ("loops/a.wav", ["made/a-1.wav"], 7)
    assert good["variations"][0]["seed"] > 0 and good["prompt"]["compression_prompt"] == 8


def test_of_a_preset_it_takes_what_a_generator_can_be_asked_for(desk: Path, quick: tuple[str, ...]) -> None:
    result = invoke("loops/a.wav", "out.wav", "--json", "--preset", "timbre-transfer", "--temperature", 1.25, *quick)
    prompt = json.loads(result.stdout)[0]["prompt"]
    assert result.exit_code == 0 and prompt["temperature"] == 1.25
    assert prompt["compression_prompt"] == preset_shelf().find("timbre-transfer").values["compression_prompt"]


def test_a_server_across_the_room_makes_them_too(desk: Path, tmp_path: Path) -> None:
    with serving(Tones(), tmp_path, token="let-me-in") as server:
        address = f"http://127.0.0.1:{server.port}"
        refused = invoke("loops/a.wav", "no.wav", "--generator", address, "--token", "wrong-one")
        made = invoke("loops/a.wav", "yes.wav", "--generator", address, "--token", "let-me-in", "--seed", 3)
    assert refused.exit_code == 2 and "token" in refused.stderr and not Path("no.wav").exists()
    assert made.exit_code == 0, made.output
    assert len(soundfile.read("yes.wav")[0]) == FRAMES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.wav", "out.wav"], ["gone.wav", "does not exist"]),
        (["bad.wav", "out.wav"], ["bad.wav", "not audio"]),
        (["bad.wav", "made"], ["bad.wav", "not audio"]),
        (["short.wav", "out.wav"], ["short.wav", "0.25"]),
        (["nan.wav", "out.wav"], ["nan.wav", "NaN"]),
        (["loops/a.wav", "nowhere/out.wav"], ["nowhere"]),
        (["loops/a.wav", "nowhere/made/"], ["nowhere"]),
        (["loops/a.wav", "/proc/out.wav"], ["/proc"]),
        (["loops", "/proc/made"], ["/proc"]),
        (["loops/a.wav", "loops/a.wav"], ["loops/a.wav", "written over"]),
        (["loops/a.wav", "loops/../loops/a.wav"], ["written over"]),
        (["loops", "loops"], ["loops", "name another"]),
        (["loops", "out.wav"], ["out.wav", "folder"]),
        (["loops/a.wav", "short.wav", "out.wav"], ["out.wav", "folder"]),
        (["loops/a.wav", "short.wav", "nan.wav"], ["nan.wav", "folder"]),
        (["loops/a.wav", "out.xyz"], ["out.xyz", ".wav"]),
        (["loops/a.wav"], ["IN"]),
        (["loops/a.wav", "out.wav", "--n", "0"], ["--n", "1"]),
        (["loops/a.wav", "out.wav", "--temperature", "9"], ["temperature", "0.1..2"]),
        (["loops/a.wav", "out.wav", "--tempo", "90"], ["tempo"]),
        (["loops/a.wav", "out.wav", "--model", "smal"], ["smal", "'small'"]),
        (["loops/a.wav", "out.wav", "--generator", "cloud"], ["--generator", "cloud"]),
        (["loops/a.wav", "out.wav", "--generator", "http://127.0.0.1:9"], ["127.0.0.1"]),
        (["loops/a.wav", "out.wav", "--token", "x"], ["--generator", "http://"]),
    ],
)
def test_bad_input_is_one_line_and_leaves_everything_as_it_was(desk: Path, arguments: list[str], words: list[str]) -> None:
    before = contents(desk)
    result = invoke(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("unloop: ") and result.stderr.count("\n") == 1 and result.stdout == "", result.stderr
    assert all(word in result.stderr for word in words), result.stderr
    assert contents(desk) == before


def test_a_silent_file_is_told_and_nothing_is_written(desk: Path, quick: tuple[str, ...]) -> None:
    before = contents(desk)
    result = invoke("silent.wav", "out.wav", *quick)
    assert result.exit_code == 2 and result.stderr == "unloop: silent.wav is silent: there is nothing to vary\n"
    assert contents(desk) == before
