"""`unloop sessions`: what is kept of everything that was played."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from unloop_py.cli.options import invocation

if TYPE_CHECKING:
    from unloop_py.sessions.library import Kept, Library

F = TypeVar("F", bound=Callable[..., Any])


def sessions_folder_option(command: F) -> F:
    """Decorate a command with ``--sessions-folder``; it is given the ``library`` of that folder."""

    @click.option("--sessions-folder", metavar="DIR", type=click.Path(path_type=Path),
                  help="Where sessions are kept.  [default: the user's data folder]")
    @functools.wraps(command)
    def with_library(*arguments: Any, sessions_folder: Path | None, **settings: Any) -> Any:
        from unloop_py.sessions.library import Library

        return command(*arguments, library=Library(sessions_folder), **settings)

    return with_library


@click.group(invoke_without_command=True)
@click.pass_context
def sessions(context: click.Context) -> None:
    """List what was played and kept, name it, delete it, bring SooperLooper's sessions in.

    Every session is kept while it is played. One that has a name is kept for good; of the others the oldest go when all
    together take more than `unloop jam --sessions-gb` says. A SESSION is its name, its folder's name, or `last`.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_)


@sessions.command(name="list")
@sessions_folder_option
def list_(library: Library) -> None:
    """List all sessions, the newest last."""
    kept = library.sessions()
    for one in kept:
        click.echo(_line(one))
    if not kept:
        click.echo(f"No session has been kept in {library.folder} yet: {invocation()} jam keeps each while it is played.")
    else:
        click.echo(f"{sum(one.size_bytes for one in kept) / 1e6:.0f} MB in {library.folder}")


@sessions.command()
@click.argument("session")
@click.argument("name", default="")
@sessions_folder_option
def name(session: str, name: str, library: Library) -> None:
    """Call SESSION by a NAME; without one its name is taken away.

    What has a name is never deleted for room. `last` is the session that is being played, if one is.
    """
    kept = library.find(session, playing=True)
    library.name(kept, name)
    click.echo(_line(library.find(kept.folder.name)))


@sessions.command()
@click.argument("session", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@sessions_folder_option
def delete(session: tuple[str, ...], yes: bool, library: Library) -> None:
    """Delete each SESSION and all that it holds, for good."""
    for kept in [library.find(one) for one in session]:
        if yes or click.confirm(f"Delete {_line(kept)}?"):
            library.delete(kept)


@sessions.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--name", default=None, help="What it is to be called.  [default: the file's name]")
@sessions_folder_option
def import_(file: Path, name: str | None, library: Library) -> None:
    """Make a session of SooperLooper's session FILE and the WAV files beside it."""
    from unloop_py.sessions.sooperlooper import import_session

    folder, notes = import_session(file, library)
    kept = library.find(folder.name)
    try:
        library.name(kept, file.stem if name is None else name)
    finally:
        for note in notes:
            click.echo(note)
        click.echo(_line(library.find(folder.name)))
    click.echo(f"{invocation()} jam --session {library.find(folder.name).title!r} plays it")


def _line(kept: Kept) -> str:
    """A session as a line of the list."""
    if kept.state is None:
        what = "cannot be read"
    else:
        takes = [loop.take for loop in kept.state.loops if loop.take is not None and loop.take.frames]
        rate = float(kept.state.facts.get("sample_rate", 48000))
        what = f"{len(takes)} loop{'' if len(takes) == 1 else 's'}"
        what += "".join(f" {take.frames / rate:.1f} s" for take in takes)
    marks = ", being played" * kept.playing + ", did not end as it should" * kept.crashed
    title = kept.folder.name + (f"  {kept.name!r}" if kept.name else "")
    return f"{title}  {what}, {kept.size_bytes / 1e6:.1f} MB{marks}"
