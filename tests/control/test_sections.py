"""The sections in which the parameters are shown."""

from collections import Counter

from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.sections import SECTIONS


def test_every_parameter_is_in_one_section_and_no_section_names_another():
    assert Counter(name for section in SECTIONS for name in section.names) == Counter(row.name for row in PARAMETERS)


def test_a_section_hands_out_the_rows_of_the_table_in_its_order():
    for section in SECTIONS:
        assert tuple(row.name for row in section.rows) == section.names and section.rows


def test_each_section_is_found_by_one_name_and_one_title():
    assert len({section.name for section in SECTIONS}) == len({section.title for section in SECTIONS}) == len(SECTIONS)
