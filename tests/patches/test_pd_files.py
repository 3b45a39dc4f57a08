"""The committed Pd patch: complete, and sound in every cord."""

import re

import pytest

from tests.patches.max_files import PATCHES
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import PRESETS

PD_VANILLA = set(
    "bng tgl hsl nbx netsend oscparse oscformat loadbang delay route list unpack t b f r s symbol makefilename pd".split()
)


@pytest.fixture(scope="module")
def pd_lines():
    return (PATCHES / "pd" / "unloop.pd").read_text(encoding="utf-8").splitlines()


def test_the_pd_patch_is_made_of_vanilla_objects(pd_lines):
    names = {line.split()[4].rstrip(";") for line in pd_lines if line.startswith("#X obj ")}
    assert names <= PD_VANILLA


def test_every_parameter_and_command_has_a_control_in_pd_and_a_way_out(pd_lines):
    text = "\n".join(pd_lines)
    for row in (*PARAMETERS, *COMMANDS):
        # The one is for whoever holds the machine, the others take a name or a path: a message.
        if row.name == "quit" or row.name.startswith("switch_") or getattr(row, "argument", "none") in ("name", "file", "press", "text"):
            continue
        told_to_a_loop = row.scope == "loop" or row in PARAMETERS  # a global parameter is the same in every loop
        address = f"unloop loop 1 {row.name}" if told_to_a_loop else f"unloop {row.name}"
        assert re.search(rf"#X obj .* (hsl|nbx|tgl|bng) .*unloop-{row.name} unloop-{row.name}-show ", text)
        assert f"oscformat {address};" in text


def test_every_preset_has_a_message_in_pd(pd_lines):
    text = "\n".join(pd_lines)
    assert "oscformat unloop loop 1 preset;" in text
    for preset in PRESETS:
        assert f"\\; unloop-preset symbol {preset.name};" in text


def test_every_cord_in_pd_joins_objects_that_exist(pd_lines):
    counts, used = [], []
    for line in pd_lines:
        if line.startswith("#N canvas"):
            counts.append(0)
            used.append([])
        elif line.startswith("#X connect"):
            used[-1].append(max(int(line.split()[2]), int(line.split()[4])))
        elif line.startswith("#X restore"):
            assert max(used.pop(), default=-1) < counts.pop()
            counts[-1] += 1
        elif line.startswith("#X"):
            counts[-1] += 1
    assert max(used.pop(), default=-1) < counts.pop() and not counts
