"""What can learn a take, one course for each network: the codec's decoder, the coarse and the coarse-to-fine model.

A course knows how to take one gradient step on a piece of the take, and how to judge itself on the parts that are held
out. When to do which is `adapt.Adaptation`'s.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import BoolTensor, Tensor, nn

from unloop_py.generator.adapted import Adapted, decoder_tensors, merged, with_own_decoder
from unloop_py.generator.adapters import adapter_tensors, add_adapters, load_adapters
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.magnitude_loss import MagnitudeLoss
from unloop_py.generator.rvq_codec import RvqCodec
from unloop_py.generator.take_pieces import Pieces
from unloop_py.generator.transformer import MaskedTransformer

CROP = 64               # steps of a decoder's gradient step (1.1 s): short enough that an order never waits long
CONTEXT = 8             # steps of the take on each side of a crop that the decoder sees and is not corrected on
TOKEN_CROP = 128        # steps of a transformer's gradient step
WARM_STEPS = 5          # in which the learning rate rises
JUDGED = 12             # held-out stretches that a decoder is judged on, spread over a long take
SHORTEST_STRETCH, LONGEST_STRETCH = 6, 64   # steps of one of them
JUDGED_CROPS = 4        # crops that a transformer is judged on
JUDGED_PERIOD = 7       # of the prompt that it is judged with
PERIODS = (2, 32)       # of the prompts that it learns with, one time out of two


class Course(Protocol):
    """One network that learns."""

    def begin(self, rate: float) -> None:
        """Start a descent at this learning rate, with nothing in its memory."""

    def descend(self, learned: Tensor, pace: float) -> None:
        """One gradient step on a piece in which there is something of ``learned`` (steps,), at ``pace`` times the rate."""

    def judge(self) -> Iterator[bool]:
        """Yields between short pieces of work; returns the loss on what is held out, infinite where there is too little."""

    def tensors(self) -> dict[str, Tensor]:
        """What learns, as views."""

    def played(self) -> tuple[Any, dict[str, Tensor]]:
        """A copy of the network as it stands, to play; and its adapters, where it has any."""


class _Descent:
    """AdamW with a warm start and a bound on each step."""

    def __init__(self, parameters: list[nn.Parameter], rate: float) -> None:
        self.parameters, self.rate, self.steps = parameters, rate, 0
        self.optimizer = torch.optim.AdamW(parameters, rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)

    def step(self, loss: Tensor, pace: float) -> None:
        self.steps += 1
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * pace * min(1.0, self.steps / WARM_STEPS)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()


class DecoderCourse:
    """The codec's decoder: the take's tokens in, its log magnitudes out.

    Parameters
    ----------
    codec : RvqCodec
        Begun from; never written to.
    pieces : Pieces
    short : bool
        Whether products are taken in bfloat16, where this is the faster arithmetic.
    """

    def __init__(self, codec: RvqCodec, pieces: Pieces, short: bool) -> None:
        self.codec, self.pieces, self.short = with_own_decoder(codec), pieces, short
        self.loss = MagnitudeLoss(self.codec)
        self.parameters = list(self.codec.decoder_modules().requires_grad_(True).parameters())
        self.descent = _Descent(self.parameters, 0.0)

    def begin(self, rate: float) -> None:
        """See `Course.begin`."""
        self.descent = _Descent(self.parameters, rate)

    def descend(self, learned: Tensor, pace: float) -> None:
        """See `Course.descend`."""
        length = min(CROP, self.pieces.steps)
        start, late, here = self.pieces.draw(learned, length)
        predicted, target = self._predicted(start, length, late)
        predicted = torch.where(here[:, None].to(target.device), predicted, target)
        self.descent.step(self.loss(predicted, target), pace)

    def judge(self) -> Iterator[bool]:
        """See `Course.judge`. Each stretch is heard in the midst of what surrounds it."""
        total, count = 0.0, 0
        for start, length in self._stretches():
            with torch.no_grad():
                total += length * float(self.loss(*self._predicted(start, length, 0)))
            count += length
            yield False
        return total / count if count else math.inf

    def tensors(self) -> dict[str, Tensor]:
        """See `Course.tensors`."""
        return decoder_tensors(self.codec)

    def played(self) -> tuple[RvqCodec, dict[str, Tensor]]:
        """See `Course.played`."""
        return with_own_decoder(self.codec), {}

    def _predicted(self, start: int, length: int, late: int) -> tuple[Tensor, Tensor]:
        """What the decoder makes of a piece, and what it should make of it: (1, length, F) both."""
        features, codes = self.pieces.read(start - CONTEXT, length + 2 * CONTEXT, late)
        with torch.autocast(features.device.type, torch.bfloat16, enabled=self.short):
            predicted = self.codec.magnitudes(self.codec.quantizer.decode(codes), False)
        return predicted[:, CONTEXT:-CONTEXT].float(), features[:, CONTEXT:-CONTEXT]

    def _stretches(self) -> list[tuple[int, int]]:
        """Start and length of the held-out stretches that are judged, at most JUDGED of them, none very long."""
        found: list[tuple[int, int]] = []
        for step in self.pieces.held.nonzero()[:, 0].tolist():
            if found and step == sum(found[-1]) and found[-1][1] < LONGEST_STRETCH:
                found[-1] = found[-1][0], found[-1][1] + 1
            else:
                found.append((step, 1))
        found = [stretch for stretch in found if stretch[1] >= SHORTEST_STRETCH]
        return [found[i] for i in np.unique(np.linspace(0, len(found) - 1, JUDGED).round().astype(int))] if found else []


class TokenCourse:
    """A transformer, by low-rank adapters: tokens of the take that are hidden are to be guessed from the others.

    Held-out steps are hidden without being asked for, so that nothing of them is seen before they are judged on.

    Parameters
    ----------
    model : MaskedTransformer
        The loaded one; never written to.
    start : mapping of str to Tensor, optional
        Adapters to begin from.
    pieces : Pieces
    short : bool
        See `DecoderCourse`.
    """

    def __init__(self, model: MaskedTransformer, start: dict[str, Tensor] | None, pieces: Pieces, short: bool) -> None:
        self.base, self.pieces, self.short = model, pieces, short
        self.model = copy.deepcopy(model).float()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(pieces.below(2**31))
            self.parameters = add_adapters(self.model)
        if start is not None:
            load_adapters(self.model, start)
        self.descent = _Descent(self.parameters, 0.0)

    def begin(self, rate: float) -> None:
        """See `Course.begin`."""
        self.descent = _Descent(self.parameters, rate)

    def descend(self, learned: Tensor, pace: float) -> None:
        """See `Course.descend`."""
        start, late, here = self.pieces.draw(learned, TOKEN_CROP)
        codes = self.pieces.read(start, TOKEN_CROP, late)[1][:, : self.model.n_codebooks]
        hidden = self._hidden()
        hidden[0, 0, int(here.nonzero()[0, 0])] = True  # something is always asked for
        self.descent.step(self._loss(codes, hidden | ~here, hidden & here), pace)

    def judge(self) -> Iterator[bool]:
        """See `Course.judge`. With a periodic prompt, on crops spread over the take."""
        total, count = 0.0, 0
        steps, predicted = self.pieces.steps, self.model.n_codebooks - self.model.n_conditioning
        length = min(2 * TOKEN_CROP, steps)
        for start in np.unique(np.linspace(0, steps, JUDGED_CROPS, endpoint=False).round().astype(int)).tolist() if length < steps else [0]:
            codes = self.pieces.read(start, length, 0)[1][:, : self.model.n_codebooks]
            hidden = torch.ones(1, predicted, length, dtype=torch.bool)
            hidden[:, :, ::JUDGED_PERIOD] = False
            asked = hidden & self.pieces.held[self.pieces.places(start, length)]
            if bool(asked.any()):
                with torch.no_grad():
                    total += int(asked.sum()) * float(self._loss(codes, hidden, asked))
                count += int(asked.sum())
                yield False
        return total / count if count else math.inf

    def tensors(self) -> dict[str, Tensor]:
        """See `Course.tensors`."""
        return {name: tensor.detach() for name, tensor in adapter_tensors(self.model).items()}

    def played(self) -> tuple[MaskedTransformer, dict[str, Tensor]]:
        """See `Course.played`."""
        adapters = {name: tensor.clone() for name, tensor in self.tensors().items()}
        return merged(self.base, adapters), adapters

    def _hidden(self) -> BoolTensor:
        """Tokens (1, predicted, TOKEN_CROP) that are hidden: by the paper's schedule, under a periodic prompt one time out of two."""
        predicted = self.model.n_codebooks - self.model.n_conditioning
        chance = math.cos(math.pi / 2 * float(self.pieces.uniform(1)))
        hidden = self.pieces.uniform(1, predicted, TOKEN_CROP) < chance
        if float(self.pieces.uniform(1)) < 0.5:
            period = PERIODS[0] + self.pieces.below(PERIODS[1] - PERIODS[0] + 1)
            hidden[:, : 1 + self.pieces.below(predicted), self.pieces.below(period) :: period] = False
        return hidden

    def _loss(self, codes: Tensor, hidden: Tensor, asked: Tensor) -> Tensor:
        """Mean cross-entropy in nat of the tokens ``asked`` for where ``hidden`` (1, predicted, T) ones are not seen."""
        given = self.model.n_conditioning
        seen = torch.cat((codes[:, :given], codes[:, given:].masked_fill(hidden.to(codes.device), self.model.codebook_size)), dim=1)
        with torch.autocast(codes.device.type, torch.bfloat16, enabled=self.short):
            logits = self.model.logits(seen, circular=False)
        asked = asked.to(codes.device)
        return F.cross_entropy(logits[asked].float(), codes[:, given:][asked])


def course_for(part: str, models: Models, start: Adapted | None, pieces: Pieces, short: bool) -> Course:
    """The course of ``decoder``, ``coarse`` or ``fine``, begun from what was learned before."""
    if part == "decoder":
        return DecoderCourse(models.codec if start is None else start.models.codec, pieces, short)
    return TokenCourse(getattr(models, part), None if start is None else start.adapters.get(part), pieces, short)
