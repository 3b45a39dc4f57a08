"""The door of a cluster: plain HTTP, where it is asked who calls and how much he brings, and a call goes to a replica.

It holds no model. One is enough for a cluster: a call is some 10 kB, and what it does for it takes about a millisecond.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from typing import Any

import ray
from ray.exceptions import RayActorError
from ray.serve.exceptions import BackPressureError, RayServeException, ReplicaUnavailableError
from ray.serve.handle import DeploymentHandle
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from unloop_py.serve import wire
from unloop_py.serve.early_stops import EarlyStops
from unloop_py.serve.lines import CALLS
from unloop_py.serve.ray_settings import ClusterSettings, named
from unloop_py.serve.sound import FLAC_BYTES_A_SAMPLE
from unloop_py.serve.wire import WireError

log = logging.getLogger(__name__)

CALL_BYTES = 2 * 2**20          # of a call without sound: tokens of a minute, sixteen times, are less
MOST_RATE, MOST_CHANNELS = 192_000, 2
ATTEMPTS = 2                    # a call whose replica ended is given to another one, once
GRACE_S = 1.0                   # beyond its deadline that a call may take before nobody waits for it
OF_A_TAKE = ("vary", "remake")


class Ingress:
    """Hands calls on. Everything runs on its loop.

    Parameters
    ----------
    settings : dict
        See `ClusterSettings`.
    replicas : DeploymentHandle
        Of `ray_replica.Replica`.
    """

    def __init__(self, settings: dict[str, Any], replicas: DeploymentHandle) -> None:
        self._settings = ClusterSettings.read(settings)
        self._replicas = replicas
        self._most_bytes = CALL_BYTES + int(self._settings.seconds * MOST_RATE * MOST_CHANNELS * FLAC_BYTES_A_SAMPLE * 4 / 3)
        self._jobs: dict[str, asyncio.Task[None] | None] = {}
        self._stopped = EarlyStops()
        self._takes: OrderedDict[str, ray.ObjectRef] = OrderedDict()    # the calls that prepared them, in Ray's store

    async def __call__(self, request: Request) -> Response:
        """One request."""
        try:
            name, document = await self._read(request)
        except _Refused as refused:
            return Response(_line(wire.error_document(refused.error)), refused.status, media_type="application/x-ndjson")
        return StreamingResponse(self._lines(name, document), media_type="application/x-ndjson", headers={"cache-control": "no-store"})

    # Who calls, for what, and how much he brings.

    async def _read(self, request: Request) -> tuple[str, Any]:
        token = self._settings.token
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and not secrets.compare_digest(given.encode(), token.encode()):
            raise _Refused(401, "token", "this cluster wants its token: --token TOKEN, as whoever started it knows it")
        if "origin" in request.headers:     # a page in somebody's browser, which has no business here
            raise _Refused(403, "refused", "calls come from programs, not from pages")
        name = request.url.path.rstrip("/").rpartition("/")[2]
        if name not in CALLS:
            raise _Refused(404, "refused", f"no call is named {name!r:.40}; there are {', '.join(CALLS)}")
        if request.method == "GET" and name == "describe":
            return name, wire.call_document()
        if request.method != "POST":
            raise _Refused(405, "refused", f"a call is a POST, got {request.method}")
        most = self._most_bytes if name == "prepare" else CALL_BYTES
        body = bytearray()
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or len(length) > 12 or int(length) > most:
            raise _Refused(413, "refused", f"{name} takes at most {most // 1024} kB")
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise _Refused(413, "refused", f"{name} takes at most {most // 1024} kB")
        try:
            return name, json.loads(bytes(body))
        except (ValueError, RecursionError):
            raise _Refused(400, "refused", "a call carries one JSON object") from None

    # The documents that answer it.

    async def _lines(self, name: str, document: Any) -> AsyncIterator[bytes]:
        """As bytes, a line each. Ray cancels it when the caller hangs up."""
        try:
            entries = {key: value for key, value in wire.check_protocol(document).items() if key != "check"}
            if name == "stop":
                yield _line(wire.done_document(self._stop(wire.text_of(entries, "job"))))
            elif name == "forget":
                yield _line(wire.done_document(self._forget(wire.text_of(entries, "take"))))
            else:
                async with contextlib.aclosing(self._stoppable(name, entries)) as answers:
                    async for answer in answers:
                        yield _line(answer)
        except WireError as error:
            yield _line(wire.error_document(error))
        except Exception as error:
            log.exception("the call %s failed", name)
            yield _line(wire.error_document(error))

    async def _stoppable(self, name: str, document: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """The answers of a call that `stop` can end."""
        job = wire.text_of(document, "job") if "job" in document else secrets.token_hex(8)
        if job in self._jobs:
            raise WireError("refused", f"the job {job:.40} is under way already: give each a name of its own")
        if self._stopped.take(job):
            raise WireError("cancelled", "stopped before it came")
        within_s = wire.within_of(document)
        said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._jobs[job] = asyncio.create_task(self._ask(name, document, within_s, said))
        try:
            while True:
                answer = await said.get()
                yield answer
                if "progress" not in answer:
                    return
        finally:
            self._jobs.pop(job).cancel()

    async def _ask(self, name: str, document: dict[str, Any], within_s: float, said: asyncio.Queue[dict[str, Any]]) -> None:
        """Have a call answered by a replica, or by another one if that one ends; always says something last."""
        try:
            async with asyncio.timeout(None if within_s == math.inf else max(within_s, 0.0) + GRACE_S):
                await self._attempts(name, document, within_s, said)
        except TimeoutError:
            said.put_nowait(wire.error_document(WireError("late", f"it was not there after {within_s:.2f} s")))
        except asyncio.CancelledError:
            said.put_nowait(wire.error_document(WireError("cancelled", "stopped")))
            raise
        except BackPressureError:
            text = f"{self._settings.waiting} calls wait for a replica already, which is the limit: try again"
            said.put_nowait(wire.error_document(WireError("busy", text)))
        except Exception as error:
            if not isinstance(error, WireError):
                log.exception("the call %s failed", name)
            said.put_nowait(wire.error_document(error))

    async def _attempts(self, name: str, document: dict[str, Any], within_s: float, said: asyncio.Queue[dict[str, Any]]) -> None:
        model = document.get("model")
        handle, sound = self._take(name, document)
        replicas = self._replicas.options(stream=True, multiplexed_model_id=model if named(model) else "")
        began_s, share = time.monotonic(), 0.0
        for _ in range(ATTEMPTS):
            if within_s != math.inf:
                document = {**document, "within_s": within_s - (time.monotonic() - began_s)}
            answers = replicas.answer.remote(name, document, handle, sound)
            try:
                async for answer in answers:
                    if "progress" in answer:
                        if answer["progress"] < share:
                            continue                        # another replica began it anew
                        share = answer["progress"]
                    elif name == "prepare" and "done" in answer and handle is not None:
                        self._hold(handle, sound[0])
                    said.put_nowait(answer)
                    if "progress" not in answer:
                        return
            except (RayActorError, ReplicaUnavailableError, RayServeException) as error:
                if isinstance(error, BackPressureError):
                    raise
                log.warning("a replica ended while it had the call %s: %s", name, type(error).__name__)
            except asyncio.CancelledError:
                answers.cancel()
                raise
        raise WireError("failed", "the replica that had this call ended, and so did the next: ask again")

    # Takes, for those who cannot send tokens.

    def _take(self, name: str, document: dict[str, Any]) -> tuple[str | None, list[ray.ObjectRef]]:
        """The handle and the sound of the take that a call is about: a new one's is put into Ray's store, where all replicas find it."""
        if name == "prepare":
            kept = {key: value for key, value in document.items() if key not in ("within_s", "job")}
            return secrets.token_urlsafe(18), [ray.put(kept)]
        if name not in OF_A_TAKE:
            return None, []
        handle = wire.text_of(document, "take")
        if handle not in self._takes:
            raise WireError("unknown take", "this take is not held here (any more): prepare it again")
        self._takes.move_to_end(handle)
        return handle, [self._takes[handle]]

    def _hold(self, handle: str, sound: ray.ObjectRef) -> None:
        self._takes[handle] = sound
        while len(self._takes) > self._settings.takes:
            self._forget(next(iter(self._takes)))

    def _forget(self, handle: str) -> dict[str, Any]:
        if self._takes.pop(handle, None) is not None:
            self._replicas.broadcast("forget", handle)
        return {}

    def _stop(self, job: str) -> dict[str, Any]:
        if job in self._jobs:
            self._jobs[job].cancel()
            return {"stopped": True}
        self._stopped.add(job)
        return {"stopped": False}


class _Refused(Exception):
    """A request that is no call: its status, and why."""

    def __init__(self, status: int, kind: wire.Kind, text: str) -> None:
        super().__init__(text)
        self.status, self.error = status, WireError(kind, text)


def _line(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode() + b"\n"
