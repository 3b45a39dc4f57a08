"""SooperLooper's names for commands, and what they stand for."""

import pytest

from unloop_py.control.commands import by_name
from unloop_py.control.pedals import MOMENTARY, ONE_BUTTON, WORDS, Step, steps_of
from unloop_py.errors import CommandError

SOOPERLOOPERS = """
record overdub multiply insert replace substitute reverse mute mute_on mute_off mute_trigger pause pause_on pause_off undo redo
undo_all redo_all oneshot trigger solo solo_next solo_prev record_solo record_solo_next record_solo_prev record_or_overdub
record_exclusive record_exclusive_next record_exclusive_prev record_or_overdub_excl record_or_overdub_excl_next
record_or_overdub_excl_prev record_or_overdub_solo record_or_overdub_solo_next record_or_overdub_solo_prev
record_overdub_end_solo
""".split()


@pytest.mark.parametrize("word", SOOPERLOOPERS)
def test_sooperloopers_names_are_understood(word):
    for step in steps_of(word):
        assert step.name == "end" or by_name(step.name).scope == "loop"


def test_words_that_set_a_switch_say_which_way():
    assert WORDS["mute_on"] == (Step("this", "mute", 1),)
    assert WORDS["pause_off"] == (Step("this", "pause", 0),)


def test_exclusive_ends_what_others_record_and_the_next_forms_hand_on():
    assert WORDS["record_exclusive"] == (Step("others", "end"), Step("this", "record"))
    assert WORDS["record_exclusive_next"] == (Step("this", "end"), Step("others", "end"), Step("next", "record"))
    assert WORDS["record_or_overdub_solo_prev"][-2:] == (Step("previous", "solo", 1), Step("previous", "overdub"))


def test_what_is_momentary_and_what_one_button_does_are_words_themselves():
    assert set(MOMENTARY) | set(ONE_BUTTON) <= set(WORDS)
    assert "record_or_overdub" in ONE_BUTTON


def test_an_unknown_word_is_answered_with_the_nearest():
    with pytest.raises(CommandError, match="no press is called 'recrod': the nearest is 'record'"):
        steps_of("recrod")
