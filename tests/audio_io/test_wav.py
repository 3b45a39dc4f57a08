"""Audio files: every bit kept, every complaint in one line, never half a file."""

import errno

import numpy as np
import pytest
import soundfile

from unloop_py.audio_io.wav import AudioWriter, read_audio, write_audio
from unloop_py.errors import AudioFileError

RATE = 48000


def noise(frames, channels=2):
    """Seeded noise."""
    return np.random.default_rng(1).uniform(-1, 1, (frames, channels)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [44100, 48000])
def test_a_wav_file_keeps_every_bit(tmp_path, channels, rate):
    audio = noise(RATE, channels)
    write_audio(tmp_path / "a.wav", audio, rate)
    read, read_rate = read_audio(tmp_path / "a.wav")
    assert np.array_equal(read, audio)
    assert read_rate == rate
    assert read.dtype == np.float32 and read.flags.c_contiguous


def test_flac_keeps_24_bits(tmp_path):
    audio = noise(RATE)
    write_audio(tmp_path / "a.flac", audio, RATE)
    assert np.abs(read_audio(tmp_path / "a.flac")[0] - audio).max() < 2**-22


def write_odd(path, what):
    """Write a file that is no good as a loop."""
    if what == "not audio":
        path.write_text("hello")
    elif what == "empty":
        path.write_bytes(b"")
    elif what == "no frames":
        soundfile.write(path, np.zeros((0, 2), np.float32), RATE, subtype="FLOAT")
    elif what == "short":
        soundfile.write(path, noise(RATE // 4 - 1), RATE, subtype="FLOAT")
    elif what == "three channels":
        soundfile.write(path, noise(RATE, 3), RATE, subtype="FLOAT")
    elif what == "folder":
        path.mkdir()
    else:
        audio = noise(RATE)
        audio[77, 1] = float(what)
        soundfile.write(path, audio, RATE, subtype="FLOAT")


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("missing", "does not exist"),
        ("not audio", "is not audio that can be read"),
        ("empty", "is empty"),
        ("no frames", "holds no sound|lasts 0"),
        ("short", r"lasts 0\.250 s: a loop needs at least 0\.25 s"),
        ("three channels", "has 3 channels: mix it down to 1 or 2"),
        ("folder", "is a folder"),
        ("nan", "NaN or infinite"),
        ("inf", "NaN or infinite"),
    ],
)
def test_a_file_that_is_no_loop_gets_one_clear_line(tmp_path, what, text):
    path = tmp_path / "loop.wav"
    if what != "missing":
        write_odd(path, what)
    with pytest.raises(AudioFileError, match=text) as caught:
        read_audio(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unreadable_file_gets_one_clear_line(tmp_path, monkeypatch):
    path = tmp_path / "loop.wav"
    write_audio(path, noise(RATE), RATE)

    def refused(*_, **__):  # permission bits would not stop root, who runs the tests in CI
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(path), "open", refused)
    with pytest.raises(AudioFileError, match="cannot be read: Permission denied"):
        read_audio(path)


@pytest.mark.parametrize(
    ("name", "text"), [("missing/a.wav", "does not exist"), ("a.xyz", "unknown format '.xyz'"), (".", "is a folder")]
)
def test_a_place_that_cannot_be_written_gets_one_clear_line(tmp_path, name, text):
    with pytest.raises(AudioFileError, match=text):
        write_audio(tmp_path / name, noise(RATE), RATE)
    assert not list(tmp_path.iterdir())


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.wav"
    path.write_text("what was there")
    with pytest.raises(RuntimeError), AudioWriter(path, RATE, 2) as writer:
        writer.write(noise(RATE))
        assert path.read_text() == "what was there"
        raise RuntimeError
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_pieces_add_up(tmp_path):
    audio = noise(RATE)
    with AudioWriter(tmp_path / "a.wav", RATE, 2) as writer:
        for piece in np.array_split(audio, 7):
            writer.write(piece)
    assert np.array_equal(read_audio(tmp_path / "a.wav")[0], audio)
