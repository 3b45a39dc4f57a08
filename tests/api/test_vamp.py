"""`vamp`: what goes in, what comes out, and what is said where it cannot be."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

import unloop_py
from tests.serve.gradio_servers import Tones, serving
from unloop_py import Looper, UnloopError, vamp
from unloop_py.api.asking import GENERATOR_ROWS, resolve
from unloop_py.api.performing import perform
from unloop_py.audio_io.loop_file import read_marks
from unloop_py.beats.grid import BeatGrid
from unloop_py.control.parameters import PARAMETERS
from unloop_py.errors import AudioFileError, ParameterError, WorkerError
from unloop_py.vamper.fakes import ToneGenerator

RATE = 44_100
FRAMES = 22_051


def tune(channels: int = 2) -> np.ndarray:
    time_s = np.arange(FRAMES) / RATE
    both = np.stack([0.4 * np.sin(2 * np.pi * 220 * time_s), 0.2 * np.sin(2 * np.pi * 331 * time_s)], axis=1)
    return both[:, :channels].astype(np.float32)


class Counting(ToneGenerator):
    """Tones that remember what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.takes, self.requests = [], []

    def prepare(self, take, codes=None):
        self.takes.append(take)
        handle = super().prepare(take, codes)
        handle.grid = BeatGrid(len(take.audio), take.sample_rate, 2, 0.0, 1.0)
        return handle

    def vary(self, prepared, request, **asked):
        self.requests.append(request)
        return super().vary(prepared, request, **asked)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.int16, np.int32, np.int8, np.uint8])
def test_any_type_of_samples_is_the_same_sound(dtype: type) -> None:
    sound = tune()
    if np.issubdtype(dtype, np.floating):
        given, near = sound.astype(dtype), 1e-3
    else:
        half, shift = 2.0 ** (8 * np.dtype(dtype).itemsize - 1), (128 if dtype is np.uint8 else 0)
        given, near = np.round(sound.astype(np.float64) * (half - 1) + shift).astype(dtype), 2 / half
    tones = Counting()
    made = vamp(given, RATE, generator=tones)
    np.testing.assert_allclose(tones.takes[0].audio, sound, atol=near)
    assert made[0].dtype == np.float32 and made[0].shape == sound.shape


@pytest.mark.parametrize("shape", [(FRAMES,), (FRAMES, 1), (FRAMES, 2)])
def test_variations_have_the_takes_shape(shape: tuple[int, ...]) -> None:
    sound = tune(shape[1] if len(shape) == 2 else 1).reshape(shape)
    made = vamp(sound, RATE, n=3, generator=ToneGenerator())
    assert len(made) == 3 and made.take.shape == shape
    assert all(one.shape == shape and one.flags.c_contiguous for one in made)
    assert vamp(sound[::-1], RATE, generator=ToneGenerator())[0].shape == shape


def test_a_list_of_samples_and_a_whole_number_of_numpys_do_as_well() -> None:
    made = vamp(tune(1)[:, 0].tolist(), np.int64(RATE), n=np.int32(2), steps=np.float32(3), generator=ToneGenerator())
    assert made[1].shape == (FRAMES,) and made.request.sampling_steps == 3


def test_the_callers_array_is_neither_kept_nor_changed() -> None:
    sound = tune()
    before = sound.copy()
    made = vamp(sound, RATE, variation=0, generator=ToneGenerator())
    made.take[:] = 0
    made.audio[0][:] = 0
    np.testing.assert_array_equal(sound, before)


def test_variation_0_is_the_takes_own_samples_and_a_prompt_beside_it_is_not() -> None:
    sound = tune()
    np.testing.assert_array_equal(vamp(sound, RATE, variation=0, generator=ToneGenerator())[0], sound)
    assert not np.array_equal(vamp(sound, RATE, variation=0, periodic_prompt=3, generator=ToneGenerator())[0], sound)


def test_parameters_mean_what_they_mean_at_the_instrument() -> None:
    tones = Counting()
    vamp(tune(), RATE, n=2, seed=5, variation=0.9, temperature=1.5, steps=3, sampletemp=1.25, generator=tones)
    values, _ = resolve({"variation": 0.9, "temperature": 1.25})
    assert tones.requests[0].prompt.to_dict() == {name: values[name] for name in tones.requests[0].prompt.to_dict()}
    assert tones.requests[0].sampling_steps == 3
    assert {row.name for row in GENERATOR_ROWS} == {row.name for row in PARAMETERS if row.prompt} | {"variation", "steps", "seed"}


def test_the_variations_of_a_seed_are_those_that_render_plays() -> None:
    made = vamp(tune(), RATE, n=3, seed=11, variation=0.7, generator=ToneGenerator())
    values, _ = resolve({"variation": 0.7})
    passes = perform(tune(), RATE, ToneGenerator(), values, repeats=3, seed=11, progress=lambda share: None)
    for one, each in zip(made, list(passes)[1:], strict=True):
        np.testing.assert_array_equal(one, each.variation.audio)
    assert not np.array_equal(made[0], vamp(tune(), RATE, seed=12, generator=ToneGenerator())[0])


def test_without_a_seed_it_tells_the_one_it_drew() -> None:
    first = vamp(tune(), RATE, generator=ToneGenerator())
    again = vamp(tune(), RATE, seed=first.seed, generator=ToneGenerator())
    np.testing.assert_array_equal(first[0], again[0])
    assert first.seed != vamp(tune(), RATE, generator=ToneGenerator()).seed


def test_progress_goes_from_nothing_to_all_and_never_back() -> None:
    told: list[float] = []
    vamp(tune(), RATE, n=3, steps=4, generator=ToneGenerator(), progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0 and len(set(told)) >= 12


def test_masks_and_places_reach_the_generator() -> None:
    tones = Counting()
    vamp(tune(), RATE, mask=[0, 1, 1], melt=[(0.1, 0.2)], guard=[(0, 0.05)], generator=tones)
    vamp(tune(), RATE, mask=np.eye(2, dtype=np.uint8), generator=tones)
    vamp(tune(), RATE, mask="#.#", generator=tones)
    first, second, third = tones.requests
    assert (first.mask, first.melt, first.guard) == (("#..",), ((0.1, 0.2),), ((0.0, 0.05),))
    assert (second.mask, third.mask) == ((".#", "#."), ("#.#",))


def test_what_is_saved_is_what_was_made(tmp_path: Path) -> None:
    tones = Counting()
    made = vamp(tune(), RATE, n=2, seed=3, generator=tones)
    object.__setattr__(made, "beats", np.array([0.0, 0.25]))
    paths = made.save(tmp_path / "out", "loop")
    assert [path.name for path in paths] == ["loop-take.wav", "loop-1.wav", "loop-2.wav", "loop.npz", "loop.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in paths)
    for path, sound in zip(paths, [made.take, *made], strict=False):
        read, rate = soundfile.read(path, dtype="float32", always_2d=True)
        np.testing.assert_array_equal(read, sound)
        assert rate == RATE
    assert (read_marks(paths[1]).end, read_marks(paths[1]).beats) == (FRAMES, 2)
    with np.load(paths[3]) as tokens:
        np.testing.assert_array_equal(tokens["codes"], np.stack(made.codes))
    facts = json.loads(paths[4].read_text())
    assert facts["seed"] == 3 and [one["seed"] for one in facts["variations"]] == list(made.seeds)
    assert facts == made.describe()


def test_a_file_is_a_loop_like_any_other(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", tune(), 22_050, subtype="FLOAT")
    made = vamp(tmp_path / "in.wav", generator=ToneGenerator())
    assert made.rate == 22_050
    np.testing.assert_array_equal(made.take, tune())
    assert vamp(str(tmp_path / "in.wav"), generator=ToneGenerator())[0].shape == (FRAMES, 2)


NAN = tune()
NAN[7] = np.nan


@pytest.mark.parametrize(
    ("audio", "asked", "words"),
    [
        (tune().T, {}, ["(2, 22051)", "transpose"]),
        (np.zeros((FRAMES, 3), np.float32), {}, ["3)", "mix it down"]),
        (np.zeros((4, FRAMES, 2)), {}, ["(frames,) or (frames, channels)"]),
        (np.float32(3), {}, ["shape ()"]),
        (np.zeros(0), {}, ["empty"]),
        (np.zeros((0, 2)), {}, ["empty"]),
        (tune()[:11_000], {}, ["0.249", "0.25"]),
        (np.zeros(61 * RATE), {}, ["61", "60"]),
        (NAN, {}, ["NaN"]),
        (np.full(FRAMES, np.inf), {}, ["infinite"]),
        (tune() * 32_000, {}, ["peak", "divide"]),
        (tune() > 0, {}, ["bool"]),
        (tune().astype(complex), {}, ["complex"]),
        (np.zeros(FRAMES, np.int64), {}, ["int64"]),
        (["a", "b"], {}, ["samples"]),
        ([[1.0, 2.0], [1.0]], {}, ["samples"]),
        (None, {}, ["got the shape ()"]),
        (tune(), {"rate": 0}, ["rate", "8000", "0"]),
        (tune(), {"rate": None}, ["rate", "None"]),
        (tune(), {"rate": float("nan")}, ["rate", "nan"]),
        (tune(), {"rate": "44100"}, ["rate", "44100"]),
        (tune(), {"n": 0}, ["n ", "1..999", "0"]),
        (tune(), {"n": 1000}, ["1..999"]),
        (tune(), {"n": 2.5}, ["whole number", "2.5"]),
        (tune(), {"n": True}, ["True"]),
        (tune(), {"temprature": 1}, ["temprature", "'temperature'"]),
        (tune(), {"tempo": 100}, ["'tempo'", "of the instrument"]),
        (tune(), {"temperature": 5}, ["temperature", "0.1..2", "5"]),
        (tune(), {"variation": float("nan")}, ["variation", "0..1"]),
        (tune(), {"variation": None}, ["variation", "None"]),
        (tune(), {"seed": -1}, ["seed", "0..2147483647"]),
        (tune(), {"steps": "many"}, ["steps", "many"]),
        (tune(), {"mask": [0, 2]}, ["mask", "0 and 1"]),
        (tune(), {"mask": []}, ["mask"]),
        (tune(), {"melt": [1, 2]}, ["melt", "seconds"]),
        (tune(), {"guard": [(0, float("nan"))]}, ["guard", "seconds"]),
        (tune(), {"generator": 7}, ["generator", "7"]),
        (tune(), {"generator": ToneGenerator(), "model": "small"}, ["has its model"]),
    ],
)
def test_what_cannot_be_is_a_value_error_that_says_why(audio: object, asked: dict, words: list[str], capfd) -> None:
    with pytest.raises(ParameterError) as caught:
        vamp(audio, **{"rate": RATE, "generator": ToneGenerator()} | asked)
    assert isinstance(caught.value, (UnloopError, ValueError))
    assert "\n" not in str(caught.value) and all(word in str(caught.value) for word in words), caught.value
    assert capfd.readouterr() == ("", "")


def test_files_that_are_no_loops_are_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    for path, word in ((tmp_path / "gone.wav", "gone.wav"), (tmp_path / "text.wav", "text.wav"), (tmp_path, "folder")):
        with pytest.raises(AudioFileError, match=word):
            vamp(path, generator=ToneGenerator())
    with pytest.raises(ParameterError, match="leave rate out"):
        vamp(tmp_path / "text.wav", 44_100)


@pytest.mark.parametrize(("generator", "word"), [("cloud", "cloud"), ("http://127.0.0.1:9", "127.0.0.1"), ("http://", "http://")])
def test_a_generator_that_cannot_be_had_is_told(generator: str, word: str, capfd) -> None:
    with pytest.raises(UnloopError, match=word):
        vamp(tune(), RATE, generator=generator)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("damage", "word"), [(lambda audio: audio[:-1], "22050"), (lambda audio: audio * np.float32(np.nan), "not finite"),
                         (lambda audio: audio.astype(np.float64), "float64")],
)  # fmt: skip
def test_what_a_generator_makes_wrong_is_refused_and_named(damage, word: str) -> None:
    class Wrong(ToneGenerator):
        def vary(self, *given, **asked):
            made = super().vary(*given, **asked)
            return replace(made, audio=damage(made.audio))

    with pytest.raises(WorkerError, match=word):
        vamp(tune(), RATE, generator=Wrong())
    looper = Looper(generator=Wrong(), variation=1)
    looper.record(tune())
    with pytest.raises(WorkerError, match=word):
        looper.play(2)


def test_a_model_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UnloopError, match=r"smal.*'small'"):
        vamp(tune(), RATE, model="smal")


def test_nothing_can_be_written_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AudioFileError, match="is a file"):
        vamp(tune(), RATE, generator=ToneGenerator()).save(tmp_path / "file")


def test_a_silent_take_comes_back_as_it_is_and_says_so() -> None:
    made = vamp(np.zeros(FRAMES, np.float32), RATE, model="tiny", steps=1)
    assert made.silent and not made[0].any() and "silent" in made.notes[0]


def test_two_threads_may_ask_the_same_model_at_once() -> None:
    alone = vamp(tune(1), RATE, seed=4, model="tiny", steps=1)[0]
    made: dict[int, np.ndarray] = {}

    def make(at: int) -> None:
        made[at] = vamp(tune(1), RATE, seed=4, model="tiny", steps=1)[0]

    threads = [threading.Thread(target=make, args=(at,)) for at in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(made[0], alone)
    np.testing.assert_array_equal(made[1], alone)


def test_a_server_across_the_room_makes_them_as_well(tmp_path: Path) -> None:
    with serving(Tones(), tmp_path, token="let-me-in") as server:
        address = f"http://127.0.0.1:{server.port}"
        made = vamp(tune(), RATE, n=2, seed=4, generator=address, token="let-me-in")
        with pytest.raises(UnloopError, match="token"):
            vamp(tune(), RATE, generator=address, token="let-me-out")
    for one, other in zip(made.codes, vamp(tune(), RATE, n=2, seed=4, generator=ToneGenerator()).codes, strict=True):
        np.testing.assert_array_equal(one, other)


def test_importing_is_light_until_something_is_asked_for() -> None:
    program = ("import sys, unloop_py; assert 'vamp' in dir(unloop_py) and not {'numpy', 'torch'} & set(sys.modules);"
               "from unloop_py import vamp; import types; assert isinstance(vamp, types.FunctionType); assert 'torch' not in sys.modules")
    subprocess.run([sys.executable, "-c", program], check=True)
    assert set(unloop_py.__all__) <= set(dir(unloop_py)) and (Path(unloop_py.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError, match="vampire"):
        _ = unloop_py.vampire
