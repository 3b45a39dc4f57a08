"""A loop that follows a clock: only its seam moves, and it never slips."""

import numpy as np
import pytest

from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.drift import Slaved, seam_target
from unloop_py.sync.midi_clock import MidiClock

RATE = 48000
MOST = 240  # a quarter of the seam's fade


def test_a_seam_on_its_boundary_stays():
    assert seam_target(BeatLine(0.0, 0.0, 24_000.0), Slaved(0.0, 4.0), 96_000, 96_000, MOST) == 96_000


def test_a_seam_that_lies_off_moves_onto_it_at_most_so_far_at_a_time():
    line, slaved = BeatLine(0.0, 0.0, 24_000.0), Slaved(0.0, 4.0)
    assert seam_target(line, slaved, 96_100, 96_000, MOST) == 96_000
    assert seam_target(line, slaved, 95_000, 96_000, MOST) == 95_240


def test_a_loop_that_began_between_beats_stays_there():
    assert seam_target(BeatLine(0.0, 0.0, 24_000.0), Slaved(0.25, 4.0), 6_000 + 96_003, 96_000, MOST) == 102_000


@pytest.mark.parametrize("tempo", [117.0, 123.0, 60.0])
def test_a_clock_whose_tempo_has_left_the_loop_s_is_not_followed(tempo):
    line = BeatLine(0.0, 0.0, 60 * RATE / tempo)
    assert seam_target(line, Slaved(0.0, 4.0), 96_100, 96_000, MOST) == 96_100


def test_a_loop_that_was_paused_and_lies_elsewhere_is_left_there():
    line = BeatLine(0.0, 0.0, 24_000.0)
    assert seam_target(line, Slaved(0.0, 4.0), 96_000 + 30_000, 96_000, MOST) == 126_000


def test_against_a_loop_of_an_odd_length_another_never_slips_a_frame():
    master = 100_003  # 7 beats; the other holds 3 of them, which is no whole number of frames
    line = BeatLine(0.0, 0.0, master / 7)
    length = round(3 * master / 7)
    seam, worst = length, 0.0
    for turn in range(1, 20_000):
        seam = seam_target(line, Slaved(0.0, 3.0), seam, length, MOST)
        worst = max(worst, abs(seam - 3 * turn * master / 7))
        seam += length
    assert worst <= 0.5


@pytest.mark.parametrize("jitter_ms, drift_ppm, tempo", [(1.0, 0, 120.0), (5.0, 80, 120.0), (3.0, -200, 93.7)])
def test_two_hours_slaved_to_a_jittery_midi_clock_stay_within_1_ms_of_its_mean(jitter_ms, drift_ppm, tempo):
    """The clock's own mean is the truth: ticks at an even distance, each heard early or late, on a machine whose crystal differs."""
    rng = np.random.default_rng(1)
    tick = 60 * RATE / (tempo * 24) * (1 + drift_ppm * 1e-6)
    count = int(2 * 3600 * RATE / tick)
    frames = np.round(np.arange(count) * tick + rng.uniform(-jitter_ms, jitter_ms, count) * RATE / 1000).astype(np.int64).tolist()
    clock, beats = MidiClock(RATE), 8.0
    clock.start()
    seam = length = slaved = None
    worst, moved = 0.0, 0
    for k, frame in enumerate(frames):
        clock.tick(frame)
        if seam is None and k == 24 * 32:  # recorded from beat 32 to beat 40
            line = clock.line(frame)
            begin = round(line.frame_of(32.0))
        elif seam is None and k == 24 * 40:
            line = clock.line(frame)
            seam = round(line.frame_of(40.0))
            length, slaved = seam - begin, Slaved(32.0, beats)
            seam += length
        elif seam is not None and frame >= seam - RATE // 5:
            target = seam_target(clock.line(frame), slaved, seam, length, MOST)
            moved = max(moved, abs(target - seam))
            true_beat = 32.0 + beats * round((target / (24 * tick) - 32.0) / beats)
            worst = max(worst, abs(target - true_beat * 24 * tick))
            seam = target + length
    assert worst < RATE / 1000, f"{worst / RATE * 1000:.2f} ms"
    assert moved <= MOST
