"""How a session stands: what its log adds up to, and the same as `session.toml`.

An entry of the log is a dict with ``what`` happened, ``at`` which engine frame and, mostly, to which ``loop`` (from 0). `apply` adds
one up; it is the only code that does, while a session is played and when its log is all that is left of it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import tomli_w

FORMAT = 1
THE_TAKE = -1       # the engine's tag of a pass that plays the take
AT_REST = ("off", "playing", "muted", "paused", "oneshot", "scratching")  # in every other state something is being recorded
MOST_LOOPS = 64
MOST_SHAPES = 256
RECALLED = 64       # variations whose files are remembered by their tag
LENGTHS = 32        # of a loop that lie on a clock

Entry = dict[str, Any]

OnClock = tuple[int, int, float, float]
"""Length in frames of a loop that lies on a clock's boundaries, the clock's number in `sync_source`, the clock's beat at which the
loop began, and how many beats it holds."""


@dataclass(slots=True)
class TakeFacts:
    """One state of a loop, as a file.

    Attributes
    ----------
    take : int
        The engine's version of it.
    file : str
        In the session's folder; "" for the empty loop that `clear` leaves.
    start, frames : int
        Where in the file the loop begins, and how long it is.
    crc : int
        CRC-32 of the loop's samples.
    kind : str
        "recording", "overdub", "kept", "loaded", "stretched" or "cleared".
    tail, tail_frames, tail_crc : str, int, int
        The file of what rings on when it stops, "" where it has none of its own: what is made of a recording has its.
    """

    take: int
    file: str = ""
    start: int = 0
    frames: int = 0
    crc: int = 0
    kind: str = "recording"
    tail: str = ""
    tail_frames: int = 0
    tail_crc: int = 0


@dataclass(slots=True)
class LayerFacts:
    """One layer of a take, as a file and as its faders stand; see `TakeFacts`."""

    file: str
    start: int
    frames: int
    crc: int
    serial: int
    level: float = 1.0
    mute: bool = False
    vary: bool = False


@dataclass(slots=True)
class TakeLayers:
    """What a take consists of: its layers, the base first, and the gains at which its file has them."""

    gains: list[float]
    layers: list[LayerFacts]


@dataclass(slots=True)
class LoopState:
    """One loop.

    Attributes
    ----------
    state : str
        The engine's label.
    generate, lock, back, solo, reverse : bool
    history : list of int
        Takes that undo and redo walk over, oldest first; 0 is the loop that never was.
    at : int
        Which of them plays.
    takes : dict
        By version.
    consists : dict
        What takes consist of, by version, the one that was told last at the end.
    shapes : dict
        Of takes that were stretched or laid on one that was: ratio, semitones, the version that it was made from (0: itself), and
        ratio and semitones in which that one was played.
    tag : int
        Of the variation that sounds, `THE_TAKE` when it is the take.
    variations : dict
        Entries of those heard lately, by tag.
    parameters : dict
    position, length : int
        Of the playhead when `Performance.frame` was.
    beats, first_beat : int, float
        Of the take; 0 where none were found.
    tokens : list of str
        Files of tokens.
    learned : str
        File of what was learned of the take, "" for none.
    on_clock : list of OnClock
        By length, since undo leads back to loops of other lengths.
    form : str
        What came at each seam, "" for no form.
    favourites : list of int
        The tags of the variations that were marked.
    guard : list of list of float
        What is guarded: seconds on the loop, from where to where.
    sync_pos : list of int
        A length, and the frame of a loop so long from which its beats are counted for others; empty where that is its start.
    """

    state: str = "off"
    generate: bool = True
    lock: bool = False
    back: bool = False
    solo: bool = False
    reverse: bool = False
    history: list[int] = field(default_factory=lambda: [0])
    at: int = 0
    takes: dict[int, TakeFacts] = field(default_factory=dict)
    consists: dict[int, TakeLayers] = field(default_factory=dict)
    shapes: dict[int, list[float]] = field(default_factory=dict)
    tag: int = THE_TAKE
    variations: dict[int, Entry] = field(default_factory=dict)
    parameters: dict[str, float | int] = field(default_factory=dict)
    position: int = 0
    length: int = 0
    beats: int = 0
    first_beat: float = 0.0
    tokens: list[str] = field(default_factory=list)
    learned: str = ""
    on_clock: list[OnClock] = field(default_factory=list)
    form: str = ""
    favourites: list[int] = field(default_factory=list)
    guard: list[list[float]] = field(default_factory=list)
    sync_pos: list[int] = field(default_factory=list)

    @property
    def take(self) -> TakeFacts | None:
        """The take that plays; None when there is none, or its file is not written yet."""
        return self.takes.get(self.history[self.at]) if self.at < len(self.history) else None


@dataclass(slots=True)
class Performance:
    """The whole session.

    Attributes
    ----------
    facts : dict
        sample_rate, channels, max_loop_s, unloop (its version), model, began (seconds since 1970), ...
    generating : bool
    there : int
        How many loops were there in the end, of those that were ever; 0 for all.
    selected : int
        The loop that keys mean, from 0.
    frame, unix_s : int, float
        A moment, by both clocks.
    line : tuple of float, optional
        The beats that the loops followed then: an engine frame, the beat there, and frames from beat to beat.
    first : int
        The loop whose tempo was everybody's then, -1 for none.
    ended : bool
        It was ended by the player.
    """

    facts: Entry = field(default_factory=dict)
    generating: bool = True
    frame: int = 0
    unix_s: float = 0.0
    ended: bool = False
    selected: int = 0
    there: int = 0
    line: tuple[float, float, float] | None = None
    first: int = -1
    loops: list[LoopState] = field(default_factory=list)

    def loop(self, number: int) -> LoopState:
        """Loop `number`, from 0; there as soon as it is asked for. Raises ValueError for one that no engine has."""
        if not 0 <= number < MOST_LOOPS:
            raise ValueError(f"there is no loop {number}")
        while len(self.loops) <= number:
            self.loops.append(LoopState())
        return self.loops[number]

    def apply(self, entry: Entry) -> None:
        """Add up one entry of the log."""
        act = _ACTS.get(entry["what"])
        if act is not None:
            act(self, entry)


def _begin(session: Performance, entry: Entry) -> None:
    session.facts = {name: value for name, value in entry.items() if name not in ("what", "at")}
    session.frame, session.unix_s = entry["at"], entry["began"]


def _state(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    loop.state = entry["state"]
    for flag in ("generate", "lock", "back", "solo", "reverse"):
        setattr(loop, flag, bool(entry[flag]))
    if loop.back or loop.state in ("off", "recording"):
        loop.tag = THE_TAKE


def _history(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    count = entry["undo"] + entry["redo"] + 1
    if entry.get("changed") and loop.at < len(loop.history):
        loop.history[loop.at] = entry["take"]
    elif entry["take"] not in loop.history:
        loop.history = [*loop.history[: loop.at + 1], entry["take"]]
    loop.history = loop.history[-count:]  # the oldest were forgotten
    loop.at = min(entry["undo"], len(loop.history) - 1)


def _shape(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    loop.shapes[entry["take"]] = [entry["ratio"], entry["semitones"], entry["original"], *entry["played"]]
    while len(loop.shapes) > MOST_SHAPES:
        del loop.shapes[next(iter(loop.shapes))]


def _take(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    loop.takes[entry["take"]] = TakeFacts(**{f.name: entry[f.name] for f in fields(TakeFacts) if f.name in entry})
    loop.tag, loop.learned = THE_TAKE, ""
    if loop.length != entry["frames"]:
        loop.beats, loop.first_beat = 0, 0.0
    loop.length = entry["frames"]


def _layers(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    before = loop.consists.pop(entry["take"], None)
    # The file of a take was written once; its layers may be mixed anew after that.
    gains = entry["gains"] if before is None else before.gains
    loop.consists[entry["take"]] = _take_layers(entry | {"gains": gains})


def _seam(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).tag = entry["tag"]


def _variation(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    loop.variations[entry["tag"]] = entry
    while len(loop.variations) > RECALLED:
        del loop.variations[next(iter(loop.variations))]
    if entry["tokens"] and entry["tokens"] not in loop.tokens:
        loop.tokens.append(entry["tokens"])


def _parameter(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).parameters[entry["name"]] = entry["value"]


def _beats(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    if loop.take is not None and loop.take.take == entry["take"]:
        loop.beats, loop.first_beat = entry["beats"], entry["first_beat"]


def _moment(session: Performance, entry: Entry) -> None:
    session.frame, session.unix_s = entry["at"], entry["unix_s"]
    session.line, session.first = _line(entry.get("line")), int(entry.get("first", -1))
    for number, position in enumerate(entry["positions"]):
        session.loop(number).position = position


def _generating(session: Performance, entry: Entry) -> None:
    session.generating = entry["on"]


def _loops(session: Performance, entry: Entry) -> None:
    session.there = entry["count"]


def _form(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).form = str(entry["text"])


def _favourites(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).favourites = [int(tag) for tag in entry["tags"]]


def _remembered(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    if entry["tokens"] not in loop.tokens:
        loop.tokens.append(entry["tokens"])


def _select(session: Performance, entry: Entry) -> None:
    session.selected = entry["loop"]


def _model(session: Performance, entry: Entry) -> None:
    session.facts["model"] = entry["name"]


def _learned(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    if loop.take is not None and loop.take.take == entry["take"]:
        loop.learned = entry["file"]


def _on_clock(session: Performance, entry: Entry) -> None:
    loop = session.loop(entry["loop"])
    row = _row([entry[name] for name in ("length", "source", "first_beat", "beats")])
    loop.on_clock = [*(one for one in loop.on_clock if one[0] != row[0]), row][-LENGTHS:]


def _guard(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).guard = _spans(entry["spans"])


def _spans(rows: list[list[Any]]) -> list[list[float]]:
    """Raises TypeError or ValueError for what is no stretch of a loop."""
    spans = [[float(start), float(end)] for start, end in rows]
    if not all(math.isfinite(edge) and edge >= 0.0 for span in spans for edge in span):
        raise ValueError(f"{spans} are no stretches of a loop")
    return spans


def _sync_pos(session: Performance, entry: Entry) -> None:
    session.loop(entry["loop"]).sync_pos = [int(entry["length"]), int(entry["position"])]


def _row(values: list[Any]) -> OnClock:
    """Raises TypeError or ValueError for what no clock says."""
    length, source, first_beat, beats = values
    if not (math.isfinite(first_beat) and 0.0 < beats < math.inf):
        raise ValueError(f"no loop has {beats} beats from {first_beat} on")
    return int(length), int(source), float(first_beat), float(beats)


def _line(values: Any) -> tuple[float, float, float] | None:
    """Raises TypeError or ValueError likewise."""
    if not values:
        return None
    frame, beat, per_beat = (float(value) for value in values)
    if not (math.isfinite(frame) and math.isfinite(beat) and 0.0 < per_beat < math.inf):
        raise ValueError(f"no clock has a beat every {per_beat} frames")
    return frame, beat, per_beat


def _end(session: Performance, entry: Entry) -> None:
    session.ended = True


_ACTS = {
    "begin": _begin, "state": _state, "history": _history, "shape": _shape, "take": _take, "seam": _seam,
    "variation": _variation, "beats": _beats,
    "parameter": _parameter, "moment": _moment, "generating": _generating, "select": _select, "loops": _loops, "model": _model,
    "learned": _learned, "on_clock": _on_clock, "sync_pos": _sync_pos, "layers": _layers, "form": _form, "favourites": _favourites,
    "remembered": _remembered, "guard": _guard, "end": _end,
}  # fmt: skip


# session.toml

def to_tables(session: Performance) -> Entry:
    """The session as plain tables, which no later change reaches."""
    return {
        "format": FORMAT, "ended": session.ended, "generating": session.generating, "selected": session.selected,
        "there": session.there,
        "session": dict(session.facts),
        "clock": {"frame": session.frame, "unix_s": session.unix_s, "line": list(session.line or ()), "first": session.first},
        "loop": [_loop_table(number, loop) for number, loop in enumerate(session.loops, 1)],
        "end": {"loops": len(session.loops)},  # by which a file that was cut off is known
    }  # fmt: skip


def to_toml(tables: Entry) -> str:
    """`to_tables` as a text that people can read: a millisecond for each loop."""
    return tomli_w.dumps(tables)


def from_toml(tables: Entry) -> Performance:
    """What `to_toml` wrote. Raises KeyError, TypeError or ValueError for what it did not write."""
    if tables["format"] != FORMAT:
        raise ValueError(f"format {tables['format']} is not {FORMAT}")
    clock = tables["clock"]
    session = Performance(dict(tables["session"]), bool(tables["generating"]), int(clock["frame"]), float(clock["unix_s"]),
                          bool(tables["ended"]), int(tables["selected"]), int(tables.get("there", 0)), _line(clock.get("line")),
                          int(clock.get("first", -1)))
    for table in tables["loop"]:
        session.loops.append(_loop_from(dict(table)))
    if tables["end"]["loops"] != len(session.loops):
        raise ValueError("its end is missing")
    return session


def _loop_table(number: int, loop: LoopState) -> Entry:
    by_version = ("takes", "variations", "shapes", "consists")
    table = {row.name: getattr(loop, row.name) for row in fields(LoopState) if row.name not in by_version}
    table |= {"number": number, "history": [*loop.history], "tokens": [*loop.tokens], "parameters": dict(loop.parameters),
              "on_clock": [list(row) for row in loop.on_clock], "sync_pos": [*loop.sync_pos],
              "guard": [list(span) for span in loop.guard]}
    shapes = {version: loop.shapes[version] for version in loop.history if version in loop.shapes}
    table["shapes"] = [[version, *shape] for version, shape in shapes.items()]
    wanted = dict.fromkeys([*loop.history, *(int(shape[2]) for shape in shapes.values())])
    table["take"] = [asdict(loop.takes[version]) for version in wanted if version in loop.takes]
    table["consists"] = [{"take": version} | asdict(made) for version, made in loop.consists.items() if version in loop.history]
    sounding = loop.variations.get(loop.tag)
    if sounding is not None:
        table["sounding"] = {name: value for name, value in sounding.items() if name not in ("what", "at", "loop")}
    return table


def _loop_from(table: Entry) -> LoopState:
    takes = {int(row["take"]): TakeFacts(**row) for row in table.pop("take", [])}
    consists = {int(row["take"]): _take_layers(row) for row in table.pop("consists", [])}
    sounding = table.pop("sounding", None)
    table.pop("number")
    table["on_clock"] = [_row(row) for row in table.get("on_clock", [])]
    table["guard"] = _spans(table.get("guard", []))
    table["sync_pos"] = [int(frames) for frames in table.get("sync_pos", [])]
    if len(table["sync_pos"]) not in (0, 2):
        raise ValueError(f"{table['sync_pos']} is no length and a frame of it")
    shapes = {int(version): shape for version, *shape in table.pop("shapes", [])}
    loop = LoopState(**table)
    loop.shapes = shapes
    loop.takes, loop.consists = takes, consists
    if sounding is not None:
        loop.variations[int(sounding["tag"])] = sounding
    loop.at = max(0, min(loop.at, len(loop.history) - 1))
    return loop


def _take_layers(row: Entry) -> TakeLayers:
    return TakeLayers([float(gain) for gain in row["gains"]], [LayerFacts(**layer) for layer in row["layers"]])
