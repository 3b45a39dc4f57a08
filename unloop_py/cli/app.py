"""The command `unloop` itself: its help, its errors, and the commands that only tell something.

Light to import: `unloop --help` loads neither torch nor a sound driver. Whatever a person can cure ends as one line on
standard error and exit status 2.
"""

from __future__ import annotations

import signal
import sys
from typing import Any, NoReturn

import click

from unloop_py import __version__
from unloop_py.cli.calibrate import calibrate
from unloop_py.cli.codebooks import codebooks
from unloop_py.cli.convert import convert
from unloop_py.cli.demo import demo
from unloop_py.cli.download import download
from unloop_py.cli.evaluate import evaluate
from unloop_py.cli.experiments import experiments
from unloop_py.cli.export import export
from unloop_py.cli.finetune import finetune, models
from unloop_py.cli.jam import jam
from unloop_py.cli.midi import midi
from unloop_py.cli.presets import presets, scenes
from unloop_py.cli.render import render
from unloop_py.cli.replay import replay
from unloop_py.cli.serve import serve
from unloop_py.cli.sessions import sessions
from unloop_py.cli.train import train
from unloop_py.cli.vamp import vamp
from unloop_py.errors import UnloopError

BAD_INPUT_STATUS = 2
INTERRUPTED_STATUS = 130
TERMINATED_STATUS = 143


class Instrument(click.Group):
    """A group whose commands keep their order, and whose errors are one line each."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        settings["standalone_mode"] = False
        try:
            # A terminated command unwinds, so that files half written are removed; `jam` sets its own handler.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED_STATUS))
            status = super().main(*args, **settings)
        except click.ClickException as error:
            _refuse(error.format_message())
        except UnloopError as error:
            _refuse(str(error))
        except (KeyboardInterrupt, click.Abort):
            sys.exit(INTERRUPTED_STATUS)
        except BrokenPipeError:  # the reader of `unloop params | head` has gone
            sys.stderr.close()
            sys.exit(0)
        except OSError as error:
            _refuse(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        sys.exit(status if isinstance(status, int) else 0)


def _refuse(text: str) -> NoReturn:
    click.echo("unloop: " + " ".join(text.split()), err=True)
    sys.exit(BAD_INPUT_STATUS)


SETTINGS = {
    "help_option_names": ["-h", "--help"],
    # Parameters are spelled with `_` over OSC: --periodic_prompt is --periodic-prompt.
    "token_normalize_func": lambda name: name.replace("_", "-"),
}


@click.group(cls=Instrument, invoke_without_command=True, context_settings=SETTINGS)
@click.version_option(__version__, prog_name="unloop", message="%(prog)s %(version)s")
@click.pass_context
def unloop(context: click.Context) -> None:
    """A looper that does not repeat itself.

    Record a loop; while it plays, a small neural network prepares the next time round from your own sound, and puts
    it in at the seam. Without a command, `unloop` plays on your sound card: space records, space again closes the loop.

    \b
    Try first:
      unloop demo                           hear it with no sound card (writes unloop-demo/)
      unloop                                play on the default sound card
      unloop jam --variation 0.8            stray further from what you play
      unloop jam --preset timbre-transfer   keep the notes, free the sound
      unloop render in.wav out.wav          a file and its variations, offline
      unloop vamp loops/ varied/ --n 4      variations of many files, each a loop of its own
      unloop COMMAND --help                 more about one of them
    """
    if context.invoked_subcommand is None:
        context.invoke(jam)


unloop.add_command(demo)
unloop.add_command(jam)
unloop.add_command(calibrate)
unloop.add_command(midi)
unloop.add_command(render)
unloop.add_command(vamp)
unloop.add_command(serve)
unloop.add_command(sessions)
unloop.add_command(presets)
unloop.add_command(scenes)
unloop.add_command(replay)
unloop.add_command(export)
unloop.add_command(codebooks)
unloop.add_command(evaluate)
unloop.add_command(models)
unloop.add_command(download)
unloop.add_command(convert)
unloop.add_command(finetune)
unloop.add_command(experiments)
unloop.add_command(train)


@unloop.command()
def devices() -> None:
    """List the sound cards, for --device."""
    from unloop_py.audio_io import portaudio

    rows = portaudio.list_devices()
    if not rows:
        click.echo("No sound card was found. `unloop demo` needs none.")
    for row in rows:
        click.echo(str(row))


@unloop.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def params(as_json: bool) -> None:
    """Show every parameter: its range, its default and what it does."""
    from unloop_py.control import describe

    click.echo(describe.parameters_json() if as_json else describe.parameters_text())


def main() -> NoReturn:
    """The console script."""
    unloop.main(prog_name="unloop")
