"""Layers in the instrument: their levels are set, what sounds is mixed anew, and the model is told only what varies.

A level that moves is heard within some 50 ms: the take, the variation that sounds and the offer that waits are summed again by the
conductor's thread, and the engine cross-fades to them in place. What the player did, and with it undo, knows nothing of it.

Threads. `happened` and `step` belong to the conductor's, `finished` to the vamper's; `set` and what is asked are anybody's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.control.bus import Notice
from unloop_py.control.parameters import LAYER_PARAMETERS, layer_name
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind, State
from unloop_py.errors import CommandError, EngineBusy
from unloop_py.session.filling import Filling
from unloop_py.session.layers import Consists, Layer, Repetition
from unloop_py.session.overdubs import Overdubs
from unloop_py.units import seconds_to_frames

if TYPE_CHECKING:
    from unloop_py.generator.spec import Variation
    from unloop_py.session.bus import SessionBus

AT_REST = (State.PLAYING, State.MUTED, State.PAUSED, State.ONESHOT)
PERIOD_S = 0.03         # between two times that a loop is mixed anew, while a fader moves
SHARE = 4.0             # and no sooner than this many times what it takes, so that faders leave the processor to others
ANSWERED_S = 1.0        # by then the engine has obeyed
RESTS_S = 0.2           # a fader that has not moved for so long
NAMES = tuple(row.name for row in LAYER_PARAMETERS)


Mix = tuple[tuple[int, float], ...]
"""What a sum was mixed of, in order: the serial of each layer, 0 for what the model made, and its gain."""


@dataclass(slots=True, eq=False)
class _Sent:
    """A sum on its way to the engine."""

    loop: int
    take: int
    tag: int
    gains: tuple[float, ...]
    audio: np.ndarray
    likeness: float
    until_s: float


class Layering:
    """The layers of all loops.

    Parameters
    ----------
    bus : SessionBus

    Attributes
    ----------
    kept : callable
        Given a loop, the version of its take, what it consists of and the gains at which the engine has its layers, whenever
        any of that has changed. Conductor's thread.
    retold : callable
        Given a loop of which something else varies from now on, though its take is the same: its version and its sum (frames,
        channels) float32. Conductor's thread.
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus, self._engine = bus, bus.engine
        self._lock = threading.RLock()
        self._loops = [Overdubs(lambda version, loop=loop: self._look(loop, version)) for loop in range(bus.engine.capacity)]
        self._shown: list[tuple[tuple[int | float, ...], ...]] = [()] * bus.engine.capacity
        self._keys: list[Hashable] = [None] * bus.engine.capacity
        self._due_s = [0.0] * bus.engine.capacity
        self._sent: dict[int, _Sent] = {}  # by slot
        self._filling = Filling()
        self._newest: list[int] = [-1] * bus.engine.capacity  # tag of what was offered last
        self._other: list[tuple[Hashable, float]] = [(None, 0.0)] * bus.engine.capacity  # what varies now, and since when
        self._changed: set[int] = set()  # loops whose layers `kept` has not been told of
        self._obeyed: dict[int, tuple[int, Mix, float]] = {}  # by loop, the last sum that came to the engine: slot, parts, likeness
        self.kept: Callable[[int, int, Consists, tuple[float, ...]], None] = lambda loop, take, consists, gains: None
        self.retold: Callable[[int, int, np.ndarray], object] = lambda loop, take, audio: None

    # Any thread.

    def count(self, loop: int) -> int:
        """How many layers a loop has, its base included; 0 for an empty one."""
        with self._lock:
            return len(self._loops[loop].layers)

    def consists(self, loop: int) -> Consists | None:
        """What the take in force consists of; None for an empty loop, and while something is laid on."""
        with self._lock:
            return self._loops[loop].consists

    def get(self, loop: int, layer: int, name: str) -> float | int:
        """A layer's level, mute or vary. Raises CommandError for a layer that is not there."""
        with self._lock:
            return _value(self._layer(loop, layer), name)

    def set(self, loop: int, layer: int, name: str, value: float | int, source: str = "") -> None:
        """Set a layer's level, mute or vary. Raises CommandError for one that is not there."""
        with self._lock:
            setattr(self._layer(loop, layer), name, float(value) if name == "level" else bool(value))
            self._changed.add(loop)
            self._tell(loop, source)

    # The vamper's thread.

    def finished(self, loop: int, take: int, tag: int, variation: Variation) -> Variation | None:
        """A repetition of what varies, with what does not laid on top: what the engine is offered; None if nothing is."""
        with self._lock:
            consists = self._loops[loop].of(take)
            told = None if consists is None else consists.told()
            if told is None or consists is None:
                return variation
            store, rate = self._bus.store, self._bus.sample_rate
            fade = seconds_to_frames(float(store.get(loop, "seam_ms")) / 1000.0, rate)
            on = bool(store.get(loop, "multiply_vary"))
            if self._filling.takes(loop, take, consists, told, variation.audio, on=on, fade=fade):
                return None
            repetition = Repetition(take, variation.audio, told.layers, told.level)
            repetition.gains = gains = repetition.wanted(consists)
            self._loops[loop].offered(tag, repetition)
            self._newest[loop] = tag
        if gains == (1.0,):
            return variation
        audio = repetition.audio(consists, gains)
        return replace(variation, audio=audio, correlation=_correlation(audio, consists.audio(consists.gains)))

    # The conductor's thread.

    def happened(self, event: Event, audio: np.ndarray | None = None) -> None:
        """The engine tells something; with a TAKE event, what it is (frames, channels) float32, not to be written to."""
        with self._lock:
            overdubs = self._loops[event.loop]
            overdubs.happened(event, audio)
            if event.kind == EventKind.OBEYED and event.index == CommandKind.REMIX:
                self._on_remix(event, overdubs)
            self._filling.happened(event)
            if event.kind in (EventKind.TAKE, EventKind.HISTORY, EventKind.KEPT):
                self._changed.add(event.loop)
                self._tell(event.loop)

    def told_audio(self, loop: int, take: int, audio: np.ndarray) -> tuple[Hashable, np.ndarray | None]:
        """What of a take the model is told, None for nothing, and a key that is the same for what sounds the same."""
        with self._lock:
            consists = self._loops[loop].of(take)
            told = None if consists is None else consists.told()
            if consists is None:
                return take, audio
            self._keys[loop] = key = self._key(consists)
            return key, None if told is None else told.audio(consists.length)

    def step(self, clock: Callable[[], float]) -> None:
        """Mix anew what does not sound as its faders stand; `clock` tells monotonic seconds."""
        now_s = clock()
        for slot in [slot for slot, sent in self._sent.items() if now_s > sent.until_s]:
            del self._sent[slot]  # the event was lost, with thousands of others
        for loop in range(self._bus.n_loops):
            if loop in self._changed:
                self._keep(loop)
            if now_s < self._due_s[loop]:
                continue
            with self._lock:
                self._due_s[loop] = now_s + PERIOD_S
                wanted = self._wanted(loop)
            for take, tag, gains, sum_up in wanted:
                self._send(loop, take, tag, gains, sum_up(), now_s)
            if wanted:
                self._due_s[loop] += SHARE * (clock() - now_s)
            self._retell(loop, now_s)
            self._send_fill(loop)

    def _wanted(self, loop: int) -> list[tuple[int, int, tuple[float, ...], Callable[[], np.ndarray]]]:
        """What is to be mixed anew: take, tag, gains and how. Under the lock."""
        overdubs, status = self._loops[loop], self._engine.status(loop)
        consists = overdubs.consists
        if consists is None or overdubs.take != status.take or status.state not in AT_REST:
            return []
        if any(sent.loop == loop for sent in self._sent.values()):
            return []
        wanted: list[tuple[int, int, tuple[float, ...], Callable[[], np.ndarray]]] = []
        if (gains := consists.gains) != overdubs.held():
            wanted.append((overdubs.take, -1, gains, lambda: consists.audio(gains)))
        for tag in {status.tag, self._newest[loop]}:
            repetition = overdubs.repetition(tag)
            if repetition is None or repetition.void or repetition.take != overdubs.take or not repetition.fits(consists):
                continue
            if (parts := repetition.wanted(consists)) != repetition.gains:
                wanted.append((overdubs.take, tag, parts, lambda one=repetition, parts=parts: one.audio(consists, parts)))
        return wanted

    def _send(self, loop: int, take: int, tag: int, gains: tuple[float, ...], audio: np.ndarray, now_s: float) -> None:
        try:
            slot = self._engine.acquire_slot(len(audio))
        except EngineBusy:
            return  # tried again in a moment
        self._engine.buffer(slot)[: len(audio)] = audio
        likeness = self._likeness(loop, tag, audio)
        self._sent[slot] = _Sent(loop, take, tag, gains, audio, likeness, now_s + ANSWERED_S)
        try:
            self._bus.send(Command(CommandKind.REMIX, loop, slot=slot, take=take, tag=tag, value=0.0, correlation=likeness))
        except EngineBusy:
            del self._sent[slot]
            self._engine.release_slot(slot)

    def _likeness(self, loop: int, tag: int, audio: np.ndarray) -> float:
        """The correlation of a repetition with its take."""
        with self._lock:
            consists = self._loops[loop].consists
        return 1.0 if tag < 0 or consists is None else _correlation(audio, consists.audio(consists.gains))

    def _keep(self, loop: int) -> None:
        """Have written down what has changed."""
        with self._lock:
            self._changed.discard(loop)
            overdubs = self._loops[loop]
            if (consists := overdubs.consists) is None:
                return
            take, gains = overdubs.take, overdubs.held()
        self.kept(loop, take, consists, gains)

    def _send_fill(self, loop: int) -> None:
        """Have cycles that are filled come in at the next seam."""
        with self._lock:
            status = self._engine.status(loop)
            fill = self._filling.ready(loop, status.take)
        if fill is None or status.state not in AT_REST or status.next_seam_frame < 0:
            return
        try:
            slot = self._engine.acquire_slot(len(fill.audio))
        except EngineBusy:
            return  # tried again in a moment
        self._engine.buffer(slot)[: len(fill.audio)] = fill.audio
        with self._lock:
            self._loops[loop].expect(slot, fill.consists, fill.gains)
            fill.slot = slot
        try:
            self._bus.send(Command(CommandKind.REMIX, loop, status.next_seam_frame, 1.0, slot=slot, take=fill.take, tag=-1))
        except EngineBusy:
            fill.slot = -1
            self._engine.release_slot(slot)

    def _retell(self, loop: int, now_s: float) -> None:
        """Tell the model what varies from now on, once the faders rest."""
        with self._lock:
            consists, take = self._loops[loop].consists, self._loops[loop].take
        if consists is None or self._keys[loop] is None or (key := self._key(consists)) == self._keys[loop]:
            return
        if self._other[loop][0] != key:
            self._other[loop] = (key, now_s)
        elif now_s >= self._other[loop][1] + RESTS_S:
            self.retold(loop, take, consists.audio(consists.gains))

    # What a session keeps of it.

    def buffer(self, loop: int, take: int | None = None) -> np.ndarray | None:
        """What the engine holds of a take, by default the one in force, that was just told, kept or mixed; None where none was."""
        with self._lock:
            overdubs = self._loops[loop]
            return overdubs.buffer(overdubs.take if take is None else take)

    def mix_of(self, loop: int, tag: int) -> tuple[np.ndarray, Mix] | None:
        """A repetition that is about to be offered, as the model made it, and what it was mixed of."""
        with self._lock:
            repetition = self._loops[loop].repetition(tag)
            consists = None if repetition is None else self._loops[loop].of(repetition.take)
            if repetition is None or consists is None:
                return None
            return repetition.raw, _mix(repetition.parts(consists), repetition.gains)

    def mix_obeyed(self, loop: int, slot: int) -> tuple[Mix, float]:
        """What the sum in a slot, which the engine has just been given, was mixed of, and its correlation with the take."""
        with self._lock:
            obeyed, mix, likeness = self._obeyed.get(loop, (-1, (), 1.0))
            return (mix, likeness) if obeyed == slot else ((), 1.0)

    def expect(self, loop: int, slot: int, consists: Consists, gains: tuple[float, ...]) -> None:
        """What is about to be loaded holds these layers, at these gains. Conductor's thread."""
        with self._lock:
            self._loops[loop].expect(slot, consists, gains)

    def recall(self, loop: int, tag: int, raw: np.ndarray, on_top: list[Layer]) -> np.ndarray:
        """A repetition of the take in force is offered that was made in another session: what it sounds like as the faders stand."""
        with self._lock:
            overdubs = self._loops[loop]
            consists = overdubs.consists
            if consists is None:
                return raw
            varied = tuple(layer for layer in consists.layers if layer not in on_top)
            if not varied:
                return raw
            repetition = Repetition(overdubs.take, raw, varied, max(layer.gain for layer in varied))
            repetition.gains = repetition.wanted(consists)
            overdubs.offered(tag, repetition)
            self._newest[loop] = tag
            return repetition.audio(consists, repetition.gains)

    # Within, under the lock.

    def _on_remix(self, event: Event, overdubs: Overdubs) -> None:
        if event.slot in self._sent:
            sent = self._sent.pop(event.slot)
            repetition, consists = overdubs.repetition(sent.tag), overdubs.of(sent.take)
            layers = () if consists is None else consists.layers if repetition is None else repetition.parts(consists)
            self._obeyed[event.loop] = (event.slot, _mix(layers, sent.gains), sent.likeness)
            overdubs.remixed(sent.take, sent.tag, sent.gains, sent.audio, event.slot)
        elif (fill := self._filling.of_slot(event.loop, event.slot)) is not None:
            self._obeyed[event.loop] = (event.slot, _mix(fill.consists.layers, fill.gains), 1.0)

    def _layer(self, loop: int, layer: int) -> Layer:
        layers = self._loops[loop].layers
        if not layers:
            raise CommandError(f"loop {loop + 1} has no layers: record something first")
        if not 0 <= layer < len(layers):
            raise CommandError(f"layer of loop {loop + 1} must be in 0..{len(layers) - 1}, got {layer}")
        return layers[layer]

    def _key(self, consists: Consists) -> Hashable:
        told = consists.told()
        return (consists.length, () if told is None else told.key)

    def _tell(self, loop: int, source: str = "") -> None:
        """Tell what has changed of a loop's layers."""
        now = tuple(tuple(_value(layer, name) for name in NAMES) for layer in self._loops[loop].layers)
        before, self._shown[loop] = self._shown[loop], now
        if len(before) != len(now):
            self._bus.tell(Notice("layers", loop, (len(now),)))
        for number, values in enumerate(now):
            old = before[number] if number < len(before) else (None,) * len(NAMES)
            for name, value, was in zip(NAMES, values, old, strict=True):
                if value != was:
                    self._bus.tell(Notice("parameter", loop, (layer_name(number, name), value), source))

    def _look(self, loop: int, take: int) -> tuple[np.ndarray, bool] | None:
        found = self._engine.state_of(loop, take)
        return None if found is None else (found[0].copy(), found[1])


def _mix(layers: Iterable[Layer | None], gains: Iterable[float]) -> Mix:
    return tuple((0 if layer is None else layer.serial, gain) for layer, gain in zip(layers, gains, strict=True))


def _value(layer: Layer, name: str) -> float | int:
    value = getattr(layer, name)
    return value if name == "level" else int(value)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Of two sounds of one shape, -1..1; 0 where one is silent."""
    x, y = a.reshape(-1), b.reshape(-1)
    power = float(np.dot(x, x)) * float(np.dot(y, y))
    return max(-1.0, min(1.0, float(np.dot(x, y)) / power**0.5)) if power > 0.0 else 0.0
