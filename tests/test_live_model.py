"""/unloop/model NAME on a running instrument: a second worker loads beside the first, and the loop never stops.

A whole session in real time, without a sound card: OSC over UDP, two worker processes, what was played in a file.
"""

import queue
import socket
import textwrap
import time

import numpy as np
import pytest
import soundfile

from unloop_py.config import JamConfig
from unloop_py.osc.messages import decode, encode
from unloop_py.session.session import Session

RATE = 44100
PATIENCE_S = 120.0
MODELS = """
from unloop_py.vamper.fakes import ToneGenerator

class Named(ToneGenerator):
    def __init__(self, model):
        super().__init__(overhead_s=0.02)
        self.model = model

    def describe(self):
        return super().describe() | {"model": self.model, "codec": "shared"}

def load(model):
    if model == "broken":
        raise ValueError("weights are damaged")
    return Named(model)
"""


@pytest.fixture
def instrument(tmp_path, monkeypatch):
    """A session that hears a tone and plays it back, and the queue of what it tells."""
    (tmp_path / "named_models.py").write_text(textwrap.dedent(MODELS))
    monkeypatch.syspath_prepend(str(tmp_path))
    tone = 0.2 * np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE)
    soundfile.write(tmp_path / "in.wav", tone.astype(np.float32), RATE, subtype="FLOAT")
    config = JamConfig(backend="virtual", input_file=str(tmp_path / "in.wav"), record=str(tmp_path / "out.wav"), model="first",
                       osc_port=9700, max_loop_s=5.0)
    told = queue.SimpleQueue()
    session = Session(config, generator_factory="named_models:load", generator_arguments={"model": "first"})
    session.bus.listen(told.put)
    with session:
        yield session, told
    session.stop()


def wait_for(told, wanted):
    """The first notice that fits, and all that came before it."""
    before, end_s = [], time.monotonic() + PATIENCE_S
    while True:
        notice = told.get(timeout=max(end_s - time.monotonic(), 0.1))
        if wanted(notice):
            return notice, before
        before.append(notice)


def seams(count):
    """A condition that is met with the so-manieth seam from now."""
    left = [count]

    def counted(notice):
        left[0] -= notice.kind == "repetition"
        return left[0] == 0

    return counted


def test_a_model_takes_over_while_the_loop_plays_on_without_a_gap(instrument, tmp_path):
    session, told = instrument
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", session.osc.port))
        client.settimeout(PATIENCE_S)
        begin = session.sound.engine.status(0).frame + RATE // 2
        session.bus.command(0, "record", frame=begin)
        session.bus.command(0, "record", frame=begin + RATE // 2)
        wait_for(told, lambda notice: notice.kind == "repetition" and notice.values[1] == 0)

        client.send(encode("/unloop/model", "smol"))
        (answer,) = decode(client.recv(4096))
        assert answer.address == "/unloop/error" and answer.arguments[0] == "/unloop/model"
        assert "no model named 'smol': the nearest is 'small'" in answer.arguments[1]

        client.send(encode("/unloop/subscribe"))
        client.send(encode("/unloop/model", "small"))
        _, before = wait_for(told, lambda notice: notice.kind == "model")
        assert [notice for notice in before if notice.kind == "error"] == []
        while True:
            heard = [message for message in decode(client.recv(65536)) if message.address == "/unloop/model"]
            if heard and heard[0].arguments == ("small",):
                break
        assert session.vamper.facts["model"] == "small" and session.bus.model() == "small"
        wait_for(told, seams(3))
        _, after = wait_for(told, seams(4))
        assert all(notice.values[1] == 0 for notice in after if notice.kind == "repetition"), "the new model's come in time"

        session.vamper.change_model("broken", model="broken")
        notice, _ = wait_for(told, lambda notice: notice.kind == "error")
        assert "broken could not be loaded (ValueError: weights are damaged); the model that plays goes on" in notice.values[1]
        assert session.bus.model() == "small" and session.vamper.ready
        wait_for(told, seams(2))
    session.sound.stream.stop()
    audio, _ = soundfile.read(tmp_path / "out.wav", always_2d=True)
    first = np.flatnonzero(np.abs(audio[:, 0]) > 0.01)[0]
    windows = audio[first : first + (len(audio) - first) // 441 * 441, 0].reshape(-1, 441)
    assert len(windows) > 400 and (np.abs(windows).max(axis=1) > 0.01).all(), "no 10 ms of silence from the first note to the last"
