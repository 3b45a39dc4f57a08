"""The seam between the front ends (OSC, keys) and the session: what they may ask, and what they are told.

Front ends hold a `Bus` and never see the engine. The session implements it and sends every change to each listener as
a `Notice`. Loops count from 0 here; front ends that people see count them from 1. `FakeBus` in ``fake_bus.py``
implements it without sound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from unloop_py.control.midi import MidiDesk
from unloop_py.control.pictures import Mask
from unloop_py.control.presets import Preset
from unloop_py.control.scenes import Scene

NoticeKind = Literal[
    "state",  # (label,): the engine's state, such as "playing"
    "repetition",  # (index, late): at every seam; late is 1 when no offer was ready
    "gen_state",  # (name,): what varying does for the loop, a word of GEN_STATES
    "progress",  # (fraction 0..1,): of the repetition being made
    "adapting",  # (fraction 0..1, gain): how much of the take is learned, and what it gave to parts that were held out
    "beat",  # (k,): beat k of the loop has begun, from 1
    "parameter",  # (name, value); a layer's are called layer/0/level and so on
    "layers",  # (count,): how many layers the loop has, its base included
    "custom",  # (0 or 1,): whether the raw prompts have left what `variation` means
    "mute",  # (0 or 1,)
    "lock",  # (0 or 1,)
    "form",  # (text,): what comes at each seam, "" for no form
    "favourite",  # (count,): so many variations are marked
    "saved",  # (path,): the loop's take is in that file, whole
    "loaded",  # (path,): that file is the loop
    "session",  # (saved or loaded, path), loop is None: a session as SooperLooper keeps them is in that file, or is played from it
    "solo",  # (0 or 1,)
    "reverse",  # (0 or 1,)
    "melt",  # (0 or 1,): whether what goes by is being marked to be made new
    "guard",  # (0 or 1,): whether what goes by is being marked to stay
    "marks",  # (text,): the loop in 32 signs, m = melts next, g = guarded, . = neither
    "peaks",  # (256 of 0..1): how loud what sounds is, all round from the loop's start; all 0 for an empty loop
    "mask",  # (0 or 1, rows...): which tokens are kept, see `pictures.Mask`; 1: of the repetition that comes
    "erasing",  # (0 or 1,): whether a switch is being held so long that the loop is erased soon
    "generate",  # (0 or 1,), loop is None
    "stage_lock",  # (0 or 1,), loop is None: whether what destroys is refused
    "pending",  # (command, seconds): what waits for the clock, "none" for nothing; seconds -1 while the clock stands still
    "clock",  # (tempo, bar, beat), loop is None: beat `beat` of a bar has begun, from 1; all 0 while there is no clock
    "cue",  # (0 or 1,): whether offers wait to be accepted
    "loops",  # (n,), loop is None: so many loops are there now
    "select",  # (n,), loop is None: which loop is selected, from 1; 0 is all
    "model",  # (name,), loop is None: which model makes what comes from now on
    "midi",  # (event, what, control), loop is None: an event of `midi.EVENTS`; of one that came or went its name and profile
    "xruns",  # (count,), loop is None
    "preset",  # (name, number): the loop's preset was recalled, or saved; what it sets comes in at the seam
    "scene",  # (name, number), loop is None: the same of a scene
    "preset_count",  # (count,), loop is None: the list of presets is another one now
    "scene_count",  # (count,), loop is None: the list of scenes is
    "error",  # (address or "", text): something a person should read, loop is None
]


GEN_STATES = {
    "off": "nothing is varied",
    "take": "the take plays, after back",
    "locked": "the variation that sounds stays",
    "loading": "the model is being loaded",
    "on": "the next repetition is being made, or is ready",
    "late": "so it is, but the last seam came before one was ready",
}
"""What varying does for a loop, in words that front ends show as they are or as lights."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that has changed.

    Attributes
    ----------
    kind : NoticeKind
        What changed; the list above says which values come with it.
    loop : int or None
        From 0; None for what concerns the instrument.
    values : tuple
        int, float or str.
    source : str
        Who caused it, as given to `Bus.set`, so that a front end can leave out its sender; "" for the instrument.
    """

    kind: NoticeKind
    loop: int | None
    values: tuple[int | float | str, ...]
    source: str = ""


ClockMessage = Literal["clock", "start", "stop"]
"""What MIDI clock says: a tick, of which a beat has 24, and where it begins and ends."""

Listener = Callable[[Notice], None]
"""Takes a notice on any thread; must return at once and not raise."""


@dataclass(frozen=True, slots=True)
class LoopStatus:
    """What a loop is doing now.

    Attributes
    ----------
    state : str
        The engine's label: "off", "recording", "playing", "overdubbing", "muted", "paused", ...
    position : float
        0..1 round the loop; 0 when there is none.
    repetition : int
        Repetitions since the recording ended; the take's first pass is 0.
    late : int
        1 when the last seam came with no offer ready.
    length_s, position_s, cycle_s : float
        Seconds: of the loop, of its playhead (while recording, of what is recorded), and of a cycle.
    free_s, total_s : float
        Seconds that can still be recorded, and that a loop may have in all.
    seam_s : float
        Seconds to the next seam; -1 when none is coming.
    peak_in, peak_out : float
        Recent peaks of the whole instrument, 1 is full scale.
    channels : int
    gen_state : str
        What varying does for it, a word of `GEN_STATES`.
    progress : float
        0..1 of the repetition being made.
    adapting : float
        0..1 of what is learned of the take; 1 when there is no more.
    gain : float
        Share by which held-out parts of the take have become better; 0 or less where they have not.
    beat : int
        From 1; 0 when no beat was found.
    layers : int
        How many it has, its base included; 0 when it is empty.
    pending : str
        The command that waits for the clock; "" for none.
    pending_s : float
        Seconds left to it; -1 while the clock stands still.
    form : str
        What comes at each seam; "" without a form.
    favourites : int
        How many variations are marked.
    mute, lock, solo, reverse, cue, custom : bool
    melt, guard : bool
        Whether they are held.
    erasing : bool
        Whether a switch is being held so long that the loop is erased soon.
    marks : str
        The loop in 32 signs: ``m`` melts in the next repetition, ``g`` is guarded, ``.`` is neither; "" is none of either.
    preset : str
        The preset that was recalled or saved last; "" for none. Knobs may have been turned since.
    """

    state: str = "off"
    position: float = 0.0
    repetition: int = 0
    late: int = 0
    length_s: float = 0.0
    position_s: float = 0.0
    cycle_s: float = 0.0
    free_s: float = 0.0
    total_s: float = 0.0
    seam_s: float = -1.0
    peak_in: float = 0.0
    peak_out: float = 0.0
    channels: int = 2
    gen_state: str = "on"
    progress: float = 0.0
    adapting: float = 0.0
    gain: float = 0.0
    beat: int = 0
    layers: int = 0
    pending: str = ""
    pending_s: float = 0.0
    form: str = ""
    favourites: int = 0
    mute: bool = False
    lock: bool = False
    solo: bool = False
    reverse: bool = False
    cue: bool = False
    custom: bool = False
    melt: bool = False
    guard: bool = False
    erasing: bool = False
    marks: str = ""
    preset: str = ""


class Bus(Protocol):
    """What a front end may ask of the instrument. Every method may be called from any thread and returns at once.

    Attributes
    ----------
    midi : MidiDesk or None
        The MIDI bindings; None where MIDI is off.
    """

    midi: MidiDesk | None

    @property
    def n_loops(self) -> int:
        """How many loops there are."""
        ...

    @property
    def sample_rate(self) -> int:
        """Hz."""
        ...

    def command(
        self, loop: int | None, name: str, argument: int | str | None = None, frame: int | None = None, source: str = ""
    ) -> None:
        """Gives a command.

        Parameters
        ----------
        loop : int or None
            From 0; None for a global command.
        name : str
            A row of `commands.COMMANDS`.
        argument : int, str or None
            As `commands.read_argument` gives it: 0 or 1 sets a toggle, None flips it; the count of ``again``; a name.
        frame : int or None
            The engine frame at which it takes effect; None is the start of the next block.
        source : str
            Who asks, e.g. "osc:127.0.0.1:50123".

        Raises
        ------
        UnloopError
            If it cannot be obeyed; nothing was changed.
        """
        ...

    def set(self, loop: int, name: str, value: float | int, source: str = "", frame: int | None = None) -> None:
        """Sets a parameter to a value that `Parameter.convert` has accepted; listeners are told with this ``source``.

        A name such as ``layer/0/level`` means a layer's. ``frame`` is the engine frame at which it takes effect; None is at
        once. Raises UnloopError if it cannot be.
        """
        ...

    def get(self, loop: int, name: str) -> float | int:
        """The parameter's value now. Raises UnloopError for a layer's that is not there."""
        ...

    def status(self, loop: int) -> LoopStatus:
        """What the loop is doing now."""
        ...

    def peaks(self, loop: int) -> tuple[float, ...]:
        """How loud what sounds is, 0..1 at `pictures.PEAKS` parts from the loop's start, or of what is recorded so far; empty for an
        empty loop."""
        ...

    def mask(self, loop: int) -> Mask:
        """Which tokens are kept in the repetition that comes, or until one is ready in what sounds."""
        ...

    def clock_message(self, kind: ClockMessage) -> None:
        """A message of MIDI clock has come just now, by whichever way; loops go by it where ``sync_source`` is -2."""
        ...

    def selected(self) -> int:
        """The loop that keys mean, from 0."""
        ...

    def chosen(self) -> tuple[int, ...]:
        """The same, or all loops while all are selected."""
        ...

    def generating(self) -> bool:
        """Whether varying is switched on."""
        ...

    def stage_locked(self) -> bool:
        """Whether what destroys is refused: see `CommandSpec.locked`."""
        ...

    def model(self) -> str:
        """The name of the model that makes the variations; "" with the generator off."""
        ...

    def xruns(self) -> int:
        """Audio blocks lost since the start."""
        ...

    def presets(self) -> tuple[Preset, ...]:
        """All presets, by number, as the player's folder was seen last; "preset_count" tells of it when there are others."""
        ...

    def scenes(self) -> tuple[Scene, ...]:
        """All scenes, likewise."""
        ...

    def scene(self) -> str:
        """The scene that was recalled or saved last; "" for none."""
        ...

    def frame_at(self, unix_time_s: float) -> int:
        """The engine frame that is played at this time of the system clock (seconds since 1970)."""
        ...
