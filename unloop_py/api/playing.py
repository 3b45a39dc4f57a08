"""Loops and their variations played by the real engine with no sound card, faster than real time.

The generator is asked while the engine waits, just before the seam that a variation is meant for, so that nothing is ever late and
whatever was set until then is heard.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unloop_py.api.asking import base_seed
from unloop_py.api.generators import looked_at
from unloop_py.audio_io.offline import OfflineStream
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import LAYERS, Command, CommandKind, Control, Event, EventKind, Flag
from unloop_py.generator.circle import correlation
from unloop_py.generator.spec import Generator, Progress, Prompt, Take, Variation, VariationRequest
from unloop_py.vamper.knobs import VaryMode
from unloop_py.vamper.seeds import seed_of_repetition

BLOCK_FRAMES = 1024
STEP_FRAMES = 16 * BLOCK_FRAMES     # between two looks at what the engine tells, at most
FIRST_LOOK_FRAMES = 64              # after a command
HELD = 32                           # states of a loop, and variations, that one can come back to
THE_TAKE = -1                       # the engine's tag for a pass that plays the take


@dataclass(eq=False)
class _State:
    """A take of a loop: what the model varies of it, what lies on top as it was played, and the tokens that are held of it."""

    take: Take
    on_top: np.ndarray | None = None
    codes: np.ndarray | None = None
    prepared: Any = None


@dataclass(frozen=True, eq=False)
class Made:
    """A variation, the wall seconds from asking to having it, and the state that it was made for."""

    variation: Variation
    seconds: float
    state: _State


@dataclass(eq=False)
class _Loop:
    number: int
    version: int = 0                    # of what plays, 0 = nothing does
    states: dict[int, _State] = field(default_factory=dict)
    made: dict[int, Made] = field(default_factory=dict)     # by tag
    index: int = 0                      # of the last one made
    waiting: int | None = None          # what the engine has been offered
    sounding: int = THE_TAKE
    held: int = 0                       # seams that nothing has come in at
    asked: bool = False                 # for one variation
    refused: bool = False               # the engine gave one back: not before the next seam again
    told: tuple[bool, int] | None = None    # whether the engine was told to vary it, and at every which seam
    late: set[int] = field(default_factory=set)

    @property
    def state(self) -> _State | None:
        return self.states.get(self.version)


class Playing:
    """Some loops on an engine without a device. One thread.

    Parameters
    ----------
    generator : Generator
    sample_rate : int
        Hz, one of the engine's.
    channels : int
        1 or 2.
    max_loop_s : float
        The longest loop.
    n_loops : int
    apart : bool
        Whether each loop has outputs of its own beside the common ones.
    seed : int
        That all loops start from whose own `seed` is 0.
    progress : callable, optional
        Told the share, 0..1, of each variation while it is made.

    Attributes
    ----------
    engine : Engine
    store : Store
        Every parameter of every loop.
    loops : list
        What is known of each.
    pressed : bool
        Whether something was sent that the engine has not heard yet.
    """

    def __init__(self, generator: Generator, sample_rate: int, channels: int, max_loop_s: float, *, n_loops: int = 1, apart: bool = False,
                 seed: int = 0, progress: Progress | None = None) -> None:
        self.generator, self.seed, self.progress = generator, base_seed(seed), progress
        with signals_held():
            self.engine = Engine(sample_rate=sample_rate, channels=channels, max_loop_s=max_loop_s, n_loops=n_loops, capacity=n_loops,
                                 more_outputs=n_loops * channels if apart else 0)
        self.stream = OfflineStream(self.engine, BLOCK_FRAMES)
        self.store = Store(n_loops, capacity=n_loops)
        self.loops = [_Loop(number) for number in range(n_loops)]
        self.pressed = False
        self._turned: dict[tuple[int, str], float] = {}     # controls that the engine has not been told of
        for loop in range(n_loops):
            for name, value in self.store.snapshot(loop).items():
                self._turn(loop, name, value)
            for channel in range(channels) if apart else ():
                self.send(CommandKind.OUTPUT, loop, control=channel, length=channels * (loop + 1) + channel, value=1.0)
        self.store.listen(lambda loop, name, value, source: self._turn(loop, name, value))

    def send(self, kind: CommandKind, loop: int = 0, **fields: Any) -> None:
        """Tell the engine something that happens at the next frame. Raises UnloopError."""
        self.engine.send(Command(kind, loop, **fields))
        self.pressed = True

    def load(self, loop: int, audio: np.ndarray) -> None:
        """Have a loop (frames, channels) float32 begin at the next frame, as if it had just been recorded."""
        if not self.engine.frame():
            self._tell_controls()
            self.stream.silence(BLOCK_FRAMES)  # whatever was set by now is in force, with no ramp to be heard
            self.look()
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        self.send(CommandKind.LOAD, loop, frame=self.engine.frame(), slot=slot, length=len(audio))

    def run(self, audio: np.ndarray) -> np.ndarray:
        """Let (frames, channels) go in and return what came out: (frames, the engine's output_channels)."""
        return np.concatenate([np.empty((0, self.engine.output_channels), np.float32), *self.pieces(audio)])

    def pieces(self, audio: np.ndarray) -> Iterator[np.ndarray]:
        """The same, piece by piece: what came out before a generator failed is not lost."""
        at = 0
        self._tell_controls()
        while at < len(audio):
            count = FIRST_LOOK_FRAMES if self.pressed else STEP_FRAMES
            self.pressed = False
            for loop in self.loops:
                count = min(count, self._frames_to_spare(loop))
            if count > 0:
                yield self.stream.run(audio[at : at + count], BLOCK_FRAMES)
                at += count
            self.look()

    def look(self) -> None:
        """Take in what the engine has told."""
        for event in self.engine.events():
            self._happened(self.loops[event.loop], event)

    # -- what the engine tells ---------------------------------------------------------------------------------------------

    def _happened(self, loop: _Loop, event: Event) -> None:
        if event.kind is EventKind.TAKE:
            self._take(loop, event)
        elif event.kind is EventKind.KEPT and event.tag in loop.made:
            made = loop.made[event.tag]
            take = Take(event.take, made.variation.audio, self.engine.sample_rate)
            loop.states[event.take] = _State(take, made.state.on_top, made.variation.codes)
        elif event.kind is EventKind.SEAM:
            loop.sounding, loop.refused = event.tag, False
            loop.held += 1
            if event.late:
                loop.late.add(event.index)
        elif event.kind is EventKind.SWAPPED:
            loop.sounding, loop.held = event.tag, -1  # its seam is told next
            loop.waiting = None if loop.waiting == event.tag else loop.waiting
        elif event.kind is EventKind.REJECTED and loop.waiting == event.tag:
            loop.waiting, loop.refused = None, event.take == loop.version

    def _take(self, loop: _Loop, event: Event) -> None:
        before, loop.version = loop.state, event.take if event.index else 0
        loop.waiting, loop.refused, loop.sounding = None, False, THE_TAKE
        if not event.index:
            return
        if event.take in loop.states:
            loop.states[event.take] = loop.states.pop(event.take)  # the newest of those that are held
            return
        audio = self.engine.buffer(event.slot)[: event.index].copy()
        made = _State(Take(event.take, audio, self.engine.sample_rate))
        if event.late and before is not None and len(before.take.audio) == len(audio):  # something was laid onto what was there
            told = before.take.audio
            made = _State(before.take, audio - told, before.codes, before.prepared)
        loop.states[event.take] = made
        while len(loop.states) > HELD:
            del loop.states[next(iter(loop.states))]

    # -- what is varied, and when ----------------------------------------------------------------------------------------------

    def _frames_to_spare(self, loop: _Loop) -> int:
        """Until one has to look at a loop again; its next variation is made and offered when there are none left for it."""
        if loop.state is None:
            return STEP_FRAMES
        values = self.store.snapshot(loop.number)
        prompt, mode = Prompt.among(values), VaryMode(int(values["vary_mode"]))
        anew = bool(self.store.custom(loop.number) or values["variation"] > 0 or prompt.reshapes)
        if self._tell(loop, anew and mode != VaryMode.OFF, 0 if mode == VaryMode.ASKED else int(values["vary_every"])):
            return 1  # the engine has heard it then
        status = self.engine.status(loop.number)
        if status.next_seam_frame < 0:
            return STEP_FRAMES
        until_seam = min(STEP_FRAMES, max(1, status.next_seam_frame - status.frame + 1))
        busy = loop.waiting is not None or loop.refused or status.flags & (Flag.LOCKED | Flag.BACK) or status.state in LAYERS
        if busy or not self._wants(loop, values, mode, anew):
            return until_seam
        fade = round(float(values["seam_ms"]) / 1000 * self.engine.sample_rate)
        spare = status.next_seam_frame - status.frame - fade - 2 * BLOCK_FRAMES
        if spare > 0:
            return min(spare, STEP_FRAMES)
        self._offer(loop, values, prompt, mode if anew else None)
        return 1

    def _tell(self, loop: _Loop, varies: bool, every: int) -> bool:
        """Tell the engine whether a loop is varied and at which of its seams; False when it knows."""
        if (varies, every) == loop.told:
            return False
        self.engine.send(Command(CommandKind.GENERATE, loop.number, value=float(varies)))
        self.engine.send(Command(CommandKind.EXPECT, loop.number, value=float(every)))
        loop.told = varies, every
        return True

    @staticmethod
    def _wants(loop: _Loop, values: dict[str, float | int], mode: VaryMode, anew: bool) -> bool:
        """Whether something else than what sounds is to come in at the next seam."""
        if mode == VaryMode.OFF or not anew and loop.sounding not in loop.made:
            return False
        return loop.asked if mode == VaryMode.ASKED else loop.held >= int(values["vary_every"]) - 1

    def _offer(self, loop: _Loop, values: dict[str, float | int], prompt: Prompt, mode: VaryMode | None) -> None:
        """Make the next repetition and hand it to the engine; with no `mode` the take itself."""
        state, index = loop.state, loop.index + 1
        offer = dict(take=loop.version, tag=index, correlation=1.0, force=mode is None)
        if mode is not None:
            began = time.perf_counter()
            if state.prepared is None:
                state.prepared = self.generator.prepare(state.take, state.codes)
            seed = seed_of_repetition(int(values["seed"]) or self.seed, index, bool(prompt.seed_lock))
            start = self._chained(loop, float(values["drift_limit"])) if mode == VaryMode.CHAIN else None
            request = VariationRequest(state.take.version, index, seed, prompt, int(values["steps"]),
                                       parent=None if start is None else start.request.index)
            made = self.generator.vary(state.prepared, request, start=None if start is None else start.codes, progress=self.progress)
            variation, = looked_at([made], 1, state.take.audio.shape)
            loop.made[index] = Made(variation, time.perf_counter() - began, state)
            while len(loop.made) > HELD:
                del loop.made[next(iter(loop.made))]
            offer |= self._filled(state, variation)
        self.engine.send(Command(CommandKind.OFFER, loop.number, **offer))
        loop.index = loop.waiting = index
        loop.asked = False

    def _chained(self, loop: _Loop, limit: float) -> Variation | None:
        """The variation that the next one begins from; none where the take sounds, or what sounds has gone too far from it."""
        sounding = loop.made.get(loop.sounding)
        if sounding is None or sounding.state.take is not loop.state.take or sounding.variation.distance > limit:
            return None
        return sounding.variation

    def _filled(self, state: _State, variation: Variation) -> dict[str, Any]:
        """A buffer of the engine with a variation and what lies on top of it, as an offer has it."""
        audio, alike = variation.audio, variation.correlation
        if state.on_top is not None:
            audio = audio + state.on_top
            alike = correlation(audio, state.take.audio + state.on_top)
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        return dict(slot=slot, correlation=alike)

    def _turn(self, loop: int, name: str, value: float | int) -> None:
        if name.upper() in Control.__members__:
            self._turned[loop, name.upper()] = float(value)

    def _tell_controls(self) -> None:
        """Have the engine hear of what was turned: the last word of each, however often that was."""
        while self._turned:
            (loop, name), value = next(iter(self._turned.items()))
            self.engine.send(Command(CommandKind.SET, loop, control=Control[name], value=value))
            del self._turned[loop, name]


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Hold Ctrl-C and a termination back while the block lasts.

    The compiler that loads the engine calls back into Python, and what a signal's handler raises there is lost.
    """
    if threading.current_thread() is not threading.main_thread():  # signals never come here
        yield
        return
    held: list[int] = []
    usual = {number: signal.signal(number, lambda n, _: held.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        for number in held:
            signal.raise_signal(number)
