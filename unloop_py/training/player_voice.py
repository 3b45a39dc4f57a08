"""A player's voice from their audio files to a folder of a few MB: hear, learn, judge, write.

    DATA/unloop/models/NAME/{adapters.safetensors, manifest.json}     the voice
    DATA/unloop/learning/NAME/{tokens.npz, checkpoint.pt}             while it is being learned

What VampNet learns is written as a fine-tune in its own files, see `vampnet_voice`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from unloop_py import __version__
from unloop_py.audio_io.wav import audio_files
from unloop_py.errors import ModelError, UnloopError
from unloop_py.generator.checkpoint import load_models
from unloop_py.generator.model_files import ADAPTERS, BUNDLED, VOICE_FORMAT, checked_model, digest, is_vampnet, is_voice, own_models, sha256
from unloop_py.generator.vamp import device_for
from unloop_py.paths import user_data_folder, written_beside
from unloop_py.training.finetune import PARTS, Finetuning, Lesson, Progress
from unloop_py.training.judged import general_tokens
from unloop_py.training.own_audio import Listener, OwnAudio, files_digest
from unloop_py.training.vampnet_voice import write_fine_tune

logger = logging.getLogger(__name__)

HEARING_SHARE = 0.25  # of the minutes, at most


class VoiceError(UnloopError):
    """A voice cannot have this name, or cannot be written."""


@dataclass(frozen=True)
class Voice:
    """What `learn_voice` made."""

    name: str
    folder: Path
    size: int  # bytes
    base: str
    own: OwnAudio
    lessons: dict[str, Lesson]
    resumed: bool

    @property
    def unseen(self) -> tuple[float, float]:
        """Masked loss in nat on the player's unseen audio, before and after, mean over both parts."""
        return _mean(self.lessons, "before", "unseen"), _mean(self.lessons, "after", "unseen")

    @property
    def general(self) -> tuple[float, float]:
        """The same on general audio; NaN where it was not measured."""
        return _mean(self.lessons, "before", "general"), _mean(self.lessons, "after", "general")


def learn_voice(name: str, paths: Sequence[Path], minutes: float, *, base: str = "small", compute: str = "auto", seed: int = 0,
                progress: Progress = lambda what, share, left_s: None) -> Voice:
    """Learn a voice and write it to the user's data folder; goes on where an interrupted run of the same files stopped.

    Parameters
    ----------
    name : str
        What it is to be called.
    paths : sequence of Path
        Files and folders.
    minutes : float
        In all; hearing the audio takes a quarter of it at most.
    base : str
        The model that it is for.

    Raises
    ------
    UnloopError
        VoiceError for a name that will not do, AudioFileError and TooLittleAudio for the audio, ModelError for the base,
        CheckpointError when the disk is full: what was learned until then is kept.
    """
    check_name(name)
    began = time.monotonic()
    base_folder, manifest = checked_model(base)
    if is_voice(manifest):
        raise ModelError(f"{base} is a voice itself: learn from its base, --model {manifest['base']['name']}")
    device = device_for(compute)
    models = load_models(base, device=device)
    files = audio_files(paths)
    work = user_data_folder() / "learning" / name
    # The minutes are no part of it: a run may be given more of them and go on.
    learns_on = base_folder.resolve() if is_vampnet(manifest) else digest(manifest)
    settings = hashlib.sha256(f"{VOICE_FORMAT} {learns_on} {seed} {files_digest(files)}".encode()).hexdigest()
    own = _heard_before(work, settings)
    if own is None:
        listener = Listener(models.codec, 60 * minutes * HEARING_SHARE, seed, device)
        own = listener.hear(files, lambda share: progress(
            f"listening to {len(files)} files", 0.0, 60 * minutes - (time.monotonic() - began)))
        _remember(work, settings, own)
    general = general_tokens(models)
    left = max(minutes - (time.monotonic() - began) / 60, 0.5 * minutes)
    learning = Finetuning(models, own, general, left, work / "checkpoint.pt", settings, seed, progress)
    lessons = learning.run()
    folder = _write_fine_tune(name, base_folder, lessons) if is_vampnet(manifest) else _write(name, base, manifest, own, lessons, minutes)
    shutil.rmtree(work, ignore_errors=True)
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    return Voice(name, folder, size, base, own, lessons, learning.resumed)


def check_name(name: str) -> None:
    """Raise VoiceError for what cannot be a voice's name."""
    if not re.fullmatch(r"\w[\w. -]{0,62}", name) or name.endswith((".", " ")):
        raise VoiceError(f"a voice cannot be called {name!r}: letters, digits, '-', '_', '.' and spaces, at most 63 of them")
    if (BUNDLED / name).exists():
        raise VoiceError(f"{name!r} is a bundled model: give your voice another --name")


def _write(name: str, base: str, manifest: dict[str, Any], own: OwnAudio, lessons: dict[str, Lesson], minutes: float) -> Path:
    """The voice's folder, put in place of an older one of that name in one step."""
    folder = own_models() / name
    beside = folder.with_name(f".{name}.{os.getpid()}")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        tensors = {f"{part}.{key}": value.to(torch.float16).contiguous()
                   for part, lesson in lessons.items() for key, value in lesson.tensors.items()}
        save_file(tensors, beside / ADAPTERS, metadata={"format": str(VOICE_FORMAT), "scaling": "1.0"})
        (beside / ADAPTERS).chmod(0o644)
        facts = {"sha256": sha256(beside / ADAPTERS), "bytes": (beside / ADAPTERS).stat().st_size}
        figures = {part: {"before": asdict(lesson.before), "after": asdict(lesson.after), "steps": lesson.steps,
                          "strength": lesson.strength} for part, lesson in lessons.items()}
        voice = {
            "format": VOICE_FORMAT, "kind": "voice", "name": name, "unloop": __version__,
            "base": {"name": base if (BUNDLED / base).is_dir() else str(Path(base).resolve()), "digest": digest(manifest)},
            "minutes": minutes, "seconds_of_sound": round(own.seconds), "seconds_kept_aside": round(own.aside_s),
            "figures": _without_nan(figures), "training_data": {"sha256": own.learned_sha256}, "files": {ADAPTERS: facts},
        }
        (beside / "manifest.json").write_text(json.dumps(voice, indent=2) + "\n")
        if folder.exists():
            older = folder.with_name(f".{name}.older")
            shutil.rmtree(older, ignore_errors=True)
            folder.rename(older)
            beside.rename(folder)
            shutil.rmtree(older, ignore_errors=True)
        else:
            beside.rename(folder)
    except Exception as error:  # OSError, or what safetensors makes of it
        shutil.rmtree(beside, ignore_errors=True)
        raise VoiceError(f"the voice could not be written to {folder} ({error}): make room and give the same command again; what was"
                         " learned is kept") from error
    return folder


def _write_fine_tune(name: str, base: Path, lessons: dict[str, Lesson]) -> Path:
    try:
        return write_fine_tune(name, base, {part: lesson.tensors for part, lesson in lessons.items()})
    except Exception as error:  # OSError, or what safetensors makes of it
        raise VoiceError(f"the fine-tune could not be written beside {base} ({error}): make room and give the same command again; what"
                         " was learned is kept") from error


def _heard_before(work: Path, settings: str) -> OwnAudio | None:
    """The tokens of the same files from a run that was interrupted."""
    try:
        with np.load(work / "tokens.npz") as file:
            facts = json.loads(str(file["facts"]))
            if facts.pop("settings") != settings:
                return None
            pieces = {kind: [file[key] for key in sorted(file.files) if key.startswith(f"{kind}/")]
                      for kind in ("learned", "stopping", "judging")}
    except (OSError, ValueError, KeyError, EOFError):
        return None
    facts["files"] = [Path(path) for path in facts["files"]]
    return OwnAudio(**pieces, **facts)


def _remember(work: Path, settings: str, own: OwnAudio) -> None:
    facts = {"settings": settings, "seconds": own.seconds, "aside_s": own.aside_s, "silent_s": own.silent_s,
             "files": [str(path) for path in own.files], "learned_sha256": own.learned_sha256, "notes": own.notes}
    arrays = {f"{kind}/{number:06}": piece for kind in ("learned", "stopping", "judging")
              for number, piece in enumerate(getattr(own, kind))}
    try:
        work.mkdir(parents=True, exist_ok=True)
        with written_beside(work / "tokens.npz") as beside:
            np.savez(beside, facts=json.dumps(facts), **arrays)
    except OSError as error:
        logger.warning("the tokens cannot be kept for a later run (%s)", error.strerror or error)


def _mean(lessons: dict[str, Lesson], when: str, what: str) -> float:
    return sum(getattr(getattr(lessons[part], when), what) for part in PARTS) / len(PARTS)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
