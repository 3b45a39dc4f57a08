"""What can be said to the instrument and asked of it, address by address: a row for each, looked up by an address or a part of one.

Pure; any thread. Everything comes from the tables.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from unloop_py.control.addresses import ASKED, GROUP, OUTGOING, QUESTIONS, arguments_of
from unloop_py.control.commands import COMMANDS
from unloop_py.control.nearest import nearest
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, Parameter, layer_name
from unloop_py.control.pedals import WORDS
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS, VARYING_CONTROLS, Control
from unloop_py.control.sooperlooper_addresses import ADDRESSES
from unloop_py.errors import CommandError


class Entry(NamedTuple):
    """One row, as `/unloop/help` tells it.

    Attributes
    ----------
    address : str
        ``N`` stands for a loop and ``M`` for a layer; SooperLooper's controls follow theirs after a space.
    kind : str
        float, int or bool for a parameter; command, question, news (what is sent), control (of SooperLooper's).
    range : str
        What it takes or, news, what it carries.
    default : str
        "" where there is none.
    unit, help : str
    """

    address: str
    kind: str
    range: str
    default: str
    unit: str
    help: str


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every row, ours first."""
    commands = tuple(
        Entry(f"/unloop/{'' if row.scope == 'global' else 'loop/N/'}{row.name}", "command", arguments_of(row), "", "", row.help)
        for row in COMMANDS
    )
    parameters = tuple(_of_parameter(row.name, row) for row in PARAMETERS)
    layers = tuple(_of_parameter(layer_name("M", row.name), row) for row in LAYER_PARAMETERS)
    questions = tuple(Entry(row.address, "question", row.arguments, "", "", row.help) for row in (GROUP, ASKED, *QUESTIONS))
    told = {entry.address for entry in (*commands, *questions)}
    news = tuple(Entry(row.address, "news", row.arguments, "", "", row.help) for row in OUTGOING.values() if row.address not in told)
    theirs = tuple(Entry(row.address, "command", row.arguments, "", "", row.help) for row in ADDRESSES)
    controls = tuple(_of_control("/sl/N/set", row) for row in (*LOOP_CONTROLS, *VARYING_CONTROLS))
    shared = tuple(_of_control("/set", row) for row in GLOBAL_CONTROLS)
    return commands + questions + parameters + layers + news + theirs + controls + shared


def _of_parameter(name: str, row: Parameter) -> Entry:
    limits = row.range_text.removesuffix(f" {row.unit}") if row.unit else row.range_text
    called = f" Also called {', '.join(row.aliases)}." if row.aliases else ""
    return Entry(f"/unloop/loop/N/{name}", row.kind, limits, f"{row.default:g}", row.unit, row.help + called)


def _of_control(address: str, row: Control) -> Entry:
    limits = "" if row.kind in ("command", "status") else f"{row.minimum:g}..{row.maximum:g}"
    default = f"{row.default:g}" if row.kind == "parameter" else ""
    means = {"parameter": f"Our {row.ours}", "command": f"A press of our {row.ours}", "toggle": f"Our {row.ours}",
             "status": "Is asked for with get"}[row.kind]  # fmt: skip
    return Entry(f"{address if row.kind != 'status' else address.replace('set', 'get')} {row.name}", "control", limits, default, "",
                 f"{means}{f': {row.why}' if row.why else ''}.")  # fmt: skip


def about(text: str) -> list[Entry]:
    """The rows of an address, of a name, or of a part of one; all for "".

    Parameters
    ----------
    text : str
        ``/unloop/loop/2/mix``, ``/sl/0/set wet``, ``mix``, ``temp`` (another name of it), ``prompt`` (a part of several).

    Raises
    ------
    CommandError
        Names the nearest.
    """
    rows = entries()
    wanted = _with_letters(text.strip())
    if not wanted:
        return list(rows)
    called = {alias: row.name for row in PARAMETERS for alias in row.aliases}
    wanted = "/".join(called.get(part, part) for part in wanted.split("/"))
    found = [row for row in rows if wanted in (row.address, _last(row.address))]
    found = found or [row for row in rows if row.address.startswith(wanted.rstrip("/") + "/")]
    found = found or [row for row in rows if wanted in row.address]
    if not found and wanted in WORDS:
        found = [row for row in rows if row.range == "word"]
    if not found:
        near = nearest(wanted, {row.address if wanted.startswith("/") else _last(row.address) for row in rows})
        raise CommandError(f"help knows nothing of {text!r:.60}: the nearest is {near!r}; without an argument it tells all")
    return found


def _last(address: str) -> str:
    """What an address is called by: its last part."""
    return address.replace(" ", "/").rpartition("/")[2]


def _with_letters(address: str) -> str:
    """An address with ``N`` and ``M`` where loops and layers have their numbers."""
    parts = address.split("/")
    for at in range(1, len(parts)):
        if parts[at - 1] in ("loop", "sl") and parts[at] != "N" and not parts[at].startswith("midi_"):
            parts[at] = "N"
        elif parts[at - 1] == "layer":
            parts[at] = "M"
    return "/".join(parts)
