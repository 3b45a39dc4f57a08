"""`unloop download`: the licence is shown and asked about, and what goes wrong is one line."""

from __future__ import annotations

import shutil
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from unloop_py.cli.app import unloop
from unloop_py.generator.download import PUBLISHED, vampnet_folder


def convert(folder: Path, out: Path) -> None:
    """Stands for the conversion: the same bytes under the other name."""
    out.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.pth"):
        shutil.copyfile(path, out / f"{path.stem}.safetensors")


@pytest.fixture
def typed(hub, monkeypatch):
    """Type `unloop download vampnet` with more, at a terminal or not, and with an answer."""
    monkeypatch.setitem(sys.modules, "unloop_py.generator.vampnet_files", types.SimpleNamespace(convert_to_safetensors=convert))
    monkeypatch.delitem(PUBLISHED, "codec.pth")

    def typed(*more: str, terminal: bool = False, answer: str = ""):
        monkeypatch.setattr("unloop_py.cli.download._somebody_is_there", lambda: terminal)
        return CliRunner().invoke(unloop, ["download", "vampnet", *more], input=answer)

    return typed


def test_nobody_at_a_terminal_and_no_yes_is_refused_with_the_licence_and_the_option(typed, hub):
    done = typed()
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and done.stdout == ""
    assert "CC BY-NC-SA 4.0" in done.stderr and "--yes" in done.stderr and hub.asked == []


@pytest.mark.parametrize("answer", ("n\n", "\n"))
def test_the_licence_is_shown_and_without_agreement_nothing_comes(typed, hub, answer):
    done = typed(terminal=True, answer=answer)
    assert done.exit_code == 1 and "nothing was fetched" in done.stderr
    assert "CC BY-NC-SA 4.0" in done.stdout and "https://creativecommons.org/licenses/by-nc-sa/4.0/" in done.stdout
    assert hub.asked == [] and not vampnet_folder().exists()


def test_with_agreement_it_comes_and_the_line_to_play_it_is_said(typed, hub):
    done = typed("--finetune", "opera", terminal=True, answer="y\n")
    assert done.exit_code == 0, done.output
    assert "jam --model opera" in done.stdout and (vampnet_folder() / "loras" / "opera" / "coarse.safetensors").exists()
    again = typed("--yes")
    assert again.exit_code == 0 and "is here already" in again.stdout


def test_what_goes_wrong_is_one_line_and_status_2(typed, hub):
    done = typed("--yes", "--finetune", "oprea")
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "'opera'" in done.stderr
    hub.damaged.add("c2f.pth")
    done = typed("--yes")
    assert done.exit_code == 2 and done.stderr.splitlines()[-1].startswith("unloop: c2f.pth came with SHA-256")


def test_without_a_network_it_is_one_line_and_status_2(typed, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    done = typed("--yes")
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "is there a network?" in done.stderr and done.stdout == ""


def test_stopped_by_hand_it_says_that_what_has_come_is_kept(typed, hub, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "unloop_py.generator.vampnet_files", types.SimpleNamespace(convert_to_safetensors=stop))
    done = typed("--yes")
    assert done.exit_code == 130 and "what has come is kept: the same command goes on from here" in done.stderr


def test_without_the_hubs_client_the_extra_that_has_it_is_named(typed, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    done = typed("--yes")
    assert done.exit_code == 2 and "pip install unloop[vampnet]" in done.stderr
