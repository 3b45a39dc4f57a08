"""What is kept of what passes through: nothing, and of what goes wrong nothing after an hour."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from unloop_py.serve.temporary import KEPT_S, SWEEP_S, VISITORS, Temporary
from unloop_py.serve.wire import WireError

AUDIO = np.zeros((1000, 1), np.float32)


@pytest.fixture
def now():
    return [time.time()]


@pytest.fixture
def temporary(now):
    temporary = Temporary(10_000, clock=lambda: now[0])
    yield temporary
    temporary.close()


def files(temporary):
    return sorted(path.name for path in temporary.folder.rglob("*") if path.is_file())


def upload(temporary, name="loop.wav", data=b"sound"):
    """As Gradio does it: into a folder named by the content, answered with the path."""
    path = temporary.folder / f"{hash(data):x}" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    answer(temporary, "POST", "/gradio_api/upload", 200, json.dumps([str(path)]).encode())
    return path


def answer(temporary, method, path, status, body, pieces=1):
    """Have an application answer a request, and return what went out."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": []})
        for piece in range(pieces):
            await send({"type": "http.response.body", "body": body, "more_body": piece < pieces - 1})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": []}
    asyncio.run(temporary.around(app)(scope, None, send))
    return sent


def test_an_upload_is_gone_when_it_was_taken(temporary):
    path = upload(temporary)
    assert temporary.take({"path": str(path)}) == b"sound"
    assert files(temporary) == [] and not path.parent.exists()
    with pytest.raises(WireError, match="used already"):
        temporary.take({"path": str(path)})


def test_the_same_file_of_two_people_is_there_for_both(temporary):
    path = upload(temporary)
    assert upload(temporary) == path
    assert temporary.take({"path": str(path)}) == temporary.take(str(path)) == b"sound"
    assert files(temporary) == []


def test_an_answer_is_gone_when_it_was_fetched_whole_and_not_before(temporary):
    given = temporary.give(AUDIO, 44100, "variation.wav")
    path = given["url"]
    for method, status in (("HEAD", 200), ("GET", 206), ("GET", 404)):
        answer(temporary, method, path, status, b"x")
        assert files(temporary) == ["variation.wav"]
    answer(temporary, "GET", path, 200, b"x", pieces=3)
    assert files(temporary) == []


def test_an_answers_address_is_not_guessed_from_anothers(temporary):
    first, second = (temporary.give(AUDIO, 44100, "variation.wav")["url"] for _ in range(2))
    assert first != second and len(first.split("/")[-2]) >= 24


def test_after_an_hour_everything_is_gone_but_what_visitors_hold(temporary, now):
    upload(temporary)
    temporary.give(AUDIO, 44100, "variation.wav")
    visitors = temporary.folder / VISITORS / "one"
    visitors.mkdir(parents=True)
    (visitors / "take.wav").write_bytes(b"sound")
    now[0] += KEPT_S - 60
    temporary.sweep()
    assert len(files(temporary)) == 3
    now[0] += 120
    temporary.sweep()
    assert files(temporary) == ["take.wav"]


def test_while_too_much_is_there_no_upload_is_taken(temporary):
    upload(temporary, data=b"x" * 20_000)
    sent = answer(temporary, "POST", "/gradio_api/upload", 200, b"[]")
    assert sent[0]["status"] == 503 and b"Too many files" in sent[1]["body"]


@pytest.mark.parametrize(
    "given", [None, 3, "", {}, {"path": None}, {"path": ["a"]}, "/etc/passwd", {"path": "/etc/passwd"}, "a\0b", "../x", "."]
)
def test_what_was_not_uploaded_here_is_not_read(temporary, given):
    with pytest.raises(WireError, match="upload"):
        temporary.take(given)


def test_a_link_in_the_folder_leads_nowhere_else(temporary, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (temporary.folder / "loop.wav").symlink_to(tmp_path / "secret")
    with pytest.raises(WireError):
        temporary.take(str(temporary.folder / "loop.wav"))


def test_an_answer_that_cannot_be_written_leaves_nothing(temporary):
    with pytest.raises(WireError, match="cannot be written"):
        temporary.give(AUDIO, 44100, "variation.unheard")
    assert files(temporary) == [] and list((temporary.folder / "answers").iterdir()) == []


def test_all_of_it_goes_with_the_server(temporary):
    upload(temporary)
    temporary.close()
    assert not temporary.folder.exists()


def test_what_a_server_that_was_killed_has_left_is_deleted_by_the_next_and_nothing_of_one_that_lives(temporary, now):
    program = ("import sys; from unloop_py.serve.temporary import Temporary; one = Temporary(1); "
               "(one.folder / 'loop.wav').touch(); print(one.folder, flush=True); sys.stdin.read()")  # fmt: skip
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        theirs = Path(other.stdout.readline().strip())
        now[0] += 2 * SWEEP_S
        temporary.sweep_others()
        assert (theirs / "loop.wav").exists(), "it lives"
        other.kill()
        other.wait()
    temporary.sweep_others()
    assert not theirs.exists()
    assert not theirs.with_name(f"{theirs.name}.held").exists()
    assert temporary.folder.exists()
