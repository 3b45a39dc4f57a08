"""A study goes on where it was stopped, and never on the results of another model, seed or set of excerpts."""

import dataclasses
import json

import numpy as np
import pytest

from unloop_py.errors import UnloopError
from unloop_py.evaluation.pictures import new_figure, save
from unloop_py.evaluation.results import plain
from unloop_py.evaluation.selection import select, ten_seconds
from unloop_py.evaluation.study import Context, Setting, Study, Table, Task, run_study


class Counting(Study):
    """Counts how often each task is run; can be told to fail at one."""

    name = "counting"
    title = "How often"

    def __init__(self, fails_at=None):
        self.runs, self.fails_at = [], fails_at

    def tasks(self, context):
        return [Task(key, lambda key=key: self.run(context, key)) for key in ("one", "two", "three")]

    def run(self, context, key):
        if key == self.fails_at:
            raise KeyboardInterrupt
        self.runs.append(key)
        context.audio(key, np.zeros(64, np.float32), 44_100, f"sound {key}")
        return {"drawn": context.rng(key).random(), "length": len(key)}

    def figures(self, results):
        return {"total": sum(r["length"] for r in results.values())}

    def table(self, results):
        return Table(("task", "length"), tuple((key, str(r["length"])) for key, r in results.items()))

    def picture(self, results, path):
        figure, (panel,) = new_figure(1)
        panel.plot([r["length"] for r in results.values()])
        save(figure, path)


def test_a_study_that_was_stopped_goes_on_where_it_was_and_ends_with_the_same_files(setting, models, excerpts, tmp_path):
    def context(folder):
        return Context(dataclasses.replace(setting, out=tmp_path / folder), models=models, excerpts=excerpts)

    whole, first, second = Counting(), Counting(fails_at="two"), Counting()
    expected = run_study(whole, context("a").setting, context=context("a"))
    with pytest.raises(KeyboardInterrupt):
        run_study(first, context("b").setting, context=context("b"))
    outcome = run_study(second, context("b").setting, context=context("b"))
    assert (first.runs, second.runs) == (["one"], ["two", "three"])
    assert outcome.results == expected.results and outcome.audio == expected.audio
    facts = json.loads((outcome.folder / "counting.json").read_text())
    assert facts["figures"] == {"total": 11} and facts["data"]["excerpts"] == [e.name for e in excerpts]
    assert (outcome.folder / "counting.png").stat().st_size > 1000


def test_a_line_that_was_cut_short_is_done_again(context):
    run_study(Counting(), context.setting, context=context)
    file = context.setting.out / "counting" / "tasks.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    again = Counting()
    run_study(again, context.setting, context=context)
    assert again.runs == ["three"]
    last = Counting()
    run_study(last, context.setting, context=context)
    assert last.runs == []


@pytest.mark.parametrize("change", ["seed", "excerpts", "model"])
def test_results_of_another_setting_are_not_used(change, setting, models, excerpts):
    run_study(Counting(), setting, context=Context(setting, models=models, excerpts=excerpts))
    other = dataclasses.replace(setting, seed=4) if change == "seed" else setting
    named = dataclasses.replace(models, manifest={"name": "another"}) if change == "model" else models
    heard = excerpts[:2] if change == "excerpts" else excerpts
    again = Counting()
    run_study(again, other, context=Context(other, models=named, excerpts=heard))
    assert again.runs == ["one", "two", "three"]


def test_what_a_task_draws_depends_on_the_seed_and_its_key_alone(setting, models, excerpts):
    one, same = (Context(setting, models=models, excerpts=excerpts) for _ in range(2))
    other = Context(dataclasses.replace(setting, seed=4), models=models, excerpts=excerpts)
    assert one.seed("a") == same.seed("a")
    assert len({one.seed("a"), one.seed("b"), other.seed("a")}) == 3


def test_a_study_of_loops_leaves_out_what_is_cut_from_longer_pieces(setting, models, excerpts):
    class OfLoops(Counting):
        kind = "loops"

    cut = dataclasses.replace(excerpts[0], name="cut", is_loop=False)
    context = Context(setting, models=models, excerpts=[cut, *excerpts[1:]])
    context.begin(OfLoops())
    assert [e.name for e in context.excerpts] == ["five higher beats", "six beats"]
    context.begin(Counting())
    assert len(context.excerpts) == 3


def test_the_papers_excerpts_last_ten_seconds_and_others_are_kept_unheard(excerpts):
    long = [dataclasses.replace(excerpts[0], name=str(i), audio=np.arange(12 * 44_100, dtype=np.float32)) for i in range(5)]
    seen, unheard = select([*excerpts, *long], "ten seconds", 2)
    assert [e.name for e in seen] == ["0", "3"] and [e.name for e in unheard] == ["1", "4"]
    assert all(e.seconds == 10.0 and not e.is_loop for e in (*seen, *unheard))
    assert select([*excerpts, *long], "ten seconds", 4)[1] == [], "not as many are left"
    around, once = ten_seconds(excerpts[0]), len(excerpts[0].audio)
    assert around.seconds == 10.0 and np.array_equal(around.audio[:once], around.audio[once : 2 * once])


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path, models, excerpts):
    (tmp_path / "file").write_text("")
    setting = Setting("random", None, tmp_path / "file")
    study = Counting()
    with pytest.raises(UnloopError, match="is a file"):
        run_study(study, setting, context=Context(setting, models=models, excerpts=excerpts))
    assert study.runs == []


def test_figures_are_json_that_every_program_reads():
    figures = plain({"n": np.int64(3), "x": np.float32(0.1), "none": float("nan"), "list": np.arange(2), "yes": np.bool_(True), 1: "one"})
    assert json.dumps(figures, allow_nan=False)
    assert figures == {"n": 3, "x": 0.1, "none": None, "list": [0, 1], "yes": True, "1": "one"}


def test_audio_in_the_manifest_of_a_model_is_refused_by_name(tmp_path, models):
    from unloop_py.audio_io.wav import write_audio
    from unloop_py.generator.model_files import sha256

    write_audio(tmp_path / "mine.wav", 0.1 * np.random.default_rng(0).standard_normal((44_100 * 2, 1)).astype(np.float32), 44_100)
    manifest = {"name": "taught", "training_data": {"sha256": [sha256(tmp_path / "mine.wav")]}}
    setting = Setting("taught", tmp_path, tmp_path / "out")
    with pytest.raises(UnloopError, match=r"mine\.wav"):
        run_study(Counting(), setting, context=Context(setting, models=dataclasses.replace(models, manifest=manifest)))
