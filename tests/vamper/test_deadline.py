"""The planner: never late by its own figures when something else would be in time, and as many steps as fit."""

import random

import pytest

from unloop_py.vamper.deadline import (
    ENOUGH_STEPS,
    MAX_AHEAD,
    Cost,
    CostMeter,
    Need,
    fit_cost,
    plan_next,
    repetitions_ahead,
    steps_that_fit,
)

LAPTOP = Cost(overhead_s=0.05, per_audio=0.03, step_overhead_s=0.02, step_per_audio=0.005)


def any_meter(rng):
    meter = CostMeter(Cost(rng.uniform(0, 0.5), rng.uniform(0, 0.2), rng.uniform(1e-4, 0.1), rng.uniform(0, 0.05)))
    for _ in range(rng.randrange(4)):
        meter.observe(2.0, 8, 1, meter.cost.seconds(2.0, 8) * rng.uniform(0.5, 4.0))
    return meter


def any_need(rng):
    loop_s = rng.choice([0.25, 0.5, 1.0, 2.0, 6.125, 60.0])
    return Need(now_s=50.0, next_seam_s=50.0 + rng.uniform(-0.1, 1.0) * loop_s, loop_s=loop_s,
                covered=rng.randrange(3), ceiling=rng.randint(1, 128), rounds=rng.choice([1, 1, 2, 8]),
                least=1)


@pytest.mark.parametrize("number", range(300))
def test_a_plan_is_never_late_for_its_seam_and_no_other_plan_makes_an_earlier_one(number):
    rng = random.Random(number)
    meter, need = any_meter(rng), any_need(rng)
    plan = plan_next(need, meter)
    made_s = need.now_s + meter.safe_seconds(plan.count * need.loop_s, plan.steps, need.rounds)
    assert made_s <= plan.deadline_s + 1e-9
    assert 1 <= plan.steps <= need.ceiling and 1 <= plan.count <= MAX_AHEAD
    assert plan.seam >= need.covered and plan.deadline_s == need.next_seam_s + plan.seam * need.loop_s
    quickest_s = need.now_s + meter.safe_seconds(need.loop_s, 1, need.rounds)
    for seam in range(need.covered, plan.seam):
        assert quickest_s > need.next_seam_s + seam * need.loop_s


@pytest.mark.parametrize("number", range(100))
def test_one_step_more_would_be_late_or_over_the_ceiling(number):
    rng = random.Random(number)
    meter = any_meter(rng)
    budget_s, audio_s, ceiling = rng.uniform(0, 5), rng.uniform(0.25, 8), rng.randint(1, 128)
    steps = steps_that_fit(meter, budget_s, audio_s, ceiling)
    if steps:
        assert meter.safe_seconds(audio_s, steps) <= budget_s + 1e-9
    if steps < ceiling:
        assert meter.safe_seconds(audio_s, steps + 1) > budget_s - 1e-9


def test_with_time_enough_the_steps_are_the_players():
    assert plan_next(Need(0.0, 8.0, 8.0, ceiling=36), CostMeter(LAPTOP)).steps == 36


def test_the_nearer_the_seam_the_fewer_the_steps_until_the_next_seam_is_the_one_to_make():
    meter = CostMeter(LAPTOP)
    plans = [plan_next(Need(now_s, 2.0, 2.0, ceiling=12), meter) for now_s in (0.0, 1.4, 1.6, 1.75, 1.9)]
    assert [plan.seam for plan in plans] == [0, 0, 0, 0, 1]
    steps = [plan.steps for plan in plans[:4]]
    assert steps[0] == 12 and steps == sorted(steps, reverse=True) and steps[3] < 5
    assert plans[4].steps == 12


def test_a_seam_that_has_something_to_play_is_not_given_a_worse_one_in_haste():
    meter = CostMeter(LAPTOP)
    hasty = plan_next(Need(1.75, 2.0, 2.0, ceiling=12), meter)
    patient = plan_next(Need(1.75, 2.0, 2.0, ceiling=12, least=ENOUGH_STEPS), meter)
    assert hasty.seam == 0 and hasty.steps < ENOUGH_STEPS
    assert patient.seam == 1 and patient.steps >= ENOUGH_STEPS


def test_a_loop_that_stands_still_has_no_deadline():
    plan = plan_next(Need(0.0, None, 4.0, ceiling=30), CostMeter(LAPTOP))
    assert (plan.steps, plan.deadline_s) == (30, float("inf"))


def test_loops_longer_than_the_least_time_are_prepared_one_by_one():
    meter = CostMeter(LAPTOP)
    for loop_s in (1.0, 2.0, 8.0, 60.0):
        assert repetitions_ahead(meter, loop_s, 12) == 1


def test_loops_shorter_than_the_least_time_are_prepared_several_at_once_and_keep_up():
    meter = CostMeter(Cost(overhead_s=0.3, per_audio=0.03, step_overhead_s=0.04, step_per_audio=0.005))
    loop_s = 0.25
    ahead = repetitions_ahead(meter, loop_s, 12)
    assert ahead > 1
    assert meter.safe_seconds(ahead * loop_s, ENOUGH_STEPS) <= ahead * loop_s
    assert meter.safe_seconds((ahead - 1) * loop_s, ENOUGH_STEPS) > (ahead - 1) * loop_s
    plan = plan_next(Need(0.0, loop_s, loop_s, covered=ahead, ceiling=12), meter)
    assert plan.count == ahead
    assert meter.safe_seconds(plan.count * loop_s, plan.steps) <= plan.count * loop_s


def test_a_batch_is_made_at_one_go_where_there_is_time_and_a_smaller_one_where_there_is_not():
    meter, loop_s = CostMeter(LAPTOP), 4.0
    plan = plan_next(Need(0.0, loop_s, loop_s, covered=3, ceiling=12, batch=4), meter)
    assert (plan.count, plan.steps, plan.seam) == (4, 12, 3)
    assert meter.safe_seconds(4 * loop_s, 12) <= plan.deadline_s
    hurried = plan_next(Need(0.0, 0.6, loop_s, ceiling=12, batch=16), meter)
    assert 1 <= hurried.count < 16 and hurried.seam == 0
    assert meter.safe_seconds(hurried.count * loop_s, hurried.steps) <= 0.6


def test_a_machine_slower_than_the_music_still_gets_a_variation_every_so_often():
    plan = plan_next(Need(0.0, 2.0, 2.0, ceiling=12), CostMeter(Cost(5.0, 1.0, 0.5, 0.5)))
    assert plan.count == 1 and plan.seam > 0


def test_feedback_passes_cost_sampling_again():
    assert LAPTOP.seconds(4.0, 12, rounds=3) == pytest.approx(0.05 + 0.12 + 36 * 0.04)


def test_the_figures_of_a_machine_are_found_again_from_four_jobs():
    measured = [(audio_s, steps, LAPTOP.seconds(audio_s, steps)) for audio_s in (0.5, 3.0) for steps in (1, 4)]
    found = fit_cost(measured)
    for audio_s, steps in ((2.0, 12), (60.0, 36)):
        assert found.seconds(audio_s, steps) == pytest.approx(LAPTOP.seconds(audio_s, steps))


def test_noise_in_the_measurement_never_makes_a_share_negative():
    found = fit_cost([(0.5, 1, 0.2), (0.5, 4, 0.1), (3.0, 1, 0.15), (3.0, 4, 0.3)])
    assert min(found.overhead_s, found.per_audio, found.step_overhead_s, found.step_per_audio) >= 0
    assert found.seconds(3.0, 4) > 0


def test_a_machine_that_slows_down_is_believed_at_once_and_one_that_speeds_up_by_and_by():
    meter = CostMeter(LAPTOP)
    calm_s = meter.safe_seconds(4.0, 12)
    meter.observe(4.0, 12, 1, 3.0 * LAPTOP.seconds(4.0, 12))
    busy_s = meter.safe_seconds(4.0, 12)
    assert busy_s > 2 * calm_s
    for _ in range(3):
        meter.observe(4.0, 12, 1, LAPTOP.seconds(4.0, 12))
    assert calm_s < meter.safe_seconds(4.0, 12) < busy_s
    for _ in range(40):
        meter.observe(4.0, 12, 1, LAPTOP.seconds(4.0, 12))
    assert meter.safe_seconds(4.0, 12) <= calm_s


def test_one_job_that_was_halted_for_a_minute_does_not_end_the_music():
    meter = CostMeter(LAPTOP)
    meter.observe(4.0, 12, 1, 60.0)
    assert meter.seconds(4.0, 12) < 3 * LAPTOP.seconds(4.0, 12)
