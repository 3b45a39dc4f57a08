"""The Pd patch in a real Pd, against a real OSC server: its controls drive the instrument, and it sees the replies."""

import queue
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from unloop_py.audio_io.wav import write_audio
from unloop_py.control.bus import Notice
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.pictures import PLACES, Mask
from unloop_py.osc.server import OscServer

FOLDER = Path(__file__).resolve().parents[2] / "max_patches" / "pd"
TIMEOUT_S = 10.0
NAMES = "unloop-1-"
_SHOWN = ("state", "mix", "temperature", "position", "repetition", "late", "seam", "mute", "error", "alive", "custom", "pending",
          "pending-seconds", "gen_state")  # fmt: skip
SHOWN = tuple(f"{NAMES}{name}-show" for name in _SHOWN)

pytestmark = pytest.mark.skipif(shutil.which("pd") is None, reason="no pd: apt install puredata-core")


def hand(port: int, patch: str, shown: tuple[str, ...]) -> str:
    """A patch that holds another: what arrives over TCP goes to a name in Pd, and what is shown at names is printed."""
    lines = [
        "#N canvas 0 0 450 300 12;",
        f"#X obj 10 10 netreceive {port};",
        "#X obj 10 40 route name value bang;",
        "#X obj 10 70 symbol;",
        "#X obj 60 70 send;",
        "#X msg 100 70 bang;",
        "#X obj 10 300 loadbang;",
        "#X obj 10 330 print ready;",
    ]
    cords = [(0, 0, 1, 0), (1, 0, 2, 0), (2, 0, 3, 1), (1, 1, 3, 0), (1, 2, 4, 0), (4, 0, 3, 0), (5, 0, 6, 0)]
    for place, name in enumerate(shown):
        number = 7 + 2 * place
        lines += [f"#X obj 10 200 r {name};", f"#X obj 10 230 print {name.removeprefix(NAMES).removesuffix('-show')};"]
        cords.append((number, 0, number + 1, 0))
    lines.append(f"#X obj 500 10 {patch};")
    return "\n".join(lines + [f"#X connect {a} {b} {c} {d};" for a, b, c, d in cords]) + "\n"


class Pd:
    """A running Pd with the patch open, and a hand on its controls."""

    def __init__(self, folder: Path, patch: str = "unloop 1", shown: tuple[str, ...] = SHOWN) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "hand.pd").write_text(hand(port, patch, shown))
        self._process = subprocess.Popen(
            ["pd", "-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", "-path", str(FOLDER), str(folder / "hand.pd")],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.printed: queue.Queue[str] = queue.Queue()
        self.all: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.sees("ready: bang")
        self._hand = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)

    def _read(self) -> None:
        for line in self._process.stderr:
            self.printed.put(line.strip())

    def put(self, name: str, value: str) -> None:
        """Gives a control a number ("value 0.5") or a click ("bang")."""
        self._hand.sendall(f"name {name};\n{value};\n".encode())

    def sees(self, line: str) -> None:
        """Waits until this is printed."""
        while line not in self.all:
            try:
                self.all.append(self.printed.get(timeout=TIMEOUT_S))
            except queue.Empty:
                pytest.fail(f"Pd never printed {line!r}; it printed {self.all}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(TIMEOUT_S)
        self._reader.join(TIMEOUT_S)
        self._process.stderr.close()
        if hasattr(self, "_hand"):
            self._hand.close()


@pytest.fixture
def bus():
    return FakeBus()


@pytest.fixture
def server(bus):
    with OscServer(bus, port=0) as server:
        bus.listeners.append(server.notify)
        yield server


@pytest.fixture
def pd(tmp_path, server):
    pd = Pd(tmp_path)
    try:
        pd.put("unloop-1-port-show", f"value {server.port}")
        pd.sees("state: symbol off")
        yield pd
    finally:
        pd.close()


def test_the_patch_drives_the_instrument_and_sees_its_replies(pd, bus, server):
    pd.sees("mix: set 1")
    pd.put("unloop-1-mix-show", "value 0.25")
    pd.put("unloop-1-periodic_prompt-show", "value 9")
    pd.put("unloop-1-temperature-typed", "value 1.5")
    pd.put("unloop-1-typical_filtering-show", "value 1")
    assert bus.wait_for(n_sets=4)
    assert bus.sets == [
        (0, "mix", 0.25, None), (0, "periodic_prompt", 9, None), (0, "temperature", 1.5, None), (0, "typical_filtering", 1, None),
    ]  # fmt: skip
    pd.sees("custom: set 1")
    pd.put("unloop-1-preset", "value symbol large-follow-beat")
    pd.sees("temperature: set 1")
    assert (bus.get(0, "beat_mask_ms"), bus.get(0, "periodic_prompt"), bus.get(0, "mask_temperature")) == (80.0, 0, 10.5)
    bus.given.clear()

    clicks = (("record", "bang"), ("overdub", "bang"), ("again-count", "value 3"), ("again", "bang"), ("mute", "value 1"))
    for name, value in (*clicks, ("generate", "value 0")):
        pd.put(f"unloop-1-{name}-show", value)
    assert bus.wait_for(n_given=5)
    assert [(call.loop, call.name, call.argument) for call in bus.given] == [
        (0, "record", None), (0, "overdub", None), (0, "again", 3), (0, "mute", 1), (None, "generate", 0),
    ]  # fmt: skip
    pd.sees("state: symbol recording")
    pd.sees("state: symbol overdubbing")
    pd.sees("mute: set 1")
    pd.sees("gen_state: symbol off")

    server.notify(Notice("repetition", 0, (7, 1)))
    pd.sees("repetition: set 7")
    pd.sees("late: set 1")
    pd.sees("seam: bang")
    server.notify(Notice("pending", 0, ("multiply", 1.5)))
    pd.sees("pending: symbol multiply")
    pd.sees("pending-seconds: set 1.5")
    bus.become(0, position=0.5)
    pd.sees("position: set 0.5")
    bus.set(0, "temperature", 0.75)
    pd.sees("temperature: set 0.75")
    pd.put("unloop-1-mix", "value 7")
    pd.sees(r"error: label mix\ must\ be\ in\ 0..1\,\ got\ 7.0")
    pd.sees("alive: set 1")
    assert server.malformed == 0
    assert not [line for line in pd.all if "error" in line and not line.startswith("error:")]


def test_what_the_patch_shows_it_does_not_send_back(pd, bus, server):
    bus.set(0, "mix", 0.5)
    bus.set(0, "steps", 20)
    pd.sees("mix: set 0.5")
    pd.put("unloop-1-undo-show", "bang")
    assert bus.wait_for(n_given=1)
    assert [change[:3] for change in bus.sets] == [(0, "mix", 0.5), (0, "steps", 20)]


def test_an_instrument_that_starts_after_the_patch_is_found_by_itself(tmp_path):
    pd = Pd(tmp_path)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
            nobody.bind(("127.0.0.1", 0))
            nobody.settimeout(TIMEOUT_S)
            port = nobody.getsockname()[1]
            pd.put("unloop-1-port-show", f"value {port}")
            assert nobody.recv(4096).startswith(b"/unloop/subscribe\0")  # asked once, and not answered
        with OscServer(FakeBus(), port=port):
            pd.sees("state: symbol off")
    finally:
        pd.close()


def open_pd(folder, server, patch, prefix, shown):
    """Pd with one of the patches, connected."""
    pd = Pd(folder, patch, (f"{prefix}alive-show", *shown))
    pd.put(f"{prefix}port-show", f"value {server.port}")
    pd.sees(f"{prefix}alive: set 1")
    return pd


def test_every_patch_of_the_set_opens_in_a_real_pd_without_a_complaint(tmp_path):
    ready = ("#N canvas 0 0 450 300 12;", "#X obj 10 10 loadbang;", "#X obj 10 40 print ready;", "#X connect 0 0 1 0;", "")
    (tmp_path / "ready.pd").write_text("\n".join(ready))
    files = sorted(path.name for path in FOLDER.glob("*.pd"))
    assert files == sorted(f"{name}{help_}.pd" for name in ("unloop", "unloop-3", "unloop-pedal", "unloop-read") for help_ in ("", "-help"))
    pd = subprocess.Popen(
        ["pd", "-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", *(str(FOLDER / name) for name in files), str(tmp_path / "ready.pd")],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = []
    try:
        for line in pd.stderr:
            said.append(line.strip())
            if said[-1] == "ready: bang":
                break
    finally:
        pd.terminate()
        pd.wait(TIMEOUT_S)
        pd.stderr.close()
    assert said == ["ready: bang"]


def test_a_patch_s_pictures_are_what_the_instrument_sends(tmp_path, server, bus):
    looks = []
    for column, name in enumerate(("peaks", "mask")):
        first = 8 + 2 * len(SHOWN) + 4 * column  # the boxes of `hand` stand before
        looks += ["#X obj 500 60 r look", f"#X obj 500 90 array get unloop-1-{name} 0 3", f"#X obj 500 120 print {name}", "#X text 0 0 -",
                  f"#X connect {first} 0 {first + 1} 0", f"#X connect {first + 1} 0 {first + 2} 0"]
    pd = Pd(tmp_path, ";\n".join(["unloop 1", *looks]))
    try:
        pd.put("unloop-1-port-show", f"value {server.port}")
        pd.sees("state: symbol off")
        bus.paint(0, peaks=(0.25,) * 2 + (0.5,) * 254, mask=Mask(True, ("0" + "9" * (PLACES - 1),)))
        bus.become(0, state="recording")  # told after them
        pd.sees("state: symbol recording")
        pd.put("look", "bang")
        pd.sees("peaks: 0.25 0.5 0.5")
        pd.sees("mask: 0 1 1")
    finally:
        pd.close()


def test_a_switch_is_pressed_and_let_go_and_the_patch_shows_what_it_did(tmp_path, server, bus):
    shown = ("unloop-pedal-state-show", "unloop-pedal-erasing-show", "unloop-pedal-variation-show")
    pd = open_pd(tmp_path, server, "unloop-pedal", "unloop-pedal-", shown)
    try:
        for value in (1, 1, 0):
            pd.put("unloop-pedal-1-show", f"value {value}")
        pd.put("unloop-pedal-3-show", "value 1")
        pd.put("unloop-pedal-stage_lock-show", "value 1")
        assert bus.wait_for(n_given=4)
        assert [(call.loop, call.name, call.argument) for call in bus.given] == [
            (0, "switch_down", 1), (0, "switch_up", 1), (0, "switch_down", 3), (None, "stage_lock", 1)]
        pd.put("unloop-pedal-variation-show", "value 0.75")
        assert bus.wait_for(n_sets=1) and bus.sets[0][:3] == (0, "variation", 0.75)
        bus.become(0, state="overdubbing")
        server.notify(Notice("erasing", 0, (1,)))
        bus.set(0, "variation", 0.25)
        for line in ("unloop-pedal-state: symbol overdubbing", "unloop-pedal-erasing: set 1", "unloop-pedal-variation: set 0.25"):
            pd.sees(line)
    finally:
        pd.close()


def test_a_band_is_told_together_and_each_loop_shows_its_own(tmp_path):
    bus = FakeBus(n_loops=3)
    shown = tuple(f"unloop-{loop}-{kind}-show" for loop in (1, 2, 3) for kind in ("alive", "state", "wet"))
    with OscServer(bus, port=0) as server:
        bus.listeners.append(server.notify)
        pd = Pd(tmp_path, "unloop-3", shown)
        try:
            for loop in (1, 2, 3):
                pd.put(f"unloop-{loop}-port-show", f"value {server.port}")
                pd.sees(f"unloop-{loop}-alive: set 1" if loop > 1 else "alive: set 1")
            pd.put("unloop-all-record-show", "bang")
            assert bus.wait_for(n_given=3)
            assert [(call.loop, call.name) for call in bus.given] == [(0, "record"), (1, "record"), (2, "record")]
            pd.put("unloop-all-variation-show", "value 0.5")
            pd.put("unloop-2-wet-show", "value 0.25")
            pd.put("unloop-3-pause-show", "bang")
            assert bus.wait_for(n_given=4, n_sets=4)
            assert bus.sets[-1][:3] == (1, "wet", 0.25) and (bus.given[-1].loop, bus.given[-1].name) == (2, "pause")
            for line in ("state: symbol recording", "unloop-2-state: symbol recording", "unloop-3-state: symbol paused"):
                pd.sees(line)
            bus.set(2, "wet", 0.75)
            pd.sees("unloop-3-wet: set 0.75")
        finally:
            pd.close()


def test_a_loop_is_read_back_once_its_file_is_whole(tmp_path, server, bus):
    pd = open_pd(tmp_path, server, "unloop-read", "unloop-read-", ("unloop-read-frames-show", "unloop-read-done"))
    try:
        file = tmp_path / "a loop.wav"
        pd.put("unloop-read-file", "value symbol " + str(file).replace(" ", "\\ "))
        pd.put("unloop-read-read-show", "bang")
        assert bus.wait_for(n_given=1)
        assert [(call.loop, call.name, call.argument) for call in bus.given] == [(0, "save", str(file))]
        write_audio(file, np.full((1234, 2), 0.5, np.float32), 48000)
        server.notify(Notice("saved", 0, (str(file),)))
        pd.sees("unloop-read-frames: set 1234")
        pd.sees("unloop-read-done: bang")
        assert not [line for line in pd.all if "error" in line or "can't" in line]
    finally:
        pd.close()
