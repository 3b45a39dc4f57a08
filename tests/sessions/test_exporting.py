"""A session for a studio: layers that add up to their loop, loops that add up to the master, all from the first frame on."""

import numpy as np
import pytest

from unloop_py.audio_io.loop_file import read_loop, read_marks
from unloop_py.audio_io.wav import read_audio
from unloop_py.engine.messages import CommandKind
from unloop_py.errors import AudioFileError
from unloop_py.session.exporting import export, stems
from unloop_py.session.replaying import Replay
from unloop_py.sessions.reading import read_session

RATE = 48000


@pytest.fixture
def played(stage, noise):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    for n in (2, 3):
        s.press(CommandKind.OVERDUB)
        s.play(noise(RATE, n))
        s.press(CommandKind.PLAY)
        s.wait(RATE)
    s.record(noise(RATE // 2, 4), 1)
    s.wait(RATE)
    s.keeping.beats_found(0, 3, None)
    s.keeping.stop()
    return s


def test_the_layers_of_a_loop_add_up_to_it(played, noise):
    first, second = read_session(played.folder).loops
    found = stems(first)
    assert [layer.kind for layer in found] == ["recording", "overdub", "overdub"]
    assert np.array_equal(found[0].audio, played.takes[0, 1])
    assert np.allclose(sum(layer.audio for layer in found), played.takes[0, 3], atol=1e-6)
    assert [layer.kind for layer in stems(second)] == ["recording"]


def test_everything_is_there_and_fits_together(played, tmp_path):
    kept = read_session(played.folder)
    kept.loops[0].state.beats = 2
    missing = export(kept, tmp_path / "out", lambda only: Replay(played.folder, only=only))
    assert missing == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "loop 1 120.00 bpm layer 01 recording.wav", "loop 1 120.00 bpm layer 02 overdub.wav", "loop 1 120.00 bpm layer 03 overdub.wav",
        "loop 1 120.00 bpm.wav", "loop 1 performance.wav", "loop 2 performance.wav", "loop 2.wav", "master.wav",
    ]  # fmt: skip
    master, _ = read_audio(tmp_path / "out" / "master.wav")
    assert np.array_equal(master[: len(played.sound)], played.sound)
    parts = [read_audio(tmp_path / "out" / f"loop {n} performance.wav")[0] for n in (1, 2)]
    assert np.allclose(parts[0] + parts[1], master, atol=1e-6)
    assert [marker.name for marker in read_marks(tmp_path / "out" / "master.wav").markers][:3] == ["record 1", "record 1", "overdub 1"]
    loop = read_loop(tmp_path / "out" / "loop 1 120.00 bpm.wav")
    assert np.array_equal(loop.audio, played.takes[0, 3]) and loop.beats == 2


def test_nothing_is_written_over(played, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "master.wav").write_text("mine")
    with pytest.raises(AudioFileError, match="not empty"):
        export(read_session(played.folder), tmp_path / "out", None)
    assert (tmp_path / "out" / "master.wav").read_text() == "mine"
