"""Which generator, by a word: in this process, in another, or at an address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from unloop_py.config import DEFAULT_MODEL
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Generator
from unloop_py.serve.process import LOCAL_GENERATOR, ProcessGenerator

LOCAL, PROCESS = "local", "process"
SCHEMES = ("http://", "https://")


def is_address(where: str) -> bool:
    """Whether a generator is one at an address, rather than on this machine."""
    return where.lower().startswith(SCHEMES)


@contextlib.contextmanager
def open_generator(where: str = LOCAL, model: str | None = None, *, token: str | None = None, ca: str | None = None,
                   **loading: Any) -> Iterator[Generator]:
    """A generator for as long as a ``with`` lasts. One thread at a time.

    Parameters
    ----------
    where : str
        ``local`` loads the model in this process, ``process`` in one of its own; the address of an `unloop serve`, such as
        ``http://192.168.1.7:7860``, asks that.
    model : str, optional
        A model's name, or a folder that holds one; `config.DEFAULT_MODEL` if not given. Of a server, a name that it knows, or
        else the one that it was started with.
    token, ca : str, optional
        Of a server, see `remote.connect`.
    **loading
        `compute`, `threads` and `lora_scale`, see `vamp.load_generator`: of what is loaded here.

    Raises
    ------
    UnloopError
        A word that is none of these, weights that cannot be loaded, a server that cannot be reached or does not fit.
    """
    if is_address(where):
        from unloop_py.serve.remote import connect  # needs the packages of the extra `remote`

        generator = connect(where, token=token, ca=ca, model=model, **loading)
        try:
            yield generator
        finally:
            generator.close()
    elif where not in (LOCAL, PROCESS):
        raise UnloopError(f"there is no generator {where!r}: it is local, process, or the address of an `unloop serve` such as "
                          "http://192.168.1.7:7860")
    elif token is not None or ca is not None:
        raise UnloopError(f"a token and a certificate are for a server, and the generator {where} is on this machine: leave them out")
    elif where == PROCESS:
        with ProcessGenerator(LOCAL_GENERATOR, {"model": model or DEFAULT_MODEL, **loading}) as generator:
            generator.describe()  # weights that cannot be loaded are told here
            yield generator
    else:
        from unloop_py.generator.vamp import load_generator  # loads torch

        yield load_generator(model or DEFAULT_MODEL, **loading)
