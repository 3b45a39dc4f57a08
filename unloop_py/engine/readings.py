"""What can be read of the engine while it plays, by any thread, without waiting for the audio thread. Python's side alone."""

from __future__ import annotations

import numpy as np

from . import layout
from .messages import Control, Flag, State, Status
from .rings import index_functions
from .slots import SlotPool


class Readings:
    """The engine's clock, its loops, and what it has heard and played lately.

    Parameters
    ----------
    memory : Memory
    slots : SlotPool
    channels : int
    """

    def __init__(self, memory: layout.Memory, slots: SlotPool, channels: int) -> None:
        self._memory = memory
        self._slots = slots
        self.channels = channels
        self._observe, self._publish = index_functions()
        rings = memory.rings.ctypes.data
        self._addresses = {name: rings + field[1] for name, field in layout.RINGS.fields.items()}  # numpy takes its time to tell

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
        """A copy of frames [start_frame, start_frame + frames) of the common inputs, no older than `heard_frames`. Any thread."""
        return self.heard_everywhere(start_frame, frames)[:, : self.channels]

    def heard_everywhere(self, start_frame: int, frames: int) -> np.ndarray:
        """The same of all inputs, the common ones first: (frames, n_inputs)."""
        at = np.arange(start_frame, start_frame + frames) % layout.INPUT_RING
        return self._memory.input_ring[at]

    def heard_by(self, loop: int, start_frame: int, frames: int) -> np.ndarray:
        """The same as loop `loop` hears it, its gains as they stand now: (frames, channels)."""
        return self.as_heard_by(loop, self.heard_everywhere(start_frame, frames))

    def as_heard_by(self, loop: int, audio: np.ndarray) -> np.ndarray:
        """What loop `loop` makes of (frames, n_inputs) of input, its gains as they stand now: (frames, channels) float32."""
        controls = self._memory.controls["target"]
        gain = controls[loop, Control.INPUT_GAIN] * controls[0, Control.MAIN_INPUT_GAIN]
        return audio @ (self._memory.routes["target"][loop, : audio.shape[1]] * gain).astype(np.float32)

    @property
    def heard_frames(self) -> int:
        """How many of the newest input frames `heard` can be asked for, with a margin."""
        return layout.INPUT_RING - 8 * layout.CHUNK

    @property
    def latency(self) -> int:
        """Frames by which what a player plays to the loop arrives late, as `set_latency` was told."""
        return int(self._memory.header["latency"][0])

    @property
    def compensates_monitoring(self) -> bool:
        """Whether the latency counts also while the player hears himself through the engine."""
        return bool(self._memory.header["latency_monitored"][0])

    def latency_at(self, dry: float) -> int:
        """The latency that counts while the input is heard so loud through the engine."""
        return self.latency if dry == 0.0 or self.compensates_monitoring else 0

    def buffer(self, slot: int) -> np.ndarray:
        """The audio of a slot: float32 (capacity, channels), capacity at least what was asked for.

        Write it only between `acquire_slot` and the command that names it. Read a take's first `length` frames
        from its TAKE event to its FREED event.
        """
        return self._slots.buffer(slot)

    def allocated_bytes(self) -> int:
        """Memory held by all audio buffers together."""
        return self._slots.allocated_bytes()

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

    def _index(self, name: str) -> int:
        return self._addresses[name]
