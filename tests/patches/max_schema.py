"""What a Max patch must hold to open whole, as rules: `faults` names what breaks one.

The ports are those in files that Max itself has saved, written down here a second time, so that a mistake in the builder's table does
not excuse itself.
"""

import re
from collections import Counter
from collections.abc import Iterator

from patch_builder.picture import text_width, wrapped

# Object: inlets, types of the outlets.
PORTS = {
    "bpatcher": (0, ()), "button": (1, ("bang",)), "comment": (1, ()), "dropfile": (1, ("", "")), "led": (1, ("int",)),
    "live.dial": (1, ("", "float")), "live.menu": (1, ("", "", "float")), "live.numbox": (1, ("", "float")),
    "live.slider": (1, ("", "float")), "live.text": (1, ("", "")), "message": (2, ("",)), "multislider": (1, ("", "")),
    "number": (1, ("", "bang")), "panel": (1, ()), "slider": (1, ("",)), "textedit": (1, ("", "int", "", "")),
    "ubutton": (1, ("bang", "bang", "", "int")),
    "atoi": (3, ("list",)), "conformpath": (1, ("", "int")), "delay": (2, ("bang",)), "fromsymbol": (1, ("",)), "gate": (2, ("",)),
    "int": (2, ("int",)), "itoa": (3, ("int",)), "key": (0, ("int",) * 4), "keyup": (0, ("int",) * 4), "loadbang": (1, ("bang",)),
    "loadmess": (1, ("",)), "onebang": (2, ("bang", "bang")), "patcherargs": (1, ("", "")), "pcontrol": (1, ("",)), "prepend": (1, ("",)),
    "r": (0, ("",)), "s": (1, ()), "udpreceive": (1, ("",)), "udpsend": (1, ()), "zl.join": (2, ("", "")), "zl.reg": (2, ("", "")),
    "zl.slice": (2, ("", "")),
}  # fmt: skip

PARAMETERS = ("live.dial", "live.menu", "live.numbox", "live.slider", "live.text")
TOUCHED = (*PARAMETERS, "number", "multislider", "ubutton", "dropfile", "led", "slider", "button", "textedit")
"""What a musician touches or reads, and may therefore point at for an explanation."""
SEE_THROUGH = ("ubutton", "dropfile")
"""What may lie over words, since it shows nothing of its own."""
_EXACT = 2**24


def ports_of(box: dict) -> tuple[int, tuple[str, ...]] | None:
    """Inlets and types of the outlets; None for an object that nobody knows."""
    if box["maxclass"] != "newobj":
        return PORTS.get(box["maxclass"])
    name, *words = box["text"].split()
    match name:
        case "route":
            return len(words) + 1, ("",) * (len(words) + 1)
        case "sel":
            return len(words) + 1, ("bang",) * len(words) + ("",)
        case "t":
            return 1, tuple({"b": "bang", "i": "int", "l": ""}[word] for word in words)
        case "unpack":
            return 1, ("int",) * len(words)
        case "sprintf":
            return box["text"].count("%"), ("",)
        case "vexpr":
            return len(set(re.findall(r"\$i\d", box["text"]))), ("",)
    return PORTS.get(name)


def faults(patcher: dict, files: dict[str, dict]) -> list[str]:
    """Every rule that a patch breaks, each in words that begin with the rule's name.

    Parameters
    ----------
    patcher : dict
    files : dict
        The patches that bpatchers and messages may name.
    """
    boxes = [entry["box"] for entry in patcher["boxes"]]
    return [*_objects(boxes, files), *_cords(patcher, boxes), *_parameters(patcher, boxes, files), *_window(patcher, boxes), *_words(boxes)]


def _objects(boxes: list[dict], files: dict[str, dict]) -> Iterator[str]:
    for key, count in Counter(box["id"] for box in boxes).items():
        if count > 1:
            yield f"id: {key} is there {count} times"
    for box in boxes:
        known = ports_of(box)
        if known is None:
            yield f"object: nobody knows {box['maxclass']} {box.get('text', '')}"
        elif (box["numinlets"], box["numoutlets"], tuple(box.get("outlettype", ()))) != (known[0], len(known[1]), known[1]):
            yield f"ports: {box['maxclass']} {box.get('text', '')} has {box['numinlets']} and {box.get('outlettype')}, not {known}"
        if box["maxclass"] == "bpatcher" and box["name"] not in files:
            yield f"file: {box['name']} is not there"


def _cords(patcher: dict, boxes: list[dict]) -> Iterator[str]:
    by_id = {box["id"]: box for box in boxes}
    seen = set()
    for line in patcher["lines"]:
        (source, outlet), (destination, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
        if source not in by_id or destination not in by_id:
            yield f"cord: from {source} to {destination}: one is not there"
        elif outlet >= by_id[source]["numoutlets"] or inlet >= by_id[destination]["numinlets"]:
            yield f"cord: from outlet {outlet} of {source} to inlet {inlet} of {destination}: no such port"
        if (cord := (source, outlet, destination, inlet)) in seen:
            yield f"cord: {cord} is there twice"
        seen.add(cord)
    ends = {end for source, _, destination, _ in seen for end in (source, destination)}
    for box in boxes:
        if box["maxclass"] not in ("comment", "panel", "bpatcher") and box["id"] not in ends:
            yield f"alone: nothing is connected to {box['id']} {box.get('text', box['maxclass'])}"


def _values(patcher: dict) -> list[tuple[str, dict]]:
    found = [(entry["box"]["id"], entry["box"].get("saved_attribute_attributes", {}).get("valueof")) for entry in patcher["boxes"]]
    return [(key, value) for key, value in found if value]


def _parameters(patcher: dict, boxes: list[dict], files: dict[str, dict]) -> Iterator[str]:
    names = [value["parameter_longname"] for _, value in _values(patcher)]
    overrides = patcher["parameters"].get("parameter_overrides", {})
    for box in boxes:
        if box["maxclass"] == "bpatcher" and box["name"] in files:
            for key, value in _values(files[box["name"]]):
                override = overrides.get(f"{box['id']}::{key}", {})
                names.append(override.get("parameter_longname", value["parameter_longname"]))
        if box["maxclass"] in PARAMETERS and not (box.get("parameter_enable") and "saved_attribute_attributes" in box):
            yield f"parameter: {box['maxclass']} {box['id']} is none"
    for name, count in Counter(names).items():
        if count > 1:
            yield f"name: {count} parameters are called {name!r}"
    for _, value in _values(patcher):
        if "parameter_enum" not in value:
            low, high, first = value["parameter_mmin"], value["parameter_mmax"], value["parameter_initial"][0]
            if not low <= first <= high:
                yield f"range: {value['parameter_longname']} begins with {first} outside {low}..{high}"
            if value["parameter_type"] == 1 and high - low > 255:
                yield f"range: {value['parameter_longname']} has more values than a whole number of Max"
            if max(abs(low), abs(high)) > _EXACT:
                yield f"range: {value['parameter_longname']} is not exact in 32 bits"


def _window(patcher: dict, boxes: list[dict]) -> Iterator[str]:
    if not patcher["openinpresentation"]:
        yield "window: it does not open in presentation"
    width, height = patcher["rect"][2:]
    shown = [box for box in boxes if box.get("presentation")]
    for number, box in enumerate(shown):
        x, y, w, h = box["presentation_rect"]
        if x < 0 or y < 0 or x + w > width or y + h > height:
            yield f"window: {_name(box)} lies outside of it"
        if box.get("background"):
            continue
        for other in shown[:number]:
            ox, oy, ow, oh = other["presentation_rect"]
            apart = x >= ox + ow - 0.01 or ox >= x + w - 0.01 or y >= oy + oh - 0.01 or oy >= y + h - 0.01
            if not (apart or other.get("background") or _may_lie_over(box, other)):
                yield f"overlap: {_name(box)} lies on {_name(other)}"


def _may_lie_over(box: dict, other: dict) -> bool:
    """Words under something that is not seen, if they let clicks through."""
    words, over = sorted((box, other), key=lambda each: each["maxclass"] != "comment")
    return words["maxclass"] == "comment" and bool(words.get("ignoreclick")) and over["maxclass"] in SEE_THROUGH


def _words(boxes: list[dict]) -> Iterator[str]:
    for box in boxes:
        if not box.get("presentation"):
            continue
        _, _, width, height = box["presentation_rect"]
        value = box.get("saved_attribute_attributes", {}).get("valueof", {})
        size = box.get("fontsize", 12.0)
        if box["maxclass"] in TOUCHED and not (box.get("hint") and box.get("annotation") == box["hint"]):
            yield f"hint: {_name(box)} does not explain itself"
        match box["maxclass"]:
            case "comment" if 1.22 * size * len(wrapped(box["text"], size, width - 6)) > height or text_width(
                max(box["text"].split() or [""], key=len), size
            ) > width - 4:  # fmt: skip
                yield f"fit: {box['text']!r} does not fit its box"
            case "live.text" | "message" if text_width(box["text"], size) > width - 4:
                yield f"fit: {box['text']!r} does not fit its button"
            case "live.dial" if text_width(value["parameter_shortname"], size) > width + 6:  # it may stand over the gap beside it
                yield f"fit: {value['parameter_shortname']!r} does not fit over its dial"
            case "live.menu" if max(text_width(word, size) for word in value["parameter_enum"]) > width - 8:
                yield f"fit: a word of {value['parameter_longname']!r} does not fit its menu"


def _name(box: dict) -> str:
    return f"{box['maxclass']} {box.get('varname') or box.get('text') or box['id']}"
