"""A model's folder, checked file by file without loading anything: standard library only, so that `jam` can refuse a
damaged model before the first note and leave the loading to its worker.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from unloop_py.errors import ModelError

BUNDLED = Path(__file__).parent / "bundled"
FORMAT = 1
FILES = ("codec.safetensors", "coarse.safetensors", "fine.safetensors")
CURE = "reinstall unloop, or build it with `scripts/build_bundled_model`"


def checked_model(name: str) -> tuple[Path, dict[str, Any]]:
    """The folder and the manifest of a model whose files are all there and whole. Any thread, about 0.1 s.

    Parameters
    ----------
    name : str
        A bundled model's name, or a folder.

    Raises
    ------
    ModelError
        Names the file and the cure.
    """
    folder = BUNDLED / name if (BUNDLED / name).is_dir() or "/" not in name else Path(name)
    if not folder.is_dir():
        known = ", ".join(sorted(p.name for p in BUNDLED.iterdir() if p.is_dir())) if BUNDLED.is_dir() else "none"
        raise ModelError(f"no model named {name!r}: the bundled ones are {known}; or give a folder that holds {', '.join(FILES)}")
    manifest = _read_manifest(folder)
    for file in FILES:
        _check(folder / file, manifest)
    return folder, manifest | {"folder": str(folder)}


def sha256(path: Path) -> str:
    """The digest of a file as the manifest holds it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text())
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: {CURE}") from None
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({error}): {CURE}") from None
    if manifest.get("format") != FORMAT:
        found = manifest.get("format")
        raise ModelError(f"{folder} holds models of format {found}, this unloop reads format {FORMAT}: build or install them anew")
    return manifest


def _check(path: Path, manifest: dict[str, Any]) -> None:
    expected = manifest["files"].get(path.name)
    if expected is None or not path.exists():
        raise ModelError(f"{path} is missing: {CURE}")
    if path.stat().st_size != expected["bytes"] or sha256(path) != expected["sha256"]:
        raise ModelError(f"{path} is damaged (its SHA-256 is not the manifest's): {CURE}")
