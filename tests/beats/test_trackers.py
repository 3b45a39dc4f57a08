"""What every beat tracker owes; bring an adapter, add it to TRACKERS, pass."""

from pathlib import Path

import numpy as np
import pytest

from unloop_py.beats.aubio_tracker import AubioTracker

TRACKERS = [AubioTracker]
SHARED_AUDIO = Path(__file__).resolve().parents[3] / "shared" / "audio"


@pytest.fixture(params=TRACKERS, ids=lambda tracker: tracker.__name__)
def tracker(request):
    return request.param()


def hits(length, frames, *, levels=None, seed=0, rate=44_100):
    """Short bursts of noise at `frames`, on the circle: (length, 1)."""
    loop, rng = np.zeros(length, np.float32), np.random.default_rng(seed)
    for frame, level in zip(frames, levels or [0.5] * len(frames), strict=True):
        burst = level * rng.standard_normal(2_000) * np.exp(-np.arange(2_000) / 300)
        np.add.at(loop, (round(frame) + np.arange(2_000)) % length, burst.astype(np.float32))
    return loop[:, None]


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize(("beats", "bpm"), [(4, 120.0), (8, 97.3), (16, 156.2), (6, 133.0)])
def test_a_steady_beat_is_found_to_the_frame_of_the_loops_length(tracker, rate, beats, bpm):
    length = round(beats * 60 / bpm * rate)
    grid = tracker.track(hits(length, [k * length / beats for k in range(beats)], rate=rate), rate)
    assert (grid.length_frames, grid.sample_rate, grid.beats) == (length, rate, beats)
    assert grid.tempo_bpm == pytest.approx(bpm, rel=1e-4)
    assert grid.first_beat_frame == 0.0
    assert grid.confidence > 0.6


def test_a_beat_that_does_not_begin_on_the_head_is_found_where_it_is(tracker):
    length = 4 * 22_050
    grid = tracker.track(hits(length, [k * 22_050 + 8_000 for k in range(4)]), 44_100)
    assert grid.beats == 4 and grid.first_beat_frame == pytest.approx(8_000, abs=600)


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.0, 6.0])
def test_short_loops_have_beats_too(tracker, seconds):
    length, beats = round(seconds * 44_100), round(seconds * 2)
    grid = tracker.track(hits(length, [k * length / beats for k in range(beats)]), 44_100)
    assert grid is not None and grid.beats in (beats, beats // 2, beats * 2)


def test_no_beat_is_an_answer(tracker):
    time = np.arange(4 * 44_100) / 44_100
    drone = sum(np.sin(2 * np.pi * frequency * time) / 8 for frequency in (110.0, 220.5, 331.0)).astype(np.float32)[:, None]
    hiss = (np.random.default_rng(0).standard_normal((4 * 44_100, 1)) * 0.1).astype(np.float32)
    for loop in (drone, hiss, np.zeros((44_100, 1), np.float32), np.full((20_000, 2), 1e-5, np.float32)):
        assert tracker.track(loop, 44_100) is None


def test_onsets_are_found_where_they_are_with_the_loudest_at_one(tracker):
    frames, levels = [0, 20_000, 41_000, 66_000], [0.5, 0.1, 0.4, 0.05]
    onsets = tracker.onsets(hits(88_200, frames, levels=levels), 44_100)
    assert len(onsets) == 4
    for onset, frame in zip(onsets, frames, strict=True):
        assert abs((onset.frame - frame + 44_100) % 88_200 - 44_100) < 200
    strengths = [onset.strength for onset in onsets]
    assert max(strengths) == 1.0
    assert np.argsort(strengths).tolist() == np.argsort(levels).tolist()


def test_onsets_are_frames_of_the_loop_in_order(tracker):
    loop = hits(50_000, [49_990, 10_000, 30_000])
    onsets = tracker.onsets(loop, 44_100)
    frames = [onset.frame for onset in onsets]
    assert frames == sorted(set(frames)) and all(0 <= frame < 50_000 for frame in frames)
    assert any(min(frame, 50_000 - frame) < 250 for frame in frames), "the hit on the seam is heard"


def test_silence_has_no_onsets(tracker):
    assert tracker.onsets(np.zeros((44_100, 2), np.float32), 44_100) == ()


def test_channels_that_cancel_in_the_sum_are_still_heard(tracker):
    loop = hits(88_200, [k * 22_050 for k in range(4)])
    assert tracker.track(np.concatenate((loop, -loop), axis=1), 44_100).beats == 4
    assert len(tracker.onsets(np.concatenate((loop, -loop), axis=1), 44_100)) == 4


def test_the_same_loop_gives_the_same_answer(tracker):
    loop = hits(88_200, [k * 22_050 for k in range(4)])
    assert tracker.track(loop, 44_100) == tracker.track(loop, 44_100)
    assert tracker.onsets(loop, 44_100) == tracker.onsets(loop, 44_100)


@pytest.mark.skipif(not SHARED_AUDIO.is_dir(), reason="played loops are not part of the repository")
@pytest.mark.parametrize(("name", "beats"), [("loop-0", 16), ("loop-1", None), ("loop-2", 16)])
def test_played_loops_hold_a_whole_number_of_beats(tracker, name, beats):
    soundfile = pytest.importorskip("soundfile")
    audio, rate = soundfile.read(SHARED_AUDIO / f"{name}.wav", dtype="float32", always_2d=True)
    grid = tracker.track(audio, rate)
    assert (grid and grid.beats) == beats
