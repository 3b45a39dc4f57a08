"""The Max patches against a real OSC server, played by `max_player`: they drive the instrument, and show what it says."""

import socket

import pytest

from tests.patches.max_files import HELP_NAMES, max_patch
from tests.patches.max_player import Max, close_to
from unloop_py.control.addresses import OUTGOING
from unloop_py.control.bus import Notice
from unloop_py.control.commands import COMMANDS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name
from unloop_py.control.pictures import Mask
from unloop_py.osc.messages import decode, encode
from unloop_py.osc.server import OscServer

TIMEOUT_S = 5.0


class Rig:
    """A Max with sockets: what its patches send goes to a server, and what that sends is heard."""

    def __init__(self, files, server):
        self.max = Max(files)
        self._send = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._hear = {}
        self._server = server
        self._fences = 0

    def port(self):
        """A port to hear on."""
        hear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        hear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**22)
        hear.bind(("127.0.0.1", 0))
        hear.settimeout(TIMEOUT_S)
        self._hear[hear.getsockname()[1]] = hear
        return hear.getsockname()[1]

    def flush(self):
        """Sends what the patches have sent, as Max packs it; returns the messages."""
        sent = self.max.take()
        for address, *values in sent:
            self._send.sendto(encode(address, *values), ("127.0.0.1", self._server.port))
        return sent

    def settle(self, port):
        """Hands over all that has been said on a port up to now, and sends on what the patches answer."""
        self.flush()
        self._fences += 1
        fence = f"/unloop/fence/{port}/{self._fences}"
        asker = self._hear[port]
        asker.sendto(encode(fence), ("127.0.0.1", self._server.port))
        while True:
            for message in decode(asker.recv(65536)):
                if message.address == "/unloop/error" and message.arguments[0] == fence:
                    return
                self.max.hear((message.address, *message.arguments), port)

    def close(self):
        self._send.close()
        for hear in self._hear.values():
            hear.close()


@pytest.fixture
def bus():
    bus = FakeBus(n_loops=3)
    for loop in range(3):
        bus.become(loop, layers=4)
    return bus


@pytest.fixture
def server(bus):
    with OscServer(bus, port=0) as server:
        bus.listeners.append(server.notify)
        yield server


@pytest.fixture
def rig(files, server):
    rig = Rig(files, server)
    yield rig
    rig.close()


def opened(rig, files, name="unloop.maxpat", loop=1):
    """A patch of one loop that has found the instrument; and the port that it hears on."""
    port = rig.port()
    patch = rig.max.open(files[name], (loop, port))
    rig.max.wait()
    rig.settle(port)
    rig.max.hear((OUTGOING["alive"].address,), port)
    return patch, port


def test_opening_a_patch_asks_for_the_whole_state_and_sets_nothing(rig, files, bus, server):
    port = rig.port()
    rig.max.open(files["unloop.maxpat"], (1, port))
    rig.max.wait()
    sent = rig.flush()
    assert sent and {message[0] for message in sent} == {"/unloop/subscribe"}
    assert {message[1:] for message in sent} == {(port, "quiet")}
    rig.settle(port)
    assert bus.sets == [] and bus.given == []


def test_while_nothing_is_heard_it_subscribes_again_and_again(rig, files):
    port = rig.port()
    patch = rig.max.open(files["unloop.maxpat"], (1, port))
    rig.max.take()
    for _ in range(3):
        rig.max.wait()
        assert ("/unloop/subscribe", port, "quiet") in rig.max.take()
        assert not patch.named("heard").shown
    rig.max.hear((OUTGOING["alive"].address,), port)
    assert patch.named("heard").shown == 1 and rig.max.take() == []


@pytest.mark.parametrize("loop", [1, 3])
def test_every_parameter_is_set_by_its_control_as_it_was_turned(rig, files, bus, server, loop):
    patch, _ = opened(rig, files, loop=loop)
    expected = []
    for row in PARAMETERS:
        new = row.maximum if row.default != row.maximum else row.minimum
        (box,) = [box for box in patch.boxes.values() if box.data.get("hint", "").startswith(f"{row.name}: {row.help}")]
        box.put(new - row.minimum if row.choices else new)
        expected.append((loop - 1, row.name, new, None))
    for layer in range(4):
        for row in LAYER_PARAMETERS:
            patch.named(layer_name(layer, row.name)).put(row.minimum)
            expected.append((loop - 1, layer_name(layer, row.name), row.minimum, None))
    rig.flush()
    assert bus.wait_for(n_sets=len(expected))
    assert len(bus.sets) == len(expected)
    assert all(close_to(one[2], other[2]) and one[:2] == other[:2] for one, other in zip(bus.sets, expected, strict=True))
    assert server.malformed == 0


def test_every_command_that_takes_no_text_has_a_control_that_gives_it(rig, files, bus, server):
    patch, port = opened(rig, files)
    for row in COMMANDS:
        if row.argument not in ("none", "toggle", "count") or row.name in ("quit", "switch_down", "switch_up", "switch_lost"):
            continue
        bus.given.clear()
        control = patch.named(row.name)
        control.put(1)
        rig.settle(port)
        wanted = {"none": None, "toggle": 1, "count": 1}[row.argument]
        loop = None if row.scope == "global" else 0
        assert [(call.loop, call.name, call.argument) for call in bus.given] == [(loop, row.name, wanted)]


def test_a_number_beside_a_button_says_how_many(rig, files, bus):
    patch, port = opened(rig, files)
    patch.named("again n").put(3)
    patch.named("again").put(1)
    rig.settle(port)
    assert [(call.name, call.argument) for call in bus.given] == [("again", 3)]


def test_what_is_typed_goes_with_the_button_that_is_pressed(rig, files, bus):
    patch, port = opened(rig, files)
    (field,) = patch.boxes_of("textedit")
    rows = [row for row in COMMANDS if row.argument in ("name", "text") and row.name not in ("draw", "preset_delete", "scene_delete")]
    names = {row.name: {"preset": "small-variation", "model": "small", "scene": "1"}.get(row.name, "my own") for row in rows}
    for name in sorted(names, key=lambda name: not name.endswith("_save")):
        bus.given.clear()
        field.shown = names[name]
        patch.named(f"{name} button").put(1)
        sent = rig.flush()
        assert len(sent) == 1 and sent[0][0].endswith(f"/{name}") and sent[0][1:] == (names[name],)
    field.shown = ""
    patch.named("form button").put(1)
    assert rig.flush()[0][1:] != ("bang",)
    rig.settle(port)
    assert [(call.name, call.argument) for call in bus.given if call.name == "form"]


def test_a_preset_a_file_and_drawn_marks_are_sent_as_words(rig, files, bus):
    patch, _ = opened(rig, files)
    patch.named("preset").put(2)
    (drop,) = patch.boxes_of("dropfile")
    drop.out(0, ("Macintosh HD:/Users/me/a take.wav",))
    (drawn,) = [box for box in patch.boxes.values() if box.kind == "multislider" and not box.data.get("ignoreclick")]
    drawn.put([2] * 8 + [1] * 16 + [0] * 8)
    rig.flush()
    assert bus.wait_for(n_given=3)
    name = patch.named("preset").value["parameter_enum"][2]
    assert [(call.name, call.argument) for call in bus.given] == [
        ("preset", name), ("load", "/Users/me/a take.wav"), ("draw", "g" * 8 + "." * 16 + "m" * 8),
    ]  # fmt: skip


@pytest.mark.parametrize("loop", [1, 2])
def test_what_the_instrument_says_is_shown_and_not_sent_back(rig, files, bus, server, loop):
    patch, port = opened(rig, files, loop=loop)
    n_sets = 0
    for row in PARAMETERS:
        bus.set(loop - 1, row.name, row.maximum)
        n_sets += 1
    bus.set(loop - 1, "layer/2/level", 0.25)
    bus.become(loop - 1, state="overdubbing", gen_state="on")
    for notice in (
        Notice("repetition", loop - 1, (12, 1)), Notice("beat", loop - 1, (3,)), Notice("pending", loop - 1, ("multiply", 1.5)),
        Notice("lock", loop - 1, (1,)), Notice("custom", loop - 1, (1,)), Notice("generate", None, (0,)),
        Notice("marks", loop - 1, ("g" * 8 + "." * 16 + "m" * 8,)), Notice("error", None, ("/x", "nothing is like that")),
    ):  # fmt: skip
        server.notify(notice)
    rig.settle(port)
    for row in PARAMETERS:
        (box,) = [box for box in patch.boxes.values() if box.data.get("hint", "").startswith(f"{row.name}: {row.help}")]
        assert close_to(box.shown, bus.get(loop - 1, row.name) - (row.minimum if row.choices else 0)), row.name
    assert patch.named("layer/2/level").shown == 0.25
    shown = {kind: [box.shown for box in patch.hinted(OUTGOING[kind].help)] for kind in ("state", "beat", "repetition", "custom", "error")}
    assert shown == {"state": ["overdubbing"], "beat": [3], "repetition": [12], "custom": [1], "error": ["/x nothing is like that"]}
    assert (patch.named("lock").shown, patch.named("generate").shown) == (1, 0)
    assert patch.named("state colour").shown == [0.85, 0.48, 0.1, 1.0]
    (drawn,) = [box for box in patch.boxes.values() if box.kind == "multislider" and not box.data.get("ignoreclick")]
    assert drawn.shown == [2] * 8 + [1] * 16 + [0] * 8
    assert rig.max.take() == [] and len(bus.sets) == n_sets + 1


def test_the_sound_and_what_is_kept_are_drawn_as_bars(rig, files, bus, server):
    patch, port = opened(rig, files)
    bus.paint(0, peaks=(0.5,) * 256, mask=Mask(True, ("9" * 64 + "0" * 64,)))
    rig.settle(port)
    (peaks,), (mask,) = patch.hinted(OUTGOING["peaks"].help), patch.hinted(OUTGOING["mask"].help)
    assert peaks.shown == [0.5] * 128
    assert mask.shown == [1] * 64 + [0] * 64


def test_another_number_makes_it_the_patch_of_another_loop(rig, files, bus, server):
    patch, port = opened(rig, files)
    bus.set(1, "mix", 0.125)
    patch.named("loop").put(2)
    rig.settle(port)
    assert patch.named("mix").shown == 0.125
    patch.named("wet").put(0.5)
    patch.named("record").put(1)
    rig.flush()
    assert bus.wait_for(n_given=1)
    assert bus.sets[-1] == (1, "wet", 0.5, None) and (bus.given[-1].loop, bus.given[-1].name) == (1, "record")


def test_a_message_of_every_kind_that_the_server_sends_finds_its_way(rig, files, server):
    """Nothing that is sent is a message that an object of the patch would complain about."""
    _, port = opened(rig, files)
    for row in OUTGOING.values():
        address = row.of(0).replace("<parameter>", "mix")
        if row.arguments:
            rig.max.hear((address, 0), port)
    assert rig.max.take() == []


def test_the_band_tells_all_loops_and_each_its_own(rig, files, bus, server):
    band = rig.max.open(files["unloop-3.maxpat"])
    rig.max.take()
    band.named("all record").put(1)
    band.named("all variation").put(0.75)
    for number, loop in enumerate(band.inner, start=1):
        rig.max.hear((OUTGOING["alive"].address,), band.boxes_of("bpatcher")[number - 1].data["args"][1])
        loop.named("mix").put(number / 4)
    rig.flush()
    assert bus.wait_for(n_sets=6, n_given=3)
    assert [(call.loop, call.name) for call in bus.given] == [(0, "record"), (1, "record"), (2, "record")]
    assert [change[:3] for change in bus.sets] == [(loop, "variation", 0.75) for loop in range(3)] + [
        (loop, "mix", (loop + 1) / 4) for loop in range(3)
    ]


def test_a_switch_goes_down_and_up_with_the_mouse_and_with_its_key_once_however_long_it_repeats(rig, files, bus, server):
    patch, port = opened(rig, files, "unloop-pedal.maxpat")
    feet = patch.boxes_of("ubutton")
    for foot in feet:
        foot.out(1, ("bang",))
        foot.out(0, ("bang",))
    keys = {kind: patch.boxes_of(kind) for kind in ("key", "keyup")}
    for _ in range(3):
        for key in keys["key"]:
            key.key(ord(" "))
    for key in keys["keyup"]:
        key.key(ord(" "))
    rig.settle(port)
    pressed = [(call.name, call.argument) for call in bus.given]
    assert pressed == [(name, switch.number) for switch in (*SWITCHES, SWITCHES[0]) for name in ("switch_down", "switch_up")]
    server.notify(Notice("erasing", 0, (1,)))
    rig.settle(port)
    assert [box.shown for box in patch.hinted(OUTGOING["erasing"].help)] == [1]


def test_patches_that_are_open_at_once_hear_on_ports_of_their_own(rig, files):
    for patch in (*files.values(), max_patch(HELP_NAMES[0])):
        rig.max.open(patch)
    used = [port for box, port in rig.max.listening.items()]
    assert len(used) == len(set(used)) == 6


def test_the_help_patches_open_what_they_speak_of(rig, files):
    for name in HELP_NAMES:
        patch = rig.max.open(max_patch(name))
        for box in patch.boxes.values():
            if box.kind == "message":
                box.take(("bang",))
        assert patch.inner or any(box.kind == "pcontrol" for box in patch.boxes.values())
