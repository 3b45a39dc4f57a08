"""A generator elsewhere, as one of this machine's: what the vamper's worker loads for ``--generator http://HOST:PORT``.

Where a model of this machine has the codec of the server's, tokens travel (`remote_tokens`). Otherwise sound does, as FLAC: the
take is sent once, and each variation comes back with its tokens.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.errors import ModelError
from unloop_py.generator.model_files import FILES, checked_model, list_models
from unloop_py.generator.spec import Cancelled, Progress, Take, Variation, VariationRequest
from unloop_py.serve import wire
from unloop_py.serve.address import host_of
from unloop_py.serve.asking import Asking
from unloop_py.serve.lines import DESCRIBE_S, Line, open_line
from unloop_py.serve.sound import read_sound, sound_document
from unloop_py.serve.wire import WireError
from unloop_py.vamper.deadline import Cost

if TYPE_CHECKING:
    from unloop_py.serve.remote_tokens import RemoteTokens

AHEAD = 1
"""Repetitions that lie ready beyond those of a local generator, so that one is always on its way while another waits for its seam."""
MOST_AT_ONCE = 4        # calls that are on their way
MOST_COST_S = 1e6
SERVERS_OWN = "default"
"""The name of whichever model a server has for those who name none."""


@dataclass(eq=False)
class RemoteTake:
    """The handle to a take that a server holds; see `spec.Generator.prepare`. What it came from is kept: the server may forget it.

    Attributes
    ----------
    shape : tuple of int
        Codebooks and steps of its tokens.
    place : list of str
        The name by which the server knows it, the last one.
    """

    take: Take
    codes: np.ndarray | None = field(repr=False)
    silent: bool
    grid: BeatGrid | None
    shape: tuple[int, int]
    place: list[str]

    @property
    def version(self) -> int:
        """The take's version."""
        return self.take.version


class RemoteGenerator:
    """Implements `spec.Generator` over a line, by sound. One thread at a time.

    Parameters
    ----------
    asking : Asking
    facts : dict
        What `checked_facts` gave.
    cost : Cost
        What the server says that its jobs take.
    """

    def __init__(self, asking: Asking, facts: dict[str, Any], cost: Cost) -> None:
        self._asking, self._facts, self.cost = asking, facts, cost
        self._left: list[list[str]] = []    # takes that nobody here has any more

    def describe(self) -> dict[str, Any]:
        """See `spec.Generator`."""
        return dict(self._facts)

    def due_in(self, seconds: float | None) -> None:
        """See `spec.Generator`."""
        self._asking.due_in(seconds)

    def close(self) -> None:
        """Let the server go."""
        self._asking.line.close()

    def prepare(self, take: Take, codes: np.ndarray | None = None) -> RemoteTake:
        """See `spec.Generator`."""
        self._forget()
        self._asking.due_in(None)
        done = self._sent(take, codes)
        grid = wire.read_grid(done.get("grid"))
        if grid is not None and (grid.length_frames, grid.sample_rate) != (len(take.audio), take.sample_rate):
            raise WireError("refused", f"the beats that came are those of a loop of {grid.length_frames} frames at {grid.sample_rate} Hz, "
                                       f"and this one has {len(take.audio)} at {take.sample_rate} Hz")
        steps = wire.whole_of({"steps": _second(done.get("shape"))}, "steps", 1, 10**7)
        prepared = RemoteTake(take, codes, done.get("silent") is True, grid, (self._facts["n_codebooks"], steps),
                              [wire.text_of(done, "take")])
        weakref.finalize(prepared, self._left.append, prepared.place)
        return prepared

    def vary(self, prepared: RemoteTake, request: VariationRequest, *, start: np.ndarray | None = None,
             progress: Progress | None = None, cancelled: Cancelled | None = None) -> Variation | None:
        """See `spec.Generator`."""
        if start is not None and start.shape != prepared.shape:
            raise ModelError(f"a variation begins from tokens of its own take, {prepared.shape}, got {start.shape}")
        made = self._made("vary", prepared, request, {"start": None if start is None else wire.pack(start)}, progress, cancelled)
        if made is not None and progress is not None:
            progress(1.0)
        return made

    def vary_many(self, prepared: RemoteTake, requests: Sequence[VariationRequest], *, start: np.ndarray | None = None,
                  progress: Progress | None = None, cancelled: Cancelled | None = None) -> list[Variation] | None:
        """See `spec.Generator`. All are on their way at once, so that the way is gone once; they are made one after the other there.

        Those for which that is too much at once are asked for again, one at a time.
        """
        told, shares = threading.Lock(), [0.0] * len(requests)

        def make(number: int) -> Variation | None:
            def report(share: float) -> None:
                with told:
                    shares[number] = share
                    if progress is not None:
                        progress(sum(shares) / len(shares))

            return self.vary(prepared, requests[number], start=start, progress=report, cancelled=cancelled)

        def make_at_once(number: int) -> Variation | WireError | None:
            try:
                return make(number)
            except WireError as error:
                if error.kind != "busy":
                    raise
                return error

        with ThreadPoolExecutor(MOST_AT_ONCE, "variation") as pool:
            tried = list(pool.map(make_at_once, range(len(requests))))
        made = [make(number) if isinstance(one, WireError) else one for number, one in enumerate(tried)]
        return None if any(one is None for one in made) else made

    def vary_from_codes(self, prepared: RemoteTake, codes: np.ndarray, request: VariationRequest) -> Variation:
        """See `spec.Generator`."""
        self._asking.due_in(None)
        made = self._made("remake", prepared, request, {"codes": wire.pack(codes.astype(np.int16))})
        assert made is not None, "nobody cancels it"
        return made

    def _sent(self, take: Take, codes: np.ndarray | None) -> dict[str, Any]:
        """A take given to the server."""
        audio = sound_document(take.audio, take.sample_rate)
        packed = None if codes is None else wire.pack(codes.astype(np.int16))
        done = self._asking.ask("prepare", {"audio": audio, "codes": packed})
        assert done is not None, "nobody cancels it"
        return done

    def _made(self, name: str, prepared: RemoteTake, request: VariationRequest, entries: dict[str, Any],
              progress: Progress | None = None, cancelled: Cancelled | None = None) -> Variation | None:
        """A variation asked for; a server that does not know the take (any more) is given it again."""
        asked = {"request": wire.request_document(request), **entries}
        try:
            done = self._asking.ask(name, {"take": prepared.place[-1], **asked}, progress=progress, cancelled=cancelled)
        except WireError as error:
            if error.kind != "unknown take":
                raise
            prepared.place[:] = [wire.text_of(self._sent(prepared.take, prepared.codes), "take")]
            done = self._asking.ask(name, {"take": prepared.place[-1], **asked}, progress=progress, cancelled=cancelled)
        return None if done is None else self._read(done, prepared, request)

    def _read(self, done: dict[str, Any], prepared: RemoteTake, request: VariationRequest) -> Variation:
        """A variation as it came, checked: of its take's length, rate and channels, each sample finite, each token one that there is."""
        document, take = done.get("variation"), prepared.take
        frames, channels = take.audio.shape
        sound = document.get("audio") if isinstance(document, dict) else None
        audio, rate = read_sound(sound, (frames + 0.5) / take.sample_rate)
        if audio.shape != take.audio.shape or rate != take.sample_rate:
            raise WireError("refused", f"the repetition that came has {audio.shape[0]} frames of {audio.shape[1]} channels at {rate} Hz, "
                                       f"and its take {frames} of {channels} at {take.sample_rate} Hz")
        if not np.isfinite(audio).all():
            raise WireError("refused", "some samples of the repetition that came are not finite")
        return wire.read_variation(document, request, audio, prepared.shape, self._facts["codebook_size"])

    def _forget(self) -> None:
        """Have the server forget takes that nobody here has any more."""
        while self._left:
            place = self._left.pop()[-1]
            try:
                self._asking.line.call("forget", wire.call_document(take=place), timeout_s=DESCRIBE_S)
            except WireError:
                return  # it forgets by itself when it needs the room


def _second(shape: Any) -> Any:
    return shape[1] if isinstance(shape, list) and len(shape) == 2 else None


def checked_facts(described: dict[str, Any], line_host: str) -> dict[str, Any]:
    """What a server says of its model, as far as it makes sense, and what its being elsewhere means to the planner.

    Raises WireError.
    """
    facts = described.get("facts")
    if not isinstance(facts, dict):
        raise WireError("refused", f"{line_host} says nothing of its model: is unloop's server there?")
    device = facts.get("device")
    return {
        "model": wire.text_of(facts, "model"),
        "codec": facts["codec"] if isinstance(facts.get("codec"), str) else "",
        "device": f"{device if isinstance(device, str) else '?':.40} of {line_host}",
        "sample_rate": wire.whole_of(facts, "sample_rate", 8000, 192000),
        "hop_length": wire.whole_of(facts, "hop_length", 1, 1 << 16),
        "n_codebooks": wire.whole_of(facts, "n_codebooks", 1, 256),
        "codebook_size": wire.whole_of(facts, "codebook_size", 2, 1 << 15),
        "ahead": AHEAD,
    }


def checked_cost(described: dict[str, Any]) -> Cost:
    """What a server says that jobs take there. Raises WireError."""
    cost = described.get("cost")
    named = cost if isinstance(cost, dict) else {}
    return Cost(**{one.name: float(wire.number_of(named, one.name, 0.0, MOST_COST_S)) for one in fields(Cost)})


def connect(url: str, token: str | None = None, ca: str | None = None, model: str | None = None, *, compute: str = "auto",
            threads: int | None = None, lora_scale: float | None = None, tokens: bool = True) -> RemoteGenerator | RemoteTokens:
    """The generator at an address: a factory for the vamper's worker. Some round trips, and a local model's time to load.

    Parameters
    ----------
    url : str
        Such as ``http://192.168.1.7:7860``.
    token : str, optional
        That the server showed.
    ca : str, optional
        A file of certificates to believe, for a server that signed its own.
    model : str, optional
        A name that the server knows; its own choice if not given.
    compute, threads, lora_scale
        Of the local model that encodes and decodes, see `vamp.load_generator`.
    tokens : bool
        False has sound travel although tokens could.

    Raises
    ------
    ParameterError
        An address that is none, a file of certificates that cannot be read.
    WireError
        It cannot be reached, wants another token, speaks another protocol, or has no such model.
    """
    line, described = open_line(url, token, ca)
    try:
        if model in (None, "", SERVERS_OWN):
            model = None
        else:
            described = line.call("describe", wire.call_document(model=model), timeout_s=DESCRIBE_S)
        return _generator(line, model, described, host_of(url), tokens, {"compute": compute, "threads": threads, "lora_scale": lora_scale})
    except BaseException:
        line.close()
        raise


def _generator(line: Line, model: str | None, described: dict[str, Any], host: str, tokens: bool,
               loading: dict[str, Any]) -> RemoteGenerator | RemoteTokens:
    facts = checked_facts(described, host)
    asking = Asking(line, model)
    here = _model_with(facts["codec"], facts["model"]) if tokens else None
    cost = checked_cost(described)
    if here is None:
        return RemoteGenerator(asking, facts, cost)

    from unloop_py.serve.remote_tokens import RemoteTokens  # loads torch, which sound does without

    return RemoteTokens.loaded(here, asking, facts, cost, described, **loading)


def _model_with(codec: str, name: str) -> str | None:
    """A model of this machine that has this codec; the one of that name comes first."""
    if not codec:
        return None
    for one in dict.fromkeys((name, *(listed.name for listed in list_models() if listed.state == "ok"))):
        try:
            if checked_model(one)[1].get("files", {}).get(FILES[0], {}).get("sha256") == codec:
                return one
        except ModelError:
            continue
    return None
