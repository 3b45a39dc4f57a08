"""`unloop serve` as it is typed: what it shows, how it ends, what it refuses."""

import os
import re
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from tests.serve.gradio_servers import Raw, given, read_wav, wav
from unloop_py.audio_io.groove import groove
from unloop_py.cli.app import unloop
from unloop_py.errors import ParameterError
from unloop_py.serve import harp
from unloop_py.serve.places import checked_token, places
from unloop_py.serve.process import ProcessGenerator

TIMEOUT_S = 120


def refused(*arguments):
    result = CliRunner().invoke(unloop, ["serve", *arguments])
    assert result.exit_code == 2 and "Traceback" not in result.output
    return result.output


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A server with a token, what it showed, and where it puts what is temporary."""
    folder = tmp_path_factory.mktemp("tmp")
    process = subprocess.Popen(
        [sys.executable, "-m", "unloop_py", "serve", "--port", str(free_port()), "--token", "of-the-tests", "--model", "tiny",
         "--worker", "thread", "--model-threads", "1", "--compute", "cpu"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    lines = []
    while not lines or not lines[-1].startswith("Ctrl-C"):
        line = process.stdout.readline()
        assert line, lines
        lines.append(line.rstrip())
    yield process, lines, folder
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_shows_where_it_is_and_what_to_type_and_that_is_true(started):
    _, lines, _ = started
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)/\?token=of-the-tests$", lines[0])[1])
    assert lines[1].endswith(f"jam --generator http://127.0.0.1:{port} --token of-the-tests")
    assert lines[2].endswith(f"http://127.0.0.1:{port}/of-the-tests")
    assert Raw(port, base="/of-the-tests").call("controls")[0]["card"]["name"] == "unloop"
    (said,) = Raw(port, headers={"Authorization": "Bearer of-the-tests"}).call("unloop_describe", {"protocol": 1})
    assert said["done"]["facts"]["model"] == "tiny" and said["done"]["facts"]["codec"]


def test_a_daw_gets_its_loop_varied_by_the_model_with_its_beats_and_what_was_kept(started):
    _, lines, _ = started
    raw = Raw(int(re.search(r":(\d+)/", lines[0])[1]), base="/of-the-tests")
    audio = groove(44100)
    turned = {row.name: row.default for row in harp.KNOBS} | {"periodic_prompt": 7, "prefix_s": 0.2, "steps": 2, "seed": 5}
    sound, labels = raw.call("process", given(raw.upload(wav(audio))), *turned.values(), "tiny")
    varied, rate = read_wav(raw.download(sound))
    assert varied.shape == audio.shape and rate == 44100 and 0.0 < np.abs(varied - audio).max() <= 2.0
    loop_s = len(audio) / rate
    beats = [one for one in labels["labels"] if one["label_type"] == "AudioLabel"]
    kept = [one for one in labels["labels"] if one["label_type"] == "OutputLabel"]
    assert len(beats) >= 4 and np.ptp(np.diff([one["t"] for one in beats])) < 0.001
    assert all(one["t"] >= 0.0 and one["t"] + one["duration"] <= loop_s + 0.001 for one in beats + kept)
    assert kept[0]["t"] == 0.0 and kept[0]["duration"] >= 0.15  # what prefix_s asks for
    assert len(kept) > 5  # and a step in seven


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that can be heard")
def test_told_to_end_it_ends_and_leaves_nothing(started):
    process, _, folder = started
    assert [path for path in folder.iterdir() if path.name.startswith("unloop-serve-")]
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT_S) == 143
    assert "Traceback" not in process.stdout.read()
    assert not [path for path in folder.iterdir() if path.name.startswith("unloop-serve-")]


def test_a_certificate_without_its_key_is_refused(tmp_path):
    assert "--cert and --key go together" in refused("--cert", str(tmp_path / "cert.pem"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--model", "nothing"), "no model named 'nothing'"), (("--listen", "203.0.113.9"), "listen must be an address of this machine"),
     (("--cert", "none.pem", "--key", "none.pem"), "none.pem is not there"), (("--token", "x"), "8 or more letters"),
     (("--replicas", "2"), "add --ray"), (("--ray", "--worker", "thread"), "leave it out")],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_a_model_is_loaded(arguments, word, monkeypatch):
    monkeypatch.setattr(ProcessGenerator, "__init__", lambda *how: pytest.fail("a model was loaded"))
    assert word in refused(*arguments)


@pytest.mark.parametrize("token", ["short", "with space here", "sl/ash-in-it", "ünïcödé-token", "x" * 201])
def test_a_token_that_an_address_cannot_hold_is_refused(token):
    with pytest.raises(ParameterError, match="8 or more letters"):
        checked_token(token, "127.0.0.1")


def test_beyond_this_machine_a_token_is_made_and_each_is_another():
    assert checked_token(None, "127.0.0.1") == checked_token(None, "::1") == checked_token(None, "localhost") == ""
    made = {checked_token(None, host) for host in ("0.0.0.0", "::", "192.168.1.2")}
    assert len(made) == 3 and all(len(token) >= 20 for token in made)


def test_what_is_shown_beyond_this_machine_says_what_is_at_stake():
    lines = list(places("192.168.1.2", 7860, "a-token-to-type", tls=False, command="unloop"))
    assert "http://192.168.1.2:7860/?token=a-token-to-type" in lines[0] and "unencrypted" in lines[3]
    lines = list(places("192.168.1.2", 7860, "a-token-to-type", tls=True, command="unloop"))
    assert "https://192.168.1.2:7860" in lines[1] and not any("unencrypted" in line for line in lines)
    assert any("--ca" in line for line in lines), "one that was signed here is not believed there by itself"
    assert "http://[::1]:7860/" in next(places("::1", 7860, "", tls=False, command="unloop"))


def test_the_options_stand_under_titles():
    text = CliRunner().invoke(unloop, ["serve", "--help"]).output
    assert text.index("Who reaches it") < text.index("--token") < text.index("The model") < text.index("What it takes")
