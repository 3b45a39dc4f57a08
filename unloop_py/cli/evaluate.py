"""`unloop evaluate`: the ruler. Each study is a command; `all` makes the page that one would show to a colleague."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from unloop_py.cli.options import model_options
from unloop_py.cli.progress import told_progress
from unloop_py.control.macro import prompts_for
from unloop_py.paths import check_writable_folder

if TYPE_CHECKING:
    from unloop_py.evaluation.study import Context, Outcome, Setting, Study, Table

F = TypeVar("F", bound=Callable[..., Any])
OUT = Path("unloop-evaluation")
KNOB = (0.0, 0.25, 0.5, 0.75, 1.0)
COPYING = (0.5, 1.0)
FILE_COLUMNS = 150
"""Width of a table that goes to a file or a pipe."""


@click.group()
def evaluate() -> None:
    """Measure a model as the field does: the paper's figures 3, 4 and 5, and what a looper owes besides.

    Every command writes figures (JSON), a picture and a few sounds to a folder of its own in --out, goes on where it was
    stopped, and refuses audio that the model was trained on.
    """


def study_options(command: F) -> F:
    """Decorate a command with what every study takes; it begins with a look for the packages that studies need."""
    command = click.option("--count", type=click.IntRange(1, 2000), metavar="N", help="Excerpts at most; more are slower and surer.  "
                           "[default: 12]")(_with_packages(command))
    command = click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True,
                           help="Everything that is drawn comes from it.")(command)
    command = click.option("--out", type=click.Path(path_type=Path), default=OUT, show_default=True, metavar="DIR",
                           help="The folder to write to; it is made.")(command)
    command = click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Held-out recordings to judge on.  "
                           "[default: the built-in set]")(command)
    return model_options(command)


def _with_packages(command: F) -> F:
    @functools.wraps(command)
    def checked(**options: Any) -> Any:
        from unloop_py.evaluation.packages import check_installed

        check_installed()
        return command(**options)

    return checked  # type: ignore[return-value]


def training_options(command: F) -> F:
    """Decorate a command with where the training set is."""
    command = click.option("--index", type=click.Path(path_type=Path), metavar="FILE",
                           help="An index of the training set that was made before; else the one beside the weights.")(command)
    command = click.option("--training-audio", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
                           help="The loops that the model was trained on: the build's folder `train`, or audio files.")(command)
    return click.option("--training-tokens", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
                        help="Their tokens: the build's folder `tokens`.")(command)


@evaluate.command()
@study_options
def codec(**options: Any) -> None:
    """The codec with one codebook, with two, up to all: log-mel and STFT distance, SI-SDR, zimtohrli, codebook use."""
    from unloop_py.evaluation.codec_study import CodecStudy

    _one(CodecStudy(), options)


@evaluate.command()
@study_options
def guessing(**options: Any) -> None:
    """How well the masked models guess hidden tokens: loss against the codes' entropy, and sound against chance."""
    from unloop_py.evaluation.guessing_study import GuessingStudy

    _one(GuessingStudy(), options)


@evaluate.command()
@study_options
def steps(**options: Any) -> None:
    """Figure 3: both measures and the time at 1, 4, 8, 12, 36, 64 and 72 sampling steps, periodic prompt 16."""
    from unloop_py.evaluation.steps_study import StepsStudy

    _one(StepsStudy(), options)


@evaluate.command()
@study_options
def prompts(**options: Any) -> None:
    """Figure 4: compression, periodic, inpaint and beat-driven prompts, against random tokens and the codec."""
    from unloop_py.evaluation.prompts_study import PromptsStudy

    _one(PromptsStudy(), options)


@evaluate.command()
@study_options
def bitrate(**options: Any) -> None:
    """Figure 5: compression and periodic prompts combined, over the bits that are kept."""
    from unloop_py.evaluation.bitrate_study import BitrateStudy

    _one(BitrateStudy(), options)


@evaluate.command()
@study_options
def beats(**options: Any) -> None:
    """How far the beat survives: F-measure (70 ms) of the beats heard in variations."""
    from unloop_py.evaluation.beats_study import BeatsStudy

    _one(BeatsStudy(), options)


@evaluate.command()
@study_options
@training_options
def copying(training_tokens: Path | None, training_audio: Path | None, index: Path | None, **options: Any) -> None:
    """Whether variations repeat the training set: nearest training loop, and 16-grams that occur in it."""
    _one(_copying(training_tokens, training_audio, index), options)


@evaluate.command()
@click.option("--variations", type=click.IntRange(2, 10_000), default=100, show_default=True, help="How many seams.")
@study_options
def seam(variations: int, **options: Any) -> None:
    """Whether the seam can be heard: the step across it against every other place of the loop, in dB."""
    from unloop_py.evaluation.seam_study import SeamStudy

    _one(SeamStudy(variations), options)


@evaluate.command()
@study_options
def knob(**options: Any) -> None:
    """Whether each turn of `variation` leads further from the take, and how different 16 variations are."""
    _one(_knob(), options)


@evaluate.command()
@study_options
def drift(**options: Any) -> None:
    """64 generations, each made from the last: loudness, brightness and distance to the take."""
    from unloop_py.evaluation.drift_study import DriftStudy

    _one(DriftStudy(), options)


@evaluate.command()
@study_options
def adaptation(**options: Any) -> None:
    """What learning the take gives after 10 s, 30 s and 60 s on two cores: best with OMP_NUM_THREADS=1; 5 minutes a loop."""
    _one(_adaptation(), options)


@evaluate.command("all")
@click.option("--write", is_flag=True, help="Keep what was found beside the weights, and in their model card.")
@study_options
@training_options
def everything(write: bool, training_tokens: Path | None, training_audio: Path | None, index: Path | None, **options: Any) -> None:
    """Every study, and one page with figures, tables and players: report.html."""
    setting = _setting(options)
    from unloop_py.evaluation.beats_study import BeatsStudy
    from unloop_py.evaluation.bitrate_study import BitrateStudy
    from unloop_py.evaluation.codec_study import CodecStudy
    from unloop_py.evaluation.drift_study import DriftStudy
    from unloop_py.evaluation.guessing_study import GuessingStudy
    from unloop_py.evaluation.prompts_study import PromptsStudy
    from unloop_py.evaluation.report import write_report
    from unloop_py.evaluation.seam_study import SeamStudy
    from unloop_py.evaluation.steps_study import StepsStudy
    from unloop_py.evaluation.study import Context

    context = Context(setting)
    compared = _copying(training_tokens, training_audio, index)
    studies: list[Study] = [CodecStudy(), GuessingStudy(), StepsStudy(), PromptsStudy(), BitrateStudy(), BeatsStudy(), SeamStudy(),
                            _knob(), DriftStudy(), _adaptation()]
    if compared.available(context):
        studies.append(compared)
    outcomes = [_run(study, setting, context, f" ({number} of {len(studies)})") for number, study in enumerate(studies, start=1)]
    page = write_report(setting.out / "report.html", outcomes)
    if compared not in studies:
        click.echo("copying was left out: it needs the training set (--training-tokens and --training-audio, or --index)")
    click.echo(f"{page}: {page.stat().st_size / 1e6:.1f} MB, to be opened in any browser")
    if write:
        from unloop_py.evaluation.findings import write_findings
        from unloop_py.generator.model_files import checked_model
        from unloop_py.training.card import CARD, FOUND, write_card

        folder, _ = checked_model(setting.model)
        write_findings(folder / FOUND, outcomes)
        write_card(folder)
        click.echo(f"{folder}: {FOUND} and {CARD} written")


@evaluate.command()
@click.option("--write", is_flag=True, help="Keep the figures beside the weights, as ruler.json.")
@model_options
def quick(model: str, compute: str, write: bool) -> None:
    """Half a minute of the ruler on three loops, against the figures that are kept beside the weights.

    Always on the processor, in float32. `scripts/test` runs the same: weights that a change makes worse do not pass.
    """
    from unloop_py.evaluation.packages import check_installed

    check_installed()

    from unloop_py.evaluation import ruler

    models = ruler.load_for_ruler(model)
    figures = ruler.quick_figures(models)
    path = ruler.ruler_path(model)
    kept = ruler.kept_figures(path)
    _show(ruler.ruler_table(figures, kept))
    if write:
        ruler.write_figures(path, models, figures)
        click.echo(f"{path}: written")
    elif kept is None:
        click.echo(f"{path} is not there yet: --write keeps these figures")
    elif not all(one.holds for one in ruler.compare(figures, kept)):
        raise click.exceptions.Exit(1)


def _knob() -> Study:
    from unloop_py.evaluation.knob_study import KnobStudy
    from unloop_py.generator.spec import Prompt

    return KnobStudy({setting: Prompt(**prompts_for(setting)) for setting in KNOB})


def _adaptation() -> Study:
    from unloop_py.evaluation.adaptation_study import AdaptationStudy
    from unloop_py.generator.spec import Prompt

    return AdaptationStudy(Prompt(**prompts_for(0.5)))


def _copying(training_tokens: Path | None, training_audio: Path | None, index: Path | None) -> Any:
    if bool(training_tokens) != bool(training_audio):
        raise click.UsageError("--training-tokens and --training-audio belong together: give both, or --index")
    from unloop_py.evaluation.copying_study import CopyingStudy
    from unloop_py.generator.spec import Prompt

    prompts_of = {setting: Prompt(**prompts_for(setting)) for setting in COPYING}
    return CopyingStudy(prompts_of, training_tokens=training_tokens, training_audio=training_audio, index=index)


def _setting(options: dict[str, Any]) -> Setting:
    """What a study is run on, after everything has been checked that can be before the work."""
    check_writable_folder(options["out"])

    from unloop_py.evaluation.study import Setting

    return Setting(**options)


def _one(study: Study, options: dict[str, Any]) -> None:
    """Run one study and say what it found and where it is."""
    setting = _setting(options)
    outcome = _run(study, setting)
    heard = f", {len(outcome.audio)} files to hear in audio/" if outcome.audio else ""
    click.echo(f"{outcome.folder}: {study.name}.json, {study.name}.png{heard}")


def _run(study: Study, setting: Setting, context: Context | None = None, number: str = "") -> Outcome:
    """Run a study with its progress shown, and show its table."""
    from unloop_py.evaluation.study import run_study

    began = time.monotonic()
    first: list[int] = []
    with told_progress() as tell:
        def progress(done: int, of: int, what: str) -> None:
            first.append(done)                                               # tasks of an earlier run say nothing of the time
            fresh = done - first[0]
            left_s = (time.monotonic() - began) / fresh * (of - done) if fresh else math.inf
            tell(f"{study.name}{number}: {what}", done / of if of else 1.0, left_s)

        outcome = run_study(study, setting, progress, context)
    click.echo(study.title)
    _show(outcome.table)
    return outcome


def _show(table: Table) -> None:
    from rich.console import Console
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, header_style="bold", caption=table.note or None, caption_justify="left")
    for column in table.columns:
        grid.add_column(column, overflow="fold")
    for row in table.rows:
        grid.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, FILE_COLUMNS)
    console.print(grid)
    click.echo()
