"""The data maker: the same seed gives the same loop, loops are circles of exact length, and held-out ones share no sound."""

import importlib.util
from collections import Counter

import numpy as np
import pytest

from unloop_py.errors import UnloopError

if importlib.util.find_spec("tinysoundfont") is None:
    pytest.skip("tinysoundfont is not installed: pip install --no-deps tinysoundfont", allow_module_level=True)

from unloop_py.training import composition, grooves, palette, sounds
from unloop_py.training.loops import HELD_OUT_FROM, LoopMaker
from unloop_py.training.soundfont import SoundfontPlayer

SEEDS = range(20, 60)


class NotedShots(dict):
    """One-shots of noise that remember which of them were asked for."""

    def __init__(self, names):
        rng = np.random.default_rng(0)
        super().__init__({name: rng.standard_normal(2000).astype(np.float32) for name in names})
        self.asked = set()

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def maker():
    try:
        sounds.soundfonts()
    except UnloopError as missing:
        pytest.skip(str(missing))
    return LoopMaker(None)


@pytest.fixture(scope="module")
def loops(maker):
    return [maker.make(seed) for seed in SEEDS]


def test_a_seed_gives_the_same_loop_bit_for_bit_whatever_was_made_before(maker):
    for seed in (5, 8, HELD_OUT_FROM + 3):
        first = maker.make(seed)
        maker.make(6)
        again = maker.make(seed)
        assert np.array_equal(first.audio, again.audio)
        for fact in ("tempo", "beats", "beats_per_bar", "parts", "key", "genre", "solo"):
            assert getattr(first, fact) == getattr(again, fact)


def test_loops_differ_keep_time_and_are_neither_silent_nor_over_full_scale(loops):
    for loop in loops:
        assert len(loop.audio) == round(loop.beats * 60 / loop.tempo * 44_100)
        assert loop.audio.dtype == np.float32 and np.isfinite(loop.audio).all()
        assert 0.2 < np.abs(loop.audio).max() <= 0.95
        assert np.sqrt(np.mean(loop.audio**2)) > 0.005
        assert 60 <= loop.tempo <= 180 and loop.parts and loop.genre in composition.GENRES
        assert loop.beats_per_bar in (3, 4) and loop.beats % loop.beats_per_bar == 0
        assert loop.solo == (len(loop.parts) == 1)
    assert len({loop.audio.tobytes() for loop in loops}) == len(loops)


def test_the_seam_is_as_any_other_place(loops):
    """The step over the seam against the loop's own largest steps, and the loudness round it against its neighbours'."""
    steps = [np.abs(np.diff(np.append(loop.audio, loop.audio[0]))) for loop in loops]
    assert np.mean([step[-1] > np.quantile(step, 0.999) for step in steps]) <= 0.1
    after = [10 * np.log10((np.mean(loop.audio[:2205] ** 2) + 1e-7) / (np.mean(loop.audio**2) + 1e-7)) for loop in loops]
    assert np.median(after) > -6  # notes stand on the first beat; what ended before it rings on over it


def test_what_rings_at_the_end_is_heard_at_the_start(maker):
    """A long note struck in the last beat of a short loop: the loop's first second holds its tail."""
    from unloop_py.training.score import Clock, Note
    from unloop_py.training.soundfont import Preset

    clock = Clock(frames=2 * 44_100, beats=4)
    sound = maker.ensemble.soundfonts.play(np.random.default_rng(0), Preset(0, 0), (Note(3.9, 0.05, 48, 1.0),), clock)
    struck = np.mean(sound[-4000:] ** 2)
    assert np.mean(sound[:4000] ** 2) > 1e-3 * struck > 0
    assert np.mean(sound[:4000] ** 2) > 10 * np.mean(sound[60_000:80_000] ** 2)


def test_at_least_a_third_play_alone_and_every_kind_of_part_occurs_in_the_first_400_seeds():
    scores = [composition.compose(np.random.default_rng([seed, 0x100]), palette.Palette.of(seed)) for seed in range(400)]
    assert np.mean([score.solo for score in scores]) > 1 / 3
    alone = Counter(score.parts[0].kind for score in scores if score.solo)
    mixed = Counter(part.kind for score in scores if not score.solo for part in score.parts)
    kinds = {"drums", "percussion", "beatbox", "blips", "bass", "chords", "pad", "guitar", "melody", "voice", "texture"}
    assert set(alone) == kinds
    assert set(mixed) == kinds - {"beatbox", "pad"}
    assert {score.genre for score in scores} == set(composition.GENRES)
    assert 0.07 < np.mean([score.beats_per_bar == 3 for score in scores]) < 0.25
    assert len({score.key for score in scores}) > 60
    tempi = [score.tempo for score in scores]
    assert min(tempi) >= 60 and max(tempi) <= 180 and np.histogram(tempi, bins=6, range=(60, 180))[0].min() > 10
    assert all(1.4 < score.frames / 44_100 < 12 for score in scores)
    assert np.mean([score.swing > 0.1 for score in scores]) > 0.2


def test_held_out_loops_share_no_program_no_one_shot_no_groove_no_progression_and_no_tempo(maker, monkeypatch):
    played, grooved, degrees = {True: set(), False: set()}, {True: set(), False: set()}, {True: set(), False: set()}
    shots = {True: set(), False: set()}
    side = [False]
    play, drum_notes, harmony = SoundfontPlayer.play, grooves.drum_notes, composition.phrases.Harmony

    def noting_play(self, rng, preset, notes, clock):
        played[side[0]].add((self.paths[preset.font].name, preset.program, preset.drums))
        return play(self, rng, preset, notes[:6], clock)

    def noting_grooves(rng, groove, bars, per_bar):
        grooved[side[0]].add(groove)
        return drum_notes(rng, groove, bars, per_bar)

    def noting_harmony(tonic, scale, chords, per_bar):
        degrees[side[0]].add(chords)
        return harmony(tonic, scale, chords, per_bar)

    monkeypatch.setattr(SoundfontPlayer, "play", noting_play)
    monkeypatch.setattr(grooves, "drum_notes", noting_grooves)
    monkeypatch.setattr(composition.phrases, "Harmony", noting_harmony)
    names = {
        "kick": ("bd_haus", "bd_ada"), "snare": ("sn_dub", "sn_dolf"), "hat": ("hat_cats", "hat_bdu"), "open": ("ride_via", "ride_tri"),
        "tabla": ("tabla_re", "tabla_na"), "perc": ("perc_bell2", "perc_bell"), "texture": ("vinyl_hiss", "ambi_choir"),
    }
    noted = {kind: NotedShots(of_kind) for kind, of_kind in names.items()}
    monkeypatch.setattr(maker.ensemble, "shots", noted)
    tempi = {True: [], False: []}
    for held_out in (False, True):
        side[0] = held_out
        for seed in range(40):
            tempi[held_out].append(maker.make(seed + HELD_OUT_FROM * held_out).tempo)
        shots[held_out] = set().union(*(kind.asked for kind in noted.values()))
        for kind in noted.values():
            kind.asked.clear()
    for found in (played, grooved, shots):
        assert found[True] and found[False] and not found[True] & found[False]
    assert "sf_GMbank.sf2" in {font for font, _, _ in played[True]}
    assert "sf_GMbank.sf2" not in {font for font, _, _ in played[False]}
    assert all(int(tempo) % 10 in (3, 7) for tempo in tempi[True]) and not any(int(tempo) % 10 in (3, 7) for tempo in tempi[False])
    assert all(any(d == tuple(np.resize(one, len(d))) for one in palette.RESERVED_PROGRESSIONS) for d in degrees[True])


def test_a_missing_soundfont_is_named_with_the_line_that_installs_it(monkeypatch):
    lacking = sounds.Source("X", "MIT", "/nowhere/x.sf2", "x-soundfont")
    monkeypatch.setattr(sounds, "SOUNDFONTS", (lacking,))
    with pytest.raises(sounds.SoundsMissing, match="/nowhere/x.sf2 is missing: type 'apt-get install x-soundfont'"):
        LoopMaker(None)
