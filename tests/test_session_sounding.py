"""What sounds can be looked at and taken away: peaks, masks and drawn marks on the real engine, played offline."""

import threading

import numpy as np
import pytest

from unloop_py.control.pictures import DRAWN, NO_MASK, PEAKS, THE_TAKE
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError
from unloop_py.generator.spec import Variation, VariationRequest
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.sounding import peaks_of
from unloop_py.vamper.request import Offer

RATE, BLOCK = 48_000, 480
LOOP_S = 1.0


class Stage:
    """Engine, bus and conductor; what is played is a ramp from silence to full scale over the loop's second."""

    def __init__(self, channels=1):
        self.engine = Engine(sample_rate=RATE, channels=channels, max_loop_s=8.0, n_loops=2)
        self.bus = SessionBus(self.engine, Store(2), block_frames=BLOCK)
        self.conductor = Conductor(self.bus, clock=lambda: self.now_s)
        self.now_s, self.played = 0.0, 0
        self.bus.sounding._clock = lambda: self.now_s
        self.notices = []
        self.bus.listen(self.notices.append)
        self.play(0.05)

    def play(self, seconds, level=0.0):
        for _ in range(round(seconds * RATE / BLOCK)):
            ramp = level * (np.arange(self.played, self.played + BLOCK) % RATE) / RATE
            heard = np.repeat(ramp[:, None], self.engine.channels, axis=1).astype(np.float32)
            self.engine.process(heard, np.empty_like(heard))
            self.played += BLOCK
            self.now_s += BLOCK / RATE
            self.conductor.step()

    def record(self, level=0.8):
        self.played = 0
        self.bus.command(0, "record")
        self.play(LOOP_S, level)
        self.bus.command(0, "record")
        self.play(0.15)

    def told(self, kind):
        return [notice.values for notice in self.notices if notice.kind == kind]

    def offer(self, audio, mask, tag=1):
        """A repetition as the vamper hands it over, through the same door."""
        take = self.conductor.varying
        serial = next(serial for serial, (loop, version) in take._places.items() if version == self.engine.status(0).take)
        request = VariationRequest(serial, tag, 1)
        variation = None if audio is None else Variation(request, audio, np.zeros(mask.shape, np.int16), mask, 1.0, 0.0, 0.1)
        take.offer(Offer(tag, serial, variation))


@pytest.fixture
def stage():
    return Stage()


def level(audio):
    return np.full((RATE, 1), audio, np.float32)


def test_a_recording_is_seen_growing_while_it_is_made(stage):
    stage.played = 0
    stage.bus.command(0, "record")
    for part in (0.25, 0.5, 0.75):
        stage.play(0.25, 0.8)
        peaks = np.array(stage.bus.peaks(0))
        assert peaks == pytest.approx(0.8 * part * (np.arange(PEAKS) + 1) / PEAKS, abs=0.1)
    assert 5 <= len(stage.told("peaks")) <= 8  # ten times a second
    stage.bus.command(0, "undo")
    stage.play(0.3)
    assert stage.bus.peaks(0) == () and stage.told("peaks")[-1] == (0.0,) * PEAKS


def test_a_recording_over_a_loop_is_seen_and_undo_brings_the_loop_s_peaks_back(stage):
    stage.record()
    take = stage.bus.peaks(0)
    stage.bus.command(0, "record")
    stage.play(0.5, 0.0)
    assert max(stage.bus.peaks(0)) == 0.0
    stage.bus.command(0, "record")
    stage.play(0.3)
    stage.bus.command(0, "undo")
    stage.play(0.3)
    assert stage.bus.peaks(0) == take


@pytest.mark.parametrize("channels", [1, 2])
def test_peaks_rise_where_the_loop_does(channels):
    stage = Stage(channels)
    assert stage.bus.peaks(0) == ()
    stage.record()
    peaks = np.array(stage.bus.peaks(0))
    assert len(peaks) == PEAKS
    inner = slice(10, -10)  # the seam's fade lies round the head
    assert peaks[inner] == pytest.approx(0.8 * (np.arange(PEAKS)[inner] + 1) / PEAKS, abs=0.02)
    assert stage.told("peaks")[-1] == stage.bus.peaks(0)
    assert stage.bus.peaks(1) == ()


def test_peaks_of_a_few_frames_and_of_both_signs():
    assert peaks_of(np.zeros((0, 2), np.float32)) == ()
    assert max(peaks_of(np.array([[0.1], [-0.5]], np.float32))) == 0.5
    assert peaks_of(np.full((1000, 2), -3.0, np.float32)) == (1.0,) * PEAKS


def test_nothing_is_told_while_nothing_changes(stage):
    stage.record()
    stage.notices.clear()
    stage.play(3 * LOOP_S)
    assert stage.told("peaks") == stage.told("mask") == []


def test_a_variation_that_comes_in_has_its_own_peaks_and_back_brings_the_take_s(stage):
    stage.record()
    take = stage.bus.peaks(0)
    mask = np.zeros((2, 57), np.uint8)
    stage.offer(level(0.4), mask)
    assert stage.bus.peaks(0) == take  # it is only offered
    stage.play(2 * LOOP_S)
    assert stage.engine.status(0).tag == 1
    assert stage.bus.peaks(0) == pytest.approx((0.4,) * PEAKS, abs=1e-3)
    stage.bus.command(0, "back")
    stage.play(0.2)
    assert stage.bus.peaks(0) == take


def test_a_variation_that_is_kept_keeps_its_peaks_and_undo_brings_the_take_s(stage):
    stage.record()
    take = stage.bus.peaks(0)
    stage.offer(level(0.4), np.ones((2, 57), np.uint8))
    stage.play(1.6 * LOOP_S)
    stage.bus.command(0, "keep")
    stage.play(LOOP_S)
    assert stage.bus.peaks(0) == pytest.approx((0.4,) * PEAKS, abs=1e-3)
    stage.bus.command(0, "undo")
    stage.play(LOOP_S)
    assert stage.bus.peaks(0) == pytest.approx(take, abs=0.02)


def test_clear_leaves_silence_and_undo_brings_the_peaks_back(stage):
    stage.record()
    take = stage.bus.peaks(0)
    stage.bus.command(0, "clear")
    stage.play(0.5)
    assert stage.bus.peaks(0) == () and stage.told("peaks")[-1] == (0.0,) * PEAKS
    stage.bus.command(0, "undo")
    stage.play(0.5)
    assert stage.bus.peaks(0) == take


def test_a_layer_that_is_muted_is_no_longer_seen(stage):
    stage.record()
    take = np.array(stage.bus.peaks(0))
    stage.bus.command(0, "overdub")
    stage.play(LOOP_S, 0.4)
    stage.bus.command(0, "overdub")
    stage.play(LOOP_S)
    assert max(stage.bus.peaks(0)) > max(take) + 0.1
    stage.bus.set(0, "layer/1/mute", 1)
    stage.play(2 * LOOP_S)
    assert np.array(stage.bus.peaks(0)) == pytest.approx(take, abs=0.02)


def test_while_something_is_laid_on_the_loop_looks_as_it_did_before(stage):
    stage.record()
    take = stage.bus.peaks(0)
    stage.bus.command(0, "overdub")
    stage.play(0.5 * LOOP_S, 0.4)
    assert stage.bus.peaks(0) == take
    stage.play(2 * LOOP_S, 0.4)
    stage.bus.command(0, "overdub")
    stage.play(LOOP_S)
    assert max(stage.bus.peaks(0)) > max(take) + 0.1


def test_peaks_are_told_ten_times_a_second_at_most_and_the_last_ones_always(stage):
    stage.record()
    stage.bus.command(0, "overdub")
    stage.play(LOOP_S, 0.4)
    stage.bus.command(0, "overdub")
    stage.play(LOOP_S)
    stage.notices.clear()
    for step in range(50):
        stage.bus.set(0, "layer/1/level", 1.0 - step / 50)
        stage.play(0.01)
    told = len(stage.told("peaks"))
    assert 1 < told <= 6
    stage.bus.set(0, "layer/1/level", 0.0)
    stage.play(LOOP_S)
    assert stage.told("peaks")[-1] == stage.bus.peaks(0)


def test_the_mask_is_that_of_the_repetition_that_comes_and_then_of_what_sounds(stage):
    stage.record()
    assert stage.bus.mask(0) == NO_MASK
    mask = np.ones((3, 57), np.uint8)
    mask[:, ::2] = 0
    mask[2] = 1
    stage.offer(level(0.4), mask)
    coming = stage.bus.mask(0)
    assert coming.coming and coming.rows == ("90" * 28 + "9", "90" * 28 + "9", "0" * 57)
    stage.play(2 * LOOP_S)
    assert stage.bus.mask(0).rows == coming.rows and not stage.bus.mask(0).coming
    assert stage.told("mask") == [(1, *coming.rows), (0, *coming.rows)]
    stage.offer(None, mask, tag=2)
    assert stage.bus.mask(0).rows == THE_TAKE
    stage.bus.command(0, "undo")
    stage.play(0.5)
    assert stage.bus.mask(0) == NO_MASK


def test_a_mask_of_more_steps_than_places_tells_the_share_that_is_kept(stage):
    stage.record()
    mask = np.ones((1, 256), np.uint8)
    mask[0, ::2] = 0
    stage.offer(level(0.4), mask)
    assert stage.bus.mask(0).rows == ("4" * 128,)


def test_a_copy_of_what_sounds_is_what_sounds(stage):
    stage.record()
    stage.offer(level(0.4), np.ones((2, 57), np.uint8))
    stage.play(2 * LOOP_S)
    copies = []
    reading = threading.Thread(target=lambda: copies.append(stage.bus.sounding.copy(0)))
    reading.start()
    while reading.is_alive():
        stage.conductor.step()
    assert copies[0] == pytest.approx(level(0.4))


def test_a_copy_of_an_empty_loop_is_refused(stage):
    said = []

    def read():
        with pytest.raises(CommandError, match="loop 2 is empty or being recorded: record something first"):
            stage.bus.sounding.copy(1)
        said.append("refused")

    reading = threading.Thread(target=read)
    reading.start()
    while reading.is_alive():
        stage.conductor.step()
    assert said


def test_a_conductor_that_does_not_come_is_said_to_whoever_waits(stage, monkeypatch):
    monkeypatch.setattr("unloop_py.session.sounding.ANSWERED_S", 0.01)
    with pytest.raises(CommandError, match="try again"):
        stage.bus.sounding.copy(0)
    stage.conductor.step()  # and what nobody waits for any more harms nobody


# Marks that are drawn.


def test_drawn_marks_are_what_melt_and_guard_would_have_marked(stage):
    stage.record()
    stage.bus.command(0, "draw", "gg......mm......")
    stage.play(0.05)
    assert stage.bus.status(0).marks == "gggg" + "." * 12 + "mmmm" + "." * 12
    melt, guard = stage.bus.marking.asked(0)
    assert melt == (pytest.approx((0.5, 0.63), abs=0.011),) and guard == (pytest.approx((0.0, 0.13), abs=0.011),)
    assert stage.told("marks")[-1] == (stage.bus.status(0).marks,)


def test_a_picture_that_is_drawn_takes_the_place_of_the_one_before(stage):
    stage.record()
    stage.bus.command(0, "draw", "g")
    stage.bus.command(0, "draw", "m...")
    stage.play(0.05)
    assert stage.bus.status(0).marks == "m" * 8 + "." * 24
    stage.bus.command(0, "draw", "")
    stage.play(0.05)
    assert stage.bus.status(0).marks == "." * DRAWN
    assert stage.bus.marking.asked(0) == ((), ())


def test_what_was_told_can_be_drawn_again(stage):
    stage.record()
    stage.bus.command(0, "draw", "g" * 5 + "." * 20 + "m" * 7)
    stage.play(0.05)
    told = stage.bus.status(0).marks
    stage.bus.command(0, "draw", told)
    stage.play(0.05)
    assert stage.bus.status(0).marks == told


@pytest.mark.parametrize(("loop", "text", "says"), [(1, "g", "empty"), (0, "gx", "got 'x'"), (0, "ab", "got 'a'")])
def test_what_cannot_be_drawn_changes_nothing(stage, loop, text, says):
    stage.record()
    stage.bus.command(0, "draw", "g...")
    stage.play(0.05)
    with pytest.raises(CommandError, match=says):
        stage.bus.command(loop, "draw", text)
    assert stage.bus.status(0).marks == "g" * 8 + "." * 24


def test_seconds_to_the_seam_are_told_while_one_comes(stage):
    assert stage.bus.status(0).seam_s == -1.0
    stage.record()
    status = stage.bus.status(0)
    assert status.seam_s == pytest.approx(status.length_s - status.position_s, abs=0.001)
    stage.bus.command(0, "pause")
    stage.play(0.05)
    assert stage.bus.status(0).seam_s == -1.0


def test_loads_and_remixes_that_the_session_sends_itself_are_seen(stage):
    stage.record()
    slot = stage.engine.acquire_slot(RATE)
    stage.engine.buffer(slot)[:RATE] = 0.3
    stage.bus.send(Command(CommandKind.LOAD, 0, slot=slot, length=RATE))
    stage.play(0.5)
    assert stage.bus.peaks(0) == pytest.approx((0.3,) * PEAKS, abs=1e-3)
