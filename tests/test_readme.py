"""The README says what is so: its tables are the code's, its commands exist, its files are there."""

import json
import re
import shlex
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OSC = (ROOT / "docs" / "osc.md").read_text(encoding="utf-8")


def script(name: str):
    """A script of scripts/ as a module, though its name has no suffix."""
    loader = SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = module_from_spec(spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def shell_lines() -> list[list[str]]:
    """Every `unloop ...` command that the README shows, as words."""
    code = re.findall(r"`((?:scripts/)?unloop[^`]*)`", README)
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL):
        code += [line.split("#")[0] for line in block.splitlines()]
    lines = [shlex.split(line) for line in code]
    return [line for line in lines if line and line[0] in ("scripts/unloop", "unloop")]


@pytest.mark.parametrize("file", script("update_readme").TABLES)
def test_the_generated_tables_are_current(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert script("update_readme").updated(file, text) == text, "run scripts/update_readme"


def test_every_parameter_and_command_has_its_row() -> None:
    for row in PARAMETERS:
        assert f"| `{row.name}` |" in OSC
    for row in COMMANDS:
        assert f"/{row.name}" in OSC


def test_the_commands_it_shows_exist_with_the_options_it_gives_them() -> None:
    lines = shell_lines()
    assert len(lines) >= 6
    for _, *words in lines:
        if not words:
            continue
        if words[0].startswith("--"):
            assert words == ["--help"]
            continue
        command = unloop.commands[words[0]]
        # Parsing alone: nothing is run, and an unknown option or a value out of range raises.
        command.make_context(words[0], words[1:], parent=click.Context(unloop, **unloop.context_settings))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_what_it_links_to_is_there(target: str) -> None:
    assert target.startswith("https://") or (ROOT / target).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:max_patches|scripts|tests|unloop_py)/[\w./]*)`", README))))
def test_the_files_it_names_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_params_command_speaks_json() -> None:
    result = CliRunner().invoke(unloop, ["params", "--json"])
    assert result.exit_code == 0
    names = [*(row.name for row in PARAMETERS), *(f"layer/M/{row.name}" for row in LAYER_PARAMETERS)]
    assert [row["name"] for row in json.loads(result.stdout)] == names
