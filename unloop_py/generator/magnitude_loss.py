"""How far predicted magnitudes are from the wanted ones: what the codec is trained by, and what adapts it to a take."""

from __future__ import annotations

import torch
from torch import Tensor

from unloop_py.generator.mel import mel_filters
from unloop_py.generator.rvq_codec import RvqCodec

POOLED = 4  # sub-frames (35 ms) over which the second power term is taken


class MagnitudeLoss:
    """L1 of log bins (low ones count more), of log mel bands, of the log power of the ear's bands, and their convergence.

    A loss on logarithms is content with the median: narrow peaks and short hits at 2 to 8 kHz came out 3 to 5 dB too
    weak, which one hears before anything else. Power is therefore asked for outright, sub-frame by sub-frame and over
    35 ms; and the squared error of each band's amplitude, over the crop's own (spectral convergence, Arik et al. 2018,
    equation 3, band by band), pulls the loud moments to their mean.
    """

    def __init__(self, codec: RvqCodec) -> None:
        config = codec.config
        banks = [mel_filters(config.sample_rate, config.fft_size, bands) for bands in (150, 60)]
        device = codec.bands.device
        self.banks = [(bank / bank.sum(1, keepdim=True).clamp_min(1e-6)).to(device) for bank in banks]
        hertz = torch.arange(codec.stft.n_bins, device=device) * config.sample_rate / config.fft_size
        self.weights = 1 / (hertz + 700)
        self.weights = self.weights / self.weights.mean()
        self.floor, self.n_bins = config.floor, codec.stft.n_bins
        self.bands = codec.bands / codec.bands.sum(1, keepdim=True)

    def __call__(self, predicted: Tensor, target: Tensor) -> Tensor:
        """Scalar, of log magnitudes (B, T, subframes * bins) both, in float32."""
        shape = (predicted.shape[0], -1, self.n_bins)
        predicted, target = predicted.view(shape), target.view(shape)
        loss = 0.7 * ((predicted - target).abs() * self.weights).mean()
        made, wanted = ((x.exp() - self.floor).clamp_min(0) for x in (predicted, target))
        for bank in self.banks:
            loss = loss + self._apart(made @ bank.T, wanted @ bank.T)
        made, wanted = (x.square() @ self.bands.T for x in (made, wanted))
        loss = loss + 0.5 * self._apart(made, wanted, self.floor**2) + 0.5 * self._convergence(made, wanted)
        made, wanted = (x.unfold(1, POOLED, POOLED // 2).mean(-1) for x in (made, wanted))
        return loss + 0.5 * self._apart(made, wanted, self.floor**2)

    def _convergence(self, made: Tensor, wanted: Tensor) -> Tensor:
        """Of powers (B, frames, n_bands): root of the squared error of amplitudes over the wanted power, band by band."""
        error = (torch.sqrt(made + self.floor**2) - torch.sqrt(wanted + self.floor**2)).square().mean(1)
        return torch.sqrt(error / (wanted.mean(1) + 10 * self.floor**2) + 1e-6).mean()

    def _apart(self, made: Tensor, wanted: Tensor, floor: float = 1e-5) -> Tensor:
        return (torch.log(made + floor) - torch.log(wanted + floor)).abs().mean()
