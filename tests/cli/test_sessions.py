"""`unloop sessions`, `replay` and `export`: what is kept, as a player asks for it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.cli.app import unloop
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.keeping import Keeping
from unloop_py.session.loop_files import LoopFiles
from unloop_py.sessions.library import Library

RATE = 48000


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A folder of sessions with one in it, and what was heard in that."""
    folder = tmp_path / "sessions"
    folder.mkdir()
    engine = Engine(sample_rate=RATE, channels=1, max_loop_s=2.0)
    bus = SessionBus(engine, Store(), block_frames=480, wall_clock=lambda: 1.7e9 + engine.frame() / RATE)
    conductor, files = Conductor(bus), LoopFiles(bus)
    keeping = Keeping(bus, Library(folder), wall_clock=lambda: 1.7e9 + engine.frame() / RATE)

    def happened(event):
        files.happened(event)
        keeping.happened(event, files)

    conductor.attach(None, lambda take: None, happened)
    stream, heard = OfflineStream(engine), []
    music = np.random.default_rng(1).uniform(-0.1, 0.1, (RATE, 1)).astype(np.float32)
    for audio in (music, np.zeros_like(music), np.zeros_like(music)):
        if len(heard) < 2 * len(music) // 480:
            engine.send(Command(CommandKind.RECORD))
        for at in range(0, len(audio), 480):
            heard.append(stream.run(audio[at : at + 480]))
            conductor.step()
            keeping.step()
            keeping.writer.step()
    keeping.stop()
    return folder, np.concatenate(heard)


def run(folder: Path, *words: object, status: int = 0, answer: str | None = None) -> str:
    command = [str(word) for word in words]
    result = CliRunner().invoke(unloop, [*command, "--sessions-folder", str(folder)], input=answer)
    assert result.exit_code == status, result.output
    return result.output


def test_sessions_are_listed_named_and_deleted(kept):
    folder, _ = kept
    assert "1 loop 1.0 s" in run(folder, "sessions", "list")
    assert "'first light'" in run(folder, "sessions", "name", "last", "first light")
    assert "first light" in run(folder, "sessions", "list")
    run(folder, "sessions", "delete", "first light", answer="n\n")
    assert "first light" in run(folder, "sessions", "list")
    run(folder, "sessions", "delete", "first light", "--yes")
    assert "No session has been kept" in run(folder, "sessions", "list")


def test_replay_writes_what_was_heard(kept, tmp_path):
    folder, heard = kept
    told = run(folder, "replay", "last", tmp_path / "again.wav")
    assert "as it was heard" in told
    audio, _ = soundfile.read(tmp_path / "again.wav", dtype="float32", always_2d=True)
    assert np.array_equal(audio[: len(heard)], heard)


def test_export_writes_a_folder(kept, tmp_path):
    folder, _ = kept
    told = run(folder, "export", "last", tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"master.wav", "loop 1.wav"}
    assert "master.wav" in told


@pytest.mark.parametrize(
    "words",
    [
        ("sessions", "name", "nothing", "x"), ("sessions", "delete", "nothing"), ("replay", "nothing", "x.wav"),
        ("export", "nothing", "x"), ("jam", "--session", "nothing", "--generator", "off"),
    ],
)  # fmt: skip
def test_a_session_that_is_not_there_is_answered_in_one_line(kept, words):
    folder, _ = kept
    told = run(folder, *words, status=2)
    assert told.startswith("unloop: no session is called 'nothing'") and told.count("\n") == 1


def test_a_session_whose_log_is_lost_is_exported_without_a_master(kept, tmp_path):
    folder, _ = kept
    next(folder.iterdir()).joinpath("log.jsonl").unlink()
    told = run(folder, "export", "last", tmp_path / "out")
    assert "there is no master.wav" in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"loop 1.wav"}
    assert "cannot be replayed" in run(folder, "replay", "last", tmp_path / "again.wav", status=2)
