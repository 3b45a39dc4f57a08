"""The rest of the Pd set: a band, switches for feet, a loop read back into arrays, and a help patch for each."""

from collections.abc import Callable, Sequence

from patch_builder import pd_patch
from patch_builder.layout import label
from patch_builder.pd_canvas import NOTHING, Canvas, bang, line_of_text, slider, toggle
from patch_builder.pd_talk import connection, hearing, saying, shown_as_line, shown_as_symbol, shown_quietly
from unloop_py.control.addresses import DEFAULT_PORT
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import by_name as parameter_named

LOOPS = 3
_ALL = ("record", "overdub", "play", "pause", "keep", "back", "vary")
_PEDAL, _READ = "unloop-pedal-", "unloop-read-"
_HOW = ("tap", "two taps", "hold")  # as a row's help has them
_WIDTH = 860


def pd_files() -> dict[str, str]:
    """The text of every file of the set, by its path in the repository."""
    patches = {"unloop": pd_patch.loop_patch(), "unloop-3": band_patch(), "unloop-pedal": pedal_patch(), "unloop-read": read_patch()}
    patches |= {f"{name}-help": _help(name, *words) for name, words in _HELP.items()}
    return {f"max_patches/pd/{name}.pd": text for name, text in patches.items()}


def band_patch() -> str:
    """The text of ``unloop-3.pd``: what is told to all stands above, each loop is an ``unloop``."""
    window, talk = Canvas(), Canvas()
    window.words("all loops", 12, 14)
    for column, name in enumerate(_ALL):
        window.add(bang(f"unloop-all-{name}", f"unloop-all-{name}-show", name), 100 + 104 * column, 12)
    row = parameter_named("variation")
    window.add(slider("unloop-all-variation", "unloop-all-variation-show", label(row), row.minimum, row.maximum, 300), 100, 50)
    window.add(toggle("unloop-all-generate", "unloop-all-generate-show", "generate"), 430, 48)
    for number in range(1, LOOPS + 1):
        window.add(f"unloop {number}", 0, 80 + (number - 1) * (pd_patch.HEIGHT + 8))
    y = 20
    # What a loop of the band sends goes by the first one's socket; an address may mean every loop.
    for name in _ALL:
        y = _to_all(talk, name, f"unloop loop * {name}", "b", y)
    y = _to_all(talk, "variation", "unloop loop * variation", "", y)
    y = _to_all(talk, "generate", "unloop generate", "", y)
    for name in ("variation", "generate"):  # shown as the first loop has it, and what is shown is not told
        quietly = talk.chain(talk.add(f"r unloop-1-{name}-show", 20, y), talk.add("route set", 300, y))
        shown_quietly(talk, quietly, 0, [f"unloop-all-{name}-show"], (400, y))
        y += 24
    window.window(talk, "to-all-loops", 640, 48)
    return window.text(f"#N canvas 40 20 {_WIDTH + 20} {90 + LOOPS * (pd_patch.HEIGHT + 8)} 12;")


def _to_all(talk: Canvas, name: str, address: str, middle: str, y: int) -> int:
    said = talk.add(f"r unloop-all-{name}", 20, y)
    if middle:
        said = talk.chain(said, talk.add(middle, 200, y))
    talk.chain(said, talk.add(f"oscformat {address}", 300, y), talk.add("s unloop-1-osc", 600, y))
    return y + 24


def pedal_patch() -> str:
    """The text of ``unloop-pedal.pd``: four switches, by the computer's keys, by toggles, or by what another patch sends."""
    window, talk = Canvas(), Canvas()
    window.words("unloop: switches for feet", 12, 14)
    window.add(f"3 1 64 0 loop {_PEDAL}loop-show {_PEDAL}loop", 240, 14, "floatatom")
    window.add(f"14 0 0 0 - {_PEDAL}state-show -", 330, 14, "symbolatom")
    window.add(toggle(NOTHING, f"{_PEDAL}erasing-show", "erases"), 460, 12)
    window.add(bang(f"{_PEDAL}connect", NOTHING, "connect"), 560, 12)
    window.add(toggle(NOTHING, f"{_PEDAL}alive-show", "heard"), 650, 12)
    window.add(f"5 1 65535 0 port {_PEDAL}port-show {_PEDAL}port", 740, 14, "floatatom")
    window.add(line_of_text(f"{_PEDAL}error-show", 816), 16, 42)
    for column, switch in enumerate(SWITCHES):
        x = 16 + column * 210
        window.add(toggle(f"{_PEDAL}{switch.number}", f"{_PEDAL}{switch.number}-show", f"{switch.number}_{switch.name}", 60), x, 76)
        for line, (how, what) in enumerate(zip(_HOW, switch.help, strict=True)):
            window.words(f"{how}: {what}", x, 146 + 62 * line, 28)
    window.words(
        "A toggle is down while it is on. Keys 1 to 4 and the space bar are switches too, for as long as they are held; a MIDI pedal: "
        "send 1 and 0 to " + _PEDAL + "1 and so on.", 16, 340, 110,
    )  # fmt: skip
    row = parameter_named("variation")
    window.add(slider(f"{_PEDAL}{row.name}", f"{_PEDAL}{row.name}-show", label(row), row.minimum, row.maximum, 400), 16, 416)
    window.add(toggle(f"{_PEDAL}stage_lock", f"{_PEDAL}stage_lock-show", "stage_lock"), 460, 414)
    heard = connection(talk, _PEDAL)
    saying(talk, _PEDAL, "0", 400)
    y = 1000
    for switch in SWITCHES:
        y = _switch(talk, switch.number, y)
    for name, way in (("variation", "say"), ("stage_lock", "tell")):
        talk.chain(talk.add(f"r {_PEDAL}{name}", 20, y), talk.add(f"list prepend {name}", 300, y), talk.add(f"s {_PEDAL}{way}", 520, y))
        y += 24
    names, tops = ["state", "erasing", "variation"], ["stage_lock", "alive", "error"]
    inside, top = hearing(talk, _PEDAL, heard, names, tops, (1000, 60))
    shown_as_symbol(talk, inside, 0, f"{_PEDAL}state-show", (1000, 220))
    for column, name in enumerate(names[1:], 1):
        shown_quietly(talk, inside, column, [f"{_PEDAL}{name}-show"], (1000, 220 + 24 * column))
    shown_quietly(talk, top, 1, [f"{_PEDAL}stage_lock-show"], (1000, 300))
    _alive_and_errors(talk, _PEDAL, top, 1 + tops.index("alive"), 340)
    window.window(talk, "talk-to-the-instrument", 640, 414)
    return window.text(f"#N canvas 40 40 {_WIDTH} 460 12;")


def _switch(talk: Canvas, number: int, y: int) -> int:
    """1 and 0 are told as press and release, once each however often a held key repeats."""
    once = talk.chain(talk.add(f"r {_PEDAL}{number}", 20, y), talk.add("change -1", 140, y), talk.add("sel 1 0", 240, y))
    for outlet, name in enumerate(("switch_down", "switch_up")):
        said = talk.add(f"{name} {number}", 320 + 160 * outlet, y, "msg")
        talk.cord(once, outlet, said)
        talk.chain(said, talk.add("list", 320 + 160 * outlet, y + 24), talk.add(f"s {_PEDAL}say", 320 + 160 * outlet, y + 48))
    keys = " ".join(map(str, [ord(str(number)), *([ord(" ")] if number == 1 else [])]))
    for column, (name, value) in enumerate((("key", 1), ("keyup", 0))):
        pressed = talk.chain(talk.add(name, 20 + 240 * column, y + 24), talk.add(f"sel {keys}", 80 + 240 * column, y + 24))
        written = talk.add(f"{value}", 180 + 240 * column, y + 24, "msg")
        for outlet in range(len(keys.split())):
            talk.cord(pressed, outlet, written)
        talk.chain(written, talk.add(f"s {_PEDAL}{number}-show", 20 + 240 * column, y + 72))
    return y + 104


def read_patch() -> str:
    """The text of ``unloop-read.pd``: has a loop saved, waits until the file is whole, and reads it into two arrays."""
    window, talk = Canvas(), Canvas()
    window.words("unloop: a loop read back into Pd", 12, 14)
    window.add(f"3 1 64 0 loop {_READ}loop-show {_READ}loop", 290, 14, "floatatom")
    window.add(bang(f"{_READ}read", f"{_READ}read-show", "read"), 350, 12)
    window.add(f"9 0 0 1 frames {_READ}frames-show -", 430, 14, "floatatom")
    window.add(bang(f"{_READ}connect", NOTHING, "connect"), 560, 12)
    window.add(toggle(NOTHING, f"{_READ}alive-show", "heard"), 650, 12)
    window.add(f"5 1 65535 0 port {_READ}port-show {_READ}port", 740, 14, "floatatom")
    window.add(line_of_text(f"{_READ}error-show", 816), 16, 42)
    for row, side in enumerate(("left", "right")):
        window.array(f"{_READ}{side}", 100, (16, 80 + 150 * row, 820, 130), -1.0, 1.0)
    window.words(
        f"The arrays are called {_READ}left and {_READ}right. The file lies beside this patch; to name another, send its path as a symbol "
        f"to {_READ}file. A bang comes to {_READ}done when the arrays hold the loop.", 16, 380, 110,
    )  # fmt: skip
    heard = connection(talk, _READ)
    saying(talk, _READ, "0", 400)
    _reading(talk)
    tops = ["alive", "error"]
    inside, top = hearing(talk, _READ, heard, ["saved"], tops, (1000, 60))
    path = talk.add("list trim", 1000, 220)
    talk.cord(inside, 0, path)
    file = talk.chain(path, talk.add("list prepend symbol", 1080, 220), talk.add("list trim", 1220, 220), talk.add("symbol", 1300, 220))
    read = talk.add(f"list append {_READ}left {_READ}right", 1000, 268)
    ready = talk.chain(file, talk.add("list prepend read -resize", 1000, 244), read, talk.add("list trim", 1000, 292),
                       talk.add("soundfiler", 1000, 316), talk.add("t b f", 1000, 340))  # fmt: skip
    shown_quietly(talk, ready, 1, [f"{_READ}frames-show"], (1100, 364))
    talk.cord(ready, 0, talk.add(f"s {_READ}done", 1000, 388))
    _alive_and_errors(talk, _READ, top, 1 + tops.index("alive"), 430)
    window.window(talk, "talk-to-the-instrument", 640, 420)
    return window.text(f"#N canvas 40 40 {_WIDTH} 460 12;")


def _reading(talk: Canvas) -> None:
    """A click has the loop saved beside the patch, or where another path says."""
    pressed = talk.add(f"r {_READ}read", 20, 1000)
    file = talk.add("symbol", 20, 1090)
    talk.chain(talk.add("loadbang", 200, 1000), talk.add("dir", 200, 1024, "msg"), talk.add("pdcontrol", 200, 1048),
               named := talk.add("makefilename %s/unloop-loop.wav", 200, 1072))  # fmt: skip
    talk.cord(named, 0, file, 1)
    talk.cord(talk.add(f"r {_READ}file", 460, 1048), 0, file, 1)
    talk.chain(pressed, talk.add("b", 20, 1024), file, talk.add("list prepend save", 20, 1114), talk.add(f"s {_READ}say", 20, 1138))


def _alive_and_errors(talk: Canvas, prefix: str, top: int, outlet: int, y: int) -> None:
    """Signs of life to the watchdog, and the text of an error to its box."""
    talk.cord(top, outlet, talk.add(f"s {prefix}alive", 1000, y))
    words = talk.add("unpack s s", 1000, y + 24)
    talk.cord(top, outlet + 1, words)
    shown_as_line(talk, words, 1, f"{prefix}error-show", (1060, y + 48))


_START = (
    "Begin", f"Start the instrument in a terminal: scripts/unloop. The patch calls it at port {DEFAULT_PORT} of this machine; heard is on "
    "as soon as it answers, whichever of the two was started first. The sound is made there, not in Pd.",
)  # fmt: skip
_TRY = (
    "Try", "Press record, play for some seconds, press record again: the loop plays, and from the next repetitions on it varies. variation "
    "says how far it strays, keep makes what sounds the take, back returns to it, undo takes back what you did.",
)
_NAMES = (
    "In a patch of yours", "Make an object [unloop 2]: the argument is the loop. Every control hears what is sent to unloop-2-NAME-show "
    "and sends to unloop-2-NAME, so that [s unloop-2-variation-show] moves its slider and the instrument's. unloop-2-peaks and "
    "unloop-2-mask are arrays that may be read.",
)
_HELP: dict[str, tuple[str, Sequence[tuple[str, str]], Callable[[Canvas, int], None]]] = {
    "unloop": ("One loop of a looper that does not repeat itself.", (_START, _TRY, _NAMES),
               lambda window, y: window.add("unloop 1", 12, y) and None),
    "unloop-3": (f"A band of {LOOPS} loops.", (
        _START, ("A band", f"Start the instrument with --loops {LOOPS}. The line above tells all loops at once; each loop below is an "
                 "[unloop] with all that it can do; open it to see the rest."), _TRY), lambda window, y: None),
    "unloop-pedal": ("Switches for feet.", (
        _START, ("For feet", "Each switch is down for as long as its toggle is on or its key is held. What taps, double taps and holds "
                 "mean is written below it and is the instrument's; a held first switch over a stopped loop erases, and says so before."),
        ("With MIDI", f"[ctlin 64] to [> 63] to [s {_PEDAL}1] makes a sustain pedal the first switch.")), lambda window, y: None),
    "unloop-read": ("A loop, in Pd's arrays.", (
        _START, ("Read", "Press read: the instrument writes the loop's take to a file, says when it is whole, and soundfiler reads it into "
                 f"{_READ}left and {_READ}right, as long as the loop. Play them with [tabplay~], or take them apart. keep a variation "
                 "first to read that.")), lambda window, y: None),
}  # fmt: skip


def _help(name: str, what: str, paragraphs: Sequence[tuple[str, str]], shows: Callable[[Canvas, int], None]) -> str:
    window = Canvas()
    window.words(f"{name}: {what}", 12, 12)
    y = 44
    for title, text in paragraphs:
        window.words(title, 12, y)
        window.words(text, 32, y + 20, 116)
        y += 30 + 16 * (len(text) // 112 + 1)
    opened = window.add(bang(NOTHING, NOTHING, f"open_{name}"), 12, y)
    opens = Canvas()
    where = opens.chain(opens.add("inlet", 20, 20), opens.add("dir", 20, 50, "msg"), opens.add("pdcontrol", 20, 80))
    opens.chain(where, opens.add(f"list prepend open {name}.pd", 20, 110), opens.add("list trim", 20, 140), opens.add("s pd", 20, 170))
    window.cord(opened, 0, window.window(opens, "opens-it", 200, y))
    shows(window, y + 60)
    height = y + 60 + (pd_patch.HEIGHT + 10 if name == "unloop" else 0)
    return window.text(f"#N canvas 60 60 {_WIDTH + 20} {height} 12;")


