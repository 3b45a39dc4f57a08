"""A session that ended without warning comes back: where it would be by now, with what can be undone, and as it sounded."""

import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file

from unloop_py.beats.grid import BeatGrid
from unloop_py.engine.messages import CommandKind, Flag, State
from unloop_py.session.restoring import Restorer, restore_settings
from unloop_py.sessions.reading import read_session
from unloop_py.vamper.history import THE_TAKE, VariationHistory

RATE, BLOCK = 48000, 480
AWAY_S = 7.3


@pytest.fixture
def again(stage, tmp_path):
    """Kill an instrument, and make another one a while later; both."""

    def make(first, **settings):
        copy = tmp_path / "as it was left"
        shutil.copytree(first.folder, copy)
        second = stage(began=first.clock() + AWAY_S, **settings)
        second.restore(read_session(copy))
        return second

    return make


def position(stage, loop=0):
    status = stage.engine.status(loop)
    return status.position_frames


def test_the_loop_comes_back_at_once_where_it_would_be_by_now(stage, noise, again):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE + RATE // 3)
    where = position(s)
    t = again(s)
    t.wait(2 * RATE)
    elapsed = round(AWAY_S * RATE) + 2 * RATE
    assert (position(t) - where - elapsed) % RATE in (0, 1, RATE - 1)
    assert t.sound[: RATE // 5].any()
    faded = t.sound[RATE // 4 :]
    begins = position(t) - len(faded)
    assert np.array_equal(faded, np.take(s.takes[0, 1], np.arange(begins, begins + len(faded)), axis=0, mode="wrap"))


def test_what_can_be_undone_and_redone_can_be_so_again_and_in_its_place(stage, noise, again):
    s = stage()
    s.record(noise(RATE, 1))
    for n in (2, 3):
        s.press(CommandKind.OVERDUB)
        s.play(noise(RATE, n))
        s.press(CommandKind.PLAY)
        s.wait(RATE)
    s.press(CommandKind.UNDO)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(3 * RATE)
    status = t.engine.status()
    assert (status.undo_steps, status.redo_steps) == (2, 1)
    for command, take in ((None, 2), (CommandKind.UNDO, 1), (CommandKind.REDO, 2), (CommandKind.REDO, 3)):
        if command is not None:
            t.press(command)
            t.wait(BLOCK + BLOCK)  # the fade
        where = position(t)
        heard = t.wait(RATE // 4)
        assert np.array_equal(heard, np.roll(s.takes[0, take], -where, axis=0)[: RATE // 4])


@pytest.mark.parametrize("kind, state", [(CommandKind.MUTE, State.MUTED), (CommandKind.PAUSE, State.PAUSED)])
def test_a_loop_that_was_silent_is_silent_and_goes_on_where_it_would(stage, noise, again, kind, state):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE + 12345)
    s.press(kind)
    s.wait(2 * RATE)
    where = position(s)
    t = again(s)
    t.wait(RATE)
    assert t.engine.status().state == state
    assert not t.sound.any()
    if state == State.PAUSED:
        assert position(t) == where
    t.press(CommandKind.PLAY)
    t.wait(2 * BLOCK)
    where = position(t)
    assert np.array_equal(t.wait(BLOCK), np.roll(s.takes[0, 1], -where, axis=0)[:BLOCK])


@pytest.mark.parametrize("speed, reverse", [(0.5, False), (1.0, True), (2.0, True)])
def test_a_loop_that_ran_backwards_or_at_another_speed_does_so_from_where_it_would_be(stage, noise, again, speed, reverse):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(RATE)
    s.bus.set(0, "speed", speed)
    if reverse:
        s.press(CommandKind.REVERSE)
    s.wait(2 * RATE + 4800)
    where = position(s)
    t = again(s)
    t.wait(RATE)
    elapsed = (round(AWAY_S * RATE) + RATE) * (-speed if reverse else speed)
    off = (position(t) - where - elapsed + RATE / 2) % RATE - RATE / 2
    assert abs(off) <= 2
    assert bool(t.engine.status().flags & Flag.REVERSED) == reverse
    assert t.wait(BLOCK).any()


def test_a_loop_that_was_soloed_is_so_again(stage, noise, again):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.record(noise(RATE, 2), 1)
    s.press(CommandKind.SOLO, 1, value=1.0)
    s.wait(RATE)
    t = again(s, loops=2)
    t.wait(RATE)
    where = position(t, 1)
    assert np.array_equal(t.wait(BLOCK), np.roll(s.takes[1, 1], -where, axis=0)[:BLOCK])


def test_what_sounded_over_the_take_sounds_again(stage, noise, again):
    s = stage()
    s.record(noise(RATE // 2, 1))
    s.wait(RATE // 2)
    s.offer(heard := noise(RATE // 2, 9), 1)
    s.wait(RATE)
    t = again(s)
    t.wait(2 * RATE)
    where = position(t)
    assert t.engine.status().tag != THE_TAKE
    assert np.array_equal(t.wait(BLOCK), np.roll(heard, -where, axis=0)[:BLOCK])


def test_flags_and_parameters_are_as_they_were_but_for_those_that_are_given(stage, noise, again):
    s = stage()
    s.bus.set(0, "variation", 0.8)
    s.bus.set(0, "feedback", 0.5)
    s.record(noise(RATE // 2, 1))
    s.press(CommandKind.LOCK, value=1.0)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(RATE)
    assert (t.bus.get(0, "variation"), t.bus.get(0, "feedback")) == (0.8, 0.5)
    assert t.bus.get(0, "periodic_prompt") == s.bus.get(0, "periodic_prompt")
    assert t.engine.status().flags == s.engine.status().flags
    given = stage(began=s.clock())
    given.restore(read_session(s.folder), {"feedback": 1.0})
    assert (given.bus.get(0, "variation"), given.bus.get(0, "feedback")) == (0.8, 1.0)


def test_a_session_comes_back_on_another_sound_card(stage, again):
    s = stage()
    tone = 0.1 * np.sin(2 * np.pi * 100 * np.arange(RATE) / RATE)[:, None].astype(np.float32).repeat(2, axis=1)
    s.record(tone)
    s.wait(2 * RATE)
    t = again(s, rate=44100, channels=1)
    t.wait(2 * 44100)
    assert t.engine.status().length_frames == 44100
    where = position(t)
    assert np.abs(t.wait(BLOCK)[:, 0] - 0.1 * np.sin(2 * np.pi * 100 * (where + np.arange(BLOCK)) / 44100)).max() < 1e-3


def test_several_loops_keep_their_places_to_each_other(stage, noise, again):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.wait(12000)
    s.record(noise(RATE // 2, 2), 1)
    s.wait(2 * RATE)
    apart = (position(s, 0) - position(s, 1)) % (RATE // 2)
    t = again(s, loops=2)
    t.wait(3 * RATE)
    assert (position(t, 0) - position(t, 1)) % (RATE // 2) == apart


def test_its_beats_are_known_at_once_and_whether_it_was_varied(stage, noise, again):
    s = stage()
    s.record(noise(RATE, 1))
    s.keeping.beats_found(0, 1, BeatGrid(RATE, RATE, 2, 1000.0, 0.9))
    s.bus.command(None, "generate", 0)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(RATE)
    grid = t.bus.loops[0].grid
    assert (grid.beats, grid.first_beat_frame) == (2, 1000.0)
    assert not t.bus.generating() and not t.engine.status().flags & Flag.GENERATE


def test_the_loop_that_was_selected_is_so_again_and_its_takes_are_known_to_the_vamper_as_its_own(stage, noise):
    s = stage(loops=2)
    s.bus.command(None, "select", 2)
    s.record(noise(RATE, 1), 0)
    s.record(noise(RATE // 2, 2), 1)
    s.offer(noise(RATE // 2, 3), 5, loop=1)
    s.wait(2 * RATE)
    t = stage(loops=2, began=s.clock() + 1.0)
    vamper = Recalling()
    restore_settings(t.bus, read_session(s.folder), {})
    t.conductor.varying.vamper = vamper
    t.restorer = Restorer(t.bus, t.conductor.varying, read_session(s.folder), t.keeping, t.clock)
    t.wait(2 * RATE)
    assert t.bus.selected() == 1
    for loop in (0, 1):
        assert t.conductor.varying.where(vamper.takes[loop].version) == (loop, t.engine.status(loop).take)
    assert vamper.history(1).heard(0).take == vamper.takes[1].version


def test_loops_that_there_is_no_room_for_are_named(stage, noise, again):
    s = stage(loops=2)
    s.record(noise(RATE, 1), 0)
    s.record(noise(RATE, 2), 1)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(2 * RATE)
    assert t.engine.status().state == State.PLAYING
    assert any("loop 2 is not brought back" in text for text in t.notices)


def test_a_session_that_was_ended_long_ago_starts_at_once(stage, noise, tmp_path):
    s = stage()
    s.record(noise(2 * RATE, 1))
    s.wait(3 * RATE)
    s.keeping.stop()
    t = stage(began=s.clock() + 86400.77)
    t.restore(read_session(s.folder))
    t.wait(RATE)
    head = next(at for at in range(len(t.sound)) if t.sound[at].any())
    first = next(at for at in range(RATE) if s.takes[0, 1][at].any())
    assert head < RATE // 5
    assert np.array_equal(t.sound[head:], s.takes[0, 1][first : first + len(t.sound) - head])  # from its head, with its attack


def test_the_wet_level_is_the_players_again_after_a_silent_return(stage, noise, again):
    s = stage()
    s.bus.set(0, "wet", 0.5)
    s.record(noise(RATE, 1))
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(3 * RATE)
    where = position(t)
    assert np.allclose(t.wait(BLOCK), 0.5 * np.roll(s.takes[0, 2], -where, axis=0)[:BLOCK], atol=1e-7)


class Recalling:
    """Of a vamper what a session brings back: what was heard, and what was learned."""

    def __init__(self):
        self.histories = {0: VariationHistory(), 1: VariationHistory()}
        self.history = self.histories.__getitem__
        self.learned = []
        self.takes = {}

    def learned_before(self, version, file):
        self.learned.append((version, file))

    def take_changed(self, loop, take, new_loop):
        assert take.version in [version for version, _ in self.learned] or not self.learned
        self.takes[loop] = take

    def __getattr__(self, name):
        return lambda *arguments, **named: None


def test_what_was_heard_can_be_called_back_and_what_was_learned_is_there_before_the_take_is(stage, noise):
    s = stage()
    s.record(noise(RATE // 2, 1))
    tokens = []
    for tag in (1, 2):
        s.wait(RATE // 2)
        tokens.append(s.offer(noise(RATE // 2, 8 + tag), tag))
    s.wait(RATE)
    save_file({"codec.weight": np.ones(4, np.float16)}, s.folder / s.keeping.learned_file(1, 1.0))
    s.wait(RATE)
    t = stage(began=s.clock() + 1.0)
    vamper = Recalling()
    t.conductor.varying.vamper = vamper
    t.restorer = Restorer(t.bus, t.conductor.varying, read_session(s.folder), t.keeping, t.clock)
    t.wait(2 * RATE)
    take = vamper.takes[0].version
    assert vamper.learned == [(take, str(s.folder / "loop-1" / "learned-0001.safetensors"))]
    vamper.history(0).passed(take, THE_TAKE)
    for ago, codes in ((1, tokens[1]), (2, tokens[0])):
        heard = vamper.history(0).heard(ago)
        assert heard.take == take and np.array_equal(heard.codes, codes) and heard.request.seed == 7


@pytest.mark.parametrize("hours", [-1.0, -1e5])
def test_a_session_whose_moment_lies_in_the_future_since_the_clock_was_set_back_comes_back_all_the_same(stage, noise, hours):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(2 * RATE)
    kept = read_session(s.folder)
    t = stage(began=s.clock() + 3600.0 * hours)
    t.restore(kept)
    t.wait(RATE)
    assert t.engine.status().state == State.PLAYING
    where = position(t)
    assert np.array_equal(t.wait(BLOCK), np.roll(s.takes[0, 1], -where, axis=0)[:BLOCK])


def test_a_clock_that_is_set_back_while_one_plays_loses_nothing_of_the_session(stage, noise, again):
    s = stage()
    s.record(noise(RATE, 1))
    s.wait(2 * RATE)
    s.began -= 3600.0
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE, 2))
    s.press(CommandKind.PLAY)
    s.wait(RATE + RATE // 3)
    where = position(s)
    t = again(s)
    t.wait(2 * RATE)
    elapsed = round(AWAY_S * RATE) + 2 * RATE
    assert np.array_equal(read_session(s.folder).loops[0].audio, s.takes[0, 2])
    assert t.engine.status().undo_steps == 2 and (position(t) - where - elapsed + 2) % RATE <= 4


def test_what_was_guarded_is_guarded_again(stage, noise, again):
    s = stage()
    s.record(noise(RATE, 1))
    s.bus.command(0, "guard", 1)
    s.wait(RATE // 4)
    s.bus.command(0, "guard", 0)
    s.wait(RATE // 10)
    guard = s.bus.marking.asked(0)[1]
    assert len(guard) == 1
    t = again(s)
    t.wait(2 * RATE)
    assert t.bus.marking.asked(0)[1] == guard


def test_what_rings_on_when_it_stops_comes_back_with_a_loop_and_with_what_was_made_of_it(stage, noise, again):
    s = stage()
    s.bus.set(0, "tail", 0.1)
    s.bus.set(0, "stop_mode", 3)
    s.wait(BLOCK)
    s.record(noise(RATE, 1))
    rang = noise(RATE // 10, 2)
    s.play(rang)
    s.wait(2 * RATE)
    s.press(CommandKind.OVERDUB)
    s.play(noise(RATE // 4, 3))
    s.press(CommandKind.PLAY)
    s.wait(2 * RATE)
    t = again(s)
    t.wait(3 * RATE)
    t.press(CommandKind.PAUSE)
    t.wait(t.engine.status().next_seam_frame - t.engine.frame())
    before = len(t.sound)
    t.wait(RATE // 10)
    heard = t.sound[before:]
    rang = np.concatenate([np.zeros((BLOCK, 2), np.float32), rang[:-BLOCK]])  # that long `record` waits
    faded = rang * ((len(rang) - np.arange(len(rang))) / len(rang))[:, None]
    assert np.array_equal(heard[: len(faded) - 480], faded.astype(np.float32)[:-480])
