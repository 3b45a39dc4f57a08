"""What both patches show, and in which groups: derived from the tables, so that a new row finds its place by itself."""

from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import Parameter
from unloop_py.control.sections import SECTIONS

LISTEN_PORT = 9952
"""Where the Max patch of one loop hears the instrument; Pd hears on the port that it sends from."""
BAND_PORT, PEDAL_PORT, HELP_PORT = 9962, 9972, 9982
"""Where the others hear it, the first loop of a band on the first: in one Max, each copy needs a port of its own."""

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
    "beat_mask_ms": "beat",
    "onset_mask_width": "onset",
    "prefix_s": "prefix",
    "suffix_s": "suffix",
    "inpaint_start_s": "anew from",
    "inpaint_end_s": "anew to",
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
    "tail": "tail",
    "seam_ms": "seam",
    "stop_fade_s": "fade",
    "stop_mode": "stop mode",
    "scratch_pos": "scratch",
    "multiply_vary": "multiply",
    "vary_together": "together",
    "vary_mode": "mode",
    "vary_every": "every",
    "drift_limit": "drift",
    "input_gain": "input",
    "main_wet": "main wet",
    "loop_dry": "loop dry",
    "sync_source": "source",
    "smart_eighths": "smart 8th",
    "round_integer_tempo": "whole bpm",
    "send_midi_start_on_trigger": "start out",
    "use_midi_start": "midi start",
    "use_midi_stop": "midi stop",
    "autoset_latency": "automatic",
    "auto_disable_latency": "off if dry",
    "input_latency": "input",
    "output_latency": "output",
    "trigger_latency": "press",
    "stretch_ratio": "stretch x",
    "loop_pitch": "loop pitch",
    "tempo_stretch": "to tempo",
    "output_midi_clock": "midi out",
    "jack_timebase_master": "timebase",
    "beats_per_bar": "bar beats",
    "eighth_per_cycle": "cycle 8ths",
    "forgiveness_ms": "forgive",
    "relative_sync": "relative",
    "record_bars": "rec bars",
    "record_beats": "rec beats",
    "count_in": "count in",
    "rec_thresh": "threshold",
    "silence_stop_s": "silence",
    "replace_quantized": "q replace",
    "overdub_quantized": "q overdub",
    "mute_quantized": "q mute",
    "main_input_gain": "main input",
    "use_feedback_play": "decay",
    "use_safety_feedback": "safe fdbk",
    "use_common_ins": "main ins",
    "use_common_outs": "main outs",
    "discrete_prefader": "prefader",
    "playback_sync": "play sync",
    "redo_is_tap": "redo taps",
    "tap_ms": "tap",
    "hold_s": "hold",
    "erase_s": "erase",
    "debounce_ms": "debounce",
    "morph_loops": "morph",
}


def label(parameter: Parameter) -> str:
    """A name short enough to stand under a dial."""
    return _SHORT.get(parameter.name, parameter.name.replace("_", " "))


def tooltip(parameter: Parameter) -> str:
    """The name, what it does, its range and default, for who points at it."""
    return f"{parameter.name}: {parameter.help} {parameter.range_text}, default {parameter.default:g}."


def parameter_groups() -> dict[str, list[Parameter]]:
    """Every parameter once, in the sections in which a musician looks for them."""
    return {section.title: list(section.rows) for section in SECTIONS}


COMMAND_BY_NAME = {command.name: command for command in COMMANDS}


def address_of_command(name: str) -> str:
    """The OSC address of a command, told to loop 1 where it concerns a loop."""
    scope = COMMAND_BY_NAME[name].scope
    return f"/unloop/{name}" if scope == "global" else f"/unloop/loop/1/{name}"
