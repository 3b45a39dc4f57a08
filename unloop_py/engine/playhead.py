"""Where a loop's playhead is, at rate 1 to the frame and at any other rate to a fraction of one, and when it comes round.

At rate 1 a position is a whole number, counted from `origin`, and nothing is interpolated. At every other rate, and
backwards, the position is reckoned from the last change of rate in one multiplication, so that it neither drifts nor
depends on how time is divided into blocks.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import inline
from .messages import State

RECORDING = np.int64(State.RECORDING)
UNKNOWN = -2  # the next point of the grid has to be found


@inline
def wrapped(x, length):
    """x on a circle of `length` frames, 0 <= x < length, for any x."""
    x -= math.floor(x / length) * length
    if x < 0.0:  # rounding
        x += length
    return x if x < length else 0.0


@inline
def playhead(loop, frame):
    """The position at `frame`, with its fraction."""
    if loop.length == 0:
        return 0.0
    if loop.rate == 1.0:
        return float((frame - loop.origin) % loop.length)
    return wrapped(loop.phase + loop.rate * (frame - loop.origin), loop.length)


@inline
def position_at(loop, frame):
    """The position at `frame`, in whole frames."""
    if loop.length == 0:
        return np.int64(0)
    if loop.rate == 1.0:
        return (frame - loop.origin) % loop.length
    return np.int64(math.floor(playhead(loop, frame)))


@inline
def origin_at(loop, frame):
    """The frame at which the playhead would have been at 0, had it always run at rate 1."""
    return loop.origin if loop.rate == 1.0 else frame - position_at(loop, frame)


@inline
def place(loop, frame, position):
    """Put the playhead at `position` at `frame`, to the nearest whole frame at rate 1."""
    if loop.rate == 1.0:
        loop.origin = frame - np.int64(math.floor(position + 0.5))
    else:
        loop.origin = frame
        loop.phase = float(position)
    note_moved(loop)


@inline
def note_moved(loop):
    """The playhead no longer runs behind what is being written."""
    if loop.tail != 0 or loop.dub != 0 or (loop.rec != 0 and loop.state != RECORDING):
        loop.moved = 1


@inline
def is_written(loop):
    """Whether anything of the loop is still being written."""
    return loop.rec != 0 or loop.tail != 0 or loop.dub != 0


@inline
def pass_frames(loop):
    """Frames that one pass takes."""
    return loop.length if loop.rate == 1.0 else max(1, np.int64(loop.length / abs(loop.rate)))


@inline
def begin_seams(loop, frame):
    """Find the next seam after `frame`: the first frame at which the playhead has come past the loop's end."""
    loop.seam_decided = 0
    loop.point_frame = UNKNOWN
    if loop.rate == 1.0:
        loop.seam_frame = frame + loop.length - position_at(loop, frame)
        return
    turns = np.int64(math.floor((loop.phase + loop.rate * (frame - loop.origin)) / loop.length))
    seam = frame
    while seam <= frame:  # a second look where rounding finds the seam that has just been passed
        if loop.rate > 0.0:
            turns += 1
            seam = loop.origin + np.int64(math.ceil((turns * loop.length - loop.phase) / loop.rate))
        else:
            seam = loop.origin + np.int64(math.floor((turns * loop.length - loop.phase) / loop.rate)) + 1
            turns -= 1
    loop.seam_frame = seam
