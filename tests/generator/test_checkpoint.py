"""Models on disk: whole, or refused with the file's name and the cure."""

import dataclasses
import json

import pytest
import torch

from unloop_py.errors import ModelError
from unloop_py.generator.checkpoint import FILES, load_models, random_models, save_network, write_manifest


@pytest.fixture
def folder(tmp_path):
    models = random_models(5)
    for file, model in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(tmp_path / file, model, model.config)
    write_manifest(tmp_path, name="mine", licence="MIT")
    return tmp_path


def test_a_saved_family_is_the_same_when_loaded_but_for_sixteen_bits(folder):
    before, after = random_models(5), load_models(str(folder))
    assert after.manifest["name"] == "mine"
    assert dataclasses.asdict(after.coarse.config) == dataclasses.asdict(before.coarse.config)
    codes = torch.randint(0, 1025, (1, 4, 30))
    assert torch.allclose(after.coarse.logits(codes), before.coarse.logits(codes), atol=5e-3)
    audio = torch.randn(1, 1, 768 * 8) * 0.1
    assert after.codec.encode(audio).shape == (1, 9, 8)


def test_weights_that_cannot_be_written_leave_the_old_ones_and_say_what_to_do(folder, monkeypatch):
    def full(tensors, path, metadata):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setattr("unloop_py.generator.checkpoint.save_file", full)
    coarse = random_models(1).coarse
    with pytest.raises(ModelError, match="No space left on device.*make room on the disk"):
        save_network(folder / FILES[1], coarse, coarse.config)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(ModelError, match="no model named 'smal': the nearest is 'small'"):
        load_models("smal")


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()
    with pytest.raises(ModelError, match=f"{file} is missing: reinstall"):
        load_models(str(folder))


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_named(folder, file):
    damaged = bytearray((folder / file).read_bytes())
    damaged[-100] ^= 1
    (folder / file).write_bytes(damaged)
    with pytest.raises(ModelError, match=f"{file} is damaged .*reinstall"):
        load_models(str(folder))


def test_weights_of_other_sizes_are_refused_in_one_line(folder):
    models = random_models(5)
    save_network(folder / FILES[1], models.coarse, models.fine.config)
    write_manifest(folder, name="mine")
    with pytest.raises(ModelError, match="coarse.safetensors cannot be read as weights of this version") as caught:
        load_models(str(folder))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text, wrong", (("", "damaged"), ("{", "damaged"), (json.dumps({"format": 99}), "format 99")))
def test_a_manifest_that_cannot_be_used_says_why(folder, text, wrong):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match=wrong):
        load_models(str(folder))


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(ModelError, match="manifest.json is missing"):
        load_models(str(tmp_path))
