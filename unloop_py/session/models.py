"""What a model's worker is started with: at the beginning, and for each `/unloop/model NAME` while the loop plays."""

from __future__ import annotations

from typing import Any

from unloop_py.config import JamConfig, available_cores
from unloop_py.generator.model_files import checked_model, edition, find_model, is_vampnet
from unloop_py.generator.vampnet_headers import read_headers


def first_arguments(config: JamConfig) -> dict[str, Any]:
    """The local generator's arguments for the model that a session begins with. Raises ModelError for files that are not whole."""
    checked_model(config.model)
    return arguments_for(config.model, config)


def arguments_for(name: str, config: JamConfig) -> dict[str, Any]:
    """The local generator's arguments for a model, and its ``edition``; any thread, milliseconds.

    Only what can be looked at quickly is: whether all of a file is whole, the worker sees. VampNet's large models leave
    one core to the sound where there are two; the small ones finish long before the loop comes round.

    Raises
    ------
    ModelError
        No such model, or files of VampNet's that are cut off, swapped or not made for each other.
    """
    folder, manifest = find_model(name)
    threads = config.model_threads
    if is_vampnet(manifest):
        read_headers(folder)
        threads = threads or max(1, available_cores() - 1)
    return {"model": name, "compute": config.compute, "lora_scale": config.lora_scale, "threads": threads, "edition": edition(folder)}


def named(name: str) -> dict[str, Any]:
    """The arguments of any other generator: the model's name, if there is one of that name. Raises ModelError."""
    find_model(name)
    return {"model": name}
