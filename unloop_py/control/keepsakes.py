"""What presets and scenes have in common as files: TOML that people read and write, and errors that name the line. Standard library only.

Pure; any thread.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from unloop_py.control.parameters import Parameter, by_name
from unloop_py.errors import ParameterError, PresetError

FORMAT = 1
"""Of the files; one of another number was written by another version of unloop."""
MAX_BYTES = 2**18
"""No larger file is read."""
MAX_NAME = 60
"""The most characters of a name that a player gives: a file is called by it."""
MAX_NUMBER = 1000

Values = Mapping[str, float | int]


def plain(name: str) -> str:
    """A name as names are compared, and as files are called: its letters and digits, small, with ``-`` for what is between them."""
    return "-".join(re.findall(r"[^\W_]+", name.lower()))


def check_name(name: str, kind: str) -> str:
    """A name that a player gives to a preset or a scene.

    Raises PresetError for one that is too long, says nothing, or is a number, by which others are called.
    """
    if not plain(name) or len(name) > MAX_NAME:
        raise PresetError(f"a {kind}'s name needs a letter and at most {MAX_NAME} characters, got {name!r:.80}")
    if plain(name).isdigit():
        raise PresetError(f"a {kind} is not called {name!r}: numbers are what they are told by, so give it a letter too")
    return name


class Document:
    """A file that was read: its tables, and where in it something stands.

    Parameters
    ----------
    text : str
    where : str
        What it is called in errors.
    keys : iterable of str
        What may stand at its top, beside ``format``.

    Raises
    ------
    PresetError
        When it is no TOML, of another version, or holds a key that is none of them.
    """

    def __init__(self, text: str, where: str, keys: Iterable[str]) -> None:
        self._text, self._where = text, where
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise PresetError(f"{where}: {error}: mend that line, or delete the file") from error
        found = self.tables.pop("format", None)
        if found != FORMAT or isinstance(found, bool):
            says = "there is no format" if found is None else f"format is {found!r:.20}"
            raise self.wrong("format", f"{says}, and this version of unloop reads {FORMAT}")
        self.refuse_others(self.tables, keys)

    def wrong(self, key: str, says: str, start: int = 0) -> PresetError:
        """An error about a key, with its line: the first after the character ``start`` where it stands."""
        found = re.compile(rf"^[ \t]*(?:\[+\s*)?[\"']?{re.escape(key)}\b", re.MULTILINE).search(self._text, start)
        line = f", line {self._text.count(chr(10), 0, found.start()) + 1}" if found else ""
        return PresetError(f"{self._where}{line}: {says}")

    def refuse_others(self, table: Mapping[str, Any], keys: Iterable[str], start: int = 0) -> None:
        """Raise PresetError for a key that is none of these."""
        allowed = list(keys)
        for key in table:
            if key not in allowed:
                raise self.wrong(key, f"no key is called {key!r} here, but {', '.join(allowed)}", start)

    def start_of(self, table: str, number: int) -> int:
        """The character at which the table ``[[table]]`` of this number begins, from 0."""
        heads = [found.start() for found in re.finditer(rf"^[ \t]*\[\[\s*{table}\s*\]\]", self._text, re.MULTILINE)]
        return heads[number] if number < len(heads) else 0

    def name(self, kind: str) -> str:
        """The name that stands in it."""
        name = self.tables.get("name")
        if not isinstance(name, str):
            raise self.wrong("name", f"name must be the {kind}'s name in quotes, got {name!r:.40}")
        return check_name(name, kind)

    def number(self, kind: str) -> int:
        """The number that stands in it."""
        number = self.tables.get("number")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MAX_NUMBER:
            raise self.wrong("number", f"number must be a whole number in 1..{MAX_NUMBER}, got {number!r:.40}: a {kind} is told by it")
        return number

    def text(self, table: Mapping[str, Any], key: str, default: str, start: int = 0) -> str:
        """A text, or what is meant where there is none."""
        value = table.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, f"{key} must be a text in quotes, got {value!r:.40}", start)
        return value

    def bool(self, table: Mapping[str, Any], key: str, default: bool, start: int = 0) -> bool:
        """``true`` or ``false``, or what is meant where there is neither."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} must be true or false, got {value!r:.40}", start)
        return value

    def table(self, table: Mapping[str, Any], key: str, start: int = 0) -> dict[str, Any]:
        """A table within one; empty where there is none."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"{key} must be a table, [{key}], got {value!r:.40}", start)
        return value

    def values(
        self, table: Mapping[str, Any], start: int = 0, may: Callable[[Parameter], bool] = lambda row: True, whose: str = "here"
    ) -> dict[str, float | int]:
        """The parameters of a table, each within its range.

        Parameters
        ----------
        may : callable
            Which rows may stand there.
        whose : str
            What they are not, where they may not.
        """
        found: dict[str, float | int] = {}
        for key, value in table.items():
            try:
                row = by_name(key)
                found[row.name] = row.convert(value)
            except ParameterError as error:
                raise self.wrong(key, str(error), start) from error
            if not may(row):
                raise self.wrong(key, f"{key} is no parameter {whose}", start)
        return found


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def lines_of(values: Values) -> str:
    """Parameters as TOML writes them, a line each, with what they are counted in or what the number means."""
    lines = []
    for name, value in values.items():
        row = by_name(name)
        text = ("false", "true")[bool(value)] if row.kind == "bool" else repr(value)
        note = row.choices[int(value - row.minimum)] if row.choices else row.unit
        lines.append(f"{name} = {text}" + (f"  # {note}" if note else ""))
    return "".join(line + "\n" for line in lines)
