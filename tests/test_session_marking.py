"""Melt and guard from the command to what the model is asked, on the real engine."""

import numpy as np
import pytest

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import CommandError
from unloop_py.generator.spec import VariationRequest
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE, BLOCK = 48_000, 480
LOOP_S = 1.0


class Stage:
    """Engine, bus and conductor with a loop of 1 s that turns."""

    def __init__(self, latency=0, can_generate=True, n_loops=2):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=8.0, n_loops=n_loops)
        self.bus = SessionBus(self.engine, Store(n_loops), block_frames=BLOCK, output_latency=lambda: latency, can_generate=can_generate)
        self.conductor = Conductor(self.bus)
        self.notices = []
        self.bus.listen(self.notices.append)
        self.play(0.05)

    def play(self, seconds):
        for _ in range(round(seconds * RATE / BLOCK)):
            heard = np.full((BLOCK, 1), 0.01, np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.conductor.step()

    def give(self, name, argument=None, loop=0, frame=None):
        self.bus.command(loop, name, argument, frame)

    def record(self, loop=0):
        self.give("record", loop=loop)
        self.play(LOOP_S)
        self.give("record", loop=loop)
        self.play(0.02)

    def position(self, loop=0):
        return self.engine.status(loop).position_frames / RATE

    def told(self, kind):
        return [notice.values[0] for notice in self.notices if notice.kind == kind]


@pytest.fixture
def stage():
    stage = Stage()
    stage.record()
    return stage


def hold(stage, mark, seconds):
    """Hold a mark; where the loop was in between."""
    start = stage.position()
    stage.give(mark, 1)
    stage.play(seconds)
    end = stage.position()
    stage.give(mark, 0)
    stage.play(0.02)
    return start, end


@pytest.mark.parametrize(("mark", "number"), [("melt", 0), ("guard", 1)])
def test_what_goes_by_while_it_is_held_is_asked_of_the_model(stage, mark, number):
    stage.play(0.2)
    span = hold(stage, mark, 0.3)
    (asked,) = stage.bus.marking.asked(0)[number]
    assert asked == pytest.approx(span, abs=0.021)
    assert stage.bus.marking.asked(0)[1 - number] == () and stage.bus.marking.asked(1) == ((), ())


@pytest.mark.parametrize("latency_s", [0.0, 0.25])
@pytest.mark.parametrize(("turn", "speed", "way"), [((), 1.0, 1), (("reverse",), 1.0, -1), ((), 0.5, 0.5)])
def test_the_mark_lies_where_the_loop_was_heard_also_backwards_and_at_half_speed(latency_s, turn, speed, way):
    stage = Stage(latency=round(latency_s * RATE))
    stage.record()
    for name in turn:
        stage.give(name)
    stage.bus.set(0, "speed", speed)
    stage.play(0.5)
    start, end = hold(stage, "melt", 0.2)
    (asked,) = stage.bus.marking.asked(0)[0]
    wanted = [(place - way * latency_s) % LOOP_S for place in ((start, end) if way > 0 else (end, start))]
    assert np.abs((np.array(asked) - wanted + 0.5) % LOOP_S - 0.5).max() < 0.03


def test_a_pedal_holds_a_mark_for_as_long_as_it_is_down_however_short(stage):
    stage.play(0.1)
    start = stage.position()
    stage.give("down", "melt")
    stage.play(0.1)
    stage.give("up", "melt")
    stage.play(0.3)
    (asked,) = stage.bus.marking.asked(0)[0]
    assert asked == pytest.approx((start, start + 0.1), abs=0.021)
    assert stage.told("melt") == [1, 0]


def test_marks_are_told_and_shown_and_melted_ones_go_when_their_repetition_comes_in(stage):
    stage.play(0.1)
    hold(stage, "melt", 0.2)
    hold(stage, "guard", 0.2)
    picture = stage.told("marks")[-1]
    assert set(picture) == {".", "m", "g"} and len(picture) == 32
    status = stage.bus.status(0)
    assert (status.melt, status.guard, status.marks) == (False, False, picture)
    melt, guard = stage.bus.marking.asked(0)
    stage.bus.marking.sounds(0, VariationRequest(1, 1, 1, melt=melt, guard=guard))
    stage.play(0.02)
    assert stage.told("marks")[-1] == picture.replace("m", ".")


def test_unguard_a_new_recording_and_clear_take_the_guards(stage):
    hold(stage, "guard", 0.2)
    stage.give("unguard")
    assert stage.bus.marking.asked(0)[1] == ()
    with pytest.raises(CommandError, match="nothing is guarded"):
        stage.give("unguard")
    for end in ("clear", "record"):
        hold(stage, "guard", 0.2)
        assert stage.bus.marking.asked(0)[1]
        stage.give(end)
        stage.play(0.2)
        if end == "record":
            stage.give("record")
            stage.play(0.1)
        assert stage.bus.marking.asked(0)[1] == ()
        if end == "clear":
            stage.record()


def test_an_overdub_leaves_the_guards_where_they_are(stage):
    hold(stage, "guard", 0.2)
    before = stage.bus.marking.asked(0)
    stage.give("overdub")
    stage.play(0.3)
    stage.give("overdub")
    stage.play(0.1)
    assert stage.bus.marking.asked(0) == before


def test_marks_need_a_loop_that_is_there_and_a_generator():
    stage = Stage()
    for name in ("melt", "guard", "unguard"):
        with pytest.raises(CommandError, match="empty; record something first"):
            stage.give(name)
    stage.give("melt", 0)                               # letting go of nothing is no mistake
    stage.give("record")
    stage.play(0.1)
    with pytest.raises(CommandError, match="not while recording"):
        stage.give("guard", 1)
    with pytest.raises(CommandError, match="generator is off"):
        Stage(can_generate=False).give("melt", 1)


def test_while_a_mark_is_held_the_conductor_looks_as_often_as_it_can(stage):
    assert not stage.bus.is_awaiting()
    stage.give("guard", 1)
    assert stage.bus.is_awaiting()
    stage.play(0.1)
    assert stage.bus.is_awaiting()
    stage.give("guard", 0)
    stage.play(0.02)
    assert not stage.bus.is_awaiting()
