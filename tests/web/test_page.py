"""The page in a real browser: Debian's chromium, driven by playwright, before a session that plays without a sound card.

Nothing sleeps: playwright's `expect` looks until what is promised is there. Whatever a test does, its page may neither complain
on the console nor ask any other host for anything.
"""

import base64
import contextlib
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from unloop_py.audio_io.wav import write_audio
from unloop_py.config import JamConfig
from unloop_py.control.commands import COMMANDS
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import PARAMETERS, by_name
from unloop_py.errors import CommandError
from unloop_py.midi.fakes import FakeDriver
from unloop_py.midi.front_end import MidiFrontEnd
from unloop_py.session.session import Session
from unloop_py.vamper.fakes import FakeClock
from unloop_py.web.server import PAGE

RATE = 48000
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium")

if CHROMIUM is None:
    pytest.skip("chromium is not installed", allow_module_level=True)
browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = browsers.expect
PATIENCE_MS = 20_000  # of a machine that has much else to do
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser():
    with browsers.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tune(tmp_path_factory):
    """A second of a tone with an attack, as a file."""
    path = tmp_path_factory.mktemp("tune") / "tune.wav"
    seconds = np.arange(RATE) / RATE
    audio = 0.4 * np.exp(-4 * seconds) * np.sin(2 * np.pi * 220 * seconds)
    write_audio(path, np.repeat(audio.astype(np.float32)[:, None], 2, axis=1), RATE)
    return path


@pytest.fixture(scope="module")
def session(tune, tmp_path_factory):
    """Two loops, played in real time without a card; the tune is what is heard, tones are its variations."""
    config = JamConfig(backend="virtual", input_file=str(tune), loops=2, osc_port=0, oscquery_port=None, midi_devices=("none",), web=True,
                       web_port=0, worker="thread", max_loop_s=8.0, sessions_folder=str(tmp_path_factory.mktemp("sessions")))  # fmt: skip
    with Session(config, generator_factory="unloop_py.vamper.fakes:load_tones", generator_arguments={}) as session:
        yield session


@pytest.fixture(scope="module")
def address(session):
    return session.front_ends.page.address


@pytest.fixture
def bus(session):
    """The instrument as a player finds it: no loop, every knob where it was."""
    session.bus.command(None, "stage_lock", 0)
    for loop in range(session.bus.n_loops):
        with contextlib.suppress(CommandError):  # there is none
            session.bus.command(loop, "undo_all")
        for row in PARAMETERS:
            if session.bus.get(loop, row.name) != row.default:
                session.bus.set(loop, row.name, row.default)
    session.bus.command(None, "select", 1)
    return session.bus


class Pages:
    """Pages that are open. None may complain, or ask for anything elsewhere."""

    def __init__(self, browser):
        self.browser, self.complaints, self.contexts = browser, [], []

    def open(self, address, *, may_complain=False, **options):
        self.contexts.append(self.browser.new_context(**options))
        page, asked = self.contexts[-1].new_page(), set()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if not may_complain:
            page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        page.goto(address)
        expect(page.locator("#line")).to_have_attribute("data-line", "open")
        expect(page.locator(".card").first).to_be_attached()
        page.evaluate("import('/store.js').then((known) => { window.store = known.store; })")
        assert asked == {urlsplit(address).netloc}
        return page

    def close(self):
        for context in self.contexts:
            context.close()
        assert self.complaints == []


@pytest.fixture
def new_page(browser):
    """Opens pages."""
    pages = Pages(browser)
    yield pages.open
    pages.close()


@pytest.fixture(scope="module")
def one_page(browser, address):
    """A page that stays open for one test after the other."""
    pages = Pages(browser)
    yield pages, pages.open(address)
    pages.close()


@pytest.fixture
def page(one_page, bus):
    """That page, once it has seen that there is no loop."""
    pages, page = one_page
    for loop in (1, 2):
        expect(state_of(page, loop)).to_have_text("off")
    yield page
    assert pages.complaints == []


@pytest.fixture
def fresh_page(new_page, bus, address):
    return new_page(address)


def card(page, loop=1):
    return page.get_by_role("region", name=f"Loop {loop}", exact=True)


def state_of(page, loop=1):
    return card(page, loop).locator(".card-state")


def record(page, loop=1):
    """A short loop, by the big button."""
    page.locator("#main-button").click()
    expect(state_of(page, loop)).to_have_text("recording")
    page.locator("#main-button").click()
    expect(state_of(page, loop)).to_have_text("playing")


def wait_known(page, expression):
    """Until what the page's store holds is so."""
    page.wait_for_function(f"() => {expression}")


def test_a_loop_is_recorded_overdubbed_and_taken_back_by_the_big_buttons(page, bus):
    record(page)
    expect(page.locator("#main-button")).to_contain_text("overdub")
    page.locator("#main-button").click()
    expect(state_of(page)).to_have_text("overdubbing")
    page.locator("#main-button").click()
    expect(state_of(page)).to_have_text("playing")
    page.get_by_role("tab", name="Layers").click()
    expect(page.get_by_role("heading", name="overdub 1")).to_be_visible()
    page.locator("#transport [data-command=undo]").click()
    expect(page.get_by_role("heading", name="overdub 1")).to_have_count(0)
    page.keyboard.press("U")
    page.keyboard.press("U")  # all of it: an overdub over several passes is taken back pass by pass
    expect(state_of(page)).to_have_text("off")
    assert bus.status(0).layers == 0


def test_a_repetition_is_varied_and_its_tokens_and_its_sound_are_drawn(page, bus):
    record(page)
    wait_known(page, "store.loops[0].mask.rows.length > 0")
    assert page.evaluate("store.loops[0].peaks.length") == 256
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"
    assert page.locator(".ring canvas").first.evaluate(drawn)
    wait_known(page, "store.loops[0].status.repetition > 0")
    page.locator("#transport [data-command=back]").click()
    expect(card(page).locator(".card-gen")).to_have_text("the take")


def test_two_pages_stay_in_step_and_a_knob_that_is_held_is_not_moved(new_page, bus, address):
    one, other = new_page(address), new_page(address)
    record(one)
    expect(state_of(other)).to_have_text("playing")
    knobs = [each.locator("[data-parameter=variation] input[type=range]").first for each in (one, other)]
    knobs[0].fill("0.8")
    expect(knobs[1]).to_have_value("0.8")
    assert bus.get(0, "variation") == pytest.approx(0.8)
    box = knobs[1].bounding_box()
    other.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    other.mouse.down()
    held = knobs[1].input_value()
    assert 0.2 < float(held) < 0.3
    knobs[0].fill("1")
    wait_known(other, "store.loops[0].values.variation === 1")
    assert knobs[1].input_value() == held
    other.mouse.up()
    expect(knobs[1]).to_have_value("1")
    other.get_by_role("button", name=re.compile("^Loop 2")).click()
    expect(one.get_by_role("button", name=re.compile("^Loop 2"))).to_have_attribute("aria-pressed", "true")


def test_a_file_is_dragged_in_and_the_loop_is_dragged_out(page, bus, tune):
    dropped = """async ([address, name]) => {
        const bytes = Uint8Array.from(atob(address), (sign) => sign.charCodeAt(0));
        const carried = new DataTransfer();
        carried.items.add(new File([bytes], name, { type: "audio/wav" }));
        return carried;
    }"""
    carried = page.evaluate_handle(dropped, [base64.b64encode(tune.read_bytes()).decode(), "tune.wav"])
    card(page, 2).dispatch_event("dragover", {"dataTransfer": carried})
    expect(card(page, 2)).to_have_class(re.compile(r"\bdrop\b"))
    card(page, 2).dispatch_event("drop", {"dataTransfer": carried})
    expect(state_of(page, 2)).to_have_text("playing")
    assert bus.status(1).length_s == pytest.approx(1.0)
    link = page.get_by_role("link", name="download loop 2")
    out = page.evaluate_handle("() => new DataTransfer()")
    link.dispatch_event("dragstart", {"dataTransfer": out})
    assert out.evaluate("carried => carried.getData('DownloadURL')") == f"audio/wav:loop 2.wav:{page.url}loops/2.wav"


def test_what_is_no_audio_is_refused_in_words(new_page, bus, address):
    page = new_page(address, may_complain=True)  # of the refusal
    with page.expect_file_chooser() as chooser:
        page.get_by_role("tab", name="Sessions").click()
        page.get_by_role("button", name="load a file").click()
    chooser.value.set_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no audio at all"})
    expect(page.get_by_role("alert").locator("p").first).to_be_visible()


SERVER = """
import sys, threading
from unloop_py.control.fake_bus import FakeBus
from unloop_py.web.server import PageServer
bus = FakeBus(n_loops=2)
bus.become(0, state=sys.argv[2])
server = PageServer(bus, port=int(sys.argv[1]))
server.start()
print(server.port, flush=True)
threading.Event().wait()
"""


def test_the_server_killed_and_started_again_finds_the_page_there_and_tells_it_how_all_stands(new_page):
    def start(port, state):
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(port), state], stdout=subprocess.PIPE, text=True,
                                  cwd=Path(__file__).parents[2])  # fmt: skip
        return server, int(server.stdout.readline())

    first, port = start(0, "playing")
    servers = [first]
    try:
        page = new_page(f"http://127.0.0.1:{port}/", may_complain=True)
        expect(state_of(page)).to_have_text("playing")
        page.get_by_role("tab", name="Presets").click()
        first.send_signal(signal.SIGKILL)
        expect(page.locator("#line-words")).to_have_text("not connected, trying again")
        page.locator("#main-button").click()
        expect(page.get_by_role("alert").get_by_text("not connected")).to_be_visible()
        second, again = start(port, "paused")
        servers.append(second)
        assert again == port
        expect(page.locator("#line")).to_have_attribute("data-line", "open")
        expect(state_of(page)).to_have_text("paused")
        expect(page.get_by_role("tab", name="Presets")).to_have_attribute("aria-selected", "true")
    finally:
        for server in servers:
            server.kill()
            server.communicate()


def test_stage_mode_on_a_phone_is_four_big_switches_that_are_pressed_and_let_go(new_page, bus, address):
    bus.set(0, "tap_ms", by_name("tap_ms").minimum)  # two taps are two
    page = new_page(f"{address}#stage", viewport=PHONE, has_touch=True, is_mobile=True)
    stage = page.get_by_role("region", name="Stage")
    word = stage.locator(".stage-word")
    expect(word).to_have_text("off")
    switches = [stage.locator(f"[data-switch='{row.number}']") for row in SWITCHES]
    for switch, row in zip(switches, SWITCHES, strict=True):
        expect(switch).to_have_accessible_name(row.name)
        box = switch.bounding_box()
        assert box["width"] > 150 and box["height"] > 120
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert float(word.locator("span").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) > 55
    switches[0].tap()
    expect(word).to_have_text("recording")
    wait_known(page, "store.loops[0].status.position_s > 0.5")  # two taps, not a double one
    page.keyboard.press("PageDown")
    expect(word).to_have_text("playing")
    expect(stage).to_have_attribute("data-look", "playing")
    wait_known(page, "store.loops[0].status.position_s > 0.3")
    page.keyboard.down("PageDown")  # held, it takes back what was recorded
    expect(switches[0]).to_have_class(re.compile(r"\bdown\b"))
    expect(word).to_have_text("off")
    page.keyboard.up("PageDown")
    expect(switches[0]).not_to_have_class(re.compile(r"\bdown\b"))
    stage.get_by_role("slider", name="variation").fill("0.2")
    expect(stage.locator("output")).to_have_text("0.20")


@pytest.mark.parametrize("lends", [True, False])
def test_on_stage_the_screen_stays_on_whether_or_not_the_browser_lends_a_wake_lock(page, lends):
    page.evaluate("""lends => {
        window.held = 0;
        const lock = { request: async () => (window.held++, { release: async () => window.held-- }) };
        Object.defineProperty(navigator, "wakeLock", { value: lends ? lock : undefined, configurable: true });
    }""", lends)
    video = "() => { const it = document.querySelector('.awake'); return it && !it.paused && !it.muted; }"
    is_kept = "() => window.held === 1" if lends else video
    page.get_by_role("button", name="Stage", exact=True).click()
    page.wait_for_function(is_kept)
    expect(page.locator("#stage-note")).to_have_text("")
    page.get_by_role("button", name="leave").click()
    page.wait_for_function(is_kept.replace("=== 1", "=== 0").replace("!it.paused", "it.paused"))


def test_a_page_turner_presses_the_switch_that_its_key_was_given_to(new_page, bus, address):
    page = new_page(f"{address}#stage", viewport=PHONE)
    stage = page.get_by_role("region", name="Stage")
    page.get_by_text("keys", exact=True).click()
    page.get_by_role("button", name="switch 1: PageDown").click()
    page.keyboard.press("F7")
    expect(page.get_by_role("button", name="switch 1: F7")).to_be_visible()
    page.get_by_text("keys", exact=True).click()
    page.keyboard.press("F7")
    expect(stage.locator(".stage-word")).to_have_text("recording")
    page.keyboard.press("Escape")
    expect(stage).to_be_hidden()
    expect(page.locator("#to-stage")).to_be_focused()


def test_all_is_reached_and_played_with_a_keyboard_alone(fresh_page, bus):
    page = fresh_page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the big buttons")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#main-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(state_of(page)).to_have_text("recording")
    page.keyboard.press("Enter")
    expect(state_of(page)).to_have_text("playing")
    page.keyboard.press("m")
    expect(state_of(page)).to_have_text("muted")
    page.keyboard.press("m")
    expect(state_of(page)).to_have_text("playing")
    page.keyboard.press("V")
    expect(page.locator("[data-parameter=variation] .knob-number").first).to_have_value("0.55")
    page.keyboard.press("C")
    page.keyboard.press("C")
    expect(state_of(page)).to_have_text("off")
    page.get_by_role("tab", name="Knobs").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Layers")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Layers")).to_be_visible()
    page.get_by_role("tab", name="Keys").click()
    page.get_by_role("switch", name="play with these keys").uncheck()
    page.keyboard.press("m")
    page.get_by_role("tab", name="Knobs").click()
    page.get_by_role("searchbox").fill("typical mass")
    assert bus.status(0).state == "off"
    expect(page.locator("[data-parameter=typical_mass]")).to_be_visible()
    expect(page.locator("[data-parameter=variation]").first).to_be_hidden()


def test_every_parameter_and_command_of_the_tables_is_there_with_its_unit_and_its_help(page):
    told = page.locator(".sections [data-parameter]").evaluate_all(
        "knobs => knobs.map(one => [one.dataset.parameter, one.querySelector('.help').textContent, "
        "one.querySelector('.knob-unit')?.textContent ?? '', one.querySelector('[aria-describedby]') !== null])"
    )
    assert sorted(told) == sorted([row.name, row.help, row.unit, True] for row in PARAMETERS)
    forms = page.locator("[data-form]").evaluate_all("forms => forms.map(one => one.dataset.form)")
    elsewhere = {row.name for row in COMMANDS if row.argument in ("file", "press") or row.name == "quit"}
    assert set(forms) == {row.name for row in COMMANDS} - elsewhere


def test_a_screen_reader_finds_a_name_for_everything_and_hears_what_has_changed(fresh_page, bus):
    page = fresh_page
    for tab in page.get_by_role("tab").all():
        tab.click()
        snapshot = page.locator("body").aria_snapshot()
        nameless = re.findall(r"^\s*- (?:button|link|slider|spinbutton|textbox|searchbox|combobox|switch|tab|checkbox)(?: \[.*)?(?::.*)?$",
                              snapshot, re.MULTILINE)  # fmt: skip
        assert nameless == []
    for role, name in [("banner", None), ("main", None), ("tablist", "Panels"), ("group", "Loops"), ("group", "The selected loop")]:
        expect(page.get_by_role(role, **({"name": name} if name else {})).first).to_be_visible()
    record(page)
    expect(page.locator("[role=status]#said")).to_have_text("loop 1 playing")


def test_the_pad_turns_two_knobs_and_a_preset_several(page, bus):
    page.get_by_role("tab", name="XY").click()
    page.get_by_role("combobox", name="y axis").select_option("mix")
    box = page.locator(".xy").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    knob = page.get_by_role("tabpanel", name="XY").get_by_role("slider", name="mix")
    expect(knob).to_have_value("0.75")
    wait_known(page, "Math.abs(store.loops[0].values.variation - 0.25) < 0.02")
    assert bus.get(0, "mix") == pytest.approx(0.75, abs=0.02)
    page.get_by_role("tab", name="Presets").click()
    page.get_by_role("button", name="timbre transfer").click()
    wait_known(page, "store.loops[0].values.periodic_prompt === 2")


def test_no_frame_lays_anything_out_while_loops_go_round(page, bus):
    record(page)
    page.get_by_role("button", name=re.compile("^Loop 2")).click()
    record(page, 2)
    page.locator("[data-command=generate]").first.click()
    watching = page.context.new_cdp_session(page)
    watching.send("Performance.enable")

    def layouts():
        return next(one["value"] for one in watching.send("Performance.getMetrics")["metrics"] if one["name"] == "LayoutCount")

    before = layouts()
    frames = 90
    page.evaluate(f"new Promise(done => {{ let left = {frames}; "
                  "const next = () => left-- ? requestAnimationFrame(next) : done(); next(); })")
    assert layouts() - before < frames / 3


def test_a_mask_is_drawn_with_a_finger_or_written(page, bus):
    record(page)
    page.get_by_role("tab", name="Draw").click()
    box = page.locator(".draw").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 2, box["y"] + 40, steps=24)
    page.mouse.up()
    wait_known(page, "/^g{16}/.test(store.loops[0].status.marks)")
    page.get_by_role("textbox", name="The same as signs").fill("....gg..")
    page.get_by_role("button", name="draw", exact=True).click()
    wait_known(page, "store.loops[0].status.marks === '.'.repeat(16) + 'g'.repeat(8) + '.'.repeat(8)")
    page.get_by_role("button", name="wipe").click()
    wait_known(page, "!/[gm]/.test(store.loops[0].status.marks)")


def test_stage_lock_is_seen_and_what_it_refuses_is_said(page, bus):
    record(page)
    page.get_by_role("button", name="stage lock").click()
    expect(page.get_by_role("button", name="stage lock")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("C")
    page.keyboard.press("C")
    expect(page.get_by_role("alert").get_by_text("stage_lock")).to_be_visible()
    expect(state_of(page)).to_have_text("playing")
    page.get_by_role("button", name="stage lock").click()
    expect(page.get_by_role("button", name="stage lock")).to_have_attribute("aria-pressed", "false")


@pytest.fixture
def pads(bus, tmp_path):
    """A MIDI device without a cable, which steers the instrument as any other would; call it with a message to play that."""
    driver = FakeDriver()
    driver.plug("Pads")
    clock = FakeClock()
    midi = MidiFrontEnd(bus, bus.tell, driver=driver, file=tmp_path / "bindings.toml", clock=clock)
    bus.midi = midi.desk

    def play(*message):
        driver.play("Pads", *message)
        midi.take_all()
        clock.advance(1.0)
        midi.take_all()

    midi.look()
    midi.take_all()
    yield play
    bus.midi = None


def test_what_is_touched_while_learning_is_learned_and_not_pressed(page, bus, pads):
    record(page)
    page.get_by_role("tab", name="MIDI").click()
    expect(page.get_by_text(re.compile(r"^Pads \("))).to_be_visible()
    page.get_by_role("button", name="learn").click()
    page.locator("#transport [data-command=mute]").click()
    expect(page.get_by_text(re.compile("^learning mute"))).to_be_visible()
    expect(state_of(page)).to_have_text("playing")
    pads(0xB0, 44, 127)
    binding = page.get_by_role("listitem").filter(has_text="cc 44")
    expect(binding).to_be_visible()
    pads(0xB0, 44, 0)
    pads(0xB0, 44, 127)
    expect(state_of(page)).to_have_text("muted")
    page.get_by_role("button", name="forget mute").click()
    expect(binding).to_have_count(0)


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda path: path.name)
def test_a_file_of_the_page_names_no_other_host_and_holds_nothing_inline(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://(?!\$|\{)", text.replace("https:\" ?", ""))
    if path.suffix == ".html":
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", text)
