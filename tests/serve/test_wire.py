"""What travels arrives as it was sent, and what is not what it says is refused in words."""

import base64
import json
import zlib

import numpy as np
import pytest

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Prompt, Variation, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.serve import wire
from unloop_py.serve.sound import read_sound, sound_document
from unloop_py.serve.wire import WireError

RATE = 44100


def travelled(document):
    return json.loads(json.dumps(document))


@pytest.fixture
def job():
    rng = np.random.default_rng(1)
    prompt = Prompt(temperature=1.1, typical_filtering=True, feedback_steps=2)
    return TokenJob(rng.integers(0, 1024, (2, 9, 575), dtype=np.int16), rng.integers(0, 2, (2, 2, 9, 575), dtype=np.uint8),
                    (5, 2**63 - 1), prompt, 12)  # fmt: skip


def read(document, **limits):
    return wire.read_token_job(document, **{"n_codebooks": 9, "codebook_size": 1024, "most_steps": 4000, "most_batch": 4} | limits)


def test_a_token_job_arrives_as_it_was_sent(job):
    came = read(travelled(wire.token_job_document(job)))
    assert (came.codes == job.codes).all() and came.codes.dtype == np.int16
    assert (came.passes == job.passes).all() and came.passes.dtype == np.uint8
    assert (came.seeds, came.prompt, came.sampling_steps) == (job.seeds, job.prompt, job.sampling_steps)


def test_the_tokens_of_ten_seconds_are_twenty_kilobytes_at_most(job):
    one = TokenJob(job.codes[:1], job.passes[:1, :1], (1,), Prompt(), 6)
    assert len(json.dumps(wire.token_job_document(one))) < 20_000


def test_a_request_arrives_as_it_was_sent():
    request = VariationRequest(7, 3, 2**62, Prompt(periodic_prompt=5, pitch_shift=-3), 9, ("##..",), 2, ((0.5, 1.0),), ((3.0, 0.25),), 2)
    assert wire.read_request(travelled(wire.request_document(request)), 7) == request


def test_a_variation_arrives_as_it_was_sent():
    rng = np.random.default_rng(2)
    request = VariationRequest(1, 1, 1)
    audio = (rng.integers(-(2**23), 2**23, (1000, 2)) / 2**23).astype(np.float32)
    made = Variation(request, audio, rng.integers(0, 1024, (9, 4), dtype=np.int16), rng.integers(0, 2, (9, 4), dtype=np.uint8), 0.5, -1.5,
                     2.0, ("a note",), BeatGrid(1000, RATE, 4, 10.5, 0.9), 0.25)  # fmt: skip
    document = travelled(wire.variation_document(made, sound_document(audio, RATE)))
    sound, rate = read_sound(document["audio"], 60.0)
    came = wire.read_variation(document, request, sound, (9, 4), 1024)
    assert rate == RATE and (came.audio == audio).all()
    assert (came.codes == made.codes).all() and (came.mask == made.mask).all()
    for name in ("correlation", "gain_db", "seconds", "notes", "grid", "distance"):
        assert getattr(came, name) == getattr(made, name)


@pytest.mark.parametrize("level", [1.0, 0.9999999, 0.5, 1e-3, 1e-6, 3.7, 0.0])
@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_sound_of_any_level_loses_no_more_than_24_bits_do(level, rate):
    audio = np.random.default_rng(3).uniform(-level, level, (501, 2)).astype(np.float32)
    if level:
        audio[7, 1] = level
    came, told = read_sound(travelled(sound_document(audio, rate)), 60.0)
    assert told == rate and came.dtype == np.float32
    assert np.abs(came - audio).max() <= max(level, 2.0**-24) * 2.0**-22


def test_a_sound_on_the_grid_of_24_bits_arrives_sample_for_sample():
    audio = (np.random.default_rng(4).integers(-(2**23), 2**23, (5001, 1)) / 2**23).astype(np.float32)
    assert (read_sound(travelled(sound_document(audio, 48000)), 60.0)[0] == audio).all()


def bomb(shape, dtype="int16"):
    return {"shape": shape, "dtype": dtype, "data": base64.b64encode(zlib.compress(bytes(50_000_000), 9)).decode()}


@pytest.mark.parametrize(
    ("entry", "value", "words"),
    [
        ("codes", None, "array of int16"),
        ("codes", bomb([1, 9, 575]), "should unpack to 10350 bytes"),
        ("codes", bomb([1, 9, 10**9]), "at most"),
        ("codes", bomb([10**200, 9, 10**200]), "at most"),
        ("codes", bomb([1, 8, 575]), "has the shape any x 9 x any"),
        ("codes", bomb([1, 9, 0]), "has the shape"),
        ("codes", bomb([1, 9, -575]), "has the shape"),
        ("codes", bomb([1, 9, True]), "has the shape"),
        ("codes", {"shape": [1, 9, 5], "dtype": "int16", "data": "?"}, "cannot be unpacked"),
        ("codes", wire.pack(np.full((1, 9, 5), 1024, np.int16)), "0..1023"),
        ("codes", wire.pack(np.full((1, 9, 5), -1, np.int16)), "0..1023"),
        ("passes", wire.pack(np.full((2, 2, 9, 575), 2, np.uint8)), "0..1"),
        ("seeds", [1], "2 numbers"),
        ("seeds", [1, -1], "seed is a number in 0.."),
        ("seeds", [1, 1.5], "whole number"),
        ("steps", 129, "1..128"),
        ("steps", float("nan"), "1..128"),
        ("prompt", {"temperature": 1e9}, "temperature must be in 0.1..2"),
        ("prompt", {"temperature": "nan"}, "must be a number"),
        ("prompt", {"tempo": 1}, "no part of a prompt is called 'tempo'"),
        ("prompt", [], "object of names"),
    ],
)
def test_a_job_that_is_not_what_it_says_is_refused_in_words(job, entry, value, words):
    with pytest.raises(WireError, match=words) as refused:
        read(wire.token_job_document(job) | {entry: value})
    assert refused.value.kind == "refused"


def test_more_and_longer_than_the_limits_is_refused(job):
    with pytest.raises(WireError, match="at most"):
        read(wire.token_job_document(job), most_batch=1)
    with pytest.raises(WireError, match="at most"):
        read(wire.token_job_document(job), most_steps=574)


@pytest.mark.parametrize(
    "change",
    [
        {"flac": "zzz"}, {"flac": base64.b64encode(b"RIFF").decode()}, {"frames": 500}, {"frames": 10**9}, {"channels": 1},
        {"channels": 8}, {"sample_rate": 48000}, {"exponent": 400}, {"flac": "A" * 100_000_000}, {"frames": float("nan")},
    ],
)  # fmt: skip
def test_a_sound_that_is_not_what_it_says_is_refused(change):
    with pytest.raises(WireError):
        read_sound(sound_document(np.zeros((501, 2), np.float32), RATE) | change, 60.0)


def test_another_protocol_is_named_by_both_numbers():
    with pytest.raises(WireError, match="protocol 2, and here it is 1") as refused:
        wire.check_protocol({"protocol": 2})
    assert refused.value.kind == "version"


def test_an_error_crosses_the_wire_with_its_kind_and_its_words():
    came = wire.read_error(travelled(wire.error_document(WireError("late", "it takes 2 s and 1 s is left")))["error"])
    assert (came.kind, str(came)) == ("late", "it takes 2 s and 1 s is left")
    assert wire.read_error({"kind": "strange"}).kind == "failed"
    assert "secret" not in str(wire.error_document(ValueError("secret")))


def test_a_call_or_an_answer_of_which_a_digit_has_flipped_is_found_out():
    call = travelled(wire.call_document(seed=12345, share=0.1))
    assert wire.check_protocol(call) is call
    with pytest.raises(WireError, match="damaged"):
        wire.check_protocol(call | {"seed": 12344})
    answer = travelled(wire.done_document({"seconds": 1.5}))
    assert wire.read_done(answer) == {"seconds": 1.5}
    with pytest.raises(WireError, match="damaged"):
        wire.read_done(answer | {"done": {"seconds": 1.6}})
    with pytest.raises(WireError, match="late"):
        wire.read_done(wire.error_document(WireError("late", "late")))


def test_an_array_that_was_cut_off_is_refused_although_it_is_long_enough():
    packed = wire.pack(np.arange(1000, dtype=np.int16))
    whole = base64.b64decode(packed["data"])
    with pytest.raises(WireError):
        wire.unpack(packed | {"data": base64.b64encode(whole[:-4]).decode()}, "it", np.int16, (1000,), 1000, 1000)
