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
    assert list(json.loads(cache.read_text()).values()) == ["bfloat16"]


def test_a_small_gain_is_not_worth_the_lost_digits(tmp_path, monkeypatch):
    monkeypatch.setattr(compute, "measure", lambda dtype: 1.0 if dtype is torch.float32 else 0.95)
    assert compute.fastest_dtype("cpu", tmp_path / "compute.json") is torch.float32


def test_a_cache_that_is_damaged_or_cannot_be_written_only_costs_the_measurement(tmp_path, monkeypatch):
    monkeypatch.setattr(compute, "measure", lambda dtype: 1.0)
    (tmp_path / "compute.json").write_text("not json")
    assert compute.fastest_dtype("cpu", tmp_path / "compute.json") is torch.float32
    (tmp_path / "file").touch()
    assert compute.fastest_dtype("cpu", tmp_path / "file" / "compute.json") is torch.float32
