"""Where the knobs of one loop stand: all that the player says of how it is to be varied, as one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from unloop_py.generator.spec import DEFAULT_STEPS, Beside, Prompt, Span
from unloop_py.vamper.together import Together

ALL_CODEBOOKS = 14  # `compression_prompt` at its maximum keeps every codebook that a model may have


class VaryMode(IntEnum):
    """When a loop is varied: the parameter `vary_mode`."""

    OFF = 0
    SEAMS = 1   # at every seam, or every so many
    ASKED = 2   # when the player asks for one
    CHAIN = 3   # as SEAMS, each from the last one's tokens


@dataclass(frozen=True, slots=True)
class Knobs:
    """The knobs of one loop.

    Attributes
    ----------
    prompt : Prompt
        What a variation keeps of the take, and how boldly the rest is drawn.
    ceiling : int
        Most sampling steps: the parameter `steps`.
    seed : int
        The parameter `seed`; 0 = a new one for each repetition.
    adapt : bool
        Learn the take in spare time and play what was learned, or neither.
    melt : tuple of Span
        What is to be made new in the next repetition, and in that alone.
    guard : tuple of Span
        What is kept in every repetition.
    together : Together, optional
        The beats that are kept with the loops of a group.
    mode : VaryMode
    every : int
        Seams from one variation to the next, from 1.
    drift_limit : float
        0..1, of a chain: after one that is further than this from the take, the next begins from the take again.
    form : str
        As `form.read_form` returns it; where there is one, it says what comes at each seam.
    beside : Beside, optional
        What it is varied against.
    """

    prompt: Prompt = Prompt()
    ceiling: int = DEFAULT_STEPS
    seed: int = 0
    adapt: bool = True
    melt: tuple[Span, ...] = ()
    guard: tuple[Span, ...] = ()
    together: Together | None = None
    mode: VaryMode = VaryMode.SEAMS
    every: int = 1
    drift_limit: float = 1.0
    form: str = ""
    beside: Beside | None = None

    def asks_as(self, other: Knobs) -> bool:
        """Whether a repetition made with the one is what the other asks for."""
        others = {"adapt": other.adapt, "mode": other.mode, "every": other.every, "drift_limit": other.drift_limit, "form": other.form}
        return replace(self, **others) == other

    @property
    def keeps_everything(self) -> bool:
        """Whether nothing is left to generate, so that the take itself is the answer."""
        prompt = self.prompt
        inpainting = prompt.inpaint_end_s > prompt.inpaint_start_s
        return (prompt.periodic_prompt == 1 and prompt.compression_prompt >= ALL_CODEBOOKS
                and prompt.mask_dropout == 0 and not inpainting and not prompt.reshapes and not self.melt)

    @property
    def expected(self) -> int:
        """Seams after which a variation that has not come is late; 0 where none is owed."""
        if self.form:
            return 1
        return 0 if self.mode in (VaryMode.OFF, VaryMode.ASKED) else self.every
