"""`unloop codebooks`: the codec one codebook at a time, to hear and to see."""

from __future__ import annotations

import json
from pathlib import Path

import click

from unloop_py.cli.progress import progress_bar
from unloop_py.config import DEFAULT_MODEL
from unloop_py.paths import check_writable_folder, written_beside


@click.command()
@click.argument("input_path", metavar="IN", type=click.Path(path_type=Path))
@click.option("--out", "out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The folder to write to; it is made.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, metavar="NAME", help="A model's name, or a folder that holds one.")
def codebooks(input_path: Path, out: Path, model: str) -> None:
    """Step through the codec: IN with its first codebook alone, with two, with three, and so on.

    Writes to --out what each number of codebooks sounds like (01-codebooks.wav, 02-codebooks.wav, ...) beside the take,
    a picture of what each codebook adds (codebooks.png), and the measures of each (codebooks.json). At most the first
    30 s are used, mixed to mono; a file of up to 16 s is taken for a loop.
    """
    check_writable_folder(out)

    from unloop_py.audio_io.wav import write_audio
    from unloop_py.evaluation.packages import check_installed

    check_installed()

    from unloop_py.evaluation.codebooks import draw, read_take, step_through
    from unloop_py.generator.checkpoint import load_models

    with progress_bar("loading the model"):
        models = load_models(model)
    rate = models.codec.sample_rate
    take, is_loop = read_take(input_path, rate)
    steps = []
    with progress_bar(f"stepping through {input_path.name}", models.codec.n_codebooks) as progress:
        for step in step_through(models, take, circular=is_loop):
            out.mkdir(exist_ok=True)
            write_audio(out / f"{step.count:02d}-codebooks.wav", step.audio[:, None], rate)
            steps.append(step)
            progress(step.count)
    write_audio(out / "take.wav", take[:, None], rate)
    with written_beside(out / "codebooks.png") as beside:
        draw(beside, f"{input_path.name} through {model}, one codebook at a time", take, steps, rate)
    rows = [{"codebooks": step.count, "bits_per_second": step.bits_per_second, **step.measures} for step in steps]
    facts = {"file": input_path.name, "model": models.manifest.get("name", model), "seconds": len(take) / rate, "by_codebooks": rows}
    with written_beside(out / "codebooks.json") as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    for row in rows:
        click.echo(f"{row['codebooks']:3d} codebooks  {row['bits_per_second'] / 1000:5.2f} kbit/s  zimtohrli {row['zimtohrli']:.2f}  "
                   f"log-mel distance {row['mel_distance']:.2f}")
    click.echo(f"{out}: the take, {len(rows)} files to hear, codebooks.png and codebooks.json")
