"""Each key does what the table of keys says, and what cannot be done is told in words."""

import pytest

from unloop_py.control.commands import KEYS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.ui.player import Player, how_to_play


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def given(bus):
    return [(one.loop, one.name, one.argument) for one in bus.given]


def test_space_records_then_plays_then_overdubs_then_plays():
    bus = FakeBus()
    player = Player(bus)
    states = []
    for _ in range(4):
        player.press(" ")
        states.append(bus.status(0).state)
    assert states == ["recording", "playing", "overdubbing", "playing"]


def test_space_lets_a_muted_loop_be_heard_again():
    bus = FakeBus()
    bus.become(0, state="muted")
    Player(bus).press(" ")
    assert given(bus) == [(0, "mute", 0)]


@pytest.mark.parametrize(
    "key, command",
    [("u", "undo"), ("r", "redo"), ("k", "keep"), ("b", "back"), ("l", "lock")],
)
def test_a_letter_gives_its_command(key, command):
    bus = FakeBus()
    assert Player(bus).press(key) == ""
    assert given(bus) == [(0, command, None)]


def test_V_and_v_move_variation_up_and_down():
    bus = FakeBus()
    player = Player(bus)
    player.press("V")
    assert bus.get(0, "variation") == 0.55
    player.press("v")
    player.press("v")
    assert bus.get(0, "variation") == 0.45


def test_variation_reaches_both_ends_exactly_and_stays_there():
    bus = FakeBus()
    player = Player(bus)
    for _ in range(25):
        player.press("V")
    assert bus.get(0, "variation") == 1.0
    for _ in range(45):
        player.press("v")
    assert bus.get(0, "variation") == 0.0


def test_q_quits_only_when_pressed_twice():
    clock = Clock()
    bus = FakeBus()
    player = Player(bus, clock=clock)
    assert "again" in player.press("q")
    assert given(bus) == []
    assert player.press("q") == ""
    assert given(bus) == [(None, "quit", None)]


def test_a_key_between_two_q_saves_the_performance():
    bus = FakeBus()
    player = Player(bus)
    player.press("q")
    player.press("k")
    player.press("q")
    assert given(bus) == [(0, "keep", None)]


def test_what_cannot_be_obeyed_is_told_to_the_player():
    bus = FakeBus(refuse="nothing to undo: record first (space)")
    assert Player(bus).press("u") == "nothing to undo: record first (space)"


def test_a_key_without_a_row_does_nothing():
    bus = FakeBus()
    assert Player(bus).press("\n") == ""
    assert given(bus) == []


def test_how_to_play_names_the_first_keys_and_the_one_that_tells_all_others():
    line = how_to_play()
    assert "space = record / play / overdub" in line
    assert "q twice = quit" in line
    assert "? = all keys" in line
    assert len(line) < 200


def test_a_question_mark_tells_every_key():
    bus = FakeBus()
    assert Player(bus).press("?").count(" = ") == len(KEYS)
    assert given(bus) == []


def test_a_figure_selects_a_loop():
    bus = FakeBus()
    Player(bus).press("3")
    assert given(bus) == [(None, "select", 3)]


def test_a_page_turner_taps_the_switches_and_what_a_held_key_repeats_is_left_out():
    bus, clock = FakeBus(n_loops=2), Clock()
    player = Player(bus, clock)
    for clock.now_s in (0.0, 0.03, 0.06, 0.2):     # the middle two repeat
        assert player.press("pagedown") == ""
    player.press("pageup")
    assert given(bus) == [(0, name, number) for number in (1, 1, 2) for name in ("switch_down", "switch_up")]


def test_which_keys_are_switches_is_the_player_s_choice_and_they_mean_nothing_else_then():
    bus = FakeBus(n_loops=2)
    player = Player(bus, switches=("b", " ", "right"))
    bus.command(None, "select_all")
    bus.given.clear()
    for key in ("b", "right"):
        player.press(key)
    assert given(bus) == [(0, "switch_down", 1), (0, "switch_up", 1), (1, "switch_down", 1), (1, "switch_up", 1),
                          (0, "switch_down", 3), (0, "switch_up", 3)]
    assert player.is_switch(" ") and not player.is_switch("pagedown")


def test_a_switch_that_cannot_be_obeyed_says_why_once():
    bus = FakeBus(n_loops=2, refuse="lock: the loop is empty")
    player = Player(bus)
    assert player.press("pageup") == "lock: the loop is empty"
