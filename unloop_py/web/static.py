"""The page's own files, read once: what is not among them is not served, wherever a path leads. Pure but for the reading."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}  # fmt: skip
"""Not as this machine's registry has them: a script that says it is something else is not run."""


class Static:
    """A folder's files by their paths.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, tuple[bytes, str, str]] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in TYPES:
                body = path.read_bytes()
                tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
                self._files[path.relative_to(folder).as_posix()] = (body, TYPES[path.suffix], tag)

    async def get(self, request: Request) -> Response:
        """``GET /path``; the browser asks anew each time, so that another version of unloop is not shown the one before."""
        found = self._files.get(request.path_params["path"] or "index.html")
        if found is None:
            return Response("unloop has no such page: it is at /\n", 404, media_type="text/plain")
        body, kind, tag = found
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers | {"Content-Type": kind})
