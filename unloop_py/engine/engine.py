"""The Python face of the audio thread: commands in, events out, buffers lent and taken back."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np

from .. import units
from ..errors import CommandError, DeviceError, EngineBusy, ParameterError
from . import layout
from .machine import SUPPLY
from .messages import Command, CommandKind, Control, Event, EventKind, Flag, State, Status
from .process import build_callback
from .rings import index_functions
from .slots import SlotPool

SAMPLE_RATES = (44100, 48000)
MAX_CHANNELS = 2
MAX_LATENCY_S = 0.5
MAX_POINTS = 1024  # of the grid at which offers come in
MAX_EXPECTED = 64  # seams that a loop may be meant to hold what sounds
OVERDUB_SPARES = 5
NEEDS_AUDIO = (CommandKind.OFFER, CommandKind.LOAD, CommandKind.REMIX, CommandKind.RESHAPE)

RANGES = {
    Control.WET: (0.0, 1.0),
    Control.DRY: (0.0, 1.0),
    Control.MIX: (0.0, 1.0),
    Control.FEEDBACK: (0.0, 1.0),
    Control.TAIL: (0.0, 10.0),
    Control.SEAM_MS: (1.0, 1000.0 * layout.MAX_SEAM_S),
    Control.SPEED: (0.25, 4.0),
    Control.STOP_FADE_S: (0.0, 30.0),
    Control.STOP_AT_END: (0.0, 1.0),
}
DEFAULTS = {
    Control.WET: 1.0,
    Control.DRY: 0.0,
    Control.MIX: 1.0,
    Control.FEEDBACK: 1.0,
    Control.TAIL: 0.0,
    Control.SEAM_MS: 20.0,
    Control.SPEED: 1.0,
    Control.STOP_FADE_S: 0.0,
    Control.STOP_AT_END: 0.0,
}


class Port:
    """How one caller's channels map to the engine's. Keep it as long as its stream runs.

    Attributes
    ----------
    userdata : int
        Address that the callback is to be given.
    """

    def __init__(self, record: np.ndarray) -> None:
        self._record = record

    @property
    def userdata(self) -> int:
        return self._record.ctypes.data


class Engine:
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
        1..16.
    input_latency, output_latency : int
        Frames, as the driver reports them; `set_latency` changes them.
    undo_memory_mb : float
        Memory that the states one can undo may hold, in MB. Beyond it the oldest is forgotten; the take and all
        its overdubs never are.

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
        input_latency: int = 0,
        output_latency: int = 0,
        undo_memory_mb: float = 512.0,
    ) -> None:
        if sample_rate not in SAMPLE_RATES:
            known = ", ".join(map(str, SAMPLE_RATES))
            raise DeviceError(f"sample rate {sample_rate} Hz is not supported: choose one of {known}")
        _check("channels", channels, 1, MAX_CHANNELS)
        _check("max_loop_s", max_loop_s, 1, 600)
        _check("n_loops", n_loops, 1, 16)
        self.sample_rate = sample_rate
        self.channels = channels
        self.n_loops = n_loops
        self.max_loop_frames = units.seconds_to_frames(max_loop_s, sample_rate)
        self._callback = build_callback()
        self._observe, self._publish = index_functions()
        undo_frames = int(undo_memory_mb * 1e6) // (4 * channels)
        self._memory = layout.allocate(n_loops, channels, sample_rate, self.max_loop_frames, undo_frames)
        rings = self._memory.rings.ctypes.data
        self._addresses = {name: rings + field[1] for name, field in layout.RINGS.fields.items()}  # numpy takes its time to tell
        self._slots = SlotPool(self._memory, channels)
        self._lent: set[int] = set()  # acquired and not yet given to the engine
        self._supplied: dict[int, int] = {}  # lent as empty: slot -> index of the command that lent it
        self._freed: list[int] = []  # free again, reusable from the next drain on
        self._lengths = [0] * n_loops
        self._send_lock = threading.Lock()
        self._events_lock = threading.Lock()
        self._ports: list[Port] = []
        for controls in self._memory.controls:
            controls["target"] = controls["start"] = [*(DEFAULTS[control] for control in Control), 1.0, 1.0]
        self.set_latency(input_latency, output_latency)
        self._own_port = self.port(channels, channels)
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

    def port(
        self,
        input_channels: int,
        output_channels: int,
        inputs: Sequence[int] | None = None,
        outputs: Sequence[int] | None = None,
        clicks: Sequence[int] | None = None,
    ) -> Port:
        """Map a device's channels to the engine's.

        Parameters
        ----------
        input_channels, output_channels : int
            Channels that the device's interleaved blocks have, 0..64.
        inputs : sequence of int, optional
            Device channel, from 0, that each engine channel hears. Default: the first ones, the last repeated.
        outputs : sequence of int, optional
            Device channels, from 0, that sound. One of them gets the mean of a stereo engine; a mono engine
            goes to all of them. Default: the first ones.
        clicks : sequence of int, optional
            Device channels, from 0, that clicks go to. Default: `outputs`.

        Raises
        ------
        DeviceError
            A channel that the device does not have.
        """
        n = self.channels
        if inputs is None:
            inputs = [min(c, max(0, input_channels - 1)) for c in range(n)]
        if outputs is None:
            outputs = list(range(min(max(n, 1), output_channels)))
        clicks = outputs if clicks is None else clicks
        for name, chosen, count in (
            ("input", inputs, input_channels), ("output", outputs, output_channels), ("output", clicks, output_channels),
        ):  # fmt: skip
            for channel in chosen:
                if not 0 <= channel < max(count, 1) or count > layout.MAX_DEVICE_CHANNELS:
                    raise DeviceError(f"there is no {name} channel {channel + 1}: the device has 1..{count}")
        record = np.zeros(1, layout.PORT)
        record["header"] = self._memory.header.ctypes.data
        record["input_channels"] = input_channels
        record["output_channels"] = output_channels
        for c in range(n):
            record["inputs"][0, c] = inputs[min(c, len(inputs) - 1)] if inputs else 0
        for i, device_channel in enumerate(outputs):
            if len(outputs) == 1:
                record["gains"][0, device_channel, :n] = 1.0 / n
            else:
                record["gains"][0, device_channel, min(i, n - 1)] = 1.0
        for device_channel in clicks:
            record["click_gains"][0, device_channel] = 1.0
        port = Port(record)
        self._ports.append(port)
        return port

    def process(self, audio_in: np.ndarray, audio_out: np.ndarray) -> None:
        """Let the engine hear one block and fill the other, with the very code that a sound card would call.

        Any one thread at a time, and no stream beside it. The GIL is released meanwhile.

        Parameters
        ----------
        audio_in, audio_out : np.ndarray
            float32 (frames, channels), C-contiguous, of the same shape; any number of frames.
        """
        for array in (audio_in, audio_out):
            if array.dtype != np.float32 or array.ndim != 2 or not array.flags.c_contiguous:
                raise ValueError(f"blocks are C-contiguous float32 (frames, channels), got {array.dtype} {array.shape}")
        if audio_in.shape != audio_out.shape or audio_in.shape[1] != self.channels:
            raise ValueError(f"blocks are (frames, {self.channels}), got {audio_in.shape} and {audio_out.shape}")
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
        if not 0 <= command.loop < self.n_loops:
            raise ParameterError(f"loop {command.loop + 1} does not exist: there are 1..{self.n_loops}")
        if command.kind == CommandKind.SET:
            low, high = RANGES[Control(command.control)]
            _check(Control(command.control).name.lower(), command.value, low, high)
        if command.kind == CommandKind.EXPECT:
            _check("seams between offers", command.value, 0, MAX_EXPECTED)
        if command.kind == CommandKind.GRID:
            _check("points of the grid", command.length, 0, MAX_POINTS)
            if command.length > 1:
                _check("first point of the grid", command.value, 0, self.max_loop_frames)
        if command.kind in NEEDS_AUDIO and command.slot != -1:
            self._check_slot(command)
        elif command.kind in NEEDS_AUDIO and command.kind != CommandKind.OFFER:
            raise CommandError(f"{command.kind.name.lower()} needs a buffer: acquire one, fill it, and name it as slot")
        self._push(command)
        self._lent.discard(command.slot)

    def set_latency(self, input_frames: int, output_frames: int) -> None:
        """Say how late input and output are, in frames; for passes that begin from now on.

        Raises
        ------
        ParameterError
            Together more than half a second.
        """
        limit = int(MAX_LATENCY_S * self.sample_rate)
        _check("latency in frames", input_frames + output_frames, 0, limit)
        self._memory.header["latency"] = input_frames + output_frames

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

    def buffer(self, slot: int) -> np.ndarray:
        """The audio of a slot: float32 (capacity, channels), capacity at least what was asked for.

        Write it only between `acquire_slot` and the command that names it. Read a take's first `length` frames
        from its TAKE event to its FREED event.
        """
        return self._slots.buffer(slot)

    def release_slot(self, slot: int) -> None:
        """Give back an acquired slot that no command has named."""
        if slot not in self._lent:
            raise CommandError(f"slot {slot} is not yours to release: it was never acquired, or the engine has it")
        self._lent.discard(slot)
        self._slots.release(slot)

    def allocated_bytes(self) -> int:
        """Memory held by all audio buffers together."""
        return self._slots.allocated_bytes()

    # --- readings

    def status(self, loop: int = 0) -> Status:
        """What loop `loop` and the engine are doing. Any thread; never waits for the audio thread."""
        rings = self._memory.rings
        sequence = self._index("sequence")
        for _ in range(8):  # a torn reading is possible only while a block is being processed
            before = self._observe(sequence)
            reading = rings[0].copy()
            row = self._memory.status[loop].tolist()
            if before % 2 == 0 and self._observe(sequence) == before:
                break
        state, flags, take, tag, position, length, repetition, late, undo, redo, seam = row
        return Status(
            state=State(state),
            flags=Flag(flags),
            take=take,
            tag=tag,
            position_frames=position,
            length_frames=length,
            repetition=repetition,
            late=late,
            undo_steps=undo,
            redo_steps=redo,
            frame=int(reading["frames_written"]),
            next_seam_frame=seam,
            peak_in=float(reading["peak_in"]),
            peak_out=float(reading["peak_out"]),
            xruns=int(reading["xruns"]),
            limited=int(reading["limited"]),
            events_lost=int(reading["events_lost"]),
            block_time=float(reading["block_time"]),
            block_frame=int(reading["block_frame"]),
        )

    def state_of(self, loop: int, version: int) -> tuple[np.ndarray, bool] | None:
        """A take that can be undone or redone to, whether it was ever told or not. Whoever reads `events`, before it does again.

        Returns
        -------
        tuple of np.ndarray and bool, or None
            Its audio (frames, channels) float32, not to be written to, and what a TAKE event says as `late`. None when there
            is no such take, or the audio thread was writing all the while one looked.
        """
        sequence = self._index("sequence")
        for _ in range(8):
            before = self._observe(sequence)
            entries = self._memory.history[loop, : self._memory.loops[loop]["history_count"]].copy()
            if before % 2 == 0 and self._observe(sequence) == before:
                found = entries[(entries["version"] == version) & (entries["slot"] >= 0)]
                return (self.buffer(int(found["slot"][0]))[: found["length"][0]], bool(found["laid"][0])) if len(found) else None
        return None

    def frame(self) -> int:
        """The engine's clock: frames processed. Any thread."""
        return self._observe(self._index("frames_written"))

    def played(self, start_frame: int, frames: int) -> np.ndarray:
        """A copy of output frames [start_frame, start_frame + frames), which must be no older than about 5 s."""
        at = np.arange(start_frame, start_frame + frames) % layout.OUTPUT_RING
        return self._memory.output_ring[at]

    @property
    def played_frames(self) -> int:
        """How many of the newest output frames `played` can be asked for, with a margin."""
        return layout.OUTPUT_RING - 8 * layout.CHUNK

    def heard(self, start_frame: int, frames: int) -> np.ndarray:
        """A copy of input frames [start_frame, start_frame + frames), no older than `heard_frames`. Any thread."""
        at = np.arange(start_frame, start_frame + frames) % layout.INPUT_RING
        return self._memory.input_ring[at]

    @property
    def heard_frames(self) -> int:
        """How many of the newest input frames `heard` can be asked for, with a margin."""
        return layout.INPUT_RING - 8 * layout.CHUNK

    @property
    def latency(self) -> int:
        """Frames by which what a player plays to the loop arrives late, as `set_latency` was told."""
        return int(self._memory.header["latency"][0])

    # --- within

    def _index(self, name: str) -> int:
        return self._addresses[name]

    def _check_slot(self, command: Command) -> None:
        if command.slot not in self._lent:
            raise CommandError(f"slot {command.slot} was not acquired, or the engine has it already")
        own_length = command.kind in (CommandKind.LOAD, CommandKind.RESHAPE)
        length = command.length if own_length else self._lengths[command.loop]
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
        want = [(self.max_loop_frames, min(self.n_loops + 1, layout.MAX_SPARES - OVERDUB_SPARES))]  # one for each loop, one to spare
        want += [(length, OVERDUB_SPARES) for length in sorted(set(self._lengths) - {0}, reverse=True)]
        for frames, count in want:
            for _ in range(count - sum(size >= frames for size in sizes)):
                slot = self._slots.acquire(frames)
                sizes.append(frames)
                self._supplied[slot] = self._push(Command(SUPPLY, slot=slot))

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


def _check(name: str, value: float, low: float, high: float) -> None:
    """Raise ParameterError unless `value` is a number within low..high."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ParameterError(f"{name} must be in {low:g}..{high:g}, got {value}")
