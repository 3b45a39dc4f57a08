"""A session played again from its log: the same engine, the same commands at the same frames, the same input.

What was heard of each repetition is on the disk, or is made again from its tokens; or another model makes all of them anew, from the
same prompts and seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.audio_io.wav import read_stretch
from unloop_py.engine.engine import SAMPLE_RATES, Engine
from unloop_py.engine.messages import Command, CommandKind, Control, EventKind
from unloop_py.errors import AudioFileError, SessionError, UnloopError
from unloop_py.generator.spec import Generator, Take, Variation
from unloop_py.session.layers import Consists, Layer, mix
from unloop_py.session.restoring import request_of
from unloop_py.sessions.layer_file import read_layer
from unloop_py.sessions.log import read_log
from unloop_py.sessions.state import Entry
from unloop_py.sessions.tokens import read_tokens

BLOCK = 1024
LINKS_HELD = 64     # repetitions whose tokens are held when they are made anew
LAYERS_HELD = 64    # of those that were read
TAIL_S = 0.05       # after the last thing that happened
KINDS = {kind.name.lower(): kind for kind in CommandKind}


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """Something that happened, for a marker."""

    frame: int
    what: str


class Replay:
    """A performance, to be rendered.

    Parameters
    ----------
    folder : Path
        The session's.
    generator : Generator, optional
        Makes what is not on the disk; with `anew`, all repetitions.
    anew : bool
    only : int, optional
        The one loop, from 0, that is to be heard.

    Attributes
    ----------
    sample_rate, channels, frames : int
    remade : int
        Repetitions whose sound was not on the disk, or is not the one that was heard; known when all is rendered.
    missing : list of str
        What could not be had at all, a line each.

    Raises
    ------
    SessionError
        The log is missing, or its beginning, or nothing was played in it.
    """

    def __init__(self, folder: Path, generator: Generator | None = None, *, anew: bool = False, only: int | None = None) -> None:
        self._folder, self._generator, self._anew, self._only = folder, generator, anew, only
        try:
            self._entries, bad = read_log(folder / "log.jsonl")
        except OSError as error:
            raise SessionError(f"{folder} cannot be replayed: its log cannot be read ({error.strerror or error})") from None
        begin = next((entry for entry in self._entries if entry["what"] == "begin"), None)
        if begin is None:
            raise SessionError(f"{folder} cannot be replayed: the beginning of its log is lost")
        if not any(entry["what"] == "obeyed" for entry in self._entries):
            raise SessionError(f"{folder} cannot be replayed: it holds loops, and no performance of them")
        self._begin = begin
        self.sample_rate, self.channels = int(begin["sample_rate"]), int(begin["channels"])
        if self.sample_rate not in SAMPLE_RATES:
            raise SessionError(f"{folder} cannot be replayed: the engine knows no rate of {self.sample_rate} Hz")
        self._inputs_heard = int(begin.get("inputs", self.channels))
        self.frames = max(int(entry.get("at", 0)) for entry in self._entries) + round(TAIL_S * self.sample_rate)
        self.remade = 0
        self.missing: list[str] = [f"log.jsonl: {bad} of its lines cannot be read, and what they told is left out"] if bad else []
        self._variations = {(e["loop"], e["tag"]): e for e in self._entries if e["what"] == "variation"}
        self._inputs = [(int(e["at"]), folder / e["file"]) for e in self._entries if e["what"] == "input"]
        self._layers = {(e["loop"], row["serial"]): row for e in self._entries if e["what"] == "layers" for row in e["layers"]}
        self._consists = {(e["loop"], e["take"]): e for e in self._entries if e["what"] == "layers"}
        self._heard: dict[tuple[int, int], np.ndarray] = {}     # layers that were read, by loop and serial
        self._takes: dict[int, Take] = {}
        self._prepared: dict[tuple[int, int], Any] = {}
        self._links: dict[tuple[int, int, int | None], np.ndarray] = {}     # by loop, take and index: what a chain may go on from
        self._tokens: dict[str, dict[int, tuple[np.ndarray, Entry]]] = {}

    @property
    def needs_model(self) -> bool:
        """Whether a repetition has to be made again because its sound was not kept."""
        return any(not e["file"] and not e["itself"] and e["tokens"] for e in self._variations.values())

    @property
    def model(self) -> str:
        """The name of the model that made what was heard."""
        return str(self._begin.get("model", ""))

    def moments(self) -> list[Moment]:
        """What the player did, in order."""
        names = {"record", "overdub", "undo", "redo", "keep", "clear", "back", "load"}
        return [Moment(int(e["at"]), e["do"] if self.loops == 1 else f"{e['do']} {e['loop'] + 1}") for e in self._entries
                if e["what"] == "obeyed" and e["do"] in names]

    @property
    def loops(self) -> int:
        """How many there were."""
        return int(self._begin.get("loops", 1))

    def render(self) -> Iterator[np.ndarray]:
        """The performance from its first frame to its last, in pieces (frames, channels) float32."""
        engine = Engine(sample_rate=self.sample_rate, channels=self.channels, max_loop_s=float(self._begin.get("max_loop_s", 60.0)),
                        n_loops=self.loops, input_latency=int(self._begin.get("latency", 0)),
                        more_inputs=self._inputs_heard - self.channels,
                        more_outputs=int(self._begin.get("outputs", self.channels)) - self.channels,
                        undo_memory_mb=float(self._begin.get("undo_memory_mb", 256.0)))
        stream = OfflineStream(engine, BLOCK)
        for at, entry in enumerate(self._entries):
            if entry["what"] not in ("obeyed", "latency"):
                continue
            yield from self._until(engine, stream, int(entry["at"]))
            try:
                if entry["what"] == "latency":
                    engine.set_latency(int(entry["frames"]), 0, while_monitoring=bool(entry.get("while_monitoring")))
                else:
                    self._do(engine, entry, at)
            except (UnloopError, KeyError, ValueError, TypeError) as error:
                self.missing.append(f"{entry.get('do', 'latency')} at {int(entry['at']) / self.sample_rate:.2f} s: {error}")
        yield from self._until(engine, stream, self.frames)

    def _until(self, engine: Engine, stream: OfflineStream, frame: int) -> Iterator[np.ndarray]:
        while (now := engine.frame()) < frame:
            count = min(BLOCK, frame - now)
            stream.run(self._input(now, count), count)
            yield engine.played(now, count)
            for event in engine.events():
                if event.kind == EventKind.TAKE:
                    self._takes.pop(event.loop, None)
                    if event.index:
                        audio = engine.buffer(event.slot)[: event.index].copy()
                        self._takes[event.loop] = Take(event.take, audio, self.sample_rate)

    def _input(self, frame: int, count: int) -> np.ndarray:
        """What came in then, as far as it was kept: silence elsewhere, which nobody recorded."""
        audio = np.zeros((count, self._inputs_heard), np.float32)
        for start, path in self._inputs:
            first, skip = max(0, frame - start), max(0, start - frame)
            if skip >= count:
                break
            try:
                part = read_stretch(path, first, count - skip)
            except AudioFileError as error:
                self.missing.append(str(error))
                self._inputs = [one for one in self._inputs if one[1] != path]
                break
            audio[skip : skip + len(part)] = part
        return audio

    def _do(self, engine: Engine, entry: Entry, at: int) -> None:
        kind, loop, value = KINDS[entry["do"]], int(entry["loop"]), float(entry["value"])
        asked = int(entry.get("asked", -1))
        if kind == CommandKind.OFFER:
            self._offer(engine, loop, int(entry["tag"]))
        elif kind in (CommandKind.LOAD, CommandKind.RESHAPE):
            self._load(engine, kind, loop, at, asked)
        elif kind == CommandKind.REMIX:
            self._remix(engine, loop, entry)
        elif kind in (CommandKind.ALIGN, CommandKind.GRID, CommandKind.INPUT, CommandKind.OUTPUT):
            engine.send(Command(kind, loop, value=value, control=int(entry.get("control", 0)), length=int(entry["length"])))
        elif kind == CommandKind.CLICK:
            if self._only is None:
                engine.send(Command(kind, loop, value=value, control=int(entry["control"])))
        elif kind == CommandKind.SET:
            control = int(entry["control"])
            if control == Control.WET and self._only not in (None, loop):
                value = 0.0
            engine.send(Command(kind, loop, value=value, control=control))
        else:
            engine.send(Command(kind, loop, asked, float("nan") if value < 0 else value))

    def _load(self, engine: Engine, kind: CommandKind, loop: int, at: int, asked: int) -> None:
        """What was loaded, or took a take's place, has become the take that the log tells next."""
        for entry in self._entries[at + 1 :]:
            if entry["what"] == "take" and entry["loop"] == loop:
                audio, _ = read_layer(self._folder / entry["file"], int(entry["start"]), int(entry["frames"]), int(entry["crc"]))
                behind = int(entry.get("tail_frames", 0))
                if behind:
                    tail, _ = read_layer(self._folder / entry["tail"], 0, behind, int(entry["tail_crc"]))
                    audio = np.concatenate([audio, tail])
                slot = self._filled(engine, audio)
                engine.send(Command(kind, loop, asked, slot=slot, length=len(audio) - behind, control=behind,
                                    take=engine.status(loop).take))
                return
            if entry["what"] == "obeyed" and entry["loop"] == loop:
                return  # it was ignored

    def _offer(self, engine: Engine, loop: int, tag: int) -> None:
        entry = self._variations.get((loop, tag))
        if entry is None:
            return  # nobody has heard it
        fields = {"take": int(entry["take"]), "tag": tag, "force": bool(entry["force"])}
        if entry["itself"]:
            engine.send(Command(CommandKind.OFFER, loop, correlation=1.0, **fields))
            return
        made = self._made(loop, entry)
        if made is None:
            self.missing.append(f"repetition {tag} of loop {loop + 1}: neither its sound nor its tokens are there")
            return
        raw, correlation = made
        audio = self._mixed(loop, entry.get("mix", [[0, 1.0]]), raw, len(raw))
        engine.send(Command(CommandKind.OFFER, loop, slot=self._filled(engine, audio), correlation=correlation, **fields))

    def _remix(self, engine: Engine, loop: int, entry: Entry) -> None:
        """The take or what sounds over it, with its layers at other levels."""
        take, raw, tag = self._takes.get(loop), None, int(entry["tag"])
        if tag >= 0 and (variation := self._variations.get((loop, tag))) is not None and not variation["itself"]:
            made = self._made(loop, variation)
            raw = None if made is None else made[0]
        if take is None or not entry["mix"] or (tag >= 0 and raw is None):
            return  # it was ignored, or nobody has heard it
        slot = self._filled(engine, self._mixed(loop, entry["mix"], raw, len(take.audio)))
        engine.send(Command(CommandKind.REMIX, loop, value=float(entry["value"]), slot=slot, take=int(entry["take"]), tag=tag,
                            correlation=float(entry["correlation"])))

    def _mixed(self, loop: int, parts: list[list[float]], raw: np.ndarray | None, length: int) -> np.ndarray:
        """Layers by their serials, 0 being what the model made, each at its gain."""
        return mix([(self._layer(loop, int(serial)) if serial else raw, float(gain)) for serial, gain in parts], length)

    def _layer(self, loop: int, serial: int) -> np.ndarray:
        """Raises AudioFileError or KeyError for one that is not there."""
        if (loop, serial) not in self._heard:
            row = self._layers[loop, serial]
            audio, _ = read_layer(self._folder / row["file"], int(row["start"]), int(row["frames"]), int(row["crc"]))
            self._heard[loop, serial] = audio
            while len(self._heard) > LAYERS_HELD:
                del self._heard[next(iter(self._heard))]
        return self._heard[loop, serial]

    def _told(self, loop: int, take: Take, parts: list[list[float]]) -> Take:
        """What of a take the model was told: the layers that do not lie on top."""
        entry, on_top = self._consists.get((loop, take.version)), {int(serial) for serial, _ in parts}
        if entry is None or not on_top - {0}:
            return take
        rows = [row for row in entry["layers"] if row["serial"] not in on_top]
        layers = tuple(Layer(self._layer(loop, row["serial"]), row["level"], row["mute"], vary=True) for row in rows)
        told = Consists(len(take.audio), layers).told()
        return take if told is None else Take(take.version, told.audio(len(take.audio)), take.sample_rate)

    def _made(self, loop: int, entry: Entry) -> tuple[np.ndarray, float] | None:
        """The sound of a repetition and its correlation with the take: as it was, from its tokens, or anew."""
        if not self._anew and entry["file"]:
            try:
                audio, _ = read_layer(self._folder / entry["file"], 0, int(entry["frames"]), int(entry["crc"]))
                return audio, float(entry["correlation"])
            except AudioFileError as error:
                self.missing.append(str(error))
        take = self._takes.get(loop)
        request = None if take is None else request_of(entry["request"], take.version)
        if request is None or self._generator is None or take.version != entry["take"]:
            return None
        if (loop, take.version) not in self._prepared:
            self._prepared = {(loop, take.version): self._generator.prepare(self._told(loop, take, entry.get("mix", [])))}
        handle = self._prepared[loop, take.version]
        self.remade += 1
        variation: Variation | None
        if self._anew:
            variation = self._generator.vary(handle, request, start=self._links.get((loop, take.version, request.parent)))
            if variation is not None:
                self._links[loop, take.version, request.index] = variation.codes
                while len(self._links) > LINKS_HELD:
                    del self._links[next(iter(self._links))]
        else:
            codes = self._codes(entry)
            variation = None if codes is None else self._generator.vary_from_codes(handle, codes, request)
        return None if variation is None else (variation.audio, float(variation.correlation))

    def _codes(self, entry: Entry) -> np.ndarray | None:
        file = entry["tokens"]
        if not file:
            return None
        if file not in self._tokens:
            try:
                self._tokens[file] = read_tokens(self._folder / file)
            except UnloopError as error:
                self.missing.append(str(error))
                self._tokens[file] = {}
        found = self._tokens[file].get(int(entry["tag"]))
        return None if found is None else found[0]

    @staticmethod
    def _filled(engine: Engine, audio: np.ndarray) -> int:
        slot = engine.acquire_slot(len(audio))
        engine.buffer(slot)[: len(audio)] = audio
        return slot
