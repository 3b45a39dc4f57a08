"""The buffers that takes and variations live in: allocated, touched, lent to the audio thread, and taken back."""

from __future__ import annotations

import threading

import numpy as np

from ..errors import EngineBusy
from .layout import MAX_SLOTS, Memory

FREE_KEPT = 6  # buffers of a size kept for the next variation before their memory is given back


class SlotPool:
    """Audio buffers by number. Any thread but the audio thread; one lock.

    The audio thread reads a buffer's address and capacity from shared tables. Both are written here, before the
    command that names the slot enters the ring, and not again until the engine has freed the slot.

    Parameters
    ----------
    memory : Memory
    channels : int
    """

    def __init__(self, memory: Memory, channels: int) -> None:
        self._memory = memory
        self._channels = channels
        self._lock = threading.Lock()
        self._buffers: dict[int, np.ndarray] = {}
        self._free: list[int] = []
        self._unused = list(range(MAX_SLOTS - 1, -1, -1))

    def acquire(self, frames: int) -> int:
        """Number of a free buffer that holds at least `frames` frames and no more than twice that.

        Raises
        ------
        EngineBusy
            All slots are in use.
        """
        with self._lock:
            fitting = [s for s in self._free if frames <= len(self._buffers[s]) <= 2 * frames]
            if fitting:
                slot = min(fitting, key=lambda s: len(self._buffers[s]))
                self._free.remove(slot)
                return slot
            if not self._unused:
                raise EngineBusy(f"all {MAX_SLOTS} audio buffers are in use; undo history is too deep: clear the loop")
            slot = self._unused.pop()
        buffer = np.empty((frames, self._channels), np.float32)
        buffer.fill(0.0)  # maps its pages, so that the audio thread never waits for one
        with self._lock:
            self._buffers[slot] = buffer
            self._memory.addresses[slot] = buffer.ctypes.data
            self._memory.capacities[slot] = frames
        return slot

    def buffer(self, slot: int) -> np.ndarray:
        """The buffer of a slot in use, float32 (capacity in frames, channels)."""
        return self._buffers[slot]

    def __contains__(self, slot: int) -> bool:
        """Whether a buffer of this number exists."""
        return slot in self._buffers

    def capacity(self, slot: int) -> int:
        """Frames that a slot's buffer holds."""
        return len(self._buffers[slot])

    def release(self, slot: int) -> None:
        """Put a buffer back that neither the engine nor anybody else uses."""
        with self._lock:
            self._free.append(slot)
            size = len(self._buffers[slot])
            same = [s for s in self._free if len(self._buffers[s]) == size]
            excess = same[:-FREE_KEPT] + self._of_other_sizes(size)
            for old in excess:
                self._free.remove(old)
                del self._buffers[old]
                self._unused.append(old)

    def _of_other_sizes(self, size: int) -> list[int]:
        """Free buffers beyond a few whose size is not the one in use now."""
        others = [s for s in self._free if len(self._buffers[s]) != size]
        return others[:-FREE_KEPT] if len(others) > FREE_KEPT else []

    def allocated_bytes(self) -> int:
        """Memory held by all buffers."""
        with self._lock:
            return sum(buffer.nbytes for buffer in self._buffers.values())
