"""A session that is kept without a thread and without a sound card: the engine offline, the writer stepped by hand."""

import numpy as np
import pytest

from tests.test_session_stretching import AtOnce
from unloop_py.audio_io.offline import OfflineStream
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.keeping import Keeping
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.restoring import Restorer, restore_settings
from unloop_py.session.stretching import Stretching
from unloop_py.sessions.library import Library
from unloop_py.vamper.request import Offer

RATE = 48000
BLOCK = 480
BEGAN = 1.7e9


class Stage:
    """An instrument whose time is the frames that it is given."""

    def __init__(self, folder, *, channels=2, disk=None, limit_bytes=1e12, began=BEGAN, rate=RATE, loops=1, latency=0,
                 **ends):
        self.engine = Engine(sample_rate=rate, channels=channels, max_loop_s=4.0, n_loops=loops, input_latency=latency, **ends)
        self.stream = OfflineStream(self.engine, BLOCK)
        self.began = began
        self.bus = SessionBus(self.engine, Store(loops), block_frames=BLOCK, wall_clock=self.clock)
        self.notices = []
        self.bus.listen(lambda notice: self.notices.append(notice.values[1]) if notice.kind == "error" else None)
        self.conductor = Conductor(self.bus, clock=lambda: self.engine.frame() / rate)
        self.library = Library(folder)
        self.keeping = Keeping(self.bus, self.library, limit_bytes=limit_bytes, wall_clock=self.clock, disk=disk)
        self.bus.listen(self.keeping.told)
        self.restorer = None
        self.files = self.bus.files = LoopFiles(self.bus)
        self.conductor.attach(None, lambda take: None, self._happened)
        self.stretching = Stretching(self.bus, self.files, AtOnce)
        self.stretching.on_shape = self.keeping.shaped
        self.takes = {}
        self.pieces = []

    def clock(self):
        return self.began + self.engine.frame() / self.engine.sample_rate

    def _happened(self, event):
        self.files.happened(event)
        self.stretching.happened(event)
        self.keeping.happened(event, self.files)
        if self.restorer is not None:
            self.restorer.happened(event)
        if event.kind.name == "TAKE" and event.index:
            self.takes[event.loop, event.take] = self.engine.buffer(event.slot)[: event.index].copy()

    def play(self, audio, write=True):
        """Let the engine hear an array, a block at a time, with everybody's turn after each; what it played."""
        out = []
        for at in range(0, len(audio), BLOCK):
            start = self.engine.frame()
            self.stream.run(audio[at : at + BLOCK])
            out.append(self.engine.played(start, self.engine.frame() - start))  # all that sounds, wherever
            self.conductor.step()
            self.stretching.step()
            if self.restorer is not None and self.restorer.step():
                self.restorer = None
            self.keeping.step()
            if write:
                self.keeping.writer.step()
        self.pieces.append(np.concatenate(out))
        return self.pieces[-1]

    def wait(self, frames, write=True):
        return self.play(np.zeros((frames, self.engine.n_inputs), np.float32), write)

    def press(self, kind, loop=0, **fields):
        self.bus.send(Command(kind, loop, **fields))

    def record(self, audio, loop=0):
        """Record an array as the loop."""
        self.press(CommandKind.RECORD, loop)
        self.play(audio)
        self.press(CommandKind.RECORD, loop)
        self.wait(BLOCK)

    def offer(self, audio, tag, loop=0, seed=7, letter="", parent=None):
        """Offer a variation as the vamper would."""
        take = self.engine.status(loop).take
        request = VariationRequest(take, tag, seed, Prompt(), 6, parent=parent)
        codes = np.random.default_rng(tag).integers(0, 1024, (9, 30)).astype(np.int16)
        made = Variation(request, audio, codes, np.ones_like(codes, np.uint8), 0.5, 0.0, 0.0)
        audio = self.bus.layering.finished(loop, take, tag, made).audio
        self.keeping.offered(Offer(tag, take, made, loop=loop, letter=letter))
        slot = self.engine.acquire_slot(len(audio))
        self.engine.buffer(slot)[: len(audio)] = audio
        self.press(CommandKind.OFFER, loop, slot=slot, take=take, tag=tag, correlation=0.5)
        return codes

    def restore(self, kept, given=None):
        restore_settings(self.bus, kept, given or {})
        self.restorer = Restorer(self.bus, self.conductor.varying, kept, self.keeping, self.clock, self.stretching)

    @property
    def folder(self):
        return self.keeping.folder

    @property
    def sound(self):
        return np.concatenate(self.pieces)


@pytest.fixture
def stage(tmp_path):
    """Makes instruments that are kept in one folder."""
    made = []

    def make(**settings):
        made.append(Stage(**{"folder": tmp_path, **settings}))
        return made[-1]

    yield make
    for one in made:
        one.keeping.writer.stop()


def noise(frames, seed=0, channels=2):
    return np.random.default_rng(seed).uniform(-0.1, 0.1, (frames, channels)).astype(np.float32)


@pytest.fixture(name="noise")
def noise_fixture():
    return noise
