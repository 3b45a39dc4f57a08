"""`unloop replay`: a performance rendered again from its log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from unloop_py.cli.loading import load_generator
from unloop_py.cli.progress import progress_bar
from unloop_py.cli.sessions import sessions_folder_option
from unloop_py.errors import ModelError
from unloop_py.paths import check_writable_file

if TYPE_CHECKING:
    from unloop_py.session.replaying import Replay
    from unloop_py.sessions.library import Kept, Library

WAV_BYTES = 4_000_000_000  # a WAV file counts its bytes in 32 bits


@click.command()
@click.argument("session")
@click.argument("output_path", metavar="[OUT]", required=False, type=click.Path(path_type=Path))
@click.option("--model", default=None, metavar="NAME", help="Have this model make every repetition anew, from the same prompts and seeds.")
@click.option("--compute", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where that model runs.")
@sessions_folder_option
def replay(session: str, output_path: Path | None, model: str | None, compute: str, library: Library) -> None:
    """Render a whole performance again, sample for sample, or as another model would have made it.

    SESSION is a name, a folder's name or `last`; OUT is an audio file, SESSION.wav where it is left out.
    """
    kept = library.find(session)
    path = check_writable_file(output_path or Path(f"{kept.title}.wav"))

    from unloop_py.audio_io.wav import AudioWriter

    played = load_replay(kept, model, compute)
    size = 4 * played.frames * played.channels
    if path.suffix.lower() == ".wav" and size > WAV_BYTES:
        raise click.UsageError(f"{path} would hold {size / 1e9:.1f} GB, and a WAV file holds {WAV_BYTES / 1e9:g}: name it .flac")
    writing = AudioWriter(path, played.sample_rate, played.channels)
    with progress_bar(f"replaying {kept.title}", played.frames) as progress, writing as writer:
        done = 0
        for piece in played.render():
            writer.write(piece)
            done += len(piece)
            progress(done)
    for text in played.missing:
        click.echo(f"missing: {text}")
    how = f"{played.remade} repetitions made by {model or played.model}" if played.remade else "as it was heard"
    click.echo(f"{path}: {played.frames / played.sample_rate:.1f} s of {kept.title}, {how}")


def load_replay(kept: Kept, model: str | None, compute: str, only: int | None = None) -> Replay:
    """A session ready to be rendered, with a model where one is needed or asked for. Raises SessionError, ModelError."""
    from unloop_py.session.replaying import Replay

    played = Replay(kept.folder, only=only)
    if model is None and not played.needs_model:
        return played
    name = model or played.model
    if not name:
        raise ModelError(f"{kept.title} does not say which model it was played with: name one with --model")
    with progress_bar("loading the model"):
        generator = load_generator(name, compute)
    return Replay(kept.folder, generator, anew=model is not None, only=only)
