"""`unloop experiments`: four strategies of prompting in two regimes, on one's own loop, to hear side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from unloop_py.cli.options import ParameterType, model_options
from unloop_py.control.parameters import by_name
from unloop_py.errors import AudioFileError
from unloop_py.paths import check_writable_folder, written_beside

REGIMES = ("wild", "faithful")
LONGEST_S = 60.0
STEPS = 12  # sampling steps: nobody waits for a seam here


@click.command()
@click.argument("regime", type=click.Choice(REGIMES))
@click.argument("input_path", metavar="IN", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("unloop-experiments"),
    show_default=True,
    metavar="DIR",
    help="Where to write; the other regime may be there already, and the page then shows both.",
)
@click.option("--seed", type=ParameterType(by_name("seed")), metavar="N", default=1, show_default=True, help="The same gives the same.")
@model_options
def experiments(regime: str, input_path: Path, out: Path, seed: int, model: str, compute: str) -> None:
    """Vary IN, a loop, by four strategies and two temperatures, and write a page to compare them.

    `wild` is warm (1.0 and 1.2) with sparse prompts, `faithful` cool (0.6 and 0.7) with dense ones. DIR gets the sounds
    and index.html, one file that plays them all.
    """
    check_writable_folder(out)
    from unloop_py.audio_io.wav import read_audio, write_audio
    from unloop_py.cli.experiments_page import write_page
    from unloop_py.cli.progress import progress_bar
    from unloop_py.cli.strategies import STRATEGIES, TEMPERATURES, fitted

    audio, sample_rate = read_audio(input_path)
    seconds = len(audio) / sample_rate
    if seconds > LONGEST_S:
        raise AudioFileError(f"{input_path} lasts {seconds:.1f} s: at most {LONGEST_S:g} s are varied at once; cut it first")

    from unloop_py.generator.spec import Take, VariationRequest
    from unloop_py.generator.vamp import load_generator

    with progress_bar("loading the model"):
        generator = load_generator(model=model, compute=compute)
    prepared = generator.prepare(Take(1, audio, sample_rate))
    if prepared.silent:
        raise AudioFileError(f"{input_path} is silent: there is nothing to vary")
    out.mkdir(exist_ok=True)
    (out / regime).mkdir(exist_ok=True)
    rows: list[dict[str, Any]] = []
    tries = [(strategy, temperature) for strategy in STRATEGIES for temperature in TEMPERATURES[regime]]
    with progress_bar(f"{regime}: {input_path.name}", len(tries)) as progress:
        for number, (strategy, temperature) in enumerate(tries):
            prompt, notes = fitted(replace(getattr(strategy, regime), temperature=temperature), seconds)
            request = VariationRequest(1, number + 1, seed * 1000 + number, prompt, STEPS)
            made = generator.vary(prepared, request, progress=lambda share, done=number: progress(done + share))
            name = f"{regime}/{strategy.name.replace(' ', '-')}-{temperature:g}.wav"
            write_audio(out / name, made.audio, sample_rate)
            rows.append({"strategy": strategy.name, "temperature": temperature, "file": name, "notes": [*notes, *made.notes],
                         "generated": round(float(made.mask.mean()), 4), "seed": request.seed, "steps": STEPS, "prompt": prompt.to_dict()})
    write_audio(out / "original.wav", audio, sample_rate)
    facts = {"input": input_path.name, "seconds": round(seconds, 3), "model": generator.describe()["model"], "seed": seed, "made": rows}
    with written_beside(out / f"{regime}.json") as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n")
    page = write_page(out, STRATEGIES)
    click.echo(f"{page}: {len(rows)} variations of {input_path.name}, {regime}")
