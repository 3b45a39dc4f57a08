"""Which command leads where, known before the engine has come to it; checked against the engine in test_session_rules."""

import pytest

from unloop_py.engine.messages import State
from unloop_py.errors import CommandError
from unloop_py.session.standing import Standing

EMPTY = Standing(State.OFF)
PLAYING = Standing(State.PLAYING, undo_steps=1, had_loop=True)


def walk(standing, *names):
    for name in names:
        standing = standing.after(name)
    return standing


@pytest.mark.parametrize(
    "names, state",
    [
        (["record"], State.RECORDING),
        (["record", "record"], State.PLAYING),
        (["record", "play"], State.PLAYING),
        (["record", "overdub"], State.OVERDUBBING),
        (["record", "undo"], State.OFF),
        (["record", "record", "overdub"], State.OVERDUBBING),
        (["record", "record", "overdub", "overdub"], State.PLAYING),
        (["record", "record", "pause"], State.PAUSED),
        (["record", "record", "pause", "pause"], State.PLAYING),
        (["record", "record", "pause", "play"], State.PLAYING),
        (["record", "record", "mute"], State.MUTED),
        (["record", "record", "mute", "mute"], State.PLAYING),
        (["record", "record", "clear"], State.OFF),
        (["record", "record", "record"], State.RECORDING),
        (["overdub"], State.RECORDING),
    ],
)
def test_presses_lead_where_the_manual_says(names, state):
    assert walk(EMPTY, *names).state == state


@pytest.mark.parametrize(
    "standing, name, words",
    [
        (EMPTY, "undo", "nothing to undo"),
        (EMPTY, "redo", "nothing to redo"),
        (EMPTY, "play", "record something first"),
        (EMPTY, "clear", "empty already"),
        (PLAYING, "redo", "nothing to redo"),
        (PLAYING, "keep", "the take itself sounds"),
        (Standing(State.RECORDING), "keep", "not while recording"),
        (Standing(State.OVERDUBBING, undo_steps=1, varied=True), "keep", "not while overdubbing"),
        (Standing(State.RECORDING), "back", "not while recording"),
        (Standing(State.PAUSED, undo_steps=1), "mute", "not while paused"),
        (Standing(State.RECORDING), "redo", "not while recording"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_with_the_cure(standing, name, words):
    with pytest.raises(CommandError, match=words):
        standing.after(name)


def test_a_variation_can_be_kept_and_that_can_be_undone():
    kept = Standing(State.PLAYING, undo_steps=1, varied=True).after("keep")
    assert kept.undo_steps == 2
    kept.after("undo")


def test_recording_clears_redo():
    undone = Standing(State.PLAYING, undo_steps=1, redo_steps=1)
    with pytest.raises(CommandError):
        walk(undone, "record", "record", "redo")


def test_what_is_not_known_refuses_nothing():
    unknown = Standing(None, None, None, None)
    for name in ("record", "overdub", "undo", "redo", "play", "pause", "mute", "clear", "keep", "back", "lock"):
        unknown.after(name)
