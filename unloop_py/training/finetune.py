"""Teaches a model a player's own sound: low-rank adapters on both transformers, learned from the player's audio.

The base stays as it is, and so does the codec. What is kept is the best state by audio that was kept aside, pulled back
towards the base until general audio is guessed as well as before, within `MOST_FORGOTTEN`.
"""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from unloop_py.generator.adapters import RANK, adapter_tensors, add_adapters, load_adapters
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.compute import fastest_dtype
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.training.checkpoint_file import CheckpointError, load_checkpoint, save_checkpoint
from unloop_py.training.judged import judged_loss
from unloop_py.training.masked_training import masked_loss, random_pieces, training_mask
from unloop_py.training.own_audio import OwnAudio

logger = logging.getLogger(__name__)

PARTS = ("coarse", "fine")
SHARES = {"coarse": 0.6, "fine": 0.4}  # of the minutes: what is heard first of a variation is its coarse tokens
BATCH, STEPS = 8, 256
LEARNING_RATE = 1e-3  # 6e-3 made unseen audio worse within 40 steps
CHECKPOINT_EVERY_S = 60.0
LOOKS = 16               # at the audio that says when to stop, spread over the time
PATIENCE = 5             # looks without anything better, then it has learned what it can
MOST_FORGOTTEN = 0.05    # of the general loss: what a voice may cost at most
STRENGTHS = (1.0, 0.75, 0.5, 0.25)

Progress = Callable[[str, float, float], None]
"""Told what is being done, the share of the whole that is done, and the seconds that are left."""


@dataclass
class Figures:
    """Masked loss in nat of one part, on the player's unseen audio and on general audio (NaN = not measured)."""

    unseen: float
    general: float


@dataclass
class Lesson:
    """What became of one transformer."""

    before: Figures
    after: Figures
    steps: int
    strength: float
    tensors: dict[str, Tensor] = field(repr=False)


class Finetuning:
    """One resumable run over both transformers.

    Parameters
    ----------
    models : Models
        Consumed: their transformers get adapters.
    own : OwnAudio
    general : list of ndarray (n_codebooks, steps)
        Tokens of general audio that no model was trained on; may be empty.
    minutes : float
        Of learning and judging, both parts together.
    checkpoint : Path
    settings : str
        A digest of what is learned from what; a checkpoint with another one is left unread and replaced.
    seed : int
    progress : callable
    clock : callable
        Seconds.
    """

    def __init__(self, models: Models, own: OwnAudio, general: list[np.ndarray], minutes: float, checkpoint: Path, settings: str,
                 seed: int = 0, progress: Progress = lambda what, share, left_s: None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self.models, self.own, self.general, self.minutes = models, own, general, minutes
        self.checkpoint, self.settings, self.seed, self.progress, self.clock = checkpoint, settings, seed, progress, clock
        self.device = next(models.coarse.parameters()).device
        self.bfloat16 = fastest_dtype(self.device.type) is torch.bfloat16
        state = load_checkpoint(checkpoint, self.device)
        self.resumed = state is not None and state["settings"] == settings
        self.state: dict[str, Any] = state if self.resumed else {"settings": settings, "done": {}, "running": None}

    def run(self) -> dict[str, Lesson]:
        """Learn; returns what became of each part. An interruption is kept and raised on."""
        lessons = {}
        for part in PARTS:
            done = self.state["done"].get(part)
            if done is None:
                done = self._learn(part)
                self.state = self.state | {"done": self.state["done"] | {part: done}, "running": None}
                save_checkpoint(self.checkpoint, self.state)
            lessons[part] = Lesson(Figures(*done["before"]), Figures(*done["after"]), done["steps"], done["strength"], done["tensors"])
        return lessons

    def _learn(self, part: str) -> dict[str, Any]:
        model: MaskedTransformer = getattr(self.models, part)
        self._tell(f"{part}: where it stands", 0.0, part)
        saved = self.state["running"]
        if saved:
            before, judging_s = saved["before"], saved["judging_s"]
        else:
            began = self.clock()
            before = self._figures(model)
            judging_s = self.clock() - began
        torch.manual_seed(self.seed)
        trained = add_adapters(model, RANK)
        optimizer = torch.optim.AdamW(trained, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
        # Judging before, holding back and judging after belong to the minutes too.
        budget_s = max(60 * self.minutes * SHARES[part] - 3 * judging_s, 0.5 * 60 * self.minutes * SHARES[part])
        run = _Run(self, part, model, optimizer, before, judging_s, budget_s)
        if saved:
            run.restore(saved)
        try:
            run.learn()
        except CheckpointError:
            raise
        except BaseException:  # a key, a signal: what was learned until here is kept
            run.save()
            raise
        load_adapters(model, run.best)
        strength = self._hold_back(model, before[1])
        after = self._figures(model)
        tensors = {name: tensor.detach().cpu().clone() for name, tensor in adapter_tensors(model).items()}
        return {"before": before, "after": after, "steps": run.steps, "strength": strength, "tensors": tensors}

    def _figures(self, model: MaskedTransformer) -> tuple[float, float]:
        return judged_loss(model, self.own.judging), judged_loss(model, self.general) if self.general else math.nan

    def _hold_back(self, model: MaskedTransformer, general_before: float) -> float:
        """Weaken the adapters until general audio is guessed nearly as well as before; the strength that is left."""
        full = {name: tensor.detach().clone() for name, tensor in adapter_tensors(model).items()}
        for strength in STRENGTHS:
            load_adapters(model, weakened(full, strength))
            if not self.general or judged_loss(model, self.general) <= (1 + MOST_FORGOTTEN) * general_before:
                return strength
        load_adapters(model, weakened(full, 0.0))
        return 0.0

    def _tell(self, what: str, share: float, part: str) -> None:
        """`share` of one part's time is done."""
        before = sum(SHARES[name] for name in PARTS[: PARTS.index(part)])
        whole = before + SHARES[part] * min(share, 1.0)
        self.progress(what, whole, (1 - whole) * 60 * self.minutes)


class _Run:
    """The learning of one part."""

    def __init__(self, whole: Finetuning, part: str, model: MaskedTransformer, optimizer: torch.optim.Optimizer,
                 before: tuple[float, float], judging_s: float, budget_s: float) -> None:
        self.whole, self.part, self.model, self.optimizer = whole, part, model, optimizer
        self.before, self.judging_s, self.budget_s = before, judging_s, budget_s
        self.steps, self.spent_s, self.looks, self.fruitless = 0, 0.0, 0, 0
        self.best_loss = judged_loss(model, whole.own.stopping)
        self.best = self._copy()

    def learn(self) -> None:
        last = saved = self.whole.clock()
        learned = self.whole.own.learned
        started_from = self.best_loss
        while self.spent_s < self.budget_s and self.fruitless < PATIENCE:
            # Drawn from (seed, step) alone: a run that was cut short draws on where it stopped.
            rng = np.random.default_rng([self.whole.seed, self.steps])
            codes = random_pieces(learned, self.model.n_codebooks, BATCH, STEPS, rng)
            mask = training_mask(tuple(codes.shape), self.model.n_conditioning, rng)
            self._step(codes.to(self.whole.device), mask.to(self.whole.device))
            now = self.whole.clock()
            self.spent_s += now - last
            last = now
            if self.spent_s >= (self.looks + 1) * self.budget_s / LOOKS:
                self.look()
            share = self.spent_s / self.budget_s
            self.whole._tell(f"{self.part}: loss on unseen audio {self.best_loss:.3f} (was {started_from:.3f})", share, self.part)
            if now - saved > CHECKPOINT_EVERY_S:
                self.save()
                saved = now
        if self.steps and not self.looks:
            self.look()

    def _step(self, codes: Tensor, mask: Tensor) -> None:
        share = min(self.spent_s / self.budget_s, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (self.steps + 1) / 20) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))
        self.model.train()
        with torch.autocast(self.whole.device.type, torch.bfloat16, enabled=self.whole.bfloat16):
            loss = masked_loss(self.model, codes, mask)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for group in self.optimizer.param_groups for p in group["params"]], 1.0)
        self.optimizer.step()
        self.steps += 1

    def look(self) -> None:
        """Keep this state if it is the best so far."""
        self.looks += 1
        loss = judged_loss(self.model, self.whole.own.stopping)
        logger.info("%s: step %d, unseen %.4f, best %.4f", self.part, self.steps, loss, self.best_loss)
        if loss < self.best_loss:
            self.best_loss, self.best, self.fruitless = loss, self._copy(), 0
        else:
            self.fruitless += 1

    def save(self) -> None:
        """Write where it stands. Raises CheckpointError."""
        running = {"before": self.before, "judging_s": self.judging_s, "steps": self.steps, "spent_s": self.spent_s, "looks": self.looks,
                   "fruitless": self.fruitless, "best_loss": self.best_loss, "best": self.best, "tensors": self._copy(),
                   "optimizer": self.optimizer.state_dict()}
        self.whole.state = self.whole.state | {"running": running}
        save_checkpoint(self.whole.checkpoint, self.whole.state)

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from what `save` wrote."""
        for name in ("steps", "spent_s", "looks", "fruitless", "best_loss", "best"):
            setattr(self, name, saved[name])
        load_adapters(self.model, saved["tensors"])
        self.optimizer.load_state_dict(saved["optimizer"])

    def _copy(self) -> dict[str, Tensor]:
        return copy.deepcopy({name: tensor.detach() for name, tensor in adapter_tensors(self.model).items()})


def weakened(tensors: dict[str, Tensor], strength: float) -> dict[str, Tensor]:
    """Adapters whose effect is `strength` times as large."""
    return {name: tensor if name.endswith("lora_A") else strength * tensor for name, tensor in tensors.items()}
