"""Other people's web pages, open in a real browser on the player's machine, and what they cannot do to the instrument."""

import shutil

import pytest

from unloop_py.web.serving import Serving

CHROMIUM = shutil.which("chromium")

if CHROMIUM is None:
    pytest.skip("chromium is not installed", allow_module_level=True)
browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

TRIES = """
async (ours) => {
  const socket = (path) => new Promise((done) => {
    const one = new WebSocket(`ws://${ours}${path}`);
    one.onopen = () => { one.send('{"type":"command","loop":1,"name":"record"}'); done("open"); };
    one.onerror = () => done("closed");
  });
  const read = (path, how) => fetch(`http://${ours}${path}`, how)
    .then((answer) => answer.type === "opaque" ? "opaque" : answer.status, () => "failed");
  const image = () => new Promise((done) => {
    const one = new Image();
    one.onload = () => done("shown");
    one.onerror = () => done("failed");
    one.src = `http://${ours}/icon.svg`;
  });
  const script = () => new Promise((done) => {
    const one = document.createElement("script");
    one.onload = () => done("run");
    one.onerror = () => done("failed");
    one.src = `http://${ours}/page.js`;
    document.head.append(one);
  });
  const frame = () => new Promise((done) => {
    const one = document.createElement("iframe");
    one.onload = () => { try { done(one.contentDocument ? "read" : "foreign"); } catch { done("foreign"); } };
    one.src = `http://${ours}/`;
    document.body.append(one);
  });
  return {
    socket: await socket("/ws"),
    get: await read("/"),
    sound: await read("/loops/1.wav"),
    put: await read("/loops/1", { method: "PUT", body: "RIFF" }),
    post: await read("/loops/1", { method: "POST", mode: "no-cors", body: "RIFF" }),
    image: await image(),
    script: await script(),
    frame: await frame(),
  };
}
"""

HELLO = """
() => new Promise((done) => {
  const one = new WebSocket(`ws://${location.host}/ws`);
  one.onmessage = (told) => done(JSON.parse(told.data).type);
  one.onerror = () => done("closed");
})
"""


async def stranger(scope, receive, send):
    """A page of somebody else's."""
    body = b"<!doctype html><html><body><h1>free presets</h1></body></html>"
    headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def browser():
    elsewhere = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    with browsers.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", elsewhere])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def other():
    serving = Serving(stranger, name="other")
    serving.start()
    yield serving
    serving.stop()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example"])
def test_another_site_s_page_can_neither_steer_nor_listen(page, other, front, bus, host):
    page.goto(f"http://{host}:{other.port}/")
    found = page.evaluate(TRIES, f"127.0.0.1:{front.port}")
    assert found.pop("post") in ("opaque", "failed")
    assert found == {"socket": "closed", "get": "failed", "sound": "failed", "put": "failed", "image": "failed", "script": "failed",
                     "frame": "foreign"}  # fmt: skip
    assert bus.given == [] and bus.sets == [] and not front.server.is_heard


def test_a_name_of_somebody_else_s_that_leads_here_shows_nothing_of_the_page(page, front, bus):
    answer = page.goto(f"http://evil.example:{front.port}/")
    assert answer.status == 403 and "unloop" not in page.title()
    found = page.evaluate(TRIES, f"evil.example:{front.port}")  # from a page of that very name
    assert (found["socket"], found["get"], found["put"], found["sound"]) == ("closed", 403, 403, 403)
    assert bus.given == [] and not front.server.is_heard


def test_a_phone_that_scans_the_code_is_let_in_and_its_address_forgets_the_token(page, bus, new_front):
    front = new_front(bus, host="0.0.0.0")
    ours = f"http://127.0.0.1:{front.port}"
    assert page.goto(ours).status == 401 and "token" in page.inner_text("body")
    token = front.server.address.partition("?")[2]
    page.goto(f"{ours}/?{token}")
    page.wait_for_url(f"{ours}/")
    assert page.title() == "unloop"
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate(HELLO) == "hello"


def test_another_site_s_page_is_not_let_in_by_the_phone_s_cookie(page, other, bus, new_front):
    front = new_front(bus, host="0.0.0.0")
    page.goto(f"http://127.0.0.1:{front.port}/?{front.server.address.partition('?')[2]}")
    page.wait_for_url(f"http://127.0.0.1:{front.port}/")
    page.goto(f"http://127.0.0.1:{other.port}/")  # the same machine: the cookie goes along
    found = page.evaluate(TRIES, f"127.0.0.1:{front.port}")
    assert (found["socket"], found["get"], found["put"], found["sound"]) == ("closed", "failed", "failed", "failed")
    assert bus.given == [] and not front.server.is_heard
