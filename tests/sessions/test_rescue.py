"""What was being recorded or laid on when all ended is as if it had been ended there."""

import numpy as np
import pytest

from unloop_py.audio_io.wav import read_audio
from unloop_py.engine.messages import CommandKind, State
from unloop_py.session.rescue import CUT_S, rescue
from unloop_py.sessions.library import LAST
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import read_session

RATE, BLOCK = 48000, 480
BEAT = RATE // 4        # 240 bpm
BAR = 4 * BEAT
CUT = round(CUT_S * RATE)
INTERNAL, BARS = -3, 4


def kept_input(s):
    """The first frame of the newest file of input, and the one after its last."""
    newest = [entry for entry in read_log(s.folder / "log.jsonl")[0] if entry["what"] == "input"][-1]
    return newest["at"], newest["at"] + len(read_audio(s.folder / newest["file"])[0])


def as_it_ended(music, frames):
    """Of an array its first frames, which fade, and silence after them."""
    audio = music.copy()
    audio[frames - CUT : frames] *= np.linspace(1.0, 0.0, CUT, dtype=np.float32)[:, None]
    audio[frames:] = 0.0
    return audio


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
    _, end = kept_input(s)
    t.press(kind, frame=end - latency)
    t.play(as_it_ended(music, end - t.engine.frame()))
    t.wait(RATE)
    assert np.array_equal(rescued, t.takes[0, 2])
    assert len(kept.loops[0].history) == 2 and kept.loops[0].at == 2


@pytest.mark.parametrize("speed, backwards", [(1.0, True), (0.5, False), (2.0, True)])
def test_one_laid_on_backwards_or_at_another_speed_lies_where_it_was_played(stage, noise, speed, backwards):
    tone = 0.2 * np.sin(2 * np.pi * 100 * np.arange(3 * RATE) / RATE)[:, None].astype(np.float32).repeat(2, axis=1)
    s = stage()
    s.record(np.zeros((RATE, 2), np.float32))
    s.bus.set(0, "speed", speed)
    if backwards:
        s.press(CommandKind.REVERSE)
    s.wait(RATE)
    s.press(CommandKind.OVERDUB)
    s.play(tone[: RATE // 5])
    s.wait(RATE // 5)
    kept = read_session(s.folder)
    assert len(rescue(kept)) == 1
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    live, rescued = s.takes[0, 2], kept.loops[0].audio
    assert live.any() and np.abs(rescued - live).max() < 0.01


def test_a_flag_that_changed_meanwhile_does_not_hide_the_layer(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.LOCK, value=1.0)
    s.play(noise(RATE, 3))
    kept = read_session(s.folder)
    (said,) = rescue(kept)
    assert float(said.split(":")[1].split()[0]) > 1.0
    assert len(kept.loops[0].history) == 2


@pytest.mark.parametrize("latency", [0, 480])
def test_a_first_recording_is_the_loop_that_an_end_at_that_moment_would_have_made(stage, noise, latency):
    s = stage(latency=latency)
    music = noise(3 * RATE, 1)
    s.wait(RATE)
    s.press(CommandKind.RECORD, frame=s.engine.frame() + 100)
    s.play(music)
    kept = read_session(s.folder)  # killed here
    (said,) = rescue(kept)
    assert "are a loop" in said and float(said.split(":")[1].split()[0]) >= 3.0 - 0.6

    t = stage(latency=latency, began=1.8e9)
    t.wait(RATE)
    t.press(CommandKind.RECORD, frame=t.engine.frame() + 100)
    _, end = kept_input(s)
    t.press(CommandKind.RECORD, frame=end - latency)
    t.play(as_it_ended(music, end - t.engine.frame()))
    t.wait(RATE)
    (loop,) = kept.loops
    assert np.array_equal(loop.audio, t.takes[0, 1])
    assert (loop.at, len(loop.history), loop.state.state) == (1, 1, "playing")
    assert (kept.state.frame - loop.state.position - (end - latency)) % len(loop.audio) == 0  # it began again where it ended


def test_it_plays_where_it_would_be_by_now_and_undo_empties_the_loop(stage, noise):
    s = stage()
    s.wait(RATE)
    s.press(CommandKind.RECORD)
    s.play(noise(3 * RATE, 1))
    s.keeping.writer.stop()
    assert s.library.find(LAST).crashed
    kept = read_session(s.folder)
    rescue(kept)
    _, end = kept_input(s)
    t = stage(began=s.clock() + 5.0)
    t.restore(kept)
    t.wait(RATE)
    status = t.engine.status()
    assert status.state == State.PLAYING and np.array_equal(t.takes[0, status.take], kept.loops[0].audio)
    gone = round((t.clock() - s.began) * RATE) - end
    assert (status.position_frames - gone) % status.length_frames in (0, 1, status.length_frames - 1)
    t.bus.command(0, "undo")
    t.wait(RATE)
    assert t.engine.status().state == State.OFF
    t.bus.command(0, "redo")
    t.wait(RATE)
    assert t.engine.status().state == State.PLAYING


@pytest.mark.parametrize("played, bars", [(0.6, 1), (1.7, 2), (2.05, 2)])
def test_one_that_a_clock_would_have_ended_has_whole_bars_and_what_was_not_played_is_silent(stage, noise, played, bars):
    s = stage()
    for name, value in {"tempo": 240.0, "sync_source": INTERNAL, "quantize": BARS}.items():
        s.bus.set(0, name, value)
    s.wait(BAR // 2)
    s.bus.command(0, "record")
    while s.engine.status().state != State.RECORDING:
        s.wait(BLOCK)
    s.play(music := noise(round(played * BAR), 1))
    kept = read_session(s.folder)
    rescue(kept)
    (loop,) = kept.loops
    _, end = kept_input(s)
    assert len(loop.audio) == bars * BAR and end > BAR
    heard = end - BAR  # it began on the second bar
    if heard < bars * BAR:
        assert not loop.audio[heard : -RATE // 10].any()
        assert np.abs(np.diff(loop.audio, axis=0)).max() <= np.abs(np.diff(music, axis=0)).max()
    assert loop.state.on_clock == [(bars * BAR, INTERNAL, 4.0, 4.0 * bars)]
    assert (kept.state.frame - loop.state.position) % BAR == 0  # its seams are on the bars


def test_one_of_fixed_length_has_that_length(stage, noise):
    s = stage()
    s.bus.set(0, "tempo", 240.0)
    s.bus.set(0, "record_bars", 3)
    s.wait(RATE // 3)
    s.bus.command(0, "record")
    s.play(noise(2 * BAR, 1))
    kept = read_session(s.folder)
    rescue(kept)
    assert len(kept.loops[0].audio) == 3 * BAR


def test_beside_loops_that_all_rest_it_rests_too(stage, noise):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.press(CommandKind.PAUSE, 0)
    s.wait(RATE)
    s.press(CommandKind.RECORD, 1)
    s.play(noise(2 * RATE, 2))
    kept = read_session(s.folder)
    rescue(kept)
    assert [loop.state.state for loop in kept.loops] == ["paused", "paused"]


def test_over_a_loop_that_one_plays_in_its_place_and_redo_brings_the_recording(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE + RATE // 3)
    before = s.engine.frame(), s.engine.status().position_frames
    s.press(CommandKind.RECORD)
    s.play(music := noise(2 * RATE, 2))
    kept = read_session(s.folder)
    assert "what came in is in" in kept.damage[0]
    (said,) = rescue(kept)
    assert "redo brings them" in said
    (loop,) = kept.loops
    assert np.array_equal(loop.audio, s.takes[0, 1]) and (loop.at, len(loop.history)) == (1, 2)
    heard = len(loop.history[1]) - RATE // 10
    assert heard > RATE and np.array_equal(loop.history[1][:heard], music[:heard])
    assert (loop.state.position - before[1] - (kept.state.frame - before[0])) % RATE in (0, 1, RATE - 1)
    t = stage(began=s.clock() + 1.0)
    t.restore(kept)
    t.wait(RATE)
    assert (t.engine.status().length_frames, t.engine.status().redo_steps) == (RATE, 1)
    t.bus.command(0, "redo")
    t.wait(RATE)
    assert t.engine.status().length_frames == len(loop.history[1])


def test_a_loop_that_hears_an_input_of_its_own_comes_back_with_what_came_in_there_as_loud_as_it_was(stage, noise):
    s = stage(more_inputs=1)
    for name, value in {"use_common_ins": 0, "input_1": 3, "input_gain": 0.5}.items():
        s.bus.set(0, name, value)
    s.wait(RATE)
    s.press(CommandKind.RECORD)
    s.play(music := noise(2 * RATE, 1, channels=3))
    kept = read_session(s.folder)
    rescue(kept)
    audio = kept.loops[0].audio
    heard = len(audio) - RATE // 10
    assert heard > RATE and np.array_equal(audio[:heard, 0], 0.5 * music[:heard, 2])


def test_input_that_lies_in_several_files_is_one_recording(stage, noise, monkeypatch):
    monkeypatch.setattr("unloop_py.sessions.input_track.FILE_BYTES", 8 * RATE)  # a second each
    s = stage()
    s.press(CommandKind.RECORD)
    s.play(music := noise(3 * RATE, 1))
    assert len(list(s.folder.glob("input-*.wav"))) > 2
    kept = read_session(s.folder)
    rescue(kept)
    heard = len(kept.loops[0].audio) - RATE // 10
    assert heard > 2 * RATE and np.array_equal(kept.loops[0].audio[:heard], music[:heard])


def test_a_recording_of_which_nothing_has_come_to_the_disk_is_no_loop_and_costs_nothing(stage, noise):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.wait(RATE)
    s.press(CommandKind.RECORD, 1)
    s.play(noise(RATE // 2, 2))
    for path in s.folder.glob("input-*.wav"):
        path.unlink()
    kept = read_session(s.folder)
    assert rescue(kept) == []
    assert np.array_equal(kept.loops[0].audio, s.takes[0, 1]) and kept.loops[1].audio is None


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
