"""Keys arrive one by one from a real (pseudo-)terminal, and are absent elsewhere."""

import contextlib
import io
import os

import pytest

from unloop_py.control.commands import NAMED_KEYS
from unloop_py.ui.keys import PosixKeyboard, Twice, open_keyboard, split_keys

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pseudo-terminal")


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def terminal():
    import pty

    master, slave = pty.openpty()
    with os.fdopen(slave, "r", closefd=True) as stdin:
        yield master, stdin
    with contextlib.suppress(OSError):
        os.close(master)


@posix
def test_a_key_arrives_without_enter(terminal):
    master, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        os.write(master, b" ")
        assert keyboard.read(2.0) == [" "]


@posix
def test_keys_pressed_together_arrive_in_order(terminal):
    master, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        os.write(master, b"kVb")
        pressed = []
        while len(pressed) < 3:
            pressed += keyboard.read(2.0)
        assert pressed == ["k", "V", "b"]


@posix
def test_no_key_is_an_empty_string_and_not_the_end(terminal):
    _, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        assert keyboard.read(0.0) == []
        assert not keyboard.ended


@posix
def test_an_arrow_key_is_not_taken_for_letters(terminal):
    master, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        os.write(master, b"\x1b[A")
        assert keyboard.read(2.0) == ["up"]


@pytest.mark.parametrize(
    ("sent", "keys", "begun"),
    [
        ("\x1b[5~\x1b[6~", ["pageup", "pagedown"], ""),
        ("\x1bOA\x1b[D", ["up", "left"], ""),
        ("a\x1b[1;2Cb", ["a", "shift+right", "b"], ""),
        ("\r\n\t\x7f\x1b[Z", ["enter", "enter", "tab", "backspace", "backtab"], ""),
        ("k\x1b", ["k"], "\x1b"),
        ("\x1b[6", [], "\x1b[6"),
        ("\x1b[200;1;7;3;4;5;6;7", [], ""),     # no key is so long
        ("\x1b[24~\x1b[<0;3;4M", [], ""),       # keys without a name, and a mouse
        ("\x1bk", ["k"], ""),
        ("\x01\x02", [], ""),
    ],
)
def test_what_a_terminal_sends_is_taken_apart_into_keys(sent, keys, begun):
    assert split_keys(sent) == (keys, begun)


@posix
def test_a_key_that_arrives_in_two_pieces_is_one_key(terminal):
    master, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        os.write(master, b"\x1b[")
        assert keyboard.read(2.0) == []
        os.write(master, b"6~k")
        assert keyboard.read(2.0) == ["pagedown", "k"]


@posix
def test_the_terminal_gets_its_settings_back_even_after_an_error(terminal):
    import termios

    _, stdin = terminal
    before = termios.tcgetattr(stdin.fileno())
    with pytest.raises(RuntimeError), open_keyboard(stdin):
        assert termios.tcgetattr(stdin.fileno())[3] != before[3]
        raise RuntimeError
    assert termios.tcgetattr(stdin.fileno()) == before


@posix
def test_ctrl_c_still_interrupts(terminal):
    import termios

    _, stdin = terminal
    with open_keyboard(stdin):
        assert termios.tcgetattr(stdin.fileno())[3] & termios.ISIG


@posix
def test_a_terminal_that_hangs_up_ends_the_keys_and_raises_nothing(terminal):
    master, stdin = terminal
    with open_keyboard(stdin) as keyboard:
        os.close(master)
        assert keyboard.read(2.0) == []
        assert keyboard.ended
        assert keyboard.read(0.0) == []


@posix
def test_end_of_input_is_no_key():
    read_end, write_end = os.pipe()
    os.close(write_end)
    keyboard = PosixKeyboard(read_end)
    assert keyboard.read(1.0) == []
    assert keyboard.ended
    os.close(read_end)


def test_keys_are_off_without_a_terminal(tmp_path):
    assert open_keyboard(io.StringIO("kkqq")) is None
    with open(os.devnull) as nothing:
        assert open_keyboard(nothing) is None
    assert open_keyboard(nothing) is None  # closed by now


def test_q_quits_only_when_pressed_twice_in_time():
    clock = Clock()
    quit_key = Twice(window_s=1.5, clock=clock)
    assert not quit_key.press()
    clock.now_s = 2.0
    assert not quit_key.press()
    clock.now_s = 3.0
    assert quit_key.press()
    assert not quit_key.press()


def test_another_key_between_two_q_starts_over():
    clock = Clock()
    quit_key = Twice(window_s=1.5, clock=clock)
    quit_key.press()
    quit_key.forget()
    assert not quit_key.press()


def test_every_key_that_has_no_character_has_a_name_that_one_may_choose():
    sent = "".join(("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[Z\x1b[5~\x1b[6~\x1b[1;2C\x1b[1;2D", "\r\t\x7f"))
    assert set(split_keys(sent)[0]) == set(NAMED_KEYS)
