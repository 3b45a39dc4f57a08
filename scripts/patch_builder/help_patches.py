"""The help patches, which open with Max's Help on an object of the set, and the patch that the Extras menu opens."""

from collections.abc import Sequence

from patch_builder.band_patch import LOOPS, bpatcher
from patch_builder.canvas import ACCENT, DIM, Canvas
from patch_builder.layout import HELP_PORT, LISTEN_PORT
from patch_builder.loop_patch import BLOCK_HEIGHT, BLOCK_WIDTH
from patch_builder.picture import wrapped
from unloop_py.control.addresses import DEFAULT_PORT

_WIDTH = 470.0
_SIZE = 12.5

_START = (
    "Begin",
    "Start the instrument in a terminal: scripts/unloop. It says on which port it listens; the green light at the top is "
    "lit as soon as it is heard, whichever of the two was started first. The sound is made there, not in Max.",
)
_TRY = (
    "Try",
    "Press record, play for some seconds, press record again: the loop plays, and from the next repetitions on it varies. "
    "Variation says how far it strays; keep makes what sounds the take, back returns to it, undo takes back what you did.",
)
_PICTURES = (
    "See",
    "Blue: how loud the loop is, and below it where it is. Yellow: how much of the take the coming repetition keeps. "
    "Violet: marks of your own; draw a bar down for what shall be made new, up for what shall stay. The thin line below "
    "fills as the repetition is made.",
)
_AUTOMATE = (
    "Map and automate",
    "Every knob is a parameter with a name, a range and a unit: Max's mappings, pattrstorage and, in Live, automation reach "
    "it. Knobs follow the instrument silently: what they are told they do not send back. Point at anything to read what it "
    "does.",
)
_EMBED = (
    "In a patch of yours",
    f"Make a bpatcher of unloop.maxpat with two arguments: the loop, and a port that no other copy hears on ({LISTEN_PORT} "
    f"for the first, {LISTEN_PORT + 1} for the next). The patch sends to port {DEFAULT_PORT} of this machine.",
)
_BAND = (
    "A band",
    f"Start the instrument with --loops {LOOPS}. The line above tells all loops at once; below, each loop is a copy of "
    "unloop.maxpat with all that it can do. Loops that share a group and beats keep time with each other.",
)
_FEET = (
    "For feet",
    "Each field is a switch: it is down for as long as the mouse button or its key is. A tap acts at once; taps, double "
    "taps and holds mean what is written on the switch. Stage lock keeps a wrong foot from erasing anything.",
)


def help_patches() -> dict[str, dict]:
    """Every help patch by its file's name."""
    about = (_START, _TRY, _PICTURES, _AUTOMATE, _EMBED)
    loop = _help("unloop", "One loop of a looper that does not repeat itself.", about, shows_loop=True)
    band = _help("unloop-3", f"A band of {LOOPS} loops.", (_START, _BAND, _TRY, _AUTOMATE), opens=("unloop-3",))
    pedal = _help("unloop-pedal", "Switches for feet.", (_START, _FEET), opens=("unloop-pedal",))
    return {"unloop.maxhelp": loop, "unloop-3.maxhelp": band, "unloop-pedal.maxhelp": pedal}


def overview() -> dict:
    """What the Extras menu opens."""
    return _help("unloop", "A looper that does not repeat itself.", (_START, _TRY), opens=("unloop", "unloop-3", "unloop-pedal"))


def _help(name: str, what: str, paragraphs: Sequence[tuple[str, str]], shows_loop: bool = False, opens: Sequence[str] = ()) -> dict:
    canvas = Canvas(_WIDTH, 300.0, f"{name}: {what}")
    canvas.words(name, (16, 12, _WIDTH - 32, 36), 24.0, bold=True)
    canvas.words(what, (16, 48, _WIDTH - 32, 22), 13.0, DIM)
    top = 80.0
    for title, words in paragraphs:
        canvas.words(title, (16, top, _WIDTH - 32, 18), 12.0, ACCENT, bold=True)
        height = 6.0 + 1.25 * _SIZE * (len(wrapped(words, _SIZE, _WIDTH - 40)) + 1)
        canvas.words(words, (16, top + 18, _WIDTH - 32, height), _SIZE)
        top += 24.0 + height
    if opens:
        top += 4.0
        for opened in opens:
            x, y = canvas.cell()
            load = canvas.show("message", x, y, (18, top, 200, 22), f"Opens {opened}.", text=f"load {opened}.maxpat", fontsize=12.0)
            canvas.chain(load, canvas.object("pcontrol", x, y + 30, 70))
            top += 28.0
    if shows_loop:
        bpatcher(canvas, canvas.cell(), (_WIDTH, 0.0, BLOCK_WIDTH, BLOCK_HEIGHT), 1, HELP_PORT)
    patcher = canvas.patcher()
    patcher["rect"][2:] = [_WIDTH + shows_loop * BLOCK_WIDTH, max(top, shows_loop * BLOCK_HEIGHT) + 8.0]
    return patcher
