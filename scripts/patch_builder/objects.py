"""The ports of the Max objects that the patches use, as in files that Max itself has saved.

Max drops a cord to a port that it does not find declared. py2max guesses the ports: of the objects here it gives `r`, `key`,
`keyup` and `bpatcher` an inlet that they do not have, and sixteen others outlets of another type. So each box is told its ports from
this table.
"""

import re
from collections.abc import Sequence

Ports = tuple[int, list[str]]
"""Inlets, and the types of the outlets as Max writes them: "" is any message."""

_FIXED: dict[str, Ports] = {
    # shown
    "bpatcher": (0, []),
    "button": (1, ["bang"]),
    "comment": (1, []),
    "dropfile": (1, ["", ""]),
    "led": (1, ["int"]),
    "live.dial": (1, ["", "float"]),
    "live.menu": (1, ["", "", "float"]),
    "live.numbox": (1, ["", "float"]),
    "live.slider": (1, ["", "float"]),
    "live.text": (1, ["", ""]),
    "message": (2, [""]),
    "multislider": (1, ["", ""]),
    "number": (1, ["", "bang"]),
    "panel": (1, []),
    "slider": (1, [""]),
    "textedit": (1, ["", "int", "", ""]),
    "ubutton": (1, ["bang", "bang", "", "int"]),
    # typed
    "atoi": (3, ["list"]),
    "conformpath": (1, ["", "int"]),
    "delay": (2, ["bang"]),
    "fromsymbol": (1, [""]),
    "gate": (2, [""]),
    "int": (2, ["int"]),
    "itoa": (3, ["int"]),
    "key": (0, ["int", "int", "int", "int"]),
    "keyup": (0, ["int", "int", "int", "int"]),
    "loadbang": (1, ["bang"]),
    "loadmess": (1, [""]),
    "onebang": (2, ["bang", "bang"]),
    "patcherargs": (1, ["", ""]),
    "pcontrol": (1, [""]),
    "prepend": (1, [""]),
    "r": (0, [""]),
    "s": (1, []),
    "udpreceive": (1, [""]),
    "udpsend": (1, []),
    "zl.join": (2, ["", ""]),
    "zl.reg": (2, ["", ""]),
    "zl.slice": (2, ["", ""]),
}

_TRIGGERS = {"b": "bang", "i": "int", "l": ""}


def ports(name: str, arguments: Sequence[str] = ()) -> Ports:
    """The ports of an object with these arguments.

    Raises
    ------
    KeyError
        Where the table has no such object: nothing is guessed.
    """
    if name in ("route", "sel"):
        return len(arguments) + 1, [""] * (len(arguments) + 1) if name == "route" else ["bang"] * len(arguments) + [""]
    if name == "t":
        return 1, [_TRIGGERS[argument] for argument in arguments]
    if name == "unpack":
        return 1, ["int"] * len(arguments)
    if name == "sprintf":
        return max(1, " ".join(arguments).count("%")), [""]
    if name == "vexpr":
        return max(int(number) for number in re.findall(r"\$[if](\d)", " ".join(arguments))), [""]
    return _FIXED[name]
