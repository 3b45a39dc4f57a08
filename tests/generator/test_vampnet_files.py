"""VampNet's folders: what is whole opens and plays, in either format; what is not is refused in one line, before torch is loaded."""

import json
import re
import shutil
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from unloop_py.errors import ModelError, ParameterError
from unloop_py.generator import load_vampnet, model_files
from unloop_py.generator.checkpoint import load_models
from unloop_py.generator.convert import convert
from unloop_py.generator.model_files import checked_model, find_model, list_models
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.generator.vampnet_files import convert_to_safetensors
from unloop_py.generator.vampnet_shapes import codec_shapes, transformer_shapes

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "reference-small"
FILES = ("codec.pth", "coarse.pth", "c2f.pth")


@pytest.fixture(scope="module")
def golden():
    return load_vampnet(GOLDEN)


@pytest.fixture
def folder(tmp_path):
    """A copy of the golden model that may be spoiled."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in FILES:
        shutil.copy(GOLDEN / file, folder / file)
    return folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """The user's own folders, empty: (data, cache)."""
    monkeypatch.setattr(model_files, "user_data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(model_files, "user_cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "data", tmp_path / "cache"


def change(path, settings=None, tensors=None, drop=()):
    """Write a file anew with other settings or tensors."""
    held = torch.load(path, weights_only=True)
    kwargs = {name: value for name, value in (held["metadata"]["kwargs"] | (settings or {})).items() if value != "none"}
    state = {name: value for name, value in (held["state_dict"] | (tensors or {})).items() if name not in drop}
    torch.save({"state_dict": OrderedDict(state), "metadata": {"kwargs": kwargs}}, path)


def refusal(folder):
    """What is said of a folder, the same with torch and without."""
    with pytest.raises(ModelError) as light:
        checked_model(str(folder))
    with pytest.raises(ModelError) as caught:
        load_vampnet(folder)
    assert str(light.value) == str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def swap(folder):
    (folder / "coarse.pth").rename(folder / "x")
    (folder / "c2f.pth").rename(folder / "coarse.pth")
    (folder / "x").rename(folder / "c2f.pth")


def cut(path, share):
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


class Trap:
    """A pickle that would make a file where it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil, says", (
    (lambda f: cut(f / "coarse.pth", 0.6), r"coarse.pth is cut off, damaged"),
    (lambda f: (f / "codec.pth").write_bytes(b""), r"codec.pth is cut off, damaged"),
    (lambda f: (f / "c2f.pth").write_text("<html>404</html>"), r"c2f.pth is cut off, damaged"),
    (lambda f: (f / "c2f.pth").unlink(), r"c2f.pth is missing: a VampNet folder holds"),
    (swap, "coarse.pth holds a coarse-to-fine model and should hold a coarse model: are two files swapped?"),
    (lambda f: shutil.copy(f / "coarse.pth", f / "codec.pth"), "codec.pth holds a coarse model and should hold a codec"),
    (lambda f: change(f / "coarse.pth", {"vocab_size": 512}), "coarse.pth contradicts itself: by its metadata classifier"),
    (lambda f: change(f / "coarse.pth", {"n_layers": 4}), "coarse.pth contradicts itself: by its metadata transformer.layers.3"),
    (lambda f: change(f / "coarse.pth", {"n_layers": 2}), "coarse.pth contradicts itself: by its metadata transformer.layers.2"),
    (lambda f: change(f / "coarse.pth", {"n_heads": 8}), "coarse.pth contradicts itself: by its metadata .*relative_attention_bias"),
    (lambda f: change(f / "coarse.pth", {"n_heads": 10**9}), "coarse.pth is damaged: its metadata says n_heads = '1000000000'"),
    (lambda f: change(f / "c2f.pth", {"latent_dim": "none"}), "c2f.pth does not say its latent_dim, and nothing is guessed"),
    (lambda f: change(f / "codec.pth", {"sample_rate": 44.1}), "codec.pth is damaged: its metadata says sample_rate = '44.1'"),
    (lambda f: change(f / "codec.pth", {"decoder_rates": 6}), "codec.pth is damaged: its metadata says decoder_rates = '6'"),
    (lambda f: change(f / "coarse.pth", {"ctrl_dims": {"rms": 1}}), "coarse.pth is steered by controls .* vampnetv2"),
    (lambda f: change(f / "codec.pth", drop=["decoder.model.1.block.2.mrf_blocks.0.block.0.layer.0.alpha"]), "another decoder than LAC's"),
    (lambda f: torch.save(OrderedDict(a=torch.zeros(2)), f / "coarse.pth"), "coarse.pth is damaged, or no model of VampNet"),
    (lambda f: torch.save({"state_dict": {"w": torch.zeros(2)}, "metadata": {"kwargs": {}}}, f / "c2f.pth"), "holds none of VampNet's"),
))
def test_files_that_are_wrong_are_refused_in_one_line_that_says_why(folder, spoil, says):
    spoil(folder)
    assert re.search(says, refusal(folder)), refusal(folder)


def test_models_of_another_vocabulary_or_number_of_codebooks_do_not_fit_together(folder):
    coarse = torch.load(folder / "coarse.pth", weights_only=True)["state_dict"]
    few = {name: value[: 4 * 500] for name, value in coarse.items() if name.startswith("classifier")}
    change(folder / "coarse.pth", {"vocab_size": 500}, few)
    assert re.search("coarse.pth has a vocabulary of 500 and .* one of 1024: they were not made for each other", refusal(folder))
    shutil.copy(GOLDEN / "coarse.pth", folder / "coarse.pth")
    c2f = torch.load(folder / "c2f.pth", weights_only=True)["state_dict"]
    more = {name: value[: 9 * 1024] for name, value in c2f.items() if name.startswith("classifier")}
    change(folder / "c2f.pth", {"n_conditioning_codebooks": 5}, more)
    assert re.search("coarse.pth makes 4 codebooks and .* is conditioned on 5", refusal(folder))


@pytest.mark.parametrize("file, name, shape", (
    ("coarse.pth", "transformer.layers.1.feed_forward.w_1.weight", (3, 3)),
    ("coarse.pth", "transformer.layers.2.self_attn.fc.lora_B", (64, 9)),
    ("c2f.pth", "transformer.layers.1.self_attn.w_ks.weight", None),
    ("c2f.pth", "classifier.layers.0.weight_g", (10240, 1)),
    ("codec.pth", "encoder.block.3.block.1.block.1.weight_v", (32, 32, 5)),
    ("codec.pth", "quantizer.quantizers.7.out_proj.bias", None),
    ("codec.pth", "decoder.model.6.block.2.mrf_blocks.2.block.2.layer.3.weight_v", (2, 2, 9)),
    ("codec.pth", "decoder.model.2.block.1.weight_v", (32, 64, 8)),
))
def test_a_tensor_of_another_shape_deep_inside_or_none_is_refused(folder, file, name, shape):
    change(folder / file, tensors={} if shape is None else {name: torch.zeros(shape)}, drop=[name] if shape is None else ())
    assert f"{file} contradicts itself: by its metadata {name.removesuffix('_v')}" in refusal(folder)


def test_what_opens_is_what_the_shapes_say(golden):
    for network, shapes in ((golden.codec, codec_shapes(vars(golden.codec.config), 8)),
                            (golden.coarse, transformer_shapes(vars(golden.coarse.config), 32)),
                            (golden.coarse_to_fine, transformer_shapes(vars(golden.coarse_to_fine.config), 32))):
        assert dict(shapes) == {name: tuple(value.shape) for name, value in network.state_dict().items()}


def test_a_pickle_that_would_run_code_is_refused_and_does_not_run(folder, tmp_path):
    sprung = tmp_path / "sprung"
    torch.save({"state_dict": OrderedDict(), "metadata": {"kwargs": {"a": Trap(sprung)}}}, folder / "c2f.pth")
    text = refusal(folder)
    assert "c2f.pth is refused: it holds more than weights, and to open it would run" in text
    assert not sprung.exists()


@pytest.mark.parametrize("files", (("model.vampnet",), ("config.json", "model.safetensors")))
def test_later_families_are_told_from_the_one_that_plays(tmp_path, files):
    for file in files:
        (tmp_path / file).write_text("{}")
    with pytest.raises(ModelError, match="vampnetv2 and .vampnet files are of later families"):
        find_model(str(tmp_path))
    with pytest.raises(ModelError, match="vampnetv2 and .vampnet files are of later families"):
        load_vampnet(tmp_path)


def test_looking_through_a_folder_loads_no_torch():
    program = ("import sys; from unloop_py.generator.model_files import checked_model; checked_model(sys.argv[1]);"
               "print('torch' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", program, str(GOLDEN)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# -- what opens --------------------------------------------------------------------------------------------------------


def test_settings_as_numpy_numbers_and_names_of_a_compiled_model_open(folder, golden):
    held = torch.load(folder / "coarse.pth", weights_only=True)
    compiled = OrderedDict((f"_orig_mod.{name}", value) for name, value in held["state_dict"].items())
    kwargs = held["metadata"]["kwargs"] | {"n_heads": np.int64(4), "dropout": np.float64(0.1), "unheard_of": "x"}
    torch.save({"state_dict": compiled, "metadata": {"kwargs": kwargs}}, folder / "coarse.pth")
    codes = torch.arange(4 * 9).view(1, 4, 9)
    assert torch.equal(load_vampnet(folder).coarse.logits(codes), golden.coarse.logits(codes))


def test_adapters_are_added_once_half_or_not_at_all(golden):
    layer = "transformer.layers.0.feed_forward.w_1"
    held = torch.load(GOLDEN / "c2f.pth", weights_only=True)["state_dict"]
    weight, added = held[f"{layer}.weight"], held[f"{layer}.lora_B"] @ held[f"{layer}.lora_A"] / 8
    assert added.abs().max() > 1e-3
    for scale, share in ((None, 1.0), (1.0, 1.0), (0.5, 0.5), (0.0, 0.0)):
        merged = load_vampnet(GOLDEN, lora_scale=scale).coarse_to_fine.get_parameter(f"{layer}.weight")
        torch.testing.assert_close(merged, weight + share * added, rtol=1e-6, atol=1e-6)
    with pytest.raises(ParameterError, match="lora_scale = nan is no number"):
        load_vampnet(GOLDEN, lora_scale=float("nan"))


def test_both_formats_hold_the_same_to_the_last_bit(tmp_path, golden):
    fine_tune = tmp_path / "in" / "loras" / "choir"
    fine_tune.mkdir(parents=True)
    for file in FILES:
        shutil.copy(GOLDEN / file, (fine_tune.parent.parent if file == "codec.pth" else fine_tune) / file)
        shutil.copy(GOLDEN / file, tmp_path / "in" / file)
    convert(str(tmp_path / "in"), tmp_path / "there")
    assert sorted(path.name for path in (tmp_path / "there" / "loras" / "choir").iterdir()) == ["c2f.safetensors", "coarse.safetensors"]
    codes = torch.randint(0, 1024, (1, 14, 20))
    for opened in (tmp_path / "there", tmp_path / "there" / "loras" / "choir"):
        assert torch.equal(load_vampnet(opened).coarse_to_fine.logits(codes), golden.coarse_to_fine.logits(codes))
    convert(str(tmp_path / "there"), tmp_path / "back")
    for file in FILES:
        before, after = (torch.load(at / file, weights_only=True) for at in (GOLDEN, tmp_path / "back"))
        assert before["metadata"] == after["metadata"] and before["state_dict"].keys() == after["state_dict"].keys()
        assert all(torch.equal(value, after["state_dict"][name]) for name, value in before["state_dict"].items())


def test_a_converted_file_that_is_cut_off_or_of_our_own_kind_is_refused(folder):
    convert_to_safetensors(folder, folder)
    for file in FILES:
        (folder / file).unlink()
    cut(folder / "codec.safetensors", 0.9)
    assert "codec.safetensors is cut off, damaged" in refusal(folder)
    shutil.copy(model_files.BUNDLED / "small" / "codec.safetensors", folder / "codec.safetensors")
    assert "codec.safetensors is damaged, or no model of VampNet (its metadata does not name the family)" in refusal(folder)


@pytest.mark.parametrize("source, out, says", (
    ("small", "out", "small is unloop's own kind of model, for which VampNet's files have no place"),
    (str(GOLDEN), "taken", "taken is there already, and nothing is written over"),
    (str(GOLDEN / "coarse.pth"), "out.pth", "one file goes from .pth to .safetensors"),
))
def test_what_cannot_be_converted_says_why(tmp_path, source, out, says):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "song.wav").touch()
    with pytest.raises(ModelError, match=says):
        convert(source, tmp_path / out)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["song.wav", "taken"]


# -- names -------------------------------------------------------------------------------------------------------------


def test_a_model_and_its_fine_tunes_are_listed_and_found_by_name(places, folder):
    _, cache = places
    (cache / "models" / "vampnet" / "loras" / "choir").mkdir(parents=True)
    (cache / "models" / "vampnet" / "loras" / "half-fetched").mkdir()
    for file in FILES:
        shutil.copy(GOLDEN / file, cache / "models" / "vampnet" / file)
    for file in FILES[1:]:
        shutil.copy(GOLDEN / file, cache / "models" / "vampnet" / "loras" / "choir" / file)
    shutil.copy(GOLDEN / "c2f.pth", cache / "models" / "vampnet" / "loras" / "half-fetched")
    rows = {row.name: row for row in list_models()}
    assert {"small", "tiny", "vampnet", "choir"} == rows.keys()
    assert (rows["vampnet"].kind, rows["vampnet"].base, rows["vampnet"].state) == ("vampnet", "", "ok")
    assert (rows["choir"].kind, rows["choir"].base, rows["choir"].state) == ("fine-tune", "vampnet", "ok")
    assert rows["choir"].size == sum((GOLDEN / file).stat().st_size for file in FILES[1:])
    base, choir = load_models("vampnet"), load_models("choir")
    assert choir.manifest["name"] == "choir" and LocalGenerator(base).describe()["codec"] == LocalGenerator(choir).describe()["codec"]
    cut(cache / "models" / "vampnet" / "loras" / "choir" / "c2f.pth", 0.5)
    assert "c2f.pth is cut off" in {row.name: row for row in list_models()}["choir"].state
    with pytest.raises(ModelError, match="the nearest is 'choir'"):
        find_model("chor")


# -- on a circle -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def circle():
    return load_vampnet(GOLDEN, circular=True)


def test_rotating_a_loop_by_whole_steps_rotates_codes_sound_and_logits(circle):
    noise = torch.Generator().manual_seed(0)
    audio = 0.1 * torch.randn(1, 1, 768 * 20, generator=noise)
    codes = circle.codec.encode(audio)
    assert torch.equal(circle.codec.encode(audio.roll(768 * 7, -1)), codes.roll(7, -1))
    tokens = torch.randint(0, 1024, (1, 14, 20), generator=noise)
    sound = circle.codec.decode(tokens)
    assert sound.shape == (1, 1, 768 * 20)
    torch.testing.assert_close(circle.codec.decode(tokens.roll(7, -1)), sound.roll(768 * 7, -1), rtol=0, atol=1e-4)
    logits = circle.coarse_to_fine.logits(tokens)
    torch.testing.assert_close(circle.coarse_to_fine.logits(tokens.roll(7, -1)), logits.roll(7, 2), rtol=0, atol=1e-4)


def test_the_circle_is_the_middle_of_the_loop_three_times_over(circle):
    tokens = torch.randint(0, 1024, (1, 14, 25), generator=torch.Generator().manual_seed(1))
    straight = circle.codec.decode(tokens.repeat(1, 1, 3), circular=False)[..., 768 * 25 : 768 * 50]
    torch.testing.assert_close(circle.codec.decode(tokens), straight, rtol=0, atol=1e-3)
    audio = 0.1 * torch.randn(1, 1, 768 * 30, generator=torch.Generator().manual_seed(2))
    straight = circle.codec.encode(audio.repeat(1, 1, 3), circular=False)[..., 30:60]
    assert torch.equal(circle.codec.encode(audio), straight)


def test_on_a_loop_longer_than_the_model_knows_each_step_sees_a_window_round_itself_and_there_are_no_joints(circle):
    model = circle.coarse
    assert model.window == 575 and circle.coarse_to_fine.window == 173, "10 s and 3 s in steps of the codec"
    steps, layers = 480, len(model.transformer.layers)
    tokens = torch.randint(0, 1024, (2, 4, steps), generator=torch.Generator().manual_seed(3))
    try:
        model.window = 16
        seen = model.logits(tokens)
        assert seen.shape == (2, 4, steps, 1024)
        for turn in (1, 7, 191, 192):  # a joint anywhere would turn with the blocks in which steps are asked, and not with the loop
            torch.testing.assert_close(model.logits(tokens.roll(turn, -1)), seen.roll(turn, 2), rtol=0, atol=1e-4)
        far = tokens.clone()
        far[..., 200] = (far[..., 200] + 1) % 1024
        changed = ((model.logits(far) - seen).abs().amax(dim=(0, 1, 3)) > 1e-5).nonzero()[:, 0]
        assert 200 - 8 * layers <= int(changed.min()) < 200 < int(changed.max()) <= 200 + 8 * layers, "half a window a layer"
        straight = model.logits(tokens, circular=False)
        assert not torch.allclose(straight[:, :, :4], seen[:, :, :4], atol=1e-4), "the end is heard before the start"
    finally:
        model.window = 575


def test_a_take_is_varied_by_vampnet_and_the_variation_fits_it(circle):
    generator = LocalGenerator(circle)
    facts = generator.describe()
    assert (facts["hop_length"], facts["n_codebooks"], facts["n_coarse"], facts["codebook_size"]) == (768, 14, 4, 1024)
    audio = 0.1 * np.random.default_rng(0).standard_normal((30_011, 2)).astype(np.float32)
    prepared = generator.prepare(Take(1, audio, 48_000))
    request = VariationRequest(1, 1, 5, Prompt(), 2)
    made = generator.vary(prepared, request)
    assert made.audio.shape == audio.shape and made.codes.shape == (14, 36) and np.isfinite(made.audio).all()
    again = generator.vary_from_codes(prepared, made.codes, request)
    np.testing.assert_allclose(again.audio, made.audio, atol=1e-4)


def test_downloaded_files_name_their_settings_in_plain_json(folder, tmp_path):
    convert_to_safetensors(folder, tmp_path / "out")
    data = (tmp_path / "out" / "coarse.safetensors").read_bytes()
    metadata = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    assert metadata["family"] == "vampnet" and json.loads(metadata["kwargs"])["n_layers"] == 3
