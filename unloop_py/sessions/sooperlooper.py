"""SooperLooper's session files, brought in and written: an XML file of version 1.7, and beside it a WAV file for each loop with audio."""

from __future__ import annotations

import math
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from unloop_py.audio_io.loop_file import at_rate, read_loop, with_channels
from unloop_py.errors import AudioFileError, SessionError
from unloop_py.paths import written_beside
from unloop_py.sessions.disk import Disk
from unloop_py.sessions.layer_file import ROLL_S, crc, rolled, write_layer
from unloop_py.sessions.library import Library
from unloop_py.sessions.log import line
from unloop_py.sessions.state import Entry, Performance, to_tables, to_toml

MOST_BYTES = 10_000_000
RATES = (48000, 44100)  # that the engine knows
# SooperLooper's names of what unloop calls the same and means the same by.
CONTROLS = ("wet", "feedback", "quantize", "round", "relative_sync", "mute_quantized", "overdub_quantized")
GLOBALS = ("tempo", "eighth_per_cycle", "sync_source")


SHARED = {
    "tempo": "tempo", "eighth_per_cycle": "eighth_per_cycle", "common_dry": "dry", "common_wet": "wet", "input_gain": "input_gain",
    "sync_source": "sync_source", "auto_disable_latency": "auto_disable_latency", "output_midi_clock": "output_midi_clock",
    "use_midi_start": "use_midi_start", "use_midi_stop": "use_midi_stop", "smart_eighths": "smart_eighths",
    "send_midi_start_on_trigger": "send_midi_start_on_trigger",
}  # fmt: skip
"""What all loops share: what it is called in the file, and as a control."""
SWITCHES = {
    "discrete_prefader": "discrete_prefader", "use_common_ins": "use_common_ins", "use_common_outs": "use_common_outs",
    "relative_sync": "relative_sync", "auto_latency": "autoset_latency", "tempo_stretch": "tempo_stretch",
}  # fmt: skip
"""What a loop is told by yes and no, likewise."""
NUMBERS = ("stretch_ratio", "pitch_shift")
"""And by a number; every other control is a row of its own."""


@dataclass(frozen=True, slots=True)
class TheirLoop:
    """A loop of a session file: its controls by SooperLooper's names, where its audio is, its channels and its memory in seconds."""

    controls: dict[str, float]
    audio: Path | None = None
    channels: int = 2
    memory_s: float = 40.0


@dataclass(frozen=True, slots=True)
class TheirSession:
    """A session file: the controls that all loops share, and the loops."""

    shared: dict[str, float]
    loops: tuple[TheirLoop, ...]


def read_their_session(file: Path) -> TheirSession:
    """What a file says. Raises SessionError for one that is no session of SooperLooper's."""
    root = _read(file)
    shared = {SHARED[name]: value for row in root.iter("Globals") for name in SHARED if (value := _value(row.get(name))) is not None}
    return TheirSession(shared, tuple(_loop_of(file, looper) for looper in root.iter("Looper")))


def write_their_session(file: Path, session: TheirSession) -> None:
    """Write it so that SooperLooper reads it; the audio files that it names are written by somebody else. Raises OSError."""
    root = ElementTree.Element("SLSession", version="1.7.8")
    ElementTree.SubElement(root, "Globals", {name: f"{session.shared[control]:.9g}" for name, control in SHARED.items()})
    loopers = ElementTree.SubElement(root, "Loopers")
    for number, loop in enumerate(session.loops):
        facts = {"index": str(number), "channels": str(loop.channels), "loop_secs": f"{loop.memory_s:.9g}", "discrete_io": "no"}
        facts |= {name: "yes" if loop.controls[control] >= 0.5 else "no" for name, control in SWITCHES.items()}
        facts |= {name: f"{loop.controls[name]:.9g}" for name in NUMBERS}
        if loop.audio is not None:
            facts["loop_audio"] = str(loop.audio)
        looper = ElementTree.SubElement(loopers, "Looper", facts)
        controls = ElementTree.SubElement(looper, "Controls")
        for name, value in loop.controls.items():
            if name not in (*SWITCHES.values(), *NUMBERS):
                ElementTree.SubElement(controls, "Control", name=name, value=f"{value:.9g}")
    ElementTree.indent(root)
    with written_beside(file) as beside:
        beside.write_bytes(b'<?xml version="1.0"?>\n' + ElementTree.tostring(root) + b"\n")


def _loop_of(file: Path, looper: ElementTree.Element) -> TheirLoop:
    controls = {row.get("name", ""): value for row in looper.iter("Control") if (value := _value(row.get("value"))) is not None}
    controls |= {control: float(looper.get(name) == "yes") for name, control in SWITCHES.items() if looper.get(name)}
    controls |= {name: value for name in NUMBERS if (value := _value(looper.get(name))) is not None}
    audio = looper.get("loop_audio", "")
    return TheirLoop(controls, _beside(file, audio) if audio else None, _number(looper.get("channels"), 2))


def import_session(file: Path, library: Library) -> tuple[Path, list[str]]:
    """Make a session of SooperLooper's: its loops play, since its file does not tell what they did.

    Returns
    -------
    folder : Path
        The new session's.
    notes : list of str
        What could not be brought in, a line each.

    Raises
    ------
    SessionError
        The file is no session of SooperLooper's, or none of its loops can be read.
    """
    root = _read(file)
    notes: list[str] = []
    loops: dict[int, tuple[object, Entry]] = {}
    for place, looper in enumerate(root.iter("Looper")):
        number = _number(looper.get("index"), place)
        controls = {row.get("name", ""): row.get("value") for row in looper.iter("Control")}
        audio = looper.get("loop_audio", "")
        found = None
        if audio:
            try:
                found = read_loop(_beside(file, audio))
            except AudioFileError as error:
                notes.append(f"loop {number + 1}: {error}")
        loops[number] = found, {name: value for name in CONTROLS if (value := _value(controls.get(name))) is not None}
    heard = [found for found, _ in loops.values() if found is not None]
    if not heard:
        raise SessionError(f"{file} holds no loop that can be read: SooperLooper writes them only where \"save audio\" is chosen"
                           + (f" ({notes[0]})" if notes else ""))
    rate = heard[0].file_rate if heard[0].file_rate in RATES else RATES[0]
    channels = max(found.audio.shape[1] for found in heard)
    settings = {name: value for row in root.iter("Globals") for name in GLOBALS if (value := _value(row.get(name))) is not None}
    entries: list[Entry] = [{"what": "begin", "at": 0, "sample_rate": rate, "channels": channels, "latency": 0, "began": time.time(),
                             "unloop": "", "model": "", "max_loop_s": 60.0, "loops": max(loops) + 1, "came_from": str(file)}]
    folder = library.new_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    for number, (found, parameters) in sorted(loops.items()):
        entries += [{"what": "parameter", "at": 0, "loop": number, "name": name, "value": value}
                    for name, value in (settings | parameters).items()]
        if found is None:
            continue
        audio = with_channels(at_rate(found.audio, found.file_rate, rate), channels)
        name = f"loop-{number + 1}/take-0001.wav"
        before, after = rolled(audio, round(ROLL_S * rate))
        (folder / name).parent.mkdir()
        write_layer(Disk(), folder / name, before, audio, after, rate)
        entries += [
            {"what": "history", "at": 0, "loop": number, "take": 1, "undo": 1, "redo": 0},
            {"what": "take", "at": 0, "loop": number, "take": 1, "frames": len(audio), "file": name, "start": len(before),
             "crc": crc(audio), "kind": "loaded"},
            {"what": "state", "at": 0, "loop": number, "state": "playing", "generate": True, "lock": False, "back": False,
             "solo": False, "reverse": False},
        ]
    entries.append({"what": "end", "at": 0})
    state = Performance()
    for entry in entries:
        state.apply(entry)
    Disk().write(folder / "log.jsonl", [line(entry) for entry in entries])
    Disk().write(folder / "session.toml", [to_toml(to_tables(state)).encode()])
    return folder, notes


def _read(file: Path) -> ElementTree.Element:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SessionError(f"{file} is too large for a session of SooperLooper's")
        root = ElementTree.parse(file).getroot()
    except OSError as error:
        raise SessionError(f"{file} cannot be read: {error.strerror or error}") from None
    except ElementTree.ParseError as error:
        raise SessionError(f"{file} is no session of SooperLooper's: {error}") from None
    if root.tag != "SLSession":
        raise SessionError(f"{file} is no session of SooperLooper's: it begins with <{root.tag}>")
    return root


def _beside(file: Path, audio: str) -> Path:
    """Where a loop's audio is: beside the session, should both have been moved, or where the session says."""
    beside = file.with_name(Path(audio).name)
    return beside if beside.exists() else Path(audio)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdigit() and int(text) < 64 else otherwise


def _value(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
