"""Beats and onsets by aubio (P. Brossier, GPL-3): the only file that imports it.

aubio's tempo tracker needs some two seconds to lock, so the loop is played to it four times round (more
often if it is short) and only the last seconds count. The grid is then fitted to a whole number of beats in the loop.
"""

from __future__ import annotations

import dataclasses
import math

import aubio
import numpy as np

from unloop_py.beats.grid import BeatGrid, Onset, fit_grid

LEAST_ROUNDS, LEAST_HEARD_S = 4, 10.0
"""Times the loop is played to the tempo tracker, and seconds it hears at least."""
LEAST_COUNTED_S = 4.0
"""Seconds of whole passes at the end from which beats are taken."""
WINDOW, HOP, ONSET_HOP = 1024, 512, 256
LEAST_CONFIDENCE = 0.3
"""Below this there is no beat: noise and drones get 0.1 from aubio, played loops 0.8 and more."""
LEAST_LEVEL = 1e-3
"""Peak below which there is nothing to hear."""
ATTACK_S = 0.023
"""An onset is looked for this far from where aubio heard it, and its strength is the level over this time."""
ATTACK_BLOCK = 64


class AubioTracker:
    """Implements `tracker.BeatTracker`. Holds nothing between loops; any thread but the audio thread."""

    def track(self, audio: np.ndarray, sample_rate: int) -> BeatGrid | None:
        """See `tracker.BeatTracker`."""
        mono = _mono(audio)
        if np.abs(mono).max() < LEAST_LEVEL:
            return None
        length = len(mono)
        tempo, heard, rounds = _listen(mono, sample_rate)
        counted_from = (rounds - math.ceil(LEAST_COUNTED_S * sample_rate / length)) * length
        beats = [beat % length for beat in heard if beat >= counted_from]
        grid = fit_grid(beats, float(tempo.get_bpm()), length, sample_rate)
        if grid is None:
            return None
        confidence = grid.confidence * min(float(tempo.get_confidence()), 1.0)
        return dataclasses.replace(grid, confidence=confidence) if confidence >= LEAST_CONFIDENCE else None

    def beats(self, audio: np.ndarray, sample_rate: int) -> tuple[int, ...]:
        """The beats of a loop's last pass as they were heard, in frames, ascending: not fitted to any grid.

        Parameters as in `track`; empty where none was heard.
        """
        mono = _mono(audio)
        if np.abs(mono).max() < LEAST_LEVEL:
            return ()
        _, heard, rounds = _listen(mono, sample_rate)
        return tuple(beat - (rounds - 1) * len(mono) for beat in heard if beat >= (rounds - 1) * len(mono))

    def onsets(self, audio: np.ndarray, sample_rate: int) -> tuple[Onset, ...]:
        """See `tracker.BeatTracker`."""
        mono = _mono(audio)
        if np.abs(mono).max() < LEAST_LEVEL:
            return ()
        detector = aubio.onset("default", WINDOW, ONSET_HOP, sample_rate)
        last_pass = len(mono)                                               # of two: the first lets the detector settle
        heard = [detector.get_last() for hop in _hops(mono, 2, ONSET_HOP) if detector(hop)[0]]
        frames = np.array([frame for frame in heard if frame >= last_pass - ONSET_HOP], np.int64)
        return _attacks(mono, frames % len(mono), sample_rate) if len(frames) else ()


def _listen(mono: np.ndarray, sample_rate: int) -> tuple[aubio.tempo, list[int], int]:
    """Play a loop to the tempo tracker, so often that it locks: the tracker, the frames of all beats, and how often."""
    rounds = max(LEAST_ROUNDS, math.ceil(LEAST_HEARD_S * sample_rate / len(mono)))
    tempo = aubio.tempo("default", WINDOW, HOP, sample_rate)
    return tempo, [tempo.get_last() for hop in _hops(mono, rounds, HOP) if tempo(hop)[0]], rounds


def _mono(audio: np.ndarray) -> np.ndarray:
    """The channel sum, or the louder channel where they cancel: (frames,) float32."""
    mono = audio.mean(axis=1)
    loudest = audio[:, np.argmax(np.square(audio).sum(axis=0))]
    return np.ascontiguousarray(mono if np.square(mono).sum() > 0.1 * np.square(loudest).sum() else loudest, np.float32)


def _hops(mono: np.ndarray, rounds: int, hop: int) -> np.ndarray:
    """The loop `rounds` times over in pieces (n, hop); the last piece goes on into the head."""
    return np.resize(mono, (-(-rounds * len(mono) // hop), hop))


def _attacks(mono: np.ndarray, frames: np.ndarray, sample_rate: int) -> tuple[Onset, ...]:
    """Move each onset to the steepest rise of power near it, and rank them by the level that they rise to."""
    reach = max(1, round(ATTACK_S * sample_rate / ATTACK_BLOCK))            # in blocks
    blocks = np.arange(-2 * reach * ATTACK_BLOCK, 2 * reach * ATTACK_BLOCK)
    around = np.take(mono, frames[:, None] + blocks, mode="wrap").reshape(len(frames), 4 * reach, ATTACK_BLOCK)
    power = np.square(around, dtype=np.float64).sum(axis=2)                 # (n, 4 reach), the onset in the middle
    rise = np.diff(power, axis=1)[:, reach - 1:3 * reach]                   # into blocks reach..3 reach
    steepest = rise.argmax(axis=1) + reach
    total = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
    row = np.arange(len(frames))
    level = np.sqrt(total[row, steepest + reach] - total[row, steepest])
    before = np.sqrt(total[row, steepest] - total[row, np.maximum(steepest - reach, 0)])
    strength = np.maximum(level - before, 0.0)
    strength /= max(strength.max(), 1e-30)
    places = (frames + (steepest - 2 * reach) * ATTACK_BLOCK + ATTACK_BLOCK // 2) % len(mono)
    strongest: dict[int, float] = {}
    for place, value in zip(places.tolist(), strength.tolist(), strict=True):
        strongest[place] = max(value, strongest.get(place, 0.0))
    return tuple(Onset(place, value) for place, value in sorted(strongest.items()))
