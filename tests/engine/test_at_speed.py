"""Overdub, replace and substitute while the loop plays backwards or at another speed: what one plays is heard again as it was played."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Flag, Reason, State

L, RAMP = 20000, 480


@pytest.fixture
def p(player, noise):
    """A player with a loop of noise, at position 0 of its second pass."""
    p = player()
    p.record(noise(L, 2))
    p.wait(L)
    return p


def music(frames, seed=0):
    """Sines below 8 kHz, which a loop at half speed can hold."""
    rng = np.random.default_rng(seed)
    t = np.arange(frames) / 48000
    return sum(0.02 * np.sin(2 * np.pi * (f * t + rng.uniform())) for f in rng.uniform(60, 8000, 8)).astype(np.float32)


def lay(p, kind, audio):
    """Press, play an array, press again."""
    p.press(kind, p.now)
    p.play(audio)
    p.press(kind, p.now)
    p.wait(0)


@pytest.mark.parametrize("latency", [0, 300])
@pytest.mark.parametrize(("kind", "stays"), [(CommandKind.OVERDUB, 1), (CommandKind.REPLACE, 0), (CommandKind.SUBSTITUTE, 0)])
def test_backwards_each_sample_lies_where_it_was_heard(player, noise, kind, stays, latency):
    p = player(input_latency=latency)
    p.record(noise(L, 2))
    p.wait(L)
    old = p.take()[:, 0]
    p.press(CommandKind.REVERSE, p.now)
    p.wait(5000)
    new = noise(7000 + latency, 3)
    p.press(kind, p.now)
    p.press(kind, p.now + 7000)
    p.play(new)
    p.wait(L)
    take = p.take()[:, 0]
    at = (-5000 - np.arange(7000)) % L
    assert np.array_equal(take[at], old[at] * np.float32(stays) + new[latency:])
    beyond = -np.arange(12000 + RAMP, L + 5000 - RAMP) % L
    assert np.array_equal(take[beyond], old[beyond])


@pytest.mark.parametrize(("speed", "least_db"), [(0.5, 80), (0.25, 80), (2.0, 80), (1.6, 80), (4.0, 80)])
@pytest.mark.parametrize("backwards", [False, True])
def test_at_another_speed_the_next_pass_gives_back_what_was_played(p, speed, backwards, least_db):
    if backwards:
        p.press(CommandKind.REVERSE, p.now)
    p.set(Control.SPEED, speed, p.now)
    p.wait(3001)
    new = music(4000) if speed > 0.25 else music(4000) * 0 + (0.1 * np.sin(np.arange(4000) / 20)).astype(np.float32)
    begun = p.now
    lay(p, CommandKind.REPLACE, new)
    turn = int(L / speed)
    p.wait(begun + turn - p.now)
    heard = p.wait(4000)[:, 0]
    inside = slice(RAMP, -RAMP)
    error = heard[inside] - new[inside]
    assert 10 * np.log10(np.mean(new[inside] ** 2) / np.mean(error**2)) > least_db


def test_what_is_laid_on_can_be_undone(p, noise):
    old = p.take()
    p.set(Control.SPEED, 0.5, p.now)
    p.wait(1000)
    lay(p, CommandKind.OVERDUB, noise(5000, 3))
    p.wait(2000)
    assert not np.array_equal(p.take(), old)
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take(), old)


@pytest.mark.parametrize("kind", [CommandKind.MULTIPLY, CommandKind.INSERT])
def test_what_makes_the_loop_longer_needs_speed_1_and_says_so(p, kind):
    p.set(Control.SPEED, 0.5, p.now)
    p.press(kind, p.now + 10)
    p.wait(1000)
    assert (p.told(EventKind.IGNORED)[-1].index, p.told(EventKind.IGNORED)[-1].value) == (kind, Reason.AT_RATE)
    assert p.engine.status().state == State.PLAYING


def test_multiplied_backwards_the_loop_is_what_was_heard_and_undo_leads_back_to_before(p, noise):
    old = p.take()[:, 0]
    p.press(CommandKind.REVERSE, p.now)
    p.wait(3000)
    new, begun = noise(L + 2000, 3), p.now
    p.press(CommandKind.MULTIPLY, begun)
    heard = p.play(new)[:, 0]
    backwards = old[(-3000 - np.arange(2 * L)) % L]
    assert np.array_equal(heard, backwards[: L + 2000])
    p.press(CommandKind.MULTIPLY, p.now)
    p.wait(begun + 2 * L - p.now)
    heard = p.wait(2 * L)[:, 0]
    assert np.array_equal(heard[: L + 2000], backwards[: L + 2000] + new)
    assert np.array_equal(heard[L + 2000 + RAMP : -RAMP], backwards[L + 2000 + RAMP : -RAMP])
    assert p.engine.status().length_frames == 2 * L and not p.engine.status().flags & Flag.REVERSED
    p.press(CommandKind.UNDO, p.now)
    assert np.array_equal(p.wait(L)[RAMP:, 0], backwards[RAMP:L])
    assert p.engine.status().flags & Flag.REVERSED
    p.press(CommandKind.REDO, p.now)
    assert np.array_equal(p.wait(L)[RAMP:, 0], heard[RAMP:L])  # in the first of its rounds, since only one was left


def test_inserted_backwards_the_loop_goes_on_where_it_stopped(p, noise):
    old = p.take()[:, 0]
    p.press(CommandKind.REVERSE, p.now)
    p.wait(3000)
    new, begun = noise(5000, 3), p.now
    p.press(CommandKind.INSERT, begun)
    p.play(new)
    p.press(CommandKind.INSERT, p.now)
    backwards = old[(-3000 - np.arange(L)) % L]
    assert np.array_equal(p.wait(L)[RAMP:-RAMP, 0], backwards[RAMP:-RAMP])
    assert p.now == begun + L + 5000
    assert np.array_equal(p.wait(5000)[:, 0], new)


def test_a_multiply_that_is_undone_goes_on_backwards(p, noise):
    old = p.take()[:, 0]
    p.press(CommandKind.REVERSE, p.now)
    p.wait(3000)
    p.press(CommandKind.MULTIPLY, p.now)
    p.play(noise(1000, 3))
    p.press(CommandKind.UNDO, p.now)
    assert np.array_equal(p.wait(L)[:, 0], old[(-4000 - np.arange(L)) % L])
    assert p.engine.status().flags & Flag.REVERSED
