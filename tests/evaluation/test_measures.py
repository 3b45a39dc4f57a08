"""Distances between two sounds are what their papers define, and fall where ears would have them fall."""

import sys

import numpy as np
import pytest

from unloop_py.evaluation.measures import levelled, mel_error
from unloop_py.evaluation.packages import PACKAGES, PackageMissing
from unloop_py.evaluation.perceptual import mel_distance, si_sdr, stft_distance, zimtohrli

RATE = 44_100


@pytest.fixture(scope="module")
def hiss() -> np.ndarray:
    return levelled(np.random.default_rng(0).standard_normal(2 * RATE).astype(np.float32))


@pytest.fixture(scope="module")
def plucks() -> np.ndarray:
    """A few decaying notes (samples,)."""
    t = np.arange(2 * RATE) / RATE
    notes = sum(np.sin(2 * np.pi * 220 * 2 ** (i / 5) * t) * np.exp(-6 * ((t - i * 0.4) % 2)) for i in range(5))
    return levelled(notes.astype(np.float32))


def every_distance(reference: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """All measures, turned so that more is worse."""
    return {
        "mel error": mel_error(reference, other, RATE),
        "log-mel": mel_distance(reference, other, RATE),
        "STFT": stft_distance(reference, other),
        "SI-SDR": -si_sdr(reference, other),
        "zimtohrli": -zimtohrli(reference, other, RATE),
    }


def test_a_sound_is_at_no_distance_from_itself(plucks):
    assert every_distance(plucks, plucks) == {"mel error": 0, "log-mel": 0, "STFT": 0, "SI-SDR": -100, "zimtohrli": -5}


def test_every_measure_orders_little_noise_before_much(plucks, hiss):
    found = [every_distance(plucks, plucks + hiss * 10 ** (db / 20)) for db in (-50, -30, -10)]
    for name in found[0]:
        values = [row[name] for row in found]
        assert values == sorted(values) and len(set(values)) == 3, (name, values)


def test_a_tenth_of_the_magnitude_is_one_decade_at_each_scale(hiss):
    assert mel_error(hiss, hiss / 10, RATE) == pytest.approx(2.0, abs=1e-3)     # VampNet: two scales
    assert mel_distance(30 * hiss, 3 * hiss, RATE) == pytest.approx(7.0, abs=0.01)  # DAC: seven; loud, for it clamps at 1e-5
    assert stft_distance(hiss, hiss / 10) == pytest.approx(2 * 2.0 + magnitudes_lost(hiss), rel=1e-3)  # log10 of powers


def magnitudes_lost(hiss: np.ndarray) -> float:
    """0.9 of the mean magnitude of white noise (Rayleigh), summed over DAC's two FFT sizes."""
    means = [np.sqrt(np.pi / 4 * 3 / 8 * size) * hiss.std() for size in (2048, 512)]
    return 0.9 * float(sum(means))


def test_the_mel_error_is_that_of_audio_at_minus_24_dbfs_however_loud_it_comes(plucks, hiss):
    assert mel_error(plucks, hiss, RATE) == pytest.approx(mel_error(5 * plucks, 5 * hiss, RATE), rel=1e-4)


def test_si_sdr_counts_what_is_no_multiple_of_the_sound(plucks, hiss):
    off = hiss - plucks * np.dot(hiss, plucks) / np.dot(plucks, plucks)
    off *= np.linalg.norm(plucks) / np.linalg.norm(off) / 10
    assert si_sdr(plucks, 0.3 * (plucks + off)) == pytest.approx(20.0, abs=0.05)


def test_without_its_package_a_measure_says_the_one_command_that_installs_it(plucks, monkeypatch):
    monkeypatch.setitem(sys.modules, "zimtohrli", None)
    with pytest.raises(PackageMissing) as refused:
        zimtohrli(plucks, plucks, RATE)
    assert "zimtohrli" in str(refused.value) and "-m pip install --no-deps " + " ".join(PACKAGES) in str(refused.value)
