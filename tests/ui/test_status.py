"""The status line says what a player needs to know, and only on a terminal."""

import io

from rich.console import Console

from unloop_py.control.fake_bus import FakeBus
from unloop_py.ui.full_screen import FullScreen
from unloop_py.ui.screen import open_screen
from unloop_py.ui.status import PlainLines, StatusLine, View, bar, render


def test_a_playing_loop_shows_state_position_seam_progress_late_and_xruns():
    line = render(
        View("playing", position_s=1.5, length_s=6.0, repetition=3, generating="on", progress=0.5, late=2, xruns=1, variation=0.25)
    )
    assert "playing" in line
    assert "━━╌╌╌╌╌╌╌╌ 6.0 s" in line
    assert "seam in 4.5 s" in line
    assert "pass 3" in line
    assert "next ━━━╌╌╌" in line
    assert "variation 0.25" in line
    assert "late 2" in line
    assert "xruns 1" in line


def test_recording_counts_up_and_shows_no_seam():
    line = render(View("recording", position_s=2.5, length_s=2.5, generating="loading"))
    assert "2.5 s" in line
    assert "seam" not in line
    assert "loading" in line


def test_an_empty_loop_shows_no_position():
    line = render(View("off"))
    assert line.startswith("off")
    assert "pass" not in line
    assert "varying off" in line


def test_the_player_sees_that_the_take_sounds_after_back():
    assert "the take" in render(View("playing", length_s=1.0, generating="take"))


def test_a_moved_raw_prompt_shows_as_custom():
    assert "variation 0.50 custom" in render(View("playing", length_s=1.0, custom=True))


def test_eighty_columns_hold_all_that_must_be_seen():
    view = View("overdubbing", position_s=1.0, length_s=59.9, repetition=999, generating="on", progress=1.0, late=999, xruns=999)
    line = render(view)
    assert line.index("xruns 999") + len("xruns 999") <= 80


def test_bars_never_overflow():
    assert bar(-1.0, 4) == "╌╌╌╌"
    assert bar(2.0, 4) == "━━━━"
    assert bar(float("nan"), 4) == "╌╌╌╌"


def test_without_a_terminal_only_what_is_said_is_written():
    written = io.StringIO()
    with open_screen(FakeBus(), "a card", lambda: View("playing"), console=Console(file=written)) as screen:
        assert isinstance(screen, PlainLines)
        screen.show()
        screen.say("OSC on 127.0.0.1:9951 [loopback]")
    assert written.getvalue() == "OSC on 127.0.0.1:9951 [loopback]\n"


def test_without_a_full_screen_what_is_posted_is_written():
    stream = io.StringIO()
    with PlainLines(stream) as screen:
        screen.post("page: http://127.0.0.1/", ["##", "# "])
    assert stream.getvalue() == "page: http://127.0.0.1/\n##\n# \n"


def test_a_reader_that_has_gone_does_not_stop_the_music():
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with open_screen(FakeBus(), "a card", lambda: View("off"), console=Console(file=Gone())) as screen:
        screen.say("still here")


def test_the_line_is_redrawn_in_place_and_said_lines_stay():
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=200, color_system=None)
    states = iter(("off", "recording"))
    with open_screen(FakeBus(), "a card", lambda: View(next(states)), plain=True, console=console) as screen:
        assert isinstance(screen, StatusLine)
        screen.show()
        screen.say("listening on port 9951 [udp]")
        screen.show()
    text = written.getvalue()
    assert "listening on port 9951 [udp]\n" in text
    assert "recording" in text


def test_a_terminal_is_filled_if_it_has_keys_and_the_player_wants_no_single_line():
    console = Console(file=io.StringIO(), force_terminal=True)

    def kind(**wanted):
        return type(open_screen(FakeBus(), "a card", lambda: View("off"), console=console, **wanted))

    assert (kind(), kind(plain=True), kind(keys=False)) == (FullScreen, StatusLine, StatusLine)


def test_what_waits_stands_first_after_the_state_with_the_seconds_left():
    assert render(View("playing", pending="record", pending_s=1.25)).startswith("playing      record in 1.2 s")
    assert "record waits" in render(View("off", pending="record", pending_s=-1.0))


def test_a_form_is_shown_and_no_form_is_not():
    assert "form AAAB" in render(View("playing", length_s=1.0, form="AAAB"))
    assert "form" not in render(View("playing", length_s=1.0))
