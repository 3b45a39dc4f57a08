"""``unloop.maxpat``: one loop. Its left part is what is played with and shows alone in a bpatcher; all parameters stand to its right."""

from dataclasses import replace

from patch_builder.canvas import ACCENT, DIM, TEXT, WELL, Canvas
from patch_builder.connection import addresses, connection, shows, which_loop
from patch_builder.controls import COLUMN, ROW, caption, command, heard, named, parameters, quietly, worded
from patch_builder.layout import COMMAND_BY_NAME, COMMAND_ROWS, STATES
from patch_builder.picture import text_width
from unloop_py.control.addresses import OUTGOING
from unloop_py.control.bus import GEN_STATES
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import LAYER_PARAMETERS, Parameter, layer_name
from unloop_py.control.parameters import by_name as parameter_named
from unloop_py.control.pictures import DRAWN, GUARDED, MELTS, PLACES, UNMARKED
from unloop_py.control.presets import PRESETS
from unloop_py.control.sections import SECTIONS

BLOCK_WIDTH, BLOCK_HEIGHT = 400.0, 566.0
"""The part that is played with: what a bpatcher shows."""

_COLUMNS = 16
_LEFT = BLOCK_WIDTH + 14.0
WIDTH = _LEFT + _COLUMNS * COLUMN + 4.0
_SECTION = ROW + 30.0

LAYERS = 4
"""So many of a loop's layers have controls: the base and the first overdubs."""

_BIG = ("record", "overdub", "undo", "play")
_MIDDLE = ("keep", "back", "vary", "mute")
_SMALL = ("redo", "lock", "again", "generate", "trigger", "pause", "clear", "solo")
_TURNED = ("mix", "temperature", "steps", "wet", "dry", "speed")
_RED, _GREEN, _AMBER = [0.62, 0.13, 0.13, 1.0], [0.13, 0.42, 0.22, 1.0], [0.62, 0.36, 0.08, 1.0]
FEET = {"record": _RED, "overdub": _AMBER, "play": _GREEN}
GEN_COLOURS = {
    name: {"on": (0.14, 0.40, 0.50), "loading": (0.45, 0.40, 0.14), "late": (0.62, 0.24, 0.12), "locked": (0.34, 0.28, 0.52)}.get(
        name, (0.25, 0.255, 0.27)
    )
    for name in GEN_STATES
}
_LATE = [0.95, 0.35, 0.2, 1.0]


def loop_patch() -> dict:
    """The patch as Max reads it."""
    canvas = Canvas(WIDTH, 860.0, "unloop: a looper that does not repeat itself. One loop.")
    canvas.panel((4.0, 4.0, BLOCK_WIDTH - 8.0, BLOCK_HEIGHT - 8.0))
    canvas.words("unloop", (12, 9, 78, 26), 18.0, bold=True)
    which_loop(canvas, 90.0, 14.0)
    connection(canvas, 290.0, 14.0)
    addresses(canvas)
    _state(canvas, 38.0)
    _sound(canvas, 76.0)
    _readings(canvas, 196.0)
    _played_with(canvas, 224.0)
    _error(canvas, BLOCK_HEIGHT - 34.0)
    under = _layers(canvas, BLOCK_HEIGHT + 8.0)
    beside = _in_words(canvas, _commands(canvas, _all_parameters(canvas)))
    patcher = canvas.patcher()
    patcher["rect"][3] = max(under, beside)
    return patcher


def _state(canvas: Canvas, top: float) -> None:
    """What the loop does, and what varying does, in words and colours."""
    canvas.row()
    kinds = ("state", "gen_state", "pending")
    route = heard(canvas, kinds)
    for outlet, (kind, colours, place, size) in enumerate((
        ("state", STATES, (12.0, top, 188.0, 32.0), 18.0), ("gen_state", GEN_COLOURS, (204.0, top, 92.0, 32.0), 13.0),
    )):  # fmt: skip
        ground = canvas.panel(place, [*next(iter(colours.values())), 1.0], name=f"{kind} colour")
        left, above, width, height = place
        x, y = canvas.cell()
        inside = (left + 6, above + (height - size - 9) / 2, width - 12, size + 9)
        words = canvas.show("comment", x, y + 30, inside, OUTGOING[kind].help, text=next(iter(colours)), fontsize=size, textcolor=TEXT)
        quietly(canvas, route, outlet, words, x, y)
        colour_of = canvas.object("route " + " ".join(colours), x, y + 60)
        canvas.cord(route, outlet, colour_of)
        canvas.row()
        for number, colour in enumerate(colours.values()):
            x, y = canvas.cell()
            paint = canvas.message("bgcolor {} {} {} 1.".format(*colour), x, y)
            canvas.cord(colour_of, number, paint)
            canvas.cord(paint, 0, ground)
    x, y = canvas.cell()
    waits = canvas.show("comment", x, y + 30, (300, top + 5, 92, 22), OUTGOING["pending"].help, text="", fontsize=11.0, textcolor=DIM)
    quietly(canvas, route, 2, waits, x, y)


def _sound(canvas: Canvas, top: float) -> None:
    """The sound of the loop, where it is, what the next repetition keeps, what is marked by hand, and how far it is made."""
    canvas.row()
    left, width = 12.0, BLOCK_WIDTH - 24.0
    route = heard(canvas, ("peaks", "mask", "marks", "position", "progress"))
    bars = {"setminmax": [0.0, 1.0], "setstyle": 1, "bgcolor": WELL, "contdata": 1, "listresize": 0}
    for outlet, (kind, place, colour) in enumerate((
        ("peaks", (left, top, width, 60.0), ACCENT), ("mask", (left, top + 74, width, 14.0), [0.85, 0.68, 0.28, 1.0]),
    )):  # fmt: skip
        x, y = canvas.cell()
        box = canvas.show(
            "multislider", x, y + 30, place, OUTGOING[kind].help, size=PLACES, ignoreclick=1, slidercolor=colour, settype=1, **bars
        )
        quietly(canvas, route, outlet, box, x, y, "setlist")
    _drawn(canvas, route, (left, top + 90, width, 16.0), bars)
    for outlet, kind, place in ((3, "position", (left, top + 61, width, 11.0)), (4, "progress", (left, top + 107, width, 9.0))):
        x, y = canvas.cell()
        bar = canvas.show(
            "slider", x, y + 30, place, OUTGOING[kind].help, size=1.0, floatoutput=1, orientation=1, ignoreclick=1, bgcolor=WELL,
            knobcolor=ACCENT,
        )  # fmt: skip
        quietly(canvas, route, outlet, bar, x, y)


def _drawn(canvas: Canvas, route: str, place: tuple[float, float, float, float], bars: dict) -> None:
    """Marks drawn by hand: a bar down is made new, up is guarded, in the middle is as the prompts say."""
    signs = {MELTS: 0, UNMARKED: 1, GUARDED: 2}
    shown = "+".join(f"({value}*($i1=={ord(sign)}))" for sign, value in signs.items() if value)
    told = "+".join(f"({ord(sign)}*($i1=={value}))" for sign, value in signs.items())
    x, y = canvas.cell()
    levels = canvas.object(f"vexpr {shown}", x, y + 30)
    drawing = canvas.object("prepend setlist", x, y + 60, 100)
    canvas.cord(route, 2, codes := canvas.object("atoi", x, y, 50))
    canvas.chain(codes, levels, drawing)
    x, y = canvas.cell()
    bars = bars | {"setminmax": [0.0, 2.0]}
    box = canvas.show(
        "multislider", x, y, place, COMMAND_BY_NAME["draw"].help, size=DRAWN, settype=0, slidercolor=[0.62, 0.5, 0.85, 1.0], **bars
    )
    canvas.cord(drawing, 0, box)
    say = canvas.object("prepend draw", x, y + 90)
    canvas.chain(box, canvas.object(f"vexpr {told}", x, y + 30), canvas.object("itoa", x, y + 60, 50), say)
    canvas.chain(say, canvas.object("s #0-say", x, y + 115, 70))


def _readings(canvas: Canvas, top: float) -> None:
    """Seams, beats and lights in one line."""
    canvas.row()
    route = heard(canvas, ("repetition", "beat", "layers", "custom"))
    x, y = canvas.cell()
    both = canvas.object("t b l", x, y, 60)
    parts = canvas.object("unpack 0 0", x, y + 30, 80)
    canvas.cord(route, 0, both)
    canvas.cord(both, 1, parts)
    seam = canvas.show("button", x, y + 60, (12, top, 20, 20), "Blinks at every seam.", ignoreclick=1, blinkcolor=ACCENT)
    canvas.cord(both, 0, seam)
    numbers = (
        ("seam", 50.0, "repetition", parts, 0), ("beat", 130.0, "beat", route, 1), ("layers", 210.0, "layers", route, 2),
    )  # fmt: skip
    for words, left, kind, source, outlet in numbers:
        x, y = canvas.cell()
        canvas.words(words, (left - 14, top + 1, 38, 18), 10.0, DIM)
        box = canvas.show(
            "number", x, y + 30, (left + 24, top, 38, 20), OUTGOING[kind].help, ignoreclick=1, fontsize=11.0, triangle=0, textcolor=TEXT,
            bgcolor=WELL,
        )  # fmt: skip
        quietly(canvas, source, outlet, box, x, y)
    late = "Lit when the last seam came with no variation ready, so that the loop went on as it was."
    lights = (("late", 282.0, late, _LATE, parts, 1), ("custom", 326.0, OUTGOING["custom"].help, [0.9, 0.8, 0.3, 1.0], route, 3))
    for words, left, hint, colour, source, outlet in lights:
        x, y = canvas.cell()
        room = text_width(words, 10.0) + 8.0
        canvas.words(words, (left, top + 1, room, 18), 10.0, DIM)
        lamp = canvas.show("led", x, y + 30, (left + room, top + 2, 16, 16), hint, ignoreclick=1, oncolor=colour)
        canvas.cord(source, outlet, lamp)


def _played_with(canvas: Canvas, top: float) -> None:
    """Big buttons, the one big slider, the knobs that are turned most, and presets."""
    canvas.row()
    gap, left = 6.0, 12.0
    width = (BLOCK_WIDTH - 24.0 - 3 * gap) / 4
    for names, height, size in ((_BIG, 56.0, 15.0), (_MIDDLE, 38.0, 13.0), (_SMALL[:4], 24.0, 10.5), (_SMALL[4:], 24.0, 10.5)):
        for column, name in enumerate(names):
            place = (left + column * (width + gap), top, width, height)
            command(canvas, COMMAND_BY_NAME[name], place, size, FEET.get(name))
        top += height + gap
    parameters(canvas, [parameter_named("variation")], [(left, top, BLOCK_WIDTH - 24.0, 46.0)])
    top += 52.0
    step = (BLOCK_WIDTH - 24.0) / len(_TURNED)
    parameters(canvas, [parameter_named(name) for name in _TURNED], [(left + i * step, top, step - 2, ROW) for i in range(len(_TURNED))])
    top += ROW + 8.0
    canvas.words("preset", (left, top, 46, 18), 11.0, DIM)
    named(canvas, "preset", [preset.name for preset in PRESETS], (left + 48, top, 160, 18))
    _file(canvas, (left + 220, top - 4, 156, 26))


def _file(canvas: Canvas, place: tuple[float, float, float, float]) -> None:
    """Where an audio file may be dropped."""
    x, y = canvas.cell()
    left, top, width, _ = place
    canvas.panel(place, WELL)
    canvas.words("drop an audio file here", (left + 6, top + 4, width - 12, 18), 10.5, DIM, ignoreclick=1)
    drop = canvas.show("dropfile", x, y, place, COMMAND_BY_NAME["load"].help)
    path = canvas.object("conformpath slash boot", x, y + 30)
    canvas.chain(drop, path, canvas.object("prepend load", x, y + 60), canvas.object("s #0-say", x, y + 90, 70))


def _error(canvas: Canvas, top: float) -> None:
    """What could not be done, and the cure, in words."""
    x, y = canvas.cell()
    place = (12.0, top, BLOCK_WIDTH - 24.0, 26.0)
    words = canvas.show("comment", x, y, place, OUTGOING["error"].help, text="", fontsize=10.0, textcolor=_LATE, linecount=2)
    shows(canvas, OUTGOING["error"].address, words)


def _all_parameters(canvas: Canvas) -> float:
    """Every parameter that the left part has not, in its section; returns where the next thing may stand."""
    left_part = {"variation", *_TURNED}
    sections = [(section.title, [row for row in section.rows if row.name not in left_part]) for section in SECTIONS]
    taken: list[int] = []  # columns of each line of sections
    for title, rows in sections:
        for some in _lines(rows):  # one that is wider than the window goes on in another line
            columns = sum(map(_columns, some))
            line = next((number for number, used in enumerate(taken) if used + columns <= _COLUMNS), len(taken))
            if line == len(taken):
                taken.append(0)
            _section(canvas, title, some, _LEFT + taken[line] * COLUMN, 8.0 + line * _SECTION)
            taken[line] += columns
    return 8.0 + len(taken) * _SECTION


def _columns(row: Parameter) -> int:
    """How many columns a control takes: words need two."""
    return 2 if row.choices else 1


def _lines(rows: list[Parameter]) -> list[list[Parameter]]:
    """Rows cut into lines that are not wider than the window."""
    lines: list[list[Parameter]] = [[]]
    for row in rows:
        if sum(map(_columns, lines[-1])) + _columns(row) > _COLUMNS:
            lines.append([])
        lines[-1].append(row)
    return [line for line in lines if line]


def _section(canvas: Canvas, title: str, rows: list[Parameter], left: float, top: float) -> None:
    width = sum(map(_columns, rows)) * COLUMN
    canvas.panel((left - 2, top - 4, width - 3, _SECTION - 4.0))
    caption(canvas, title, left + 2, top - 3, width - 8)
    places = []
    for row in rows:
        places.append((left + 1, top + 18.0, _columns(row) * COLUMN - 7.0, ROW))
        left += _columns(row) * COLUMN
    parameters(canvas, rows, places)


def _layers(canvas: Canvas, top: float) -> float:
    """Level, mute and vary of the base and of the first overdubs; returns where they end."""
    rows, names, places = [], [], []
    across, line = 6, ROW + 22.0
    canvas.panel((4.0, top - 4, BLOCK_WIDTH - 8.0, 2 * line + 4.0))
    for layer in range(LAYERS):
        left, above = 16.0 + layer % 2 * (across / 2) * 62.0, top + layer // 2 * line
        caption(canvas, f"Overdub {layer}" if layer else "Base layer", left, above - 3, 120)
        for column, row in enumerate(LAYER_PARAMETERS):
            rows.append(replace(row, default=1) if (layer, row.name) == (0, "vary") else row)
            names.append(layer_name(layer, row.name))
            places.append((left + column * 62.0, above + 16.0, COLUMN - 5.0, ROW))
    parameters(canvas, rows, places, names)
    return top + 2 * line + 6.0


def _commands(canvas: Canvas, top: float) -> float:
    """The commands that the left part has not; returns where they end."""
    canvas.row()
    shown = {*_BIG, *_MIDDLE, *_SMALL}
    names = [name for names in COMMAND_ROWS for name in names if name not in shown]
    across, height = 11, 24.0
    width = (_COLUMNS * COLUMN - 8.0) / across
    lines = -(-len(names) // across)
    canvas.panel((_LEFT - 2, top - 4, _COLUMNS * COLUMN - 3, 24.0 + lines * (height + 3)))
    caption(canvas, "Everything else that it can be told", _LEFT + 2, top - 3, 300)
    for number, name in enumerate(names):
        line, column = divmod(number, across)
        place = (_LEFT + 3 + column * width, top + 18.0 + line * (height + 3), width - 4, height)
        command(canvas, COMMAND_BY_NAME[name], place)
    return top + 26.0 + lines * (height + 3)


def _in_words(canvas: Canvas, top: float) -> float:
    """The commands that take a name or words, and which preset and scene were recalled last; returns where they end."""
    rows = [row for row in COMMANDS if row.argument in ("name", "text") and row.name != "draw"]  # that is drawn
    whole = _COLUMNS * COLUMN - 3
    canvas.panel((_LEFT - 2, top - 4, whole, 50.0))
    caption(canvas, "With a name or some words", _LEFT + 2, top - 3, 170)
    field = 180.0
    width = (whole - field - 8.0) / len(rows)
    places = [(_LEFT + field + 6.0 + number * width, top + 18.0, width - 4, 24.0) for number in range(len(rows))]
    worded(canvas, rows, (_LEFT + 3, top + 18.0, field - 2, 24.0), places)
    left = _LEFT + 190.0
    for words, route, hint in (
        ("preset", heard(canvas, ["preset"]), OUTGOING["preset"].help),
        ("scene", heard(canvas, [OUTGOING["scene"].address], "#0-top"), OUTGOING["scene"].help),
    ):
        canvas.words(words, (left, top - 2, 44, 17), 10.0, DIM)
        x, y = canvas.cell()
        name = canvas.show("comment", x, y + 30, (left + 46, top - 2, 240, 17), hint, text="", fontsize=10.0, textcolor=TEXT)
        quietly(canvas, route, 0, name, x, y)
        left += 300.0
    return top + 52.0
