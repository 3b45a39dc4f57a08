"""`unloop midi`: what it lists, learns and takes over, without a device."""

import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.midi import devices, front_end
from unloop_py.midi.binding_file import read_bindings
from unloop_py.midi.fakes import FakeDriver
from unloop_py.midi.profiles import SHIPPED


@pytest.fixture
def driver(monkeypatch):
    driver = FakeDriver()
    monkeypatch.setattr(devices, "RtMidiDriver", lambda: driver)
    monkeypatch.setattr(front_end, "RtMidiDriver", lambda: driver)
    return driver


def run(*arguments):
    done = CliRunner().invoke(unloop, ["midi", *map(str, arguments)])
    return done.output


def test_it_lists_devices_with_their_profiles_and_every_profile_with_what_was_tried(driver):
    driver.plug("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0")
    driver.plug("Keys", hears=False)
    text = run()
    assert "nanoKONTROL2  korg-nanokontrol2  yes" in text and "Keys" in text
    assert all(path.stem in text for path in SHIPPED.glob("*.toml"))
    assert text.count("not on the device") == len(list(SHIPPED.glob("*.toml")))


def test_without_a_device_or_the_package_it_says_so_and_lists_the_profiles(driver):
    assert "No MIDI device is there." in run()
    driver.is_missing = True
    assert "MIDI needs a package" in run() and "behringer-fcb1010" in run()


def test_a_profile_s_controls_are_shown_with_what_they_do(driver):
    text = run("profile", "korg-nanokontrol2")
    assert "not tried on the device" in text and "LED Mode" in text
    assert "cc 45" in text and "record_or_overdub" in text and "Level of the loop." in text


def test_a_control_is_learned_by_moving_it_and_listed(driver, tmp_path):
    file = tmp_path / "bindings.toml"
    driver.plug("Keys")
    opened = driver.open_input

    def moved_at_once(port, heard):
        opened_port = opened(port, heard)
        heard(bytes((0xB0, 7, 3)))
        return opened_port

    driver.open_input = moved_at_once
    text = run("learn", "wet", "2", "--bindings", file, "--seconds", "20")
    assert "cc 7 ch 1" in text and "wet 2" in text
    assert [one.target for one in read_bindings(file)] == ["wet 2"]
    assert "wet 2" in run("bindings", "--bindings", file)
    assert "cc 7, channel 1" in run("learn", "--bindings", file, "--seconds", "20")


def test_nothing_learned_yet_is_said_with_how_to(driver, tmp_path):
    assert "midi learn wet 2" in run("bindings", "--bindings", tmp_path / "none.toml")


def test_a_control_that_never_comes_is_said_and_nothing_is_written(driver, tmp_path):
    file = tmp_path / "bindings.toml"
    done = CliRunner().invoke(unloop, ["midi", "learn", "wet", "--bindings", str(file), "--seconds", "0.1"])
    assert "no control was moved within 0.1 s" in str(done.exception or done.output) + done.output
    assert not file.exists()


def test_sooperlooper_s_bindings_are_taken_over_and_what_cannot_be_is_said(driver, tmp_path):
    file, slb = tmp_path / "bindings.toml", tmp_path / "my.slb"
    slb.write_text("0 n 36 note record 0\n0 n 37 note explode 0\n0 cc 7 set rate 0 -4 4\n")
    text = run("import", slb, "--bindings", file)
    assert "line 2" in text and "explode" in text and "line 3: rate goes" in text and "2 controls" in text
    assert [one.target for one in read_bindings(file)] == ["record 1", "speed 1"]
