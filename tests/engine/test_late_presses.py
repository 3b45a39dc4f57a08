"""A press that comes late and is meant for a frame gone by: what was played since is not lost, and the loop is in time."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, State

RECORD, OVERDUB, PLAY, MUTE = CommandKind.RECORD, CommandKind.OVERDUB, CommandKind.PLAY, CommandKind.MUTE
FIRST, LAST, RATE = 20_000, 60_000, 48_000
RAMP = 480


def played(player, noise, presses, *, block=256, until=200_000, latency=0, **controls):
    """A player that pressed (kind, meant frame, how late) and heard noise all the while."""
    p = player(max_loop_s=4.0, input_latency=latency)
    for name, value in controls.items():
        p.set(Control[name.upper()], value)
    sound = noise(until, seed=5)
    for kind, meant, late in presses:
        p.play(sound[p.now : meant + late], block)
        p.press(kind, meant)
    p.play(sound[p.now :], block)
    p.wait(0)
    return p


@pytest.mark.parametrize("late", [1, 479, 5_760, 30_000])
@pytest.mark.parametrize("block", [64, 1024])
@pytest.mark.parametrize("latency", [0, 900])
@pytest.mark.parametrize("tail", [0.0, 0.5])
def test_a_take_is_the_same_sample_by_sample_whether_its_presses_came_in_time_or_late(player, noise, late, block, latency, tail):
    on_time = played(player, noise, [(RECORD, FIRST, 0), (RECORD, LAST, 0)], latency=latency, tail=tail)
    behind = played(player, noise, [(RECORD, FIRST, late), (RECORD, LAST, late)], block=block, latency=latency, tail=tail)
    np.testing.assert_array_equal(behind.take(), on_time.take())
    heard_from = LAST + late + RAMP  # where the fade that brings the loop in has ended
    np.testing.assert_array_equal(behind.sound[heard_from:], on_time.sound[heard_from:])


@pytest.mark.parametrize("late", [1, 700, 5_760])
@pytest.mark.parametrize("latency", [0, 900])
def test_an_overdub_that_begins_late_has_what_was_played_since_the_frame_it_was_meant_for(player, noise, late, latency):
    start, end = LAST + 10_000, LAST + 70_000
    recorded = [(RECORD, FIRST, 0), (RECORD, LAST, 0)]
    on_time = played(player, noise, [*recorded, (OVERDUB, start, 0), (OVERDUB, end, 0)], latency=latency)
    behind = played(player, noise, [*recorded, (OVERDUB, start, late), (OVERDUB, end, 0)], latency=latency)
    np.testing.assert_array_equal(behind.take(), on_time.take())


@pytest.mark.parametrize("late", [1, 5_760])
def test_a_recording_that_ends_late_into_an_overdub_goes_on_from_the_frame_it_was_meant_for(player, noise, late):
    on_time, behind = (
        played(player, noise, [(RECORD, FIRST, 0), (OVERDUB, LAST, k), (OVERDUB, LAST + 50_000, 0)]) for k in (0, late)
    )
    np.testing.assert_array_equal(behind.take(), on_time.take())


@pytest.mark.parametrize("kind, state", [(PLAY, State.PLAYING), (MUTE, State.MUTED), (CommandKind.PAUSE, State.PAUSED)])
def test_whatever_ends_a_recording_may_come_late(player, noise, kind, state):
    p = played(player, noise, [(RECORD, FIRST, 0), (kind, LAST, 4_000)])
    assert p.engine.status().state == state and p.engine.status().length_frames == LAST - FIRST


def test_a_loop_that_comes_in_late_fades_in_where_it_is_by_then(player):
    t = np.arange(120_000)
    sine = (0.1 * np.sin(2 * np.pi * 100 * t / RATE)).astype(np.float32)  # 480 frames a period: the loop holds whole ones
    p = player(max_loop_s=4.0)
    p.play(sine[:19_200])
    p.press(RECORD, 19_200)
    p.play(sine[19_200 : 57_600 + 2_500])
    p.press(RECORD, 57_600)
    p.play(sine[57_600 + 2_500 :])
    out = p.sound[:, 0]
    assert not out[: 57_600 + 2_500].any()
    assert np.abs(np.diff(out)).max() < 1.5 * np.abs(np.diff(sine)).max()
    np.testing.assert_allclose(out[57_600 + 2_500 + RAMP :], sine[57_600 + 2_500 + RAMP :], atol=1e-3)


def test_a_frame_longer_past_than_the_ring_holds_is_now(player, noise):
    p = played(player, noise, [(RECORD, 20_000, 100_000), (RECORD, 150_000, 0)])
    assert p.engine.status().length_frames == 150_000 - 120_000


def test_an_end_that_lies_before_the_beginning_gives_the_shortest_loop(player, noise):
    p = played(player, noise, [(RECORD, FIRST, 0), (RECORD, FIRST - 5_000, 35_000)])
    assert p.engine.status().length_frames == RATE // 4
