"""The bundled sizes: what they share, and how big they may be."""

import torch

from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.training.build import SIZES


def megabytes(name: str) -> float:
    size = SIZES[name]
    with torch.device("meta"):
        networks = (MaskedTransformer(size.coarse), MaskedTransformer(size.fine))
    codec = RvqCodec(RvqCodecConfig(codebook_axes=(9,) * 14, **size.decoder))
    return 2e-6 * sum(t.numel() for network in (*networks, codec) for t in network.state_dict().values())


def test_tiny_is_at_most_8_megabytes_and_both_together_at_most_60():
    assert megabytes("tiny") <= 8
    assert megabytes("tiny") + megabytes("small") <= 60


def test_both_sizes_speak_of_the_same_tokens():
    for size in SIZES.values():
        assert (size.coarse.n_codebooks, size.fine.n_codebooks, size.fine.n_conditioning) == (4, RvqCodecConfig().n_codebooks, 4)
