"""A player's own audio, as tokens: files of any kind, rate and channels, with what cannot be used named and left out.

Part is kept aside, never learned from: whole files where there are several, else the end of each. One half of that says
when to stop, the other half judges.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from unloop_py.audio_io.wav import AudioFacts, audio_facts, read_stretch
from unloop_py.errors import AudioFileError, UnloopError
from unloop_py.generator import circle, levels, stereo
from unloop_py.generator.codec import Codec
from unloop_py.units import db_to_gain

logger = logging.getLogger(__name__)

STRETCH_S = 20.0       # read, levelled and encoded at once
LEAST_SOUND_S = 60.0   # less cannot be learned from and judged on as well
ENOUGH_S = 600.0       # so much is heard however long it takes
ASIDE = 0.2            # share of the sound that is kept aside
FILES_TO_KEEP_WHOLE = 5  # from so many on, files are kept aside whole
SHORTEST_S = 1.0       # of sound between silences, to be of use
LONGEST_PAUSE_S = 0.5  # a longer silence is cut out
LEVEL_DBFS = -24.0     # RMS of what the codec hears, as when it plays
CLIPPED_SHARE = 1e-3   # of samples at full scale, from which a file is said to be clipped


class TooLittleAudio(UnloopError):
    """There is not enough sound to learn from."""


@dataclass(eq=False)
class OwnAudio:
    """What was heard.

    Attributes
    ----------
    learned, stopping, judging : list of ndarray (n_codebooks, steps) int16
        To learn from, file after file in one; to know when to stop; never looked at but before and after.
    seconds, aside_s, silent_s : float
        Of sound in all, of it kept aside, of silence left out.
    files : list of Path
        Those that were used.
    learned_sha256 : list of str
        Of the files that were learned from.
    notes : list of str
        What a player should know: skipped and clipped files and the like, a line each.
    """

    learned: list[np.ndarray] = field(default_factory=list)
    stopping: list[np.ndarray] = field(default_factory=list)
    judging: list[np.ndarray] = field(default_factory=list)
    seconds: float = 0.0
    aside_s: float = 0.0
    silent_s: float = 0.0
    files: list[Path] = field(default_factory=list)
    learned_sha256: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def files_digest(files: Sequence[Path]) -> str:
    """What tells one set of files from another, by names, sizes and times: an hour of audio is not read for that."""
    facts = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


class Listener:
    """Turns files into tokens.

    Parameters
    ----------
    codec : Codec
        Of the model that is to learn.
    budget_s : float
        Time that hearing may take: with more audio than fits, every second, third, ... stretch is heard.
    seed : int
    device : str
        Where the codec computes.
    """

    def __init__(self, codec: Codec, budget_s: float, seed: int = 0, device: str = "cpu") -> None:
        self.codec, self.budget_s, self.seed, self.device = codec, budget_s, seed, device
        self.rate = codec.sample_rate / codec.hop_length

    def hear(self, files: Sequence[Path], progress: Callable[[float], None] = lambda share: None) -> OwnAudio:
        """Read everything; `progress` is told the share done.

        Raises
        ------
        TooLittleAudio
            Says how much there is and how much is needed.
        """
        heard = OwnAudio()
        readable = self._readable(files, heard)
        total_s = sum(facts.seconds for facts in readable.values())
        began, done_s, stride = time.monotonic(), 0.0, 1
        stretches: dict[Path, list[np.ndarray]] = {}
        for path, facts in readable.items():
            length = round(STRETCH_S * facts.sample_rate)
            clipped = samples = 0
            stretches[path] = []
            try:
                for number in range(math.ceil(facts.frames / length)):
                    done_s += STRETCH_S
                    if number % stride:
                        continue
                    audio = read_stretch(path, number * length, length)
                    clipped += int((np.abs(audio) >= 0.999).sum())
                    samples += audio.size
                    stretches[path] += self._sounds(audio, facts.sample_rate, heard)
                    spent_s = time.monotonic() - began
                    # The measured speed says how much can be heard at all; what was heard already counts as spent.
                    left_s = max(total_s - done_s, 0.0)
                    fits = math.ceil(left_s * (spent_s / done_s * stride) / max(self.budget_s - spent_s, 1.0))
                    stride = max(stride, min(fits, int(total_s / ENOUGH_S)))
                    progress(min(done_s / total_s, 1.0))
            except AudioFileError as error:
                heard.notes.append(f"skipped from {number * STRETCH_S:.0f} s on: {error}")
            if samples and clipped / samples > CLIPPED_SHARE:
                heard.notes.append(f"{path} is clipped ({100 * clipped / samples:.1f} % of its samples): it is learned as it sounds")
        if stride > 1:
            heard.notes.append(f"{total_s / 60:.0f} minutes are more than can be heard in this time: about one stretch in {stride} was")
        self._divide(stretches, heard)
        return heard

    def _readable(self, files: Sequence[Path], heard: OwnAudio) -> dict[Path, AudioFacts]:
        readable: dict[Path, AudioFacts] = {}
        for path in files:
            try:
                facts = audio_facts(path)
                if facts.frames:
                    readable[path] = facts
                else:
                    heard.notes.append(f"skipped: {path} holds no sound at all")
            except AudioFileError as error:
                heard.notes.append(f"skipped: {error}")
        if skipped := len(files) - len(readable):
            heard.notes.append(f"{skipped} of {len(files)} files could not be read")
        channels = {min(facts.channels, 2) for facts in readable.values()}
        if len(channels) > 1:
            heard.notes.append("mono and stereo files: all are heard in mono, as the model hears your loops")
        return readable

    def _sounds(self, audio: np.ndarray, sample_rate: int, heard: OwnAudio) -> list[np.ndarray]:
        """Tokens of the passages of a stretch (frames, channels) that are no silence."""
        if audio.shape[1] > 2:  # a multitrack file: what of it is heard in a room
            audio = audio.mean(axis=1, keepdims=True)
        if len(audio) < SHORTEST_S * sample_rate:
            return []
        quiet = circle.keep_long_runs(levels.quiet_passages(audio, sample_rate), round(LONGEST_PAUSE_S * sample_rate))
        heard.silent_s += float(quiet.mean()) * len(audio) / sample_rate
        if quiet.all():
            return []
        mono = stereo.place_of(audio)[0]
        mono = mono * np.float32(db_to_gain(LEVEL_DBFS) / max(levels.rms(mono[:, None], ~quiet), 1e-6))
        edges = np.flatnonzero(np.diff(np.concatenate(([True], quiet, [True])).astype(np.int8)))
        passages = [mono[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        return [self._encode(passage, sample_rate) for passage in passages if len(passage) >= SHORTEST_S * sample_rate]

    def _encode(self, mono: np.ndarray, sample_rate: int) -> np.ndarray:
        resampled = circle.resample(mono, sample_rate, self.codec.sample_rate, round(len(mono) * self.codec.sample_rate / sample_rate))
        audio = torch.from_numpy(np.ascontiguousarray(resampled, np.float32)).to(self.device)
        return self.codec.encode(audio[None, None], circular=False)[0].to("cpu", torch.int16).numpy()

    def _divide(self, stretches: dict[Path, list[np.ndarray]], heard: OwnAudio) -> None:
        """What is learned, and what is kept aside for stopping and for judging."""
        stretches = {path: pieces for path, pieces in stretches.items() if pieces}
        heard.files = list(stretches)
        steps = {path: sum(piece.shape[1] for piece in pieces) for path, pieces in stretches.items()}
        heard.seconds = sum(steps.values()) / self.rate
        if heard.seconds < LEAST_SOUND_S:
            silence = f" (and {heard.silent_s:.0f} s of silence)" if heard.silent_s >= 1 else ""
            raise TooLittleAudio(f"there are {heard.seconds:.0f} s of sound{silence} in {len(stretches)}"
                                 f" file{'' if len(stretches) == 1 else 's'}, and at least"
                                 f" {LEAST_SOUND_S:.0f} s are needed: add more, ten minutes are better"
                                 + "".join(f"; {note}" for note in heard.notes[:5]))
        aside: list[np.ndarray] = []
        total = sum(steps.values())
        if len(stretches) >= FILES_TO_KEEP_WHOLE:
            for number in np.random.default_rng([self.seed, len(stretches)]).permutation(len(stretches)):
                path = heard.files[number]
                kept = sum(piece.shape[1] for piece in aside)
                if kept < 0.9 * ASIDE * total and kept + steps[path] < 2 * ASIDE * total:
                    aside += stretches.pop(path)
        if not aside:
            for path, pieces in stretches.items():
                whole = np.concatenate(pieces, axis=1)
                from_step = round(whole.shape[1] * (1 - ASIDE))
                aside.append(whole[:, from_step:])
                gap = round(SHORTEST_S * self.rate)  # so that no tone that is learned rings into what judges
                stretches[path] = _cut(pieces, from_step - gap)
        heard.aside_s = sum(piece.shape[1] for piece in aside) / self.rate
        heard.learned = [np.concatenate([piece for pieces in stretches.values() for piece in pieces], axis=1)]
        heard.learned_sha256 = [_sha256(path) for path, pieces in stretches.items() if pieces]
        every = np.concatenate(aside, axis=1)
        middle = every.shape[1] // 2
        heard.stopping, heard.judging = (_in_pieces(half, round(5 * self.rate)) for half in (every[:, :middle], every[:, middle:]))


def _cut(pieces: list[np.ndarray], steps: int) -> list[np.ndarray]:
    """The first `steps` of pieces that follow each other."""
    kept: list[np.ndarray] = []
    for piece in pieces:
        if steps >= 16:
            kept.append(piece[:, :steps])
        steps -= piece.shape[1]
    return kept


def _in_pieces(codes: np.ndarray, steps: int) -> list[np.ndarray]:
    """`codes` (n_codebooks, any) in equal pieces of about `steps`."""
    return np.array_split(codes, max(1, round(codes.shape[1] / steps)), axis=1)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
