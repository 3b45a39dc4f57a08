"""A player's own sound: what is learned, what is kept, and what is told of it."""

import itertools
import json

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner

from unloop_py.cli.finetune import finetune, summary
from unloop_py.cli.finetune import models as models_command
from unloop_py.generator import model_files
from unloop_py.generator.checkpoint import load_models, random_models, save_network, write_manifest
from unloop_py.generator.model_files import FILES, checked_model
from unloop_py.training import finetune as learning
from unloop_py.training import player_voice
from unloop_py.training.finetune import Figures, Finetuning, Lesson
from unloop_py.training.judged import general_tokens, judged_loss, write_general_tokens
from unloop_py.training.own_audio import OwnAudio

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(learning, "BATCH", 2)
    monkeypatch.setattr(learning, "STEPS", 32)


class Clock:
    """Each look at it takes so many seconds."""

    def __init__(self, step_s):
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self):
        self.now_s += self.step_s
        return self.now_s


def played(seed, steps=200, n_codebooks=9):
    """Tokens of a player who uses eight of the codebook's thousand."""
    return np.random.default_rng(seed).choice(np.arange(0, 1024, 128), (n_codebooks, steps)).astype(np.int16)


def own_audio():
    return OwnAudio(learned=[played(0, 600)], stopping=[played(1)], judging=[played(2)], seconds=20.0, aside_s=4.0)


def general():
    return [np.random.default_rng(3).integers(0, 1024, (9, 100)).astype(np.int16)]


def start(folder, minutes=1.0, general=(), settings="the same", step_s=2.0, **more):
    clock = Clock(step_s)
    return Finetuning(random_models(0), own_audio(), list(general), minutes, folder / "checkpoint.pt", settings, clock=clock, **more)


def test_unseen_audio_is_guessed_better_after_than_before(tmp_path):
    lessons = start(tmp_path, 1.0, step_s=1.0).run()
    for lesson in lessons.values():
        assert lesson.after.unseen < 0.99 * lesson.before.unseen
        assert lesson.steps > 5


def test_what_is_written_plays_as_what_was_judged(tmp_path):
    lesson = start(tmp_path, 1.0).run()["coarse"]
    from unloop_py.generator.adapters import merge

    model = random_models(0).coarse
    merge(model, lesson.tensors, 1.0)
    assert judged_loss(model, own_audio().judging) == pytest.approx(lesson.after.unseen, rel=1e-3)


def test_a_voice_is_held_back_until_general_audio_is_guessed_nearly_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "LEARNING_RATE", 0.05)
    for lesson in start(tmp_path, 1.0, general=general()).run().values():
        assert lesson.after.general <= 1.05 * lesson.before.general
        assert lesson.strength < 1.0


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    class Enough(Exception):
        pass

    def interrupt(what, share, left_s):
        if share > 0.3:
            raise Enough

    with pytest.raises(Enough):
        start(tmp_path, 2.0, progress=interrupt).run()
    shares = []
    resumed = start(tmp_path, 2.0, progress=lambda what, share, left_s: shares.append(share))
    assert resumed.resumed
    steps = resumed.state["running"]["steps"]
    lessons = resumed.run()
    assert steps > 0 and lessons["coarse"].steps > steps
    assert 0.29 < shares[1] < 0.35, "it does not begin anew"


def test_a_part_that_is_learned_is_not_learned_again(tmp_path):
    first = start(tmp_path, 0.5).run()
    again = start(tmp_path, 0.5).run()
    assert all(torch.equal(first[part].tensors[key], again[part].tensors[key]) for part in first for key in first[part].tensors)


def test_a_checkpoint_of_other_audio_is_not_gone_on_with(tmp_path):
    start(tmp_path, 0.5).run()
    assert not start(tmp_path, 0.5, settings="other files").resumed


def test_the_share_and_the_seconds_left_go_on_steadily(tmp_path):
    told = []
    start(tmp_path, 1.0, progress=lambda what, share, left_s: told.append((share, left_s))).run()
    shares, left = zip(*told, strict=True)
    assert list(shares) == sorted(shares) and shares[0] == 0.0 and shares[-1] > 0.95
    assert all(seconds == pytest.approx(60 * (1 - share)) for share, seconds in told) and left[0] == 60


def test_a_checkpoint_is_written_every_minute(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(learning, "save_checkpoint", lambda path, state: written.append(state["running"]))
    start(tmp_path, 8.0, step_s=15.0).run()
    running = [state["spent_s"] for state in written if state is not None]
    assert len(running) >= 3 and max(b - a for a, b in itertools.pairwise(running) if b > a) <= 75


def test_learning_ends_early_when_nothing_gets_better(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "LEARNING_RATE", 0.0)
    lessons = start(tmp_path, 100.0, step_s=60.0).run()
    assert lessons["coarse"].steps < 0.5 * 60 and lessons["fine"].steps < 0.5 * 40


def test_the_same_model_is_asked_the_same_and_lower_is_better():
    model = random_models(0).coarse
    pieces = [played(0), played(1)]
    assert judged_loss(model, pieces) == judged_loss(model, pieces)
    assert judged_loss(model, pieces) == pytest.approx(np.log(1024), rel=0.1), "a random model guesses by chance"


# From files to a voice


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A base model of random weights, and a data folder of one's own."""
    monkeypatch.setattr(model_files, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setattr(player_voice, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(model_files, "user_data_folder", lambda: tmp_path / "data" / "unloop")
    monkeypatch.setattr(player_voice, "user_data_folder", lambda: tmp_path / "data" / "unloop")
    folder = tmp_path / "bundled" / "small"
    models = random_models(0)
    for file, model in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(folder / file, model, model.config)
    write_manifest(folder, name="small")
    write_general_tokens(folder, [np.zeros((models.codec.n_codebooks, 60), np.int16)])
    rng = np.random.default_rng(0)
    soundfile.write(tmp_path / "mine.wav", rng.normal(0, 0.1, 70 * 22050).astype(np.float32), 22050)
    return tmp_path


def test_a_voice_is_made_listed_and_loaded_by_its_name(home):
    done = CliRunner().invoke(finetune, [str(home / "mine.wav"), "--name", "lisa", "--minutes", "0.1"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "your unseen audio, coarse" in done.output and "general audio" in done.output
    assert "lisa: " in done.output and "jam --model lisa" in done.output and "/unloop/model lisa" in done.output
    listed = CliRunner().invoke(models_command, catch_exceptions=False).output
    assert [line.split()[:5] for line in listed.splitlines()[1:3]][1][:2] == ["lisa", "voice"] and " ok" in listed
    voice = load_models("lisa")
    assert voice.manifest["name"] == "lisa" and len(voice.manifest["training_data"]["sha256"]) == 1
    folder, _ = checked_model("lisa")
    assert folder == home / "data" / "unloop" / "models" / "lisa"
    assert set(json.loads((folder / "manifest.json").read_text())["figures"]) == {"coarse", "fine"}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 4e6
    assert not (home / "data" / "unloop" / "learning" / "lisa").exists(), "the work is cleared away"


def test_ctrl_c_keeps_what_was_learned_and_the_same_command_goes_on(home, monkeypatch):
    whole, steps = learning._Run._step, []

    def step(run, codes, mask):
        whole(run, codes, mask)
        steps.append(run.steps)
        if len(steps) % 2 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(learning._Run, "_step", step)
    for _ in range(2):
        done = CliRunner().invoke(finetune, [str(home / "mine.wav"), "--name", "lisa", "--minutes", "1000"])
        assert "stopped; what was learned is kept" in done.output and done.exit_code != 0
    assert steps == [1, 2, 3, 4]
    assert not (home / "data" / "unloop" / "models" / "lisa").exists()


def test_general_tokens_come_with_the_model(home):
    pieces = general_tokens(load_models("small"))
    assert [piece.shape[1] for piece in pieces] == [60]


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 70, "small"])
def test_a_name_that_will_not_do_is_refused_before_anything_is_read(home, name):
    with pytest.raises(player_voice.VoiceError, match=r"cannot be called|is a bundled model"):
        player_voice.learn_voice(name, [home / "nowhere"], 1.0)


def test_a_voice_is_not_learned_on_top_of_a_voice(home):
    voice = home / "data" / "unloop" / "models" / "lisa"
    CliRunner().invoke(finetune, [str(home / "mine.wav"), "--name", "lisa", "--minutes", "0.1"], catch_exceptions=False)
    assert voice.is_dir()
    with pytest.raises(model_files.ModelError, match="lisa is a voice itself: learn from its base, --model small"):
        player_voice.learn_voice("second", [home / "mine.wav"], 0.1, base="lisa")


def test_what_a_player_is_told(home):
    lesson = Lesson(Figures(5.0, 4.0), Figures(4.5, 4.04), 10, 1.0, {})
    own = own_audio()
    own.files, own.notes = [home / "mine.wav"], ["skipped: broken.wav"]
    voice = player_voice.Voice("lisa", home, 1_100_000, "small", own, {"coarse": lesson, "fine": lesson}, False)
    lines = summary(voice)
    assert lines[0] == "skipped: broken.wav"
    assert "your unseen audio           5.000   4.500  -10.0 %" in lines
    assert "general audio               4.000   4.040  +1.0 %" in lines
