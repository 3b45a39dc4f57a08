"""How late sound comes and is heard: as the sound card or calibration says, or as the player does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.errors import ParameterError

if TYPE_CHECKING:
    from unloop_py.audio_io.stream import Stream
    from unloop_py.session.bus import SessionBus

NAMES = ("input_latency", "output_latency")


class Latency:
    """Keeps the engine's latency and the parameters of that name in step.

    Parameters
    ----------
    bus : SessionBus
    stream : Stream
    by_hand : bool
        Whether the player has set one of them before anything sounded.
    """

    def __init__(self, bus: SessionBus, stream: Stream, by_hand: bool = False) -> None:
        self._bus, self._engine, self._stream = bus, bus.engine, stream
        self._shown = self._standing()
        self._refused: tuple[int, int] | None = None
        if by_hand:
            bus.set(0, "autoset_latency", 0)

    @property
    def output_frames(self) -> int:
        """Frames from the engine to the loudspeaker."""
        return self._stream.output_latency_frames if self._bus.get(0, "autoset_latency") else self._standing()[1]

    def step(self) -> None:
        """See what the card and the player say. Conductor's thread."""
        standing = self._standing()
        if standing != self._shown:  # set by hand
            self._shown = standing
            self._bus.set(0, "autoset_latency", 0)
        if self._bus.get(0, "autoset_latency"):
            card = (self._stream.input_latency_frames, self._stream.output_latency_frames)
            if card != standing:
                self._shown = card
                for name, frames in zip(NAMES, card, strict=True):
                    self._bus.set(0, name, frames)
            standing = card
        always = not self._bus.get(0, "auto_disable_latency")
        told = sum(standing) == self._engine.latency and always == self._engine.compensates_monitoring
        if told or standing == self._refused:
            return
        try:
            self._engine.set_latency(*standing, while_monitoring=always)
        except ParameterError as error:
            self._refused = standing
            self._bus.tell(Notice("error", None, ("", f"input_latency and output_latency stay as they were: {error}")))

    def _standing(self) -> tuple[int, int]:
        return int(self._bus.get(0, NAMES[0])), int(self._bus.get(0, NAMES[1]))
