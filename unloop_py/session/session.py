"""One instrument, wired: engine, stream, vamper, OSC and the conductor between them. Nothing else wires rooms.

The order of waking is the player's: sound first, then the ears (OSC), then the model, which
loads in its own process while the first loop can already be recorded.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from unloop_py.beats.grid import BeatGrid
from unloop_py.config import JamConfig
from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import Event
from unloop_py.paths import presets_folder, scenes_folder
from unloop_py.session import models
from unloop_py.session.beat_listener import BeatListener
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.front_ends import open_front_ends
from unloop_py.session.keeping import Keeping
from unloop_py.session.latency import Latency
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.other_clocks import OtherClocks
from unloop_py.session.pace import Pace
from unloop_py.session.page_desk import PageDesk
from unloop_py.session.rescue import rescue
from unloop_py.session.restoring import Restorer, restore_settings
from unloop_py.session.routing import places_of
from unloop_py.session.sooperlooper_sessions import SooperLooperSessions
from unloop_py.session.sound import Sound, open_sound
from unloop_py.session.stretching import Stretching
from unloop_py.sessions.library import Library, mark_ended
from unloop_py.sessions.reading import KeptSession
from unloop_py.vamper.jobs import Learned
from unloop_py.vamper.vamper import Vamper

log = logging.getLogger(__name__)


class Session:
    """A session at the instrument. Make it, enter it and leave it on one thread.

    Parameters
    ----------
    config : JamConfig
    on_quit : callable
        Called when somebody says quit; any thread.
    generator_factory : str, optional
        ``"package.module:function"``, called in the worker; default what the config asks for.
    generator_arguments : dict, optional
        What it is given; default what the config says of its model, once that one's files have been found whole.

    Attributes
    ----------
    bus : SessionBus
        What front ends talk to.
    sound : Sound
        The engine and the stream that drives it.
    vamper : Vamper or None
        None with the generator off.
    front_ends : FrontEnds
        By which hands reach it.
    osc : OscServer
        The one of them that is always there.
    files : LoopFiles
        Loops from files and to files.
    library : Library
        The sessions that are kept.
    keeping : Keeping or None
        What keeps this one; None without autosave.

    Raises
    ------
    UnloopError
        What a person can cure: no sound card, a bad file, a bad parameter, damaged weights. Nothing was started.
    """

    def __init__(
        self,
        config: JamConfig,
        *,
        on_quit: Callable[[], None] = lambda: None,
        generator_factory: str | None = None,
        generator_arguments: dict[str, Any] | None = None,
    ) -> None:
        self.config = config
        store = Store(config.loops)
        for loop in range(store.capacity):
            store.update(loop, {**places_of(config, loop), **config.parameters})
        arguments_for: Callable[[str], dict[str, Any]] = models.named
        if config.generator != "off" and generator_arguments is None:
            generator_arguments = models.first_arguments(config)
            arguments_for = functools.partial(models.arguments_for, config=config)
        stand_in = models.stand_in(config)
        self.sound: Sound = open_sound(config, lambda text: self.bus.tell(Notice("error", None, ("", text))))
        stream = self.sound.stream
        with contextlib.ExitStack() as undo:
            undo.callback(stream.stop)
            self.bus = SessionBus(
                self.sound.engine,
                store,
                block_frames=self.sound.block,
                output_latency=lambda: self._latency.output_frames,
                can_generate=config.generator != "off",
                model=config.model if config.generator != "off" else "",
                model_arguments=arguments_for,
                on_quit=on_quit,
                capture_s=config.capture_s,
                inputs=self.sound.inputs,
                outputs=self.sound.outputs,
            )
            self._latency = Latency(self.bus, stream, by_hand=not {"input_latency", "output_latency"}.isdisjoint(config.parameters))
            self.front_ends = open_front_ends(config, self.bus, PageDesk(self))
            undo.pop_all()
        self.osc = self.front_ends.osc
        self.bus.listen(self.front_ends.notify)
        self._conductor = Conductor(self.bus, xruns=lambda: stream.xruns)
        varying = self._conductor.varying
        self.vamper = None
        if config.generator != "off":
            arguments = dict(generator_arguments or {})
            self.vamper = Vamper(
                generator_factory=generator_factory or models.factory(config),
                edition=arguments.pop("edition", None),
                factory_args=arguments,
                stand_in=stand_in,
                worker=config.worker,
                on_offer=varying.offer,
                on_progress=varying.progressed,
                on_notice=self._conductor.noticed,
                on_prepared=lambda prepared: self._beats_found(prepared.version, prepared.grid),
                on_model=self.bus.varied.model_changed,
                on_ready=lambda facts: self.bus.varied.model_known(str(facts.get("model", ""))),
                on_learned=lambda learned: varying.learned(learned.version, learned.share, learned.gain),
                learned_file=self._learned_file,
            )
        self.files = self.bus.files = LoopFiles(self.bus)
        self.bus.sessions = SooperLooperSessions(self.bus, self.files)
        self._stretching = Stretching(self.bus, self.files)
        self._beats = BeatListener(self._beats_found)
        self._clocks = OtherClocks(self.bus, midi_in=config.midi_in, midi_out=config.midi_out)
        self._conductor.attach(self.vamper, self._beats.hear, self._happened)
        self.library = Library(None if config.sessions_folder is None else Path(config.sessions_folder))
        self.keeping = None
        if config.autosave:
            self.keeping = Keeping(self.bus, self.library, limit_bytes=1e9 * config.sessions_gb)
            self.bus.listen(self.keeping.told)
            self._stretching.on_shape = self.keeping.shaped
            varying.offered = self.keeping.offered
        self._restorer: Restorer | None = None
        self._pace = Pace(self.bus, lambda: self.front_ends.is_heard)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._conduct, name="conductor", daemon=True)

    def start(self) -> None:
        """Let it sound, listen and, behind that, load its model. Returns when the first loop can be recorded."""
        self.bus.shelves.open(presets_folder(), scenes_folder())
        self.sound.stream.start()
        if self.keeping is not None:
            self.keeping.start()
        self._thread.start()
        self.front_ends.start()
        self._beats.start()
        if self.vamper is not None:
            self.vamper.start()
        if self.config.loop is not None:
            self.files.load(0, Path(self.config.loop), wait=True)

    def stop(self) -> None:
        """Fall silent, finish what is being recorded to a file, and end every thread and process."""
        try:
            self.sound.stream.stop()  # first: whatever else may hang, the player's recording is whole
        finally:
            self._ending.set()
            if self._thread.is_alive():
                self._thread.join()
            self._clocks.stop()
            self._stretching.stop()
            self.front_ends.stop()
            self.bus.shelves.stop()
            self._beats.stop()
            if self.vamper is not None:
                self.vamper.stop()
            if self.keeping is not None:
                self.keeping.stop()

    @property
    def is_restoring(self) -> bool:
        """Whether a session is on its way back. Any thread."""
        return self._restorer is not None

    def restore(self, kept: KeptSession) -> list[str]:
        """Play a session on that was kept: its loops, its parameters and what sounded. Any one thread, while no loop is there.

        The session that goes on is another one; the one that was kept stays as it is. Returns what was rescued of what was
        being played when it ended, a line each.
        """
        rescued = rescue(kept)
        restore_settings(self.bus, kept, dict(self.config.parameters))
        self._restorer = Restorer(self.bus, self._conductor.varying, kept, self.keeping, stretching=self._stretching)
        with contextlib.suppress(OSError):  # a disk that cannot be written to is one that can be read from
            mark_ended(kept.folder)
        return rescued

    def __enter__(self) -> Session:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _conduct(self) -> None:
        while not self._ending.is_set():
            if not self._pace.wait() and self._restorer is None:
                continue
            try:
                self._latency.step()
                self._conductor.step()
                self._stretching.step()
                self._clocks.step()
                if self._restorer is not None and self._restorer.step():
                    self._restorer = None
                if self.keeping is not None:
                    self.keeping.step()
            except Exception:  # a fault of ours must not end the thread that the music hangs on
                log.exception("the conductor stumbled")
                time.sleep(0.1)

    def _learned_file(self, learned: Learned) -> str | None:
        """Where what was learned of a take is kept."""
        if self.keeping is None:
            return None
        loop, version = self._conductor.varying.where(learned.version)
        return self.keeping.learned_file(version, learned.share, loop)

    def _happened(self, event: Event) -> None:
        try:
            self.files.happened(event)
            self._clocks.happened(event)
            self._stretching.happened(event)
            if self.keeping is not None:
                self.keeping.happened(event, self.files)
            if self._restorer is not None:
                self._restorer.happened(event)
        except Exception:  # whoever writes it down must not keep the others from hearing of it
            log.exception("the session's keeping stumbled")

    def _beats_found(self, serial: int, grid: BeatGrid | None) -> None:
        """The beats of a take: what the file tells that it came from has the last word."""
        loop, version = self._conductor.varying.where(serial)
        grid = self.files.grid(loop, version) or grid
        self._conductor.beats_found(serial, grid)
        if self.keeping is not None:
            self.keeping.beats_found(loop, version, grid)
