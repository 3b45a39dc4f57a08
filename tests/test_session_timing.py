"""Presses that wait for the clock, on the real engine: what is recorded begins and ends on the very frame of the boundary."""

import numpy as np
import pytest

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.beats.grid import BeatGrid
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import EventKind
from unloop_py.errors import CommandError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE = 48000
BLOCK = 128
BEAT = 24_000  # 120 bpm
BAR = 4 * BEAT
INTERNAL, BAR_UNIT, BEAT_UNIT, LOOP_UNIT = -3, 4, 5, 3


class Instrument:
    """An engine without a card, its bus and its conductor; time passes in `wait` and `until`."""

    def __init__(self, *, n_loops=1, output_latency=0, input_latency=0, undo_memory_mb=256.0, **parameters):
        self.engine = Engine(sample_rate=RATE, channels=1, n_loops=n_loops, max_loop_s=20.0, input_latency=input_latency,
                             undo_memory_mb=undo_memory_mb)  # fmt: skip
        self.store = Store(n_loops)
        self.store.update(0, {"sync_source": INTERNAL, "quantize": BAR_UNIT} | parameters)
        self.bus = SessionBus(
            self.engine, self.store, block_frames=BLOCK, output_latency=lambda: output_latency, wall_clock=lambda: self.frame / RATE,
            capture_s=10.0,
        )  # fmt: skip
        self.conductor = Conductor(self.bus)
        self.stream = OfflineStream(self.engine, BLOCK)
        self.notices, self.takes, self.out = [], [], []
        self.bus.listen(self.notices.append)
        self.sound = np.random.default_rng(0).uniform(-0.5, 0.5, (60 * RATE, 1)).astype(np.float32)
        self.step()

    @property
    def frame(self):
        return self.engine.frame()

    def step(self):
        events = self.engine.events()
        self.events = events
        self.engine.events, kept = lambda: events, self.engine.events
        for event in events:
            if event.kind == EventKind.TAKE and event.index:
                self.takes.append((event.loop, self.engine.buffer(event.slot)[: event.index].copy()))
        self.conductor.step()
        self.engine.events = kept

    def until(self, frame):
        while self.frame < frame:
            run = min(BLOCK, frame - self.frame)
            self.out.append(self.stream.run(self.sound[self.frame : self.frame + run], run))
            self.step()
        return self

    @property
    def heard(self):
        """Everything that has sounded, in frames of the engine."""
        return np.concatenate(self.out)[:, 0]

    def press(self, name, argument=None, loop=0):
        self.bus.command(loop, name, argument)
        return self

    def state(self, loop=0):
        return self.bus.status(loop).state

    def told(self, kind):
        return [notice.values for notice in self.notices if notice.kind == kind]

    def take_is(self, first, last, loop=0):
        """Whether the newest take is the input from one frame to another, but for the seam's fade."""
        owner, take = self.takes[-1]
        fade = RATE // 50
        return owner == loop and len(take) == last - first and np.array_equal(take[:-fade], self.sound[first : last - fade])


def test_a_recording_begins_and_ends_on_the_frames_of_the_bar():
    play = Instrument()
    play.until(10_000).press("record")
    assert play.state() == "off"
    play.until(BAR + 50_000).press("record").until(3 * BAR)
    assert play.state() == "playing"
    assert play.take_is(BAR, 2 * BAR)


@pytest.mark.parametrize("late_ms", [1, 60, 120])
def test_presses_that_come_late_count_as_on_the_bar_and_what_was_played_since_is_kept(late_ms):
    play, late = Instrument(), 48 * late_ms
    play.until(BAR + late).press("record").until(2 * BAR + late).press("record").until(3 * BAR)
    assert play.take_is(BAR, 2 * BAR)
    assert (play.engine.status(0).next_seam_frame - BAR) % BAR == 0


def test_a_press_later_than_is_forgiven_waits_for_the_next_bar():
    play = Instrument(forgiveness_ms=50)
    play.until(BAR + 51 * 48).press("record").until(BAR + BEAT)
    assert (play.state(), play.bus.status(0).pending) == ("off", "record")


def test_a_press_is_judged_by_what_the_player_heard():
    latency = 4800  # he presses on the bar that he hears, 100 ms after the engine has played it
    play = Instrument(output_latency=latency, forgiveness_ms=0)
    play.until(BAR + latency).press("record").until(2 * BAR + latency - 10).press("record").until(3 * BAR)
    assert play.take_is(BAR, 2 * BAR)


@pytest.mark.parametrize("unit, length", [(5, BEAT), (2, BEAT // 2), (4, BAR), (1, 2 * BAR)])
def test_each_unit_has_its_own_boundaries(unit, length):
    play = Instrument(quantize=unit)
    play.until(7000).press("record").until(length + 7000).press("record").until(2 * length + RATE)
    assert play.take_is(length, 2 * length)


def test_with_quantize_off_a_press_is_obeyed_at_once():
    play = Instrument(quantize=0)
    play.until(10_000).press("record").until(10_000 + BLOCK)
    assert play.state() == "recording"


def test_what_waits_is_told_with_the_seconds_left_until_it_happens():
    play = Instrument()
    play.until(BEAT).press("record")
    assert (play.bus.status(0).pending, play.bus.status(0).pending_s) == ("record", pytest.approx(1.5))
    play.until(BAR + 10_000)
    assert play.bus.status(0).pending == ""
    told = play.told("pending")
    assert told[0] == ("record", pytest.approx(1.5)) and told[-1] == ("none", 0.0)
    left = [seconds for name, seconds in told if name == "record"]
    assert len(left) >= 14 and left == sorted(left, reverse=True)


@pytest.mark.parametrize("again", ["record", "undo"])
def test_a_second_press_or_undo_takes_back_what_waits_and_does_nothing_else(again):
    play = Instrument()
    play.until(BEAT).press("record").until(2 * BEAT).press(again).until(BAR + RATE)
    assert play.state() == "off"
    assert play.told("pending")[-1] == ("none", 0.0)


def test_taking_back_the_end_of_a_recording_lets_it_go_on():
    play = Instrument()
    play.until(BEAT).press("record").until(BAR + BEAT).press("record").until(BAR + 2 * BEAT).press("record").until(2 * BAR + BEAT)
    assert play.state() == "recording"
    play.press("record").until(3 * BAR + RATE)
    assert play.take_is(BAR, 3 * BAR)


@pytest.mark.parametrize("left", [1000, 100, 1])
@pytest.mark.parametrize("again", ["record", "undo"])
def test_a_press_is_taken_back_until_the_last_frame_before_its_own(again, left):
    play = Instrument()
    play.until(BEAT).press("record").until(BAR - left).press(again).until(BAR + BEAT)
    assert (play.state(), play.told("error")) == ("off", [])
    play.press("record").until(2 * BAR + BEAT).press("record").until(3 * BAR - left).press(again).until(3 * BAR + BEAT)
    assert play.state() == "recording"
    play.press("record").until(4 * BAR + RATE)
    assert play.take_is(2 * BAR, 4 * BAR)


def test_a_press_that_could_not_be_obeyed_is_refused_at_once_and_nothing_waits():
    play = Instrument(mute_quantized=1)
    with pytest.raises(CommandError, match="the loop is empty"):
        play.press("mute")
    assert play.bus.status(0).pending == ""


def test_relative_sync_begins_at_once_and_waits_for_a_whole_length():
    play = Instrument(relative_sync=1)
    play.until(10_000).press("record").until(10_000 + BAR + BEAT).press("record").until(3 * BAR)
    assert play.take_is(10_000, 10_000 + 2 * BAR)


def test_round_lets_a_free_recording_go_on_until_it_is_whole_cycles_long():
    play = Instrument(quantize=0, round=1, eighth_per_cycle=4)
    play.until(10_000).press("record").until(10_000 + BEAT).press("record").until(4 * BEAT)
    assert play.take_is(10_000, 10_000 + 2 * BEAT)


@pytest.mark.parametrize("name, other", [("overdub", "overdubbing"), ("mute", "muted"), ("pause", "paused")])
def test_overdub_mute_and_pause_wait_only_where_their_parameter_says(name, other):
    for waits in (0, 1):
        play = Instrument(overdub_quantized=waits, mute_quantized=waits)
        play.press("record").until(BAR // 2).press("record").until(BAR + BEAT)
        play.press(name).until(BAR + BEAT + 10 * BLOCK)
        assert play.state() == ("playing" if waits else other)
        play.until(2 * BAR + BLOCK)
        assert play.state() == other


def test_the_tempo_that_is_set_while_a_press_waits_moves_its_boundary():
    play = Instrument()
    play.until(BEAT).press("record")
    play.bus.set(0, "tempo", 60.0)
    play.until(BEAT + 6 * BEAT - 2000)
    assert play.state() == "off"
    play.until(BEAT + 6 * BEAT + BLOCK)
    assert play.state() == "recording"


def test_tapping_sets_the_tempo_and_puts_the_beat_under_the_foot():
    play = Instrument(quantize=BEAT_UNIT)
    for at in (10_000, 34_480, 58_960):
        play.until(at).bus.command(None, "tap")
    assert play.bus.get(0, "tempo") == pytest.approx(60 * RATE / 24_480, abs=0.6)  # taps are known to a block
    play.until(70_000).press("record").until(70_000 + RATE)
    began = play.engine.status(0)
    assert began.frame - began.position_frames == pytest.approx(58_960 + 24_480, abs=2 * BLOCK)


@pytest.mark.parametrize("bad", ["0", "1e9", "nan", 0, 1e9, float("nan"), "fast"])
def test_a_tempo_that_no_music_has_is_refused_and_the_old_one_stays(bad):
    store = Store()
    with pytest.raises(Exception, match="tempo must be"):
        store.set(0, "tempo", bad)
    assert store.get(0, "tempo") == 120.0


# The first loop sets the tempo


def first_loop(**parameters):
    play = Instrument(n_loops=2, sync_source=-5, **parameters)
    play.until(10_000).press("record").until(10_000 + 100_000).press("record").until(10_000 + 110_000)
    return play


def test_the_first_loop_is_recorded_freely_and_its_length_is_a_whole_number_of_beats_from_then_on():
    play = first_loop()
    status = play.engine.status(0)
    tempo = play.bus.get(0, "tempo")
    assert status.length_frames == pytest.approx(100_000, abs=BLOCK)
    assert tempo == pytest.approx(4 * 60 * RATE / status.length_frames)
    play.store.set(1, "quantize", LOOP_UNIT)
    play.press("record", loop=1).until(250_000).press("record", loop=1).until(350_000)
    assert play.takes[-1][0] == 1 and len(play.takes[-1][1]) == status.length_frames
    assert play.engine.status(1).next_seam_frame == play.engine.status(0).next_seam_frame


def test_beats_that_are_heard_in_it_correct_the_tempo():
    play = first_loop()
    length = play.engine.status(0).length_frames
    play.conductor.beats_found(play.conductor.varying._now[0], BeatGrid(length, RATE, 5, 0.0, 0.9))
    play.until(130_000)
    assert play.bus.get(0, "tempo") == pytest.approx(5 * 60 * RATE / length)


def test_when_every_loop_is_empty_the_next_one_is_first_again():
    play = first_loop()
    play.press("clear").until(130_000)
    play.press("record").until(130_000 + 2 * BLOCK)
    assert play.state() == "recording"


# Another loop, and nobody


def test_a_loop_waits_for_the_one_that_it_follows():
    play = Instrument(n_loops=2, sync_source=1, quantize=0)
    play.until(10_000).press("record").until(60_000).press("record").until(70_000)
    play.store.set(1, "quantize", LOOP_UNIT)
    play.press("record", loop=1).until(play.engine.status(0).next_seam_frame + BLOCK)
    began = play.engine.status(1)
    assert play.state(1) == "recording"
    assert (began.frame - began.position_frames - 10_000) % play.engine.status(0).length_frames == pytest.approx(0, abs=BLOCK)


def test_with_no_clock_at_all_a_press_is_obeyed_at_once():
    play = Instrument(sync_source=0)
    play.until(10_000).press("record").until(11_000)
    assert play.state() == "recording"


@pytest.mark.parametrize("source", [-6, -2, -1])
def test_another_machine_s_clock_that_is_not_there_is_waited_for_and_the_wait_can_be_taken_back(source):
    play = Instrument(sync_source=source)
    play.until(10_000).press("record").until(20 * BAR // 4)
    assert (play.state(), play.bus.status(0).pending, play.bus.status(0).pending_s) == ("off", "record", -1.0)
    play.press("record")
    assert play.bus.status(0).pending == ""


def test_the_clock_s_beats_are_told_with_bar_and_tempo():
    play = Instrument()
    play.until(BAR + BEAT + 1)
    assert play.told("clock") == [(120.0, 1, 1), (120.0, 1, 2), (120.0, 1, 3), (120.0, 1, 4), (120.0, 2, 1), (120.0, 2, 2)]


# What happens by itself


@pytest.mark.parametrize(
    "parameters, beats", [({"record_bars": 1}, 4), ({"record_beats": 3}, 3), ({"record_bars": 1, "beats_per_bar": 3}, 3)]
)
def test_a_recording_of_fixed_length_ends_by_itself_on_its_frame(parameters, beats):
    play = Instrument(**parameters)
    bar = BEAT * parameters.get("beats_per_bar", 4)
    play.until(bar - 2 * BEAT // 3).press("record").until(bar + BEAT)
    assert play.bus.status(0).pending == "record"
    play.until(bar + (beats + 2) * BEAT)
    assert play.state() == "playing" and play.take_is(bar, bar + beats * BEAT)


def test_without_a_clock_a_fixed_length_is_counted_at_the_tempo_from_the_press():
    play = Instrument(sync_source=-5, quantize=0, record_bars=1)
    play.until(10_000).press("record").until(10_000 + BAR + BEAT)
    assert play.take_is(10_000, 10_000 + BAR)
    assert play.bus.get(0, "tempo") == pytest.approx(120.0)


def test_a_press_ends_a_recording_of_fixed_length_sooner():
    play = Instrument(quantize=0, record_bars=4)
    play.until(10_000).press("record").until(50_000).press("record").until(60_000)
    assert (play.state(), play.bus.status(0).pending) == ("playing", "")
    play.until(5 * BAR)
    assert play.state() == "playing" and len(play.takes) == 1


def test_undo_drops_a_recording_of_fixed_length_and_its_end():
    play = Instrument(quantize=0, record_bars=1)
    play.until(10_000).press("record").until(50_000).press("undo").until(2 * BAR)
    assert (play.state(), play.bus.status(0).pending, play.takes) == ("off", "", [])


def test_counting_in_clicks_on_each_beat_and_then_records():
    play = Instrument(count_in=1, quantize=0, record_bars=1)
    play.sound[:] = 0
    play.until(10_000).press("record")
    first = 10_000 + 2880  # where nothing sounds yet, the bar begins with the press, a moment later
    play.until(first + BAR + BLOCK)
    assert play.state() == "recording"
    loud = np.flatnonzero(np.abs(play.heard) > 0.01)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-9999) > 4000)]
    assert starts == pytest.approx([first + k * BEAT for k in range(4)], abs=4)
    play.until(first + 2 * BAR + BEAT)
    assert play.state() == "playing" and len(play.takes[-1][1]) == BAR


def test_counting_in_beside_a_loop_begins_with_its_next_bar():
    play = Instrument(n_loops=2, quantize=0, record_bars=1)
    play.until(10_000).press("record").until(10_000 + BAR + BEAT)
    play.store.set(1, "count_in", 1)
    play.store.set(1, "quantize", BAR_UNIT)
    play.press("record", loop=1).until(2 * BAR + BLOCK)
    assert play.state(1) == "off"
    play.until(3 * BAR + BLOCK)
    assert play.state(1) == "recording"


def test_counting_in_can_be_taken_back_and_clicks_no_more():
    play = Instrument(count_in=2, quantize=0)
    play.sound[:] = 0
    play.until(10_000).press("record").until(40_000).press("record").until(4 * BAR)
    assert play.state() == "off" and not play.heard[70_000:].any()


@pytest.mark.parametrize("at", [30_000, 30_001, 47_777])
def test_a_recording_that_waits_for_a_sound_holds_its_attack(at):
    play = Instrument(quantize=0, rec_thresh=0.1)
    play.sound[:at] *= 0.01
    play.until(10_000).press("record").until(25_000)
    assert (play.state(), play.bus.status(0).pending, play.bus.status(0).pending_s) == ("off", "record", -1.0)
    play.until(at + 30_000).press("record").until(at + 60_000)
    attack = at + int(np.flatnonzero(np.abs(play.sound[at:, 0]) >= 0.1)[0])
    np.testing.assert_array_equal(play.takes[-1][1][:10_000], play.sound[attack - 480 :][:10_000])


def test_waiting_for_a_sound_can_be_taken_back():
    play = Instrument(quantize=0, rec_thresh=0.1)
    play.sound[:50_000] = 0
    play.until(10_000).press("record").until(20_000).press("record").until(100_000)
    assert (play.state(), play.bus.status(0).pending) == ("off", "")


def test_silence_ends_a_recording_where_it_began():
    play = Instrument(quantize=0, silence_stop_s=1.0)
    play.sound[100_000:] = 0
    play.until(10_000).press("record").until(100_000 + RATE + 3 * BLOCK)
    assert play.state() == "playing"
    _, take = play.takes[-1]
    assert len(take) == pytest.approx(100_000 + RATE // 10 - 10_000, abs=BLOCK)


def test_with_quantize_silence_ends_it_on_the_boundary_after_its_last_sound():
    play = Instrument(silence_stop_s=1.0)
    play.sound[2 * BAR - 10_000 :] = 0
    play.until(BAR - 1000).press("record").until(3 * BAR)
    assert play.take_is(BAR, 2 * BAR)


def test_silence_before_the_first_sound_ends_nothing():
    play = Instrument(quantize=0, silence_stop_s=0.5)
    play.sound[:100_000] = 0
    play.until(10_000).press("record").until(99_000)
    assert play.state() == "recording"


def test_a_loop_that_holds_no_whole_number_of_frames_stays_on_its_beats():
    play = Instrument(tempo=261.3, quantize=BEAT_UNIT, seam_ms=5.0)
    beat = 60 * RATE / 261.3
    play.until(10_000).press("record").until(round(3 * beat)).press("record").until(50_000)
    length = play.engine.status(0).length_frames
    passes = round(length / beat)
    for _ in range(40):
        play.until(play.engine.status(0).next_seam_frame + BLOCK)
    seam = play.engine.status(0).next_seam_frame
    assert abs(seam - round(seam / beat) * beat) < 1.01
    assert abs(length - passes * beat) * 40 > 10  # left alone it would have slipped so far


# What was just played


@pytest.mark.parametrize("press, last", [(3 * BAR + 20_000, 3 * BAR), (3 * BAR, 3 * BAR), (4 * BAR - 3_000, 4 * BAR)])
@pytest.mark.parametrize("count", [1, 2])
def test_what_was_just_played_becomes_a_loop_up_to_the_nearest_bar_and_goes_on_in_time(press, last, count):
    play = Instrument(quantize=0)
    play.until(press).press("capture", count).until(press + 6_000)
    assert play.state() == "playing" and play.take_is(last - count * BAR, last)
    assert (play.engine.status(0).next_seam_frame - last) % (count * BAR) == 0
    seam = play.engine.status(0).next_seam_frame
    play.until(seam + 2 * count * BAR)
    expected = play.sound[last - count * BAR : last - 960, 0]
    np.testing.assert_array_equal(play.heard[seam : seam + len(expected)], expected)


def test_it_is_as_long_as_recordings_are_said_to_be():
    play = Instrument(record_beats=3)
    play.until(2 * BAR + 7_000).press("capture").until(2 * BAR + 20_000)
    assert play.take_is(2 * BAR - 3 * BEAT, 2 * BAR)


def test_it_lies_where_it_was_heard_and_not_where_it_came_in():
    play = Instrument(input_latency=700)
    play.until(2 * BAR + 7_000).press("capture").until(2 * BAR + 20_000)
    assert play.take_is(BAR + 700, 2 * BAR + 700)


def test_without_a_clock_it_is_all_that_was_played_since_the_last_silence():
    play = Instrument(sync_source=-5)
    play.sound[:50_000] *= 0.5
    play.sound[50_000:200_000] = 0
    play.until(300_000).press("capture").until(310_000)
    _, take = play.takes[-1]
    assert 300_000 - len(take) == pytest.approx(200_000 - 480, abs=480)
    np.testing.assert_array_equal(take[-50_000:-960], play.sound[250_000 : 300_000 - 960])


def test_it_wakes_the_loop_s_history_like_a_recording():
    play = Instrument(quantize=0)
    play.until(2 * BAR + 7_000).press("capture").until(2 * BAR + 20_000).press("undo").until(2 * BAR + 30_000)
    assert play.state() == "off"
    play.press("redo").until(2 * BAR + 40_000)
    assert play.state() == "playing"


@pytest.mark.parametrize(
    "at, count, says", [(BAR + 9_000, 3, "are remembered"), (50_000, 20, "more than the longest loop"), (21 * RATE, 7, "are remembered")]
)
def test_what_is_not_remembered_or_too_long_is_refused_with_the_cure(at, count, says):
    play = Instrument()
    play.until(at)
    with pytest.raises(CommandError, match=says):
        play.press("capture", count)


def test_nothing_played_is_nothing_captured_and_a_recording_is_not_disturbed():
    play = Instrument(sync_source=-5, quantize=0)
    play.sound[:] = 0
    play.until(100_000)
    with pytest.raises(CommandError, match="nothing was played"):
        play.press("capture")
    play.press("record").until(150_000)
    with pytest.raises(CommandError, match="not while recording"):
        play.press("capture")


@pytest.mark.parametrize(
    "name, state, gate",
    [
        ("multiply", "multiplying", None), ("insert", "inserting", None), ("replace", "replacing", "replace_quantized"),
        ("substitute", "substituting", "replace_quantized"),
    ],
)  # fmt: skip
def test_what_is_laid_over_a_loop_waits_with_recording_and_replacing_only_where_it_is_told_to(name, state, gate):
    for waits in (True, False) if gate else (True,):
        play = Instrument(**{gate: int(waits)} if gate else {})
        play.press("record").until(BAR // 2).press("record").until(BAR + BEAT)
        play.press(name).until(BAR + BEAT + 20 * BLOCK)
        assert play.state() == ("playing" if waits else state)
        play.until(2 * BAR + 2 * BLOCK)
        assert play.state() == state


def test_a_loop_that_plays_backwards_is_left_where_it_is():
    play = Instrument(tempo=261.3, quantize=BEAT_UNIT)
    beat = 60 * RATE / 261.3
    play.until(10_000).press("record").until(round(3 * beat)).press("record").until(50_000).press("reverse").until(400_000)
    assert play.told("error") == []


@pytest.mark.parametrize("length", [BAR - 9000, BAR + 9000, BAR + BAR // 3, 2 * BAR - 20_000])
def test_with_playback_sync_every_pass_begins_on_the_bar_that_is_nearest(length):
    play = Instrument(quantize=0, playback_sync=1)
    play.until(BAR).press("record").until(BAR + length).press("record").until(12 * BAR)
    assert play.told("error") == []
    heard, take = play.heard, play.takes[-1][1][:, 0]
    begins = [bar * BAR for bar in range(4, 11) if np.array_equal(heard[bar * BAR : bar * BAR + 40_000], take[:40_000])]
    assert len(begins) >= 3 and set(np.diff(begins)) == {round(length / BAR) * BAR}


def test_redo_is_a_tap_where_there_is_nothing_to_redo_and_that_is_asked_for():
    play = Instrument(quantize=0, redo_is_tap=1)
    play.until(10_000).press("record").until(10_000 + BAR).press("record").until(10_000 + BAR + BEAT)
    play.press("redo").until(play.frame + 4 * BLOCK)
    assert play.engine.status(0).position_frames < 5 * BLOCK
    play.press("undo").until(play.frame + BEAT).press("redo").until(play.frame + BEAT)
    assert play.state() == "playing"
    play.store.set(0, "redo_is_tap", 0)
    with pytest.raises(CommandError, match="nothing to redo"):
        play.press("redo")


def test_a_delay_gives_back_what_is_played_after_the_time_between_two_taps_and_again_as_feedback_says():
    play = Instrument(quantize=0, feedback=0.5)
    play.until(10_000).press("delay_trigger").until(30_000).press("delay_trigger").until(30_000 + BLOCK)
    assert play.state() == "delaying"
    assert play.told("state")[-1] == ("delaying",)
    play.until(130_000)
    expected = np.zeros(130_000)
    for frame in range(30_000, 130_000, 20_000):  # each pass is the one before, and what was played meanwhile
        before = slice(frame - 20_000, frame)
        expected[frame : frame + 20_000] = (expected[before] * 0.5 if frame > 30_000 else 0.0) + play.sound[before, 0]
    at = np.arange(52_000, 128_000)  # the fades of the seam lie before multiples of the time
    at = at[(at - 10_000) % 20_000 < 18_500]
    assert np.abs(play.heard[at] - expected[at]).max() < 1e-5
    play.press("delay_trigger").until(140_000)
    assert play.state() == "recording"
    play.press("overdub").until(150_000)
    assert play.state() == "overdubbing"


def test_what_undo_no_longer_leads_back_to_is_told_with_the_cure():
    play = Instrument(quantize=0, undo_memory_mb=0.8)  # two states of a bar
    play.until(10_000).press("record").until(10_000 + BAR).press("record").until(10_000 + BAR + BEAT)
    for _ in range(3):
        play.press("overdub").until(play.frame + 5000).press("overdub").until(play.frame + 9000)
    told = [text for _, text in play.told("error")]
    assert told[0] == ("loop 1: undo no longer leads back to the time before its first recording: the undo memory is full; start with a "
                       "larger --undo-memory")  # fmt: skip
    assert all("--undo-memory" in text for text in told) and any("take 1" in text for text in told)
