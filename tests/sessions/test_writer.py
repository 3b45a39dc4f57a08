"""Disk full, folder gone, stick pulled: playing goes on, it is said once, and writing resumes when it can."""

import shutil

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind
from unloop_py.sessions.disk import Disk
from unloop_py.sessions.fakes import FakeDisk
from unloop_py.sessions.reading import read_session
from unloop_py.sessions.writer import Job, Writer

RATE = 48000


def test_a_full_disk_is_said_once_and_when_there_is_room_nothing_is_missing(stage, noise):
    disk = FakeDisk(free=500_000)
    s = stage(disk=disk)
    s.record(noise(2 * RATE, 1))
    heard = s.wait(2 * RATE)
    assert np.array_equal(heard[: RATE], np.roll(s.takes[0, 1], -480, axis=0)[:RATE])  # the music goes on
    s.press(CommandKind.OVERDUB)
    s.play(noise(2 * RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(2 * RATE)
    assert [("cannot be written" in text, "No space left" in text) for text in s.notices] == [(True, True)]
    disk.free = None
    s.wait(RATE)
    assert "is written again" in s.notices[-1] and len(s.notices) == 2
    kept = read_session(s.folder)
    assert kept.damage == []
    assert [np.array_equal(was, s.takes[0, n]) for n, was in enumerate(kept.loops[0].history, 1)] == [True, True]


def test_a_stick_that_was_out_for_a_while_holds_everything_afterwards(stage, noise):
    disk = FakeDisk()
    s = stage(disk=disk)
    s.record(noise(RATE, 1))
    s.wait(RATE)
    disk.out = True
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(2 * RATE)
    disk.out = False
    s.wait(RATE)
    kept = read_session(s.folder)
    assert kept.damage == [] and len(kept.loops[0].history) == 2
    assert np.array_equal(kept.loops[0].audio, s.takes[0, 2])


def test_the_folder_of_all_sessions_is_never_made_where_a_stick_should_be(stage, noise, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    s = stage(folder=stick)
    s.record(noise(RATE, 1))
    s.wait(RATE)
    away = tmp_path / "pulled"
    stick.rename(away)
    s.bus.set(0, "wet", 0.5)
    s.wait(2 * RATE)
    assert not stick.exists()
    assert any("cannot be written" in text for text in s.notices)
    away.rename(stick)
    s.wait(2 * RATE)
    assert read_session(s.folder).state.loops[0].parameters["wet"] == 0.5
    assert "is written again" in s.notices[-1]


def test_a_session_whose_folder_was_deleted_is_written_anew_with_what_sounds(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(2 * RATE)
    shutil.rmtree(s.folder)
    s.bus.set(0, "wet", 0.5)
    s.wait(2 * RATE)
    kept = read_session(s.folder)
    assert kept.damage == []
    assert np.array_equal(kept.loops[0].audio, s.takes[0, 1])


def test_a_job_that_is_wrong_keeps_no_other_from_being_written(tmp_path, caplog):
    writer, done = Writer(tmp_path / "a"), []

    def wrong(disk, folder):
        raise ValueError("a bug")

    writer.put(Job("wrong", wrong))
    writer.put(Job("right", lambda disk, folder: done.append(folder)))
    assert writer.step() and done == [tmp_path / "a"]
    assert "wrong could not be written" in caplog.text
    writer.stop()


def test_a_newer_job_of_the_same_key_takes_the_place_of_one_that_waits(tmp_path):
    writer, done = Writer(tmp_path / "a"), []
    for n in range(3):
        writer.put(Job("state", lambda disk, folder, n=n: done.append(n), key="state"))
    assert writer.step() and done == [2]
    writer.stop()


def test_memory_for_what_waits_is_bounded_and_what_is_lost_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("unloop_py.sessions.writer.MOST_WAITING", 1000)
    said, done = [], []
    disk = FakeDisk()
    disk.out = True
    writer = Writer(tmp_path / "a", said.append, disk)
    for n in range(5):
        writer.put(Job(f"take {n}", lambda disk, folder, n=n: done.append(n), size=400))
        assert not writer.step()
    disk.out = False
    assert writer.step() and done == [3, 4]
    assert sum("will be missing" in text for text in said) == 3
    writer.stop()


def test_a_file_is_there_whole_or_as_it_was_before(tmp_path):
    def pieces(fail):
        yield b"new"
        if fail:
            raise OSError(28, "No space left on device")

    path = tmp_path / "take"
    Disk().write(path, pieces(False))
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        Disk().write(path, pieces(True))
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    Disk().write(path, pieces(False))
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(not shutil.which("mount"), reason="needs mount")
def test_a_real_disk_that_is_full(stage, noise, tmp_path):
    import os
    import subprocess

    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        ballast = small / "ballast"
        ballast.write_bytes(b"x" * 700_000)
        s = stage(folder=small)
        s.record(noise(RATE, 1))
        s.wait(2 * RATE)
        assert any("No space left" in text for text in s.notices)
        os.remove(ballast)
        subprocess.run(["mount", "-o", "remount,size=16m", str(small)], check=True)
        s.wait(RATE)
        assert np.array_equal(read_session(s.folder).loops[0].audio, s.takes[0, 1])
        s.keeping.writer.stop()
    finally:
        subprocess.run(["umount", "-l", str(small)], capture_output=True)
