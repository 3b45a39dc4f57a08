"""The endpoints of VampNet's Space, called as the original unloop's client calls them."""

import inspect
import io

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from tests.serve.gradio_servers import RATE, Raw, Tones, given, left_over, loop, read_wav, serving, wav
from unloop_py.control.max_dialect import NOTHING_ELSE
from unloop_py.serve.reference_api import ARGUMENTS, draw_mask

# What its client sends, name by name, with what its patch has at the start.
CLIENTS = {
    "sampletemp": 1.0, "top_p": 0.0, "periodic_p": 3, "dropout": 0.0, "stretch_factor": 1, "onset_mask_width": 0,
    "typical_filtering": True, "typical_mass": 0.15, "typical_min_tokens": 64, "seed": 9, "model_choice": "default",
    "n_mask_codebooks": 4, "pitch_shift_amt": 0, "sample_cutoff": 1.0, "sampling_steps": 32, "beat_mask_ms": 0, "num_feedback_steps": 1,
}  # fmt: skip
# periodic, codebooks, onset, dropout, beat_ms of its page's presets
PRESETS = [(2, 1, 0, 0, 0), (5, 4, 0, 0, 0), (7, 4, 0, 0, 50), (7, 4, 0, 0, 0), (13, 4, 0, 0, 50), (13, 4, 0, 0.2, 0), (0, 4, 0, 0, 80),
           (0, 1, 0, 0, 0)]  # fmt: skip


@pytest.fixture(scope="module")
def tones():
    return Tones()


@pytest.fixture(scope="module")
def server(tones, tmp_path_factory):
    with serving(tones, tmp_path_factory.mktemp("reference")) as server:
        yield server


@pytest.fixture(scope="module")
def client(server, tmp_path_factory):
    return Client(f"http://127.0.0.1:{server.port}", verbose=False, download_files=tmp_path_factory.mktemp("down"))


@pytest.fixture
def raw(server):
    return Raw(server.port)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "1104in.wav"
    path.write_bytes(wav(loop(1.0, 1), subtype="PCM_16"))
    return path


def read(path):
    with open(path, "rb") as file:
        return read_wav(file.read())


def test_the_arguments_are_the_references_by_name_and_order():
    assert [name for name, _, _ in ARGUMENTS] == ["input_audio", *CLIENTS]
    assert all(default is inspect.Parameter.empty for _, _, default in ARGUMENTS[:1])


def test_the_original_clients_call_gets_two_files_of_the_loops_length(client, path, server, tones):
    job = client.submit(input_audio=handle_file(path), **CLIENTS, api_name="/vamp_1")
    files = job.result(timeout=30)
    assert len(files) == 2 and all(name.endswith(".wav") for name in files)
    first, second = (read(name) for name in files)
    assert first[0].shape == second[0].shape == (RATE, 1) and first[1] == RATE and not np.array_equal(first[0], second[0])
    asked = tones.requests[-1]
    assert (asked.prompt.periodic_prompt, asked.prompt.compression_prompt, asked.steps) == (3, 4, 32)
    assert all(getattr(asked.prompt, name) == value for name, value in NOTHING_ELSE.items() if name != "periodic_prompt")
    assert left_over(server) == []


def test_the_same_values_by_position_are_the_same_call(client, path):
    by_name = client.predict(input_audio=handle_file(path), **CLIENTS, api_name="/vamp_1")
    by_position = client.predict(handle_file(path), *CLIENTS.values(), api_name="/vamp_1")
    assert [read(name)[0].tobytes() for name in by_name] == [read(name)[0].tobytes() for name in by_position]


def test_vamp_gives_a_picture_of_the_mask_besides(client, path, server):
    first, second, picture = client.predict(handle_file(path), *CLIENTS.values(), api_name="/vamp")
    assert read(first)[0].shape == read(second)[0].shape == (RATE, 1)
    with Image.open(picture) as image:
        assert image.format == "PNG" and image.width == 58  # steps of a second
    assert left_over(server) == []


def test_a_seed_of_nothing_is_another_one_each_time(client, path, tones):
    for _ in range(2):
        client.predict(handle_file(path), **CLIENTS | {"seed": 0}, api_name="/vamp_1")
    seeds = [request.seed for request in tones.requests[-4:]]
    assert len(set(seeds)) == 4


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_of_its_page_is_understood(raw, preset):
    turned = dict(zip(("periodic_p", "n_mask_codebooks", "onset_mask_width", "dropout", "beat_mask_ms"), preset, strict=True))
    files = raw.call("vamp_1", given(raw.upload(wav(loop(0.3)))), *(CLIENTS | turned).values())
    assert [read_wav(raw.download(file))[0].shape for file in files] == [loop(0.3).shape] * 2


@pytest.mark.parametrize(
    ("name", "sent", "meant"),
    [("temperature", ("sampletemp", 10.0), 2.0), ("stretch", ("stretch_factor", 0), 1), ("mask_dropout", ("dropout", 1.5), 1.0),
     ("typical_min_tokens", ("typical_min_tokens", 0), 1), ("beat_mask_ms", ("beat_mask_ms", 1000), 400.0),
     ("sample_cutoff", ("sample_cutoff", 1.0), 1.0), ("pitch_shift", ("pitch_shift_amt", -13.0), -12)],
)  # fmt: skip
def test_what_goes_further_there_stands_at_the_end_of_our_range(raw, tones, name, sent, meant):
    for file in raw.call("vamp_1", given(raw.upload(wav(loop(0.3)))), *(CLIENTS | dict([sent])).values()):
        raw.download(file)
    assert getattr(tones.requests[-1].prompt, name) == meant


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"model_choice": "percussion"}, "no model is named 'percussion' here; there are tones, more"),
     ({"sampletemp": "hot"}, "/vamp_1: sampletemp"), ({"seed": None}, "seed must be a number")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_is_left(raw, server, changed, word):
    with pytest.raises(RuntimeError, match=word):
        raw.call("vamp_1", given(raw.upload(wav(loop()))), *(CLIENTS | changed).values())
    assert left_over(server) == []


def test_a_mask_is_drawn_with_the_coarsest_codebook_at_the_bottom(tmp_path):
    mask = np.ones((2, 3), np.uint8)
    mask[0, 1] = 0
    draw_mask(tmp_path / "mask.png", mask)
    with Image.open(io.BytesIO((tmp_path / "mask.png").read_bytes())) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (16, 3, 3) and (pixels[:8] == pixels[0, 0]).all()
    assert not (pixels[8:, 1] == pixels[0, 0]).any() and (pixels[8:, 0] == pixels[0, 0]).all()
