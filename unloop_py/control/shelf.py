"""A shelf of presets or scenes: those that come with unloop, and the player's own, a file each in a folder of his. Standard library only.

What is on it is in memory, for whoever asks, at once. `Shelf.look` and `Shelf.write` go to the disk and may wait for it: not on a
thread that the music or a front end waits for. One lock; any thread may call anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from unloop_py.control.keepsakes import MAX_BYTES, MAX_NUMBER, plain
from unloop_py.control.nearest import nearest
from unloop_py.errors import PresetError
from unloop_py.paths import written_beside


class Kept(Protocol):
    """What may lie on a shelf."""

    @property
    def name(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def names(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Kept)
_Seen = tuple[int, int]  # a file's time and size, by which a change is known


class Shelf(Generic[T]):
    """Presets or scenes, by name and by number.

    Parameters
    ----------
    kind : {"preset", "scene"}
    read : callable
        A file's text and what to call it: what it holds; raises PresetError.
    text_of : callable
        The text of its file.
    shipped : sequence
        Those that come with unloop.
    folder : Path or None
        The player's; None keeps what he saves for as long as he plays.
    first_own : int
        The first number of those that are his.
    """

    def __init__(
        self, kind: str, read: Callable[[str, str], T], text_of: Callable[[T], str], shipped: Sequence[T] = (),
        folder: Path | None = None, first_own: int = 1,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.folder = folder
        self._read, self._text_of = read, text_of
        self._shipped = tuple(shipped)
        self._first_own = first_own
        self._lock = threading.RLock()
        self._own: dict[str, T] = {}
        self._files: dict[Path, tuple[_Seen, T | str]] = {}    # what each file holds, or what is wrong with it
        self._unwritten: dict[str, T | None] = {}              # None is to be deleted
        self._damage: tuple[str, ...] = ()

    def all(self) -> tuple[T, ...]:
        """Everything on it, by number."""
        with self._lock:
            return tuple(sorted((*self._shipped, *self._own.values()), key=lambda one: (one.number, one.name)))

    def is_own(self, one: T) -> bool:
        """Whether it is the player's."""
        return one not in self._shipped

    @property
    def damage(self) -> tuple[str, ...]:
        """What is wrong with files that were not read, a line each."""
        return self._damage

    def find(self, name: str, where: str = "") -> T:
        """The one of this name or number; capitals, spaces and punctuation do not matter.

        Raises
        ------
        PresetError
            Names the nearest, and the damaged file that is called so.
        """
        wanted, found = plain(name), self.all()
        names = {plain(one): kept for kept in found for one in kept.names}
        if wanted.isdecimal():
            names = {str(one.number): one for one in found} | names
            wanted = str(int(wanted)) if len(wanted) < 10 else wanted
        if wanted in names:
            return names[wanted]
        for told in self._damage:
            if told.startswith(f"{wanted}.toml"):
                raise PresetError(told)
        at = f" ({where})" if where else ""
        if not found:
            cure = f"{self.kind}_save NAME makes one"
        elif wanted.isdecimal():
            cure = f"their numbers are {spans(one.number for one in found)}"
        else:
            cure = f"the nearest is {names[nearest(wanted, names)].name!r}"
        raise PresetError(f"no {self.kind} is called {name!r:.60}{at}: {cure}; see `unloop {self.kind}s`")

    def own(self, name: str) -> T | None:
        """The player's own of this name."""
        with self._lock:
            return self._own.get(plain(name))

    def number_for(self, name: str) -> int:
        """The number of the player's own that is called so, or one that is free.

        Raises PresetError for a name that one of unloop's own has.
        """
        wanted = plain(name)
        if any(wanted in map(plain, one.names) for one in self._shipped):
            raise PresetError(f"{self.kind} {name!r} is one of unloop's own, which stay as they are: choose another name")
        with self._lock:
            if (own := self.own(name)) is not None:
                return own.number
            taken = {one.number for one in self.all()}
        free = next((number for number in range(self._first_own, MAX_NUMBER + 1) if number not in taken), None)
        if free is None:
            raise PresetError(f"there are {MAX_NUMBER} {self.kind}s, and there can be no more: delete one with {self.kind}_delete")
        return free

    def put(self, one: T) -> None:
        """Lay it on the shelf, in the place of one of its name; `write` brings it to the disk."""
        with self._lock:
            self._own[plain(one.name)] = one
            self._unwritten[plain(one.name)] = one

    def remove(self, name: str) -> T:
        """Take one of the player's off the shelf. Raises PresetError for one that is not there, or is unloop's own."""
        one = self.find(name)
        if not self.is_own(one):
            raise PresetError(f"{self.kind} {one.name!r} is one of unloop's own, and stays; {self.kind}_delete takes away what you saved")
        with self._lock:
            del self._own[plain(one.name)]
            self._unwritten[plain(one.name)] = None
        return one

    # The disk.

    def look(self) -> bool:
        """Read what is new or changed in the folder; whether the shelf is another one now. What cannot be read is in `damage`."""
        if self.folder is None:
            return False
        files: dict[Path, tuple[_Seen, T | str]] = {}
        for path in sorted(self.folder.glob("*.toml")) if self.folder.is_dir() else ():
            try:
                told = path.stat()
            except OSError:  # it has gone meanwhile
                continue
            if path.name.startswith("."):  # it is being written
                continue
            seen = (told.st_mtime_ns, told.st_size)
            known = self._files.get(path)
            files[path] = known if known is not None and known[0] == seen else (seen, self._content(path, told.st_size))
        with self._lock:
            before = self.all()
            self._files = files
            own: dict[str, T] = {}
            damage = []
            numbers = {one.number: one.name for one in self._shipped}
            names = {plain(name) for one in self._shipped for name in one.names}
            for path, (_, content) in files.items():
                if isinstance(content, str):
                    damage.append(content)
                elif plain(content.name) in names:
                    damage.append(f"{path.name}: another {self.kind} is called {content.name!r} too: change its name")
                elif content.number in numbers:
                    damage.append(f"{path.name}: number {content.number} is that of {numbers[content.number]!r}: give it another")
                else:
                    own[plain(content.name)] = content
                    numbers[content.number] = content.name
                    names.add(plain(content.name))
            for name, one in self._unwritten.items():
                if one is None:
                    own.pop(name, None)
                else:
                    own[name] = one
            self._own, self._damage = own, tuple(damage)
            return self.all() != before

    def write(self) -> None:
        """Bring to the disk what was put and removed.

        Raises PresetError where it cannot be; it stays on the shelf as long as the instrument plays, and is not tried again.
        """
        while True:
            with self._lock:
                if self.folder is None or not self._unwritten:
                    self._unwritten.clear()
                    return
                name, one = next(iter(self._unwritten.items()))
                path = self._path_of(name)
            try:
                if one is None:
                    path.unlink(missing_ok=True)
                else:
                    self.folder.mkdir(parents=True, exist_ok=True)
                    with written_beside(path) as beside:
                        beside.write_text(self._text_of(one), encoding="utf-8")
            except OSError as error:
                raise PresetError(f"{self.kind} {name!r} cannot be written to {path} ({error.strerror or error}): it is there until you "
                                  "quit") from error
            finally:
                with self._lock:
                    if self._unwritten.get(name) is one:
                        del self._unwritten[name]

    def _path_of(self, name: str) -> Path:
        """The file that holds one, or is to hold it."""
        assert self.folder is not None
        for path, (_, content) in self._files.items():
            if not isinstance(content, str) and plain(content.name) == name:
                return path
        return self.folder / f"{name}.toml"

    def _content(self, path: Path, size: int) -> T | str:
        if size > MAX_BYTES:
            return f"{path.name}: {size} bytes are too many for a {self.kind}: at most {MAX_BYTES}"
        try:
            return self._read(path.read_text(encoding="utf-8"), path.name)
        except PresetError as error:
            return str(error)
        except (OSError, UnicodeDecodeError) as error:
            return f"{path.name}: it cannot be read ({error})"


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers as people write them, such as ``1..16, 33``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}..{last}" if last > first else str(first) for first, last in runs)
