"""Where the engine's inputs and outputs lie on a device: through the very callback that a sound card calls."""

import numpy as np
import pytest

from unloop_py.audio_io.devices import Device, more_channels
from unloop_py.audio_io.virtual import VirtualStream
from unloop_py.audio_io.wav import write_audio
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import DeviceError

RATE = 48000
RAMP = 480
CARD = Device(0, "card", "ALSA", 6, 8, RATE)


def call(engine, port, heard, channels):
    """One block of a device, as the driver would give it."""
    heard = np.ascontiguousarray(heard, np.float32)
    played = np.full((len(heard), channels), 9.0, np.float32)
    engine._callback.ctypes(heard.ctypes.data, played.ctypes.data, len(heard), 0, 0, port.userdata)
    return played


def noise(frames, channels, seed=1):
    return np.random.default_rng(seed).uniform(-0.1, 0.1, (frames, channels)).astype(np.float32)


def loaded(engine, audio):
    slot = engine.acquire_slot(len(audio))
    engine.buffer(slot)[: len(audio)] = audio
    engine.send(Command(CommandKind.LOAD, slot=slot, length=len(audio)))


def test_common_and_other_outputs_and_the_cue_lie_on_the_channels_that_were_named():
    engine = Engine(sample_rate=RATE, channels=2, max_loop_s=1, more_outputs=2, cue=True)
    port = engine.port(2, 8, [0, 1], [2, 3], [7], more_outputs=[0, 6], cues=[4, 5])
    take, offer = noise(24000, 2), noise(24000, 2, 2)
    engine.send(Command(CommandKind.OUTPUT, control=1, length=2, value=1.0))
    call(engine, port, np.zeros((RAMP, 2)), 8)
    loaded(engine, take)
    call(engine, port, np.zeros((24000, 2)), 8)
    slot = engine.acquire_slot(24000)
    engine.buffer(slot)[:24000] = offer
    engine.send(Command(CommandKind.CUE, value=1.0))
    engine.send(Command(CommandKind.OFFER, slot=slot, take=1, tag=1))
    out = call(engine, port, np.zeros((24000, 2)), 8)
    assert np.array_equal(out[:, 2:4], take) and np.array_equal(out[:, 0], take[:, 1])
    assert np.array_equal(out[RAMP:, 4:6], offer[RAMP:])
    assert not out[:, [1, 6, 7]].any()


def test_an_output_that_the_cue_shares_with_the_loops_has_both():
    engine = Engine(sample_rate=RATE, channels=1, max_loop_s=1, cue=True)
    port = engine.port(1, 1, cues=[0])
    take, offer = noise(24000, 1), noise(24000, 1, 2)
    loaded(engine, take)
    call(engine, port, np.zeros((24000, 1)), 1)
    slot = engine.acquire_slot(24000)
    engine.buffer(slot)[:24000] = offer
    engine.send(Command(CommandKind.CUE, value=1.0))
    engine.send(Command(CommandKind.OFFER, slot=slot, take=1, tag=1))
    out = call(engine, port, np.zeros((24000, 1)), 1)
    assert np.allclose(out[RAMP:], (take + offer)[RAMP:], atol=1e-7)


def test_other_inputs_are_heard_on_the_channels_that_were_named():
    engine = Engine(sample_rate=RATE, channels=1, max_loop_s=1, more_inputs=2)
    port = engine.port(6, 1, [3], more_inputs=[5, 0])
    heard = noise(1000, 6)
    call(engine, port, heard, 1)
    assert np.array_equal(engine.heard_everywhere(0, 1000), heard[:, [3, 5, 0]])
    assert np.array_equal(engine.heard(0, 1000), heard[:, [3]])
    engine.send(Command(CommandKind.INPUT, control=0, length=0, value=0.0))
    engine.send(Command(CommandKind.INPUT, control=0, length=2, value=0.5))
    call(engine, port, heard[:RAMP], 1)
    assert np.array_equal(engine.heard_by(0, 0, 1000), heard[:, [0]] * np.float32(0.5))


def test_channels_that_the_card_does_not_have_are_refused_and_common_ones_are_not_opened_twice():
    assert more_channels([3, 4, 3, 1], (0, 1), CARD, "input") == (2, 3)
    with pytest.raises(DeviceError, match=r"card has no input 7: it has 1\.\.6"):
        more_channels([7], (0, 1), CARD, "input")
    engine = Engine(sample_rate=RATE, channels=2, max_loop_s=1, cue=True)
    with pytest.raises(DeviceError, match="there is no output channel 9: the device has 1..8"):
        engine.port(2, 8, cues=[8])


def test_without_a_sound_card_other_inputs_are_the_file_s_channels_too(tmp_path):
    music = noise(RATE, 2)
    write_audio(tmp_path / "in.wav", music, RATE)
    engine = Engine(sample_rate=RATE, channels=1, max_loop_s=1, more_inputs=2)
    stream = VirtualStream(engine, tmp_path / "in.wav", more_inputs=[1, 5])
    assert np.array_equal(stream._input[:, 1], music[:, 1]) and not stream._input[:, 2].any()
