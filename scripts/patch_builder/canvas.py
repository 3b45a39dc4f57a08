"""One Max patch while it is drawn: boxes, cords and what is shown, written by py2max.

py2max holds the file format and knows every object's attributes and messages: an attribute that an object does not have, or a
cord that carries what its end does not understand, stops the build. The ports come from `objects`, since its own are not those of Max.
"""

import itertools
import json
import warnings
from collections.abc import Sequence

from py2max import Patcher
from py2max.core.box import Box
from py2max.core.common import Rect

from patch_builder.objects import ports

Place = tuple[float, float, float, float]
"""Left, top, width and height, in pixels."""

GROUND = [0.11, 0.115, 0.125, 1.0]
PANEL = [0.165, 0.172, 0.187, 1.0]
WELL = [0.075, 0.08, 0.09, 1.0]
TEXT = [0.93, 0.93, 0.92, 1.0]
DIM = [0.63, 0.65, 0.68, 1.0]
ACCENT = [0.36, 0.72, 0.86, 1.0]
"""The colours of all patches, red, green, blue and opacity in 0..1."""

_CELL = (190.0, 150.0)  # one control with its boxes in patching mode
_CELLS_A_ROW = 12



class Canvas:
    """A patch that is being drawn.

    Parameters
    ----------
    width, height : float
        Of the window, which opens in presentation.
    description : str
        One sentence, shown by Max's file browser.
    """

    def __init__(self, width: float, height: float, description: str) -> None:
        self._patcher = Patcher(openinpresentation=1, on_invalid="raise", validate_attrs=True)
        self._patcher.rect = Rect(60.0, 90.0, width, height)
        self._patcher.description = description
        self._patcher.toolbarvisible = 0
        self._patcher.bgcolor = GROUND
        self._patcher.editing_bgcolor = GROUND
        self._cells = itertools.count()
        self._boxes: dict[str, Box] = {}

    def cell(self) -> tuple[float, float]:
        """Left and top of the next free place in patching mode."""
        row, column = divmod(next(self._cells), _CELLS_A_ROW)
        return 20.0 + column * _CELL[0], 20.0 + row * _CELL[1]

    def row(self) -> None:
        """Begins a new row in patching mode."""
        while (number := next(self._cells)) % _CELLS_A_ROW:
            pass
        self._cells = itertools.count(number)

    def object(self, text: str, x: float, y: float, width: float = 170.0) -> str:
        """A box with text; returns its id."""
        name, *arguments = text.split()
        return self._add("newobj", name, (x, y, width, 22.0), arguments, text=text)

    def message(self, text: str, x: float, y: float, width: float = 170.0) -> str:
        """A message box."""
        return self._add("message", "message", (x, y, width, 22.0), text=text)

    def show(self, maxclass: str, x: float, y: float, place: Place | None, hint: str = "", **attributes) -> str:
        """A user interface object at `place` in presentation (None: not shown)."""
        width, height = place[2:] if place else (60.0, 22.0)
        if place:
            attributes |= {"presentation": 1, "presentation_rect": list(place)}
        if hint:
            attributes |= {"annotation": hint, "hint": hint}
        return self._add(maxclass, maxclass, (x, y, width, height), **attributes)

    def words(self, text: str, place: Place, size: float = 11.0, color: list[float] | None = None, bold: bool = False, **more) -> str:
        """A comment that is shown."""
        if bold:
            more["fontface"] = 1
        x, y = self.cell()
        return self.show("comment", x, y, place, text=text, fontsize=size, textcolor=color or TEXT, **more)

    def panel(self, place: Place, color: list[float] | None = None, rounded: int = 6, name: str = "") -> str:
        """A coloured ground behind others, with a name where its colour will change."""
        x, y = self.cell()
        named = {"varname": name} if name else {}
        look = {"bgcolor": color or PANEL, "rounded": rounded, "border": 0, "mode": 0, "background": 1, "ignoreclick": 1}
        return self.show("panel", x, y, place, **look, **named)

    def cord(self, source: str, outlet: int, destination: str, inlet: int = 0) -> None:
        """Connects two boxes.

        Raises
        ------
        InvalidConnectionError
            Where there is no such port, or what comes is not understood there.
        """
        self._patcher.add_line(self._boxes[source], self._boxes[destination], inlet=inlet, outlet=outlet)

    def chain(self, *boxes: str) -> None:
        """Connects first outlets to first inlets, one after the other."""
        for source, destination in itertools.pairwise(boxes):
            self.cord(source, 0, destination)

    def patcher(self, parameters: dict | None = None) -> dict:
        """The patch as Max reads it, with the `parameters` part that names those of its bpatchers."""
        patcher = self._patcher.to_dict()["patcher"]
        return patcher | {"parameters": parameters or {}}

    def _add(self, maxclass: str, kind: str, patching: Place, arguments: Sequence[str] = (), /, **attributes) -> str:
        inlets, outlets = ports(kind, arguments)
        key = self._patcher.get_id()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            box = Box(maxclass, inlets, len(outlets), key, Rect(*patching), outlettype=outlets, **attributes)
            self._patcher.add_box(box)
        self._boxes[key] = box
        return key


def as_file(patcher: dict) -> str:
    """The text of a ``.maxpat`` or ``.maxhelp`` file, a line for each box and cord."""
    parts = {key: value for key, value in patcher.items() if key not in ("boxes", "lines")}
    lines = [json.dumps({"patcher": parts})[:-2]]
    for key in ("boxes", "lines"):
        lines.append(f' , "{key}": [')
        lines.append(",\n".join("  " + json.dumps(entry) for entry in patcher[key]))
        lines.append(" ]")
    return "\n".join([*lines, "}}"]) + "\n"
