"""`/unloop/help`: what there is, and what it takes."""

import pytest

from unloop_py.control.addresses import incoming
from unloop_py.control.catalogue import about, entries
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS


def ask(client, *arguments):
    client.send("/unloop/help", *arguments)
    return client.news()


@pytest.mark.parametrize("asked", ["/unloop/loop/2/temperature", "/unloop/loop/N/temp", "/unloop/loop/*/temp", "temperature", "temp"])
def test_a_parameter_is_described_by_its_address_its_name_or_another_of_its_names(client, asked):
    (row,) = ask(client, asked)
    assert row[:6] == ("/unloop/help", "/unloop/loop/N/temperature", "float", "0.1..2", "0.8", "")
    assert row[6].startswith("How freely tokens are chosen") and "temp" in row[6]


def test_units_stand_apart_and_a_command_says_what_it_takes(client):
    assert ask(client, "/unloop/loop/1/seam_ms")[0][2:6] == ("float", "1..200", "20", "ms")
    assert ask(client, "/unloop/loop/1/again")[0][2:4] == ("command", "[n]")
    assert ask(client, "/unloop/loop/1/layer/3/level")[0][1] == "/unloop/loop/N/layer/M/level"
    assert ask(client, "/unloop/loop/1/position")[0][2:4] == ("news", "0..1")


def test_sooperloopers_controls_are_described_too(client):
    (row,) = ask(client, "/sl/3/set wet")
    assert row[1:5] == ("/sl/N/set wet", "control", "0..1", "1")
    assert "Our seam_ms" in ask(client, "fade_samples")[0][6]
    assert ask(client, "/sl/0/hit")[0][2:4] == ("command", "word")
    assert ask(client, "loop_len")[0][1] == "/sl/N/get loop_len"


def test_a_part_of_a_name_brings_every_row_that_has_it(client):
    names = {row[1].rpartition("/")[2] for row in ask(client, "_prompt")}
    assert {"periodic_prompt", "compression_prompt"} <= names and "mix" not in names


def test_without_an_argument_everything_is_told_that_the_tables_hold(client):
    told = {row[1] for row in ask(client)}
    assert {address.address for address in incoming()} <= told
    assert {f"/sl/N/set {row.name}" for row in LOOP_CONTROLS if row.kind != "status"} <= told
    assert {f"/set {row.name}" for row in GLOBAL_CONTROLS if row.kind != "status"} <= told
    assert len(told) == len(entries())


def test_every_row_is_found_by_its_own_address():
    for row in entries():
        assert row in about(row.address)
    for row in PARAMETERS:
        for alias in row.aliases:
            assert about(alias)[0].address.endswith(f"/{row.name}")


def test_what_there_is_not_names_the_nearest(client):
    assert "the nearest is 'temperature'" in ask(client, "temperatur3")[0][2]
    assert "the nearest is '/unloop/loop/N/record'" in ask(client, "/unloop/loop/1/recrod")[0][2]
    assert "takes one address" in ask(client, "mix", "wet")[0][2]


@pytest.mark.parametrize(
    "address, near",
    [("/unlop/loop/1/record", "/unloop/loop/1/record"), ("/sl/0/gett", "/sl/0/get"), ("/st", "/set"), ("/", "/set"),
     ("/unloop/loop/1/layer/level", "/unloop/loop/1/layer/0/level")],
)  # fmt: skip
def test_an_address_that_nobody_understands_names_the_nearest_of_all_dialects(client, address, near):
    client.send(address, 1)
    ((_, about_, text),) = client.news()
    assert about_ == address and f"the nearest is '{near}'" in text
