"""Where the committed patches are, and how they are read."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "max_patches"
MAX_NAMES = ("unloop.maxpat", "unloop-3.maxpat", "unloop-pedal.maxpat")
HELP_NAMES = ("help/unloop.maxhelp", "help/unloop-3.maxhelp", "help/unloop-pedal.maxhelp", "extras/unloop overview.maxpat")

sys.path.insert(0, str(ROOT / "scripts"))  # the rules measure words as the pictures do


def max_patch(name: str) -> dict:
    """A committed Max patch by its path in ``max_patches``."""
    return json.loads((PATCHES / name).read_text(encoding="utf-8"))["patcher"]
