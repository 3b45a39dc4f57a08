"""The presets of VampNet's player: their values, their names, and what loading one does."""

import pytest

from unloop_py.control.macro import MACRO_NAMES
from unloop_py.control.parameters import by_name as parameter
from unloop_py.control.presets import PRESETS, by_name
from unloop_py.control.store import Store
from unloop_py.errors import ParameterError

# periodic prompt, codebooks, onset mask width, dropout, beat mask in ms: as VampNet's player has them; the last of
# `unconditional`, which it leaves unset and then fails on, is off.
REFERENCE = {
    "timbre transfer": (2, 1, 0, 0, 0),
    "small variation": (5, 4, 0, 0, 0),
    "small variation (follow beat)": (7, 4, 0, 0, 50),
    "medium variation": (7, 4, 0, 0, 0),
    "medium variation (follow beat)": (13, 4, 0, 0, 50),
    "large variation": (13, 4, 0, 0.2, 0),
    "large variation (follow beat)": (0, 4, 0, 0, 80),
    "unconditional": (0, 1, 0, 0, 0),
}
NAMES = ("periodic_prompt", "compression_prompt", "onset_mask_width", "mask_dropout", "beat_mask_ms")


def test_they_are_the_reference_s_eight_with_its_values():
    assert {preset.title: tuple(preset.values[name] for name in NAMES) for preset in PRESETS} == REFERENCE


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_sets_every_hint_and_draws_as_the_reference_does(preset):
    assert set(preset.values) == MACRO_NAMES | {"mask_temperature"}
    assert (preset.values["temperature"], preset.values["mask_temperature"]) == (1.0, 10.5)
    for name, value in preset.values.items():
        assert parameter(name).convert(value) == value


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_is_known_by_its_name_and_by_the_reference_s_title_however_they_are_written(preset):
    for name in (preset.name, preset.title, preset.title.upper(), preset.name.replace("-", "_")):
        assert by_name(name) is preset


@pytest.mark.parametrize("name", ["smal-variation", "", "!", "7"])
def test_an_unknown_one_is_answered_with_the_nearest_and_where_they_are_listed(name):
    with pytest.raises(ParameterError, match=r"no preset is called .* \(here\): the nearest is '[a-z-]+'; see `unloop presets`"):
        by_name(name, "here")


def test_a_preset_means_the_same_wherever_the_knobs_stood_and_leaves_what_is_nobodys_prompt():
    one, other = Store(), Store()
    other.update(0, {"variation": 0.9, "prefix_s": 3.0, "inpaint_end_s": 2.0, "periodic_width": 5, "mask_temperature": 1.0})
    for store in (one, other):
        store.update(0, {"steps": 24, "seed": 5, "mix": 0.5})
        store.update(0, by_name("large-variation").values)
    values, others = one.snapshot(0), other.snapshot(0)
    assert {name for name in values if values[name] != others[name]} == {"variation"}
    assert (values["steps"], values["seed"], values["mix"]) == (24, 5, 0.5)
    assert one.custom(0)
