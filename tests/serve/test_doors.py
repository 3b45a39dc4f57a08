"""Which generator, by a word."""

import sys

import pytest

from unloop_py.errors import UnloopError
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.serve.doors import open_generator
from unloop_py.serve.process import ProcessGenerator

LINES = ("unloop_py.serve.http_line", "unloop_py.serve.gradio_line", "unloop_py.serve.ray_line")


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


def test_without_the_package_that_speaks_to_servers_it_is_said_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx2", None)
    for name in LINES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(UnloopError, match=r"httpx2: `pip install unloop\[remote\]`"), open_generator("http://127.0.0.1:9"):
        pass
