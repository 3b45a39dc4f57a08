"""Another sound of the same take, of another length, in its place."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Reason, State

LENGTH = 24000


def reshape(player, audio, frame=-1, take=None):
    """Give the newest take another sound."""
    audio = np.asarray(audio, np.float32).reshape(len(audio), -1)
    slot = player.engine.acquire_slot(len(audio))
    player.engine.buffer(slot)[: len(audio)] = audio
    take = player.told(EventKind.TAKE)[-1].take if take is None else take
    player.press(CommandKind.RESHAPE, frame, slot=slot, length=len(audio), take=take)


def test_it_goes_on_at_the_corresponding_place_and_is_no_step_that_could_be_undone(player, noise):
    p = player()
    p.record(noise(LENGTH))
    longer = noise(3 * LENGTH // 2, 1)
    p.wait(LENGTH + 8000)
    before = p.engine.status()
    reshape(p, longer)
    out = p.wait(40000)
    status = p.engine.status()
    np.testing.assert_array_equal(out[1000:23000, 0], longer[13000:35000])
    assert (status.undo_steps, status.redo_steps, status.length_frames) == (before.undo_steps, 0, len(longer))
    assert p.told(EventKind.HISTORY)[-1].late == 1 and p.told(EventKind.TAKE)[-1].take > before.take


def test_undo_and_redo_keep_the_place_in_takes_that_were_and_were_not_reshaped(player, noise):
    p = player()
    take = noise(LENGTH)
    p.record(take)
    p.press(CommandKind.OVERDUB)
    p.play(noise(6000, 2, level=0.05))
    p.press(CommandKind.OVERDUB)
    p.wait(LENGTH)
    longer = noise(2 * LENGTH, 1)
    reshape(p, longer)
    p.wait(4000)
    position = p.engine.status().position_frames
    p.press(CommandKind.UNDO)
    out = p.wait(4000)
    np.testing.assert_array_equal(out[1000:, 0], take[(position // 2 + np.arange(1000, 4000)) % LENGTH])
    position = p.engine.status().position_frames
    p.press(CommandKind.REDO)
    out = p.wait(4000)
    np.testing.assert_array_equal(out[1000:, 0], longer[2 * position + np.arange(1000, 4000)])


def test_a_frame_that_has_gone_by_says_when_its_first_frame_was(player, noise):
    p = player()
    p.record(noise(LENGTH))
    p.wait(LENGTH)
    other = noise(LENGTH - 777, 1)
    now = p.now
    reshape(p, other, now - 5000)
    out = p.wait(4000)
    np.testing.assert_array_equal(out[1000:, 0], other[6000:9000])


@pytest.mark.parametrize("state", ["muted", "paused"])
def test_a_loop_that_is_silent_stays_so_and_comes_back_at_the_corresponding_place(player, noise, state):
    p = player()
    p.record(noise(LENGTH))
    p.wait(9000)
    p.press(CommandKind.MUTE if state == "muted" else CommandKind.PAUSE, value=1.0)
    p.wait(3000)
    position = p.engine.status().position_frames
    double = noise(2 * LENGTH, 1)
    reshape(p, double)
    assert not p.wait(3000).any()
    assert p.engine.status().state == State[state.upper()]
    p.press(CommandKind.MUTE if state == "muted" else CommandKind.PAUSE, value=0.0)
    out = p.wait(3000)
    start = 2 * position + (3000 if state == "muted" else 0)
    np.testing.assert_array_equal(out[1000:, 0], double[start + 1000 : start + 3000])


def test_what_cannot_be_reshaped_is_refused_with_the_reason_and_nothing_changes(player, noise):
    p = player()
    p.record(noise(LENGTH))
    p.wait(LENGTH)
    take = p.told(EventKind.TAKE)[-1].take
    reshape(p, noise(LENGTH, 1), take=take + 1)
    reshape(p, noise(100, 1))
    p.press(CommandKind.OVERDUB)
    p.wait(64)
    reshape(p, noise(LENGTH, 1), take=p.engine.status().take)
    p.wait(64)
    reasons = [Reason(int(event.value)) for event in p.told(EventKind.IGNORED)]
    assert reasons == [Reason.BAD_VALUE, Reason.BAD_VALUE, Reason.BUSY]


def test_no_reshaping_is_heard_as_a_click_at_any_speed_and_place(player):
    p = player()
    tone = 0.2 * np.sin(2 * np.pi * 50 * np.arange(LENGTH) / 48000).astype(np.float32)
    other = 0.2 * np.sin(2 * np.pi * 75 * np.arange(LENGTH * 4 // 3) / 48000 + 1).astype(np.float32)
    p.record(tone)
    for speed in (1.0, 0.5, 2.0, 1.0):
        p.set(Control.SPEED, speed)
        for k in range(5):
            p.wait(5000 + 977 * k)
            reshape(p, (other, tone)[k % 2])
    p.wait(5000)
    steepest = 2 * np.pi * 75 * 2 / 48000 * 0.2 * 2  # of both at twice the speed
    assert np.abs(np.diff(p.sound[LENGTH + 600 :, 0])).max() < 1.5 * steepest
