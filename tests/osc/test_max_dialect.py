"""What the patches of unloop for Max send, with the types that Max packs, and every byte that they are answered."""

import socket
import struct

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from tests.osc.hostile import Hostile
from unloop_py.control.max_dialect import CANCELLED, FINISHED, IN_QUEUE, KNOBS, NAMES, PROCESSING, STARTING, read_process
from unloop_py.control.parameters import by_name
from unloop_py.errors import CommandError
from unloop_py.osc.max_dialect import MaxDialect

# [pack 0 vampnet example.wav default 7 0.1 12345 10000. 1 0.15 64 4 0 36 1. 0. 0. 1] in vampnet-ui.maxpat: ints where there is no dot.
PROCESS = (132, "vampnet", "/tmp/unloop max/1104in.wav", "default", 7, 0.1, 12345, 4500.0, 1, 0.15, 64, 4, 0, 36, 1.0, 0.0, 0.0, 1)


def packet(address, *values, tags=None):
    """A message as python-osc makes it, which Max's own objects agree with."""
    builder = OscMessageBuilder(address)
    for value, tag in zip(values, tags or ({int: "i", float: "f", str: "s"}[type(value)] for value in values), strict=True):
        builder.add_arg(float(value) if tag == "f" else value, tag)
    return builder.build().dgram


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


class FakeWork:
    """Keeps what it is asked, and lets a test tell how it goes."""

    def __init__(self):
        self.asked, self.cleaned, self.cancelled, self.refuses, self.running = [], [], [], "", False

    def start(self, answers):
        self.answers, self.running = answers, True

    def stop(self):
        self.running = False

    def ask(self, wanted):
        if self.refuses:
            raise CommandError(self.refuses)
        self.asked.append(wanted)
        self.answers.progress(wanted.query_id, STARTING)

    def cancel(self, query_id):
        self.cancelled.append(query_id)

    def clean_up(self, path):
        self.cleaned.append(path)


class Patch:
    """What sends to 8001 and listens at 8003, at ports of its own."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(5.0)
        self.port = self._socket.getsockname()[1]

    def sends(self, datagram):
        self._socket.sendto(datagram, ("127.0.0.1", self.to))

    def hears(self, count):
        return [self._socket.recv(65536) for _ in range(count)]

    def hears_before_the_heart_beats(self):
        """Everything up to the answer of a heartbeat, which comes after what was asked for before."""
        self.sends(packet("/heartbeat"))
        heard = []
        while (datagram := self._socket.recv(65536)) != packet("/heartbeat", "pong"):
            heard.append(datagram)
        return heard

    def close(self):
        self._socket.close()


@pytest.fixture
def patch():
    patch = Patch()
    yield patch
    patch.close()


@pytest.fixture
def work():
    return FakeWork()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dialect(patch, work, clock):
    dialect = MaxDialect(work, 0, patch.port, clock)
    patch.to = dialect.port
    dialect.start()
    yield dialect
    dialect.stop()
    assert not work.running


def test_a_heartbeat_is_answered_with_pong_to_the_byte(patch, dialect):
    patch.sends(b"/heartbeat\0\0,\0\0\0")
    assert patch.hears(1) == [b"/heartbeat\0\0,s\0\0pong\0\0\0\0"]


def test_a_heartbeat_as_max_sends_it_without_type_tags_is_answered_too(patch, dialect):
    patch.sends(b"/heartbeat\0\0")
    assert patch.hears(1) == [b"/heartbeat\0\0,s\0\0pong\0\0\0\0"]


def test_from_the_query_to_the_files_each_answer_is_what_the_patches_read(patch, dialect, work):
    patch.sends(packet("/process", *PROCESS))
    assert patch.hears(1) == [b"/progress\0\0\0,is\0" + struct.pack(">i", 132) + b"Status.STARTING\0"]
    (wanted,) = work.asked
    assert (wanted.query_id, wanted.path, wanted.model, wanted.loop_s) == (132, "/tmp/unloop max/1104in.wav", "default", 4.5)
    assert wanted.values == {
        "periodic_prompt": 7, "mask_dropout": 0.1, "seed": 12345, "typical_filtering": 1, "typical_mass": 0.15, "typical_min_tokens": 64,
        "compression_prompt": 4, "onset_mask_width": 0, "steps": 36, "temperature": 1.0, "top_p": 0.0, "beat_mask_ms": 0.0,
        "feedback_steps": 1,
    }  # fmt: skip
    files = ("/tmp/a b/132-1-1.wav", "/tmp/a b/132-1-2.wav")
    for status in (IN_QUEUE, PROCESSING, FINISHED):
        dialect.progress(132, status)
    dialect.result(132, files)
    dialect.log("one word")
    dialect.error("no file")
    assert patch.hears(6) == [
        b"/progress\0\0\0,is\0\0\0\0\x84Status.IN_QUEUE\0",
        b"/progress\0\0\0,is\0\0\0\0\x84Status.PROCESSING\0\0\0",
        b"/progress\0\0\0,is\0\0\0\0\x84Status.FINISHED\0",
        b"/process-result\0,iss\0\0\0\0\0\0\0\x84/tmp/a b/132-1-1.wav\0\0\0\0/tmp/a b/132-1-2.wav\0\0\0\0",
        b"/log\0\0\0\0,s\0\0one word\0\0\0\0",
        b"/error\0\0,s\0\0no file\0",
    ]
    for file in files:
        patch.sends(packet("/cleanup", file))
    assert not patch.hears_before_the_heart_beats() and work.cleaned == list(files)


def test_while_it_lasts_the_status_is_told_ten_times_a_second_and_then_no_more(patch, dialect, work, clock):
    patch.sends(packet("/process", *PROCESS))
    told = packet("/progress", 132, STARTING)
    assert patch.hears(1) == [told] and not patch.hears_before_the_heart_beats()
    for _ in range(3):
        clock.now_s += 0.11
        assert patch.hears_before_the_heart_beats() + patch.hears_before_the_heart_beats() == [told]
    dialect.progress(132, CANCELLED)
    assert patch.hears_before_the_heart_beats() == [packet("/progress", 132, CANCELLED)]
    clock.now_s += 10.0
    assert patch.hears_before_the_heart_beats() == [] and patch.hears_before_the_heart_beats() == []


@pytest.mark.parametrize("tags", ["fsssffffffffffffff", "isssifififiiiifffi"])
def test_numbers_may_come_as_pd_sends_them_all_floats(tags):
    assert len(tags) == len(NAMES)
    values = [float(value) if tag == "f" else value for tag, value in zip(tags, PROCESS, strict=True)]
    assert read_process(values) == read_process(PROCESS)
    assert isinstance(read_process(values).query_id, int)


def test_a_slow_job_does_not_keep_a_heart_from_beating(patch, dialect):
    for query_id in range(20):
        patch.sends(packet("/process", query_id, *PROCESS[1:]))
    assert len(patch.hears_before_the_heart_beats()) == 20


@pytest.mark.parametrize(
    "arguments, says",
    [
        (PROCESS[:-1], "/process takes 18 arguments, got 17: query_id, client_type"),
        ((*PROCESS, 1), "/process takes 18 arguments, got 19"),
        ((), "/process takes 18 arguments, got 0"),
        ((132, "sketch2sound", *PROCESS[2:]), "client_type 'sketch2sound' is not here: 'vampnet' is"),
        (("x", *PROCESS[1:]), "query_id must be a number, got 'x'"),
        ((1.5, *PROCESS[1:]), "query_id must be a whole number of 32 bits, got 1.5"),
        ((*PROCESS[:2], 7, *PROCESS[3:]), "audio_path must be a file's path, got '7'"),
        ((*PROCESS[:2], "", *PROCESS[3:]), "audio_path must be a file's path"),
        ((*PROCESS[:7], 0.0, *PROCESS[8:]), "looplength_ms must be more than 0, got 0"),
        ((*PROCESS[:7], float("nan"), *PROCESS[8:]), "looplength_ms must be a number, got 'nan'"),
        ((*PROCESS[:14], float("inf"), *PROCESS[15:]), "temperature must be a number, got 'inf'"),
        ((*PROCESS[:4], "seven", *PROCESS[5:]), "periodic must be a number, got 'seven'"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_and_nothing_is_begun(patch, dialect, work, arguments, says):
    patch.sends(packet("/process", *arguments))
    (answer,) = patch.hears_before_the_heart_beats()
    assert answer.startswith(b"/error\0\0,s\0\0") and says in answer.decode() and not work.asked


def test_a_knob_that_goes_further_there_than_here_stands_at_its_end_and_that_is_said(patch, dialect, work):
    far = [*PROCESS]
    far[NAMES.index("temperature")], far[NAMES.index("onset_mask_width")], far[NAMES.index("num_feedback_steps")] = 5.0, 1024, 64
    patch.sends(packet("/process", *far))
    logs = [answer for answer in patch.hears_before_the_heart_beats() if answer.startswith(b"/log")]
    assert packet("/log", "temperature 5 is 2 here: 0.1..2") in logs and len(logs) == 3
    values = work.asked[0].values
    assert (values["temperature"], values["onset_mask_width"], values["feedback_steps"]) == (2.0, 100, 8)


def test_every_knob_of_the_patches_is_a_parameter_by_one_of_its_names():
    assert {name: row.name for name, row in KNOBS.items()} == {name: by_name(name).name for name in KNOBS}
    assert len(set(KNOBS.values())) == len(KNOBS) == 13


@pytest.mark.parametrize(
    "datagram, says",
    [
        (packet("/proces", 1), "nothing here is called '/proces': the nearest is '/process'"),
        (packet("/cleanup"), "/cleanup takes the path of one file, got 0 arguments"),
        (packet("/cancel", "x"), "/cancel takes one query_id, got 'x'"),
        (packet("/cancel", 1, 2), "/cancel takes one query_id, got 2 arguments"),
        (packet("/cancel", float("nan"), tags="f"), "/cancel takes one query_id, got 'nan'"),
        (packet("/cancel", float("inf"), tags="f"), "/cancel takes one query_id, got 'inf'"),
    ],
)
def test_what_is_no_message_of_theirs_is_answered_with_why(patch, dialect, work, datagram, says):
    patch.sends(datagram)
    assert patch.hears_before_the_heart_beats() == [packet("/error", says)] and not work.cancelled


def test_rubbish_is_counted_and_dropped(patch, dialect):
    for datagram in (b"", b"x", b"/process", b"/process\0\0\0\0,iss\0\0\0\0", b"#bundle\0" + b"\xff" * 40, bytes(60000)):
        patch.sends(datagram)
    assert patch.hears_before_the_heart_beats() == [] and dialect.malformed == 6


def test_what_is_refused_is_said(patch, dialect, work):
    work.refuses = "/process: the generator is off; start with --generator local"
    patch.sends(packet("/process", *PROCESS))
    assert patch.hears_before_the_heart_beats() == [packet("/error", work.refuses)]


def test_a_port_that_is_taken_is_an_error_to_whoever_opens_it(patch, dialect, work):
    with pytest.raises(OSError):
        MaxDialect(work, dialect.port, patch.port)


def test_two_thousand_hostile_packets_leave_the_heart_beating_and_what_is_asked_between_them_is_asked(patch, dialect, work):
    hostile = Hostile(seed=3)
    for number in range(1, 2001):
        patch.sends(hostile.packet())
        if number % 50 == 0:
            patch.sends(packet("/process", 5000 + number, *PROCESS[1:]))
            patch.sends(packet(f"/fence{number}"))
            while f"/fence{number}'" not in str(patch.hears(1)[0]):
                pass
    assert {5000 + number for number in range(50, 2001, 50)} <= {wanted.query_id for wanted in work.asked}
