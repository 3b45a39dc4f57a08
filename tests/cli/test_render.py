"""`unloop render`: exact lengths, the same samples for the same seed, and never half a file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from unloop_py.cli.app import unloop


def tune(rate: int, channels: int, seconds: float = 0.8) -> np.ndarray:
    """A loop with an attack and a decay, (frames, channels); its length is no multiple of anything."""
    frames = round(seconds * rate) + 7
    time_s = np.arange(frames) / rate
    notes = 0.3 * np.sin(2 * np.pi * 220 * time_s) * np.exp(-3 * (time_s % 0.2) / 0.2)
    second = 0.2 * np.sin(2 * np.pi * 331 * time_s)
    return np.stack([notes, second][:channels], axis=1).astype(np.float32)


def render(model: Path, *arguments: object):
    words = ["render", "--model", str(model), "--steps", "2", *(str(argument) for argument in arguments)]
    result = CliRunner().invoke(unloop, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def samples(path: Path) -> np.ndarray:
    """(frames, channels); a WAV file's bytes also hold when it was written."""
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "in.wav", tune(44_100, 1), 44_100, subtype="FLOAT")
    return tmp_path / "in.wav"


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (44_100, 2), (48_000, 2)])
def test_out_is_the_original_and_the_variations_at_the_rate_and_channels_of_in(
    tmp_path: Path, tiny_model: Path, rate: int, channels: int
) -> None:
    audio = tune(rate, channels)
    soundfile.write(tmp_path / "in.wav", audio, rate, subtype="FLOAT")
    render(tiny_model, tmp_path / "in.wav", tmp_path / "out.wav", "--repeats", 3, "--seed", 5)
    out, out_rate = soundfile.read(tmp_path / "out.wav", dtype="float32", always_2d=True)
    length = len(audio)
    assert out_rate == rate
    assert out.shape == (4 * length, channels)
    fade = round(0.02 * rate)
    np.testing.assert_array_equal(out[: length - fade], audio[: length - fade])
    passes = out.reshape(4, length, channels)
    for one in range(4):
        for other in range(one):
            assert np.abs(passes[one] - passes[other]).max() > 1e-3, f"passes {other} and {one} are the same"


def test_a_seed_gives_the_same_file_and_another_seed_another(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        render(tiny_model, loop, tmp_path / f"{name}.wav", "--repeats", 1, "--seed", seed)
    a, b, c = (samples(tmp_path / f"{name}.wav") for name in "abc")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_without_a_seed_it_names_the_one_it_drew(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    first = render(tiny_model, loop, tmp_path / "a.wav", "--repeats", 1)
    seed = first.stdout.split()[-1]
    render(tiny_model, loop, tmp_path / "b.wav", "--repeats", 1, "--seed", seed)
    np.testing.assert_array_equal(samples(tmp_path / "a.wav"), samples(tmp_path / "b.wav"))


def test_variation_0_is_the_takes_own_samples(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    render(tiny_model, loop, tmp_path / "out.wav", "--repeats", 2, "--variation", 0)
    np.testing.assert_array_equal(samples(tmp_path / "out.wav"), np.tile(samples(loop), (3, 1)))


def test_mix_0_is_the_takes_own_samples(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    render(tiny_model, loop, tmp_path / "out.wav", "--repeats", 2, "--mix", 0, "--seed", 1)
    np.testing.assert_array_equal(samples(tmp_path / "out.wav"), np.tile(samples(loop), (3, 1)))


def test_a_raw_prompt_is_heard(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    for name, periodic in (("a", 2), ("b", 13)):
        render(tiny_model, loop, tmp_path / f"{name}.wav", "--repeats", 1, "--seed", 3, "--periodic_prompt", periodic)
    assert not np.array_equal(samples(tmp_path / "a.wav"), samples(tmp_path / "b.wav"))


def test_a_preset_is_its_parameters_and_gives_way_to_what_is_given_beside_it(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    typed = "--periodic 5 --upper-codebook-mask 4 --onset-mask-width 0 --prefix-s 0 --sampletemp 1 --mask_temperature 10.5".split()
    for name, options in (("a", ["--preset", "small variation"]), ("b", typed), ("c", ["--preset", "small-variation", "--periodic", 9])):
        render(tiny_model, loop, tmp_path / f"{name}.wav", "--repeats", 1, "--seed", 3, *options)
    a, b, c = (samples(tmp_path / f"{name}.wav") for name in "abc")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_the_steps_that_were_asked_for_are_taken(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    for steps in (1, 5):
        render(tiny_model, loop, tmp_path / f"{steps}.wav", "--repeats", 1, "--seed", 3, "--steps", steps)
    assert not np.array_equal(samples(tmp_path / "1.wav"), samples(tmp_path / "5.wav"))


@pytest.mark.parametrize("option", [("--stretch", 2), ("--pitch-shift", -5)])
def test_variation_0_of_a_reshaped_take_is_made_and_keeps_the_length(tmp_path: Path, tiny_model: Path, loop: Path, option: tuple) -> None:
    frames = soundfile.info(loop).frames
    render(tiny_model, loop, tmp_path / "out.wav", "--repeats", 2, "--variation", 0, "--seed", 3, *option)
    take, first, second = samples(tmp_path / "out.wav").reshape(3, frames)
    assert np.abs(first - take).max() > 1e-3
    goes_on = np.abs(second - first)[: frames // 2].max() > 1e-3                      # before the fade that ends at the seam
    assert goes_on == (option[0] == "--stretch"), "stretched, it goes on; transposed, it is the same"


def test_a_locked_seed_gives_the_same_repetition_again(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    frames = soundfile.info(loop).frames
    render(tiny_model, loop, tmp_path / "out.wav", "--repeats", 3, "--seed", 3, "--seed-lock", "on")
    passes = samples(tmp_path / "out.wav").reshape(4, frames)
    np.testing.assert_allclose(passes[1, : frames // 2], passes[2, : frames // 2], atol=1e-6)
    assert np.abs(passes[1] - passes[0]).max() > 1e-3


def test_out_may_be_in(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    frames = soundfile.info(loop).frames
    render(tiny_model, loop, loop, "--repeats", 1, "--seed", 3)
    assert soundfile.info(loop).frames == 2 * frames


def test_there_is_no_bar_where_nobody_would_see_it(tmp_path: Path, tiny_model: Path, loop: Path) -> None:
    result = render(tiny_model, loop, tmp_path / "out.wav", "--repeats", 1)
    assert result.stderr == ""
    assert "\x1b" not in result.stdout and result.stdout.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_render_that_is_stopped_leaves_nothing(tmp_path: Path, tiny_model: Path, loop: Path, number: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "unloop_py", "render", loop, out / "x.wav", "--repeats", "999", "--model", tiny_model]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while not any(out.iterdir()) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert any(out.iterdir()), "it never began to write"
        assert not (out / "x.wav").exists()
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 128 + number
    assert errors.strip() == ""
    assert list(out.iterdir()) == []
