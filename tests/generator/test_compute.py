"""The arithmetic is chosen by measurement, once."""

import json

import torch

from unloop_py.generator import compute


def test_the_faster_arithmetic_is_chosen_and_remembered(tmp_path, monkeypatch):
    cache = tmp_path / "cache" / "compute.json"
    seconds = {torch.float32: 3.0, torch.bfloat16: 1.0}
    monkeypatch.setattr(compute, "measure", lambda dtype: seconds[dtype])
    assert compute.fastest_dtype("cpu", cache) is torch.bfloat16
    seconds[torch.bfloat16] = 9.0
    assert compute.fastest_dtype("cpu", cache) is torch.bfloat16
    assert list(json.loads(cache.read_text()).values()) == [True]


def test_a_small_gain_is_not_worth_the_lost_digits(tmp_path, monkeypatch):
    monkeypatch.setattr(compute, "measure", lambda dtype: 1.0 if dtype is torch.float32 else 0.95)
    assert compute.fastest_dtype("cpu", tmp_path / "compute.json") is torch.float32


def test_a_cache_that_is_damaged_or_cannot_be_written_only_costs_the_measurement(tmp_path, monkeypatch):
    monkeypatch.setattr(compute, "measure", lambda dtype: 1.0)
    (tmp_path / "compute.json").write_text("not json")
    assert compute.fastest_dtype("cpu", tmp_path / "compute.json") is torch.float32
    (tmp_path / "file").touch()
    assert compute.fastest_dtype("cpu", tmp_path / "file" / "compute.json") is torch.float32


def test_bytes_are_taken_where_they_are_much_faster_and_right(tmp_path, monkeypatch):
    seconds = {torch.float32: 3.0, torch.bfloat16: 2.0, torch.int8: 1.0}
    monkeypatch.setattr(compute, "measure", lambda dtype: seconds[dtype])
    for right in (True, False):
        monkeypatch.setattr(compute, "_bytes_are_right", lambda right=right: right)
        assert compute.bytes_are_faster("cpu", tmp_path / f"{right}.json") is right
    monkeypatch.setattr(compute, "_bytes_are_right", lambda: True)
    assert not compute.bytes_are_faster("cuda", tmp_path / "cuda.json")
    seconds[torch.int8] = 1.9
    assert not compute.bytes_are_faster("cpu", tmp_path / "hardly.json")
