"""The parameters in the sections in which a musician looks for them. Standard library only.

The page and the terminal show them so. A row of the table that no section names is shown in the last one, so that none is lost.
"""

from dataclasses import dataclass

from unloop_py.control.parameters import PARAMETERS, Parameter


@dataclass(frozen=True, slots=True)
class Section:
    """Some parameters that belong together.

    Attributes
    ----------
    name : str
        One word.
    title : str
        As people read it.
    names : tuple of str
        Its parameters, in the order in which they are looked for.
    """

    name: str
    title: str
    names: tuple[str, ...]

    @property
    def rows(self) -> tuple[Parameter, ...]:
        """Their rows of the table."""
        return tuple(_ROWS[name] for name in self.names)


_ROWS = {row.name: row for row in PARAMETERS}

_NAMED = (
    Section("vary", "How far it strays", ("variation", "mix", "temperature", "steps", "seed", "seed_lock")),
    Section("when", "When it varies", ("vary_mode", "vary_every", "drift_limit", "swap", "batch", "multiply_vary", "group",
                                       "vary_together", "against", "morph_loops")),
    Section("stays", "What stays of the take", ("periodic_prompt", "periodic_width", "compression_prompt", "mask_dropout",
                                                "beat_mask_ms", "onset_mask_width", "prefix_s", "suffix_s", "inpaint_start_s",
                                                "inpaint_end_s")),
    Section("drawn", "How tokens are drawn", ("mask_temperature", "top_p", "typical_filtering", "typical_mass", "typical_min_tokens",
                                              "sample_cutoff", "feedback_steps", "stretch", "pitch_shift", "loudness_match", "adapt")),
    Section("level", "Level", ("wet", "dry", "loop_dry", "main_wet", "input_gain", "main_input_gain", "feedback",
                               "use_feedback_play", "use_safety_feedback")),
    Section("motion", "Speed and pitch", ("speed", "stretch_ratio", "loop_pitch", "tempo_stretch", "scratch_pos")),
    Section("ends", "How it begins and ends", ("seam_ms", "tail", "stop_mode", "stop_fade_s", "redo_is_tap")),
    Section("record", "Recording", ("count_in", "click", "rec_thresh", "silence_stop_s", "record_bars", "record_beats")),
    Section("quantize", "On the beat", ("quantize", "sync", "round", "relative_sync", "playback_sync", "overdub_quantized",
                                        "replace_quantized", "mute_quantized")),
    Section("feet", "Switches", ("tap_ms", "hold_s", "erase_s", "debounce_ms")),
    Section("clock", "Whose beat", ("tempo", "sync_source", "beats_per_bar", "eighth_per_cycle", "smart_eighths",
                                    "round_integer_tempo", "forgiveness_ms", "output_midi_clock", "send_midi_start_on_trigger",
                                    "use_midi_start", "use_midi_stop", "jack_timebase_master")),
    Section("places", "Ins and outs", ("pan_1", "pan_2", "channels", "use_common_ins", "input_1", "input_2", "use_common_outs",
                                       "output_1", "output_2", "discrete_prefader")),
    Section("latency", "Latency", ("input_latency", "output_latency", "trigger_latency", "autoset_latency", "auto_disable_latency")),
)  # fmt: skip

_placed = {name for section in _NAMED for name in section.names}
_others = tuple(row.name for row in PARAMETERS if row.name not in _placed)

SECTIONS: tuple[Section, ...] = (*_NAMED, *((Section("more", "More", _others),) if _others else ()))
"""Every section, what is turned most often first; each parameter is in one of them."""
