"""A seam that moves, a loop that comes in where it would be by now, and a click: what musical time asks of the engine."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Reason, State

RATE = 48000
FADE = 960  # 20 ms


def playing(player, noise, length=24_000, **settings):
    """A loop, turned round once, with silence from its end on; the playhead at 0."""
    p = player(**settings)
    audio = p.record(noise(length, 3))
    p.wait(length)
    return p, audio


@pytest.mark.parametrize("shift", [-240, -7, -1, 1, 7, 240])
@pytest.mark.parametrize("block", [64, 1000])
def test_a_seam_moves_by_so_many_frames_and_nothing_within_a_pass_does(player, noise, shift, block):
    p, _ = playing(player, noise)
    take, start = p.take()[:, 0], p.now
    p.press(CommandKind.ALIGN, length=shift)
    out = p.wait(3 * 24_000, block)[:, 0]
    seam = 24_000 + shift
    np.testing.assert_array_equal(out[: 24_000 - FADE], take[: 24_000 - FADE])
    np.testing.assert_array_equal(out[seam : seam + 24_000], take)
    seams = [event.frame - start for event in p.told(EventKind.SEAM) if event.frame > start]
    assert seams[:2] == [seam, seam + 24_000]


def test_it_moves_once_for_each_time_that_it_is_asked(player, noise):
    p, _ = playing(player, noise)
    start = p.now
    p.wait(100)
    for _ in range(3):
        p.press(CommandKind.ALIGN, length=2)
        p.wait(24_000)
    p.wait(48_000)
    seams = [event.frame - start for event in p.told(EventKind.SEAM) if event.frame > start]
    assert seams[:4] == [24_002, 48_004, 72_006, 96_006]


def test_a_sine_that_is_moved_a_little_has_no_step(player):
    t = np.arange(24_000)
    sine = (0.1 * np.sin(2 * np.pi * 200 * t / RATE)).astype(np.float32)
    p = player()
    p.play(sine)
    p.record(sine)
    p.wait(24_000)
    p.press(CommandKind.ALIGN, length=48)
    out = p.wait(60_000)[:, 0]
    assert np.abs(np.diff(out)).max() < 1.6 * np.abs(np.diff(sine)).max()


def test_an_offer_comes_in_at_the_seam_that_has_moved(player, noise):
    p, _ = playing(player, noise)
    variation = noise(24_000, 9)
    p.offer(variation, tag=7)
    p.press(CommandKind.ALIGN, length=100)
    start = p.now
    out = p.wait(60_000)[:, 0]
    assert p.told(EventKind.SWAPPED)[0].frame == start + 24_100
    np.testing.assert_array_equal(out[24_100 : 24_100 + 24_000 - FADE], variation[: 24_000 - FADE])


@pytest.mark.parametrize("shift", [241, -241, 100_000])
def test_a_seam_that_would_move_further_than_a_quarter_of_its_fade_stays_and_it_is_told(player, noise, shift):
    p, _ = playing(player, noise)
    p.press(CommandKind.ALIGN, length=shift)
    p.wait(30_000)
    event = p.told(EventKind.IGNORED)[-1]
    assert (event.index, event.value) == (CommandKind.ALIGN, Reason.BAD_VALUE)


def test_a_loop_that_is_being_written_does_not_move(player, noise):
    p, _ = playing(player, noise)
    start = p.now
    p.press(CommandKind.ALIGN, length=5)
    p.play(noise(10_000))
    p.press(CommandKind.OVERDUB)
    p.play(noise(30_000))
    assert p.told(EventKind.SEAM)[-1].frame == start + 24_000


def test_nothing_that_does_not_turn_can_be_aligned(player):
    p = player()
    p.press(CommandKind.ALIGN, length=1)
    p.wait(100)
    assert p.told(EventKind.IGNORED)[-1].index == CommandKind.ALIGN


@pytest.mark.parametrize("ago", [1, 5_000, 200_000])
def test_a_loop_that_is_loaded_for_a_frame_gone_by_is_where_it_would_be_by_now(player, noise, ago):
    p = player(max_loop_s=4.0)
    p.wait(300_000)
    audio = noise(24_000, 4)
    slot = p.engine.acquire_slot(24_000)
    p.engine.buffer(slot)[:24_000, 0] = audio
    p.press(CommandKind.LOAD, p.now - ago, slot=slot, length=24_000)
    out = p.wait(60_000)[:, 0]
    at = (np.arange(60_000) + ago) % 24_000
    np.testing.assert_array_equal(out[480:], audio[at][480:])
    assert np.abs(out[:480]).max() <= np.abs(audio).max() and p.engine.status().state == State.PLAYING


@pytest.mark.parametrize("block", [32, 999])
def test_a_click_sounds_at_its_frame_and_is_neither_recorded_nor_kept(player, block):
    p = player(channels=2)
    p.set(Control.DRY, 1.0)
    p.wait(1000)
    p.press(CommandKind.CLICK, 5_000, value=0.5, control=1000)
    p.wait(9_000, block)
    heard = np.flatnonzero(np.abs(p.sound).max(axis=1))
    assert 5_000 <= heard[0] <= 5_001 and heard[-1] < 5_000 + 1440
    assert 0.3 < np.abs(p.sound).max() <= 0.5
    assert np.array_equal(p.sound[:, 0], p.sound[:, 1])
    assert not p.engine.played(0, 10_000).any()


def test_a_click_goes_to_the_channels_that_are_named_for_it(player):
    p = player()
    port = p.engine.port(1, 4, outputs=[0, 1], clicks=[3])
    p.press(CommandKind.CLICK, 0, value=0.5, control=1000)
    heard, wanted = np.zeros((2000, 1), np.float32), np.zeros((2000, 4), np.float32)
    p.engine._callback.ctypes(heard.ctypes.data, wanted.ctypes.data, 2000, 0, 0, port.userdata)
    assert wanted[:, 3].any() and not wanted[:, :3].any()


@pytest.mark.parametrize("shift", [-9000, 3000, 20_000])
def test_moved_at_once_the_seam_lies_where_it_was_asked_to_and_the_pass_leads_up_to_it(player, noise, shift):
    p, _ = playing(player, noise)
    take, start = p.take()[:, 0], p.now
    p.press(CommandKind.ALIGN, start + 10_000, length=shift, control=1)
    out = p.wait(3 * 24_000)[:, 0]
    seam = 24_000 + shift
    np.testing.assert_array_equal(out[:10_000], take[:10_000])
    np.testing.assert_array_equal(out[10_480:seam], take[(np.arange(10_480, seam) - seam) % 24_000])
    np.testing.assert_array_equal(out[seam : seam + 12_000], take[:12_000])
    assert start + seam in [event.frame for event in p.told(EventKind.SEAM)]
