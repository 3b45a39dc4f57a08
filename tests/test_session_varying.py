"""When and with what a loop is varied, heard: commands in over the bus, samples out of the real engine."""

from dataclasses import replace

import numpy as np
import pytest

from tests.test_session_loops import Band
from tests.test_session_rules import BLOCK, FADE, LOOP, RATE, Rehearsal
from unloop_py.engine.messages import CommandKind
from unloop_py.errors import CommandError


@pytest.fixture
def one():
    return Rehearsal()


@pytest.fixture
def band():
    return Band()


def letters(one, passes):
    """What each pass played: A for the take, else a letter for each sound in the order of their coming."""
    names, text = {}, ""
    for k in range(passes):
        tag = one.which(k)
        assert tag is not None, f"pass {k} is neither the take nor a variation"
        text += "A" if tag == "take" else names.setdefault(one.offers[tag].variation.audio.tobytes(), chr(ord("b") + len(names)))
    return text


def late(one):
    return [values[1] for values in one.repetitions()]


@pytest.mark.parametrize(("every", "heard"), [(1, "Abcdefg"), (2, "AAbbccd"), (3, "AAAbbbc")])
def test_a_loop_holds_its_variation_for_so_many_seams_and_none_is_late(one, every, heard):
    one.bus.set(0, "vary_every", every)
    one.record()
    one.passes(7)
    assert letters(one, 7) == heard and not any(late(one))


def test_a_loop_that_holds_its_variation_is_late_when_the_next_one_does_not_come(one):
    one.bus.set(0, "vary_every", 3)
    one.record()
    one.passes(4)
    one.awake = False
    one.passes(8)
    assert late(one)[:11] == [0] * 8 + [1] * 3  # the one for seam 6 was ready, and of the one for seam 9 nothing is heard


def test_in_vary_mode_2_one_press_is_one_variation_and_no_seam_is_ever_late(one):
    one.bus.set(0, "vary_mode", 2)
    one.record()
    one.passes(3)
    one.press("vary")
    one.passes(3)
    one.press("vary")
    one.passes(2)
    assert letters(one, 8) == "AAAAbbbc" and not any(late(one))


def test_a_loop_whose_mode_is_never_repeats_itself_while_another_is_varied(band):
    band.bus.set(1, "vary_mode", 0)
    band.record(0)
    band.record(1)
    band.play(4 * LOOP)
    assert band.tags()[0] >= 0 and band.tags()[1] == -1 and set(band.offered) == {0}
    assert {n.values[1] for n in band.notices if n.kind == "repetition"} == {0}
    band.bus.set(1, "vary_mode", 1)
    band.play(3 * LOOP)
    assert band.tags()[1] >= 0


@pytest.mark.parametrize(("form", "heard"), [("AAAB", "A" + "AAAbAAAb"), ("a*", "A" + "AbAcAdAe"), ("BC", "A" + "bcbcbcbc")])
def test_a_form_is_heard_seam_by_seam_and_none_is_late(one, form, heard):
    one.press("form", form)
    one.record()
    one.passes(9)
    assert letters(one, 9) == heard and not any(late(one))
    assert one.bus.status(0).form == form.upper()
    assert [n.values for n in one.notices if n.kind == "form"] == [(form.upper(),)]


def test_a_form_goes_by_seams_whatever_swap_says(one):
    one.bus.set(0, "swap", 3)
    one.press("form", "AB")
    one.record()
    one.passes(5)
    assert letters(one, 5) == "AAbAb"


def test_a_form_without_a_text_switches_it_off(one):
    one.press("form", "A")
    one.record()
    one.passes(3)
    one.press("form", "")
    one.passes(3)
    heard = letters(one, 6)
    assert heard[:3] == "AAA" and len(set(heard[4:])) == 2 and "A" not in heard[4:]


def test_a_bad_form_is_refused_and_the_one_before_goes_on(one):
    one.press("form", "AB")
    with pytest.raises(CommandError, match="form: '7' at place 2"):
        one.press("form", "A7")
    assert one.bus.status(0).form == "AB"


@pytest.mark.parametrize(
    ("before", "reason"),
    [(lambda one: None, "the loop is empty"), (lambda one: one.bus.command(None, "generate", 0), "generate 1"),
     (lambda one: one.bus.set(0, "vary_mode", 0), "vary_mode is 0"), (lambda one: one.press("form", "AB"), "the form AB")],
    ids=["empty", "off", "never", "form"],
)  # fmt: skip
def test_what_stands_in_the_way_of_a_variation_is_said(one, before, reason):
    if "empty" not in reason:
        one.record()
        one.play(BLOCK)
    before(one)
    with pytest.raises(CommandError, match=f"vary: .*{reason}"):
        one.press("vary")


def test_the_favourite_is_what_was_just_heard_even_when_the_seam_has_just_passed(one):
    one.record()
    one.passes(3)
    one.play(LOOP - 10 * BLOCK)         # within the last tenth of a second of pass 3: more than 0.5 s after its seam
    one.press("favourite")
    one.play(20 * BLOCK)                # 0.1 s into pass 4
    one.press("favourite")
    one.press("favourite", 2)
    one.play(BLOCK)
    tags = [one.which(k) for k in (3, 2)]
    assert list(one.bus.loops[0].favourites) == tags and one.bus.status(0).favourites == 2
    assert [n.values for n in one.notices if n.kind == "favourite"] == [(1,), (1,), (2,)]
    one.passes(6)
    one.press("recall", 2)
    one.passes(2)
    assert np.array_equal(one.sounded(11), one.sounded(2)) and one.which(10) != one.which(2)


def test_what_is_the_same_to_the_model_is_not_told_again_and_what_was_made_of_it_serves(one):
    """As with an overdub that lies on top of what is varied."""
    varying = one.conductor.varying
    told = []
    varying.told_audio = lambda loop, version, audio: (told.append(version), ("base", one.take))[1]
    finished = []

    def finish(loop, version, tag, variation):
        finished.append(version)
        return replace(variation, audio=variation.audio * np.float32(0.5))

    varying.finished = finish
    one.record()
    one.passes(3)
    one.press("overdub")
    one.play(LOOP)
    one.press("play")
    one.passes(8)
    versions = sorted(set(told))
    assert len(versions) == 2 and one.generator.prepared == [varying.serial_of(0, "base")]
    assert set(finished) == set(versions)
    halves = [np.float32(0.5) * offer.variation.audio[: LOOP - FADE] for offer in one.offers.values()]
    assert any(np.array_equal(one.sounded(9), half) for half in halves)


def test_every_loop_is_told_its_own_expectations(band):
    sent = []
    send = band.engine.send
    band.engine.send = lambda command: (sent.append(command), send(command))
    band.bus.set(0, "vary_every", 4)
    band.bus.set(1, "vary_mode", 2)
    band.play(BLOCK)
    assert [(c.loop, c.value) for c in sent if c.kind == CommandKind.EXPECT] == [(0, 4.0), (1, 0.0)]


def test_three_loops_of_different_lengths_are_varied_at_each_of_their_seams(band):
    for loop, frames in enumerate((LOOP, LOOP // 2, 2 * LOOP)):
        band.bus.command(loop, "record")
        band.play(frames)
        band.bus.command(loop, "record")
        band.play(BLOCK)
    band.notices.clear()
    band.play(8 * LOOP)
    seams = [n for n in band.notices if n.kind == "repetition"]
    assert {n.loop for n in seams} == {0, 1, 2} and not any(n.values[1] for n in seams)
    assert band.engine.sample_rate == RATE


def test_a_loop_that_was_deleted_is_varied_no_more_and_again_when_it_is_back(band):
    for loop in range(3):
        band.record(loop)
    band.play(2 * LOOP)
    band.bus.command(None, "loop_del")
    band.play(BLOCK)
    band.offered.clear()
    band.play(3 * LOOP)
    assert set(band.offered) == {0, 1}
    band.bus.command(None, "loop_add")
    band.play(3 * LOOP)
    assert set(band.offered) == {0, 1, 2}
