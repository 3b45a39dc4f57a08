"""The bookkeeping: what is void, what is stale, and what goes to the engine next."""

from dataclasses import replace

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Variation
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.request import RequestBook
from unloop_py.vamper.seeds import derive_seed

BOLD = Prompt(temperature=1.7)


def made(job):
    """What a worker answers to a job."""
    silence, codes = np.zeros((8, 1), np.float32), np.zeros((2, 1), np.int16)
    return tuple(Variation(request, silence, codes, codes.astype(np.uint8), 0.0, 0.0, 0.1) for request in job.requests)


@pytest.fixture
def book():
    book = RequestBook()
    book.turn(Knobs(Prompt(), 12, 5))
    return book


def ask_and_land(book, count=1, take=1):
    job = book.new_job(take, count, 12, 0.0)
    assert book.land(job.number, made(job))
    return job


def test_requests_carry_the_knobs_the_steps_that_fit_and_a_seed_for_each_repetition(book):
    job = book.new_job(4, 3, 7, 0.0)
    assert [(r.take_version, r.index, r.seed, r.prompt, r.steps) for r in job.requests] == [
        (4, index, derive_seed(5, index), Prompt(), 7) for index in (1, 2, 3)]


def test_a_locked_seed_is_every_repetition_s():
    locked = Prompt(seed_lock=True)
    book = RequestBook()
    book.turn(Knobs(locked, 12, 5))
    assert {request.seed for _ in range(3) for request in ask_and_land(book, 2).requests} == {derive_seed(5, 1)}
    book.turn(Knobs(Prompt(), 12, 0))
    drawn = [ask_and_land(book).requests[0].seed for _ in range(3)]
    book.turn(Knobs(locked, 12, 0))
    assert len(set(drawn)) == 3
    assert [ask_and_land(book).requests[0].seed for _ in range(3)] == [drawn[-1]] * 3


def test_without_one_drawn_before_a_lock_draws_one_and_holds_it():
    book = RequestBook()
    book.turn(Knobs(Prompt(seed_lock=True), 12, 0))
    assert len({ask_and_land(book).requests[0].seed for _ in range(3)}) == 1


def test_what_is_made_again_is_the_part_of_the_stretched_take_that_it_was(book):
    book.turn(Knobs(Prompt(stretch=3), 12, 5))
    heard = ask_and_land(book, 2).requests[1]
    assert heard.part == 1
    codes = np.zeros((2, 1), np.int16)
    again = book.again_job(1, heard, codes, 0.0).requests[0]
    assert (again.index, again.part) == (3, 1)
    assert book.again_job(1, replace(again, index=9), codes, 0.0).requests[0].part == 1


def test_a_dropped_job_gives_its_numbers_and_seeds_back(book):
    dropped = book.new_job(1, 1, 12, 0.0)
    book.job = None
    assert book.new_job(1, 1, 12, 0.0).requests == dropped.requests


def test_what_a_dropped_job_brings_after_all_is_not_taken(book):
    dropped = book.new_job(1, 1, 12, 0.0)
    book.job = None
    assert not book.land(dropped.number, made(dropped))
    later = book.new_job(1, 1, 12, 0.0)
    assert not book.land(dropped.number, made(dropped))
    assert book.job is later and book.next_offer() is None


def test_the_engine_holds_one_offer_and_the_others_wait_for_their_seam(book):
    ask_and_land(book, count=3)
    assert book.next_offer().tag == 1
    assert book.next_offer() is None and book.covered() == book.fresh() == 3
    book.taken(1)
    assert book.next_offer().tag == 2


def test_turned_knobs_make_stale_what_was_made_but_it_stays_until_something_fresh_is_there(book):
    ask_and_land(book, count=3)
    book.next_offer()
    assert book.turn(Knobs(BOLD, 12, 5))
    assert (book.covered(), book.fresh()) == (3, 0)
    job = ask_and_land(book)
    offer = book.next_offer()           # in place of the stale one that the engine still holds
    assert offer.variation.request == job.requests[0] and offer.variation.request.prompt == BOLD
    assert (book.covered(), book.fresh()) == (1, 1)


def test_a_job_that_was_stale_when_it_landed_never_takes_the_place_of_another(book):
    ask_and_land(book)
    held = book.next_offer()
    job = book.new_job(1, 1, 12, 0.0)
    book.turn(Knobs(BOLD, 12, 5))
    book.land(job.number, made(job))
    assert book.next_offer() is None and book.offered is held


def test_knobs_told_again_are_not_turned(book):
    assert not book.turn(Knobs(Prompt(), 12, 5))
    assert [book.turn(Knobs(*knobs)) for knobs in ((BOLD, 12, 5), (BOLD, 13, 5), (BOLD, 13, 6))] == [True] * 3


def test_another_take_makes_everything_void(book):
    ask_and_land(book, count=3)
    book.next_offer()
    job = book.new_job(1, 1, 12, 0.0)
    book.void()
    assert not book.land(job.number, made(job))
    assert book.next_offer() is None and book.covered() == 0


def test_a_number_is_never_used_twice(book):
    tags = []
    for _ in range(3):
        ask_and_land(book, count=2)
        while (offer := book.next_offer()) is not None:
            tags.append(offer.tag)
            book.taken(offer.tag)
        book.land_take(1)
        tags.append(book.next_offer().tag)
        book.void()
    assert tags == sorted(set(tags)) and len(tags) == 9


def test_what_is_called_back_goes_before_everything_and_yields_to_nothing(book):
    ask_and_land(book, count=2)
    first = book.next_offer()
    job = book.again_job(1, first.variation.request, first.variation.codes, 0.0)
    book.land(job.number, made(job))
    back = book.next_offer()
    assert back.force and back.tag == 3 and back.variation.request.seed == first.variation.request.seed
    book.turn(Knobs(BOLD, 12, 5))
    ask_and_land(book)
    assert book.next_offer() is None and book.offered is back


def test_an_offer_that_came_back_keeps_its_place(book):
    ask_and_land(book, count=2)
    first = book.next_offer()
    assert book.returned(first.tag) and not book.returned(first.tag)
    assert book.covered() == 2
    assert book.next_offer() is first


def test_an_answer_about_an_offer_that_was_replaced_changes_nothing(book):
    ask_and_land(book)
    stale = book.next_offer()
    book.turn(Knobs(BOLD, 12, 5))
    ask_and_land(book)
    fresh = book.next_offer()
    book.taken(stale.tag)
    assert book.offered is fresh and not book.returned(stale.tag)


@pytest.mark.parametrize(("prompt", "all_kept"), [
    (Prompt(periodic_prompt=1, compression_prompt=14), True),
    (Prompt(periodic_prompt=1, compression_prompt=14, temperature=2.0), True),
    (Prompt(periodic_prompt=1, compression_prompt=14, stretch=2), False),
    (Prompt(periodic_prompt=1, compression_prompt=14, pitch_shift=-1), False),
    (Prompt(), False),
    (Prompt(periodic_prompt=1, compression_prompt=13), False),
    (Prompt(periodic_prompt=0, compression_prompt=14), False),
    (Prompt(periodic_prompt=1, compression_prompt=14, mask_dropout=0.01), False),
    (Prompt(periodic_prompt=1, compression_prompt=14, inpaint_start_s=1.0, inpaint_end_s=1.5), False),
])
def test_a_prompt_keeps_everything_only_when_no_token_is_left_to_make(prompt, all_kept):
    assert Knobs(prompt).keeps_everything == all_kept
