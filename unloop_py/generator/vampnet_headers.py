"""VampNet's files looked into without loading them: metadata and shapes, checked one by one and against each other.

    codec.pth coarse.pth c2f.pth            as published, or the same with .safetensors
    loras/NAME/coarse.pth c2f.pth           a fine-tune; the codec is that of the folder above loras

Standard library only, so that `jam` refuses a wrong model before the first note. A ``.pth`` file is a zip file round a
pickle; the one reader here knows the few names that tensors are made of, and refuses every other, so that no file can
run code. Any thread, milliseconds.
"""

from __future__ import annotations

import _codecs
import json
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unloop_py.errors import ModelError
from unloop_py.generator.vampnet_shapes import ADAPTED, Shape, codec_shapes, transformer_shapes

PARTS = ("codec", "coarse", "c2f")
SUFFIXES = (".safetensors", ".pth")
FAMILY = "vampnet"
TITLES = {"codec": "a codec", "coarse": "a coarse model", "c2f": "a coarse-to-fine model"}
CODEC_KWARGS = ("encoder_dim", "encoder_rates", "decoder_dim", "decoder_rates", "n_codebooks", "codebook_size", "codebook_dim",
                "sample_rate")
MODEL_KWARGS = ("n_heads", "n_layers", "n_codebooks", "n_conditioning_codebooks", "latent_dim", "embedding_dim", "vocab_size")
LATER = ("this unloop plays the family of hugggof/vampnet, whose folder holds codec.pth, coarse.pth and c2f.pth; vampnetv2 and .vampnet"
         " files are of later families that it does not play")
CURE = "fetch it again"
LARGEST = 2**24
"""No number in the metadata is as large: a damaged one must not ask for all the memory."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself: ``kwargs`` is its metadata's, ``shapes`` those of all its tensors."""

    path: Path
    kwargs: dict[str, Any]
    shapes: dict[str, Shape]

    @property
    def part(self) -> str:
        """Which of `PARTS` its tensors and metadata make it; "" for none."""
        if "quantizer.quantizers.0.codebook.weight" in self.shapes:
            return "codec"
        if "embedding.special.MASK" in self.shapes:
            return "c2f" if self.kwargs.get("n_conditioning_codebooks") else "coarse"
        return ""


@dataclass(frozen=True)
class VampNetHeaders:
    """A model's three files, which fit together. ``codec`` lies elsewhere for a fine-tune."""

    folder: Path
    codec: Header
    coarse: Header
    c2f: Header


def find_part(folder: Path, part: str) -> Path | None:
    """The file of a part; the converted one where both are there."""
    return next((path for suffix in SUFFIXES if (path := folder / f"{part}{suffix}").is_file()), None)


def is_vampnet(folder: Path) -> bool:
    """Whether a folder holds VampNet's files, be they whole or not. (Our own models have ``fine``, and no ``c2f``.)"""
    return find_part(folder, "c2f") is not None or any((folder / f"{part}.pth").is_file() for part in PARTS)


def is_later_family(folder: Path) -> bool:
    """Whether a folder holds what the later, incompatible families of VampNet are published as."""
    return any(folder.glob("*.vampnet")) or (folder / "config.json").is_file() and any(
        (folder / name).is_file() for name in ("model.safetensors", "pytorch_model.bin"))


def fine_tunes(folder: Path) -> list[Path]:
    """The fine-tunes of a VampNet folder, by name: those of which both files are there."""
    loras = folder / "loras"
    return sorted(one for one in loras.iterdir() if all(find_part(one, part) for part in PARTS[1:])) if loras.is_dir() else []


def codec_folder(folder: Path) -> Path:
    """Where a model's codec lies: in its own folder, or, for a fine-tune ``loras/NAME``, in the one above ``loras``."""
    own = folder.absolute()
    return own.parent.parent if find_part(own, "codec") is None and own.parent.name == "loras" else folder


def read_headers(folder: Path) -> VampNetHeaders:
    """The headers of a model's three files. Raises ModelError, one line that names the file and what is wrong with it."""
    if not is_vampnet(folder):
        raise ModelError(f"{folder} holds no codec.pth, coarse.pth and c2f.pth: {LATER}")
    found = {}
    for part in PARTS:
        where = codec_folder(folder) if part == "codec" else folder
        if (path := find_part(where, part)) is None:
            raise ModelError(f"{where / part}.pth is missing: a VampNet folder holds codec.pth, coarse.pth and c2f.pth")
        found[part] = read_header(path)
        check_part(found[part], part)
    headers = VampNetHeaders(folder, **found)
    _check_together(headers)
    return headers


def read_header(path: Path) -> Header:
    """What a ``.pth`` or ``.safetensors`` file of VampNet says of itself. Raises ModelError."""
    try:
        kwargs, shapes = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pth(path)
    except _ForeignName as error:
        raise ModelError(f"{path} is refused: it holds more than weights, and to open it would run {error}") from None
    except (OSError, EOFError, zipfile.BadZipFile, struct.error) as error:
        raise ModelError(f"{path} is cut off, damaged or no file of torch ({_line(error)}): {CURE}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, pickle.UnpicklingError) as error:
        raise ModelError(f"{path} is damaged, or no model of VampNet ({_line(error)}): {LATER}") from None
    return Header(path, kwargs, {name.removeprefix("_orig_mod."): shape for name, shape in shapes.items()})


def check_part(header: Header, part: str) -> None:
    """Refuse a file that is not the part it should be, or whose tensors are not what its metadata says. Raises ModelError."""
    path, kwargs, shapes = header.path, header.kwargs, header.shapes
    if not header.part:
        raise ModelError(f"{path} holds none of VampNet's networks: {LATER}")
    if header.part != part:
        raise ModelError(f"{path} holds {TITLES[header.part]} and should hold {TITLES[part]}: are two files swapped?")
    for name in CODEC_KWARGS if part == "codec" else MODEL_KWARGS:
        _check_number(path, name, kwargs.get(name), least=0 if name == "n_conditioning_codebooks" else 1)
    for name, shape in _codec_shapes(header) if part == "codec" else _model_shapes(header):
        for own, wanted in _as_kept(name, shape, shapes):
            if shapes.get(own) != wanted:
                raise ModelError(f"{path} contradicts itself: by its metadata {own} has shape {wanted}, and the file's has"
                                 f" {shapes.get(own, 'none')}: {CURE}")


def _as_kept(name: str, shape: Shape | None, shapes: dict[str, Shape]) -> Iterator[tuple[str, Shape | None]]:
    """The tensors that a file keeps a weight as: itself, or its direction and length; and its adapters, if it has any."""
    layer = name.removesuffix(".weight")
    if f"{layer}.weight_v" in shapes:
        yield from ((f"{layer}.weight_v", shape), (f"{layer}.weight_g", shape and (shape[0], 1, 1)))
    else:
        yield name, shape
    if shape is not None and layer.endswith(ADAPTED) and not shapes.keys().isdisjoint((f"{layer}.lora_A", f"{layer}.lora_B")):
        rank = shapes.get(f"{layer}.lora_A", (0,))[0]
        yield from ((f"{layer}.lora_A", (rank, shape[1])), (f"{layer}.lora_B", (shape[0], rank)))


def _codec_shapes(header: Header) -> Iterator[tuple[str, Shape | None]]:
    kwargs = header.kwargs
    if "decoder.model.1.block.2.mrf_blocks.0.block.0.layer.0.alpha" not in header.shapes:
        raise ModelError(f"{header.path} is a codec with another decoder than LAC's, such as DAC: VampNet's own codec.pth is needed")
    yield f"quantizer.quantizers.{kwargs['n_codebooks']}.codebook.weight", None
    yield from codec_shapes(kwargs, codebook_dim(kwargs))


def _model_shapes(header: Header) -> Iterator[tuple[str, Shape | None]]:
    path, kwargs = header.path, header.kwargs
    if kwargs.get("r_cond_dim") or kwargs.get("ctrl_dims") or kwargs.get("cond_dim") or kwargs.get("noise_mode", "mask") != "mask":
        raise ModelError(f"{path} is steered by controls or noise that the published models do not have: {LATER}")
    n_predicted = kwargs["n_codebooks"] - kwargs["n_conditioning_codebooks"]
    if n_predicted < 1 or kwargs["embedding_dim"] % kwargs["n_heads"]:
        raise ModelError(f"{path} contradicts itself: {kwargs['n_codebooks']} codebooks of which {kwargs['n_conditioning_codebooks']} are"
                         f" given, {kwargs['embedding_dim']} channels for {kwargs['n_heads']} heads: {CURE}")
    buckets = header.shapes.get("transformer.layers.0.self_attn.relative_attention_bias.weight", (32,))[0]
    yield f"transformer.layers.{kwargs['n_layers']}.norm_1.weight", None
    yield from transformer_shapes(kwargs, buckets)


def codebook_dim(kwargs: dict[str, Any]) -> int:
    """Length of a codebook's vectors; a list of equal ones is one."""
    value = kwargs["codebook_dim"]
    return value[0] if isinstance(value, list | tuple) else value


def _check_together(headers: VampNetHeaders) -> None:
    codec, coarse, c2f = headers.codec.kwargs, headers.coarse.kwargs, headers.c2f.kwargs
    for header, kwargs in ((headers.coarse, coarse), (headers.c2f, c2f)):
        for name, own, of_codec in (("vocabulary", kwargs["vocab_size"], codec["codebook_size"]),
                                    ("latent dimension", kwargs["latent_dim"], codebook_dim(codec))):
            if own != of_codec:
                raise ModelError(f"{header.path} has a {name} of {own} and {headers.codec.path} one of {of_codec}: they were not made for"
                                 " each other; take all files from one model")
    if coarse["n_codebooks"] != c2f["n_conditioning_codebooks"]:
        raise ModelError(f"{headers.coarse.path} makes {coarse['n_codebooks']} codebooks and {headers.c2f.path} is conditioned on"
                         f" {c2f['n_conditioning_codebooks']}: they were not made for each other; take both files from one model")
    if c2f["n_codebooks"] > codec["n_codebooks"]:
        raise ModelError(f"{headers.c2f.path} makes {c2f['n_codebooks']} codebooks and {headers.codec.path} has {codec['n_codebooks']}:"
                         " they were not made for each other; take both files from one model")


def _check_number(path: Path, name: str, value: Any, *, least: int) -> None:
    if value is None:
        raise ModelError(f"{path} does not say its {name}, and nothing is guessed: {LATER}")
    several = isinstance(value, list | tuple)
    values = list(value) if several else [value]
    fine = all(isinstance(one, int) and not isinstance(one, bool) and least <= one < LARGEST for one in values) and values
    if name == "codebook_dim":
        fine = fine and len(set(values)) == 1
    elif several != name.endswith("_rates"):
        fine = False
    if not fine:
        raise ModelError(f"{path} is damaged: its metadata says {name} = {str(value)[:40]!r}: {CURE}")


# -- the two containers ------------------------------------------------------------------------------------------------

def _read_safetensors(path: Path) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > size:
            raise EOFError(f"its header should have {length} bytes")
        header = json.loads(file.read(length))
    metadata = header.pop("__metadata__", {})
    end = 8 + length + max((entry["data_offsets"][1] for entry in header.values()), default=0)
    if size != end:
        raise EOFError(f"it has {size} bytes and should have {end}")
    if metadata.get("family") != FAMILY:
        raise ValueError("its metadata does not name the family")
    return json.loads(metadata["kwargs"]), {name: tuple(entry["shape"]) for name, entry in header.items()}


def _read_pth(path: Path) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    with zipfile.ZipFile(path) as archive:
        (pickled,) = (name for name in archive.namelist() if name.rpartition("/")[2] == "data.pkl")
        with archive.open(pickled) as file:
            content = _ShapesOnly(file).load()
    if not isinstance(content, dict) or not {"state_dict", "metadata"} <= content.keys():
        raise ValueError("it has no state_dict with metadata")
    kwargs = dict(content["metadata"]["kwargs"])
    return kwargs, {name: value.shape for name, value in content["state_dict"].items() if isinstance(value, _Tensor)}


class _ForeignName(Exception):
    """A pickle asks for something that tensors are not made of."""


@dataclass(frozen=True)
class _Tensor:
    shape: tuple[int, ...]


def _scalar(kind: Any, data: bytes) -> Any:
    """A number of NumPy's, as some programs write it among a model's settings."""
    import numpy as np

    return np.frombuffer(data, kind, 1)[0].item()


def _dtype(code: str, *_: Any) -> Any:
    import numpy as np

    return np.dtype(code) if code.strip("<>=|")[:1] in "biuf" else _refuse("numpy", f"dtype({code!r})")


def _refuse(module: str, name: str) -> Any:
    raise _ForeignName(f"{module}.{name}"[:80])


KNOWN: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, size, *_: _Tensor(tuple(size)),
    ("torch._utils", "_rebuild_parameter"): lambda data, *_: data,
    ("torch", "Size"): tuple,
    ("_codecs", "encode"): _codecs.encode,
    ("numpy", "dtype"): _dtype,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
}


class _ShapesOnly(pickle.Unpickler):
    """Reads a pickle of tensors and plain values into shapes and plain values."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("torch", "torch.storage") and name.endswith("Storage"):
            return name
        return KNOWN.get((module, name)) or _refuse(module, name)

    def persistent_load(self, pid: Any) -> Any:
        return pid


def _line(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:120]
