"""The Max patch: no externals, presentation mode, everything labelled and explained by a hint.

Dials send at once; replies set them silently. The patch sends through ``s unloop.out`` and hears through
``r unloop.in``, so that a performer's own patches may do the same.
"""

import itertools
import json

from patch_builder.layout import (
    COMMAND_BY_NAME,
    COMMAND_ROWS,
    LISTEN_PORT,
    STATES,
    WATCHDOG_MS,
    address_of_command,
    label,
    parameter_groups,
    tooltip,
)
from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING
from unloop_py.control.parameters import Parameter
from unloop_py.control.presets import PRESETS

Rect = tuple[float, float, float, float]

WIDTH = 700.0
_COLUMN = 68.0  # one dial in presentation
_MARGIN = 10.0
_BLOCK = 160.0  # one control with its boxes in patching mode
_TEXT = [0.90, 0.90, 0.90, 1.0]
_DIM = [0.62, 0.62, 0.64, 1.0]
_GROUND = [0.13, 0.13, 0.14, 1.0]

# (inlets, types of the outlets) of everything that the patch uses and whose ports do not depend on its arguments.
_PORTS: dict[str, tuple[int, list[str]]] = {
    "comment": (1, []),
    "panel": (1, []),
    "message": (2, [""]),
    "textbutton": (1, ["", "", "int"]),
    "live.dial": (1, ["", "float"]),
    "number": (1, ["", "bang"]),
    "umenu": (1, ["int", "", ""]),
    "slider": (1, [""]),
    "button": (1, ["bang"]),
    "led": (1, ["int"]),
    "prepend": (1, [""]),
    "loadbang": (1, ["bang"]),
    "loadmess": (1, [""]),
    "delay": (2, ["bang"]),
    "int": (2, ["int"]),
    "udpsend": (1, []),
    "udpreceive": (1, [""]),
    "s": (1, []),
    "r": (0, [""]),
}


class Patcher:
    """Boxes and cords, and the JSON of them."""

    def __init__(self) -> None:
        self.boxes: list[dict] = []
        self.lines: list[dict] = []

    def object(self, text: str, x: float, y: float, width: float = 120.0) -> str:
        """A box with text, its ports by its first word and its arguments."""
        name, *arguments = text.split()
        if name == "route":
            ports = (len(arguments) + 1, [""] * (len(arguments) + 1))
        elif name == "t":
            ports = (1, [{"b": "bang", "l": ""}[argument] for argument in arguments])
        elif name == "unpack":
            ports = (1, ["int"] * len(arguments))
        else:
            ports = _PORTS[name]
        return self._add("newobj", ports, (x, y, width, 22.0), text=text)

    def ui(self, maxclass: str, patching: Rect, presentation: Rect | None = None, hint: str = "", **attributes) -> str:
        """A user interface object, shown in presentation where that has a place."""
        if presentation is not None:
            attributes |= {"presentation": 1, "presentation_rect": list(presentation)}
        if hint:
            attributes |= {"annotation": hint, "hint": hint}
        return self._add(maxclass, _PORTS[maxclass], patching, **attributes)

    def comment(self, text: str, patching: Rect, presentation: Rect | None = None, size: float = 11.0, color=None) -> str:
        """Words."""
        return self.ui("comment", patching, presentation, text=text, fontsize=size, textcolor=color or _TEXT)

    def cord(self, source: str, outlet: int, destination: str, inlet: int = 0) -> None:
        """Connects two boxes."""
        self.lines.append({"patchline": {"source": [source, outlet], "destination": [destination, inlet]}})

    def chain(self, *boxes: str) -> None:
        """Connects first outlets to first inlets, one after the other."""
        for source, destination in itertools.pairwise(boxes):
            self.cord(source, 0, destination)

    def _add(self, maxclass: str, ports: tuple[int, list[str]], patching: Rect, **attributes) -> str:
        inlets, outlets = ports
        box = {
            "id": f"obj-{len(self.boxes) + 1}",
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": list(patching),
        }
        if outlets:
            box["outlettype"] = outlets
        self.boxes.append({"box": box | attributes})
        return box["id"]

    def json(self, height: float) -> str:
        """The patch as Max saves one."""
        patcher = {
            "fileversion": 1,
            "appversion": {"major": 8, "minor": 6, "revision": 5, "architecture": "x64", "modernui": 1},
            "classnamespace": "box",
            "rect": [60.0, 80.0, WIDTH, height],
            "openinpresentation": 1,
            "default_fontsize": 12.0,
            "default_fontname": "Arial",
            "gridsize": [10.0, 10.0],
            "toolbarvisible": 0,
            "enablehscroll": 0,
            "description": "unloop: a looper that does not repeat itself",
            "bgcolor": _GROUND,
            "editing_bgcolor": _GROUND,
            "boxes": self.boxes,
            "lines": self.lines,
            "parameters": {},
        }
        return json.dumps({"patcher": patcher}, indent=1) + "\n"


def max_patch() -> str:
    """The text of ``unloop.maxpat``."""
    patcher = Patcher()
    _connection(patcher)
    _status(patcher)
    top = 128.0
    for row, names in enumerate(COMMAND_ROWS):
        _commands(patcher, names, 460.0 + row * 260.0, top)
        top += 44.0
    _presets(patcher, top - 44.0)
    top += 6.0
    for row, (title, parameters) in enumerate(parameter_groups().items()):
        _parameters(patcher, title, parameters, 1000.0 + row * 300.0, top)
        top += 88.0
    _errors(patcher, top)
    return patcher.json(top + 40.0)


def _connection(patcher: Patcher) -> None:
    """The two sockets, and a watchdog that subscribes again when the instrument has been silent."""
    sending = patcher.object("r unloop.out", 20, 20)
    send = patcher.object(f"udpsend 127.0.0.1 {DEFAULT_PORT}", 20, 60, 160)
    patcher.cord(sending, 0, send)
    hear = patcher.object(f"udpreceive {LISTEN_PORT}", 20, 100)
    patcher.chain(hear, patcher.object("s unloop.in", 20, 140))

    port = patcher.ui(
        "number", (220, 20, 60, 22), (630, 12, 58, 22), minimum=1, maximum=65535,
        hint=f"The instrument's OSC port: {DEFAULT_PORT}, unless it said another at its start.",
    )  # fmt: skip
    patcher.comment("port", (290, 20, 40, 20), (596, 14, 34, 20), color=_DIM)
    patcher.chain(patcher.object(f"loadmess set {DEFAULT_PORT}", 220, -20, 130), port)
    patcher.chain(port, patcher.ui("message", (220, 60, 60, 22), text="port $1"), send)

    again = patcher.object("t b b b", 380, 60, 80)
    patcher.chain(patcher.object("loadbang", 380, 20), again)
    connect = patcher.ui(
        "textbutton", (480, 20, 80, 24), (500, 11, 62, 24), text="connect", fontsize=11.0, outputmode=0,
        hint="Subscribes to the instrument now; the patch also does so by itself while it hears nothing.",
    )  # fmt: skip
    patcher.chain(connect, again)
    wait = patcher.object(f"delay {WATCHDOG_MS}", 380, 140, 90)
    subscribe = patcher.ui("message", (400, 100, 190, 22), text=f"/unloop/subscribe {LISTEN_PORT} quiet")
    dark = patcher.ui("message", (600, 100, 30, 22), text="0")
    patcher.cord(again, 0, wait)
    patcher.cord(again, 1, subscribe)
    patcher.cord(again, 2, dark)
    patcher.cord(wait, 0, again)
    patcher.chain(subscribe, patcher.object("s unloop.out", 480, 140))

    alive = patcher.object(f"route {OUTGOING['alive'].address}", 660, 60, 150)
    patcher.chain(patcher.object("r unloop.in", 660, 20), alive)
    heard = patcher.object("t b b", 660, 100, 60)
    light = patcher.ui("message", (730, 100, 30, 22), text="1")
    connected = patcher.ui(
        "led", (700, 140, 22, 22), (570, 12, 22, 22), ignoreclick=1, oncolor=[0.3, 0.85, 0.4, 1.0],
        hint="Lit while the instrument is heard.",
    )  # fmt: skip
    patcher.chain(alive, heard, wait)
    patcher.cord(heard, 1, light)
    patcher.chain(light, connected)
    patcher.chain(dark, connected)


def _status(patcher: Patcher) -> None:
    """State, position, progress and seams, each shown where the eye falls first."""
    kinds = ("state", "position", "progress", "repetition", "beat", "custom", "xruns", "pending")
    addresses = [OUTGOING[kind].of(0) for kind in kinds]
    route = patcher.object("route " + " ".join(addresses), 20, 240, 1110)
    patcher.chain(patcher.object("r unloop.in", 20, 200), route)
    patcher.comment("unloop", (1160, 200, 90, 30), (_MARGIN, 8, 90, 30), size=20.0)

    ground = patcher.ui(
        "panel", (20, 360, 120, 30), (110, 8, 150, 30), hint="What the loop is doing.", rounded=6, border=0, background=1,
        bgfillcolor=[*STATES["off"], 1.0],
    )  # fmt: skip
    state = patcher.comment("off", (150, 360, 100, 30), (118, 9, 140, 28), size=18.0)
    _show(patcher, route, 0, state, 20, 280)
    colours = patcher.object("route " + " ".join(STATES), 20, 310, 300)
    patcher.cord(route, 0, colours)
    for outlet, (red, green, blue) in enumerate(STATES.values()):
        colour = patcher.ui("message", (20 + 150 * outlet, 335, 140, 22), text=f"bgfillcolor {red} {green} {blue} 1.")
        patcher.cord(colours, outlet, colour)
        patcher.cord(colour, 0, ground)

    for outlet, kind in ((1, "position"), (2, "progress")):
        top = 46.0 + 26.0 * (outlet - 1)
        bar = patcher.ui(
            "slider", (180 * outlet, 390, 150, 16), (80, top, WIDTH - 80 - _MARGIN, 18), size=1.0, floatoutput=1,
            orientation=1, ignoreclick=1, hint=OUTGOING[kind].help,
        )  # fmt: skip
        patcher.comment(kind, (180 * outlet, 410, 60, 20), (_MARGIN, top, 66, 20), color=_DIM)
        _show(patcher, route, outlet, bar, 180 * outlet, 280)

    both = patcher.object("t b l", 560, 280, 60)
    parts = patcher.object("unpack 0 0", 600, 310, 80)
    patcher.cord(route, 3, both)
    patcher.cord(both, 1, parts)
    seam = patcher.ui("button", (560, 390, 22, 22), (46, 100, 22, 22), ignoreclick=1, hint="Blinks at every seam.")
    patcher.cord(both, 0, seam)
    index = patcher.ui("number", (600, 390, 50, 22), (136, 100, 50, 22), ignoreclick=1, hint=OUTGOING["repetition"].help)
    late = patcher.ui(
        "led", (660, 390, 22, 22), (228, 100, 22, 22), ignoreclick=1, oncolor=[0.95, 0.35, 0.2, 1.0],
        hint="Lit when the last seam came with no variation ready, so that the loop went on as it was.",
    )  # fmt: skip
    patcher.cord(parts, 0, index)
    patcher.cord(parts, 1, late)
    beat = patcher.ui("number", (720, 390, 50, 22), (296, 100, 40, 22), ignoreclick=1, hint=OUTGOING["beat"].help)
    custom = patcher.ui(
        "led", (860, 390, 22, 22), (400, 100, 22, 22), ignoreclick=1, oncolor=[0.9, 0.8, 0.3, 1.0], hint=OUTGOING["custom"].help,
    )  # fmt: skip
    xruns = patcher.ui("number", (1000, 390, 50, 22), (480, 100, 50, 22), ignoreclick=1, hint=OUTGOING["xruns"].help)
    patcher.cord(route, 4, beat)
    patcher.cord(route, 5, custom)
    patcher.cord(route, 6, xruns)
    waits = patcher.comment("", (1160, 390, 150, 20), (596, 101, 94, 20))
    _show(patcher, route, 7, waits, 1160, 280)
    for text, x, width in (
        ("seam", _MARGIN, 36), ("repetition", 72, 64), ("late", 196, 32), ("beat", 262, 34), ("custom", 350, 50), ("xruns", 438, 42),
        ("waits", 546, 44),
    ):  # fmt: skip
        patcher.comment(text, (x, 420, width, 20), (x, 101, width, 20), color=_DIM)


def _show(patcher: Patcher, route: str, outlet: int, box: str, x: float, y: float) -> None:
    """Shows in a box what comes out of a route, silently: nothing is sent back."""
    quietly = patcher.object("prepend set", x, y, 90)
    patcher.cord(route, outlet, quietly)
    patcher.cord(quietly, 0, box)


def _commands(patcher: Patcher, names: tuple[str, ...], y: float, top: float) -> None:
    """A row of buttons; toggles follow what the instrument says."""
    toggles = [name for name in names if COMMAND_BY_NAME[name].argument == "toggle"]
    if toggles:
        route = patcher.object("route " + " ".join(address_of_command(name) for name in toggles), 20, y + 30, 400)
        patcher.chain(patcher.object("r unloop.in", 20, y), route)
    left = _MARGIN
    for column, name in enumerate(names):
        x = 20 + column * _BLOCK
        place = (left, top, 80.0, 36.0)
        left += 86.0
        button = {"text": name, "fontsize": 13.0, "rounded": 6.0, "outputmode": 0, "hint": COMMAND_BY_NAME[name].help}
        address = address_of_command(name)
        if name in toggles:
            box = patcher.ui(
                "textbutton", (x, y + 100, 80, 30), place, mode=1, texton=name, usebgoncolor=1,
                bgoncolor=[0.25, 0.55, 0.80, 1.0], **button,
            )  # fmt: skip
            _show(patcher, route, toggles.index(name), box, x, y + 65)
            say = patcher.object(f"prepend {address}", x, y + 145, 150)
        elif COMMAND_BY_NAME[name].argument == "count":
            box = patcher.ui("textbutton", (x, y + 100, 80, 30), place, **button)
            count = patcher.ui(
                "number", (x + 90, y + 65, 50, 22), (left, top + 7, 44, 22), minimum=1, maximum=1000,
                hint="How many seams ago.",
            )  # fmt: skip
            left += 50.0
            patcher.chain(patcher.object("loadmess set 1", x + 90, y + 30, 100), count)
            held = patcher.object("int 1", x, y + 145, 60)
            patcher.cord(count, 0, held, 1)
            patcher.cord(box, 0, held)
            box = held
            say = patcher.object(f"prepend {address}", x, y + 170, 150)
        else:
            red = {"bgcolor": [0.62, 0.14, 0.14, 1.0]} if name == "record" else {}
            box = patcher.ui("textbutton", (x, y + 100, 80, 30), place, **button, **red)
            say = patcher.ui("message", (x, y + 145, 150, 22), text=address)
        patcher.chain(box, say, patcher.object("s unloop.out", x, y + 200, 90))


def _presets(patcher: Patcher, top: float) -> None:
    """A menu beside the last row of buttons; the dials follow what the instrument then says."""
    items = [word for preset in PRESETS for word in (preset.name, ",")][:-1]
    menu = patcher.ui(
        "umenu", (960, 820, 150, 22), (540, top + 7, 150, 22), COMMAND_BY_NAME["preset"].help, items=items, fontsize=11.0
    )  # fmt: skip
    patcher.comment("preset", (960, 795, 50, 20), (496, top + 8, 44, 20), color=_DIM)
    say = patcher.object(f"prepend {address_of_command('preset')}", 960, 865, 160)
    patcher.cord(menu, 1, say)
    patcher.chain(say, patcher.object("s unloop.out", 960, 920, 90))


def _parameters(patcher: Patcher, title: str, parameters: list[Parameter], y: float, top: float) -> None:
    """A row of dials: each sends what is turned, and is set silently by what the instrument says."""
    addresses = [f"/unloop/loop/1/{parameter.name}" for parameter in parameters]
    route = patcher.object("route " + " ".join(addresses), 20, y + 30, _BLOCK * len(parameters))
    patcher.chain(patcher.object("r unloop.in", 20, y), route)
    patcher.comment(title, (180, y, 120, 20), (_MARGIN, top, 120, 20), color=_DIM)
    for column, (parameter, address) in enumerate(zip(parameters, addresses, strict=True)):
        x = 20 + column * _BLOCK
        box = _control(patcher, parameter, (x, y + 100), (_MARGIN + column * _COLUMN, top + 20.0))
        _show(patcher, route, column, box, x, y + 65)
        say = patcher.object(f"prepend {address}", x, y + 190, 150)
        patcher.chain(box, say, patcher.object("s unloop.out", x, y + 225, 90))


def _control(patcher: Patcher, parameter: Parameter, at: tuple[float, float], shown: tuple[float, float]) -> str:
    """A toggle for a bool, a number box for a long range of whole numbers, else a dial."""
    hint = tooltip(parameter)
    if parameter.kind == "bool":
        return patcher.ui(
            "textbutton", (*at, 60, 24), (*shown, 60, 24), hint, mode=1, outputmode=0, fontsize=11.0, rounded=6.0,
            text=label(parameter), texton=label(parameter), usebgoncolor=1, bgoncolor=[0.25, 0.55, 0.80, 1.0],
        )  # fmt: skip
    if parameter.kind == "int" and parameter.maximum - parameter.minimum > 255:  # more than a live.dial's ints hold
        patcher.comment(label(parameter), (at[0], at[1] - 18, 60, 18), (*shown, 62, 18))
        limits = {"minimum": int(parameter.minimum), "maximum": int(parameter.maximum)}
        return patcher.ui("number", (*at, 62, 22), (shown[0], shown[1] + 20, 62, 22), hint, **limits)
    whole = parameter.kind == "int"
    value = {
        "parameter_longname": parameter.name,
        "parameter_shortname": label(parameter),
        "parameter_type": 1 if whole else 0,
        "parameter_mmin": float(parameter.minimum),
        "parameter_mmax": float(parameter.maximum),
        "parameter_unitstyle": 0 if whole else 1,
        "parameter_initial": [parameter.default],
        "parameter_initial_enable": 0,  # the instrument's values are shown, not overwritten, when the patch is opened
    }
    return patcher.ui(
        "live.dial", (*at, 62, 48), (*shown, 62, 48), hint, parameter_enable=1, varname=parameter.name, textcolor=_TEXT,
        saved_attribute_attributes={"valueof": value},
    )  # fmt: skip


def _errors(patcher: Patcher, top: float) -> None:
    """What could not be done, and the cure, in words."""
    route = patcher.object(f"route {OUTGOING['error'].address}", 20, 2260, 150)
    text = patcher.comment("", (20, 2320, 600, 20), (_MARGIN, top + 6, WIDTH - 2 * _MARGIN, 20), color=[0.95, 0.55, 0.35, 1.0])
    patcher.chain(patcher.object("r unloop.in", 20, 2230), route)
    _show(patcher, route, 0, text, 20, 2290)
