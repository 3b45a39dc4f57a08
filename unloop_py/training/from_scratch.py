"""Training from nothing, for those who have an archive of audio and cards: one process or many, stopped at any moment.

Whatever a step draws depends on (seed, step) alone, and a checkpoint holds everything else, so that a run that was killed
has the same losses as one that was not, and two processes have those of one within rounding.
"""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from unloop_py.errors import UnloopError
from unloop_py.training.checkpoint_file import load_checkpoint, save_checkpoint
from unloop_py.training.config_file import ConfigError, TrainConfig
from unloop_py.training.objectives import Ahead, Objective
from unloop_py.training.run_log import RunLog
from unloop_py.training.world import World

logger = logging.getLogger(__name__)

LEAST_RATE = 0.02  # of the learning rate, at the end of its cosine


@dataclass(frozen=True)
class Trained:
    """How a run ended: at which step, whether that was its last, and the averaged network."""

    step: int
    finished: bool
    network: nn.Module


Told = Callable[[int, dict[str, float]], None]
"""Told the step and its figures, in the first process."""


def train(objective: Objective, config: TrainConfig, world: World, told: Told = lambda step, figures: None) -> Trained:
    """Train until the config's last step, or until asked to stop (Ctrl-C, SIGTERM); resumes from the output folder.

    Raises
    ------
    ConfigError
        When the folder holds a run of another config.
    CheckpointError
        When the disk is full; the last checkpoint is whole.
    """
    settings = config.training
    if settings.exact and world.device.type == "cuda":
        _be_exact()
    module: Any = objective
    module.to(world.device)
    average = AveragedModel(objective.network, avg_fn=_follower(settings.averaging))
    wrapped = DistributedDataParallel(module, broadcast_buffers=False) if world.size > 1 else module
    trained = [p for p in objective.network.parameters() if p.requires_grad]
    groups = [{"params": [p for p in trained if p.dim() > 1], "weight_decay": settings.weight_decay},
              {"params": [p for p in trained if p.dim() <= 1], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, settings.learning_rate, betas=(0.9, 0.98))
    path = config.folder / config.part / "checkpoint.pt"
    step = _resume(path, config, world, objective.network, average, optimizer)
    log = RunLog(path.parent, step) if world.first else None
    ahead = Ahead(objective.draw, config.data.workers)
    saved_s = time.monotonic()
    try:
        with _asked_to_stop() as stopping:
            while step < settings.steps:
                began = time.monotonic()
                figures = _step(objective, wrapped, optimizer, ahead, config, world, step, stopping)
                if figures is None:
                    break
                average.update_parameters(objective.network)
                step += 1
                if world.first:
                    if step % config.output.judge_every == 0 or step == settings.steps:
                        figures["held_out_loss"] = objective.judge(average.module)
                    figures["pieces_per_s"] = settings.batch / max(time.monotonic() - began, 1e-9)
                    if step % config.output.log_every == 0 or "held_out_loss" in figures:
                        log.write(step, figures)
                    told(step, figures)
                    if time.monotonic() - saved_s > 60 * config.output.checkpoint_minutes:
                        _save(path, config, step, objective.network, average, optimizer)
                        saved_s = time.monotonic()
        if world.first:
            _save(path, config, step, objective.network, average, optimizer)
    finally:
        ahead.close()
        if log is not None:
            log.close()
    return Trained(step, step >= settings.steps, average.module.eval())


def _step(objective: Objective, wrapped: nn.Module, optimizer: torch.optim.Optimizer, ahead: Ahead, config: TrainConfig, world: World,
          step: int, stopping: list[int]) -> dict[str, float] | None:
    """One step of all processes; None when any of them was asked to stop."""
    settings = config.training
    torch.manual_seed((settings.seed << 32) + step)
    mine, following = ([at * settings.batch + i for i in range(world.rank, settings.batch, world.size)] for at in (step, step + 1))
    pieces = ahead.pieces(mine, following)
    weight, stops = world.sum(sum(objective.weight(piece) for piece in pieces), len(stopping))
    if stops:
        return None
    rate = _rate(step, config)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    size = settings.micro_batch or len(pieces)
    starts = range(0, len(pieces), size)
    total = torch.zeros((), dtype=torch.double)
    for start in starts:
        batch = tuple(tensor.to(world.device, non_blocking=True) for tensor in objective.collate(pieces[start : start + size]))
        last = start == starts[-1]
        together = contextlib.nullcontext() if last or world.size == 1 else wrapped.no_sync()
        with together:
            with torch.autocast("cuda", torch.bfloat16, enabled=world.device.type == "cuda"):
                loss = wrapped(*batch)
            # Processes' gradients are averaged, which is to be a sum: times their number, over the weight of the whole step.
            (loss.float() * (world.size / weight)).backward()
        total += loss.detach().double().cpu()
    norm = torch.nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], settings.clip)
    optimizer.step()
    (total_loss,) = world.sum(float(total))
    if not math.isfinite(total_loss):
        raise TrainingError(f"the loss of step {step + 1} is {total_loss}: lower learning_rate, now {settings.learning_rate:g}, and go on"
                            " from the last checkpoint")
    return {"loss": total_loss / weight, "learning_rate": rate, "gradient_norm": float(norm)}


class TrainingError(UnloopError):
    """A run that cannot go on."""


def _follower(averaging: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """The next moving average: quick at first, so that a short run does not play its own beginnings."""
    return lambda average, weights, steps: torch.lerp(average, weights, max(1 - averaging, 9 / (10 + int(steps))))


def _rate(step: int, config: TrainConfig) -> float:
    settings = config.training
    warm = min(1.0, (step + 1) / max(settings.warmup, 1))
    return settings.learning_rate * warm * (LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * step / settings.steps)))


def _save(path: Path, config: TrainConfig, step: int, network: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    save_checkpoint(path, {"config": json.dumps(config.fixed()), "all": json.dumps(asdict(config)), "step": step,
                           "network": network.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()})


def _resume(path: Path, config: TrainConfig, world: World, network: nn.Module, average: nn.Module,
            optimizer: torch.optim.Optimizer) -> int:
    """The step that the checkpoint stands at, its state loaded; 0 without one."""
    state = load_checkpoint(path, world.device)
    step = 0
    if state is not None:
        begun, now = json.loads(state["config"]), config.fixed()
        for key in now:
            if begun.get(key) != now[key]:
                raise ConfigError(f"the run in {path.parent} was begun with {key} = {begun.get(key)!r}, and the config says {now[key]!r}:"
                                  " put it back, or give another output folder")
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(copy.copy(state["optimizer"]))
        step = state["step"]
        logger.info("goes on from step %d", step)
    if round(world.sum(step)[0]) != step * world.size:
        raise ConfigError(f"process {world.rank} finds step {step} in {path}, others do not: the output folder must be one that all"
                          " machines share")
    return step


def _be_exact() -> None:
    """Have a card's arithmetic give the same twice; the fused attentions add up their gradients in any order."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cuda.enable_mem_efficient_sdp(False)
    torch.backends.cuda.enable_cudnn_sdp(False)


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that is empty until the process is asked to end, by a key or a signal; then the step in hand is finished."""
    asked: list[int] = []
    held = {number: signal.signal(number, lambda n, _: asked.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
