"""A session that SooperLooper 1.7.8 has written, brought in: its own file, with two stereo loops of which one is at half its level."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from unloop_py.audio_io.wav import write_audio
from unloop_py.errors import SessionError
from unloop_py.session.replaying import Replay
from unloop_py.sessions.library import Library
from unloop_py.sessions.reading import read_session
from unloop_py.sessions.sooperlooper import import_session

DATA = Path(__file__).resolve().parent.parent / "data" / "sooperlooper" / "two-loops.slsess"
RATE = 48000


@pytest.fixture
def session(tmp_path, noise):
    """The session's file with its audio beside it, as when somebody has moved both."""
    shutil.copy(DATA, tmp_path / "test.slsess")
    write_audio(tmp_path / "test.slsess_loop_00.wav", noise(RATE, 1), RATE)
    write_audio(tmp_path / "test.slsess_loop_01.wav", noise(RATE // 2, 2), RATE)
    return tmp_path / "test.slsess"


def test_its_loops_and_what_both_mean_the_same_by_come_along(session, noise, stage, tmp_path):
    (tmp_path / "sessions").mkdir()
    folder, notes = import_session(session, Library(tmp_path / "sessions"))
    assert notes == []
    kept = read_session(folder)
    assert kept.damage == []
    assert np.array_equal(kept.loops[0].audio, noise(RATE, 1)) and np.array_equal(kept.loops[1].audio, noise(RATE // 2, 2))
    first = kept.state.loops[0].parameters
    assert (first["wet"], round(first["feedback"], 3), round(first["tempo"], 2)) == (0.5, 0.8, 123.93)
    s = stage(loops=2)
    s.restore(kept)
    heard = s.wait(2 * RATE)
    assert s.bus.get(0, "wet") == 0.5
    at = next(at for at in range(RATE) if heard[at].any())
    wanted = 0.5 * noise(RATE, 1)[:1000] + noise(RATE // 2, 2)[:1000]
    assert np.allclose(heard[at : at + 1000], wanted, atol=1e-6)


def test_it_holds_no_performance_that_could_be_replayed(session, tmp_path):
    (tmp_path / "sessions").mkdir()
    folder, _ = import_session(session, Library(tmp_path / "sessions"))
    with pytest.raises(SessionError, match="no performance"):
        Replay(folder)


def test_a_loop_whose_audio_is_missing_is_named_and_the_others_come(session, tmp_path):
    (tmp_path / "test.slsess_loop_00.wav").unlink()
    (tmp_path / "sessions").mkdir()
    folder, notes = import_session(session, Library(tmp_path / "sessions"))
    assert len(notes) == 1 and "loop 1" in notes[0] and "does not exist" in notes[0]
    kept = read_session(folder)
    assert kept.loops[0].audio is None and kept.loops[1].audio is not None


@pytest.mark.parametrize("text, why", [("hello", "no session of SooperLooper's"), ("<a/>", "it begins with <a>"),
                                       ("<SLSession/>", "no loop that can be read")])
def test_what_is_no_session_of_sooperloopers_is_refused_and_leaves_nothing(tmp_path, text, why):
    (tmp_path / "a.slsess").write_text(text)
    library = Library(tmp_path / "sessions")
    with pytest.raises(SessionError, match=why):
        import_session(tmp_path / "a.slsess", library)
    assert library.sessions() == []


@pytest.mark.parametrize("tempo", ["0", "1e9", "nan", "-inf", "fast"])
def test_a_tempo_that_no_music_has_is_left_out_and_the_loops_come_all_the_same(session, noise, stage, tmp_path, tempo):
    session.write_text(session.read_text().replace('tempo="123.9296011"', f'tempo="{tempo}"'))
    (tmp_path / "sessions").mkdir()
    folder, notes = import_session(session, Library(tmp_path / "sessions"))
    s = stage(loops=2)
    s.restore(read_session(folder))
    s.wait(RATE)
    assert notes == [] and 20.0 <= s.bus.get(0, "tempo") <= 300.0
    assert np.array_equal(s.takes[0, s.engine.status(0).take], noise(RATE, 1))
