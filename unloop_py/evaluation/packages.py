"""The packages that `unloop evaluate` needs beside the instrument's own, and the one command that installs them.

Two of them are only carriers of weights: what they ask for (an old numpy, TensorFlow) is never installed, so all are
installed with ``--no-deps`` and none can be an ordinary extra.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from unloop_py.errors import UnloopError

PACKAGES = (
    "aisfx==0.1.2",                  # weights of the embedding at 44.1 kHz; CC BY 4.0
    "musicnn==0.1.0",                # weights of the second opinion, at 16 kHz; ISC
    "immich-memories-music==0.1.0",  # the music that models are judged on; MIT
    "zimtohrli==0.2.1.post1",        # perceptual distance; Apache-2.0
    "mir_eval==0.8.2",               # F-measure of beats; MIT
    "scipy==1.17.1",                 # for mir_eval
    "decorator==5.3.1",              # for mir_eval
    "soxr==1.1.0",                   # resampling; LGPL-2.1
)  # fmt: skip


class PackageMissing(UnloopError):
    """A package that only the evaluation needs is not installed."""


def missing(name: str) -> PackageMissing:
    """The error that says how to install them all."""
    command = f"{sys.executable} -m pip install --no-deps {' '.join(PACKAGES)}"
    return PackageMissing(f"`unloop evaluate` needs the package {name}. Type:  {command}")


def check_installed() -> None:
    """Raise PackageMissing where one of them is not installed. Quick: nothing is imported."""
    for name in (package.split("==")[0] for package in PACKAGES):
        try:
            distribution(name)
        except PackageNotFoundError:
            raise missing(name) from None


def package_file(package: str, inner: str) -> Path:
    """The path of a file inside an installed package, which is not imported. Raises PackageMissing."""
    try:
        path = Path(str(distribution(package).locate_file(inner)))
    except PackageNotFoundError:
        raise missing(package) from None
    if not path.exists():
        raise missing(f"{package} of another version ({inner} is not in the one installed)")
    return path
