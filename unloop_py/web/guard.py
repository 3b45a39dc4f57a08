"""What stands before the page: who may ask, for what, and how much.

A web site that is open in the player's browser could send requests to this machine too. It cannot name us: a request must bear
a `Host` that is this machine (a name of somebody else's that leads here is a trick), and an `Origin`, where there is one, that is
our own page. Beyond loopback, everything needs a token besides, which the player has from the terminal.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from unloop_py.web.serving import Application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

TOKEN_BYTES = 16
_HOST = re.compile(r"(?P<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
MOST_UPLOAD_BYTES = 256 * 2**20
OPEN_AGAIN = "This page needs the token that unloop showed when it started: open the whole address, or scan the code, again.\n"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' ws://{host}; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """An application before another one.

    Parameters
    ----------
    app : Application
    token : bool or str
        Whether one is needed, since the server listens beyond loopback; a text is the token itself.

    Attributes
    ----------
    token : str
        "" where none is needed.
    """

    def __init__(self, app: Application, *, token: bool | str = False) -> None:
        self._app = app
        self._names = {"localhost"} | (_own_names() if token else set())
        self.token = new_token() if token is True else token or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or hands on; every answer bears the headers that keep a page to itself."""
        headers = _headers(scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._guarding(headers["host"] if refusal is None else "")]
            await send(message)

        if refusal is not None:
            await answer(send_guarded, *refusal)
        elif self.token and _token_in_query(scope) is not None:
            await self._let_in(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The token came with the address: from now on a cookie has it, and the address is forgotten."""
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = f"{self._cookie(scope)}={self.token}; Path=/; HttpOnly; SameSite=Strict{secure}".encode()
        if scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        # Not a redirect: of a chain that began on another site the cookie would not be sent along.
        await answer(send, 200, "unloop\n", [(b"set-cookie", cookie), (b"refresh", b"0; url=/"), (b"cache-control", b"no-store")])

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """A status and why, or None."""
        host = headers.get("host", "")
        if not self._is_us(host):
            return 403, "This address does not name the machine that unloop plays on.\n"
        if (origin := headers.get("origin")) is not None and not _same(origin, host):
            return 403, "Only unloop's own page may ask.\n"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _is_visit(scope, headers):
            return 403, "Only unloop's own page may ask.\n"
        if not self._has_token(scope, headers):
            return 401, OPEN_AGAIN
        return self._too_much(scope, headers)

    def _too_much(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Refuses a body that is too long before any of it is read; only an upload may have one."""
        most = MOST_UPLOAD_BYTES if scope["type"] == "http" and scope["method"] == "PUT" else 0
        return too_much(scope, headers, most)

    def _guarding(self, host: str) -> list[tuple[bytes, bytes]]:
        return guarding(_POLICY.format(host=host))

    def _is_us(self, host: str) -> bool:
        """Whether a `Host` is a name or an address of this machine. An address in figures is one: nobody else can have it lead here."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name = found["name"].strip("[]").rstrip(".")
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _has_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        if not self.token:
            return True
        given = [_token_in_query(scope) or ""]
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie(scope))
        except CookieError:
            morsel = None
        given.append("" if morsel is None else morsel.value)
        right = [secrets.compare_digest(one.encode(), self.token.encode()) for one in given]
        return any(right)

    def _cookie(self, scope: Scope) -> str:
        """Cookies are a host's, whatever its port: two instruments on one machine have two."""
        server = scope.get("server") or ("", 0)
        return f"unloop-{server[1]}"


def _headers(scope: Scope) -> dict[str, str]:
    """By their names; one that comes twice is none, or it might say two things."""
    found: dict[str, str] = {}
    for name, value in scope.get("headers", ()):
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found and key in ("host", "origin", "content-length") else value.decode("latin-1")
    return found


def too_much(scope: Scope, headers: dict[str, str], most: int) -> tuple[int, str] | None:
    """A refusal of a body that says it is longer than so many bytes, or that does not say where none may be."""
    if scope["type"] != "http":
        return None
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or (not most and "transfer-encoding" in headers):
        return 400, "The length of the request makes no sense.\n"
    if len(length) > 18 or int(length) > most:
        return 413, f"At most {most // 2**20} MiB are taken: send less.\n"
    return None


def _token_in_query(scope: Scope) -> str | None:
    found = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
    return found[0] if found else None


def _is_visit(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether somebody follows a link to the page, which changes nothing."""
    return scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"


def _same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower() != ""


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    short = name.split(".")[0]
    return {name, short, f"{short}.local"}


def new_token() -> str:
    """One that nobody guesses, of characters that an address may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def guarding(policy: str) -> list[tuple[bytes, bytes]]:
    """The headers that keep a page to itself, with its content security policy."""
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]


async def answer(send: Send, status: int, text: str, more: list[tuple[bytes, bytes]] | None = None) -> None:
    """A plain text; after a refusal the connection ends, whatever else was to come on it."""
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *(more or [])]
    if status >= 400:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
