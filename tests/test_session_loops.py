"""Several loops in one session: each by itself, all of them varied, one selected."""

import numpy as np
import pytest

from tests.test_session_rules import BLOCK, LOOP, RATE, Rehearsal
from unloop_py.beats.grid import BeatGrid
from unloop_py.engine.messages import CommandKind, Flag, State
from unloop_py.errors import CommandError


class Band(Rehearsal):
    """The whole instrument with three loops, but its threads and its sound card."""

    def __init__(self):
        self.offered = []
        super().__init__(n_loops=3)

    def _offer(self, offer):
        self.offered.append(offer.loop)
        super()._offer(offer)

    def record(self, loop):
        self.bus.command(loop, "record")
        self.play(LOOP)
        self.bus.command(loop, "record")
        self.play(BLOCK)

    def tags(self):
        return [self.engine.status(loop).tag for loop in range(self.bus.n_loops)]


@pytest.fixture
def band():
    return Band()


def test_loops_are_recorded_and_played_each_by_itself(band):
    band.record(0)
    band.record(2)
    band.bus.command(2, "mute", 1)
    band.play(BLOCK)
    assert [band.engine.status(loop).state for loop in range(3)] == [State.PLAYING, State.OFF, State.MUTED]


def test_every_loop_that_plays_is_varied_at_each_of_its_seams_and_none_is_late(band):
    band.record(0)
    band.record(1)
    band.play(4 * LOOP)
    assert all(tag >= 0 for tag in band.tags()[:2]) and band.tags()[2] == -1
    assert set(band.offered) == {0, 1}
    assert {n.values[1] for n in band.notices if n.kind == "repetition"} == {0}


def test_selecting_another_loop_changes_nothing_of_what_is_varied(band):
    band.record(0)
    band.record(1)
    band.play(3 * LOOP)
    band.bus.command(None, "select", 2)
    before = band.tags()
    band.play(2 * LOOP)
    assert all(now > tag for now, tag in zip(band.tags()[:2], before, strict=False))
    assert [n.values for n in band.notices if n.kind == "select"] == [(2,)]


def test_generating_is_switched_for_all_loops(band):
    band.record(0)
    band.record(1)
    for on in (0, 1):
        band.bus.command(None, "generate", on)
        band.play(BLOCK)
        assert [bool(band.engine.status(loop).flags & Flag.GENERATE) for loop in range(3)] == [bool(on)] * 3


def test_again_calls_back_what_was_heard_of_the_loop_that_is_asked(band):
    band.record(0)
    band.record(1)
    band.play(4 * LOOP)
    before = [band.vamper.history(loop).heard(2) for loop in (0, 1)]
    for loop in (0, 1):
        band.bus.command(loop, "again", 2)
    band.play(2 * LOOP)
    called = [[band.vamper.history(loop).heard(ago).codes for ago in (0, 1, 2)] for loop in (0, 1)]
    for loop in (0, 1):
        assert any(np.array_equal(codes, before[loop].codes) for codes in called[loop])
        assert not any(np.array_equal(codes, before[1 - loop].codes) for codes in called[loop])


def test_next_and_previous_go_round(band):
    for name, loop in (("select_prev", 2), ("select_next", 0), ("select_next", 1)):
        band.bus.command(None, name)
        assert band.bus.selected() == loop


def test_a_loop_that_does_not_exist_is_refused_with_those_that_do(band):
    with pytest.raises(CommandError, match=r"select: loop must be in 1\.\.3, got 4"):
        band.bus.command(None, "select", 4)
    with pytest.raises(CommandError, match=r"record: loop must be in 1\.\.3, got 4"):
        band.bus.command(3, "record")


@pytest.mark.parametrize(
    ("swap", "points"), [(0, []), (1, [(2, 100.0)]), (2, [(8, 100.0)]), (3, [(0, 0.0)])], ids=["seam", "bar", "beat", "now"]
)
def test_the_parameter_swap_and_the_beats_make_the_grid_at_which_variations_come_in(band, swap, points, monkeypatch):
    sent = []
    send = band.engine.send
    monkeypatch.setattr(band.engine, "send", lambda command: (sent.append(command), send(command)))
    band.record(0)
    band.bus.set(0, "swap", swap)
    band.conductor.beats_found(band.conductor.varying._now[0], BeatGrid(LOOP, RATE, 8, 100.0, 1.0))
    band.play(2 * BLOCK)
    assert [(c.length, c.value) for c in sent if c.kind == CommandKind.GRID] == points


def test_at_once_a_variation_does_not_wait_for_the_seam(band):
    band.bus.set(0, "swap", 3)
    band.record(0)
    band.play(LOOP + 20 * BLOCK)
    status = band.engine.status(0)
    assert status.repetition == 1 and status.tag >= 0 and status.late == 0
