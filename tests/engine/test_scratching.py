"""A hand on the loop: it follows, never clicks, and lets go into the loop's own time."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Reason, State

L, PERIOD, RAMP, LEVEL = 24000, 480, 480, 0.1
STEEPEST = LEVEL * 2 * np.pi / PERIOD
GLIDE = 2400  # 50 ms


@pytest.fixture
def p(player):
    """A player with a loop of 50 whole periods of a sine, 1000 frames into its second pass."""
    p = player()
    sine = (LEVEL * np.sin(2 * np.pi * np.arange(L) / PERIOD)).astype(np.float32)
    p.record(sine, sine[-10 * PERIOD :])
    p.wait(L + 1000)
    return p


def cubic(start, speed, goal, frames):
    """Positions of a glide from `start` at `speed` to rest at `goal`."""
    t = np.arange(frames)
    u = t / frames
    return start + speed * t * (1 - u) ** 2 + (goal - start) * u**2 * (3 - 2 * u)


def test_the_loop_sounds_as_its_playhead_is_moved_and_is_silent_at_rest(p):
    p.set(Control.SCRATCH_POS, 0.5, p.now)
    p.press(CommandKind.SCRATCH, p.now)
    heard = p.wait(2 * GLIDE)[:, 0]
    x = cubic(1000, 1.0, 12000, GLIDE)
    assert np.abs(heard[RAMP:GLIDE] - LEVEL * np.sin(2 * np.pi * x[RAMP:] / PERIOD)).max() < 1e-4
    assert not heard[GLIDE + RAMP :].any()
    assert (p.engine.status().state, p.engine.status().position_frames) == (State.SCRATCHING, 12000)


def test_the_shorter_way_leads_over_the_seam(p):
    p.press(CommandKind.SCRATCH, p.now)
    p.set(Control.SCRATCH_POS, 0.9, p.now)
    heard = p.wait(GLIDE)[:, 0]
    x = cubic(1000, 1.0, 0.9 * L - L, GLIDE)
    assert np.abs(heard[RAMP:] - LEVEL * np.sin(2 * np.pi * x[RAMP:] / PERIOD)).max() < 1e-4


@pytest.mark.parametrize("again", [CommandKind.SCRATCH, CommandKind.PLAY])
def test_let_go_the_loop_is_where_it_would_have_been(p, again):
    begun = p.now
    p.press(CommandKind.SCRATCH, begun)
    p.set(Control.SCRATCH_POS, 0.3, begun + 500)
    p.wait(7000)
    p.press(again, p.now)
    heard = p.wait(L)[:, 0]
    place = (1000 + 7000 + np.arange(L)) % L
    assert np.array_equal(heard[RAMP:], p.take()[place[RAMP:], 0])
    assert p.engine.status().state == State.PLAYING


def test_seams_are_counted_while_the_hand_is_on_the_loop(p):
    before = p.engine.status().repetition
    p.press(CommandKind.SCRATCH, p.now)
    p.wait(3 * L)
    assert p.engine.status().repetition == before + 3


def test_a_hand_that_moves_as_it_likes_makes_no_step(p):
    rng = np.random.default_rng(1)
    p.press(CommandKind.SCRATCH, p.now)
    for at in range(100, 4 * L, 300):
        p.set(Control.SCRATCH_POS, float(rng.uniform()), p.now + at)
    heard = p.wait(4 * L + 5000)[:, 0]
    assert np.abs(np.diff(heard)).max() <= 8 * np.sqrt(2) * STEEPEST + 2 * LEVEL / RAMP


def test_scratch_waits_until_an_overdub_has_faded_out(p, noise):
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(5000, 1))
    p.press(CommandKind.SCRATCH, p.now)
    p.wait(RAMP - 1)
    assert p.engine.status().state == State.PLAYING
    p.wait(2)
    assert p.engine.status().state == State.SCRATCHING


def test_an_empty_loop_cannot_be_scratched(player):
    p = player()
    p.press(CommandKind.SCRATCH, p.now)
    p.wait(10)
    assert (p.told(EventKind.IGNORED)[-1].index, p.told(EventKind.IGNORED)[-1].value) == (CommandKind.SCRATCH, Reason.NOTHING_THERE)
