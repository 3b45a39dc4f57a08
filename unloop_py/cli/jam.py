"""`unloop jam`, and `unloop` alone: the instrument on a sound card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from unloop_py.cli.device_options import device_options, device_settings
from unloop_py.cli.grouped import Grouped
from unloop_py.cli.options import (
    ChannelList,
    GeneratorPlace,
    LoopChannels,
    PortOrNone,
    PortPair,
    SwitchKeys,
    given,
    invocation,
    parameter_options,
    playing_options,
)
from unloop_py.config import DEFAULT_MAX_PORTS, DEFAULT_OSC_PORT, DEFAULT_WEB_PORT, JamConfig
from unloop_py.errors import DeviceError
from unloop_py.paths import check_writable_file, check_writable_folder

GROUPS = (
    ("The sound card", ("device", "input_device", "output_device", "inputs", "outputs", "rate", "block", "loop_inputs", "loop_outputs",
                        "cue_channels", "click_outputs", "round_trip", "backend", "input_file", "record")),
    ("Loops", ("loops", "loop", "max_loop", "undo_memory_mb", "capture_s")),
    ("Whose hands", ("web", "web_port", "web_listen", "midi_devices", "midi_in", "midi_out", "osc_port", "osc_listen", "osc_allow",
                     "oscquery_port", "max_ports", "plain", "switch_keys")),
    ("What is kept", ("session", "autosave", "sessions_folder", "sessions_gb")),
    ("The model", ("generator", "token", "ca", "fallback", "fallback_after", "model", "compute", "lora_scale", "model_threads", "worker",
                   "preset")),
)  # fmt: skip


@click.command(cls=Grouped, groups=GROUPS)
@device_options
@click.option(
    "--loop-inputs",
    type=LoopChannels(),
    multiple=True,
    help="More channels to listen to, for loops whose input_1 and input_2 name them; 2:3,4 has loop 2 hear those two, and no others.",
)
@click.option(
    "--loop-outputs",
    type=LoopChannels(),
    multiple=True,
    help="More channels to play on, for loops whose output_1 and output_2 name them; 2:3,4 has loop 2 sound there, and nowhere else.",
)
@click.option("--cue-channels", type=ChannelList(), help="Channels, of headphones perhaps, that `cue` plays variations on that wait.")
@click.option("--click-outputs", type=ChannelList(), help="Channels that the click of counting in goes to; default --outputs.")
@click.option(
    "--round-trip",
    type=click.IntRange(0, 20000),
    metavar="FRAMES",
    help="How late what you play to the loop comes in; default what `unloop calibrate` measured, else what the driver says.",
)
@click.option(
    "--backend",
    type=click.Choice(["portaudio", "virtual"]),
    default="portaudio",
    show_default=True,
    help="virtual has no sound card: it hears --input-file, round and round, and plays to --record.",
)
@click.option("--input-file", metavar="FILE", help="What the virtual backend hears.")
@click.option("--record", metavar="FILE", help="Record everything that is played.")
@click.option(
    "--loops",
    type=click.IntRange(1, 16),
    default=JamConfig.loops,
    show_default=True,
    metavar="N",
    help="How many loops there are at first, 1..16; loop_add and loop_del change it.",
)
@click.option(
    "--max-loop",
    type=click.FloatRange(1, 600),
    default=JamConfig.max_loop_s,
    show_default=True,
    metavar="SECONDS",
    help="The longest loop there is memory for, 1..600.",
)
@click.option(
    "--undo-memory",
    "undo_memory_mb",
    type=click.FloatRange(1, 65536),
    default=JamConfig.undo_memory_mb,
    show_default=True,
    metavar="MB",
    help="Memory for what can be undone, of all loops together; when it is full, the oldest can no longer be undone to.",
)
@click.option(
    "--capture-seconds",
    "capture_s",
    type=click.FloatRange(0, 600),
    default=JamConfig.capture_s,
    show_default=True,
    metavar="SECONDS",
    help="How much of what you play is remembered for `capture`; 0 is nothing.",
)
@click.option(
    "--osc-port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_OSC_PORT,
    show_default=True,
    metavar="PORT",
    help="Port that OSC is heard on, over UDP and TCP; the next free one if it is taken.",
)
@click.option(
    "--osc-listen",
    default=JamConfig.osc_listen,
    show_default=True,
    metavar="ADDRESS",
    help="0.0.0.0 lets other machines steer.",
)
@click.option("--web", is_flag=True, help="Serve the page: the instrument in a browser, at the address that is shown.")
@click.option(
    "--web-port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_WEB_PORT,
    show_default=True,
    metavar="PORT",
    help="Port of the page; the next free one if it is taken.",
)
@click.option(
    "--web-listen",
    metavar="ADDRESS",
    help="Serve the page to phones and other machines too, with a token, and show its address as a QR code; 0.0.0.0 is every network.",
)
@click.option(
    "--osc-allow",
    multiple=True,
    metavar="ADDRESS[,...]",
    help="Machines that may then steer, such as 192.168.1.7 or 192.168.1.0/24; default those of the local network.",
)
@click.option(
    "--oscquery-port",
    type=PortOrNone(),
    default=str(JamConfig.oscquery_port),
    show_default=True,
    metavar="PORT",
    help="Where hosts that speak OSCQuery find what there is to steer; the next free one if it is taken, none is off.",
)
@click.option(
    "--midi-device",
    "midi_devices",
    multiple=True,
    metavar="NAME[=PROFILE]",
    help="A MIDI device that steers, by part of its name; `unloop midi` lists them and their profiles; none listens to nobody.  "
    "[default: every one there is]",
)
@click.option(
    "--max-ports",
    type=PortPair(),
    default=":".join(map(str, DEFAULT_MAX_PORTS)),
    show_default=True,
    metavar="LISTEN:ANSWER",
    help="Where the patches of unloop for Max are heard and answered, on this machine only; none is off.",
)
@click.option("--midi-in", metavar="PORT", help="The MIDI port whose clock --sync-source -2 follows; default the first there is.")
@click.option("--midi-out", metavar="PORT", help="The MIDI port that --output-midi-clock sends to; default the first there is.")
@click.option(
    "--generator",
    type=GeneratorPlace("local", "off"),
    default=JamConfig.generator,
    show_default=True,
    help="Who makes the variations: this machine, nobody (a looper that repeats itself), or an `unloop serve` across the room, "
    "which plays its own model unless --model names one.",
)
@click.option("--token", metavar="TOKEN", envvar="UNLOOP_TOKEN", show_envvar=True, help="What the server at that address showed.")
@click.option("--ca", metavar="FILE", help="A certificate to believe besides the system's: of a server that signed its own.")
@click.option("--fallback", metavar="NAME", help="A model of this machine, such as small, that plays while that server is late or gone.")
@click.option(
    "--fallback-after",
    type=click.IntRange(1, 100),
    default=JamConfig.fallback_after,
    show_default=True,
    metavar="N",
    help="Late repetitions of a loop before --fallback plays; the server is tried again, and returns by itself.",
)
@click.option(
    "--worker",
    type=click.Choice(["process", "thread"]),
    default="process",
    show_default=True,
    help="Where the model runs beside the sound; thread is for debugging.",
)
@click.option("--loop", metavar="FILE", help="Begin with this audio file as the loop: WAV, AIFF, FLAC, OGG or MP3, of any rate.")
@click.option("--session", metavar="NAME", help="Play a kept session on, by its name or `last`; `unloop sessions` lists them.")
@click.option("--autosave/--no-autosave", default=True, show_default=True, help="Keep everything that is played, while it is played.")
@click.option("--sessions-folder", metavar="DIR", help="Where sessions are kept.  [default: the user's data folder]")
@click.option(
    "--sessions-gb",
    type=click.FloatRange(0.01, 10_000),
    default=JamConfig.sessions_gb,
    show_default=True,
    metavar="GB",
    help="What they may take together: beyond, the oldest that you did not name are deleted, whole.",
)
@click.option("--plain", is_flag=True, help="One line that says how things stand instead of the full screen: for screen readers.")
@click.option(
    "--switch-keys",
    type=SwitchKeys(),
    default=",".join(JamConfig.switch_keys),
    show_default=True,
    help="Keys that are switches under a foot, as a page turner sends them, the first switch first.",
)
@playing_options
@parameter_options()
@click.pass_context
def jam(context: click.Context, max_loop: float, **settings: Any) -> int:
    """Play: record a loop and hear it come back different each time.

    Keys: space records, space again closes the loop and plays it, once more overdubs. Everything can be steered over
    OSC; `unloop params` lists what there is to steer.

    Whatever you play is kept while you play it: after a crash the next start asks, and y brings it back in time;
    `unloop sessions` lists what is kept.
    """
    parameters = given(settings)
    settings["osc_allow"] = tuple(one for text in settings["osc_allow"] for one in text.split(","))
    config = JamConfig(
        max_loop_s=max_loop,
        parameters=parameters,
        **{name: value for name, value in (settings | device_settings(settings)).items() if name in JamConfig.__dataclass_fields__},
    )
    if config.generator in ("local", "off"):
        if config.ca is not None or context.get_parameter_source("token") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--token and --ca are for a server: add --generator http://HOST:PORT, or leave them out")
        if config.fallback is not None:
            raise click.UsageError("--fallback stands in for a server: add --generator http://HOST:PORT, or leave it out")
    elif context.get_parameter_source("model") is ParameterSource.DEFAULT:
        config = replace(config, model="")
    if config.backend == "virtual" and config.input_file is None:
        raise click.UsageError("--backend virtual has no sound card to listen to: give it --input-file FILE")
    if config.backend == "portaudio" and config.input_file is not None:
        raise click.UsageError("--input-file is heard by --backend virtual only: add that, or leave the file out")
    if config.record is not None:
        check_writable_file(Path(config.record))
    if config.sessions_folder is not None:
        check_writable_folder(Path(config.sessions_folder)).mkdir(exist_ok=True)

    from unloop_py.session.jam import run_jam

    try:
        return run_jam(config)
    except DeviceError as error:
        # The rooms below say `unloop demo`; whoever came by the script has no `unloop` on the path.
        raise DeviceError(str(error).replace("`unloop ", f"`{invocation()} ")) from error
