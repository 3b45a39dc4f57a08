"""VampNet from its own files: the models of `vampnet_headers`' folders, as the reference computes or ready to play.

    models = load_vampnet("models/vampnet")
    codes = models.codec.encode(audio)                                     # (batch, codebooks, steps)
    codes[:, :4] = models.coarse.generate(codes[:, :4], mask, steps=12)    # mask: 1 = generate
"""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from unloop_py.errors import ParameterError
from unloop_py.generator.lac_codec import LacCodec, LacConfig
from unloop_py.generator.model_files import FILES
from unloop_py.generator.vampnet_files import load_network
from unloop_py.generator.vampnet_headers import CODEC_KWARGS, FAMILY, MODEL_KWARGS, Header, codebook_dim, read_headers
from unloop_py.generator.vampnet_transformer import VampNetConfig, VampNetTransformer

COARSE_WINDOW_S, FINE_WINDOW_S = 10.0, 3.0
"""Seconds of the pieces that the models were trained on (the reference's conf); what they are asked at once while playing."""
BIAS = "transformer.layers.0.self_attn.relative_attention_bias.weight"


@dataclass(frozen=True)
class VampNet:
    """A codec and its two masked models; stands wherever `checkpoint.Models` does."""

    codec: LacCodec
    coarse: VampNetTransformer
    coarse_to_fine: VampNetTransformer
    manifest: dict[str, Any]
    mix_adapter: None = None  # nobody has taught it to hear what sounds beside

    @property
    def fine(self) -> VampNetTransformer:
        """The coarse-to-fine model, under the house's own name."""
        return self.coarse_to_fine


def load_vampnet(directory: str | Path, *, lora_scale: float | None = None, circular: bool = False, device: str = "cpu",
                 dtype: torch.dtype = torch.float32, int8: bool = False) -> VampNet:
    """The models of a folder that holds ``codec.pth``, ``coarse.pth`` and ``c2f.pth``, or the same with ``.safetensors``.

    With the defaults they compute exactly what the reference computes.

    Parameters
    ----------
    directory : str or Path
        A model, or a fine-tune ``loras/NAME`` of one, which plays through the codec of the folder above ``loras``.
    lora_scale : float, optional
        Factor on what the adapters beside a fine-tune's weights add, ``1 / rank * lora_B @ lora_A``. None and 1 do as the
        reference does, which adds them to weights that hold them already; 0.5 halves that, 0 skips it.
    circular : bool
        Treat all sound as a loop: its end is heard before its start, by codec and models.
    device : str
    dtype : torch.dtype
        Of the masked models; the codec computes in float32.
    int8 : bool
        Codec and models in 8 bits, see `int8_models`: on a processor, circles only. `dtype` then means nothing.

    Raises
    ------
    ModelError
        Files that are missing, damaged, swapped, not made for each other, of another family, or that would run code.
    ParameterError
        A ``lora_scale`` that is no number; 8 bits for what they are not made for.
    """
    if lora_scale is not None and not math.isfinite(lora_scale):
        raise ParameterError(f"lora_scale = {lora_scale} is no number: 1 is the reference's way, 0.5 half of it, 0 none")
    if int8 and (device != "cpu" or not circular):
        raise ParameterError(f"8 bits play circles on a processor: device {device!r} and circular={circular} need int8=False")
    headers = read_headers(Path(directory))
    load = load_network
    if int8:
        from unloop_py.generator.int8_models import load_int8 as load  # here alone: numba takes time to import
    codec = load(headers.codec, functools.partial(LacCodec, _codec_config(headers.codec), circular=circular))
    rate = codec.sample_rate / codec.hop_length
    models = []
    for header, seconds in ((headers.coarse, COARSE_WINDOW_S), (headers.c2f, FINE_WINDOW_S)):
        make = functools.partial(VampNetTransformer, _model_config(header), circular=circular, window=math.ceil(seconds * rate))
        model = load(header, make, lora_scale)
        model.set_codebooks(codec.quantizer.vectors())
        models.append(model if int8 else model.to(device=device, dtype=dtype))
    files = {FILES[0]: {"sha256": fingerprint(codec.quantizer.vectors())}}
    manifest = {"family": FAMILY, "name": headers.folder.name, "folder": str(headers.folder), "files": files}
    return VampNet(codec.to(device), *models, manifest)


def fingerprint(vectors: Tensor) -> str:
    """What tells one codec from another: SHA-256 over its codebooks, in hex. Fine-tunes of a model share it."""
    return hashlib.sha256(vectors.detach().float().cpu().contiguous().numpy().tobytes()).hexdigest()


def _codec_config(header: Header) -> LacConfig:
    values = {name: header.kwargs[name] for name in CODEC_KWARGS} | {"codebook_dim": codebook_dim(header.kwargs)}
    return LacConfig(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _model_config(header: Header) -> VampNetConfig:
    return VampNetConfig(**{name: header.kwargs[name] for name in MODEL_KWARGS}, n_buckets=header.shapes[BIAS][0])
