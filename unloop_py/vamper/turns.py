"""Whose turn it is: which loop the one worker serves next, and which take it learns. Pure: lanes in, a choice out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from unloop_py.vamper.deadline import MAX_AHEAD, CostMeter, Plan, fair_share
from unloop_py.vamper.lane import FOREVER, Lane
from unloop_py.vamper.prepared import PreparedTakes
from unloop_py.vamper.spare_time import SpareTime


def next_turn(lanes: Sequence[Lane], prepared: PreparedTakes, meter: CostMeter, start_s: float,
              spare: int = 0) -> tuple[Lane, Plan | None] | None:
    """The loop that is called back, or else whose seam comes first; where there is not time for all of them, the one that has gone
    without for the most of its own seams. With what it would have done from `start_s` on: None = its take prepared. `spare` is how many
    repetitions more than it needs should lie ready."""
    share = fair_share([lane.demand(meter) for lane in lanes if lane.turns])
    wishes = []
    for lane in lanes:
        if lane.take is None or lane.refused or lane.pausing:
            continue
        missed = lane.missed if share < 1.0 else 0
        if prepared.get(lane.take.version) is None:  # also one that is not varied: its beats are wanted
            deadline_s = FOREVER if lane.next_seam_s is None or not lane.generating else lane.next_seam_s
            wishes.append((lane.called_back is None, -missed, deadline_s, lane.loop, lane, None))
        elif lane.wants_worker and (plan := lane.plan(meter, start_s, share, _ahead(lane, lanes, share, meter), spare)) is not None:
            wishes.append((lane.called_back is None, -missed, plan.deadline_s, lane.loop, lane, plan))
    if not wishes:
        return None
    *_, lane, plan = min(wishes, key=lambda wish: wish[:4])
    return lane, plan


def makes_way(working: Lane, lanes: Sequence[Lane], prepared: PreparedTakes, meter: CostMeter, restart_s: float, ends_s: float) -> bool:
    """Whether the job in hand should be dropped for another loop's, which could begin at `restart_s` instead of at `ends_s`: only if
    that one then makes a seam that it would miss, and the dropped one can still be made after it."""
    job = working.book.job
    if job.codes is not None or not math.isfinite(job.deadline_s):
        return False
    again_s = meter.safe_seconds(working.loop_s * len(job.requests), job.steps, job.rounds)
    for lane in lanes:
        if lane is working or not lane.wants_worker or lane.book.covered() or prepared.get(lane.take.version) is None:
            continue
        plan = lane.replan(meter, restart_s)
        done_s = restart_s + meter.safe_seconds(lane.loop_s * plan.count, plan.steps, lane.knobs.prompt.feedback_steps)
        if done_s + again_s <= job.deadline_s and plan.deadline_s < lane.replan(meter, ends_s).deadline_s:
            return True
    return False


def learners(lanes: Iterable[Lane], prepared: PreparedTakes, spare: SpareTime, selected: int) -> list[Lane]:
    """The loops whose takes may be learned, in this order: the selected one, and the one that has been begun."""
    able = [lane for lane in lanes if lane.take is not None and lane.generating and lane.knobs.adapt
            and (held := prepared.get(lane.take.version)) is not None and not held.silent]
    return sorted(able, key=lambda lane: (lane.loop != selected, spare.known(lane.take.version) is None))


def _ahead(lane: Lane, lanes: Sequence[Lane], share: float, meter: CostMeter) -> int:
    """Repetitions that a loop needs ready to go on varying while the worker is at the longest job of another."""
    others = [other for other in lanes if other is not lane and other.turns]
    longest_s = max((min(share * other.loop_s, other.longest_s(meter)) for other in others), default=0.0)
    return max(1, min(MAX_AHEAD, math.ceil(longest_s / lane.loop_s)))
