"""VampNet's weights come whole or not at all: a hub on this machine, the real client, and everything that goes wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from unloop_py.errors import ModelError
from unloop_py.generator import download as module
from unloop_py.generator.download import PUBLISHED, REPOSITORY, DownloadError, download, plan_download, vampnet_folder
from unloop_py.generator.vampnet import load_vampnet
from unloop_py.generator.vampnet_files import convert_to_safetensors

FULL = Path("/dev/full")
GOLDEN = Path(__file__).resolve().parents[1] / "data" / "reference-small"


def convert(folder: Path, out: Path) -> None:
    """Stands for the loader's conversion: the same bytes under the other name."""
    out.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.pth"):
        shutil.copyfile(path, out / f"{path.stem}.safetensors")


def plan(fine_tune: str | None = None, published=None) -> module.Plan:
    return plan_download(fine_tune, published=published or {})


def waiting() -> list[str]:
    folder = vampnet_folder().parents[1] / "downloads" / "vampnet"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def test_the_base_comes_whole_is_converted_once_and_leaves_nothing_behind(hub):
    folder = download(plan(), convert)
    assert {path.name for path in folder.iterdir()} == {"codec.safetensors", "coarse.safetensors", "c2f.safetensors", "download.json"}
    for name in module.BASE:
        assert (folder / name).with_suffix(".safetensors").read_bytes() == hub.files[name]
    record = json.loads((folder / "download.json").read_text())
    assert (record["repository"], record["revision"], record["licence"]) == (REPOSITORY, hub.commit, "CC BY-NC-SA 4.0")
    assert record["files"]["c2f.pth"]["sha256"] == hashlib.sha256(hub.files["c2f.pth"]).hexdigest()
    assert waiting() == []


def test_what_is_here_is_not_asked_for_again_even_without_a_network(hub, monkeypatch):
    download(plan(), convert)
    hub.asked.clear()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    here = plan()
    assert here.sets == {} and download(here, convert) == vampnet_folder() and hub.asked == []


def test_a_fine_tune_brings_the_base_that_is_missing_and_only_that(hub):
    download(plan("opera"), convert)
    assert (vampnet_folder() / "loras" / "opera" / "c2f.safetensors").read_bytes() == hub.files["loras/opera/c2f.pth"]
    assert [path for path, _ in hub.asked] == ["codec.pth", "coarse.pth", "c2f.pth", "loras/opera/coarse.pth", "loras/opera/c2f.pth"]
    hub.asked.clear()
    download(plan("percussion"), convert)
    assert [path for path, _ in hub.asked] == ["loras/percussion/coarse.pth", "loras/percussion/c2f.pth"]


@pytest.mark.parametrize("wrong, nearest", (("oprea", "opera"), ("percusion", "percussion"), ("../../x", ""), ("half", "")))
def test_an_unknown_fine_tune_is_refused_with_the_nearest_name_and_what_there_is(hub, wrong, nearest):
    with pytest.raises(DownloadError, match=f"'{wrong}'.*'{nearest}.*opera, percussion"):
        plan(wrong)
    assert hub.asked == [] and waiting() == []


def test_a_connection_that_is_cut_once_goes_on_by_itself_from_the_byte_it_stopped_at(hub):
    hub.cuts["coarse.pth"] = [35_000]
    download(plan(), convert)
    assert [first for path, first in hub.asked if path == "coarse.pth"] == [0, 30_000]
    assert (vampnet_folder() / "coarse.safetensors").read_bytes() == hub.files["coarse.pth"]


def test_after_a_connection_that_stays_cut_the_next_call_goes_on_where_this_one_stopped(hub):
    hub.cuts["coarse.pth"] = [25_000] + [0] * 20
    with pytest.raises(DownloadError, match=r"coarse.pth stopped at 0.0 of 0.1 MB .*run the same command again, and it goes on"):
        download(plan(), convert)
    coarse, codec = waiting()
    assert coarse.startswith("coarse.pth.") and coarse.endswith(".part") and codec == "codec.pth"
    assert not vampnet_folder().exists()
    hub.asked.clear()
    hub.cuts.clear()
    again = plan()
    assert again.held == len(hub.files["codec.pth"]) + 20_000
    download(again, convert)
    assert hub.asked == [("coarse.pth", 20_000), ("c2f.pth", 0)]
    assert (vampnet_folder() / "coarse.safetensors").read_bytes() == hub.files["coarse.pth"]


def test_a_server_that_knows_no_ranges_sends_all_of_it_and_the_file_is_right_all_the_same(hub):
    hub.cuts["codec.pth"] = [25_000]
    hub.ranged = False
    download(plan(), convert)
    assert (vampnet_folder() / "codec.safetensors").read_bytes() == hub.files["codec.pth"]


def test_a_part_of_an_older_file_is_not_mixed_with_the_new_one(hub):
    hub.cuts["codec.pth"] = [25_000] + [0] * 20
    with pytest.raises(DownloadError):
        download(plan(), convert)
    hub.cuts.clear()
    hub.files["codec.pth"] = bytes(reversed(hub.files["codec.pth"]))
    download(plan(), convert)
    assert (vampnet_folder() / "codec.safetensors").read_bytes() == hub.files["codec.pth"]
    assert waiting() == []


def test_contents_with_another_hash_are_thrown_away_and_what_came_before_is_kept(hub):
    hub.damaged.add("coarse.pth")
    with pytest.raises(DownloadError, match="coarse.pth came with SHA-256 .*thrown away. Run the same command again"):
        download(plan(), convert)
    assert waiting() == ["codec.pth"] and not vampnet_folder().exists()
    hub.damaged.clear()
    download(plan(), convert)
    assert [path for path, _ in hub.asked].count("codec.pth") == 1


def test_a_file_with_more_bytes_than_announced_is_thrown_away(hub):
    hub.longer.add("coarse.pth")
    size = len(hub.files["coarse.pth"])
    with pytest.raises(DownloadError, match=f"coarse.pth came with {size + 4} bytes, and the hub says {size}.*thrown away"):
        download(plan(), convert)
    assert waiting() == ["codec.pth"]
    hub.longer.clear()
    download(plan(), convert)
    assert (vampnet_folder() / "coarse.safetensors").read_bytes() == hub.files["coarse.pth"]


def test_a_conversion_that_was_killed_halfway_is_done_again_from_what_was_fetched(hub):
    def killed(folder: Path, out: Path) -> None:
        convert(folder, out)
        (out / "c2f.safetensors").unlink()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(plan(), killed)
    assert waiting() == ["c2f.pth", "coarse.pth", "codec.pth"] and not module.is_here(vampnet_folder(), module.BASE)
    hub.asked.clear()
    download(plan(), convert)
    assert hub.asked == [] and module.is_here(vampnet_folder(), module.BASE) and waiting() == []


def test_a_file_that_was_changed_at_the_hub_is_refused_before_a_byte_of_it_comes(hub):
    with pytest.raises(DownloadError, match=r"codec.pth at the hub is not the file that was published.*600996465 bytes, 3db3fa43ab5d"):
        plan_download()
    data = hub.files["codec.pth"]
    with pytest.raises(DownloadError, match="not the file that was published"):
        plan(published={"codec.pth": (len(data), "0" * 64)})
    assert plan(published={"codec.pth": (len(data), hashlib.sha256(data).hexdigest())}).size > len(data)
    assert hub.asked == []


def test_the_published_codec_is_the_one_that_others_name():
    assert PUBLISHED == {"codec.pth": (600_996_465, "3db3fa43ab5d160439ddb81fc540b5573ad5ae962230de3fc5b47d218845b855")}


def test_too_small_a_disk_is_refused_before_a_byte_comes(hub, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: namedtuple("Usage", "total used free")(10**6, 10**6, 300_000))
    with pytest.raises(DownloadError, match=r"has 0.0 GB free and 0.0 GB are needed.*XDG_CACHE_HOME"):
        download(plan(), convert)
    assert hub.asked == []


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_disk_that_fills_up_keeps_what_has_come_and_names_the_cure(hub):
    asked = plan()
    coarse = asked.sets[""][1]
    part = module._part(coarse)
    part.parent.mkdir(parents=True)
    part.symlink_to(FULL)
    with pytest.raises(DownloadError, match=r"is full \(fetching coarse.pth\): free some space there and run the same command again"):
        download(asked, convert)
    assert "codec.pth" in waiting() and not vampnet_folder().exists()
    part.unlink()
    download(plan(), convert)
    assert [path for path, _ in hub.asked].count("codec.pth") == 1


def test_a_disk_that_fills_up_in_the_conversion_keeps_the_fetched_files(hub):
    def full(folder: Path, out: Path) -> None:
        with FULL.open("wb", buffering=0) as file:
            file.write(b"x")

    with pytest.raises(DownloadError, match=r"is full \(converting vampnet\)"):
        download(plan(), full)
    assert waiting() == ["c2f.pth", "coarse.pth", "codec.pth"]
    hub.asked.clear()
    download(plan(), convert)
    assert hub.asked == []


@pytest.mark.parametrize("text, words", (
    ("Error while serializing: I/O error: No space left on device (os error 28)", r"is full \(converting vampnet\)"),
    ("Error while serializing: I/O error: Input/output error (os error 5)", r"converting vampnet failed .*what was fetched is kept"),
))  # fmt: skip
def test_what_safetensors_says_of_the_disk_is_told_with_the_cure(hub, text, words):
    def full(folder: Path, out: Path) -> None:
        raise SafetensorError(text)

    with pytest.raises(DownloadError, match=words):
        download(plan(), full)
    assert len(waiting()) == 3


def test_what_comes_plays_once_the_real_conversion_is_through(hub):
    for part in ("codec", "coarse", "c2f"):
        hub.files[f"{part}.pth"] = hub.files[f"loras/opera/{part}.pth"] = (GOLDEN / f"{part}.pth").read_bytes()
    folder = download(plan("opera"), convert_to_safetensors)
    codes = torch.from_numpy(np.load(GOLDEN / "expected.npz")["codes"]).long()
    wanted = load_vampnet(GOLDEN).codec.decode(codes)
    for one in (folder, folder / "loras" / "opera"):
        assert torch.equal(load_vampnet(one).codec.decode(codes), wanted)
    assert waiting() == []


def test_a_conversion_that_refuses_the_files_has_the_last_word_and_they_are_kept(hub):
    def refuses(folder: Path, out: Path) -> None:
        raise ModelError("codec.pth is no codec")

    with pytest.raises(ModelError, match="is no codec"):
        download(plan(), refuses)
    assert len(waiting()) == 3 and not (vampnet_folder() / "download.json").exists()


def test_without_a_network_it_says_so_and_changes_nothing(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="the hub cannot be reached .*is there a network?"):
        plan()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("fault, words", (
    (dict(status=503), "the hub answered HTTP 503"), (dict(status=401), "does not give hugggof/vampnet out"),
    (dict(plain=True), "what answered is not the hub"), (dict(repository="other/name"), "no longer holds it"),
))  # fmt: skip
def test_a_hub_that_answers_otherwise_is_named_in_one_line(hub, fault, words):
    for name, value in fault.items():
        setattr(hub, name, value)
    with pytest.raises(DownloadError, match=words):
        plan()


def test_two_downloads_at_once_do_not_write_into_the_same_part(hub):
    def second(folder: Path, out: Path) -> None:
        with pytest.raises(DownloadError, match="another download of VampNet is at work"):
            download(asked, convert)
        convert(folder, out)

    asked = plan()
    download(asked, second)


def test_progress_rises_to_the_whole(hub):
    told = []
    download(plan(), convert, lambda what, share: told.append((what, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 15
    assert told[-1][0] == "converting vampnet"
