"""`unloop finetune` and `unloop models`: teach the model your own sound, and see what there is to play with."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unloop_py.cli.options import invocation, model_options, needing

if TYPE_CHECKING:
    from unloop_py.training.player_voice import Voice


@click.command()
@click.argument("paths", metavar="DIR|FILES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", required=True, metavar="NAME", help="What your voice is to be called.")
@click.option("--minutes", type=click.FloatRange(0.1, 10_000), default=20, show_default=True, help="How long it may take in all.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same gives the same draws.")
@model_options
def finetune(paths: tuple[Path, ...], name: str, minutes: float, seed: int, model: str, compute: str) -> None:
    """Teach the model your own sound, from a folder or files of your playing: ten minutes of it or more.

    It takes the --minutes and two cores. Part of your audio is kept aside, and the loss on that, before and after, says
    what was learned. Stop it with Ctrl-C when you like: the same command goes on where it stopped.
    """
    from unloop_py.cli.progress import told_progress

    with needing("training"):
        from unloop_py.training.player_voice import check_name, learn_voice

    check_name(name)
    try:
        with told_progress() as progress:
            voice = learn_voice(name, paths, minutes, base=model, compute=compute, seed=seed, progress=progress)
    except KeyboardInterrupt:
        click.echo("stopped; what was learned is kept: the same command goes on from here", err=True)
        raise
    for line in summary(voice):
        click.echo(line)


def summary(voice: Voice) -> list[str]:
    """What a player is told of a new voice."""
    own = voice.own
    lines = [*own.notes,
             f"{own.seconds / 60:.1f} minutes of sound in {len(own.files)} files, {own.aside_s / 60:.1f} of them kept aside; "
             f"{own.silent_s:.0f} s of silence left out",
             "masked loss (nat)          before    after"]
    rows = [(f"your unseen audio, {part}", lesson.before.unseen, lesson.after.unseen) for part, lesson in voice.lessons.items()]
    rows += [("your unseen audio", *voice.unseen), ("general audio", *voice.general)]
    lines += [f"{what:25}  {_figure(before)}  {_figure(after)}  {_change(before, after)}".rstrip() for what, before, after in rows]
    if math.isnan(voice.general[0]):
        lines.append("general audio was not measured: the packages of the extra `evaluation` are not installed")
    if voice.unseen[1] >= voice.unseen[0]:
        lines.append("nothing was learned that holds for audio it did not hear: give it more, or longer --minutes")
    lines.append(f"{voice.name}: {voice.size / 1e6:.1f} MB in {voice.folder}. Play it: {invocation()} jam --model {voice.name}, or"
                 f" /unloop/model {voice.name} while it plays")
    return lines


def _figure(value: float) -> str:
    return "     -" if math.isnan(value) else f"{value:6.3f}"


def _change(before: float, after: float) -> str:
    return "" if math.isnan(before) else f"{100 * (after / before - 1):+.1f} %"


@click.command()
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
def models(folder: Path | None) -> None:
    """List the models and your own voices: for --model, and for /unloop/model while it plays.

    With a FOLDER of VampNet's files, that and its fine-tunes as well, which `unloop jam --model FOLDER` knows by their names.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from unloop_py.generator.model_files import list_models, own_models

    table = Table("name", "kind", "size", "base", "state", box=None, pad_edge=False)
    for row in list_models(folder):
        table.add_row(*map(escape, (row.name, row.kind, f"{row.size / 1e6:.1f} MB", row.base, row.state)))
    console = Console(highlight=False)
    console.print(table, soft_wrap=True)
    console.print(f"yours lie in {own_models()}", soft_wrap=True, markup=False)
