"""Both embeddings are the published networks: read from their packages, which are never imported."""

import sys
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
import pytest
import soxr
import torch

from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import ModelError, ParameterError
from unloop_py.evaluation import aisfx, embeddings, musicnn
from unloop_py.evaluation.embeddings import NAMES, embed, embedding
from unloop_py.evaluation.held_out import music_files
from unloop_py.evaluation.packages import package_file
from unloop_py.evaluation.tf_checkpoint import read_variables


@pytest.mark.parametrize(("name", "dimensions", "patches"), [("aisfx", 512, 3), ("musicnn", 200, 2)])
def test_five_seconds_are_a_few_overlapping_patches(name, dimensions, patches):
    hiss = np.random.default_rng(0).standard_normal(5 * 44_100).astype(np.float32) * 0.05
    found = embed(embedding(name), [hiss], 44_100)[0]
    assert found.shape == (patches, dimensions) == (patches, embedding(name).dimensions)
    assert found.dtype == np.float64 and np.isfinite(found).all()
    assert np.array_equal(found, embed(embedding(name), [hiss], 44_100)[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_loop_shorter_than_a_patch_goes_round(name):
    loop = np.sin(np.arange(11_025) * 0.05).astype(np.float32) * 0.1
    once, twice = embed(embedding(name), [loop, np.tile(loop, 2)], 44_100)
    assert once.shape[0] == 1
    assert np.allclose(once, twice, atol=0.05 * np.abs(once).max())


@pytest.mark.parametrize("name", NAMES)
def test_no_package_that_only_carries_weights_is_imported(name):
    embedding(name)
    assert name not in sys.modules


def test_aisfx_is_the_network_that_its_authors_published():
    path = package_file("aisfx", "aisfx/models/cnn2d.py")
    theirs = module_from_spec(spec_from_file_location("cnn2d", path))
    theirs.__spec__.loader.exec_module(theirs)
    network = theirs.EmbeddingNet("max", 3, 1, 64).eval()
    weights = aisfx._weights(path.with_name("checkpoint.pth"))
    network.load_state_dict({key.removeprefix("embedding_net."): v for key, v in weights.items() if key.startswith("embedding_net.")})
    hiss = np.random.default_rng(0).standard_normal(5 * 44_100).astype(np.float32) * 0.05
    logs = aisfx.spectrogram(hiss)
    with torch.inference_mode():
        wanted = network(torch.stack([logs[:100], logs[50:150]])).double().numpy()
    assert np.allclose(embedding("aisfx").patches(hiss)[:2], wanted, rtol=1e-4, atol=1e-4)


def test_aisfx_sees_the_loudest_band_as_its_training_data_had_it():
    sine = np.sin(2 * np.pi * 1000 * np.arange(44_100) / 44_100)
    assert 0.9 < float(aisfx.spectrogram(sine).max()) < 1.0
    assert float(aisfx.spectrogram(np.zeros(44_100)).max()) == 0


def test_aisfx_bands_each_sum_to_one_and_cover_the_whole_range():
    bands = aisfx._bands()
    assert torch.allclose(bands.sum(dim=1), torch.ones(96))
    assert (bands.sum(dim=0)[1:-1] > 0).all()


def test_musicnn_reads_every_variable_of_its_checkpoint_and_uses_each():
    index = package_file("musicnn", "musicnn/MSD_musicnn/.index")
    variables = read_variables(index, index.with_name(".data-00000-of-00001"))
    assert len(variables) > 100 and all(np.isfinite(values).all() for values in variables.values())
    assert variables["conv2d/kernel"].shape == (7, 38, 1, 204) and variables["dense/kernel"].shape == (1506, 200)
    kernels = {name.split("/")[0] for name in variables if name.endswith("/kernel")}
    assert kernels == {"conv2d", *(f"conv2d_{i}" for i in range(1, 8)), "dense", "dense_1"}


def test_musicnn_tells_acoustic_from_electronic_music_as_the_labels_do():
    tagger = musicnn.Musicnn()
    tracks = [path for path in music_files() if path.stem.endswith("s411")]
    for path in tracks:
        audio, rate = read_audio(path)
        tags = tagger.tags(soxr.resample(audio[: 6 * rate].mean(axis=1), rate, musicnn.SAMPLE_RATE))
        assert ("electronic" in path.name) == (tags["electronic"] > tags["acoustic"]), (path.name, tags)
    assert len(tracks) >= 8


def test_damaged_weights_are_one_line(tmp_path):
    (tmp_path / ".index").write_bytes(b"nothing of the kind" * 10)
    (tmp_path / ".data-00000-of-00001").write_bytes(b"")
    (tmp_path / "checkpoint.pth").write_bytes(b"nothing of the kind")
    for load in (lambda: musicnn.Musicnn(tmp_path), lambda: aisfx.Aisfx(tmp_path / "checkpoint.pth")):
        with pytest.raises(ModelError, match="install the package again") as refused:
            load()
        assert "\n" not in str(refused.value)


def test_an_unknown_embedding_is_refused_by_naming_those_that_there_are():
    with pytest.raises(ParameterError, match="aisfx, musicnn, got 'vggish'"):
        embeddings.embedding("vggish")
