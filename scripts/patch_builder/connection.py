"""The way to the instrument and back: sockets, a watchdog, and from names to addresses.

- ``#0-out`` takes whole OSC messages.
- ``#0-say`` takes a command's name and its value, ``#0-press`` a name alone, ``#0-set`` a parameter's name and value, which goes
  only while the instrument is heard: so that opening a patch does not overwrite how the instrument stands.
- ``#0-loop`` gives what is said of this patch's loop, a name and values; ``#0-top`` whole messages that concern all.
"""

from patch_builder.canvas import DIM, TEXT, WELL, Canvas
from patch_builder.controls import live, quietly, value_of
from patch_builder.layout import LISTEN_PORT, WATCHDOG_MS
from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING

MAX_LOOPS = 16
PORT_HINT = f"The instrument's OSC port: {DEFAULT_PORT}, unless it said another at its start."

LISTENS = "#0-listens"
_NUMBER = "#0-number"


def connection(canvas: Canvas, left: float, top: float, listens: int = LISTEN_PORT) -> None:
    """Sends, hears, and subscribes anew when nothing has been heard; shows the port and whether the instrument is there."""
    canvas.row()
    x, y = canvas.cell()
    send = canvas.object(f"udpsend 127.0.0.1 {DEFAULT_PORT}", x, y + 60)
    canvas.chain(canvas.object("r #0-out", x, y), send)
    canvas.words("port", (left, top, 28, 18), 10.0, DIM)
    x, y = canvas.cell()
    port = canvas.show(
        "number", x, y + 30, (left + 28, top - 1, 48, 20), PORT_HINT,
        minimum=1, maximum=65535, fontsize=10.0, textcolor=TEXT, bgcolor=WELL, varname="port",
    )  # fmt: skip
    canvas.chain(canvas.object(f"loadmess set {DEFAULT_PORT}", x, y), port, canvas.message("port $1", x, y + 60, 60), send)

    again, light = _watchdog(canvas, (left + 82, top, 18.0, 18.0), listens)
    canvas.cord(port, 0, again)
    hear = canvas.object(f"udpreceive {listens}", *canvas.cell(), 110)
    x, y = canvas.cell()
    canvas.chain(canvas.object(f"r {LISTENS}", x, y), canvas.message("port $1", x, y + 30, 60), hear)
    _incoming(canvas, hear, light)


def _watchdog(canvas: Canvas, place: tuple[float, float, float, float], listens: int) -> tuple[str, str]:
    """Subscribes at the start and after each silence; returns what begins it and what a sign of life goes to."""
    x, y = canvas.cell()
    start = canvas.object("loadbang", x, y, 60)
    begin = canvas.object("t b b", x, y + 60, 60)
    canvas.chain(start, canvas.object("delay 100", x, y + 30, 60), begin)
    canvas.chain(canvas.object("r #0-again", x + 70, y, 80), begin)  # who subscribes is told the whole state
    wait = canvas.object(f"delay {WATCHDOG_MS}", x, y + 90, 70)
    canvas.cord(begin, 0, wait)
    canvas.cord(wait, 0, begin)
    x, y = canvas.cell()
    mine = canvas.object(f"int {listens}", x, y, 70)
    canvas.cord(canvas.object(f"r {LISTENS}", x + 80, y, 90), 0, mine, 1)
    canvas.cord(begin, 1, mine)
    canvas.chain(mine, canvas.message("/unloop/subscribe $1 quiet", x, y + 30), canvas.object("s #0-out", x, y + 60, 70))
    x, y = canvas.cell()
    dark, bright = canvas.message("0", x, y, 30), canvas.message("1", x + 50, y, 30)
    canvas.cord(wait, 0, dark)
    lit = canvas.object("t b b", x + 50, y + 90, 60)
    canvas.cord(lit, 1, bright)
    canvas.cord(lit, 0, wait)
    hint = "Lit while the instrument is heard."
    lamp = canvas.show("led", x, y + 60, place, hint, ignoreclick=1, varname="heard", oncolor=[0.3, 0.85, 0.4, 1.0])
    heard = canvas.object("s #0-heard", x + 50, y + 60, 80)
    for state in (dark, bright):
        canvas.chain(state, lamp)
        canvas.chain(state, heard)
    return begin, lit


def _incoming(canvas: Canvas, hear: str, alive: str) -> None:
    """From addresses to names: ``/unloop/loop/2/mix 0.5`` becomes ``mix 0.5`` where the patch's loop is the second."""
    canvas.row()
    x, y = canvas.cell()
    first = canvas.object(f"route {OUTGOING['alive'].address}", x, y, 130)
    canvas.chain(hear, first, alive)
    address_and_values = canvas.object("zl.slice 1", x, y + 30, 80)
    canvas.cord(first, 1, address_and_values)
    canvas.cord(first, 1, canvas.object("s #0-top", x + 90, y + 30, 70))
    parts = canvas.object("fromsymbol @separator /", x, y + 60, 140)
    together = canvas.object("zl.join", x, y + 90, 60)
    canvas.cord(address_and_values, 1, together, 1)
    canvas.chain(address_and_values, parts, together)
    x, y = canvas.cell()
    loop = canvas.object("route 1", x, y + 60, 70)
    canvas.chain(together, canvas.object("route unloop", x, y, 90), canvas.object("route loop", x, y + 30, 80), loop)
    canvas.cord(canvas.object(f"r {_NUMBER}", x + 80, y + 60, 90), 0, loop, 1)
    canvas.chain(loop, canvas.object("s #0-loop", x, y + 90, 70))


def addresses(canvas: Canvas) -> None:
    """From names to addresses: ``mix 0.5`` becomes ``/unloop/loop/2/mix 0.5``."""
    canvas.row()
    x, y = canvas.cell()
    gate = canvas.object("gate", x, y + 60, 60)
    canvas.cord(canvas.object("r #0-heard", x, y, 80), 0, gate, 0)
    canvas.cord(canvas.object("r #0-set", x + 90, y, 70), 0, gate, 1)
    x, y = canvas.cell()
    name_and_value = canvas.object("zl.slice 1", x, y + 30, 80)
    canvas.chain(gate, name_and_value)
    canvas.chain(canvas.object("r #0-say", x, y, 70), name_and_value)
    together = canvas.object("zl.join", x, y + 90, 60)
    canvas.cord(name_and_value, 1, together, 1)
    canvas.chain(together, canvas.object("s #0-out", x, y + 120, 70))
    _spelled(canvas, name_and_value, together)
    x, y = canvas.cell()
    _spelled(canvas, canvas.object("r #0-press", x, y, 80), canvas.object("s #0-out", x, y + 120, 70))


def _spelled(canvas: Canvas, name: str, then: str) -> None:
    """Puts the loop's number and a name into an address."""
    x, y = canvas.cell()
    order = canvas.object("t b l", x, y, 50)
    canvas.cord(name, 0, order)
    number = canvas.object("int 1", x, y + 30, 50)
    canvas.cord(canvas.object(f"r {_NUMBER}", x + 60, y, 90), 0, number, 1)
    spell = canvas.object("sprintf /unloop/loop/%ld/%s", x, y + 60)
    canvas.cord(order, 1, spell, 1)
    canvas.cord(order, 0, number)
    canvas.chain(number, spell, then)


def which_loop(canvas: Canvas, left: float, top: float, listens: int = LISTEN_PORT) -> None:
    """The number of the loop and the port of this copy, from its arguments, and a box that changes the number."""
    canvas.row()
    x, y = canvas.cell()
    given = canvas.object(f"patcherargs 1 {listens}", x, y + 30, 130)
    both = canvas.object(f"unpack 1 {listens}", x, y + 60, 100)
    canvas.chain(canvas.object("loadbang", x, y, 60), given, both)
    canvas.cord(both, 1, canvas.object(f"s {LISTENS}", x + 80, y + 90, 90))
    x, y = canvas.cell()
    canvas.words("loop", (left, top, 32, 18), 11.0, DIM)
    hint = f"The loop that this patch plays, from 1 to {MAX_LOOPS}. In a patch of yours: a bpatcher with the arguments LOOP and PORT."
    box = live(
        canvas, "live.numbox", (x, y + 30), (left + 32, top, 34, 18), hint,
        value_of("loop", "loop", "int", (1, MAX_LOOPS, 1), initial=False), fontsize=11.0,
    )  # fmt: skip
    order = canvas.object("t b i", x, y + 60, 50)
    canvas.chain(both, box, order)
    canvas.cord(order, 1, canvas.object(f"s {_NUMBER}", x + 60, y + 90, 100))
    canvas.chain(order, canvas.object("s #0-again", x, y + 90, 50))


def shows(canvas: Canvas, address: str, box: str) -> None:
    """Shows what comes at an address of the whole instrument, silently."""
    x, y = canvas.cell()
    route = canvas.object(f"route {address}", x, y + 30)
    canvas.chain(canvas.object("r #0-top", x, y, 70), route)
    quietly(canvas, route, 0, box, x, y + 60)
