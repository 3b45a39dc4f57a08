"""Beats and onsets of a loop: `grid` is pure data, `tracker` the protocol, `aubio_tracker` the tracker in use."""
