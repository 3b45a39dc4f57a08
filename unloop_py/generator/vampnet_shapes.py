"""The shape of every tensor that a network of VampNet is made of, from the numbers in its file's metadata.

Standard library only. Both are generators, and whoever compares stops at the first that differs: a damaged number that
asks for millions of layers costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Shape = tuple[int, ...]
ADAPTED = ("self_attn.w_qs", "self_attn.w_vs", "self_attn.fc", "feed_forward.w_1", "feed_forward.w_2")
"""The linear layers that a fine-tune may hold adapters of."""


def transformer_shapes(kwargs: dict[str, Any], n_buckets: int) -> Iterator[tuple[str, Shape]]:
    """A masked model's tensors; a weight that is kept as direction and length is named as one."""
    dim, n_codebooks, latent = kwargs["embedding_dim"], kwargs["n_codebooks"], kwargs["latent_dim"]
    n_logits = kwargs["vocab_size"] * (n_codebooks - kwargs["n_conditioning_codebooks"])
    yield "embedding.special.MASK", (n_codebooks, latent)
    yield "embedding.out_proj.weight", (dim, n_codebooks * latent, 1)
    yield "embedding.out_proj.bias", (dim,)
    yield "transformer.layers.0.self_attn.relative_attention_bias.weight", (n_buckets, kwargs["n_heads"])
    yield "classifier.layers.0.bias", (n_logits,)
    yield "classifier.layers.0.weight", (n_logits, dim, 1)
    yield "transformer.norm.weight", (dim,)
    for number in range(kwargs["n_layers"]):
        layer = f"transformer.layers.{number}"
        yield f"{layer}.norm_1.weight", (dim,)
        yield f"{layer}.norm_3.weight", (dim,)
        for name in ("w_qs", "w_ks", "w_vs", "fc"):
            yield f"{layer}.self_attn.{name}.weight", (dim, dim)
        yield f"{layer}.feed_forward.w_1.weight", (4 * dim, dim)
        yield f"{layer}.feed_forward.w_2.weight", (dim, 2 * dim)


def codec_shapes(kwargs: dict[str, Any], narrow: int) -> Iterator[tuple[str, Shape]]:
    """A codec's tensors; ``narrow`` is the length of a codebook's vectors."""
    channels, strides = kwargs["encoder_dim"], kwargs["encoder_rates"]
    yield from _convolution("encoder.block.0", (channels, 1, 7))
    for number, stride in enumerate(strides, 1):
        block = f"encoder.block.{number}.block"
        for unit in range(3):
            yield f"{block}.{unit}.block.0.alpha", (1, channels, 1)
            yield from _convolution(f"{block}.{unit}.block.1", (channels, channels, 7))
            yield f"{block}.{unit}.block.2.alpha", (1, channels, 1)
            yield from _convolution(f"{block}.{unit}.block.3", (channels, channels, 1))
        yield f"{block}.3.alpha", (1, channels, 1)
        yield from _convolution(f"{block}.4", (2 * channels, channels, 2 * stride))
        channels *= 2
    yield f"encoder.block.{len(strides) + 1}.alpha", (1, channels, 1)
    yield from _convolution(f"encoder.block.{len(strides) + 2}", (channels, channels, 3))
    for number in range(kwargs["n_codebooks"]):
        name = f"quantizer.quantizers.{number}"
        yield f"{name}.codebook.weight", (kwargs["codebook_size"], narrow)
        yield from _convolution(f"{name}.in_proj", (narrow, channels, 1))
        yield from _convolution(f"{name}.out_proj", (channels, narrow, 1))
    latent, channels, rates = channels, kwargs["decoder_dim"], kwargs["decoder_rates"]
    yield from _convolution("decoder.model.0", (channels, latent, 7))
    for number, rate in enumerate(rates, 1):
        block, half = f"decoder.model.{number}.block", channels // 2
        yield f"{block}.0.alpha", (1, channels, 1)
        yield f"{block}.1.bias", (half,)
        yield f"{block}.1.weight", (channels, half, 2 * rate)
        for bank, kernel in enumerate((3, 7, 11)):
            for pair in range(3):
                layer = f"{block}.2.mrf_blocks.{bank}.block.{pair}.layer"
                yield f"{layer}.0.alpha", (1, half, 1)
                yield from _convolution(f"{layer}.1", (half, half, kernel))
                yield f"{layer}.2.alpha", (1, half, 1)
                yield from _convolution(f"{layer}.3", (half, half, kernel))
        channels = half
    yield f"decoder.model.{len(rates) + 1}.alpha", (1, channels, 1)
    yield from _convolution(f"decoder.model.{len(rates) + 2}", (1, channels, 7))


def _convolution(name: str, shape: Shape) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.bias", shape[:1]
    yield f"{name}.weight", shape
