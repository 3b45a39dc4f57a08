"""VampNet learns a player's sound, and what it learned opens in the reference."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.generator import load_vampnet, model_files
from unloop_py.training import finetune as learning
from unloop_py.training import player_voice
from unloop_py.training.own_audio import OwnAudio
from unloop_py.training.vampnet_voice import write_fine_tune

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "reference-small"
LAYER = "transformer.layers.0.feed_forward.w_1"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The golden model under the name vampnet, among folders of one's own."""
    monkeypatch.setattr(model_files, "user_cache_folder", lambda: tmp_path / "cache")
    for module in (model_files, player_voice):
        monkeypatch.setattr(module, "user_data_folder", lambda: tmp_path / "data")
    folder = tmp_path / "cache" / "models" / "vampnet"
    folder.mkdir(parents=True)
    for part in ("codec", "coarse", "c2f"):
        shutil.copy(GOLDEN / f"{part}.pth", folder)
    return tmp_path


def test_what_was_learned_is_added_once_and_the_reference_computes_with_it(home):
    base = home / "cache" / "models" / "vampnet"
    a, b = torch.randn(8, 64), torch.randn(256, 8)
    folder = write_fine_tune("lisa", base, {"coarse": {f"{LAYER}.lora_A": a, f"{LAYER}.lora_B": b}, "fine": {}})
    assert folder == base / "loras" / "lisa"
    before, after = load_vampnet(base), load_vampnet(folder)
    torch.testing.assert_close(after.coarse.get_parameter(f"{LAYER}.weight"), before.coarse.get_parameter(f"{LAYER}.weight") + b @ a)
    codes = torch.zeros(1, 14, 8, dtype=torch.long)
    assert torch.equal(after.coarse_to_fine.logits(codes), before.coarse_to_fine.logits(codes))


def test_a_fine_tune_is_learned_listed_and_converted_to_the_references_format(home, monkeypatch):
    whole, steps = learning._Run._step, []

    def step(run, codes, mask):  # two steps of each part are enough
        whole(run, codes, mask)
        steps.append(run.part)
        run.spent_s += run.budget_s / 2

    monkeypatch.setattr(learning._Run, "_step", step)
    monkeypatch.setattr(player_voice, "general_tokens", lambda models: [])
    rng = np.random.default_rng(0)
    pieces = [rng.integers(0, 1024, (14, 40)).astype(np.int16) for _ in range(3)]
    heard = OwnAudio(learned=pieces[:1], stopping=pieces[1:2], judging=pieces[2:], seconds=60.0)
    monkeypatch.setattr(player_voice.Listener, "hear", lambda *_: heard)
    soundfile.write(home / "mine.wav", np.zeros(22050, np.float32), 22050)
    done = CliRunner().invoke(unloop, ["finetune", str(home / "mine.wav"), "--name", "lisa", "--minutes", "0.1", "--model", "vampnet"])
    assert done.exit_code == 0, done.output
    assert set(steps) == {"coarse", "fine"} and "jam --model lisa" in done.output
    rows = {row.name: row for row in model_files.list_models()}
    assert (rows["lisa"].kind, rows["lisa"].base, rows["lisa"].state) == ("fine-tune", "vampnet", "ok")
    done = CliRunner().invoke(unloop, ["convert", "lisa", str(home / "out")])
    assert done.exit_code == 0, done.output
    before, after = (torch.load(at / "c2f.pth", weights_only=True) for at in (GOLDEN, home / "out"))
    assert before["metadata"] == after["metadata"] and before["state_dict"].keys() == after["state_dict"].keys()
