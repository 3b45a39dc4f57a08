"""How well hidden tokens are guessed: the masked loss against the tokens' own entropy, and the sound against chance.

The first says how much the masked models know of audio that they never met, in nat, under masks of three densities: a model
that has learnt nothing but how often each code occurs stands at 0. The second is what it is worth to the ear: the mel error
to the take between the steps that periodic 7 keeps, over that of random tokens, and of the take's own steps shuffled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from unloop_py.evaluation.codec_study import KINDS, entropy_bits, kind_of
from unloop_py.evaluation.generation import TokenTake, against_chance, masked_loss, token_takes
from unloop_py.evaluation.pictures import CHANCE, INK, MODEL, new_figure, save
from unloop_py.evaluation.results import mean
from unloop_py.evaluation.study import Context, Study, Table, Task

PERIOD = 7
PARTS = ("coarse", "fine")
RIVALS = ("random_tokens", "shuffled_steps")
ENTROPY = "entropy"


class GuessingStudy(Study):
    """See the module's text."""

    name = "guessing"
    title = "How well hidden tokens are guessed"

    def options(self) -> dict[str, Any]:
        return {"period": PERIOD}

    def tasks(self, context: Context) -> list[Task]:
        takes = token_takes(context.models, context.excerpts)
        return [*(Task(take.name, lambda take=take: self._one(context, take)) for take in takes),
                Task(ENTROPY, lambda: self._entropies(context, takes))]

    def _one(self, context: Context, take: TokenTake) -> dict[str, Any]:
        losses = masked_loss(context.models, [take.codes], seed=context.setting.seed)
        return {"kind": kind_of(take), "loss": losses, "mel_error": against_chance(context.models, [take.excerpt.audio], PERIOD)}

    def _entropies(self, context: Context, takes: Sequence[TokenTake]) -> dict[str, Any]:
        """For each kind and model the mean entropy of the codes it guesses, in nat."""
        found: dict[str, dict[str, float]] = {}
        for kind in KINDS:
            codes = [take.codes.cpu() for take in takes if kind in ("all", kind_of(take))]
            if codes:
                every = torch.cat(codes, dim=1).numpy()
                models = {part: getattr(context.models, part) for part in PARTS}
                found[kind] = {part: float(np.mean([entropy_nat(row) for row in every[model.n_conditioning : model.n_codebooks]]))
                               for part, model in models.items()}
        return found

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, entropies in results[ENTROPY].items():
            rows = [r for key, r in results.items() if key != ENTROPY and kind in ("all", r["kind"])]
            losses = {part: mean(row["loss"][part] for row in rows) for part in PARTS}
            found[kind] = {
                "excerpts": len(rows), "loss": losses, "entropy": entropies,
                "under_entropy": {part: entropies[part] - losses[part] for part in PARTS},
                **{f"over_{rival}": mean(row["mel_error"]["model"] / row["mel_error"][rival] for row in rows) for rival in RIVALS},
            }
        return found

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        rows = [(kind, str(r["excerpts"]), *(f"{r['loss'][part]:.2f} of {r['entropy'][part]:.2f} ({r['under_entropy'][part]:+.2f})"
                                             for part in PARTS), *(f"{r[f'over_{rival}']:.2f}" for rival in RIVALS))
                for kind, r in self.figures(results).items()]
        return Table(("excerpts", "number", "coarse loss, nat", "coarse-to-fine loss, nat", "over random tokens", "over shuffled steps"),
                     tuple(rows), f"Loss of the entropy of the codes (their difference); mel error of periodic {PERIOD} over its rivals'.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (losses, errors) = new_figure(1, 2, width=4.4, share_x=False)
        found = self.figures(results)
        kinds = [kind for kind in found if kind != "all"]
        for x, kind in enumerate(kinds):
            row = found[kind]
            for side, part, colour in ((-0.2, "coarse", MODEL), (0.2, "fine", CHANCE)):
                losses.bar([x + side], [row["under_entropy"][part]], 0.36, color=colour, label=part if x == 0 else None)
            errors.bar([x - 0.2], [row["over_random_tokens"]], 0.36, color=MODEL, label="over random tokens" if x == 0 else None)
            errors.bar([x + 0.2], [row["over_shuffled_steps"]], 0.36, color=CHANCE, label="over shuffled steps" if x == 0 else None)
        errors.axhline(1.0, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        losses.set_ylabel("nat under the codes' entropy", fontsize=9, color=INK)
        errors.set_ylabel(f"mel error, periodic {PERIOD}", fontsize=9, color=INK)
        for panel in (losses, errors):
            panel.set_xticks(range(len(kinds)), kinds)
            panel.legend(fontsize=8, frameon=False)
        losses.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def entropy_nat(codes: np.ndarray) -> float:
    """Entropy in nat of the codes (n,), with Miller and Madow's correction: of few draws it is found too low."""
    nat = math.log(2.0) * entropy_bits(codes, 1) + (len(np.unique(codes)) - 1) / (2 * len(codes))
    return min(nat, math.log(max(len(codes), 2)))
