"""What holds for every test: signals mean what they mean at a terminal. And what several rooms' tests ask for."""

import signal

import pytest

# A shell starts what it runs in the background with SIGINT ignored, nohup with SIGHUP ignored; what the tests start would
# inherit that, and rightly play on.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


@pytest.fixture
def one_thread():
    """torch computes on one thread, as many as it had before afterwards."""
    import torch  # most tests need none

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
