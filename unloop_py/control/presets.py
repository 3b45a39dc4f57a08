"""The one table of presets: several parameters set at one moment by one name. Standard library only.

They are those of VampNet's own player (its ``app.py``), with its values. There, a preset sets five numbers and the rest
is fixed; here, what is fixed there is set too, so that a preset means the same wherever the knobs stood before. What is
left as it stands is nobody's prompt: steps, seed, filters, stretch, pitch and levels.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from unloop_py.errors import ParameterError

_REFERENCE: dict[str, float | int] = {
    "periodic_width": 1,
    "prefix_s": 0.0,
    "suffix_s": 0.0,
    "inpaint_start_s": 0.0,
    "inpaint_end_s": 0.0,
    "temperature": 1.0,
    "mask_temperature": 10.5,
}
"""What VampNet's player does whatever its preset: no hints but those of the preset, and its own way of drawing."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One row of the table.

    Attributes
    ----------
    name : str
        As it is typed, and as it goes over OSC.
    title : str
        As VampNet's player shows it; understood as well.
    help : str
        One sentence for a musician.
    values : mapping of str to float or int
        Parameters, each within its range.
    """

    name: str
    title: str
    help: str
    values: Mapping[str, float | int]


def _preset(
    name: str, title: str, periodic: int, codebooks: int, onset: int, dropout: float, beat_ms: float, help: str
) -> Preset:
    own = {
        "periodic_prompt": periodic,
        "compression_prompt": codebooks,
        "onset_mask_width": onset,
        "mask_dropout": dropout,
        "beat_mask_ms": beat_ms,
    }
    return Preset(name, title, help, own | _REFERENCE)


PRESETS: tuple[Preset, ...] = (
    _preset("timbre-transfer", "timbre transfer", 2, 1, 0, 0.0, 0.0,
            "The notes stay and their sound is free: every second step is kept, with its coarsest codebook."),
    _preset("small-variation", "small variation", 5, 4, 0, 0.0, 0.0, "Close to the take: one step in 5 is kept."),
    _preset("small-follow-beat", "small variation (follow beat)", 7, 4, 0, 0.0, 50.0,
            "Close to the take, and on its beat: one step in 7 is kept, and 50 ms either side of each beat."),
    _preset("medium-variation", "medium variation", 7, 4, 0, 0.0, 0.0, "Further from the take: one step in 7 is kept."),
    _preset("medium-follow-beat", "medium variation (follow beat)", 13, 4, 0, 0.0, 50.0,
            "Further from the take, but on its beat: one step in 13 is kept, and 50 ms either side of each beat."),
    _preset("large-variation", "large variation", 13, 4, 0, 0.2, 0.0,
            "Far from the take: one step in 13 is kept, and of these a fifth is left out."),
    _preset("large-follow-beat", "large variation (follow beat)", 0, 4, 0, 0.0, 80.0,
            "Nothing stays but the beat: 80 ms either side of each."),
    _preset("unconditional", "unconditional", 0, 1, 0, 0.0, 0.0, "Nothing of the take is kept: the model plays what it likes."),
)  # fmt: skip
"""Every preset, from the nearest to the take to the furthest."""


def _plain(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


_BY_NAME = {_plain(name): preset for preset in PRESETS for name in (preset.name, preset.title)}


def by_name(name: str, where: str = "") -> Preset:
    """The preset of this name or title; capitals, spaces and punctuation do not matter.

    Raises
    ------
    ParameterError
        Names the nearest preset.
    """
    preset = _BY_NAME.get(_plain(name))
    if preset is None:
        near = _BY_NAME[difflib.get_close_matches(_plain(name), _BY_NAME, n=1, cutoff=0.0)[0]].name
        at = f" ({where})" if where else ""
        raise ParameterError(f"no preset is called {name!r:.60}{at}: the nearest is {near!r}; see `unloop presets`")
    return preset
