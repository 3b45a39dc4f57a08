"""docs/api.md's generated part: what scripts import, out of the signatures and the docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import unloop_py
from unloop_py.api.asking import GENERATOR_ROWS, LOOPER_ROWS
from unloop_py.control.describe import markdown

NAMES = ("vamp", "Vamped", "Looper", "open_generator")
LISTED = ("Parameters", "Attributes", "Raises", "Returns")


def api_markdown() -> str:
    """Every name that `unloop_py` offers to scripts, with its methods."""
    parts = (part for name in NAMES for part in _documented(name, getattr(unloop_py, name)))
    return "\n\n".join(part if part.startswith("```") else part.replace("``", "`") for part in parts)


def parameters_markdown() -> str:
    """The parameters that `vamp` and `Looper` take by name."""
    rows = [(f"`{row.name}`", row.range_text, f"{row.default:g}", "yes" if row in GENERATOR_ROWS else "", row.help) for row in LOOPER_ROWS]
    return markdown(("name", "range", "default", "`vamp` too", "what it does"), rows)


def _documented(name: str, what: Any) -> Iterator[str]:
    yield f"## {name}"
    yield from _entry(name, what)
    if inspect.isclass(what):
        for own, member in vars(what).items():
            if own.startswith("_") or not member.__doc__ or isinstance(member, classmethod):
                continue
            if isinstance(member, property):
                yield f"### {name}.{own}"
                yield inspect.cleandoc(member.__doc__)
            elif inspect.isfunction(member):
                yield f"### {name}.{own}"
                yield from _entry(own, member)


def _entry(name: str, what: Any) -> Iterator[str]:
    """A signature, and a docstring's parts."""
    if name != "Vamped":  # one is given it
        yield f"```python\n{_signature(name, what)}\n```"
    said = inspect.cleandoc(what.__doc__)
    parts = re.split(r"^(\w+)\n-+\n", said, flags=re.MULTILINE)
    yield _prose(parts[0])
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        if title == "Examples":
            yield f"```python\n{text.strip()}\n```"
        elif title in LISTED:
            yield f"**{title}**\n\n" + "\n".join(_listed(text))
        else:
            yield _prose(text)


def _listed(text: str) -> Iterator[str]:
    """The entries of a section, one a line."""
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, _, body = entry.partition("\n")
        names, _, kind = head.partition(" : ")
        told = " ".join(body.split())
        yield f"- `{names}`" + (f" ({kind})" if kind else "") + (f": {told}" if told else "")


def _prose(text: str) -> str:
    """Paragraphs, each on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _signature(name: str, what: Any) -> str:
    signature = inspect.signature(what)
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values() if one.name != "self"]
    return f"{name}{signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)}"
