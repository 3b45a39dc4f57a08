"""A command whose many options are shown under titles: its own first, then the parameters in the sections of the page."""

from __future__ import annotations

from typing import Any

import click

from unloop_py.control.sections import SECTIONS

WIDEST = 110  # characters of a line of help, in a terminal that has them


class Grouped(click.Command):
    """A command that shows its options in groups.

    Parameters
    ----------
    groups : tuple of (str, tuple of str)
        Titles, each with the names of its options in their order. The parameters come after them, section by section, and what
        nobody names comes last.
    """

    def __init__(self, *arguments: Any, groups: tuple[tuple[str, tuple[str, ...]], ...] = (), **settings: Any) -> None:
        settings["context_settings"] = {"max_content_width": WIDEST} | settings.get("context_settings", {})
        super().__init__(*arguments, **settings)
        self.groups = (*groups, *((section.title, section.names) for section in SECTIONS))

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        records = {row.name: record for row in self.get_params(context) if (record := row.get_help_record(context)) is not None}
        for title, names in self.groups:
            if rows := [records.pop(name) for name in names if name in records]:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if records:
            with formatter.section("Options"):
                formatter.write_dl(list(records.values()))
