"""Each rule of `max_schema`, broken once in a copy of a patch that breaks none: it is seen, and it alone."""

import copy

import pytest

from tests.patches.max_schema import faults


@pytest.fixture
def patch(files):
    return copy.deepcopy(files["unloop.maxpat"])


def box_of(patch, **attributes):
    """The first box that has these."""
    return next(entry["box"] for entry in patch["boxes"] if attributes.items() <= entry["box"].items())


def value_of(patch, name):
    return box_of(patch, varname=name)["saved_attribute_attributes"]["valueof"]


def unknown_object(patch):
    box_of(patch, text="zl.join")["text"] = "zl.joined"


def too_few_inlets(patch):
    box_of(patch, text="atoi")["numinlets"] = 2


def an_outlet_too_many(patch):
    box = box_of(patch, maxclass="live.dial")
    box["numoutlets"], box["outlettype"] = 3, ["", "float", ""]


def wrong_type_of_outlet(patch):
    box_of(patch, maxclass="live.dial")["outlettype"] = ["", "int"]


def same_id(patch):
    one, other = [entry["box"] for entry in patch["boxes"] if entry["box"]["maxclass"] == "comment"][:2]  # no cord ends there
    other["id"] = one["id"]


def cord_from_nowhere(patch):
    patch["lines"].append({"patchline": {"source": ["obj-99999", 0], "destination": [box_of(patch, text="zl.join")["id"], 0]}})


def cord_to_a_port_that_is_not_there(patch):
    ends = {"source": [box_of(patch, text="zl.join")["id"], 0], "destination": [box_of(patch, text="atoi")["id"], 3]}
    patch["lines"].append({"patchline": ends})


def doubled_cord(patch):
    patch["lines"].append(patch["lines"][0])


def left_alone(patch):
    key = box_of(patch, text="atoi")["id"]
    patch["lines"] = [line for line in patch["lines"] if key not in (line["patchline"]["source"][0], line["patchline"]["destination"][0])]


def same_name(patch):
    value_of(patch, "mix")["parameter_longname"] = "wet"


def no_parameter(patch):
    box_of(patch, varname="mix")["parameter_enable"] = 0


def begins_outside_its_range(patch):
    value_of(patch, "mix")["parameter_initial"] = [2.0]


def more_values_than_a_whole_number(patch):
    value_of(patch, "periodic_prompt")["parameter_mmax"] = 1000.0


def not_exact(patch):
    value_of(patch, "mix")["parameter_mmax"] = 2.0**31


def closed_presentation(patch):
    patch["openinpresentation"] = 0


def outside_of_the_window(patch):
    box_of(patch, varname="mix")["presentation_rect"][1] = 5000.0


def on_another(patch):
    box_of(patch, varname="mix")["presentation_rect"] = list(box_of(patch, varname="wet")["presentation_rect"])


def no_hint(patch):
    del box_of(patch, varname="mix")["hint"]


def words_too_long_for_a_button(patch):
    box_of(patch, varname="record")["text"] = "record a new loop over the old one"


def words_too_long_for_their_box(patch):
    box_of(patch, text="Base layer")["text"] = "Base layer, and all that is said of it in many words"


def name_too_long_for_its_dial(patch):
    value_of(patch, "mix")["parameter_shortname"] = "mixture of the two"


def word_too_long_for_its_menu(patch):
    value_of(patch, "quantize")["parameter_enum"][0] = "nothing at all, ever, by no means"


BROKEN = {
    unknown_object: "object", too_few_inlets: "ports", an_outlet_too_many: "ports", wrong_type_of_outlet: "ports", same_id: "id",
    cord_from_nowhere: "cord", cord_to_a_port_that_is_not_there: "cord", doubled_cord: "cord", left_alone: "alone", same_name: "name",
    no_parameter: "parameter", begins_outside_its_range: "range", more_values_than_a_whole_number: "range", not_exact: "range",
    closed_presentation: "window", outside_of_the_window: "window", on_another: "overlap", no_hint: "hint",
    words_too_long_for_a_button: "fit", words_too_long_for_their_box: "fit", name_too_long_for_its_dial: "fit",
    word_too_long_for_its_menu: "fit",
}  # fmt: skip


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__)
def test_a_broken_rule_is_seen(patch, files, breaks):
    breaks(patch)
    assert {fault.split(":")[0] for fault in faults(patch, files)} == {BROKEN[breaks]}


def test_a_bpatcher_of_a_patch_that_is_not_there_and_two_loops_with_the_same_names_are_seen(files):
    band = copy.deepcopy(files["unloop-3.maxpat"])
    del band["parameters"]["parameter_overrides"]
    box_of(band, maxclass="bpatcher")["name"] = "gone.maxpat"
    assert {fault.split(":")[0] for fault in faults(band, files)} == {"name", "file"}


def test_what_lies_on_a_switch_and_catches_its_clicks_is_seen(files):
    pedal = copy.deepcopy(files["unloop-pedal.maxpat"])
    box_of(pedal, text="Tap")["ignoreclick"] = 0
    assert {fault.split(":")[0] for fault in faults(pedal, files)} == {"overlap"}
