"""The audio that a model is judged on, and the check that it was not trained on any of it.

`load_excerpts` reads a folder of a person's own, or the built-in held-out set: 28 tracks of the package
``immich-memories-music`` (MIT; made by the music model ACE-Step 1.5, so real-sounding but not played by people) and loops
synthesised from seeds that training never uses. Needs the packages of the extra ``evaluation``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import AudioFileError, UnloopError
from unloop_py.evaluation.packages import missing

logger = logging.getLogger(__name__)

SUFFIXES = {".wav", ".flac", ".ogg", ".opus", ".aiff", ".aif", ".mp3"}
LONGEST_LOOP_S = 16.0  # a file up to this long is one loop, whole; a longer one is music to cut excerpts from
EXCERPT_S = 10.0       # VampNet, section 4.2
SHORTEST_S = 1.0
SILENCE_DBFS = -60.0   # RMS; distances to silence mean nothing
MUSIC_PACKAGE = "immich-memories-music"
SYNTHESISED_LOOPS = 16


class HeldOutError(UnloopError):
    """Audio to judge a model on is missing, or the model was trained on it."""


@dataclass(frozen=True, eq=False)
class Excerpt:
    """A piece of audio that a model is judged on.

    Attributes
    ----------
    name : str
        Unlike every other excerpt's of a set; the file's name, then the second where the excerpt begins.
    audio : ndarray (frames,) float32
        Mono.
    sample_rate : int
        Hz.
    source : Path or None
        The file it comes from; None for a synthesised loop.
    is_loop : bool
        Its end leads into its start.
    sha256 : str
        Of the file, in hex; empty for a synthesised loop.
    loop_seed : int or None
        Of a synthesised loop.
    package : str
        The registry package that it comes from; empty for a person's own file.
    """

    name: str
    audio: np.ndarray
    sample_rate: int
    source: Path | None
    is_loop: bool
    sha256: str = ""
    loop_seed: int | None = None
    package: str = ""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.audio) / self.sample_rate


class Excerpts(Sequence[Excerpt]):
    """A set of excerpts, and what was left out of it. ``left_out``: one line a file, which names it and says why."""

    def __init__(self, excerpts: Sequence[Excerpt], left_out: Sequence[str] = ()) -> None:
        self._excerpts, self.left_out = tuple(excerpts), tuple(left_out)

    def __getitem__(self, index: Any) -> Any:
        return self._excerpts[index]

    def __len__(self) -> int:
        return len(self._excerpts)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the names and samples, in hex: figures of another digest are figures of other audio."""
        whole = hashlib.sha256()
        for excerpt in self._excerpts:
            whole.update(f"{excerpt.name} {excerpt.sample_rate} {len(excerpt.audio)}\n".encode() + excerpt.audio.tobytes())
        return whole.hexdigest()

    @property
    def loops(self) -> Excerpts:
        """Those that are loops."""
        return Excerpts([excerpt for excerpt in self._excerpts if excerpt.is_loop], self.left_out)

    @property
    def recorded(self) -> Excerpts:
        """Those that were read from files, not synthesised."""
        return Excerpts([excerpt for excerpt in self._excerpts if excerpt.loop_seed is None], self.left_out)


def load_excerpts(
    data: Path | None = None,
    *,
    seconds: float | None = EXCERPT_S,
    sample_rate: int = 44_100,
    count: int | None = None,
    seed: int = 0,
    manifest: Mapping[str, Any] | None = None,
) -> Excerpts:
    """Excerpts of the audio files in a folder (and its folders), or of the built-in held-out set.

    Parameters
    ----------
    data : Path or None
        A folder, or one file; None is the built-in set.
    seconds : float or None
        Files longer than LONGEST_LOOP_S are cut into excerpts of this length, the rest is dropped; None keeps them whole.
        Shorter files are loops, and stay whole.
    sample_rate : int
        Hz; everything is resampled to it and mixed to mono.
    count : int or None
        At most so many, spread over as many files as can be, drawn by ``seed``; None takes all.
    seed : int
    manifest : mapping, optional
        Of the model that is to be judged: `check_held_out` is asked.

    Raises
    ------
    HeldOutError
        Nothing there can be read, or the model was trained on it. A file that cannot be read, or that is silent, is
        skipped, logged and named in ``left_out``.
    """
    if data is not None:
        excerpts = _from_files(_audio_files(Path(data)), "", str(data), seconds, sample_rate, count, seed)
    else:
        loops = _synthesised(sample_rate, seed, SYNTHESISED_LOOPS if count is None else count // 2)
        tracks = None if count is None else count - len(loops)
        music = _from_files(music_files(), MUSIC_PACKAGE, MUSIC_PACKAGE, seconds, sample_rate, tracks, seed)
        excerpts = Excerpts([*music, *loops], music.left_out)
    check_held_out(excerpts, manifest or {})
    return excerpts


def music_files() -> list[Path]:
    """The 28 tracks of the built-in set; raises HeldOutError with the command that installs them."""
    try:
        listed = files(MUSIC_PACKAGE) or []
    except PackageNotFoundError:
        raise missing(MUSIC_PACKAGE) from None
    return sorted(Path(str(file.locate())) for file in listed if file.suffix == ".opus")


def check_held_out(excerpts: Sequence[Excerpt], manifest: Mapping[str, Any]) -> None:
    """Raise HeldOutError, which names the excerpt, where a model has been trained on one of them.

    ``manifest`` is the model's; its ``training_data`` holds ``sha256`` (of files), ``seeds`` ([first, last] of each
    run of synthesised loops) and ``packages`` (whole registry packages), each of which may be absent.
    """
    trained = manifest.get("training_data") or {}
    hashes, packages = set(trained.get("sha256") or ()), {name.split("@")[0].removeprefix("npm ") for name in trained.get("packages") or ()}
    runs = trained.get("seeds") or ()
    for excerpt in excerpts:
        if excerpt.sha256 and excerpt.sha256 in hashes:
            why = f"the file {excerpt.source}"
        elif excerpt.loop_seed is not None and any(first <= excerpt.loop_seed <= last for first, last in runs):
            why = f"the loop of seed {excerpt.loop_seed}"
        elif excerpt.package and excerpt.package in packages:
            why = f"the package {excerpt.package}"
        else:
            continue
        raise HeldOutError(
            f"excerpt {excerpt.name}: model {manifest.get('name', 'without a name')!r} was trained on {why}, so it cannot be judged by it: "
            "give --data a folder of audio that it has never heard"
        )


def _audio_files(data: Path) -> list[Path]:
    if not data.exists():
        raise HeldOutError(f"{data} does not exist: check the name and the folder")
    if data.is_file():
        return [data]
    return sorted(path for path in data.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith("."))


def _from_files(
    paths: Sequence[Path], package: str, where: str, seconds: float | None, sample_rate: int, count: int | None, seed: int
) -> Excerpts:
    """Excerpts of files: all, or ``count`` of them, one of each file before a second of any."""
    order = range(len(paths)) if count is None else np.random.default_rng([seed, 0x0E]).permutation(len(paths))
    found: list[list[tuple[int, int, Excerpt]]] = []
    left_out: list[str] = []
    for file in order:
        if count is not None and len(found) >= count:
            break
        try:
            pieces = list(_excerpts_of(paths[file], package, seconds, sample_rate))
            if not pieces:
                raise AudioFileError(f"{paths[file]} is silent: there is nothing to measure in it")
            found.append([(int(file), place, piece) for place, piece in enumerate(pieces)])
        except AudioFileError as error:
            logger.warning("skipped: %s", error)
            left_out.append(str(error))
    depth = max((len(pieces) for pieces in found), default=0)
    rounds = [pieces[place] for place in range(depth) for pieces in found if place < len(pieces)]
    chosen = sorted(rounds[:count], key=lambda entry: entry[:2])
    if not chosen and count != 0:
        skipped = "1 file was skipped" if len(left_out) == 1 else f"{len(left_out)} files were skipped"
        detail = f" ({skipped}; the first: {left_out[0]})" if left_out else ""
        raise HeldOutError(f"{where} holds no audio to measure{detail}: give --data a folder with WAV, FLAC, OGG or Opus files")
    return Excerpts([excerpt for _, _, excerpt in chosen], left_out)


def _excerpts_of(path: Path, package: str, seconds: float | None, sample_rate: int) -> Iterator[Excerpt]:
    """The excerpts of one file that are not silent. Raises AudioFileError."""
    audio, rate = read_audio(path, minimum_s=SHORTEST_S)
    mono = np.ascontiguousarray(soxr.resample(audio.mean(axis=1), rate, sample_rate), np.float32)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    is_loop = len(mono) <= LONGEST_LOOP_S * sample_rate
    whole = is_loop or seconds is None
    length = len(mono) if whole else int(round(seconds * sample_rate))
    for start in range(0, len(mono) - length + 1, length):
        piece = mono[start : start + length]
        if np.sqrt(np.mean(np.square(piece, dtype=np.float64))) < 10 ** (SILENCE_DBFS / 20):
            continue
        name = path.name if whole else f"{path.name} {start / sample_rate:g} s"
        yield Excerpt(name, piece, sample_rate, path, is_loop, sha256, package=package)


def _synthesised(sample_rate: int, seed: int, count: int) -> list[Excerpt]:
    """Loops of held-out seeds; none, with a line in the log, where soundfonts or what plays them are not installed."""
    if not count:
        return []
    try:
        from unloop_py.training.loops import HELD_OUT_FROM, SAMPLE_RATE, LoopMaker

        maker = LoopMaker(None)
    except (UnloopError, ModuleNotFoundError) as error:
        logger.warning("no synthesised loops: %s", error)
        return []
    loops = []
    for loop_seed in range(HELD_OUT_FROM + seed * count, HELD_OUT_FROM + (seed + 1) * count):
        audio = maker.make(loop_seed).audio
        mono = audio if audio.ndim == 1 else audio.mean(axis=1)
        mono = np.ascontiguousarray(soxr.resample(mono, SAMPLE_RATE, sample_rate), np.float32)
        loops.append(Excerpt(f"synthesised loop {loop_seed}", mono, sample_rate, None, True, loop_seed=loop_seed))
    return loops
