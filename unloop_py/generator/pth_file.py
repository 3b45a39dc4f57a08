"""Weights as descript-audiotools writes them: DAC's, LAC's and VampNet's ``.pth``.

    {"state_dict": {name: tensor}, "metadata": {"kwargs": {argument: value}}}

The network's sizes are the arguments that the file names, never guessed. Read without running anything of the file's.
"""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from unloop_py.errors import ModelError

# Plain numbers, as any numpy pickles them: nothing that could do anything.
SCALAR = np._core.multiarray.scalar
NUMBERS = [SCALAR, (SCALAR, "numpy.core.multiarray.scalar"), np.dtype,
           *(type(np.dtype(name)) for name in ("bool", "int32", "int64", "float32", "float64"))]


def read_pth(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors, mapped from the file where it can be, and the arguments of the network that they belong to.

    Raises
    ------
    ModelError
        For a file that is missing, cut off, no such container, or that would run code.
    """
    try:
        with torch.serialization.safe_globals(NUMBERS), warnings.catch_warnings(action="ignore"):
            held = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing") from None
    except pickle.UnpicklingError as error:
        reason = next((line for line in str(error).splitlines() if "GLOBAL" in line or "Unsupported" in line), "it is no list of tensors")
        raise ModelError(f"{path} is refused: more than weights would have to be unpickled from it, which could run code"
                         f" ({reason.strip()[:120]})") from None
    except (RuntimeError, ValueError, EOFError, OSError, KeyError, IndexError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise ModelError(f"{path} cannot be read as weights ({reason}): it is cut off or another kind of file; fetch it again") from None
    tensors = held.get("state_dict") if isinstance(held, Mapping) else None
    metadata = held.get("metadata") if isinstance(held, Mapping) else None
    arguments = metadata.get("kwargs") if isinstance(metadata, Mapping) else None
    if not isinstance(tensors, Mapping) or not all(isinstance(value, Tensor) for value in tensors.values()):
        raise ModelError(f"{path} holds no weights of this kind: `state_dict` and `metadata` with `kwargs` are what it needs")
    if not isinstance(arguments, Mapping):
        raise ModelError(f"{path} does not say how large its network is (metadata, kwargs), and that is not guessed")
    return dict(tensors), {str(name): value.item() if isinstance(value, np.generic) else value for name, value in arguments.items()}
