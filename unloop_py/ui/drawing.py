"""The full screen as lines of text: a pure function from what there is to see to what is drawn, in as many columns and rows as fit.

Nothing is told by colour alone. What must be seen of a loop comes first; with many loops, or few rows, each has one row less.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from unloop_py.control.bus import LoopStatus
from unloop_py.control.commands import KEYS
from unloop_py.control.parameters import Parameter
from unloop_py.control.pictures import GUARDED, MELTS, drawn, kept_at_places
from unloop_py.ui.player import key_name
from unloop_py.ui.status import STYLES, WORDS, bar

Line = list[tuple[str, str]]
"""Stretches of text, each with a style as rich writes it."""

LEFT, RIGHT = 17, 25
"""Columns of a loop's name and state, and of its numbers."""
KNOB = 40
"""Columns of a parameter, at least."""
MOST_ROWS = 9       # of a loop
EMPTY_ROWS = 2
MOST_LOOPS = 32     # whose sound is drawn anew only when it changes
LEAST_MESSAGES, MOST_MESSAGES = 2, 8
BLOCKS = " ▁▂▃▄▅▆▇█"
MADE = (("╌", "magenta"), ("─", "cyan"), ("━", "blue"))
"""A token that is made new, one of which some are kept, one that is kept."""
FRAME, QUIET, LOUD = "bright_black", "bright_black", "bold red"
CURSOR = "reverse"

HELP = (
    *((f"{key_name(key.key)}{' twice' * (key.presses == 2)}", key.help) for key in KEYS if not key.key.isdigit()),
    ("1..9", "that loop"), ("↑ ↓", "another parameter"), ("← →", "turn it; with shift a little"), ("tab", "other parameters"),
    ("bksp", "its default"),
)  # fmt: skip
"""Every key and what it does, the view's own last."""


@dataclass(frozen=True, slots=True)
class LoopLook:
    """What is seen of one loop, counted from 0; `peaks` and `rows` as `Bus.peaks` and `Bus.mask` give them."""

    number: int
    chosen: bool
    status: LoopStatus
    peaks: tuple[float, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knob:
    """A parameter and where it stands."""

    row: Parameter
    value: float | int

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.row.choices:
            return self.row.choices[int(self.value - self.row.minimum)]
        if self.row.kind == "bool":
            return "on" if self.value else "off"
        number = f"{self.value:.2f}" if self.row.kind == "float" else str(self.value)
        return f"{number} {self.row.unit}".rstrip()

    @property
    def fraction(self) -> float:
        """Where it stands in its range, 0..1."""
        return (self.value - self.row.minimum) / (self.row.maximum - self.row.minimum)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that is seen at one moment.

    Attributes
    ----------
    title : str
        What plays: the sound card and its rate.
    clock : tuple of (float, int, int)
        Tempo, bar and beat; 0 for none.
    loops : sequence of LoopLook
    section : str
        What the parameters have in common; `place` says which of all sections it is.
    knobs : sequence of Knob
        Those of that section; `at` is the one that is turned.
    messages : sequence of str
        The newest last.
    help : bool
        Whether all keys are shown instead of the parameters.
    besides : str
        A key that is in no table, and what it does; "" for none.
    poster : sequence of str
        What is shown instead of everything: a title, lines, and what to do next; empty for nothing.
    """

    title: str
    loops: Sequence[LoopLook]
    knobs: Sequence[Knob]
    at: int = 0
    section: str = ""
    place: str = ""
    clock: tuple[float, int, int] = (0.0, 0, 0)
    model: str = ""
    generating: bool = True
    locked: bool = False
    xruns: int = 0
    messages: Sequence[str] = ()
    help: bool = False
    besides: str = ""
    poster: Sequence[str] = ()


def draw(look: Look, columns: int, rows: int) -> list[Line]:
    """The whole screen, exactly so many rows, none wider than so many columns."""
    if look.poster:
        return fitted(poster_lines(look.poster, columns, rows), rows)
    said = messages(look.messages, columns)
    spare = rows - 4 - len(look.loops)  # header, two rules and the keys, and a row for each loop
    below = min(len(said), MOST_MESSAGES, max(LEAST_MESSAGES, spare // 5))
    wanted = len(knob_lines(look, columns, rows)) if not look.help else rows
    lines = [header(look, columns)]
    loops = () if look.help and (columns // KNOB) * (spare - below) < len(HELP) else look.loops
    for loop, each in zip(loops, shares(loops, rows - 4 - below - wanted), strict=True):
        lines += loop_lines(loop, columns, each)
    panel = rows - len(lines) - 3 - below
    if panel > 0:
        lines.append(rule(f"{look.section}  {look.place}" if not look.help else f"All keys  {look.besides}".rstrip(), columns))
        lines += help_lines(columns, panel) if look.help else fitted(knob_lines(look, columns, panel), panel)
    lines = fitted(lines, max(0, rows - 2 - below))
    lines.append(rule("", columns))
    lines += [[(text, "")] for text in said[len(said) - below :]]
    lines.append(footer(columns))
    return [clipped(line, columns) for line in lines[-rows:]]


def shares(loops: Sequence[LoopLook], rows: int) -> list[int]:
    """How many of so many rows each loop has: an empty one no more than it needs."""
    each = max(1, rows // max(1, len(loops)))
    empty = [not loop.status.length_s and loop.status.state == "off" for loop in loops]
    small = min(each, EMPTY_ROWS)
    large = max(1, (rows - small * sum(empty)) // max(1, len(loops) - sum(empty)))
    return [small if one else min(MOST_ROWS, large) for one in empty]


def poster_lines(poster: Sequence[str], columns: int, rows: int) -> list[Line]:
    """Lines that are no use unless all of them are seen, light on dark whatever the terminal's own colours."""
    title, *lines, after = poster
    wide = max(map(len, lines), default=0)
    shown: list[Line] = [[(line, "bright_white on black")] for line in lines]
    if len(poster) > rows or wide > columns:
        shown = [[(f"the window is too small to show it: it takes {wide} columns and {len(poster)} rows", "")]]
    return [clipped(line, columns) for line in ([(title, "bold")], *shown, [(after, "")])]


def header(look: Look, columns: int) -> Line:
    """What plays, and what concerns all loops."""
    tempo, bar_number, beat = look.clock
    right: Line = []
    if look.locked:
        right += [(" stage lock ", "bold black on yellow"), ("  ", "")]
    if tempo:
        right.append((f"{tempo:.1f} bpm {bar_number}.{beat}  ", "bold"))
    right.append((f"{look.model or 'no model'}{'' if look.generating else ', varying off'}  ", "" if look.generating else "yellow"))
    right.append((f"xruns {look.xruns} ", LOUD if look.xruns else QUIET))
    room = max(0, columns - 11 - sum(len(text) for text, _ in right))
    title = look.title if len(look.title) <= room else look.title[: max(0, room - 1)] + "…"
    return [(" unloop ", "bold reverse"), (f" {title[:room]:<{room}}  ", ""), *right]


def rule(title: str, columns: int) -> Line:
    """A line across, with what comes below it."""
    return [(f"── {title} ".ljust(columns, "─") if title else "─" * columns, FRAME)]


def loop_lines(loop: LoopLook, columns: int, rows: int) -> list[Line]:
    """One loop in so many rows."""
    status, cells = loop.status, max(8, columns - LEFT - RIGHT - 2)
    style = STYLES.get(status.state, "")
    mark = "▌" if loop.chosen else " "
    name: Line = [(mark, "bold"), (f"{loop.number + 1:>2} ", "bold" if loop.chosen else ""), (f"{status.state:<{LEFT - 4}}", style)]
    if status.erasing:
        name = [(mark, "bold"), (f"{loop.number + 1:>2} ", "bold"), (f"{'ERASES SOON':<{LEFT - 4}}", "bold reverse red")]
    flags: Line = [(f"    {' '.join(words(status))}"[:LEFT].ljust(LEFT), "yellow")]
    left = [name, flags, *([[(" " * LEFT, "")]] * rows)]
    middle = wave(loop, cells, max(1, rows - 1)) + [mask(loop, cells)]
    right = [when(status), varying(status), facts(status), *([[]] * rows)]
    return [[*left[row], *middle[row], ("  ", ""), *right[row]] for row in range(rows)]


def when(status: LoopStatus) -> Line:
    """What waits for the clock; else how long the loop is and when its seam comes."""
    if status.pending:
        waits = f"{status.pending} in {status.pending_s:.1f} s" if status.pending_s >= 0 else f"{status.pending} waits"
        return [(f" {waits} ", "bold reverse")]
    if status.state == "recording":
        return [(f"{status.position_s:6.1f} s", "bold red")]
    if not status.length_s:
        return [("  empty", QUIET)]
    seam = f"seam in {status.seam_s:4.1f} s" if status.seam_s >= 0 else ""
    return [(f"{status.length_s:6.1f} s  ", ""), (seam, "bold" if 0 <= status.seam_s < 1 else "")]


def varying(status: LoopStatus) -> Line:
    """How far the next repetition is, or why none is made."""
    word = WORDS.get(status.gen_state)
    if not status.length_s:
        return []
    if word is not None:
        return [(f"  {word}", QUIET)]
    made: Line = [("  next ", ""), (bar(status.progress, 10), "green")]
    return [*made, ("  late", LOUD)] if status.gen_state == "late" else made


def facts(status: LoopStatus) -> Line:
    """What else is known of a loop."""
    if not status.length_s:
        return []
    some = [f"form {status.form}"] if status.form else []
    some += [f"pass {status.repetition}", f"{status.layers} layer{'s' * (status.layers != 1)}"]
    return [(f"  {', '.join(some)}", QUIET)]


def words(status: LoopStatus) -> list[str]:
    """What is switched on."""
    names = ("lock", "solo", "reverse", "cue", "melt", "guard", "mute")
    return [name for name in names if getattr(status, name)] + (["custom"] if status.custom else [])


def wave(loop: LoopLook, cells: int, rows: int) -> list[Line]:
    """How loud the loop is all round, from the bottom up; what has gone by is brighter. While it is recorded, what there is of it."""
    status = loop.status
    if not any(loop.peaks):
        return [[("·" * cells if row == rows - 1 else " " * cells, QUIET)] for row in range(rows)]
    if status.state == "recording":
        return [[(line, "red")] for line in blocks(loop.peaks, cells, rows)]
    here = min(cells - 1, int(status.position * cells))
    before = STYLES.get(status.state, "").removeprefix("bold ")
    return [[(line[:here], before), ("┃", "bold"), (line[here + 1 :], f"dim {before}")] for line in blocks(loop.peaks, cells, rows)]


@lru_cache(maxsize=MOST_LOOPS)
def blocks(peaks: tuple[float, ...], cells: int, rows: int) -> list[str]:
    """Peaks as blocks, from the upper row to the lower."""
    heights = [max(1, round(min(1.0, max(part)) ** 0.5 * 8 * rows)) for part in spread(peaks, cells)]
    return ["".join(BLOCKS[min(8, max(0, height - under))] for height in heights) for under in range(8 * (rows - 1), -1, -8)]


def mask(loop: LoopLook, cells: int) -> Line:
    """Which tokens of the coming repetition are kept, and what the player has marked."""
    return kept(loop.rows, loop.status.marks, cells) if loop.status.length_s else [(" " * cells, "")]


@lru_cache(maxsize=MOST_LOOPS)
def kept(rows: tuple[str, ...], marks: str, cells: int) -> Line:
    """A mask and marks as signs."""
    shares = at_cells(kept_at_places(rows), cells)
    signs = [MADE[0] if share < 0.05 else MADE[2] if share > 0.95 else MADE[1] for share in shares] if rows else [(" ", "")] * cells
    colours = {GUARDED: "bold cyan", MELTS: "bold magenta"}
    return joined([(mark, colours[mark]) if mark in colours else sign for mark, sign in zip(drawn(marks, cells), signs, strict=True)])


def knob_lines(look: Look, columns: int, rows: int) -> list[Line]:
    """The parameters of the section in as many columns as fit, and below them what the chosen one does."""
    across = max(1, columns // KNOB)
    down = -(-len(look.knobs) // across)
    about = textwrap.wrap(explained(look.knobs[look.at]), columns - 3)[: max(0, min(3, rows - down))]
    seen = max(1, rows - len(about))
    first = max(0, min(look.at % down - seen // 2, down - seen))
    lines: list[Line] = []
    for at in range(first, min(down, first + seen)):
        line: Line = []
        for index in range(at, len(look.knobs), down):
            line += knob(look.knobs[index], index == look.at, columns // across)
        lines.append(line)
    return lines + [[(f"  {text}", "italic")] for text in about]


def knob(knob: Knob, chosen: bool, columns: int) -> Line:
    """One parameter, its value and where that is in its range."""
    style = CURSOR if chosen else ""
    cells = min(16, columns - 34)
    return [(f"{'▸' if chosen else ' '}{knob.row.name:<19.19} ", style), (f"{knob.text:>11.11} ", f"bold {style}".strip()),
            (bar(knob.fraction, cells).ljust(columns - 33), "cyan")]  # fmt: skip


def explained(knob: Knob) -> str:
    """What a parameter does."""
    row = knob.row
    choices = f" {', '.join(row.choices)}." if row.choices else f" {row.range_text}."
    heard = " From the next repetition on." if row.acts == "seam" else ""
    return f"{row.help}{choices}{heard}"


def help_lines(columns: int, rows: int) -> list[Line]:
    """All keys, in as many columns as they need."""
    each = max(24, columns // max(1, -(-len(HELP) // max(1, rows))))
    lines: list[Line] = []
    for at in range(rows):
        line: Line = []
        for pressed, help in HELP[at::rows]:
            short = help if len(help) < each - 9 else help[: each - 11] + "…"
            line += [(f" {pressed:<8}", "bold"), (f"{short:<{each - 9}}", "")]
        lines.append(line)
    return lines


def messages(said: Sequence[str], columns: int) -> list[str]:
    """What was said last, in rows."""
    return [row for text in said[-MOST_MESSAGES:] for row in textwrap.wrap(text, columns - 1) or [""]]


def footer(columns: int) -> Line:
    """The keys that a player who starts needs."""
    first = [(f"{key_name(key.key)}{' twice' * (key.presses == 2)}", key.help) for key in KEYS if key.first]
    told: Line = []
    for name, help in (*reversed(first[-2:]), ("↑↓←→", "turn"), ("tab", "more"), *first[:-2]):
        if len(name) + len(help) + 3 <= columns:
            columns -= len(name) + len(help) + 3
            told += [(f" {name}", "bold"), (f" {help} ", QUIET)]
    return told


def spread(values: Sequence[float], cells: int) -> list[Sequence[float]]:
    """Values in so many parts, none of them empty."""
    count = len(values)
    return [values[cell * count // cells : max(cell * count // cells + 1, (cell + 1) * count // cells)] for cell in range(cells)]


def at_cells(values: Sequence[float], cells: int) -> list[float]:
    """The mean of the values at each of so many parts."""
    return [sum(part) / len(part) for part in spread(values, cells)]


def joined(signs: Sequence[tuple[str, str]]) -> Line:
    """Neighbours of one style as one stretch."""
    line: Line = []
    for text, style in signs:
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + text, style)
        else:
            line.append((text, style))
    return line


def fitted(lines: list[Line], rows: int) -> list[Line]:
    """Exactly so many rows."""
    return lines[:rows] + [[] for _ in range(rows - len(lines))]


def clipped(line: Line, columns: int) -> Line:
    """No wider than so many columns."""
    short: Line = []
    for text, style in line:
        if columns > 0 and text:
            short.append((text[:columns], style))
            columns -= len(text)
    return short
