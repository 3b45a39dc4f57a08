"""How variations and playing meet: the rules, at the frame and to the sample."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Flag, State

L = 20000
FADE = 960
RAMP = 480
HALF_SECOND = 24000
AHEAD = 10


def gains(t, correlation):
    """Gains of a fade at constant power."""
    correlation = max(-0.9, min(1.0, correlation))
    norm = np.sqrt((1 - t) ** 2 + t**2 + 2 * correlation * t * (1 - t))
    return (1 - t) / norm, t / norm


def looping(p, music):
    """Record a loop and look ten frames into its first pass, so that its take is announced; `wait` gives them back."""
    p.record(music, music[-3000:])
    p.ahead = p.wait(AHEAD)
    return p


@pytest.fixture
def p(player, noise):
    """A player whose loop of noise has just been recorded; its first pass begins at frame 3000 + L."""
    return looping(player(), noise(L, 2))


def variation(noise, seed):
    """Audio of a variation."""
    return noise(L, 100 + seed)


def hear(p, audio):
    """Whether the next pass, from position 0 on, is this audio until the next fade begins."""
    return np.array_equal(p.wait(L)[: L - FADE, 0], audio[: L - FADE])


# 1


def test_the_first_pass_is_the_take_and_the_first_variation_comes_at_the_next_seam(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new, tag=7)
    first = p.wait(L)[:, 0]
    assert np.array_equal(first[: L - FADE], take[: L - FADE])
    assert hear(p, new)
    (swapped,) = p.told(EventKind.SWAPPED)
    assert (swapped.tag, swapped.frame) == (7, 3000 + 2 * L)
    seams = p.told(EventKind.SEAM)
    assert [(e.index, e.late, e.tag) for e in seams[:1]] == [(1, 0, 7)]


@pytest.mark.parametrize("correlation", [-1.0, -0.4, 0.0, 0.6, 1.0])
def test_every_sample_of_a_swap_fades_into_the_variations_own_end_and_finishes_at_the_seam(p, noise, correlation):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new, correlation=correlation)
    first, second = p.wait(L)[:, 0], p.wait(100)[:, 0]
    old_gain, new_gain = gains(np.arange(1, FADE + 1) / (FADE + 1), correlation)
    assert np.allclose(first[-FADE:], take[-FADE:] * old_gain + new[-FADE:] * new_gain, atol=1e-7)
    assert np.array_equal(second, new[:100])


# late offers


def test_without_an_offer_the_loop_goes_on_and_the_seam_is_late(p, noise):
    take = p.take()[:, 0]
    p.wait(L)
    assert hear(p, take)
    assert [e.late for e in p.told(EventKind.SEAM)] == [1]
    assert p.engine.status().late == 1


def test_an_offer_that_comes_inside_the_fade_waits_for_the_seam_after(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.wait(L - FADE + 1)
    p.offer(new)
    p.wait(FADE - 1)
    assert hear(p, take)
    assert hear(p, new)
    assert [e.late for e in p.told(EventKind.SEAM)] == [1, 0]


def test_an_offer_in_time_by_one_frame_comes_in(p, noise):
    new = variation(noise, 1)
    p.offer(new, frame=3000 + 2 * L - FADE - 1)
    p.wait(L)
    assert hear(p, new)


def test_a_variation_sounds_until_the_next_one_comes(p, noise):
    new = variation(noise, 1)
    p.offer(new)
    p.wait(L)
    assert hear(p, new)
    assert hear(p, new)
    assert [e.late for e in p.told(EventKind.SEAM)][:2] == [0, 1]


def test_a_newer_offer_replaces_one_that_still_waits(p, noise):
    old_slot = p.offer(variation(noise, 1), tag=1)
    new = variation(noise, 2)
    p.offer(new, tag=2)
    p.wait(L)
    assert [(e.tag, e.slot) for e in p.told(EventKind.REJECTED)] == [(1, old_slot)]
    assert old_slot in [e.slot for e in p.told(EventKind.FREED)]
    assert hear(p, new)


def test_an_offer_of_no_slot_is_the_take_itself_and_not_late(p, noise):
    take = p.take()[:, 0]
    p.offer(variation(noise, 1))
    p.wait(2 * L - 5000)
    p.press(CommandKind.OFFER, slot=-1, take=1, tag=9)
    p.wait(5000)
    assert hear(p, take)
    assert [e.late for e in p.told(EventKind.SEAM)] == [0, 0]
    assert [e.tag for e in p.told(EventKind.SWAPPED)] == [1, 9]
    assert p.told(EventKind.SEAM)[-1].tag == -1


# 3


def test_undo_and_redo_walk_only_what_the_player_did(p, noise):
    take = p.take()
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(3000, 5))
    p.press(CommandKind.PLAY, p.now)
    p.wait(3 * L - 3000)
    for n in range(3):
        p.offer(variation(noise, n), n)
        p.wait(L)
    p.wait(10)
    assert len(p.told(EventKind.SWAPPED)) == 3
    p.press(CommandKind.UNDO, p.now)
    p.wait(L)
    assert np.array_equal(p.take(), take)


def test_a_variation_that_arrives_does_not_clear_redo(p, noise):
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(3000, 5))
    p.press(CommandKind.PLAY, p.now)
    p.wait(L)
    dubbed = p.take()
    p.press(CommandKind.UNDO, p.now)
    p.wait(100)
    p.offer(variation(noise, 1))
    p.wait(2 * L)
    assert p.told(EventKind.SWAPPED)
    p.press(CommandKind.REDO, p.now)
    p.wait(L)
    assert np.array_equal(p.take(), dubbed)


def test_undo_of_an_overdub_voids_every_offer_made_from_it(p, noise):
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(3000, 5))
    p.press(CommandKind.PLAY, p.now)
    p.wait(3 * L)
    p.offer(variation(noise, 1), tag=1)
    p.wait(100)
    p.press(CommandKind.UNDO, p.now)
    p.wait(100)
    p.offer(variation(noise, 2), tag=2, take=2)
    p.wait(100)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [1, 2]


# 4


def test_back_fades_to_the_take_at_once_in_place_and_stops_varying(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new, correlation=0.3)
    p.wait(L + 5000)
    p.press(CommandKind.BACK, p.now)
    heard = p.wait(1000)[:, 0]
    old_gain, new_gain = gains(np.arange(1, RAMP + 1) / (RAMP + 1), 0.3)
    expected = new[5000 : 5000 + RAMP] * old_gain + take[5000 : 5000 + RAMP] * new_gain
    assert np.allclose(heard[:RAMP], expected, atol=1e-7)
    assert np.array_equal(heard[RAMP:], take[5000 + RAMP : 6000])
    p.offer(variation(noise, 2), tag=2)
    p.wait(L - 6000)
    assert hear(p, take)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [2]
    assert p.told(EventKind.SEAM)[-1].late == 0
    assert p.engine.status().flags == Flag.GENERATE | Flag.BACK


@pytest.mark.parametrize(("kind", "value"), [(CommandKind.GENERATE, 1.0), (CommandKind.LOCK, 0.0)])
def test_varying_goes_on_after_back_when_told(p, noise, kind, value):
    p.press(CommandKind.BACK, p.now + 10)
    p.press(kind, p.now + 20, value=value)
    p.wait(100)
    new = variation(noise, 1)
    p.offer(new)
    p.wait(L - 100)
    assert hear(p, new)


def test_again_sounds_at_the_next_seam_even_after_back(p, noise):
    p.press(CommandKind.BACK, p.now)
    new = variation(noise, 1)
    p.offer(new, force=True)
    p.wait(L)
    assert hear(p, new)


def test_keep_makes_what_sounds_the_take_without_changing_a_sample(p, noise):
    new = variation(noise, 1)
    p.offer(new, tag=4)
    p.wait(L + HALF_SECOND + 1000)
    p.press(CommandKind.KEEP, p.now)
    at = (HALF_SECOND + 1000) % L
    heard = p.wait(L)[:, 0]
    assert np.array_equal(heard, np.roll(new, -at))
    assert np.array_equal(p.take()[:, 0], new)
    (kept,) = p.told(EventKind.KEPT)
    assert (kept.tag, kept.take) == (4, p.told(EventKind.TAKE)[-1].take)


def test_keep_can_be_undone(p, noise):
    take = p.take()
    p.offer(variation(noise, 1))
    p.wait(L + HALF_SECOND + 1000)
    p.press(CommandKind.KEEP, p.now)
    p.press(CommandKind.UNDO, p.now + 1000)
    p.wait(L)
    assert np.array_equal(p.take(), take)
    p.press(CommandKind.REDO, p.now)
    p.wait(L)
    assert np.array_equal(p.take()[:, 0], variation(noise, 1))


def test_varying_goes_on_from_what_was_kept(p, noise):
    p.offer(variation(noise, 1))
    p.wait(L + HALF_SECOND + 1000)
    p.press(CommandKind.KEEP, p.now)
    p.wait(10)
    p.offer(variation(noise, 2), tag=2, take=1)
    p.wait(10)
    assert p.told(EventKind.REJECTED)[-1].tag == 2
    new = variation(noise, 3)
    p.offer(new, tag=3)
    p.wait(L - (p.now - 3000) % L)
    assert hear(p, new)


@pytest.mark.parametrize(("after", "kept"), [(0, 1), (HALF_SECOND - 1, 1), (HALF_SECOND, 2)])
def test_keep_within_500_ms_after_a_seam_means_the_pass_that_has_just_ended(player, noise, after, kept):
    length = 40000
    p = looping(player(), noise(length, 2))
    for n in (1, 2):
        p.offer(noise(length, n), tag=n)
        p.wait(length)
    p.press(CommandKind.KEEP, p.now + after)
    p.wait(length)
    assert [e.tag for e in p.told(EventKind.KEPT)] == [kept]
    assert np.array_equal(p.take()[:, 0], noise(length, kept))
    assert np.array_equal(p.sound[-length:, 0][:30000], noise(length, 2)[:30000])  # what sounds goes on


def test_keep_after_a_seam_without_a_swap_means_what_goes_on_sounding(player, noise):
    p = looping(player(), noise(12000, 2))  # shorter than the 500 ms
    p.offer(noise(12000, 3), tag=3)
    p.wait(12000)
    p.offer(noise(12000, 4), tag=4)
    p.wait(12000 + 12000 + 50)
    p.press(CommandKind.KEEP, p.now)
    p.wait(100)
    assert [e.tag for e in p.told(EventKind.KEPT)] == [4]


def test_keep_of_the_take_itself_is_ignored(p):
    p.wait(1000)
    p.press(CommandKind.KEEP, p.now)
    p.wait(10)
    assert p.told(EventKind.IGNORED)[-1].index == CommandKind.KEEP


def test_keep_with_mix_between_the_ends_keeps_the_blend_that_sounds(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.set(Control.MIX, 0.5)
    p.offer(new, correlation=0.2)
    p.wait(L + HALF_SECOND + 1000)
    p.press(CommandKind.KEEP, p.now)
    at = (HALF_SECOND + 1000) % L
    heard = p.wait(L)[:, 0]
    take_gain, new_gain = gains(0.5, 0.2)
    blend = take * take_gain + new * new_gain
    assert np.allclose(heard, np.roll(blend, -at), atol=1e-7)
    assert np.allclose(p.take()[:, 0], blend, atol=1e-7)


def test_lock_lets_what_sounds_stay(p, noise):
    new = variation(noise, 1)
    p.offer(new)
    p.wait(L + 1000)
    p.press(CommandKind.LOCK, p.now)
    p.wait(10)
    p.offer(variation(noise, 2), tag=2)
    p.wait(L - 1010)
    assert hear(p, new)
    assert p.told(EventKind.REJECTED)[-1].tag == 2
    assert p.told(EventKind.SEAM)[-1].late == 0
    p.press(CommandKind.LOCK, p.now)
    p.wait(10)
    third = variation(noise, 3)
    p.offer(third)
    p.wait(L - 10)
    assert hear(p, third)


def test_generate_off_repeats_what_sounds(p, noise):
    new = variation(noise, 1)
    p.offer(new)
    p.wait(L + 1000)
    p.press(CommandKind.GENERATE, p.now, value=0.0)
    p.wait(L - 1000)
    assert hear(p, new)
    assert p.engine.status().late == 0


# 5


def test_an_offer_while_recording_or_overdubbing_is_void(p, noise):
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(100)
    p.offer(variation(noise, 1), tag=1)
    p.wait(L)
    p.press(CommandKind.RECORD, p.now)
    p.wait(100)
    p.offer(variation(noise, 2), tag=2)
    p.wait(100)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [1, 2]
    assert not p.told(EventKind.SWAPPED)


def test_an_offer_that_waits_is_void_when_an_overdub_begins(p, noise):
    p.offer(variation(noise, 1), tag=1)
    p.press(CommandKind.OVERDUB, p.now + 1000)
    p.wait(3 * L)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [1]
    assert not p.told(EventKind.SWAPPED)


def test_an_overdub_that_begins_inside_a_swaps_fade_stops_the_swap(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new, tag=1)
    p.press(CommandKind.OVERDUB, 3000 + 2 * L - 700)
    p.wait(L)
    assert not p.told(EventKind.SWAPPED)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [1]
    assert np.array_equal(p.wait(L)[:, 0], take)


def test_overdubbing_over_a_variation_keeps_that_variation_first(p, noise):
    take, new = p.take(), variation(noise, 1)
    p.offer(new, tag=3)
    p.wait(L + 5000)
    over = noise(4000, 9)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(over)
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(L)
    assert [e.tag for e in p.told(EventKind.KEPT)] == [3]
    dubbed = p.take()[:, 0]
    assert np.array_equal(dubbed[5000:9000], new[5000:9000] + over)
    assert np.array_equal(dubbed[10000:], new[10000:])
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take()[:, 0], new)
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take(), take)


def test_after_an_overdub_one_exact_pass_sounds_and_then_varying_resumes(p, noise):
    p.wait(5000)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(4000, 9))
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(1000)  # position 10000
    new = variation(noise, 1)
    p.offer(new)
    p.wait(10000)
    assert hear(p, p.take()[:, 0])
    assert hear(p, new)
    seams = p.told(EventKind.SEAM)
    assert [e.late for e in seams[:2]] == [0, 0]


def test_an_offer_made_from_an_older_take_is_void(p, noise):
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(1000, 9))
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(2 * L)
    p.offer(variation(noise, 1), tag=1, take=1)
    p.wait(L)
    assert [e.tag for e in p.told(EventKind.REJECTED)] == [1]


# state, pause, mute


def test_a_muted_loop_goes_on_varying(p, noise):
    new = variation(noise, 1)
    p.press(CommandKind.MUTE, p.now)
    p.offer(new)
    p.wait(L)
    p.press(CommandKind.MUTE, p.now)
    assert p.engine.status().state == State.MUTED
    heard = p.wait(L - FADE)[:, 0]
    assert np.array_equal(heard[RAMP:], new[RAMP : L - FADE])


def test_a_paused_loop_has_no_seams_and_resumes_its_variation(p, noise):
    new = variation(noise, 1)
    p.offer(new)
    p.wait(L + 5000)
    p.press(CommandKind.PAUSE, p.now)
    p.wait(3 * L)
    assert len(p.told(EventKind.SEAM)) == 1
    p.press(CommandKind.PLAY, p.now)
    heard = p.wait(10000)[:, 0]
    assert np.array_equal(heard[RAMP:], new[5000 + RAMP : 15000])


# mix


@pytest.mark.parametrize("correlation", [-0.8, 0.0, 0.5, 0.95])
def test_mix_dips_no_more_than_1_db_at_the_middle(player, noise, correlation):
    length, music = 48000, noise(48000, 2)
    p = looping(player(), music)
    other = correlation * music + np.sqrt(1 - correlation**2) * noise(length, 3)
    p.offer(other, correlation=correlation)
    p.set(Control.MIX, 0.5)
    p.wait(length)
    heard = p.wait(length)[: length - FADE, 0]
    level = 10 * np.log10(np.mean(heard**2) / np.mean(music**2))
    assert abs(level) < 0.5


def test_mix_0_is_the_take_bit_for_bit_and_1_the_variation(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new)
    p.set(Control.MIX, 0.0)
    p.wait(L)
    assert hear(p, take)
    p.set(Control.MIX, 1.0)
    p.wait(L)
    assert hear(p, new)


def test_mix_acts_at_once_over_10_ms(p, noise):
    take, new = p.take()[:, 0], variation(noise, 1)
    p.offer(new, correlation=0.1)
    p.wait(L + 5000)
    p.set(Control.MIX, 0.0, p.now)
    heard = p.wait(1000)[:, 0]
    take_gain, new_gain = gains(1 - np.arange(1, RAMP + 1) / (RAMP + 1), 0.1)
    part = slice(5000, 5000 + RAMP)
    assert np.allclose(heard[:RAMP], take[part] * take_gain + new[part] * new_gain, atol=1e-7)
    assert np.array_equal(heard[RAMP:], take[5000 + RAMP : 6000])


# again and again


def test_200_seams_hold_no_more_memory_than_ten(player, noise):
    p = looping(player(max_loop_s=1.0), noise(12000, 2))
    sizes = []
    for n in range(200):
        p.offer(noise(12000, n), tag=n)
        p.wait(12000)
        sizes.append(p.engine.allocated_bytes())
    p.wait(10)
    assert len(p.told(EventKind.SWAPPED)) == 200
    assert p.engine.status().late == 0
    assert max(sizes) == max(sizes[:10])
    freed = [e.slot for e in p.told(EventKind.FREED)]
    assert len(freed) >= 197
