"""Switches under a foot, on the real bus and engine: gestures drawn (one sign is 50 ms, ``-`` down, ``_`` up), what the loop is after.

The clock goes with the sound, and what is played is noise that never repeats, so that two loops are equal only if they are the same.
"""

import numpy as np
import pytest

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, EventKind, State
from unloop_py.errors import CommandError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE, BLOCK, CELL = 48000, 480, 5  # blocks of 10 ms; five are a sign


class Floor:
    """Engine, bus and conductor, a clock that goes with the sound, and feet."""

    def __init__(self, n_loops=2, seed=1, block_frames=BLOCK):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=8.0, n_loops=n_loops)
        self.bus = SessionBus(self.engine, Store(n_loops), block_frames=block_frames, wall_clock=lambda: self.engine.frame() / RATE)
        self.bus.hands_free.clock = lambda: self.engine.frame() / RATE
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None, self.watch)
        self.told, self.takes = [], {}
        self.bus.listen(self.told.append)
        self.chance = np.random.default_rng(seed)
        self.draw("_")

    def block(self):
        played = self.chance.uniform(-0.2, 0.2, (BLOCK, 1)).astype(np.float32)
        self.engine.process(played, np.empty_like(played))
        self.conductor.step()

    def watch(self, event):
        if event.kind == EventKind.TAKE and event.index:
            self.takes[event.loop] = self.engine.buffer(event.slot)[: event.index].copy()

    def draw(self, drawn, number=1, loop=0, **more):
        """Press and let go as drawn; the switch is up at first and at the end."""
        was, states = "_", []
        for now in drawn:
            if now != was:
                self.bus.command(loop, "switch_down" if now == "-" else "switch_up", number, **more)
            was = now
            for _ in range(CELL):
                self.block()
            states.append(self.state(loop))
        if was == "-":
            self.bus.command(loop, "switch_up", number, **more)
        return states

    def state(self, loop=0):
        return self.bus.status(loop).state

    def steps(self, loop=0):
        status = self.engine.status(loop)
        return status.undo_steps, status.redo_steps

    def take(self, loop=0):
        """What the loop is, sample for sample."""
        self.draw("_")  # until all of it is written
        return self.takes[loop]

    def vary(self, tag=7):
        """Have a variation come in at the next seam."""
        status = self.engine.status()
        slot = self.engine.acquire_slot(status.length_frames)
        self.engine.buffer(slot)[: status.length_frames] = 0.125
        self.engine.send(Command(CommandKind.OFFER, slot=slot, take=status.take, tag=tag, correlation=0.0, force=True))
        while self.engine.status().tag != tag:
            self.block()
        self.late_in_a_pass()

    def late_in_a_pass(self):
        """Play on until `keep` no longer means the pass before, nor soon the one after."""
        while not 0.55 < self.engine.status().position_frames / RATE < 0.6:
            self.block()

    def kinds(self, kind):
        return [notice.values[0] for notice in self.told if notice.kind == kind]


ONE_LOOP = "--" + "_" * 14 + "--" + "_" * 12      # 0.8 s of it, and more than half a second on
A_LAYER = "--" + "_" * 14 + "--" + "_" * 12
STOP = "--__--" + "_" * 12
HOLD = "-" * 21 + "_" * 12


@pytest.fixture
def floor():
    return Floor()


def test_taps_record_play_overdub_and_play_each_the_moment_it_goes_down(floor):
    assert set(floor.draw(ONE_LOOP)[:16]) == {"recording"} and floor.state() == "playing"
    assert floor.draw("-")[-1] == "overdubbing"
    floor.draw("_" * 14)
    assert floor.draw("-")[-1] == "playing"
    assert floor.steps() == (2, 0)


def test_two_taps_while_it_plays_leave_the_very_loop_stopped():
    floor, other = Floor(), Floor()
    for one in (floor, other):
        one.draw(ONE_LOOP)
    states = floor.draw(STOP)
    assert states[0] == "overdubbing" and states[-1] == "paused"
    assert floor.steps() == (1, 0)
    assert np.array_equal(floor.take(), other.take())


def test_two_taps_while_it_overdubs_end_the_layer_at_the_first_and_stop():
    floor, other = Floor(), Floor()
    for one in (floor, other):
        one.draw(ONE_LOOP + "--" + "_" * 14)
    floor.draw(STOP)
    other.draw("--" + "_" * 16)
    assert (floor.state(), floor.steps()) == ("paused", (2, 0))
    assert np.array_equal(floor.take(), other.take())


def test_two_taps_while_it_records_end_it_at_the_first_and_stop():
    floor, other = Floor(), Floor()
    for one in (floor, other):
        one.draw("--" + "_" * 14)
    floor.draw(STOP)
    other.draw("--" + "_" * 16)
    assert (floor.state(), floor.steps()) == ("paused", (1, 0))
    assert np.array_equal(floor.take(), other.take())


def test_two_taps_on_an_empty_loop_leave_it_empty(floor):
    assert floor.draw(STOP)[0] == "recording"
    assert (floor.state(), floor.steps()) == ("off", (0, 0))


@pytest.mark.parametrize("stopped", ["pause", "mute"])
def test_two_taps_on_a_loop_that_is_stopped_leave_it_stopped_as_it_was(floor, stopped):
    floor.draw(ONE_LOOP)
    floor.bus.command(0, stopped)
    floor.draw("_")
    before = floor.state()
    assert floor.draw(STOP)[0] == "playing"
    assert floor.state() == before


def test_a_tap_plays_a_stopped_loop_from_its_start(floor):
    floor.draw(ONE_LOOP + STOP)
    floor.draw("-")
    assert floor.engine.status().position_frames == CELL * BLOCK


def test_a_hold_undoes_the_layer_before_it_and_the_next_hold_does_it_again_bit_for_bit():
    floor, base, layered = Floor(), Floor(), Floor()
    for one in (floor, base, layered):
        one.draw(ONE_LOOP)
    layered.draw(A_LAYER)
    floor.draw(A_LAYER)
    states = floor.draw(HOLD)
    assert states[0] == "overdubbing" and floor.state() == "playing"
    undone = floor.take()
    floor.draw("_" * 4)
    states = floor.draw(HOLD)
    assert states[0] == "overdubbing" and floor.state() == "playing"
    assert floor.steps() == (2, 0)
    redone = floor.take()
    assert np.array_equal(undone, base.take())
    assert np.array_equal(redone, layered.take())
    floor.draw(HOLD)
    assert np.array_equal(floor.take(), undone) and floor.steps() == (1, 1)


def test_an_overdub_begins_at_the_very_frame_of_the_press_though_it_could_still_be_taken_back():
    floor, other = Floor(), Floor()
    for one in (floor, other):
        one.draw(ONE_LOOP)
    floor.draw("--" + "_" * 14)
    other.bus.command(0, "overdub")
    other.draw("_" * 16)
    for one in (floor, other):
        one.bus.command(0, "play")
        one.draw("_" * 4)
    assert floor.steps() == other.steps() == (2, 0)
    assert np.array_equal(floor.take(), other.take())


@pytest.mark.parametrize("cells", [1, 3, 8])
def test_whatever_else_is_asked_of_the_loop_finds_the_overdub_that_the_press_has_begun(cells):
    floor, other = Floor(), Floor()
    for one in (floor, other):
        one.draw(ONE_LOOP)
    floor.draw("-" + "_" * cells)
    other.bus.command(0, "overdub")
    other.draw("_" * (1 + cells))
    for one in (floor, other):
        one.bus.command(0, "pause")
        one.draw("_" * 20)
    assert floor.state() == "paused" and floor.steps() == other.steps() == (2, 0)
    assert np.array_equal(floor.take(), other.take())


class TestShortBlocks:
    """Where the audio thread has no time to catch up with the press, the overdub begins before the tap is certain."""

    @pytest.fixture
    def floor(self):
        return Floor(block_frames=32)

    def test_it_begins_before_the_block_s_time_is_up_at_the_very_frame_of_the_press(self, floor):
        floor.draw(ONE_LOOP)
        floor.draw("---")
        assert floor.engine.status().state == State.OVERDUBBING
        other = Floor()
        other.draw(ONE_LOOP)
        other.bus.command(0, "overdub")
        other.draw("___")
        for one in (floor, other):
            one.draw("_" * 20)
            one.bus.command(0, "play")
            one.draw("_" * 4)
        assert np.array_equal(floor.take(), other.take())

    def test_two_taps_leave_the_very_loop_stopped(self, floor):
        floor.draw(ONE_LOOP)
        before = floor.take()
        floor.draw("--____--" + "_" * 12)
        assert (floor.state(), floor.steps()[0]) == ("paused", 1)
        assert np.array_equal(floor.take(), before)

    def test_two_taps_while_a_variation_sounds_keep_nothing(self, floor):
        floor.draw(ONE_LOOP)
        before = floor.take()
        floor.vary()
        floor.draw("--____--" + "_" * 12)
        assert (floor.state(), floor.steps()[0]) == ("paused", 1)
        assert np.array_equal(floor.take(), before)

    def test_holds_undo_and_redo_and_never_bring_back_what_a_press_alone_has_begun(self, floor):
        floor.draw(ONE_LOOP)
        base = floor.take()
        floor.draw(A_LAYER)
        layered = floor.take()
        for wanted in (base, layered, base, layered):
            floor.draw(HOLD + "____")
            assert np.array_equal(floor.take(), wanted)
        floor.draw(A_LAYER)
        third = floor.take()
        for wanted in (layered, third, layered):
            floor.draw(HOLD + "____")
            assert np.array_equal(floor.take(), wanted)


def test_every_change_of_state_is_told_at_once_and_what_is_revised_is_told_too(floor):
    floor.draw(ONE_LOOP)
    floor.told.clear()
    floor.bus.command(0, "switch_down", 1)
    floor.block()
    assert floor.kinds("state") == ["overdubbing"]
    floor.draw("_" * 22)
    assert floor.kinds("state")[:2] == ["overdubbing", "playing"] and floor.kinds("state")[-1] == "off"


def test_two_taps_where_something_can_be_redone_leave_it_to_be_redone(floor):
    floor.draw(ONE_LOOP + A_LAYER)
    layered = floor.take()
    floor.bus.command(0, "undo")
    floor.draw("_" * 4 + STOP)
    assert (floor.state(), floor.steps()) == ("paused", (1, 1))
    floor.bus.command(0, "redo")
    assert np.array_equal(floor.take(), layered)


def test_a_hold_while_it_overdubs_takes_back_that_layer(floor):
    floor.draw(ONE_LOOP)
    before = floor.take()
    floor.draw("--" + "_" * 14 + HOLD)
    assert (floor.state(), floor.steps()) == ("playing", (1, 1))
    assert np.array_equal(floor.take(), before)


def test_a_hold_while_it_records_takes_back_the_recording_and_the_next_hold_brings_it(floor):
    floor.draw("--" + "_" * 14 + HOLD)
    assert floor.state() == "off"
    states = floor.draw(HOLD)
    assert states[0] == "recording" and floor.state() == "playing"
    assert floor.engine.status().length_frames == 16 * CELL * BLOCK


def test_a_hold_on_an_empty_loop_leaves_it_empty(floor):
    floor.draw(HOLD)
    assert (floor.state(), floor.steps()) == ("off", (0, 0))
    assert floor.kinds("error") == []


def test_held_on_while_stopped_it_warns_and_erases_and_undo_brings_it_back(floor):
    floor.draw(ONE_LOOP + STOP)
    take = floor.take()
    floor.draw("_" * 4 + STOP)
    states = floor.draw("-" * 52)
    assert states[0] == "playing" and set(states[21:50]) == {"paused"} and states[-1] == "off"
    assert floor.kinds("erasing") == [1, 0]
    floor.draw("_" * 4)
    floor.bus.command(0, "undo")
    assert np.array_equal(floor.take(), take)


@pytest.mark.parametrize("cells", [22, 38, 44, 49])
def test_let_go_before_it_erases_it_does_nothing_else(floor, cells):
    floor.draw(ONE_LOOP + STOP)
    floor.draw("-" * cells + "_" * 12)
    assert (floor.state(), floor.steps()[0]) == ("paused", 1)
    assert floor.kinds("erasing") == ([1, 0] if cells > 40 else [])


def test_a_loop_that_is_not_stopped_is_never_erased_however_long_it_is_held(floor):
    floor.draw(ONE_LOOP + A_LAYER)
    floor.draw("-" * 80)
    assert (floor.state(), floor.kinds("erasing")) == ("playing", [])


def test_a_second_tap_that_is_held_means_no_more_than_the_tap(floor):
    floor.draw(ONE_LOOP)
    floor.draw("-_" + "-" * 70)
    assert (floor.state(), floor.kinds("erasing")) == ("paused", [])


@pytest.mark.parametrize("after", [2, 15, 42])
def test_a_device_that_is_lost_mid_gesture_leaves_no_stuck_hold(floor, after):
    floor.draw(ONE_LOOP + STOP)
    floor.bus.command(0, "switch_down", 1, source="midi:pedal")
    floor.draw("_" * after)
    floor.bus.command(0, "switch_lost", 1, source="midi:pedal")
    floor.draw("_")
    state = floor.state()
    floor.draw("_" * 80)
    assert floor.state() == state and floor.kinds("erasing") == ([1, 0] if after > 40 else [])
    assert not floor.bus.hands_free.is_held


def test_a_release_for_another_loop_lets_go_what_the_same_foot_has_pressed(floor):
    floor.draw(ONE_LOOP + STOP)
    floor.bus.command(0, "switch_down", 1, source="midi:pedal")
    floor.bus.command(1, "switch_up", 1, source="web:2")     # somebody else's
    assert floor.bus.hands_free.is_held
    floor.draw("_" * 3)
    floor.bus.command(1, "switch_up", 1, source="midi:pedal")
    floor.draw("_" * 80)
    assert floor.state() == "playing"


class TestQuantised:
    """With a beat of 0.5 s, and recording, overdubbing and pausing that wait for it."""

    @pytest.fixture
    def floor(self):
        floor = Floor()
        for name, value in (("sync_source", -3), ("tempo", 60.0), ("quantize", 5), ("forgiveness_ms", 0.0), ("tap_ms", 400.0)):
            floor.bus.set(0, name, value)
        return floor

    def to_the_beat(self, floor, after_s=0.3):
        """Play on until so long after a beat."""
        frame = floor.engine.frame()
        line = floor.bus.moments.beats(frame)
        due = line.frame_of(np.ceil(line.beat_at(frame) + 1e-6)) + after_s * RATE
        while floor.engine.frame() < due:
            floor.block()

    def recorded(self, floor):
        self.to_the_beat(floor)
        floor.draw("--" + "_" * 20 + "--" + "_" * 30)
        assert floor.state() == "playing"

    def test_two_taps_while_a_recording_waits_to_begin_leave_nothing_waiting(self, floor):
        self.to_the_beat(floor)
        floor.draw("-")
        assert floor.bus.status(0).pending == "record"
        floor.draw("_-" + "_" * 30)
        assert (floor.state(), floor.bus.status(0).pending) == ("off", "")

    def test_a_tap_takes_back_what_waits(self, floor):
        self.to_the_beat(floor, 0.05)
        floor.draw("--" + "_" * 8)
        assert floor.bus.status(0).pending == "record"
        floor.draw("--" + "_" * 30)
        assert (floor.state(), floor.bus.status(0).pending) == ("off", "")

    def test_two_taps_while_it_records_end_it_at_the_beat_and_stop_there(self, floor):
        self.to_the_beat(floor)
        floor.draw("--" + "_" * 20)
        assert floor.state() == "recording"
        self.to_the_beat(floor)
        states = floor.draw(STOP + "_" * 20)
        assert states[3] == "recording" and states[-1] == "paused" and "playing" not in states
        assert floor.engine.status().length_frames % RATE == 0

    def test_two_taps_while_an_overdub_waits_stop_the_very_loop(self, floor):
        self.recorded(floor)
        floor.bus.set(0, "overdub_quantized", 1)
        before = floor.take()
        self.to_the_beat(floor)
        floor.draw("-")
        assert floor.bus.status(0).pending == "overdub"
        floor.draw("_-" + "_" * 30)
        assert (floor.state(), floor.steps(), floor.bus.status(0).pending) == ("paused", (1, 0), "")
        assert np.array_equal(floor.take(), before)

    def test_a_hold_across_the_beat_takes_back_what_began_there(self, floor):
        self.recorded(floor)
        floor.bus.set(0, "overdub_quantized", 1)
        floor.draw("_" * 8)
        floor.bus.command(0, "overdub")
        floor.draw("_" * 24)
        floor.bus.command(0, "overdub")
        floor.draw("_" * 24)
        assert (floor.state(), floor.steps()) == ("playing", (2, 0))
        self.to_the_beat(floor, 0.6)
        floor.draw("-" * 21 + "_" * 12)
        assert (floor.state(), floor.steps()[0], floor.bus.status(0).pending) == ("playing", 1, "")

    def test_two_taps_while_counting_in_leave_the_loop_empty_and_nothing_counting(self, floor):
        floor.bus.set(0, "count_in", 1)
        floor.draw("-")
        assert floor.bus.status(0).pending == "record"
        floor.draw("_-" + "_" * 120)
        assert (floor.state(), floor.bus.status(0).pending) == ("off", "")

    def test_a_hold_while_the_end_of_a_recording_waits_takes_back_the_recording(self, floor):
        floor.bus.set(0, "quantize", 4)
        floor.bus.set(0, "forgiveness_ms", 120.0)
        self.to_the_beat(floor, 0.0)
        floor.draw("--" + "_" * 100)
        assert floor.state() == "recording"
        floor.draw(HOLD + "_" * 100)
        assert (floor.state(), floor.bus.status(0).pending) == ("off", "")


def test_the_second_switch_locks_keeps_and_goes_back_and_says_what_it_cannot(floor):
    with pytest.raises(CommandError, match="lock: the loop is empty"):
        floor.draw("-", number=2)
    floor.draw(ONE_LOOP)
    floor.draw("--" + "_" * 14, number=2)
    assert floor.bus.status(0).lock
    floor.draw("--" + "_" * 14, number=2)
    assert not floor.bus.status(0).lock
    floor.late_in_a_pass()
    with pytest.raises(CommandError, match="keep: the take itself sounds"):
        floor.draw("-_-", number=2)
    floor.draw("_" * 14)
    assert not floor.bus.status(0).lock


def test_two_taps_of_the_second_switch_keep_the_variation_that_sounded_at_the_first_and_a_hold_goes_back_to_the_take(floor):
    floor.draw(ONE_LOOP)
    take = floor.take()
    floor.vary()
    floor.draw(HOLD, number=2)
    assert floor.engine.status().tag == -1 and not floor.bus.status(0).lock
    assert floor.steps() == (1, 0) and np.array_equal(floor.take(), take)
    floor.bus.command(None, "generate", 1)
    floor.vary(8)
    floor.draw("-_-" + "_" * 14, number=2)
    assert floor.steps() == (2, 0) and not floor.bus.status(0).lock
    assert set(np.unique(floor.take())) == {np.float32(0.125)}


@pytest.mark.parametrize("drawn", [STOP, "-" * 21], ids=["stopped", "held"])
def test_two_taps_while_a_variation_sounds_leave_it_and_keep_nothing(floor, drawn):
    floor.draw(ONE_LOOP + A_LAYER)
    take = floor.take()
    floor.vary()
    floor.draw(drawn)
    if drawn == STOP:
        assert floor.engine.status().tag == 7
        assert (floor.state(), floor.steps()) == ("paused", (2, 0))
        assert np.array_equal(floor.take(), take)
    else:
        assert (floor.state(), floor.steps()) == ("playing", (1, 1))


def test_the_third_switch_walks_through_the_loops_and_the_fourth_varies_and_locks_the_stage(floor):
    floor.draw("--" + "_" * 14, number=3)
    assert floor.bus.chosen() == (1,)
    floor.draw("-_-" + "_" * 14, number=3)
    assert floor.bus.chosen() == (0,)
    floor.draw(HOLD, number=3)
    assert floor.bus.chosen() == (0, 1)
    floor.draw("--" + "_" * 14, number=4)
    assert not floor.bus.generating()
    floor.draw(HOLD, number=4)
    assert not floor.bus.generating() and floor.bus.stage_locked()
    assert floor.kinds("stage_lock") == [1]


@pytest.mark.parametrize("number", [0, 5, 1000])
def test_a_switch_that_there_is_not_is_named_with_those_that_are(floor, number):
    for name in ("switch_down", "switch_up", "switch_lost"):
        with pytest.raises(CommandError, match=rf"{name}: switch must be in 1\.\.4, got {number}"):
            floor.bus.command(0, name, number)


def test_a_press_counts_from_the_frame_at_which_it_happened_however_late_its_message_comes(floor):
    floor.draw(ONE_LOOP)
    frame = floor.engine.frame()
    floor.bus.command(0, "switch_down", 1, frame=frame)
    floor.draw("_" * 13)     # 0.65 s later comes what happened in between
    floor.bus.command(0, "switch_up", 1, frame=frame + RATE // 10)
    floor.bus.command(0, "switch_down", 1, frame=frame + RATE * 2 // 5)
    floor.draw("_" * 2)
    assert floor.state() == "paused"


def test_a_loop_that_is_deleted_under_the_foot_is_forgotten(floor):
    floor.bus.command(1, "switch_down", 1)
    floor.bus.command(None, "loop_del")
    floor.draw("_" * 60)
    assert not floor.bus.hands_free.is_held and floor.kinds("error") == []


def test_a_hold_that_cannot_be_obeyed_is_told_to_everybody(floor):
    floor.draw(ONE_LOOP)
    floor.bus.command(None, "stage_lock", 1)
    floor.draw(HOLD)
    assert floor.state() == "playing"
    assert ["stage_lock" in str(notice.values[1]) for notice in floor.told if notice.kind == "error"] == [True]
