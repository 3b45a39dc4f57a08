"""OSC over TCP: both framings, answers and news over the connection, and clients that do it harm."""

import shutil
import socket
import struct
import subprocess

import pytest

from unloop_py.control.bus import Notice
from unloop_py.osc import tcp
from unloop_py.osc.framing import BrokenStream, Unframer, framed
from unloop_py.osc.messages import MAX_PACKET, decode, encode

TIMEOUT_S = 20.0  # of a machine that is busy with other tests


class TcpClient:
    """A TCP connection that speaks OSC to one server."""

    def __init__(self, port: int, framing: str = "slip") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.port = self.socket.getsockname()[1]
        self._framing = framing
        self._unframer = Unframer()
        self._packets: list[bytes] = []

    def send(self, address: str, *values: int | float | str) -> None:
        self.socket.sendall(framed(encode(address, *values), self._framing))

    def receive(self) -> tuple:
        """The next message as (address, argument, ...); EOFError when the server has closed."""
        while not self._packets:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self._packets += self._unframer.feed(data)
        (message,) = decode(self._packets.pop(0))
        return (message.address, *message.arguments)

    def settle(self) -> None:
        """Reads all that was sent up to now."""
        self.send("/unloop/fence")
        while self.receive()[:2] != ("/unloop/error", "/unloop/fence"):
            pass

    def receive_until(self, address: str) -> tuple:
        while (message := self.receive())[0] != address:
            pass
        return message


@pytest.fixture
def connect(server):
    clients = []

    def make(framing: str = "slip") -> TcpClient:
        clients.append(TcpClient(server.port, framing))
        return clients[-1]

    yield make
    for one in clients:
        one.socket.close()


@pytest.mark.parametrize("framing", ["slip", "length"])
def test_commands_questions_and_errors_go_over_one_connection_in_either_framing(connect, bus, framing):
    player = connect(framing)
    player.send("/unloop/loop/1/record")
    player.send("/unloop/loop/2/mix")
    player.send("/unloop/loop/2/mix", 7)
    assert player.receive() == ("/unloop/loop/2/mix", 1.0)
    assert player.receive() == ("/unloop/error", "/unloop/loop/2/mix", "mix must be in 0..1, got 7")
    assert [(one.name, one.source) for one in bus.given] == [("record", f"osc.tcp:127.0.0.1:{player.port}")]


def test_who_subscribes_without_a_port_hears_the_news_over_the_connection_and_not_its_own_changes(connect, client, server):
    player = connect()
    player.send("/unloop/subscribe")
    player.settle()
    player.send("/unloop/loop/1/mix", 0.25)
    client.send("/unloop/loop/1/wet", 0.5)
    client.news()
    assert player.receive_until("/unloop/loop/1/wet") == ("/unloop/loop/1/wet", 0.5)
    server.notify(Notice("state", 0, ("recording",)))
    assert player.receive_until("/unloop/loop/1/state") == ("/unloop/loop/1/state", "recording")


def test_a_connection_that_ends_is_no_longer_told(connect, client, server):
    player = connect()
    player.send("/unloop/subscribe")
    player.settle()
    assert server.is_heard
    player.socket.close()
    while server.is_heard:
        client.news()
    assert len(server._tcp) == 0


def test_a_stream_may_come_byte_by_byte_and_many_packets_at_once(connect, bus):
    player = connect()
    for byte in framed(encode("/unloop/loop/1/again", 192 + 219), "slip"):
        player.socket.sendall(bytes([byte]))
    player.socket.sendall(b"".join(framed(encode("/unloop/loop/1/again", number), "slip") for number in range(1, 500)))
    assert bus.wait_for(n_given=500)
    assert [one.argument for one in bus.given] == [411, *range(1, 500)]


@pytest.mark.parametrize(
    "stream", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02", struct.pack(">i", MAX_PACKET + 1), b"\xc0" + b"/" * 3 * MAX_PACKET]
)
def test_what_is_no_stream_of_osc_is_cut_off_and_said(connect, client, server, stream):
    stranger = connect()
    stranger.socket.sendall(stream)
    address, _, text = stranger.receive()
    assert address == "/unloop/error" and text
    with pytest.raises((EOFError, ConnectionError)):
        stranger.receive()
    assert client.news() == [] and server.counts()[5] == 1


def test_rubbish_in_a_frame_is_counted_and_the_stream_goes_on(connect, server):
    player = connect()
    player.socket.sendall(b"\xc0rubbish\xc0\xc0/\xdb\x01\xc0\xc0\xc0")
    player.send("/unloop/loop/1/mix")
    assert player.receive() == ("/unloop/loop/1/mix", 1.0)
    assert server.counts()[1] == 2


def test_a_client_that_never_reads_is_cut_off_and_the_others_are_not_kept(connect, client, server):
    deaf, player = connect(), connect()
    for one in (deaf, player):
        one.send("/unloop/subscribe")
    player.settle()
    text = "x" * 900
    while server.counts()[5] == 0:
        for _ in range(50):
            server.notify(Notice("error", None, ("", text)))
        server.notify(Notice("xruns", None, (7,)))
        assert player.receive_until("/unloop/xruns") == ("/unloop/xruns", 7)
    assert len(server._tcp) == 1
    assert client.news() == []


def test_of_a_thousand_connections_sixty_four_are_kept_the_limit_is_named_and_those_that_there_are_go_on(connect, server):
    player = connect()
    others = [connect() for _ in range(tcp.MAX_CONNECTIONS - 1)]
    for one in others:
        one.send("/unloop/loop/1/mix")
        one.receive()
    for _ in range(1000 - tcp.MAX_CONNECTIONS):
        with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as late:
            (message,) = decode(Unframer().feed(late.recv(4096))[0])
            assert message.arguments[1] == f"TCP connections must be at most {tcp.MAX_CONNECTIONS}: close one that is not needed"
    player.send("/unloop/loop/2/mix")
    assert player.receive() == ("/unloop/loop/2/mix", 1.0)
    assert len(server._tcp) == tcp.MAX_CONNECTIONS and server.counts()[5] == 1000 - tcp.MAX_CONNECTIONS


def test_a_client_that_is_gone_before_its_answer_harms_nobody(connect, client, server):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as rude:
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.sendall(framed(encode("/unloop/state"), "slip") * 3)
    client.news()
    client.send("/unloop/loop/1/mix")
    assert client.news() == [("/unloop/loop/1/mix", 1.0)]


@pytest.mark.parametrize("framing", ["slip", "length"])
def test_framing_carries_any_packet_however_it_is_cut(framing):
    packets = [b"/" + bytes(range(256)), b"#\xc0\xdb\xdc\xdd\xdb\xdb\xc0", b"/\xdb\xdd\xdc"]
    stream = b"".join(framed(packet, framing) for packet in packets)
    for size in (1, 2, 3, 7, len(stream)):
        unframer = Unframer()
        found = [packet for at in range(0, len(stream), size) for packet in unframer.feed(stream[at : at + size])]
        assert found == packets and unframer.framing == framing


def test_a_slip_sender_that_only_ends_its_packets_is_understood():
    assert Unframer().feed(encode("/a") + b"\xc0" + encode("/b") + b"\xc0") == [encode("/a"), encode("/b")]


def test_a_packet_longer_than_any_breaks_the_stream():
    unframer = Unframer()
    with pytest.raises(BrokenStream, match="at most"):
        for _ in range(100):
            unframer.feed(b"/" * 4096)


@pytest.mark.skipif(shutil.which("oscsend") is None, reason="liblo's oscsend is not installed")
def test_liblo_s_own_tool_is_understood_over_tcp(server, bus):
    subprocess.run(["oscsend", f"osc.tcp://127.0.0.1:{server.port}", "/unloop/loop/1/mix", "f", "0.5"], check=True, timeout=TIMEOUT_S)
    assert bus.wait_for(n_sets=1)
    assert bus.sets == [(0, "mix", 0.5, None)]
