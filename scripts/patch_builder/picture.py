"""A picture of what a patch shows, as SVG: each object about as Max draws it, bpatchers with what is in them.

Standard library only. Widths of words are those of Arial, near enough to tell whether they fit (`text_width`).
"""

import math
from collections.abc import Mapping
from xml.sax.saxutils import escape

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] /"), frozenset("mwMW@%")


def text_width(text: str, size: float) -> float:
    """How wide a text in Arial of that size is, in pixels, to some hundredths."""
    ems = sum(0.29 if sign in _NARROW else 0.86 if sign in _WIDE else 0.69 if sign.isupper() else 0.55 for sign in text)
    return ems * size


def svg(patcher: dict, others: Mapping[str, dict], example: Mapping[str, object]) -> str:
    """The picture.

    Parameters
    ----------
    patcher : dict
        As `Canvas.patcher` returns it.
    others : mapping of str to dict
        The patches that its bpatchers show, by file name.
    example : mapping
        What an object shows, by its scripting name or its hint: a text, a number, a list of bars, or the colour of a panel.
    """
    width, height = patcher["rect"][2:]
    body = "\n".join(_shapes(patcher, others, example))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="Arial, Liberation Sans, Helvetica, sans-serif">\n'
        f'<rect width="{width:g}" height="{height:g}" fill="{_rgb(patcher["bgcolor"])}"/>\n{body}\n</svg>\n'
    )


def _shapes(patcher: dict, others: Mapping[str, dict], example: Mapping[str, object]) -> list[str]:
    boxes = [entry["box"] for entry in patcher["boxes"] if "presentation_rect" in entry["box"]]
    shapes = []
    for box in sorted(boxes, key=lambda box: not box.get("background")):
        shown = example.get(box.get("varname", ""), example.get(box.get("hint", "")))
        if box["maxclass"] == "bpatcher":
            shapes.append(_inside(box, others, example))
        else:
            shapes.extend(_DRAW[box["maxclass"]](box, *box["presentation_rect"], shown))
    return shapes


def _inside(box: dict, others: Mapping[str, dict], example: Mapping[str, object]) -> str:
    x, y, width, height = box["presentation_rect"]
    inner = others[box["name"]]
    body = "\n".join(_shapes(inner, others, {**example, "loop": box["args"][0]}))
    return (
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="{width:g}" height="{height:g}" fill="{_rgb(inner["bgcolor"])}"/>\n{body}</svg>'
    )


def _rgb(color: object) -> str:
    red, green, blue, *_ = color
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def _rect(x: float, y: float, width: float, height: float, color: object, rounded: float = 0, more: str = "") -> str:
    corner = f' rx="{rounded:g}"' if rounded else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{corner} fill="{_rgb(color)}"{more}/>'


def _text(x: float, y: float, words: str, size: float, color: object, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{_rgb(color)}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def _value(box: dict) -> dict:
    return box.get("saved_attribute_attributes", {}).get("valueof", {})


def _number(box: dict, shown: object) -> str:
    value = _value(box)
    number = shown if shown is not None else value.get("parameter_initial", [box.get("minimum", 0)])[0]
    style = value.get("parameter_unitstyle")
    unit = f" {value['parameter_units']}" if value.get("parameter_units") else {2: " ms", 7: " st"}.get(style, "")
    plain = f"{number:g}" if style in (0, 2, 9) or isinstance(number, int) else f"{number:.2f}"
    return plain + unit


def _comment(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    words = str(shown) if shown is not None else box["text"]
    size = box["fontsize"]
    middle = box.get("textjustification") == 1
    # The font may be wider than Arial where the picture is looked at.
    lines = wrapped(words, size, 0.9 * width - 6) if height > 2.3 * size else [words]
    left = x + width / 2 if middle else x + 3
    anchor = "middle" if middle else "start"
    return [
        _text(left, y + 2 + size * (1 + 1.22 * number), line, size, box["textcolor"], anchor, bool(box.get("fontface")))
        for number, line in enumerate(lines)
    ]


def wrapped(words: str, size: float, width: float) -> list[str]:
    """The lines in which a comment so wide shows its words."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _panel(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    return [_rect(x, y, width, height, shown or box["bgcolor"], box["rounded"])]


def _live_text(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    on = box["mode"] == 1 and (shown if shown is not None else _value(box).get("parameter_initial", [0])[0])
    ground, ink = (box["activebgoncolor"], box.get("activetextoncolor", box["activetextcolor"])) if on else (
        box["activebgcolor"], box["activetextcolor"])  # fmt: skip
    size = box["fontsize"]
    return [
        _rect(x, y, width, height, ground, box["rounded"], ' stroke="#4a4d54"'),
        _text(x + width / 2, y + height / 2 + size * 0.36, box["text"], size, ink, "middle"),
    ]


def _live_dial(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    value = _value(box)
    low, high = value["parameter_mmin"], value["parameter_mmax"]
    number = float(shown if shown is not None else value["parameter_initial"][0])
    middle, centre, radius = x + width / 2, y + height / 2 + 1, 10.0

    def at(share: float) -> str:
        angle = math.radians(135 + 270 * share)
        return f"{middle + radius * math.cos(angle):.1f} {centre + radius * math.sin(angle):.1f}"

    share = min(1.0, max(0.0, (number - low) / (high - low)))
    colour, big = _rgb(box["activedialcolor"]), int(share > 2 / 3)
    arc = f'<path d="M{at(0)} A{radius:g} {radius:g} 0 1 1 {at(1)}" fill="none" stroke="#4a4d54" stroke-width="3"/>'
    lit = f'<path d="M{at(0)} A{radius:g} {radius:g} 0 {big} 1 {at(share)}" fill="none" stroke="{colour}" stroke-width="3"/>'
    needle = f'<path d="M{middle:g} {centre:g} L{at(share)}" stroke="#dddddd" stroke-width="2"/>'
    size = box["fontsize"]
    return [
        _text(middle, y + size, value["parameter_shortname"], size, box["textcolor"], "middle"), arc, lit, needle,
        _text(middle, y + height - 1.5, _number(box, shown), size, box["textcolor"], "middle"),
    ]  # fmt: skip


def _live_slider(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    value = _value(box)
    number = float(shown if shown is not None else value["parameter_initial"][0])
    share = (number - value["parameter_mmin"]) / (value["parameter_mmax"] - value["parameter_mmin"])
    size, track = box["fontsize"], y + height - 18
    knob = x + 6 + share * (width - 12)
    return [
        _text(x + 4, y + size + 2, value["parameter_shortname"], size, box["textcolor"]),
        _text(x + width - 4, y + size + 2, _number(box, shown), size, box["textcolor"], "end"),
        _rect(x + 6, track, width - 12, 5, (0.29, 0.3, 0.33)), _rect(x + 6, track, share * (width - 12), 5, box["slidercolor"]),
        f'<path d="M{knob:g} {track:g} l7 14 h-14 z" fill="#dddddd"/>',
    ]  # fmt: skip


def _field(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    value = _value(box)
    size = box["fontsize"]
    if "parameter_enum" in value:
        words = value["parameter_enum"][int(value.get("parameter_initial", [0])[0])] + " ▾"
    else:
        words = str(shown) if isinstance(shown, str) else _number(box, shown)
    return [
        _rect(x, y, width, height, box.get("bgcolor", (0.075, 0.08, 0.09)), 2),
        _text(x + width / 2, y + height / 2 + size * 0.36, words, size, (0.93, 0.93, 0.92), "middle"),
    ]


def _multislider(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    low, high = box["setminmax"]
    bars = shown or [low] * box["size"]
    step = width / len(bars)
    tall = [height * (bar - low) / (high - low) for bar in bars]
    path = "".join(f"M{x + i * step:.1f} {y + height:g}v{-up:.1f}h{step * 0.86:.2f}v{up:.1f}z" for i, up in enumerate(tall) if up > 0)
    return [_rect(x, y, width, height, box["bgcolor"]), f'<path d="{path}" fill="{_rgb(box["slidercolor"])}"/>']


def _slider(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    share = float(shown or 0)
    return [_rect(x, y, width, height, box["bgcolor"], 2), _rect(x + share * (width - 6), y, 6, height, box["knobcolor"], 2)]


def _textedit(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    return [_rect(x, y, width, height, box["bgcolor"], box["rounded"], ' stroke="#4a4d54"')]


def _message(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    size = box["fontsize"]
    words = _text(x + 6, y + height / 2 + size * 0.36, box["text"], size, (0.93, 0.93, 0.92))
    return [_rect(x, y, width, height, (0.25, 0.26, 0.29), 4), words]


def _round(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    colour = _rgb(box.get("oncolor", (0.7, 0.7, 0.7))) if shown else "#33363c"
    return [
        f'<circle cx="{x + width / 2:g}" cy="{y + height / 2:g}" r="{width / 2 - 1:g}" fill="{colour}" stroke="#5a5d64"/>',
    ]


def _dropfile(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    return [f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" fill="none" stroke="#5a5d64" stroke-dasharray="4 3"/>']


def _nothing(box: dict, x: float, y: float, width: float, height: float, shown: object) -> list[str]:
    return []  # `ubutton` is seen only while it is pressed


_DRAW = {
    "comment": _comment, "panel": _panel, "live.text": _live_text, "live.dial": _live_dial, "live.slider": _live_slider,
    "live.menu": _field, "live.numbox": _field, "number": _field, "multislider": _multislider, "slider": _slider, "led": _round,
    "button": _round, "message": _message, "textedit": _textedit, "dropfile": _dropfile, "ubutton": _nothing,
}  # fmt: skip
