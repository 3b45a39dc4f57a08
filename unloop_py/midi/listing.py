"""Bindings and profiles as text: for the command line and the musician's page. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from unloop_py.control.commands import COMMANDS
from unloop_py.control.describe import columns, markdown
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.midi_bindings import Binding, row_of
from unloop_py.control.pedals import word_of
from unloop_py.midi.profiles import SHIPPED, Profile, read_profile


def bindings_text(bindings: Iterable[Binding]) -> str:
    """Bindings as aligned columns, each with what it does."""
    rows = [(one.device or "any", _control(one), one.target, _ends(one), meaning(one)) for one in bindings]
    return columns([("device", "control", "does", "", "")] + rows)


def meaning(binding: Binding) -> str:
    """What a binding does, in the words of the tables."""
    if binding.parameter:
        return row_of(binding.parameter).help
    if binding.switch:
        return "; ".join(next(row.help for row in SWITCHES if row.number == binding.switch))
    name = binding.command or word_of(binding.press).steps[-1].name
    return next((row.help for row in COMMANDS if row.name == name), "")


def profile_rows(profiles: Iterable[Profile]) -> list[tuple[str, ...]]:
    """Profiles as rows of a table: name, the names of devices, whether it was tried, title."""
    tried = {True: "yes", False: "not on the device"}
    return [(one.name, ", ".join(one.matches) or "(named only)", tried[one.tried], one.title) for one in profiles]


def profiles_markdown() -> str:
    """The profiles that are shipped as a Markdown table, with what has to be set on the device and what its controls do."""
    rows = []
    for path in sorted(SHIPPED.glob("*.toml")):
        one = read_profile(path)
        does = "; ".join(f"{_control(binding)}: `{binding.target}`" for binding in one.bindings)
        tried = "tried" if one.tried else "not tried on the device"
        rows.append((f"`{one.name}`", f"{one.title}: {tried}. {one.setup}", does, "yes" if one.lights else "no"))
    return markdown(("profile", "device", "what its controls do", "lights"), rows)


def _control(binding: Binding) -> str:
    control = binding.control
    return control.text + (f" ch {control.channel}" if control.channel else "")


def _ends(binding: Binding) -> str:
    """Where a knob goes from and to, where that is not the parameter's own range."""
    text = f"{binding.range[0]:g} to {binding.range[1]:g}" if binding.range else ""
    return f"{text} {binding.curve}".strip()
