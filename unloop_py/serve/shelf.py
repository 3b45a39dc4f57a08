"""The models that a server has: loaded when they are first asked for, a few at a time, with what their jobs cost."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unloop_py.errors import ModelError
from unloop_py.generator.model_files import FILES, checked_model, list_models
from unloop_py.generator.spec import Generator
from unloop_py.serve.wire import WireError
from unloop_py.vamper.deadline import Cost, CostMeter
from unloop_py.vamper.measuring import RememberedCosts, measure, warm_up

log = logging.getLogger(__name__)

Load = Callable[[str], Generator]
"""Given a model's name; raises ModelError. Seconds."""


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """A model that is loaded.

    Attributes
    ----------
    name : str
        By which it was asked for.
    generator : Generator
    facts : dict
        What it says of itself.
    meter : CostMeter
        What its jobs take.
    """

    name: str
    generator: Generator
    facts: dict[str, Any]
    meter: CostMeter

    def shape_of(self, frames: int, sample_rate: int) -> tuple[int, int]:
        """Codebooks and steps of a take of so many frames."""
        facts = self.facts
        return facts["n_codebooks"], math.ceil(frames * facts["sample_rate"] / (sample_rate * facts["hop_length"]))


class ModelShelf:
    """Models by name. Any thread; loading one makes others wait.

    Parameters
    ----------
    load : callable
        Makes the generator of a model. One that has `cost` was measured already; one that has `close` is closed when another
        takes its place.
    default : str
        The model of those who name none.
    most : int
        Models held at once; the one that was not used for longest makes way.
    costs : RememberedCosts, optional
        Where it is remembered what jobs of a model take on this machine.
    names : callable, optional
        The names of all that there are; default those of `unloop models`.
    """

    def __init__(self, load: Load, default: str, *, most: int = 2, costs: RememberedCosts | None = None,
                 names: Callable[[], list[str]] | None = None) -> None:
        self.default = default
        self._load, self._most = load, most
        self._costs = costs or RememberedCosts()
        self._names = names or _installed
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._codecs: dict[str, str] = {}

    def get(self, name: str | None) -> Held:
        """A model, loaded and measured if it is not yet; None is the default. Raises WireError where there is none of that name."""
        name = self.default if name in (None, "", "default") else name
        with self._lock:
            if name not in self._held:
                # A name is no path: nobody reads this machine's files.
                if name != self.default and name not in (names := self.names()):
                    raise WireError("model", f"no model is named {name!r:.40} here; there are {', '.join(names)}")
                while len(self._held) >= self._most:
                    self._close(self._held.popitem(last=False)[1])
                self._held[name] = self._loaded(name)
            self._held.move_to_end(name)
            return self._held[name]

    def names(self) -> list[str]:
        """The names that may be asked for, the default first."""
        return [self.default, *(name for name in self._names() if name != self.default)]

    def listed(self) -> list[dict[str, str]]:
        """The name and the codec's digest of each, without loading any."""
        return [{"name": name, "codec": self._codec_of(name)} for name in self.names()]

    def close(self) -> None:
        """Let all models go."""
        with self._lock:
            while self._held:
                self._close(self._held.popitem()[1])

    def _loaded(self, name: str) -> Held:
        began = time.perf_counter()
        generator = self._load(name)
        facts = generator.describe()
        cost = getattr(generator, "cost", None) or self._cost_of(generator, facts.get("cost_key"))
        log.info("the model %s is loaded after %.1f s: %s", name, time.perf_counter() - began, cost)
        return Held(name, generator, facts, CostMeter(cost))

    def _cost_of(self, generator: Generator, key: str | None) -> Cost:
        measured = self._costs.recall(key)
        if measured is None:
            measured = measure(generator)
            self._costs.remember(key, measured)
        else:
            warm_up(generator)
        return measured.cost

    def _codec_of(self, name: str) -> str:
        if name not in self._codecs:
            try:
                self._codecs[name] = checked_model(name)[1].get("files", {}).get(FILES[0], {}).get("sha256", "")
            except ModelError:  # a damaged one says so when it is asked for; a stand-in has no files
                self._codecs[name] = ""
        return self._codecs[name]

    def _close(self, held: Held) -> None:
        close = getattr(held.generator, "close", None)
        if close is not None:
            close()


def _installed() -> list[str]:
    return [one.name for one in list_models() if one.state == "ok"]
