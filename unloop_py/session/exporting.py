"""A session as files for a studio: the performance, each loop's part of it, and every loop with its layers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unloop_py.audio_io.loop_file import Marker, Marks, append_marks, write_loop
from unloop_py.audio_io.wav import AudioWriter
from unloop_py.beats.grid import BeatGrid
from unloop_py.errors import AudioFileError
from unloop_py.paths import check_writable_folder
from unloop_py.session.layers import mix
from unloop_py.session.replaying import Replay
from unloop_py.sessions.reading import KeptLoop, KeptSession


@dataclass(frozen=True, eq=False, slots=True)
class Stem:
    """A layer of a loop at its level; all of a loop's that are not muted are the loop."""

    kind: str
    audio: np.ndarray


def stems(loop: KeptLoop) -> list[Stem]:
    """The layers of the take in force, the base first."""
    take = loop.audio
    if take is None:
        return []
    kept, kinds = loop.consists[loop.at - 1], {facts.file: facts.kind for facts in loop.state.takes.values()}
    if kept is None:
        return [Stem("recording" if loop.state.take is None else loop.state.take.kind, take)]
    found = []
    for number, layer in enumerate(kept.layers):
        name = "overdub" if number else kinds.get(layer.facts.file, "base")
        found.append(Stem(f"{name} muted" if layer.facts.mute else name, mix([(layer.audio, layer.facts.level)], len(take))))
    return found


def export(kept: KeptSession, folder: Path, replay: Callable[[int | None], Replay] | None,
           progress: Callable[[str, float], None] = lambda what, share: None) -> list[str]:
    """Write everything into a folder, which is made.

    Parameters
    ----------
    kept : KeptSession
    folder : Path
    replay : callable, optional
        ``replay(None)`` plays the performance again, ``replay(loop)`` one loop of it; without it there are only the loops.
    progress : callable
        Given what is being written and the share of it that is done.

    Returns
    -------
    list of str
        What is missing, a line each.

    Raises
    ------
    AudioFileError
        Nothing can be written there, or something is there already that would be written over.
    """
    check_writable_folder(folder)
    if folder.exists() and any(folder.iterdir()):
        raise AudioFileError(f"{folder} is not empty: name a new folder")
    folder.mkdir(exist_ok=True)
    for number, loop in enumerate(kept.loops, 1):
        _export_loop(folder, number, loop, kept.sample_rate)
    if replay is None:
        return []
    performance = replay(None)
    marks = Marks(markers=tuple(Marker(moment.frame, moment.what) for moment in performance.moments()))
    missing = _render(folder / "master.wav", performance, marks, progress)
    heard = [number for number, loop in enumerate(kept.loops) if loop.history]
    for number in heard if len(heard) > 1 else []:
        _render(folder / f"loop {number + 1} performance.wav", replay(number), marks, progress)
    return missing


def _export_loop(folder: Path, number: int, loop: KeptLoop, sample_rate: int) -> None:
    """The take that is in force, and its layers, with the loop and its beats marked, so that a DAW or a sampler loops them."""
    take, parts = loop.audio, stems(loop)
    if take is None:
        return
    kept = loop.consists[loop.at - 1]
    if kept is not None and kept.facts.gains != [0.0 if layer.facts.mute else layer.facts.level for layer in kept.layers]:
        take = mix([(part.audio, 0.0 if part.kind.endswith("muted") else 1.0) for part in parts], len(take))
    marks, tempo = Marks(0, len(take)), ""
    if loop.state.beats:
        grid = BeatGrid(len(take), sample_rate, loop.state.beats, 0.0, 1.0)
        marks = Marks(0, len(take), grid.beats, grid.tempo_bpm)
        tempo = f" {grid.tempo_bpm:.2f} bpm"
    name = f"loop {number}{tempo}"
    write_loop(folder / f"{name}.wav", take, sample_rate, marks)
    for place, layer in enumerate(parts if len(parts) > 1 else [], 1):
        write_loop(folder / f"{name} layer {place:02d} {re.sub('[^a-z ]', '', layer.kind)}.wav", layer.audio, sample_rate, marks)
    if loop.sounding is not None and loop.sounding.audio is not None:
        write_loop(folder / f"{name} variation.wav", loop.sounding.audio, sample_rate, marks)


def _render(path: Path, replay: Replay, marks: Marks, progress: Callable[[str, float], None]) -> list[str]:
    """Play again into a file, which all begin at the first frame and are of one length."""
    done = 0
    with AudioWriter(path, replay.sample_rate, replay.channels, lambda beside: append_marks(beside, marks, replay.sample_rate)) as writer:
        for piece in replay.render():
            writer.write(piece)
            done += len(piece)
            progress(path.name, done / replay.frames)
    return replay.missing
