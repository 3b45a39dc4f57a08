"""Every loop is varied: what the vamper is told of each, and what it makes on its way to the engine.

The vamper's takes have serials of their own. The engine numbers every state of a loop; whether two states are the same take
for the model, because only what lies on top of it is another, `told_audio` says.

Threads: `step` and what happens to a loop belong to the conductor's. `offer`, `progressed` and `learned` are called by the
vamper's. Anybody may ask `where` a serial belongs.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
from collections.abc import Callable, Hashable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.control.bus import Notice
from unloop_py.engine.messages import Command, CommandKind, Flag
from unloop_py.errors import EngineBusy
from unloop_py.generator.spec import Prompt, Take, Variation, VariationRequest
from unloop_py.session.beside import Besides
from unloop_py.session.lending import send_audio
from unloop_py.units import seconds_to_frames
from unloop_py.vamper.knobs import Knobs, VaryMode
from unloop_py.vamper.seeds import derive_seed
from unloop_py.vamper.together import Together

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus
    from unloop_py.vamper.request import Offer
    from unloop_py.vamper.vamper import Vamper

THE_TAKE = -1  # the engine's tag for a pass that plays the take
_PROMPT_NAMES = tuple(field.name for field in fields(Prompt))

ToldAudio = Callable[[int, int, np.ndarray], tuple[Hashable, np.ndarray | None]]
Finished = Callable[[int, int, int, Variation], Variation | None]


class Varying:
    """Keeps the vamper in step with every loop.

    Parameters
    ----------
    bus : SessionBus

    Attributes
    ----------
    vamper : Vamper or None
        None with the generator off.
    told_audio : callable
        Given a loop, the engine's version of its take and the audio (frames, channels) float32: a key, and the audio that
        the model is told, None where nothing varies. The same key is the same take: nothing that was made of it is void.
        Conductor's thread.
    finished : callable
        Given a loop, the engine's version of its take, a tag and a repetition as the model made it: what is offered under
        that tag, None for nothing, since it is wanted for something else. Vamper's thread.
    offered : callable
        Given each offer as the engine is about to have it, with the engine's version of its take. Vamper's thread.
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus
        self._engine = bus.engine
        self.vamper: Vamper | None = None
        self.told_audio: ToldAudio = lambda loop, version, audio: (version, audio)
        self.finished: Finished = lambda loop, version, tag, variation: variation
        self.offered: Callable[[Offer], None] = lambda offer: None
        self._numbers = itertools.count(1)
        self._serials: dict[tuple[int, Hashable], int] = {}
        self._places: dict[int, tuple[int, int]] = {}               # serial: loop, newest version of the engine
        self._now: list[int | None] = [None] * self._engine.capacity  # serial of the take that plays
        self._generating = [True] * self._engine.capacity
        self._knobs: list[Knobs | None] = [None] * self._engine.capacity
        self._expected = [1] * self._engine.capacity
        self._selected = 0
        self._melts: dict[tuple[int, int], VariationRequest] = {}   # loop, tag: offers that melt something
        self._besides = Besides(bus)
        self._seed = secrets.randbits(48) + 1

    def serial_of(self, loop: int, key: Hashable) -> int:
        """The vamper's number of a take; a new one for a key that was not seen before. Conductor's thread."""
        if (loop, key) not in self._serials:
            self._serials[loop, key] = next(self._numbers)
        return self._serials[loop, key]

    def where(self, serial: int) -> tuple[int, int]:
        """The loop and the engine's newest version of a take, by its serial."""
        return self._places[serial]

    # The vamper's thread.

    def offer(self, offer: Offer) -> None:
        """Hand a complete repetition to the engine, which swaps to it at the next seam. Raises UnloopError."""
        loop, version = self.where(offer.take)
        variation = offer.variation
        if variation is not None:
            if variation.audio.shape[1] < self._engine.channels:  # of a loop of one channel
                variation = replace(variation, audio=np.repeat(variation.audio, self._engine.channels, axis=1))
            variation = self.finished(loop, version, offer.tag, variation)
            if variation is None:
                return
        self.offered(replace(offer, take=version, variation=variation))
        self._bus.sounding.offered(loop, version, offer.tag, None if variation is None else variation.mask)
        if variation is not None and variation.request.melt and not offer.force:
            self._melts[loop, offer.tag] = variation.request
        if variation is None:  # the take itself
            self._bus.send(Command(CommandKind.OFFER, loop, take=version, tag=offer.tag, correlation=1.0, force=offer.force))
            return
        command = Command(CommandKind.OFFER, loop, take=version, tag=offer.tag, correlation=variation.correlation, force=offer.force)
        send_audio(self._engine, self._bus.send, command, variation.audio)

    def progressed(self, loop: int, share: float) -> None:
        """Note how much of a loop's next repetition is made, 0..1."""
        self._bus.loops[loop].progress = share

    def learned(self, serial: int, share: float, gain: float) -> None:
        """Note how much of a take is learned, and by what share held-out parts of it have become better."""
        loop, version = self.where(serial)
        view = self._bus.loops[loop]
        if version == view.take_version:
            view.adapting, view.gain = share, gain
            self._bus.tell(Notice("adapting", loop, (float(share), float(gain))))

    # The conductor's thread.

    def step(self) -> None:
        """Tell the vamper what the player has moved since the last step, once, however much that was."""
        if self.vamper is None:
            return
        if (selected := self._bus.selected()) != self._selected:
            self._selected = selected
            self.vamper.select(selected)
        for loop in range(self._bus.n_loops):
            knobs = self._knobs_of(loop)
            if knobs != self._knobs[loop]:
                if knobs.beside is not None and (self._knobs[loop] is None or self._knobs[loop].beside is None):
                    self._say_if_deaf(loop)
                self._knobs[loop] = knobs
                self.vamper.knobs_changed(loop, knobs)
            if knobs.expected != self._expected[loop]:
                with contextlib.suppress(EngineBusy):  # told again at the next step
                    self._bus.send(Command(CommandKind.EXPECT, loop, value=float(knobs.expected)))
                    self._expected[loop] = knobs.expected

    def take_changed(self, loop: int, version: int, audio: np.ndarray | None, new_loop: bool) -> Take | None:
        """Another state of a loop sounds, None when it is empty; the take that the model is told of."""
        take = None
        self._besides.take_changed(loop, version, audio)
        if audio is not None:
            key, audio = self.told_audio(loop, version, audio)
        if audio is not None:
            if self._bus.store.get(loop, "channels") == 1:
                audio = audio.mean(axis=1, keepdims=True, dtype=np.float32)
            take = Take(self.serial_of(loop, key), audio, self._bus.sample_rate)
            self._places[take.version] = loop, version
        same, self._now[loop] = take is not None and take.version == self._now[loop], None if take is None else take.version
        if self.vamper is None:
            return take
        if same:
            self.vamper.offer_again(loop)  # what was given back was not meant
        else:
            self.vamper.take_changed(loop, take, new_loop)
        # A new loop's first pass is the take: one can call it back, and from here on count seams.
        self.seam(loop, THE_TAKE if take is not None and new_loop else None)
        return take

    def state_changed(self, loop: int, flags: Flag, unlocked: bool) -> None:
        """The loop does something else, or its switches have moved. It rests while nothing that is made can be heard."""
        if self.vamper is None:
            return
        generating = bool(flags & Flag.GENERATE) and not flags & Flag.BACK and loop < self._bus.n_loops  # not one that was deleted
        if generating != self._generating[loop] or unlocked:  # told again, it offers what the lock refused
            self._generating[loop] = generating
            self.vamper.generate(loop, generating)
        self.seam(loop)

    def swapped(self, loop: int, tag: int) -> None:
        """An offer came in: what melts in it has melted."""
        if self.vamper is not None:
            self.vamper.swapped(loop, tag)
            self._bus.marking.sounds(loop, self._melts.get((loop, tag)))
            for key in [key for key in list(self._melts) if key[0] == loop and key[1] <= tag]:
                self._melts.pop(key, None)

    def seam(self, loop: int, tag: int | None = None) -> None:
        """Tell when the next seam comes; `tag` is what sounds from one that was passed just now."""
        if self.vamper is None:
            return
        status = self._engine.status(loop)
        fade_s = float(self._bus.store.get(loop, "seam_ms")) / 1000.0
        self.vamper.seam(
            loop,
            now_frame=status.frame,
            next_seam_frame=status.next_seam_frame,
            sample_rate=self._bus.sample_rate,
            fade_frames=min(seconds_to_frames(fade_s, self._bus.sample_rate), status.length_frames // 4),
            repetition=status.repetition,
            tag=tag,
            clock=self._clock(loop, status.next_seam_frame),
        )

    def _knobs_of(self, loop: int) -> Knobs:
        values = self._bus.store.snapshot(loop)
        prompt = Prompt(**{name: values[name] for name in _PROMPT_NAMES})
        melt, guard = self._bus.marking.asked(loop)
        return Knobs(prompt, int(values["steps"]), int(values["seed"]), bool(values["adapt"]), melt, guard, self._together(loop),
                     VaryMode(int(values["vary_mode"])), int(values["vary_every"]), float(values["drift_limit"]),
                     self._bus.loops[loop].form, self._besides.of(loop))

    def _say_if_deaf(self, loop: int) -> None:
        """Tell a player who varies a loop against another if the model cannot hear it."""
        facts = self.vamper.facts
        if facts and not facts.get("hears"):
            text = f"against: the model {self._bus.model()} hears its own loop alone, and varies it as before; `small` hears others"
            self._bus.tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/against", text)))

    def _together(self, loop: int) -> Together | None:
        """What a loop keeps in common with its group, whose seed is that of its first loop that has one."""
        store = self._bus.store
        share, group = float(store.get(loop, "vary_together")), int(store.get(loop, "group"))
        if not (share and group):
            return None
        members = (other for other in range(self._bus.n_loops) if store.get(other, "group") == group)
        seed = next((int(seed) for other in members if (seed := store.get(other, "seed"))), self._seed)
        return Together(derive_seed(seed, group), share)

    def _clock(self, loop: int, next_seam_frame: int) -> tuple[float, float] | None:
        """The beat of the common clock at a loop's next seam, and how many of its beats the loop lasts, at its own speed only."""
        status = self._engine.status(loop)
        if next_seam_frame < 0 or status.flags & Flag.REVERSED or self._bus.store.get(loop, "speed") != 1.0:
            return None
        line = self._bus.moments.beats(next_seam_frame)
        return None if line is None else (line.beat_at(next_seam_frame), status.length_frames / line.frames_per_beat)
