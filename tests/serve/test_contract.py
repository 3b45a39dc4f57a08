"""The contract on this thread, in another process, and through a Gradio server by tokens and by sound; and a jam through each.

Everything starts once.
"""

from __future__ import annotations

import os
import signal

import pytest

from tests.serve.contract import *  # noqa: F403
from tests.serve.contract import MODEL, Door, local
from tests.serve.jam_promises import *  # noqa: F403
from tests.serve.jam_promises import Jammed
from unloop_py.serve.doors import open_generator
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf

HERE = {"compute": "cpu", "threads": 1}


@pytest.fixture(scope="module")
def process():
    with open_generator("process", MODEL, **HERE) as generator:

        def end():
            ended = generator._worker
            os.kill(generator.pid, signal.SIGTERM)
            ended._threads[1].join()  # its end has been read

        yield Door(generator, lose=end)


@pytest.fixture(scope="module")
def server(process):
    """A Gradio server whose work that process does."""
    service = Service(ModelShelf(lambda name: process.generator, MODEL, names=lambda: [MODEL]))
    with GradioServer(service) as server:
        yield server


@pytest.fixture(scope="module", params=["thread", "process", "Gradio by tokens", "Gradio by sound"])
def door(request):
    if request.param == "thread":
        yield Door(local())
    elif request.param == "process":
        yield request.getfixturevalue("process")
    else:
        server = request.getfixturevalue("server")
        by_sound = request.param.endswith("sound")
        with open_generator(f"http://127.0.0.1:{server.port}", tokens=not by_sound, **HERE) as generator:
            yield Door(generator, by_sound, server.service._takes.clear)


@pytest.fixture(scope="module", params=["Gradio by tokens", "Gradio by sound"])
def jammed(request):
    """The vamper's own worker process keeps these promises in tests/vamper/test_with_engine.py."""
    server, process = request.getfixturevalue("server"), request.getfixturevalue("process")
    arguments = {"url": f"http://127.0.0.1:{server.port}", "tokens": request.param.endswith("tokens"), **HERE}
    return Jammed({"generator_factory": "unloop_py.serve.remote:connect", "factory_args": arguments, "worker": "thread"},
                  lambda duo: os.kill(process.generator.pid, signal.SIGKILL), "the generator's process ended")
