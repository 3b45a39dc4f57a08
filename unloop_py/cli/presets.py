"""`unloop presets` and `unloop scenes`: what there is to recall, unloop's own and the player's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from unloop_py.cli.options import invocation
from unloop_py.control.keepsakes import check_name, plain
from unloop_py.control.shelf import Shelf
from unloop_py.errors import PresetError
from unloop_py.paths import presets_folder, scenes_folder


def _read(shelf: Shelf[Any]) -> Shelf[Any]:
    """A shelf with what its folder holds; what is wrong with a file is said, and the others are there."""
    shelf.look()
    for text in shelf.damage:
        click.echo(f"left out: {text}", err=True)
    return shelf


def _presets() -> Shelf[Any]:
    from unloop_py.control.presets import preset_shelf

    return _read(preset_shelf(presets_folder()))


def _scenes() -> Shelf[Any]:
    from unloop_py.control.scenes import scene_shelf

    return _read(scene_shelf(scenes_folder()))


def _delete(shelf: Shelf[Any], name: str, yes: bool) -> None:
    one = shelf.find(name)
    if yes or click.confirm(f"Delete {shelf.kind} {one.number}, {one.name!r}?"):
        shelf.remove(name)
        shelf.write()


def _rename(shelf: Shelf[Any], old: str, new: str) -> None:
    one = shelf.find(old)
    if plain(new) != plain(one.name):
        if any(plain(new) in map(plain, other.names) for other in shelf.all()):
            raise PresetError(f"a {shelf.kind} is called {new!r} already: choose another name, or delete that one first")
        shelf.remove(old)
    elif not shelf.is_own(one):
        raise PresetError(f"{shelf.kind} {one.name!r} is one of unloop's own, which stay as they are")
    shelf.put(replace(one, name=check_name(new, shelf.kind)))
    shelf.write()


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_context
def presets(context: click.Context, as_json: bool) -> None:
    """List every preset: VampNet's, ours, and those that you saved.

    `--preset NAME` plays with one; while you play, `/unloop/loop/1/preset NAME` recalls one, and `preset_save NAME` keeps how the
    loop stands. Yours are a file each, for you to edit; a NAME may also be the number.
    """
    if context.invoked_subcommand is None:
        from unloop_py.control import describe

        kept = _presets().all()
        click.echo(describe.presets_json(kept) if as_json else f"{describe.presets_text(kept)}Yours are in {presets_folder()}.")


@presets.command(name="delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_preset(name: str, yes: bool) -> None:
    """Delete the preset of yours that is called NAME, for good."""
    _delete(_presets(), name, yes)


@presets.command(name="rename")
@click.argument("name")
@click.argument("new")
def rename_preset(name: str, new: str) -> None:
    """Call the preset NAME of yours NEW; it keeps its number."""
    _rename(_presets(), name, new)


@click.group(invoke_without_command=True)
@click.pass_context
def scenes(context: click.Context) -> None:
    """List the scenes that you saved: what all loops do, their levels and parameters.

    While you play, `/unloop/scene_save NAME` keeps one and `/unloop/scene NAME` recalls it, each loop at its next seam; a NAME may also
    be the number. They are a file each, for you to edit.
    """
    if context.invoked_subcommand is None:
        kept = _scenes().all()
        for scene in kept:
            loops = ", ".join(loop.does for loop in scene.loops)
            click.echo(f"{scene.number:4}  {scene.name}  ({loops})" + (f"  {scene.help}" if scene.help else ""))
        where: Path = scenes_folder()
        none = f"No scene is in {where} yet: `{invocation()} scenes --help` tells how to keep one."
        click.echo(f"They are in {where}." if kept else none)


@scenes.command(name="delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_scene(name: str, yes: bool) -> None:
    """Delete the scene that is called NAME, for good."""
    _delete(_scenes(), name, yes)


@scenes.command(name="rename")
@click.argument("name")
@click.argument("new")
def rename_scene(name: str, new: str) -> None:
    """Call the scene NAME by the name NEW; it keeps its number."""
    _rename(_scenes(), name, new)
