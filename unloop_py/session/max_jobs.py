"""The work behind unloop for Max's dialect: files in, variations by the model that plays, files out.

It is done by the same worker that varies the loops, in the time that they leave (`vamper.guests`): another process would take its memory
again. Threads: `ask`, `cancel` and `clean_up` are called on the dialect's and return at once; files are read and written on one of our
own, in the order in which they came; the vamper's thread only hands over.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import queue
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.audio_io.wav import MIN_SECONDS, audio_facts, read_audio, write_audio
from unloop_py.control.max_dialect import (
    CANCELLED,
    DEFAULT_MODEL,
    FINISHED,
    IN_QUEUE,
    NOTHING_ELSE,
    PROCESSING,
    STARTING,
    VARIATIONS,
    Wanted,
)
from unloop_py.errors import AudioFileError, CommandError, UnloopError
from unloop_py.generator.spec import Prompt, Take, Variation, VariationRequest
from unloop_py.vamper.guests import Guest, guests_take_version
from unloop_py.vamper.seeds import derive_seed

if TYPE_CHECKING:
    from unloop_py.osc.max_dialect import Answers
    from unloop_py.session.bus import SessionBus

log = logging.getLogger(__name__)

MAX_WAITING = 32
MAX_FILES = 256         # answered and not cleaned up: then the oldest go
MAX_FILE_S = 600.0
MAX_LOOP_S = 60.0
SILENT = 1e-4           # peak, under which there is nothing to vary


@dataclass(eq=False, slots=True)
class _Job:
    wanted: Wanted
    audio: np.ndarray       # (frames,) of the whole file, one channel; empty until it was read
    sample_rate: int = 0
    guest: Guest | None = None
    dropped: bool = False


class MaxJobs:
    """Makes what the patches want. Implements `osc.max_dialect.Work`.

    Parameters
    ----------
    bus : SessionBus
        Its vamper does the work; its loops come first.
    folder : callable
        Makes a folder for the answers and returns its path; raises OSError.
    """

    def __init__(
        self, bus: SessionBus, folder: Callable[[], str] = functools.partial(tempfile.mkdtemp, prefix="unloop-max-")
    ) -> None:
        self._bus = bus
        self._lent: tuple[str, str] | None = None   # the model that played before a patch asked for another, and that one
        self._make_folder = folder
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._jobs: list[_Job] = []             # that are not done, in their order
        self._written: dict[str, Path] = {}     # answered and not cleaned up, the oldest first
        self._numbers = 0
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._answers: Answers | None = None
        self._thread = threading.Thread(target=self._work, name="files for Max", daemon=True)

    def start(self, answers: Answers) -> None:
        """Begin; what is done is told to `answers`."""
        self._answers = answers
        self._thread.start()

    def stop(self) -> None:
        """Drop what is under way, and delete what nobody has cleaned up."""
        with self._lock:
            jobs, self._jobs = self._jobs, []
        for job in jobs:
            self._drop(job)
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    # The dialect's thread.

    def ask(self, wanted: Wanted) -> None:
        """Have something made. What has the same id or is of the same file, and is not done, is dropped: nobody waits for it."""
        if self._bus.vamper is None:
            raise CommandError("/process: the generator is off; start with --generator local")
        with self._lock:
            older = [job for job in self._jobs if job.wanted.query_id == wanted.query_id or job.wanted.path == wanted.path]
            if len(self._jobs) - len(older) >= MAX_WAITING:
                raise CommandError(f"/process {wanted.query_id}: {MAX_WAITING} wait already: wait for their answers first")
            job = _Job(wanted, np.empty(0, np.float32))
            self._jobs = [one for one in self._jobs if one not in older] + [job]
        for one in older:
            self._drop(one)
            if one.wanted.query_id != wanted.query_id:
                self._answers.progress(one.wanted.query_id, CANCELLED)
        self._answers.progress(wanted.query_id, STARTING)
        self._inbox.put(lambda: self._guarded(job, self._begin))

    def cancel(self, query_id: int) -> None:
        """Drop what has this id. Raises CommandError where nothing has."""
        with self._lock:
            job = next((job for job in self._jobs if job.wanted.query_id == query_id), None)
            if job is None:
                raise CommandError(f"/cancel: nothing that is under way has the id {query_id}")
            self._jobs.remove(job)
        self._drop(job)
        self._answers.progress(query_id, CANCELLED)

    def clean_up(self, path: str) -> None:
        """Delete a file that was answered. Raises CommandError for every other."""
        with self._lock:
            file = self._written.pop(path, None)
        if file is None:
            raise CommandError(f"/cleanup: {path[:200]} is no file that unloop wrote, so it stays")
        self._inbox.put(lambda: _unlink(file))

    # Our own thread.

    def _work(self) -> None:
        while (act := self._inbox.get()) is not None:
            act()

    def _guarded(self, job: _Job, act: Callable[[_Job], None]) -> None:
        if job.dropped:
            return
        try:
            act(job)
        except UnloopError as error:
            self._failed(job, str(error))
        except OSError as error:
            self._failed(job, f"{job.wanted.path} cannot be read: {error.strerror or error}")
        except Exception as error:  # this thread serves those who come after, too
            log.exception("unloop for Max: %s", job.wanted.path)
            self._failed(job, f"{type(error).__name__}: {error}")

    def _begin(self, job: _Job) -> None:
        """Read the file, and have the loop at its beginning varied."""
        wanted, vamper = job.wanted, self._bus.vamper
        path = Path(wanted.path)
        if path.is_file() and path.stat().st_size and (lasts_s := audio_facts(path).seconds) > MAX_FILE_S:
            raise AudioFileError(f"{path} lasts {lasts_s:.0f} s: at most {MAX_FILE_S:g} s are read")
        audio, job.sample_rate = read_audio(path)
        job.audio = audio.mean(axis=1, dtype=np.float32)
        frames = min(len(job.audio), round(wanted.loop_s * job.sample_rate))
        seconds = frames / job.sample_rate
        if not MIN_SECONDS <= seconds <= MAX_LOOP_S:
            raise CommandError(f"/process {wanted.query_id}: a loop lasts {MIN_SECONDS:g}..{MAX_LOOP_S:g} s, and this one {seconds:.3f} s")
        if frames < round(wanted.loop_s * job.sample_rate):
            self._answers.log(f"{wanted.path} lasts {seconds:.3f} s, less than looplength_ms says: all of it is the loop")
        if np.abs(job.audio[:frames]).max() < SILENT:
            self._answers.log(f"{wanted.path} is silent, so there is nothing to vary: it comes back as it is")
            self._write(job, (job.audio[:frames],) * VARIATIONS)
            return
        self._choose_model(wanted.model)
        take = Take(guests_take_version(), np.ascontiguousarray(job.audio[:frames, None]), job.sample_rate)
        seed = int(wanted.values["seed"]) or secrets.randbits(48) + 1
        prompt = Prompt(**NOTHING_ELSE | {name: value for name, value in wanted.values.items() if name in Prompt.__dataclass_fields__})
        job.guest = Guest(
            take,
            tuple(
                VariationRequest(take.version, index, derive_seed(seed, index), prompt, int(wanted.values["steps"]))
                for index in range(1, VARIATIONS + 1)
            ),
            begun=lambda: self._answers.progress(wanted.query_id, PROCESSING),
            done=lambda made: self._inbox.put(lambda: self._guarded(job, functools.partial(self._made, made=made))),
            failed=lambda text: self._inbox.put(lambda: self._guarded(job, functools.partial(self._could_not, text=text))),
        )
        self._answers.progress(wanted.query_id, IN_QUEUE)
        vamper.ask_aside(job.guest)
        if job.dropped:  # meanwhile
            vamper.leave_aside(job.guest)

    def _made(self, job: _Job, made: tuple[Variation, ...]) -> None:
        for note in dict.fromkeys(note for one in made for note in one.notes):
            self._answers.log(note)
        steps = made[-1].request.sampling_steps
        if steps < int(job.wanted.values["steps"]):
            self._answers.log(f"{steps} sampling steps instead of {job.wanted.values['steps']}: the loops that play came first")
        self._write(job, tuple(one.audio[:, 0] for one in made))

    def _could_not(self, job: _Job, text: str) -> None:
        raise CommandError(f"/process {job.wanted.query_id}: the variations could not be made: {text}")

    def _write(self, job: _Job, loops: tuple[np.ndarray, ...]) -> None:
        """Write the answer: each loop, and behind it what is behind it in the file that came, so that it is as long as that."""
        files = []
        for which, loop in enumerate(loops, start=1):
            self._numbers += 1
            path = self._place() / f"{job.wanted.query_id}-{self._numbers}-{which}.wav"
            whole = np.concatenate((loop, job.audio[len(loop) :])).astype(np.float32)
            try:
                write_audio(path, whole[:, None], job.sample_rate)
            except OSError as error:
                raise CommandError(f"/process {job.wanted.query_id}: {path} cannot be written: {error.strerror or error}") from error
            files.append(path)
        with self._lock:
            wanted = job in self._jobs
            if not wanted:
                gone = files
            else:
                self._jobs.remove(job)
                self._written |= {str(path): path for path in files}
                gone = [self._written.pop(name) for name in list(self._written)[: max(0, len(self._written) - MAX_FILES)]]
        for path in gone:
            _unlink(path)
        if wanted:
            self._answers.progress(job.wanted.query_id, FINISHED)
            self._answers.result(job.wanted.query_id, tuple(map(str, files)))

    def _place(self) -> Path:
        if self._folder is None:
            try:
                self._folder = Path(self._make_folder())
            except OSError as error:
                raise CommandError(f"no folder can be made for the answers: {error.strerror or error}") from error
        return self._folder

    def _choose_model(self, name: str) -> None:
        """Have the voice that a patch asks for step in; while loops play the player's stays. "default" is the player's."""
        now = self._bus.model()
        if self._lent is not None and self._lent[1] == name:
            return  # it plays, or is being loaded, or cannot be
        if name == DEFAULT_MODEL:
            name = self._lent[0] if self._lent is not None and self._lent[1] == now else now
        if name == now:
            return
        if any(self._bus.status(loop).state != "off" for loop in range(self._bus.n_loops)):
            self._answers.log(f"the model {now} makes it: another one steps in while no loop is there, or by /unloop/model {name}")
            return
        try:
            self._lent = (now if self._lent is None else self._lent[0], name)
            self._bus.command(None, "model", name)
            self._answers.log(f"the model {name} is loaded; until it is there {now} makes what is asked for")
        except UnloopError as error:
            self._answers.log(f"the model {now} makes it: {error}")

    def _failed(self, job: _Job, text: str) -> None:
        with self._lock:
            if job not in self._jobs:
                return
            self._jobs.remove(job)
        self._answers.error(text)
        self._answers.progress(job.wanted.query_id, FINISHED)

    def _drop(self, job: _Job) -> None:
        job.dropped = True
        if job.guest is not None and self._bus.vamper is not None:
            self._bus.vamper.leave_aside(job.guest)


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):  # somebody else has
        path.unlink()
