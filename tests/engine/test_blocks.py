"""No division of time into blocks changes a sample, or the frame at which anything happens."""

from dataclasses import replace

import numpy as np
import pytest

from unloop_py.engine.messages import CommandKind, Control, EventKind

L = 16000
TOTAL = 400_000
KINDS = [
    CommandKind.RECORD, CommandKind.OVERDUB, CommandKind.UNDO, CommandKind.REDO, CommandKind.PLAY, CommandKind.PAUSE,
    CommandKind.MUTE, CommandKind.CLEAR, CommandKind.KEEP, CommandKind.BACK, CommandKind.LOCK, CommandKind.GENERATE,
]  # fmt: skip


def performance(player, noise, seed, blocks, channels=2):
    """A long performance whose every command has a frame: recordings, overdubs, offers, knobs, in a wild order."""
    rng = np.random.default_rng(seed)
    p = player(channels=channels, input_latency=137, output_latency=211)
    p.set(Control.TAIL, 0.05, 10)
    music = noise(TOTAL, seed, channels=channels)
    lead, body = 5000, 70_000
    p.press(CommandKind.RECORD, lead)
    p.press(CommandKind.RECORD, lead + L)
    p.press(CommandKind.OVERDUB, lead + L + 3000)
    p.press(CommandKind.PLAY, lead + L + 3000 + L + 500)
    cut = iter(blocks)
    p.play(music[:body], [next(cut) for _ in range(4000)])
    for n, frame in enumerate(np.sort(rng.integers(body + 1, TOTAL, 60))):
        frame = int(frame)
        if n % 3 == 0 and p.told(EventKind.TAKE):
            take = p.told(EventKind.TAKE)[-1]
            if take.index:
                p.offer(noise(take.index, seed + n, channels=channels), n, frame=frame, correlation=rng.uniform(-1, 1))
        p.press(KINDS[rng.integers(len(KINDS))], frame + 100)
        p.set(Control.MIX, rng.uniform(0, 1), frame + 150)
        p.set(Control.FEEDBACK, rng.uniform(0, 1), frame + 170)
        p.set(Control.SEAM_MS, rng.uniform(1, 200), frame + 180)
        p.set(Control.WET, rng.uniform(0, 1), frame + 190)
    rest = music[body:]
    for at in range(0, len(rest), 10_000):  # drained at the same moments, so the same buffers are at hand
        p.play(rest[at : at + 10_000], [next(cut) for _ in range(1000)])
    return p


def cuts(kind, seed):
    """Endless block lengths."""
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(16, 4097)) if kind == "random" else kind


@pytest.mark.parametrize("seed", range(6))
def test_any_partition_into_blocks_is_bit_identical(player, noise, seed):
    reference = performance(player, noise, seed, cuts(1000, 0))
    assert np.abs(reference.sound).max() > 0.05
    for kind, cut_seed in (("random", seed), ("random", seed + 100), (64, 0), (4096, 0), (17, 0)):
        other = performance(player, noise, seed, cuts(kind, cut_seed))
        assert np.array_equal(other.sound, reference.sound)
        plain = [replace(e, slot=0) for e in other.happened if e.kind != EventKind.FREED]
        assert plain == [replace(e, slot=0) for e in reference.happened if e.kind != EventKind.FREED]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_can_be_pressed_makes_a_click(player, seed):
    """Smooth music in, a wild order of presses, and no step out that a fade of 10 ms does not explain."""
    rng = np.random.default_rng(seed)
    p = player()
    sine = np.sin(2 * np.pi * 110 * np.arange(400_000) / 48000)
    p.press(CommandKind.RECORD, 4000)
    p.press(CommandKind.RECORD, 4000 + 24000)  # 55 whole periods
    p.play(0.1 * sine[:28000])
    p.play(0.02 * sine[28000:40000])
    gestures = [
        [CommandKind.OVERDUB, CommandKind.PLAY], [CommandKind.UNDO, CommandKind.REDO], [CommandKind.BACK],
        [CommandKind.PAUSE, CommandKind.PLAY], [CommandKind.MUTE, CommandKind.MUTE], [CommandKind.KEEP],
        [CommandKind.CLEAR, CommandKind.UNDO], [CommandKind.KEEP, CommandKind.UNDO],
    ]  # fmt: skip
    start = len(p.sound)
    for n in range(100):
        take = p.told(EventKind.TAKE)[-1]
        if n % 3 == 0 and take.index:
            variation = 0.1 * np.sin(2 * np.pi * 110 * np.arange(take.index) / 48000 + rng.uniform(0, 6))
            p.offer(variation, n, force=True)
        frame = p.now
        choice = rng.integers(len(gestures)) if p.engine.status().undo_steps > 1 else 0  # never to the empty loop
        for kind in gestures[choice]:
            frame += int(rng.integers(1, 1700))
            p.press(kind, frame)
        p.play(0.02 * sine[p.now : p.now + 3400])
    heard = p.sound[start:, 0]
    assert np.abs(heard).max() > 0.1
    assert len(p.told(EventKind.SWAPPED)) > 1
    # 110 Hz at 0.1 moves 0.0015 a frame; over 480 frames a fade between opposite phases adds 0.0005 at most.
    assert np.abs(np.diff(heard)).max() < 0.006
