"""``unloop-pedal.maxpat``: buttons for feet. Four switches as large as the window, held and let go as a pedal's are; keys too.

What a tap, a double tap and a hold mean is the instrument's (`unloop_py.control.gestures`): the patch says when a switch goes down and up.
"""

from patch_builder.canvas import DIM, TEXT, Canvas
from patch_builder.connection import addresses, connection, which_loop
from patch_builder.controls import command, heard, parameters, quietly
from patch_builder.layout import COMMAND_BY_NAME, PEDAL_PORT, STATES
from patch_builder.loop_patch import FEET
from unloop_py.control.addresses import OUTGOING
from unloop_py.control.gestures import SWITCHES, Meaning
from unloop_py.control.parameters import by_name as parameter_named

WIDTH, HEIGHT = 940.0, 580.0
_SPACE = 32
_PALE = [1.0, 1.0, 1.0, 0.7]
_HOW = ("Tap", "Two taps", "Hold")  # as a row's help has them
_GAP = 10.0
_GROUNDS = (FEET["record"], FEET["play"], [0.16, 0.30, 0.44, 1.0], [0.32, 0.22, 0.44, 1.0])


def pedal_patch() -> dict:
    """The patch as Max reads it."""
    canvas = Canvas(WIDTH, HEIGHT, "unloop: switches for feet. One, two, three or four of them, the mouse, or the computer's keys.")
    canvas.panel((4.0, 4.0, WIDTH - 8.0, 74.0))
    canvas.words("unloop", (14, 12, 110, 32), 24.0, bold=True)
    which_loop(canvas, 16.0, 50.0, PEDAL_PORT)
    connection(canvas, WIDTH - 118.0, 50.0, PEDAL_PORT)
    addresses(canvas)
    _state(canvas)
    width = (WIDTH - _GAP * (len(SWITCHES) + 1)) / len(SWITCHES)
    for number, switch in enumerate(SWITCHES):
        place = (_GAP + number * (width + _GAP), 90.0, width, 350.0)
        _switch(canvas, switch, place, _GROUNDS[number % len(_GROUNDS)])
    parameters(canvas, [parameter_named("variation")], [(_GAP, 456.0, WIDTH - 220.0, 56.0)])
    command(canvas, COMMAND_BY_NAME["stage_lock"], (WIDTH - 196.0, 460.0, 186.0, 46.0), 15.0)
    keys = ", ".join(str(switch.number) for switch in SWITCHES)
    canvas.words(
        f"Keys {keys} of the computer are the switches, the space bar is the first: most USB foot switches send keys. Variation is a "
        "parameter: map an expression pedal to it with Max's mappings. With one switch, only the first is needed.",
        (_GAP, 522.0, WIDTH - 2 * _GAP, 50.0), 12.0, DIM,
    )  # fmt: skip
    return canvas.patcher()


def _state(canvas: Canvas) -> None:
    """What the loop does, to be read from standing height, and whether a held switch is about to erase it."""
    canvas.row()
    route = heard(canvas, ("state", "erasing"))
    place = (136.0, 12.0, WIDTH - 400.0, 58.0)
    ground = canvas.panel(place, [*STATES["off"], 1.0], name="state colour")
    x, y = canvas.cell()
    words = canvas.show(
        "comment", x, y + 30, (place[0] + 10, place[1] + 3, place[2] - 20, 52.0), OUTGOING["state"].help, text="off", fontsize=36.0,
        textcolor=TEXT,
    )  # fmt: skip
    quietly(canvas, route, 0, words, x, y)
    colour_of = canvas.object("route " + " ".join(STATES), x, y + 60)
    canvas.cord(route, 0, colour_of)
    canvas.row()
    for number, colour in enumerate(STATES.values()):
        x, y = canvas.cell()
        paint = canvas.message("bgcolor {} {} {} 1.".format(*colour), x, y)
        canvas.cord(colour_of, number, paint)
        canvas.cord(paint, 0, ground)
    canvas.words("erases", (WIDTH - 252.0, 30.0, 54, 20), 12.0, DIM)
    x, y = canvas.cell()
    lamp = canvas.show(
        "led", x, y, (WIDTH - 196.0, 26.0, 28.0, 28.0), OUTGOING["erasing"].help, ignoreclick=1, oncolor=[0.95, 0.2, 0.15, 1.0]
    )
    canvas.cord(route, 1, lamp)


def _switch(canvas: Canvas, switch: Meaning, place: tuple[float, float, float, float], ground: list[float]) -> None:
    """One switch: the mouse's or a key's press and release, once each however often a held key repeats."""
    canvas.row()
    left, top, width, _ = place
    canvas.panel(place, ground, rounded=14)
    canvas.words(str(switch.number), (left + 12, top + 10, 80, 70), 52.0, bold=True, ignoreclick=1)
    canvas.words(switch.name, (left + 14, top + 84, width - 24, 40), 22.0, bold=True, ignoreclick=1)
    for line, (how, what) in enumerate(zip(_HOW, switch.help, strict=True)):
        above = top + 128.0 + 72.0 * line
        canvas.words(how, (left + 14, above, width - 26, 14), 11.0, _PALE, ignoreclick=1)
        canvas.words(what, (left + 14, above + 14, width - 26, 54), 13.0, ignoreclick=1)
    x, y = canvas.cell()
    hint = f"Switch {switch.number}. " + " ".join(f"{how}: {what}." for how, what in zip(_HOW, switch.help, strict=True))
    foot = canvas.show("ubutton", x, y, place, hint, hltcolor=[1.0, 1.0, 1.0, 0.3])
    down = canvas.message(f"switch_down {switch.number}", x, y + 60)
    canvas.cord(foot, 1, down)
    canvas.chain(down, say := canvas.object("s #0-say", x, y + 110, 70))
    x, y = canvas.cell()
    up = canvas.message(f"switch_up {switch.number}", x, y + 60)
    canvas.cord(foot, 0, up)
    canvas.chain(up, say)
    codes = [ord(str(switch.number)), *([_SPACE] if switch.number == 1 else [])]
    once = canvas.object("onebang 1", x + 80, y + 30, 80)
    for name, inlet, then in (("key", 0, None), ("keyup", 1, up)):
        x, y = canvas.cell()
        chosen = canvas.object("sel " + " ".join(map(str, codes)), x, y + 30, 90)
        canvas.chain(canvas.object(name, x, y, 60), chosen)
        for outlet in range(len(codes)):
            canvas.cord(chosen, outlet, once, inlet)
            if then:
                canvas.cord(chosen, outlet, then)
    canvas.cord(once, 0, down)
