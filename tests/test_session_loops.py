"""Several loops in one session: each by itself, one selected, and the selected one varied."""

import pytest

from tests.test_session_rules import BLOCK, LOOP, RATE, Rehearsal
from unloop_py.beats.grid import BeatGrid
from unloop_py.engine.messages import CommandKind, Flag, State
from unloop_py.errors import CommandError
from unloop_py.session.conductor import PER_LOOP


class Band(Rehearsal):
    """The whole instrument with three loops, but its threads and its sound card."""

    def __init__(self):
        self.offered = []
        super().__init__(n_loops=3)

    def _offer(self, offer):
        self.offered.append(offer.take // PER_LOOP)
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


def test_the_selected_loop_is_varied_and_the_others_repeat_themselves_without_being_called_late(band):
    band.record(0)
    band.record(1)
    band.play(4 * LOOP)
    assert band.tags()[0] >= 0 and band.tags()[1:] == [-1, -1]
    assert set(band.offered) == {0}
    assert {n.values[1] for n in band.notices if n.kind == "repetition" and n.loop == 1} == {0}


def test_selecting_another_loop_varies_that_one_and_leaves_what_sounds_in_the_first(band):
    band.record(0)
    band.record(1)
    band.play(3 * LOOP)
    sounding = band.tags()[0]
    band.bus.command(None, "select", 2)
    band.play(BLOCK)
    sounding = band.tags()[0]
    band.offered.clear()
    band.play(4 * LOOP)
    assert set(band.offered) == {1}
    assert band.tags()[1] >= 0 and band.tags()[0] == sounding
    assert [n.values for n in band.notices if n.kind == "select"] == [(2,)]


def test_generating_is_switched_for_the_selected_loop_and_follows_it(band):
    band.record(0)
    band.record(1)
    band.bus.command(None, "generate", 0)
    band.play(BLOCK)
    assert not band.engine.status(0).flags & Flag.GENERATE
    band.bus.command(None, "select_next")
    band.bus.command(None, "generate", 1)
    band.play(BLOCK)
    assert [bool(band.engine.status(loop).flags & Flag.GENERATE) for loop in range(3)] == [False, True, False]


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
    band.conductor.beats_found(band.bus.loops[0].take_version, BeatGrid(LOOP, RATE, 8, 100.0, 1.0))
    band.play(2 * BLOCK)
    assert [(c.length, c.value) for c in sent if c.kind == CommandKind.GRID] == points


def test_at_once_a_variation_does_not_wait_for_the_seam(band):
    band.bus.set(0, "swap", 3)
    band.record(0)
    band.play(LOOP + 20 * BLOCK)
    status = band.engine.status(0)
    assert status.repetition == 1 and status.tag >= 0 and status.late == 0
