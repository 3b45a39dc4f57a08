"""The figures of a training run: a line of JSON for each step that is logged, and the same for TensorBoard.

A run that goes on from a checkpoint first takes back what was logged after it, so that every step stands there once.
"""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path

from unloop_py.paths import written_beside

logger = logging.getLogger(__name__)


class RunLog:
    """The log of one folder; one process writes it.

    Parameters
    ----------
    folder : Path
        ``log.jsonl`` and ``tensorboard/`` go there.
    step : int
        Steps that are done; what was logged later is taken back.
    """

    def __init__(self, folder: Path, step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "log.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= step]
        if kept != lines:
            with written_beside(path) as beside:
                beside.write_text("".join(f"{line}\n" for line in kept))
        self._file = path.open("a")
        try:
            from tensorboardX import SummaryWriter
        except ImportError:
            logger.warning("no TensorBoard log: install it with `pip install unloop[training]`; log.jsonl has the figures")
            self._board = None
        else:
            self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def write(self, step: int, figures: dict[str, float]) -> None:
        """Log the figures of a step; what is no number is left out."""
        figures = {name: value for name, value in figures.items() if math.isfinite(value)}
        self._file.write(json.dumps({"step": step, **figures}) + "\n")
        self._file.flush()
        if self._board is not None:
            for name, value in figures.items():
                self._board.add_scalar(name, value, step)

    def close(self) -> None:
        """Finish both files."""
        self._file.close()
        if self._board is not None:
            self._board.close()
