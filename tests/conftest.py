"""What holds for every test: signals mean what they mean at a terminal. And what several rooms' tests ask for."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

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


@pytest.fixture(scope="module")
def jack(tmp_path_factory):
    """Environment of a JACK server of our own, with a dummy driver and a name that nobody else uses."""
    try:
        import sounddevice  # noqa: F401
    except OSError:
        pytest.skip("PortAudio is not installed")
    with jack_server(tmp_path_factory, f"unloop-test-{os.getpid()}", "-R", "-d", "dummy", "-r", "48000", "-p", "64") as environment:
        yield environment


@contextlib.contextmanager
def jack_server(tmp_path_factory, name, *options):
    """A JACK server while the block lasts: the environment of its clients. Skips where none runs."""
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    environment = {**os.environ, "JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1",
                   "JACK_NO_AUDIO_RESERVATION": "1", "PYTHONPATH": str(Path(__file__).parents[1])}  # fmt: skip
    log = (tmp_path_factory.mktemp("jack") / "log").open("w+")
    server = subprocess.Popen(["jackd", "-n", name, *options], env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        waiting = subprocess.run(["jack_wait", "-s", name, "-w", "-t", "10"], env=environment, capture_output=True)
        if waiting.returncode != 0 or server.poll() is not None:
            log.seek(0)
            pytest.skip(f"jackd does not run here: {log.read()[-200:]}")
        yield environment
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()
