"""A session rendered again from its log is, sample for sample, what was heard; or what another model would have made of it."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind
from unloop_py.errors import SessionError
from unloop_py.session.replaying import Replay
from unloop_py.sessions.reading import read_session
from unloop_py.vamper.fakes import ToneGenerator

RATE, BLOCK = 48000, 480


def evening(s, noise):
    """A bit of everything, at frames that no block knows."""
    s.wait(RATE // 3)
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.offer(noise(RATE, 11), 1)
    s.bus.set(0, "seam_ms", 90.0)
    s.wait(RATE)
    s.bus.set(0, "mix", 0.5, frame=s.engine.frame() + 777)
    s.wait(RATE // 2)
    s.press(CommandKind.KEEP)
    s.wait(RATE)
    s.bus.set(0, "mix", 1.0)
    s.offer(noise(RATE, 12), 2)
    s.wait(RATE)
    s.press(CommandKind.OVERDUB, frame=s.engine.frame() + 1111)
    s.bus.set(0, "feedback", 0.7)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY, frame=s.engine.frame() + 99)
    s.wait(2 * RATE)
    s.press(CommandKind.UNDO)
    s.wait(RATE // 2)
    s.press(CommandKind.REDO)
    s.bus.set(0, "wet", 0.6)
    s.wait(RATE // 2)
    s.press(CommandKind.MUTE)
    s.wait(RATE)
    s.press(CommandKind.MUTE)
    s.offer(noise(RATE, 13), 3)
    s.wait(2 * RATE)
    s.press(CommandKind.BACK)
    s.wait(RATE)
    s.press(CommandKind.PAUSE)
    s.wait(RATE // 2)
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    s.bus.set(0, "tail", 0.4)
    s.press(CommandKind.RECORD)
    s.play(noise(RATE // 2, 5))
    s.press(CommandKind.RECORD)
    s.play(noise(RATE, 6))
    s.wait(2 * RATE)


def rendered(replay):
    return np.concatenate(list(replay.render()))


@pytest.mark.parametrize("latency", [0, 511])
def test_a_performance_is_rendered_again_sample_for_sample(stage, noise, latency):
    s = stage(latency=latency)
    evening(s, noise)
    s.keeping.stop()
    replay = Replay(s.folder)
    heard = s.sound
    again = rendered(replay)
    assert replay.missing == [] and not replay.needs_model and replay.remade == 0
    assert len(again) >= len(heard)
    assert np.array_equal(again[: len(heard)], heard)
    assert [moment.what for moment in replay.moments()][:3] == ["record", "record", "keep"]


def test_what_one_hears_oneself_is_rendered_again_too(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.bus.set(0, "dry", 0.5)
    s.play(noise(RATE, 2))
    s.bus.set(0, "dry", 0.0)
    s.wait(RATE)
    s.keeping.stop()
    assert np.array_equal(rendered(Replay(s.folder))[: len(s.sound)], s.sound)


def test_loops_that_came_and_went_and_all_places_are_rendered_again_too(stage, noise):
    s = stage(more_inputs=1, more_outputs=1)
    s.bus.set(0, "pan_1", 0.3)
    s.wait(BLOCK)
    s.record(noise(RATE, 1, 3))
    s.bus.command(None, "loop_add")
    for name, value in {"use_common_ins": 0, "input_1": 3, "use_common_outs": 0, "output_1": 3, "input_gain": 0.7}.items():
        s.bus.set(1, name, value)
    s.wait(RATE // 2)
    s.record(noise(RATE // 2, 2, 3), loop=1)
    s.bus.set(0, "feedback", 0.6)
    s.bus.set(0, "use_feedback_play", 1)
    s.wait(2 * RATE)
    s.bus.command(None, "loop_del")
    s.wait(RATE)
    s.bus.command(None, "loop_add")
    s.bus.set(0, "main_wet", 0.5)
    s.bus.set(1, "channels", 1)
    s.wait(RATE)
    s.keeping.stop()
    assert read_session(s.folder).state.there == 2
    replay = Replay(s.folder)
    again = rendered(replay)
    assert replay.missing == [] and np.abs(s.sound).max() > 0.05
    assert np.array_equal(again[: len(s.sound)], s.sound)


def test_a_session_that_was_brought_back_is_rendered_from_its_own_folder_alone(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(RATE)
    s.offer(noise(RATE, 3), 1)
    s.wait(3 * RATE)
    s.keeping.stop()
    t = stage(began=s.clock() + 5)
    t.restore(read_session(s.folder))
    t.wait(4 * RATE)
    t.press(CommandKind.UNDO)
    t.wait(RATE)
    t.keeping.stop()
    replay = Replay(t.folder)
    assert np.array_equal(rendered(replay)[: len(t.sound)], t.sound)
    assert replay.missing == []


def several(s, noise):
    """Three loops of different lengths, each varied over and over, one of them laid on, and stretched, in between."""
    lengths = (RATE, RATE // 2, 3 * RATE // 4)
    for loop, length in enumerate(lengths):
        s.record(noise(length, loop), loop)
    for turn in range(4):
        for loop, length in enumerate(lengths):
            if loop != 1 or turn < 2:
                s.offer(noise(length, 100 * turn + loop), 10 * turn + loop, loop)
            s.wait(RATE // 3)
        if turn == 1:
            s.press(CommandKind.OVERDUB, 2)
            s.play(noise(RATE // 4, 7))
            s.press(CommandKind.OVERDUB, 2)
            s.bus.set(1, "stretch_ratio", 1.25)
        s.wait(2 * RATE)
    s.keeping.stop()


def test_several_varying_loops_are_rendered_again_sample_for_sample(stage, noise):
    s = stage(loops=3)
    several(s, noise)
    replay = Replay(s.folder)
    again = rendered(replay)
    assert replay.missing == [] and len({entry["loop"] for entry in replay._variations.values()}) == 3
    assert np.array_equal(again[: len(s.sound)], s.sound)


def test_of_several_loops_each_repetition_is_made_again_from_its_own_loop_s_tokens(stage, noise):
    generator = ToneGenerator(wait=lambda seconds: None)
    s = stage(loops=3, limit_bytes=0)
    several(s, noise)
    replay = Replay(s.folder, generator)
    rendered(replay)
    heard = [entry for entry in replay._variations.values() if not entry["itself"]]
    assert replay.remade == len(heard) and replay.missing == []


def test_repetitions_whose_sound_was_not_kept_are_made_again_from_their_tokens(stage, noise):
    generator = ToneGenerator(wait=lambda seconds: None)
    s = stage(limit_bytes=0)
    s.record(noise(RATE, 1))
    s.wait(RATE)
    codes = s.offer(noise(RATE, 9), 1)
    s.wait(2 * RATE)
    s.keeping.stop()
    replay = Replay(s.folder, generator)
    assert replay.needs_model
    again = rendered(replay)
    assert replay.remade == 1 and replay.missing == []
    tone = np.sin(2 * np.pi * (1 + int(codes[0, 0])) * np.arange(RATE) / RATE)
    heard = again[len(s.sound) - BLOCK : len(s.sound), 0]
    where = s.engine.status().position_frames
    wanted = np.roll(tone, -(where - BLOCK))[:BLOCK]
    assert np.corrcoef(heard, wanted)[0, 1] > 0.999


def test_another_model_makes_every_repetition_anew(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.offer(noise(RATE, 9), 1)
    s.wait(2 * RATE)
    s.keeping.stop()
    generator = ToneGenerator(wait=lambda seconds: None)
    replay = Replay(s.folder, generator, anew=True)
    again = rendered(replay)
    assert replay.remade == 1 and generator.prepared == [1]
    until = 2 * RATE - RATE // 10
    assert np.array_equal(again[:until], s.sound[:until])  # the take is the player's
    assert not np.array_equal(again[2 * RATE : 3 * RATE], s.sound[2 * RATE : 3 * RATE])


def test_a_chain_that_is_made_anew_goes_on_from_its_own_links(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    for tag, parent in ((1, None), (2, 1), (3, 2)):
        s.offer(noise(RATE, 9 + tag), tag, seed=tag, parent=parent)
        s.wait(RATE)
    s.wait(RATE)
    s.keeping.stop()
    generator, started = ToneGenerator(wait=lambda seconds: None), []
    vary = generator.vary
    generator.vary = lambda handle, request, start=None: started.append((request.index, start)) or vary(handle, request, start=start)
    replay = Replay(s.folder, generator, anew=True)
    rendered(replay)
    assert [index for index, _ in started] == [1, 2, 3] and started[0][1] is None
    for (_, start), index in zip(started[1:], (1, 2), strict=True):
        np.testing.assert_array_equal(start, replay._links[0, 1, index])


def test_one_loop_alone_is_what_it_sounded_like_and_all_of_them_together_are_the_performance(stage, noise):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.record(noise(RATE // 2, 2), 1)
    s.wait(2 * RATE)
    s.keeping.stop()
    alone = [rendered(Replay(s.folder, only=loop)) for loop in (0, 1)]
    assert np.allclose(alone[0][: len(s.sound)] + alone[1][: len(s.sound)], s.sound, atol=1e-6)
    assert alone[0].any() and alone[1].any()


def test_without_its_log_a_session_cannot_be_replayed_and_that_is_said(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.keeping.stop()
    (s.folder / "log.jsonl").unlink()
    with pytest.raises(SessionError, match="cannot be replayed"):
        Replay(s.folder)


def test_presses_that_came_late_and_reached_back_are_rendered_again_too(stage, noise):
    s = stage()
    s.play(noise(RATE, 1))
    s.press(CommandKind.RECORD, frame=s.engine.frame() - 4321)
    s.play(noise(RATE, 2))
    s.press(CommandKind.RECORD, frame=s.engine.frame() - 1234)
    s.play(noise(RATE, 3))
    s.press(CommandKind.OVERDUB, frame=s.engine.frame() - 2345)
    s.play(noise(RATE, 4))
    s.press(CommandKind.PLAY)
    s.press(CommandKind.ALIGN, length=100)
    s.wait(3 * RATE)
    s.keeping.stop()
    replay = Replay(s.folder)
    assert np.array_equal(rendered(replay)[: len(s.sound)], s.sound)
    kept = read_session(s.folder).loops[0]
    assert np.array_equal(kept.audio, s.takes[0, 2]) and len(kept.audio) == RATE - 1234 + 4321


def test_everything_that_sooperlooper_has_commands_for_is_rendered_again_too(stage, noise):
    s = stage(latency=333)
    s.record(noise(RATE // 2, 1))
    s.wait(RATE)
    for n, kind in enumerate((CommandKind.REPLACE, CommandKind.SUBSTITUTE, CommandKind.INSERT, CommandKind.MULTIPLY), 2):
        s.press(kind, frame=s.engine.frame() + 10 * n)
        s.play(noise(RATE // 4, n))
        s.press(kind)
        s.wait(RATE)
    s.bus.set(0, "speed", 0.5)
    s.wait(RATE // 2)
    s.press(CommandKind.REVERSE)
    s.wait(RATE // 2)
    s.bus.set(0, "speed", 1.0)
    s.press(CommandKind.REVERSE)
    s.wait(RATE // 2)
    s.press(CommandKind.TRIGGER)
    s.wait(RATE // 4)
    s.press(CommandKind.ONESHOT)
    s.wait(2 * RATE)
    s.press(CommandKind.UNDO_ALL)
    s.press(CommandKind.REDO_ALL)
    s.wait(RATE)
    s.keeping.stop()
    replay = Replay(s.folder)
    assert np.array_equal(rendered(replay)[: len(s.sound)], s.sound)
    kept = read_session(s.folder)
    assert kept.damage == [] and replay.missing == []
    assert len(kept.loops[0].history) == 5
