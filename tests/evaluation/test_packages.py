"""Where what measures a model is not installed, its commands say in one line what to type, before any work."""

import sys
from importlib import metadata

import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.evaluation import packages


@pytest.fixture
def nothing_installed(monkeypatch):
    """An environment that only plays: neither found nor imported."""
    def gone(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(packages, "distribution", gone)
    for name in ("mir_eval", "zimtohrli", "scipy"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in [name for name in sys.modules if name.startswith("unloop_py.evaluation.") and "packages" not in name]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize("command", [
    "evaluate codec", "evaluate steps", "evaluate prompts", "evaluate bitrate", "evaluate beats", "evaluate copying", "evaluate seam",
    "evaluate knob", "evaluate drift", "evaluate all", "evaluate quick", "codebooks in.wav --out steps",
])  # fmt: skip
def test_every_command_that_measures_says_what_to_type(command, nothing_installed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(unloop, command.split())
    assert done.exit_code == 2, done.exception
    assert done.output.startswith("unloop: `unloop evaluate` needs the package")
    assert f"-m pip install --no-deps {' '.join(packages.PACKAGES)}" in done.output and done.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_their_help_is_read_without(nothing_installed):
    done = CliRunner().invoke(unloop, ["evaluate", "beats", "--help"])
    assert done.exit_code == 0 and "F-measure" in done.output
