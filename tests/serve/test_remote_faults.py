"""A generator across a network that is far, slow, broken or mad: what is heard stays, sample for sample, what it would be.

The server is Gradio's, with tones behind it; the engine is the real one, and the test is its conductor.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from tests.vamper import test_with_engine
from tests.vamper.test_with_engine import LOOP, RATE
from unloop_py.errors import TooLate
from unloop_py.generator.spec import Take, VariationRequest
from unloop_py.serve import asking
from unloop_py.serve.fakes import FaultProxy, Weather
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.remote import connect
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.serve.sound import read_sound, sound_document
from unloop_py.serve.wire import WireError
from unloop_py.vamper import links
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.knobs import Knobs

# Connections are cut in every state that they can be in: those that a loop lost sight of are left to the collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <(socket.socket|function _SelectorTransport):pytest.PytestUnraisableExceptionWarning")

PATIENCE_S = 20.0


class Stepping(ToneGenerator):
    """Tones of which each step waits until it is let go."""

    def __init__(self):
        super().__init__(wait=lambda seconds: None)
        self.go, self.began, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.go.set()
        self.spoil = None

    def vary(self, prepared, request, *, cancelled=None, **how):
        self.began.set()
        while not self.go.wait(0.01):
            if cancelled is not None and cancelled():
                break
        made = super().vary(prepared, request, cancelled=cancelled, **how)
        self.ended.set()
        return made if self.spoil is None or made is None else replace(made, audio=self.spoil(made.audio))

    def hold(self):
        """The next job waits."""
        self.began.clear()
        self.ended.clear()
        self.go.clear()


@pytest.fixture(scope="module")
def tones():
    return Stepping()


@pytest.fixture(scope="module")
def service(tones):
    return Service(ModelShelf(lambda name: tones, "tones", names=lambda: ["tones"]))


@pytest.fixture(scope="module")
def server(service):
    with GradioServer(service) as server:
        yield server


@pytest.fixture
def proxy(server, tones):
    with FaultProxy(server.port) as proxy:
        yield proxy
        tones.go.set()


def here(take, request):
    """What the same generator makes in this process, as it travels."""
    tones = ToneGenerator(wait=lambda seconds: None)
    made = tones.vary(tones.prepare(take), request)
    return made.codes, read_sound(sound_document(made.audio, RATE), 100.0)[0]


class Duo(test_with_engine.Duo):
    """The engine, driven block by block, and a vamper whose generator is behind the proxy."""

    def __init__(self, proxy, folder):
        self.told, self.progress = [], []
        super().__init__(folder, generator_factory="unloop_py.serve.remote:connect", worker="thread",
                         factory_args={"url": f"http://127.0.0.1:{proxy.port}"},
                         on_progress=lambda loop, share: self.progress.append(share))
        self.vamper.knobs_changed(0, Knobs(seed=5))

    def pass_on(self, offer):
        """An offer, which must be what it would be without a network, into the engine."""
        codes, audio = here(Take(offer.take, self.sounds[-1], RATE), offer.variation.request)
        assert np.array_equal(offer.variation.codes, codes)
        assert np.array_equal(offer.variation.audio, audio)
        super().pass_on(offer)

    def play_on(self):
        """One pass, with the offer that is there, if one is."""
        while not self.offers.empty():
            self.pass_on(self.offers.get())
        tag = self.play_pass(wait_for_offer=False)
        time.sleep(0.02)                        # the network's time, not the engine's
        return tag

    def play_until(self, happened):
        """Pass by pass, for as long as that takes."""
        until_s = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < until_s
            self.play_on()

    def wait_until_told(self, text):
        while text not in (notice := self.notices.get(timeout=PATIENCE_S)):
            self.told.append(notice)
        self.told.append(notice)


@pytest.fixture
def duo(proxy, tmp_path):
    with Duo(proxy, tmp_path) as duo:
        yield duo


# The engine beside a bad network.

@pytest.mark.parametrize("weather", [Weather(delay_s=0.05), Weather(delay_s=0.02, jitter_s=0.1), Weather(delay_s=0.5)],
                         ids=["50 ms", "jitter", "500 ms"])
def test_a_server_that_is_far_plays_what_it_would_play_here(duo, proxy, weather):
    assert duo.play_pass() == -1
    proxy.weather = weather
    assert [duo.play_pass() for _ in range(3)] == [1, 2, 3]
    assert not any(duo.late)


def test_without_an_answer_the_loop_plays_what_it_has_and_late_rises(duo, proxy):
    assert [duo.play_pass() for _ in range(2)] == [-1, 1]
    proxy.weather = Weather(silent=True)
    played = [duo.play_on() for _ in range(6)]
    while len(set(played[-6:])) > 1 and len(played) < 100:
        played.append(duo.play_on())
    assert played == sorted(played) and played[-6:] == [played[-1]] * 6, "what lay ready, and then the same"
    assert sum(duo.late) >= 5


def test_a_connection_that_is_cut_in_the_middle_of_a_job_costs_nothing_but_the_time(duo, proxy, tones):
    assert [duo.play_pass() for _ in range(2)] == [-1, 1]
    tones.hold()
    duo.play_until(tones.began.is_set)
    proxy.cut()
    tones.go.set()
    heard = [duo.play_pass() for _ in range(5)]
    assert heard[2:] == [heard[1] + 1, heard[1] + 2, heard[1] + 3], "none is left out"
    assert duo.notices.empty() and duo.vamper.ready


def test_a_server_that_goes_and_comes_is_asked_again_with_back_off_and_the_player_is_told_twice(duo, proxy):
    assert [duo.play_pass() for _ in range(2)] == [-1, 1]
    proxy.weather = Weather(refusing=True)
    proxy.cut()
    duo.play_until(lambda: not duo.vamper.ready)    # three failed jobs later
    duo.wait_until_told("the generator stopped")
    before = proxy.connections
    proxy.weather = Weather()
    duo.wait_until_told("the generator is back")
    assert proxy.connections > before
    last = duo.tags[-1]
    duo.play_until(lambda: duo.tags[-1] > last + 2)
    assert len([told for told in duo.told if "the generator stopped" in told]) == 1


def test_a_server_that_is_not_there_yet_is_waited_for_while_the_loop_plays(server, tmp_path):
    with FaultProxy(server.port) as proxy:
        proxy.weather = Weather(refusing=True)
        with Duo(proxy, tmp_path) as duo:
            duo.wait_until_told("the loop plays on as it is")
            assert [duo.play_pass(wait_for_offer=False) for _ in range(2)] == [-1, -1]
            proxy.clear()
            assert [duo.play_pass() for _ in range(3)] == [-1, 1, 2]


def test_a_mad_network_changes_no_sample(duo, proxy):
    """One piece of data in ten has a flipped bit: what arrives whole is offered, whatever else comes to nothing."""
    assert duo.play_pass() == -1
    proxy.weather = Weather(corrupt=0.1)
    for _ in range(25):
        duo.play_on()
    proxy.clear()
    last = duo.tags[-1]
    duo.play_until(lambda: duo.tags[-1] > last + 2)


@pytest.mark.parametrize("spoil", [lambda audio: audio[1:].copy(), lambda audio: audio[:, :1].copy(), lambda audio: audio * np.nan],
                         ids=["a frame less", "mono", "NaN"])
def test_what_is_no_repetition_of_the_take_is_never_offered_and_the_player_is_told(duo, tones, spoil):
    assert [duo.play_pass() for _ in range(2)] == [-1, 1]
    tones.spoil = spoil
    try:
        duo.play_until(lambda: not duo.notices.empty())
        duo.wait_until_told("a repetition could not be made")
    finally:
        tones.spoil = None
    last = duo.tags[-1]
    duo.play_until(lambda: duo.tags[-1] > last + 2)


def test_a_knob_has_the_server_stop_what_nobody_wants_any_more(duo, tones):
    assert duo.play_pass() == -1
    tones.hold()
    duo.play_until(tones.began.is_set)
    duo.vamper.knobs_changed(0, Knobs(seed=6))
    assert tones.ended.wait(PATIENCE_S), "nobody let it go: it was told to stop"
    tones.go.set()
    last = duo.tags[-1]
    duo.play_until(lambda: duo.tags[-1] > last + 2)


def test_progress_is_told_as_it_comes(duo):
    duo.play_pass()
    assert sorted(set(duo.progress)) != [0.0, 1.0] and max(duo.progress) == 1.0


# One call on a bad network.

@pytest.fixture
def generator(proxy):
    generator = connect(f"http://127.0.0.1:{proxy.port}")
    yield generator
    generator.close()


@pytest.fixture
def take():
    return Take(1, np.random.default_rng(2).uniform(-0.2, 0.2, (LOOP, 1)).astype(np.float32), RATE)


def asked(seed=1):
    return VariationRequest(1, 1, seed)


@pytest.mark.parametrize("weather", [Weather(silent=True), Weather(trickle=20)], ids=["silent", "trickle"])
def test_no_call_lasts_longer_than_its_seam_and_a_margin(generator, proxy, take, weather, monkeypatch):
    monkeypatch.setattr(asking, "GRACE_S", 0.2)
    prepared = generator.prepare(take)
    generator.vary(prepared, asked())
    proxy.weather = weather
    generator.due_in(0.3)
    began_s = time.monotonic()
    with pytest.raises(TooLate, match="has not answered|does not answer"):
        generator.vary(prepared, asked(2))
    assert time.monotonic() - began_s < 5.0


def test_a_way_that_has_become_longer_is_learned_and_a_server_that_never_answers_is_a_fault(generator, proxy, take, monkeypatch):
    monkeypatch.setattr(asking, "GRACE_S", 0.05)
    prepared = generator.prepare(take)
    proxy.weather = Weather(silent=True)
    told = []
    for seed in range(3):
        generator.due_in(0.1)
        with pytest.raises((TooLate, WireError)) as error:
            generator.vary(prepared, asked(seed))
        told.append(error.type)
    assert told == [TooLate, TooLate, WireError]
    proxy.clear()
    generator.due_in(10.0)
    assert generator.vary(prepared, asked()) is not None


def test_what_could_not_be_there_in_time_is_refused_at_once(generator, take, service, tones):
    prepared = generator.prepare(take)
    service.shelf.get(None).meter.pace = 1e6
    try:
        generator.due_in(1.0)
        tones.began.clear()
        with pytest.raises(TooLate, match="the server says that it takes"):
            generator.vary(prepared, asked())
        assert not tones.began.is_set()
    finally:
        service.shelf.get(None).meter.pace = 1.0


def test_a_seam_that_has_passed_is_not_asked_for(generator, take, proxy):
    prepared = generator.prepare(take)
    generator.due_in(-0.1)
    with pytest.raises(TooLate):
        generator.vary(prepared, asked())


def test_a_server_that_has_forgotten_a_take_is_given_it_again(generator, take, service):
    prepared = generator.prepare(take)
    first = generator.vary(prepared, asked())
    service._takes.clear()
    again = generator.vary(prepared, asked())
    assert np.array_equal(first.codes, again.codes) and np.array_equal(first.audio, again.audio)


def test_a_take_that_nobody_holds_any_more_is_forgotten_there_too(generator, take, service):
    service._takes.clear()
    prepared = generator.prepare(take)
    assert len(service._takes) == 1
    del prepared
    kept = generator.prepare(take)
    assert list(service._takes) == kept.place


def test_ten_thousand_cancels_leave_no_thread_and_no_connection_behind(generator, take, proxy):
    prepared = generator.prepare(take)
    threads, connections = threading.active_count(), proxy.connections
    for _ in range(10_000):
        generator._asking.line._stop("nothing")
    assert generator.vary(prepared, asked(), cancelled=lambda: True) is None
    assert generator.vary(prepared, asked()) is not None, "what is asked does not wait behind what is stopped"
    assert threading.active_count() <= threads + 4 and proxy.connections <= connections + 8


def test_a_cancelled_call_returns_at_once_although_the_server_says_nothing(generator, take, proxy):
    prepared = generator.prepare(take)
    generator.vary(prepared, asked())
    proxy.weather = Weather(silent=True)
    began_s = time.monotonic()
    assert generator.vary(prepared, asked(2), cancelled=lambda: time.monotonic() > began_s + 0.2) is None
    assert time.monotonic() - began_s < 2.0


def test_a_worker_whose_generator_is_elsewhere_is_ready_after_two_jobs(proxy, monkeypatch):
    """Measuring as on this machine would take a dozen calls, each there and back."""
    asked_for = []
    call = connect.__globals__["RemoteGenerator"].vary
    monkeypatch.setattr(connect.__globals__["RemoteGenerator"], "vary",
                        lambda self, *arguments, **named: asked_for.append(1) or call(self, *arguments, **named))
    answers = queue.SimpleQueue()
    from unloop_py.vamper import jobs
    worker = links.ThreadWorker(jobs.Start("unloop_py.serve.remote:connect", {"url": f"http://127.0.0.1:{proxy.port}"}), answers.put)
    ready = answers.get(timeout=PATIENCE_S)
    worker.kill()
    assert isinstance(ready, jobs.Ready) and ready.facts["ahead"] == 1 and len(asked_for) == 2
