"""What a model is judged on is real, whole, and nothing that it was trained on."""

import hashlib
import sys
from importlib import metadata

import numpy as np
import pytest

from unloop_py.audio_io.wav import write_audio
from unloop_py.errors import UnloopError
from unloop_py.evaluation import held_out
from unloop_py.evaluation.held_out import HeldOutError, check_held_out, load_excerpts, music_files
from unloop_py.evaluation.packages import PackageMissing, check_installed

RATE = 44_100


def tone(seconds: float, hertz: float = 330.0, rate: int = RATE, channels: int = 1) -> np.ndarray:
    mono = 0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)
    return np.repeat(mono[:, None], channels, axis=1)


@pytest.fixture
def folder(tmp_path):
    """A loop, a long piece, a loop at another rate in a folder of its own, and things that cannot be used."""
    write_audio(tmp_path / "a loop.wav", tone(3), RATE)
    write_audio(tmp_path / "long.flac", tone(25, channels=2), RATE)
    (tmp_path / "more").mkdir()
    write_audio(tmp_path / "more" / "other.wav", tone(4, rate=48_000), 48_000)
    (tmp_path / "broken.wav").write_bytes(b"RIFF and nothing after it")
    write_audio(tmp_path / "silence.wav", 0 * tone(5), RATE)
    write_audio(tmp_path / "blip.wav", tone(0.5), RATE)
    (tmp_path / "notes.txt").write_text("not audio, and not named like it")
    return tmp_path


def test_short_files_are_loops_and_long_ones_are_cut_into_excerpts(folder):
    found = {excerpt.name: excerpt for excerpt in load_excerpts(folder)}
    assert {name: (e.is_loop, e.seconds) for name, e in found.items()} == {
        "a loop.wav": (True, 3), "long.flac 0 s": (False, 10), "long.flac 10 s": (False, 10), "other.wav": (True, 4)}
    assert all(e.audio.dtype == np.float32 and e.audio.ndim == 1 and e.sample_rate == RATE for e in found.values())
    assert {e.seconds for e in load_excerpts(folder, seconds=None)} == {3, 25, 4}


def test_a_file_at_another_rate_sounds_the_same(folder):
    other = next(e for e in load_excerpts(folder) if e.name == "other.wav")
    assert np.abs(other.audio[1000:-1000] - tone(4)[1000:-1000, 0]).max() < 1e-3


def test_files_that_cannot_be_used_are_named_with_the_reason_and_skipped(folder, caplog):
    found = load_excerpts(folder)
    assert len(found) == 4 and len(found.left_out) == 3
    for name, reason in (("broken.wav", "not audio"), ("silence.wav", "silent"), ("blip.wav", "0.500 s")):
        assert sum(name in line and reason in line for line in found.left_out) == 1
        assert name in caplog.text


def test_nothing_to_measure_is_an_error_that_says_why(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    reasons = {tmp_path / "empty": "no audio", tmp_path / "nowhere": "does not exist", folder / "broken.wav": "1 file was skipped"}
    for data, reason in reasons.items():
        with pytest.raises(HeldOutError, match=reason) as refused:
            load_excerpts(data)
        assert str(data) in str(refused.value)


def test_a_few_excerpts_come_from_as_many_files_and_the_seed_chooses(folder):
    assert len({e.source for e in load_excerpts(folder, count=3)}) == 3
    assert [e.name for e in load_excerpts(folder, count=4)] == [e.name for e in load_excerpts(folder)]
    few = [tuple(e.name for e in load_excerpts(folder, count=2, seed=seed)) for seed in range(8)]
    assert few[0] == tuple(e.name for e in load_excerpts(folder, count=2, seed=0)) and len(set(few)) > 1


def test_the_digest_changes_with_the_audio(folder):
    before = load_excerpts(folder).digest
    assert load_excerpts(folder).digest == before
    write_audio(folder / "a loop.wav", 0.5 * tone(3), RATE)
    assert load_excerpts(folder).digest != before


def test_audio_that_a_model_was_trained_on_is_refused_by_name(folder):
    digest = hashlib.sha256((folder / "a loop.wav").read_bytes()).hexdigest()
    manifest = {"name": "mine", "training_data": {"sha256": [digest]}}
    with pytest.raises(HeldOutError, match=r"a loop\.wav.*'mine'"):
        load_excerpts(folder, manifest=manifest)
    (folder / "a loop.wav").unlink()
    assert len(load_excerpts(folder, manifest=manifest)) == 3


PACKAGE = "immich-memories-music"


@pytest.mark.parametrize("trained", [{"seeds": [[0, 5], [70, 77]]}, {"packages": [PACKAGE]}, {"packages": [f"{PACKAGE}@0.1.0"]}])
def test_so_are_loops_of_its_seeds_and_tracks_of_its_packages(trained):
    silence = np.zeros(RATE, np.float32)
    clash = held_out.Excerpt("clash", silence, RATE, None, True, loop_seed=77 if "seeds" in trained else None,
                             package=PACKAGE if "packages" in trained else "")
    other = held_out.Excerpt("other", silence, RATE, None, True, loop_seed=78)
    check_held_out([other], {"training_data": trained})
    check_held_out([clash], {})
    with pytest.raises(HeldOutError, match="excerpt clash"):
        check_held_out([other, clash], {"training_data": trained})


@pytest.fixture
def renderer():
    """What renders loops, or no test."""
    pytest.importorskip("tinysoundfont")
    from unloop_py.training import sounds

    try:
        sounds.soundfonts()
    except UnloopError as missing:
        pytest.skip(str(missing))


def test_the_built_in_set_is_half_music_and_half_loops_that_no_model_learns_from(renderer):
    found = load_excerpts(count=2)
    assert [e.is_loop for e in found] == [False, True]
    assert found[0].package == held_out.MUSIC_PACKAGE and found[0].seconds == 10
    assert found[1].loop_seed >= 1_000_000 and found[1].source is None
    assert len(found.recorded) == len(found.loops) == 1
    assert len(music_files()) == 28


def test_where_no_loops_can_be_rendered_the_built_in_set_is_music_alone(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "unloop_py.training.loops", None)
    assert [e.is_loop for e in load_excerpts(count=2)] == [False, False]
    assert "no synthesised loops" in caplog.text


def test_without_the_packages_the_one_command_that_installs_them_is_named(monkeypatch):
    check_installed()

    def gone(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(held_out, "files", gone)
    with pytest.raises(PackageMissing, match="pip install --no-deps .*immich-memories-music==0.1.0"):
        music_files()
