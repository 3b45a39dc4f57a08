"""What the session plays on: an engine and the stream that drives it, as the config asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unloop_py.audio_io.stream import Stream
from unloop_py.config import JamConfig
from unloop_py.engine.engine import SAMPLE_RATES, Engine
from unloop_py.errors import AudioFileError

DEFAULT_RATE = 48000
LIKELY_BLOCK = 1024  # where the driver chooses its blocks and does not say


@dataclass(frozen=True)
class Sound:
    """An engine, its stream, and what they are in words for the player.

    Attributes
    ----------
    inputs, outputs : tuple of int
        The device's number, from 1, of each of the engine's inputs and outputs, the common ones first.
    """

    engine: Engine
    stream: Stream
    words: str
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()

    @property
    def block(self) -> int:
        """Frames of a block, or about the most that they may be."""
        return self.stream.block or LIKELY_BLOCK


def open_sound(config: JamConfig, on_notice: Callable[[str], None]) -> Sound:
    """Find the sound card, or the file that stands in for one, and make an engine for it. Nothing sounds yet.

    Parameters
    ----------
    config : JamConfig
    on_notice : callable
        Given a line for the player when the card goes or comes back; any thread.

    Raises
    ------
    DeviceError, AudioFileError
        Says what to connect, install, or choose instead.
    """
    return _open_virtual(config) if config.backend == "virtual" else _open_card(config, on_notice)


def _open_virtual(config: JamConfig) -> Sound:
    from unloop_py.audio_io.virtual import VirtualStream
    from unloop_py.audio_io.wav import read_audio

    rate, channels = config.rate or DEFAULT_RATE, 2
    if config.input_file is not None:
        audio, file_rate = read_audio(config.input_file)
        rate, channels = config.rate or file_rate, audio.shape[1]
        if file_rate not in SAMPLE_RATES:
            known = ", ".join(map(str, SAMPLE_RATES))
            raise AudioFileError(f"{config.input_file} has a rate of {file_rate} Hz: convert it to one of {known}")
    common = range(channels)
    more_inputs, more_outputs = (
        tuple(dict.fromkeys(index for index in _named(named) if index not in common)) for named in (config.loop_inputs, config.loop_outputs)
    )
    engine = _engine(config, rate, channels, more_inputs, more_outputs)
    stream = VirtualStream(engine, config.input_file, record=config.record, block=config.block, more_inputs=more_inputs)
    heard = Path(config.input_file).name if config.input_file is not None else "silence"
    words = f"no sound card, hearing {heard}, {rate} Hz, blocks of {stream.block}"
    return Sound(engine, stream, words, _numbers(common, more_inputs), _numbers(common, more_outputs))


def _open_card(config: JamConfig, on_notice: Callable[[str], None]) -> Sound:
    from unloop_py.audio_io.calibration import stored_round_trip
    from unloop_py.audio_io.cards import open_card
    from unloop_py.audio_io.devices import more_channels
    from unloop_py.audio_io.portaudio_devices import find_devices

    # Before the engine, which takes a moment: without a card there is nothing to make one for.
    devices = find_devices(config.input_device, config.output_device, config.inputs, config.outputs, config.rate)
    more_inputs = more_channels([index + 1 for index in _named(config.loop_inputs)], devices.inputs, devices.input, "input")
    more_outputs = more_channels([index + 1 for index in _named(config.loop_outputs)], devices.outputs, devices.output, "output")
    engine = _engine(config, devices.sample_rate, devices.channels, more_inputs, more_outputs)
    round_trip = config.round_trip if config.round_trip is not None else stored_round_trip(devices.key(config.block))
    stream = open_card(
        engine, devices, block=config.block, record=config.record, clicks=config.click_outputs, more_inputs=more_inputs,
        more_outputs=more_outputs, cues=config.cue_channels, round_trip=round_trip, on_notice=on_notice,
    )  # fmt: skip
    names = devices.input.name if devices.input == devices.output else f"{devices.input.name} to {devices.output.name}"
    blocks = f", blocks of {stream.block}" if stream.block else ""
    measured = f", round trip {round_trip} frames" if round_trip is not None else ""
    words = f"{names}, {devices.sample_rate} Hz{blocks}{measured}"
    return Sound(engine, stream, words, _numbers(devices.inputs, more_inputs), _numbers(devices.outputs, more_outputs))


def _engine(config: JamConfig, rate: int, channels: int, more_inputs: Sequence[int], more_outputs: Sequence[int]) -> Engine:
    return Engine(
        sample_rate=rate, channels=channels, max_loop_s=config.max_loop_s, n_loops=config.loops,
        undo_memory_mb=config.undo_memory_mb,
        more_inputs=len(more_inputs), more_outputs=len(more_outputs), cue=config.cue_channels is not None,
    )  # fmt: skip


def _named(ends: Sequence[tuple[int, tuple[int, ...]]]) -> list[int]:
    """All device channels, from 0, that an option names."""
    return [channel - 1 for _, channels in ends for channel in channels]


def _numbers(common: Sequence[int], more: Sequence[int]) -> tuple[int, ...]:
    return tuple(index + 1 for index in (*common, *more))
