"""What tells whether two generators take the same time: their networks and the machine, but not the values of weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import torch
from torch import nn

from unloop_py.generator.compute import processor


def cost_key(networks: Iterable[nn.Module], device: torch.device) -> str:
    """A line that is the same wherever a job takes the same time, milliseconds. Any thread.

    It names the processor or the card, torch's version and threads, and holds a digest of the kind of every layer and the
    shape and type of every tensor. So a model and its fine-tunes share it, and one of another precision has its own.
    """
    facts = hashlib.sha256()
    for network in networks:
        for name, layer in network.named_modules():
            facts.update(f"{name} {type(layer).__qualname__}\n".encode())
        for name, tensor in (*network.named_parameters(), *network.named_buffers()):
            facts.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
    machine = torch.cuda.get_device_name(device) if device.type == "cuda" else processor()
    return f"{facts.hexdigest()[:16]} | {machine} | {device.type} | torch {torch.__version__} | {torch.get_num_threads()} threads"
