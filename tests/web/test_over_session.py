"""The page's protocol over the whole session: a real engine in real time, no sound card, a model that makes tones."""

import contextlib
import io
import threading
import time

import numpy as np
import pytest
import soundfile

from tests.web.conftest import Front
from unloop_py.audio_io.wav import write_audio
from unloop_py.config import JamConfig
from unloop_py.control.pictures import PEAKS
from unloop_py.errors import ParameterError
from unloop_py.session.session import Session

RATE = 48_000
PATIENCE_S = 60.0


@contextlib.contextmanager
def opened(folder, **settings):
    """The server of a session that hears a tone which grows louder for a second, again and again."""
    at = np.arange(RATE) / RATE
    heard = (0.1 + 0.6 * at) * np.sin(2 * np.pi * 220 * at)
    write_audio(folder / "heard.wav", np.stack([heard, heard], axis=1).astype(np.float32), RATE)
    (folder / "sessions").mkdir(exist_ok=True)
    config = JamConfig(backend="virtual", input_file=str(folder / "heard.wav"), osc_port=0, oscquery_port=None, midi_devices=("none",),
                       sessions_folder=str(folder / "sessions"), worker="thread", **{"web": True, "web_port": 0} | settings)  # fmt: skip
    with Session(config, generator_factory="unloop_py.vamper.fakes:load_tones", generator_arguments={}) as session:
        front = Front(session.front_ends.page)
        yield front
        front._open.close()


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("web"), loops=2) as front:
        yield front


def wait_for(page, kind, loop, holds):
    """The values of a change that is as it should be."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        if holds(values := page.until(kind, loop)):
            return values
    raise TimeoutError(kind)


@pytest.fixture
def page(front):
    return front.page()


def test_a_loop_is_recorded_seen_varied_fetched_put_back_and_cleared(front, page):
    page.ask(type="command", loop=1, name="record")
    wait_for(page, "state", 1, lambda values: values == ["recording"])
    while (said := page.receive())["type"] != "positions" or said["loops"][0][2] < 1.0:
        pass
    page.ask(type="command", loop=1, name="record")
    peaks = wait_for(page, "peaks", 1, max)
    assert len(peaks) == PEAKS and 100 < max(peaks) < 200  # of 255, for a tone that comes to 0.7
    mask = wait_for(page, "mask", 1, lambda values: values[0]["coming"])[0]
    assert mask["rows"] and all(set(row) <= set("0123456789") for row in mask["rows"])
    sounding = wait_for(page, "mask", 1, lambda values: not values[0]["coming"])[0]
    assert sounding["rows"]

    status, body, _ = front.request("/loops/1.wav")
    assert status == 200
    audio, rate = soundfile.read(io.BytesIO(body))
    page.send(type="state")
    while (said := page.receive())["type"] != "state":
        pass
    assert rate == RATE and len(audio) == round(said["state"]["loops"][0]["length_s"] * RATE)

    half = io.BytesIO()
    soundfile.write(half, np.full((RATE // 2, 2), 0.5, np.float32), RATE, format="WAV")
    assert front.request("/loops/2?name=half.wav", "PUT", half.getvalue())[0] == 200
    assert wait_for(page, "peaks", 2, max)[PEAKS // 2] == 128
    status, body, _ = front.request("/loops/2?name=broken.wav", "PUT", b"RIFF" + bytes(100))
    assert status == 422 and b"broken.wav" in body

    (playing,) = [row for row in page.ask(type="sessions")["sessions"] if row["playing"]]
    assert "being played" in page.ask(type="session", name=playing["name"])["text"]
    page.ask(type="command", loop=1, name="clear")
    wait_for(page, "state", 1, lambda values: values == ["off"])
    assert front.request("/loops/1.wav")[0] == 404


def test_a_mask_that_is_drawn_is_told_as_marks(front, page):
    front.request("/loops/2", "PUT", tone())
    page.ask(type="command", loop=2, name="draw", argument="g...")
    assert wait_for(page, "marks", 2, lambda values: "g" in values[0]) == ["g" * 8 + "." * 24]
    assert page.ask(type="command", loop=2, name="draw", argument="x")["type"] == "error"


def test_a_kept_session_comes_back_to_a_page_whose_loops_are_empty(tmp_path):
    with opened(tmp_path, generator="off", loops=2) as before:
        page = before.page()
        before.request("/loops/2", "PUT", tone())
        wait_for(page, "peaks", 2, max)
    with opened(tmp_path, generator="off") as after:
        page = after.page()
        kept = next(row for row in page.ask(type="sessions")["sessions"] if not row["playing"])
        assert (kept["loops"], kept["seconds"]) == (1, 0.5)
        page.send(type="session", name=kept["name"])
        assert wait_for(page, "peaks", 2, max)[PEAKS // 2] == 128  # there was one loop, and now there are two
        assert "only while no loop is there" in page.ask(type="session", name=kept["name"])["text"]
        assert page.ask(type="session", name="never")["type"] == "error"


@pytest.mark.parametrize("settings", [{"web_listen": "203.0.113.7"}, {"web_port": 70000}])
def test_a_page_that_cannot_be_served_is_said_before_the_first_note_and_leaves_nothing_open(tmp_path, settings):
    before = set(threading.enumerate())
    with pytest.raises(ParameterError, match="web-"), opened(tmp_path, generator="off", **settings):
        pass
    assert set(threading.enumerate()) <= before


def tone():
    written = io.BytesIO()
    soundfile.write(written, np.full((RATE // 2, 2), 0.5, np.float32), RATE, format="FLAC")
    return written.getvalue()
