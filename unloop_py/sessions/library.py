"""All sessions that are kept: listed, found by name, named, deleted, and held within a size."""

from __future__ import annotations

import difflib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from unloop_py.errors import SessionError
from unloop_py.paths import user_data_folder, written_beside
from unloop_py.sessions.lock import is_held
from unloop_py.sessions.reading import read_state
from unloop_py.sessions.state import AT_REST, Performance

LAST = "last"
NAME_FILE = "name.txt"
RESTORED = "restored"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as the list shows it.

    Attributes
    ----------
    folder : Path
    name : str
        The player's, "" for none.
    size_bytes : int
    playing : bool
        A process plays it now.
    state : Performance or None
        None when it cannot be read.
    """

    folder: Path
    name: str
    size_bytes: int
    playing: bool
    state: Performance | None

    @property
    def crashed(self) -> bool:
        """Whether it ended without its player's wish, and there is a loop to bring back, or part of one."""
        if self.state is None or self.state.ended or self.playing or (self.folder / RESTORED).exists():
            return False
        recorded = any(loop.state not in AT_REST for loop in self.state.loops) and any(self.folder.glob("input-*.wav"))
        return recorded or any(loop.take is not None and loop.take.file for loop in self.state.loops)

    @property
    def title(self) -> str:
        """What to call it: the player's name for it, or its folder's."""
        return self.name or self.folder.name


class Library:
    """The folder that holds the sessions.

    Parameters
    ----------
    folder : Path, optional
        Default: in the user's data folder, where it is made when it is needed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = folder is None
        self.folder = user_data_folder() / "sessions" if folder is None else folder

    def new_folder(self, now_s: float | None = None) -> Path:
        """A folder's path for a session that begins now; not made yet."""
        if self._own:
            self.folder.mkdir(parents=True, exist_ok=True)
        name = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(now_s))
        path, count = self.folder / name, 1
        while path.exists():
            count += 1
            path = self.folder / f"{name} ({count})"
        return path

    def sessions(self) -> list[Kept]:
        """Every session, oldest first."""
        return [self._look(path) for path in self._folders()]

    def find(self, wanted: str, *, playing: bool = False) -> Kept:
        """The session of this name or folder, or the last one: with `playing`, the one that is being played counts.

        Raises SessionError with the nearest names.
        """
        folders = self._folders()
        if wanted == LAST:
            for path in reversed(folders):
                if playing or not is_held(path / "playing.lock"):
                    return self._look(path)
            raise SessionError(f"no session has been kept in {self.folder} yet")
        as_path = Path(wanted)
        if as_path.is_absolute() and _is_session(as_path):
            return self._look(as_path)
        names = {path: _name(path) for path in folders}
        for match in (lambda path: path.name == wanted, lambda path: names[path].lower() == wanted.lower()):
            if found := [path for path in folders if match(path)]:
                return self._look(found[-1])
        known = [names[path] or path.name for path in folders]
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.3) or known[-1:]
        raise SessionError(f"no session is called {wanted!r}" + (f": the nearest is {near[0]!r}" if near else f" in {self.folder}"))

    def name(self, kept: Kept, name: str) -> None:
        """Name a session, which is then never deleted for room; "" takes its name away.

        Raises SessionError for a name that another one has, or that is too long.
        """
        name = " ".join(name.split())
        if len(name) > LONGEST_NAME or name == LAST or "/" in name:
            shown = name[:LONGEST_NAME]
            raise SessionError(f"a session cannot be called {shown!r}: at most {LONGEST_NAME} characters, no / and not {LAST!r}")
        taken = [path for path in self._folders() if name and _name(path).lower() == name.lower() and path != kept.folder]
        if taken:
            raise SessionError(f"{name!r} is the name of the session {taken[0].name}: choose another, or delete that one")
        if not name:
            (kept.folder / NAME_FILE).unlink(missing_ok=True)
            return
        with written_beside(kept.folder / NAME_FILE) as beside:
            beside.write_text(name + "\n", encoding="utf-8")

    def delete(self, kept: Kept) -> None:
        """Delete a session and all that it holds. Raises SessionError while it is played."""
        if is_held(kept.folder / "playing.lock"):
            raise SessionError(f"{kept.title} is being played: end it first")
        # Under another name first: a session that is half deleted is none.
        going = kept.folder.with_name(f".deleted-{os.getpid()}-{kept.folder.name}")
        kept.folder.rename(going)
        shutil.rmtree(going)

    def make_room(self, limit_bytes: float) -> list[str]:
        """Delete the oldest sessions that have no name, whole, until all are within a size; the titles of those that went."""
        gone = []
        kept = [(path, _size(path)) for path in self._folders()]
        total = sum(size for _, size in kept)
        for path, size in kept:
            if total <= limit_bytes:
                break
            if _name(path) or is_held(path / "playing.lock"):
                continue
            self.delete(Kept(path, "", size, False, None))
            gone.append(path.name)
            total -= size
        return gone

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted((path for path in self.folder.iterdir() if not path.name.startswith(".") and _is_session(path)), key=_age)

    def _look(self, path: Path) -> Kept:
        try:
            state = read_state(path)
        except SessionError:
            state = None
        return Kept(path, _name(path), _size(path), is_held(path / "playing.lock"), state)


def mark_ended(folder: Path) -> None:
    """Note in a session that was ended by force that its player has it back, so that it is not offered again."""
    (folder / RESTORED).touch()


def _is_session(path: Path) -> bool:
    return path.is_dir() and ((path / "session.toml").is_file() or (path / "log.jsonl").is_file())


def _age(path: Path) -> tuple[float, str]:
    """Older sessions first: by when they began, which their folder's name tells unless somebody renamed it."""
    try:
        return time.mktime(time.strptime(path.name[:19], "%Y-%m-%d %H.%M.%S")), path.name
    except (ValueError, OverflowError):
        return path.stat().st_mtime, path.name


def _name(path: Path) -> str:
    try:
        return (path / NAME_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _size(path: Path) -> int:
    total = 0
    for file in path.rglob("*"):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
