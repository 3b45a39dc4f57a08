"""The engine's memory: what it consists of, made before the first block and never grown by the audio thread.

One record array each for the header, the loops, their voices, copies, histories and controls; plain arrays for
buffers and rings. Python allocates them all; the compiled code reaches them through the addresses in the header,
because a C callback is handed one pointer and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import carray

from .compiled import inline
from .rings import pointer

MAX_SLOTS = 1024  # audio buffers that can be known to the engine at once
MAX_HISTORY = 256  # states a player can walk back through
MAX_VOICES = 8  # cross-fades that can overlap
MAX_COPIES = 4  # takes that can be under way to their own buffer at once
MAX_PENDING = 256  # commands that wait for their frame
MAX_SPARES = 64  # empty buffers at hand for recordings and overdubs
N_COMMANDS = 1024  # the rings' capacities, powers of two
N_EVENTS = 4096
EVENTS_KEPT_FREE = 512  # room that only FREED and TAKE may use: losing those would leak or mislead
SEGMENT = 2048  # frames rendered at a time
INPUT_RING = 1 << 18  # frames of input remembered: pre-roll, latency and a block fit with room to spare
OUTPUT_RING = 1 << 18  # frames of output that a recorder may lag behind
MAX_SEAM_S = 0.2
CLICK_S = 0.03
RAMP_S = 0.010  # in-place fades, gain ramps, punch-in and punch-out of an overdub
LEAD = 1024  # frames, no fewer than a ramp
REACH_S = 2.0  # a press may be meant for a frame so long ago: its input is still in the ring
KEEP_BACK_S = 0.5  # `keep` this soon after a swap means the pass before it
MIN_LOOP_S = 0.25
COPY_RATE = 64  # frames copied for each frame that passes, while an overdub gets its own buffer

# The controls' order is messages.Control; from here on they are the engine's own ramps.
MUTE = 32
SOLO = 33
HERE = 34  # 0: the loop was deleted
DECAY = 35  # what `use_feedback_play` has left of the loop's level
N_CONTROLS = 36

I8, F8 = np.int64, np.float64


def record(*fields: tuple) -> np.dtype:
    """A record type with C alignment, every field 8 bytes wide or an array of such."""
    return np.dtype(list(fields), align=True)


HEADER = record(
    # addresses of everything below
    ("loops", I8), ("voices", I8), ("copies", I8), ("history", I8), ("controls", I8), ("owned", I8),
    ("addresses", I8), ("capacities", I8), ("marks", I8), ("commands", I8), ("events", I8), ("pending", I8), ("rings", I8),
    ("input_ring", I8), ("output_ring", I8), ("preroll", I8), ("leads", I8), ("work", I8), ("status", I8),
    ("routes", I8), ("block", I8),
    # settings, fixed
    ("capacity", I8), ("channels", I8), ("sample_rate", I8), ("max_loop", I8), ("undo_frames", I8),
    ("n_inputs", I8), ("n_outputs", I8), ("n_sends", I8), ("has_cue", I8),
    # settings that the control thread may change
    ("latency", I8), ("latency_monitored", I8),  # 1: also while the player hears himself through the engine
    # the engine's own
    ("n_loops", I8),  # that were ever there; those that were deleted go on silently
    ("frame", I8), ("n_pending", I8), ("n_spares", I8), ("spares", I8, (MAX_SPARES,)),
    ("click_frame", I8), ("click_level", F8), ("click_hz", F8),
    ("sources", I8),  # digest of the sources that the compiled code was made from
)  # fmt: skip

LOOP = record(
    ("state", I8), ("generate", I8), ("locked", I8), ("back", I8), ("solo", I8), ("ends_as", I8), ("gone", I8),
    # the playhead: at rate 1 its position is the frames since `origin`; else `phase` and `rate` times them
    ("rate", F8), ("phase", F8), ("turn_to", F8),  # the rate that waits until nothing is written any more; 0 is none
    # the take: what the player made
    ("version", I8), ("versions", I8), ("announced", I8), ("slot", I8), ("length", I8), ("origin", I8),
    ("lineage", I8), ("scale", F8),  # how many times as long as its lineage began the take was made
    ("paused_at", I8), ("paused_frame", I8), ("history_at", I8), ("history_count", I8),
    # what sounds, once fades are over: the take, or a variation over it
    ("variation", I8), ("tag", I8), ("correlation", F8), ("n_voices", I8),
    # the seam
    ("seam_frame", I8), ("seam_decided", I8), ("seam_shift", I8), ("swapping", I8), ("exact_until", I8), ("repetition", I8), ("late", I8),
    ("incoming", I8), ("incoming_tag", I8), ("incoming_correlation", F8), ("swap_frame", I8), ("swapped_since", I8),
    ("expected", I8), ("held", I8),  # seams after which an offer is late, 0 for never; seams that none has come in at
    # where else offers may come in: so many points round the loop, and the next one before the seam, -1 for none
    ("points", I8), ("first_point", F8), ("point_frame", I8), ("point_decided", I8),
    # the offer that waits
    ("offer", I8), ("offer_slot", I8), ("offer_tag", I8), ("offer_force", I8),
    ("offer_correlation", F8),
    ("cued", I8), ("accepted", I8), ("n_cues", I8),  # it waits to be accepted, and is heard on the second output meanwhile
    # frames from which on all that the loop hears, and where it sounds, stand still
    ("hears_until", I8), ("sends_until", I8),
    # the pass before the last swap
    ("previous", I8), ("previous_slot", I8), ("previous_take_slot", I8), ("previous_tag", I8),
    ("previous_until", I8), ("previous_correlation", F8),
    # the recorder: input frames [rec_start, rec_end) become positions 0.. of rec_slot
    ("rec", I8), ("rec_slot", I8), ("rec_press", I8), ("rec_start", I8), ("rec_started", I8), ("rec_end", I8),
    ("rec_length", I8), ("rec_stop", I8), ("rec_then", I8), ("rec_flows_on", I8), ("rec_resumes", I8),
    # the tail: input frames [tail_start, tail_end) folded over the head of tail_slot
    ("tail", I8), ("tail_slot", I8), ("tail_length", I8), ("tail_start", I8), ("tail_from", I8), ("tail_end", I8),
    ("tail_gain", F8),
    ("ring_until", I8),  # the frame at which a tail that rings after the loop has stopped begins to fade
    # what is laid onto the loop (dub is the state): input frames [dub_start, dub_end) at dub_position.. of dub_slot, ramps
    # outside both ends. What makes the loop longer takes its first ramp, dub_lead frames, when all else is in its place.
    ("dub", I8), ("dub_slot", I8), ("dub_length", I8), ("dub_start", I8), ("dub_started", I8), ("dub_end", I8),
    ("dub_position", I8), ("dub_latency", I8), ("dub_ramp", I8), ("written_until", I8),
    ("dub_press", I8), ("dub_at", I8), ("dub_next", I8), ("dub_lead", I8), ("dub_lead_keep", F8),
    ("dub_whole", I8),  # 1: all of what was there has stayed under the layer so far
    # at another speed: the playhead at input frame dub_start, and how many frames later than they came in frames are written
    ("dub_rate", F8), ("dub_phase", F8), ("dub_lag", I8),
    ("n_owned", I8), ("dirty", I8),
    ("moved", I8),  # 1: the playhead was moved while something was still written
    ("turned", I8),  # 1: the take is the first recording turned round, so that forwards is backwards
    ("from_end", I8),  # 1: a recording that `reverse` has ended: it plays from its end as soon as all of it is written
    # scratching: what a hand has done to the playhead since it moved last; 1 in scratch_asked waits until nothing is written
    ("scratch_asked", I8),
    ("glide_from", F8), ("glide_speed", F8), ("glide_way", F8), ("glide_start", I8), ("glide_frames", I8), ("glide_from_level", F8),
    # the first recording that all of this was made of, and how long its tail is, which lies behind it in its buffer
    ("root", I8), ("root_slot", I8), ("root_length", I8), ("root_lineage", I8), ("root_ring", I8),
)  # fmt: skip

# A voice of 0 glide_frames does not glide.
VOICE = record(
    ("take", I8), ("variation", I8), ("correlation", F8), ("length", I8), ("origin", I8), ("rate", F8), ("phase", F8),
    ("fade_start", I8), ("fade_end", I8), ("fade_correlation", F8), ("attack", I8),
    ("ring", I8),  # 1: what rang on after a recording, while the loop has stopped
    ("glide_from", F8), ("glide_speed", F8), ("glide_way", F8), ("glide_start", I8), ("glide_frames", I8), ("glide_from_level", F8),
)  # fmt: skip

COPY = record(
    ("on", I8), ("source", I8), ("source_gain", F8), ("other", I8), ("other_gain", F8),
    ("target", I8), ("length", I8), ("start", I8), ("amount", I8), ("begin", I8), ("done", I8), ("done_before", I8),
    ("source_length", I8), ("shift_from", I8), ("shift", I8), ("mirror", I8),
)  # fmt: skip

ENTRY = record(
    ("version", I8), ("slot", I8), ("length", I8), ("origin", I8), ("lineage", I8), ("scale", F8),
    ("laid", I8),  # 1: the state before it with something laid on, all of which has stayed
    ("turned", I8),
    ("born", I8),  # the frame at which it was made
    # the first recording that it was made of
    ("root", I8), ("root_slot", I8), ("root_length", I8), ("root_lineage", I8), ("root_ring", I8),
)  # fmt: skip

CONTROL = record(("begin", I8), ("end", I8), ("start", F8), ("target", F8))

COMMAND = record(
    ("kind", I8), ("loop", I8), ("frame", I8), ("value", F8), ("control", I8), ("slot", I8), ("take", I8),
    ("tag", I8), ("length", I8), ("correlation", F8), ("force", I8),
    ("asked", I8),  # the frame that was asked for, which may have gone by when the command came
)  # fmt: skip

EVENT = record(
    ("kind", I8), ("loop", I8), ("frame", I8), ("state", I8), ("take", I8), ("slot", I8), ("tag", I8),
    ("index", I8), ("late", I8), ("value", F8),
)  # fmt: skip

# Written and read across threads: each index by one side only.
RINGS = record(
    ("commands_written", I8), ("commands_read", I8), ("events_written", I8), ("events_read", I8),
    ("sequence", I8),  # odd while the audio thread is inside a block
    ("frames_written", I8),  # engine clock, published after the output ring has been filled
    ("events_lost", I8), ("xruns", I8), ("limited", I8), ("peak_in", F8), ("peak_out", F8),
    ("block_time", F8), ("block_frame", I8),
)  # fmt: skip

# Who calls: a device's channels, and how they map to the engine's.
MAX_DEVICE_CHANNELS = 64
MAX_ENDS = 16  # inputs of the engine, and outputs
PORT = record(
    ("header", I8), ("input_channels", I8), ("output_channels", I8),
    ("inputs", I8, (MAX_ENDS,)),  # device channel that each of the engine's inputs hears
    ("outputs", I8, (MAX_ENDS,)),  # and that each of its outputs beyond the common ones goes to
    ("gains", F8, (MAX_DEVICE_CHANNELS, 2)),  # of each common output in each device channel
    ("cue_gains", F8, (MAX_DEVICE_CHANNELS, 2)),  # of each channel of the cue in each device channel
    ("click_gains", F8, (MAX_DEVICE_CHANNELS,)),  # of the click in each device channel
)  # fmt: skip

CHUNK = 4096  # frames processed between two looks at the command ring, and the longest block in one piece


class Memory(NamedTuple):
    """The arrays, as the compiled code sees them. Every one is indexed by loop first where it has one per loop."""

    header: np.ndarray  # (1,) HEADER
    loops: np.ndarray  # (capacity,) LOOP
    voices: np.ndarray  # (2 * capacity, MAX_VOICES) VOICE, oldest first; after those that sound, the offers that wait
    copies: np.ndarray  # (capacity, MAX_COPIES) COPY
    history: np.ndarray  # (capacity, MAX_HISTORY) ENTRY, oldest first; entry 0 is the empty loop
    controls: np.ndarray  # (capacity, N_CONTROLS) CONTROL
    owned: np.ndarray  # (capacity, MAX_SLOTS) int64, slots that the loop holds
    addresses: np.ndarray  # (MAX_SLOTS,) int64, of each slot's buffer
    capacities: np.ndarray  # (MAX_SLOTS,) int64, frames
    marks: np.ndarray  # (MAX_SLOTS,) int64, for whoever counts slots
    commands: np.ndarray  # (N_COMMANDS,) COMMAND
    events: np.ndarray  # (N_EVENTS,) EVENT
    pending: np.ndarray  # (MAX_PENDING,) COMMAND, by frame
    rings: np.ndarray  # (1,) RINGS
    input_ring: np.ndarray  # (INPUT_RING, n_inputs) float32
    output_ring: np.ndarray  # (OUTPUT_RING, channels) float32, all that sounds, wherever
    preroll: np.ndarray  # (capacity, preroll frames, channels) float32, what led up to a recording
    leads: np.ndarray  # (capacity, LEAD, channels) float32, what led up to a pass that makes the loop longer
    work: np.ndarray  # (4, CHUNK, channels) float32: loop, voice, cue, and the click in its first channel
    status: np.ndarray  # (capacity, len(STATUS)) int64
    routes: np.ndarray  # (capacity, n_inputs + n_sends, channels) CONTROL, gain from each input and in each output
    block: np.ndarray  # (CHUNK, n_inputs + n_sends) float32, what comes in, and what goes out, see `n_sends`


# Columns of Memory.status.
STATUS = ("state", "flags", "take", "tag", "position", "length", "repetition", "late", "undo", "redo", "seam_frame")
N_STATUS = len(STATUS)


def preroll_frames(sample_rate: int) -> int:
    """Frames that the longest seam fade needs from before a recording."""
    return int(MAX_SEAM_S * sample_rate) + 1


def n_sends(channels: int, n_outputs: int) -> int:
    """Places that a loop can sound at: the outputs, the common ones first; and where there are others, also the record of all
    that sounds, for what does not sound at the common ones."""
    return n_outputs if n_outputs == channels else n_outputs + channels


def allocate(
    n_loops: int, channels: int, sample_rate: int, max_loop: int, undo_frames: int,
    *, capacity: int, n_inputs: int, n_outputs: int, has_cue: bool,
) -> Memory:  # fmt: skip
    """Allocate and touch everything but the slots' buffers.

    Control thread. Touched, because pages of `np.zeros` are mapped only when first written, and the first
    writer must not be the audio thread.
    """
    ends = n_sends(channels, n_outputs)
    memory = Memory(
        header=np.zeros(1, HEADER),
        loops=np.zeros(capacity, LOOP),
        voices=np.zeros((2 * capacity, MAX_VOICES), VOICE),
        copies=np.zeros((capacity, MAX_COPIES), COPY),
        history=np.zeros((capacity, MAX_HISTORY), ENTRY),
        controls=np.zeros((capacity, N_CONTROLS), CONTROL),
        owned=np.zeros((capacity, MAX_SLOTS), I8),
        addresses=np.zeros(MAX_SLOTS, I8),
        capacities=np.zeros(MAX_SLOTS, I8),
        marks=np.zeros(MAX_SLOTS, I8),
        commands=np.zeros(N_COMMANDS, COMMAND),
        events=np.zeros(N_EVENTS, EVENT),
        pending=np.zeros(MAX_PENDING, COMMAND),
        rings=np.zeros(1, RINGS),
        input_ring=np.zeros((INPUT_RING, n_inputs), np.float32),
        output_ring=np.zeros((OUTPUT_RING, channels), np.float32),
        preroll=np.zeros((capacity, preroll_frames(sample_rate), channels), np.float32),
        leads=np.zeros((capacity, LEAD, channels), np.float32),
        work=np.zeros((4, CHUNK, channels), np.float32),
        status=np.zeros((capacity, N_STATUS), I8),
        routes=np.zeros((capacity, n_inputs + ends, channels), CONTROL),
        block=np.zeros((CHUNK, n_inputs + ends), np.float32),
    )
    header = memory.header[0]
    for name, array in memory._asdict().items():
        array.view(np.uint8).fill(0)
        if name != "header":
            header[name] = array.ctypes.data
    header["n_loops"] = n_loops
    header["capacity"] = capacity
    header["channels"] = channels
    header["sample_rate"] = sample_rate
    header["max_loop"] = max_loop
    header["undo_frames"] = undo_frames
    header["n_inputs"] = n_inputs
    header["n_outputs"] = n_outputs
    header["n_sends"] = ends
    header["has_cue"] = has_cue
    for loop in memory.loops:
        for name in ("slot", "variation", "tag", "seam_frame", "rec_end", "dub_end", "rec_stop", "root_slot"):
            loop[name] = -1
        loop["generate"] = 1
        loop["points"] = 1
        loop["expected"] = 1
        loop["point_frame"] = -1
        loop["rate"] = 1.0
        loop["history_count"] = 1
    for channel in range(channels):  # each channel of a loop hears its own common input, and sounds at its own common output
        for end in ("start", "target"):
            memory.routes[end][:, [channel, n_inputs + channel], channel] = 1.0
    memory.history["slot"][:, 0] = -1
    memory.history["root_slot"][:, 0] = -1
    memory.status[:, STATUS.index("tag")] = -1
    memory.status[:, STATUS.index("seam_frame")] = -1
    memory.status[:, STATUS.index("flags")] = 1
    return memory


@inline
def attach(address):
    """Rebuild `Memory` from the header's address. Audio thread."""
    header_array = carray(pointer(address), (1,), HEADER)
    header = header_array[0]
    n = header.capacity
    channels = header.channels
    preroll = int(MAX_SEAM_S * header.sample_rate) + 1
    return Memory(
        header_array,
        carray(pointer(header.loops), (n,), LOOP),
        carray(pointer(header.voices), (2 * n, MAX_VOICES), VOICE),
        carray(pointer(header.copies), (n, MAX_COPIES), COPY),
        carray(pointer(header.history), (n, MAX_HISTORY), ENTRY),
        carray(pointer(header.controls), (n, N_CONTROLS), CONTROL),
        carray(pointer(header.owned), (n, MAX_SLOTS), I8),
        carray(pointer(header.addresses), (MAX_SLOTS,), I8),
        carray(pointer(header.capacities), (MAX_SLOTS,), I8),
        carray(pointer(header.marks), (MAX_SLOTS,), I8),
        carray(pointer(header.commands), (N_COMMANDS,), COMMAND),
        carray(pointer(header.events), (N_EVENTS,), EVENT),
        carray(pointer(header.pending), (MAX_PENDING,), COMMAND),
        carray(pointer(header.rings), (1,), RINGS),
        carray(pointer(header.input_ring), (INPUT_RING, header.n_inputs), np.float32),
        carray(pointer(header.output_ring), (OUTPUT_RING, channels), np.float32),
        carray(pointer(header.preroll), (n, preroll, channels), np.float32),
        carray(pointer(header.leads), (n, LEAD, channels), np.float32),
        carray(pointer(header.work), (4, CHUNK, channels), np.float32),
        carray(pointer(header.status), (n, N_STATUS), I8),
        carray(pointer(header.routes), (n, header.n_inputs + header.n_sends, channels), CONTROL),
        carray(pointer(header.block), (CHUNK, header.n_inputs + header.n_sends), np.float32),
    )


@inline
def slot_audio(m, slot):
    """The buffer of a slot, (capacity, channels) float32. Audio thread."""
    return carray(pointer(m.addresses[slot]), (m.capacities[slot], m.header[0].channels), np.float32)
