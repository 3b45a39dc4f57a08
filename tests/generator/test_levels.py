"""Loudness, peaks, silences, and how the player's own audio is laid over generated sound."""

import numpy as np
import pytest

from unloop_py.generator import levels

RATE = 44_100


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def db(ratio):
    return 20 * np.log10(ratio)


def test_a_quiet_passage_is_marked_to_the_frame_and_nothing_else_is():
    take = noise(RATE)
    take[10_000:20_000] *= 1e-3                                             # -80 dBFS
    marked = levels.quiet_passages(take, RATE)
    assert marked[10_005:19_995].all()
    assert not marked[:9_990].any() and not marked[20_010:].any()


def test_a_quiet_passage_across_the_seam_is_one():
    take = noise(RATE)
    take[:3_000] = take[-3_000:] = 0
    marked = levels.quiet_passages(take, RATE)
    assert marked[:2_995].all() and marked[-2_995:].all() and not marked[3_010:-3_010].any()


@pytest.mark.parametrize(("level_dbfs", "quiet"), [(-58, False), (-62, True)])
def test_quiet_means_below_minus_60_dbfs(level_dbfs, quiet):
    assert levels.quiet_passages(noise(RATE, level=10 ** (level_dbfs / 20)), RATE).all() == quiet


def test_a_passage_is_quiet_only_if_every_channel_is():
    take = noise(RATE, channels=2)
    take[10_000:20_000, 0] = 0
    assert not levels.quiet_passages(take, RATE).any()


@pytest.mark.parametrize(("wanted", "got", "gain_db"), [
    (0.1, 0.1, 0.0), (0.1, 0.08, db(1.25)), (0.1, 0.01, 3.0), (0.1, 1.0, -3.0), (0.0, 0.1, 0.0), (0.1, 0.0, 0.0),
])
def test_loudness_is_matched_with_three_db_of_gain_at_most(wanted, got, gain_db):
    assert levels.loudness_correction_db(wanted, got) == pytest.approx(gain_db)


def test_no_peak_passes_the_limit_and_quiet_places_are_left_alone():
    loop = noise(20_000, channels=2)
    loop[5_000, 0], loop[0, 1], loop[19_990, 0] = 2.0, -1.5, 1.0
    held = levels.limit(loop, 0.6, RATE)
    assert np.abs(held).max() <= np.float32(0.6)
    np.testing.assert_array_equal(held[8_000:15_000], loop[8_000:15_000])
    ratio = held / loop
    np.testing.assert_allclose(ratio[:, 0], ratio[:, 1], rtol=1e-4)         # one gain for both channels
    assert np.abs(np.diff(ratio[:, 0], append=ratio[0, 0])).max() < 0.02    # without a jump, the seam included


def test_a_loop_within_the_limit_is_not_touched():
    loop = noise(1_000)
    assert levels.limit(loop, 10.0, RATE) is loop


def test_a_kept_stretch_is_the_players_own_and_a_shorter_one_is_not():
    kept = np.array([c == "#" for c in "##.###..##.#"])                      # the last # joins the first two: three
    own = levels.own_frames(kept, 12.0, 12 * 768, shortest_steps=3)
    expected = np.repeat([c == "#" for c in "##.###.....#"], 768)
    np.testing.assert_array_equal(own, expected)


def test_own_stretches_are_placed_at_the_takes_rate_and_end_with_it():
    own = levels.own_frames(np.array([False, False, True, True, True]), 4.5, 3_762, shortest_steps=3)   # 4.5 steps at 48 kHz
    assert own.shape == (3_762,)
    assert not own[:1_672].any() and own[1_672:].all()


# -- own audio over generated sound ----------------------------------------------------------------------------------

FADE = round(levels.FADE_S * RATE)


def test_own_audio_is_bit_for_bit_the_takes_and_fades_lie_outside_of_it():
    take, generated = noise(RATE, 2, seed=1), noise(RATE, 2, seed=2)
    own = np.zeros(RATE, bool)
    own[10_000:20_000] = True
    own[:500] = own[-500:] = True
    laid = levels.lay_own_audio(generated, take, own, RATE)
    np.testing.assert_array_equal(laid[own], take[own])
    np.testing.assert_array_equal(laid[500 + FADE:10_000 - FADE], generated[500 + FADE:10_000 - FADE])
    np.testing.assert_array_equal(laid[20_000 + FADE:-500 - FADE], generated[20_000 + FADE:-500 - FADE])


def test_a_joint_is_heard_as_a_fade_and_never_as_a_click():
    slow = np.sin(2 * np.pi * 3 * np.arange(RATE) / RATE).astype(np.float32)[:, None]
    own = np.zeros(RATE, bool)
    own[10_000:20_000] = True
    own[:500] = True
    laid = levels.lay_own_audio(-0.5 * slow + 0.2, 0.5 * slow, own, RATE)
    steepest_fade = np.pi / 2 * 2 * 0.7 / FADE                              # of two sounds as far apart as these
    assert np.abs(np.diff(laid[:, 0], append=laid[0, 0])).max() < steepest_fade


@pytest.mark.parametrize("likeness", [0.0, 0.7, 1.0])
def test_the_power_through_a_joint_is_steady_however_alike_the_two_are(likeness):
    power = []
    for seed in range(60):
        take, other = noise(8_000, seed=seed), noise(8_000, seed=1_000 + seed)
        generated = likeness * take + np.float32(np.sqrt(1 - likeness**2)) * other
        own = np.zeros(8_000, bool)
        own[:4_000] = True
        power.append(levels.lay_own_audio(generated, take, own, RATE)[:, 0] ** 2)
    steady = np.mean(power, axis=0).reshape(-1, 80).mean(1)
    assert np.abs(10 * np.log10(steady / 0.01)).max() < 1.0


def test_a_take_that_is_all_kept_is_itself_and_one_that_keeps_nothing_is_all_generated():
    take, generated = noise(2_000, seed=1), noise(2_000, seed=2)
    np.testing.assert_array_equal(levels.lay_own_audio(generated, take, np.ones(2_000, bool), RATE), take)
    np.testing.assert_array_equal(levels.lay_own_audio(generated, take, np.zeros(2_000, bool), RATE), generated)


def test_a_joint_never_passes_the_peak_of_what_it_joins():
    take = generated = np.full((4_000, 1), 0.5, np.float32)
    take = take * np.where(np.arange(4_000) % 2, 1, -1)[:, None].astype(np.float32)
    own = np.arange(4_000) < 2_000
    assert np.abs(levels.lay_own_audio(generated, take, own, RATE)).max() <= 0.5


def test_a_variation_is_as_loud_as_its_take_where_it_is_heard_and_no_sample_is_above_the_peak():
    rng = np.random.default_rng(3)
    take = rng.uniform(-0.3, 0.3, (44_100, 2)).astype(np.float32)
    spiky = rng.standard_normal((44_100, 2)).astype(np.float32)
    heard = np.arange(44_100) < 30_000
    spiky *= np.float32(levels.rms(take, heard) / levels.rms(spiky, heard))  # as loud, and twice as high
    made, gain_db = levels.loud_as(spiky, take, heard, 0.3, 44_100)
    assert np.abs(made).max() <= 0.3 and abs(gain_db) <= levels.LOUDNESS_RANGE_DB
    once = levels.limit(spiky, 0.3, 44_100)
    assert levels.rms(once, heard) < levels.rms(made, heard) <= 1.01 * levels.rms(take, heard)


def test_generated_sound_that_is_not_heard_has_no_say_in_loudness():
    take = np.full((1000, 1), 0.1, np.float32)
    made = take.copy()
    made[500:] = 0.9
    _, gain_db = levels.loud_as(made, take, np.arange(1000) < 500, 1.0, 44_100)
    assert gain_db == pytest.approx(0.0, abs=1e-6)
