"""No state and no command, and no pair of them, makes a step in the sound that the music does not have by itself."""

import numpy as np
import pytest

from unloop_py.engine.engine import NEEDS_AUDIO
from unloop_py.engine.messages import CommandKind, Control, State

C = CommandKind
PERIOD = 480  # frames of a 100 Hz sine: whole ones fill the loop, so that its seam is silent too
L = 50 * PERIOD
LEVEL = 0.1
STEEPEST = LEVEL * 2 * np.pi / PERIOD  # a frame, of the sine itself
RAMP = 480

TO_STATE = {
    "off": [],
    "recording": [C.RECORD],
    "playing": [C.RECORD, C.RECORD],
    "overdubbing": [C.RECORD, C.RECORD, C.OVERDUB],
    "multiplying": [C.RECORD, C.RECORD, C.MULTIPLY],
    "inserting": [C.RECORD, C.RECORD, C.INSERT],
    "replacing": [C.RECORD, C.RECORD, C.REPLACE],
    "substituting": [C.RECORD, C.RECORD, C.SUBSTITUTE],
    "oneshot": [C.RECORD, C.RECORD, C.ONESHOT],
    "muted": [C.RECORD, C.RECORD, C.MUTE],
    "paused": [C.RECORD, C.RECORD, C.PAUSE],
    "playing backwards": [C.RECORD, C.RECORD, C.REVERSE],
    "soloed": [C.RECORD, C.RECORD, C.SOLO],
    "scratching": [C.RECORD, C.RECORD, C.SCRATCH],
}
AFTER = {"playing backwards": State.PLAYING, "soloed": State.PLAYING}
WITH_MORE = (C.SET, *NEEDS_AUDIO, C.ALIGN, C.CLICK, C.CANCEL, C.GRID, C.EXPECT, C.LOOP_ADD, C.LOOP_DEL, C.INPUT, C.OUTPUT)
KINDS = [kind for kind in C if kind not in WITH_MORE]


def sine(first, frames):
    return (LEVEL * np.sin(2 * np.pi * np.arange(first, first + frames) / PERIOD)).astype(np.float32)


@pytest.mark.parametrize("latency", [0, 300])
@pytest.mark.parametrize("name", TO_STATE)
def test_every_command_in_every_state_is_free_of_clicks(player, name, latency):
    p = player(max_loop_s=2.0, input_latency=latency)

    def play(frames):
        p.play(sine(p.now - latency, frames), 700)

    play(10 * PERIOD)
    for kind in KINDS:
        for presses in ([C.SOLO, C.CLEAR, C.CLEAR], TO_STATE[name]):
            for press in presses:
                p.press(press, p.now, **({"value": 0.0} if press == C.SOLO and presses is not TO_STATE[name] else {}))
                play(L if press == C.RECORD and p.engine.status().state != State.RECORDING else 3 * PERIOD)
        p.engine.events()
        assert p.engine.status().state == AFTER.get(name, State[name.upper()] if name.upper() in State.__members__ else None)
        start = len(p.sound)
        # What is recorded begins where the sine is at 0: a loop's first frame is its own, and no fade touches it.
        records = kind == C.RECORD or (kind == C.OVERDUB and name == "off")
        p.press(kind, p.now + (PERIOD if records else 77))
        play(L + 2 * PERIOD)
        p.press(C.PLAY, p.now + (PERIOD if records else 33))
        play(5 * PERIOD)
        heard = p.sound[start:, 0]
        # A layer may lie over the loop at its own level, and a fade over both.
        # A hand moves it up to eight times as fast, and the more so as it turns round.
        fast = 8 * np.sqrt(2) if C.SCRATCH in (kind, *TO_STATE[name]) else 1
        allowed = 2 * STEEPEST * fast + 2 * LEVEL / RAMP
        steepest = np.abs(np.diff(heard)).max()
        assert steepest <= allowed * 1.01, f"{kind.name} while {name}: a step of {steepest:.4f} at frame {np.abs(np.diff(heard)).argmax()}"


@pytest.mark.parametrize("name", TO_STATE)
def test_a_loop_that_is_deleted_or_added_in_any_state_is_free_of_clicks(player, name):
    p = player(max_loop_s=2.0, n_loops=2)
    p.play(sine(0, 10 * PERIOD))
    for press in TO_STATE[name]:
        p.press(press, p.now, loop=1)
        p.play(sine(p.now, L if press == C.RECORD and p.engine.status(1).state != State.RECORDING else 3 * PERIOD))
    start = len(p.sound)
    for kind, after in ((C.LOOP_DEL, 777), (C.LOOP_ADD, 100), (C.LOOP_DEL, L), (C.LOOP_ADD, L)):
        p.press(kind, p.now + 77, loop=1)
        p.play(sine(p.now, after))
    allowed = 2 * STEEPEST + 2 * LEVEL / RAMP
    assert np.abs(np.diff(p.sound[start:, 0])).max() <= allowed * 1.01


@pytest.mark.parametrize("speed", [-1.0, 0.5, 3.0])
@pytest.mark.parametrize("layer", [C.OVERDUB, C.REPLACE, C.SUBSTITUTE])
def test_what_is_laid_on_at_another_speed_is_free_of_clicks(player, layer, speed):
    p = player(max_loop_s=2.0, input_latency=300)

    def play(frames):
        p.play(sine(p.now - 300, frames), 700)

    play(10 * PERIOD)
    p.press(C.RECORD, p.now)
    play(L)
    p.press(C.RECORD, p.now)
    play(3 * PERIOD)
    p.press(C.REVERSE, p.now) if speed < 0 else p.set(Control.SPEED, speed, p.now)
    play(20 * PERIOD)
    start = len(p.sound)
    p.press(layer, p.now + 77)
    play(L)
    p.press(layer, p.now + 33)
    play(3 * L)
    heard = p.sound[start:, 0]
    assert np.abs(np.diff(heard)).max() <= (5 * STEEPEST + 4 * LEVEL / RAMP) * max(1.0, abs(speed))


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 4.0])
def test_a_change_of_speed_and_a_turn_are_free_of_clicks_and_seams_go_on(player, speed):
    p = player(max_loop_s=2.0)
    p.play(sine(0, 10 * PERIOD))
    p.record(sine(0, L))
    p.wait(1000)
    start = len(p.sound)
    p.set(Control.SPEED, speed, p.now)
    p.wait(3 * L)
    p.press(C.REVERSE, p.now + 10)
    p.wait(3 * L)
    p.set(Control.SPEED, 1.0, p.now)
    p.press(C.REVERSE, p.now + 2000)
    p.wait(2 * L)
    heard = p.sound[start:, 0]
    # Forwards and backwards fade at equal power, which lets two that happen to be alike rise by 3 dB on the way.
    assert np.abs(np.diff(heard)).max() <= np.sqrt(2) * STEEPEST * max(1.0, speed) + 2 * LEVEL / RAMP
    assert len(p.told(p.happened[0].kind.SEAM)) >= int(6 * speed)


def test_half_speed_is_the_same_sound_an_octave_lower(player):
    p = player(max_loop_s=2.0)
    p.play(sine(0, 10 * PERIOD))
    p.record(sine(0, L))
    p.set(Control.SPEED, 0.5, p.now)
    p.wait(0)
    heard = p.wait(2 * L)[RAMP:, 0]
    wanted = LEVEL * np.sin(np.pi * np.arange(RAMP, 2 * L) / PERIOD)
    assert np.abs(heard - wanted).max() < 1e-5


def test_backwards_at_speed_one_gives_the_very_samples(player, noise):
    p = player()
    p.record(noise(L, 3))
    p.wait(L)
    take = p.take()[:, 0]
    p.press(C.REVERSE, p.now)
    place = (p.now - L) % L
    heard = p.wait(L)[:, 0]
    at = (place - np.arange(L)) % L
    assert np.array_equal(heard[RAMP:], take[at[RAMP:]])


def test_what_lies_above_half_the_rate_is_left_out_when_played_faster_and_not_folded_back(player):
    p = player(max_loop_s=2.0)
    high = (0.1 * np.sin(2 * np.pi * 15000 * np.arange(L) / 48000)).astype(np.float32)
    p.record(high)
    p.set(Control.SPEED, 4.0, p.now)
    heard = p.wait(L)[2000:, 0]
    assert np.sqrt(np.mean(heard**2)) < 0.1 / np.sqrt(2) * 0.01  # 60000 Hz is not to be heard as 12000
