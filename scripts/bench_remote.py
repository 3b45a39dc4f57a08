"""A player whose generator is across a network: offers in time, with and without one repetition more under way.

The server is Gradio's, in this process, with tones behind it that take what a model takes (`--overhead`, `--step`); a proxy delays
each piece of data, both ways. The loop is real time. A call there and back is two round trips: one asks, one is answered.
"""

from __future__ import annotations

import argparse
import queue
import time
from typing import Any

import numpy as np
from bench_common import add_log_option, finish

from unloop_py.generator.spec import Prompt, Take
from unloop_py.serve.fakes import FaultProxy, Weather
from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.remote import connect
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.vamper import Vamper

RATE = 44100
WARM_SEAMS = 5      # that nobody could be in time for: the first ones
DELAYS_MS = (0, 50, 500)


class Server(ToneGenerator):
    """Tones that know what they cost, so that the server need not measure it."""

    def __init__(self, overhead_s: float, step_s: float) -> None:
        super().__init__(overhead_s=overhead_s, step_s=step_s)
        self.cost = Cost(overhead_s, 0.0, step_s, 0.0)


def connect_with(ahead: int, **arguments: Any) -> Any:
    """A generator elsewhere that asks for so many repetitions more than are needed."""
    generator = connect(**arguments)
    generator._facts["ahead"] = ahead
    return generator


def play(port: int, delay_s: float, ahead: int, loop_s: float, seams: int, turn_every: int, jitter: float) -> dict[str, float]:
    """One player for so many seams; how many had an offer, and how many steps those had."""
    with FaultProxy(port) as proxy:
        proxy.weather = Weather(delay_s=delay_s, jitter_s=jitter * delay_s)
        offers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        vamper = Vamper(generator_factory="__main__:connect_with", worker="thread", on_offer=offers.put,
                        factory_args={"ahead": ahead, "url": f"http://127.0.0.1:{proxy.port}"})
        vamper.start()
        while not vamper.ready:
            time.sleep(0.02)
        try:
            return _played(vamper, offers, loop_s, seams, turn_every)
        finally:
            vamper.stop()


def _played(vamper: Vamper, offers: queue.SimpleQueue[Any], loop_s: float, seams: int, turn_every: int) -> dict[str, float]:
    frames = round(loop_s * RATE)
    audio = np.random.default_rng(0).uniform(-0.1, 0.1, (frames, 1)).astype(np.float32)
    vamper.knobs_changed(0, Knobs(seed=1))
    vamper.take_changed(0, Take(1, audio, RATE), True)
    began_s, in_time, steps, counted, turned, tag = time.monotonic(), 0, [], 0, 0, -1
    for seam in range(1, WARM_SEAMS + seams + 1):
        _tell(vamper, began_s + seam * loop_s, seam - 1, tag)
        time.sleep(max(0.0, began_s + seam * loop_s - time.monotonic()))
        offer = None
        while not offers.empty():
            offer = offers.get()
        tag = -1
        if offer is not None:
            tag = offer.tag
            vamper.swapped(0, tag)
        if seam > WARM_SEAMS:
            counted += 1
            in_time += offer is not None
            if offer is not None:
                steps.append(offer.variation.request.sampling_steps)
        if turn_every and seam % turn_every == 0:
            turned += 1
            vamper.knobs_changed(0, Knobs(Prompt(temperature=1.0 + 0.01 * turned), seed=1))
    return {"in_time_percent": round(100.0 * in_time / counted, 1), "mean_steps": round(float(np.mean(steps or [0])), 2)}


def _tell(vamper: Vamper, seam_s: float, repetition: int, tag: int) -> None:
    ahead = round((seam_s - time.monotonic()) * RATE)
    vamper.seam(0, now_frame=0, next_seam_frame=max(0, ahead), sample_rate=RATE, repetition=repetition, tag=tag)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--loop", type=float, default=2.0, help="seconds of the loop")
    parser.add_argument("--seams", type=int, default=20, help="seams that are counted, of each player")
    parser.add_argument("--overhead", type=float, default=0.2, help="seconds of a job")
    parser.add_argument("--step", type=float, default=0.05, help="seconds of each of its steps")
    parser.add_argument("--turn-every", type=int, default=0, help="seams after which a knob is turned; 0 is never")
    parser.add_argument("--jitter", type=float, default=0.5, help="up to so many times the delay besides")
    parser.add_argument("--quick", action="store_true", help="6 seams of each")
    add_log_option(parser)
    options = parser.parse_args()
    seams = 6 if options.quick else options.seams
    tones = Server(options.overhead, options.step)
    results = {}
    print("delay each way   ahead   offers in time   steps")
    with GradioServer(Service(ModelShelf(lambda name: tones, "tones", names=lambda: ["tones"]))) as server:
        for delay_ms in DELAYS_MS:
            for ahead in (0, 1):
                got = play(server.port, delay_ms / 1000, ahead, options.loop, seams, options.turn_every, options.jitter)
                results[f"delay_{delay_ms}_ms_ahead_{ahead}"] = got
                print(f"{delay_ms:>11} ms   {ahead:>5}   {got['in_time_percent']:>12} %   {got['mean_steps']:>5}")
    config = {"loop_s": options.loop, "seams": seams, "overhead_s": options.overhead, "step_s": options.step, "jitter": options.jitter,
              "turn_every": options.turn_every}
    finish("remote", config, {"players": results}, log=options.log)


if __name__ == "__main__":
    main()
