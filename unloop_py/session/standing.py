"""Whether a command can be obeyed, known before the engine has got to it.

The engine obeys at the next block, and a player's second press may come before that. So the
session keeps a `Standing`, where the loop will be once everything that was sent has been
obeyed, and asks it first: a command that it refuses never reaches the engine, and whoever
sent it is told why. What cannot be known ahead (what lies under an undo) is None and refuses
nothing; the engine then has the last word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop_py.engine.messages import Flag, State, Status
from unloop_py.errors import CommandError

KEEP_GRACE_S = 0.5  # `keep` so soon after a seam means the pass that has just ended

TAKING = (State.RECORDING, State.OVERDUBBING)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loop stands, as far as it decides what can be asked of it.

    Attributes
    ----------
    state : State or None
    undo_steps, redo_steps : int or None
    varied : bool or None
        Whether a variation sounds, or sounded within the grace of `keep`.
    muted, locked : bool
    had_loop : bool
        Whether a loop lies under the recording that runs, and comes back if it is dropped.
    """

    state: State | None
    undo_steps: int | None = 0
    redo_steps: int | None = 0
    varied: bool | None = False
    muted: bool = False
    locked: bool = False
    had_loop: bool = False

    @classmethod
    def of(cls, status: Status, sample_rate: int) -> Standing:
        """Where the loop stands by the engine's own reading."""
        just_swapped = status.repetition > 0 and status.position_frames < KEEP_GRACE_S * sample_rate
        return cls(
            state=status.state,
            undo_steps=status.undo_steps,
            redo_steps=status.redo_steps,
            varied=True if status.tag >= 0 else (None if just_swapped else False),
            muted=status.state == State.MUTED,
            locked=bool(status.flags & Flag.LOCKED),
            had_loop=status.take > 0,
        )

    def after(self, name: str, argument: int | None = None) -> Standing:
        """Where the loop will stand once a command of the table has been obeyed.

        Parameters
        ----------
        name : str
            A command of one loop, except "again".
        argument : int or None
            0 or 1 sets a toggle, None flips it.

        Raises
        ------
        CommandError
            If it cannot be obeyed; says what the loop is doing and what to do first.
        """
        return getattr(self, f"_{name}")(argument)

    def _record(self, argument: int | None) -> Standing:
        if self.state == State.RECORDING:
            return self._recorded(State.PLAYING)
        return replace(
            self,
            state=None if self.state is None else State.RECORDING,
            had_loop=self.state != State.OFF,
            varied=False,
            muted=False,
        )

    def _recorded(self, state: State) -> Standing:
        return replace(self, state=state, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=False)

    def _overdub(self, argument: int | None) -> Standing:
        if self.state is None:
            return self
        if self.state == State.OFF:
            return self._record(None)
        if self.state == State.RECORDING:
            return self._recorded(State.OVERDUBBING)
        if self.state == State.OVERDUBBING:
            return replace(self, state=State.PLAYING)
        # A variation under an overdub is kept first: one step more, perhaps two.
        return replace(self, state=State.OVERDUBBING, undo_steps=None, redo_steps=0, varied=False, muted=False)

    def _undo(self, argument: int | None) -> Standing:
        if self.state == State.RECORDING:
            return replace(self, state=None if self.had_loop else State.OFF)
        if self.undo_steps == 0 and self.state != State.OVERDUBBING:
            raise CommandError("undo: there is nothing to undo; record something first")
        return replace(self, state=None, undo_steps=_one_less(self.undo_steps), redo_steps=_one_more(self.redo_steps))

    def _redo(self, argument: int | None) -> Standing:
        self._not_while_taking("redo")
        if self.redo_steps == 0:
            raise CommandError("redo: there is nothing to redo; it brings back what undo has taken")
        return replace(self, state=None, undo_steps=_one_more(self.undo_steps), redo_steps=_one_less(self.redo_steps))

    def _play(self, argument: int | None) -> Standing:
        self._needs_a_loop("play")
        if self.state == State.RECORDING:
            return self._recorded(State.PLAYING)
        return replace(self, state=State.PLAYING, muted=False)

    def _pause(self, argument: int | None) -> Standing:
        self._needs_a_loop("pause")
        if self.state == State.RECORDING:
            return self._recorded(State.PAUSED)
        return replace(self, state=State.PLAYING if self.state == State.PAUSED else State.PAUSED)

    def _mute(self, argument: int | None) -> Standing:
        self._needs_a_loop("mute")
        mute = (not self.muted) if argument is None else bool(argument)
        if self.state == State.RECORDING:
            return self._recorded(State.MUTED)._mute(argument) if mute else self
        if mute:
            return replace(self, state=State.MUTED, muted=True)
        return replace(self, state=State.PLAYING if self.state == State.MUTED else self.state, muted=False)

    def _clear(self, argument: int | None) -> Standing:
        if self.state == State.OFF:
            raise CommandError("clear: the loop is empty already")
        if self.state == State.RECORDING and not self.had_loop:
            return replace(self, state=State.OFF)
        return replace(self, state=State.OFF, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=False)

    def _keep(self, argument: int | None) -> Standing:
        self._needs_a_loop("keep")
        self._not_while_taking("keep")
        if self.varied is False:
            raise CommandError("keep: the take itself sounds; there is a variation to keep after the next seam that brings one")
        return replace(self, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=None)

    def _back(self, argument: int | None) -> Standing:
        self._needs_a_loop("back")
        self._not_while_taking("back")
        return replace(self, varied=False)

    def _lock(self, argument: int | None) -> Standing:
        self._needs_a_loop("lock")
        return replace(self, locked=(not self.locked) if argument is None else bool(argument))

    def _needs_a_loop(self, name: str) -> None:
        if self.state == State.OFF:
            raise CommandError(f"{name}: the loop is empty; record something first")

    def _not_while_taking(self, name: str) -> None:
        if self.state in TAKING:
            raise CommandError(f"{name}: not while {self.state.label}; end that first (play)")


def _one_more(steps: int | None) -> int | None:
    return None if steps is None else steps + 1


def _one_less(steps: int | None) -> int | None:
    return None if steps is None else max(steps - 1, 0)
