"""What a model was trained on, small enough to carry: a sample of its 16-grams of coarse tokens, and where its loops lie.

A 16-gram is 16 successive tokens of one coarse codebook, round the seam of a loop; 16 times the same token (silence, a held
tone) is none. Of all grams those are kept whose hash falls in one class of `EVERY`: the share of a variation's grams of that
class that are in the index estimates the share of all, without a list of all. Beside them stands the mean embedding of
some of the loops. A hundred thousand loops take some 10 MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unloop_py.errors import UnloopError
from unloop_py.evaluation.embeddings import embed, embedding
from unloop_py.evaluation.measures import levelled
from unloop_py.paths import written_beside

LENGTH = 16
EVERY = 32
EMBEDDING = "aisfx"
MOST_LOOPS = 300
"""Training loops whose embeddings are kept, evenly spaced over all."""
FILE = "training_index.npz"
_ODD = np.uint64(0x9E3779B97F4A7C15)


class IndexMissing(UnloopError):
    """There is nothing to compare with: the training data was not given, or cannot be read."""


@dataclass(frozen=True, eq=False)
class TrainingIndex:
    """See the module's text.

    Attributes
    ----------
    grams : ndarray (n,) uint32
        Ascending, each once.
    embeddings : ndarray (loops, dimensions) float32
        Mean embedding of each loop at -24 dBFS.
    loops : int
        Training loops whose tokens were read.
    """

    grams: np.ndarray
    embeddings: np.ndarray
    loops: int

    def overlap(self, codes: np.ndarray, n_coarse: int, *, circular: bool = True) -> tuple[int, int]:
        """How many of the sampled grams of codes (n_codebooks, steps) are in training, and of how many."""
        wanted = sampled_grams(codes, n_coarse, circular=circular)
        if not len(self.grams) or not len(wanted):
            return 0, len(wanted)
        place = np.minimum(np.searchsorted(self.grams, wanted), len(self.grams) - 1)
        return int((self.grams[place] == wanted).sum()), len(wanted)

    def nearest(self, audio: np.ndarray, sample_rate: int) -> float:
        """Distance of the mean embedding of mono audio (frames,) to the nearest training loop's."""
        return float(np.sqrt(np.square(self.embeddings - mean_embedding(audio, sample_rate)).sum(axis=1).min()))

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        with written_beside(path) as beside, beside.open("wb") as file:
            np.savez_compressed(file, grams=self.grams, embeddings=self.embeddings.astype(np.float16), loops=self.loops)


def load_index(path: Path) -> TrainingIndex:
    """Read an index. Raises IndexMissing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return TrainingIndex(file["grams"], file["embeddings"].astype(np.float32), int(file["loops"]))
    except (OSError, KeyError, ValueError) as error:
        raise IndexMissing(f"{path} is not an index of training data ({error}): make it again with --training-tokens and "
                           "--training-audio") from None


def build_index(tokens: Iterable[np.ndarray], n_coarse: int, audio: Sequence[tuple[np.ndarray, int]]) -> TrainingIndex:
    """The index of training tokens (n_codebooks, steps), all of them loops, and of (mono audio, sample rate) of some loops."""
    found, loops = [np.zeros(0, np.uint32)], 0
    for codes in tokens:
        found.append(np.unique(sampled_grams(np.asarray(codes), n_coarse)))
        loops += 1
    if not loops or not audio:
        raise IndexMissing("the training data is empty: give the folders that `scripts/build_bundled_model` made")
    means = np.stack([mean_embedding(sound, rate) for sound, rate in audio])
    return TrainingIndex(np.unique(np.concatenate(found)), means.astype(np.float32), loops)


def sampled_grams(codes: np.ndarray, n_coarse: int, *, circular: bool = True) -> np.ndarray:
    """Hashes (n,) uint32 of the grams of codes (n_codebooks, steps) that fall in the sampled class."""
    rows = np.asarray(codes)[:n_coarse].astype(np.uint64)
    if circular:
        rows = np.concatenate((rows, np.take(rows, np.arange(LENGTH - 1), axis=1, mode="wrap")), axis=1)
    if rows.shape[1] < LENGTH:
        return np.zeros(0, np.uint32)
    windows = np.lib.stride_tricks.sliding_window_view(rows, LENGTH, axis=1)            # (coarse, places, LENGTH)
    with np.errstate(over="ignore"):
        hashes = np.broadcast_to(np.arange(1, len(rows) + 1, dtype=np.uint64)[:, None] * _ODD, windows.shape[:2])
        for place in range(LENGTH):
            hashes = _mixed(hashes ^ (windows[..., place] + np.uint64(1)) * _ODD)
    several = (windows != windows[..., :1]).any(axis=-1)
    chosen = hashes[several & (hashes % np.uint64(EVERY) == 0)]
    return (chosen >> np.uint64(32)).astype(np.uint32)


def mean_embedding(audio: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mean of the patches' embeddings of mono audio (frames,), levelled: (dimensions,)."""
    return embed(embedding(EMBEDDING), [levelled(audio)], sample_rate)[0].mean(axis=0)


def _mixed(x: np.ndarray) -> np.ndarray:
    """One round of splitmix64: every bit of the result depends on every bit of `x`."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
