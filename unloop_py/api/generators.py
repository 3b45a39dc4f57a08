"""The generator that a call asks: one that is open already, or one opened for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from unloop_py.config import DEFAULT_MODEL
from unloop_py.errors import ParameterError, WorkerError
from unloop_py.generator.spec import Generator, Variation
from unloop_py.serve.doors import LOCAL, open_generator
from unloop_py.vamper.checking import fault_in


class OneAtATime:
    """A generator that several threads may ask: each call waits for its turn. What it is itself, its methods say."""

    def __init__(self, generator: Generator) -> None:
        self._generator, self._turn = generator, threading.Lock()

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._generator, name)

        def in_turn(*arguments: Any, **named: Any) -> Any:
            with self._turn:
                return asked(*arguments, **named)

        return in_turn if callable(asked) else asked



@contextlib.contextmanager
def asked(generator: str | Generator, model: str | None = None, **loading: Any) -> Iterator[Generator]:
    """A generator for as long as a ``with`` lasts.

    Parameters
    ----------
    generator : str or Generator
        ``local``, ``process`` or an address, see `open_generator`; or one that is open, and stays so. What ``local`` loaded last is kept
        for the next call, and any thread may ask it.
    model : str, optional
    **loading
        `token`, `ca`, `compute`, `threads` and `lora_scale`; what is None is not said.

    Raises
    ------
    UnloopError
        As `open_generator`; ParameterError for what is no generator, or a model for one that has its own.
    """
    loading = {name: value for name, value in loading.items() if value is not None}
    if not isinstance(generator, str):
        if not all(hasattr(generator, method) for method in ("prepare", "vary", "describe")):
            raise ParameterError(f"generator is 'local', 'process', an address or a generator, got {generator!r:.60}")
        if model is not None or loading:
            raise ParameterError("a generator that is open has its model: give model and the like to open_generator")
        yield generator
    elif generator == LOCAL and not loading.keys() & {"token", "ca"}:
        yield _local(model or DEFAULT_MODEL, **loading)
    else:
        with open_generator(generator, **({} if model is None else {"model": model}), **loading) as opened:
            yield opened


def _local(model: str, **loading: Any) -> Generator:
    """The model of this process; loaded anew where its files have changed. Raises ModelError."""
    from unloop_py.generator.model_files import edition, find_model

    return _loaded(model, edition(find_model(model)[0]), tuple(sorted(loading.items())))


@lru_cache(maxsize=1)
def _loaded(model: str, edition: object, loading: tuple[tuple[str, Any], ...]) -> Generator:
    from unloop_py.generator.vamp import load_generator  # loads torch

    return OneAtATime(load_generator(model, **dict(loading)))


def looked_at(made: Sequence[Variation] | None, count: int, shape: tuple[int, int]) -> Sequence[Variation]:
    """What a generator made of a take of `shape`, if it is that. Raises WorkerError for anything else."""
    fault = "nothing came back" if made is None else fault_in(made, count, shape)
    if fault is not None:
        raise WorkerError(f"what the generator made was refused: {fault}")
    return made
