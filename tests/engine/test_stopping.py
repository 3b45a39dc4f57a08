"""How a loop stops: at once, with a fade, or at its end."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, State

L, RAMP, FADE = 20000, 480, 960


@pytest.fixture
def looping(player, noise):
    """A loop of noise, at position 0 of its second pass; returns the player and the take."""
    p = player()
    p.record(noise(L, 2))
    p.wait(L)
    return p, p.take()[:, 0]


def test_a_fade_goes_on_with_the_loop_and_play_resumes_where_it_was_paused(looping):
    p, take = looping
    p.set(Control.STOP_FADE_S, 0.1)
    p.wait(5000)
    p.press(CommandKind.PAUSE, p.now)
    heard = p.wait(6000)[:, 0]
    gain = 1 - np.minimum(np.arange(1, 6001) / 4801, 1)
    assert np.allclose(heard, take[5000:11000] * gain, atol=1e-7)
    assert p.engine.status().position_frames == 5000
    p.press(CommandKind.PLAY, p.now)
    assert np.array_equal(p.wait(5000)[RAMP:, 0], take[5000 + RAMP : 10000])


def test_at_its_end_the_loop_falls_silent_and_play_begins_at_its_first_frame(looping):
    p, take = looping
    p.set(Control.STOP_AT_END, 1.0)
    p.press(CommandKind.PAUSE, p.now + 5000)
    heard = p.wait(L + 5000)[:, 0]
    assert np.array_equal(heard[: L - FADE], take[: L - FADE]) and not heard[L:].any()
    assert (p.engine.status().state, p.engine.status().position_frames) == (State.PAUSED, 0)
    p.press(CommandKind.PLAY, p.now)
    assert np.array_equal(p.wait(1000)[:, 0], take[:1000])


def test_paused_again_before_its_end_it_stops_at_once(looping):
    p, _ = looping
    p.set(Control.STOP_AT_END, 1.0)
    p.press(CommandKind.PAUSE, p.now + 5000)
    p.press(CommandKind.PAUSE, p.now + 7000)
    heard = p.wait(L)[:, 0]
    assert p.engine.status().position_frames == 7000 and not heard[7000 + RAMP :].any()


def test_play_takes_the_pause_at_the_end_back(looping):
    p, take = looping
    p.set(Control.STOP_AT_END, 1.0)
    p.press(CommandKind.PAUSE, p.now + 5000)
    p.press(CommandKind.PLAY, p.now + L - 100)
    p.wait(L + RAMP)
    assert np.array_equal(p.wait(5000)[:, 0], take[RAMP : 5000 + RAMP])


def test_after_a_pause_at_the_end_a_one_shot_is_muted_again(looping):
    p, _ = looping
    p.set(Control.STOP_AT_END, 1.0)
    p.press(CommandKind.PAUSE, p.now)
    p.wait(L)
    p.press(CommandKind.ONESHOT, p.now)
    p.wait(L + 100)
    assert p.engine.status().state == State.MUTED
