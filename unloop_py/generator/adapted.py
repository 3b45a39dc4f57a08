"""Models that know one take, and the small file that what they know is kept in.

Of the codec only the decoder moves, so tokens keep their meaning: whatever was encoded or generated before can still be
decoded. The transformers get low-rank adapters. Every other tensor is the loaded model's own, shared and never written to.
On disk stand the decoder's differences and the adapters, in 16 bits, under a digest of what they belong to.
"""

from __future__ import annotations

import copy
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from unloop_py.errors import ModelError
from unloop_py.generator.adapters import merge
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.rvq_codec import RvqCodec
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.paths import written_beside

FORMAT = 1
TRANSFORMERS = ("coarse", "fine")


@dataclass(frozen=True, eq=False)
class Adapted:
    """What was learned of a take.

    Attributes
    ----------
    models : Models
        They play; not to be written to.
    adapters : mapping of str to mapping of str to Tensor
        For ``coarse`` and ``fine``, where they were worth it: what `adapters.merge` put into them.
    steps : int
        Gradient steps in it, those of the takes it comes from included.
    gain : float
        Share by which the loss on parts of the take that it had not seen fell, 0..1.
    """

    models: Models
    adapters: Mapping[str, Mapping[str, Tensor]] = field(default_factory=dict)
    steps: int = 0
    gain: float = 0.0

    def save(self, path: Path, base: Models) -> None:
        """Write what differs from ``base``, beside an old file, then renamed: about 2 bytes a weight of the decoder."""
        theirs = decoder_tensors(base.codec)
        tensors = {f"codec.{name}": tensor - theirs[name] for name, tensor in decoder_tensors(self.models.codec).items()
                   if not torch.equal(tensor, theirs[name])}
        tensors |= {f"{part}.{name}": tensor for part, own in self.adapters.items() for name, tensor in own.items()}
        tensors = {name: tensor.detach().to(torch.float16).contiguous().cpu() for name, tensor in tensors.items()}
        facts = {"format": str(FORMAT), "base": models_digest(base), "steps": str(self.steps), "gain": repr(self.gain),
                 "crc": str(_crc(tensors))}
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside:
            save_file(tensors, beside, facts)


def load_adapted(path: Path, base: Models) -> Adapted:
    """Read what `Adapted.save` wrote.

    Raises ModelError when the file is missing or damaged, or belongs to other models than ``base``.
    """
    try:
        with safe_open(path, "pt") as file:
            facts = file.metadata() or {}
            if facts["format"] != str(FORMAT):
                raise ModelError(f"{path} has format {facts['format']}, this version reads {FORMAT}: let the loop be learned again")
            if facts["base"] != models_digest(base):
                raise ModelError(f"{path} was learned with another model: load that model, or let the loop be learned again")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        if "crc" in facts and facts["crc"] != str(_crc(tensors)):
            raise ValueError("its tensors are not what was written")
        tensors = {name: tensor.float() for name, tensor in tensors.items()}
        codec = with_own_decoder(base.codec)
        own = decoder_tensors(codec)
        for name, change in _under("codec", tensors).items():
            own[name].add_(change.to(own[name]))
        adapters = {part: found for part in TRANSFORMERS if (found := _under(part, tensors))}
        transformers = {part: merged(getattr(base, part), adapters[part]) if part in adapters else getattr(base, part)
                        for part in TRANSFORMERS}
        return Adapted(Models(codec=codec, manifest=base.manifest, **transformers), adapters, int(facts["steps"]), float(facts["gain"]))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: let the loop be learned again") from None
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read as what was learned of a loop ({str(error).splitlines()[0]})") from None


def _crc(tensors: Mapping[str, Tensor]) -> int:
    """CRC-32 of all bytes, in the order of the names."""
    crc = 0
    for name in sorted(tensors):
        crc = zlib.crc32(tensors[name].numpy().tobytes(), crc)
    return crc


def with_own_decoder(codec: RvqCodec) -> RvqCodec:
    """The same codec with a copy of its decoder, which learns nothing; all else is shared."""
    own = {id(module) for module in codec.decoder_modules()}
    twin = copy.copy(codec)
    twin._modules = {name: copy.deepcopy(module) if id(module) in own else module for name, module in codec._modules.items()}
    twin.decoder_modules().requires_grad_(False)
    return twin


def decoder_tensors(codec: RvqCodec) -> dict[str, Tensor]:
    """The decoder's weights by their name in the codec, detached; views, not copies."""
    own = {id(module) for module in codec.decoder_modules()}
    return {f"{name}.{inner}": tensor.detach() for name, module in codec.named_children() if id(module) in own
            for inner, tensor in module.named_parameters()}


def merged(model: MaskedTransformer, adapters: Mapping[str, Tensor]) -> MaskedTransformer:
    """A copy of a transformer with adapters in its weights, in the arithmetic of the original."""
    dtype = model.norm.weight.dtype
    own = copy.deepcopy(model).float()
    merge(own, adapters, 1.0)
    return own.to(dtype).requires_grad_(False).eval()


def models_digest(models: Models) -> str:
    """SHA-256, hexadecimal: of the files' hashes in the manifest, or of the decoder's weights where there are no files."""
    if "files" in models.manifest:
        return hashlib.sha256(json.dumps(models.manifest["files"], sort_keys=True).encode()).hexdigest()
    digest = hashlib.sha256()
    for name, tensor in sorted(decoder_tensors(models.codec).items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()


def _under(part: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(f"{part}."): tensor for name, tensor in tensors.items() if name.startswith(f"{part}.")}
