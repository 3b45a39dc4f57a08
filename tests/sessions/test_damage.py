"""A session that is damaged in any one file: that is named, and everything else is there."""

import itertools
import re
import zlib

import numpy as np
import pytest
from safetensors.numpy import save_file

from unloop_py.engine.messages import CommandKind
from unloop_py.errors import SessionError
from unloop_py.session.rescue import rescue
from unloop_py.sessions.library import LAST
from unloop_py.sessions.reading import read_session

RATE = 48000
FILES = ["session.toml", "log.jsonl", "loop-1/take-0001.wav", "loop-1/take-0002.wav", "loop-1/variation-000001.wav",
         "loop-1/variations-0001.npz", "input-0001.wav", "loop-2/take-0001.wav", "loop-1/learned-0002.safetensors",
         "loop-1/layer-0003.wav", "name.txt"]  # fmt: skip

HURTS = ["gone", "empty", "cut", "garbage", "a few bytes"]


def hurt(path, how):
    good = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(good[: len(good) // 4])
    elif how == "garbage":
        path.write_bytes(np.random.default_rng(0).bytes(max(len(good), 10)))
    else:
        at = len(good) // (3 if path.suffix == ".npz" else 2)  # half-way an archive may have a date that nobody reads
        path.write_bytes(good[:at] + b"\x00\xff\n\xfe" + good[at + 4 :])


@pytest.fixture
def played(stage, noise, monkeypatch):
    """A session of two loops, an overdub and a repetition."""
    monkeypatch.setattr("unloop_py.session.layers._serials", itertools.count(1))
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    s.record(noise(RATE // 2, 3), 1)
    s.wait(RATE)
    s.offer(noise(RATE, 4), 1)
    s.wait(3 * RATE)
    weights = np.random.default_rng(7).normal(size=4000).astype(np.float16)
    save_file({"codec.weight": weights}, s.folder / s.keeping.learned_file(2, 1.0), {"crc": str(zlib.crc32(weights.tobytes()))})
    s.wait(480)
    s.keeping.stop()
    s.library.name(s.library.find(LAST), "the one")
    return s


@pytest.mark.parametrize("file, how", [*itertools.product(FILES, HURTS), ("playing.lock", "gone")])
def test_whatever_one_file_has_suffered_the_others_are_there(played, file, how):
    hurt(played.folder / file, how)
    kept = read_session(played.folder)
    first, second = kept.loops
    takes = {"1": (0, 1), "2": (0, 2)}
    survivors = [played.takes[takes[n]] for n in "12" if file != f"loop-1/take-000{n}.wav"]
    assert len(first.history) == len(survivors)
    assert all(np.array_equal(was, wanted) for was, wanted in zip(first.history, survivors, strict=True))
    assert np.array_equal(first.audio, survivors[-1])
    if file != "loop-2/take-0001.wav":
        assert np.array_equal(second.audio, played.takes[1, 1])
    else:
        assert second.audio is None
    if file not in ("input-0001.wav", "playing.lock", "name.txt"):
        assert any(file.split("/")[-1] in text for text in kept.damage), kept.damage
    heard = file not in ("loop-1/variation-000001.wav", "loop-1/take-0002.wav")
    assert (first.sounding is not None) == heard
    assert bool(first.state.learned) == (file not in ("loop-1/learned-0002.safetensors", "loop-1/take-0002.wav"))
    assert played.library.find(LAST).folder == played.folder
    assert bool(first.variations) == (file not in ("loop-1/variations-0001.npz", "loop-1/take-0002.wav"))


def test_no_kind_of_file_is_left_out_above(played):
    there = {path.relative_to(played.folder).as_posix() for path in played.folder.rglob("*") if path.is_file()}
    kinds = {re.sub(r"\d+", "N", file) for file in [*FILES, "playing.lock"]}
    assert {re.sub(r"\d+", "N", file) for file in there} == kinds


def test_with_neither_table_nor_log_the_newest_take_of_each_loop_is_there(played):
    for file in ("session.toml", "log.jsonl"):
        hurt(played.folder / file, "garbage")
    first, second = read_session(played.folder).loops
    assert np.array_equal(first.audio, played.takes[0, 2]) and np.array_equal(second.audio, played.takes[1, 1])


def test_a_folder_that_is_no_session_is_refused(tmp_path):
    with pytest.raises(SessionError, match="nothing that can be read as a session"):
        read_session(tmp_path)


def test_no_bytes_whatever_in_any_file_raise_anything_but_what_a_player_can_read(played, tmp_path):
    chance = np.random.default_rng(5)
    whole = {file: (played.folder / file).read_bytes() for file in FILES}
    for n in range(150):
        file = FILES[n % 9]  # all kinds of them
        bad = bytearray(whole[file])
        for at in chance.integers(0, len(bad), chance.integers(1, 20)):
            bad[at] = chance.choice([chance.integers(256), ord("9"), ord("-"), ord('"')])
        (played.folder / file).write_bytes(bad)
        kept = read_session(played.folder)
        assert all(np.isfinite(audio).all() for loop in kept.loops for audio in loop.history if audio is not None)
        rescue(kept)
        (played.folder / file).write_bytes(whole[file])
