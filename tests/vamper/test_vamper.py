"""How variations and playing meet, played under a fake clock with a worker that takes what its orders cost."""

import dataclasses

import numpy as np
import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.seeds import derive_seed

EVERYTHING = Prompt(periodic_prompt=1, compression_prompt=14, mask_dropout=0.0)


def test_the_first_variation_comes_at_the_first_seam_and_every_seam_brings_another(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(20)
    assert stage.late == 0
    assert stage.heard == list(range(1, 21))


def test_every_offer_is_complete_and_made_from_the_take_that_plays(stage):
    stage.get_ready()
    stage.record(4.0, version=7)
    stage.play_repetitions(5)
    for offer in stage.offers:
        assert offer.take == offer.variation.request.take_version == 7
        assert offer.variation.audio.shape == stage.take.audio.shape
        assert not np.array_equal(offer.variation.audio, stage.take.audio)


def test_a_loop_recorded_while_the_model_still_loads_is_varied_once_it_is_there(stage):
    stage.record(4.0)
    stage.play_repetitions(2)
    assert stage.late == 2 and stage.offers == []
    stage.get_ready()
    stage.play_repetitions(3)
    assert stage.heard == [-1, -1, 1, 2, 3]


def test_each_repetition_has_its_own_seed_and_the_same_knobs_give_the_same_seeds(make_stage):
    heard = []
    for _ in range(2):
        stage = make_stage()
        stage.get_ready()
        stage.turn(Prompt(), 12, seed=5)
        stage.record(4.0)
        stage.play_repetitions(4)
        heard.append([offer.variation.request.seed for offer in stage.offers[:4]])
    assert heard[0] == heard[1] == [derive_seed(5, index) for index in range(1, 5)]


def test_seed_0_is_a_new_one_for_each_repetition_and_each_evening(make_stage):
    seeds = []
    for _ in range(2):
        stage = make_stage()
        stage.get_ready()
        stage.turn(Prompt(), 12, seed=0)
        stage.record(4.0)
        stage.play_repetitions(4)
        seeds += [offer.variation.request.seed for offer in stage.offers[:4]]
    assert len(set(seeds)) == 8


def test_a_batch_is_made_at_one_go_and_heard_seam_by_seam(stage, monkeypatch):
    stage.get_ready()
    sent, send = [], stage.worker.send
    monkeypatch.setattr(stage.worker, "send", lambda order: sent.append(order) or send(order))
    stage.turn(Prompt(batch=3), 12, seed=5)
    stage.record(4.0)
    stage.play_repetitions(12)
    counts = [len(order.requests) for order in sent if isinstance(order, jobs.Vary)]
    assert counts and set(counts) == {3}
    assert stage.late == 0 and stage.heard == list(range(1, 13))


def test_with_the_seed_locked_every_repetition_has_the_same(stage):
    stage.get_ready()
    stage.turn(Prompt(), 12, seed=0)
    stage.record(4.0)
    stage.play_repetitions(3)
    stage.turn(Prompt(seed_lock=True), 12, seed=0)
    stage.play_repetitions(5)
    assert len({offer.variation.request.seed for offer in stage.offers[-4:]}) == 1


def test_the_players_steps_are_the_ceiling_and_a_short_loop_gets_fewer(stage):
    stage.get_ready()
    stage.turn(Prompt(), ceiling=100)
    stage.record(0.5)
    stage.play_repetitions(5)
    short = stage.offers[-1].variation.request.steps
    stage.record(20.0, version=2)
    stage.play_repetitions(3)
    assert stage.offers[-1].variation.request.steps == 100
    assert 4 <= short < 100
    assert stage.late == 0


def test_very_short_loops_are_prepared_several_ahead_and_still_none_is_late(make_stage):
    stage = make_stage(Cost(overhead_s=0.3, per_audio=0.02, step_overhead_s=0.02, step_per_audio=0.002))
    stage.get_ready()
    stage.record(0.25)
    stage.play_repetitions(8)
    stage.late = 0
    stage.play_repetitions(100)
    assert stage.late == 0
    assert stage.heard[-100:] == list(range(stage.heard[-100], stage.heard[-100] + 100))


def test_a_machine_that_slows_down_costs_steps_and_no_more_than_a_seam(stage):
    stage.get_ready()
    stage.turn(Prompt(), ceiling=24)
    stage.record(2.0)
    stage.play_repetitions(5)
    assert stage.late == 0
    stage.slowdown = 4.0
    stage.play_repetitions(2)
    late = stage.late
    assert late <= 1
    stage.play_repetitions(20)
    assert stage.late == late
    assert stage.offers[-1].variation.request.steps < 24
    stage.slowdown = 1.0
    stage.play_repetitions(40)
    assert stage.late == late
    assert stage.offers[-1].variation.request.steps == 24


def test_late_means_the_loop_goes_on_and_the_late_variation_comes_one_seam_later(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.slowdown = 15.0
    stage.play_repetitions(2)
    assert stage.heard[:2] == [-1, 1] and stage.late == 1


def test_an_offer_is_ready_before_the_fade_that_ends_at_the_seam(stage):
    stage.get_ready()
    stage.record(2.0)
    stage.vamper.seam(0, now_frame=0, next_seam_frame=8820, fade_frames=882, sample_rate=4410)
    stage.turn(Prompt(), ceiling=128)
    stage.play(1.8)
    assert stage.pending is not None and stage.pending.variation.request.steps < 128


# Knobs.

def test_a_knob_turned_early_in_the_pass_is_heard_at_the_next_seam(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    stage.play(1.0)
    assert stage.pending is not None                # made with the old knobs and already in the engine
    bold = Prompt(temperature=1.5)
    stage.turn(bold)
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation.request.prompt == bold
    assert stage.late == 0


def test_a_knob_turned_too_late_is_heard_at_the_seam_after(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    stage.play(3.9)
    bold = Prompt(temperature=1.5)
    stage.turn(bold)
    stage.play_repetitions(2)
    prompts = [stage.offered(tag).variation.request.prompt for tag in stage.heard[-2:]]
    assert prompts[0] != bold and prompts[1] == bold
    assert stage.late == 0


@pytest.mark.parametrize("loop_s", [1.0, 2.0, 6.125])
@pytest.mark.parametrize("at", [0.0, 0.02, 0.1, 0.25, 0.4, 0.6, 0.8, 0.9, 0.97, 0.999])
def test_a_knob_turned_at_any_moment_is_heard_within_two_seams_and_makes_none_late(stage, loop_s, at):
    stage.get_ready()
    stage.record(loop_s)
    stage.play_repetitions(3)
    stage.play(at * loop_s)
    bold = Prompt(temperature=1.5)
    stage.turn(bold)
    stage.play_repetitions(2)
    assert stage.offered(stage.heard[-1]).variation.request.prompt == bold
    assert stage.late == 0


def test_the_job_in_flight_is_dropped_when_a_new_one_still_makes_its_seam(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.1)
    old = stage.asked()
    stage.turn(Prompt(temperature=1.5))
    assert old.job in stage.worker.cancelled
    stage.play_repetitions(1)
    assert stage.offered(1).variation.request.prompt.temperature == 1.5
    assert stage.late == 0


def test_the_job_in_flight_lands_when_a_new_one_would_be_late(make_stage):
    stage = make_stage(Cost(overhead_s=0.4, per_audio=0.1, step_overhead_s=0.01, step_per_audio=0.01))
    stage.get_ready()
    stage.record(1.0)
    stage.play(0.5)
    old = stage.asked()
    assert old is not None
    stage.turn(Prompt(temperature=1.5))
    assert old.job not in stage.worker.cancelled
    stage.play_repetitions(2)
    temperatures = [stage.offered(tag).variation.request.prompt.temperature for tag in stage.heard]
    assert temperatures == [Prompt().temperature, 1.5] and stage.late == 0


def test_a_fader_swept_through_the_whole_pass_makes_nothing_late(stage):
    stage.get_ready()
    stage.record(2.0)
    for number in range(1, 500):
        stage.play(0.013)
        stage.turn(Prompt(temperature=0.1 + number / 400))
    assert stage.late == 0
    last = stage.offered(stage.heard[-1]).variation.request.prompt.temperature
    assert last > 0.1 + (499 - 2 * 2.0 / 0.013) / 400   # not older than two seams


def test_the_same_knobs_told_again_disturb_nothing(stage):
    stage.get_ready()
    stage.turn(Prompt(), 12, 3)
    stage.record(4.0)
    stage.play(0.1)
    stage.turn(Prompt(), 12, 3)
    assert stage.worker.cancelled == set()


# Variation 0, silence, off.

def test_a_prompt_that_keeps_everything_offers_the_take_itself_and_asks_the_model_for_nothing(stage):
    stage.get_ready()
    stage.turn(EVERYTHING)
    stage.record(4.0)
    stage.play_repetitions(4)
    assert stage.late == 0
    assert all(offer.variation is None and offer.take == 1 for offer in stage.offers)
    stage.turn(Prompt())
    stage.play_repetitions(2)
    assert stage.offered(stage.heard[-1]).variation is not None
    stage.turn(EVERYTHING)
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation is None


@pytest.mark.parametrize("change", [{"mask_dropout": 0.1}, {"compression_prompt": 9}, {"periodic_prompt": 2},
                                    {"inpaint_start_s": 1.0, "inpaint_end_s": 2.0}])
def test_what_leaves_something_to_make_is_not_variation_0(stage, change):
    stage.get_ready()
    stage.turn(dataclasses.replace(EVERYTHING, **change))
    stage.record(4.0)
    stage.play_repetitions(1)
    assert stage.offers[0].variation is not None


def test_variation_0_needs_no_worker(stage):
    stage.turn(EVERYTHING)
    stage.record(4.0)
    stage.play_repetitions(2)
    assert stage.late == 0 and stage.heard == [1, 2]


def test_a_silent_take_is_not_varied_and_the_player_is_told(stage):
    stage.get_ready()
    stage.record(4.0, silent=True)
    stage.play_repetitions(3)
    assert stage.late == 0
    assert all(offer.variation is None for offer in stage.offers)
    assert ["silent" in notice for notice in stage.notices] == [True]


def test_generating_switched_off_drops_the_job_and_makes_nothing(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.1)
    job = stage.asked().job
    stage.vamper.generate(0, False)
    stage.play_repetitions(3)
    assert job in stage.worker.cancelled and stage.offers == []
    stage.vamper.generate(0, True)
    stage.play_repetitions(1)
    assert stage.heard[-1] == 1


def test_a_locked_loop_is_offered_one_variation_over_and_over_and_no_new_ones_are_made(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(2)
    stage.play(1.0)
    stage.locked = True
    refused, stage.pending = stage.pending, None
    stage.vamper.rejected(0, refused.tag)
    offered = len(stage.offers)
    stage.play_repetitions(5)
    assert stage.heard[-5:] == [2] * 5
    assert stage.offers[offered:] == [refused] * 5
    stage.locked = False
    stage.vamper.generate(0, True)         # told again when the lock goes: the variation need not wait for another seam
    stage.play_repetitions(1)
    assert stage.heard[-1] == 3 and stage.late == 0


# Takes.

def test_a_job_made_from_an_older_take_is_void(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(1)
    stage.play(0.1)
    old = stage.asked().job
    stage.record(4.0, version=2)
    stage.play_repetitions(3)
    assert old in stage.worker.cancelled
    assert all(stage.offered(tag).take == 2 for tag in stage.heard[-3:])


def test_a_variation_that_was_finished_when_its_take_went_is_never_offered(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.1)
    order = stage.asked()
    stage.vamper.take_changed(0, dataclasses.replace(stage.take, version=2))
    stage.worker.finish(order, 0.1)
    stage.vamper.step()
    assert stage.offers == []


def test_undo_back_to_a_take_uses_the_tokens_that_the_worker_still_holds(stage):
    stage.get_ready()
    stage.record(4.0, version=1)
    stage.play_repetitions(1)
    stage.record(4.0, version=2)
    stage.play_repetitions(1)
    stage.record(4.0, version=1)
    stage.play_repetitions(2)
    assert stage.generator.prepared == [1, 2]
    assert stage.late == 0
    assert stage.offered(stage.heard[-1]).take == 1


def test_the_worker_holds_few_takes_and_never_more_than_their_bound(stage):
    stage.get_ready()
    for version in range(1, 10):
        stage.record(4.0, version=version)
        stage.play_repetitions(1)
        assert len(stage.worker._prepared) <= 4
    stage.record(4.0, version=1)
    stage.play_repetitions(1)
    assert stage.generator.prepared == [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]


def test_takes_of_a_minute_are_held_by_their_size(stage):
    stage.get_ready()
    for version in range(1, 5):
        stage.record(2500.0, version=version)   # 44 MB each
        stage.play(1.0)
        assert len(stage.worker._prepared) == 1


def test_after_clear_nothing_is_made_and_nothing_offered(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(1)
    stage.play(0.1)
    stage.vamper.take_changed(0, None)
    offered = len(stage.offers)
    stage.next_seam_s = None
    stage.play(20.0)
    assert len(stage.offers) == offered and stage.asked() is None


# Again.

def test_again_brings_back_the_very_repetition_from_its_tokens_without_the_model(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(5)
    stage.play(1.0)
    stage.vamper.again(0, 3)
    stage.play_repetitions(1)
    first, back = stage.offered(2), stage.offered(stage.heard[-1])
    assert back.force and back.tag not in (1, 2, 3, 4, 5)
    assert np.array_equal(back.variation.audio, first.variation.audio)
    assert back.variation.request.seed == first.variation.request.seed
    stage.play_repetitions(2)
    assert stage.late == 0 and not stage.offered(stage.heard[-1]).force


def test_again_counts_seams_not_variations(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(2)
    stage.vamper.generate(0, False)
    stage.pending = None
    stage.play_repetitions(3)                   # the second variation sounds four times in all
    assert stage.heard == [1, 2, 2, 2, 2]
    stage.vamper.again(0, 4)
    stage.play_repetitions(1)
    assert np.array_equal(stage.offered(stage.heard[-1]).variation.codes, stage.offered(1).variation.codes)


def test_again_works_while_generating_is_off(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    stage.vamper.generate(0, False)
    stage.pending = None
    stage.vamper.again(0, 1)
    stage.play_repetitions(1)
    assert np.array_equal(stage.offered(stage.heard[-1]).variation.codes, stage.offered(2).variation.codes)


def test_again_to_a_pass_that_played_the_take_offers_the_take(stage):
    stage.record(4.0)
    stage.play_repetitions(2)
    stage.get_ready()
    stage.play_repetitions(1)
    stage.vamper.again(0, 2)
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation is None and stage.offered(stage.heard[-1]).force


@pytest.mark.parametrize("seams", [3, 500])
def test_again_further_back_than_was_heard_is_refused_with_the_limit(stage, seams):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    with pytest.raises(CommandError, match=rf"again {seams}: .* 0\.\.2 seams"):
        stage.vamper.again(0, seams)


def test_again_to_an_earlier_take_is_refused_until_undo_leads_back(stage):
    stage.get_ready()
    stage.record(4.0, version=1)
    stage.play_repetitions(3)
    stage.record(4.0, version=2)
    stage.play_repetitions(1)
    with pytest.raises(CommandError, match="earlier take"):
        stage.vamper.again(0, 2)
    stage.record(4.0, version=1)
    stage.play_repetitions(1)
    stage.vamper.again(0, 3)
    stage.play_repetitions(1)
    assert np.array_equal(stage.offered(stage.heard[-1]).variation.codes, stage.offered(2).variation.codes)


# A worker that fails.

def test_a_killed_worker_is_started_again_and_the_variations_come_back(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(2)
    stage.play(0.1)
    stage.worker.die("killed by signal 9")
    stage.play(1.0)
    assert len(stage.workers) == 2
    assert "killed by signal 9" in stage.notices[0]
    stage.get_ready()
    stage.play_repetitions(2)
    assert stage.heard[-1] == 4 and stage.late <= 1
    assert stage.notices[-1] == "the generator is back"


def test_an_offer_that_the_engine_holds_survives_its_worker(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(2.0)
    assert stage.pending.tag == 1
    stage.worker.die()
    stage.play_repetitions(1)
    assert stage.heard == [1] and stage.late == 0


def test_a_worker_that_falls_silent_is_ended_and_started_again(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.05)
    stage.put_down_order()
    stage.worker.begin = lambda: None           # it will never answer again
    silent = stage.worker
    stage.play(8.0)
    stage.play(8.0)
    assert silent.killed and len(stage.workers) == 2
    assert "no answer for" in stage.notices[0]


def test_a_worker_that_is_slow_but_alive_is_left_to_work(stage):
    stage.get_ready()
    stage.vamper.knobs_changed(0, Knobs(Prompt(), 12, 0))
    stage.record(4.0)
    stage.slowdown = 25.0                       # 14 s for one job, but it tells of every step
    stage.play_repetitions(8)
    assert len(stage.workers) == 1
    assert stage.heard[:4] == [-1, -1, -1, 1]


def test_a_machine_too_starved_for_the_watchdog_gets_more_patience_with_each_restart(stage):
    stage.get_ready()
    stage.vamper.knobs_changed(0, Knobs(Prompt(), 12, 0))
    stage.record(4.0)
    stage.slowdown = 100.0
    for _ in range(40):
        stage.play(4.0)
        if not stage.vamper.ready and not stage.worker.killed:
            stage.get_ready()
    assert 1 < len(stage.workers) < 5
    assert stage.offers


def test_restarts_back_off_and_begin_anew_after_a_finished_job(stage):
    stage.record(4.0)
    delays = []
    for _ in range(9):
        died_s = stage.clock.now_s
        stage.worker.die("no weights")
        stage.vamper.step()
        delays.append(stage.vamper._supervisor.next_look_s - died_s)
        stage.clock.now_s = stage.vamper._supervisor.next_look_s
        stage.vamper.step()
    assert delays == pytest.approx([0.25, 0.5, 1, 2, 4, 8, 16, 30, 30])
    assert len([notice for notice in stage.notices if "no weights" in notice]) == 1     # told once, not nine times
    stage.next_seam_s = stage.clock.now_s + 4.0
    stage.get_ready()
    stage.play_repetitions(2)
    died_s = stage.clock.now_s
    stage.worker.die("no weights")
    stage.vamper.step()
    assert stage.vamper._supervisor.next_look_s - died_s == pytest.approx(0.25)


def test_a_job_that_fails_is_told_and_tried_again_at_the_next_seam_not_in_a_circle(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.05)
    order = stage.put_down_order()
    stage.worker._deliver(jobs.Failed("ValueError: odd number", order.job))
    stage.play(3.0)
    assert stage.asked() is None and "odd number" in stage.notices[-1]
    stage.play_repetitions(2)
    assert stage.heard == [-1, 1]


def test_a_worker_whose_jobs_keep_failing_is_started_afresh(stage):
    stage.get_ready()
    stage.record(4.0)
    for _ in range(3):
        stage.play(0.05)
        order = stage.put_down_order()
        stage.worker._deliver(jobs.Failed("ValueError: odd number", order.job))
        stage.vamper.step()
        stage.play_repetitions(1)
    stage.play(1.0)
    assert len(stage.workers) == 2


def test_answers_of_an_earlier_worker_mean_nothing(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(0.05)
    first, order = stage.worker, stage.asked()
    first.die()
    stage.play(1.0)
    assert len(stage.workers) == 2
    first.finish(order, 0.1)
    stage.vamper.step()
    assert stage.offers == []


def test_progress_runs_from_0_to_1_for_each_repetition(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play(1.0)
    assert stage.progress[0] == 0.0 and stage.progress[-1] == 1.0
    assert stage.progress == sorted(stage.progress) and len(stage.progress) == 1 + DEFAULT_STEPS + 1


# Keep.

def keep(stage, tag, version):
    """The engine makes a variation the take."""
    stage.take = dataclasses.replace(stage.take, version=version, audio=stage.offered(tag).variation.audio.copy())
    stage.pending = None
    stage.sounding = -1
    stage.vamper.take_changed(0, stage.take)


def test_a_kept_variation_goes_on_from_its_own_tokens_not_from_a_second_encoding(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    keep(stage, tag=3, version=2)
    stage.play_repetitions(2)
    assert np.array_equal(stage.worker._prepared[2].codes, stage.offered(3).variation.codes)
    assert stage.worker._prepared[1].codes is None
    assert stage.offered(stage.heard[-1]).take == 2


def test_a_kept_take_keeps_its_tokens_through_a_restart_of_the_worker(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    keep(stage, tag=3, version=2)
    stage.play_repetitions(1)
    stage.worker.die()
    stage.play(1.0)
    stage.get_ready()
    stage.play_repetitions(1)
    assert np.array_equal(stage.worker._prepared[2].codes, stage.offered(3).variation.codes)


def test_what_was_heard_before_keep_can_still_be_called_back(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(3)
    keep(stage, tag=3, version=2)
    stage.play_repetitions(2)
    stage.vamper.again(0, 4)
    stage.play_repetitions(1)
    back = stage.offered(stage.heard[-1])
    assert back.take == 2 and back.force
    assert np.array_equal(back.variation.audio, stage.offered(1).variation.audio)


def test_the_take_before_keep_is_called_back_by_undo_not_by_again(stage):
    stage.record(4.0)
    stage.play_repetitions(1)
    stage.get_ready()
    stage.play_repetitions(2)
    keep(stage, tag=1, version=2)
    stage.play_repetitions(1)
    with pytest.raises(CommandError, match="undo"):
        stage.vamper.again(0, 3)


def test_an_offer_that_the_engine_cannot_take_is_told_and_another_made_for_the_next_seam(stage):
    stage.get_ready()
    stage.record(4.0)
    take_offer, refused = stage.vamper._director._on_offer, []

    def refuse(offer):
        refused.append(offer)
        raise CommandError("a variation with NaN was refused")

    stage.vamper._director._on_offer = refuse
    stage.play_repetitions(1)
    stage.vamper._director._on_offer = take_offer
    stage.play_repetitions(2)
    assert [offer.tag for offer in refused] == [1]
    assert "NaN" in stage.notices[0]
    assert stage.heard == [-1, -1, 2] or stage.heard == [-1, 2, 3]


def test_a_slow_model_is_given_the_time_that_it_takes_to_encode_a_take(make_stage):
    stage = make_stage(Cost(overhead_s=1.0, per_audio=2.0, step_overhead_s=0.2, step_per_audio=0.2))
    stage.get_ready()
    stage.worker.seconds_for = lambda order: 80.0
    stage.record(10.0)
    stage.play(79.0)
    assert isinstance(stage.asked(), jobs.Prepare)
    stage.play(2.0)
    assert isinstance(stage.asked(), jobs.Vary) and stage.notices == [] and len(stage.workers) == 1
