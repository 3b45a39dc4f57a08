"""`unloop serve`: this machine's generator for other machines, for DAWs, and for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from unloop_py.cli.grouped import Grouped
from unloop_py.cli.options import invocation, model_options, needing, wait_for_the_end
from unloop_py.cli.progress import progress_bar
from unloop_py.config import DEFAULT_SERVE_PORT

GROUPS = (
    ("Who reaches it", ("port", "listen", "token", "cert", "key")),
    ("The model", ("model", "compute", "model_threads", "most_models", "worker")),
    ("What it takes", ("longest", "waiting")),
    ("A cluster", ("ray", "replicas", "write_config")),
)  # fmt: skip
ONE = "1"


@click.command(cls=Grouped, groups=GROUPS)
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_SERVE_PORT, show_default=True, metavar="PORT",
              help="Where it listens; the next free one if it is taken.")
@click.option("--listen", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="0.0.0.0 lets other machines ask, with a token.")
@click.option("--token", metavar="TOKEN", help="What they have to know; beyond this machine one is made if you give none.")
@click.option("--cert", type=click.Path(path_type=Path), metavar="FILE", help="Serve https with this certificate, a PEM file.")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="The certificate's key.")
@click.option("--model-threads", type=click.IntRange(min=1), metavar="N", help="Threads that the model may use.  [default: torch's choice]")
@click.option("--most-models", type=click.IntRange(1, 16), default=2, show_default=True, metavar="N",
              help="Models held at once; the one that was not used for longest makes way.")
@click.option("--worker", type=click.Choice(["process", "thread"]), default="process", show_default=True,
              help="Where the model runs; a process that dies is started again.")
@click.option("--longest", type=click.FloatRange(1, 600), default=60.0, show_default=True, metavar="SECONDS",
              help="The longest loop that is taken.")
@click.option("--waiting", type=click.IntRange(1, 256), default=16, show_default=True, metavar="N",
              help="Calls that may wait for the model; more are refused.")
@click.option("--ray", is_flag=True, help="Serve players, and nobody else, by a cluster of Ray's: replicas of the model that make batches.")
@click.option("--replicas", default=ONE, show_default=True, metavar="N[:M]", help="How many of them; between N and M as calls come.")
@click.option("--write-config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Start nothing: write what `serve deploy` takes on a cluster's first machine.")
@model_options
def serve(port: int, listen: str, token: str | None, cert: Path | None, key: Path | None, model: str, longest: float, waiting: int,
          most_models: int, ray: bool, replicas: str, write_config: Path | None, **loading: Any) -> None:  # fmt: skip
    """Let others use this machine's generator: a page in the browser, DAWs by HARP, and looper players on other machines.

    \b
    unloop serve                       the page, and HARP, on this machine
    unloop serve --listen 0.0.0.0      for others too: it shows what to type on their machines
    unloop serve --ray --replicas 2    a cluster on this machine, for players alone
    """
    if (cert is None) != (key is None):
        raise click.UsageError("--cert and --key go together: a certificate is nothing without its key")
    cluster = ray or write_config is not None
    if replicas != ONE and not cluster:
        raise click.UsageError("--replicas are of a cluster: add --ray, or leave it out")
    if cluster and loading["worker"] != "process":
        raise click.UsageError("--worker is of a server alone: leave it out, each replica of a cluster is a process")
    if cluster:
        from unloop_py.cli.serve_ray import serve_cluster

        serve_cluster(listen, port, token, (cert, key) if cert and key else None, replicas, write_config, model=model,
                      compute=loading["compute"], threads=loading["model_threads"], models=most_models, seconds=longest, waiting=waiting)
        return
    with needing("serve"), progress_bar("starting"):
        from unloop_py.generator.model_files import checked_model
        from unloop_py.serve import page
        from unloop_py.serve.decoding import Decoder
        from unloop_py.serve.gradio_app import GradioServer
        from unloop_py.serve.places import checked_token, places
        from unloop_py.serve.process import LOCAL_GENERATOR, ProcessGenerator
        from unloop_py.serve.service import Limits, Service
        from unloop_py.serve.shelf import ModelShelf

    secret = checked_token(token, listen)

    def load(name: str) -> Any:
        arguments = {"model": name, "compute": loading["compute"], "threads": loading["model_threads"]}
        if loading["worker"] == "process":
            return ProcessGenerator(LOCAL_GENERATOR, arguments)
        from unloop_py.generator.vamp import load_generator

        return load_generator(**arguments)

    decoder = Decoder()
    shelf = ModelShelf(load, model, most=most_models)
    service = Service(shelf, limits=Limits(seconds=longest, waiting=waiting), decode=decoder.flac)
    try:
        checked_model(model)
        tls = (cert, key) if cert and key else None
        with GradioServer(service, listen, port, token=secret, page=page, tls=tls, decoder=decoder) as server:
            with progress_bar("loading the model"):  # whoever asks already waits for it
                shelf.get(None)
            for line in places(server.host, server.port, secret, tls=cert is not None, command=invocation()):
                click.echo(line)
            wait_for_the_end()
    finally:
        decoder.close()
        shelf.close()
