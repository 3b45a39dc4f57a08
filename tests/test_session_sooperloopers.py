"""What SooperLooper's controls do to the instrument: latencies, cycles, whose beats, all loops at once."""

import numpy as np
import pytest

from tests.test_session_timing import BAR, BEAT, RATE, Instrument
from unloop_py.engine.messages import State
from unloop_py.errors import CommandError
from unloop_py.session.latency import Latency
from unloop_py.session.loop_files import LoopFiles


class Card:
    """A stream that has told the engine its latencies."""

    def __init__(self, engine, frames_in=300, frames_out=200):
        self.input_latency_frames, self.output_latency_frames = frames_in, frames_out
        engine.set_latency(frames_in, frames_out)


def test_the_latencies_that_a_card_tells_are_shown_and_set_by_hand_they_count_instead():
    play = Instrument()
    latency = Latency(play.bus, Card(play.engine))
    latency.step()
    assert [play.bus.get(0, name) for name in ("input_latency", "output_latency", "autoset_latency")] == [300, 200, 1]
    play.bus.set(0, "input_latency", 450)
    latency.step()
    assert play.engine.latency == 650 and play.bus.get(0, "autoset_latency") == 0 and latency.output_frames == 200
    play.bus.set(0, "autoset_latency", 1)
    latency.step()
    assert play.engine.latency == 500 and play.bus.get(0, "input_latency") == 300


def test_a_card_that_comes_back_does_not_undo_what_was_set_by_hand():
    play = Instrument()
    card = Card(play.engine)
    latency = Latency(play.bus, card)
    latency.step()
    play.bus.set(0, "output_latency", 1000)
    latency.step()
    play.engine.set_latency(64, 64)
    card.input_latency_frames = 64
    latency.step()
    assert play.engine.latency == 1300


def test_latencies_beyond_half_a_second_are_said_once_and_the_old_ones_stay():
    play = Instrument()
    latency = Latency(play.bus, Card(play.engine))
    latency.step()
    play.bus.set(0, "input_latency", 32768)
    for _ in range(5):
        latency.step()
    play.step()
    assert play.engine.latency == 500
    assert sum("stay as they were" in values[1] for values in play.told("error")) == 1


@pytest.mark.parametrize(("auto", "start"), [(1, 0), (0, 480)])
def test_while_one_hears_oneself_recordings_are_moved_only_if_that_is_asked_for(auto, start):
    play = Instrument(dry=0.5, input_latency=480)
    play.bus.set(0, "auto_disable_latency", auto)
    Latency(play.bus, Card(play.engine, 480, 0)).step()
    play.until(1000).press("record").until(BAR + 1000).press("record").until(2 * BAR + 2 * RATE)
    assert play.take_is(start, start + BAR)


def test_presses_count_as_made_earlier_by_the_trigger_s_latency():
    play = Instrument(quantize=0, trigger_latency=1440)
    play.until(RATE).press("record").until(2 * RATE).press("record").until(3 * RATE)
    assert play.take_is(RATE - 1440, 2 * RATE - 1440)


def test_a_press_that_waits_is_judged_by_when_it_was_made():
    play = Instrument(quantize=4, forgiveness_ms=0, trigger_latency=1440)
    play.until(BAR + 1000).press("record").until(2 * BAR + 1000).press("record").until(3 * BAR)
    assert play.take_is(BAR, 2 * BAR)


@pytest.mark.parametrize(("smart", "eighths"), [(1, 8), (0, 16)])
def test_the_first_loop_is_the_cycle_unless_told_otherwise(smart, eighths):
    play = Instrument(sync_source=-5, quantize=0, smart_eighths=smart)
    play.until(1000).press("record").until(1000 + BAR).press("record").until(3 * BAR)
    assert play.bus.get(0, "eighth_per_cycle") == eighths
    assert play.bus.status(0).cycle_s == pytest.approx(eighths / 2 * BEAT / RATE)


def test_a_loop_with_sync_off_waits_for_nobody_and_the_others_do():
    play = Instrument(n_loops=2)
    for loop in range(2):
        play.bus.set(loop, "quantize", 4)
    play.bus.set(1, "sync", 0)
    play.until(20_480)
    play.press("record", loop=0).press("record", loop=1).until(21_504)
    assert [play.state(loop) for loop in range(2)] == ["off", "recording"]


def test_a_tapped_tempo_is_whole_where_that_is_asked_for():
    play = Instrument(round_integer_tempo=1)
    for frame in (10_000, 33_000, 56_000):
        play.until(frame).bus.command(None, "tap")
    assert play.bus.get(0, "tempo") == round(60 * RATE / 23_000)


def test_all_loops_are_chosen_until_one_is_selected():
    play = Instrument(n_loops=3)
    play.bus.command(None, "select_all")
    assert play.bus.chosen() == (0, 1, 2)
    play.bus.command(None, "select", 1)
    assert play.bus.chosen() == (0,)
    play.step()
    assert play.told("select") == [(0,), (1,)]


def test_a_loop_is_saved_under_a_name_that_is_made_for_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    play = Instrument(quantize=0)
    play.bus.files = files = LoopFiles(play.bus, begin=lambda work: work())
    play.conductor.attach(None, lambda take: None, files.happened)
    play.until(1000).press("record").until(1000 + RATE).press("record").until(3 * RATE)
    play.press("save_loop").press("save_loop").step()
    files = sorted(str(path) for path in tmp_path.rglob("loops/*loop 1*.wav"))
    assert len(files) == 2
    assert sorted(path for (path,) in play.told("saved")) == files


def test_who_had_a_loop_saved_or_loaded_is_told_when_it_is_done_or_why_it_cannot_be(tmp_path):
    play = Instrument(quantize=0)
    play.bus.files = files = LoopFiles(play.bus, begin=lambda work: work())
    play.conductor.attach(None, lambda take: None, files.happened)
    play.until(1000).press("record").until(1000 + RATE).press("record").until(3 * RATE)
    file = tmp_path / "loop.wav"
    play.bus.command(0, "save", str(file), source="somebody")
    play.bus.command(0, "load", str(file), source="another")
    file.write_bytes(b"RIFF")
    play.bus.command(0, "load", str(file), source="a third")
    play.step()
    told = [(notice.kind, notice.loop, notice.values[0], notice.source) for notice in play.notices if notice.source]
    assert told == [("saved", 0, str(file), "somebody"), ("loaded", 0, str(file), "another"),
                    ("error", None, "/unloop/loop/1/load", "a third")]


def test_an_empty_loop_and_a_folder_that_cannot_be_are_no_file(monkeypatch, tmp_path):
    (tmp_path / "unloop").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    play = Instrument(quantize=0)
    play.bus.files = files = LoopFiles(play.bus)
    play.conductor.attach(None, lambda take: None, files.happened)
    with pytest.raises(CommandError, match="save_loop: the loop is empty"):
        play.press("save_loop")
    play.until(1000).press("record").until(1000 + RATE).press("record").until(3 * RATE)
    with pytest.raises(CommandError, match="cannot be made"):
        play.press("save_loop")


def test_the_status_tells_seconds_and_peaks():
    play = Instrument(quantize=0)
    play.until(RATE).press("record").until(RATE + RATE // 2)
    status = play.bus.status(0)
    assert status.free_s == pytest.approx(19.5, abs=0.01) and status.total_s == 20.0
    play.press("record").until(3 * RATE)
    status = play.bus.status(0)
    assert status.length_s == pytest.approx(0.5, abs=0.01) and 0.0 <= status.position_s < 0.51
    assert status.peak_in > 0.1 and status.channels == 1
    assert play.engine.status(0).state == State.PLAYING and np.isfinite(status.peak_out)
