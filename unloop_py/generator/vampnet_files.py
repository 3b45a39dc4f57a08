"""Tensors of VampNet's files: read without running what a file says, made ready to play, and written in either format.

``.pth`` is the reference's container, ``{"state_dict": ..., "metadata": {"kwargs": ...}}`` as torch saves it;
``.safetensors`` holds the same tensors, and the settings as JSON in its metadata. Nothing is lost from one to the other.
Both are mapped into memory, so that only what is used is read.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from unloop_py.errors import ModelError
from unloop_py.generator.pth_file import read_pth
from unloop_py.generator.vampnet_headers import CURE, FAMILY, PARTS, Header, check_part, find_part, fine_tunes, read_header
from unloop_py.paths import written_beside

Network = TypeVar("Network", bound=nn.Module)

LORA_ALPHA = 1.0
"""loralib's default, which VampNet keeps: adapters of rank r count 1 / r."""


def load_tensors(header: Header) -> dict[str, Tensor]:
    """All tensors of a file, as they stand in it, mapped into memory. Raises ModelError."""
    try:
        if header.path.suffix == ".safetensors":
            with safe_open(header.path, "pt") as file:
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
        else:
            tensors, _ = read_pth(header.path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{header.path} cannot be read as weights ({' '.join(str(error).split())[:120]}): {CURE}") from None
    return {key.removeprefix("_orig_mod."): value for key, value in tensors.items()}


def playable(tensors: Mapping[str, Tensor], lora_scale: float | None) -> dict[str, Tensor]:
    """Tensors as they stand in a file, to the weights that play: float32, weight norm folded, adapters merged.

    A file made from a fine-tune holds the adapters twice, once within ``weight`` and once beside it, and the reference
    adds those beside it again, ``W = weight + 1 / rank * lora_B @ lora_A``. ``lora_scale`` is a factor on that sum: None
    and 1 do as the reference does, 0.5 adds half, 0 none.
    """
    factor = 1.0 if lora_scale is None else lora_scale
    ready = {}
    for key, value in tensors.items():
        layer, _, kind = key.rpartition(".")
        if kind == "weight_v":
            ready[f"{layer}.weight"] = torch._weight_norm(value.float(), tensors[f"{layer}.weight_g"].float(), 0)
        elif kind == "weight" and factor and (b := tensors.get(f"{layer}.lora_B")) is not None and b.any():
            a = tensors[f"{layer}.lora_A"].float()
            ready[key] = value.float() + (factor * LORA_ALPHA / len(a)) * (b.float() @ a)
        elif kind not in ("weight_g", "lora_A", "lora_B"):
            ready[key] = value.float()
    return ready


def load_network(header: Header, make: Callable[[], Network], lora_scale: float | None = None) -> Network:
    """A network with a file's weights, in float32; ``make`` makes it, here without memory of its own. Raises ModelError."""
    try:
        network = without_memory(make)
        missing, _ = network.load_state_dict(playable(load_tensors(header), lora_scale), strict=False, assign=True)
    except (RuntimeError, KeyError, ValueError, ZeroDivisionError) as error:
        fault = str(error).strip().splitlines()[-1].strip()
        raise ModelError(f"{header.path} contradicts its own metadata ({fault[:160]}): {CURE}") from None
    if missing:
        raise ModelError(f"{header.path} lacks {missing[0]} and {len(missing) - 1} other tensors that its metadata asks for: {CURE}")
    return network.eval().requires_grad_(False)


def without_memory(make: Callable[[], Network]) -> Network:
    """A network whose tensors are shapes only, for `load_state_dict` to fill."""
    with torch.device("meta"), _Unfilled():
        return make()


class _Unfilled(TorchFunctionMode):
    """Leaves out the random numbers of new layers: without memory there is nowhere to put them, and torch would load its
    compiler (4 s) to find that out."""

    def __torch_function__(self, function: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> Any:
        if getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


def convert_to_safetensors(folder: Path, out: Path) -> None:
    """Write the parts that a folder holds, all three or a fine-tune's two, as ``.safetensors``. Raises ModelError.

    Each file is written whole or not at all; tensors and settings are kept as they are. ``out`` is made.
    """
    _convert(folder, out, ".safetensors")


def convert_model(folder: Path, out: Path, suffix: str, lora_scale: float | None = None) -> list[Path]:
    """Write a model's parts and those of its fine-tunes, ``.safetensors`` or ``.pth``; returns the folders written.

    With ``lora_scale`` the files hold adapters that the reference plays as `playable` plays those of ``folder`` with it.
    """
    folders = {folder: out} | {one: out / "loras" / one.name for one in fine_tunes(folder)}
    for source, target in folders.items():
        _convert(source, target, suffix, lora_scale)
    return list(folders.values())


def write_part(path: Path, tensors: Mapping[str, Tensor], kwargs: Mapping[str, Any]) -> None:
    """Write one file, in the format that its suffix names; beside, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Copies: a tensor mapped from a file would drag all of that file along.
    own = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    with written_beside(path) as beside:
        if path.suffix == ".safetensors":
            save_file(own, beside, metadata={"family": FAMILY, "kwargs": json.dumps(kwargs)})
        else:
            torch.save({"state_dict": OrderedDict(own), "metadata": {"kwargs": dict(kwargs)}}, beside)
        beside.chmod(0o644)  # safetensors makes files that only their owner can read


def scaled(tensors: Mapping[str, Tensor], lora_scale: float | None) -> Mapping[str, Tensor]:
    """Tensors as they stand in a file, with their adapters scaled."""
    if lora_scale is None:
        return tensors
    return {key: value * lora_scale if key.endswith(".lora_B") else value for key, value in tensors.items()}


def _convert(folder: Path, out: Path, suffix: str, lora_scale: float | None = None) -> None:
    headers = {part: read_header(path) for part in PARTS if (path := find_part(folder, part)) is not None}
    if not headers:
        raise ModelError(f"{folder} holds none of {', '.join(f'{part}.pth' for part in PARTS)}")
    for part, header in headers.items():
        check_part(header, part)
    for part, header in headers.items():
        write_part(out / f"{part}{suffix}", scaled(load_tensors(header), lora_scale), header.kwargs)
