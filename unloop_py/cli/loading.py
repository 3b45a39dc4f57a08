"""The model of a command that plays offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unloop_py.generator.spec import Generator


def load_generator(model: str, compute: str, lora_scale: float | None = None, model_threads: int | None = None) -> Generator:
    """The generator that `jam`'s worker would load, in this process. Nothing sounds meanwhile, so it may use every core.

    Raises ModelError.
    """
    from unloop_py.generator.vamp import load_generator  # torch: only once the arguments have been found good

    return load_generator(model=model, compute=compute, threads=model_threads, lora_scale=lora_scale)
