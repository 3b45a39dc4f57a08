"""What goes in and what comes out: gains, the limiter, and samples that no musician meant."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind

L = 20000
RAMP = 480
UP = np.arange(1, RAMP + 1) / (RAMP + 1)


def test_the_input_is_not_heard_unless_dry_says_so(player, noise):
    p = player()
    assert np.all(p.play(noise(1000, 1)) == 0)
    p.set(Control.DRY, 1.0, p.now)
    music = noise(1000, 2)
    heard = p.play(music)[:, 0]
    assert np.allclose(heard[:RAMP], music[:RAMP] * UP, atol=1e-7)
    assert np.array_equal(heard[RAMP:], music[RAMP:])


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_wet_acts_at_once_over_10_ms(player, noise, value):
    p = player()
    music = noise(L, 2)
    p.record(music)
    p.set(Control.WET, value, p.now)
    heard = p.wait(1000)[:, 0]
    gain = np.concatenate([1 + (value - 1) * UP, np.full(1000 - RAMP, value)])
    assert np.allclose(heard, music[:1000] * gain, atol=1e-7)


def test_a_ramp_that_is_overtaken_goes_on_from_where_it_is(player, noise):
    p = player()
    p.record(np.full(L, 0.5))
    p.set(Control.WET, 0.0, p.now)
    p.set(Control.WET, 1.0, p.now + 240)
    heard = p.wait(1000)[:, 0]
    assert np.abs(np.diff(heard)).max() < 0.5 / RAMP * 1.5
    assert heard[-1] == 0.5
    assert 0.2 < heard[:500].min() < 0.3


def test_the_limiter_passes_every_bit_below_half_a_db_under_full_scale(player):
    p = player()
    p.set(Control.DRY, 1.0)
    p.wait(1000)
    ramp = np.linspace(-0.944, 0.944, 4001).astype(np.float32)
    assert np.array_equal(p.play(ramp)[:, 0], ramp)
    assert p.engine.status().limited == 0


def test_nothing_comes_out_above_full_scale_and_the_curve_never_bends_back(player):
    p = player()
    p.set(Control.DRY, 1.0)
    p.wait(1000)
    ramp = np.linspace(-4, 4, 8001).astype(np.float32)
    heard = p.play(ramp)[:, 0]
    assert np.abs(heard).max() <= 1.0
    assert np.all(np.diff(heard) >= 0)
    assert np.allclose(heard, -heard[::-1])
    assert p.engine.status().limited > 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, -1e30])
def test_no_input_makes_the_output_anything_but_a_number(player, noise, bad):
    p = player()
    p.set(Control.DRY, 1.0)
    music = noise(L, 2)
    music[5000:5010] = bad
    p.record(music)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(music)
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(2 * L)
    assert np.isfinite(p.sound).all()
    assert np.abs(p.sound).max() <= 1.0
    assert np.isfinite(p.take()).all()


def test_a_hundred_loud_overdubs_stay_within_full_scale(player):
    p = player()
    p.record(np.full(L, 0.9))
    p.press(CommandKind.OVERDUB, p.now)
    for _ in range(100):
        p.play(np.full(L, 0.9), 4096)
    assert np.isfinite(p.sound).all()
    assert np.abs(p.sound).max() <= 1.0


def test_denormals_are_flushed_wherever_they_could_stay(player):
    p = player()
    p.set(Control.FEEDBACK, 0.5)
    p.record(np.full(L, 1e-25))
    p.press(CommandKind.OVERDUB, p.now)
    tiny = np.full(L, 1e-40)
    for _ in range(60):
        heard = p.play(tiny, 4096)
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(L)
    assert np.all(p.take()[100:-100] == 0)
    smallest = np.finfo(np.float32).tiny
    assert not np.any((heard != 0) & (np.abs(heard) < smallest))


def test_a_variation_that_is_not_finite_never_reaches_the_audio_thread(player, noise):
    from unloop_py.errors import CommandError

    p = player()
    p.record(noise(L, 1))
    p.wait(10)
    bad = noise(L, 2)
    bad[7] = np.nan
    with pytest.raises(CommandError, match="NaN"):
        p.offer(bad)


def test_44100_and_48000_both_fade_over_the_same_time(player, noise):
    for rate in (44100, 48000):
        p = player(sample_rate=rate)
        music = noise(rate, 2)
        p.record(music, noise(3000, 1))
        p.wait(10)
        changed = np.flatnonzero(p.take()[:, 0] != music)
        assert changed[0] >= rate - round(0.02 * rate)
        assert changed[0] < rate - round(0.019 * rate)


def test_a_command_takes_effect_at_its_own_frame_inside_a_block(player):
    p = player()
    p.set(Control.DRY, 1.0, 1234)
    heard = p.play(np.full(3000, 0.5), 3000)[:, 0]
    assert np.all(heard[:1234] == 0)
    assert np.all(heard[1234:] > 0)


def test_commands_are_obeyed_in_the_order_of_their_frames(player, noise):
    p = player()
    p.press(CommandKind.RECORD, 5000 + L)
    p.press(CommandKind.RECORD, 5000)
    p.play(noise(5000 + L + 10, 1))
    assert p.engine.status().length_frames == L


def test_a_frame_already_past_means_the_next_block(player, noise):
    p = player()
    p.wait(5000)
    p.press(CommandKind.CLEAR, 100)
    p.wait(1000)
    assert p.told(EventKind.IGNORED)[-1].frame == 5000


def test_what_was_heard_can_be_read_back_frame_by_frame(player, noise):
    p = player(channels=2)
    music = noise(p.engine.heard_frames + 10_000, 4, channels=2)
    p.play(music, 777)
    assert np.array_equal(p.engine.heard(10_000, p.engine.heard_frames), music[10_000:])


def test_every_command_is_told_at_the_frame_of_its_turn(player, noise):
    p = player()
    p.set(Control.WET, 0.25, 700)
    p.press(CommandKind.LOCK, 900)
    p.play(noise(2048), 512)
    told = [(e.frame, e.index, e.late, e.value) for e in p.told(EventKind.OBEYED)]
    assert told == [(700, CommandKind.SET, Control.WET, 0.25), (900, CommandKind.LOCK, 0, -1.0)]
