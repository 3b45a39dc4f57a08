"""What travels between a player and a generator elsewhere: JSON documents, the same through every door.

A call has a name and one document; it is answered by documents: ``{"progress": 0..1}`` any number of times, then one of
``{"done": {...}, "check"}`` and ``{"error": {"kind", "text"}}``. Calls and answers carry a check of their content, because a digit
that flips on the way would ask for something else and still make sense. Whatever comes from the other side is checked here before
it is used: nothing is unpacked that is larger than it says, and nothing says that it is larger than what was expected.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Literal, get_args

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.control.parameters import by_name
from unloop_py.errors import UnloopError, WorkerError
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.generator.token_job import TokenJob

PROTOCOL = 1
"""Rises when an older end would misunderstand; both ends must have the same."""
LONGEST_NAME = 200
"""Characters of a name, a handle, a note."""
MOST_NOTES = 16
MOST_SPANS = 256
MOST_SEED = 2**63 - 1
MOST_WITHIN_S = 86400.0

Kind = Literal["version", "codec", "model", "unknown take", "late", "cancelled", "refused", "token", "busy", "failed"]


class WireError(UnloopError):
    """A call that came to nothing, at whichever end.

    Attributes
    ----------
    kind : str
        ``version`` and ``codec``: the two ends do not fit. ``model``: there is none of that name. ``unknown take``: prepare it
        again. ``late``: it cannot be there in time, so it was not begun. ``cancelled``. ``refused``: the document is bad or too
        large. ``token``: the wrong one. ``busy``: too many wait. ``failed``: anything else; it may go well another time.
    """

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind

    def __reduce__(self) -> tuple[type[WireError], tuple[str, str]]:
        return WireError, (self.kind, str(self))  # an answer may cross a process


def error_document(error: Exception) -> dict[str, Any]:
    """The answer that says what went wrong. What a person can cure is told in its own words, a fault of ours by its kind only."""
    if isinstance(error, WireError):
        return {"error": {"kind": error.kind, "text": str(error)}}
    if isinstance(error, WorkerError):
        return {"error": {"kind": "failed", "text": str(error)}}
    if isinstance(error, UnloopError):
        return {"error": {"kind": "refused", "text": str(error)}}
    return {"error": {"kind": "failed", "text": f"the server stumbled over it: {type(error).__name__}"}}


def read_error(document: Any) -> WireError:
    """The error of an answer, whatever the other side made of it."""
    document = document if isinstance(document, Mapping) else {}
    kind = document.get("kind")
    return WireError(kind if kind in get_args(Kind) else "failed", str(document.get("text", "the server gave no reason"))[:1000])


def call_document(**entries: Any) -> dict[str, Any]:
    """A call's document, which says what protocol it is written in, and what is in it."""
    document = {"protocol": PROTOCOL, **entries}
    return document | {"check": _check_of(document)}


def done_document(done: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a call that went well."""
    return {"done": done, "check": _check_of(done)}


def read_done(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a call came to, from its last answer. Raises WireError: its own, or that it was damaged on the way."""
    if "error" in document:
        raise read_error(document["error"])
    done = document.get("done")
    if not isinstance(done, dict) or document.get("check") != _check_of(done):
        raise WireError("failed", "the answer was damaged on the way")
    return done


def _check_of(document: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps({name: value for name, value in document.items() if name != "check"}, sort_keys=True).encode())


def check_protocol(document: Any, what: str = "a call") -> Mapping[str, Any]:
    """The document, if it is one and its protocol is ours. Raises WireError."""
    if not isinstance(document, Mapping):
        raise WireError("refused", f"{what} carries one JSON object, got {type(document).__name__}")
    if (theirs := document.get("protocol")) != PROTOCOL:
        raise WireError("version", f"{what} is of protocol {theirs!r:.40}, and here it is {PROTOCOL}: both ends need the same unloop")
    if "check" in document and document["check"] != _check_of(document):  # what a person typed has none
        raise WireError("failed", f"{what} was damaged on the way")
    return document


# Single entries.

def text_of(document: Mapping[str, Any], name: str) -> str:
    """A short text that must be there. Raises WireError."""
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise WireError("refused", f"{name} is a text of 1..{LONGEST_NAME} characters, got {value!r:.40}")
    return value


def number_of(document: Mapping[str, Any], name: str, minimum: float, maximum: float) -> float:
    """A number that must be there, both limits included. Raises WireError."""
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value <= maximum:
        raise WireError("refused", f"{name} is a number in {minimum:g}..{maximum:g}, got {value!r:.40}")
    return value


def within_of(document: Mapping[str, Any]) -> float:
    """Seconds in which a call's caller needs its answer; infinite where it names none. Raises WireError."""
    return math.inf if document.get("within_s") is None else float(number_of(document, "within_s", -MOST_WITHIN_S, MOST_WITHIN_S))


def whole_of(document: Mapping[str, Any], name: str, minimum: int, maximum: int) -> int:
    """A whole number that must be there, both limits included. Raises WireError."""
    value = number_of(document, name, minimum, maximum)
    if value != int(value):
        raise WireError("refused", f"{name} is a whole number in {minimum}..{maximum}, got {value!r:.40}")
    return int(value)


# Arrays.

def pack(array: np.ndarray) -> dict[str, Any]:
    """A small array of whole numbers: tokens or a mask. Any thread."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return {"shape": list(array.shape), "dtype": array.dtype.name, "data": base64.b64encode(zlib.compress(little.tobytes(), 6)).decode()}


def unpack(document: Any, what: str, dtype: type[np.generic], shape: Sequence[int | None], most: int, below: int) -> np.ndarray:
    """An array that was packed elsewhere. Any thread.

    Parameters
    ----------
    what : str
        For the error's text.
    dtype : type
    shape : sequence of int or None
        What it must be; None is any length from 1.
    most : int
        Numbers that it may hold.
    below : int
        Every number of it is 0 or more, and less than this.

    Raises
    ------
    WireError
    """
    if not isinstance(document, Mapping) or document.get("dtype") != np.dtype(dtype).name:
        raise WireError("refused", f"{what} is an array of {np.dtype(dtype).name}, got {document!r:.60}")
    theirs = document.get("shape")
    wanted = " x ".join("any" if length is None else str(length) for length in shape)
    if not isinstance(theirs, list) or len(theirs) != len(shape) or any(isinstance(n, bool) or not isinstance(n, int) for n in theirs):
        raise WireError("refused", f"{what} has the shape {wanted}, got {theirs!r:.60}")
    if any(got < 1 or (length is not None and got != length) for got, length in zip(theirs, shape, strict=True)):
        raise WireError("refused", f"{what} has the shape {wanted}, got {theirs!r:.60}")
    count = math.prod(theirs)
    if count > most:
        raise WireError("refused", f"{what} holds {count} numbers, and at most {most} are taken")
    array = np.frombuffer(_inflated(document.get("data"), count * np.dtype(dtype).itemsize, what), np.dtype(dtype).newbyteorder("<"))
    array = array.astype(dtype).reshape(theirs)
    if array.min() < 0 or array.max() >= below:
        raise WireError("refused", f"{what} holds {array.min()}..{array.max()}, and 0..{below - 1} is what there is")
    return array


def _inflated(data: Any, size: int, what: str) -> bytes:
    """Exactly so many bytes, or an error: what would become more is not unpacked."""
    try:
        squeezed = base64.b64decode(data, validate=True)
        stream = zlib.decompressobj()
        raw = stream.decompress(squeezed, size + 1)
        whole = stream.eof and not stream.unused_data
    except (TypeError, ValueError, binascii.Error, zlib.error) as error:
        raise WireError("refused", f"{what} cannot be unpacked: {error}") from error
    if len(raw) != size or not whole:
        raise WireError("refused", f"{what} should unpack to {size} bytes and does not")
    return raw


# Prompts and requests.

def prompt_document(prompt: Prompt) -> dict[str, Any]:
    """All of a prompt, by the names of the table of parameters."""
    return prompt.to_dict()


def read_prompt(document: Any) -> Prompt:
    """A prompt from elsewhere; what it does not name stands at its default. Raises WireError, which names the value and its range."""
    if not isinstance(document, Mapping):
        raise WireError("refused", f"a prompt is an object of names and numbers, got {document!r:.60}")
    known = {one.name: one.default for one in fields(Prompt)}
    if strange := [str(name) for name in document if name not in known]:
        raise WireError("refused", f"no part of a prompt is called {strange[0]!r:.60}; there are {', '.join(known)}")
    values = {}
    for name, value in document.items():
        try:
            converted = by_name(name).convert(value)
        except (UnloopError, OverflowError) as error:
            raise WireError("refused", str(error)) from error
        values[name] = bool(converted) if isinstance(known[name], bool) else converted
    return Prompt(**values)


def request_document(request: VariationRequest) -> dict[str, Any]:
    """A request, without the number of its take, which means nothing elsewhere."""
    return {
        "index": request.index, "seed": request.seed, "prompt": prompt_document(request.prompt), "steps": request.steps,
        "mask": None if request.mask is None else list(request.mask), "turn": request.turn,
        "melt": [list(span) for span in request.melt], "guard": [list(span) for span in request.guard],
        "parent": request.parent,
    }  # fmt: skip


def read_request(document: Any, take_version: int) -> VariationRequest:
    """A request from elsewhere, for the take that has this number here. Raises WireError."""
    if not isinstance(document, Mapping):
        raise WireError("refused", f"a request is an object, got {document!r:.60}")
    steps = by_name("steps")
    mask = document.get("mask")
    if mask is not None and not (isinstance(mask, list) and all(isinstance(row, str) for row in mask)):
        raise WireError("refused", f"a mask is a list of rows of # and ., got {mask!r:.60}")
    return VariationRequest(
        take_version,
        whole_of(document, "index", 0, MOST_SEED),
        whole_of(document, "seed", 0, MOST_SEED),
        read_prompt(document.get("prompt", {})),
        None if document.get("steps") is None else whole_of(document, "steps", int(steps.minimum), int(steps.maximum)),
        None if mask is None else tuple(mask),
        None if document.get("turn") is None else whole_of(document, "turn", 0, MOST_SEED),
        _spans(document, "melt"),
        _spans(document, "guard"),
        None if document.get("parent") is None else whole_of(document, "parent", 0, MOST_SEED),
    )  # fmt: skip


def _spans(document: Mapping[str, Any], name: str) -> tuple[tuple[float, float], ...]:
    spans = document.get(name, [])
    if not isinstance(spans, list) or len(spans) > MOST_SPANS:
        raise WireError("refused", f"{name} is a list of at most {MOST_SPANS} spans, got {spans!r:.60}")
    read = []
    for span in spans:
        if not isinstance(span, list) or len(span) != 2:
            raise WireError("refused", f"a span of {name} is its start and end in seconds, got {span!r:.60}")
        ends = {"start": span[0], "end": span[1]}
        read.append((float(number_of(ends, "start", -1e6, 1e6)), float(number_of(ends, "end", -1e6, 1e6))))
    return tuple(read)


# Tokens.

def token_job_document(job: TokenJob) -> dict[str, Any]:
    """Tokens to be made new: about 10 kB for a loop of ten seconds."""
    return {"codes": pack(job.codes), "passes": pack(job.passes), "seeds": list(job.seeds), "prompt": prompt_document(job.prompt),
            "steps": job.sampling_steps}  # fmt: skip


def read_token_job(document: Mapping[str, Any], *, n_codebooks: int, codebook_size: int, most_steps: int, most_batch: int) -> TokenJob:
    """A job from elsewhere, for a codec of so many codebooks of this size.

    Parameters
    ----------
    most_steps : int
        Steps of the codec that an item may last.
    most_batch : int
        Items that there may be.

    Raises
    ------
    WireError
    """
    most = most_batch * n_codebooks * most_steps
    codes = unpack(document.get("codes"), "codes", np.int16, (None, n_codebooks, None), most, codebook_size)
    batch, _, steps = codes.shape
    if batch > most_batch or steps > most_steps:
        raise WireError("refused", f"{batch} loops of {steps} steps were asked for: at most {most_batch} of {most_steps} are made at once")
    prompt = read_prompt(document.get("prompt", {}))
    passes = unpack(document.get("passes"), "passes", np.uint8, (batch, prompt.feedback_steps, n_codebooks, steps),
                    most * prompt.feedback_steps, 2)
    seeds = document.get("seeds")
    if not isinstance(seeds, list) or len(seeds) != batch:
        raise WireError("refused", f"seeds is a list of {batch} numbers, got {seeds!r:.60}")
    limit = by_name("steps")
    return TokenJob(codes, passes, tuple(whole_of({"seed": seed}, "seed", 0, MOST_SEED) for seed in seeds), prompt,
                    whole_of(document, "steps", int(limit.minimum), int(limit.maximum)))


# Variations.

def variation_document(variation: Variation, audio: dict[str, Any]) -> dict[str, Any]:
    """A variation, its sound packed already (`sound.sound_document`); the request is the asker's."""
    return {"audio": audio, "codes": pack(variation.codes), "mask": pack(variation.mask), "correlation": float(variation.correlation),
            "gain_db": float(variation.gain_db), "seconds": float(variation.seconds), "notes": list(variation.notes),
            "grid": grid_document(variation.grid), "distance": float(variation.distance)}  # fmt: skip


def read_variation(document: Any, request: VariationRequest, audio: np.ndarray, shape: tuple[int, int], codebook_size: int) -> Variation:
    """A variation from elsewhere, its sound unpacked already.

    Parameters
    ----------
    request : VariationRequest
        What was asked for.
    audio : ndarray (frames, channels) float32
    shape : tuple of int
        Codebooks and steps of its take's tokens.
    codebook_size : int

    Raises
    ------
    WireError
    """
    if not isinstance(document, Mapping):
        raise WireError("failed", f"a variation is an object, got {document!r:.60}")
    codes = unpack(document.get("codes"), "codes", np.int16, shape, shape[0] * shape[1], codebook_size)
    mask = unpack(document.get("mask"), "mask", np.uint8, shape, shape[0] * shape[1], 2)
    notes = document.get("notes", [])
    if not isinstance(notes, list):
        raise WireError("failed", f"notes is a list of texts, got {notes!r:.60}")
    return Variation(
        request, audio, codes, mask, correlation=float(number_of(document, "correlation", -1.001, 1.001)),
        gain_db=float(number_of(document, "gain_db", -200, 200)), seconds=float(number_of(document, "seconds", 0, 1e9)),
        notes=tuple(str(note)[:LONGEST_NAME] for note in notes[:MOST_NOTES]), grid=read_grid(document.get("grid")),
        distance=float(number_of(document, "distance", 0, 1.001)),
    )  # fmt: skip


def grid_document(grid: BeatGrid | None) -> dict[str, Any] | None:
    """The beats of a take."""
    return None if grid is None else asdict(grid)


def read_grid(document: Any) -> BeatGrid | None:
    """Beats from elsewhere. Raises WireError."""
    if document is None:
        return None
    if not isinstance(document, Mapping):
        raise WireError("failed", f"beats are an object or null, got {document!r:.60}")
    frames = whole_of(document, "length_frames", 1, 10**9)
    beats = whole_of(document, "beats", 1, 100_000)
    first = float(number_of(document, "first_beat_frame", 0, frames))
    return BeatGrid(frames, whole_of(document, "sample_rate", 1, 10**6), beats, first, float(number_of(document, "confidence", 0, 1)))
