"""The committed Pd patches: complete, sound in every cord, and of vanilla objects only."""

import re

import pytest

from tests.patches.max_files import PATCHES
from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import PRESETS

OURS = {"unloop"}
PD_VANILLA = set(
    "bng tgl hsl nbx netsend oscparse oscformat loadbang delay route list unpack t b f r s symbol makefilename pd max sel change key keyup "
    "soundfiler pdcontrol cnv inlet *".split()
)
FILES = sorted((PATCHES / "pd").glob("*.pd"))


@pytest.fixture(scope="module")
def text():
    return (PATCHES / "pd" / "unloop.pd").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_pd_patch_is_made_of_vanilla_objects(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    names = {line.split()[4].rstrip(";") for line in lines if line.startswith("#X obj ")}
    assert names <= PD_VANILLA | OURS


def test_every_parameter_and_command_has_a_control_in_pd_and_a_way_out(text):
    for row in (*PARAMETERS, *COMMANDS):
        # The one is for whoever holds the machine, the others take a name or a path: a message.
        if row.name == "quit" or row.name.startswith("switch_") or getattr(row, "argument", "none") in ("name", "file", "press", "text"):
            continue
        told_to_a_loop = row.scope == "loop" or row in PARAMETERS  # a global parameter is the same in every loop
        name = re.escape(f"unloop-\\$1-{row.name}")
        assert re.search(rf"#X obj .* (hsl|nbx|tgl|bng) .*{name} {name}-show ", text), row.name
        assert f"list prepend {row.name};" in text
        way = "say" if told_to_a_loop else "tell"
        box = next(line.split() for line in text.splitlines() if line.endswith(f" list prepend {row.name};"))
        assert f"#X obj 520 {box[3]} s unloop-\\$1-{way};" in text, row.name


def test_every_preset_has_a_message_in_pd(text):
    assert "list prepend preset;" in text
    for preset in PRESETS:
        assert re.search(rf"#X msg \d+ \d+ {preset.name};", text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_cord_in_pd_joins_objects_that_exist(file):
    counts, used = [], []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#N canvas"):
            counts.append(0)
            used.append([])
        elif line.startswith("#X connect"):
            used[-1].append(max(int(line.split()[2]), int(line.split()[4])))
        elif line.startswith("#X restore"):
            assert max(used.pop(), default=-1) < counts.pop()
            counts[-1] += 1
        elif line.startswith("#X") and not line.startswith("#X coords"):
            counts[-1] += 1
    assert max(used.pop(), default=-1) < counts.pop() and not counts


def test_what_a_patch_that_holds_a_loop_shows_of_it_is_all_inside_its_frame(text):
    width, height = (int(number) for number in re.search(r"#X coords 0 -1 1 1 (\d+) (\d+) 2 0 0;\n$", text).groups())
    assert width <= 860 and height <= 330
    first = text.partition("#N canvas")[2].partition("#X text 12 ")[2]
    assert all(f"unloop-\\$1-{name} " in first[: text.index("vary_mode")] for name in ("record", "keep", "variation"))
