"""What is asked of a generator and what it answers: plain data, no torch.

A `Take` goes in once and becomes a handle; each `VariationRequest` on that handle comes back as a `Variation` of exactly
the take's length. The rooms that plan, offer and steer import this module alone, so that they never load the model.
Everything here can be pickled, because the model usually lives in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import numpy as np

from unloop_py.beats.grid import BeatGrid

DEFAULT_STEPS = 6
"""Sampling steps where nobody says otherwise: the default of the parameter `steps`."""

Progress = Callable[[float], None]
"""Called after each sampling step with the share of the work done, 0..1. Generator's thread."""

Span = tuple[float, float]
"""Seconds from where to where on a loop. It lies on a circle: one that ends before it begins, or past the loop's end, goes on
at the head."""

Cancelled = Callable[[], bool]
"""Asked before each sampling step; True ends the work and `vary` returns None. Generator's thread."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the next variation keeps of the take, and how boldly the rest is drawn.

    Names, ranges and defaults are those of the table of parameters. Hints are united: a token is kept when any of the
    prompts keeps it. Periodic hints keep the lowest `compression_prompt` codebooks; beat, onset, prefix, suffix and
    inpaint hints keep them all, so that the player's own audio can be heard there.
    """

    periodic_prompt: int = 2            # keep every n-th step; 0 keeps none, 1 keeps all
    periodic_width: int = 1             # steps kept at each periodic hint
    beat_mask_ms: float = 0.0           # milliseconds kept to the left and to the right of each beat
    onset_mask_width: int = 1           # steps kept to the left and to the right of each strong onset
    prefix_s: float = 0.05              # seconds kept at the loop's start
    suffix_s: float = 0.0               # seconds kept at the loop's end
    inpaint_start_s: float = 0.0        # what lies between start and end is made new, the rest is kept;
    inpaint_end_s: float = 0.0          # active when end > start
    compression_prompt: int = 8         # codebooks kept on periodic hints, coarsest first
    mask_dropout: float = 0.0           # share of the periodic hints that are dropped again
    stretch: int = 1                    # times slower; a repetition holds one of so many parts of the take
    pitch_shift: int = 0                # semitones by which the take is transposed before it is encoded
    temperature: float = 0.8            # of the token distribution
    mask_temperature: float = 1.0       # of the choice which tokens are fixed first; VampNet's own is 10.5
    top_p: float = 0.0                  # nucleus kept when drawing a token; 0 = off
    typical_filtering: bool = False     # draw only from tokens of typical information
    typical_mass: float = 0.15
    typical_min_tokens: int = 64
    sample_cutoff: float = 1.0          # share of the steps after which the likeliest token is taken
    seed_lock: bool = False             # one seed for all repetitions; whoever writes the requests sees to it
    feedback_steps: int = 1             # passes; each starts from the tokens of the one before
    batch: int = 1                      # repetitions made at one go; whoever writes the requests sees to it
    loudness_match: bool = True         # bring the variation to the take's loudness

    @property
    def reshapes(self) -> bool:
        """Whether the take is heard at another speed or pitch, so that even a prompt that keeps it all asks for something new."""
        return self.stretch > 1 or self.pitch_shift != 0

    @classmethod
    def among(cls, values: Mapping[str, Any]) -> Prompt:
        """The prompt among the values of every parameter."""
        return cls(**{one.name: values[one.name] for one in fields(cls)})

    def to_dict(self) -> dict[str, Any]:
        """The prompt as JSON-ready names and values, for `demo.json` and logs."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, eq=False, slots=True)
class Take:
    """What the player played: the loop that every variation starts from.

    Attributes
    ----------
    version : int
        The engine's number of this state of the take; never used twice.
    audio : ndarray (frames, channels) float32
        1 or 2 channels; the seam joins the last frame to the first.
    sample_rate : int
        Of `audio`, in Hz. Any rate; the model's own is reached by circular resampling.
    """

    version: int
    audio: np.ndarray
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What sounds beside a take; those of the same number are the same.

    Attributes
    ----------
    number : int
    audio : ndarray (frames, channels) float32
        Of the take's length and rate, in its place.
    """

    number: int
    audio: np.ndarray = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class VariationRequest:
    """One variation to be made.

    Attributes
    ----------
    take_version : int
        The take it is to be made from; must be the prepared one's.
    index : int
        The repetition it is meant for, counted from 1.
    seed : int
        0..2**63-1. The same take, prompt, steps and seed give the same samples on the same machine.
    prompt : Prompt
    steps : int, optional
        Sampling steps of the coarse model in each pass, `DEFAULT_STEPS` if not given.
    mask : tuple of str, optional
        A mask of the user's own in place of the prompt's: one row for all codebooks or one row for each, a character
        for each step of the take, ``#`` keep and ``.`` generate.
    turn : int, optional
        Of a stretched take, which part is heard: the first one's is 1, and after the last comes the first again. `index`
        if not given; an earlier variation that is made again under another index keeps its own.
    melt : tuple of Span
        What is made new whatever the prompt keeps, in all codebooks, over silence too: places in the repetition.
    guard : tuple of Span
        What is kept whatever else is asked, `melt` included.
    parent : int, optional
        Index of the variation from whose tokens it begins (`Generator.vary`'s `start`), of a chain; the take's if not given.
    beside : int, optional
        Number of the sound that the model hears beside the take (`with_beside`); none if not given.
    """

    take_version: int
    index: int
    seed: int
    prompt: Prompt = Prompt()
    steps: int | None = None
    mask: tuple[str, ...] | None = None
    turn: int | None = None
    melt: tuple[Span, ...] = ()
    guard: tuple[Span, ...] = ()
    parent: int | None = None
    beside: int | None = None

    @property
    def part(self) -> int:
        """Which of the `stretch` parts of the take is heard, from 0."""
        return ((self.index if self.turn is None else self.turn) - 1) % self.prompt.stretch

    @property
    def sampling_steps(self) -> int:
        """Sampling steps of the coarse model in each pass."""
        return DEFAULT_STEPS if self.steps is None else self.steps


@dataclass(frozen=True, eq=False, slots=True)
class Variation:
    """One finished variation, sample-aligned with its take.

    Attributes
    ----------
    request : VariationRequest
    audio : ndarray (frames, channels) float32
        Exactly the take's frames and channels, C-contiguous.
    codes : ndarray (n_codebooks, steps) int16
        Its tokens; with the request they are enough to make the audio again.
    mask : ndarray (n_codebooks, steps) uint8
        1 where a token was generated or is an earlier variation's, 0 where it is the take's.
    correlation : float
        -1..1, with the take's audio; the law of the `mix` fade depends on it.
    gain_db : float
        Loudness correction that was applied, -3..3 dB.
    seconds : float
        Wall time it took.
    notes : tuple of str
        What the player should know, such as "no beat found: ...".
    grid : BeatGrid, optional
        The take's beats, None where no beat was found.
    distance : float
        From the take, 0..1: the share of its coarse tokens that are not the take's. In a chain it grows.
    """

    request: VariationRequest
    audio: np.ndarray
    codes: np.ndarray
    mask: np.ndarray
    correlation: float
    gain_db: float
    seconds: float
    notes: tuple[str, ...] = ()
    grid: BeatGrid | None = None
    distance: float = 0.0


class Learning(Protocol):
    """A take being learned, a short piece of work at a time, so that whoever does it can stop at any moment.

    Attributes
    ----------
    share : float
        Of the work that is done, 0..1.
    gain : float
        Share by which what was learned is nearer to parts of the take that it had not seen; below 0 it is further away.
    adapted : object or None
        What was learned so far and may be played; a new object each time that there is more of it.
    """

    share: float
    gain: float
    adapted: Any

    def step(self) -> bool:
        """Do one piece of work, a fraction of a second; False when nothing is left to do."""
        ...


class Generator(Protocol):
    """Makes variations of a take. One thread at a time; it starts none of its own.

    One that can make several at a time also has `vary_many(prepared, requests, *, start, progress, cancelled)`, which returns a
    list of as many variations, each the one that `vary` would make, or None. One that can learn a take says `learns` in
    `describe` and also has `learn(prepared, seed)`, which returns a `Learning`, or None where there is nothing to learn; and
    `with_learned(prepared, adapted)`, which returns the handle with what was learned in it (None = without); and
    `keep_learned(adapted, file)` and `kept_learned(file)`, which write and read that, raising OSError or UnloopError.
    One that can hear other loops says `hears` in `describe` and also has `with_beside(prepared, audio)`, which returns the
    handle with the sound beside its take that variations go with, (frames, channels) float32 of the take's length, None = none.
    One that makes tokens for others, who hold the sound and the same codec, has `sample(job, progress=None, cancelled=None)`,
    which takes a `token_job.TokenJob` and returns its tokens (batch, n_codebooks, steps) int16, or None when cancelled.
    One that is elsewhere says in `describe` how many repetitions should lie `ahead` of those that are needed, and may have a
    `cost` (`deadline.Cost`), which is what its jobs take there without the way; and `due_in(seconds)`, which tells it before each
    `vary` how soon that is wanted (None = no seam waits): then it raises TooLate rather than begin what could not be there in
    time, and returns soon after that time whatever becomes of the network.
    """

    def describe(self) -> dict[str, Any]:
        """JSON-ready facts: model, codec (what tells it from others), sample_rate, hop_length, n_codebooks, codebook_size, device.

        One whose cost may be remembered has a `cost_key`: where it is the same, a job takes the same time.
        """
        ...

    def prepare(self, take: Take, codes: np.ndarray | None = None) -> Any:
        """Do once for a take what every variation of it needs (tokens, beats, levels), and return the handle to it.

        A take that is a variation which the player kept comes with that variation's `codes` (n_codebooks, steps) int16:
        tokens that are held are not decoded and encoded again, which would change them.
        The handle has the attributes `version`, `silent` and `grid`. It stays valid until dropped, and stays in the
        process that made it.
        """
        ...

    def vary(self, prepared: Any, request: VariationRequest, *, start: np.ndarray | None = None, progress: Progress | None = None,
             cancelled: Cancelled | None = None) -> Variation | None:
        """Make one variation; None when `cancelled` said so. A silent take comes back as it is, with a note.

        With `start`, tokens (n_codebooks, steps) int16 of an earlier variation of this take, it begins from those instead of
        the take's: what is kept is what that one had. The player's own audio is heard only where they are the take's.
        """
        ...

    def vary_from_codes(self, prepared: Any, codes: np.ndarray, request: VariationRequest) -> Variation:
        """Make the audio of an earlier variation of this take again from its tokens, without the masked models."""
        ...
