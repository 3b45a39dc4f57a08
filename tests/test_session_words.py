"""SooperLooper's words on the real engine: each hit in every state, held, let go and pressed twice, alone and among other loops."""

import pytest

from tests.control.test_pedals import SOOPERLOOPERS
from tests.test_session_bad_input import STATES
from tests.test_session_feet import Stage
from unloop_py.engine.messages import State
from unloop_py.errors import CommandError

HIT = """
word                         off recording playing overdubbing multiplying inserting replacing substituting muted oneshot paused scratching
record                       R   P         R       R           R           R         R         R            R     R       R      R
overdub                      R   O         O       P           O           O         O         O            O     O       O      O
replace                      x   L         L       L           L           L         P         L            L     L       L      L
substitute                   x   S         S       S           S           S         S         P            S     S       S      S
multiply                     x   M         M       M           P           M         M         M            M     M       M      M
insert                       x   I         I       I           I           P         I         I            I     I       I      I
undo                         x   -         -       P           P           P         P         P            -     -       -      -
undo_all                     x   -         -       -           -           -         -         -            -     -       -      -
redo                         x   x         x       x           x           x         x         x            x     x       x      x
redo_all                     x   x         x       x           x           x         x         x            x     x       x      x
trigger                      x   P         P       P           P           P         P         P            P     P       P      P
oneshot                      x   1         1       1           1           1         1         1            1     1       1      1
mute                         x   U         U       U           U           U         U         U            P     U       x      U
mute_on                      x   U         U       U           U           U         U         U            U     U       x      U
mute_off                     x   x         P       O           M           I         L         S            P     1       x      C
mute_trigger                 x   U         U       U           U           U         U         U            P     U       x      U
pause                        x   A         A       A           A           A         A         A            A     A       P      A
pause_on                     x   A         A       A           A           A         A         A            A     A       A      A
pause_off                    x   x         P       O           M           I         L         S            U     1       P      C
solo                         -   R         P       O           M           I         L         S            U     1       A      C
set_sync_pos                 x   x         P       O           M           I         L         S            U     1       A      C
reset_sync_pos               x   x         P       O           M           I         L         S            U     1       A      C
record_or_overdub            R   P         O       P           O           O         O         O            O     O       O      O
record_or_overdub_solo       R   P         O       P           O           O         O         O            P     O       O      O
record_or_overdub_solo_trig  R   P         O       P           O           O         O         O            P     O       O      O
record_overdub_end_solo      -   P         P       P           P           P         P         P            P     1       A      C
record_overdub_end_solo_trig -   P         P       P           P           P         P         P            P     1       A      C
reverse                      x   1         P       P           P           P         P         P            U     1       A      P
scratch                      x   x         C       C           C           C         C         C            C     C       C      P
"""
"""Where each word leads from each state; x: it is refused, and nothing changes."""
LETTERS = {"-": "off", "R": "recording", "P": "playing", "O": "overdubbing", "M": "multiplying", "I": "inserting", "L": "replacing",
           "S": "substituting", "U": "muted", "1": "oneshot", "A": "paused", "C": "scratching"}  # fmt: skip
SAME = {"solo": ("solo_next", "solo_prev"), "record": ("record_exclusive", "record_solo"),
        "record_or_overdub": ("record_or_overdub_excl", "record_or_overdub_solo_next", "record_or_overdub_solo_prev")}  # fmt: skip
HANDED_ON = ("record_exclusive", "record_solo", "record_or_overdub_excl")
HEAD, *ROWS = [line.split() for line in HIT.strip().splitlines()]
LEADS = {row[0]: dict(zip(HEAD[1:], row[1:], strict=True)) for row in ROWS}
LEADS |= {other: LEADS[word] for word, others in SAME.items() for other in others}
LEADS |= {f"{word}_{where}": LEADS[word] for word in HANDED_ON for where in ("next", "prev")}


def come_to(state, n_loops=1):
    stage = Stage(n_loops)
    for name in STATES[state]:
        stage.play(0.5 if stage.states()[0] == State.RECORDING else 0.1)
        stage.bus.command(0, name)
        stage.play(0.05)
    if stage.states()[0] == State.RECORDING:
        stage.play(0.5)
    assert stage.states()[0].label == state
    return stage


@pytest.mark.parametrize("state", STATES)
def test_each_word_leads_from_each_state_where_it_should(state):
    for word, leads in LEADS.items():
        stage = come_to(state)
        try:
            stage.give("hit", word)
            refused = any(notice.kind == "error" for notice in stage.notices)
        except CommandError:
            refused = True
        assert refused == (leads[state] == "x"), word
        assert stage.states()[0].label == (state if refused else LETTERS[leads[state]]), word


def test_every_word_of_sooperloopers_is_in_the_table():
    assert len(SOOPERLOOPERS) == 42
    assert set(SOOPERLOOPERS) <= set(LEADS)


@pytest.mark.parametrize(
    ("word", "state", "held"),
    [
        ("record", "off", "playing"), ("record", "playing", "playing"), ("overdub", "playing", "playing"),
        ("replace", "muted", "playing"), ("multiply", "paused", "playing"), ("insert", "recording", "playing"),
        ("mute", "playing", "playing"), ("mute", "muted", "playing"), ("pause", "playing", "playing"), ("oneshot", "muted", "muted"),
        ("record_exclusive", "off", "playing"), ("record_solo", "off", "playing"), ("undo", "overdubbing", "off"),
        ("record_or_overdub", "overdubbing", "off"), ("trigger", "muted", "playing"), ("mute_on", "playing", "muted"),
        ("scratch", "playing", "playing"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seconds", [0.9, 1.1])
def test_held_for_a_second_a_press_ends_what_it_began_when_it_is_let_go(word, state, held, seconds):
    stage = come_to(state)
    stage.give("down", word)
    stage.play(0.1)
    pressed = stage.states()[0].label
    stage.play(seconds - 0.2)
    stage.give("up", word)
    stage.play(0.1)
    assert stage.states()[0].label == (held if seconds > 1.0 else pressed if pressed != "oneshot" else "muted")


def test_a_long_press_that_something_else_has_ended_begins_nothing_when_it_is_let_go():
    stage = come_to("playing")
    stage.give("down", "overdub")
    stage.play(0.5)
    stage.give("hit", "overdub")
    stage.play(0.7)
    stage.give("up", "overdub")
    assert stage.states()[0] == State.PLAYING


@pytest.mark.parametrize("first, second", [("down", "down"), ("hit", "hit"), ("down", "hit")])
@pytest.mark.parametrize("word", ["record_or_overdub", "record_or_overdub_excl", "record_or_overdub_solo"])
def test_two_presses_within_half_a_second_take_back_what_the_first_one_did_and_the_thing_before_it(word, first, second):
    for apart_s, state, undone in [(0.4, State.OFF, True), (0.6, State.PLAYING, False)]:
        stage = come_to("playing")
        stage.give(first, word)
        stage.play(apart_s - 0.05)
        stage.give(second, word)
        assert (stage.states()[0], stage.engine.status().undo_steps == 0) == (state, undone)


def test_two_presses_on_an_empty_loop_leave_it_empty_and_are_no_error():
    stage = Stage(1)
    for _ in range(2):
        stage.give("down", "record_or_overdub")
    assert stage.states() == [State.OFF] and not [notice for notice in stage.notices if notice.kind == "error"]


def test_one_button_records_plays_overdubs_and_plays():
    stage, seen = Stage(1), []
    for _ in range(5):
        stage.give("hit", "record_or_overdub")
        stage.play(0.6)
        seen.append(stage.states()[0].label)
    assert seen == ["recording", "playing", "overdubbing", "playing", "overdubbing"]


def solos(stage):
    return [stage.bus.status(loop).solo for loop in range(stage.bus.n_loops)]


def test_solo_is_of_one_loop_at_a_time_and_pressed_again_lets_all_be_heard():
    stage = Stage()
    for loop, alone in [(0, [1, 0, 0]), (2, [0, 0, 1]), (2, [0, 0, 0])]:
        stage.give("hit", "solo", loop)
        assert solos(stage) == alone


def test_the_forms_with_next_and_prev_mean_the_neighbours_of_the_selected_loop_and_select_them():
    stage = Stage()
    for name, selected in [("solo_next", 1), ("solo_next", 2), ("solo_next", 0), ("solo_prev", 2)]:
        stage.give("hit", name)
        assert stage.bus.selected() == selected and solos(stage) == [loop == selected for loop in range(3)]


@pytest.mark.parametrize("word", ["record_exclusive", "record_or_overdub_excl"])
def test_exclusive_ends_what_the_others_record_or_lay_on_and_handed_on_it_does_so_again(word):
    stage = Stage()
    stage.record(2)
    stage.give("hit", "overdub", 2)
    stage.give("hit", word, 0)
    assert stage.states() == [State.RECORDING, State.OFF, State.PLAYING] and stage.bus.selected() == 0
    stage.play(0.5)
    stage.give("hit", f"{word}_next", 0)
    assert stage.states() == [State.PLAYING, State.RECORDING, State.PLAYING] and stage.bus.selected() == 1
    stage.play(0.5)
    stage.give("hit", f"{word}_prev", 0)
    last = State.OVERDUBBING if "overdub" in word else State.RECORDING
    assert stage.states() == [last, State.PLAYING, State.PLAYING] and stage.bus.selected() == 0


def test_record_solo_is_heard_alone_while_it_records_and_with_the_others_when_it_ends():
    stage = Stage()
    stage.record(1)
    stage.give("hit", "record_solo", 0)
    assert (stage.states()[0], solos(stage)) == (State.RECORDING, [True, False, False])
    stage.play(0.5)
    stage.give("hit", "record_solo", 0)
    assert (stage.states()[0], solos(stage)) == (State.PLAYING, [False, False, False])


@pytest.mark.parametrize("word", ["record_or_overdub_solo", "record_overdub_end_solo"])
@pytest.mark.parametrize("trig", ["", "_trig"])
def test_a_loop_that_is_there_and_not_heard_is_only_brought_back_by_the_solo_words(word, trig):
    stage = Stage()
    stage.record(0)
    stage.record(1)
    stage.give("hit", "solo", 1)  # the first one is not heard
    stage.play(0.23)
    before = stage.engine.status(0).position_frames
    stage.bus.command(0, "hit", word + trig)
    stage.play(0.05)
    assert (stage.states()[0], solos(stage), stage.bus.selected()) == (State.PLAYING, [True, False, False], 0)
    after = stage.engine.status(0)
    turned = after.position_frames - (0 if trig else before)
    assert turned % after.length_frames == 0.05 * 48000


@pytest.mark.parametrize("word", ["record_or_overdub_solo", "record_overdub_end_solo"])
def test_one_that_is_heard_goes_on_as_the_word_says(word):
    stage = Stage()
    stage.give("hit", "record")
    stage.play(0.6)
    stage.give("hit", word)
    assert (stage.states()[0], solos(stage)) == (State.PLAYING, [True, False, False])
    stage.play(0.6)
    stage.give("hit", word)
    assert stage.states()[0] == (State.OVERDUBBING if "or" in word.split("_") else State.PLAYING)


def test_others_count_the_beats_of_a_loop_from_where_its_sync_position_is():
    stage = Stage(2)
    stage.record(0)
    stage.bus.set(0, "sync_source", 1)
    stage.play(0.1)
    length = stage.engine.status(0).length_frames
    start = stage.bus.moments.beats(0)
    stage.bus.command(0, "hit", "set_sync_pos")
    position = stage.engine.status(0).position_frames
    moved = stage.bus.moments.beats(0)
    assert 0 < position < length and moved.frames_per_beat == start.frames_per_beat
    assert (moved.frame_of(0.0) - start.frame_of(0.0)) % length == pytest.approx(position)
    stage.bus.command(0, "hit", "reset_sync_pos")
    assert (stage.bus.moments.beats(0).frame_of(0.0) - start.frame_of(0.0)) % length == pytest.approx(0.0)
    stage.bus.command(0, "hit", "set_sync_pos")
    stage.record(0)  # another loop, whose beats begin where it does
    stage.play(0.1)
    again = stage.engine.status(0)
    assert (stage.bus.moments.beats(0).frame_of(0.0) - again.next_seam_frame) % again.length_frames == pytest.approx(0.0)
