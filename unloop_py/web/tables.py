"""The tables of control and the state of the instrument as JSON, so that the page restates nothing. Pure but for what it asks the bus."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import Any

from unloop_py.control.bus import GEN_STATES, Bus, LoopStatus, Notice
from unloop_py.control.commands import COMMANDS, KEYS, MAX_NAME, SPACE
from unloop_py.control.describe import parameter_rows
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name
from unloop_py.control.pictures import DRAWN, SIGNS
from unloop_py.control.presets import PRESETS
from unloop_py.control.sections import SECTIONS
from unloop_py.errors import UnloopError

STANDS = ("off", "recording", "paused", "scratching")
"""States in which a playhead does not go by itself."""
FULL_PEAK = 255
OF_A_LOOP = tuple(row.name for row in PARAMETERS if row.scope == "loop")
OF_ALL = tuple(row.name for row in PARAMETERS if row.scope == "global")


def tables(bus: Bus) -> dict[str, Any]:
    """Everything that the instrument can be told and what it says, once for each client."""
    return {
        "parameters": parameter_rows(),
        "sections": [{"name": section.name, "title": section.title, "names": list(section.names)} for section in SECTIONS],
        "commands": [asdict(command) for command in COMMANDS],
        "keys": [asdict(key) for key in KEYS],
        "space": {state: list(means) for state, means in SPACE.items()},
        "gen_states": GEN_STATES,
        "marks": {"signs": SIGNS, "most": MAX_NAME, "shown": DRAWN},
        "switches": [asdict(switch) for switch in SWITCHES],
        **named(bus),
    }


def named(bus: Bus) -> dict[str, Any]:
    """What has a name and can be recalled by it; `own` is what the player has saved."""
    presets = [{"number": row.number, "name": row.name, "title": row.title, "help": row.help, "values": dict(row.values),
                "own": row not in PRESETS} for row in bus.presets()]  # fmt: skip
    scenes = [{"number": row.number, "name": row.name, "help": row.help, "own": True} for row in bus.scenes()]
    return {"presets": presets, "scenes": scenes}


def midi(bus: Bus) -> dict[str, Any]:
    """The MIDI devices that are there and what the player has bound; no list of devices where there is no MIDI."""
    desk = bus.midi
    if desk is None:
        return {"devices": None, "bindings": []}
    bindings = [{"target": one.target, "control": one.control.text, "channel": one.control.channel, "device": one.device}
                for one in desk.bindings()]  # fmt: skip
    return {"devices": [one._asdict() for one in desk.devices()], "bindings": bindings}


def state(bus: Bus) -> dict[str, Any]:
    """How everything stands."""
    return {
        "loops": [loop_state(bus, loop) for loop in range(bus.n_loops)],
        "generate": bus.generating(),
        "selected": [loop + 1 for loop in bus.chosen()],
        "model": bus.model(),
        "stage_lock": bus.stage_locked(),
        "scene": bus.scene(),
        "xruns": bus.xruns(),
        "parameters": {name: bus.get(0, name) for name in OF_ALL},
    }


def loop_state(bus: Bus, loop: int) -> dict[str, Any]:
    """How one loop stands."""
    status = bus.status(loop)
    layers: list[dict[str, float | int]] = []
    with contextlib.suppress(UnloopError):  # undo may take one away while one looks; its notice follows
        for layer in range(status.layers):
            layers.append({row.name: bus.get(loop, layer_name(layer, row.name)) for row in LAYER_PARAMETERS})
    mask = bus.mask(loop)
    return asdict(status) | {
        "loop": loop + 1,
        "rate": rate(status, float(bus.get(loop, "speed"))),
        "parameters": {name: bus.get(loop, name) for name in OF_A_LOOP},
        "layer_values": layers,
        "peaks": drawable(bus.peaks(loop)),
        "mask": {"coming": mask.coming, "rows": list(mask.rows)},
    }


def positions(bus: Bus) -> tuple[list[list[float]], float, float]:
    """Where every playhead is: position, rate, position_s, seam_s, length_s; and the peaks of input and output."""
    rows, statuses = [], [bus.status(loop) for loop in range(bus.n_loops)]
    for loop, status in enumerate(statuses):
        going = rate(status, float(bus.get(loop, "speed")))
        seconds = (round(each, 3) for each in (status.position_s, status.seam_s, status.length_s))
        rows.append([round(status.position, 5), round(going, 5), *seconds])
    return rows, round(statuses[0].peak_in, 4), round(statuses[0].peak_out, 4)


def rate(status: LoopStatus, speed: float) -> float:
    """How many times a second a loop goes round, below 0 backwards."""
    if status.state in STANDS or not status.length_s:
        return 0.0
    return (-speed if status.reverse else speed) / status.length_s


def drawable(peaks: tuple[float, ...]) -> list[int]:
    """Peaks as whole numbers, which are short in JSON."""
    return [round(FULL_PEAK * peak) for peak in peaks]


def change(notice: Notice, source: str) -> dict[str, Any]:
    """A notice as one client, known by its source, is told."""
    values: list[Any] = list(notice.values)
    if notice.kind == "peaks":
        values = drawable(notice.values)  # type: ignore[arg-type]  # of these all are numbers
    elif notice.kind == "mask":
        values = [{"coming": bool(values[0]), "rows": values[1:]}]
    return {"loop": None if notice.loop is None else notice.loop + 1, "kind": notice.kind, "values": values,
            "mine": bool(source) and notice.source == source}  # fmt: skip
