"""The one table of parameters: every number that the instrument can be told.

OSC addresses, command-line options, the patches and the README's table are all derived from `PARAMETERS`; a row added
here appears in all of them. The rows of the prompts start at what the macro means at its own default
(`macro.prompts_for`), so the knob and the raw prompts agree from the first note.
"""

import math
from dataclasses import dataclass
from typing import Literal

from unloop_py.control.macro import prompts_for
from unloop_py.control.nearest import nearest
from unloop_py.errors import ParameterError

Kind = Literal["float", "int", "bool"]
Acts = Literal["seam", "at once"]

_WORDS = {"on": 1.0, "true": 1.0, "yes": 1.0, "off": 0.0, "false": 0.0, "no": 0.0}
# A limit such as 0.99 comes back from a 32-bit float as 0.9900000095: that is still the limit.
_FLOAT32_EPSILON = 2.0**-23
MAX_DIGITS = 6  # of a layer's number


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    name : str
        As it stands in OSC addresses and, with ``-`` for ``_``, in command-line options.
    kind : {"float", "int", "bool"}
        A bool is 0 or 1 on the wire.
    minimum, maximum : float
        Both included.
    default : float
        In the same unit.
    unit : str
        "" where the number has none.
    help : str
        One sentence for a musician.
    scope : {"loop", "global", "layer"}
        Whether each loop has its own value, or each of its layers. A global one is the same in all loops, whichever it is set in.
    acts : {"seam", "at once"}
        "seam": heard from the next repetition that is made; "at once": within 10 ms.
    prompt : bool
        True for the rows that the generator's prompt carries.
    aliases : tuple of str
        Other names that are understood wherever the name is: those of VampNet's own players. Replies bear the name.
    choices : tuple of str
        For a whole number whose values mean things that have names: one word or two for each, from the minimum on. Understood
        wherever the number is; menus show them.
    """

    name: str
    kind: Kind
    minimum: float
    maximum: float
    default: float | int
    unit: str
    help: str
    scope: Literal["loop", "global", "layer"] = "loop"
    acts: Acts = "seam"
    prompt: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    def convert(self, value: object, where: str = "") -> float | int:
        """The value as this parameter holds it: an int for "int" and "bool", else a float.

        Pure; any thread. Whole-number parameters round to the nearest, since faders send fractions.

        Parameters
        ----------
        value : int, float, bool or str
            A string must read as a number (for a bool also on/off, true/false, yes/no) or be one of `choices`.
        where : str
            Where it came from, for the error's text, e.g. an OSC address.

        Raises
        ------
        ParameterError
            Names the value, the range and the cure.
        """
        number = self._number(value)
        if number is None:
            words = f" or one of {', '.join(self.choices)}" if self.choices else ""
            raise ParameterError(f"{self.name} must be a number in {self.range_text}{words}, got {value!r:.60}{_from(where)}")
        for limit in (self.minimum, self.maximum):
            if isinstance(value, float) and abs(number - limit) <= _FLOAT32_EPSILON * abs(limit):
                number = float(limit)
        if not self.minimum <= number <= self.maximum:
            raise ParameterError(f"{self.name} must be in {self.range_text}, got {value!s:.40}{_from(where)}")
        if self.kind == "float":
            return number
        return math.floor(number + 0.5)

    def _number(self, value: object) -> float | None:
        if isinstance(value, str):
            word = value.strip().lower()
            if self.kind == "bool" and word in _WORDS:
                return _WORDS[word]
            if word in self.choices:
                return self.minimum + self.choices.index(word)
            try:
                return float(word) if not math.isnan(float(word)) else None
            except ValueError:
                return None
        if isinstance(value, int):  # a bool too
            return float(max(-(2**53), min(2**53, value)))
        if isinstance(value, float) and not math.isnan(value):
            return value
        return None

    @property
    def range_text(self) -> str:
        """The range as people write it: ``0.1..2``, with the unit where there is one."""
        text = f"{_plain(self.minimum)}..{_plain(self.maximum)}"
        return f"{text} {self.unit}" if self.unit else text


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _from(where: str) -> str:
    return f" ({where})" if where else ""


_MIDDLE = prompts_for(0.5)


def _prompt(name: str, kind: Kind, minimum: float, maximum: float, unit: str, help: str, *aliases: str) -> Parameter:
    return Parameter(name, kind, minimum, maximum, _MIDDLE[name], unit, help, prompt=True, aliases=aliases)


def _sampling(
    name: str, kind: Kind, minimum: float, maximum: float, default: float, unit: str, help: str, *aliases: str
) -> Parameter:
    return Parameter(name, kind, minimum, maximum, default, unit, help, prompt=True, aliases=aliases)


def _sound(name: str, minimum: float, maximum: float, default: float, unit: str, help: str) -> Parameter:
    return Parameter(name, "float", minimum, maximum, default, unit, help, acts="at once")


def _time(
    name: str, kind: Kind, minimum: float, maximum: float, default: float, unit: str, help: str, *aliases: str,
    scope: Literal["loop", "global"] = "loop", choices: tuple[str, ...] = (),
) -> Parameter:  # fmt: skip
    return Parameter(name, kind, minimum, maximum, default, unit, help, scope, acts="at once", aliases=aliases, choices=choices)


def _place(name: str, kind: Kind, minimum: float, maximum: float, default: float, help: str) -> Parameter:
    return Parameter(name, kind, minimum, maximum, default, "", help, acts="at once")


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("variation", "float", 0, 1, 0.5, "",
              "How far repetitions stray from the take: moves the prompts and the temperature together; 0 is the take itself."),
    _sound("mix", 0, 1, 1.0, "", "Fades from the take (0) to its variation (1)."),
    _prompt("periodic_prompt", "int", 0, 128, "steps", "Keeps one step of the take in so many; 0 keeps none, 1 keeps all.",
            "periodic", "periodic_p"),
    _prompt("periodic_width", "int", 1, 32, "steps", "How many steps each periodic hint keeps.",
            "periodic_prompt_width", "periodic_w"),
    _prompt("beat_mask_ms", "float", 0, 400, "ms", "Keeps so much of the take either side of each beat; 0 is off."),
    _prompt("onset_mask_width", "int", 0, 100, "steps", "Keeps so many steps either side of each strong onset; 0 is off."),
    _prompt("prefix_s", "float", 0, 60, "s", "Keeps the start of the take for so long; 0 is off."),
    _prompt("suffix_s", "float", 0, 60, "s", "Keeps the end of the take for so long; 0 is off."),
    _prompt("inpaint_start_s", "float", 0, 60, "s", "Where the stretch to make anew begins (needs inpaint_end_s)."),
    _prompt("inpaint_end_s", "float", 0, 60, "s",
            "Where the stretch to make anew ends: what lies outside is kept; off unless it is past inpaint_start_s."),
    _prompt("compression_prompt", "int", 1, 14, "codebooks",
            "How many codebooks a periodic hint keeps: fewer leave more of the timbre free; above the model's own count is all.",
            "upper_codebook_mask", "n_mask_codebooks"),
    _prompt("mask_dropout", "float", 0, 1, "", "The share of periodic hints that are left out at random.",
            "dropout", "drop"),
    _sampling("stretch", "int", 1, 8, 1, "times",
              "Plays the take so many times slower in a loop of the same length: each repetition goes on where the one before "
              "ended, and after so many the whole take has gone by; 2 is a half-time feel.", "stretch_factor", "time_stretch_factor"),
    _sampling("pitch_shift", "int", -12, 12, 0, "semitones",
              "Transposes the take before the model hears it; its length and its beat stay.", "pitch_shift_amt"),
    _prompt("temperature", "float", 0.1, 2, "", "How freely tokens are chosen: lower is safer, higher is wilder.",
            "sampletemp", "temp"),
    _sampling("mask_temperature", "float", 0, 50, 1.0, "", "How random the order is in which tokens are settled; VampNet's own is 10.5."),
    _sampling("top_p", "float", 0, 1, 0.0, "", "Chooses among the likeliest tokens that make up this share; 0 is off."),
    _sampling("typical_filtering", "bool", 0, 1, 0, "", "Leaves out tokens that are surprisingly likely or unlikely.",
              "typical_filter"),
    _sampling("typical_mass", "float", 0.01, 0.99, 0.15, "", "The share of probability that typical filtering keeps."),
    _sampling("typical_min_tokens", "int", 1, 1024, 64, "tokens", "The fewest tokens that typical filtering leaves.",
              "typical_min_tok"),
    _sampling("sample_cutoff", "float", 0, 1, 1.0, "",
              "The share of the sampling steps in which tokens are drawn by chance; after it, the likeliest are taken."),
    Parameter("steps", "int", 1, 128, 6, "steps",
              "Sampling steps: more is finer and slower; while playing it is a ceiling, and fewer are taken when time is short.",
              aliases=("sampling_steps", "num_steps")),
    Parameter("seed", "int", 0, 2147483647, 0, "", "Repeats the same variations; 0 draws a new seed for each repetition."),
    _sampling("seed_lock", "bool", 0, 1, 0, "",
              "Every repetition is drawn with one seed, so that nothing but the knobs makes a difference: the first that "
              "the parameter seed gives, or with 0 the one that was drawn last."),
    _sampling("feedback_steps", "int", 1, 8, 1, "passes", "How many times a repetition goes through the model.",
              "num_feedback_steps"),
    _sampling("batch", "int", 1, 16, 1, "",
              "How many repetitions are made at one go while playing: they follow each other seam by seam.", "batch_size"),
    _sampling("loudness_match", "bool", 0, 1, 1, "",
              "Makes each variation as loud as the take, by at most 3 dB up or down; 0 leaves it as the model made it."),
    Parameter("vary_together", "float", 0, 1, 0.0, "",
              "The share of the clock's beats that the loops of a group keep as they were played, the same ones in all of them."),
    Parameter("vary_mode", "int", 0, 3, 1, "",
              "When the loop is varied: 0 never, 1 at its seams, 2 only when `vary` asks for one, 3 at its seams, each variation from "
              "the one before.", choices=("never", "at seams", "when asked", "drifting")),
    Parameter("vary_every", "int", 1, 64, 1, "seams", "A variation comes at every so many seams; until then the loop holds the last."),
    Parameter("drift_limit", "float", 0, 1, 0.8, "",
              "With vary_mode 3: once so much of what was heard is no longer the take's, the next variation begins from the take again."),
    Parameter("against", "int", -1, 16, 0, "",
              "What the model hears beside the take, for its variations to go with it: 1 and on that loop, -1 all others that sound, "
              "0 nothing."),
    Parameter("adapt", "bool", 0, 1, 1, "",
              "While the loop plays, the model learns the sound of the take, for its variations to sound more like it; "
              "0 is the model as it came."),
    _time("sync_source", "int", -6, 16, -5, "",
          "Whose beats the loops follow: -6 Ableton Link, -5 the first loop, -3 the tempo, -2 MIDI clock, -1 JACK's transport, "
          "0 nobody's, 1 and on that loop's.", scope="global"),
    _time("tempo", "float", 20, 300, 120.0, "bpm", "The instrument's own tempo; `tap` and the first loop set it.", scope="global"),
    _time("beats_per_bar", "int", 1, 16, 4, "beats", "Beats of a bar.", scope="global"),
    _time("eighth_per_cycle", "int", 1, 128, 16, "eighths", "Eighth notes of a cycle.", "eighths_per_cycle", scope="global"),
    _time("smart_eighths", "bool", 0, 1, 1, "", "When the first loop sets the tempo, a cycle becomes as long as that loop.",
          scope="global"),
    _time("round_integer_tempo", "bool", 0, 1, 0, "", "The tempo that the first loop or your foot sets becomes a whole number.",
          scope="global"),
    _time("forgiveness_ms", "float", 0, 120, 120.0, "ms",
          "A press so late still counts as on the boundary; what was played since is kept.", scope="global"),
    _time("output_midi_clock", "bool", 0, 1, 0, "", "Sends MIDI clock to what --midi-out names.", scope="global"),
    _time("send_midi_start_on_trigger", "bool", 0, 1, 0, "", "A loop that is triggered sends MIDI start with the clock.", scope="global"),
    _time("use_midi_start", "bool", 0, 1, 0, "", "A MIDI start that comes in triggers all loops.", scope="global"),
    _time("use_midi_stop", "bool", 0, 1, 0, "", "A MIDI stop that comes in pauses all loops.", scope="global"),
    _time("jack_timebase_master", "bool", 0, 1, 0, "", "Tells JACK's transport bars, beats and tempo.", scope="global"),
    Parameter("group", "int", 0, 8, 0, "", "The group that the loop belongs to; 0 is none.", acts="at once"),
    _time("autoset_latency", "bool", 0, 1, 1, "",
          "input_latency and output_latency are what the sound card says or calibration found; setting one switches it off.",
          scope="global"),
    _time("auto_disable_latency", "bool", 0, 1, 1, "",
          "While you hear yourself through the looper (dry), what you play is not moved in time.",
          scope="global"),
    _time("input_latency", "int", 0, 32768, 0, "frames", "So late comes what you play.", scope="global"),
    _time("output_latency", "int", 0, 32768, 0, "frames", "So late is heard what the looper plays.", scope="global"),
    _time("trigger_latency", "int", 0, 32768, 0, "frames", "So late come presses: each counts so much earlier.", scope="global"),
    _time("sync", "bool", 0, 1, 1, "", "0: the loop follows nobody's beats but its own."),
    _time("quantize", "int", 0, 5, 0, "",
          "What recording waits for, at its start and its end: 0 nothing, 1 the cycle, 2 the eighth, 3 the loop, 4 the bar, 5 the beat.",
          choices=("nothing", "cycle", "eighth", "loop", "bar", "beat")),
    _time("tap_ms", "float", 100, 1500, 500.0, "ms", "Two presses of a switch within it are a double tap.", scope="global"),
    _time("hold_s", "float", 0.3, 1.5, 1.0, "s", "A switch that is down for so long is held.", scope="global"),
    _time("erase_s", "float", 1, 10, 2.5, "s",
          "The first switch, held for so long on a loop that is stopped, erases it; its light warns half a second before.", scope="global"),
    _time("debounce_ms", "float", 0, 60, 15.0, "ms", "A switch that closes again so soon has only bounced.", scope="global"),
    _time("round", "bool", 0, 1, 0, "", "A recording that was begun freely goes on until it is whole cycles long."),
    _time("relative_sync", "bool", 0, 1, 0, "",
          "A recording begins where you press, and only its length waits for what quantize says."),
    _time("overdub_quantized", "bool", 0, 1, 0, "", "Overdubbing waits as recording does."),
    _time("replace_quantized", "bool", 0, 1, 0, "", "Replace and substitute wait as recording does; multiply and insert always do."),
    _time("mute_quantized", "bool", 0, 1, 0, "", "Mute, pause, play, trigger and reverse wait as recording does."),
    Parameter("multiply_vary", "bool", 0, 1, 0, "",
              "Fills the cycles that multiply adds with variations instead of copies, as soon as they are made; undo brings the "
              "copies back."),
    _time("playback_sync", "bool", 0, 1, 0, "",
          "The loop begins anew on the clock's boundary that is nearest to its end, be it longer or shorter than that: each bar, or what "
          "quantize says."),
    _time("redo_is_tap", "bool", 0, 1, 0, "", "Redo plays the loop from its start where there is nothing to redo."),
    _time("record_bars", "int", 0, 256, 0, "bars", "A recording ends by itself after so many bars; 0 is off."),
    _time("record_beats", "int", 0, 1024, 0, "beats", "A recording ends by itself after so many beats; 0 is off."),
    _time("count_in", "int", 0, 8, 0, "bars", "So many bars are counted in before a recording begins."),
    _time("click", "float", 0, 1, 0.5, "", "Level of the click that counts in; 0 is silent."),
    _time("rec_thresh", "float", 0, 1, 0.0, "",
          "A recording begins with the first sound so loud (1 is full scale), its attack included; 0 begins at once."),
    _time("silence_stop_s", "float", 0, 10, 0.0, "s", "So long a silence ends a recording where it began; 0 is off."),
    _sound("speed", 0.25, 4, 1.0, "", "Speed of the loop, and with it its pitch: 0.5 is an octave down, 2 one up."),
    _sound("stretch_ratio", 0.5, 4, 1.0, "", "Stretches the loop to so many times its length; its pitch stays, 1 is what was played."),
    _sound("loop_pitch", -12, 12, 0.0, "semitones", "Shifts the loop's pitch; its length stays, 0 is what was played."),
    Parameter("tempo_stretch", "bool", 0, 1, 0, "", "The loop is stretched to follow a tempo that changes.", acts="at once"),
    _sound("wet", 0, 1, 1.0, "", "Level of the loop."),
    Parameter("dry", "float", 0, 1, 0.0, "", "Level of your own input in the output.", "global", "at once"),
    _sound("loop_dry", 0, 1, 0.0, "", "Level of what this loop hears, where the loop sounds; each loop adds its own."),
    Parameter("main_wet", "float", 0, 1, 1.0, "", "Level of all loops together.", "global", "at once"),
    _sound("input_gain", 0, 1, 1.0, "", "How loud the loop hears what you play."),
    Parameter("main_input_gain", "float", 0, 1, 1.0, "", "How loud all loops hear what you play, and `dry` lets you hear it.",
              "global", "at once"),
    _sound("feedback", 0, 1, 1.0, "", "How much of the old loop stays under an overdub."),
    _place("use_feedback_play", "bool", 0, 1, 0,
           "Played, the loop becomes quieter from pass to pass as feedback says; undo brings its full level back."),
    _place("use_safety_feedback", "bool", 0, 1, 0, "No feedback is more than 0.96, so that layers die away at last."),
    _place("pan_1", "float", 0, 1, 0.0, "Where the loop's first channel sounds: 0 is left, 1 is right; of one channel, halfway to pan_2."),
    _place("pan_2", "float", 0, 1, 1.0, "Where its second channel sounds."),
    _place("channels", "int", 1, 2, 2, "A loop of 1 channel hears the mean of its inputs, sounds in the middle, and is varied as one."),
    _place("use_common_ins", "bool", 0, 1, 1, "The loop hears what --inputs names."),
    _place("input_1", "int", 0, 64, 0, "The input that the loop hears besides, of those that --loop-inputs names; 0 is none."),
    _place("input_2", "int", 0, 64, 0, "The one that its second channel hears; 0 is the first channel's."),
    _place("use_common_outs", "bool", 0, 1, 1, "The loop sounds at what --outputs names."),
    _place("output_1", "int", 0, 64, 0, "The output that the loop sounds at besides, of those that --loop-outputs names; 0 is none."),
    _place("output_2", "int", 0, 64, 0, "The one that its second channel sounds at; 0 is the first channel's."),
    _place("discrete_prefader", "bool", 0, 1, 0, "At outputs of its own the loop sounds as if wet were 1."),
    _sound("tail", 0, 10, 0.0, "s", "How long what rings on after a recording is folded over the loop's start."),
    _sound("seam_ms", 1, 200, 20.0, "ms", "Length of the cross-fade that ends at the seam."),
    Parameter("stop_mode", "int", 0, 3, 0, "",
              "How the loop ends when it is paused: 0 at once, 1 at the end of the pass, 2 fading, 3 at the end of the pass, with the tail "
              "of its recording ringing on; pause again stops at once.", acts="at once", aliases=("stop_at_end",),
              choices=("at once", "at the end", "fading", "with its tail")),
    _sound("stop_fade_s", 0, 30, 4.0, "s", "How long the fade takes."),
    _sound("scratch_pos", 0, 1, 0.0, "", "Where in the loop your hand is while you scratch."),
    Parameter("swap", "int", 0, 3, 0, "",
              "Where a variation comes in: 0 at the seam, 1 at the next bar, 2 at the next beat, 3 at once; without beats, at the seam.",
              acts="at once", choices=("seam", "bar", "beat", "at once")),
    Parameter("morph_loops", "int", 0, 64, 0, "loops",
              "A preset or a scene that is recalled comes in over so many repetitions, in which its numbers move evenly; 0 is all at "
              "the next seam.", acts="at once"),
)  # fmt: skip
"""Every parameter, in the order in which people read them."""

LAYER_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("level", "float", 0, 1, 1.0, "", "Level of one layer of the loop: M is 0 for the base, 1 and on for its overdubs, or all.",
              "layer", "at once"),
    Parameter("mute", "bool", 0, 1, 0, "", "Silences that layer; undo still takes back what was played last, heard or not.",
              "layer", "at once"),
    Parameter("vary", "bool", 0, 1, 0, "",
              "Whether that layer is varied: the base is (1), and overdubs (0) lie on top as they were played; with all, the sum is.",
              "layer"),
)  # fmt: skip
"""What each layer of a loop has: ``layer/M/level`` and so on, wherever a parameter's name stands."""

_BY_NAME = {name: parameter for parameter in PARAMETERS for name in (parameter.name, *parameter.aliases)}

GLOBAL_NAMES = frozenset(parameter.name for parameter in PARAMETERS if parameter.scope == "global")
"""The parameters of the whole instrument."""


def by_name(name: str, where: str = "") -> Parameter:
    """The row of this name or alias.

    Raises
    ------
    ParameterError
        Names the nearest parameter.
    """
    parameter = _BY_NAME.get(name)
    if parameter is None:
        near = nearest(name, _BY_NAME)
        raise ParameterError(f"no parameter is called {name!r}{_from(where)}: the nearest is {near!r}; see `unloop params`")
    return parameter


def layer_name(layer: int | str, name: str) -> str:
    """What a layer's parameter is called, such as ``layer/0/level``."""
    return f"layer/{layer}/{name}"


def of_layer(name: str) -> tuple[int, Parameter] | None:
    """The layer and the row that a name such as ``layer/0/level`` means; None for every other name."""
    match name.split("/"):
        case ["layer", layer, last] if layer.isascii() and layer.isdigit() and len(layer) <= MAX_DIGITS:
            return next(((int(layer), row) for row in LAYER_PARAMETERS if row.name == last), None)
    return None


def defaults() -> dict[str, float | int]:
    """A fresh dict of every parameter at its default."""
    return {parameter.name: parameter.default for parameter in PARAMETERS}
