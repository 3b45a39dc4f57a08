"""The generator whose tokens are made elsewhere: everything else is done here, by a model that has the same codec."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from unloop_py.beats.tracker import BeatTracker
from unloop_py.generator.adapt import SCHEDULES, Adaptation, Schedule
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.prepared_take import PreparedTake
from unloop_py.generator.spec import Cancelled, Progress, Variation, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.generator.vamp import LocalGenerator, load_generator
from unloop_py.serve import wire
from unloop_py.serve.asking import Asking
from unloop_py.serve.wire import WireError
from unloop_py.vamper.deadline import Cost

DECODER = {"decoder": SCHEDULES["decoder"]}
"""What is learned of a take: the models that draw tokens are the server's."""


class RemoteTokens(LocalGenerator):
    """Implements `spec.Generator`: takes are encoded and variations decoded here, their tokens are a server's. One thread at a time.

    What sounds beside a loop is not sent: such a model hears nothing.

    Parameters
    ----------
    models : Models
        Of which the codec is used.
    tracker : BeatTracker, optional
    asking : Asking
    facts : dict
        What `remote.checked_facts` gave.
    cost : Cost
        What the server says that its jobs take.
    most : int
        Items that the server makes at once.
    """

    def __init__(self, models: Models, tracker: BeatTracker | None, asking: Asking, facts: dict[str, Any], cost: Cost,
                 most: int) -> None:
        super().__init__(models, tracker, sampler=self._ask)
        self._asking, self._facts, self.cost, self._most = asking, facts, cost, most
        self._asked_s = 0.0     # that the job in hand has waited for the server

    @classmethod
    def loaded(cls, name: str, asking: Asking, facts: dict[str, Any], cost: Cost, described: dict[str, Any],
               **loading: Any) -> RemoteTokens:
        """With a model of this machine. Raises ModelError, or WireError where the two do not fit after all."""
        here = load_generator(name, **loading)
        ours = here.describe()
        for entry in ("codec", "n_codebooks", "codebook_size", "sample_rate", "hop_length"):
            if ours[entry] != facts[entry]:
                raise WireError("codec", f"the server's codec is not the one of {name} here: its {entry} is {facts[entry]!r:.20}, "
                                         f"and here {ours[entry]!r:.20}")
        limits = described.get("limits")
        most = wire.whole_of(limits if isinstance(limits, dict) else {}, "batch", 1, 1024)
        return cls(here.models, here.tracker, asking, facts, cost, most)

    def describe(self) -> dict[str, Any]:
        """See `spec.Generator`."""
        return {"n_coarse": self.models.coarse.n_codebooks, **self._facts, "learns": self._learns, "hears": False}

    def due_in(self, seconds: float | None) -> None:
        """See `spec.Generator`."""
        self._asking.due_in(seconds)

    def close(self) -> None:
        """Let the server go."""
        self._asking.line.close()

    def vary_many(self, prepared: PreparedTake, requests: Sequence[VariationRequest], *, start: np.ndarray | None = None,
                  progress: Progress | None = None, cancelled: Cancelled | None = None) -> list[Variation] | None:
        """See `LocalGenerator`."""
        self._asked_s, began_s = 0.0, time.monotonic()
        made = super().vary_many(prepared, requests, start=start, progress=progress, cancelled=cancelled)
        if made is not None:
            self._asking.own_s = max(0.0, time.monotonic() - began_s - self._asked_s)
        return made

    def learn(self, prepared: PreparedTake, seed: int = 0, schedules: dict[str, Schedule] = DECODER) -> Adaptation | None:
        """See `LocalGenerator`: the codec's decoder alone."""
        return super().learn(prepared, seed, schedules)

    def with_beside(self, prepared: PreparedTake, beside: np.ndarray | None) -> PreparedTake:
        """See `spec.Generator`: nothing is heard."""
        return prepared

    def _ask(self, job: TokenJob, progress: Progress | None, cancelled: Cancelled | None) -> np.ndarray | None:
        """A `TokenSampler`: the server, asked for no more at once than it makes at once."""
        began_s, made = time.monotonic(), []
        parts = range(0, len(job.seeds), self._most)
        for number, first in enumerate(parts):
            report = None if progress is None else lambda share, number=number: progress((number + share) / len(parts))
            codes = self._ask_for(_part(job, slice(first, first + self._most)), report, cancelled)
            if codes is None:
                return None
            made.append(codes)
        self._asked_s += time.monotonic() - began_s
        return np.concatenate(made)

    def _ask_for(self, job: TokenJob, progress: Progress | None, cancelled: Cancelled | None) -> np.ndarray | None:
        entries = {"codec": self._facts["codec"], **wire.token_job_document(job)}
        done = self._asking.ask("sample", entries, progress=progress, cancelled=cancelled)
        if done is None:
            return None
        codes = wire.unpack(done.get("codes"), "codes", np.int16, job.codes.shape, job.codes.size, self._facts["codebook_size"])
        kept = ~job.passes.any(axis=1)
        if (codes[kept] != job.codes[kept]).any():
            raise WireError("refused", "the tokens that came differ where the take was to be kept")
        return codes


def _part(job: TokenJob, items: slice) -> TokenJob:
    return TokenJob(job.codes[items], job.passes[items], job.seeds[items], job.prompt, job.sampling_steps)
