"""What stands before Gradio's application: who may ask, for which of its pages, and how much.

Nothing here is Gradio's own, and Gradio sees nothing that was refused here. Thread: the server's.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Any

from unloop_py.web.guard import Guard, Receive, Scope, Send, answer, guarding, too_much
from unloop_py.web.serving import Application

BODY_S = 120.0
"""So long all of a request's body may take."""
UPLOAD_PATH = "/gradio_api/upload"
OPEN = frozenset({"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"})
OPEN_UNDER = ("/assets/", "/static/", "/svelte/")
API = "/gradio_api/"
API_OPEN = frozenset({"app_id", "cancel", "info", "login_check", "reset", "startup-events", "theme.css", "upload", "upload_progress"})
API_OPEN_UNDER = ("call/", "file=", "heartbeat/", "queue/", "run/")
"""What Gradio's page and its clients need; the rest (it can fetch from elsewhere, and show what others asked for) stays shut."""
NOT_OURS_TO_SAY = (b"x-forwarded-", b"x-gradio-", b"forwarded")
"""Headers by which a client would say where this server is."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""Gradio's page writes scripts and styles into itself; from elsewhere nothing is loaded."""
WRONG_TOKEN = (
    "A token is needed: --token of `unloop jam --generator`, the address that unloop serve showed, or a header "
    "Authorization: Bearer TOKEN.\n"
)


class Gate(Guard):
    """An application before another one, see `Guard`.

    The token may come as a header ``Authorization: Bearer``, as ``?token=`` (then a cookie has it), or, for clients that can send
    neither, as the first part of the path: ``http://HOST:PORT/TOKEN/...``.

    Parameters
    ----------
    app : Application
    token : str
        "" where none is needed.
    most_bytes, most_upload_bytes : int
        Of a request's body, and of an upload's.
    """

    def __init__(self, app: Application, *, token: str = "", most_bytes: int, most_upload_bytes: int) -> None:
        super().__init__(app, token=token)
        self._most_bytes, self._most_upload_bytes = most_bytes, most_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or hands on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = dict(scope, headers=[row for row in scope["headers"] if not row[0].lower().startswith(NOT_OURS_TO_SAY)])
        if self.token:
            self._take_token_from_path(scope)
        if scope["type"] == "http" and scope["method"] == "POST":
            body = _Body(receive, self._most(scope))
            try:
                await super().__call__(scope, body, body.sending(send))
            except Exception:
                if body.refusal is None:
                    raise
            if body.refusal is not None and not body.answered:
                await answer(send, *body.refusal)
            return
        await super().__call__(scope, receive, send)

    def _take_token_from_path(self, scope: Scope) -> None:
        """A token that leads the path becomes the place where the application is mounted, so that the addresses it gives have it too."""
        first, slash, _ = scope["path"].removeprefix("/").partition("/")
        if secrets.compare_digest(first.encode(), self.token.encode()):
            scope["root_path"] = "/" + first
            scope["path"] += "" if slash else "/"

    def _has_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        return self._token_is_sent(scope, headers) or super()._has_token(scope, headers)

    def _token_is_sent(self, scope: Scope, headers: dict[str, str]) -> bool:
        """Whether the request itself bears the token: no other site's page can have had that sent, whatever the host is called."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        right = secrets.compare_digest(given.strip().encode(), self.token.encode()) and kind.lower() == "bearer"
        return bool(self.token) and (right or bool(scope.get("root_path")))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if not _is_open(_route(scope)):
            return 404, "There is no such page here.\n"
        if self._token_is_sent(scope, headers):
            return self._too_much(scope, headers)
        refusal = super()._refusal(scope, headers)
        return (401, WRONG_TOKEN) if refusal is not None and refusal[0] == 401 else refusal

    def _most(self, scope: Scope) -> int:
        if scope["type"] != "http" or scope["method"] != "POST":
            return 0
        return self._most_upload_bytes if _route(scope) == UPLOAD_PATH else self._most_bytes

    def _too_much(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        return too_much(scope, headers, self._most(scope))

    def _guarding(self, host: str) -> list[tuple[bytes, bytes]]:
        return guarding(POLICY)


class _Body:
    """A request's body as it comes, up to a limit in bytes and in time.

    Attributes
    ----------
    refusal : tuple of int and str or None
        A status and why, once there was too much.
    answered : bool
        Whether an answer has begun.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self._left, self._whole = most, False
        self._until_s = asyncio.get_running_loop().time() + BODY_S
        self.refusal: tuple[int, str] | None = None
        self.answered = False

    async def __call__(self) -> Any:
        if self._whole:
            return await self._receive()  # whether the client is there
        try:
            async with asyncio.timeout_at(self._until_s):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(408, "The request came too slowly: send it again.\n")
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            return self._refuse(413, f"At most {self._most // 2**20} MiB are taken: send less.\n")
        self._whole = not message.get("more_body", False)
        return message

    def _refuse(self, status: int, text: str) -> Any:
        self.refusal, self._whole = (status, text), True
        return {"type": "http.disconnect"}

    def sending(self, send: Send) -> Send:
        """The same, but that what an application makes of a body that was cut off is not sent."""

        async def send_or_not(message: Any) -> None:
            if self.refusal is not None and not self.answered:
                return
            self.answered = True
            with contextlib.suppress(OSError):
                await send(message)

        return send_or_not


def _route(scope: Scope) -> str:
    """The path behind where the application is mounted."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"


def _is_open(route: str) -> bool:
    if not route.startswith(API):
        return route in OPEN or route.startswith(OPEN_UNDER)
    asked = route.removeprefix(API)
    if asked.startswith("file="):
        return asked.startswith("file=/") or (asked[5:6].isalpha() and asked[6:8] in (":/", ":\\"))  # a file of ours, no address elsewhere
    return asked.rstrip("/") in API_OPEN or asked.startswith(API_OPEN_UNDER)
