"""The one knob: each turn of `variation` leads further from the take, and a quarter turn stays near the codec's own sound."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from unloop_py.audio_io.groove import groove
from unloop_py.audio_io.wav import read_audio
from unloop_py.control.macro import prompts_for
from unloop_py.evaluation.measures import mel_error
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import load_generator
from unloop_py.training.figures import codec_error

SEEDS = 8
RECORDED = [path for path in (Path(__file__).parents[3] / "shared" / "audio" / f"loop-{n}.wav" for n in (0, 2)) if path.exists()]


@pytest.fixture(scope="module")
def generator():
    return load_generator("small", "cpu")


@pytest.mark.parametrize("path", [None, *RECORDED], ids=lambda path: path.stem if path else "groove")
def test_the_distance_grows_with_each_quarter_turn_and_the_first_is_at_most_half_again_the_codecs_own(generator, path):
    audio, rate = (groove(44_100).astype(np.float32), 44_100) if path is None else read_audio(path)
    mono = audio.mean(axis=1)
    prepared = generator.prepare(Take(1, audio, rate))

    def distance(variation: float) -> float:
        prompt = Prompt(**prompts_for(variation))
        made = [generator.vary(prepared, VariationRequest(1, 1, seed, prompt)).audio.mean(axis=1) for seed in range(SEEDS)]
        return float(np.mean([mel_error(mono, one, rate) for one in made]))

    distances = [distance(variation) for variation in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert distances[0] == 0.0
    assert all(near < far for near, far in itertools.pairwise(distances)), distances
    assert 1.0 <= distances[1] / codec_error(generator.models, mono) <= 1.5
