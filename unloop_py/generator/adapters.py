"""Low-rank adapters (LoRA, Hu et al. 2021): what a model learns from one player, beside weights that stay as they are.

A frozen linear layer W gets two thin matrices, A (rank, in) and B (out, rank); the layer then computes
``x W^T + scaling * x A^T B^T``. B begins at zero, so that an adapted model begins as its base. Names are loralib's
(``lora_A``, ``lora_B``), as they stand in VampNet's own fine-tunes, whose rank is 8 and whose scaling is 1 / 8. A layer
with a bias may learn an offset to that too (``lora_bias``): which tokens a player uses at all is written there.

Playing needs none of this: `merge` adds the product to the weights once, when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unloop_py.errors import ModelError

RANK = 8


class AdaptedLinear(nn.Module):
    """A linear layer that stays as it is, and what is learned beside it.

    Parameters
    ----------
    linear : nn.Linear
        Frozen from now on.
    rank : int
    scaling : float
        Of the product B A.
    """

    def __init__(self, linear: nn.Linear, rank: int, scaling: float) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scaling = scaling
        like = dict(dtype=torch.float32, device=linear.weight.device)
        self.lora_A = nn.Parameter(torch.randn(rank, linear.in_features, **like) * linear.in_features**-0.5)
        self.lora_B = nn.Parameter(torch.zeros(linear.out_features, rank, **like))
        self.lora_bias = nn.Parameter(torch.zeros(linear.out_features, **like)) if linear.bias is not None else None

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) to (..., out)."""
        y = self.linear(x) + self.scaling * F.linear(F.linear(x, self.lora_A), self.lora_B)
        return y if self.lora_bias is None else y + self.lora_bias


def add_adapters(model: nn.Module, rank: int = RANK, scaling: float = 1.0) -> list[nn.Parameter]:
    """Freeze a model and put adapters on all its linear layers, in place; returns what is to be trained."""
    model.requires_grad_(False)
    for parent, name, linear in list(_linear_layers(model)):
        setattr(parent, name, AdaptedLinear(linear, rank, scaling))
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def adapter_tensors(model: nn.Module) -> dict[str, Tensor]:
    """What was learned, by the layer's name in the model without adapters: ``blocks.0.w_1.lora_A``. Shared, not copied."""
    return {f"{name}.{key}": parameter for name, layer in model.named_modules() if isinstance(layer, AdaptedLinear)
            for key, parameter in layer.named_parameters(recurse=False)}


def load_adapters(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put learned values into a model that has adapters already."""
    for name, parameter in adapter_tensors(model).items():
        parameter.data.copy_(tensors[name])


@torch.no_grad()
def merge(model: nn.Module, tensors: Mapping[str, Tensor], scaling: float) -> None:
    """Add adapters to the weights of a model without any, in place: ``W + scaling * B A``.

    Parameters
    ----------
    model : nn.Module
        With weights in float32: the product is too fine for 16 bits.
    tensors : mapping
        ``LAYER.lora_A`` (rank, in), ``LAYER.lora_B`` (out, rank) and, where there is one, ``LAYER.lora_bias`` (out,).
    scaling : float

    Raises
    ------
    ModelError
        When a layer is not in the model, lacks its other half, or has another shape.
    """
    layers = dict(model.named_modules())
    for name in sorted({key.rpartition(".")[0] for key in tensors}):
        layer = layers.get(name)
        try:
            if not isinstance(layer, nn.Linear):
                raise KeyError("the model has no such linear layer")
            layer.weight += scaling * (tensors[f"{name}.lora_B"].float() @ tensors[f"{name}.lora_A"].float())
            if f"{name}.lora_bias" in tensors:
                layer.bias += tensors[f"{name}.lora_bias"].float()
        except (KeyError, RuntimeError, TypeError) as error:
            raise ModelError(f"adapters of the layer {name!r} do not fit the model: {str(error).splitlines()[0]}") from None


def _linear_layers(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for parent in model.modules():
        for name, child in parent.named_children():
            if isinstance(child, nn.Linear):
                yield parent, name, child
