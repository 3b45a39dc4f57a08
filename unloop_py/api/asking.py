"""What is asked for by name: the parameters of a generator and of a looper without a device. Standard library only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from unloop_py.control.nearest import nearest
from unloop_py.control.parameters import PARAMETERS, Parameter, by_name
from unloop_py.control.store import Store
from unloop_py.engine.messages import Control
from unloop_py.errors import ParameterError

GENERATOR_ROWS = tuple(row for row in PARAMETERS if row.prompt or row.name in ("variation", "steps", "seed"))
"""The rows of the table that say how a variation is made."""
_PLAYED = {control.name.lower() for control in Control} - {"tail"} | {"vary_mode", "vary_every", "drift_limit"}
LOOPER_ROWS = tuple(row for row in PARAMETERS if row in GENERATOR_ROWS or row.name in _PLAYED)
"""Those and the rows that say when a loop is varied and how it sounds."""


def given(values: Mapping[str, object], rows: tuple[Parameter, ...]) -> dict[str, float | int]:
    """Parameters that were named, converted; by their own names, also where an alias was used.

    Raises
    ------
    ParameterError
        A name that none of `rows` has, naming the nearest, or a value out of its range.
    """
    known = {name for row in rows for name in (row.name, *row.aliases)}
    named = {}
    for name, value in values.items():
        if name not in known:
            elsewhere = any(name in (row.name, *row.aliases) for row in PARAMETERS)
            why = "is of the instrument, and is not heard here" if elsewhere else "is no parameter"
            raise ParameterError(f"{name!r} {why}: the nearest is {nearest(name, sorted(known))!r}; see `unloop params`")
        row = by_name(name)
        named[row.name] = row.convert(_plain(value))
    return named


def resolve(values: Mapping[str, float | int]) -> tuple[dict[str, float | int], bool]:
    """Every parameter's value when only some were given, as at the instrument.

    ``variation`` moves the raw prompts first; those that were given by name then have the last word.

    Returns
    -------
    tuple of dict and bool
        The values, and whether the raw prompts have left what ``variation`` means.
    """
    store = Store(n_loops=1)
    store.update(0, values)
    return store.snapshot(0), store.custom(0)


def base_seed(seed: int) -> int:
    """The seed that a whole performance starts from: the one that was asked for, or a new one for 0."""
    return seed or secrets.randbelow(int(by_name("seed").maximum)) + 1


def whole(name: str, value: object, least: int, most: int) -> int:
    """A whole number of a script's, also one of numpy's. Raises ParameterError."""
    number = _plain(value)
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ParameterError(f"{name} is a whole number in {least}..{most}, got {value!r:.40}")
    return number


def _plain(value: object) -> object:
    """A number of numpy's as Python's."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", None) == 0 else value
