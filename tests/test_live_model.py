"""/unloop/model NAME on a running instrument: a second worker loads beside the first, and the loop never stops.

A whole session in real time, without a sound card: OSC over UDP, two worker processes, what was played in a file.
"""

import contextlib
import queue
import shutil
import socket
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from unloop_py.config import JamConfig
from unloop_py.errors import CommandError, ModelError
from unloop_py.osc.messages import decode, encode
from unloop_py.session.session import Session

RATE = 44100
GOLDEN = Path(__file__).resolve().parent / "data" / "reference-small"
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


@contextlib.contextmanager
def playing(folder, model, settings=None, **generator):
    """A session, with these settings of its config besides, that hears a tone and plays it back, and the queue of what it tells."""
    tone = 0.2 * np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE)
    soundfile.write(folder / "in.wav", tone.astype(np.float32), RATE, subtype="FLOAT")
    config = JamConfig(backend="virtual", input_file=str(folder / "in.wav"), record=str(folder / "out.wav"), model=model,
                       osc_port=9700, max_loop_s=5.0, compute="cpu", **(settings or {}))
    told = queue.SimpleQueue()
    session = Session(config, **generator)
    session.bus.listen(told.put)
    with session:
        yield session, told
    session.stop()


@pytest.fixture
def instrument(tmp_path, monkeypatch):
    """A session whose models are fakes with names."""
    (tmp_path / "named_models.py").write_text(textwrap.dedent(MODELS))
    monkeypatch.syspath_prepend(str(tmp_path))
    with playing(tmp_path, "first", generator_factory="named_models:load", generator_arguments={"model": "first"}) as playing_one:
        yield playing_one


@pytest.fixture
def vampnet_instrument(tmp_path, monkeypatch):
    """A session that plays the bundled model; VampNet's files and a fine-tune are in the user's cache, at golden size."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "cache" / "unloop" / "models" / "vampnet"
    shutil.copytree(GOLDEN, folder)
    for name in ("choir", "broken"):
        (folder / "loras" / name).mkdir(parents=True)
        for part in ("coarse.pth", "c2f.pth"):
            shutil.copy(GOLDEN / part, folder / "loras" / name / part)
    cut = folder / "loras" / "broken" / "c2f.pth"
    cut.write_bytes(cut.read_bytes()[:100_000])
    with playing(tmp_path, "small") as playing_one:
        yield playing_one


def wait_for(told, wanted):
    """The first notice that fits, and all that came before it."""
    before, end_s = [], time.monotonic() + PATIENCE_S
    while True:
        notice = told.get(timeout=max(end_s - time.monotonic(), 0.1))
        if wanted(notice):
            return notice, before
        before.append(notice)


def loop_of(session, told, seconds):
    """Record a loop, and wait until it comes round."""
    begin = session.sound.engine.status(0).frame + RATE // 2
    session.bus.command(0, "record", frame=begin)
    session.bus.command(0, "record", frame=begin + round(seconds * RATE))
    wait_for(told, lambda notice: notice.kind == "repetition")


def heard_of_the_model_that_plays(session, told):
    """What sounds, once it is a variation whose tokens this model's codec knows."""
    while True:
        wait_for(told, seams(1))
        with contextlib.suppress(CommandError):  # what sounds is still another model's
            heard = session.vamper.history(0).heard(0)
            if heard.codes is not None:
                return heard


def held(session, heard):
    """Whether the tokens of a variation are still held."""
    return any(other.codes is heard.codes for other in session.vamper.history(0)._offers.values())


def assert_never_silent(folder):
    """From the first note to the last there are no 10 ms of silence in what was played."""
    audio, _ = soundfile.read(folder / "out.wav", always_2d=True)
    first = np.flatnonzero(np.abs(audio[:, 0]) > 0.01)[0]
    windows = audio[first : first + (len(audio) - first) // 441 * 441, 0].reshape(-1, 441)
    assert len(windows) > 400 and (np.abs(windows).max(axis=1) > 0.01).all()


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
        loop_of(session, told, 0.5)
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
    assert_never_silent(tmp_path)


def test_from_the_bundled_model_to_vampnets_its_fine_tune_and_back_the_sound_never_stops(vampnet_instrument, tmp_path):
    session, told = vampnet_instrument
    loop_of(session, told, 1.0)
    wait_for(told, lambda notice: session.vamper.ready)
    heard_of_the_model_that_plays(session, told)
    codecs = []
    for name in ("vampnet", "choir", "small"):
        session.bus.command(None, "model", name)
        wait_for(told, lambda notice, name=name: notice.kind == "model" and notice.values == (name,))
        assert session.vamper.facts["model"] == name and session.bus.model() == name
        codecs.append(session.vamper.facts["codec"])
        heard = heard_of_the_model_that_plays(session, told)
        wait_for(told, seams(1))
        session.bus.command(0, "again", 1)
        if name == "vampnet":
            of_vampnet = heard
            with pytest.raises(ModelError, match="c2f.pth is cut off"):
                session.bus.command(None, "model", "broken")
            assert session.bus.model() == "vampnet"
        if name == "choir":
            assert held(session, of_vampnet), "its codec is the same, so it can still be called back"
    assert codecs[0] == codecs[1] != codecs[2]
    assert not held(session, of_vampnet)
    session.sound.stream.stop()
    assert_never_silent(tmp_path)
