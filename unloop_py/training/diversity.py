"""How varied the made loops are, and how much of real music lies among them: figures as JSON and one picture.

``python -m unloop_py.training.diversity --data DIR --out DIR`` reads a folder of rendered loops (a ``LoopStore``), the
music tracks of the evaluation's package, and any ``--recorded`` files, and measures all with the same rulers. Needs the
packages of the extra ``evaluation``. About 0.3 s of one core a loop.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.errors import UnloopError
from unloop_py.evaluation.embeddings import embed, embedding
from unloop_py.evaluation.fad import fad_of_patches
from unloop_py.evaluation.held_out import load_excerpts, music_files
from unloop_py.evaluation.measures import levelled
from unloop_py.training.score import SAMPLE_RATE
from unloop_py.training.sound_facts import BAND_EDGES_HZ, KEYS, SoundFacts, measure
from unloop_py.training.store import LoopStore

logger = logging.getLogger(__name__)

EXCERPT_S = 6.0
NEIGHBOURS = 5
LEAST_LOOPS = 10
FACTS = ("bands_db", "crest_db", "peak_db", "tilt_db", "centroid_hz", "onsets_s", "tempo")
SPREAD = (2.5, 97.5)  # percentiles of the made loops between which a real value counts as covered
MADE, MUSIC, RECORDED = "#2c6e9b", "#c8553d", "#1d2433"


class NothingToCompare(UnloopError):
    """The folder holds no loops, or too few."""


@dataclass(frozen=True, eq=False)
class SoundSet:
    """A set of sounds, measured. ``points`` are embeddings (n, d), one a sound; ``patches`` several a sound."""

    name: str
    facts: list[SoundFacts]
    patches: list[np.ndarray]

    @property
    def points(self) -> np.ndarray:
        """Mean embedding of each sound, (n, d) float64."""
        return np.stack([patch.mean(axis=0) for patch in self.patches])

    def column(self, name: str) -> np.ndarray:
        """One fact of all sounds: (n,) or (n, bands)."""
        return np.array([getattr(fact, name) for fact in self.facts])


def measured(name: str, audios: Sequence[np.ndarray], progress: Callable[[int], None] = lambda done: None) -> SoundSet:
    """Measure mono sounds at 44.1 kHz, each at -24 dBFS."""
    network = embedding("aisfx")
    facts, patches = [], []
    for done, audio in enumerate(audios):
        sound = levelled(np.asarray(audio, np.float32))
        facts.append(measure(sound))
        patches += embed(network, [sound], SAMPLE_RATE)
        progress(done + 1)
    return SoundSet(name, facts, patches)


def coverage(real: np.ndarray, made: np.ndarray, neighbours: int = NEIGHBOURS) -> float:
    """The share of real points (n, d) that have a made one nearer than their ``neighbours``-th real neighbour.

    Naeem et al., "Reliable fidelity and diversity metrics for generative models" (ICML 2020). The same many made points
    as real ones are drawn evenly from ``made``, so that a large made set is not covering by its number.
    """
    made = made[np.linspace(0, len(made) - 1, min(len(made), len(real))).astype(int)]
    radius = np.sort(_distances(real, real), axis=1)[:, min(neighbours, len(real) - 1)]
    return float((_distances(real, made).min(axis=1) < radius).mean())


def spread(points: np.ndarray) -> float:
    """Mean distance of two points of a set (n, d)."""
    return float(_distances(points, points).sum() / (len(points) * (len(points) - 1)))


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T, 0))


def figures(made: SoundSet, music: SoundSet, recorded: SoundSet | None, rows: Sequence[dict]) -> dict:
    """All figures, ready for JSON. ``rows`` are the made loops' labels in the store."""
    real = [music] if recorded is None else [music, recorded]
    labels = {
        "tempo": _quantiles([row["tempo"] for row in rows]),
        "parts": dict(Counter(part for row in rows for part in row["parts"]).most_common()),
        "solo_share": float(np.mean([len(row["parts"]) == 1 for row in rows])),
    }
    result: dict = {"loops": len(rows), "labels": labels, "band_edges_hz": BAND_EDGES_HZ, "sets": {}, "covered": {}}
    for one in (made, *real):
        keys = Counter(fact.key for fact in one.facts)
        result["sets"][one.name] = {
            "sounds": len(one.facts), "embedding_spread": spread(one.points) if len(one.facts) > 1 else None, "keys": len(keys),
            **{name: _quantiles(one.column(name)) for name in FACTS},
        }
    for one in real:
        shares = {}
        for name in FACTS:
            low, high = np.nanpercentile(made.column(name), SPREAD, axis=0)
            values = one.column(name)
            inside = ((values >= low) & (values <= high))[~np.isnan(values)]
            shares[name] = float(inside.mean()) if inside.size else None
        result["covered"][one.name] = shares
    half = len(music.points) // 2
    result["embedding"] = {
        "music_covered_by_made": coverage(music.points, made.points),
        "music_covered_by_other_music": coverage(music.points[:half], music.points[half:]),
        "fad_made_to_music": fad_of_patches(music.patches, made.patches).value,
        "fad_music_to_music": fad_of_patches(music.patches[:half], music.patches[half:]).value,
    }
    if recorded is not None:
        nearest = _distances(recorded.points, made.points).min(axis=1)
        within = np.sort(_distances(made.points, made.points), axis=1)[:, 1]
        result["embedding"]["recorded_nearest_made"] = [float(d) for d in nearest]
        result["embedding"]["made_nearest_made"] = _quantiles(within)
    return result


def _quantiles(values: Sequence | np.ndarray) -> dict:
    values = np.asarray(values, float)
    return {f"p{q}": np.round(np.nanpercentile(values, q, axis=0), 3).tolist() for q in (5, 25, 50, 75, 95)}


def picture(made: SoundSet, music: SoundSet, recorded: SoundSet | None, rows: Sequence[dict], path: Path) -> None:
    """Draw the sets against one another: bands, crests, tones, tempo, keys, attacks, embedding, and what is played."""
    from unloop_py.evaluation.pictures import new_figure, save

    figure, (bands, crest, peak, tempo, onsets, keys, cloud, parts) = new_figure(2, 4, width=4.6, height=3.6, share_x=False)
    centres = np.sqrt(np.multiply(BAND_EDGES_HZ[:-1], BAND_EDGES_HZ[1:]))
    sets = [(made, MADE), (music, MUSIC)]
    for panel, name, title in ((bands, "bands_db", "Band power (dB of the whole)"), (crest, "crest_db", "Loudest 10 ms over mean (dB)"),
                               (peak, "peak_db", "Strongest over mean bin (dB)")):
        for one, colour in sets:
            low, middle, high = np.percentile(one.column(name), (5, 50, 95), axis=0)
            panel.fill_between(centres, low, high, color=colour, alpha=0.18, linewidth=0)
            panel.plot(centres, middle, color=colour, label=f"{one.name} ({len(one.facts)})")
        for fact in recorded.facts if recorded else ():
            panel.plot(centres, getattr(fact, name), color=RECORDED, linewidth=0.9, linestyle=":")
        panel.set_xscale("log")
        panel.set_title(f"{title}; median, 5 to 95 %", fontsize=9)
        panel.set_xlabel("Hz", fontsize=8)
    bands.legend(fontsize=7, frameon=False)
    for panel, name, edges, title in ((tempo, "tempo", np.arange(55, 190, 9), "Tempo as tracked (beats a minute)"),
                                      (onsets, "onsets_s", np.arange(0, 16, 1), "Attacks a second")):
        for one, colour in sets:
            values = one.column(name)
            values = values[~np.isnan(values)]
            panel.hist(values, bins=edges, weights=np.full(len(values), 100 / max(len(values), 1)), color=colour, alpha=0.5)
        panel.set_title(f"{title}, % of sounds", fontsize=9)
    for shift, (one, colour) in zip((-0.2, 0.2), sets, strict=True):
        count = Counter(fact.key for fact in one.facts)
        keys.bar(np.arange(24) + shift, [100 * count[key] / len(one.facts) for key in KEYS], width=0.4, color=colour)
    keys.set_xticks(range(24), [key.replace(" major", "").replace(" minor", "m") for key in KEYS], fontsize=6, rotation=90)
    keys.set_title("Key as estimated, % of sounds", fontsize=9)
    _cloud(cloud, made, music, recorded)
    count = Counter((part, len(row["parts"]) == 1) for row in rows for part in row["parts"])
    names = [name for name, _ in Counter(part for row in rows for part in row["parts"]).most_common()]
    alone = np.array([100 * count[name, True] / len(rows) for name in names])
    mixed = np.array([100 * count[name, False] / len(rows) for name in names])
    parts.barh(names, alone, color=MADE, label="alone")
    parts.barh(names, mixed, left=alone, color="#9fc2d8", label="in a mix")
    parts.legend(fontsize=7, frameon=False)
    parts.set_title("Parts, % of made loops", fontsize=9)
    save(figure, path)


def _cloud(panel: Any, made: SoundSet, music: SoundSet, recorded: SoundSet | None) -> None:
    """The embeddings on the two principal axes of both sets together."""
    both = np.concatenate([made.points[: len(music.points) * 3], music.points])
    _, _, axes = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    for one, colour, size in ((made, MADE, 6), (music, MUSIC, 10), (recorded, RECORDED, 45)):
        if one is not None:
            x, y = ((one.points - both.mean(axis=0)) @ axes[:2].T).T
            panel.scatter(x, y, s=size, color=colour, alpha=0.6 if size < 40 else 1.0, marker="o" if size < 40 else "*", label=one.name)
    panel.legend(fontsize=7, frameon=False)
    panel.set_title("Embedding (aisfx), two principal axes", fontsize=9)


def compare(data: Path, out: Path, recorded: Sequence[Path] = (), count: int = 200, seed: int = 0) -> dict:
    """Measure ``count`` loops of the store ``data`` against real music; writes OUT/diversity.json and .png, returns the figures.

    Raises NothingToCompare where the store holds fewer than 10 loops, and UnloopError where a package or file is missing.
    """
    store = LoopStore(data) if (data / "index.jsonl").exists() else []
    if len(store) < LEAST_LOOPS:
        raise NothingToCompare(
            f"{data} holds {len(store)} rendered loops, {LEAST_LOOPS} are needed: "
            "render some with scripts/build_bundled_model --stage loops"
        )
    chosen = np.sort(np.random.default_rng(seed).permutation(len(store))[:count])
    rows = [store.rows[i] for i in chosen]
    tracks = load_excerpts(music_files()[0].parents[1], seconds=EXCERPT_S, count=min(count, 112), seed=seed)
    played = [e.audio for path in recorded for e in load_excerpts(path, seconds=EXCERPT_S)]

    def told(name: str, total: int) -> Callable[[int], None]:
        return lambda done: logger.info("%s: %d of %d measured", name, done, total) if done % 50 == 0 else None

    made = measured("made loops", [store.piece(int(i), 0, min(store.rows[i]["frames"], int(EXCERPT_S * SAMPLE_RATE))) for i in chosen],
                    told("made loops", len(rows)))
    music = measured("real music", [track.audio for track in tracks], told("real music", len(tracks)))
    others = measured("recorded", played) if played else None
    result = figures(made, music, others, rows)
    out.mkdir(parents=True, exist_ok=True)
    part = out / "diversity.json.part"
    part.write_text(json.dumps(result, indent=1) + "\n")
    part.replace(out / "diversity.json")
    picture(made, music, others, rows, out / "diversity.png")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m unloop_py.training.diversity", description=(
        "How varied the made loops are, and how much of real music lies among them."))
    parser.add_argument("--data", type=Path, required=True, help="folder of rendered loops")
    parser.add_argument("--out", type=Path, required=True, help="folder for diversity.json and diversity.png")
    parser.add_argument("--recorded", type=Path, nargs="*", default=[], help="recordings, or folders of them, to compare with too")
    parser.add_argument("--count", type=int, default=200, help="loops to measure (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="which loops (default 0)")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        result = compare(chosen.data, chosen.out, chosen.recorded, chosen.count, chosen.seed)
    except UnloopError as error:
        print(f"diversity: {error}", file=sys.stderr)
        return 2
    for name, shares in result["covered"].items():
        inside = ", ".join(f"{fact} {share:.0%}" for fact, share in shares.items() if share is not None)
        logger.info("%s inside the made loops' spread: %s", name, inside)
    logger.info("%s", ", ".join(f"{name} {value:.3g}" for name, value in result["embedding"].items() if isinstance(value, float)))
    logger.info("written: %s and diversity.png beside it", chosen.out / "diversity.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
