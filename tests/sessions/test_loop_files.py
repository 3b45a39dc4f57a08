"""Loops from files and to files while one plays, by the command that front ends give."""

import threading

import numpy as np
import pytest

from unloop_py.audio_io.loop_file import Marks, read_loop, read_marks, write_loop
from unloop_py.audio_io.wav import write_audio
from unloop_py.beats.grid import BeatGrid
from unloop_py.errors import AudioFileError, CommandError

RATE, BLOCK = 48000, 480


def settle():
    """Wait for the threads that read and write files."""
    for thread in threading.enumerate():
        if thread.name == "loop files":
            thread.join()


def test_a_file_becomes_the_loop_and_plays_from_its_start(stage, noise, tmp_path):
    s = stage()
    loop = noise(RATE, 1)
    write_loop(tmp_path / "a.wav", np.concatenate([noise(500, 2), loop, noise(700, 3)]), RATE, Marks(500, 500 + RATE))
    s.bus.command(0, "load", str(tmp_path / "a.wav"))
    settle()
    assert np.array_equal(s.wait(2 * RATE), np.concatenate([loop, loop]))


@pytest.mark.parametrize("rate, channels, name", [(44100, 1, "a.flac"), (96000, 2, "a.aiff"), (22050, 1, "a.wav")])
def test_a_file_of_any_rate_and_kind_becomes_the_loop(stage, tmp_path, rate, channels, name):
    s = stage()
    wave = 0.1 * np.sin(2 * np.pi * 200 * np.arange(rate) / rate)[:, None].astype(np.float32).repeat(channels, axis=1)
    write_audio(tmp_path / name, wave, rate)
    s.bus.command(0, "load", str(tmp_path / name))
    settle()
    heard = s.wait(2 * RATE)
    assert np.abs(heard[:, 0] - 0.1 * np.sin(2 * np.pi * 200 * np.arange(2 * RATE) / RATE)).max() < 1e-3
    assert s.engine.status().length_frames == RATE


def test_the_beats_that_a_file_tells_are_the_loops(stage, noise, tmp_path):
    s = stage()
    write_loop(tmp_path / "a.wav", noise(RATE, 1), RATE, Marks(0, RATE, beats=2, tempo_bpm=120.0))
    s.files.load(0, tmp_path / "a.wav", wait=True)
    s.wait(BLOCK)
    grid = s.files.grid(0, s.engine.status().take)
    assert (grid.beats, grid.tempo_bpm, grid.first_beat_frame) == (2, 120.0, 0.0)


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.flac"])
def test_a_loop_is_saved_with_marks_and_comes_back_as_it_was(stage, noise, tmp_path, name):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(BLOCK)
    s.bus.loops[0].grid = BeatGrid(RATE, RATE, 2, 0.0, 1.0)
    s.bus.command(0, "save", str(tmp_path / name))
    settle()
    back = read_loop(tmp_path / name)
    assert np.abs(back.audio - s.takes[0, 1]).max() <= (2**-23 if name == "a.flac" else 0.0)
    if name == "a.wav":
        assert read_marks(tmp_path / name) == Marks(0, RATE, 2, 120.0)


def test_what_cannot_be_loaded_or_saved_is_said_and_the_loop_plays_on(stage, noise, tmp_path):
    s = stage()
    with pytest.raises(CommandError, match="the loop is empty"):
        s.bus.command(0, "save", str(tmp_path / "a.wav"))
    s.record(noise(RATE, 1))
    with pytest.raises(CommandError, match="there is no such file"):
        s.bus.command(0, "load", str(tmp_path / "missing.wav"))
    with pytest.raises(CommandError, match="does not exist"):
        s.bus.command(0, "save", str(tmp_path / "nowhere" / "a.wav"))
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(AudioFileError, match="not audio"):
        s.files.load(0, tmp_path / "text.wav", wait=True)
    write_audio(tmp_path / "long.wav", noise(5 * RATE, 1), RATE)
    s.bus.command(0, "load", str(tmp_path / "long.wav"))
    settle()
    s.bus.command(0, "save", str(tmp_path / "a.xyz"))
    settle()
    where = s.engine.status().position_frames
    assert np.array_equal(s.wait(BLOCK), np.roll(s.takes[0, 1], -where, axis=0)[:BLOCK])
    assert "at most 4 s" in s.notices[0] and "unknown format" in s.notices[1]


def test_a_loaded_loop_is_one_undo_away_from_what_was_there_and_is_kept(stage, noise, tmp_path):
    from unloop_py.sessions.reading import read_session

    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    write_audio(tmp_path / "a.wav", loop := noise(RATE // 2, 2), RATE)
    s.files.load(0, tmp_path / "a.wav", wait=True)
    s.wait(2 * RATE)
    kept = read_session(s.folder).loops[0]
    assert np.array_equal(kept.audio, loop) and kept.state.take.kind == "loaded" and len(kept.history) == 2
