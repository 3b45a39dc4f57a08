"""Figures 3, 4 and 5: the right tokens are kept, both measures are taken, and what is shared is made once."""

import dataclasses
import itertools

import numpy as np
import pytest

from unloop_py.evaluation import generation
from unloop_py.evaluation.bitrate_study import KEPT_AND_PERIOD, NOISE_RATIOS, BitrateStudy
from unloop_py.evaluation.prompts_study import PromptsStudy, all_ways
from unloop_py.evaluation.steps_study import StepsStudy
from unloop_py.evaluation.study import Context, run_study
from unloop_py.evaluation.token_study import CODEC_ALONE

FULL_BPS = 9 * 10 * 44_100 / 768


def result(fad, mel=1.0, bps=100.0):
    """A way's result as the tasks return it."""
    return {"mel_error": {"value": mel, "low": mel, "high": mel}, "fad_aisfx": {"value": fad, "low": fad, "high": fad},
            "fad_musicnn": {"value": fad, "low": fad, "high": fad}, "bits_per_second": bps, "seconds_per_second": 0.1}


def band_energies(network, audios, sample_rate):
    """Stands for an embedding: the logarithm of eight bands' energies in every half second."""
    halves = [np.resize(audio, (len(audio) // (sample_rate // 2), sample_rate // 2)) for audio in audios]
    spectra = [np.abs(np.fft.rfft(half))[:, 1 : 8 * 1024 + 1] for half in halves]
    return [np.log(spectrum.reshape(len(spectrum), 8, 1024).sum(axis=2) + 1e-3).astype(np.float64) for spectrum in spectra]


@pytest.fixture
def context(setting, models, excerpts, monkeypatch):
    """Two excerpts and a quick embedding."""
    monkeypatch.setattr("unloop_py.evaluation.judge.embed", band_energies)
    monkeypatch.setattr("unloop_py.evaluation.judge.embedding", lambda name: name)
    return Context(dataclasses.replace(setting, count=2), models=models, excerpts=excerpts)


BOUNDS = {name: {"floor": 5.0, "ceiling": 200.0} for name in ("fad_aisfx", "fad_musicnn")}


def test_figure_3_runs_and_resumes(context):
    outcome = run_study(StepsStudy((1, 2)), context.setting, context=context)
    assert set(outcome.figures["by_steps"]) == {"1", "2"}
    for found in (*outcome.figures["by_steps"].values(), outcome.figures["codec"]):
        assert found["mel_error"]["low"] <= found["mel_error"]["value"] <= found["mel_error"]["high"]
        assert found["fad_aisfx"]["value"] >= 0
    assert outcome.figures["bounds"]["fad_aisfx"]["ceiling"] > 0
    assert len(outcome.table.rows) == 3 and len(outcome.audio) == 2 * 4
    assert all((outcome.folder / heard["file"]).exists() for heard in outcome.audio)
    context.memory.clear()
    assert run_study(StepsStudy((1, 2)), context.setting, context=context).facts == outcome.facts


def test_the_sound_of_a_way_that_stands_in_two_figures_is_made_once(context, monkeypatch):
    study, asked = StepsStudy((1,)), []
    context.begin(study)
    monkeypatch.setattr("unloop_py.evaluation.token_study.make_all", lambda *a: asked.append(a) or generation.make_all(*a))
    way = study.tasks(context)[-1]
    way.run()
    way.run()
    assert len(asked) == 1


def test_figure_4_has_every_prompt_and_baseline_of_the_paper(context):
    context.begin(PromptsStudy())
    ways = {way.key: way for way in all_ways(context)}
    assert set(ways) == {
        "codec", "coarse-to-fine", "compression-1", "periodic-8-steps-12", "periodic-16-steps-12", "periodic-32-steps-12",
        "inpaint-1s", "inpaint-2s", "beat-driven", "noise-0.1", "noise-0.25", "noise-0.5", "noise-0.75", "noise-0.9"}
    take = PromptsStudy().takes(context)[0]
    codebooks, steps = take.codes.shape
    kept = {key: int((way.mask(take) == 0).sum()) for key, way in ways.items() if way.mask is not None}
    assert kept["coarse-to-fine"] == context.models.coarse.n_codebooks * steps
    assert kept["compression-1"] == steps
    assert abs(kept["periodic-16-steps-12"] / codebooks - steps / 16) <= 1
    assert kept["inpaint-1s"] == codebooks * 2 * 57
    beats = kept["beat-driven"] / codebooks
    assert 15 <= beats / 4 <= 25, "four steps at each of some two beats a second"


def test_figure_4_names_the_best_prompt_and_the_rival_of_like_mel_error():
    results = {"bounds": BOUNDS, "beats-found": {"without_a_beat": 0, "excerpts": 3}, "codec": result(2.0, 0.3),
               "coarse-to-fine": result(8.0, 0.5), "compression-1": result(9.0, 0.6), "periodic-8-steps-12": result(20.0),
               "periodic-16-steps-12": result(30.0), "periodic-32-steps-12": result(40.0), "inpaint-1s": result(30.0),
               "inpaint-2s": result(25.0), "beat-driven": result(15.0), "noise-0.1": result(50.0, 0.8), "noise-0.25": result(90.0, 1.02)}
    figures = PromptsStudy().figures(results)
    assert figures["lowest_fad_of_the_generative_prompts"] == "beat-driven"
    assert figures["periodic_16_over_inpaint_1_s_fad"] == 1.0
    rival = figures["noise_of_like_mel_error"]
    assert rival["way"] == "noise-0.25" and rival["fad_over_prompts"] == pytest.approx(90.0 * 6 / (20 + 30 + 40 + 30 + 25 + 15))


def test_figure_5_goes_from_all_tokens_down_to_25_bits_a_second(context):
    study = BitrateStudy()
    context.begin(study)
    take = study.takes(context)[1]
    from unloop_py.evaluation.bitrate_study import combined

    bits = []
    for kept, period in KEPT_AND_PERIOD:
        mask = combined(context, kept, period).mask(take)
        bits.append(generation.kept_bits_per_second(mask, 1024, take.seconds))
    assert all(a >= 0.9 * b for a, b in itertools.pairwise(bits)), "from many to few"
    assert 1100 < bits[0] < 1200 and bits[-1] < 30
    tasks = [task.key for task in study.tasks(context)]
    assert CODEC_ALONE.key in tasks and sum(key.startswith("noise") for key in tasks) == len(NOISE_RATIOS)


def test_figure_5_compares_with_random_tokens_of_the_same_bitrate():
    model = {"coarse-to-fine": result(6.0, 0.4, 2300.0)}
    for kept, period in KEPT_AND_PERIOD:
        model[f"kept-{kept}-period-{period}"] = result(20.0, 1.0, 574.0 * kept / period)
    chance = {f"noise-{r:g}": result(100.0 + 10 * i, 2.0, FULL_BPS * (1 - r)) for i, r in enumerate(NOISE_RATIOS)}
    facts = {"bits_per_second": FULL_BPS, "n_codebooks": 9, "n_coarse": 4}
    results = {"facts": facts, "bounds": BOUNDS, "codec": result(5.0, 0.4, FULL_BPS), **model, **chance}
    figures = BitrateStudy().figures(results)
    assert figures["above_600_bps_over_codec"]["fad_aisfx"] == pytest.approx(4.0)
    assert 20 / 150 <= figures["at_most_200_bps_fad_over_random_tokens"] < 20 / 139
    table = BitrateStudy().table(results)
    row = next(row for row in table.rows if row[0] == "4 kept, P = 16")
    assert row[2] == f"{FULL_BPS / (16 * 5):.0f}", "the paper's formula beside the bits that are kept"


def test_the_pictures_of_figures_4_and_5_are_drawn(tmp_path, context):
    context.begin(PromptsStudy())
    results = {"bounds": BOUNDS, "beats-found": {"without_a_beat": 1, "excerpts": 3},
               **{way.key: result(float(np.random.default_rng(i).uniform(5, 90))) for i, way in enumerate(all_ways(context))}}
    PromptsStudy().picture(results, tmp_path / "prompts.png")
    assert (tmp_path / "prompts.png").stat().st_size > 10_000
    assert "No beat was heard in 1 of 3" in PromptsStudy().table(results).note
