"""The page of `unloop experiments`: the original and every variation with a player, one strategy a row, all in one file."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop_py.evaluation.report import STYLE, compressed
from unloop_py.paths import written_beside

if TYPE_CHECKING:
    from unloop_py.cli.strategies import Strategy

REGIMES = {"faithful": "faithful: cool sampling, dense prompts", "wild": "wild: warm sampling, sparse prompts"}
ONLY_ONE = """
<script>
addEventListener("play", event => document.querySelectorAll("audio").forEach(one => { if (one !== event.target) one.pause() }), true)
</script>"""


def write_page(folder: Path, strategies: Sequence[Strategy]) -> Path:
    """Write ``index.html`` from the regimes that lie in a folder; returns its path."""
    found = {regime: json.loads((folder / f"{regime}.json").read_text()) for regime in REGIMES if (folder / f"{regime}.json").exists()}
    # Of another loop or model, a regime is not to be compared with: the newest counts.
    newest = max(found, key=lambda regime: (folder / f"{regime}.json").stat().st_mtime_ns)
    shown = {regime: facts for regime, facts in found.items()
             if all(facts[key] == found[newest][key] for key in ("input", "seconds", "model"))}
    facts = found[newest]
    head = "".join(f"<th>{escape(REGIMES[regime])}</th>" for regime in shown)
    rows = "".join(f"<tr><td><b>{escape(strategy.name)}</b><br>{escape(strategy.says)}</td>"
                   + "".join(f"<td>{_cell(folder, facts, strategy.name)}</td>" for facts in shown.values()) + "</tr>"
                   for strategy in strategies)
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(facts['input'])}: strategies and regimes</title><style>{STYLE} td figure {{ margin-bottom: .7rem }}</style></head><body>
<h1>{escape(facts['input'])}</h1>
<p class="lead">{facts['seconds']:g} s, varied by the model {escape(facts['model'])}; seed {facts['seed']}</p>
{_player(folder / 'original.wav', 'the original')}
<div class="wide"><table><thead><tr><th>strategy</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>
<p class="note">Prompts, seeds and the share of tokens that was made anew are in the JSON files beside this page.</p>
{ONLY_ONE}</body></html>
"""
    path = folder / "index.html"
    with written_beside(path) as beside:
        beside.write_text(page, encoding="utf-8")
    return path


def _cell(folder: Path, facts: dict[str, Any], strategy: str) -> str:
    cells = []
    for made in facts["made"]:
        if made["strategy"] == strategy:
            notes = "".join(f'<p class="note">{escape(note)}</p>' for note in made["notes"])
            caption = f"temperature {made['temperature']:g}, {100 * made['generated']:.0f} % new"
            cells.append(_player(folder / made["file"], caption) + notes)
    return "".join(cells)


def _player(path: Path, caption: str) -> str:
    sound = base64.b64encode(compressed(path)).decode()
    return (f'<figure><figcaption>{escape(caption)}</figcaption><audio controls loop preload="none" '
            f'src="data:audio/ogg;base64,{sound}"></audio></figure>')
