"""What one visitor of the page has on it: his take, those before it, and the variations that were made last.

Sounds lie as files in a folder of his own, which goes when he does; in memory there are their outlines alone.
"""

from __future__ import annotations

import json
import math
import re
import secrets
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py import __version__
from unloop_py.audio_io.wav import read_audio, write_audio
from unloop_py.beats.aubio_tracker import AubioTracker
from unloop_py.beats.grid import BeatGrid, Onset
from unloop_py.control.parameters import by_name
from unloop_py.errors import AudioFileError, CommandError
from unloop_py.generator.request_masks import masks_of
from unloop_py.generator.spec import Cancelled, Take, Variation, VariationRequest
from unloop_py.serve.page_pictures import outline_of
from unloop_py.serve.page_sounds import Asked, Sound
from unloop_py.serve.service import Service
from unloop_py.serve.wire import WireError

MOST_TAKES = 16
"""The take, and those before it that can be gone back to."""
LONGEST_TITLE = 40
NO_LOOP_CURE = "drop one, record one, or take one of those that are made here"
HIGHEST_SEED = int(by_name("seed").maximum)

Progress = Callable[[int, float], None]
"""Which variation is being made, from 0, and the share of it that is done, 0..1."""


@dataclass(frozen=True, eq=False, slots=True)
class _Outlined:
    """As much of a prepared take as masks are made from."""

    codes: np.ndarray
    length_steps: float
    grid: BeatGrid | None
    onsets: tuple[Onset, ...]
    take: Take


@dataclass(frozen=True, eq=False, slots=True)
class _Prepared:
    """A take as the service holds it for a model."""

    sound: Sound
    model: str
    handle: str
    outlined: _Outlined
    step_rate: float
    codec: str


class Visit:
    """One visitor. Any thread; what asks the model waits for it.

    Parameters
    ----------
    service : Service
    folder : Path
        His own; made here.
    """

    def __init__(self, service: Service, folder: Path) -> None:
        self._service, self._folder = service, folder
        self._lock = threading.RLock()                 # of the takes, and of what is prepared of the last
        self._prepared: _Prepared | None = None
        self._drawn = _new_seed()                      # comes next where none is asked for
        self._last = 0                                 # came last
        self._under_way: threading.Event | None = None
        self._closed = False
        self.takes: list[Sound] = []
        self.variations: list[Sound] = []
        self.bundle: Path | None = None                # all of them in one file
        folder.mkdir(parents=True, mode=0o700)

    @property
    def take(self) -> Sound | None:
        """What is varied."""
        return self.takes[-1] if self.takes else None

    # The take.

    def load(self, audio: np.ndarray, sample_rate: int, title: str, model: str = "") -> None:
        """Make a sound, float32 (frames, channels), the take.

        Raises
        ------
        UnloopError
            It is silent, too long or too short. What was there is still there.
        """
        title = _plain(title)
        with self._lock:
            try:
                sound = self._write(title, audio, sample_rate, self._new_folder())
                self._become(sound, self._prepare(sound, model))
            finally:
                self._sweep()

    def use(self, place: int, model: str = "") -> None:
        """Make a variation, by its place in the list, the take. Raises CommandError where there is none."""
        with self._lock:
            if not 0 <= place < len(self.variations):
                raise CommandError("that variation is not there any more: make new ones")
            sound = self.variations[place]
            self._become(sound, self._prepare(sound, model))
            self._sweep()

    def back(self) -> bool:
        """Go back to the take before; False where there is none."""
        with self._lock:
            if len(self.takes) < 2:
                return False
            self.takes.pop()
            self._forget()
            self._sweep()
            return True

    def _become(self, sound: Sound, prepared: _Prepared) -> None:
        self._forget()
        self._prepared = prepared
        self.takes = [*self.takes[-(MOST_TAKES - 1):], sound]

    def _ready(self, model: str) -> _Prepared:
        """The take as the service holds it for a model. Raises UnloopError."""
        with self._lock:
            if self.take is None:
                raise CommandError(f"there is no loop yet: {NO_LOOP_CURE}")
            if self._prepared is None or self._prepared.model != model:
                made = self._prepare(self.take, model)
                self._forget()
                self._prepared = made
            return self._prepared

    def _prepare(self, sound: Sound, model: str) -> _Prepared:
        audio, rate = read_audio(sound.path)
        facts = self._service.shelf.get(model or None).facts
        codec = str(facts.get("codec", ""))
        handle, prepared = self._service.prepare(audio, rate, model=model or None, codes=sound.codes if sound.codec == codec else None)
        if prepared.silent:
            self._service.forget(handle)
            raise AudioFileError(f"{sound.title} is silent: nothing in it is above -60 dBFS, and silence has no variations")
        onsets = getattr(prepared, "onsets", None)
        if onsets is None:                             # of a take in another process only the grid is told
            onsets = AubioTracker().onsets(audio, rate)
        step_rate = facts["sample_rate"] / facts["hop_length"]
        length_steps = len(audio) * step_rate / rate
        shape = facts["n_codebooks"], math.ceil(length_steps)
        outlined = _Outlined(np.zeros(shape, np.int16), length_steps, prepared.grid, tuple(onsets), Take(0, audio[:0], rate))
        return _Prepared(sound, model, handle, outlined, step_rate, codec)

    def _forget(self) -> None:
        if self._prepared is not None:
            self._service.forget(self._prepared.handle)
            self._prepared = None

    # Its variations.

    def seed_for(self, asked: Asked) -> int:
        """The seed of the first variation that would be made now."""
        return asked.seed or (asked.prompt.seed_lock and self._last) or self._drawn

    def mask(self, asked: Asked) -> tuple[np.ndarray, tuple[str, ...]]:
        """Which tokens (n_codebooks, steps) the first variation that would be made now makes new (1), and notes.

        Raises CommandError where there is no take.
        """
        ready = self._ready(asked.model)
        passes, notes = masks_of(ready.outlined, VariationRequest(0, 1, self.seed_for(asked), asked.prompt), ready.step_rate)
        return passes.max(axis=0), notes

    def begin(self) -> bool:
        """Say that variations are about to be made, so that `stop` stops them even before; False while some are being made."""
        with self._lock:
            if self._closed or self._under_way is not None:
                return False
            self._under_way = threading.Event()
            return True

    def stop(self) -> None:
        """Make no more of the variations that are under way. At once."""
        under_way = self._under_way
        if under_way is not None:
            under_way.set()

    def vary(self, asked: Asked, progress: Progress) -> Iterator[Sound]:
        """Make the variations that were begun, each in the place of one that there was, which stays until then.

        Raises
        ------
        UnloopError
            WireError of the kind "cancelled" when they were stopped.
        """
        stopped = self._under_way
        assert stopped is not None, "begin() comes first"
        ready, first = self._ready(asked.model), self.seed_for(asked)
        made, before = [], self.variations
        for place in range(asked.count):
            request = VariationRequest(0, place + 1, (first - 1 + place) % HIGHEST_SEED + 1, asked.prompt, asked.steps)
            ready, variation = self._varied(ready, request, lambda share, at=place: progress(at, share), stopped.is_set)
            with self._lock:
                if self._closed:
                    return
                folder = made[0].path.parent if made else self._new_folder()
                made = [*made, self._keep(ready, variation, place + 1, folder)]
                if place == 0:
                    self._last, self._drawn = first, _new_seed()
                last = place == asked.count - 1
                self.variations, self.bundle = made if last else [*made, *before[place + 1:]], _bundled(made) if last else None
                self._sweep()
            yield made[-1]

    def done(self) -> None:
        """Nothing is under way any more: `begin` may come again."""
        self._under_way = None

    def _varied(self, ready: _Prepared, request: VariationRequest, progress: Callable[[float], None],
                cancelled: Cancelled) -> tuple[_Prepared, Variation]:
        """A variation, of the take as it is held after that: the service may have let it go meanwhile."""
        if cancelled():
            raise WireError("cancelled", "stopped")
        try:
            return ready, self._service.vary(ready.handle, request, progress=progress, cancelled=cancelled)
        except WireError as error:
            if error.kind != "unknown take":
                raise
        with self._lock:
            again = self._prepare(ready.sound, ready.model)
            if self._prepared is None or self._prepared.sound is ready.sound:
                self._prepared = again
        return again, self._service.vary(again.handle, request, progress=progress, cancelled=cancelled)

    def _keep(self, ready: _Prepared, made: Variation, number: int, folder: Path) -> Sound:
        seed, rate = made.request.seed, ready.sound.sample_rate
        title = f"{ready.sound.title[:LONGEST_TITLE]} variation {number} seed {seed}"
        sound = self._write(title, made.audio, rate, folder, seed=seed, codes=made.codes, mask=made.mask, codec=ready.codec,
                            distance=made.distance, seconds=made.seconds, notes=made.notes)
        facts = {"unloop": __version__, "take": ready.sound.title, "model": ready.model, "number": number, "seed": seed,
                 "steps": made.request.sampling_steps, "prompt": made.request.prompt.to_dict(), "sample_rate": rate,
                 "frames": sound.frames, "channels": sound.channels, "notes": list(made.notes)}
        sound.facts_path.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        return sound

    # Files.

    def _write(self, title: str, audio: np.ndarray, sample_rate: int, folder: Path, **facts: Any) -> Sound:
        path = folder / f"{title}.wav"
        write_audio(path, audio, sample_rate)
        return Sound(title, path, sample_rate, *audio.shape, outline_of(audio), **facts)

    def _new_folder(self) -> Path:
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir()
        return folder

    def _sweep(self) -> None:
        """Delete what nobody can come back to."""
        kept = {sound.path.parent for sound in (*self.takes, *self.variations)}
        for folder in self._folder.iterdir():
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """The visitor is gone: nothing of his is kept. Twice does no harm."""
        self.stop()
        with self._lock:
            self._closed = True
            self._forget()
            self.takes, self.variations, self.bundle = [], [], None
            shutil.rmtree(self._folder, ignore_errors=True)


def _bundled(sounds: list[Sound]) -> Path:
    """One file with all of them in it, and how each was made."""
    bundle = sounds[0].path.parent / "variations.zip"
    with zipfile.ZipFile(bundle, "w") as file:
        for path in (path for sound in sounds for path in (sound.path, sound.facts_path)):
            file.write(path, path.name)
    return bundle


def _new_seed() -> int:
    return secrets.randbelow(HIGHEST_SEED) + 1


def _plain(title: str) -> str:
    """A title that can be a file's name on any system."""
    return re.sub(r"[^\w\-() ]+", "_", Path(title).stem).strip(" _")[:LONGEST_TITLE] or "loop"
