"""What is recorded, and what the first seam sounds like, sample by sample."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, State

L = 20000
FADE = 960  # 20 ms at 48 kHz


def seam_gains(end: np.ndarray, lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gains of a fade at constant power, by the correlation of the two stretches."""
    end, lead = end.astype(float), lead.astype(float)
    power = np.sqrt((end**2).sum() * (lead**2).sum())
    correlation = max(-0.9, (end * lead).sum() / power) if power > 0 else 0.0
    t = np.arange(1, len(end) + 1) / (len(end) + 1)
    norm = np.sqrt((1 - t) ** 2 + t**2 + 2 * correlation * t * (1 - t))
    return (1 - t) / norm, t / norm


def test_the_take_is_what_was_played_between_the_presses(player, noise):
    p = player()
    lead, music = noise(3000, 1), noise(L, 2)
    p.record(music, lead)
    p.wait(L)
    assert np.array_equal(p.take()[: L - FADE, 0], music[:-FADE])
    assert p.told(EventKind.TAKE)[-1].index == L


def test_the_first_pass_is_the_take_itself_from_its_unattenuated_frame_0(player, noise):
    p = player()
    music = noise(L, 2)
    p.record(music, noise(3000, 1))
    first = p.wait(L)
    assert first[0, 0] == music[0]
    assert np.array_equal(first, p.take())


def test_every_sample_of_the_seam_fades_the_end_into_what_led_up_to_the_head(player, noise):
    p = player()
    lead, music = noise(3000, 1), noise(L, 2)
    p.record(music, lead)
    p.wait(2 * L)
    end, before = music[-FADE:], lead[-FADE:]
    end_gain, lead_gain = seam_gains(end, before)
    assert np.allclose(p.take()[-FADE:, 0], end * end_gain + before * lead_gain, rtol=0, atol=1e-7)
    heard = p.sound[3000 + L :, 0]
    assert np.array_equal(heard[L - FADE : L], p.take()[-FADE:, 0])
    assert heard[L] == music[0] and heard[L + 1] == music[1]


def test_a_sound_that_goes_round_has_no_seam_at_all(player):
    p = player()
    t = np.arange(3000 + L)
    tone = 0.3 * np.sin(2 * np.pi * 50 * t / L * 4)  # 200 whole periods in the loop
    p.record(tone[3000:], tone[:3000])
    p.wait(3 * L)
    expected = np.tile(tone[3000:], 3)
    assert np.allclose(p.sound[3000 + L :, 0], expected, atol=2e-7)


@pytest.mark.parametrize("ms", [1, 7, 200])
def test_the_fade_is_as_long_as_seam_ms_says(player, noise, ms):
    p = player()
    p.set(Control.SEAM_MS, ms)
    lead, music = noise(12000, 1), noise(48000, 2)
    p.record(music, lead)
    p.wait(10)
    fade = 48 * ms
    take = p.take()[:, 0]
    assert np.array_equal(take[:-fade], music[:-fade])
    end_gain, lead_gain = seam_gains(music[-fade:], lead[-fade:])
    assert np.allclose(take[-fade:], music[-fade:] * end_gain + lead[-fade:] * lead_gain, atol=1e-7)


def test_the_preroll_is_kept_however_long_the_recording(player, noise):
    p = player(max_loop_s=4.0)
    lead, music = noise(3000, 1), noise(4 * 48000 - 100, 2)
    p.record(music, lead)
    p.wait(10)
    end_gain, lead_gain = seam_gains(music[-FADE:], lead[-FADE:])
    assert np.allclose(p.take()[-FADE:, 0], music[-FADE:] * end_gain + lead[-FADE:] * lead_gain, atol=1e-7)


def test_a_tail_rings_on_over_the_head(player, noise):
    p = player()
    p.set(Control.TAIL, 0.1)
    lead, music, after = noise(3000, 1), noise(L, 2), noise(4800, 3)
    p.record(music, lead)
    p.play(after)
    p.wait(L)
    take = p.take()[:, 0]
    gain = 1 - np.arange(4800) / 4800
    assert np.allclose(take[:4800], music[:4800] + after * gain, atol=1e-7)
    assert np.array_equal(take[4800:-FADE], music[4800:-FADE])
    t = np.arange(1, FADE + 1) / (FADE + 1)
    assert np.allclose(take[-FADE:], music[-FADE:] + lead[-FADE:] * t, atol=1e-7)


def test_a_take_with_a_tail_is_announced_when_the_tail_is_in(player, noise):
    p = player()
    p.set(Control.TAIL, 0.1)
    p.record(noise(L, 2))
    p.play(noise(5000, 3))
    (take,) = p.told(EventKind.TAKE)
    assert take.frame == L + 4800


def test_a_recording_ends_by_itself_where_memory_does(player, noise):
    p = player(max_loop_s=1.0)
    p.press(CommandKind.RECORD, 100)
    p.play(noise(60000, 1))
    status = p.engine.status()
    assert status.state == State.PLAYING
    assert status.length_frames == 48000
    assert [e.frame for e in p.told(EventKind.STATE)] == [100, 48100]


def test_a_press_too_soon_ends_the_loop_once_it_is_long_enough(player, noise):
    p = player()
    p.press(CommandKind.RECORD, 100)
    p.press(CommandKind.RECORD, 200)
    p.play(noise(20000, 1))
    assert p.engine.status().length_frames == 12000
    assert p.told(EventKind.STATE)[-1].frame == 12100


def test_recording_over_a_loop_silences_it_and_undo_brings_it_back_in_time(player, noise):
    p = player()
    first, second = noise(L, 2), noise(15000, 3)
    p.record(first, first[-3000:])
    start = p.now
    p.wait(5000)
    p.record(second)
    assert np.all(p.sound[start + 5480 : start + 20000] == 0)
    p.wait(7000)
    undone = p.now
    p.press(CommandKind.UNDO, undone)
    out = p.wait(L)[:, 0]
    place = (undone - start + np.arange(L)) % L
    take = p.take()[:, 0]
    assert len(take) == L
    assert np.array_equal(out[480:], take[place[480:]])


def test_undo_while_recording_drops_the_recording(player, noise):
    p = player()
    p.press(CommandKind.RECORD, 0)
    p.press(CommandKind.UNDO, 3000)
    p.play(noise(5000, 1))
    assert p.engine.status().state == State.OFF
    assert p.engine.status().undo_steps == 0
    p.record(noise(L, 2))
    start = p.now
    p.wait(1000)
    p.press(CommandKind.RECORD, p.now)
    p.press(CommandKind.UNDO, p.now + 4000)
    p.wait(20000)
    assert p.engine.status().state == State.PLAYING
    take = p.take()[:, 0]
    assert np.array_equal(p.sound[start + 6000 : start + L, 0], take[6000:L])


def test_overdub_on_an_empty_loop_records(player, noise):
    p = player()
    p.press(CommandKind.OVERDUB, 0)
    p.play(noise(L, 1))
    assert p.engine.status().state == State.RECORDING


def test_pause_ends_a_recording_silently_and_play_starts_it_at_its_frame_0(player, noise):
    p = player()
    music = noise(L, 1)
    p.press(CommandKind.RECORD, 0)
    p.press(CommandKind.PAUSE, L)
    p.play(music)
    assert np.all(p.wait(1000) == 0)
    assert p.engine.status().state == State.PAUSED
    p.press(CommandKind.PLAY, p.now)
    assert np.array_equal(p.wait(1000)[:, 0], music[:1000])


def test_stereo_channels_are_recorded_apart_and_in_step(player, noise):
    p = player(channels=2)
    music = noise(L, 2, channels=2)
    p.play(noise(3000, 1, channels=2))
    p.press(CommandKind.RECORD, p.now)
    p.play(music)
    p.press(CommandKind.RECORD, p.now)
    out = p.wait(L)
    assert np.array_equal(out[: L - FADE], music[: L - FADE])
