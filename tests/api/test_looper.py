"""`Looper`: the instrument without a device. The engine is the real one; tones stand in for the model where sound does not matter."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from unloop_py import Looper, UnloopError
from unloop_py.api.asking import LOOPER_ROWS, resolve
from unloop_py.api.performing import perform
from unloop_py.errors import AudioFileError, CommandError, ParameterError
from unloop_py.vamper.fakes import ToneGenerator

RATE = 44_100
FRAMES = 22_051


def tune(frames: int = FRAMES, pitch: float = 220.0) -> np.ndarray:
    """A circle of whole turns, (frames, 2)."""
    turns = round(pitch * frames / RATE) * np.arange(frames) / frames
    return np.stack([0.4 * np.sin(2 * np.pi * turns), 0.2 * np.cos(2 * np.pi * turns)], axis=1).astype(np.float32)


class Remembering(ToneGenerator):
    """Tones that remember requests, takes and what they began from."""

    def __init__(self) -> None:
        super().__init__()
        self.takes, self.requests, self.starts, self.codes = [], [], [], []

    def prepare(self, take, codes=None):
        self.takes.append(take)
        self.codes.append(codes)
        return super().prepare(take, codes)

    def vary(self, prepared, request, *, start=None, **asked):
        self.requests.append(request)
        self.starts.append(start)
        return super().vary(prepared, request, start=start, **asked)


def looper(**settings) -> Looper:
    return Looper(**{"generator": ToneGenerator(), "seed": 7} | settings)


def still(**settings) -> Looper:
    """One that plays its takes alone."""
    return looper(variation=0, **settings)


def test_the_first_pass_is_what_was_recorded_and_each_one_after_it_is_new() -> None:
    one = looper()
    one.record(tune())
    passes = one.play(4).reshape(4, FRAMES, 2)
    fade = round(0.02 * RATE) + 1
    np.testing.assert_array_equal(passes[0, :-fade], tune()[:-fade])
    for at in range(4):
        for other in range(at):
            assert np.abs(passes[at] - passes[other]).max() > 1e-3
    np.testing.assert_array_equal(one.played, passes.reshape(-1, 2))


def test_a_seed_gives_the_same_samples_however_they_are_asked_for() -> None:
    whole, parts, other = looper(), looper(), looper(seed=8)
    for each in (whole, parts, other):
        each.record(tune())
    played = whole.play(5)
    np.testing.assert_array_equal(np.concatenate([parts.play(1.5), parts.play(seconds=0.25), parts.play(5)])[: len(played)], played)
    assert not np.array_equal(other.play(5), played)


def test_it_plays_what_render_plays_sample_for_sample() -> None:
    one = looper(variation=0.7, model=None)
    one.record(tune())
    played = [one.play(3)]
    one.set("vary_mode", "never")
    played.append(one.play(1))
    values, _ = resolve({"variation": 0.7})
    rendered = [each.audio for each in perform(tune(), RATE, ToneGenerator(), values, repeats=3, seed=7, progress=lambda share: None)]
    np.testing.assert_array_equal(np.concatenate(played), np.concatenate(rendered))


def test_the_bundled_model_plays_here_as_well() -> None:
    with Looper(seed=3, model="tiny", steps=1) as one:
        one.record(tune())
        first = one.play(2)
    with Looper(seed=3, model="tiny", steps=1) as again:
        again.record(tune())
        np.testing.assert_array_equal(again.play(2), first)


def test_what_is_set_before_a_seam_is_heard_from_that_seam_on() -> None:
    tones = Remembering()
    one = looper(generator=tones, variation=0.5)
    one.record(tune())
    one.play(1.5)
    one.set("temperature", 1.5)
    one.set("steps", 3)
    one.play(1)
    assert [round(request.prompt.temperature, 2) for request in tones.requests] == [0.8, 1.5]
    assert [request.sampling_steps for request in tones.requests] == [6, 3]
    assert one.get("temperature") == 1.5


def test_at_variation_0_the_take_comes_back_and_stays() -> None:
    one = looper()
    one.record(tune())
    one.play(2.5)
    one.set("variation", 0)
    one.play(1)
    np.testing.assert_allclose(one.play(2), np.roll(np.tile(tune(), (2, 1)), -FRAMES // 2, axis=0)[: 2 * FRAMES], atol=1e-6)


def test_varying_every_other_seam_and_only_when_asked() -> None:
    tones = Remembering()
    one = looper(generator=tones, vary_every=2)
    one.record(tune())
    one.play(6.5)
    assert [request.index for request in tones.requests] == [1, 2, 3]
    one.set("vary_mode", "when asked")
    one.play(3)
    assert len(tones.requests) == 3
    one.vary()
    one.play(3)
    assert len(tones.requests) == 4


def test_drifting_each_begins_from_the_one_before() -> None:
    tones = Remembering()
    one = looper(generator=tones, vary_mode="drifting")
    one.record(tune())
    one.play(3.5)
    assert tones.starts[0] is None and [request.parent for request in tones.requests[1:]] == [1, 2]


def test_an_overdub_lies_on_top_as_it_was_played_and_what_was_recorded_varies() -> None:
    frames = FRAMES + 1
    tones, top = Remembering(), 0.5 * tune(frames, 660.0)
    one = looper(generator=tones, seed_lock=1)
    one.record(tune(frames))
    heard = one.overdub(top)
    assert heard.shape == (frames, 2)
    one.play(1.5)
    np.testing.assert_allclose(one.take(), tune(frames) + top, atol=1e-6)
    again = one.play(1)
    assert len(tones.takes) == 1, "the take that the model knows is the same"
    plain = looper(seed_lock=1)
    plain.record(tune(frames))
    plain.play(2.5)
    without = plain.play(1)
    where = slice(frames // 2, frames - round(0.02 * RATE) - 1)  # up to the fade
    np.testing.assert_allclose((again - without)[: where.stop - where.start], top[where], atol=2e-6)


def test_undo_takes_an_overdub_back_and_redo_brings_it_again() -> None:
    one, top = still(), 0.5 * tune(pitch=660.0)
    one.record(tune())
    one.overdub(top)
    np.testing.assert_allclose(one.play(1), tune() + top, atol=1e-6)
    one.undo()
    one.play(1)
    np.testing.assert_allclose(one.play(1), tune(), atol=1e-6)
    one.redo()
    one.play(1)
    np.testing.assert_allclose(one.take(), tune() + top, atol=1e-6)


def test_what_is_kept_becomes_the_take_with_its_tokens() -> None:
    tones = Remembering()
    one = looper(generator=tones)
    one.record(tune())
    one.play(2)
    one.keep()
    one.play(2)
    assert len(tones.takes) == 2 and tones.codes[0] is None
    kept = ToneGenerator().vary(ToneGenerator().prepare(tones.takes[0]), tones.requests[0])
    np.testing.assert_array_equal(tones.takes[1].audio, kept.audio)
    np.testing.assert_array_equal(tones.codes[1], kept.codes)


def test_loops_play_side_by_side_and_each_is_varied() -> None:
    tones = Remembering()
    both = looper(loops=2, generator=tones)
    both.record(tune(), loop=1)
    both.play(1)
    both.record(tune(2 * FRAMES, 110.0), loop=2)
    both.play(2.5, loop=2)
    assert [len(take.audio) for take in tones.takes] == [FRAMES, 2 * FRAMES]
    assert len(tones.requests) == 6 + 2
    alone = still(loops=2)
    alone.record(tune(), loop=1)
    alone.record(tune(2 * FRAMES, 110.0), loop=2)
    np.testing.assert_allclose(alone.play(1, loop=2), np.tile(tune(), (2, 1)) + tune(2 * FRAMES, 110.0), atol=1e-6)
    alone.set("wet", 0, loop=2)
    alone.play(1)
    np.testing.assert_allclose(alone.play(1), tune(), atol=1e-6)
    assert (alone.get("wet", loop=1), alone.get("wet", loop=2)) == (1, 0)


def test_what_is_pressed_happens_at_the_next_frame() -> None:
    one = still()
    one.record(tune())
    one.press("reverse")
    backwards = one.play(2)[FRAMES // 4 : FRAMES]
    assert np.abs(backwards - tune()[FRAMES // 4 :]).max() > 0.1
    one.press("mute", 1)
    one.play(1)
    assert not one.play(1).any() and one.state() == "muted"
    one.set("speed", 2.0)
    assert len(one.play(1)) == round(FRAMES / 2)


def test_undoing_the_recording_leaves_nothing_to_play_and_loses_no_frame() -> None:
    one = still()
    one.record(tune())
    one.play(1)
    one.undo()
    gone = one.play(1)
    assert len(gone) == FRAMES and not gone[-100:].any() and one.state() == "off"
    with pytest.raises(CommandError, match="loop 1"):
        one.play(1)
    assert one.play(seconds=0.5).shape == (RATE // 2, 2) and len(one.played) == 2 * FRAMES + RATE // 2
    one.record(tune(), loop=1)
    np.testing.assert_allclose(one.play(1), tune(), atol=1e-6)


def test_what_comes_at_another_rate_or_with_other_channels_is_converted(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "mono.wav", tune()[:, 0], 22_050, subtype="FLOAT")
    one = still(rate=48_000)
    one.record(tmp_path / "mono.wav")
    assert one.take().shape == (round(FRAMES * 48_000 / 22_050), 2)
    one.record((tune() * 32_767).astype(np.int16), 44_100)
    assert one.play(1).shape == (round(FRAMES * 48_000 / 44_100), 2)
    mono = still(channels=1)
    mono.record(tune())
    assert mono.play(1).shape == (FRAMES, 1)


def test_what_is_exported_is_what_was_heard(tmp_path: Path) -> None:
    both = looper(loops=2)
    both.record(tune(), loop=1)
    both.play(2)
    both.record(tune(2 * FRAMES, 110.0), loop=2)
    both.play(3)
    names = [path.name for path in both.export(tmp_path / "set")]
    assert names == ["master.wav", "loop 1.wav", "loop 1 performance.wav", "loop 2.wav", "loop 2 performance.wav"]
    read = {name: soundfile.read(tmp_path / "set" / name, dtype="float32", always_2d=True)[0] for name in names}
    np.testing.assert_array_equal(read["master.wav"], both.played)
    np.testing.assert_array_equal(read["loop 1.wav"], tune())
    parts = read["loop 1 performance.wav"] + read["loop 2 performance.wav"]
    np.testing.assert_allclose(parts, both.played, atol=1e-6)
    with pytest.raises(AudioFileError, match="not empty"):
        both.export(tmp_path / "set")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate": 22_050}, ["44100, 48000", "22050"]),
        ({"channels": 3}, ["channels", "1..2"]),
        ({"loops": 0}, ["loops", "1..16"]),
        ({"loops": 17}, ["loops", "1..16"]),
        ({"max_loop_s": 0}, ["max_loop_s", "1..600"]),
        ({"seed": -1}, ["seed"]),
        ({"variaton": 1}, ["variaton", "'variation'"]),
        ({"tail": 1}, ["'tail'", "of the instrument"]),
    ],
)
def test_a_looper_that_cannot_be_says_why(settings: dict, words: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        looper(**settings)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("do", "error", "words"),
    [
        (lambda one: one.play(), CommandError, ["loop 1", "record it first"]),
        (lambda one: one.overdub(tune()), CommandError, ["record it first"]),
        (lambda one: one.keep(), CommandError, ["record it first"]),
        (lambda one: one.record(tune(), loop=2), ParameterError, ["loop", "1..1", "2"]),
        (lambda one: one.record(tune()[:100]), ParameterError, ["0.25"]),
        (lambda one: one.record("nowhere.wav"), AudioFileError, ["nowhere.wav"]),
        (lambda one: one.record("nowhere.wav", 44_100), ParameterError, ["leave rate out"]),
        (lambda one: one.play(seconds=-1), ParameterError, ["3600", "-1"]),
        (lambda one: one.play(seconds=float("nan")), ParameterError, ["nan"]),
        (lambda one: one.play(seconds=4000), ParameterError, ["3600"]),
        (lambda one: one.play(seconds="one"), ParameterError, ["'one'"]),
        (lambda one: one.play(1, seconds=1), ParameterError, ["not both"]),
        (lambda one: one.set("temperature", 9), ParameterError, ["0.1..2"]),
        (lambda one: one.set("tempo", 90), ParameterError, ["tempo", "instrument"]),
        (lambda one: one.set("variaton", 1), ParameterError, ["'variation'"]),
        (lambda one: one.press("undoo"), ParameterError, ["'undo'"]),
        (lambda one: one.press("undo", 1), ParameterError, ["no value"]),
        (lambda one: one.press("mute", 0.5), ParameterError, ["1, 0"]),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(do, error: type, words: list[str]) -> None:
    one = still()
    with pytest.raises(error) as caught:
        do(one)
    assert all(word in str(caught.value) for word in words), caught.value
    assert len(one.played) == 0
    one.record(tune())
    np.testing.assert_allclose(one.play(1), tune(), atol=1e-6)


def test_a_generator_that_failed_is_asked_again_and_nothing_is_lost() -> None:
    class Failing(ToneGenerator):
        on = False

        def vary(self, prepared, request, **asked):
            if not self.on:
                raise UnloopError("the box across the room is off")
            return super().vary(prepared, request, **asked)

    tones = Failing()
    one, other = looper(generator=tones), looper()
    other.record(tune())
    one.record(tune())
    with pytest.raises(UnloopError, match="is off"):
        one.play(3)
    assert 0 < len(one.played) < FRAMES
    tones.on = True
    one.play(seconds=(3 * FRAMES - len(one.played)) / RATE)
    np.testing.assert_array_equal(one.played, other.play(3))


def test_what_lay_on_top_of_a_variation_that_is_kept_stays_on_top() -> None:
    tones, top = Remembering(), 0.5 * tune(pitch=660.0)
    one = looper(generator=tones)
    one.record(tune())
    one.overdub(top)
    one.play(2)
    one.keep()
    one.play(1.5)
    assert len(tones.takes) == 2
    np.testing.assert_allclose(one.take(), tones.takes[1].audio + top, atol=1e-6)
    one.undo()
    one.play(1)
    np.testing.assert_allclose(one.take(), tune() + top, atol=1e-6)


def test_a_control_may_be_turned_as_often_as_one_likes_before_anything_sounds() -> None:
    one = still(loops=16)
    for turn in range(100):
        one.set("wet", turn / 100)
    one.set("wet", 0.5)
    one.record(tune(), loop=16)
    np.testing.assert_allclose(one.play(1, loop=16), 0.5 * tune(), atol=1e-6)


def test_every_parameter_it_takes_is_one_of_the_table_and_is_heard() -> None:
    names = {row.name for row in LOOPER_ROWS}
    assert {"variation", "steps", "seed", "mix", "speed", "vary_every"} <= names
    assert not {"tempo", "quantize", "tail", "group"} & names
