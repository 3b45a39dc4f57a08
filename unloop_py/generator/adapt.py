"""The decoder learns a take while the loop plays: short steps that can stop at any moment, judged on what they did not see.

A codec trained on synthesised sound hears a real guitar as a stranger, but a looper plays the same few seconds for
minutes. A copy of the decoder is trained on crops of the take: its own tokens in, its own log magnitudes out. Half of the
crops are read some part of a step later, which gives other tokens of the same sound; without them the decoder learns this
take's tokens by heart and no more.

First a trial: every other beat is held out (every other half second where there is no beat), and from time to time the
loss is taken on those beats alone. Only if it falls by `WORTH` is the take worth learning: the best state of the trial may
then be played, and learning goes on over the whole take. Otherwise nothing comes of it.

Tokens keep their meaning, since encoder and codebooks do not move; the bundled weights are never written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.adapted import AdaptedCodec, decoder_tensors, with_own_decoder
from unloop_py.generator.magnitude_loss import MagnitudeLoss
from unloop_py.generator.rvq_codec import RvqCodec

CROP = 64               # steps of a gradient step (1.1 s): short enough that an order never waits long
CONTEXT = 8             # steps of the take on each side of a crop that the decoder sees and is not corrected on
SHORTEST = 48           # steps of a take (0.84 s): a shorter one has no parts to hold out
STRETCH_S = 0.5         # held-out stretches where there is no beat, and about their length where there is
JUDGED = 12             # held-out stretches that are judged, spread over a long take
LONGEST_STRETCH = 64    # steps of one of them
SHORTEST_STRETCH = 6    # likewise: there is no judging on less
JUDGED_EVERY = 10       # gradient steps of the trial
WARM_STEPS = 5          # in which the learning rate rises
WORTH = 0.003           # share by which the held-out loss must fall


@dataclass(frozen=True)
class Limits:
    """How much may be learned of a take.

    Attributes
    ----------
    trial_steps : int
        Gradient steps with every other beat held out.
    steps : int
        Gradient steps on the whole, after that.
    swap_every : int
        Gradient steps after which what was learned so far may be played.
    trial_rate, rate : float
        AdamW's learning rates, of the trial and of the whole.
    own_share : float
        Share of the crops that are read as the take's own tokens are; the others some part of a step later.
    """

    trial_steps: int = 30
    steps: int = 240
    swap_every: int = 40
    trial_rate: float = 3e-4
    rate: float = 1e-3
    own_share: float = 0.5


class Adaptation:
    """Learns one take, a short piece at a time. One thread.

    Parameters
    ----------
    codec : RvqCodec
        The bundled one; it is never written to.
    audio : ndarray (steps * hop_length,) float32
        The take, mono, at the codec's rate and level.
    codes : LongTensor (n_codebooks, steps)
        Its tokens.
    held : ndarray (steps,) bool
        Parts to judge on; see `held_out_steps`.
    quiet : ndarray (steps,) bool
        Steps that hold no sound; nothing is learned of them.
    seed : int
        The same take, seed and limits give the same decoder on the same machine.
    limits : Limits
    short : bool
        Whether products are taken in bfloat16, where this is the faster arithmetic.
    start : AdaptedCodec, optional
        What was learned of the take that this one came from, by an overdub: gone on from, without another trial.

    Attributes
    ----------
    adapted : AdaptedCodec or None
        The newest state that may be played; None until the trial has shown that it is worth it.
    steps : int
        Gradient steps done.
    gain : float
        Share by which the held-out loss has fallen; 0 before the trial's first judgement, negative where it has risen.
    finished : bool
    """

    def __init__(self, codec: RvqCodec, audio: np.ndarray, codes: Tensor, held: np.ndarray, quiet: np.ndarray, *, seed: int = 0,
                 limits: Limits = Limits(), short: bool = False, start: AdaptedCodec | None = None) -> None:
        self.limits = limits
        self.adapted: AdaptedCodec | None = None
        self.steps, self.gain, self.finished = 0, 0.0, False
        self._codec, self._short, self._start = codec, short, start
        self._audio = torch.from_numpy(np.ascontiguousarray(audio)).to(codec.bands.device)
        self._codes = codes.detach().clone()
        self._held, self._seen, self._sounding = (torch.from_numpy(part) for part in (held & ~quiet, ~held & ~quiet, ~quiet))
        self._noise = torch.Generator().manual_seed(seed)
        self._work = self._learn()

    @property
    def share(self) -> float:
        """Of all gradient steps, 0..1; 1 when finished, also early."""
        return 1.0 if self.finished else self.steps / (self.limits.steps + (self.limits.trial_steps if self._start is None else 0))

    def step(self) -> bool:
        """Do one short piece of work; False when nothing is left to do."""
        if not self.finished:
            with torch.inference_mode(False), torch.enable_grad():
                self.finished = next(self._work, True)
        if self.finished:
            self._work = iter(())  # the optimiser's memory goes with it
        return not self.finished

    # -- the course of learning; every yield is a moment at which it can stop -----------------------------------------

    def _learn(self) -> Iterator[bool]:
        own = with_own_decoder(self._codec if self._start is None else self._start.codec)
        loss = MagnitudeLoss(own)
        if self._start is None:
            if not (yield from self._trial(own, loss)):
                return
            self._show(own)
        elif not bool(self._sounding.any()):
            return
        else:
            self.gain = self._start.gain
        descent, last_quarter = _Descent(own, loss, self.limits.rate, self._short), self.limits.steps // 4
        for number in range(1, self.limits.steps + 1):
            self._train(descent, self._sounding, min(1.0, (self.limits.steps - number + 1) / max(last_quarter, 1)))
            if number % self.limits.swap_every == 0 or number == self.limits.steps:
                self._show(own)
            yield False

    def _trial(self, own: RvqCodec, loss: MagnitudeLoss) -> Iterator[bool]:
        """Learn what is not held out; True, with the best state in ``own``, if what is held out became better."""
        stretches = self._stretches()
        if not stretches or not bool(self._seen.any()):
            return False
        before = best = yield from self._judge(own, loss, stretches)
        found: dict[str, Tensor] = {}
        descent = _Descent(own, loss, self.limits.trial_rate, self._short)
        for number in range(1, self.limits.trial_steps + 1):
            self._train(descent, self._seen)
            yield False
            if number % JUDGED_EVERY == 0:
                after = yield from self._judge(own, loss, stretches)
                if after < best:
                    best, found = after, {name: tensor.clone() for name, tensor in decoder_tensors(own).items()}
                self.gain = 1 - (best if found else after) / before
        if self.gain < WORTH:
            return False
        for name, tensor in decoder_tensors(own).items():
            tensor.copy_(found[name])
        return True

    def _judge(self, own: RvqCodec, loss: MagnitudeLoss, stretches: list[tuple[int, int]]) -> Iterator[bool]:
        """Loss on the held-out stretches, each in the midst of what surrounds it."""
        total = 0.0
        for start, length in stretches:
            with torch.no_grad():
                z, target = self._piece(start, length, 0)
                total += length * float(loss(_inner(own.magnitudes(z, False)), target))
            yield False
        return total / sum(length for _, length in stretches)

    def _train(self, descent: _Descent, learned: Tensor, pace: float = 1.0) -> None:
        """One gradient step on a crop in which there is something of ``learned`` (steps,)."""
        steps, length = len(learned), min(CROP, len(learned))
        places = learned.nonzero()[:, 0]
        start = int(places[self._draw(len(places))]) - self._draw(length)
        own = float(torch.rand((), generator=self._noise)) < self.limits.own_share
        z, target = self._piece(start, length, 0 if own else 1 + self._draw(self._codec.hop_length - 1))
        descent.step(z, target, learned[torch.arange(start, start + length) % steps], pace)
        self.steps += 1

    def _show(self, own: RvqCodec) -> None:
        """What was learned so far may be played."""
        before = 0 if self._start is None else self._start.steps
        twin = with_own_decoder(own)
        twin.decoder_modules().requires_grad_(False)
        self.adapted = AdaptedCodec(twin, before + self.steps, self.gain)

    # -- pieces of the take ------------------------------------------------------------------------------------------

    @torch.no_grad()
    def _piece(self, start: int, length: int, late: int) -> tuple[Tensor, Tensor]:
        """Latents (1, length + 2 CONTEXT, D) and features (1, length, F) of steps round the loop, read ``late`` samples later."""
        codec, edge = self._codec, CONTEXT + 1  # one more: the transform wraps at the ends of what it is given
        hop, steps = codec.hop_length, self._codes.shape[1]
        samples = torch.arange((start - edge) * hop + late, (start + length + edge) * hop + late, device=self._audio.device)
        features = codec.features(self._audio[samples % len(self._audio)][None])[:, 1:-1]
        if late:
            codes = codec.quantizer.encode(codec.latents(features))
        else:
            codes = self._codes[None, :, torch.arange(start - CONTEXT, start + length + CONTEXT) % steps]
        return codec.quantizer.decode(codes), features[:, CONTEXT:-CONTEXT]

    def _stretches(self) -> list[tuple[int, int]]:
        """Start and length of the held-out stretches that are judged, at most JUDGED of them, none very long."""
        steps = torch.arange(len(self._held))[self._held].tolist()
        found: list[tuple[int, int]] = []
        for step in steps:
            if found and step == sum(found[-1]) and found[-1][1] < LONGEST_STRETCH:
                found[-1] = found[-1][0], found[-1][1] + 1
            else:
                found.append((step, 1))
        found = [stretch for stretch in found if stretch[1] >= SHORTEST_STRETCH]
        return [found[i] for i in np.unique(np.linspace(0, len(found) - 1, JUDGED).round().astype(int))] if found else []

    def _draw(self, below: int) -> int:
        return int(torch.randint(below, (), generator=self._noise))


class _Descent:
    """AdamW on a codec's decoder."""

    def __init__(self, codec: RvqCodec, loss: MagnitudeLoss, learning_rate: float, short: bool) -> None:
        self.codec, self.loss, self.learning_rate = codec, loss, learning_rate
        self.parameters = list(codec.decoder_modules().requires_grad_(True).parameters())
        self.optimizer = torch.optim.AdamW(self.parameters, learning_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.short, self.steps = short, 0

    def step(self, z: Tensor, target: Tensor, learned: Tensor, pace: float) -> None:
        """Towards ``target`` (1, T, F) where ``learned`` (T,), from latents (1, T + 2 CONTEXT, D)."""
        self.steps += 1
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * pace * min(1.0, self.steps / WARM_STEPS)
        with torch.autocast(z.device.type, torch.bfloat16, enabled=self.short):
            predicted = self.codec.magnitudes(z, False)
        predicted = torch.where(learned[:, None].to(z.device), _inner(predicted), target)
        loss = self.loss(predicted, target)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()


def _inner(predicted: Tensor) -> Tensor:
    """Without the context, in float32."""
    return predicted[:, CONTEXT:-CONTEXT].float()


def held_out_steps(length_steps: float, steps: int, grid: BeatGrid | None, step_rate: float) -> np.ndarray:
    """Every other beat, or every other stretch of about half a second: (steps,) bool, none of it in a take too short.

    Parameters
    ----------
    length_steps : float
        Of the loop, not rounded.
    steps : int
        Whole steps that its tokens have; the last may hold the head again.
    grid : BeatGrid or None
    step_rate : float
        Steps a second.
    """
    if steps < SHORTEST:
        return np.zeros(steps, bool)
    stretch = STRETCH_S * step_rate
    first = 0.0
    if grid is not None:
        beat = length_steps / grid.beats
        stretch = beat * max(1, round(stretch / beat))
        first = grid.first_beat_frame / grid.length_frames * length_steps
    pairs = max(1, round(length_steps / (2 * stretch)))  # as many of the one as of the other round the circle
    position = (np.arange(steps) + 0.5 - first) / length_steps % 1.0
    return np.floor(position * 2 * pairs) % 2 == 1


def quiet_steps(quiet: np.ndarray, length_steps: float, steps: int) -> np.ndarray:
    """Steps (steps,) bool in which every frame of ``quiet`` (frames,) bool is marked."""
    edges = np.minimum(np.round(np.arange(steps) * (len(quiet) / length_steps)).astype(np.int64), len(quiet) - 1)
    return np.logical_and.reduceat(quiet, edges)
