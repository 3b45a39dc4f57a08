"""Overdubs, undo and redo: what is written where, and what can be taken back."""

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind, State

L = 20000
RAMP = 480  # 10 ms at 48 kHz
UP = np.arange(1, RAMP + 1) / (RAMP + 1)


@pytest.fixture
def p(player, noise):
    """A player with a loop of noise, at position 0 after one pass."""
    p = player()
    music = noise(L, 2)
    p.record(music, music[-3000:])
    p.wait(L)
    return p


def overdub(p, audio, before=None):
    """Overdub an array from here on, after playing `before`; leaves the overdub ended."""
    if before is not None:
        p.play(before)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(audio)
    p.press(CommandKind.OVERDUB, p.now)
    p.wait(0)


def test_an_overdub_adds_what_is_played_where_it_is_played(p, noise):
    old = p.take()[:, 0]
    p.wait(5000)
    new = noise(7000, 3)
    overdub(p, new)
    p.wait(2 * L)
    take = p.take()[:, 0]
    assert np.array_equal(take[5000:12000], old[5000:12000] + new)
    assert np.array_equal(take[:5000], old[:5000])
    assert np.array_equal(take[12000:], old[12000:])


def test_an_overdub_fades_in_before_its_first_frame_and_out_after_its_last(p, noise):
    old = p.take()[:, 0]
    before, new, after = noise(5000, 4), noise(7000, 3), noise(2000, 5)
    overdub(p, new, before)
    p.play(after)
    p.wait(2 * L)
    take = p.take()[:, 0]
    assert np.allclose(take[5000 - RAMP : 5000], old[5000 - RAMP : 5000] + before[-RAMP:] * UP, atol=1e-7)
    assert np.allclose(take[12000 : 12000 + RAMP], old[12000 : 12000 + RAMP] + after[:RAMP] * UP[::-1], atol=1e-7)
    assert take[5000] == old[5000] + new[0]


def test_an_overdub_goes_round_and_round(p, noise):
    old = p.take()[:, 0]
    p.wait(1000)
    new = noise(2 * L, 3)
    overdub(p, new)
    p.wait(L)
    folded = np.roll(new[:L] + new[L:], 1000)
    assert np.allclose(p.take()[RAMP + 1000 : -RAMP, 0], (old + folded)[RAMP + 1000 : -RAMP], atol=2e-7)


def test_what_was_overdubbed_is_heard_when_it_comes_round(p, noise):
    p.wait(5000)
    overdub(p, noise(7000, 3))
    p.wait(8000)
    heard = p.wait(L)
    assert np.array_equal(heard, p.take())


def test_feedback_fades_what_was_there(p, noise):
    p.set(Control.FEEDBACK, 0.5)
    old = p.take()[:, 0]
    p.wait(5000)
    new = noise(7000, 3)
    overdub(p, new)
    p.wait(L)
    take = p.take()[:, 0]
    assert np.allclose(take[5000:12000], old[5000:12000] * 0.5 + new, atol=1e-7)
    assert np.allclose(take[5000 - RAMP : 5000], old[5000 - RAMP : 5000] * (1 - 0.5 * UP), atol=1e-7)


def test_the_take_is_announced_when_the_overdub_and_its_copy_are_complete(p, noise):
    p.wait(5000)
    overdub(p, noise(7000, 3))
    ended = p.now
    p.wait(L)
    assert [e.frame for e in p.told(EventKind.TAKE)] == [3000 + L, ended + RAMP]
    versions = [e.take for e in p.told(EventKind.TAKE)]
    assert versions[1] > versions[0]


def test_undo_of_an_overdub_is_silent_within_20_ms(p, noise):
    old = p.take()[:, 0]
    overdub(p, noise(L, 3))
    p.wait(5000)
    p.press(CommandKind.UNDO, p.now)
    heard = p.wait(L)[:, 0]
    expected = np.roll(old, -5000)
    assert np.array_equal(heard[960:], expected[960:])


def test_undo_while_overdubbing_ends_it_and_takes_it_away(p, noise):
    old = p.take()[:, 0]
    p.press(CommandKind.OVERDUB, p.now)
    p.play(noise(9000, 3))
    p.press(CommandKind.UNDO, p.now)
    heard = p.wait(L)[:, 0]
    assert p.engine.status().state == State.PLAYING
    assert np.array_equal(heard[960:], np.roll(old, -9000)[960:])


def test_redo_brings_back_the_same_version_and_the_same_samples(p, noise):
    overdub(p, noise(L, 3))
    p.wait(L)
    dubbed, version = p.take(), p.told(EventKind.TAKE)[-1].take
    p.press(CommandKind.UNDO, p.now)
    p.wait(L)
    assert p.told(EventKind.TAKE)[-1].take == 1
    p.press(CommandKind.REDO, p.now)
    p.wait(L)
    assert p.told(EventKind.TAKE)[-1].take == version
    assert np.array_equal(p.take(), dubbed)
    assert np.array_equal(p.wait(L), dubbed)


def test_undo_and_redo_of_an_overdub_that_is_still_being_copied_lose_nothing(p, noise):
    old = p.take()[:, 0]
    p.wait(100)
    new = noise(100, 3)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(new)
    p.press(CommandKind.OVERDUB, p.now)
    p.press(CommandKind.UNDO, p.now + 5)
    p.press(CommandKind.REDO, p.now + 10)
    p.wait(L)
    take = p.take()[:, 0]
    assert np.array_equal(take[100:200], old[100:200] + new)
    assert np.array_equal(take[1000:], old[1000:])
    assert np.array_equal(np.roll(p.wait(L)[:, 0], 200), take)


def test_a_new_overdub_forgets_what_could_be_redone(p, noise):
    overdub(p, noise(3000, 3))
    p.wait(1000)
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    overdub(p, noise(3000, 4))
    p.wait(1000)
    p.press(CommandKind.REDO, p.now)
    p.wait(10)
    assert p.told(EventKind.IGNORED)[-1].index == CommandKind.REDO
    assert p.told(EventKind.HISTORY)[-1].index == 2


def test_every_layer_can_be_undone_one_by_one_and_redone(p, noise):
    states = [p.take()]
    for n in range(6):
        overdub(p, noise(3000, n + 10))
        p.wait(3000)
        states.append(p.take())
    for expected in reversed(states[:-1]):
        p.press(CommandKind.UNDO, p.now)
        p.wait(1000)
        assert np.array_equal(p.take(), expected)
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert p.engine.status().state == State.OFF
    for expected in states:
        p.press(CommandKind.REDO, p.now)
        p.wait(1000)
        assert np.array_equal(p.take(), expected)


def test_an_overdub_that_follows_a_recording_flows_on_from_it(player, noise):
    p = player()
    lead, music, over = noise(3000, 1), noise(L, 2), noise(L, 3)
    p.play(lead)
    p.press(CommandKind.RECORD, p.now)
    p.play(music)
    p.press(CommandKind.OVERDUB, p.now)
    p.play(over)
    p.press(CommandKind.PLAY, p.now)
    p.wait(L)
    t = np.arange(1, 961) / 961
    take = p.take()[:, 0]
    expected = music + over
    expected[-960:] += lead[-960:] * t.astype(np.float32)
    assert np.allclose(take, expected, atol=2e-7)
    p.press(CommandKind.UNDO, p.now)
    p.wait(1000)
    assert np.array_equal(p.take()[:-960, 0], music[:-960])


def test_clear_is_silent_at_once_and_undo_returns_the_loop_in_time(p):
    take, start = p.take()[:, 0], p.now
    p.wait(3000)
    p.press(CommandKind.CLEAR, p.now)
    assert np.all(p.wait(5000)[RAMP:] == 0)
    assert p.told(EventKind.TAKE)[-1].index == 0
    assert p.engine.status().state == State.OFF
    p.press(CommandKind.UNDO, p.now)
    place = (p.now - start + np.arange(L)) % L
    heard = p.wait(L)[:, 0]
    assert np.array_equal(heard[RAMP:], take[place[RAMP:]])
    assert p.engine.status().state == State.PLAYING


def test_mute_ramps_to_nothing_and_back_while_the_loop_runs_on(p):
    take = p.take()[:, 0]
    p.press(CommandKind.MUTE, p.now)
    quiet = p.wait(5000)[:, 0]
    assert np.allclose(quiet[:RAMP], take[:RAMP] * (1 - UP), atol=1e-7)
    assert np.all(quiet[RAMP:] == 0)
    assert p.engine.status().state == State.MUTED
    p.press(CommandKind.MUTE, p.now, value=0.0)
    loud = p.wait(5000)[:, 0]
    assert np.allclose(loud[:RAMP], take[5000 : 5000 + RAMP] * UP, atol=1e-7)
    assert np.array_equal(loud[RAMP:], take[5000 + RAMP : 10000])


def test_pause_stops_the_playhead_and_resumes_there(p):
    take = p.take()[:, 0]
    p.wait(5000)
    p.press(CommandKind.PAUSE, p.now)
    stopped = p.wait(7000)[:, 0]
    assert np.all(stopped[RAMP:] == 0)
    assert p.engine.status().position_frames == 5000
    p.press(CommandKind.PAUSE, p.now)
    again = p.wait(5000)[:, 0]
    assert np.array_equal(again[RAMP:], take[5000 + RAMP : 10000])


def test_latency_puts_what_was_played_to_the_beat_on_the_beat(player, noise):
    """The player hears frame n at n + output latency, plays to it, and we hear that input latency later."""
    late = 300 + 500
    p = player(input_latency=300, output_latency=500)
    music = noise(3 * L, 1)
    p.press(CommandKind.RECORD, 3000)
    p.press(CommandKind.RECORD, 3000 + L)
    p.press(CommandKind.OVERDUB, 3000 + L + 5000)
    p.press(CommandKind.OVERDUB, 3000 + L + 9000)
    heard = np.concatenate([np.zeros(late, np.float32), music])  # what he plays at n arrives at n + late
    p.play(heard[: 3000 + L + 12000])
    p.wait(L)
    take = p.take()[:, 0]
    recorded = music[3000 : 3000 + L]
    overdubbed = music[3000 + L + 5000 : 3000 + L + 9000]
    assert np.array_equal(take[5000:9000], recorded[5000:9000] + overdubbed)
    assert np.array_equal(take[: 5000 - RAMP], recorded[: 5000 - RAMP])
    assert np.array_equal(take[9000 + RAMP : -960], recorded[9000 + RAMP : -960])
    assert p.told(EventKind.TAKE)[0].frame == 3000 + L + late


def test_a_player_who_hears_himself_through_the_engine_gets_no_latency_compensation(player, noise):
    p = player(input_latency=300, output_latency=500)
    p.set(Control.DRY, 1.0)
    music = noise(L, 1)
    p.wait(100)
    p.record(music)
    p.wait(L)
    assert np.array_equal(p.take()[:-960, 0], music[:-960])


def test_the_seam_fade_knows_the_latency_too(player, noise):
    late = 800
    p = player(input_latency=300, output_latency=500)
    music = noise(3000 + L, 1)
    heard = np.concatenate([np.zeros(late, np.float32), music, np.zeros(L, np.float32)])
    p.press(CommandKind.RECORD, 3000)
    p.press(CommandKind.RECORD, 3000 + L)
    p.play(heard)
    end, lead = music[-960:].astype(float), music[3000 - 960 : 3000].astype(float)
    rho = (end * lead).sum() / np.sqrt((end**2).sum() * (lead**2).sum())
    t = np.arange(1, 961) / 961
    norm = np.sqrt((1 - t) ** 2 + t**2 + 2 * rho * t * (1 - t))
    assert np.allclose(p.take()[-960:, 0], (end * (1 - t) + lead * t) / norm, atol=1e-7)


def test_a_take_tells_whether_an_overdub_has_left_all_of_what_was_there(p, noise):
    def laid():
        p.wait(2000)
        return p.told(EventKind.TAKE)[-1].late

    assert laid() == 0
    overdub(p, noise(3000, 3))
    assert laid() == 1
    p.set(Control.FEEDBACK, 0.5)
    overdub(p, noise(3000, 3))
    assert laid() == 0
    p.press(CommandKind.UNDO, p.now)
    assert laid() == 1
    p.set(Control.FEEDBACK, 1.0)
    p.wait(RAMP)
    p.press(CommandKind.REPLACE, p.now)
    p.play(noise(3000, 3))
    p.press(CommandKind.REPLACE, p.now)
    assert laid() == 0
    p.press(CommandKind.MULTIPLY, p.now)
    p.play(noise(L + 3000, 3))
    p.press(CommandKind.MULTIPLY, p.now)
    assert laid() == 1
