"""The Pd patch: vanilla objects only (Pd 0.51 or newer, whose ``netsend`` hears what is sent back to it).

Every control sends to ``unloop-NAME`` and is shown by ``unloop-NAME-show``; the instrument's states arrive at
``unloop-state``, ``unloop-position`` and so on. Other patches may use the same names.
"""

import itertools

from patch_builder.layout import COMMAND_BY_NAME, COMMAND_ROWS, WATCHDOG_MS, label, parameter_groups
from unloop_py.control.addresses import DEFAULT_PORT
from unloop_py.control.parameters import Parameter
from unloop_py.control.presets import PRESETS

WIDTH = 860
_COLOURS = "-262144 -1 -1"  # background, foreground, label: readable by every version of Pd
_FONT = "0 10"
_COLUMN = 166
_ROW = 34
_NOTHING = "empty"


class Canvas:
    """Objects and cords of one window, and their text."""

    def __init__(self) -> None:
        self._objects: list[str] = []
        self._cords: list[str] = []

    def add(self, text: str, x: int, y: int, kind: str = "obj") -> int:
        """Adds an object, message ("msg"), comment ("text") or number box; returns its number."""
        self._objects.append(f"#X {kind} {x} {y} {text};")
        return len(self._objects) - 1

    def window(self, canvas: "Canvas", name: str, x: int, y: int) -> int:
        """Adds a subpatch."""
        inside = canvas.text(f"#N canvas 60 60 {WIDTH} 700 {name} 0;")
        self._objects.append(f"{inside}#X restore {x} {y} pd {name};")
        return len(self._objects) - 1

    def cord(self, source: int, outlet: int, destination: int, inlet: int = 0) -> None:
        """Connects two objects."""
        self._cords.append(f"#X connect {source} {outlet} {destination} {inlet};")

    def chain(self, *objects: int) -> None:
        """Connects first outlets to first inlets, one after the other."""
        for source, destination in itertools.pairwise(objects):
            self.cord(source, 0, destination)

    def text(self, head: str) -> str:
        """The window as a Pd file holds it."""
        return "\n".join([head, *self._objects, *self._cords]) + "\n"


def pd_patch() -> str:
    """The text of ``pd/unloop.pd``."""
    window, talk, help_ = Canvas(), Canvas(), Canvas()
    _status(window)
    y = 150
    for names in COMMAND_ROWS:
        for column, name in enumerate(names):
            _command(window, name, 16 + column * 104, y)
        y += 38
    for title, parameters in parameter_groups().items():
        y += 10
        window.add(title, 12, y, "text")
        y += 30
        for index, parameter in enumerate(parameters):
            _control(window, parameter, 16 + index % 5 * _COLUMN, y + index // 5 * _ROW)
        y += (len(parameters) + 4) // 5 * _ROW
    window.add("presets", 12, y + 10, "text")
    y += 40
    for index, preset in enumerate(PRESETS):
        # A message that names where it goes needs no cord.
        window.add(f"\\; unloop-preset symbol {preset.name}", 16 + index % 4 * 208, y + index // 4 * 44, "msg")
    y += (len(PRESETS) + 3) // 4 * 44
    _talk(talk)
    _explain(help_)
    window.window(help_, "what-each-control-does", 640, 14)
    window.window(talk, "talk-to-the-instrument", 640, 188)
    return window.text(f"#N canvas 40 40 {WIDTH} {y + 20} 12;")


def _status(window: Canvas) -> None:
    """State, position, progress and seams."""
    window.add("unloop", 12, 14, "text")
    window.add("16 0 0 0 - unloop-state-show -", 80, 14, "symbolatom")
    window.add(_bang("unloop-connect", _NOTHING, "connect"), 270, 14)
    window.add(_toggle(_NOTHING, "unloop-alive-show", "heard"), 360, 14)
    window.add("5 1 65535 0 port unloop-port-show unloop-port", 470, 14, "floatatom")
    for row, kind in enumerate(("position", "progress")):
        window.add(_slider(_NOTHING, f"unloop-{kind}-show", kind, 0, 1, 400), 90, 50 + 24 * row)
    window.add(_bang(_NOTHING, "unloop-seam-show", "seam"), 560, 50)
    window.add(_toggle(_NOTHING, "unloop-late-show", "late"), 660, 50)
    window.add(_toggle(_NOTHING, "unloop-custom-show", "custom"), 740, 50)
    for column, kind in enumerate(("repetition", "beat", "xruns")):
        window.add(f"5 0 0 1 {kind} unloop-{kind}-show -", 560 + 100 * column, 80, "floatatom")
    window.add("100 0 0 0 - unloop-error-show -", 16, 112, "symbolatom")
    window.add("10 0 0 0 - unloop-pending-show -", 550, 14, "symbolatom")
    window.add("5 0 0 1 waits unloop-pending-seconds-show -", 560, 32, "floatatom")


def _command(window: Canvas, name: str, x: int, y: int) -> None:
    """A button or a toggle; a command that counts has a number beside its button."""
    argument = COMMAND_BY_NAME[name].argument
    if argument == "toggle":
        window.add(_toggle(f"unloop-{name}", f"unloop-{name}-show", name), x, y)
    elif argument == "count":
        window.add(_bang(f"unloop-{name}", f"unloop-{name}-show", name), x, y)
        window.add(f"3 1 1000 0 - unloop-{name}-count-show unloop-{name}-count", x + 62, y, "floatatom")
    else:
        window.add(_bang(f"unloop-{name}", f"unloop-{name}-show", name), x, y)


def _control(window: Canvas, parameter: Parameter, x: int, y: int) -> None:
    """A toggle for a bool, a number for an int, a slider with its number for a float."""
    send, show, words = f"unloop-{parameter.name}", f"unloop-{parameter.name}-show", label(parameter).replace(" ", "_")
    if parameter.kind == "bool":
        window.add(_toggle(send, show, words), x, y)
    elif parameter.kind == "int":
        limits = f"{int(parameter.minimum)} {int(parameter.maximum)}"
        window.add(f"nbx 5 16 {limits} 0 0 {send} {show} {words} 56 8 {_FONT} {_COLOURS} {parameter.default} 256", x, y)
    else:
        window.add(_slider(send, show, words, parameter.minimum, parameter.maximum, 100), x, y)
        window.add(f"6 {parameter.minimum:g} {parameter.maximum:g} 0 - {send}-number {send}-typed", x + 104, y, "floatatom")


def _bang(send: str, receive: str, words: str) -> str:
    return f"bng 20 250 50 0 {send} {receive} {words} 24 10 {_FONT} {_COLOURS}"


def _toggle(send: str, receive: str, words: str) -> str:
    return f"tgl 20 0 {send} {receive} {words} 24 10 {_FONT} {_COLOURS} 0 1"


def _slider(send: str, receive: str, words: str, minimum: float, maximum: float, width: int) -> str:
    beside = "-70 8" if send == _NOTHING else "0 -8"
    return f"hsl {width} 16 {minimum:g} {maximum:g} 0 0 {send} {receive} {words} {beside} {_FONT} {_COLOURS} 0 1"


def _explain(help_: Canvas) -> None:
    """What other programs show as tooltips, on a page of its own."""
    rows = [(name, COMMAND_BY_NAME[name].help) for names in COMMAND_ROWS for name in names]
    rows += [(f"preset {row.name}", row.help) for row in PRESETS]
    rows += [(row.name, f"{row.help} {row.range_text}.") for rows_ in parameter_groups().values() for row in rows_]
    for index, (name, words) in enumerate(rows):
        escaped = words.replace(",", " \\,").replace(";", " \\;")
        help_.add(f"{name}: {escaped}, f 130", 12, 12 + 32 * index, "text")


def _talk(talk: Canvas) -> None:
    """The socket, the watchdog, and what comes and goes."""
    socket, heard = _socket(talk)
    y = 330
    for names in COMMAND_ROWS:
        for name in names:
            address = f"unloop {name}" if COMMAND_BY_NAME[name].scope == "global" else f"unloop loop 1 {name}"
            y = _outgoing(talk, name, address, y, _MIDDLES[COMMAND_BY_NAME[name].argument])
    y = _outgoing(talk, "preset", "unloop loop 1 preset", y, middle="")
    for parameters in parameter_groups().values():
        for parameter in parameters:
            y = _outgoing(talk, parameter.name, f"unloop loop 1 {parameter.name}", y, middle="")
            if parameter.kind == "float":
                y = _number_beside(talk, parameter.name, y)
    sending = talk.add("r unloop-out", 20, 130)
    trimmed = talk.add("list prepend send", 20, 155)
    talk.chain(sending, trimmed, talk.add("list trim", 20, 180), socket)
    _incoming(talk, heard)


def _socket(talk: Canvas) -> tuple[int, int]:
    """``netsend``, and a watchdog that connects and subscribes again when the instrument has been silent."""
    socket = talk.add("netsend -u -b", 20, 210)
    again = talk.add("t b b b b", 200, 60)
    loaded = talk.add("loadbang", 200, 20)
    for start in (loaded, talk.add("r unloop-connect", 290, 20)):
        talk.cord(start, 0, again)
    for value, name, x in ((DEFAULT_PORT, "port", 640), (1, "again-count", 800), (1, "capture-count", 960)):
        first = talk.add(f"set {value}", x, 20, "msg")
        talk.chain(loaded, first, talk.add(f"s unloop-{name}-show", x, 45))
    port = talk.add(f"f {DEFAULT_PORT}", 200, 130)
    named = talk.add("r unloop-port", 420, 20)
    changed = talk.add("t b f", 420, 60)
    talk.chain(named, changed, again)
    talk.cord(changed, 1, port, 1)
    wait = talk.add(f"delay {WATCHDOG_MS}", 560, 130)
    hang_up = talk.add("disconnect", 280, 130, "msg")
    call = talk.add("connect 127.0.0.1 \\$1", 200, 155, "msg")
    subscribe = talk.add("oscformat unloop subscribe", 380, 130)
    talk.cord(again, 0, wait)
    talk.cord(again, 1, subscribe)
    talk.cord(again, 2, port)
    talk.cord(again, 3, hang_up)
    talk.chain(port, call, socket)
    talk.cord(hang_up, 0, socket)
    talk.chain(subscribe, talk.add("s unloop-out", 380, 155))
    talk.cord(wait, 0, again)
    talk.chain(wait, talk.add("set 0", 640, 155, "msg"), talk.add("s unloop-alive-show", 640, 180))
    alive = talk.add("r unloop-alive", 560, 20)
    told = talk.add("t b b", 560, 60)
    talk.chain(alive, told, wait)
    lit = talk.add("set 1", 640, 95, "msg")
    talk.cord(told, 1, lit)
    talk.chain(lit, talk.add("s unloop-alive-show", 640, 120))
    heard = talk.add("oscparse", 20, 240)
    talk.cord(socket, 1, heard)
    return socket, heard


_MIDDLES = {"none": "b", "toggle": "", "count": "f 1"}
"""What stands between a command's control and its address: a button sends no argument, a count is held beside it."""


def _outgoing(talk: Canvas, name: str, address: str, y: int, middle: str) -> int:
    """From a control to its address; returns where the next one goes."""
    first = control = talk.add(f"r unloop-{name}", 20, y)
    if middle:
        first = talk.add(middle, 240, y)
        talk.cord(control, 0, first)
    if middle.startswith("f"):
        talk.cord(talk.add(f"r unloop-{name}-count", 20, y + 24), 0, first, 1)
    talk.chain(first, talk.add(f"oscformat {address}", 300, y), talk.add("s unloop-out", 620, y))
    return y + (48 if middle.startswith("f") else 24)


def _number_beside(talk: Canvas, name: str, y: int) -> int:
    """The number beside a slider: shows what is slid, and slides what is typed."""
    talk.chain(
        talk.add(f"r unloop-{name}", 40, y), talk.add("set \\$1", 300, y, "msg"), talk.add(f"s unloop-{name}-number", 620, y)
    )
    talk.chain(talk.add(f"r unloop-{name}-typed", 40, y + 24), talk.add(f"s unloop-{name}-show", 620, y + 24))
    return y + 48


def _incoming(talk: Canvas, heard: int) -> None:
    """From an address to what shows it, silently."""
    kinds = ["state", "repetition", "pending", "position", "progress", "beat", "custom", "mute", "lock", "solo", "reverse"]
    rows = [parameter for group in parameter_groups().values() for parameter in group]
    root = talk.add("route unloop", 1000, 60)
    talk.chain(heard, talk.add("list trim", 1000, 20), root)
    top = talk.add("route loop generate xruns alive error", 1000, 90)
    # Pd 0.53 makes the loop's number in an address a symbol, which a box cannot spell: it is put into a `route` at the
    # start. Where a version makes it a number, the second `route` finds it.
    loop, loop_as_number = talk.add("route loop-number", 1000, 120), talk.add("route 1", 1100, 150)
    spelled = talk.add("makefilename %d", 1180, 70)
    talk.chain(talk.add("loadbang", 1180, 20), talk.add("1", 1180, 45, "msg"), spelled)
    talk.cord(spelled, 0, loop, 1)
    talk.chain(root, top, loop)
    talk.cord(loop, 1, loop_as_number)
    named = talk.add("list trim", 1000, 150)
    talk.cord(loop_as_number, 0, named)
    inside = talk.add("route " + " ".join([*kinds, *(row.name for row in rows)]), 1000, 180)
    talk.chain(loop, named, inside)
    y = 220
    shown = [(inside, kinds.index(kind), kind) for kind in kinds[3:]] + [(top, 1, "generate"), (top, 2, "xruns")]
    shown += [(inside, len(kinds) + column, row.name) for column, row in enumerate(rows)]
    for source, outlet, name in shown:
        quietly = talk.add("set \\$1", 1000, y, "msg")
        talk.cord(source, outlet, quietly)
        talk.cord(quietly, 0, talk.add(f"s unloop-{name}-show", 1100, y))
        if any(row.name == name and row.kind == "float" for row in rows):
            talk.cord(quietly, 0, talk.add(f"s unloop-{name}-number", 1300, y))
        y += 24
    _state_and_seam(talk, inside, kinds.index("state"), kinds.index("repetition"), y)
    y += 180
    name_and_seconds = talk.add("unpack s f", 1000, y)
    talk.cord(inside, kinds.index("pending"), name_and_seconds)
    for outlet, (words, name) in enumerate((("symbol", "pending"), ("set \\$1", "pending-seconds"))):
        shown_as = talk.add(words, 1060 + 200 * outlet, y + 24, "msg" if outlet else "obj")
        talk.cord(name_and_seconds, outlet, shown_as)
        talk.cord(shown_as, 0, talk.add(f"s unloop-{name}-show", 1060 + 200 * outlet, y + 48))
    y += 80
    talk.cord(top, 3, talk.add("s unloop-alive", 1000, y))
    words = talk.add("unpack s s", 1000, y + 24)
    talk.cord(top, 4, words)
    talk.cord(words, 1, talk.add("s unloop-error-show", 1060, y + 48))


def _state_and_seam(talk: Canvas, inside: int, state_outlet: int, seam_outlet: int, y: int) -> None:
    """The state's name as a symbol; a seam's blink, its number and whether it was late."""
    as_symbol = [talk.add("list trim", 900, y), talk.add("list prepend symbol", 900, y + 24), talk.add("list trim", 900, y + 48)]
    talk.cord(inside, state_outlet, as_symbol[0])
    talk.chain(*as_symbol, talk.add("symbol", 1060, y + 48), talk.add("s unloop-state-show", 1120, y + 48))
    y += 80
    blink_last, numbers = talk.add("t b a", 900, y), talk.add("unpack f f", 1000, y)
    talk.cord(inside, seam_outlet, blink_last)
    talk.cord(blink_last, 1, numbers)
    talk.cord(blink_last, 0, talk.add("s unloop-seam-show", 900, y + 24))
    for outlet, name in enumerate(("repetition", "late")):
        quietly = talk.add("set \\$1", 1060 + 200 * outlet, y + 24, "msg")
        talk.cord(numbers, outlet, quietly)
        talk.cord(quietly, 0, talk.add(f"s unloop-{name}-show", 1060 + 200 * outlet, y + 48))
