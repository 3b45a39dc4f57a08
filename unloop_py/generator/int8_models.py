"""VampNet ready to play on a processor: its models in 8 bits, made once from its files and kept in the user's cache.

The published files are 3 GB of 32-bit floats; what is kept is 0.8 GB, mapped into memory and put into oneDNN's order, so that
a second start is quick. A file is known by its path, size and time of change, the adapters' factor and `FORMAT`.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from unloop_py.generator import fused
from unloop_py.generator.int8_lac import Int8Decoder, Int8Encoder
from unloop_py.generator.int8_transformer import Int8Classifier, Int8Stack
from unloop_py.generator.lac_codec import LacCodec
from unloop_py.generator.vampnet_files import load_network, without_memory
from unloop_py.generator.vampnet_headers import Header
from unloop_py.generator.vampnet_transformer import VampNetTransformer
from unloop_py.paths import user_cache_folder, written_beside

log = logging.getLogger(__name__)

Network = LacCodec | VampNetTransformer

FORMAT = 1
KEPT = 12
"""Files that the cache holds, four models' worth: the ones used longest ago make room."""
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
NEVER = 2**30


def in_8_bits(network: Network) -> Network:
    """Put 8-bit layers where a network's large ones are; it then plays circles only, on a processor. Changes and returns it."""
    if isinstance(network, LacCodec):
        network.encoder, network.decoder = Int8Encoder(network.encoder), Int8Decoder(network.decoder)
    else:
        network.transformer, network.classifier = Int8Stack(network.transformer), Int8Classifier(network.classifier)
    return network.eval().requires_grad_(False)


def load_int8(header: Header, make: Callable[[], Network], lora_scale: float | None = None) -> Network:
    """A network of VampNet's in 8 bits: from the cache, or from its own file, and then kept there.

    ``make`` makes the plain network, as for `vampnet_files.load_network`, which see for what is raised. A cache that cannot be
    read or written only costs the time to make it again.
    """
    path = user_cache_folder() / "int8" / f"{header.part}-{_fingerprint(header.path, lora_scale)}.safetensors"
    network = _kept(path, make)
    if network is None:
        network = in_8_bits(load_network(header, make, lora_scale))
        _keep(path, network)
    for name, tensor in (*network.named_parameters(), *network.named_buffers()):
        if not name.endswith(".weight") or tensor.dtype != torch.int8:
            tensor.data = tensor.data.clone()  # the smallest one left in it would keep a file's whole mapping
    threads = torch.get_num_threads()
    fused.set_threads(threads)
    torch.set_num_threads(threads)  # numba has just started as many as there are cores, in the library that torch asks too
    _keep_memory()
    return network


def _kept(path: Path, make: Callable[[], Network]) -> Network | None:
    try:
        with safe_open(path, "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
        network = in_8_bits(without_memory(make))
        missing, _ = network.load_state_dict(tensors, strict=False, assign=True)
        path.touch()
    except (OSError, SafetensorError, RuntimeError):
        return None
    return None if missing else network


def _keep(path: Path, network: nn.Module) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside:
            save_file({key: value.contiguous() for key, value in network.state_dict().items()}, beside)
        by_age = sorted(path.parent.glob("*.safetensors"), key=lambda one: one.stat().st_mtime)
        for oldest in by_age[:-KEPT]:
            oldest.unlink()
    except (OSError, SafetensorError) as error:
        log.warning("the model in 8 bits could not be kept in %s (%s): it is made again at the next start", path.parent, error)


def _fingerprint(path: Path, lora_scale: float | None) -> str:
    state = path.stat()
    facts = (str(path.resolve()), state.st_size, state.st_mtime_ns, 1.0 if lora_scale is None else lora_scale, FORMAT)
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


@functools.cache
def _keep_memory() -> None:
    """Have the C library keep what is freed.

    Products of 10 MB, taken from the kernel and given back each time, cost a tenth; and a kernel that is busy with pages wakes the
    sound's thread late.
    """
    if os.name == "posix" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, NEVER)
