"""The examples in the docstrings of what scripts import are run, and say what comes out."""

import doctest

import pytest

from unloop_py.api import looper, vamping


@pytest.mark.parametrize("module", [vamping, looper], ids=lambda module: module.__name__)
def test_the_examples_come_out_as_they_are_printed(module) -> None:
    done = doctest.testmod(module)
    assert done.attempted >= 4 and done.failed == 0
