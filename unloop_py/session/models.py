"""What a model's worker is started with: at the beginning, and for each `/unloop/model NAME` while the loop plays."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from unloop_py.config import JamConfig, available_cores
from unloop_py.errors import ModelError, ParameterError
from unloop_py.generator.model_files import checked_model, edition, family, find_model, is_vampnet
from unloop_py.generator.vampnet_headers import read_headers
from unloop_py.serve.address import checked_url, is_url
from unloop_py.vamper.fallback import StandIn

LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"
REMOTE_GENERATOR = "unloop_py.serve.remote:connect"


def is_elsewhere(config: JamConfig) -> bool:
    """Whether the generator is at an address."""
    return is_url(config.generator)


def factory(config: JamConfig) -> str:
    """What makes the generator, in the worker."""
    return REMOTE_GENERATOR if is_elsewhere(config) else LOCAL_GENERATOR


def first_arguments(config: JamConfig) -> dict[str, Any]:
    """The generator's arguments for the model that a session begins with.

    Raises ModelError for a local model's files that are not whole, ParameterError for an address that is none, a package that is
    missing, or certificates that cannot be read. Whether a server is there is seen when the loop plays already.
    """
    if is_elsewhere(config):
        return _first_elsewhere(config)
    checked_model(config.model)
    return arguments_for(config.model, config)


def _first_elsewhere(config: JamConfig) -> dict[str, Any]:
    url = checked_url(config.generator)
    if importlib.util.find_spec("httpx2") is None:
        raise ParameterError(f"--generator {url} needs the package httpx2: `pip install unloop[remote]` installs it")
    if config.ca is not None and not os.access(config.ca, os.R_OK):
        raise ParameterError(f"--ca {config.ca} cannot be read: it is the file of the certificate that the server shows")
    here = {"compute": config.compute, "threads": config.model_threads, "lora_scale": config.lora_scale}
    return {"url": url, "token": config.token, "ca": config.ca, "model": config.model, **here}


def stand_in(config: JamConfig) -> StandIn | None:
    """Who plays while a generator elsewhere does not; None where nobody is to. Raises ModelError as `first_arguments` does."""
    if config.fallback is None or not is_elsewhere(config):
        return None
    arguments = first_arguments(replace(config, generator="local", model=config.fallback))
    del arguments["edition"]
    return StandIn(config.generator, config.model, config.fallback, LOCAL_GENERATOR, arguments, config.fallback_after)


def arguments_for(name: str, config: JamConfig) -> dict[str, Any]:
    """What of the generator's arguments a model changes, and its ``edition``; any thread, milliseconds. A server's model is known
    to the server alone.

    Where the session began with a folder of VampNet's, that folder's fine-tunes are known by their names. Only what can be
    looked at quickly is: whether all of a file is whole, the worker sees. VampNet's large models leave one core to the sound
    where there are two; the small ones finish long before the loop comes round.

    Raises
    ------
    ModelError
        No such model, or files of VampNet's that are cut off, swapped or not made for each other.
    """
    if is_elsewhere(config):
        return {"model": name}
    name = _beside(config.model, name)
    folder, manifest = find_model(name)
    threads = config.model_threads
    if is_vampnet(manifest):
        read_headers(folder)
        threads = threads or max(1, available_cores() - 1)
    return {"model": name, "compute": config.compute, "lora_scale": config.lora_scale, "threads": threads, "edition": edition(folder)}


def _beside(first: str, name: str) -> str:
    """A model's name, or its folder if it is one of the family that the session's first model belongs to."""
    if name == first or not os.path.isdir(first):
        return name
    with contextlib.suppress(ModelError):  # another kind of model stands alone
        found = family(Path(first)).get(name)
        return name if found is None else first if found.samefile(first) else str(found)
    return name


def named(name: str) -> dict[str, Any]:
    """The arguments of any other generator: the model's name, if there is one of that name. Raises ModelError."""
    find_model(name)
    return {"model": name}
