"""What the engine is told and what it answers: commands in, events out.

Standard library only, so that any room may import it without loading numpy or numba.
Times are engine frames: the count of frames processed since the engine was made. Loops count
from 0 here. A slot is the number of one audio buffer; see `Engine.buffer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from math import nan


class State(IntEnum):
    """What a loop is doing; the numbers are SooperLooper's."""

    OFF = 0
    RECORDING = 2
    PLAYING = 4
    OVERDUBBING = 5
    MULTIPLYING = 6
    INSERTING = 7
    REPLACING = 8
    MUTED = 10
    SCRATCHING = 11
    ONESHOT = 12
    SUBSTITUTING = 13
    PAUSED = 14

    @property
    def label(self) -> str:
        """The lower-case word that front ends show: "off", "recording", "playing", ..."""
        return self.name.lower()


LAYERS = (State.OVERDUBBING, State.MULTIPLYING, State.INSERTING, State.REPLACING, State.SUBSTITUTING)
"""The states in which what is played is laid onto a loop that is there."""


class CommandKind(IntEnum):
    """The verbs of the engine."""

    RECORD = 1  # again: ends the loop and plays; over an existing loop, the old one is one undo away
    OVERDUB = 2  # again: plays; on an empty loop it records; while recording it ends the loop into overdub
    UNDO = 3  # walks back over record, overdub, clear, keep and load; while recording it drops the recording
    REDO = 4
    PLAY = 5  # ends a recording or an overdub, unmutes, resumes from a pause
    PAUSE = 6  # value 1, 0, or nan to toggle: stops, and resumes where it stopped
    MUTE = 7  # value 1, 0, or nan to toggle; while recording or overdubbing it ends that, muted
    CLEAR = 8  # undoable: the loop comes back in time, as if it had been muted
    KEEP = 9  # what sounds becomes the take; within 500 ms after a swap: the pass that has just ended
    BACK = 10  # cross-fades to the take at once and stops varying until GENERATE 1 or LOCK 0
    LOCK = 11  # value 1, 0, or nan to toggle; what sounds stays; 0 also ends `back`
    GENERATE = 12  # value 1, 0, or nan to toggle: whether offers are taken; 1 also ends `back`
    SET = 13  # control and value
    OFFER = 14  # slot, take, tag, correlation, force
    LOAD = 15  # slot and length: this audio becomes the take; its frame 0 is at `frame`, which may have gone by, even below 0
    MULTIPLY = 16  # the loop goes round while one overdubs; again: so many whole loops are the loop
    INSERT = 17  # what is played is put in at the playhead, and the loop grows by it; again: goes on where it stopped
    REPLACE = 18  # what is played takes the place of what was there, which is not heard meanwhile; again: plays
    SUBSTITUTE = 19  # the same, but what is being replaced is heard
    TRIGGER = 20  # plays from the start, whatever the loop does
    ONESHOT = 21  # plays from the start, once, and is muted then
    REVERSE = 22  # plays backwards from here; again: forwards
    SOLO = 23  # value 1, 0, or nan to toggle: while any loop is soloed, only those that are sound
    UNDO_ALL = 24  # to before the first thing that was done
    REDO_ALL = 25
    MUTE_TRIGGER = 26  # mutes; again: plays from the start
    GRID = 27  # length and value: offers come in at so many equal points of the loop, the first at position `value`; 0: at once
    REMIX = 28  # slot, take, tag, correlation: the take (tag -1) or a variation of it, mixed differently; value 1: as a state of its own
    SCRATCH = 29  # a hand holds the playhead and moves it by SCRATCH_POS; again, or PLAY: back to where it would be by now
    FIRST = 30  # the first recording comes back, as it was before overdubs and keeps; undoable
    ALIGN = 40  # length: the next seam moves by so many frames, by a cross-fade of the loop into itself
    CANCEL = 42  # control: the commands of this kind that wait for their frame are forgotten
    CLICK = 41  # a click of level `value` and pitch `control` in Hz, in the output only
    EXPECT = 44  # value: an offer is late where none has come in for so many seams, 1 at first; 0: none is ever late
    # slot, length, take: this audio, of any length, takes the place of that take in the history and plays on where that was;
    # void when another take plays by now. A frame that has gone by says when its own frame 0 was, at speed 1
    RESHAPE = 43
    LOOP_ADD = 50  # the next loop is there, or the one that was deleted last is there again, as it would be by now
    LOOP_DEL = 51  # the last loop falls silent and hears no player any more; what was being recorded ends
    INPUT = 52  # control, length, value: gain of engine input `length` in the loop's channel `control`
    OUTPUT = 53  # control, length, value: gain of the loop's channel `control` in engine output `length`, see `layout.n_sends`
    CUE = 54  # value 1, 0, or nan to toggle: offers wait to be accepted, and are heard on the second output
    ACCEPT = 55  # the offer that waits may come in


class Control(IntEnum):
    """Continuous controls that act at once, over a 10 ms ramp (`CommandKind.SET`)."""

    WET = 0  # 0..1, gain of the loop
    DRY = 1  # 0..1, gain of the common inputs in the common outputs; one for the whole engine
    MIX = 2  # 0..1, 0 = the take, 1 = the variation
    FEEDBACK = 3  # 0..1, what an overdub leaves of what was there
    TAIL = 4  # 0..10 s, how long the input is folded over the head after a recording ends
    SEAM_MS = 5  # 1..200 ms, length of the fades that end at a seam
    SPEED = 6  # 0.25..4, of the playhead, and with it pitch; what makes a loop longer needs 1
    STOP_FADE_S = 7  # 0..30 s, how long a loop that stops with a fade takes
    STOP_MODE = 8  # a `Stop`: how a loop that is paused ends
    SCRATCH_POS = 9  # 0..1, where in the loop a hand that scratches wants the playhead
    INPUT_GAIN = 20  # 0..1, of what the loop hears
    USE_FEEDBACK_PLAY = 21  # 0 or 1: played, the loop becomes quieter by its feedback, from pass to pass
    USE_SAFETY_FEEDBACK = 22  # 0 or 1: no feedback is more than 0.96
    LOOP_DRY = 23  # 0..1, gain of what the loop hears in what it sounds like
    DISCRETE_PREFADER = 24  # 0 or 1: at outputs that are not the common ones it sounds as if `wet` were 1
    MAIN_WET = 25  # 0..1, gain of all loops; one for the whole engine
    MAIN_INPUT_GAIN = 26  # 0..1, gain of the input; one for the whole engine


class Stop(IntEnum):
    """How a loop that is paused ends (`Control.STOP_MODE`)."""

    AT_ONCE = 0
    AT_END = 1  # of the pass
    FADE = 2  # over STOP_FADE_S
    RING = 3  # at the end of the pass, and what rang on after its recording rings on after it


class EventKind(IntEnum):
    """What the engine reports."""

    STATE = 1  # state; index = Flag bits. Also sent when only a flag changed
    # take, slot, index = length in frames (0 and slot -1 after clear): complete, readable until FREED; late = 1: it is the state
    # before it, or that many times over, with something laid on, and all of what was there has stayed (feedback 1 throughout);
    # value = how many frames behind those `index` ring on when it stops with `Stop.RING`, 0 but for recordings and what was loaded
    TAKE = 2
    SEAM = 3  # index = repetitions since the record end, late, tag of what sounds now (-1 = the take), slot
    SWAPPED = 4  # tag, slot: the offer came in at this seam
    FREED = 5  # slot: the engine reads it no more (`Engine.events` has already put it back in its pool)
    REJECTED = 6  # tag, slot, take: the offer is void; FREED follows for its slot
    KEPT = 7  # tag, take: the variation `tag` has become take `take`
    HISTORY = 8  # index = steps that can be undone, value = steps that can be redone; late = 1: RESHAPE put it in another's place
    IGNORED = 9  # index = CommandKind, value = Reason: the command could not be obeyed and changed nothing
    # A command's turn came: index = CommandKind, its value (nan told as -1), slot; late = its control; tag = OFFER's or REMIX's tag, an
    # ALIGN's, GRID's, INPUT's or OUTPUT's length, else the frame that it asked for. From these a performance can be played again.
    OBEYED = 10
    FORGOTTEN = 11  # index = its take: a state that can no longer be undone to; late = 1: for want of undo memory


class Flag(IntFlag):
    """What STATE events and `Status.flags` carry beside the state."""

    GENERATE = 1  # offers are taken
    LOCKED = 2  # what sounds stays
    BACK = 4  # `back` was pressed: the take stays until told
    SOLOED = 8
    REVERSED = 16  # the loop plays backwards
    CUED = 32  # offers wait to be accepted; seams without one are not late


class Reason(IntEnum):
    """Why a command was ignored."""

    NOTHING_THERE = 1  # no loop, nothing to undo, redo or keep
    BUSY = 2  # not while recording or overdubbing, or too many passes at once
    NO_BUFFER = 3  # no free buffer was at hand; it can be tried again in a moment
    BAD_VALUE = 4  # a loop, control, slot or length that does not exist
    TOO_LONG = 5  # the loop would outgrow its memory
    AT_RATE = 6  # not while the loop plays at another speed than 1 or -1


@dataclass(frozen=True, slots=True)
class Command:
    """One thing for the engine to do.

    Attributes
    ----------
    kind : CommandKind
    loop : int
        Counts from 0.
    frame : int
        Engine frame at which it takes effect, to the frame. -1, or a frame already past: the start of the next
        block. But a recording or an overdub that begins, and a recording that ends, reach back to a frame up to
        2 s past: what was played since is taken from the input ring, and the loop goes on where it would be by now.
    value : float
        MUTE, PAUSE, LOCK, GENERATE, SOLO, CUE: 1, 0 or nan (toggle). SET: the control's value in its unit. CLICK: its level, 0..1.
        EXPECT: 0..64 seams. GRID: the position in frames of the first point at or after the loop's start. REMIX: 1 for a take
        of its own, that undo takes back. INPUT, OUTPUT: a gain, 0..1.
    control : int
        SET: a `Control`. CLICK: Hz. CANCEL: a `CommandKind`. INPUT, OUTPUT: a channel of the loop. ALIGN: 1 moves the
        loop at once instead, by any number of frames. LOAD: how many frames behind those `length` ring on after it.
    slot : int
        OFFER, LOAD, REMIX, RESHAPE: the buffer. An OFFER of slot -1 offers the take itself (`variation` 0).
    take : int
        OFFER, REMIX, RESHAPE: version of the take that it was made from; any other makes it void.
    tag : int
        OFFER: the caller's own number for the variation, 0 or more; comes back in events.
        REMIX: that of the variation that sounds or waits, -1 for the take.
    length : int
        LOAD, RESHAPE: frames. An OFFER is always as long as its take. ALIGN: frames by which the next seam comes later, or
        earlier where it is negative; at most a quarter of the seam's fade. GRID: how many points there are, 1 being
        the seam alone. INPUT, OUTPUT: which of them.
    correlation : float
        OFFER, REMIX: correlation of the variation with its take, -1..1; sets the fades' gains.
    force : bool
        OFFER: swap at the next seam although generating is off, locked or `back` (`again n`).
    """

    kind: CommandKind
    loop: int = 0
    frame: int = -1
    value: float = nan
    control: int = 0
    slot: int = -1
    take: int = -1
    tag: int = 0
    length: int = 0
    correlation: float = 0.0
    force: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at `frame`; `EventKind` says which fields mean something.

    Attributes
    ----------
    take : int
        Version of the take at that moment. Versions never repeat; undo and redo give back
        a state's own old version, for its audio is the same. 0 = there never was a take.
    """

    kind: EventKind
    loop: int = 0
    frame: int = 0
    state: State = State.OFF
    take: int = 0
    slot: int = -1
    tag: int = -1
    index: int = 0
    late: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """A reading of one loop and of the engine, taken without stopping the audio thread.

    Attributes
    ----------
    state, flags : State, Flag
    take, tag : int
        Version of the take; tag of the variation that sounds, -1 when it is the take.
    position_frames, length_frames : int
        Playhead and loop length; while recording, length 0 and the frames recorded so far.
    repetition, late : int
        Seams since the record end; seams that wanted an offer and had none, since start.
    undo_steps, redo_steps : int
    frame : int
        Engine clock: frames processed.
    next_seam_frame : int
        Engine frame of the next seam, -1 when none is coming.
    peak_in, peak_out : float
        Recent peaks, linear, 1 = full scale.
    xruns, limited, events_lost : int
        Blocks that the driver reported as broken; samples that the limiter changed; events
        dropped because nobody drained them.
    block_time, block_frame : float, int
        The driver's clock in seconds at the newest block (0 where it has none), and that
        block's first frame.
    """

    state: State
    flags: Flag
    take: int
    tag: int
    position_frames: int
    length_frames: int
    repetition: int
    late: int
    undo_steps: int
    redo_steps: int
    frame: int
    next_seam_frame: int
    peak_in: float
    peak_out: float
    xruns: int
    limited: int
    events_lost: int
    block_time: float
    block_frame: int
