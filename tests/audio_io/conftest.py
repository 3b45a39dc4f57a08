"""A JACK server without hardware, for tests of real streams."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def jack(tmp_path_factory):
    """Environment of a JACK server of our own, with a dummy driver and a name that nobody else uses."""
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    try:
        import sounddevice  # noqa: F401
    except OSError:
        pytest.skip("PortAudio is not installed")
    name = f"unloop-test-{os.getpid()}"
    environment = {**os.environ, "JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1",
                   "JACK_NO_AUDIO_RESERVATION": "1", "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip
    log = (tmp_path_factory.mktemp("jack") / "log").open("w+")
    server = subprocess.Popen(
        ["jackd", "-n", name, "-R", "-d", "dummy", "-r", "48000", "-p", "64"],
        env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
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
