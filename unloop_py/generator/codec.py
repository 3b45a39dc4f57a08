"""What the house asks of a codec, whichever family it is."""

from __future__ import annotations

from typing import Protocol

from torch import LongTensor, Tensor


class Codec(Protocol):
    """Audio to tokens and back. Any one thread at a time; no gradients are kept."""

    sample_rate: int  # Hz
    hop_length: int  # frames of audio a step
    n_codebooks: int
    codebook_size: int

    def encode(self, audio: Tensor, *, circular: bool = True) -> LongTensor:
        """Tokens of ``audio``.

        Parameters
        ----------
        audio : Tensor (batch, 1, samples), float32
        circular : the loop's end is heard before its start. A length that is no multiple of the hop is filled up with
            the loop's own head (circular) or with silence.

        Returns
        -------
        codes : LongTensor (batch, n_codebooks, steps), steps = ceil(samples / hop_length), 0..codebook_size - 1
        """

    def decode(self, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """Audio (batch, 1, steps * hop_length), float32, of ``codes`` (batch, 1..n_codebooks, steps)."""
