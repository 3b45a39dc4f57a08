"""The looper once more, written to be read and not to be fast: what the engine must sound like, to the last bit.

Each loop is played by itself, over the whole of the input, with whole takes copied where the engine copies a little at a
time, and without blocks, slots, rings or freed memory. The loops' sounds are added up at the end. It shares nothing with
the engine but the names of commands, controls and states.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from unloop_py.engine.messages import Command, CommandKind, Control, State

RAMP_S, KEEP_BACK_S, MIN_LOOP_S, PREROLL_S = 0.010, 0.5, 0.25, 0.2
COPY_RATE, MAX_COPIES, MAX_VOICES, MAX_HISTORY, LONGEST_RUN = 64, 4, 8, 256, 2048
NEVER = 1 << 62
DEFAULTS = {Control.WET: 1.0, Control.DRY: 0.0, Control.MIX: 1.0, Control.FEEDBACK: 1.0, Control.TAIL: 0.0, Control.SEAM_MS: 20.0}
TURNING = (State.PLAYING, State.MUTED)


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
    """A take or a variation. One that is still to be copied sounds like what it is copied from."""

    audio: np.ndarray | None
    source: Sound | None = None
    copied_at: int = 0  # the frame at which the engine has copied it whole

    @property
    def heard(self) -> np.ndarray:
        return self.source.heard if self.audio is None else self.audio


@dataclass
class Voice:
    take: Sound | None
    variation: Sound | None
    correlation: float
    length: int
    origin: int
    start: int
    end: int
    fade_correlation: float
    attack: bool


@dataclass
class Entry:
    version: int
    sound: Sound | None
    length: int
    origin: int
    lineage: int


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
    gain: float = 1.0

    def gain_at(self, frames):
        return self.gain * (self.end - frames) / (self.end - self.since)


@dataclass
class Dub:
    sound: Sound
    length: int
    start: int
    position: int
    latency: int
    ramp: int
    started: bool = False
    end: int = -1


@dataclass
class Settings:
    sample_rate: int
    channels: int
    max_loop: int
    latency: int


class ReferenceLoop:
    """One loop. `obey` and `due` say what happens at a frame, `sound` and `write` what happens between two."""

    def __init__(self, settings: Settings, heard: np.ndarray) -> None:
        self.s = settings
        self.x = heard
        self.ramp = int(RAMP_S * settings.sample_rate + 0.5)
        self.lines = {control: Line(value, value) for control, value in DEFAULTS.items()}
        self.mute_line = Line(1.0, 1.0)
        self.state, self.generate, self.locked, self.back = State.OFF, True, False, False
        self.history, self.at = [Entry(0, None, 0, 0, 0)], 0
        self.versions = self.announced = self.lineage = 0
        self.version, self.take, self.length, self.origin = 0, None, 0, 0
        self.paused_at = self.paused_frame = 0
        self.playing = TAKE_ITSELF
        self.voices: list[Voice] = []
        self.seam, self.decided, self.incoming = -1, False, None
        self.exact_until = self.repetition = self.late = self.written_until = 0
        self.offer: Heard | None = None
        self.previous: tuple[Heard, Sound, int] | None = None  # what sounded, over which take, until when it can be kept
        self.rec: Recording | None = None
        self.tail: Tail | None = None
        self.dub: Dub | None = None
        self.copies: list[Sound] = []
        self.moved = False  # the playhead was moved while something was still written

    # What the rest is made of.

    def input(self, frames: np.ndarray) -> np.ndarray:
        """Input frames, silence before the first."""
        return np.where((frames >= 0)[:, None], self.x[np.clip(frames, 0, len(self.x) - 1)], np.float32(0.0))

    def latency(self) -> int:
        return 0 if self.lines[Control.DRY].target > 0.0 else self.s.latency

    def shortest(self) -> int:
        return max(int(MIN_LOOP_S * self.s.sample_rate), 4 * self.s.latency)

    def seam_fade(self, length: int) -> int:
        frames = int(self.lines[Control.SEAM_MS].target * self.s.sample_rate / 1000.0 + 0.5)
        return max(1, min(frames, length // 4))

    def position(self, frame: int) -> int:
        return (frame - self.origin) % self.length if self.length else 0

    def is_written(self) -> bool:
        return any(thing is not None for thing in (self.rec, self.tail, self.dub))

    def place(self, frame: int, position: int) -> None:
        self.origin = frame - position
        self.moved = self.moved or self.is_written()

    def is_varying(self) -> bool:
        return self.generate and not self.locked and not self.back

    def can_swap(self) -> bool:
        return self.state in TURNING and self.announced == self.version and self.seam >= self.exact_until

    def can_copy(self) -> bool:
        return len(self.copies) < MAX_COPIES

    def is_silent(self) -> bool:
        return not self.voices or (len(self.voices) == 1 and self.voices[0].take is None)

    def playing_state(self) -> State:
        return State.MUTED if self.mute_line.target == 0.0 else State.PLAYING

    def empty(self, length: int) -> Sound:
        return Sound(np.zeros((length, self.s.channels), np.float32))

    def push_voice(self, voice: Voice) -> None:
        self.voices = [*self.voices, voice][-MAX_VOICES:]

    def show(self, frame: int, correlation: float) -> None:
        attack = self.is_silent() and self.position(frame) == 0
        self.push_voice(Voice(self.take, self.playing.sound, self.playing.correlation, self.length, self.origin,
                              frame, frame + self.ramp, correlation, attack))  # fmt: skip

    def silence(self, frame: int) -> None:
        if not self.is_silent():
            self.push_voice(Voice(None, None, 1.0, 1, 0, frame, frame + self.ramp, 1.0, False))

    def begin_seams(self, frame: int) -> None:
        self.seam, self.decided = frame + self.length - self.position(frame), False

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

    def remember_origin(self) -> None:
        for entry in self.history:
            if entry.lineage == self.lineage:
                entry.origin = self.origin

    def push_take(self, sound: Sound | None, length: int, origin: int, new_lineage: bool) -> None:
        self.remember_origin()
        self.versions += 1
        self.lineage += new_lineage
        self.history = [*self.history[: self.at + 1], Entry(self.versions, sound, length, origin, self.lineage)][-MAX_HISTORY:]
        self.at = len(self.history) - 1
        self.version, self.take, self.length, self.origin = self.versions, sound, length, origin

    def undo_redo(self, kind: CommandKind, frame: int) -> None:
        step = -1 if kind == CommandKind.UNDO else 1
        if not 0 <= self.at + step < len(self.history):
            return
        if self.state == State.OVERDUBBING:
            self.end_overdub(frame)
            self.state = State.PLAYING
        self.void_offers(frame, show=True)
        self.previous = None
        correlation, self.playing = self.playing.correlation, TAKE_ITSELF
        self.remember_origin()
        self.at += step
        entry = self.history[self.at]
        other_lineage, self.lineage = entry.lineage != self.lineage, entry.lineage
        self.version, self.take, self.length, self.origin = entry.version, entry.sound, entry.length, entry.origin
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

    def obey(self, c: Command, audio: np.ndarray | None) -> None:
        """Do what a command says at its frame; `audio` is that of an offer or of a loop to load."""
        kind, frame = c.kind, c.frame
        if kind == CommandKind.SET:
            self.lines[Control(c.control)].send(frame, c.value, 0 if c.control in (Control.TAIL, Control.SEAM_MS) else self.ramp)
        elif kind == CommandKind.OFFER:
            self.receive_offer(c, audio)
        elif kind == CommandKind.LOAD:
            self.load(audio, frame)
        elif kind in (CommandKind.LOCK, CommandKind.GENERATE):
            self.set_flag(kind, c.value, frame)
        elif kind == CommandKind.RECORD:
            if self.state == State.RECORDING:
                self.end_recording(frame, State.PLAYING)
            else:
                self.begin_recording(frame)
        elif self.state == State.RECORDING:
            self.obey_while_recording(kind, c.value, frame)
        elif kind in (CommandKind.UNDO, CommandKind.REDO):
            self.undo_redo(kind, frame)
        elif self.state == State.OFF:
            if kind == CommandKind.OVERDUB:
                self.begin_recording(frame)
        elif kind == CommandKind.KEEP:
            self.keep_pass(frame)
        elif kind == CommandKind.BACK:
            self.void_offers(frame, show=True)
            self.previous, self.back = None, True
            if self.playing.sound is not None:
                correlation, self.playing = self.playing.correlation, TAKE_ITSELF
                if self.state != State.PAUSED:
                    self.show(frame, correlation)
        elif kind == CommandKind.CLEAR:
            self.clear(frame)
        else:
            self.obey_transport(kind, c.value, frame)

    def obey_while_recording(self, kind: CommandKind, value: float, frame: int) -> None:
        then = {CommandKind.OVERDUB: State.OVERDUBBING, CommandKind.PLAY: State.PLAYING, CommandKind.PAUSE: State.PAUSED}
        if kind in then:
            self.end_recording(frame, then[kind])
        elif kind == CommandKind.MUTE and value != 0.0:
            self.end_recording(frame, State.MUTED)
        elif kind in (CommandKind.UNDO, CommandKind.CLEAR):
            self.cancel_recording(frame)
            if kind == CommandKind.CLEAR and self.state != State.OFF:
                self.clear(frame)

    def obey_transport(self, kind: CommandKind, value: float, frame: int) -> None:
        dubbing = self.state == State.OVERDUBBING
        if kind == CommandKind.MUTE and self.state == State.PAUSED:
            return
        if dubbing and not (kind == CommandKind.MUTE and value == 0.0):
            self.end_overdub(frame)
        if kind == CommandKind.PAUSE:
            if self.state == State.PAUSED:
                self.resume(frame)
            else:
                self.pause(frame)
        elif kind == CommandKind.MUTE:
            muted = self.state != State.MUTED if math.isnan(value) else value != 0.0
            if not dubbing or muted:
                self.mute_line.send(frame, 0.0 if muted else 1.0, self.ramp)
                self.state = self.playing_state()
        elif kind in (CommandKind.PLAY, CommandKind.OVERDUB):
            if self.state == State.PAUSED:
                self.resume(frame)
            if kind == CommandKind.OVERDUB and not dubbing:
                self.begin_overdub(frame)
            elif dubbing or self.state == State.MUTED:
                self.mute_line.send(frame, 1.0, self.ramp)
                self.state = State.PLAYING

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
        valid = valid and self.state in (*TURNING, State.PAUSED) and (c.force or self.is_varying())
        valid = valid and (audio is None or len(audio) >= self.length)
        if valid:
            sound = None if audio is None else Sound(audio[: self.length])
            self.offer, self.last_forced = Heard(sound, c.tag, c.correlation, c.force), c.force

    def load(self, audio: np.ndarray, frame: int) -> None:
        if len(audio) < self.shortest() or (self.rec is not None and self.state != State.RECORDING):
            return
        if self.state == State.RECORDING:
            self.cancel_recording(frame)
        elif self.state == State.OVERDUBBING:
            self.end_overdub(frame)
        elif self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.cut_tail(frame, self.ramp)
        self.void_offers(frame, show=False)
        self.previous = None
        self.start_loop(Sound(audio), len(audio), frame, sounding=True)
        self.mute_line.send(frame, 1.0, 0)
        self.state = State.PLAYING

    def clear(self, frame: int) -> None:
        if self.state == State.OVERDUBBING:
            self.end_overdub(frame)
        if self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.void_offers(frame, show=False)
        self.previous, self.playing = None, TAKE_ITSELF
        self.silence(frame)
        self.push_take(None, 0, frame, new_lineage=True)
        self.locked = self.back = False
        self.seam, self.state = -1, State.OFF

    def keep_pass(self, frame: int) -> None:
        kept, take = (self.playing, self.take) if self.previous is None else self.previous[:2]
        if self.state == State.OVERDUBBING or kept.sound is None or self.lines[Control.MIX].target == 0.0:
            return
        sounding = self.previous is None
        self.void_offers(frame, show=True)
        if self.keep(take, kept, sounding, frame):
            self.previous = None

    def keep(self, take: Sound, kept: Heard, sounding: bool, frame: int) -> bool:
        mix = self.lines[Control.MIX]
        take_gain, variation_gain = gains(np.array(mix.target), kept.correlation)
        sound = kept.sound
        if take_gain > 0.0:
            if not self.can_copy():
                return False
            sound = self.copy_of(take, frame)
            blend = take.heard[: self.length] * take_gain + kept.sound.audio * variation_gain
            sound.audio = blend.astype(np.float32)
        self.push_take(sound, self.length, self.origin, new_lineage=False)
        if sounding:
            self.playing = TAKE_ITSELF
            top = self.voices[-1]
            if top.variation is kept.sound and frame >= mix.end:
                top.take, top.variation = sound, None
            elif self.state != State.PAUSED:
                self.show(frame, 1.0)
        return True

    def copy_of(self, source: Sound, begin: int) -> Sound:
        """A sound of its own for what is copied from `begin` on."""
        sound = Sound(None, source, begin + (self.length + COPY_RATE - 1) // COPY_RATE)
        self.copies.append(sound)
        return sound

    def pause(self, frame: int) -> None:
        self.incoming = None
        self.silence(frame)
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

    def begin_recording(self, frame: int) -> None:
        if self.rec is not None:
            return
        if self.state == State.OVERDUBBING:
            self.end_overdub(frame)
        self.cut_tail(frame, self.latency() + self.ramp)
        self.void_offers(frame, show=False)
        self.previous = None
        self.silence(frame)
        if self.state == State.PAUSED:
            self.place(frame, self.paused_at)
        self.rec = Recording(self.empty(self.s.max_loop), frame, frame + self.latency(), self.state)
        self.seam, self.state = -1, State.RECORDING

    def end_recording(self, frame: int, then: State) -> None:
        if frame - self.rec.press < self.shortest():
            self.rec.stop, self.rec.then = self.rec.press + self.shortest(), then
        else:
            self.finish_recording(frame, then)

    def finish_recording(self, frame: int, then: State) -> None:
        rec = self.rec
        rec.length = frame - rec.press
        rec.end, rec.stop = rec.start + rec.length, -1
        self.written_until = rec.end
        tail = int(self.lines[Control.TAIL].target * self.s.sample_rate + 0.5)
        if then != State.OVERDUBBING and tail > 0:
            self.tail = Tail(rec.sound, rec.length, rec.end, rec.end, rec.end + tail)
        rec.flows_on = self.tail is not None or then == State.OVERDUBBING
        self.start_loop(rec.sound, rec.length, frame, sounding=then != State.PAUSED)
        self.mute_line.send(frame, 0.0 if then == State.MUTED else 1.0, 0)
        if then == State.OVERDUBBING:
            self.state = State.PLAYING
            self.begin_overdub(frame)
        elif then == State.PAUSED:
            self.pause(frame)
        else:
            self.state = then

    def start_loop(self, sound: Sound, length: int, frame: int, sounding: bool) -> None:
        self.playing = TAKE_ITSELF
        self.push_take(sound, length, frame, new_lineage=True)
        self.locked = self.back = False
        self.repetition, self.exact_until = 0, frame + length
        self.begin_seams(frame)
        if sounding:
            self.push_voice(Voice(sound, None, 1.0, length, frame, frame, frame + self.ramp, 1.0, True))

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
        end = rec.sound.audio[rec.length - fade : rec.length].astype(np.float64)
        lead = rec.lead[len(rec.lead) - fade :].astype(np.float64)
        ee, pp, ep = (np.add.accumulate(product.ravel())[-1] for product in (end * end, lead * lead, end * lead))
        correlation = ep / math.sqrt(ee * pp) if ee > 0.0 and pp > 0.0 else 0.0
        t = np.arange(1, fade + 1) / (fade + 1)
        end_gain, lead_gain = (np.ones(fade), t) if rec.flows_on else gains(t, correlation)
        rec.sound.audio[rec.length - fade : rec.length] = flushed(end * end_gain[:, None] + lead * lead_gain[:, None])

    # Overdubs.

    def begin_overdub(self, frame: int) -> None:
        if self.dub is not None:
            return
        self.void_offers(frame, show=True)
        self.previous = None
        if self.playing.sound is not None and not self.keep(self.take, self.playing, True, frame):
            return
        if not self.can_copy():
            return
        delay = self.latency()
        self.cut_tail(frame + delay, self.ramp)
        start = frame + delay
        if self.rec is not None:
            start = max(start, self.rec.end)
        if self.tail is not None:
            start = max(start, self.tail.end)
        source = self.take
        sound = self.copy_of(source, start)
        self.dub = Dub(sound, self.length, start, self.position(start - delay), delay,
                       max(0, min(self.ramp, start - self.written_until)))  # fmt: skip
        self.push_take(sound, self.length, self.origin, new_lineage=False)
        top = self.voices[-1]
        if top.take is source and top.variation is None:
            top.take = sound
        else:
            self.show(frame, 1.0)
        self.exact_until = NEVER
        self.mute_line.send(frame, 1.0, self.ramp)
        self.state = State.OVERDUBBING

    def end_overdub(self, frame: int) -> None:
        self.dub.end = max(frame + self.dub.latency, self.dub.start)
        self.written_until = self.dub.end
        self.exact_until = frame + self.length

    def add_input(self, frames: np.ndarray, gain: np.ndarray) -> None:
        """Overdub these input frames, no more than the loop is long."""
        audio = self.dub.sound.audio
        at = (self.dub.position + frames - self.dub.start) % self.dub.length
        keep = 1.0 + (self.lines[Control.FEEDBACK].at(frames) - 1.0) * gain
        audio[at] = flushed(audio[at] * keep[:, None] + self.input(frames) * gain[:, None])

    # Time.

    def due(self, frame: int) -> None:
        """Do what is due at this frame; twice is as good as once."""
        rec, dub = self.rec, self.dub
        if self.state == State.RECORDING:
            if 0 <= rec.stop <= frame:
                self.finish_recording(frame, rec.then)
            elif frame - rec.press >= self.s.max_loop:
                self.finish_recording(frame, State.PLAYING)
            rec, dub = self.rec, self.dub
        if rec is not None and rec.lead is None and frame >= rec.start:
            rec.lead = self.input(np.arange(rec.start - int(PREROLL_S * self.s.sample_rate) - 1, rec.start))
        if rec is not None and 0 <= rec.end <= frame:
            self.close_seam()
            rec.sound.audio = rec.sound.audio[: rec.length].copy()
            self.rec = None
        if self.tail is not None and frame >= self.tail.end:
            self.tail = None
        self.copies = [sound for sound in self.copies if sound.copied_at > frame]
        if dub is not None and not dub.started and frame >= dub.start:
            dub.started = True
            dub.sound.audio = dub.sound.source.heard[: dub.length].copy()
            self.add_input(np.arange(dub.start - dub.ramp, dub.start), np.arange(1, dub.ramp + 1) / (dub.ramp + 1))
        if dub is not None and 0 <= dub.end <= frame - self.ramp:
            self.dub = None
        self.moved = self.moved and self.is_written()
        if self.previous is not None and frame >= self.previous[2]:
            self.previous = None
        if self.is_complete():
            self.announced = self.version
        if 0 <= self.seam <= frame:
            self.pass_seam(frame)
        if self.seam >= 0 and not self.decided and frame >= self.seam - self.seam_fade(self.length):
            self.decide_seam(frame)
        while len(self.voices) > 1 and any(voice.end <= frame for voice in self.voices[1:]):
            self.voices.pop(0)

    def is_complete(self) -> bool:
        writing = [thing.sound for thing in (self.rec, self.tail, self.dub) if thing is not None] + self.copies
        return self.take is None or not any(self.take is sound for sound in writing)

    def decide_seam(self, frame: int) -> None:
        self.decided = True
        if self.offer is None or not self.can_swap() or 2 * (self.seam - frame) < self.seam_fade(self.length):
            return
        coming, self.offer = self.offer, None
        self.incoming = Heard(coming.sound, coming.tag, coming.correlation if coming.sound is not None else 1.0)
        together = self.incoming.correlation * self.playing.correlation
        mix = self.lines[Control.MIX]
        if mix.target == 0.0 and frame >= mix.end:
            together = 1.0
        self.push_voice(Voice(self.take, self.incoming.sound, self.incoming.correlation, self.length, self.origin,
                              frame, self.seam, together, False))  # fmt: skip

    def pass_seam(self, frame: int) -> None:
        if self.incoming is not None:
            self.previous = (self.playing, self.take, frame + int(KEEP_BACK_S * self.s.sample_rate))
            tag = self.incoming.tag if self.incoming.sound is not None else -1
            self.playing, self.incoming = Heard(self.incoming.sound, tag, self.incoming.correlation), None
        else:
            self.previous = None
            if self.is_varying() and self.can_swap():
                self.late += 1
        self.repetition += 1
        self.seam, self.decided = self.seam + self.length, False

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
            frames += [self.dub.start, self.dub.end + self.ramp]
        if self.previous is not None:
            frames.append(self.previous[2])
        if self.seam >= 0:
            frames += [self.seam, self.seam - self.seam_fade(self.length)]
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
        level = self.lines[Control.WET].at(frames) * self.mute_line.at(frames)
        return (out * level[:, None]).astype(np.float32)

    def voice_sound(self, voice: Voice, frames: np.ndarray) -> np.ndarray:
        if voice.take is None:
            return np.zeros((len(frames), self.s.channels), np.float32)
        at = (frames - voice.origin) % voice.length
        out = voice.take.heard[at]
        if voice.variation is not None:
            take_gain, variation_gain = gains(self.lines[Control.MIX].at(frames), voice.correlation)
            out = (out * take_gain[:, None] + voice.variation.audio[at] * variation_gain[:, None]).astype(np.float32)
        return out

    def write(self, frame: int, until: int) -> None:
        """Let everything that writes into takes go on over frames [frame, until)."""
        if self.rec is not None:
            rec = self.rec
            frames = np.arange(max(frame, rec.start), until if rec.end < 0 else min(until, rec.end))
            rec.sound.audio[frames - rec.start] = self.input(frames)
        if self.tail is not None:
            tail = self.tail
            frames = np.arange(max(frame, tail.start), min(until, tail.end))
            at = (frames - tail.start) % tail.length
            gain = tail.gain_at(frames)
            tail.sound.audio[at] = flushed(tail.sound.audio[at] + self.input(frames) * gain[:, None])
        if self.dub is not None and self.dub.started:
            dub = self.dub
            frames = np.arange(max(frame, dub.start), until if dub.end < 0 else min(until, dub.end + self.ramp))
            fading = 1.0 - (frames - dub.end + 1) / (self.ramp + 1)
            self.add_input(frames, np.where((dub.end >= 0) & (frames >= dub.end), fading, 1.0))

    def play(self, commands: list[tuple[Command, np.ndarray | None]]) -> np.ndarray:
        """What this loop sounds like over all of the input, given its commands in the order of their frames."""
        waiting = list(commands)
        pieces, frame, total = [], 0, len(self.x)
        while frame < total:
            self.due(frame)
            while waiting and waiting[0][0].frame <= frame:
                self.obey(*waiting.pop(0))
            self.due(frame)
            until = min(total, self.next_due(frame), waiting[0][0].frame if waiting else total)
            pieces.append(self.sound(np.arange(frame, until)))
            self.write(frame, until)
            frame = until
        return np.concatenate(pieces)


@dataclass
class ReferenceLooper:
    """All loops together: give it every command, then `play` the input."""

    settings: Settings
    n_loops: int
    commands: list[tuple[Command, np.ndarray | None]] = field(default_factory=list)
    loops: list[ReferenceLoop] = field(default_factory=list)

    def press(self, command: Command, audio: np.ndarray | None = None) -> None:
        """Note a command that has a frame of its own; `audio` is that of an offer or of a loop to load."""
        self.commands.append((command, audio))

    def play(self, heard: np.ndarray) -> np.ndarray:
        """What comes out while this is heard, both float32 (frames, channels)."""
        everything = sorted(self.commands, key=lambda pair: pair[0].frame)  # stable: the order of arrival within a frame
        self.loops = [ReferenceLoop(self.settings, heard) for _ in range(self.n_loops)]
        out = np.zeros_like(heard)
        for number, loop in enumerate(self.loops):
            out = out + loop.play([pair for pair in everything if pair[0].loop == number or _is_for_all(pair[0])])
        dry = self.loops[0].lines[Control.DRY]
        assert dry.target == 0.0, "the reference mixes no input into the output"
        return flushed(out)


def _is_for_all(command: Command) -> bool:
    """Whether a command means every loop."""
    return command.kind == CommandKind.SET and command.control == Control.DRY
