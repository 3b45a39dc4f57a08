"""MIDI over a bus without sound, devices without cables and a clock that a test turns; nothing here waits."""

from types import SimpleNamespace

import pytest

from unloop_py.control.fake_bus import FakeBus
from unloop_py.midi.fakes import FakeDriver
from unloop_py.midi.front_end import MidiFrontEnd


class Rig:
    """A front end without its threads: what is played is dealt with before `play` returns."""

    def __init__(self, folder, devices=(), n_loops=3, file=None):
        self.now_s = 100.0
        self.bus, self.driver, self.notices = FakeBus(n_loops=n_loops), FakeDriver(), []
        self.file = file or folder / "bindings.toml"
        self.midi = MidiFrontEnd(self.bus, self._tell, devices, driver=self.driver, file=self.file, clock=lambda: self.now_s)
        self.bus.midi = self.desk = self.midi.desk
        self.bus.listeners.append(self.midi.notify)

    def _tell(self, notice):
        self.notices.append(notice)
        self.bus.tell(notice)

    def plug(self, name, **settings):
        self.driver.plug(name, **settings)
        self.look()
        return self

    def pull(self, name):
        self.driver.pull(name)
        self.look()

    def look(self):
        self.midi.look()
        self.midi.take_all()

    def play(self, name, *messages):
        for message in messages:
            self.driver.play(name, *message)
            self.midi.take_all()

    def after(self, seconds):
        """Time goes by, a hundredth of a second at a time."""
        for _ in range(round(seconds * 100)):
            self.now_s += 0.01
            self.midi.take_all()

    def sent(self, name):
        """What a device was sent since it was asked last."""
        sent, self.driver.sent[name] = self.driver.sent[name], []
        return [tuple(data) for data in sent]

    def given(self):
        """The commands since they were asked last: loop, name, argument."""
        given, self.bus.given = [(one.loop, one.name, one.argument) for one in self.bus.given], []
        return given

    def sets(self):
        sets, self.bus.sets = [one[:3] for one in self.bus.sets], []
        return sets

    def told(self, kind="midi"):
        told = [notice.values for notice in self.notices if notice.kind == kind]
        self.notices.clear()
        return told

    def bind(self, *tables):
        from unloop_py.control.midi_bindings import read_binding

        for table in tables:
            self.desk.bind(read_binding(table))


@pytest.fixture
def rig(tmp_path):
    return Rig(tmp_path).plug("Keys")


@pytest.fixture
def make_rig(tmp_path):
    return lambda devices=(), **settings: Rig(tmp_path, devices, **settings)


def cc(number, value, channel=1):
    return (0xB0 + channel - 1, number, value)


def note(number, velocity=100, channel=1):
    return (0x90 + channel - 1, number, velocity)


def program(number, channel=1):
    return (0xC0 + channel - 1, number)


MIDI = SimpleNamespace(cc=cc, note=note, program=program)
