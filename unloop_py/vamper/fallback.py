"""A generator elsewhere that is late too often is stood in for by one on this machine, and returns when it answers again.

Both ways the one that comes is loaded beside the one on stage and steps in when it holds the takes, as any other model does:
nothing of it is heard. Between two tries of the one elsewhere there is a pause, which grows until it has kept time for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from unloop_py.vamper.understudy import MakeWorker, Understudy, Wings

DEFAULT_AFTER = 2       # late repetitions
FORGIVEN = 4            # repetitions in time, one after another, by which the late ones before are forgotten
STEADY = 8              # ... and by which one that has returned is trusted as it was at first
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0

FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who plays while the generator elsewhere does not.

    Attributes
    ----------
    elsewhere : str
        What the player calls the generator that is stood in for: its address.
    home : str
        The name of its model; "" until it has said that itself.
    model : str
        The name of the stand-in's.
    factory : str
        ``"package.module:function"`` that loads it.
    arguments : dict
        What that is given.
    after : int
        Late repetitions of a loop that are borne.
    """

    elsewhere: str
    home: str
    model: str
    factory: str
    arguments: dict[str, Any] = field(default_factory=dict)
    after: int = DEFAULT_AFTER


class Fallback:
    """Whose turn it is, the generator's elsewhere or its stand-in's. Vamper's thread.

    Parameters
    ----------
    stand_in : StandIn or None
        None: there is nobody else, and nothing here ever happens.
    make_stand_in : MakeWorker
    wings : Wings
        Where the one that is to come is loaded.
    home : tuple of object and MakeWorker
        The identity of the model elsewhere, and what makes its worker.
    notice : callable
        Given a line for the player.

    Attributes
    ----------
    away : bool
        Whether the stand-in plays.
    """

    def __init__(self, stand_in: StandIn | None, make_stand_in: MakeWorker, wings: Wings, home: tuple[object, MakeWorker],
                 notice: Callable[[str], None]) -> None:
        self._stand_in, self._wings, self._notice = stand_in, wings, notice
        self._make_stand_in = make_stand_in
        self._home: tuple[str, object, MakeWorker] = ("" if stand_in is None else stand_in.home, *home)
        self.away = False
        self._late: dict[int, int] = {}         # by loop
        self._in_time: dict[int, int] = {}      # by loop, one after another
        self._pause_s = FIRST_PAUSE_S
        self._due_s = -FOREVER                  # not before that is the other one tried
        self._told = ""                         # why the stand-in cannot come: once

    @property
    def next_look_s(self) -> float:
        """When `look` has something to do although nothing happened."""
        return self._due_s if self._wants_to_try else FOREVER

    def is_called(self, name: str) -> None:
        """The model elsewhere has said its name."""
        if not self.away:
            self._home = (self._home[0] or name, *self._home[1:])

    def passed(self, loop: int, found: bool | None) -> None:
        """A loop has passed a seam: did it find a repetition, or none although one was owed? None: neither."""
        if found is None or self._stand_in is None or self.away:
            return
        if not found:
            self._late[loop] = self._late.get(loop, 0) + 1
            self._in_time[loop] = 0
            return
        self._in_time[loop] = self._in_time.get(loop, 0) + 1
        if self._in_time[loop] >= FORGIVEN:
            self._late[loop] = 0
        if self._in_time[loop] >= STEADY:
            self._pause_s = FIRST_PAUSE_S

    def look(self, now_s: float) -> None:
        """Have the one that should play loaded, if it is time."""
        if not self._wants_to_try or now_s < self._due_s:
            return
        if self.away:
            name, identity, make_worker = self._home
        else:
            name, identity, make_worker = self._stand_in.model, self._stand_in, self._make_stand_in
        self._wings.call(name, identity, make_worker, now_s, lambda why: self._gone(why, now_s))

    def is_stand_in(self, understudy: Understudy) -> bool:
        """Whether this one comes because the one on stage is late: it need not wait for what that has in hand."""
        return understudy.identity is self._stand_in

    def stepped_in(self, understudy: Understudy, now_s: float) -> bool:
        """Another one plays from now on; whether the player is to be told its model's name, because it is another or was asked for."""
        if self._stand_in is None:
            return True
        was_away, self.away = self.away, self.is_stand_in(understudy)
        before = self._stand_in.model if was_away else self._home[0]
        self._late.clear()
        self._in_time.clear()
        if self.away:
            self._wait(now_s)
            self._notice(f"{self._stand_in.elsewhere} is late: the model {understudy.name} on this machine makes the repetitions until "
                         "it is back")
            return understudy.name != before
        self._due_s, self._told = -FOREVER, ""
        self._home = (understudy.called, understudy.identity, understudy.make_worker)
        if was_away:
            self._notice(f"{self._stand_in.elsewhere} is back and makes the repetitions again")
        return understudy.ordered or understudy.called != before

    @property
    def _wants_to_try(self) -> bool:
        if self._stand_in is None or self._wings.busy:
            return False
        return self.away or any(late >= self._stand_in.after for late in self._late.values())

    def _gone(self, why: str | None, now_s: float) -> None:
        """The one that was to come does not; with no reason, it made way for an order of the player's."""
        if why is None:
            return
        self._wait(now_s)
        if not self.away and why != self._told:
            self._told = why
            self._notice(f"the model {self._stand_in.model} on this machine could not be loaded ({why}), so that it cannot stand in")

    def _wait(self, now_s: float) -> None:
        self._due_s = now_s + self._pause_s
        self._pause_s = min(2.0 * self._pause_s, LONGEST_PAUSE_S)
