"""Every layer is a file of its own, and comes back with its level; a performance with faders is played again to the sample."""

import numpy as np
import pytest

from unloop_py.audio_io.loop_file import read_loop
from unloop_py.engine.messages import CommandKind
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.session.exporting import export, stems
from unloop_py.session.replaying import Replay
from unloop_py.sessions.reading import read_session
from unloop_py.vamper.request import Offer

RATE = 48000
SOON = RATE // 10


def vary(s, tag, seed, noise):
    """Have a variation of what varies come in at the next seam, as the vamper would."""
    serial = s.conductor.varying._now[0]
    length = len(s.bus.layering.consists(0).told().audio(s.engine.status(0).length_frames))
    codes = np.random.default_rng(tag).integers(0, 1024, (9, 30)).astype(np.int16)
    request = VariationRequest(serial, tag, 7, Prompt(), 6)
    made = Variation(request, noise(length, seed), codes, np.ones_like(codes, np.uint8), 0.0, 0.0, 0.0)
    s.conductor.varying.offered = s.keeping.offered
    s.conductor.varying.offer(Offer(tag, serial, made))
    return made.audio


@pytest.fixture
def played(stage, noise):
    s = stage()
    s.record(noise(RATE, 1))
    for seed in (2, 3):
        s.press(CommandKind.OVERDUB)
        s.play(noise(RATE // 2, seed))
        s.press(CommandKind.PLAY)
        s.wait(RATE)
    return s


def layers(s):
    return s.bus.layering.consists(0).layers


def test_every_layer_has_a_wav_of_its_own_to_the_bit(played):
    played.wait(2 * RATE)
    kept = read_session(played.folder)
    assert kept.damage == []
    found = kept.loops[0].consists[-1].layers
    assert found[0].facts.file == "loop-1/take-0001.wav"
    for layer, now in zip(found, layers(played), strict=True):
        assert np.array_equal(layer.audio, now.audio)
        assert np.array_equal(read_loop(played.folder / layer.facts.file).audio, now.audio), "any player plays it"
    assert len({layer.facts.file for layer in found}) == 3


def test_layers_come_back_with_their_levels_and_undo_leads_back_through_them(played, stage):
    played.bus.set(0, "layer/0/level", 0.5)
    played.bus.set(0, "layer/2/mute", 1)
    played.bus.set(0, "layer/1/vary", 1)
    played.wait(2 * RATE)
    t = stage(began=played.clock() + 1.0)
    t.restore(read_session(played.folder))
    t.wait(2 * RATE)
    for now, was in zip(layers(t), layers(played), strict=True):
        assert np.array_equal(now.audio, was.audio)
        assert (now.level, now.mute, now.vary) == (was.level, was.mute, was.vary)
    at = t.engine.status(0).position_frames
    assert np.array_equal(t.wait(RATE), np.roll(layers(t)[0].audio * np.float32(0.5) + layers(t)[1].audio, -at, axis=0))
    before = layers(t)
    t.press(CommandKind.UNDO)
    t.wait(SOON)
    assert layers(t) == before[:2]
    t.press(CommandKind.REDO)
    t.press(CommandKind.OVERDUB)
    t.wait(RATE // 2)
    t.press(CommandKind.PLAY)
    t.wait(SOON)
    assert layers(t) == before


def test_what_sounded_comes_back_with_its_layers_on_top_and_its_faders_move(played, stage, noise):
    raw = vary(played, 5, 7, noise)
    played.wait(3 * RATE)
    played.bus.set(0, "layer/1/level", 0.25)
    played.wait(2 * RATE)
    t = stage(began=played.clock() + 1.0)
    t.restore(read_session(played.folder))
    t.wait(3 * RATE)
    over, last = (layer.audio for layer in layers(t)[1:])
    at = t.engine.status(0).position_frames
    assert np.array_equal(t.wait(RATE), np.roll(raw + over * np.float32(0.25) + last, -at, axis=0))
    t.bus.set(0, "layer/0/mute", 1)
    t.wait(SOON)
    at = t.engine.status(0).position_frames
    assert np.array_equal(t.wait(RATE), np.roll(over * np.float32(0.25) + last, -at, axis=0))


def test_a_layer_that_is_damaged_is_named_and_its_loop_comes_back_whole(played, stage):
    played.wait(2 * RATE)
    file = read_session(played.folder).loops[0].consists[-1].layers[1].facts.file
    content = bytearray((played.folder / file).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (played.folder / file).write_bytes(content)
    kept = read_session(played.folder)
    assert len(kept.damage) == 1 and file in kept.damage[0]
    t = stage(began=played.clock() + 1.0)
    t.restore(kept)
    t.wait(2 * RATE)
    assert np.array_equal(t.takes[0, t.engine.status(0).take], played.takes[0, 3]) and len(layers(t)) == 1


def test_faders_that_move_are_played_again_to_the_sample_over_the_take_and_over_a_variation(played, noise):
    for layer, level in ((0, 0.5), (1, 0.1), (0, 0.9)):
        played.bus.set(0, f"layer/{layer}/level", level)
        played.wait(SOON)
    vary(played, 5, 7, noise)
    played.wait(RATE)
    for layer, level in ((0, 0.2), (2, 0.4), (2, 0.0)):
        played.bus.set(0, f"layer/{layer}/level", level)
        played.wait(SOON)
    played.wait(RATE)
    played.press(CommandKind.KEEP)
    played.wait(SOON)
    played.bus.set(0, "layer/0/level", 1.0)
    played.wait(2 * RATE)
    played.keeping.stop()
    replay = Replay(played.folder)
    again = np.concatenate(list(replay.render()))
    assert replay.missing == []
    assert np.array_equal(again[: len(played.sound)], played.sound)


def test_stems_are_the_layers_at_their_levels_and_those_that_are_heard_add_up_to_the_loop(played, tmp_path):
    played.bus.set(0, "layer/1/level", 0.5)
    played.bus.set(0, "layer/2/mute", 1)
    played.wait(2 * RATE)
    kept = read_session(played.folder)
    assert [stem.kind for stem in stems(kept.loops[0])] == ["recording", "overdub", "overdub muted"]
    export(kept, tmp_path / "out", None)
    base, over, muted = (layer.audio for layer in layers(played))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["loop 1 layer 01 recording.wav", "loop 1 layer 02 overdub.wav", "loop 1 layer 03 overdub muted.wav", "loop 1.wav"]
    assert np.array_equal(read_loop(tmp_path / "out" / "loop 1.wav").audio, base + over * np.float32(0.5))
    assert np.array_equal(read_loop(tmp_path / "out" / names[2]).audio, muted)
