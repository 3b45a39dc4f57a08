"""Stepping through a codec: a sound with its first codebook alone, with two, with three, and what each of them adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import AudioFileError
from unloop_py.evaluation.codec_study import measures_of
from unloop_py.evaluation.generation import decode, encode
from unloop_py.evaluation.held_out import LONGEST_LOOP_S, SILENCE_DBFS
from unloop_py.evaluation.measures import levelled, log_mel
from unloop_py.evaluation.pictures import FAINT, INK, new_figure, save
from unloop_py.generator.checkpoint import Models

FFT_SIZE, BANDS = 2048, 128
RANGE_DB = 70.0   # of the picture, under its loudest place
ADDED_DB = 24.0   # the most that a picture of a difference shows
LONGEST_S = 30.0


@dataclass(frozen=True, eq=False)
class Step:
    """A sound decoded from its first codebooks.

    Attributes
    ----------
    count : int
        Codebooks, 1 to the codec's.
    audio : ndarray (frames,) float32
        As loud as the sound that was given.
    bits_per_second : float
    measures : dict
        Those of the codec study, at -24 dBFS.
    """

    count: int
    audio: np.ndarray
    bits_per_second: float
    measures: dict[str, float]


def read_take(path: Path, sample_rate: int) -> tuple[np.ndarray, bool]:
    """The first LONGEST_S of a file, mono float32 (frames,) at ``sample_rate`` Hz, and whether the file is short enough for a loop.

    Raises
    ------
    AudioFileError
        It cannot be read, or it is silent.
    """
    audio, rate = read_audio(path)
    heard = audio[: int(LONGEST_S * rate)].mean(axis=1)
    if np.sqrt(np.mean(np.square(heard, dtype=np.float64))) < 10 ** (SILENCE_DBFS / 20):
        raise AudioFileError(f"{path} is silent: choose a file with sound in it")
    return np.ascontiguousarray(soxr.resample(heard, rate, sample_rate), np.float32), len(audio) <= LONGEST_LOOP_S * rate


def step_through(models: Models, audio: np.ndarray, *, circular: bool) -> Iterator[Step]:
    """Decode mono audio (frames,) at the codec's rate from 1, 2, ... codebooks.

    Parameters
    ----------
    circular : bool
        The sound is a loop.

    """
    loudness = float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))
    codec = models.codec
    reference = levelled(audio)
    gain = np.float32(loudness / np.sqrt(np.mean(np.square(reference, dtype=np.float64))))
    codes = encode(models, audio, circular=circular)
    bits = np.log2(codec.codebook_size) * codec.sample_rate / codec.hop_length
    for count in range(1, codec.n_codebooks + 1):
        sound = decode(models, codes[:count], len(audio), circular=circular)
        yield Step(count, sound * gain, float(count * bits), measures_of(reference, sound, codec.sample_rate))


def draw(path: Path, title: str, take: np.ndarray, steps: Sequence[Step], sample_rate: int) -> None:
    """Write the picture as PNG: under the take one row a codebook, on the left the sound so far, on the right what it added."""
    figure, panels = new_figure(len(steps) + 1, 2, width=6.0, height=1.15)
    for panel in panels:
        panel.grid(False)
        panel.xaxis.set_major_locator(NullLocator())
        panel.yaxis.set_major_locator(NullLocator())
    shown = [log_spectrogram(audio, sample_rate) for audio in (take, *(step.audio for step in steps))]
    top = float(shown[0].max())
    floored = [np.maximum(levels, top - RANGE_DB) for levels in shown]
    _sound(panels[0], floored[0], top, "the take")
    panels[1].set_axis_off()
    panels[1].text(0.0, 0.5, f"Right: what each codebook changes,\nred louder and blue softer, up to {ADDED_DB:g} dB.", fontsize=8,
                   color=FAINT, va="center", transform=panels[1].transAxes)
    silence = np.full_like(floored[0], top - RANGE_DB)
    for row, step in enumerate(steps, start=1):
        _sound(panels[2 * row], floored[row], top, f"{step.count}")
        before = floored[row - 1] if row > 1 else silence
        panels[2 * row + 1].imshow(floored[row] - before, origin="lower", aspect="auto", cmap="RdBu_r", vmin=-ADDED_DB, vmax=ADDED_DB)
        rate, heard, distance = step.bits_per_second / 1000, step.measures["zimtohrli"], step.measures["mel_distance"]
        text = f"{rate:.2f} kbit/s\nzimtohrli {heard:.2f}\nlog-mel {distance:.2f}"
        panels[2 * row + 1].text(1.02, 0.5, text, fontsize=8, color=INK, va="center", transform=panels[2 * row + 1].transAxes)
    panels[0].set_title(title, fontsize=10, color=INK, loc="left")
    save(figure, path)


def log_spectrogram(audio: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mel levels (bands, frames) in dB."""
    return 20 * log_mel(audio, sample_rate, FFT_SIZE, BANDS).numpy()


def _sound(panel: Axes, levels: np.ndarray, top: float, label: str) -> None:
    panel.imshow(levels, origin="lower", aspect="auto", cmap="magma", vmin=top - RANGE_DB, vmax=top)
    panel.set_ylabel(label, fontsize=9, color=INK, rotation=0, ha="right", va="center")
