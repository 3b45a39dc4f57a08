"""Where a loop is, as the parameters say it: which inputs it hears, which outputs it sounds at. Loops that come and go. The cue."""

import numpy as np
import pytest

from tests.test_session_rules import BLOCK, LOOP, Rehearsal
from unloop_py.audio_io.offline import OfflineStream
from unloop_py.config import JamConfig
from unloop_py.control.parameters import defaults
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Flag, State
from unloop_py.errors import CommandError, ParameterError
from unloop_py.session.bus import SessionBus
from unloop_py.session.routing import hears, places_of, sends

LEFT, RIGHT = [1.0, 0.0], [0.0, 1.0]
RATE = 48000
RAMP = 480


def values(**changes):
    return defaults() | changes


# What the parameters mean.


def test_a_loop_is_untouched_where_nobody_has_put_it():
    assert hears(values(), 2, (1, 2)) == sends(values(), 2, (1, 2)) == [LEFT, RIGHT]
    assert hears(values(), 1, (1,)) == sends(values(), 1, (1,)) == [[1.0]]


def test_a_channel_between_left_and_right_keeps_its_power():
    for pan in np.linspace(0.0, 1.0, 11):
        left, right = (row[0] for row in sends(values(pan_1=float(pan)), 2, (1, 2)))
        assert left**2 + right**2 == pytest.approx(1.0)
    assert sends(values(pan_1=1.0, pan_2=0.0), 2, (1, 2)) == [RIGHT, LEFT]


def test_a_loop_of_one_channel_hears_the_mean_and_lies_in_the_middle_at_full_level():
    assert hears(values(channels=1), 2, (1, 2)) == [[0.5, 0.5]] * 2
    assert sends(values(channels=1), 2, (1, 2)) == [[pytest.approx(0.5)] * 2] * 2
    assert sends(values(channels=1, pan_1=0.0, pan_2=0.0), 2, (1, 2)) == [[0.5] * 2, [0.0] * 2]


def test_a_loop_hears_its_own_inputs_and_the_common_ones_as_it_is_told():
    own = values(input_1=4, input_2=3)
    assert hears(values(input_1=2), 2, (1, 2)) == [[1.0, 1.0], [0.0, 1.0]], "what is common and its own is heard once"
    assert hears(values(input_1=1), 1, (1,)) == [[1.0]]
    assert hears(own, 2, (1, 2, 3, 4)) == [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]
    assert hears(own | {"use_common_ins": 0}, 2, (1, 2, 3, 4)) == [[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]]
    assert hears(values(input_1=3, use_common_ins=0), 2, (1, 2, 3)) == [[0.0, 0.0, 1.0]] * 2
    assert hears(own | {"use_common_ins": 0, "channels": 1}, 2, (1, 2, 3, 4)) == [[0.0, 0.0, 0.5, 0.5]] * 2


def test_a_loop_sounds_at_its_own_outputs_and_what_the_common_ones_lack_is_in_the_record():
    silent = [0.0, 0.0]
    own = values(output_1=3, output_2=4)
    assert sends(own, 2, (1, 2, 3, 4)) == [LEFT, RIGHT, LEFT, RIGHT, silent, silent]
    assert sends(own | {"use_common_outs": 0}, 2, (1, 2, 3, 4)) == [silent, silent, LEFT, RIGHT, LEFT, RIGHT]
    assert sends(values(output_1=3), 2, (1, 2, 3)) == [LEFT, RIGHT, [0.5, 0.5], silent, silent]


def test_an_input_or_output_that_is_not_open_is_refused_with_the_option_that_opens_it():
    with pytest.raises(ParameterError, match=r"input_1: input 5 is not open; start with --loop-inputs 5, or choose one of 1, 2"):
        hears(values(input_1=5), 2, (1, 2))
    with pytest.raises(ParameterError, match=r"output_2: output 7 is not open; start with --loop-outputs 7"):
        sends(values(output_2=7), 2, (1, 2))


def test_an_option_gives_a_loop_inputs_and_outputs_of_its_own_and_no_others():
    config = JamConfig(loop_inputs=((2, (5,)), (0, (6,))), loop_outputs=((2, (3, 4)),))
    assert places_of(config, 0) == {}
    assert places_of(config, 1) == {
        "use_common_ins": 0, "input_1": 5, "input_2": 0, "use_common_outs": 0, "output_1": 3, "output_2": 4,
    }  # fmt: skip


# On the bus.


class Desk:
    """A bus on an engine with four inputs, four outputs and a cue, played offline."""

    def __init__(self, n_loops=1, **settings):
        self.engine = Engine(sample_rate=RATE, channels=2, max_loop_s=1, n_loops=n_loops, **settings)
        self.bus = SessionBus(
            self.engine, Store(n_loops), block_frames=BLOCK,
            inputs=(1, 2, 5, 6)[: self.engine.n_inputs], outputs=(1, 2, 7, 8)[: self.engine.n_outputs],
        )  # fmt: skip
        self.stream = OfflineStream(self.engine, BLOCK)
        self.notices = []
        self.bus.listen(self.notices.append)

    def run(self, audio):
        out = self.stream.run(audio)
        self.engine.events()
        self.bus.deliver()
        return out

    def silence(self, frames):
        return self.run(np.zeros((frames, self.engine.n_inputs), np.float32))


def test_an_input_and_an_output_are_chosen_by_the_numbers_of_the_device_while_the_sound_goes_on():
    desk = Desk(more_inputs=2, more_outputs=2)
    for name, value in {"use_common_ins": 0, "input_1": 6, "use_common_outs": 0, "output_1": 7, "output_2": 8}.items():
        desk.bus.set(0, name, value)
    desk.silence(RAMP)
    music = np.random.default_rng(1).uniform(-0.1, 0.1, (LOOP, 4)).astype(np.float32)
    desk.bus.command(0, "record")
    desk.run(music)
    desk.bus.command(0, "record")
    out = desk.silence(LOOP)
    inside = slice(0, LOOP - 2 * RAMP)
    assert not out[:, :2].any()
    assert np.array_equal(out[inside, 2], music[inside, 3]) and np.array_equal(out[inside, 3], music[inside, 3])
    with pytest.raises(ParameterError, match="input 9 is not open"):
        desk.bus.set(0, "input_1", 9)
    assert desk.bus.get(0, "input_1") == 6


def test_a_loop_of_one_channel_never_parts_left_from_right():
    desk = Desk()
    desk.bus.set(0, "channels", 1)
    desk.silence(RAMP)
    music = np.random.default_rng(2).uniform(-0.1, 0.1, (LOOP, 2)).astype(np.float32)
    for name in ("record", "overdub", "overdub"):
        desk.bus.command(0, name)
        desk.run(music)
    out = desk.silence(2 * LOOP)
    assert np.abs(out).max() > 0.05 and np.array_equal(out[:, 0], out[:, 1])


def test_loops_come_and_go_and_everybody_is_told():
    desk = Desk()
    for count in range(2, 17):
        desk.bus.command(None, "loop_add")
        assert desk.bus.n_loops == count
    with pytest.raises(CommandError, match="loop_add: there are 16 loops, and there can be no more"):
        desk.bus.command(None, "loop_add")
    for _ in range(15):
        desk.bus.command(None, "loop_del")
    with pytest.raises(CommandError, match="loop_del: there is only one loop; clear empties it"):
        desk.bus.command(None, "loop_del")
    with pytest.raises(CommandError, match=r"record: loop must be in 1\.\.1, got 2"):
        desk.bus.command(1, "record")
    with pytest.raises(ParameterError, match=r"wet: loop must be in 1\.\.1, got 2"):
        desk.bus.set(1, "wet", 0.5)
    desk.silence(BLOCK)
    assert [notice.values[0] for notice in desk.notices if notice.kind == "loops"] == [*range(2, 17), *range(15, 0, -1)]


def test_a_loop_that_comes_stands_as_its_parameters_do_and_keeps_them_when_it_goes():
    desk = Desk()
    desk.bus.command(None, "loop_add")
    desk.bus.set(1, "wet", 0.25)
    desk.bus.command(None, "loop_del")
    desk.bus.command(None, "loop_add")
    assert desk.bus.get(1, "wet") == 0.25
    desk.silence(RAMP)
    desk.bus.command(1, "record")
    music = np.full((LOOP, 2), 0.1, np.float32)
    desk.run(music)
    desk.bus.command(1, "record")
    assert desk.silence(LOOP)[:, 0].max() == np.float32(np.float32(0.1) * 0.25)


def test_the_selection_never_lies_on_a_loop_that_is_gone():
    desk = Desk(n_loops=3)
    desk.bus.command(None, "select", 3)
    desk.bus.command(None, "loop_del")
    assert desk.bus.selected() == 1
    desk.bus.command(None, "select_next")
    assert desk.bus.selected() == 0


def test_what_waits_for_a_loop_that_is_deleted_is_forgotten():
    desk = Desk(n_loops=2)
    desk.bus.set(0, "sync_source", -3)
    desk.bus.set(1, "quantize", 4)
    desk.silence(RATE)
    desk.bus.command(1, "record")
    assert desk.bus.status(1).pending == "record"
    desk.bus.command(None, "loop_del")
    desk.bus.command(None, "loop_add")
    assert desk.bus.status(1).pending == ""


def test_without_a_second_output_the_cue_is_refused_with_the_option_that_opens_one():
    with pytest.raises(CommandError, match="cue: there is no second output to hear it on; start with --cue-channels"):
        Desk().bus.command(0, "cue", 1)


# With the generator.


class CuedRehearsal(Rehearsal):
    """The whole instrument with two loops and a second output."""

    def __init__(self, channels=1):
        super().__init__(n_loops=2, channels=channels, cue=True)

    def record(self, loop):
        self.bus.command(loop, "record")
        self.play(LOOP)
        self.bus.command(loop, "record")
        self.play(BLOCK)


def test_a_variation_waits_until_it_is_accepted_and_no_seam_is_called_late():
    r = CuedRehearsal()
    r.bus.command(0, "cue", 1)
    r.record(0)
    r.play(4 * LOOP)
    assert r.engine.status(0).tag == -1 and r.bus.status(0).cue
    assert {n.values[1] for n in r.notices if n.kind == "repetition" and n.loop == 0} == {0}
    r.bus.command(0, "accept")
    r.play(2 * LOOP)
    assert r.engine.status(0).tag >= 0
    assert [n.values for n in r.notices if n.kind == "cue"] == [(1,)]


def test_a_deleted_loop_is_varied_no_more_and_again_when_it_is_back():
    r = CuedRehearsal()
    r.record(0)
    r.record(1)
    r.play(3 * LOOP)
    r.bus.command(None, "loop_del")
    r.play(2 * LOOP)
    sounding = r.engine.status(1).tag
    r.notices.clear()
    r.play(3 * LOOP)
    assert r.engine.status(1).tag == sounding and not r.engine.status(1).flags & Flag.GENERATE
    assert not [n for n in r.notices if n.loop == 1]
    r.bus.command(None, "loop_add")
    r.play(3 * LOOP)
    assert r.engine.status(1).state == State.PLAYING and r.engine.status(1).tag > sounding


def test_a_loop_of_one_channel_is_one_channel_to_the_model(monkeypatch):
    r = CuedRehearsal(channels=2)
    told = []
    take_changed = r.vamper.take_changed
    monkeypatch.setattr(r.vamper, "take_changed", lambda loop, take, new: (told.append(take), take_changed(loop, take, new)))
    r.bus.set(0, "channels", 1)
    r.play(4 * BLOCK)
    r.record(0)
    r.play(4 * LOOP)
    assert [take.audio.shape[1] for take in told if take is not None] == [1]
    assert r.engine.status(0).tag >= 0
    out = np.concatenate(r.played)[-LOOP:]
    assert np.abs(out).max() > 0.01 and np.array_equal(out[:, 0], out[:, 1])
