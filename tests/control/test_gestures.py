"""Gestures drawn: one sign is 50 ms, ``-`` is down and ``_`` is up."""

import pytest

from unloop_py.control.commands import by_name
from unloop_py.control.gestures import SWITCHES, Pace, Sign, Switch, tapped

CELL_S = 0.05
PACE = Pace()


def signs(drawn, pace=PACE, cell_s=CELL_S):
    """What a drawing means: each sign, and the cell in which it came."""
    switch, found, was = Switch(), [], "_"
    for cell, now in enumerate(drawn):
        at_s = cell * cell_s
        happened = switch.look(at_s, pace)
        if now != was:
            happened = happened + (switch.press if now == "-" else switch.release)(at_s, pace)
        found += [(sign.value, cell) for sign in happened]
        was = now
    return found


@pytest.mark.parametrize(
    ("drawn", "meant"),
    [
        ("--__________", [("pressed", 0), ("settled", 10)]),
        ("-____-_____", [("pressed", 0), ("doubled", 5)]),
        ("--______--______________", [("pressed", 0), ("doubled", 8)]),
        ("-__________-__________", [("pressed", 0), ("settled", 10), ("pressed", 11), ("settled", 21)]),
        ("--__--__--____________", [("pressed", 0), ("doubled", 4), ("pressed", 8), ("settled", 18)]),
        ("-" * 22 + "____", [("pressed", 0), ("held", 20)]),
        ("-" * 15 + "____", [("pressed", 0), ("settled", 16)]),
        ("-_-" + "-" * 60, [("pressed", 0), ("doubled", 2)]),
        ("-" * 44 + "____", [("pressed", 0), ("held", 20), ("warned", 40), ("eased", 44)]),
        ("-" * 60 + "____", [("pressed", 0), ("held", 20), ("warned", 40), ("erased", 50)]),
        ("-" * 22 + "_-_______________", [("pressed", 0), ("held", 20), ("pressed", 23), ("settled", 33)]),
    ],
)
def test_a_drawn_gesture_is_these_signs(drawn, meant):
    assert signs(drawn) == meant


@pytest.mark.parametrize("drawn", ["-_--" + "-" * 30 + "_" * 200, "-_-_-" + "-" * 40 + "_-_" + "_" * 200])
def test_a_contact_that_bounces_within_15_ms_is_one_press(drawn):
    assert [sign for sign, _ in signs(drawn, cell_s=0.004)] == ["pressed", "settled"]


def test_a_contact_that_opens_within_15_ms_of_a_hold_is_held_on():
    assert [sign for sign, _ in signs("-" * 100 + "_" + "-" * 200, cell_s=0.008)] == ["pressed", "held", "warned"]


def test_a_release_that_never_comes_is_made_good_by_the_next_press():
    switch = Switch()
    assert switch.press(0.0, PACE) == [Sign.PRESSED]
    assert switch.press(0.7, PACE) == [Sign.PRESSED]
    assert switch.down


@pytest.mark.parametrize("at_s", [0.1, 0.9, 1.5, 2.1])
def test_a_switch_that_is_lost_means_nothing_more_however_long_it_seems_held(at_s):
    switch = Switch()
    switch.press(0.0, PACE)
    warned = Sign.WARNED in switch.look(at_s, PACE)
    assert switch.lost() == ([Sign.EASED] if warned else [])
    assert switch.look(100.0, PACE) == [] and not switch.is_busy
    assert switch.press(101.0, PACE) == [Sign.PRESSED]


def test_a_second_tap_of_which_word_comes_late_is_half_of_a_double_tap_still():
    switch = Switch()
    switch.press(0.0, PACE)
    switch.release(0.1, PACE)
    assert switch.look(0.52, PACE) == [Sign.SETTLED]
    assert switch.press(0.48, PACE) == [Sign.DOUBLED]


def test_time_that_runs_backwards_stands_still():
    switch = Switch()
    switch.press(5.0, PACE)
    assert switch.release(1.0, PACE) == []
    assert switch.press(4.0, PACE) == []  # a bounce
    assert switch.look(6.0, PACE) == [Sign.HELD]


def test_the_pace_is_the_player_s_and_the_warning_never_comes_before_the_hold():
    slow = Pace(tap_s=1.0, hold_s=1.5, erase_s=1.0)
    assert signs("-" * 50, slow) == [("pressed", 0), ("held", 30), ("warned", 30), ("erased", 40)]
    assert signs("-______________-", slow) == [("pressed", 0), ("doubled", 15)]


def test_only_a_switch_that_time_may_make_something_of_is_busy():
    switch = Switch()
    assert not switch.is_busy
    switch.press(0.0, PACE)
    assert switch.is_busy
    switch.release(0.1, PACE)
    assert switch.is_busy
    switch.look(0.6, PACE)
    assert not switch.is_busy


def test_a_tap_is_what_comes_next_and_a_stopped_loop_plays_from_its_start():
    states = ("off", "recording", "playing", "overdubbing", "paused", "muted")
    assert [tapped(state)[0] for state in states] == ["record", "record", "overdub", "overdub", "trigger", "mute"]


def test_every_other_switch_means_commands_that_there_are():
    for meaning in SWITCHES[1:]:
        assert all(by_name(name) for name in (meaning.tap, meaning.double, meaning.hold))
    assert [meaning.number for meaning in SWITCHES] == [1, 2, 3, 4]
