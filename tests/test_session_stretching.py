"""Loops stretched and shifted, on the real engine and by the real library; the work is done at once."""

import os
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from tests.test_session_rules import LOOP as VARIED_LOOP
from tests.test_session_rules import RATE as VARIED_RATE
from tests.test_session_rules import Rehearsal
from tests.test_session_timing import BAR, BEAT, RATE, Instrument
from unloop_py.errors import ParameterError
from unloop_py.session import stretching
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.stretching import Stretching, reshaped

LOOP = 2 * RATE
TONE = 441.0  # a whole number of times in every loop here


class AtOnce:
    """An executor that does its work where it is asked to."""

    def submit(self, work, *arguments):
        done = Future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done

    def shutdown(self, **how):
        pass


class Stretcher(Instrument):
    """The instrument with one that stretches, and a tone that is played all the time."""

    def __init__(self, **parameters):
        self.stretching = None
        super().__init__(**{"quantize": 0, "sync_source": 0} | parameters)
        self.sound = (0.2 * np.sin(2 * np.pi * TONE * np.arange(len(self.sound)) / RATE)).astype(np.float32)[:, None]
        self.bus.files = LoopFiles(self.bus)
        self.stretching = Stretching(self.bus, self.bus.files, AtOnce)
        self.conductor.attach(None, lambda take: None, self.happened)

    def happened(self, event):
        self.bus.files.happened(event)
        self.stretching.happened(event)

    def step(self):
        super().step()
        if self.stretching is not None:
            self.stretching.step()

    def looping(self, frames=LOOP):
        """With a loop of so many frames that has gone round."""
        start = self.frame + 1024
        self.until(start).press("record").until(start + frames).press("record").until(start + 2 * frames + 5000)
        return self

    def turn(self, seconds=0.5, **knobs):
        for name, value in knobs.items():
            self.bus.set(0, name, value)
        return self.until(self.frame + round(seconds * RATE))

    @property
    def take(self):
        return self.bus.files.take(0)


def pitch(audio):
    """Hz of the strongest partial."""
    mono = audio[:, 0] * np.hanning(len(audio))
    spectrum = np.abs(np.fft.rfft(mono, 8 * len(mono)))
    return np.argmax(spectrum) * RATE / (8 * len(mono))


@pytest.fixture(scope="module")
def music():
    """Two seconds of four voices, a circle."""
    t = np.arange(LOOP) / LOOP
    rng = np.random.default_rng(3)
    voices = [np.sin(2 * np.pi * (cycles * t + rng.random())) * (0.6 + 0.4 * np.sin(2 * np.pi * (k + 1) * t)) for k, cycles in
              enumerate((220, 554, 882, 1320))]
    return (0.1 * np.stack([sum(voices), sum(voices[::-1])], axis=1)).astype(np.float32)


@pytest.mark.parametrize("ratio", [0.5, 0.8, 1.0 / 3.0 + 1.0, 4.0])
def test_a_stretched_loop_has_exactly_its_length_the_same_pitch_and_a_seam_like_any_other_place(music, ratio):
    frames = round(len(music) * ratio)
    made = reshaped(music, RATE, frames, ratio, 0.0)
    assert made.shape == (frames, 2) and made.dtype == np.float32
    tone = (0.2 * np.sin(2 * np.pi * TONE * np.arange(LOOP) / RATE)).astype(np.float32)[:, None]
    assert pitch(reshaped(tone, RATE, frames, ratio, 0.0)) == pytest.approx(TONE, abs=1.5)
    steps = np.abs(np.diff(np.concatenate([made, made[:1]]), axis=0)).max(axis=1)
    assert steps[-1] <= steps[:-1].max() and steps[-1000:].max() <= 1.1 * np.abs(np.diff(music, axis=0)).max()


@pytest.mark.parametrize("semitones", [-12, -5, 7, 12])
def test_a_shifted_loop_has_its_length_and_the_pitch_that_is_asked_for(music, semitones):
    tone = (0.2 * np.sin(2 * np.pi * TONE * np.arange(LOOP) / RATE)).astype(np.float32)[:, None]
    made = reshaped(tone, RATE, LOOP, 1.0, semitones)
    assert len(made) == LOOP
    assert pitch(made) == pytest.approx(TONE * 2 ** (semitones / 12), abs=1.3)  # Hz: the library places partials so nearly
    shifted = reshaped(music, RATE, LOOP, 1.0, semitones)
    steps = np.abs(np.diff(np.concatenate([shifted, shifted[:1]]), axis=0)).max(axis=1)
    assert steps[-1] <= steps[:-1].max()


def test_a_loop_is_stretched_in_place_without_a_click_and_ratio_1_gives_it_back_bit_for_bit():
    play = Stretcher().looping()
    original = play.take.copy()
    position = play.bus.status(0).position
    before, start = play.bus.engine.status(0).undo_steps, play.frame
    play.turn(0.2, stretch_ratio=1.5)
    assert play.engine.status(0).length_frames == len(play.take) == round(1.5 * len(original))
    assert play.bus.status(0).position == pytest.approx((position + 0.2 * RATE / len(original)) % 1.0, abs=0.1)
    play.turn(stretch_ratio=0.75, loop_pitch=5).turn(loop_pitch=0, stretch_ratio=1)
    np.testing.assert_array_equal(play.take, original)
    assert play.engine.status(0).undo_steps == before
    fastest = 2 * np.pi * TONE * 2 ** (5 / 12) / RATE * 0.2
    assert np.abs(np.diff(play.heard[start:])).max() < 2.5 * fastest


def test_every_move_begins_from_what_was_played():
    once, often = Stretcher().looping(), Stretcher().looping()
    once.turn(stretch_ratio=0.8)
    for ratio in (2.0, 0.5, 3.0):
        often.turn(stretch_ratio=ratio)
    often.turn(stretch_ratio=0.8)
    np.testing.assert_array_equal(once.take, often.take)


def test_while_a_knob_moves_nothing_is_made_and_then_once(monkeypatch):
    made = []
    monkeypatch.setattr(stretching, "reshaped", lambda *given: made.append(given[3]) or reshaped(*given))
    play = Stretcher().looping()
    for ratio in np.linspace(1.01, 1.5, 20):
        play.turn(0.02, stretch_ratio=float(ratio))
    play.turn()
    assert made == [1.5]


def test_undo_and_redo_lead_to_what_was_done_in_the_shape_that_the_knobs_say():
    play = Stretcher().looping()
    original = play.take.copy()
    play.turn(stretch_ratio=1.5)
    stretched = play.take.copy()
    play.press("overdub").turn(0.3).press("overdub").turn(3.5)
    laid = play.take.copy()
    assert len(laid) == len(stretched) and not np.array_equal(laid, stretched)
    play.turn(0.5, stretch_ratio=1).press("undo").turn(0.5)
    np.testing.assert_array_equal(play.take, original)
    play.press("redo").turn(0.5)
    assert len(play.take) == len(original)
    play.turn(0.5, stretch_ratio=1.5)
    np.testing.assert_array_equal(play.take, laid)


def test_what_is_undone_to_is_stretched_soon_and_in_its_place():
    play = Stretcher().looping()
    original = play.take.copy()
    play.press("overdub").turn(0.3).press("overdub").turn(3)
    play.turn(stretch_ratio=2)
    play.press("undo").turn(0.5)
    np.testing.assert_array_equal(play.take, reshaped(original, RATE, 2 * LOOP, 2.0, 0.0))


def test_a_new_recording_is_heard_as_it_was_played():
    play = Stretcher().looping().turn(stretch_ratio=2, loop_pitch=3)
    start = play.frame
    play.press("record").until(start + RATE).press("record").turn(1.0)
    assert (play.bus.get(0, "stretch_ratio"), play.bus.get(0, "loop_pitch")) == (1, 0)
    assert play.engine.status(0).length_frames == RATE


def test_a_recording_that_is_taken_back_leaves_the_shape():
    play = Stretcher().looping().turn(stretch_ratio=1.5)
    play.press("record").turn(0.2).press("undo").turn(0.2).press("overdub").turn(0.3).press("overdub").turn(3.5)
    assert play.bus.get(0, "stretch_ratio") == 1.5
    assert play.engine.status(0).length_frames == 1.5 * LOOP


def test_a_muted_loop_is_stretched_in_silence_and_one_that_is_overdubbed_when_that_has_ended():
    play = Stretcher().looping()
    play.press("mute", 1).turn(0.2).turn(stretch_ratio=2)
    assert play.state() == "muted" and play.engine.status(0).length_frames == 2 * LOOP
    play.press("mute", 0).press("overdub").turn(0.5, stretch_ratio=1)
    assert play.engine.status(0).length_frames == 2 * LOOP
    play.press("overdub").turn(5)
    assert play.engine.status(0).length_frames == LOOP


def test_a_loop_follows_the_tempo_it_was_recorded_to_and_lies_on_its_bars():
    play = Stretcher(sync_source=-3, quantize=4, tempo_stretch=1)
    play.until(1000).press("record").until(BAR + 1000).press("record").until(3 * BAR)
    assert play.engine.status(0).length_frames == BAR
    play.turn(1.0, tempo=100)
    bar = 4 * 60 * RATE // 100
    assert play.engine.status(0).length_frames == bar
    line = play.bus.moments.beats(play.frame)
    beat = line.beat_at(play.engine.status(0).next_seam_frame)
    assert abs(beat / 4 - round(beat / 4)) * bar < 2
    play.turn(1.0, tempo=120)
    assert play.engine.status(0).length_frames == BAR
    np.testing.assert_array_equal(play.take[:-1000], play.sound[: BAR - 1000])


def test_the_first_loop_is_stretched_to_the_tempo_that_the_player_sets():
    play = Stretcher(sync_source=-5, tempo_stretch=1).looping(BAR)
    assert play.bus.get(0, "tempo") == pytest.approx(120)
    play.turn(1.5, tempo=90)
    assert play.engine.status(0).length_frames == pytest.approx(4 * 60 * RATE / 90, abs=2)
    assert play.bus.get(0, "tempo") == pytest.approx(90, abs=0.01)
    assert play.bus.get(0, "stretch_ratio") == pytest.approx(120 / 90, rel=1e-3)


def test_the_first_loop_s_tempo_becomes_a_whole_number_where_that_is_asked_for():
    play = Stretcher(sync_source=-5, round_integer_tempo=1).looping(BAR + 777)
    play.turn(1.0)
    tempo = play.bus.moments.beats(play.frame).tempo_bpm(RATE)
    assert abs(tempo - round(tempo)) < 0.01
    assert play.engine.status(0).length_frames == pytest.approx(4 * BEAT * 120 / round(tempo), abs=12)


def test_a_loop_grows_as_far_as_its_memory_goes():
    play = Stretcher().looping(6 * RATE).turn(1.0, stretch_ratio=4)
    assert play.engine.status(0).length_frames == 20 * RATE


@pytest.mark.parametrize(("error", "says"), [
    (ParameterError("python-stretch is not there: pip install python-stretch"), "pip install"), (MemoryError(), "goes on as it is")])
def test_where_it_cannot_be_done_that_is_said_once_and_the_loop_goes_on(monkeypatch, error, says):
    def fail(*given):
        raise error

    monkeypatch.setattr(stretching, "reshaped", fail)
    play = Stretcher().looping().turn(1.0, stretch_ratio=2)
    said = [values[1] for values in play.told("error")]
    assert len(said) == 1 and says in said[0]
    assert play.engine.status(0).length_frames == LOOP and play.state() == "playing"


def test_originals_are_held_no_longer_than_undo_can_lead_to_them():
    play = Stretcher().looping()
    held = []
    for ratio in (1.5, 1.0, 1.5, 1.0, 1.5):
        play.turn(stretch_ratio=ratio)
        held.append(play.stretching._shapes[0].held_bytes)
    assert max(held) == LOOP * 4
    play.press("record").turn(1.0).press("record").turn(1.0)
    play.press("undo").turn(0.5).press("record").turn(1.0).press("record").turn(0.5)
    assert play.stretching._shapes[0].held_bytes <= LOOP * 4


def test_a_process_of_its_own_does_the_same_and_ends_with_its_parent_however_that_ends(music):
    program = (
        "import os, sys, time\nimport numpy as np\nfrom unloop_py.session.stretching import make_worker, reshaped\n"
        "worker = make_worker()\nmusic = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, 2)\n"
        "made = worker.submit(reshaped, music, 48000, 72000, 0.75, 2.0).result()\n"
        "print(worker.submit(os.getpid).result(), float(made.sum(dtype=np.float64)), len(made), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run([sys.executable, "-c", program], input=music.tobytes(), capture_output=True, env=environment, timeout=60)
    pid, total, frames = done.stdout.split()
    assert float(total) == pytest.approx(float(reshaped(music, RATE, 72000, 0.75, 2.0).sum(dtype=np.float64)), abs=1e-6)
    assert int(frames) == 72000
    for _ in range(500):
        if not _is_running(int(pid)):
            return
        time.sleep(0.01)
    pytest.fail("the worker outlived its parent")


def _is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Varied(Rehearsal):
    """The instrument that varies, with one that stretches."""

    def __init__(self):
        super().__init__()
        self.bus.files = LoopFiles(self.bus)
        self.stretching = Stretching(self.bus, self.bus.files, AtOnce)
        self.conductor.attach(self.vamper, lambda take: None, self.happened)

    def happened(self, event):
        self.bus.files.happened(event)
        self.stretching.happened(event)

    def settle(self):
        super().settle()
        if hasattr(self, "stretching"):
            self.stretching.step()


def test_variations_go_on_and_are_made_of_the_stretched_take():
    one = Varied()
    one.record()
    one.play(3 * VARIED_LOOP)
    assert one.which_sounds() >= 0
    one.bus.set(0, "stretch_ratio", 1.5)
    one.play(round(0.2 * VARIED_RATE))
    assert one.which_sounds() == -1, "what sounds at once is the take itself"
    one.play(round(4.5 * VARIED_LOOP))
    assert one.engine.status(0).length_frames == 1.5 * VARIED_LOOP
    offer = one.offers[one.which_sounds()]
    assert len(offer.variation.audio) == 1.5 * VARIED_LOOP
