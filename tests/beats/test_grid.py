"""The grid of equal beats round a loop: exact to its length."""

import numpy as np
import pytest

from unloop_py.beats.grid import BeatGrid, fit_grid


def tracked(length, count, first=0.0, *, jitter=0.0, passes=4, seed=0):
    noise = np.random.default_rng(seed).standard_normal(passes * count) * jitter
    return [(first + k * length / count + noise[k]) % length for k in range(passes * count)]


def test_the_tempo_is_exact_to_the_length():
    grid = BeatGrid(270_112, 44_100, 16, 0.0, 1.0)
    assert grid.tempo_bpm == pytest.approx(60 * 16 / (270_112 / 44_100))
    assert grid.beat_length_frames * grid.beats == 270_112


def test_beats_are_whole_frames_in_the_loop_in_order_and_evenly_spaced():
    grid = BeatGrid(100_001, 44_100, 7, 14_000.0, 1.0)
    frames = grid.beat_frames
    assert len(frames) == 7 and list(frames) == sorted(frames)
    assert all(0 <= frame < 100_001 and isinstance(frame, int) for frame in frames)
    gaps = np.diff([*frames, frames[0] + 100_001])
    assert set(gaps) <= {14_285, 14_286, 14_287}


def test_a_beat_that_rounds_to_the_end_is_on_the_head():
    assert BeatGrid(1_000, 1_000, 2, 499.8, 1.0).beat_frames == (0, 500)


@pytest.mark.parametrize(("frame", "beat"), [(0, 3), (99, 3), (100, 0), (349, 0), (350, 1), (999, 3), (1_100, 0), (-1, 3)])
def test_the_beat_at_a_frame_is_the_last_that_began(frame, beat):
    assert BeatGrid(1_000, 1_000, 4, 100.0, 1.0).beat_at(frame) == beat


@pytest.mark.parametrize(("count", "said_bpm"), [(4, 118.0), (4, 123.0), (16, 117.5), (3, 121.0), (1, 100.0)])
def test_the_nearest_whole_number_of_beats_is_found_from_a_rough_tempo(count, said_bpm):
    length = count * 22_050                                                 # 120 beats a minute
    grid = fit_grid(tracked(length, count, 5_000.0), said_bpm, length, 44_100)
    assert (grid.beats, grid.tempo_bpm) == (count, pytest.approx(120.0))
    assert grid.first_beat_frame == pytest.approx(5_000.0, abs=1)
    assert grid.confidence == pytest.approx(1.0)


def test_beats_that_agree_choose_between_two_counts_the_tempo_allows():
    length = 270_000
    assert fit_grid(tracked(length, 15), 60 * 15.5 / (length / 44_100), length, 44_100).beats == 15
    assert fit_grid(tracked(length, 16), 60 * 15.5 / (length / 44_100), length, 44_100).beats == 16


@pytest.mark.parametrize(("early", "first"), [(-900, 0.0), (0, 0.0), (900, 0.0), (2_000, 2_000.0), (-2_000, 20_050.0)])
def test_a_beat_as_good_as_on_the_head_is_on_the_head(early, first):
    grid = fit_grid(tracked(88_200, 4, early % 22_050), 120.0, 88_200, 44_100)
    assert grid.first_beat_frame == pytest.approx(first, abs=1)


def test_uneven_beats_lower_the_confidence():
    confidences = [fit_grid(tracked(88_200, 4, jitter=jitter), 120.0, 88_200, 44_100).confidence for jitter in (0, 1_500, 4_000, 20_000)]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[1] > 0.85 and confidences[-1] < 0.5


@pytest.mark.parametrize(("beats", "bpm"), [([], 120.0), ([0.0, 10.0], 0.0), ([0.0, 10.0], float("nan")), ([0.0], 10.0)])
def test_where_there_is_nothing_to_fit_there_is_no_grid(beats, bpm):
    assert fit_grid(beats, bpm, 88_200, 44_100) is None
