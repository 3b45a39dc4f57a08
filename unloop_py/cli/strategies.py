"""The strategies and the regimes in which a reading group tried VampNet, as prompts.

A vamp, a dense vamp, inpainting seconds 3 to 7 and a beat-driven prompt; wild (warm sampling, sparse prompts) and faithful
(cool sampling, dense prompts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop_py.generator.spec import Prompt

INPAINT_S = (3.0, 7.0)
NOTHING = Prompt(periodic_prompt=0, onset_mask_width=0, prefix_s=0.0)


@dataclass(frozen=True)
class Strategy:
    """One way of prompting: its name, what it does in one sentence, and its prompt in each regime."""

    name: str
    says: str
    wild: Prompt
    faithful: Prompt


STRATEGIES = (
    Strategy("vamp", "One step in so many is kept, with its coarse codebooks: the rest is filled in between.",
             wild=replace(NOTHING, periodic_prompt=13, compression_prompt=3),
             faithful=replace(NOTHING, periodic_prompt=5, compression_prompt=5)),
    Strategy("dense vamp", "The same with more steps kept: the loop stays itself, its grain changes.",
             wild=replace(NOTHING, periodic_prompt=5, compression_prompt=4),
             faithful=replace(NOTHING, periodic_prompt=2, compression_prompt=14)),
    Strategy("inpaint", "What lies outside of the stretch is kept whole, the stretch is made anew.",
             wild=replace(NOTHING, inpaint_start_s=INPAINT_S[0], inpaint_end_s=INPAINT_S[1]),
             faithful=replace(NOTHING, inpaint_start_s=INPAINT_S[0], inpaint_end_s=INPAINT_S[1], periodic_prompt=7)),
    Strategy("beat-driven", "What sounds round each beat is kept: the groove stays, the notes between are free.",
             wild=replace(NOTHING, beat_mask_ms=40.0, compression_prompt=3),
             faithful=replace(NOTHING, beat_mask_ms=100.0, periodic_prompt=7)),
)  # fmt: skip
TEMPERATURES = {"wild": (1.0, 1.2), "faithful": (0.6, 0.7)}


def fitted(prompt: Prompt, seconds: float) -> tuple[Prompt, list[str]]:
    """A prompt whose stretch to inpaint lies within the loop, and what had to be changed for that.

    Of a loop that ends before the stretch does, what there is of it is made anew; of one that ends before or soon after it
    begins, the same part of the way (3 to 7 of 10).
    """
    start, end = prompt.inpaint_start_s, prompt.inpaint_end_s
    if end <= start or end <= seconds:
        return prompt, []
    if seconds - start < 1.0:
        start, end = 0.3 * seconds, 0.7 * seconds
    else:
        end = seconds
    note = f"the loop lasts {seconds:.1f} s: seconds {start:.1f} to {end:.1f} are made anew"
    return replace(prompt, inpaint_start_s=start, inpaint_end_s=end), [note]
