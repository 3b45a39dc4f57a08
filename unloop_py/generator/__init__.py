"""Room B: the model. torch, no threads, no devices."""

import os
from typing import Any

# How long OpenMP's threads spin before they sleep; it must be said before torch is loaded. For ever, as is their wont:
# a 4 s loop took 5 to 20 s beside a busy neighbour. Not at all: 0.82 s for a 6 s loop on two free cores. This: 0.47 s.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")


def __getattr__(name: str) -> Any:
    # Here by name, and torch only for who asks.
    if name == "load_vampnet":
        from unloop_py.generator.vampnet import load_vampnet

        return load_vampnet
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
