"""The variations heard: tokens and seed, counted by seams, bounded in memory."""

import numpy as np
import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Variation, VariationRequest
from unloop_py.vamper.history import THE_TAKE, VariationHistory
from unloop_py.vamper.request import Offer


def offer(tag, take=1, steps=100):
    codes = np.full((9, steps), tag, np.int16)
    request = VariationRequest(take, tag, seed=1000 + tag)
    audio = np.zeros((8, 2), np.float32)
    return Offer(tag, take, Variation(request, audio, codes, codes.astype(np.uint8), 0.0, 0.0, 0.1))


@pytest.fixture
def history():
    history = VariationHistory()
    for tag in (1, 2, 3):
        history.offered(offer(tag))
    return history


def test_what_sounded_n_seams_ago_is_named_by_counting_passes(history):
    for tag in (THE_TAKE, 1, 1, 3):
        history.passed(1, tag)
    assert [history.heard(n).request and history.heard(n).request.seed for n in range(4)] == [1003, 1001, 1001, None]


def test_a_pass_of_the_take_is_remembered_as_the_take(history):
    history.passed(6, THE_TAKE)
    heard = history.heard(0)
    assert (heard.take, heard.request, heard.codes) == (6, None, None)


def test_an_offer_of_the_take_itself_is_remembered_as_the_take(history):
    history.offered(Offer(4, 1, None))
    history.passed(1, 4)
    assert history.heard(0).request is None


def test_tokens_are_held_and_no_audio(history):
    history.passed(1, 2)
    heard = history.heard(0)
    assert heard.codes.dtype == np.int16 and (heard.codes == 2).all()
    assert not hasattr(heard, "audio")


def test_before_the_first_seam_nothing_can_be_called_back(history):
    with pytest.raises(CommandError, match="no seam has passed yet"):
        history.heard(1)


def test_further_back_than_heard_names_the_limit(history):
    history.passed(1, 1)
    history.passed(1, 2)
    with pytest.raises(CommandError, match=r"again 2: .* 0\.\.1 seams can be called back"):
        history.heard(2)


def test_the_oldest_tokens_go_when_their_room_is_full():
    history = VariationHistory(max_bytes=10 * 9 * 100 * 2)
    for tag in range(1, 31):
        history.offered(offer(tag))
        history.passed(1, tag)
    assert history.heard(9).request.index == 21
    with pytest.raises(CommandError, match="tokens are no longer held"):
        history.heard(10)


def test_four_hours_of_a_ten_second_loop_fit():
    history = VariationHistory()
    for tag in range(1, 4 * 360 + 1):
        history.offered(offer(tag, steps=575))
        history.passed(1, tag)
    assert history.heard(4 * 360 - 1).request.index == 1
