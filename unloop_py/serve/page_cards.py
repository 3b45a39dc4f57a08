"""What of a visit is shown as HTML: the take with the mask that comes next, the variations, and what is going on. Pure."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

import numpy as np

from unloop_py.serve.page_pictures import kept_share, mask_picture, outline_picture
from unloop_py.serve.page_sounds import Sound
from unloop_py.serve.page_visit import Visit

FILES = "gradio_api/file="
"""Where Gradio hands out files, from the page's own address on."""
NO_LOOP = '<p class="unloop-empty">No loop yet. Drop one above, record one, or take one of those that are made here.</p>'
NO_VARIATIONS = '<p class="unloop-empty">Variations will stand here, ready to be heard in place of your loop.</p>'
NO_MASK = '<div class="unloop-next"></div>'


def take_card(visit: Visit) -> str:
    """The take, to be heard and looked at."""
    take = visit.take
    if take is None:
        return NO_LOOP
    channels = "mono" if take.channels == 1 else "stereo"
    facts = f"{take.length_s:.2f} s · {take.sample_rate:,} Hz · {channels}".replace(",", " ")
    before = len(visit.takes) - 1
    if before:
        facts += f" · {before} before it"
    return _card(take, 0, "your loop", f"Your loop, {take.title}", f"<span>{escape(take.title)}</span><span>{facts}</span>", "")


def variation_cards(visit: Visit) -> str:
    """The variations, each with what it keeps and what can be done with it."""
    if not visit.variations:
        return NO_VARIATIONS
    cards = "".join(_variation_card(sound, number) for number, sound in enumerate(visit.variations, 1))
    bundle = f'<a class="unloop-act" href="{_address(visit.bundle)}" download>Download all</a>' if visit.bundle else ""
    return f'<div class="unloop-cards">{cards}</div><p class="unloop-all">{bundle}</p>'


def _variation_card(sound: Sound, number: int) -> str:
    away = f"{round(100 * sound.distance)} %"
    facts = [f"seed {sound.seed}", f'<b title="{away} of its coarse tokens are not your loop\'s">{away} away</b>',
             f"made in {sound.seconds:.1f} s"]  # fmt: skip
    if sound.notes:
        facts.append("; ".join(map(escape, sound.notes)))
    acts = (
        f'<button type="button" class="unloop-act" data-act="use" data-place="{number - 1}" aria-label="Keep variation {number} as '
        f'the loop">Keep as the loop</button>'
        f'<button type="button" class="unloop-act" data-act="seed" data-place="{number - 1}" aria-label="Use the seed of variation '
        f'{number} again">Same seed</button>'
        f'<a class="unloop-act" href="{_address(sound.path)}" download aria-label="Download variation {number}">Download</a>'
        f'<a class="unloop-act" href="{_address(sound.facts_path)}" download aria-label="Download the prompt of variation {number}">'
        "Prompt</a>"
    )
    spans = "".join(f"<span>{fact}</span>" for fact in facts)
    return _card(sound, number, f"variation {number}", f"Variation {number}", spans, acts)


def _card(sound: Sound, number: int, heading: str, spoken: str, facts: str, acts: str) -> str:
    mask = "" if sound.mask is None or number == 0 else mask_picture(sound.mask, _said(sound.mask))
    return (
        f'<article class="unloop-card" data-url="{_address(sound.path)}" data-number="{number}">'
        f'<button type="button" class="unloop-play" aria-pressed="false" aria-label="{escape(spoken)}: play">'
        f'<span class="unloop-sign"></span></button>'
        f'<div class="unloop-what"><h3>{heading}</h3><p class="unloop-facts">{facts}</p></div>'
        f'<div class="unloop-sound">{outline_picture(sound.outline)}{mask}<i class="unloop-head"></i></div>'
        f'<div class="unloop-acts">{acts}</div></article>'
    )


def next_mask(mask: np.ndarray, seed: int, drawn: bool, notes: tuple[str, ...]) -> str:
    """What the next variation will keep: nothing is made for it yet."""
    said = _said(mask)
    whose = "a seed drawn for it" if drawn else "your seed"
    told = "".join(f"<span>{escape(note)}</span>" for note in notes)
    return (
        '<div class="unloop-next"><h3>what stays of it next</h3>'
        f'<div class="unloop-sound">{mask_picture(mask, said)}<i class="unloop-head"></i></div>'
        f'<p class="unloop-facts"><span><i class="kept"></i>stays</span><span><i class="made"></i>made new</span>'
        f"<span>{said}</span><span>seed {seed}, {whose}</span>{told}</p></div>"
    )


def no_mask(why: str) -> str:
    """In its place, why it cannot be drawn."""
    return f'<div class="unloop-next"><p class="unloop-facts"><span>{escape(why)}</span></p></div>'


def status(text: str) -> str:
    """What is going on."""
    return f'<p role="status" aria-live="polite">{escape(text)}</p>'


def _said(mask: np.ndarray) -> str:
    return f"{100 * kept_share(mask):.0f} % of the tokens stay"


def _address(path: Path) -> str:
    return escape(FILES + quote(str(path)))
