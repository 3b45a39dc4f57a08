"""How everything stands, as the messages that a front end is sent when it comes."""

from collections.abc import Sequence

from unloop_py.control.addresses import OUTGOING
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name
from unloop_py.control.pictures import kept_at_places, peaks_at_places
from unloop_py.control.presets import Preset
from unloop_py.control.scenes import Scene
from unloop_py.osc.messages import encode


def whole_state(bus: Bus) -> list[bytes]:
    """The instrument and every loop, a datagram each; what stands first reaches even a patch that is slow to read."""
    return [position(bus, loop) for loop in range(bus.n_loops)] + [encoded(notice) for notice in state_notices(bus)]


def position(bus: Bus, loop: int) -> bytes:
    """Where a loop is."""
    return encode(OUTGOING["position"].of(loop), float(bus.status(loop).position))


def state_notices(bus: Bus) -> list[Notice]:
    """The same as notices, but for the positions."""
    notices = [Notice("loops", None, (bus.n_loops,))]
    notices.append(Notice("generate", None, (int(bus.generating()),)))
    notices.append(Notice("stage_lock", None, (int(bus.stage_locked()),)))
    chosen = bus.chosen()
    notices.append(Notice("select", None, (chosen[0] + 1 if len(chosen) == 1 else 0,)))
    notices.append(Notice("model", None, (bus.model(),)))
    notices.append(Notice("xruns", None, (bus.xruns(),)))
    notices.append(Notice("scene", None, _named(bus.scene(), bus.scenes())))
    notices += [Notice("preset_count", None, (len(bus.presets()),)), Notice("scene_count", None, (len(bus.scenes()),))]
    return notices + [notice for loop in range(bus.n_loops) for notice in loop_state(bus, loop)]


def loop_state(bus: Bus, loop: int) -> list[Notice]:
    """One loop, but its position."""
    names = [row.name for row in PARAMETERS]
    names += [layer_name(layer, row.name) for layer in range(bus.status(loop).layers) for row in LAYER_PARAMETERS]
    return readings(bus, loop) + [Notice("parameter", loop, (name, bus.get(loop, name))) for name in names]


def readings(bus: Bus, loop: int) -> list[Notice]:
    """One loop, but its position and its parameters."""
    status = bus.status(loop)
    return [
        Notice("state", loop, (status.state,)),
        Notice("repetition", loop, (status.repetition, status.late)),
        Notice("gen_state", loop, (status.gen_state,)),
        Notice("progress", loop, (float(status.progress),)),
        Notice("adapting", loop, (float(status.adapting), float(status.gain))),
        Notice("beat", loop, (status.beat,)),
        Notice("mute", loop, (int(status.mute),)),
        Notice("lock", loop, (int(status.lock),)),
        Notice("form", loop, (status.form,)),
        Notice("favourite", loop, (status.favourites,)),
        Notice("solo", loop, (int(status.solo),)),
        Notice("reverse", loop, (int(status.reverse),)),
        Notice("cue", loop, (int(status.cue),)),
        Notice("melt", loop, (int(status.melt),)),
        Notice("guard", loop, (int(status.guard),)),
        Notice("erasing", loop, (int(status.erasing),)),
        Notice("marks", loop, (status.marks or "." * 32,)),
        Notice("peaks", loop, bus.peaks(loop)),
        Notice("mask", loop, (int((mask := bus.mask(loop)).coming), *mask.rows)),
        Notice("pending", loop, (status.pending or "none", float(status.pending_s))),
        Notice("custom", loop, (int(status.custom),)),
        Notice("preset", loop, _named(status.preset, bus.presets())),
        Notice("layers", loop, (status.layers,)),
    ]


def _named(name: str, kept: Sequence[Preset] | Sequence[Scene]) -> tuple[str, int]:
    """A preset or a scene by its name and its number; 0 where it is there no more."""
    return name, next((one.number for one in kept if one.name == name), 0)


def encoded(notice: Notice) -> bytes:
    """A notice as it is sent."""
    address = OUTGOING[notice.kind].of(notice.loop)
    if notice.kind == "parameter":
        address = address.replace("<parameter>", str(notice.values[0]))
    return encode(address, *carried(notice))


def carried(notice: Notice) -> tuple[int | float | str, ...]:
    """The values with which a notice is sent: pictures at as many places as a patch can show, a parameter without its name."""
    match notice.kind:
        case "peaks":
            return tuple(peaks_at_places(notice.values))
        case "mask":
            return tuple(kept_at_places(notice.values[1:]))
        case "parameter":
            return notice.values[1:]
    return notice.values
