"""What was being laid onto a loop when all ended is laid onto it as if it had been ended there."""

import numpy as np
import pytest
import soundfile

from unloop_py.engine.messages import CommandKind
from unloop_py.session.rescue import rescue
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import read_session

RATE = 48000


def inputs(s):
    return [entry for entry in read_log(s.folder / "log.jsonl")[0] if entry["what"] == "input"]


@pytest.mark.parametrize("kind", [CommandKind.OVERDUB, CommandKind.REPLACE, CommandKind.SUBSTITUTE])
@pytest.mark.parametrize("latency", [0, 480])
def test_the_layer_is_the_one_that_an_end_at_that_moment_would_have_made(stage, noise, kind, latency):
    s = stage(latency=latency)
    music = noise(3 * RATE, 2)
    s.record(noise(RATE, 1))
    s.wait(RATE // 2)
    s.bus.set(0, "feedback", 0.8)
    s.wait(RATE // 4)
    s.press(kind, frame=s.engine.frame() + 100)
    s.play(music)
    kept = read_session(s.folder)  # killed here
    (said,) = rescue(kept)
    rescued = kept.loops[0].audio
    seconds = float(said.split(":")[1].split()[0])
    assert 3.0 - 0.6 <= seconds <= 3.0 and "laid onto it" in said

    t = stage(latency=latency, began=1.8e9)
    t.record(noise(RATE, 1))
    t.wait(RATE // 2)
    t.bus.set(0, "feedback", 0.8)
    t.wait(RATE // 4)
    t.press(kind, frame=t.engine.frame() + 100)
    path, start = s.folder / inputs(s)[-1]["file"], inputs(s)[-1]["at"]
    end = start + soundfile.info(path).frames
    t.press(kind, frame=end - latency)
    t.play(np.concatenate([music[: end - t.engine.frame()], np.zeros_like(music[end - t.engine.frame() :])]))
    t.wait(RATE)
    assert np.array_equal(rescued, t.takes[0, 2])
    assert len(kept.loops[0].history) == 2 and kept.loops[0].at == 2


def test_a_recording_that_had_no_end_stays_in_its_file(stage, noise):
    s = stage()
    s.press(CommandKind.RECORD)
    s.play(noise(3 * RATE, 1))
    kept = read_session(s.folder)
    assert rescue(kept) == []
    assert "what came in is in" in kept.damage[0]


def test_what_cannot_be_rescued_costs_nothing_else(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.press(CommandKind.OVERDUB)
    s.play(noise(2 * RATE, 2))
    for path in s.folder.glob("input-*.wav"):
        path.write_bytes(b"gone")
    kept = read_session(s.folder)
    assert rescue(kept) == []
    assert np.array_equal(kept.loops[0].audio, s.takes[0, 1])
