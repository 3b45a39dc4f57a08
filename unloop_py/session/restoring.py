"""A session that was kept is played on: its loops come back where they would be by now, with all that can be undone.

Each state of a loop is loaded as if its head had come round when it would have, all of them at once and silently, so that undo
leads back to them in time; what sounds then is what sounded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from unloop_py.audio_io.loop_file import at_rate, with_channels
from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Notice
from unloop_py.control.parameters import by_name
from unloop_py.engine.messages import Command, CommandKind, Control, Event, EventKind
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Prompt, VariationRequest
from unloop_py.session.clock_source import JACK, LINK, MIDI_CLOCK
from unloop_py.session.layers import Consists, Layer
from unloop_py.session.shapes import Made, Shape
from unloop_py.sessions.reading import KeptLoop, KeptSession, KeptShape, KeptTake
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import nearest_frame
from unloop_py.sync.drift import Slaved
from unloop_py.units import seconds_to_frames
from unloop_py.vamper.history import Heard

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus
    from unloop_py.session.keeping import Keeping
    from unloop_py.session.stretching import Stretching
    from unloop_py.session.varying import Varying

MARGIN_S = 0.1          # from knowing the time to the frame at which everything has been loaded
SILENT_S = 0.02         # until what fades has faded: before anything is loaded, and when all of it is
IN_TIME_S = 600.0       # a session that ended longer ago comes back at once instead of in its time
STATES = 32             # of each loop that can be undone
RECALLED = 1 << 40      # tags of repetitions from before: above all that a session comes to


class Restorer:
    """Brings one session back, once. Made on any thread; the rest is the conductor's.

    Parameters
    ----------
    bus : SessionBus
    varying : Varying
    kept : KeptSession
    keeping : Keeping, optional
        What keeps the session that goes on.
    wall_clock : callable
        Seconds since 1970.
    stretching : Stretching, optional
        What is told from which originals the loops were stretched.
    """

    def __init__(self, bus: SessionBus, varying: Varying, kept: KeptSession, keeping: Keeping | None = None,
                 wall_clock: Callable[[], float] = time.time, stretching: Stretching | None = None) -> None:
        self._bus, self._engine, self._varying = bus, bus.engine, varying
        self._kept, self._keeping, self._stretching = kept, keeping, stretching
        self._wall_clock = wall_clock
        self._ratio = bus.sample_rate / kept.sample_rate
        self._loops = {number: loop for number, loop in enumerate(kept.loops) if loop.history}
        self._waiting = dict(self._loops)   # loops whose take has not been told yet
        self._silent_frame: int | None = None   # from here on those loops are silent that have more than a take to load
        self._loaded = False
        self._layers: dict[tuple[int, int], Layer] = {}    # by loop and by the serial that each had

    def step(self) -> bool:
        """Do what is due; True when there is nothing left to do."""
        frame = self._engine.frame()
        if self._silent_frame is None and frame > 0 and self._bus.frame_at(self._wall_clock()) >= 0:
            self._silent_frame = frame + seconds_to_frames(SILENT_S, self._bus.sample_rate) + self._bus.block_frames
            for number, loop in self._loops.items():
                if number < self._engine.n_loops and not self._is_plain(number, loop):
                    self._send(CommandKind.SET, number, -1, value=0.0, control=Control.WET)
                    self._send(CommandKind.SET, number, -1, value=1.0, control=Control.SPEED)
        elif not self._loaded and self._silent_frame is not None and frame >= self._silent_frame:
            self._loaded = True
            self._load_all()
        if not self._loaded or self._waiting:
            return False
        with self._bus.lock:
            self._bus.timing.clock.expect(None)
        return True

    def happened(self, event: Event) -> None:
        """The engine tells something: a take that is here gets back what sounded over it, and what was heard of it."""
        if event.kind != EventKind.TAKE or not self._loaded or event.loop not in self._waiting:
            return
        loop = self._waiting.pop(event.loop)
        if loop.audio is None:
            return
        self._bus.marking.restore(event.loop, loop.state.guard)
        if loop.state.beats:
            grid = BeatGrid(event.index, self._bus.sample_rate, loop.state.beats, loop.state.first_beat * self._ratio, 1.0)
            self._bus.loops[event.loop].beats_found(event.take, grid)
        try:
            if loop.sounding is not None and loop.sounding.audio is not None:
                self._offer(event, loop)
        except UnloopError as error:
            self._say(f"what sounded could not be brought back: {error}")
        if self._varying.vamper is not None and self._kept.state.facts.get("model") == self._bus.model():
            self._recall(event, loop)

    def _load_all(self) -> None:
        """Say everything to the engine at once."""
        now = self._bus.frame_at(self._wall_clock()) + seconds_to_frames(MARGIN_S, self._bus.sample_rate)
        state = self._kept.state
        then = self._bus.frame_at(state.unix_s)
        if state.ended or self._wall_clock() - state.unix_s > IN_TIME_S:
            first = next(iter(self._loops.values()), None)
            then = self._in_step(now + (self._position(first) if first is not None else 0))
        with self._bus.lock:
            if state.line is not None:
                self._bus.timing.beats_restored(then, BeatLine(*state.line).beat_at(state.frame))
            if state.first in self._loops:
                self._bus.timing.clock.expect(state.first)
        for number, loop in list(self._loops.items()):
            if number >= self._engine.n_loops:
                self._say(f"loop {number + 1} is not brought back: there are only {self._engine.n_loops} loops")
                del self._loops[number], self._waiting[number]
                continue
            try:
                self._load(number, loop, then, now)
            except UnloopError as error:
                self._waiting.pop(number, None)
                self._say(f"loop {number + 1} could not be brought back: {error}")
        self._loops.clear()

    def _in_step(self, then: int) -> int:
        """Where a clock that is another machine's runs already: the next frame at which it stands where it did, in its bar."""
        line, was = self._bus.moments.beats(then), self._kept.state.line
        if line is None or was is None or int(self._bus.get(0, "sync_source")) not in (LINK, MIDI_CLOCK, JACK):
            return then
        ahead = (BeatLine(*was).beat_at(self._kept.state.frame) - line.beat_at(then)) % int(self._bus.get(0, "beats_per_bar"))
        return nearest_frame(line, line.beat_at(then) + ahead)

    def _load(self, number: int, loop: KeptLoop, then: int, now: int) -> None:
        undone = max(0, loop.at - STATES)
        states = [None if audio is None else self._fitted(audio) for audio in loop.history[undone : undone + 2 * STATES]]
        at = loop.at - undone
        length = len(states[at - 1]) if at and states[at - 1] is not None else 0
        paused = loop.state.state == "paused"
        speed = float(self._bus.get(number, "speed"))
        head = now
        if length:  # the last time that it came round, or will have, had it run forwards at its own speed
            turned = 0 if paused else (now - then) * (-speed if loop.state.reverse else speed)
            head = now - round(self._position(loop) + turned) % length
        if self._stretching is not None:
            shapes = loop.shapes[undone : undone + 2 * STATES]
            self._stretching.coming(number, [self._made(kept) for audio, kept in zip(states, shapes, strict=True) if audio is not None])
        most = undone + 2 * STATES
        for audio, kept, tail in zip(states, loop.consists[undone:most], loop.tails[undone:most], strict=True):
            if audio is None:
                self._send(CommandKind.CLEAR, number, head)
                continue
            slot = self._bus.files.send(number, audio, head, None if tail is None else self._fitted(tail))
            made = None if kept is None else self._layers_of(number, loop, kept, len(audio))
            if made is not None:
                self._bus.layering.expect(number, slot, made, tuple(kept.facts.gains))
        with self._bus.lock:
            if loop.state.sync_pos:
                self._bus.timing.sync_pos_restored(number, *map(self._frames, loop.state.sync_pos))
            for was, source, first_beat, beats in loop.state.on_clock:
                self._bus.timing.restored(number, self._frames(was), source, Slaved(first_beat, beats))
        for _ in range(len(states) - at):
            self._send(CommandKind.UNDO, number, head)
        if length:
            self._send(CommandKind.GENERATE, number, head, value=float(self._bus.varied.of(number)))
            if loop.state.back:
                self._send(CommandKind.BACK, number, head)
            if loop.state.lock:
                self._send(CommandKind.LOCK, number, head, value=1.0)
            if loop.state.state == "muted":
                self._send(CommandKind.MUTE, number, head, value=1.0)
            elif paused:
                self._send(CommandKind.PAUSE, number, now)
            if loop.state.solo:
                self._send(CommandKind.SOLO, number, head, value=1.0)
            if loop.state.reverse:
                self._send(CommandKind.REVERSE, number, now)
        if not self._is_plain(number, loop):
            self._send(CommandKind.SET, number, now, value=speed, control=Control.SPEED)
            wet = float(self._bus.get(number, "wet"))
            silent = seconds_to_frames(SILENT_S, self._bus.sample_rate)
            self._send(CommandKind.SET, number, now + silent, value=wet, control=Control.WET)

    def _layers_of(self, number: int, loop: KeptLoop, kept: KeptTake, length: int) -> Consists | None:
        """The layers of a take, the very same for every take that they are of, as their faders stood last."""
        stood = {row.serial: row for take in loop.state.consists.values() for row in take.layers}
        found = []
        for one in kept.layers:
            row = stood.get(one.facts.serial, one.facts)
            if (number, row.serial) not in self._layers:
                self._layers[number, row.serial] = Layer(self._fitted(one.audio), row.level, row.mute, row.vary)
            found.append(self._layers[number, row.serial])
        # At another rate a cycle may no longer go into its loop a whole number of times: then the loop is one layer.
        return None if any(length % len(layer.audio) for layer in found) else Consists(length, tuple(found))

    def _offer(self, event: Event, loop: KeptLoop) -> None:
        audio = self._fitted(loop.sounding.audio)
        if len(audio) != event.index:
            return
        entry = loop.sounding.entry
        tag = RECALLED + int(entry["tag"])
        on_top = [self._layers.get((event.loop, int(serial))) for serial, _ in entry.get("mix", ()) if serial]
        raw, audio = audio, self._bus.layering.recall(event.loop, tag, audio, [layer for layer in on_top if layer is not None])
        slot = self._engine.acquire_slot(len(audio))
        self._engine.buffer(slot)[: len(audio)] = audio
        if self._keeping is not None:
            codes = next((one.codes for one in loop.variations if one.entry["tag"] == entry["tag"]), None)
            told = {"tag": tag, "take": event.take, "force": True, "correlation": entry["correlation"], "request": entry["request"]}
            _, mix = self._bus.layering.mix_of(event.loop, tag) or (raw, ((0, 1.0),))
            told["mix"] = [list(part) for part in mix]
            self._keeping.keeper.offered(event.loop, told, raw, codes)
        try:
            self._bus.send(Command(CommandKind.OFFER, event.loop, slot=slot, take=event.take, tag=tag,
                                   correlation=float(entry["correlation"]), force=True))
        except UnloopError:
            self._engine.release_slot(slot)
            raise

    def _recall(self, event: Event, loop: KeptLoop) -> None:
        key, _ = self._varying.told_audio(event.loop, event.take, self._bus.files.take(event.loop))
        serial, vamper = self._varying.serial_of(event.loop, key), self._varying.vamper
        if loop.state.learned and (file := self._kept.folder / loop.state.learned).is_file():
            vamper.learned_before(serial, str(file))
        heard, letters = [], {}
        for one in loop.variations:
            request = request_of(one.entry["request"], serial)
            if request is None:
                continue
            heard.append((RECALLED + int(one.entry["tag"]), Heard(serial, request, one.codes)))
            if letter := one.entry.get("letter"):
                letters[letter] = heard[-1][1]
        vamper.history(event.loop).recall(heard)
        vamper.recall_letters(event.loop, serial, letters)
        self._recall_favourites(event, loop, heard)

    def _recall_favourites(self, event: Event, loop: KeptLoop, heard: list[tuple[int, Heard]]) -> None:
        """What was marked is marked again, and its tokens are this session's too."""
        found = dict(heard)
        marked = [(RECALLED + tag, found[RECALLED + tag]) for tag in loop.state.favourites if RECALLED + tag in found]
        if not marked:
            return
        self._varying.vamper.history(event.loop).recall_favourites(marked)
        self._bus.loops[event.loop].favourites = tuple(tag for tag, _ in marked)
        if self._keeping is not None:
            entries = {RECALLED + int(one.entry["tag"]): one for one in loop.variations}
            for tag, _ in marked:
                told = entries[tag].entry | {"tag": tag, "take": event.take}
                self._keeping.keeper.remembered(event.loop, told, entries[tag].codes)
        self._bus.tell(Notice("favourite", event.loop, (len(marked),)))

    def _made(self, kept: KeptShape | None) -> Made:
        if kept is None:
            return Made()
        original = None if kept.original is None else self._fitted(kept.original)
        return Made(Shape(*kept.shape), original, Shape(*kept.played))

    def _fitted(self, audio: np.ndarray) -> np.ndarray:
        return with_channels(at_rate(audio, self._kept.sample_rate, self._bus.sample_rate), self._engine.channels)

    def _is_plain(self, number: int, loop: KeptLoop) -> bool:
        """Whether a loop is one take that plays as it is, which sounds from the moment that it is loaded."""
        turns = not loop.state.reverse and self._bus.get(number, "speed") == 1.0
        return turns and len(loop.history) == 1 and loop.state.state not in ("muted", "paused")

    def _frames(self, was: int) -> int:
        """So many frames of what was kept, at the rate of now."""
        return round(was * self._bus.sample_rate / self._kept.sample_rate)

    def _position(self, loop: KeptLoop) -> int:
        return round(loop.state.position * self._ratio)

    def _send(self, kind: CommandKind, loop: int, frame: int, **fields: Any) -> None:
        self._bus.send(Command(kind, loop, frame, **fields))

    def _say(self, text: str) -> None:
        self._bus.tell(Notice("error", None, ("", text)))


def restore_settings(bus: SessionBus, kept: KeptSession, given: dict[str, Any]) -> None:
    """Select the loop that was, vary or do not, and set every parameter as it stood, but those that the player has given now."""
    if kept.state.selected < bus.n_loops:
        bus.command(None, "select", kept.state.selected + 1)
    if bus.generating() and not kept.state.generating:
        bus.command(None, "generate", 0)
    for number, loop in enumerate(kept.state.loops[: bus.n_loops]):
        if loop.form and bus.vamper is not None:
            with contextlib.suppress(UnloopError):  # damaged
                bus.command(number, "form", loop.form)
        for name, value in loop.parameters.items():
            if name not in given:
                try:
                    bus.set(number, name, by_name(name).convert(value))
                except UnloopError:  # of another version, or damaged: it stands as it would anyway
                    continue


def request_of(entry: dict[str, Any], take: int) -> VariationRequest | None:
    """The request that an entry holds, for a take; None when it holds none that can be understood."""
    try:
        prompt = Prompt(**entry["prompt"])
        known = {name: value for name, value in entry.items() if name in ("index", "seed", "steps", "turn", "parent", "beside")}
        marks = {name: tuple((float(start), float(end)) for start, end in entry.get(name, ())) for name in ("melt", "guard")}
        return VariationRequest(take_version=take, prompt=prompt, **known, **marks)
    except (KeyError, TypeError, ValueError):
        return None
