"""DAC with a user's own weights: the package's own numbers, on a circle too, and one line for a file that is none."""

import io
import pickle
import sys
import warnings
import zipfile

import numpy as np
import pytest
import torch
from safetensors import safe_open

from unloop_py.errors import ModelError
from unloop_py.generator import dac_codec
from unloop_py.generator.checkpoint import load_codec
from unloop_py.generator.dac_codec import DacCodec, import_dac, read_dac, save_dac

SIZES = dict(encoder_dim=4, encoder_rates=[2, 4, 8, 8], decoder_dim=32, decoder_rates=[8, 8, 4, 2])
HOP = 512


@pytest.fixture(scope="module")
def package():
    """The package's own network, with random weights that are not too small to be heard."""
    with warnings.catch_warnings(action="ignore"), torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        network = import_dac().DAC(**SIZES).eval()
        for name, parameter in network.named_parameters():
            if name.endswith("weight_g"):
                parameter.data.mul_(1.5)
    return network


@pytest.fixture(scope="module")
def weights(package, tmp_path_factory):
    """Its weights, written by the package itself as they are published."""
    path = tmp_path_factory.mktemp("dac") / "weights.pth"
    package.save(path, package=False)
    return path


def noise(samples, batch=1):
    return torch.from_numpy(np.random.default_rng(2).standard_normal((batch, 1, samples)).astype(np.float32) * 0.1)


def theirs(package, audio):
    with torch.no_grad():
        z, codes, *_ = package.encode(package.preprocess(audio, 44_100))
        return z, codes, package.decode(package.quantizer.from_codes(codes)[0])


@pytest.mark.parametrize("suffix", (".pth", ".safetensors"))
@pytest.mark.parametrize("samples, batch", ((HOP * 40, 1), (HOP * 40 + 100, 2), (300, 1)))
def test_outside_a_circle_it_computes_what_the_package_computes(package, weights, tmp_path, suffix, samples, batch):
    if suffix == ".safetensors":
        save_dac(weights, tmp_path / "codec.safetensors")
        weights = tmp_path / "codec.safetensors"
    codec = load_codec(weights)
    assert isinstance(codec, DacCodec)
    audio = noise(samples, batch)
    _, codes, sound = theirs(package, audio)
    assert torch.equal(codec.encode(audio, circular=False), codes) and codes.shape[1] == codec.n_codebooks == 9
    assert sound.abs().max() > 1e-3
    torch.testing.assert_close(codec.decode(codes, circular=False), sound, rtol=1e-5, atol=1e-5 * float(sound.abs().max()))


def test_on_a_circle_it_computes_what_the_package_computes_far_from_any_end(package, weights):
    codec, audio = read_dac(weights), noise(HOP * 30)
    _, codes, _ = theirs(package, audio.repeat(1, 1, 5))
    assert (codec.encode(audio) == codes[..., 60:90]).float().mean() >= 0.99
    codes = codes[..., 60:90]
    with torch.no_grad():
        sound = package.decode(package.quantizer.from_codes(codes.repeat(1, 1, 5))[0])[..., 60 * HOP : 90 * HOP]
    torch.testing.assert_close(codec.decode(codes), sound, rtol=1e-4, atol=1e-5 * float(sound.abs().max()))


@pytest.mark.parametrize("circular", (True, False))
def test_in_stretches_a_long_loop_is_what_it_is_in_one(weights, monkeypatch, circular):
    codec, audio = read_dac(weights).double(), noise(HOP * 70 + 5).double()  # in which rounding hides nothing
    codes = codec.encode(audio, circular=circular)
    sound = codec.decode(codes, circular=circular)
    monkeypatch.setattr(dac_codec, "SECTION", 16)
    assert torch.equal(codec.encode(audio, circular=circular), codes)
    assert (codec.decode(codes, circular=circular) - sound).abs().max() < 1e-10 * sound.abs().max()


def test_strides_that_are_odd_give_whole_hops_all_the_same():
    with warnings.catch_warnings(action="ignore"):
        network = import_dac().DAC(encoder_dim=4, encoder_rates=[2, 4, 5, 8], decoder_dim=32, decoder_rates=[8, 5, 4, 2])
    codec, audio = DacCodec(network), noise(320 * 20)
    codes = codec.encode(audio)
    sound = codec.decode(codes)
    assert sound.shape == audio.shape and codec.decode(codes, circular=False).shape == audio.shape
    assert (codec.decode(codes.roll(3, -1)) - sound.roll(3 * 320, -1)).abs().max() < 1e-4 * sound.abs().max()


def test_converted_weights_are_the_same_bit_for_bit(weights, tmp_path):
    save_dac(weights, tmp_path / "codec.safetensors")
    held = torch.load(weights, weights_only=True)["state_dict"]
    with safe_open(tmp_path / "codec.safetensors", "pt") as file:
        assert set(file.keys()) == set(held) and all(torch.equal(file.get_tensor(name), held[name]) for name in held)
    assert [path.name for path in tmp_path.iterdir()] == ["codec.safetensors"]


def test_the_stand_ins_are_gone_once_the_package_is_there():
    import_dac()
    for name in dac_codec.STAND_INS:
        assert name not in sys.modules or getattr(sys.modules[name], "__file__", None)


def test_without_the_package_the_extra_that_has_it_is_named(weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "dac", None)
    with pytest.raises(ModelError, match=r"DAC needs packages that are not here .*pip install unloop\[dac\]"):
        read_dac(weights)


class Evil:
    def __reduce__(self):
        return (print, ("code ran",))


def torch_file(content) -> bytes:
    out = io.BytesIO()
    torch.save(content, out)
    return out.getvalue()


def held(package, **changes):
    return {"state_dict": dict(package.state_dict()), "metadata": {"kwargs": dict(SIZES, n_codebooks=9, **changes)}}


@pytest.mark.parametrize("content, words", (
    (lambda package, whole: whole[: len(whole) // 2], "cannot be read as weights|is refused"),
    (lambda package, whole: b"", "cannot be read as weights"),
    (lambda package, whole: b"no weights at all", "is refused|cannot be read as weights"),
    (lambda package, whole: torch_file({"state_dict": {}, "metadata": Evil()}), "is refused: .*could run code"),
    (lambda package, whole: pickle.dumps(Evil()), "is refused: .*could run code|cannot be read"),
    (lambda package, whole: torch_file({"weights": 1}), "holds no weights of this kind"),
    (lambda package, whole: torch_file({"state_dict": package.state_dict(), "metadata": {}}), "does not say how large its network is"),
    (lambda package, whole: torch_file({"state_dict": {"transformer.norm.weight": torch.ones(1)}, "metadata": {"kwargs": {}}}),
     "is a masked model of VampNet"),
    (lambda package, whole: torch_file({"state_dict": {"decoder.model.1.block.2.mrf_blocks.0.x": torch.ones(1)},
                                        "metadata": {"kwargs": {}}}), "is LAC, VampNet's codec, not DAC"),
    (lambda package, whole: torch_file({"state_dict": {"x": torch.ones(1)}, "metadata": {"kwargs": {}}}), "is no DAC codec"),
    (lambda package, whole: torch_file(held(package, codebook_size=512)), "does not hold the weights of the network"),
    (lambda package, whole: torch_file(held(package) | {"metadata": {"kwargs": SIZES | {"encoder_rates": "x"}}}), "cannot be built"),
    (lambda package, whole: torch_file(held(package) | {"metadata": {"kwargs": SIZES | {"decoder_rates": [8, 8, 4, 4]}}}),
     "cannot close a loop"),
))  # fmt: skip
def test_a_file_that_is_no_dac_is_refused_in_one_line_that_names_it_and_runs_nothing(package, weights, tmp_path, capsys, content, words):
    path = tmp_path / "user.pth"
    path.write_bytes(content(package, weights.read_bytes()))
    with pytest.raises(ModelError, match=words) as refusal:
        read_dac(path)
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)
    assert "code ran" not in capsys.readouterr().out


def test_a_file_that_is_missing_or_cut_in_its_other_form_is_named(weights, tmp_path):
    with pytest.raises(ModelError, match=r"gone.pth is missing"):
        read_dac(tmp_path / "gone.pth")
    whole = tmp_path / "codec.safetensors"
    save_dac(weights, whole)
    whole.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"codec.safetensors cannot be read"):
        load_codec(whole)


def test_numbers_that_numpy_wrote_are_read(package, tmp_path):
    content = held(package)
    content["metadata"]["kwargs"]["sample_rate"] = np.int64(22_050)
    (tmp_path / "user.pth").write_bytes(torch_file(content))
    assert zipfile.is_zipfile(tmp_path / "user.pth") and read_dac(tmp_path / "user.pth").sample_rate == 22_050
