"""Audio files: read as a loop with every complaint in one line, written whole or not at all.

The only import of soundfile. Any thread but the audio thread.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile

from ..errors import AudioFileError
from ..paths import check_writable_file, written_beside

MIN_SECONDS = 0.25
MAX_CHANNELS = 2

# Samples are stored as they are where the format can; the others get the finest that it has.
SUBTYPES = {".wav": "FLOAT", ".aiff": "FLOAT", ".aif": "FLOAT", ".flac": "PCM_24", ".ogg": "VORBIS"}

SUFFIXES = {".wav", ".w64", ".aif", ".aiff", ".caf", ".flac", ".ogg", ".oga", ".opus", ".mp3"}
"""Of files that are taken for audio where a folder is searched."""


def read_audio(path: str | Path, *, minimum_s: float = MIN_SECONDS) -> tuple[np.ndarray, int]:
    """Read a file that is to be a loop, or to be played along with.

    Parameters
    ----------
    path : str or Path
        Anything that libsndfile reads: WAV, AIFF, FLAC, OGG, MP3, ...
    minimum_s : float
        The shortest that will do, in seconds.

    Returns
    -------
    audio : np.ndarray
        float32 (frames, channels), C-contiguous, 1 or 2 channels, every sample finite.
    sample_rate : int
        Hz.

    Raises
    ------
    AudioFileError
        The file is missing, a folder, unreadable, not audio, empty, shorter than 0.25 s, has more than 2 channels,
        or samples that are NaN or infinite.
    """
    path = Path(path)
    if not path.exists():
        raise AudioFileError(f"{path} does not exist: check the name and the folder")
    if path.is_dir():
        raise AudioFileError(f"{path} is a folder: name an audio file in it")
    try:
        if path.stat().st_size == 0:
            raise AudioFileError(f"{path} is empty: choose a file with sound in it")
        with path.open("rb") as file:
            audio, sample_rate = soundfile.read(file, dtype="float32", always_2d=True)
    except OSError as error:
        raise AudioFileError(f"{path} cannot be read: {error.strerror or error}") from error
    except soundfile.SoundFileError as error:
        raise AudioFileError(f"{path} is not audio that can be read: use WAV, AIFF, FLAC, OGG or MP3") from error
    if len(audio) == 0:
        raise AudioFileError(f"{path} holds no sound at all: choose a file with sound in it")
    if audio.shape[1] > MAX_CHANNELS:
        raise AudioFileError(f"{path} has {audio.shape[1]} channels: mix it down to 1 or {MAX_CHANNELS} first")
    seconds = len(audio) / sample_rate
    if seconds < minimum_s:
        raise AudioFileError(f"{path} lasts {seconds:.3f} s: a loop needs at least {minimum_s} s")
    if not np.isfinite(audio).all():
        raise AudioFileError(f"{path} has samples that are NaN or infinite: export it again")
    return np.ascontiguousarray(audio), int(sample_rate)


def audio_files(paths: Sequence[Path]) -> list[Path]:
    """The audio files among files and in folders, sorted, each once.

    Raises
    ------
    AudioFileError
        For a path that does not exist, or when there is none.
    """
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found |= {file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")}
        elif path.exists():
            found.add(path)
        else:
            raise AudioFileError(f"{path} does not exist: check the name and the folder")
    if not found:
        raise AudioFileError(f"no audio file in {', '.join(map(str, paths))}: there should be {', '.join(sorted(SUFFIXES))}")
    return sorted(found)


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a file says of itself: frames, Hz, channels."""

    frames: int
    sample_rate: int
    channels: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.frames / self.sample_rate


def audio_facts(path: str | Path) -> AudioFacts:
    """What a file holds, without reading it. Raises AudioFileError when it is not audio that can be read."""
    with _opened(path) as file:
        return AudioFacts(file.frames, file.samplerate, file.channels)


def read_stretch(path: str | Path, start: int, frames: int) -> np.ndarray:
    """Part of a file that may be hours long: float32 (at most `frames`, channels) from frame `start` on.

    Raises
    ------
    AudioFileError
        As `read_audio`, but any number of channels will do, and a file that ends early gives what there is.
    """
    with _opened(path) as file:
        file.seek(min(start, file.frames))
        audio = file.read(frames, dtype="float32", always_2d=True)
    if not np.isfinite(audio).all():
        raise AudioFileError(f"{path} has samples that are NaN or infinite: export it again")
    return audio


@contextlib.contextmanager
def _opened(path: str | Path) -> Iterator[soundfile.SoundFile]:
    try:
        with soundfile.SoundFile(path) as file:
            yield file
    except OSError as error:
        raise AudioFileError(f"{path} cannot be read: {error.strerror or error}") from error
    except soundfile.SoundFileError as error:
        raise AudioFileError(f"{path} is not audio that can be read: use WAV, AIFF, FLAC, OGG or MP3") from error


BITS = 24  # of a sample that travels as FLAC


def to_flac(audio: np.ndarray, sample_rate: int) -> bytes:
    """A sound as FLAC of 24 bits, for a wire: lossless for samples on that grid, and -138 dB from any other.

    Parameters
    ----------
    audio : np.ndarray
        float32 (frames, channels), -1 to below 1; what is beyond is cut off.
    sample_rate : int
        Hz.
    """
    limit = 1 << (BITS - 1)
    # Whole numbers, so that nobody scales by a number that is one too small.
    grid = np.clip(np.round(audio.astype(np.float64) * limit), -limit, limit - 1).astype(np.int32)
    file = io.BytesIO()
    soundfile.write(file, grid << (32 - BITS), sample_rate, format="FLAC", subtype="PCM_24")
    return file.getvalue()


def from_flac(data: bytes, most_frames: int) -> tuple[np.ndarray, int]:
    """A sound that travelled as FLAC: float32 (frames, channels), and its rate in Hz.

    Raises
    ------
    AudioFileError
        It is not FLAC, it is damaged, or it says that it is longer than `most_frames`: then it is not unpacked.
    """
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.format != "FLAC":
                raise AudioFileError(f"what came is {file.format}: FLAC is what travels")
            if not 0 < file.frames <= most_frames:
                raise AudioFileError(f"what came says that it holds {file.frames} frames: 1..{most_frames} are taken")
            grid = file.read(dtype="int32", always_2d=True)
            if len(grid) != file.frames:
                raise AudioFileError(f"what came holds {len(grid)} frames and says {file.frames}: it is damaged")
            return (grid / float(1 << 31)).astype(np.float32), file.samplerate
    except soundfile.SoundFileError as error:
        raise AudioFileError(f"what came is not FLAC that can be read: {error}") from error


def from_bytes(data: bytes, most_s: float) -> tuple[np.ndarray, int]:
    """A sound file's content that is to be a loop: float32 (frames, channels), every sample finite, and its rate in Hz.

    Raises
    ------
    AudioFileError
        As `read_audio`; or it lasts longer than `most_s` seconds: then it is not unpacked.
    """
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, channels = file.samplerate, file.channels
            if channels > MAX_CHANNELS:
                raise AudioFileError(f"the file has {channels} channels: mix it down to 1 or {MAX_CHANNELS} first")
            most = int(most_s * rate)
            if file.frames > most:
                raise AudioFileError(f"the file lasts {file.frames / rate:.1f} s: at most {most_s:g} s are taken")
            audio = file.read(most + 1, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise AudioFileError("the file is not audio that can be read: use WAV, AIFF, FLAC, OGG or MP3") from error
    if not MIN_SECONDS * rate <= len(audio) <= most:
        raise AudioFileError(f"the file lasts {len(audio) / rate:.3f} s: a loop lasts {MIN_SECONDS}..{most_s:g} s")
    if not np.isfinite(audio).all():
        raise AudioFileError("the file has samples that are NaN or infinite: export it again")
    return np.ascontiguousarray(audio), rate


def write_audio(path: str | Path, audio: np.ndarray, sample_rate: int) -> None:
    """Write a whole file, beside its place and then renamed, so that no half-written one is ever seen.

    Parameters
    ----------
    path : str or Path
        Its suffix, one of `SUBTYPES`, says the format; WAV keeps every bit of a float32.
    audio : np.ndarray
        float32 (frames, channels).
    sample_rate : int
        Hz.

    Raises
    ------
    AudioFileError
        The folder is missing or not writable, or the format is unknown.
    """
    with AudioWriter(path, sample_rate, audio.shape[1]) as writer:
        writer.write(audio)


class AudioWriter:
    """Write a file piece by piece; it appears under its name only when the block ends well.

    Parameters
    ----------
    path, sample_rate
        As `write_audio` takes them.
    channels : int
    finish : callable, optional
        Given the finished file before it gets its name, to add to it what it holds beside samples.

    Raises
    ------
    AudioFileError
        As `write_audio`; when made, not when first written.
    """

    def __init__(
        self, path: str | Path, sample_rate: int, channels: int, finish: Callable[[Path], None] = lambda beside: None
    ) -> None:
        self._path = check_writable_file(path)
        subtype = SUBTYPES.get(self._path.suffix.lower())
        if subtype is None:
            known = ", ".join(SUBTYPES)
            raise AudioFileError(f"{self._path}: unknown format {self._path.suffix!r}; choose one of {known}")
        self._settings = {"samplerate": sample_rate, "channels": channels, "subtype": subtype}
        self._finish = finish
        self._stack = contextlib.ExitStack()
        self._file: soundfile.SoundFile | None = None

    def __enter__(self) -> AudioWriter:
        try:
            temporary = self._stack.enter_context(written_beside(self._path))
            self._stack.push(lambda kind, *_: self._finish(temporary) if kind is None else None)
            self._file = self._stack.enter_context(soundfile.SoundFile(temporary, "w", **self._settings))
        except (OSError, soundfile.SoundFileError) as error:
            self._stack.close()
            raise AudioFileError(f"{self._path} cannot be written: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, audio: np.ndarray) -> None:
        """Append float32 (frames, channels).

        Raises
        ------
        AudioFileError
            The disk is full, or gone.
        """
        assert self._file is not None, "an AudioWriter is used in a with statement"
        try:
            self._file.write(audio)
        except (OSError, soundfile.SoundFileError) as error:
            raise AudioFileError(f"{self._path} cannot be written: {error}") from error
