"""The balance of low and high that a variation has from its take."""

import numpy as np
import pytest

from unloop_py.generator.balance import BANDS, RANGE_DB, band_levels, matched

RATE = 44_100


def noise(seconds: float = 1.0, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((int(seconds * RATE), channels)).astype(np.float32) * 0.1


def tilted(audio: np.ndarray, db_per_octave: float) -> np.ndarray:
    spectrum = np.fft.rfft(audio, axis=0)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(audio), 1 / RATE), 50) / 1000)
    return np.fft.irfft(spectrum * 10 ** (db_per_octave * octaves / 20)[:, None], n=len(audio), axis=0).astype(np.float32)


def test_a_tilt_within_the_range_is_put_right_and_loudness_stays():
    audio = noise()
    dull = tilted(audio, -0.8)
    mended = matched(dull, band_levels(audio, RATE), RATE)
    off = band_levels(mended, RATE) - band_levels(audio, RATE)
    assert np.ptp(off[2:-2]) < 0.5 < np.ptp((band_levels(dull, RATE) - band_levels(audio, RATE))[2:-2])
    assert np.sqrt(np.mean(mended**2)) == pytest.approx(np.sqrt(np.mean(dull**2)), rel=1e-4)
    assert mended.shape == audio.shape and mended.dtype == np.float32 and mended.flags.c_contiguous


def test_what_is_missing_is_not_blown_up_beyond_the_range():
    audio = noise()
    mended = matched(tilted(audio, -6.0), band_levels(audio, RATE), RATE)
    gain = band_levels(mended, RATE) - band_levels(tilted(audio, -6.0), RATE)
    assert np.ptp(gain) <= 2 * RANGE_DB + 0.5


def test_a_level_that_is_off_is_no_matter_of_balance():
    audio = noise()
    assert np.abs(matched(audio * 0.1, band_levels(audio, RATE), RATE) - audio * 0.1).max() < 1e-5


def test_the_filter_turns_with_the_loop_so_that_the_seam_is_no_place_of_its_own():
    audio = noise(seed=1)
    wanted = band_levels(tilted(audio, 1.0), RATE)
    turned = np.roll(matched(audio, wanted, RATE), 12_345, axis=0)
    assert np.abs(matched(np.roll(audio, 12_345, axis=0), wanted, RATE) - turned).max() < 1e-5


def test_silence_and_the_shortest_loops_have_a_balance():
    for frames in (1, 100, 44_100):
        silent = np.zeros((frames, 1), np.float32)
        assert band_levels(silent, RATE).shape == (BANDS,)
        assert not matched(silent, band_levels(noise()[:frames], RATE), RATE).any()
