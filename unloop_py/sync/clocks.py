"""The clocks that need no other machine: the instrument's own tempo, and a loop that the others follow. Pure."""

from __future__ import annotations

from unloop_py.sync.beat_line import BeatLine, line_at_tempo


class InternalClock:
    """Beats at the player's tempo. A `Clock`; any one thread at a time.

    Parameters
    ----------
    tempo_bpm : float
    sample_rate : int
    """

    def __init__(self, tempo_bpm: float, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._line = _certain(0.0, 0.0, tempo_bpm, sample_rate)

    def line(self, frame: int) -> BeatLine | None:
        """The beats at the tempo that was set last."""
        return self._line

    def set_tempo(self, tempo_bpm: float, frame: int) -> None:
        """Another tempo from engine frame `frame` on; the beat that is under way goes on where it is."""
        self._line = _certain(frame, self._line.beat_at(frame), tempo_bpm, self._sample_rate)

    def put_beat(self, frame: int, beat: float | None = None) -> None:
        """Move the beats so that `beat`, by default the nearest whole one, lies at engine frame `frame`."""
        whole = float(round(self._line.beat_at(frame))) if beat is None else beat
        self._line = BeatLine(frame, whole, self._line.frames_per_beat)


def _certain(frame: float, beat: float, tempo_bpm: float, sample_rate: int) -> BeatLine:
    line = line_at_tempo(frame, beat, tempo_bpm, sample_rate)
    assert line is not None, tempo_bpm  # the table of parameters has checked it
    return line


def line_of_loop(seam_frame: int, length_frames: int, beats: int, repetition: int = 0, sync_pos: int = 0) -> BeatLine | None:
    """The beats of a loop that others follow, counted on from pass to pass; None while it does not turn.

    Parameters
    ----------
    seam_frame : int
        Engine frame of its next seam, -1 when none is coming.
    length_frames, beats : int
        How long it is, and how many beats it holds.
    repetition : int
        Seams since it was recorded.
    sync_pos : int
        The frame of the loop from which its beats are counted.
    """
    if seam_frame < 0 or length_frames <= 0 or beats <= 0:
        return None
    return BeatLine(seam_frame - length_frames + sync_pos, float(beats * repetition), length_frames / beats)
