"""Variations of a file that was uploaded, as files, for clients that know nothing else. Any thread."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.serve.decoding import Decoder
from unloop_py.serve.service import Service
from unloop_py.serve.temporary import Temporary
from unloop_py.vamper.seeds import derive_seed

DEFAULT_MODEL = "default"


@dataclass(frozen=True, eq=False, slots=True)
class Made:
    """What came of a file.

    Attributes
    ----------
    variations : tuple of Variation
    sample_rate : int
        The file's, in Hz.
    grid : BeatGrid, optional
        Its beats.
    """

    variations: tuple[Variation, ...]
    sample_rate: int
    grid: BeatGrid | None


class Making:
    """Makes them, and stops when asked to.

    Parameters
    ----------
    service : Service
    temporary : Temporary
        Where files come up and go down.
    decoder : Decoder
    """

    def __init__(self, service: Service, temporary: Temporary, decoder: Decoder) -> None:
        self.service, self.temporary = service, temporary
        self._decoder = decoder
        self._lock = threading.Lock()
        self._under_way: dict[threading.Event, str] = {}        # and whose it is

    def vary(self, data: bytes, values: Mapping[str, float | int], count: int, *, model: Any = None, owner: str = "",
             others: Mapping[str, float | int] | None = None) -> Made:  # fmt: skip
        """Make so many variations of a file.

        Parameters
        ----------
        data : bytes
            What is in it, see `Temporary.take`.
        values : mapping
            Parameters of ours, by name; what a prompt has no place for, but `steps` and `seed`, is left out.
        count : int
        model : str, optional
            The server's own if not given, or "default".
        owner : str
            Whose this is, for `stop`.
        others : mapping, optional
            What parts of a prompt are that `values` has not, if not their defaults.

        Raises
        ------
        UnloopError
        """
        audio, rate = self._decoder.file(data, self.service.limits.seconds)
        prompt = Prompt(**dict(others or {}) | {name: value for name, value in values.items() if name in Prompt.__dataclass_fields__})
        seed = int(values.get("seed", 0)) or secrets.randbits(48) + 1
        stopped = threading.Event()
        with self._lock:
            self._under_way[stopped] = owner
        try:
            handle, prepared = self.service.prepare(audio, rate, model=None if model is None else str(model), cancelled=stopped.is_set)
            try:
                made = tuple(
                    self.service.vary(handle, VariationRequest(0, index, derive_seed(seed, index), prompt, values.get("steps")),
                                      cancelled=stopped.is_set)
                    for index in range(1, count + 1)
                )
            finally:
                self.service.forget(handle)
        finally:
            with self._lock:
                del self._under_way[stopped]
        return Made(made, rate, prepared.grid)

    def stop(self, owner: str) -> int:
        """Stop what is made for somebody; how many it were."""
        with self._lock:
            theirs = [stopped for stopped, whose in self._under_way.items() if whose == owner]
        for stopped in theirs:
            stopped.set()
        return len(theirs)


