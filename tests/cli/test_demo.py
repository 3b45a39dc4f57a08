"""`unloop demo`: what it writes fits together to the frame, and what it says is so."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from unloop_py.audio_io.groove import PARTS, groove
from unloop_py.cli.app import unloop
from unloop_py.control.macro import prompts_for

PNG = b"\x89PNG\r\n\x1a\n"


def demo(model: Path, *arguments: object) -> str:
    words = ["demo", "--model", str(model), *(str(argument) for argument in arguments)]
    result = CliRunner().invoke(unloop, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> tuple[Path, str]:
    """One demo of the groove with 2 repetitions: its folder and what was said."""
    out = tmp_path_factory.mktemp("demo") / "unloop-demo"
    return out, demo(tiny_model, "--out", out, "--repeats", 2, "--seed", 11)


def facts(out: Path) -> dict:
    return json.loads((out / "demo.json").read_text())


def test_it_writes_three_files_and_nothing_else(written) -> None:
    out, _ = written
    assert sorted(path.name for path in out.iterdir()) == ["demo.json", "demo.png", "demo.wav"]
    assert (out / "demo.png").read_bytes().startswith(PNG)


def test_the_frames_it_names_are_the_frames_of_the_file(written) -> None:
    out, _ = written
    told = facts(out)
    audio, rate = soundfile.read(out / "demo.wav", dtype="float32", always_2d=True)
    length, seam = told["loop_frames"], told["first_seam_frame"]
    assert rate == told["sample_rate"]
    assert [row["index"] for row in told["repetitions"]] == [1, 2]
    assert [row["start_frame"] for row in told["repetitions"]] == [seam + k * length for k in range(2)]
    assert len(audio) == seam + 2 * length
    take = groove(rate)
    fade = round(0.02 * rate)
    np.testing.assert_allclose(audio[seam - length : seam - fade], take[: length - fade], atol=1e-4)
    passes = [audio[row["start_frame"] :][:length] for row in told["repetitions"]]
    for one, other in ((passes[0], take), (passes[1], take), (passes[0], passes[1])):
        assert np.abs(one - other).max() > 1e-2


def test_each_repetition_tells_its_seed_its_prompt_and_its_time(written) -> None:
    told = facts(written[0])
    rows = told["repetitions"]
    assert told["late"] == 0 and not any(row["late"] for row in rows)
    assert len({row["seed"] for row in rows}) == 2
    for row in rows:
        assert row["seconds_to_generate"] > 0
        assert row["in_time_live"] == (row["seconds_to_generate"] < told["loop_frames"] / told["sample_rate"])
        for name, value in prompts_for(0.5).items():
            assert row["prompt"][name] == value


def test_it_says_where_things_are_whether_it_was_in_time_and_what_to_try(written) -> None:
    out, said = written
    for word in ("demo.wav", "demo.json", "demo.png", str(out), "0 late", "in time", "Try next", "--input"):
        assert word in said


def test_a_seed_gives_the_same_demo(written, tmp_path: Path, tiny_model: Path) -> None:
    demo(tiny_model, "--out", tmp_path / "again", "--repeats", 1, "--seed", 11)
    again, first = (soundfile.read(folder / "demo.wav")[0] for folder in (tmp_path / "again", written[0]))
    fade = 882  # the first demo fades into its second repetition there
    np.testing.assert_array_equal(again[:-fade], first[: len(again) - fade])


def test_a_loop_of_ones_own_keeps_its_rate_and_channels(tmp_path: Path, tiny_model: Path) -> None:
    audio = groove(48_000)[:48_000, :1]
    soundfile.write(tmp_path / "mine.wav", audio, 48_000, subtype="FLOAT")
    demo(tiny_model, "--input", tmp_path / "mine.wav", "--out", tmp_path / "out", "--repeats", 1)
    info = soundfile.info(tmp_path / "out" / "demo.wav")
    assert (info.samplerate, info.channels, info.frames) == (48_000, 1, 96_000)
    assert facts(tmp_path / "out")["loop"] == "mine.wav"


def test_a_silent_loop_stays_silent(tmp_path: Path, tiny_model: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(44_100, np.float32), 44_100)
    demo(tiny_model, "--input", tmp_path / "silence.wav", "--out", tmp_path / "out", "--repeats", 2)
    audio, _ = soundfile.read(tmp_path / "out" / "demo.wav")
    assert np.abs(audio).max() == 0.0
    assert facts(tmp_path / "out")["late"] == 0


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_the_groove_is_a_circle_of_whole_bars(rate: int) -> None:
    loop = groove(rate)
    assert loop.dtype == np.float32 and loop.shape == (6 * rate, 2)
    assert np.abs(loop).max() == pytest.approx(0.7, abs=1e-3)
    np.testing.assert_array_equal(loop, groove(rate))
    steps = np.abs(np.diff(loop, axis=0)).max(axis=1)
    assert np.abs(loop[0] - loop[-1]).max() <= steps.max(), "its end does not lead into its beginning"
    assert np.sqrt(np.mean(loop**2)) > 0.05


def test_the_groove_can_be_played_by_some_of_its_players() -> None:
    alone = [groove(parts=(part,)) for part in PARTS]
    assert all(one.shape == groove().shape and np.abs(one).max() == pytest.approx(0.7, abs=1e-3) for one in alone)
    assert not any(np.allclose(one, other) for one, other in itertools.combinations([*alone, groove()], 2))
