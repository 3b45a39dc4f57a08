"""The door of a cluster, with replicas that are plays: what it does when one of them ends, is slow, is full, or is not waited for."""

from __future__ import annotations

import asyncio
import importlib.util
import json

import pytest

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed: pip install unloop[cluster]", allow_module_level=True)

from click.testing import CliRunner
from starlette.requests import Request

from unloop_py.cli.serve import serve
from unloop_py.serve import ray_app, ray_ingress, wire
from unloop_py.serve.ray_settings import ClusterSettings

DONE = wire.done_document({"codes": "..."})


class Replicas:
    """A handle to replicas whose answers are written down: one list of documents, or of what is raised, for each call."""

    def __init__(self, *plays):
        self.plays, self.documents, self.stopped, self.told = list(plays), [], 0, []

    def options(self, **how):
        self.how = how
        return self

    @property
    def answer(self):
        return self

    def remote(self, name, document, handle, sound):
        self.documents.append(document)
        return Answers(self, self.plays.pop(0))

    def broadcast(self, name, *arguments):
        self.told.append((name, *arguments))


class Answers:
    """What comes back from a replica; an event in it is waited for."""

    def __init__(self, replicas, play):
        self._replicas, self._play = replicas, play

    async def __aiter__(self):
        for one in self._play:
            if isinstance(one, Exception):
                raise one
            if isinstance(one, asyncio.Event):
                await one.wait()
            else:
                yield one

    def cancel(self):
        self._replicas.stopped += 1


def ingress(*plays, **settings):
    replicas = Replicas(*plays)
    made = ray_ingress.Ingress(ClusterSettings(model="tiny", **settings).to_dict(), replicas)
    return made, replicas


async def answers(door, name, **entries):
    return [json.loads(line) async for line in door._lines(name, wire.call_document(**entries))]


def ended():
    return ray_app.ray.exceptions.ActorDiedError()


def test_a_call_whose_replica_ends_goes_to_another_with_the_time_that_is_left_and_progress_never_falls():
    door, replicas = ingress([{"progress": 0.0}, {"progress": 0.6}, ended()], [{"progress": 0.2}, {"progress": 0.8}, DONE])
    told = asyncio.run(answers(door, "sample", within_s=5.0))
    assert told == [{"progress": 0.0}, {"progress": 0.6}, {"progress": 0.8}, DONE]
    first, second = (document["within_s"] for document in replicas.documents)
    assert second < first <= 5.0


def test_when_that_one_ends_too_the_caller_is_told_to_ask_again():
    door, _ = ingress([ended()], [ended()])
    (told,) = asyncio.run(answers(door, "sample"))
    assert told["error"]["kind"] == "failed" and "ask again" in told["error"]["text"]


def test_nobody_waits_for_a_replica_beyond_his_seam(monkeypatch):
    async def late():
        door, replicas = ingress([asyncio.Event()])
        return await answers(door, "sample", within_s=0.0), replicas.stopped

    monkeypatch.setattr(ray_ingress, "GRACE_S", 0.01)
    (told,), stopped = asyncio.run(late())
    assert told["error"]["kind"] == "late" and stopped == 1


def test_where_too_many_wait_the_next_is_told_that_it_is_busy():
    door, _ = ingress([ray_ingress.BackPressureError(3, 3)])
    (told,) = asyncio.run(answers(door, "sample"))
    assert told["error"]["kind"] == "busy"


def test_a_job_that_is_stopped_is_stopped_at_its_replica():
    async def stopped():
        door, replicas = ingress([{"progress": 0.0}, asyncio.Event()])
        lines = door._lines("sample", wire.call_document(job="mine"))
        first = json.loads(await anext(lines))
        (told,) = await answers(door, "stop", job="mine")
        return first, told, [json.loads(line) async for line in lines], replicas.stopped, door._jobs

    first, told, (last,), at_replica, left = asyncio.run(stopped())
    assert first == {"progress": 0.0} and told["done"] == {"stopped": True}
    assert last["error"]["kind"] == "cancelled" and at_replica == 1 and left == {}


def test_whoever_goes_away_stops_his_job_at_its_replica():
    async def gone():
        door, replicas = ingress([{"progress": 0.0}, asyncio.Event()])
        lines = door._lines("sample", wire.call_document(job="mine"))
        await anext(lines)
        (task,) = door._jobs.values()
        await lines.aclose()
        await asyncio.wait([task])
        return replicas.stopped, door._jobs

    assert asyncio.run(gone()) == (1, {})


def test_ten_thousand_stops_of_jobs_that_never_came_take_little_and_one_that_comes_later_is_not_begun():
    async def stops():
        door, replicas = ingress()
        for number in range(10_000):
            await answers(door, "stop", job=f"job {number}")
        return await answers(door, "sample", job="job 9999"), len(door._stopped), replicas.documents

    (told,), remembered, asked = asyncio.run(stops())
    assert told["error"]["kind"] == "cancelled" and asked == [] and remembered < 10_000


def test_another_protocol_is_refused_before_a_replica_hears_of_it():
    async def other():
        door, _ = ingress()
        return [json.loads(line) async for line in door._lines("sample", {"protocol": 0})]

    (told,) = asyncio.run(other())
    assert told["error"]["kind"] == "version"


def test_a_body_that_goes_on_and_on_is_not_read_to_its_end():
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b" " * 2**20, "more_body": True}

    async def asked():
        door, _ = ingress()
        scope = {"type": "http", "method": "POST", "path": "/unloop/sample", "headers": [], "query_string": b""}
        return await door(Request(scope, receive))

    response = asyncio.run(asked())
    assert response.status_code == 413 and len(read) == ray_ingress.CALL_BYTES // 2**20 + 1


# What is written for other machines.

def test_the_configuration_is_what_serve_deploy_takes_and_only_its_owner_reads_the_token_in_it(tmp_path):
    from ray.serve.schema import ServeDeploySchema

    file = tmp_path / "cluster.yaml"
    typed = ["--ray", "--model", "tiny", "--compute", "cpu", "--replicas", "1:4", "--listen", "0.0.0.0", "--write-config", str(file)]
    said = CliRunner().invoke(serve, typed, catch_exceptions=False).output
    written = ServeDeploySchema.model_validate(json.loads(file.read_text()))
    (application,) = written.applications
    settings = ClusterSettings.read(application.args)
    assert (settings.least, settings.most, settings.model) == (1, 4, "tiny") and len(settings.token) >= 16
    assert application.import_path == "unloop_py.serve.ray_app:application" and written.http_options.host == "0.0.0.0"
    assert file.stat().st_mode & 0o077 == 0
    assert f"serve deploy {file}" in said and f"--token {settings.token}" in said


@pytest.mark.parametrize(("least", "most", "scaled"), [(2, 2, None), (1, 4, (1, 4))])
def test_ray_is_told_how_many_replicas_there_are_how_many_calls_they_bear_and_between_what_it_may_choose(least, most, scaled):
    built = ray_app.application(ClusterSettings(model="tiny", least=least, most=most, waiting=5).to_dict())
    told = built._bound_deployment.init_args[1]._bound_deployment._deployment_config
    chosen = told.autoscaling_config
    assert (None if chosen is None else (chosen.min_replicas, chosen.max_replicas)) == scaled
    assert chosen is not None or told.num_replicas == least
    assert (told.max_ongoing_requests, told.max_queued_requests) == (5, 5)


@pytest.mark.parametrize(("most", "cards", "each"), [(1, 1, 1.0), (2, 1, 0.5), (3, 2, 0.6666), (2, 4, 1.0), (2, 0, 1.0)])
def test_replicas_share_the_cards_that_there_are(most, cards, each):
    settings = ClusterSettings(model="tiny", most=most, gpus=1.0)
    assert ray_app.sharing(settings, cards).gpus == each
