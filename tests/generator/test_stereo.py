"""Where sound stands between two channels: measured on the take, given to whatever the model makes."""

import numpy as np
import pytest

from unloop_py.generator import stereo

RATE = 44_100
OCTAVES = [(62.5 * 2**k, 125.0 * 2**k) for k in range(8)]


def noise(frames=RATE, seed=0):
    return (np.random.default_rng(seed).standard_normal(frames) * 0.1).astype(np.float32)


def band(low, high, frames=RATE, seed=0):
    """Noise between two frequencies."""
    spectrum = np.fft.rfft(noise(frames, seed))
    frequency = np.fft.rfftfreq(frames, 1 / RATE)
    return np.fft.irfft(spectrum * ((frequency >= low) & (frequency < high)), n=frames).astype(np.float32)


def balance_db(audio):
    """Left over right in each octave, in dB."""
    power = np.abs(np.fft.rfft(audio.astype(np.float64), axis=0)) ** 2
    frequency = np.fft.rfftfreq(len(audio), 1 / RATE)
    per_band = np.array([power[(frequency >= low) & (frequency < high)].sum(0) for low, high in OCTAVES])
    return 10 * np.log10(per_band[:, 0] / per_band[:, 1])


def rms_db(audio):
    return 20 * np.log10(np.sqrt(np.mean(audio.astype(np.float64) ** 2)) + 1e-12)


def test_a_mono_take_passes_through():
    take = noise()[:, None]
    mono, place = stereo.place_of(take)
    np.testing.assert_array_equal(mono, take[:, 0])
    np.testing.assert_array_equal(place.spread(noise(seed=1)), noise(seed=1)[:, None])


def test_equal_channels_stay_equal_bit_for_bit():
    mono, place = stereo.place_of(np.stack([noise(), noise()], axis=1))
    made = place.spread(noise(seed=1))
    np.testing.assert_array_equal(made[:, 0], made[:, 1])
    np.testing.assert_allclose(place.spread(mono)[:, 0], noise(), atol=1e-6)


@pytest.mark.parametrize("side", [0, 1])
def test_a_sound_on_one_side_alone_leaves_the_other_silent(side):
    take = np.zeros((RATE, 2), np.float32)
    take[:, side] = noise()
    mono, place = stereo.place_of(take)
    made = place.spread(noise(seed=1))
    assert not made[:, 1 - side].any()
    np.testing.assert_allclose(made[:, side], noise(seed=1), rtol=1e-6)
    np.testing.assert_allclose(place.spread(mono), take, atol=1e-7)


def test_a_panned_sound_keeps_its_place():
    _, place = stereo.place_of(np.stack([noise(), 0.25 * noise()], axis=1))
    made = place.spread(noise(seed=1))
    np.testing.assert_allclose(made[:, 1], 0.25 * made[:, 0], rtol=1e-5)


def test_opposite_channels_are_heard_by_the_model_and_come_back_opposite():
    mono, place = stereo.place_of(np.stack([noise(), -noise()], axis=1))
    assert rms_db(mono) == pytest.approx(rms_db(noise()) + 3.0, abs=0.1)
    made = place.spread(noise(seed=1))
    np.testing.assert_allclose(made[:, 0], -made[:, 1], atol=1e-7)


@pytest.mark.parametrize("frames", [RATE - RATE % 768, RATE, 20_001])
def test_the_take_of_a_wide_image_gives_back_its_own_energy_in_every_band(frames):
    take = np.stack([noise(frames, 1) + band(100, 400, frames, 2), noise(frames, 3) + 3 * band(3_000, 6_000, frames, 4)], axis=1)
    mono, place = stereo.place_of(take)
    made = place.spread(mono)
    assert made.shape == take.shape
    assert abs(rms_db(made) - rms_db(take)) < 0.5
    assert np.abs(balance_db(made) - balance_db(take)).max() < 1.5


@pytest.mark.parametrize("seed", range(6))
def test_other_sound_of_the_takes_colour_gets_its_balance_within_2_db_in_every_octave(seed):
    take = np.stack([noise(seed=1) + 2 * band(100, 400, seed=2), noise(seed=3) + 3 * band(3_000, 6_000, seed=4)], axis=1)
    take[:20_000, 0] *= 0.1                                                 # and it moves
    mono, place = stereo.place_of(take)
    phases = np.exp(2j * np.pi * np.random.default_rng(seed).random(RATE // 2 + 1))
    swell = 1 + np.sin(np.arange(RATE) / RATE * 2 * np.pi * (seed + 1))
    made = place.spread((np.fft.irfft(np.abs(np.fft.rfft(mono)) * phases, n=RATE) * swell).astype(np.float32))
    assert np.abs(balance_db(made) - balance_db(take)).max() < 2.0


def test_sounds_panned_hard_in_bands_of_their_own_stay_there():
    take = np.stack([band(100, 500, seed=1), band(4_000, 8_000, seed=2)], axis=1)
    _, place = stereo.place_of(take)
    low, high = place.spread(band(150, 400, seed=3)), place.spread(band(4_500, 7_500, seed=4))
    assert rms_db(low[:, 1]) < rms_db(low[:, 0]) - 40
    assert rms_db(high[:, 0]) < rms_db(high[:, 1]) - 40
    assert rms_db(low[:, 0]) == pytest.approx(rms_db(band(150, 400, seed=3)) + 3.0, abs=0.5)  # mono is the sum over sqrt(2)


def test_sounds_that_take_turns_on_hard_sides_go_on_taking_turns():
    take = np.zeros((2 * RATE, 2), np.float32)
    take[:RATE, 0], take[RATE:, 1] = noise(seed=1), noise(seed=2)
    _, place = stereo.place_of(take)
    made = place.spread(noise(2 * RATE, seed=3))
    assert rms_db(made[6_000:38_000, 1]) < -60 and rms_db(made[50_000:82_000, 0]) < -60
    assert rms_db(made[6_000:38_000, 0]) > -25 and rms_db(made[50_000:82_000, 1]) > -25


def test_bands_in_which_the_channels_cancel_are_heard_by_the_model_too():
    same, opposite = band(100, 800, seed=1), band(2_000, 8_000, seed=2)
    take = np.stack([same + opposite, same - opposite], axis=1)
    mono, place = stereo.place_of(take)
    heard = np.abs(np.fft.rfft(mono)) ** 2
    frequency = np.fft.rfftfreq(RATE, 1 / RATE)
    part = heard[(frequency > 2_500) & (frequency < 7_500)].sum() / heard.sum()
    assert part == pytest.approx(5_000 / 6_700, abs=0.05)                   # as it is in either channel
    made = place.spread(band(3_000, 7_000, seed=3))
    assert np.corrcoef(made.T)[0, 1] < -0.95
    made = place.spread(band(200, 600, seed=3))
    assert np.corrcoef(made.T)[0, 1] > 0.95


def test_turning_a_loop_by_whole_steps_turns_what_is_heard_and_what_is_made():
    frames = 60 * 768
    take = np.stack([noise(frames, 1) + band(100, 400, frames, 2), noise(frames, 3)], axis=1)
    mono, place = stereo.place_of(take)
    turned_mono, turned_place = stereo.place_of(np.roll(take, 7 * 768, axis=0))
    np.testing.assert_allclose(turned_mono, np.roll(mono, 7 * 768), atol=1e-6)
    made = place.spread(noise(frames, 5))
    np.testing.assert_allclose(turned_place.spread(np.roll(noise(frames, 5), 7 * 768)), np.roll(made, 7 * 768, axis=0), atol=1e-5)


def test_silence_has_a_place_too():
    mono, place = stereo.place_of(np.zeros((RATE, 2), np.float32))
    assert not mono.any() and np.isfinite(place.spread(noise())).all()
