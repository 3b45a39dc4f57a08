"""Presets and scenes as they are heard: on the real engine, offline, to the frame."""

import numpy as np
import pytest

from unloop_py.control.presets import Preset
from unloop_py.control.scenes import LoopScene, Scene
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.errors import ParameterError, PresetError
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor

RATE, BLOCK = 48000, 240
LENGTH = RATE // 2      # of a loop, but for those that a test makes longer
GLIDE = RATE // 100     # of a level in the engine


class Band:
    """Loops that noise was recorded into, and all that is heard of them."""

    def __init__(self, *lengths, **settings):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=4.0, n_loops=max(1, len(lengths)))
        self.bus = SessionBus(self.engine, Store(max(1, len(lengths))), block_frames=BLOCK, **settings)
        self.conductor = Conductor(self.bus)
        self.conductor.attach(None, lambda take: None)
        self.notices = []
        self.bus.listen(self.notices.append)
        self.chance = np.random.default_rng(1)
        self.heard = np.empty((0, 1), np.float32)
        self.bus.set(0, "sync_source", 0)
        self.play(BLOCK)
        for loop, frames in enumerate(lengths):
            self.bus.command(loop, "record")
            self.play(frames)
            self.bus.command(loop, "record")
        self.play(BLOCK)

    def play(self, frames):
        for _ in range(frames // BLOCK):
            out = np.empty((BLOCK, 1), np.float32)
            self.engine.process(self.chance.uniform(-0.1, 0.1, (BLOCK, 1)).astype(np.float32), out)
            self.heard = np.concatenate((self.heard, out))
            self.conductor.step()

    def to_seam(self, loop=0, short_of=0):
        """Plays up to the block in which the seam is, or so many frames before; that seam's frame."""
        seam = self.seam(loop)
        self.play(seam - short_of - self.engine.frame())
        return seam

    def seam(self, loop=0):
        return self.engine.status(loop).next_seam_frame

    def keep(self, name="mine", **values):
        self.bus.shelves.presets.put(Preset(name, self.bus.shelves.presets.number_for(name), "", "", values))
        return name

    def scene(self, *loops, **rest):
        self.bus.shelves.scenes.put(Scene("verse", 1, loops=loops, **rest))

    def states(self):
        return [self.engine.status(loop).state.label for loop in range(self.bus.n_loops)]

    def told(self, kind):
        return [notice.values for notice in self.notices if notice.kind == kind]

    def gets(self, *names, loop=0):
        return tuple(self.bus.get(loop, name) for name in names)


def first_difference(one, other):
    (where,) = np.nonzero(np.any(one != other, axis=1))
    return int(where[0])


def test_what_acts_at_once_comes_in_at_the_very_frame_of_the_seam_and_what_acts_at_the_seam_is_told_at_once():
    band, same = Band(LENGTH), Band(LENGTH)
    band.bus.command(0, "preset", band.keep(wet=0.25, variation=0.9, steps=12))
    assert band.gets("wet", "variation", "steps") == (1.0, 0.9, 12)
    seam = band.to_seam(short_of=6000)
    assert band.gets("wet") == (1.0,)
    for one in (band, same):
        one.play(seam + LENGTH - one.engine.frame())
    assert seam <= first_difference(band.heard, same.heard) <= seam + 2
    after = slice(seam + GLIDE, seam + LENGTH)
    assert np.allclose(band.heard[after], 0.25 * same.heard[after], atol=1e-5)
    assert band.gets("wet") == (0.25,) and not band.bus.store.custom(0)


@pytest.mark.parametrize("state", ["off", "recording", "paused"])
def test_where_no_loop_turns_a_preset_is_there_at_once(state):
    band = Band(*([LENGTH] if state == "paused" else []))
    if state != "off":
        band.bus.command(0, {"recording": "record", "paused": "pause"}[state])
        band.play(BLOCK)
    band.bus.set(0, "morph_loops", 8)
    band.bus.command(0, "preset", band.keep(wet=0.5, variation=0.9))
    assert band.gets("wet", "variation") == (0.5, 0.9)


def test_over_four_repetitions_numbers_move_evenly_whole_ones_round_and_the_rest_flips_at_the_end():
    band = Band(LENGTH)
    band.bus.set(0, "morph_loops", 4)
    band.bus.command(0, "preset", band.keep(wet=0.0, steps=16, temperature=1.0, adapt=0, vary_mode=3, onset_mask_width=10, top_p=0.9))
    begin = band.bus.store.snapshot(0)
    names = ("temperature", "steps", "onset_mask_width", "adapt", "vary_mode", "top_p")
    seen, levels = [], []
    for _ in range(5):
        assert band.gets(*names) == (seen[-1] if seen else tuple(begin[name] for name in names))
        band.to_seam()
        levels.append(band.bus.get(0, "wet"))
        band.play(4 * BLOCK)
        seen.append(band.gets(*names))
    # What acts at the seam is told a repetition before it is heard: at the first seam a quarter, which the second brings.
    quarter = (1.0 - begin["temperature"]) / 4
    assert [one[0] for one in seen] == pytest.approx([begin["temperature"] + quarter * k for k in (1, 2, 3, 4, 4)], abs=1e-5)
    assert [one[1] for one in seen] == [9, 11, 14, 16, 16]  # from 6, by 2.5
    assert [one[2] for one in seen] == [3, 6, 8, 10, 10]  # from 1, by 2.25
    assert [one[3:] for one in seen] == [(1, 1, 0)] * 3 + [(0, 3, 0.9)] * 2
    # The level moves all the time, ten times a second: at each seam no further than one such step from its quarter.
    assert levels == pytest.approx([1.0, 0.75, 0.5, 0.25, 0.0], abs=0.055)
    assert levels[0] == 1.0 and levels[-1] == 0.0


def test_the_end_of_a_morph_comes_in_at_the_very_frame_of_its_last_seam():
    band, same = Band(LENGTH), Band(LENGTH)
    band.bus.set(0, "morph_loops", 2)
    band.bus.command(0, "preset", band.keep(use_feedback_play=1, feedback=1.0, stop_mode=2, discrete_prefader=0, wet=1.0, pan_1=0.5))
    last = band.seam() + 2 * LENGTH
    band.play(last - 6000 - band.engine.frame())
    assert band.gets("use_feedback_play", "stop_mode") == (0, 0)
    band.play(6000)
    assert band.gets("use_feedback_play", "stop_mode") == (1, 2)
    same.play(band.engine.frame() - same.engine.frame())
    assert np.array_equal(band.heard, same.heard)


def test_a_hand_on_a_knob_wins_for_that_knob_and_the_others_go_on():
    band = Band(LENGTH)
    band.bus.set(0, "morph_loops", 2)
    band.bus.command(0, "preset", band.keep(wet=0.0, mix=0.0, variation=1.0, temperature=0.5))
    band.to_seam()
    band.play(8 * BLOCK)
    band.bus.set(0, "wet", 0.8)
    band.bus.set(0, "periodic_prompt", 3)
    band.play(3 * LENGTH)
    assert band.gets("wet", "mix", "variation", "temperature", "periodic_prompt") == (0.8, 0.0, 1.0, 0.5, 3)


def test_a_hand_on_variation_takes_all_its_prompts():
    band = Band(LENGTH)
    band.bus.set(0, "morph_loops", 3)
    band.bus.command(0, "preset", "large-follow-beat")
    band.bus.set(0, "variation", 0.3)
    held = band.bus.store.snapshot(0)
    band.play(4 * LENGTH)
    assert {name for name, value in band.bus.store.snapshot(0).items() if value != held[name]} == {"mask_temperature"}
    assert not band.bus.store.custom(0)


def test_a_preset_before_the_seam_takes_over_and_what_the_one_before_had_beside_it_still_comes():
    band = Band(LENGTH)
    band.bus.command(0, "preset", band.keep("one", wet=0.2, mix=0.3))
    band.bus.command(0, "preset", band.keep("two", wet=0.7))
    band.to_seam()
    assert band.gets("wet", "mix") == (0.7, 0.3)
    assert band.told("preset") == [("one", 33), ("two", 34)] and band.bus.status(0).preset == "two"


def test_a_morph_waits_while_the_loop_is_paused_and_is_there_at_once_when_it_is_cleared():
    band = Band(LENGTH)
    band.bus.set(0, "morph_loops", 4)
    band.bus.command(0, "preset", band.keep(wet=0.0))
    band.to_seam()
    band.play(LENGTH // 2)
    band.bus.command(0, "pause")
    band.play(BLOCK)
    level = band.bus.get(0, "wet")
    band.play(4 * LENGTH)
    assert band.bus.get(0, "wet") == level == pytest.approx(0.875, abs=0.06)
    band.bus.command(0, "play")
    band.play(LENGTH)
    assert band.bus.get(0, "wet") < level
    band.bus.command(0, "clear")
    band.play(2 * BLOCK)
    assert band.bus.get(0, "wet") == 0.0


def test_a_conductor_that_looked_away_at_the_seam_brings_it_in_when_it_is_back():
    band = Band(LENGTH)
    band.bus.command(0, "preset", band.keep(wet=0.5))
    out = np.empty((BLOCK, 1), np.float32)
    for _ in range(band.seam() // BLOCK + 20):
        band.engine.process(np.zeros((BLOCK, 1), np.float32), out)
    band.play(BLOCK)
    assert band.gets("wet") == (0.5,)


def test_a_preset_that_is_saved_is_recalled_on_another_loop():
    band = Band(LENGTH, LENGTH)
    band.bus.set(0, "variation", 0.8)
    band.bus.set(0, "wet", 0.4)
    band.bus.set(0, "pan_1", 0.9)
    band.bus.command(0, "preset_save", "Shimmer")
    assert band.bus.status(0).preset == "Shimmer" and band.bus.presets()[-1].number == 33
    band.bus.command(1, "preset", "33")
    band.to_seam(1)
    assert band.gets("variation", "wet", "pan_1", loop=1) == (0.8, 0.4, 0.0)
    band.bus.command(None, "preset_delete", "shimmer")
    with pytest.raises(PresetError, match="no preset is called 'shimmer'"):
        band.bus.command(0, "preset", "shimmer")
    band.play(BLOCK)
    assert band.told("preset_count") == [(17,), (16,)]


def test_a_scene_has_each_loop_do_at_its_own_seam_what_it_did():
    band = Band(LENGTH, 2 * LENGTH, LENGTH, LENGTH)
    band.bus.command(3, "pause")
    band.bus.command(2, "mute")
    band.bus.set(1, "wet", 0.5)
    band.bus.set(0, "dry", 0.25)
    band.bus.command(2, "solo", 1)
    band.play(BLOCK)
    band.bus.command(None, "scene_save", "verse")
    band.bus.command(0, "mute")
    band.bus.command(2, "mute")
    band.bus.command(2, "solo", 0)
    band.bus.command(3, "play")
    band.bus.command(1, "reverse")
    band.bus.set(1, "wet", 1.0)
    band.bus.set(0, "dry", 0.0)
    band.play(BLOCK)
    assert band.states() == ["muted", "playing", "playing", "playing"]
    band.bus.command(None, "scene", "1")
    seams = [band.seam(loop) for loop in range(4)]
    wanted = ["playing", "playing", "muted", "paused"]
    while band.engine.frame() < max(seams) + BLOCK:
        frame = band.engine.frame()
        assert band.states() == [after if frame > seam else before for seam, before, after in
                                 zip(seams, ["muted", "playing", "playing", "playing"], wanted, strict=True)]  # fmt: skip
        assert frame > seams[1] or band.engine.status(1).flags.name.count("REVERSED") == 1
        band.play(BLOCK)
    assert band.gets("wet", loop=1) == (0.5,) and band.gets("dry") == (0.25,)
    assert band.bus.status(2).solo and not band.bus.status(1).reverse
    assert band.bus.scene() == "verse" and band.told("scene") == [("verse", 1), ("verse", 1)]


def test_what_does_not_turn_comes_with_the_first_loop_that_does_and_where_none_does_at_once():
    band = Band(LENGTH, LENGTH)
    band.bus.command(1, "pause")
    band.play(BLOCK)
    band.scene(LoopScene(values={"wet": 0.5}), LoopScene("playing", values={"wet": 0.25}), values={"dry": 0.5})
    band.bus.command(None, "scene", "verse")
    seam = band.to_seam(0, short_of=6000)
    assert band.states()[1] == "paused" and band.gets("wet", loop=1) == (1.0,) and band.gets("dry") == (0.0,)
    band.play(seam + BLOCK - band.engine.frame())
    assert band.states()[1] == "playing" and band.gets("wet", loop=1) == (0.25,) and band.gets("dry") == (0.5,)
    for loop in (0, 1):
        band.bus.command(loop, "pause")
    band.play(BLOCK)
    band.bus.set(0, "dry", 0.0)
    band.bus.command(None, "scene", "verse")
    band.play(BLOCK)
    assert band.states() == ["playing", "playing"] and band.gets("dry") == (0.5,)


def test_a_scene_leaves_a_recording_alone_mutes_what_was_empty_and_tells_of_loops_that_are_not_there():
    band = Band(LENGTH, LENGTH, LENGTH)
    band.bus.command(1, "record")
    band.play(BLOCK)
    band.scene(LoopScene("muted"), LoopScene("muted", values={"wet": 0.5}), LoopScene("muted"), LoopScene(), LoopScene())
    band.bus.command(None, "scene", "verse")
    band.play(2 * LENGTH)
    assert band.states() == ["muted", "recording", "muted"] and band.gets("wet", loop=1) == (0.5,)
    assert ("", "scene verse: 2 of its 5 loops are not there; loop_add makes them") in band.told("error")


def test_a_scene_switches_varying_on_and_off_with_the_rest_of_it_and_without_a_generator_says_nothing_of_it():
    band = Band(LENGTH)
    band.bus.command(None, "generate", 0)
    band.bus.command(None, "scene_save", "still")
    band.bus.command(None, "generate", 1)
    band.bus.command(None, "scene", "still")
    band.to_seam(short_of=6000)
    assert band.bus.generating()
    band.to_seam()
    assert not band.bus.generating()
    bare = Band(LENGTH, can_generate=False)
    bare.bus.command(None, "scene_save", "verse")
    assert bare.bus.scenes()[0].generate
    bare.bus.command(None, "scene", "verse")
    bare.play(2 * LENGTH)
    assert not bare.told("error")


def test_who_presses_meanwhile_has_the_loop_as_pressed_and_the_rest_of_the_scene_comes():
    band = Band(LENGTH, LENGTH)
    band.scene(LoopScene("muted", solo=True, values={"wet": 0.5}), LoopScene("muted", reverse=True))
    band.bus.command(None, "scene", "verse")
    band.bus.command(0, "pause")
    band.bus.command(0, "play")
    band.bus.command(1, "solo", 1)
    band.bus.command(1, "solo", 0)
    band.play(2 * LENGTH)
    assert band.states() == ["playing", "muted"] and band.gets("wet") == (0.5,)
    assert [band.bus.status(loop).solo for loop in range(2)] == [True, False] and band.bus.status(1).reverse


def test_an_empty_loop_counts_as_muted():
    band = Band(LENGTH)
    band.bus.command(None, "loop_add")
    band.bus.command(None, "scene_save", "solo guitar")
    assert [loop.does for loop in band.bus.scenes()[0].loops] == ["playing", "muted"]


def test_what_names_an_input_that_is_not_open_is_refused_and_nothing_is_changed():
    band = Band(LENGTH, LENGTH)
    band.scene(LoopScene(values={"wet": 0.5}), LoopScene(values={"input_1": 9, "use_common_ins": 0}))
    before = [band.bus.store.snapshot(loop) for loop in range(2)]
    with pytest.raises(ParameterError, match="input_1"):
        band.bus.command(None, "scene", "verse")
    band.play(2 * LENGTH)
    assert [band.bus.store.snapshot(loop) for loop in range(2)] == before and not band.told("scene")


def test_a_tapped_tempo_and_a_loop_that_goes_are_no_longer_waited_for():
    band = Band(LENGTH, LENGTH)
    band.scene(LoopScene(), LoopScene(values={"wet": 0.5}), values={"tempo": 60.0})
    band.bus.command(None, "scene", "verse")
    band.bus.command(None, "loop_del")
    for _ in range(2):
        band.bus.command(None, "tap")
        band.play(BLOCK * 60)
    tapped = band.bus.get(0, "tempo")
    band.play(2 * LENGTH)
    assert band.bus.get(0, "tempo") == tapped == pytest.approx(200.0)
    assert band.bus.store.get(1, "wet") == 1.0


def test_the_conductor_looks_often_only_when_a_seam_is_near():
    band = Band(4 * LENGTH)
    band.bus.command(0, "preset", band.keep(wet=0.5))
    assert band.bus.is_awaiting()
    band.play(BLOCK)
    assert not band.bus.is_awaiting()
    band.to_seam(short_of=RATE // 5)
    assert band.bus.is_awaiting()
    band.to_seam()
    band.play(4 * BLOCK)
    assert not band.bus.is_awaiting()


def test_what_is_saved_while_one_plays_is_in_the_folder_afterwards_and_what_is_laid_there_is_found(tmp_path):
    band = Band(LENGTH)
    band.bus.shelves.open(tmp_path / "presets", tmp_path / "scenes")
    band.bus.command(0, "preset_save", "mine")
    band.bus.command(None, "scene_save", "verse")
    band.bus.shelves.stop()
    assert (tmp_path / "presets" / "mine.toml").is_file() and (tmp_path / "scenes" / "verse.toml").is_file()
    (tmp_path / "presets" / "hers.toml").write_text('format = 1\nname = "hers"\nnumber = 50\n[parameters]\nwet = 0.5\n')
    (tmp_path / "presets" / "broken.toml").write_text("format = 1\n")
    mine = tmp_path / "presets" / "mine.toml"
    mine.write_text(mine.read_text().replace('help = ""', 'help = "My own words."'))
    other = Band()
    other.bus.shelves.open(tmp_path / "presets", tmp_path / "scenes")
    other.bus.command(0, "preset", "50")
    other.bus.command(0, "preset_save", "mine")
    other.play(BLOCK)
    other.bus.shelves.stop()
    assert 'help = "My own words."' in mine.read_text() and "wet = 0.5" in mine.read_text()
    assert other.gets("wet") == (0.5,) and [scene.name for scene in other.bus.scenes()] == ["verse"]
    assert [text for _, text in other.told("error")] == ["preset left out: broken.toml: name must be the preset's name in quotes, got None"]
