"""Bad input gets one clear line and exit status 2; nothing is written and nothing is changed."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from unloop_py.cli.app import unloop
from unloop_py.config import available_cores

RATE = 44_100


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good loops and everything that can be wrong with a file. Every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("desk")
    tone = 0.3 * np.sin(np.arange(RATE) * 0.05).astype(np.float32)
    broken = tone.copy()
    broken[100] = np.nan
    endless = tone.copy()
    endless[100] = np.inf
    for name, audio, rate in (
        ("good.wav", tone, RATE),
        ("nan.wav", broken, RATE),
        ("inf.wav", endless, RATE),
        ("three.wav", np.stack([tone] * 3, axis=1), RATE),
        ("short.wav", tone[: round(0.24 * RATE)], RATE),
        ("none.wav", tone[:0], RATE),
        ("slow.wav", tone, 22_050),
        ("minute.wav", np.tile(tone, 60), RATE),
        ("long.wav", np.tile(tone, 61), RATE),
    ):
        soundfile.write(folder / name, audio, rate, subtype="FLOAT")
    (folder / "text.wav").write_text("this is not audio")
    (folder / "zero.wav").write_bytes(b"")
    (folder / "folder").mkdir()
    return folder


@pytest.fixture
def desk(files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(files)
    return files


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(unloop, [str(argument) for argument in arguments])


def refused(result: Result, *words: str) -> None:
    """One line on standard error that holds these words, and status 2."""
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("unloop: ") and result.stderr.count("\n") == 1, result.stderr
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def contents(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("missing.wav", "missing.wav"),
        ("text.wav", "text.wav"),
        ("zero.wav", "zero.wav"),
        ("none.wav", "none.wav"),
        ("nan.wav", "nan.wav"),
        ("inf.wav", "inf.wav"),
        ("three.wav", "3"),
        ("short.wav", "0.25"),
        ("slow.wav", "22050"),
        ("long.wav", "60"),
        ("folder", "folder"),
    ],
)
@pytest.mark.parametrize("command", ["render", "demo"])
def test_a_file_that_is_no_loop(desk: Path, command: str, name: str, word: str) -> None:
    before = contents(desk)
    if command == "render":
        result = invoke("render", name, "out.wav")
    else:
        result = invoke("demo", "--input", name, "--out", "out")
    refused(result, word)
    assert contents(desk) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["render", "good.wav", "nowhere/out.wav"], ["nowhere"]),
        (["render", "good.wav", "folder"], ["folder"]),
        (["render", "good.wav", "/proc/out.wav"], ["/proc"]),
        (["demo", "--out", "nowhere/demo"], ["nowhere"]),
        (["demo", "--out", "good.wav"], ["good.wav"]),
        (["demo", "--out", "/proc/demo"], ["/proc"]),
        (["jam", "--record", "nowhere/out.wav"], ["nowhere"]),
        (["render", "good.wav", "out.wav", "--repeats", "0"], ["--repeats", "1", "999"]),
        (["render", "good.wav", "out.wav", "--repeats", "1000"], ["--repeats", "1", "999"]),
        (["render", "good.wav", "out.wav", "--repeats", "many"], ["--repeats", "many"]),
        (["render", "good.wav", "out.wav", "--temperature", "5"], ["temperature", "0.1..2", "5"]),
        (["render", "good.wav", "out.wav", "--temperature", "nan"], ["temperature", "0.1..2"]),
        (["render", "good.wav", "out.wav", "--variation", "inf"], ["variation", "0..1"]),
        (["render", "good.wav", "out.wav", "--periodic_prompt", "x"], ["periodic_prompt", "0..128", "x"]),
        (["render", "good.wav", "out.wav", "--seed", "-1"], ["seed", "0..2147483647"]),
        (["render", "good.wav", "out.wav", "--temprature", "1"], ["temprature"]),
        (["render", "good.wav", "out.wav", "--preset", "smal variation"], ["smal variation", "'small-variation'", "unloop presets"]),
        (["jam", "--temp", "5"], ["temperature", "0.1..2", "5"]),
        (["render", "good.wav"], ["OUT"]),
        (["render", "good.wav", "out.xyz"], ["out.xyz", ".wav"]),
        (["render", "minute.wav", "out.wav", "--repeats", "999"], ["GB", "--repeats", ".flac"]),
        (["render", "good.wav", "out.wav", "--model", "enormous"], ["enormous"]),
        (["render", "good.wav", "out.wav", "--model", "folder/"], ["folder"]),
        (["demo", "--model", "enormous"], ["enormous"]),
        (["demo", "--repeats", "0"], ["--repeats"]),
        (["demo", "--seed", "4294967296"], ["seed", "2147483647"]),
        (["demo", "--lora-scale", "nan"], ["--lora-scale", "nan"]),
        (["render", "good.wav", "out.wav", "--lora-scale", "-1"], ["--lora-scale", "0", "2"]),
        (["jam", "--lora-scale", "half"], ["--lora-scale", "half"]),
        (["jam", "--model-threads", "0"], ["--model-threads", "1"]),
        (["render", "good.wav", "out.wav", "--model-threads", "100000"], ["--model-threads", str(available_cores())]),
        (["jam", "--rate", "22050"], ["--rate", "44100", "48000"]),
        (["jam", "--block", "8"], ["--block", "16", "4096"]),
        (["jam", "--osc-port", "70000"], ["--osc-port", "65535"]),
        (["jam", "--inputs", "0,1"], ["--inputs", "0,1"]),
        (["jam", "--inputs", "1,2,3"], ["--inputs", "1,2,3"]),
        (["jam", "--mix", "2"], ["mix", "0..1"]),
        (["jam", "--backend", "virtual"], ["--input-file"]),
        (["jam", "--input-file", "good.wav"], ["--backend virtual"]),
        (["jam", "--generator", "off", "--backend", "virtual", "--input-file", "missing.wav"], ["missing.wav"]),
        (["jam", "--generator", "off", "--backend", "virtual", "--input-file", "text.wav"], ["text.wav"]),
        (["shuffle"], ["shuffle"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_line_that_cannot_be_obeyed(desk: Path, arguments: list[str], words: list[str]) -> None:
    before = contents(desk)
    refused(invoke(*arguments), *words)
    assert contents(desk) == before


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "no manifest"])
def test_damaged_weights_are_named_with_the_cure(desk: Path, tmp_path: Path, tiny_model: Path, damage: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for path in tiny_model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    victim = sorted(folder.glob("*.safetensors"))[0]
    if damage == "cut":
        victim.write_bytes(victim.read_bytes()[:1000])
    elif damage == "changed":
        data = bytearray(victim.read_bytes())
        data[-100] ^= 0xFF
        victim.write_bytes(data)
    elif damage == "missing":
        victim.unlink()
    else:
        victim = folder / "manifest.json"
        victim.unlink()
    before = contents(desk)
    refused(invoke("render", "good.wav", "out.wav", "--model", folder), victim.name)
    assert contents(desk) == before


@pytest.mark.parametrize("option", ["--loop-inputs", "--loop-outputs"])
@pytest.mark.parametrize("value", ["0", "3,3", "x", "17:3", "0:3", "2:3,4,5", "65"])
def test_places_of_loops_that_cannot_be_are_refused(desk: Path, option: str, value: str) -> None:
    refused(invoke("jam", option, value), option, "such as 2:3,4")


def test_an_input_that_nobody_opened_is_refused_before_anything_sounds(desk: Path) -> None:
    result = invoke("jam", "--backend", "virtual", "--input-file", "good.wav", "--generator", "off", "--no-autosave", "--input-1", 5)
    refused(result, "input_1: input 5 is not open; start with --loop-inputs 5")
