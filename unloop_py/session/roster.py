"""Which loops there are, and which of them keys mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

COMMANDS = ("select", "select_next", "select_prev", "select_all", "loop_add", "loop_del")


class Roster:
    """Adds loops and deletes them, and selects one or all.

    Parameters
    ----------
    bus : SessionBus

    Attributes
    ----------
    selected : int
        The loop that keys mean, from 0.
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus
        self.selected = 0
        self._all = False

    @property
    def chosen(self) -> tuple[int, ...]:
        """The selected loop, or all of them while all are selected."""
        return tuple(range(self._bus.n_loops)) if self._all else (self.selected,)

    def obey(self, name: str, argument: int | str | None) -> None:
        """Obey one of COMMANDS. Under the bus's lock. Raises CommandError."""
        if name == "loop_add":
            self._add()
        elif name == "loop_del":
            self._delete()
        elif name == "select_all":
            self._all = True
            self._bus.tell(Notice("select", None, (0,)))
        else:
            self._select(name, 1 if argument is None else int(argument))

    def _select(self, name: str, number: int) -> None:
        count, before = self._bus.n_loops, self.selected
        if name == "select" and not 1 <= number <= count:
            raise CommandError(f"select: loop must be in 1..{count}, got {number}")
        step = {"select": number - 1, "select_next": before + 1, "select_prev": before - 1}[name]
        self.selected = step % count
        were_all, self._all = self._all, False
        if self.selected != before or were_all:
            self._bus.tell(Notice("select", None, (self.selected + 1,)))

    def _add(self) -> None:
        """One loop more, as the parameters have it."""
        bus, loop = self._bus, self._bus.n_loops
        if loop == bus.engine.capacity:
            raise CommandError(f"loop_add: there are {loop} loops, and there can be no more; loop_del takes the last away")
        bus.send(Command(CommandKind.LOOP_ADD, loop))
        self._count(loop + 1)
        bus.mixer.tell_all(loop)
        bus.varied.send(loop)

    def _delete(self) -> None:
        """The last loop is there no more, but everything of it is."""
        bus, loop = self._bus, self._bus.n_loops - 1
        if loop == 0:
            raise CommandError("loop_del: there is only one loop; clear empties it")
        bus.send(Command(CommandKind.GENERATE, loop, value=0.0))
        bus.send(Command(CommandKind.LOOP_DEL, loop))
        bus.timing.forget(loop)
        if self.selected == loop:
            self._select("select_prev", 1)
        self._count(loop)

    def _count(self, count: int) -> None:
        self._bus.store.n_loops = self._bus.feet.n_loops = count
        self._bus.tell(Notice("loops", None, (count,)))
