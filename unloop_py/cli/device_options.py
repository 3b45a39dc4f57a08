"""Options that say which sound card is meant, shared by all that open one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from unloop_py.cli.options import ChannelList

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--device", metavar="NAME|INDEX", help="The sound card for both directions; `unloop devices` lists them."),
    click.option("--input-device", metavar="NAME|INDEX", help="The sound card that listens."),
    click.option("--output-device", metavar="NAME|INDEX", help="The sound card that plays."),
    click.option("--inputs", type=ChannelList(), help="Channels to listen to: one is mono."),
    click.option("--outputs", type=ChannelList(), help="Channels to play on."),
    click.option("--rate", type=click.Choice(["44100", "48000", "88200", "96000"]), help="Sample rate in Hz."),
    click.option("--block", type=click.IntRange(16, 4096), metavar="FRAMES", help="Frames in a block, 16..4096."),
)


def device_options(command: F) -> F:
    """Decorate a command with the options of a sound card; `device_settings` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def device_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, by the names that `JamConfig` and `find_devices` have for it."""
    return {
        "input_device": _device(given["input_device"] or given["device"]),
        "output_device": _device(given["output_device"] or given["device"]),
        "inputs": given["inputs"],
        "outputs": given["outputs"],
        "rate": int(given["rate"]) if given["rate"] else None,
        "block": given["block"],
    }


def _device(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdigit() else text
