#!/usr/bin/env python3
"""How fast VampNet's own models play on this machine: random weights of full size, a 10 s loop, 12 coarse and 2 fine steps.

    .venv/bin/python scripts/bench_vampnet.py [--folder FOLDER] [--log]

plain: the reference's computation in float32, with attention and weight norm written out. ours: what the instrument plays with
here, 8 bits where the processor has them. Each is a process of its own, so that its peak of memory is its own. `first_s` is a
take's first variation (encoding it included), `next_s` any other (its tokens are held); `floor_s` is the work of `next_s` at the
best rate that one large product reaches here. How near the 8-bit networks are to the plain ones is measured on the same tokens:
share of equal likeliest tokens, and decibels of sound over error. About 4 minutes, 3 GB of disk in a temporary folder.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import full_size_vampnet
import numpy as np
import torch
import torch.nn.functional as F
from bench_common import ROOT, add_log_option, finish
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(ROOT))

from unloop_py.generator.compute import bytes_are_faster, fastest_dtype
from unloop_py.generator.int8_layers import Int8Linear
from unloop_py.generator.sampler import Sampling, sample
from unloop_py.generator.sight import Sight
from unloop_py.generator.vampnet import VampNet, load_vampnet
from unloop_py.generator.vampnet_files import load_tensors
from unloop_py.generator.vampnet_headers import find_part, read_header
from unloop_py.generator.vampnet_transformer import VampNetTransformer
from unloop_py.vamper.links import thread_rules

LOOP_S, RATE, PERIOD = 10.0, 44100, 7
COARSE_STEPS, QUICK_STEPS, FINE_STEPS = 12, 8, 2
COMPARED_STEPS = 173  # of the decoder, 3 s
ROUNDS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=Path, help="a VampNet folder to measure instead of random weights")
    parser.add_argument("--part", choices=("plain", "ours", "floor"), help=argparse.SUPPRESS)
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    add_log_option(parser)
    chosen = parser.parse_args()
    if chosen.part is not None:
        with torch.inference_mode():
            print(json.dumps({"plain": plain, "ours": ours, "floor": floor}[chosen.part](chosen.folder, chosen.scratch)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-vampnet-") as scratch:
        folder = chosen.folder or Path(scratch) / "models"
        if chosen.folder is None:
            full_size_vampnet.make(folder)
        told = {part: run(part, folder, Path(scratch)) for part in ("plain", "ours", "floor")}
    results = told["plain"] | told["ours"] | told["floor"]
    results["ratio"] = round(results["plain_s"] / results["first_s"], 2)
    results["real_time_factor"] = round(LOOP_S / results["next_s"], 2)
    for name, value in results.items():
        print(f"{name:32} {value}")
    finish("vampnet", {"loop_s": LOOP_S, "coarse_steps": COARSE_STEPS, "fine_steps": FINE_STEPS, "period": PERIOD,
                       "folder": str(chosen.folder) if chosen.folder else "random, full size"}, results, log=chosen.log)


def run(part: str, folder: Path, scratch: Path) -> dict[str, Any]:
    """One part in a process of its own, by the worker's rules for threads."""
    environment = thread_rules() | os.environ | {"XDG_CACHE_HOME": str(scratch / "cache")}
    done = subprocess.run([sys.executable, __file__, "--part", part, "--folder", folder, "--scratch", scratch], stdout=subprocess.PIPE,
                          text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


# -- the parts ---------------------------------------------------------------------------------------------------------

def plain(folder: Path, scratch: Path) -> dict[str, Any]:
    """The reference's computation, straight, once; and what ours is compared with, on a circle."""
    models = load_vampnet(folder)
    normed_at_each_call(models, folder)
    took: dict[str, float] = {}
    with attention_written_out():
        codes = timed(took, "plain_encode_s", lambda: models.codec.encode(loop()))
        codes = generated(models, codes, COARSE_STEPS, took, "plain")
        timed(took, "plain_decode_s", lambda: models.codec.decode(codes))
    took["plain_s"] = (took["plain_encode_s"] + COARSE_STEPS * took["plain_coarse_step_s"] + FINE_STEPS * took["plain_fine_step_s"]
                       + took["plain_decode_s"])
    coarse, fine = questions()
    np.savez(scratch / "plain.npz", codes=models.codec.encode(loop(), circular=True).numpy(),
             coarse=models.coarse.logits(coarse, circular=True).argmax(-1).numpy(),
             fine=models.fine.logits(fine, circular=True).argmax(-1).numpy(),
             sound=models.codec.decode(answers()[..., :COMPARED_STEPS], circular=True).numpy())
    return rounded(took) | {"plain_memory_mb": peak_mb()}


def ours(folder: Path, scratch: Path) -> dict[str, Any]:
    """What the instrument plays with."""
    int8 = bytes_are_faster("cpu")
    load: Callable[[], VampNet] = lambda: load_vampnet(folder, circular=True, int8=int8, dtype=fastest_dtype("cpu"))  # noqa: E731
    took: dict[str, float] = {}
    timed(took, "load_first_s", load)
    models = timed(took, "load_again_s", load)
    near = nearness(models, scratch)  # and everything is warm
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        one: dict[str, float] = {}
        codes = timed(one, "encode_s", lambda: models.codec.encode(loop()))
        began = time.perf_counter()
        codes = generated(models, codes, COARSE_STEPS, one, "")
        timed(one, "decode_s", lambda codes=codes: models.codec.decode(codes))
        one["next_s"] = time.perf_counter() - began
        one["first_s"] = one["encode_s"] + one["next_s"]
        best = {name: min(value, best.get(name, value)) for name, value in one.items()}
    best["next_with_8_steps_s"] = best["next_s"] - (COARSE_STEPS - QUICK_STEPS) * best["coarse_step_s"]
    peak = peak_mb()
    torch.set_num_threads(1)
    if int8:
        from unloop_py.generator import fused

        fused.set_threads(1)
    alone: dict[str, float] = {}
    timed(alone, "all", lambda: models.codec.decode(generated(models, codes, COARSE_STEPS, {}, "")))
    best["next_on_one_core_s"] = alone["all"]
    return {"arithmetic": "int8" if int8 else str(fastest_dtype("cpu")).removeprefix("torch."), "memory_mb": peak,
            **near, **rounded(took | best), "ours_s": round(best["first_s"], 3)}


def floor(folder: Path, scratch: Path) -> dict[str, Any]:
    """The work in TFLOP, and the best rate of one large product in each type."""
    models = load_vampnet(folder)
    steps = answers().shape[-1]
    for network in (models.codec, models.coarse, models.fine):
        network.to("meta")
    latents = torch.empty(1, models.codec.config.latent_dim, steps, device="meta")
    work = {"encode": flops(lambda: models.codec.encoder(torch.empty(1, 1, steps * models.codec.hop_length, device="meta"), False)),
            "coarse_step": flops(lambda: forward(models.coarse, steps)), "fine_step": flops(lambda: forward(models.fine, steps)),
            "decode": flops(lambda: models.codec.decoder(latents, False))}
    rates = {"float32": product_rate(torch.float32), "bfloat16": product_rate(torch.bfloat16)}
    if bytes_are_faster("cpu"):
        rates["int8"] = product_rate(torch.int8)
    total = COARSE_STEPS * work["coarse_step"] + FINE_STEPS * work["fine_step"] + work["decode"]
    return {"work_tflop": rounded(work), "product_tflop_per_s": rounded(rates), "floor_s": round(total / max(rates.values()), 2)}


# -- what they are made of ---------------------------------------------------------------------------------------------

def loop() -> Tensor:
    """A loop of coloured noise (1, 1, samples) at -24 dBFS."""
    noise = torch.randn(round(LOOP_S * RATE), generator=torch.Generator().manual_seed(1))
    spectrum = torch.fft.rfft(noise)
    sound = torch.fft.irfft(spectrum / torch.arange(1, len(spectrum) + 1).sqrt(), len(noise))
    return (sound * 10 ** (-24 / 20) / sound.square().mean().sqrt())[None, None]


def answers() -> Tensor:
    """Random tokens (1, 14, steps)."""
    return torch.randint(0, 1024, (1, 14, round(LOOP_S * RATE) // 768 + 1), generator=torch.Generator().manual_seed(2))


def questions() -> tuple[Tensor, Tensor]:
    """Codes with masks for the coarse and the fine model: one step in `PERIOD` is given."""
    coarse = answers()[:, :4].clone()
    coarse[..., torch.arange(coarse.shape[-1]) % PERIOD != 0] = 1024
    fine = answers().clone()
    fine[:, 4:] = 1024
    return coarse, fine


def generated(models: VampNet, codes: Tensor, steps: int, took: dict[str, float], prefix: str) -> Tensor:
    """All tokens anew but each `PERIOD`th step's coarse ones; seconds for one sampling step of each model are noted."""
    mask = torch.ones_like(codes)
    mask[:, :4, ::PERIOD] = 0
    dot = f"{prefix}_" if prefix else ""
    for name, model, n in (("coarse", models.coarse, steps), ("fine", models.fine, FINE_STEPS)):
        rows = slice(0, model.n_codebooks)
        asked = mask[:, rows].clone()
        asked[:, : model.n_conditioning] = 0
        began = time.perf_counter()
        made = sample(model, codes[:, rows], asked, [0], Sampling(n))
        took[f"{dot}{name}_step_s"] = (time.perf_counter() - began) / n
        codes = torch.cat((made, codes[:, model.n_codebooks :]), dim=1)
    return codes


def nearness(models: VampNet, scratch: Path) -> dict[str, float]:
    """How near these are to the plain networks, on a circle."""
    with np.load(scratch / "plain.npz") as file:
        wanted = {name: torch.from_numpy(file[name]) for name in file.files}
    coarse, fine = questions()
    codes = models.codec.encode(loop())
    error = models.codec.decode(answers()[..., :COMPARED_STEPS]) - wanted["sound"]
    same = {"equal_coarse_tokens": models.coarse.logits(coarse).argmax(-1) == wanted["coarse"],
            "equal_fine_tokens": models.fine.logits(fine).argmax(-1) == wanted["fine"],
            "equal_codes_of_codebook_1": codes[:, 0] == wanted["codes"][:, 0], "equal_codes": codes == wanted["codes"]}
    decibels = 10 * torch.log10(wanted["sound"].square().sum() / error.square().sum())
    return {name: round(float(equal.float().mean()), 4) for name, equal in same.items()} | {
        "sound_over_error_db": round(float(decibels), 1)}


def normed_at_each_call(models: VampNet, folder: Path) -> None:
    """Have weight norm computed whenever a layer is called, as where it is a hook."""
    for part, network in (("codec", models.codec), ("coarse", models.coarse), ("c2f", models.fine)):
        tensors = load_tensors(read_header(find_part(folder, part)))
        for name, layer in network.named_modules():
            if f"{name}.weight_v" in tensors:
                v, g = tensors[f"{name}.weight_v"], tensors[f"{name}.weight_g"]
                layer.register_forward_pre_hook(functools.partial(renorm, v, g))


def renorm(v: Tensor, g: Tensor, layer: nn.Module, _: Any) -> None:
    """A hook: the layer's weight from its direction and its length."""
    layer.weight.data = torch._weight_norm(v, g, 0)


@contextlib.contextmanager
def attention_written_out() -> Iterator[None]:
    """Scores, softmax and their product with the values, one after the other."""
    fused = F.scaled_dot_product_attention

    def written_out(q: Tensor, k: Tensor, v: Tensor, attn_mask: Tensor) -> Tensor:
        return (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5 + attn_mask).softmax(-1) @ v

    F.scaled_dot_product_attention = written_out
    try:
        yield
    finally:
        F.scaled_dot_product_attention = fused


def forward(model: VampNetTransformer, steps: int) -> Tensor:
    """The stack and the classifier, as shapes only."""
    return model.classifier(model.transformer(torch.empty(1, steps, model.config.embedding_dim, device="meta"), Sight(steps, False)))


def flops(work: Callable[[], Any]) -> float:
    """The multiplications and additions of a piece of work, in units of 1e12."""
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / 1e12


def product_rate(dtype: torch.dtype, size: int = 2048) -> float:
    """Best TFLOP/s of a product of two square matrices."""
    x = torch.randn(size, size)
    product = nn.Linear(size, size, bias=False).to(dtype) if dtype != torch.int8 else Int8Linear(torch.randn(size, size))
    rows = x.to(dtype) if dtype != torch.int8 else torch.randint(1, 256, (size, size), dtype=torch.uint8)
    taken: dict[str, float] = {}
    for number in range(8):
        timed(taken, str(number), lambda: product(rows))
    return 2 * size**3 / min(taken.values()) / 1e12


def timed(took: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """Do it, and note its seconds."""
    began = time.perf_counter()
    made = work()
    took[name] = time.perf_counter() - began
    return made


def peak_mb() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


if __name__ == "__main__":
    main()
