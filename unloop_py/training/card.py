"""The model card, written from the manifest so that no figure in it can be older than the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from unloop_py.paths import written_beside

CARD = "MODEL_CARD.md"
FOUND = "findings.json"
"""What `unloop evaluate all --write` found, beside the weights."""
LIMITS = {  # figure: (limit, "at most" or "at least"); what version 1 of the bundled model has to reach
    "codec_mel_error": (0.42, "at most"),
    "codec_mel_error_real": (0.55, "at most"),
    "coarse_nat_under_unigram": (0.5, "at least"),
    "fine_nat_under_unigram": (0.9, "at least"),
    "periodic_7_against_random_tokens": (0.85, "at most"),
    "periodic_7_against_shuffled_steps": (0.85, "at most"),
}
MEANINGS = {
    "codec_mel_error": "mel error of the codec alone, held-out synthesised loops",
    "codec_mel_error_real": "mel error of the codec alone, recorded loops that it never heard",
    "coarse_nat_under_unigram": "masked loss under the unigram entropy, coarse model (nat)",
    "fine_nat_under_unigram": "masked loss under the unigram entropy, coarse-to-fine model (nat)",
    "periodic_7_against_random_tokens": "periodic 7: mel error to the take, over that of random tokens under the same mask",
    "periodic_7_against_shuffled_steps": "periodic 7: mel error to the take, over that of the take's own steps shuffled",
}

WORDS = {True: "yes", False: "**no**", None: ""}
RULER = """## Under the ruler

`unloop evaluate all --seed {seed}` on the built-in held-out set, {count} excerpts. The paper's sentences are about another
model and other music: only shapes can be compared.

{table}

"""


def derived(figures: dict[str, float]) -> dict[str, float]:
    """The figures that have limits, from the measured ones."""
    found = {
        "codec_mel_error": figures["codec_mel_error"],
        "coarse_nat_under_unigram": figures["coarse_unigram_entropy"] - figures["coarse_held_out_loss"],
        "fine_nat_under_unigram": figures["fine_unigram_entropy"] - figures["fine_held_out_loss"],
        "periodic_7_against_random_tokens": figures["periodic_7_model"] / figures["periodic_7_random_tokens"],
        "periodic_7_against_shuffled_steps": figures["periodic_7_model"] / figures["periodic_7_shuffled_steps"],
    }
    if "codec_mel_error_real" in figures:
        found["codec_mel_error_real"] = figures["codec_mel_error_real"]
    return found


def write_card(folder: Path) -> None:
    """Write a model's card from the manifest and the findings in its folder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with written_beside(folder / CARD) as beside:
        beside.write_text(model_card(manifest, findings_of(folder)), encoding="utf-8")


def findings_of(folder: Path) -> dict[str, Any] | None:
    """What the ruler found of a model, or None where it was not asked."""
    path = folder / FOUND
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def findings_markdown(findings: dict[str, Any]) -> str:
    """What was asked, by whom, what was found and whether it holds, as a Markdown table."""
    rows = "\n".join(f"| {row['asked']} | {row['by']} | {row['found']} | {WORDS[row['holds']]} |" for row in findings["findings"])
    return f"| asked | by | found | holds |\n| --- | --- | --- | --- |\n{rows}"


def model_card(manifest: dict[str, Any], findings: dict[str, Any] | None = None) -> str:
    """The text of MODEL_CARD.md, with the ruler's ``findings`` (see `evaluation.findings.write_findings`) where there are any."""
    figures, data = manifest["figures"], manifest["data"]
    found = derived(figures)
    rows = "\n".join(f"| {MEANINGS[name]} | {found[name]:.3f} | {LIMITS[name][1]} {LIMITS[name][0]} |" for name in LIMITS if name in found)
    raw = "\n".join(f"| {name.replace('_', ' ')} | {value:.3f} |" for name, value in sorted(figures.items()))
    sources = "\n".join(f"- {s['name']} ({s['licence']}), from {s['package']}" for s in data["sources"])
    sizes = ", ".join(f"{name} {facts['bytes'] / 1e6:.1f} MB" for name, facts in manifest["files"].items())
    ruler = "" if findings is None else RULER.format(
        count=len(findings["data"]), seed=findings["seed"], table=findings_markdown(findings))
    return f"""# Model card: {manifest['name']}

Three networks that make variations of a musician's loop: a codec (audio to tokens and back), a coarse masked transformer
and a coarse-to-fine one, after VampNet (Flores Garcia et al., ISMIR 2023), scaled down to play on two processor cores.

- **Files**: {sizes}; 16-bit safetensors, hashes in manifest.json.
- **Licence**: {manifest['licence']}.
- **Codec**: 44.1 kHz mono, 768 frames a step (57.4 Hz), 14 codebooks of 1024 (8.0 kbit/s), each on a few principal axes
  of its own of log magnitudes and band levels. Phases are rebuilt on the circle by fast Griffin-Lim, so a waveform is never
  copied. The decoder alone is trained; the axes and the codebooks are laid.
- **Masked models**: 4 coarse codebooks predicted from each other, 10 fine ones from the coarse.

## What it was trained on

{data['loops']} loops ({data['seconds'] / 3600:.1f} hours) that the build synthesises itself: solo players and bands in 19
genres, through pedals, rooms and the dirt of a real input, from calculated strings, synths, voices and mouths and from

{sources}

No recording of anybody's music is in it. Made again by:

    {manifest['command']}

The log of the real run lies beside this card (training_log.jsonl).

## Figures on loops that it never saw

Mel error is the paper's (section 4.2): L1 between log-mel spectrograms at FFT sizes 2048 and 512 with 150 and 80 bands,
hop a quarter, audio at -24 dBFS; here the logarithm is to base 10 of magnitudes, and the two scales are added.

| figure | measured | limit |
| --- | --- | --- |
{rows}

Everything measured (means over {data['figure_loops']} held-out synthesised loops; losses in nat over {data['held_out_loops']}):

| figure | value |
| --- | --- |
{raw}

Between the steps that periodic 7 keeps there are three rivals for the model: uniform random tokens, other steps of the
same take in random order, and white noise. A model that does not beat the first two has learned nothing.

{ruler}## What it is bad at

- It has heard soundfonts, drum samples, calculated strings and small rooms, no singer and no real guitar: a recorded
  instrument comes back recognisable but less lively than it was played.
- Dense mixes lose the most; drums, bass and keys the least.
- It knows a few seconds at a time: long forms come from the prompt, not from the model.
- It is mono inside. A take's place in the stereo picture is put back band by band.
"""
