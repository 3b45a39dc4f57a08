"""``kill -9`` at any moment loses nothing that was finished, and little of what was being recorded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks what it kills")
def test_whoever_is_killed_while_playing_has_all_that_was_finished_bit_by_bit():
    done = subprocess.run([sys.executable, ROOT / "scripts" / "bench_faults.py", "--rounds", "4", "--seed", "3"], capture_output=True,
                          text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["faults"] == 0, done.stdout
    assert found["restored"] == 4 and found["finished_states"] > 0 and found["recordings"] >= 2
    assert found["recording_lost_s_max"] <= 2.0
