"""OSCQuery over real HTTP, WebSocket and mDNS on loopback: what a host builds its controls from, and what it hears."""

import contextlib
import json
import re
import socket
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from unloop_py.control.bus import Notice
from unloop_py.control.commands import COMMANDS
from unloop_py.control.fake_bus import FakeBus
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS
from unloop_py.osc.announce import OSC, OSCQUERY, Announcement
from unloop_py.osc.messages import decode
from unloop_py.osc.oscquery import MAX_CLIENTS, OscQuery
from unloop_py.osc.oscquery_tree import methods

TIMEOUT_S = 20.0  # of a machine that is busy with other tests


@pytest.fixture
def query(bus, monkeypatch):
    monkeypatch.setattr(Announcement, "start", lambda announcement: None)  # which has a test of its own
    query = OscQuery(bus, 9951, port=0)
    bus.listeners.append(query.notify)
    query.start()
    yield query
    query.stop()


def ask(query, path="/", **headers):
    """The status and the JSON of a GET."""
    request = urllib.request.Request(f"http://127.0.0.1:{query.port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            body = answer.read()
            return answer.status, json.loads(body) if body else None
    except urllib.error.HTTPError as error:
        return error.code, None


@pytest.fixture
def host(query):
    with connect(f"ws://127.0.0.1:{query.port}/", open_timeout=TIMEOUT_S) as host:
        yield host


def say(host, command, path):
    host.send(json.dumps({"COMMAND": command, "DATA": path}))


def heard(host):
    """The next thing that a host is sent: an OSC message as (address, argument, ...), or what else it is."""
    said = host.recv(timeout=TIMEOUT_S)
    if isinstance(said, str):
        return json.loads(said)
    (message,) = decode(said)
    return (message.address, *message.arguments)


# What there is


def test_every_parameter_is_described_by_its_row(query, bus):
    whole, loop = (ask(query, path)[1]["CONTENTS"] for path in ("/unloop", "/unloop/loop/2"))
    for row in PARAMETERS:
        node, place = (whole[row.name], "/unloop") if row.scope == "global" else (loop[row.name], "/unloop/loop/2")
        assert (node["FULL_PATH"], node["DESCRIPTION"], node["ACCESS"]) == (f"{place}/{row.name}", row.help, 3)
        assert node["VALUE"] == [bus.get(1, row.name)]
        if row.kind == "bool":
            assert node["TYPE"] == "TF"[not row.default] and node["VALUE"] == [bool(row.default)]
        else:
            assert node["TYPE"] == row.kind[0]
            assert node["RANGE"] == [{"MIN": row.minimum, "MAX": row.maximum}] and node["CLIPMODE"] == ["both"]
        assert ("UNIT" in node) == bool(row.unit)


def test_every_command_is_there_as_what_a_host_can_build_from(query):
    _, root = ask(query)
    loop, whole = (ask(query, path)[1]["CONTENTS"] for path in ("/unloop/loop/1", "/unloop"))
    for row in COMMANDS:
        node = (loop if row.scope == "loop" else whole)[row.name]
        assert node["DESCRIPTION"] == row.help and node["ACCESS"] in (2, 3)
        assert node["TYPE"] in {"none": "I", "toggle": "TF", "count": "i"}.get(row.argument, "s")
    assert root["CONTENTS"]["unloop"]["CONTENTS"].keys() == whole.keys()
    assert loop["mute"]["ACCESS"] == 3 and loop["mute"]["VALUE"] == [False]
    assert loop["record"]["ACCESS"] == 2 and "VALUE" not in loop["record"]
    assert "record_or_overdub" in loop["hit"]["RANGE"][0]["VALS"]
    assert "timbre-transfer" in loop["preset"]["RANGE"][0]["VALS"]


def test_what_is_told_can_be_read_and_not_written(query, bus):
    bus.become(0, state="playing", position=0.5, repetition=3, late=1, layers=2)
    bus.tell(Notice("layers", 0, (2,)))
    told = [("state", "s", ["playing"]), ("position", "f", [0.5]), ("repetition", "ii", [3, 1]), ("custom", "F", [False])]
    for path, tags, value in told:
        node = ask(query, f"/unloop/loop/1/{path}")[1]
        assert (node["ACCESS"], node["TYPE"], node["VALUE"]) == (1, tags, value)
    assert ask(query, "/unloop/loops")[1]["VALUE"] == [2]
    assert {row.name for row in LAYER_PARAMETERS} == set(ask(query, "/unloop/loop/1/layer/1")[1]["CONTENTS"])
    assert ask(query, "/unloop/loop/1/progress")[1]["RANGE"] == [{"MIN": 0.0, "MAX": 1.0}]


def test_a_value_is_as_it_stands_when_it_is_asked_for(query, bus):
    assert ask(query, "/unloop/loop/1/mix?VALUE") == (200, {"VALUE": [1.0]})
    bus.set(0, "mix", 0.25)
    bus.become(0, position=0.75)
    assert ask(query, "/unloop/loop/1/mix?VALUE") == (200, {"VALUE": [0.25]})
    assert ask(query, "/unloop/loop/1/position?VALUE") == (200, {"VALUE": [0.75]})
    bus.set(0, "tempo", 90.0)
    assert ask(query, "/unloop/tempo?VALUE") == (200, {"VALUE": [90.0]})


@pytest.fixture(scope="module")
def one():
    """A server for those who change nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Announcement, "start", lambda announcement: None)
        query = OscQuery(FakeBus(n_loops=2), 9951, port=0)
        query.start()
    yield query
    query.stop()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/unloop/loop/1/temperature?RANGE", 200, {"RANGE": [{"MIN": 0.1, "MAX": 2}]}),
        ("/unloop/loop/1/seam_ms?UNIT", 200, {"UNIT": ["time.ms"]}),
        ("/unloop/loop/1/mix?ACCESS", 200, {"ACCESS": 3}),
        ("/unloop/loop/1/mix?FULL_PATH", 200, {"FULL_PATH": "/unloop/loop/1/mix"}),
        ("/unloop/loop/1?VALUE", 204, None),
        ("/unloop/loop/1/record?VALUE", 204, None),
        ("/unloop/loop/1/mix?CONTENTS", 204, None),
        ("/unloop/loop/1/mix?COLOUR", 400, None),
        ("/unloop/loop/1/mix?VALUE&RANGE", 400, None),
        ("/unloop/loop/3", 404, None),
        ("/unloop/loop/1/mix/more", 404, None),
        ("/nothing?VALUE", 404, None),
    ],
)
def test_an_attribute_is_given_alone_and_what_is_not_there_has_the_proposal_s_status(one, path, status, says):
    assert ask(one, path) == (status, says)


def test_host_info_says_where_osc_is_and_what_is_understood(query):
    info = ask(query, "/?HOST_INFO")[1]
    assert (info["NAME"], info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("unloop", "127.0.0.1", 9951, "UDP")
    assert info["WS_PORT"] == query.port
    extensions = info["EXTENSIONS"]
    assert all(extensions[name] for name in ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "CLIPMODE", "UNIT", "LISTEN", "PATH_ADDED"))
    assert not extensions["CRITICAL"]


def test_what_it_says_is_understood_by_the_osc_server(query, client, bus):
    everything = methods(bus)
    for path, method in everything.items():
        if method.access == 3 and method.types in "fiT" and path != "/unloop/select":
            client.send(path, *(int(value) for value in method.values) if method.types == "T" else method.values)
    assert client.news() == []


# Listening


def test_a_host_hears_what_it_listens_to_with_the_types_that_it_was_told(host, bus):
    say(host, "LISTEN", "/unloop/loop/1/mix")
    assert heard(host) == ("/unloop/loop/1/mix", 1.0)
    say(host, "LISTEN", "/unloop/loop/1/mute")
    assert heard(host) == ("/unloop/loop/1/mute", False)
    say(host, "LISTEN", "/unloop/loop/1/state")
    assert heard(host) == ("/unloop/loop/1/state", "off")
    bus.set(0, "wet", 0.5)
    bus.set(0, "mix", 0.5)
    assert heard(host) == ("/unloop/loop/1/mix", 0.5)
    bus.command(0, "mute", 1)
    assert heard(host) == ("/unloop/loop/1/mute", True)
    say(host, "IGNORE", "/unloop/loop/1/mix")
    say(host, "LISTEN", "/unloop/loop/1/pan_1")
    assert heard(host) == ("/unloop/loop/1/pan_1", 0.0)
    bus.set(0, "mix", 0.75)
    bus.become(0, state="recording")
    assert heard(host) == ("/unloop/loop/1/state", "recording")


def test_a_position_is_heard_while_it_moves(host, bus):
    say(host, "LISTEN", "/unloop/loop/2/position")
    assert heard(host) == ("/unloop/loop/2/position", 0.0)
    bus.become(1, position=0.5)
    assert heard(host) == ("/unloop/loop/2/position", 0.5)


def test_loops_and_layers_that_come_and_go_are_said(host, bus):
    say(host, "LISTEN", "/unloop/loops")
    assert heard(host) == ("/unloop/loops", 2)
    bus.command(None, "loop_add")
    said = [heard(host), heard(host)]
    assert ("/unloop/loops", 3) in said and {"COMMAND": "PATH_ADDED", "DATA": "/unloop/loop/3"} in said
    bus.become(2, layers=1)
    bus.tell(Notice("layers", 2, (1,)))
    assert heard(host) == {"COMMAND": "PATH_ADDED", "DATA": "/unloop/loop/3/layer"}
    bus.command(None, "loop_del")
    said = [heard(host), heard(host)]
    assert ("/unloop/loops", 2) in said and {"COMMAND": "PATH_REMOVED", "DATA": "/unloop/loop/3"} in said


RUBBISH = ["", "[]", "{", "7", '{"COMMAND": "LISTEN"}', '{"COMMAND": 1, "DATA": []}', "[" * 100_000, b"\xc0\xff"]


def test_what_is_no_command_is_passed_over(host):
    for rubbish in RUBBISH:
        host.send(rubbish)
    say(host, "LISTEN", "/no/such/path")
    say(host, "LISTEN", "/unloop/loop/1/mix")
    assert heard(host) == ("/unloop/loop/1/mix", 1.0)


def test_who_does_not_read_is_told_the_newest_of_each_and_costs_no_memory(query, host, bus):
    say(host, "LISTEN", "/unloop/loop/1/mix")
    heard(host)
    for number in range(30_000):
        query.notify(Notice("parameter", 0, ("mix", number / 30_000)))
    bus.set(0, "mix", 0.125)  # what has been forgotten of so much is asked for
    query.notify(Notice("parameter", 0, ("mix", 0.125)))
    assert max(len(client._waiting) for client in query._clients) <= 1
    while heard(host) != ("/unloop/loop/1/mix", 0.125):
        pass


def test_hosts_are_limited(query):
    with contextlib.ExitStack() as hosts:
        for _ in range(MAX_CLIENTS):
            hosts.enter_context(connect(f"ws://127.0.0.1:{query.port}/"))
        with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{query.port}/"):
            pass


# Who may ask


@pytest.mark.parametrize("host_header", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_web_site_that_calls_itself_this_machine_is_refused(one, host_header):
    assert ask(one, Host=host_header)[0] in (400, 403)


def test_the_names_of_this_machine_are_understood(query):
    for name in ("localhost", "127.0.0.1", f"127.0.0.1:{query.port}", f"{socket.gethostname()}:1", "studio.local"):
        assert ask(query, "/unloop/loops?VALUE", Host=name) == (200, {"VALUE": [2]})


def test_a_page_of_another_origin_hears_nothing(query):
    assert ask(query, Origin="http://evil.example")[0] == 403
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{query.port}/", origin="http://evil.example"):
        pass
    with connect(f"ws://127.0.0.1:{query.port}/", origin=f"http://127.0.0.1:{query.port}") as own:
        say(own, "LISTEN", "/unloop/loops")
        assert heard(own) == ("/unloop/loops", 2)


def test_a_host_that_is_not_allowed_is_not_answered(query, monkeypatch):
    monkeypatch.setattr(query._allowed, "lets_in", lambda host: False)
    assert ask(query)[0] == 403


def test_nothing_but_reading_is_possible(query):
    for method in ("POST", "PUT", "DELETE"):
        request = urllib.request.Request(f"http://127.0.0.1:{query.port}/unloop/loop/1/mix", data=b"x", method=method)
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(request, timeout=TIMEOUT_S)


# Being found


def test_both_ports_are_found_by_zeroconf_on_the_loopback_that_they_listen_on():
    zeroconf = pytest.importorskip("zeroconf")
    announcement = Announcement("127.0.0.1", {OSC: 9951, OSCQUERY: 9975})
    announcement.start()
    try:
        if not announcement.wait(10.0):
            pytest.skip("this machine has no multicast on loopback")
        with zeroconf.Zeroconf(interfaces=["127.0.0.1"], ip_version=zeroconf.IPVersion.V4Only) as browser:
            for kind, port in ((OSC, 9951), (OSCQUERY, 9975)):
                names = [name for name in announcement.names if name.endswith(kind)]
                info = browser.get_service_info(kind, names[0], 3000)
                assert (info.port, info.parsed_addresses()) == (port, ["127.0.0.1"])
                assert re.match(r"unloop ", names[0])
    finally:
        announcement.stop()


@pytest.mark.parametrize("raises", [OSError("no such device"), RuntimeError("a loop has ended")])
def test_without_a_network_a_line_is_logged_and_nothing_else_happens(monkeypatch, caplog, raises):
    def nothing(*arguments, **options):
        raise raises

    monkeypatch.setattr("unloop_py.osc.announce.Zeroconf", nothing)
    caplog.set_level("INFO")
    announcement = Announcement("0.0.0.0", {OSC: 9951})
    announcement.start()
    announcement._thread.join(TIMEOUT_S)
    announcement.stop()
    assert "OSC" in caplog.text and not any(record.levelname in ("ERROR", "WARNING") for record in caplog.records)
