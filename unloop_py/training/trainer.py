"""What every training run of the house shares: a budget of minutes, a schedule, checkpoints that resume."""

from __future__ import annotations

import json
import logging
import math
import os
import time
from pathlib import Path

import torch

logger = logging.getLogger(__name__)


class Run:
    """One resumable run: ``run.step()`` as long as ``run.left()``; the learning rate follows the budget spent.

    A run that was killed goes on from its last checkpoint with the minutes it had spent, so that
    the schedule ends where it would have ended.
    """

    def __init__(self, folder: Path, minutes: float, learning_rate: float, state: dict[str, torch.nn.Module],
                 optimizer: torch.optim.Optimizer, checkpoint_every_s: float = 120.0, warmup_steps: int = 100) -> None:
        self.folder, self.minutes, self.learning_rate = folder, minutes, learning_rate
        self.state, self.optimizer = state, optimizer
        self.checkpoint_every_s, self.warmup_steps = checkpoint_every_s, warmup_steps
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "checkpoint.pt"
        self.log_path = folder / "log.jsonl"
        self.steps, self.spent_s = 0, 0.0
        if self.path.exists():
            saved = torch.load(self.path, weights_only=True)
            for name, module in state.items():
                module.load_state_dict(saved["state"][name])
            optimizer.load_state_dict(saved["optimizer"])
            self.steps, self.spent_s = saved["steps"], saved["spent_s"]
            logger.info("goes on from step %d, %.1f minutes spent", self.steps, self.spent_s / 60)
        self.last = self.saved = time.monotonic()

    def left(self) -> float:
        """The fraction of the budget that is left, 1..0; sets the learning rate for the next step."""
        fraction = min(self.spent_s / (60 * self.minutes), 1.0)
        warm = min(1.0, (self.steps + 1) / self.warmup_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * fraction)))
        return 1.0 - fraction

    def step(self) -> None:
        """Count one step and the time it took; write a checkpoint when it is due."""
        now = time.monotonic()
        self.spent_s += now - self.last
        self.last = now
        self.steps += 1
        if now - self.saved > self.checkpoint_every_s:
            self.save()

    def save(self) -> None:
        """Write the checkpoint beside the old one, then rename."""
        beside = self.path.with_suffix(".writing")
        torch.save({"state": {name: module.state_dict() for name, module in self.state.items()},
                    "optimizer": self.optimizer.state_dict(), "steps": self.steps, "spent_s": self.spent_s}, beside)
        os.replace(beside, self.path)
        self.saved = time.monotonic()

    def log(self, **figures: float) -> None:
        """Append one line of figures to the run's log."""
        row = {"step": self.steps, "minutes": round(self.spent_s / 60, 2), **{k: round(float(v), 5) for k, v in figures.items()}}
        with self.log_path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        logger.info("%s", row)
