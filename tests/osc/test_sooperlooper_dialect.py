"""SooperLooper's messages over real UDP, and what its own window sends: answers, their types and their order."""

import json
from pathlib import Path

import pytest
from pythonosc.osc_message import OscMessage

from unloop_py import __version__
from unloop_py.control.bus import Notice
from unloop_py.control.sooperlooper_addresses import ADDRESSES
from unloop_py.osc.messages import encode

SLGUI = Path(__file__).resolve().parent.parent / "data" / "sooperlooper" / "slgui.jsonl"


def typed(client):
    """The next packet that is no clockwork: its address, types and arguments, as another program reads them."""
    while True:
        packet = client._socket.recv(65536)
        message = OscMessage(packet)
        if message.address not in ("/unloop/alive",):
            types = packet[packet.index(b",") + 1 :].partition(b"\0")[0].decode()
            return message.address, types, tuple(message.params)


@pytest.fixture
def url(client):
    return f"osc.udp://127.0.0.1:{client.port}/"


@pytest.fixture
def ours(server):
    return f"osc.udp://127.0.0.1:{server.port}/"


def test_a_ping_is_answered_with_our_address_version_and_count_of_loops(client, url, ours):
    client.send("/ping", url, "/pingack")
    assert typed(client) == ("/pingack", "ssi", (ours, __version__, 2))


def test_a_ping_with_a_number_is_answered_with_one_that_tells_a_restart(client, url, ours, bus):
    from unloop_py.osc.server import OscServer

    client.send("/ping", url, "/alive_resp", 1)
    client.send("/ping", url, "/alive_resp", 1)
    one, again = typed(client), typed(client)
    assert one[:2] == ("/alive_resp", "ssii") and one[2][:3] == (ours, __version__, 2) and one == again
    with OscServer(bus, port=0) as restarted:
        client._socket.sendto(encode("/ping", url, "/alive_resp", 1), ("127.0.0.1", restarted.port))
        assert typed(client)[2][3] != one[2][3]


@pytest.mark.parametrize("spelling", ["osc.udp://127.0.0.1:{}/", "127.0.0.1:{}", "osc.udp://127.0.0.1:{}", "localhost:{}/", "osc.udp://a-host.nowhere:{}/"])
def test_addresses_are_read_in_every_spelling_and_a_name_is_the_sender_s_host(client, ours, spelling):
    client.send("/ping", spelling.format(client.port), "/pingack")
    assert typed(client)[0] == "/pingack"


def test_who_has_registered_is_told_whenever_the_count_of_loops_changes(client, new_client, url, ours):
    client.send("/register", url, "/pingack")
    client.send("/register", url, "/pingack")
    client.send("/loop_add", 1, 40.0)
    assert typed(client) == ("/pingack", "ssi", (ours, __version__, 3))
    client.send("/loop_del", -1)
    assert typed(client) == ("/pingack", "ssi", (ours, __version__, 2))
    client.send("/unregister", url, "/pingack")
    client.send("/loop_add", 2, 40.0, 0)
    assert client.news() == []


def test_a_loop_is_added_with_the_channels_that_are_asked_for(client, bus):
    client.send("/loop_add", 1, 40.0)
    assert client.news() == []
    assert [call.name for call in bus.given] == ["loop_add"] and [row[:3] for row in bus.sets] == [(2, "channels", 1)]


def test_quit_ends_the_instrument(client, bus):
    client.send("/quit")
    assert client.news() == [] and [call.name for call in bus.given] == ["quit"]


def test_every_message_of_the_table_is_understood_with_its_types_and_refused_with_too_few(client, bus, url):
    values = {"s": "wet", "i": 2, "f": 0.5}
    for row in (row for row in ADDRESSES if "midi" not in row.address):
        words = row.arguments.replace("[", "").replace("]", "").split()
        given = {"returl": url, "retpath": "/x", "word": "record", "name": "name", "loop": -1}
        if row.name.startswith(("/", "midi")) or "control" in words and "/N/" not in row.address:
            given["control"] = "tempo"
        arguments = [given.get(word, values[letter]) for word, letter in zip(words, row.letters, strict=True)]
        if "/N/" not in row.address and words[:2] == ["control", "value"]:
            arguments = ["tempo", 90.0]
        client.send(row.address.replace("/N/", "/0/"), *arguments)
        assert not [news for news in client.news() if news[0] == "/unloop/error"], row.address
        if row.least:
            client.send(row.address.replace("/N/", "/0/"), *arguments[: row.least - 1])
            ((_, _, text),) = [news for news in client.news() if news[0] == "/unloop/error"]
            assert text.startswith(f"{row.address} takes {row.arguments}"), row.address


def test_what_the_window_sends_when_it_connects_is_answered_as_the_engine_does(client, url, bus):
    """Recorded between Debian's slgui and its own engine."""
    rows = [json.loads(line) for line in SLGUI.read_text().splitlines()]
    asked = []
    for address, _, arguments in rows:
        sent = [url if isinstance(one, str) and one.startswith("osc.udp") else one for one in arguments]
        if address.endswith("/get"):
            number = int(address.split("/")[2]) if address.startswith("/sl") else -2
            asked.append((arguments[2], "isf", (number, arguments[0])))
            client.send(address, *sent)
            path, kinds, (told, control, value) = next(one for one in iter(lambda: typed(client), None) if one[2][:2] == asked[-1][2])
            assert (path, kinds, (told, control)) == asked[-1] and isinstance(value, float)
        else:
            client.send(address, *sent)
    assert not [one for one in client.news() if one[0] == "/unloop/error"]
    assert len(asked) > 50
    bus.become(0, state="recording")
    while (told := client.receive_until("/ctrl"))[2] != "state":
        pass
    assert told == ("/ctrl", 0, "state", 2.0)
    bus.set(0, "wet", 0.25, source="keys")
    while (told := client.receive_until("/ctrl"))[2] != "wet":
        pass
    assert told == ("/ctrl", 0, "wet", 0.25)


def test_updates_come_by_themselves_and_none_to_the_port_that_caused_them(client, new_client, url):
    other = new_client()
    client.send("/sl/-1/register_update", "feedback", url, "/f")
    client.send("/sl/1/register_auto_update", "feedback", 10, f"127.0.0.1:{other.port}", "/auto")
    assert other.receive() == ("/auto", 1, "feedback", 1)
    client.send("/sl/1/set", "feedback", 0.5)
    assert other.receive_until("/auto") == ("/auto", 1, "feedback", 0.5)
    other.send("/sl/1/set", "feedback", 0.25)
    assert client.receive() == ("/f", 1, "feedback", 0.25)
    client.send("/sl/-1/unregister_update", "feedback", url, "/f")
    client.send("/sl/1/unregister_auto_update", "feedback", f"127.0.0.1:{other.port}", "/auto")
    client.news()
    other.send("/sl/1/set", "feedback", 0.75)
    other.news()
    assert client.news() == []


def test_a_loop_is_told_of_by_the_number_that_was_asked_for(client, url, bus):
    bus.become(0, state="playing")
    bus.become(1, state="paused")
    client.send("/set", "selected_loop_num", 1)
    for number in (-3, -1):
        client.send(f"/sl/{number}/get", "state", url, "/answer")
    client.send("/sl/{0,1}/get", "state", url, "/pattern")
    assert client.news() == [("/answer", -3, "state", 14), ("/answer", 0, "state", 4), ("/answer", 1, "state", 14),
                             ("/pattern", 0, "state", 4), ("/pattern", 1, "state", 14)]


def test_loops_have_names(client, url):
    client.send("/sl/1/set_prop", "name", "drums")
    for loop in (0, 1):
        client.send(f"/sl/{loop}/get_prop", "name", url, "/name")
    assert [typed(client), typed(client)] == [("/name", "iss", (0, "name", "")), ("/name", "iss", (1, "name", "drums"))]


def test_a_file_that_cannot_be_is_told_where_the_message_says_and_nowhere_else(client, new_client, url, ours, bus):
    other = new_client()
    client.send("/sl/1/save_loop", "/tmp/x.wav", "float", "little", url, "/err")
    client.send("/sl/0/load_loop", "/tmp/y.wav", f"127.0.0.1:{other.port}", "/err")
    client.news()
    save, load = bus.given
    assert (save.loop, save.name, save.argument) == (1, "save", "/tmp/x.wav") and (load.loop, load.name) == (0, "load")
    bus.tell(Notice("saved", 1, ("/tmp/x.wav",), save.source))
    bus.tell(Notice("error", None, ("/unloop/loop/1/load", "load: no such thing"), load.source))
    bus.tell(Notice("error", None, ("/unloop/loop/1/save", "save: what is done is done"), save.source))
    assert typed(other) == ("/err", "ss", (ours, "load: no such thing"))
    assert other.news() == client.news() == []
    bus.refuse = "the loop is empty"
    client.send("/sl/1/save_loop", "/tmp/x.wav", "float", "little", url, "/err")
    assert client.news() == [("/err", ours, "the loop is empty")]


def test_sessions_are_written_with_or_without_audio_and_read_and_errors_come_where_they_are_wanted(client, url, ours, bus):
    client.send("/save_session", "/tmp/a.slsess", url, "/err", 1)
    client.send("/save_session", "/tmp/b.slsess", url, "/err")
    client.send("/save_session", "/tmp/c.slsess", url, "/err", 0)
    client.send("/load_session", "/tmp/a.slsess", url, "/err")
    assert client.news() == []
    assert [(call.loop, call.name, call.argument) for call in bus.given] == [
        (None, "save_session", "/tmp/a.slsess"), (None, "save_settings", "/tmp/b.slsess"), (None, "save_settings", "/tmp/c.slsess"),
        (None, "load_session", "/tmp/a.slsess")]
    bus.tell(Notice("error", None, ("/unloop/load_session", "load_session: no such thing"), bus.given[-1].source))
    assert client.news() == [("/err", ours, "load_session: no such thing")]
