"""DAC, the Descript Audio Codec (Kumar et al. 2023), with a user's own weights: the only file that imports `dac`.

The package's own network computes; around it, a loop is a circle: what is encoded or decoded is a section with as much of
its surroundings as its layers see (`sections`).
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import LongTensor, Tensor, nn

from unloop_py.errors import ModelError
from unloop_py.generator.pth_file import read_pth
from unloop_py.generator.sections import reach_in_steps, sections
from unloop_py.paths import written_beside

FAMILY = "dac"
FORMAT = "1"
CURE = ("`pip install unloop[dac]`, or the few packages that its import needs with `pip install --no-deps -r"
        " scripts/requirements-no-deps.lock`")

# audiotools imports these for effects and logs that a codec has no use for. The wheels of the first need CUDA's
# libraries, the second a protobuf that other packages refuse.
STAND_INS = {"torchaudio": {}, "torch.utils.tensorboard": {"SummaryWriter": object}}

SECTION = 384  # steps at once, 4.5 s at 44.1 kHz: 1.1 GB beside the weights


class DacCodec(nn.Module):
    """Implements ``codec.Codec`` round the package's network, whose weight norm is folded. 9 codebooks at 44.1 kHz."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network: Any = network.eval().requires_grad_(False)
        with _quiet():
            for module in network.modules():
                if hasattr(module, "weight_g"):
                    nn.utils.remove_weight_norm(module)
        self.sample_rate, self.hop_length = int(network.sample_rate), int(network.hop_length)
        self.n_codebooks, self.codebook_size = int(network.n_codebooks), int(network.codebook_size)
        self.encoder_reach = reach_in_steps(network.encoder, 1, self.hop_length)
        self.decoder_reach = reach_in_steps(network.decoder, self.hop_length, self.hop_length)

    @property
    def quantizer(self) -> Codebooks:
        """Its tables, for the masked models."""
        return Codebooks([quantizer.codebook.weight for quantizer in self.network.quantizer.quantizers])

    @torch.inference_mode()
    def encode(self, audio: Tensor, *, circular: bool = True) -> LongTensor:
        """See ``Codec.encode``."""
        batch, _, samples = audio.shape
        surplus = -samples % self.hop_length
        if circular:
            audio = torch.cat((audio, audio.repeat(1, 1, -(-surplus // samples))[..., :surplus]), dim=-1)
        else:
            audio = F.pad(audio, (0, surplus))
        frames = audio.view(batch, -1, self.hop_length)                                      # (B, T, hop)
        codes = []
        for seen, lead, count in sections(frames.shape[1], self.encoder_reach, SECTION, circular, audio.device):
            z = self.network.encoder(frames[:, seen].reshape(batch, 1, -1))                  # (B, D, T)
            codes.append(self.network.quantizer(z[..., lead : lead + count])[1])
        return torch.cat(codes, dim=-1)

    @torch.inference_mode()
    def decode(self, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """See ``Codec.decode``."""
        steps, audio = codes.shape[-1], []
        z = self.network.quantizer.from_codes(codes)[0]                                      # (B, D, T)
        for seen, lead, count in sections(steps, self.decoder_reach, SECTION, circular, codes.device):
            section = self.network.decode(z[..., seen])
            # Odd strides leave the very end of a recording a few samples short.
            section = F.pad(section, (0, max(0, len(seen) * self.hop_length - section.shape[-1])))
            audio.append(section[..., lead * self.hop_length : (lead + count) * self.hop_length])
        return torch.cat(audio, dim=-1)


class Codebooks:
    """The codebooks of a codec as the masked models ask for them."""

    def __init__(self, tables: list[Tensor]) -> None:
        self.tables = tables
        self.widths = tuple(table.shape[1] for table in tables)

    def vectors(self) -> Tensor:
        """Every code's row of its codebook's table, (K, V, most axes), filled up with zeros."""
        return torch.stack([F.pad(table, (0, max(self.widths) - table.shape[1])) for table in self.tables])


def read_dac(path: Path) -> DacCodec:
    """DAC from a ``.pth`` as it is published, or from the ``.safetensors`` of `save_dac`; in float32, on the processor.

    Raises
    ------
    ModelError
        For a file that holds no DAC, and where the package is missing.
    """
    tensors, arguments = _read(path)
    network = _built(path, arguments)
    if network.hop_length != torch.tensor(network.decoder_rates).prod():
        raise ModelError(f"{path}: its decoder makes {network.decoder_rates} samples a step and its encoder takes {network.encoder_rates}:"
                         " such a codec cannot close a loop")
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        lines = str(error).splitlines()
        raise ModelError(f"{path} does not hold the weights of the network that it describes"
                         f" ({lines[min(1, len(lines) - 1)].strip()[:120]})") from None
    return DacCodec(network)


def save_dac(source: Path, target: Path) -> None:
    """Write a ``.pth`` of DAC as ``.safetensors``, bit for bit, beside what was there and then in its place."""
    tensors, arguments = _read(source)
    with written_beside(target) as beside:
        save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, beside,
                  metadata={"format": FORMAT, "family": FAMILY, "kwargs": json.dumps(arguments)})
        beside.chmod(0o644)  # safetensors makes files that only their owner can read


def is_dac(path: Path) -> bool:
    """Whether a file is to be read by `read_dac`: any ``.pth``, and the ``.safetensors`` that say so."""
    if path.suffix == ".pth":
        return True
    try:
        with safe_open(path, "pt") as file:
            return (file.metadata() or {}).get("family") == FAMILY
    except (SafetensorError, OSError):
        return False


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    if path.suffix == ".pth":
        tensors, arguments = read_pth(path)
        _check_kind(path, tensors)
        return tensors, arguments
    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, json.loads(file.metadata()["kwargs"])  # noqa: SIM118 (no mapping)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} cannot be read as DAC ({str(error).splitlines()[0]}): make it anew from DAC's .pth") from None


def _check_kind(path: Path, tensors: dict[str, Tensor]) -> None:
    """Name what a file is when it is no DAC; the published codec of VampNet looks much like one."""
    if any(".mrf_blocks." in name for name in tensors):
        raise ModelError(f"{path} is LAC, VampNet's codec, not DAC: their decoders differ")
    if any(name.startswith("transformer.") for name in tensors):
        raise ModelError(f"{path} is a masked model of VampNet, not a codec")
    if not any(name.startswith("quantizer.quantizers.0.codebook.") for name in tensors):
        raise ModelError(f"{path} is no DAC codec: it has no codebooks")


def _built(path: Path, arguments: dict[str, Any]) -> Any:
    dac = import_dac()
    known = inspect.signature(dac.DAC.__init__).parameters
    try:
        with _quiet():
            return dac.DAC(**{name: value for name, value in arguments.items() if name in known})
    except (TypeError, ValueError, RuntimeError, ZeroDivisionError) as error:
        raise ModelError(f"{path} describes a network that cannot be built ({str(error).splitlines()[0]})") from None


def import_dac() -> Any:
    """The package `dac`; raises ModelError with the cure where it is missing."""
    standing = []
    with _quiet():
        for name, contents in STAND_INS.items():
            try:
                importlib.import_module(name)
            except (ImportError, OSError):
                sys.modules[name] = types.ModuleType(name)
                vars(sys.modules[name]).update(contents)
                standing.append(name)
        try:
            import dac
        except ImportError as error:
            raise ModelError(f"DAC needs packages that are not here ({error}): {CURE}") from None
        finally:
            for name in standing:  # nobody else is to take them for the real ones
                del sys.modules[name]
    return dac


class _quiet(warnings.catch_warnings):
    """No words about what the packages do in ways that torch deprecates."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")
