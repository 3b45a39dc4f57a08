"""``pd/unloop.pd``: one loop in Pd, an abstraction whose argument is the loop's number; opened alone it is the first.

Every control sends to ``unloop-LOOP-NAME`` and is shown by ``unloop-LOOP-NAME-show``, where LOOP is the argument. Other patches may use
the same names, but not those of a patch that was opened alone, for it has no argument to be in them.
"""

from patch_builder.layout import COMMAND_BY_NAME, COMMAND_ROWS, label, parameter_groups
from patch_builder.pd_canvas import NOTHING, Canvas, bang, line_of_text, number, slider, toggle
from patch_builder.pd_talk import connection, hearing, saying, shown_as_line, shown_as_symbol, shown_quietly
from unloop_py.control.parameters import Parameter
from unloop_py.control.parameters import by_name as parameter_named
from unloop_py.control.presets import PRESETS

WIDTH = 860
HEIGHT = 322
"""Of the part that a patch shows that holds this one."""
PREFIX = "unloop-\\$1-"
PLACES = 128
"""Of the pictures, as the instrument sends them."""
_COLUMN = 166
_ROW = 34
_FIRST_ROWS = (0, 3)  # of COMMAND_ROWS: what is played with most stands where a patch that holds this one shows it
_FIRST = ("variation", "mix", "wet")
_KINDS = ("state", "gen_state", "repetition", "pending", "position", "progress", "beat", "custom", "mute", "lock", "solo", "reverse",
          "peaks", "mask", "melt", "guard", "cue")  # fmt: skip


def loop_patch() -> str:
    """The text of ``pd/unloop.pd``."""
    window, talk, help_ = Canvas(), Canvas(), Canvas()
    _status(window)
    y = 216
    for row in _FIRST_ROWS:
        y = _commands(window, COMMAND_ROWS[row], y)
    for column, name in enumerate(_FIRST):
        _control(window, parameter_named(name), 16 + column * 280, y + 8, 200)
    y = HEIGHT + 16
    for row, names in enumerate(COMMAND_ROWS):
        if row not in _FIRST_ROWS:
            y = _commands(window, names, y)
    for title, parameters in parameter_groups().items():
        rest = [row for row in parameters if row.name not in _FIRST]
        window.words(title, 12, y + 10)
        y += 40
        for index, parameter in enumerate(rest):
            _control(window, parameter, 16 + index % 5 * _COLUMN, y + index // 5 * _ROW)
        y += (len(rest) + 4) // 5 * _ROW
    window.words("presets", 12, y + 10)
    y += 40
    rows = (len(PRESETS) + 3) // 4
    chosen = window.add(f"s {PREFIX}preset", 16, y + rows * 30 + 4)
    for index, preset in enumerate(PRESETS):
        window.cord(window.add(preset.name, 16 + index % 4 * 208, y + index // 4 * 30, "msg"), 0, chosen)
    y += rows * 30
    _talk(talk)
    _explain(help_)
    window.window(help_, "what-each-control-does", 640, y + 8)
    window.window(talk, "talk-to-the-instrument", 440, y + 8)
    return window.text(f"#N canvas 40 40 {WIDTH} {min(y + 60, 1000)} 12;", f"#X coords 0 -1 1 1 {WIDTH} {HEIGHT} 2 0 0;")


def _status(window: Canvas) -> None:
    """Which loop, its state, where it is, and pictures of what sounds and of what the coming repetition keeps."""
    window.words("unloop", 12, 14)
    window.add(f"3 1 64 0 loop {PREFIX}loop-show {PREFIX}loop", 112, 14, "floatatom")
    window.add(f"14 0 0 0 - {PREFIX}state-show -", 150, 14, "symbolatom")
    window.add(f"9 0 0 0 - {PREFIX}gen_state-show -", 264, 14, "symbolatom")
    window.add(f"10 0 0 0 - {PREFIX}pending-show -", 344, 14, "symbolatom")
    window.add(f"5 0 0 1 waits {PREFIX}pending-seconds-show -", 430, 14, "floatatom")
    window.add(bang(f"{PREFIX}connect", NOTHING, "connect"), 560, 12)
    window.add(toggle(NOTHING, f"{PREFIX}alive-show", "heard"), 650, 12)
    window.add(f"5 1 65535 0 port {PREFIX}port-show {PREFIX}port", 740, 14, "floatatom")
    for row, kind in enumerate(("position", "progress")):
        window.add(slider(NOTHING, f"{PREFIX}{kind}-show", kind, 0, 1, 400), 90, 42 + 22 * row)
    window.add(bang(NOTHING, f"{PREFIX}seam-show", "seam"), 560, 44)
    window.add(toggle(NOTHING, f"{PREFIX}late-show", "late"), 650, 44)
    window.add(toggle(NOTHING, f"{PREFIX}custom-show", "custom"), 740, 44)
    for column, (kind, words) in enumerate((("repetition", "pass"), ("beat", "beat"), ("xruns", "xruns"))):
        window.add(f"5 0 0 1 {words} {PREFIX}{kind}-show -", 560 + 90 * column, 74, "floatatom")
    for column, (name, words) in enumerate((("peaks", "how loud it is, round the loop"), ("mask", "what the coming repetition keeps"))):
        window.array(f"{PREFIX}{name}", PLACES, (16 + 416 * column, 112, 400, 60))
        window.words(words, 14 + 416 * column, 92)
    window.add(line_of_text(f"{PREFIX}error-show", 816), 16, 184)


def _commands(window: Canvas, names: tuple[str, ...], y: int) -> int:
    for column, name in enumerate(names):
        _command(window, name, 16 + column * 104, y)
    return y + 34


def _command(window: Canvas, name: str, x: int, y: int) -> None:
    """A button or a toggle; a command that counts has a number beside its button."""
    argument = COMMAND_BY_NAME[name].argument
    send, show = f"{PREFIX}{name}", f"{PREFIX}{name}-show"
    window.add((toggle if argument == "toggle" else bang)(send, show, name), x, y)
    if argument == "count":
        window.add(f"2 1 1000 0 - {send}-count-show {send}-count", x + 28 + 6 * len(name), y, "floatatom")


def _control(window: Canvas, parameter: Parameter, x: int, y: int, width: int = 100) -> None:
    """A toggle for a bool, a number for an int, a slider with its number for a float."""
    send, show, words = f"{PREFIX}{parameter.name}", f"{PREFIX}{parameter.name}-show", label(parameter).replace(" ", "_")
    if parameter.kind == "bool":
        window.add(toggle(send, show, words), x, y)
    elif parameter.kind == "int":
        window.add(number(send, show, words, int(parameter.minimum), int(parameter.maximum), parameter.default), x, y)
    else:
        window.add(slider(send, show, words, parameter.minimum, parameter.maximum, width), x, y)
        window.add(f"6 {parameter.minimum:g} {parameter.maximum:g} 0 - {send}-number {send}-typed", x + width + 4, y, "floatatom")


def _explain(help_: Canvas) -> None:
    """What other programs show as tooltips, on a page of its own."""
    rows = [(name, COMMAND_BY_NAME[name].help) for names in COMMAND_ROWS for name in names]
    rows += [(f"preset {row.name}", row.help) for row in PRESETS]
    rows += [(row.name, f"{row.help} {row.range_text}.") for rows_ in parameter_groups().values() for row in rows_]
    for index, (name, words) in enumerate(rows):
        help_.words(f"{name}: {words}", 12, 12 + 32 * index, 130)


def _talk(talk: Canvas) -> None:
    """The socket, and what comes and goes."""
    heard = connection(talk, PREFIX)
    saying(talk, PREFIX, "\\$1", 400)
    y = 1000
    for names in COMMAND_ROWS:
        for name in names:
            y = _outgoing(talk, name, COMMAND_BY_NAME[name].scope == "global", _MIDDLES[COMMAND_BY_NAME[name].argument], y)
    y = _outgoing(talk, "preset", False, "", y)
    for parameters in parameter_groups().values():
        for parameter in parameters:
            y = _outgoing(talk, parameter.name, False, "", y)
            if parameter.kind == "float":
                y = _number_beside(talk, parameter.name, y)
    _incoming(talk, heard)


_MIDDLES = {"none": "b", "toggle": "", "count": "f 1"}
"""What stands between a command's control and its name: a button sends no argument, a count is held beside it."""


def _outgoing(talk: Canvas, name: str, is_instruments: bool, middle: str, y: int) -> int:
    """From a control to its name and value; returns where the next one goes."""
    first = control = talk.add(f"r {PREFIX}{name}", 20, y)
    if middle:
        first = talk.add(middle, 240, y)
        talk.cord(control, 0, first)
    if middle.startswith("f"):
        counted = talk.add(f"r {PREFIX}{name}-count", 20, y + 24)
        talk.cord(counted, 0, first, 1)
        talk.chain(talk.add("loadbang", 640, y), talk.add("set 1", 740, y, "msg"), talk.add(f"s {PREFIX}{name}-count-show", 800, y))
    talk.chain(first, talk.add(f"list prepend {name}", 300, y), talk.add(f"s {PREFIX}{'tell' if is_instruments else 'say'}", 520, y))
    return y + (48 if middle.startswith("f") else 24)


def _number_beside(talk: Canvas, name: str, y: int) -> int:
    """The number beside a slider: shows what is slid, and slides what is typed."""
    shown_quietly(talk, talk.add(f"r {PREFIX}{name}", 40, y), 0, [f"{PREFIX}{name}-number"], (300, y))
    talk.chain(talk.add(f"r {PREFIX}{name}-typed", 40, y + 24), talk.add(f"s {PREFIX}{name}-show", 620, y + 24))
    return y + 48


def _incoming(talk: Canvas, heard: int) -> None:
    """From an address to what shows it, silently."""
    rows = [parameter for group in parameter_groups().values() for parameter in group]
    tops = ["generate", "stage_lock", "xruns", "alive", "error"]
    inside, top = hearing(talk, PREFIX, heard, [*_KINDS, *(row.name for row in rows)], tops, (1000, 60))
    y = 220
    for name in ("position", "progress", "beat", "custom", "mute", "lock", "solo", "melt", "guard", "cue"):
        shown_quietly(talk, inside, _KINDS.index(name), [f"{PREFIX}{name}-show"], (1000, y))
        y += 24
    for name in ("generate", "stage_lock", "xruns"):
        shown_quietly(talk, top, 1 + tops.index(name), [f"{PREFIX}{name}-show"], (1000, y))
        y += 24
    for column, row in enumerate(rows):
        beside = [f"{PREFIX}{row.name}-number"] if row.kind == "float" else []
        shown_quietly(talk, inside, len(_KINDS) + column, [f"{PREFIX}{row.name}-show", *beside], (1000, y))
        y += 24
    for name in ("state", "gen_state"):
        shown_as_symbol(talk, inside, _KINDS.index(name), f"{PREFIX}{name}-show", (1000, y))
        y += 24
    for name in ("peaks", "mask"):  # an array takes a list from the place that is its first number
        placed = talk.add("list prepend 0", 1000, y)
        talk.cord(inside, _KINDS.index(name), placed)
        talk.chain(placed, talk.add(f"s {PREFIX}{name}", 1140, y))
        y += 24
    seam, numbers = talk.add("t b a", 1000, y), talk.add("unpack f f", 1100, y)
    talk.cord(inside, _KINDS.index("repetition"), seam)
    talk.cord(seam, 1, numbers)
    talk.cord(seam, 0, talk.add(f"s {PREFIX}seam-show", 1000, y + 24))
    for outlet, name in enumerate(("repetition", "late")):
        shown_quietly(talk, numbers, outlet, [f"{PREFIX}{name}-show"], (1160, y + 24 * (outlet + 1)))
    y += 96
    waits = talk.add("unpack s f", 1000, y)
    talk.cord(inside, _KINDS.index("pending"), waits)
    talk.cord(waits, 0, symbol := talk.add("symbol", 1060, y + 24))
    talk.cord(symbol, 0, talk.add(f"s {PREFIX}pending-show", 1160, y + 24))
    shown_quietly(talk, waits, 1, [f"{PREFIX}pending-seconds-show"], (1060, y + 48))
    talk.cord(top, 1 + tops.index("alive"), talk.add(f"s {PREFIX}alive", 1000, y + 72))
    words = talk.add("unpack s s", 1000, y + 96)
    talk.cord(top, 1 + tops.index("error"), words)
    shown_as_line(talk, words, 1, f"{PREFIX}error-show", (1060, y + 120))
