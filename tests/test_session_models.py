"""What a model's worker is started with: threads and adapters by the options, and files that cannot play refused at once."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner

from unloop_py.cli.app import unloop
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


def test_the_generator_is_made_with_these_arguments(one_thread, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    codes = torch.randint(0, 1024, (1, 14, 20), generator=torch.Generator().manual_seed(0))
    logits = []
    for scale in (None, 1.0, 0.0):
        given = arguments_for(str(GOLDEN), JamConfig(compute="cpu", lora_scale=scale, model_threads=1))
        given.pop("edition")
        logits.append(load_generator(**given).models.fine.logits(codes, circular=True))
    assert torch.equal(logits[0], logits[1]) and not torch.equal(logits[1], logits[2])


@pytest.mark.parametrize("threads", range(1, available_cores() + 1))
def test_a_worker_computes_with_as_many_threads_as_it_was_given(threads, tmp_path):
    given = arguments_for(str(GOLDEN), JamConfig(compute="cpu", model_threads=threads))
    given.pop("edition")
    program = textwrap.dedent(f"""
        import torch
        from unloop_py.generator.vamp import load_generator
        from unloop_py.vamper.measuring import warm_up
        warm_up(load_generator(**{given!r}))
        print(torch.get_num_threads())
    """)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == [str(threads)], done.stderr


def test_a_folders_fine_tunes_are_known_by_their_names_where_the_session_began_with_it(vampnet):
    (vampnet / "loras" / "choir").mkdir(parents=True)
    for file in ("coarse.pth", "c2f.pth"):
        shutil.copy(vampnet / file, vampnet / "loras" / "choir" / file)
    began = JamConfig(model=f"{vampnet}/")
    assert arguments_for("choir", began)["model"] == str(vampnet / "loras" / "choir")
    assert arguments_for("vampnet", began) == first_arguments(began), "back to where it began loads nothing"
    assert arguments_for("small", began)["model"] == "small"
    of_the_fine_tune = JamConfig(model=str(vampnet / "loras" / "choir"))
    assert arguments_for("vampnet", of_the_fine_tune)["model"] == str(vampnet)
    for other in (began, JamConfig()):
        with pytest.raises(ModelError, match="no model named 'opera'"):
            arguments_for("opera", other)
    listed = CliRunner().invoke(unloop, ["models", str(vampnet)])
    assert listed.exit_code == 0
    rows = [line.split()[:2] for line in listed.stdout.splitlines()]
    assert rows.index(["vampnet", "vampnet"]) + 1 == rows.index(["choir", "fine-tune"])
    refused = CliRunner().invoke(unloop, ["models", str(vampnet / "nowhere")])
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1 and "nowhere holds no codec.pth" in refused.stderr


def test_files_that_were_written_anew_are_another_edition(vampnet):
    before = arguments_for(str(vampnet), JamConfig())["edition"]
    assert arguments_for(str(vampnet), JamConfig())["edition"] == before
    os.utime(vampnet / "c2f.pth", ns=(1, 1))
    assert arguments_for(str(vampnet), JamConfig())["edition"] != before


class Trap:
    """A pickle that would make a file where it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def swap(folder):
    for before, after in (("coarse", "x"), ("c2f", "coarse"), ("x", "c2f")):
        (folder / f"{before}.pth").rename(folder / f"{after}.pth")


def cut(folder):
    (folder / "codec.pth").write_bytes((folder / "codec.pth").read_bytes()[:1_000_000])


def change(path, **settings):
    held = torch.load(path, weights_only=True)
    tensors = {name: value[: settings["rows"]] if "rows" in settings and name.startswith("classifier") else value
               for name, value in held["state_dict"].items()}
    kwargs = held["metadata"]["kwargs"] | {name: value for name, value in settings.items() if name != "rows"}
    torch.save({"state_dict": OrderedDict(tensors), "metadata": {"kwargs": kwargs}}, path)


def spring(folder):
    torch.save({"state_dict": OrderedDict(), "metadata": {"kwargs": {"a": Trap(folder / "sprung")}}}, folder / "c2f.pth")


def later(folder, *files):
    for path in folder.iterdir():
        path.unlink()
    for file in files:
        (folder / file).write_text("{}")


@pytest.mark.parametrize(("spoil", "says"), [
    (cut, "codec.pth is cut off"),
    (swap, "coarse.pth holds a coarse-to-fine model and should hold a coarse model"),
    (lambda folder: change(folder / "coarse.pth", vocab_size=500, rows=2000), "coarse.pth has a vocabulary of 500 and"),
    (lambda folder: change(folder / "c2f.pth", n_conditioning_codebooks=5, rows=9216), "is conditioned on 5: they were not made for"),
    (lambda folder: later(folder, "model.vampnet"), "vampnetv2 and .vampnet files are of later families"),
    (lambda folder: later(folder, "config.json", "model.safetensors"), "vampnetv2 and .vampnet files are of later families"),
    (spring, "c2f.pth is refused: it holds more than weights, and to open it would run"),
])  # fmt: skip
def test_files_that_cannot_play_are_one_line_and_status_2_at_the_start_and_leave_the_running_model_alone(vampnet, tmp_path, spoil, says):
    spoil(vampnet)
    soundfile.write(tmp_path / "in.wav", np.zeros((44100, 1), np.float32), 44100)
    done = CliRunner().invoke(unloop, ["jam", "--backend", "virtual", "--input-file", str(tmp_path / "in.wav"), "--model", str(vampnet)])
    assert done.exit_code == 2 and done.stdout == "" and done.stderr.count("\n") == 1 and says in done.stderr, done.output
    with pytest.raises(ModelError) as refused:  # what /unloop/model answers: no second worker is started for it
        arguments_for(str(vampnet), JamConfig())
    assert says in str(refused.value) and "\n" not in str(refused.value)
    assert not (vampnet / "sprung").exists()
