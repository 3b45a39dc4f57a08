"""What every sound card's stream does, whichever driver it is reached through: it plays, is watched, and waited for when it goes."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from ..engine.engine import MAX_LATENCY_S, Engine
from ..engine.ports import Port
from ..errors import DeviceError
from .devices import choose_channels
from .portaudio_devices import Devices
from .recorder import Recorder

log = logging.getLogger(__name__)

WATCH_S = 0.5  # between two looks at whether the card still runs, and two tries to find it again
STALLED_LOOKS = 4  # so many looks without a single frame mean that it is gone


class CardStream(ABC):
    """Run an engine on a sound card, and wait for the card when it is pulled out. Control thread.

    Parameters
    ----------
    engine : Engine
        Its rate and channels must be the devices'.
    devices : Devices
        From `find_devices`.
    block : int, optional
        Frames a callback, 16..4096; default the driver's choice, which may vary.
    record : str or Path, optional
        The file that everything played goes to; complete once `stop` returns.
    clicks : sequence of int, optional
        Channels from 1, one or two, that clicks go to; default `outputs`.
    more_inputs, more_outputs : sequence of int
        Channels from 0 of the engine's other inputs and outputs, as many as it has.
    cues : sequence of int, optional
        Channels from 1, one or two, that offers go to that wait to be accepted.
    round_trip : int, optional
        Frames from the output to the input, as measured; default what the driver says.
    on_notice : callable, optional
        Called with a line for the player when the card goes or comes back; on the watching thread.

    Raises
    ------
    DeviceError
        The device is in use, or refuses the block size.
    AudioFileError
        The recording cannot be written.
    """

    gone = "connect it again; the loops are kept"  # what the player is to do when the card has gone

    def __init__(
        self,
        engine: Engine,
        devices: Devices,
        *,
        block: int | None = None,
        record: str | Path | None = None,
        clicks: Sequence[int] | None = None,
        more_inputs: Sequence[int] = (),
        more_outputs: Sequence[int] = (),
        cues: Sequence[int] | None = None,
        round_trip: int | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        self.engine = engine
        self.devices = devices
        self.sample_rate = engine.sample_rate
        self.block = block or 0
        self.input_latency_frames = 0
        self.output_latency_frames = 0
        self.waiting = False  # for a card that has gone
        self._stuck = False  # in a driver that never answered
        self._why = self._told_why = ""  # it was not found again at the last try, and what of it was said
        self._round_trip = round_trip
        self._clicks = None if clicks is None else choose_channels(clicks, devices.output, "output")
        self._more_inputs, self._more_outputs = tuple(more_inputs), tuple(more_outputs)
        self._cues = () if cues is None else choose_channels(cues, devices.output, "output")
        self._on_notice = on_notice
        self._recorder = Recorder(engine, record) if record is not None else None
        self._port: Port | None = None
        self._xruns_before = engine.status().xruns
        self._ending = threading.Event()
        self._watcher: threading.Thread | None = None
        self._open(devices)

    @property
    def xruns(self) -> int:
        """Blocks that the driver reported as broken, since this stream was made. Any thread."""
        return self.engine.status().xruns - self._xruns_before

    def start(self) -> None:
        """Let it sound."""
        if self._recorder is not None:
            self._recorder.start()
        try:
            self._start_stream()
        except DeviceError:
            self.stop()
            raise
        self._ending.clear()
        self._watcher = threading.Thread(target=self._watch, name="sound card watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Fall silent, let the card go, and finish the recording."""
        self._ending.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        self._close()
        if self._recorder is not None:
            self._recorder.stop()

    # What each driver does in its own way.

    @abstractmethod
    def _open(self, devices: Devices) -> None:
        """Open the devices, which nothing sounds on yet. Raises DeviceError."""

    @abstractmethod
    def _start_stream(self) -> None:
        """Let the driver call the engine. Raises DeviceError."""

    @abstractmethod
    def _close(self) -> None:
        """Let the card go, if it is open."""

    @abstractmethod
    def _runs(self) -> bool:
        """Whether the driver says that it still calls."""

    @abstractmethod
    def _find_again(self) -> Devices:
        """The devices, now that they have gone, should they be back. Raises DeviceError."""

    @abstractmethod
    def _is_there(self) -> bool:
        """Whether they were seen again at the last try, even if they cannot be played on."""

    # What all do.

    def _channels(self, devices: Devices) -> tuple[int, int]:
        """How many channels of each device are opened; makes the port for them."""
        outputs = [*devices.outputs, *(self._clicks or ()), *self._more_outputs, *self._cues]
        channels = (max([*devices.inputs, *self._more_inputs]) + 1, max(outputs) + 1)
        if self._port is None or devices.inputs != self.devices.inputs or devices.outputs != self.devices.outputs:
            self._port = self.engine.port(
                *channels, devices.inputs, devices.outputs, self._clicks,
                more_inputs=self._more_inputs, more_outputs=self._more_outputs, cues=self._cues,
            )  # fmt: skip
        return channels

    def _take_latency(self, input_frames: int, output_frames: int) -> None:
        """Tell the engine how late its input and output are: as measured, or as the driver says."""
        most = int(MAX_LATENCY_S * self.sample_rate) // 2
        self.input_latency_frames = min(most, input_frames)
        self.output_latency_frames = min(most, output_frames)
        if self._round_trip is not None:
            self.output_latency_frames = min(self.output_latency_frames, self._round_trip)
            self.input_latency_frames = self._round_trip - self.output_latency_frames
        self.engine.set_latency(self.input_latency_frames, self.output_latency_frames)

    def _watch(self) -> None:
        """Notice a card that has gone, and wait for it with the loops kept."""
        last_frame, stalled = self.engine.frame(), 0
        while not self._ending.wait(WATCH_S):
            if self.waiting:
                self._try_again()
                last_frame, stalled = self.engine.frame(), 0
                continue
            frame = self.engine.frame()
            stalled = stalled + 1 if frame == last_frame else 0
            last_frame = frame
            if stalled >= STALLED_LOOKS or not self._runs():
                self._close()
                self.waiting = True
                cure = "quit and start again" if self._stuck else self.gone
                self._tell(f"{self.devices.input.name} ({self.devices.input.api}) has gone: {cure}")
                if self._stuck:
                    return

    def _try_again(self) -> None:
        try:
            found = self._find_again()
            self._open(found)
            self._start_stream()
        except DeviceError as error:
            self._close()
            self._say_why(str(error))
            return
        self.waiting, self._why, self._told_why = False, "", ""
        self._tell(f"{found.input.name} is back")

    def _say_why(self, why: str) -> None:
        """The card is there again, but not as it was: say once what is waited for, if it is not only coming up."""
        log.debug("still waiting for the sound card: %s", why)
        before, self._why = self._why, why
        if why == before and why != self._told_why and self._is_there():
            self._told_why = why
            self._tell(f"{self.devices.input.name} is there again, but {why}; the loops are kept at {self.sample_rate} Hz and wait for it")

    def _tell(self, text: str) -> None:
        log.warning(text)
        if self._on_notice is not None:
            self._on_notice(text)
