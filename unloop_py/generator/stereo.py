"""Two channels through a model of one: what to feed it, and how to give its answer the take's own place in the room.

The take's balance is measured on energies in bands, never on waveforms, because decoded sound need not be in phase with
the take. A take that is one sound at a fixed place (equal, opposite, panned or one-sided channels) is a plain factor for
each channel; any other take gets gains that vary over bands and time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.generator.one_thread import product

FFT_SIZE, HOP = 1536, 768       # 35 ms, whole steps of the codec at its own rate
N_BANDS = 24
SMOOTH_FRAMES = 5               # the balance follows what moves slower than about 0.1 s
ONE_PLACE = 1e-6                # energy of what does not fit into one place, as a share: -60 dB
STATIC_SHARE = 1e-6             # of the loop's mean energy: decides the balance where the take is silent
CORRECTION = 10 ** (6 / 10)     # energy ratio by which the moving balance may be corrected before it is given up
MOST_GAIN = 4.0                 # of a band that the two channels cancel in


@dataclass(frozen=True, eq=False)
class FixedPlace:
    """One sound at one place: each channel is a factor times the mono sound. factors : ndarray (channels,) float32."""

    factors: np.ndarray

    def spread(self, mono: np.ndarray) -> np.ndarray:
        """Mono (frames,) to (frames, channels)."""
        return mono[:, None] * self.factors


@dataclass(frozen=True, eq=False)
class MovingPlace:
    """Two channels whose balance differs between bands and from moment to moment.

    Attributes
    ----------
    left_share : ndarray (n, n_bands)
        Share of the energy that is on the left, at each frame of the transform.
    static_share : ndarray (n_bands,)
        The same over the whole loop.
    gain : ndarray (n_bands,)
        Of both channels over the mono sound.
    opposite : ndarray (n_bands,)
        -1 where the channels are opposite in phase, else 1.
    bands : ndarray (n_bands, n_bins)
        Weights of the bins in each band; every column sums to 1.
    """

    left_share: np.ndarray
    static_share: np.ndarray
    gain: np.ndarray
    opposite: np.ndarray
    bands: np.ndarray

    def spread(self, mono: np.ndarray) -> np.ndarray:
        """Mono (frames,) to (frames, 2), each band's balance over the loop within 2 dB of the take's."""
        spectrum = _spectrum(mono)                                          # (n + 1, bins)
        share = self._corrected(_energy(spectrum, self.bands))              # (n, bands)
        sides = [spectrum * product(_closed(np.sqrt(side) * self.gain), self.bands) for side in (share, 1 - share)]
        # Neighbouring bands overlap, so what has come out is measured once more and set right by one factor a band.
        left, right = (_energy(side, self.bands).sum(0) for side in sides)
        off = np.sqrt(np.clip(self._wanted() * right / np.maximum(left, 1e-30), 1 / CORRECTION, CORRECTION))
        off[np.minimum(left, right) <= ONE_PLACE * (left + right)] = 1.0    # one-sided bands have no balance to set right
        factors = np.sqrt(off), self.opposite / np.sqrt(off)
        channels = [_inverse(side * (factor.astype(np.float32) @ self.bands), len(mono))
                    for side, factor in zip(sides, factors, strict=True)]
        return np.stack(channels, axis=1)

    def _wanted(self) -> np.ndarray:
        """Energy on the left over energy on the right (n_bands,) in the whole take."""
        return self.static_share / np.maximum(1 - self.static_share, 1e-12)

    def _corrected(self, energy: np.ndarray) -> np.ndarray:
        """Left shares (n, bands) that give sound of this energy the take's balance over the loop."""
        left = (self.left_share * energy).sum(0)
        right = ((1 - self.left_share) * energy).sum(0)
        factor = self._wanted() * right / np.maximum(left, 1e-30)                   # that the left's energy lacks
        corrected = factor * self.left_share / np.maximum(factor * self.left_share + (1 - self.left_share), 1e-30)
        lost = ~((factor < CORRECTION) & (factor > 1 / CORRECTION))
        return np.where(lost, self.static_share, corrected)


def place_of(take: np.ndarray) -> tuple[np.ndarray, FixedPlace | MovingPlace]:
    """What the model is to hear of a take, and where its answer belongs.

    Parameters
    ----------
    take : ndarray (frames, channels) float32, 1 or 2 channels

    Returns
    -------
    mono : ndarray (frames,) float32
    place : FixedPlace or MovingPlace
        `place.spread(mono)` has the take's energy in each channel and band.
    """
    if take.shape[1] == 1:
        return take[:, 0], FixedPlace(np.ones(1, np.float32))
    left, right = take.T
    powers = np.array([np.dot(left, left), np.dot(right, right)], np.float64)
    product = float(np.dot(left, right))
    base = int(np.argmax(powers))
    if powers[0] * powers[1] - product**2 <= ONE_PLACE * powers[base] ** 2:
        factors = np.ones(2)
        factors[1 - base] = product / powers[base] if powers[base] else 1.0
        if take[:, 1 - base].any():
            factors /= np.hypot(*factors)
        factors = factors.astype(np.float32)
        return left * factors[0] + right * factors[1], FixedPlace(factors)
    return _moving_place(left, right)


def _moving_place(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, MovingPlace]:
    """`place_of` for channels that are not one sound at one place."""
    spectra = _spectrum(left), _spectrum(right)
    bands = _bands(FFT_SIZE // 2 + 1)
    energies = [_energy(spectrum, bands) for spectrum in spectra]           # (n, bands) each
    cross = (spectra[0][:-1] * spectra[1][:-1].conj()).real.sum(0) @ bands.T
    means = [energy.mean(0) for energy in energies]
    coherence = cross / np.maximum(len(energies[0]) * np.sqrt(means[0] * means[1]), 1e-30)
    opposite = np.where(coherence < -0.3, -1.0, 1.0)
    half = np.float32(np.sqrt(0.5))
    if (opposite > 0).all():
        mono = (left + right) * half
        heard = (spectra[0] + spectra[1]) * half
    else:
        heard = (spectra[0] + spectra[1] * (opposite.astype(np.float32) @ bands)) * half
        mono = _inverse(heard, len(left))
    mono_mean = _energy(heard, bands).mean(0)
    gain = np.sqrt((means[0] + means[1]) / np.maximum(mono_mean, 1e-30))
    kernel = np.arange(-(SMOOTH_FRAMES // 2), SMOOTH_FRAMES // 2 + 1)
    smooth = [sum(np.roll(energy, shift, axis=0) for shift in kernel) / SMOOTH_FRAMES for energy in energies]
    smooth = [energy + STATIC_SHARE * mean for energy, mean in zip(smooth, means, strict=True)]
    share = smooth[0] / np.maximum(smooth[0] + smooth[1], 1e-30)
    static = means[0] / np.maximum(means[0] + means[1], 1e-30)
    return mono, MovingPlace(share, static, np.minimum(gain, MOST_GAIN), opposite, bands)


def _bands(n_bins: int) -> np.ndarray:
    """Triangles (N_BANDS, n_bins) that overlap by half and sum to 1, narrow below, wide above."""
    warped = np.arcsinh(np.arange(n_bins) / 8.0)                            # even below 250 Hz, logarithmic above
    position = warped / warped[-1] * (N_BANDS - 1)
    return np.maximum(0.0, 1.0 - np.abs(position[None] - np.arange(N_BANDS)[:, None])).astype(np.float32)



def _closed(gains: np.ndarray) -> np.ndarray:
    """Gains (n, n_bands) and the first of them again for the piece across the seam: (n + 1, n_bands) float32."""
    return np.concatenate((gains, gains[:1])).astype(np.float32)


_WINDOW = np.sin(np.pi * (np.arange(FFT_SIZE) + 0.5) / FFT_SIZE).astype(np.float32)


def _spectrum(audio: np.ndarray) -> np.ndarray:
    """Transform (n + 1, n_bins) of a loop (frames,), n = ceil(frames / HOP), piece i centred on frame i * HOP.

    The last piece lies across the seam, as the first does; the two are equal where HOP divides the loop.
    """
    n = -(-len(audio) // HOP)
    around = np.take(audio, np.arange(-HOP, (n + 1) * HOP), mode="wrap")
    pieces = np.lib.stride_tricks.sliding_window_view(around, FFT_SIZE)[::HOP]
    return np.fft.rfft(pieces * _WINDOW, axis=1)


def _inverse(spectrum: np.ndarray, frames: int) -> np.ndarray:
    """The loop (frames,) of a transform; exact when the transform was left alone."""
    pieces = np.fft.irfft(spectrum, n=FFT_SIZE, axis=1) * _WINDOW
    return (pieces[:-1, HOP:] + pieces[1:, :HOP]).ravel()[:frames]


def _energy(spectrum: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Energy (n, n_bands) float64 of a transform (n + 1, n_bins); what lies across the seam counts once."""
    return product(spectrum.real[:-1] ** 2 + spectrum.imag[:-1] ** 2, np.ascontiguousarray(bands.T)).astype(np.float64)
