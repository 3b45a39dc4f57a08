"""The Python face: what it refuses, what it lends, and what it says about itself."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from unloop_py.engine import layout
from unloop_py.engine.compiled import sources_digest
from unloop_py.engine.engine import NEEDS_AUDIO
from unloop_py.engine.messages import Command, CommandKind, Control, EventKind, Flag, Reason, State
from unloop_py.errors import CommandError, DeviceError, EngineBusy, ParameterError

L = 20000


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"sample_rate": 22050}, DeviceError, "22050 Hz is not supported: choose one of 44100, 48000"),
        ({"channels": 3}, ParameterError, "channels must be in 1..2, got 3"),
        ({"max_loop_s": 0.1}, ParameterError, "max_loop_s must be in 1..600, got 0.1"),
        ({"n_loops": 0}, ParameterError, "n_loops must be in 1..16, got 0"),
        ({"input_latency": 20000, "output_latency": 20000}, ParameterError, "latency in frames must be in 0..24000"),
    ],
)
def test_settings_out_of_range_are_named_with_their_limits(player, settings, error, text):
    with pytest.raises(error, match=text.replace(".", r"\.")):
        player(**settings)


@pytest.mark.parametrize(
    ("command", "error", "text"),
    [
        (Command(CommandKind.RECORD, loop=1), ParameterError, "loop 2 does not exist"),
        (Command(CommandKind.SET, control=Control.WET, value=1.5), ParameterError, "wet must be in 0..1, got 1.5"),
        (Command(CommandKind.SET, control=Control.SEAM_MS, value=0), ParameterError, "seam_ms must be in 1..200"),
        (Command(CommandKind.SET, control=Control.TAIL, value=float("nan")), ParameterError, "tail must be in 0..10"),
        (Command(CommandKind.OFFER, slot=3), CommandError, "slot 3 was not acquired"),
        (Command(CommandKind.LOAD), CommandError, "load needs a buffer"),
        (Command(CommandKind.GRID, length=2), ParameterError, "first point of the grid must be in 0..96000, got nan"),
        (Command(CommandKind.GRID, length=2000), ParameterError, "points of the grid must be in 0..1024, got 2000"),
    ],
)
def test_commands_that_cannot_be_meant_are_refused_before_they_are_sent(player, command, error, text):
    with pytest.raises(error, match=text.replace(".", r"\.")):
        player().engine.send(command)


def test_a_flood_of_commands_is_an_error_for_the_sender_and_nothing_else(player, noise):
    p = player()
    with pytest.raises(EngineBusy, match="wait already"):
        for _ in range(5000):
            p.set(Control.WET, 1.0)
    p.wait(1000)
    p.record(noise(L, 1))
    p.wait(100)
    assert p.engine.status().state == State.PLAYING


def test_more_commands_for_later_than_fit_wait_in_the_ring(player, noise):
    p = player()
    for n in range(400):
        p.press(CommandKind.GENERATE, 1000 + n)
    p.wait(2000)
    assert len(p.told(EventKind.STATE)) == 400


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (CommandKind.UNDO, Reason.NOTHING_THERE),
        (CommandKind.REDO, Reason.NOTHING_THERE),
        (CommandKind.PLAY, Reason.NOTHING_THERE),
        (CommandKind.PAUSE, Reason.NOTHING_THERE),
        (CommandKind.MUTE, Reason.NOTHING_THERE),
        (CommandKind.CLEAR, Reason.NOTHING_THERE),
        (CommandKind.KEEP, Reason.NOTHING_THERE),
        (CommandKind.BACK, Reason.NOTHING_THERE),
    ],
)
def test_what_cannot_be_obeyed_on_an_empty_loop_is_told_and_changes_nothing(player, kind, reason):
    p = player()
    p.press(kind)
    p.wait(100)
    _obeyed, event = p.happened
    assert (event.kind, event.index, event.value) == (EventKind.IGNORED, kind, reason)
    assert p.engine.status().state == State.OFF


@pytest.mark.parametrize("kind", [CommandKind.KEEP, CommandKind.BACK, CommandKind.REDO])
def test_what_cannot_be_obeyed_while_recording_is_told_and_changes_nothing(player, kind):
    p = player()
    p.press(CommandKind.RECORD, 0)
    p.press(kind, 100)
    p.wait(200)
    assert (p.happened[-1].kind, p.happened[-1].index, p.happened[-1].value) == (EventKind.IGNORED, kind, Reason.BUSY)
    assert p.engine.status().state == State.RECORDING


def test_every_state_and_press_leads_somewhere_and_never_breaks(player, noise):
    """All pairs of presses in all states, twice in a row at one frame: the engine always plays on."""
    to_state = {
        State.OFF: [],
        State.RECORDING: [CommandKind.RECORD],
        State.PLAYING: [CommandKind.RECORD, CommandKind.RECORD],
        State.OVERDUBBING: [CommandKind.RECORD, CommandKind.RECORD, CommandKind.OVERDUB],
        State.MUTED: [CommandKind.RECORD, CommandKind.RECORD, CommandKind.MUTE],
        State.PAUSED: [CommandKind.RECORD, CommandKind.RECORD, CommandKind.PAUSE],
        State.SCRATCHING: [CommandKind.RECORD, CommandKind.RECORD, CommandKind.SCRATCH],
    }
    with_more = (CommandKind.SET, *NEEDS_AUDIO, CommandKind.ALIGN, CommandKind.CLICK, CommandKind.GRID,
                 CommandKind.EXPECT, CommandKind.LOOP_ADD, CommandKind.LOOP_DEL, CommandKind.INPUT, CommandKind.OUTPUT)  # fmt: skip
    kinds = [kind for kind in CommandKind if kind not in with_more]
    p = player(max_loop_s=1.0)
    for state, presses in to_state.items():
        for first in kinds:
            for second in kinds:
                for kind in [CommandKind.CLEAR, CommandKind.CLEAR, *presses]:
                    p.press(kind)
                    p.play(noise(12500 if kind == CommandKind.RECORD else 1000, 1), 4096)
                assert p.engine.status().state == state
                frame = p.now + 100
                p.press(first, frame)
                p.press(second, frame)
                p.wait(1000)
                p.engine.events()
    p.press(CommandKind.PLAY)
    p.wait(20000)
    assert np.isfinite(p.sound).all()
    assert p.engine.status().events_lost == 0


def test_load_makes_audio_the_take_and_plays_it_from_its_frame_0(player, noise):
    p = player()
    music = noise(L, 1)
    slot = p.engine.acquire_slot(L)
    p.engine.buffer(slot)[:L, 0] = music
    p.press(CommandKind.LOAD, 500, slot=slot, length=L)
    heard = p.wait(500 + L)[:, 0]
    assert np.array_equal(heard[500:], music)
    assert np.array_equal(p.take()[:, 0], music)
    p.press(CommandKind.UNDO)
    p.wait(1000)
    assert p.engine.status().state == State.OFF


def test_load_of_an_impossible_length_is_ignored_and_its_buffer_freed(player):
    p = player()
    slot = p.engine.acquire_slot(L)
    p.press(CommandKind.LOAD, slot=slot, length=100)
    p.wait(100)
    assert p.told(EventKind.IGNORED)[0].value == Reason.BAD_VALUE
    assert [e.slot for e in p.told(EventKind.FREED)] == [slot]


def test_a_slot_is_its_owners_until_it_is_named_and_cannot_be_named_twice(player, noise):
    p = player()
    p.record(noise(L, 1))
    p.wait(10)
    slot = p.offer(noise(L, 2))
    with pytest.raises(CommandError, match="the engine has it already"):
        p.press(CommandKind.OFFER, slot=slot, take=1)
    with pytest.raises(CommandError, match="not yours to release"):
        p.engine.release_slot(slot)
    mine = p.engine.acquire_slot(L)
    p.engine.release_slot(mine)
    assert p.engine.acquire_slot(L) == mine


def test_a_freed_buffer_keeps_its_content_until_the_next_look_at_the_events(player, noise):
    p = player()
    p.record(noise(L, 1))
    p.wait(10)
    audio = noise(L, 2)
    slot = p.offer(audio, take=99)
    p.wait(10)
    assert slot in [event.slot for event in p.told(EventKind.FREED)]
    assert np.array_equal(p.engine.buffer(slot)[:L, 0], audio)
    assert p.engine.acquire_slot(L) != slot
    p.wait(10)
    assert p.engine.acquire_slot(L) == slot


def test_events_that_nobody_drains_are_counted_but_takes_and_buffers_are_never_lost(player, noise):
    p = player()
    music = noise(L, 1)
    p.record(music)
    for n in range(6000):
        p.engine.send(Command(CommandKind.GENERATE))
        if n % 100 == 0:
            p.stream.silence(64)
    p.engine.send(Command(CommandKind.CLEAR))
    p.stream.silence(1000)
    events = p.engine.events()
    assert p.engine.status().events_lost > 0
    p.wait(1000)
    assert [e.index for e in [*events, *p.happened] if e.kind == EventKind.TAKE] == [L, 0]


def test_the_status_tells_where_the_playhead_is(player, noise):
    p = player()
    p.wait(1000)
    p.press(CommandKind.RECORD, p.now)
    p.wait(5000)
    assert (p.engine.status().position_frames, p.engine.status().length_frames) == (5000, 0)
    p.play(noise(L - 5000, 1))
    p.press(CommandKind.RECORD, p.now)
    p.wait(L + 123)
    status = p.engine.status()
    assert (status.position_frames, status.length_frames, status.repetition) == (123, L, 1)
    assert status.next_seam_frame == 1000 + 3 * L
    assert status.frame == 1000 + 2 * L + 123
    assert (status.undo_steps, status.redo_steps) == (1, 0)
    assert status.flags == Flag.GENERATE


def test_the_meters_show_the_peak_and_fall(player):
    p = player()
    p.set(Control.DRY, 1.0)
    p.play(np.full(2000, 0.5))
    assert p.engine.status().peak_in == 0.5
    assert p.engine.status().peak_out == 0.5
    p.wait(48000)
    assert p.engine.status().peak_in < 0.05


def test_two_loops_play_together_and_apart(player, noise):
    p = player(n_loops=2)
    a, b = noise(L, 1), noise(15000, 2)
    for loop, music in ((0, a), (1, b)):
        p.press(CommandKind.RECORD, p.now, loop=loop)
        start = p.now
        p.play(music)
        p.press(CommandKind.RECORD, p.now, loop=loop)
    p.set(Control.WET, 1.0)
    heard = p.wait(5000)[:, 0]
    place = (p.now - 5000 - L) % L
    assert start == L
    assert np.allclose(heard[:4000], (a[place : place + 5000] + b[:5000])[:4000], atol=1e-7)
    p.press(CommandKind.CLEAR, p.now, loop=0)
    heard = p.wait(5000)[:, 0]
    assert np.array_equal(heard[480:], b[5480:10000])


def test_memory_for_undo_is_bounded_and_the_take_is_never_lost(player, noise):
    p = player(max_loop_s=1.0, undo_memory_mb=1.0)  # five loops of 48000 mono frames
    p.record(noise(47000, 1))
    for n in range(12):
        p.press(CommandKind.OVERDUB, p.now)
        p.play(noise(5000, n))
        p.press(CommandKind.OVERDUB, p.now)
        p.wait(5000)
    assert p.engine.status().undo_steps == 3  # and the first recording
    heard = p.wait(47000)
    at = (p.now - 47000) % 47000
    assert np.array_equal(np.roll(heard, at), p.take())
    assert p.engine.allocated_bytes() < 4e6


def test_commands_from_many_threads_and_a_draining_thread_lose_nothing(player):
    p = player()
    ending = threading.Event()
    seen = []

    def flip():
        for _ in range(500):
            while True:
                try:
                    p.engine.send(Command(CommandKind.GENERATE))
                    break
                except EngineBusy:
                    pass

    def drain():
        while not ending.is_set():
            seen.extend(p.engine.events())
            p.engine.status()

    threads = [threading.Thread(target=flip) for _ in range(3)]
    drainer = threading.Thread(target=drain)
    for thread in [*threads, drainer]:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        p.stream.silence(64)
    p.stream.silence(4096)
    p.stream.silence(4096)
    ending.set()
    drainer.join()
    seen.extend(p.engine.events())
    assert len([e for e in seen if e.kind == EventKind.STATE]) == 1500


def test_the_compiled_code_is_made_from_the_sources_that_lie_here(player):
    p = player()
    p.wait(64)
    assert p.engine._memory.header["sources"][0] == sources_digest()


def test_nothing_compiles_after_an_engine_has_been_made(player, noise, monkeypatch):
    p = player()
    import numba.core.compiler

    def refuse(*args, **kwargs):
        raise AssertionError("something was compiled while playing")

    monkeypatch.setattr(numba.core.compiler.CompilerBase, "_compile_core", refuse)
    p.record(noise(L, 1))
    p.press(CommandKind.OVERDUB)
    p.wait(L)
    p.press(CommandKind.UNDO)
    p.wait(L)


def test_a_second_process_loads_the_compiled_code_from_the_cache():
    code = (
        "import numba.core.compiler as c\n"
        "def refuse(*a, **k): raise AssertionError('compiled again')\n"
        "from unloop_py.engine.callback import build_callback\n"
        "from unloop_py.engine.rings import index_functions\n"
        "c.CompilerBase._compile_core = refuse\n"
        "build_callback(); index_functions()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_blocks_must_be_float32_frames_by_channels(player):
    engine = player(channels=2).engine
    good = np.zeros((64, 2), np.float32)
    for bad in (np.zeros((64, 2)), np.zeros(64, np.float32), np.zeros((2, 64), np.float32).T):
        with pytest.raises(ValueError, match="blocks are"):
            engine.process(bad, good)


def test_a_port_maps_device_channels_to_engine_channels(player):
    engine = player(channels=1).engine
    engine.send(Command(CommandKind.SET, control=Control.DRY, value=1.0))
    device_in = np.zeros((2000, 4), np.float32)
    device_in[:, 2] = 0.5
    device_out = np.full((2000, 6), 9, np.float32)
    port = engine.port(4, 6, inputs=[2], outputs=[1, 5])
    engine._callback.ctypes(device_in.ctypes.data, device_out.ctypes.data, 2000, 0, 0, port.userdata)
    assert np.all(device_out[-1] == [0, 0.5, 0, 0, 0, 0.5])
    with pytest.raises(DeviceError, match=r"no input channel 5: the device has 1\.\.4"):
        engine.port(4, 6, inputs=[4])


def test_the_drivers_xruns_and_clock_are_passed_on(player):
    engine = player().engine
    block = np.zeros((64, 1), np.float32)
    clock = np.array([1.0, 42.5, 43.0])
    for flags in (0, 4, 16, 2):  # fine, output underflow, priming, input overflow
        engine._callback.ctypes(
            block.ctypes.data, block.ctypes.data, 64, clock.ctypes.data, flags, engine.userdata
        )
    status = engine.status()
    assert status.xruns == 2
    assert (status.block_time, status.block_frame) == (42.5, 192)


def test_pages_are_there_before_the_audio_thread_writes_them(player):
    engine = player().engine
    slot = engine.acquire_slot(48000)
    assert engine.buffer(slot).flags.c_contiguous
    assert engine._memory.addresses[slot] == engine.buffer(slot).ctypes.data
    assert engine._memory.capacities[slot] == 48000
    assert layout.INPUT_RING & (layout.INPUT_RING - 1) == 0
