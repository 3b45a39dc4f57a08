"""`unloop jam --generator http://HOST:PORT`: what is refused before the first note, and a whole session in real time."""

import time

import pytest
from click.testing import CliRunner

from tests.serve.gradio_servers import Tones, service_of
from tests.test_live_model import loop_of, playing, wait_for
from unloop_py.cli.app import unloop
from unloop_py.config import JamConfig
from unloop_py.errors import ParameterError
from unloop_py.serve.fakes import FaultProxy, Weather
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.session import models
from unloop_py.session.jam import greeting

BOX = "http://box:7860"


@pytest.mark.parametrize(("options", "why"), [
    (["--generator", "box:7860"], "is not local, off or an address such as http://192.168.1.7:7860"),
    (["--generator", "http://box:99999"], "is no address"),
    (["--generator", "http://me:word@box"], "--token"),
    (["--token", "abc"], "add --generator http://HOST:PORT"),
    (["--generator", "off", "--ca", "box.pem"], "add --generator http://HOST:PORT"),
])
def test_a_place_that_is_none_is_refused_before_the_first_note(options, why):
    done = CliRunner().invoke(unloop, ["jam", *options])
    assert done.exit_code == 2
    assert why in " ".join(str(done.exception if not done.output else done.output).split())


def test_a_certificate_that_is_not_there_is_refused_before_the_first_note(tmp_path):
    with pytest.raises(ParameterError, match="cannot be read: it is the file of the certificate that the server shows"):
        models.first_arguments(JamConfig(generator=BOX, ca=str(tmp_path / "none.pem")))


def test_what_is_missing_for_a_server_is_named_with_the_extra_that_has_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ParameterError, match=r"pip install unloop\[remote\]"):
        models.first_arguments(JamConfig(generator=BOX))


def test_the_worker_is_given_the_place_the_token_and_what_the_model_here_needs():
    config = JamConfig(generator=f"{BOX}/", token="abc", model="", compute="cpu", model_threads=1)
    assert models.factory(config) == "unloop_py.serve.remote:connect"
    assert models.first_arguments(config) == {
        "url": BOX, "token": "abc", "ca": None, "model": "", "compute": "cpu", "threads": 1, "lora_scale": None}
    assert models.arguments_for("trumpet", config) == {"model": "trumpet"}, "the server knows whether there is one"
    assert "abc" not in repr(config)


@pytest.mark.parametrize(("options", "model"), [([], ""), (["--model", "small"], "small")])
def test_who_names_no_model_has_the_servers_own(monkeypatch, options, model):
    configs = []
    monkeypatch.setattr("unloop_py.session.jam.run_jam", lambda config: configs.append(config) or 0)
    done = CliRunner().invoke(unloop, ["jam", "--generator", BOX, *options], env={"UNLOOP_TOKEN": "abc"})
    assert done.exit_code == 0, done.output
    assert (configs[0].model, configs[0].token) == (model, "abc")


def told(text):
    return lambda notice: notice.kind == "error" and text in notice.values[1]


def test_a_session_plays_while_its_server_is_not_there_yet_and_is_varied_when_it_is(tmp_path):
    tones = Tones()
    tones._step_s, tones._wait = 0.03, time.sleep   # each step is seen
    with GradioServer(service_of(tones, tmp_path), token="abc") as server, FaultProxy(server.port) as proxy:
        proxy.weather = Weather(refusing=True)
        url = f"http://127.0.0.1:{proxy.port}"
        with playing(tmp_path, "", {"generator": url, "token": "abc"}) as (session, notices):
            assert f"the generator is elsewhere: {url}" in list(greeting(session, False))
            wait_for(notices, told("the loop plays on as it is, starting the generator again"))
            loop_of(session, notices, 0.5)
            proxy.clear()
            wait_for(notices, told("the generator is back"))
            wait_for(notices, lambda notice: notice.kind == "repetition" and notice.values[1] == 0)
            wait_for(notices, lambda notice: notice.kind == "progress" and 0.0 < notice.values[0] < 1.0)
            assert session.bus.model() == "tones" and session.vamper.facts["device"] == f"cpu of 127.0.0.1:{proxy.port}"
            session.bus.command(None, "model", "trumpet")
            wait_for(notices, told("trumpet could not be loaded (no model is named 'trumpet' here; there are tones, more)"))
            session.bus.command(None, "model", "more")
            wait_for(notices, lambda notice: notice.kind == "model" and notice.values[0] == "more")


def test_a_session_with_the_wrong_token_is_told_what_to_type(tmp_path):
    with GradioServer(service_of(Tones(), tmp_path), token="abc") as server:
        settings = {"generator": f"http://127.0.0.1:{server.port}", "token": "wrong"}
        with playing(tmp_path, "", settings) as (_, notices):
            wait_for(notices, told("--token"))
