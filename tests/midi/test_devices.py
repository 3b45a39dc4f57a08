"""Devices that come and go, which of them are wanted, and what their names say."""

import logging
from types import SimpleNamespace
from typing import ClassVar

import pytest

from tests.midi.conftest import cc, note
from unloop_py.errors import BindingError
from unloop_py.midi.devices import Port, RtMidiDriver
from unloop_py.midi.jack_ports import JackPorts


def test_every_device_is_listened_to_and_one_that_comes_later_too(make_rig):
    rig = make_rig().plug("Keys")
    rig.bind({"on": "note 60", "command": "tap"})
    rig.plug("Pads", hears=False)
    rig.play("Keys", note(60))
    rig.play("Pads", note(60))
    assert len(rig.given()) == 2
    assert [device.name for device in rig.desk.devices()] == ["Keys", "Pads"]


def test_a_device_that_comes_back_is_listened_to_by_itself(rig):
    rig.bind({"on": "note 60", "command": "tap"})
    for _ in range(3):
        rig.pull("Keys")
        rig.plug("Keys")
        rig.play("Keys", note(60))
    assert len(rig.given()) == 3
    assert rig.told()[-2:] == [("went", "Keys", ""), ("came", "Keys", "none")]


def test_only_the_devices_that_are_named_are_listened_to_each_with_its_profile(make_rig):
    rig = make_rig(["pads=generic-one-switch", "nano=none"]).plug("Keys").plug("My Pads").plug("nanoKONTROL2")
    assert [tuple(one) for one in rig.desk.devices()] == [("My Pads", "generic-one-switch"), ("nanoKONTROL2", "none")]
    rig.play("My Pads", cc(64, 127))
    assert rig.given() == [(0, "switch_down", 1)]


def test_a_profile_is_found_by_the_device_s_name(make_rig):
    rig = make_rig().plug("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 20:0").plug("SSCOM Port 1").plug("Keys")
    assert [tuple(one) for one in rig.desk.devices()] == [
        ("nanoKONTROL2", "korg-nanokontrol2"), ("SSCOM Port", "keith-mcmillen-softstep"), ("Keys", "none")]  # fmt: skip


def test_two_devices_of_one_name_are_told_apart(make_rig):
    rig = make_rig().plug("Keys:Keys MIDI 1 20:0").plug("Keys:Keys MIDI 1 24:0")
    assert [device.name for device in rig.desk.devices()] == ["Keys", "Keys 2"]


@pytest.mark.parametrize(("wanted", "says"), [("=x", "takes NAME or NAME=PROFILE"), ("Keys=generic", "nearest is 'generic-"),
                                              ("Keys=/nowhere/x.toml", "cannot be read")])  # fmt: skip
def test_a_profile_that_is_not_there_is_refused_with_the_nearest(make_rig, wanted, says):
    with pytest.raises(BindingError, match=says):
        make_rig([wanted])


def test_without_the_package_nothing_fails_and_one_line_is_logged(make_rig, caplog):
    rig = make_rig()
    rig.driver.is_missing = True
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            rig.look()
    assert [record.message for record in caplog.records if record.name.startswith("unloop_py.midi")] == ["no MIDI: MIDI needs a package"]
    rig.driver.is_missing = False
    rig.plug("Keys")
    assert len(rig.desk.devices()) == 1


def test_a_device_that_another_program_has_is_tried_again_once_it_was_away(make_rig, monkeypatch):
    from unloop_py.errors import DeviceError

    rig = make_rig()
    opened = rig.driver.open_input
    tries = []

    def refuse(port, heard):
        tries.append(port)
        raise DeviceError("busy")

    monkeypatch.setattr(rig.driver, "open_input", refuse)
    rig.plug("Keys")
    rig.look()
    assert len(tries) == 1 and rig.desk.devices() == ()
    monkeypatch.setattr(rig.driver, "open_input", opened)
    rig.pull("Keys")
    rig.plug("Keys")
    assert len(rig.desk.devices()) == 1


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "nanoKONTROL2"),
        ("Midi Through:Midi Through Port-0 14:0", "Midi Through"),
        ("FCB1010 1", "FCB1010"),
        ("dev:pads", "dev:pads"),
        ("dev-01:pads", "dev:pads"),
        ("system:midi_capture_1", "system:midi_capture_1"),
    ],
)
def test_a_device_is_called_without_the_numbers_that_change(name, spoken):
    assert Port(0, name).spoken == spoken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("system:midi_capture_2", "system:midi_playback_2"),
        ("a2j:Keys [20] (capture): Keys MIDI 1", "a2j:Keys [20] (playback): Keys MIDI 1"),
        ("nanoKONTROL2 0", "nanoKONTROL2 1"),
    ],
)
def test_a_device_s_other_port_is_found_among_others(one, other):
    others = [Port(0, "system:midi_playback_1"), Port(1, one), Port(0, "Midi Through"), Port(0, other)]
    assert Port(0, one).beside(others) == Port(0, other)
    assert Port(0, "Keys").beside(others) is None


def test_a_front_end_that_starts_and_stops_leaves_no_thread(make_rig):
    import threading

    rig = make_rig()
    rig.driver.plug("Keys")
    rig.midi.start()
    rig.midi.stop()
    assert not [one for one in threading.enumerate() if one.name.startswith("midi")]
    assert ("went", "Keys", "") in rig.told() or rig.desk.devices() == ()


class FakeRtMidi:
    """The package, with drivers that a test starts and stops."""

    API_LINUX_ALSA, API_UNIX_JACK = 2, 3

    def __init__(self):
        self.ports = ["Keys:Keys MIDI 1 20:0", "unloop-midi:in 128:0"]
        self.made, self.deleted, self.refuses, self.running = [], [], False, {2: True, 3: "server 1"}
        self.MidiIn = self.MidiOut = self.client

    def get_compiled_api(self):
        return [2, 3]

    def client(self, number, name):
        self.made.append(number)
        if self.refuses:
            raise OSError("no sequencer")
        return SimpleNamespace(get_ports=lambda: self.ports, delete=lambda: self.deleted.append(number))


class FakeHelper:
    """Stands in for the process that holds JACK's clients."""

    made: ClassVar[list] = []

    def __init__(self, name):
        self.ports, self.is_alive = (["a2j:Keys [20] (capture): Keys", "board:out", "unloop-01:x"], []), True
        self.made.append(self)

    def end(self):
        self.is_alive = False


@pytest.fixture
def rtmidi(monkeypatch):
    from unloop_py.midi import devices, jack_ports

    package = FakeRtMidi()
    FakeHelper.made.clear()
    monkeypatch.setattr(devices, "_rtmidi", lambda: package)
    monkeypatch.setattr(devices, "_running", lambda package, number: package.running[number])
    monkeypatch.setattr(jack_ports, "Helper", FakeHelper)
    return package


def names(driver):
    return [port.name for port in driver.look()[0]]


def test_our_own_ports_and_those_that_jack_has_from_alsa_are_left_out(rtmidi):
    driver = RtMidiDriver()
    assert names(driver) == ["Keys:Keys MIDI 1 20:0", "board:out"]
    rtmidi.running[2] = None
    assert names(driver) == ["a2j:Keys [20] (capture): Keys", "board:out"]


def test_looking_opens_a_driver_once_and_closes_it_at_the_end(rtmidi):
    driver = RtMidiDriver()
    for _ in range(5):
        driver.look()
    assert rtmidi.made == [2, 2] and len(FakeHelper.made) == 1
    driver.close()
    assert rtmidi.deleted == [2, 2] and not FakeHelper.made[0].is_alive


def test_a_driver_that_cannot_be_opened_is_not_asked_again(rtmidi):
    rtmidi.refuses = True
    driver = RtMidiDriver()
    for _ in range(5):
        assert names(driver) == ["a2j:Keys [20] (capture): Keys", "board:out"]
    assert rtmidi.made == [2]


def test_jack_s_clients_go_with_its_server_and_come_with_the_next_one(rtmidi):
    driver = RtMidiDriver()
    driver.look()
    rtmidi.running[3] = None
    assert names(driver) == ["Keys:Keys MIDI 1 20:0"] and not FakeHelper.made[0].is_alive
    rtmidi.running[3] = "server 2"
    assert "board:out" in names(driver) and len(FakeHelper.made) == 2


def test_jack_s_helper_that_falls_is_started_again_after_a_while(rtmidi):
    now_s = [0.0]
    ports = JackPorts("unloop-midi", clock=lambda: now_s[0])
    ports.look("server")
    FakeHelper.made[0].is_alive = False
    assert ports.look("server") == ([], []) and len(FakeHelper.made) == 1
    now_s[0] = 5.0
    assert ports.look("server")[0] and len(FakeHelper.made) == 2
