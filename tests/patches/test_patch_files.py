"""The committed patches: as the generator writes them, complete, and sound in every port and cord."""

import importlib.machinery
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "max_patches"
FILES = ("unloop.maxpat", "pd/unloop.pd", "addresses.md")

# Inlets and outlets as in patches that Max itself has saved.
PORTS = {
    "comment": (1, 0), "panel": (1, 0), "message": (2, 1), "textbutton": (1, 3), "live.dial": (1, 2), "number": (1, 2),
    "slider": (1, 1), "button": (1, 1), "led": (1, 1), "prepend": (1, 1), "loadbang": (1, 1), "loadmess": (1, 1),
    "umenu": (1, 3), "delay": (2, 1), "int": (2, 1), "udpsend": (1, 0), "udpreceive": (1, 1), "s": (1, 0), "r": (0, 1),
}  # fmt: skip

PD_VANILLA = set(
    "bng tgl hsl nbx netsend oscparse oscformat loadbang delay route list unpack t b f r s symbol makefilename pd".split()
)


@pytest.fixture(scope="module")
def build_patches():
    path = ROOT / "scripts" / "build_patches"
    loader = importlib.machinery.SourceFileLoader("build_patches", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("build_patches", loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def patcher():
    return json.loads((PATCHES / "unloop.maxpat").read_text(encoding="utf-8"))["patcher"]


@pytest.fixture(scope="module")
def boxes(patcher):
    return {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}


@pytest.fixture(scope="module")
def cords(patcher):
    return [(tuple(line["patchline"]["source"]), tuple(line["patchline"]["destination"])) for line in patcher["lines"]]


@pytest.fixture(scope="module")
def pd_lines():
    return (PATCHES / "pd" / "unloop.pd").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_the_tables_give(build_patches, tmp_path, name):
    build_patches.main(tmp_path)
    assert (tmp_path / name).read_bytes() == (PATCHES / name).read_bytes(), "run scripts/build_patches and commit"


# Max


def ports_of(box):
    if box["maxclass"] != "newobj":
        return PORTS[box["maxclass"]]
    name, *arguments = box["text"].split()
    if name == "route":
        return len(arguments) + 1, len(arguments) + 1
    if name in ("t", "unpack"):
        return 1, len(arguments)
    return PORTS[name]


def test_every_max_box_is_a_standard_object_with_the_ports_that_max_gives_it(boxes):
    for box in boxes.values():
        assert (box["numinlets"], box["numoutlets"]) == ports_of(box), box
        assert len(box.get("outlettype", [])) == box["numoutlets"], box


def test_every_cord_joins_ports_that_exist_and_none_is_doubled(boxes, cords):
    for (source, outlet), (destination, inlet) in cords:
        assert outlet < boxes[source]["numoutlets"] and inlet < boxes[destination]["numinlets"]
    assert len(set(cords)) == len(cords)


def test_the_patch_opens_in_presentation_and_its_ids_and_long_names_are_unique(patcher, boxes):
    assert patcher["openinpresentation"] == 1
    assert len(boxes) == len(patcher["boxes"])
    names = [box["saved_attribute_attributes"]["valueof"]["parameter_longname"] for box in boxes.values() if box["maxclass"] == "live.dial"]
    assert max(Counter(names).values()) == 1


def test_what_is_shown_lies_in_the_window_and_nothing_lies_on_anything_else(patcher, boxes):
    width, height = patcher["rect"][2:]
    shown = [box for box in boxes.values() if "presentation_rect" in box and box["maxclass"] != "panel"]
    for number, box in enumerate(shown):
        x, y, w, h = box["presentation_rect"]
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height, box
        for other in shown[:number]:
            ox, oy, ow, oh = other["presentation_rect"]
            assert x >= ox + ow or ox >= x + w or y >= oy + oh or oy >= y + h, (box, other)


def sent_by(boxes):
    """The OSC addresses that boxes send to."""
    texts = [box["text"].removeprefix("prepend ") for box in boxes.values() if "text" in box]
    return {text.split()[0] for text in texts if text.startswith("/unloop/")}


def test_every_parameter_and_command_can_be_sent(boxes):
    files = {row.name for row in COMMANDS if row.argument in ("file", "press", "text") or row.name.startswith(("switch_", "preset_"))}
    told_to_a_loop = {row.name for row in (*PARAMETERS, *COMMANDS) if row.scope == "loop"} - files
    expected = {f"/unloop/loop/1/{name}" for name in told_to_a_loop} | {"/unloop/generate"}
    assert expected <= sent_by(boxes)


def control_of(boxes, cords, address):
    """The box whose output goes through ``prepend ADDRESS``."""
    (prepend,) = [key for key, box in boxes.items() if box.get("text") == f"prepend {address}"]
    (source,) = [source for (source, _), (destination, _) in cords if destination == prepend]
    return source


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_a_control_shows_replies_silently_within_its_range_and_explains_itself(boxes, cords, parameter):
    address = f"/unloop/loop/1/{parameter.name}"
    control = control_of(boxes, cords, address)
    sources = [source for (source, _), (destination, _) in cords if destination == control]
    (quietly,) = sources
    assert boxes[quietly]["text"] == "prepend set"
    (route, outlet) = next(source for source, destination in cords if destination == (quietly, 0))
    assert boxes[route]["text"].split()[1:][outlet] == address
    box = boxes[control]
    assert parameter.name in box["hint"] and parameter.help in box["annotation"] and parameter.range_text in box["hint"]
    if box["maxclass"] == "live.dial":
        value = box["saved_attribute_attributes"]["valueof"]
        assert (value["parameter_mmin"], value["parameter_mmax"]) == (parameter.minimum, parameter.maximum)
        assert value["parameter_type"] == (1 if parameter.kind == "int" else 0)
        assert value["parameter_initial_enable"] == 0
    elif box["maxclass"] == "number":
        assert (box["minimum"], box["maximum"]) == (parameter.minimum, parameter.maximum)
    else:
        assert (parameter.kind, box["mode"]) == ("bool", 1)


def test_everything_that_can_be_clicked_has_a_hint(boxes):
    for box in boxes.values():
        if box["maxclass"] in ("textbutton", "umenu", "live.dial", "number", "led", "button", "slider"):
            assert box["hint"] and box["annotation"] == box["hint"], box


def test_the_menu_holds_every_preset_and_sends_the_name_that_is_chosen(boxes, cords):
    ((menu, box),) = [(key, box) for key, box in boxes.items() if box["maxclass"] == "umenu"]
    assert [item for item in box["items"] if item != ","] == [preset.name for preset in PRESETS]
    (say,) = [destination for source, destination in cords if source == (menu, 1)]
    assert boxes[say[0]]["text"] == "prepend /unloop/loop/1/preset"


@pytest.mark.parametrize("kind", ["state", "position", "progress", "repetition", "beat", "custom", "pending"])
def test_the_instrument_s_states_are_routed_to_something_that_shows_them(boxes, cords, kind):
    address = f"/unloop/loop/1/{kind}"
    routes = [(key, box) for key, box in boxes.items() if box.get("text", "").startswith("route ")]
    ((route, box),) = [(key, box) for key, box in routes if address in box["text"].split()]
    outlet = box["text"].split()[1:].index(address)
    assert any(source == (route, outlet) for source, _ in cords)


def test_the_patch_talks_to_the_default_port_and_asks_for_replies_on_the_port_where_it_listens(boxes):
    texts = {box["text"] for box in boxes.values() if "text" in box}
    assert {"udpsend 127.0.0.1 9951", "udpreceive 9952", "/unloop/subscribe 9952 quiet"} <= texts


# Pd


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
