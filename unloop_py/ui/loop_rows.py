"""One loop on the full screen: what it does, how it sounds, and what of it comes new. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from unloop_py.control.bus import LoopStatus
from unloop_py.control.pictures import GUARDED, MELTS, drawn, kept_at_places
from unloop_py.ui.lines import LOUD, QUIET, Line, at_cells, joined, spread
from unloop_py.ui.status import STYLES, WORDS, bar

LEFT, RIGHT = 17, 25
"""Columns of a loop's name and state, and of its numbers."""
MOST_ROWS = 9       # of a loop
EMPTY_ROWS = 2
MOST_LOOPS = 32     # whose sound is drawn anew only when it changes
BLOCKS = " ▁▂▃▄▅▆▇█"
MADE = (("╌", "magenta"), ("─", "cyan"), ("━", "blue"))
"""A token that is made new, one of which some are kept, one that is kept."""


@dataclass(frozen=True, slots=True)
class LoopLook:
    """What is seen of one loop, counted from 0; `peaks` and `rows` as `Bus.peaks` and `Bus.mask` give them."""

    number: int
    chosen: bool
    status: LoopStatus
    peaks: tuple[float, ...] = ()
    rows: tuple[str, ...] = ()


def shares(loops: Sequence[LoopLook], rows: int) -> list[int]:
    """How many of so many rows each loop has: an empty one no more than it needs."""
    each = max(1, rows // max(1, len(loops)))
    empty = [not loop.status.length_s and loop.status.state == "off" for loop in loops]
    small = min(each, EMPTY_ROWS)
    large = max(1, (rows - small * sum(empty)) // max(1, len(loops) - sum(empty)))
    return [small if one else min(MOST_ROWS, large) for one in empty]


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
