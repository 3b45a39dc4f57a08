"""Calculated instruments sound at their pitch, and every effect keeps the circle."""

import numpy as np
import pytest

from unloop_py.training import effects
from unloop_py.training.casting import pedals
from unloop_py.training.dirt import soil
from unloop_py.training.effects import Spectrum
from unloop_py.training.score import Clock, Note, Part, hertz, lay, smooth
from unloop_py.training.strings import PluckedString, bend, squeak
from unloop_py.training.synths import FrequencyModulation, Subtractive, blip, texture
from unloop_py.training.voices import Voice, drum_stroke, mouth_drum

CLOCK = Clock(frames=88_200, beats=4, swing=0.5, loose_s=0.004)
NOTES = (Note(0.0, 1.0, 57, 0.9), Note(1.5, 0.5, 64, 0.5, slide=-2.0), Note(3.9, 1.0, 45, 1.0, vibrato=0.4))


def loop_of(seed=0, frames=88_200):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(frames) * np.repeat(rng.uniform(0, 1, 20), -(-frames // 20))[:frames] * 0.2).astype(np.float32)


@pytest.mark.parametrize("key", [40, 57, 76])
@pytest.mark.parametrize("patch", ["string", "synth", "voice"])
def test_a_calculated_note_has_the_pitch_of_its_key(patch, key):
    rng = np.random.default_rng(3)
    instrument = {"string": lambda: PluckedString(1.0, 0.2, 3.0, 2000, 1e-5, 0.5, 0.0, 0.0), "synth": lambda: Subtractive.draw(rng, "key"),
                  "voice": lambda: Voice.draw(rng)}[patch]()
    note = Note(0, 1, key, 0.8)
    sound = instrument.pluck(rng, note, 1.0, 0.8) if patch == "string" else instrument.tone(rng, note, 44_100)
    middle = sound[4410:37_000]
    spectrum = np.abs(np.fft.rfft(middle)) ** 2
    together = np.fft.irfft(spectrum, n=len(middle))  # autocorrelation
    period = 44_100 / hertz(key)
    about = np.arange(int(period * 0.8), int(period * 1.25) + 2)
    assert abs(12 * np.log2(about[np.argmax(together[about])] / period)) < 0.6


@pytest.mark.parametrize("kind", ["pluck", "key", "pad"])
def test_instruments_fill_a_loop_that_runs_on_over_the_seam(kind):
    for draw in (PluckedString.draw, lambda rng: Subtractive.draw(rng, kind), lambda rng: FrequencyModulation.draw(rng, kind), Voice.draw):
        rng = np.random.default_rng(1)
        sound = draw(rng).play(rng, NOTES, CLOCK)
        assert sound.shape == (88_200,) and sound.dtype == np.float32 and np.isfinite(sound).all()
        assert 0.01 < np.abs(sound).max() < 10
        assert np.mean(sound[:100] ** 2) > 0  # the note that began on beat 3.9 rings


def test_strokes_blips_squeaks_and_textures_are_sounds_of_peak_one_or_so():
    for seed in range(25):
        rng = np.random.default_rng(seed)
        for stroke in ("kick", "snare", "hat", "open", "perc"):
            for sound in (mouth_drum(rng, stroke), drum_stroke(rng, stroke)):
                assert np.isfinite(sound).all() and abs(np.abs(sound).max() - 1) < 1e-3 and len(sound) < 3 * 44_100
        for sound in (blip(rng), squeak(rng)):
            assert np.isfinite(sound).all() and 0.5 < np.abs(sound).max() <= 1.001
        cloud = texture(rng, CLOCK, (48, 52, 55))
        assert cloud.shape == (88_200,) and np.isfinite(cloud).all() and cloud.any()


def test_linear_effects_turn_with_the_loop():
    """A loop that begins elsewhere comes out as the same loop that begins elsewhere: nothing knows where the seam is."""
    audio, turned = loop_of(), np.roll(loop_of(), 12_345)

    def treated(sound):
        rng = np.random.default_rng(5)
        spectrum = Spectrum(sound)
        spectrum.room(rng, 1.5, 0.4)
        spectrum.delay(0.4, 0.5, 0.5)
        spectrum.cabinet(rng)
        spectrum.body(rng)
        spectrum.tilt(2)
        return effects.drive(spectrum.audio(), 3.0, 0.2)

    assert np.allclose(np.roll(treated(audio), 12_345), treated(turned), atol=1e-4)


@pytest.mark.parametrize("name", ["wow_and_flutter", "chorus", "tremolo", "wah", "crush", "compress", "soil", "pedals"])
def test_effects_keep_length_and_leave_no_step_at_the_seam(name):
    tone = np.sin(2 * np.pi * 220 * np.arange(88_200) / 44_100).astype(np.float32)  # goes round in whole periods
    part = Part("guitar", "electric", NOTES)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        made = {
            "tremolo": lambda rng=rng: effects.tremolo(rng, tone, CLOCK), "wah": lambda rng=rng: effects.wah(rng, tone, CLOCK),
            "compress": lambda: effects.compress(tone, 4, 0.1), "soil": lambda rng=rng: soil(rng, tone),
            "pedals": lambda rng=rng: pedals(rng, tone, part, CLOCK),
        }.get(name, lambda rng=rng: getattr(effects, name)(rng, tone))()
        assert made.shape == tone.shape and np.isfinite(made).all() and made.any()
        step = np.abs(np.diff(np.append(made, made[0])))
        assert step[-1] <= 1.05 * step[:-1].max()


def test_a_limited_loop_has_no_higher_crest_than_asked_for():
    audio = loop_of()
    audio[1000] = 40.0
    rms = np.sqrt(np.mean(audio**2))
    assert np.abs(effects.limited(audio, 6)).max() <= 6 * rms * 1.001
    assert np.array_equal(effects.limited(loop_of(), 60), loop_of())


def test_a_sound_is_laid_round_the_loop_as_often_as_it_is_long():
    circle = np.zeros(10, np.float32)
    lay(circle, -2, np.ones(25, np.float32), 2.0)
    assert circle.sum() == 50 and sorted(circle) == [4.0] * 5 + [6.0] * 5


def test_swing_delays_every_second_unit_only_and_early_notes_stand_at_the_end():
    rng = np.random.default_rng(0)
    swung = Clock(frames=44_100 * 4, beats=4, swing=1.0, unit=0.5)
    assert [swung.start(rng, beat) for beat in (0.0, 0.5, 1.0)] == [0, int(44_100 * (0.5 + 0.5 / 3)), 44_100]
    early = Clock(frames=44_100, beats=1, late_s=-0.01)
    assert early.start(rng, 0.0) == 44_100 - 441


def test_a_slide_begins_away_from_the_key_and_arrives():
    curve = bend(Note(0, 1, 60, 1, slide=-2.0), 44_100)
    assert curve[0] == -2.0 and abs(curve[-1]) < 0.01


@pytest.mark.parametrize("count", [1, 97, 264_601])
def test_smooth_lengths_are_even_and_near(count):
    found = smooth(count)
    assert count <= found <= count * 1.02 + 2 and found % 2 == 0
