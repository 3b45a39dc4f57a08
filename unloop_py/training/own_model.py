"""`unloop train` from a config and a folder of audio to weights that play.

    FOLDER/{codec,coarse,fine}.safetensors manifest.json     what plays, once all three are there: --model FOLDER
    FOLDER/{codec,coarse,fine}/                              checkpoint, log.jsonl and TensorBoard's files of each training
    FOLDER/tokens/                                           the archive as tokens, unless they are drawn on the fly
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from unloop_py.errors import AudioFileError, ModelError
from unloop_py.generator.checkpoint import load_codec, load_network, save_network, write_manifest
from unloop_py.generator.codec import Codec
from unloop_py.generator.dac_codec import DacCodec, save_dac
from unloop_py.generator.model_files import FILES, find_model, is_voice, sha256
from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig
from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig
from unloop_py.paths import written_beside
from unloop_py.training.audio_folder import AudioFolder, open_folder
from unloop_py.training.codec_training import lay_tokens
from unloop_py.training.config_file import ConfigError, TrainConfig
from unloop_py.training.from_scratch import Told, Trained, train
from unloop_py.training.judged import write_general_tokens
from unloop_py.training.objectives import (
    JUDGING_PIECES,
    CodecObjective,
    FreshWindows,
    MaskedObjective,
    TokenWindows,
    cached_tokens,
    encoded,
)
from unloop_py.training.world import World

logger = logging.getLogger(__name__)

N_COARSE = 4
JUDGING_S = 5.0


@dataclass(frozen=True)
class TrainedModel:
    """What became of a training. ``plays`` once codec, coarse and fine lie in the folder."""

    trained: Trained
    file: Path | None  # None when it was stopped before its last step
    plays: bool


def train_from_config(config: TrainConfig, data: Path, world: World, told: Told = lambda step, figures: None,
                      say: Callable[[str], None] = lambda line: None) -> TrainedModel:
    """Train one part of a model on a folder of audio; every process of the world calls it.

    Parameters
    ----------
    config : TrainConfig
    data : Path
    told : callable
        Told each step's figures, in the first process.
    say : callable
        Told a line for the person who started it, in the first process.

    Raises
    ------
    UnloopError
        For a config, audio, weights or a disk that will not do; in one line.
    """
    if config.training.batch < world.size:
        raise ConfigError(f"batch must be at least one piece for each of {world.size} processes, got {config.training.batch}")
    say = say if world.first else lambda line: None
    codec, codec_file = (None, None) if config.part == "codec" else _codec_of(config)
    sample_rate = codec.sample_rate if codec else RvqCodecConfig(**_codec_sizes(config)).sample_rate
    audio, judging, notes = open_folder(data, sample_rate, config.data.held_out)
    for note in notes:
        say(note)
    say(f"{len(audio.files)} files, {audio.seconds / 3600:.2f} hours to learn from; {len(judging.files)} kept aside")
    config.folder.mkdir(parents=True, exist_ok=True)
    if codec is None:
        network = _laid_codec(config, audio, world, say)
        objective: Any = CodecObjective(network, audio, judging, config.training.piece_steps, config.training.seed)
    else:
        codec.to(world.device)
        sizes = _transformer_sizes(config, codec)
        windows = _windows(config, audio, codec, codec_file, world)
        if len(windows) == 0:
            raise AudioFileError(f"{data} holds no sound to learn from")
        judged = _judging_tokens(judging, codec, world) if world.first else []
        torch.manual_seed(config.training.seed)
        network = MaskedTransformer(sizes)
        network.set_codebooks(codec.quantizer.vectors().cpu())
        objective = MaskedObjective(network, windows, judged, config.training.seed)
    parameters = sum(p.numel() for p in network.parameters() if p.requires_grad)
    say(f"{config.part}: {parameters / 1e6:.1f} M parameters, {world.size} process{'es' if world.size > 1 else ''} on {world.device.type}")
    trained = train(objective, config, world, told)
    if not (world.first and trained.finished):
        return TrainedModel(trained, None, False)
    file = config.folder / f"{config.part}.safetensors"
    save_network(file, trained.network.cpu(), network.config)
    if codec_file is not None:
        put_beside = save_dac if codec_file.suffix == ".pth" else _beside
        put_beside(codec_file, config.folder / FILES[0])
        if judged:
            write_general_tokens(config.folder, judged)
    return TrainedModel(trained, file, _write_manifest(config, audio))


def _codec_sizes(config: TrainConfig) -> dict[str, Any]:
    return asdict(RvqCodecConfig()) | config.model


def _laid_codec(config: TrainConfig, audio: AudioFolder, world: World, say: Callable[[str], None]) -> RvqCodec:
    """The codec with its tokens laid, by the first process, once; in 16 bits, as it will be played."""
    path = config.folder / "codec" / "laid.safetensors"
    if world.first and not path.exists():
        say("laying the tokens: principal axes and codebooks, from the audio itself")
        torch.manual_seed(config.training.seed)
        sizes = RvqCodecConfig(**_codec_sizes(config))
        try:  # an AudioFolder is read as a LoopStore is
            codec = lay_tokens(audio, sizes, vectors=80 * sizes.codebook_size, seed=config.training.seed)
        except (RuntimeError, ValueError, IndexError) as error:
            raise ConfigError(f"tokens cannot be laid with these sizes ({str(error).splitlines()[0]}): leave [model] as it is"
                              " by default") from None
        path.parent.mkdir(parents=True, exist_ok=True)
        save_network(path, codec, codec.config)
    world.wait()
    codec = load_network(path, lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))
    codec.train().requires_grad_(False)
    codec.decoder_modules().requires_grad_(True)
    return codec


def _codec_of(config: TrainConfig) -> tuple[RvqCodec | DacCodec, Path]:
    """The codec whose tokens are learned, and its file. Raises ModelError."""
    own = Path(config.data.codec)
    if own.suffix == ".pth":
        path = own
    elif (own / FILES[0]).is_file():
        path = own / FILES[0]
    else:
        folder, manifest = find_model(config.data.codec)
        if is_voice(manifest):
            raise ModelError(f"{config.data.codec} is a voice: name its base, {manifest['base']['name']!r}, as the codec")
        path = folder / FILES[0]
    return load_codec(path), path


def _transformer_sizes(config: TrainConfig, codec: RvqCodec | DacCodec) -> TransformerConfig:
    """The config's sizes; what it leaves out follows from the codec."""
    defaults = {"codebook_size": codec.codebook_size, "latent_dim": max(codec.quantizer.widths),
                "n_codebooks": N_COARSE if config.part == "coarse" else codec.n_codebooks,
                "n_conditioning": 0 if config.part == "coarse" else N_COARSE}
    sizes = TransformerConfig(**(defaults | config.model))
    if not 0 <= sizes.n_conditioning < sizes.n_codebooks <= codec.n_codebooks:
        raise ConfigError(f"n_codebooks = {sizes.n_codebooks} with n_conditioning = {sizes.n_conditioning} do not fit the codec, which has"
                          f" {codec.n_codebooks} codebooks")
    if sizes.dim % sizes.n_heads:
        raise ConfigError(f"dim = {sizes.dim} must be a multiple of n_heads = {sizes.n_heads}")
    if sizes.codebook_size != codec.codebook_size:
        raise ConfigError(f"codebook_size = {sizes.codebook_size} is not the codec's, {codec.codebook_size}")
    return sizes


def _windows(config: TrainConfig, audio: AudioFolder, codec: Codec, codec_file: Path, world: World) -> TokenWindows | FreshWindows:
    steps = config.training.piece_steps
    if config.data.tokens == "on the fly":
        return FreshWindows(audio, codec, steps, world.device)
    return TokenWindows(cached_tokens(audio, codec, config.folder / "tokens", sha256(codec_file), world), steps)


def _judging_tokens(judging: AudioFolder, codec: Codec, world: World) -> list[np.ndarray]:
    chosen = np.linspace(0, len(judging) - 1, min(len(judging), JUDGING_PIECES)).astype(int) if len(judging) else []
    samples = round(JUDGING_S * codec.sample_rate)
    return [encoded(codec, judging.piece(int(i), 0, samples), world.device) for i in chosen]


def _write_manifest(config: TrainConfig, audio: AudioFolder) -> bool:
    """Note what the part was trained on, and once all three are there write what makes the folder a model."""
    heard = config.folder / "heard.json"
    known = json.loads(heard.read_text()) if heard.exists() else {}
    known[config.part] = audio.sha256
    with written_beside(heard) as beside:
        beside.write_text(json.dumps(known))
    if not all((config.folder / file).exists() for file in FILES):
        return False
    write_manifest(config.folder, name=config.folder.resolve().name, kind="model",
                   training_data={"sha256": sorted({digest for digests in known.values() for digest in digests})})
    return True


def _beside(source: Path, target: Path) -> None:
    if not target.exists() or not target.samefile(source):
        with written_beside(target) as beside:
            shutil.copyfile(source, beside)
