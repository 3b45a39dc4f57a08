"""The values of every parameter of every loop, and who is told when one changes.

Thread: any but the audio thread. One lock guards the values; listeners are called with no lock held, in the order of
the changes, by one thread at a time.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping

from unloop_py.control.macro import MACRO_NAMES, prompts_for
from unloop_py.control.parameters import GLOBAL_NAMES, by_name, defaults

log = logging.getLogger(__name__)

StoreListener = Callable[[int, str, float | int, str], None]
"""Called as ``listener(loop, name, value, source)``; ``name`` may also be "custom", with 0 or 1."""


class Store:
    """Parameter values, loops counted from 0.

    Setting ``variation`` sets the raw prompts to what the macro means by it; a raw prompt set by hand makes the loop
    *custom* until ``variation`` is set again or the prompts are back where the macro has them.

    Parameters
    ----------
    n_loops : int
        How many there are; an attribute, which may change.
    capacity : int
        How many there can be.
    """

    def __init__(self, n_loops: int = 1, capacity: int = 16) -> None:
        self.n_loops = n_loops
        self._values = [defaults() for _ in range(max(n_loops, capacity))]
        self._lock = threading.Lock()
        self._listeners: list[StoreListener] = []
        self._changes: deque[tuple[int, str, float | int, str]] = deque()
        self._telling = False

    @property
    def capacity(self) -> int:
        """How many loops there can be; those that are not there have values too."""
        return len(self._values)

    def listen(self, listener: StoreListener) -> None:
        """Adds a listener for every later change. It must return soon; what it raises is logged."""
        with self._lock:
            self._listeners.append(listener)

    def get(self, loop: int, name: str) -> float | int:
        """The value now. Raises ParameterError for a name that no parameter has."""
        name = by_name(name).name
        with self._lock:
            return self._values[loop][name]

    def snapshot(self, loop: int) -> dict[str, float | int]:
        """A copy of all values of a loop, taken at one moment."""
        with self._lock:
            return dict(self._values[loop])

    def custom(self, loop: int) -> bool:
        """Whether a raw prompt of the loop stands elsewhere than ``variation`` means."""
        with self._lock:
            return _is_custom(self._values[loop])

    def set(self, loop: int, name: str, value: object, source: str = "") -> None:
        """Sets one parameter.

        Parameters
        ----------
        loop : int
            From 0.
        name, value
            As `Parameter.convert` takes them.
        source : str
            Who sets it; listeners are told. Prompts that ``variation`` moves along are told with source "", since the
            one who moved the knob has not heard of them.

        Raises
        ------
        ParameterError
            Nothing was changed.
        """
        self.update(loop, {name: value}, source)

    def update(self, loop: int, values: Mapping[str, object], source: str = "") -> None:
        """Sets several parameters at one moment, ``variation`` first, so that raw prompts beside it are kept.

        Global ones are set in every loop, and told of the one that they were set in.

        Listeners are told a parameter's own name, whichever of its names it was set by.

        Raises ParameterError, with nothing changed, if any of them is refused.
        """
        converted = {(row := by_name(name)).name: row.convert(value) for name, value in values.items()}
        with self._lock:
            held = self._values[loop]
            before, was_custom = dict(held), _is_custom(held)
            if "variation" in converted:
                held.update(prompts_for(converted["variation"]))
            held.update(converted)
            for name, value in held.items():
                if value != before[name]:
                    for each in self._values if name in GLOBAL_NAMES else ():
                        each[name] = value
                    self._changes.append((loop, name, value, source if name in converted else ""))
            if _is_custom(held) != was_custom:
                self._changes.append((loop, "custom", int(not was_custom), ""))
        self._tell()

    def _tell(self) -> None:
        """Calls the listeners; a thread that finds another at it leaves its changes to that one, to keep the order."""
        while True:
            with self._lock:
                if self._telling or not self._changes:
                    return
                self._telling = True
                change = self._changes.popleft()
                listeners = tuple(self._listeners)
            for listener in listeners:
                try:
                    listener(*change)
                except Exception:
                    log.exception("a listener failed on %s", change)
            with self._lock:
                self._telling = False


def _is_custom(values: Mapping[str, float | int]) -> bool:
    means = prompts_for(values["variation"])
    return any(values[name] != means[name] for name in MACRO_NAMES)
