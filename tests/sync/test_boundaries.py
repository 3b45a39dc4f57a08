"""Which boundary a press counts for, drawn as presses against a line of beats."""

import pytest

from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Metre, Quantize, boundary_for, nearest_frame

LINE = BeatLine(0.0, 0.0, 24_000.0)  # 120 bpm at 48 kHz
MS = 48


@pytest.mark.parametrize(
    "press_ms, forgiven_ms, beat",
    [
        (1900, 120, 4),  # early: the one ahead
        (2000, 120, 4),  # on it
        (2000, 0, 4),
        (2001, 0, 8),  # late and not forgiven: the next
        (2120, 120, 4),  # as late as is forgiven
        (2121, 120, 8),
    ],
)
def test_a_press_counts_for_the_boundary_it_has_just_missed_or_for_the_next(press_ms, forgiven_ms, beat):
    assert boundary_for(LINE, press_ms * MS, 4.0, forgiven_ms * MS) == beat


def test_between_boundaries_closer_than_twice_the_forgiveness_the_nearest_counts():
    fast = BeatLine(0.0, 0.0, 9_600.0)  # eighths 100 ms apart
    assert boundary_for(fast, 49 * MS, 0.5, 120 * MS) == 0.0
    assert boundary_for(fast, 51 * MS, 0.5, 120 * MS) == 0.5


def test_boundaries_may_be_counted_from_any_beat():
    assert boundary_for(LINE, 24_000, 4.0, 0, anchor_beat=0.75) == 4.75


def test_a_press_before_beat_0_has_boundaries_too():
    assert boundary_for(LINE, -25_000, 1.0, 0) == -1.0


@pytest.mark.parametrize(
    "unit, beats", [(Quantize.BEAT, 1), (Quantize.EIGHTH, 0.5), (Quantize.BAR, 3), (Quantize.CYCLE, 8), (Quantize.LOOP, 5)]
)
def test_a_unit_is_so_many_beats(unit, beats):
    assert Metre(3, 16).beats_of(unit, 5.0) == beats


def test_a_loop_that_is_empty_is_as_long_as_a_cycle():
    assert Metre(4, 8).beats_of(Quantize.LOOP) == 4


def test_a_beat_between_two_frames_is_on_the_nearest():
    line = BeatLine(0.0, 0.0, 1000.3)
    assert [nearest_frame(line, beat) for beat in (1, 2, 5)] == [1000, 2001, 5002]
