"""A replica of the cluster: a service of its own with its models, whose tokens are made in the batches that Ray Serve gathers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ray
from ray import serve
from ray.serve import metrics

from unloop_py.generator.spec import Generator
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.serve import wire
from unloop_py.serve.batching import Asked, SharedGenerator, TogetherTurns, grouped, make
from unloop_py.serve.decoding import Decoder
from unloop_py.serve.ray_settings import ClusterSettings, named
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.vamper.runner import load_factory

log = logging.getLogger(__name__)

STUCK_S = 60.0
"""A batch that takes so much longer than it should has met a fault: Ray puts another replica in this one's place."""
MOST_KNOWN = 4096  # handles of takes that were prepared here, held or not


class Replica:
    """Answers the calls that the ingress hands on. Everything `async` runs on the replica's loop; models compute on threads.

    Parameters
    ----------
    settings : dict
        See `ClusterSettings`.
    """

    async def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = ClusterSettings.read(settings)
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(self._settings.waiting + 2, "call")
        self._device = ThreadPoolExecutor(1, "batch")
        self._busy = threading.Lock()
        self._turns = TogetherTurns(2 * self._settings.waiting)  # one that was stopped ends after its sampling step
        self._shelf = ModelShelf(self._load, self._settings.model, most=self._settings.models)
        self._service = Service(self._shelf, limits=self._settings.limits, decode=Decoder().flac, turns=self._turns)
        self._takes: OrderedDict[str, str] = OrderedDict()  # the cluster's handle of a take: the service's
        self._offers = metrics.Counter("unloop_offers", "Calls that were answered with what they asked for.", ("call",))
        self._refused = metrics.Counter("unloop_refused", "Calls that came to nothing, by the kind of error.", ("call", "kind"))
        self._batches = metrics.Histogram("unloop_batch_loops", "Loops made at once.", [1, 2, 4, 8, 16, 32, 64])
        self._gathered.set_max_batch_size(min(self._settings.batch, self._settings.waiting))
        self._named = self._known_to_ray()
        await self._on_thread(self._shelf.get, None)        # ready means that the model is loaded and measured

    async def answer(self, name: str, document: Mapping[str, Any], handle: str | None = None,
                     sound: Sequence[ray.ObjectRef] = ()) -> AsyncIterator[dict[str, Any]]:
        """The documents that answer a call.

        Parameters
        ----------
        name : str
        document : mapping
        handle : str, optional
            Of the take that it is about, the cluster's own.
        sound : sequence of ObjectRef
            The call that prepared that take: a replica that has not seen it yet prepares it for itself.
        """
        job = secrets.token_hex(8)                           # two players may have given theirs the same name
        document = {**document, "job": job}
        said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        def tell(one: dict[str, Any]) -> None:
            with contextlib.suppress(RuntimeError):          # the loop has ended, and who asked with it
                self._loop.call_soon_threadsafe(said.put_nowait, one)

        def work() -> None:
            try:
                for one in self._answers(name, document, handle, sound):
                    tell(one)
            except Exception as error:                       # a fault of ours, or a sound that is lost
                log.exception("the call %s failed", name)
                tell(wire.error_document(error))

        done = False
        try:
            model = document.get("model")
            await self._named(model if named(model) else self._settings.model)
            self._threads.submit(work)
            while not done:
                one = await said.get()
                done = "progress" not in one
                yield one
                if done:
                    self._count(name, one)
        except wire.WireError as error:
            done = True
            self._count(name, wire.error_document(error))
            yield wire.error_document(error)
        finally:
            if not done:                                     # nobody waits for it any more
                list(self._service.answer("stop", wire.call_document(job=job)))

    async def forget(self, handle: str) -> None:
        """Hold a take no longer."""
        if (here := self._takes.pop(handle, None)) is not None:
            self._service.forget(here)

    def check_health(self) -> None:
        """Asked by Ray every few seconds; raising means that another replica is put in this one's place."""
        if (overdue_s := self._turns.overdue_s) > STUCK_S:
            raise RuntimeError(f"a batch has been at work for {overdue_s:.0f} s longer than expected")

    # On a call's thread.

    def _answers(self, name: str, document: dict[str, Any], handle: str | None,
                 sound: Sequence[ray.ObjectRef]) -> Iterator[dict[str, Any]]:
        if handle is None:
            yield from self._service.answer(name, document)
        elif name == "prepare":
            yield self._prepared(document, handle)
        else:
            yield from self._of_a_take(name, document, handle, sound)

    def _of_a_take(self, name: str, document: dict[str, Any], handle: str,
                   sound: Sequence[ray.ObjectRef]) -> Iterator[dict[str, Any]]:
        """A call about a take that perhaps another replica prepared: it is prepared here too, which gives the same tokens."""
        if handle in self._takes:
            answers = self._service.answer(name, {**document, "take": self._takes[handle]})
            first = next(answers)
            if first.get("error", {}).get("kind") != "unknown take":  # it made way for others
                yield first
                yield from answers
                return
        told = self._prepared({**ray.get(sound[0]), "job": f"{document['job']}-take"}, handle)
        if "error" in told:
            yield told
        else:
            yield from self._service.answer(name, {**document, "take": self._takes[handle]})

    def _prepared(self, document: dict[str, Any], handle: str) -> dict[str, Any]:
        """Have a take here, and know it by the cluster's handle."""
        *_, last = self._service.answer("prepare", document)
        if "error" in last:
            return last
        self._takes[handle] = last["done"]["take"]
        while len(self._takes) > MOST_KNOWN:
            self._takes.popitem(last=False)
        return wire.done_document({**last["done"], "take": handle})

    # The models.

    def _load(self, name: str) -> Generator:
        settings = self._settings
        generator = load_factory(settings.factory)(model=name, compute=settings.compute, threads=settings.threads)
        if not isinstance(generator, LocalGenerator):
            return generator
        return SharedGenerator(generator, self._turns, self._gather, self._busy)

    def _known_to_ray(self) -> Callable[[str], Awaitable[str]]:
        """What has a model here, and Ray know that it is: who asks for it next comes to this replica."""

        @serve.multiplexed(max_num_models_per_replica=self._settings.models)
        async def have(name: str) -> str:
            await self._on_thread(self._shelf.get, name)
            return name

        return have

    # Batches.

    def _gather(self, asked: Asked) -> None:
        """Hand what was asked to Ray's batch. A call's thread."""
        asyncio.run_coroutine_threadsafe(self._queued(asked), self._loop)

    async def _queued(self, asked: Asked) -> None:
        self._gathered.set_batch_wait_timeout_s(self._turns.gather_s(self._settings.gather_s))
        try:
            await self._gathered(asked)
        except Exception as error:                           # Ray's queue has ended: nobody may wait for ever
            if not asked.answer.done():
                asked.answer.set_exception(error)

    @serve.batch
    async def _gathered(self, asked: list[Asked]) -> list[None]:
        """One group after the other, each in a batch; everybody is answered when his own is done."""
        for group in grouped(asked, self._settings.batch):
            loops = await self._loop.run_in_executor(self._device, make, group, self._turns)
            if loops:
                self._batches.observe(loops)
        return [None] * len(asked)

    async def _on_thread(self, function: Any, *arguments: Any) -> Any:
        return await self._loop.run_in_executor(self._threads, function, *arguments)

    def _count(self, name: str, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            self._refused.inc(tags={"call": name, "kind": answer["error"]["kind"]})
        else:
            self._offers.inc(tags={"call": name})
