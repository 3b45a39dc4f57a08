"""`Looper`: the instrument without a device, for composing in a script."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from unloop_py.api.asking import LOOPER_ROWS, given, whole
from unloop_py.api.generators import asked
from unloop_py.api.playing import Playing
from unloop_py.api.sound import loop_for, rate_of, samples_of
from unloop_py.api.tape import Tape
from unloop_py.audio_io.loop_file import at_rate, with_channels
from unloop_py.control.nearest import nearest
from unloop_py.engine.engine import MAX_CHANNELS, MAX_LOOPS, SAMPLE_RATES
from unloop_py.engine.layout import MAX_ENDS
from unloop_py.engine.messages import CommandKind
from unloop_py.errors import CommandError, ParameterError
from unloop_py.generator.spec import Generator

LONGEST_PLAY_S = 3600.0     # of one call: an hour of stereo is 1.3 GB
PRESSES = ("undo", "redo", "undo_all", "redo_all", "keep", "back", "clear", "first", "play", "trigger", "oneshot", "reverse",
           "mute", "pause", "lock", "generate", "solo")  # fmt: skip
SWITCHES = ("mute", "pause", "lock", "generate", "solo")


class Looper:
    """Loops that play without a device, faster than real time: the engine and the generator of the instrument.

    Time passes only in `play` and `overdub`; what is done between them happens at once, at the next frame. Variations come in at the
    seams; none is ever late. Loops and layers count as at the instrument: the first loop is 1, what was recorded varies, and what was
    laid on top stays as it was played.

    Parameters
    ----------
    rate : int
        44100 or 48000 Hz. What comes at another one is converted.
    channels : int
        1 or 2.
    loops : int
        1..16. Of up to seven stereo loops, `export` also writes what each of them played.
    seed : int
        The same seed gives the same samples; 0 draws one, which `seed` tells.
    generator, model, token, ca, compute
        As `vamp` takes them.
    max_loop_s : float
        The longest loop, 1..600 s.
    progress : callable, optional
        Told the share, 0..1, of each variation while it is made.
    **parameters
        Of all loops, as `set` takes them.

    Attributes
    ----------
    rate, channels, loops, seed : int

    Raises
    ------
    ParameterError
        What was asked for cannot be; also a ValueError.
    UnloopError
        The generator cannot be had, or did not do it.

    Notes
    -----
    One thread. Leaving a ``with``, or `close`, ends a generator that was opened for it.

    Examples
    --------
    >>> from unloop_py import Looper
    >>> from unloop_py.audio_io.groove import groove
    >>> with Looper(seed=7, model="tiny", steps=2) as looper:
    ...     looper.record(groove(44_100)[:66_150])
    ...     once = looper.play(1)                    # the first pass is what was played
    ...     looper.set("variation", 1.0)
    ...     varied = looper.play(2)
    >>> once.shape, varied.shape
    ((66150, 2), (132300, 2))
    """

    def __init__(self, rate: int = 44_100, channels: int = 2, *, loops: int = 1, seed: int = 0, generator: str | Generator = "local",
                 model: str | None = None, token: str | None = None, ca: str | None = None, compute: str | None = None,
                 max_loop_s: float = 60.0, progress: Callable[[float], None] | None = None, **parameters: Any) -> None:
        values = given({"seed": seed} | parameters, LOOPER_ROWS)
        if rate not in SAMPLE_RATES:
            raise ParameterError(f"rate is one of {', '.join(map(str, SAMPLE_RATES))} Hz, got {rate!r:.40}")
        self.rate, self.channels = int(rate), whole("channels", channels, 1, MAX_CHANNELS)
        self.loops = whole("loops", loops, 1, MAX_LOOPS)
        self._apart = self.loops > 1 and self.channels * (self.loops + 1) <= MAX_ENDS
        self._tape = Tape(self.rate, self.channels)
        self._recorded: dict[int, np.ndarray] = {}      # what begins at the next frame
        with contextlib.ExitStack() as stack:
            opened = stack.enter_context(asked(generator, model, token=token, ca=ca, compute=compute))
            self._playing = Playing(opened, self.rate, self.channels, max_loop_s, n_loops=self.loops, apart=self._apart,
                                    seed=int(values["seed"]), progress=progress)
            self._stack = stack.pop_all()
        self.seed = self._playing.seed
        for loop in range(self.loops):
            self._playing.store.update(loop, values)

    def __enter__(self) -> Looper:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End a generator that was opened for this looper; safe to call twice."""
        self._stack.close()

    # -- what is played into it ------------------------------------------------------------------------------------------

    def record(self, audio: Any, rate: int | None = None, *, loop: int = 1) -> None:
        """Have a loop begin now, as if it had been recorded until now. No time passes.

        Parameters
        ----------
        audio : array or path
            As `vamp` takes it; of a file whose marks name a loop, that loop.
        rate : int, optional
            Of an array, in Hz; the looper's own if not given.
        loop : int
            Where there is one already, `undo` brings it back.

        Raises
        ------
        ParameterError, AudioFileError
            It is no loop.
        """
        number = self._number(loop)
        sound = loop_for(audio, rate, self.rate, self.channels)
        if len(sound) > self._playing.engine.max_loop_frames:
            raise ParameterError(f"audio lasts {len(sound) / self.rate:.1f} s: max_loop_s is "
                                 f"{self._playing.engine.max_loop_frames / self.rate:g}")
        self._playing.load(number, sound)
        self._recorded[number] = sound

    def overdub(self, audio: Any, rate: int | None = None, *, loop: int = 1) -> np.ndarray:
        """Lay something on top of a loop from now on; time passes while it is played.

        Parameters
        ----------
        audio : array
            Of any length: it goes round where it is longer than the loop.
        rate : int, optional
            The looper's own if not given.
        loop : int

        Returns
        -------
        ndarray (frames, channels) float32
            What sounded meanwhile.

        Raises
        ------
        ParameterError
            It is no sound.
        CommandError
            There is no loop to lay it on.
        """
        number = self._there(loop)
        own = self.rate if rate is None else rate_of(rate)
        sound = with_channels(at_rate(samples_of(audio), own, self.rate), self.channels)
        now = self._playing.engine.frame()
        first = self._run(sound[:1])  # what was done before is done then, and the overdub reaches back to it
        self._playing.send(CommandKind.OVERDUB, number, frame=now)
        self._playing.send(CommandKind.OVERDUB, number, frame=now + len(sound))
        return np.concatenate((first, self._run(sound[1:])))

    def play(self, passes: float | None = None, *, seconds: float | None = None, loop: int = 1) -> np.ndarray:
        """Let time pass: whole passes of a loop, parts of one, or seconds.

        What was set before is heard from the next repetition on that has not begun to come in: after whole passes that is the one after
        the next, for the next is already fading in where this ends. (Where `vary_mode` was set to 0 a pass ago nothing is, and the end
        leads into the beginning, as the last pass of `unloop render` does.)

        Parameters
        ----------
        passes : float, optional
            Of the loop `loop`, at its speed; 1 if nothing is said.
        seconds : float, optional
            Instead.

        Returns
        -------
        ndarray (frames, channels) float32
            What sounded.

        Raises
        ------
        ParameterError
            A length that is none, or more than an hour.
        CommandError
            There is no loop of which it could be passes.
        UnloopError
            The generator could not make a variation. What sounded until then is in `played`, and it can be asked again.
        """
        if seconds is None:
            asked_for, unit = 1 if passes is None else passes, self._length(loop) / self.rate
        elif passes is None:
            asked_for, unit = seconds, 1.0
        else:
            raise ParameterError("play takes passes or seconds, not both")
        if isinstance(asked_for, bool) or not isinstance(asked_for, (int, float, np.integer, np.floating)):
            raise ParameterError(f"play takes a number of passes or seconds, got {asked_for!r:.40}")
        if not math.isfinite(asked_for) or not 0.0 < asked_for * unit <= LONGEST_PLAY_S:
            raise ParameterError(f"play takes more than 0 and up to {LONGEST_PLAY_S:g} s at a time, got {asked_for * unit:g} s")
        if seconds is None and self._playing.pressed:  # what was pressed may have made it another loop
            first = self._run(self._silence(1))
            unit = self._length(loop) / self.rate if self._has(self._number(loop)) else unit
            return np.concatenate((first, self._run(self._silence(max(1, round(float(asked_for) * unit * self.rate)) - 1))))
        return self._run(self._silence(max(1, round(float(asked_for) * unit * self.rate))))

    # -- what is done with it --------------------------------------------------------------------------------------------

    def set(self, name: str, value: float | str, *, loop: int | None = None) -> None:
        """Set a parameter of a loop, or of all of them.

        Parameters
        ----------
        name : str
            `variation`, a prompt, `steps` or `seed`; when it varies (`vary_mode`, `vary_every`, `drift_limit`); how it sounds (`mix`,
            `wet`, `speed`, `feedback`, `seam_ms`, ...). `unloop params` lists them.
        value : float or str
        loop : int, optional

        Raises
        ------
        ParameterError
            A name that is none of these, naming the nearest, or a value out of its range.
        """
        values = given({name: value}, LOOPER_ROWS)
        for number in range(self.loops) if loop is None else (self._number(loop),):
            self._playing.store.update(number, values)

    def get(self, name: str, *, loop: int = 1) -> float | int:
        """A parameter's value. Raises ParameterError."""
        return self._playing.store.get(self._number(loop), name)

    def press(self, command: str, value: float | None = None, *, loop: int = 1) -> None:
        """Press something: ``undo``, ``redo``, ``keep``, ``back``, ``clear``, ``first``, ``play``, ``trigger``, ``oneshot``,
        ``reverse``, ``mute``, ``pause``, ``lock``, ``generate``, ``solo``, ``undo_all`` or ``redo_all``. It happens at the next frame.

        Parameters
        ----------
        command : str
        value : float, optional
            1 or 0 where it is a switch; without it, the other of the two.
        loop : int

        Raises
        ------
        ParameterError
            A word that is none of these, naming the nearest.
        CommandError
            There is no loop.
        """
        if command not in PRESSES:
            raise ParameterError(f"{command!r} cannot be pressed: the nearest is {nearest(str(command), PRESSES)!r}")
        if value is not None and (command not in SWITCHES or value not in (0, 1)):
            raise ParameterError(f"{command} takes {'1, 0 or nothing' if command in SWITCHES else 'no value'}, got {value!r:.40}")
        number = self._number(loop) if command in ("undo", "redo", "undo_all", "redo_all") else self._there(loop)
        self._playing.send(CommandKind[command.upper()], number, value=math.nan if value is None else float(value))

    def undo(self, *, loop: int = 1) -> None:
        """Take back what was done last to a loop: an overdub, a recording, a keep."""
        self.press("undo", loop=loop)

    def redo(self, *, loop: int = 1) -> None:
        """Do again what was taken back."""
        self.press("redo", loop=loop)

    def keep(self, *, loop: int = 1) -> None:
        """Make the variation that sounds the take, that all others start from; within half a second after a seam, and so after whole
        passes, the one that has just ended.
        """
        self.press("keep", loop=loop)

    def vary(self, *, loop: int = 1) -> None:
        """With `vary_mode` 2: have one variation come in at the next seam."""
        self._playing.loops[self._there(loop)].asked = True

    # -- what came of it -------------------------------------------------------------------------------------------------

    @property
    def played(self) -> np.ndarray:
        """All that sounded so far: (frames, channels) float32."""
        return self._tape.part()

    def take(self, *, loop: int = 1) -> np.ndarray:
        """The take of a loop, with what lies on top of it: (frames, channels) float32. Raises CommandError where there is none.

        What was laid on top or pressed is in it 10 ms of playing later.
        """
        number = self._there(loop)
        if number in self._recorded:
            return self._recorded[number].copy()
        state = self._playing.loops[number].state
        return state.take.audio.copy() if state.on_top is None else state.take.audio + state.on_top

    def state(self, *, loop: int = 1) -> str:
        """What a loop did last, in the instrument's words: ``off``, ``playing``, ``muted``, ``paused``, ..."""
        return self._playing.engine.status(self._number(loop)).state.label

    def export(self, folder: str | Path) -> list[Path]:
        """Write everything into a new or empty folder, ready for a DAW.

        Parameters
        ----------
        folder : str or Path
            The folder that it stands in must be there.

        Returns
        -------
        list of Path
            ``master.wav``, all that sounded; ``loop N.wav``, each loop's take, marked as a loop; and, of several loops,
            ``loop N performance.wav``, what each of them played, as long as the master.

        Raises
        ------
        AudioFileError
            Nothing can be written there, or something is there already.
        """
        takes = {number: self.take(loop=number) for number in range(1, self.loops + 1) if self._has(number - 1)}
        return self._tape.export(folder, takes, range(1, self.loops + 1) if self._apart else range(0))

    # -- within ----------------------------------------------------------------------------------------------------------

    def _run(self, audio: np.ndarray) -> np.ndarray:
        self._recorded.clear()
        played = [np.empty((0, self.channels), np.float32)]
        for piece in self._playing.pieces(audio):
            self._tape.add(piece)
            played.append(piece[:, : self.channels])
        return np.concatenate(played)

    def _silence(self, frames: int) -> np.ndarray:
        return np.zeros((frames, self.channels), np.float32)

    def _length(self, loop: Any) -> float:
        """Frames of a pass of a loop at its speed. Raises CommandError."""
        number = self._there(loop)
        recorded = self._recorded.get(number)
        frames = self._playing.engine.status(number).length_frames if recorded is None else len(recorded)
        return frames / float(self._playing.store.get(number, "speed"))

    def _number(self, loop: Any) -> int:
        """A loop's number from 0. Raises ParameterError."""
        return whole("loop", loop, 1, self.loops) - 1

    def _has(self, number: int) -> bool:
        """Whether a loop holds something, as far as was heard."""
        return number in self._recorded or self._playing.loops[number].state is not None

    def _there(self, loop: Any) -> int:
        """A loop's number from 0, that holds something. Raises CommandError."""
        number = self._number(loop)
        if not self._has(number):
            raise CommandError(f"nothing is recorded in loop {loop}: record it first")
        return number
