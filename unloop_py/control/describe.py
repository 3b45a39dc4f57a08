"""The tables of control as text, JSON and Markdown: for the command line, OSC, the README and the address file.

Pure; any thread.
"""

import json
from collections.abc import Sequence

from unloop_py.config import DEFAULT_OSCQUERY_PORT
from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING, Address, incoming
from unloop_py.control.commands import COMMANDS, KEYS
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.max_dialect import HEARD, KNOBS, SAID
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, Parameter, by_name, layer_name
from unloop_py.control.presets import PRESETS, Preset
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS, VARYING_CONTROLS
from unloop_py.control.sooperlooper_addresses import ADDRESSES


def parameter_rows() -> list[dict[str, str | float | int | list[str]]]:
    """One dict per parameter: name, type, min, max, default, unit, scope, acts, choices, aliases, help."""
    return [
        {
            "name": name,
            "type": parameter.kind,
            "min": parameter.minimum,
            "max": parameter.maximum,
            "default": parameter.default,
            "unit": parameter.unit,
            "scope": parameter.scope,
            "acts": parameter.acts,
            "choices": list(parameter.choices),
            "aliases": list(parameter.aliases),
            "help": parameter.help,
        }
        for name, parameter in _all_rows()
    ]


def _all_rows() -> list[tuple[str, Parameter]]:
    """Every parameter by the name that it is given by, those of a layer last."""
    return [(row.name, row) for row in PARAMETERS] + [(layer_name("M", row.name), row) for row in LAYER_PARAMETERS]


def parameters_json() -> str:
    """The parameters as a JSON array, one object per row of the table."""
    return json.dumps(parameter_rows(), indent=2)


def parameters_text() -> str:
    """The parameters as aligned columns for a terminal."""
    rows = [("name", "range", "default", "acts", "also called", "what it does")]
    rows += [(name, row.range_text, f"{row.default:g}", row.acts, ", ".join(row.aliases), row.help) for name, row in _all_rows()]
    return columns(rows)


def parameters_markdown() -> str:
    """The parameters as a Markdown table."""
    rows = [
        (f"`{name}`", row.range_text, f"{row.default:g}", row.acts, ", ".join(f"`{alias}`" for alias in row.aliases), row.help)
        for name, row in _all_rows()
    ]
    return markdown(("parameter", "range", "default", "acts", "also called", "what it does"), rows)


def presets_json(presets: Sequence[Preset] = PRESETS) -> str:
    """Presets as a JSON array, one object each."""
    rows = [
        {"number": row.number, "name": row.name, "title": row.title, "help": row.help, "values": dict(row.values)} for row in presets
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def presets_text(presets: Sequence[Preset] = PRESETS) -> str:
    """Presets as aligned columns for a terminal: VampNet's, and below them what all of them set alike; then the others."""
    head, rows = _vampnets()
    others = [(str(row.number), row.name, row.help or sets(row)) for row in presets if row not in _OF_VAMPNET]
    return (
        columns([head, *rows]) + f"\nAll of them also set {_alike()}.\n\n"
        + columns([("", "name", "what it does"), *others])
        + "\nWhat each of these sets: --json.\n"
    )


def presets_markdown() -> str:
    """The presets that come with unloop as two Markdown tables, VampNet's and ours."""
    head, rows = _vampnets()
    ours = [(str(row.number), f"`{row.name}`", sets(row), row.help) for row in PRESETS if row not in _OF_VAMPNET]
    quoted = [(number, f"`{name}`", *rest) for number, name, *rest in rows]
    vampnets = markdown(("", "preset", *(f"`{name}`" for name in head[2:-1]), head[-1]), quoted)
    return (
        vampnets + f"\nAll of them also set {_alike()}.\n\nOurs, which bring the other knobs of the variation back to their defaults:\n\n"
        + markdown(("", "preset", "what it sets", "what it does"), ours)
    )


def sets(preset: Preset) -> str:
    """What a preset sets elsewhere than at its default, in words."""
    return ", ".join(f"{name} {value:g}" for name, value in preset.values.items() if value != by_name(name).default)


_OF_VAMPNET = tuple(preset for preset in PRESETS if preset.title)


def _vampnets() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head = ("", "name", *_DIFFERENT, "what it does")
    return head, [(str(row.number), row.name, *(f"{row.values[name]:g}" for name in _DIFFERENT), row.help) for row in _OF_VAMPNET]


def _values_of(name: str) -> set[float | int]:
    return {preset.values[name] for preset in _OF_VAMPNET}


_DIFFERENT = tuple(name for name in _OF_VAMPNET[0].values if len(_values_of(name)) > 1 or name == "onset_mask_width")
"""What VampNet's presets are told from each other by; the onset mask is off in all of them, and a knob of its player."""


def _alike() -> str:
    return ", ".join(f"{name} {value:g}" for name, value in _OF_VAMPNET[0].values.items() if name not in _DIFFERENT)


def unloop_for_max_markdown() -> str:
    """What the patches of unloop for Max send and are answered, and what their knobs are here, as Markdown tables."""
    heard = [(f"`{row.address}`", row.arguments, row.help) for row in HEARD]
    said = [(f"`{row.address}`", row.arguments, row.help) for row in SAID.values()]
    knobs = [(f"`{name}`", f"`{row.name}`", row.range_text) for name, row in KNOBS.items()]
    return "\n".join((
        markdown(("comes in", "with", "what it does"), heard), markdown(("goes out", "with", "what it tells"), said),
        markdown(("of `/process`", "here", "in"), knobs),
    ))  # fmt: skip


def sooperlooper_markdown() -> str:
    """What SooperLooper's programs say and are answered, and what its controls are here, as Markdown tables."""
    said = [(f"`{row.address}`", f"`{row.types}`" if row.types else "", row.arguments, row.help) for row in ADDRESSES]
    tables = [markdown(("address", "types", "with", "what it does"), said)]
    for title, rows in (("of a loop", LOOP_CONTROLS), ("of all loops", GLOBAL_CONTROLS), ("of varying, for a loop", VARYING_CONTROLS)):
        cells = []
        for row in rows:
            asked = row.kind == "status"
            here = "" if asked else f"`{row.ours}`"
            limits = "" if row.kind in ("status", "command") else f"{row.minimum:g}..{row.maximum:g}"
            cells.append((f"`{row.name}`", limits, here, row.why))
        tables.append(markdown((title, "in", "here", ""), cells))
    return "\n".join(tables)


def keys_markdown(*, only_first: bool = False) -> str:
    """The keys as a Markdown table: all, or those that a player who starts needs."""
    keys = [key for key in KEYS if key.first or not only_first]
    rows = [(f"`{_key_name(key.key)}`{' twice' if key.presses == 2 else ''}", key.help) for key in keys]
    return markdown(("key", "what it does"), rows)


def switches_markdown() -> str:
    """What each switch means by a tap, two and a hold, as a Markdown table."""
    rows = [(f"{row.number}, {row.name}", *row.help) for row in SWITCHES]
    return markdown(("switch", "tap", "two taps", "hold"), rows)


def locked_markdown() -> str:
    """What stage lock refuses, as a Markdown table."""
    when = {"always": "always", "loop": "over a loop that is there", "last": "where the loop would be empty then"}
    rows = [(f"`{row.name}`", when[row.locked]) for row in COMMANDS if row.locked]
    return markdown(("stage lock refuses", "when"), rows)


def osc_markdown(*, each_parameter: bool = True) -> str:
    """The OSC addresses that are understood and that are sent, as two Markdown tables.

    Where the table of parameters stands beside it, one row for all of them will do (``each_parameter=False``).
    """
    understood = list(incoming())
    if not each_parameter:
        parameters = {f"/unloop/loop/N/{name}" for name, _ in _all_rows()}
        understood = [address for address in understood if address.address not in parameters]
        help = "Sets a parameter, one of the table below; without a value, asks for it."
        understood.append(Address("/unloop/loop/N/<parameter>", "[value]", help))
    parts = []
    for title, addresses in (("In", understood), ("Out, to subscribers", tuple(OUTGOING.values()))):
        rows = [(f"`{_with_arguments(address)}`", address.help) for address in addresses]
        parts.append(markdown((title, "what it does" if title == "In" else "what it tells"), rows))
    return "\n".join(parts)


def addresses_markdown() -> str:
    """The address file that lies beside the patches."""
    return (
        "# OSC addresses\n\n"
        "Generated by `scripts/make_patches` from the tables in `unloop_py/control`; do not edit.\n\n"
        f"UDP and TCP, port {DEFAULT_PORT} (if taken, the next free one). Over TCP, packets are framed as OSC 1.1 has it (SLIP) or by\n"
        "their length (OSC 1.0): the first byte tells which, and answers, and what a client without a port subscribes to, come back\n"
        "over its connection. `N` is a loop, counted from 1; patterns such as `*` or\n"
        "`{1,2}` stand for several. In a name, `*`, `?` and `[ ]` stand for parameters only, so that nothing is cleared\n"
        "unawares; `{mute,lock}` may stand for commands too. Numbers may be ints, floats or numeric strings. A button's 0\n"
        "does nothing; a toggle without an argument flips. A parameter without a value asks for it. What stands in `[ ]`\n"
        "may be left out. Those of the whole instrument (" + _global_names() + ")\n"
        "are the same in every loop, and are understood as `/unloop/<parameter>` too. A parameter is understood by every\n"
        "name that it is *also called*, which are those of VampNet's\n"
        "players; answers bear its own name. SooperLooper's `/sl/N/hit`, `down`, `up` and `upforce` with a word are understood\n"
        "too, where `N` counts from 0, -1 is every loop and -3 the selected one.\n\n"
        "## Who is heard\n\n"
        "Only this machine, until `--osc-listen 0.0.0.0` (or one of its addresses): then those of the local network, or whom\n"
        "`--osc-allow` names. A sender (a port of this machine, or another host) may ask for 10000 things a second; what is beyond\n"
        "is dropped, and it is told so once a second. `/unloop/traffic` tells what has come and what became of it. A message is at\n"
        "most 8192 bytes and 256 arguments, a packet 2048 messages, a bundle's time at most 31 days ahead; a client over TCP that\n"
        "leaves a megabyte unread is cut off, and 64 may be there at once.\n\n"
        "## OSCQuery\n\n"
        f"At HTTP port {DEFAULT_OSCQUERY_PORT} (`--oscquery-port`, `none` is off; if taken, the next free one) lies everything below as\n"
        "JSON, for hosts that build their controls by themselves:\n"
        f"`http://127.0.0.1:{DEFAULT_OSCQUERY_PORT}/unloop/loop/1/mix` with TYPE, ACCESS, VALUE, RANGE, CLIPMODE, UNIT and DESCRIPTION,\n"
        "`?VALUE` for one of them, `?HOST_INFO` for where OSC is; over its WebSocket LISTEN and IGNORE to values, as OSC, and\n"
        "PATH_ADDED and PATH_REMOVED as loops and layers come and go. Both ports are announced by zeroconf (`_oscjson._tcp`,\n"
        "`_osc._udp`) where they listen. A parameter of the whole instrument has one address there, `/unloop/<parameter>`; a switch is\n"
        "a boolean, a command that takes nothing an impulse.\n\n"
        "## Addresses\n\n"
        + osc_markdown()
        + "\n"
        + parameters_markdown()
        + "\n## Presets\n\n"
        + "For `/unloop/loop/N/preset name`; the number, and of VampNet's the title in its player, such as `small variation\n"
        + "(follow beat)`, will do too. What a player saves has numbers from 33 on.\n\n"
        + presets_markdown()
    )


def _global_names() -> str:
    return ", ".join(f"`{row.name}`" for row in PARAMETERS if row.scope == "global")


def _with_arguments(address: Address) -> str:
    return f"{address.address} {address.arguments}".rstrip()


def _key_name(key: str) -> str:
    return "space" if key == " " else key


def columns(rows: list[tuple[str, ...]]) -> str:
    """Rows of cells as aligned columns for a terminal, the head first."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Rows of cells as a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
