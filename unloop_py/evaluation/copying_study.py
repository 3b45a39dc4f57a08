"""The opposite fault of a bad model: one that plays its training data back.

Two questions of every variation, beside the same of the real held-out takes: how near is the nearest training loop, by
embedding, and what share of its 16-grams of coarse tokens stands in the training set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.errors import UnloopError
from unloop_py.evaluation.beats_study import slug
from unloop_py.evaluation.generation import encode
from unloop_py.evaluation.measures import levelled
from unloop_py.evaluation.pictures import INK, MODEL, TAKE, new_figure, save
from unloop_py.evaluation.results import digest
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.evaluation.training_index import FILE, MOST_LOOPS, IndexMissing, TrainingIndex, build_index, load_index
from unloop_py.generator.spec import Prompt, Take, VariationRequest

SEEDS = 2
GOAL_POINTS = 0.01
"""Share by which the variations' overlap may be above that of real held-out audio."""


class CopyingStudy(Study):
    """See the module's text.

    Parameters
    ----------
    prompts : mapping of float to Prompt
        The settings of the knob at which variations are made.
    training_tokens, training_audio : Path, optional
        The folders of the training set: tokens, and rendered loops or audio files.
    index : Path, optional
        An index made of them before. Without any of these the one beside the weights is taken.
    """

    name = "copying"
    title = "Copying: variations against the training set"

    def __init__(self, prompts: Mapping[float, Prompt], *, training_tokens: Path | None = None, training_audio: Path | None = None,
                 index: Path | None = None, seeds: int = SEEDS) -> None:
        self.prompts, self.seeds = dict(prompts), seeds
        self.training_tokens, self.training_audio, self.index_path = training_tokens, training_audio, index

    def options(self) -> dict[str, Any]:
        given = {name: str(path) for name, path in (("tokens", self.training_tokens), ("audio", self.training_audio),
                                                    ("index", self.index_path)) if path}
        return {"prompts": {str(v): prompt.to_dict() for v, prompt in self.prompts.items()}, "seeds": self.seeds, "training": given}

    def available(self, context: Context) -> bool:
        """Whether there is anything to compare with."""
        return bool(self.training_tokens and self.training_audio) or self._index_file(context) is not None

    def tasks(self, context: Context) -> list[Task]:
        index = self._index(context)
        return [Task(e.name, lambda e=e: self._excerpt(context, index, e)) for e in context.excerpts]

    def _excerpt(self, context: Context, index: TrainingIndex, excerpt: Any) -> dict[str, Any]:
        coarse, rate = context.models.coarse.n_codebooks, excerpt.sample_rate
        take = levelled(excerpt.audio)
        codes = encode(context.models, take, circular=excerpt.is_loop).cpu().numpy()
        found, of = index.overlap(codes, coarse, circular=excerpt.is_loop)
        result: dict[str, Any] = {"take": {"found": found, "of": of, "nearest": index.nearest(take, rate)}, "variations": []}
        prepared = context.generator.prepare(Take(1, take[:, None], rate))
        nearest_of_all = None
        for setting, prompt in self.prompts.items():
            requests = [VariationRequest(1, i + 1, context.seed(f"{excerpt.name}/{setting}/{i}"), prompt) for i in range(self.seeds)]
            for made in context.generator.vary_many(prepared, requests) or []:
                found, of = index.overlap(made.codes, coarse)
                row = {"setting": setting, "found": found, "of": of, "nearest": index.nearest(made.audio[:, 0], rate)}
                result["variations"].append(row)
                if nearest_of_all is None or row["nearest"] < nearest_of_all[0]:
                    nearest_of_all = row["nearest"], made.audio
        if nearest_of_all is not None:
            caption = f"the variation that is nearest to a training loop: {excerpt.name}"
            context.audio(f"{slug(excerpt.name)}-nearest", nearest_of_all[1], rate, caption)
        return result

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        takes = [r["take"] for r in results.values()]
        made = [row for r in results.values() for row in r["variations"]]
        real, varied = share(takes), share(made)
        return {
            "overlap_of_real_held_out_audio": real, "overlap_of_variations": varied, "above_real": varied - real, "goal": GOAL_POINTS,
            "nearest_training_loop": {"real_held_out_audio": _mean(takes), "variations": _mean(made)},
            "nearer_than_the_nearest_real": float(np.mean([row["nearest"] < min(t["nearest"] for t in takes) for row in made])),
            "by_setting": {f"{setting:g}": {"overlap": share(rows), "nearest": _mean(rows)} for setting in self.prompts
                           for rows in [[row for row in made if row["setting"] == setting]]},
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        f = self.figures(results)
        rows = [("real held-out audio", f"{100 * f['overlap_of_real_held_out_audio']:.2f} %",
                 f"{f['nearest_training_loop']['real_held_out_audio']:.2f}")]
        rows += [(f"variation {setting}", f"{100 * r['overlap']:.2f} %", f"{r['nearest']:.2f}") for setting, r in f["by_setting"].items()]
        return Table(("", "16-grams that are in training", "distance to the nearest training loop"), tuple(rows),
                     "Coarse tokens; a sample of the grams. Distance of mean aisfx embeddings.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (grams, near) = new_figure(1, 2, width=4.2, share_x=False)
        takes = [r["take"] for r in results.values()]
        made = [row for r in results.values() for row in r["variations"]]
        names = ["real held-out", "variations"]
        grams.bar(names, [100 * share(takes), 100 * share(made)], 0.6, color=[TAKE, MODEL])
        grams.set_ylabel("16-grams in training, %", fontsize=9, color=INK)
        near.hist([[t["nearest"] for t in takes], [row["nearest"] for row in made]], 16, density=True, color=[TAKE, MODEL], label=names)
        near.set_xlabel("distance to the nearest training loop", fontsize=9, color=INK)
        near.legend(fontsize=8, frameon=False)
        grams.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)

    # -- the training set --------------------------------------------------------------------------------------------

    def _index_file(self, context: Context) -> Path | None:
        beside = Path(context.models.manifest.get("folder", "")) / FILE
        return self.index_path or (beside if beside.is_file() else None)

    def _index(self, context: Context) -> TrainingIndex:
        """The index that was given, or is beside the weights, or was built before from the folders, or is built now."""
        if not (self.training_tokens and self.training_audio):
            file = self._index_file(context)
            if file is None:
                raise IndexMissing("copying is judged against the training set, which is not part of unloop: give --training-tokens and "
                                   f"--training-audio (the folders `tokens` and `train` of the build), or an index as --index ({FILE})")
            return load_index(file)
        source = digest([str(self.training_tokens.resolve()), str(self.training_audio.resolve()), context.model_digest])
        built = context.folder / f"{source}-{FILE}"
        if not built.exists():
            index_of(self.training_tokens, self.training_audio, context.models.coarse.n_codebooks).save(built)
        return load_index(built)


def index_of(tokens: Path, audio: Path, n_coarse: int) -> TrainingIndex:
    """The index of a build's folders, small enough to stand beside the weights as `FILE`. Some minutes. Raises IndexMissing."""
    return build_index(token_store(tokens), n_coarse, training_audio(audio, MOST_LOOPS))


def token_store(folder: Path) -> Any:
    """The training tokens of a folder, one (n_codebooks, steps) after the other. Raises IndexMissing."""
    from unloop_py.training.tokens import TokenStore

    if not (folder / "index.jsonl").is_file():
        raise IndexMissing(f"{folder} holds no training tokens: give the folder `tokens` of the build, with index.jsonl in it")
    store = TokenStore(folder)
    return (store[i] for i in range(len(store)))


def training_audio(folder: Path, most: int) -> list[tuple[np.ndarray, int]]:
    """At most so many training loops (mono, sample rate), evenly spaced over those of a store or a folder of audio files."""
    from unloop_py.training.loops import SAMPLE_RATE
    from unloop_py.training.store import LoopStore

    if (folder / "index.jsonl").is_file():
        store = LoopStore(folder)
        chosen = np.unique(np.linspace(0, max(len(store) - 1, 0), min(most, len(store))).round().astype(int))
        return [(store[int(i)] if store[int(i)].ndim == 1 else store[int(i)].mean(axis=-1), SAMPLE_RATE) for i in chosen]
    from unloop_py.evaluation.held_out import load_excerpts

    try:
        return [(excerpt.audio, excerpt.sample_rate) for excerpt in load_excerpts(folder, count=most)]
    except UnloopError as error:
        raise IndexMissing(f"{folder} holds no training audio ({error}): give the build's folder `train`, or one of audio files") from None


def share(rows: list[dict[str, Any]]) -> float:
    """The share of all rows' grams that were found."""
    return sum(row["found"] for row in rows) / max(sum(row["of"] for row in rows), 1)


def _mean(rows: list[dict[str, Any]]) -> float:
    return float(np.mean([row["nearest"] for row in rows]))
