"""The presets that come with unloop: their values, their names, and what loading one does."""

import pytest

from unloop_py.control.macro import MACRO_NAMES
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.parameters import by_name as parameter
from unloop_py.control.presets import FIRST_OWN, PRESETS, SAVED, preset_shelf, preset_text, read_preset
from unloop_py.control.store import Store
from unloop_py.errors import PresetError

by_name = preset_shelf().find
VAMPNETS = [preset for preset in PRESETS if preset.title]
OURS = [preset for preset in PRESETS if not preset.title]

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
    assert {preset.title: tuple(preset.values[name] for name in NAMES) for preset in VAMPNETS} == REFERENCE
    assert PRESETS[: len(VAMPNETS)] == tuple(VAMPNETS)


@pytest.mark.parametrize("preset", VAMPNETS, ids=lambda preset: preset.name)
def test_each_sets_every_hint_and_draws_as_the_reference_does(preset):
    assert set(preset.values) == MACRO_NAMES | {"mask_temperature"}
    assert (preset.values["temperature"], preset.values["mask_temperature"]) == (1.0, 10.5)
    for name, value in preset.values.items():
        assert parameter(name).convert(value) == value


@pytest.mark.parametrize("preset", OURS, ids=lambda preset: preset.name)
def test_each_of_ours_means_the_same_wherever_the_knobs_stood(preset):
    one, other = Store(), Store()
    for before in PRESETS:
        other.update(0, before.values)
    for store in (one, other):
        store.update(0, preset.values)
    left = {"drift_limit"} - preset.values.keys()  # means nothing without vary_mode 3
    assert {name: value for name, value in one.snapshot(0).items() if name not in left} == {
        name: value for name, value in other.snapshot(0).items() if name not in left
    }


def test_the_one_that_takes_all_of_them_back_is_where_the_knobs_stood_at_first():
    store = Store()
    for preset in PRESETS:
        store.update(0, preset.values)
    store.update(0, by_name("as it was").values)
    assert {name for name, value in store.snapshot(0).items() if value != parameter(name).default} <= {"drift_limit"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_is_known_by_its_name_its_number_and_the_reference_s_title_however_they_are_written(preset):
    title = preset.title or preset.name
    for name in (preset.name, title, title.upper(), preset.name.replace("-", "_"), str(preset.number), f"0{preset.number}"):
        assert by_name(name) is preset
    assert preset.number == PRESETS.index(preset) + 1 < FIRST_OWN
    assert preset.help.endswith(".")
    assert read_preset(preset_text(preset), "again") == preset


def test_what_a_player_saves_is_how_the_loop_is_varied_and_sounds_and_not_where_it_stands_or_how_it_is_recorded():
    assert {row.name for row in PARAMETERS if row.prompt} < set(SAVED)
    assert {"variation", "mix", "wet", "speed", "steps"} < set(SAVED)
    assert set(SAVED).isdisjoint({"group", "input_1", "quantize", "count_in", "tempo", "dry", "morph_loops", "scratch_pos"})


def test_a_number_that_none_has_is_answered_with_those_that_there_are():
    with pytest.raises(PresetError, match=r"no preset is called '99': their numbers are 1\.\.16; see `unloop presets`"):
        by_name("99")


@pytest.mark.parametrize("name", ["smal-variation", "", "!"])
def test_an_unknown_one_is_answered_with_the_nearest_and_where_they_are_listed(name):
    with pytest.raises(PresetError, match=r"no preset is called .* \(here\): the nearest is '[a-z-]+'; see `unloop presets`"):
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
