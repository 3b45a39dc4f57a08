"""JACK's door: the beats of its transport, and ours told to it. The only import of jack (JACK-Client).

The client that listens has no ports and no callback: it only asks. The one that is timebase master has a callback that is
compiled, because it runs in JACK's own thread, where Python would keep every other program's sound waiting.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from unloop_py.errors import DeviceError
from unloop_py.sync.beat_line import BeatLine, line_at_tempo

CLIENT_NAME = "unloop clock"
TIMEBASE_NAME = "unloop timebase"
TICKS_PER_BEAT = 1920.0
HAS_BEATS = 0x10  # JackPositionBBT
SLACK_S = 0.002
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
        state, where, since = _transport_now(self._client)
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


class JackTimebase:
    """Tells JACK's transport our bars and beats, as its timebase master. Any one thread at a time.

    Raises
    ------
    DeviceError
        As `JackTransport`; or another program is the master.
    """

    def __init__(self) -> None:
        self._jack = jack = _jack()
        self._told = np.zeros(4)  # a beat, the transport's frame where it is, frames of the transport a beat, beats a bar
        self._callback = _timebase_callback()
        try:
            self._client = jack.Client(TIMEBASE_NAME, no_start_server=True)
            self._client.activate()
        except jack.JackError as error:
            raise DeviceError("JACK's timebase cannot be told: no JACK server runs; start it") from error
        # The package takes Python functions only, so the library is asked as the package asks it.
        callback = jack._ffi.cast("JackTimebaseCallback", self._callback.address)
        told = jack._ffi.cast("void *", self._told.ctypes.data)
        if jack._lib.jack_set_timebase_callback(self._client._ptr, 1, callback, told) != 0:
            self.close()
            raise DeviceError("another program is JACK's timebase master: end its being so, or set jack_timebase_master 0")

    def tell(self, line: BeatLine | None, heard_now: int, sample_rate: int, beats_per_bar: int) -> None:
        """Say where the beats lie; a transport that rolls is told anew only when it is off by more than `SLACK_S`."""
        if line is None:
            self._told[2] = 0.0
            return
        state, where, since = _transport_now(self._client)
        rate = where["frame_rate"] or sample_rate
        now, beat, period = where["frame"] + since, line.beat_at(heard_now), line.frames_per_beat * rate / sample_rate
        told_beat, told_frame, told_period, _ = self._told
        off = abs(told_beat + (now - told_frame) / told_period - beat) * period if told_period else rate
        if told_period != period or (state == self._jack.ROLLING and off > SLACK_S * rate):
            self._told[:] = beat, now, period, beats_per_bar
        self._told[3] = beats_per_bar

    def close(self) -> None:
        """Be master no more."""
        self._client.deactivate()
        self._client.close()


def _transport_now(client: Any) -> tuple[Any, dict[str, Any], int]:
    """The transport's state, its position at the beginning of a cycle, and frames since then."""
    state, where = client.transport_query()
    since = client.frames_since_cycle_start
    for _ in range(_TRIES):  # both must be of one cycle
        state, after = client.transport_query()
        if after["frame"] == where["frame"]:
            break
        where, since = after, client.frames_since_cycle_start
    return state, where, since


@lru_cache(maxsize=1)
def _timebase_callback() -> Any:
    """Compile JACK's `JackTimebaseCallback`, or load it from numba's cache: seconds the first time. Control thread.

    It writes bar, beat and tick into a `jack_position_t`, which is packed: whole numbers of 32 bits at multiples of 4
    bytes, doubles at multiples of 8.
    """
    from numba import carray, cfunc, types

    signature = types.void(types.int32, types.uint32, types.voidptr, types.int32, types.voidptr)

    @cfunc(signature, cache=True, error_model="numpy")
    def timebase(state, frames, position, is_new, told):
        told = carray(told, (4,), np.float64)
        period = told[2]
        whole_numbers = carray(position, (20,), np.uint32)
        whole_numbers[6] &= np.uint32(~HAS_BEATS & 0xFFFFFFFF)
        if period <= 0.0:
            return
        floats = carray(position, (20,), np.float32)
        doubles = carray(position, (9,), np.float64)
        per_bar = told[3]
        beat = told[0] + (np.float64(whole_numbers[5]) - told[1]) / period
        beat = max(0.0, beat)
        whole = math.floor(beat)
        bar = math.floor(whole / per_bar)
        whole_numbers[7] = np.uint32(bar + 1)
        whole_numbers[8] = np.uint32(whole - bar * per_bar + 1)
        whole_numbers[9] = np.uint32((beat - whole) * TICKS_PER_BEAT)
        doubles[5] = bar * per_bar * TICKS_PER_BEAT
        floats[12] = per_bar
        floats[13] = 4.0
        doubles[7] = TICKS_PER_BEAT
        doubles[8] = 60.0 * whole_numbers[4] / period
        whole_numbers[6] |= np.uint32(HAS_BEATS)

    return timebase


def _jack() -> Any:
    try:
        import jack
    except ModuleNotFoundError as error:
        raise DeviceError("JACK's transport needs the package JACK-Client: `pip install unloop[jack]` installs it") from error
    except OSError as error:  # the package loads the library as it is imported
        raise DeviceError("the JACK library is missing: `sudo apt install jackd2` cures it") from error
    return jack
