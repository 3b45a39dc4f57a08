"""A generator that is shared: documents in, documents out, with tones behind it; one test with the bundled weights."""

import threading
import time
from dataclasses import asdict

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.serve import wire
from unloop_py.serve.service import Limits, Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.serve.sound import read_sound, sound_document
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.measuring import Measured, RememberedCosts

RATE = 44100
COST = Cost(0.1, 0.0, 0.1, 0.0)


class NoCosts(RememberedCosts):
    """What a tone costs is said, not measured."""

    def recall(self, key):
        return Measured(COST, 0.0)


class Stepping(ToneGenerator):
    """Tones of which each step waits until it is let go."""

    def __init__(self):
        super().__init__(wait=lambda seconds: None)
        self.began, self.go = threading.Event(), threading.Event()
        self.go.set()

    def vary(self, prepared, request, *, progress=None, **how):
        def told(share):
            self.began.set()
            assert self.go.wait(30)
            if progress:
                progress(share)

        return super().vary(prepared, request, progress=told, **how)


@pytest.fixture
def tones():
    return Stepping()


@pytest.fixture
def service(tones, tmp_path):
    return Service(ModelShelf(lambda name: tones, "tones", costs=NoCosts(tmp_path / "none"), names=lambda: ["tones", "more"]))


def ask(service, name, **entries):
    return list(service.answer(name, wire.call_document(**entries)))


def done(service, name, **entries):
    *_, last = ask(service, name, **entries)
    return last["done"]


def error(service, name, **entries):
    *_, last = ask(service, name, **entries)
    return last["error"]


def loop(frames=RATE):
    return np.random.default_rng(1).uniform(-0.5, 0.5, (frames, 1)).astype(np.float32)


@pytest.fixture
def take(service, tones):
    handle = done(service, "prepare", audio=sound_document(loop(), RATE))["take"]
    tones.began.clear()  # the model was warmed up
    return handle


def request(seed=5, **prompt):
    return wire.request_document(VariationRequest(0, 1, seed, Prompt(**prompt), 4))


def test_it_says_what_it_is_and_what_a_job_costs(service):
    said = done(service, "describe")
    assert said["facts"]["model"] == "tones" and said["cost"] == asdict(COST)
    assert [one["name"] for one in said["models"]] == ["tones", "more"] and said["limits"]["seconds"] == 60.0


def test_a_take_is_varied_with_progress_and_the_same_request_gives_the_same(service, take):
    *told, last = ask(service, "vary", take=take, request=request())
    shares = [one["progress"] for one in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    audio, rate = read_sound(last["done"]["variation"]["audio"], 60.0)
    assert audio.shape == (RATE, 1) and rate == RATE
    again = done(service, "vary", take=take, request=request())["variation"]
    other = done(service, "vary", take=take, request=request(6))["variation"]
    assert again["codes"] == last["done"]["variation"]["codes"] != other["codes"]
    remade = done(service, "remake", take=take, request=request(), codes=again["codes"])["variation"]
    assert remade["audio"] == again["audio"]


def test_what_could_not_be_made_in_time_is_refused_at_once(service, tones, take):
    assert error(service, "vary", take=take, request=request(), within_s=0.49)["kind"] == "late"
    assert not tones.began.is_set()
    assert "done" in ask(service, "vary", take=take, request=request(), within_s=0.51)[-1]


def test_who_waits_counts_what_is_before_him(service, tones, take):
    tones.go.clear()
    first = service.answer("vary", wire.call_document(take=take, request=request()))
    got = []
    thread = threading.Thread(target=lambda: got.extend(first))
    thread.start()
    assert tones.began.wait(30)
    assert error(service, "vary", take=take, request=request(), within_s=0.6)["kind"] == "late"
    tones.go.set()
    thread.join(30)
    assert "done" in got[-1]


def test_more_than_may_wait_are_told_to_come_again(tones, tmp_path):
    service = Service(ModelShelf(lambda name: tones, "tones", costs=NoCosts(tmp_path / "none")), limits=Limits(waiting=1))
    take = done(service, "prepare", audio=sound_document(loop(), RATE))["take"]
    tones.go.clear()
    calls = [dict(take=take, request=request(), job=f"job {n}") for n in (1, 2)]
    threads = [threading.Thread(target=ask, args=(service, "vary"), kwargs=call) for call in calls]
    for thread in threads:
        thread.start()
    while len(service._turns._expected) < 2:
        time.sleep(0.001)
    assert error(service, "vary", take=take, request=request())["kind"] == "busy"
    tones.go.set()
    for thread in threads:
        thread.join(30)


def test_a_job_is_stopped_by_its_name_before_it_begins_and_while_it_goes(service, tones, take):
    assert done(service, "stop", job="later") == {"stopped": False}
    assert error(service, "vary", take=take, request=request(), job="later")["kind"] == "cancelled"
    assert "done" in ask(service, "vary", take=take, request=request(), job="later")[-1]
    tones.go.clear()
    tones.began.clear()
    got = []
    thread = threading.Thread(target=lambda: got.extend(ask(service, "vary", take=take, request=request(), job="now")))
    thread.start()
    assert tones.began.wait(30)
    assert done(service, "stop", job="now") == {"stopped": True}
    tones.go.set()
    thread.join(30)
    assert got[-1]["error"]["kind"] == "cancelled"


def test_who_goes_away_stops_his_work(service, tones, take):
    tones.go.clear()
    answer = service.answer("vary", wire.call_document(take=take, request=wire.request_document(VariationRequest(0, 1, 1, Prompt(), 128))))
    tones.go.set()
    assert next(answer)["progress"] > 0
    answer.close()
    assert "done" in ask(service, "vary", take=take, request=request())[-1]  # the model is free again


def test_ten_thousand_stops_of_nothing_are_borne(service):
    for n in range(10_000):
        assert done(service, "stop", job=f"none {n}") == {"stopped": False}
    assert len(service._stopped) <= 4096


def test_a_take_that_is_held_no_longer_is_named_so(service, take):
    assert done(service, "forget", take=take) == {}
    assert error(service, "vary", take=take, request=request())["kind"] == "unknown take"
    assert error(service, "vary", take="guessed", request=request())["kind"] == "unknown take"


def test_the_take_that_was_not_used_for_longest_makes_way(tones, tmp_path):
    service = Service(ModelShelf(lambda name: tones, "tones", costs=NoCosts(tmp_path / "none")), limits=Limits(takes=2))
    first, second = (done(service, "prepare", audio=sound_document(loop(), RATE))["take"] for _ in range(2))
    done(service, "vary", take=first, request=request())
    done(service, "prepare", audio=sound_document(loop(), RATE))
    assert "done" in ask(service, "vary", take=first, request=request())[-1]
    assert error(service, "vary", take=second, request=request())["kind"] == "unknown take"


@pytest.mark.parametrize(
    ("name", "entries", "kind"),
    [
        ("sing", {}, "refused"),
        ("prepare", {}, "refused"),
        ("prepare", {"audio": sound_document(loop(1000), RATE)}, "refused"),
        ("prepare", {"audio": sound_document(loop(8000 * 61), 8000)}, "refused"),
        ("prepare", {"audio": sound_document(loop(), RATE), "model": "/etc"}, "model"),
        ("prepare", {"audio": sound_document(loop(), RATE), "codes": wire.pack(np.zeros((9, 5), np.int16))}, "refused"),
        ("sample", {"codec": "none"}, "codec"),
        ("vary", {}, "refused"),
        ("stop", {"job": 5}, "refused"),
        ("stop", {"job": "x" * 1000}, "refused"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(service, name, entries, kind):
    assert error(service, name, **entries)["kind"] == kind


@pytest.mark.parametrize("document", [None, 5, "x", [], {}, {"protocol": 0}, {"protocol": "1"}])
def test_what_is_no_document_of_this_protocol_is_refused(service, document):
    (said,) = service.answer("describe", document)
    assert said["error"]["kind"] in ("refused", "version")


def test_a_request_that_fails_does_not_spoil_the_next(service, take):
    assert error(service, "vary", take=take, request=request() | {"seed": -1})["kind"] == "refused"
    assert error(service, "vary", take=take, request=request() | {"prompt": {"temperature": 99}})["kind"] == "refused"
    assert "done" in ask(service, "vary", take=take, request=request())[-1]


def test_tokens_made_for_another_are_those_that_it_would_have_made_itself(tmp_path):
    from unloop_py.generator.vamp import LocalGenerator, load_generator

    far = load_generator("tiny", "cpu")
    service = Service(ModelShelf(lambda name: far, "tiny", costs=NoCosts(tmp_path / "none")))
    facts = far.describe()

    def sampler(job: TokenJob, progress, cancelled):
        answer = done(service, "sample", codec=facts["codec"], **wire.token_job_document(job))
        return wire.unpack(answer["codes"], "codes", np.int16, job.codes.shape, job.codes.size, facts["codebook_size"])

    near = LocalGenerator(far.models, None, sampler)
    take = Take(1, loop(2 * RATE), RATE)
    asked = VariationRequest(1, 1, 77, Prompt(feedback_steps=2), 3)
    own, theirs = far.vary(far.prepare(take), asked), near.vary(near.prepare(take), asked)
    assert own.mask.any()
    # The far one hears beats and onsets, the near one has no tracker: the same masks are asked of both.
    asked = VariationRequest(1, 1, 77, Prompt(feedback_steps=2, onset_mask_width=0), 3)
    own, theirs = far.vary(far.prepare(take), asked), near.vary(near.prepare(take), asked)
    assert (own.codes == theirs.codes).all() and (own.audio == theirs.audio).all()
    assert error(service, "sample", codec="of somebody else")["kind"] == "codec"
