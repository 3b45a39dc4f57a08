"""Bindings as a file that people read and write: TOML, a table each. Any thread but the audio and the midi thread."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import tomli_w

from unloop_py.control.midi_bindings import Binding, binding_fields, read_binding
from unloop_py.errors import BindingError, UnloopError
from unloop_py.paths import user_data_folder, written_beside

VERSION = 1
MAX_BYTES = 1_000_000
HEAD = """# What your MIDI controls do; `unloop midi` says more. `on` is a control: cc 42, note 60, cc14 1, nrpn 300, program 3,
# bend, pressure. It does one of: command, press (one of SooperLooper's words, with its release), switch (1 to 4, hands-free),
# parameter.

"""


def user_bindings_file() -> Path:
    """Where the player's own bindings are kept. Not made here."""
    return user_data_folder() / "midi" / "bindings.toml"


def read_tables(path: Path, what: str) -> dict[str, object]:
    """A file of bindings, its version checked. Raises BindingError with the line or the reason."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BindingError(f"{path}: {what} has at most {MAX_BYTES // 1_000_000} MB")
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BindingError(f"{path} cannot be read: {error}") from error
    except OSError as error:
        raise BindingError(f"{path} cannot be read: {error.strerror}") from error
    if tables.get("version") != VERSION:
        raise BindingError(f"{path}: version must be {VERSION}, got {tables.get('version')!r:.20}: it is another unloop's")
    return tables


def read_each(path: Path, rows: object) -> tuple[Binding, ...]:
    """The bindings of a file's tables. Raises BindingError, which counts them from 1."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BindingError(f"{path}: bindings are tables, each under [[binding]]")
    bindings = []
    for number, row in enumerate(rows, 1):
        try:
            bindings.append(read_binding(row))
        except UnloopError as error:
            raise BindingError(f"{path}, binding {number}: {error}") from error
    return tuple(bindings)


def read_bindings(path: Path) -> tuple[Binding, ...]:
    """The bindings of a file; none where there is no such file. Raises BindingError, with nothing read."""
    if not path.exists():
        return ()
    return read_each(path, read_tables(path, "a file of bindings").get("binding", []))


def write_bindings(path: Path, bindings: Iterable[Binding]) -> None:
    """Write a file of bindings, whole or not at all; its folder is made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = [f"\n[[binding]]\n{tomli_w.dumps(binding_fields(one))}" for one in bindings]
    with written_beside(path) as beside:
        beside.write_text(HEAD + tomli_w.dumps({"version": VERSION}) + "".join(tables), encoding="utf-8")
