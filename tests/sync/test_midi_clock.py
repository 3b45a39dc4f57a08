"""A MIDI clock heard through jitter: an even line of beats, from the second tick on."""

import numpy as np
import pytest

from unloop_py.sync.midi_clock import LOST_TICKS, MidiClock

RATE = 48000
TICK = RATE * 60 / (120 * 24)  # 1000 frames


def ticks(count, *, tempo=120.0, start=10_000.0, jitter_ms=0.0, seed=0):
    noise = np.random.default_rng(seed).uniform(-jitter_ms, jitter_ms, count) * RATE / 1000
    return np.round(start + np.arange(count) * RATE * 60 / (tempo * 24) + noise).astype(int)


def heard(frames, clock=None):
    clock = MidiClock(RATE) if clock is None else clock
    for frame in frames:
        clock.tick(int(frame))
    return clock


def test_two_ticks_are_enough_to_go_by():
    assert heard(ticks(1)).line(10_000) is None
    assert heard(ticks(2)).line(11_000).tempo_bpm(RATE) == pytest.approx(120.0)


@pytest.mark.parametrize("tempo", [40.0, 97.3, 120.0, 240.0])
def test_an_even_clock_is_followed_to_the_frame(tempo):
    frames = ticks(500, tempo=tempo)
    clock = heard(frames)
    line = clock.line(frames[-1])
    assert line.tempo_bpm(RATE) == pytest.approx(tempo, rel=1e-4)
    assert line.frame_of(line.beat_at(frames[-1])) == pytest.approx(frames[-1], abs=1)


def test_jitter_of_5_ms_becomes_less_than_a_half_after_10_s_and_a_third_after_a_minute():
    for seconds, most_ms in ((10, 0.8), (60, 0.4)):
        worst = 0.0
        for seed in range(8):
            count = 48 * seconds
            clock = heard(ticks(count, jitter_ms=5.0, seed=seed))
            frame = 10_000 + (count - 1) * TICK
            beat = clock.line(frame).beat_at(frame)
            worst = max(worst, abs(beat - round(beat * 24) / 24) * 24 * TICK / 48)
        assert worst < most_ms, (seconds, worst)


def test_after_start_the_next_tick_is_beat_0():
    clock = heard(ticks(100))
    clock.start()
    assert clock.line(109_000) is None
    heard(ticks(49, start=110_000), clock)
    assert clock.line(158_000).beat_at(158_000) == pytest.approx(2.0)


def test_stop_stands_still_and_continue_goes_on_where_it_stood():
    clock = MidiClock(RATE)
    clock.start()
    heard(ticks(25), clock)
    clock.stop()
    assert clock.line(34_000) is None
    heard(ticks(50, start=35_000), clock)
    clock.resume()
    heard(ticks(24, start=85_000), clock)
    assert clock.line(108_000).beat_at(108_000) == pytest.approx(2.0, abs=0.05)


def test_a_song_position_says_what_the_next_tick_is():
    clock = heard(ticks(50))
    clock.stop()
    clock.song_position(32)
    clock.resume()
    heard(ticks(1, start=60_000), clock)
    assert clock.line(60_000).beat_at(60_000) == pytest.approx(8.0, abs=0.01)


def test_a_clock_whose_ticks_fail_to_come_is_no_clock_and_is_one_again_when_they_do():
    clock = heard(ticks(50))
    last = 10_000 + 49 * 1000
    assert clock.line(last + LOST_TICKS * 1000 - 1) is not None
    assert clock.line(last + LOST_TICKS * 1000 + 1) is None
    heard(ticks(3, start=300_000), clock)
    assert clock.line(302_000).tempo_bpm(RATE) == pytest.approx(120.0)


def test_ticks_that_get_lost_leave_the_beat_where_it_is():
    frames = [frame for k, frame in enumerate(ticks(300, jitter_ms=1.0)) if k not in (100, 101, 200)]
    assert heard(frames).line(310_000).beat_at(10_000 + 299 * TICK) == pytest.approx(299 / 24, abs=0.01)


def test_a_machine_that_stood_still_for_part_of_a_tick_is_followed_at_once():
    clock = heard([*ticks(100), *ticks(50, start=10_000 + 99_000 + 1_700)])
    line = clock.line(159_700)
    assert line.tempo_bpm(RATE) == pytest.approx(120.0, abs=0.1)
    assert line.beat_at(110_700 + 49_000) == pytest.approx(149 / 24, abs=0.01)


def test_another_tempo_is_followed_within_a_second():
    clock = heard(ticks(480, jitter_ms=1.0))
    heard(ticks(50, tempo=140.0, start=10_000 + 480 * 1000, jitter_ms=1.0), clock)
    assert clock.line(490_000).tempo_bpm(RATE) == pytest.approx(140.0, abs=4.0)
    heard(ticks(300, tempo=140.0, start=10_000 + 480 * 1000 + 50 * RATE * 60 / (140 * 24), jitter_ms=1.0), clock)
    assert clock.line(760_000).tempo_bpm(RATE) == pytest.approx(140.0, abs=0.5)


@pytest.mark.parametrize("jump", [-100_000, 0])
def test_a_clock_that_jumps_back_begins_anew(jump):
    clock = heard(ticks(200))
    heard(ticks(50, start=10_000 + 199_000 + jump), clock)
    line = clock.line(10_000 + 248_000 + jump)
    assert line is None or line.tempo_bpm(RATE) == pytest.approx(120.0, abs=1.0)


def test_ticks_that_come_all_at_once_leave_a_tempo_that_music_has():
    clock = heard([1000 + k for k in range(100)])
    line = clock.line(1100)
    assert line is None or 10 <= line.tempo_bpm(RATE) <= 1001
