"""`unloop download`: weights of others, under their own licence, which is shown and asked about first."""

from __future__ import annotations

import math
import sys
import time

import click

from unloop_py.cli.options import invocation, needing
from unloop_py.errors import UnloopError

DECLINED_STATUS = 1


@click.command()
@click.argument("model", type=click.Choice(["vampnet"]))
@click.option("--finetune", metavar="NAME", help="One of VampNet's fine-tunes beside it, such as opera.")
@click.option("--yes", is_flag=True, help="Agree to the licence without being asked, for scripts.")
def download(model: str, finetune: str | None, yes: bool) -> int:
    """Fetch VampNet's own weights (2.9 GB), after you agreed to their licence.

    Stop it with Ctrl-C when you like: the same command goes on where it stopped. It needs twice the space for a moment,
    for the weights are converted once to a form that opens in a second.
    """
    from unloop_py.cli.progress import told_progress
    from unloop_py.generator.download import LICENCE, LICENCE_ADDRESS, REPOSITORY, plan_download
    from unloop_py.generator.download import download as fetch
    from unloop_py.generator.vampnet_files import convert_to_safetensors

    if not (yes or _somebody_is_there()):
        raise UnloopError(f"VampNet's weights are under {LICENCE}, and nobody is at a terminal to agree to it: read"
                          f" {LICENCE_ADDRESS} and add --yes")
    with needing("vampnet"):
        plan = plan_download(finetune)
    what = " with ".join(["vampnet", *([finetune] if finetune else [])])
    if not plan.sets:
        click.echo(f"{what} is here already, in {plan.folder}")
        return 0
    click.echo(f"VampNet's weights are their authors' (Flores García et al., {REPOSITORY}), under {LICENCE}: name them,\n"
               f"no commercial use, and what you derive from the weights, such as a fine-tune, under the same licence. {LICENCE_ADDRESS}")
    came = f", of which {plan.held / 1e9:.1f} GB have come already" if plan.held else ""
    click.echo(f"{plan.size / 1e9:.1f} GB{came}, into {plan.folder}")
    if not yes and not click.confirm("Do you agree to the licence, and shall they be fetched?", default=False):
        click.echo("nothing was fetched", err=True)
        return DECLINED_STATUS

    pace = _Pace()
    try:
        with told_progress() as progress:
            folder = fetch(plan, convert_to_safetensors, lambda doing, share: progress(doing, share, pace.left_s(share)))
    except KeyboardInterrupt:
        click.echo("stopped; what has come is kept: the same command goes on from here", err=True)
        raise
    click.echo(f"{what} is here, in {folder}. Play it: {invocation()} jam --model {finetune or 'vampnet'}")
    return 0


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


class _Pace:
    """Seconds left, from the share that came since it was first asked."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None

    def left_s(self, share: float) -> float:
        now = time.monotonic()
        if self._first is None:
            self._first = (share, now)
        came, spent_s = share - self._first[0], now - self._first[1]
        return (1 - share) * spent_s / came if came > 0 else math.inf
