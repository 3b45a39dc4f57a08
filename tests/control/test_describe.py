"""The tables as people and programs read them."""

import json

from unloop_py.control import describe
from unloop_py.control.addresses import OUTGOING, incoming
from unloop_py.control.commands import COMMANDS, KEYS
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS
from unloop_py.control.presets import PRESETS


def test_json_holds_each_row_with_its_limits():
    rows = json.loads(describe.parameters_json())
    assert [row["name"] for row in rows] == [*(row.name for row in PARAMETERS), *(f"layer/M/{row.name}" for row in LAYER_PARAMETERS)]
    assert rows[0] | {"help": ""} == {
        "name": "variation", "type": "float", "min": 0, "max": 1, "default": 0.5, "unit": "", "scope": "loop",
        "acts": "seam", "choices": [], "aliases": [], "help": "",
    }  # fmt: skip


def test_text_and_markdown_hold_every_parameter():
    for text in (describe.parameters_text(), describe.parameters_markdown(), describe.addresses_markdown()):
        for parameter in PARAMETERS:
            assert parameter.name in text and parameter.help in text
            for alias in parameter.aliases:
                assert alias in text


def test_the_presets_are_listed_with_what_each_and_what_all_of_them_set():
    rows = {row["name"]: row for row in json.loads(describe.presets_json())}
    for text in (describe.presets_text(), describe.addresses_markdown()):
        for preset in PRESETS:
            assert preset.name in text and preset.help in text
            assert rows[preset.name]["values"] == preset.values
        assert "mask_temperature 10.5" in text and "temperature 1," in text
        for name in PRESETS[0].values:
            assert name in text


def test_every_address_is_in_the_address_file():
    text = describe.addresses_markdown().replace("\\|", "|")
    for address in (*incoming(), *OUTGOING.values()):
        assert f"`{f'{address.address} {address.arguments}'.rstrip()}`" in text
    for command in COMMANDS:
        assert f"/{command.name}" in text


def test_a_markdown_table_has_the_same_number_of_cells_in_each_row():
    for table in (describe.parameters_markdown(), describe.keys_markdown()):
        assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1


def test_every_key_has_its_row():
    rows = describe.keys_markdown().splitlines()
    assert rows[2] == "| `space` | record / play / overdub |"
    assert rows[-1] == "| `q` twice | quit |"
    assert len(rows) == len(KEYS) + 2
