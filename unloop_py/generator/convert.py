"""A model of VampNet from one format to the other: the reference's own ``.pth``, and ``.safetensors``."""

from __future__ import annotations

from pathlib import Path

from unloop_py.errors import ModelError
from unloop_py.generator import vampnet_headers as vampnet
from unloop_py.generator.model_files import find_model, is_vampnet
from unloop_py.generator.vampnet_files import convert_model, load_tensors, scaled, write_part

OTHER = {".pth": ".safetensors", ".safetensors": ".pth"}
OUR_OWN = ("is unloop's own kind of model, for which VampNet's files have no place: its codec ends in an inverse STFT and not in LAC's"
           " convolutions, its masked models convolve before they attend, and positions lie on a circle. What can be converted is a"
           " model of VampNet, its fine-tunes included")


def convert(source: str, out: Path, lora_scale: float | None = None) -> list[Path]:
    """Write a model, or one file of it, in the format that it is not in; nothing else is changed. About a second for each GB.

    Parameters
    ----------
    source : str
        A folder of VampNet's files with its fine-tunes, a fine-tune's, one file, or a model's name.
    out : Path
        The folder to make, or the file to write.
    lora_scale : float, optional
        What is written plays everywhere as what is read plays here with this ``--lora-scale``.

    Returns
    -------
    list of Path
        What was written: folders, or the one file.

    Raises
    ------
    ModelError
        A model that VampNet's files cannot express, files that are wrong, or an ``out`` that is there already.
    """
    path = Path(source)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelError(f"{out} is there already, and nothing is written over: name another place")
    if path.is_file():
        return [_convert_file(path, out, lora_scale)]
    folder, manifest = find_model(source)
    if not is_vampnet(manifest):
        raise ModelError(f"{source} {OUR_OWN}")
    held = {found.suffix for part in vampnet.PARTS if (found := vampnet.find_part(folder, part)) is not None}
    if len(held) > 1:
        raise ModelError(f"{folder} holds files of both formats: keep those of one, so that it is plain which is to be made")
    return convert_model(folder, out, OTHER[held.pop()], lora_scale)


def _convert_file(path: Path, out: Path, lora_scale: float | None) -> Path:
    if path.suffix not in OTHER or out.suffix != OTHER[path.suffix]:
        raise ModelError(f"{path} to {out}: one file goes from .pth to .safetensors or from .safetensors to .pth; or name two folders")
    header = vampnet.read_header(path)
    vampnet.check_part(header, header.part or "coarse")
    write_part(out, scaled(load_tensors(header), lora_scale), header.kwargs)
    return out
