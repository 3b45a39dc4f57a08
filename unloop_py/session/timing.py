"""When what the player asks for happens: a press may wait for a boundary of the clock, and be taken back until then.

A press that waits is held here, as a beat; `LEAD_S` before the beat falls it goes to the engine, which obeys at the very
frame. So a clock may wander meanwhile, stop, or jump, and a second press may cancel.

Under the bus's lock throughout: `press` and `tap` on whichever thread a front end has, `step` on the conductor's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import State, Status
from unloop_py.errors import EngineBusy, UnloopError
from unloop_py.session.clock_source import ClockSource
from unloop_py.session.loop_view import LoopView
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Metre, Quantize, boundary_for, nearest_frame
from unloop_py.sync.tap import TapTempo

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

LEAD_S = 0.05
"""So long before its frame a command is handed over: longer than the conductor's thread is ever kept waiting."""
TELL_S = 0.1
SHORTEST_S = 0.25
"""A recording is not ended on a boundary that lies sooner after its beginning; the one after it is meant."""

ENDS_RECORDING = {"record", "overdub", "play", "pause", "mute"}
GATES = {"overdub": "overdub_quantized", "mute": "mute_quantized", "pause": "mute_quantized", "play": "mute_quantized"}
"""Commands on a loop that is there, and the parameter that makes each wait."""
BESIDE = {"keep", "back", "lock"}
"""What may be asked while something waits, without a word to it."""


@dataclass(slots=True)
class Waiting:
    """A press that waits.

    Attributes
    ----------
    name, argument
        The command.
    beat : float or None
        Of the clock, at which it is due; None until there is a clock.
    period : float
        Beats between the boundaries that it could have waited for.
    anchor : float
        A beat on which one lies.
    """

    name: str
    argument: int | None
    beat: float | None
    period: float
    anchor: float = 0.0


class Timing:
    """Holds what waits, one press for each loop.

    Parameters
    ----------
    engine : Engine
    store : Store
    loops : list of LoopView
    obey : callable
        ``obey(loop, name, argument, frame)`` hands a command to the engine, or raises UnloopError.
    tell : callable
        Takes a `Notice`.
    output_latency : callable
        Frames from the engine to the loudspeaker: what a player presses to, he hears so late.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        loops: list[LoopView],
        *,
        obey: Callable[[int, str, int | None, int | None], None],
        tell: Callable[[Notice], None],
        output_latency: Callable[[], int],
    ) -> None:
        self._engine = engine
        self._store = store
        self._loops = loops
        self._obey = obey
        self._tell = tell
        self._output_latency = output_latency
        self._rate = engine.sample_rate
        self._lead = round(LEAD_S * self._rate)
        self._tap = TapTempo(self._rate)
        self._waiting: dict[int, Waiting] = {}
        self._began: dict[int, tuple[int, float | None]] = {}  # frame, and beat of the clock if there was one
        self._told_frame = 0
        self._beat_told: tuple[int, int] | None = None
        self.clock = ClockSource(engine, store, loops)

    # What a player asks. Any thread.

    def press(self, loop: int, name: str, argument: int | None, frame: int | None) -> bool:
        """Let a press wait, or cancel the one that waits.

        Parameters
        ----------
        frame : int or None
            The engine frame that the press was meant for; None is what is heard now.

        Returns
        -------
        bool
            False for a press that waits for nothing: the caller obeys it at once.

        Raises
        ------
        UnloopError
            If it could not be obeyed by then; nothing waits that did not before.
        """
        status = self._engine.status(loop)
        heard = status.frame - self._output_latency() if frame is None else frame
        held = None if name in BESIDE else self._waiting.get(loop)
        if held is not None and (name == "undo" or (name, argument) == (held.name, held.argument)):
            self._forget(loop)
            return True
        waiting = self._wait_for(loop, name, argument, status, heard)
        if waiting is None:
            if held is not None:
                self._forget(loop)
            return False
        line = self.clock.line(loop, heard)
        due = None if waiting.beat is None or line is None else nearest_frame(line, waiting.beat)
        self._loops[loop].expected.standing(status, due).after(name, argument)
        self._waiting[loop] = waiting
        self._say(loop, waiting, status.frame)
        self._release(loop, waiting, status.frame)
        return True

    def tap(self, frame: int | None = None) -> None:
        """Tap the tempo, at a frame or at what is heard now."""
        heard = self._engine.status(0).frame - self._output_latency() if frame is None else frame
        tempo = self._tap.tap(heard)
        if tempo is not None:
            self._store.set(0, "tempo", tempo)
            self.clock.internal.put_beat(heard)

    def tempo_changed(self, tempo_bpm: float) -> None:
        """The parameter stands elsewhere."""
        self.clock.set_tempo(tempo_bpm, self._engine.status(0).frame)

    def obeyed(self, loop: int, name: str, frame: int) -> None:
        """Note a command that has gone to the engine for `frame`: a recording's length is counted from its beginning."""
        state = self._loops[loop].expected.standing(self._engine.status(loop), frame - 1).state
        if state != State.RECORDING and (name == "record" or (name == "overdub" and state == State.OFF)):
            line = self.clock.line(loop, frame)
            self._began[loop] = (frame, None if line is None else line.beat_at(frame))

    def pending(self, loop: int) -> tuple[str, float]:
        """What waits, "" for nothing, and the seconds left to it, -1 while its clock stands still."""
        waiting = self._waiting.get(loop)
        if waiting is None:
            return "", 0.0
        return waiting.name, self._seconds_left(loop, waiting, self._engine.status(loop).frame)

    # The conductor's thread.

    def step(self) -> None:
        """Hand over what is due soon, and tell how long the rest has to wait."""
        self.clock.look()
        now = self._engine.status(0).frame
        for loop, waiting in list(self._waiting.items()):
            self._release(loop, waiting, now)
        if not 0 <= now - self._told_frame < TELL_S * self._rate:
            self._told_frame = now
            for loop, waiting in self._waiting.items():
                self._say(loop, waiting, now)
        self._tell_beat(now)

    # Within.

    def _wait_for(self, loop: int, name: str, argument: int | None, status: Status, heard: int) -> Waiting | None:
        """What a press waits for; None for nothing."""
        get = functools.partial(self._store.get, loop)
        state = self._loops[loop].expected.standing(status, None).state
        unit = Quantize(int(get("quantize")))
        anchor = None
        if state == State.RECORDING and name in ENDS_RECORDING:
            if unit == Quantize.OFF and not get("round"):
                return None
            if unit == Quantize.OFF or get("relative_sync"):
                anchor = self._began.get(loop, (0, None))[1]
        elif name == "record" or (name == "overdub" and state == State.OFF):
            if unit == Quantize.OFF or get("relative_sync"):
                return None
        elif unit == Quantize.OFF or name not in GATES or not get(GATES[name]):
            return None
        metre = Metre(int(get("beats_per_bar")), int(get("eighth_per_cycle")))
        line = self.clock.line(loop, heard)
        if line is None:
            return Waiting(name, argument, None, metre.beats_of(unit)) if self.clock.is_awaited() else None
        period = metre.beats_of(unit, self.clock.beats_in(loop, line))
        if anchor is None:
            anchor = line.beat_at(status.next_seam_frame) if unit == Quantize.LOOP and status.next_seam_frame >= 0 else 0.0
        forgiveness = round(float(get("forgiveness_ms")) * self._rate / 1000.0)
        beat = boundary_for(line, heard, period, forgiveness, anchor)
        if state == State.RECORDING and loop in self._began:
            while nearest_frame(line, beat) < self._began[loop][0] + SHORTEST_S * self._rate:
                beat += period
        return Waiting(name, argument, beat, period, anchor)

    def _release(self, loop: int, waiting: Waiting, now: int) -> None:
        """Hand a command over when its beat is near."""
        line = self.clock.line(loop, now)
        if line is None:
            return
        if waiting.beat is None or abs(line.beat_at(now) - waiting.beat) > waiting.period + self._slack(line):
            # The clock has just begun, or has jumped: the boundary that lies ahead now is the one that is meant.
            waiting.beat = boundary_for(line, now, waiting.period, self._lead, waiting.anchor)
        due = nearest_frame(line, waiting.beat)
        if due - now > self._lead:
            return
        try:
            self._obey(loop, waiting.name, waiting.argument, due)
        except EngineBusy:  # it is tried again at the next step
            return
        except UnloopError as error:  # another command took its ground meanwhile
            self._tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/{waiting.name}", str(error))))
        self._forget(loop)

    def _slack(self, line: BeatLine) -> float:
        """Beats by which a boundary may lie further off than one period, or back, without a jump of the clock."""
        longest = self._lead + self._output_latency() + 0.25 * self._rate
        return longest / line.frames_per_beat

    def _forget(self, loop: int) -> None:
        del self._waiting[loop]
        self._tell(Notice("pending", loop, ("none", 0.0)))

    def _seconds_left(self, loop: int, waiting: Waiting, now: int) -> float:
        line = self.clock.line(loop, now)
        if line is None or waiting.beat is None:
            return -1.0
        return max(0.0, (line.frame_of(waiting.beat) - now) / self._rate)

    def _say(self, loop: int, waiting: Waiting, now: int) -> None:
        self._tell(Notice("pending", loop, (waiting.name, self._seconds_left(loop, waiting, now))))

    def _tell_beat(self, now: int) -> None:
        """The clock's beat, for lamps and for whoever plays to it."""
        line = self.clock.line(0, now)
        per_bar = int(self._store.get(0, "beats_per_bar"))
        beat = None if line is None else divmod(int(line.beat_at(now) // 1), per_bar)
        if beat != self._beat_told:
            self._beat_told = beat
            tempo = 0.0 if line is None else line.tempo_bpm(self._rate)
            self._tell(Notice("clock", None, (tempo, *((0, 0) if beat is None else (beat[0] + 1, beat[1] + 1)))))


