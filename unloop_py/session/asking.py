"""What a player asks of a loop's variations: one now, one again, one to be remembered, a form. Under the bus's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.commands import MAX_COUNT
from unloop_py.errors import CommandError
from unloop_py.session.standing import just_turned
from unloop_py.vamper.form import read_form

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

ASKED = ("again", "vary", "form", "favourite", "recall")


class Asking:
    """Passes on what is asked, or says why not.

    Parameters
    ----------
    bus : SessionBus
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus

    def ask(self, loop: int, name: str, argument: int | str | None) -> None:
        """Obey one of `ASKED`, or raise CommandError and change nothing."""
        if self._bus.vamper is None:
            raise CommandError(f"{name}: the generator is off, so there are no variations; start with --generator local")
        if name == "form":
            self._form(loop, "" if argument is None else str(argument))
        elif name == "vary":
            self._vary(loop)
        else:
            count = 1 if argument is None else int(argument)
            if not 1 <= count <= MAX_COUNT:
                raise CommandError(f"{name} takes a whole number in 1..{MAX_COUNT}, got {count}")
            getattr(self, f"_{name}")(loop, count)

    def _again(self, loop: int, seams_ago: int) -> None:
        self._bus.vamper.again(loop, seams_ago)

    def _recall(self, loop: int, number: int) -> None:
        self._bus.vamper.recall(loop, number)

    def _favourite(self, loop: int, count: int) -> None:
        """1 is the pass that `keep` would keep: the one that sounds, or just after a seam the one before."""
        status = self._bus.engine.status(loop)
        view, turned = self._bus.loops[loop], just_turned(status, self._bus.sample_rate)
        view.favourites = self._bus.vamper.favourite(loop, count, count - 1 + turned)
        self._bus.tell(Notice("favourite", loop, (len(view.favourites),)))

    def _form(self, loop: int, text: str) -> None:
        self._bus.loops[loop].form = form = read_form(text)
        self._bus.tell(Notice("form", loop, (form,)))

    def _vary(self, loop: int) -> None:
        if self._bus.engine.status(loop).length_frames == 0:
            raise CommandError("vary: the loop is empty; record something first")
        if not self._bus.generating():
            raise CommandError("vary: varying is switched off; generate 1 switches it on")
        if not self._bus.varied.of(loop):
            raise CommandError("vary: vary_mode is 0, so the loop is never varied; 2 varies it when you ask")
        if form := self._bus.loops[loop].form:
            raise CommandError(f"vary: the form {form} says what comes; form without a text switches it off")
        self._bus.vamper.vary(loop)
