"""Moments of the wall clock land on the frame that sounds then."""

import random

from unloop_py.session.frame_clock import FrameClock

RATE = 48000
NOON_S = 1_760_000_000.0


def look_at_blocks(clock, seconds, block=512, start_s=NOON_S, late_s=0.004, seed=0):
    """Look at a counter that jumps a block at a time, up to `late_s` after the truth."""
    random_ = random.Random(seed)
    t = 0.0
    while t < seconds:
        t += 0.003
        seen = t - random_.random() * late_s
        clock.observe(int(seen * RATE) // block * block, start_s + t)


def test_a_moment_maps_to_its_frame_within_a_few_milliseconds():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 2.0)
    assert abs(clock.frame_at(NOON_S + 3.0) - 3 * RATE) <= 0.003 * RATE


def test_two_moments_three_seconds_apart_are_three_seconds_of_frames_apart():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 1.0)
    first = clock.frame_at(NOON_S + 1.2)
    for k in range(1, 400):
        t = 1.0 + k * 0.003
        clock.observe(int(t * RATE) // 512 * 512, NOON_S + t)
    assert clock.frame_at(NOON_S + 4.2) - first == 3 * RATE


def test_a_thread_that_looks_late_for_a_while_does_not_move_the_mapping():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 1.0)
    before = clock.frame_at(NOON_S + 10.0)
    for k in range(100):  # a second of looks that are all 50 ms late
        t = 1.0 + k * 0.01
        clock.observe(int((t - 0.05) * RATE), NOON_S + t)
    assert clock.frame_at(NOON_S + 10.0) == before


def test_an_engine_that_stood_still_is_found_again():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 1.0)
    for k in range(1500):  # 5 s without a sound card, then on from where it stood
        t = 1.0 + k * 0.01
        clock.observe(RATE if t < 6.0 else int((t - 5.0) * RATE), NOON_S + t)
    assert abs(clock.frame_at(NOON_S + 20.0) - 15 * RATE) <= 0.003 * RATE


def test_a_wall_clock_set_back_an_hour_is_followed():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 1.0)
    for k in range(100):
        t = 1.0 + k * 0.01
        clock.observe(int(t * RATE), NOON_S + t - 3600)
    assert abs(clock.frame_at(NOON_S - 3600 + 3.0) - 3 * RATE) <= 0.003 * RATE


def test_frames_and_moments_are_each_others_inverse():
    clock = FrameClock(RATE)
    look_at_blocks(clock, 1.0)
    assert clock.frame_at(clock.unix_at(123456)) == 123456


def test_before_the_first_look_everything_is_now():
    assert FrameClock(RATE).frame_at(NOON_S) == -1
