#!/usr/bin/env python3
"""unloop beside SooperLooper: what each costs, how its seam sounds, and how soon it records.

    .venv/bin/python scripts/bench_beside_sooperlooper.py [--loops 1,4,16] [--seconds 20] [--frames 64] [--log]

Both run headless, one after the other, on a JACK server of this bench's own (`jackd -R -d dummy`), both steered over OSC, ours
with the generator off, both as they come but for the number of loops. Per number of loops: all loops are recorded and play, then all
are overdubbed, for so many seconds each; what the process and its children used of the processor is read from the system, xruns
are what the server tells its clients. Then, through one loop: a tone is recorded whose end does not meet its beginning, and the
largest step from sample to sample about the seam is set beside the largest within the tone itself (0 dB: no step); and a ramp
that counts frames is recorded, so that what comes back says which frame was the first: latency is that frame less the one at
which the OSC message `record` was sent.

Takes Debian's packages `sooperlooper`, `jackd2` and `gcc` and the wheel `JACK-Client`. SooperLooper ends at once on a machine
without ALSA's sequencer; a library of empty functions in front of it, compiled here, cures that.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, children, finish, memory_mb
from bench_jack import RATE, jack_server
from pythonosc.osc_message_builder import OscMessageBuilder

LOOP_S = 2.0
START_S = 120.0  # of patience with either
SETTLE_S = 2.0  # of playing before anything is counted
COUNTED = float(2**24)  # what a float32 counts to
PRESSES = 8  # of `record`, for the latency
NO_SEQUENCER = """#include <poll.h>
int snd_seq_event_input() { return -11; } /* nothing has come */
int snd_seq_poll_descriptors(void *seq, struct pollfd *found, unsigned room) { return room ? (found->fd = -1, 1) : 0; }
""" + "".join(
    f"int snd_seq_{name}() {{ return 0; }}\n"
    for name in ("open", "close", "set_client_name", "create_simple_port", "drain_output", "event_output")
)


class Looper:
    """A looper in a process of its own, and its OSC port."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._to = ("127.0.0.1", port)
        self._said = (folder / "said").open("w+")
        self.process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=self._said,
                                        stderr=subprocess.STDOUT)

    def send(self, address: str, *arguments: Any) -> None:
        """Send one OSC message."""
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        self._socket.sendto(builder.build().dgram, self._to)

    def press(self, loop: int, word: str) -> None:
        """Give a command by SooperLooper's name, which both understand."""
        self.send(f"/sl/{loop}/hit", word)

    def cpu_s(self) -> float:
        """Processor time of the process and what it started, in seconds, so far."""
        return sum(_cpu_s(pid) for pid in (self.process.pid, *children(self.process.pid)))

    def end(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._socket.close()

    def failed(self) -> str:
        """What it said when it did not start."""
        self._said.seek(0)
        return self._said.read()[-2000:]


def _cpu_s(pid: int) -> float:
    """Of all threads there are, to the nanosecond; the usual ticks miss most of a thread that wakes for microseconds."""
    return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def ours(folder: Path, loops: int, block: int) -> Looper:
    """`unloop jam --generator off`."""
    port = _free_port()
    command = [sys.executable, "-m", "unloop_py", "jam", "--device", "system", "--block", str(block), "--generator", "off",
               "--loops", str(loops), "--osc-port", str(port), "--sessions-folder", str(folder / "sessions")]  # fmt: skip
    return Looper(command, os.environ | {"PYTHONPATH": str(ROOT)}, folder, port)


def sooperlooper(folder: Path, loops: int, block: int) -> Looper:
    """Debian's sooperlooper without its window."""
    port = _free_port()
    source, library = folder / "no_sequencer.c", folder / "no_sequencer.so"
    source.write_text(NO_SEQUENCER)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    command = ["sooperlooper", "-q", "-D", "no", "-l", str(loops), "-c", "2", "-p", str(port), "-S", os.environ["JACK_DEFAULT_SERVER"]]
    return Looper(command, os.environ | {"LD_PRELOAD": str(library)}, folder, port)


LOOPERS = {"unloop": ours, "sooperlooper": sooperlooper}


class Rig:
    """A JACK client that plays to a looper, hears it, and counts xruns.

    Attributes
    ----------
    xruns : int
        So far, of the whole server.
    """

    def __init__(self, looper: Looper) -> None:
        import jack

        self._client = client = jack.Client("rig", no_start_server=True)
        self._deaf = client.inports.register("in")
        self._out = client.outports.register("out")
        self.xruns = 0
        self._material = np.zeros(1, np.float32)
        self._heard = np.zeros(0, np.float32)
        self._at = 0
        self._base = 0
        client.set_xrun_callback(self._xrun)
        self._looper = looper
        self._listening = False

    def _xrun(self, delayed_us: float) -> None:
        self.xruns += 1

    def wait_for_looper(self) -> None:
        """Until its ports are there."""
        end_s = time.monotonic() + START_S
        while not self._ports(is_input=True) or not self._ports(is_output=True):
            if self._looper.process.poll() is not None or time.monotonic() > end_s:
                sys.exit(f"{self._looper.process.args[0]} does not start: {self._looper.failed()}")
            time.sleep(0.2)
        time.sleep(2.0)

    def _ports(self, **ways: bool) -> list[Any]:
        return [p for p in self._client.get_ports(is_audio=True, **ways) if not p.name.startswith(("system:", "rig:"))]

    def listen_for(self, seconds: float) -> None:
        """Play and hear from now on; only while something is measured in the sound, for it costs time itself."""
        self._heard = np.zeros(int(seconds * RATE), np.float32)
        self._at, self._base = 0, self._client.frame_time

        @self._client.set_process_callback
        def process(frames: int) -> None:
            now = self._client.last_frame_time - self._base
            self._out.get_array()[:] = self.material(now + np.arange(frames))
            if self._at + frames <= len(self._heard):
                self._heard[self._at : self._at + frames] = self._deaf.get_array()
                self._at += frames

        self._client.activate()
        for port in self._ports(is_input=True):
            self._client.connect(self._out, port)
        self._client.connect(self._ports(is_output=True)[0], self._deaf)

    def material(self, frames: np.ndarray) -> np.ndarray:
        """What is played at these frames."""
        return np.zeros(len(frames), np.float32)

    def now(self) -> int:
        """The frame that is played now."""
        return self._client.frame_time - self._base

    def heard(self) -> np.ndarray:
        """All that was heard so far."""
        return self._heard[: self._at].copy()

    def close(self) -> None:
        """Leave the server."""
        with contextlib.suppress(Exception):
            self._client.deactivate()
        self._client.close()


@contextlib.contextmanager
def running(name: str, loops: int, block: int) -> Iterator[tuple[Looper, Rig]]:
    """A looper on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="unloop-beside-") as folder, jack_server(Path(folder), block):
        looper = LOOPERS[name](Path(folder), loops, block)
        try:
            rig = Rig(looper)
            try:
                rig.wait_for_looper()
                yield looper, rig
            finally:
                rig.close()
        finally:
            looper.end()


def cost(name: str, loops: int, block: int, seconds: float) -> dict[str, Any]:
    """Processor seconds a minute, xruns and memory, playing and overdubbing."""
    with running(name, loops, block) as (looper, rig):
        rig._client.activate()
        figures: dict[str, Any] = {}
        begun_s, before = time.monotonic(), looper.cpu_s()
        time.sleep(seconds / 4)
        figures["idle_cpu_s_per_min"] = _per_minute(before, looper.cpu_s(), begun_s)
        for _ in range(2):
            for loop in range(loops):
                looper.press(loop, "record")
                time.sleep(0.06)  # a buffer for the next one is at hand by then
            time.sleep(LOOP_S)
        for what in ("playing", "overdubbing"):
            if what == "overdubbing":
                for loop in range(loops):
                    looper.press(loop, "overdub")
            time.sleep(SETTLE_S)
            begun_s, before, xruns = time.monotonic(), looper.cpu_s(), rig.xruns
            time.sleep(seconds)
            figures[f"{what}_cpu_s_per_min"] = _per_minute(before, looper.cpu_s(), begun_s)
            figures[f"{what}_xruns"] = rig.xruns - xruns
        figures["memory_mb"] = memory_mb(looper.process.pid).get("own")
        return figures


def _per_minute(before_s: float, after_s: float, begun_s: float) -> float:
    return round(60.0 * (after_s - before_s) / (time.monotonic() - begun_s), 2)


def seam(name: str, block: int) -> dict[str, Any]:
    """The largest step at the seam beside the largest within the tone, in dB."""
    with running(name, 1, block) as (looper, rig):
        rig.material = lambda frames: (0.25 * np.sin(2 * np.pi * 331.3 / RATE * frames)).astype(np.float32)
        rig.listen_for(12.0)
        time.sleep(1.0)
        looper.press(0, "record")
        time.sleep(LOOP_S + 0.0007)
        looper.press(0, "record")
        time.sleep(4 * LOOP_S)
        steps = np.abs(np.diff(rig.heard()[int((LOOP_S + 1.5) * RATE) :]))
        within = float(0.25 * 2 * np.pi * 331.3 / RATE)
        return {"seam_step_db": round(20 * float(np.log10(steps.max() / within)), 2), "seam_xruns": rig.xruns}


def latency(name: str, block: int) -> dict[str, Any]:
    """How much later than the OSC message the first recorded frame is."""
    found = []
    with running(name, 1, block) as (looper, rig):
        looper.send("/sl/0/set", "fade_samples", 0.0)
        looper.send("/unloop/loop/1/seam_ms", 1.0)
        rig.material = lambda frames: (frames / COUNTED).astype(np.float32)
        rig.listen_for(PRESSES * 2.2 + 4.0)
        for press in range(PRESSES):
            time.sleep(0.3 + 0.037 * press)
            sent = rig.now()
            looper.press(0, "record")
            time.sleep(0.5)
            looper.press(0, "record")
            time.sleep(1.2)
            counted = rig.heard()[-int(1.1 * RATE) :].astype(np.float64) * COUNTED
            first = _first_of_a_pass(counted)
            if first is not None:
                found.append((first - sent) / RATE * 1000)
        if not found:
            return {"record_latency_ms": None}
        return {"record_latency_ms": round(statistics.median(found), 2), "record_latency_ms_max": round(max(found), 2),
                "record_latency_ms_min": round(min(found), 2), "presses": len(found)}


def _first_of_a_pass(counted: np.ndarray) -> float | None:
    """The count of the first frame after a seam that is heard as it was recorded; None when there is no seam."""
    falls = np.flatnonzero(np.diff(counted) < -2.0)  # a cross-fade falls over many frames, up to the seam
    rises = np.abs(np.diff(counted) - 1.0) < 0.5
    for seam_at in falls[::-1]:
        clean = np.flatnonzero(rises[seam_at + 1 :])
        if len(clean):
            return float(counted[seam_at + 1 + clean[0]]) - clean[0]
    return None


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", default="1,4,16", help="how many, one after the other (1,4,16)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of playing, and as many of overdubbing (20)")
    parser.add_argument("--frames", type=int, default=64, help="in a block (64)")
    parser.add_argument("--only", choices=sorted(LOOPERS), help="one of the two")
    add_log_option(parser)
    options = parser.parse_args()
    for program in ("sooperlooper", "cc"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: `sudo apt install sooperlooper gcc libc6-dev` cures it")
    results: dict[str, Any] = {}
    for name in [options.only] if options.only else LOOPERS:
        told = results[name] = {f"{n}_loops": cost(name, n, options.frames, options.seconds) for n in map(int, options.loops.split(","))}
        told |= seam(name, options.frames) | latency(name, options.frames)
        for what, figure in told.items():
            print(f"{name:13} {what:22} {figure}", flush=True)
    if len(results) == 2:
        for n in options.loops.split(","):
            for what in ("playing", "overdubbing"):
                one, other = (results[name][f"{n}_loops"][f"{what}_cpu_s_per_min"] for name in ("unloop", "sooperlooper"))
                results[f"ratio_{what}_{n}"] = round(one / other, 2)
                print(f"{n} loops {what}: {one} to {other} s a minute, {one / other:.2f} x")
    finish("beside_sooperlooper", {"frames": options.frames, "seconds": options.seconds, "loop_s": LOOP_S}, results, log=options.log)


if __name__ == "__main__":
    main()
