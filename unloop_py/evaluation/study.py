"""What all studies share: a setting, tasks whose results survive an interruption, and the files that come out.

A study is a list of tasks and what is made of their results. Each task's figures are appended to a file as soon as they
are known, so that a study that was stopped goes on where it was; they are used again only for the same model, data,
seed and settings. When all are done the study writes, in a folder of its own name:

    tasks.jsonl    one line a task
    NAME.json      the figures, and everything they depend on
    NAME.png       the picture
    audio/         the few files worth hearing

Offline only; one thread at a time. torch's number of threads is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from unloop_py import __version__
from unloop_py.audio_io.wav import write_audio
from unloop_py.evaluation.results import append_row, digest, plain, read_rows
from unloop_py.evaluation.selection import EXCERPT_S, Kind, select
from unloop_py.paths import check_writable_folder, written_beside

if TYPE_CHECKING:
    from unloop_py.evaluation.held_out import Excerpt
    from unloop_py.generator.checkpoint import Models
    from unloop_py.generator.vamp import LocalGenerator

EXCERPTS = 12
"""Excerpts that a study looks at where nobody says otherwise."""

Progress = Callable[[int, int, str], None]
"""Told the tasks done, how many there are, and what is being worked on."""


@dataclass(frozen=True)
class Setting:
    """What a study is run on.

    Attributes
    ----------
    model : str
        A bundled model's name, or a folder that holds one.
    data : Path or None
        A folder of held-out recordings; None for the built-in held-out set.
    out : Path
        The folder that all studies write to, each in a folder of its own in it.
    seed : int
        All that is drawn comes from it.
    compute : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    quick : bool
        The short run whose figures are kept beside the weights.
    count : int or None
        Excerpts at most; None for the study's own number.
    """

    model: str
    data: Path | None
    out: Path
    seed: int = 0
    compute: str = "auto"
    quick: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Task:
    """One piece of a study, a minute of work at most.

    Attributes
    ----------
    key : str
        Names it within the study, and in the file of results.
    run : callable
        Does it and returns its figures, JSON-ready.
    """

    key: str
    run: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """A study's figures as a person reads them: a heading for each column, then rows of as many texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Study:
    """The base of every study; one made with its options is ready for `run_study`."""

    name: ClassVar[str]
    """Of the command, the folder and the files."""
    title: ClassVar[str]
    """One line for a person."""
    version: ClassVar[int] = 1
    """Raised when the same setting gives other figures than before: old results are then not used again."""
    excerpts: ClassVar[int] = EXCERPTS
    """Excerpts it looks at where nobody says otherwise."""
    kind: ClassVar[Kind] = "all"
    """Which of the excerpts it looks at."""

    def options(self) -> dict[str, Any]:
        """What else its results depend on, JSON-ready."""
        return {}

    def tasks(self, context: Context) -> list[Task]:
        """Its tasks, in order."""
        raise NotImplementedError

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """The figures of the whole study, JSON-ready, from the results of its tasks by key."""
        raise NotImplementedError

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        """Write the picture as PNG."""
        raise NotImplementedError

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        """The figures as a person reads them."""
        raise NotImplementedError


class Context:
    """What the tasks of one or several studies work with. The model and the excerpts are loaded when first asked for.

    Parameters
    ----------
    setting : Setting
    models, excerpts : optional
        Given instead of loaded, by tests and by whoever has them already.

    Attributes
    ----------
    memory : dict
        What a task found and others will need again, such as the tokens of an excerpt; lost at the end of the process.
    left_out : tuple of str
        One line for each file that could not be used, once the excerpts are loaded.
    """

    def __init__(self, setting: Setting, *, models: Models | None = None, excerpts: Sequence[Excerpt] | None = None) -> None:
        self.setting = setting
        self.memory: dict[Any, Any] = {}
        self.left_out: tuple[str, ...] = ()
        self._study: Study | None = None
        self._written: list[dict[str, str]] = []
        if models is not None:
            self.models = models
        if excerpts is not None:
            self.pool = list(excerpts)

    # -- what is studied ---------------------------------------------------------------------------------------------

    @cached_property
    def models(self) -> Models:
        """The model, on the device and in the arithmetic that the instrument would choose. Raises ModelError."""
        from unloop_py.generator.vamp import load_generator

        return load_generator(self.setting.model, self.setting.compute).models

    @cached_property
    def generator(self) -> LocalGenerator:
        """The instrument's own generator round the same model, with beats."""
        from unloop_py.beats.aubio_tracker import AubioTracker
        from unloop_py.generator.vamp import LocalGenerator

        return LocalGenerator(self.models, AubioTracker())

    @cached_property
    def pool(self) -> list[Excerpt]:
        """The held-out audio, checked against what the model was trained on. Raises UnloopError."""
        from unloop_py.evaluation.held_out import load_excerpts

        # Twice what is looked at of each half: the built-in set is half music and half loops.
        count = 4 * (self.setting.count or EXCERPTS)
        found = load_excerpts(self.setting.data, seconds=EXCERPT_S, sample_rate=self.models.codec.sample_rate, count=count,
                              seed=self.setting.seed, manifest=self.models.manifest)
        self.left_out = found.left_out
        return list(found)

    @property
    def excerpts(self) -> list[Excerpt]:
        """The excerpts that the present study looks at."""
        return self._selected()[0]

    @property
    def unheard(self) -> list[Excerpt]:
        """As many others, that the present study does not make anew: real audio to compare real audio with. May be empty."""
        return self._selected()[1]

    def _selected(self) -> tuple[list[Excerpt], list[Excerpt]]:
        kind, own = ("all", EXCERPTS) if self._study is None else (self._study.kind, self._study.excerpts)
        count = self.setting.count or own
        key = ("selected", kind, count)
        if key not in self.memory:
            self.memory[key] = select(self.pool, kind, count)
        return self.memory[key]

    @property
    def device(self) -> Any:
        """The torch device of the models."""
        return next(self.models.coarse.parameters()).device

    # -- what is drawn and written -----------------------------------------------------------------------------------

    def seed(self, key: str) -> int:
        """A seed (0..2**63-1) that belongs to this setting's seed and ``key`` alone."""
        return int.from_bytes(hashlib.sha256(f"{self.setting.seed}/{key}".encode()).digest()[:8]) >> 1

    def rng(self, key: str) -> np.random.Generator:
        """A source of random numbers that belongs to this setting's seed and ``key`` alone."""
        return np.random.default_rng(self.seed(key))

    @property
    def folder(self) -> Path:
        """The folder of the study that is running."""
        assert self._study is not None, "no study is running"
        return self.setting.out / self._study.name

    def audio(self, name: str, samples: np.ndarray, sample_rate: int, caption: str = "") -> None:
        """Write one of the files worth hearing, ``audio/NAME.wav``.

        Parameters
        ----------
        name : str
        samples : ndarray (frames,) or (frames, channels) float32
        sample_rate : int
            Hz.
        caption : str
            What one hears, for the report.
        """
        folder = self.folder / "audio"
        folder.mkdir(parents=True, exist_ok=True)
        samples = np.ascontiguousarray(samples, np.float32)
        write_audio(folder / f"{name}.wav", samples if samples.ndim == 2 else samples[:, None], sample_rate)
        self._written.append({"file": f"audio/{name}.wav", "caption": caption or name})

    def begin(self, study: Study) -> None:
        """Make ``study`` the one that runs."""
        self._study, self._written = study, []

    def taken_audio(self) -> list[dict[str, str]]:
        """The audio files written since last asked."""
        written, self._written = self._written, []
        return written

    # -- what the results depend on ----------------------------------------------------------------------------------

    @cached_property
    def model_digest(self) -> str:
        """Of the weights' hashes in the manifest, or of the whole manifest where there are no files."""
        manifest = self.models.manifest
        return digest(manifest.get("files", manifest))

    def data_digest(self) -> str:
        """Of the names and samples of the present study's excerpts."""
        key = ("digest", *(id(e) for e in self.excerpts))
        if key not in self.memory:
            self.memory[key] = digest([[e.name, e.sample_rate, hashlib.sha256(np.ascontiguousarray(e.audio).tobytes()).hexdigest()]
                                       for e in self.excerpts])
        return self.memory[key]


@dataclass(frozen=True)
class Outcome:
    """A finished study.

    Attributes
    ----------
    study : Study
    folder : Path
    results : dict
        Each task's figures, by key.
    figures : dict
    table : Table
    facts : dict
        All of ``NAME.json``.
    audio : list of dict
        ``file`` (in `folder`) and ``caption`` of each.
    """

    study: Study
    folder: Path
    results: dict[str, dict[str, Any]]
    figures: dict[str, Any]
    table: Table
    facts: dict[str, Any]
    audio: list[dict[str, str]] = field(default_factory=list)


def run_study(study: Study, setting: Setting, progress: Progress | None = None, context: Context | None = None) -> Outcome:
    """Run the tasks that are still to be done and write the study's files.

    Parameters
    ----------
    study : Study
    setting : Setting
    progress : callable, optional
    context : Context, optional
        Shared by several studies of the same setting, so that the model is loaded once.

    Raises
    ------
    UnloopError
        The model, the data or the folder is not as it must be; the text says what to do.
    """
    context = context or Context(setting)
    check_writable_folder(setting.out)
    context.begin(study)
    folder = context.folder
    folder.mkdir(parents=True, exist_ok=True)
    tasks = study.tasks(context)
    fingerprint = digest([study.name, study.version, study.options(), context.model_digest, context.data_digest(), setting.seed,
                          setting.quick])
    file = folder / "tasks.jsonl"
    keys = [task.key for task in tasks]
    assert len(set(keys)) == len(keys), f"two tasks of {study.name} have one key"
    rows = {row["key"]: row for row in read_rows(file) if row.get("fingerprint") == fingerprint and row["key"] in keys}
    for task in tasks:
        if task.key in rows:
            continue
        if progress is not None:
            progress(len(rows), len(tasks), task.key)
        began = time.perf_counter()
        figures = task.run()
        row = {"key": task.key, "fingerprint": fingerprint, "seconds": round(time.perf_counter() - began, 3),
               "figures": plain(figures), "audio": context.taken_audio()}
        append_row(file, row)
        rows[task.key] = json.loads(json.dumps(row))  # as it will be read the next time: a resumed study gives the same files
    if progress is not None:
        progress(len(tasks), len(tasks), "")
    results = {key: rows[key]["figures"] for key in keys}
    audio = [heard for key in keys for heard in rows[key]["audio"]]
    figures, table = plain(study.figures(results)), study.table(results)
    facts = {
        "study": study.name, "title": study.title, "unloop": __version__, "fingerprint": fingerprint,
        "model": {"name": context.models.manifest.get("name", "unnamed"), "digest": context.model_digest},
        "data": {"given": str(setting.data) if setting.data else "the built-in held-out set", "built_in": setting.data is None,
                 "digest": context.data_digest(), "excerpts": [excerpt.name for excerpt in context.excerpts],
                 "left_out": list(context.left_out)},
        "seed": setting.seed, "options": study.options(), "seconds": round(sum(rows[key]["seconds"] for key in keys), 1),
        "figures": figures, "audio": audio,
    }
    with written_beside(folder / f"{study.name}.json") as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    with written_beside(folder / f"{study.name}.png") as beside:
        study.picture(results, beside)
    return Outcome(study, folder, results, figures, table, facts, audio)
