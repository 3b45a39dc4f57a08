"""JACK's door: the beats of its transport. The only import of jack (JACK-Client).

The client has no ports and no process callback: it only asks, so no Python ever runs in JACK's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unloop_py.errors import DeviceError
from unloop_py.sync.beat_line import BeatLine, line_at_tempo

CLIENT_NAME = "unloop clock"
_TRIES = 4


class JackTransport:
    """The transport's beats. A `Clock`; any one thread at a time.

    Where a timebase master says bars and beats, they are those; else beats are counted from the transport's start, at the
    tempo that is given.

    Parameters
    ----------
    tempo_bpm : callable
        For a transport without bars and beats.
    heard_now : callable
        The engine frame that is heard now.
    sample_rate : int

    Raises
    ------
    DeviceError
        The package or the JACK library is missing, or no server runs.
    """

    def __init__(self, tempo_bpm: Callable[[], float], heard_now: Callable[[], int], sample_rate: int) -> None:
        self._jack = _jack()
        try:
            self._client = self._jack.Client(CLIENT_NAME, no_start_server=True)
            self._client.activate()
        except self._jack.JackError as error:
            raise DeviceError("JACK's transport cannot be heard: no JACK server runs; start it, or choose another sync_source") from error
        self._tempo_bpm = tempo_bpm
        self._heard_now = heard_now
        self._sample_rate = sample_rate

    def line(self, frame: int) -> BeatLine | None:
        """The beats of the transport while it rolls; None while it does not."""
        state, where = self._client.transport_query()
        since = self._client.frames_since_cycle_start
        for _ in range(_TRIES):  # both must be of one cycle
            state, after = self._client.transport_query()
            if after["frame"] == where["frame"]:
                break
            where, since = after, self._client.frames_since_cycle_start
        if state != self._jack.ROLLING:
            return None
        if "beats_per_minute" in where and where["ticks_per_beat"] > 0:
            tempo = where["beats_per_minute"]
            beat = (where["bar"] - 1) * where["beats_per_bar"] + where["beat"] - 1 + where["tick"] / where["ticks_per_beat"]
            since_beat = since
        else:
            tempo, beat, since_beat = self._tempo_bpm(), 0.0, where["frame"] + since
        rate = where["frame_rate"] or self._sample_rate
        return line_at_tempo(self._heard_now() - since_beat * self._sample_rate / rate, beat, tempo, self._sample_rate)

    def close(self) -> None:
        """Leave the server."""
        self._client.deactivate()
        self._client.close()


def _jack() -> Any:
    try:
        import jack
    except ModuleNotFoundError as error:
        raise DeviceError("JACK's transport needs the package JACK-Client: `pip install unloop[jack]` installs it") from error
    except OSError as error:  # the package loads the library as it is imported
        raise DeviceError("the JACK library is missing: `sudo apt install jackd2` cures it") from error
    return jack
