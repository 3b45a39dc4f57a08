"""The codec study measures every number of codebooks on every excerpt, and tells recorded sounds from synthesised ones."""

import json

import numpy as np
import pytest

from unloop_py.evaluation.codec_study import MEASURES, CodecStudy, entropy_bits
from unloop_py.evaluation.held_out import Excerpt
from unloop_py.evaluation.study import Context, Setting, run_study
from unloop_py.generator.checkpoint import random_models

RATE = 44_100


def excerpt(name: str, hertz: float, loop_seed: int | None) -> Excerpt:
    t = np.arange(RATE) / RATE
    audio = (0.2 * np.sin(2 * np.pi * hertz * t) * np.exp(-5 * (t % 0.25))).astype(np.float32)
    return Excerpt(name, audio, RATE, None, True, loop_seed=loop_seed)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    models = random_models()
    setting = Setting("random", None, tmp_path_factory.mktemp("out"))
    context = Context(setting, models=models, excerpts=[excerpt("guitar", 220, None), excerpt("organ", 331, None), excerpt("made", 440, 5)])
    return models, run_study(CodecStudy(), setting, context=context)


def test_each_number_of_codebooks_has_every_measure_with_its_interval(outcome):
    models, done = outcome
    rows = done.figures["by_codebooks"]
    assert list(rows) == [str(k) for k in range(1, models.codec.n_codebooks + 1)]
    for row in rows.values():
        for kind in ("all", "recorded", "synthesised"):
            assert row[kind].keys() == MEASURES.keys()
            assert all(one["low"] <= one["value"] <= one["high"] for one in row[kind].values())
        total = 2 * row["recorded"]["mel_error"]["value"] + row["synthesised"]["mel_error"]["value"]
        assert total / 3 == pytest.approx(row["all"]["mel_error"]["value"], rel=1e-4)


def test_the_bitrate_is_that_of_the_codebooks_and_never_less_than_the_codes_need(outcome):
    models, done = outcome
    one_level = np.log2(models.codec.codebook_size) * RATE / models.codec.hop_length
    for count, row in done.figures["by_codebooks"].items():
        assert row["bits_per_second"] == pytest.approx(int(count) * one_level, rel=1e-4)
        assert row["coded_bits_per_second"] <= row["bits_per_second"]


def test_codebook_use_is_two_to_the_entropy_of_each_level(outcome):
    models, done = outcome
    use = done.figures["codebook_use"]
    assert len(use["perplexity"]) == models.codec.n_codebooks
    assert all(1 <= p <= used for p, used in zip(use["perplexity"], use["used"], strict=True))
    assert entropy_bits(np.arange(64), 64) == pytest.approx(6)
    assert entropy_bits(np.zeros(64, int), 64) == 0


def test_it_leaves_figures_a_picture_a_table_and_a_few_sounds(outcome):
    models, done = outcome
    assert json.loads((done.folder / "codec.json").read_text())["figures"] == done.figures
    assert (done.folder / "codec.png").stat().st_size > 10_000
    assert len(done.table.rows) == models.codec.n_codebooks and all(len(row) == len(done.table.columns) for row in done.table.rows)
    worth_hearing = [f"{count:02d}-codebooks" for count in (1, models.coarse.n_codebooks, models.codec.n_codebooks)]
    heard = {path.stem for path in (done.folder / "audio").iterdir()}
    assert heard == {f"{kind}-{what}" for kind in ("recorded", "synthesised") for what in ("take", *worth_hearing)}
