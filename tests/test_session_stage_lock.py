"""Stage lock: every command, with a loop there and without, while it is on."""

import numpy as np
import pytest

from unloop_py.control.commands import COMMANDS
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import CommandError, UnloopError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE, BLOCK = 48000, 480
REFUSED = {"record", "delay_trigger", "undo", "undo_all", "clear", "first", "capture", "load", "loop_del", "load_session", "scene_delete",
           "preset_delete", "model", "quit"}
ARGUMENTS = {"name": "nothing", "file": "nothing.wav", "press": "mute", "count": 1}


class Gig:
    def __init__(self):
        self.ended = []
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=4.0, n_loops=2)
        self.bus = SessionBus(self.engine, Store(2), block_frames=BLOCK, on_quit=lambda: self.ended.append(True))
        self.conductor = Conductor(self.bus)
        self.told = []
        self.bus.listen(self.told.append)
        self.play(3)

    def play(self, blocks):
        for _ in range(blocks):
            heard = np.full((BLOCK, 1), 0.1, np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.conductor.step()

    def loop(self):
        self.bus.command(0, "record")
        self.play(50)
        self.bus.command(0, "record")
        self.play(5)
        return self

    def refuses(self, row):
        """Whether the lock is what a command meets."""
        try:
            self.bus.command(0 if row.scope == "loop" else None, row.name, ARGUMENTS.get(row.argument))
        except UnloopError as error:
            return "stage_lock 0 allows it" in str(error)
        return False


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_what_destroys_a_loop_that_is_there_is_refused_and_nothing_else_is(row):
    gig = Gig().loop()
    gig.bus.command(None, "stage_lock", 1)
    assert gig.refuses(row) == (row.name in REFUSED)
    gig.play(5)
    if row.name in REFUSED:
        status = gig.engine.status()
        assert (status.state.label, status.length_frames, status.undo_steps) == ("playing", 50 * BLOCK, 1)
        assert gig.bus.n_loops == 2 and not gig.ended


def test_the_table_says_which_commands_those_are():
    assert {row.name for row in COMMANDS if row.locked} >= REFUSED


@pytest.mark.parametrize("word", ["undo_all", "clear", "record"])
def test_pedals_are_refused_by_any_name(word):
    gig = Gig().loop()
    gig.bus.command(None, "stage_lock", 1)
    with pytest.raises(CommandError, match=f"{word}: not while stage_lock is on, so that no loop is lost by mistake"):
        gig.bus.command(0, "hit", word)


def test_a_pedal_that_is_held_takes_nothing_back_whole():
    gig = Gig().loop()
    gig.bus.feet.clock = lambda: gig.engine.frame() / RATE
    gig.bus.command(None, "stage_lock", 1)
    gig.bus.command(0, "down", "record_or_overdub")
    gig.play(110)
    assert gig.engine.status().undo_steps == 1 and gig.engine.status().length_frames == 50 * BLOCK
    assert any("stage_lock" in str(notice.values[1]) for notice in gig.told if notice.kind == "error")


def test_a_loop_can_be_recorded_layered_and_a_layer_taken_back():
    gig = Gig()
    gig.bus.command(None, "stage_lock", 1)
    gig.loop()
    for name in ("overdub", "overdub", "undo", "redo"):
        gig.bus.command(0, name)
        gig.play(10)
    assert gig.engine.status().undo_steps == 2
    gig.bus.command(0, "undo")
    gig.play(5)
    with pytest.raises(CommandError, match="undo: not while stage_lock is on"):
        gig.bus.command(0, "undo")


def test_a_recording_that_runs_can_be_dropped_and_begun_again():
    gig = Gig()
    gig.bus.command(None, "stage_lock", 1)
    gig.bus.command(0, "record")
    gig.play(5)
    gig.bus.command(0, "undo")
    gig.play(5)
    assert gig.engine.status().state.label == "off"
    gig.loop()
    assert gig.engine.status().state.label == "playing"


def test_who_turns_it_is_told_once_for_each_change():
    gig = Gig()
    for argument in (1, 1, None, 0, None):
        gig.bus.command(None, "stage_lock", argument)
    gig.play(1)
    assert [notice.values[0] for notice in gig.told if notice.kind == "stage_lock"] == [1, 0, 1]
    assert gig.bus.stage_locked()
    gig.bus.command(None, "stage_lock", 0)
    gig.bus.command(None, "quit")
    assert gig.ended
