"""HARP's three endpoints, by raw HTTP as its own client writes it, and by Gradio's client."""

import threading

import numpy as np
import pytest
from gradio_client import Client, handle_file

from tests.serve.gradio_servers import RATE, Raw, Tones, given, left_over, loop, read_wav, serving, wav
from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Variation, VariationRequest
from unloop_py.serve import harp
from unloop_py.serve.making import Made

TYPES = {"audio_track", "midi_track", "slider", "text_box", "number_box", "toggle", "dropdown", "json"}


@pytest.fixture(scope="module")
def tones():
    return Tones()


@pytest.fixture(scope="module")
def server(tones, tmp_path_factory):
    with serving(tones, tmp_path_factory.mktemp("harp")) as server:
        yield server


@pytest.fixture(autouse=True)
def free(tones):
    yield
    tones.go.set()
    tones.began.clear()


@pytest.fixture
def raw(server):
    return Raw(server.port)


def values(**changed):
    """A value for each control, in its place."""
    return [changed.get(row.name, row.default) for row in harp.KNOBS] + [changed.get("model", "default")]


def test_controls_are_a_card_with_inputs_and_outputs_of_kinds_that_harp_knows(raw):
    (said,) = raw.call("controls")
    assert set(said) == {"card", "inputs", "outputs"} and set(said["card"]) == {"name", "description", "author", "tags"}
    assert {one["type"] for one in said["inputs"] + said["outputs"]} <= TYPES
    assert all(one["label"] and one["info"] for one in said["inputs"] + said["outputs"])
    assert [one["type"] for one in said["outputs"]] == ["audio_track", "json"] and said["inputs"][0]["type"] == "audio_track"


def test_a_control_has_its_range_its_default_and_its_help_from_the_table_of_parameters(raw):
    (said,) = raw.call("controls")
    for row, shown in zip(harp.KNOBS, said["inputs"][1:], strict=False):
        assert (shown["minimum"], shown["maximum"], shown["value"], shown["info"]) == (row.minimum, row.maximum, row.default, row.help)
        places = (row.default - row.minimum) / shown["step"]
        assert places == pytest.approx(round(places)), f"{row.name} can stand at its default"
    menu = said["inputs"][-1]
    assert menu["type"] == "dropdown" and [value for _, value in menu["choices"]] == ["default", "more"] and menu["value"] == "default"


def test_a_loop_goes_up_and_its_variation_comes_down_as_long_and_of_the_same_rate_and_channels(raw, server):
    audio = loop(1.3217)
    path = raw.upload(wav(audio))
    sound, labels = raw.call("process", given(path), *values(seed=7))
    varied, rate = read_wav(raw.download(sound))
    assert varied.shape == audio.shape and rate == RATE and not np.array_equal(varied, audio)
    assert labels["meta"] == {"_type": "pyharp.LabelList"}
    assert left_over(server) == []


def test_what_is_turned_reaches_the_model_and_a_seed_repeats_the_sound(raw, tones):
    data = wav(loop())
    heard = []
    for seed in (5, 5, 6):
        sound, _ = raw.call("process", given(raw.upload(data)), *values(seed=seed, temperature=1.25, steps=3, pitch_shift=-2))
        heard.append(raw.download(sound))
    assert heard[0] == heard[1] != heard[2]
    asked = tones.requests[-1]
    assert (asked.prompt.temperature, asked.steps, asked.prompt.pitch_shift) == (1.25, 3, -2)


def test_cancel_ends_what_is_being_processed_and_the_next_is_processed_again(raw, tones, server):
    tones.go.clear()
    event = raw.ask("process", [given(raw.upload(wav(loop()))), *values()])
    heard = []

    def wait():
        with pytest.raises(RuntimeError) as stopped:
            raw.wait("process", event)
        heard.append(str(stopped.value))

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert tones.began.wait(30)
    assert raw.call("cancel") == []
    waiting.join(30)
    assert heard == ["stopped"] and left_over(server) == []
    tones.go.set()
    sound, _ = raw.call("process", given(raw.upload(wav(loop()))), *values())
    raw.download(sound)
    assert left_over(server) == []


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "not audio"), (b"RIFF....WAVEjunk", "not audio"), (wav(loop(channels=8)), "8 channels"), (wav(loop(0.1)), "lasts 0.100 s"),
     (wav(loop(11.0, channels=1)), "at most 10 s"), (wav(np.full((RATE, 1), np.nan, np.float32)), "NaN"),
     (wav(np.zeros((0, 1), np.float32)), "lasts 0.000 s")],
    ids=["empty", "no audio", "8 channels", "too short", "too long", "NaN", "no frames"],
)
def test_a_file_that_is_no_loop_is_refused_in_words_and_deleted(raw, server, data, word):
    with pytest.raises(RuntimeError, match=word):
        raw.call("process", given(raw.upload(data)), *values())
    assert left_over(server) == []


@pytest.mark.parametrize(
    "file", [None, {}, given("/etc/passwd"), given("http://127.0.0.1/loop.wav"), given("../../etc/passwd"), given("a\0b"), 7, "", [1]]
)
def test_what_was_not_uploaded_here_is_not_read(raw, file):
    with pytest.raises(RuntimeError, match="upload|null byte"):
        raw.call("process", file, *values())


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"temperature": 99}, "temperature must be in 0.1..2"), ({"steps": "many"}, "steps must be a number"), ({"steps": None}, "steps"),
     ({"model": "nothing"}, "no model is named 'nothing'"), ({"seed": -1}, "seed must be in")],
)
def test_a_value_that_cannot_be_is_refused_with_its_range(raw, server, changed, word):
    with pytest.raises(RuntimeError, match=word):
        raw.call("process", given(raw.upload(wav(loop()))), *values(**changed))
    assert left_over(server) == []


def test_gradios_own_client_finds_the_three_by_their_names(server, tmp_path):
    path = tmp_path / "loop.wav"
    path.write_bytes(wav(loop()))
    client = Client(f"http://127.0.0.1:{server.port}", verbose=False, download_files=tmp_path / "down")
    assert client.predict(api_name="/controls")["card"]["name"] == "unloop"
    sound, labels = client.predict(handle_file(path), *values(seed=3), api_name="/process")
    with open(sound, "rb") as file:
        assert read_wav(file.read())[0].shape == loop().shape
    assert labels["labels"] == [] or labels["labels"][0]["t"] >= 0
    client.predict(api_name="/cancel")
    assert left_over(server) == []


def test_labels_are_the_beats_and_the_stretches_that_were_kept():
    mask = np.ones((2, 10), np.uint8)
    mask[0, 2:4] = 0
    mask[:, 7] = 0
    codes = np.zeros((2, 10), np.int16)
    made = Variation(VariationRequest(1, 1, 1), np.zeros((10_000, 1), np.float32), codes, mask, 0.0, 0.0, 0.0)
    found = harp.labels(Made((made,), 10_000, BeatGrid(10_000, 10_000, 2, 0.0, 1.0)))["labels"]
    beats = [one for one in found if one["label_type"] == "AudioLabel"]
    kept = [one for one in found if one["label_type"] == "OutputLabel"]
    assert [one["t"] for one in beats] == [0.0, 0.5] and "120.0 bpm" in beats[0]["description"]
    assert [(round(one["t"], 6), round(one["duration"], 6)) for one in kept] == [(0.2, 0.2), (0.7, 0.1)]
    assert kept[0]["description"].startswith("1 of 2") and kept[1]["description"].startswith("2 of 2")
