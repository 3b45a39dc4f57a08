"""Packets that nobody should send, mutated, torn, nested, huge, of every dialect; and an instrument that is played meanwhile.

Seeded, so that what fails can be sent again. `scripts/bench_fuzz.py` sends a million of them.
"""

from __future__ import annotations

import contextlib
import random
import struct

import numpy as np

from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS
from unloop_py.control.pedals import WORDS
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS
from unloop_py.control.sooperlooper_addresses import ADDRESSES
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import UnloopError
from unloop_py.osc.messages import encode
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.loop_files import LoopFiles

RATE, BLOCK, LOOPS = 48000, 480, 4

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"
NTP_TO_UNIX_S = 2208988800
MADE_ONLY_OF_FILES = ("quit", "load", "save", "save_loop", "preset_save", "preset_delete", "scene_save", "scene_delete")
NAMES = [row.name for row in (*PARAMETERS, *COMMANDS) if row.name not in MADE_ONLY_OF_FILES] + [
    "state", "params", "help", "traffic", "subscribe", "unsubscribe",
]  # fmt: skip
CONTROLS = [row.name for row in (*LOOP_CONTROLS, *GLOBAL_CONTROLS)]
NUMBERS = (0, 1, -1, 2, 16, 0.5, 1e30, -1e-30, float("nan"), float("inf"), float("-inf"), 2**31 - 1, -(2**31), 2**63 - 1)
TEXTS = (
    "", "x", "0.5", "nan", "1e999", "record", "mute_on", "0.0.0.0", "osc.udp://192.0.2.1:9/", "127.0.0.1:1/", "é" * 90, "a" * 300, "%s%n",
    "../../x",
)  # fmt: skip
MAX_ADDRESSES = ("/process", "/heartbeat", "/cleanup", "/progress", "/log", "/interrupt")


class Hostile:
    """Makes them.

    Parameters
    ----------
    seed : int
    loops : int
        How many there are; a few more are asked for.
    """

    def __init__(self, seed: int, loops: int = 4) -> None:
        self.random = random.Random(seed)
        self._loops = loops
        self._kinds = (
            self.rubbish, self.message, self.message, self.message, self.broken, self.broken, self.bundle, self.bundle, self.in_time,
            self.sooperloopers, self.sooperloopers, self.max_s, self.address, self.nested, self.arrays, self.huge, self.tagged,
        )  # fmt: skip

    def packet(self) -> bytes:
        """One of any kind, at most as long as a datagram may be."""
        return self.random.choice(self._kinds)()[:65507]

    def value(self) -> int | float | str:
        return self.random.choice(self.random.choice((NUMBERS, TEXTS)))

    def rubbish(self) -> bytes:
        return self.random.randbytes(self.random.choice((0, 1, 3, 4, 8, 16, 60, 400, 2000)))

    def message(self) -> bytes:
        """One that is OSC, of our addresses, with values that may be anything."""
        pick = self.random.choice
        loop = pick([*(str(number) for number in range(self._loops + 2)), "selected", "99999999999"] * 3 + ["*", "?", "[1-3]", "{1,2}"])
        name = pick(NAMES)
        whole = f"/unloop/loop/{loop}/layer/{pick(('0', '1', 'all', '*', '-1'))}/{pick(LAYER_PARAMETERS).name}"
        address = pick((f"/unloop/loop/{loop}/{name}",) * 6 + (f"/unloop/{name}", f"/unloop/group/{loop}/{name}", whole))
        return encode(address, *(self.value() for _ in range(pick((0, 1, 1, 1, 2, 30)))))

    def sooperloopers(self) -> bytes:
        """One of SooperLooper's, with as many arguments as it has or others."""
        pick = self.random.choice
        row = pick([row for row in ADDRESSES if not any(word in row.address for word in ("quit", "save", "load"))])
        arguments: list[int | float | str] = []
        for letter in row.letters:
            named = {"s": pick((*CONTROLS, *WORDS, *TEXTS)), "i": pick((0, 1, 10, -1, 2**31 - 1)), "f": pick(NUMBERS)}.get(letter, 0)
            arguments.append(named if self.random.random() < 0.9 else self.value())
        if self.random.random() < 0.1:
            arguments = arguments[:-1] if arguments else [1]
        return encode(row.address.replace("/N/", f"/{pick(('0', '1', '2', '3', '-1', '-2', '-3', '99', 'x'))}/"), *arguments)

    def max_s(self) -> bytes:
        """One of unloop for Max's, its eighteen arguments or others."""
        pick = self.random.choice
        file = pick(("nothing.wav", "/", "", "a" * 900))
        values = [7, "vampnet", file, "default", 3, 0.1, 9, 10000.0, 1, 0.15, 64, 4, 0, 32, 1.0, 0.0, 0.0, 1]
        for _ in range(pick((0, 1, 3))):
            values[self.random.randrange(18)] = self.value()
        return encode(pick(MAX_ADDRESSES), *values[: pick((0, 1, 17, 18, 18))])

    def broken(self) -> bytes:
        """A sound one with bytes changed, and perhaps cut off."""
        packet = bytearray(self.random.choice((self.message, self.sooperloopers, self.max_s))())
        for _ in range(self.random.randrange(1, 5)):
            packet[self.random.randrange(len(packet))] = self.random.randrange(256)
        return bytes(packet[: self.random.randrange(len(packet) + 1)] if self.random.random() < 0.5 else packet)

    def bundle(self) -> bytes:
        packet = b"#bundle\0" + self.random.choice((IMMEDIATELY, self.random.randbytes(8)))
        for _ in range(self.random.randrange(4)):
            element = self.random.choice((self.message, self.broken, self.rubbish))()
            packet += struct.pack(">i", self.random.choice((len(element),) * 4 + (-4, 0, 2**31 - 1, -(2**31)))) + element
        return packet

    def in_time(self) -> bytes:
        """A bundle of a time that has passed, that comes soon, and that the seconds are counted anew for (2036)."""
        seconds = self.random.choice((2, 1000.5, NTP_TO_UNIX_S, NTP_TO_UNIX_S + 1e9, 2**32 - 0.5, NTP_TO_UNIX_S + 1.8e9, 2**31, 0.25))
        element = self.message()
        return b"#bundle\0" + struct.pack(">Q", min(2**64 - 1, int(seconds * 2**32))) + struct.pack(">i", len(element)) + element

    def address(self) -> bytes:
        alphabet = "/unlop*?[]{},-!1é "
        return encode("/" + "".join(self.random.choice(alphabet) for _ in range(self.random.randrange(300))))

    def nested(self) -> bytes:
        """Bundles in bundles, a thousand deep."""
        packet = self.message()
        for _ in range(self.random.choice((2, 9, 1000))):
            packet = b"#bundle\0" + IMMEDIATELY + struct.pack(">i", len(packet)) + packet
        return packet

    def arrays(self) -> bytes:
        """More arrays, or arguments, than anybody sends."""
        many = (b"[" * 5000, b"[]" * 2000, b"i" * 16000, b"N" * 60000)
        tags = self.random.choice((*many, b"[" * 4 + b"i" + b"]" * 4, b"b", b"]", b"t", b"I"))
        return b"/unloop/loop/1/mix\0\0," + tags + b"\0" * (4 - (len(tags) + 1) % 4) + self.random.randbytes(self.random.choice((0, 4, 64)))

    def huge(self) -> bytes:
        """64 KiB: of one text, of one address, of small messages."""
        one = encode("/unloop/loop/2/wet", 0.5)
        kinds = (encode("/unloop/loop/2/wet", "x" * 60000), b"/" * 65000 + b"\0" * 4,
                 b"#bundle\0" + IMMEDIATELY + (struct.pack(">i", len(one)) + one) * 1800)  # fmt: skip
        return self.random.choice(kinds) if self.random.random() < 0.05 else kinds[0][:9000]

    def tagged(self) -> bytes:
        """A parameter with types that it does not have."""
        tags = bytes(self.random.choice(b"ihfdsbrmtTFN[]ISc") for _ in range(self.random.randrange(6)))
        padded = b"," + tags + b"\0" * (4 - (len(tags) + 1) % 4)
        return b"/unloop/loop/2/wet\0\0" + padded + self.random.randbytes(4 * self.random.randrange(8))


NOT_FOR_STRANGERS = ("quit", "load", "save", "save_loop", "scene", "preset_save", "scene_save")


class Kept(SessionBus):
    """The real bus, on which nobody is heard who means the first loop, the disk or the end: whatever happens to that loop is no order."""

    player, last = "", ()

    def command(self, loop, name, argument=None, frame=None, source=""):
        hands_on = isinstance(argument, str) and any(part in argument for part in ("next", "prev", "excl", "solo"))
        last_of_two = name == "loop_del" and self.n_loops == 2
        if loop != 0 and not hands_on and not last_of_two and name not in NOT_FOR_STRANGERS:
            super().command(loop, name, argument, frame, source)

    def set(self, loop, name, value, source="", frame=None):
        self.last = (loop, name, value) if source == self.player else self.last
        if loop != 0:
            super().set(loop, name, value, source, frame)


class Played:
    """Four loops without a card; the first has been played, and its samples are known."""

    def __init__(self) -> None:
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=1.0, n_loops=LOOPS, undo_memory_mb=8.0)
        self.bus = Kept(self.engine, Store(LOOPS), block_frames=BLOCK)
        self.bus.files = LoopFiles(self.bus)
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None, self.bus.files.happened)
        self._chance = np.random.default_rng(1)
        for loop in range(LOOPS):
            for _ in range(2):
                SessionBus.command(self.bus, loop, "record")
                self.play(20)
        self.before = self.sound()
        assert self.before.any()

    def play(self, blocks: int, loudness: float = 0.1) -> np.ndarray:
        """Plays on, and returns what is heard."""
        sound = np.empty((blocks * BLOCK, 1), np.float32)
        for block in range(blocks):
            played = self._chance.uniform(-loudness, loudness, (BLOCK, 1)).astype(np.float32)
            self.engine.process(played, sound[block * BLOCK : (block + 1) * BLOCK])
            self.conductor.step()
        return sound

    def sound(self) -> np.ndarray:
        """A pass of the first loop from its start, heard alone and as loud as it is."""
        bus, length = self.bus, self.engine.status(0).length_frames
        for loop in range(bus.n_loops):
            SessionBus.command(bus, loop, "solo", int(loop == 0))
        for row in PARAMETERS:
            if row.scope == "global" and row.acts == "at once":
                with contextlib.suppress(UnloopError):  # what there is no card, no clock for
                    SessionBus.set(bus, 0, row.name, row.default)
        self.play(2 * length // BLOCK, 0.0)
        self.play((length - self.engine.status(0).position_frames) // BLOCK, 0.0)
        assert self.engine.status(0).position_frames == 0
        return self.play(length // BLOCK, 0.0)
