"""Beats along the engine's frames: the instrument's own, a loop's, and what no clock may say."""

import math

import pytest

from unloop_py.sync.beat_line import BeatLine, line_at_tempo
from unloop_py.sync.clocks import InternalClock, line_of_loop

RATE = 48000


def test_a_line_gives_the_beat_of_a_frame_and_the_frame_of_a_beat():
    line = BeatLine(1000.0, 8.0, 24_000.0)
    assert line.beat_at(13_000) == 8.5
    assert line.frame_of(10.0) == 49_000.0
    assert line.tempo_bpm(RATE) == 120.0


@pytest.mark.parametrize("tempo", [0.0, -120.0, 1e9, math.nan, math.inf, 9.99, 1000.1])
def test_a_tempo_that_no_music_has_is_no_clock(tempo):
    assert line_at_tempo(0.0, 0.0, tempo, RATE) is None


@pytest.mark.parametrize("beat", [math.nan, math.inf])
def test_a_beat_that_is_no_number_is_no_clock(beat):
    assert line_at_tempo(0.0, beat, 120.0, RATE) is None


def test_another_tempo_leaves_the_beat_under_way_where_it_is():
    clock = InternalClock(120.0, RATE)
    clock.set_tempo(60.0, 36_000)
    assert clock.line(36_000).beat_at(36_000) == 1.5
    assert clock.line(36_000).beat_at(84_000) == 2.5


def test_a_foot_moves_the_nearest_beat_under_it_or_a_given_one():
    clock = InternalClock(120.0, RATE)
    clock.put_beat(25_000)
    assert clock.line(0).frame_of(1.0) == 25_000
    clock.put_beat(50_000, 0.0)
    assert clock.line(0).frame_of(0.0) == 50_000


def test_a_loop_s_beats_count_on_from_pass_to_pass():
    first, second = line_of_loop(96_000, 96_000, 4), line_of_loop(192_000, 96_000, 4, repetition=1)
    assert first.beat_at(48_000) == 2.0
    assert second.beat_at(144_000) == 6.0 == first.beat_at(144_000)


@pytest.mark.parametrize("seam, length, beats", [(-1, 96_000, 4), (96_000, 0, 4), (96_000, 96_000, 0)])
def test_a_loop_that_does_not_turn_is_no_clock(seam, length, beats):
    assert line_of_loop(seam, length, beats) is None
