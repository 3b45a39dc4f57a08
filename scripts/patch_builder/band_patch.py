"""``unloop-3.maxpat``: a band of three. What is told to all stands above; each loop is a copy of ``unloop.maxpat``."""

from patch_builder.canvas import ACCENT, DIM, PANEL, TEXT, WELL, Canvas
from patch_builder.connection import PORT_HINT
from patch_builder.controls import live, toggle, value_of
from patch_builder.layout import BAND_PORT, COMMAND_BY_NAME, label, tooltip
from patch_builder.loop_patch import BLOCK_HEIGHT, BLOCK_WIDTH, FEET
from unloop_py.control.addresses import DEFAULT_PORT
from unloop_py.control.parameters import by_name as parameter_named
from unloop_py.control.presets import PRESETS

LOOPS = 3
_TOP = 66.0
_ALL = ("record", "overdub", "play", "pause", "keep", "back", "vary")
_EVERY = "/unloop/loop/*/"
"""The address of all loops that are there."""


def band_patch(loop: dict) -> dict:
    """The patch as Max reads it; `loop` is that of one loop."""
    canvas = Canvas(LOOPS * BLOCK_WIDTH, _TOP + BLOCK_HEIGHT, f"unloop: a band of {LOOPS} loops.")
    canvas.panel((4.0, 4.0, LOOPS * BLOCK_WIDTH - 8.0, _TOP - 8.0))
    canvas.words("all loops", (12, 10, 92, 26), 17.0, bold=True)
    _socket(canvas)
    left = 112.0
    for name in _ALL:
        _tell(canvas, name, (left, 11.0, 82.0, 42.0))
        left += 88.0
    _generate(canvas, (left, 11.0, 82.0, 42.0))
    _variation(canvas, (left + 92.0, 10.0, 210.0, 44.0))
    _preset(canvas, (left + 312.0, 28.0, 148.0, 18.0))
    parameters: dict[str, object] = {}
    overrides: dict[str, object] = {}
    for number in range(1, LOOPS + 1):
        box = _loop(canvas, number)
        for key, name, short in _parameters_of(loop):
            parameters[f"{box}::{key}"] = [f"loop {number} {name}", short, 0]
            overrides[f"{box}::{key}"] = {"parameter_longname": f"loop {number} {name}"}
    parameters |= {"parameterbanks": {}, "parameter_overrides": overrides, "inherited_shortname": 1}
    return canvas.patcher(parameters)


def _parameters_of(loop: dict) -> list[tuple[str, str, str]]:
    """The id, the long and the short name of each parameter of a patch."""
    values = [(entry["box"]["id"], entry["box"].get("saved_attribute_attributes", {}).get("valueof")) for entry in loop["boxes"]]
    return [(key, value["parameter_longname"], value["parameter_shortname"]) for key, value in values if value]


def _socket(canvas: Canvas) -> None:
    x, y = canvas.cell()
    send = canvas.object(f"udpsend 127.0.0.1 {DEFAULT_PORT}", x, y + 60)
    canvas.chain(canvas.object("r #0-out", x, y), send)
    canvas.words("port", (12, 38, 30, 18), 10.0, DIM)
    x, y = canvas.cell()
    port = canvas.show(
        "number", x, y + 30, (42, 37, 50, 20), PORT_HINT,
        minimum=1, maximum=65535, fontsize=10.0, textcolor=TEXT, bgcolor=WELL, varname="port",
    )  # fmt: skip
    canvas.chain(canvas.object(f"loadmess set {DEFAULT_PORT}", x, y), port, canvas.message("port $1", x, y + 60, 60), send)


def _tell(canvas: Canvas, name: str, place: tuple[float, float, float, float]) -> None:
    """A button that tells a command to all."""
    x, y = canvas.cell()
    hint = f"In all loops: {COMMAND_BY_NAME[name].help}"
    value = value_of(f"all {name}", f"{name} all", "int", (0, 1, 0), choices=("off", "on"), initial=False)
    button = live(
        canvas, "live.text", (x, y), place, hint, value, mode=0, text=name, texton=name, rounded=5.0, fontsize=13.0,
        activebgcolor=FEET.get(name, PANEL), activebgoncolor=ACCENT, activetextcolor=TEXT,
    )  # fmt: skip
    canvas.chain(button, canvas.message(_EVERY + name, x, y + 60), canvas.object("s #0-out", x, y + 90, 70))


def _generate(canvas: Canvas, place: tuple[float, float, float, float]) -> None:
    x, y = canvas.cell()
    row = COMMAND_BY_NAME["generate"]
    value = value_of("all generate", row.name, "int", (0, 1, 1), choices=("off", "on"), initial=False)
    box = toggle(canvas, row.name, (x, y), place, row.help, value, fontsize=13.0)
    canvas.chain(box, canvas.object(f"prepend /unloop/{row.name}", x, y + 60), canvas.object("s #0-out", x, y + 90, 70))


def _variation(canvas: Canvas, place: tuple[float, float, float, float]) -> None:
    x, y = canvas.cell()
    row = parameter_named("variation")
    value = value_of("all variation", label(row), row.kind, (row.minimum, row.maximum, row.default), row.unit, initial=False)
    box = live(
        canvas, "live.slider", (x, y), place, f"In all loops: {tooltip(row)}", value, orientation=1, fontsize=12.0, textcolor=TEXT,
        slidercolor=ACCENT, relative=0,
    )  # fmt: skip
    canvas.chain(box, canvas.object(f"prepend {_EVERY}{row.name}", x, y + 60), canvas.object("s #0-out", x, y + 90, 70))


def _preset(canvas: Canvas, place: tuple[float, float, float, float]) -> None:
    x, y = canvas.cell()
    row = COMMAND_BY_NAME["preset"]
    left, top = place[:2]
    canvas.words(row.name, (left - 3, top - 20, 60, 18), 11.0, DIM)
    names = [preset.name for preset in PRESETS]
    value = value_of("all preset", row.name, "int", (0, len(names) - 1, 0), choices=names, initial=False)
    menu = live(canvas, "live.menu", (x, y), place, f"In all loops: {row.help}", value, fontsize=10.0, textcolor=TEXT, bgcolor=WELL)
    say = canvas.object(f"prepend {_EVERY}{row.name}", x, y + 60)
    canvas.cord(menu, 1, say)
    canvas.chain(say, canvas.object("s #0-out", x, y + 90, 70))


def _loop(canvas: Canvas, number: int) -> str:
    """One loop, which hears on a port of its own."""
    x, y = canvas.cell()
    return bpatcher(canvas, (x, y), ((number - 1) * BLOCK_WIDTH, _TOP, BLOCK_WIDTH, BLOCK_HEIGHT), number, BAND_PORT + number - 1)


def bpatcher(canvas: Canvas, at: tuple[float, float], place: tuple[float, float, float, float], number: int, port: int) -> str:
    """A copy of ``unloop.maxpat`` for one loop that hears on a port; of it, the part that is played with is seen."""
    return canvas.show(
        "bpatcher", *at, place, name="unloop.maxpat", args=[number, port], varname=f"loop-{number}", embed=0,
        offset=[0.0, 0.0], border=0, bgmode=0, clickthrough=0, enablehscroll=0, enablevscroll=0, lockeddragscroll=0, viewvisibility=1,
    )  # fmt: skip
