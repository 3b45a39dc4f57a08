"""What a loop is doing, as front ends are told: the engine's reading, and what the session knows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop_py.control.bus import LoopStatus
from unloop_py.engine.messages import Flag, State
from unloop_py.session.loop_view import TURNING

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus


def loop_status(bus: SessionBus, loop: int) -> LoopStatus:
    """What a loop is doing now, counted from 0. Any thread."""
    status = bus.engine.status(loop)
    view, rate = bus.loops[loop], bus.sample_rate
    with bus.lock:
        pending, pending_s = bus.timing.pending(loop)
        melt, guard, marks = bus.marking.shown(loop)
        cycle_frames = bus.timing.cycle_frames(loop)
    recorded = status.position_frames if status.state == State.RECORDING else 0
    return LoopStatus(
        length_s=status.length_frames / rate,
        position_s=status.position_frames / rate,
        cycle_s=cycle_frames / rate,
        free_s=(bus.engine.max_loop_frames - recorded) / rate,
        total_s=bus.engine.max_loop_frames / rate,
        seam_s=(status.next_seam_frame - status.frame) / rate if status.next_seam_frame >= 0 else -1.0,
        peak_in=status.peak_in,
        peak_out=status.peak_out,
        channels=bus.engine.channels,
        state=State.OVERDUBBING.label if bus.hands_free.is_laying(loop) else view.label(status.state),
        position=status.position_frames / status.length_frames if status.length_frames else 0.0,
        repetition=status.repetition,
        late=view.late,
        gen_state=gen_state(bus, loop, status.flags),
        progress=view.progress,
        adapting=view.adapting,
        gain=view.gain,
        beat=view.beat_at(status.position_frames) if status.state in TURNING else 0,
        layers=bus.layering.count(loop),
        mute=status.state == State.MUTED,
        lock=bool(status.flags & Flag.LOCKED),
        solo=bool(status.flags & Flag.SOLOED),
        reverse=bool(status.flags & Flag.REVERSED),
        form=view.form,
        favourites=len(view.favourites),
        cue=bool(status.flags & Flag.CUED),
        pending=pending,
        pending_s=pending_s,
        custom=bus.store.custom(loop),
        melt=melt,
        guard=guard,
        erasing=bus.hands_free.is_erasing(loop),
        marks=marks,
        preset=view.preset,
    )


def gen_state(bus: SessionBus, loop: int, flags: Flag) -> str:
    """What varying does for a loop with these flags of the engine, a word of `control.bus.GEN_STATES`. Any thread."""
    view = bus.loops[loop]
    if not bus.varied.of(loop):
        return "off"
    if flags & Flag.BACK:
        return "take"
    if flags & Flag.LOCKED:
        return "locked"
    if bus.vamper is not None and not bus.vamper.ready:
        return "loading"
    return "late" if view.late and view.state in TURNING else "on"
