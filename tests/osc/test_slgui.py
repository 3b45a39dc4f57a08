"""SooperLooper's own programs, as Debian has them, play on a real session: its window, its console and slregister."""

import contextlib
import fcntl
import itertools
import os
import pty
import select
import shutil
import socket
import struct
import subprocess
import termios
import threading
import time

import numpy as np
import pytest
from pythonosc.osc_message import OscMessage

from tests.osc.conftest import Client
from unloop_py.audio_io.wav import read_audio, write_audio
from unloop_py.config import JamConfig
from unloop_py.errors import CommandError
from unloop_py.session.session import Session

PATIENCE_S = 30.0
TRIES = 4
RED = np.array([38, 3, 119])  # blue, green, red of a button of slgui that is on
WIDTH, HEIGHT = 1000, 700

pytestmark = pytest.mark.skipif(shutil.which("slgui") is None, reason="slgui is missing: `apt install sooperlooper` cures it")
needs_screen = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb or xdotool is missing: `apt install xvfb xdotool` cures it"
)


def came(condition, patience_s=PATIENCE_S):
    """What the condition gives as soon as it gives something; else what it gave last."""
    end_s = time.monotonic() + patience_s
    pause = threading.Event()
    while not (found := condition()) and time.monotonic() < end_s:
        pause.wait(0.02)
    return found


def until(condition, what):
    """What the condition gives, which must be something before long."""
    found = came(condition)
    assert found, f"{what}: not within {PATIENCE_S:.0f} s"
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slgui")
    tone = (0.25 * np.sin(np.arange(4 * 44100) * 0.05)).astype(np.float32)
    write_audio(folder / "in.wav", np.stack([tone, tone], axis=1), 44100)
    config = JamConfig(backend="virtual", input_file=folder / "in.wav", generator="off", osc_port=0, autosave=False, loops=2,
                       oscquery_port=None)
    with Session(config) as session:
        yield session


@pytest.fixture
def fresh(session, monkeypatch):
    """The session with its loops empty, of which there are two, and its parameters as they were."""
    # A busy window lets a key go late, which is no press that is held.
    monkeypatch.setattr(session.bus.feet, "clock", lambda: 0.0)
    while session.bus.n_loops > 2:
        session.bus.command(None, "loop_del")
    for loop in range(2):
        with contextlib.suppress(CommandError):  # it is empty already
            session.bus.command(loop, "clear")
        until(lambda loop=loop: session.bus.status(loop).state == "off", "an empty loop")
        session.bus.set(loop, "wet", 1.0)
    return session


class Window:
    """slgui on a screen of its own: keys, clicks, and how much of the picture is red."""

    def __init__(self, port, folder):
        self.folder = folder
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-fbdir", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._screen_file = folder / "Xvfb_screen0"
        self._environment = os.environ | {"DISPLAY": f":{self._screen.stdout.readline().decode().strip()}", "HOME": str(folder)}
        self._port = port
        self._start()

    def _start(self):
        self._said = self.folder / "said"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                ["slgui", "-H", "127.0.0.1", "-P", str(self._port)], env=self._environment, cwd=self.folder, stdout=said, stderr=said
            )

    def open(self):
        """Waits until the window shows the loops."""

        def window():
            if self.process.poll() is not None:  # the screen was not ready
                self._start()
            return self._do("search", "--name", "SooperLooper v").split()

        self.window = until(window, "the window")[0]
        self.to_front(self.window)
        until(lambda: self.red() > 0, "the loops in the window")
        self.settled()

    def to_front(self, window):
        """Gives a window the keyboard, and moves the mouse away from everything."""
        self._do("mousemove", str(WIDTH - 5), str(HEIGHT - 5))
        self._do("windowfocus", "--sync", window)

    def keys(self, *keys):
        self._do("key", *keys)
        threading.Event().wait(0.2)  # it takes a key that comes at once after another for the same one, repeated

    def type(self, text):
        self._do("type", "--delay", "5", text)
        self.settled()

    def click(self, x, y):
        """Clicks at a place of the window."""
        self._do("mousemove", "--window", self.window, str(x), str(y), "click", "1")

    def drag(self, x, y, to_x):
        self._do("mousemove", "--window", self.window, str(x), str(y), "mousedown", "1")
        for step in range(1, 6):
            self._do("mousemove", "--window", self.window, str(x + (to_x - x) * step // 5), str(y))
        self._do("mouseup", "1")

    def dialog(self, title):
        """Waits for a file dialog, which takes the keyboard."""
        until(lambda: self._do("search", "--onlyvisible", "--name", title).split(), f"the dialog {title!r}")
        self.settled()

    def gone(self, title):
        until(lambda: not self._do("search", "--onlyvisible", "--name", title).split(), f"the end of the dialog {title!r}")

    def red(self):
        """How many points of the screen have the colour of a button that is on."""
        raw = self._screen_file.read_bytes()
        header = struct.unpack(">25I", raw[:100])
        pixels = np.frombuffer(raw[header[0] + 12 * header[19] :], np.uint8)[: header[12] * HEIGHT].reshape(HEIGHT, header[12])
        return int(np.all(np.abs(pixels.reshape(HEIGHT, -1, 4)[:, :WIDTH, :3].astype(int) - RED) < 12, axis=2).sum())

    def settled(self):
        """Waits until the screen is drawn: for a while nothing much changes, for a meter may move."""
        pause = threading.Event()

        def still():
            before = np.fromfile(self._screen_file, np.uint8)
            pause.wait(0.3)
            return np.count_nonzero(before != np.fromfile(self._screen_file, np.uint8)) < 3000

        until(still, "a screen that stands still")

    def said(self):
        return self._said.read_text(errors="replace")

    def close(self):
        for process in (self.process, self._screen):
            process.terminate()
            process.wait()
        self._screen.stdout.close()

    def _do(self, *words):
        return subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, timeout=PATIENCE_S).stdout


@pytest.fixture
def window(fresh, tmp_path):
    window = Window(fresh.osc.port, tmp_path)
    try:
        window.open()
        yield window
    finally:
        window.close()


@needs_screen
def test_the_window_plays_the_instrument_and_shows_what_it_does(fresh, window):
    bus = fresh.bus

    def is_at(state, layers):
        return lambda: (bus.status(0).state, bus.status(0).layers) == (state, layers)

    assert "execing" not in window.said() and "remote looper is at" in window.said(), "it has started an engine of its own"
    rest = window.red()

    def played():
        """Whether each key did what it does. A busy window does not take every key, or takes one twice."""
        for key, state, layers in (("r", "recording", 0), ("r", "playing", 1), ("o", "overdubbing", 1), ("o", "playing", 2),
                                   ("u", "playing", 1), ("d", "playing", 2)):  # fmt: skip
            window.keys(key)
            if not came(is_at(state, layers), PATIENCE_S / TRIES):
                return False
            # A button lights up for as long as its state lasts.
            until(lambda state=state: (window.red() > rest + 500) == (state != "playing"), f"a window that shows {state}")
        return True

    for _ in range(TRIES):
        if played():
            break
        bus.command(0, "clear")
        until(lambda: bus.status(0).state == "off", "an empty loop")
        window.settled()
    assert (bus.status(0).state, bus.status(0).layers) == ("playing", 2)
    bus.command(0, "mute")  # not from the window: it follows whoever plays
    until(lambda: window.red() > rest + 500, "a window that shows muted")
    bus.command(None, "loop_add")
    until(lambda: window.red() > 1.4 * rest, "a window with one loop more")
    window.click(119, 219)  # record, of the second loop
    until(lambda: bus.status(1).state == "recording", "a recording by a click")

    def dragged():
        window.drag(540, 186, 420)  # the level of the first loop
        threading.Event().wait(0.2)
        return 0.0 < float(bus.get(0, "wet")) < 0.9

    until(dragged, "a level by a fader")


@needs_screen
def test_the_window_saves_a_loop_and_loads_it_again(fresh, window):
    bus = fresh.bus
    window.keys("r")
    until(lambda: bus.status(0).state == "recording", "a recording")
    until(lambda: bus.status(0).position_s > 0.3, "something recorded")
    window.keys("r")
    until(lambda: fresh.files.take(0) is not None, "a take")
    path = window.folder / "mine.wav"
    window.click(734, 125)  # save
    window.dialog("save loop")
    window.type(str(path))
    window.keys("Return")
    until(path.exists, "the file")
    window.gone("save loop")
    until(lambda: len(read_audio(path)[0]) == len(fresh.files.take(0)), "the whole file")
    window.to_front(window.window)
    window.click(734, 216)  # load, of the second loop
    window.dialog("open")
    window.type(str(path))
    window.keys("Return")
    until(lambda: fresh.files.take(1) is not None, "a loop from the file")
    np.testing.assert_allclose(fresh.files.take(1), fresh.files.take(0), atol=1e-6)


def test_the_console_plays_the_instrument_and_shows_what_it_does(fresh):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    shown = b""

    def shows(text):
        nonlocal shown
        end_s = time.monotonic() + PATIENCE_S
        while text not in shown:
            assert time.monotonic() < end_s, (text, shown[-500:])
            if select.select([ours], [], [], 0.1)[0]:
                shown += os.read(ours, 65536)
        shown = shown.rpartition(text)[2]

    console = subprocess.Popen(
        ["slconsole", "-H", "127.0.0.1", "-P", str(fresh.osc.port)], stdin=theirs, stdout=theirs, stderr=theirs,
        env=os.environ | {"TERM": "xterm"},
    )  # fmt: skip
    try:
        shows(b"State:")
        os.write(ours, b"r")
        until(lambda: [fresh.bus.status(loop).state for loop in range(2)] == ["recording"] * 2, "a recording in all loops")
        shows(b"RECORDING")
        os.write(ours, b"r")
        shows(b"PLAY")
        assert [fresh.bus.status(loop).state for loop in range(2)] == ["playing"] * 2
    finally:
        console.terminate()
        console.wait()
        for end in (ours, theirs):
            os.close(end)


def test_slregister_has_every_change_sent_to_somebody_else(fresh):
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as heard, contextlib.closing(Client(fresh.osc.port)) as hand:
        heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(PATIENCE_S)
        to = ["127.0.0.1", str(heard.getsockname()[1]), str(fresh.osc.port)]
        subprocess.run(["slregister", *to], check=True, timeout=PATIENCE_S)

        seen = []

        def told(*wanted):
            """Whether it is told, in whatever order with other things."""
            end_s = time.monotonic() + PATIENCE_S
            while wanted not in seen and time.monotonic() < end_s:
                message = OscMessage(heard.recv(65536))
                seen.append((message.address, *message.params))
            return wanted in seen

        assert told("/sl/1/ctrl", 1, "state", 0.0)
        hand.send("/sl/1/set", "wet", 0.5)
        hand.send("/sl/1/hit", "record")
        assert told("/sl/1/ctrl", 1, "wet", 0.5) and told("/sl/1/ctrl", 1, "state", 2.0)
        hand.send("/loop_add", 2, 40.0)  # which it asked for before it was there
        assert told("/sl/2/ctrl", 2, "state", 0.0)
        hand.send("/set", "tempo", 97.0)
        assert told("/sl/global", -2, "tempo", 97.0)
        subprocess.run(["slregister", *to, "unregister"], check=True, timeout=PATIENCE_S)
        levels = itertools.cycle((0.25, 0.75))

        def is_forgotten():
            """Who sends much is heard in turns with others: it may take a while until all is unregistered."""
            level = next(levels)
            hand.send("/sl/1/set", "wet", level)
            hand.send("/sl/1/get", "wet", f"osc.udp://127.0.0.1:{to[1]}/", "/fence")
            seen.clear()
            return told("/fence", 1, "wet", level) and ("/sl/1/ctrl", 1, "wet", level) not in seen

        until(is_forgotten, "an end of being told")
