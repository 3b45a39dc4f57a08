"""`unloop midi`: which devices there are, and what their controls do."""

from __future__ import annotations

import functools
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from unloop_py.cli.options import invocation
from unloop_py.errors import DeviceError

F = TypeVar("F", bound=Callable[..., Any])
WAIT_S = 60.0


def bindings_option(command: F) -> F:
    """Decorate a command with ``--bindings``; it is given the ``file`` of bindings."""

    @click.option("--bindings", metavar="FILE", type=click.Path(path_type=Path),
                  help="Where they are kept.  [default: the user's data folder]")
    @functools.wraps(command)
    def with_file(*arguments: Any, bindings: Path | None, **settings: Any) -> Any:
        from unloop_py.midi.binding_file import user_bindings_file

        return command(*arguments, file=bindings or user_bindings_file(), **settings)

    return with_file


@click.group(invoke_without_command=True)
@click.pass_context
def midi(context: click.Context) -> None:
    """List MIDI devices and profiles; learn what a control does, list it, bring SooperLooper's bindings in.

    While `unloop` plays, every device there is steers it: with the profile that its name asks for, and with your own
    bindings, which come first. `unloop jam --midi-device NAME=PROFILE` chooses.
    """
    if context.invoked_subcommand is None:
        context.invoke(devices)


@midi.command()
def devices() -> None:
    """List the devices that are there and what is known of them, then every profile."""
    from unloop_py.control.describe import columns
    from unloop_py.midi.devices import RtMidiDriver
    from unloop_py.midi.listing import profile_rows
    from unloop_py.midi.profiles import profiles, suiting

    known, wrong = profiles()
    driver = RtMidiDriver()
    try:
        inputs, outputs = driver.look()
    except DeviceError as error:
        click.echo(str(error))
    else:
        rows = [(port.spoken, suiting(port.name, known).name, "yes" if port.beside(outputs) else "no") for port in inputs]
        click.echo(columns([("device", "profile", "takes lights"), *rows]) if rows else "No MIDI device is there.", nl=not rows)
    finally:
        driver.close()
    click.echo()
    click.echo(columns([("profile", "for devices called", "tried", "what it is for"), *profile_rows(known)]), nl=False)
    for text in wrong:
        click.echo(text, err=True)


@midi.command()
@click.argument("name", metavar="PROFILE")
def profile(name: str) -> None:
    """Show what a PROFILE's controls do, and what has to be set on the device."""
    from unloop_py.midi.listing import bindings_text
    from unloop_py.midi.profiles import named, profiles

    found = named(name, profiles()[0])
    click.echo(found.title + ("" if found.tried else " (not tried on the device)"))
    click.echo(found.setup)
    click.echo(f"From: {found.source}")
    click.echo(bindings_text(found.bindings), nl=False)


@midi.command()
@bindings_option
def bindings(file: Path) -> None:
    """List what your own controls do."""
    from unloop_py.midi.binding_file import read_bindings
    from unloop_py.midi.listing import bindings_text

    found = read_bindings(file)
    if found:
        click.echo(bindings_text(found), nl=False)
        click.echo(str(file))
    else:
        click.echo(f"Nothing has been learned yet: {invocation()} midi learn wet 2, and move a fader. It is kept in {file}")


@midi.command()
@click.argument("what", nargs=-1)
@click.option("--device", metavar="NAME", multiple=True, help="Only controls of this device, by part of its name.")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=WAIT_S, show_default=True, help="How long a control is waited for.")
@bindings_option
def learn(what: tuple[str, ...], device: tuple[str, ...], seconds: float, file: Path) -> None:
    """Wait for a control and have it do WHAT: a command, a parameter, one of SooperLooper's words, `switch 1`.

    A loop's number, `all` or `selected` may stand behind it: learn wet 2. Without WHAT, the control that is moved is
    named. An `unloop` that is playing hears of it within a second.
    """
    from unloop_py.control.fake_bus import FakeBus
    from unloop_py.control.midi_bindings import Binding, Control, read_target
    from unloop_py.midi.front_end import MidiFrontEnd
    from unloop_py.midi.listing import bindings_text

    target = read_target(" ".join(what)) if what else None
    heard: queue.Queue[Binding | Control | None] = queue.Queue()
    front_end = MidiFrontEnd(FakeBus(), lambda notice: None, device, file=file)
    if target is None:
        front_end.desk.next_move(heard.put)
    else:
        front_end.desk.learn(target, heard.put)
    front_end.start()
    try:
        click.echo("Move a control.")
        found = heard.get(timeout=seconds)
    except queue.Empty:
        raise DeviceError(f"no control was moved within {seconds:g} s; `{invocation()} midi` lists the devices that are heard") from None
    finally:
        front_end.stop()
    if isinstance(found, Binding):
        click.echo(bindings_text([found]), nl=False)
        click.echo(str(file))
    elif found is not None:
        click.echo(f"{found.text}, channel {found.channel}")


@midi.command(name="import")
@click.argument("slb", metavar="FILE", type=click.Path(path_type=Path))
@bindings_option
def import_(slb: Path, file: Path) -> None:
    """Take over the bindings of SooperLooper's FILE (.slb); yours on other controls stay."""
    from unloop_py.midi.binding_file import read_bindings, write_bindings
    from unloop_py.midi.desk import read_sooperlooper
    from unloop_py.midi.listing import bindings_text

    found, said = read_sooperlooper(slb)
    taken = {one.control for one in found}
    kept = [one for one in read_bindings(file) if one.control not in taken]
    if found:
        write_bindings(file, [*kept, *found])
        click.echo(bindings_text(found), nl=False)
    for text in said:
        click.echo(text)
    click.echo(f"{len(found)} controls are taken over into {file}" if found else f"Nothing of {slb} can be taken over.")
