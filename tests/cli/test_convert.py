"""VampNet's files at the command line: converted, played, and refused in one line."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner, Result
from safetensors import safe_open

from unloop_py.cli.app import unloop
from unloop_py.generator import load_vampnet

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "reference-small"
RATE = 44_100


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(unloop, [str(argument) for argument in arguments])


@pytest.fixture
def swapped(tmp_path: Path) -> Path:
    """A model whose coarse and coarse-to-fine files have each other's names."""
    folder = tmp_path / "swapped"
    folder.mkdir()
    for source, name in (("codec", "codec"), ("coarse", "c2f"), ("c2f", "coarse")):
        shutil.copy(GOLDEN / f"{source}.pth", folder / f"{name}.pth")
    return folder


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    path = tmp_path / "loop.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal((RATE // 2, 1)), RATE, subtype="FLOAT")
    return path


def test_a_model_goes_to_the_other_format_and_back_and_the_files_are_named(tmp_path: Path) -> None:
    there = invoke("convert", GOLDEN, tmp_path / "there")
    assert there.exit_code == 0 and all(f"{part}.safetensors" in there.stdout for part in ("codec", "coarse", "c2f")), there.output
    back = invoke("convert", tmp_path / "there", tmp_path / "back")
    assert back.exit_code == 0, back.output
    before, after = (torch.load(at / "c2f.pth", weights_only=True) for at in (GOLDEN, tmp_path / "back"))
    assert before["metadata"] == after["metadata"]
    assert all(torch.equal(value, after["state_dict"][name]) for name, value in before["state_dict"].items())


def test_a_loop_is_rendered_with_vampnets_files(tmp_path: Path, loop: Path) -> None:
    done = invoke("render", loop, tmp_path / "out.wav", "--model", GOLDEN, "--repeats", 1, "--compute", "cpu", "--seed", 1)
    assert done.exit_code == 0, done.output
    audio, rate = soundfile.read(tmp_path / "out.wav")
    assert rate == RATE and len(audio) >= RATE // 2 and np.isfinite(audio).all()


def test_a_model_converted_with_a_scale_plays_everywhere_as_it_plays_here_with_that_scale(tmp_path: Path) -> None:
    done = invoke("convert", GOLDEN, tmp_path / "half", "--lora-scale", "0.5")
    assert done.exit_code == 0, done.output
    here, there = load_vampnet(GOLDEN, lora_scale=0.5), load_vampnet(tmp_path / "half")
    weights = here.coarse_to_fine.state_dict()
    assert any(not torch.equal(weights[name], value) for name, value in load_vampnet(GOLDEN).coarse_to_fine.state_dict().items())
    for name, value in there.coarse_to_fine.state_dict().items():
        torch.testing.assert_close(value, weights[name], rtol=1e-6, atol=1e-7)
    one = invoke("convert", GOLDEN / "c2f.pth", tmp_path / "c2f.safetensors", "--lora-scale", "0")
    assert one.exit_code == 0, one.output
    with safe_open(tmp_path / "c2f.safetensors", "pt") as file:
        assert not file.get_tensor("transformer.layers.0.feed_forward.w_1.lora_B").any()


def test_the_adapters_scale_and_the_threads_are_the_players_choice(tmp_path: Path, loop: Path, one_thread: None) -> None:
    for scale in ("0", "1", "2"):
        done = invoke("render", loop, tmp_path / f"{scale}.wav", "--model", GOLDEN, "--repeats", 1, "--compute", "cpu", "--seed", 1,
                      "--lora-scale", scale, "--model-threads", 1)
        assert done.exit_code == 0 and torch.get_num_threads() == 1, done.output
    made = [soundfile.read(tmp_path / f"{scale}.wav")[0] for scale in ("0", "1", "2")]
    assert not np.array_equal(made[0], made[1]) and not np.array_equal(made[1], made[2])


@pytest.mark.parametrize("command", (
    ("render", "loop.wav", "out.wav", "--model", "swapped"), ("demo", "--input", "loop.wav", "--out", "out", "--model", "swapped"),
    ("jam", "--backend", "virtual", "--input-file", "loop.wav", "--model", "swapped"), ("convert", "swapped", "out"),
    ("convert", "small", "out"), ("convert", "loop.wav", "out.wav"), ("convert", "nowhere", "out")))
def test_what_is_wrong_is_one_line_and_status_2_and_nothing_is_written(
    tmp_path: Path, swapped: Path, loop: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    result = invoke(*command)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("unloop: ") and result.stderr.count("\n") == 1, result.stderr
    if "swapped" in command:
        assert "coarse.pth holds a coarse-to-fine model and should hold a coarse model" in result.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
