"""Melt and guard: places of the repetition that are made new, or kept, whatever else is asked."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from unloop_py.generator import masks
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.fakes import level_models
from unloop_py.generator.request_masks import masks_of
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.stretch import steps_of_part
from unloop_py.generator.vamp import LocalGenerator

HOP = 768
RATE = 44_100
STEP_S = HOP / RATE
ALL = dict(periodic_prompt=1, compression_prompt=14)
NOTHING = dict(periodic_prompt=0, onset_mask_width=0, prefix_s=0.0)


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def steps(*spans):
    """Spans of steps as spans of seconds."""
    return tuple((start * STEP_S, end * STEP_S) for start, end in spans)


def request(melt=(), guard=(), index=1, **prompt):
    return VariationRequest(1, index, 1, Prompt(**prompt), 2, melt=steps(*melt), guard=steps(*guard))


def drawn(asked, length=10 * HOP):
    generator = LocalGenerator(level_models())
    passes, _ = masks_of(generator.prepare(Take(1, noise(length), RATE)), asked, generator.step_rate)
    return masks.draw(passes[0])


@pytest.mark.parametrize(("spans", "places"), [
    ([(2, 4)], "..##......"),
    ([(2.1, 4.1)], "..###....."),            # every step that is touched
    ([(8, 12)], "##......##"),               # past the end, round the circle
    ([(8, 2)], "##......##"),                # the same, told as it is held
    ([(-2, 1)], "#.......##"),
    ([(3, 3)], ".........."),                # a press that held nothing
    ([(0, 10)], "##########"),
    ([(4, 30)], "##########"),
    ([(1, 2), (5, 7)], ".#...##..."),
])
def test_a_span_marks_the_steps_it_touches_round_the_circle(spans, places):
    assert masks.draw(np.where(masks.marked(steps(*spans), 10.0, 1 / STEP_S), masks.KEEP, masks.GENERATE)) == places


def test_what_passes_the_end_of_a_loop_of_no_whole_steps_goes_on_at_its_true_head():
    touched = masks.marked(steps((9.0, 11.0)), 9.5, 1 / STEP_S)                    # half a step is left, then a step and a half
    assert masks.draw(np.where(touched, masks.KEEP, masks.GENERATE)) == "##.......#"


def test_melted_steps_are_made_new_in_all_codebooks_and_only_they_are_where_the_rest_is_kept():
    assert drawn(request(melt=[(3, 5)], **ALL)) == ("###..#####",) * 9


def test_guarded_steps_are_kept_in_all_codebooks_whatever_is_free():
    assert drawn(request(guard=[(9, 11)], **NOTHING)) == ("#........#",) * 9


def test_what_is_guarded_does_not_melt():
    assert drawn(request(melt=[(2, 6)], guard=[(4, 8)], **ALL)) == ("##..######",) * 9


def test_marks_hold_in_every_feedback_pass():
    asked = request(melt=[(2, 4)], guard=[(6, 8)], feedback_steps=3)
    generator = LocalGenerator(level_models())
    passes, _ = masks_of(generator.prepare(Take(1, noise(10 * HOP), RATE)), asked, generator.step_rate)
    assert len(passes) == 3 and passes[:, :, 2:4].all() and not passes[:, :, 6:8].any()


def test_marks_lie_on_the_repetition_and_hints_on_the_take_where_it_is_stretched():
    asked = request(melt=[(2, 3)], guard=[(4, 8)], index=2, stretch=2, **ALL)
    _, first = steps_of_part(10.0, 2, 1)
    kept = first.copy()
    kept[2] = False
    assert drawn(asked) == (masks.draw(np.where(kept, masks.KEEP, masks.GENERATE)),) * 9


def test_with_variation_0_only_what_is_melted_is_new():
    generator = LocalGenerator(random_models())
    take = noise(60 * HOP, 2)
    made = generator.vary(generator.prepare(Take(1, take, RATE)), request(melt=[(20, 30)], **ALL))
    outside = np.r_[0 : 20 * HOP - 500, 30 * HOP + 500 : 60 * HOP]
    np.testing.assert_array_equal(made.audio[outside], take[outside])
    inside = slice(21 * HOP, 29 * HOP)
    assert abs(np.corrcoef(made.audio[inside, 0], take[inside, 0])[0, 1]) < 0.3


def test_what_is_guarded_is_the_players_own_audio_bit_for_bit():
    generator = LocalGenerator(random_models())
    take = noise(60 * HOP)
    made = generator.vary(generator.prepare(Take(1, take, RATE)), request(guard=[(55, 65)], **NOTHING))
    own = np.r_[0 : 5 * HOP, 55 * HOP : 60 * HOP]
    np.testing.assert_array_equal(made.audio[own], take[own])
    assert not np.array_equal(made.audio[10 * HOP : 50 * HOP], take[10 * HOP : 50 * HOP])


def test_silence_that_melts_is_asked_to_sound_and_silence_beside_it_is_not():
    take = noise(60 * HOP)
    take[20 * HOP : 50 * HOP] = 0
    generator = LocalGenerator(level_models())
    made = generator.vary(generator.prepare(Take(1, take, RATE)), request(melt=[(25, 35)], **ALL))
    assert np.sqrt(np.mean(made.audio[26 * HOP : 34 * HOP] ** 2)) > 0.01
    assert not made.audio[37 * HOP : 48 * HOP].any()


def test_a_request_with_marks_goes_through_json_and_comes_back_equal():
    asked = VariationRequest(1, 3, 7, melt=((0.5, 0.25),), guard=((1.0, 1.5), (2.0, 2.5)), parent=2, beside=12)
    told = json.loads(json.dumps(asdict(asked)))
    from unloop_py.session.restoring import request_of

    assert request_of(told, 1) == asked
