"""A small part of Max: enough to play messages through the patches, as Max's reference says that each object treats them.

Messages are tuples of atoms. A box's outlets fire from the right to the left; of several cords from one outlet, the one whose end
stands further to the right is served first, and of two above each other the lower one.
"""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable

Message = tuple[object, ...]


def atoms(text: str) -> Message:
    """A text as Max reads it: whole numbers, floats and symbols."""
    return tuple(_atom(word) for word in text.split())


def _atom(word: str) -> object:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


class Max:
    """A running Max: what its patches have sent, and the names by which they reach each other.

    Attributes
    ----------
    sent : list of (port, message)
        What `udpsend` objects sent.
    """

    def __init__(self, files: dict[str, dict]) -> None:
        self.files = files
        self.sent: list[tuple[int, Message]] = []
        self.receivers: dict[str, list[Callable[[Message], None]]] = defaultdict(list)
        self.listening: dict[Box, int] = {}
        self.clocks: list[Box] = []
        self._numbers = itertools.count(1000)

    def open(self, patcher: dict, arguments: Message = ()) -> "Patch":
        """Opens a patch and what is in its bpatchers, then bangs what bangs at the start."""
        patch = Patch(self, patcher, arguments, next(self._numbers))
        for box in list(patch.everything()):
            box.load()
        return patch

    def hear(self, message: Message, port: int) -> None:
        """A datagram comes."""
        for box, listens in list(self.listening.items()):
            if listens == port:
                box.out(0, message)

    def wait(self) -> None:
        """Every delay that runs now comes to its end."""
        due, self.clocks = self.clocks, []
        for box in due:
            box.out(0, ("bang",))

    def take(self) -> list[Message]:
        """What was sent since the last time."""
        sent, self.sent = [message for _, message in self.sent], []
        return sent


class Patch:
    """One open patch."""

    def __init__(self, max_: Max, patcher: dict, arguments: Message, number: int) -> None:
        self.max = max_
        self.arguments = arguments
        self.number = number
        self.boxes = {entry["box"]["id"]: Box(self, entry["box"]) for entry in patcher["boxes"]}
        for line in patcher["lines"]:
            (source, outlet), (destination, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
            self.boxes[source].cords[outlet].append((self.boxes[destination], inlet))
        for box in self.boxes.values():
            for cords in box.cords.values():
                cords.sort(key=lambda cord: [-value for value in cord[0].data["patching_rect"][:2]])
        self.inner = [
            Patch(max_, max_.files[box.data["name"]], tuple(box.data["args"]), next(max_._numbers))
            for box in self.boxes.values() if box.kind == "bpatcher"
        ]  # fmt: skip

    def everything(self) -> "list[Box]":
        """All boxes, those of inner patches first, as Max loads them."""
        return [box for patch in self.inner for box in patch.everything()] + list(self.boxes.values())

    def named(self, varname: str) -> "Box":
        """The box of this scripting name."""
        (found,) = [box for box in self.boxes.values() if box.data.get("varname") == varname]
        return found

    def boxes_of(self, kind: str) -> "list[Box]":
        """The boxes of an object, as they stand in the file."""
        return [box for box in self.boxes.values() if box.kind == kind]

    def hinted(self, hint: str) -> "list[Box]":
        """The boxes with this hint."""
        return [box for box in self.boxes.values() if box.data.get("hint") == hint]


class Box:
    """One object.

    Attributes
    ----------
    shown : object
        What a user interface object shows: a number, a text, a list of bars; a panel's colour.
    """

    def __init__(self, patch: Patch, data: dict) -> None:
        self.patch = patch
        self.data = data
        text = data.get("text", "").replace("#0", str(patch.number))
        self.words = list(atoms(text))
        self.kind = str(self.words.pop(0)) if data["maxclass"] == "newobj" else data["maxclass"]
        self.text = text
        self.cords: dict[int, list[tuple[Box, int]]] = defaultdict(list)
        self.held: object = list(self.words)
        self.shown: object = None
        if self.kind == "r":
            patch.max.receivers[str(self.words[0])].append(lambda message: self.out(0, message))
        elif self.kind == "udpreceive":
            patch.max.listening[self] = self.words[0]
        elif self.kind == "udpsend":
            self.held = self.words[1]
        elif self.kind in ("int", "gate", "onebang"):
            self.held = self.words[0] if self.words else 0
        elif self.kind.startswith("zl."):
            self.held = []
        elif self.kind == "sprintf":
            self.held = [""] * text.count("%")

    def load(self) -> None:
        """What it does when the patch is opened."""
        value = self.value
        if self.kind == "loadbang":
            self.out(0, ("bang",))
        elif self.kind == "loadmess":
            self.out(0, tuple(self.words))
        elif value.get("parameter_initial_enable"):
            self.put(value["parameter_initial"][0])

    @property
    def value(self) -> dict:
        """What is saved of its parameter."""
        return self.data.get("saved_attribute_attributes", {}).get("valueof", {})

    def out(self, outlet: int, message: Message) -> None:
        """Sends to what is connected."""
        for box, inlet in self.cords[outlet]:
            box.take(message, inlet)

    def put(self, value: object) -> None:
        """A hand sets it: a number for a knob, a list for bars; a button needs none."""
        self.shown = value
        if self.kind == "multislider":
            self.out(0, tuple(value))
        elif self.kind == "live.text" and self.data["mode"] == 0:
            self.out(0, ("bang",))
        elif self.kind == "live.menu":
            self.out(1, (self.value["parameter_enum"][int(value)],))
            self.out(0, (int(value),))
        else:
            kind = self.value.get("parameter_type", 1)
            self.out(0, (float(value) if kind == 0 else int(value),))

    def take(self, message: Message, inlet: int = 0) -> None:
        """A message comes in."""
        method = getattr(self, "_" + self.kind.replace(".", "_"), None)
        if method is None:
            assert self.kind.startswith("live.") or self.kind in _SHOWN, f"{self.kind} is not played here"
            self._show(message)
        else:
            method(message, inlet)

    def _show(self, message: Message) -> None:
        match message:
            case ("set", *values):
                self.shown = values[0] if len(values) == 1 else " ".join(map(str, values))
            case ("setlist", *values):
                self.shown = list(values)
            case ("bgcolor", *values):
                self.shown = values
            case ("bang",):
                self.shown = "bang"
                if self.kind != "button":
                    self.out(0, ("bang",))
            case (number,) if isinstance(number, int | float):
                self.put(number)
            case _:
                raise AssertionError(f"{self.data['maxclass']} does not understand {message}")

    def _message(self, message: Message, inlet: int) -> None:
        values = () if message == ("bang",) else message
        words = re.sub(r"\$(\d)", lambda match: str(values[int(match[1]) - 1]), self.data["text"].replace("#0", str(self.patch.number)))
        self.out(0, atoms(words))

    def _s(self, message: Message, inlet: int) -> None:
        for receive in self.patch.max.receivers[str(self.words[0])]:
            receive(message)

    def _prepend(self, message: Message, inlet: int) -> None:
        self.out(0, (*self.words, *message))

    def _route(self, message: Message, inlet: int) -> None:
        if inlet:
            self.held[inlet - 1] = message[0]
        elif message[0] in self.held and type(message[0]) is type(self.held[self.held.index(message[0])]):
            self.out(self.held.index(message[0]), message[1:] or ("bang",))
        else:
            self.out(len(self.held), message)

    def _sel(self, message: Message, inlet: int) -> None:
        if message[0] in self.words:
            self.out(self.words.index(message[0]), ("bang",))
        else:
            self.out(len(self.words), message)

    def _t(self, message: Message, inlet: int) -> None:
        for outlet, what in reversed(list(enumerate(self.words))):
            self.out(outlet, {"b": ("bang",), "i": message[:1], "l": message}[what])

    def _unpack(self, message: Message, inlet: int) -> None:
        for outlet, value in reversed(list(enumerate(message[: len(self.words)]))):
            self.out(outlet, (value,))

    def _int(self, message: Message, inlet: int) -> None:
        if message != ("bang",):
            self.held = int(message[0])
        if inlet == 0:
            self.out(0, (self.held,))

    def _gate(self, message: Message, inlet: int) -> None:
        if inlet == 0:
            self.held = message[0]
        elif self.held:
            self.out(0, message)

    def _onebang(self, message: Message, inlet: int) -> None:
        if inlet == 1:
            self.held = 1
        elif self.held:
            self.held = 0
            self.out(0, ("bang",))

    def _zl_slice(self, message: Message, inlet: int) -> None:
        size = self.words[0]
        if message[size:]:
            self.out(1, message[size:])
        self.out(0, message[:size])

    def _zl_join(self, message: Message, inlet: int) -> None:
        if inlet == 1:
            self.held = list(message)
        else:
            self.out(0, (*message, *self.held))

    def _zl_reg(self, message: Message, inlet: int) -> None:
        if inlet == 1:
            self.held = list(message)
        elif self.held:
            self.out(0, tuple(self.held))

    def _textedit(self, message: Message, inlet: int) -> None:
        assert message == ("bang",)
        self.out(0, ("text", self.shown) if self.shown else ("text",))

    def _fromsymbol(self, message: Message, inlet: int) -> None:
        assert self.words == ["@separator", "/"] and len(message) == 1
        self.out(0, atoms(str(message[0]).replace("/", " ")))

    def _sprintf(self, message: Message, inlet: int) -> None:
        self.held[inlet] = message[0]
        if inlet == 0:
            self.out(0, atoms(self.text.split(" ", 1)[1].replace("%ld", "%d") % tuple(self.held)))

    def _delay(self, message: Message, inlet: int) -> None:
        clocks = self.patch.max.clocks
        clocks[:] = [box for box in clocks if box is not self] + [self]  # a second bang begins it anew

    def _patcherargs(self, message: Message, inlet: int) -> None:
        given = self.patch.arguments
        self.out(0, (*given, *self.words[len(given) :]))

    def _udpsend(self, message: Message, inlet: int) -> None:
        if message[0] == "port":
            self.held = message[1]
        else:
            assert str(message[0]).startswith("/"), f"udpsend sends {message}"
            self.patch.max.sent.append((self.held, message))

    def _udpreceive(self, message: Message, inlet: int) -> None:
        assert message[0] == "port"
        self.patch.max.listening[self] = message[1]

    def _atoi(self, message: Message, inlet: int) -> None:
        self.out(0, tuple(ord(sign) for sign in str(message[0])))

    def _itoa(self, message: Message, inlet: int) -> None:
        self.out(0, ("".join(map(chr, message)),))

    def _vexpr(self, message: Message, inlet: int) -> None:
        rule = self.text.split(" ", 1)[1].replace("$i1", "value")
        self.out(0, tuple(int(eval(rule, {"value": int(value)})) for value in message))

    def _conformpath(self, message: Message, inlet: int) -> None:
        self.out(0, (re.sub(r"^[^/]+:", "", str(message[0])),))

    def _pcontrol(self, message: Message, inlet: int) -> None:
        assert message[0] == "load" and message[1] in self.patch.max.files

    def key(self, code: int) -> None:
        """A key of the computer goes down (`key`) or up (`keyup`)."""
        self.out(0, (code,))


_SHOWN = ("comment", "panel", "led", "button", "number", "slider", "multislider")


def close_to(one: object, other: object) -> bool:
    """Whether two atoms are the same, floats as 32 bits hold them."""
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(float(one), float(other), rel_tol=1e-6, abs_tol=1e-9)
    return one == other
