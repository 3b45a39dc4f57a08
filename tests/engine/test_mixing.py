"""Loops that come and go, their levels, where they are heard and what they hear, feedback in play, and the cue: to the sample."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, Flag, Reason, State
from unloop_py.errors import ParameterError

C, E = CommandKind, EventKind
L = 24000
RAMP = 480


def loaded(p, audio, loop=0):
    """Let a loop play this audio from its first frame, which is now."""
    audio = np.asarray(audio, np.float32).reshape(len(audio), -1)
    slot = p.engine.acquire_slot(len(audio))
    p.engine.buffer(slot)[: len(audio)] = audio
    p.press(C.LOAD, p.now, loop=loop, slot=slot, length=len(audio))


def played(p, frames, block=1024):
    """What comes out of every output while nothing comes in."""
    out = p.stream.silence(frames, block)
    p.happened += p.engine.events()
    return out


# Loops added and deleted.


def test_adding_and_deleting_loops_never_changes_a_sample_of_the_others(player, noise):
    def performance(changes):
        p = player(n_loops=2, channels=2)
        p.record(noise(L, 1, 2))
        for _at in range(0, 6 * L, 2000):
            if changes:
                adds = p.engine.n_loops == 2
                p.press(C.LOOP_ADD if adds else C.LOOP_DEL, p.now + 777, loop=2)
                if adds:
                    loaded_silent = np.zeros((L, 2), np.float32)
                    loaded(p, loaded_silent, 2)
            p.wait(2000, 64 if changes else 500)
        return p.sound

    assert np.array_equal(performance(True), performance(False))


def test_a_deleted_loop_fades_within_10_ms_and_added_again_is_where_it_would_be_with_its_history(player, noise):
    p = player(n_loops=1)
    p.press(C.LOOP_ADD, loop=1)
    take = noise(L, 2)
    loaded(p, take, 1)
    p.wait(1000)
    p.press(C.LOOP_DEL, p.now, loop=1)
    heard = p.wait(5000)[:, 0]
    fade = 1.0 - (np.arange(RAMP) + 1) / (RAMP + 1)
    assert np.allclose(heard[:RAMP], take[1000 : 1000 + RAMP] * fade, atol=1e-7) and not heard[RAMP:].any()
    p.press(C.LOOP_ADD, p.now, loop=1)
    heard = p.wait(2 * L)[:, 0]
    expected = take[(6000 + np.arange(2 * L)) % L]
    assert np.array_equal(heard[RAMP:], expected[RAMP:])
    assert p.engine.status(1).undo_steps == 1


def test_a_loop_that_is_deleted_while_it_records_has_what_was_recorded(player, noise):
    p = player(n_loops=2)
    p.press(C.RECORD, p.now, loop=1)
    take = noise(L, 3)
    p.play(take)
    p.press(C.LOOP_DEL, p.now, loop=1)
    p.wait(L)
    assert (p.engine.status(1).state, p.engine.status(1).length_frames) == (State.PLAYING, L)
    p.press(C.LOOP_ADD, p.now, loop=1)
    assert np.array_equal(p.wait(L)[RAMP:-960, 0], take[RAMP:-960])  # its end has been faded into what led up to it


def test_a_deleted_loop_that_was_soloed_lets_the_others_be_heard(player, noise):
    p = player(n_loops=2)
    take = noise(L, 4)
    loaded(p, take, 0)
    p.press(C.SOLO, loop=1, value=1.0)
    assert not p.wait(L)[RAMP:].any()
    p.press(C.LOOP_DEL, loop=1)
    assert np.array_equal(p.wait(L)[RAMP:, 0], take[RAMP:])


def test_a_loop_added_while_another_is_soloed_is_silent(player, noise):
    p = player(n_loops=1)
    p.press(C.SOLO, value=1.0)
    p.wait(100)
    p.press(C.LOOP_ADD, loop=1)
    loaded(p, noise(L, 5), 1)
    assert not p.wait(L).any()


def test_loops_beyond_what_there_is_room_for_and_gaps_are_refused(player):
    p = player(n_loops=2, capacity=3)
    for kind, loop in ((C.LOOP_ADD, 3), (C.LOOP_DEL, 0), (C.LOOP_ADD, 1)):
        with pytest.raises(ParameterError):
            p.press(kind, loop=loop)
    p.press(C.LOOP_ADD, loop=2)
    with pytest.raises(ParameterError, match="there is room for 3 loops"):
        p.press(C.LOOP_ADD, loop=3)
    p.press(C.LOOP_DEL, loop=2)
    with pytest.raises(ParameterError, match=r"loop 3 does not exist: there are 1\.\.2"):
        p.press(C.RECORD, loop=2)


def test_a_loop_that_is_not_there_takes_no_audio_memory(player):
    one, sixteen = player(max_loop_s=5.0), player(max_loop_s=5.0, n_loops=10)
    before = one.engine.allocated_bytes()
    assert before < sixteen.engine.allocated_bytes() / 4
    one.press(C.LOOP_ADD, loop=1)
    assert one.engine.allocated_bytes() == before + 5 * 48000 * 4


# Levels.


def test_what_is_recorded_is_as_loud_as_input_gain_and_the_main_one_say(player, noise):
    p = player()
    p.set(Control.INPUT_GAIN, 0.5)
    p.set(Control.MAIN_INPUT_GAIN, 0.25)
    p.wait(RAMP)
    music = noise(L, 6)
    p.record(music)
    assert np.array_equal(p.wait(L)[: L - RAMP * 4, 0], (music * 0.125)[: L - RAMP * 4])


def test_main_wet_is_the_level_of_all_loops_and_not_of_the_input(player, noise):
    p = player(n_loops=2)
    a, b, mine = noise(L, 7), noise(L, 8), noise(L, 9, level=0.05)
    loaded(p, a, 0)
    loaded(p, b, 1)
    p.set(Control.MAIN_WET, 0.5)
    p.set(Control.DRY, 1.0)
    heard = p.play(mine)[:, 0]
    loops = (a + b).astype(np.float32)
    assert np.array_equal(heard[RAMP:], ((loops * np.float32(0.5)) + mine)[RAMP:])


def test_loop_dry_lets_the_input_of_that_loop_be_heard_through_it(player, noise):
    p = player(channels=2)
    p.set(Control.LOOP_DRY, 0.5)
    p.set(Control.WET, 0.0)
    p.press(C.OUTPUT, control=0, length=0, value=0.0)
    p.wait(RAMP)
    music = noise(5000, 10, 2)
    heard = p.play(music)
    assert not heard[:, 0].any() and np.array_equal(heard[:, 1], (music[:, 1] * 0.5).astype(np.float32))


def test_with_safety_feedback_100_percent_is_96(player, noise):
    p = player()
    take = p.record(noise(L, 11))
    p.set(Control.USE_SAFETY_FEEDBACK, 1.0)
    p.wait(1000)
    p.press(C.OVERDUB, p.now)
    p.wait(L)
    p.press(C.PLAY, p.now)
    p.wait(2 * L)
    inside = np.arange(1000 + RAMP, L - 960)
    assert np.allclose(p.take()[inside, 0], 0.96 * take[inside], atol=1e-7)


# Feedback in play.


def decaying(p, take, feedback=0.5):
    p.record(take)
    p.set(Control.FEEDBACK, feedback)
    p.set(Control.USE_FEEDBACK_PLAY, 1.0)
    p.wait(L)  # the pass that was under way


def line(first, last):
    return first + (last - first) * (np.arange(L) + 1) / (L + 1)


@pytest.mark.parametrize("block", [64, 1000])
def test_a_loop_in_feedback_play_falls_along_a_line_to_its_feedback_in_each_pass(player, noise, block):
    p = player()
    take = noise(L, 12)
    decaying(p, take)
    for n in range(3):
        heard = p.wait(L, block)[:, 0]
        assert np.array_equal(heard, (p.take()[:, 0] * line(0.5**n, 0.5 ** (n + 1))).astype(np.float32))


def test_undo_brings_a_loop_back_at_its_full_level_and_only_then_takes_back_more(player, noise):
    p = player()
    decaying(p, noise(L, 13))
    p.wait(L)
    p.set(Control.USE_FEEDBACK_PLAY, 0.0)
    p.press(C.UNDO, p.now)
    heard = p.wait(L)[:, 0]
    assert np.array_equal(heard[RAMP:], p.take()[RAMP:, 0])
    assert p.engine.status().undo_steps == 1
    p.press(C.UNDO, p.now)
    p.wait(L)
    assert p.engine.status().state == State.OFF


def test_what_is_laid_onto_a_quieter_loop_is_as_loud_as_it_was_played(player, noise):
    p = player()
    take = noise(L, 14)
    decaying(p, take)
    whole = p.take()[:, 0]
    p.wait(2 * L)
    p.set(Control.USE_FEEDBACK_PLAY, 0.0)
    p.set(Control.FEEDBACK, 1.0)
    p.wait(L)
    p.press(C.OVERDUB, p.now)
    music = noise(L, 15)
    p.play(music)
    p.press(C.PLAY, p.now)
    p.wait(2 * L)
    inside = np.arange(RAMP, L - RAMP)
    assert np.allclose(p.take()[inside, 0], (0.125 * whole + music)[inside], atol=1e-7)
    assert np.allclose(p.wait(L)[inside, 0], (0.125 * whole + music)[inside], atol=1e-7)
    for _ in range(2):
        p.press(C.UNDO, p.now)
    p.wait(L)
    assert np.array_equal(p.wait(L)[:, 0], whole)


def test_no_step_lies_at_the_seam_of_a_loop_in_feedback_play(player):
    p = player()
    sine = 0.1 * np.sin(2 * np.pi * np.arange(L) / 480 + np.pi / 2)  # at its loudest where the seam is
    loaded(p, sine)
    p.set(Control.FEEDBACK, 0.2)
    p.set(Control.USE_FEEDBACK_PLAY, 1.0)
    p.wait(RAMP)
    heard = p.wait(4 * L)[:, 0]
    assert np.abs(np.diff(heard)).max() <= 0.1 * 2 * np.pi / 480 * 1.01


# Where a loop is.


def test_each_loop_hears_the_input_that_it_is_given(player, noise):
    p = player(n_loops=2, more_inputs=2)
    p.press(C.INPUT, loop=1, control=0, length=0, value=0.0)
    p.press(C.INPUT, loop=1, control=0, length=2, value=1.0)
    p.stream.silence(RAMP)
    music = noise(L, 16, 3)
    for loop in (0, 1):
        p.press(C.RECORD, p.now, loop=loop)
    p.stream.run(music)
    for loop in (0, 1):
        p.press(C.RECORD, p.now, loop=loop)
    p.stream.silence(L)
    p.happened += p.engine.events()
    for event in p.told(E.TAKE):
        heard = p.engine.buffer(event.slot)[: L - 2000, 0]
        assert np.array_equal(heard, music[: L - 2000, [0, 2][event.loop]])


def test_each_loop_sounds_where_it_is_sent_and_all_of_it_is_in_the_record(player, noise):
    p = player(n_loops=2, more_outputs=1)
    common, own, tape = 0, 1, 2
    a, b = noise(L, 17), noise(L, 18)
    for end, value in ((common, 0.0), (own, 1.0), (tape, 1.0)):
        p.press(C.OUTPUT, loop=1, control=0, length=end, value=value)
    p.stream.silence(RAMP)
    loaded(p, a, 0)
    loaded(p, b, 1)
    start = p.now
    out = played(p, L)
    assert np.array_equal(out[:, common], a) and np.array_equal(out[:, own], b)
    assert np.array_equal(p.engine.played(start, L)[:, 0], (a + b).astype(np.float32))


def test_a_loop_moves_to_another_output_without_a_step(player):
    p = player(more_outputs=1)
    sine = 0.1 * np.sin(2 * np.pi * np.arange(L) / 480)
    loaded(p, sine)
    p.stream.silence(1000)
    p.press(C.OUTPUT, p.now, control=0, length=0, value=0.0)
    p.press(C.OUTPUT, p.now, control=0, length=1, value=1.0)
    out = played(p, 2000)
    assert not out[RAMP:, 0].any() and np.abs(np.diff(out, axis=0)).max() <= 0.1 * 2 * np.pi / 480 + 0.1 / RAMP
    assert np.allclose(out.sum(axis=1), sine[1000:3000], atol=1e-7)


def test_at_its_own_outputs_a_loop_sounds_before_its_fader_if_that_is_wished(player, noise):
    p = player(more_outputs=1)
    p.press(C.OUTPUT, control=0, length=1, value=1.0)
    p.set(Control.WET, 0.25)
    p.set(Control.DISCRETE_PREFADER, 1.0)
    p.stream.silence(RAMP)
    take = noise(L, 19)
    loaded(p, take)
    out = played(p, L)
    assert np.array_equal(out[:, 0], (take * 0.25).astype(np.float32)) and np.array_equal(out[:, 1], take)


@pytest.mark.parametrize(("kind", "control", "length", "value"), [
    (C.INPUT, 1, 0, 1.0), (C.INPUT, 0, 1, 1.0), (C.OUTPUT, 0, 1, 1.0), (C.OUTPUT, 0, 0, 1.5), (C.INPUT, 0, 0, float("nan")),
])  # fmt: skip
def test_places_that_are_not_there_are_refused(player, kind, control, length, value):
    with pytest.raises(ParameterError):
        player().press(kind, control=control, length=length, value=value)


# Cue.


def cued(player, noise, **settings):
    """A player whose loop plays, with an offer that waits to be accepted; its take and the offer."""
    p = player(cue=True, **settings)
    take, offer = noise(L, 20), noise(L, 21)
    loaded(p, take)
    played(p, L)
    p.press(C.CUE, value=1.0)
    p.offer(offer, 5)
    return p, take, offer


def test_an_offer_that_waits_is_heard_on_the_second_output_where_the_loop_is_and_nowhere_else(player, noise):
    p, take, offer = cued(player, noise)
    played(p, 1)  # the seam at which the cue was asked for
    late = p.engine.status().late
    out = played(p, 3 * L, 77)
    at = np.arange(1, 3 * L + 1) % L
    assert np.array_equal(out[:, 0], take[at])
    assert np.array_equal(out[RAMP:, 1], offer[at[RAMP:]])
    status = p.engine.status()
    assert status.tag == -1 and status.late == late and status.flags & Flag.CUED


def test_accepted_it_comes_in_at_the_next_seam_and_the_second_output_falls_silent(player, noise):
    p, _take, offer = cued(player, noise)
    played(p, 5000)
    p.press(C.ACCEPT, p.now)
    out = played(p, 2 * L - 5000)
    assert np.array_equal(out[-L:, 0], offer)
    assert not out[-L:, 1].any()
    assert p.told(E.SWAPPED)[-1].tag == 5
    played(p, L)
    assert p.engine.status().tag == 5


def test_a_newer_offer_takes_its_place_by_a_cross_fade_and_the_older_one_is_given_back(player, noise):
    p, _take, _offer = cued(player, noise)
    played(p, 5000)
    newer = noise(L, 22)
    p.offer(newer, 6)
    out = played(p, L - 5000)[:, 1]
    assert np.array_equal(out[RAMP:], newer[5000 + RAMP :])
    assert [event.tag for event in p.told(E.REJECTED)] == [5]
    played(p, RAMP)
    assert p.told(E.REJECTED)[0].slot in [event.slot for event in p.told(E.FREED)]


def test_without_the_cue_the_offer_that_waits_comes_in_by_itself(player, noise):
    p, _take, offer = cued(player, noise)
    played(p, 5000)
    p.press(C.CUE, p.now, value=0.0)
    out = played(p, 2 * L - 5000)
    assert np.array_equal(out[-L:, 0], offer) and not out[RAMP:, 1].any()


def test_the_cue_follows_the_loop_through_triggers_and_turns_without_a_step(player):
    p = player(cue=True)
    sine = (0.1 * np.sin(2 * np.pi * np.arange(L) / 480)).astype(np.float32)
    loaded(p, sine)
    played(p, L)
    p.press(C.CUE, value=1.0)
    p.offer(sine, 5)
    heard = [played(p, 3333)]
    for kind in (C.TRIGGER, C.REVERSE, C.REVERSE, C.PAUSE, C.PLAY, C.MUTE, C.MUTE):
        p.press(kind, p.now)
        heard.append(played(p, 7777))
    heard = np.concatenate(heard)[RAMP:, 1]
    assert np.abs(heard).max() > 0.09
    assert np.abs(np.diff(heard)).max() <= np.sqrt(2) * 0.1 * 2 * np.pi / 480 + 2 * 0.1 / RAMP


def test_the_take_itself_can_be_cued_and_accepted(player, noise):
    p, take, offer = cued(player, noise)
    p.press(C.ACCEPT)
    played(p, 2 * L)
    p.press(C.OFFER, slot=-1, take=p.told(E.TAKE)[-1].take, tag=7, correlation=1.0)
    out = played(p, L)
    assert np.array_equal(out[:, 0], offer) and np.array_equal(out[RAMP:, 1], take[RAMP:])
    p.press(C.ACCEPT)
    played(p, L)
    assert np.array_equal(played(p, L)[:, 0], take)


def test_nothing_to_accept_is_told(player, noise):
    p = player(cue=True)
    loaded(p, noise(L, 23))
    played(p, 100)
    p.press(C.ACCEPT)
    played(p, 100)
    event = p.told(E.IGNORED)[-1]
    assert (event.index, event.value) == (C.ACCEPT, Reason.NOTHING_THERE)
