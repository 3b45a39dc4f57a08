"""A cluster of Ray's on this machine: the contract through it both ways, and what only a cluster does. It starts once, for 10 s."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed: pip install unloop[cluster]", allow_module_level=True)

from safetensors.torch import save_file

from tests.serve.contract import *  # noqa: F403
from tests.serve.contract import MODEL, PROMPT, Door, a_request, a_take, local, own
from tests.serve.jam_promises import *  # noqa: F403
from tests.serve.jam_promises import Jammed
from unloop_py.generator.adapters import adapter_tensors, add_adapters
from unloop_py.generator.model_files import ADAPTERS, BUNDLED, FILES, VOICE_FORMAT, checked_model, digest, own_models
from unloop_py.generator.model_files import sha256 as sha256_of
from unloop_py.generator.token_job import TokenJob
from unloop_py.generator.vamp import load_generator
from unloop_py.serve import wire
from unloop_py.serve.ray_app import deploy, ray, running
from unloop_py.serve.ray_line import RayLine
from unloop_py.serve.ray_settings import ClusterSettings
from unloop_py.serve.remote import connect
from unloop_py.serve.sound import sound_document
from unloop_py.serve.wire import WireError

VOICE = "ours"
TOKEN = "only-for-friends"
TAKES = 3
HERE = {"compute": "cpu", "threads": 1}
SETTINGS = ClusterSettings(model=MODEL, compute="cpu", threads=1, cpus=0.5, least=2, most=2)
NARROW = ClusterSettings(model=MODEL, compute="cpu", threads=1, cpus=0.5, token=TOKEN, waiting=1, seconds=20.0, takes=TAKES)


@pytest.fixture(scope="module")
def voice():
    """A voice of the small model's, learned by nobody: its adapters are noise."""
    folder = own_models() / VOICE
    folder.mkdir(parents=True)
    _, base = checked_model(MODEL)
    models = load_generator(MODEL, **HERE).models
    tensors = {}
    for name, network in (("coarse", models.coarse), ("fine", models.fine)):
        add_adapters(network)
        tensors |= {f"{name}.{key}": 0.05 * (1 + value.detach()).abs().clone() for key, value in adapter_tensors(network).items()}
    save_file(tensors, folder / ADAPTERS, metadata={"format": str(VOICE_FORMAT), "scaling": "0.05"})
    files = {ADAPTERS: {"sha256": sha256_of(folder / ADAPTERS), "bytes": (folder / ADAPTERS).stat().st_size}}
    manifest = {"format": VOICE_FORMAT, "kind": "voice", "name": VOICE, "base": {"name": MODEL, "digest": digest(base)}, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert (BUNDLED / MODEL / FILES[0]).is_file()
    yield VOICE
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cluster(voice):
    """The address of a cluster of two replicas, and of a narrow one beside it, with a token and one replica that does one thing."""
    with pytest.MonkeyPatch.context() as patch:
        root = str(Path(__file__).resolve().parents[2])
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")])))
        patch.setenv("OMP_NUM_THREADS", "1")
        with running(SETTINGS, port=0) as url:
            deploy(NARROW, "narrow", "/narrow/unloop")
            yield url, f"{url}/narrow"


@pytest.fixture(scope="module")
def url(cluster):
    return cluster[0]


@pytest.fixture(scope="module")
def narrow(cluster):
    return cluster[1]


@pytest.fixture(scope="module", params=["tokens", "sound"])
def door(request, url, narrow):
    """By tokens through two replicas; by sound through one, since how loud a kept variation's take was is known to who made it."""
    if request.param == "tokens":
        with contextlib.closing(connect(url, **HERE)) as generator:
            yield Door(generator)
        return
    with contextlib.closing(connect(narrow, TOKEN, tokens=False, **HERE)) as generator, line_to(narrow, TOKEN) as other:

        def lose():
            for version in range(TAKES):
                ask(other, "prepare", audio=sound_document(a_take(100 + version).audio, 44100))

        yield Door(generator, True, lose)


@pytest.fixture(scope="module")
def jammed(narrow):
    arguments = {"url": narrow, "token": TOKEN, **HERE}
    return Jammed({"generator_factory": "unloop_py.serve.remote:connect", "factory_args": arguments, "worker": "thread"},
                  lambda duo: [ray.kill(replica) for replica in replicas_of("narrow")], "")  # fmt: skip


@contextlib.contextmanager
def line_to(url, token=None):
    line = RayLine(url, token)
    try:
        yield line
    finally:
        line.close()


def ask(line, name, *, timeout_s=60.0, progress=None, cancelled=None, **entries):
    return line.call(name, wire.call_document(**entries), timeout_s=timeout_s, progress=progress, cancelled=cancelled)


def a_job(seeds=(1,), *, n_steps=60, steps=4, prompt=PROMPT):
    """Tokens of a loop that never was, all of them to be made new."""
    facts = local().describe()
    codes = np.random.default_rng(0).integers(0, facts["codebook_size"], (len(seeds), facts["n_codebooks"], n_steps), dtype=np.int16)
    passes = np.ones((len(seeds), prompt.feedback_steps, *codes.shape[1:]), np.uint8)
    return TokenJob(codes, passes, tuple(seeds), prompt, steps)


def document(tokens, **entries):
    return {"codec": local().describe()["codec"], **wire.token_job_document(tokens), **entries}


def a_long_job():
    """More than a minute's work."""
    return a_job(tuple(range(8)), n_steps=1000, steps=64)


def tokens_of(done, job):
    return wire.unpack(done["codes"], "codes", np.int16, job.codes.shape, job.codes.size, 1024)


def at_once(*calls):
    """What each of several calls gave, or how it failed, all begun at the same time."""
    results = [None] * len(calls)

    def do(number, call):
        try:
            results[number] = call()
        except WireError as error:
            results[number] = error

    threads = [threading.Thread(target=do, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


class Background:
    """A call on a thread of its own, which is known to be at work."""

    def __init__(self, url, tokens, token=None, *, begun=True, **entries):
        self.at_work, self.stop, self.result = threading.Event(), threading.Event(), None
        self._line, self._document = RayLine(url, token), document(tokens, **entries)
        self._thread = threading.Thread(target=self._do)
        self._thread.start()
        assert not begun or self.at_work.wait(60)

    def _do(self):
        try:
            self.result = ask(self._line, "sample", progress=lambda share: self.at_work.set(), cancelled=self.stop.is_set,
                              **self._document)  # fmt: skip
        except WireError as error:
            self.result = error
        finally:
            self.at_work.set()

    def end(self):
        self._thread.join(120)
        self._line.close()
        return self.result


def replicas_of(app):
    names = [one["name"] for one in ray.util.list_named_actors(all_namespaces=True)]
    return [ray.get_actor(name, namespace="serve") for name in names if name.startswith(f"SERVE_REPLICA::{app}#generator#")]


# Together.

def test_jobs_that_come_together_are_made_in_batches_and_each_keeps_its_own_noise(url, record_property):
    jobs = [a_job((seed,), steps=12) for seed in range(6)]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(line_to(url)) for _ in jobs]
        calls = [lambda line=line, job=job: ask(line, "sample", **document(job)) for line, job in zip(lines, jobs, strict=True)]
        made = [tokens_of(done, job) for done, job in zip(at_once(*calls), jobs, strict=True)]
    alone = [local().sample(job) for job in jobs]
    agreement = [float((one == other).mean()) for one, other in zip(made, alone, strict=True)]
    record_property("tokens that agree with those made alone", agreement)
    assert min(agreement) > 0.9 > float((made[0] == alone[1]).mean())


def test_jobs_of_unlike_length_at_the_same_time_are_each_what_they_are_alone(url):
    jobs = [a_job((5,), n_steps=length, steps=6) for length in (40, 61, 87)]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(line_to(url)) for _ in jobs]
        calls = [lambda line=line, job=job: ask(line, "sample", **document(job)) for line, job in zip(lines, jobs, strict=True)]
        for done, job in zip(at_once(*calls), jobs, strict=True):
            assert np.array_equal(tokens_of(done, job), local().sample(job))


def test_a_take_that_was_sent_once_is_varied_by_any_replica(url):
    take = a_take()
    with line_to(url) as line:
        handle = ask(line, "prepare", audio=sound_document(take.audio, take.sample_rate))["take"]
    requests = [a_request(take, seed) for seed in range(5)]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(line_to(url)) for _ in requests]
        calls = [lambda line=line, request=request: ask(line, "vary", take=handle, request=wire.request_document(request))
                 for line, request in zip(lines, requests, strict=True)]  # fmt: skip
        for done, request in zip(at_once(*calls), requests, strict=True):
            wanted = own(take, request).codes
            codes = wire.unpack(done["variation"]["codes"], "codes", np.int16, wanted.shape, wanted.size, 1024)
            assert (codes == wanted).mean() > 0.9
        ask(lines[0], "forget", take=handle)
        with pytest.raises(WireError) as refused:
            ask(lines[0], "vary", take=handle, request=wire.request_document(requests[0]))
        assert refused.value.kind == "unknown take"


# In time.

def test_what_cannot_be_there_in_time_is_refused_before_it_is_begun(url):
    told = []
    with line_to(url) as line, pytest.raises(WireError, match=r"in [0-9.]+ s .* 0.05 s are left") as refused:
        ask(line, "sample", progress=told.append, **document(a_long_job(), within_s=0.05))
    assert refused.value.kind == "late" and told == []


def test_while_as_many_wait_as_may_the_next_is_told_to_come_again(narrow):
    at_work = Background(narrow, a_long_job(), TOKEN)
    others = [Background(narrow, a_job(), TOKEN, begun=False) for _ in range(2)]
    while not any(other.at_work.is_set() for other in others):  # one of them waits, and the other one is told so
        assert at_work.result is None
        time.sleep(0.01)
    at_work.stop.set()
    assert at_work.end().kind == "cancelled"
    refused, made = sorted((other.end() for other in others), key=lambda result: isinstance(result, dict))
    assert refused.kind == "busy" and made["codes"]


# Stopped.

def test_a_job_that_is_stopped_by_its_name_ends_and_the_replica_is_free(narrow):
    long = Background(narrow, a_long_job(), TOKEN, job="mine")
    with line_to(narrow, TOKEN) as line:
        assert ask(line, "stop", job="mine") == {"stopped": True}
        assert long.end().kind == "cancelled"
        assert ask(line, "sample", **document(a_job()))["codes"]
        assert ask(line, "stop", job="never came") == {"stopped": False}


def test_whoever_hangs_up_has_his_job_stopped(narrow):
    body = json.dumps(wire.call_document(**document(a_long_job()))).encode()
    request = urllib.request.Request(f"{narrow}/unloop/sample", body, {"authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as response:
        assert "progress" in json.loads(response.readline())
    with line_to(narrow, TOKEN) as line:
        assert ask(line, "sample", timeout_s=30, **document(a_job()))["codes"]


# Whose replica ends.

def test_a_job_whose_replica_is_killed_is_made_by_the_one_that_takes_its_place(narrow):
    job = a_job((1, 2), n_steps=300, steps=20)
    going = Background(narrow, job, TOKEN)
    (before,) = replicas_of("narrow")
    ray.kill(before)
    made = tokens_of(going.end(), job)
    assert (made == local().sample(job)).mean() > 0.9
    (after,) = replicas_of("narrow")
    assert after._actor_id != before._actor_id


# Models.

def test_a_voice_is_asked_for_by_its_name_and_makes_other_tokens(url, voice):
    job = a_job(steps=8)
    with line_to(url) as line:
        assert voice in [one["name"] for one in ask(line, "describe")["models"]]
        ours, base, again = (ask(line, "sample", model=name, **document(job)) for name in (voice, MODEL, voice))
    assert np.array_equal(tokens_of(base, job), local().sample(job))
    assert np.array_equal(tokens_of(ours, job), load_generator(voice, **HERE).sample(job))
    assert ours["codes"] == again["codes"] != base["codes"]


def test_a_model_that_is_not_there_is_named_with_those_that_are(url):
    with line_to(url) as line, pytest.raises(WireError, match="no model is named '../etc'.*tiny") as refused:
        ask(line, "sample", model="../etc", **document(a_job()))
    assert refused.value.kind == "model"


# Who may, and how much.

@pytest.mark.parametrize("token", [None, "not-for-you"])
def test_without_its_token_nothing_is_answered(narrow, token):
    with line_to(narrow, token) as line, pytest.raises(WireError) as refused:
        ask(line, "describe")
    assert refused.value.kind == "token"


def answer_to(request):
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.loads(response.readline())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.parametrize(
    ("name", "body", "headers", "status"),
    [("sample", b"[1, 2", {}, 400), ("sample", b"[" * 200_000, {}, 400), ("sample", b" " * (3 << 20), {}, 413), ("guess", b"{}", {}, 404),
     ("sample", b"{}", {"origin": "http://elsewhere.example"}, 403)],
    ids=["no JSON", "a tower", "too much", "no such call", "a page"],
)  # fmt: skip
def test_what_is_no_call_is_refused_with_a_reason(url, name, body, headers, status):
    told = answer_to(urllib.request.Request(f"{url}/unloop/{name}", body, headers))
    assert told[0] == status and told[1]["error"]["text"]


def test_another_protocol_another_codec_and_too_long_a_loop_are_told_apart(url):
    job = document(a_job())
    with line_to(url) as line:
        kinds = []
        for call in (wire.call_document(**job) | {"protocol": 0, "check": None}, wire.call_document(**job | {"codec": "another"}),
                     wire.call_document(**document(a_job(n_steps=6000)))):  # fmt: skip
            with pytest.raises(WireError) as refused:
                line.call("sample", {name: value for name, value in call.items() if name != "check"}, timeout_s=30)
            kinds.append(refused.value.kind)
    assert kinds == ["version", "codec", "refused"]


def test_anybody_may_ask_what_it_is_with_a_plain_get(url):
    status, told = answer_to(urllib.request.Request(f"{url}/unloop/describe"))
    assert status == 200 and told["done"]["facts"]["model"] == MODEL


# What Ray tells of it.

def test_prometheus_is_told_of_offers_refusals_and_batches(url):
    port = ray.nodes()[0]["MetricsExportPort"]
    wanted = ("ray_unloop_offers", "ray_unloop_refused", "ray_unloop_batch_loops_sum")
    until_s = time.monotonic() + 30
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            told = response.read().decode()
        if all(name in told for name in wanted):
            break
        assert time.monotonic() < until_s, sorted({line.split("{")[0] for line in told.splitlines() if "unloop" in line})
        threading.Event().wait(0.5)  # Ray sends its figures every few seconds
