"""The committed patches, and the script that writes them."""

import importlib.machinery
import importlib.util

import pytest

from tests.patches.max_files import MAX_NAMES, ROOT, max_patch


@pytest.fixture(scope="session")
def files():
    """The patches that others may show or open, by file name."""
    return {name: max_patch(name) for name in MAX_NAMES}


@pytest.fixture(scope="session")
def make_patches():
    """The script, as a module."""
    path = ROOT / "scripts" / "make_patches"
    loader = importlib.machinery.SourceFileLoader("make_patches", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_patches", loader))
    loader.exec_module(module)
    return module
