"""The comparison with real music: rulers that read known sounds right, and figures that tell a wide set from a narrow one."""

import json

import numpy as np
import pytest

from unloop_py.training import diversity
from unloop_py.training.diversity import SoundSet, coverage, figures, main, picture, spread
from unloop_py.training.sound_facts import BAND_EDGES_HZ, KEYS, SoundFacts, measure


def test_a_tone_lies_in_its_band_and_noise_is_flat_and_without_peaks():
    rng = np.random.default_rng(0)
    tone = measure(np.sin(2 * np.pi * 1000 * np.arange(88_200) / 44_100) + 1e-4 * rng.standard_normal(88_200))
    assert BAND_EDGES_HZ[int(np.argmax(tone.bands_db))] <= 1000 < BAND_EDGES_HZ[int(np.argmax(tone.bands_db)) + 1]
    assert tone.bands_db.max() > -0.5 and abs(tone.centroid_hz - 1000) < 50
    noise = measure(rng.standard_normal(88_200))
    assert noise.tilt_db > 0 and noise.centroid_hz > 9000  # a band of twice the width holds twice the power
    assert noise.peak_db[5:].max() < tone.peak_db[4] + 3
    assert noise.crest_db[4:].max() < 8


def test_clicks_are_counted_and_have_high_crests():
    clicks = np.random.default_rng(0).standard_normal(4 * 44_100) * 1e-4
    for start in range(2000, 4 * 44_100, 22_050):
        clicks[start : start + 400] += np.random.default_rng(start).standard_normal(400) * np.exp(-np.arange(400) / 80)
    found = measure(clicks)
    assert 1.5 < found.onsets_s < 2.6
    assert found.crest_db[5:].min() > 10


@pytest.mark.parametrize(("keys", "name"), [((60, 64, 67, 72, 62, 65, 71), "C major"), ((57, 60, 64, 69, 59, 62, 68), "A minor")])
def test_a_scale_with_its_chord_has_the_key_of_its_name(keys, name):
    time = np.arange(88_200) / 44_100
    loud = (1, 0.8, 0.9, 1, 0.3, 0.3, 0.4)
    assert measure(sum(a * np.sin(2 * np.pi * 440 * 2 ** ((k - 69) / 12) * time) for k, a in zip(keys, loud, strict=True))).key == name


def some_set(name, count, wide, seed):
    rng = np.random.default_rng(seed)
    facts = [
        SoundFacts(rng.normal(-15, 6 * wide, 11), rng.normal(12, 3 * wide, 11), rng.normal(10, 3 * wide, 11), rng.normal(-2, wide),
                   rng.normal(2000, 500 * wide), rng.normal(4, wide), rng.normal(110, 20 * wide), str(rng.choice(KEYS)))
        for _ in range(count)
    ]
    return SoundSet(name, facts, [rng.normal(0, wide, (3, 40)) for _ in range(count)])


ROWS = [{"tempo": 100.0 + i, "parts": ("bass",) if i % 2 else ("drums", "bass")} for i in range(60)]


def test_a_wide_set_covers_what_a_narrow_one_does_not(tmp_path):
    music, wide, narrow = some_set("music", 60, 1.0, 1), some_set("wide", 60, 1.2, 2), some_set("narrow", 60, 0.2, 3)
    broad, thin = figures(wide, music, None, ROWS), figures(narrow, music, None, ROWS)
    assert broad["covered"]["music"]["bands_db"] > 0.9 > 0.4 > thin["covered"]["music"]["bands_db"]
    assert broad["embedding"]["fad_made_to_music"] < thin["embedding"]["fad_made_to_music"]
    assert broad["sets"]["wide"]["embedding_spread"] > 3 * thin["sets"]["narrow"]["embedding_spread"]
    assert broad["labels"]["solo_share"] == 0.5 and broad["labels"]["parts"]["bass"] == 60
    json.dumps(broad)


def test_coverage_is_one_among_equals_and_none_from_far_away():
    rng = np.random.default_rng(0)
    real, same = rng.normal(size=(80, 8)), rng.normal(size=(400, 8))
    assert coverage(real, same) > 0.9
    assert coverage(real, same + 20) == 0
    assert spread(2 * real) == pytest.approx(2 * spread(real))


def test_the_picture_is_drawn_with_and_without_recordings(tmp_path):
    made, music, recorded = some_set("made", 30, 1.0, 1), some_set("music", 20, 1.0, 2), some_set("recorded", 2, 1.0, 3)
    for others in (None, recorded):
        picture(made, music, others, ROWS, tmp_path / "picture.png")
        assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert "recorded_nearest_made" in figures(made, music, recorded, ROWS)["embedding"]


def test_a_folder_without_loops_is_named_with_the_command_that_fills_it(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert f"{tmp_path / 'none'} holds 0 rendered loops, {diversity.LEAST_LOOPS} are needed" in capsys.readouterr().err
    assert not (tmp_path / "out").exists() and not (tmp_path / "none").exists()
