"""A loop that comes back is kept on its clock as it was before: its seams stay on the boundaries, whoever gives the beat."""

import shutil

import numpy as np
import pytest

from unloop_py.engine.messages import State
from unloop_py.sessions.reading import read_session
from unloop_py.sync.beat_line import BeatLine, line_at_tempo

RATE, BLOCK = 48000, 480
FIRST_LOOP, INTERNAL, MIDI_CLOCK = -5, -3, -2
BAR_UNIT, BEAT_UNIT = 4, 5
TEMPO = 241.3       # a beat is no whole number of frames, and a loop slips by a fifth of one each time round
AWAY_S = 7.3


class Machine:
    """Another machine's clock: even beats by the wall's time, counted from where it is asked to."""

    def __init__(self, stage, began_s, tempo=TEMPO, counted_from=0.0):
        self._stage, self._began_s, self._tempo, self._counted_from = stage, began_s, tempo, counted_from

    def line(self, frame):
        beat = (self._stage.began - self._began_s) * self._tempo / 60.0 - self._counted_from
        return line_at_tempo(0.0, beat, self._tempo, RATE)


@pytest.fixture
def again(stage, tmp_path):
    """Kill an instrument, and make another one a while later."""

    def make(first, away_s=AWAY_S, **settings):
        copy = tmp_path / "as it was left"
        shutil.copytree(first.folder, copy)
        return stage(began=first.clock() + away_s, **settings), read_session(copy)

    return make


def clocked(s, **parameters):
    for name, value in {"tempo": TEMPO, "sync_source": INTERNAL, "quantize": BEAT_UNIT, **parameters}.items():
        s.bus.set(0, name, value)
        for loop in range(1, s.bus.n_loops):
            s.bus.set(loop, name, value)
    return s


def record(s, noise, seconds, loop=0):
    """Record until the boundary after so many seconds."""
    s.bus.command(loop, "record")
    while s.engine.status(loop).state != State.RECORDING:
        s.wait(BLOCK)
    s.play(noise(round(seconds * RATE), loop))
    s.bus.command(loop, "record")
    while s.engine.status(loop).state == State.RECORDING:
        s.wait(BLOCK)


def off_beat(s, loop=0):
    """Beats by which the loop's next seam lies off the nearest of its clock's."""
    beat = s.bus.moments.beats(s.engine.frame()).beat_at(s.engine.status(loop).next_seam_frame)
    return beat - round(beat)


@pytest.mark.parametrize("quantize", [BEAT_UNIT, BAR_UNIT])
def test_on_its_own_tempo(stage, noise, again, quantize):
    s = clocked(stage(), quantize=quantize)
    s.wait(10_000)
    record(s, noise, 0.9)
    s.wait(RATE)
    beats = s.engine.status().length_frames * TEMPO / 60 / RATE
    assert abs(beats - round(beats)) < 1e-3
    was = s.bus.moments.beats(0).beat_at(s.engine.status().next_seam_frame)
    t, kept = again(s)
    t.restore(kept)
    t.wait(RATE)
    frame = 60 * RATE / TEMPO
    assert abs(off_beat(t)) * frame <= 1.5
    line = t.bus.moments.own_beats(0)
    elsewhere = line.beat_at(t.engine.status().next_seam_frame) - was
    assert abs(elsewhere - round(elsewhere / round(beats)) * round(beats)) * frame <= 1.5  # and the bar is where it was
    t.wait(60 * RATE)  # left alone, it would slip by a dozen frames
    assert abs(off_beat(t)) * frame <= 1.5


def test_one_that_began_between_two_beats_stays_there(stage, noise, again):
    s = clocked(stage(), relative_sync=1)
    s.wait(5000)
    record(s, noise, 0.9)
    s.wait(RATE)
    between = off_beat(s)
    assert 0.2 < abs(between) < 0.5
    t, kept = again(s)
    t.restore(kept)
    t.wait(60 * RATE)
    assert abs(off_beat(t) - between) * 60 * RATE / TEMPO <= 1.5


@pytest.mark.parametrize("counted_from", [0.0, 1000.0])
def test_on_another_machine_s_clock_which_may_have_counted_its_beats_anew(stage, noise, again, counted_from):
    s = stage()
    s.bus.timing.clock.others[MIDI_CLOCK] = Machine(s, s.began)
    clocked(s, sync_source=MIDI_CLOCK)
    s.wait(10_000)
    record(s, noise, 0.9)
    s.wait(RATE)
    t, kept = again(s)
    t.bus.timing.clock.others[MIDI_CLOCK] = Machine(t, s.began, counted_from=counted_from)
    t.restore(kept)
    t.wait(60 * RATE)
    assert abs(off_beat(t)) * 60 * RATE / TEMPO <= 1.5


def test_one_whose_clock_is_heard_only_later_is_drawn_onto_it_then(stage, noise, again):
    s = stage()
    s.bus.timing.clock.others[MIDI_CLOCK] = Machine(s, s.began)
    clocked(s, sync_source=MIDI_CLOCK)
    record(s, noise, 0.9)
    s.wait(RATE)
    t, kept = again(s)
    t.restore(kept)
    t.wait(5 * RATE)
    t.bus.timing.clock.others[MIDI_CLOCK] = Machine(t, s.began + 0.02)  # 20 ms off what it was
    t.wait(30 * RATE)
    assert abs(off_beat(t)) * 60 * RATE / TEMPO <= 1.5


def test_long_afterwards_it_comes_back_in_the_clock_s_bar(stage, noise, again):
    s = stage()
    s.bus.timing.clock.others[MIDI_CLOCK] = Machine(s, s.began)
    clocked(s, sync_source=MIDI_CLOCK, quantize=BAR_UNIT)
    record(s, noise, 0.9)
    s.wait(RATE)
    s.keeping.stop()
    t, kept = again(s, away_s=86400.4567)
    t.bus.timing.clock.others[MIDI_CLOCK] = Machine(t, t.began - 3.21)
    t.restore(kept)
    t.wait(3 * RATE)
    beat = t.bus.moments.beats(0).beat_at(t.engine.status().next_seam_frame)
    assert abs(beat / 4 - round(beat / 4)) * 4 * 60 * RATE / TEMPO <= 1.5


@pytest.mark.parametrize("master", [FIRST_LOOP, 2])
def test_on_another_loop_it_never_slips_against_it(stage, noise, again, master):
    s = stage(loops=2)
    s.record(noise(50_001, 1), 1)  # the first loop is the second one, of an odd length
    s.wait(BLOCK)
    clocked(s, sync_source=master)
    s.wait(7000)
    record(s, noise, 0.9, 0)
    s.wait(RATE)
    tempo = s.bus.moments.beats(s.engine.frame()).tempo_bpm(RATE)
    t, kept = again(s, loops=2)
    assert kept.state.first == 1
    t.restore(kept)
    t.wait(RATE)
    assert t.bus.timing.clock.first == 1 and t.bus.moments.beats(t.engine.frame()).tempo_bpm(RATE) == pytest.approx(tempo)
    t.wait(60 * RATE)
    frame = 60 * RATE / tempo
    assert abs(off_beat(t)) * frame <= 1.5
    again_and_again = t.engine.status(0).next_seam_frame - t.engine.status(1).next_seam_frame
    t.wait(20 * RATE)
    later = t.engine.status(0).next_seam_frame - t.engine.status(1).next_seam_frame
    assert min(abs((later - again_and_again) % frame), frame - (later - again_and_again) % frame) <= 2.5


def test_a_second_crash_finds_the_clock_kept_too(stage, noise, again, tmp_path):
    s = clocked(stage())
    record(s, noise, 0.9)
    s.wait(RATE)
    t, kept = again(s)
    t.restore(kept)
    t.wait(4 * RATE)
    third = read_session(t.folder)
    (loop,) = third.loops
    assert [(row[0], row[1], row[3]) for row in loop.state.on_clock] == [(row[0], row[1], row[3]) for row in kept.loops[0].state.on_clock]
    line = BeatLine(*third.state.line)
    beat = line.beat_at(third.state.frame - loop.state.position)
    assert abs(beat - round(beat)) * line.frames_per_beat <= 2.5


def test_on_another_sound_card_at_another_rate(stage, noise, again):
    s = clocked(stage())
    record(s, noise, 0.9)
    s.wait(RATE)
    t, kept = again(s, rate=44100)
    t.restore(kept)
    t.wait(30 * 44100)
    assert t.engine.status().length_frames == round(s.engine.status().length_frames * 44100 / RATE)
    assert abs(off_beat(t)) * 60 * 44100 / TEMPO <= 1.5


def test_what_no_clock_says_is_damage_and_no_reason_to_lose_the_loop(stage, noise):
    s = clocked(stage())
    record(s, noise, 0.9)
    s.wait(2 * RATE)
    toml = s.folder / "session.toml"
    for bad in ("nan", "-1.0", "0.0"):
        text = toml.read_text()
        beats = text.split("line = [")[1].split("]")[0].split(",")[2].strip()
        toml.write_text(text.replace(beats, bad))
        kept = read_session(s.folder)
        assert any("session.toml" in line for line in kept.damage)
        assert np.array_equal(kept.loops[0].audio, s.takes[0, 1])
        toml.write_text(text)
