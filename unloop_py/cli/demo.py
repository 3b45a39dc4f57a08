"""`unloop demo`: the first minute with unloop, on a machine without a sound card."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unloop_py.api.asking import base_seed, resolve
from unloop_py.cli.loading import load_generator
from unloop_py.cli.options import ParameterType, invocation, playing_options
from unloop_py.cli.progress import progress_bar
from unloop_py.control.parameters import by_name
from unloop_py.paths import check_writable_folder, written_beside

if TYPE_CHECKING:
    from unloop_py.api.performing import Pass

GROOVE_RATE = 44_100


@click.command()
@click.option(
    "--input",
    "input_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own loop; without it, one is made.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("unloop-demo"),
    show_default=True,
    metavar="DIR",
    help="Where to write.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1, 99),
    default=8,
    show_default=True,
    help="How many variations follow the original.",
)
@click.option(
    "--seed",
    type=ParameterType(by_name("seed")),
    metavar="N",
    default=0,
    help="Repeats an earlier demo: demo.json names its seed.  [default: a new one]",
)
@playing_options
def demo(input_path: Path | None, out: Path, repeats: int, seed: int, **loading: Any) -> None:
    """Hear a loop and 8 variations of it, with no sound card.

    Writes demo.wav, demo.json (what was played, and how long each variation took) and demo.png (a picture of it).
    """
    check_writable_folder(out)
    import numpy as np

    from unloop_py.api.performing import check_loop, perform
    from unloop_py.audio_io.groove import groove
    from unloop_py.audio_io.wav import read_audio, write_audio
    from unloop_py.cli.picture import draw

    if input_path is None:
        audio, sample_rate, name = groove(GROOVE_RATE), GROOVE_RATE, "a groove made for this demo"
    else:
        audio, sample_rate = read_audio(input_path)
        name = input_path.name
        check_loop(audio, sample_rate, str(input_path))
    loop_frames = len(audio)
    with progress_bar("loading the model"):
        generator = load_generator(**loading)
    loop_s = loop_frames / sample_rate
    click.echo("A loop goes into the real engine, and comes back different each time round.")
    click.echo(f"The loop: {name}, {loop_s:.2f} s. Making {repeats} variations of it...")

    values, _ = resolve({})
    seed = base_seed(seed)
    started = time.perf_counter()
    with progress_bar("varying", repeats) as progress:
        passes = list(perform(audio, sample_rate, generator, values, repeats=repeats, seed=seed, progress=progress))
    took_s = time.perf_counter() - started
    played = np.concatenate([each.audio for each in passes])
    facts = describe(passes, sample_rate, loop_frames, seed, name, generator.describe())

    out.mkdir(exist_ok=True)
    write_audio(out / "demo.wav", played, sample_rate)
    with written_beside(out / "demo.json") as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    with written_beside(out / "demo.png") as beside:
        draw(beside, played, sample_rate, loop_frames, columns(passes), caption(facts))
    _tell(out, facts, took_s, len(played) / sample_rate)


def describe(
    passes: list[Pass], sample_rate: int, loop_frames: int, seed: int, name: str, generator: dict[str, Any]
) -> dict[str, Any]:
    """What demo.json holds. Frames count from the beginning of demo.wav."""
    loop_s = loop_frames / sample_rate
    repetitions = [
        {
            "index": each.index,
            "start_frame": each.index * loop_frames,
            "late": each.late,
            "seconds_to_generate": round(each.seconds_to_generate, 4),
            "in_time_live": each.seconds_to_generate < loop_s,
            "seed": each.variation.request.seed if each.variation else seed,
            "prompt": each.variation.request.prompt.to_dict() if each.variation else {},
            "share_made_new": round(float(each.variation.mask.mean()), 4) if each.variation else 0.0,
            "notes": list(each.variation.notes) if each.variation else [],
        }
        for each in passes[1:]
    ]
    return {
        "loop": name,
        "sample_rate": sample_rate,
        "channels": passes[0].audio.shape[1],
        "loop_frames": loop_frames,
        "first_seam_frame": loop_frames,
        "seed": seed,
        "repetitions": repetitions,
        "late": sum(each.late for each in passes),
        "generator": generator,
    }


def columns(passes: list[Pass]) -> list[Any]:
    """What stands under each time round in the picture."""
    from unloop_py.cli.picture import Column

    return [
        Column(
            title=str(each.index) if each.index else "your loop",
            note=f"{each.seconds_to_generate:.2f} s to make" if each.variation else "",
            mask=each.variation.mask if each.variation else None,
        )
        for each in passes
    ]


def caption(facts: dict[str, Any]) -> str:
    """The line under the picture."""
    loop_s = facts["loop_frames"] / facts["sample_rate"]
    return f"{facts['loop']} · {loop_s:.2f} s · model {facts['generator'].get('model', '?')} · seed {facts['seed']}"


def _tell(out: Path, facts: dict[str, Any], took_s: float, played_s: float) -> None:
    seconds = [each["seconds_to_generate"] for each in facts["repetitions"]]
    in_time = sum(each["in_time_live"] for each in facts["repetitions"])
    loop_s = facts["loop_frames"] / facts["sample_rate"]
    verdict = "all of them" if in_time == len(seconds) else f"{in_time} of {len(seconds)}"
    unloop = invocation()
    click.echo(
        f"Made {played_s:.0f} s of music in {took_s:.0f} s; {facts['late']} late. Each variation took "
        f"{min(seconds):.2f} to {max(seconds):.2f} s of the {loop_s:.2f} s there are live: {verdict} would have been in time."
    )
    for each in facts["repetitions"]:
        word = "in time" if each["in_time_live"] else "too late"
        click.echo(f"  {each['index']:>3}  {each['seconds_to_generate']:6.2f} s  {word} live")
    click.echo(f"\n  {out / 'demo.wav'}   the loop, then {len(seconds)} variations")
    click.echo(f"  {out / 'demo.png'}   its spectrogram, the seams, and what was kept of your loop")
    click.echo(f"  {out / 'demo.json'}  the figures\n")
    click.echo("Try next:")
    click.echo(f"  {unloop} demo --input YOUR-LOOP.wav")
    click.echo(f"  {unloop} render YOUR-LOOP.wav varied.wav --variation 0.9")
    click.echo(f"  {unloop}          play on your sound card; it says how")
