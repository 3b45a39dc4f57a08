"""What a server does with the documents of the wire, whichever door they came through: a generator, shared.

It has one model at work at a time, holds the takes that were sent, refuses at once what could not be made in time, and stops
what nobody waits for any more. It has neither a socket nor a queue: those are the door's.
"""

from __future__ import annotations

import itertools
import logging
import math
import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from unloop_py import __version__
from unloop_py.audio_io.wav import MIN_SECONDS, from_flac
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Cancelled, Progress, Take, Variation, VariationRequest
from unloop_py.serve import wire
from unloop_py.serve.early_stops import EarlyStops
from unloop_py.serve.shelf import Held, ModelShelf
from unloop_py.serve.sound import Decode, read_sound, sound_document
from unloop_py.serve.turns import OneAtATime, Turns
from unloop_py.serve.wire import WireError

log = logging.getLogger(__name__)

Work = Callable[[Mapping[str, Any], Progress, Cancelled], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may ask for, and what is held.

    Attributes
    ----------
    seconds : float
        The longest loop.
    batch : int
        Variations made at once.
    takes : int
        Takes held; the one that was not used for longest is let go first, and its owner sends it again.
    waiting : int
        Calls that may wait for the model.
    """

    seconds: float = 60.0
    batch: int = 16
    takes: int = 32
    waiting: int = 16


class Service:
    """Answers calls with a generator. Any thread.

    Parameters
    ----------
    shelf : ModelShelf
        The models that there are.
    limits : Limits, optional
    decode : callable, optional
        What unpacks the sound of a take, see `sound.Decode`.
    clock : callable, optional
        Seconds on any steady clock.
    turns : Turns, optional
        Who may use the models when; default one call after the other.
    """

    def __init__(self, shelf: ModelShelf, *, limits: Limits = Limits(), decode: Decode = from_flac,
                 clock: Callable[[], float] = time.monotonic, turns: Turns | None = None) -> None:
        self.shelf, self.limits = shelf, limits
        self._turns = turns or OneAtATime(limits.waiting, clock)
        self._decode, self._clock = decode, clock
        self._lock = threading.Lock()                   # of everything below, held for moments
        self._takes: OrderedDict[str, _Taken] = OrderedDict()
        self._jobs: dict[str, threading.Event] = {}
        self._stopped = EarlyStops()
        self._versions = itertools.count(1)
        self._ending = threading.Event()
        self._calls: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "describe": self._describe, "stop": self._stop, "forget": self._forget}
        self._work: dict[str, Work] = {
            "sample": self._sample, "prepare": self._prepare, "vary": self._vary, "remake": self._remake}

    def answer(self, name: str, document: Any) -> Iterator[dict[str, Any]]:
        """The documents that answer a call: see `wire`. A caller who goes away closes the iterator, which stops the work.

        ``describe``, ``stop`` and ``forget`` are answered at once; the others wait for the model.
        """
        try:
            checked = wire.check_protocol(document)
            if name in self._calls:
                yield wire.done_document(self._calls[name](checked))
            elif name in self._work:
                yield from self._streamed(self._work[name], checked)
            else:
                raise WireError("refused", f"no call is named {name!r:.40}; there are {', '.join([*self._calls, *self._work])}")
        except Exception as error:
            if not isinstance(error, UnloopError):
                log.exception("the call %s failed", name)
            yield wire.error_document(error)

    # Answered at once.

    def _describe(self, document: Mapping[str, Any]) -> dict[str, Any]:
        held = self._model(document)
        return {"protocol": wire.PROTOCOL, "version": __version__, "facts": held.facts, "cost": asdict(held.meter.cost),
                "models": self.shelf.listed(), "limits": asdict(self.limits)}

    def _stop(self, document: Mapping[str, Any]) -> dict[str, Any]:
        job = wire.text_of(document, "job")
        with self._lock:
            if (there := job in self._jobs):
                self._jobs[job].set()
            else:
                self._stopped.add(job)
        return {"stopped": there}

    def _forget(self, document: Mapping[str, Any]) -> dict[str, Any]:
        self.forget(wire.text_of(document, "take"))
        return {}

    # What the model does.

    def _sample(self, document: Mapping[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
        held = self._model(document)
        facts = held.facts
        if not hasattr(held.generator, "sample"):
            raise WireError("codec", f"the model {held.name} makes no tokens for others: send the sound")
        if (theirs := document.get("codec")) != facts.get("codec"):
            raise WireError("codec", f"the tokens are of another codec, {str(theirs)[:12]!r}, than the model {held.name}'s, "
                                     f"{str(facts.get('codec'))[:12]!r}: send the sound")
        most_steps = held.shape_of(int(self.limits.seconds * facts["sample_rate"]), facts["sample_rate"])[1]
        job = wire.read_token_job(document, n_codebooks=facts["n_codebooks"], codebook_size=facts["codebook_size"],
                                  most_steps=most_steps, most_batch=self.limits.batch)
        batch, rounds, _, steps = job.passes.shape
        audio_s = batch * steps * facts["hop_length"] / facts["sample_rate"]
        began = self._clock()
        with self._turns.turn(wire.within_of(document), held, (audio_s, job.sampling_steps, rounds), cancelled):
            codes = held.generator.sample(job, progress, cancelled)
        return {"codes": wire.pack(_made(codes)), "seconds": self._clock() - began}

    def _prepare(self, document: Mapping[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
        audio, rate = read_sound(document.get("audio"), self.limits.seconds, self._decode)
        held = self._model(document)
        codes = self._tokens(document, "codes", held, held.shape_of(len(audio), rate))  # of a variation that its player kept
        handle, prepared = self.prepare(audio, rate, model=held.name, codes=codes, cancelled=cancelled, within_s=wire.within_of(document))
        return {"take": handle, "silent": bool(prepared.silent), "grid": wire.grid_document(prepared.grid),
                "shape": list(held.shape_of(len(audio), rate))}

    def _vary(self, document: Mapping[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
        handle = wire.text_of(document, "take")
        held, taken = self._taken(handle)
        request = wire.read_request(document.get("request"), taken.prepared.version)
        start = self._tokens(document, "start", held, held.shape_of(taken.frames, taken.sample_rate))
        made = self.vary(handle, request, start=start, progress=progress, cancelled=cancelled, within_s=wire.within_of(document))
        return {"variation": wire.variation_document(made, sound_document(made.audio, taken.sample_rate))}

    def _remake(self, document: Mapping[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
        held, taken = self._taken(wire.text_of(document, "take"))
        request = wire.read_request(document.get("request"), taken.prepared.version)
        codes = self._tokens(document, "codes", held, held.shape_of(taken.frames, taken.sample_rate))
        if codes is None:
            raise WireError("refused", "remake needs the codes of the variation that is to be made again")
        with self._turns.turn(wire.within_of(document), held, (taken.frames / taken.sample_rate, 0, 1), cancelled):
            made = held.generator.vary_from_codes(taken.prepared, codes, request)
        return {"variation": wire.variation_document(made, sound_document(made.audio, taken.sample_rate))}

    def stop_all(self) -> None:
        """Stop what is under way, and whatever comes still: the server ends."""
        self._ending.set()
        with self._lock:
            for job in self._jobs.values():
                job.set()

    # The same for those who are in this process. Any thread; each waits for the model.

    def prepare(self, audio: np.ndarray, sample_rate: int, *, model: str | None = None, codes: np.ndarray | None = None,
                cancelled: Cancelled = lambda: False, within_s: float = math.inf) -> tuple[str, Any]:
        """Hold a take, float32 (frames, channels); the handle that `vary` knows it by, and what the generator made of it.

        Raises WireError: too short or too long, no such model, too many wait.
        """
        held = self.shelf.get(model)
        seconds = len(audio) / sample_rate
        if not MIN_SECONDS <= seconds <= self.limits.seconds:
            raise WireError("refused", f"a loop lasts {MIN_SECONDS:g}..{self.limits.seconds:g} s, and this one {seconds:.3f} s")
        take = Take(next(self._versions), audio, sample_rate)
        with self._turns.turn(within_s, held, (seconds, 0, 1), self._or_ending(cancelled)):
            prepared = held.generator.prepare(take, codes)
        handle = secrets.token_urlsafe(18)
        with self._lock:
            self._takes[handle] = _Taken(held.name, prepared, len(audio), sample_rate)
            while len(self._takes) > self.limits.takes:
                self._takes.popitem(last=False)
        return handle, prepared

    def vary(self, handle: str, request: VariationRequest, *, start: np.ndarray | None = None, progress: Progress | None = None,
             cancelled: Cancelled = lambda: False, within_s: float = math.inf) -> Variation:
        """Make a variation of a take that is held. Raises WireError: cancelled, late, busy, or the take is held no longer."""
        held, taken = self._taken(handle)
        request = replace(request, take_version=taken.prepared.version)
        size = (taken.frames / taken.sample_rate, request.sampling_steps, request.prompt.feedback_steps)
        cancelled = self._or_ending(cancelled)
        with self._turns.turn(within_s, held, size, cancelled):
            return _made(held.generator.vary(taken.prepared, request, start=start, progress=progress, cancelled=cancelled))

    def forget(self, handle: str) -> None:
        """Hold a take no longer."""
        with self._lock:
            self._takes.pop(handle, None)

    def _or_ending(self, cancelled: Cancelled) -> Cancelled:
        return lambda: cancelled() or self._ending.is_set()

    def _model(self, document: Mapping[str, Any]) -> Held:
        return self.shelf.get(None if document.get("model") is None else wire.text_of(document, "model"))

    def _taken(self, handle: str) -> tuple[Held, _Taken]:
        """A take that is held, and the model that it was prepared for, which may have been let go and loaded again since."""
        with self._lock:
            taken = self._takes.get(handle)
            if taken is not None:
                self._takes.move_to_end(handle)
        if taken is None:
            raise WireError("unknown take", "this take is not held here (any more): prepare it again")
        return self.shelf.get(taken.model), taken

    def _tokens(self, document: Mapping[str, Any], name: str, held: Held, shape: tuple[int, int]) -> np.ndarray | None:
        tokens = document.get(name)
        if tokens is None:
            return None
        return wire.unpack(tokens, name, np.int16, shape, shape[0] * shape[1], held.facts["codebook_size"])

    def _streamed(self, work: Work, document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The work's documents, done on a thread of its own; it stops when nobody takes them any more."""
        job = wire.text_of(document, "job") if "job" in document else secrets.token_hex(8)
        stopped = threading.Event()
        with self._lock:
            if job in self._jobs:
                raise WireError("refused", f"the job {job:.40} is under way already: give each a name of its own")
            self._jobs[job] = stopped
            if self._stopped.take(job) or self._ending.is_set():
                stopped.set()
        told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

        def do() -> None:
            try:
                answer = wire.done_document(work(document, lambda share: told.put({"progress": float(share)}), stopped.is_set))
            except Exception as error:
                if not isinstance(error, UnloopError):
                    log.exception("a call failed")
                answer = wire.error_document(error)
            told.put(answer)

        threading.Thread(target=do, name=f"call {job:.20}", daemon=True).start()
        try:
            while "progress" in (said := told.get()):
                yield said
            yield said
        finally:
            stopped.set()
            with self._lock:
                del self._jobs[job]


@dataclass(frozen=True, eq=False, slots=True)
class _Taken:
    model: str
    prepared: Any
    frames: int
    sample_rate: int


def _made(something: Any) -> Any:
    """What a generator made; it makes nothing where it was stopped."""
    if something is None:
        raise WireError("cancelled", "stopped")
    return something
