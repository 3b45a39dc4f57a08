"""One control for each row of the tables, with what it sends and what sets it.

A control sends its name and its value to ``#0-set`` (parameters: only while the instrument is heard) or ``#0-say`` (commands), where
they become an address; what the instrument says of the loop arrives at ``#0-loop`` as a name and a value, and sets the control
silently. ``#0`` is another number in each copy of the patch.
"""

from collections.abc import Sequence

from patch_builder.canvas import ACCENT, DIM, PANEL, TEXT, WELL, Canvas, Place
from patch_builder.layout import COMMAND_BY_NAME, label, tooltip
from unloop_py.control.commands import MAX_COUNT, CommandSpec
from unloop_py.control.parameters import Parameter

COLUMN, ROW = 61.0, 50.0
"""What a small control takes in presentation."""

_DIALS_INTS = 256  # so many values has a whole number in a live.* object; longer ranges go as floats that show no fraction
_EXACT = 2**24  # up to here, a parameter of Max holds whole numbers exactly
_UNIT_STYLES = {"ms": 2, "semitones": 7}
_INT, _FLOAT, _CUSTOM = 0, 1, 9

Range = tuple[float, float, float]


def value_of(
    name: str, short: str, kind: str, span: Range, unit: str = "", choices: Sequence[str] = (), initial: bool = True
) -> dict[str, object]:
    """What Max saves of a parameter: names, type, range (minimum, maximum, initial value), how it is written, and whether it is
    set to its initial value, and sends it, when the patch is opened."""
    minimum, maximum, first = span
    value: dict[str, object] = {"parameter_longname": name, "parameter_shortname": short, "parameter_linknames": 1}
    if choices:
        style = {"parameter_enum": list(choices), "parameter_type": 2, "parameter_mmax": len(choices) - 1, "parameter_unitstyle": 9}
    else:
        whole = kind == "int" and maximum - minimum < _DIALS_INTS
        plain = _INT if kind == "int" else _FLOAT
        style = {
            "parameter_type": 1 if whole else 0,
            "parameter_mmin": float(minimum),
            "parameter_mmax": float(maximum),
            "parameter_unitstyle": _UNIT_STYLES.get(unit, _CUSTOM if unit else plain),
        }
        if style["parameter_unitstyle"] == _CUSTOM:
            style["parameter_units"] = unit
    return value | style | {"parameter_initial": [first - minimum if choices else first], "parameter_initial_enable": int(initial)}


def live(canvas: Canvas, maxclass: str, at: tuple[float, float], place: Place, hint: str, value: dict[str, object], **attributes) -> str:
    """A live.* object with its parameter."""
    return canvas.show(
        maxclass, *at, place, hint, parameter_enable=1, varname=value["parameter_longname"],
        saved_attribute_attributes={"valueof": value}, **attributes,
    )  # fmt: skip


def quietly(canvas: Canvas, route: str, outlet: int, box: str, x: float, y: float, how: str = "set") -> None:
    """Shows in a box what comes out of a route, without its sending it on."""
    silent = canvas.object(f"prepend {how}", x, y, 90)
    canvas.cord(route, outlet, silent)
    canvas.cord(silent, 0, box)


def heard(canvas: Canvas, names: Sequence[str], source: str = "#0-loop") -> str:
    """A route of what the instrument says by these names: one outlet each."""
    x, y = canvas.cell()
    route = canvas.object("route " + " ".join(names), x, y + 30)
    canvas.chain(canvas.object(f"r {source}", x, y), route)
    return route


def parameters(canvas: Canvas, rows: Sequence[Parameter], places: Sequence[Place], names: Sequence[str] = ()) -> None:
    """A control for each parameter at its place; `names` are what they are told by, where that is not the row's name."""
    names = names or [row.name for row in rows]
    canvas.row()
    tree = _Tree(canvas, names)
    for row, name, place in zip(rows, names, places, strict=True):
        x, y = canvas.cell()
        box = _parameter(canvas, row, name, (x, y + 30), place)
        quietly(canvas, *tree.outlet(name), box, x, y)
        canvas.chain(box, canvas.object(f"prepend {name}", x, y + 86), canvas.object("s #0-set", x, y + 112, 70))


class _Tree:
    """Where each name comes out: names with a slash, such as a layer's, arrive in parts."""

    def __init__(self, canvas: Canvas, names: Sequence[str]) -> None:
        self._canvas = canvas
        self._routes: dict[tuple[str, ...], tuple[str, list[str]]] = {}
        self._grow((), sorted({tuple(name.split("/")) for name in names}, key=[tuple(name.split("/")) for name in names].index))

    def _grow(self, stem: tuple[str, ...], paths: list[tuple[str, ...]], source: tuple[str, int] | None = None) -> None:
        firsts = list(dict.fromkeys(path[0] for path in paths))
        if source is None:
            route = heard(self._canvas, firsts)
        else:
            x, y = self._canvas.cell()
            route = self._canvas.object("route " + " ".join(firsts), x, y)
            self._canvas.cord(*source, route)
        self._routes[stem] = (route, firsts)
        for outlet, first in enumerate(firsts):
            below = [path[1:] for path in paths if path[0] == first and len(path) > 1]
            if below:
                self._grow((*stem, first), below, (route, outlet))

    def outlet(self, name: str) -> tuple[str, int]:
        """The route and the outlet at which the value of this name comes out."""
        *stem, last = name.split("/")
        route, firsts = self._routes[tuple(stem)]
        return route, firsts.index(last)


def _parameter(canvas: Canvas, row: Parameter, name: str, at: tuple[float, float], place: Place) -> str:
    """What suits the row: a toggle, a menu, a number, or a dial (a wide place: a slider)."""
    hint, short = tooltip(row), label(row)
    x, y, width, height = place
    span = (row.minimum, row.maximum, row.default)
    if row.kind == "bool":
        value = value_of(name, short, "int", span, choices=("off", "on"))
        return toggle(canvas, short, at, (x, y + 14, width, 22), hint, value)
    if row.choices:
        _caption(canvas, short, place)
        value = value_of(name, short, "int", span, choices=row.choices)
        return live(canvas, "live.menu", at, (x, y + 18, width, 18), hint, value, fontsize=9.5, textcolor=TEXT, bgcolor=WELL)
    if row.kind == "int" and row.maximum > _EXACT:
        _caption(canvas, short, place)
        return canvas.show(
            "number", *at, (x, y + 18, width, 20), hint, minimum=int(row.minimum), maximum=int(row.maximum), fontsize=9.5, textcolor=TEXT,
            bgcolor=WELL,
        )  # fmt: skip
    value = value_of(name, short, row.kind, span, row.unit)
    if row.kind == "int" and row.maximum - row.minimum >= _DIALS_INTS:
        _caption(canvas, short, place)
        return live(canvas, "live.numbox", at, (x, y + 18, width, 18), hint, value, fontsize=9.5)
    if width > 3 * height:
        return live(
            canvas, "live.slider", at, place, hint, value, orientation=1, fontsize=12.0, textcolor=TEXT, slidercolor=ACCENT, relative=0,
        )  # fmt: skip
    return live(canvas, "live.dial", at, place, hint, value, fontsize=9.5, textcolor=TEXT, activedialcolor=ACCENT)


def _caption(canvas: Canvas, words: str, place: Place) -> None:
    canvas.words(words, (*place[:2], place[2], 18.0), 9.5, textjustification=1)


def toggle(canvas: Canvas, words: str, at: tuple[float, float], place: Place, hint: str, value: dict[str, object], **look) -> str:
    """A button that stays down."""
    look = {"activebgcolor": PANEL, "activebgoncolor": ACCENT, "activetextcolor": TEXT, "activetextoncolor": WELL, "fontsize": 9.5} | look
    return live(canvas, "live.text", at, place, hint, value, mode=1, text=words, texton=words, rounded=5.0, **look)


def command(canvas: Canvas, row: CommandSpec, place: Place, size: float = 10.0, color: list[float] | None = None) -> None:
    """A button for a command: it stays down where the command is a switch, and has a number where it counts."""
    x, y = canvas.cell()
    top = f"/unloop/{row.name}" if row.scope == "global" else ""
    look = {"fontsize": size, "activebgcolor": color or PANEL}
    words = row.name.replace("_", " ")
    off_on = value_of(row.name, words, "int", (0, 1, 0), choices=("off", "on"), initial=False)
    if row.argument == "toggle":
        box = toggle(canvas, words, (x, y + 30), place, row.help, off_on, **look)
        route = heard(canvas, [top or row.name], "#0-top" if top else "#0-loop")
        quietly(canvas, route, 0, box, x, y)
        say = canvas.object(f"prepend {top or row.name}", x, y + 86)
        canvas.chain(box, say, canvas.object("s #0-out" if top else "s #0-say", x, y + 112, 70))
        return
    left, above, width, height = place
    counts = row.argument == "count"
    button = live(
        canvas, "live.text", (x, y + 30), (left, above, width - 30 if counts else width, height), row.help, off_on, mode=0, text=words,
        texton=words, rounded=5.0, activetextcolor=TEXT, activebgoncolor=ACCENT, **look,
    )  # fmt: skip
    if not counts:
        press = canvas.message(top or row.name, x, y + 86)
        canvas.chain(button, press, canvas.object("s #0-out" if top else "s #0-press", x, y + 112, 70))
        return
    value = value_of(f"{row.name} n", "n", "int", (1, MAX_COUNT, 1))
    number = live(canvas, "live.numbox", (x + 80, y), (left + width - 28, above + height / 2 - 8, 28, 16), row.help, value, fontsize=9.5)
    held = canvas.object("int 1", x, y + 60, 60)
    canvas.cord(number, 0, held, 1)
    say = canvas.object(f"prepend {top or row.name}", x, y + 86)
    canvas.chain(button, held, say, canvas.object("s #0-out" if top else "s #0-say", x, y + 112, 70))


def named(canvas: Canvas, name: str, choices: Sequence[str], place: Place) -> None:
    """A menu of names for a command that takes one; choosing sends it."""
    x, y = canvas.cell()
    row = COMMAND_BY_NAME[name]
    value = value_of(name, name, "int", (0, len(choices) - 1, 0), choices=choices, initial=False)
    menu = live(canvas, "live.menu", (x, y + 30), place, row.help, value, fontsize=10.0, textcolor=TEXT, bgcolor=WELL)
    say = canvas.object(f"prepend {name}", x, y + 86)
    canvas.cord(menu, 1, say)
    canvas.chain(say, canvas.object("s #0-say", x, y + 112, 70))


def worded(canvas: Canvas, rows: Sequence[CommandSpec], field: Place, places: Sequence[Place]) -> None:
    """A field for a name or a few words, and a button for each command that takes them."""
    canvas.row()
    x, y = canvas.cell()
    hint = "What the buttons beside it send: a name, a number of the list, or some words."
    text = canvas.show(
        "textedit", x, y, field, hint, fontsize=11.0, textcolor=TEXT, bgcolor=WELL, keymode=1, outputmode=1, lines=1, rounded=4.0,
        parameter_enable=0,
    )  # fmt: skip
    filled = canvas.object("route bang", x, y + 60, 80)  # an empty field
    canvas.chain(text, canvas.object("route text", x, y + 30, 80), filled)
    for row, place in zip(rows, places, strict=True):
        x, y = canvas.cell()
        top = f"/unloop/{row.name}" if row.scope == "global" else ""
        words = row.name.replace("_", " ")
        value = value_of(f"{row.name} button", words, "int", (0, 1, 0), choices=("off", "on"), initial=False)
        button = live(
            canvas, "live.text", (x, y), place, row.help, value, mode=0, text=words, texton=words, rounded=5.0, fontsize=10.0,
            activebgcolor=PANEL, activebgoncolor=ACCENT, activetextcolor=TEXT,
        )  # fmt: skip
        order = canvas.object("t b b", x, y + 30, 50)
        held = canvas.object("zl.reg", x, y + 60, 60)
        canvas.cord(button, 0, order)
        canvas.cord(order, 1, text)
        canvas.cord(order, 0, held)
        canvas.cord(filled, 1, held, 1)
        say = canvas.object(f"prepend {top or row.name}", x, y + 86)
        canvas.chain(held, say, canvas.object("s #0-out" if top else "s #0-say", x, y + 112, 70))


def caption(canvas: Canvas, words: str, x: float, y: float, width: float) -> None:
    """A heading."""
    canvas.words(words, (x, y, width, 18.0), 11.0, DIM, bold=True)
