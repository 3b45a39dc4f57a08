"""The form of a loop: which repetition comes at which seam, as a string such as ``AAAB``. Pure: no clock, no thread.

`A` is the take. Any other letter is one fixed variation: made when it is first wanted, remembered by its tokens, the same
each time that it comes round. `*` is a new one every time.
"""

from __future__ import annotations

from unloop_py.errors import CommandError
from unloop_py.vamper.history import Heard

TAKE, NEW = "A", "*"
LONGEST = 64


def read_form(text: str) -> str:
    """A form as it was meant: capital letters and ``*`` without spaces; empty = none.

    Raises
    ------
    CommandError
        Names what is no letter and its place, or the longest that a form may be.
    """
    form = "".join(text.split()).upper()
    for place, letter in enumerate(form, 1):
        if letter != NEW and not "A" <= letter <= "Z":
            raise CommandError(f"form: {letter!r} at place {place} of {form[:LONGEST]!r} is neither a letter nor *: "
                               "write AAAB, or ABAC, or A*; empty switches it off")
    if len(form) > LONGEST:
        raise CommandError(f"form: at most {LONGEST} letters, got {len(form)}")
    return form


class Form:
    """Where a loop is in its form. One thread.

    Attributes
    ----------
    text : str
        Empty = none.
    known : dict of str to Heard
        The fixed variations that have been made, by their letters.
    """

    def __init__(self) -> None:
        self.text = ""
        self.known: dict[str, Heard] = {}
        self._coming = 0                        # place of the letter that the seam ahead brings

    def set(self, text: str) -> None:
        """Begin another form at its first letter with the seam ahead; its letters stay what they were, until there is none."""
        if text != self.text:
            self.text, self._coming = text, 0
        if not text:
            self.known.clear()

    def passed(self) -> None:
        """A seam was passed."""
        if self.text:
            self._coming = (self._coming + 1) % len(self.text)

    @property
    def coming(self) -> str:
        """The letter that the seam ahead brings; "" without a form."""
        return self.text[self._coming] if self.text else ""

    def to_make(self, has_new: bool) -> tuple[int, str] | None:
        """What has to be made next: how many seams after the one ahead it is wanted, and its letter; None when all is there.

        `has_new`: a new one lies ready already.
        """
        for ahead in range(len(self.text)):
            letter = self.text[(self._coming + ahead) % len(self.text)]
            if letter == NEW and not has_new or letter not in (TAKE, NEW) and letter not in self.known:
                return ahead, letter
        return None
