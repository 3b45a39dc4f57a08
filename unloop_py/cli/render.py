"""`unloop render`: a file and its variations, offline, the same for the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from unloop_py.api.asking import base_seed, resolve
from unloop_py.cli.grouped import Grouped
from unloop_py.cli.loading import load_generator
from unloop_py.cli.options import given, parameter_options, playing_options
from unloop_py.cli.progress import progress_bar
from unloop_py.errors import AudioFileError
from unloop_py.paths import check_writable_file

WAV_BYTES = 4_000_000_000  # a WAV file counts its bytes in 32 bits


@click.command(cls=Grouped)
@click.argument("input_path", metavar="IN", type=click.Path(path_type=Path))
@click.argument("output_path", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--repeats",
    type=click.IntRange(1, 999),
    default=8,
    show_default=True,
    help="How many variations follow the original.",
)
@playing_options
@parameter_options()
def render(
    input_path: Path,
    output_path: Path,
    repeats: int,
    model: str,
    compute: str,
    lora_scale: float | None,
    model_threads: int | None,
    **parameters: Any,
) -> None:
    """Write IN, a loop, followed by variations of it, to OUT: as it would sound at the instrument, with none late.

    OUT has IN's rate and channels and lasts exactly (repeats + 1) times as long. The same --seed gives the same file.
    """
    values, _ = resolve(given(parameters))
    check_writable_file(output_path)

    from unloop_py.api.performing import check_loop, perform
    from unloop_py.audio_io.wav import AudioWriter, read_audio

    audio, sample_rate = read_audio(input_path)
    check_loop(audio, sample_rate, str(input_path))
    check_size(output_path, (repeats + 1) * audio.nbytes)
    writing = AudioWriter(output_path, sample_rate, audio.shape[1])
    seed = base_seed(int(values["seed"]))
    with progress_bar("loading the model"):
        generator = load_generator(model, compute, lora_scale, model_threads)
    with progress_bar(f"varying {input_path.name}", repeats) as progress:
        passes = perform(audio, sample_rate, generator, values, repeats=repeats, seed=seed, progress=progress)
        with writing as writer:
            for each in passes:
                writer.write(each.audio)
    click.echo(f"{output_path}: the original and {repeats} variations, seed {seed}")


def check_size(path: Path, size: int) -> None:
    """Refuse a WAV file longer than the format can tell. Raises AudioFileError."""
    if path.suffix.lower() == ".wav" and size > WAV_BYTES:
        raise AudioFileError(
            f"{path} would hold {size / 1e9:.1f} GB, and a WAV file holds {WAV_BYTES / 1e9:g}: ask for fewer --repeats, or name it .flac"
        )
