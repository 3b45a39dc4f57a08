#!/usr/bin/env python3
"""How smoothly the page draws: the time between two frames, and what of it the page's own code takes, in a real chromium.

    .venv/bin/python scripts/bench_frames.py [--loops 16] [--seconds 10] [--log]

A whole session in real time without a sound card, its loops playing and varied by tones. The browser draws without a graphics card.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile

from bench_common import ROOT, add_log_option, finish
from bench_page import RATE, fill

sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright

from unloop_py.config import JamConfig
from unloop_py.session.session import Session

WATCH = """
const asked = window.requestAnimationFrame.bind(window);
window.shown = [];
window.requestAnimationFrame = (draw) => asked((now) => {
  const began = performance.now();
  draw(now);
  window.shown.push([now, performance.now() - began]);
});
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    add_log_option(parser)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = JamConfig(backend="virtual", osc_port=0, oscquery_port=None, midi_devices=("none",), max_ports=None, web=True, web_port=0,
                           rate=RATE, worker="thread", autosave=False, sessions_folder=folder, loops=asked.loops)  # fmt: skip
        with Session(config, generator_factory="unloop_py.vamper.fakes:load_tones", generator_arguments={}) as session:
            fill(session, asked.loops)
            shown = watched(session.front_ends.page.address, asked.seconds)
    between = sorted(after - before for (before, _), (after, _) in itertools.pairwise(shown))
    own = sorted(work for _, work in shown)
    results = {"frames_per_s": round(len(between) / (sum(between) / 1000), 1)}
    for name, times in (("frame", between), ("own", own)):
        for share in (50, 99):
            results[f"{name}_p{share}_ms"] = round(times[int(share / 100 * (len(times) - 1))], 2)
        results[f"{name}_max_ms"] = round(times[-1], 2)
    for name, value in results.items():
        print(f"{name:16}{value:>10}")
    finish("frames", {"loops": asked.loops, "seconds": asked.seconds}, results, log=asked.log)


def watched(address: str, seconds: float) -> list[tuple[float, float]]:
    """When each frame was drawn and what that took, in ms, of a page that has settled."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_function("() => window.shown.length > 120")
        page.evaluate("window.shown.length = 0")
        page.wait_for_timeout(1000 * seconds)
        shown = page.evaluate("window.shown")
        browser.close()
    return shown


if __name__ == "__main__":
    main()
