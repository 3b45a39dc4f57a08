"""Tap tempo: a foot's tempo, slips and all."""

import pytest

from unloop_py.sync.tap import TapTempo

RATE = 48000


def tapped(*seconds):
    taps = TapTempo(RATE)
    return [taps.tap(round(at * RATE)) for at in seconds][-1]


def test_one_tap_has_no_tempo_and_two_have():
    assert tapped(1.0) is None
    assert tapped(1.0, 1.5) == pytest.approx(120.0)


def test_the_tempo_is_finer_than_any_one_tap():
    assert tapped(0.0, 0.51, 0.99, 1.5, 2.01, 2.49, 3.0) == pytest.approx(120.0, abs=0.1)


@pytest.mark.parametrize("slip", [0.25, 0.75])
def test_a_tap_too_many_or_far_off_does_not_move_it(slip):
    assert tapped(0.0, 0.5, 1.0, 1.5, 2.0, 2.0 + slip) == pytest.approx(120.0, abs=0.1)


def test_a_pause_begins_anew():
    taps = TapTempo(RATE)
    for k in range(5):
        taps.tap(round(0.5 * k * RATE))
    assert taps.tap(10 * RATE) is None
    assert taps.tap(11 * RATE) == pytest.approx(60.0)


def test_the_tempo_follows_a_foot_that_has_settled_on_another():
    assert tapped(*(0.5 * k for k in range(8)), *(3.5 + 0.4 * k for k in range(1, 9))) == pytest.approx(150.0)


def test_a_clock_that_was_set_back_begins_anew():
    taps = TapTempo(RATE)
    taps.tap(10 * RATE)
    taps.tap(10 * RATE + 24_000)
    assert taps.tap(5 * RATE) is None
    assert taps.tap(5 * RATE + 24_000) == pytest.approx(120.0)


@pytest.mark.parametrize("gap, tempo", [(0.1, 300.0), (0.0001, 300.0), (3.0, 20.0)])
def test_the_tempo_stays_in_20_to_300(gap, tempo):
    assert tapped(1.0, 1.0 + gap, 1.0 + 2 * gap) == pytest.approx(tempo)


def test_two_taps_in_one_frame_are_no_tempo():
    assert tapped(1.0, 1.0) is None
