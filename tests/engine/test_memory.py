"""How far back undo leads: within a memory that all loops share, told when it ends, and the first recording always."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, EventKind, State

L, RAMP = 20000, 480


def overdub(p, audio, loop=0):
    p.press(CommandKind.OVERDUB, p.now, loop=loop)
    p.play(audio)
    p.press(CommandKind.OVERDUB, p.now, loop=loop)
    p.wait(1500)


def test_the_oldest_states_are_given_up_and_told_and_what_sounds_is_whole(player, noise):
    p = player(undo_memory_mb=2.0)  # each state has 80 kB
    p.record(noise(L, 1))
    p.wait(L)
    whole = p.take()[:, 0].astype(np.float64)
    begun = p.now
    for n in range(30):
        at = (p.now - begun) % L
        new = noise(3000, 10 + n)
        overdub(p, new)
        whole[(at + np.arange(3000)) % L] += new
    told = p.told(EventKind.FORGOTTEN)
    assert told and [event.index for event in told] == list(range(len(told))) and all(event.late == 1 for event in told)
    assert p.engine.status().undo_steps == 31 - len(told)
    steps = p.engine.status().undo_steps
    assert steps == 23  # 24 states, and the recording stays, for `first`
    middle = np.abs(whole - p.take()[:, 0]) < 2e-6
    assert middle.mean() > 0.5 and np.abs(whole - p.take()[:, 0]).max() < 0.2  # only fades differ
    for _ in range(steps):
        p.press(CommandKind.UNDO, p.now)
        p.wait(10)
    assert p.engine.status().state == State.PLAYING
    p.press(CommandKind.UNDO, p.now)
    p.wait(10)
    assert p.told(EventKind.IGNORED)[-1].index == CommandKind.UNDO


def test_sixteen_loops_share_it_and_each_keeps_its_take_and_a_step(player, noise):
    p = player(n_loops=16, undo_memory_mb=2.0)
    for loop in range(16):
        p.press(CommandKind.RECORD, p.now, loop=loop)
        p.play(noise(13000, loop))
        p.press(CommandKind.RECORD, p.now, loop=loop)
        p.wait(10)
        for n in range(3):
            overdub(p, noise(2000, n), loop)
    forgotten = {loop: [e.index for e in p.told(EventKind.FORGOTTEN) if e.loop == loop] for loop in range(16)}
    assert len(forgotten[0]) == 3 and sum(map(len, forgotten.values())) > 16
    for loop in range(16):
        status = p.engine.status(loop)
        assert status.state == State.PLAYING and status.undo_steps >= 1
        assert forgotten[loop] == list(range(len(forgotten[loop])))


def test_the_default_is_256_mb():
    import inspect

    from unloop_py.config import JamConfig
    from unloop_py.engine.engine import Engine

    assert inspect.signature(Engine).parameters["undo_memory_mb"].default == 256.0 == JamConfig.undo_memory_mb


@pytest.fixture
def layered(player, noise):
    """A player whose loop was recorded, overdubbed, varied, the variation kept, and multiplied."""
    p = player()
    p.record(noise(L, 1))
    p.wait(L)
    first = p.take()[:, 0]
    overdub(p, noise(3000, 2))
    p.wait(L)
    p.offer(noise(L, 3))
    p.wait(2 * L)
    p.press(CommandKind.KEEP, p.now)
    p.wait(L)
    p.press(CommandKind.MULTIPLY, p.now)
    p.wait(L)
    p.press(CommandKind.MULTIPLY, p.now)
    p.wait(3 * L)
    return p, first


@pytest.mark.parametrize("speed", [1.0, -1.0])
def test_first_brings_back_the_first_recording_in_time_and_undo_leads_back(layered, speed):
    p, first = layered
    if speed < 0:
        p.press(CommandKind.REVERSE, p.now)
        p.wait(1000)
    before = p.take()
    place = p.engine.status().position_frames % L
    steps = p.engine.status().undo_steps
    p.press(CommandKind.FIRST, p.now)
    heard = p.wait(L)[:, 0]
    at = (place + int(speed) * np.arange(L)) % L
    assert np.array_equal(heard[RAMP:], first[at[RAMP:]])
    assert np.array_equal(p.take()[:, 0], first) and p.engine.status().undo_steps == steps + 1
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take(), before)
    p.press(CommandKind.REDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take()[:, 0], first)


def test_first_is_there_though_undo_no_longer_leads_to_it(player, noise):
    p = player(undo_memory_mb=0.1)
    p.record(noise(L, 1))
    p.wait(L)
    first = p.take()
    for n in range(6):
        overdub(p, noise(3000, n))
    assert p.engine.status().undo_steps == 1
    p.press(CommandKind.FIRST, p.now)
    p.wait(L)
    assert np.array_equal(p.take(), first)


def test_a_command_that_waits_for_its_frame_can_be_taken_back(player, noise):
    p = player()
    p.record(noise(L, 1))
    p.press(CommandKind.PAUSE, p.now + 5000)
    p.press(CommandKind.MUTE, p.now + 6000)
    p.wait(1000)
    p.press(CommandKind.CANCEL, control=CommandKind.PAUSE)
    p.wait(5500)
    assert p.engine.status().state == State.MUTED
    p.press(CommandKind.CANCEL, control=CommandKind.PAUSE)
    p.wait(10)
    assert p.told(EventKind.IGNORED)[-1].index == CommandKind.CANCEL


def test_a_take_gives_the_buffer_back_that_it_was_recorded_in_and_sounds_the_same(player, noise):
    p = player(max_loop_s=20.0, undo_memory_mb=2.0)
    p.record(noise(L, 1))
    p.wait(L)
    take = p.take()[:, 0]
    assert len(p.engine.buffer(p.told(EventKind.TAKE)[-1].slot)) == 20 * 48000
    assert np.array_equal(p.wait(L)[:, 0], take)
    for n in range(12):  # 80 kB each, where a recording's buffer has 3.8 MB
        overdub(p, noise(3000, n))
        p.wait(1000)
    assert p.engine.status().undo_steps == 13 and not p.told(EventKind.FORGOTTEN)
    for _ in range(12):
        p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take()[:, 0], take) and len(p.engine.buffer(p.told(EventKind.TAKE)[-1].slot)) <= 2 * L


def test_all_sixteen_loops_find_a_buffer_when_they_are_recorded_and_overdubbed_at_once(player, noise):
    p = player(n_loops=16)
    for loop in range(16):
        p.press(CommandKind.RECORD, 1000, loop=loop)
        p.press(CommandKind.RECORD, 15000 + 500 * loop, loop=loop)
    p.play(noise(24000, 1))
    p.wait(5000, block=256)
    for loop in range(16):
        p.press(CommandKind.OVERDUB, p.now + 10, loop=loop)
    p.play(noise(1000, 2))
    assert [p.engine.status(loop).state for loop in range(16)] == 16 * [State.OVERDUBBING]
    assert not p.told(EventKind.IGNORED)
