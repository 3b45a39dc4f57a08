"""Weights that a change makes worse cannot land unseen: a short run against the figures that are kept beside them."""

import json

import pytest

from unloop_py.errors import ModelError
from unloop_py.evaluation import ruler
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.model_files import BUNDLED

MODELS = sorted(folder.name for folder in BUNDLED.iterdir() if (folder / "manifest.json").exists())


@pytest.mark.parametrize("name", MODELS)
def test_the_bundled_weights_are_as_good_as_the_figures_beside_them_say(name):
    kept = ruler.kept_figures(ruler.ruler_path(name))
    assert kept is not None, f"{name} has no {ruler.FILE}: write it with `unloop evaluate quick --model {name} --write`"
    figures = ruler.quick_figures(ruler.load_for_ruler(name))
    off = [f"{c.name}: {c.measured:.4f}, kept {c.kept:.4f}" for c in ruler.compare(figures, kept) if not c.holds]
    assert not off, f"{'; '.join(off)}. If that is meant, keep the new figures: `unloop evaluate quick --model {name} --write`"
    assert all(ruler.better_than_chance(figures).values()), figures


def test_worse_figures_do_not_hold_and_better_ones_are_to_be_kept_too():
    kept = {"figures": dict.fromkeys(ruler.TOLERANCES, 1.0)}
    for change, holds in ((0.0, True), (0.3, False), (-0.3, False)):
        compared = ruler.compare(dict.fromkeys(ruler.TOLERANCES, 1.0 + change), kept)
        assert all(c.holds is holds for c in compared)


def test_random_weights_are_told_from_the_bundled_ones_by_what_they_guess():
    models = random_models()
    takes = [ruler.encode(models, loop) for loop in (ruler._loop(path, 44_100) for path in sorted(ruler.LOOPS.glob("*.flac"))[1:2])]
    kept = ruler.kept_figures(ruler.ruler_path("small"))
    loss = ruler.masked_loss(models, takes)
    assert loss["coarse"] > (1 + ruler.TOLERANCES["coarse_masked_loss"]) * kept["figures"]["coarse_masked_loss"]


def test_the_file_of_figures_is_read_back_and_a_damaged_one_says_what_to_do(tmp_path):
    figures = dict.fromkeys(ruler.TOLERANCES, 1.5)
    ruler.write_figures(tmp_path / ruler.FILE, random_models(), figures)
    kept = ruler.kept_figures(tmp_path / ruler.FILE)
    assert kept["figures"] == figures and kept["model"] == "random" and len(kept["loops"]) == 3
    (tmp_path / ruler.FILE).write_text(json.dumps({"figures": {}}))
    with pytest.raises(ModelError, match="--write"):
        ruler.kept_figures(tmp_path / ruler.FILE)
    assert ruler.kept_figures(tmp_path / "absent.json") is None
