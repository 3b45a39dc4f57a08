"""Loops as other programs keep them: marks go out and come back, and none that is broken keeps audio from being read."""

import struct

import numpy as np
import pytest
import soundfile

from unloop_py.audio_io.loop_file import Marker, Marks, at_rate, read_loop, read_marks, wav_header, wav_marks, write_loop
from unloop_py.audio_io.wav import read_audio, write_audio

RATE = 48000
MARKS = Marks(1000, 41000, markers=(Marker(1000, "one"), Marker(21000, "three, über")))


def noise(frames, channels=2):
    return np.random.default_rng(1).uniform(-0.5, 0.5, (frames, channels)).astype(np.float32)


@pytest.mark.parametrize("name", ["a.wav", "a.aiff"])
def test_loop_and_markers_go_out_and_come_back(tmp_path, name):
    audio = noise(50_001, 1)
    write_loop(tmp_path / name, audio, RATE, MARKS)
    assert read_marks(tmp_path / name) == MARKS
    whole, rate = read_audio(tmp_path / name)
    assert rate == RATE and np.array_equal(whole, audio)  # other programs see the audio as it is
    loop = read_loop(tmp_path / name)
    assert np.array_equal(loop.audio, audio[1000:41000])
    assert loop.markers == (Marker(0, "one"), Marker(20000, "three, über"))


def test_an_acid_file_tells_its_beats_and_a_loop_within_it_its_share(tmp_path):
    write_loop(tmp_path / "a.wav", noise(96000), RATE, Marks(beats=4, tempo_bpm=120.0))
    assert read_loop(tmp_path / "a.wav").beats == 4
    write_loop(tmp_path / "b.wav", noise(96000), RATE, Marks(0, 48000, beats=4, tempo_bpm=120.0))
    assert read_loop(tmp_path / "b.wav").beats == 2


def test_a_flac_that_came_from_a_wav_keeps_its_loop(tmp_path):
    write_audio(tmp_path / "plain.flac", noise(50_000), RATE)
    plain = (tmp_path / "plain.flac").read_bytes()
    smpl = b"riff" + wav_marks(Marks(1000, 41000), RATE)
    block = bytes([2]) + len(smpl).to_bytes(3, "big") + smpl
    end_of_streaminfo = 4 + 4 + 34
    (tmp_path / "a.flac").write_bytes(plain[:end_of_streaminfo] + block + plain[end_of_streaminfo:])
    assert len(read_loop(tmp_path / "a.flac").audio) == 40_000


def test_a_file_without_marks_is_the_loop(tmp_path):
    for name in ("a.wav", "a.flac", "a.aiff"):
        write_audio(tmp_path / name, noise(30_000), RATE)
        assert len(read_loop(tmp_path / name).audio) == 30_000


@pytest.mark.parametrize("marks", [Marks(40_000, 90_000), Marks(100, 200), Marks(41_000, 1000)])
def test_a_loop_that_does_not_fit_its_file_is_left_out(tmp_path, marks):
    body = noise(50_000).tobytes()
    tail = struct.pack("<4sI", b"smpl", 60) + struct.pack("<9I", 0, 0, 0, 60, 0, 0, 0, 1, 0) + struct.pack(
        "<6I", 0, 0, marks.start, marks.end, 0, 0)
    (tmp_path / "a.wav").write_bytes(wav_header(50_000, 2, RATE, len(tail)) + body + tail)
    assert len(read_loop(tmp_path / "a.wav").audio) == 50_000


def test_no_byte_that_goes_wrong_after_the_samples_keeps_them_from_being_read(tmp_path):
    audio = noise(20_000, 1)
    write_loop(tmp_path / "a.wav", audio, RATE, MARKS)
    good = (tmp_path / "a.wav").read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        bad = bytearray(good[: len(good) - int(rng.integers(0, 40))])
        for at in rng.integers(58 + audio.nbytes, len(bad), 3):
            bad[at] = int(rng.integers(256))
        (tmp_path / "bad.wav").write_bytes(bad)
        read_marks(tmp_path / "bad.wav")  # whatever it says, it raises nothing


def test_a_header_of_ours_is_one_that_libsndfile_reads(tmp_path):
    audio = noise(1000)
    (tmp_path / "a.wav").write_bytes(wav_header(1000, 2, RATE) + audio.tobytes())
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == RATE and np.array_equal(read, audio)


@pytest.mark.parametrize("file_rate, rate", [(44100, 48000), (48000, 44100), (96000, 48000), (22050, 44100)])
def test_a_circle_at_another_rate_is_the_same_circle(file_rate, rate):
    frames = file_rate // 2 + 17
    wave = lambda n: np.sin(2 * np.pi * 50 * np.arange(n) / n)[:, None].astype(np.float32)  # noqa: E731
    turned = at_rate(wave(frames), file_rate, rate)
    assert len(turned) == round(frames * rate / file_rate)
    assert np.abs(turned - wave(len(turned))).max() < 1e-4  # at the seam as anywhere


def test_a_loop_of_any_rate_and_any_channels_comes_as_it_is_asked_for(tmp_path):
    write_audio(tmp_path / "a.wav", noise(44100, 1), 44100)
    loop = read_loop(tmp_path / "a.wav", 48000, 2)
    assert loop.audio.shape == (48000, 2) and loop.file_rate == 44100
