"""The way to a server that is Gradio's: a call waits in its queue, and is answered as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from unloop_py.serve.http_line import HttpLine, Talk
from unloop_py.serve.wire import WireError

PREFIX = "unloop_"
"""Of the names of our calls, among those of the page and of others."""
CALL = "/gradio_api/call/"
PLACE_BYTES = 1 << 16  # of the answer that says where in the queue a call is


class GradioLine(HttpLine):
    """Implements `lines.Line` by Gradio's calls: one request to ask, one that is answered. One thread at a time."""

    def _answers(self, name: str, document: Mapping[str, Any], talk: Talk) -> Iterator[dict[str, Any]]:
        path = f"{CALL}{PREFIX}{name}"
        with talk.open("POST", path, {"data": [document]}) as response:
            place = json.loads(talk.read(response))
        event = place.get("event_id") if isinstance(place, dict) else None
        if not isinstance(event, str):
            raise WireError("failed", f"{self.host} has no queue: is unloop's server there?")
        with talk.open("GET", f"{path}/{quote(event, safe='')}") as response:
            for told in httpx2.EventSource(response, talk.largest):
                if response.num_bytes_downloaded > 2 * talk.largest:
                    raise WireError("refused", f"an answer of more than {talk.largest >> 9} kB came: it is not read")
                if told.event in ("generating", "complete"):
                    yield _first(json.loads(told.data), self.host)
                elif told.event == "error":
                    raise WireError("failed", f"{self.host} stumbled over it: {told.data:.200}")


def _first(data: Any, host: str) -> dict[str, Any]:
    """The one output of a call."""
    if not isinstance(data, list) or len(data) != 1 or not isinstance(data[0], dict):
        raise WireError("failed", f"{host} answers {data!r:.40}: is unloop's server there?")
    return data[0]
