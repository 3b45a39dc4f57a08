"""When what the player asks for happens: a press may wait for a boundary of the clock, and be taken back until then.

A press that waits is held here, as a beat; a little before the beat falls it goes to the engine, which obeys at the very
frame. So a clock may wander meanwhile, stop, or jump, and a second press may cancel, until the last block before the beat.
What happens by itself is here too: a recording of fixed length ends, a sound begins one, silence ends one, seams follow the clock.

Under the bus's lock throughout: `press` and `tap` on whichever thread a front end has, `step` on the conductor's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import Command, CommandKind, State
from unloop_py.errors import CommandError, EngineBusy, UnloopError
from unloop_py.session.capturing import Capturing
from unloop_py.session.clock_source import NOBODY, ClockSource
from unloop_py.session.ears import SILENCE, Ear
from unloop_py.session.following import Following
from unloop_py.session.loop_view import TURNING, LoopView
from unloop_py.session.planner import ENDS_RECORDING, LEAD_S, Began, Planner, Waiting
from unloop_py.session.playback_sync import PlaybackSync
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Quantize, boundary_for, nearest_frame
from unloop_py.sync.drift import Slaved
from unloop_py.sync.tap import TapTempo

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

TELL_S = 0.1
LOOK_S = 0.1
ATTACK_S = 0.01
"""A recording that a sound has started begins so long before it."""
RELEASE_S = 0.1
"""One that silence has ended ends so long after its last sound."""
REACH_S = 1.9
"""No press reaches further back; the engine's own limit is a little more."""
CLICK_HZ = (1000, 1500)  # of a beat, and of the first of a bar
BESIDE = {"keep", "back", "lock", "solo", "cue", "accept"}
"""What may be asked while something waits, without a word to it."""


@dataclass(slots=True)
class Handed:
    """A press that is with the engine, for frame `due`; where the recording before it had begun; what would take it back."""

    name: str
    argument: int | None
    due: int
    began: Began | None
    again: tuple[str, int | None, int | None] | None = None


class Timing:
    """Holds what waits, one press for each loop.

    Parameters
    ----------
    engine : Engine
    store : Store
    loops : list of LoopView
    obey : callable
        ``obey(loop, name, argument, frame)`` hands a command of the player's to the engine, or raises UnloopError.
    send : callable
        Hands the engine a `Command`.
    tell : callable
        Takes a `Notice`.
    output_latency : callable
        Frames from the engine to the loudspeaker: what a player presses to, he hears so late.
    capture_s : float
        Seconds of input that are remembered for `capture`.

    Attributes
    ----------
    clock : ClockSource
    on_clock : callable
        ``on_clock(loop, length_frames, source, slaved)`` is told of each loop that lies on the boundaries of a clock, by the
        clock's number in `sync_source`; of the instrument's own beats where that is `NOBODY`. Any thread.
    on_sync_pos : callable
        ``on_sync_pos(loop, length_frames, position_frames)`` is told where the beats of a loop are counted from. Any thread.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        loops: list[LoopView],
        *,
        obey: Callable[[int, str, int | None, int | None], None],
        send: Callable[[Command], None],
        tell: Callable[[Notice], None],
        output_latency: Callable[[], int],
        capture_s: float = 0.0,
    ) -> None:
        self._engine = engine
        self._store = store
        self._loops = loops
        self._obey = obey
        self._send = send
        self._tell = tell
        self._output_latency = output_latency
        self._rate = engine.sample_rate
        self._lead = round(LEAD_S * self._rate)
        self._tap = TapTempo(self._rate)
        self._waiting: dict[int, Waiting] = {}
        self._handed: dict[int, Handed] = {}
        self._began: dict[int, Began] = {}
        self._ears: dict[int, Ear] = {}
        self._due_beat: float | None = None  # of the command that is being handed over: its frame is only the nearest
        self._told_frame = self._looked_frame = 0
        self._beat_told: tuple[int, int] | None = None
        self.on_clock: Callable[[int, int, int, Slaved], None] = lambda loop, length_frames, source, slaved: None
        self.on_sync_pos: Callable[[int, int, int], None] = lambda loop, length_frames, position_frames: None
        self.clock = ClockSource(engine, store, loops)
        self._planner = Planner(store, self.clock, self._rate)
        self._playback_sync = PlaybackSync(engine, store, self.clock, self._planner, send)
        self.following = Following(engine, store, self.clock, send)
        self._capturing = Capturing(
            engine, store, self._planner, seconds=capture_s, send=send, tell=tell, captured=self._on_the_beat
        )

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
        self.clock.look()
        status = self._engine.status(loop)
        heard = status.frame - self._output_latency() if frame is None else frame
        held = None if name in BESIDE else self._waiting.get(loop)
        if held is not None and not held.automatic and (name == "undo" or (name, argument) == (held.name, held.argument)):
            self._forget(loop)
            return True
        if held is None and name not in BESIDE and self._take_back(loop, name, argument, frame, status.frame):
            return True
        expected = self._loops[loop].expected
        state = expected.standing(status, None).state
        waiting = self._planner.plan(loop, name, argument, state, status, heard, self._began.get(loop))
        if waiting is None:
            if held is not None:
                self._forget(loop)
            return False
        line = self._line_for(loop, waiting, heard)
        due = None if waiting.beat is None or line is None else nearest_frame(line, waiting.beat)
        expected.standing(status, due).after(name, argument)
        self._waiting[loop] = waiting
        if waiting.for_sound:
            self._ears[loop] = Ear(self._engine, loop, status.frame, float(self._store.get(loop, "rec_thresh")))
        self._say(loop, waiting, status.frame)
        self._release(loop, waiting, status.frame)
        return True

    def _take_back(self, loop: int, name: str, argument: int | None, frame: int | None, now: int) -> bool:
        """Cancel the press that is with the engine already, and whose frame has not come; False if that is not what is meant."""
        handed = self._handed.get(loop)
        if handed is None or now >= handed.due or not (name == "undo" or (name, argument) == (handed.name, handed.argument)):
            return False
        self._send(Command(CommandKind.CANCEL, loop, control=CommandKind[handed.name.upper()]))
        handed.again = (name, argument, frame)
        self._loops[loop].expected.cancelled(handed.name, handed.due)
        if handed.began != self._began.get(loop):  # it would have begun a recording
            self._ears.pop(loop, None)
            self._began.pop(loop)
            if handed.began is not None:
                self._began[loop] = handed.began
            if loop in self._waiting:  # with an end of its own
                self._forget(loop)
        return True

    def came_too_late(self, loop: int) -> None:
        """The engine had obeyed already what was to be taken back: the second press is one of its own. Raises UnloopError."""
        handed = self._handed.pop(loop, None)
        if handed is not None and handed.again is not None:
            self._obey(loop, *handed.again)

    def tap(self, frame: int | None = None) -> None:
        """Tap the tempo, at a frame or at what is heard now."""
        heard = self._engine.status(0).frame - self._output_latency() if frame is None else frame
        tempo = self._tap.tap(heard)
        if tempo is not None:
            self._store.set(0, "tempo", float(round(tempo)) if self._store.get(0, "round_integer_tempo") else tempo)
            self.clock.internal.put_beat(heard)

    def set_sync_pos(self, loop: int, name: str, frame: int | None) -> None:
        """Count a loop's beats from what is heard of it now, or with `reset_sync_pos` from its start. Raises CommandError."""
        status = self._engine.status(loop)
        self._loops[loop].expected.standing(status, frame).after(name)
        if not status.length_frames:
            raise CommandError(f"{name}: the loop is empty; record something first")
        heard = status.frame - self._output_latency() if frame is None else frame
        turned = heard - status.frame if status.state in TURNING else 0
        position = 0 if name == "reset_sync_pos" else (status.position_frames + turned) % status.length_frames
        self.sync_pos_restored(loop, status.length_frames, position)

    def capture(self, loop: int, count: int, frame: int | None = None) -> None:
        """Make a loop of what was just played, see `Capturing.capture`. Raises CommandError."""
        status = self._engine.status(loop)
        heard = status.frame - self._output_latency() if frame is None else frame
        self._loops[loop].expected.standing(status, frame).after("capture")
        line = self.clock.line(loop, heard)
        if line is None and self.clock.is_awaited(loop):
            raise CommandError("capture: the clock stands still; start it, or choose another sync_source")
        self._capturing.capture(loop, count, heard, line)

    def tempo_changed(self, tempo_bpm: float) -> None:
        """The parameter stands elsewhere."""
        self.clock.set_tempo(tempo_bpm, self._engine.status(0).frame)

    def obeyed(self, loop: int, name: str, frame: int) -> None:
        """Note a command that goes to the engine for `frame`, before it does: a recording is counted from its beginning."""
        status = self._engine.status(loop)
        state = self._loops[loop].expected.standing(status, max(frame, status.frame)).state
        if state == State.RECORDING or not (name == "record" or (name == "overdub" and state == State.OFF)):
            return
        self.clock.forget_sync_pos(loop)
        line, _ = self._planner.line(loop, frame)
        beat = self._due_beat if self._due_beat is not None or line is None else line.beat_at(frame)
        self._began[loop] = began = Began(frame, beat)
        level = float(self._store.get(loop, "rec_thresh")) or SILENCE
        self._ears[loop] = Ear(self._engine, loop, frame, level)
        if (end := self._planner.fixed_end(loop, began)) is not None:
            self._waiting[loop] = end
            self._say(loop, end, status.frame)

    def pending(self, loop: int) -> tuple[str, float]:
        """What waits, "" for nothing, and the seconds left to it, -1 while its clock stands still."""
        waiting = self._waiting.get(loop)
        if waiting is None:
            return "", 0.0
        return waiting.name, self._seconds_left(loop, waiting, self._engine.status(loop).frame)

    def asked(self, loop: int) -> tuple[str, int | None] | None:
        """The press that waits, None for none; given again, it is taken back."""
        waiting = self._waiting.get(loop)
        return None if waiting is None or waiting.automatic else (waiting.name, waiting.argument)

    def would_wait(self, loop: int, name: str) -> bool:
        """Whether a press on the loop that is there would wait for the clock."""
        status = self._engine.status(loop)
        heard = status.frame - self._output_latency()
        return self._planner.plan(loop, name, None, status.state, status, heard, self._began.get(loop)) is not None

    def cycle_frames(self, loop: int) -> float:
        """How long a cycle is: by the clock that the loop follows, or where there is none, the loop itself; 0 where that is empty."""
        status = self._engine.status(loop)
        line = self.clock.line(loop, status.frame)
        return float(status.length_frames) if line is None else self._planner.metre().beats_of(Quantize.CYCLE) * line.frames_per_beat

    def reshaped(self, loop: int, before: int, after: int, *, follows: bool) -> None:
        """A loop of `before` frames holds the same beats in `after` frames now; if it `follows` the clock, at the same place."""
        self.clock.beats_known[loop, after] = self.clock.beats_of(loop, before)
        slaved = self.following.slaved(loop, before) if follows else None
        if slaved is not None:
            self._lies_on(self.clock.number, loop, after, slaved)

    # A session that is kept, and comes back. Any thread.

    def beats_to_keep(self, frame: int) -> tuple[BeatLine | None, int]:
        """The beats round about a frame, of the clock or where there is none of the instrument; and the loop they come from, or -1."""
        return self._planner.line(0, frame)[0], self.clock.first

    def beats_restored(self, frame: int, beat: float) -> None:
        """The instrument's own beats go on from `beat` at `frame`."""
        self.clock.internal.put_beat(frame, beat)

    def sync_pos_restored(self, loop: int, length_frames: int, position_frames: int) -> None:
        """The beats of a loop of this length are counted from one of its frames."""
        self.clock.set_sync_pos(loop, length_frames, position_frames)
        self.on_sync_pos(loop, length_frames, position_frames)

    def restored(self, loop: int, length_frames: int, source: int, slaved: Slaved) -> None:
        """A loop is back that lay on a clock in a session before this one, whose beats were counted from elsewhere."""
        self._lies_on(source, loop, length_frames, slaved)
        self.following.count_anew(loop, length_frames)

    @property
    def is_awaiting(self) -> bool:
        """Whether a press waits, or the input is listened to for the moment that begins or ends a recording."""
        return bool(self._waiting or self._ears)

    @property
    def tells_beats(self) -> bool:
        """Whether the clock has beats."""
        return self._beat_told is not None

    def forget(self, loop: int) -> None:
        """A loop is there no more: nothing waits for it."""
        self._forget(loop)
        self._ears.pop(loop, None)
        self._began.pop(loop, None)

    # The conductor's thread.

    def step(self) -> None:
        """Hand over what is due soon, and tell how long the rest has to wait."""
        now = self._engine.frame()
        if not 0 <= now - self._looked_frame < LOOK_S * self._rate:
            self._looked_frame = now
            self.clock.look()
        for loop, waiting in list(self._waiting.items()):
            self._click(loop, waiting, now)
            self._release(loop, waiting, now)
        for loop in list(self._ears):
            self._listen(loop, now)
        self.following.step(now)
        self._playback_sync.step(now)
        self._capturing.step(now)
        if not 0 <= now - self._told_frame < TELL_S * self._rate:
            self._told_frame = now
            for loop, waiting in self._waiting.items():
                self._say(loop, waiting, now)
        self._tell_beat(now)

    # Within.

    def _line_for(self, loop: int, waiting: Waiting, frame: int) -> BeatLine | None:
        return self.clock.internal.line(frame) if waiting.internal else self.clock.line(loop, frame)

    def _release(self, loop: int, waiting: Waiting, now: int) -> None:
        """Hand a command over when its beat is near."""
        line = None if waiting.for_sound else self._line_for(loop, waiting, now)
        if line is None:
            return
        slack = (self._lead + self._output_latency() + 0.25 * self._rate) / line.frames_per_beat
        if waiting.beat is None or not -slack <= waiting.beat - line.beat_at(now) <= max(waiting.reach, waiting.period) + slack:
            # The clock has just begun, or has jumped: the boundary that lies ahead now is the one that is meant.
            waiting.beat = boundary_for(line, now, waiting.period, self._lead, waiting.anchor)
        due = nearest_frame(line, waiting.beat)
        if due - now <= self._lead:
            self._give(loop, waiting, due)

    def _give(self, loop: int, waiting: Waiting, due: int) -> None:
        """Hand the command to the engine for frame `due`."""
        status = self._engine.status(loop)
        ends = waiting.name in ENDS_RECORDING and self._loops[loop].expected.standing(status, due).state == State.RECORDING
        self._forget(loop)
        if waiting.automatic and not ends:  # the player has ended it himself
            return
        self._due_beat = waiting.beat
        handed = Handed(waiting.name, waiting.argument, due, self._began.get(loop))
        try:
            self._obey(loop, waiting.name, waiting.argument, due)
        except EngineBusy:  # it is tried again at the next step
            self._waiting[loop] = waiting
            return
        except UnloopError as error:  # another command took its ground meanwhile
            self._tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/{waiting.name}", str(error))))
            return
        finally:
            self._due_beat = None
        if not waiting.automatic:
            self._handed[loop] = handed
        began = self._began.get(loop)
        if ends and began is not None and began.beat is not None and waiting.beat is not None:
            length = due - began.frame
            source = NOBODY if waiting.internal else self.clock.number
            self._lies_on(source, loop, length, Slaved(began.beat, waiting.beat - began.beat))

    def _listen(self, loop: int, now: int) -> None:
        """Begin a recording with the first sound, or end one with silence."""
        ear, waiting = self._ears[loop], self._waiting.get(loop)
        latency = self._engine.latency_at(float(self._store.get(0, "dry")))
        if waiting is not None and waiting.for_sound:
            ear.listen(now)
            if ear.first is not None:
                self._give(loop, waiting, max(ear.first - latency - round(ATTACK_S * self._rate), now - round(REACH_S * self._rate)))
            return
        patience = round(float(self._store.get(loop, "silence_stop_s")) * self._rate)
        recording = self._loops[loop].expected.standing(self._engine.status(loop), None).state == State.RECORDING
        if not recording or not patience or (waiting is not None and not waiting.automatic):
            if not recording and now > ear.start + self._lead:
                del self._ears[loop]
            return
        ear.listen(now)
        if ear.last is None or now - ear.last < patience:
            return
        del self._ears[loop]
        end = max(ear.last - latency + round(RELEASE_S * self._rate), now - round(REACH_S * self._rate))
        line, internal = self._planner.line(loop, now)
        beat = None if line is None else self._planner.boundary_after(loop, line, end, self._began[loop])
        due = end if beat is None or line is None else nearest_frame(line, beat)
        stop = Waiting("record", None, beat, 1.0, beat or 0.0, 1e9, internal=internal, automatic=True)
        if due <= now:
            self._give(loop, stop, max(due, now - round(REACH_S * self._rate)))
        else:
            self._waiting[loop] = stop

    def _click(self, loop: int, waiting: Waiting, now: int) -> None:
        """Sound the clicks of a count-in that fall soon."""
        line = self._line_for(loop, waiting, now) if waiting.clicks else None
        while line is not None and waiting.clicks and nearest_frame(line, waiting.clicks[0]) - now <= self._lead:
            beat = waiting.clicks.pop(0)
            hertz = CLICK_HZ[round(beat) % self._planner.metre().beats_per_bar == 0]
            level = float(self._store.get(loop, "click"))
            self._send(Command(CommandKind.CLICK, loop, nearest_frame(line, beat), level, hertz))

    def _on_the_beat(self, loop: int, length_frames: int, first_beat: float, beats: float) -> None:
        """A loop was made that lies on the clock's boundaries."""
        self._lies_on(self.clock.number, loop, length_frames, Slaved(first_beat, beats))

    def _lies_on(self, source: int, loop: int, length_frames: int, slaved: Slaved) -> None:
        self.clock.beats_known[loop, length_frames] = slaved.beats
        if source != NOBODY:
            self.following.follow(loop, length_frames, source, slaved)
        self.on_clock(loop, length_frames, source, slaved)

    def _forget(self, loop: int) -> None:
        if self._waiting.pop(loop, None) is not None:
            self._tell(Notice("pending", loop, ("none", 0.0)))

    def _seconds_left(self, loop: int, waiting: Waiting, now: int) -> float:
        line = self._line_for(loop, waiting, now)
        if line is None or waiting.beat is None:
            return -1.0
        return max(0.0, (line.frame_of(waiting.beat) - now) / self._rate)

    def _say(self, loop: int, waiting: Waiting, now: int) -> None:
        self._tell(Notice("pending", loop, (waiting.name, self._seconds_left(loop, waiting, now))))

    def _tell_beat(self, now: int) -> None:
        """The clock's beat, for lamps and for whoever plays to it."""
        line = self.clock.line(None, now)
        beat = None if line is None else divmod(int(line.beat_at(now) // 1), self._planner.metre().beats_per_bar)
        if beat != self._beat_told:
            self._beat_told = beat
            tempo = 0.0 if line is None else line.tempo_bpm(self._rate)
            self._tell(Notice("clock", None, (tempo, *((0, 0) if beat is None else (beat[0] + 1, beat[1] + 1)))))
