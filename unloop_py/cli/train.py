"""`unloop train`: one's own models from one's own archive, for those who have cards."""

from __future__ import annotations

import math
import time
from pathlib import Path

import click

from unloop_py.cli.options import needing

STOPPED_STATUS = 130


@click.command()
@click.argument("part", type=click.Choice(["codec", "coarse", "fine"]))
@click.option("--config", "config_path", required=True, metavar="FILE", type=click.Path(path_type=Path), help="A TOML file.")
@click.option("--data", required=True, metavar="DIR", type=click.Path(path_type=Path), help="A folder of audio files of any kind.")
@click.option(
    "--compute",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where it is computed; auto takes the graphics cards when there are any.",
)
def train(part: str, config_path: Path, data: Path, compute: str) -> int:
    """Train a codec, a coarse or a fine model from nothing.

    Alone, or as many processes with torchrun, which then share the work with the same result:

    \b
      torchrun --nproc-per-node 8 -m unloop_py train coarse --config big.toml --data archive/

    Stop it when you like, even hard: the same command goes on from the last checkpoint as if nothing had been.
    """
    from unloop_py.training.config_file import read_config

    config = read_config(part, config_path)

    from rich.console import Console

    from unloop_py.cli.progress import told_progress

    with needing("training"):
        from unloop_py.training.own_model import train_from_config
        from unloop_py.training.world import entered_world

    console = Console(stderr=True, highlight=False)
    with entered_world(compute) as world, told_progress(quiet=not world.first) as progress:
        pace = _Pace()

        def told(step: int, figures: dict[str, float]) -> None:
            share = step / config.training.steps
            text = f"{part}: step {step} of {config.training.steps}, loss {figures['loss']:.4f}"
            if not math.isnan(figures.get("held_out_loss", math.nan)):
                text += f", unseen {figures['held_out_loss']:.4f}"
            progress(text, share, pace.left_s(step, config.training.steps))

        done = train_from_config(config, data, world, told, lambda line: console.print(line, soft_wrap=True, markup=False))
    if not world.first:
        return 0
    if done.file is None:
        click.echo(f"stopped at step {done.trained.step}: the same command goes on from there", err=True)
        return STOPPED_STATUS
    click.echo(f"{done.file} is trained" + (f"; play it: unloop jam --model {config.folder}" if done.plays else ""))
    return 0


class _Pace:
    """Seconds left, from the steps made since it was first asked."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def left_s(self, step: int, steps: int) -> float:
        now = time.monotonic()
        if self._first is None:
            self._first = (step, now)
        made, spent_s = step - self._first[0], now - self._first[1]
        return (steps - step) * spent_s / made if made else math.inf
