"""Loops that were stretched, kept and brought back: they sound the same, and can be had as they were played."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind
from unloop_py.session.replaying import Replay
from unloop_py.sessions.reading import read_session

RATE = 48000


@pytest.fixture
def stretched(stage, noise):
    """A session with a loop that was stretched, laid onto and undone, and what it was played as."""
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE // 2)
    original = s.files.take(0).copy()
    s.bus.set(0, "stretch_ratio", 1.5)
    s.wait(RATE // 2)
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE // 4, 2))
    s.press(CommandKind.OVERDUB)
    s.wait(3 * RATE)
    s.bus.set(0, "loop_pitch", 3)
    s.wait(RATE // 2)
    return s, original


def test_a_session_with_a_stretched_loop_comes_back_as_it_sounded_and_can_be_undone_to_what_was_played(stretched, stage):
    s, original = stretched
    take = s.files.take(0).copy()
    s.keeping.stop()
    kept = read_session(s.folder)
    assert kept.damage == []
    t = stage(began=1.8e9)
    t.restore(kept)
    t.wait(RATE)
    np.testing.assert_array_equal(t.files.take(0), take)
    assert (t.bus.get(0, "stretch_ratio"), t.bus.get(0, "loop_pitch")) == (1.5, 3)
    assert t.engine.status(0).undo_steps == s.engine.status(0).undo_steps
    t.bus.set(0, "stretch_ratio", 1)
    t.bus.set(0, "loop_pitch", 0)
    t.press(CommandKind.UNDO)
    t.wait(RATE)
    np.testing.assert_array_equal(t.files.take(0), original)


def test_its_log_alone_says_the_same(stretched, stage):
    s, _ = stretched
    s.keeping.stop()
    (s.folder / "session.toml").unlink()
    kept = read_session(s.folder)
    np.testing.assert_array_equal(kept.loops[0].audio, s.files.take(0))
    assert kept.loops[0].shapes[-1].shape == (1.5, 3.0)
    assert kept.loops[0].shapes[-1].played == (1.5, 0.0)


def test_an_original_that_is_damaged_is_named_and_the_loop_comes_back_as_it_sounded(stretched, stage):
    s, _ = stretched
    s.keeping.stop()
    first = s.folder / "loop-1" / "take-0001.wav"
    first.write_bytes(first.read_bytes()[:1000])
    kept = read_session(s.folder)
    assert any("stretched from" in line for line in kept.damage)
    t = stage(began=1.8e9)
    t.restore(kept)
    t.wait(RATE)
    np.testing.assert_array_equal(t.files.take(0), s.files.take(0))


def test_a_performance_with_stretching_is_rendered_again_sample_for_sample(stretched):
    s, _ = stretched
    s.keeping.stop()
    again = np.concatenate(list(Replay(s.folder).render()))
    np.testing.assert_array_equal(again[: len(s.sound)], s.sound)


def test_a_loop_that_follows_the_tempo_comes_back_as_long_and_follows_on(stage, noise):
    s = stage()
    for name, value in {"sync_source": -3, "quantize": 5, "tempo_stretch": 1}.items():
        s.bus.set(0, name, value)
    s.bus.command(0, "record")
    s.play(noise(RATE, 1))
    s.bus.command(0, "record")
    s.wait(RATE)
    original = s.files.take(0).copy()
    s.bus.set(0, "tempo", 100)
    s.wait(2 * RATE)
    assert len(s.files.take(0)) == len(original) * 120 // 100
    s.keeping.stop()
    t = stage(began=s.clock() + 1.0)
    t.restore(read_session(s.folder))
    t.wait(2 * RATE)
    np.testing.assert_array_equal(t.files.take(0), s.files.take(0))
    t.bus.set(0, "tempo", 120)
    t.wait(2 * RATE)
    np.testing.assert_array_equal(t.files.take(0), original)
