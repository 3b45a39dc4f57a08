"""The Pd patch in a real Pd, against a real OSC server: its controls drive the instrument, and it sees the replies."""

import queue
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from unloop_py.control.bus import Notice
from unloop_py.control.fake_bus import FakeBus
from unloop_py.osc.server import OscServer

PATCH = Path(__file__).resolve().parents[2] / "max_patches" / "pd" / "unloop.pd"
TIMEOUT_S = 10.0
SHOWN = ("state", "mix", "temperature", "position", "repetition", "late", "seam", "mute", "error", "alive", "custom", "pending",
         "pending-seconds")  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("pd") is None, reason="no pd: apt install puredata-core")


def hand(port: int) -> str:
    """A second patch: what arrives over TCP goes to a name in Pd, and what is shown at names is printed."""
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
    for name in SHOWN:
        number = 7 + 2 * SHOWN.index(name)
        lines += [f"#X obj 10 200 r unloop-{name}-show;", f"#X obj 10 230 print {name};"]
        cords.append((number, 0, number + 1, 0))
    return "\n".join(lines + [f"#X connect {a} {b} {c} {d};" for a, b, c, d in cords]) + "\n"


class Pd:
    """A running Pd with the patch open, and a hand on its controls."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "hand.pd").write_text(hand(port))
        self._process = subprocess.Popen(
            ["pd", "-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", str(PATCH), str(folder / "hand.pd")],
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
        pd.put("unloop-port-show", f"value {server.port}")
        pd.sees("state: symbol off")
        yield pd
    finally:
        pd.close()


def test_the_patch_drives_the_instrument_and_sees_its_replies(pd, bus, server):
    pd.sees("mix: set 1")
    pd.put("unloop-mix-show", "value 0.25")
    pd.put("unloop-periodic_prompt-show", "value 9")
    pd.put("unloop-temperature-typed", "value 1.5")
    pd.put("unloop-typical_filtering-show", "value 1")
    assert bus.wait_for(n_sets=4)
    assert bus.sets == [
        (0, "mix", 0.25, None), (0, "periodic_prompt", 9, None), (0, "temperature", 1.5, None), (0, "typical_filtering", 1, None),
    ]  # fmt: skip
    pd.sees("custom: set 1")
    pd.put("unloop-preset", "value symbol large-follow-beat")
    pd.sees("temperature: set 1")
    assert (bus.get(0, "beat_mask_ms"), bus.get(0, "periodic_prompt"), bus.get(0, "mask_temperature")) == (80.0, 0, 10.5)
    bus.given.clear()

    clicks = (("record", "bang"), ("overdub", "bang"), ("again-count", "value 3"), ("again", "bang"), ("mute", "value 1"))
    for name, value in (*clicks, ("generate", "value 0")):
        pd.put(f"unloop-{name}-show", value)
    assert bus.wait_for(n_given=5)
    assert [(call.loop, call.name, call.argument) for call in bus.given] == [
        (0, "record", None), (0, "overdub", None), (0, "again", 3), (0, "mute", 1), (None, "generate", 0),
    ]  # fmt: skip
    pd.sees("state: symbol recording")
    pd.sees("state: symbol overdubbing")
    pd.sees("mute: set 1")

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
    pd.put("unloop-mix", "value 7")
    pd.sees(r"error: symbol mix\ must\ be\ in\ 0..1\,\ got\ 7.0")
    pd.sees("alive: set 1")
    assert server.malformed == 0
    assert not [line for line in pd.all if "error" in line and not line.startswith("error:")]


def test_what_the_patch_shows_it_does_not_send_back(pd, bus, server):
    bus.set(0, "mix", 0.5)
    bus.set(0, "steps", 20)
    pd.sees("mix: set 0.5")
    pd.put("unloop-undo-show", "bang")
    assert bus.wait_for(n_given=1)
    assert [change[:3] for change in bus.sets] == [(0, "mix", 0.5), (0, "steps", 20)]


def test_an_instrument_that_starts_after_the_patch_is_found_by_itself(tmp_path):
    pd = Pd(tmp_path)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
            nobody.bind(("127.0.0.1", 0))
            nobody.settimeout(TIMEOUT_S)
            port = nobody.getsockname()[1]
            pd.put("unloop-port-show", f"value {port}")
            assert nobody.recv(4096).startswith(b"/unloop/subscribe\0")  # asked once, and not answered
        with OscServer(FakeBus(), port=port):
            pd.sees("state: symbol off")
    finally:
        pd.close()
