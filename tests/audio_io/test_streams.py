"""The ways to run an engine that need no sound card: over arrays and by the clock; and the recorder."""

import threading

import numpy as np
import pytest

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.audio_io.recorder import Recorder
from unloop_py.audio_io.virtual import VirtualStream
from unloop_py.audio_io.wav import read_audio, write_audio
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Control
from unloop_py.errors import AudioFileError

RATE = 48000


class FakeClock:
    """Seconds that pass only while somebody sleeps; tells when enough have passed."""

    def __init__(self, end_s):
        self.now_s = 0.0
        self.end_s = end_s
        self.reached = threading.Event()
        self.late_s = 0.0

    def read(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds + self.late_s
        self.late_s = 0.0
        if self.now_s >= self.end_s:
            self.reached.set()
            threading.Event().wait(0.001)  # lets the test see it and stop


def noise(frames, channels=1):
    """Seeded noise that the limiter leaves alone."""
    return np.random.default_rng(1).uniform(-0.5, 0.5, (frames, channels)).astype(np.float32)


def make_engine(channels=1, dry=True):
    """An engine that lets its input through."""
    engine = Engine(sample_rate=RATE, channels=channels, max_loop_s=2)
    if dry:
        engine.send(Command(CommandKind.SET, control=Control.DRY, value=1.0))
    return engine


def run_virtual(engine, seconds, clock=None, **settings):
    """Run a virtual stream for so many seconds of a fake clock."""
    clock = clock or FakeClock(seconds)
    stream = VirtualStream(engine, clock=clock.read, sleep=clock.sleep, **settings)
    stream.start()
    assert clock.reached.wait(30)
    stream.stop()
    return stream


@pytest.mark.parametrize("block", [None, 64, [1, 4096, 33]])
def test_an_offline_stream_plays_an_array_in_any_blocks(block):
    music = noise(20000)
    heard = OfflineStream(make_engine()).run(music, block)
    assert np.array_equal(heard[480:], music[480:])


def test_a_virtual_stream_hears_its_file_round_and_round(tmp_path):
    music = noise(RATE // 2)
    write_audio(tmp_path / "in.wav", music, RATE)
    engine = make_engine()
    run_virtual(engine, 2.0, input_file=tmp_path / "in.wav", record=tmp_path / "out.wav")
    heard = read_audio(tmp_path / "out.wav")[0]
    assert len(heard) == engine.frame() >= 2 * RATE - 256
    expected = np.resize(music, heard.shape)
    assert np.array_equal(heard[480:], expected[480:])


def test_a_virtual_stream_keeps_pace_with_its_clock():
    engine = make_engine()
    stream = run_virtual(engine, 3.0, block=64)
    assert stream.xruns == 0
    assert abs(engine.frame() - 3 * RATE) < RATE // 10


def test_a_clock_that_was_late_is_caught_up_with_and_counted():
    engine, clock = make_engine(), FakeClock(3.0)
    clock.late_s = 0.2
    stream = run_virtual(engine, 3.0, clock=clock)
    assert stream.xruns > 0
    assert abs(engine.frame() - 3 * RATE) < RATE // 10


def test_a_machine_that_slept_does_not_race_through_what_it_missed():
    engine, clock = make_engine(), FakeClock(63.0)
    clock.late_s = 60.0
    stream = run_virtual(engine, 63.0, clock=clock)
    assert 0 < stream.xruns < 10
    assert abs(engine.frame() - 3 * RATE) < RATE // 2


@pytest.mark.parametrize(("file_channels", "channels"), [(1, 2), (2, 1)])
def test_a_file_of_other_channels_is_spread_or_mixed(tmp_path, file_channels, channels):
    music = noise(RATE // 2, file_channels)
    write_audio(tmp_path / "in.wav", music, RATE)
    engine = make_engine(channels)
    run_virtual(engine, 0.4, input_file=tmp_path / "in.wav", record=tmp_path / "out.wav")
    heard = read_audio(tmp_path / "out.wav")[0][:10000]
    expected = np.repeat(music.mean(axis=1, keepdims=True), channels, axis=1)[:10000]
    assert np.allclose(heard[480:], expected[480:], atol=1e-6)


def test_a_file_of_another_rate_is_refused_with_the_cure(tmp_path):
    write_audio(tmp_path / "in.wav", noise(RATE), 44100)
    with pytest.raises(AudioFileError, match="use --rate 44100"):
        VirtualStream(make_engine(), tmp_path / "in.wav")


def test_a_recording_that_cannot_be_written_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(AudioFileError, match="does not exist"):
        VirtualStream(make_engine(), record=tmp_path / "missing" / "out.wav")


def test_a_recorder_keeps_every_frame_from_start_to_stop(tmp_path):
    engine = make_engine()
    stream = OfflineStream(engine)
    stream.run(noise(3000))
    recorder = Recorder(engine, tmp_path / "out.wav")
    recorder.start()
    heard = stream.run(noise(RATE))
    recorder.stop()
    assert np.array_equal(read_audio(tmp_path / "out.wav")[0], heard)
    assert recorder.lost_frames == 0


def test_a_recorder_that_the_disk_holds_up_keeps_time_and_counts_what_it_lost(tmp_path):
    engine = make_engine()
    recorder = Recorder(engine, tmp_path / "out.wav")
    recorder.start()
    recorder._ending.set()  # the thread looks once more, after the ring has been overwritten
    stream = OfflineStream(engine, 4096)
    music = noise(400_000)
    recorder._thread.join()
    before = recorder._at
    stream.run(music)
    recorder._copy()
    recorder.stop()
    assert len(read_audio(tmp_path / "out.wav")[0]) == engine.frame()
    assert recorder.lost_frames > 0
    assert before == 0


def test_the_file_is_not_there_until_the_recording_has_ended(tmp_path):
    engine = make_engine()
    recorder = Recorder(engine, tmp_path / "out.wav")
    recorder.start()
    OfflineStream(engine).run(noise(RATE))
    assert not (tmp_path / "out.wav").exists()
    recorder.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]
