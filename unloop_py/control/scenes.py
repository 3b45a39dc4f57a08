"""Scenes: how all loops stand, by one name: what each does, its levels and all its parameters. Standard library only.

A scene holds no sound: recalled, it plays, mutes and pauses the loops that are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from unloop_py.control.keepsakes import FORMAT, Document, Values, lines_of, quoted
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.shelf import Shelf

MOST_LOOPS = 16

Does = Literal["playing", "muted", "paused"]

_NOBODYS = frozenset({"morph_loops", "scratch_pos"})
_OF_THE_RIG = frozenset({
    "autoset_latency", "auto_disable_latency", "input_latency", "output_latency", "trigger_latency", "output_midi_clock",
    "send_midi_start_on_trigger", "use_midi_start", "use_midi_stop", "jack_timebase_master", "tap_ms", "hold_s", "erase_s", "debounce_ms",
})  # fmt: skip

SAVED_OF_ALL = tuple(row.name for row in PARAMETERS if row.scope == "global" and row.name not in _OF_THE_RIG)
"""The parameters of the whole instrument that a scene holds: not those of the card, of switches and of other machines."""
SAVED_OF_A_LOOP = tuple(row.name for row in PARAMETERS if row.scope == "loop" and row.name not in _NOBODYS)
"""Those of each loop."""


@dataclass(frozen=True, slots=True)
class LoopScene:
    """One loop in a scene.

    Attributes
    ----------
    does : {"playing", "muted", "paused"}
        An empty loop counts as muted: whatever is there when the scene comes back was not heard in it.
    solo, reverse : bool
    values : mapping of str to float or int
    """

    does: Does = "playing"
    solo: bool = False
    reverse: bool = False
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene.

    Attributes
    ----------
    name : str
        As it is typed, and as it goes over OSC; capitals, spaces and punctuation do not matter.
    number : int
        From 1; program changes count so.
    help : str
        A sentence, which a player may write into the file.
    generate : bool
        Whether varying is switched on.
    values : mapping of str to float or int
        Parameters of the whole instrument.
    loops : tuple of LoopScene
    """

    name: str
    number: int
    help: str = ""
    generate: bool = True
    values: Values = field(default_factory=dict)
    loops: tuple[LoopScene, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name,)


def read_scene(text: str, where: str) -> Scene:
    """The scene that a file holds.

    Raises
    ------
    PresetError
        Names the file, the line and the cure.
    """
    document = Document(text, where, ("name", "number", "help", "generate", "instrument", "loop"))
    tables = document.tables
    loops = tables.get("loop", [])
    if not isinstance(loops, list) or len(loops) > MOST_LOOPS or not all(isinstance(loop, dict) for loop in loops):
        raise document.wrong("loop", f"[[loop]] stands for one loop after the other, at most {MOST_LOOPS}")
    whole = document.values(
        document.table(tables, "instrument"), may=lambda row: row.scope == "global", whose="of the whole instrument"
    )
    return Scene(
        document.name("scene"), document.number("scene"), document.text(tables, "help", ""), document.bool(tables, "generate", True),
        whole, tuple(_loop(document, loop, document.start_of("loop", number)) for number, loop in enumerate(loops)),
    )  # fmt: skip


def _loop(document: Document, table: dict[str, Any], start: int) -> LoopScene:
    document.refuse_others(table, ("does", "solo", "reverse", "parameters"), start)
    does = table.get("does", "playing")
    if does not in get_args(Does):
        raise document.wrong("does", f"does must be {', '.join(get_args(Does))}, got {does!r:.40}", start)
    return LoopScene(
        does, document.bool(table, "solo", False, start), document.bool(table, "reverse", False, start),
        document.values(document.table(table, "parameters", start), start, lambda row: row.scope == "loop", "of one loop"),
    )  # fmt: skip


def scene_text(scene: Scene) -> str:
    """A scene as its file."""
    text = (
        f"format = {FORMAT}\nname = {quoted(scene.name)}\nnumber = {scene.number}\nhelp = {quoted(scene.help)}\n"
        f"generate = {_word(scene.generate)}\n\n[instrument]\n{lines_of(scene.values)}"
    )
    for loop in scene.loops:
        text += f'\n[[loop]]\ndoes = "{loop.does}"\nsolo = {_word(loop.solo)}\nreverse = {_word(loop.reverse)}\n'
        text += f"[loop.parameters]\n{lines_of(loop.values)}"
    return text


def _word(flag: bool) -> str:
    return ("false", "true")[flag]


def scene_shelf(folder: Path | None = None) -> Shelf[Scene]:
    """All scenes of the player's folder, once `Shelf.look` has read it."""
    return Shelf("scene", read_scene, scene_text, (), folder)
