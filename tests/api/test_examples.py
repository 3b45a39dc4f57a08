"""The examples in the docstrings of what scripts import are run, and so is the one that docs/api.md begins with."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from unloop_py.api import describe, looper, vamping
from unloop_py.vamper.fakes import ToneGenerator

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
RATE = 44_100


@pytest.mark.parametrize("module", [vamping, looper], ids=lambda module: module.__name__)
def test_the_examples_come_out_as_they_are_printed(module) -> None:
    done = doctest.testmod(module)
    assert done.attempted >= 4 and done.failed == 0


def test_what_the_page_begins_with_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("unloop_py.api.generators._local", lambda model: ToneGenerator())
    for name, seconds in (("loop", 0.3), ("drums", 0.3), ("bass", 0.6)):
        turns = 90 * np.arange(round(seconds * RATE)) / (seconds * RATE)
        soundfile.write(f"{name}.wav", (0.4 * np.sin(2 * np.pi * turns)).astype(np.float32), RATE)
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], {})
    made = {path.name for path in (tmp_path / "varied").iterdir()}
    assert {"vamp-1.wav", "vamp-4.wav", "vamp.npz", "vamp.json"} <= made
    assert soundfile.info("set/master.wav").duration == pytest.approx(12 * 0.3, abs=1e-3)


def test_every_public_name_and_method_has_its_place_on_the_page() -> None:
    for name in describe.NAMES:
        assert f"\n## {name}\n" in PAGE
    for method in ("record", "overdub", "play", "set", "get", "press", "undo", "redo", "keep", "vary", "played", "take", "state", "export"):
        assert f"\n### Looper.{method}\n" in PAGE
