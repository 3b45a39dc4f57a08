"""The data maker: the same seed gives the same loop, other seeds give others, and tails wrap."""

import importlib.util

import numpy as np
import pytest

from unloop_py.errors import UnloopError

if importlib.util.find_spec("tinysoundfont") is None:
    pytest.skip("tinysoundfont is not installed: pip install --no-deps tinysoundfont", allow_module_level=True)

from unloop_py.training import sounds
from unloop_py.training.loops import LoopMaker


@pytest.fixture(scope="module")
def maker():
    try:
        sounds.soundfonts()
    except UnloopError as missing:
        pytest.skip(str(missing))
    return LoopMaker(None)


def test_a_seed_gives_the_same_loop_whatever_was_made_before(maker):
    first = maker.make(5)
    maker.make(6)
    again = maker.make(5)
    assert np.array_equal(first.audio, again.audio)
    assert (first.tempo, first.beats, first.parts) == (again.tempo, again.beats, again.parts)


def test_loops_differ_keep_time_and_are_neither_silent_nor_over_full_scale(maker):
    loops = [maker.make(seed) for seed in range(20, 26)]
    for loop in loops:
        assert len(loop.audio) == round(loop.beats * 60 / loop.tempo * 44_100)
        assert loop.audio.dtype == np.float32 and 0.2 < np.abs(loop.audio).max() <= 0.95
        assert 60 <= loop.tempo <= 180 and loop.parts
    assert len({len(loop.audio) for loop in loops}) == len(loops)


def test_a_missing_soundfont_is_named_with_the_line_that_installs_it(monkeypatch):
    lacking = sounds.Source("X", "MIT", "/nowhere/x.sf2", "x-soundfont")
    monkeypatch.setattr(sounds, "SOUNDFONTS", (lacking,))
    with pytest.raises(sounds.SoundsMissing, match="/nowhere/x.sf2 is missing: type 'apt-get install x-soundfont'"):
        sounds.soundfonts()
