"""The report: one page that needs nothing outside it, and says of each finding whether it holds."""

import re
from html import escape

import numpy as np
import pytest

from unloop_py.audio_io.wav import write_audio
from unloop_py.evaluation.findings import CAVEAT, FINDINGS, PAPER, write_findings
from unloop_py.evaluation.pictures import new_figure, save
from unloop_py.evaluation.report import SOUNDS_BYTES, compressed, write_report
from unloop_py.evaluation.study import Outcome, Study, Table
from unloop_py.training.card import FOUND, findings_of

FAD = {"value": 10.0, "low": 8.0, "high": 12.0}
FIGURES = {
    "codec": {"by_codebooks": {"9": {}, "14": {"synthesised": {"zimtohrli": FAD}, "recorded": {"zimtohrli": FAD}}}},
    "guessing": {kind: {"under_entropy": {"coarse": 1.3, "fine": 1.1}, "over_random_tokens": 0.7, "over_shuffled_steps": 0.8}
                 for kind in ("all", "recorded", "synthesised")},
    "steps": {"lowest_fad_at_steps": 36, "fad_12_over_36": 1.05, "fad_falls_from_the_first_step": True,
              "by_steps": {"1": {"fad_aisfx": FAD, "seconds_per_second": 0.1}, "12": {"fad_aisfx": FAD, "seconds_per_second": 0.2}}},
    "prompts": {"noise_of_like_mel_error": {"way": "noise-0.5", "mel_error_over_prompts": 1.0, "fad_over_prompts": 2.0},
                "lowest_fad_of_the_generative_prompts": "beat-driven", "periodic_16_over_inpaint_1_s_fad": 1.3,
                "ways": {"beat-driven": {"fad_aisfx": FAD}}},
    "bitrate": {"above_600_bps_over_codec": {"mel_error": 1.2, "fad_aisfx": 1.4}, "at_most_200_bps_fad_over_random_tokens": 0.2,
                "at_most_200_bps_mel_over_random_tokens": 0.9},
    "beats": {"takes_that_track": {"loops": 2, "beat-driven": 0.9}, "goal": 0.85, "all": {"beat-driven": 0.9, "periodic-8": 0.7}},
    "knob": {"loops": {"a": {"monotone": True}}, "monotone_on_every_loop": True, "least_diversity_of_a_loop": 0.8,
             "least_diversity_of_a_pair": 0.4, "goal_diversity": 0.5},
    "seam": {"seam_db": 0.4, "low_db": -0.5, "high_db": 1.2, "variations": 100, "goal_db": 1.0},
    "drift": {"worst_loudness_db": 3.0, "worst_centroid_change": 0.1, "fad_late_over_early": 1.5,
              "goals": {"loudness_db": 1.0, "centroid_change": 0.15, "fad_late_over_early": 2.0}},
    "adaptation": {"mean": {"0": {"zimtohrli": 3.4}, "60": {"other_half": 3.8}}, "first_mark_s": 10.0, "last_mark_s": 60.0,
                   "least_zimtohrli_after_the_first_mark": 4.1, "other_half_gain": 0.2, "fad_ratio": {"aisfx": 0.45, "musicnn": 0.7},
                   "least_diversity": 0.95,
                   "goals": {"zimtohrli": 4.0, "other_half_gain": 0.8, "fad_ratio": 0.5, "diversity": 0.8}},
    "copying": {"overlap_of_variations": 0.011, "overlap_of_real_held_out_audio": 0.01, "above_real": 0.001, "goal": 0.01},
}


class Said(Study):
    """A study that is already done."""

    def __init__(self, name):
        self.name, self.title = name, f"About {name} <&>"


def outcome(name, folder, *, seconds=0.5, sounds=2):
    (folder / name / "audio").mkdir(parents=True)
    figure, _ = new_figure(1)
    save(figure, folder / name / f"{name}.png")
    heard = []
    for i in range(sounds):
        tone = 0.1 * np.sin(np.arange(int(44_100 * seconds)) * 0.05 * (i + 1)).astype(np.float32)
        write_audio(folder / name / "audio" / f"{i}.wav", tone[:, None], 44_100)
        heard.append({"file": f"audio/{i}.wav", "caption": f"sound {i} <of {name}>"})
    facts = {"model": {"name": "small", "digest": "abc"}, "seed": 0,
             "data": {"given": "somewhere", "built_in": True, "excerpts": ["one", "two"], "left_out": ["x.wav is silent"]}}
    return Outcome(Said(name), folder / name, {}, FIGURES[name], Table(("a", "b"), (("1", "<2>"),), "a note"), facts, heard)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("report")
    return write_report(tmp_path / "report.html", [outcome(name, tmp_path) for name in FIGURES]).read_text()


def test_the_page_needs_nothing_outside_it(page):
    sources = re.findall(r'(?:src|href)="([^"]{0,40})', page)
    assert sources and all(source.startswith(("data:", "#")) for source in sources)
    assert "<script" not in page and "@import" not in page and "url(" not in page


def test_every_study_has_its_picture_its_table_and_its_players(page):
    assert page.count("data:image/png;base64,") == len(FIGURES)
    assert page.count("<audio controls") == 2 * len(FIGURES) == page.count("data:audio/ogg;base64,")
    assert page.count("a note") == len(FIGURES) and "About steps &lt;&amp;&gt;" in page and "sound 0 &lt;of beats&gt;" in page


def test_it_says_what_was_asked_by_whom_and_whether_it_holds(page):
    assert escape(CAVEAT) in page
    rows = dict(re.findall(r'<tr><td>(.*?)</td>.*?<td class="(\w*)">', page))
    assert rows["Beat-driven prompts have the lowest FAD."] == "yes"
    assert rows["Periodic P = 16 (35 steps kept) is on par with inpaint of 1 s (57 steps kept)."] == "no"
    assert rows["After 64 generations: loudness within 1 dB, centroid within 15 %, FAD no more than doubled."] == "no"
    assert rows["24 steps take about 6 s for 10 s of audio on an RTX 3090."] == ""
    assert "ACE-Step" in page and "x.wav is silent" in page


def test_what_was_found_is_kept_for_the_model_card(tmp_path):
    write_findings(tmp_path / FOUND, [outcome(name, tmp_path) for name in ("guessing", "prompts")])
    kept = findings_of(tmp_path)
    assert kept["model"]["digest"] == "abc" and kept["data"] == ["one", "two"]
    assert [(row["by"], row["holds"]) for row in kept["findings"]] == [
        ("unloop", True), ("unloop", True), ("unloop", True), ("VampNet, section 5, figure 4", False),
        ("VampNet, section 5, figure 4", True), ("VampNet, section 5, figure 4", False)]


def test_every_sentence_of_the_paper_names_its_section():
    assert all(bool(finding.where) == (finding.whose == PAPER) for finding in FINDINGS)
    assert {finding.study for finding in FINDINGS} == set(FIGURES)


def test_the_page_stays_small_and_says_where_the_other_sounds_are(tmp_path, monkeypatch):
    assert SOUNDS_BYTES * 4 / 3 < 25e6
    done = outcome("seam", tmp_path, seconds=2.0, sounds=4)
    one = len(compressed(done.folder / "audio" / "0.wav"))
    assert one < 0.2 * (done.folder / "audio" / "0.wav").stat().st_size
    monkeypatch.setattr("unloop_py.evaluation.report.SOUNDS_BYTES", int(2.5 * one))
    page = write_report(tmp_path / "report.html", [done]).read_text()
    assert page.count("<audio controls") == 2 and "2 more in <code>seam/audio/</code>" in page
