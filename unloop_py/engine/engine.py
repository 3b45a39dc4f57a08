"""The Python face of the audio thread: commands in, events out, buffers lent and taken back."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from .. import units
from ..errors import CommandError, DeviceError, EngineBusy, ParameterError
from . import layout
from .callback import build_callback
from .controls import DEFAULTS, check, check_command
from .housing import REHOUSE
from .machine import SUPPLY
from .messages import Command, CommandKind, Event, EventKind, State
from .ports import Port, make_port
from .readings import Readings
from .slots import SlotPool

SAMPLE_RATES = (44100, 48000)
MAX_CHANNELS = 2
MAX_LOOPS = 16
MAX_LATENCY_S = 0.5
OVERDUB_SPARES = 5
NEEDS_AUDIO = (CommandKind.OFFER, CommandKind.LOAD, CommandKind.REMIX, CommandKind.RESHAPE)


class Engine(Readings):
    """The looper. Its sound is made by compiled code that whoever owns the audio calls; see `audio_io`.

    Making one compiles that code if this machine has not done so before (many seconds), loads it otherwise, and
    allocates all memory. Control threads only, unless said otherwise; nothing here ever waits for the audio thread.

    Parameters
    ----------
    sample_rate : int
        Hz, one of `SAMPLE_RATES`.
    channels : int
        1 or 2, in and out.
    max_loop_s : float
        Longest recording in seconds, 1..600. It ends there by itself.
    n_loops : int
        How many loops there are at first, 1..16; LOOP_ADD and LOOP_DEL change it.
    capacity : int
        How many there can be, `n_loops`..16. One that is not there takes no audio memory.
    more_inputs, more_outputs : int
        Inputs and outputs beside the common ones, which every loop has at first, and of which there are `channels`. INPUT
        and OUTPUT commands send loops there.
    cue : bool
        Whether there is a second output, for offers that wait to be accepted.
    input_latency, output_latency : int
        Frames, as the driver reports them; `set_latency` changes them.
    undo_memory_mb : float
        Memory that the states of all loops may hold, in MB. Beyond it the oldest are forgotten, each told by a FORGOTTEN
        event; a loop's take, with all its overdubs, and one step of undo never are.

    Raises
    ------
    ParameterError
        A setting out of its range.
    DeviceError
        A sample rate that is not supported.
    """

    def __init__(
        self,
        *,
        sample_rate: int,
        channels: int = 2,
        max_loop_s: float = 60.0,
        n_loops: int = 1,
        capacity: int = MAX_LOOPS,
        more_inputs: int = 0,
        more_outputs: int = 0,
        cue: bool = False,
        input_latency: int = 0,
        output_latency: int = 0,
        undo_memory_mb: float = 256.0,
    ) -> None:
        if sample_rate not in SAMPLE_RATES:
            known = ", ".join(map(str, SAMPLE_RATES))
            raise DeviceError(f"sample rate {sample_rate} Hz is not supported: choose one of {known}")
        check("channels", channels, 1, MAX_CHANNELS)
        check("max_loop_s", max_loop_s, 1, 600)
        check("capacity", capacity, 1, MAX_LOOPS)
        check("n_loops", n_loops, 1, capacity)
        check("more_inputs", more_inputs, 0, layout.MAX_ENDS - channels)
        check("more_outputs", more_outputs, 0, layout.MAX_ENDS - channels)
        self.sample_rate = sample_rate
        self.channels = channels
        self.n_loops, self.capacity = n_loops, capacity
        self.n_inputs, self.n_outputs, self.has_cue = channels + more_inputs, channels + more_outputs, cue
        self.n_sends = layout.n_sends(channels, self.n_outputs)
        self.undo_memory_mb = undo_memory_mb
        self.max_loop_frames = units.seconds_to_frames(max_loop_s, sample_rate)
        self._callback = build_callback()
        undo_frames = int(undo_memory_mb * 1e6) // (4 * channels)
        self._memory = layout.allocate(
            n_loops, channels, sample_rate, self.max_loop_frames, undo_frames,
            capacity=capacity, n_inputs=self.n_inputs, n_outputs=self.n_outputs, has_cue=cue,
        )  # fmt: skip
        super().__init__(self._memory, SlotPool(self._memory, channels), channels)
        self._lent: set[int] = set()  # acquired and not yet given to the engine
        self._supplied: dict[int, int] = {}  # lent as empty: slot -> index of the command that lent it
        self._freed: list[int] = []  # free again, reusable from the next drain on
        self._lengths = [0] * capacity
        self._send_lock = threading.Lock()
        self._events_lock = threading.Lock()
        self._ports: list[Port] = []
        for end in ("start", "target"):
            self._memory.controls[end] = 1.0  # of the engine's own ramps
            for control, value in DEFAULTS.items():
                self._memory.controls[end][:, control] = value
        self.set_latency(input_latency, output_latency)
        ends = list(range(self.output_channels))
        self._own_port = self.port(
            self.n_inputs, len(ends), list(range(channels)), ends[:channels], more_inputs=range(channels, self.n_inputs),
            more_outputs=ends[channels : self.n_outputs], cues=ends[self.n_outputs :],
        )  # fmt: skip
        self._top_up()

    # --- what the audio thread runs

    @property
    def callback_address(self) -> int:
        """Address of the C callback, a `PaStreamCallback` that never takes the GIL."""
        return self._callback.address

    @property
    def userdata(self) -> int:
        """What the callback is to be given by a caller with just the engine's channels."""
        return self._own_port.userdata

    @property
    def output_channels(self) -> int:
        """Channels that `process` fills: the common outputs, the others, and those of the cue."""
        return self.n_outputs + (self.channels if self.has_cue else 0)

    def port(
        self,
        input_channels: int,
        output_channels: int,
        inputs: Sequence[int] | None = None,
        outputs: Sequence[int] | None = None,
        clicks: Sequence[int] | None = None,
        *,
        more_inputs: Sequence[int] = (),
        more_outputs: Sequence[int] = (),
        cues: Sequence[int] = (),
    ) -> Port:
        """Map a device's channels to the engine's.

        Parameters
        ----------
        input_channels, output_channels : int
            Channels that the device's interleaved blocks have, 0..64.
        inputs : sequence of int, optional
            Device channel, from 0, that each of the common inputs hears. Default: the first ones, the last repeated.
        outputs : sequence of int, optional
            Device channels, from 0, that the common outputs go to. One of them gets the mean of a stereo engine; a mono
            engine goes to all of them. Default: the first ones.
        clicks : sequence of int, optional
            Device channels, from 0, that clicks go to. Default: `outputs`.
        more_inputs, more_outputs : sequence of int
            Device channel, from 0, of each of the engine's other inputs and outputs.
        cues : sequence of int
            Device channels, from 0, that offers go to that wait to be accepted.

        Raises
        ------
        DeviceError
            A channel that the device does not have.
        """
        port = make_port(
            self._memory.header, input_channels, output_channels, inputs, outputs, clicks, more_inputs, more_outputs, cues
        )
        self._ports.append(port)
        return port

    def process(self, audio_in: np.ndarray, audio_out: np.ndarray) -> None:
        """Let the engine hear one block and fill the other, with the very code that a sound card would call.

        Any one thread at a time, and no stream beside it. The GIL is released meanwhile.

        Parameters
        ----------
        audio_in, audio_out : np.ndarray
            float32 (frames, n_inputs) and (frames, output_channels), C-contiguous; any number of frames.
        """
        for array in (audio_in, audio_out):
            if array.dtype != np.float32 or array.ndim != 2 or not array.flags.c_contiguous:
                raise ValueError(f"blocks are C-contiguous float32 (frames, channels), got {array.dtype} {array.shape}")
        wanted = (len(audio_in), self.n_inputs), (len(audio_in), self.output_channels)
        if (audio_in.shape, audio_out.shape) != wanted:
            raise ValueError(f"blocks are (frames, {self.n_inputs}) and (frames, {self.output_channels}), "
                             f"got {audio_in.shape} and {audio_out.shape}")  # fmt: skip
        if len(audio_in):
            self._callback.ctypes(audio_in.ctypes.data, audio_out.ctypes.data, len(audio_in), 0, 0, self.userdata)

    # --- commands in

    def send(self, command: Command) -> None:
        """Tell the engine something. Any thread.

        Raises
        ------
        EngineBusy
            The ring is full: the audio thread does not run, or is flooded.
        ParameterError
            A control's value out of its range, or a loop that does not exist.
        CommandError
            A slot that was not acquired, or audio in it that is not finite.
        """
        if command.kind in (CommandKind.LOOP_ADD, CommandKind.LOOP_DEL):
            self._send_change(command)
            return
        if not 0 <= command.loop < self.n_loops:
            raise ParameterError(f"loop {command.loop + 1} does not exist: there are 1..{self.n_loops}")
        check_command(command, self)
        if command.kind in NEEDS_AUDIO and command.slot != -1:
            self._check_slot(command)
        elif command.kind in NEEDS_AUDIO and command.kind != CommandKind.OFFER:
            raise CommandError(f"{command.kind.name.lower()} needs a buffer: acquire one, fill it, and name it as slot")
        self._push(command)
        self._lent.discard(command.slot)

    def _send_change(self, command: Command) -> None:
        """LOOP_ADD of the next loop or LOOP_DEL of the last, at once; the lock keeps their number and the engine's one."""
        with self._events_lock:
            adds = command.kind == CommandKind.LOOP_ADD
            if command.loop != (self.n_loops if adds else self.n_loops - 1) or not 1 <= command.loop < self.capacity:
                raise ParameterError(f"{'there is room for' if adds else 'the last of'} {self.capacity if adds else self.n_loops} loops")
            self._push(command)
            self.n_loops += 1 if adds else -1
            self._top_up()

    def set_latency(self, input_frames: int, output_frames: int, *, while_monitoring: bool = False) -> None:
        """Say how late input and output are, in frames; for passes that begin from now on.

        `while_monitoring`: also while the player hears himself through the engine, at `dry` above 0.

        Raises
        ------
        ParameterError
            Together more than half a second.
        """
        limit = int(MAX_LATENCY_S * self.sample_rate)
        check("latency in frames", input_frames + output_frames, 0, limit)
        self._memory.header["latency"] = input_frames + output_frames
        self._memory.header["latency_monitored"] = int(while_monitoring)

    # --- events out

    def events(self) -> list[Event]:
        """Everything that happened since the last call, oldest first. Any one thread at a time.

        Also takes freed buffers back and lends the engine new ones, so call it at least a few times a second.
        A buffer that an event of this call says is FREED keeps its content until the next call.
        """
        with self._events_lock:
            for slot in self._freed:
                self._slots.release(slot)
            self._freed.clear()
            events = self._drain()
            for event in events:
                if event.kind == EventKind.FREED:
                    self._freed.append(event.slot)
                elif event.kind == EventKind.TAKE:
                    self._lengths[event.loop] = event.index
                    self._house(event)
            self._top_up()
            return events

    def has_events(self) -> bool:
        """Whether `events` would return any. Any thread; costs a microsecond."""
        return self._observe(self._index("events_written")) != int(self._memory.rings["events_read"][0])

    # --- buffers

    def acquire_slot(self, frames: int | None = None) -> int:
        """Number of a free buffer for an offer or a loop to load. Any thread but the audio thread.

        Parameters
        ----------
        frames : int, optional
            What it must hold; default the longest loop, which costs the most memory.

        Raises
        ------
        EngineBusy
            All slots are in use.
        """
        slot = self._slots.acquire(self.max_loop_frames if frames is None else max(1, frames))
        self._lent.add(slot)
        return slot

    def release_slot(self, slot: int) -> None:
        """Give back an acquired slot that no command has named."""
        if slot not in self._lent:
            raise CommandError(f"slot {slot} is not yours to release: it was never acquired, or the engine has it")
        self._lent.discard(slot)
        self._slots.release(slot)

    # --- within

    def _check_slot(self, command: Command) -> None:
        if command.slot not in self._lent:
            raise CommandError(f"slot {command.slot} was not acquired, or the engine has it already")
        own_length = command.kind in (CommandKind.LOAD, CommandKind.RESHAPE)
        length = command.length if own_length else self._lengths[command.loop]
        length += command.control if command.kind == CommandKind.LOAD else 0
        if not np.isfinite(self.buffer(command.slot)[:length].sum(dtype=np.float64)):
            raise CommandError("a variation or loop with NaN or infinite samples was refused")

    def _push(self, command: Command) -> int:
        """Write one command to the ring; returns its index there."""
        cells = self._memory.commands
        with self._send_lock:
            written = int(self._memory.rings["commands_written"][0])
            if written - self._observe(self._index("commands_read")) >= len(cells):
                raise EngineBusy(f"{len(cells)} commands wait already: is the sound running?")
            cells[written % len(cells)] = (
                int(command.kind), command.loop, command.frame, command.value, command.control, command.slot,
                command.take, command.tag, command.length, command.correlation, int(command.force), command.frame,
            )  # fmt: skip
            self._publish(self._index("commands_written"), written + 1)
            return written

    def _drain(self) -> list[Event]:
        cells = self._memory.events
        read = int(self._memory.rings["events_read"][0])
        written = self._observe(self._index("events_written"))
        events = []
        for at in range(read, written):
            kind, loop, frame, state, take, slot, tag, index, late, value = cells[at % len(cells)].item()
            events.append(Event(EventKind(kind), loop, frame, State(state), take, slot, tag, index, late, value))
        self._publish(self._index("events_read"), written)
        return events

    def _top_up(self) -> None:
        """Lend the engine empty buffers, so that every recording and overdub finds one."""
        at_hand = self._spares()
        if at_hand is None:
            return
        sizes = [self._slots.capacity(slot) for slot in at_hand]
        lengths = set(self._lengths) - {0}
        want = [(self.max_loop_frames, self.n_loops + 1)]  # one for each loop, one to spare
        want += [(length, OVERDUB_SPARES if len(lengths) <= OVERDUB_SPARES else 2) for length in lengths]
        for frames, count in want:
            for _ in range(count - sum(frames <= size <= 2 * frames for size in sizes)):
                slot = self._slots.acquire(frames)
                sizes.append(frames)
                self._supplied[slot] = self._push(Command(SUPPLY, slot=slot))

    def _house(self, event: Event) -> None:
        """Give a take that lies in a buffer far larger than itself one of its own size."""
        frames = event.index + round(event.value)
        if event.slot < 0 or self._slots.capacity(event.slot) <= 2 * frames:
            return
        slot = self._slots.acquire(frames)
        self._slots.buffer(slot)[:frames] = self._slots.buffer(event.slot)[:frames]
        self._push(Command(REHOUSE, event.loop, slot=slot, control=event.slot))

    def _spares(self) -> list[int] | None:
        """Slots lent and not yet used; None when the audio thread was writing all the while one looked."""
        sequence = self._index("sequence")
        for _ in range(8):
            before = self._observe(sequence)
            header = self._memory.header[0].copy()
            read = self._observe(self._index("commands_read"))
            if before % 2 == 0 and self._observe(sequence) == before:
                spares = set(header["spares"][: header["n_spares"]].tolist())
                self._supplied = {s: at for s, at in self._supplied.items() if s in spares or at >= read}
                return list(self._supplied)
        return None
