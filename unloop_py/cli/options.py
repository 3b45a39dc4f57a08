"""Options that several commands share; those of the parameters are made from the one table."""

from __future__ import annotations

import contextlib
import math
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from unloop_py.config import DEFAULT_MODEL, available_cores
from unloop_py.control.parameters import PARAMETERS, Parameter
from unloop_py.control.presets import Preset, preset_shelf
from unloop_py.errors import UnloopError
from unloop_py.paths import presets_folder

LOOK_S = 0.5  # between two looks whether a command is to end
F = TypeVar("F", bound=Callable[..., Any])


class ParameterType(click.ParamType):
    """A number that a row of the table of parameters accepts; its errors are the row's own."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.name = parameter.kind

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> float | int:
        return self.parameter.convert(value, where=f"--{self.parameter.name}")


class PresetName(click.ParamType):
    """The name or number of a preset, unloop's or the player's; its errors are the shelf's own."""

    name = "preset"

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> Preset:
        if isinstance(value, Preset):
            return value
        shelf = preset_shelf(presets_folder())
        shelf.look()
        return shelf.find(str(value), where="--preset")


class ChannelList(click.ParamType):
    """One or two channels of a device, counted from 1: ``3`` or ``1,2``."""

    name = "1,2"

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        if not all(part.isdigit() and int(part) >= 1 for part in parts) or len(parts) > 2 or len(set(parts)) < len(parts):
            self.fail(f"one or two different channels counted from 1, such as 1,2, got {value!r}", option, context)
        return tuple(int(part) for part in parts)


class SwitchKeys(click.ParamType):
    """Keys of the terminal, the first switch first: ``pagedown,pageup`` or ``b,space``."""

    name = "key,key"

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> tuple[str, ...]:
        from unloop_py.control.commands import NAMED_KEYS
        from unloop_py.control.gestures import SWITCHES

        if isinstance(value, tuple):
            return value
        keys = tuple(part.strip() if len(part.strip()) == 1 else part.strip().lower() for part in str(value).split(",") if part.strip())
        names = ("space", *NAMED_KEYS)
        strange = [key for key in keys if len(key) > 1 and key not in names]
        if strange or len(keys) > len(SWITCHES) or len(set(keys)) < len(keys):
            allowed = f"up to {len(SWITCHES)} different keys, each a character or one of {', '.join(names)}"
            self.fail(f"{allowed}, got {value!r}", option, context)
        return tuple(" " if key == "space" else key for key in keys)


class LoopChannels(click.ParamType):
    """Channels of a device, from 1, and perhaps whose they are: ``3,4`` or, those of loop 2, ``2:3,4``."""

    name = "[loop:]3,4"

    def convert(
        self, value: Any, option: click.Parameter | None, context: click.Context | None
    ) -> tuple[int, tuple[int, ...]]:
        if isinstance(value, tuple):
            return value
        loop, colon, channels = str(value).rpartition(":")
        numbers = [part.strip() for part in channels.split(",")]
        good = all(part.isdigit() and 1 <= int(part) <= 64 for part in numbers) and len(set(numbers)) == len(numbers)
        if colon:
            good = good and loop.strip().isdigit() and 1 <= int(loop) <= 16 and len(numbers) <= 2
        if not good:
            said = f"different channels counted from 1, such as 3,4, or one or two of a loop, such as 2:3,4, got {value!r}"
            self.fail(said, option, context)
        return int(loop) if colon else 0, tuple(int(part) for part in numbers)


class PortOrNone(click.ParamType):
    """A port that listens, or ``none`` for what is not to listen at all."""

    name = "port"

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> int | None:
        if value is None or str(value).strip().lower() == "none":
            return None
        if not (str(value).isdigit() and 1 <= int(value) <= 65535):
            self.fail(f"a port in 1..65535 or none, got {value!r}", option, context)
        return int(value)


class PortPair(click.ParamType):
    """A port that listens and one that is answered to, such as ``8001:8003``, or ``none``."""

    name = "port:port"

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> tuple[int, int] | None:
        if value is None or isinstance(value, tuple) or str(value).strip().lower() == "none":
            return value if isinstance(value, tuple) else None
        listen, _, answer = str(value).partition(":")
        if not all(part.isdecimal() and 1 <= int(part) <= 65535 for part in (listen, answer)) or listen == answer:
            self.fail(f"two different ports in 1..65535, such as 8001:8003, or none, got {value!r}", option, context)
        return int(listen), int(answer)


def parameter_options(rows: Sequence[Parameter] = PARAMETERS) -> Callable[[F], F]:
    """Decorate a command with ``--preset NAME`` and with ``--name VALUE`` for every parameter of the table, or some rows; aliases too.

    The values that were given arrive as keyword arguments by the parameters' own names; the others as None.
    """

    def decorate(command: F) -> F:
        for parameter in reversed(rows):
            command = click.option(
                parameter.name,
                *(f"--{name.replace('_', '-')}" for name in (parameter.name, *parameter.aliases)),
                type=ParameterType(parameter),
                metavar=parameter.range_text.split()[0],
                help=f"{parameter.help}  [default: {parameter.default:g} {parameter.unit}".rstrip() + "]",
            )(command)
        return click.option(
            "--preset",
            type=PresetName(),
            metavar="NAME",
            help="Sets several parameters by one name; `unloop presets` lists them. Prompts given beside it have the last word.",
        )(command)

    return decorate


def model_options(command: F) -> F:
    """Decorate a command with ``--model`` and ``--compute``."""
    command = click.option(
        "--compute",
        type=click.Choice(["auto", "cpu", "cuda", "mps"]),
        default="auto",
        show_default=True,
        help="Where the model runs; auto takes a graphics card when there is one.",
    )(command)
    return click.option(
        "--model",
        default=DEFAULT_MODEL,
        show_default=True,
        metavar="NAME",
        help="A model's name, or a folder that holds one.",
    )(command)


class GeneratorPlace(click.ParamType):
    """The address of an `unloop serve`, or one of some words such as ``local``."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.name = "|".join((*words, "http://HOST:PORT"))

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> str:
        from unloop_py.serve.address import checked_url, is_url

        if value in self.words:
            return str(value)
        if not is_url(str(value)):
            self.fail(f"{value!r} is not {', '.join(self.words)} or an address such as http://192.168.1.7:7860", option, context)
        return checked_url(str(value))


class Factor(click.FloatRange):
    """A number in a range; what is no number at all is in none."""

    def convert(self, value: Any, option: click.Parameter | None, context: click.Context | None) -> float:
        number = super().convert(value, option, context)
        if math.isnan(number):
            self.fail(f"{value!r} is no number", option, context)
        return number


def lora_scale_option(command: F) -> F:
    """Decorate a command with ``--lora-scale``."""
    return click.option(
        "--lora-scale",
        type=Factor(0, 2),
        metavar="FACTOR",
        help="How much of VampNet's fine-tunes is added to their weights once more: 1 as VampNet's own player does, 0 nothing."
        "  [default: 1]",
    )(command)


def playing_options(command: F) -> F:
    """Decorate a command that plays with `model_options`, ``--lora-scale`` and ``--model-threads``."""
    command = click.option(
        "--model-threads",
        type=click.IntRange(1, available_cores()),
        metavar="N",
        help="Threads that the model may use; by default VampNet leaves one core to the sound.",
    )(command)
    return model_options(lora_scale_option(command))


def given(values: Mapping[str, Any]) -> dict[str, float | int]:
    """The parameters among a command's keyword arguments that the command line set, in the table's order.

    Those of a preset come first and give way to those that were given by name.
    """
    preset = values.get("preset")
    by_name = {row.name: values[row.name] for row in PARAMETERS if values.get(row.name) is not None}
    return (dict(preset.values) if preset else {}) | by_name


@contextlib.contextmanager
def needing(extra: str) -> Iterator[None]:
    """Say which extra installs a package that an import in the block does not find. Raises UnloopError."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UnloopError(f"the package {error.name} is missing: `pip install unloop[{extra}]` installs it") from error


def wait_for_the_end() -> None:
    """Wait until Ctrl-C or SIGTERM ends the command; it looks up again and again, so that they do on every system."""
    while not threading.Event().wait(LOOK_S):
        pass


def invocation() -> str:
    """How this command was started, as it can be typed again: by the script of the repository or as installed."""
    return "scripts/unloop" if Path(sys.argv[0]).stem == "__main__" else "unloop"
