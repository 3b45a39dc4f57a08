"""SooperLooper's session files, brought in: an XML file of version 1.7, and beside it a WAV file for each loop that had audio."""

from __future__ import annotations

import math
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from unloop_py.audio_io.loop_file import at_rate, read_loop, with_channels
from unloop_py.errors import AudioFileError, SessionError
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
