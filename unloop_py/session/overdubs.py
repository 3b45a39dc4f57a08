"""What a loop consists of: its base, and on top of it each overdub as a layer of its own.

The engine holds one buffer for each take, the sum. From its events this finds out the rest: what was laid on and left all that was
there is a layer, the difference of two takes, and multiply repeats the layers under it; a kept variation is a new base under the
same layers; whatever alters what was there (feedback below 1, replace, substitute, insert) makes the sum one new base.

Pure: no thread, no lock, no engine. One caller at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

import numpy as np

from unloop_py.engine.messages import CommandKind, Event, EventKind, Reason
from unloop_py.session.layers import Consists, Layer, Repetition, mix

OFFERS_HELD = 4     # repetitions that may sound, wait or be kept


class Overdubs:
    """The layers of one loop, for every take that undo and redo lead to.

    Parameters
    ----------
    look : callable
        Given the version of a take that was never told, since another was laid on it at once: what it is, (frames, channels)
        float32, and whether all of the one before it has stayed in it; None where the engine knows of none.

    Attributes
    ----------
    take : int
        Version of the take in force.
    """

    def __init__(self, look: Callable[[int], tuple[np.ndarray, bool] | None] = lambda version: None) -> None:
        self._look = look
        self.take = 0
        self._history, self._at = [0], 0
        self._parents: dict[int, int] = {}              # of a take, the one before it
        self._known: dict[int, Consists] = {}
        self._held: dict[int, tuple[float, ...]] = {}   # the gains at which the engine's buffer of a take has its layers
        self._buffer: tuple[int, np.ndarray] | None = None  # a take, and what the engine holds of it
        self._repetitions: OrderedDict[int, Repetition] = OrderedDict()  # by tag
        self._expected: dict[int, tuple[Consists, tuple[float, ...]]] = {}  # by slot, what is on its way to the engine
        self._loading: tuple[Consists, tuple[float, ...]] | None = None
        self._aside: tuple[np.ndarray, Consists, tuple[float, ...]] | None = None  # a take that was reshaped, as it was
        self._replaced: tuple[int, int, tuple[float, ...], np.ndarray | int | None] | None = None  # by the last remix

    # What is asked.

    @property
    def consists(self) -> Consists | None:
        """The take in force; None while there is none, or it is not known what it consists of."""
        return self._known.get(self.take)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those of the take in force; while something is laid on, those that it is laid on."""
        return next((self._known[take].layers for take in self._line(self.take) if take in self._known), ())

    def of(self, take: int) -> Consists | None:
        """A take that undo or redo leads to, or the one in force; None when it is not known what it consists of."""
        return self._known.get(take)

    def held(self) -> tuple[float, ...]:
        """The gains at which the engine has the layers of the take in force, which is known."""
        return self._held[self.take]

    @property
    def bytes(self) -> int:
        """What all layers hold: no more than the engine's buffers of the takes that they are of."""
        arrays = (layer.audio for consists in self._known.values() for layer in consists.layers)
        return sum(audio.nbytes for audio in {id(audio): audio for audio in arrays}.values())

    def repetition(self, tag: int) -> Repetition | None:
        """One that was offered lately."""
        return self._repetitions.get(tag)

    # What is told.

    def expect(self, slot: int, consists: Consists, gains: tuple[float, ...]) -> None:
        """The buffer that is about to become a take holds these layers, at these gains."""
        self._expected[slot] = (consists, gains)

    def buffer(self, take: int) -> np.ndarray | None:
        """What the engine holds of a take, if that is the one that was told, kept or mixed last."""
        return self._buffer[1] if self._buffer is not None and self._buffer[0] == take else None

    def offered(self, tag: int, repetition: Repetition) -> None:
        """A repetition is about to be offered to the engine."""
        self._repetitions[tag] = repetition
        while len(self._repetitions) > OFFERS_HELD:
            self._repetitions.popitem(last=False)

    def remixed(self, take: int, tag: int, gains: tuple[float, ...], audio: np.ndarray, slot: int) -> None:
        """The engine was told to have `audio` in the place of the take (tag -1) or of a repetition: its layers at these gains."""
        if tag >= 0:
            if (repetition := self._repetitions.get(tag)) is not None:
                self._replaced = (take, tag, repetition.gains, repetition.slot)
                repetition.gains, repetition.slot = gains, slot
        elif take == self.take:
            self._replaced = (take, tag, self._held.get(take, gains), self.buffer(take))
            self._held[take], self._buffer = gains, (take, audio)

    def happened(self, event: Event, audio: np.ndarray | None = None) -> None:
        """The engine tells something of this loop.

        Parameters
        ----------
        event : Event
        audio : ndarray (frames, channels) float32, optional
            With a TAKE event, what it is; kept, and not to be written to.
        """
        kind = event.kind
        if kind == EventKind.HISTORY:
            self._on_history(event)
        elif kind == EventKind.TAKE:
            self._on_take(event, audio)
        elif kind == EventKind.KEPT:
            self._on_kept(event)
        elif kind == EventKind.OBEYED and event.index in (CommandKind.LOAD, CommandKind.RESHAPE, CommandKind.REMIX):
            self._loading = self._expected.pop(event.slot, None)
        elif kind == EventKind.SWAPPED and (coming := self._repetitions.get(event.tag)) is not None:
            coming.slot, coming.void = event.slot, False
            self._repetitions.move_to_end(event.tag)
        elif kind == EventKind.IGNORED and event.index in (CommandKind.LOAD, CommandKind.RESHAPE, CommandKind.REMIX):
            self._loading = None
            if event.index == CommandKind.REMIX:
                self._put_back(event.value == Reason.BAD_VALUE)

    def _on_history(self, event: Event) -> None:
        version, undo, redo = event.take, event.index, round(event.value)
        if version not in self._history:
            if version not in self._line(self.take):  # the first recording, brought back after undo had forgotten it, comes from nothing
                self._parents[version] = self.take
            if event.late:
                self._put_aside(self._history[self._at])
            before = self._history[: self._at] if event.late else self._history[: self._at + 1]
            after = self._history[self._at + 1 :] if event.late else []  # late: in the place of the one in force
            self._history = [*before, version, *after]
            if self._loading is not None:
                self._known[version], self._held[version] = self._loading
                self._loading = None
        forgotten = len(self._history) > undo + redo + 1
        self._history = self._history[-(undo + redo + 1) :]
        self._at = min(undo, len(self._history) - 1)
        self.take = version
        for kept in (self._known, self._held, self._parents):
            for gone in [known for known in kept if known not in self._history]:
                del kept[gone]
        if forgotten:
            self._merge()

    def _line(self, take: int) -> Iterator[int]:
        """A take, the one before it, and so on."""
        yield take
        while take in self._parents:
            take = self._parents[take]
            yield take

    def _put_aside(self, version: int) -> None:
        """Another shape of a take is in its place from now on: its layers are known again when its own shape is."""
        consists, buffer = self._known.get(version), self.buffer(version)
        if consists is not None and buffer is not None and len(consists.layers) > 1:
            self._aside = (buffer, consists, self._held[version])

    def _merge(self) -> None:
        """Overdubs that undo no longer parts become one, as they sound: layers take no more memory than what can be undone."""
        oldest = next((self._known[version] for version in self._history if version in self._known), None)
        if oldest is None or len(oldest.layers) < 3:
            return
        old = oldest.layers[1:]
        gains = tuple(layer.gain for layer in old)
        parts = [(layer.audio, gain) for layer, gain in zip(old, gains, strict=True)]
        made = Layer(mix(parts, oldest.length), vary=all(layer.vary for layer in old))
        for version, consists in self._known.items():
            if consists.layers[1 : 1 + len(old)] == old:
                layers = (consists.layers[0], made, *consists.layers[1 + len(old) :])
                self._known[version] = Consists(consists.length, layers, consists.cycle)
                held = self._held[version]
                at = 1.0 if held[1 : 1 + len(old)] == gains else -1.0  # -1: at no level of it, so it will be mixed anew
                self._held[version] = (held[0], at, *held[1 + len(old) :])

    def _on_take(self, event: Event, audio: np.ndarray | None) -> None:
        if audio is None:
            self._buffer = None
            self._parents.pop(event.take, None)  # an empty loop, which comes from nothing
            return
        self._know(event.take, audio, bool(event.late))
        self._buffer = (event.take, audio)

    def _know(self, version: int, audio: np.ndarray, laid_on: bool) -> None:
        """Find out what a take consists of, and at which gains, and of those before it what is not known either."""
        if version in self._known:
            return
        parent = self._parents.get(version, 0)
        if laid_on and parent not in self._known and (found := self._look(parent)) is not None:
            self._know(parent, *found)
            self._buffer = (parent, found[0])
        layers, gains, cycle = (Layer(audio, vary=True),), (1.0,), 0
        under = self._known.get(parent) if laid_on else None
        if under is not None and len(audio) % under.length == 0:
            gains = self._held[parent]
            before = found if (found := self.buffer(parent)) is not None else under.audio(gains)
            laid = (audio.reshape(-1, *before.shape) - before).reshape(audio.shape)
            layers, cycle = under.layers, under.length if len(audio) > under.length else 0
            if laid.any():
                layers, gains = (*layers, Layer(laid)), (*gains, 1.0)
        self._known[version], self._held[version] = Consists(len(audio), layers, cycle), gains
        if self._aside is not None and not laid_on and np.array_equal(audio, self._aside[0]):
            _, self._known[version], self._held[version] = self._aside

    def _on_kept(self, event: Event) -> None:
        repetition = self._repetitions.get(event.tag)
        under = self._known.get(self._parents.get(event.take, 0))
        if repetition is None or under is None or event.slot != repetition.slot or not repetition.fits(under):
            return  # a blend, or what has decayed: it is told as any take is
        layers, self._held[event.take] = repetition.kept(under)
        self._known[event.take] = Consists(under.length, layers)
        # An overdub that begins at once has the engine never tell this take: it is the repetition, sample for sample.
        self._buffer = (event.take, repetition.audio(under, repetition.gains))

    def _put_back(self, unknown: bool) -> None:
        """The engine has refused what `remixed` has told; perhaps since it knows of no such repetition."""
        if self._replaced is None:
            return
        (take, tag, gains, before), self._replaced = self._replaced, None
        repetition = self._repetitions.get(tag)
        if repetition is not None:
            repetition.gains, repetition.slot, repetition.void = gains, before, unknown
        elif take in self._held and tag < 0:
            self._held[take] = gains
            self._buffer = None if before is None else (take, before)
