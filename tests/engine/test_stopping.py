"""How a loop stops: at once, with a fade, or at its end."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Flag, State, Stop

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
    p.set(Control.STOP_MODE, Stop.FADE)
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
    p.set(Control.STOP_MODE, Stop.AT_END)
    p.press(CommandKind.PAUSE, p.now + 5000)
    heard = p.wait(L + 5000)[:, 0]
    assert np.array_equal(heard[: L - FADE], take[: L - FADE]) and not heard[L:].any()
    assert (p.engine.status().state, p.engine.status().position_frames) == (State.PAUSED, 0)
    p.press(CommandKind.PLAY, p.now)
    assert np.array_equal(p.wait(1000)[:, 0], take[:1000])


def test_paused_again_before_its_end_it_stops_at_once(looping):
    p, _ = looping
    p.set(Control.STOP_MODE, Stop.AT_END)
    p.press(CommandKind.PAUSE, p.now + 5000)
    p.press(CommandKind.PAUSE, p.now + 7000)
    heard = p.wait(L)[:, 0]
    assert p.engine.status().position_frames == 7000 and not heard[7000 + RAMP :].any()


def test_play_takes_the_pause_at_the_end_back(looping):
    p, take = looping
    p.set(Control.STOP_MODE, Stop.AT_END)
    p.press(CommandKind.PAUSE, p.now + 5000)
    p.press(CommandKind.PLAY, p.now + L - 100)
    p.wait(L + RAMP)
    assert np.array_equal(p.wait(5000)[:, 0], take[RAMP : 5000 + RAMP])


def test_after_a_pause_at_the_end_a_one_shot_is_muted_again(looping):
    p, _ = looping
    p.set(Control.STOP_MODE, Stop.AT_END)
    p.press(CommandKind.PAUSE, p.now)
    p.wait(L)
    p.press(CommandKind.ONESHOT, p.now)
    p.wait(L + 100)
    assert p.engine.status().state == State.MUTED


TAIL = 9600


def ringing(p, noise, then=lambda: None):
    """Record with a tail of 0.2 s, let it stop with that ringing on; returns what was heard from the seam on, and what rang."""
    p.set(Control.TAIL, TAIL / 48000)
    p.set(Control.STOP_MODE, Stop.RING)
    p.record(noise(L, 3))
    rang = noise(TAIL, 4)
    p.play(rang)
    p.wait(L - TAIL + 10)
    then()
    status = p.engine.status()
    p.press(CommandKind.PAUSE, p.now + 100)
    p.wait(status.next_seam_frame - p.now)
    heard = p.wait(2 * TAIL)[:, 0]
    assert (p.engine.status().state, p.engine.status().position_frames) == (State.PAUSED, 0)
    return heard, (rang * (TAIL - np.arange(TAIL)) / TAIL).astype(np.float32)


def test_what_rang_on_after_the_recording_rings_on_after_the_loop_has_stopped(player, noise):
    p = player()
    heard, rang = ringing(p, noise)
    assert np.array_equal(heard[: TAIL - RAMP], rang[: TAIL - RAMP])
    assert not heard[TAIL:].any()
    assert np.abs(heard[TAIL - RAMP : TAIL]).max() <= np.abs(rang[TAIL - RAMP :]).max()


def test_the_end_that_rings_was_played_and_the_loop_fades_into_it(player, noise):
    p = player()
    p.set(Control.TAIL, TAIL / 48000)
    p.set(Control.STOP_MODE, Stop.RING)
    level = (0.1 * np.ones(3 * L)).astype(np.float32)  # any step would be heard
    p.record(level[:L], level[:3000])
    p.play(level[:TAIL])
    p.wait(L)
    p.press(CommandKind.PAUSE, p.now + 100)
    before = len(p.sound)
    p.wait(2 * L)
    assert np.abs(np.diff(p.sound[before:, 0])).max() < 0.1 * 3 / FADE


def test_an_overdub_undo_keep_and_multiply_leave_the_tail(player, noise):
    p = player()

    def play_on():
        p.press(CommandKind.OVERDUB, p.now)
        p.play(noise(3000, 5))
        p.press(CommandKind.OVERDUB, p.now)
        p.wait(L)
        p.press(CommandKind.MULTIPLY, p.now)
        p.wait(L + 1000)
        p.press(CommandKind.MULTIPLY, p.now)
        p.wait(L)
        p.offer(noise(p.engine.status().length_frames, 6))
        p.wait(3 * L)
        p.press(CommandKind.KEEP, p.now)
        p.wait(3 * L)
        p.press(CommandKind.UNDO, p.now)
        p.wait(3 * L)

    heard, rang = ringing(p, noise, play_on)
    assert np.array_equal(heard[: TAIL - RAMP], rang[: TAIL - RAMP])


def test_without_a_tail_it_stops_at_its_end(looping):
    p, take = looping
    p.set(Control.STOP_MODE, Stop.RING)
    p.press(CommandKind.PAUSE, p.now + 5000)
    heard = p.wait(L + 5000)[:, 0]
    assert np.array_equal(heard[: L - FADE], take[: L - FADE]) and not heard[L:].any()


def test_a_loop_that_is_loaded_brings_its_tail(player, noise):
    p = player()
    p.set(Control.STOP_MODE, Stop.RING)
    lead = L // 4
    everything = noise(L + lead + TAIL, 7)
    slot = p.engine.acquire_slot(len(everything))
    p.engine.buffer(slot)[: len(everything), 0] = everything
    p.press(CommandKind.LOAD, p.now, slot=slot, length=L, control=lead + TAIL)
    p.wait(L)
    assert p.told(EventKind.TAKE)[-1].value == lead + TAIL
    p.press(CommandKind.PAUSE, p.now)
    p.wait(L)
    heard = p.wait(TAIL)[:, 0]
    assert np.array_equal(heard[: TAIL - RAMP], everything[L + lead : -RAMP])


def test_a_recording_that_reverse_ends_plays_backwards_once_and_is_muted(player, noise):
    for latency in (0, 300):
        p = player(input_latency=latency)
        p.play(noise(3000, 1))
        p.press(CommandKind.RECORD, p.now)
        p.play(noise(L, 2))
        p.press(CommandKind.REVERSE, p.now)
        before = p.play(noise(latency, 3)) if latency else np.zeros(1)
        heard = p.wait(L + 1000)[:, 0]
        take = p.take()[::-1, 0]
        assert not before.any()  # its end has not arrived yet
        assert np.array_equal(heard[RAMP : L - FADE], take[RAMP : L - FADE]) and not heard[L:].any()
        assert p.engine.status().state == State.MUTED and p.engine.status().flags & Flag.REVERSED
