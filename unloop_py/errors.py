"""Every error that unloop raises for something a person can cure.

    UnloopError
    ├── AudioFileError     a file that cannot be read as a loop, or not be written
    ├── DeviceError        no sound card, no PortAudio, an unknown device or an unsupported rate
    ├── EngineBusy         more commands at once than the engine's ring holds
    ├── ParameterError     a value out of range, not a number, or an unknown name
    ├── CommandError       a command that cannot be obeyed in this state
    ├── BindingError       a MIDI control that cannot be bound so, or a file of such
    ├── ModelError         weights that are missing, damaged or of another version
    ├── PresetError        a preset or a scene that is not there, cannot be read or not be saved
    ├── SessionError       a kept session that is not there, cannot be read, or is being played
    ├── WorkerError        the generator's worker could not do what it was asked
    └── TooLate            what was asked for could not be there in time, so that it was not begun

Texts name the value, the limit and the cure, in one line, for a musician. ``cli`` prints them and exits with 2;
``osc`` answers with them. ``assert`` is only for our own bugs.
"""


class UnloopError(Exception):
    """The root: catch this to catch everything that a person can cure."""


class AudioFileError(UnloopError):
    """A file cannot be read as a loop, or cannot be written."""


class DeviceError(UnloopError):
    """No sound card, no PortAudio, an unknown device, or a rate it does not do."""


class EngineBusy(UnloopError):
    """More commands at once than the engine's ring holds."""


class ParameterError(UnloopError, ValueError):
    """A value out of range, not a number, or a name that no parameter has; a ValueError too, as scripts expect it."""


class CommandError(UnloopError):
    """A command that cannot be obeyed in this state; nothing was changed."""


class BindingError(UnloopError):
    """A MIDI control that cannot be bound so, or a file of bindings that cannot be read."""


class ModelError(UnloopError):
    """Weights that are missing, damaged or of another version."""


class PresetError(UnloopError):
    """A preset or a scene is not there, its file cannot be read, or it cannot be saved."""


class SessionError(UnloopError):
    """A kept session that is not there, cannot be read, or is being played by another process."""


class WorkerError(UnloopError):
    """The generator's worker could not do what it was asked."""


class TooLate(UnloopError):
    """What was asked for could not be there in time, so that it was not begun; with less to do it could be."""
