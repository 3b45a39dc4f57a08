"""Time and pitch apart from each other, by Signalsmith Stretch: the only import of python_stretch.

The library holds Python's lock while it works, half a second for ten seconds of sound; whoever has a clock to keep calls
`stretched` in a process of its own.
"""

from __future__ import annotations

import numpy as np

from ..errors import ParameterError


def stretched(audio: np.ndarray, sample_rate: int, ratio: float, semitones: float) -> np.ndarray:
    """Sound made so many times as long, and so many semitones higher.

    Parameters
    ----------
    audio : ndarray (frames, channels) float32
    sample_rate : int
        Hz.
    ratio : float
        2 is twice as long.
    semitones : float
        -12 is an octave down.

    Returns
    -------
    ndarray (about ratio times the frames, channels) float32
        Its first frame stands for the first frame of `audio`.

    Raises
    ------
    ParameterError
        The library is not there; says how to install it.
    """
    try:
        from python_stretch.Signalsmith import Stretch
    except ImportError as error:
        raise ParameterError(
            "stretch_ratio, loop_pitch and tempo_stretch need the package python-stretch, which is not there: "
            "pip install python-stretch; speed changes tempo and pitch together without it"
        ) from error
    stretch = Stretch()
    stretch.preset(audio.shape[1], float(sample_rate))
    stretch.setTimeFactor(1.0 / ratio)
    stretch.setTransposeSemitones(semitones)
    return np.ascontiguousarray(stretch.process(np.ascontiguousarray(audio.T, np.float32)).T)
