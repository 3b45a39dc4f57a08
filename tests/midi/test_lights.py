"""Lights, rings and motor faders: what they show, how often, and that they never answer themselves."""

import pytest

from tests.midi.conftest import cc, note
from unloop_py.midi.profiles import SHIPPED, profiles

PROFILE = """
version = 1
matches = ["Board"]

[[binding]]
on = "cc 80"
press = "record_or_overdub"
loop = 1
light = true

[[binding]]
on = "note 5"
press = "mute"
loop = 1
light = true

[[binding]]
on = "note 6"
press = "undo"
loop = 1
light = true

[[binding]]
on = "cc 7"
parameter = "wet"
loop = 1
take_over = "jump"
echo = true

[[light]]
shows = "state"
loop = 2
off = [["cc 20", 0], ["cc 110", 0]]
red = [["cc 20", 1], ["cc 110", 0]]
green = [["cc 20", 0], ["cc 110", 1]]

[[light]]
shows = "generating"
loop = 1
off = [["note 40", 0, 3]]
on = [["note 40", 9, 3]]

[[light]]
shows = "late"
loop = 1
off = [["cc 21", 0]]
on = [["cc 21", 1]]

[[light]]
shows = "recording"
loop = "all"
off = [["cc 22", 0]]
on = [["cc 22", 1]]
"""
DARK = [cc(80, 0), note(5, 0), note(6, 0), cc(20, 0), cc(110, 0), (0x92, 40, 9), cc(21, 0), cc(22, 0), cc(7, 127)]


@pytest.fixture
def board(make_rig, tmp_path):
    file = tmp_path / "board.toml"
    file.write_text(PROFILE)
    rig = make_rig([f"Board={file}"]).plug("Board")
    assert rig.sent("Board") == DARK
    return rig


def news(rig, seconds=0.05):
    rig.after(seconds)
    return rig.sent("Board")


def test_a_light_follows_the_state_and_is_told_only_what_has_changed(board):
    board.bus.become(1, state="recording")
    assert news(board) == [cc(20, 1), cc(110, 0), cc(22, 1)]
    board.bus.become(1, state="playing")
    assert news(board) == [cc(20, 0), cc(110, 1), cc(22, 0)]
    board.bus.become(1, state="playing", repetition=7)
    assert news(board, 1.0) == []


def test_a_light_of_one_colour_is_on_while_the_loop_sounds(board):
    lit = []
    for state in ("recording", "playing", "overdubbing", "muted", "off"):
        board.bus.become(0, state=state)
        lit += [value for _, number, value in news(board) if number == 80]
    assert lit == [127, 0]


def test_what_is_pending_blinks_slowly_and_stops_blinking_when_it_comes(board):
    board.bus.become(0, state="playing")
    news(board)
    board.bus.become(0, pending="overdub")
    board.bus.tell(board_news("pending", 0))
    blinks = [value for _, number, value in news(board, 2.0) if number == 80]
    assert blinks in ([0, 127] * 4, [127, 0] * 4, [0, 127, 0, 127, 0, 127, 0])
    board.bus.become(0, pending="", state="overdubbing")
    news(board)
    assert news(board, 2.0) == []


def board_news(kind, loop, *values):
    from unloop_py.control.bus import Notice

    return Notice(kind, loop, values or ("", 0.0))


def test_a_loop_that_is_about_to_be_erased_blinks_quickly(board):
    board.bus.become(0, state="paused", erasing=True)
    board.bus.tell(board_news("erasing", 0, 1))
    assert len([number for _, number, _ in news(board, 1.0) if number == 80]) in (9, 10, 11)


def test_generating_and_late_have_lights_of_their_own(board):
    board.bus.become(0, gen_state="off")
    board.bus.tell(board_news("gen_state", 0, "off"))
    assert news(board) == [(0x92, 40, 0)]
    board.bus.become(0, late=1)
    board.bus.tell(board_news("repetition", 0, 3, 1))
    assert news(board) == [cc(21, 1)]


def test_a_button_that_shows_nothing_lights_while_it_is_held(board):
    board.play("Board", note(6))
    assert news(board) == [note(6, 127)]
    board.play("Board", note(6, 0))
    assert news(board) == [note(6, 0)]


def test_a_fader_with_a_motor_follows_what_others_set(board):
    board.bus.set(0, "wet", 0.0, "osc:1.2.3.4")
    assert news(board) == [cc(7, 0)]


def test_what_comes_in_is_not_sent_back_and_a_fader_that_moves_is_left_alone(board):
    board.play("Board", cc(7, 30), cc(7, 60), cc(7, 90))
    assert news(board, 1.0) == []
    board.play("Board", cc(7, 80))
    board.bus.set(0, "wet", 0.0, "web")
    assert news(board, 0.2) == []
    assert news(board, 0.3) == [cc(7, 0)]


def test_a_fader_s_own_report_of_where_it_was_sent_is_no_loop(board):
    for value in (0.0, 1.0, 0.3):
        board.bus.set(0, "wet", value, "web")
        (sent,) = news(board)
        board.play("Board", sent)  # the motor tells where it has come to
        board.sets()
        assert news(board, 1.0) == [] and board.sets() == []


def test_lights_are_told_no_more_than_thirty_three_times_a_second(board):
    moments = []
    for step in range(200):
        board.bus.set(0, "wet", (step % 100) / 100, "web")
        board.after(0.01)
        if board.sent("Board"):
            moments.append(board.now_s)
    assert len(moments) <= 67
    board.bus.set(0, "wet", 0.5, "web")
    board.after(0.05)
    assert board.sent("Board")[-1] == cc(7, 64)


def test_everything_is_put_out_at_the_end(board):
    board.bus.become(1, state="recording")
    news(board)
    board.midi._watch.close()
    board.midi.take_all()
    sent = board.sent("Board")
    assert {cc(80, 0), note(5, 0), cc(20, 0), cc(110, 0), (0x92, 40, 0), cc(21, 0), cc(22, 0)} <= set(sent)
    board.bus.become(1, state="playing")
    assert news(board, 1.0) == []


def test_a_device_that_comes_back_is_told_everything_anew(board):
    board.bus.become(1, state="recording")
    news(board)
    board.pull("Board")
    board.sent("Board")
    board.plug("Board").after(0.05)
    assert board.sent("Board") == [*DARK[:3], cc(20, 1), cc(110, 0), (0x92, 40, 9), cc(21, 0), cc(22, 1), cc(7, 127)]


def test_a_device_that_is_gone_while_it_is_told_something_stops_nothing(board):
    board.driver.pull("Board")  # not seen yet
    board.bus.become(1, state="recording")
    board.after(0.1)
    board.look()
    assert ("went", "Board", "") in board.told()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_light_of_every_profile_shows_something_in_every_state(make_rig, path):
    rig = make_rig([f"Thing={path.stem}"]).plug("Thing")
    for state in ("off", "recording", "playing", "overdubbing", "muted", "paused"):
        rig.bus.become(0, state=state, pending="overdub", late=1)
        rig.bus.tell(board_news("pending", 0))
        rig.after(0.6)
    assert all(len(data) in (2, 3) and max(data[1:]) < 128 for data in rig.sent("Thing"))
    assert rig.told("error") == []


def test_every_profile_says_whether_it_was_tried_and_what_has_to_be_set():
    found, wrong = profiles()
    assert wrong == () and len(found) >= 6
    for profile in found:
        assert profile.title and profile.setup and profile.source and profile.bindings
        assert profile.tried is False  # until somebody has: then their name goes into the file
