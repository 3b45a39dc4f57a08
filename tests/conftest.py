"""What holds for every test: signals mean what they mean at a terminal. And what several rooms' tests ask for."""

import os
import shutil
import signal
import tempfile

import pytest

# A shell starts what it runs in the background with SIGINT ignored, nohup with SIGHUP ignored; what the tests start would
# inherit that, and rightly play on.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


def pytest_configure(config):
    """What is played in a test is kept in a folder of the tests', not among the player's sessions."""
    os.environ["XDG_DATA_HOME"] = config.unloop_data = tempfile.mkdtemp(prefix="unloop-tests-")


def pytest_unconfigure(config):
    """And goes with them."""
    shutil.rmtree(getattr(config, "unloop_data", ""), ignore_errors=True)


@pytest.fixture
def one_thread():
    """torch computes on one thread, as many as it had before afterwards."""
    import torch  # most tests need none

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
