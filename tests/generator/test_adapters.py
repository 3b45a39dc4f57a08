"""Low-rank adapters: an adapted model begins as its base, and merging them into the weights plays the same."""

import json

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from unloop_py.errors import ModelError
from unloop_py.generator import model_files
from unloop_py.generator.adapters import adapter_tensors, add_adapters, load_adapters, merge
from unloop_py.generator.checkpoint import load_models, random_models, save_network, write_manifest
from unloop_py.generator.model_files import ADAPTERS, FILES, checked_model, digest, find_model, list_models, sha256


@pytest.fixture
def codes():
    return torch.randint(0, 1024, (1, 4, 20), generator=torch.Generator().manual_seed(0))


def learned(model, seed=1):
    """Adapters as if they had been trained."""
    generator = torch.Generator().manual_seed(seed)
    add_adapters(model, rank=3)
    for tensor in adapter_tensors(model).values():
        tensor.data.copy_(torch.randn(tensor.shape, generator=generator) * 0.1)
    return {key: value.detach().clone() for key, value in adapter_tensors(model).items()}


def test_an_adapted_model_begins_as_its_base(codes):
    base, adapted = random_models(0).coarse, random_models(0).coarse
    add_adapters(adapted)
    assert torch.equal(base.logits(codes), adapted.logits(codes))


def test_only_the_adapters_learn_and_they_are_few():
    model = random_models(0).coarse
    before = sum(parameter.numel() for parameter in model.parameters())
    trained = add_adapters(model, rank=2)
    assert {id(p) for p in trained} == {id(p) for p in adapter_tensors(model).values()}
    assert sum(p.numel() for p in trained) < 0.2 * before


def test_merged_into_the_weights_they_play_as_they_were_trained(codes):
    adapted, merged = random_models(0).coarse, random_models(0).coarse
    tensors = learned(adapted)
    base = merged.logits(codes)
    merge(merged, tensors, 1.0)
    assert not torch.allclose(base, merged.logits(codes), atol=1e-2)
    assert torch.allclose(adapted.logits(codes), merged.logits(codes), atol=1e-4)


def test_adapters_are_put_back_as_they_were(codes):
    first, second = random_models(0).coarse, random_models(0).coarse
    tensors = learned(first)
    add_adapters(second, rank=3)
    load_adapters(second, tensors)
    assert torch.equal(first.logits(codes), second.logits(codes))


def test_a_vampnet_fine_tune_is_merged_as_its_reference_does():
    linear = nn.Sequential(nn.Linear(5, 7, bias=False))
    weight = linear[0].weight.detach().clone()
    a, b = torch.randn(8, 5), torch.randn(7, 8)
    merge(linear, {"0.lora_A": a, "0.lora_B": b}, 1 / 8)
    assert torch.allclose(linear[0].weight, weight + 0.125 * b @ a)


@pytest.mark.parametrize("tensors", [
    {"nowhere.lora_A": torch.zeros(1, 5), "nowhere.lora_B": torch.zeros(7, 1)},
    {"0.lora_A": torch.zeros(1, 5)},
    {"0.lora_A": torch.zeros(1, 6), "0.lora_B": torch.zeros(7, 1)},
    {"0.lora_A": torch.zeros(1, 5), "0.lora_B": torch.zeros(7, 1), "0.lora_bias": torch.zeros(7)},
])
def test_adapters_of_another_model_are_refused_by_the_name_of_their_layer(tensors):
    with pytest.raises(ModelError, match="adapters of the layer '(nowhere|0)' do not fit"):
        merge(nn.Sequential(nn.Linear(5, 7, bias=False)), tensors, 1.0)


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A small model among the bundled ones, and an empty folder for what is the user's own."""
    monkeypatch.setattr(model_files, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setattr(model_files, "user_data_folder", lambda: tmp_path / "data")
    folder = tmp_path / "bundled" / "base"
    models = random_models(0)
    for file, model in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(folder / file, model, model.config)
    write_manifest(folder, name="base")
    return folder


@pytest.fixture
def voice(base):
    folder = model_files.own_models() / "lisa"
    folder.mkdir(parents=True)
    tensors = learned(random_models(0).coarse)
    save_file({f"coarse.{key}": value for key, value in tensors.items()}, folder / ADAPTERS, metadata={"scaling": "1.0"})
    facts = {"sha256": sha256(folder / ADAPTERS), "bytes": (folder / ADAPTERS).stat().st_size}
    manifest = {"format": 1, "kind": "voice", "name": "lisa", "unloop": "0.1.0", "files": {ADAPTERS: facts},
                "base": {"name": "base", "digest": digest(find_model("base")[1])},
                "training_data": {"sha256": ["c0ffee"]}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_voice_loads_by_its_name_merged_into_its_base(voice, codes):
    plain, own = load_models("base"), load_models("lisa")
    assert own.manifest["name"] == "lisa"
    assert not torch.allclose(plain.coarse.logits(codes), own.coarse.logits(codes), atol=1e-2)
    assert torch.equal(plain.fine.classify.weight, own.fine.classify.weight)
    assert own.manifest["files"][FILES[0]] == plain.manifest["files"][FILES[0]], "its codec is its base's"
    assert own.manifest["training_data"]["sha256"] == ["c0ffee"]


def test_bundled_models_and_own_voices_are_listed_with_their_base(voice, base):
    listed = list_models()
    assert [(row.name, row.kind, row.base, row.state) for row in listed] == [
        ("base", "bundled", "", "ok"), ("lisa", "voice", "base", "ok")]
    assert listed[1].size == (voice / ADAPTERS).stat().st_size


def test_a_voice_whose_base_is_gone_says_which_one_it_needs(voice, base):
    base.rename(base.with_name("elsewhere"))
    with pytest.raises(ModelError, match=r"'lisa' was learned on the model 'base' of unloop 0.1.0, which is not here"):
        load_models("lisa")
    assert [row.state for row in list_models()][-1] == "base missing"


def test_a_voice_is_not_merged_into_another_version_of_its_base(voice, base):
    models = random_models(7)
    save_network(base / FILES[1], models.coarse, models.coarse.config)
    write_manifest(base, name="base")
    with pytest.raises(ModelError, match=r"with digest \w{12}, and 'base' is now digest \w{12}: learn the voice anew"):
        checked_model("lisa")
    assert [row.state for row in list_models()][-1] == "base is another version"


def test_a_damaged_voice_is_refused_by_its_file(voice):
    (voice / ADAPTERS).write_bytes((voice / ADAPTERS).read_bytes()[:-8])
    with pytest.raises(ModelError, match=r"adapters.safetensors is damaged .*unloop finetune"):
        load_models("lisa")


@pytest.mark.parametrize(("change", "says"), [
    ({"format": 9}, "holds a voice of format 9, this unloop reads format 1"),
    ({"base": {"name": "base"}}, "damaged .its base has no name or no digest"),
])
def test_a_voice_of_another_version_says_what_it_is_and_what_is_needed(voice, change, says):
    path = voice / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=says):
        checked_model("lisa")


def test_a_folder_of_another_programs_files_says_what_it_is_and_what_is_needed(tmp_path):
    (tmp_path / "wavebeat.pth").touch()
    with pytest.raises(ModelError, match=r"holds wavebeat.pth, files of another program's format: this unloop reads codec.safetensors"):
        checked_model(str(tmp_path))


def test_an_unknown_name_names_the_nearest(voice):
    with pytest.raises(ModelError, match="no model named 'liza': the nearest is 'lisa'"):
        find_model("liza")
