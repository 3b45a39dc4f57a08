"""A codec whose decoder knows one take, and the small file it is kept in.

Only the decoder moves, so tokens keep their meaning: whatever was encoded or generated before can still be decoded. Every
other tensor is the bundled codec's own, shared and never written to. On disk stand the differences to the bundled
decoder, in 16 bits, under a digest of what they are differences to.
"""

from __future__ import annotations

import copy
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from unloop_py.errors import ModelError
from unloop_py.generator.rvq_codec import RvqCodec

FORMAT = 1


@dataclass(frozen=True, eq=False)
class AdaptedCodec:
    """What was learned of a take.

    Attributes
    ----------
    codec : RvqCodec
        Plays; not to be written to.
    steps : int
        Gradient steps in it, those of the takes it comes from included.
    gain : float
        Share by which the loss on parts of the take that it had not seen fell, 0..1.
    """

    codec: RvqCodec
    steps: int
    gain: float

    def save(self, path: Path, base: RvqCodec) -> None:
        """Write what differs from ``base``, beside an old file, then renamed; about 2 bytes a weight of the decoder."""
        theirs = decoder_tensors(base)
        changed = {name: (tensor - theirs[name]).to(torch.float16).contiguous().cpu()
                   for name, tensor in decoder_tensors(self.codec).items() if not torch.equal(tensor, theirs[name])}
        facts = {"format": str(FORMAT), "base": decoder_digest(base), "steps": str(self.steps), "gain": repr(self.gain)}
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".writing")
        save_file(changed, beside, metadata=facts)
        os.replace(beside, path)


def load_adapted(path: Path, base: RvqCodec) -> AdaptedCodec:
    """Read what `AdaptedCodec.save` wrote.

    Raises ModelError when the file is missing or damaged, or belongs to another codec than ``base``.
    """
    try:
        with safe_open(path, "pt") as file:
            facts = file.metadata() or {}
            if facts["format"] != str(FORMAT):
                raise ModelError(f"{path} has format {facts['format']}, this version reads {FORMAT}: let the loop be learned again")
            if facts["base"] != decoder_digest(base):
                raise ModelError(f"{path} was learned with another model: load that model, or let the loop be learned again")
            changed = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        twin = with_own_decoder(base)
        twin.decoder_modules().requires_grad_(False)
        tensors = decoder_tensors(twin)
        for name, change in changed.items():
            tensors[name].add_(change.to(tensors[name]))
        return AdaptedCodec(twin, int(facts["steps"]), float(facts["gain"]))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: let the loop be learned again") from None
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read as what was learned of a loop ({str(error).splitlines()[0]})") from None


def with_own_decoder(codec: RvqCodec) -> RvqCodec:
    """The same codec with a copy of its decoder; all else is shared."""
    own = {id(module) for module in codec.decoder_modules()}
    twin = copy.copy(codec)
    twin._modules = {name: copy.deepcopy(module) if id(module) in own else module for name, module in codec._modules.items()}
    return twin


def decoder_tensors(codec: RvqCodec) -> dict[str, Tensor]:
    """The decoder's weights by their name in the codec, detached; views, not copies."""
    own = {id(module) for module in codec.decoder_modules()}
    return {f"{name}.{inner}": tensor.detach() for name, module in codec.named_children() if id(module) in own
            for inner, tensor in module.named_parameters()}


def decoder_digest(codec: RvqCodec) -> str:
    """SHA-256 of the decoder's weights, hexadecimal."""
    digest = hashlib.sha256()
    for name, tensor in sorted(decoder_tensors(codec).items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()
