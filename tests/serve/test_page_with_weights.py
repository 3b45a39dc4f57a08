"""The page before real weights in a process of their own, as `unloop serve` has them: what it shows is what is made."""

import shutil

import pytest

pytest.importorskip("gradio", reason="gradio is not installed")

from unloop_py.serve import page as the_page
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.process import LOCAL_GENERATOR, ProcessGenerator
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("chromium is not installed", allow_module_level=True)
browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = browsers.expect
PATIENCE_MS = 60_000
BEEPS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
"""A microphone that hears a beep every second."""


@pytest.fixture(scope="module")
def server():
    def load(name):
        return ProcessGenerator(LOCAL_GENERATOR, {"model": name, "compute": "cpu", "threads": 1})

    shelf = ModelShelf(load, "tiny", names=lambda: ["tiny"])
    with GradioServer(Service(shelf), page=the_page) as server:
        yield server
    shelf.close()


@pytest.fixture(scope="module")
def browser(server):
    with browsers.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *BEEPS])
        yield browser
        browser.close()


@pytest.fixture
def page(server, browser):
    expect.set_options(timeout=PATIENCE_MS)
    context = browser.new_context(permissions=["microphone"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"http://127.0.0.1:{server.port}/")
    yield page
    context.close()


def kept(page, locator):
    """Which tokens stay, as they are drawn."""
    return page.locator(locator).first.locator(".mask path").get_attribute("d")


def make_one(page):
    page.locator("#unloop-batch input[type=number]").fill("1")
    page.locator("#unloop-batch input[type=number]").press("Tab")
    page.get_by_role("button", name="Make a variation").click()
    expect(page.get_by_role("link", name="Download all")).to_be_visible()


def test_what_stays_is_what_was_shown_before_it_was_made(page):
    page.get_by_role("button", name="its drums").click()
    mask = page.locator("#unloop-mask .mask path")
    expect(mask).to_be_visible()
    before = mask.get_attribute("d")
    page.locator("#unloop-beat_mask_ms input[type=number]").fill("60")
    page.locator("#unloop-beat_mask_ms input[type=number]").press("Tab")
    expect(mask).not_to_have_attribute("d", before)
    shown = kept(page, "#unloop-mask")
    make_one(page)
    assert kept(page, "#unloop-variations .unloop-card") == shown


def test_a_recording_becomes_the_loop_and_is_deleted_as_a_file(page, server):
    page.get_by_role("button", name="or record one").click()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#unloop-record")).to_contain_text("0:01")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#unloop-take .unloop-card")).to_be_visible()
    make_one(page)
    uploads = [path for path in server.temporary.folder.rglob("*.wav") if "visitors" not in path.parts]
    assert uploads == []
