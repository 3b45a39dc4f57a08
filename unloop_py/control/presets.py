"""Presets: several parameters of a loop set by one name. Standard library only.

Those that come with unloop lie in ``shipped/presets``, a TOML file each: first the eight of VampNet's own player (its
``app.py``), with its values, then ours. There, a preset sets five numbers and the rest is fixed; here, what is fixed there is set too, so
that a preset means the same wherever the knobs stood before. What is left as it stands is nobody's prompt: steps, seed,
filters, stretch, pitch and levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unloop_py.control.keepsakes import FORMAT, Document, Values, lines_of, quoted
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.shelf import Shelf

FIRST_OWN = 33
"""The first number of a preset that a player saves: those before are unloop's own, now or later."""

_NOBODYS = frozenset({"morph_loops", "scratch_pos"})
_OF_ITS_PLACE = frozenset({
    "group", "against", "pan_1", "pan_2", "channels", "use_common_ins", "input_1", "input_2", "use_common_outs", "output_1",
    "output_2", "discrete_prefader",
})  # fmt: skip
_OF_RECORDING = frozenset({
    "sync", "quantize", "round", "relative_sync", "overdub_quantized", "replace_quantized", "mute_quantized", "playback_sync",
    "redo_is_tap", "record_bars", "record_beats", "count_in", "click", "rec_thresh", "silence_stop_s", "input_gain",
})  # fmt: skip

SAVED = tuple(
    row.name for row in PARAMETERS if row.scope == "loop" and row.name not in _NOBODYS | _OF_ITS_PLACE | _OF_RECORDING
)
"""What a preset holds that a player saves: how a loop is varied and how it sounds, neither where it stands nor how it is recorded.
One that is written by hand may hold any parameter."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One preset.

    Attributes
    ----------
    name : str
        As it is typed, and as it goes over OSC; capitals, spaces and punctuation do not matter.
    number : int
        From 1; program changes count so.
    title : str
        As VampNet's player shows it; understood as well. "" where there is none.
    help : str
        One sentence for a musician.
    values : mapping of str to float or int
        Parameters, each within its range.
    """

    name: str
    number: int
    title: str
    help: str
    values: Values

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name, self.title) if self.title else (self.name,)


def read_preset(text: str, where: str) -> Preset:
    """The preset that a file holds.

    Raises
    ------
    PresetError
        Names the file, the line and the cure.
    """
    document = Document(text, where, ("name", "number", "title", "help", "parameters"))
    tables = document.tables
    return Preset(
        document.name("preset"), document.number("preset"), document.text(tables, "title", ""), document.text(tables, "help", ""),
        document.values(document.table(tables, "parameters")),
    )  # fmt: skip


def preset_text(preset: Preset) -> str:
    """A preset as its file."""
    title = f"title = {quoted(preset.title)}\n" if preset.title else ""
    return (
        f"format = {FORMAT}\nname = {quoted(preset.name)}\nnumber = {preset.number}\n{title}help = {quoted(preset.help)}\n\n"
        f"[parameters]\n{lines_of(preset.values)}"
    )


def _shipped() -> tuple[Preset, ...]:
    files = (Path(__file__).parent / "shipped" / "presets").glob("*.toml")
    return tuple(sorted((read_preset(file.read_text("utf-8"), file.name) for file in files), key=lambda preset: preset.number))


PRESETS: tuple[Preset, ...] = _shipped()
"""Every preset that comes with unloop, by number: VampNet's from the nearest to the take to the furthest, then ours."""


def preset_shelf(folder: Path | None = None) -> Shelf[Preset]:
    """All presets: unloop's own, and those of the player's folder once `Shelf.look` has read it."""
    return Shelf("preset", read_preset, preset_text, PRESETS, folder, FIRST_OWN)
