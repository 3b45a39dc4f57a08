"""A take and a variation of it can be mixed anew while they sound: no step, no jump, nothing for undo."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, EventKind, Reason, State

C, E = CommandKind, EventKind
L = 24000
RAMP = 480
FADE = ((np.arange(RAMP) + 1) / (RAMP + 1)).astype(np.float64)


def remix(p, audio, tag=-1, **fields):
    audio = np.asarray(audio, np.float32).reshape(len(audio), -1)
    slot = p.engine.acquire_slot(len(audio))
    p.engine.buffer(slot)[: len(audio)] = audio
    fields = {"take": p.told(E.TAKE)[-1].take, "correlation": 1.0, **fields}
    p.press(C.REMIX, p.now, slot=slot, tag=tag, **fields)
    return slot


def test_a_take_mixed_anew_fades_in_along_a_line_within_10_ms_and_then_sounds_to_the_sample(player, noise):
    p = player()
    take = p.record(noise(L, 1))
    p.wait(1000)
    anew = 0.25 * take + noise(L, 2)
    remix(p, anew)
    heard = p.wait(2 * L)[:, 0]
    position = (1000 + np.arange(2 * L)) % L
    fading = take[position[:RAMP]] * (1 - FADE) + anew[position[:RAMP]] * FADE
    assert np.abs(heard[:RAMP] - fading).max() < 1e-7
    assert np.array_equal(heard[RAMP:], anew[position[RAMP:]])


def test_it_is_nothing_that_undo_knows_of_and_no_new_take(player, noise):
    p = player()
    take = p.record(noise(L, 1))
    p.wait(2000)
    told, steps = len(p.told(E.TAKE)), p.engine.status().undo_steps
    remix(p, 0.5 * take)
    p.wait(RAMP)
    assert (len(p.told(E.TAKE)), p.engine.status().undo_steps) == (told, steps)
    for kind in (C.UNDO, C.REDO):
        p.press(kind, p.now)
        p.wait(RAMP)
    assert np.array_equal(p.take()[:, 0], 0.5 * take), "redo leads to the take as it was mixed last"


def test_an_overdub_lies_on_the_take_as_it_is_mixed(player, noise):
    p = player()
    take = p.record(noise(L, 1))
    p.wait(2000)
    remix(p, 0.5 * take)
    p.wait(1000)
    p.press(C.OVERDUB, p.now)
    over = noise(6000, 3)
    p.play(over)
    p.press(C.PLAY, p.now)
    p.wait(2000)
    laid = p.take()[:, 0] - 0.5 * take
    assert np.abs(laid[3000:9000] - over).max() < 1e-7
    assert not laid[3000 + 6000 + RAMP :].any()


def test_the_variation_that_sounds_is_mixed_anew_and_the_one_that_waits_comes_in_as_it_was_mixed_last(player, noise):
    p = player()
    p.record(noise(L, 1))
    p.wait(L + 1000)
    p.offer(noise(L, 2), tag=7)
    waiting = 0.5 * noise(L, 2)
    p.wait(100)
    remix(p, waiting, tag=7)
    p.wait(L - 1100)
    heard = p.wait(L)[:, 0]
    assert np.array_equal(heard, waiting)
    anew = noise(L, 4)
    remix(p, anew, tag=7)
    heard = p.wait(L)[:, 0]
    assert np.array_equal(heard[RAMP:], anew[RAMP:])
    assert p.engine.status().tag == 7


def test_as_a_state_of_its_own_it_comes_in_at_its_frame_and_undo_takes_it_back(player, noise):
    p = player()
    p.record(noise(L, 1))
    p.wait(1000)
    take = p.take()[:, 0]
    anew = take.copy()
    anew[L // 2 :] = noise(L // 2, 2)
    slot = p.engine.acquire_slot(L)
    p.engine.buffer(slot)[:L, 0] = anew
    p.press(C.REMIX, p.engine.status().next_seam_frame, slot=slot, take=p.told(E.TAKE)[-1].take, tag=-1, value=1.0)
    assert np.array_equal(p.wait(L - 1000)[:, 0], take[1000:])
    assert np.array_equal(p.wait(L)[:, 0], anew), "it begins as the take does, so that not even the fade is to be heard"
    p.press(C.UNDO, p.now)
    assert np.array_equal(p.wait(L)[RAMP:, 0], take[RAMP:])
    assert p.engine.status().redo_steps == 1


@pytest.mark.parametrize(
    ("fields", "reason"), [({"take": 99}, Reason.BAD_VALUE), ({"tag": 5}, Reason.BAD_VALUE), ({}, Reason.BUSY)]
)
def test_what_cannot_be_mixed_changes_nothing_says_why_and_is_given_back(player, noise, fields, reason):
    p = player()
    p.record(noise(L, 1))
    p.wait(1000)
    take = p.take()[:, 0]
    if reason == Reason.BUSY:
        p.press(C.OVERDUB, p.now)
        fields = {"take": p.engine.status().take + 1}
        p.wait(100)
        assert p.engine.status().state == State.OVERDUBBING
    slot = remix(p, noise(L, 2), **fields)
    p.wait(100)
    ignored = p.told(E.IGNORED)[-1]
    assert (CommandKind(ignored.index), Reason(int(ignored.value))) == (C.REMIX, reason)
    assert slot in [event.slot for event in p.told(E.FREED)]
    p.press(C.PLAY, p.now)
    p.wait(L)
    at = p.engine.status().position_frames
    assert np.array_equal(p.wait(L)[:, 0], np.roll(take, -at))


@pytest.mark.parametrize("state", [[], [C.MUTE], [C.PAUSE], [C.ONESHOT], [C.REVERSE]])
def test_a_fader_that_moves_all_the_time_makes_no_step_in_the_sound(player, state):
    period, level = 480, 0.1
    sine = (level * np.sin(2 * np.pi * np.arange(L) / period)).astype(np.float32)
    p = player()
    p.record(sine)
    p.wait(3000)
    for kind in state:
        p.press(kind, p.now)
        p.wait(777)
    start = len(p.sound)
    for k in range(12):
        remix(p, sine * np.float32(k % 3 / 2))
        p.wait(700 if k % 2 else 130)
    for kind in (C.PAUSE, C.PLAY):
        p.press(kind, p.now)
        p.wait(500)
    steepest = np.abs(np.diff(p.sound[start - 1 :, 0])).max()
    assert steepest <= (level * 2 * np.pi / period + level / RAMP) * 1.01
