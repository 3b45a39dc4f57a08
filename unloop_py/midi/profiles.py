"""What a controller's switches, knobs and lights are for, by its name: profiles, each a file, shipped or the player's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unloop_py.control.midi_bindings import Binding, Control, read_control
from unloop_py.control.nearest import nearest
from unloop_py.errors import BindingError, UnloopError
from unloop_py.midi.binding_file import read_each, read_tables
from unloop_py.midi.shown import COLOURS, check_shows, shown_by
from unloop_py.paths import user_data_folder

SHIPPED = Path(__file__).parent / "profiles"
NONE = "none"
"""The name of no profile at all."""
_KEYS = ("version", "title", "matches", "tried", "source", "setup", "binding", "light")
Messages = tuple[tuple[Control, int], ...]


@dataclass(frozen=True, slots=True)
class Light:
    """One light of a device.

    Attributes
    ----------
    shows : str
        See `shown.SHOWS`.
    loop : int, "selected" or "all"
        From 0; all is the first that is so.
    messages : dict of str to tuple
        What is sent for each colour, of `shown.COLOURS`; "off" and "on" are always there.
    binding : Binding or None
        The one of the control that it is on, which may be held.
    """

    shows: str
    loop: int | str
    messages: dict[str, Messages]
    binding: Binding | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a controller.

    Attributes
    ----------
    name, title : str
        As it is typed, and as its maker writes it.
    matches : tuple of str
        Parts of the names that its ports may have, in any case; none for a profile that has to be named.
    tried : bool
        Whether it was tried on the device itself.
    source, setup : str
        Where its numbers are from, and what has to be set on the device.
    bindings : tuple of Binding
    lights : tuple of Light
    """

    name: str
    title: str
    matches: tuple[str, ...] = ()
    tried: bool = False
    source: str = ""
    setup: str = ""
    bindings: tuple[Binding, ...] = ()
    lights: tuple[Light, ...] = ()


NO_PROFILE = Profile(NONE, "nothing but your own bindings", tried=True)


def read_profile(path: Path) -> Profile:
    """The profile of a file. Raises BindingError."""
    tables = read_tables(path, "a profile")
    for key in tables:
        if key not in _KEYS:
            raise BindingError(f"{path}: a profile has no {key!r:.40}: the nearest is {nearest(key, _KEYS)!r}")
    matches = tables.get("matches", [])
    if not isinstance(matches, list) or not all(isinstance(one, str) and one for one in matches):
        raise BindingError(f"{path}: matches are parts of names, such as [\"nanoKONTROL2\"]")
    bindings = read_each(path, tables.get("binding", []))
    rows = tables.get("light", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BindingError(f"{path}: lights are tables, each under [[light]]")
    lights = [_light_of(one) for one in bindings if one.light]
    for number, row in enumerate(rows, 1):
        try:
            lights.append(_read_light(row))
        except UnloopError as error:
            raise BindingError(f"{path}, light {number}: {error}") from error
    return Profile(
        path.stem,
        str(tables.get("title", path.stem)),
        tuple(matches),
        tables.get("tried") is True,
        str(tables.get("source", "")),
        str(tables.get("setup", "")),
        bindings,
        tuple(lights),
    )


def user_profiles_folder() -> Path:
    """Where a player's own profiles are looked for. Not made here."""
    return user_data_folder() / "midi" / "profiles"


def profiles() -> tuple[tuple[Profile, ...], tuple[str, ...]]:
    """Every profile that can be read, the player's own first, so that one may take a shipped one's place; and why others cannot."""
    found: dict[str, Profile] = {}
    wrong = []
    for folder in (user_profiles_folder(), SHIPPED):
        for path in sorted(folder.glob("*.toml")):
            try:
                found.setdefault(path.stem, read_profile(path))
            except UnloopError as error:
                wrong.append(str(error))
    return tuple(found.values()), tuple(wrong)


def named(name: str, known: tuple[Profile, ...]) -> Profile:
    """The profile of this name, or in this file. Raises BindingError with the nearest."""
    if name == NONE:
        return NO_PROFILE
    if name.endswith(".toml"):
        return read_profile(Path(name).expanduser())
    for profile in known:
        if profile.name == name:
            return profile
    near = nearest(name, [one.name for one in known] or [NONE])
    raise BindingError(f"no MIDI profile is called {name!r:.60}: the nearest is {near!r}; see `unloop midi`")


def suiting(device: str, known: tuple[Profile, ...]) -> Profile:
    """The profile that a device's name asks for, or none."""
    plain = device.lower()
    return next((one for one in known if any(part.lower() in plain for part in one.matches)), NO_PROFILE)


def _light_of(binding: Binding) -> Light:
    """The light on a control that is told by its own message."""
    control = binding.control
    if control.number < 0 and control.kind == "program":
        raise BindingError(f"{control.text}: any program has no light of its own")
    return Light(shown_by(binding), binding.loop, {"off": ((control, 0),), "on": ((control, control.top),)}, binding)


def _read_light(row: dict[str, object]) -> Light:
    unknown = set(row) - {"shows", "loop", *COLOURS}
    if unknown:
        raise BindingError(f"a light has no {min(unknown)!r:.40}: it has shows, loop, {', '.join(COLOURS)}")
    messages = {colour: _read_messages(row[colour]) for colour in COLOURS if colour in row}
    if "off" not in messages or len(messages) < 2:
        raise BindingError('a light needs off and on, such as off = [["cc 20", 0]] and on = [["cc 20", 1]]')
    messages.setdefault("on", next(sent for colour, sent in messages.items() if colour != "off"))
    loop = row.get("loop", "selected")
    if isinstance(loop, int) and not isinstance(loop, bool) and loop >= 1:
        loop -= 1
    elif loop not in ("selected", "all"):
        raise BindingError(f"loop must be a number from 1, selected or all, got {loop!r:.20}")
    return Light(check_shows(str(row.get("shows", ""))), loop, messages)  # type: ignore[arg-type]


def _read_messages(rows: object) -> Messages:
    """Messages as they stand in a file: ["cc 20", 1], or with a channel ["cc 20", 1, 10]."""
    sent = []
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, list) or len(row) not in (2, 3) or not isinstance(row[1], int):
            raise BindingError(f'a message is a control and its value, such as ["cc 20", 1], got {row!r:.40}')
        sent.append((read_control(str(row[0]), row[2] if len(row) == 3 else 0), row[1]))
    return tuple(sent)
