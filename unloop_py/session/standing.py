"""Whether a command can be obeyed, known before the engine has got to it.

The engine obeys at the next block, and a player's second press may come before that. So the
session keeps a `Standing`, where the loop will be once everything that was sent has been
obeyed, and asks it first: a command that it refuses never reaches the engine, and whoever
sent it is told why. What cannot be known ahead (what lies under an undo) is None and refuses
nothing; the engine then has the last word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop_py.engine.messages import LAYERS, State, Status
from unloop_py.errors import CommandError

KEEP_GRACE_S = 0.5  # `keep` so soon after a seam means the pass that has just ended


def just_turned(status: Status, sample_rate: int) -> bool:
    """Whether a seam has passed so lately that `keep` means the pass before it."""
    return status.repetition > 0 and status.position_frames < KEEP_GRACE_S * sample_rate


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loop stands, as far as it decides what can be asked of it.

    Attributes
    ----------
    state : State or None
    undo_steps, redo_steps : int or None
    varied : bool or None
        Whether a variation sounds, or sounded within the grace of `keep`.
    muted : bool or None
        Whether it will be silent when it turns (again).
    had_loop : bool or None
        Whether a loop lies under the recording that runs, and comes back if it is dropped.
    """

    state: State | None
    undo_steps: int | None = 0
    redo_steps: int | None = 0
    varied: bool | None = False
    muted: bool | None = False
    had_loop: bool | None = False

    @classmethod
    def of(cls, status: Status, sample_rate: int) -> Standing:
        """Where the loop stands by the engine's own reading."""
        turned = just_turned(status, sample_rate)
        return cls(
            state=status.state,
            undo_steps=status.undo_steps,
            redo_steps=status.redo_steps,
            varied=None if turned else status.tag >= 0,
            muted=None if status.state == State.PAUSED else status.state == State.MUTED,
            had_loop=None,
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
        if self.state is None:
            return self
        if self.state == State.RECORDING:
            return self._recorded(State.PLAYING)
        return replace(self, state=State.RECORDING, had_loop=self.state != State.OFF, varied=False, muted=False)

    def _recorded(self, state: State) -> Standing:
        muted = state == State.MUTED
        return replace(self, state=state, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=False, muted=muted)

    def _overdub(self, argument: int | None) -> Standing:
        if self.state is None:
            return self
        if self.state == State.OFF:
            return self._record(None)
        return self._layer("overdub", State.OVERDUBBING)

    def _replace(self, argument: int | None) -> Standing:
        return self._layer("replace", State.REPLACING)

    def _substitute(self, argument: int | None) -> Standing:
        return self._layer("substitute", State.SUBSTITUTING)

    def _multiply(self, argument: int | None) -> Standing:
        return self._layer("multiply", State.MULTIPLYING)

    def _insert(self, argument: int | None) -> Standing:
        return self._layer("insert", State.INSERTING)

    def _layer(self, name: str, state: State) -> Standing:
        if self.state is None:
            return self
        self._needs_a_loop(name)
        if self.state == State.RECORDING:
            return self._recorded(state)
        if self.state == state:
            return replace(self, state=State.PLAYING, undo_steps=None, redo_steps=0)
        # A variation under a layer is kept first: one step more, perhaps two.
        return replace(self, state=state, undo_steps=None, redo_steps=0, varied=False, muted=False)

    def _undo(self, argument: int | None) -> Standing:
        if self.state == State.RECORDING:
            return replace(self, state=State.OFF if self.had_loop is False else None, varied=None)
        if self.state in (State.MULTIPLYING, State.INSERTING):
            return replace(self, state=State.PLAYING)
        if self.undo_steps == 0:
            raise CommandError("undo: there is nothing to undo; record something first")
        return replace(self, state=None, undo_steps=None, redo_steps=_one_more(self.redo_steps), varied=None)

    def _redo(self, argument: int | None) -> Standing:
        self._not_while_recording("redo")
        if self.redo_steps == 0:
            raise CommandError("redo: there is nothing to redo; it brings back what undo has taken")
        return replace(self, state=None, undo_steps=_one_more(self.undo_steps), redo_steps=None, varied=None)

    def _undo_all(self, argument: int | None) -> Standing:
        if self.undo_steps == 0 and self.state != State.RECORDING:
            raise CommandError("undo_all: there is nothing to undo; record something first")
        return replace(self, state=State.OFF, undo_steps=0, redo_steps=None, varied=False)

    def _redo_all(self, argument: int | None) -> Standing:
        self._not_while_recording("redo_all")
        if self.redo_steps == 0:
            raise CommandError("redo_all: there is nothing to redo; it brings back what undo has taken")
        return replace(self, state=None, undo_steps=None, redo_steps=0, varied=None)

    def _trigger(self, argument: int | None) -> Standing:
        return self._started("trigger", State.PLAYING)

    def _oneshot(self, argument: int | None) -> Standing:
        return self._started("oneshot", State.ONESHOT)

    def _started(self, name: str, state: State) -> Standing:
        self._needs_a_loop(name)
        if self.state == State.RECORDING:
            return self._recorded(state)
        return replace(self, state=state, muted=False)

    def _mute_trigger(self, argument: int | None) -> Standing:
        self._needs_a_loop("mute_trigger")
        if self.state == State.PAUSED:
            raise CommandError("mute_trigger: not while paused; play first")
        return self._trigger(None) if self.state == State.MUTED else self._mute(1)

    def _solo(self, argument: int | None) -> Standing:
        return self

    def _reverse(self, argument: int | None) -> Standing:
        self._needs_a_loop("reverse")
        if self.state == State.RECORDING:
            return self._recorded(State.ONESHOT)
        return replace(self, state=State.PLAYING) if self.state in (*LAYERS, State.SCRATCHING) else self

    def _scratch(self, argument: int | None) -> Standing:
        self._needs_a_loop("scratch")
        self._not_while_recording("scratch")
        if self.state is None:
            return self
        return replace(self, state=State.PLAYING if self.state == State.SCRATCHING else State.SCRATCHING, muted=False)

    def _first(self, argument: int | None) -> Standing:
        self._needs_a_loop("first")
        self._not_while_recording("first")
        state = self.state if self.state in (State.PAUSED, State.MUTED, None) else State.PLAYING
        return replace(self, state=state, undo_steps=None, redo_steps=None, varied=False)

    def _play(self, argument: int | None) -> Standing:
        self._needs_a_loop("play")
        if self.state == State.RECORDING:
            return self._recorded(State.PLAYING)
        return replace(self, state=State.PLAYING, muted=False)

    def _pause(self, argument: int | None) -> Standing:
        self._needs_a_loop("pause")
        if argument == 0 and self.state != State.PAUSED:
            return self
        if self.state == State.RECORDING:
            return self._recorded(State.PAUSED)
        if self.state == State.PAUSED and argument == 1:
            return self
        if self.state == State.PAUSED:
            turning = {None: None, True: State.MUTED, False: State.PLAYING}
            return replace(self, state=turning[self.muted])
        return replace(self, state=None if self.state is None else State.PAUSED)

    def _mute(self, argument: int | None) -> Standing:
        self._needs_a_loop("mute")
        if self.state == State.PAUSED:
            raise CommandError("mute: not while paused; play first")
        if self.state == State.RECORDING:
            if argument == 0:
                self._not_while_recording("mute 0")
            return self._recorded(State.MUTED)
        if self.state is None:
            return replace(self, muted=None)
        mute = self.state != State.MUTED if argument is None else bool(argument)
        if mute:
            return replace(self, state=State.MUTED, muted=True)
        return replace(self, state=State.PLAYING if self.state == State.MUTED else self.state, muted=False)

    def _clear(self, argument: int | None) -> Standing:
        if self.state == State.OFF:
            raise CommandError("clear: the loop is empty already")
        if self.state == State.RECORDING and self.had_loop is not True:
            return replace(self, state=State.OFF, undo_steps=None if self.had_loop is None else self.undo_steps)
        return replace(self, state=State.OFF, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=False)

    def _keep(self, argument: int | None) -> Standing:
        self._needs_a_loop("keep")
        self._not_while_recording("keep")
        if self.state in LAYERS:
            raise CommandError(f"keep: not while {self.state.label}; end that first (play)")
        if self.varied is False:
            raise CommandError("keep: the take itself sounds; keep when a variation does")
        return replace(self, undo_steps=_one_more(self.undo_steps), redo_steps=0, varied=None)

    def _back(self, argument: int | None) -> Standing:
        self._needs_a_loop("back")
        self._not_while_recording("back")
        return replace(self, varied=False)

    def _capture(self, argument: int | None) -> Standing:
        self._not_while_recording("capture")
        return self._recorded(State.PLAYING)

    def _set_sync_pos(self, argument: int | None) -> Standing:
        self._needs_a_loop("set_sync_pos")
        self._not_while_recording("set_sync_pos")
        return self

    def _reset_sync_pos(self, argument: int | None) -> Standing:
        self._needs_a_loop("reset_sync_pos")
        self._not_while_recording("reset_sync_pos")
        return self

    def _melt(self, argument: int | None) -> Standing:
        return self._marked("melt")

    def _guard(self, argument: int | None) -> Standing:
        return self._marked("guard")

    def _unguard(self, argument: int | None) -> Standing:
        return self._marked("unguard")

    def _draw(self, argument: int | None) -> Standing:
        return self._marked("draw")

    def _marked(self, name: str) -> Standing:
        self._needs_a_loop(name)
        self._not_while_recording(name)
        return self

    def _cue(self, argument: int | None) -> Standing:
        return self

    def _accept(self, argument: int | None) -> Standing:
        return self

    def _lock(self, argument: int | None) -> Standing:
        self._needs_a_loop("lock")
        return self

    def _needs_a_loop(self, name: str) -> None:
        if self.state == State.OFF:
            raise CommandError(f"{name}: the loop is empty; record something first")

    def _not_while_recording(self, name: str) -> None:
        if self.state == State.RECORDING:
            raise CommandError(f"{name}: not while recording; end that first (record)")


def _one_more(steps: int | None) -> int | None:
    return None if steps is None else steps + 1
