"""What a press waits for: which boundary, how many bars of counting in, or the first sound. Under the bus's lock."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from unloop_py.control.store import Store
from unloop_py.engine.messages import State, Status
from unloop_py.session.clock_source import INTERNAL, ClockSource
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Metre, Quantize, boundary_for, nearest_frame

LEAD_S = 0.03
"""So long before its frame a command is handed over: longer than the conductor's thread is ever kept waiting."""
SHORTEST_S = 0.25
"""A recording is not ended on a boundary that lies sooner after its beginning; the one after it is meant."""

LAYERS = ("overdub", "replace", "substitute", "multiply", "insert")
ENDS_RECORDING = {"record", "play", "trigger", "oneshot", "pause", "mute", "mute_trigger", "reverse", *LAYERS}
MOVES = ("play", "pause", "mute", "mute_trigger", "trigger", "oneshot", "reverse")
GATES = dict.fromkeys(MOVES, "mute_quantized") | {
    "overdub": "overdub_quantized", "replace": "replace_quantized", "substitute": "replace_quantized",
    "multiply": "quantize", "insert": "quantize",
}  # fmt: skip
"""Commands on a loop that is there, and the parameter that makes each wait."""


@dataclass(slots=True)
class Waiting:
    """A press that waits, or the end that a recording of fixed length has from its beginning.

    Attributes
    ----------
    name, argument
        The command.
    beat : float or None
        Of the clock, at which it is due; None until there is a clock, or a sound.
    period : float
        Beats between the boundaries that it could have waited for.
    anchor : float
        A beat on which one lies.
    reach : float
        Beats that it lay ahead when it was planned; further off than that means that the clock has jumped.
    internal : bool
        Whether its beats are the instrument's own, because the loops follow nobody.
    for_sound : bool
        Whether it waits for the first sound instead.
    automatic : bool
        Whether nobody pressed it.
    clicks : list of float
        Beats to click on while it waits.
    """

    name: str
    argument: int | None = None
    beat: float | None = None
    period: float = 1.0
    anchor: float = 0.0
    reach: float = 0.0
    internal: bool = False
    for_sound: bool = False
    automatic: bool = False
    clicks: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Began:
    """Where a recording began: an engine frame, and the beat of the clock there, None where there was none."""

    frame: int
    beat: float | None


class Planner:
    """Knows the parameters of time and the clock."""

    def __init__(self, store: Store, clock: ClockSource, sample_rate: int) -> None:
        self._store = store
        self._clock = clock
        self._rate = sample_rate

    def metre(self) -> Metre:
        """How beats are grouped now."""
        return Metre(int(self._store.get(0, "beats_per_bar")), int(self._store.get(0, "eighth_per_cycle")))

    def plan(
        self, loop: int, name: str, argument: int | None, state: State | None, status: Status, heard: int, began: Began | None
    ) -> Waiting | None:
        """What a press waits for; None for nothing.

        Parameters
        ----------
        state : State or None
            Where the loop will stand when all that was pressed before has been obeyed.
        heard : int
            The engine frame that the player heard as he pressed.
        began : Began or None
            Where its last recording did.
        """
        get = functools.partial(self._store.get, loop)
        unit = Quantize(int(get("quantize")))
        if state == State.RECORDING and name in ENDS_RECORDING:
            if unit == Quantize.OFF and not get("round"):
                return None
            counted = unit == Quantize.OFF or get("relative_sync")
            return self._boundary(loop, name, argument, unit, status, heard, began.beat if counted and began else None, began)
        if name == "record" or (name == "overdub" and state == State.OFF):
            if get("count_in"):
                return self._count_in(loop, name, unit, status, heard)
            if get("rec_thresh"):
                return Waiting(name, for_sound=True)
            if unit == Quantize.OFF or get("relative_sync"):
                return None
        elif unit == Quantize.OFF or name not in GATES or not get(GATES[name]):
            return None
        return self._boundary(loop, name, argument, unit, status, heard)

    def fixed_end(self, loop: int, began: Began) -> Waiting | None:
        """The end of a recording of fixed length; None where the player ends it."""
        beats = float(self._store.get(loop, "record_bars")) * self.metre().beats_per_bar or float(self._store.get(loop, "record_beats"))
        if not beats:
            return None
        line, internal = self.line(loop, began.frame)
        if line is None or began.beat is None:
            return None
        beat = began.beat + beats
        return Waiting("record", None, beat, beats, beat, beats, internal=internal, automatic=True)

    def line(self, loop: int, frame: int) -> tuple[BeatLine | None, bool]:
        """The beats to count by: the clock's, or the instrument's own where the loops follow nobody, and which of them."""
        line = self._clock.line(loop, frame)
        if line is None and not self._clock.is_awaited(loop):
            return self._clock.internal.line(frame), True
        return line, False

    def boundary_after(self, loop: int, line: BeatLine, frame: int, began: Began) -> float | None:
        """The beat at which a recording whose last sound was at `frame` is to end; None for there."""
        unit = Quantize(int(self._store.get(loop, "quantize")))
        if unit == Quantize.OFF:
            return None
        period = self.metre().beats_of(unit, self._clock.beats_in(loop, line))
        anchor = began.beat if self._store.get(loop, "relative_sync") and began.beat is not None else 0.0
        return boundary_for(line, frame, period, 0, anchor)

    def _boundary(
        self, loop: int, name: str, argument: int | None, unit: Quantize, status: Status, heard: int,
        anchor: float | None = None, began: Began | None = None,
    ) -> Waiting | None:  # fmt: skip
        line = self._clock.line(loop, heard)
        if line is None:
            return Waiting(name, argument, None, self.metre().beats_of(unit)) if self._clock.is_awaited(loop) else None
        period = self.metre().beats_of(unit, self._clock.beats_in(loop, line))
        if anchor is None:
            own_seam = unit == Quantize.LOOP and status.next_seam_frame >= 0
            anchor = line.beat_at(status.next_seam_frame) if own_seam else 0.0
        forgiveness = round(float(self._store.get(loop, "forgiveness_ms")) * self._rate / 1000.0)
        beat = boundary_for(line, heard, period, forgiveness, anchor)
        if began is not None:
            while nearest_frame(line, beat) < began.frame + SHORTEST_S * self._rate:
                beat += period
        return Waiting(name, argument, beat, period, anchor, beat - line.beat_at(heard))

    def _count_in(self, loop: int, name: str, unit: Quantize, status: Status, heard: int) -> Waiting:
        """So many bars from the next boundary; where nothing sounds, from now: then the beat is the player's to begin."""
        bar = self.metre().beats_per_bar
        line, internal = self.line(loop, heard)
        if line is None:
            return Waiting(name, None, None, float(bar))
        period = float(bar) if unit == Quantize.OFF else self.metre().beats_of(unit, self._clock.beats_in(loop, line))
        if (internal or self._clock.number == INTERNAL) and self._clock.is_silent():
            self._clock.internal.put_beat(status.frame + round(2 * LEAD_S * self._rate), 0.0)
            line, first = self._clock.internal.line(heard), 0.0
        else:
            first = boundary_for(line, status.frame + round(LEAD_S * self._rate), period)
        beats = int(self._store.get(loop, "count_in")) * bar
        clicks = [first + k for k in range(beats)] if self._store.get(loop, "click") else []
        due = first + beats
        return Waiting(name, None, due, period, 0.0, due - line.beat_at(heard), internal=internal, clicks=clicks)
