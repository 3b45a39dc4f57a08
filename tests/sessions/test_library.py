"""Sessions are listed, found, named and deleted, and the oldest without a name give way, whole."""

import os
import time

import pytest

from unloop_py.config import JamConfig
from unloop_py.errors import SessionError
from unloop_py.sessions.library import LAST, Library, mark_ended

RATE = 48000
DAY = 86400


@pytest.fixture
def evenings(stage, noise):
    """Three sessions, a day apart, all ended."""
    made = []
    for day in range(3):
        s = stage(began=1.7e9 + day * DAY)
        s.record(noise(RATE, day))
        s.wait(RATE)
        s.keeping.stop()
        made.append(s)
    return made


def titles(library):
    return [kept.title for kept in library.sessions()]


def test_the_oldest_without_a_name_go_whole_and_those_with_one_stay(evenings):
    library = evenings[0].library
    first, second, third = library.sessions()
    library.name(first, "the good one")
    gone = library.make_room(first.size_bytes + third.size_bytes + 1000)
    assert gone == [second.folder.name] and not second.folder.exists()
    assert titles(library) == ["the good one", third.folder.name]
    library.make_room(0)
    assert titles(library) == ["the good one"]


def test_a_session_that_is_being_played_is_not_deleted(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    (kept,) = s.library.sessions()
    assert kept.playing
    assert s.library.make_room(0) == []
    with pytest.raises(SessionError, match="is being played"):
        s.library.delete(kept)


def test_a_new_session_makes_room_for_itself_and_says_so(evenings, stage):
    s = stage(began=1.7e9 + 9 * DAY, limit_bytes=evenings[0].library.sessions()[0].size_bytes * 1.5)
    s.wait(480)
    assert len(s.library.sessions()) == 1
    assert any("2 old sessions without a name were deleted" in text for text in s.notices)


def test_a_session_is_found_by_name_folder_and_as_the_last(evenings, stage, noise):
    library = evenings[0].library
    first, second, third = library.sessions()
    library.name(second, "My  Set")
    assert library.find(LAST).folder == third.folder
    newest = stage(began=1.7e9 + 5 * DAY)
    newest.record(noise(RATE, 1))
    newest.wait(RATE)
    assert library.find(LAST).folder == third.folder and library.find(LAST, playing=True).folder == newest.folder
    assert library.find("my set").folder == second.folder
    assert library.find(first.folder.name).folder == first.folder
    assert library.find(str(first.folder)).folder == first.folder
    with pytest.raises(SessionError, match="the nearest is 'My Set'"):
        library.find("my sett")


def test_a_name_is_one_sessions_alone_and_can_be_taken_away(evenings):
    library = evenings[0].library
    first, second, _ = library.sessions()
    library.name(first, "one")
    with pytest.raises(SessionError, match="is the name of the session"):
        library.name(second, "One")
    for bad in ("x" * 101, LAST, "a/b"):
        with pytest.raises(SessionError, match="cannot be called"):
            library.name(first, bad)
    library.name(first, "")
    assert library.find(first.folder.name).name == ""


def test_a_folder_that_is_no_session_is_never_touched(evenings):
    library = evenings[0].library
    (library.folder / "photos").mkdir()
    (library.folder / "photos" / "cat.jpg").write_bytes(b"x" * 1000)
    library.make_room(0)
    assert (library.folder / "photos" / "cat.jpg").exists() and titles(library) == []


def test_a_session_that_ended_without_warning_is_offered_once(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(2 * RATE)
    s.keeping.writer.stop()  # as a process that is killed lets its lock go
    kept = s.library.find(LAST)
    assert kept.crashed
    mark_ended(kept.folder)
    assert not s.library.find(LAST).crashed


def test_nothing_there_is_an_answer_too(tmp_path):
    library = Library(tmp_path / "none")
    assert library.sessions() == []
    with pytest.raises(SessionError, match="no session has been kept"):
        library.find(LAST)


def test_two_sessions_of_one_second_have_folders_of_their_own(tmp_path):
    library = Library(tmp_path)
    first = library.new_folder(1.7e9)
    first.mkdir()
    assert library.new_folder(1.7e9) != first


def test_a_session_in_a_folder_that_was_renamed_still_has_its_place_by_age(evenings):
    library = evenings[0].library
    first, *_ = library.sessions()
    renamed = first.folder.with_name("a memorable evening")
    first.folder.rename(renamed)
    os.utime(renamed, (time.time(), time.time()))
    assert titles(library)[-1] == "a memorable evening"


def test_everything_is_kept_in_the_user_s_data_folder_unless_the_player_says_otherwise(monkeypatch, tmp_path):
    monkeypatch.setattr("unloop_py.sessions.library.user_data_folder", lambda: tmp_path)
    assert JamConfig().autosave and JamConfig().sessions_folder is None and JamConfig().sessions_gb > 0
    assert Library(None).new_folder(1.7e9).parent == tmp_path / "sessions"


def test_a_session_that_cannot_be_read_counts_for_its_size_and_a_half_deleted_one_is_none(evenings):
    library = evenings[0].library
    first, second, third = library.sessions()
    for file in ("session.toml", "log.jsonl"):
        (second.folder / file).write_bytes(b"garbage")
    second.folder.joinpath("loop-1", "take-0001.wav").write_bytes(b"garbage")
    assert library.sessions()[1].state is None
    first.folder.rename(first.folder.with_name(f".deleted-1-{first.folder.name}"))  # it was being deleted when all ended
    assert titles(library) == [second.title, third.title]
    assert library.make_room(third.size_bytes + 1000) == [second.folder.name]
