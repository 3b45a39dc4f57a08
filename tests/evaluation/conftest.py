"""What the tests of the studies work with: tiny models with random weights, and loops that are made here."""

import numpy as np
import pytest

from unloop_py.evaluation.held_out import Excerpt
from unloop_py.evaluation.study import Context, Setting
from unloop_py.generator.checkpoint import random_models

RATE = 44_100


@pytest.fixture(autouse=True)
def on_one_thread(one_thread):
    """Every test of the studies."""


def loop_of(seconds: float, beats: int, hertz: float = 220.0, name: str = "loop") -> Excerpt:
    """A drum on each beat over a held chord: a true circle."""
    frames = round(seconds * RATE)
    t = np.arange(frames) / RATE
    audio = sum(0.05 * np.sin(2 * np.pi * round(hertz * k * seconds) / seconds * t) for k in (1, 1.25, 1.5))
    rng = np.random.default_rng(1)
    for beat in range(beats):
        at = beat * frames // beats
        hit = rng.standard_normal(RATE // 8) * np.exp(-np.arange(RATE // 8) / 800)
        audio[(at + np.arange(len(hit))) % frames] += 0.5 * hit
    return Excerpt(name, audio.astype(np.float32), RATE, None, True)


@pytest.fixture(scope="session")
def models():
    return random_models()


@pytest.fixture
def excerpts():
    return [loop_of(2.4, 5, name="five beats"), loop_of(2.4, 5, 330.0, name="five higher beats"), loop_of(2.9, 6, name="six beats")]


@pytest.fixture
def setting(tmp_path):
    return Setting("random", None, tmp_path / "out", seed=3)


@pytest.fixture
def context(setting, models, excerpts):
    return Context(setting, models=models, excerpts=excerpts)
