"""A session read back from its folder. What is damaged is named and left out; the rest is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from unloop_py.audio_io.loop_file import read_loop, read_marks
from unloop_py.errors import AudioFileError, SessionError, UnloopError
from unloop_py.sessions.layer_file import crc, read_layer
from unloop_py.sessions.learned_file import check_learned
from unloop_py.sessions.log import read_log
from unloop_py.sessions.state import AT_REST, THE_TAKE, Entry, LayerFacts, LoopState, Performance, TakeFacts, TakeLayers, from_toml
from unloop_py.sessions.tokens import read_tokens


@dataclass(eq=False, slots=True)
class KeptVariation:
    """A repetition that was heard: its entry, its sound if that was kept, and its tokens if they were."""

    entry: Entry
    audio: np.ndarray | None = None
    codes: np.ndarray | None = None


@dataclass(eq=False, slots=True)
class KeptLayer:
    """One layer: how it stood, and its audio (frames, channels) float32, repeated as often as the loop is longer."""

    facts: LayerFacts
    audio: np.ndarray


@dataclass(eq=False, slots=True)
class KeptTake:
    """What a take consists of."""

    facts: TakeLayers
    layers: list[KeptLayer]


@dataclass(eq=False, slots=True)
class KeptShape:
    """A take that was stretched, or laid on one that was: its shape, and what it was made from, None being itself.

    `shape` and `played`, that of the original, are ratio and semitones.
    """

    shape: tuple[float, float]
    original: np.ndarray | None
    played: tuple[float, float]


@dataclass(eq=False, slots=True)
class KeptLoop:
    """One loop as it was.

    Attributes
    ----------
    state : LoopState
    history : list of ndarray (frames, channels) float32, or None for an empty loop
        What undo and redo walk over, oldest first, without the loop that never was.
    consists : list of KeptTake or None
        What each of them consists of; None where it is not known, or a layer's file is damaged.
    at : int
        How many of them are in force; 0 is an empty loop.
    shapes : list of KeptShape or None
        Of each of them; None for one that is as it was played.
    sounding : KeptVariation or None
        None when it was the take.
    variations : list of KeptVariation
        Of the take in force, in the order in which they were heard; for `again`.
    tails : list of ndarray or None
        What rings on after each state of `history`.
    """

    state: LoopState
    history: list[np.ndarray | None] = field(default_factory=list)
    consists: list[KeptTake | None] = field(default_factory=list)
    at: int = 0
    shapes: list[KeptShape | None] = field(default_factory=list)
    sounding: KeptVariation | None = None
    variations: list[KeptVariation] = field(default_factory=list)
    tails: list[np.ndarray | None] = field(default_factory=list)

    @property
    def audio(self) -> np.ndarray | None:
        """The take in force."""
        return self.history[self.at - 1] if self.at else None

    def put_next(self, audio: np.ndarray, *, laid: bool) -> None:
        """Have this take follow the one in force, which is `laid` on it or has nothing to do with it."""
        below = self.shapes[self.at - 1] if laid and self.at else None
        self.history = [*self.history[: self.at], audio]
        self.consists = [*self.consists[: self.at], None]
        self.tails = [*self.tails[: self.at], self.tails[self.at - 1] if laid and self.at else None]
        self.shapes = [*self.shapes[: self.at], None if below is None else KeptShape(below.shape, None, below.shape)]


@dataclass(eq=False, slots=True)
class KeptSession:
    """What a folder holds.

    Attributes
    ----------
    folder : Path
    state : Performance
    loops : list of KeptLoop
    damage : list of str
        What could not be read, a line each.
    """

    folder: Path
    state: Performance
    loops: list[KeptLoop] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def sample_rate(self) -> int:
        return int(self.state.facts["sample_rate"])


def read_state(folder: Path) -> Performance:
    """How a session stands, to within a second, by its session.toml or, where that is damaged, by its log.

    Raises SessionError when neither can be read and no loop is there either.
    """
    try:
        return _read_toml(folder)
    except _DAMAGE:
        return _from_log(folder)[0] or _from_files(folder)


def read_session(folder: Path) -> KeptSession:
    """Everything that a session's folder holds, as it stood in its last moment.

    Raises SessionError when there is nothing that can be read.
    """
    damage: list[str] = []
    table: Performance | None = None
    try:
        table = _read_toml(folder)
    except _DAMAGE as error:
        damage.append(f"session.toml cannot be read ({_why(error)}): how things stood is taken from the log")
    logged, bad = _from_log(folder)
    if not bad and (logged is None or table is not None and logged.frame < table.frame):
        bad = "its end is lost"  # for what the table tells is in the log before
    if bad:
        damage.append(f"log.jsonl: {bad}")
    # The log may be newer than the table; but one with gaps may have missed something.
    state = logged if logged is not None and (not bad or table is None) else table
    if state is None:
        state = _from_files(folder)
        damage.append("neither can be read: only the newest state of each loop is there")
    kept = KeptSession(folder, state, damage=damage)
    for number, loop in enumerate(state.loops):
        kept.loops.append(_read_loop(folder, number, loop, damage))
        if loop.state not in AT_REST and (files := sorted(folder.glob("input-*.wav"))):
            damage.append(f"loop {number + 1} was {loop.state} when all ended: what came in is in {files[-1]}")
    return kept


_DAMAGE = (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError)


def _read_toml(folder: Path) -> Performance:
    with (folder / "session.toml").open("rb") as file:
        return from_toml(tomllib.load(file))


def _from_log(folder: Path) -> tuple[Performance | None, str]:
    """What the log adds up to, None when its beginning is lost; and in words what of it cannot be read."""
    session = Performance()
    try:
        entries, bad = read_log(folder / "log.jsonl")
    except OSError as error:
        return None, f"it cannot be read ({_why(error)})"
    for entry in entries:
        try:
            session.apply(entry)
        except (KeyError, TypeError, ValueError):
            bad += 1
    return session if "sample_rate" in session.facts else None, f"{bad} of its lines cannot be read" if bad else ""


def _read_loop(folder: Path, number: int, state: LoopState, damage: list[str]) -> KeptLoop:
    loop = KeptLoop(state)
    layers: dict[int, np.ndarray | None] = {}  # by serial
    whole = False  # whether the take in force is the one that was
    tail: np.ndarray | None = None
    for place, version in enumerate(state.history):
        facts = state.takes.get(version)
        audio: np.ndarray | None = None
        if version == 0 or facts is None:  # the loop that never was, or a take that was not complete
            continue
        if facts.file:
            try:
                audio, _ = read_layer(folder / facts.file, facts.start, facts.frames, facts.crc)
            except AudioFileError as error:
                damage.append(f"loop {number + 1}, take {version}: {error}")
                continue
        loop.history.append(audio)
        loop.consists.append(None if audio is None else _read_take(folder, number, state.consists.get(version), len(audio), layers, damage))
        loop.shapes.append(_read_shape(folder, number, state, version, damage))
        if facts.kind in ("recording", "loaded", "cleared"):  # the others were made of what was there, and have its tail
            tail = _read_tail(folder, number, facts, damage)
        loop.tails.append(tail)
        if place <= state.at:
            loop.at = len(loop.history)
            whole = place == state.at
    if not whole:
        state.learned = ""  # which was learned of another take
        return loop
    if state.learned:
        try:
            check_learned(folder / state.learned)
        except SessionError as error:
            damage.append(f"loop {number + 1}, what was learned of it: {error}")
            state.learned = ""
    for file in state.tokens:
        try:
            for tag, (codes, request) in sorted(read_tokens(folder / file).items()):
                if request.get("take") == state.take.take:
                    loop.variations.append(KeptVariation(request | {"tag": tag}, codes=codes))
        except UnloopError as error:
            damage.append(f"loop {number + 1}: {error}")
    if state.tag != THE_TAKE and (entry := state.variations.get(state.tag)) is not None:
        loop.sounding = _read_variation(folder, number, entry, damage)
    return loop


def _read_take(folder: Path, number: int, facts: TakeLayers | None, length: int, layers: dict[int, np.ndarray | None],
               damage: list[str]) -> KeptTake | None:
    """The layers of a take; `layers` holds by serial those that were read already, None for a damaged one."""
    if facts is None:
        return None
    for row in facts.layers:
        if row.serial not in layers:
            layers[row.serial] = None
            try:
                layers[row.serial], _ = read_layer(folder / row.file, row.start, row.frames, row.crc)
            except AudioFileError as error:
                damage.append(f"loop {number + 1}, a layer, which stays part of its loop: {error}")
    found = [KeptLayer(row, audio) for row in facts.layers if (audio := layers[row.serial]) is not None and length % len(audio) == 0]
    return KeptTake(facts, found) if len(found) == len(facts.layers) == len(facts.gains) and found else None


def _read_shape(folder: Path, number: int, state: LoopState, version: int, damage: list[str]) -> KeptShape | None:
    if version not in state.shapes:
        return None
    ratio, semitones, original, *played = state.shapes[version]
    facts, audio = state.takes.get(int(original)), None
    if original:
        try:
            if facts is None:
                raise AudioFileError(f"take {int(original)} is not there")
            audio, _ = read_layer(folder / facts.file, facts.start, facts.frames, facts.crc)
        except AudioFileError as error:
            damage.append(f"loop {number + 1}, what take {version} was stretched from: {error}")
            played = [ratio, semitones]
    return KeptShape((ratio, semitones), audio, (played[0], played[1]))


def _read_tail(folder: Path, number: int, facts: TakeFacts, damage: list[str]) -> np.ndarray | None:
    if not facts.tail:
        return None
    try:
        return read_layer(folder / facts.tail, 0, facts.tail_frames, facts.tail_crc)[0]
    except AudioFileError as error:
        damage.append(f"loop {number + 1}, the tail of take {facts.take}: {error}")
        return None


def _read_variation(folder: Path, number: int, entry: Entry, damage: list[str]) -> KeptVariation | None:
    if not entry["file"]:
        return None
    try:
        audio, _ = read_layer(folder / entry["file"], 0, int(entry["frames"]), int(entry["crc"]))
    except AudioFileError as error:
        damage.append(f"loop {number + 1}, the repetition that sounded: {error}")
        return None
    return KeptVariation(entry, audio)


def _from_files(folder: Path) -> Performance:
    """What can be told from the audio files alone."""
    session = Performance()
    for path in sorted(folder.glob("loop-*/take-*.wav")):
        try:
            found = read_loop(path)
            number, version = int(path.parent.name.split("-")[1]) - 1, int(path.stem.split("-")[1])
        except (UnloopError, ValueError):
            continue
        session.facts = {"sample_rate": found.sample_rate, "channels": found.audio.shape[1]}
        loop = session.loop(number)
        loop.history, loop.at, loop.state, loop.length = [0, version], 1, "playing", len(found.audio)
        file = path.relative_to(folder).as_posix()
        loop.takes = {version: TakeFacts(version, file, read_marks(path).start, len(found.audio), crc(found.audio))}
    if not session.loops:
        raise SessionError(f"{folder} holds nothing that can be read as a session")
    return session


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).splitlines()[0]
