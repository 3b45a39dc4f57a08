"""What `unloop` says about itself."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from unloop_py import __version__
from unloop_py.cli.app import unloop
from unloop_py.cli.jam import GROUPS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import PRESETS
from unloop_py.control.sections import SECTIONS
from unloop_py.errors import DeviceError

ROOT = Path(__file__).resolve().parents[2]


def invoke(*arguments: str):
    return CliRunner().invoke(unloop, list(arguments))


def test_the_version_is_that_of_the_package() -> None:
    assert invoke("--version").stdout == f"unloop {__version__}\n"


def test_the_help_names_every_command_and_says_what_to_try_first() -> None:
    text = invoke("--help").stdout
    for word in ("demo", "jam", "render", "devices", "params", "space records"):
        assert word in text
    assert text.index("demo") < text.index("jam")


@pytest.mark.parametrize("command", ["jam", "render"])
def test_every_parameter_of_the_table_is_an_option_with_its_help(command: str) -> None:
    text = " ".join(invoke(command, "--help").stdout.split())
    for row in PARAMETERS:
        for name in (row.name, *row.aliases):
            assert re.search(f"--{name.replace('_', '-')}[ ,]", text)
        assert row.help.split()[0] in text


def test_the_options_of_jam_stand_under_titles_and_each_in_one_place() -> None:
    """What no title names would be found below the parameters, where nobody looks."""
    text = invoke("jam", "--help").stdout
    titles = [line.strip(":") for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [title for title, _ in GROUPS] + [section.title for section in SECTIONS] + ["Options"]
    assert text.partition("\nOptions:\n")[2].split() == ["-h,", "--help", "Show", "this", "message", "and", "exit."]
    grouped = [name for _, names in GROUPS for name in names]
    assert len(grouped) == len(set(grouped)) and {row.name for row in unloop.commands["jam"].params} >= set(grouped)


def test_params_is_the_table_as_text_and_as_json() -> None:
    text, rows = invoke("params").stdout, json.loads(invoke("params", "--json").stdout)
    for row, told in zip(PARAMETERS, rows, strict=False):  # the rows of layers come after them
        assert row.name in text and row.help in text
        assert (told["name"], told["min"], told["max"], told["default"]) == (row.name, row.minimum, row.maximum, row.default)
        assert told["type"] == row.kind and told["help"] == row.help


def test_presets_lists_what_preset_takes() -> None:
    text, rows = invoke("presets").stdout, json.loads(invoke("presets", "--json").stdout)
    for preset, told in zip(PRESETS, rows, strict=True):
        assert preset.name in text and preset.help in text
        assert (told["name"], told["values"]) == (preset.name, preset.values)


def test_a_preset_arrives_at_the_session_with_what_was_given_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.session import jam

    seen = []
    monkeypatch.setattr(jam, "run_jam", lambda config: seen.append(config) or 0)
    assert invoke("jam", "--preset", "Large variation", "--dropout", "0.5", "--num-steps", "12").exit_code == 0
    assert seen[0].parameters == dict(PRESETS[5].values) | {"mask_dropout": 0.5, "steps": 12}


def test_devices_lists_every_card_with_the_number_that_device_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.audio_io import portaudio
    from unloop_py.audio_io.devices import Device

    cards = [Device(0, "USB Audio", "ALSA", 2, 2, 48_000), Device(7, "system", "JACK", 2, 4, 44_100, True, True)]
    monkeypatch.setattr(portaudio, "list_devices", lambda: cards)
    lines = invoke("devices").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["0", "7"]
    assert "USB Audio" in lines[0] and "default input" in lines[1]


def test_unloop_alone_is_jam_with_every_default(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.config import JamConfig
    from unloop_py.session import jam

    seen = []
    monkeypatch.setattr(jam, "run_jam", lambda config: seen.append(config) or 0)
    assert invoke().exit_code == 0
    assert invoke("jam").exit_code == 0
    assert seen == [JamConfig(), JamConfig()]


def test_what_jam_is_told_arrives_at_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.session import jam

    seen = []
    monkeypatch.setattr(jam, "run_jam", lambda config: seen.append(config) or 0)
    options = "--device 3 --output-device USB --inputs 1 --outputs 3,4 --rate 48000 --block 64 --osc-port 9000 --osc-listen 0.0.0.0"
    options += " --osc-allow 10.0.0.1,10.1.0.0/16 --osc-allow 192.168.1.7 --oscquery-port none"
    more = "--generator off --model tiny --compute cpu --worker thread --variation 0.25 --periodic_prompt 7 --max-loop 30"
    assert invoke("jam", *options.split(), *more.split()).exit_code == 0
    (config,) = seen
    assert (config.input_device, config.output_device) == (3, "USB")
    assert (config.inputs, config.outputs) == ((1,), (3, 4))
    assert (config.rate, config.block, config.osc_port, config.osc_listen) == (48_000, 64, 9000, "0.0.0.0")
    assert (config.osc_allow, config.oscquery_port) == (("10.0.0.1", "10.1.0.0/16", "192.168.1.7"), None)
    assert (config.generator, config.model, config.compute, config.worker) == ("off", "tiny", "cpu", "thread")
    assert config.max_loop_s == 30.0
    assert config.parameters == {"variation": 0.25, "periodic_prompt": 7}


def test_what_the_sound_card_lacks_is_told_with_the_command_that_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.session import jam

    def no_card(config):
        raise DeviceError("no sound card was found: connect one, or try `unloop demo`")

    monkeypatch.setattr(jam, "run_jam", no_card)
    monkeypatch.setattr(sys, "argv", ["/somewhere/unloop_py/__main__.py"])
    result = invoke("jam")
    assert result.exit_code == 2
    assert result.stderr == "unloop: no sound card was found: connect one, or try `scripts/unloop demo`\n"


def without_portaudio(folder: Path) -> dict[str, str]:
    """An environment in which `import sounddevice` fails as it does where the library is missing."""
    (folder / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    return dict(os.environ, PYTHONPATH=f"{folder}{os.pathsep}{ROOT}")


@pytest.mark.parametrize("command", ["jam", "devices"])
def test_without_portaudio_one_line_names_the_cure(tmp_path: Path, command: str) -> None:
    words = [sys.executable, "-m", "unloop_py", command]
    words += ["--generator", "off"] if command == "jam" else []
    environment = without_portaudio(tmp_path)
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("unloop: ") and done.stderr.count("\n") == 1, done.stderr
    assert "libportaudio2" in done.stderr
    assert command == "devices" or "demo" in done.stderr


def test_a_bug_is_not_dressed_up_as_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop_py.session import jam

    def broken(config):
        raise ZeroDivisionError

    monkeypatch.setattr(jam, "run_jam", broken)
    assert isinstance(invoke("jam").exception, ZeroDivisionError)


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "unloop_py", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"unloop {__version__}\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = f"{sys.executable} -m unloop_py params | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {program}"], capture_output=True, text=True)
    assert done.stderr == ""
