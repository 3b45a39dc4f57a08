"""The MIDI clock that other machines follow: which tick falls on which engine frame. Pure; any one thread at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.midi_clock import TICKS_PER_BEAT


@dataclass(frozen=True, slots=True)
class ClockMessage:
    """One message of the MIDI clock and the engine frame at which it is due."""

    kind: Literal["clock", "start", "stop"]
    frame: int


class ClockOut:
    """Turn a clock's beats into MIDI clock messages, none twice and none left out.

    `start` goes out at the beginning of a bar, together with its first tick; `stop` when the clock stands still.
    """

    def __init__(self) -> None:
        self._next_tick: int | None = None
        self._started = self._again = False

    def start_again(self) -> None:
        """Send another `start` with the next tick. Any thread."""
        self._again = True

    def until(self, line: BeatLine | None, now_frame: int, until_frame: int, beats_per_bar: int) -> list[ClockMessage]:
        """What is due in engine frames [now, until) and was not given before, in order."""
        if line is None:
            stopped, self._started, self._next_tick = self._started, False, None
            return [ClockMessage("stop", now_frame)] if stopped else []
        first = math.ceil(line.beat_at(now_frame) * TICKS_PER_BEAT - 1e-6)
        if self._next_tick is None or abs(first - self._next_tick) > TICKS_PER_BEAT:
            self._next_tick = first  # the first look, or a clock that has jumped
        messages = []
        while (frame := math.floor(line.frame_of(self._next_tick / TICKS_PER_BEAT) + 0.5)) < until_frame:
            if self._again or (not self._started and self._next_tick % (TICKS_PER_BEAT * beats_per_bar) == 0):
                self._started, self._again = True, False
                messages.append(ClockMessage("start", frame))
            messages.append(ClockMessage("clock", frame))
            self._next_tick += 1
        return messages
