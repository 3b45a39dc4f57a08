"""What the patches of unloop for Max get for their files: the bus, the vamper, the disk and the sockets as they are, and a model of tones;
once with a network, from end to end."""

import os
import stat

import numpy as np
import pytest
import soundfile

from tests.osc.test_max_dialect import Patch, packet
from unloop_py.config import JamConfig
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.osc.max_dialect import MaxDialect
from unloop_py.osc.messages import decode
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.front_ends import open_front_ends
from unloop_py.session.max_jobs import MAX_WAITING, MaxJobs
from unloop_py.vamper.vamper import Vamper

RATE = 48000
GENERATOR = {"generator_factory": "unloop_py.vamper.fakes:load_tones", "factory_args": {}}


class Rig:
    """An instrument without a card, a patch beside it, and the folder of the answers."""

    def __init__(self, folder, generator=GENERATOR, vamper=True):
        self.engine = Engine(sample_rate=RATE, channels=1, max_loop_s=2.0)
        self.bus = SessionBus(self.engine, Store(1), block_frames=480, model="small")
        self.conductor = Conductor(self.bus)
        self.vamper = None
        if vamper:
            self.vamper = Vamper(**generator, worker="thread", on_offer=lambda offer: None, on_model=self.bus.varied.model_changed)
        self.conductor.attach(self.vamper, lambda take: None)
        self.answers = folder / "answers"
        self.patch = Patch()
        self.jobs = MaxJobs(self.bus, folder=self.make_folder)
        self.dialect = MaxDialect(self.jobs, 0, self.patch.port)
        self.patch.to = self.dialect.port
        self.dialect.start()

    def make_folder(self):
        self.answers.mkdir()
        return str(self.answers)

    def begin(self):
        """The model is there from now on; before, what is asked for waits."""
        self.vamper.start()
        return self

    def asks(self, path, query_id=1, length_ms=500.0, seed=7, steps=4, model="default"):
        self.patch.sends(packet("/process", query_id, "vampnet", str(path), model, 7, 0.0, seed, length_ms, 0, 0.15, 64, 4, 0, steps,
                                1.0, 0.0, 0.0, 1))  # fmt: skip

    def hears_until(self, address, query_id=None):
        """What is answered up to an address, as (address, argument, ...), each status once."""
        heard = []
        while not heard or heard[-1][0] != address or (query_id is not None and heard[-1][1] != query_id):
            (message,) = decode(self.patch.hears(1)[0])
            if (told := (message.address, *message.arguments)) not in heard:
                heard.append(told)
        return heard

    def stop(self):
        self.dialect.stop()
        if self.vamper is not None:
            self.vamper.stop()
        self.patch.close()


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path)
    yield rig
    rig.stop()


@pytest.fixture
def without_model(tmp_path):
    rig = Rig(tmp_path, vamper=False)
    yield rig
    rig.stop()


def sound(seconds, rate=RATE, channels=1):
    return np.random.default_rng(1).uniform(-0.2, 0.2, (round(seconds * rate), channels)).astype(np.float32)


@pytest.fixture
def file(tmp_path):
    """Writes a file as Max does and returns its path."""

    def write(name="1104in.wav", audio=None, rate=RATE, subtype="FLOAT"):
        path = tmp_path / name
        soundfile.write(path, sound(1.0) if audio is None else audio, rate, subtype=subtype)
        return path

    return write


def test_two_variations_of_the_loop_come_back_with_what_is_behind_it_and_the_file_itself_stays_as_it_was(rig, file):
    path = file()
    before = path.read_bytes()
    rig.begin().asks(path, query_id=132)
    heard = rig.hears_until("/process-result")
    assert [told for told in heard if told[0] == "/progress"] == [
        ("/progress", 132, f"Status.{word}") for word in ("STARTING", "IN_QUEUE", "PROCESSING", "FINISHED")
    ]
    _, query_id, *files = heard[-1]
    assert query_id == 132 and len(files) == 2 and all(os.path.isabs(name) for name in files)
    (one, one_rate), (other, _) = (soundfile.read(name, dtype="float32") for name in files)
    whole = sound(1.0)[:, 0]
    assert one_rate == RATE and one.shape == other.shape == whole.shape
    assert not np.array_equal(one[:24000], other[:24000]) and not np.array_equal(one[:24000], whole[:24000])
    assert np.array_equal(one[24000:], whole[24000:]) and np.array_equal(other[24000:], whole[24000:])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("seconds", "length_ms"), [(0.5, 500.0), (0.5, 499.99), (0.3, 10000.0), (1.0, 333.333)], ids=["as long", "nearly", "shorter", "odd"]
)
def test_an_answer_is_as_long_as_the_file_to_the_sample_however_long_the_loop_is_said_to_be(rig, file, seconds, length_ms):
    rig.begin().asks(file(audio=sound(seconds)), length_ms=length_ms)
    heard = rig.hears_until("/process-result")
    assert {soundfile.info(name).frames for name in heard[-1][2:]} == {round(seconds * RATE)}
    assert any("less than looplength_ms says" in str(told) for told in heard) == (length_ms > 1000 * seconds)


@pytest.mark.parametrize(("rate", "channels", "subtype"), [(44100, 1, "PCM_16"), (96000, 2, "FLOAT"), (22050, 2, "PCM_24")])
def test_a_file_of_another_rate_is_answered_at_its_own_and_in_one_channel(rig, file, rate, channels, subtype):
    rig.begin().asks(file(audio=sound(1.0, rate, channels), rate=rate, subtype=subtype))
    for name in rig.hears_until("/process-result")[-1][2:]:
        told = soundfile.info(name)
        assert (told.samplerate, told.channels, told.frames) == (rate, 1, rate)


@pytest.mark.parametrize("name", ["with some spaces in.wav", "čeština ✓.wav", "quote's \"in\".wav"])
def test_a_path_may_hold_spaces_and_any_letters(rig, file, name):
    rig.begin().asks(file(name))
    assert len(rig.hears_until("/process-result")[-1]) == 4


def test_the_same_seed_gives_the_same_files_and_0_others_each_time(rig, file):
    rig.begin()
    made = []
    for query_id, seed in enumerate((7, 7, 0, 0, 8)):
        rig.asks(file(), query_id=query_id, seed=seed)
        made.append([soundfile.read(name)[0].tobytes() for name in rig.hears_until("/process-result")[-1][2:]])
    assert made[0] == made[1] and len({one for files in made for one in files}) == 8


def test_a_file_that_was_answered_is_cleaned_up_and_no_other_ever_is(rig, file, tmp_path):
    path = file()
    rig.begin().asks(path)
    _, _, one, other = rig.hears_until("/process-result")[-1]
    rig.patch.sends(packet("/cleanup", one))
    for wrong in (str(path), one, str(tmp_path / "nothing"), other + "/../" + os.path.basename(other), "", str(rig.answers)):
        rig.patch.sends(packet("/cleanup", wrong))
        assert rig.hears_until("/error")[-1] == ("/error", f"/cleanup: {wrong} is no file that unloop wrote, so it stays")
    rig.patch.sends(packet("/cleanup", other))
    rig.stop()
    assert path.is_file() and not rig.answers.exists()


def test_who_asks_again_of_the_same_file_or_by_the_same_id_has_the_newest_and_the_older_is_dropped(rig, file):
    rig.asks(file("a.wav"), query_id=1)
    rig.asks(file("b.wav"), query_id=2)
    rig.asks(file("a.wav"), query_id=3)
    rig.asks(file("c.wav"), query_id=2)
    cancelled = rig.hears_until("/progress", 3)
    assert ("/progress", 1, "Status.CANCELLED") in cancelled
    rig.begin()
    told = rig.hears_until("/process-result", 3) + rig.hears_until("/process-result", 2)
    assert [one[1] for one in told if one[0] == "/process-result"] == [3, 2] and len(list(rig.answers.iterdir())) == 4


def test_what_is_cancelled_does_not_come_and_what_was_not_asked_for_cannot_be(rig, file):
    rig.asks(file("a.wav"), query_id=1)
    rig.asks(file("b.wav"), query_id=2)
    rig.patch.sends(packet("/cancel", 1))
    assert rig.hears_until("/progress", 1)[-1][1] == 1
    rig.begin()
    assert [one[1] for one in rig.hears_until("/process-result", 2) if one[0] == "/process-result"] == [2]
    rig.patch.sends(packet("/cancel", 2))
    assert rig.hears_until("/error")[-1] == ("/error", "/cancel: nothing that is under way has the id 2")


def test_more_than_so_many_do_not_wait(rig, file):
    path = file()
    for query_id in range(MAX_WAITING + 1):
        rig.asks(f"{path}{query_id}", query_id=query_id)
    heard = rig.hears_until("/error")
    while "wait already" not in heard[-1][1]:  # those that were read meanwhile are not there, and said so
        heard = rig.hears_until("/error")
        if "does not exist" in heard[-1][1]:
            return
    assert heard[-1] == ("/error", f"/process {MAX_WAITING}: {MAX_WAITING} wait already: wait for their answers first")


BAD = {
    "nothing there": (lambda folder: folder / "none.wav", "does not exist"),
    "a folder": (lambda folder: folder, "is a folder"),
    "not audio": (lambda folder: _written(folder / "text.wav", b"RIFF is what it says"), "is not audio that can be read"),
    "empty": (lambda folder: _written(folder / "empty.wav", b""), "is empty"),
    "no samples": (lambda folder: _sound(folder / "zero.wav", 0), "holds no sound"),
    "too short": (lambda folder: _sound(folder / "short.wav", 100), "0.25"),
    "a name that no disk takes": (lambda folder: folder / ("x" * 300), "cannot be read: File name too long"),
    "ten minutes and more": (lambda folder: _sound(folder / "long.wav", 601 * 8000, rate=8000), "lasts 601 s: at most 600 s"),
    "not numbers": (lambda folder: _sound(folder / "nan.wav", RATE, np.nan), "NaN"),
}


def _written(path, data):
    path.write_bytes(data)
    return path


def _sound(path, frames, level=0.1, rate=RATE):
    soundfile.write(path, np.full((frames, 1), level, np.float32), rate, subtype="FLOAT")
    return path


@pytest.mark.parametrize("make, says", BAD.values(), ids=BAD)
def test_what_cannot_be_varied_is_said_with_its_name_and_the_next_is_made(rig, file, tmp_path, make, says):
    path = make(tmp_path)
    rig.begin().asks(path, query_id=5)
    heard = rig.hears_until("/progress", 5)
    while heard[-1] != ("/progress", 5, "Status.FINISHED"):
        heard += rig.hears_until("/progress", 5)
    (error,) = {told for told in heard if told[0] == "/error"}
    assert says in error[1] and str(path) in error[1]
    rig.asks(file("good.wav"), query_id=6)
    assert rig.hears_until("/process-result")[-1][1] == 6


def test_a_loop_too_short_to_be_one_is_said(rig, file):
    rig.begin().asks(file(), length_ms=100.0)
    assert "a loop lasts 0.25..60 s, and this one 0.100 s" in rig.hears_until("/error")[-1][1]


def test_silence_comes_back_as_it_is_and_that_is_said(rig, file):
    rig.begin().asks(file(audio=np.zeros((RATE, 1), np.float32)))
    heard = rig.hears_until("/process-result")
    assert any(told[0] == "/log" and "is silent" in told[1] for told in heard)
    assert not any(soundfile.read(name)[0].any() for name in heard[-1][2:])


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_where_no_answer_can_be_written_it_is_said(rig, file, tmp_path):
    rig.answers.write_text("a file in the folder's place")
    rig.begin().asks(file())
    assert "no folder can be made for the answers" in rig.hears_until("/error")[-1][1]
    assert stat.S_ISREG(rig.answers.stat().st_mode)


def test_without_a_generator_it_is_said_and_the_heart_beats(without_model, file):
    without_model.asks(file())
    assert "the generator is off" in without_model.hears_until("/error")[-1][1]
    assert not without_model.patch.hears_before_the_heart_beats()


def test_a_voice_that_is_not_here_is_said_and_the_one_that_plays_makes_it(rig, file):
    rig.begin().asks(file(), model="supermetroid")
    heard = rig.hears_until("/process-result")
    assert any(told[0] == "/log" and told[1].startswith("the model small makes it: ") for told in heard)


def test_while_a_loop_plays_its_voice_stays(rig, file):
    rig.bus.command(0, "record")
    rig.engine.process(np.zeros((480, 1), np.float32), np.empty((480, 1), np.float32))
    rig.conductor.step()
    rig.begin().asks(file(), model="opera")
    heard = rig.hears_until("/process-result")
    said = "the model small makes it: another one steps in while no loop is there, or by /unloop/model opera"
    assert ("/log", said) in heard


def test_the_port_is_opened_unless_it_is_switched_off_or_taken_which_keeps_nobody_from_playing(rig):
    opened = []
    for ports in (None, (rig.dialect.port, 1)):
        config = JamConfig(osc_port=9, osc_listen="127.0.0.1", oscquery_port=None, midi_devices=("none",), max_ports=ports)
        ends = open_front_ends(config.__class__(**{**config.__dict__, "osc_port": 49152}), rig.bus)
        opened.append(ends.patches)
        ends.stop()
    assert opened == [None, None]


def test_with_a_network_two_variations_come_from_end_to_end(tmp_path, file):
    from tests.cli.conftest import FILES, random_models, save_network, write_manifest

    folder = tmp_path / "tiny"
    folder.mkdir()
    models = random_models()
    for name, network in zip(FILES, (models.codec, models.coarse, models.fine), strict=True):
        save_network(folder / name, network, network.config)
    write_manifest(folder, name="tiny")
    generator = {"generator_factory": "unloop_py.generator.vamp:load_generator",
                 "factory_args": {"model": str(folder), "compute": "cpu", "threads": 1}}  # fmt: skip
    rig = Rig(tmp_path, generator)
    try:
        rig.begin()
        rig.patch._socket.settimeout(60.0)
        rig.asks(file(), steps=2)
        _, _, one, other = rig.hears_until("/process-result")[-1]
        first, second = (soundfile.read(name, dtype="float32")[0] for name in (one, other))
        assert first.shape == second.shape == (RATE,) and np.isfinite(first).all() and not np.array_equal(first, second)
        assert np.array_equal(first[24000:], sound(1.0)[24000:, 0])
    finally:
        rig.stop()
