"""SooperLooper's controls as ours: each of its names, what it is here, and how its values translate. Pure data and arithmetic.

Beside its own, every parameter of ours is a control under its own name, and so is what varying does (`EXTRA_CONTROLS`): a layout that
was made for SooperLooper works as it is, and one with a knob more varies the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from unloop_py.control.bus import GEN_STATES, LoopStatus
from unloop_py.control.nearest import nearest
from unloop_py.control.parameters import PARAMETERS
from unloop_py.errors import ParameterError

STATES = {
    "off": 0, "recording": 2, "playing": 4, "overdubbing": 5, "multiplying": 6, "inserting": 7, "replacing": 8, "delaying": 9,
    "muted": 10, "scratching": 11, "oneshot": 12, "substituting": 13, "paused": 14,
}  # fmt: skip
"""SooperLooper's numbers of states, by our names."""
WAITS_TO_START, WAITS_TO_STOP = 1, 3
_BECOMES = {
    "record": "recording", "overdub": "overdubbing", "multiply": "multiplying", "insert": "inserting", "replace": "replacing",
    "substitute": "substituting", "mute": "muted", "mute_trigger": "muted", "pause": "paused", "oneshot": "oneshot",
}  # fmt: skip

Value = Callable[[float, int], float]
"""A value made another one, given the sample rate in Hz."""


def _same(value: float, sample_rate: int) -> float:
    return value


@dataclass(frozen=True, slots=True)
class Control:
    """One of SooperLooper's controls.

    Attributes
    ----------
    name : str
    minimum, maximum, default : float
        SooperLooper's own.
    kind : {"parameter", "command", "toggle", "status"}
        A parameter of ours, a command that any value gives, one that 1 and 0 switch, or something that can only be asked for.
    ours : str
        The name of the parameter or command; of a status, what of ours it tells.
    why : str
        Where name, range or default differ here: why.
    to_ours, to_theirs : callable
        Translate values of a parameter.
    """

    name: str
    minimum: float
    maximum: float
    default: float
    kind: Literal["parameter", "command", "toggle", "status"] = "parameter"
    ours: str = ""
    why: str = ""
    to_ours: Value = _same
    to_theirs: Value = _same

    def read(self, value: float, sample_rate: int) -> float:
        """A value of theirs as ours.

        Raises
        ------
        ParameterError
            It is outside SooperLooper's range, or not a number.
        """
        if not self.minimum <= value <= self.maximum:
            raise ParameterError(f"{self.name} must be in {self.minimum:g}..{self.maximum:g}, got {value!s:.40}")
        return self.to_ours(value, sample_rate)


def _parameter(name: str, low: float, high: float, default: float, ours: str = "", why: str = "", **translated: Value) -> Control:
    return Control(name, low, high, default, "parameter", ours or name, why, **translated)


def _switch(name: str, default: float, ours: str = "", why: str = "") -> Control:
    return _parameter(name, 0, 1, default, ours, why)


def _press(name: str, ours: str, why: str = "any change of it is a press") -> Control:
    return Control(name, -1e9, 1e9, 0, "command", ours, why)


def _output(name: str, why: str = "can only be asked for") -> Control:
    return Control(name, 0, 0, 0, "status", name, why)


def _toggle(name: str, why: str) -> Control:
    return Control(name, 0, 1, 0, "toggle", name, why)


def _known_source(value: float, sample_rate: int) -> float:
    if value == -4:
        raise ParameterError("sync_source -4 follows another SooperLooper, which is not here: -1 follows JACK, -2 MIDI clock, -6 Link")
    return value


LOOP_CONTROLS: tuple[Control, ...] = (
    _parameter("rec_thresh", 0, 1, 0),
    _parameter("feedback", 0, 1, 1),
    _switch("use_feedback_play", 0),
    _switch("use_safety_feedback", 1, why="off here: at 100 % nothing is to fade; on, 100 % is 0.96 as there"),
    _parameter("dry", 0, 1, 0, "loop_dry", "dry is the one of all loops here"),
    _parameter("wet", 0, 1, 1),
    _parameter("input_gain", 0, 1, 1),
    _parameter("pan_1", 0, 1, 0.5, why="0 and 1 here leave a stereo loop as it is"),
    _parameter("pan_2", 0, 1, 0.5, why="0 and 1 here leave a stereo loop as it is"),
    _output("pan_3", "a loop has two channels at most"),
    _output("pan_4", "a loop has two channels at most"),
    _switch("use_common_ins", 1),
    _switch("use_common_outs", 1),
    _switch("discrete_prefader", 0),
    _parameter("rate", 0.25, 4, 1, "speed", "it moves the pitch with it"),
    _parameter("use_rate", 0, 1, 0, "speed", "speed always counts: switched off, it is 1",
               to_ours=lambda on, rate: 1.0 if on < 0.5 else float("nan"), to_theirs=lambda speed, rate: float(speed != 1.0)),
    _parameter("scratch_pos", 0, 1, 0),
    _press("delay_trigger", "delay_trigger"),
    _parameter("quantize", 0, 3, 0),
    _switch("round", 0),
    _switch("sync", 0, why="on here: quantize is off, so nothing waits until it is told to"),
    _switch("playback_sync", 0),
    _switch("relative_sync", 0),
    _switch("mute_quantized", 0),
    _switch("overdub_quantized", 0),
    _switch("replace_quantized", 0),
    _switch("redo_is_tap", 0),
    _parameter("fade_samples", 0, 4096, 64, "seam_ms", "in ms, 1 to 200, and 20 unless told otherwise: 1.3 ms are heard at many seams",
               to_ours=lambda frames, rate: min(200.0, max(1.0, 1000.0 * frames / rate)),
               to_theirs=lambda ms, rate: round(ms * rate / 1000.0)),
    _parameter("input_latency", 0, 32768, 0, why="one for all loops, since the sound card is"),
    _parameter("output_latency", 0, 32768, 0, why="one for all loops, since the sound card is"),
    _parameter("trigger_latency", 0, 32768, 0, why="one for all loops; SooperLooper's own is a block, and ours has none to hide"),
    _switch("autoset_latency", 1, why="one for all loops, since the sound card is"),
    _parameter("stretch_ratio", 0.5, 4, 1),
    _parameter("pitch_shift", -12, 12, 0, "loop_pitch", "pitch_shift is the prompt's, as VampNet calls it"),
    _switch("tempo_stretch", 0),
    _switch("round_integer_tempo", 0, why="one for all loops, since the tempo is"),
    _switch("jack_timebase_master", 0, why="one for all loops, since the transport is"),
    *(_output(name) for name in (
        "state", "next_state", "waiting", "loop_len", "loop_pos", "cycle_len", "free_time", "total_time", "rate_output",
        "in_peak_meter", "out_peak_meter", "is_soloed", "channel_count")),
    _parameter("has_discrete_io", 0, 1, 0, "use_common_outs", "a loop has outputs of its own while it leaves the common ones",
               to_ours=lambda own, rate: 1.0 - own, to_theirs=lambda common, rate: 1.0 - common),
)  # fmt: skip
"""What each loop has."""

GLOBAL_CONTROLS: tuple[Control, ...] = (
    _parameter("tempo", 0, 1000, 110, why="20 to 300 bpm: slower and faster is no beat, and is refused; 120 unless told otherwise"),
    _parameter("eighth_per_cycle", 1, 600, 16, why="up to 128"),
    _parameter("sync_source", -5, 16, 0, why="the first loop unless told otherwise: SooperLooper begins with none; -4 is refused",
               to_ours=_known_source),
    _parameter("dry", 0, 1, 0),
    _parameter("wet", 0, 1, 1, "main_wet", "wet is a loop's own here"),
    _parameter("input_gain", 0, 1, 1, "main_input_gain", "input_gain is a loop's own here"),
    _press("tap_tempo", "tap"),
    _press("save_loop", "save_loop", "any change of it is a press; the selected loop is written"),
    _switch("auto_disable_latency", 1),
    _press("select_next_loop", "select_next"),
    _press("select_prev_loop", "select_prev"),
    _press("select_all_loops", "select_all"),
    Control("selected_loop_num", -1, 32, -1, "command", "select", "from 0, -1 is all; the first one here unless told otherwise"),
    _switch("output_midi_clock", 0),
    _switch("smart_eighths", 1),
    _switch("use_midi_start", 0),
    _switch("use_midi_stop", 0),
    _switch("send_midi_start_on_trigger", 0),
    *(_output(name) for name in ("global_cycle_len", "global_cycle_pos", "in_peak_meter", "out_peak_meter")),
)  # fmt: skip
"""What all loops share."""

_STATES_TEXT = ", ".join(f"{number} {name}" for number, name in enumerate(GEN_STATES))
VARYING_CONTROLS: tuple[Control, ...] = (
    _output("gen_state", f"what varying does for the loop: {_STATES_TEXT}"),
    _output("gen_progress", "0..1 of the repetition being made"),
    _output("repetition", "since the recording ended"),
    _output("late", "1 when the last seam came with no variation ready"),
    _output("beat", "of the loop, from 1; 0 where none was found"),
    _output("layers", "how many the loop has"),
    _output("favourites", "how many variations are marked"),
    _toggle("generate", "varying is on, for all loops"),
    _toggle("lock", "the variation that sounds stays"),
    _toggle("cue", "variations wait to be accepted"),
)
"""What varying does for a loop."""

_OWN = {row.name: row for row in (*LOOP_CONTROLS, *VARYING_CONTROLS)}
EXTRA_CONTROLS: tuple[Control, ...] = (
    *VARYING_CONTROLS,
    *(_parameter(row.name, row.minimum, row.maximum, row.default, why=row.help) for row in PARAMETERS if row.name not in _OWN),
)
"""What each loop has beside SooperLooper's controls: all of ours, those of all loops too. A name that both have means SooperLooper's."""

_BY_NAME = {
    "loop": {row.name: row for row in (*LOOP_CONTROLS, *EXTRA_CONTROLS)},
    "global": {row.name: row for row in (
        *(_parameter(row.name, row.minimum, row.maximum, row.default, why=row.help) for row in PARAMETERS if row.scope == "global"),
        _toggle("generate", "varying is on"), *GLOBAL_CONTROLS)},
}  # fmt: skip
_TOLD_BY = {
    "state": ("state", "next_state", "waiting"), "pending": ("state", "next_state", "waiting"), "reverse": ("rate_output",),
    "solo": ("is_soloed",), "gen_state": ("gen_state",), "progress": ("gen_progress",), "repetition": ("repetition", "late"),
    "beat": ("beat",), "layers": ("layers",), "favourite": ("favourites",), "lock": ("lock",), "cue": ("cue",),
    "generate": ("generate",), "select": ("selected_loop_num",),
}  # fmt: skip


def by_name(name: str, scope: Literal["loop", "global"]) -> Control:
    """The row of a name.

    Raises
    ------
    ParameterError
        Names the nearest.
    """
    rows = _BY_NAME[scope]
    if name not in rows:
        raise ParameterError(f"SooperLooper has no {scope} control {name!r:.60}: the nearest is {nearest(name, rows)!r}")
    return rows[name]


def changed_by(kind: str, name: str, scope: Literal["loop", "global"]) -> tuple[str, ...]:
    """The controls that have another value after a notice of this kind; `name` is the parameter's, of a notice "parameter"."""
    if kind == "parameter":
        return _OF_PARAMETER[scope].get(name, ())
    return tuple(control for control in _TOLD_BY.get(kind, ()) if control in _BY_NAME[scope])


def _of_parameter(rows: Iterable[Control]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.kind == "parameter":
            found[row.ours] = (*found.get(row.ours, ()), row.name)
    found["speed"] = (*found.get("speed", ()), "rate_output")
    return found


_OF_PARAMETER = {scope: _of_parameter(rows.values()) for scope, rows in _BY_NAME.items()}


def output(name: str, status: LoopStatus, speed: float = 1.0) -> float:
    """What SooperLooper would answer when asked for something that can only be asked for.

    Parameters
    ----------
    name : str
        A row of kind "status".
    status : LoopStatus
    speed : float
        The loop's, for ``rate_output``.
    """
    waiting = bool(status.pending)
    if name == "state" and waiting:
        return float(WAITS_TO_STOP if status.state == "recording" else WAITS_TO_START)
    if name == "next_state":
        return float(STATES[_BECOMES.get(status.pending, "playing")]) if waiting else -1.0
    values = {
        "state": STATES.get(status.state, -1), "waiting": waiting, "loop_len": status.length_s, "loop_pos": status.position_s,
        "cycle_len": status.cycle_s, "free_time": status.free_s, "total_time": status.total_s,
        "rate_output": -speed if status.reverse else speed, "in_peak_meter": status.peak_in, "out_peak_meter": status.peak_out,
        "is_soloed": status.solo, "channel_count": status.channels, "global_cycle_len": status.cycle_s,
        "global_cycle_pos": status.position_s % status.cycle_s if status.cycle_s else 0.0, "pan_3": 0.0, "pan_4": 0.0,
        "gen_state": [*GEN_STATES].index(status.gen_state), "gen_progress": status.progress, "repetition": status.repetition,
        "late": status.late, "beat": status.beat, "layers": status.layers, "favourites": status.favourites, "lock": status.lock,
        "cue": status.cue,
    }  # fmt: skip
    return float(values[name])
