"""Which arithmetic is fastest on this machine, measured once and remembered.

Processors differ more than their flags tell, so it is a measurement that decides. It is kept in the user's cache, by
processor and torch version: the same seed must give the same tokens tomorrow.
"""

from __future__ import annotations

import functools
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from unloop_py.generator.int8_layers import Int8Linear
from unloop_py.paths import user_cache_folder, written_beside

WORTH_IT = 1.15  # bfloat16 has to be this much faster than float32, which is the more exact of the two
SHAPES = ((576, 256, 768), (576, 256, 1024), (576, 512, 256))  # rows, in, out: one block of the bundled model, 10 s


def fastest_dtype(device: str, cache: Path | None = None) -> torch.dtype:
    """The dtype for the transformers' weights on ``device`` ("cpu", "cuda", "mps").

    ``cache`` is the file that remembers the measurement of processors; by default one in the user's cache folder. A
    cache that cannot be read or written only costs the measurement. Any thread, about 0.1 s the first time.
    """
    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device != "cpu":
        return torch.float32
    faster = _remembered("", cache, lambda: measure(torch.float32) > WORTH_IT * measure(torch.bfloat16))
    return torch.bfloat16 if faster else torch.float32


def bytes_are_faster(device: str, cache: Path | None = None) -> bool:
    """Whether products of bytes beat those of floats on ``device``, by enough to be worth their lost digits, and are right.

    True on processors that multiply bytes in one instruction (VNNI and its like); see `fastest_dtype` for the rest.
    """
    return device == "cpu" and _remembered(" | bytes", cache, lambda: _bytes_are_right() and (
        min(measure(torch.float32), measure(torch.bfloat16)) > WORTH_IT * measure(torch.int8)))


def _remembered(what: str, cache: Path | None, ask: Callable[[], bool]) -> bool:
    """The answer for this machine: from the cache, or asked and then kept there."""
    path = cache or user_cache_folder() / "compute.json"
    key = f"{processor()} | torch {torch.__version__} | {torch.get_num_threads()} threads{what}"
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        known = {}
    if not isinstance(known.get(key), bool):
        known[key] = ask()
        _remember(path, known)
    return known[key]


@torch.inference_mode()
def measure(dtype: torch.dtype, rounds: int = 15) -> float:
    """Least seconds of one block's matrix products in ``dtype`` on the processor; int8 is bytes times bytes."""
    work = [_product(dtype, *shape) for shape in SHAPES]
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        for product in work:
            product()
        taken.append(time.perf_counter() - start)
    return min(taken)  # whatever else the machine is doing only adds


def _product(dtype: torch.dtype, rows: int, into: int, out: int) -> Callable[[], Tensor]:
    if dtype == torch.int8:
        return functools.partial(Int8Linear(torch.randn(out, into)), torch.randint(1, 256, (rows, into), dtype=torch.uint8))
    return functools.partial(F.linear, torch.randn(rows, into, dtype=dtype), torch.randn(out, into, dtype=dtype))


@torch.inference_mode()
def _bytes_are_right() -> bool:
    """Whether sums of the largest bytes come out whole: processors without VNNI add pairs of them in 16 bits, which overflow."""
    try:
        product = Int8Linear(torch.full((64, 64), 127.0))(torch.full((64, 64), 255, dtype=torch.uint8))
    except (RuntimeError, AttributeError):  # a torch without oneDNN has no such product
        return False
    return bool((product == 64 * 127 * 127).all())


def processor() -> str:
    """This machine's processor and what it can do that arithmetic depends on, in a line."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    skills = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in facts.get("flags", "").split()]
    return " ".join([facts.get("model name", platform.machine()), *skills])


def _remember(path: Path, known: dict[str, bool]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside:
            beside.write_text(json.dumps(known, indent=2))
    except OSError:
        pass  # a read-only home: measured again next time
