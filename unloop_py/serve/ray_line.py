"""The way to a cluster of Ray's: a call is one request, and its documents are the lines of the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from unloop_py.serve.http_line import HttpLine, Talk
from unloop_py.serve.wire import WireError

PLACE = "/unloop/"
"""Where a cluster's calls are, under its address."""


class RayLine(HttpLine):
    """Implements `lines.Line` by plain requests. One thread at a time. Whoever hangs up has his job stopped."""

    def _answers(self, name: str, document: Mapping[str, Any], talk: Talk) -> Iterator[dict[str, Any]]:
        with talk.open("POST", f"{PLACE}{name}", document) as response:
            size, rest = 0, bytearray()
            for piece in response.iter_bytes():
                size += len(piece)
                if size > talk.largest:
                    raise WireError("refused", f"an answer of more than {talk.largest >> 10} kB came: it is not read")
                *whole, last = piece.split(b"\n")
                for line in whole:
                    rest += line
                    yield json.loads(rest)
                    rest.clear()
                rest += last
