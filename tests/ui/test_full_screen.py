"""The full screen on a real (pseudo-)terminal: what is sent, what keys do, and that it waits for nobody."""

import contextlib
import os
import re
import select
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from rich.console import Console

from unloop_py.control.bus import Notice
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.sections import SECTIONS
from unloop_py.ui.full_screen import FullScreen

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pseudo-terminal")


class Clock:
    now_s = 0.0

    def __call__(self):
        self.now_s += 1.0
        return self.now_s


class Seat:
    """A terminal of 80 columns and 24 rows, and a full screen on it."""

    def __init__(self, bus, **console):
        import fcntl
        import pty
        import struct
        import termios

        self.resize = lambda rows, columns: fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.master, self.slave = pty.openpty()
        self.resize(24, 80)
        self.file = os.fdopen(os.dup(self.slave), "w")
        console = Console(file=self.file, force_terminal=True, **{"color_system": None} | console)
        self.screen = FullScreen(bus, "a card", console, Clock())

    def drawn(self):
        """What has come since, and is there to be read."""
        told = b""
        while select.select([self.master], [], [], 0.05)[0]:
            told += os.read(self.master, 65536)
        return told.decode(errors="replace")     # a piece may end within a letter

    def read(self):
        """The same as text."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.drawn())

    def close(self):
        for one in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(one)
        with contextlib.suppress(OSError):
            self.file.close()


@pytest.fixture
def bus():
    bus = FakeBus(n_loops=2)
    bus.become(0, state="playing", length_s=4.0, seam_s=2.0)
    return bus


@pytest.fixture
def seat(bus):
    seat = Seat(bus)
    yield seat
    seat.close()


def test_the_first_picture_is_whole_and_the_next_one_only_what_has_changed(seat, bus):
    with seat.screen as screen:
        screen.show()
        first = seat.read()
        assert "1 playing" in first and "How far it strays" in first
        screen.show()
        assert seat.drawn() == ""
        bus.become(0, seam_s=1.5)
        screen.show()
        second = seat.read()
        assert "seam in  1.5 s" in second and "How far it strays" not in second
    assert "\x1b[?1049l" in seat.drawn()     # the other screen, with what was there before


def test_what_something_else_has_written_over_it_is_mended_within_seconds(seat):
    with seat.screen as screen:
        screen.show()
        seat.drawn()
        told = ""
        for _ in range(6):     # seconds
            screen.show()
            told += seat.drawn()
        assert "How far it strays" in told and "\x1b[2J" not in told


def test_nothing_that_is_said_steers_the_terminal(seat, bus):
    bus.command(None, "model", "\x1b[31mred")
    with seat.screen as screen:
        screen.say("no address is called \x1b]0;owned\x07 \x9b2J\r here\nand more")
        screen.show()
        told = seat.drawn()
    told += seat.drawn()
    assert "\x1b]" not in told and "\x07" not in told and "\x9b" not in told and "\x1b[31m" not in told
    assert "·]0;owned·" in told and "and more" in told


def test_another_size_is_another_whole_picture(seat):
    with seat.screen as screen:
        screen.show()
        seat.drawn()
        seat.resize(40, 120)
        screen.show()
        assert "\x1b[40;1H" in seat.drawn()


def test_a_terminal_without_colours_gets_none_and_one_with_colours_does(bus):
    for colours, some in ((None, False), ("256", True), ("truecolor", True)):
        seat = Seat(bus, color_system=colours)
        with seat.screen as screen:
            screen.show()
            told = seat.drawn()
        assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]", told)) == some
        seat.close()


def test_arrows_walk_through_the_parameters_and_turn_them_in_every_loop_that_is_chosen(seat, bus):
    screen = seat.screen
    assert screen.press("right")
    assert bus.get(0, "variation") == 0.55 and bus.get(1, "variation") == 0.5
    screen.press("shift+left")
    assert bus.get(0, "variation") == 0.545
    screen.press("backspace")
    assert bus.get(0, "variation") == 0.5
    bus.command(None, "select_all")
    screen.press("down")
    screen.press("left")
    assert bus.get(0, "mix") == bus.get(1, "mix") == 0.95
    screen.press("tab")
    assert screen.look().section == SECTIONS[1].title
    screen.press("backtab")
    screen.press("up")
    assert screen.look().at == len(SECTIONS[0].names) - 1
    assert not screen.press("k") and not screen.press("enter")


def test_every_parameter_can_be_turned_to_both_its_ends_and_back_to_its_default(seat, bus):
    screen = seat.screen
    for section in SECTIONS:
        for row in section.rows:
            for key, end in (("right", row.maximum), ("left", row.minimum)):
                for _ in range(60):
                    screen.press(key)
                assert bus.get(0, row.name) == pytest.approx(end), row.name
            screen.press("backspace")
            assert bus.get(0, row.name) == row.default
            screen.press("down")
        screen.press("tab")


def test_what_cannot_be_set_is_said(seat, bus):
    bus.refuse = "variation: not now"
    seat.screen.press("right")
    assert seat.screen.look().messages == ("variation: not now",)


def test_the_clock_is_shown_as_it_is_told(seat):
    seat.screen.notify(Notice("clock", None, (96.5, 7, 3)))
    assert seat.screen.look().clock == (96.5, 7, 3)


def test_what_was_said_stays_when_the_screen_closes(seat):
    with seat.screen as screen:
        screen.say("OSC: udp [127.0.0.1] port 9951")
        screen.say("ready to record")
        screen.show()
        seat.drawn()
    after = seat.drawn().split("\x1b[?1049l")[1]
    assert "OSC: udp [127.0.0.1] port 9951" in after and "ready to record" in after


CODE = ["█▀▄ █" * 7] * 19


def test_what_is_posted_is_shown_over_everything_until_a_key_and_again_when_asked(seat):
    with seat.screen as screen:
        screen.post("page: http://192.168.1.5:9950/", CODE)
        screen.show()
        told = seat.read()
        assert told.count(CODE[0]) == 19 and "any key goes on, @ shows this again" in told and "variation" not in told
        assert not screen.press(" ")  # the key means what it means besides
        screen.show()
        assert "variation" in seat.read()
        assert screen.press("@")
        screen.show()
        assert CODE[0] in seat.read()
        assert screen.press("@")
        screen.show()
        assert "variation" in seat.read()
        assert screen.press("?")
        screen.show()
        assert "@ page: http://192.168.1.5:9950/" in seat.read()


def test_a_window_that_is_too_small_for_what_is_posted_says_how_large_it_must_be(seat):
    seat.resize(20, 80)
    with seat.screen as screen:
        screen.post("page: http://192.168.1.5:9950/", CODE)
        screen.show()
        told = seat.read()
    assert CODE[0] not in told and "page: http://192.168.1.5:9950/" in told and "it takes 35 columns and 21 rows" in told


def test_where_nothing_is_posted_the_key_is_nobody_s(seat):
    with seat.screen as screen:
        assert not screen.press("@")


def test_a_terminal_that_takes_no_more_is_waited_for_by_nobody_and_sees_how_things_stand_afterwards(seat, bus):
    with seat.screen as screen:
        for picture in range(30):     # far more than it holds
            seat.resize(24 + picture % 2, 80)
            screen.show()
        while seat.drawn():
            screen.show()
        bus.become(0, state="overdubbing")
        screen.show()
        screen.show()
        assert "1 overdubbing" in seat.read()
    assert "\x1b[?1049l" in seat.drawn()


def test_a_terminal_that_takes_no_more_keeps_nobody_who_closes(seat):
    with seat.screen as screen:
        for picture in range(30):
            seat.resize(24 + picture % 2, 80)
            screen.show()


def test_a_terminal_that_has_hung_up_is_left_alone(seat):
    with seat.screen as screen:
        screen.show()
        os.close(seat.master)
        os.close(seat.slave)
        for _ in range(5):
            screen.say("still here")
            screen.show()


def test_the_picture_of_it_in_the_documents_is_what_the_script_draws():
    root = Path(__file__).resolve().parents[2]
    loader = SourceFileLoader("draw_terminal", str(root / "scripts" / "draw_terminal"))
    module = module_from_spec(spec_from_loader("draw_terminal", loader))
    loader.exec_module(module)
    drawn = module.picture()
    assert drawn == (root / "docs" / "terminal.svg").read_text(encoding="utf-8")
    assert "url(" not in drawn.replace("url(#", "")     # nothing is fetched to look at it
