"""Files that exist whole or not at all, and the check that they can be written before work begins.

Standard library only; any thread but the audio thread.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import AudioFileError


@contextlib.contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in ``path``'s folder and rename it to ``path`` when the block ends without an error.

    A reader sees the old file or the new one, never half of one; after an error nothing is left behind.

    Parameters
    ----------
    path : str or Path
        The file to write. The temporary one keeps its suffix, for writers that go by it.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def check_writable_file(path: str | Path) -> Path:
    """Return ``path`` if a file can be written there; its folder must exist. Leaves nothing behind.

    Raises
    ------
    AudioFileError
        If the path is a folder, its folder is missing, or nothing can be written there.
    """
    path = Path(path)
    if path.is_dir():
        raise AudioFileError(f"{path} is a folder: name a file in it, for example {path / 'out.wav'}")
    if not path.parent.is_dir():
        raise AudioFileError(f"the folder {path.parent} does not exist: make it first, or choose another place")
    _try_writing_in(path.parent)
    return path


def check_writable_folder(path: str | Path) -> Path:
    """Return ``path`` if it is a folder to write in, or can be made in one that exists. Makes nothing.

    Raises
    ------
    AudioFileError
        If the path is a file, its parent is missing, or nothing can be written there.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise AudioFileError(f"{path} is a file: choose a folder")
    if not path.exists() and not path.parent.is_dir():
        raise AudioFileError(f"the folder {path.parent} does not exist: make it first, or choose another place")
    _try_writing_in(path if path.exists() else path.parent)
    return path


def _try_writing_in(folder: Path) -> None:
    # Asking the permission bits is not enough: a full or read-only disk shows only when something is written.
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"unloop")
    except OSError as error:
        raise AudioFileError(f"cannot write in {folder}: {error.strerror}; choose another place") from error


def user_data_folder() -> Path:
    """Where what a player makes is kept from one version of unloop to the next. Not made here."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "unloop"


def presets_folder() -> Path:
    """Where a player's own presets lie. Not made here."""
    return user_data_folder() / "presets"


def scenes_folder() -> Path:
    """Where his scenes lie. Not made here."""
    return user_data_folder() / "scenes"


def user_cache_folder() -> Path:
    """Where what can be fetched or computed again is kept. Not made here."""
    if os.name == "nt":
        return user_data_folder() / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "unloop"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unloop"
