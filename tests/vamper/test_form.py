"""The form of a loop, by itself and played: the take, variations that stay the same, and new ones."""

import numpy as np
import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Prompt
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.form import Form, read_form

HALF_OF_REAL_TIME = Cost(overhead_s=0.1, per_audio=0.1, step_overhead_s=0.02, step_per_audio=0.02)


def heard(stage):
    """What each repetition played: A for the take, else a letter of its own for each sound, in the order of their coming."""
    sounds, text = [], ""
    for tag in stage.heard:
        made = None if tag == -1 else stage.offered(tag).variation
        if made is None:
            text += "A"
            continue
        found = next((at for at, codes in enumerate(sounds) if np.array_equal(codes, made.codes)), len(sounds))
        sounds[found:] = sounds[found:] or [made.codes]
        text += chr(ord("b") + found)
    return text


def play(stage, form, repetitions=12, loop_s=4.0, **knobs):
    stage.get_ready()
    stage.turn(form=form, **knobs)
    stage.record(loop_s)
    stage.play_repetitions(repetitions)
    return heard(stage)


@pytest.mark.parametrize(("text", "form"), [("AAAB", "AAAB"), (" a b * ", "AB*"), ("", ""), ("  ", ""), ("Z", "Z"), ("A" * 64, "A" * 64)])
def test_a_form_is_letters_and_stars_however_they_are_written(text, form):
    assert read_form(text) == form


@pytest.mark.parametrize(("text", "named"), [("AA1B", "'1' at place 3"), ("AÄ", "'Ä' at place 2"), ("A,B", "',' at place 2")])
def test_what_is_no_form_is_refused_with_its_place_and_an_example(text, named):
    with pytest.raises(CommandError, match=rf"form: {named}.*AAAB"):
        read_form(text)


def test_a_form_without_end_is_refused_with_the_limit():
    with pytest.raises(CommandError, match="at most 64 letters, got 65"):
        read_form("A" * 65)


def test_what_has_to_be_made_is_named_before_it_is_due():
    form = Form()
    form.set("AAB*")
    assert form.coming == "A" and form.to_make(False) == (2, "B") and form.to_make(True) == (2, "B")
    form.known["B"] = object()
    assert form.to_make(False) == (3, "*") and form.to_make(True) is None
    form.passed()
    form.passed()
    assert form.coming == "B"


@pytest.mark.parametrize(
    ("form", "played"),
    [("AAAB", "AAAbAAAbAAAb"), ("AB", "AbAbAbAbAbAb"), ("BC", "bcbcbcbcbcbc"), ("A*", "AbAcAdAeAfAg"), ("*", "bcdefghijklm"),
     ("A", "AAAAAAAAAAAA"), ("BB*A", "bbcAbbdAbbeA"), ("B", "bbbbbbbbbbbb")],
)  # fmt: skip
def test_each_seam_brings_what_the_form_says_and_none_is_late(stage, form, played):
    assert play(stage, form) == played
    assert stage.late == 0


def test_a_letter_stays_the_same_though_knobs_are_turned_and_a_star_follows_them(stage):
    play(stage, "B*", 4)
    stage.turn(Prompt(temperature=1.9), form="B*")
    stage.play_repetitions(4)
    assert heard(stage)[::2] == "bbbb"
    assert stage.offered(stage.heard[-1]).variation.request.prompt.temperature == 1.9


def test_a_new_form_begins_at_its_first_letter_and_keeps_the_letters_that_it_knows(stage):
    play(stage, "AB", 4)
    stage.turn(form="BBA")
    stage.play_repetitions(6)
    assert heard(stage) == "AbAb" + "bbAbbA"


def test_without_a_form_its_letters_are_forgotten_and_every_seam_is_new_again(stage):
    play(stage, "AB", 4)
    stage.turn(form="")
    stage.play_repetitions(4)
    stage.turn(form="AB")
    stage.play_repetitions(4)
    text = heard(stage)
    assert text[:4] == "AbAb" and len(set(text[4:8])) == 4 and "b" not in text[4:]


def test_a_new_take_has_letters_of_its_own(stage):
    play(stage, "B", 3)
    stage.record(4.0, version=2)
    stage.play_repetitions(3)
    first, second = (stage.offered(stage.heard[at]).variation.request for at in (2, -1))
    assert (first.take_version, second.take_version) == (1, 2) and first.seed != second.seed


def test_a_machine_that_is_late_holds_what_sounds_and_the_form_goes_on_with_the_music(make_stage):
    stage = make_stage(HALF_OF_REAL_TIME)
    play(stage, "AAB*", 8)
    stage.slowdown = 12.0
    stage.play_repetitions(8)
    stage.slowdown = 1.0
    stage.play_repetitions(8)
    text = heard(stage)
    assert text[:8] == "AAbcAAbd"
    assert stage.late > 0
    assert [text[-4:][at] for at in (0, 1, 2)] == ["A", "A", "b"] and text[-1] not in "Abc"


def test_a_letter_is_made_again_from_its_tokens_by_a_worker_that_was_restarted(stage):
    play(stage, "AB", 4)
    stage.worker.die()
    stage.play(1.0)
    stage.get_ready()
    stage.play_repetitions(4)
    assert heard(stage).endswith("AbAb")


def test_what_is_called_back_takes_the_place_of_one_letter(stage):
    play(stage, "AAB", 6)
    stage.vamper.again(0, 3)
    stage.play_repetitions(3)
    assert heard(stage) == "AAbAAb" + "bAb"
