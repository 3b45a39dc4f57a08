"""How a Pd patch talks to the instrument: a socket, a watchdog that calls again, and messages by their names.

What is sent to ``PREFIXsay`` (a name of a loop's command or parameter, and its value) is told to the loop whose number
``PREFIXloop-is`` had last; what is sent to ``PREFIXtell`` to the instrument.
"""

from patch_builder.layout import WATCHDOG_MS
from patch_builder.pd_canvas import Canvas
from unloop_py.control.addresses import DEFAULT_PORT

LINE = 24
ASK_MS = 500
READINGS = ("state", "gen_state", "repetition", "progress", "position", "beat", "peaks", "mask")
"""What is asked for by its name beside the parameters, for which ``*`` stands."""


def connection(talk: Canvas, prefix: str) -> int:
    """``netsend``, and a watchdog that connects and subscribes again when the instrument has been silent; what is heard, parsed.

    Pd hears on the socket that it sends from, so that one port is all it needs.
    """
    socket = talk.add("netsend -u -b", 20, 210)
    again = talk.add("t b b b b", 200, 60)
    loaded = talk.add("loadbang", 200, 20)
    for start in (loaded, talk.add(f"r {prefix}connect", 290, 20)):
        talk.cord(start, 0, again)
    talk.chain(loaded, talk.add(f"set {DEFAULT_PORT}", 640, 20, "msg"), talk.add(f"s {prefix}port-show", 640, 45))
    port = talk.add(f"f {DEFAULT_PORT}", 200, 130)
    named = talk.add(f"r {prefix}port", 420, 20)
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
    talk.chain(subscribe, talk.add(f"s {prefix}osc", 380, 155))
    # What came first may have come while Pd was still opening its windows and read nothing: the loop's own is asked for once more, by
    # one patch after the other.
    later = talk.add(f"delay {ASK_MS}", 380, 80)
    staggered = talk.chain(talk.add(f"r {prefix}loop-is", 480, 20), talk.add(f"* {ASK_MS}", 480, 45))
    talk.cord(staggered, 0, later, 1)
    talk.cord(again, 1, later)
    for column, names in enumerate((" \\, ".join(READINGS), "*")):
        asked = talk.add(names, 700 + 300 * column, 230, "msg")
        talk.chain(later, asked, talk.add("list", 700 + 300 * column, 300), talk.add(f"s {prefix}say", 760 + 300 * column, 300))
    talk.cord(wait, 0, again)
    talk.chain(wait, talk.add("set 0", 640, 155, "msg"), talk.add(f"s {prefix}alive-show", 640, 180))
    alive = talk.add(f"r {prefix}alive", 560, 20)
    told = talk.add("t b b", 560, 60)
    talk.chain(alive, told, wait)
    lit = talk.add("set 1", 640, 95, "msg")
    talk.cord(told, 1, lit)
    talk.chain(lit, talk.add(f"s {prefix}alive-show", 640, 120))
    heard = talk.add("oscparse", 20, 240)
    talk.cord(socket, 1, heard)
    packed = talk.add("list prepend send", 20, 155)
    talk.chain(talk.add(f"r {prefix}osc", 20, 130), packed, talk.add("list trim", 20, 180), socket)
    return talk.chain(heard, talk.add("list trim", 20, 265))


def saying(talk: Canvas, prefix: str, loop: str, y: int) -> int:
    """From names and values to messages, of a loop and of the instrument; returns the number of the loop's own ``f``.

    `loop` is the number at the start: a creation argument such as ``\\$1``, where 0 is the first, for a patch that was opened alone
    has no argument.
    """
    number = talk.add("max 1", 240, y)  # and above: there is no loop before the first
    talk.chain(talk.add("loadbang", 240, y - 48), talk.add(f"f {loop}", 240, y - 24), number)
    other = talk.add(f"r {prefix}loop", 340, y - 24)
    talk.chain(other, asked := talk.add("t b f", 440, y - 24), talk.add(f"s {prefix}connect", 540, y - 24))  # to be told of that one
    talk.cord(asked, 1, number)
    known = talk.chain(number, talk.add("t f f", 240, y + LINE))
    talk.cord(known, 1, talk.add(f"s {prefix}loop-is", 340, y + LINE))
    talk.chain(known, talk.add("set \\$1", 240, y + 2 * LINE, "msg"), talk.add(f"s {prefix}loop-show", 340, y + 2 * LINE))
    _message(talk, f"{prefix}say", "unloop loop", f"{prefix}loop-is", prefix, (20, y + 96))
    _message(talk, f"{prefix}tell", "unloop", "", prefix, (20, y + 312))
    return number


def _message(talk: Canvas, heard: str, address: str, number: str, prefix: str, place: tuple[int, int]) -> None:
    """The first of what is heard names the last part of the address, the rest are arguments."""
    x, y = place
    both = talk.chain(talk.add(f"r {heard}", x, y), talk.add("t l l", x, y + LINE))
    name, rest = talk.add("list split 1", x + 160, y + 2 * LINE), talk.add("list split 1", x, y + 2 * LINE)
    talk.cord(both, 1, name)
    talk.cord(both, 0, rest)
    written = talk.add("oscformat", x, y + 7 * LINE)
    parts = [name]
    if number:
        counted = talk.add("list prepend 1", x + 160, y + 3 * LINE)
        talk.cord(talk.add(f"r {number}", x + 300, y + 2 * LINE), 0, counted, 1)
        parts.append(counted)
    parts += [talk.add(f"list prepend set {address}", x + 160, y + 4 * LINE), talk.add("list trim", x + 160, y + 5 * LINE), written]
    talk.chain(*parts)
    talk.cord(rest, 1, written)
    talk.chain(written, talk.add(f"s {prefix}osc", x, y + 8 * LINE))


def hearing(talk: Canvas, prefix: str, heard: int, names: list[str], instruments: list[str], place: tuple[int, int]) -> tuple[int, int]:
    """From addresses to `route` objects: one whose outlets are `names` of the loop, one whose outlets are `instruments`."""
    x, y = place
    top = talk.add("route loop " + " ".join(instruments), x, y + LINE)
    talk.chain(heard, talk.add("route unloop", x, y), top)
    # Pd 0.53 makes the loop's number in an address a symbol, which a box cannot spell: it is put into a `route` at the
    # start. Where a version makes it a number, the second `route` finds it.
    loop, loop_as_number = talk.add("route loop-number", x, y + 2 * LINE), talk.add("route 1", x + 140, y + 3 * LINE)
    number = talk.add(f"r {prefix}loop-is", x + 260, y)
    talk.cord(talk.chain(number, talk.add("makefilename %d", x + 260, y + LINE)), 0, loop, 1)
    talk.cord(number, 0, loop_as_number, 1)
    talk.cord(top, 0, loop)
    talk.cord(loop, 1, loop_as_number)
    named = talk.add("list trim", x, y + 3 * LINE)
    talk.cord(loop_as_number, 0, named)
    inside = talk.add("route " + " ".join(names), x, y + 4 * LINE)
    talk.chain(loop, named, inside)
    return inside, top


def shown_quietly(talk: Canvas, source: int, outlet: int, names: list[str], place: tuple[int, int]) -> None:
    """A number to what shows it, which does not send it on."""
    x, y = place
    quietly = talk.add("set \\$1", x, y, "msg")
    talk.cord(source, outlet, quietly)
    for column, name in enumerate(names):
        talk.cord(quietly, 0, talk.add(f"s {name}", x + 100 + 200 * column, y))


def shown_as_symbol(talk: Canvas, source: int, outlet: int, name: str, place: tuple[int, int]) -> None:
    """A word to the box that shows it."""
    x, y = place
    first = talk.add("list trim", x, y)
    talk.cord(source, outlet, first)
    talk.chain(first, talk.add("list prepend symbol", x + 80, y), talk.add("list trim", x + 220, y), talk.add("symbol", x + 300, y),
               talk.add(f"s {name}", x + 370, y))  # fmt: skip


def shown_as_line(talk: Canvas, source: int, outlet: int, name: str, place: tuple[int, int]) -> None:
    """A text to the line that shows it."""
    x, y = place
    first = talk.add("list prepend label", x, y)
    talk.cord(source, outlet, first)
    talk.chain(first, talk.add("list trim", x + 140, y), talk.add(f"s {name}", x + 220, y))
