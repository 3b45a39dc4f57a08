"""`unloop jam` as a player and a patch meet it: a real process, real time, OSC over real UDP, no sound card.

The loop is 3 s, marked out by two timetags, so that its length is known to the frame; what was recorded to the file is
then compared pass by pass.
"""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from unloop_py.generator.model_files import BUNDLED
from unloop_py.sessions.reading import read_session

RATE = 44100
LOOP_S = 3
LOOP = LOOP_S * RATE
FADE = RATE // 50  # seam_ms = 20
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 180.0  # for what a free machine does in a few seconds
FIRST_START_S = 400.0  # the engine may have to be compiled

TONES = """
import sys
from unloop_py.config import JamConfig
from unloop_py.session.jam import run_jam
sys.exit(run_jam(
    JamConfig(backend="virtual", input_file=sys.argv[1], record=sys.argv[2], osc_port=int(sys.argv[3])),
    generator_factory="unloop_py.vamper.fakes:load_tones", generator_arguments={"overhead_s": 0.2}))
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and /proc of POSIX")


def environment():
    """The package is found from any folder, installed or not."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


def message(address, *arguments):
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


class Client:
    """An OSC client on one port: sends, subscribes, and waits for what it hears."""

    def __init__(self, port):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._to = ("127.0.0.1", port)
        self.heard = []

    def send(self, address, *arguments):
        self._socket.sendto(message(address, *arguments).dgram, self._to)

    def send_at(self, unix_s, address, *arguments):
        bundle = OscBundleBuilder(unix_s)
        bundle.add_content(message(address, *arguments))
        self._socket.sendto(bundle.build().dgram, self._to)

    def listen(self, seconds=0.0):
        """Take in what has come, waiting up to `seconds` for the first of it."""
        while select.select([self._socket], [], [], seconds)[0]:
            datagram = self._socket.recv(65536)
            assert not OscBundle.dgram_is_bundle(datagram)
            told = OscMessage(datagram)
            self.heard.append((told.address, *told.params))
            seconds = 0.0

    def wait_for(self, wanted, patience_s=PATIENCE_S):
        """The first message that `wanted` accepts, heard already or yet to come."""
        seen, end_s = 0, time.monotonic() + patience_s
        while True:
            for told in self.heard[seen:]:
                seen += 1
                if wanted(told):
                    return told
            assert time.monotonic() < end_s, f"not told within {patience_s:.0f} s; the last: {self.heard[-20:]}"
            self.listen(0.2)

    def repetitions(self):
        """(index, late) of every seam so far; index 0 is the state as it was on subscribing."""
        return [told[1:] for told in self.heard if told[0] == "/unloop/loop/1/repetition" and told[1] > 0]

    def close(self):
        self._socket.close()


class Jam:
    """A running `unloop jam`, its lines, and its end."""

    def __init__(self, command, folder):
        self.record = folder / "out.wav"
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
            env=environment(),
        )  # fmt: skip
        self.process.stdin.close()  # the end of input must not end the music
        self.lines = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self.lines.append("(the end)")
            self._changed.notify_all()

    def wait_for_line(self, word, patience_s=PATIENCE_S):
        def found():
            return next((line for line in self.lines if word in line or line == "(the end)"), None)

        with self._changed:
            assert self._changed.wait_for(found, patience_s), f"no line with {word!r}: {self.lines}"
        assert word in found(), self.lines
        return found()

    @property
    def port(self):
        return int(self.wait_for_line("port").split("port ")[1].split()[0].rstrip(";"))

    def workers(self):
        """Process ids of the children: the model's worker."""
        listing = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for children in listing for pid in children.read_text().split()]

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


@pytest.fixture
def groove(tmp_path):
    """Seven seconds of broken chords over a pulse: never silent, never twice the same, a third of full scale."""
    frames = 7 * RATE
    t = np.arange(frames) / RATE
    chance = np.random.default_rng(11)
    audio = np.zeros(frames)
    for k in range(28):
        at = k * RATE // 4
        note = 110.0 * 2 ** (chance.integers(0, 24) / 12)
        ring = np.exp(-5.0 * t[: frames - at])
        audio[at:] += ring * np.sin(2 * np.pi * note * t[: frames - at] + 0.3)
    audio = 0.3 * audio / np.abs(audio).max() + 1e-3 * chance.standard_normal(frames)
    path = tmp_path / "groove.wav"
    soundfile.write(path, audio.astype(np.float32), RATE, subtype="FLOAT")
    return path


@pytest.fixture
def model(tmp_path):
    """The bundled model; where it has not been built, one of random weights, which varies just as well."""
    if (BUNDLED / "small").is_dir():
        return "small"
    from unloop_py.generator.checkpoint import FILES, random_models, save_network, write_manifest

    models = random_models()
    for file, network in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(tmp_path / "model" / file, network, network.config)
    write_manifest(tmp_path / "model", name="random")
    return str(tmp_path / "model")


@pytest.fixture
def start(groove, tmp_path):
    """Start an instrument; whatever happens, it does not outlive the test."""
    with contextlib.ExitStack() as ends:

        def start(*options, tones=True):
            port = free_port()
            if tones:
                command = [sys.executable, "-c", TONES, str(groove), str(tmp_path / "out.wav"), str(port)]
            else:
                command = [
                    sys.executable, "-m", "unloop_py", "jam", "--backend", "virtual", "--input-file", str(groove),
                    "--record", str(tmp_path / "out.wav"), "--osc-port", str(port), *options,
                ]  # fmt: skip
            jam = Jam(command, tmp_path)
            ends.callback(jam.kill)
            jam.wait_for_line("ready to record", FIRST_START_S)
            return jam

        yield start


@pytest.fixture
def connect():
    with contextlib.ExitStack() as ends:

        def connect(jam):
            client = Client(jam.port)
            ends.callback(client.close)
            client.send("/unloop/subscribe")
            client.wait_for(lambda told: told[0] == "/unloop/alive")
            return client

        yield connect


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def record_three_seconds(client):
    """One press with a timetag; six beats of 120 a minute later the recording ends by itself, on a busy machine to the frame, too."""
    client.send("/unloop/loop/1/record_beats", 6)
    client.send_at(time.time() + 0.6, "/unloop/loop/1/record")
    client.wait_for(lambda told: told == ("/unloop/loop/1/state", "recording"))
    client.wait_for(lambda told: told == ("/unloop/loop/1/state", "playing"))


def in_time(jam, client, count):
    """Wait until `count` repetitions have come in time."""
    end_s = time.monotonic() + PATIENCE_S
    while sum(not late for _, late in client.repetitions()) < count:
        assert time.monotonic() < end_s, (client.repetitions(), jam.lines, client.heard[-5:])
        client.listen(0.2)


def performance(jam, groove):
    """The passes in the recorded file, without the fades to their seams, and the take as it was played in.

    Returns (passes, take): passes[0] is the take's first pass.
    """
    heard, rate = soundfile.read(jam.record, dtype="float32", always_2d=True)
    assert rate == RATE
    sounding = np.flatnonzero(np.abs(heard).max(axis=1) > 0)
    first = sounding[0]
    count = (len(heard) - first) // LOOP
    passes = [heard[first + k * LOOP : first + (k + 1) * LOOP - FADE] for k in range(count)]
    played, _ = soundfile.read(groove, dtype="float32", always_2d=True)
    start = (first - LOOP) % len(played)
    return passes, np.take(played, range(start, start + LOOP), axis=0, mode="wrap")


def differ(one, other):
    return not np.array_equal(one, other)


def flood(port, stop):
    """A second client gone mad: bytes at random, broken OSC, unknown addresses, wrong types."""
    chance = np.random.default_rng(3)
    kinds = [
        lambda: chance.bytes(int(chance.integers(1, 200))),
        lambda: b"/unloop/loop/1/rec",  # cut short
        lambda: message("/unloop/loop/1/record", 1).dgram[:-3],
        lambda: message("/unloop/loop/9/record").dgram,
        lambda: message("/unloop/loop/1/variation", "much").dgram,
        lambda: message("/unloop/loop/1/mix", float("nan")).dgram,
        lambda: b"#bundle\0" + chance.bytes(40),
        lambda: message("/unloop/nothing", 1, 2, 3).dgram,
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rubbish:
        while not stop.wait(0.005):
            for _ in range(10):
                rubbish.sendto(kinds[int(chance.integers(len(kinds)))](), ("127.0.0.1", port))


def test_three_seconds_come_back_different_at_each_seam_while_another_client_floods_the_port(start, connect, groove, model):
    jam = start("--model", model, tones=False)
    client = connect(jam)
    stop = threading.Event()
    mad = threading.Thread(target=flood, args=(jam.port, stop))
    mad.start()
    try:
        record_three_seconds(client)
        in_time(jam, client, 3)
    finally:
        stop.set()
        mad.join()
    assert jam.end() == 0, jam.lines

    passes, take = performance(jam, groove)
    told = client.repetitions()
    assert np.array_equal(passes[0], take[: LOOP - FADE])
    for (index, late), before, sounds in zip(told, passes, passes[1:], strict=False):
        assert differ(before, sounds) == (not late), f"repetition {index}, late {late}"
    assert sum(not late for _, late in told) >= 3
    assert [index for index, _ in told] == list(range(1, len(told) + 1))
    positions = [row[1] for row in client.heard if row[0] == "/unloop/loop/1/position"]
    assert len(positions) > 100 and all(0.0 <= position <= 1.0 for position in positions)


def test_a_worker_killed_in_the_middle_changes_nothing_that_sounds_and_variations_come_again(start, connect, groove):
    jam = start()
    client = connect(jam)
    jam.wait_for_line("the model is loaded")
    record_three_seconds(client)
    in_time(jam, client, 1)
    (worker,) = jam.workers()
    os.kill(worker, signal.SIGKILL)
    client.wait_for(lambda told: told[0] == "/unloop/error" and "starting the generator again" in told[2])
    before = len(client.repetitions())
    client.wait_for(lambda told: len(client.repetitions()) >= before + 2 and not client.repetitions()[-1][1])
    assert worker not in jam.workers()
    assert jam.end() == 0, jam.lines

    passes, take = performance(jam, groove)
    assert np.array_equal(passes[0], take[: LOOP - FADE])
    for (index, late), before, sounds in zip(client.repetitions(), passes, passes[1:], strict=False):
        assert differ(before, sounds) == (not late), f"repetition {index}, late {late}"


class Terminal:
    """A pseudo-terminal with an instrument on it: what is typed goes in, what is drawn comes out."""

    def __init__(self, groove, folder, *options):
        import pty
        import termios

        self.master, self.slave = pty.openpty()
        self.resize(24, 100)
        self.before = termios.tcgetattr(self.slave)
        self.settings = lambda: termios.tcgetattr(self.slave)
        command = [
            sys.executable, "-m", "unloop_py", "jam", "--backend", "virtual", "--input-file", str(groove), "--generator", "off",
            "--osc-port", str(free_port()), *options,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, cwd=folder,
            env=environment() | {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "100"}, start_new_session=True,
        )  # fmt: skip
        self.drawn = ""

    def wait_for(self, text, patience_s=PATIENCE_S):
        end_s = time.monotonic() + patience_s
        while text not in self.drawn:
            assert time.monotonic() < end_s, f"{text!r} was not drawn: {self.drawn[-2000:]}"
            if select.select([self.master], [], [], 0.2)[0]:
                drawn = os.read(self.master, 65536).decode(errors="replace")
                self.drawn += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)  # without colours
        self.drawn = self.drawn.split(text, 1)[1]

    def type(self, keys):
        os.write(self.master, keys.encode())

    def resize(self, rows, columns):
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self):
        """The window is closed: nothing reads or writes it any more, and the program is told."""
        os.close(self.master)
        os.close(self.slave)
        self.process.send_signal(signal.SIGHUP)

    def close(self):
        self.process.kill()
        self.process.wait()
        for end in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(end)


def test_keys_play_the_instrument_on_a_terminal_and_leave_it_as_it_was(groove, tmp_path):
    terminal = Terminal(groove, tmp_path, "--plain")
    try:
        terminal.wait_for("keys: space = record / play / overdub", FIRST_START_S)
        terminal.wait_for("off ")
        terminal.type(" ")
        terminal.wait_for("recording ")
        time.sleep(0.5)
        terminal.type(" ")
        terminal.wait_for("playing ")
        terminal.wait_for("pass 1")
        terminal.type("VV")
        terminal.wait_for("variation 0.60")
        terminal.type("r")
        terminal.wait_for("nothing to redo")
        terminal.type("q")
        terminal.wait_for("press q again to quit")
        terminal.type("q")
        assert terminal.process.wait(PATIENCE_S) == 0
        assert terminal.settings() == terminal.before
    finally:
        terminal.close()


def test_the_full_screen_plays_the_instrument_and_leaves_the_terminal_as_it_was_with_all_that_was_said(groove, tmp_path):
    terminal = Terminal(groove, tmp_path)
    try:
        terminal.wait_for("ready to record", FIRST_START_S)
        terminal.type(" ")
        terminal.wait_for("recording")
        time.sleep(0.5)
        terminal.type("\x1b[6~")     # a page turner's
        terminal.wait_for("playing")
        terminal.wait_for("pass 1")
        terminal.type("V")
        terminal.wait_for("0.55")
        terminal.type("?")
        terminal.wait_for("tap the tempo")
        terminal.resize(40, 120)
        terminal.type("?")
        terminal.wait_for("How far it strays")
        terminal.type("qq")
        terminal.wait_for("OSC: udp")     # once more, below the prompt
        assert terminal.process.wait(PATIENCE_S) == 0
        assert terminal.settings() == terminal.before
    finally:
        terminal.close()


@pytest.mark.parametrize("how", ["hangs up", "takes no more"])
def test_a_terminal_that_breaks_does_not_keep_the_recorded_file_from_being_finished(groove, tmp_path, how):
    terminal = Terminal(groove, tmp_path, "--record", str(tmp_path / "out.wav"))
    try:
        terminal.wait_for("ready to record", FIRST_START_S)
        terminal.type(" ")
        if how == "hangs up":
            terminal.hang_up()
        else:
            time.sleep(0.5)     # of pictures that nobody reads
            terminal.process.terminate()
        assert terminal.process.wait(PATIENCE_S) == 0
        assert soundfile.info(tmp_path / "out.wav").frames > 0
    finally:
        terminal.close()


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGHUP", "quit"])
def test_it_plays_on_without_input_until_told_and_the_recorded_file_is_finished(start, connect, how):
    before_s = time.monotonic()
    jam = start("--generator", "off", tones=False)  # its standard input has ended already
    client = connect(jam)
    time.sleep(0.3)  # real time is what is being recorded
    assert jam.process.poll() is None
    if how == "quit":
        client.send("/unloop/quit")
        status = jam.process.wait(PATIENCE_S)
    else:
        status = jam.end(getattr(signal, how))
    assert status == 0, jam.lines
    heard = soundfile.info(jam.record)
    assert heard.frames >= 0.3 * RATE
    assert heard.frames <= (time.monotonic() - before_s) * RATE
    assert [path.name for path in jam.record.parent.iterdir() if path.suffix == ".wav"].count("out.wav") == 1


def test_a_port_that_is_taken_is_passed_over_and_said(start):
    first = start("--generator", "off", tones=False)
    second = start("--generator", "off", "--osc-port", str(first.port), tones=False)
    assert second.port == first.port + 1
    assert "taken" in second.wait_for_line("port")


def test_what_cannot_be_obeyed_is_answered_and_changes_nothing(start, connect):
    jam = start("--generator", "off", tones=False)
    client = connect(jam)
    for address, arguments, words in [
        ("/unloop/loop/1/undo", (), "nothing to undo"),
        ("/unloop/loop/1/mix", (7.0,), "0..1"),
        ("/unloop/loop/1/again", (3,), "generator is off"),
        ("/unloop/generate", (1,), "--generator local"),
        ("/unloop/loop/4/record", (), "1..1"),
    ]:
        client.heard.clear()
        client.send(address, *arguments)
        told = client.wait_for(lambda told: told[0] == "/unloop/error")
        assert told[1] == address and words in told[2]
    client.heard.clear()
    client.send("/unloop/state")
    assert client.wait_for(lambda told: told[0] == "/unloop/loop/1/state")[1] == "off"
    assert client.wait_for(lambda told: told[0] == "/unloop/loop/1/mix")[1] == 1.0
    assert jam.end() == 0


def test_without_a_sound_card_one_line_tells_the_cure_and_the_demo(tmp_path):
    from unloop_py.audio_io import portaudio

    with contextlib.suppress(Exception):
        if portaudio.list_devices():
            pytest.skip("this machine has a sound card")
    done = subprocess.run(
        [sys.executable, "-m", "unloop_py", "jam"], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path,
        env=environment(), timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "demo" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle_of_the_music_the_next_start_brings_the_loop_back(start, connect, tmp_path):
    kept = ("--generator", "off", "--sessions-folder", str(tmp_path / "sessions"))
    jam = start(*kept, tones=False)
    client = connect(jam)
    record_three_seconds(client)
    client.wait_for(lambda told: told[0] == "/unloop/loop/1/repetition" and told[1] >= 1)
    jam.kill()
    (folder,) = (tmp_path / "sessions").iterdir()
    take = read_session(folder).loops[0].audio
    assert len(take) == LOOP

    offered = start(*kept, tones=False)
    assert f"the session {folder.name} (1 loop, 3.0 s) did not end as it should" in offered.wait_for_line("did not end")
    offered.kill()

    jam = start(*kept, "--session", folder.name, tones=False)
    client = connect(jam)
    jam.wait_for_line(f"{folder.name} comes back")
    client.wait_for(lambda told: told[0] == "/unloop/loop/1/repetition" and told[1] >= 2)
    assert jam.end() == 0, jam.lines
    heard, _ = soundfile.read(jam.record, dtype="float32", always_2d=True)
    at = np.flatnonzero(np.abs(heard).max(axis=1) > 0)[0] + FADE  # it fades in where it would be by now
    sounds = heard[at : at + 2 * LOOP]
    places = np.flatnonzero((take == sounds[0]).all(axis=1))
    assert any(np.array_equal(sounds, np.take(take, np.arange(place, place + len(sounds)), axis=0, mode="wrap")) for place in places)
