"""The committed Max files: as the generator writes them, whole, and sound in every port, cord, name and place."""

import json
import re
from xml.etree import ElementTree

import pytest

from tests.patches.max_files import HELP_NAMES, MAX_NAMES, PATCHES, ROOT, max_patch
from tests.patches.max_schema import faults
from unloop_py import __version__
from unloop_py.control.addresses import OUTGOING
from unloop_py.control.commands import COMMANDS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.presets import PRESETS
from unloop_py.osc.dispatch import Dispatcher
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import Message


def test_regenerating_changes_nothing(make_patches, tmp_path):
    written = make_patches.main(tmp_path)
    stale = [name for name in written if (tmp_path / name).read_bytes() != (ROOT / name).read_bytes()]
    assert not stale, "run scripts/make_patches and commit"
    there = {path.relative_to(ROOT).as_posix() for path in PATCHES.rglob("*") if path.is_file()}
    assert there <= set(written), "a file that the generator does not write"


@pytest.mark.parametrize("name", [*MAX_NAMES, *HELP_NAMES])
def test_a_patch_breaks_no_rule(files, name):
    assert faults(max_patch(name), files) == []


@pytest.mark.parametrize("name", MAX_NAMES)
def test_the_package_holds_the_same_patches_where_max_looks_for_them(name):
    assert (PATCHES / "patchers" / name).read_bytes() == (PATCHES / name).read_bytes()


def test_each_patch_has_a_help_patch_that_shows_or_opens_it():
    for name in MAX_NAMES:
        text = (PATCHES / "help" / name.replace(".maxpat", ".maxhelp")).read_text(encoding="utf-8")
        assert name in text


def test_the_package_manager_finds_its_facts_and_the_patch_that_it_opens():
    info = json.loads((PATCHES / "package-info.json").read_text(encoding="utf-8"))
    assert (info["name"], info["version"]) == ("unloop", __version__)
    assert {"displayname", "author", "description", "tags", "max_version_min", "os"} <= set(info)
    assert (PATCHES / "extras" / info["homepatcher"]).exists()


def test_the_reference_page_names_every_parameter_and_command():
    page = ElementTree.parse(PATCHES / "docs" / "refpages" / "unloop.maxref.xml")
    assert {entry.get("name") for entry in page.iter("entry")} == {row.name for row in (*PARAMETERS, *COMMANDS)}
    assert [argument.get("name") for argument in page.iter("objarg")] == ["loop", "port"]


@pytest.mark.parametrize("name", MAX_NAMES)
def test_a_patch_needs_no_external(name):
    """Every object is one of Max's own, by py2max's copy of Max's reference."""
    maxref = pytest.importorskip("py2max.maxref")
    for entry in max_patch(name)["boxes"]:
        box = entry["box"]
        word = box["text"].split()[0] if box["maxclass"] == "newobj" else box["maxclass"]
        assert maxref.get_object_info({"r": "receive", "s": "send", "t": "trigger", "sel": "select"}.get(word, word)), word


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_a_parameter_stands_in_the_patch_with_its_range_unit_and_help(files, row):
    boxes = [entry["box"] for entry in files["unloop.maxpat"]["boxes"]]
    (box,) = [box for box in boxes if box.get("hint", "").startswith(f"{row.name}: {row.help}")]
    assert row.range_text in box["hint"]
    if box["maxclass"] == "number":
        assert (box["minimum"], box["maximum"]) == (row.minimum, row.maximum)
        return
    value = box["saved_attribute_attributes"]["valueof"]
    assert (value["parameter_longname"], value["parameter_initial_enable"]) == (row.name, 1)
    if row.kind == "bool":
        assert (value["parameter_enum"], value["parameter_initial"]) == (["off", "on"], [row.default])
    elif row.choices:
        assert (tuple(value["parameter_enum"]), value["parameter_initial"]) == (row.choices, [row.default - row.minimum])
    else:
        assert (value["parameter_mmin"], value["parameter_mmax"], value["parameter_initial"]) == (row.minimum, row.maximum, [row.default])
        assert value.get("parameter_units", row.unit) == row.unit


def test_the_menu_holds_every_preset_that_comes_with_it(files):
    boxes = [entry["box"] for entry in files["unloop.maxpat"]["boxes"]]
    (menu,) = [box for box in boxes if box.get("varname") == "preset"]
    assert tuple(menu["saved_attribute_attributes"]["valueof"]["parameter_enum"]) == tuple(preset.name for preset in PRESETS)


def test_each_loop_of_the_band_has_names_a_number_and_a_port_of_its_own(files):
    band = files["unloop-3.maxpat"]
    loops = [entry["box"] for entry in band["boxes"] if entry["box"]["maxclass"] == "bpatcher"]
    assert [box["args"][0] for box in loops] == [1, 2, 3]
    assert len({box["args"][1] for box in loops}) == 3
    overrides = band["parameters"]["parameter_overrides"].values()
    assert {f"loop {number} variation" for number in (1, 2, 3)} <= {override["parameter_longname"] for override in overrides}


def test_what_a_foot_touches_is_large_and_says_what_it_does(files):
    boxes = [entry["box"] for entry in files["unloop-pedal.maxpat"]["boxes"]]
    switches = [box for box in boxes if box["maxclass"] == "ubutton"]
    assert len(switches) == len(SWITCHES)
    assert all(min(box["presentation_rect"][2:]) > 200 for box in switches)
    words = {box["text"] for box in boxes if box["maxclass"] == "comment"}
    assert words.issuperset(what for switch in SWITCHES for what in switch.help)


@pytest.mark.parametrize("name", [*MAX_NAMES, "unloop-help.maxpat"])
def test_the_picture_is_drawn_with_every_word_that_the_patch_shows(name):
    picture = ROOT / "docs" / f"max-{name.removesuffix('.maxpat')}.svg"
    drawn = "".join(ElementTree.parse(picture).getroot().itertext())
    patch = max_patch("help/unloop.maxhelp" if "help" in name else name)
    for entry in patch["boxes"]:
        box = entry["box"]
        if box.get("presentation") and box["maxclass"] == "live.text":
            assert box["text"] in drawn
        if box.get("presentation") and box["maxclass"] == "live.dial":
            assert box["saved_attribute_attributes"]["valueof"]["parameter_shortname"] in drawn
    assert not re.search(r"https?://(?!www\.w3\.org)", picture.read_text(encoding="utf-8"))


def test_what_a_patch_listens_for_is_what_the_server_sends():
    parameters = {row.name for row in PARAMETERS}
    told = {row.address.removeprefix("/unloop/loop/N/").split("/")[0] for row in OUTGOING.values()}
    whole = {row.address for row in OUTGOING.values()}
    for name in MAX_NAMES:
        boxes = {entry["box"]["id"]: entry["box"] for entry in max_patch(name)["boxes"]}
        for line in max_patch(name)["lines"]:
            source, destination = boxes[line["patchline"]["source"][0]], boxes[line["patchline"]["destination"][0]]
            if source.get("text") == "r #0-loop":
                assert set(destination["text"].split()[1:]) <= parameters | told | {"layer"}
            elif source.get("text") == "r #0-top":
                assert set(destination["text"].split()[1:]) <= whole


def test_what_the_page_on_max_says_to_send_is_understood():
    page = (ROOT / "docs" / "max.md").read_text(encoding="utf-8")
    dispatcher = Dispatcher(FakeBus(), lambda *asked: None, lambda *asked: None)
    messages = re.findall(r"`(/unloop/[^`]*)`", page)
    assert len(messages) >= 4
    for message in messages:
        address, *arguments = message.split()
        assert dispatcher.orders(Message(address, tuple(arguments)), Endpoint("127.0.0.1", 9))
