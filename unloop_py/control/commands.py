"""The one table of commands: everything the instrument can be told to do.

OSC addresses, keys, the patches and the README's tables are derived from `COMMANDS` and `KEYS`.
"""

import math
from dataclasses import dataclass
from typing import Literal

from unloop_py.control.nearest import nearest
from unloop_py.errors import CommandError

Argument = Literal["none", "toggle", "count", "name", "file", "press", "text"]

MAX_COUNT = 1000
"""The furthest back that ``again`` may ask for, in seams, and the most that ``capture`` may count."""
MAX_NAME = 250
"""The most characters of a name, which may be that of a folder."""
MAX_PATH = 1000
"""The most characters of a file's path."""


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One row of the table.

    Attributes
    ----------
    name : str
        As it stands in OSC addresses.
    argument : {"none", "toggle", "count", "name", "file", "press", "text"}
        "none": a button, argument 0 (its release) does nothing. "toggle": 1 and 0 set, no argument toggles.
        "count": a whole number from 1 to `MAX_COUNT`, 1 when left out; 0 is a button's release. "name": a word.
        "file": a path on the machine that plays. "press": a word of `pedals.WORDS`.
        "text": what is written, which may be empty or left out.
    help : str
        One sentence for a musician.
    scope : {"loop", "global"}
        Whether it is told to one loop or to the instrument.
    locked : {"", "always", "loop", "last"}
        What `stage_lock` refuses: nothing; it; it where there is a loop that would go; it where the loop would be empty then.
    """

    name: str
    argument: Argument
    help: str
    scope: Literal["loop", "global"] = "loop"
    locked: Literal["", "always", "loop", "last"] = ""


COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec("record", "none", "Starts a recording; again: ends it and plays. An old loop is one undo away.", locked="loop"),
    CommandSpec("overdub", "none", "Plays on top of the loop; again: plays."),
    CommandSpec("replace", "none", "What you play takes the place of what was there, which is not heard meanwhile; again: plays."),
    CommandSpec("substitute", "none", "The same, but what is being replaced is heard."),
    CommandSpec("multiply", "none", "Overdubs while the loop goes round, again and again; a second press makes all those rounds the loop."),
    CommandSpec("insert", "none", "Puts what you play in where the loop is, and makes it so much longer; again: goes on where it stopped."),
    CommandSpec("undo", "none", "Takes back the last thing you did: a recording, an overdub, a clear, a keep.", locked="last"),
    CommandSpec("redo", "none", "Does again what undo took back."),
    CommandSpec("undo_all", "none", "Takes back everything, to the empty loop.", locked="always"),
    CommandSpec("redo_all", "none", "Does everything again that undo took back."),
    CommandSpec("play", "none", "Plays the loop."),
    CommandSpec("trigger", "none", "Plays the loop from its start, whatever it does."),
    CommandSpec("oneshot", "none", "Plays the loop from its start, once, and mutes it."),
    CommandSpec("pause", "none", "Stops the loop where it is."),
    CommandSpec("mute", "toggle", "Silences the loop while it runs on."),
    CommandSpec("mute_trigger", "none", "Mutes; again: plays the loop from its start."),
    CommandSpec("solo", "toggle", "While any loop is soloed, only those that are sound."),
    CommandSpec("reverse", "none", "Plays the loop backwards from here; again: forwards. While recording: plays it backwards, once."),
    CommandSpec("delay_trigger", "none", "Tapped twice, it makes a delay of the time between: what you play comes back, and again as "
                "`feedback` says; two more taps set another time.", locked="loop"),
    CommandSpec("scratch", "none", "Puts your hand on the loop: `scratch_pos` moves it; again, or play: it goes on in its own time."),
    CommandSpec("set_sync_pos", "none", "Loops that follow this one count its beats from here instead of from its start."),
    CommandSpec("reset_sync_pos", "none", "They count them from its start again."),
    CommandSpec("clear", "none", "Empties the loop; undo brings it back.", locked="always"),
    CommandSpec("keep", "none", "What sounds becomes the take; just after a seam, the pass that has ended."),
    CommandSpec("back", "none", "Cross-fades to the take at once and stops varying until told."),
    CommandSpec("first", "none", "Brings back the first recording, as it was before overdubs and keeps; undo takes that back.",
                locked="always"),
    CommandSpec("lock", "toggle", "The current variation stays."),
    CommandSpec("melt", "toggle", "While it is held, what goes by is marked to be made new in the next repetition, and only then; with "
                "`variation` 0 nothing else is."),
    CommandSpec("guard", "toggle", "While it is held, what goes by is marked to stay as it was played, in every repetition."),
    CommandSpec("unguard", "none", "Nothing is guarded any more."),
    CommandSpec("draw", "text", "Draws melt and guard as signs spread round the loop: g stays, m is made new in the next repetition, "
                ". is as the prompts say; nothing takes all marks away."),
    CommandSpec("cue", "toggle", "Variations wait, and are heard on the second output in time, until you accept one."),
    CommandSpec("accept", "none", "The variation that waits comes in where the next one may."),
    CommandSpec("again", "count", "Brings back the variation heard so many seams ago."),
    CommandSpec("vary", "none", "Asks for one variation, which comes in as soon as it is there, whatever the loop waits for."),
    CommandSpec("form", "text", "Says what comes at each seam, such as AAAB: A is the take, another letter a variation that stays the "
                "same, * a new one; empty switches it off."),
    CommandSpec("favourite", "count", "Marks the variation just heard as a favourite, just after a seam that of the pass before; 2 is the "
                "one before it."),
    CommandSpec("recall", "count", "Brings that favourite back."),
    CommandSpec("capture", "count", "What you have just played becomes a loop, though nothing was recorded: the last bars up to the beat "
                "that was, or where there is no beat, all since the last silence.", locked="loop"),
    CommandSpec("preset", "name", "Sets several parameters by one name or number, at the loop's next seam or over `morph_loops` "
                "repetitions; `unloop presets` lists them."),
    CommandSpec("preset_save", "name", "Keeps how the loop is varied and sounds as a preset of that name, in an older one's place."),
    CommandSpec("hit", "press", "Gives a command by one of SooperLooper's names, such as `record_or_overdub` or `mute_on`."),
    CommandSpec("down", "press", "Presses a pedal that gives it; held for 1 s, `up` ends it, undo is undo_all, redo is redo_all."),
    CommandSpec("up", "press", "Lets that pedal go."),
    CommandSpec("forceup", "press", "Lets it go and ends what it began, however short it was held."),
    CommandSpec("switch_down", "count", "A switch under your foot goes down: 1 records, plays, overdubs, twice stops, held undoes; "
                "2 locks, twice keeps, held goes back; 3 is for loops and 4 for varying."),
    CommandSpec("switch_up", "count", "It comes up."),
    CommandSpec("switch_lost", "count", "It is gone, with its device: nothing more comes of a press."),
    CommandSpec("select", "count", "Selects a loop by its number: it is the one that keys mean and that "
                "`/unloop/loop/selected/` stands for.", scope="global"),
    CommandSpec("select_next", "none", "Selects the next loop, after the last the first.", scope="global"),
    CommandSpec("select_prev", "none", "Selects the loop before, before the first the last.", scope="global"),
    CommandSpec("loop_add", "none", "One loop more; the one that was deleted last is there again, where it would be by now.",
                scope="global"),
    CommandSpec("loop_del", "none", "The last loop falls silent and is there no more; nothing of it is lost.",
                scope="global", locked="always"),
    CommandSpec("select_all", "none", "Selects all loops: keys and `/unloop/loop/selected/` mean each of them.", scope="global"),
    CommandSpec("tap", "none", "Taps the tempo: from the second tap on, the beat is where your foot is.", scope="global"),
    CommandSpec("load", "file", "Makes an audio file the loop, of any rate and kind: what its loop marks enclose, or all of it.",
                locked="loop"),
    CommandSpec("save", "file", "Writes the loop's take to a .wav, .aiff, .flac or .ogg file; keep a variation first to save that."),
    CommandSpec("save_loop", "none", "Writes the loop's take to a file whose name is made of the time, in the user's data folder."),
    CommandSpec("midi_learn", "text", "The next MIDI control that is moved does this: a command, a parameter, a word or `switch` with its "
                "number, and for which loop, such as `wet 2`, else the one that is selected; with nothing, none is waited for any "
                "more.", scope="global"),
    CommandSpec("midi_forget", "text", "Your MIDI controls that do this do it no more; all forgets everything that was learned.",
                scope="global"),
    CommandSpec("save_session", "file", "Writes all loops, what they are set to and their audio, as a session that SooperLooper reads too.",
                scope="global"),
    CommandSpec("save_settings", "file", "Writes the same without the audio.", scope="global"),
    CommandSpec("load_session", "file", "Reads a session of SooperLooper's, or one that was written here: its loops take the place of "
                "those that there are, and are paused until they are told to play.", scope="global", locked="always"),
    CommandSpec("generate", "toggle", "Switches varying on and off.", scope="global"),
    CommandSpec("scene", "name", "Has all loops play, be muted or paused as a scene says, with its levels and parameters, each at its next "
                "seam; `unloop scenes` lists them.", scope="global"),
    CommandSpec("scene_save", "name", "Keeps what all loops do, their levels and parameters as a scene of that name, in an older one's "
                "place.", scope="global"),
    CommandSpec("scene_delete", "name", "Deletes the scene of that name or number.", scope="global", locked="always"),
    CommandSpec("preset_delete", "name", "Deletes the preset of yours of that name or number.", scope="global", locked="always"),
    CommandSpec("stage_lock", "toggle", "While it is on, what destroys a loop is refused.", scope="global"),
    CommandSpec("model", "name", "Loads a model or one of your voices while the loop plays on; it takes over at a seam.",
                scope="global", locked="always"),
    CommandSpec("quit", "none", "Ends the instrument; what is being recorded to a file is finished.", scope="global", locked="always"),
)
"""Every command, in the order in which people read them."""

_BY_NAME = {command.name: command for command in COMMANDS}


@dataclass(frozen=True, slots=True)
class Key:
    """What one key of the terminal does.

    Attributes
    ----------
    key : str
        The character; " " is the space bar.
    help : str
        For the line that tells how to play.
    command : str
        The command it gives; "" for a key that moves a parameter, "space" for the key whose meaning depends on the
        state (`command_for_space`), "help" for the one that tells all others.
    argument : int or None
        The command's.
    parameter, step : str, float
        The parameter it moves and by how much.
    presses : int
        How many times in a row it must be pressed.
    first : bool
        Whether a player who starts is told of it; "help" tells all.
    """

    key: str
    help: str
    command: str = ""
    argument: int | None = None
    parameter: str = ""
    step: float = 0.0
    presses: int = 1
    first: bool = False


KEYS: tuple[Key, ...] = (
    Key(" ", "record / play / overdub", command="space", first=True),
    Key("u", "undo", command="undo", first=True),
    Key("r", "redo", command="redo", first=True),
    Key("U", "undo everything", command="undo_all", presses=2),
    Key("C", "clear the loop", command="clear", presses=2),
    Key("m", "mute", command="mute"),
    Key("p", "pause / play on", command="pause"),
    Key("T", "play from the start", command="trigger"),
    Key("o", "play once", command="oneshot"),
    Key("z", "backwards / forwards", command="reverse"),
    Key("x", "replace / play", command="replace"),
    Key("X", "substitute / play", command="substitute"),
    Key("M", "multiply / play", command="multiply"),
    Key("i", "insert / play", command="insert"),
    Key("E", "tap the time of a delay", command="delay_trigger"),
    Key("k", "keep this variation", command="keep", first=True),
    Key("b", "back to the take", command="back", first=True),
    Key("l", "lock", command="lock", first=True),
    Key("a", "again what was heard one seam ago", command="again", argument=1),
    Key("y", "one variation now", command="vary"),
    Key("f", "mark the variation just heard", command="favourite", argument=1),
    Key("g", "vary / repeat", command="generate"),
    Key("e", "what goes by melts, until you press it again", command="melt"),
    Key("d", "what goes by is guarded, until you press it again", command="guard"),
    Key("D", "nothing is guarded", command="unguard"),
    Key("v", "less variation", parameter="variation", step=-0.05, first=True),
    Key("V", "more variation", parameter="variation", step=0.05, first=True),
    Key("<", "slower", parameter="speed", step=-0.05),
    Key(">", "faster", parameter="speed", step=0.05),
    Key("[", "softer", parameter="wet", step=-0.05),
    Key("]", "louder", parameter="wet", step=0.05),
    Key("t", "tap the tempo", command="tap"),
    Key("c", "capture what was just played", command="capture"),
    Key("s", "solo", command="solo"),
    Key("L", "stage lock, on or off", command="stage_lock"),
    Key("n", "next loop", command="select_next"),
    Key("N", "previous loop", command="select_prev"),
    *(Key(str(number), f"loop {number}", command="select", argument=number) for number in range(1, 10)),
    Key("?", "all keys", command="help", first=True),
    Key("q", "quit", command="quit", presses=2, first=True),
)
"""Every key, in the order in which the help shows them."""

NAMED_KEYS = (
    "up", "down", "left", "right", "shift+left", "shift+right", "home", "end", "pageup", "pagedown", "tab", "backtab", "enter", "backspace",
)  # fmt: skip
"""What keys are called that have no character."""

SPACE = {
    "off": ("record", None),
    "recording": ("record", None),
    "playing": ("overdub", None),
    "overdubbing": ("overdub", None),
    "replacing": ("replace", None),
    "substituting": ("substitute", None),
    "multiplying": ("multiply", None),
    "scratching": ("play", None),
    "delaying": ("overdub", None),
    "inserting": ("insert", None),
    "oneshot": ("overdub", None),
    "muted": ("mute", 0),
    "paused": ("play", None),
}
"""The command and argument that the space bar means in each state."""


def command_for_space(state: str) -> tuple[str, int | None]:
    """The command and argument that the space bar means in a state (a label such as "playing")."""
    return SPACE.get(state, ("record", None))


def by_name(name: str, where: str = "") -> CommandSpec:
    """The row of this name.

    Raises
    ------
    CommandError
        Names the nearest command.
    """
    command = _BY_NAME.get(name)
    if command is None:
        at = f" ({where})" if where else ""
        raise CommandError(f"no command is called {name!r}{at}: the nearest is {nearest(name, _BY_NAME)!r}")
    return command


@dataclass(frozen=True, slots=True)
class Press:
    """A command with its argument understood: what `read_argument` returns.

    ``argument`` is None for a button and for a toggle that flips, 0 or 1 for a toggle that sets, else the count or the name.
    """

    name: str
    argument: int | str | None


def read_argument(command: CommandSpec, values: tuple[object, ...], where: str = "") -> Press | None:
    """What a command with these arguments asks for, or None for a button's release.

    Pure; any thread.

    Parameters
    ----------
    command : CommandSpec
    values : tuple
        As they arrived: none or one int, float, bool or numeric string.
    where : str
        Where they came from, for the error's text.

    Raises
    ------
    CommandError
        Names the value, what is allowed and the cure.
    """
    at = f" ({where})" if where else ""
    if command.argument == "text":
        return Press(command.name, _text(values, command, at))
    if command.argument in ("name", "file", "press"):
        return Press(command.name, _name(values, command, at))
    if len(values) > 1:
        raise CommandError(f"{command.name} takes {_TAKES[command.argument]}, got {len(values)} arguments{at}")
    if not values:
        return Press(command.name, 1 if command.argument == "count" else None)
    number = _whole(values[0])
    if number is None or (command.argument == "toggle" and number not in (0, 1)):
        raise CommandError(f"{command.name} takes {_TAKES[command.argument]}, got {values[0]!r}{at}")
    if command.argument == "toggle":
        return Press(command.name, number)
    if number == 0:
        return None
    if command.argument == "none":
        return Press(command.name, None)
    if not 1 <= number <= MAX_COUNT:
        raise CommandError(f"{command.name} takes {_TAKES['count']}, got {number}{at}")
    return Press(command.name, number)


_TAKES = {
    "none": "no argument (or a button's 1 and 0)",
    "toggle": "1, 0 or no argument (which toggles)",
    "count": f"a whole number in 1..{MAX_COUNT} (none is 1)",
}


def _text(values: tuple[object, ...], command: CommandSpec, at: str) -> str:
    text = " ".join(str(value) for value in values).strip()
    if len(text) > MAX_NAME:
        raise CommandError(f"{command.name} takes a text of at most {MAX_NAME} characters, got {len(text)}{at}")
    return text


def _name(values: tuple[object, ...], command: CommandSpec, at: str) -> str:
    if len(values) > 1:
        raise CommandError(f"{command.name} takes {_takes_name(command)}, got {len(values)} arguments{at}")
    value = values[0] if values else ""
    if isinstance(value, float) and (whole := _whole(value)) is not None:  # Pd sends every number as a float
        value = whole
    text = "" if isinstance(value, bool) else str(value).strip()
    if not 1 <= len(text) <= (MAX_PATH if command.argument == "file" else MAX_NAME):
        raise CommandError(f"{command.name} takes {_takes_name(command)}, got {str(value)[:20]!r}{at}")
    return text


def _takes_name(command: CommandSpec) -> str:
    if command.argument == "file":
        return f"the path of one file, of at most {MAX_PATH} characters"
    if command.argument == "press":
        return "one of SooperLooper's names for commands, such as record_or_overdub"
    return f"one name of at most {MAX_NAME} characters; `unloop {command.name.split('_')[0]}s` lists them"


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return int(value)
    return None
