"""What both patches show, and in which groups: derived from the tables, so that a new row finds its place by itself."""

from unloop_py.control.commands import COMMANDS
from unloop_py.control.macro import MACRO_NAMES
from unloop_py.control.parameters import PARAMETERS, Parameter

LISTEN_PORT = 9952
"""Where the Max patch hears the instrument; Pd hears on the port that it sends from."""

WATCHDOG_MS = 2500
"""Without a sign of life for so long, a patch subscribes anew: the instrument may have been started after it."""

STATES = {
    "off": (0.35, 0.35, 0.37),
    "recording": (0.80, 0.16, 0.16),
    "playing": (0.16, 0.58, 0.28),
    "overdubbing": (0.85, 0.48, 0.10),
    "replacing": (0.80, 0.36, 0.10),
    "substituting": (0.80, 0.36, 0.10),
    "multiplying": (0.85, 0.48, 0.10),
    "inserting": (0.80, 0.30, 0.10),
    "oneshot": (0.16, 0.58, 0.28),
    "scratching": (0.16, 0.50, 0.50),
    "delaying": (0.80, 0.62, 0.10),
    "muted": (0.30, 0.36, 0.55),
    "paused": (0.45, 0.42, 0.25),
}
"""The colour of each state, red, green and blue in 0..1."""

COMMAND_ROWS = (
    ("record", "overdub", "undo", "redo", "play", "pause", "mute", "clear"),
    ("replace", "substitute", "multiply", "insert", "undo_all", "redo_all"),
    ("trigger", "oneshot", "mute_trigger", "solo", "reverse", "scratch", "delay_trigger"),
    ("keep", "back", "first", "lock", "generate", "stage_lock"),
    ("vary", "again", "favourite", "recall"),
    ("melt", "guard", "unguard", "cue", "accept"),
    ("select", "select_next", "select_prev", "select_all", "loop_add", "loop_del"),
    ("tap", "capture", "save_loop", "set_sync_pos", "reset_sync_pos"),
)

_SHORT = {
    "periodic_prompt": "periodic",
    "periodic_width": "width",
    "beat_mask_ms": "beat ms",
    "onset_mask_width": "onset",
    "prefix_s": "prefix s",
    "suffix_s": "suffix s",
    "inpaint_start_s": "inpaint from",
    "inpaint_end_s": "inpaint to",
    "compression_prompt": "compress",
    "mask_dropout": "dropout",
    "mask_temperature": "mask temp",
    "top_p": "top p",
    "typical_filtering": "typical",
    "typical_mass": "typ mass",
    "typical_min_tokens": "typ min",
    "sample_cutoff": "cutoff",
    "feedback_steps": "passes",
    "pitch_shift": "pitch",
    "seed_lock": "seed lock",
    "loudness_match": "loudness",
    "tail": "tail s",
    "seam_ms": "seam ms",
    "stop_fade_s": "stop fade s",
    "stop_mode": "stop mode",
    "scratch_pos": "scratch",
    "sync_source": "source",
    "smart_eighths": "smart 8ths",
    "round_integer_tempo": "whole bpm",
    "send_midi_start_on_trigger": "start out",
    "use_midi_start": "midi start",
    "use_midi_stop": "midi stop",
    "autoset_latency": "auto latency",
    "auto_disable_latency": "off if dry",
    "input_latency": "in frames",
    "output_latency": "out frames",
    "trigger_latency": "press frames",
    "stretch_ratio": "stretch x",
    "loop_pitch": "loop pitch",
    "tempo_stretch": "to tempo",
    "output_midi_clock": "midi out",
    "jack_timebase_master": "timebase",
    "beats_per_bar": "bar beats",
    "eighth_per_cycle": "cycle 8ths",
    "forgiveness_ms": "forgive ms",
    "relative_sync": "relative",
    "record_bars": "rec bars",
    "record_beats": "rec beats",
    "count_in": "count in",
    "rec_thresh": "threshold",
    "silence_stop_s": "silence s",
    "replace_quantized": "quant repl",
    "overdub_quantized": "quant dub",
    "mute_quantized": "quant mute",
    "main_input_gain": "main in gain",
    "use_feedback_play": "decay",
    "use_safety_feedback": "safe fdbk",
    "use_common_ins": "common ins",
    "use_common_outs": "common outs",
    "discrete_prefader": "prefader",
    "playback_sync": "play sync",
    "redo_is_tap": "redo = tap",
    "morph_loops": "morph",
}


_CLOCK = {
    "sync_source", "tempo", "beats_per_bar", "eighth_per_cycle", "forgiveness_ms", "click", "smart_eighths", "round_integer_tempo",
}  # fmt: skip
_OTHERS = {"output_midi_clock", "send_midi_start_on_trigger", "use_midi_start", "use_midi_stop", "jack_timebase_master"}
_LATENCY = {"autoset_latency", "auto_disable_latency", "input_latency", "output_latency", "trigger_latency"}
_FEET = {"tap_ms", "hold_s", "erase_s", "debounce_ms"}
_BOUNDARIES = {"sync", "quantize", "round", "relative_sync", "overdub_quantized", "replace_quantized", "mute_quantized",
               "playback_sync"}  # fmt: skip
_SEAM = {"speed", "stretch_ratio", "loop_pitch", "tempo_stretch", "tail", "seam_ms", "swap", "stop_mode", "stop_fade_s"}
_RECORDING = {"redo_is_tap", "record_bars", "record_beats", "count_in", "rec_thresh", "silence_stop_s"}
_LEVELS = {"loop_dry", "main_wet", "input_gain", "main_input_gain", "use_feedback_play", "use_safety_feedback"}
_PLACES = {
    "pan_1", "pan_2", "channels", "use_common_ins", "input_1", "input_2", "use_common_outs", "output_1", "output_2", "discrete_prefader",
}  # fmt: skip
_WHEN = {"vary_mode", "vary_every", "drift_limit", "vary_together", "against", "multiply_vary"}
_REPETITIONS = {"stretch", "pitch_shift", "seed", "seed_lock", "feedback_steps", "batch", "loudness_match", "adapt"}


def label(parameter: Parameter) -> str:
    """A name short enough to stand under a dial."""
    return _SHORT.get(parameter.name, parameter.name)


def tooltip(parameter: Parameter) -> str:
    """The name, what it does, its range and default, for who points at it."""
    return f"{parameter.name}: {parameter.help} {parameter.range_text}, default {parameter.default:g}."


def parameter_groups() -> dict[str, list[Parameter]]:
    """Every parameter once, in groups: played with, where a loop ends, kept of the take, how and when repetitions are made, and
    time."""
    clock = [row for row in PARAMETERS if row.name in _CLOCK]
    others = [row for row in PARAMETERS if row.name in _OTHERS]
    latency = [row for row in PARAMETERS if row.name in _LATENCY]
    boundaries = [row for row in PARAMETERS if row.name in _BOUNDARIES]
    recording = [row for row in PARAMETERS if row.name in _RECORDING]
    feet = [row for row in PARAMETERS if row.name in _FEET]
    time = clock + others + latency + boundaries + recording + feet
    seam = [row for row in PARAMETERS if row.name in _SEAM]
    levels = [row for row in PARAMETERS if row.name in _LEVELS]
    places = [row for row in PARAMETERS if row.name in _PLACES]
    play = [row for row in PARAMETERS if row not in time + seam + levels + places and (row.name == "variation" or row.acts == "at once")]
    prompts = [row for row in PARAMETERS if row.name in MACRO_NAMES and row.name != "temperature"]
    repetitions = [row for row in PARAMETERS if row.name in _REPETITIONS]
    when = [row for row in PARAMETERS if row.name in _WHEN]
    sampling = [row for row in PARAMETERS if row not in time + seam + levels + places + play + prompts + repetitions + when]
    return {
        "play": play, "levels": levels, "places": places, "seam and stop": seam, "prompts": prompts, "sampling": sampling,
        "repetitions": repetitions, "when": when, "clock": clock, "midi and jack": others, "latency": latency,
        "boundaries": boundaries, "recording": recording, "switches": feet,
    }  # fmt: skip


COMMAND_BY_NAME = {command.name: command for command in COMMANDS}


def address_of_command(name: str) -> str:
    """The OSC address of a command, told to loop 1 where it concerns a loop."""
    scope = COMMAND_BY_NAME[name].scope
    return f"/unloop/{name}" if scope == "global" else f"/unloop/loop/1/{name}"
