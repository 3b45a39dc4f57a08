"""SooperLooper's OSC: its messages, answered as it answers them, so that its own window and every layout made for it play here.

What may be said stands in `control.sooperlooper_addresses` and `control.sooperlooper`. Thread: the server's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from unloop_py import __version__
from unloop_py.control.bus import Bus, ClockMessage, Notice
from unloop_py.control.commands import MAX_NAME, MAX_PATH, read_argument
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.sooperlooper_addresses import ADDRESSES, Words
from unloop_py.errors import CommandError, UnloopError
from unloop_py.osc.dispatch import Order, Send
from unloop_py.osc.endpoint import Endpoint, source_of
from unloop_py.osc.messages import Message, encode
from unloop_py.osc.patterns import is_pattern, matches
from unloop_py.osc.sooperlooper_arguments import RETURN_AT, Arguments, own_address_towards, read_arguments, whole
from unloop_py.osc.sooperlooper_controls import row_of, set_control, value_of
from unloop_py.osc.sooperlooper_midi import Bindings
from unloop_py.osc.sooperlooper_updates import ALL, GLOBAL, MAX_CLIENTS, SELECTED, Return, Updates
from unloop_py.osc.subscribers import read_subscription

_INSTRUMENTS = {row.address: row for row in ADDRESSES if "/N/" not in row.address}
_LOOPS = {row.name: row for row in ADDRESSES if "/N/" in row.address}
_LOOPS["forceup"] = _LOOPS["upforce"]
_PRESSES = {"down": "down", "up": "up", "upforce": "forceup", "hit": "hit"}
MAX_LOOPS = 32
"""Loops that can be asked to be told of, though they are not there yet."""
_FILES = ("load_loop", "save_loop", "/load_session", "/save_session")
_CLOCK: dict[str, ClockMessage] = {"/sl/midi_start": "start", "/sl/midi_stop": "stop", "/sl/midi_tick": "clock"}
_MAX_ASKED = 256
_SOURCE = "sooperlooper:"


@dataclass(frozen=True, slots=True)
class _Said:
    """A message whose types were found right: whom it tells (None: what all loops share), by which number, and what."""

    words: Words
    number: int
    loops: tuple[int | None, ...]
    arguments: Arguments
    sender: Endpoint


class SooperLooper:
    """SooperLooper's messages on the bus.

    Parameters
    ----------
    bus : Bus
    send : callable
        Called as ``send(endpoint, packet)``.
    host, port : str, int
        Where the server listens, for who asks.
    """

    addresses = tuple(row.address.replace("/N/", "/0/") for row in ADDRESSES)
    """What it understands, for who has mistyped one."""

    def __init__(self, bus: Bus, send: Send, host: str, port: int) -> None:
        self._bus = bus
        self._send = send
        self._host, self._port = host, port
        self._updates = Updates(bus, self._tell)
        self._counting: dict[Return, None] = {}  # who is told how many loops there are
        self._names: dict[int | None, str] = {}
        self._asked: dict[str, Return] = {}  # files that are being read or written, by the source that the bus was told
        self._bindings = Bindings(bus, self._answer)
        self._numbers = iter(range(2**62))
        self._start = secrets.randbits(31) | 1
        self._acts: dict[str, Callable[[_Said], list[Order]]] = {
            **dict.fromkeys(_PRESSES, self._press), "/ping": self._ping, "/register": self._register, "/unregister": self._unregister,
            "/quit": self._quit, "/loop_add": self._loop_add, "/loop_del": self._loop_del, "set": self._set, "get": self._get,
            "set_prop": self._set_prop, "get_prop": self._get_prop, **dict.fromkeys(_FILES, self._file),
            "register_update": self._on_change, "unregister_update": self._on_change,
            "register_auto_update": self._every, "unregister_auto_update": self._every,
            **dict.fromkeys((address for address in _INSTRUMENTS if "midi" in address), self._midi), **dict.fromkeys(_CLOCK, self._clock),
        }  # fmt: skip

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told of changes. Any thread."""
        return self._updates.is_heard

    def orders(self, message: Message, sender: Endpoint) -> list[Order] | None:
        """What a message asks for; None when it is not one of SooperLooper's.

        Raises
        ------
        UnloopError
            Names the value, the limits and the cure; nothing was done.
        """
        if message.address in _INSTRUMENTS:
            words = _INSTRUMENTS[message.address]
            said = _Said(words, GLOBAL, (None,), read_arguments(words, message), sender)
        else:
            parts = message.address.split("/")
            if len(parts) != 4 or parts[1] != "sl" or parts[3] not in _LOOPS:
                return None
            part, words = parts[2], _LOOPS[parts[3]]
            said = _Said(words, *self._whom(part, words), read_arguments(words, message), sender)
        return self._acts.get(words.address, self._acts.get(words.name))(said)

    def told(self, notice: Notice) -> None:
        """Tells whoever wants to know of a change."""
        if (asked := self._asked.get(notice.source)) is not None:
            if notice.kind == "error":  # a session may have several
                self._complain(asked, str(notice.values[1]))
            else:
                del self._asked[notice.source]
        self._updates.told(notice)
        if notice.kind == "loops":
            for to in self._counting:
                self._answer(to, *self._who_we_are(to))

    def step(self, now_s: float) -> float:
        """Tells what is due at a moment of the monotonic clock; when the next is, in its seconds."""
        self._bindings.step()
        return self._updates.step(now_s)

    # Whom a message means.

    def _whom(self, part: str, words: Words) -> tuple[int, tuple[int | None, ...]]:
        count = self._bus.n_loops
        if words.name.endswith("_update") and part.isascii() and part.isdigit() and len(part) <= 2 and int(part) < MAX_LOOPS:
            return int(part), (int(part),)  # which may yet come: who asks for all at once need not ask again
        if part == str(GLOBAL) and f"/{words.name}" in _INSTRUMENTS:
            return GLOBAL, (None,)
        if part == str(ALL):
            return ALL, tuple(range(count))
        if part == str(SELECTED):
            return SELECTED, self._bus.chosen()
        loops = tuple(loop for loop in range(count) if part == str(loop) or (is_pattern(part) and matches(part, str(loop))))
        if not loops:
            raise CommandError(f"loop must be in 0..{count - 1}, -1 for all or -3 for the selected one, got {part:.20}")
        return loops[0] if len(loops) == 1 else ALL, loops

    def _return(self, said: _Said) -> Return:
        """Where the last two arguments have the answer sent. Raises CommandError for a host that is neither this machine nor the sender."""
        url, path = (str(one) for one in said.arguments[RETURN_AT[said.words.address] :][:2])
        host, _, port = url.removeprefix("osc.udp://").rstrip("/").rpartition(":")
        if not port.isdigit() or not path.startswith("/") or len(path) > MAX_NAME:
            raise CommandError(
                f"{said.words.address} takes {said.words.arguments}, such as osc.udp://127.0.0.1:9000/ /answer, got {url:.60} {path:.60}"
            )
        if not host.replace(".", "").isdigit():  # a name: whoever sends is where it is known, and the only one who may be meant
            host = said.sender.host
        to = Return(read_subscription((host, port), said.sender).endpoint, path)
        self._updates.heard_from(to.endpoint)
        return to

    # What messages ask for.

    def _press(self, said: _Said) -> list[Order]:
        press = read_argument(command_by_name(_PRESSES[said.words.name]), said.arguments)
        assert press is not None

        def give(loop: int | None) -> Order:
            return Order(
                lambda frame: self._bus.command(loop, press.name, press.argument, frame, source_of(said.sender)), to_the_frame=True
            )

        return [give(loop) for loop in said.loops]

    def _set(self, said: _Said) -> list[Order]:
        name, value = str(said.arguments[0]), float(said.arguments[1])  # type: ignore[arg-type]  # `read_arguments` has seen to it
        source = source_of(said.sender)

        def put(loop: int | None) -> Order:
            setting, row = set_control(self._bus, loop, name, value, source), row_of(loop, name)

            def do(frame: int | None) -> None:
                setting(frame)
                if row.kind == "command":
                    self._updates.pressed(loop, name, value, source)

            return Order(do, to_the_frame=True)

        return [put(loop) for loop in said.loops]

    def _get(self, said: _Said) -> list[Order]:
        to, name = self._return(said), str(said.arguments[0])

        def tell(number: int, loop: int | None) -> Order:
            row = row_of(loop, name)
            return _question(lambda: self._tell(to, number, name, value_of(self._bus, loop, row)))

        return [tell(number, loop) for number, loop in self._numbered(said)]

    def _on_change(self, said: _Said) -> list[Order]:
        to, row = self._return(said), row_of(said.loops[0], str(said.arguments[0]))
        act = self._updates.no_more_on_change if said.words.name.startswith("un") else self._updates.on_change
        return [_question(partial(act, number, row, to)) for number in self._kept_numbers(said)]

    def _every(self, said: _Said) -> list[Order]:
        to, row = self._return(said), row_of(said.loops[0], str(said.arguments[0]))
        if said.words.name.startswith("un"):
            return [_question(partial(self._updates.no_more_every, number, row, to)) for number in self._kept_numbers(said)]
        period_ms = whole(said.arguments[1])
        return [_question(partial(self._updates.every, number, row, to, period_ms)) for number in self._kept_numbers(said)]

    def _set_prop(self, said: _Said) -> list[Order]:
        _check_property(said)
        text = str(said.arguments[1])[:MAX_NAME]
        return [_question(lambda: self._names.update(dict.fromkeys(said.loops, text)))]

    def _get_prop(self, said: _Said) -> list[Order]:
        _check_property(said)
        to = self._return(said)

        def tell() -> None:
            for number, loop in self._numbered(said):
                self._answer(to, number, "name", self._names.get(loop, ""))

        return [_question(tell)]

    def _file(self, said: _Said) -> list[Order]:
        to, name = self._return(said), said.words.name.removesuffix("_loop")
        if name == "save_session" and (len(said.arguments) < 4 or whole(said.arguments[3]) != 1):
            name = "save_settings"
        path = str(said.arguments[0])
        if not 1 <= len(path) <= MAX_PATH:
            raise CommandError(f"{said.words.name} takes the path of a file, of at most {MAX_PATH} characters, got {path[:20]!r}")

        def begin(loop: int | None) -> None:
            source = f"{_SOURCE}{next(self._numbers)}"
            while len(self._asked) >= _MAX_ASKED:
                del self._asked[next(iter(self._asked))]
            self._asked[source] = to
            try:
                self._bus.command(loop, name, path, source=source)
            except UnloopError as error:
                del self._asked[source]
                self._complain(to, str(error))

        return [_question(partial(begin, loop)) for loop in said.loops]

    def _ping(self, said: _Said) -> list[Order]:
        to = self._return(said)
        number = (self._start,) if len(said.arguments) > 2 else ()
        return [_question(lambda: self._answer(to, *self._who_we_are(to), *number))]

    def _register(self, said: _Said) -> list[Order]:
        to = self._return(said)

        def add() -> None:
            while len(self._counting) >= MAX_CLIENTS:
                del self._counting[next(iter(self._counting))]
            self._counting[to] = None

        return [_question(add)]

    def _unregister(self, said: _Said) -> list[Order]:
        to = self._return(said)
        return [_question(lambda: self._counting.pop(to, None))]

    def _quit(self, said: _Said) -> list[Order]:
        return [_question(lambda: self._bus.command(None, "quit", source=source_of(said.sender)))]

    def _loop_add(self, said: _Said) -> list[Order]:
        channels = whole(said.arguments[0])
        if channels not in (1, 2):
            raise CommandError(f"loop_add: a loop has 1 or 2 channels, got {channels}")

        def add() -> None:
            self._bus.command(None, "loop_add", source=source_of(said.sender))
            self._bus.set(self._bus.n_loops - 1, "channels", channels, source_of(said.sender))

        return [_question(add)]

    def _loop_del(self, said: _Said) -> list[Order]:
        number, last = whole(said.arguments[0]), self._bus.n_loops - 1
        if number not in (-1, last):
            raise CommandError(f"loop_del: only the last loop can go, which is -1 or {last}, got {number}")
        return [_question(lambda: self._bus.command(None, "loop_del", source=source_of(said.sender)))]

    def _midi(self, said: _Said) -> list[Order]:
        bindings, texts = self._bindings, [str(one) for one in said.arguments]
        match said.words.name:
            case "get_all_midi_bindings":
                return [_question(partial(bindings.tell_all, self._return(said)))]
            case "add_midi_binding":
                return [_question(partial(bindings.add, *texts))]
            case "remove_midi_binding":
                return [_question(partial(bindings.remove, texts[0]))]
            case "clear_midi_bindings":
                return [_question(bindings.clear)]
            case "load_midi_bindings":
                return [_question(partial(bindings.load, *texts))]
            case "save_midi_bindings":
                return [_question(partial(bindings.save, texts[0]))]
            case "learn_midi_binding":
                return [_question(partial(bindings.learn, *texts[:2], self._return(said)))]
            case "get_next_midi_event":
                return [_question(partial(bindings.next_move, self._return(said)))]
            case "cancel_midi_learn":
                return [_question(partial(bindings.cancel, self._return(said), "learn_cancel"))]
        return [_question(partial(bindings.cancel, self._return(said), "next_cancel"))]

    def _clock(self, said: _Said) -> list[Order]:
        return [_question(partial(self._bus.clock_message, _CLOCK[said.words.address]))]

    # Answers.

    def _numbered(self, said: _Said) -> list[tuple[int, int | None]]:
        """The loops to be told of, each with the number that the answer bears: the one that was asked for, where it means one loop."""
        if said.number == SELECTED:
            return [(SELECTED, self._bus.selected())]
        return [(GLOBAL if loop is None else loop, loop) for loop in said.loops]

    def _kept_numbers(self, said: _Said) -> list[int]:
        """By which numbers an update is kept: that of all loops and of the selected one mean whichever that is by then."""
        pattern = said.number == ALL and len(said.loops) < self._bus.n_loops
        return [loop for loop in said.loops if loop is not None] if pattern else [said.number]

    def _who_we_are(self, to: Return) -> tuple[str, str, int]:
        return self._url(to.endpoint), __version__, self._bus.n_loops

    def _url(self, seen_from: Endpoint) -> str:
        host = self._host if self._host != "0.0.0.0" else own_address_towards(seen_from.host)
        return f"osc.udp://{host}:{self._port}/"

    def _tell(self, to: Return, number: int, control: str, value: float) -> None:
        self._answer(to, number, control, float(value))

    def _complain(self, to: Return, text: str) -> None:
        self._answer(to, self._url(to.endpoint), text)

    def _answer(self, to: Return, *values: int | float | str) -> None:
        self._send(to.endpoint, encode(to.path, *values))


def _question(do: Callable[[], object]) -> Order:
    def obey(frame: int | None) -> None:
        do()

    return Order(obey, to_the_frame=False)


def _check_property(said: _Said) -> None:
    if said.arguments[0] != "name":
        raise CommandError(f"{said.words.name}: the only property is name, got {said.arguments[0]!r:.60}")
