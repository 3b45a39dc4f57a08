"""Models on disk: three safetensors files and a manifest in one folder.

    codec.safetensors coarse.safetensors fine.safetensors manifest.json MODEL_CARD.md

Weights are stored in 16 bits; each file's metadata holds the sizes of its network, so that nothing is guessed. The
manifest holds the SHA-256 of each file, the command and the data that made them, and their licence.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from unloop_py.errors import ModelError
from unloop_py.generator.adapters import merge
from unloop_py.generator.codec import Codec
from unloop_py.generator.dac_codec import DacCodec, is_dac, read_dac
from unloop_py.generator.mix_adapter import MixAdapter, MixAdapterConfig
from unloop_py.generator.model_files import ADAPTERS, CURE, FILES, FORMAT, MIX_ADAPTER, checked_model, is_vampnet, is_voice, sha256
from unloop_py.generator.model_files import BUNDLED as BUNDLED
from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig
from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig
from unloop_py.generator.vampnet import VampNet, load_vampnet
from unloop_py.paths import written_beside


@dataclass(frozen=True)
class Models:
    """One family of models, ready to play."""

    codec: Codec
    coarse: MaskedTransformer
    fine: MaskedTransformer
    manifest: dict[str, Any]
    mix_adapter: MixAdapter | None = None  # with it, the coarse model hears what sounds beside


def load_models(name: str = "small", *, device: str = "cpu", dtype: torch.dtype = torch.float32,
                lora_scale: float | None = None, int8: bool = False) -> Models | VampNet:
    """The bundled model of that name, the user's own voice merged into its base, or the models of a folder, VampNet's too.

    ``dtype`` is that of the transformers; the codec computes in float32. ``lora_scale`` and ``int8`` are `load_vampnet`'s, and mean
    nothing to the others. Raises ModelError, which names the file and the cure, for weights that are missing, damaged or of
    another version.
    """
    folder, manifest = checked_model(name)
    if is_vampnet(manifest):
        # Played on a circle like every model here; straight, as the reference computes, is for who asks `load_vampnet`.
        return load_vampnet(folder, lora_scale=lora_scale, circular=True, device=device, dtype=dtype, int8=int8)
    weights = Path(manifest.get("base_folder", folder))
    codec = load_codec(weights / FILES[0])
    coarse, fine = (load_network(weights / file, lambda sizes: MaskedTransformer(TransformerConfig(**sizes))) for file in FILES[1:])
    if is_voice(manifest):
        _merge_voice(folder / ADAPTERS, {"coarse": coarse, "fine": fine})
    for model in (coarse, fine):
        model.set_codebooks(codec.quantizer.vectors())
        model.to(device=device, dtype=dtype)
    adapter = None
    if "beside" in manifest:
        adapter = load_network(weights / MIX_ADAPTER, lambda sizes: MixAdapter(MixAdapterConfig(**sizes))).to(device=device, dtype=dtype)
    return Models(codec.to(device), coarse, fine, manifest, adapter)


def random_models(seed: int = 0, *, tiny: bool = True) -> Models:
    """Models with random weights, for tests: quick, deterministic, and of no musical use whatever."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        small = dict(decoder_dim=32, decoder_layers=1, phase_iterations=2, n_codebooks=9, latent_dim=24) if tiny else {}
        codec = RvqCodec(RvqCodecConfig(**small)).eval()
        nn.init.zeros_(codec.decoder_out[1].bias)
        nn.init.normal_(codec.decoder_out[1].weight, std=0.02)
        size = dict(dim=32, n_layers=2, n_heads=2) if tiny else {}
        coarse = MaskedTransformer(TransformerConfig(latent_dim=codec.config.latent_dim, **size))
        fine = MaskedTransformer(TransformerConfig(n_codebooks=codec.n_codebooks, n_conditioning=4, latent_dim=codec.config.latent_dim,
                                                   **({"n_layers": 6} | size)))
        for model in (coarse, fine):
            model.set_codebooks(codec.quantizer.vectors())
            nn.init.normal_(model.relative_bias, std=0.5)
            model.eval().requires_grad_(False)
        adapter = MixAdapter(MixAdapterConfig(dim=coarse.config.dim, layers=(1, coarse.config.n_layers), hidden=32))
        nn.init.normal_(adapter.move.weight, std=0.5)
    manifest = {"name": "random", "format": FORMAT, "seed": seed}
    return Models(codec.requires_grad_(False), coarse, fine, manifest, adapter.eval().requires_grad_(False))


def save_network(path: Path, model: nn.Module, config: RvqCodecConfig | TransformerConfig | MixAdapterConfig) -> None:
    """Write weights in 16 bits, with the sizes in the metadata; beside the old file, then renamed. Raises ModelError."""
    tensors = {key: value.detach().to(torch.float16).contiguous() for key, value in model.state_dict().items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside:
            save_file(tensors, beside, metadata={"format": str(FORMAT), "config": json.dumps(asdict(config))})
            beside.chmod(0o644)  # safetensors makes files that only their owner can read
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} could not be written ({error}): make room on the disk; what was there before is still there") from error


def write_manifest(folder: Path, **facts: Any) -> dict[str, Any]:
    """Write ``manifest.json``: the files' SHA-256 and sizes, and the given facts."""
    files = {f: {"sha256": sha256(folder / f), "bytes": (folder / f).stat().st_size} for f in FILES if (folder / f).exists()}
    manifest = {"format": FORMAT, **facts, "files": files}
    with written_beside(folder / "manifest.json") as beside:
        beside.write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def load_codec(path: Path) -> RvqCodec | DacCodec:
    """The codec of one file, of the family that it names; raises ModelError."""
    return read_dac(path) if is_dac(path) else load_network(path, lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))


def load_network(path: Path, make: Callable[[dict[str, Any]], Any]) -> Any:
    """The network of one file, in float32, by the sizes that the file holds; raises ModelError."""
    try:
        with safe_open(path, "pt") as file:
            sizes = json.loads(file.metadata()["config"])
            tensors = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (no mapping)
        model = make(sizes)
        model.load_state_dict(tensors)
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: {CURE}") from None
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read as weights of this version ({str(error).splitlines()[0]}): {CURE}") from None
    return model.eval().requires_grad_(False)


def _merge_voice(path: Path, models: dict[str, nn.Module]) -> None:
    """Add a voice's adapters to its base's models, ``MODEL.LAYER.lora_A`` and so on; raises ModelError."""
    try:
        with safe_open(path, "pt") as file:
            scaling = float(file.metadata()["scaling"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} cannot be read as adapters of this version ({str(error).splitlines()[0]})") from None
    for part, model in models.items():
        merge(model, {key.removeprefix(f"{part}."): value for key, value in tensors.items() if key.startswith(f"{part}.")}, scaling)
