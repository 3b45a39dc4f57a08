"""What docs/ says is so: functions have the keys and addresses that it gives, and every claim names a test that exists."""

import re
from pathlib import Path

import pytest

from unloop_py.control.commands import COMMANDS, KEYS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.presets import FIRST_OWN, read_preset
from unloop_py.osc.dispatch import Dispatcher
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import Message
from unloop_py.osc.sooperlooper import SooperLooper

ROOT = Path(__file__).resolve().parent.parent
PLAYING = (ROOT / "docs" / "playing.md").read_text(encoding="utf-8")
COMPARED = (ROOT / "docs" / "compared.md").read_text(encoding="utf-8")
PRESETS = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
MIDI = (ROOT / "docs" / "midi.md").read_text(encoding="utf-8")
MESSAGES = sorted(set(re.findall(r"`(/(?:unloop|sl)/[^`]*)`", PLAYING + PRESETS + MIDI)))
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
TESTS = {name for source in SOURCES for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
ROWS = [line for line in COMPARED.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_row_beside_the_others_is_backed_by_tests_that_exist(row: str) -> None:
    *cells, shown = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 7 and all(cells)
    named = re.findall(r"`(test_\w+)`", shown)
    assert named
    assert set(named) <= TESTS


@pytest.mark.parametrize("message", MESSAGES)
def test_what_a_musician_is_told_to_send_is_understood(message: str) -> None:
    address, *arguments = message.split()
    # Understood whole, and not done: an address, a value or a word that is wrong raises.
    bus = FakeBus(n_loops=16)
    bus.store.set(0, "group", 2)  # of which a line above tells
    dialects = (Dispatcher(bus, lambda *asked: None, lambda *asked: None), SooperLooper(bus, lambda *sent: None, "127.0.0.1", 9951))
    assert any(dialect.orders(Message(address, tuple(arguments)), Endpoint("127.0.0.1", 9)) for dialect in dialects)


def test_the_preset_that_is_shown_is_one() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PRESETS, re.DOTALL)
    preset = read_preset(text, "the page's")
    assert preset.number == FIRST_OWN and preset.values == {"variation": 0.8, "mix": 0.6, "speed": 0.5}


def test_every_command_is_in_the_musician_s_page() -> None:
    told = {message.split()[0].rsplit("/", 1)[1] for message in MESSAGES}
    pedals = {"hit", "down", "up", "forceup", "quit"}  # in words
    assert {command.name for command in COMMANDS} - told - pedals == set()


def test_the_keys_of_the_musician_s_page_do_what_stands_beside_them() -> None:
    keys = {key.key: key for key in KEYS}
    for line in PLAYING.split("## All keys")[0].splitlines():
        if not line.startswith("| ") or line.count("|") != 4:
            continue
        pressed = re.findall(r"`([^`/]+)`(?=[, .(]|$| twice)", line.split("|")[2].strip())
        messages = re.findall(r"`/unloop/(?:loop/1/)?(\w+)", line.split("|")[3])
        for key in (keys[" " if one == "space" else one] for one in pressed):
            assert key.command == "space" or (key.command or key.parameter) in messages, line
