"""The local generator on synthetic takes: what every variation owes its take, whatever the models say."""

import json

import numpy as np
import pytest
import torch

from unloop_py.beats.grid import BeatGrid, Onset
from unloop_py.errors import ModelError, ParameterError
from unloop_py.generator import masks
from unloop_py.generator.checkpoint import Models, random_models
from unloop_py.generator.fakes import LevelCodec, MockModel, level_models
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator, device_for

HOP = 768
FREE = Prompt(periodic_prompt=0, onset_mask_width=0, prefix_s=0.0)


class Beats:
    """A tracker that has been told what to hear."""

    def __init__(self, grid=None, onsets=()):
        self.grid, self.heard = grid, tuple(onsets)

    def track(self, audio, sample_rate):
        return self.grid

    def onsets(self, audio, sample_rate):
        return self.heard


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def request(prompt=FREE, *, seed=1, steps=2, mask=None):
    return VariationRequest(take_version=1, index=1, seed=seed, prompt=prompt, steps=steps, mask=mask)


def vary(take, asked=None, *, models=None, rate=44_100, tracker=None):
    generator = LocalGenerator(models or level_models(), tracker)
    return generator.vary(generator.prepare(Take(1, take, rate)), asked or request())


def db(ratio):
    return 20 * np.log10(max(ratio, 1e-12))


def rms(audio):
    return np.sqrt(np.mean(audio.astype(np.float64) ** 2))


# -- length, rate and the circle ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("frames", [30 * HOP, 30 * HOP + 1, 48_001, 47_999, 11_025])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_variation_has_the_takes_frames_and_channels_to_the_frame(rate, frames, channels):
    made = vary(noise(frames, channels), rate=rate)
    assert made.audio.shape == (frames, channels)
    assert made.audio.dtype == np.float32 and made.audio.flags.c_contiguous
    steps = -(-round(frames * 44_100 / rate) // HOP)
    assert made.codes.shape == made.mask.shape == (9, steps)
    assert made.codes.dtype == np.int16 and made.mask.dtype == np.uint8


@pytest.mark.parametrize("frames", [1, 2, 100, 441, 769, 2_000])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_loop_shorter_than_any_window_is_varied_too(frames, rate):
    prompt = Prompt(beat_mask_ms=50, onset_mask_width=100, suffix_s=0.01, periodic_width=32, inpaint_end_s=0.01, feedback_steps=2)
    for channels, asked in ((1, Prompt()), (2, prompt), (2, FREE)):
        made = vary(noise(frames, channels), request(asked), models=random_models(), rate=rate, tracker=Beats())
        assert made.audio.shape == (frames, channels) and np.isfinite(made.audio).all()


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("shift", [1, 17])
def test_a_take_turned_by_whole_steps_gives_the_variation_turned(channels, shift):
    generator = LocalGenerator(random_models())
    take = noise(40 * HOP, channels)
    take[9_000:15_000] = 0
    mask = "###...#####.........####................"
    prepared = generator.prepare(Take(1, take, 44_100))
    made = generator.vary(prepared, request(mask=(mask,)))
    turned = generator.prepare(Take(1, np.roll(take, shift * HOP, axis=0), 44_100))
    np.testing.assert_array_equal(turned.codes.numpy(), np.roll(prepared.codes.numpy(), shift, axis=1))
    again = generator.vary_from_codes(turned, np.roll(made.codes, shift, axis=1), request(mask=(mask[-shift:] + mask[:-shift],)))
    np.testing.assert_allclose(again.audio, np.roll(made.audio, shift * HOP, axis=0), atol=1e-4)


class SlowCodec(LevelCodec):
    """Decodes to noise below 1 kHz, other noise for other tokens, smooth all round its circle: any cut would stand out."""

    def decode(self, codes, *, circular=True):
        audio = []
        for item in codes:
            spectrum = torch.fft.rfft(torch.randn(item.shape[-1] * HOP, generator=torch.Generator().manual_seed(int(item.sum()))))
            spectrum[len(spectrum) // 22:] = 0
            audio.append(torch.fft.irfft(spectrum, n=item.shape[-1] * HOP))
        return torch.stack(audio)[:, None] * 0.06


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("surplus", [0, 3, 200, 700])
def test_the_seam_is_as_smooth_as_other_places_over_50_variations(rate, surplus):
    free = torch.zeros(4, 1, 1024)
    generator = LocalGenerator(Models(SlowCodec(), MockModel(free), MockModel(torch.zeros(5, 1, 1024), 4), {}))
    prepared = generator.prepare(Take(1, noise((30 * HOP - surplus) * rate // 44_100), rate))
    seam, elsewhere = [], []
    for seed in range(50):
        loop = generator.vary(prepared, request(seed=seed, steps=1)).audio[:, 0]
        seam.append(np.mean(np.diff(np.concatenate((loop[-24:], loop[:24]))) ** 2))
        elsewhere.append(np.mean(np.diff(loop[3_000:-3_000]) ** 2))
    assert abs(10 * np.log10(np.mean(seam) / np.mean(elsewhere))) < 1.0


# -- the same again ----------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_samples_again_and_another_seed_others():
    take, models = noise(20_000, 2), random_models()
    one, again = (vary(take, request(Prompt(), seed=7), models=models) for _ in range(2))
    other = vary(take, request(Prompt(), seed=8), models=models)
    np.testing.assert_array_equal(one.audio, again.audio)
    assert not np.array_equal(one.codes, other.codes)


def test_tokens_and_request_make_the_same_audio_again():
    generator = LocalGenerator(random_models())
    prepared = generator.prepare(Take(1, noise(20_000, 2), 48_000))
    made = generator.vary(prepared, request(Prompt(), seed=3))
    again = generator.vary_from_codes(prepared, made.codes, made.request)
    np.testing.assert_array_equal(again.audio, made.audio)
    np.testing.assert_array_equal(again.mask, made.mask)


def test_variations_made_in_a_batch_are_those_made_alone():
    generator = LocalGenerator(random_models())
    prepared = generator.prepare(Take(1, noise(20_000), 44_100))
    asked = [request(Prompt(), seed=seed) for seed in (1, 2, 3)]
    for together, one in zip(generator.vary_many(prepared, asked), asked, strict=True):
        alone = generator.vary(prepared, one)
        np.testing.assert_array_equal(together.mask, alone.mask)
        assert np.mean(together.codes == alone.codes) > 0.99                # matrix products round differently in a batch
        assert together.request == one


# -- tokens ------------------------------------------------------------------------------------------------------------


def test_kept_tokens_are_the_takes_and_the_mask_says_which():
    generator = LocalGenerator(random_models())
    prepared = generator.prepare(Take(1, noise(20_000), 44_100))
    made = generator.vary(prepared, request(Prompt(periodic_prompt=3, compression_prompt=5, onset_mask_width=0)))
    kept = made.mask == masks.KEEP
    np.testing.assert_array_equal(made.codes[kept], prepared.codes.numpy()[kept])
    assert set(masks.draw(made.mask)[0]) == {"#", "."}
    assert (made.codes[~kept] != prepared.codes.numpy()[~kept]).mean() > 0.9


def test_a_take_that_comes_with_its_tokens_is_not_encoded_again():
    generator = LocalGenerator(random_models())
    made = generator.vary(generator.prepare(Take(1, noise(20_000, 2), 48_000)), request(Prompt()))
    kept = generator.prepare(Take(2, made.audio, 48_000), made.codes)
    np.testing.assert_array_equal(kept.codes.numpy(), made.codes)


def test_a_mask_of_the_users_own_takes_the_place_of_the_prompt():
    made = vary(noise(10 * HOP), request(Prompt(prefix_s=9.0), mask=("#.........",)))
    assert masks.draw(made.mask) == ("#.........",) * 9
    with pytest.raises(ParameterError, match="10 steps"):
        vary(noise(10 * HOP), request(mask=("#...",)))


def test_steps_are_those_asked_for_and_the_fine_model_takes_two():
    models = level_models()
    vary(noise(30 * HOP), request(steps=5), models=models)
    assert (len(models.coarse.asked), len(models.fine.asked)) == (5, 2)


def test_each_feedback_pass_starts_from_the_tokens_of_the_one_before():
    models = level_models()
    prompt = Prompt(periodic_prompt=2, compression_prompt=9, onset_mask_width=0, prefix_s=0.0, feedback_steps=4)
    made = vary(noise(30 * HOP, level=0.02), request(prompt, steps=1), models=models)
    made_token = round((-24 + 120) / 120 * 1023)
    hints = [asked[0, 0][asked[0, 0] < 1024] for asked in models.coarse.asked]
    assert [len(hint) for hint in hints] == [15] * 4
    assert not (hints[0] == made_token).all(), "the first pass is hinted at by the take"
    assert (hints[-1] == made_token).all(), "the last one by what was made before"
    assert made.mask[0].all(), "so none of the take's tokens is left"


def test_feedback_passes_differ_in_their_noise():
    table = torch.zeros(4, 1, 1024)
    models = level_models()
    models = type(models)(models.codec, MockModel(table), models.fine, {})
    generator = LocalGenerator(models)
    prepared = generator.prepare(Take(1, noise(30 * HOP), 44_100))
    once, twice = (generator.vary(prepared, request(Prompt(periodic_prompt=0, onset_mask_width=0, prefix_s=0, feedback_steps=n), steps=1))
                   for n in (1, 2))
    assert np.mean(once.codes[:4] == twice.codes[:4]) < 0.05


# -- the player's own audio --------------------------------------------------------------------------------------------


def test_a_take_that_keeps_everything_is_itself_bit_for_bit():
    take = noise(20_001, 2)
    made = vary(take, request(Prompt(periodic_prompt=1, compression_prompt=14)), models=random_models())
    np.testing.assert_array_equal(made.audio, take)
    assert made.correlation == pytest.approx(1.0) and not made.mask.any()


def test_where_50_ms_keep_all_their_tokens_the_players_own_audio_is_heard():
    take = noise(30 * HOP, 2)
    made = vary(take, request(mask=("....###.....##......########..",)))
    own = np.repeat([c == "#" for c in "....###.............########.."], HOP)
    np.testing.assert_array_equal(made.audio[own], take[own])
    short = slice(12 * HOP, 14 * HOP)
    assert not np.array_equal(made.audio[short], take[short])
    assert abs(np.corrcoef(made.audio[9_000:15_000, 0], take[9_000:15_000, 0])[0, 1]) < 0.3, "the rest is made"


def test_a_stretch_that_misses_one_codebook_is_not_the_players_own():
    take = noise(10 * HOP)
    rows = ["..######.."] * 8 + [".........."]
    made = vary(take, request(mask=tuple(rows)))
    assert not np.array_equal(made.audio[3 * HOP:6 * HOP], take[3 * HOP:6 * HOP])


@pytest.mark.parametrize(("prompt", "at"), [
    (Prompt(periodic_prompt=0, prefix_s=0.0, onset_mask_width=3), [44_100 // 2]),
    (Prompt(periodic_prompt=0, prefix_s=0.0, onset_mask_width=0, beat_mask_ms=50), [0, 22_050]),
    (Prompt(periodic_prompt=0, prefix_s=0.2, onset_mask_width=0), [0]),
])
def test_beats_onsets_and_beat_one_are_heard_as_they_were_played(prompt, at):
    take = noise(44_100)
    tracker = Beats(BeatGrid(44_100, 44_100, 2, 0.0, 1.0), [Onset(22_050, 1.0)])
    made = vary(take, request(prompt), tracker=tracker)
    for frame in at:
        np.testing.assert_array_equal(made.audio[frame:frame + 1_500], take[frame:frame + 1_500])
    assert made.grid is tracker.grid


def test_an_inpaint_leaves_all_but_its_stretch_to_the_player():
    take = noise(44_100)
    made = vary(take, request(Prompt(periodic_prompt=0, prefix_s=0, onset_mask_width=0, inpaint_start_s=0.4, inpaint_end_s=0.6)))
    outside = np.r_[0:16_000, 28_000:44_100]
    np.testing.assert_array_equal(made.audio[outside], take[outside])
    assert not np.array_equal(made.audio[19_000:25_000], take[19_000:25_000])


# -- loudness, peaks and silence ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("off_db", [-2.5, 0.0, 2.5])
def test_loudness_is_matched_to_the_takes(off_db):
    take = noise(60 * HOP) * np.repeat([0.3, 1.0], 30 * HOP)[:, None].astype(np.float32) * 3.0
    made = vary(take / 4, models=level_models(level_dbfs=-24.0, gain=10 ** (off_db / 20)))
    assert db(rms(made.audio) / rms(take / 4)) == pytest.approx(0.0, abs=0.5)
    assert made.gain_db == pytest.approx(-off_db, abs=0.6)


@pytest.mark.parametrize(("off_db", "gain_db"), [(-12, 3.0), (12, -3.0)])
def test_no_more_than_three_db_are_given_or_taken(off_db, gain_db):
    made = vary(noise(40 * HOP, level=0.02), models=level_models(gain=10 ** (off_db / 20)))
    assert made.gain_db == gain_db


@pytest.mark.parametrize("channels", [1, 2])
def test_no_peak_is_higher_than_the_takes(channels):
    take = np.clip(noise(40 * HOP, channels), -0.12, 0.12)
    made = vary(take, models=level_models(gain=3.0))
    assert np.abs(made.audio).max() <= np.abs(take).max()


@pytest.mark.parametrize("floor", [0.0, 5e-4], ids=["digital silence", "hiss at -66 dBFS"])
@pytest.mark.parametrize("prompt", [FREE, Prompt(), Prompt(periodic_prompt=0, temperature=2.0, beat_mask_ms=40)],
                         ids=["free", "default", "wild"])
def test_a_silent_passage_stays_silent(floor, prompt):
    take = noise(60 * HOP, 2)
    take[20_000:30_000] = noise(10_000, 2, floor)
    made = vary(take, request(prompt))
    assert db(rms(made.audio[20_000:30_000])) < -60
    assert db(rms(made.audio[22_000:22_500])) < -60
    assert db(rms(made.audio[31_000:])) > -30


def test_an_inpaint_over_silence_asks_for_sound_there_and_gets_it():
    take = noise(60 * HOP)
    take[20_000:40_000] = 0
    made = vary(take, request(Prompt(periodic_prompt=0, prefix_s=0, onset_mask_width=0, inpaint_start_s=0.55, inpaint_end_s=0.75)))
    assert db(rms(made.audio[25_000:32_000])) > -40
    assert db(rms(made.audio[36_000:39_000])) < -60


def test_a_silent_take_is_not_varied_and_says_so():
    models = level_models()
    take = noise(40 * HOP, 2, level=2e-4)
    made = vary(take, models=models)
    np.testing.assert_array_equal(made.audio, take)
    assert models.coarse.asked == [] and "silent" in made.notes[0]
    assert vary(np.zeros((20_000, 1), np.float32)).notes


# -- two channels ------------------------------------------------------------------------------------------------------


def test_equal_channels_stay_equal():
    made = vary(np.repeat(noise(40 * HOP + 5), 2, axis=1), request(Prompt(periodic_prompt=5)))
    np.testing.assert_array_equal(made.audio[:, 0], made.audio[:, 1])


@pytest.mark.parametrize("side", [0, 1])
def test_a_hard_panned_sound_leaves_the_other_side_below_minus_60_db(side):
    take = np.zeros((40 * HOP, 2), np.float32)
    take[:, side:side + 1] = noise(40 * HOP)
    made = vary(take)
    assert db(rms(made.audio[:, 1 - side]) / rms(made.audio[:, side])) < -60
    assert db(rms(made.audio[:, side]) / rms(take[:, side])) == pytest.approx(0, abs=1)


def test_opposite_channels_are_varied_and_stay_opposite():
    take = noise(40 * HOP) * np.array([1, -1], np.float32)
    made = vary(take)
    np.testing.assert_allclose(made.audio[:, 0], -made.audio[:, 1], atol=1e-6)
    assert rms(made.audio) == pytest.approx(rms(take), rel=0.1)


def test_the_balance_of_each_band_is_the_takes_within_2_db():
    frames = 80 * HOP
    spectrum = np.fft.rfft(noise(frames, 2, seed=3), axis=0)
    frequency = np.fft.rfftfreq(frames, 1 / 44_100)
    tilt = np.interp(frequency, [0, 500, 2_000, 8_000, 22_050], [2.0, 2.0, 0.7, 0.5, 1.0])
    take = np.fft.irfft(spectrum * np.stack([tilt, 1 / tilt], axis=1), n=frames, axis=0).astype(np.float32)
    made = vary(take)

    def balance(audio):
        power = np.abs(np.fft.rfft(audio.astype(np.float64), axis=0)) ** 2
        bands = [power[(frequency >= low) & (frequency < 2 * low)].sum(0) for low in 62.5 * 2.0 ** np.arange(8)]
        return np.array([10 * np.log10(left / right) for left, right in bands])

    assert np.abs(balance(made.audio) - balance(take)).max() < 2.0


# -- being watched -----------------------------------------------------------------------------------------------------


def test_the_correlation_is_measured_on_what_comes_out():
    take = noise(30 * HOP, 2)
    made = vary(take, request(mask=("###############...............",)))
    both = np.stack([take.ravel(), made.audio.ravel()]).astype(np.float64)
    products = both @ both.T
    assert made.correlation == pytest.approx(products[0, 1] / np.sqrt(products[0, 0] * products[1, 1]), abs=1e-4)
    assert 0.3 < made.correlation < 0.7


def test_progress_grows_to_one_and_cancelling_ends_the_work():
    generator = LocalGenerator(level_models())
    prepared = generator.prepare(Take(1, noise(20_000), 44_100))
    told = []
    generator.vary(prepared, request(Prompt(feedback_steps=2), steps=3), progress=told.append)
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == 1.0 and len(set(told)) == 11
    for steps_done in (0, 2, 4):
        answers = iter([False] * steps_done + [True])
        assert generator.vary(prepared, request(steps=3), cancelled=answers.__next__) is None


def test_a_missing_beat_is_told():
    made = vary(noise(44_100), request(Prompt(beat_mask_ms=50, periodic_prompt=9)), tracker=Beats())
    assert made.notes == ("no beat found: periodic 9 used instead",) and made.grid is None


def test_seconds_are_measured_and_the_facts_are_json():
    assert vary(noise(20_000)).seconds > 0
    facts = LocalGenerator(random_models()).describe()
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["sample_rate"], facts["hop_length"], facts["n_codebooks"], facts["n_coarse"]) == (44_100, 768, 9, 4)


def test_the_take_is_never_written_to():
    take = noise(20_000, 2)
    take.flags.writeable = False
    vary(take, request(Prompt()), models=random_models())


def test_a_device_that_is_not_there_is_named_with_those_that_are():
    assert device_for("cpu") == "cpu" and device_for("auto") in ("cpu", "cuda", "mps")
    with pytest.raises(ModelError, match="'abacus'.*cpu"):
        device_for("abacus")
