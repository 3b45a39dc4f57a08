"""The full screen is a function of what there is to see: all of it is there, within any terminal, with colours and without."""

import pytest

from unloop_py.control.bus import LoopStatus
from unloop_py.control.commands import KEYS
from unloop_py.control.parameters import PARAMETERS
from unloop_py.control.sections import SECTIONS
from unloop_py.ui.drawing import Look, draw
from unloop_py.ui.loop_rows import LoopLook
from unloop_py.ui.panel import Knob

PLAYING = LoopStatus(state="playing", position=0.5, length_s=4.0, seam_s=2.5, repetition=3, layers=2, progress=0.5, gen_state="on")
PEAKS = tuple(abs((k % 64) - 32) / 32 for k in range(256))


def look(*loops, section=0, **more):
    loops = loops or (LoopLook(0, True, PLAYING, PEAKS, ("9" * 64 + "0" * 64,)),)
    knobs = [Knob(row, row.default) for row in SECTIONS[section].rows]
    return Look(**{"title": "a card", "loops": loops, "knobs": knobs, "section": SECTIONS[section].title, "messages": ("ready",)} | more)


def text(look, columns=80, rows=24):
    return ["".join(part for part, _ in line) for line in draw(look, columns, rows)]


def loop_like(**status):
    return "\n".join(text(look(LoopLook(0, True, LoopStatus(**{"state": "playing", "length_s": 4.0} | status), PEAKS))))


def test_a_playing_loop_shows_all_that_must_be_seen_in_eighty_columns_and_twenty_four_rows():
    shown = "\n".join(text(look(model="small", xruns=3, clock=(120.0, 2, 3), locked=True)))
    for part in ("1 playing", "4.0 s", "seam in  2.5 s", "next ━━━━━╌╌╌╌╌", "pass 3, 2 layers", "xruns 3", "120.0 bpm 2.3", "small",
                 "stage lock", "variation", "0.50", "0 is the take itself", "ready", "q twice quit"):  # fmt: skip
        assert part in shown, part


@pytest.mark.parametrize("columns", [20, 40, 80, 132, 300])
@pytest.mark.parametrize("rows", [4, 10, 24, 60])
@pytest.mark.parametrize("loops", [1, 3, 16])
@pytest.mark.parametrize("help", [False, True])
def test_any_number_of_loops_fits_into_any_terminal(columns, rows, loops, help):
    several = [LoopLook(number, number == 1, PLAYING, PEAKS, ("50" * 64,)) for number in range(loops)]
    lines = text(look(*several, help=help, messages=["word " * 50] * 20), columns, rows)
    assert len(lines) == rows
    assert all(len(line) <= columns for line in lines)


def test_sixteen_loops_are_all_seen_in_twenty_four_rows_and_the_parameter_that_is_turned_too():
    several = [LoopLook(number, False, PLAYING, PEAKS) for number in range(16)]
    for at, row in enumerate(SECTIONS[2].rows):
        lines = text(look(*several, section=2, at=at))
        assert [line[:4].strip() for line in lines[1:17]] == [str(number + 1) for number in range(16)]
        assert any(f"▸{row.name[:19]}" in line for line in lines)


@pytest.mark.parametrize(
    ("status", "shows"),
    [
        ({"state": "recording", "length_s": 0.0, "position_s": 1.5, "peak_in": 0.25}, "1.5 s"),
        ({"pending": "record", "pending_s": 1.25}, "record in 1.2 s"),
        ({"pending": "record", "pending_s": -1.0}, "record waits"),
        ({"erasing": True, "state": "paused"}, "ERASES SOON"),
        ({"gen_state": "late"}, "late"),
        ({"gen_state": "locked", "lock": True}, "locked"),
        ({"gen_state": "take"}, "the take"),
        ({"gen_state": "off"}, "varying off"),
        ({"gen_state": "loading"}, "loading"),
        ({"form": "AAAB"}, "form AAAB"),
        ({"solo": True, "reverse": True, "cue": True}, "solo reverse"),
        ({"state": "off", "length_s": 0.0}, "empty"),
    ],
)
def test_what_a_loop_does_is_told_in_words(status, shows):
    assert shows in loop_like(**status)


def test_the_playhead_stands_where_the_loop_is_and_the_mask_below_where_tokens_are_kept():
    lines = text(look(LoopLook(0, True, PLAYING, PEAKS, ("9" * 64 + "0" * 64,))), 100)
    heads = {line.index("┃") for line in lines if "┃" in line}
    mask = next(line for line in lines if line.startswith(" " * 17 + "━"))
    assert heads == {17 + (100 - 17 - 27) // 2}
    assert mask.count("━") == mask.count("╌") == (100 - 17 - 27) // 2


def test_marks_are_seen_where_they_lie():
    marked = LoopStatus(state="playing", length_s=4.0, marks="m" * 8 + "." * 16 + "g" * 8)
    line = next(line for line in text(look(LoopLook(0, True, marked, PEAKS))) if "mmm" in line)
    assert line.index("m") == 17 and line.rstrip().endswith("g")


def test_a_loop_s_peaks_rise_where_it_is_loud():
    silent, loud = (LoopLook(0, True, PLAYING, (level,) * 256) for level in (0.0, 1.0))
    assert "█" not in "".join(text(look(silent))) and "".join(text(look(loud))).count("█") > 100


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_every_parameter_is_shown_at_its_ends_with_its_words_or_its_unit(row):
    for value in (row.minimum, row.maximum, row.default):
        knob = Knob(row, row.convert(value))
        assert 0.0 <= knob.fraction <= 1.0
        assert knob.text in row.choices if row.choices else knob.text in ("on", "off") if row.kind == "bool" else row.unit in knob.text


def test_every_section_and_its_help_can_be_seen():
    for section in range(len(SECTIONS)):
        for at, row in enumerate(SECTIONS[section].rows):
            shown = " ".join(" ".join(text(look(section=section, at=at), 120, 40)).split())
            assert f"▸{row.name[:19]}" in shown and row.help[:40] in shown


def test_all_keys_are_in_the_help():
    for columns, rows in ((160, 40), (80, 24)):
        shown = "\n".join(text(look(help=True), columns, rows))
        assert all(key.help[:12] in shown for key in KEYS if not key.key.isdigit()) and "that loop" in shown


def test_nothing_is_told_by_colour_alone():
    plain = {("".join(text(look(LoopLook(0, True, LoopStatus(state=state, length_s=4.0), PEAKS)))))
             for state in ("playing", "overdubbing", "muted", "paused")}  # fmt: skip
    assert len(plain) == 4
