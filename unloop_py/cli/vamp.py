"""`unloop vamp`: variations of one loop or of many, each a file of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from unloop_py.api.asking import GENERATOR_ROWS, base_seed
from unloop_py.cli.grouped import Grouped
from unloop_py.cli.options import GeneratorPlace, given, parameter_options, playing_options
from unloop_py.cli.progress import progress_bar
from unloop_py.errors import AudioFileError, UnloopError
from unloop_py.paths import check_writable_file, check_writable_folder

if TYPE_CHECKING:
    from unloop_py.api.vamped import Vamped

SOME_LEFT_OUT_STATUS = 1
GROUPS = (("What is made", ("n", "as_json")),
          ("The model", ("generator", "token", "ca", "model", "compute", "lora_scale", "model_threads", "preset")))


@click.command(cls=Grouped, groups=GROUPS)
@click.argument("inputs", metavar="IN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("output", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--n", type=click.IntRange(1, 999), default=1, show_default=True, help="How many variations of each file.")
@click.option("--json", "as_json", is_flag=True, help="Tell on standard output what was made, as JSON, for programs.")
@click.option("--generator", type=GeneratorPlace("local", "process"), default="local", show_default=True,
              help="Who makes the variations: this process, one of its own, or an `unloop serve` across the room.")
@click.option("--token", metavar="TOKEN", envvar="UNLOOP_TOKEN", show_envvar=True, help="What the server at that address showed.")
@click.option("--ca", metavar="FILE", help="A certificate to believe besides the system's: of a server that signed its own.")
@playing_options
@parameter_options(GENERATOR_ROWS)
@click.pass_context
def vamp(context: click.Context, inputs: tuple[Path, ...], output: Path, n: int, as_json: bool, generator: str, **settings: Any) -> int:
    """Write variations of IN, a loop, to OUT, each as long as the loop itself: without the loop, and without a seam between them.

    IN is a file, several, or a folder, and then OUT is a folder: loop.wav becomes loop-1.wav, loop-2.wav, ... there. Of one file OUT may
    be a file too. What cannot be read is left out and named at the end, with exit status 1. The same --seed gives the same files.
    """
    away = generator.startswith("http")
    token, ca = settings["token"], settings["ca"]
    if not away and (ca is not None or context.get_parameter_source("token") is ParameterSource.COMMANDLINE):
        raise click.UsageError("--token and --ca are for a server: add --generator http://HOST:PORT, or leave them out")
    own = context.get_parameter_source("model") is ParameterSource.DEFAULT
    model = None if away and own else settings["model"]
    loading = {"threads": settings["model_threads"], "lora_scale": settings["lora_scale"]}
    loading = {name: value for name, value in loading.items() if value is not None}
    names = {row.name for row in GENERATOR_ROWS}
    values = {name: value for name, value in given(settings).items() if name in names}  # a preset may hold others
    values["seed"] = base_seed(int(values.get("seed", 0)))
    work = targets(inputs, output, n)

    from unloop_py.api.generators import asked
    from unloop_py.api.sound import loop_of

    if len(work) == 1:
        loop_of(work[0][0])  # before anything is loaded
    told: list[dict[str, Any]] = []
    opening = asked(generator, model, token=token if away else None, ca=ca, compute=settings["compute"], **loading)
    with progress_bar("varying", len(work)) as progress, opening as opened:
        for done, (path, paths) in enumerate(work):
            told.append(_one(path, paths, opened, values, lambda share, done=done: progress(done + share), as_json))
    failed = [one for one in told if "error" in one]
    if as_json:
        click.echo(json.dumps(told, indent=2))
    if failed and len(work) == 1:
        raise AudioFileError(failed[0]["error"])
    if failed:
        click.echo(f"unloop: {len(failed)} of {len(work)} files were left out:", err=True)
        for one in failed:
            click.echo(f"  {one['error']}", err=True)
    return SOME_LEFT_OUT_STATUS if failed else 0


def _one(path: Path, paths: Sequence[Path], generator: Any, values: dict[str, Any], progress: Any, quiet: bool) -> dict[str, Any]:
    """Vary a file; what is told of it."""
    from unloop_py.api.vamping import vamp as make

    try:
        made: Vamped = make(path, n=len(paths), generator=generator, progress=progress, **values)
        if made.silent:
            raise AudioFileError(f"{path} is silent: there is nothing to vary")
        paths[0].parent.mkdir(exist_ok=True)
        for number, target in enumerate(paths, 1):
            made.write(number, target)
    except (UnloopError, OSError) as error:
        text = " ".join(str(error).split())
        return {"in": str(path), "error": text if path.name in text else f"{path}: {text}"}
    if not quiet:
        many = f"{paths[0]} to {paths[-1].name}" if len(paths) > 1 else str(paths[0])
        click.echo(f"{many}: {len(paths)} variation{'s' * (len(paths) > 1)} of {path.name}, seed {made.seed}")
    return {"in": str(path), "out": [str(target) for target in paths], **made.describe()}


def targets(inputs: Sequence[Path], output: Path, n: int) -> list[tuple[Path, list[Path]]]:
    """Every file that is varied, and where its variations go. Makes nothing.

    Raises
    ------
    AudioFileError
        Nothing can be written there, or a file would be written over that is read.
    """
    from unloop_py.audio_io.wav import SUBTYPES, audio_files

    one = len(inputs) == 1 and not inputs[0].is_dir()
    if one and output.suffix and not output.is_dir():
        if output.suffix.lower() not in SUBTYPES:
            known = ", ".join(SUBTYPES)
            raise AudioFileError(f"{output}: unknown format {output.suffix!r}; choose one of {known}, or a folder that is there")
        check_writable_file(output)
        paths = [output] if n == 1 else [output.with_name(f"{output.stem}-{number}{output.suffix}") for number in range(1, n + 1)]
        work = [(inputs[0], paths)]
    else:
        if output.suffix.lower() in SUBTYPES and not output.is_dir():
            raise AudioFileError(f"{output} is one file, and there may be several to write: name a folder")
        check_writable_folder(output)
        if any(path.is_dir() and path.resolve() == output.resolve() for path in inputs):
            raise AudioFileError(f"{output} is the folder that is read: name another to write in")
        files = [file for path in inputs for file in (audio_files([path]) if path.is_dir() else [path])]
        files = [file for file in dict.fromkeys(files) if file in inputs or output.resolve() not in file.resolve().parents]
        work = list(zip(files, _named_apart(files, output, n), strict=True))
    read = {path.resolve() for path, _ in work}
    if over := next((path for _, paths in work for path in paths if path.resolve() in read), None):
        raise AudioFileError(f"{over} is read, and would be written over: choose another place")
    return work


def _named_apart(files: Sequence[Path], folder: Path, n: int) -> list[list[Path]]:
    """Names in a folder for the variations of each file; those of files with the same name are numbered."""
    taken: set[str] = set()
    named = []
    for file in files:
        name, again = file.stem, 1
        while name.casefold() in taken:
            again += 1
            name = f"{file.stem} ({again})"
        taken.add(name.casefold())
        named.append([folder / f"{name}-{number}.wav" for number in range(1, n + 1)])
    return named
