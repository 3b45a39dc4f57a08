"""What a player hands over: files of every kind, with what cannot be used named and left out."""

import numpy as np
import pytest
import soundfile
import torch

from unloop_py.audio_io.wav import audio_files
from unloop_py.errors import AudioFileError
from unloop_py.training.own_audio import ASIDE, Listener, TooLittleAudio, files_digest


class CountingCodec:
    """Stands in for a codec: each step's token is its loudness, so that a test can see where a token came from."""

    sample_rate, hop_length, n_codebooks, codebook_size = 8000, 160, 2, 1024

    def encode(self, audio, *, circular=True):
        assert not circular and audio.shape[:2] == (1, 1)
        steps = -(-audio.shape[2] // self.hop_length)
        padded = torch.nn.functional.pad(audio[0, 0], (0, steps * self.hop_length - audio.shape[2]))
        level = padded.view(steps, self.hop_length).square().mean(1).sqrt()
        return (1000 * level).long().clamp(0, 1023).expand(1, 2, -1)


@pytest.fixture
def write(tmp_path):
    def write(name, seconds, *, level=0.1, channels=1, rate=8000, silent_from=None):
        frames = round(seconds * rate)
        tone = np.sin(2 * np.pi * 200 * np.arange(frames) / rate).astype(np.float32) * level
        if silent_from is not None:
            tone[round(silent_from * rate):] = 0
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        soundfile.write(path, np.repeat(tone[:, None], channels, axis=1), rate)
        return path

    return write


def hear(paths, budget_s=1e6):
    return Listener(CountingCodec(), budget_s).hear(audio_files(paths))


def steps(pieces):
    return sum(piece.shape[1] for piece in pieces)


def test_folders_and_files_are_searched_for_audio_and_nothing_else(tmp_path, write):
    write("a/one.wav", 1)
    write("a/deep/two.flac", 1)
    (tmp_path / "a" / "notes.txt").write_text("hello")
    (tmp_path / "a" / ".hidden.wav").write_bytes(b"")
    assert [path.name for path in audio_files([tmp_path / "a", tmp_path / "a" / "one.wav"])] == ["two.flac", "one.wav"]


def test_a_path_that_is_not_there_and_a_folder_without_audio_are_refused(tmp_path):
    with pytest.raises(AudioFileError, match="nowhere does not exist"):
        audio_files([tmp_path / "nowhere"])
    with pytest.raises(AudioFileError, match="no audio file in"):
        audio_files([tmp_path])


def test_too_little_says_how_much_there_is_and_how_much_is_needed(tmp_path, write):
    write("a.wav", 20, silent_from=12)
    with pytest.raises(TooLittleAudio, match=r"there are 12 s of sound \(and 8 s of silence\) in 1 file, and at least 60 s are needed"):
        hear([tmp_path])


def test_silence_alone_is_too_little(tmp_path, write):
    write("a.wav", 80, level=0)
    with pytest.raises(TooLittleAudio, match=r"there are 0 s of sound \(and 80 s of silence\)"):
        hear([tmp_path])


def test_an_unreadable_file_among_many_is_named_skipped_and_counted(tmp_path, write):
    write("a.wav", 70)
    (tmp_path / "b.wav").write_bytes(b"RIFF and no more")
    (tmp_path / "c.mp3").write_bytes(b"")
    heard = hear([tmp_path])
    assert [path.name for path in heard.files] == ["a.wav"]
    assert any("skipped" in note and "b.wav" in note for note in heard.notes)
    assert any("skipped" in note and "c.mp3" in note for note in heard.notes)
    assert "2 of 3 files could not be read" in heard.notes


def test_a_file_with_samples_that_are_no_numbers_is_left_from_there_on(tmp_path, write):
    write("a.wav", 70)
    audio = np.full(8000 * 30, 0.1, np.float32)
    audio[-1] = np.nan
    soundfile.write(tmp_path / "b.wav", audio, 8000, subtype="FLOAT")
    heard = hear([tmp_path])
    assert any("NaN" in note and "b.wav" in note for note in heard.notes)
    assert heard.seconds == pytest.approx(70 + 20, abs=1)


def test_clipped_audio_is_named_and_learned_as_it_sounds(tmp_path, write):
    write("a.wav", 70, level=3.0)
    heard = hear([tmp_path])
    assert any("a.wav is clipped" in note for note in heard.notes) and heard.seconds > 60


def test_mono_stereo_and_multitrack_files_of_any_rate_are_learned_together(tmp_path, write):
    write("a.wav", 30)
    write("b.wav", 30, channels=2, rate=11025)
    write("c.wav", 30, channels=4, rate=16000)
    heard = hear([tmp_path])
    assert heard.seconds == pytest.approx(90, abs=2)
    assert any("heard in mono" in note for note in heard.notes)


def test_every_passage_is_brought_to_the_level_that_the_codec_knows(tmp_path, write):
    write("a.wav", 40, level=0.9)
    write("b.wav", 40, level=0.003)
    heard = hear([tmp_path])
    tokens = np.concatenate(heard.learned, axis=1)[0]
    assert np.median(tokens) == pytest.approx(63, abs=2)  # -24 dBFS
    assert np.percentile(tokens, 5) > 50 and np.percentile(tokens, 95) < 70


def test_with_few_files_the_end_of_each_is_kept_aside(tmp_path, write):
    for name in ("a.wav", "b.wav"):
        write(name, 60)
    heard = hear([tmp_path])
    assert heard.aside_s == pytest.approx(ASIDE * 120, rel=0.05)
    assert steps(heard.learned) == pytest.approx(50 * (1 - ASIDE) * 120, rel=0.05)
    assert steps(heard.stopping) == pytest.approx(steps(heard.judging), rel=0.05)
    assert len(heard.learned_sha256) == 2


def test_with_many_files_some_are_kept_aside_whole_and_do_not_count_as_learned(tmp_path, write):
    for number in range(10):
        write(f"{number}.wav", 20, level=0.1 + 0.01 * number)
    heard = hear([tmp_path])
    assert heard.aside_s == pytest.approx(40, abs=1)
    assert len(set(heard.learned_sha256)) == 8
    assert steps(heard.learned) == pytest.approx(50 * 160, rel=0.02)


def test_one_long_file_among_short_ones_is_not_kept_aside(tmp_path, write):
    write("long.wav", 200)
    for number in range(6):
        write(f"{number}.wav", 2 + number)
    heard = hear([tmp_path])
    assert heard.aside_s < 0.4 * heard.seconds and steps(heard.learned) > 50 * 100


def test_more_than_can_be_heard_in_the_time_is_heard_in_part_and_said_so(tmp_path, write, monkeypatch):
    times = iter(range(0, 10_000, 10))
    monkeypatch.setattr("unloop_py.training.own_audio.time.monotonic", lambda: next(times))
    write("a.wav", 1200)
    heard = hear([tmp_path], budget_s=150)
    assert heard.seconds == pytest.approx(600, abs=40)
    assert any("20 minutes are more than can be heard in this time" in note for note in heard.notes)


def test_other_files_make_another_digest_and_the_same_ones_the_same(tmp_path, write):
    files = [write("a.wav", 1), write("b.wav", 1)]
    first = files_digest(files)
    assert first == files_digest(files)
    write("b.wav", 2)
    assert first != files_digest(files)
