"""Loops as other programs keep them: audio with marks that say where the loop lies, how many beats it has, what its places are called.

Marks are read from WAV (``smpl``, ``acid``, ``cue``), AIFF (``INST``, ``MARK``) and FLAC (the same chunks of the WAV or AIFF that it
came from, or the comments LOOPSTART and LOOPLENGTH), and written to WAV and AIFF. A mark that makes no sense is left out: it never
keeps audio from being read. Any thread but the audio thread.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..errors import AudioFileError
from .wav import AudioWriter, read_audio

WAV_HEADER_BYTES = 58
FLOAT_FORMAT = 3
BIGGEST_CHUNK = 1 << 20  # marks are small; a chunk that says it is bigger is not read
MOST_TEXT = 255


@dataclass(frozen=True, slots=True)
class Marker:
    """A place in a file, in frames from its start, and what it is called."""

    frame: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file says beside its samples.

    Attributes
    ----------
    start, end : int
        The loop's first frame, and the one after its last; both 0 where the file names no loop.
    beats : int
        In the whole file; 0 where it does not say.
    tempo_bpm : float
        0 where it does not say.
    markers : tuple of Marker
    """

    start: int = 0
    end: int = 0
    beats: int = 0
    tempo_bpm: float = 0.0
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class LoopFile:
    """A loop out of a file.

    Attributes
    ----------
    audio : ndarray (frames, channels) float32
        The loop alone, at the rate that was asked for.
    sample_rate : int
    file_rate : int
        Hz of the file.
    beats : int
        That the loop holds, 0 where the file does not say.
    markers : tuple of Marker
        Within the loop, in its frames.
    """

    audio: np.ndarray
    sample_rate: int
    file_rate: int
    beats: int = 0
    markers: tuple[Marker, ...] = ()


def read_loop(path: str | Path, sample_rate: int | None = None, channels: int | None = None) -> LoopFile:
    """Read a loop: what its marks enclose, or the whole file; brought to a rate and a number of channels as a circle.

    Raises AudioFileError as `read_audio` does.
    """
    audio, file_rate = read_audio(path)
    marks = read_marks(path)
    if marks.end - marks.start < 0.25 * file_rate or marks.end > len(audio):
        marks = replace(marks, start=0, end=len(audio))
    loop = audio[marks.start : marks.end]
    beats = marks.beats
    if len(loop) < len(audio):  # beats are the whole file's; with a tempo the loop's own can be told
        beats = round(marks.tempo_bpm * len(loop) / (60 * file_rate))
    rate = sample_rate or file_rate
    ratio = rate / file_rate
    markers = tuple(Marker(round((m.frame - marks.start) * ratio), m.name) for m in marks.markers if marks.start <= m.frame < marks.end)
    return LoopFile(with_channels(at_rate(loop, file_rate, rate), channels or loop.shape[1]), rate, file_rate, max(0, beats), markers)


def at_rate(loop: np.ndarray, file_rate: int, sample_rate: int) -> np.ndarray:
    """A circle (frames, channels) at another rate: float32, the nearest whole number of frames, its seam as whole as before."""
    if file_rate == sample_rate:
        return np.ascontiguousarray(loop, np.float32)
    import soxr  # where nothing is resampled, it is not needed

    frames = max(1, round(len(loop) * sample_rate / file_rate))
    # Exactly as many frames as the circle has: three times round, of which the middle one heard no end.
    round_it = soxr.resample(np.tile(loop, (3, 1)), len(loop), frames, quality="VHQ")
    return np.ascontiguousarray(round_it[frames : 2 * frames], np.float32)


def with_channels(audio: np.ndarray, channels: int) -> np.ndarray:
    """The same sound on so many channels, 1 or 2: their mean, or twice the one."""
    if audio.shape[1] == channels:
        return np.ascontiguousarray(audio, np.float32)
    return np.ascontiguousarray(np.repeat(audio.mean(axis=1, dtype=np.float32, keepdims=True), channels, axis=1))


def write_loop(path: str | Path, audio: np.ndarray, sample_rate: int, marks: Marks) -> None:
    """Write a file with its marks; WAV and AIFF hold them, FLAC and OGG only the audio.

    Raises AudioFileError as `write_audio` does.
    """
    path = Path(path)
    with AudioWriter(path, sample_rate, audio.shape[1], finish=lambda beside: append_marks(beside, marks, sample_rate)) as writer:
        writer.write(audio)


def wav_header(frames: int, channels: int, sample_rate: int, chunks_bytes: int = 0) -> bytes:
    """The first `WAV_HEADER_BYTES` of a 32-bit float WAV whose samples come next and `chunks_bytes` of other chunks after them."""
    data = 4 * frames * channels
    return (struct.pack("<4sI4s", b"RIFF", WAV_HEADER_BYTES - 8 + data + chunks_bytes, b"WAVE")
            + struct.pack("<4sIHHIIHHH", b"fmt ", 18, FLOAT_FORMAT, channels, sample_rate, 4 * channels * sample_rate, 4 * channels, 32, 0)
            + struct.pack("<4sII", b"fact", 4, frames) + struct.pack("<4sI", b"data", data))


def wav_marks(marks: Marks, sample_rate: int) -> bytes:
    """The chunks of a WAV that hold `marks`, as they stand after its samples."""
    return b"".join(_packed(name, body, "<") for name, body in _wav_chunks(marks, sample_rate))


def read_marks(path: str | Path) -> Marks:
    """What a file says of its loop; nothing where it says nothing, or nothing that can be understood."""
    try:
        with Path(path).open("rb") as file:
            magic = file.read(4)
            if magic in (b"RIFF", b"RF64"):
                file.seek(12)
                return _wav_marks(_chunks(file, "<"))
            if magic == b"FORM":
                file.seek(12)
                return _aiff_marks(_chunks(file, ">"))
            if magic == b"fLaC":
                return _flac_marks(file)
    except (OSError, struct.error, ValueError, IndexError):
        pass
    return Marks()


# Writing.

def append_marks(path: Path, marks: Marks, sample_rate: int) -> None:
    """Add marks to a file that has none. Raises AudioFileError."""
    order, chunks = "<", []
    if path.suffix.lower() == ".wav":
        chunks = _wav_chunks(marks, sample_rate)
    elif path.suffix.lower() in (".aif", ".aiff"):
        order, chunks = ">", _aiff_chunks(marks)
    if not chunks:
        return
    try:
        with path.open("r+b") as file:
            file.seek(0, 2)
            if file.tell() % 2:
                file.write(b"\0")
            for name, body in chunks:
                file.write(_packed(name, body, order))
            size = file.tell() - 8
            file.seek(4)
            file.write(struct.pack(order + "I", size))
    except OSError as error:
        raise AudioFileError(f"{path} cannot be written: {error.strerror or error}") from error


def _packed(name: bytes, body: bytes, order: str) -> bytes:
    return struct.pack(order + "4sI", name, len(body)) + body + b"\0" * (len(body) % 2)


def _wav_chunks(marks: Marks, sample_rate: int) -> list[tuple[bytes, bytes]]:
    chunks = []
    if marks.end > marks.start:
        head = struct.pack("<9I", 0, 0, round(1e9 / sample_rate), 60, 0, 0, 0, 1, 0)
        chunks.append((b"smpl", head + struct.pack("<6I", 0, 0, marks.start, marks.end - 1, 0, 0)))
    if marks.beats or marks.tempo_bpm:
        stretches = 4
        chunks.append((b"acid", struct.pack("<IHHfIHHf", stretches, 60, 0x8000, 0.0, marks.beats, 4, 4, marks.tempo_bpm)))
    if marks.markers:
        points = b"".join(struct.pack("<II4sIII", n, m.frame, b"data", 0, 0, m.frame) for n, m in enumerate(marks.markers, 1))
        chunks.append((b"cue ", struct.pack("<I", len(marks.markers)) + points))
        labels = b"".join(_packed(b"labl", struct.pack("<I", n) + _text(m.name) + b"\0", "<") for n, m in enumerate(marks.markers, 1))
        chunks.append((b"LIST", b"adtl" + labels))
    return chunks


def _aiff_chunks(marks: Marks) -> list[tuple[bytes, bytes]]:
    has_loop = marks.end > marks.start
    places = [Marker(marks.start, "loop start"), Marker(marks.end, "loop end")] if has_loop else []
    places += marks.markers
    if not places:
        return []
    body = struct.pack(">H", len(places))
    for n, place in enumerate(places, 1):
        name = _text(place.name)
        body += struct.pack(">hI", n, place.frame) + bytes([len(name)]) + name + b"\0" * ((len(name) + 1) % 2)
    chunks = [(b"MARK", body)]
    if has_loop:
        forward, note, everything = 1, 60, (0, 127, 1, 127)
        chunks.append((b"INST", struct.pack(">bb4bhhhhhhh", note, 0, *everything, 0, forward, 1, 2, 0, 0, 0)))
    return chunks


def _text(name: str) -> bytes:
    return name.encode("utf-8")[:MOST_TEXT]


# Reading.

def _chunks(file: BinaryIO, order: str) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of every chunk that is small enough to hold marks."""
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack(order + "4sI", head)
        at = file.tell()
        if size <= BIGGEST_CHUNK and name not in (b"data", b"SSND"):
            yield name, file.read(size)
        file.seek(at + size + size % 2)


def _wav_marks(chunks: Iterator[tuple[bytes, bytes]]) -> Marks:
    marks = Marks()
    frames: dict[int, int] = {}
    names: dict[int, str] = {}
    for name, body in chunks:
        if name == b"smpl" and len(body) >= 60 and struct.unpack_from("<I", body, 28)[0] > 0:
            start, last = struct.unpack_from("<II", body, 44)
            marks = replace(marks, start=start, end=last + 1)
        elif name == b"acid" and len(body) >= 24:
            beats, _, _, tempo = struct.unpack_from("<IHHf", body, 12)
            marks = replace(marks, beats=beats if beats < 1 << 16 else 0, tempo_bpm=tempo if 0 < tempo < 1000 else 0.0)
        elif name == b"cue " and len(body) >= 4:
            for n in range(min(struct.unpack_from("<I", body)[0], (len(body) - 4) // 24)):
                number, _, _, _, _, frame = struct.unpack_from("<II4sIII", body, 4 + 24 * n)
                frames[number] = frame
        elif name == b"LIST" and body[:4] == b"adtl":
            names |= _labels(body[4:])
    markers = tuple(Marker(frame, names.get(number, "")) for number, frame in sorted(frames.items(), key=lambda item: item[1]))
    return replace(marks, markers=markers)


def _labels(body: bytes) -> dict[int, str]:
    names, at = {}, 0
    while at + 12 <= len(body):
        name, size, number = struct.unpack_from("<4sII", body, at)
        if name == b"labl":
            names[number] = body[at + 12 : at + 8 + size].split(b"\0")[0].decode("utf-8", "replace")
        at += 8 + size + size % 2
    return names


def _aiff_marks(chunks: Iterator[tuple[bytes, bytes]]) -> Marks:
    places: dict[int, Marker] = {}
    begin = end = 0
    for name, body in chunks:
        if name == b"MARK" and len(body) >= 2:
            at = 2
            for _ in range(struct.unpack_from(">H", body)[0]):
                number, frame = struct.unpack_from(">hI", body, at)
                size = body[at + 6]
                places[number] = Marker(frame, body[at + 7 : at + 7 + size].decode("utf-8", "replace"))
                at += 7 + size + (size + 1) % 2
        elif name == b"INST" and len(body) >= 14:
            mode, first, last = struct.unpack_from(">hhh", body, 8)
            if mode:
                begin, end = first, last
    loop = (places[begin].frame, places[end].frame) if begin in places and end in places else (0, 0)
    others = sorted((place for number, place in places.items() if number not in (begin, end)), key=lambda place: place.frame)
    return Marks(*(loop if loop[1] > loop[0] else (0, 0)), markers=tuple(others))


def _flac_marks(file: BinaryIO) -> Marks:
    """Of the chunks that ``flac --keep-foreign-metadata`` keeps, or of the comments that game engines read."""
    foreign: dict[bytes, list[tuple[bytes, bytes]]] = {b"riff": [], b"aiff": []}
    comments: dict[str, str] = {}
    last = 0
    while not last and len(head := file.read(4)) == 4:
        last, kind, size = head[0] >> 7, head[0] & 127, int.from_bytes(head[1:], "big")
        body = file.read(size)
        if kind == 2 and body[:4] in foreign and len(body) >= 12:
            order = "<" if body[:4] == b"riff" else ">"
            length = struct.unpack_from(order + "I", body, 8)[0]
            foreign[body[:4]].append((body[4:8], body[12 : 12 + length]))
        elif kind == 4:
            comments |= _comments(body)
    if foreign[b"riff"]:
        return _wav_marks(iter(foreign[b"riff"]))
    if foreign[b"aiff"]:
        return _aiff_marks(iter(foreign[b"aiff"]))
    start = int(comments.get("LOOPSTART", 0))
    end = int(comments.get("LOOPEND", start + int(comments.get("LOOPLENGTH", 0))))
    tempo = float(comments.get("BPM", comments.get("TEMPO", 0)))
    return Marks(start, end, tempo_bpm=tempo if 0 < tempo < 1000 else 0.0)


def _comments(body: bytes) -> dict[str, str]:
    at = 4 + struct.unpack_from("<I", body)[0]
    found = {}
    count, at = struct.unpack_from("<I", body, at)[0], at + 4
    for _ in range(count):
        size, at = struct.unpack_from("<I", body, at)[0], at + 4
        name, _, value = body[at : at + size].decode("utf-8", "replace").partition("=")
        found[name.upper()] = value
        at += size
    return found
