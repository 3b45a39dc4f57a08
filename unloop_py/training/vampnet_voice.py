"""What VampNet learned from a player, as the reference keeps it: a fine-tune of complete models, in VampNet's own files.

    VAMPNET/loras/NAME/{coarse,c2f}.safetensors     ``unloop convert NAME OUT`` makes the reference's .pth of them
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from unloop_py.generator.vampnet_files import load_tensors, write_part
from unloop_py.generator.vampnet_headers import codec_folder, read_headers

FILES_OF = {"coarse": "coarse", "fine": "c2f"}
"""The file of each part that is learned."""


def write_fine_tune(name: str, base: Path, learned: Mapping[str, Mapping[str, Tensor]]) -> Path:
    """Add adapters to the weights of a model's files and write those as a fine-tune beside it; returns its folder.

    Parameters
    ----------
    name : str
    base : Path
        A folder of VampNet, or a fine-tune of one; it is left as it is.
    learned : mapping
        By part, ``LAYER.lora_A`` (rank, in) and ``LAYER.lora_B`` (out, rank), which count whole. What the base's own
        file holds beside its weights stays there, so that the reference computes what was learned upon.

    Raises
    ------
    ModelError
        The base cannot be read.
    OSError
        The files cannot be written.
    """
    headers, folder = read_headers(base), codec_folder(base) / "loras" / name
    for part, adapters in learned.items():
        header = getattr(headers, FILES_OF[part])
        tensors = load_tensors(header)
        for layer in {key.rpartition(".")[0] for key in adapters}:
            added = adapters[f"{layer}.lora_B"].float() @ adapters[f"{layer}.lora_A"].float()
            tensors[f"{layer}.weight"] = tensors[f"{layer}.weight"].float() + added
        write_part(folder / f"{FILES_OF[part]}.safetensors", tensors, header.kwargs)
    return folder
