"""Which steps a transformer's steps see: all of a piece, all of a circle, or a window round each on a longer circle.

On a loop that is longer than a model's training pieces, each step sees as many steps round itself as a piece had, across
the loop's end like everywhere else. Nothing is cut: there are no joints, and turning the loop by any number of steps turns
what comes out. To save work, neighbouring steps (a block) are asked together, with a mask for what each does not see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import LongTensor, Tensor

MAX_DISTANCE = 128
"""Distances from here on share a bucket."""
BLOCK = 192
"""Steps asked together on a long circle."""


def distance_buckets(distance: LongTensor, n_buckets: int) -> LongTensor:
    """T5's bucket of each signed distance from query to key; on the processor, where its rounding is the reference's."""
    side = n_buckets // 2
    exact = side // 2
    size = distance.abs()
    far = exact + (torch.log(size.float() / exact) / math.log(MAX_DISTANCE / exact) * (side - exact)).to(torch.long)
    return (distance > 0).long() * side + torch.where(size < exact, size, far.clamp_max(side - 1))


@dataclass(frozen=True)
class Sight:
    """What each of ``steps`` steps sees. Equal ones are of the same loop length.

    Attributes
    ----------
    steps : int
    circular : bool
    window : int or None
        Steps that each sees on a circle longer than that.
    queries, keys : LongTensor (blocks, queries), (blocks, keys), or None
        Which steps are asked together and which they look at; None where all look at all.
    """

    steps: int
    circular: bool
    window: int | None = None
    queries: LongTensor | None = field(init=False, compare=False, default=None)
    keys: LongTensor | None = field(init=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if not self._is_windowed:
            return
        start = torch.arange(0, self.steps, BLOCK)[:, None]
        before, after = self._around
        object.__setattr__(self, "queries", (start + torch.arange(BLOCK)) % self.steps)
        object.__setattr__(self, "keys", (start + torch.arange(-before, BLOCK + after)) % self.steps)

    @property
    def _is_windowed(self) -> bool:
        return self.circular and self.window is not None and self.steps > self.window

    @property
    def _around(self) -> tuple[int, int]:
        """Steps seen before and after one."""
        return self.window // 2, self.window - 1 - self.window // 2

    def offsets(self) -> LongTensor:
        """Every difference of place, key's less query's, within a block: (queries + keys - 1,)."""
        if self.keys is None:
            return torch.arange(1 - self.steps, self.steps)
        return torch.arange(1 - BLOCK, self.keys.shape[1])

    def distance(self) -> LongTensor:
        """The signed distance from query to key of each of `offsets`."""
        offsets = self.offsets()
        if self.keys is not None:
            return offsets - self._around[0]
        if not self.circular:
            return offsets
        return (offsets + self.steps // 2) % self.steps - self.steps // 2

    def seen_by_offset(self) -> Tensor:
        """Whether a query sees the key at each of `offsets`, bool."""
        distance = self.distance()
        if self.keys is None:
            return torch.ones_like(distance, dtype=torch.bool)
        before, after = self._around
        return (distance >= -before) & (distance <= after)

    def bias_by_offset(self, table: Tensor, n_buckets: int) -> Tensor:
        """The bias (heads, queries + keys - 1) of each of `offsets`, from a table (n_buckets, heads)."""
        return table[distance_buckets(self.distance(), n_buckets).to(table.device)].T

    def bias(self, table: Tensor, n_buckets: int) -> Tensor:
        """The bias (heads, queries, keys) of a block, -inf for what is not seen."""
        by_offset = self.bias_by_offset(table, n_buckets)
        by_offset = by_offset.masked_fill(~self.seen_by_offset().to(table.device), -math.inf)
        n_queries = self.steps if self.keys is None else BLOCK
        n_keys = self.steps if self.keys is None else self.keys.shape[1]
        return by_offset.unfold(1, n_keys, 1).flip(1)[:, :n_queries].contiguous()
