"""What a visitor has on the page, without the page: tones behind it, and the tiny bundled weights where tokens matter."""

import json
import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from unloop_py.audio_io.groove import groove
from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import UnloopError
from unloop_py.generator.spec import Prompt
from unloop_py.generator.vamp import load_generator
from unloop_py.serve.page_pictures import mask_picture, outline_of
from unloop_py.serve.page_sounds import Asked
from unloop_py.serve.page_visit import HIGHEST_SEED, Visit
from unloop_py.serve.page_visitors import IDLE_S, MOST_VISITORS, Visitors
from unloop_py.serve.service import Limits, Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.serve.wire import WireError
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, ToneGenerator
from unloop_py.vamper.measuring import Measured, RememberedCosts

RATE = 44100
SECOND = np.linspace(-1.25, 1.25, RATE, dtype=np.float32)[:, None]  # louder than full scale: nothing may bring it down


class NoCosts(RememberedCosts):
    def recall(self, key):
        return Measured(Cost(0.0, 0.0, 0.0, 0.0), 0.0)


class Tones(ToneGenerator):
    """Tones of a codec that has a name, which tell what they were given."""

    def __init__(self, codec):
        super().__init__(wait=lambda seconds: None)
        self.codec, self.given, self.requests, self.before = codec, [], [], lambda: None

    def describe(self):
        return super().describe() | {"codec": self.codec}

    def prepare(self, take, codes=None):
        self.given.append((take.audio.copy(), codes))
        return super().prepare(take, codes)

    def vary(self, prepared, request, **how):
        self.requests.append(request)
        self.before()
        return super().vary(prepared, request, **how)


@pytest.fixture
def models():
    return {"tones": Tones("a"), "cousins": Tones("a"), "strangers": Tones("b")}


@pytest.fixture
def tones(models):
    return models["tones"]


@pytest.fixture
def service(models, tmp_path):
    return Service(ModelShelf(models.__getitem__, "tones", costs=NoCosts(tmp_path / "none"), names=lambda: list(models), most=3),
                   limits=Limits(seconds=2.0))  # fmt: skip


@pytest.fixture
def visit(service, tmp_path):
    visit = Visit(service, tmp_path / "visit")
    yield visit
    visit.close()


def make(visit, asked=Asked()):
    """The variations that a press makes."""
    assert visit.begin()
    try:
        return list(visit.vary(asked, lambda place, share: None))
    finally:
        visit.done()


def heard(sound):
    return read_audio(sound.path)[0]


def test_a_loop_lies_there_sample_for_sample_and_so_do_its_variations(visit):
    visit.load(SECOND, RATE, "my loop.wav")
    np.testing.assert_array_equal(heard(visit.take), SECOND)
    for sound in make(visit):
        assert heard(sound).shape == SECOND.shape and (sound.frames, sound.channels, sound.sample_rate) == (RATE, 1, RATE)


@pytest.mark.parametrize(("audio", "word"), [(np.zeros((RATE, 2), np.float32), "silent"), (np.ones((3 * RATE, 1), np.float32), "2 s"),
                                             (np.ones((100, 1), np.float32), "0.25")])  # fmt: skip
def test_what_is_no_loop_leaves_everything_as_it_was(visit, tmp_path, audio, word):
    visit.load(SECOND, RATE, "good")
    made = make(visit)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UnloopError, match=word):
        visit.load(audio, RATE, "bad")
    assert visit.take.title == "good" and visit.variations == made and sorted(tmp_path.rglob("*")) == before
    assert len(make(visit)) == 2


def test_the_seed_that_is_shown_gives_the_same_again(visit):
    visit.load(SECOND, RATE, "loop")
    first, second = make(visit)
    assert second.seed == first.seed + 1
    before = [heard(first), heard(second)]
    for one, other in zip(before, make(visit, Asked(seed=first.seed)), strict=True):
        np.testing.assert_array_equal(one, heard(other))
    (again,) = make(visit, Asked(seed=second.seed, count=1))
    np.testing.assert_array_equal(heard(again), before[1])


def test_a_seed_of_0_is_drawn_anew_for_each_press_and_held_by_seed_lock(visit):
    visit.load(SECOND, RATE, "loop")
    seeds = [make(visit)[0].seed for _ in range(3)]
    assert len(set(seeds)) == 3
    assert make(visit, Asked(Prompt(seed_lock=True)))[0].seed == seeds[-1]


def test_after_the_highest_seed_comes_the_lowest(visit):
    visit.load(SECOND, RATE, "loop")
    assert [sound.seed for sound in make(visit, Asked(seed=HIGHEST_SEED))] == [HIGHEST_SEED, 1]


def test_a_variation_becomes_the_loop_with_its_tokens_and_undo_brings_the_one_before(visit, tones):
    visit.load(SECOND, RATE, "loop")
    made = make(visit)
    visit.use(1)
    np.testing.assert_array_equal(tones.given[-1][0], heard(made[1]))
    np.testing.assert_array_equal(tones.given[-1][1], made[1].codes)
    assert visit.take is made[1] and make(visit)
    assert visit.back() and not visit.back()
    np.testing.assert_array_equal(heard(visit.take), SECOND)


@pytest.mark.parametrize(("model", "knows"), [("cousins", True), ("strangers", False)])
def test_tokens_go_to_another_model_only_where_it_has_the_same_codec(visit, models, model, knows):
    visit.load(SECOND, RATE, "loop")
    make(visit)
    visit.use(0)
    make(visit, Asked(model=model))
    assert (models[model].given[-1][1] is not None) == knows


def test_a_take_that_the_service_let_go_is_sent_again(visit, service, tones):
    visit.load(SECOND, RATE, "loop")
    service._takes.clear()
    tones.given.clear()
    assert len(make(visit)) == 2 and len(tones.given) == 1


def test_what_was_stopped_before_it_began_makes_nothing_and_what_there_was_stays(visit, tones):
    visit.load(SECOND, RATE, "loop")
    made = make(visit)
    tones.requests.clear()
    assert visit.begin() and not visit.begin()
    visit.stop()
    with pytest.raises(WireError, match="stopped") as stopped:
        list(visit.vary(Asked(), lambda place, share: None))
    visit.done()
    assert stopped.value.kind == "cancelled" and visit.variations == made and not tones.requests


def test_what_is_stopped_midway_keeps_what_is_done(visit, tones):
    visit.load(SECOND, RATE, "loop")
    visit.begin()
    made = visit.vary(Asked(count=3), lambda place, share: None)
    first = next(made)
    tones.before = visit.stop
    with pytest.raises(WireError, match="stopped"):
        next(made)
    visit.done()
    assert visit.variations == [first] and heard(first).shape == SECOND.shape


def test_while_new_ones_are_made_the_old_ones_stay_in_the_places_that_wait(visit):
    visit.load(SECOND, RATE, "loop")
    old = make(visit, Asked(count=3))
    visit.begin()
    making = visit.vary(Asked(count=2), lambda place, share: None)
    first = next(making)
    assert visit.variations == [first, *old[1:]] and heard(old[2]).shape == SECOND.shape
    second = next(making)
    assert visit.variations == [first, second] and not old[2].path.exists()


def test_progress_tells_which_variation_and_how_far(visit):
    visit.load(SECOND, RATE, "loop")
    told = []
    visit.begin()
    list(visit.vary(Asked(steps=2), lambda place, share: told.append((place, share))))
    assert told == [(0, 0.5), (0, 1.0), (1, 0.5), (1, 1.0)]


def test_beside_a_variation_lies_how_it_was_made_and_one_file_has_them_all(visit):
    visit.load(SECOND, RATE, "my: loop?.wav")
    asked = Asked(Prompt(periodic_prompt=5), steps=3, seed=77)
    made = make(visit, asked)
    facts = json.loads(made[1].facts_path.read_text())
    assert (facts["seed"], facts["steps"], facts["frames"], facts["model"]) == (78, 3, RATE, "")
    assert Prompt(**facts["prompt"]) == asked.prompt
    assert made[1].path.name == "my_ loop variation 2 seed 78.wav"
    with zipfile.ZipFile(visit.bundle) as bundle:
        assert bundle.testzip() is None
        assert sorted(bundle.namelist()) == sorted(path.name for one in made for path in (one.path, one.facts_path))


def test_files_that_nobody_can_come_back_to_are_deleted_and_all_when_the_visitor_goes(visit, tmp_path):
    visit.load(SECOND, RATE, "loop")
    old, _ = make(visit)
    visit.use(0)
    make(visit)
    assert old.path.exists(), "it is the loop"
    visit.back()
    assert not old.path.exists()
    visit.close()
    assert list(tmp_path.iterdir()) == []


def test_a_visitor_who_goes_while_something_is_made_leaves_nothing(visit, tones, tmp_path):
    visit.load(SECOND, RATE, "loop")
    tones.before = visit.close
    with pytest.raises(WireError):
        make(visit)
    assert list(tmp_path.iterdir()) == []


def test_two_visitors_have_nothing_in_common(service, tmp_path):
    visitors = Visitors(service, tmp_path / "visitors")
    one, other = visitors.of("one"), visitors.of("other")
    one.load(SECOND, RATE, "loop")
    assert visitors.of("one") is one and other.take is None
    visitors.end("one")
    assert visitors.of("one").take is None
    visitors.close()
    assert list(tmp_path.iterdir()) == []


def test_the_things_of_whoever_did_nothing_for_long_go(service, tmp_path):
    clock = FakeClock()
    visitors = Visitors(service, tmp_path / "visitors", clock=clock)
    idle, kept = visitors.of("idle"), visitors.of("kept")
    clock.advance(IDLE_S)
    visitors.of("kept")
    clock.advance(1.0)
    assert visitors.of("kept") is kept and visitors.of("idle") is not idle
    first = visitors.of("kept")
    for number in range(MOST_VISITORS):
        visitors.of(f"another {number}")
    assert visitors.of("kept") is not first
    assert len(list((tmp_path / "visitors").iterdir())) == MOST_VISITORS


def test_many_at_once_each_get_their_own(service, tmp_path):
    visitors, found = Visitors(service, tmp_path / "visitors"), {}

    def play(name):
        visit = visitors.of(name)
        visit.load(SECOND * (0.5 + int(name) / 20), RATE, name)
        found[name] = make(visit, Asked(seed=1000 * (int(name) + 1)))

    players = [threading.Thread(target=play, args=(str(number),)) for number in range(8)]
    for player in players:
        player.start()
    for player in players:
        player.join(60)
    assert {name: [sound.seed for sound in made] for name, made in found.items()} == {
        str(number): [1000 * (number + 1), 1000 * (number + 1) + 1] for number in range(8)}  # fmt: skip


# With tokens that mean something.


@pytest.fixture(scope="module")
def musician(tmp_path_factory):
    folder = tmp_path_factory.mktemp("musician")
    load = lambda name: load_generator(name, "cpu", threads=1)  # noqa: E731
    visit = Visit(Service(ModelShelf(load, "tiny", costs=NoCosts(folder / "none"), names=lambda: ["tiny"])), folder / "visit")
    visit.load(groove()[: 3 * RATE : 2], RATE // 2, "groove")
    yield visit
    visit.close()


@pytest.mark.parametrize("prompt", [
    Prompt(), Prompt(periodic_prompt=0, beat_mask_ms=50.0), Prompt(periodic_prompt=3, mask_dropout=0.5, compression_prompt=2),
    Prompt(inpaint_start_s=0.5, inpaint_end_s=1.5), Prompt(stretch=2, onset_mask_width=4), Prompt(feedback_steps=2, periodic_prompt=5),
    Prompt(pitch_shift=3),
], ids=["default", "beat", "dropout", "inpaint", "stretch", "feedback", "pitch"])  # fmt: skip
def test_the_mask_that_is_shown_is_the_one_that_is_drawn_with(musician, prompt):
    asked = Asked(prompt, steps=1, count=1)
    shown, _ = musician.mask(asked)
    seed = musician.seed_for(asked)
    (made,) = make(musician, asked)
    assert made.seed == seed
    np.testing.assert_array_equal(made.mask, shown)
    assert 0 < shown.mean() < 1


def test_the_mask_of_another_seed_is_another(musician):
    asked = Asked(Prompt(periodic_prompt=13))
    masks = {musician.mask(replace(asked, seed=seed))[0].tobytes() for seed in range(1, 20)}
    assert len(masks) > 5


def test_a_picture_of_a_mask_shows_every_token_that_stays():
    mask = np.array([[0, 0, 1, 1], [1, 0, 1, 0]], np.uint8)
    assert 'd="M0 1h2v1h-2zM1 0h1v1h-1zM3 0h1v1h-1z"' in mask_picture(mask, "half of it")


@pytest.mark.parametrize("frames", [1, 100, 44100, 100_003])
def test_an_outline_reaches_its_highest_place(frames):
    audio = np.zeros((frames, 2), np.float32)
    audio[frames // 2, 1] = -0.25
    outline = outline_of(audio)
    assert outline.max() == 1.0 and (outline > 0).sum() == 1 and len(outline) == min(frames, 360)
