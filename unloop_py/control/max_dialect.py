"""What "unloop for Max" says and is told: its patches' messages as tables, and what their 18 numbers mean here. Standard library only.

Its patches (``unloop.maxpat``, ``three-unloops.maxpat`` and what is in them) send `/process` to a client that has VampNet make two
variations of a file; here the model that plays does. Pure; any thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unloop_py.control.addresses import Address
from unloop_py.control.parameters import Parameter, by_name
from unloop_py.errors import CommandError

VARIATIONS = 2
"""Files of one answer: its patches read two."""
CLIENT = "vampnet"
DEFAULT_MODEL = "default"
"""What its menu calls the model that is played with unless told otherwise."""

NAMES = (
    "query_id", "client_type", "audio_path", "model", "periodic", "dropout", "seed", "looplength_ms", "typical_filter", "typical_mass",
    "typical_min_tokens", "upper_codebook_mask", "onset_mask_width", "sampling_steps", "temperature", "top_p", "beat_mask_ms",
    "num_feedback_steps",
)  # fmt: skip
"""The arguments of `/process`, by position."""

NO_KNOBS = {"query_id", "client_type", "audio_path", "model", "looplength_ms"}
KNOBS = {name: by_name(name) for name in NAMES if name not in NO_KNOBS}
"""Those that are parameters of ours, by their names there."""
NOTHING_ELSE: dict[str, float | int] = {
    "periodic_prompt": 0, "periodic_width": 1, "onset_mask_width": 0, "prefix_s": 0.0, "suffix_s": 0.0,
}  # fmt: skip
"""Where its client has no knob for it: as in VampNet's own player, but how tokens are drawn, which is the model's business."""

HEARD: tuple[Address, ...] = (
    Address("/process", " ".join(NAMES), f"Asks for {VARIATIONS} variations of the first looplength_ms of a file; what was asked for "
            "with the same id or of the same file, and is not done yet, is dropped."),
    Address("/heartbeat", "", "Is answered with /heartbeat pong, at once."),
    Address("/cleanup", "path", "Deletes a file that was answered; no other."),
    Address("/cancel", "query_id", "Drops what was asked for; ours, its patches do not send it."),
)  # fmt: skip
"""What comes in."""

SAID = {
    "progress": Address("/progress", "query_id status", "Ten times a second while it lasts: Status.STARTING, Status.IN_QUEUE, "
                        "Status.PROCESSING, at the end Status.FINISHED or Status.CANCELLED."),
    "result": Address("/process-result", "query_id file file", "The variations: WAV files of the same rate and as many samples, of one "
                      "channel; what follows the loop in the file follows it here."),
    "heartbeat": Address("/heartbeat", "pong", "Says that somebody is there."),
    "log": Address("/log", "text", "What a person might want to know, such as a knob that does not go so far here."),
    "error": Address("/error", "text", "What could not be done, why, and the cure."),
}  # fmt: skip
"""What goes out."""

STARTING, IN_QUEUE, PROCESSING, FINISHED, CANCELLED = (
    f"Status.{word}" for word in ("STARTING", "IN_QUEUE", "PROCESSING", "FINISHED", "CANCELLED")
)
"""What `/progress` says."""
ENDS = (FINISHED, CANCELLED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a `/process` asks for.

    Attributes
    ----------
    query_id : int
        Comes back in every answer.
    path : str
    model : str
        As its menu has it.
    loop_s : float
        Seconds from the file's start.
    values : dict
        Parameters of ours.
    notes : tuple of str
        What is not as it was asked for.
    """

    query_id: int
    path: str
    model: str
    loop_s: float
    values: dict[str, float | int]
    notes: tuple[str, ...] = ()


def read_process(arguments: Sequence[object]) -> Wanted:
    """What the arguments of a `/process` ask for. Numbers may be ints, floats or numeric strings: Pd sends floats.

    A knob that goes further there than here stands at the end of its range.

    Raises
    ------
    CommandError
        Names the argument.
    """
    if len(arguments) != len(NAMES):
        raise CommandError(f"/process takes {len(NAMES)} arguments, got {len(arguments)}: {', '.join(NAMES)}")
    given = dict(zip(NAMES, arguments, strict=True))
    client = str(given["client_type"])
    if client != CLIENT:
        raise CommandError(f"/process: client_type {client[:40]!r} is not here: {CLIENT!r} is")
    path = given["audio_path"]
    if not isinstance(path, str) or not path:
        raise CommandError(f"/process: audio_path must be a file's path, got {str(path)[:40]!r}")
    query_id = _number("query_id", given["query_id"])
    if query_id != int(query_id) or not -(2**31) <= query_id < 2**31:
        raise CommandError(f"/process: query_id must be a whole number of 32 bits, got {query_id:g}")
    loop_s = _number("looplength_ms", given["looplength_ms"]) / 1000.0
    if loop_s <= 0.0:
        raise CommandError(f"/process: looplength_ms must be more than 0, got {1000.0 * loop_s:g}")
    values, notes = {}, []
    for name, row in KNOBS.items():
        values[row.name], note = turned(row, name, given[name])
        notes += note
    return Wanted(int(query_id), path, str(given["model"]), loop_s, values, tuple(notes))


def turned(row: Parameter, name: str, value: object, where: str = "/process") -> tuple[float | int, list[str]]:
    """What a knob of that client means here, and a note where it goes further there than here and stands at the end of our range.

    Raises
    ------
    CommandError
        It is no number.
    """
    asked = _number(name, value, where)
    meant = row.convert(float(max(row.minimum, min(row.maximum, asked))))
    beyond = asked and not row.minimum <= asked <= row.maximum
    return meant, [f"{name} {asked:g} is {meant:g} here: {row.range_text}"] if beyond else []


def _number(name: str, value: object, where: str = "/process") -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise CommandError(f"{where}: {name} must be a number, got {str(value)[:40]!r}")
    return number
