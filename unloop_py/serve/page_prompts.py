"""The page's controls: one for each row of the table of parameters that a generator is asked with, and what they say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from unloop_py.control.macro import prompts_for
from unloop_py.control.parameters import PARAMETERS, Parameter, by_name
from unloop_py.control.presets import PRESETS
from unloop_py.control.sections import SECTIONS
from unloop_py.errors import ParameterError
from unloop_py.generator.spec import Prompt
from unloop_py.serve.page_sounds import Asked
from unloop_py.serve.wire import read_prompt

KNOB = "variation"
"""The one that moves others."""
COUNT = "batch"
"""Here it is how many variations a press makes."""
COUNT_AT_FIRST = 2
FREE = "by hand"
"""What the list of presets says when none is chosen."""
OPEN_SECTIONS = ("vary", "stays")
STEP = 0.01
"""Of a control that is no whole number."""

PROMPT = tuple(one.name for one in fields(Prompt))
"""What a prompt is made of."""


def asks(row: Parameter) -> bool:
    """Whether a row of the table is something that a generator is asked with."""
    return row.name in PROMPT or row.name in (KNOB, "steps", "seed")


@dataclass(frozen=True, eq=False, slots=True)
class Controls:
    """The controls that stand on a page, by the names of the table, in its order; and those of presets and models."""

    by_name: Mapping[str, gr.components.Component]
    preset: gr.Dropdown
    model: gr.Dropdown

    @property
    def inputs(self) -> list[gr.components.Component]:
        """What `read` wants the values of."""
        return [self.model, *self.by_name.values()]

    def read(self, values: Sequence[Any]) -> Asked:
        """What a visitor asks for, from the values of `inputs`. Raises ParameterError."""
        model, *rest = values
        told = dict(zip(self.by_name, rest, strict=True))
        if empty := [name for name, value in told.items() if value is None]:
            raise ParameterError(f"{words(empty[0])} is empty: give it a number in {by_name(empty[0]).range_text}")
        steps, seed, count = (int(by_name(name).convert(told[name])) for name in ("steps", "seed", COUNT))
        prompt = read_prompt({name: told[name] for name in PROMPT if name != COUNT})
        return Asked(prompt, steps, seed, count, str(model or ""))


def words(name: str) -> str:
    """A parameter's name as people read it: ``periodic prompt``, ``prefix``; its unit stands apart."""
    unit = by_name(name).unit
    return name.removesuffix(f"_{unit}").replace("_", " ") if unit else name.replace("_", " ")


def sections() -> Iterator[tuple[str, str, list[Parameter]]]:
    """Name, title and rows of each section that the page shows."""
    count = by_name(COUNT)
    for section in SECTIONS:
        rows = [row for row in section.rows if asks(row) and row is not count]
        if section.name == OPEN_SECTIONS[0]:
            rows.insert(1, count)
        if rows:
            yield section.name, section.title, rows


def control(row: Parameter) -> gr.components.Component:
    """The control of a row: its range, its unit, its default and its help are the table's."""
    label = f"{words(row.name)} ({row.unit})" if row.unit and row.unit != row.name else words(row.name)
    about = {"label": label, "info": row.help, "elem_id": f"unloop-{row.name}", "elem_classes": ["unloop-control"]}
    if row.kind == "bool":
        return gr.Checkbox(bool(row.default), **about)
    if row.name == "seed":  # nobody could hit one on a slider
        return gr.Number(row.default, precision=0, minimum=row.minimum, maximum=row.maximum, **about)
    value = COUNT_AT_FIRST if row.name == COUNT else row.default
    return gr.Slider(row.minimum, row.maximum, value, step=1 if row.kind == "int" else STEP, buttons=[], **about)


def build_controls(models: Sequence[str]) -> Controls:
    """Put all controls on the page that is being built: the usual few first, the rest folded."""
    presets = [FREE, *((one.title or one.name.replace("-", " "), one.name) for one in PRESETS)]
    preset = gr.Dropdown(presets, value=FREE, label="preset", elem_id="unloop-preset")
    found: dict[str, gr.components.Component] = {}
    model = None
    for name, title, rows in sections():
        with gr.Accordion(title, open=name in OPEN_SECTIONS, elem_classes=["unloop-section"], elem_id=f"unloop-section-{name}"):
            found |= {row.name: control(row) for row in rows}
            if model is None:
                model = gr.Dropdown(list(models), value=models[0], label="model", elem_id="unloop-model", visible=len(models) > 1)
    ordered = {row.name: found[row.name] for row in PARAMETERS if row.name in found}
    return Controls(ordered, preset, model)


def preset_values(name: str, controls: Controls) -> dict[gr.components.Component, Any]:
    """What a preset sets, of what stands on the page; its own prompts have the last word over those that its `variation` means."""
    chosen = next((one for one in PRESETS if one.name == name), None)
    if chosen is None:
        return {}
    return _shown((prompts_for(chosen.values[KNOB]) if KNOB in chosen.values else {}) | dict(chosen.values), controls)


def knob_values(variation: float, controls: Controls) -> dict[gr.components.Component, Any]:
    """What the one knob moves; no preset stands any more."""
    return _shown(prompts_for(by_name(KNOB).convert(variation)), controls) | {controls.preset: FREE}


def _shown(values: Mapping[str, float | int], controls: Controls) -> dict[gr.components.Component, Any]:
    return {controls.by_name[name]: bool(value) if by_name(name).kind == "bool" else value
            for name, value in values.items() if name in controls.by_name}
