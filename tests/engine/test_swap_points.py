"""An offer may come in at any point of a grid, or at once, by a cross-fade where the playhead is."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, EventKind
from unloop_py.errors import ParameterError

L, FADE = 20000, 960


@pytest.fixture
def looping(player, noise):
    """A loop of noise, one frame into its second pass; returns the player, the take and a variation."""
    p = player()
    p.record(noise(L, 2))
    p.wait(L + 1)
    return p, p.take()[:, 0], noise(L, 102)


def gains(t):
    norm = np.sqrt((1 - t) ** 2 + t**2)
    return (1 - t) / norm, t / norm


def pass_after(p, frames):
    """What sounds of the pass that began one frame ago."""
    return np.concatenate([p.sound[-1:, 0], p.wait(frames)[:, 0]])


def test_an_offer_comes_in_at_the_next_point_of_the_grid_and_is_there_whole(looping):
    p, take, new = looping
    p.press(CommandKind.GRID, length=4, value=0.0)
    p.offer(new, tag=7, frame=p.now + 6000)
    heard = pass_after(p, L - 1)
    assert np.array_equal(heard[: 10000 - FADE], take[: 10000 - FADE])
    old_gain, new_gain = gains(np.arange(1, FADE + 1) / (FADE + 1))
    fade = slice(10000 - FADE, 10000)
    assert np.allclose(heard[fade], take[fade] * old_gain + new[fade] * new_gain, atol=1e-7)
    assert np.array_equal(heard[10000:], new[10000:])
    (swapped,) = p.told(EventKind.SWAPPED)
    assert (swapped.tag, swapped.frame) == (7, 2 * L + 10000)


def test_the_grid_begins_where_its_first_point_lies(looping):
    p, take, new = looping
    p.press(CommandKind.GRID, length=4, value=1234.0)
    p.offer(new)
    heard = pass_after(p, L - 1)
    assert np.array_equal(heard[: 1234 - FADE], take[: 1234 - FADE]) and np.array_equal(heard[1234:], new[1234:])


def test_at_once_means_after_one_fade(looping):
    p, take, new = looping
    p.press(CommandKind.GRID, length=0)
    p.offer(new, frame=p.now + 3000)
    heard = pass_after(p, L - 1)
    assert np.array_equal(heard[:3000], take[:3000]) and np.array_equal(heard[3001 + FADE :], new[3001 + FADE :])


def test_a_repetition_that_had_its_variation_between_seams_is_not_late(looping):
    p, _, new = looping
    p.wait(L)
    late = p.engine.status().late
    p.press(CommandKind.GRID, length=4, value=0.0)
    p.offer(new)
    p.wait(L)
    assert p.engine.status().late == late
    p.wait(L)
    assert p.engine.status().late == late + 1


def test_the_seam_is_a_point_of_every_grid(looping):
    p, _, new = looping
    p.press(CommandKind.GRID, length=2, value=0.0)
    p.offer(new, frame=p.now + 15000)
    p.wait(L)
    assert [event.frame for event in p.told(EventKind.SWAPPED)] == [3 * L]


def test_points_closer_than_a_fade_make_the_fade_shorter(looping):
    p, take, new = looping
    p.press(CommandKind.GRID, length=50, value=0.0)  # 400 frames apart
    p.offer(new, frame=p.now + 900)
    heard = pass_after(p, L - 1)
    assert np.array_equal(heard[:1000], take[:1000]) and np.array_equal(heard[1200:], new[1200:])


@pytest.mark.parametrize("points", [0, 2, 8, 1000])
def test_the_first_pass_is_the_take_whatever_the_grid(player, noise, points):
    p = player()
    music = noise(L, 2)
    p.press(CommandKind.GRID, length=points, value=0.0)
    p.record(music)
    p.wait(10)
    p.offer(noise(L, 102))
    p.wait(L - 10 - FADE)
    assert np.array_equal(p.sound[L : 2 * L - FADE, 0], music[: L - FADE])


@pytest.mark.parametrize(("expected", "late"), [(1, [1, 1, 1, 1, 0, 1]), (3, [0, 0, 1, 1, 0, 0]), (0, [0, 0, 0, 0, 0, 0])])
def test_a_loop_that_is_meant_to_hold_what_sounds_for_so_many_seams_is_late_only_after_those(player, noise, expected, late):
    p = player()
    p.press(CommandKind.EXPECT, value=float(expected))
    p.record(noise(L, 2))
    p.wait(4 * L + L // 2)
    p.offer(noise(L, 103), tag=1)
    p.wait(2 * L)
    seams = p.told(EventKind.SEAM)
    assert [seam.late for seam in seams] == late and [seam.tag for seam in seams] == [-1] * 4 + [1] * 2
    assert p.engine.status().late == sum(late)


def test_a_loop_cannot_be_meant_to_hold_for_less_than_no_seam_or_more_than_64(player):
    p = player()
    for value in (-1.0, 65.0, float("nan")):
        with pytest.raises(ParameterError, match=r"0\.\.64"):
            p.press(CommandKind.EXPECT, value=value)
