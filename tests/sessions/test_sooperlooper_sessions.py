"""SooperLooper's session files while one plays: what was written comes back, paused; and what is no session changes nothing."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from tests.test_session_timing import RATE, Instrument
from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import UnloopError
from unloop_py.session.loop_files import LoopFiles
from unloop_py.session.sooperlooper_sessions import SooperLooperSessions


def instrument(n_loops):
    play = Instrument(n_loops=n_loops, quantize=0)
    play.bus.files = files = LoopFiles(play.bus, begin=lambda work: work())
    play.bus.sessions = SooperLooperSessions(play.bus, files)
    play.conductor.attach(None, lambda take: None, files.happened)
    return play, files


@pytest.fixture
def written(tmp_path):
    """A session of three loops, the second of which is empty, and its takes."""
    play, files = instrument(3)
    play.until(1000)
    for loop in (0, 2):
        play.bus.command(loop, "record")
    play.until(1000 + RATE // 2)
    for loop in (0, 2):
        play.bus.command(loop, "record")
    play.until(2 * RATE)
    for loop, name, value in ((0, "wet", 0.25), (1, "feedback", 0.5), (2, "quantize", 1), (0, "tempo", 97.0), (0, "main_wet", 0.75),
                              (2, "relative_sync", 1), (0, "loop_pitch", -3.0)):  # fmt: skip
        play.bus.set(loop, name, value)
    file = tmp_path / "set.slsess"
    play.bus.command(None, "save_session", str(file), source="somebody")
    play.step()
    assert [(one.values, one.source) for one in play.notices if one.kind == "session"] == [(("saved", str(file)), "somebody")]
    return file, [files.take(loop) for loop in range(3)]


def test_a_session_is_written_in_sooperloopers_words_with_the_audio_of_each_loop_beside_it(written):
    file, takes = written
    root = ElementTree.parse(file).getroot()
    assert root.tag == "SLSession" and root.find("Globals").get("tempo") == "97" and root.find("Globals").get("common_wet") == "0.75"
    loops = root.findall("Loopers/Looper")
    assert [loop.get("index") for loop in loops] == ["0", "1", "2"] and loops[1].get("loop_audio") is None
    assert loops[0].find("Controls/Control[@name='wet']").get("value") == "0.25"
    assert (loops[2].get("relative_sync"), loops[0].get("pitch_shift")) == ("yes", "-3")
    np.testing.assert_array_equal(read_audio(loops[0].get("loop_audio"))[0], takes[0])


def test_a_session_comes_back_its_loops_paused_with_their_controls(written):
    file, takes = written
    play, files = instrument(1)
    play.until(1000)
    play.bus.command(None, "load_session", str(file))
    play.until(2 * RATE)
    bus = play.bus
    assert bus.n_loops == 3
    assert [bus.status(loop).state for loop in range(3)] == ["paused", "off", "paused"]
    assert [bus.get(0, "wet"), bus.get(1, "feedback"), bus.get(2, "quantize"), bus.get(0, "tempo"), bus.get(0, "main_wet"),
            bus.get(2, "relative_sync"), bus.get(0, "loop_pitch")] == [0.25, 0.5, 1, 97.0, 0.75, 1, -3.0]  # fmt: skip
    for loop in (0, 2):
        np.testing.assert_array_equal(files.take(loop), takes[loop])
    assert not play.told("error")


def test_without_audio_only_what_is_set_is_written_and_loading_it_empties_the_loops(written, tmp_path):
    play, _ = instrument(2)
    bare = tmp_path / "bare.slsess"
    play.until(1000).press("record").until(RATE).press("record").until(2 * RATE)
    play.bus.command(None, "save_settings", str(bare))
    assert sorted(path.name for path in tmp_path.glob("bare*")) == ["bare.slsess"]
    play.bus.command(None, "load_session", str(bare))
    assert play.until(3 * RATE).bus.status(0).state == "off"


def test_a_session_with_more_loops_takes_the_place_of_one_with_fewer_and_the_other_way_round(written):
    file, _ = written
    play, _ = instrument(5)
    play.until(1000)
    play.bus.command(None, "load_session", str(file))
    assert play.bus.n_loops == 3


def test_audio_that_is_missing_is_told_and_the_rest_comes_back(written):
    file, _ = written
    (file.parent / "set.slsess_loop_00.wav").unlink()
    play, _ = instrument(1)
    play.until(1000)
    play.bus.command(None, "load_session", str(file), source="somebody")
    play.until(RATE)
    ((address, text),) = play.told("error")
    assert address == "/unloop/load_session" and "loop 1" in text and "set.slsess_loop_00.wav" in text
    assert play.bus.status(2).state == "paused"


@pytest.mark.parametrize(("name", "content", "why"), [
    ("load_session", None, "cannot be read"), ("load_session", "<Nonsense/>", "no session of SooperLooper's"),
    ("load_session", "<SLSession/>", "has 0 loops"), ("load_session", "no xml", "no session of SooperLooper's"),
    ("save_session", "a folder", "is a folder"), ("save_settings", "a folder", "is a folder"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_once_and_changes_nothing(tmp_path, name, content, why):
    play, _ = instrument(2)
    file = tmp_path / "x.slsess"
    if content == "a folder":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    with pytest.raises(UnloopError, match=why):
        play.bus.command(None, name, str(file))
    assert play.bus.n_loops == 2
