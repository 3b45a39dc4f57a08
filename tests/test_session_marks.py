"""Marks made with a foot while the loop goes round: pure, in engine frames."""

import numpy as np
import pytest

from unloop_py.session.marks import DRAWN, TELL_S, Marks

RATE = 48_000
LENGTH = 2 * RATE                   # of the loop: 2 s
LOOK = 192                          # frames between two looks: 4 ms


class Turning:
    """A loop that turns, and whoever looks at it."""

    def __init__(self, rate=1.0, length=LENGTH, latency=0):
        self.marks = Marks(RATE)
        self.length, self.rate, self.latency = length, rate, latency
        self.frame, self.position = 0, 0.0
        self.marks.loop_changed(length, True)

    def go(self, seconds):
        for _ in range(round(seconds * RATE / LOOK)):
            self.frame += LOOK
            self.position = (self.position + self.rate * LOOK) % self.length
            self.look()

    def look(self):
        self.marks.heard(self.frame - self.latency, self.position - self.rate * self.latency, self.rate, self.length)

    def press(self, mark, on=None):
        self.marks.press(mark, on, self.frame - self.latency)

    def melt(self):
        return self.marks.asked()[0]

    def guard(self):
        return self.marks.asked()[1]


def near(spans, *wanted):
    assert len(spans) == len(wanted), spans
    for span, (start, end) in zip(spans, wanted, strict=True):
        assert span == pytest.approx((start, end), abs=0.021)    # two cells
    return True


def test_what_goes_by_while_melt_is_held_melts():
    loop = Turning()
    loop.go(0.5)
    loop.press("melt", True)
    loop.go(0.4)
    loop.press("melt", False)
    loop.go(0.3)
    assert near(loop.melt(), (0.5, 0.9)) and loop.guard() == ()


def test_a_toggle_without_an_argument_flips_what_is_held():
    loop = Turning()
    for _ in range(2):
        loop.go(0.25)
        loop.press("guard")
    loop.go(0.25)
    assert near(loop.guard(), (0.25, 0.5)) and not loop.marks.held["guard"]


def test_a_mark_goes_on_across_the_seam():
    loop = Turning()
    loop.go(1.7)
    loop.press("melt", True)
    loop.go(0.5)
    loop.press("melt", False)
    loop.look()
    assert near(loop.melt(), (1.7, 0.2))


def test_held_for_longer_than_the_loop_it_marks_all_of_it():
    loop = Turning()
    loop.go(1.0)
    loop.press("guard", True)
    loop.go(2.1)
    assert loop.guard() == ((0.0, 2.0),)


@pytest.mark.parametrize(("rate", "spans"), [(-1.0, [(1.0, 1.5)]), (2.0, [(1.0, 0.0)]), (0.5, [(0.25, 0.5)]), (-0.25, [(1.75, 1.875)])])
def test_marks_follow_the_playhead_backwards_and_at_other_speeds(rate, spans):
    loop = Turning(rate)
    loop.go(0.5)
    loop.press("melt", True)
    loop.go(0.5)
    loop.press("melt", False)
    loop.look()
    assert near([(start, end or 2.0) for start, end in loop.melt()], *[(start, end or 2.0) for start, end in spans])


@pytest.mark.parametrize("latency", [0, 4_800, 14_400])
def test_a_press_falls_where_the_loop_is_heard_not_where_the_engine_is(latency):
    loop = Turning(latency=latency)
    loop.go(1.0)                                    # the engine is at 1 s, what is heard lies before it
    loop.press("melt", True)
    loop.go(0.4)
    loop.press("melt", False)
    loop.look()
    start = 1.0 - latency / RATE
    assert near(loop.melt(), (start, start + 0.4))


def test_a_press_for_a_frame_to_come_waits_for_it_and_one_between_two_looks_is_not_rounded():
    loop = Turning()
    loop.marks.press("melt", True, 0.5 * RATE)
    loop.marks.press("melt", False, 0.6 * RATE)
    loop.go(0.3)
    assert loop.melt() == ()
    loop.look()
    loop.marks.heard(0.7 * RATE, 0.7 * RATE, 1.0, LENGTH)       # nobody looked for 0.4 s
    assert near(loop.melt(), (0.5, 0.6))


def test_a_playhead_that_jumps_has_passed_nothing_on_the_way():
    loop = Turning()
    loop.go(0.2)
    loop.press("melt", True)
    loop.go(0.1)
    loop.position = 1.5 * RATE                      # `trigger`, or a seam that moved
    loop.go(0.1)
    loop.press("melt", False)
    loop.look()
    assert near(loop.melt(), (0.2, 0.3), (1.5, 1.6))


def test_a_loop_under_the_hand_is_marked_the_shorter_way():
    marks = Marks(RATE)
    marks.loop_changed(LENGTH, True)
    marks.press("guard", True, 0)
    for number, position in enumerate((0.1, 0.3, 0.2, 1.95)):
        marks.heard(number * LOOK, position * RATE, 0.0, LENGTH, by_hand=True)
    assert near(marks.asked()[1], (1.95, 0.3))


def test_a_loop_that_stands_still_is_not_marked():
    loop = Turning(0.0)
    loop.press("melt", True)
    loop.go(1.0)
    assert loop.melt() == ()


def test_what_melts_is_melted_once_and_what_was_marked_since_waits_for_the_next():
    loop = Turning()
    loop.press("melt", True)
    loop.go(0.5)
    loop.press("melt", False)
    loop.look()
    asked = loop.melt()
    loop.go(0.5)
    loop.press("melt", True)
    loop.go(0.2)
    loop.press("melt", False)
    loop.look()
    loop.marks.sounds(asked)
    assert near(loop.melt(), (1.0, 1.2))
    loop.marks.sounds(loop.melt())
    assert loop.melt() == ()


def test_what_is_guarded_stays_until_it_is_told_to_go():
    loop = Turning()
    loop.press("guard", True)
    loop.go(0.5)
    loop.press("guard", False)
    loop.go(6.0)
    loop.marks.sounds(loop.guard())
    assert near(loop.guard(), (0.0, 0.5))
    loop.marks.unguard()
    assert loop.guard() == ()


def test_a_new_recording_or_clear_takes_all_marks_and_an_overdub_none():
    for new_loop, left in ((False, 1), (True, 0)):
        loop = Turning()
        for mark in ("melt", "guard"):
            loop.press(mark, True)
            loop.go(0.2)
            loop.press(mark, False)
        loop.look()
        loop.marks.loop_changed(LENGTH, new_loop)
        assert (len(loop.melt()), len(loop.guard())) == (left, left)
    loop.marks.press("guard", True, loop.frame)
    loop.marks.loop_changed(0, False)
    assert not loop.marks.held["guard"] and loop.marks.asked() == ((), ())


@pytest.mark.parametrize(("length_s", "left"), [(4.0, (1.5, 1.9)), (1.7, (1.5, 1.7))])
def test_a_loop_that_was_multiplied_or_cut_keeps_its_marks_where_they_are(length_s, left):
    loop = Turning()
    loop.go(1.5)
    loop.press("guard", True)
    loop.go(0.4)
    loop.press("guard", False)
    loop.look()
    loop.marks.loop_changed(round(length_s * RATE), False)
    assert near(loop.guard(), left)


def test_while_it_is_held_a_mark_is_handed_on_four_times_a_second_and_at_once_when_let_go():
    loop = Turning()
    loop.go(0.1)
    loop.press("melt", True)
    seen = set()
    for _ in range(round(1.0 * RATE / LOOK)):
        loop.go(LOOK / RATE)
        seen.add(loop.melt())
    assert len(seen) <= 1 / TELL_S + 2
    loop.press("melt", False)
    loop.look()
    assert near(loop.melt(), (0.1, 1.1))


def test_the_picture_shows_what_melts_and_what_is_guarded():
    loop = Turning(length=32 * 4_800)
    loop.press("melt", True)
    loop.go(0.2)
    loop.press("melt", False)
    loop.go(0.1)
    loop.press("guard", True)
    loop.go(0.1)
    loop.press("guard", False)
    loop.look()
    assert loop.marks.shown == ("mm.g" + "." * 28) and len(loop.marks.shown) == DRAWN
    assert Marks(RATE).shown == "." * DRAWN


def test_guards_come_back_with_a_session():
    loop = Turning()
    loop.press("guard", True)
    loop.go(0.5)
    loop.press("guard", False)
    loop.look()
    restored = Turning()
    restored.marks.loop_changed(0, True)
    restored.marks.restore(loop.guard())
    assert restored.guard() == ()
    restored.marks.loop_changed(LENGTH, True)
    assert restored.guard() == loop.guard()
    restored.marks.loop_changed(LENGTH, True)
    assert restored.guard() == ()


def test_marks_at_a_rate_and_a_length_of_no_whole_cells_stay_on_the_loop():
    marks = Marks(44_117)
    length = 90_001
    marks.loop_changed(length, True)
    marks.press("melt", True, 0)
    for frame in np.arange(0, length - 3_000, 150):
        marks.heard(frame, (frame + 60_000) % length, 1.0, length)
    (start, end), = marks.asked()[0]
    assert 0 <= start < length / 44_117 and 0 <= end <= length / 44_117 and end < start
