"""How the patches look while something plays, for their pictures: what is shown by each object, by its hint."""

import math

from patch_builder.layout import STATES
from patch_builder.loop_patch import GEN_COLOURS
from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING
from unloop_py.control.commands import COMMANDS
from unloop_py.control.pictures import DRAWN, PLACES


def _loudness(place: int) -> float:
    """Eight beats, each of which dies away, some louder than others."""
    beat, since = divmod(place * 8 / PLACES, 1)
    return (0.55 + 0.4 * math.cos(2.3 * beat)) * math.exp(-2.2 * since) + 0.05


_DRAW = next(row.help for row in COMMANDS if row.name == "draw")

PLAYING: dict[str, object] = {
    OUTGOING["state"].help: "playing",
    OUTGOING["gen_state"].help: "on",
    OUTGOING["peaks"].help: [_loudness(place) for place in range(PLACES)],
    OUTGOING["mask"].help: [1.0 if place % 16 < 5 else 0.15 if place % 4 else 0.5 for place in range(PLACES)],
    _DRAW: [2 if place < 8 else 0 if 20 <= place < 25 else 1 for place in range(DRAWN)],
    OUTGOING["position"].help: 0.41,
    OUTGOING["progress"].help: 0.72,
    OUTGOING["repetition"].help: 12,
    OUTGOING["beat"].help: 4,
    OUTGOING["layers"].help: 2,
    "port": DEFAULT_PORT,
    "heard": 1,
    "state colour": STATES["playing"],
    "gen_state colour": GEN_COLOURS["on"],
    "loop": 1,
}
