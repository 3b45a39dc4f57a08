"""The contract, on this thread and through each door; every server starts once."""

from __future__ import annotations

import os
import signal

import pytest

from tests.serve.contract import *  # noqa: F403
from tests.serve.contract import MODEL, Door, local
from unloop_py.serve.doors import open_generator

HERE = {"compute": "cpu", "threads": 1}


@pytest.fixture(scope="module")
def process():
    with open_generator("process", MODEL, **HERE) as generator:

        def end():
            ended = generator._worker
            os.kill(generator.pid, signal.SIGTERM)
            ended._threads[1].join()  # its end has been read

        yield Door(generator, lose=end)


@pytest.fixture(scope="module", params=["thread", "process"])
def door(request):
    if request.param == "thread":
        return Door(local())
    return request.getfixturevalue(request.param)
