"""VampNet's published weights, fetched for a person who agreed to their licence. Any thread; standard library until called.

    CACHE/models/vampnet/{codec,coarse,c2f}.safetensors download.json         what plays
    CACHE/models/vampnet/loras/NAME/{coarse,c2f}.safetensors download.json    a fine-tune
    CACHE/downloads/vampnet/...                                               what is on its way: *.part, then *.pth

What has come is kept whatever happens, and the next call goes on from there. `hf_hub_download` would not do: it forgets
the part of a file that an interrupted process had fetched, and these files are up to 1.3 GB. So its own parts are used
one by one: the listing, the metadata of each file, and the ranged request.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unloop_py.generator.hub_errors import DownloadError, cured_asking, cured_cut, cured_disk, quiet_hub
from unloop_py.paths import user_cache_folder, written_beside

REPOSITORY = "hugggof/vampnet"
LICENCE = "CC BY-NC-SA 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by-nc-sa/4.0/"
BASE = ("codec.pth", "coarse.pth", "c2f.pth")
FINE_TUNE = ("coarse.pth", "c2f.pth")
RECORD = "download.json"

PUBLISHED = {"codec.pth": (600_996_465, "3db3fa43ab5d160439ddb81fc540b5573ad5ae962230de3fc5b47d218845b855")}
"""Bytes and SHA-256 of what is known from elsewhere than the place it is fetched from, by its path there."""

Convert = Callable[[Path, Path], None]
"""Turns the ``*.pth`` of a folder into ``*.safetensors`` in another, each written whole or not at all; raises ModelError."""

Told = Callable[[str, float], None]
"""Told what is being done, and the share of all bytes that is here, 0..1."""


@dataclass(frozen=True)
class HubFile:
    """One file at the hub. ``sha256`` is None where the hub does not state it.

    ``address`` leads on to where the bytes are, by a link that is made anew each time and is good for an hour or so.
    """

    path: str
    size: int  # bytes
    sha256: str | None
    address: str

    @property
    def tag(self) -> str:
        """Tells this file's contents from an older or newer one's, in the name of its part."""
        return (self.sha256 or str(self.size))[:12]


@dataclass(frozen=True)
class Plan:
    """What has to come before a model can be played. Empty of files where it is here already."""

    repository: str
    revision: str
    folder: Path  # what will be played
    sets: dict[str, tuple[HubFile, ...]]  # by folder within the repository: "" and "loras/NAME"

    @property
    def size(self) -> int:
        """Bytes of all files, also of those that have come already."""
        return sum(file.size for files in self.sets.values() for file in files)

    @property
    def held(self) -> int:
        """Bytes that an earlier call fetched."""
        return sum(_held(file) for files in self.sets.values() for file in files)


def vampnet_folder() -> Path:
    """Where VampNet lies once it was fetched: a model's folder, with its fine-tunes in ``loras``."""
    return user_cache_folder() / "models" / "vampnet"


def plan_download(fine_tune: str | None = None, *, repository: str = REPOSITORY, endpoint: str | None = None,
                  published: dict[str, tuple[int, str]] = PUBLISHED) -> Plan:
    """Ask the hub what is to be fetched; nothing is, and the hub is not asked when all of it is here.

    Parameters
    ----------
    fine_tune : str, optional
        A name under ``loras``; the base comes with it where it is not here yet.
    repository : str
    endpoint : str, optional
        Of the hub; the environment's ``HF_ENDPOINT``, else the public one.
    published : dict
        Bytes and SHA-256 that a file must have, by its path.

    Raises
    ------
    DownloadError
        No network, no such fine-tune (names the nearest), or files that are not those that were published.
    """
    folder = vampnet_folder()
    wanted = {"": BASE} | ({f"loras/{fine_tune}": FINE_TUNE} if fine_tune is not None else {})
    missing = {where: names for where, names in wanted.items() if not is_here(folder / where, names)}
    if not missing:
        return Plan(repository, "", folder, {})
    from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_url

    endpoint = endpoint or os.environ.get("HF_ENDPOINT") or None
    with cured_asking(repository):
        # Anonymous: the files are public, and a token has no business here.
        info = HfApi(endpoint=endpoint, token=False).model_info(repository, timeout=20)
        there = {file.rfilename for file in info.siblings or ()}
        if fine_tune is not None:
            _check_name(fine_tune, there, repository)
        sets = {}
        for where, names in missing.items():
            files = []
            for path in (f"{where}/{name}".lstrip("/") for name in names):
                address = hf_hub_url(repository, path, revision=info.sha, endpoint=endpoint)
                stated = get_hf_file_metadata(address, token=False, endpoint=endpoint)
                digest = stated.etag if re.fullmatch("[0-9a-f]{64}", stated.etag or "") else None
                if stated.size is None:
                    raise DownloadError(f"{repository} does not say how large {path} is: it cannot be fetched safely; try again later")
                _check_published(path, stated.size, digest, published)
                files.append(HubFile(path, stated.size, digest, address))
            sets[where] = tuple(files)
    return Plan(repository, str(info.sha), folder, sets)


def download(plan: Plan, convert: Convert, told: Told = lambda what, share: None) -> Path:
    """Fetch what a plan names, check it, and convert it once; returns the folder that plays.

    The fetched files go once their conversion is whole. Goes on where an earlier call was stopped, however it was.

    Raises
    ------
    DownloadError
        A connection that stays cut, a full disk, contents that are not what the hub says; what has come is kept, but
        for a file with the wrong contents.
    ModelError
        From the conversion; the fetched files are kept.
    """
    if not plan.sets:
        return plan.folder
    waiting = _waiting_folder()
    waiting.mkdir(parents=True, exist_ok=True)
    _check_space(plan)
    with _alone(waiting / ".lock"):
        done = 0
        for where, files in plan.sets.items():
            for file in files:
                _fetch(file, lambda come, file=file, before=done: told(file.path, (before + come) / plan.size))
                done += file.size
            told(f"converting {where or 'vampnet'}", done / plan.size)
            with cured_disk(f"converting {where or 'vampnet'}", plan.folder):
                convert(waiting / where, plan.folder / where)
                _write_record(plan, where, files)
            for file in files:
                (waiting / file.path).unlink()
    return plan.folder


def is_here(folder: Path, names: tuple[str, ...]) -> bool:
    """Whether a folder holds these files, converted, and the record that is written last."""
    return (folder / RECORD).is_file() and all((folder / name).with_suffix(".safetensors").is_file() for name in names)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two that write the same parts would spoil them."""
    from huggingface_hub.utils import WeakFileLock

    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(WeakFileLock(lock, timeout=0.2))
        except TimeoutError:
            raise DownloadError(f"another download of VampNet is at work in {lock.parent}: wait for it, or end it") from None
        yield


def _waiting_folder() -> Path:
    return user_cache_folder() / "downloads" / "vampnet"


def _part(file: HubFile) -> Path:
    whole = _waiting_folder() / file.path
    return whole.with_name(f"{whole.name}.{file.tag}.part")


def _held(file: HubFile) -> int:
    return min(max(path.stat().st_size if path.is_file() else 0 for path in (_waiting_folder() / file.path, _part(file))), file.size)


def _check_name(name: str, there: set[str], repository: str) -> None:
    """Refuse a fine-tune that the hub does not hold, naming the nearest."""
    names = sorted(found[1] for path in there if (found := re.fullmatch(r"loras/([^/\\]+)/coarse\.pth", path))
                   and f"loras/{found[1]}/c2f.pth" in there)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)
        there_are = f"the nearest is {near[0]!r}; there are {', '.join(names)}" if near else "it holds none"
        raise DownloadError(f"{repository} holds no fine-tune named {name!r}: {there_are}")


def _check_published(path: str, size: int, digest: str | None, published: dict[str, tuple[int, str]]) -> None:
    """Refuse, before a byte is fetched, what the hub itself says is another file than the one that was published."""
    wanted_size, wanted = published.get(path, (size, digest))
    if (size, digest or wanted) != (wanted_size, wanted):
        raise DownloadError(f"{path} at the hub is not the file that was published: {size} bytes, SHA-256 {(digest or 'unknown')[:12]}, and"
                            f" {wanted_size} bytes, {str(wanted)[:12]} are known. Nothing was fetched: a newer unloop may know it")


def _check_space(plan: Plan) -> None:
    # The converted files beside those they are made from, which go set by set.
    largest = max(sum(file.size for file in files) for files in plan.sets.values())
    needed, free = plan.size - plan.held + largest, shutil.disk_usage(_waiting_folder()).free
    if needed > free:
        raise DownloadError(f"the disk of {user_cache_folder()} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed while the"
                            " weights are fetched and converted: free some, or set XDG_CACHE_HOME to a folder on another disk")


def _fetch(file: HubFile, come: Callable[[int], None]) -> None:
    """Have ``file`` whole and checked in the waiting folder; go on from the part of it that is there."""
    from huggingface_hub.file_download import http_get

    whole, part = _waiting_folder() / file.path, _part(file)
    whole.parent.mkdir(parents=True, exist_ok=True)
    if whole.is_file() and whole.stat().st_size == file.size and file.sha256 in (None, _sha256(whole)):
        come(file.size)
        return
    for other in whole.parent.glob(f"{whole.name}.*.part"):
        if other != part:  # of a file that the hub has replaced
            other.unlink()
    with cured_disk(f"fetching {file.path}", whole.parent), cured_cut(file.path, file.size, part), quiet_hub(), part.open("ab") as out:
        begun = out.tell()
        if begun > file.size:
            begun = 0
            out.truncate(0)
        come(begun)
        http_get(file.address, out, resume_size=begun, headers={"Accept-Encoding": "identity"}, expected_size=file.size,
                 displayed_filename=file.path, tqdm_class=_bar(come))
    found = _sha256(part)
    if part.stat().st_size != file.size or file.sha256 not in (None, found):
        part.unlink()
        raise DownloadError(f"{file.path} came with SHA-256 {found[:12]}, and the hub says {str(file.sha256)[:12]}: it was damaged on its"
                            " way and is thrown away. Run the same command again; what else has come is kept")
    os.replace(part, whole)


def _bar(come: Callable[[int], None]) -> Any:
    """What `http_get` counts into, in the shape of tqdm."""

    class Bar(contextlib.AbstractContextManager):
        def __init__(self, initial: int = 0, **_: Any) -> None:
            self.n = initial

        def update(self, n: int) -> None:
            self.n += n
            come(self.n)

        def __exit__(self, *_: object) -> None:
            pass

    return Bar


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_record(plan: Plan, where: str, files: tuple[HubFile, ...]) -> None:
    """Note where a model came from. Written last, so that its presence says that the model is whole."""
    facts = {"repository": plan.repository, "revision": plan.revision, "licence": LICENCE,
             "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in files}}
    with written_beside(plan.folder / where / RECORD) as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n")
