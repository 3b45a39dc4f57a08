"""What holds for every test: signals mean what they mean at a terminal."""

import signal

# A shell starts what it runs in the background with SIGINT ignored, nohup with SIGHUP ignored; what the tests start would
# inherit that, and rightly play on.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)
