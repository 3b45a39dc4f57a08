"""The full screen as lines of text: a pure function from what there is to see to what is drawn, in as many columns and rows as fit.

Nothing is told by colour alone. What must be seen of a loop comes first; with many loops, or few rows, each has one row less.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from unloop_py.control.commands import KEYS
from unloop_py.ui.lines import LOUD, QUIET, Line, clipped, fitted, rule
from unloop_py.ui.loop_rows import LoopLook, loop_lines, shares
from unloop_py.ui.panel import HELP, KNOB, Knob, help_lines, knob_lines
from unloop_py.ui.player import key_name

LEAST_MESSAGES, MOST_MESSAGES = 2, 8


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
    wanted = len(knob_lines(look.knobs, look.at, columns, rows)) if not look.help else rows
    lines = [header(look, columns)]
    loops = () if look.help and (columns // KNOB) * (spare - below) < len(HELP) else look.loops
    for loop, each in zip(loops, shares(loops, rows - 4 - below - wanted), strict=True):
        lines += loop_lines(loop, columns, each)
    panel = rows - len(lines) - 3 - below
    if panel > 0:
        lines.append(rule(f"{look.section}  {look.place}" if not look.help else f"All keys  {look.besides}".rstrip(), columns))
        lines += help_lines(columns, panel) if look.help else fitted(knob_lines(look.knobs, look.at, columns, panel), panel)
    lines = fitted(lines, max(0, rows - 2 - below))
    lines.append(rule("", columns))
    lines += [[(text, "")] for text in said[len(said) - below :]]
    lines.append(footer(columns))
    return [clipped(line, columns) for line in lines[-rows:]]


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
