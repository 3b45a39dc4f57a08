"""The thread that writes a session, for as long as there is a disk to write to, and goes on where it was when there is one again."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unloop_py.sessions.disk import Disk
from unloop_py.sessions.lock import Lock

log = logging.getLogger(__name__)

LOOK_S = 0.25           # between two looks at what waits, if nothing calls for one
RETRY_S = 1.0           # between two tries at a disk that refuses
MOST_WAITING = 512 << 20    # bytes of audio that wait for a disk; beyond, the oldest go


@dataclass(frozen=True, eq=False, slots=True)
class Job:
    """Something to write.

    Attributes
    ----------
    what : str
        In words, should it be lost.
    write : callable
        Given the disk and the session's folder; raises OSError, and may be called again.
    size : int
        Bytes of audio that it holds.
    key : str
        A waiting job of the same key gives way to a newer one; "" for those that are all wanted.
    """

    what: str
    write: Callable[[Disk, Path], None]
    size: int = 0
    key: str = ""


def file_job(file: str, write: Callable[[Disk, Path], None], size: int = 0, key: str = "") -> Job:
    """A job that writes one file of the session, in a folder of its own if its name says so."""

    def do(disk: Disk, folder: Path) -> None:
        if "/" in file:
            disk.make_folder((folder / file).parent)
        write(disk, folder / file)

    return Job(file, do, size, key)


class Writer:
    """Writes jobs in their order. `put` and `hold` are any thread's and never wait for a disk.

    Parameters
    ----------
    folder : Path
        The session's; made with the first job in the folder that holds all sessions, which must be there.
    on_notice : callable
        Given a line for the player: that it cannot be written, that it is written again, what was lost. Any thread.
    disk : Disk
    """

    def __init__(self, folder: Path, on_notice: Callable[[str], None] = lambda text: None, disk: Disk | None = None) -> None:
        self.folder = folder
        self.troubled = False
        self._on_notice = on_notice
        self._disk = disk or Disk()
        self._jobs: deque[Job] = deque()    # none that holds audio has a key
        self._held: dict[str, Job] = {}
        self._waiting_bytes = 0
        self._made = False
        self._stopped = False
        self._lock = Lock(folder / "playing.lock")
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, job: Job) -> None:
        """Have a job done after those that wait."""
        lost = 0
        with self._changed:
            if job.key:
                self._jobs = deque(other for other in self._jobs if other.key != job.key)
            self._jobs.append(job)
            self._waiting_bytes += job.size
            while self._waiting_bytes > MOST_WAITING and self._drop_oldest_audio():
                lost += 1
            self._changed.notify()
        if lost:
            self._on_notice(f"the session cannot be written and memory is short: {lost} of its audio files will be missing")

    def hold(self, name: str, job: Job | None) -> None:
        """Remember a job that is to be done again should the session's folder vanish; None forgets it."""
        with self._changed:
            if job is None:
                self._held.pop(name, None)
            else:
                self._held[name] = job

    def start(self) -> None:
        """Write on a thread from now on."""
        self._thread = threading.Thread(target=self._run, name="session writer", daemon=True)
        self._thread.start()

    def stop(self) -> bool:
        """Write what waits, once, and let the folder go; False when something could not be written."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        done = self.step()
        self._lock.release()
        return done

    def step(self) -> bool:
        """Write what waits; False when the disk refuses. The writer's thread, and tests."""
        while True:
            with self._changed:
                if not self._jobs:
                    break
                job = self._jobs[0]
            try:
                if self._see_to_folder():
                    continue
                job.write(self._disk, self.folder)
            except OSError as error:
                self._refused(error)
                return False
            except Exception:  # a job of ours that is wrong must not keep the others from being written
                log.exception("%s could not be written", job.what)
            with self._changed:
                if self._jobs and self._jobs[0] is job:
                    self._jobs.popleft()
                    self._waiting_bytes -= job.size
        if self.troubled:
            self.troubled = False
            self._on_notice(f"the session is written again to {self.folder}")
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                if self.troubled or not self._jobs:
                    self._changed.wait(RETRY_S if self.troubled else LOOK_S)
            self.step()

    def _see_to_folder(self) -> bool:
        """Make the folder if it is not there; True when it had been and is made anew, so that what is held comes first."""
        made_anew = False
        if self._disk.make_folder(self.folder):
            self._lock.release()
            if self._made:
                made_anew = bool(self._held)
                with self._changed:
                    self._jobs.extendleft(reversed(self._held.values()))
                    self._waiting_bytes += sum(job.size for job in self._held.values())
        self._made = True
        self._lock.take()
        return made_anew

    def _refused(self, error: OSError) -> None:
        if not self.troubled:
            self.troubled = True
            self._on_notice(f"the session cannot be written to {self.folder} ({error.strerror or error}): playing goes on, and "
                            "writing when it can")

    def _drop_oldest_audio(self) -> bool:
        """Forget the job that has waited longest with audio, but not the newest of all; False when there is none."""
        for job in list(self._jobs)[:-1]:
            if job.size:
                self._jobs.remove(job)
                self._waiting_bytes -= job.size
                log.warning("%s is not written", job.what)
                return True
        return False
