"""A short-time Fourier transform on a circle, and audio from its magnitudes alone.

A loop has no ends: frame 0 sees the loop's end before its start. Rotating the audio by whole hops rotates every result.
"""

from __future__ import annotations

import torch
from torch import Tensor


class CircularStft:
    """Hann-windowed STFT of loops, ``fft_size`` a multiple of 4 hops. Frames are centred on multiples of the hop."""

    def __init__(self, fft_size: int, hop: int) -> None:
        if fft_size % hop or fft_size < 4 * hop:
            raise ValueError(f"fft_size must be a multiple of the hop, 4 hops or more; got {fft_size} and {hop}")
        self.fft_size, self.hop, self.overlap = fft_size, hop, fft_size // hop
        self.n_bins = fft_size // 2 + 1
        self.window = torch.hann_window(fft_size, dtype=torch.double)
        self.full_scale = fft_size / 4  # magnitude of a full-scale sine
        self.window_power = float((self.window**2).sum() / hop)

    def frames(self, audio: Tensor) -> Tensor:
        """Overlapping frames (batch, n, fft_size) of audio (batch, n * hop)."""
        samples = audio.shape[1]
        half = self.fft_size // 2
        wrapped = audio if samples >= self.fft_size else audio.repeat(1, -(-self.fft_size // samples))
        around = torch.cat((wrapped[:, -half:], audio, wrapped[:, :half]), dim=1)
        return around.unfold(1, self.fft_size, self.hop)[:, : samples // self.hop]

    def forward(self, audio: Tensor) -> Tensor:
        """Complex spectrum (batch, n, n_bins) of audio (batch, n * hop)."""
        return torch.fft.rfft(self.frames(audio) * self.window.to(audio))

    def inverse(self, spectrum: Tensor) -> Tensor:
        """Audio (batch, n * hop) whose spectrum is nearest (least squares) to ``spectrum`` (batch, n, n_bins)."""
        pieces = torch.fft.irfft(spectrum, n=self.fft_size)
        pieces = pieces * self.window.to(pieces)
        batch, n, _ = pieces.shape
        pieces = pieces.view(batch, n, self.overlap, self.hop)
        centre = self.overlap // 2
        audio = torch.zeros_like(pieces[:, :, 0])
        for part in range(self.overlap):
            audio = audio + torch.roll(pieces[:, :, part], part - centre, dims=1)
        return audio.reshape(batch, n * self.hop) / self.window_power

    def from_magnitudes(self, magnitudes: Tensor, phases: Tensor, iterations: int, momentum: float = 0.99) -> Tensor:
        """Audio (batch, n * hop) from magnitudes (batch, n, n_bins) and first-guess phases in radians.

        The fast Griffin-Lim algorithm (Perraudin, Balazs and Sondergaard 2013), on the circle: alternate between
        spectra that some audio has and spectra with the wanted magnitudes.
        """
        spectrum = torch.polar(magnitudes, phases)
        previous = None
        for _ in range(iterations):
            reached = self.forward(self.inverse(spectrum))
            ahead = reached if previous is None else reached + momentum * (reached - previous)
            previous = reached
            spectrum = ahead * (magnitudes / ahead.abs().clamp_min(1e-9))
        return self.inverse(spectrum)
