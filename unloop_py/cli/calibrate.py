"""`unloop calibrate`: measures a sound card's round trip, so that what is played lies where it was heard."""

from __future__ import annotations

import time
from typing import Any

import click

from unloop_py.cli.device_options import device_options, device_settings


@click.command()
@device_options
def calibrate(**settings: Any) -> None:
    """Measure the sound card's round trip, and keep it for `unloop jam`.

    Connect an output to an input with a cable, turn direct monitoring off, and start this with the devices, channels, rate
    and block that you play with. Eight clicks go out.
    """
    from unloop_py.audio_io.calibration import measure_round_trip, store_round_trip
    from unloop_py.audio_io.cards import open_card
    from unloop_py.audio_io.portaudio_devices import find_devices
    from unloop_py.engine.engine import Engine

    chosen = device_settings(settings)
    devices = find_devices(chosen["input_device"], chosen["output_device"], chosen["inputs"], chosen["outputs"], chosen["rate"])
    engine = Engine(sample_rate=devices.sample_rate, channels=devices.channels, max_loop_s=1)
    stream = open_card(engine, devices, block=chosen["block"])
    stream.start()
    try:
        trip = measure_round_trip(engine, time.sleep)
    finally:
        stream.stop()
    reported = stream.input_latency_frames + stream.output_latency_frames
    path = store_round_trip(devices.key(chosen["block"]), trip.frames)
    milliseconds = 1000.0 * trip.frames / devices.sample_rate
    click.echo(f"{devices.names}: {trip.frames} frames ({milliseconds:.1f} ms), the driver says {reported}; kept in {path}")
