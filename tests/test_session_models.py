"""What a model's worker is started with: threads and adapters by the options, and files that cannot play refused at once."""

import os
import shutil
from pathlib import Path

import pytest

from unloop_py.config import JamConfig, available_cores
from unloop_py.errors import ModelError
from unloop_py.generator.vamp import load_generator
from unloop_py.session import models
from unloop_py.session.models import arguments_for, first_arguments

GOLDEN = Path(__file__).resolve().parent / "data" / "reference-small"


@pytest.fixture
def vampnet(tmp_path):
    """A copy of VampNet's files that may be spoiled."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "vampnet"))


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (32, 31)])
def test_vampnet_leaves_a_core_to_the_sound_and_the_small_models_decide_for_themselves(monkeypatch, cores, threads):
    monkeypatch.setattr(models, "available_cores", lambda: cores)
    assert arguments_for(str(GOLDEN), JamConfig())["threads"] == threads
    assert arguments_for("small", JamConfig())["threads"] is None


def test_the_players_options_go_to_whichever_model_is_loaded():
    config = JamConfig(compute="cpu", lora_scale=0.5, model_threads=available_cores())
    for name in ("small", str(GOLDEN)):
        given = arguments_for(name, config)
        assert (given["model"], given["compute"], given["lora_scale"], given["threads"]) == (name, "cpu", 0.5, available_cores())


def test_the_generator_is_made_with_these_arguments(one_thread):
    import torch

    given = arguments_for(str(GOLDEN), JamConfig(compute="cpu", lora_scale=0.0, model_threads=1))
    given.pop("edition")
    layer = "transformer.layers.0.feed_forward.w_1"
    generator = load_generator(**given)
    held = torch.load(GOLDEN / "c2f.pth", weights_only=True)["state_dict"][f"{layer}.weight"]
    assert torch.equal(generator.models.fine.get_parameter(f"{layer}.weight"), held.to(next(generator.models.fine.parameters()).dtype))
    assert torch.get_num_threads() == 1


def test_files_that_were_written_anew_are_another_edition(vampnet):
    before = arguments_for(str(vampnet), JamConfig())["edition"]
    assert arguments_for(str(vampnet), JamConfig())["edition"] == before
    os.utime(vampnet / "c2f.pth", ns=(1, 1))
    assert arguments_for(str(vampnet), JamConfig())["edition"] != before


@pytest.mark.parametrize("ask", [first_arguments, lambda config: arguments_for(config.model, config)], ids=["start", "while playing"])
def test_files_that_are_swapped_or_cut_off_are_refused_at_once(vampnet, ask):
    (vampnet / "coarse.pth").rename(vampnet / "x")
    shutil.copy(vampnet / "c2f.pth", vampnet / "coarse.pth")
    with pytest.raises(ModelError, match="coarse.pth holds a coarse-to-fine model and should hold a coarse model"):
        ask(JamConfig(model=str(vampnet)))
    (vampnet / "coarse.pth").write_bytes((vampnet / "x").read_bytes()[:1000])
    with pytest.raises(ModelError, match="coarse.pth is cut off"):
        ask(JamConfig(model=str(vampnet)))
