"""What a session is started with: one frozen dataclass, filled by the command line. Standard library only.

Every field has the name of its option (``osc_port`` is ``--osc-port``) and its default is the option's default, so
that ``JamConfig()`` is what ``unloop`` without arguments plays with. Parameters of the music are not here: their one
table is ``control.parameters``, and ``JamConfig.parameters`` holds only what the command line set.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_OSC_PORT = 9951
DEFAULT_MAX_PORTS = (8001, 8003)
DEFAULT_OSCQUERY_PORT = 9975  # past those that OSC tries when its own is taken
DEFAULT_SERVE_PORT = 7860  # Gradio's own, which its clients expect
DEFAULT_WEB_PORT = 9950
LOOPBACK = "127.0.0.1"
DEFAULT_MODEL = "small"
NO_MIDI = "none"
"""In the place of a MIDI device: none is listened to."""
DEFAULT_SWITCH_KEYS = ("pagedown", "pageup")


@dataclass(frozen=True)
class JamConfig:
    """The settings of one session at the instrument. Immutable, any thread."""

    input_device: str | int | None = None  # a name, part of one, or an index; None is the system's default
    output_device: str | int | None = None
    inputs: tuple[int, ...] | None = None  # channels of the device, from 1; one is mono; None is the first two it has
    outputs: tuple[int, ...] | None = None
    backend: str = "portaudio"  # or "virtual": real-time paced, no device
    input_file: str | None = None  # what the virtual backend hears, round and round
    record: str | None = None  # the file that everything played goes to
    rate: int | None = None  # Hz; None is the device's own, the file's, or 48000
    block: int | None = None  # frames a callback; None lets the backend choose
    loop_inputs: tuple[tuple[int, tuple[int, ...]], ...] = ()  # inputs besides: whose they are, from 1, or 0 for anybody's; and which
    loop_outputs: tuple[tuple[int, tuple[int, ...]], ...] = ()  # likewise outputs
    cue_channels: tuple[int, ...] | None = None  # channels of the device that variations go to that wait to be accepted
    click_outputs: tuple[int, ...] | None = None  # channels of the device that clicks go to; None is `outputs`
    capture_s: float = 180.0  # of what you play is remembered for `capture`; 0 remembers nothing
    round_trip: int | None = None  # frames that input comes late; None is what was measured, or else what the driver says
    loops: int = 1  # how many there are at first, 1..16
    undo_memory_mb: float = 256.0  # what the states of all loops may hold; beyond it the oldest can no longer be undone to
    max_loop_s: float = 60.0  # memory for loops is allocated before the first note
    osc_port: int = DEFAULT_OSC_PORT  # the next free one is taken if it is in use
    osc_listen: str = LOOPBACK
    osc_allow: tuple[str, ...] = ()  # addresses and networks that are heard beside this machine; none is the local networks'
    oscquery_port: int | None = DEFAULT_OSCQUERY_PORT  # at the same address; the next free one is taken if it is in use; None is off
    web: bool = False  # whether the page is served
    web_port: int = DEFAULT_WEB_PORT  # the next free one is taken if it is in use
    web_listen: str | None = None  # beyond loopback; the page is served then too, and needs a token
    max_ports: tuple[int, int] | None = DEFAULT_MAX_PORTS  # where unloop for Max's patches send to and listen, on this machine; None is off
    midi_in: str | None = None  # the port whose clock is followed when `sync_source` says so; None is the first there is
    midi_devices: tuple[str, ...] = ()  # NAME or NAME=PROFILE of each that steers; () is every one there is, (NO_MIDI,) none
    midi_out: str | None = None  # the port that `output_midi_clock` sends to
    generator: str = "local"  # or "off", a looper that repeats itself; or the address of an `unloop serve`
    token: str | None = field(default=None, repr=False)  # that the server at that address showed
    ca: str | None = None  # a file of certificates to believe, for a server that signed its own
    fallback: str | None = None  # the model of this machine that plays while the server is late; None is none
    fallback_after: int = 2  # late repetitions of a loop that are borne before that
    model: str = DEFAULT_MODEL  # a model's name, or a folder that holds one; "" is whichever a server has for those who name none
    compute: str = "auto"  # or "cpu", "cuda", "mps"
    lora_scale: float | None = None  # factor on the adapters of VampNet's fine-tunes; None is the reference's way, 1
    model_threads: int | None = None  # 1..available_cores(); None leaves it to the model's family
    worker: str = "process"  # or "thread", for debugging
    loop: str | None = None  # an audio file to begin with
    autosave: bool = True  # every session is kept while it is played
    sessions_folder: str | None = None  # where; None is the user's data folder
    sessions_gb: float = 4.0  # of sessions without a name: the oldest go
    session: str | None = None  # the name of one to bring back, or "last"
    plain: bool = False  # one status line on a terminal instead of the full screen
    switch_keys: tuple[str, ...] = DEFAULT_SWITCH_KEYS  # of the terminal, that are switches under a foot: the first switch first
    parameters: Mapping[str, float | int | bool] = field(default_factory=dict)


def available_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
