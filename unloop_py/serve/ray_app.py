"""A cluster of generators by Ray Serve: for schools, installations and services. Nothing of it is needed to play.

The same application runs on this machine (`running`) and on a cluster (`serve deploy` with a file of `write_config`), where Ray
calls `application`. Batches, autoscaling, back-pressure, health and metrics are Ray's.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import secrets
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from unloop_py.errors import UnloopError
from unloop_py.paths import written_beside
from unloop_py.serve.ray_settings import ClusterSettings
from unloop_py.web.addresses import address_of
from unloop_py.web.serving import listen

# It tells nobody that it is used, and lets nobody in who has not its own token: read when Ray is imported, and never again.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
if "ray" not in sys.modules and "RAY_AUTH_MODE" not in os.environ:
    os.environ["RAY_AUTH_MODE"] = "token"
    if "RAY_AUTH_TOKEN_PATH" not in os.environ:
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of what Ray itself is built on
    import ray
    from ray import serve
    from ray.serve import Application

    from unloop_py.serve.ray_ingress import Ingress
    from unloop_py.serve.ray_replica import Replica

log = logging.getLogger(__name__)

APP = "unloop"
PREFIX = "/unloop"
STORE_BYTES = 256 * 2**20       # for the sound of takes, on one machine
HEALTH_S = 5.0                  # between two looks at a replica
END_S = 5.0                     # for calls under way when a replica is told to end
IMPORT_PATH = "unloop_py.serve.ray_app:application"


def application(entries: dict[str, Any]) -> Application:
    """The application, as Ray builds it from a configuration's ``args``. Raises ParameterError."""
    settings = ClusterSettings.read(entries)
    scaling: dict[str, Any] = {"num_replicas": settings.least}
    if settings.most > settings.least:
        scaling = {"autoscaling_config": {"min_replicas": settings.least, "max_replicas": settings.most,
                                          "target_ongoing_requests": max(1.0, settings.batch / 2),
                                          "upscale_delay_s": 3.0, "downscale_delay_s": 60.0}}  # fmt: skip
    replicas = serve.deployment(
        Replica, name="generator", max_ongoing_requests=settings.waiting, max_queued_requests=settings.waiting,
        health_check_period_s=HEALTH_S, graceful_shutdown_timeout_s=END_S,
        ray_actor_options={"num_cpus": settings.cpus, "num_gpus": settings.gpus}, **scaling,
    )  # fmt: skip
    ingress = serve.deployment(
        Ingress, name="ingress", num_replicas=1, max_ongoing_requests=10_000, graceful_shutdown_timeout_s=END_S,
        ray_actor_options={"num_cpus": 0},
    )  # fmt: skip
    return ingress.bind(settings.to_dict(), replicas.bind(settings.to_dict()))


@contextlib.contextmanager
def running(settings: ClusterSettings, host: str = "127.0.0.1", port: int = 8000, *, tls: tuple[Path, Path] | None = None,
            dashboard: bool = False) -> Iterator[str]:
    """A cluster of this machine alone, for as long as the context lasts; gives its address. 5 to 20 s until it is there.

    Parameters
    ----------
    settings : ClusterSettings
    host, port : str, int
        Where it listens; the next free port if this one is taken, any for 0.
    tls : tuple of Path, optional
        A certificate and its key, for https.
    dashboard : bool
        Ray's own page, on loopback.

    Raises
    ------
    ParameterError
        No port is free, or the address is not this machine's.
    UnloopError
        Ray cannot start it.
    """
    with listen(host, port, "") as free:  # Ray would say much later that it cannot have it
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ul-", ignore_cleanup_errors=True) as folder, _ray(folder, dashboard, settings):
        serve.start(http_options=_http(host, port, tls))
        deploy(sharing(settings, ray.cluster_resources().get("GPU", 0.0)))
        address = address_of(host, port).rstrip("/")
        yield address.replace("http://", "https://", 1) if tls else address


def deploy(settings: ClusterSettings, name: str = APP, prefix: str = PREFIX) -> None:
    """Start the application where Ray Serve runs already, and wait until it is ready; under another name it stands beside others.

    Its address is the cluster's, with what is before ``/unloop`` in the prefix. Raises UnloopError.
    """
    try:
        serve.run(application(settings.to_dict()), name=name, route_prefix=prefix, logging_config={"enable_access_log": False})
    except (RuntimeError, ray.exceptions.RayError) as error:
        told = serve.status().applications.get(name)
        reasons = [one.message for one in told.deployments.values() if one.message] if told is not None else []
        raise UnloopError(f"Ray could not start the generator: {_last_line(*reasons[:1], error)}") from error


def write_config(settings: ClusterSettings, path: Path, host: str = "0.0.0.0", port: int = 8000, *,
                 tls: tuple[Path, Path] | None = None) -> None:
    """Write the configuration that ``serve deploy`` takes. It holds the token: only its owner can read it. Raises UnloopError."""
    document = {
        "proxy_location": "HeadOnly", "http_options": _http(host, port, tls),
        "applications": [{"name": APP, "route_prefix": PREFIX, "import_path": IMPORT_PATH,
                          "logging_config": {"enable_access_log": False}, "args": settings.to_dict()}],
    }  # fmt: skip
    try:
        with written_beside(path) as beside:
            beside.touch(0o600)
            beside.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")  # JSON is YAML
    except OSError as error:
        raise UnloopError(f"{path} cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _ray(folder: str, dashboard: bool, settings: ClusterSettings) -> Iterator[None]:
    """Ray on this machine, quiet, with all that it writes in a folder."""
    for name in ("ray", "ray.serve"):
        logging.getLogger(name).setLevel(logging.WARNING)
    needed = 1 + int(settings.most * settings.cpus)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        ray.init(address="local", include_dashboard=dashboard, dashboard_host="127.0.0.1", log_to_driver=False,
                 logging_level=logging.ERROR, object_store_memory=STORE_BYTES, num_cpus=max(os.cpu_count() or 1, needed),
                 _node_ip_address="127.0.0.1", _temp_dir=folder)  # fmt: skip
    except (RuntimeError, ValueError, OSError) as error:
        raise UnloopError(f"Ray does not start on this machine: {_last_line(error)}") from error
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():  # Ray has put its own there, which abort
            signal.signal(number, handler)
    try:
        yield
    finally:
        ray.shutdown()


def with_cards(settings: ClusterSettings) -> ClusterSettings:
    """The same with a card for each replica, where this machine has cards and they may be used."""
    from unloop_py.generator.vamp import device_for  # here alone: it loads torch

    return replace(settings, gpus=1.0) if settings.gpus == 0 and device_for(settings.compute) == "cuda" else settings


def sharing(settings: ClusterSettings, cards: float) -> ClusterSettings:
    """The same where so many cards are for all replicas: Ray would wait for more until they come."""
    return replace(settings, gpus=math.floor(1e4 * cards / settings.most) / 1e4) if settings.gpus * settings.most > cards > 0 else settings


def _http(host: str, port: int, tls: tuple[Path, Path] | None) -> dict[str, Any]:
    files = {} if tls is None else {"ssl_certfile": str(tls[0].resolve()), "ssl_keyfile": str(tls[1].resolve())}
    return {"host": host, "port": port, **files}


def _last_line(*said: object) -> str:
    """The end of the first that says something: what Ray tells of an error is long, and its cause comes last."""
    return next((lines[-1].strip() for one in said if (lines := str(one).strip().splitlines())), "it does not say why")[:300]
