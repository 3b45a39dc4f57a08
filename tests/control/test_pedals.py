"""SooperLooper's names for commands, and what they stand for."""

import pytest

from unloop_py.control.commands import COMMANDS
from unloop_py.control.pedals import MOMENTARY, ONE_BUTTON, SOLOS, WHEN_HELD, WORDS, Step, word_of
from unloop_py.errors import CommandError

SOOPERLOOPERS = """
record overdub multiply insert replace substitute reverse scratch mute mute_on mute_off mute_trigger pause pause_on pause_off undo redo
undo_all redo_all oneshot trigger solo solo_next solo_prev record_solo record_solo_next record_solo_prev record_or_overdub
record_exclusive record_exclusive_next record_exclusive_prev record_or_overdub_excl record_or_overdub_excl_next
record_or_overdub_excl_prev record_or_overdub_solo record_or_overdub_solo_next record_or_overdub_solo_prev
record_or_overdub_solo_trig record_overdub_end_solo record_overdub_end_solo_trig set_sync_pos reset_sync_pos
""".split()
"""All of its commands."""


@pytest.mark.parametrize("name", SOOPERLOOPERS)
def test_sooperloopers_names_are_understood(name):
    commands = {row.name for row in COMMANDS if row.scope == "loop"} | {"end", "record_or_overdub"}
    word = word_of(name)
    assert {step.name for step in (*word.steps, *([word.if_silent] if word.if_silent else []))} <= commands


def test_words_that_set_a_switch_say_which_way():
    assert WORDS["mute_on"].steps == (Step("mute", 1),)
    assert WORDS["pause_off"].steps == (Step("pause", 0),)


def test_exclusive_ends_what_others_record_and_the_next_forms_mean_the_neighbour_of_the_selected_loop():
    alone = WORDS["record_exclusive"]
    assert alone.steps == (Step("end", others=True), Step("record")) and (alone.whom, alone.selects) == ("this", True)
    after, before = WORDS["record_exclusive_next"], WORDS["record_exclusive_prev"]
    assert after.steps == before.steps == alone.steps
    assert (after.whom, before.whom, after.selects) == ("next", "previous", True)


def test_what_is_momentary_and_what_one_button_does_are_words_themselves():
    assert {*MOMENTARY, *ONE_BUTTON, *SOLOS, *WHEN_HELD} <= set(WORDS)
    assert len(ONE_BUTTON) == 8


def test_an_unknown_word_is_answered_with_the_nearest():
    with pytest.raises(CommandError, match="no press is called 'recrod': the nearest is 'record'"):
        word_of("recrod")
