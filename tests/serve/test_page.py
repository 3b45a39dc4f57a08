"""The page in a real browser, served as `unloop serve` serves it: Debian's chromium, driven by playwright; tones are the variations.

Nothing sleeps: playwright's `expect` looks until what is promised is there. Whatever a test does, its page may neither complain
on the console nor ask any other host for anything.
"""

import io
import json
import re
import shutil
import threading
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import soundfile

pytest.importorskip("gradio", reason="gradio is not installed")

from unloop_py.audio_io.wav import write_audio
from unloop_py.control.presets import PRESETS
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.serve import page as the_page
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.page_prompts import PROMPT, asks, sections, words
from unloop_py.serve.service import Limits, Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.measuring import Measured, RememberedCosts

RATE = 48000
FRAMES = 60_123  # 1.25 s, and no whole number of anything
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium")
RECORDER = """(() => {
  window.begun = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, offset) {
    const level = this.buffer.getChannelData(0).reduce((most, one) => Math.max(most, one), 0);
    begun.push({ seconds: this.buffer.duration, loop: this.loop, offset, level });
    return start.call(this, when, offset);
  };
})()"""
"""What begins to sound is noted, and sounds."""

GRADIOS_OWN = {"Method not implemented."}
"""What its script says whenever it shuts the stream of an upload's progress."""

if CHROMIUM is None:
    pytest.skip("chromium is not installed", allow_module_level=True)
browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = browsers.expect
PATIENCE_MS = 30_000  # of a machine that has much else to do
expect.set_options(timeout=PATIENCE_MS)


class NoCosts(RememberedCosts):
    def recall(self, key):
        return Measured(Cost(0.0, 0.0, 0.0, 0.0), 0.0)


class Tones(ToneGenerator):
    """Tones that wait to be let go where a test wants to look at them midway."""

    def __init__(self):
        self.go = threading.Event()
        self.go.set()
        super().__init__(step_s=1.0, wait=lambda seconds: self.go.wait(60) if seconds else None)
        self.requests, self.stumbles = [], False

    def vary(self, prepared, request, **how):
        self.requests.append(request)
        if self.stumbles:
            raise ValueError("a secret of the server")
        return super().vary(prepared, request, **how)


@pytest.fixture(scope="module")
def tones():
    return Tones()


@pytest.fixture(scope="module")
def server(tones, tmp_path_factory):
    none = tmp_path_factory.mktemp("costs") / "none"
    shelf = ModelShelf(lambda name: tones, "tones", costs=NoCosts(none), names=lambda: ["tones", "others"], most=2)
    with GradioServer(Service(shelf, limits=Limits(seconds=10.0)), page=the_page) as server:
        yield server


@pytest.fixture(scope="module")
def browser(server):
    """After the server: driven so, a thread has a loop running, and Gradio's parts are made in one of their own."""
    with browsers.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(server, browser):
    """Opens pages, each a visitor of its own. None may complain, or ask for anything elsewhere."""
    contexts, complaints, here = [], [], f"127.0.0.1:{server.port}"

    def open_page(**options):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(RECORDER)
        page.on("pageerror", lambda error: complaints.append(f"{error} {error.stack}"))
        page.on("console", lambda message: message.type in ("error", "warning") and message.text not in GRADIOS_OWN
                and complaints.append(message.text))  # fmt: skip
        page.on("request", lambda request: urlsplit(request.url).netloc not in (here, "") and complaints.append(request.url))
        page.goto(f"http://{here}/")
        expect(page.get_by_role("button", name="Make 2 variations")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """A loop of floats louder than full scale, in two channels, and its samples."""
    path = tmp_path_factory.mktemp("loops") / "my loop.wav"
    seconds = np.arange(FRAMES) / RATE
    audio = np.stack([1.5 * np.sin(2 * np.pi * 220 * seconds), 0.3 * np.sin(2 * np.pi * 330 * seconds)], axis=1).astype(np.float32)
    write_audio(path, audio, RATE)
    return path, audio


def drop(page, *files):
    page.locator("#unloop-drop input[type=file]").set_input_files(*files)


def cards(page):
    return page.locator("#unloop-variations .unloop-card")


def take(page):
    return page.locator("#unloop-take .unloop-card")


def make(page):
    """Press, and wait until all is there."""
    expect(take(page)).to_be_visible()
    shown = [card.get_attribute("data-url") for card in cards(page).all()]
    page.locator("#unloop-make").click()
    for place, url in enumerate(shown):
        expect(cards(page).nth(place)).not_to_have_attribute("data-url", url)
    expect(page.get_by_role("link", name="Download all")).to_be_visible()
    expect(page.locator("#unloop-make")).to_be_visible()


def seed_of(card):
    return int(re.search(r"seed (\d+)", card.inner_text())[1])


def number(page, name):
    """The number of a control of a row of the table."""
    return page.locator(f"#unloop-{name} input[type=number]")


def set_number(page, name, value):
    number(page, name).fill(str(value))
    number(page, name).press("Tab")


def downloaded(page, locator):
    """The bytes of what a link downloads, and the name that it gets."""
    with page.expect_download() as coming:
        locator.click()
    return Path(coming.value.path()).read_bytes(), coming.value.suggested_filename


def samples(data):
    return soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)


def toast(page):
    return page.get_by_test_id("toast-body")


def test_a_loop_is_dropped_varied_and_heard_in_turn_without_a_gap(page, loop):
    drop(page, loop[0])
    expect(take(page)).to_contain_text("my loop")
    make(page)
    expect(cards(page)).to_have_count(2)
    for number_, card in enumerate([take(page), cards(page).nth(0), cards(page).nth(1)]):
        card.locator(".unloop-play").click()
        expect(card.locator(".unloop-play")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".unloop-play[aria-pressed=true]")).to_have_count(1)
        page.wait_for_function("count => begun.length === count", arg=number_ + 1)
    begun = page.evaluate("begun")
    assert [one["loop"] for one in begun] == [True] * 3
    assert all(abs(one["seconds"] - FRAMES / RATE) < 2e-4 for one in begun)
    assert begun[0]["offset"] == 0 and all(0 <= one["offset"] < FRAMES / RATE for one in begun)
    assert begun[1]["level"] != begun[2]["level"] < 0.2 < begun[0]["level"]
    make(page)  # what sounds goes on with what takes its place
    page.wait_for_function("count => begun.length === count", arg=4)
    expect(cards(page).nth(1).locator(".unloop-play")).to_have_attribute("aria-pressed", "true")
    page.locator("body").press("2")
    expect(page.locator(".unloop-play[aria-pressed=true]")).to_have_count(0)
    page.locator("body").press("0")
    expect(take(page).locator(".unloop-play")).to_have_attribute("aria-pressed", "true")


def test_what_is_downloaded_is_as_long_as_what_came_in_to_the_sample(page, loop):
    drop(page, loop[0])
    make(page)
    data, name = downloaded(page, cards(page).first.get_by_role("link", name="Download variation 1"))
    audio, rate = samples(data)
    seed = seed_of(cards(page).first)
    assert (audio.shape, rate, name) == (loop[1].shape, RATE, f"my loop variation 1 seed {seed}.wav")
    assert soundfile.info(io.BytesIO(data)).subtype == "FLOAT"
    tones = Tones()
    expected = tones.vary(tones.prepare(Take(0, loop[1], RATE)), VariationRequest(0, 1, seed, Prompt()))
    np.testing.assert_array_equal(audio, expected.audio)
    facts = json.loads(downloaded(page, cards(page).first.get_by_role("link", name="prompt"))[0])
    assert (facts["seed"], facts["frames"], facts["sample_rate"], facts["channels"]) == (seed, FRAMES, RATE, 2)
    bundle, _ = downloaded(page, page.get_by_role("link", name="Download all"))
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        assert file.read(name) == data and len(file.namelist()) == 4


def test_the_seed_that_is_shown_gives_the_same_samples_again(page, loop):
    drop(page, loop[0])
    make(page)
    second = cards(page).nth(1)
    before, _ = downloaded(page, second.get_by_role("link", name="Download variation"))
    seed = seed_of(second)
    second.get_by_role("button", name="Use the seed of variation 2 again").click()
    expect(number(page, "seed")).to_have_value(str(seed))
    make(page)
    assert seed_of(cards(page).first) == seed
    again, _ = downloaded(page, cards(page).first.get_by_role("link", name="Download variation"))
    np.testing.assert_array_equal(samples(again)[0], samples(before)[0])


def test_a_variation_becomes_the_loop_and_undo_brings_the_loop_back(page, loop):
    drop(page, loop[0])
    expect(take(page)).to_contain_text("my loop")
    first = take(page).get_attribute("data-url")
    expect(page.locator("#unloop-back")).to_be_disabled()
    make(page)
    url = cards(page).nth(1).get_attribute("data-url")
    cards(page).nth(1).get_by_role("button", name="Keep variation 2 as the loop").click()
    expect(take(page)).to_have_attribute("data-url", url)
    make(page)
    page.locator("#unloop-back").click()
    expect(take(page)).to_have_attribute("data-url", first)
    expect(page.locator("#unloop-back")).to_be_disabled()


def test_the_mask_is_drawn_anew_with_every_prompt_and_nothing_is_made(page, tones):
    page.get_by_role("button", name="its drums").click()
    mask = page.locator("#unloop-mask .mask")
    expect(mask).to_be_visible()
    tones.requests.clear()
    for name, value in (("periodic_prompt", 7), ("onset_mask_width", 8), ("prefix_s", 1.5), ("seed", 5), ("seed", 6)):
        before = mask.locator("path").get_attribute("d")
        set_number(page, name, value)
        if (name, value) == ("seed", 5):  # which may draw what the seed before it drew, that was chance's
            expect(page.locator("#unloop-mask")).to_contain_text("seed 5, your seed")
        else:
            expect(mask.locator("path")).not_to_have_attribute("d", before)
    assert tones.requests == []


def test_a_preset_sets_its_prompts_and_the_knob_moves_them(page, tones):
    page.get_by_role("button", name="its bass").click()
    expect(take(page)).to_be_visible()
    preset = next(one for one in PRESETS if one.name == "large-follow-beat")
    page.locator("#unloop-preset input").click()
    page.get_by_role("option", name=preset.title).click()
    expect(number(page, "beat_mask_ms")).to_have_value("80")
    tones.requests.clear()
    make(page)
    asked = tones.requests[0].prompt
    assert {name: getattr(asked, name) for name in preset.values if name in PROMPT} == {
        name: value for name, value in preset.values.items() if name in PROMPT}  # fmt: skip
    set_number(page, "variation", 1)
    expect(number(page, "periodic_prompt")).to_have_value("13")
    expect(number(page, "beat_mask_ms")).to_have_value("0")
    expect(page.locator("#unloop-preset input")).to_have_value("by hand")


def test_every_prompt_of_the_table_has_a_control_with_its_range_default_and_help(page):
    rows = [row for _, _, rows in sections() for row in rows]
    assert {row.name for row in rows} == {*PROMPT, "variation", "steps", "seed"} and all(map(asks, rows))
    page.get_by_role("button", name="How tokens are drawn").click()
    for row in rows:
        control = page.locator(f"#unloop-{row.name}")
        expect(control.get_by_text(row.help, exact=True)).to_be_attached()
        expect(control).to_contain_text(words(row.name))
        if row.kind == "bool":
            expect(control.get_by_role("checkbox")).to_be_checked(checked=bool(row.default))
            continue
        field = control.locator("input[type=number]")
        expect(field).to_have_value(f"{2 if row.name == 'batch' else row.default:g}")
        assert [float(field.get_attribute(name)) for name in ("min", "max")] == [row.minimum, row.maximum]


def test_the_number_of_variations_and_the_model_are_chosen(page, tones):
    page.get_by_role("button", name="the groove").click()
    expect(take(page)).to_be_visible()
    set_number(page, "batch", 3)
    expect(page.get_by_role("button", name="Make 3 variations")).to_be_visible()
    page.locator("#unloop-model input").click()
    page.get_by_role("option", name="others").click()
    make(page)
    expect(cards(page)).to_have_count(3)
    facts = json.loads(downloaded(page, cards(page).first.get_by_role("link", name="prompt"))[0])
    assert facts["model"] == "others"


def test_progress_is_shown_and_stop_ends_it(page, tones):
    page.get_by_role("button", name="its piano").click()
    expect(take(page)).to_be_visible()
    tones.go.clear()
    try:
        page.locator("#unloop-make").click()
        expect(page.locator("#unloop-cancel")).to_be_visible()
        page.locator("#unloop-cancel").click()
        expect(page.locator("#unloop-status")).to_contain_text("stopping")
    finally:
        tones.go.set()
    expect(page.locator("#unloop-make")).to_be_visible()
    expect(page.locator("#unloop-cancel")).to_be_hidden()
    expect(cards(page)).to_have_count(0)
    expect(toast(page)).to_have_count(0)
    make(page)
    expect(cards(page)).to_have_count(2)


def test_without_a_loop_it_is_said_what_to_do(page):
    page.locator("#unloop-make").click()
    expect(toast(page)).to_contain_text("There is no loop yet: drop one")
    expect(page.locator("#unloop-make")).to_be_visible()


def test_a_fault_of_the_server_is_told_without_its_insides_and_the_next_press_works(page, tones):
    page.get_by_role("button", name="its bass").click()
    expect(take(page)).to_be_visible()
    tones.stumbles = True
    try:
        page.locator("#unloop-make").click()
        expect(toast(page)).to_contain_text("The server stumbled over it")
        expect(toast(page)).not_to_contain_text("secret")
    finally:
        tones.stumbles = False
    make(page)


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (RATE, 8)).astype(np.float32)
    write_audio(folder / "short.wav", noise[:1000, :1], RATE)
    write_audio(folder / "long.wav", np.tile(noise[:, :1], (11, 1)), RATE)
    write_audio(folder / "silent.wav", np.zeros((RATE, 2), np.float32), RATE)
    soundfile.write(folder / "nan.wav", np.where(noise[:, :1] > 0.49, np.nan, noise[:, :1]), RATE, subtype="FLOAT")
    soundfile.write(folder / "eight.wav", noise, RATE, subtype="FLOAT")
    (folder / "text.wav").write_text("la la la")
    (folder / "empty.wav").write_bytes(b"")
    return folder


BAD = {"short": "0.25", "long": "10 s", "silent": "silent", "nan": "NaN", "eight": "8 channels", "text": "text.wav: the file is not audio",
       "empty": "empty.wav: the file is not audio"}  # fmt: skip


def test_files_that_are_no_loops_are_refused_in_words_and_nothing_is_lost(new_page, server, loop, bad_files):
    page = new_page()
    drop(page, loop[0])
    make(page)
    before = take(page).get_attribute("data-url"), cards(page).first.get_attribute("data-url")
    for name, word in BAD.items():
        drop(page, bad_files / f"{name}.wav")
        said = toast(page).filter(has_text=f"{name}").filter(has_text=word)
        expect(said).to_be_visible()
        assert str(server.temporary.folder) not in said.inner_text(), "it tells where files lie"
        assert (take(page).get_attribute("data-url"), cards(page).first.get_attribute("data-url")) == before
    make(page)


def test_two_visitors_do_not_see_each_others_loops_and_nothing_stays_of_one_who_left(new_page, server, loop):
    one, other = new_page(), new_page()
    drop(one, loop[0])
    expect(take(one)).to_contain_text("my loop")
    make(one)
    expect(other.locator("#unloop-take")).to_contain_text("No loop yet")
    make_other = other.get_by_role("button", name="its bass")
    make_other.click()
    expect(take(other)).to_contain_text("its bass")
    expect(take(one)).to_contain_text("my loop")
    one.context.close()
    other.context.close()
    wait_until(lambda: not any(path.is_file() for path in server.temporary.folder.rglob("*")))


def wait_until(true):
    """Gradio sees within a few seconds that a visitor has gone."""
    waited = threading.Event()
    for _ in range(600):
        if true():
            return
        waited.wait(0.05)
    raise AssertionError("it did not become true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(new_page, loop, scheme):
    page = new_page(color_scheme=scheme)
    page.set_viewport_size(PHONE)
    drop(page, loop[0])
    make(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for locator in (page.locator("#unloop-make"), cards(page).first.locator(".unloop-play")):
        assert locator.bounding_box()["height"] >= 40
    box = page.locator("#unloop-make").bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"], "the button is always at hand"


def test_it_can_be_played_by_keys_alone(page):
    page.get_by_role("button", name="the groove").focus()
    page.keyboard.press("Enter")
    expect(take(page)).to_be_visible()
    page.locator("#unloop-make").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Download all")).to_be_visible()
    cards(page).first.locator(".unloop-play").focus()
    page.keyboard.press("Space")
    expect(cards(page).first.locator(".unloop-play")).to_have_attribute("aria-pressed", "true")
    nameless = page.evaluate("""[...document.querySelectorAll("#unloop-page button, #unloop-page input, #unloop-page a")]
        .filter((one) => one.checkVisibility() && !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title))
        .map((one) => one.outerHTML)""")
    assert nameless == []
