"""The OSC address space as a table: what comes in, what goes out, and with which arguments.

The rows of commands and parameters come from their own tables. The server sends by `OUTGOING`, so that the generated
documents cannot name an address that it does not use. ``N`` stands for a loop, counted from 1.
"""

from dataclasses import dataclass

from unloop_py.config import DEFAULT_OSC_PORT
from unloop_py.control.bus import GEN_STATES, NoticeKind
from unloop_py.control.commands import COMMANDS, CommandSpec
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name

DEFAULT_PORT = DEFAULT_OSC_PORT
"""Where the server listens unless told otherwise; if taken, the next free one."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address with the arguments it takes, in words, and its meaning."""

    address: str
    arguments: str
    help: str

    def of(self, loop: int | None) -> str:
        """The address of one loop, given from 0."""
        return self.address if loop is None else self.address.replace("/N/", f"/{loop + 1}/", 1)


QUESTIONS: tuple[Address, ...] = (
    Address("/unloop/subscribe", "[host] port", "Has every change sent to this port, the whole state first; "
            "no port means the one the message came from; a last word `quiet` leaves out changes that come from there."),
    Address("/unloop/unsubscribe", "[host] port", "Ends that."),
    Address("/unloop/state", "", "Asks for everything: states, positions, parameters."),
    Address("/unloop/params", "", "Describes every parameter: name, type, minimum, maximum, default, unit, help."),
    Address("/unloop/help", "[address]", "Describes an address, or all that a part of one fits, SooperLooper's too; without one, all "
            "there is."),
    Address("/unloop/traffic", "", "Asks what has come and what became of it."),
    Address("/unloop/presets", "", "Lists the presets: number, name, help."),
    Address("/unloop/scenes", "", "Lists the scenes: number, name, help."),
)  # fmt: skip
"""Messages to the server itself, neither commands nor parameters."""

GROUP = Address("/unloop/group/G/<command>", "...", "Gives a command of a loop, or sets a parameter, in all loops of a group; a "
                "toggle without an argument goes on unless it is on in all of them.")
"""Everything that is told to a loop can be told to a group of them."""

ASKED = Address("/unloop/loop/N/<what is told>", "", "Asks for one of those that are sent of a loop, such as state, position, peaks or "
                "mask; mute and others that are commands are told by /unloop/state.")
"""Everything that is told of a loop can be asked for."""

OUTGOING: dict[NoticeKind | str, Address] = {
    "state": Address("/unloop/loop/N/state", "name", "off, recording, playing, overdubbing, replacing, substituting, "
                     "multiplying, inserting, delaying, scratching, oneshot, muted or paused."),
    "position": Address("/unloop/loop/N/position", "0..1", "Where the loop is; 20 times a second."),
    "repetition": Address("/unloop/loop/N/repetition", "index late", "At every seam; late is 1 when no offer was ready."),
    "gen_state": Address("/unloop/loop/N/gen_state", "name", "; ".join(f"{name}: {help}" for name, help in GEN_STATES.items()) + "."),
    "progress": Address("/unloop/loop/N/progress", "0..1", "Of the repetition being made."),
    "adapting": Address("/unloop/loop/N/adapting", "0..1 gain", "How much of the take is learned, and by what share parts of it "
                        "that were held out have become better for it."),
    "beat": Address("/unloop/loop/N/beat", "k", "Beat k of the loop begins, from 1."),
    "pending": Address("/unloop/loop/N/pending", "name seconds", "What waits for the clock and the seconds left to it, ten times a "
                       "second; none when nothing does, -1 while the clock stands still."),
    "parameter": Address("/unloop/loop/N/<parameter>", "value", "A parameter has changed, or was asked for."),
    "layers": Address("/unloop/loop/N/layers", "count", "How many layers the loop has, its base included; 0 when it is empty."),
    "custom": Address("/unloop/loop/N/custom", "0|1", "Whether raw prompts have left what variation means."),
    "mute": Address("/unloop/loop/N/mute", "0|1", "The loop was muted or is heard again."),
    "lock": Address("/unloop/loop/N/lock", "0|1", "The variation was locked or let go."),
    "clock": Address("/unloop/clock", "tempo bar beat", "A beat of what the loops follow begins; bar and beat from 1, "
                     "all 0 where there is none."),
    "form": Address("/unloop/loop/N/form", "text", "What comes at each seam from now on; empty for no form."),
    "favourite": Address("/unloop/loop/N/favourite", "count", "So many variations of the loop are marked."),
    "saved": Address("/unloop/loop/N/saved", "file", "save and save_loop have written the loop's take to this file, whole."),
    "loaded": Address("/unloop/loop/N/loaded", "file", "load has made this file the loop."),
    "session": Address("/unloop/session", "saved|loaded file", "save_session, save_settings or load_session is done."),
    "solo": Address("/unloop/loop/N/solo", "0|1", "The loop was soloed or is no longer."),
    "reverse": Address("/unloop/loop/N/reverse", "0|1", "The loop plays backwards or forwards again."),
    "melt": Address("/unloop/loop/N/melt", "0|1", "What goes by is being marked to be made new, or no longer."),
    "guard": Address("/unloop/loop/N/guard", "0|1", "What goes by is being marked to stay, or no longer."),
    "marks": Address("/unloop/loop/N/marks", "text", "The loop in 32 signs from its start: m melts in the next repetition, g is guarded, "
                     ". is neither."),
    "peaks": Address("/unloop/loop/N/peaks", "128 of 0..1", "How loud what sounds is, at 128 places from the loop's start, when it has "
                     "changed."),
    "mask": Address("/unloop/loop/N/mask", "128 of 0..1", "The share of tokens kept at 128 places of the repetition that comes, as soon as "
                    "it is made."),
    "cue": Address("/unloop/loop/N/cue", "0|1", "Whether variations wait to be accepted, and are heard on the second output."),
    "erasing": Address("/unloop/loop/N/erasing", "0|1", "A switch is being held and erases the loop in half a second, or was let go."),
    "loops": Address("/unloop/loops", "n", "So many loops are there now; one that has come is told of whole."),
    "generate": Address("/unloop/generate", "0|1", "Varying was switched on or off."),
    "stage_lock": Address("/unloop/stage_lock", "0|1", "Whether what destroys a loop is refused."),
    "select": Address("/unloop/select", "n", "Which loop is selected, from 1."),
    "model": Address("/unloop/model", "name", "Which model makes the variations from now on."),
    "midi": Address("/unloop/midi", "event what control", "learning, learned, cancelled or forgotten: what a MIDI control does, and which; "
                    "came or went: a device and its profile."),
    "params": Address("/unloop/params", "name type min max default unit help", "One for each parameter, when asked."),
    "help": Address("/unloop/help", "address kind range default unit help", "One for each address that was asked about."),
    "traffic": Address("/unloop/traffic", "received malformed refused dropped unsent cut", "When asked: packets that came; that were not "
                       "OSC; messages answered with an error; packets dropped, for their sender is not heard or sends too many; "
                       "datagrams that could not be sent; TCP clients cut off."),
    "preset": Address("/unloop/loop/N/preset", "name number", "The preset that was recalled or saved last; it comes in at the "
                      "seam. Nothing and 0 for none."),
    "scene": Address("/unloop/scene", "name number", "The scene that was recalled or saved last, likewise."),
    "preset_count": Address("/unloop/preset_count", "count", "The list of presets is another one now."),
    "scene_count": Address("/unloop/scene_count", "count", "The list of scenes is."),
    "presets": Address("/unloop/presets", "number name help", "One for each preset, when asked."),
    "scenes": Address("/unloop/scenes", "number name help", "One for each scene, when asked."),
    "xruns": Address("/unloop/xruns", "count", "Audio blocks lost since the start."),
    "alive": Address("/unloop/alive", "", "Once a second."),
    "error": Address("/unloop/error", "address text", "What could not be done, why, and the cure."),
}  # fmt: skip
"""Everything that is sent, by kind."""

TOLD_OF_A_LOOP = tuple(
    kind for kind, row in OUTGOING.items()
    if row.address == f"/unloop/loop/N/{kind}" and kind not in {command.name for command in COMMANDS} | {"saved", "loaded"}
)  # fmt: skip
"""What can be asked of a loop by its own address: how something stands, not what happened once."""

_ARGUMENTS = {"none": "", "toggle": "[0|1]", "count": "[n]", "name": "name", "file": "file", "press": "word", "text": "[text]"}


def arguments_of(command: CommandSpec) -> str:
    """What a command takes, in words."""
    return _ARGUMENTS[command.argument]


def incoming() -> tuple[Address, ...]:
    """Every address that is understood, commands first."""
    commands = tuple(
        Address(
            f"/unloop/{command.name}" if command.scope == "global" else f"/unloop/loop/N/{command.name}",
            arguments_of(command),
            command.help,
        )
        for command in COMMANDS
    )
    parameters = tuple(
        Address(f"/unloop/loop/N/{parameter.name}", f"[{parameter.range_text}]", parameter.help)
        for parameter in PARAMETERS
    )
    layers = tuple(
        Address(f"/unloop/loop/N/{layer_name('M', row.name)}", f"[{row.range_text}]", row.help) for row in LAYER_PARAMETERS
    )
    return commands + (GROUP, ASKED) + QUESTIONS + parameters + layers
