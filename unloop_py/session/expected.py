"""The loop as it will stand when everything that was sent has been obeyed: the engine's reading plus what is on its way."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from unloop_py.engine.messages import Status
from unloop_py.errors import CommandError
from unloop_py.session.standing import Standing


@dataclass(frozen=True, slots=True, order=True)
class _Sent:
    frame: int
    number: int
    name: str
    argument: int | None


class Expected:
    """Follow one loop ahead of the engine. Under the conductor's lock.

    Parameters
    ----------
    sample_rate : int
    settle_frames : int
        Frames after which a command is certainly part of the engine's reading: two blocks.
    """

    def __init__(self, sample_rate: int, settle_frames: int) -> None:
        self._sample_rate = sample_rate
        self._settle_frames = settle_frames
        self._base = Standing(state=None, undo_steps=None, redo_steps=None, varied=None)
        self._sent: list[_Sent] = []
        self._number = 0

    def standing(self, status: Status, frame: int | None = None) -> Standing:
        """Where the loop will stand at `frame`, once the commands up to it have been obeyed.

        Parameters
        ----------
        status : Status
            The engine's reading now.
        frame : int or None
            None is the start of the next block.
        """
        now = status.frame
        # Around its own frame a command may or may not be in the reading: keep to the last certain one.
        if not any(now - self._settle_frames < sent.frame <= now + self._settle_frames for sent in self._sent):
            self._base = Standing.of(status, self._sample_rate)
            self._sent = [sent for sent in self._sent if sent.frame > now]
        until = now + self._settle_frames if frame is None else frame
        standing = self._base
        for sent in sorted(self._sent):
            if sent.frame <= until:
                with contextlib.suppress(CommandError):  # one for an earlier frame came later and took its ground
                    standing = standing.after(sent.name, sent.argument)
        return standing

    def cancelled(self, name: str, frame: int) -> None:
        """Forget a command that was handed to the engine for a frame and taken back before."""
        self._sent = [sent for sent in self._sent if (sent.name, sent.frame) != (name, frame)]

    def sent(self, status: Status, name: str, argument: int | None, frame: int | None) -> None:
        """Note a command that was handed to the engine."""
        self._number += 1
        effect = status.frame if frame is None else max(frame, status.frame)
        self._sent.append(_Sent(effect, self._number, name, argument))
