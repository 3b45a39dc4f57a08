"""The Fréchet audio distance is what it says, and orders what ears would order."""

import numpy as np
import pytest
import soxr

from unloop_py.audio_io.wav import read_audio
from unloop_py.evaluation.embeddings import NAMES, embed, embedding
from unloop_py.evaluation.fad import TooLittleAudio, bootstrap, bounds, equal_numbers, fad, fad_of_patches, frechet, white_noise
from unloop_py.evaluation.held_out import music_files
from unloop_py.evaluation.measures import levelled

RATE = 44_100
TRACKS, SECONDS = 18, 4.5


@pytest.fixture
def cloud() -> np.ndarray:
    """200 points in 40 dimensions, most of whose spread is in the first few."""
    return np.random.default_rng(1).standard_normal((200, 40)) * np.geomspace(3, 0.1, 40)


def test_a_set_is_at_no_distance_from_itself(cloud):
    assert frechet(cloud, cloud) == pytest.approx(0, abs=1e-9)


def test_a_set_that_is_moved_is_as_far_as_it_was_moved_squared(cloud):
    move = np.zeros(40)
    move[0] = 2.5
    assert frechet(cloud, cloud + move, axes=40) == pytest.approx(2.5**2)


def test_a_set_that_is_spread_twice_as_wide_is_as_far_as_its_variance(cloud):
    wider = cloud.mean(axis=0) + 2 * (cloud - cloud.mean(axis=0))
    assert frechet(cloud, wider, axes=40) == pytest.approx(np.trace(np.cov(cloud, rowvar=False)))


def test_only_the_axes_along_which_the_reference_spreads_most_count(cloud):
    move = np.zeros(40)
    move[-1] = 100
    assert frechet(cloud, cloud + move, axes=8) < 1e-2 * frechet(cloud, cloud + move, axes=40)


def test_both_sides_have_equally_many_patches(cloud):
    first, second = equal_numbers(cloud, cloud[:50])
    assert len(first) == len(second) == 50
    assert np.array_equal(first[[0, -1]], cloud[[0, -1]])  # spread over the whole of the longer side
    assert fad_of_patches([cloud[:120], cloud[120:]], [cloud[:90]]).patches == 90


def test_fewer_patches_than_axes_give_fewer_axes_and_say_so(cloud, caplog):
    found = fad_of_patches([cloud[:6], cloud[6:12]], [cloud[20:26], cloud[26:32]])
    assert (found.patches, found.axes) == (12, 11)
    assert "12 patches a side" in caplog.text


@pytest.mark.parametrize("other", [[], [np.zeros((1, 40))]])
def test_too_little_audio_is_an_error_and_no_number(cloud, other):
    with pytest.raises(TooLittleAudio, match="audio"):
        fad_of_patches([cloud], other)


def test_the_interval_holds_the_value_and_narrows_with_more_excerpts(cloud):
    rng = np.random.default_rng(2)
    clips = [rng.standard_normal((4, 40)) + rng.standard_normal(40) for _ in range(160)]
    few, many = (bootstrap(clips[:n], [clip + 0.3 for clip in clips[n : 2 * n]], axes=8) for n in (10, 80))
    for value, low, high in (few, many):
        assert low < value < high
    assert many[2] - many[1] < few[2] - few[1]
    assert many == bootstrap(clips[:80], [clip + 0.3 for clip in clips[80:160]], axes=8)


def low_passed(audio: np.ndarray, hertz: float) -> np.ndarray:
    spectrum = np.fft.rfft(audio)
    spectrum[np.fft.rfftfreq(len(audio), 1 / RATE) > hertz] = 0
    return np.fft.irfft(spectrum, len(audio)).astype(np.float32)


def noisy(audios: list[np.ndarray], db: float) -> list[np.ndarray]:
    """With white noise ``db`` above the sound."""
    return [audio + noise * np.float32(10 ** (db / 20)) for audio, noise in zip(audios, white_noise(audios), strict=True)]


@pytest.fixture(scope="module")
def music() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The first seconds of some tracks, and the seconds after those."""
    frames = int(SECONDS * RATE)
    first, second = [], []
    for path in music_files()[:TRACKS]:
        audio, rate = read_audio(path)
        mono = soxr.resample(audio[: int((2 * SECONDS + 1) * rate)].mean(axis=1), rate, RATE)
        first.append(levelled(mono[:frames]))
        second.append(levelled(mono[frames : 2 * frames]))
    return first, second


@pytest.mark.parametrize("name", NAMES)
def test_the_distance_orders_clean_light_noise_low_pass_heavy_noise_on_real_audio(name, music):
    reference, clean = music
    sets = {
        "clean": clean, "light noise": noisy(clean, -20), "low-pass": [low_passed(audio, 3000) for audio in clean],
        "heavy noise": noisy(clean, 0),
    }
    network = embedding(name)
    patches = embed(network, reference, RATE)
    found = {kind: frechet(np.concatenate(patches), np.concatenate(embed(network, audios, RATE))) for kind, audios in sets.items()}
    assert sum(map(len, patches)) > 32
    assert list(found) == sorted(found, key=found.get), found


def test_a_distance_is_printed_between_real_to_real_and_white_noise(music):
    reference, clean = (side[:6] for side in music)
    found = fad(reference, noisy(clean, -10), embedding("musicnn"), unheard=clean)
    assert found.floor < found.low < found.value < found.high < found.ceiling
    assert found.as_dict().keys() == {"value", "low", "high", "patches", "axes", "floor", "ceiling"}


def test_the_floor_of_a_set_alone_is_one_half_of_it_against_the_other(cloud):
    clips = np.split(cloud, 20)
    floor, ceiling = bounds(clips, [clip + 9 for clip in clips])
    assert floor == frechet(np.concatenate(clips[::2]), np.concatenate(clips[1::2]))
    assert 0 < floor < ceiling
    assert bounds(clips[:1], clips[1:2])[0] is None
