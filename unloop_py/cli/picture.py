"""The picture of a demo: its spectrogram with the seams, and under each repetition the tokens that were kept and made.

matplotlib without its global state; pure but for the file that it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

NIGHT = "#0d0f18"
INK = "#e9e4d8"
FAINT = "#7d8197"
OWN = "#f2b35e"  # the player's own: warm
NEW = "#2c5878"  # what was made: cool
NEW_INK = "#6fa6c9"  # the same, light enough to read
SOUND = LinearSegmentedColormap.from_list(
    "sound", [NIGHT, "#1c2148", "#4a2a6b", "#a23a68", "#ee7752", "#fbd58c", "#fffbe8"]
)

WINDOW = 4096
LOWEST_HZ, HIGHEST_HZ = 40.0, 18_000.0
ROWS = 320
RANGE_DB = 72.0


@dataclass(frozen=True, eq=False)
class Column:
    """What stands under one time round the loop.

    Attributes
    ----------
    title : str
        "your loop", "1", "2", ...
    note : str
        A word under it, such as how long it took.
    mask : ndarray (n_codebooks, steps) or None
        1 where a token was made, 0 where it is the player's own; None draws them all as his own.
    """

    title: str
    note: str
    mask: np.ndarray | None


def draw(path: Path, audio: np.ndarray, sample_rate: int, loop_frames: int, columns: Sequence[Column], caption: str) -> None:
    """Write the picture as PNG.

    Parameters
    ----------
    path : Path
    audio : ndarray (frames, channels) float32
        The whole demo, ``len(columns)`` loops long.
    sample_rate, loop_frames : int
        Hz, frames.
    columns : sequence of Column
        One for each time round.
    caption : str
        One line under the picture.
    """
    seconds = len(audio) / sample_rate
    loop_s = loop_frames / sample_rate
    figure = Figure(figsize=(16, 7.2), dpi=120, facecolor=NIGHT)
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 1, height_ratios=[2.5, 1], hspace=0.14, left=0.055, right=0.985, top=0.86, bottom=0.12)
    sound, tokens = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    figure.text(0.055, 0.945, "one loop that never repeats", color=INK, fontsize=19, fontweight="bold", va="center")
    figure.text(0.985, 0.945, "unloop demo", color=FAINT, fontsize=12, ha="right", va="center")
    figure.text(0.055, 0.03, caption, color=FAINT, fontsize=10, va="center")

    _draw_sound(sound, audio, sample_rate, seconds)
    _draw_tokens(tokens, columns, loop_s, seconds)
    for place, column in enumerate(columns):
        middle = (place + 0.5) * loop_s
        colour = OWN if column.mask is None else INK
        above = sound.get_xaxis_transform()
        sound.text(middle, 1.025, column.title, color=colour, fontsize=12, ha="center", va="bottom", transform=above)
        below = tokens.get_xaxis_transform()
        tokens.text(middle, -0.06, column.note, color=FAINT, fontsize=9, ha="center", va="top", transform=below)
        if place:
            sound.axvline(place * loop_s, color=INK, linewidth=1.0, alpha=0.75, linestyle=(0, (5, 3)))
    figure.savefig(path, facecolor=NIGHT, format="png")


def _draw_sound(axes, audio, sample_rate, seconds) -> None:
    levels = log_spectrogram(audio.mean(axis=1), sample_rate)
    axes.imshow(
        levels,
        origin="lower",
        aspect="auto",
        cmap=SOUND,
        vmin=-RANGE_DB,
        vmax=0,
        extent=(0, seconds, np.log2(LOWEST_HZ), np.log2(HIGHEST_HZ)),
        interpolation="bilinear",
    )
    marks = [60, 250, 1_000, 4_000, 16_000]
    axes.yaxis.set_major_locator(FixedLocator([float(np.log2(hertz)) for hertz in marks]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda place, _: _hertz(2.0**place)))
    axes.xaxis.set_major_locator(NullLocator())
    _bare(axes)


def _draw_tokens(axes, columns, loop_s, seconds) -> None:
    n_codebooks = max((len(column.mask) for column in columns if column.mask is not None), default=1)
    for place, column in enumerate(columns):
        mask = np.zeros((n_codebooks, 1)) if column.mask is None else column.mask
        # The coarsest codebook at the bottom. Where tokens are narrower than a pixel it shows the share kept;
        # rows are repeated so that only neighbours in time are blended, never codebooks.
        axes.imshow(
            np.repeat(mask, 24, axis=0),
            origin="lower",
            aspect="auto",
            cmap=ListedColormap([OWN, NEW]),
            vmin=0,
            vmax=1,
            extent=(place * loop_s + 0.004 * seconds / len(columns), (place + 1) * loop_s, 0.5, n_codebooks + 0.5),
            interpolation="antialiased",
        )
    axes.set_xlim(0, seconds)
    axes.set_ylim(0.5, n_codebooks + 0.5)
    axes.yaxis.set_major_locator(FixedLocator([1, n_codebooks] if n_codebooks > 1 else [1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda place, _: "coarse" if place == 1 else "fine"))
    axes.xaxis.set_major_locator(NullLocator())
    key = axes.transAxes
    axes.text(1.0, -0.22, "■ made new", color=NEW_INK, fontsize=10, ha="right", va="top", transform=key)
    axes.text(0.925, -0.22, "■ your own token, kept", color=OWN, fontsize=10, ha="right", va="top", transform=key)
    _bare(axes)


def log_spectrogram(mono: np.ndarray, sample_rate: int) -> np.ndarray:
    """Levels in dB under the loudest cell, on `ROWS` logarithmically spaced frequencies.

    Parameters
    ----------
    mono : ndarray (frames,)
    sample_rate : int
        Hz.

    Returns
    -------
    ndarray (ROWS, columns), float32
        About 2,400 columns however long the sound is.
    """
    hop = max(256, len(mono) // 2400)
    padded = np.pad(mono, (WINDOW // 2, WINDOW))
    window = np.hanning(WINDOW).astype(np.float32)
    bins = np.geomspace(LOWEST_HZ, min(HIGHEST_HZ, sample_rate / 2.001), ROWS) * WINDOW / sample_rate
    low = bins.astype(int)
    share = (bins - low).astype(np.float32)[:, None]
    starts = np.arange(0, max(1, len(mono)), hop)
    levels = np.empty((ROWS, len(starts)), dtype=np.float32)
    for first in range(0, len(starts), 256):  # a few columns at a time: a long demo would fill the memory
        part = starts[first : first + 256]
        power = np.abs(np.fft.rfft(padded[part[:, None] + np.arange(WINDOW)] * window, axis=1)).T.astype(np.float32)
        levels[:, first : first + len(part)] = power[low] * (1 - share) + power[np.minimum(low + 1, WINDOW // 2)] * share
    # A little tilt, as ears have, so that cymbals are seen beside a bass.
    levels *= np.sqrt(bins / bins[0]).astype(np.float32)[:, None] ** 0.7
    loudest = float(levels.max())
    return 20 * np.log10(np.maximum(levels / loudest, 1e-6)) if loudest > 0 else np.full_like(levels, -120.0)


def _hertz(value: float) -> str:
    return f"{value / 1000:.0f} kHz" if value >= 999 else f"{value:.0f} Hz"


def _bare(axes) -> None:
    axes.set_facecolor(NIGHT)
    axes.tick_params(colors=FAINT, labelsize=9, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
