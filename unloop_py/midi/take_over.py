"""A knob that does not stand where its parameter is: what turning it does. Pure; one `TakeOver` for each knob and loop."""

from __future__ import annotations

from unloop_py.control.midi_bindings import TakeOver as Mode

NEAR = 1.5 / 127
"""Closer than a step and a half of a 7-bit knob is there."""


class TakeOver:
    """Follows one knob of one parameter.

    With "pickup" it does nothing until it comes to where the parameter is, or passes it; from then on it moves it, until somebody else
    does. So the last to have picked it up has it, and two hands on one parameter never pull it to and fro.

    Parameters
    ----------
    mode : {"pickup", "jump", "scale"}
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._stood: float | None = None
        self._own: float | None = None

    def move(self, position: float, value_position: float, value: float) -> float | None:
        """The knob has been turned.

        Parameters
        ----------
        position : float
            0..1 where it stands now.
        value_position, value : float
            Where it would have to stand for the parameter's value now, and that value.

        Returns
        -------
        float or None
            0..1 where the parameter goes; None where it stays.
        """
        stood, self._stood = self._stood, position
        if self._mode == "jump" or value == self._own or abs(position - value_position) <= NEAR:
            return position
        if stood is None or stood == position:
            return None
        if (stood - value_position) * (position - value_position) <= 0:
            return position
        if self._mode == "pickup":
            return None
        # Each way as far as is left: both come to the end together, or meet before.
        left = (1.0 - value_position) / (1.0 - stood) if position > stood else value_position / stood
        return min(1.0, max(0.0, value_position + (position - stood) * left))

    def moved(self, value: float, position: float) -> None:
        """What it moved the parameter to, `position` being where the knob would have to stand for it."""
        if self._mode != "scale" or (self._stood is not None and abs(self._stood - position) <= NEAR):
            self._own = value

    def told(self, position: float, value: float) -> None:
        """The knob was moved there by us: a ring, or a fader with a motor."""
        self._stood, self._own = position, value
