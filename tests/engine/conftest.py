"""A player for tests: presses at exact frames, plays arrays, and keeps all that sounded and happened."""

from collections.abc import Callable

import numpy as np
import pytest

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Control, Event, EventKind

RATE = 48000


class Player:
    """An engine, its offline stream, and everything that came out of it."""

    def __init__(self, **settings):
        settings = {"sample_rate": RATE, "channels": 1, "max_loop_s": 2.0, **settings}
        self.engine = Engine(**settings)
        self.stream = OfflineStream(self.engine)
        self.happened: list[Event] = []
        self.pieces: list[np.ndarray] = []
        self.ahead = np.zeros((0, self.engine.channels), np.float32)  # what has sounded already, but was not yet given to the test

    def press(self, kind: CommandKind, frame: int = -1, **fields) -> None:
        """Send a command for a frame."""
        self.engine.send(Command(kind, frame=frame, **fields))

    def set(self, control: Control, value: float, frame: int = -1) -> None:
        """Send a control's value."""
        self.press(CommandKind.SET, frame, control=control, value=value)

    def play(self, audio: np.ndarray, block=1024) -> np.ndarray:
        """Play an array of one or more channels; returns what sounded, (frames, channels)."""
        audio = np.asarray(audio, np.float32)
        if audio.ndim == 1:
            audio = np.repeat(audio[:, None], self.engine.channels, axis=1)
        out = self.stream.run(audio, block)
        self.pieces.append(out)
        self.happened += self.engine.events()
        return out

    def wait(self, frames: int, block=1024) -> np.ndarray:
        """Play nothing for so many frames."""
        before, self.ahead = self.ahead, self.ahead[:0]
        return np.concatenate([before, self.play(np.zeros(frames - len(before), np.float32), block)])

    @property
    def sound(self) -> np.ndarray:
        """Everything that has sounded."""
        return np.concatenate(self.pieces)

    @property
    def now(self) -> int:
        """The engine's clock."""
        return self.engine.frame()

    def told(self, kind: EventKind) -> list[Event]:
        """All events of a kind so far."""
        return [event for event in self.happened if event.kind == kind]

    def take(self) -> np.ndarray:
        """The audio of the newest take that was announced."""
        event = self.told(EventKind.TAKE)[-1]
        return self.engine.buffer(event.slot)[: event.index].copy()

    def record(self, audio: np.ndarray, lead_in: np.ndarray | None = None) -> np.ndarray:
        """Record an array as the loop, after an optional lead-in; returns the take. Leaves the playhead at 0."""
        if lead_in is not None:
            self.play(lead_in)
        self.press(CommandKind.RECORD, self.now)
        self.play(audio)
        self.press(CommandKind.RECORD, self.now)
        self.wait(0)
        return audio

    def offer(self, audio: np.ndarray, tag: int = 1, **fields) -> int:
        """Offer a variation of the newest take; returns its slot."""
        audio = np.asarray(audio, np.float32).reshape(len(audio), -1)
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        fields = {"take": self.told(EventKind.TAKE)[-1].take, **fields}
        self.press(CommandKind.OFFER, slot=slot, tag=tag, **fields)
        return slot


@pytest.fixture
def player() -> Callable[..., Player]:
    """Makes players."""
    return Player


def noise(frames: int, seed: int = 0, channels: int | None = None, level: float = 0.1) -> np.ndarray:
    """Seeded noise well below the limiter, (frames,) or (frames, channels) float32."""
    shape = frames if channels is None else (frames, channels)
    return (np.random.default_rng(seed).uniform(-level, level, shape)).astype(np.float32)


@pytest.fixture(name="noise")
def noise_fixture() -> Callable[..., np.ndarray]:
    """Makes noise."""
    return noise
