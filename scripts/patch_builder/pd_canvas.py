"""One window of a Pd patch, and the text of the boxes that stand in it. Vanilla Pd, 0.51 or newer."""

import itertools

COLOURS = "-262144 -1 -1"  # background, foreground, label: readable by every version of Pd
FONT = "0 10"
NOTHING = "empty"


class Canvas:
    """Objects and cords of one window, and their text."""

    def __init__(self) -> None:
        self._objects: list[str] = []
        self._cords: list[str] = []

    def add(self, text: str, x: int, y: int, kind: str = "obj") -> int:
        """Adds an object, message ("msg"), comment ("text") or number box; returns its number."""
        self._objects.append(f"#X {kind} {x} {y} {text};")
        return len(self._objects) - 1

    def words(self, text: str, x: int, y: int, width: int = 0) -> int:
        """Adds a comment, `width` characters wide."""
        # Pd breaks a line after every semicolon.
        escaped = text.replace(";", " -").replace(",", " \\,").replace("$", "\\$")
        return self.add(f"{escaped}, f {width}" if width else escaped, x, y, "text")

    def window(self, canvas: "Canvas", name: str, x: int, y: int) -> int:
        """Adds a subpatch."""
        inside = canvas.text(f"#N canvas 60 60 860 700 {name} 0;")
        self._objects.append(f"{inside}#X restore {x} {y} pd {name};")
        return len(self._objects) - 1

    def array(self, name: str, size: int, place: tuple[int, int, int, int], low: float = 0.0, high: float = 1.0) -> int:
        """Adds a graph of an array without its name, drawn as a line: x, y, width and height."""
        x, y, width, height = place
        self._objects.append(
            f"#N canvas 0 0 450 300 (subpatch) 0;\n#X array {name} {size} float 8;\n"
            f"#X coords 0 {high:g} {size} {low:g} {width} {height} 1 0 0;\n#X restore {x} {y} graph;"
        )
        return len(self._objects) - 1

    def cord(self, source: int, outlet: int, destination: int, inlet: int = 0) -> None:
        """Connects two objects."""
        self._cords.append(f"#X connect {source} {outlet} {destination} {inlet};")

    def chain(self, *objects: int) -> int:
        """Connects first outlets to first inlets, one after the other; the last of them."""
        for source, destination in itertools.pairwise(objects):
            self.cord(source, 0, destination)
        return objects[-1]

    def text(self, head: str, tail: str = "") -> str:
        """The window as a Pd file holds it."""
        return "\n".join([head, *self._objects, *self._cords, *([tail] if tail else [])]) + "\n"


def bang(send: str, receive: str, words: str, size: int = 20) -> str:
    """A button."""
    return f"bng {size} 250 50 0 {send} {receive} {words} {size + 4} {size // 2} {FONT} {COLOURS}"


def toggle(send: str, receive: str, words: str, size: int = 20) -> str:
    """A switch."""
    return f"tgl {size} 0 {send} {receive} {words} {size + 4} {size // 2} {FONT} {COLOURS} 0 1"


def slider(send: str, receive: str, words: str, minimum: float, maximum: float, width: int) -> str:
    """A slider, or with nothing to send to a meter."""
    beside = "-70 8" if send == NOTHING else "0 -8"
    return f"hsl {width} 16 {minimum:g} {maximum:g} 0 0 {send} {receive} {words} {beside} {FONT} {COLOURS} 0 1"


def number(send: str, receive: str, words: str, minimum: int, maximum: int, value: float) -> str:
    """A number of whole steps, with its name on its right."""
    return f"nbx 5 16 {minimum} {maximum} 0 0 {send} {receive} {words} 56 8 {FONT} {COLOURS} {value} 256"


def line_of_text(receive: str, width: int) -> str:
    """A line that shows what it is told with ``label``, which may have spaces in it."""
    return f"cnv 8 {width} 18 {NOTHING} {receive} {NOTHING} 4 9 {FONT} -233017 -1 0"
