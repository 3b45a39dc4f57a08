"""`unloop codebooks`: one file for each number of codebooks, as loud as the take, and a picture of what each adds."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from unloop_py.audio_io.wav import read_audio, write_audio
from unloop_py.cli.app import unloop
from unloop_py.evaluation.codebooks import step_through
from unloop_py.generator.checkpoint import FILES, random_models, save_network, write_manifest

RATE = 44_100


@pytest.fixture(scope="module")
def models():
    return random_models()


@pytest.fixture(scope="module")
def model_folder(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    for file, network in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(folder / file, network, network.config)
    write_manifest(folder, name="tiny")
    return folder


@pytest.fixture
def loop(tmp_path):
    t = np.arange(RATE) / RATE
    left = 0.3 * np.sin(2 * np.pi * 220 * t) * np.exp(-5 * (t % 0.25))
    write_audio(tmp_path / "loop.wav", np.stack((left, 0.5 * left), axis=1).astype(np.float32), RATE)
    return tmp_path / "loop.wav"


def step(*arguments: object):
    return CliRunner().invoke(unloop, ["codebooks", *map(str, arguments)], catch_exceptions=True)


def test_every_number_of_codebooks_can_be_heard_and_the_picture_and_figures_lie_beside(models, model_folder, loop, tmp_path):
    out = tmp_path / "steps"
    done = step(loop, "--out", out, "--model", model_folder)
    assert done.exit_code == 0, done.output
    count = models.codec.n_codebooks
    sounds = [f"{k:02d}-codebooks.wav" for k in range(1, count + 1)]
    assert sorted(path.name for path in out.iterdir()) == sorted([*sounds, "take.wav", "codebooks.png", "codebooks.json"])
    assert all(read_audio(out / name)[0].shape == (RATE, 1) for name in sounds)
    rows = json.loads((out / "codebooks.json").read_text())["by_codebooks"]
    assert [row["codebooks"] for row in rows] == list(range(1, count + 1)) and "zimtohrli" in rows[0]
    assert done.output.count("kbit/s") == count


def test_a_louder_take_is_stepped_through_louder_and_measured_the_same(models, loop):
    take = read_audio(loop)[0].mean(axis=1)
    for quiet, loud in zip(step_through(models, take, circular=True), step_through(models, 2 * take, circular=True), strict=True):
        assert np.allclose(2 * quiet.audio, loud.audio, atol=1e-5)
        assert quiet.measures["mel_distance"] == pytest.approx(loud.measures["mel_distance"], rel=1e-3)


@pytest.mark.parametrize(("make", "reason"), [
    (lambda path: write_audio(path, np.zeros((RATE, 1), np.float32), RATE), "silent"),
    (lambda path: path.write_bytes(b"no audio"), "not audio"),
    (lambda path: None, "does not exist"),
])  # fmt: skip
def test_a_file_that_cannot_be_stepped_through_is_named_and_nothing_is_written(make, reason, model_folder, tmp_path):
    make(tmp_path / "bad.wav")
    done = step(tmp_path / "bad.wav", "--out", tmp_path / "steps", "--model", model_folder)
    assert done.exit_code == 2 and "bad.wav" in done.output and reason in done.output
    assert not (tmp_path / "steps").exists()


def test_a_file_in_the_place_of_the_folder_is_refused_at_once(loop, model_folder):
    done = step(loop, "--out", loop, "--model", model_folder)
    assert done.exit_code == 2 and "is a file" in done.output
