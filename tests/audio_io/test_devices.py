"""Which sound card a person means."""

import pytest

from unloop_py.audio_io.devices import Device, choose, choose_channels
from unloop_py.errors import DeviceError

DEVICES = [
    Device(0, "HDA Intel PCH", "ALSA", 2, 2, 44100, default_output=True),
    Device(1, "Scarlett 2i2 USB", "ALSA", 2, 2, 48000, default_input=True),
    Device(2, "Scarlett 18i8 USB", "ALSA", 18, 8, 48000),
    Device(3, "HDMI 0", "ALSA", 0, 8, 48000),
    Device(7, "system", "JACK", 4, 4, 48000),
]


@pytest.mark.parametrize(
    ("wanted", "direction", "index"),
    [
        (None, "input", 1),
        (None, "output", 0),
        (2, "input", 2),
        ("7", "output", 7),
        ("18i8", "input", 2),
        ("scarlett 2I2", "input", 1),
        ("jack", "input", 7),
        ("hdmi", "output", 3),
    ],
)
def test_a_device_is_found_by_number_or_by_part_of_its_name(wanted, direction, index):
    assert choose(DEVICES, wanted, direction).index == index


@pytest.mark.parametrize(
    ("wanted", "direction", "texts"),
    [
        ("scarlet 2i2 usb", "input", ["no input device 'scarlet 2i2 usb'", "did you mean 'Scarlett", "7 system (JACK)"]),
        (5, "input", ["no input device 5", "0 HDA Intel PCH (ALSA)"]),
        ("hdmi", "input", ["no input device 'hdmi'"]),
        ("scarlett", "input", ["several input devices match", "1 Scarlett 2i2 USB (ALSA); 2 Scarlett 18i8 USB"]),
    ],
)
def test_an_unknown_device_gets_the_list_and_near_matches(wanted, direction, texts):
    with pytest.raises(DeviceError) as caught:
        choose(DEVICES, wanted, direction)
    assert "\n" not in str(caught.value)
    for text in texts:
        assert text in str(caught.value)


def test_without_any_card_the_cure_is_named():
    with pytest.raises(DeviceError, match="connect one, or try `unloop demo`"):
        choose([DEVICES[3]], None, "input")


@pytest.mark.parametrize(("wanted", "chosen"), [(None, (0, 1)), ([3], (2,)), ([18, 1], (17, 0))])
def test_channels_count_from_1(wanted, chosen):
    assert choose_channels(wanted, DEVICES[2], "input") == chosen


@pytest.mark.parametrize("wanted", [[0], [19], [], [1, 2, 3]])
def test_channels_that_are_not_there_are_refused(wanted):
    with pytest.raises(DeviceError):
        choose_channels(wanted, DEVICES[2], "input")
