"""What every benchmark says beside its numbers: where they were measured, and a row in the log.

A benchmark prints a table for people, then, as its last line, one JSON object. With ``--log`` the same object is added to
`bench_log.jsonl`, which is tracked: numbers live beside the code that made them.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READY_S = 120.0
LOG = ROOT / "scripts" / "bench_log.jsonl"


def add_log_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--log``."""
    parser.add_argument("--log", action="store_true", help=f"add the result to {LOG.relative_to(ROOT)}")


def finish(bench: str, config: dict[str, Any], results: dict[str, Any], *, log: bool) -> None:
    """Print the last line, and keep it when `log` says so.

    Parameters
    ----------
    bench : str
        Name of the benchmark.
    config : dict
        What it was run with.
    results : dict
        What it measured; units are part of the names.
    """
    row = {"bench": bench, "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), "commit": commit(),
           "machine": machine(), "config": config, **results}
    line = json.dumps(row)
    if log:
        with LOG.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    print(line)


@contextlib.contextmanager
def served(*options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`unloop serve` as anybody starts it, on the processor, once it answers; its address, and its process.

    Raises UnloopError, with the server's last words, where it does not start.
    """
    from unloop_py.errors import UnloopError
    from unloop_py.serve.lines import open_line

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "unloop_py", "serve", "--port", str(port), "--compute", "cpu", *options]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            url, until_s = f"http://127.0.0.1:{port}", time.monotonic() + READY_S
            while True:
                try:
                    open_line(url)[0].close()
                    break
                except UnloopError as error:
                    if process.poll() is not None or time.monotonic() > until_s:
                        said.seek(0)
                        words = said.read()[-500:].decode(errors="replace").strip()
                        raise UnloopError(f"the server does not start: {words or error}") from error
                    time.sleep(0.2)
            yield url, process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def commit() -> str:
    """Short hash of the commit, with ``+`` when files differ from it; ``unknown`` outside a repository."""
    try:
        short = _git("rev-parse", "--short", "HEAD")
        return short + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine() -> dict[str, Any]:
    """The machine as detected: processor, cores and threads that may be used, memory, system, versions, load."""
    return {"cpu": _cpu(), "cores": usable_cores(), "memory_gb": _memory_gb(), "system": platform.platform(),
            "python": platform.python_version(), "numpy": _version("numpy"), "numba": _version("numba"),
            "torch": _version("torch"),
            "load_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None}


def memory_mb(pid: int) -> dict[str, int]:
    """What a process holds, in MB: the most at once (``peak``), and now by its own (``own``) and mapped from files (``mapped``).

    Empty where the system does not tell, or the process has ended.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    told = {name: int(value.split()[0]) // 1024 for name, _, value in (line.partition(":") for line in lines) if value.endswith("kB")}
    return {"peak": told["VmHWM"], "own": told["RssAnon"], "mapped": told["RssFile"]} if "VmHWM" in told else {}


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def usable_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
