"""What is played is on the disk while it is played: takes, layers, repetitions with their tokens, input, and how things stand."""

import numpy as np
import soundfile

from unloop_py.audio_io.loop_file import read_loop
from unloop_py.engine.messages import CommandKind, State
from unloop_py.sessions.log import read_log
from unloop_py.sessions.reading import read_session, read_state
from unloop_py.sessions.tokens import read_tokens

RATE, BLOCK = 48000, 480


def test_nothing_is_written_until_something_is_recorded(stage):
    s = stage()
    s.wait(RATE)
    assert list(s.library.folder.iterdir()) == []


def test_a_take_is_a_playable_file_with_what_came_before_and_after(stage, noise):
    s = stage()
    before, loop, after = noise(RATE, 1), noise(RATE, 2), noise(RATE, 3)
    s.play(before)
    s.record(loop)
    s.play(after)
    s.wait(BLOCK)
    path = s.folder / "loop-1" / "take-0001.wav"
    audio, rate = soundfile.read(path, dtype="float32")
    take = s.takes[0, 1]
    assert rate == RATE and soundfile.info(path).subtype == "FLOAT"
    assert np.array_equal(audio[: RATE // 2], before[RATE // 2 :])
    assert np.array_equal(audio[RATE // 2 : RATE // 2 + len(take)], take)
    # what the engine heard while the recording ended: a block of nothing, then what was played
    assert np.array_equal(audio[RATE // 2 + len(take) + BLOCK :], after[: RATE // 2 - BLOCK])
    assert np.array_equal(read_loop(path).audio, take)


def test_every_state_that_can_be_undone_comes_back(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE // 2, 2))
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    kept = read_session(s.folder)
    assert kept.damage == []
    (loop,) = kept.loops
    assert loop.at == 2 and loop.state.state == "playing"
    assert [np.array_equal(was, s.takes[0, n]) for n, was in enumerate(loop.history, 1)] == [True, True]
    assert [loop.state.takes[n].kind for n in (1, 2)] == ["recording", "overdub"]
    s.press(CommandKind.UNDO)
    s.wait(RATE)
    (loop,) = read_session(s.folder).loops
    assert (loop.at, len(loop.history)) == (1, 2)
    s.press(CommandKind.CLEAR)
    s.wait(RATE)
    (loop,) = read_session(s.folder).loops
    assert loop.audio is None and loop.at == 2 and loop.state.state == "off"


def test_a_repetition_that_was_heard_is_kept_with_its_tokens_and_one_that_was_not_is_not(stage, noise):
    s = stage()
    s.record(noise(RATE // 2, 1))
    s.wait(RATE // 2)
    first, second = noise(RATE // 2, 8), noise(RATE // 2, 9)
    s.offer(first, 1)
    codes = s.offer(second, 2)  # takes the first one's place
    s.wait(RATE)
    (loop,) = read_session(s.folder).loops
    assert np.array_equal(loop.sounding.audio, second)
    assert loop.sounding.entry["request"]["prompt"]["periodic_prompt"] == 2 and loop.sounding.entry["request"]["seed"] == 7
    kept_codes, told = read_tokens(s.folder / "loop-1" / "variations-0001.npz")[2]
    assert np.array_equal(kept_codes, codes) and told["request"]["seed"] == 7
    assert [one.entry["tag"] for one in loop.variations] == [2]


def test_a_variation_kept_by_an_overdub_over_it_is_a_state_of_its_own(stage, noise):
    s = stage()
    s.record(noise(RATE // 2, 1))
    s.wait(RATE // 2)
    s.offer(second := noise(RATE // 2, 9), 1)
    s.wait(RATE)
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 3))
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    (loop,) = read_session(s.folder).loops
    assert [loop.state.takes[n].kind for n in loop.state.history[1:]] == ["recording", "kept", "overdub"]
    assert np.array_equal(loop.history[1], second)
    assert np.array_equal(loop.history[2], s.takes[0, 3])


def test_what_is_being_recorded_is_on_the_disk_within_two_seconds(stage, noise):
    s = stage()
    s.wait(RATE)
    s.press(CommandKind.RECORD)
    music = noise(3 * RATE, 1)
    s.play(music)
    audio, _ = soundfile.read(s.folder / "input-0001.wav", dtype="float32")
    heard = np.concatenate([np.zeros((RATE // 2, 2), np.float32), music])
    assert len(audio) >= len(heard) - RATE // 2  # half a second at most is under way
    assert np.array_equal(audio, heard[: len(audio)])
    kept = read_session(s.folder)
    assert "loop 1 was recording when all ended" in kept.damage[0] and "input-0001.wav" in kept.damage[0]


def test_the_log_tells_every_command_at_its_frame_and_every_parameter(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.bus.set(0, "wet", 0.25, frame=RATE + 5 * BLOCK + 7)
    s.wait(RATE)
    entries, bad = read_log(s.folder / "log.jsonl")
    assert bad == 0
    obeyed = [(e["at"], e["do"]) for e in entries if e["what"] == "obeyed" and e["do"] != "generate"]
    assert (0, "record") in obeyed and (RATE, "record") in obeyed and (RATE + 5 * BLOCK + 7, "set") in obeyed
    assert [e["value"] for e in entries if e["what"] == "parameter" and e["name"] == "wet"] == [1.0, 0.25]
    assert read_session(s.folder).state.loops[0].parameters["wet"] == 0.25


def test_a_session_that_is_ended_says_so(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    assert s.library.sessions()[0].playing and not s.library.sessions()[0].crashed
    s.keeping.stop()
    (kept,) = s.library.sessions()
    assert kept.state.ended and not kept.crashed and not kept.playing


def test_beyond_its_size_a_session_keeps_takes_and_tokens_but_not_the_sound_of_repetitions(stage, noise):
    s = stage(limit_bytes=1_000_000)
    s.record(noise(RATE // 2, 1))
    for tag in (1, 2, 3, 4):
        s.wait(RATE // 2)
        s.offer(noise(RATE // 2, 8 + tag), tag)
    s.wait(RATE)
    (loop,) = read_session(s.folder).loops
    assert len(loop.variations) == 4
    assert 0 < len(list(s.folder.glob("loop-1/variation-*.wav"))) < 4
    assert sum("size limit" in text for text in s.notices) == 1


def test_loops_are_kept_side_by_side(stage, noise):
    s = stage(loops=3)
    s.record(noise(RATE, 1), 0)
    s.record(noise(RATE // 2, 2), 2)
    s.wait(RATE)
    kept = read_session(s.folder)
    assert [loop.state.state for loop in kept.loops] == ["playing", "off", "playing"]
    assert np.array_equal(kept.loops[2].audio, s.takes[2, 1])
    assert s.engine.status(2).state == State.PLAYING


def test_what_was_learned_of_a_take_has_a_file_that_is_written_now_and_then_and_at_the_end(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    file = str(s.folder / "loop-1" / "learned-0001.safetensors")
    assert s.keeping.learned_file(1, 0.3) == file
    s.wait(RATE)
    assert s.keeping.learned_file(1, 0.4) is None  # a second later it is not written again
    assert s.keeping.learned_file(1, 1.0) == file
    s.wait(2 * RATE)
    assert read_state(s.folder).loops[0].learned == "loop-1/learned-0001.safetensors"
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(2 * RATE)
    assert read_state(s.folder).loops[0].learned == ""  # of another take
