"""Sound from elsewhere, unpacked in another process: what comes out, what is refused, and what a bomb does."""

import contextlib
import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import wave

import numpy as np
import pytest

from tests.serve.gradio_servers import RATE, loop, wav
from unloop_py.audio_io.wav import to_flac
from unloop_py.errors import AudioFileError
from unloop_py.serve.decoding import Decoder


@pytest.fixture(scope="module")
def decoder():
    decoder = Decoder()
    yield decoder
    decoder.close()


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_flac_comes_out_as_it_went_in(decoder, rate, channels):
    audio = np.round(loop(0.5, channels, rate) * 2**23).astype(np.float32) / 2**23
    out, told = decoder.flac(to_flac(audio, rate), len(audio))
    assert told == rate and out.dtype == np.float32 and np.array_equal(out, audio)


@pytest.mark.parametrize(("kind", "subtype"), [("WAV", "FLOAT"), ("WAV", "PCM_16"), ("FLAC", "PCM_24"), ("AIFF", "PCM_24"),
                                               ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")])  # fmt: skip
def test_every_format_that_is_named_is_understood(decoder, kind, subtype):
    audio = loop(1.0)
    out, rate = decoder.file(wav(audio, RATE, subtype, kind), 10.0)
    assert rate == RATE and out.shape[1] == 2 and abs(len(out) - len(audio)) < 0.2 * RATE


def flac_that_says(frames):
    """A second of FLAC whose head says that it is as long as that."""
    data = bytearray(to_flac(loop(1.0, 1), RATE))
    (word,) = struct.unpack(">Q", data[18:26])
    data[18:26] = struct.pack(">Q", (word & ~((1 << 36) - 1)) | frames)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "not audio"), (b"hello" * 1000, "not audio"), (wav(loop(1.0, 8)), "8 channels"), (wav(loop(11.0, 1)), "at most 10 s"),
     (wav(loop(0.2)), "lasts 0.200 s"), (wav(np.full((RATE, 1), np.inf, np.float32)), "NaN or infinite"),
     (flac_that_says(2**35), "at most 10 s"), (to_flac(loop(10.1, 1), RATE), "at most 10 s")],
    ids=["empty", "no audio", "8 channels", "long", "short", "infinite", "says ten hours", "a bit long"],
)  # fmt: skip
def test_what_is_no_loop_is_refused_in_words(decoder, data, word):
    with pytest.raises(AudioFileError, match=word):
        decoder.file(data, 10.0)


def test_silence_packed_a_thousandfold_is_not_unpacked(decoder):
    bomb = to_flac(np.zeros((30 * 60 * 8000, 1), np.float32), 8000)
    assert len(bomb) < 300_000
    with pytest.raises(AudioFileError, match="at most 10 s"):
        decoder.file(bomb, 10.0)
    with pytest.raises(AudioFileError, match="1..1000 are taken"):
        decoder.flac(bomb, 1000)


def test_flac_that_says_less_than_it_holds_or_more_is_refused(decoder):
    with pytest.raises(AudioFileError):
        decoder.flac(flac_that_says(2 * RATE), 10 * RATE)
    with pytest.raises(AudioFileError):
        decoder.flac(wav(loop()), 10 * RATE)


def test_a_wav_that_says_it_holds_four_gigabytes_is_what_there_is_of_it(decoder):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\0" * 8000)
    data = bytearray(file.getvalue())
    data[4:8] = data[40:44] = struct.pack("<I", 2**32 - 1)
    assert decoder.file(bytes(data), 10.0)[0].shape == (4000, 1)


def test_a_decoder_that_takes_too_long_is_ended_and_the_next_sound_gets_another(monkeypatch):
    decoder = Decoder(decode_s=0.5)
    try:
        decoder.file(wav(loop()), 10.0)
        os.kill(decoder.pid, signal.SIGSTOP)  # it hangs
        with pytest.raises(AudioFileError, match=r"took longer than 0\.5 s"):
            decoder.file(wav(loop()), 10.0)
        monkeypatch.setattr(decoder, "_decode_s", 30.0)
        assert decoder.file(wav(loop()), 10.0)[1] == RATE
    finally:
        decoder.close()


def test_a_decoder_that_dies_is_started_again():
    decoder = Decoder()
    try:
        decoder.file(wav(loop()), 10.0)
        os.kill(decoder.pid, signal.SIGKILL)
        with contextlib.suppress(AudioFileError):
            decoder.file(wav(loop()), 10.0)  # it may have been seen before it was asked
        assert decoder.file(wav(loop()), 10.0)[1] == RATE
    finally:
        decoder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_the_process_has_a_limit_of_memory_and_writes_no_file(decoder):
    decoder.file(wav(loop()), 10.0)
    with open(f"/proc/{decoder.pid}/limits") as file:
        limits = {line[:26].strip(): line[26:].split()[0] for line in file}
    assert limits["Max address space"] == str(2 * 2**30) and limits["Max file size"] == "0"


def test_a_closed_decoder_refuses_and_closing_does_not_wait_for_a_sound():
    decoder = Decoder()
    decoder.file(wav(loop()), 10.0)
    os.kill(decoder.pid, signal.SIGSTOP)
    refused = []

    def ask():
        try:
            decoder.file(wav(loop()), 10.0)
        except AudioFileError as error:
            refused.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    began = time.monotonic()
    decoder.close()
    asking.join(10)
    assert refused and time.monotonic() - began < 10.0
    with pytest.raises(AudioFileError, match="ending"):
        decoder.file(wav(loop()), 10.0)


def test_it_says_nothing_on_the_terminal_and_ends_with_whoever_asked():
    done = subprocess.run([sys.executable, "-m", "unloop_py.serve.decoding"], input=b"", capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
