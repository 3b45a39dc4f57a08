"""Values, the macro taking over, and who is told in which order."""

import threading

import pytest

from unloop_py.control.macro import prompts_for
from unloop_py.control.store import Store
from unloop_py.errors import ParameterError


@pytest.fixture
def told():
    return []


@pytest.fixture
def store(told):
    store = Store(2)
    store.listen(lambda *change: told.append(change))
    return store


def test_a_loop_s_value_is_its_own(store):
    store.set(1, "mix", 0.25)
    assert store.get(1, "mix") == 0.25
    assert store.get(0, "mix") == 1.0


def test_a_parameter_of_the_whole_instrument_is_the_same_in_every_loop(store, told):
    store.set(1, "tempo", 98.5, "me")
    assert store.get(0, "tempo") == store.get(1, "tempo") == 98.5
    assert told == [(1, "tempo", 98.5, "me")]


def test_a_change_is_told_once_with_its_source_and_no_change_is_not_told(store, told):
    store.set(0, "mix", "0.25", "osc:127.0.0.1:9000")
    store.set(0, "mix", 0.25, "osc:127.0.0.1:9000")
    assert told == [(0, "mix", 0.25, "osc:127.0.0.1:9000")]


def test_variation_moves_the_raw_prompts_and_their_changes_have_no_source(store, told):
    store.set(0, "variation", 1, "me")
    values = store.snapshot(0)
    assert {name: values[name] for name in prompts_for(1.0)} == prompts_for(1.0)
    sources = {name: source for _, name, _, source in told}
    assert sources.pop("variation") == "me"
    assert sources.pop("temperature") == ""
    assert set(sources.values()) == {""}
    assert not store.custom(0)


def test_a_raw_prompt_makes_it_custom_until_variation_takes_over_again(store, told):
    store.set(0, "periodic_prompt", 64)
    store.set(0, "beat_mask_ms", 50)
    assert store.custom(0) and not store.custom(1)
    store.set(0, "variation", store.get(0, "variation"))
    assert not store.custom(0)
    assert store.get(0, "periodic_prompt") == prompts_for(0.5)["periodic_prompt"]
    assert store.get(0, "beat_mask_ms") == 0
    assert [value for _, name, value, _ in told if name == "custom"] == [1, 0]


def test_parameters_the_macro_does_not_move_leave_it_as_it_is(store):
    for name, value in (("mix", 0), ("seed", 5), ("steps", 24), ("top_p", 0.9)):
        store.set(0, name, value)
    assert not store.custom(0)


def test_raw_prompts_given_beside_variation_are_kept_whatever_the_order(store):
    store.update(0, {"temperature": 1.5, "variation": 0.25})
    assert store.get(0, "temperature") == 1.5
    assert store.get(0, "periodic_prompt") == prompts_for(0.25)["periodic_prompt"]
    assert store.custom(0)


def test_one_refused_value_leaves_everything_as_it_was(store, told):
    before = store.snapshot(0)
    with pytest.raises(ParameterError):
        store.update(0, {"mix": 0.5, "temperature": 99})
    with pytest.raises(ParameterError):
        store.set(0, "loudness", 1)
    assert store.snapshot(0) == before and told == []


def test_an_alias_sets_its_parameter_and_listeners_hear_the_parameter_s_own_name(store, told):
    store.set(0, "temp", 1.5, "me")
    assert store.get(0, "temperature") == store.get(0, "sampletemp") == 1.5
    assert told == [(0, "temperature", 1.5, "me"), (0, "custom", 1, "")]
    assert "temp" not in store.snapshot(0)


def test_a_snapshot_is_a_copy(store):
    store.snapshot(0)["mix"] = 0.0
    assert store.get(0, "mix") == 1.0


def test_a_listener_may_set_and_the_order_of_changes_is_kept(store, told):
    def follow(loop, name, value, source):
        if name == "wet":
            store.set(loop, "dry", 1 - value)

    store.listen(follow)
    store.update(0, {"wet": 0.25, "mix": 0.5})
    assert [(name, value) for _, name, value, _ in told] == [("mix", 0.5), ("wet", 0.25), ("dry", 0.75)]


def test_a_failing_listener_is_logged_and_the_others_are_told(store, told, caplog):
    store.listen(lambda *change: 1 / 0)
    store.set(0, "mix", 0.5)
    store.set(0, "mix", 0.25)
    assert len(told) == 2
    assert "a listener failed" in caplog.text


def test_from_many_threads_the_last_value_told_is_the_value_held(store, told):
    def turn(offset):
        for step in range(200):
            store.set(0, "seed", 1 + step * 4 + offset)

    threads = [threading.Thread(target=turn, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told[-1][2] == store.get(0, "seed")
    assert len(told) == 800
