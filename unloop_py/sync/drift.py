"""How far a loop's next seam has to move to lie on its clock's boundary. Pure; any thread.

A loop is a whole number of frames long and a beat is not, and clocks wander: left alone, a loop slips by a fraction of a
frame each time round. So its seam moves, and nothing within it: every pass begins where the clock says.
"""

from __future__ import annotations

from dataclasses import dataclass

from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import nearest_frame

SHARE_OF_LOOP = 0.02
"""A clock whose tempo has left the loop's by more is not followed: a loop that is not stretched cannot."""
STRAYED_BEATS = 0.125
"""A loop that lies further from its boundary was put there, by a pause perhaps, and is left there."""


@dataclass(frozen=True, slots=True)
class Slaved:
    """A loop that was recorded from boundary to boundary of a clock.

    Attributes
    ----------
    first_beat : float
        The clock's beat at which its recording began.
    beats : float
        The clock's beats that it holds.
    """

    first_beat: float
    beats: float


def seam_target(line: BeatLine, slaved: Slaved, seam_frame: int, length_frames: int, most_frames: int) -> int:
    """Where the next seam is to lie.

    Parameters
    ----------
    line : BeatLine
    slaved : Slaved
    seam_frame, length_frames : int
        Of the loop as it stands.
    most_frames : int
        A seam moves by at most so many; what is left over, the seams after it move.

    Returns
    -------
    int
        An engine frame; `seam_frame` itself where nothing is to be moved.
    """
    exact = slaved.beats * line.frames_per_beat
    if abs(exact - length_frames) > SHARE_OF_LOOP * length_frames:
        return seam_frame
    passes = round((line.beat_at(seam_frame) - slaved.first_beat) / slaved.beats)
    target = nearest_frame(line, slaved.first_beat + passes * slaved.beats)
    if abs(target - seam_frame) > STRAYED_BEATS * line.frames_per_beat:
        return seam_frame
    return seam_frame + min(max(target - seam_frame, -most_frames), most_frames)
