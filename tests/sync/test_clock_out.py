"""The MIDI clock that goes out: 24 ticks a beat, none twice, none left out, started on a bar."""

from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.clock_out import ClockOut

LINE = BeatLine(0.0, 0.0, 24_000.0)


def sent(out, line, first, last, step=137, ahead=960):
    messages = []
    for now in range(first, last, step):
        messages += out.until(line, now, now + ahead, 4)
    return messages


def test_every_tick_goes_out_once_at_its_frame():
    frames = [message.frame for message in sent(ClockOut(), LINE, 0, 480_000) if message.kind == "clock"]
    assert frames == [1000 * k for k in range(len(frames))] and len(frames) >= 480


def test_it_starts_at_the_beginning_of_a_bar_before_that_bar_s_first_tick():
    messages = sent(ClockOut(), LINE, 30_000, 200_000)
    kinds = [message.kind for message in messages]
    at = kinds.index("start")
    assert messages[at].frame == messages[at + 1].frame == 96_000 and kinds.count("start") == 1


def test_it_stops_when_the_clock_stands_still_and_starts_again_on_a_bar():
    out = ClockOut()
    sent(out, LINE, 0, 50_000)
    assert [message.kind for message in out.until(None, 50_000, 51_000, 4)] == ["stop"]
    assert out.until(None, 51_000, 52_000, 4) == []
    assert [message.frame for message in sent(out, LINE, 52_000, 200_000) if message.kind == "start"] == [96_000]


def test_a_clock_that_jumps_does_not_make_a_burst_of_ticks():
    out = ClockOut()
    sent(out, LINE, 0, 50_000)
    messages = sent(out, BeatLine(50_000.0, 500.0, 24_000.0), 50_000, 60_000)
    assert 8 <= len(messages) <= 13
    messages = sent(out, BeatLine(60_000.0, 3.0, 24_000.0), 60_000, 70_000)
    assert 8 <= len(messages) <= 13


def test_a_tempo_that_moves_a_little_leaves_no_tick_out():
    out, ticks = ClockOut(), 0
    for k in range(200):
        now = 1000 * k
        ticks += len([m for m in out.until(BeatLine(now, now / 24_000, 24_000 + k % 7), now, now + 960, 4) if m.kind == "clock"])
    assert 199 <= ticks <= 201
