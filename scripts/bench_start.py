#!/usr/bin/env python3
"""How long a model's worker takes from its process's start until it is ready, the first time and after that.

    .venv/bin/python scripts/bench_start.py [--model FOLDER] [--threads 1] [--log]

Without a model, random files of VampNet's full size are made in a temporary folder first (3 GB, half a minute). A cache
folder of its own stands for a machine that never ran unloop. The first start measures what jobs cost; the second
remembers it. Then one more process does what the worker does and times the parts. The files were read before, so that
the system holds them in memory: what a disk takes besides is not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_common import ROOT, add_log_option, finish, memory_mb

sys.path.insert(0, str(ROOT))

from unloop_py.vamper.jobs import Gone, Loading, Ready, Start
from unloop_py.vamper.links import ProcessWorker

LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"
PATIENCE_S = 600.0
STARTS = 4
PARTS = """
import json, sys, time
told, began = {}, time.perf_counter()
def tell(part):
    global began
    now = time.perf_counter()
    told[part], began = round(now - began, 3), now
import torch
tell("import_torch_s")
from unloop_py.beats.aubio_tracker import AubioTracker
from unloop_py.generator import checkpoint, compute, vamp
tell("import_rest_s")
from unloop_py.generator.model_files import checked_model
checked_model(sys.argv[1])
tell("headers_s")
threads = int(sys.argv[2])
torch.set_num_threads(threads)
compute.fastest_dtype("cpu")
tell("arithmetic_s")
generator = vamp.load_generator(sys.argv[1], "cpu", threads=threads)
tell("weights_s")
from unloop_py.vamper.measuring import warm_up
generator.describe()
tell("facts_s")
warm_up(generator)
tell("warm_up_after_ready_s")
print(json.dumps(told))
"""


def start_worker(model: str, threads: int) -> dict[str, Any]:
    """Start one worker; seconds until it is ready, and what it takes of memory by then."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    began = time.perf_counter()
    worker = ProcessWorker(Start(LOCAL_GENERATOR, {"model": model, "compute": "cpu", "threads": threads}), answers.put)
    while isinstance(answer := answers.get(timeout=PATIENCE_S), Loading):
        pass
    seconds = time.perf_counter() - began
    if not isinstance(answer, Ready):
        sys.exit(f"the worker is not ready: {answer.text}" if isinstance(answer, Gone) else f"the worker says {answer}")
    held = memory_mb(worker.pid)
    worker.kill()
    return {"seconds": round(seconds, 2), "memory_mb": held}


def measure(model: str, threads: int) -> dict[str, Any]:
    first, *later = (start_worker(model, threads) for _ in range(STARTS))
    command = [sys.executable, "-c", PARTS, model, str(threads)]
    parts = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {"first_s": first["seconds"], "second_s": min(one["seconds"] for one in later), "later_s": [one["seconds"] for one in later],
            "first_memory_mb": first["memory_mb"], "second_memory_mb": later[-1]["memory_mb"], "parts": json.loads(parts)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="a model's name or folder (default: VampNet's full size, random)")
    parser.add_argument("--threads", type=int, default=1, help="threads of the model (1)")
    add_log_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        model = arguments.model
        if model is None:
            import full_size_vampnet

            model = str(Path(folder) / "vampnet")
            full_size_vampnet.make(Path(model))
        results = measure(model, arguments.threads)
    print(f"first start {results['first_s']} s, later ones {results['later_s']} s; memory {results['second_memory_mb']} MB")
    for part, seconds in results["parts"].items():
        print(f"  {part:24} {seconds:6.2f}")
    finish("start", {"model": arguments.model or "full-size vampnet, random", "threads": arguments.threads}, results, log=arguments.log)


if __name__ == "__main__":
    main()
