"""Wild playing: random commands at random frames in random blocks, on the engine and on the reference at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.engine.reference_looper import FOR_ALL, ReferenceLooper, Settings
from unloop_py.audio_io.offline import OfflineStream
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, Control, EventKind, Reason

RATE = 48000
MAX_LOOP = RATE
LEVEL = 0.004  # sixteen loops and all their overdubs stay below the limiter
# How often each is pressed. Undo outweighs what adds to the history, so that it stays short of its limits.
PRESSES = {
    CommandKind.RECORD: 6, CommandKind.OVERDUB: 5, CommandKind.UNDO: 5, CommandKind.REDO: 3, CommandKind.PLAY: 3,
    CommandKind.PAUSE: 2, CommandKind.MUTE: 3, CommandKind.CLEAR: 1, CommandKind.KEEP: 2, CommandKind.BACK: 1,
    CommandKind.LOCK: 2, CommandKind.GENERATE: 2, CommandKind.MULTIPLY: 3, CommandKind.INSERT: 3, CommandKind.REPLACE: 3,
    CommandKind.SUBSTITUTE: 3, CommandKind.TRIGGER: 3, CommandKind.ONESHOT: 2, CommandKind.REVERSE: 3, CommandKind.SOLO: 1,
    CommandKind.UNDO_ALL: 1, CommandKind.REDO_ALL: 1, CommandKind.MUTE_TRIGGER: 1, CommandKind.SCRATCH: 3, CommandKind.FIRST: 1,
    CommandKind.CANCEL: 1,
}  # fmt: skip
KNOBS = {
    Control.WET: (0.0, 1.0), Control.MIX: (0.0, 1.0), Control.FEEDBACK: (0.0, 1.0), Control.TAIL: (0.0, 0.1),
    Control.SEAM_MS: (1.0, 200.0), Control.SPEED: (0.25, 4.0),
    Control.STOP_FADE_S: (0.0, 0.5), Control.STOP_MODE: (0.0, 3.0), Control.SCRATCH_POS: (0.0, 1.0), Control.INPUT_GAIN: (0.0, 1.0),
    Control.USE_SAFETY_FEEDBACK: (0.0, 1.0), Control.MAIN_WET: (0.2, 1.0),
    Control.MAIN_INPUT_GAIN: (0.2, 1.0),
}  # fmt: skip
SWITCHES = (CommandKind.MUTE, CommandKind.PAUSE, CommandKind.LOCK, CommandKind.GENERATE, CommandKind.SOLO)


def perform(seed: int, n_commands: int, n_loops: int, channels: int = 2, spread: int = 3000) -> tuple[np.ndarray, np.ndarray, list]:
    """Play at random, and let the reference play the same.

    Parameters
    ----------
    spread : int
        Frames from one command to the next, on average.

    Returns
    -------
    heard, expected : np.ndarray
        What the engine and the reference sounded like, (frames, channels) float32.
    differences : list of str
        What the engine's reading says otherwise than the reference, at the end.
    """
    rng = np.random.default_rng(seed)
    latency = int(rng.integers(0, 2)) * int(rng.integers(1, 900))
    there = (n_loops + 1) // 2
    engine = Engine(sample_rate=RATE, channels=channels, max_loop_s=MAX_LOOP / RATE, n_loops=there, capacity=n_loops,
                    input_latency=latency, undo_memory_mb=4000)  # fmt: skip
    reference = ReferenceLooper(Settings(RATE, channels, MAX_LOOP, latency), n_loops, there)
    stream = OfflineStream(engine)
    takes = [(0, 0)] * n_loops
    heard, played, given = [], [], 0
    while given < n_commands:
        frame = engine.frame()
        chunk = int(rng.integers(1, 3 * spread))
        count = min(n_commands - given, max(1, int(rng.poisson(chunk / spread))))
        given += count
        for at in np.sort(rng.integers(frame, frame + chunk, count)):
            loop = int(rng.integers(engine.n_loops))
            command, audio = random_command(rng, loop, int(at), takes[loop], channels)
            if n_loops > 1 and rng.integers(50) == 0:
                command, audio = another_loop_or_one_less(rng, engine, int(at)), None
            elif rng.integers(8) == 0 and command.frame >= 5000:
                command = replace(command, frame=frame - int(rng.integers(1, 5000)))  # a press that came late
            reference.press(command, audio, frame)
            if audio is not None:
                slot = engine.acquire_slot(len(audio))
                engine.buffer(slot)[: len(audio)] = audio
                command = replace(command, slot=slot, length=len(audio) - command.control)
            engine.send(command)
        x = rng.uniform(-LEVEL, LEVEL, (chunk, channels)).astype(np.float32)
        heard.append(x)
        at = 0
        while at < chunk:
            block = int(rng.integers(1, 500))
            played.append(stream.run(x[at : at + block], block))
            at += block
            for event in engine.events():
                if event.kind == EventKind.TAKE:
                    takes[event.loop] = (event.take, event.index)
                elif event.kind == EventKind.IGNORED and event.index == CommandKind.RECORD:
                    assert event.value != Reason.NO_BUFFER, "a buffer was not at hand in time"
    expected = reference.play(np.concatenate(heard))
    return np.concatenate(played), expected, compare(engine, reference)


def another_loop_or_one_less(rng, engine: Engine, frame: int) -> Command:
    """A loop is added, more often than deleted."""
    deletes = engine.n_loops > 1 and (engine.n_loops == engine.capacity or rng.integers(3) == 0)
    return Command(CommandKind.LOOP_DEL if deletes else CommandKind.LOOP_ADD, engine.n_loops - deletes, frame)


def random_command(rng, loop: int, frame: int, take: tuple[int, int], channels: int) -> tuple[Command, np.ndarray | None]:
    """Something that a player, a knob or the generator may do, and the audio that comes with it."""
    what = rng.integers(10)
    version, length = take
    if rng.integers(60) == 0:
        return Command(CommandKind.SET, loop, frame, float(rng.integers(3) == 0), Control.USE_FEEDBACK_PLAY), None
    if rng.integers(30) == 0:
        c, end = (int(number) for number in rng.integers(channels, size=2))
        value = rng.uniform(0.3, 1.0) if c == end else max(0.0, rng.uniform(-0.5, 0.5))
        return Command([CommandKind.INPUT, CommandKind.OUTPUT][rng.integers(2)], loop, frame, float(value), c, length=end), None
    if what < 2:
        control = list(KNOBS)[rng.integers(len(KNOBS))]
        low, high = KNOBS[control]
        value = [low, high, rng.uniform(low, high)][rng.integers(3)]
        value = round(value) if control == Control.STOP_MODE else value
        return Command(CommandKind.SET, loop, frame, float(value), int(control)), None
    if what == 2 and length:
        tag, force = int(rng.integers(3)), bool(rng.integers(4) == 0)
        if rng.integers(5) == 0:
            return Command(CommandKind.OFFER, loop, frame, take=version, tag=tag, correlation=1.0, force=force), None
        audio = rng.uniform(-LEVEL, LEVEL, (length, channels)).astype(np.float32)
        return Command(CommandKind.OFFER, loop, frame, take=version, tag=tag, correlation=rng.uniform(-1, 1), force=force), audio
    if what == 3 and length and rng.integers(2):
        audio = rng.uniform(-LEVEL, LEVEL, (length, channels)).astype(np.float32)
        tag, value = int(rng.integers(-3, 3)), float(rng.integers(5) == 0)
        return Command(CommandKind.REMIX, loop, frame, value, take=version, tag=max(-1, tag), correlation=rng.uniform(-1, 1)), audio
    if what == 3 and rng.integers(2):
        return Command(CommandKind.GRID, loop, frame, float(rng.uniform(0, 20000)), length=[0, 1, 2, 4, 7, 16][rng.integers(6)]), None
    if what == 3 and rng.integers(8) == 0:
        return Command(CommandKind.EXPECT, loop, frame, float(rng.integers(5))), None
    if what == 3 and length and rng.integers(3) == 0:
        frames = min(MAX_LOOP, max(12000, round(length * rng.uniform(0.5, 2.0))))
        audio = rng.uniform(-LEVEL, LEVEL, (frames, channels)).astype(np.float32)
        return Command(CommandKind.RESHAPE, loop, [frame, -1][rng.integers(2)], take=version), audio
    if what == 3 and rng.integers(4) == 0:
        audio = rng.uniform(-LEVEL, LEVEL, (int(rng.integers(11000, MAX_LOOP)), channels)).astype(np.float32)
        behind = int(rng.integers(2)) * int(rng.integers(len(audio) // 3))
        return Command(CommandKind.LOAD, loop, frame, control=min(behind, len(audio) - 8000)), audio
    weights = np.array(list(PRESSES.values()), float)
    kind = list(PRESSES)[rng.choice(len(PRESSES), p=weights / weights.sum())]
    value = [0.0, 1.0, np.nan][rng.integers(3)] if kind in SWITCHES else np.nan
    if kind == CommandKind.CANCEL:
        return Command(kind, loop, frame, control=int(rng.choice([other for other in PRESSES if other not in FOR_ALL]))), None
    return Command(kind, loop, frame, float(value)), None


def compare(engine: Engine, reference: ReferenceLooper) -> list[str]:
    """Where the engine's own reading differs from the reference's loops."""
    found = []
    for number, loop in enumerate(reference.loops):
        status = engine.status(number)
        pairs = {
            "state": (status.state, loop.state), "take": (status.take, loop.version), "tag": (status.tag, loop.playing.tag),
            "repetition": (status.repetition, loop.repetition), "late": (status.late, loop.late),
            "undo": (status.undo_steps, loop.at), "redo": (status.redo_steps, len(loop.history) - 1 - loop.at),
            "seam": (status.next_seam_frame, loop.seam),
        }  # fmt: skip
        found += [f"loop {number + 1}: {name} is {a}, not {b}" for name, (a, b) in pairs.items() if a != b]
    return found
