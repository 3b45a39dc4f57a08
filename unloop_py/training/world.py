"""The processes of one training run: alone, or many started by torchrun, on one machine or several.

torchrun tells each process its place by environment variables (RANK, WORLD_SIZE, LOCAL_RANK); without them a process is
alone. Processors talk through gloo, cards through nccl.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.distributed as dist

from unloop_py.generator.vamp import device_for


@dataclass(frozen=True)
class World:
    """This process among all.

    Attributes
    ----------
    rank, size : int
        Which of how many.
    local_rank, local_size : int
        Which of how many on this machine.
    device : torch.device
    """

    rank: int
    size: int
    local_rank: int
    local_size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether it is the one that writes and speaks."""
        return self.rank == 0

    def sum(self, *values: float) -> list[float]:
        """The sums over all processes, in float64; every process calls it."""
        if self.size == 1:
            return list(values)
        whole = torch.tensor(values, dtype=torch.double, device=self.device)
        dist.all_reduce(whole)
        return whole.tolist()

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            dist.barrier()


@contextlib.contextmanager
def entered_world(compute: str = "auto") -> Iterator[World]:
    """Join the other processes, if there are any, and leave them when the block ends. Raises ModelError for ``compute``."""
    size = int(os.environ.get("WORLD_SIZE", 1))
    local_rank, local_size = int(os.environ.get("LOCAL_RANK", 0)), int(os.environ.get("LOCAL_WORLD_SIZE", 1))
    device = torch.device(device_for(compute))
    if device.type == "cuda":
        device = torch.device("cuda", local_rank % torch.cuda.device_count())
        torch.cuda.set_device(device)
    if size > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(int(os.environ.get("RANK", 0)), size, local_rank, local_size, device)
    finally:
        if size > 1:
            dist.destroy_process_group()
