"""The looper once more, written to be read and not to be fast: what the engine must sound like, to the last bit.

Each loop is played by itself, over the whole of the input, with whole takes copied where the engine copies a little at a
time, and without blocks, slots, rings or freed memory. The loops' sounds are added up at the end. It shares nothing with
the engine but the names of commands, controls and states.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from unloop_py.engine.messages import Command, CommandKind, Control, State, Stop

RAMP_S, KEEP_BACK_S, MIN_LOOP_S, PREROLL_S, REACH_S = 0.010, 0.5, 0.25, 0.2, 2.0
GLIDE_S, FASTEST = 0.05, 8.0
COPY_RATE, MAX_COPIES, MAX_VOICES, MAX_HISTORY, LONGEST_RUN = 64, 4, 8, 256, 2048
NEVER = 1 << 62
DEFAULTS = {Control.WET: 1.0, Control.DRY: 0.0, Control.MIX: 1.0, Control.FEEDBACK: 1.0, Control.TAIL: 0.0, Control.SEAM_MS: 20.0,
            Control.STOP_FADE_S: 0.0, Control.STOP_MODE: 0.0, Control.SCRATCH_POS: 0.0, Control.INPUT_GAIN: 1.0,
            Control.USE_FEEDBACK_PLAY: 0.0,
            Control.USE_SAFETY_FEEDBACK: 0.0, Control.MAIN_WET: 1.0, Control.MAIN_INPUT_GAIN: 1.0}  # fmt: skip
STEPS = (Control.TAIL, Control.SEAM_MS, Control.STOP_FADE_S, Control.STOP_MODE, Control.SCRATCH_POS, Control.USE_FEEDBACK_PLAY)
TURNING = (State.PLAYING, State.MUTED)
GROWING = (State.MULTIPLYING, State.INSERTING)
LAYERS = {
    CommandKind.OVERDUB: State.OVERDUBBING, CommandKind.MULTIPLY: State.MULTIPLYING, CommandKind.INSERT: State.INSERTING,
    CommandKind.REPLACE: State.REPLACING, CommandKind.SUBSTITUTE: State.SUBSTITUTING,
}  # fmt: skip
MAIN = (Control.DRY, Control.MAIN_WET, Control.MAIN_INPUT_GAIN)
FOR_ALL = (CommandKind.SOLO, CommandKind.LOOP_ADD, CommandKind.LOOP_DEL)
FOR_ANY = (CommandKind.SET, CommandKind.GRID, CommandKind.INPUT, CommandKind.OUTPUT, CommandKind.OFFER, CommandKind.GENERATE)
BACKWARDS = object()  # what a recording ends as: a one-shot from its end to its start
SINC_REACH, SINC_STEPS, SINC_BETA = 8, 512, 9.0


def fraction(frames: np.ndarray, start: int, end: int) -> np.ndarray:
    """How far a fade over [start, end) is: above 0 at its first frame, 1 from `end` on."""
    inside = (frames - start + 1) / (end - start + 1)
    return np.where(frames >= end, 1.0, np.where(frames < start, 0.0, inside))


def gains(t: np.ndarray, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Gains, outgoing and incoming, that keep the power of two sounds of this correlation."""
    correlation = min(1.0, max(-0.9, correlation))
    s = 1.0 - t
    norm = np.sqrt(s * s + t * t + 2.0 * correlation * s * t)
    return np.where(t <= 0.0, 1.0, np.where(t >= 1.0, 0.0, s / norm)), np.where(t <= 0.0, 0.0, np.where(t >= 1.0, 1.0, t / norm))


def flushed(x: np.ndarray) -> np.ndarray:
    """Zero in place of what is too small to be heard, as float32."""
    return np.where(np.abs(x) < 1e-30, 0.0, x).astype(np.float32)


def sinc_table() -> np.ndarray:
    """Half of a windowed sinc, 0 at all whole frames but the middle."""
    t = np.arange(SINC_REACH * SINC_STEPS + 2) / SINC_STEPS
    window = np.i0(SINC_BETA * np.sqrt(np.maximum(0.0, 1.0 - (t / SINC_REACH) ** 2)))
    table = np.where((np.arange(len(t)) % SINC_STEPS == 0) & (t > 0), 0.0, np.sinc(t) * window / np.i0(SINC_BETA))
    return np.where(t >= SINC_REACH, 0.0, table)


SINC = sinc_table()


def between(audio: np.ndarray, x: np.ndarray, stretch: float) -> np.ndarray:
    """A circle of audio read at positions x, float64 (positions, channels)."""
    return read_at(lambda i: audio[i % len(audio)], x, stretch)


def read_at(read: Callable[[np.ndarray], np.ndarray], x: np.ndarray, stretch: float | np.ndarray) -> np.ndarray:
    """What `read` has at whole positions, read at positions x, float64 (positions, channels)."""
    reach = SINC_REACH * stretch
    first, last = np.ceil(x - reach).astype(int), np.floor(x + reach).astype(int)
    total, weights = 0.0, np.zeros(len(x))
    for k in range(int((last - first).max()) + 1):
        i = first + k
        u = np.minimum(np.abs(i - x) / stretch, SINC_REACH) * SINC_STEPS
        n = u.astype(int)
        weight = np.where(i <= last, SINC[n] + (SINC[n + 1] - SINC[n]) * (u - n), 0.0)
        total = total + weight[:, None] * read(i).astype(np.float64)
        weights += weight
    return total / weights[:, None]


def wrapped(x, length: int):
    """Positions on a circle."""
    x = x - np.floor(x / length) * length
    x = np.where(x < 0.0, x + length, x)
    return np.where(x < length, x, 0.0)


@dataclass
class Line:
    """A control on its way along a straight line."""

    start: float
    target: float
    begin: int = 0
    end: int = 0

    def at(self, frames: np.ndarray) -> np.ndarray:
        moving = self.start + (self.target - self.start) * fraction(frames, self.begin, self.end)
        return np.where(frames >= self.end, self.target, moving)

    def send(self, frame: int, target: float, ramp: int) -> None:
        self.start = float(self.at(np.array([frame]))[0])
        self.begin, self.end, self.target = frame, frame + ramp, target


@dataclass(eq=False)
class Sound:
    """A take or a variation. One that is still to be copied sounds like what it is copied from, as it will be arranged."""

    audio: np.ndarray | None
    source: Sound | None = None
    arrange: Callable[[np.ndarray], np.ndarray] = lambda audio: audio
    begin: int = 0  # the frame at which the engine begins to copy it,
    start: int = 0  # from which position on,
    ahead: int = 0  # how many frames it had copied by then,
    amount: int = 0  # and how many there are

    @property
    def heard(self) -> np.ndarray:
        return self.arrange(self.source.heard) if self.audio is None else self.audio

    @property
    def copied_at(self) -> int:
        return self.begin + (self.amount - self.ahead + COPY_RATE - 1) // COPY_RATE


@dataclass(frozen=True)
class Glide:
    """How a hand has moved the playhead: from a position, at a speed, along a cubic, to rest."""

    origin: float
    speed: float
    way: float
    start: int
    frames: int
    level: float

    def position(self, frames: np.ndarray) -> np.ndarray:
        t = np.minimum(frames - self.start, self.frames)
        u = t / self.frames
        s = 1.0 - u
        return self.origin + self.speed * t * s * s + self.way * u * u * (3.0 - 2.0 * u)

    def rate(self, frames: np.ndarray) -> np.ndarray:
        u = (frames - self.start) / self.frames
        s = 1.0 - u
        return np.where(u >= 1.0, 0.0, self.speed * s * (1.0 - 3.0 * u) + 6.0 * self.way / self.frames * u * s)

    def level_at(self, frames: np.ndarray, ramp: int) -> np.ndarray:
        t = frames - self.start
        rising = np.minimum(1.0, self.level + t / ramp)
        return np.where(t < self.frames, rising, np.maximum(0.0, np.minimum(rising, 1.0 - (t - self.frames) / ramp)))


@dataclass
class Voice:
    take: Sound | None
    variation: Sound | None
    correlation: float
    length: int
    origin: int
    rate: float
    phase: float
    start: int
    end: int
    fade_correlation: float
    attack: bool
    glide: Glide | None = None
    rings: bool = False


@dataclass
class Entry:
    version: int
    sound: Sound | None
    length: int
    origin: int
    lineage: int
    scale: float = 1.0
    root: Entry | None = None  # the first recording that it was made of,
    turned: bool = False  # it is the first recording turned round
    ring: Sound | None = None  # and that with its end as it was played, and its tail, behind it


@dataclass
class Heard:
    """A variation: what it is made of, its tag, and how like its take it is."""

    sound: Sound | None
    tag: int
    correlation: float
    force: bool = False


TAKE_ITSELF = Heard(None, -1, 1.0)


@dataclass
class Recording:
    sound: Sound
    press: int
    start: int
    resumes: State
    lead: np.ndarray | None = None
    end: int = -1
    length: int = 0
    stop: int = -1
    then: State = State.PLAYING
    flows_on: bool = False


@dataclass
class Tail:
    sound: Sound
    length: int
    start: int
    since: int
    end: int
    room: int  # behind the recording, for the tail
    gain: float = 1.0
    root: Entry | None = None
    kept: np.ndarray | None = None
    own_end: np.ndarray | None = None

    def gain_at(self, frames):
        return self.gain * (self.end - frames) / (self.end - self.since)


@dataclass
class Layer:
    """What is laid onto the loop: input frames from `start` on are written from `position` on."""

    kind: State
    sound: Sound
    length: int
    press: int
    at: int  # the playhead at the press
    start: int
    position: int
    latency: int
    ramp: int
    rate: float
    phase: float  # the playhead at input frame `start`
    lag: int = 0  # how much later input is written
    started: bool = False
    end: int = -1
    lead: np.ndarray | None = None  # the fade-in of one that makes the loop longer
    lead_keep: float = 0.0


@dataclass
class Settings:
    sample_rate: int
    channels: int
    max_loop: int
    latency: int


class ReferenceLoop:
    """One loop. `obey` and `due` say what happens at a frame, `sound` and `write` what happens between two."""

    def __init__(self, settings: Settings, heard: np.ndarray, number: int) -> None:
        self.s = settings
        self.x = heard
        self.ramp = int(RAMP_S * settings.sample_rate + 0.5)
        self.lines = {control: Line(value, value) for control, value in DEFAULTS.items()}
        self.mute_line, self.solo_line, self.soloed = Line(1.0, 1.0), Line(1.0, 1.0), set()
        self.here_line, self.decay_line, self.gone = Line(1.0, 1.0), Line(1.0, 1.0), False
        ends = range(settings.channels)
        self.hears = [[Line(float(c == end), float(c == end)) for end in ends] for c in ends]  # gain of each input in each channel
        self.sends = [[Line(float(c == end), float(c == end)) for c in ends] for end in ends]  # and of each channel in each output
        self.main_wet: list[np.ndarray] = []
        self.number = number
        self.rate, self.phase, self.turn_to = 1.0, 0.0, None
        self.state, self.generate, self.locked, self.back = State.OFF, True, False, False
        self.history, self.at = [Entry(0, None, 0, 0, 0)], 0
        self.versions = self.announced = self.lineage = 0
        self.scale = 1.0
        self.version, self.take, self.length, self.origin = 0, None, 0, 0
        self.paused_at = self.paused_frame = 0
        self.playing = TAKE_ITSELF
        self.voices: list[Voice] = []
        self.seam, self.decided, self.incoming = -1, False, None
        self.exact_until = self.repetition = self.late = self.written_until = 0
        self.offer: Heard | None = None
        self.points, self.first_point, self.swap_frame, self.swapped_since = 1, 0.0, 0, False
        self.expected, self.held = 1, 0
        self.point: int | None = None
        self.point_decided = False
        self.previous: tuple[Heard, Sound, int] | None = None  # what sounded, over which take, until when it can be kept
        self.rec: Recording | None = None
        self.tail: Tail | None = None
        self.dub: Layer | None = None
        self.dub_next: State | None = None
        self.ends_as = State.MUTED  # a loop that plays but once
        self.copies: list[Sound] = []
        self.ring_until = 0  # the frame at which a tail that rings after the loop has stopped begins to fade
        self.moved = False  # the playhead was moved while something was still written
        self.glide: Glide | None = None
        self.turned = False
        self.scratch_asked = False
        self.from_end = False
        self.root = self.history[0].root = Entry(0, None, 0, 0, 0)  # the first recording that all of this was made of
        self.waiting: list[Given] = []

    # What the rest is made of.

    def input(self, frames: np.ndarray) -> np.ndarray:
        """Input frames as the loop hears them, silence before the first; float64."""
        x = np.where((frames >= 0)[:, None], self.x[np.clip(frames, 0, len(self.x) - 1)], np.float32(0.0))
        heard = [sum(x[:, end] * gain.at(frames) for end, gain in enumerate(gains)) for gains in self.hears]
        level = self.lines[Control.INPUT_GAIN].at(frames) * self.lines[Control.MAIN_INPUT_GAIN].at(frames)
        return np.stack(heard, axis=1) * level[:, None]

    def latency(self) -> int:
        return 0 if self.lines[Control.DRY].target > 0.0 else self.s.latency

    def shortest(self) -> int:
        return max(int(MIN_LOOP_S * self.s.sample_rate), 4 * self.s.latency)

    def seam_fade(self, length: int) -> int:
        frames = int(self.lines[Control.SEAM_MS].target * self.s.sample_rate / 1000.0 + 0.5)
        return max(1, min(frames, length // 4))

    def playhead(self, frame: int) -> float:
        if not self.length:
            return 0.0
        if self.rate == 1.0:
            return float((frame - self.origin) % self.length)
        return float(wrapped(self.phase + self.rate * (frame - self.origin), self.length))

    def position(self, frame: int) -> int:
        return math.floor(self.playhead(frame))

    def pass_frames(self) -> int:
        return self.length if self.rate == 1.0 else max(1, int(self.length / abs(self.rate)))

    def is_written(self) -> bool:
        return any(thing is not None for thing in (self.rec, self.tail, self.dub))

    def place(self, frame: int, position: float) -> None:
        if self.rate == 1.0:
            self.origin = frame - math.floor(position + 0.5)
        else:
            self.origin, self.phase = frame, float(position)
        recorded = self.rec is not None and self.state != State.RECORDING
        self.moved = self.moved or recorded or self.tail is not None or self.dub is not None

    def is_varying(self) -> bool:
        return self.generate and not self.locked and not self.back and not self.gone

    def can_swap(self) -> bool:
        return self.state in TURNING and self.announced == self.version and self.seam >= self.exact_until

    def can_copy(self) -> bool:
        return len(self.copies) < MAX_COPIES

    def rings(self) -> bool:
        return bool(self.voices) and self.voices[-1].rings

    def ring_lead(self, length: int) -> int:
        return min(int(PREROLL_S * self.s.sample_rate), length // 4)

    def is_silent(self) -> bool:
        return not self.voices or (len(self.voices) == 1 and self.voices[0].take is None)

    def playing_state(self) -> State:
        return State.MUTED if self.mute_line.target == 0.0 else State.PLAYING

    def empty(self, length: int) -> Sound:
        return Sound(np.zeros((length, self.s.channels), np.float32))

    def push_voice(self, voice: Voice) -> None:
        self.voices = [*self.voices, voice][-MAX_VOICES:]

    def voice(self, take: Sound | None, heard: Heard, start: int, end: int, correlation: float, attack: bool = False) -> Voice:
        return Voice(take, heard.sound, heard.correlation, self.length, self.origin, self.rate, self.phase,
                     start, end, correlation, attack,
                     self.glide if take is not None and self.state == State.SCRATCHING else None)  # fmt: skip

    def show(self, frame: int, correlation: float) -> None:
        attack = (self.is_silent() or self.rings()) and self.position(frame) == 0 and self.state != State.SCRATCHING
        self.push_voice(self.voice(self.take, self.playing, frame, frame + self.ramp, correlation, attack))

    def silence(self, frame: int, fade: int = 0) -> None:
        if not self.is_silent():
            self.push_voice(self.voice(None, TAKE_ITSELF, frame, frame + (fade or self.ramp), 1.0))

    def begin_seams(self, frame: int) -> None:
        self.decided, self.point = False, None
        if self.rate == 1.0:
            self.seam = frame + self.length - self.position(frame)
            return
        turns = math.floor((self.phase + self.rate * (frame - self.origin)) / self.length)
        self.seam = frame
        while self.seam <= frame:
            if self.rate > 0.0:
                turns += 1
                self.seam = self.origin + math.ceil((turns * self.length - self.phase) / self.rate)
            else:
                self.seam = self.origin + math.floor((turns * self.length - self.phase) / self.rate) + 1
                turns -= 1

    def void_offers(self, frame: int, show: bool) -> None:
        """The offer that waits is void, and so is the one that fades in; `show` what sounds without it."""
        self.offer = None
        if self.incoming is not None:
            together = self.incoming.correlation * self.playing.correlation
            self.incoming = None
            if show:
                self.show(frame, together)

    def cut_tail(self, frame: int, ramp: int) -> None:
        if self.tail is not None and self.tail.end > frame + ramp:
            since = max(frame, self.tail.start)
            self.tail.gain = self.tail.gain_at(since)
            self.tail.since, self.tail.end = since, since + ramp

    # The history.

    def remember_origin(self, frame: int) -> None:
        for entry in self.history:
            if entry.lineage == self.lineage and entry.turned == self.turned:
                entry.origin = self.origin if self.rate == 1.0 else frame - self.position(frame)
                if entry.scale != self.scale:
                    entry.origin = frame - math.floor((frame - entry.origin) % self.length * (entry.scale / self.scale) + 0.5)

    def push_take(self, sound: Sound | None, length: int, origin: int, new_lineage: bool, frame: int) -> None:
        self.remember_origin(frame)
        self.versions += 1
        self.lineage += new_lineage
        self.scale = 1.0 if new_lineage else self.scale
        entry = Entry(self.versions, sound, length, origin, self.lineage, self.scale, self.root, self.turned)
        self.history = [*self.history[: self.at + 1], entry][-MAX_HISTORY:]
        self.at = len(self.history) - 1
        self.version, self.take, self.length, self.origin = self.versions, sound, length, origin

    def undo_redo(self, kind: CommandKind, frame: int) -> None:
        if self.state in GROWING:
            if kind in (CommandKind.UNDO, CommandKind.UNDO_ALL):
                self.drop_layer(frame)
            else:
                self.end_layer(frame)
            if kind == CommandKind.UNDO:
                return
        if self.restore_level(frame) and kind == CommandKind.UNDO:
            return
        last = len(self.history) - 1
        to = {CommandKind.UNDO: self.at - 1, CommandKind.REDO: self.at + 1, CommandKind.UNDO_ALL: 0, CommandKind.REDO_ALL: last}[kind]
        if to == self.at or not 0 <= to <= last:
            return
        if self.state in LAYERS.values():
            self.end_layer(frame)
        self.end_scratch(frame)
        self.void_offers(frame, show=True)
        self.previous = None
        correlation, self.playing = self.playing.correlation, TAKE_ITSELF
        self.remember_origin(frame)
        position = self.playhead(frame)
        self.at = to
        entry = self.history[self.at]
        other_lineage, self.lineage = entry.lineage != self.lineage, entry.lineage
        scale, self.scale = 1.0 if other_lineage else entry.scale / self.scale, entry.scale
        turned = entry.turned != self.turned and entry.root is self.root
        if turned:
            position = self.turn_round(position)
        self.turned = entry.turned
        self.version, self.take, self.length, self.origin = entry.version, entry.sound, entry.length, entry.origin
        self.root = entry.root
        if self.length:
            self.paused_at = math.floor(self.paused_at * scale + 0.5) % self.length
            if self.rate != 1.0 or (turned and not other_lineage):
                self.place(frame, (frame - entry.origin) % self.length if other_lineage else position * scale % self.length)
        self.exact_until = frame
        if self.length == 0:
            self.silence(frame)
            self.seam, self.state = -1, State.OFF
        elif self.state != State.PAUSED or other_lineage:
            self.begin_seams(frame)
            if other_lineage:
                self.repetition, correlation = 0, 0.0
            self.show(frame, correlation)
            self.state = self.playing_state()

    # Commands.

    def obey(self, c: Command, audio: np.ndarray | None, now: int) -> None:
        """Do what a command says; `audio` is that of an offer or of a loop to load, `now` no sooner than when it came."""
        kind, frame = c.kind, max(c.frame, now)
        late = frame - c.frame
        meant = c.frame if c.frame >= 0 and late <= int(REACH_S * self.s.sample_rate) else frame
        if kind == CommandKind.SET and c.control == Control.SPEED:
            self.set_rate(c.value, frame)
        elif kind == CommandKind.SET:
            self.lines[Control(c.control)].send(frame, c.value, 0 if c.control in STEPS else self.ramp)
            if c.control == Control.SCRATCH_POS and self.state == State.SCRATCHING:
                self.move(frame)
        elif kind == CommandKind.CANCEL:
            self.waiting[:] = [g for g in self.waiting if g.command.kind != c.control or g.effect <= frame or g.given > frame]
        elif kind == CommandKind.OFFER:
            self.receive_offer(c, audio)
        elif kind == CommandKind.REMIX:
            self.remix(c, audio, frame)
        elif kind == CommandKind.RESHAPE:
            self.reshape(c, audio, frame)
        elif kind == CommandKind.EXPECT:
            self.expected = int(c.value)
        elif kind == CommandKind.GRID:
            self.points, self.first_point = c.length, c.value
            self.next_point(frame)
        elif kind in (CommandKind.LOCK, CommandKind.GENERATE):
            self.set_flag(kind, c.value, frame)
        elif kind == CommandKind.SOLO:
            on = c.loop not in self.soloed if math.isnan(c.value) else c.value != 0.0
            self.soloed = self.soloed | {c.loop} if on else self.soloed - {c.loop}
            self.follow_solo(frame, self.ramp)
        elif kind in (CommandKind.LOOP_ADD, CommandKind.LOOP_DEL):
            self.add_or_delete(kind, c.loop, frame)
        elif kind in (CommandKind.INPUT, CommandKind.OUTPUT):
            gains = self.hears[c.control][c.length] if kind == CommandKind.INPUT else self.sends[c.length][c.control]
            gains.send(frame, c.value, self.ramp)
        else:
            waited = State.SCRATCHING if self.scratch_asked else self.dub_next
            self.stop_waiting(frame)
            begins = State.SCRATCHING if kind == CommandKind.SCRATCH else LAYERS.get(kind)
            if waited is None or waited != begins:
                self.obey_player(kind, c.value, audio, frame, meant, c)

    def obey_player(self, kind: CommandKind, value: float, audio: np.ndarray | None, frame: int, meant: int, c: Command) -> None:
        if kind == CommandKind.LOAD:
            self.load(audio, c.control, frame, min(c.frame, frame) if c.frame != -1 else frame)
        elif kind == CommandKind.RECORD and self.state == State.RECORDING:
            self.end_recording(frame, meant, State.PLAYING)
        elif kind == CommandKind.RECORD or (kind == CommandKind.OVERDUB and self.state == State.OFF):
            self.begin_recording(frame, meant)
        elif self.state == State.RECORDING:
            self.obey_while_recording(kind, value, frame, meant)
        elif kind in (CommandKind.UNDO, CommandKind.REDO, CommandKind.UNDO_ALL, CommandKind.REDO_ALL):
            self.undo_redo(kind, frame)
        elif self.state == State.OFF:
            return
        elif kind == CommandKind.KEEP:
            self.keep_pass(frame)
        elif kind == CommandKind.BACK:
            self.void_offers(frame, show=True)
            self.previous, self.back = None, True
            if self.playing.sound is not None:
                correlation, self.playing = self.playing.correlation, TAKE_ITSELF
                if self.state != State.PAUSED:
                    self.show(frame, correlation)
        elif kind == CommandKind.FIRST:
            self.first(frame)
        elif kind == CommandKind.CLEAR:
            self.clear(frame)
        else:
            self.obey_transport(kind, value, frame, meant)

    def obey_while_recording(self, kind: CommandKind, value: float, frame: int, meant: int) -> None:
        then = {CommandKind.PLAY: State.PLAYING, CommandKind.TRIGGER: State.PLAYING, CommandKind.ONESHOT: State.ONESHOT,
                CommandKind.MUTE_TRIGGER: State.MUTED, CommandKind.REVERSE: BACKWARDS, **LAYERS}  # fmt: skip
        if value != 0.0:
            then |= {CommandKind.PAUSE: State.PAUSED, CommandKind.MUTE: State.MUTED}
        if kind in then:
            self.end_recording(frame, meant, then[kind])
        elif kind in (CommandKind.UNDO, CommandKind.UNDO_ALL, CommandKind.CLEAR):
            self.cancel_recording(frame)
            if self.state != State.OFF and kind == CommandKind.CLEAR:
                self.clear(frame)
            elif self.state != State.OFF and kind == CommandKind.UNDO_ALL:
                self.undo_redo(kind, frame)

    def obey_transport(self, kind: CommandKind, value: float, frame: int, meant: int) -> None:
        before = self.state
        if before == State.PAUSED and kind in (CommandKind.MUTE, CommandKind.MUTE_TRIGGER):
            return
        if value == 0.0 and (kind, before) not in ((CommandKind.MUTE, State.MUTED), (CommandKind.PAUSE, State.PAUSED)):
            return
        if before in LAYERS.values():
            self.end_layer(frame)
        self.end_scratch(frame)
        if before == State.ONESHOT and self.decided:
            self.show(frame, 1.0)
        if kind == CommandKind.PAUSE:
            if before != State.PAUSED:
                self.stop(frame)
            elif value != 1.0:
                self.resume(frame)
        elif kind == CommandKind.TRIGGER or (kind == CommandKind.MUTE_TRIGGER and before == State.MUTED):
            self.trigger(State.PLAYING, frame)
        elif kind == CommandKind.ONESHOT:
            self.trigger(State.ONESHOT, frame)
        elif kind in (CommandKind.MUTE, CommandKind.MUTE_TRIGGER):
            self.set_mute(before != State.MUTED if math.isnan(value) else value != 0.0, frame)
        elif kind == CommandKind.REVERSE:
            self.turn_when_written(-(self.turn_to or self.rate), frame)
        else:
            if before == State.PAUSED:
                self.resume(frame)
            if kind in LAYERS and LAYERS[kind] != before:
                self.begin_layer(LAYERS[kind], frame, meant)
            elif kind == CommandKind.SCRATCH and before != State.SCRATCHING:
                self.scratch(frame)
            elif self.state == State.MUTED or before not in (State.PLAYING, State.PAUSED):
                self.set_mute(False, frame)

    def follow_solo(self, frame: int, ramp: int) -> None:
        target = 1.0 if not self.soloed or self.number in self.soloed else 0.0
        if target != self.solo_line.target:
            self.solo_line.send(frame, target, ramp)

    def add_or_delete(self, kind: CommandKind, number: int, frame: int) -> None:
        if kind == CommandKind.LOOP_DEL and number == self.number:
            self.dub_next = None
            if self.state == State.RECORDING:
                self.end_recording(frame, frame, State.PLAYING)
            elif self.state in LAYERS.values():
                self.end_layer(frame)
            self.void_offers(frame, show=True)
        if kind == CommandKind.LOOP_DEL:
            self.soloed = self.soloed - {number}
            self.follow_solo(frame, self.ramp)
        if number == self.number:
            self.gone = kind == CommandKind.LOOP_DEL
            self.here_line.send(frame, float(not self.gone), self.ramp)

    def decay_pass(self, frame: int) -> None:
        """The pass that begins ends as much quieter as the feedback says."""
        if self.lines[Control.USE_FEEDBACK_PLAY].target and self.state == State.PLAYING:
            now = np.array([frame])
            level = float(self.decay_line.at(now)[0])
            least = level * float(self.safe_feedback(now)[0])
            if least < level:
                self.decay_line.send(frame, least if least > 1e-6 else 0.0, self.pass_frames())

    def restore_level(self, frame: int) -> bool:
        whole = self.decay_line.target == 1.0 and self.decay_line.at(np.array([frame]))[0] == 1.0
        if not whole:
            self.decay_line.send(frame, 1.0, self.ramp)
        return not whole

    def set_mute(self, muted: bool, frame: int) -> None:
        self.mute_line.send(frame, 0.0 if muted else 1.0, self.ramp)
        self.state = self.playing_state()

    def trigger(self, state: State, frame: int) -> None:
        unheard = self.exact_until > (self.paused_frame if self.state == State.PAUSED else frame)
        self.incoming = None
        self.cut_tail(frame + self.latency(), self.ramp)
        self.place(frame, 0.0 if self.rate > 0.0 else self.length - 1.0)
        self.begin_seams(frame)
        if unheard:
            self.exact_until = frame + self.pass_frames()
        silent = self.mute_line.at(np.array([frame]))[0] == 0.0
        if silent:
            self.voices = []
        self.mute_line.send(frame, 1.0, 0 if silent else self.ramp)
        self.push_voice(self.voice(self.take, self.playing, frame, frame + self.ramp, 1.0, attack=True))
        self.state, self.ends_as = state, State.MUTED

    def turn_when_written(self, rate: float, frame: int) -> None:
        self.cut_tail(frame + self.latency(), self.ramp)
        self.turn_to = rate
        if self.state == State.RECORDING or not self.is_written():
            self.turn_now(frame)

    def stop_waiting(self, frame: int) -> None:
        """What waited until nothing is written any more is forgotten."""
        self.dub_next, self.scratch_asked = None, False
        if self.from_end:
            self.from_end = False
            self.begin_seams(frame)
            self.show(frame, 1.0)

    def scratch(self, frame: int) -> None:
        self.cut_tail(frame + self.latency(), self.ramp)
        self.state, self.scratch_asked = self.playing_state(), self.is_written()
        if not self.scratch_asked:
            self.begin_scratch(frame)

    def begin_scratch(self, frame: int) -> None:
        self.incoming = None
        self.glide = self.glide_from(self.playhead(frame), self.rate, 1.0, frame)
        self.mute_line.send(frame, 1.0, self.ramp)
        self.state = State.SCRATCHING
        self.show(frame, 1.0)

    def end_scratch(self, frame: int) -> None:
        if self.state == State.SCRATCHING:
            self.state = State.PLAYING
            self.show(frame, 0.0)

    def move(self, frame: int) -> None:
        now = np.array([frame])
        position, rate, level = self.glide.position(now), self.glide.rate(now)[0], self.glide.level_at(now, self.ramp)[0]
        self.glide = self.glide_from(float(wrapped(position, self.length)[0]), rate, level, frame)
        if self.voices[-1].glide is not None:
            self.voices[-1].glide = self.glide

    def glide_from(self, position: float, speed: float, level: float, frame: int) -> Glide:
        way = float(wrapped(self.lines[Control.SCRATCH_POS].target * self.length - position, self.length))
        if way > 0.5 * self.length:
            way -= self.length
        frames = max(int(GLIDE_S * self.s.sample_rate + 0.5), int(1.5 * abs(way) / FASTEST) + 1)
        return Glide(position, speed, way, frame, frames, level)

    def turn_now(self, frame: int) -> None:
        rate, self.turn_to = self.turn_to, None
        if self.from_end:
            self.from_end = False
            self.rate = rate
            self.place(frame, self.length - 1.0)
            self.begin_seams(frame)
            self.exact_until = frame + self.pass_frames()
            if not self.voices:
                self.push_voice(self.voice(None, TAKE_ITSELF, frame, frame, 1.0))
            self.push_voice(self.voice(self.take, TAKE_ITSELF, frame, frame + self.ramp, 1.0))
            return
        self.turn(rate, 0.0 if rate * self.rate < 0.0 else 1.0, frame)

    def turn(self, rate: float, correlation: float, frame: int) -> None:
        sounding = self.state not in (State.OFF, State.PAUSED, State.RECORDING)
        position = self.playhead(frame)
        if sounding:
            self.incoming = None
        self.rate = rate
        if self.length and self.state != State.PAUSED:
            self.place(frame, position)
        if sounding:
            self.begin_seams(frame)
            self.show(frame, correlation)

    def set_rate(self, rate: float, frame: int) -> None:
        wanted = self.turn_to or self.rate
        if rate != abs(wanted):
            if self.state in LAYERS.values():
                self.end_layer(frame)
            self.turn_when_written(math.copysign(rate, wanted), frame)

    def set_flag(self, kind: CommandKind, value: float, frame: int) -> None:
        if kind == CommandKind.LOCK:
            self.locked = not self.locked if math.isnan(value) else value != 0.0
            self.back = self.back and self.locked
        else:
            self.generate = not self.generate or self.back if math.isnan(value) else value != 0.0
            self.back = self.back and not self.generate
        if not self.is_varying() and not self.last_forced:
            self.void_offers(frame, show=True)

    last_forced = False  # whether the newest offer that was taken was forced

    def receive_offer(self, c: Command, audio: np.ndarray | None) -> None:
        valid = self.length > 0 and c.take == self.version and self.announced == self.version
        valid = valid and self.state in (*TURNING, State.PAUSED, State.SCRATCHING) and (c.force or self.is_varying()) and not self.gone
        valid = valid and (audio is None or len(audio) >= self.length)
        if valid:
            sound = None if audio is None else Sound(audio[: self.length])
            self.offer, self.last_forced = Heard(sound, c.tag, c.correlation, c.force), c.force

    def remix(self, c: Command, audio: np.ndarray, frame: int) -> None:
        if c.take != self.version or not self.length or len(audio) < self.length:
            return
        sound = Sound(audio[: self.length])
        if self.offer is not None and self.offer.sound is not None and self.offer.tag == c.tag:
            self.offer = replace(self.offer, sound=sound, correlation=c.correlation)
            return
        rests = self.state in (*TURNING, State.PAUSED) or (self.state == State.ONESHOT and not self.decided)
        if not rests or self.incoming is not None or self.announced != self.version or not self.is_complete():
            return
        if c.tag >= 0:
            if self.playing.sound is None or self.playing.tag != c.tag:
                return
            self.playing = replace(self.playing, sound=sound, correlation=c.correlation)
        elif c.value == 1.0:
            self.offer, self.previous, self.playing = None, None, TAKE_ITSELF
            self.push_take(sound, self.length, self.origin, False, frame)
            self.exact_until = frame + self.pass_frames()
        else:
            self.take = self.history[self.at].sound = sound
        if self.state != State.PAUSED:
            self.show(frame, 1.0)
    def reshape(self, c: Command, audio: np.ndarray, frame: int) -> None:
        valid = self.length > 0 and c.take == self.version and len(audio) >= self.shortest()
        if not valid or self.state not in (*TURNING, State.PAUSED) or self.is_written() or not self.is_complete():
            return
        self.void_offers(frame, show=True)
        self.previous, self.playing = None, TAKE_ITSELF
        scale, position = len(audio) / self.length, self.playhead(frame)
        self.remember_origin(frame)
        self.versions += 1
        self.scale *= scale
        entry = self.history[self.at]
        entry.version, entry.sound, entry.length, entry.scale = self.versions, Sound(audio), len(audio), self.scale
        self.version, self.take, self.length = entry.version, entry.sound, entry.length
        if self.state == State.PAUSED:
            self.paused_at = math.floor(self.paused_at * scale + 0.5) % self.length
            return
        if self.rate == 1.0 and c.frame >= 0:
            self.origin = min(c.frame, frame)
        else:
            self.place(frame, float(wrapped(position * scale, self.length)))
        if self.exact_until > frame:
            self.exact_until = frame + math.floor((self.exact_until - frame) * scale + 0.5)
        self.begin_seams(frame)
        self.show(frame, 0.0)

    def load(self, everything: np.ndarray, behind: int, frame: int, origin: int) -> None:
        audio = everything[: len(everything) - behind]
        if len(audio) < self.shortest() or (self.rec is not None and self.state != State.RECORDING):
            return
        if self.state == State.RECORDING:
            self.cancel_recording(frame)
        elif self.state in LAYERS.values():
            self.end_layer(frame)
        elif self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.end_scratch(frame)
        self.cut_tail(frame, self.ramp)
        self.void_offers(frame, show=False)
        self.previous = None
        self.start_loop(Sound(audio), len(audio), frame, origin, sounding=True)
        if behind > self.ring_lead(len(audio)) + 2 * self.ramp:
            self.root.ring = Sound(everything)
        self.restore_level(frame)
        self.mute_line.send(frame, 1.0, 0)
        self.state = State.PLAYING

    def clear(self, frame: int) -> None:
        if self.state in LAYERS.values():
            self.end_layer(frame)
        if self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.void_offers(frame, show=False)
        self.previous, self.playing = None, TAKE_ITSELF
        self.silence(frame)
        self.restore_level(frame)
        self.push_take(None, 0, frame, True, frame)
        self.take_root()
        self.locked = self.back = False
        self.seam, self.state = -1, State.OFF

    def first(self, frame: int) -> None:
        if self.state in LAYERS.values():
            self.end_layer(frame)
        self.end_scratch(frame)
        self.void_offers(frame, show=True)
        self.previous = None
        correlation, self.playing = self.playing.correlation, TAKE_ITSELF
        self.restore_level(frame)
        self.bring_back_root(frame)
        self.exact_until = frame
        if self.state != State.PAUSED:
            self.begin_seams(frame)
            self.show(frame, correlation)
            self.state = self.playing_state()

    def take_root(self) -> None:
        self.root = self.history[self.at].root = Entry(self.version, self.take, self.length, self.origin, self.lineage)

    def bring_back_root(self, frame: int) -> None:
        root, position, scale = self.root, self.playhead(frame), self.scale
        if self.version == root.version:
            return
        self.remember_origin(frame)
        kin = [entry for entry in self.history if entry.lineage == root.lineage]
        known = self.history[self.at] if root.lineage == self.lineage or not kin else kin[-1]
        origin, other = self.scaled_origin(known.origin, known.length, 1.0 / known.scale, frame), root.lineage != self.lineage
        turned = self.turned
        if turned:
            position = self.turn_round(position)
        self.push_take(root.sound, root.length, origin, False, frame)
        self.lineage = self.history[self.at].lineage = root.lineage
        self.scale = self.history[self.at].scale = 1.0
        self.paused_at = math.floor(self.paused_at / scale + 0.5) % self.length
        if self.rate != 1.0 or (turned and not other):
            self.place(frame, (frame - origin) % self.length if other else position / scale % self.length)

    def turn_round(self, position: float) -> float:
        self.turned, self.rate, self.paused_at = not self.turned, -self.rate, self.length - 1 - self.paused_at
        self.turn_to = None if self.turn_to is None else -self.turn_to
        return float(wrapped(self.length - 1.0 - position, self.length))

    @staticmethod
    def scaled_origin(origin: int, length: int, scale: float, frame: int) -> int:
        return origin if scale == 1.0 else frame - math.floor((frame - origin) % length * scale + 0.5)

    def keep_pass(self, frame: int) -> None:
        kept, take = (self.playing, self.take) if self.previous is None else self.previous[:2]
        if self.state in LAYERS.values() or kept.sound is None or self.lines[Control.MIX].target == 0.0:
            return
        sounding = self.previous is None
        self.void_offers(frame, show=True)
        if self.keep(take, kept, sounding, frame):
            self.previous = None

    def keep(self, take: Sound, kept: Heard, sounding: bool, frame: int, level: float = 1.0) -> bool:
        mix = self.lines[Control.MIX]
        take_gain, variation_gain = gains(np.array(mix.target), kept.correlation)
        if kept.sound is None:
            take_gain, variation_gain = np.float64(1.0), np.float64(0.0)
        sound = kept.sound
        if take_gain > 0.0 or level != 1.0:
            if not self.can_copy():
                return False
            sound = self.copy_of(take, self.length, frame)
            over = take.heard[: self.length] if kept.sound is None else kept.sound.audio
            blend = take.heard[: self.length] * (take_gain * level) + over * (variation_gain * level)
            sound.audio = blend.astype(np.float32)
        self.push_take(sound, self.length, self.origin, False, frame)
        if sounding:
            self.playing = TAKE_ITSELF
            top = self.voices[-1]
            if level == 1.0 and top.variation is kept.sound and frame >= mix.end:
                top.take, top.variation = sound, None
            elif self.state != State.PAUSED:
                self.show(frame, 1.0)
            if level != 1.0:
                self.restore_level(frame)
        return True

    def copy_of(self, source: Sound, amount: int, begin: int, arrange=None, start: int = 0) -> Sound:
        """A sound of its own for what is copied from `begin` on."""
        length = self.length
        sound = Sound(None, source, arrange or (lambda audio: audio[:length]), begin, start, 0, amount)
        self.copies.append(sound)
        return sound

    def stop(self, frame: int) -> None:
        if self.lines[Control.STOP_MODE].target not in (Stop.AT_END, Stop.RING) or self.state != State.PLAYING:
            self.pause(frame)
            return
        self.incoming = None
        self.show(frame, 1.0)
        self.state, self.ends_as, self.decided = State.ONESHOT, State.PAUSED, False

    def pause(self, frame: int) -> None:
        self.incoming = None
        fades = self.lines[Control.STOP_MODE].target == Stop.FADE
        fade = int(self.lines[Control.STOP_FADE_S].target * self.s.sample_rate + 0.5) if fades else 0
        if not self.rings():
            self.silence(frame, max(self.ramp, fade))
        self.paused_at, self.paused_frame = self.position(frame), frame
        self.seam, self.state = -1, State.PAUSED

    def resume(self, frame: int) -> None:
        self.cut_tail(frame + self.latency(), self.ramp)
        self.place(frame, self.paused_at)
        if self.exact_until < NEVER:
            self.exact_until += frame - self.paused_frame
        self.begin_seams(frame)
        self.show(frame, 1.0)
        self.state = self.playing_state()

    # Recordings.

    def begin_recording(self, frame: int, meant: int) -> None:
        if self.rec is not None:
            return
        if self.state in LAYERS.values():
            self.end_layer(frame)
        self.cut_tail(frame, self.latency() + self.ramp)
        self.void_offers(frame, show=False)
        self.previous = None
        self.silence(frame)
        self.restore_level(frame)
        if self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.rec = Recording(self.empty(self.s.max_loop), meant, meant + self.latency(), self.state)
        self.seam, self.state = -1, State.RECORDING

    def end_recording(self, frame: int, meant: int, then: State) -> None:
        end = max(meant, self.rec.press + self.shortest())
        if end > frame:
            self.rec.stop, self.rec.then = end, then
        else:
            self.finish_recording(frame, end, then)

    def finish_recording(self, frame: int, end: int, then: State) -> None:
        rec = self.rec
        rec.length = end - rec.press
        rec.end, rec.stop = rec.start + rec.length, -1
        self.written_until = rec.end
        tail = int(self.lines[Control.TAIL].target * self.s.sample_rate + 0.5)
        flows_on = then in LAYERS.values()
        if not flows_on and then is not BACKWARDS and tail > 0 and self.rate == 1.0:
            room = self.s.max_loop - rec.length - self.ring_lead(rec.length)
            self.tail = Tail(rec.sound, rec.length, rec.end, rec.end, rec.end + tail, room)
            self.tail.kept = np.zeros((tail + self.ramp, self.s.channels), np.float32)
            self.fold_tail(rec.end, frame)
        rec.flows_on = self.tail is not None or (flows_on and then != State.MULTIPLYING and self.rate == 1.0)
        self.start_loop(rec.sound, rec.length, frame, end, sounding=then not in (State.PAUSED, BACKWARDS))
        if self.tail is not None and self.tail.sound is rec.sound:
            self.tail.root = self.root
        self.mute_line.send(frame, 0.0 if then == State.MUTED else 1.0, 0)
        if flows_on:
            self.state = State.PLAYING
            self.begin_layer(then, frame, end)
        elif then == State.PAUSED:
            self.pause(frame)
        elif then is BACKWARDS:
            self.from_end, self.turn_to, self.seam, self.state = True, -self.rate, -1, State.ONESHOT
        else:
            self.state = then

    def start_loop(self, sound: Sound, length: int, frame: int, origin: int, sounding: bool) -> None:
        self.playing, self.turned = TAKE_ITSELF, False
        self.push_take(sound, length, origin, True, frame)
        self.take_root()
        self.rate, self.phase, self.turn_to = abs(self.rate), 0.0, None
        self.ends_as = State.MUTED
        self.locked = self.back = False
        self.repetition, self.exact_until = 0, origin + self.pass_frames()
        self.moved = self.moved or (self.rate != 1.0 and self.rec is not None)
        self.begin_seams(frame)
        if sounding:
            if origin < frame and not self.voices:
                self.push_voice(self.voice(None, TAKE_ITSELF, frame, frame, 1.0))
            self.push_voice(self.voice(sound, TAKE_ITSELF, frame, frame + self.ramp, 1.0, attack=origin == frame))

    def cancel_recording(self, frame: int) -> None:
        resumes, self.rec = self.rec.resumes, None
        if self.length == 0:
            self.state = State.OFF
        elif resumes == State.PAUSED:
            self.state = State.PAUSED
        else:
            self.begin_seams(frame)
            self.exact_until = frame
            self.show(frame, 1.0)
            self.state = self.playing_state()

    def close_seam(self) -> None:
        """Fade the recording's end into what led up to its head."""
        rec = self.rec
        fade = self.seam_fade(rec.length)
        if self.tail is not None and self.tail.sound is rec.sound:
            self.tail.own_end = rec.sound.audio[rec.length - self.ring_lead(rec.length) : rec.length].copy()
        end = rec.sound.audio[rec.length - fade : rec.length].astype(np.float64)
        lead = rec.lead[len(rec.lead) - fade :].astype(np.float64)
        ee, pp, ep = (np.add.accumulate(product.ravel())[-1] for product in (end * end, lead * lead, end * lead))
        correlation = ep / math.sqrt(ee * pp) if ee > 0.0 and pp > 0.0 else 0.0
        t = np.arange(1, fade + 1) / (fade + 1)
        end_gain, lead_gain = (np.ones(fade), t) if rec.flows_on else gains(t, correlation)
        rec.sound.audio[rec.length - fade : rec.length] = flushed(end * end_gain[:, None] + lead * lead_gain[:, None])

    # Layers.

    def begin_layer(self, kind: State, frame: int, meant: int) -> None:
        if self.dub is not None:
            self.dub_next, self.state = kind, self.playing_state()
            return
        longest = {State.MULTIPLYING: self.s.max_loop // 2, State.INSERTING: self.s.max_loop - 1}
        if (abs(self.rate) != 1.0 and kind in GROWING) or self.length > longest.get(kind, self.length):
            return
        self.void_offers(frame, show=True)
        self.previous = None
        level = 1.0 if self.decay_line.target == 1.0 else float(self.decay_line.at(np.array([frame]))[0])
        changed = self.playing.sound is not None or level != 1.0
        if changed and not self.keep(self.take, self.playing, True, frame, level):
            return
        backwards = self.rate == -1.0 and kind in GROWING
        if len(self.copies) + 1 + backwards > MAX_COPIES:
            return
        if backwards:
            self.turn_take(frame)
        delay, length = self.latency(), self.length
        self.cut_tail(frame + delay, self.ramp)
        start = meant + delay
        if self.rec is not None:
            start = max(start, self.rec.end)
        if self.tail is not None:
            start = max(start, self.tail.end)
        at = self.position(meant)
        position = self.position(start - delay)
        if kind in GROWING:
            position = at + start - delay - meant
        source, begin, ramp = self.take, max(start, frame), max(0, min(self.ramp, start - self.written_until))
        if kind == State.MULTIPLYING:
            ramp = self.ramp
            one, cycles = length, self.s.max_loop // length
            length = one * cycles
            sound = self.copy_of(source, length, begin, lambda audio: np.tile(audio[:one], (cycles, 1)), position)
        elif kind == State.INSERTING:
            length = self.s.max_loop
            sound = self.empty(2 * length)
            self.seam = -1
            self.silence(frame)
        else:
            sound = self.copy_of(source, length, begin)
            self.push_take(sound, length, self.origin, False, frame)
            top = self.voices[-1]
            if kind == State.REPLACING:
                self.silence(frame)
            elif top.take is source and top.variation is None:
                top.take = sound
            else:
                self.show(frame, 1.0)
        self.dub = Layer(kind, sound, length, meant, at, start, position, delay, ramp, self.rate, self.playhead(start - delay))
        if self.rate != 1.0:
            self.plan_at_rate(begin)
        self.exact_until = NEVER
        self.mute_line.send(frame, 1.0, self.ramp)
        self.state = kind

    def turn_take(self, frame: int) -> None:
        position = math.floor(self.length - 0.5 - self.playhead(frame)) % self.length
        sound = self.copy_of(self.take, self.length, frame)
        sound.audio = self.take.heard[: self.length][::-1].copy()
        self.take, self.rate, self.turned = sound, 1.0, not self.turned
        self.place(frame, float(position))
        self.begin_seams(frame)
        self.show(frame, 1.0)

    def plan_at_rate(self, begin: int) -> None:
        dub, reach = self.dub, self.input_reach()
        dub.ramp = self.ramp
        dub.lag = reach + self.ramp + begin - dub.start
        if self.rate < 0.0:
            dub.lag += (self.length // 8 + math.ceil(self.ramp * -self.rate) + 2) // COPY_RATE + 1
        self.moved = self.moved or LONGEST_RUN + dub.lag + reach > self.pass_frames()

    def input_reach(self) -> int:
        return math.ceil(SINC_REACH * max(1.0, 1.0 / abs(self.rate))) + 1

    def end_layer(self, frame: int) -> None:
        dub = self.dub
        self.state = State.PLAYING
        if dub.kind == State.INSERTING and frame <= dub.press:
            self.drop_layer(frame)
            return
        dub.end = self.written_until = max(frame + dub.latency, dub.start)
        if dub.kind == State.MULTIPLYING:
            self.end_multiply(dub, frame)
        elif dub.kind == State.INSERTING:
            self.end_insert(dub, frame)
        elif dub.kind == State.REPLACING:
            self.show(frame, 1.0)
        self.exact_until = frame + self.pass_frames()

    def end_multiply(self, dub: Layer, frame: int) -> None:
        one, begun = self.length, dub.press - dub.at
        cycles = max(dub.position // one + 1, -(-(frame - begun) // one))
        length = min(cycles * one, dub.length)
        sound = dub.sound
        if sound in self.copies:
            done = min(dub.length, sound.ahead + COPY_RATE * max(0, frame - sound.begin))
            before_end = dub.length - sound.start
            sound.ahead = done - (dub.length - length) if done > before_end else min(done, length - sound.start)
            sound.begin, sound.amount = max(frame, sound.begin), length
        if sound.audio is None:
            sound.arrange = lambda audio: np.tile(audio[:one], (length // one, 1))
        else:
            sound.audio = sound.audio[:length].copy()
        dub.length = length
        self.push_take(sound, length, begun, False, frame)
        self.begin_seams(frame)
        self.show(frame, 1.0)

    def end_insert(self, dub: Layer, frame: int) -> None:
        gap, length = frame - dub.press, self.length
        at, after, own = dub.at, dub.at + gap, dub.sound.audio
        dub.length = length + gap
        dub.sound = self.copy_of(self.take, length, max(frame, dub.start),
                                 lambda audio: np.concatenate([audio[:at], own[at:after], audio[at:length]]))  # fmt: skip
        self.push_take(dub.sound, dub.length, frame - after, True, frame)
        self.begin_seams(frame)
        self.show(frame, 1.0)

    def drop_layer(self, frame: int) -> None:
        dub, self.dub = self.dub, None
        self.copies = [sound for sound in self.copies if sound is not dub.sound]
        self.exact_until = frame
        if self.history[self.at].turned != self.turned:
            position = self.turn_round(self.playhead(frame))
            self.take = self.history[self.at].sound
            self.place(frame, position)
            if dub.kind != State.INSERTING:
                self.begin_seams(frame)
                self.show(frame, 1.0)
        if dub.kind == State.INSERTING:
            self.begin_seams(frame)
            self.show(frame, 1.0)
        self.state = State.PLAYING

    def longest_layer(self) -> int:
        """The frame at which memory ends a layer that makes the loop longer."""
        if self.state == State.INSERTING:
            return self.dub.press + self.s.max_loop - self.length
        return self.dub.press - self.dub.at + self.dub.length

    def feedback(self, frames: np.ndarray) -> np.ndarray:
        leaves = self.dub.kind in (State.OVERDUBBING, State.MULTIPLYING)
        return self.safe_feedback(frames) if leaves else np.zeros(len(frames))

    def safe_feedback(self, frames: np.ndarray) -> np.ndarray:
        return np.minimum(self.lines[Control.FEEDBACK].at(frames), 1.0 - 0.04 * self.lines[Control.USE_SAFETY_FEEDBACK].at(frames))

    def add_input(self, frames: np.ndarray, gain: np.ndarray) -> None:
        """Lay these input frames onto the loop, at most once round it at a time."""
        dub, audio = self.dub, self.dub.sound.audio
        for k in range(0, len(frames), dub.length):
            part, g = frames[k : k + dub.length], gain[k : k + dub.length]
            at = (dub.position + part - dub.start) % dub.length
            keep = 1.0 + (self.feedback(part) - 1.0) * g
            audio[at] = flushed(audio[at] * keep[:, None] + self.input(part) * g[:, None])

    def lay(self, frame: int, until: int) -> None:
        """Lay input frames [frame, until) that belong to the layer or its fade-out onto the loop."""
        dub = self.dub
        if dub.rate != 1.0:
            self.lay_at_rate(frame - dub.lag, until - dub.lag)
            return
        frames = np.arange(max(frame, dub.start), until if dub.end < 0 else min(until, dub.end + self.ramp))
        fading = 1.0 - (frames - dub.end + 1) / (self.ramp + 1)
        self.add_input(frames, np.where((dub.end >= 0) & (frames >= dub.end), fading, 1.0))

    def lay_at_rate(self, first: int, last: int) -> None:
        """Lay what came in over input frames [first, last), fades included: to each position what came in as the playhead was there."""
        dub, audio = self.dub, self.dub.sound.audio
        first = max(first, dub.start - dub.ramp)
        last = last if dub.end < 0 else min(last, dub.end + self.ramp)
        if last <= first:
            return
        begin, end = (dub.phase + dub.rate * (frame - dub.start) for frame in (first, last))
        forwards = dub.rate > 0.0
        k = np.arange(math.ceil(begin), math.ceil(end)) if forwards else np.arange(math.floor(begin), math.floor(end), -1)
        if not len(k):
            return
        f = dub.start + (k - dub.phase) / dub.rate
        gain = np.minimum(1.0, (f - dub.start + dub.ramp + 1) / (dub.ramp + 1))
        if dub.end >= 0:
            gain = np.minimum(gain, 1.0 - (f - dub.end + 1) / (self.ramp + 1))
        gain = np.maximum(0.0, gain)[:, None]
        keep = 1.0 + (self.feedback(np.floor(f).astype(int))[:, None] - 1.0) * gain
        at = k % dub.length
        audio[at] = flushed(audio[at] * keep + read_at(self.input, f, max(1.0, 1.0 / abs(dub.rate))) * gain)

    def start_layer(self, frame: int) -> None:
        """Lay its fade-in, and what came before `frame`."""
        dub = self.dub
        dub.started = True
        if dub.rate != 1.0:
            return
        dub.sound.ahead += (dub.ramp + frame - dub.start) * (dub.sound in self.copies)
        before, gain = np.arange(dub.start - dub.ramp, dub.start), np.arange(1, dub.ramp + 1) / (dub.ramp + 1)
        if dub.kind in GROWING:
            dub.lead = (self.input(before) * gain[:, None]).astype(np.float32) if dub.ramp else None
            dub.lead_keep = float(self.feedback(np.array([dub.start]))[0])
        else:
            self.add_input(before, gain)
        self.lay(dub.start, frame)

    def add_lead(self) -> None:
        """The fade-in of a layer that has made the loop longer."""
        dub, audio = self.dub, self.dub.sound.audio
        at = (dub.position - dub.ramp + np.arange(dub.ramp)) % dub.length
        keep = 1.0 + (dub.lead_keep - 1.0) * (np.arange(1, dub.ramp + 1) / (dub.ramp + 1))
        audio[at] = flushed(audio[at] * keep[:, None] + dub.lead)
        dub.lead = None

    # Time.

    def due(self, frame: int) -> None:
        """Do what is due at this frame; twice is as good as once."""
        if self.state == State.RECORDING:
            if 0 <= self.rec.stop <= frame:
                self.finish_recording(frame, self.rec.stop, self.rec.then)
            elif frame - self.rec.press >= self.s.max_loop:
                self.finish_recording(frame, frame, State.PLAYING)
        elif self.state in GROWING and frame >= self.longest_layer():
            self.end_layer(frame)
        rec, dub = self.rec, self.dub
        if rec is not None and rec.lead is None and frame >= rec.start:
            rec.lead = self.input(np.arange(rec.start - int(PREROLL_S * self.s.sample_rate) - 1, rec.start)).astype(np.float32)
            self.write_recording(rec.start, frame)
        if rec is not None and 0 <= rec.end <= frame:
            self.close_seam()
            rec.sound.audio = rec.sound.audio[: rec.length].copy()
            self.rec = None
        if self.tail is not None and frame >= self.tail.end:
            self.end_tail()
        self.copies = [sound for sound in self.copies if sound.copied_at > frame]
        if dub is not None and dub.sound.audio is None and frame >= dub.sound.begin:
            dub.sound.audio = dub.sound.heard.copy()
        if dub is not None and not dub.started and frame >= dub.start:
            self.start_layer(frame)
        if dub is not None and dub.lead is not None and dub.end >= 0 and dub.sound not in self.copies:
            self.add_lead()
        if dub is not None and 0 <= dub.end <= frame - self.ramp - dub.lag and dub.lead is None:
            self.dub = None
        if self.dub is None and self.dub_next is not None:
            kind, self.dub_next = self.dub_next, None
            self.begin_layer(kind, frame, frame if kind == State.INSERTING else frame - self.latency())
        self.moved = self.moved and self.is_written()
        if self.turn_to is not None and not self.is_written():
            self.turn_now(frame)
        if self.scratch_asked and not self.is_written():
            self.scratch_asked = False
            self.begin_scratch(frame)
        if self.previous is not None and frame >= self.previous[2]:
            self.previous = None
        if self.is_complete():
            self.announced = self.version
        if self.state == State.ONESHOT and 0 <= self.seam <= frame and self.ends_as == State.PAUSED:
            self.pause(frame)
        elif self.state == State.ONESHOT and 0 <= self.seam <= frame:
            self.mute_line.send(frame, 0.0, 0 if self.voices[-1].take is None else self.ramp)
            self.show(frame, 1.0)
            self.state = State.MUTED
        if 0 <= self.seam <= frame:
            self.pass_seam(frame)
        if self.seam >= 0:
            self.pass_points(frame)
        if self.seam >= 0 and not self.decided and frame >= self.seam - self.seam_fade(self.pass_frames()):
            self.decide_seam(frame)
        if 0 < self.ring_until <= frame:
            self.ring_until = 0
            if self.rings():
                self.silence(frame)
        while len(self.voices) > 1 and any(voice.end <= frame for voice in self.voices[1:]):
            self.voices.pop(0)

    def is_complete(self) -> bool:
        writing = [thing.sound for thing in (self.rec, self.tail, self.dub) if thing is not None] + self.copies
        return self.take is None or not any(self.take is sound for sound in writing)

    def decide_seam(self, frame: int) -> None:
        self.decided = True
        if self.state == State.ONESHOT:
            stops = self.ends_as == State.PAUSED and self.lines[Control.STOP_MODE].target == Stop.RING
            if stops and self.root.ring is not None and self.rate > 0.0:
                self.ring(frame)
            else:
                self.push_voice(self.voice(None, TAKE_ITSELF, frame, self.seam, 1.0))
            return
        if 2 * (self.seam - frame) >= self.seam_fade(self.pass_frames()):
            self.begin_swap(frame, self.seam, self.seam)

    def ring(self, frame: int) -> None:
        """Fade into the recording's end as it was played, up to the seam, and into the tail that follows it."""
        sound, lead = self.root.ring, self.ring_lead(self.root.length)
        start, end = max(frame, self.seam - int(lead / self.rate)), self.root.length + lead
        origin = self.seam - end if self.rate == 1.0 else self.seam
        self.push_voice(Voice(sound, None, 1.0, len(sound.audio), origin, self.rate, float(end), start, self.seam,
                              self.playing.correlation, False, rings=True))  # fmt: skip
        self.ring_until = self.seam + int((len(sound.audio) - end) / self.rate) - self.ramp

    def end_tail(self) -> None:
        tail, self.tail = self.tail, None
        frames = min(tail.end - tail.start, tail.room)
        if frames > 2 * self.ramp and tail.root is not None:
            tail.root.ring = Sound(np.concatenate([tail.sound.audio[: tail.length], tail.own_end, tail.kept[:frames]]))

    def next_point(self, frame: int) -> None:
        """The next point of the grid before the seam."""
        self.point, self.point_decided = None, False
        if self.points > 1 and self.rate == 1.0 and self.seam >= 0:
            spacing = self.length / self.points
            at = [self.seam - self.length + math.floor(self.first_point % spacing + k * spacing + 0.5) for k in range(self.points)]
            self.point = min((point for point in at if frame < point < self.seam), default=None)

    def point_fade(self) -> int:
        return max(1, min(self.seam_fade(self.length), int(self.length / self.points) // 2))

    def pass_points(self, frame: int) -> None:
        if self.incoming is not None and frame >= self.swap_frame:
            self.complete_swap(frame)
        if self.point is None or self.point <= frame:
            self.next_point(frame)
        fade = self.seam_fade(self.pass_frames())
        if self.points == 0 and frame + 2 * fade <= self.seam:
            self.begin_swap(frame, frame + fade, frame)
        elif self.point is not None and not self.point_decided and frame >= self.point - self.point_fade():
            self.point_decided = True
            if 2 * (self.point - frame) >= self.point_fade():
                self.begin_swap(frame, self.point, frame)

    def begin_swap(self, frame: int, end: int, since: int) -> None:
        turning = self.state in TURNING and self.announced == self.version and since >= self.exact_until
        if self.offer is None or self.incoming is not None or not turning:
            return
        self.swap_frame = end
        coming, self.offer = self.offer, None
        self.incoming = Heard(coming.sound, coming.tag, coming.correlation if coming.sound is not None else 1.0)
        together = self.incoming.correlation * self.playing.correlation
        mix = self.lines[Control.MIX]
        if mix.target == 0.0 and frame >= mix.end:
            together = 1.0
        self.push_voice(self.voice(self.take, self.incoming, frame, end, together))

    def pass_seam(self, frame: int) -> None:
        if self.incoming is not None:
            self.complete_swap(frame)
            self.held = 0
        else:
            self.previous = None
            self.held = 0 if self.swapped_since else self.held + 1
            if 0 < self.expected <= self.held and self.is_varying() and self.can_swap():
                self.late += 1
        self.swapped_since = False
        self.repetition += 1
        self.begin_seams(frame)
        self.decay_pass(frame)

    def complete_swap(self, frame: int) -> None:
        self.previous = (self.playing, self.take, frame + int(KEEP_BACK_S * self.s.sample_rate))
        tag = self.incoming.tag if self.incoming.sound is not None else -1
        self.playing, self.incoming = Heard(self.incoming.sound, tag, self.incoming.correlation), None
        self.swapped_since = True

    def next_due(self, frame: int) -> int:
        """The first frame after this one at which something may be due."""
        if self.moved:
            return frame + 1  # what is written at one frame may be heard at the next
        frames = [frame + LONGEST_RUN]
        if self.rec is not None:
            frames += [self.rec.start, self.rec.end, self.rec.stop, self.rec.press + self.s.max_loop]
        if self.tail is not None:
            frames.append(self.tail.end)
        if self.dub is not None:
            frames += [self.dub.start, self.dub.end + self.ramp + self.dub.lag]
        if self.state in GROWING:
            frames.append(self.longest_layer())
        if self.previous is not None:
            frames.append(self.previous[2])
        if self.seam >= 0:
            frames += [self.seam, self.seam - self.seam_fade(self.pass_frames()), self.swap_frame, self.exact_until]
        if self.seam >= 0 and self.point is not None:
            frames += [self.point, self.point - self.point_fade()]
        frames.append(self.ring_until)
        frames += [voice.end for voice in self.voices] + [sound.copied_at for sound in self.copies]
        return min(f for f in frames if f > frame)

    # Sound.

    def sound(self, frames: np.ndarray) -> np.ndarray:
        """What the loop sounds like over these frames, its level applied, float32 (frames, channels)."""
        out = np.zeros((len(frames), self.s.channels), np.float32)
        for n, voice in enumerate(self.voices):
            above = self.voice_sound(voice, frames)
            if n == 0:
                out = above
                continue
            t = fraction(frames, voice.start, voice.end)
            old, new = (1.0 - t, np.ones(len(t))) if voice.attack else gains(t, voice.fade_correlation)
            blend = (out * old[:, None] + above * new[:, None]).astype(np.float32)
            one_sound = not voice.attack and voice.fade_correlation >= 1.0
            out = np.where(out == above, out, blend) if one_sound else blend
        heard = self.mute_line.at(frames) * self.solo_line.at(frames) * self.here_line.at(frames) * self.decay_line.at(frames)
        level = self.lines[Control.WET].at(frames) * heard
        sent = [sum(out[:, c] * gain.at(frames) for c, gain in enumerate(gains)) * level for gains in self.sends]
        return np.stack(sent, axis=1).astype(np.float32)

    def voice_sound(self, voice: Voice, frames: np.ndarray) -> np.ndarray:
        if voice.take is None:
            return np.zeros((len(frames), self.s.channels), np.float32)
        if voice.rate != 1.0 or voice.glide is not None:
            return self.voice_at_rate(voice, frames)
        at = (frames - voice.origin) % voice.length
        out = voice.take.heard[at]
        if voice.variation is not None:
            take_gain, variation_gain = gains(self.lines[Control.MIX].at(frames), voice.correlation)
            out = (out * take_gain[:, None] + voice.variation.audio[at] * variation_gain[:, None]).astype(np.float32)
        return out

    def voice_at_rate(self, voice: Voice, frames: np.ndarray) -> np.ndarray:
        glide = voice.glide
        if glide is None:
            x, level = voice.phase + voice.rate * (frames - voice.origin), np.ones(len(frames))
            stretch = max(1.0, abs(voice.rate))
        else:
            x, level = glide.position(frames), glide.level_at(frames, self.ramp)
            stretch = np.clip(np.abs(glide.rate(frames)), 1.0, FASTEST)
        x = wrapped(x, voice.length)
        out = between(voice.take.heard[: voice.length], x, stretch)
        if voice.variation is not None:
            take_gain, variation_gain = gains(self.lines[Control.MIX].at(frames), voice.correlation)
            variation = between(voice.variation.audio[: voice.length], x, stretch)
            out = out * take_gain[:, None] + variation * variation_gain[:, None]
        return flushed(out * level[:, None])

    def write(self, frame: int, until: int) -> None:
        """Let everything that writes into takes go on over frames [frame, until)."""
        if self.rec is not None:
            self.write_recording(frame, until)
        if self.tail is not None:
            self.fold_tail(frame, until)
        if self.dub is not None and self.dub.started:
            self.lay(frame, until)

    def write_recording(self, frame: int, until: int) -> None:
        rec = self.rec
        frames = np.arange(max(frame, rec.start), until if rec.end < 0 else min(until, rec.end))
        rec.sound.audio[frames - rec.start] = self.input(frames)

    def fold_tail(self, frame: int, until: int) -> None:
        """Add input frames [frame, until) that still ring from the recording, at most once round the loop at a time."""
        tail = self.tail
        frames = np.arange(max(frame, tail.start), min(until, tail.end))
        for k in range(0, len(frames), tail.length):
            part = frames[k : k + tail.length]
            at = (part - tail.start) % tail.length
            gain = tail.gain_at(part)
            rings = self.input(part) * gain[:, None]
            tail.sound.audio[at] = flushed(tail.sound.audio[at] + rings)
            tail.kept[part - tail.start] = flushed(rings)

    def play(self, commands: list[Given]) -> np.ndarray:
        """What this loop sounds like over all of the input, given its commands in the order of their effect."""
        waiting = self.waiting = list(commands)
        pieces, frame, total = [], 0, len(self.x)
        while frame < total:
            self.due(frame)
            while waiting and waiting[0].effect <= frame:
                given = waiting.pop(0)
                self.obey(given.command, given.audio, given.effect)
            self.due(frame)
            until = min(total, self.next_due(frame), waiting[0].effect if waiting else total)
            pieces.append(self.sound(np.arange(frame, until)))
            self.main_wet.append(self.lines[Control.MAIN_WET].at(np.arange(frame, until)))
            self.write(frame, until)
            frame = until
        return np.concatenate(pieces)


@dataclass
class Given:
    """A command, the audio that comes with it, and the frame at which it takes effect."""

    command: Command
    audio: np.ndarray | None
    effect: int
    given: int  # the frame at which it was given


@dataclass
class ReferenceLooper:
    """All loops together, of which `there` are there at first: give it every command, then `play` the input."""

    settings: Settings
    n_loops: int
    there: int
    commands: list[Given] = field(default_factory=list)
    loops: list[ReferenceLoop] = field(default_factory=list)

    def press(self, command: Command, audio: np.ndarray | None = None, now: int = 0) -> None:
        """Note a command that is given at frame `now`; `audio` is that of an offer or of a loop to load."""
        self.commands.append(Given(command, audio, max(command.frame, now), now))

    def play(self, heard: np.ndarray) -> np.ndarray:
        """What comes out while this is heard, both float32 (frames, channels)."""
        everything = self.heeded(sorted(self.commands, key=lambda given: given.effect))  # stable: by arrival within a frame
        self.loops = [ReferenceLoop(self.settings, heard, number) for number in range(self.n_loops)]
        out = np.zeros_like(heard)
        for number, loop in enumerate(self.loops):
            out = out + loop.play([given for given in everything if given.command.loop == number or _is_for_all(given.command)])
        dry = self.loops[0].lines[Control.DRY]
        assert dry.target == 0.0, "the reference mixes no input into the output"
        return flushed((out * np.concatenate(self.loops[0].main_wet)[:, None]).astype(np.float32))

    def heeded(self, everything: list[Given]) -> list[Given]:
        """Without the commands for loops that are not there."""
        there, gone, heeded = self.there, set(), []
        for given in everything:
            kind, loop = given.command.kind, given.command.loop
            if kind == CommandKind.LOOP_ADD and (loop == there or loop in gone):
                there, gone = max(there, loop + 1), gone - {loop}
            elif kind == CommandKind.LOOP_ADD or loop >= there or (loop in gone and kind not in FOR_ANY):
                continue
            elif kind == CommandKind.LOOP_DEL:
                gone = gone | {loop}
            heeded.append(given)
        return heeded


def _is_for_all(command: Command) -> bool:
    """Whether a command means every loop."""
    return command.kind in FOR_ALL or (command.kind == CommandKind.SET and command.control in MAIN)
