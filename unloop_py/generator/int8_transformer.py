"""VampNet's transformer in 8 bits for a processor: the same network, its large products of bytes, its attention in floats.

Rows are quantised each by its own scale just before a product (Dettmers et al. 2022, "vector-wise", without outliers apart),
so that no calibration is needed and a fine-tune is as good as its base. The residual stream stays in float32.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from unloop_py.generator import fused
from unloop_py.generator.compute import fastest_dtype
from unloop_py.generator.int8_layers import Int8Linear, joined
from unloop_py.generator.sight import Sight

EVEN = 32
"""Queries and keys are filled up to a multiple of this: products of odd sizes take a tenth longer."""
UNSEEN = -1e9


class Rows(NamedTuple):
    """What the stack gives the classifier: bytes (B * T, C) round `int8_layers.MIDDLE`, their scales (B * T,), and B."""

    bytes: Tensor
    scale: Tensor
    batch: int


class Int8Layer(nn.Module):
    """The weights of one layer; q, k and v are one product."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        attention, perceptron = layer.self_attn, layer.feed_forward
        self.norm_1, self.norm_3 = (nn.Parameter(norm.weight.float(), requires_grad=False) for norm in (layer.norm_1, layer.norm_3))
        self.qkv = Int8Linear(joined([part.weight for part in (attention.w_qs, attention.w_ks, attention.w_vs)]))
        self.fc, self.w_1, self.w_2 = (Int8Linear(part.weight) for part in (attention.fc, perceptron.w_1, perceptron.w_2))


class Int8Stack(nn.Module):
    """Stands where `vampnet_transformer.Stack` does; gives the classifier its rows already quantised."""

    def __init__(self, stack: nn.Module) -> None:
        super().__init__()
        self.n_heads, self.n_buckets = stack.layers[0].self_attn.n_heads, stack.n_buckets
        self.bias = nn.Parameter(stack.layers[0].self_attn.relative_attention_bias.weight.float(), requires_grad=False)
        self.layers = nn.ModuleList(Int8Layer(layer) for layer in stack.layers)
        self.norm = nn.Parameter(stack.norm.weight.float(), requires_grad=False)
        self.attention_dtype = fastest_dtype("cpu")  # asked once: the answer stands in a file
        self._bias_of: tuple[Sight, np.ndarray] | None = None

    def forward(self, x: Tensor, sight: Sight) -> Rows:
        """x (B, T, C) float32."""
        batch, steps, dim = x.shape
        stream = x.reshape(-1, dim).clone(memory_format=torch.contiguous_format).numpy()
        rows, scale = np.empty(stream.shape, np.uint8), np.empty(len(stream), np.float32)
        wide = np.empty((len(stream), self.layers[0].w_1.scale.shape[0] // 2), np.uint8)
        product = np.empty((0, dim), np.float32)
        look = _Look(sight, batch, steps, self.n_heads, dim // self.n_heads, self._distance_bias(sight), self.attention_dtype)
        for layer in self.layers:  # a row's new scale is written once its old one has been read
            fused.norm_quantise(stream, product, scale, layer.norm_1.numpy(), rows, scale)
            look(layer.qkv(torch.from_numpy(rows)).numpy(), scale, rows)
            product = layer.fc(torch.from_numpy(rows)).numpy()
            fused.norm_quantise(stream, product, scale, layer.norm_3.numpy(), rows, scale)
            fused.gate_quantise(layer.w_1(torch.from_numpy(rows)).numpy(), scale, wide, scale)
            product = layer.w_2(torch.from_numpy(wide)).numpy()
        fused.norm_quantise(stream, product, scale, self.norm.numpy(), rows, scale)
        return Rows(torch.from_numpy(rows), torch.from_numpy(scale), batch)

    def _distance_bias(self, sight: Sight) -> np.ndarray:
        """The bias (heads, queries + keys - 1) by key's place less query's; kept, for a loop asks for the same each step."""
        if self._bias_of is None or self._bias_of[0] != sight:
            bias = sight.bias_by_offset(self.bias, self.n_buckets).masked_fill(~sight.seen_by_offset(), UNSEEN)
            self._bias_of = sight, bias.contiguous().numpy()
        return self._bias_of[1]


class _Look:
    """Attention of all heads of one layer after another, in memory that is taken once."""

    def __init__(self, sight: Sight, batch: int, steps: int, n_heads: int, dim: int, bias: np.ndarray, dtype: torch.dtype) -> None:
        self.sight, self.batch, self.steps, self.bias = sight, batch, steps, bias
        filled = -(-steps // EVEN) * EVEN
        self.q, self.k, self.v = (torch.zeros(batch, n_heads, filled, dim, dtype=dtype) for _ in range(3))

    def __call__(self, product: np.ndarray, scale: np.ndarray, rows: np.ndarray) -> None:
        """From the product (B * T, 3 C) and its rows' scales to what was found, quantised into `rows` and `scale`."""
        for item in range(self.batch):
            at = slice(item * self.steps, (item + 1) * self.steps)
            q, k, v = self.q[item], self.k[item], self.v[item]
            fused.split_heads(product[at], scale[at], _numbers(q), _numbers(k), _numbers(v))
            fused.merge_quantise(*map(_numbers, self._heads(q, k, v)), rows[at], scale[at])

    def _heads(self, q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """What each head finds, (heads, >= T, D), of q, k and v of that shape; still to be divided by (heads, T)."""
        if self.sight.keys is None:
            return tuple(x[0] for x in self._found(q[None], k[None], v[None], self.steps, self.steps))
        queries, keys = self.sight.queries, self.sight.keys
        seen = (x[:, keys].transpose(0, 1) for x in (k, v))                                  # (blocks, heads, keys, D)
        found, total = self._found(q[:, queries].transpose(0, 1), *seen, queries.shape[1], keys.shape[1])
        heads, divisor = torch.empty_like(q), torch.empty(q.shape[:2])
        heads[:, queries.flatten()] = found.transpose(0, 1).flatten(1, 2)
        divisor[:, queries.flatten()] = total.transpose(0, 1).flatten(1, 2)
        return heads, divisor

    def _found(self, q: Tensor, k: Tensor, v: Tensor, n_queries: int, n_keys: int) -> tuple[Tensor, Tensor]:
        """Of blocks (n, heads, >= n_queries, D) and (n, heads, >= n_keys, D); and what it is to be divided by (n, heads, n_queries)."""
        blocks, heads = q.shape[:2]
        scores = torch.bmm(q.flatten(0, 1), k.flatten(0, 1).transpose(1, 2)).unflatten(0, (blocks, heads))
        total = torch.empty(blocks, heads, n_queries)
        fused.softmax_rows(_numbers(scores), self.bias, n_queries, n_keys, total.numpy())
        return torch.bmm(scores.flatten(0, 1), v.flatten(0, 1)).unflatten(0, (blocks, heads)), total


class Int8Classifier(nn.Module):
    """Stands where `vampnet_transformer.Classifier` does."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        layer, n_predicted = classifier.layers[0], classifier.n_predicted
        self.n_predicted = n_predicted
        # The file's channels are token by token; here codebook by codebook, so that a place's logits lie side by side.
        by_codebook = layer.weight[..., 0].unflatten(0, (-1, n_predicted)).transpose(0, 1).flatten(0, 1)
        self.product = Int8Linear(by_codebook)
        bias = layer.bias.unflatten(0, (-1, n_predicted)).transpose(0, 1).flatten().float()
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)

    def forward(self, rows: Rows) -> Tensor:
        """Logits (B, n_predicted, T, vocab_size)."""
        out = torch.addcmul(self.bias, self.product(rows.bytes), rows.scale[:, None])
        return out.view(rows.batch, -1, self.n_predicted, out.shape[1] // self.n_predicted).permute(0, 2, 1, 3)


def _numbers(x: Tensor) -> np.ndarray:
    """The same memory for `fused`; NumPy has no bfloat16."""
    return (x.view(torch.uint16) if x.dtype == torch.bfloat16 else x).numpy()

