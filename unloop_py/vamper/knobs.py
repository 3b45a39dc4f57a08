"""Where the knobs of one loop stand: all that the player says of how it is to be varied, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from unloop_py.generator.spec import DEFAULT_STEPS, Prompt


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
    """

    prompt: Prompt = Prompt()
    ceiling: int = DEFAULT_STEPS
    seed: int = 0
    adapt: bool = True

    def asks_as(self, other: Knobs) -> bool:
        """Whether a repetition made with the one is what the other asks for."""
        return (self.prompt, self.ceiling, self.seed) == (other.prompt, other.ceiling, other.seed)
