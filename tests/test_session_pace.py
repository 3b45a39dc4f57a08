"""The conductor's pace: at once when there is something to do, seldom when there is not."""

from types import SimpleNamespace

import pytest

from unloop_py.session.pace import BEAT_S, LOOK_S, REST_S, SOON_S, Pace


class Waiting:
    """A bus of which only what the pace asks is there, and a clock that sleeping moves on."""

    def __init__(self):
        self.now_s = 0.0
        self.events = self.news = self.beats = self.heard = self.awaiting = False
        self.engine = SimpleNamespace(has_events=lambda: self.events)
        self.pace = Pace(self, lambda: self.heard, clock=lambda: self.now_s, sleep=self.sleep)

    def sleep(self, seconds):
        self.now_s += seconds

    def has_news(self):
        return self.news

    def has_beats(self):
        return self.beats

    def is_awaiting(self):
        return self.awaiting

    def steps_in(self, seconds):
        end_s, steps = self.now_s + seconds, 0
        while self.now_s < end_s:
            steps += self.pace.wait()
        return steps


@pytest.mark.parametrize("what", ["events", "news"])
def test_what_the_engine_tells_and_what_listeners_are_to_hear_is_acted_on_at_the_next_look(what):
    bus = Waiting()
    bus.pace.wait()
    setattr(bus, what, True)
    before_s = bus.now_s
    assert bus.pace.wait()
    assert bus.now_s - before_s == pytest.approx(LOOK_S)


def test_while_a_press_waits_no_step_is_spared():
    bus = Waiting()
    bus.awaiting = True
    assert bus.steps_in(1.0) == pytest.approx(1.0 / SOON_S, abs=2)


def test_with_nothing_to_do_steps_are_few_and_with_beats_often_enough_for_a_lamp():
    bus = Waiting()
    assert bus.steps_in(6.0) == pytest.approx(6.0 / REST_S, rel=0.1)
    bus.beats = True
    assert bus.steps_in(6.0) == pytest.approx(6.0 / REST_S, rel=0.1)  # nobody hears of them
    bus.heard = True
    assert bus.steps_in(6.0) == pytest.approx(6.0 / BEAT_S, rel=0.1)


def test_a_clock_that_jumps_back_holds_nothing_up():
    bus = Waiting()
    bus.now_s = 1000.0
    bus.pace.wait()
    bus.now_s = 0.0
    assert bus.pace.wait()
