"""The page that one shows to a colleague: every study's picture, table and sounds, and what bears the paper out.

One HTML file without anything outside it: pictures and sounds are inside as data, sounds as Ogg Vorbis.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from unloop_py import __version__
from unloop_py.audio_io.wav import read_audio, write_audio
from unloop_py.evaluation.findings import CAVEAT, found_in
from unloop_py.evaluation.study import Outcome, Table
from unloop_py.paths import written_beside

SOUNDS_BYTES = 17_000_000
"""Of compressed sound in the whole page at most; as text they are a third larger."""
LEAST_SOUND_S = 0.01

BUILT_IN = (
    "The built-in set is 10 s excerpts of the package immich-memories-music (MIT; made by the music model ACE-Step 1.5, not "
    "played by people) and loops that unloop synthesises from seeds and sounds that training never uses."
)
MEASURES = (
    "The figures are in each folder as JSON too. Mel error: L1 between log-mel spectrograms at FFT sizes 2048 and 512 with "
    "150 and 80 bands, at -24 dBFS (VampNet, section 4). FAD: Fréchet distance on 32 principal axes of the takes' embeddings, "
    "equal numbers on both sides; aisfx by A. B. Ma and A. Lerch, 2022, CC BY 4.0; musicnn by J. Pons, ISC."
)
STYLE = """
:root { --ink: #1d2433; --faint: #6d7187; --line: #e3e1da; --paper: #fbfaf7; --yes: #2f7d54; --no: #b5452f; }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.2rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.9rem; margin: 0 0 .3rem } h2 { margin: 3rem 0 .6rem; padding-top: 1rem; border-top: 1px solid var(--line) }
p.lead { color: var(--faint); margin: 0 0 1rem } p.note { color: var(--faint); font-size: .87rem }
aside { border-left: 3px solid #e0a13c; padding: .6rem 1rem; background: #fff; font-size: .92rem }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem; width: 100% }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600 } td { font-variant-numeric: tabular-nums }
td.yes { color: var(--yes); font-weight: 600 } td.no { color: var(--no); font-weight: 600 }
img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); margin: .6rem 0 }
.sounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .8rem 1.2rem; margin-top: .8rem }
figure { margin: 0 } figcaption { font-size: .84rem; margin-bottom: .2rem } audio { width: 100%; height: 2.2rem }
nav a { margin-right: 1rem; color: inherit } code { font-size: .88em }
"""


def write_report(path: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write the page of these studies and return its path.

    Raises AudioFileError where a sound cannot be read again, OSError where the page cannot be written.
    """
    facts = outcomes[0].facts
    parts = [_head(facts), _findings(outcomes)]
    left = SOUNDS_BYTES
    for number, outcome in enumerate(outcomes):
        share = left // (len(outcomes) - number)                             # what one study leaves over is the next ones'
        section, used = _section(outcome, share)
        left -= used
        parts.append(section)
    parts.append(_data(outcomes))
    with written_beside(path) as beside:
        beside.write_text("\n".join(parts) + "\n</body></html>\n", encoding="utf-8")
    return path


def _head(facts: dict) -> str:
    name = escape(str(facts["model"]["name"]))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>unloop: {name} under the ruler</title><style>{STYLE}</style></head><body>
<h1>{name} under the ruler</h1>
<p class="lead">unloop {escape(__version__)}, weights <code>{escape(facts['model']['digest'])}</code>, seed {facts['seed']}</p>
<aside>{escape(CAVEAT)}</aside>"""


def _findings(outcomes: Sequence[Outcome]) -> str:
    """What was asked and what was found, of the studies that were run."""
    rows = [f"<tr>{_cells('td', (row.asked, row.by, row.found))}<td class=\"{row.word}\">{row.word}</td></tr>"
            for row in found_in(outcomes)]
    if not rows:
        return ""
    links = " ".join(f'<a href="#{outcome.study.name}">{outcome.study.name}</a>' for outcome in outcomes)
    return ('<h2>What was asked, and what was found</h2><div class="wide"><table><thead><tr><th>asked</th><th>by</th><th>found</th>'
            f"<th>holds</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div><nav>{links}</nav>")


def _section(outcome: Outcome, sounds_bytes: int) -> tuple[str, int]:
    """One study, and the bytes of sound that it took."""
    study = outcome.study
    picture = base64.b64encode((outcome.folder / f"{study.name}.png").read_bytes()).decode()
    players, used, left_out = [], 0, 0
    for heard in outcome.audio:
        sound = compressed(outcome.folder / heard["file"]) if used < sounds_bytes else b""
        if not sound or used + len(sound) > sounds_bytes:
            left_out += 1
            continue
        used += len(sound)
        players.append(f'<figure><figcaption>{escape(heard["caption"])}</figcaption><audio controls preload="none" '
                       f'src="data:audio/ogg;base64,{base64.b64encode(sound).decode()}"></audio></figure>')
    more = f'<p class="note">{left_out} more in <code>{study.name}/audio/</code>.</p>' if left_out else ""
    listen = f'<div class="sounds">{"".join(players)}</div>{more}' if players else more
    return (f'<h2 id="{study.name}">{escape(study.title)}</h2><img alt="{escape(study.title)}" src="data:image/png;base64,{picture}">'
            f"{_table(outcome.table)}{listen}"), used


def _table(table: Table) -> str:
    head = _cells("th", table.columns)
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}'


def _cells(kind: str, texts: Iterable[str]) -> str:
    return "".join(f"<{kind}>{escape(text)}</{kind}>" for text in texts)


def _data(outcomes: Sequence[Outcome]) -> str:
    """What the model was judged on, and how it can be done again."""
    names = sorted({name for outcome in outcomes for name in outcome.facts["data"]["excerpts"]})
    left_out = sorted({line for outcome in outcomes for line in outcome.facts["data"]["left_out"]})
    data = outcomes[0].facts["data"]
    skipped = f"<p>Left out: {escape('; '.join(left_out))}.</p>" if left_out else ""
    built_in = f"<p>{BUILT_IN}</p>" if data["built_in"] else ""
    return (f"<h2>What it was judged on</h2><p>{escape(data['given'])}: {escape(', '.join(names))}.</p>{built_in}{skipped}"
            f'<p class="note">{MEASURES}</p>')


def compressed(path: Path) -> bytes:
    """A sound file as Ogg Vorbis."""
    audio, rate = read_audio(path, minimum_s=LEAST_SOUND_S)
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "sound.ogg"
        write_audio(small, audio, rate)
        return small.read_bytes()
