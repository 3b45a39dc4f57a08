"""Signal processing on loops, each against the plain way of writing it."""

import numpy as np
import pytest

from unloop_py.generator import circle


def noise(length, seed=0):
    return np.random.default_rng(seed).standard_normal(length).astype(np.float32)


def cosine(cycles, length):
    return np.cos(2 * np.pi * cycles * np.arange(length) / length).astype(np.float32)


RATES = [(48_000, 44_100), (44_100, 48_000)]


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
@pytest.mark.parametrize("cycles", [0, 3, 997])
def test_resampling_reads_the_loop_round_and_round_without_a_joint(from_rate, to_rate, cycles):
    length, frames = 12_347, 30_001                                         # two times round and a bit; nothing divides
    read = circle.resample(cosine(cycles, length), from_rate, to_rate, frames)
    assert read.shape == (frames,) and read.dtype == np.float32
    expected = np.cos(2 * np.pi * cycles / length * np.arange(frames) * (from_rate / to_rate))
    np.testing.assert_allclose(read, expected, atol=2e-5)


def test_resampling_passes_what_is_heard_and_stops_what_would_fold_back():
    def gain(frequency):
        tone = circle.resample(cosine(frequency, 48_000), 48_000, 44_100, 44_100)
        return np.sqrt(2 * np.mean(tone**2))

    assert gain(19_000) == pytest.approx(1.0, abs=0.01)
    assert gain(23_000) < 1e-3


def test_there_and_back_gives_the_loop_again():
    spectrum = np.fft.rfft(noise(16_000))
    spectrum[6_000:] = 0                                                    # up to 18 kHz
    loop = np.fft.irfft(spectrum, n=16_000).astype(np.float32)
    again = circle.resample(circle.resample(loop, 48_000, 44_100, 14_700), 44_100, 48_000, 16_000)
    np.testing.assert_allclose(again, loop, atol=1e-4)


def test_the_same_rate_gives_the_loops_own_samples():
    np.testing.assert_array_equal(circle.resample(noise(1_000), 44_100, 44_100, 2_500), np.resize(noise(1_000), 2_500))


@pytest.mark.parametrize("fade", [0, 1, 5, 128, 767])
def test_folding_is_exact_in_length_and_follows_the_end_smoothly(fade):
    decoded = noise(5_000 + fade)
    folded = circle.fold(decoded, 5_000)
    assert folded.shape == (5_000,)
    np.testing.assert_array_equal(folded[fade:], decoded[fade:5_000])
    if fade:
        assert folded[0] == decoded[5_000], "what follows the last frame is what followed it in the decoded sound"


def test_folding_leaves_as_much_difference_energy_at_the_seam_as_elsewhere():
    seam, elsewhere = [], []
    for seed in range(400):
        folded = circle.fold(noise(3_000 + 128 + seed, seed), 3_000)
        around = np.diff(np.concatenate((folded[-8:], folded[:8])))
        seam.append(np.mean(around**2))
        elsewhere.append(np.mean(np.diff(folded[1_000:2_000]) ** 2))
    assert abs(10 * np.log10(np.mean(seam) / np.mean(elsewhere))) < 0.5


@pytest.mark.parametrize("correlation", [-1.0, -0.3, 0.0, 0.5, 1.0])
def test_a_fade_keeps_the_power_of_sounds_of_any_correlation(correlation):
    rise = np.linspace(0, 1, 101)
    up, down = circle.fade_gains(rise, correlation)
    reckoned = max(correlation, circle.LEAST_CORRELATION)
    np.testing.assert_allclose(up**2 + down**2 + 2 * reckoned * up * down, 1.0, atol=1e-5)
    assert (up[0], down[0]) == (0.0, 1.0) and up[-1] == 1.0 and down[-1] < 1e-6
    assert (np.diff(up) > 0).all() and (np.diff(down) < 0).all() or correlation < 0


def test_equal_sounds_fade_with_gains_that_add_up_to_one():
    up, down = circle.fade_gains(np.array([0.5]), 1.0)
    np.testing.assert_allclose(up + down, 1.0, atol=1e-6)


def test_correlation_is_that_of_the_waveforms():
    loop = noise(5_000)
    assert circle.correlation(loop, 3 * loop) == pytest.approx(1.0)
    assert circle.correlation(loop, -loop) == pytest.approx(-1.0)
    assert circle.correlation(loop, noise(5_000, 1)) == pytest.approx(0.0, abs=0.05)
    assert circle.correlation(loop, 0 * loop) == 0.0


@pytest.mark.parametrize("width", [1, 2, 7, 64, 131, 500])
def test_moving_mean_and_minimum_go_round_the_loop(width):
    loop = noise(131)
    windows = np.stack([np.take(loop, range(start, start + min(width, 131)), mode="wrap") for start in range(131)])
    np.testing.assert_allclose(circle.moving_mean(loop, width), windows.mean(1), atol=1e-6)
    np.testing.assert_array_equal(circle.moving_min(loop, width), windows.min(1))


def marks(drawn):
    return np.array([character == "#" for character in drawn])


def test_distance_is_to_the_nearest_mark_on_either_side_of_the_seam():
    assert circle.distance_to(marks("#.....#...")).tolist() == [0, 1, 2, 3, 2, 1, 0, 1, 2, 1]
    assert circle.distance_to(marks("....")).tolist() == [4, 4, 4, 4]


@pytest.mark.parametrize(("drawn", "starts", "lengths"), [
    ("##..#...##", [4, 8], [1, 4]), ("..##..", [2], [2]), ("......", [], []), ("####", [0], [4]), ("#..#", [3], [2]),
])
def test_runs_are_found_across_the_seam(drawn, starts, lengths):
    found_starts, found_lengths = circle.runs(marks(drawn))
    assert (found_starts.tolist(), found_lengths.tolist()) == (starts, lengths)


@pytest.mark.parametrize(("drawn", "left"), [
    ("##..#...##", "##......##"), ("###..#", "###..#"), ("##.##.", "......"), ("#####", "#####"), (".....", "....."),
])
def test_short_runs_are_left_out(drawn, left):
    assert circle.keep_long_runs(marks(drawn), 3).tolist() == marks(left).tolist()
