"""A checkpoint on disk is the last whole one: written beside, flushed to the disk, then renamed.

A disk that fills up costs what was learned since, nothing else, and is told in one line.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import torch

from unloop_py.errors import UnloopError
from unloop_py.paths import written_beside


class CheckpointError(UnloopError):
    """A checkpoint could not be written or read."""


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a state of tensors and plain values.

    Raises
    ------
    CheckpointError
        The disk is full or gone; the checkpoint before is still there, whole.
    """
    whole = io.BytesIO()  # torch's own writer does not survive a full disk in every version
    torch.save(state, whole)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside, beside.open("wb") as file:
            file.write(whole.getbuffer())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        kept = "the one before it is whole" if path.exists() else "there is none yet"
        raise CheckpointError(f"the checkpoint {path} could not be written ({error.strerror or error}), {kept}: make"
                              f" {len(whole.getbuffer()) / 1e6:.0f} MB of room and give the same command again, which goes on from"
                              " there") from error


def load_checkpoint(path: Path, device: str | torch.device = "cpu") -> dict[str, Any] | None:
    """What `save_checkpoint` wrote last; None when nothing was. Raises CheckpointError for a damaged file."""
    if not path.exists():
        return None
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # whatever a damaged archive makes of the reader
        raise CheckpointError(f"the checkpoint {path} cannot be read ({type(error).__name__}): delete it to begin anew") from error
