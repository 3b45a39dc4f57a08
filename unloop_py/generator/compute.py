"""Which arithmetic is fastest on this machine, measured once and remembered.

Processors differ more than their flags tell, so it is a measurement that decides. It is kept in the user's cache, by
processor and torch version: the same seed must give the same tokens tomorrow.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F

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
    path = cache or _cache_folder() / "compute.json"
    key = f"{processor()} | torch {torch.__version__} | {torch.get_num_threads()} threads"
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        known = {}
    if known.get(key) not in ("bfloat16", "float32"):
        faster = measure(torch.float32) > WORTH_IT * measure(torch.bfloat16)
        known[key] = "bfloat16" if faster else "float32"
        _remember(path, known)
    return getattr(torch, known[key])


@torch.inference_mode()
def measure(dtype: torch.dtype, rounds: int = 15) -> float:
    """Least seconds of one block's matrix products in ``dtype`` on the processor."""
    work = [(torch.randn(rows, into, dtype=dtype), torch.randn(out, into, dtype=dtype)) for rows, into, out in SHAPES]
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        for x, weight in work:
            F.linear(x, weight)
        taken.append(time.perf_counter() - start)
    return min(taken)  # whatever else the machine is doing only adds


def processor() -> str:
    """This machine's processor and what it can do that arithmetic depends on, in a line."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    skills = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in facts.get("flags", "").split()]
    return " ".join([facts.get("model name", platform.machine()), *skills])


def _cache_folder() -> Path:
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "unloop"


def _remember(path: Path, known: dict[str, str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as beside:
            json.dump(known, beside, indent=2)
        os.replace(beside.name, path)
    except OSError:
        pass  # a read-only home: measured again next time
