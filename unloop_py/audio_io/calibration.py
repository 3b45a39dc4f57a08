"""The round trip of a sound card, measured: how many frames after the engine has played a click it hears it come back.

A driver reports its latency, and is wrong about what its converters add. A cable from an output to an input, or a
loopback in the driver, tells; what was measured is kept in a file for each pair of devices, rate and block.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from ..engine.engine import MAX_LATENCY_S, Engine
from ..engine.messages import Command, CommandKind
from ..errors import DeviceError
from ..paths import user_data_folder, written_beside

log = logging.getLogger(__name__)

CLICKS = 8
CLICK_HZ = 1000
CLICK_LEVEL = 0.5
CLICK_S = 0.03
LIKENESS = 0.5
"""The least correlation of what is heard with the click that was played."""
SPREAD_FRAMES = 2
"""The most by which round trips may differ and still be one."""


@dataclass(frozen=True)
class RoundTrip:
    """What was measured.

    Attributes
    ----------
    frames : int
        From the engine's output to its input.
    spread_frames : int
        Of all clicks, the longest less the shortest.
    level : float
        Peak of what came back, linear.
    """

    frames: int
    spread_frames: int
    level: float


def measure_round_trip(engine: Engine, wait: Callable[[float], None], clicks: int = CLICKS) -> RoundTrip:
    """Play clicks and hear them come back. Control thread, beside a stream that runs.

    Parameters
    ----------
    engine : Engine
        Its input must not be heard in its output (`dry` 0, as it is made).
    wait : callable
        Lets so many seconds pass.
    clicks : int
        How many, at least 2.

    Raises
    ------
    DeviceError
        Nothing came back, or not after the same time each time; says what to do.
    """
    rate = engine.sample_rate
    window = round((MAX_LATENCY_S + CLICK_S) * rate)
    found = [_one_trip(engine, wait, window) for _ in range(clicks)]
    trips = [trip for trip, likeness, _ in found if likeness >= LIKENESS]
    level = max(peak for _, _, peak in found)
    if len(trips) < clicks:
        raise DeviceError(
            f"{clicks - len(trips)} of {clicks} clicks did not come back (the input's peak was {level:.3f}): connect an output to an "
            "input with a cable, turn monitoring off and the input's gain up, and choose the channels with --inputs and --outputs"
        )
    spread = max(trips) - min(trips)
    if spread > SPREAD_FRAMES:
        raise DeviceError(
            f"the clicks came back after {min(trips)} to {max(trips)} frames: the driver's blocks vary; choose them with --block"
        )
    return RoundTrip(round(median(trips)), spread, level)


def _one_trip(engine: Engine, wait: Callable[[float], None], window: int) -> tuple[int, float, float]:
    """Frames that one click took, its likeness, and the input's peak."""
    at = engine.frame() + engine.sample_rate // 5
    engine.send(Command(CommandKind.CLICK, frame=at, value=CLICK_LEVEL, control=CLICK_HZ))
    while engine.frame() < at + window:
        before = engine.frame()
        wait(max(0.01, (at + window - before) / engine.sample_rate))
        if engine.frame() == before:
            raise DeviceError("no sound runs: the driver has stopped")
    heard = engine.heard(at, window).astype(np.float64)
    loudest = heard[:, np.abs(heard).max(axis=0).argmax()]
    return (*find_click(loudest, engine.sample_rate), float(np.abs(heard).max()))


def find_click(audio: np.ndarray, sample_rate: int) -> tuple[int, float]:
    """Where in `audio`, (frames,), the click begins, and its correlation with what was played, 0..1. Its polarity does not matter."""
    age = np.arange(round(CLICK_S * sample_rate))
    click = (1.0 - age / (CLICK_S * sample_rate)) ** 3 * np.sin(2.0 * np.pi * CLICK_HZ * age / sample_rate)
    product = np.abs(np.correlate(audio, click, "valid"))
    at = int(product.argmax())
    power = np.sqrt((audio[at : at + len(click)] ** 2).sum() * (click**2).sum())
    return at, float(product[at] / power) if power > 0.0 else 0.0


def latency_file() -> Path:
    """Where round trips are kept."""
    return user_data_folder() / "latency.json"


def stored_round_trip(key: str) -> int | None:
    """The frames that were measured for these devices; None where nothing was. A damaged file counts as none, and is logged."""
    try:
        frames = json.loads(latency_file().read_text(encoding="utf-8")).get(key)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        log.warning("%s cannot be read (%s): calibrate again", latency_file(), error)
        return None
    return frames if isinstance(frames, int) and frames >= 0 else None


def store_round_trip(key: str, frames: int) -> Path:
    """Keep a round trip beside those of other devices; returns the file."""
    path = latency_file()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(path) as beside:
        beside.write_text(json.dumps((kept if isinstance(kept, dict) else {}) | {key: frames}, indent=2), encoding="utf-8")
    return path
