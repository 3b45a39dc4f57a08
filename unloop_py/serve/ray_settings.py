"""What a cluster of generators is told, checked before any of it starts. No Ray here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from unloop_py.errors import ParameterError
from unloop_py.generator.model_files import find_model
from unloop_py.serve.service import Limits
from unloop_py.serve.wire import LONGEST_NAME

FACTORY = "unloop_py.generator.vamp:load_generator"
RANGES = {"least": (1, 1000), "most": (1, 1000), "cpus": (0, 1024), "gpus": (0, 64), "models": (1, 64), "batch": (1, 256),
          "gather_s": (0, 1), "waiting": (1, 1000), "seconds": (1, 600), "takes": (1, 10_000)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """One application of Ray Serve: its replicas, and what each holds and bears.

    Attributes
    ----------
    model : str
        Of those who name none.
    compute : str
        ``auto``, ``cpu``, ``cuda``, ``mps``: as everywhere.
    threads : int or None
        Processor threads of each replica's torch; its own choice if not given.
    token : str
        Who does not send it is refused; "" lets everybody in, which is for loopback alone.
    least, most : int
        Replicas. Where they differ, Ray starts and ends them as calls come.
    cpus, gpus : float
        Of a machine, for each replica, as Ray counts them.
    models : int
        Held by a replica at once: the default one and fine-tunes; the one that was not used for longest makes way.
    batch : int
        Loops made at once.
    gather_s : float
        How long a batch waits for others while nothing is at work.
    waiting : int
        Calls that a replica has at once, and that wait for a replica besides.
    seconds : float
        The longest loop.
    takes : int
        Takes held for those who cannot send tokens.
    factory : str
        ``module:function`` that makes a model's generator.
    """

    model: str = "small"
    compute: str = "auto"
    threads: int | None = None
    token: str = ""
    least: int = 1
    most: int = 1
    cpus: float = 1.0
    gpus: float = 0.0
    models: int = 2
    batch: int = 8
    gather_s: float = 0.005
    waiting: int = 32
    seconds: float = 60.0
    takes: int = 64
    factory: str = FACTORY

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ParameterError(f"{name} of a cluster must be in {low}..{high}, got {value!r:.40}")
        if self.most < self.least:
            raise ParameterError(f"a cluster has at most as many replicas as it has at least: got {self.least}:{self.most}")
        if self.factory == FACTORY:
            find_model(self.model)

    @classmethod
    def read(cls, entries: dict[str, Any]) -> ClusterSettings:
        """From a configuration's ``args``. Raises ParameterError, which names what is wrong."""
        known = [one.name for one in fields(cls)]
        if strange := [name for name in entries if name not in known]:
            raise ParameterError(f"a cluster has no setting {strange[0]!r:.40}; there are {', '.join(known)}")
        return cls(**entries)

    @property
    def limits(self) -> Limits:
        """Of each replica's service. The takes that it holds are those that it was asked for last."""
        return Limits(seconds=self.seconds, batch=self.batch, takes=min(self.takes, 32), waiting=self.waiting)

    def to_dict(self) -> dict[str, Any]:
        """All of it, for a configuration."""
        return asdict(self)


def read_replicas(text: str) -> tuple[int, int]:
    """``2`` or ``1:4``: the least and the most replicas. Raises ParameterError."""
    least, colon, most = text.partition(":")
    try:
        return int(least), int(most if colon else least)
    except ValueError:
        raise ParameterError(f"replicas are a number, or two with a colon between: 2, or 1:4; got {text!r:.40}") from None


def named(model: object) -> bool:
    """Whether a call names a model, and not whichever the cluster has for those who name none."""
    return isinstance(model, str) and model not in ("", "default") and len(model) <= LONGEST_NAME
