"""What the studies of figures 3, 4 and 5 share: the same excerpts made anew in many ways, each way judged by both measures.

A `Way` says which tokens are kept and what makes the others. The sound of a way is remembered for as long as the process
lasts, since the codec alone, periodic 16 and others stand in several figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unloop_py.evaluation.generation import (
    TokenTake,
    instrument_sampling,
    kept_bits_per_second,
    make_all,
    noisy_tokens,
    sound_of,
    token_takes,
)
from unloop_py.evaluation.judge import Judge
from unloop_py.evaluation.measures import levelled
from unloop_py.evaluation.study import Context, Study, Task

SAMPLING_STEPS = 12
"""Of the coarse model wherever the number of steps is not what is studied: on par with 36 in the paper (section 5)."""
HEARD = 2
"""Excerpts whose sound is kept for the ear, of each way."""


@dataclass(frozen=True)
class Way:
    """One way to make every excerpt anew.

    Attributes
    ----------
    key : str
        Names it, and its files.
    label : str
        For a person.
    mask : callable or None
        From a take to its token mask, which the model fills; None where no model is asked.
    noise : float
        Share of all tokens that are replaced at random.
    steps : int
        Sampling steps of the coarse model.
    generative : bool
        One of the prompts that the paper calls generative, that is, not a baseline and not compression.
    """

    key: str
    label: str
    mask: Callable[[TokenTake], np.ndarray] | None = None
    noise: float = 0.0
    steps: int = SAMPLING_STEPS
    generative: bool = False


CODEC_ALONE = Way("codec", "codec alone")


def coarse_kept(context: Context) -> Way:
    """Codec and coarse-to-fine alone: all coarse tokens are kept, the fine ones are made."""
    coarse = context.models.coarse.n_codebooks

    def mask(take: TokenTake) -> np.ndarray:
        kept = np.ones(tuple(take.codes.shape), np.uint8)
        kept[:coarse] = 0
        return kept

    return Way("coarse-to-fine", "codec + coarse-to-fine", mask)


def noise(ratio: float) -> Way:
    """Tokens replaced at random with this ratio."""
    return Way(f"noise-{ratio:g}", f"random tokens, r = {ratio:g}", noise=ratio)


def phase(context: Context, take: TokenTake, period: int) -> int:
    """Where the periodic hints of a take begin: drawn once for each take and period."""
    return int(context.rng(f"{take.name}/phase/{period}").integers(period))


class TokenStudy(Study):
    """The base of the three studies."""

    kind = "ten seconds"
    embeddings: tuple[str, ...] = ("aisfx",)

    def takes(self, context: Context) -> list[TokenTake]:
        """The excerpts and their tokens, encoded once."""
        key = ("takes", context.data_digest())
        if key not in context.memory:
            context.memory[key] = token_takes(context.models, context.excerpts)
        return context.memory[key]

    def judge(self, context: Context) -> Judge:
        """The judge of these excerpts."""
        key = ("judge", context.data_digest())
        if key not in context.memory:
            takes = self.takes(context)
            unheard = [levelled(excerpt.audio) for excerpt in context.unheard]
            rate = context.models.codec.sample_rate
            context.memory[key] = Judge([take.audio for take in takes], rate, unheard, context.setting.seed)
        return context.memory[key]

    def bounds_task(self, context: Context) -> Task:
        """Floor and ceiling of the distances; writes the takes that are heard."""
        def run() -> dict[str, Any]:
            for i, take in self.heard(context):
                context.audio(f"take-{i}", take.audio, take.excerpt.sample_rate, f"take: {take.name}")
            return self.judge(context).bounds(self.embeddings)

        return Task("bounds", run)

    def way_task(self, context: Context, way: Way) -> Task:
        """Both measures of a way, the bits it is told, and its time."""
        def run() -> dict[str, Any]:
            takes = self.takes(context)
            sounds, seconds = self.sounds(context, way)
            for i, take in self.heard(context):
                context.audio(f"{way.key}-{i}", sounds[i], take.excerpt.sample_rate, f"{way.label}: {take.name}")
            size, total = context.models.codec.codebook_size, sum(take.seconds for take in takes)
            kept = [np.zeros(tuple(take.codes.shape)) if way.mask is None else way.mask(take) for take in takes]
            bits = [kept_bits_per_second(mask, size, take.seconds) for mask, take in zip(kept, takes, strict=True)]
            return self.judge(context).measures(sounds, self.embeddings) | {
                "bits_per_second": float(np.mean(bits)) * (1.0 - way.noise), "seconds_per_second": seconds / total,
            }

        return Task(way.key, run)

    def sounds(self, context: Context, way: Way) -> tuple[list[np.ndarray], float]:
        """The sound of each take made in this way, and the seconds that making the tokens took."""
        key = ("sounds", context.data_digest(), way.key)
        if key not in context.memory:
            takes = self.takes(context)
            began = time.perf_counter()
            codes = [take.codes for take in takes]
            if way.noise:
                size = context.models.codec.codebook_size
                codes = [noisy_tokens(take.codes, way.noise, size, context.rng(f"{take.name}/{way.key}")) for take in takes]
            elif way.mask is not None:
                seeds = [context.seed(f"{take.name}/tokens") for take in takes]
                codes = make_all(context.models, takes, [way.mask(take) for take in takes], seeds, instrument_sampling(way.steps))
            seconds = time.perf_counter() - began
            context.memory[key] = sound_of(context.models, takes, codes), seconds
        return context.memory[key]

    def heard(self, context: Context) -> list[tuple[int, TokenTake]]:
        """The few takes whose sounds are written, with their indices: the first and the last."""
        takes = self.takes(context)
        chosen = sorted({0, len(takes) - 1})[:HEARD]
        return [(i, takes[i]) for i in chosen]


def fad_cell(result: dict[str, Any], name: str = "aisfx") -> str:
    """A distance and its interval as a table shows them."""
    fad = result.get(f"fad_{name}")
    return "" if fad is None else f"{fad['value']:.1f} ({fad['low']:.1f} to {fad['high']:.1f})"


def mel_cell(result: dict[str, Any]) -> str:
    """A mel error and its interval as a table shows them."""
    mel = result["mel_error"]
    return f"{mel['value']:.2f} ({mel['low']:.2f} to {mel['high']:.2f})"


def floor_text(results: Mapping[str, dict[str, Any]], name: str = "aisfx") -> str:
    """What distances of an embedding are to be read against, as a table's note says it."""
    bounds = results["bounds"][f"fad_{name}"]
    floor = "" if bounds["floor"] is None else f"of real audio to real {bounds['floor']:.1f}, "
    return f"FAD ({name}) {floor}of white noise {bounds['ceiling']:.1f}."


def value(result: dict[str, Any], measure: str) -> float:
    """The value of a measure that has an interval."""
    return float(result[measure]["value"])


def ratio(over: float, under: float) -> float | None:
    """`over` / `under`, None where there is nothing to divide by."""
    return over / under if under > 0 else None


def nearest(results: dict[str, dict[str, Any]], keys: Sequence[str], measure: str, wanted: float) -> str:
    """The key among `keys` whose `measure` is nearest to `wanted`."""
    return min(keys, key=lambda key: abs(value(results[key], measure) - wanted))
