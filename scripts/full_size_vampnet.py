#!/usr/bin/env python3
"""Random files of VampNet's full size, for benchmarks: 336, 278 and 150 million numbers, with the published files' shapes.

    .venv/bin/python scripts/full_size_vampnet.py FOLDER [--seed 0] [--fine-tune NAME]

They have no musical use whatever, and cost as much to load and to play as the published ones (2.9 GiB on disk). Weights
are drawn so that sound, latents and the transformers' stream stay of order one through all layers, so that no shortcut of
an arithmetic unit, saturated or zero, makes them cheaper than trained ones.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from unloop_py.generator.vampnet_files import write_part

CODEC = {"encoder_dim": 64, "encoder_rates": [2, 6, 8, 8], "decoder_dim": 1536, "decoder_rates": [6, 4, 4, 2, 2, 2], "n_codebooks": 14,
         "codebook_size": 1024, "codebook_dim": 8, "quantizer_dropout": 1.0, "sample_rate": 44100}
TRANSFORMER = {"n_heads": 20, "r_cond_dim": 0, "latent_dim": 8, "embedding_dim": 1280, "vocab_size": 1024, "flash_attn": True,
               "noise_mode": "mask", "dropout": 0.1}
COARSE = TRANSFORMER | {"n_layers": 20, "n_codebooks": 4, "n_conditioning_codebooks": 0}
FINE = TRANSFORMER | {"n_layers": 16, "n_codebooks": 14, "n_conditioning_codebooks": 4}
N_BUCKETS = 32
LORA_RANK = 8

SNAKE_POWER = 1.31    # mean square of snake(x), alpha 1, of x with mean square 1
BRANCH = 0.3          # of a residual branch beside its stream
HEARD = 8.0           # of the first convolution: the codec is given sound of -20 to -30 dBFS
PLAYED = 0.3          # before the tanh at the end
LOGITS = 3.0          # their deviation: some tokens are far likelier than others


class Draw:
    """Tensors of random numbers, by their names in a file."""

    def __init__(self, seed: int) -> None:
        self._random = torch.Generator().manual_seed(seed)
        self.tensors: dict[str, Tensor] = {}

    def numbers(self, name: str, shape: tuple[int, ...], deviation: float, mean: float = 0.0) -> None:
        """Uniform ones, which are drawn five times as fast as normal ones and end up as normal in every sum."""
        reach = deviation * math.sqrt(3.0)
        self.tensors[name] = torch.empty(shape).uniform_(mean - reach, mean + reach, generator=self._random)

    def convolution(self, name: str, shape: tuple[int, ...], norm: float, *, transposed: bool = False) -> None:
        """A convolution with weight norm: every slice of the first dimension has about the length ``norm``."""
        self.numbers(f"{name}.bias", (shape[1] if transposed else shape[0],), 0.01)
        self.numbers(f"{name}.weight_g", (shape[0], 1, 1), 0.02 * norm, norm)
        self.numbers(f"{name}.weight_v", shape, 1.0 / math.sqrt(math.prod(shape[1:])))

    def snake(self, name: str, channels: int) -> None:
        """The alphas of an activation."""
        self.numbers(f"{name}.alpha", (1, channels, 1), 0.1, 1.0)


def make(folder: Path, *, seed: int = 0) -> None:
    """Write ``codec``, ``coarse`` and ``c2f`` with ``.safetensors`` into a folder, which is made. Some 10 s, 1.4 GiB at a time."""
    for part, kwargs, draw in (("codec", CODEC, codec), ("coarse", COARSE, transformer), ("c2f", FINE, transformer)):
        write_part(folder / f"{part}.safetensors", draw(kwargs, seed), kwargs)
        seed += 1


def make_fine_tune(folder: Path, name: str, *, seed: int) -> None:
    """Write a fine-tune of a folder's models, whose adapters are not zero, as those of the published ones."""
    for part, kwargs in (("coarse", COARSE), ("c2f", FINE)):
        write_part(folder / "loras" / name / f"{part}.safetensors", transformer(kwargs, seed, tuned=0.02), kwargs)
        seed += 1


def codec(kwargs: dict, seed: int) -> dict[str, Tensor]:
    """A codec's tensors."""
    draw, after_snake = Draw(seed), 1.0 / math.sqrt(SNAKE_POWER)
    channels, rates = kwargs["encoder_dim"], kwargs["encoder_rates"]
    draw.convolution("encoder.block.0", (channels, 1, 7), HEARD)
    for number, stride in enumerate(rates, 1):
        block = f"encoder.block.{number}.block"
        for unit in range(3):
            draw.snake(f"{block}.{unit}.block.0", channels)
            draw.convolution(f"{block}.{unit}.block.1", (channels, channels, 7), after_snake)
            draw.snake(f"{block}.{unit}.block.2", channels)
            draw.convolution(f"{block}.{unit}.block.3", (channels, channels, 1), BRANCH * after_snake)
        draw.snake(f"{block}.3", channels)
        draw.convolution(f"{block}.4", (2 * channels, channels, 2 * stride), after_snake)
        channels *= 2
    draw.snake(f"encoder.block.{len(rates) + 1}", channels)
    draw.convolution(f"encoder.block.{len(rates) + 2}", (channels, channels, 3), after_snake)

    latent, n_codebooks, narrow = channels, kwargs["n_codebooks"], kwargs["codebook_dim"]
    for number in range(n_codebooks):
        name = f"quantizer.quantizers.{number}"
        draw.convolution(f"{name}.in_proj", (narrow, latent, 1), 1.0)
        draw.convolution(f"{name}.out_proj", (latent, narrow, 1), 1.0 / math.sqrt(n_codebooks))
        draw.numbers(f"{name}.codebook.weight", (kwargs["codebook_size"], narrow), 1.0)

    channels, rates = kwargs["decoder_dim"], kwargs["decoder_rates"]
    draw.convolution("decoder.model.0", (channels, latent, 7), 1.0)
    for number, rate in enumerate(rates, 1):
        block, half = f"decoder.model.{number}.block", channels // 2
        draw.snake(f"{block}.0", channels)
        # Two taps of all channels reach each step, and a slice of the first dimension holds one channel's.
        draw.convolution(f"{block}.1", (channels, half, 2 * rate), math.sqrt(half * rate / channels) * after_snake, transposed=True)
        for bank, kernel in enumerate((3, 7, 11)):
            for pair in range(3):
                layer = f"{block}.2.mrf_blocks.{bank}.block.{pair}.layer"
                draw.snake(f"{layer}.0", half)
                draw.convolution(f"{layer}.1", (half, half, kernel), after_snake)
                draw.snake(f"{layer}.2", half)
                draw.convolution(f"{layer}.3", (half, half, kernel), BRANCH * after_snake)
        channels = half
    draw.snake(f"decoder.model.{len(rates) + 1}", channels)
    draw.convolution(f"decoder.model.{len(rates) + 2}", (1, channels, 7), PLAYED * after_snake)
    return draw.tensors


def transformer(kwargs: dict, seed: int, *, tuned: float = 0.0) -> dict[str, Tensor]:
    """A masked model's tensors; ``tuned`` is the deviation of its adapters' second halves."""
    draw, dim = Draw(seed), kwargs["embedding_dim"]
    n_codebooks, latent = kwargs["n_codebooks"], kwargs["latent_dim"]
    draw.numbers("embedding.special.MASK", (n_codebooks, latent), 1.0)
    draw.numbers("embedding.out_proj.weight", (dim, n_codebooks * latent, 1), 1.0 / math.sqrt(n_codebooks * latent))
    draw.numbers("embedding.out_proj.bias", (dim,), 0.01)
    for number in range(kwargs["n_layers"]):
        layer = f"transformer.layers.{number}"
        draw.numbers(f"{layer}.norm_1.weight", (dim,), 0.1, 1.0)
        draw.numbers(f"{layer}.norm_3.weight", (dim,), 0.1, 1.0)
        if number == 0:
            draw.numbers(f"{layer}.self_attn.relative_attention_bias.weight", (N_BUCKETS, kwargs["n_heads"]), 0.5)
        for name, out, into, gain in (*((f"self_attn.{one}", dim, dim, 1.0) for one in ("w_qs", "w_ks", "w_vs", "fc")),
                                      ("feed_forward.w_1", 4 * dim, dim, 1.0), ("feed_forward.w_2", dim, 2 * dim, 0.5)):
            draw.numbers(f"{layer}.{name}.weight", (out, into), gain / math.sqrt(into))
            if name != "self_attn.w_ks":
                draw.numbers(f"{layer}.{name}.lora_A", (LORA_RANK, into), 1.0 / math.sqrt(into))
                draw.numbers(f"{layer}.{name}.lora_B", (out, LORA_RANK), tuned)
    draw.numbers("transformer.norm.weight", (dim,), 0.1, 1.0)
    n_logits = kwargs["vocab_size"] * (n_codebooks - kwargs["n_conditioning_codebooks"])
    draw.convolution("classifier.layers.0", (n_logits, dim, 1), LOGITS)
    return draw.tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fine-tune", metavar="NAME", help="make a fine-tune of that name as well (2.4 GB)")
    arguments = parser.parse_args()
    make(arguments.folder, seed=arguments.seed)
    if arguments.fine_tune:
        make_fine_tune(arguments.folder, arguments.fine_tune, seed=arguments.seed + 100)


if __name__ == "__main__":
    main()
