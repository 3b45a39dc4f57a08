"""What a jam promises, whichever door its generator is behind: the engine, the vamper and the log, as with one of this machine.

A module that imports everything from here runs it on its own `door` (see `contract`) and its own `jammed`, both module-scoped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.serve.contract import Door, local
from tests.sessions.conftest import noise, stage  # noqa: F401
from tests.sessions.test_replaying_varied_loops import Varied
from tests.vamper.test_with_engine import (  # noqa: F401
    Duo,
    test_again_plays_the_same_samples_as_the_first_time,
    test_the_first_pass_is_the_take_and_each_seam_brings_another_variation,
)
from unloop_py.session.replaying import Replay

RATE = 48000


@dataclass
class Jammed:
    """A generator as the vamper is started with it.

    Attributes
    ----------
    settings : dict
        Of `Vamper`: its generator, and where its worker is.
    kill : callable
        Given the `Duo`, ends with SIGKILL what makes the variations.
    words : str
        What the player is told of that; "" where another takes its place and nothing needs to be said.
    """

    settings: dict[str, Any]
    kill: Callable[[Duo], None]
    words: str


@pytest.fixture
def duo(jammed, tmp_path):
    with Duo(tmp_path, **jammed.settings) as duo:
        yield duo


def test_what_is_killed_behind_the_door_changes_no_sample_is_late_and_comes_back_by_itself(jammed, duo):
    heard = [duo.play_pass() for _ in range(3)]
    jammed.kill(duo)
    late = 0
    while not late:     # every pass is compared sample by sample
        heard.append(duo.play_pass(wait_for_offer=False))
        late += duo.late[-1]
    if jammed.words:
        duo.wait_until_told(jammed.words)
    heard += [duo.play_pass() for _ in range(3)]
    assert heard[0] == -1 and heard == sorted(heard) and heard[-1] >= 4
    assert heard.count(max(set(heard), key=heard.count)) > 1, "what was there was heard again"


def evening(stage, generator):  # noqa: F811
    """A form, a chain and a loop that is varied when asked, with seeds of their own; kept as any session is."""
    varied = Varied(stage, generator)
    s = varied.s
    for loop in range(3):
        s.bus.set(loop, "seed", 5 + loop)
        s.bus.set(loop, "steps", 2)
        s.bus.set(loop, "adapt", 0)     # spare time is nobody's promise
    s.bus.command(0, "form", "AB*")
    s.bus.set(1, "vary_mode", 3)
    s.bus.set(2, "vary_mode", 2)
    for loop, frames in enumerate((RATE // 2, RATE // 3, RATE // 4)):
        s.record(noise(frames, loop), loop)
    s.bus.command(2, "vary")
    s.wait(3 * RATE // 2)
    s.bus.command(1, "keep")
    s.bus.command(2, "again", 2)
    s.wait(RATE)
    varied.vamper.stop()
    s.keeping.stop()
    return s


class Here:
    """The generator of this thread, asked as far ahead as another."""

    def __init__(self, ahead):
        self.ahead = ahead

    def __getattr__(self, name):
        return getattr(local(), name)

    def describe(self):
        return local().describe() | {"ahead": self.ahead}


@pytest.fixture(scope="module")
def evenings_here():
    """What an evening sounds like with the generator of this thread: by how far ahead it is asked."""
    return {}


def test_an_evening_sounds_as_with_the_generator_of_this_thread_and_is_rendered_again_to_the_sample(
    door: Door, stage, tmp_path, evenings_here  # noqa: F811
):  # fmt: skip
    s = evening(stage, door.generator)
    ahead = door.generator.describe().get("ahead", 0)
    if ahead not in evenings_here:
        (tmp_path / "here").mkdir()
        evenings_here[ahead] = evening(lambda **settings: stage(folder=tmp_path / "here", **settings), Here(ahead)).sound
    assert {loop for loop in range(3) if s.engine.status(loop).tag >= 0} == {0, 1, 2}
    if door.sound_travels:  # what the engine recorded lies between the steps of 24 bits: another token here and there
        assert np.corrcoef(s.sound[:, 0], evenings_here[ahead][:, 0])[0, 1] > 0.9
    else:
        assert np.array_equal(s.sound, evenings_here[ahead])
    replay = Replay(s.folder)
    again = np.concatenate(list(replay.render()))
    assert replay.missing == [] and np.array_equal(again[: len(s.sound)], s.sound)
    for path in s.folder.glob("loop-*/variation-*.wav"):
        path.unlink()
    remade, here = (np.concatenate(list(Replay(s.folder, generator).render())) for generator in (door.generator, local()))
    assert np.abs(remade - here).max() <= (1e-4 if door.sound_travels else 0.0)
