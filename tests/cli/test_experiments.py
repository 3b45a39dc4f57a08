"""Four strategies in two regimes, side by side on one page."""

import json
import re
import shutil

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from unloop_py.cli.experiments import REGIMES, experiments
from unloop_py.cli.strategies import STRATEGIES, fitted
from unloop_py.errors import AudioFileError
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.spec import Prompt
from unloop_py.generator.vamp import LocalGenerator


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """A folder with a loop of 1.5 s to work in, and a model of random weights in place of the bundled one."""
    folder = tmp_path_factory.mktemp("experiments")
    soundfile.write(folder / "loop.wav", np.random.default_rng(0).normal(0, 0.1, (66150, 2)).astype(np.float32), 44100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unloop_py.generator.vamp.load_generator", lambda **arguments: LocalGenerator(random_models()))
        patch.setattr("unloop_py.cli.experiments.STEPS", 2)
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def both(loop):
    """Both regimes, done."""
    for regime in REGIMES:
        assert run(regime, "loop.wav", "--out", "heard").exit_code == 0
    return loop / "heard"


def run(*arguments):
    done = CliRunner().invoke(experiments, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def made(folder, regime):
    return json.loads((folder / f"{regime}.json").read_text())["made"]


def test_each_strategy_is_heard_at_both_temperatures_of_the_regime(both):
    assert [(row["strategy"], row["temperature"]) for row in made(both, "wild")] == [
        (name, temperature) for name in ("vamp", "dense vamp", "inpaint", "beat-driven") for temperature in (1.0, 1.2)]
    assert {row["temperature"] for row in made(both, "faithful")} == {0.6, 0.7}
    for row in made(both, "wild") + made(both, "faithful"):
        audio, rate = soundfile.read(both / row["file"])
        assert audio.shape == (66150, 2) and rate == 44100


def test_the_page_plays_both_regimes_and_the_original_and_needs_no_other_file(both):
    page = (both / "index.html").read_text()
    assert page.count("<audio") == 1 + 2 * 8
    assert set(re.findall(r'(?:src|href)="([^"]{0,10})', page)) == {"data:audio"}
    assert "wild: warm sampling" in page and "faithful: cool sampling" in page


def test_faithful_keeps_more_of_the_loop_than_wild_in_every_strategy(both):
    shares = [[row["generated"] for row in made(both, regime)] for regime in ("faithful", "wild")]
    assert all(faithful < wild for faithful, wild in zip(*shares, strict=True))


def test_the_same_seed_gives_the_same_sounds(both, loop):
    run("faithful", "loop.wav", "--out", "again")
    for row in made(both, "faithful"):
        assert np.array_equal(soundfile.read(both / row["file"])[0], soundfile.read(loop / "again" / row["file"])[0])


def test_a_regime_of_another_loop_is_not_shown_beside_this_one(both, loop):
    shutil.copytree(both, loop / "mixed")
    soundfile.write("other.wav", np.random.default_rng(1).normal(0, 0.1, 44100).astype(np.float32), 44100)
    run("faithful", "other.wav", "--out", "mixed")
    page = (loop / "mixed" / "index.html").read_text()
    assert page.count("<audio") == 1 + 8 and "warm sampling" not in page


@pytest.mark.parametrize(("seconds", "stretch"), [(10.0, (3.0, 7.0)), (7.0, (3.0, 7.0)), (6.0, (3.0, 6.0)), (2.0, (0.6, 1.4))])
def test_the_stretch_from_3_to_7_seconds_lies_within_the_loop(seconds, stretch):
    strategy = next(one for one in STRATEGIES if one.name == "inpaint")
    prompt, notes = fitted(strategy.wild, seconds)
    assert (prompt.inpaint_start_s, prompt.inpaint_end_s) == pytest.approx(stretch)
    assert bool(notes) == (stretch != (3.0, 7.0))
    assert fitted(Prompt(), seconds) == (Prompt(), [])


def test_silence_and_what_is_too_long_are_refused(loop):
    soundfile.write("silent.wav", np.zeros(44100), 44100)
    soundfile.write("long.wav", np.full(61 * 8000, 0.1), 8000)
    with pytest.raises(AudioFileError, match="silent.wav is silent: there is nothing to vary"):
        run("wild", "silent.wav")
    with pytest.raises(AudioFileError, match=r"long.wav lasts 61.0 s: at most 60 s"):
        run("wild", "long.wav")
