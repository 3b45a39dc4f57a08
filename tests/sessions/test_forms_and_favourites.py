"""A form, its letters and the favourites are kept with the session, as text and tokens, and come back with it."""

import numpy as np

from tests.sessions.conftest import RATE
from unloop_py.control.bus import Notice
from unloop_py.session.restoring import Restorer, restore_settings
from unloop_py.sessions.reading import read_session, read_state
from unloop_py.vamper.history import VariationHistory


class Remembering:
    """Of a vamper what it is told before a take comes back."""

    def __init__(self):
        self.one = VariationHistory()
        self.letters = {}

    def history(self, loop):
        return self.one

    def recall_letters(self, loop, version, letters):
        self.letters = letters

    def __getattr__(self, name):
        return lambda *arguments, **named: None


def restored(stage, folder, began):
    """An instrument that plays a session on."""
    t = stage(began=began)
    t.conductor.varying.vamper = t.bus.vamper = Remembering()
    kept = read_session(folder)
    restore_settings(t.bus, kept, {})
    t.restorer = Restorer(t.bus, t.conductor.varying, kept, t.keeping, t.clock)
    t.wait(2 * RATE)
    return t


def played(stage, noise):
    """A session in which a form was played and two of its variations were marked; with the tokens of each."""
    s = stage()
    s.conductor.varying.vamper = s.bus.vamper = Remembering()
    s.bus.command(0, "form", "AB*")
    s.record(noise(RATE // 2, 1))
    tokens = {}
    for tag, letter in ((1, "B"), (2, "*"), (3, "*")):
        tokens[tag] = s.offer(noise(RATE // 2, 8 + tag), tag, letter=letter)
        s.wait(RATE // 2)
    s.bus.loops[0].favourites = (3, 1)
    s.bus.tell(Notice("favourite", 0, (2,)))
    s.wait(2 * RATE)
    return s, tokens


def test_a_form_and_the_tags_of_the_favourites_are_in_the_session_s_file(stage, noise):
    s, _ = played(stage, noise)
    loop = read_state(s.folder).loops[0]
    assert (loop.form, loop.favourites) == ("AB*", [3, 1])


def test_a_form_comes_back_with_its_letters_and_the_favourites_with_their_tokens_time_after_time(stage, noise):
    s, tokens = played(stage, noise)
    folder, began = s.folder, s.clock()
    for _ in range(3):
        t = restored(stage, folder, began + 1.0)
        vamper = t.bus.vamper
        assert t.bus.status(0).form == "AB*" and t.bus.status(0).favourites == 2
        assert np.array_equal(vamper.letters["B"].codes, tokens[1])
        codes = [vamper.one.favourite(number).codes for number in (1, 2)]
        assert np.array_equal(codes[0], tokens[3]) and np.array_equal(codes[1], tokens[1])
        t.wait(2 * RATE)
        folder, began = t.folder, t.clock()


def test_a_session_of_a_version_that_knew_no_forms_is_read_as_one_without(stage, noise):
    s = stage()
    s.record(noise(RATE // 2, 1))
    s.wait(2 * RATE)
    text = (s.folder / "session.toml").read_text(encoding="utf-8")
    (s.folder / "session.toml").write_text("".join(line for line in text.splitlines(keepends=True)
                                                   if not line.startswith(("form =", "favourites ="))), encoding="utf-8")
    (s.folder / "log.jsonl").unlink()
    loop = read_state(s.folder).loops[0]
    assert (loop.form, loop.favourites, loop.state) == ("", [], "playing")
