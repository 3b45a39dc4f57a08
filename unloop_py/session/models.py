"""What a model's worker is started with: at the beginning, and for each `/unloop/model NAME` while the loop plays."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from unloop_py.config import JamConfig, available_cores
from unloop_py.errors import ModelError
from unloop_py.generator.model_files import checked_model, edition, family, find_model, is_vampnet
from unloop_py.generator.vampnet_headers import read_headers


def first_arguments(config: JamConfig) -> dict[str, Any]:
    """The local generator's arguments for the model that a session begins with. Raises ModelError for files that are not whole."""
    checked_model(config.model)
    return arguments_for(config.model, config)


def arguments_for(name: str, config: JamConfig) -> dict[str, Any]:
    """The local generator's arguments for a model, and its ``edition``; any thread, milliseconds.

    Where the session began with a folder of VampNet's, that folder's fine-tunes are known by their names. Only what can be
    looked at quickly is: whether all of a file is whole, the worker sees. VampNet's large models leave one core to the sound
    where there are two; the small ones finish long before the loop comes round.

    Raises
    ------
    ModelError
        No such model, or files of VampNet's that are cut off, swapped or not made for each other.
    """
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
