"""Address patterns, drawn as a table."""

import time

import pytest

from unloop_py.osc.patterns import is_list, is_pattern, matches


@pytest.mark.parametrize(
    "pattern, fits, fails",
    [
        ("mute", ["mute"], ["mut", "mutes", ""]),
        ("*", ["1", "12", ""], []),
        ("m*", ["mute", "m", "mix"], ["tm"]),
        ("*_s", ["prefix_s", "suffix_s", "_s"], ["prefix_st"]),
        ("*a*a*", ["aa", "banana"], ["a", "b"]),
        ("?", ["1", "2"], ["", "12"]),
        ("1?", ["10", "19"], ["1", "20"]),
        ("[12]", ["1", "2"], ["3", "12"]),
        ("[1-3]", ["1", "2", "3"], ["4", "-"]),
        ("[!1-3]", ["4", "9"], ["1", "2"]),
        ("{mute,lock}", ["mute", "lock"], ["mute,lock", "loc"]),
        ("{1,12}3", ["13", "123"], ["1", "12"]),
        ("in{paint_start,paint_end}_s", ["inpaint_start_s", "inpaint_end_s"], ["inpaint_s"]),
        ("{mute", [], ["{mute", "mute"]),
        ("[12", [], ["1", "[12"]),
    ],
)
def test_a_pattern_stands_for_these_and_not_for_those(pattern, fits, fails):
    assert [text for text in fits + fails if matches(pattern, text)] == fits


def test_a_list_is_told_from_a_wildcard():
    assert is_list("{mute,lock}") and not is_list("{mute,l*}") and not is_list("mute")
    assert is_pattern("{mute,lock}") and is_pattern("*") and not is_pattern("mute")


def test_a_malicious_pattern_takes_no_longer_than_its_length_allows():
    start_s = time.perf_counter()
    assert not matches("*a" * 120 + "b", "a" * 60)
    assert time.perf_counter() - start_s < 0.5
