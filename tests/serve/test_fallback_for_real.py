"""A jam in real time whose server goes and comes back: a model of this machine plays meanwhile, and the loop never stops."""

import contextlib

import numpy as np
import pytest
import soundfile

from tests.serve.gradio_servers import Tones, service_of
from tests.test_live_model import loop_of, playing, seams, wait_for
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.vamper.fallback import FIRST_PAUSE_S


@pytest.fixture
def serve(tmp_path):
    """Starts a server, at a port that one had before."""
    with contextlib.ExitStack() as running:
        yield lambda port=0: running.enter_context(GradioServer(service_of(Tones(), tmp_path), port=port))


def told(text):
    return lambda notice: notice.kind == "error" and text in notice.values[1]


def test_a_server_that_is_gone_is_stood_in_for_and_returns_and_the_loop_plays_through_it_all(serve, tmp_path, monkeypatch):
    monkeypatch.setattr("unloop_py.vamper.fallback.LONGEST_PAUSE_S", FIRST_PAUSE_S)
    server = serve()
    url = f"http://127.0.0.1:{server.port}"
    settings = {"generator": url, "fallback": "tiny", "model_threads": 1}
    with playing(tmp_path, "", settings) as (session, notices):
        loop_of(session, notices, 0.5)
        wait_for(notices, lambda notice: notice.kind == "repetition" and notice.values[1] == 0 and session.bus.model() == "tones")
        server.stop()
        wait_for(notices, told(f"{url} is late: the model tiny on this machine makes the repetitions until it is back"))
        assert session.bus.model() == "tiny" and session.vamper.facts["model"] == "tiny"
        wait_for(notices, lambda notice: notice.kind == "repetition" and notice.values[1] == 0)
        session.bus.command(None, "model", "more")
        wait_for(notices, told("more could not be loaded"))
        assert session.bus.model() == "tiny"
        assert serve(server.port).port == server.port
        wait_for(notices, told(f"{url} is back and makes the repetitions again"))
        assert session.bus.model() == "tones"
        _, after = wait_for(notices, seams(4))
        assert not any(told("late")(notice) or told("stopped")(notice) for notice in after)
        session.sound.stream.stop()
    audio, rate = soundfile.read(tmp_path / "out.wav")
    sounding = audio[np.flatnonzero(np.abs(audio) > 0.01)[0] :]
    tenths = sounding[: len(sounding) // (rate // 10) * (rate // 10)].reshape(-1, rate // 10)
    assert len(tenths) > 40 and (np.abs(tenths).max(axis=1) > 0.005).all(), "a tenth of a second without sound"
