"""The TOML file of `unloop train`: four tables, every key with a default but the folder that it goes to.

    [model]      sizes of the network: the fields of TransformerConfig or RvqCodecConfig
    [data]       what is read, and how
    [training]   steps, batches, learning rate
    [output]     where it goes and how often
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from unloop_py.errors import UnloopError
from unloop_py.generator.rvq_codec import RvqCodecConfig
from unloop_py.generator.transformer import TransformerConfig

PARTS = ("codec", "coarse", "fine")


class ConfigError(UnloopError):
    """A config that cannot be trained by."""


@dataclass(frozen=True)
class DataTable:
    """What is read."""

    codec: str = "small"  # whose tokens: a model's name, or a folder; the one being trained beside, for one's own; DAC's weights (.pth)
    tokens: str = "cached"  # encoded once, into the output folder; or "on the fly", from another place each time
    held_out: float = 0.05  # share of the files that judges and is never learned from
    workers: int = 2  # threads that read ahead, in each process


@dataclass(frozen=True)
class TrainingTable:
    """How it is learned. A piece is what the model sees at once."""

    steps: int = 100_000
    batch: int = 32  # pieces in a step, over all processes together
    micro_batch: int = 0  # pieces at once in one process (gradient accumulation), 0 = its whole share: memory, never results
    piece_steps: int = 256  # codec steps in a piece
    learning_rate: float = 1e-3
    warmup: int = 500  # steps
    weight_decay: float = 0.03
    clip: float = 1.0  # of the gradient's norm
    averaging: float = 0.999  # share of the old in the moving average of the weights, which is what is written in the end
    seed: int = 0
    exact: bool = True  # on a card: the same twice, so that a restart is exact; False is faster, the processor is always exact


@dataclass(frozen=True)
class OutputTable:
    """Where it goes, and how often."""

    folder: str = ""
    checkpoint_minutes: float = 5.0
    log_every: int = 10  # steps
    judge_every: int = 500  # steps


@dataclass(frozen=True)
class TrainConfig:
    """A whole config. ``model`` holds only what the file says; `sizes` fills in the rest."""

    part: str
    model: dict[str, Any] = field(default_factory=dict)
    data: DataTable = field(default_factory=DataTable)
    training: TrainingTable = field(default_factory=TrainingTable)
    output: OutputTable = field(default_factory=OutputTable)

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return Path(self.output.folder)

    def fixed(self) -> dict[str, Any]:
        """What a run cannot change once it has begun: the rest may be changed and gone on with."""
        training = asdict(self.training)
        for free in ("steps", "micro_batch", "exact"):
            del training[free]
        return {"part": self.part, "model": self.model, "codec": self.data.codec, "tokens": self.data.tokens,
                "held_out": self.data.held_out, **training}


def read_config(part: str, path: Path) -> TrainConfig:
    """Read a config.

    Parameters
    ----------
    part : {"codec", "coarse", "fine"}
    path : Path

    Raises
    ------
    ConfigError
        Names the key and the nearest that there is, or the value and what is allowed.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None
    known: dict[str, Any] = {"model": model_config(part), "data": DataTable, "training": TrainingTable, "output": OutputTable}
    filled: dict[str, Any] = {}
    for name, values in tables.items():
        if name not in known:
            raise ConfigError(f"{path}: no table is called [{name}]; the nearest is [{_nearest(name, known)}]")
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: {name} must be a table, [{name}], got {values!r}")
        types = {field.name: field.type for field in fields(known[name])}
        for key, value in values.items():
            if key not in types:
                raise ConfigError(f"{path}: no key is called {key!r} in [{name}]; the nearest is {_nearest(key, types)!r}")
            values[key] = _converted(f"{path}: {key} in [{name}]", value, str(types[key]))
        filled[name] = values if name == "model" else known[name](**values)
    config = TrainConfig(part, **filled)
    _check(path, config)
    return config


def model_config(part: str) -> type[RvqCodecConfig] | type[TransformerConfig]:
    """The class of a part's sizes."""
    return RvqCodecConfig if part == "codec" else TransformerConfig


def _converted(where: str, value: Any, kind: str) -> Any:
    """A TOML value as the type that a field names."""
    fits, words = {"int": (int, "a whole number"), "float": ((int, float), "a number"), "str": (str, "a text"),
                   "bool": (bool, "true or false")}[kind]
    if not isinstance(value, fits) or isinstance(value, bool) != (kind == "bool"):
        raise ConfigError(f"{where} must be {words}, got {value!r}")
    return float(value) if kind == "float" else value


def _check(path: Path, config: TrainConfig) -> None:
    training, data, output = config.training, config.data, config.output
    limits = {
        "steps": (training.steps, 1, 10**9), "batch": (training.batch, 1, 10**6), "micro_batch": (training.micro_batch, 0, 10**6),
        "piece_steps": (training.piece_steps, 8, 10**5), "learning_rate": (training.learning_rate, 1e-8, 1.0),
        "warmup": (training.warmup, 0, 10**6), "weight_decay": (training.weight_decay, 0, 1), "clip": (training.clip, 1e-3, 1e3),
        "averaging": (training.averaging, 0, 1 - 1e-9), "seed": (training.seed, 0, 2**31), "held_out": (data.held_out, 0, 0.5),
        "workers": (data.workers, 1, 64), "checkpoint_minutes": (output.checkpoint_minutes, 0, 1e4),
        "log_every": (output.log_every, 1, 10**6), "judge_every": (output.judge_every, 1, 10**9),
    }  # fmt: skip
    for name, (value, low, high) in limits.items():
        if not low <= value <= high:
            raise ConfigError(f"{path}: {name} must be in {low:g}..{high:g}, got {value:g}")
    if data.tokens not in ("cached", "on the fly"):
        raise ConfigError(f"{path}: tokens must be \"cached\" or \"on the fly\", got {data.tokens!r}")
    if not output.folder:
        raise ConfigError(f"{path}: [output] needs a folder, such as folder = \"runs/mine\"")


def _nearest(name: str, known: Any) -> str:
    return difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)[0]
