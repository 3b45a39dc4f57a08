"""`unloop serve --ray`: the generator as a cluster of replicas, on this machine or on many."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from unloop_py.cli.options import invocation, needing, wait_for_the_end
from unloop_py.cli.progress import progress_bar


def serve_cluster(host: str, port: int, token: str | None, tls: tuple[Path, Path] | None, replicas: str, config: Path | None,
                  **settings: Any) -> None:  # fmt: skip
    """Run until Ctrl-C, or only write the configuration for other machines.

    Parameters
    ----------
    host, port : str, int
    token : str, optional
        As it was given; beyond loopback one is made.
    tls : tuple of Path, optional
        A certificate and its key.
    replicas : str
        As it was typed.
    config : Path, optional
        Where the configuration is written; then nothing is started.
    **settings
        Of `ClusterSettings`, by their names.
    """
    with needing("cluster"), progress_bar("starting"):
        from unloop_py.serve.places import at_stake, checked_token, jam_command
        from unloop_py.serve.ray_app import running, with_cards, write_config
        from unloop_py.serve.ray_settings import ClusterSettings, read_replicas

    least, most = read_replicas(replicas)
    token = checked_token(token, host)
    chosen = with_cards(ClusterSettings(token=token, least=least, most=most, **settings))
    if config is not None:
        write_config(chosen, config, host, port, tls=tls)
        for line in _commands(config, host, port, token, tls is not None):
            click.echo(line)
        return
    with contextlib.ExitStack() as stack:
        with progress_bar("starting Ray and the model"):
            address = stack.enter_context(running(chosen, host, port, tls=tls))
        click.echo(f"replicas:  {least}" + (f" to {most}" if most > least else ""))
        click.echo(f"a jam:     {jam_command(address, token, invocation())}")
        for line in at_stake(host, tls=tls is not None):
            click.echo(line)
        click.echo("Ctrl-C ends it.")
        wait_for_the_end()


def _commands(config: Path, host: str, port: int, token: str, tls: bool) -> Iterator[str]:
    """What to type on the cluster's machines, and on the players'."""
    from unloop_py.serve.places import at_stake, jam_command

    scheme = "https" if tls else "http"
    yield f"{config} is written; it holds the token, so only you can read it. On the cluster's first machine, with unloop on each:"
    yield "  export RAY_AUTH_MODE=token RAY_USAGE_STATS_ENABLED=0; ray get-auth-token --generate"
    yield "  ray start --head"
    yield f"  serve deploy {config}"
    yield "and on each player's machine, with that machine's address:"
    yield f"  {jam_command(f'{scheme}://ADDRESS:{port}', token, invocation())}"
    yield from at_stake(host, tls=tls)
