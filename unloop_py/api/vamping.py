"""`vamp`: a loop in, variations of it out, in one call."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from unloop_py.api.asking import GENERATOR_ROWS, base_seed, given, resolve, whole
from unloop_py.api.generators import asked, looked_at
from unloop_py.api.sound import loop_of
from unloop_py.api.vamped import Vamped
from unloop_py.errors import ParameterError
from unloop_py.generator.spec import Generator, Prompt, Span, Take, Variation, VariationRequest
from unloop_py.vamper.seeds import seed_of_repetition

MOST = 999
KEEP, GENERATE = "#", "."  # of a request's mask


def vamp(audio: Any, rate: int | None = None, *, n: int = 1, seed: int = 0, mask: Any = None, melt: Sequence[Span] = (),
         guard: Sequence[Span] = (), generator: str | Generator = "local", model: str | None = None, token: str | None = None,
         ca: str | None = None, compute: str | None = None, progress: Callable[[float], object] | None = None, **parameters: Any) -> Vamped:
    """Make variations of a loop, as the instrument makes them.

    Parameters
    ----------
    audio : array or path
        The loop: (frames,) or (frames, channels), 1 or 2 channels, of any float or integer type; 0.25 to 60 s. Or an audio file.
    rate : int, optional
        Of an array, in Hz. Any rate; a file knows its own.
    n : int
        How many variations, 1..999.
    seed : int
        The same seed gives the same variations, and those that `unloop render` plays; 0 draws one, which `Vamped.seed` tells.
    mask : array or sequence of str, optional
        In place of what the prompts keep: (steps,) or (codebooks, steps), 1 where a token is made new, as in `Vamped.masks`.
    melt, guard : sequence of (float, float)
        From where to where, in seconds, all is made new, or kept whatever else is asked.
    generator : str or Generator
        ``local`` loads the model in this process and keeps it for the next call, ``process`` in one of its own, the address of an
        `unloop serve` asks that; or one that `open_generator` gave.
    model : str, optional
        A model's name, or a folder that holds one; the bundled one, or the server's own, if not given.
    token, ca : str, optional
        Of a server: what lets one in, and a file of certificates to believe.
    compute : str, optional
        Where a local model runs: ``auto``, ``cpu``, ``cuda`` or ``mps``.
    progress : callable, optional
        Told the share of the work that is done, 0..1.
    **parameters
        ``variation``, 0..1, and every prompt of the table by its name, as at the instrument: ``variation`` moves them all, those that
        are named have the last word. `unloop params` lists them.

    Returns
    -------
    Vamped

    Raises
    ------
    ParameterError
        What was asked for cannot be; also a ValueError. A name that no parameter has is told with the nearest.
    AudioFileError
        A file that is no loop.
    UnloopError
        The generator cannot be had, or did not do it.

    Examples
    --------
    >>> from unloop_py import vamp
    >>> from unloop_py.audio_io.groove import groove
    >>> loop = groove(44_100)[:66_150]
    >>> made = vamp(loop, 44_100, n=2, seed=7, variation=0.8, model="tiny", steps=2)
    >>> len(made), made[0].shape == loop.shape, made[0].dtype
    (2, True, dtype('float32'))
    >>> made.masks[0].shape == made.codes[0].shape
    True
    >>> again = vamp(loop, 44_100, n=2, seed=7, variation=0.8, model="tiny", steps=2)
    >>> bool((made[1] == again[1]).all())
    True
    >>> vamp(loop, 44_100, temprature=1)
    Traceback (most recent call last):
    unloop_py.errors.ParameterError: 'temprature' is no parameter: the nearest is 'temperature'; see `unloop params`
    """
    take, sample_rate = loop_of(audio, rate)
    flat = getattr(audio, "ndim", None) == 1 or isinstance(audio, (list, tuple)) and take.shape[1] == 1
    values, custom = resolve(given({"seed": seed} | parameters, GENERATOR_ROWS))
    count = whole("n", n, 1, MOST)
    first, prompt = base_seed(int(values["seed"])), Prompt.among(values)
    rows = None if mask is None else _rows(mask)
    melted, guarded = _spans("melt", melt), _spans("guard", guard)
    seeds = [seed_of_repetition(first, index, bool(prompt.seed_lock)) for index in range(1, count + 1)]
    requests = [VariationRequest(1, index, own, prompt, int(values["steps"]), mask=rows, melt=melted, guard=guarded)
                for index, own in enumerate(seeds, 1)]
    anew = bool(custom or values["variation"] > 0 or prompt.reshapes or rows or melted)
    with asked(generator, model, token=token, ca=ca, compute=compute) as opened:
        prepared = opened.prepare(Take(1, take, sample_rate))
        made = list(_made(opened, prepared, requests, take.shape, progress))
        facts = opened.describe()
    if not anew:  # the take's own samples, as at the instrument
        made = [replace(one, audio=take.copy()) for one in made]
    return Vamped.of(take[:, 0] if flat else take, sample_rate, first, made, bool(prepared.silent), facts)


def _made(generator: Generator, prepared: Any, requests: Sequence[VariationRequest], shape: tuple[int, int],
          progress: Callable[[float], object] | None) -> Iterator[Variation]:
    """The variations in order, as many at one go as the prompt's `batch` says and the generator can."""
    count = requests[0].prompt.batch if hasattr(generator, "vary_many") else 1
    for first in range(0, len(requests), count):
        some = requests[first : first + count]

        def tell(share: float, done: int = first, now: int = len(some)) -> None:
            if progress is not None:
                progress((done + now * min(max(share, 0.0), 1.0)) / len(requests))

        if len(some) > 1:
            made = generator.vary_many(prepared, some, progress=tell)
        else:
            made = [generator.vary(prepared, some[0], progress=tell)]
        yield from looked_at(made, len(some), shape)
        tell(1.0)


def _rows(mask: Any) -> tuple[str, ...]:
    """A mask as a request has it. Raises ParameterError."""
    if isinstance(mask, str):
        return (mask,)
    if isinstance(mask, Sequence) and mask and all(isinstance(row, str) for row in mask):
        return tuple(mask)
    array = np.asarray(mask)
    if array.dtype.kind not in "biuf" or array.ndim not in (1, 2) or not array.size or not np.isin(array, (0, 1)).all():
        raise ParameterError(f"mask is (steps,) or (codebooks, steps) of 0 and 1, got {array.dtype} of the shape {array.shape}")
    return tuple("".join(GENERATE if one else KEEP for one in row) for row in np.atleast_2d(array))


def _spans(name: str, spans: Any) -> tuple[Span, ...]:
    """Places in seconds. Raises ParameterError."""
    try:
        checked = tuple((float(start), float(end)) for start, end in spans)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{name} is a list of (from, to) in seconds, got {spans!r:.60}") from error
    if not all(math.isfinite(at) and at >= 0.0 for span in checked for at in span):
        raise ParameterError(f"{name} is a list of (from, to) in seconds from 0 on, got {spans!r:.60}")
    return checked
