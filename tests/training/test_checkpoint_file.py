"""A checkpoint on disk is the last whole one, whatever happens while the next is written."""

import resource

import pytest
import torch

from unloop_py.training.checkpoint_file import CheckpointError, load_checkpoint, save_checkpoint


@pytest.fixture
def full_disk():
    """Files may not grow beyond 100 kB: the system refuses the writing as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_state_comes_back_as_it_was(tmp_path):
    state = {"step": 7, "weights": {"a": torch.randn(3)}, "figures": (1.0, 2.0), "note": "hello"}
    save_checkpoint(tmp_path / "deep" / "one.pt", state)
    back = load_checkpoint(tmp_path / "deep" / "one.pt")
    assert torch.equal(back["weights"]["a"], state["weights"]["a"])
    assert back["step"] == 7 and back["figures"] == (1.0, 2.0)


def test_there_is_none_before_the_first(tmp_path):
    assert load_checkpoint(tmp_path / "none.pt") is None


def test_when_the_disk_is_full_the_last_checkpoint_survives_and_the_player_is_told(tmp_path, full_disk):
    path = tmp_path / "one.pt"
    save_checkpoint(path, {"step": 1, "weights": torch.zeros(10)})
    with pytest.raises(CheckpointError, match=r"could not be written .* the one before it is whole: make 4 MB of room"):
        save_checkpoint(path, {"step": 2, "weights": torch.zeros(1_000_000)})
    assert load_checkpoint(path)["step"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["one.pt"]


def test_a_damaged_one_says_what_to_do(tmp_path):
    (tmp_path / "one.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="cannot be read .* delete it to begin anew"):
        load_checkpoint(tmp_path / "one.pt")
