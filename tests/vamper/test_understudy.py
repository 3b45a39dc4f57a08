"""Another model is loaded beside the one that plays and takes its place without a gap."""

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeWorker, LearningTones, ToneGenerator
from unloop_py.vamper.spare_time import PRUDENCE, SpareTime

SLOW = Cost(overhead_s=0.02, per_audio=0.06, step_overhead_s=0.02, step_per_audio=0.01)


class OtherModel(ToneGenerator):
    def describe(self):
        return super().describe() | {"model": "other", "codec": self.codec}


class OtherLearner(LearningTones):
    def describe(self):
        return super().describe() | {"model": "other", "codec": self.codec}


@pytest.fixture
def theatre(make_stage):
    """A stage whose next worker waits in the wings: `stage.wings`, until it is on stage."""

    class Theatre(make_stage):
        models = ()
        wings = None
        on_stage = None
        other = OtherModel

        @property
        def worker(self):
            return self.on_stage or self.workers[0]

        def _make_worker(self, start, deliver):
            if not self.workers:
                return super()._make_worker(start, deliver)
            assert len(self.living) < 2, "memory is for two models"
            generator = self.other(wait=lambda seconds: None)
            generator.codec = start.arguments["codec"]
            self.started = start
            self.wings = FakeWorker(deliver, generator, self.clock, SLOW)
            self.workers.append(self.wings)
            return self.wings

        def change(self, name="voice", codec="ours", edition=None):
            self.vamper._director._on_model = self.taken_over
            self.vamper.change_model(name, edition=edition, model=name, codec=codec)
            self.vamper.step()

        @property
        def living(self):
            return [worker for worker in self.workers if not worker.killed]

        def step_in(self):
            """The one in the wings is loaded, rehearses, and is on stage after the next seam."""
            self.wings.get_ready()
            self.vamper.step()
            self.rehearse()
            self.play_repetitions(1)

        def taken_over(self, name):
            self.models += (name,)
            self.on_stage = self.living[-1]

        def rehearse(self):
            """The understudy does what it was told so far."""
            while (order := self.wings.begin()) is not None:
                self.wings.finish(order, 0.0)
                self.vamper.step()

    return Theatre()


def test_while_another_model_loads_every_seam_still_has_its_offer(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(2)
    theatre.change()
    theatre.play_repetitions(5)
    assert theatre.late == 0 and theatre.heard == [1, 2, 3, 4, 5, 6, 7]
    assert theatre.models == () and not theatre.workers[0].killed


def test_a_model_takes_over_once_it_holds_the_take_and_no_seam_goes_without(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(2)
    theatre.change()
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.play_repetitions(1)
    assert theatre.models == ()
    theatre.rehearse()
    theatre.play_repetitions(4)
    assert theatre.models == ("voice",)
    assert theatre.workers[0].killed and not theatre.wings.killed
    assert theatre.late == 0 and theatre.heard == [1, 2, 3, 5, 6, 7, 8]  # 4 was the old one's and gave way
    assert theatre.vamper.facts["model"] == "other"


def test_the_job_in_hand_is_finished_before_the_other_model_takes_over(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play(0.01)
    assert isinstance(theatre.asked(), jobs.Vary)
    theatre.change()
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    assert theatre.models == ()
    theatre.play_repetitions(1)
    assert theatre.models == ("voice",)
    assert [offer.tag for offer in theatre.offers] == [1, 2]


def test_what_the_old_model_had_ready_is_replaced_by_the_new_ones_as_soon_as_that_is_there(theatre):
    theatre.get_ready()
    theatre.turn(Prompt(temperature=0.5), 12, seed=3)
    theatre.record(8.0)
    theatre.play(2.0)
    assert [offer.tag for offer in theatre.offers] == [1]
    theatre.change()
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    theatre.play_repetitions(1)
    assert theatre.heard == [2]


def test_a_model_that_cannot_be_loaded_is_told_once_and_the_old_one_plays_on(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change("gone")
    theatre.wings._deliver(jobs.Failed("ModelError: weights missing", fatal=True))
    theatre.play_repetitions(3)
    assert theatre.late == 0 and theatre.models == ()
    assert theatre.notices == ["gone could not be loaded (ModelError: weights missing); the model that plays goes on"]
    assert theatre.wings.killed


def test_a_model_that_never_answers_is_given_up(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change()
    theatre.play(200.0)
    assert theatre.wings.killed and theatre.late == 0
    assert theatre.notices == ["voice could not be loaded (it does not answer); the model that plays goes on"]


def test_the_last_model_asked_for_counts(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change("first")
    first = theatre.wings
    theatre.change("second")
    assert first.killed
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    theatre.play_repetitions(2)
    assert theatre.models == ("second",)


def test_a_new_take_recorded_meanwhile_is_the_one_that_it_learns(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change()
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    theatre.record(2.0, version=2)
    theatre.play_repetitions(1)
    theatre.rehearse()
    theatre.play_repetitions(3)
    assert theatre.models == ("voice",) and theatre.late == 0
    assert theatre.offers[-1].take == 2


def test_a_voice_shares_its_bases_codec_so_what_was_heard_can_be_called_back(theatre):
    theatre.generator.describe = lambda: {"codec": "ours"}
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(3)
    codes = theatre.vamper.history(0).heard(2).codes
    theatre.change(codec="ours")
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    theatre.play_repetitions(1)
    assert theatre.models == ("voice",)
    theatre.vamper.again(0, 3)
    theatre.play_repetitions(1)
    assert np.array_equal(theatre.offered(theatre.heard[-1]).variation.codes, codes)


def test_tokens_of_another_codec_are_not_called_back(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(3)
    theatre.change(codec="another")
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    theatre.play(0.5)
    assert theatre.models == ("voice",)
    with pytest.raises(Exception, match="none of another model's"):
        theatre.vamper.again(0, 2)


@pytest.mark.parametrize("codec", ["ours", "another"])
def test_a_kept_variation_comes_with_its_tokens_only_to_a_model_of_its_codec(theatre, codec):
    theatre.generator.describe = lambda: {"codec": "ours"}
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(2)
    kept = theatre.offered(theatre.heard[-1]).variation
    theatre.vamper.take_changed(0, Take(2, kept.audio, theatre.take.sample_rate))
    theatre.take = Take(2, kept.audio, theatre.take.sample_rate)
    theatre.play(0.1)
    theatre.change(codec=codec)
    theatre.step_in()
    assert theatre.models == ("voice",)
    codes = theatre.wings._prepared[2].codes
    assert codes is kept.codes if codec == "ours" else codes is None


def test_it_is_loaded_with_the_arguments_of_the_first_and_the_new_name(theatre):
    theatre.get_ready()
    theatre.change("mine")
    assert theatre.started.arguments == {"model": "mine", "codec": "ours"}


def test_a_worker_that_took_over_is_started_again_with_its_own_model(theatre):
    theatre.get_ready()
    theatre.change("mine")
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.wings.die()
    theatre.play(5.0)
    assert len(theatre.workers) == 3 and theatre.started.arguments["model"] == "mine"


@pytest.fixture
def learners(theatre):
    """Both models can learn; the one in the wings has been loaded and holds the take, which the first has learned."""
    theatre.generator = theatre.workers[0]._generator = LearningTones(wait=lambda seconds: None)
    theatre.other = OtherLearner
    theatre.get_ready()
    theatre.record(4.0)
    theatre.play_repetitions(8)
    theatre.change()
    theatre.wings.get_ready()
    theatre.vamper.step()
    theatre.rehearse()
    return theatre


def test_a_model_that_took_over_learns_the_take_itself_from_the_beginning(learners):
    assert learners.learned[-1].share == 1.0 and learners.learned[-1].plays
    told = len(learners.learned)
    learners.play_repetitions(8)
    assert learners.models == ("voice",) and learners.late == 0
    other = learners.wings._generator
    assert other.begun == [(1, 0, None)]
    assert other.decoded[0] == (1, None) and other.decoded[-1] == (1, "what 1 taught")
    shares = [learned.share for learned in learners.learned[told:]]
    assert shares[0] == 0.0 and shares == sorted(shares) and shares[-1] == 1.0


def test_how_long_the_steps_of_the_model_before_were_is_forgotten():
    spare = SpareTime()
    spare.measured_s = 0.4
    spare.answered(jobs.Learned(1, 0.5, 0.0, False, 0.9))
    spare.another_model(0.1)
    assert spare.step_s == pytest.approx(PRUDENCE * 0.1) and spare.known(1) is None


def test_ending_the_instrument_ends_the_understudy_too(theatre):
    theatre.get_ready()
    theatre.change()
    theatre.vamper.stop()
    assert all(worker.killed for worker in theatre.workers)


# Memory for two models, never three: see also test_two_models.py.

def test_the_same_order_twice_loads_the_model_once(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change("mine")
    loading = theatre.wings
    theatre.change("mine")
    assert theatre.wings is loading and not loading.killed and len(theatre.workers) == 2
    theatre.step_in()
    assert theatre.models == ("mine",)


def test_going_back_to_the_model_that_plays_drops_the_one_that_loads_and_costs_nothing_more(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change("mine", "ours")
    theatre.step_in()
    theatre.change("other")
    other = theatre.wings
    theatre.change("mine", "ours")
    assert other.killed and theatre.living == [theatre.worker] and len(theatre.workers) == 3
    assert theatre.models == ("mine", "mine"), "who asked is told what plays"
    theatre.play_repetitions(3)
    assert theatre.late == 0


def test_a_model_that_was_learned_anew_under_its_name_is_loaded_again(theatre):
    theatre.get_ready()
    theatre.record(4.0)
    theatre.change("lisa", edition="monday")
    theatre.step_in()
    theatre.change("lisa", edition="monday")
    assert len(theatre.living) == 1
    theatre.change("lisa", edition="tuesday")
    assert len(theatre.living) == 2
    theatre.step_in()
    assert len(theatre.living) == 1 and len(theatre.workers) == 3
