"""Pedals held, pressed twice and let go, on the real engine under a fake clock."""

import contextlib

import numpy as np
import pytest

from unloop_py.control.pedals import WORDS
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import State
from unloop_py.errors import CommandError, UnloopError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE, BLOCK = 48000, 480


class Stage:
    """Engine, bus and conductor, and a clock that goes with the sound."""

    def __init__(self, n_loops=3):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=8.0, n_loops=n_loops)
        self.bus = SessionBus(self.engine, Store(n_loops), block_frames=BLOCK)
        self.bus.feet.clock = lambda: self.engine.frame() / RATE
        self.conductor = Conductor(self.bus)
        self.notices = []
        self.bus.listen(self.notices.append)
        self.play(0.05)

    def play(self, seconds):
        for _ in range(round(seconds * RATE / BLOCK)):
            heard = np.full((BLOCK, 1), 0.01, np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.conductor.step()

    def give(self, name, word, loop=0):
        self.bus.command(loop, name, word)
        self.play(0.05)

    def states(self):
        return [self.engine.status(loop).state for loop in range(self.bus.n_loops)]

    def record(self, loop=0):
        self.give("hit", "record", loop)
        self.play(0.5)
        self.give("hit", "record", loop)


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def looping(stage):
    stage.record()
    return stage


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("overdub", State.OVERDUBBING), ("replace", State.REPLACING), ("substitute", State.SUBSTITUTING),
        ("multiply", State.MULTIPLYING), ("insert", State.INSERTING), ("mute", State.MUTED),
    ],
)  # fmt: skip
def test_a_long_press_ends_when_it_is_let_go_and_a_short_one_stays(looping, word, state):
    looping.give("down", word)
    looping.play(0.3)
    looping.give("up", word)
    assert looping.states()[0] == state
    looping.give("down", word)
    looping.give("up", word)
    assert looping.states()[0] == State.PLAYING
    looping.give("down", word)
    looping.play(1.1)
    looping.give("up", word)
    assert looping.states()[0] == State.PLAYING


def test_forceup_ends_what_a_press_began_however_short(looping):
    looping.give("down", "replace")
    looping.give("forceup", "replace")
    assert looping.states()[0] == State.PLAYING


@pytest.mark.parametrize("word", ["undo", "record_or_overdub"])
def test_holding_undo_or_the_one_button_takes_back_everything(looping, word):
    looping.give("hit", "overdub")
    looping.give("hit", "overdub")
    looping.play(0.1)
    looping.give("down", word)
    looping.play(1.1)
    assert looping.states()[0] == State.OFF
    looping.give("up", word)
    looping.give("hit", "redo_all")
    assert looping.states()[0] == State.PLAYING


def test_a_hold_first_discards_what_its_own_press_began(looping):
    looping.give("down", "record_or_overdub")
    assert looping.states()[0] == State.OVERDUBBING
    looping.play(1.1)
    assert looping.states()[0] == State.OFF
    assert looping.engine.status().redo_steps == 2


def test_pressing_the_one_button_twice_takes_back_what_it_began_and_what_was_before(looping):
    for _ in range(2):
        looping.give("hit", "overdub")
        looping.play(0.2)
    looping.play(0.6)
    assert looping.engine.status().undo_steps == 2
    looping.give("down", "record_or_overdub")
    looping.give("up", "record_or_overdub")
    looping.give("down", "record_or_overdub")
    assert looping.engine.status().undo_steps == 1
    assert looping.states()[0] == State.PLAYING


def test_record_exclusive_ends_the_recording_of_the_others_and_the_next_form_hands_on(stage):
    stage.give("hit", "record", 0)
    stage.play(0.5)
    stage.give("hit", "record_exclusive", 1)
    assert stage.states()[:2] == [State.PLAYING, State.RECORDING]
    stage.play(0.5)
    stage.give("hit", "record_exclusive_next", 1)
    assert stage.states() == [State.PLAYING, State.PLAYING, State.RECORDING]


def test_solo_is_told_and_handed_on(looping):
    looping.give("hit", "solo")
    assert looping.bus.status(0).solo
    looping.give("hit", "solo_next")
    assert [looping.bus.status(loop).solo for loop in range(3)] == [False, True, False]
    told = [(n.loop, n.values[0]) for n in looping.notices if n.kind == "solo"]
    assert told == [(0, 1), (0, 0), (1, 1)]


def test_reverse_and_speed_are_told_and_what_makes_a_loop_longer_is_refused_at_another_speed_with_the_cure(looping):
    looping.give("hit", "reverse")
    assert looping.bus.status(0).reverse
    looping.give("hit", "overdub")
    assert looping.states()[0] == State.OVERDUBBING
    looping.give("hit", "overdub")
    looping.play(0.1)
    looping.give("hit", "reverse")
    looping.bus.set(0, "speed", 2.0)
    looping.play(0.1)
    looping.give("hit", "insert")
    assert [n.values[1] for n in looping.notices if n.kind == "error"] == [
        "insert: only while the loop plays at speed 1, forwards or backwards, for it makes the loop longer; set speed to 1"
    ]
    assert looping.states()[0] == State.PLAYING


def test_every_word_is_obeyed_or_refused_with_a_reason(looping):
    for word in WORDS:
        for name in ("hit", "down", "up", "forceup"):
            with contextlib.suppress(UnloopError):
                looping.give(name, word)


def test_a_word_that_is_none_is_refused_and_nothing_happens(looping):
    with pytest.raises(CommandError, match="no press is called 'overdob': the nearest is 'overdub'"):
        looping.give("down", "overdob")
    assert looping.states()[0] == State.PLAYING
