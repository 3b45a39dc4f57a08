"""Feet on a MIDI switch, drawn: a dash is a twentieth of a second down, an underscore one up. In the real instrument, on a sample clock."""

import socket

import numpy as np
import pytest

from unloop_py.config import JamConfig
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import BindingError, CommandError
from unloop_py.midi.fakes import FakeDriver
from unloop_py.midi.front_end import MidiFrontEnd
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.front_ends import open_front_ends

RATE, BLOCK = 48000, 480
SIGN_S = 0.05
SWITCHES = {1: (0xB0, 80), 2: (0xB0, 81), 3: (0xB0, 82), 4: (0xB0, 83)}
SECOND = 20  # signs


class Stage:
    """Engine, bus, conductor and a four-switch pedalboard on a clock that goes with the sound."""

    def __init__(self, folder):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=20.0, n_loops=2)
        self.clock = lambda: self.engine.frame() / RATE
        self.bus = SessionBus(self.engine, Store(2), block_frames=BLOCK, wall_clock=self.clock)
        self.bus.feet.clock = self.bus.hands_free.clock = self.clock
        self.conductor = Conductor(self.bus)
        self.driver = FakeDriver()
        self.midi = MidiFrontEnd(self.bus, self.bus.tell, ["Board=generic-four-switch"], driver=self.driver, file=folder / "none.toml",
                                 clock=self.clock)  # fmt: skip
        self.bus.listen(self.midi.notify)
        self.driver.plug("Board")
        self.midi.look()
        self.play(0.1)

    def play(self, seconds):
        for _ in range(round(seconds * RATE / BLOCK)):
            heard = np.full((BLOCK, 1), 0.1, np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.conductor.step()
            self.midi.take_all()

    def draw(self, gesture, switch=1):
        """Play a gesture; it ends with the switch up or, with `!`, with the board pulled out."""
        down = False
        for sign in gesture:
            if sign == "!":
                self.driver.pull("Board")
                self.midi.look()
            elif (sign == "-") != down:
                down = not down
                self.driver.play("Board", *SWITCHES[switch], 127 if down else 0)
            self.play(SIGN_S)
        return self

    @property
    def state(self):
        return self.bus.status(0).state

    @property
    def lit(self):
        return [data[2] for data in self.driver.sent["Board"] if data[1] == 80][-1] > 0


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


TAP, REST = "-_________", "_" * SECOND
LOOP = TAP + REST + TAP + REST


@pytest.mark.parametrize(
    ("gesture", "state"),
    [
        (TAP, "recording"),
        (TAP + REST + TAP + "_", "playing"),
        (LOOP + TAP + REST, "overdubbing"),
        (LOOP + TAP + REST + TAP + REST, "playing"),
        (LOOP + "--__--____" + REST, "paused"),
        (LOOP + "--__--____" + REST + TAP + REST, "playing"),
        (TAP + REST + "--__--____" + REST, "paused"),
        (LOOP + "-" * 25 + REST, "off"),
        (LOOP + "-" * 25 + REST + "-" * 25 + REST, "playing"),
        (LOOP + "--__--____" + REST + "-" * 60 + REST, "off"),
        (LOOP + "--__--____" + REST + "-" * 44 + REST, "paused"),
    ],
)
def test_a_gesture_comes_to_a_state(stage, gesture, state):
    assert stage.draw(gesture).state == state


def test_a_loop_that_is_about_to_be_erased_warns_and_is_erased(stage):
    stage.draw(LOOP + "--__--____" + REST)
    stage.driver.sent["Board"].clear()
    stage.draw("-" * 49)
    blinks = [data for data in stage.driver.sent["Board"] if data[1] == 80]
    assert len(blinks) >= 3
    stage.draw("--------__")
    assert stage.state == "off" and not stage.lit


def test_a_board_that_is_pulled_out_in_a_gesture_leaves_nothing_held(stage):
    stage.draw(LOOP + "----!" + "_" * 100)
    assert stage.state in ("playing", "overdubbing")


@pytest.mark.parametrize(("gesture", "selected"), [(TAP + REST, 1), (TAP + REST + TAP + REST, 0)])
def test_the_third_switch_selects_the_next_loop(stage, gesture, selected):
    stage.draw(gesture, switch=3)
    assert stage.bus.selected() == selected


def test_the_one_light_of_a_switch_is_on_while_the_loop_sounds(stage):
    assert not stage.lit
    assert stage.draw(TAP).lit
    assert stage.draw(REST + TAP + REST).lit
    assert not stage.draw("--__--____" + REST).lit


def test_without_midi_there_is_nothing_to_learn_and_the_cure_is_named(stage):
    stage.bus.midi = None
    for name in ("midi_learn", "midi_forget"):
        with pytest.raises(CommandError, match="MIDI is off; start without --midi-device none"):
            stage.bus.command(None, name, "record")


@pytest.mark.parametrize(("devices", "there"), [((), 1), (("none",), 0), (("Keys", "Pads=none"), 1)])
def test_a_session_listens_to_midi_unless_it_is_told_not_to(stage, devices, there):
    ends = open_front_ends(JamConfig(osc_port=0, oscquery_port=None, max_ports=None, midi_devices=devices), stage.bus)
    assert len([one for one in ends.all if isinstance(one, MidiFrontEnd)]) == there == (stage.bus.midi is not None)
    ends.stop()


def test_a_profile_that_is_not_there_ends_the_start_and_leaves_no_port_open(stage):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(BindingError, match="no MIDI profile is called 'y'"):
        open_front_ends(JamConfig(osc_port=port, oscquery_port=None, max_ports=None, midi_devices=("x=y",)), stage.bus)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", port))
