"""`unloop export`: a session as files for a studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from unloop_py.cli.progress import progress_bar
from unloop_py.cli.replay import load_replay
from unloop_py.cli.sessions import sessions_folder_option
from unloop_py.errors import SessionError

if TYPE_CHECKING:
    from unloop_py.sessions.library import Library


@click.command()
@click.argument("session")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--compute", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where a model runs, if a repetition has to be made again.")
@sessions_folder_option
def export(session: str, folder: Path, compute: str, library: Library) -> None:
    """Write SESSION into a new FOLDER, ready to be dragged into a DAW.

    \b
    master.wav                    the whole performance, with a marker wherever something was pressed
    loop N performance.wav        what each loop played of it; all of these begin with the master
    loop N 120.00 bpm.wav         each loop as it stands, with its loop and beats marked
    loop N ... layer NN ....wav   what each recording and overdub added to it; together they are the loop
    loop N ... variation.wav      the variation that sounded last
    """
    kept = library.find(session)

    from unloop_py.session.exporting import export as write_all
    from unloop_py.sessions.reading import read_session

    whole = read_session(kept.folder)
    notes = list(whole.damage)
    try:
        load_replay(kept, None, compute)
        again = lambda only: load_replay(kept, None, compute, only)  # noqa: E731
    except SessionError as error:
        notes.append(f"there is no master.wav: {error}")
        again = None
    with progress_bar(f"exporting {kept.title}", 1.0) as progress:
        notes += write_all(whole, folder, again, lambda what, share: progress(share))
    for note in notes:
        click.echo(note)
    for path in sorted(folder.iterdir()):
        click.echo(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
