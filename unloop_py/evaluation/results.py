"""Results on disk and in JSON: rows that survive an interruption, and figures that every program reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def digest(facts: Any) -> str:
    """Sixteen hexadecimal digits of JSON-ready facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def plain(value: Any) -> Any:
    """Figures as JSON holds them: NumPy's numbers and arrays become Python's, floats keep six significant digits."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{float(value):.6g}") if np.isfinite(value) else None
    return value


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file of results; one that was cut short is left out, and there may be no file."""
    rows: list[dict[str, Any]] = []
    if not path.exists():
        return rows
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and {"key", "figures", "audio", "seconds"} <= row.keys():
            rows.append(row)
    return rows


def append_row(path: Path, row: Mapping[str, Any]) -> None:
    """Add a line, beginning a new one where the last was cut short."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(row).encode() + b"\n")


def mean(values: Iterable[float | None]) -> float:
    """Mean of the values that there are; NaN of none."""
    present = [value for value in values if value is not None]
    return float(np.mean(present)) if present else float("nan")
