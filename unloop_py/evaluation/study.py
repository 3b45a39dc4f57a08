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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from unloop_py import __version__
from unloop_py.audio_io.wav import write_audio
from unloop_py.paths import check_writable_folder, written_beside

if TYPE_CHECKING:
    from unloop_py.evaluation.held_out import Excerpt
    from unloop_py.generator.checkpoint import Models
    from unloop_py.generator.vamp import LocalGenerator

EXCERPT_S = 10.0
"""Length of an excerpt: VampNet, section 4.2."""
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
    """Excerpts it looks at where nobody says otherwise; no more than `EXCERPTS`."""
    loops_only: ClassVar[bool] = False
    """It looks at loops alone where there are any: a cut out of a longer piece has a seam of its own."""

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
    unheard : list of Excerpt
        As many others, that no study makes anew, once the excerpts are loaded: real audio to compare real audio with. Empty
        where there are not as many.
    """

    def __init__(self, setting: Setting, *, models: Models | None = None, excerpts: Sequence[Excerpt] | None = None) -> None:
        self.setting = setting
        self.memory: dict[Any, Any] = {}
        self.left_out: tuple[str, ...] = ()
        self.unheard: list[Excerpt] = []
        self._study: Study | None = None
        self._written: list[dict[str, str]] = []
        if models is not None:
            self.models = models
        if excerpts is not None:
            self.all_excerpts = list(excerpts)

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
    def all_excerpts(self) -> list[Excerpt]:
        """The held-out audio, checked against what the model was trained on. Raises UnloopError."""
        from unloop_py.evaluation.held_out import load_excerpts

        count = self.setting.count or EXCERPTS
        found = load_excerpts(self.setting.data, seconds=EXCERPT_S, sample_rate=self.models.codec.sample_rate, count=2 * count,
                              seed=self.setting.seed, manifest=self.models.manifest)
        self.left_out = found.left_out
        if len(found) < 2 * count:
            return _spread(list(found), count)
        self.unheard = list(found[1::2])
        return list(found[::2])

    @property
    def excerpts(self) -> list[Excerpt]:
        """The excerpts that the present study looks at: all, or as many as it wants, spread over all."""
        found = self.all_excerpts
        if self._study is not None and self._study.loops_only:
            found = [excerpt for excerpt in found if excerpt.is_loop] or found
        return _spread(found, self.setting.count or (self._study.excerpts if self._study is not None else EXCERPTS))

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
        return digest([[e.name, e.sample_rate, hashlib.sha256(np.ascontiguousarray(e.audio).tobytes()).hexdigest()]
                       for e in self.excerpts])


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


def _spread(items: list[Any], most: int) -> list[Any]:
    """At most so many of the items, evenly spaced."""
    return items if len(items) <= most else [items[i] for i in np.linspace(0, len(items) - 1, most).round().astype(int)]


def digest(facts: Any) -> str:
    """Sixteen hexadecimal digits of JSON-ready facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def plain(value: Any) -> Any:
    """Figures as JSON holds them: NumPy's numbers and arrays become Python's, floats keep six significant digits."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{float(value):.6g}") if np.isfinite(value) else None
    return value


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file of results; one that was cut short is left out, and there may be no file."""
    rows: list[dict[str, Any]] = []
    if not path.exists():
        return rows
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and {"key", "figures", "audio", "seconds"} <= row.keys():
            rows.append(row)
    return rows


def append_row(path: Path, row: Mapping[str, Any]) -> None:
    """Add a line, beginning a new one where the last was cut short."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(row).encode() + b"\n")


def mean(values: Iterable[float | None]) -> float:
    """Mean of the values that there are; NaN of none."""
    present = [value for value in values if value is not None]
    return float(np.mean(present)) if present else float("nan")
