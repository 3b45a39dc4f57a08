"""Beats are found on a thread of their own, for the newest take, and a tracker that fails harms nothing."""

import threading

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Take
from unloop_py.session.beat_listener import BeatListener

GRID = BeatGrid(44100, 44100, 2, 0.0, 0.9)


class SlowTracker:
    """Waits for leave before it answers, so that takes can queue behind it."""

    def __init__(self, answer=GRID):
        self.leave = threading.Event()
        self.entered = threading.Event()
        self.tracked = []
        self.answer = answer

    def track(self, audio, sample_rate):
        self.tracked.append(len(audio))
        self.entered.set()
        self.leave.wait(5.0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Found:
    def __init__(self):
        self.grids = []
        self._changed = threading.Condition()

    def __call__(self, version, grid):
        with self._changed:
            self.grids.append((version, grid))
            self._changed.notify_all()

    def wait(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.grids) >= count, 5.0)


def take(version):
    return Take(version, np.zeros((version * 1000, 1), np.float32), 44100)


def listening(tracker, found):
    listener = BeatListener(found, lambda: tracker)
    listener.start()
    return listener


def test_the_grid_of_a_take_comes_back_with_its_version():
    tracker, found = SlowTracker(), Found()
    tracker.leave.set()
    listener = listening(tracker, found)
    listener.hear(take(3))
    found.wait(1)
    listener.stop()
    assert found.grids == [(3, GRID)]


def test_of_takes_that_wait_only_the_newest_is_tracked():
    tracker, found = SlowTracker(), Found()
    listener = listening(tracker, found)
    listener.hear(take(1))
    assert tracker.entered.wait(5.0)
    listener.hear(take(2))
    listener.hear(take(3))
    tracker.leave.set()
    found.wait(2)
    listener.stop()
    assert tracker.tracked == [1000, 3000]


def test_a_tracker_that_fails_finds_no_beat_and_hears_the_next_take():
    tracker, found = SlowTracker(ValueError("too short")), Found()
    tracker.leave.set()
    listener = listening(tracker, found)
    listener.hear(take(1))
    found.wait(1)
    tracker.answer = GRID
    listener.hear(take(2))
    found.wait(2)
    listener.stop()
    assert found.grids == [(1, None), (2, GRID)]
