"""Transposing loops: sounds whose pitch is known, on loops of lengths that divide by nothing."""

import numpy as np
import pytest

from unloop_py.generator.pitch import transposed

RATE = 44_100


def tones(frames, *hertz, level=0.3):
    """Sines that go round the loop a whole number of times: (frames, 1), and how many times each."""
    turns = [max(1, round(each * frames / RATE)) for each in hertz]
    at = np.arange(frames) / frames
    return sum(level * np.sin(2 * np.pi * turn * at) for turn in turns)[:, None].astype(np.float32), turns


@pytest.mark.parametrize("semitones", [-12, -5, -1, 3, 7, 12])
@pytest.mark.parametrize("frames", [44_100, 61_007])
def test_every_tone_moves_by_the_interval_and_keeps_its_level(frames, semitones):
    audio, turns = tones(frames, 220.0, 1000.0)
    moved = transposed(audio, semitones, RATE)
    assert moved.shape == audio.shape and moved.dtype == np.float32
    spectrum = np.abs(np.fft.rfft(moved[:, 0])) / frames * 2
    for turn in turns:
        wanted = turn * 2 ** (semitones / 12)
        near = slice(int(wanted) - 3, int(wanted) + 5)
        assert abs(near.start + spectrum[near].argmax() - wanted) <= 1.0
        assert np.sqrt((spectrum[near] ** 2).sum()) == pytest.approx(0.3, rel=0.05)
    assert moved.std() == pytest.approx(audio.std(), rel=0.05)


@pytest.mark.parametrize("semitones", [-7, 4])
def test_the_seam_is_as_smooth_as_any_other_place(semitones):
    audio, _ = tones(50_001, 233.0, 1871.0)
    moved = transposed(audio, semitones, RATE)[:, 0].astype(np.float64)
    bends = np.abs(np.diff(np.concatenate((moved, moved[:2])), 2))
    assert bends[-2:].max() <= 1.05 * bends.max()
    envelope = np.array([np.sqrt(np.mean(np.roll(moved, shift)[:1000] ** 2)) for shift in range(-3000, 3001, 500)])
    assert envelope.min() > 0.7 * envelope.max()


def test_an_octave_down_and_up_a_click_stays_within_half_a_piece_of_where_it_was():
    audio = np.zeros((40_000, 1), np.float32)
    audio[12_345] = 0.9
    for semitones in (-12, 12):
        moved = np.abs(transposed(audio, semitones, RATE)[:, 0])
        assert abs(int(moved.argmax()) - 12_345) < 1024


def test_channels_keep_their_place_in_the_room():
    audio = np.concatenate([tones(30_000, 330.0)[0] * share for share in (1.0, 0.25)], axis=1)
    moved = transposed(audio, 5, RATE)
    np.testing.assert_allclose(moved[:, 1], 0.25 * moved[:, 0], atol=1e-5)


@pytest.mark.parametrize("frames", [1, 2, 100, 1500])
def test_a_loop_shorter_than_any_window_keeps_its_length(frames):
    audio = np.random.default_rng(0).standard_normal((frames, 2)).astype(np.float32)
    for semitones in (-12, 1, 12):
        moved = transposed(audio, semitones, RATE)
        assert moved.shape == audio.shape and np.isfinite(moved).all()


def test_no_interval_is_the_loop_itself():
    audio, _ = tones(10_000, 500.0)
    assert transposed(audio, 0, RATE) is audio
