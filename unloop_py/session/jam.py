"""`unloop jam`: a session at the terminal, from the first line that it says to the last file that it finishes."""

from __future__ import annotations

import contextlib
import logging
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from unloop_py import __version__
from unloop_py.config import JamConfig
from unloop_py.control.bus import Notice
from unloop_py.engine.messages import State
from unloop_py.errors import SessionError, UnloopError
from unloop_py.midi.profiles import NONE
from unloop_py.session.loop_status import gen_state
from unloop_py.session.models import is_elsewhere
from unloop_py.session.session import Session
from unloop_py.sessions.library import LAST, Kept, Library
from unloop_py.sessions.reading import KeptSession, read_session
from unloop_py.sessions.state import Performance
from unloop_py.ui.keys import Keyboard, open_keyboard
from unloop_py.ui.player import Player, how_to_play
from unloop_py.ui.screen import open_screen
from unloop_py.ui.status import Screen, View

RESTORE_KEY = "y"
NO_PROFILE_KNOWS_IT = "which no profile knows: `unloop midi learn` teaches it, --midi-device NAME=PROFILE gives it one"
MAX_LOOPS = 16  # of the engine
LOOK_S = 0.1  # ten looks a second at keys and status
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that this system has


def run_jam(config: JamConfig, **generator: Any) -> int:
    """Play until told to quit. Main thread.

    Parameters
    ----------
    config : JamConfig
    **generator
        `generator_factory` and `generator_arguments`, see `Session`.

    Quit comes from the keys, over OSC, or as a signal; the end of standard input is none of them. A file that is
    being recorded is finished in any case.

    Returns
    -------
    int
        Exit status, 0.

    Raises
    ------
    UnloopError
        What a person can cure before the first note: no sound card, a bad file, a bad parameter.
    """
    quit_asked = threading.Event()
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    with errors_said(said):
        library = Library(None if config.sessions_folder is None else Path(config.sessions_folder))
        wanted = None if config.session is None else read_session(library.find(config.session).folder)
        crashed = None if wanted is not None else newest_crashed(library)
        config = with_loops(config, wanted.state if wanted is not None else crashed.state if crashed is not None else None)
        session = Session(config, on_quit=quit_asked.set, **generator)
        session.bus.listen(lambda notice: collect(notice, said))
        keyboard = open_keyboard()
        screen = open_screen(session.bus, session.sound.words, lambda: view(session), plain=config.plain, keys=keyboard is not None)
        session.bus.listen(screen.notify)
        # Until here a signal ends the program as it would any other: nothing has been begun.
        with ending_signals(quit_asked.set), session, screen, keyboard or contextlib.nullcontext():
            for line in greeting(session, keyboard is not None and not screen.shows_keys):
                screen.say(line)
            if (page := session.front_ends.page) is not None and page.code:
                screen.post(f"page: {page.address}", page.code.splitlines())
            if wanted is not None:
                for line in brought_back(session, wanted):
                    screen.say(line)
            elif crashed is not None:
                screen.say(offer_of(crashed, keyboard is not None))
            _play(session, screen, keyboard, said, quit_asked, crashed)
    return 0


def with_loops(config: JamConfig, state: Performance | None) -> JamConfig:
    """A config with room for every loop of the session that comes back, or may."""
    return config if state is None else replace(config, loops=max(config.loops, min(MAX_LOOPS, state.there or len(state.loops))))


def newest_crashed(library: Library) -> Kept | None:
    """The session before this one, if it ended without its player's wish and has a loop to bring back."""
    try:
        newest = library.find(LAST)
    except (SessionError, OSError):
        return None
    return newest if newest.crashed else None


def offer_of(crashed: Kept, keys: bool) -> str:
    """The line that asks whether it is wanted back."""
    loops = [loop for loop in crashed.state.loops if loop.take is not None]
    seconds = max((loop.take.frames for loop in loops), default=0) / float(crashed.state.facts["sample_rate"])
    what = f"{len(loops)} loop{'s' * (len(loops) > 1)}, {seconds:.1f} s" if loops else "a recording without its end"
    how = f"press {RESTORE_KEY} to have it back, in time" if keys else "`unloop jam --session last` brings it back"
    return f"the session {crashed.title} ({what}) did not end as it should: {how}"


def brought_back(session: Session, kept: KeptSession) -> Iterator[str]:
    """Bring a session back; what the player is told of it, a line each."""
    rescued = session.restore(kept)
    yield f"{kept.folder.name} comes back"
    yield from kept.damage
    yield from rescued


def greeting(session: Session, keys: bool) -> Iterator[str]:
    """What the player is told when the instrument is ready, a line each."""
    yield f"unloop {__version__}: {session.sound.words}"
    taken = f" (port {session.config.osc_port} is taken)" if session.osc.port != session.config.osc_port else ""
    found = "" if (oscquery := session.front_ends.oscquery) is None else f"; OSCQuery: port {oscquery.port}"
    yield f"OSC: udp and tcp {session.osc.host} port {session.osc.port}{taken}{found}"
    if (page := session.front_ends.page) is not None:
        yield f"page: {page.address}"
    if keys:
        yield f"keys: {how_to_play()}"
    if (ports := session.config.max_ports) is not None:
        heard = f"answers to {ports[1]}" if session.front_ends.patches else "which is taken, so that its patches are not heard"
        yield f"unloop for Max: port {ports[0]}, {heard}"
    if session.vamper is not None and is_elsewhere(session.config):
        late = "" if session.config.fallback is None else f"; while it is late, {session.config.fallback} plays on this machine"
        yield f"the generator is elsewhere: {session.config.generator}{late}"
    if session.keeping is not None:
        yield f"kept while you play: {session.library.folder}"
    yield "ready to record"


def _play(
    session: Session,
    screen: Screen,
    keyboard: Keyboard | None,
    said: queue.SimpleQueue[str],
    quit_asked: threading.Event,
    crashed: Kept | None = None,
) -> None:
    player = Player(session.bus, switches=session.config.switch_keys)
    loading = session.vamper is not None
    while not quit_asked.is_set():
        pressed: list[str] = []
        if keyboard is not None and not keyboard.ended:
            pressed = keyboard.read(LOOK_S)
        else:
            quit_asked.wait(LOOK_S)
        for key in pressed:
            if crashed is not None:
                # The question stands until it is answered, or something is played.
                answered, crashed = crashed, None
                if key == RESTORE_KEY:
                    for line in _restored(session, answered):
                        screen.say(line)
                    continue
            if not player.is_switch(key) and screen.press(key):
                continue
            if told := player.press(key):
                screen.say(told)
        while not said.empty():
            screen.say(said.get())
        if loading and session.vamper.ready:
            loading = False
            facts = session.vamper.facts
            screen.say(f"the model is loaded: {facts.get('model', session.config.model)} on {facts.get('device', 'cpu')}")
        screen.show()


def _restored(session: Session, crashed: Kept) -> list[str]:
    try:
        return list(brought_back(session, read_session(crashed.folder)))
    except UnloopError as error:
        return [str(error)]


def view(session: Session) -> View:
    """The status line's content now."""
    bus = session.bus
    loop = bus.selected()
    status = session.sound.engine.status(loop)
    pending, pending_s = bus.timing.pending(loop)
    length = status.position_frames if status.state == State.RECORDING else status.length_frames
    return View(
        state=status.state.label,
        position_s=status.position_frames / session.sound.engine.sample_rate,
        length_s=length / session.sound.engine.sample_rate,
        repetition=status.repetition,
        generating=gen_state(bus, loop, status.flags),
        progress=bus.loops[loop].progress,
        late=status.late,
        xruns=bus.xruns(),
        pending=pending,
        pending_s=pending_s,
        variation=float(bus.get(loop, "variation")),
        custom=bus.store.custom(loop),
        form=bus.loops[loop].form,
    )


@contextlib.contextmanager
def ending_signals(end: Callable[[], None]) -> Iterator[None]:
    """Have the signals that ask a program to end call `end` instead of ending it. Main thread."""

    def asked(number: int, frame: FrameType | None) -> None:
        end()

    held = {}
    for name in ENDING_SIGNALS:
        number = getattr(signal, name, None)
        # One that is ignored (nohup, a job in the background of a script) was meant to be.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            held[number] = signal.signal(number, asked)
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def errors_said(said: queue.SimpleQueue[str]) -> Iterator[None]:
    """Have the log's errors said between the notices instead of written across the status line."""
    handler = _Said(said)
    package = logging.getLogger("unloop_py")
    package.addHandler(handler)
    try:
        yield
    finally:
        package.removeHandler(handler)


class _Said(logging.Handler):
    def __init__(self, said: queue.SimpleQueue[str]) -> None:
        super().__init__(logging.ERROR)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._said.put(record.getMessage() + (f": {type(error).__name__}: {error}" if error else ""))


def collect(notice: Notice, said: queue.SimpleQueue[str]) -> None:
    """Note what of a notice the player is told in words. Any thread."""
    if notice.kind == "error":
        said.put(str(notice.values[1]))
    elif notice.kind == "saved":
        said.put(f"loop {(notice.loop or 0) + 1} is saved as {notice.values[0]}")
    elif notice.kind == "midi" and notice.values[0] == "came":
        _, device, profile = notice.values
        said.put(f"MIDI: {device}, " + (NO_PROFILE_KNOWS_IT if profile == NONE else f"as {profile} has it"))
    elif notice.kind == "midi" and notice.values[0] == "went":
        said.put(f"MIDI: {notice.values[1]} has gone")
    elif notice.kind == "model":
        said.put(f"the model {notice.values[0]} makes the variations from now on")
