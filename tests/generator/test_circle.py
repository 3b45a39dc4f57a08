"""Signal processing on loops, each against the plain way of writing it."""

import numpy as np
import pytest

from unloop_py.generator import circle


def noise(length, seed=0):
    return np.random.default_rng(seed).standard_normal(length).astype(np.float32)


def cosine(cycles, length):
    return np.cos(2 * np.pi * cycles * np.arange(length) / length).astype(np.float32)


@pytest.mark.parametrize(("length", "frames"), [(14_400, 13_230), (13_230, 14_400), (10_007, 9_194), (9_194, 10_007)])
def test_resampling_is_exact_in_length_and_a_loop_stays_a_loop(length, frames):
    for cycles in (0, 3, 997):
        stretched = circle.resample(cosine(cycles, length), frames)
        assert stretched.shape == (frames,) and stretched.dtype == np.float32
        np.testing.assert_allclose(stretched, cosine(cycles, frames), atol=2e-6)     # at the seam as anywhere


def test_resampling_there_and_back_gives_the_loop_again():
    loop = circle.resample(circle.resample(noise(14_400), 9_000), 14_400)            # nothing above the lower rate's band
    loop = circle.resample(circle.resample(loop, 7_000), 14_400)
    again = circle.resample(circle.resample(loop, 13_230), 14_400)
    np.testing.assert_allclose(again, loop, atol=2e-6)


def test_resampling_to_the_same_length_touches_nothing():
    loop = noise(1_000)
    assert circle.resample(loop, 1_000) is loop


def test_resampling_takes_channels_one_by_one():
    stereo = np.stack([noise(1_000, 1), noise(1_000, 2)], axis=1)
    stretched = circle.resample(stereo, 1_100)
    for channel in (0, 1):
        np.testing.assert_allclose(stretched[:, channel], circle.resample(stereo[:, channel].copy(), 1_100), atol=1e-6)


@pytest.mark.parametrize("surplus", [0, 1, 5, 127, 128, 500, 767])
def test_folding_is_exact_in_length_and_follows_the_end_smoothly(surplus):
    decoded = noise(7_680)
    frames = 7_680 - surplus
    folded = circle.fold_surplus(decoded, frames)
    assert folded.shape == (frames,)
    fade = max(surplus, 128) if surplus else 0
    np.testing.assert_array_equal(folded[fade:], decoded[fade:frames])
    if surplus:
        assert folded[0] == decoded[frames], "what follows the last frame is what followed it in the decoded sound"


def test_folding_leaves_as_much_difference_energy_at_the_seam_as_elsewhere():
    seam, elsewhere = [], []
    for seed in range(400):
        folded = circle.fold_surplus(noise(3_072, seed), 3_072 - 1 - seed % 767)
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
