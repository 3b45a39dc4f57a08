"""Which generator, by a word."""

import pytest

from unloop_py.errors import UnloopError
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.serve.doors import open_generator
from unloop_py.serve.process import ProcessGenerator


@pytest.mark.parametrize("where, kind", [("local", LocalGenerator), ("process", ProcessGenerator)])
def test_a_word_opens_the_generator_on_this_machine(one_thread, where, kind):
    with open_generator(where, "tiny", compute="cpu", threads=1) as generator:
        assert isinstance(generator, kind) and generator.describe()["model"] == "tiny"


@pytest.mark.parametrize("where", ["", "remote", "localhost:7860", "ftp://box", "Local "])
def test_any_other_word_is_refused_with_those_that_there_are(where):
    with pytest.raises(UnloopError, match="local, process, or the address of an `unloop serve`"), open_generator(where):
        pass


@pytest.mark.parametrize("where", ["local", "process"])
def test_what_cannot_be_loaded_is_told_as_it_is_opened(where):
    with pytest.raises(UnloopError, match="no model named 'smol': the nearest is 'small'"), open_generator(where, "smol"):
        pass


@pytest.mark.parametrize("option", ["token", "ca"])
def test_what_only_a_server_wants_is_refused_for_one_that_is_here(option):
    with pytest.raises(UnloopError, match="on this machine: leave them out"), open_generator("local", **{option: "x"}):
        pass
