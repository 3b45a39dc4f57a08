#!/usr/bin/env python3
"""MIDI beside the music: how late a press comes to the bus, and what waiting, lights and knobs cost.

    .venv/bin/python scripts/bench_midi.py [--presses 2000] [--log]

A fake driver stands in for the cable, so that what is measured is ours. While presses come, another thread computes in Python, as the
instrument's own threads may. Sixteen loops, four devices with lights.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_common import add_log_option, finish

from unloop_py.control.bus import Notice
from unloop_py.control.fake_bus import FakeBus
from unloop_py.midi.fakes import FakeDriver
from unloop_py.midi.front_end import MidiFrontEnd

DEVICES = ("nanoKONTROL2", "SSCOM Port 1", "Morningstar MC6", "FCB1010")
LOOPS = 16
SECONDS = 5.0
PRESS, RELEASE, FADER = (0xB0, 45, 127), (0xB0, 45, 0), (0xB0, 0)


class Timed(FakeBus):
    """Notes when each command and value came."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.moments: list[float] = []

    def command(self, *told: object, **more: object) -> None:
        """See `FakeBus.command`."""
        self.moments.append(time.perf_counter())
        super().command(*told, **more)  # type: ignore[arg-type]


def started(bus: FakeBus, folder: str, devices: tuple[str, ...]) -> tuple[MidiFrontEnd, FakeDriver]:
    """A front end that has found its devices."""
    there, driver = threading.Semaphore(0), FakeDriver()
    for name in devices:
        driver.plug(name)
    midi = MidiFrontEnd(bus, lambda notice: there.release(), driver=driver, file=Path(folder) / "bindings.toml")
    bus.listeners.append(midi.notify)
    midi.start()
    for _ in devices:
        there.acquire()
    return midi, driver


def share(work: object) -> float:
    """Percent of one core that is used while something goes on for `SECONDS`."""
    begin, used = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    return round(100 * (time.process_time() - used) / (time.perf_counter() - begin), 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=2000)
    add_log_option(parser)
    asked = parser.parse_args()
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        midi, _ = started(FakeBus(LOOPS), folder, ())
        results["waiting_without_devices_percent"] = share(lambda: time.sleep(SECONDS))
        midi.stop()

        bus = Timed(LOOPS)
        midi, driver = started(bus, folder, DEVICES)
        results["waiting_with_4_devices_percent"] = share(lambda: time.sleep(SECONDS))

        def pending() -> None:
            for _ in range(int(10 * SECONDS)):
                bus.become(0, pending="overdub")
                for loop in range(LOOPS):
                    bus.tell(Notice("pending", loop, ("overdub", 1.0)))
                time.sleep(0.1)

        results["blinking_percent"] = share(pending)
        ending = threading.Event()

        def compute() -> None:
            while not ending.is_set():
                sum(range(2000))

        busy = threading.Thread(target=compute, daemon=True)
        busy.start()
        late_ms = []
        for _ in range(asked.presses):
            for message in (PRESS, RELEASE):
                count, begin = len(bus.moments), time.perf_counter()
                driver.play(DEVICES[0], *message)
                while len(bus.moments) == count:
                    time.sleep(0)
                late_ms.append(1000 * (bus.moments[count] - begin))
        ending.set()
        busy.join()
        n_sets, begin = len(bus.sets), time.perf_counter()
        bus.store.set(0, "wet", 0.0)
        for step in range(10 * asked.presses):
            driver.play(DEVICES[0], *FADER, step % 128)
        driver.play(DEVICES[0], *FADER, 127)
        while bus.get(0, "wet") != 1.0:
            time.sleep(0.001)
        results["knob_messages_per_second"] = round(10 * asked.presses / (time.perf_counter() - begin))
        results["knob_values_set"] = len(bus.sets) - n_sets
        midi.stop()
    cuts = statistics.quantiles(late_ms, n=1000)
    results |= {"press_p50_ms": round(cuts[499], 3), "press_p99_ms": round(cuts[989], 3), "press_max_ms": round(max(late_ms), 3)}
    for name, value in results.items():
        print(f"{name:34} {value:g}")
    finish("midi", {"presses": asked.presses, "loops": LOOPS, "devices": len(DEVICES)}, results, log=asked.log)


if __name__ == "__main__":
    main()
