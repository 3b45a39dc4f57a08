"""A model's folder, checked file by file without loading anything: standard library only, so that `jam` can refuse a
damaged model before the first note and leave the loading to its worker.

Three kinds of folder have a name. A *model* holds codec, coarse and fine weights; the bundled ones lie in the package. A
*voice* is what a model learned from one player (`unloop finetune`): a few MB of adapters and a manifest that names the
model they belong to by its digest. Voices lie in the user's data folder, where an update of unloop leaves them alone.
A folder of *VampNet's* own files has no manifest, see `vampnet_headers`; each of its fine-tunes has a name of its own.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unloop_py.errors import ModelError
from unloop_py.generator import vampnet_headers as vampnet
from unloop_py.paths import user_cache_folder, user_data_folder

BUNDLED = Path(__file__).parent / "bundled"
FORMAT = 2
VOICE_FORMAT = 1
FILES = ("codec.safetensors", "coarse.safetensors", "fine.safetensors")
ADAPTERS = "adapters.safetensors"
MIX_ADAPTER = "beside.safetensors"
"""A model whose manifest has the entry ``beside`` has this as well, and hears other loops; to the model itself it changes nothing."""
CURE = "reinstall unloop, or build it with `scripts/build_bundled_model`"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `unloop models`. ``state`` is "ok" or what is wrong, in a few words; ``base`` is "" for a model."""

    name: str
    kind: str
    size: int  # bytes
    base: str
    state: str


def own_models() -> Path:
    """The folder in which the user's own voices and models lie, one folder each; it may not be there yet."""
    return user_data_folder() / "models"


def fetched_models() -> Path:
    """The folder in which models lie that can be fetched again; it may not be there yet."""
    return user_cache_folder() / "models"


def checked_model(name: str) -> tuple[Path, dict[str, Any]]:
    """The folder and the manifest of a model or voice whose files are all there and whole. Any thread, about 0.1 s.

    A voice's manifest is its base's with its own entries over it; ``base_folder`` is where its base's weights lie.

    Parameters
    ----------
    name : str
        A bundled model's name, an own voice's or model's, or a folder.

    Raises
    ------
    ModelError
        Names the file and the cure.
    """
    folder, manifest = find_model(name)
    if is_vampnet(manifest):
        vampnet.read_headers(folder)
        return folder, manifest
    if not is_voice(manifest):
        for file in FILES:
            _check(folder / file, manifest)
        if "beside" in manifest:
            _check(folder / MIX_ADAPTER, {"files": {MIX_ADAPTER: manifest["beside"]}})
        return folder, manifest | {"folder": str(folder)}
    _check(folder / ADAPTERS, manifest)
    base_folder, base = _checked_base(manifest)
    bases, own = base.get("training_data") or {}, manifest.get("training_data") or {}
    joined = base | manifest | {
        "files": base["files"] | manifest["files"],
        "training_data": bases | {"sha256": [*bases.get("sha256", ()), *own.get("sha256", ())]},
        "folder": str(folder), "base_folder": str(base_folder)}
    return folder, joined


def find_model(name: str) -> tuple[Path, dict[str, Any]]:
    """The folder and the manifest of a model or voice; its files are not looked into. Raises ModelError at once."""
    places = (BUNDLED, own_models(), fetched_models()) if _is_plain(name) else ()
    for folder in (*(place / name for place in places), *(one for one in _named_folders() if places and one.name == name)):
        if folder.is_dir():
            return folder, _read_manifest(folder)
    if os.path.isdir(name):  # False for whatever cannot be a path, where Path.is_dir would raise
        return Path(name), _read_manifest(Path(name))
    known = [folder.name for folder in _named_folders()]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    if name.endswith(".vampnet"):
        raise ModelError(f"{name}: {vampnet.LATER}")
    raise ModelError(f"no model named {name!r}: the nearest is {near[0] if near else 'none'!r}, and `unloop models` lists all;"
                     f" or give a folder that holds {', '.join(FILES)}, or VampNet's codec.pth, coarse.pth, c2f.pth")


def edition(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a model's own files do, such as a voice's that was learned anew under its old name."""
    files = sorted(path for suffix in vampnet.SUFFIXES for path in folder.glob(f"*{suffix}"))
    return tuple((path.name, facts.st_size, facts.st_mtime_ns) for path in files for facts in (path.stat(),))


def is_voice(manifest: dict[str, Any]) -> bool:
    """Whether a manifest is that of adapters to another model."""
    return manifest.get("kind") == "voice"


def is_vampnet(manifest: dict[str, Any]) -> bool:
    """Whether a manifest stands for VampNet's own files."""
    return manifest.get("family") == vampnet.FAMILY


def digest(manifest: dict[str, Any]) -> str:
    """What tells one model's weights from another's: SHA-256 over its files' own, in hex."""
    return hashlib.sha256(" ".join(manifest["files"].get(file, {}).get("sha256", "") for file in FILES).encode()).hexdigest()


def list_models(folder: Path | None = None) -> list[Listed]:
    """The bundled models, then the user's own, then VampNet's in a folder, each looked through. Some 0.1 s for each.

    Raises ModelError for a folder that holds none.
    """
    more = () if folder is None else family(folder).values()
    return [_listed(one) for one in (*_named_folders(), *more)]


def family(folder: Path) -> dict[str, Path]:
    """A folder of VampNet's and its fine-tunes, by name: those that can play in turn. Raises ModelError for any other folder."""
    if not folder.is_dir() or not is_vampnet(_read_manifest(folder)):
        raise ModelError(f"{folder} holds no codec.pth, coarse.pth and c2f.pth: models of other kinds are known by their names")
    base = vampnet.codec_folder(folder)
    return {one.name: one for one in (base, *vampnet.fine_tunes(base))}


def sha256(path: Path) -> str:
    """The digest of a file as the manifest holds it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_plain(name: str) -> bool:
    return bool(name) and Path(name).name == name and name not in (".", "..")


def _named_folders() -> Iterator[Path]:
    """Every folder that has a name; a model's fine-tunes after itself."""
    for parent in (BUNDLED, own_models(), fetched_models()):
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            if (folder / "manifest.json").is_file():
                yield folder
            elif folder.is_dir() and vampnet.is_vampnet(folder):
                yield from (folder, *vampnet.fine_tunes(folder))


def _listed(folder: Path) -> Listed:
    if not (folder / "manifest.json").is_file():
        return _listed_vampnet(folder)
    kind = "bundled" if folder.parent == BUNDLED else "model"
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    base, state = "", "ok"
    try:
        _, manifest = find_model(folder.name)
        if is_voice(manifest):
            kind, base = "voice", str(manifest["base"]["name"])
        checked_model(folder.name)
    except _BaseError as error:
        state = error.state
    except ModelError as error:
        state = str(error)
    return Listed(folder.name, kind, size, base, state)


def _listed_vampnet(folder: Path) -> Listed:
    size = sum(path.stat().st_size for part in vampnet.PARTS if (path := vampnet.find_part(folder, part)) is not None)
    base, state = vampnet.codec_folder(folder), "ok"
    try:
        vampnet.read_headers(folder)
    except ModelError as error:
        state = str(error)
    return Listed(folder.name, "vampnet", size, "", state) if base == folder else Listed(folder.name, "fine-tune", size, base.name, state)


class _BaseError(ModelError):
    """A voice's base is not there, or is not the one that it was learned on."""

    def __init__(self, text: str, state: str) -> None:
        super().__init__(text)
        self.state = state


def _checked_base(voice: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    name, base = voice["name"], voice["base"]
    made = f"the model {base['name']!r} of unloop {voice.get('unloop', 'unknown')}"
    try:
        folder, manifest = find_model(base["name"])
    except ModelError:
        raise _BaseError(f"the voice {name!r} was learned on {made}, which is not here: put it back, or learn the voice anew"
                         " with `unloop finetune`", "base missing") from None
    if is_voice(manifest) or digest(manifest) != base["digest"]:
        found = "a voice" if is_voice(manifest) else f"digest {digest(manifest)[:12]}"
        raise _BaseError(f"the voice {name!r} was learned on {made} with digest {base['digest'][:12]}, and {base['name']!r} is now"
                         f" {found}: learn the voice anew with `unloop finetune`, or install that version",
                         "base is another version")
    for file in FILES:
        _check(folder / file, manifest)
    return folder, manifest


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file() and (vampnet.is_vampnet(folder) or vampnet.is_later_family(folder)):
        if not vampnet.is_vampnet(folder):
            raise ModelError(f"{folder} holds a model of another family: {vampnet.LATER}")
        return {"family": vampnet.FAMILY, "name": folder.name, "folder": str(folder), "files": {}}
    try:
        manifest = json.loads(path.read_text())
        wanted = VOICE_FORMAT if is_voice(manifest) else FORMAT
        found = manifest.get("format")
        if found == wanted and not isinstance(manifest["files"], dict):
            raise ValueError("its `files` are no table")
        if found == wanted and is_voice(manifest) and not {"name", "digest"} <= manifest["base"].keys():
            raise ValueError("its base has no name or no digest")
    except FileNotFoundError:
        foreign = sorted(file.name for file in folder.glob("*.pth"))
        if foreign:
            raise ModelError(f"{folder} holds {', '.join(foreign)}, files of another program's format: this unloop reads"
                             f" {', '.join(FILES)} with their manifest.json") from None
        raise ModelError(f"{path} is missing: {CURE}") from None
    except (ValueError, AttributeError, KeyError) as error:
        raise ModelError(f"{path} is damaged ({error}): {CURE}") from None
    if found != wanted:
        what = "a voice" if is_voice(manifest) else "models"
        raise ModelError(f"{folder} holds {what} of format {found}, this unloop reads format {wanted}: build or install them anew")
    return manifest


def _check(path: Path, manifest: dict[str, Any]) -> None:
    cure = "learn the voice anew with `unloop finetune`" if path.name == ADAPTERS else CURE
    expected = manifest["files"].get(path.name)
    if expected is None or not path.exists():
        raise ModelError(f"{path} is missing: {cure}")
    if path.stat().st_size != expected["bytes"] or sha256(path) != expected["sha256"]:
        raise ModelError(f"{path} is damaged (its SHA-256 is not the manifest's): {cure}")
