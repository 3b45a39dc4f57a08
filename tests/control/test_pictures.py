"""What is looked at: peaks and masks brought to places, and marks as signs."""

import pytest

from unloop_py.control.pictures import DRAWN, PEAKS, PLACES, THE_TAKE, drawn, kept_at_places, peaks_at_places, read_signs
from unloop_py.errors import CommandError


def test_two_neighbouring_peaks_are_one_place_as_loud_as_the_louder():
    peaks = [0.0] * PEAKS
    peaks[0], peaks[3], peaks[-1] = 0.25, 0.5, 1.0
    places = peaks_at_places(peaks)
    assert len(places) == PLACES and sum(map(bool, places)) == 3
    assert (places[0], places[1], places[-1]) == (0.25, 0.5, 1.0)
    assert peaks_at_places(()) == (0.0,) * PLACES


def test_a_mask_becomes_the_share_that_is_kept_at_each_place():
    assert kept_at_places(("9900", "9000")) == (1.0,) * 32 + (0.5,) * 32 + (0.0,) * 64
    assert kept_at_places(THE_TAKE) == (1.0,) * PLACES
    assert kept_at_places(()) == (0.0,) * PLACES


def test_signs_are_read_as_people_write_them():
    assert read_signs("GG..  mM\n.") == "gg..mm."
    assert read_signs("") == ""
    with pytest.raises(CommandError, match=r"draw takes the signs g \(stays.*got 'x'"):
        read_signs("gg.x")


def test_a_picture_keeps_its_shape_in_any_number_of_signs():
    assert drawn("gm", 4) == "ggmm" and drawn("ggmm....", 4) == "gm.." and drawn("", 3) == "..."
    assert drawn("g" * DRAWN, DRAWN) == "g" * DRAWN
