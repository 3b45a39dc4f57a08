"""Every command in every state, over the bus and over OSC: what cannot be obeyed changes nothing, and why is answered."""

import contextlib
import math

import numpy as np
import pytest

from tests.osc.conftest import Client
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Status
from unloop_py.errors import CommandError, ParameterError, UnloopError
from unloop_py.osc.server import OscServer
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.loop_files import LoopFiles

RATE, BLOCK = 48000, 480
LOOPS = 10      # as many can begin at one moment
STATES = {
    "off": [], "recording": ["record"], "playing": ["record", "record"], "overdubbing": ["record", "record", "overdub"],
    "multiplying": ["record", "record", "multiply"], "inserting": ["record", "record", "insert"],
    "replacing": ["record", "record", "replace"], "substituting": ["record", "record", "substitute"],
    "muted": ["record", "record", "mute"], "oneshot": ["record", "record", "oneshot"], "paused": ["record", "record", "pause"],
    "scratching": ["record", "record", "scratch"],
}  # fmt: skip
WRITES = ("save_loop",)     # to the disk: it has tests of its own
PRESSES = [(row.name, argument) for row in COMMANDS
           if row.scope == "loop" and row.argument in ("none", "toggle", "count") and row.name not in WRITES
           for argument in {"none": [None], "toggle": [None, 0, 1], "count": [1]}[row.argument]]  # fmt: skip
REFUSED = {
    "off": "replace substitute multiply insert undo redo undo_all redo_all play trigger oneshot pause mute mute_trigger reverse clear "
           "keep back lock",
    "recording": "redo redo_all keep back",
    "playing": "redo redo_all keep",
    "overdubbing": "redo redo_all keep",
    "multiplying": "redo redo_all keep",
    "inserting": "redo redo_all keep",
    "replacing": "redo redo_all keep",
    "substituting": "redo redo_all keep",
    "muted": "redo redo_all keep",
    "oneshot": "redo redo_all keep",
    "paused": "redo redo_all keep mute mute_trigger",
    "scratching": "redo redo_all keep",
}  # fmt: skip
KNOWN = set(" ".join(REFUSED.values()).split()) | {"record", "overdub", "solo"}


class Concert:
    """Ten loops that all hear and do the same, until one of them is told something; no model, no card, no files."""

    def __init__(self):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=2.0, n_loops=LOOPS)
        self.bus = SessionBus(self.engine, Store(LOOPS), block_frames=BLOCK)
        self.bus.files = LoopFiles(self.bus)
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None, self.bus.files.happened)
        self.errors = []
        self.bus.listen(lambda notice: self.errors.append(notice.values) if notice.kind == "error" else None)
        self.chance = np.random.default_rng(1)
        self.play(5)

    def play(self, blocks):
        for _ in range(blocks):
            heard = self.chance.uniform(-0.1, 0.1, (BLOCK, 1)).astype(np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.conductor.step()

    def come_to(self, state):
        for name in STATES[state]:
            for loop in range(LOOPS):
                self.bus.command(loop, name)
            self.play(30)
        assert {self.engine.status(loop).state.label for loop in range(LOOPS)} == {state}
        assert not self.errors

    def how(self, loop):
        """All that an order could have changed of a loop."""
        status = self.engine.status(loop)
        shared = ("frame", "peak_in", "peak_out", "limited", "xruns", "events_lost", "block_time", "block_frame")
        fields = {name: getattr(status, name) for name in Status.__slots__ if name not in shared}
        return fields | {"waits": self.bus.status(loop).pending, "parameters": self.bus.store.snapshot(loop)}

    def tell(self, loop, name, argument):
        """The reason why not, by the bus; None where it was taken."""
        try:
            self.bus.command(loop, name, argument)
        except UnloopError as error:
            return str(error)
        return None


@contextlib.contextmanager
def over_osc(concert):
    """Tells it in the concert's place, over UDP, and returns the reason that is answered."""
    with OscServer(concert.bus, port=0) as server:
        client = Client(server.port)

        def tell(loop, name, argument):
            address = f"/unloop/loop/{loop + 1}/{name}"
            client.send(address, *(() if argument is None else (argument,)))
            reasons = [message[2] for message in client.news() if message[:2] == ("/unloop/error", address)]
            return reasons[0] if reasons else None

        try:
            yield tell
        finally:
            client.close()


def presses_refused(state, door):
    """Which presses are refused in a state, each told to a loop of its own, with one loop left as it was."""
    refused = {}
    for first in range(0, len(PRESSES), LOOPS - 1):
        some = PRESSES[first : first + LOOPS - 1]
        concert = Concert()
        concert.come_to(state)
        with door(concert) as tell:
            reasons = [tell(loop, name, argument) for loop, (name, argument) in enumerate(some)]
        concert.play(2)
        untouched = concert.how(LOOPS - 1)
        for loop, ((name, argument), reason) in enumerate(zip(some, reasons, strict=True)):
            told = [text for address, text in concert.errors if address.startswith(f"/unloop/loop/{loop + 1}/")]
            why = reason or (told[0] if told else None)
            if why is None:
                continue
            assert why.startswith(name) and len(why) > len(name) + 10, why
            assert concert.how(loop) == untouched, (state, name, argument)
            refused[name, argument] = why
    return refused


@pytest.mark.parametrize("state", STATES)
def test_what_cannot_be_done_in_a_state_changes_nothing_and_the_reason_is_answered(state):
    refused = presses_refused(state, lambda concert: contextlib.nullcontext(concert.tell))
    assert {name for name, argument in refused if name in KNOWN and argument != 0} == set(REFUSED[state].split())
    assert presses_refused(state, over_osc) == refused


@pytest.mark.parametrize("loop", [-1, LOOPS, 1000])
def test_a_loop_that_does_not_exist_is_named_with_those_that_do_whatever_it_is_told(loop):
    concert = Concert()
    before = [concert.how(one) for one in range(LOOPS)]
    for row in COMMANDS:
        if row.scope == "loop":
            argument = {"name": "x", "file": "x.wav", "press": "record", "count": 1}.get(row.argument)
            with pytest.raises(CommandError, match=rf"loop must be in 1\.\.{LOOPS}, got {loop + 1}"):
                concert.bus.command(loop, row.name, argument)
    with over_osc(concert) as tell:
        for name, value in [("record", None), ("wet", 0.5), ("mute", 1), ("hit", "record")]:
            assert f"loop must be in 1..{LOOPS}" in tell(loop, name, value)
    assert [concert.how(one) for one in range(LOOPS)] == before


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e10, -1e10, 1e300])
def test_no_parameter_takes_what_is_no_number_or_far_beyond_its_range(value):
    concert = Concert()
    before = concert.how(0)
    for row in PARAMETERS:
        with pytest.raises(ParameterError, match=row.name):
            row.convert(value)
    with over_osc(concert) as tell:
        for row in PARAMETERS:
            assert row.name in tell(0, row.name, value if abs(value) < 1e39 else math.inf)
    assert concert.how(0) == before


@pytest.mark.parametrize("tempo", [0.0, -120.0, 1e9, math.nan])
def test_a_tempo_that_no_music_has_leaves_the_clock_as_it_was(tempo):
    concert = Concert()
    concert.bus.set(0, "sync_source", -3)
    concert.bus.set(0, "tempo", 90.0)
    line = concert.bus.moments.beats(0)
    with over_osc(concert) as tell:
        assert "tempo must be" in tell(0, "tempo", tempo) or "tempo takes" in tell(0, "tempo", tempo)
    assert concert.bus.moments.beats(0) == line and concert.bus.get(0, "tempo") == 90.0


def test_a_recording_of_no_length_is_as_short_as_a_loop_may_be_and_one_without_end_stops_where_memory_does():
    concert = Concert()
    for loop in (0, 1):
        concert.bus.command(loop, "record")
    concert.bus.command(0, "record")
    concert.play(300)
    shortest, longest = (concert.engine.status(loop).length_frames for loop in (0, 1))
    assert 0 < shortest <= RATE // 4 and longest == concert.engine.max_loop_frames
    concert.bus.command(1, "multiply")
    concert.play(300)
    concert.bus.command(1, "multiply")
    concert.play(10)
    assert concert.engine.status(1).length_frames == longest
    concert.bus.command(1, "insert")
    concert.play(50)
    assert any("max-loop" in text for _, text in concert.errors)
    assert concert.engine.status(1).length_frames == longest


@pytest.mark.parametrize("address", ["/sl/99/hit", "/sl/-2/hit", "/sl/x/down", "/sl/1e9/up"])
def test_sooperloopers_addresses_name_the_loops_that_there_are(address):
    concert = Concert()
    with OscServer(concert.bus, port=0) as server:
        client = Client(server.port)
        client.send(address, "record")
        (message,) = client.news()
        client.close()
    assert message[:2] == ("/unloop/error", address) and "loop must be in 0..9" in message[2]
