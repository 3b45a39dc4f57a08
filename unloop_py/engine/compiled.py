"""How the engine's Python becomes machine code: once, cached on disk, and never on the audio thread."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numba import njit

# numpy's error model, so that a division by zero is a number and not a Python exception; no wrappers, because
# these functions are only called by one another, and every wrapper costs start-up time.
inline = njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)

# For what is called once: compiled as part of its caller, which spares optimising it twice.
merged = njit(nogil=True, error_model="numpy", inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)

INTERPRETED = {"engine.py", "slots.py", "ports.py", "controls.py", "readings.py"}  # of this folder: what only Python runs

# numba compiles a version of a function for every literal that it is called with. These have a type and no more.
NONE = np.int64(-1)
ZERO = np.int64(0)
ONE = np.int64(1)


def sources_digest() -> int:
    """A 63-bit digest of the sources in this folder that are compiled.

    numba's cache notices a change in the file of the cached function, but not in the files that it calls into.
    The callback closes over this number, which makes it part of the cache's key.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name in INTERPRETED:
            continue
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()[:8], "little") >> 1
