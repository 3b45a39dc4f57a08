"""What the front ends may ask of the session, and what they and the vamper are told, on a fake engine."""

import math
from dataclasses import replace

import numpy as np
import pytest

from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import (
    Command,
    CommandKind,
    Control,
    Event,
    EventKind,
    Flag,
    Reason,
    State,
    Status,
)
from unloop_py.errors import CommandError, EngineBusy, ModelError, ParameterError, PresetError
from unloop_py.generator.spec import Variation, VariationRequest
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.vamper.request import Offer

RATE = 48000
BLOCK = 128
EMPTY = Status(
    state=State.OFF, flags=Flag.GENERATE, take=0, tag=-1, position_frames=0, length_frames=0, repetition=0, late=0,
    undo_steps=0, redo_steps=0, frame=0, next_seam_frame=-1, peak_in=0.0, peak_out=0.0, xruns=0, limited=0,
    events_lost=0, block_time=0.0, block_frame=0,
)  # fmt: skip
PLAYING = replace(
    EMPTY, state=State.PLAYING, take=1, position_frames=RATE, length_frames=3 * RATE, undo_steps=1, frame=RATE * 10,
    next_seam_frame=RATE * 12,
)  # fmt: skip


class FakeEngine:
    """Keeps commands, and shows the status and events that a test gives it."""

    sample_rate = RATE
    channels = n_inputs = n_outputs = n_sends = 2
    capacity = 16
    has_cue = False
    max_loop_frames = 60 * RATE

    heard_frames = 0

    def __init__(self):
        self.reading = EMPTY
        self.commands = []
        self.waiting = []
        self.buffers = {}
        self.free = list(range(10, 20))
        self.busy = False

    def send(self, command):
        if self.busy:
            raise EngineBusy("more than 1024 commands wait: send fewer at once")
        self.commands.append(command)

    def events(self):
        events, self.waiting = self.waiting, []
        return events

    def frame(self):
        return self.reading.frame

    def status(self, loop=0):
        return self.reading

    def acquire_slot(self, frames):
        return self.free.pop(0)

    def release_slot(self, slot):
        self.free.append(slot)

    def state_of(self, loop, version):
        return None

    def buffer(self, slot):
        return self.buffers.setdefault(slot, np.zeros((RATE, 2), np.float32))

    def kinds(self):
        return [command.kind for command in self.commands]


class FakeVamper:
    """Keeps what it is told, as (method, arguments)."""

    ready = True

    def __init__(self):
        self.told = []

    def __getattr__(self, name):
        def keep(*arguments, **named):
            self.told.append((name, *arguments, *named.values()))

        return keep

    def of(self, name):
        return [row[1:] for row in self.told if row[0] == name]


class Instrument:
    def __init__(self, **settings):
        self.engine = FakeEngine()
        self.store = Store()
        self.wall_s = 1_000_000.0
        self.clock_s = 0.0
        self.xruns = 0
        self.quits = []
        self.bus = SessionBus(
            self.engine, self.store, block_frames=BLOCK, on_quit=lambda: self.quits.append(1),
            wall_clock=lambda: self.wall_s, **settings,
        )  # fmt: skip
        self.conductor = Conductor(self.bus, xruns=lambda: self.xruns, clock=lambda: self.clock_s)
        self.conductor.varying.told_audio = lambda loop, version, audio: (version, audio)  # every state is a take of its own
        self.varying = self.conductor.varying
        self.notices = []
        self.bus.listen(self.notices.append)
        self.engine.commands.clear()

    def attach(self):
        self.vamper = FakeVamper()
        self.heard = []
        self.conductor.attach(self.vamper, self.heard.append)
        return self.vamper

    def happen(self, *events):
        self.engine.waiting += events
        self.conductor.step()


@pytest.fixture
def one():
    return Instrument()


def test_the_session_offers_the_whole_bus(one):
    missing = [name for name in vars(Bus) if not name.startswith("_") and not hasattr(one.bus, name)]
    assert missing == []


def test_at_the_start_the_engine_is_told_every_control_and_that_generation_is_on():
    engine = FakeEngine()
    SessionBus(engine, Store(), block_frames=BLOCK)
    told = {Control(command.control): command.value for command in engine.commands if command.kind == CommandKind.SET}
    assert told == {
        Control.WET: 1.0, Control.DRY: 0.0, Control.MIX: 1.0, Control.FEEDBACK: 1.0, Control.TAIL: 0.0, Control.SEAM_MS: 20.0,
        Control.SPEED: 1.0, Control.STOP_FADE_S: 4.0, Control.STOP_MODE: 0.0, Control.SCRATCH_POS: 0.0, Control.INPUT_GAIN: 1.0,
        Control.USE_FEEDBACK_PLAY: 0.0, Control.USE_SAFETY_FEEDBACK: 0.0, Control.LOOP_DRY: 0.0, Control.DISCRETE_PREFADER: 0.0,
        Control.MAIN_WET: 1.0, Control.MAIN_INPUT_GAIN: 1.0,
    }  # fmt: skip
    assert Command(CommandKind.GENERATE, 0, value=1.0) in engine.commands


def test_without_a_generator_the_engine_is_told_so_and_generate_is_refused():
    one = Instrument(can_generate=False)
    assert not one.bus.generating()
    with pytest.raises(CommandError, match="--generator local"):
        one.bus.command(None, "generate", 1)
    one.bus.command(None, "generate", 0)
    assert one.engine.commands == [Command(CommandKind.GENERATE, 0, value=0.0)]


def test_a_command_is_handed_to_the_engine_with_its_frame(one):
    one.bus.command(0, "record", None, 4711)
    sent = one.engine.commands[0]
    assert (sent.kind, sent.loop, sent.frame) == (CommandKind.RECORD, 0, 4711)
    assert math.isnan(sent.value)


@pytest.mark.parametrize("name", ["play", "pause", "mute", "keep", "back", "lock", "undo", "redo", "clear"])
def test_an_empty_loop_refuses_what_needs_one_and_nothing_is_sent(one, name):
    with pytest.raises(CommandError, match=name):
        one.bus.command(0, name)
    assert one.engine.commands == []


def test_keep_is_refused_while_the_take_itself_sounds(one):
    one.engine.reading = PLAYING
    with pytest.raises(CommandError, match="the take itself sounds"):
        one.bus.command(0, "keep")


def test_keep_may_mean_the_pass_that_has_just_ended(one):
    one.engine.reading = replace(PLAYING, repetition=3, position_frames=RATE // 4)
    one.bus.command(0, "keep")
    assert one.engine.kinds() == [CommandKind.KEEP]


def test_a_second_press_counts_from_where_the_first_will_have_led(one):
    one.bus.command(0, "record")
    one.bus.command(0, "record")  # the engine has not come to the first one yet
    one.bus.command(0, "overdub")
    one.bus.command(0, "undo")
    assert one.engine.kinds() == [CommandKind.RECORD, CommandKind.RECORD, CommandKind.OVERDUB, CommandKind.UNDO]


def test_a_command_for_a_later_frame_is_judged_by_what_comes_before_it(one):
    one.bus.command(0, "record", None, 1000)
    one.bus.command(0, "record", None, 145000)
    one.bus.command(0, "pause", None, 150000)
    with pytest.raises(CommandError, match="pause"):
        one.bus.command(0, "pause", None, 500)
    assert len(one.engine.commands) == 3


def test_once_the_engine_has_obeyed_its_own_reading_counts(one):
    one.bus.command(0, "record")
    one.engine.reading = replace(EMPTY, frame=10 * BLOCK)  # it did not: the loop is still empty
    with pytest.raises(CommandError, match="pause"):
        one.bus.command(0, "pause")


def test_a_loop_that_does_not_exist_is_named(one):
    with pytest.raises(CommandError, match=r"1\.\.1, got 3"):
        one.bus.command(2, "record")


def test_a_full_ring_is_told_to_the_sender_and_forgotten(one):
    one.engine.busy = True
    with pytest.raises(EngineBusy):
        one.bus.command(0, "record")
    one.engine.busy = False
    with pytest.raises(CommandError):
        one.bus.command(0, "pause")


def test_a_parameter_that_acts_at_once_goes_to_the_engine_at_its_frame(one):
    one.bus.set(0, "mix", 0.25, "osc:127.0.0.1:5000", 777)
    assert one.engine.commands == [Command(CommandKind.SET, 0, 777, 0.25, Control.MIX)]
    assert one.bus.get(0, "mix") == 0.25


def test_a_parameter_that_waits_for_a_seam_goes_to_the_vamper_alone(one):
    vamper = one.attach()
    one.conductor.step()
    one.bus.set(0, "temperature", 1.5)
    one.conductor.step()
    assert one.engine.commands == []
    loop, knobs = vamper.of("knobs_changed")[-1]
    assert (loop, knobs.prompt.temperature, knobs.ceiling, knobs.seed) == (0, 1.5, 6, 0)


def test_a_flood_of_knob_turns_reaches_the_vamper_once_a_step(one):
    vamper = one.attach()
    one.conductor.step()
    before = len(vamper.of("knobs_changed"))
    for k in range(100):
        one.bus.set(0, "variation", k / 100)
    one.conductor.step()
    assert len(vamper.of("knobs_changed")) == before + 1


def test_a_value_out_of_range_changes_nothing(one):
    with pytest.raises(ParameterError):
        one.bus.set(0, "mix", 7)
    assert one.bus.get(0, "mix") == 1.0
    assert one.engine.commands == []


def test_a_preset_sets_its_parameters_and_an_unknown_one_leaves_them_as_they_are(one):
    one.bus.command(0, "preset", "large variation")
    one.conductor.step()
    assert Notice("parameter", 0, ("mask_dropout", 0.2)) in one.notices
    assert one.bus.get(0, "mask_temperature") == 10.5 and one.bus.status(0).custom
    before = one.store.snapshot(0)
    with pytest.raises(PresetError, match="'small-variation'"):
        one.bus.command(0, "preset", "smal-variation")
    assert one.store.snapshot(0) == before and one.engine.commands == []


def test_knobs_moved_while_the_engine_stands_still_reach_it_as_they_stand_when_it_goes_on(one):
    one.engine.busy = True  # the card was pulled out, and the ring is full
    for k in range(5):
        one.bus.set(0, "wet", k / 10)
    one.bus.set(0, "mix", 0.5)
    one.conductor.step()
    assert one.engine.commands == []
    one.engine.busy = False
    one.conductor.step()
    one.conductor.step()
    assert [(Control(command.control), command.value) for command in one.engine.commands] == [
        (Control.MIX, 0.5),
        (Control.WET, 0.4),
    ]


def test_listeners_hear_of_a_parameter_and_of_who_set_it(one):
    one.bus.set(0, "wet", 0.5, "osc:127.0.0.1:5000")
    assert one.notices == []  # told by the conductor's thread, never by the caller's
    one.conductor.step()
    assert Notice("parameter", 0, ("wet", 0.5), "osc:127.0.0.1:5000") in one.notices


def test_a_raw_prompt_shows_as_custom_until_variation_takes_over(one):
    one.bus.set(0, "periodic_prompt", 31)
    one.conductor.step()
    assert Notice("custom", 0, (1,)) in one.notices
    assert one.bus.status(0).custom
    one.bus.set(0, "variation", 0.75)
    one.conductor.step()
    assert one.notices[-1] == Notice("custom", 0, (0,))


def test_states_mute_and_lock_are_told_when_they_change_and_only_then(one):
    on = int(Flag.GENERATE)
    one.happen(Event(EventKind.STATE, state=State.RECORDING, index=on))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=on))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=on))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=on | Flag.LOCKED))
    one.happen(Event(EventKind.STATE, state=State.MUTED, index=on | Flag.LOCKED))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=on))
    assert [(notice.kind, *notice.values) for notice in one.notices] == [
        ("state", "recording"),
        ("state", "playing"),
        ("lock", 1),
        ("gen_state", "locked"),
        ("state", "muted"),
        ("mute", 1),
        ("state", "playing"),
        ("mute", 0),
        ("lock", 0),
        ("gen_state", "on"),
    ]


def test_every_seam_is_told_with_its_number_and_whether_it_was_late(one):
    one.happen(Event(EventKind.SEAM, index=1, late=1), Event(EventKind.SEAM, index=2, late=0, tag=7))
    assert one.notices == [Notice("repetition", 0, (1, 1)), Notice("repetition", 0, (2, 0))]
    assert one.bus.status(0).late == 0


def test_what_the_engine_ignores_is_told_in_words(one):
    one.happen(Event(EventKind.IGNORED, index=int(CommandKind.UNDO), value=float(Reason.NOTHING_THERE)))
    kind, (address, text) = one.notices[0].kind, one.notices[0].values
    assert (kind, address) == ("error", "/unloop/loop/1/undo")
    assert "nothing to undo" in text


def test_xruns_are_told_when_they_rise(one):
    one.conductor.step()
    one.xruns = 3
    one.conductor.step()
    one.conductor.step()
    assert one.notices == [Notice("xruns", None, (3,))]
    assert one.bus.xruns() == 3


def test_generate_toggles_sets_and_is_told(one):
    one.bus.command(None, "generate")
    assert not one.bus.generating()
    one.bus.command(None, "generate", 1)
    one.conductor.step()
    assert [command.value for command in one.engine.commands] == [0.0, 1.0]
    assert one.notices == [Notice("generate", None, (0,)), Notice("generate", None, (1,))]


def test_a_model_is_loaded_by_its_name_and_told_once_it_plays(one):
    vamper = one.attach()
    one.bus.command(None, "model", "small")
    assert vamper.of("change_model") == [("small", "small")]
    one.bus.varied.model_changed("small")
    one.conductor.step()
    assert one.notices == [Notice("model", None, ("small",))] and one.bus.model() == "small"


def test_a_model_is_loaded_with_what_the_session_says_of_it():
    one = Instrument(model_arguments=lambda name: {"model": name, "threads": 1})
    vamper = one.attach()
    one.bus.command(None, "model", "opera")
    assert vamper.of("change_model") == [("opera", "opera", 1)]


def test_an_unknown_model_is_refused_with_the_nearest_and_nothing_is_loaded(one):
    vamper = one.attach()
    with pytest.raises(ModelError, match="no model named 'smol': the nearest is 'small'"):
        one.bus.command(None, "model", "smol")
    assert vamper.of("change_model") == []


def test_without_a_generator_no_model_is_loaded(one):
    with pytest.raises(CommandError, match="the generator is off"):
        one.bus.command(None, "model", "small")


def test_quit_asks_for_the_end(one):
    one.bus.command(None, "quit")
    assert one.quits == [1]


def test_position_is_a_share_of_the_loop(one):
    one.engine.reading = PLAYING
    assert one.bus.status(0).position == pytest.approx(1 / 3)
    assert one.bus.status(0).state == "playing"


def test_a_time_of_the_system_clock_is_a_frame_of_the_engine():
    one = Instrument(output_latency=lambda: 480)
    for block in range(400):
        one.wall_s = 1_000_000.0 + block * BLOCK / RATE
        one.engine.reading = replace(EMPTY, frame=block * BLOCK)
        one.conductor.step()
    assert abs(one.bus.frame_at(1_000_002.0) - (2 * RATE - 480)) <= 1


# The vamper's side


def test_a_new_take_reaches_the_vamper_as_a_copy_with_a_serial_that_leads_back_to_it(one):
    vamper = one.attach()
    one.engine.buffer(3)[:1000] = 0.5
    one.happen(Event(EventKind.TAKE, take=5, slot=3, index=1000))
    one.engine.buffer(3)[:] = 0.0
    loop, take, new_loop = vamper.of("take_changed")[0]
    assert new_loop
    assert (loop, take.audio.shape, take.sample_rate) == (0, (1000, 2), RATE)
    assert one.varying.where(take.version) == (0, 5)
    assert np.all(take.audio == 0.5)


def test_a_cleared_loop_has_no_take(one):
    vamper = one.attach()
    one.happen(Event(EventKind.TAKE, take=6, slot=-1, index=0))
    assert [take for _, take, _ in vamper.of("take_changed")] == [None]


def test_an_overdub_is_told_as_the_same_loop_and_a_new_recording_as_another(one):
    vamper = one.attach()
    one.happen(Event(EventKind.TAKE, take=5, slot=3, index=1000))
    one.happen(Event(EventKind.TAKE, take=6, slot=3, index=1000))
    one.happen(Event(EventKind.STATE, state=State.RECORDING, index=int(Flag.GENERATE)))
    one.happen(Event(EventKind.TAKE, take=7, slot=3, index=1000))
    told = [(one.varying.where(take.version)[1], new_loop) for _, take, new_loop in vamper.of("take_changed")]
    assert told == [(5, True), (6, False), (7, True)]


def test_what_varying_does_for_the_loop_is_told_whenever_it_changes(one):
    one.attach()
    one.engine.reading = PLAYING
    one.happen(Event(EventKind.TAKE, take=1, slot=3, index=1000))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE)))
    one.vamper.ready = False
    one.conductor.step()
    one.vamper.ready = True
    one.conductor.step()
    one.conductor.step()
    one.happen(Event(EventKind.SEAM, index=1, late=1))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE | Flag.LOCKED)))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE | Flag.BACK)))
    one.happen(Event(EventKind.SEAM, index=2, late=0))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE)))
    one.bus.set(0, "vary_mode", 0)
    one.conductor.step()
    one.bus.set(0, "vary_mode", 1)
    one.bus.command(None, "generate", 0)
    one.conductor.step()
    told = [notice.values[0] for notice in one.notices if notice.kind == "gen_state"]
    assert told == ["loading", "on", "late", "locked", "take", "on", "off"]
    assert one.bus.status(0).gen_state == "off"


def test_a_new_recording_is_not_late_because_the_one_before_was(one):
    one.attach()
    one.happen(Event(EventKind.TAKE, take=1, slot=3, index=1000))
    one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE)))
    one.happen(Event(EventKind.SEAM, index=1, late=1))
    one.happen(Event(EventKind.STATE, state=State.RECORDING, index=int(Flag.GENERATE)))
    one.happen(Event(EventKind.TAKE, take=2, slot=3, index=1000))
    assert one.bus.status(0).late == 0


def test_how_far_the_take_is_learned_is_told_and_stands_in_the_status(one):
    one.attach()
    one.happen(Event(EventKind.TAKE, take=4, slot=3, index=1000))
    one.happen(Event(EventKind.TAKE, take=5, slot=3, index=1000))
    one.varying.learned(one.varying.serial_of(0, 5), 0.25, 0.5)
    one.varying.learned(one.varying.serial_of(0, 4), 0.75, 0.5)  # of a take that no longer plays
    one.conductor.step()
    assert [notice for notice in one.notices if notice.kind == "adapting"] == [Notice("adapting", 0, (0.25, 0.5))]
    assert (one.bus.status(0).adapting, one.bus.status(0).gain) == (0.25, 0.5)
    one.happen(Event(EventKind.TAKE, take=6, slot=3, index=1000))
    assert one.bus.status(0).adapting == 0.0


def test_the_parameter_adapt_reaches_the_vamper_when_it_moves(one):
    vamper = one.attach()
    one.conductor.step()
    one.bus.set(0, "adapt", 0)
    one.conductor.step()
    one.conductor.step()
    assert [knobs.adapt for _, knobs in vamper.of("knobs_changed")] == [True, False]


def test_beats_are_sought_by_the_session_only_until_a_generator_does(one):
    vamper = one.attach()
    one.happen(Event(EventKind.TAKE, take=5, slot=3, index=1000))
    assert one.heard == []
    vamper.ready = False
    one.happen(Event(EventKind.TAKE, take=6, slot=3, index=1000))
    assert [one.varying.where(take.version) for take in one.heard] == [(0, 6)]


def test_the_vamper_hears_of_each_seam_with_what_sounds_and_when_the_next_one_comes(one):
    vamper = one.attach()
    one.engine.reading = replace(PLAYING, repetition=2)
    one.happen(Event(EventKind.SEAM, index=2, tag=9))
    fade = RATE // 50  # seam_ms = 20: an offer has to be there when the fade begins
    assert vamper.of("seam") == [(0, RATE * 10, RATE * 12, RATE, fade, 2, 9, (12.0, 4.0))]


def test_the_vamper_hears_that_a_paused_loop_has_no_next_seam(one):
    vamper = one.attach()
    one.engine.reading = replace(PLAYING, state=State.PAUSED, next_seam_frame=-1)
    one.happen(Event(EventKind.STATE, state=State.PAUSED, index=int(Flag.GENERATE)))
    assert vamper.of("seam")[0][2] == -1


def test_swapped_and_rejected_offers_are_told_to_the_vamper(one):
    vamper = one.attach()
    one.happen(Event(EventKind.SWAPPED, tag=4, slot=11), Event(EventKind.REJECTED, tag=5, slot=12))
    assert vamper.of("swapped") == [(0, 4)]
    assert vamper.of("rejected") == [(0, 5)]


def test_the_vamper_rests_after_back_and_when_generating_is_off(one):
    vamper = one.attach()
    on = int(Flag.GENERATE)
    for flags in (on, on | Flag.BACK, on | Flag.BACK, on, 0, on):
        one.happen(Event(EventKind.STATE, state=State.PLAYING, index=int(flags)))
    assert vamper.of("generate") == [(0, False), (0, True), (0, False), (0, True)]


def test_again_asks_the_vamper_and_its_refusal_reaches_the_sender(one):
    vamper = one.attach()
    one.bus.command(0, "again", 2)
    one.bus.command(0, "again")
    assert vamper.of("again") == [(0, 2), (0, 1)]

    def refuse(loop, seams_ago):
        raise CommandError("again 9: nothing was heard that long ago")

    one.vamper.again = refuse
    with pytest.raises(CommandError, match="again 9"):
        one.bus.command(0, "again", 9)


def test_again_without_a_generator_says_why_not(one):
    with pytest.raises(CommandError, match="generator is off"):
        one.bus.command(0, "again", 1)


def offer(one, tag, audio=None, force=False):
    """An offer made from the take that the engine calls 3."""
    if not one.varying.vamper:
        one.attach()
    one.happen(Event(EventKind.TAKE, take=3, slot=3, index=500))
    one.engine.commands.clear()
    made = None if audio is None else Variation(VariationRequest(1, tag, 1), audio, None, None, 0.25, 0.0, 0.0)
    one.varying.offer(Offer(tag, one.varying.serial_of(0, 3), made, force))


def test_an_offer_carries_its_audio_in_a_buffer_of_the_engine(one):
    audio = np.full((500, 2), 0.125, np.float32)
    offer(one, 7, audio)
    assert one.engine.commands == [Command(CommandKind.OFFER, slot=10, take=3, tag=7, correlation=0.25)]
    assert np.array_equal(one.engine.buffer(10)[:500], audio)


def test_the_take_itself_is_offered_without_a_buffer(one):
    offer(one, 8, force=True)
    assert one.engine.commands == [Command(CommandKind.OFFER, slot=-1, take=3, tag=8, correlation=1.0, force=True)]
    assert one.engine.free[0] == 10


def test_an_offer_that_the_engine_cannot_take_gives_its_buffer_back(one):
    offer(one, 7)
    one.engine.busy = True
    with pytest.raises(EngineBusy):
        offer(one, 7, np.zeros((5, 2), np.float32))
    assert 10 in one.engine.free


def test_progress_is_told_at_most_twenty_times_a_second_and_its_end_always(one):
    for k in range(100):
        one.varying.progressed(0, k / 100)
        one.clock_s += 0.001
        one.conductor.step()
    one.varying.progressed(0, 1.0)
    one.conductor.step()
    told = [notice.values[0] for notice in one.notices if notice.kind == "progress"]
    assert len(told) <= 4
    assert told[-1] == 1.0


def test_what_the_vamper_says_is_passed_on(one):
    one.conductor.noticed("the generator stopped; starting it again")
    one.conductor.step()
    assert one.notices == [Notice("error", None, ("", "the generator stopped; starting it again"))]


def play_round(one, beats, first_beat, positions):
    """Beats told while the playhead of a one-second loop passes these positions; a smaller one is after a seam."""
    one.happen(
        Event(EventKind.TAKE, take=1, slot=3, index=RATE),
        Event(EventKind.STATE, state=State.PLAYING, index=int(Flag.GENERATE)),
    )
    one.conductor.beats_found(one.varying.serial_of(0, 1), BeatGrid(RATE, RATE, beats, first_beat, 1.0))
    one.notices.clear()
    last = -1
    for position in positions:
        one.engine.reading = replace(PLAYING, position_frames=position, length_frames=RATE)
        one.happen(*([Event(EventKind.SEAM, index=1)] if position < last else []))
        last = position
    return [notice.values[0] for notice in one.notices if notice.kind == "beat"]


def test_beats_are_told_as_they_pass_and_from_one(one):
    assert play_round(one, 4, 0.0, (0, 100, 12000, 13000, 24000, 36000, 5)) == [1, 2, 3, 4, 1]


def test_a_pick_up_before_beat_one_belongs_to_the_last_beat_and_is_told_once(one):
    assert play_round(one, 4, 6000.0, (7000, 18001, 31000, 43000, 5, 6001)) == [1, 2, 3, 4, 1]


def test_a_loop_of_one_beat_tells_it_every_time_round(one):
    assert play_round(one, 1, 0.0, (0, 20000, 5, 20000)) == [1, 1]


def test_beats_of_an_older_take_wait_until_undo_leads_back_to_it(one):
    one.engine.reading = PLAYING
    one.happen(Event(EventKind.TAKE, take=1, slot=4, index=48000))
    one.happen(Event(EventKind.TAKE, take=2, slot=3, index=24000))
    one.conductor.beats_found(one.varying.serial_of(0, 1), BeatGrid(48000, RATE, 4, 0.0, 1.0))
    assert one.bus.status(0).beat == 0
    one.happen(Event(EventKind.TAKE, take=1, slot=4, index=48000))
    assert one.bus.status(0).beat > 0


def test_an_overdub_has_the_beats_of_what_lies_under_it_until_its_own_are_found(one):
    one.engine.reading = PLAYING
    one.happen(Event(EventKind.TAKE, take=1, slot=3, index=48000))
    one.conductor.beats_found(one.varying.serial_of(0, 1), BeatGrid(48000, RATE, 4, 0.0, 1.0))
    one.happen(Event(EventKind.TAKE, take=2, slot=4, index=48000))
    assert one.bus.status(0).beat > 0
    one.conductor.beats_found(one.varying.serial_of(0, 2), None)
    assert one.bus.status(0).beat == 0
