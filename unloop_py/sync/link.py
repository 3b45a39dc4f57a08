"""Ableton Link's door: the beat that all who play on one network share. The only import of link (LinkPython-extern)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unloop_py.errors import DeviceError
from unloop_py.sync.beat_line import BeatLine, line_at_tempo


class LinkClock:
    """The session's beats, on the network from now on. A `Clock`; any one thread at a time.

    Parameters
    ----------
    tempo_bpm : float
        Of the session, if nobody else is there.
    beats_per_bar : callable
        So many beats are in phase with all others: a bar begins together.
    heard_now : callable
        The engine frame that is heard now.
    sample_rate : int

    Raises
    ------
    DeviceError
        The package is missing.
    """

    def __init__(self, tempo_bpm: float, beats_per_bar: Callable[[], int], heard_now: Callable[[], int], sample_rate: int) -> None:
        self._link = _link().Link(tempo_bpm)
        self._beats_per_bar = beats_per_bar
        self._heard_now = heard_now
        self._sample_rate = sample_rate
        self._link.enabled = True

    def line(self, frame: int) -> BeatLine | None:
        """The beats that all share."""
        state = self._link.captureSessionState()
        beat = state.beatAtTime(self._link.clock().micros(), float(self._beats_per_bar()))
        return line_at_tempo(self._heard_now(), beat, state.tempo(), self._sample_rate)

    def set_tempo(self, tempo_bpm: float) -> None:
        """Change everybody's tempo."""
        state = self._link.captureSessionState()
        state.setTempo(tempo_bpm, self._link.clock().micros())
        self._link.commitSessionState(state)

    def close(self) -> None:
        """Leave the network."""
        self._link.enabled = False


def _link() -> Any:
    try:
        import link
    except ModuleNotFoundError as error:
        raise DeviceError("Ableton Link needs the package LinkPython-extern: `pip install unloop[link]` installs it") from error
    return link
