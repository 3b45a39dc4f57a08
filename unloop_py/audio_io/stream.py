"""What every way of running the engine offers, so that nobody has to know which one it is."""

from __future__ import annotations

from typing import Protocol


class Stream(Protocol):
    """Drives an engine from `start` to `stop`. Control thread.

    Attributes
    ----------
    sample_rate : int
        Hz.
    block : int
        Frames a callback, as far as known; 0 when the driver chooses and changes it.
    input_latency_frames, output_latency_frames : int
        What the engine has been told.
    xruns : int
        Blocks that came too late or were lost, since `start`.
    """

    sample_rate: int
    block: int
    input_latency_frames: int
    output_latency_frames: int

    @property
    def xruns(self) -> int: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...
